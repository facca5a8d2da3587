# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible shows in diff mode: findings that are fixed, and findings that are new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.previous import LastReport
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.difference import MOST_SHOWN, Difference
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write

ON = rule("on", expect={"status": "enabled"})


def result(path: Path, off: set[str], **more: Any) -> dict[str, Any]:
    """The result over secrets of which some are off."""
    records = [record(f"s{number:03}", status="disabled" if f"s{number:03}" in off else "enabled") for number in range(300)]
    return judged([write(path, [row()], records)], ON, **more)


def told(made: dict[str, Any]) -> dict[str, str]:
    """The difference that a result makes."""
    report = Difference(made)
    for finding in made["findings"]:
        assert report.add(finding, "") == ""
    assert list(report.tail()) == []
    return report.told()


def test_without_a_last_report_there_is_none(tmp_path: Path) -> None:
    assert told(result(tmp_path / "a", {"s001"})) == {}


def test_what_is_fixed_goes_and_what_is_new_comes(tmp_path: Path) -> None:
    first = result(tmp_path / "a", {"s001", "s002"}, as_of="2026-11-20T23:30:00Z")
    (tmp_path / "last.json").write_text(json_report.JsonReport.render(first), encoding="utf-8")
    assert told(result(tmp_path / "b", {"s002", "s003"}, previous=LastReport(str(tmp_path / "last.json")))) == {
        "before_header": "findings of 2026-11-20T23:30:00Z",
        "after_header": "findings of 2026-11-21T00:00:00Z",
        "before": "high on tencent_ssm/prod/r1/s001\n",
        "after": "high on tencent_ssm/prod/r1/s003: is disabled\n",
    }


def test_it_is_bounded(tmp_path: Path) -> None:
    everything = {f"s{number:03}" for number in range(300)}
    (tmp_path / "last.json").write_text(json_report.JsonReport.render(result(tmp_path / "a", set())), encoding="utf-8")
    found = told(result(tmp_path / "b", everything, previous=LastReport(str(tmp_path / "last.json"))))
    assert (found["before"], found["after"].count("\n")) == ("", MOST_SHOWN)
