# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers in English sentences."""

from __future__ import annotations


def plural(count: float | str) -> str:
    """The end of a word that is counted. count: a number, or one that is written."""
    return "" if count in (1, "1") else "s"


def counted(number: float | str, what: str) -> str:
    """'1 store', '3 stores'."""
    return f"{number} {what}{plural(number)}"


def worded(number: float, one: str, many: str) -> str:
    """A phrase for one, or for many with their number in it."""
    return one if number == 1 else many.format(number)
