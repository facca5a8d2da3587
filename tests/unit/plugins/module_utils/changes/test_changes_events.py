# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.fields import SCHEMA as KMS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import catalog
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.values import reader
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.events import ListingComparison, doubtful
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Event, Remembered, Seen, confirmed, watching
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.changes import worlds
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.changes.worlds import CLOUD, NAMES, NOW, REGIONS, record, seen

EMPTY = Remembered("w", NAMES)
CHANGE = worlds.comparison()


def told(*looks: list[Seen], memory: Remembered = EMPTY, regions: Any = None, comparison: Any = CHANGE) -> tuple[list[Event], Remembered]:
    """The events of the last look, and the memory after it."""
    events: list[Event] = []
    for look in looks:
        events, memory = comparison.compare(memory, look, REGIONS if regions is None else regions, NOW)
    return events, memory


def types(events: list[Event]) -> list[str]:
    return [event["type"] for event in events]


BASE = [seen("r1", "complete", record("a"), record("b"))]


def test_the_first_listing_is_a_baseline() -> None:
    (event,), memory = told(BASE)
    assert event == {
        "type": "listing_baseline",
        "reason": "new",
        "count": 2,
        "at": NOW,
        "provider": CLOUD,
        "account": "pay",
        "region": "r1",
        "id": event["id"],
        "meta": {"uuid": event["id"]},
    }
    assert memory.sequence == 1 and set(memory.stores[CLOUD, "pay", "r1"].secrets or ()) == {"a", "b"}


def test_the_first_listing_is_reported_on_request() -> None:
    events, _memory = told(BASE, comparison=worlds.comparison(existing=True))
    assert types(events) == ["secret_appeared", "secret_appeared", "listing_baseline"]
    events, _memory = told(BASE, [seen("r1", "complete", record("c"), asked="less")], comparison=worlds.comparison(existing=True))
    assert types(events) == ["listing_baseline"], "a store that is asked for something else is not new"


def test_nothing_is_told_of_what_stays() -> None:
    events, memory = told(BASE, BASE)
    assert events == [] and memory == told(BASE)[1]


def test_a_secret_appears_changes_and_vanishes() -> None:
    events, _memory = told(BASE, [seen("r1", "complete", record("b", "PendingDelete", DeleteTime=1_790_000_000), record("c"))])
    assert types(events) == ["secret_changed", "secret_appeared", "secret_vanished"]
    changed, appeared, vanished = events
    assert changed["changed"] == ["status", "provider_status"]
    assert (changed["before"], changed["after"]) == (
        {"status": "enabled", "provider_status": "Enabled"},
        {"status": "pending_delete", "provider_status": "PendingDelete"},
    )
    assert changed["secret"]["delete_at"] == "2026-09-21T14:13:20Z" and appeared["secret"]["id"] == "c"
    assert vanished["secret"] == {
        "id": "a",
        "name": "a",
        "kind": "user",
        "status": "enabled",
        "provider_status": "Enabled",
        "kms_key_id": "k",
        "attributes": {"product_name": ""},
    }


def test_attributes_stand_where_a_record_has_them() -> None:
    (event,), _memory = told(BASE, [seen("r1", "complete", record("a", ProductName="Mysql"), record("b"))])
    assert (event["changed"], event["before"], event["after"]) == (
        ["attributes.product_name"],
        {"attributes": {"product_name": ""}},
        {"attributes": {"product_name": "Mysql"}},
    )


def kms(tags: Any) -> list[Seen]:
    """A store of KMS with one secret."""
    row = {"SecretName": "a", "SecretType": "Rds", "PlannedDeleteTime": "", "OwingService": "", "Tags": tags}
    store = {"provider": KMS.provider, "account": "pay", "region": "r1", "account_id": "1", "status": "complete", "error": None}
    return [Seen(store, "all", (KMS.record(row, "pay", "r1"),))]


def test_tags_that_change_are_told_and_those_that_are_withheld_say_nothing() -> None:
    fields = tuple(catalog([KMS])[name] for name in ("status", "tags"))
    comparison = ListingComparison(fields, {KMS.provider: reader(fields, KMS)}, False)
    regions: Any = {(KMS.provider, "pay"): set()}
    before, after = ({"Tag": [{"TagKey": "env", "TagValue": value}, {"TagKey": "{{ 7*7 }}", "TagValue": "{{ 7*7 }}"}]} for value in ("prod", "dev"))
    look = {"memory": Remembered("w", ("status", "tags")), "regions": regions, "comparison": comparison}
    (event,), _memory = told(kms(before), kms(None), kms(after), **look)
    assert (event["type"], event["changed"]) == ("secret_changed", ["tags"])
    assert event["before"] == {"tags": ["env = prod", "{ { 7*7 }} = { { 7*7 }}"]} and event["after"]["tags"][0] == "env = dev"
    assert event["secret"]["tags"] == {"env": "dev", "{ { 7*7 }}": "{ { 7*7 }}"}
    assert told(kms(before), kms(before), **look)[0] == []


