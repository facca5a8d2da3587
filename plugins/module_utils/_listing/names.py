# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names that a person asked for: which of them an account does not have, and which of its names come nearest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import did_you_mean, nearest
from .._core.redaction import printable
from .ledger import LedgerRow

MOST_NAMES = 20_000
"""Of an account, to compare with. More would cost more than the hint is worth."""
MOST_TOLD = 10

MissingName = dict[str, Any]


class NamesSeen:
    """The names of an account that a listing has shown. wanted: those that were asked for."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self.found: set[str] = set()
        self._others: set[str] = set()

    def add(self, name: str | None) -> None:
        """A record has this name."""
        if name in self._wanted:
            self.found.add(str(name))
        elif name is not None and len(self._others) < MOST_NAMES:
            self._others.add(name)

    def nearest(self, name: str) -> str | None:
        """The name that comes nearest."""
        return nearest(name, sorted(self._others | self.found))


def missing_names(wanted: Iterable[str], seen: Mapping[str, NamesSeen], rows: Sequence[LedgerRow]) -> list[MissingName]:
    """For each account, the names that it does not have; 'certain' is false where not all of its stores were listed."""
    missing = []
    for account, names in sorted(seen.items()):
        certain = all(row["status"] in ("complete", "not_offered") for row in rows if row["account"] == account)
        absent = [name for name in sorted(wanted) if name not in names.found]
        for number, name in enumerate(absent):
            near = names.nearest(name) if number < MOST_TOLD else None
            missing.append({"account": account, "name": name, "nearest": near, "certain": certain})
    return missing


def warnings(missing: Sequence[MissingName], filtered: bool) -> list[str]:
    """What missing_names() found, for people: a warning for each account."""
    told = []
    for account in dict.fromkeys(each["account"] for each in missing):
        mine = [each for each in missing if each["account"] == account]
        more = f" and {len(mine) - MOST_TOLD} more" if len(mine) > MOST_TOLD else ""
        shown = ", ".join(_shown(each) for each in mine[:MOST_TOLD])
        if mine[0]["certain"]:
            narrowed = " that the other filters let through" if filtered else ""
            told.append(f"Account {account!r} has no secret{narrowed} of the name {shown}{more}.")
        else:
            told.append(f"It is not known whether account {account!r} has a secret of the name {shown}{more}: not all of it could be listed.")
    return told


def _shown(each: MissingName) -> str:
    name, near = each["name"], each["nearest"]
    return repr(printable(name)) + did_you_mean(near and repr(printable(near)), inside=True)
