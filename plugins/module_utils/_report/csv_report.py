# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings as a table for a spreadsheet: RFC 4180, a line for each finding.

It begins with a byte order mark, because without one Excel takes UTF-8 for the local code page; who reads it with a
program has the JSON report.
"""

from __future__ import annotations

import csv
import re
import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .grouping import WAIVER, place, short, unlisted, waiver
from .report import Finding, MakeSpool, Report, SmallSpool, evidence_of

BYTE_ORDER_MARK = "\ufeff"
COLUMNS = ("verdict", "severity", "rule", "title", "provider", "account", "region", "name", "id", "owner", "message", "evidence")
HEADER = (*COLUMNS, *(f"waiver_{key}" for key in WAIVER), "fingerprint", "since", "new", "what_to_do")
OWN = frozenset(("name", "id", "message", "evidence"))
"""Columns in which few findings have the same."""
NO_WAIVER = [""] * len(WAIVER)
LONGEST_CELL = 32_000
"""Characters. A cell of a spreadsheet holds 32,767."""

FORMULA = re.compile(r"""(^|;)([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a spreadsheet would begin to calculate. Where a semicolon separates cells, one can begin inside of ours."""
HARMLESS = frozenset(f"{string.ascii_letters}{string.digits}[")
"""Nearly every cell begins with one of these. It holds a formula only behind a semicolon."""


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        """The text."""
        return text


WRITER = csv.writer(_Echo(), lineterminator="\r\n")


class CsvReport(Report):
    """The report."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._titles = {rule["id"]: rule["title"] for rule in result["rules"]}
        self._remedies: dict[str, str | None] = {rule["id"]: rule["remediation"] for rule in result["rules"]}
        self._hints: dict[str, str] = {place(store): store["hint"] for store in unlisted(result) if store["hint"]}

    def head(self) -> str:
        return f"{BYTE_ORDER_MARK}{WRITER.writerow(HEADER)}"

    def add(self, finding: Finding, encoded: str) -> str:
        text: str = WRITER.writerow([*_row(finding, encoded, self._titles), cell(self._what_to_do(finding))])
        return text

    def _what_to_do(self, finding: Finding) -> str | None:
        """The way out of a store that was not listed, else the remediation of the rule."""
        hint = self._hints.get(place(finding)) if self._hints and finding["name"] is None else None
        return hint or self._remedies[finding["rule"]]


def _row(finding: Finding, encoded: str, titles: Mapping[str, str]) -> list[str]:
    evidence = evidence_of(finding, encoded) if finding["evidence"] else ""
    known = {**finding, "title": titles[finding["rule"]], "evidence": evidence}
    excused = waiver(finding)
    told = [cell(excused.get(key)) for key in WAIVER] if excused else NO_WAIVER
    memory = [finding["fingerprint"], finding["since"] or "", {True: "yes", False: "no", None: ""}[finding["new"]]]
    return [cell(known[column]) if column in OWN else plain(known[column]) for column in COLUMNS] + told + memory


def cell(value: str | None) -> str:
    """A text as a cell that no spreadsheet calculates."""
    if not value:
        return ""
    text = short(value, LONGEST_CELL)
    return text if text[0] in HARMLESS and ";" not in text else FORMULA.sub(r"\1\2'", text)


plain = lru_cache(maxsize=1 << 12)(cell)
"""The same for texts that many rows share."""
