# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/cookbook.md keeps its word: its questions are asked of its fleet, and what is printed is what the page shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._report import lines
from ansible_collections.multicloud.secrets.plugins.modules import secrets_audit
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import AS_OF, RULE_LANGUAGE, judged, record, row, write

PAGE = Path(__file__).resolve().parents[5] / "docs" / "cookbook.md"
*QUESTIONS, FLEET = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def blocks(section: str, language: str) -> list[str]:
    """The code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def inventory(path: Path, released: bool) -> str:
    """The page's fleet, now or as it was released, in one file."""
    rows, records = [], []
    for store in yaml.safe_load(blocks(FLEET, "yaml")[0])["fleet"]:
        place = store["store"].split("/")
        code, colon, message = ("" if released else store.get("refused", "")).partition(": ")
        rows.append(
            {**row(*place), "account_id": store.get("account_id"), **({"status": "failed", "error": {"code": code, "message": message}} if code else {})}
        )
        for secret in store.get("secrets", ()):
            then = secret.pop("at_release", {})
            if not released or then != "absent":
                values = {**secret, **(then if released else {})}
                records.append(record(values.pop("name"), *place, **values))
    return write(path, rows, records)


def asked(section: str, folder: Path) -> list[str]:
    """Printed lines about the rules of a section: the verdict's line, and all lines after the stores."""
    rules = yaml.safe_load(blocks(section, "yaml")[0])["rules"]
    waivers = [waiver for block in blocks(section, "yaml")[1:] for waiver in yaml.safe_load(block)["waivers"]]
    baselines = {"release": [inventory(folder / "then.jsonl", True)]}
    told = lines.render(judged([inventory(folder / "now.jsonl", False)], *rules, waivers=waivers, baselines=baselines))
    first = next(index for index, line in enumerate(told) if any(f" {rule['id']}: " in line for rule in rules))
    return [line for line in told[first:] if "collection-complete: " not in line]


def test_there_are_eleven_questions() -> None:
    assert [section.split(".")[0] for section in QUESTIONS] == [str(number) for number in range(1, 12)]
    assert AS_OF in FLEET
    for text in (PAGE.read_text(encoding="utf-8"), (PAGE.parents[1] / "README.md").read_text(encoding="utf-8"), secrets_audit.DOCUMENTATION):
        assert len(re.findall("eleven questions of a security team", text, re.IGNORECASE)) == 1
    assert "安全团队的十一个问题" in (PAGE.parents[1] / "README.zh-CN.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("section", QUESTIONS, ids=lambda section: section.split(".")[0])
def test_question(section: str, tmp_path: Path) -> None:
    assert asked(section, tmp_path) == blocks(section, "text")[0].splitlines()


def test_each_finds_something(tmp_path: Path) -> None:
    """A rule that finds nothing in this fleet teaches nothing."""
    for index, section in enumerate(QUESTIONS):
        folder = tmp_path / str(index)
        folder.mkdir()
        told: Any = asked(section, folder)
        assert not any("judged nothing" in line for line in told)
        assert any(line.startswith(("  fail ", "  waived ")) for line in told)


def test_no_finding_speaks_the_language_of_rules(tmp_path: Path) -> None:
    for index, section in enumerate(QUESTIONS):
        folder = tmp_path / str(index)
        folder.mkdir()
        told = [line.partition(": ")[2] for line in asked(section, folder) if line.startswith(("  fail ", "  unknown "))]
        assert not [line for line in told if RULE_LANGUAGE.search(line)]
