# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSV report: a line for each finding, and no cell at which a spreadsheet would begin to calculate."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._report import csv_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.grouping import short
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import poisoned, waived


def rows(result: dict[str, Any], delimiter: str = ",") -> list[list[str]]:
    """The report as a program reads it."""
    return list(csv.reader(io.StringIO(csv_report.CsvReport.render(result).removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))


def test_csv_as_it_reads(plain: dict[str, Any]) -> None:
    lines = csv_report.CsvReport.render(waived(plain)).split("\r\n")
    assert lines[0].startswith("\ufeffverdict,severity,rule,title,provider,account,region,name,id,owner,message,evidence,waiver_reason,")
    assert lines[1] == (
        "fail,critical,collection-complete,Every store was listed to its end,tencent_ssm,prod,r2,,,,failed (AuthFailure: no),"
        '"[{""field"":""status"",""actual"":""failed"",""expected"":""complete""}]",,,,,'
        f'{plain["findings"][0]["fingerprint"]},,,"See why the store could not be listed, and collect again."'
    )
    assert lines[2].endswith(f",known,team-a,2027-01-31,T-1,{plain['findings'][1]['fingerprint']},,,Enable it.")
    assert lines[-1] == ""


def test_a_line_for_each_finding_whatever_its_verdict(plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    for result in (plain, hostile, waived(plain)):
        header, *lines = rows(result)
        assert header == list(csv_report.HEADER)
        assert [line[0] for line in lines] == [finding["verdict"] for finding in result["findings"]]
        assert {len(line) for line in lines} == {len(header)}
        assert csv_report.CsvReport.render(result).count("\n") == len(lines) + 1
    assert {line[0] for line in rows(waived(plain))[1:]} == {"fail", "unknown", "waived"}


def test_no_cell_begins_a_formula(hostile: dict[str, Any]) -> None:
    """Whatever a spreadsheet takes to separate cells: what stands before the first sign is no quote and no space."""
    for delimiter in ",;":
        for line in csv.reader(io.StringIO(csv_report.CsvReport.render(hostile).removeprefix("\ufeff"), newline=""), delimiter=delimiter):
            for cell in line:
                assert not cell.lstrip(' \t\r\n"').startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("a=1", "a=1"),
        ("db-main", "db-main"),
        ("a;b", "a;b"),
        ("a;=1", "a;'=1"),
        ('"=1"', '"\'=1"'),
        ("'=1", "''=1"),
        ("\t=1", "\\u0009=1"),
        ("", ""),
    ],
)
def test_only_formulas_are_changed(plain: dict[str, Any], text: str, cell: str) -> None:
    """Written and read values, in the column of names."""
    assert rows(poisoned(plain, text))[1][7] == cell


@given(st.text(st.sampled_from("=+-@;'\" \ta1[\u00a0\uff1d\u540d"), min_size=1, max_size=8))
def test_harmless_beginnings_are_told_rightly(text: str) -> None:
    assert csv_report.cell(text) == csv_report.FORMULA.sub(r"\1\2'", short(text, csv_report.LONGEST_CELL))


def test_no_cell_is_larger_than_a_spreadsheet_takes(plain: dict[str, Any]) -> None:
    assert max(len(cell) for line in rows(poisoned(plain, "\u202e" * 40_000)) for cell in line) <= 32_767
