# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/faults.md is what was just measured, and says of this collection what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.tests.faults import member_rivals, rivals

DOCS = Path(__file__).parents[2] / "docs" / "faults.md"


@pytest.fixture(name="measured", scope="module")
def _measured() -> dict[str, list[list[str]]]:
    return rivals.measured()


@pytest.mark.parametrize("cloud", [*rivals.TOOLS, *member_rivals.TOOLS])
def test_this_collection_never_loses_without_a_word(measured: dict[str, list[list[str]]], cloud: str) -> None:
    said = {fault: cell for fault, cell, *_others in measured[cloud]}
    assert set(said.values()) <= {"all", "partial, said so", "error"}, said
    assert said["nothing is wrong"] == said["the tool is called once, without a loop"] == "all"


def test_the_others_list_all_where_nothing_is_wrong(measured: dict[str, list[list[str]]]) -> None:
    """Else the comparison would be unfair."""
    for rows in measured.values():
        assert rows[0] == ["nothing is wrong", *["all"] * (len(rows[0]) - 1)]


def test_the_page_is_what_was_measured(measured: dict[str, list[list[str]]]) -> None:
    assert DOCS.read_text(encoding="utf-8") == rivals.page(measured), "run: python tests/faults --table > docs/faults.md"
