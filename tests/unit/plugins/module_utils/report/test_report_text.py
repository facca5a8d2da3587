# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report for a chat: what it says, in which order, and that it is short whatever it tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.previous import LastReport
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report, prometheus_report, text_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write

ON = rule("on", expect={"status": "enabled"})
REFUSED = row(region="r2", status="failed", error={"code": "Denied", "message": "no", "hint": "Grant the action."})


def judged_at(path: Path, day: str, off: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The result of a day on which these secrets are off."""
    records = [record(name, status="disabled" if name in off else "enabled") for name in "abc"]
    return judged([write(path / day, [row(), *rows], records, collected_at=f"{day}T00:00:00Z")], ON, as_of=f"{day}T01:00:00Z", **more)


def test_text_as_it_reads(tmp_path: Path) -> None:
    first = judged_at(tmp_path, "2026-11-20", "ab")
    assert text_report.TextReport.render(first) == (
        "Secrets audit: FAIL (2026-11-20T01:00:00Z)\n3 secrets; 2 fail, 4 pass\nWorst: 2\n"
        "- high tencent_ssm/prod/r1/a: is disabled\n- high tencent_ssm/prod/r1/b: is disabled\n"
    )
    (tmp_path / "last.json").write_text(json_report.JsonReport.render(first), encoding="utf-8")
    second = judged_at(tmp_path, "2026-11-21", "bc", REFUSED, previous=LastReport(str(tmp_path / "last.json")))
    assert text_report.TextReport.render(second) == (
        "Secrets audit: FAIL (2026-11-21T01:00:00Z)\n3 secrets; 3 fail, 1 unknown, 5 pass\n"
        "Since the report of 2026-11-20T01:00:00Z: 1 new, 1 still there, 1 fixed, 2 not comparable\n"
        "New: 1\n- high tencent_ssm/prod/r1/c: is disabled\nFixed: 1\n- high tencent_ssm/prod/r1/a (on)\n"
        "Still there: 1\n- high tencent_ssm/prod/r1/b: is disabled\n"
        "Not seen: 1\n- failed tencent_ssm/prod/r2: Grant the action.\n"
    )


@pytest.mark.parametrize("letter", ["x", "é", "名", "😀"])
@pytest.mark.parametrize("length", range(395, 405))
def test_it_is_short_and_made_of_whole_lines(letter: str, length: int) -> None:
    lines = [letter * length] * 6
    told = text_report.fitting(lines)
    assert len(told.encode("utf-8")) <= text_report.LONGEST_REPORT
    *kept, last = told.splitlines()
    assert kept == lines[: len(kept)] and (last == text_report.MORE) == (len(kept) < len(lines))


def test_a_thousand_findings_are_short(tmp_path: Path) -> None:
    records = [record("名" * 100 + str(number), status="disabled") for number in range(1000)]
    told = text_report.TextReport.render(judged([write(tmp_path / "a", [row(), REFUSED], records)], ON))
    assert "\nWorst: 1000\n- high tencent_ssm/prod/r1/" in told and "\n- failed tencent_ssm/prod/r2: Grant the action.\n" in told
    assert len(told.encode("utf-8")) <= 2000


# --- the numbers ---


def test_numbers_for_prometheus(tmp_path: Path) -> None:
    result = judged_at(tmp_path, "2026-11-20", "ab", REFUSED)
    told = prometheus_report.PrometheusReport.render(result).splitlines()
    for line in (
        'secrets_audit_verdict{verdict="fail"} 1',
        'secrets_audit_verdict{verdict="pass"} 0',
        "secrets_audit_time_seconds 1795136400",
        "secrets_audit_secrets 3",
        'secrets_audit_stores{status="failed"} 1',
        'secrets_audit_findings{rule="on",severity="high",verdict="fail"} 2',
        'secrets_audit_findings{rule="on",severity="high",verdict="waived"} 0',
        'secrets_audit_findings{rule="collection-complete",severity="critical",verdict="fail"} 1',
    ):
        assert line in told
    assert not any("changes" in line for line in told)
    last = tmp_path / "last.json"
    last.write_text(json_report.JsonReport.render(result), encoding="utf-8")
    second = prometheus_report.PrometheusReport.render(judged_at(tmp_path, "2026-11-21", "bc", REFUSED, previous=LastReport(str(last))))
    assert 'secrets_audit_changes{change="new"} 1\n' in second and 'secrets_audit_changes{change="still"} 3\n' in second


def test_the_number_of_series_does_not_grow_with_the_fleet(tmp_path: Path) -> None:
    small = judged([write(tmp_path / "a", [row()], [record(status="disabled")])], ON)
    records = [record(f"s{number}", region=f"r{number % 50}", status="disabled") for number in range(500)]
    large = judged([write(tmp_path / "b", [row(region=f"r{number}") for number in range(50)], records)], ON)
    assert prometheus_report.PrometheusReport.render(small).count("\n") == prometheus_report.PrometheusReport.render(large).count("\n")


@pytest.mark.parametrize("value,told", [("a", "a"), ('a"b', 'a\\"b'), ("a\\n", "a\\\\n"), ("a\nb", "a\\nb"), ("名", "名")])
def test_labels_are_escaped(value: str, told: str) -> None:
    assert prometheus_report.escaped(value) == told
