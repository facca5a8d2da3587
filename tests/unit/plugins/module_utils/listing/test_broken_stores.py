# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing that contradicts itself is called complete: clouds that are broken in one way each, and in many ways at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER as APIG
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER as SSM
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import collect, parameters, refusal
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
    collector, http = collect(provider, world.answer, regions, seconds=60, threads=threads, **question)
    (row,) = collector.ledger()
    names = {record["name"] for record in collector.spool.records()}
    assert names <= world.ever
    if row["status"] == "complete":
        assert row["proof"] != "none" and row["error"] is None
    elif row["error"]["kind"] == "pagination":
        assert row["error"]["message"] and row["error"]["hint"], row
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
    pytest.param(SSM, lambda: World(mixed(250), struck=dict.fromkeys(range(1, 11))), {}, id="ssm-nothing-ten-times"),
    pytest.param(
        SSM, lambda: World([], struck=dict.fromkeys(range(1, 9), ("UnsupportedRegion", "no"))), {"regions": ("all",)}, id="ssm-region-named-and-refused"
    ),
    pytest.param(
        APIG,
        lambda: World([], struck=dict.fromkeys(range(1, 9), ("UnsupportedRegion", "no"))),
        {"regions": ("all",)},
        id="apig-region-named-and-refused",
    ),
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
            lambda cut=cut, total=total: World([secret(number, weight=1 + number % 7) for number in range(133)], cut=cut, total=total, seed=3),
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
def test_what_contradicts_itself_is_partial_or_right(provider: Provider, world: Any, question: dict[str, Any]) -> None:
    store = world()
    row, names, _requests = listed(provider, store, **question)
    assert row["status"] in ("failed", "partial") or store.throughout <= names, row


# What the ledger then says


def refused(code: str, message: str = "no", *keys: Any) -> dict[Any, Any]:
    """The same refusal for every request, or for those of some partitions."""
    return {(*key, turn): (code, message) for key in keys for turn in range(1, 9)} if keys else dict.fromkeys(range(1, 50), (code, message))


@pytest.mark.parametrize("provider", [SSM, APIG])
def test_a_region_that_the_cloud_names_and_refuses_is_failed_unless_that_is_allowed(provider: Provider) -> None:
    row, _names, requests = listed(provider, World([], struck=refused("UnsupportedRegion")), regions=("all",))
    assert (row["status"], row["error"]["kind"], row["error"]["code"], requests) == ("failed", "pagination", "UnsupportedRegion", 4)
    assert row["error"]["message"] == "the cloud says UnsupportedRegion, and its own list of regions has r1"
    assert row["error"]["hint"] == f"{RUN_AGAIN} If it need not be offered there, set allow_not_offered: true." and "partitions" not in row
    row, _names, _requests = listed(provider, World([], struck=refused("UnsupportedRegion")), regions=("all",), allow_not_offered=True)
    assert row["status"] == "not_offered"


def test_a_service_that_is_not_enabled_says_so_twice() -> None:
    row, _names, requests = listed(SSM, World([], struck=refused("ResourceUnavailable.NotPurchased")), regions=("all",))
    assert (row["status"], row["error"]["code"], requests) == ("not_offered", "ResourceUnavailable.NotPurchased", 4)


def test_a_partition_that_is_refused_while_others_are_answered_names_both() -> None:
    row, _names, requests = listed(SSM, World(mixed(90), struck=refused("UnsupportedRegion", "no", (2, 1))))
    assert (row["status"], row["error"]["kind"], row["error"]["hint"], requests) == ("partial", "pagination", RUN_AGAIN, 11)
    assert row["error"]["message"] == "the cloud says UnsupportedRegion, and has answered another listing that this would concern"
    assert [(part["partition"], part["status"]) for part in row["partitions"]] == [("ssh_key/software", "failed")]


def test_one_type_with_one_encryption_is_not_refused_alone() -> None:
    row, _names, requests = listed(SSM, World(mixed(90), struck=refused("InvalidParameterValue", "SecretType", (4, 0))))
    assert (row["status"], row["error"]["kind"], requests) == ("partial", "pagination", 11)


