# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is weighed before a store closes: one rule at a time, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.evidence import (
    Look,
    Member,
    Refusal,
    contradiction,
    contradicts,
    is_believed,
    is_confirmed,
    is_settled,
    moved,
    store_proof,
    unexplained,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Listing, PageRow


class _Done(Listing):
    """A listing that has ended. told: the totals of its pages as they came."""

    def __init__(self, proof: str, ids: str, *told: int) -> None:
        super().__init__(100, 1000, True)
        self.proof, self.told, self.total = proof, list(told), told[-1] if told else None
        self.taken = [[PageRow(key, 0, {}) for key in ids.split()]]
        self._count = None

    @property
    def least_total(self) -> int | None:
        return min(self.told, default=None)


def member(proof: str, ids: str, *told: int, moving: bool = False, **parameters: Any) -> Member:
    return Member(_Done(proof, ids, *told), parameters, moving)


def in_all(ids: str, *told: int) -> Member:
    return member("end", ids, *told)


def grid(**cells: tuple[str, int]) -> list[Member]:
    """Listings named by kind and way: a0='ids', total."""
    return [member("end", ids, total, kind=name[0], way=name[1]) for name, (ids, total) in cells.items()]


ONE_EACH = grid(a0=("1", 1), a1=("2", 1), b0=("3", 1), b1=("", 0))
BY_KIND = grid(a0=("1", 2), a1=("2", 2), b0=("3", 1), b1=("", 1))
BY_WAY = grid(a0=("1", 2), a1=("2", 1), b0=("3", 2), b1=("", 1))
OF_ALL = grid(a0=("1", 3), a1=("2", 3), b0=("3", 3), b1=("", 3))


@pytest.mark.parametrize("members", [ONE_EACH, BY_KIND, BY_WAY, OF_ALL], ids=["each", "kind", "way", "all"])
def test_totals_may_count_any_set_of_partitions_that_are_alike(members: list[Member]) -> None:
    assert is_settled(members) and unexplained(members, ()) == []
    assert store_proof(members, 3) == "union"


@pytest.mark.parametrize("members", [ONE_EACH, BY_KIND, BY_WAY, OF_ALL], ids=["each", "kind", "way", "all"])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_row_is_noticed_whatever_totals_count(members: list[Member], lost: int) -> None:
    fewer = list(members)
    fewer[lost] = Member(_Done("end", "", *members[lost].listing.told), members[lost].parameters)
    assert unexplained(fewer, ()) and not is_settled(fewer)


def test_partitions_that_nobody_told_apart_are_weighed_one_by_one_and_together() -> None:
    assert unexplained([in_all("1", 2), in_all("2", 2)], ()) == []
    short = in_all("1", 2)
    assert unexplained([short, in_all("2", 1)], ()) == [short]
    assert is_settled([in_all("1", 2), in_all("2", 2)]) and not is_settled([in_all("1", 3), in_all("2", 3)])


def test_equal_totals_of_more_than_they_count_together_are_equal_by_chance() -> None:
    cut = member("end", "1 2", 3, kind="a")
    assert unexplained([cut, member("end", "4 5 6", 3, kind="b")], ()) == [cut]


def test_totals_that_move_agree_where_their_ranges_meet() -> None:
    assert unexplained([in_all("1 2", 3, 4), in_all("3", 4)], ()) == []
    assert unexplained([in_all("1 2", 3), in_all("3", 4)], ())
    assert unexplained([in_all("1 2", 4, 5), in_all("3", 4)], ()), "fewer than any page counted"


def test_what_counts_nothing_is_short_of_nothing() -> None:
    assert unexplained([in_all("1"), in_all("")], ()) == []
    assert unexplained([in_all("1 2", 2)], ()) == [] and unexplained([in_all("1 2 3", 2, 4)], ()) == []
    assert not is_settled([in_all("1")]) and not is_settled([in_all("1", 2), in_all("2")]) and not is_settled([in_all("1", 2, 1)])


SHORT = in_all("1 2", 4, 5)
LOOKS = [
    pytest.param([Look(5, True, "name")], True, id="the same total without the filter, and its last row"),
    pytest.param([Look(4, True, "name")], True, id="a total that it had before"),
    pytest.param([Look(5, False, "name")], False, id="no such row without the filter either"),
    pytest.param([Look(6, True, "name")], False, id="the total moves with the filter"),
    pytest.param([Look(3, True, "name")], False, id="it moves the other way"),
    pytest.param([Look(None, True, "name")], False, id="no total"),
    pytest.param([Look(5, True)], False, id="the listing has the row that it lacks"),
    pytest.param([Look(5, True), Look(5, True, "name")], False, id="it has, and so it has without the filter"),
    pytest.param([Look(5, False), Look(5, True, "name")], True, id="it has not"),
    pytest.param([Look(9, True, "name"), Look(5, True, "tags")], True, id="one filter is honoured, one is not"),
    pytest.param([Look(5, False, "kind", elsewhere=True)], True, id="the same total elsewhere"),
    pytest.param([Look(5, True, "kind", elsewhere=True)], False, id="elsewhere has so many rows itself"),
    pytest.param([Look(5, False, "kind", elsewhere=True), Look(0, False, "kind", elsewhere=True)], False, id="elsewhere by chance only"),
    pytest.param([Look(5, False, "kind", elsewhere=True), Look(None, False, "kind", elsewhere=True)], True, id="elsewhere, where it is offered"),
    pytest.param([], False, id="nothing was asked"),
]


