# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of one store, taken together: the union by id. Of one id told twice, the later answer counts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from .unordered import Listing, PageRow, distinct, joined, shares


def together(listings: Sequence[Listing]) -> int:
    """Number of their ids."""
    holding = [listing for listing in listings if listing.count]
    return holding[0].count if len(holding) == 1 else distinct(rows for listing in holding for rows in listing.held)


def unite(listings: Sequence[Listing], differ: Callable[[Any, Any], bool]) -> Iterator[tuple[dict[Hashable, Any], int]]:
    """All that they hold, a share of it at a time: id -> content, and how many ids came again with content that differs.

    Of what one listing was told twice the later answer counts, of what two were told the later listing's.
    """
    blocks = [_blocks(listing) for listing in listings]
    for share in shares(rows for earlier, held in blocks for rows in (*earlier, *held)):
        united: dict[Hashable, Any] = {}
        conflicts = 0
        for earlier, held in blocks:
            told: dict[Hashable, Any] = {}
            for row in (row for rows in (*earlier, *held) for row in share(rows)):
                conflicts += row.id in told and differ(told[row.id], row.content)
                told[row.id] = row.content
            if earlier:
                told = {row.id: told[row.id] for rows in held for row in share(rows)}
            conflicts += sum(key in united and differ(united[key], content) for key, content in told.items())
            united.update(told)
        yield united, conflicts


def _blocks(listing: Listing) -> tuple[Sequence[Sequence[PageRow]], Sequence[Sequence[PageRow]]]:
    """The rows of earlier readings, and those that count. Readings that only had the very pages which count tell nothing, if these have no id twice."""
    held = listing.held
    earlier = listing.taken[: len(listing.taken) - len(held)]
    again = {id(rows) for rows in earlier} <= {id(rows) for rows in held} and listing.count == sum(map(len, held))
    return [] if again else joined(earlier), joined(held)
