# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings as a table for a spreadsheet: RFC 4180, a line for each finding.

It begins with a byte order mark, because without one Excel takes UTF-8 for the local code page; who reads it with a
program has the JSON report.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from .grouping import WAIVER, Finding, short, waiver
from .json_report import line

BYTE_ORDER_MARK = "\ufeff"
COLUMNS = ("verdict", "severity", "rule", "title", "provider", "account", "region", "name", "id", "owner", "message", "evidence")
HEADER = (*COLUMNS, *(f"waiver_{key}" for key in WAIVER))
LONGEST_CELL = 32_000
"""Characters. A cell of a spreadsheet holds 32,767."""

FORMULA = re.compile(r"""(^|;)([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a spreadsheet would begin to calculate. Where a semicolon separates cells, one can begin inside of ours."""


def render(result: Mapping[str, Any]) -> str:
    """The report."""
    titles = {rule["id"]: rule["title"] for rule in result["rules"]}
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_row(finding, titles) for finding in result["findings"])
    return text.getvalue()


def timeless(report: str) -> str:
    """A report without the time at which it was made; it holds none."""
    return report


def _row(finding: Finding, titles: Mapping[str, str]) -> list[str]:
    evidence = line(finding["evidence"]) if finding["evidence"] else ""
    known = {**finding, "title": titles[finding["rule"]], "evidence": evidence}
    excused = waiver(finding)
    return [_cell(known[column]) for column in COLUMNS] + [_cell(excused.get(key)) for key in WAIVER]


def _cell(value: str | None) -> str:
    return FORMULA.sub(r"\1\2'", short(value, LONGEST_CELL)) if value else ""
