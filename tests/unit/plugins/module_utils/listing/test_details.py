# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of a store that has been listed, through the real queue and transport from a scripted cloud."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import GAP, NEVER, NONE, FieldMapping, Record
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import OneOf, integer, seconds_or_none, text
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import additions
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.additions import Addition
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.details import TRIES, asked_details
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.spool import DiskSpool, MemorySpool, Spool
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Detail, DetailFlow, Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.calls import call
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER as SSM
from ansible_collections.multicloud.secrets.tests.unit.fakes import FakeClock
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import collect, parameters, refusal, ssm
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import ssm_row as bare_row

FIELDS = {
    "count": (FieldMapping("Count", "version_count", integer), FieldMapping("Last", "last_rotated_at", seconds_or_none)),
    "state": (FieldMapping("State", "key_state", OneOf({"On": "enabled"})), FieldMapping("Owner", "attributes.key_owner", text)),
    "after": (FieldMapping("Count", "rotation_count", integer),),
    "shop": (FieldMapping("Open", "service.enabled", OneOf({"yes": "yes"})), FieldMapping("Quota", "service.quota", integer)),
}


def ask(action: str, wrap: Callable[[Any], Any] = lambda row: row) -> Callable[[Target, Sequence[str]], DetailFlow]:
    """A flow of one request about its subjects, whose answer has a row for each that is there."""

    def flow(target: Target, subjects: Sequence[str]) -> DetailFlow:
        answer = yield call("ssm", action, "2019-09-23", target, {"Subjects": list(subjects)})
        rows = answer["Response"]["Rows"]
        return {subject: wrap(rows[subject]) for subject in subjects if subject in rows}

    return flow


def by_name(record: Record, words: Collection[str]) -> str | None:
    return None if record["kind"] == "ssh_key" else str(record["name"])


def counted(record: Record, words: Collection[str]) -> str | None:
    """Of the value that another detail filled."""
    assert "count" in words
    return str(record["name"]) if record["version_count"] else None


COUNT = Detail("count", by_name, 2, ask("Count"), ("ssm:Count", "ssm:More"))
STATE = Detail("state", lambda record, words: record["kind"], None, ask("State"), ("ssm:State",))
AFTER = Detail("after", counted, 1, ask("After"), ("ssm:After",), implies=("count",))
SHOP = Detail("shop", None, None, ask("Shop"), ("ssm:Shop",))
NULLS = {**SSM.schema.nulls, "rotation_count": GAP, "last_rotated_at": {"user": NONE, "ssh_key": NEVER}}
PROVIDER = replace(SSM, schema=replace(SSM.schema, details=FIELDS, nulls=NULLS), details=(COUNT, STATE, AFTER, SHOP))


def cloud(rows: list[dict[str, Any]], **answers: Any) -> Callable[[Request], Any]:
    """A listing, and answers by their actions: rows by subject, an error, or a function of the subjects."""

    def answer(request: Request) -> Any:
        if request.action == "ListSecrets":
            return ssm(rows)(request)
        told = answers[request.action]
        told = told(parameters(request)["Subjects"]) if callable(told) else told
        return told if isinstance(told, Exception) or "Response" in told else {"Response": {"Rows": told, "RequestId": "r"}}

    return answer


def listed(rows: list[dict[str, Any]], *words: str, provider: Provider = PROVIDER, **answers: Any) -> tuple[dict[str, Any], dict[str, Record], list[Request]]:
    """The ledger's row, the records by name, and the requests for details."""
    collector, http = collect(provider, cloud(rows, **answers), details=words)
    records = {record["name"]: record for record in collector.spool.records()}
    return collector.ledger()[0], records, [request for request in http.requests if request.action != "ListSecrets"]


def subjects(requests: Sequence[Request], action: str) -> list[list[str]]:
    return sorted(parameters(request)["Subjects"] for request in requests if request.action == action)


def complete(secrets: int) -> dict[str, Any]:
    return {"status": "complete", "secrets": secrets, "failed": 0, "error": None}


