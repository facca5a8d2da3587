# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of reports that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import csv_report, html_report, json_report, junit_report, markdown_report, sarif_report


@dataclass(frozen=True)
class Format:
    """A kind of report. render: the report as one text, or in pieces. timeless: a line of it without the times at which
    it was made."""

    render: Callable[[Mapping[str, Any]], str | Iterator[str]]
    timeless: Callable[[str], str]

    def pieces(self, result: Mapping[str, Any]) -> Iterator[str]:
        """The report in pieces."""
        report = self.render(result)
        yield from [report] if isinstance(report, str) else report


FORMATS: Mapping[str, Format] = {
    "json": Format(json_report.pieces, json_report.timeless),
    "csv": Format(csv_report.render, csv_report.timeless),
    "junit": Format(junit_report.render, junit_report.timeless),
    "sarif": Format(sarif_report.render, sarif_report.timeless),
    "markdown": Format(markdown_report.render, markdown_report.timeless),
    "html": Format(html_report.render, html_report.timeless),
}
FILE_NAMES: Mapping[str, str] = {
    "json": "report.json",
    "csv": "report.csv",
    "junit": "report.xml",
    "sarif": "report.sarif",
    "markdown": "report.md",
    "html": "report.html",
}
"""Names of reports in the report folder of a run."""
