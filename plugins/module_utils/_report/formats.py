# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of reports that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import csv_report, html_report, json_report, junit_report, markdown_report, prometheus_report, sarif_report, secrets_report, text_report
from .report import Report, pieces


@dataclass(frozen=True)
class Format:
    """A kind of report. begin: makes a report of a result. timeless: a line of it without the times at which it was made.
    needs_secrets: whether it tells every secret."""

    begin: type[Report]
    timeless: Callable[[str], str]
    needs_secrets: bool = False

    def pieces(self, result: Mapping[str, Any]) -> Iterator[str]:
        """The report in pieces."""
        return pieces(self.begin(result))


FORMATS: Mapping[str, Format] = {
    "json": Format(json_report.JsonReport, json_report.timeless),
    "csv": Format(csv_report.CsvReport, csv_report.timeless),
    "junit": Format(junit_report.JunitReport, junit_report.timeless),
    "sarif": Format(sarif_report.SarifReport, sarif_report.timeless),
    "markdown": Format(markdown_report.MarkdownReport, markdown_report.timeless),
    "html": Format(html_report.HtmlReport, html_report.timeless, needs_secrets=True),
    "text": Format(text_report.TextReport, text_report.timeless),
    "prometheus": Format(prometheus_report.PrometheusReport, prometheus_report.timeless),
    "secrets": Format(secrets_report.SecretsReport, secrets_report.timeless, needs_secrets=True),
}
FILE_NAMES: Mapping[str, str] = {
    "json": "report.json",
    "csv": "report.csv",
    "junit": "report.xml",
    "sarif": "report.sarif",
    "markdown": "report.md",
    "html": "report.html",
    "text": "report.txt",
    "prometheus": "report.prom",
    "secrets": "secrets.csv",
}
"""Names of reports in the report folder of a run."""
