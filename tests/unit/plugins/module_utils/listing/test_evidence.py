# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing that contradicts itself is called complete: clouds that are broken in one way each, and in many ways at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER as APIG
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER as SSM
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import collect, parameters
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.worlds import (
    World,
    border,
    by_bytes,
    by_chance,
    capped,
    lacks_last,
    secret,
    whole,
)

TYPED = {"secret_types": ["user"], "encrypt_types": ["kms"]}
RUN_AGAIN = "Run again. If the problem remains, ask the cloud's support."


def users(count: int, **more: Any) -> list[dict[str, Any]]:
    """So many secrets, all in one partition."""
    return [secret(number, **more) for number in range(count)]


def mixed(count: int) -> list[dict[str, Any]]:
    """So many secrets in all partitions."""
    return [secret(number, number % 7 % 5, number // 7 % 2) for number in range(count)]


def listed(provider: Provider, world: World, threads: int = 1, regions: tuple[str, ...] = ("r1",), **question: Any) -> tuple[dict[str, Any], set[str], int]:
    """The row of the ledger, the names that were listed, and the requests. A store that is called complete has all."""
    collector, http = collect(provider, world.answer, regions, threads=threads, **question)
    (row,) = collector.ledger()
    names = {record["name"] for record in collector.spool.records()}
    assert names <= world.ever
    if row["status"] == "complete":
        assert row["proof"] != "none" and row["error"] is None
    else:
        assert row["error"]["message"] and (row["error"]["hint"] or row["error"]["kind"] == "request"), row
    return row, names, len(http.requests)




def at(number: int, sent: int) -> Any:
    """A cut that strikes one request only: it then sends so many rows."""
    state = {"left": number}

    def cut(rows: list[dict[str, Any]], start: int, chance: Any) -> list[dict[str, Any]]:
        state["left"] -= 1
        return rows[:sent] if state["left"] == 0 else rows

    return cut


REFUSED = ("UnsupportedRegion", "ResourceUnavailable.NotPurchased", "InvalidParameterValue")

SCRIPTS = [
    # (name, provider, world, question)
    pytest.param(SSM, lambda: World(users(250), cut=lacks_last(3)), {"filters": TYPED}, id="ssm-typed-pages-lack-rows"),
    pytest.param(SSM, lambda: World(users(250), cut=border(200)), {"filters": TYPED}, id="ssm-typed-rows-behind-a-border"),
    pytest.param(SSM, lambda: World(users(250), cut=at(3, 3)), {"filters": TYPED}, id="ssm-typed-one-page-of-three"),
    pytest.param(SSM, lambda: World(users(250), cut=at(2, 0)), {"filters": TYPED}, id="ssm-typed-an-empty-answer"),
    pytest.param(SSM, lambda: World(mixed(250), cut=lacks_last(3)), {"filters": {"secret_types": ["user"]}}, id="ssm-one-type-pages-lack-rows"),
    pytest.param(SSM, lambda: World(users(250), cut=lacks_last(3)), {"filters": {"name_like": "s"}}, id="ssm-name-pages-lack-rows"),
    pytest.param(SSM, lambda: World(users(250), cut=border(200)), {"filters": {"name_like": "s"}}, id="ssm-name-rows-behind-a-border"),
    pytest.param(SSM, lambda: World(users(250), cut=at(3, 3)), {"filters": {"name_like": "s"}}, id="ssm-name-one-page-of-three"),
    pytest.param(SSM, lambda: World(users(250, at_once=999), cut=border(200)), {}, id="ssm-all-made-at-once-rows-behind-a-border"),
    pytest.param(SSM, lambda: World(users(250), cut=border(200)), {}, id="ssm-rows-behind-a-border"),
    pytest.param(SSM, lambda: World(users(250), cut=lacks_last(3)), {}, id="ssm-pages-lack-rows"),
    *(
        pytest.param(SSM, lambda code=code, key=key: World(mixed(250), struck={(*key, 1): (code, "no")}), {}, id=f"ssm-{code}-once-for-{key}")
        for code in REFUSED
        for key in ((0, 0), (1, 0), (3, 1), (4, 0))
    ),
    pytest.param(
        SSM,
        lambda: World(mixed(250), struck={(4, way, turn): ("InvalidParameterValue.TagKeys", "no such tag") for way in (0, 1) for turn in range(1, 9)}),
        {},
        id="ssm-a-code-that-speaks-of-tags",
    ),
    pytest.param(
        SSM,
        lambda: World(mixed(250), struck={(4, way, turn): ("InvalidParameterValue", "TagFilters") for way in (0, 1) for turn in range(1, 9)}),
        {},
        id="ssm-a-message-that-speaks-of-tags",
    ),
    pytest.param(
        SSM,
        lambda: World(mixed(250), struck={(4, 0, turn): ("InvalidParameterValue", "SecretType") for turn in range(1, 9)}),
        {},
        id="ssm-a-type-that-was-listed-a-moment-ago",
    ),
    pytest.param(
        SSM,
        lambda: World(mixed(250), struck={(2, 1, turn): ("UnsupportedRegion", "no") for turn in range(1, 9)}),
        {},
        id="ssm-a-region-of-which-all-else-was-answered",
    ),
    pytest.param(SSM, lambda: World(users(250), struck={1: None}), {}, id="ssm-nothing-once"),
    pytest.param(APIG, lambda: World(users(250), struck={1: None}), {}, id="apig-nothing-once"),
    pytest.param(SSM, lambda: World(users(250), struck={1: None}), {"filters": TYPED}, id="ssm-typed-nothing-once"),
    pytest.param(SSM, lambda: World(mixed(250), struck={number: None for number in range(1, 11)}), {}, id="ssm-nothing-ten-times"),
    pytest.param(SSM, lambda: World([], struck={number: ("UnsupportedRegion", "no") for number in range(1, 9)}), {"regions": ("all",)}, id="ssm-region-named-and-refused"),
    pytest.param(APIG, lambda: World([], struck={number: ("UnsupportedRegion", "no") for number in range(1, 9)}), {"regions": ("all",)}, id="apig-region-named-and-refused"),
    pytest.param(SSM, lambda: World(users(250), struck={1: ("UnsupportedRegion", "no")}), {"regions": ("all",)}, id="ssm-region-refused-once"),
    pytest.param(APIG, lambda: World(users(250), struck={1: ("UnsupportedRegion", "no")}), {"regions": ("all",)}, id="apig-region-refused-once"),
    pytest.param(SSM, lambda: World(users(250), struck={1: ("ResourceUnavailable.NotPurchased", "no")}), {"regions": ("all",)}, id="ssm-not-purchased-once"),
    *(
        pytest.param(APIG, lambda cut=cut: World(users(60), cut=cut), {"filters": narrow}, id=f"apig-{name}-{how}")
        for how, cut in (("pages-lack-rows", lacks_last(6)), ("rows-behind-a-border", border(54)))
        for name, narrow in (("by-name", {"name_like": "s"}), ("by-type", {"gateway_type": "API"}))
    ),
    *(
        pytest.param(
            provider,
            lambda cut=cut, total=total: World([secret(number, weight=1 + number % 7) for number in range(333)], cut=cut, total=total, seed=3),
            {"filters": narrow} if narrow else {},
            id=f"{cloud}-{how}-totals-{which}{'-typed' if narrow else ''}",
        )
        for cloud, provider, narrows in (("ssm", SSM, ({}, TYPED)), ("apig", APIG, ({}, {"name_like": "s"})))
        for narrow in narrows
        for how, cut in (("pages-by-bytes", by_bytes(100)), ("pages-by-chance", by_chance))
        for which, total in (("exact", lambda true, number, rows: true), ("missing", lambda true, number, rows: None))
    ),
    pytest.param(
        APIG, lambda: World(users(300), cut=border(290), total=lambda true, number, rows: true if rows else None), {}, id="apig-no-total-behind-the-end"
    ),
    pytest.param(
        APIG,
        lambda: World(users(300), cut=border(290), total=lambda true, number, rows: true if rows else None),
        {"filters": {"name_like": "s"}},
        id="apig-by-name-no-total-behind-the-end",
    ),
    *(
        pytest.param(APIG, lambda lag=lag: _front_ends(lag), {}, id=f"apig-front-ends-{'-'.join(map(str, lag))}")
        for lag in ((0, 1), (1, 0), (0, 0, 1), (0, 1, 1), (0, 2, 1), (0, 0, 0, 1))
    ),
    *(pytest.param(APIG, lambda count=count: _cached(count), {}, id=f"apig-first-page-from-a-cache-{count}") for count in (250, 300, 301)),
    pytest.param(SSM, lambda: _front_ends((0, 1), False), {}, id="ssm-front-ends"),
    pytest.param(SSM, lambda: _cached(250, False), {}, id="ssm-first-page-from-a-cache"),
]


def _front_ends(lag: tuple[int, ...], newest_first: bool = True) -> World:
    """Two front ends, of which one does not know the youngest secrets yet."""
    world = World(users(250), lag=lag, newest_first=newest_first)
    for number in (1_000, 1_001):
        world.change([*world.rows, secret(number)])
    return world


def _cached(count: int, newest_first: bool = True) -> World:
    """The first page is from before a secret on it went."""
    world = World(users(count), cached=True, newest_first=newest_first)
    world.change([row for row in world.rows if row["SecretName"] not in ("s3", f"s{count - 4}")])
    return world


@pytest.mark.parametrize("provider, world, question", SCRIPTS)
@pytest.mark.parametrize("threads", [1, 4])
def test_what_contradicts_itself_is_partial_or_right(provider: Provider, world: Any, question: dict[str, Any], threads: int) -> None:
    store = world()
    row, names, _requests = listed(provider, store, threads, **question)
    assert row["status"] in ("failed", "partial") or store.throughout <= names, row
