# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the listings of one store prove together, and when they are not to be believed."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._paginate import Listing, Page, ReadTwice, Row
from ansible_collections.multicloud.secrets.plugins.module_utils._union import doubtful, settles, store_proof


class _Done(Listing):
    def __init__(self, proof: str, total: int | None, ids: str) -> None:
        super().__init__(100, 1000, True)
        self.proof, self.total, self.rows = proof, total, dict.fromkeys(ids.split(), {})

    @property
    def least_total(self) -> int:
        return self.total or 0


@pytest.mark.parametrize(
    "listings, proof",
    [
        pytest.param([_Done("total", 1, "a"), _Done("total", 0, "")], "total", id="every total matches"),
        pytest.param([_Done("end", 2, "a"), _Done("end", 2, "b")], "union", id="one total for all listings together"),
        pytest.param([_Done("end", 9, "a"), _Done("end", 9, "b")], "end", id="totals of no use"),
        pytest.param([_Done("twice", 1, "a"), _Done("total", 1, "b")], "twice", id="the weakest counts"),
        pytest.param([_Done("once", 1, "a"), _Done("twice", 1, "b")], "once", id="one reading is the weakest"),
    ],
)
def test_the_proof_of_a_store(listings: list[Listing], proof: str) -> None:
    assert store_proof(listings) == proof


def test_listings_settle_when_one_total_is_that_of_all() -> None:
    assert settles([_Done("none", 2, "a"), _Done("none", 2, "b")])
    assert settles([_Done("none", 1, "a"), _Done("none", 1, "a")])
    assert not settles([_Done("none", 3, "a"), _Done("none", 3, "b")])
    assert not settles([_Done("none", 2, "a"), _Done("none", 1, "b")])
    assert not settles([_Done("none", None, "a")])


def test_a_listing_below_its_total_is_doubted_where_totals_are_true() -> None:
    true, short = _Done("total", 1, "a"), _Done("end", 5, "b")
    assert doubtful([true, short], whole=False) == [short]
    assert doubtful([_Done("end", 5, "a"), short], whole=False) == []
    assert doubtful([_Done("total", 5, "a b c d e"), short], whole=False) == []
    assert doubtful([true, _Done("end", None, "")], whole=False) == [], "what counts nothing is short of nothing"


@pytest.mark.parametrize("second, least", [(2, 2), (4, 3), (0, 0), (None, 0)])
def test_the_least_that_pages_count(second: int | None, least: int) -> None:
    listing = ReadTwice(1, 1000, True)
    assert listing.least_total == 0
    window, _last = listing.accept(*listing.begin(), Page([Row("a", 1, {})], 3))
    listing.accept(window, Page([Row("b", 2, {})], second))
    assert listing.least_total == least


@pytest.mark.parametrize("proof", ["end", "twice", "once"])
def test_a_whole_store_with_less_than_any_page_counted_is_doubted(proof: str) -> None:
    one, other = _Done(proof, 5, "a"), _Done(proof, 5, "b")
    assert doubtful([one, other], whole=True) == [one, other]
    assert doubtful([one, other], whole=False) == []
    assert doubtful([_Done(proof, 2, "a"), _Done(proof, 2, "b")], whole=True) == [], "all together are what each counts"
    assert doubtful([_Done(proof, 5, "a"), _Done(proof, 2, "b")], whole=True) == [], "the store may have changed meanwhile"
    assert doubtful([_Done(proof, None, "a"), one], whole=True) == [], "a total that is missing counts nothing"
    assert doubtful([_Done("none", 5, "a")], whole=True) == [], "what has no proof is doubted enough"
