# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Common proof of the listings of one store, and its limits."""

from __future__ import annotations

import operator

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._paging import unordered
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.merge import doubtful, settles, store_proof, together, unite
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Listing, Page, PageRow, ReadTwice


class _Done(Listing):
    def __init__(self, proof: str, total: int | None, ids: str) -> None:
        super().__init__(100, 1000, True)
        self.proof, self.total = proof, total
        self.taken = [[PageRow(key, 0, {}) for key in ids.split()]]
        self._count = None

    @property
    def least_total(self) -> int:
        return self.total or 0


def settled(listings: list[_Done]) -> bool:
    return settles(listings, together(listings))


def doubted(listings: list[_Done], whole: bool) -> list[Listing]:
    return doubtful(listings, together(listings), whole)


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
    assert store_proof(listings, together(listings)) == proof


def test_listings_settle_when_one_total_is_that_of_all() -> None:
    assert settled([_Done("none", 2, "a"), _Done("none", 2, "b")])
    assert settled([_Done("none", 1, "a"), _Done("none", 1, "a")])
    assert not settled([_Done("none", 3, "a"), _Done("none", 3, "b")])
    assert not settled([_Done("none", 2, "a"), _Done("none", 1, "b")])
    assert not settled([_Done("none", None, "a")])


def test_a_listing_below_its_total_is_doubted_where_totals_are_true() -> None:
    true, short = _Done("total", 1, "a"), _Done("end", 5, "b")
    assert doubted([true, short], whole=False) == [short]
    assert doubted([_Done("end", 5, "a"), short], whole=False) == []
    assert doubted([_Done("total", 5, "a b c d e"), short], whole=False) == []
    assert doubted([true, _Done("end", None, "")], whole=False) == [], "what counts nothing is short of nothing"


@pytest.mark.parametrize("second, least", [(2, 2), (4, 3), (0, 0), (None, 0)])
def test_the_least_that_pages_count(second: int | None, least: int) -> None:
    listing = ReadTwice(1, 1000, True)
    assert listing.least_total == 0
    (first,) = listing.begin()
    window, _last = listing.accept(first, Page([PageRow("a", 1, {})], 3))
    listing.accept(window, Page([PageRow("b", 2, {})], second))
    assert listing.least_total == least


@pytest.mark.parametrize("proof", ["end", "twice", "once"])
def test_a_whole_store_with_less_than_any_page_counted_is_doubted(proof: str) -> None:
    one, other = _Done(proof, 5, "a"), _Done(proof, 5, "b")
    assert doubted([one, other], whole=True) == [one, other]
    assert doubted([one, other], whole=False) == []
    assert doubted([_Done(proof, 2, "a"), _Done(proof, 2, "b")], whole=True) == [], "all together are what each counts"
    assert doubted([_Done(proof, 5, "a"), _Done(proof, 2, "b")], whole=True) == [], "the store may have changed meanwhile"
    assert doubted([_Done(proof, None, "a"), one], whole=True) == [], "a total that is missing counts nothing"
    assert doubted([_Done("none", 5, "a")], whole=True) == [], "what has no proof is doubted enough"


def told(*readings: str) -> ReadTwice:
    """A listing of pages of one row, each named 'id' or 'id=content', in so many readings; the last one is what counts."""
    listing = ReadTwice(1, 1000, True)
    for reading in readings:
        listing.taken += [[PageRow(key, 0, content)] for key, _equals, content in (word.partition("=") for word in reading.split())]
    listing._gone = len(listing.taken) - len(readings[-1].split())
    return listing


@pytest.mark.parametrize("share", [1, 2, 100])
def test_all_that_listings_hold_comes_once(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unordered, "SHARE", share)
    parts = list(unite([told("a=1 b=1 a=2 c=1 b=1"), told("c=3 d=1"), told("")], operator.ne))
    assert {key: content for contents, conflicts in parts for key, content in contents.items()} == {"a": "2", "b": "1", "c": "3", "d": "1"}
    assert sum(len(contents) for contents, conflicts in parts) == 4, "no id is in two shares"
    assert sum(conflicts for contents, conflicts in parts) == 2, "a and c came again with something else"
    assert len(parts) == 1 + 7 // share


def test_what_an_earlier_reading_saw_is_not_held_but_compared() -> None:
    ((contents, conflicts),) = unite([told("a=1 b=1", "a=2 c=1")], operator.ne)
    assert (contents, conflicts) == ({"a": "2", "c": "1"}, 1)


def test_what_two_listings_tell_alike_is_no_conflict() -> None:
    assert list(unite([told("a=1 b=1"), told("b=1 a=1")], operator.ne)) == [({"a": "1", "b": "1"}, 0)]


@pytest.mark.parametrize("share", [1, 100])
def test_listings_together_hold_each_id_once(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unordered, "SHARE", share)
    listings = [_Done("end", 1, ids) for ids in ("a b c", "c d", "")]
    assert [listing.count for listing in listings] == [3, 2, 0]
    assert together(listings) == 4 and together(listings[:1]) == 3 and together(listings[2:]) == together([]) == 0