@pytest.mark.parametrize("count", [90, 250])
def test_sites_without_a_type_or_without_software_encryption_cost_no_request_more(count: int) -> None:
    """Two partitions of a type, and five of an encryption, confirm each other."""
    types = refused("InvalidParameterValue", "SecretType", (3, 0), (3, 1), (4, 0), (4, 1))
    ways = refused("UnknownParameter", "The parameter EncryptType is not recognized.", *((kind, 1) for kind in range(5)))
    for struck, rows in ((types, [row for row in mixed(count) if row["SecretType"] < 3]), (ways, [row for row in mixed(count) if not row["EncryptType"]])):
        row, names, requests = listed(SSM, World(rows, struck=struck))
        assert (row["status"], names, requests) == ("complete", {each["SecretName"] for each in rows}, 10)
        assert {part["status"] for part in row["partitions"]} == {"not_offered"}


def test_a_type_that_is_asked_for_alone_and_refused_is_failed() -> None:
    row, _names, requests = listed(SSM, World([], struck=refused("InvalidParameterValue")), filters={"secret_types": ["redis"]})
    assert (row["status"], row["error"]["code"], requests) == ("failed", "InvalidParameterValue", 2), "anything of the question may have been wrong"


def test_a_refusal_of_the_first_partition_that_does_not_come_again_keeps_no_other_from_being_asked() -> None:
    row, names, requests = listed(SSM, World(mixed(90), struck={1: ("UnsupportedRegion", "no")}))
    assert (row["status"], len(names), requests) == ("complete", 90, 11)


def test_rows_behind_the_end_may_be_refused() -> None:
    """What the cloud refuses explains nothing, and ends nothing."""
    world = World(mixed(260), honours=frozenset(("SecretType", "EncryptType")))
    answer = world.answer

    def picky(request: Any) -> Any:
        found = answer(request)
        return found if found["Response"]["SecretMetadatas"] or parameters(request)["Limit"] > 1 else refusal("InvalidParameterValue", "Offset")

    world.answer = picky  # type: ignore[method-assign]
    row, names, _requests = listed(SSM, world, filters={"name_like": "s1"})
    assert row["status"] == "complete" and names == {each["SecretName"] for each in world.rows if "s1" in each["SecretName"]}


def test_the_deadline_ends_a_store_whose_total_is_still_in_question() -> None:
    resume, world = threading.Event(), World(users(60), cut=border(50))

    def slow(request: Any) -> Any:
        if parameters(request)["pageSize"] == "1":
            resume.wait(5)
        return world.answer(request)

    collector, _http = collect(APIG, slow, seconds=0.5, filters={"name_like": "s"})
    resume.set()
    (row,) = collector.ledger()
    assert (row["status"], row["proof"], row["error"]["kind"], row["count"]) == ("partial", "none", "deadline", 50)


# What is honest stays complete, and what it costs

KMS_AND_SOFTWARE = frozenset(("SecretType", "SearchSecretName"))
ALL_TYPES = frozenset(("EncryptType", "SearchSecretName"))
THE_REGION = frozenset(("SearchSecretName",))
EXACT = frozenset(("SecretType", "EncryptType", "SearchSecretName"))


@pytest.mark.parametrize("count", [1, 90, 400])
@pytest.mark.parametrize("honours, proof", [(EXACT, "total"), (KMS_AND_SOFTWARE, "union"), (ALL_TYPES, "union"), (THE_REGION, "union")])
def test_whatever_totals_honour_a_whole_store_is_complete(honours: frozenset[str], proof: str, count: int) -> None:
    row, names, _requests = listed(SSM, World(mixed(count), honours=honours))
    assert (row["status"], row["proof"], row["total"], row["restarts"], len(names)) == ("complete", proof, count, 0, count)


@pytest.mark.parametrize("honours", [EXACT, KMS_AND_SOFTWARE, ALL_TYPES, THE_REGION])
@pytest.mark.parametrize("cut", [lacks_last(1), border(50)])
def test_whatever_totals_honour_rows_that_lack_are_noticed(honours: frozenset[str], cut: Any) -> None:
    row, _names, _requests = listed(SSM, World(mixed(400), honours=honours, cut=cut))
    assert (row["status"], row["error"]["kind"], row["error"]["hint"]) == ("partial", "pagination", RUN_AGAIN)


@pytest.mark.parametrize("count, fewest", [(100, 11), (250, 12), (1_000, 20)])
def test_an_honest_store_costs_no_request_more(count: int, fewest: int) -> None:
    assert listed(SSM, World(users(count)))[2] == fewest


