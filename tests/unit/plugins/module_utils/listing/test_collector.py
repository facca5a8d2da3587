# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores and the ledger, collected through the real queue and transport from scripted clouds."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER as APIG
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import is_complete, store_counts, worst_first
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER as SSM
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import Answer, apig, collect, parameters, refusal, ssm, ssm_row
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud.vault.provider import PROVIDER as TOY


@pytest.mark.parametrize("region_total", [True, False], ids=["total of the region", "total of the listing"])
def test_a_store_is_the_union_of_its_partitions(region_total: bool) -> None:
    rows = [ssm_row(number, number % 5, number % 2) for number in range(250)]
    collector, http = collect(SSM, ssm(rows, region_total))
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["total"], row["restarts"]) == ("complete", 250, 250, 0)
    assert row["proof"] == ("union" if region_total else "total")
    assert row["requests"] == len(http.requests) == 10
    assert "partitions" not in row and row["error"] is None


def test_a_total_that_nobody_reaches_is_believed_unless_a_filter_explains_it() -> None:
    rows = [ssm_row(number, 0) for number in range(30)]

    def answer(request: Request) -> Any:
        found = ssm(rows)(request)
        found["Response"]["TotalCount"] = 999
        return found

    collector, http = collect(SSM, answer)
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["proof"], row["restarts"]) == ("partial", 30, "none", 10)
    assert row["error"]["message"] == "the cloud counts 999 secrets and lists 30"
    collector, http = collect(SSM, answer, filters={"name_like": "s"})
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["total"], row["proof"]) == ("complete", 30, None, "end"), "a total may ignore a filter"
    # The short page is surrounded by three, and each of nine empty ones asked for again; two rows show what the total counts.
    assert len(http.requests) == 20 + 2 + 2


def test_a_partition_that_comes_back_empty_once_is_not_lost() -> None:
    rows = [ssm_row(number, number % 2) for number in range(30)]
    asked = []

    def answer(request: Request) -> Any:
        asked.append(parameters(request)["SecretType"])
        found = ssm(rows)(request)
        if asked.count(1) == 1 and asked[-1] == 1:
            found["Response"]["SecretMetadatas"] = []
        return found

    collector, _http = collect(SSM, answer)
    row = collector.ledger()[0]
    assert (row["status"], row["count"]) == ("complete", 30)


def test_a_region_that_is_refused_is_failed_and_says_why() -> None:
    collector, http = collect(SSM, lambda request: refusal("UnauthorizedOperation", "ask the administrator"))
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["proof"]) == ("failed", 0, "none")
    assert row["error"]["kind"] == "denied" and "CAM" in row["error"]["hint"]
    assert "partitions" not in row, "one reason is told once, and not for each of ten partitions"
    assert not is_complete([row])


def test_a_refusal_of_the_whole_store_is_not_asked_for_ten_times() -> None:
    collector, http = collect(SSM, lambda request: refusal("UnauthorizedOperation"), ("r1", "r2"))
    assert len(http.requests) == 2 and store_counts(collector.ledger())["failed"] == 2


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(refusal("InvalidParameterValue"), id="request"),
        pytest.param({"Response": {"TotalCount": 1, "SecretMetadatas": [{}]}}, id="schema"),
        pytest.param(Response(200, {}, b'{"Response": NaN}'), id="protocol"),
        pytest.param(SecretsError("too_large", "too long an answer"), id="too_large"),
        pytest.param({"Response": {"TotalCount": 500, "SecretMetadatas": [ssm_row(9)] * 2}}, id="pagination"),
    ],
)
def test_a_refusal_of_one_partition_does_not_keep_the_others_from_being_asked(bad: Any) -> None:
    rows = [ssm_row(number, 1) for number in range(3)]

    def answer(request: Request) -> Any:
        asked = parameters(request)
        return bad if asked["SecretType"] == 0 else ssm(rows)(request)

    collector, http = collect(SSM, answer)
    row = collector.ledger()[0]
    assert row["status"] == "partial" and row["count"] in (3, 4)
    asked_for = {(asked["SecretType"], asked.get("EncryptType", 0)) for asked in map(parameters, http.requests)}
    assert asked_for >= {(kind, way) for kind in (1, 2, 3, 4) for way in (0, 1)}