def ssm_row(number: int, kind: int = 0) -> dict[str, Any]:
    """A row in which nothing is missing."""
    return {**bare_row(number, kind), "DeleteTime": 0, "NextRotationTime": 0, "TargetUin": 0}


ROWS = [ssm_row(number) for number in range(5)]


def test_nothing_is_asked_for_that_nobody_wants() -> None:
    row, records, requests = listed(ROWS)
    assert not requests and "details" not in row and "service" not in row
    assert all(record["version_count"] is None and record["invalid"] == [] for record in records.values())


def test_secrets_are_asked_for_in_batches_and_their_values_come_to_them() -> None:
    row, records, requests = listed([*ROWS, ssm_row(5, 2)], "count", Count=lambda names: {name: {"Count": int(name[1:]), "Last": 86400} for name in names})
    assert subjects(requests, "Count") == [["s0", "s1"], ["s2", "s3"], ["s4"]]
    assert {name: record["version_count"] for name, record in records.items()} == {"s0": 0, "s1": 1, "s2": 2, "s3": 3, "s4": 4, "s5": None}
    assert records["s1"]["last_rotated_at"] == "1970-01-02T00:00:00Z" and records["s5"]["invalid"] == []
    assert row["details"] == {"count": complete(5)} and row["status"] == "complete"


def test_one_flow_of_a_store_asks_for_what_its_secrets_share() -> None:
    rows = [*ROWS, ssm_row(5, 2)]
    row, records, requests = listed(rows, "state", State={"user": {"State": "On", "Owner": "me"}, "ssh_key": {"State": "Strange", "Owner": "you"}})
    assert subjects(requests, "State") == [["ssh_key", "user"]]
    assert {(record["key_state"], record["attributes"]["key_owner"]) for record in records.values()} == {("enabled", "me"), (None, "you")}
    assert records["s5"]["invalid"] == ["key_state"], "a value that cannot be read is no value"
    assert row["details"] == {"state": complete(6)}


def test_an_implied_detail_is_asked_for_first_and_its_values_choose_the_next_subjects() -> None:
    counts = {f"s{number}": {"Count": number % 2, "Last": 0} for number in range(5)}
    row, records, requests = listed(ROWS, "after", Count=counts, After=lambda names: {name: {"Count": 7} for name in names})
    assert subjects(requests, "After") == [["s1"], ["s3"]]
    assert [request.action for request in requests] == ["Count"] * 3 + ["After"] * 2
    assert [record["rotation_count"] for record in records.values()] == [None, 7, None, 7, None]
    assert row["details"] == {"count": complete(5), "after": complete(2)}
    assert [detail.word for detail in asked_details(PROVIDER.details, ("shop", "after"))] == ["count", "after", "shop"]


def test_a_detail_of_the_store_stands_in_its_row() -> None:
    row, records, _requests = listed([], "shop", "count", Shop={"": {"Open": "yes", "Quota": "many", "Secret": "dropped"}})
    assert (row["service"], row["details"]) == ({"enabled": "yes", "quota": None}, {"count": complete(0), "shop": complete(0)})
    assert not records


def test_a_secret_that_is_gone_is_no_failure() -> None:
    row, records, _requests = listed(ROWS, "count", Count={f"s{number}": {"Count": 1, "Last": 0} for number in range(4)})
    assert row["details"] == {"count": complete(5)}
    assert (records["s4"]["version_count"], records["s4"]["invalid"]) == (None, ["last_rotated_at", "version_count"])
    assert records["s3"]["invalid"] == []


def test_what_may_be_empty_has_to_be_told() -> None:
    _row, records, _requests = listed(ROWS[:1], "count", Count={"s0": {"Count": 1}})
    assert records["s0"]["invalid"] == ["last_rotated_at"]