def test_a_store_that_is_not_complete_is_told_once_and_hides_nothing() -> None:
    hole = [seen("r1", "partial", record("b", "Disabled"), record("c"), number=None)]
    events, memory = told(BASE, hole)
    assert types(events) == ["listing_incomplete", "secret_changed", "secret_appeared"]
    assert (events[0]["status"], events[0]["error"], events[0]["known"]) == ("partial", worlds.DENIED, 2)
    events, memory = told(hole, memory=memory)
    assert events == []
    events, memory = told([seen("r1", "failed")], memory=memory)
    assert events == []
    events, memory = told([seen("r1", "complete", record("c"))], memory=memory)
    assert types(events) == ["listing_complete", "secret_vanished", "secret_vanished"]
    assert events[0]["incomplete_since"] == NOW and [event["secret"]["id"] for event in events[1:]] == ["a", "b"]


def test_a_store_that_was_never_complete_has_no_baseline() -> None:
    events, memory = told([seen("r1", "partial", record("a"))])
    assert types(events) == ["listing_incomplete"] and events[0]["known"] == 0
    events, _memory = told(BASE, memory=memory)
    assert types(events) == ["listing_complete", "listing_baseline"]


def test_a_store_that_was_there_and_is_not_offered_is_not_empty() -> None:
    assert types(told(BASE, [seen("r1", "not_offered")])[0]) == ["listing_incomplete"]
    events, memory = told([seen("r1", "not_offered")])
    assert events == []
    assert types(told(BASE, memory=memory)[0]) == ["secret_appeared", "secret_appeared"]


@pytest.mark.parametrize("reason, now", [("asked", seen("r1", "complete", record("z"), asked="less")), ("account", seen("r1", "complete", number="2"))])
def test_what_cannot_be_compared_is_a_new_baseline(reason: str, now: Seen) -> None:
    (event,), _memory = told(BASE, [now])
    assert (event["type"], event["reason"]) == ("listing_baseline", reason)


def test_what_cannot_be_compared_waits_until_it_is_whole() -> None:
    events, memory = told(BASE, [seen("r1", "partial", record("z"), asked="less")])
    assert types(events) == ["listing_incomplete"]
    assert types(told([seen("r1", "complete", record("z"), asked="less")], memory=memory)[0]) == ["listing_complete", "listing_baseline"]


def test_what_is_withheld_says_nothing() -> None:
    events, memory = told(BASE, [seen("r1", "complete", record("a", KmsKeyId=7), record("b"))])
    assert events == []
    (event,), _memory = told([seen("r1", "complete", record("a", KmsKeyId="other"), record("b"))], memory=memory)
    assert event["before"] == {"kms_key_id": "k"}


def test_a_status_that_nobody_knows_is_told_in_the_clouds_word() -> None:
    (event,), memory = told(BASE, [seen("r1", "complete", record("a", "Frozen"), record("b"))])
    assert (event["changed"], event["after"], event["secret"]["status"]) == (["provider_status"], {"provider_status": "Frozen"}, "unknown")


def test_regions_that_are_not_known_leave_their_stores_alone() -> None:
    unknown = [seen("all", "failed")]
    events, memory = told(BASE, unknown)
    assert [(event["type"], event["region"]) for event in events] == [("listing_incomplete", "all")]
    events, memory = told(BASE, memory=memory)
    assert [(event["type"], event["region"]) for event in events] == [("listing_complete", "all")]
    assert set(memory.stores) == {(CLOUD, "pay", "r1")}


def test_a_region_that_the_cloud_names_no_more_is_a_hole() -> None:
    other = [seen("r2", "complete")]
    events, memory = told([*BASE, *other], other)
    assert [(event["type"], event["region"], event["error"]["kind"]) for event in events] == [("listing_incomplete", "r1", "unsupported")]
    assert told(other, memory=memory)[0] == []
    assert [event["type"] for event in told([*BASE, *other], memory=memory)[0]] == ["listing_complete"]


@pytest.mark.parametrize("regions", [{}, {(CLOUD, "pay"): {"r2"}}])
def test_what_the_fleet_does_not_name_is_forgotten(regions: Any) -> None:
    events, memory = told(BASE, [seen("r2", "complete")], regions=regions)
    assert types(events) == ["listing_baseline"] and set(memory.stores) == {(CLOUD, "pay", "r2")}


def test_ids_are_the_same_for_the_same_history_only() -> None:
    down, up = [seen("r1", "complete", record("a", "Disabled"))], [seen("r1", "complete", record("a"))]
    ids = []
    for _history in range(2):
        memory, found = EMPTY, []
        for look in (up, down, up, down):
            events, memory = told(look, memory=memory)
            found += [event["id"] for event in events]
        ids.append(found)
    assert ids[0] == ids[1] and len(set(ids[0])) == 4
    assert told(up, memory=Remembered("another", NAMES))[0][0]["id"] != ids[0][0]