@pytest.mark.parametrize("count, fewest", [(1, 1), (99, 1), (100, 2), (250, 6), (1_000, 22)])
def test_an_honest_store_without_order_costs_no_request_more(count: int, fewest: int) -> None:
    assert listed(APIG, World(users(count)))[2] == fewest


@pytest.mark.parametrize("provider, requests", [(SSM, 11), (APIG, 2)])
def test_a_store_without_a_secret_costs_one_request_more(provider: Provider, requests: int) -> None:
    row, _names, asked = listed(provider, World([]))
    assert (row["status"], row["proof"], row["total"], row["restarts"], asked) == ("complete", "total", 0, 0, requests)


@pytest.mark.parametrize("filters", [TYPED, {"secret_types": ["user"]}, {"encrypt_types": ["kms"]}, {"name_like": "s"}, {"name_like": "s1", **TYPED}])
@pytest.mark.parametrize("honours", [EXACT, KMS_AND_SOFTWARE, ALL_TYPES, THE_REGION, frozenset(("SecretType", "EncryptType")), frozenset()])
def test_totals_that_ignore_a_filter_are_no_obstacle(honours: frozenset[str], filters: dict[str, Any]) -> None:
    world = World(mixed(260), honours=honours)
    row, names, _requests = listed(SSM, world, filters=filters)
    kinds, ways = ([0] if "secret_types" in filters else range(5)), ([0] if "encrypt_types" in filters else range(2))
    asked = {name["SecretName"] for name in world.rows if name["SecretType"] in kinds and name["EncryptType"] in ways}
    assert (row["status"], names) == ("complete", {name for name in asked if filters.get("name_like", "") in name})


@pytest.mark.parametrize("filters", [{"name_like": "s1"}, {"gateway_type": "AI"}, {"gateway_type": "AI", "name_like": "1"}, {"name_like": "nobody"}])
@pytest.mark.parametrize("honours", [frozenset(), frozenset(("nameLike",)), frozenset(("gatewayType",)), frozenset(("nameLike", "gatewayType"))])
def test_totals_without_order_that_ignore_a_filter_are_no_obstacle(honours: frozenset[str], filters: dict[str, Any]) -> None:
    world = World([secret(number, gatewayType="AI" if number % 3 else "API") for number in range(260)], honours=honours)
    row, names, _requests = listed(APIG, world, filters=filters)
    ai, like = filters.get("gateway_type"), filters.get("name_like", "")
    assert (row["status"], names) == ("complete", {each["name"] for each in world.rows if ai in (None, each["gatewayType"]) and like in each["name"]})


# Secrets that change their encryption while the store is read

