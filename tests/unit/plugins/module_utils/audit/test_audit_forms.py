# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that look alike and are written with other characters (NFC, NFD): a rule that names one of them says nothing of the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import FALSE, TRUE, UNKNOWN
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, kms, row, rule, truth_of, verdict_of, write

ONE, OTHER = "caf\u00e9", "cafe\u0301"
FORMS = pytest.mark.parametrize(("written", "secret"), [(ONE, OTHER), (OTHER, ONE)], ids=["composed rule", "decomposed rule"])


@FORMS
@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param({"eq": "{}"}, id="eq"),
        pytest.param({"ne": "{}"}, id="ne"),
        pytest.param({"in": ["a", "{}"]}, id="in"),
        pytest.param({"not_in": ["a", "{}"]}, id="not_in"),
        pytest.param({"glob": "{}*"}, id="glob"),
        pytest.param({"regex": "^{}$"}, id="regex"),
        pytest.param({"contains": "{}"}, id="contains"),
        pytest.param({"contains_any": ["x", "{}"]}, id="contains_any"),
    ],
)
def test_a_text_in_another_form_is_unknown(predicate: dict[str, Any], written: str, secret: str) -> None:
    asked = {operator: _filled(argument, written) for operator, argument in predicate.items()}
    assert truth_of({"description": asked}, kms(description=secret)) == UNKNOWN
    assert truth_of({"description": asked}, kms(description=written)) in (TRUE, FALSE)
    assert truth_of({"description": asked}, kms(description="plain")) in (TRUE, FALSE)
    assert truth_of({"tag": {"key": "team", **asked}}, kms(tags={"team": secret})) == UNKNOWN


def _filled(argument: Any, text: str) -> Any:
    return [item.format(text) for item in argument] if isinstance(argument, list) else argument.format(text)


@FORMS
@pytest.mark.parametrize("asked", [{"present": True}, {"absent": True}, {"eq": "x"}], ids=str)
def test_the_key_of_a_tag_in_another_form_is_unknown(asked: dict[str, Any], written: str, secret: str) -> None:
    assert truth_of({"tag": {"key": written, **asked}}, kms(tags={secret: "x"})) == UNKNOWN
    assert truth_of({"tag": {"key": written, **asked}}, kms(tags={written: "x", secret: "y"})) in (TRUE, FALSE)
    assert truth_of({"tags": {"contains_only": [written]}}, kms(tags={secret: "x"})) == UNKNOWN


@FORMS
def test_a_query_is_asked_of_both_forms(written: str, secret: str) -> None:
    asked = {"query": {"expr": f"description != '{written}'", "fields": ["description"]}}
    assert [truth_of(asked, kms(description=text)) for text in ("plain", written)] == [TRUE, FALSE]
    assert truth_of(asked, kms(description=secret)) == UNKNOWN


@FORMS
@pytest.mark.parametrize(
    "about",
    [
        pytest.param({"fleet": {"forbidden": ["{}"]}}, id="forbidden"),
        pytest.param({"fleet": {"required": ["{}"]}}, id="required"),
        pytest.param({"fleet": {"required": ["{}?"]}}, id="required by a pattern"),
        pytest.param({"select": {"name": "{}x"}, "expect": {"status": "enabled"}}, id="select"),
    ],
)
def test_no_rule_ends_green_over_a_name_in_another_form(about: dict[str, Any], written: str, secret: str, tmp_path: Path) -> None:
    made: dict[str, Any] = _deep(about, written)
    path = write(tmp_path / "a.jsonl", [row("alibaba_kms")], [kms(f"{secret}x" if "{}?" in str(about) or "select" in about else secret)])
    result = judged([path], rule(**made))
    assert verdict_of(result) == "unknown" and result["verdict"] != "pass"
    assert findings_of(result)


def _deep(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {key: _deep(item, text) for key, item in value.items()}
    return [_deep(item, text) for item in value] if isinstance(value, list) else value.format(text)


def test_two_secrets_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [row("alibaba_kms")], [kms(ONE), kms(OTHER)])
    first, second = findings_of(judged([path], rule(expect={"name": {"regex": "^x$"}})))
    assert {first["message"], second["message"]} == {"the name is caf\u00e9 (required pattern: ^x$)", "the name is cafe\\u0301 (required pattern: ^x$)"}
    assert first["fingerprint"] != second["fingerprint"]
