# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""End of a listing after an unforeseen exception, whose text may hold anything."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import module_exit
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import task
from ansible_collections.multicloud.secrets.plugins.modules import tencent_ssm_secrets_info as module

CANARY = "aCanaryThatMustNotBeSeen"


class Module:
    """Stands in for AnsibleModule: notes which exception Ansible would find, and tell of."""

    params: dict[str, Any] = {"query": None, "on_error": "fail"}
    check_mode = False

    def __init__(self, *_words: Any, **_more: Any) -> None:
        pass

    def fail_json(self, **result: Any) -> None:
        print(json.dumps({**result, "pending": str(sys.exc_info()[1])}))
        raise SystemExit(1)


def broken(*_words: Any, **_more: Any) -> Any:
    """Exception with a secret in its text."""
    raise ValueError(CANARY)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *breaks: tuple[Any, str]) -> dict[str, Any]:
    """The result of a run in which these functions break."""
    monkeypatch.setattr(module_exit, "CarefulModule", Module)
    for holder, name in breaks:
        monkeypatch.setattr(holder, name, broken)
    with pytest.raises(SystemExit):
        task.run(module.PROVIDER)
    told = capsys.readouterr()
    assert CANARY not in told.out + told.err
    return cast(dict[str, Any], json.loads(told.out))


def test_what_breaks_is_told_by_its_class_and_when_it_is_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(monkeypatch, capsys, (task, "read_plan"))
    assert told["msg"].startswith("Unexpected ValueError") and told["pending"] == "None"


@pytest.mark.parametrize("breaks", [(task, "argument_spec"), (module_exit, "fail")], ids=["before the module is there", "on the way out"])
def test_a_run_that_cannot_even_end_well_still_tells_no_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], breaks: tuple[Any, str]
) -> None:
    told = run(monkeypatch, capsys, (task, "read_plan"), breaks)
    assert told["failed"] and told["error"]["kind"] in ("internal", "argument")