@pytest.mark.parametrize("kind", ["denied", "request"])
def test_a_detail_that_fails_leaves_the_store_complete(kind: str) -> None:
    code = {"denied": "UnauthorizedOperation", "request": "InvalidParameterValue"}[kind]
    rows = [ssm_row(number) for number in range(40)]
    row, records, requests = listed(rows, "count", "shop", Count=refusal(code), Shop={"": {}})
    told = row["details"]["count"]
    assert (row["status"], row["error"], told["status"], told["secrets"], told["failed"], told["error"]["kind"]) == ("complete", None, "failed", 40, 40, kind)
    assert all(record["version_count"] is None and record["invalid"] == ["last_rotated_at", "version_count"] for record in records.values())
    if kind == "denied":
        assert told["error"]["hint"] == "Grant the actions ssm:Count and ssm:More, or leave count out of details."
    assert len(subjects(requests, "Count")) == (TRIES if kind == "denied" else 20), "what is refused to all is not asked for again and again"
    assert row["details"]["shop"] == complete(0)


def test_a_refusal_of_some_secrets_is_that_of_these() -> None:
    def answer(names: list[str]) -> Any:
        return refusal("UnauthorizedOperation") if "s2" in names else {name: {"Count": 1, "Last": 0} for name in names}

    row, records, _requests = listed(ROWS, "count", Count=answer)
    assert {name for name, record in records.items() if record["invalid"]} == {"s2", "s3"}
    assert (row["details"]["count"]["status"], row["details"]["count"]["failed"]) == ("partial", 2)


def test_what_the_deadline_cuts_off_is_no_failed_listing() -> None:
    held = threading.Event()

    def answer(names: list[str]) -> Any:
        if "s2" in names:
            held.wait(5)
        return {name: {"Count": 1, "Last": 0} for name in names}

    collector, _http = collect(PROVIDER, cloud(ROWS, Count=answer, After={}), details=("after",), seconds=0.5, threads=1)
    held.set()
    row, records = collector.ledger()[0], collector.spool.records()
    assert (row["status"], row["count"]) == ("complete", 5)
    assert (row["details"]["count"]["status"], row["details"]["count"]["failed"], row["details"]["count"]["error"]["kind"]) == ("partial", 3, "deadline")
    assert row["details"]["after"]["failed"] == row["details"]["after"]["secrets"] == 2
    assert [record["version_count"] for record in records] == [1, 1, None, None, None]
    assert [record["invalid"] for record in records] == [["rotation_count"]] * 2 + [["last_rotated_at", "version_count"]] * 3


def test_a_flow_that_breaks_is_a_fault_of_ours_and_tells_no_text() -> None:
    def broken(target: Target, names: Sequence[str]) -> DetailFlow:
        yield call("ssm", "Shop", "2019-09-23", target, {"Subjects": []})
        raise ValueError("a value that nobody may see")

    provider = replace(PROVIDER, details=(replace(COUNT, flow=broken),))
    row, _records, _requests = listed(ROWS, "count", provider=provider, Shop={})
    assert row["details"]["count"]["error"]["kind"] == "internal" and "nobody may see" not in str(row)


def test_a_store_that_could_not_be_listed_is_asked_nothing_more() -> None:
    collector, http = collect(PROVIDER, lambda request: refusal("UnauthorizedOperation"), details=("count", "shop"))
    assert "details" not in collector.ledger()[0] and {request.action for request in http.requests} == {"ListSecrets"}


def spools(folder: Path) -> list[Spool]:
    clock = FakeClock()
    made: list[Spool] = [MemorySpool(), DiskSpool(str(folder / "out.jsonl"), clock.nonce)]
    for spool in made:
        spool.grow(lambda record: (record["kind"], (), record))
    return made


