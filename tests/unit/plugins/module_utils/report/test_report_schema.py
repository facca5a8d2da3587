# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON report is what its published schema says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import FORMAT
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import poisoned, waived

SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


def faults(result: dict[str, Any]) -> list[str]:
    """Result of a validator for the report."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(json_report.JsonReport.render(result)))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


def test_reports_are_what_the_schema_says(plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    placed = {**plain, "rules": [{**rule, "file": "rules.yml", "line": 3} for rule in plain["rules"]]}
    for result in (plain, hostile, waived(plain), poisoned(plain, "x"), placed):
        assert faults(result) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda report: report.pop("verdict"),
        lambda report: report.update(verdict="green"),
        lambda report: report.update(extra=1),
        lambda report: report["findings"][0].pop("message"),
        lambda report: report["findings"][0].update(verdict="pass"),
        lambda report: report["stores"][0].update(secrets="many"),
        lambda report: report["rules"][0].update(severity="grave"),
        lambda report: report.update(as_of="yesterday"),
    ],
)
def test_the_schema_refuses_other_things(change: Callable[[dict[str, Any]], Any], plain: dict[str, Any]) -> None:
    change(plain)
    assert faults(plain)