def test_text_of_a_cloud_is_no_template() -> None:
    text = "{{ lookup('pipe', 'id') }} {% set x = 1 %} {# c #} {{{{ $ANSIBLE_VAULT;1.1;AES256 #jinja2: x\n\x1b[2J"
    events, _memory = told(BASE, [seen("r1", "complete", record("a", Description=text), record("b"), record(text))])
    fine = r"{ { lookup('pipe', 'id') }} { % set x = 1 %} { # c #} { { { { $ ANSIBLE_VAULT;1.1;AES256 # jinja2: x\u000a\u001b[2J"
    (event,) = events
    assert (event["secret"]["name"], event["secret"]["id"]) == (fine, fine)
    (event,), _memory = told(
        [
            *BASE,
        ],
        [seen("r1", "complete", record("a", "{{ 1 }}"), record("b"))],
    )
    assert event["after"] == {"provider_status": "{ { 1 }}"}


def test_a_memory_of_other_fields_learns_without_a_word() -> None:
    memory = watching(told(BASE)[1], ("kms_key_id", "encryption"))
    assert [tuple(map(repr, secret.values)) for secret in (memory.stores[CLOUD, "pay", "r1"].secrets or {}).values()] == [("'k'", "withheld")] * 2
    back = watching(memory, NAMES)
    events, after = told(BASE, memory=back)
    assert events == [] and after.stores == told(BASE)[1].stores
    assert watching(back, NAMES) is back


STORE = st.tuples(
    st.sampled_from(["complete", "complete", "partial", "failed"]),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["Enabled", "Disabled"])),
)
WORLDS = st.lists(
    st.fixed_dictionaries({"r1": STORE, "r2": STORE}).map(
        lambda world: {region: (status, {} if status == "failed" else secrets) for region, (status, secrets) in world.items()}
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(WORLDS)
def test_any_history_is_told_as_it_was(history: list[worlds.World]) -> None:
    memory, events = EMPTY, []
    for world in history:
        more, memory = told(worlds.look(world), memory=memory)
        events += more
    assert Counter(map(worlds.summary, events)) == worlds.expected(history)
    assert len({event["id"] for event in events}) == len(events) == memory.sequence


# --- two listings, one right after the other ---

ONLY_B = [seen("r1", "complete", record("b"))]


def twice(first: list[Seen], second: list[Seen]) -> list[str]:
    """The types of the events after two listings of a world that was BASE."""
    _events, memory = told(BASE)
    return types(told(confirmed(first, second), memory=memory)[0])


@pytest.mark.parametrize(
    ("first", "second", "events"),
    [
        pytest.param(ONLY_B, ONLY_B, ["secret_vanished"], id="gone in both"),
        pytest.param(ONLY_B, BASE, [], id="gone in one answer"),
        pytest.param(BASE, ONLY_B, [], id="gone in the second answer"),
        pytest.param(ONLY_B, [seen("r1", "failed")], [], id="gone, and then not listed"),
        pytest.param([seen("r1", "failed")], ONLY_B, [], id="not listed, and then gone"),
        pytest.param([seen("r1", "partial")], BASE, [], id="one garbled answer"),
        pytest.param([seen("r1", "partial")], [seen("r1", "failed")], ["listing_incomplete"], id="garbled twice"),
        pytest.param([seen("all", "failed")], BASE, [], id="regions not told once"),
        pytest.param(BASE, [seen("all", "failed")], [], id="regions not told the second time"),
        pytest.param(ONLY_B, [seen("r1", "complete", record("b"), record("c"))], ["secret_appeared", "secret_vanished"], id="one new, one gone"),
        pytest.param([seen("r1", "complete", record("b"), record("c"))], BASE, ["secret_appeared"], id="one new, in the first only"),
    ],
)
def test_a_loss_is_told_when_two_listings_agree(first: list[Seen], second: list[Seen], events: list[str]) -> None:
    assert twice(first, second) == events


def test_a_loss_that_was_seen_once_is_told_later() -> None:
    _events, memory = told(BASE)
    events, memory = told(confirmed(ONLY_B, [seen("r1", "failed")]), memory=memory)
    assert events == []
    events, _memory = told(ONLY_B, memory=memory)
    assert types(events) == ["secret_vanished"]


@pytest.mark.parametrize(
    ("kind", "again"), [("schema", True), ("server", True), ("denied", True), ("throttled", False), ("deadline", False), ("machine", False)]
)
def test_what_is_listed_once_more(kind: str, again: bool) -> None:
    hole = seen("r1", "partial")
    hole = replace(hole, row={**hole.row, "error": {**worlds.DENIED, "kind": kind}})
    events, memory = told(BASE, [hole])
    assert doubtful(events) == ({(worlds.CLOUD, worlds.ACCOUNT)} if again else set())
    assert doubtful(told([hole], memory=memory)[0]) == set()
    assert doubtful(told(BASE, ONLY_B)[0]) == {(worlds.CLOUD, worlds.ACCOUNT)}
    assert doubtful(told(BASE, [seen("r1", "complete", record("a"), record("b"), record("c"))])[0]) == set()