def test_a_record_on_disk_is_what_it_is_in_memory(tmp_path: Path) -> None:
    """Whatever order the details end in, and whatever texts stand in the record."""
    odd = 'tags":null,"tags":null,\\"key_state":null \n "invalid":[]}'
    rows = [{**ssm_row(number), "Description": odd, "CreateUin": -1 if number == 1 else 5} for number in range(3)]
    made: list[list[Record]] = []
    for spool in spools(tmp_path):
        for order in (1, -1):
            records = [PROVIDER.schema.record(row, f"a{order}", "r") for row in rows]
            tokens = spool.keep(records)
            spool.choose([token for token in tokens if token])  # type: ignore[misc]
            handles: Any = spool.handles([token for token in tokens if token])  # type: ignore[misc]
            both = [
                Addition({"tags": {"tags": odd, 'a"b': "ü"}, "attributes.key_owner": odd}, ["zone", "key_state"]),
                Addition({"version_count": 0, "description": "stays as it was listed"}, ["version_count"]),
            ][::order]
            for addition in both:
                spool.add([(handle, addition) for handle in handles[1:]])
            again = [record for _handle, (_kind, _subjects, record) in spool.notes(handles, with_additions=True)]
            assert [record and record["tags"] for record in again] == [None, *[{"tags": odd, 'a"b': "ü"}] * 2]
        made.append([json.loads(line) for line in spool.lines()])
    assert made[0] == made[1]
    filled = made[0][1]
    assert (filled["description"], filled["version_count"], filled["attributes"]["key_owner"]) == (odd, 0, odd)
    assert filled["invalid"] == ["attributes.create_uin", "key_state", "version_count", "zone"]


@pytest.mark.parametrize(("shared", "short"), [(4096, 1024), (2, 1024), (4096, 20), (1, 40)])
def test_records_that_share_additions_are_what_they_are_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: int, short: int) -> None:
    """However many are remembered. What two of them tell differently is null and invalid."""
    monkeypatch.setattr(additions, "SHARED", shared)
    monkeypatch.setattr(additions, "SHORT", short)
    made: list[list[Record]] = []
    for spool in spools(tmp_path):
        tokens = spool.keep([PROVIDER.schema.record(ssm_row(number), "a", "r") for number in range(40)])
        spool.choose([token for token in tokens if token])  # type: ignore[misc]
        handles: Any = list(spool.handles([token for token in tokens if token]))  # type: ignore[misc]
        for step, apart in enumerate((3, 5, 2, 40)):
            told = [Addition({"tags": {"step": str(step), "of": str(number % apart)}, "version_count": step}, ["zone"] * (number % 2)) for number in range(40)]
            spool.add([(handle, told[number]) for number, handle in enumerate(handles) if number % (4 - step) == 0])
        made.append([json.loads(line) for line in spool.lines()])
    assert made[0] == made[1]
    alone = {ssm_row(number)["SecretName"] for number in range(40) if number % 2 and number % 3}
    assert {record["name"]: record["version_count"] for record in made[0] if record["version_count"] is not None} == dict.fromkeys(alone, 3)
    assert {record["name"] for record in made[0] if {"tags", "version_count"}.isdisjoint(record["invalid"])} == alone


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ((4, 4), 4),
        ((4, None), None),
        ((None, 4), None),
        ((None, None), None),
        ((4, 5), None),
        ((4, 5, None), None),
        ((4, 5, 4), None),
    ],
)
def test_what_two_details_tell_differently_is_not_known(tmp_path: Path, told: Sequence[int | None], known: int | None) -> None:
    """That there is none is told, too."""
    for spool in spools(tmp_path):
        tokens = spool.keep([PROVIDER.schema.record(ssm_row(1), "a", "r")])
        spool.choose([token for token in tokens if token])  # type: ignore[misc]
        handles: Any = spool.handles([token for token in tokens if token])  # type: ignore[misc]
        for value in told:
            spool.add([(handles[0], Addition({"version_count": value, "attributes.key_owner": str(value)}, []))])
        (record,) = (json.loads(line) for line in spool.lines())
        unlike = len(set(told)) > 1
        assert (record["version_count"], record["attributes"]["key_owner"]) == (known, None if unlike else str(known))
        assert record["invalid"] == (["attributes.key_owner", "version_count"] if unlike else [])


def test_a_disk_that_is_full_ends_the_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(told: Any) -> None:
        list(told)
        raise SecretsError("file", "no space is left")

    collector, _http = collect(PROVIDER, cloud([]), details=("count",))
    assert collector.details.problem is None
    monkeypatch.setattr(MemorySpool, "add", lambda self, told: full(told))
    collector, _http = collect(PROVIDER, cloud(ROWS, Count={}), details=("count",))
    assert collector.details.problem is not None and collector.details.problem.message == "no space is left"
    assert not collector.details.open
