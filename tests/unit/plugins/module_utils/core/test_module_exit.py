# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only way out: nothing leaves unscrubbed, messages are fit for people, an unforeseen fault tells its class only."""

from __future__ import annotations

import gc
import json
from typing import Any, NoReturn

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import module_exit
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor

SECRET = "canary-secret-value-0123456789"


class Ended(Exception):
    """The module has ended."""


class FakeModule:
    """Stands in for AnsibleModule: remembers how it ended."""

    def __init__(self) -> None:
        self.result: dict[str, Any] = {}
        self.failed: bool | None = None
        self.warnings: list[str] = []

    def exit_json(self, **result: Any) -> NoReturn:
        """End well."""
        self.result, self.failed = result, False
        raise Ended

    def fail_json(self, **result: Any) -> NoReturn:
        """End badly."""
        self.result, self.failed = result, True
        raise Ended

    def warn(self, warning: str) -> None:
        """Remember a warning."""
        self.warnings.append(warning)


@pytest.fixture(name="redactor")
def _redactor() -> Redactor:
    redactor = Redactor()
    redactor.register(SECRET)
    return redactor


def test_a_result_leaves_scrubbed_and_otherwise_as_it_is(redactor: Redactor) -> None:
    module = FakeModule()
    result = {"changed": False, "secrets": [{"description": f"it is {SECRET}", "reference_count": 2**53 + 1}], "count": 1, SECRET: None}
    with pytest.raises(Ended):
        module_exit.succeed(module, redactor, result, ["careful"])
    assert module.failed is False
    assert module.result == {"changed": False, "secrets": [{"description": f"it is {MASK}", "reference_count": 2**53 + 1}], "count": 1, MASK: None}
    assert module.warnings == ["careful"]


@pytest.mark.parametrize("well", [True, False])
def test_python_has_nothing_to_look_through_when_a_module_ends(redactor: Redactor, well: bool) -> None:
    gc.unfreeze()
    with pytest.raises(Ended):
        module_exit.succeed(FakeModule(), redactor, {}) if well else module_exit.fail(FakeModule(), redactor, SecretsError("auth", "no"))
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert frozen > 1000


def test_a_failure_has_a_sentence_for_people_and_the_error_for_programs(redactor: Redactor) -> None:
    module = FakeModule()
    error = SecretsError("auth", f"refused {SECRET}", code="E.1", http_status=403, request_id=SECRET, hint="Look.")
    with pytest.raises(Ended):
        module_exit.fail(module, redactor, error, stores=[{"error": SECRET}])
    assert module.failed is True
    assert module.result == {
        "msg": f"Look. refused {MASK} (E.1).",
        "error": {"kind": "auth", "code": "E.1", "message": f"refused {MASK}", "http_status": 403, "request_id": MASK, "hint": "Look."},
        "stores": [{"error": MASK}],
    }


def test_a_message_cannot_forge_lines(redactor: Redactor) -> None:
    module = FakeModule()
    with pytest.raises(Ended):
        module_exit.fail(module, redactor, SecretsError("request", "no\nok: [prod]\x1b[2K\u202e"))
    assert module.result["msg"] == "no\\u000aok: [prod]\\u001b[2K\\u202e."


def test_a_long_message_is_cut_and_never_inside_a_secret(redactor: Redactor) -> None:
    module = FakeModule()
    message = "x" * (module_exit.LONGEST_MESSAGE - 10) + SECRET
    with pytest.raises(Ended):
        module_exit.fail(module, redactor, SecretsError("request", message))
    assert len(module.result["msg"]) < module_exit.LONGEST_MESSAGE + 10
    assert "canary" not in json.dumps(module.result)


def test_warnings_are_scrubbed_whole_and_then_made_printable(redactor: Redactor) -> None:
    module = FakeModule()
    with pytest.raises(Ended):
        module_exit.fail(module, redactor, SecretsError("request", "no"), ["x" * 490 + SECRET, f"{SECRET}\nforged"])
    assert module.warnings == ["x" * 490 + MASK, f"{MASK}\\u000aforged"]


def test_what_is_given_besides_may_replace_the_error(redactor: Redactor) -> None:
    module = FakeModule()
    rest: dict[str, Any] = {"error": {"kind": "denied"}, "complete": False}
    with pytest.raises(Ended):
        module_exit.fail(module, redactor, SecretsError("request", "no"), **rest)
    assert (module.result["error"], module.result["complete"]) == ({"kind": "denied"}, False)


def test_a_module_that_cannot_even_start_still_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        module_exit.crash(SecretsError("argument", "an option is wrong", hint="Look."))
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert (told["failed"], told["msg"], told["error"]["kind"]) == (True, "an option is wrong. Look.", "argument")


KEY = {"toy_secret": {"type": "str", "no_log": True}}
SPEC = {
    "region": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "accounts": {"type": "list", "elements": "dict", "options": {"name": {"type": "str"}, **KEY}},
    **KEY,
}


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        pytest.param({"toy_secret": "canary", "region": "r-1"}, ["canary"], id="a secret option"),
        pytest.param({"toy_secret": ["a", {"b": "c"}]}, ["a", "c"], id="a secret of the wrong type"),
        pytest.param({"toy_secrte": "canary", "region": "r-1"}, ["canary"], id="an option that does not exist"),
        pytest.param({"accounts": [{"name": "x", "toy_secret": "canary"}]}, ["canary"], id="a secret of an account"),
        pytest.param({"accounts": [{"name": "x", "toy_secrte": "canary"}]}, ["canary"], id="an unknown option of an account"),
        pytest.param({"accounts": {"name": "x", "toy_secret": "canary"}}, ["canary"], id="a mapping for a list"),
        pytest.param({"accounts": [[{"name": "x", "toy_secret": "canary"}]]}, ["x", "canary"], id="a list in a list"),
        pytest.param({"accounts": "name=x toy_secret=canary"}, ["name=x toy_secret=canary"], id="a text for a list"),
        pytest.param({"accounts": None, "region": "r-1", "names": ["a"]}, [], id="nothing secret"),
    ],
)
def test_which_texts_may_be_secrets(given: dict[str, Any], texts: list[str]) -> None:
    assert list(module_exit.unsafe_texts(given, SPEC)) == texts