@pytest.mark.parametrize("code", ["UnsupportedRegion", "ResourceUnavailable.NotPurchased"])
def test_a_service_that_is_not_there_is_not_offered(code: str) -> None:
    row = collect(SSM, lambda request: refusal(code), allow_not_offered=True)[0].ledger()[0]
    assert row["status"] == "not_offered" and row["error"]["code"] == code
    row = collect(SSM, lambda request: refusal(code))[0].ledger()[0]
    assert row["status"] == "failed" and row["error"]["hint"].endswith("set allow_not_offered: true.")
    assert not is_complete([row])


def test_encryption_unknown_to_a_site_is_not_offered_and_the_store_is_complete() -> None:
    rows = [ssm_row(number, number % 5) for number in range(20)]

    def answer(request: Request) -> Any:
        return refusal("UnknownParameter", "The parameter EncryptType is not recognized.") if "EncryptType" in parameters(request) else ssm(rows)(request)

    row = collect(SSM, answer)[0].ledger()[0]
    assert (row["status"], row["count"], row["proof"], row["error"]) == ("complete", 20, "union", None)
    assert {part["status"] for part in row["partitions"]} == {"not_offered"} and len(row["partitions"]) == 5


def test_another_unknown_parameter_is_a_failure() -> None:
    row = collect(SSM, lambda request: refusal("UnknownParameter", "The parameter InstanceID is not recognized."))[0].ledger()[0]
    assert row["status"] == "failed"


@pytest.mark.parametrize("refused, status", [({3, 4}, "complete"), ({1}, "partial"), ({0, 3, 4}, "partial"), ({0, 1, 2, 3, 4}, "failed")])
def test_a_type_is_not_offered_only_if_it_is_a_late_one_and_user_secrets_were_listed(refused: set[int], status: str) -> None:
    rows = [ssm_row(number) for number in range(3)]

    def answer(request: Request) -> Any:
        return refusal("InvalidParameterValue", "SecretType") if parameters(request)["SecretType"] in refused else ssm(rows)(request)

    assert collect(SSM, answer)[0].ledger()[0]["status"] == status


def test_a_page_that_fails_later_leaves_a_partial_store_with_its_records() -> None:
    rows = [{"secretId": f"sec-{number}", "name": f"n{number}"} for number in range(250)]

    def answer(request: Request) -> Any:
        return SecretsError("connect", "broken") if parameters(request)["pageNumber"] == "3" else apig(rows)(request)

    collector, http = collect(APIG, answer)
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["proof"], row["error"]["kind"]) == ("partial", 200, "none", "connect")
    assert len(collector.spool.records()) == 200


def test_repeats_are_allowed_for_each_store() -> None:
    """Thirty stores of which every second one fails at first need more repeats than a task with one store has."""
    seen: set[str] = set()

    def answer(request: Request) -> Any:
        first = request.url not in seen
        seen.add(request.url)
        return SecretsError("server", "not now") if first and int(request.url.split(".")[1][1:]) % 2 else apig([])(request)

    ledger = collect(APIG, answer, tuple(f"r{number}" for number in range(30)), retries=1)[0].ledger()
    assert [row["status"] for row in ledger] == ["complete"] * 30 and sum(row["retries"] for row in ledger) == 15


def test_what_failed_before_the_deadline_keeps_its_reason() -> None:
    resume = threading.Event()
    rows = [{"secretId": f"sec-{number}", "name": f"n{number}"} for number in range(400)]

    def answer(request: Request) -> Any:
        if parameters(request)["pageNumber"] == "3":
            resume.wait(5)
        return {"Code": "Forbidden.RAM", "Message": "no"} if parameters(request)["pageNumber"] == "2" else apig(rows)(request)

    row = collect(APIG, answer, seconds=0.5)[0].ledger()[0]
    resume.set()
    assert (row["status"], row["error"]["kind"]) == ("partial", "denied")


