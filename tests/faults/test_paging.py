# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults 49 to 64: pages that do not add up. The first of each number runs the module as a process where it is a row."""

from __future__ import annotations

from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Page, PageRow
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults.harness import (
    ACCOUNT,
    ALIBABA,
    PAGE,
    SECRETS,
    TENCENT,
    Case,
    Cloud,
    Ended,
    Fails,
    Lists,
    Refuses,
    always,
    call,
    fault,
    healthy,
    rows,
    run,
    set_fields,
)
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud.vault.provider import Chained

EVERYTHING = {"secret_types": None, "encrypt_types": None}
MORE = 4 * 12
"""Requests that doubt may cost: four readings, or twelve bridges and two readings."""


def everything(cloud: Cloud) -> dict[str, Any]:
    """Whatever page is asked for, the whole list comes."""
    size = {"tencent": {"Limit": 1000}, "alibaba": {"pageSize": 100}, "kms": {"PageSize": 100}}[cloud.name]
    return always("parameters", set={**cloud.first_page, **size})


def first_page(cloud: Cloud) -> dict[str, Any]:
    """Whatever page is asked for, the first one comes."""
    return always("parameters", set=dict(cloud.first_page))


def two_pages(cloud: Cloud) -> dict[str, Any]:
    """The first page, the second, the first, the second."""
    second = {name: number + (PAGE if cloud is TENCENT else 1) for name, number in cloud.first_page.items()}
    return {
        "faults": [
            {"act": "parameters", "set": dict(cloud.first_page), "every": 2, "times": "forever"},
            {"act": "parameters", "set": second, "at": 2, "every": 2, "times": "forever"},
        ]
    }


def unsound(message: str) -> Fails:
    """Pages that do not add up: what was listed is kept, and its store is partial."""
    return Fails("pagination", message=message, requests=None, store="partial")


@rows(
    Case(50, "page-cap", {"page_cap": 7}, Lists(more=MORE)),
    Case(50, "page-cap-of-one", {"page_cap": 1}, Lists(more=4 * SECRETS)),
    Case(50, "page-cap-of-all-but-one", {"page_cap": PAGE - 1}, Lists(more=MORE)),
    Case(50, "page-size-cut-by-the-cloud", {"max_page_size": 10, "over_max": "cap"}, Lists(more=MORE)),
    Case(51, "page-size-ignored", everything, Lists(more=MORE)),
    Case(52, "same-page-for-ever", first_page, unsound("counts|differ")),
    Case(53, "two-pages-in-turn", two_pages, unsound("counts|differ")),
    Case(58, "empty-first-page-once", set_fields(at=1, rows=[]), Lists(more=MORE)),
    Case(58, "empty-second-page-once", set_fields(at=2, rows=[]), Lists(more=MORE)),
    Case(58, "empty-last-page-once", set_fields(at=3, rows=[]), Lists(more=MORE)),
    Case(58, "null-instead-of-a-page-once", set_fields(at=1, rows=None), Lists(more=MORE)),
    Case(58, "empty-for-ever", set_fields(rows=[]), unsound("counts 60 secrets and lists 0"), EVERYTHING),
    Case(59, "more-than-the-total", {"total_scope": SECRETS - 7}, unsound("counts 53 secrets and lists 60")),
    Case(59, "half-the-total", {"total_scope": "wrong"}, unsound("counts 30 secrets and lists 60")),
    # A larger total is no obstacle where filters narrow the question: it may count what was not asked for. Else it is believed.
    Case(59, "less-than-a-total-beside-filters", {"total_scope": SECRETS + 7}, Lists(more=MORE), clouds=(TENCENT,)),
    Case(59, "less-than-the-total", {"total_scope": SECRETS + 7}, unsound("counts 67 secrets and lists"), EVERYTHING),
    Case(60, "total-missing", {"total_scope": "missing"}, Lists(more=MORE)),
    *(
        Case(60, f"total-{name}", set_fields(total=value), Lists(more=MORE))
        for name, value in (("null", None), ("negative", -1), ("text", "12"), ("1e12", 10**12), ("float", 12.5), ("true", True), ("list", [SECRETS]))
    ),
    # So many pages are planned as one listing may have; max_pages bounds them.
    Case(60, "total-a-billion", {"total_scope": 10**9}, unsound("more than 40 pages"), {"max_pages": 40}),
    Case(61, "max-pages", {}, Fails("pagination", message="more than 2 pages", hint="Raise max_pages", requests=2, store="partial"), {"max_pages": 2}),
    Case(62, "a-page-fails", always("answer", at=3, status=503), Fails("server", status=503, requests=None, store="partial"), {"concurrency": 1}),
    Case(63, "no-order", {"order": "random"}, Lists(more=MORE)),
)
def test_case(case: Case, cloud: Cloud, process: bool) -> None:
    case.run(cloud, process)


