# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of reports that there are."""

from __future__ import annotations

from collections.abc import Mapping

from .csv_report import CsvReport
from .html_report import HtmlReport
from .json_report import JsonReport
from .junit_report import JunitReport
from .markdown_report import MarkdownReport
from .prometheus_report import PrometheusReport
from .report import Report
from .sarif_report import SarifReport
from .secrets_report import SecretsReport
from .text_report import TextReport

FORMATS: Mapping[str, type[Report]] = {
    "json": JsonReport,
    "csv": CsvReport,
    "junit": JunitReport,
    "sarif": SarifReport,
    "markdown": MarkdownReport,
    "html": HtmlReport,
    "text": TextReport,
    "prometheus": PrometheusReport,
    "secrets": SecretsReport,
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