@pytest.mark.parametrize("moment", ["1700000000", 1.5, None, True])
def test_a_moment_that_is_no_number_is_none(moment: Any) -> None:
    rows = [{**ssm_row(number), "CreateTime": moment} for number in range(3)]
    row = collect(SSM, ssm(rows))[0].ledger()[0]
    assert (row["status"], row["count"]) == ("complete", 3)


def test_a_store_of_which_pages_came_is_offered() -> None:
    rows = [{"secretId": f"sec-{number}", "name": f"n{number}"} for number in range(150)]

    def answer(request: Request) -> Any:
        return {"Code": "UnsupportedRegion", "Message": "no"} if parameters(request)["pageNumber"] == "2" else apig(rows)(request)

    assert collect(APIG, answer)[0].ledger()[0]["status"] == "partial"


def test_one_bad_region_does_not_hide_the_others() -> None:
    rows = [{"secretId": "sec-1", "name": "n"}]

    def answer(request: Request) -> Any:
        return {"Code": "Forbidden.RAM", "Message": "no"} if ".r2." in request.url else apig(rows)(request)

    collector, http = collect(APIG, answer, ("r1", "r2", "r3"))
    ledger = collector.ledger()
    assert [row["status"] for row in ledger] == ["complete", "failed", "complete"]
    assert store_counts(ledger) == {"complete": 2, "not_offered": 0, "partial": 0, "failed": 1}
    assert [row["region"] for row in worst_first(ledger)] == ["r2", "r1", "r3"]
    assert not is_complete(ledger)


def test_all_regions_are_asked_of_the_cloud() -> None:
    def answer(request: Request) -> Any:
        return {"Response": {"Regions": ["ap-b", "ap-a", "ap-a"]}} if request.action == "GetRegions" else ssm([ssm_row(1)])(request)

    collector, http = collect(SSM, answer, ("all",))
    assert [row["region"] for row in collector.ledger()] == ["ap-a", "ap-b"]
    assert is_complete(collector.ledger())


@pytest.mark.parametrize(
    "readings, listed, asked",
    [
        pytest.param(["ab", "ab"], "ab", 2, id="the same"),
        pytest.param(["ab", "ba"], "ab", 2, id="another order"),
        pytest.param(["a", "ab", "ab"], "ab", 3, id="shortened at first"),
        pytest.param(["ab", "a", "ab"], "ab", 3, id="shortened later"),
        pytest.param(["ab", "a", "a"], "ab", 3, id="a region that one answer names is not passed over"),
        pytest.param(["a", "b", "c"], None, 3, id="others each time"),
        pytest.param(["a", ""], None, 2, id="none at last"),
    ],
)
def test_one_answer_alone_names_no_regions(readings: list[str], listed: str | None, asked: int) -> None:
    left = list(readings)

    def answer(request: Request) -> Any:
        return {"Response": {"Regions": [f"ap-{name}" for name in left.pop(0)]}} if request.action == "GetRegions" else ssm([ssm_row(1)])(request)

    collector, http = collect(SSM, answer, ("all",))
    ledger = collector.ledger()
    assert sum(request.action == "GetRegions" for request in http.requests) == asked
    if listed is not None:
        assert [row["region"] for row in ledger] == [f"ap-{name}" for name in listed] and is_complete(ledger)
        return
    assert [(row["region"], row["status"]) for row in ledger] == [("all", "failed")]
    assert ledger[0]["error"]["hint"] == "Name the regions one by one, instead of all."


