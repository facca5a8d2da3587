# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a play: what they have together in each way that a play can go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.play import COLLECTED, FAILED, ListedByHost, StoreRow, together

ALL = ["a", "b", "c", "d"]


def stores(host: str) -> list[StoreRow]:
    """The stores of a host."""
    return [{"provider": "east", "account": host, "region": "r1"}]


def lost(host: str) -> Sequence[StoreRow]:
    """What stands for a host that is lost."""
    return [{"provider": "east", "account": f"host {host}"}]


def done(host: str, play: str = "two", at: float = 2.0) -> dict[str, Any]:
    """A host that has collected."""
    return {"play": play, "at": at, "state": COLLECTED, "stores": stores(host), "inventories": [f"/run/{host}.jsonl"]}


def failed(host: str, known: bool = True) -> dict[str, Any]:
    """A host that failed, after or before it knew its stores."""
    return {**done(host), "state": FAILED, "stores": stores(host) if known else [], "inventories": []}


EVERYBODY = {host: done(host) for host in ALL}
CASES: dict[str, tuple[Any, ...]] = {
    "all hosts collected": (EVERYBODY, ALL, ALL, ALL, "abcd", "abcd", ""),
    "one failed while it listed": ({**EVERYBODY, "b": failed("b")}, ALL, ["a", "c", "d"], ["a", "c", "d"], "acd", "abcd", ""),
    "the first failed": ({**EVERYBODY, "a": failed("a")}, ALL, ["b", "c", "d"], ["b", "c", "d"], "bcd", "abcd", ""),
    "one failed before it knew its stores": ({**EVERYBODY, "b": failed("b", False)}, ALL, ["a", "c", "d"], ["a", "c", "d"], "acd", "aBcd", ""),
    "one never began": ({**EVERYBODY, "c": {}}, ALL, ["a", "b", "d"], ["a", "b", "d"], "abd", "abCd", ""),
    "all failed": ({host: failed(host) for host in ALL}, ALL, [], [], "", "abcd", ""),
    "nobody collected": (dict.fromkeys(ALL, {}), ALL, ALL, ALL, "", "ABCD", ""),
    "the first batch of two": ({"a": done("a"), "b": done("b"), "c": {}, "d": {}}, ALL, ALL, ["a", "b"], "ab", "abCD", "cd"),
    "the last batch of two": (EVERYBODY, ALL, ALL, ["c", "d"], "abcd", "abcd", ""),
    "the last batch, whose last host failed": ({**EVERYBODY, "d": failed("d")}, ALL, ["a", "b", "c"], ["c"], "abc", "abcd", ""),
    "a host of the first batch failed": ({**EVERYBODY, "a": failed("a")}, ALL, ["b", "c", "d"], ["c", "d"], "bcd", "abcd", ""),
    "one host is meant": ({**dict.fromkeys(ALL, {}), "a": done("a")}, ["a"], ALL, ALL, "a", "a", ""),
    "another one is meant": ({**dict.fromkeys(ALL, {}), "a": done("a")}, ["b"], ALL, ALL, "a", "aB", ""),
    "one host is from an earlier play": ({**EVERYBODY, "d": done("d", "one", 1.0)}, ALL, ALL, ALL, "abc", "abcD", ""),
    "all are from an earlier play": ({host: done(host, "one", 1.0) for host in ALL}, ALL, ALL, ["a", "b"], "abcd", "abcd", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_hosts_have_together(name: str) -> None:
    results, expected, alive, batch, inventories, known, coming = CASES[name]
    found = together(results, expected, alive, batch, lost)
    assert found.inventories == [f"/run/{host}.jsonl" for host in inventories]
    wanted = [store for host in known for store in (lost(host.lower()) if host.isupper() else stores(host))]
    assert sorted(found.stores, key=str) == sorted(wanted, key=str)
    assert found.coming == list(coming)
    assert found.twice == []
    assert found.lost == [host.lower() for host in sorted(known, key=str.lower) if host.isupper()]


def test_only_the_play_that_is_asked_for_counts() -> None:
    results = {"a": done("a", "one", 9.0), "b": done("b", "two", 2.0)}
    assert together(results, [], ["a", "b"], ["a", "b"], lost, "two").inventories == ["/run/b.jsonl"]
    assert together(results, [], ["a", "b"], ["a", "b"], lost).inventories == ["/run/a.jsonl"]


@pytest.mark.parametrize(
    "one, other, number",
    [
        pytest.param({"region": "r1"}, {"region": "r1"}, 1, id="the same region"),
        pytest.param({"region": "r1"}, {"region": "r2"}, 0, id="two regions"),
        pytest.param({}, {"region": "r2"}, 1, id="every region of an account, and one of them"),
        pytest.param({"region": "r1"}, {"region": "r1", "account": "other"}, 0, id="two accounts"),
        pytest.param({"region": "r1"}, {"region": "r1", "provider": "west"}, 0, id="two services"),
    ],
)
def test_a_store_of_two_hosts_is_told(one: dict[str, str], other: dict[str, str], number: int) -> None:
    results: dict[str, ListedByHost] = {
        host: {**done(host), "stores": [{"provider": "east", "account": "main", **store}]} for host, store in (("a", one), ("b", other))
    }
    assert len(together(results, ["a", "b"], ["a", "b"], ["a", "b"], lost).twice) == number


def test_a_result_that_run_once_has_copied_is_told() -> None:
    found = together({**dict.fromkeys("abc", done("a")), "d": done("d")}, ALL, ALL, ALL, lost)
    assert (found.copied, found.inventories, bool(found.twice)) == (["a", "b", "c"], ["/run/a.jsonl", "/run/d.jsonl"], True)
    assert together(EVERYBODY, ALL, ALL, ALL, lost).copied == []


def test_a_host_may_list_one_account_in_many_regions() -> None:
    result = {**done("a"), "stores": [{"provider": "east", "account": "main", "region": region} for region in ("r1", "r2", "r1")]}
    found = together({"a": result}, ["a"], ["a"], ["a"], lost)
    assert found.twice == [] and len(found.stores) == 2