@pytest.mark.parametrize("looks, explained", LOOKS)
def test_a_total_may_ignore_a_filter(looks: list[Look], explained: bool) -> None:
    assert unexplained([SHORT], looks) == ([] if explained else [SHORT])


def test_the_last_row_may_be_in_another_partition_that_the_total_counts_too() -> None:
    looks = [Look(5, False, "name")]
    both = [member("end", "1", 5, kind="a"), member("end", "2", 5, kind="b")]
    assert unexplained(both, ()) == both and unexplained(both, looks) == []
    told_apart = [member("end", "1", 5, kind="a"), member("end", "2", 1, kind="b")]
    assert unexplained(told_apart, looks) == told_apart[:1]


@pytest.mark.parametrize(
    "members, ids, proof",
    [
        pytest.param([member("total", "a", 1), member("total", "", 0)], 1, "total", id="every total matches"),
        pytest.param([member("total", "a", 1), member("total", "a", 1)], 1, "end", id="a secret in two listings is counted twice"),
        pytest.param([in_all("a", 2), in_all("b", 2)], 2, "union", id="one total for all listings together"),
        pytest.param([in_all("a", 9), in_all("b", 9)], 2, "end", id="totals of no use"),
        pytest.param([member("twice", "a", 1), member("total", "b", 1)], 2, "twice", id="the weakest counts"),
        pytest.param([member("once", "a", 1), member("twice", "b", 1)], 2, "once", id="one reading is the weakest"),
    ],
)
def test_the_proof_of_a_store(members: list[Member], ids: int, proof: str) -> None:
    assert store_proof(members, ids) == proof


def refusal(code: str, **values: Any) -> Refusal:
    return Refusal(SecretsError("unsupported", "no", code=code, request_id="r1"), frozenset(values.items()))


def test_a_refusal_is_confirmed_by_another_of_the_same_kind() -> None:
    first = refusal("No", kind="a")
    assert not is_confirmed(first, [first, first]), "one answer is one answer, however many partitions it speaks of"
    assert is_confirmed(first, [first, refusal("No", kind="a")])
    assert not is_confirmed(first, [first, refusal("Never", kind="a")]) and not is_confirmed(first, [first, refusal("No", kind="b")])


def test_a_refusal_is_believed_unless_something_was_answered_that_it_speaks_of() -> None:
    heard = [refusal("No", kind="a"), refusal("No", kind="a")]
    assert is_believed(heard[0], heard, [{"kind": "b"}])
    assert not is_believed(heard[0], heard, [{"kind": "a", "way": 1}, {"kind": "b"}]) and contradicts(heard[0], [{"kind": "a", "way": 1}])
    assert not is_believed(heard[0], heard, []), "the whole question may have been wrong"
    whole = [refusal("No"), refusal("No")]
    assert is_believed(whole[0], whole, []) and not is_believed(whole[0], whole, [{"kind": "b"}]) and not is_believed(whole[0], whole[:1], [])


def test_a_contradiction_names_both_sides_and_the_way_out() -> None:
    error = contradiction(refusal("No"), "has answered otherwise")
    assert (error.kind, error.message, error.code, error.request_id) == ("pagination", "the cloud says No, and has answered otherwise", "No", "r1")
    assert error.hint == "Run again. If the problem remains, ask the cloud's support."


PAIR: tuple[dict[str, Any], ...] = {"kind": "a", "way": 0}, {"kind": "a", "way": 1}
MOVES = [
    pytest.param(member("total", "1", 1, **PAIR[0]), member("total", "2", 1, **PAIR[1]), False, id="nothing"),
    pytest.param(member("total", "1", 1, moving=True, **PAIR[0]), member("total", "2", 1, **PAIR[1]), True, id="a row says so"),
    pytest.param(member("total", "1", 1, **PAIR[0]), member("total", "1", 1, **PAIR[1]), True, id="an id in both"),
    pytest.param(member("end", "1", 1, 2, **PAIR[0]), member("end", "2", 2, 1, **PAIR[1]), True, id="one rises, one falls"),
    pytest.param(member("end", "1", 1, 2, **PAIR[0]), member("end", "2", 1, 2, **PAIR[1]), False, id="both rise"),
    pytest.param(member("end", "1", 1, 2, **PAIR[0]), member("end", "2", 1, **PAIR[1]), False, id="one rises"),
    pytest.param(member("end", "1", 2, 1, 2, **PAIR[0]), member("end", "2", **PAIR[1]), False, id="there and back"),
    pytest.param(member("end", "1", **PAIR[0]), member("end", "2", **PAIR[1]), False, id="no totals"),
]


@pytest.mark.parametrize("one, other, expected", MOVES)
def test_secrets_that_move_between_partitions_show(one: Member, other: Member, expected: bool) -> None:
    stranger = member("total", "9", 1, kind="b", way=0)
    assert moved([one, stranger, other], "way") == ([one, other] if expected else [])


def test_what_is_alone_of_its_kind_moves_nowhere() -> None:
    assert moved([member("total", "1", 1, moving=True, kind="a", way=0), member("total", "1", 1, kind="b", way=1)], "way") == []