MOMENTS = range(1, 13)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", ["s0", "s7"], ids=["kms to software", "software to kms"])
def test_a_secret_that_changes_its_encryption_is_seen(name: str, moment: int) -> None:
    """Another secret says that it is being switched: the two listings of the type are read again, and rows of all readings count."""
    rows = [{**row, "EncryptSwitching": row["SecretName"] == "s1" + name[1:]} for row in (secret(number, 0, number // 7 % 2) for number in range(30))]
    row, names, requests = listed(SSM, World(rows, changes={moment: lambda world: world.switch(name)}))
    assert (row["status"], len(names)) == ("complete", 30) and requests == 12


def test_a_secret_in_both_listings_gives_another_reading_and_is_counted_once() -> None:
    row, names, requests = listed(SSM, World([secret(number) for number in range(30)], changes={2: lambda world: world.switch("s3")}))
    assert (row["status"], row["proof"], row["total"], row["count"], requests) == ("complete", "total", 30, 30, 12)


def test_one_total_that_rises_while_the_other_falls_gives_another_reading() -> None:
    rows = [secret(number, 0, number % 2) for number in range(220)]
    for moment in range(1, 13):
        world = World([dict(row) for row in rows], changes={moment: lambda world: world.switch("s1")})
        row, names, _requests = listed(SSM, world)
        assert world.throughout <= names or len({len(set(totals)) for totals in world.told.values()}) > 1, moment


# Everything at once

CUTS = [whole, whole, whole, capped(40), capped(7), lacks_last(1), lacks_last(3), border(60), by_bytes(90), by_chance]
TOTALS = {
    "true": lambda true, number, rows: true,
    "late": lambda true, number, rows: true if number > 3 else None,
    "only with rows": lambda true, number, rows: true if rows else None,
    "missing": lambda true, number, rows: None,
}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cloud=st.sampled_from([SSM, APIG]),
    count=st.one_of(st.integers(0, 12), st.integers(90, 330)),
    size=st.sampled_from([100, 50, 20]),
    kinds=st.sampled_from([1, 2, 5]),
    ways=st.sampled_from([1, 2]),
    honours=st.sampled_from([EXACT, KMS_AND_SOFTWARE, ALL_TYPES, THE_REGION, frozenset(("nameLike", "gatewayType"))]),
    cut=st.sampled_from(CUTS),
    total=st.sampled_from(sorted(TOTALS)),
    lag=st.sampled_from([(0,), (0,), (0, 1), (0, 0, 2), (3, 0)]),
    cached=st.sampled_from([False, False, True]),
    churn=st.sampled_from([0.0, 0.0, 0.1, 0.5]),
    refused=st.sampled_from([None, None, *REFUSED]),
    struck=st.integers(1, 12),
    empty=st.sampled_from([0, 0, 1]),
    filters=st.sampled_from(["none", "none", "type", "name"]),
    newest_first=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_what_is_called_complete_is_whole_or_nothing_seen_contradicts_it(
    cloud: Provider,
    count: int,
    size: int,
    kinds: int,
    ways: int,
    honours: frozenset[str],
    cut: Any,
    total: str,
    lag: tuple[int, ...],
    cached: bool,
    churn: float,
    refused: str | None,
    struck: int,
    empty: int,
    filters: str,
    newest_first: bool,
    seed: int,
) -> None:
    rows = [secret(number, number % 7 % kinds, number // 7 % ways, weight=1 + number % 9) for number in range(count)]
    answers: dict[Any, Any] = dict.fromkeys(range(1, 1 + empty))
    if refused:
        answers[struck] = (refused, "no")
    world = World(rows, honours, cut, TOTALS[total], lag, cached, answers, {}, churn, newest_first and cloud is APIG, seed)
    narrow: dict[str, Any] = {"none": {}, "type": TYPED if cloud is SSM else {"gateway_type": "API"}, "name": {"name_like": "s"}}[filters]
    row, names, _requests = listed(cloud, world, page_size=size, filters=narrow)
    if empty and cloud is SSM and kinds * ways > 1:
        return  # one answer of nothing beside nine others that are true: only a request for each of these could tell
    if (len(lag) > 1 or cached) and total in ("late", "missing"):
        return  # pages of several moments, and no totals that tell them apart
    if cut in CUTS[5:] and any(all(total is None for total in totals) for totals in world.told.values()):
        return  # rows that lack, and no total that would count them
    if cut in CUTS[5:] and cloud is SSM and filters != "none" and not honours >= EXACT:
        return  # rows that lack, and a total that counts what nobody asked for
    if cut in CUTS[5:] and cloud is SSM and filters == "type" and len({sum(each["SecretType"] == kind for each in rows) for kind in (0, 1, 4)}) == 1:
        return  # rows that lack, and other types with as many secrets by chance
    wanted = {each["SecretName"] for each in rows if filters != "type" or cloud is APIG or (each["SecretType"], each["EncryptType"]) == (0, 0)}
    assert row["status"] != "complete" or world.throughout & wanted <= names, row


@pytest.mark.parametrize("error", [{}, [], {"Code": None}, {"Code": 5, "Message": "m"}])
def test_an_error_without_a_code_is_an_answer_that_cannot_be_used(error: Any) -> None:
    """It is asked for again, as any that is garbled; if it comes each time, its words are ours."""
    broken = {"Response": {"Error": error, "RequestId": "r"}}
    world, numbers = World(mixed(90)), iter(range(1000))
    collector, _http = collect(SSM, lambda request: broken if next(numbers) == 2 else world.answer(request), seconds=60, retries=2)
    assert collector.ledger()[0]["status"] == "complete"
    collector, _http = collect(SSM, lambda request: broken, seconds=60)
    (row,) = collector.ledger()
    assert (row["status"], row["error"]["kind"]) == ("failed", "schema") and row["error"]["message"].endswith("the answer has an error without a code")