@fault(49, "so-many", 0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1)
def test_so_many_secrets(part: int, cloud: Cloud) -> None:
    with Emulator(cloud.fleet(part)) as emulator:
        ended = call(cloud, {"endpoint": emulator.url})
        assert ended.complete and sorted(ended.names) == sorted(row[cloud.id] for row in emulator.secrets(ACCOUNT, cloud.region))
        assert len(emulator.requests()) <= 2 * (part // PAGE + 2)


@fault(53, "token-cycle", "once", "for ever")
def test_pages_that_name_each_other_in_a_circle(part: str, cloud: Cloud) -> None:
    """Neither cloud pages by tokens; the third one, which tests are made with, does."""
    listing = Chained(PAGE, 1000, True)
    tokens = ["a", "b", "a", None] if part == "once" else ["a", "b"] * 1000
    windows, asked = listing.begin(), 0
    while windows:
        page = Page([PageRow(f"{cloud.name}-{asked}", None, {})], None, tokens[asked])
        asked += 1
        windows = listing.accept(windows[0], page)
    assert listing.finished and listing.proof == "none" and listing.problem and listing.problem.kind == "pagination" and asked == 3


def judged(cloud: Cloud, changes: list[dict[str, Any]], options: dict[str, Any] | None = None) -> tuple[Ended, dict[str, Any]]:
    """A listing of a store that changes meanwhile, and the store's history. What is called complete lacks nothing that lived throughout."""
    with Emulator(cloud.fleet(behaviour={"changes": changes})) as emulator:
        ended = call(cloud, {"endpoint": emulator.url, "on_error": "report", "concurrency": 1, **(options or {})})
        history = emulator.history()[0]
        assert len(emulator.requests()) <= healthy(cloud) + MORE
    assert len(ended.names) == len(set(ended.names)) and set(ended.names) <= set(history["ever"])
    assert not ended.complete or set(history["throughout"]) <= set(ended.names)
    return ended, history


def restless(cloud: Cloud, change: dict[str, Any]) -> list[dict[str, Any]]:
    """The same change after every page."""
    return [{**change, "after": 1, "every": 1, "times": "forever"}]


CHANGE = {"tencent": ("Description", "description", "later"), "alibaba": ("referenceCount", "reference_count", 77), "kms": ("tags", "tags", {"since": "later"})}
"""A field that changes, its key in records, and the new value."""
NEW: dict[str, list[dict[str, Any]]] = {
    "tencent": [{"SecretName": "new", "SecretType": 0}],
    "alibaba": [{"secretId": "sec-new", "name": "new"}],
    "kms": [{"SecretName": "new"}],
}


@fault(54, "deleted", "oldest after the first page", "newest after the first page", "oldest after every page", "all but one")
def test_secrets_that_are_deleted_meanwhile(part: str, cloud: Cloud) -> None:
    """Once: the listing is complete all the same. After every page: complete, or said not to be."""
    end = part.split(" ", 1)[0]
    if part == "oldest after every page":
        judged(cloud, restless(cloud, {"delete": {"oldest": 1}}))
        return
    change: dict[str, Any] = {"delete": {"newest": SECRETS - 1} if end == "all" else {end: 3}}
    ended, history = judged(cloud, [{"after": 1, **change}])
    assert ended.complete and set(ended.names) >= set(history["now"])


@fault(55, "inserted", "once", "twice")
def test_secrets_that_are_made_meanwhile(part: str, cloud: Cloud) -> None:
    again = [{**NEW[cloud.name][0], **{name: f"{value}-2" for name, value in NEW[cloud.name][0].items() if isinstance(value, str)}}]
    changes = [{"after": 1, "insert": NEW[cloud.name]}] + ([{"after": 2, "insert": again}] if part == "twice" else [])
    ended, history = judged(cloud, changes)
    assert ended.complete and set(ended.names) == set(history["now"])


@fault(56, "pushed-onto-the-next-page", "newest first", "every page")
def test_a_row_that_comes_twice_is_one_secret(part: str, cloud: Cloud) -> None:
    """A secret made while the newest come first pushes the last row of a page onto the next one."""
    change = {"insert": NEW[cloud.name]} if part == "newest first" else {"delete": {"newest": 1}}
    ended, history = judged(cloud, [{"after": 1, **change}] if part == "newest first" else restless(cloud, change))
    assert set(ended.names) <= set(history["ever"])


@fault(57, "changed-meanwhile")
def test_a_secret_that_comes_again_with_other_content(cloud: Cloud) -> None:
    """The later answer wins, and the ledger counts it."""
    name, field, value = CHANGE[cloud.name]
    with Emulator(cloud.fleet()) as emulator:
        truth = emulator.secrets(ACCOUNT, cloud.region)
    created = "createTimestamp" if cloud is ALIBABA else "CreateTime"
    first = sorted(truth, key=lambda row: row[created], reverse=cloud is not TENCENT)[:PAGE]
    changed = first[-1][cloud.id]  # SSM's next page begins a few rows before its last one; the pages of the others are all read again
    ended, _history = judged(cloud, [{"after": 1, "update": [{"id": changed, "set": {name: value}}]}])
    assert ended.complete and ended.row["conflicts"] == 1
    assert [record[field] for record in ended.result["secrets"] if record["id"] == changed] == [value]


@fault(62, "records-of-a-listing-that-broke-off")
def test_what_was_read_before_a_page_failed_is_marked(cloud: Cloud) -> None:
    with Emulator(cloud.fleet(behaviour=always("answer", at=3, status=503))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url, "on_error": "report", "concurrency": 1})
    assert ended.result["complete"] is False and ended.row["status"] == "partial" and 0 < len(ended.names) == ended.result["count"] < SECRETS
    part = ended.row["partitions"][0]
    assert (part["status"], part["count"], part["total"], part["reason"]) == ("partial", len(ended.names), part["total"], "server")


@fault(63, "order-that-never-holds")
def test_a_new_order_at_each_request_is_never_called_complete_when_it_is_not(cloud: Cloud) -> None:
    with Emulator(cloud.fleet(behaviour={"order": "shuffled"})) as emulator:
        ended = call(cloud, {"endpoint": emulator.url, "on_error": "report"})
        truth = {row[cloud.id] for row in emulator.secrets(ACCOUNT, cloud.region)}
        assert set(ended.names) <= truth and (not ended.complete or set(ended.names) == truth)
        assert len(emulator.requests()) <= healthy(cloud) + MORE


@fault(64, "page-size", 0, -1, 101, 10**9)
def test_a_page_size_that_no_cloud_takes(part: int, cloud: Cloud) -> None:
    with Emulator(cloud.fleet()) as emulator:
        ended = run(cloud, {"endpoint": emulator.url, "page_size": part})
        Refuses(f"page_size: {part} is out of range.*from 1 to 100").check(cloud, ended, emulator)
