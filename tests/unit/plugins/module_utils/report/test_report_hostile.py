# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile texts in every place of a result and in every format: they stay text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import printable
from ansible_collections.multicloud.secrets.plugins.module_utils._report import text_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import (
    CONTROLS,
    FORMATS,
    HOSTILE,
    LONE,
    poisoned,
)

HARMLESS = "harmless"


class Outline(HTMLParser):
    """Everything of a page but its texts: tags with the names of their attributes, and where links go."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, ...]] = []
        self.targets: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _value in attrs)))
        self.targets |= {value or "" for name, value in attrs if name in ("href", "src")}

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment",))


def html_outline(report: str) -> Any:
    page = Outline(report)
    assert all(target.startswith("#") for target in page.targets)
    data = report.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)
    return page.tags, json_outline(data)


def json_outline(report: str) -> Any:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items()}
        return [shape(item) for item in value] if isinstance(value, list) else type(value)

    return shape(json.loads(report))


def csv_outline(report: str) -> Any:
    return [len(line) for line in csv.reader(io.StringIO(report, newline=""), strict=True)], report.count("\n")


def junit_outline(report: str) -> Any:
    return [(element.tag, *element.attrib) for element in ElementTree.fromstring(report.encode("utf-8")).iter()]


def markdown_outline(report: str) -> Any:
    return [line.split("`")[0].split(":")[0] for line in report.splitlines() if not line.startswith("What to do")]


def text_outline(report: str) -> Any:
    """Every line begins as one of ours; how many fit depends on how long they are."""
    assert len(report.encode("utf-8")) <= text_report.LONGEST_REPORT
    assert all(re.match(r"Secrets audit: |\d+ secrets; |Worst: \d|Still there: \d|Not seen: \d|- |There is more ", line) for line in report.splitlines())
    return report.splitlines()[:2]


def prometheus_outline(report: str) -> Any:
    return [line.split("{")[0] for line in report.splitlines()]


OUTLINES: dict[str, Callable[[str], Any]] = {
    "json": json_outline,
    "csv": csv_outline,
    "junit": junit_outline,
    "sarif": json_outline,
    "markdown": markdown_outline,
    "html": html_outline,
    "text": text_outline,
    "prometheus": prometheus_outline,
    "secrets": csv_outline,
}


@pytest.mark.parametrize("text", [*HOSTILE, *LONE], ids=ascii)
@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_changes_no_structure(name: str, text: str, plain: dict[str, Any]) -> None:
    report = FORMATS[name].render(poisoned(plain, text))
    report.encode("utf-8")
    assert not CONTROLS.search(report.replace("\r\n", "\n"))
    assert OUTLINES[name](report) == OUTLINES[name](FORMATS[name].render(poisoned(plain, HARMLESS)))


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 190], ids=ascii)
@pytest.mark.parametrize("name", ["csv", "junit", "html"])
def test_hostile_text_can_be_read(name: str, text: str, plain: dict[str, Any]) -> None:
    """Control characters as their codes, all else as it is."""
    report = FORMATS[name].render(poisoned(plain, text))
    wanted = printable(text)
    if name == "csv":
        seen = next(line[7] for line in csv.reader(io.StringIO(report, newline="")) if line[0] == "waived").replace("'", "")
        wanted = wanted.replace("'", "")
    elif name == "junit":
        seen = next(element.attrib["value"] for element in ElementTree.fromstring(report.encode("utf-8")).iter("property"))
        wanted = wanted.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    else:
        seen = json.loads(report.split('id="data">')[1].split("</script>")[0])["findings"][0]["name"]
    assert seen == wanted


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_result_of_the_judge(name: str, hostile: dict[str, Any]) -> None:
    report = FORMATS[name].render(hostile)
    report.encode("utf-8")
    assert not CONTROLS.search(report.replace("\r\n", "\n"))
    OUTLINES[name](report)
