# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of one store, taken together: the union by id. Of one id told twice, the later answer counts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from .unordered import Listing, distinct, shares


def together(listings: Sequence[Listing]) -> int:
    """Number of their ids."""
    holding = [listing for listing in listings if listing.count]
    return holding[0].count if len(holding) == 1 else distinct([rows for listing in holding for rows in listing.held])


def unite(listings: Sequence[Listing], differ: Callable[[Any, Any], bool]) -> Iterator[tuple[dict[Hashable, Any], int]]:
    """All that they hold, a share of it at a time: id -> content, and how many ids came again with content that differs.

    Of what one listing was told twice the later answer counts, of what two were told the later listing's.
    """
    for share in shares(sum(len(rows) for listing in listings for rows in listing.taken)):
        united: dict[Hashable, Any] = {}
        conflicts = 0
        for listing in listings:
            told: dict[Hashable, Any] = {}
            for row in (row for rows in listing.taken for row in share(rows)):
                conflicts += row.id in told and differ(told[row.id], row.content)
                told[row.id] = row.content
            if len(listing.held) < len(listing.taken):
                told = {row.id: told[row.id] for rows in listing.held for row in share(rows)}
            conflicts += sum(key in united and differ(united[key], content) for key, content in told.items())
            united.update(told)
        yield united, conflicts
