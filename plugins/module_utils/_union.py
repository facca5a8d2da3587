# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the listings of one store prove together."""

from __future__ import annotations

from collections.abc import Sequence

from ._paginate import PROOFS, Listing


def store_proof(listings: Sequence[Listing]) -> str:
    """The proof of a whole store: its weakest listing's, or 'union' if each total is that of all listings together."""
    weakest = min((listing.proof for listing in listings), key=PROOFS.index)
    return "union" if weakest == "end" and settles(listings) else weakest


def settles(listings: Sequence[Listing]) -> bool:
    """Whether one total, the same for each listing, is exactly what all of them hold together."""
    return {listing.total for listing in listings} == {len({key for listing in listings for key in listing.rows})}


def doubtful(listings: Sequence[Listing], whole: bool) -> list[Listing]:
    """Listings that end before their total, although something shows that the total is to be believed.

    That is another listing of the store, whose total counted just its own rows; or, where the listings are the whole
    store and nothing narrowed them, that all of them together hold less than any of their pages has counted.
    """
    short = [listing for listing in listings if listing.proof not in ("none", "total") and (listing.total or 0) > len(listing.rows)]
    honoured = {listing.total for listing in listings if listing.proof == "total"}
    if whole and short and len({key for listing in listings for key in listing.rows}) < min(listing.least_total for listing in listings):
        return short
    return [listing for listing in short if listing.proof == "end" and honoured and honoured != {listing.total}]
