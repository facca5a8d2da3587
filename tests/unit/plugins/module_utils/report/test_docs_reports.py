# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Excerpts, examples and tables of docs/reports.md equal the real reports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report, lines, markdown_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FILE_NAMES
from ansible_collections.multicloud.secrets.plugins.modules import secrets_audit
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import FORMATS, waived

ROOT = Path(__file__).parents[5]
DOCS = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
SECTIONS = {name.lower(): text for name, text in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL)}
SHOWN = {"markdown": "markdown", "json": "json", "csv": "text", "junit": "xml", "sarif": "json", "text": "text", "prometheus": "text", "secrets": "text"}


@pytest.mark.parametrize("name", SHOWN)
def test_excerpts_are_what_comes_out(name: str, plain: dict[str, Any], seen: dict[str, Any]) -> None:
    report = FORMATS[name].render(seen if name == "secrets" else waived(plain)).replace("\r\n", "\n")
    excerpts = re.findall(rf"^```{SHOWN[name]}\n(.*?)^```", SECTIONS[name], re.MULTILINE | re.DOTALL)
    assert excerpts
    for line in "".join(excerpts).splitlines():
        assert line in report, line


def test_every_format_has_a_row_and_a_section() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| `([\w.]+)` \|", DOCS, re.MULTILINE)) == FILE_NAMES
    assert set(FILE_NAMES) == set(SECTIONS) == set(FORMATS)
    choices = yaml.safe_load((ROOT / "roles/assert_secrets/meta/argument_specs.yml").read_text(encoding="utf-8"))
    for entry in ("main", "audit"):
        assert choices["argument_specs"][entry]["options"]["assert_secrets_reports"]["choices"] == list(FILE_NAMES)


def test_limits_are_those_of_the_code() -> None:
    for text in (DOCS, secrets_audit.RETURN, (ROOT / "roles/assert_secrets/README.md").read_text(encoding="utf-8")):
        assert re.findall(r"at most (\d+) lines", text) == [str(lines.MOST_LINES)]
    assert f"at most {html_report.MOST_FINDINGS:,} findings and {html_report.LONGEST_DATA // 1_000_000} million characters" in SECTIONS["html"]
    assert f"At most {markdown_report.LONGEST_REPORT:,} characters" in SECTIONS["markdown"]
    assert f"the first {markdown_report.MOST_STORES} stores and the first {markdown_report.MOST_OF_A_RULE} findings" in " ".join(SECTIONS["markdown"].split())


def test_examples_use_options_that_exist() -> None:
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```", DOCS, re.MULTILINE | re.DOTALL)
    assert any("multicloud.secrets.secrets_audit:" in block for block in blocks)
    for block in blocks:
        for task in [item for item in yaml.safe_load(block) if isinstance(item, dict)]:
            options = task.get("multicloud.secrets.secrets_audit", {})
            assert set(options) <= set(secrets_audit.ARGUMENT_SPEC)
            assert set(options.get("reports", {})) <= set(FORMATS)


def test_pictures_and_the_schema_are_there() -> None:
    targets = re.findall(r"\]\((images/[^)]+|schemas/[^)]+)\)", DOCS)
    assert {target.partition("/")[0] for target in targets} == {"images", "schemas"}
    for target in targets:
        assert 0 < (ROOT / "docs" / target).stat().st_size < 200_000