@pytest.mark.parametrize(
    "regions, kind",
    [
        pytest.param(refusal("UnauthorizedOperation"), "denied", id="refused"),
        pytest.param({"Response": {"Regions": []}}, "schema", id="none"),
        pytest.param({"Response": {"Regions": ["evil.com/#"]}}, "schema", id="no region at all"),
        pytest.param({"Response": {"Regions": None}}, "schema", id="null"),
    ],
)
def test_regions_that_cannot_be_asked_for_are_a_failed_row_and_not_silence(regions: Any, kind: str) -> None:
    row = collect(SSM, lambda request: regions, ("all",))[0].ledger()[0]
    assert (row["region"], row["status"], row["error"]["kind"]) == ("all", "failed", kind)


def test_account_numbers_are_asked_for_once_and_a_refusal_is_no_failure() -> None:
    def answer(request: Request) -> Any:
        if request.action == "GetCallerIdentity":
            return {"Response": {"AccountId": "100000000001"}}
        return ssm([ssm_row(1)])(request)

    collector, http = collect(SSM, answer, ("r1", "r2"), identify=True)
    assert [row["account_id"] for row in collector.ledger()] == ["100000000001"] * 2
    assert sum(request.action == "GetCallerIdentity" for request in http.requests) == 1

    collector, http = collect(SSM, lambda request: refusal("InternalError") if request.service == "sts" else ssm([ssm_row(1)])(request), identify=True)
    assert collector.ledger()[0]["account_id"] is None and is_complete(collector.ledger())
    assert collector.unidentified["main"].code == "InternalError"


def test_names_are_compared_exactly() -> None:
    rows = [{"secretId": f"sec-{name}", "name": name} for name in ("db", "DB", "db2")]
    collector, http = collect(APIG, apig(rows), names=frozenset({"db"}))
    assert [record["name"] for record in collector.spool.records()] == ["db"]
    assert (collector.ledger()[0]["count"], collector.ledger()[0]["total"]) == (1, 3)


def test_a_filter_that_the_cloud_does_not_honour_is_applied_here() -> None:
    rows = [ssm_row(1), {**ssm_row(2), "Status": "Disabled"}, {**ssm_row(3), "Status": "Novel"}]
    collector, http = collect(SSM, ssm(rows), filters={"status": "enabled"})
    assert [record["id"] for record in collector.spool.records()] == ["s1"]
    assert all(parameters(request)["State"] == 1 for request in http.requests)


def test_fields_that_are_not_documented_are_named_and_dropped() -> None:
    rows = [{"secretId": "sec-1", "name": "n", "secretValue": "CANARY", "kmsConfig": {"novel": "CANARY"}}]
    collector, http = collect(APIG, apig(rows))
    assert collector.ledger()[0]["unknown_fields"] == ["kmsConfig.novel", "secretValue"]
    assert "CANARY" not in json.dumps([collector.ledger(), collector.spool.records()])


def test_names_of_fields_are_cut_and_escaped_and_few() -> None:
    rows = [{"secretId": "sec-1", "name": "n", "\x1b[31m" + "x" * 200: 1, **{f"f{number}": 1 for number in range(100)}}]
    names = collect(APIG, apig(rows))[0].ledger()[0]["unknown_fields"]
    assert len(names) == 20 and all(len(name) < 80 and "\x1b" not in name for name in names)


@pytest.mark.parametrize("rows", [[None], ["text"], [{}], [{"secretId": ""}], [{"secretId": None}], [{"secretId": 7}]], ids=str)
def test_a_row_that_is_no_secret_fails_its_store(rows: list[Any]) -> None:
    row = collect(APIG, apig(rows))[0].ledger()[0]
    assert (row["status"], row["error"]["kind"]) == ("failed", "schema")


@pytest.mark.parametrize(
    "payload",
    [{}, {"data": []}, {"data": {"items": {}}}, {"code": "Ok"}, {"data": "text"}],
    ids=["nothing", "data is a list", "items is a mapping", "only a code", "data is a text"],
)
def test_an_answer_without_its_list_is_no_empty_list(payload: Any) -> None:
    assert collect(APIG, lambda request: payload)[0].ledger()[0]["error"]["kind"] == "schema"


