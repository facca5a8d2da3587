# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of one store, taken together.

1. The secrets of a store are the union of its listings by id. Of one id told twice, the later answer counts.
2. The proof of a store is its weakest listing's.
3. A total that each listing reports, and that equals the number of ids of all together, proves all of them: 'union'.
4. A listing shorter than its total is doubtful where another listing's total counted just its own rows, or where the
   whole store holds less than every page has counted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from .unordered import PROOFS, Listing, distinct, shares


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


def store_proof(listings: Sequence[Listing], ids: int) -> str:
    """The proof of a whole store: its weakest listing's, or 'union' if each total is that of all ids together."""
    weakest = min((listing.proof for listing in listings), key=PROOFS.index)
    return "union" if weakest == "end" and settles(listings, ids) else weakest


def settles(listings: Sequence[Listing], ids: int) -> bool:
    """True if all listings have the same total, and it equals the number of ids of all of them together."""
    return {listing.total for listing in listings} == {ids}


def doubtful(listings: Sequence[Listing], ids: int, whole: bool) -> list[Listing]:
    """Listings that end before their total, although something shows that the total is to be believed.

    That is another listing of the store, whose total counted just its own rows; or, where the listings are the whole
    store and nothing narrowed them, that all of them together hold less than any of their pages has counted.
    """
    short = [listing for listing in listings if listing.proof != "none" and (listing.total or 0) > listing.count]
    honoured = {listing.total for listing in listings if listing.proof == "total"}
    if whole and short and ids < min(listing.least_total for listing in listings):
        return short
    return [listing for listing in short if listing.proof == "end" and honoured and honoured != {listing.total}]
