# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese README has the examples of the English one, which are run, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import STORE_STATUSES

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```\w+\n.*?^```$", re.MULTILINE | re.DOTALL)
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_examples_are_those_of_the_readme() -> None:
    told = BLOCK.findall(CHINESE)
    assert len(told) == 7 and set(told) <= set(BLOCK.findall(ENGLISH))


def test_each_page_names_the_other() -> None:
    assert "/blob/main/README.zh-CN.md)" in ENGLISH and "/blob/main/README.md)" in CHINESE


@pytest.mark.parametrize("word", [*STORE_STATUSES, "pass", "fail", "unknown"])
def test_it_explains_each_word_of_a_result(word: str) -> None:
    assert re.search(rf"^\|[^|]*`{word}`[^|]*\|", CHINESE, re.MULTILINE)
