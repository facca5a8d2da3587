# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error: what it shows, what it keeps to itself, and that every kind in use is declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import errors
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import ERROR_KINDS, NOT_TOLD, SecretsError, told_name, unknown_name

UTILS = Path(errors.__file__).parents[1]


def _kinds_in(path: Path) -> Iterator[str]:
    """The kinds that a file names: the first argument of SecretsError, the second of ErrorKind."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("SecretsError", "ErrorKind"):
            kind = node.args[0 if node.func.id == "SecretsError" else 1]
            if isinstance(kind, ast.Constant):
                yield str(kind.value)


def test_every_kind_in_use_is_declared() -> None:
    used = {kind for path in UTILS.rglob("*.py") for kind in _kinds_in(path)}
    assert len(used) > 15
    assert used <= ERROR_KINDS.keys()


def test_results_carry_six_fields_and_nothing_of_the_transport() -> None:
    error = SecretsError("throttled", "slow down", code="Flow", http_status=429, request_id="r-1", hint="Wait.", server_time=1.0, retry_after=2.0)
    assert error.as_dict() == {"kind": "throttled", "code": "Flow", "message": "slow down", "http_status": 429, "request_id": "r-1", "hint": "Wait."}
    assert (error.server_time, error.retry_after, str(error)) == (1.0, 2.0, "slow down")


def test_what_is_not_given_is_null() -> None:
    assert SecretsError("file", "no").as_dict() == {"kind": "file", "code": None, "message": "no", "http_status": None, "request_id": None, "hint": None}


@pytest.mark.parametrize(
    ("message", "code", "hint", "sentence"),
    [
        pytest.param("It failed", None, None, "It failed.", id="a message ends with a full stop"),
        pytest.param("It failed.", None, None, "It failed.", id="but not with two"),
        pytest.param("It failed", "E.1", None, "It failed (E.1).", id="the code stands in brackets"),
        pytest.param("It failed.", "E.1", None, "It failed (E.1).", id="before the full stop"),
        pytest.param("It failed", None, "Try again.", "It failed. Try again.", id="the hint follows"),
        pytest.param("It failed.", "E.1", "Try again.", "Try again. It failed (E.1).", id="before what the cloud says"),
    ],
)
def test_the_sentence_for_people(message: str, code: str | None, hint: str | None, sentence: str) -> None:
    assert SecretsError("request", message, code=code, hint=hint).sentence() == sentence


def test_an_unknown_name_is_answered_with_the_nearest_known_one() -> None:
    assert unknown_name("option", "regoin", ["region", "account"]) == "unknown option 'regoin'; did you mean region?"


def test_an_unknown_name_unlike_any_is_answered_with_all_of_them() -> None:
    assert unknown_name("option", "zzz", ["region", "account"]) == "unknown option 'zzz'; known: region, account"


@pytest.mark.parametrize("name", ["FLEET", "Fleet", " fleet ", "fleet-", "\u200bfleet", "FLEETS"])
def test_an_unknown_name_in_another_case_is_answered_with_the_known_one(name: str) -> None:
    assert unknown_name("key", name, ["cache", "fleet"]) == f"unknown key {name!r}; did you mean fleet?"


@pytest.mark.parametrize("name", ["Fleet", "CACHE-TIMEOUT", "cache timeout", "cacheTimeout", "token", "\u200bfleet"])
def test_a_name_that_can_be_no_secret_is_told(name: str) -> None:
    assert told_name(name, ["fleet", "cache_timeout"]) == name


@pytest.mark.parametrize("name", ["LTAI5tCANARY", "Fleet-0f8fad5b", "canary-token", "CANARY", "fleet" * 20, 7, None, ["fleet"], ""])
def test_a_name_that_may_be_a_secret_is_not_told(name: object) -> None:
    assert told_name(name, ["fleet", "cache_timeout"]) == NOT_TOLD
