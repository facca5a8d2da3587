# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers in sentences: one is one, and everything else is many."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.counting import counted, plural, worded


@pytest.mark.parametrize(("number", "told"), [(0, "0 stores"), (1, "1 store"), (2, "2 stores"), (0.25, "0.25 stores"), (1.0, "1.0 store")])
def test_a_number_and_its_word(number: float, told: str) -> None:
    assert counted(number, "store") == f"{number} store{plural(number)}" == told


def test_a_phrase_for_one_and_for_many() -> None:
    assert [worded(number, "once", "{} times") for number in (0, 1, 2)] == ["0 times", "once", "2 times"]


# --- no sentence of ours says '1 stores' ---

PLUGINS = Path(__file__).resolve().parents[5] / "plugins"
NOUNS = (
    "account byte character entrie error finding inventorie level line member minute more new other owner page partition reason record region request rule "
    "second secret store thing thread total value version waiver"
)
MANY = re.compile(rf" (?:of (?:its |the )?)?(?:more |new )?(?:{'|'.join(NOUNS.split())})s\b")
MANY_OF_A_TEXT = re.compile(r"\{[\w.:]*\}" + MANY.pattern)
ALWAYS_MANY = {
    "call['provider']": "a name",
    "excused": "more than the most that a waiver may excuse",
    "len(expression)": "more than the longest expression",
    "len(lines) - kept": "two at least, as the line itself takes the place of one",
    "longest": "a limit",
    "limit": "a limit",
    "max(totals)": "the greater of two",
    "most": "more than there are",
    "self._patience(request)": "a limit",
    "self.max_pages": "a limit",
    "self.total": "the total of a listing of many",
    "seconds": "a limit",
    "spoken": "the others were judged",
}
"""Numbers that are never one, with the reason."""
TEXTS = {
    "{count} findings fail.",
    "{count} of {all} stores was not listed to its end. What it holds is unknown, not fine.",
    "{count} of {all} stores were not listed to their end. What they hold is unknown, not fine.",
    "{count} stores without a finding are not shown.",
    "This page holds the {count} worst of {all} findings. The JSON and CSV reports have all.",
    "This page holds the first {count} of {all} secrets. The report secrets has all.",
    "{} things refer to it",
    "{} versions",
}
"""Texts that stand beside one for a single thing, or that speak of many at any time."""


def written(tree: ast.AST) -> Iterator[str]:
    """What stands before a word for many: the expression of an f-string, or the whole of another text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for value, behind in zip(node.values, node.values[1:]):
                if isinstance(value, ast.FormattedValue) and isinstance(behind, ast.Constant) and MANY.match(str(behind.value)):
                    yield ast.unparse(value.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value and MANY_OF_A_TEXT.search(node.value):
            yield node.value


def test_a_number_that_can_be_one_is_counted() -> None:
    found = {each for path in PLUGINS.rglob("*.py") if "chinese" not in path.name for each in written(ast.parse(path.read_text("utf-8")))}
    assert {each for each in found if not each.rpartition(".")[2].isupper()} - TEXTS == set(ALWAYS_MANY)
