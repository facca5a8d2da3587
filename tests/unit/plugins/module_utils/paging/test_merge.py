# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of one store, taken together."""

from __future__ import annotations

import operator

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._paging import unordered
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.merge import together, unite
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Listing, PageRow, ReadTwice
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.paging.stored import OnDisk


class _Done(Listing):
    def __init__(self, proof: str, total: int | None, ids: str) -> None:
        super().__init__(100, 1000, True)
        self.proof, self.total = proof, total
        self.taken = [[PageRow(key, 0, {}) for key in ids.split()]]
        self._count = None


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
    listings = [told("a=1 b=1 a=2 c=1 b=1"), told("c=3 d=1"), told("")]
    for listing in listings:
        listing.taken = [OnDisk(rows) for rows in listing.taken]
    parts = list(unite(listings, operator.ne))
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