@pytest.mark.parametrize("payload", [{"data": None}, {"data": {}}, {"data": {"items": None, "totalSize": 0}}], ids=["data null", "data empty", "items null"])
def test_null_is_an_empty_list(payload: Any) -> None:
    row = collect(APIG, lambda request: payload)[0].ledger()[0]
    assert row["count"] == 0 and row["status"] == "complete"


def test_a_secret_that_comes_twice_with_other_content_is_counted() -> None:
    def answer(request: Request) -> Any:
        asked = parameters(request)
        row = {**ssm_row(1), "Description": f"as of type {asked['SecretType']}"}
        return {"Response": {"TotalCount": 1, "SecretMetadatas": [row] if asked["Offset"] == 0 else [], "RequestId": "r"}}

    collector, http = collect(SSM, answer)
    assert len(collector.spool.records()) == 1 and collector.ledger()[0]["conflicts"] == 4


def test_at_the_deadline_the_ledger_stands_as_it_is() -> None:
    resume = threading.Event()

    def answer(request: Request) -> Any:
        if ".slow." in request.url:
            resume.wait(5)
        return apig([{"secretId": "sec-1", "name": "n"}])(request)

    collector, http = collect(APIG, answer, ("fast", "slow"), seconds=0.3)
    resume.set()
    fast, slow = collector.ledger()
    assert fast["status"] == "complete" and fast["count"] == 1
    assert (slow["status"], slow["error"]["kind"]) == ("failed", "deadline")
    assert "1 of 2 stores" in slow["error"]["message"] and "deadline" in slow["error"]["hint"]


def test_the_ledger_never_holds_a_key() -> None:
    text = json.dumps(collect(SSM, ssm([ssm_row(1)]))[0].ledger())
    assert "its-secret-key" not in text and "an-access-key-id" not in text


def toy(rows: int, loop: bool = False) -> Answer:
    """The third cloud: pages of 100, each naming the next."""

    def answer(request: Request) -> Mapping[str, Any]:
        if request.action == "Regions":
            return {"regions": ["toyland", "playroom"]}
        if request.action == "Whoami":
            return {"account": "toy-1"}
        start = int(parameters(request).get("token", 0))
        toys = [{"key": f"t{number}", "state": "on", "born": 1_700_000_000 + number, "wheels": 4} for number in range(start, min(start + 100, rows))]
        return {"toys": toys, "count": rows, "next": "100" if loop else str(start + 100) if start + 100 < rows else None}

    return answer


def test_a_third_cloud_needs_nothing_of_the_core() -> None:
    collector, http = collect(TOY, toy(250), ("all",), identify=True)
    ledger = collector.ledger()
    assert [(row["provider"], row["region"], row["status"], row["count"], row["proof"]) for row in ledger] == [
        ("toy_vault", "playroom", "complete", 250, "total"),
        ("toy_vault", "toyland", "complete", 250, "total"),
    ]
    assert ledger[0]["account_id"] == "toy-1" and ledger[0]["unknown_fields"] == ["wheels"]
    record = next(record for record in collector.spool.records() if record["id"] == "t7")
    assert (record["status"], record["kind"], record["attributes"]) == ("enabled", "unknown", {"colour": None})


def test_a_third_cloud_that_goes_round_in_circles_is_stopped() -> None:
    row = collect(TOY, toy(500, loop=True))[0].ledger()[0]
    assert (row["status"], row["error"]["kind"]) == ("partial", "pagination")


def test_names_that_only_look_alike_once_they_are_clean_stay_two_secrets() -> None:
    rows = [{**ssm_row(1), "SecretName": "a\ud800"}, {**ssm_row(2), "SecretName": "a\ud801"}]
    collector, _http = collect(SSM, ssm(rows))
    row = collector.ledger()[0]
    assert (row["status"], row["count"], row["total"]) == ("complete", 2, 2)


def test_an_answer_that_says_of_itself_that_it_is_none_is_an_error() -> None:
    collector, _http = collect(APIG, lambda request: {"code": "Ok", "success": False, "data": {"items": [], "totalSize": 0}})
    assert collector.ledger()[0]["status"] == "failed"
