# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of one store, taken together: the union by id. Of one id told twice, the later answer counts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from .unordered import Listing, PageRow, distinct, shares


def together(listings: Sequence[Listing]) -> int:
    """Number of their ids."""
    holding = [listing for listing in listings if listing.count]
    return holding[0].count if len(holding) == 1 else distinct([rows for listing in holding for rows in listing.held])


def unite(listings: Sequence[Listing], differ: Callable[[Any, Any], bool]) -> Iterator[tuple[dict[Hashable, Any], int]]:
    """All that they hold, a share of it at a time: id -> content, and how many ids came again with content that differs.

    Of what one listing was told twice the later answer counts, of what two were told the later listing's.
    """
    told_by = [(listing, _told(listing)) for listing in listings]
    for share in shares(sum(len(rows) for _listing, pages in told_by for rows in pages)):
        united: dict[Hashable, Any] = {}
        conflicts = 0
        for listing, pages in told_by:
            told: dict[Hashable, Any] = {}
            for row in (row for rows in pages for row in share(rows)):
                conflicts += row.id in told and differ(told[row.id], row.content)
                told[row.id] = row.content
            if len(listing.held) < len(pages):
                told = {row.id: told[row.id] for rows in listing.held for row in share(rows)}
            conflicts += sum(key in united and differ(united[key], content) for key, content in told.items())
            united.update(told)
        yield united, conflicts


def _told(listing: Listing) -> list[Sequence[PageRow]]:
    """The pages of a listing, without earlier readings that only had the very pages which count, if these have no id twice."""
    held = listing.held
    earlier = listing.taken[: len(listing.taken) - len(held)]
    again = {id(rows) for rows in earlier} <= {id(rows) for rows in held} and listing.count == sum(map(len, held))
    return held if again else listing.taken
