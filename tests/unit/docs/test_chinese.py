# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chinese README: what it tells people to type is what the English one tells, and it explains every status and verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import STORE_STATUSES

ROOT = Path(__file__).parents[3]
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n.*?^```$", CHINESE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_each_command_and_file_is_that_of_the_english_page(block: str) -> None:
    assert block in ENGLISH


@pytest.mark.parametrize("word", [*STORE_STATUSES, "pass", "fail", "unknown"])
def test_each_word_of_a_result_is_explained(word: str) -> None:
    assert re.search(rf"^\|[^|]*`{word}`[^|]*\|", CHINESE, re.MULTILINE)


def test_each_page_leads_to_the_other() -> None:
    assert "blob/main/README.zh-CN.md" in ENGLISH and "blob/main/README.md" in CHINESE
