# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""KMS beside APIG in one account: what its listing shows and refuses, and in which shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import Reply, alibaba, alibaba_fleet, ask

NOW = "2026-11-21T00:00:00Z"
JSON = {"accept": "application/json"}
SECRETS = [
    {"SecretName": "a/b", "CreateTime": "-3d", "tags": {"env": "prod"}, "DKMSInstanceId": "kst-1"},
    {"SecretName": "going", "SecretType": "Rds", "CreateTime": "-2d", "PlannedDeleteTime": "+8d"},
    {"SecretName": "aigw!one", "CreateTime": "-1d", "OwingService": "aigw", "DKMSInstanceId": "kst-1", "drop": ["Tags"]},
]


@pytest.fixture(name="port", scope="module")
def fixture_port() -> Iterator[int]:
    """One account with both services in one region, and stores of KMS of many sizes."""
    sizes = [{"name": f"cn-size-{size}", "service": "kms", "generate": {"count": size}} for size in (0, 1, 99, 100, 101, 200, 1000)]
    regions = [
        {"name": "cn-hangzhou", "secrets": ["of_apig"]},
        {"name": "cn-hangzhou", "service": "kms", "secrets": SECRETS},
        *sizes,
        {"name": "cn-hidden", "service": "kms", "listed": False},
        {"name": "cn-denied", "service": "kms", "refuse": "denied"},
        {"name": "cn-off", "service": "kms", "refuse": "unsupported"},
        {"name": "cn-slow", "service": "kms", "behaviour": {"rate_limit": {"per_second": 0}}},
        {"name": "cn-debt", "service": "kms", "refuse": {"code": "Forbidden.InDebt", "status": 403}},
    ]
    with Emulator(alibaba_fleet(regions, now=NOW)) as emulator:
        yield emulator.port


def kms(port: int, region: str = "cn-hangzhou", action: str = "ListSecrets", headers: Any = None, method: str = "POST", **parameters: Any) -> Reply:
    """One call of KMS."""
    host = f"kms.{region}.aliyuncs.com"
    sent = JSON if headers is None else headers
    return ask(port, alibaba(parameters, host=host, version="2016-01-20", method=method, path="/", action=action, unsigned=sent))


def names(reply: Reply) -> list[str]:
    """The names on a page."""
    return [row["SecretName"] for row in reply.json["SecretList"]["Secret"]]


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
def test_paging_gives_everything_once(port: int, size: int) -> None:
    """Page numbers reach every secret exactly once; the page past the end is empty."""
    pages = [kms(port, f"cn-size-{size}", PageNumber=number, PageSize=100) for number in range(1, size // 100 + 3)]
    found = [name for page in pages for name in names(page)]
    assert len(found) == len(set(found)) == size and {page.json["TotalCount"] for page in pages} == {size} and names(pages[-1]) == []


def test_page(port: int) -> None:
    """Ten rows by default, numbered from 1, newest first; lists inside objects, and nothing where there is nothing."""
    first = kms(port, FetchTags="true").json
    assert set(first) == {"PageNumber", "PageSize", "TotalCount", "RequestId", "SecretList"}
    assert (first["PageNumber"], first["PageSize"], first["TotalCount"]) == (1, 10, 3)
    default, going, live = first["SecretList"]["Secret"]
    assert live == {
        "SecretName": "a/b",
        "SecretType": "Generic",
        "CreateTime": "2026-11-18T00:00:00Z",
        "UpdateTime": "2026-11-18T00:00:00Z",
        "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]},
    }
    assert (going["PlannedDeleteTime"], going["Tags"]) == ("2026-11-29T00:00:00Z", {"Tag": []})
    assert default["OwingService"] == "aigw" and "Tags" not in default and "PlannedDeleteTime" not in default
    assert len(names(kms(port, "cn-size-99"))) == 10


@pytest.mark.parametrize("more", [{}, {"FetchTags": "false"}], ids=str)
def test_tags_come_only_where_they_are_asked_for(port: int, more: dict[str, Any]) -> None:
    """As the vendor words it."""
    assert not any("Tags" in row for row in kms(port, **more).json["SecretList"]["Secret"])


@pytest.mark.parametrize("headers", [{}, {"accept": "*/*"}, {"accept": "text/html"}], ids=str)
def test_who_does_not_ask_for_json_gets_xml(port: int, headers: dict[str, str]) -> None:
    """Every call has both forms."""
    reply = kms(port, headers=headers)
    assert (
        reply.headers["content-type"].startswith("text/xml")
        and b"<KMS><SecretList><Secret>" in reply.body
        and b"<SecretName>aigw!one</SecretName>" in reply.body
    )


def test_get_is_as_good_as_post(port: int) -> None:
    """RPC takes both; parameters stand in the query."""
    assert names(kms(port, method="GET", PageSize=1)) == ["aigw!one"]


def filters(*pairs: tuple[str, list[str]]) -> str:
    """Filters as JSON."""
    return json.dumps([{"Key": key, "Values": values} for key, values in pairs])


@pytest.mark.parametrize(
    "pairs, expected",
    [
        ([("SecretName", ["a/b", "going"])], {"a/b", "going"}),
        ([("SecretName", ["a"])], set()),
        ([("SecretType", ["Rds"])], {"going"}),
        ([("SecretType", ["RDS"])], set()),
        ([("DKMSInstanceId", ["kst-1"])], {"a/b", "aigw!one"}),
        ([("DKMSInstanceId", ["kst-1"]), ("TagKey", ["env"])], {"a/b"}),
        ([("TagValue", ["prod", "dev"])], {"a/b"}),
        ([("TagKey", ["owner"])], set()),
        ([], {"a/b", "going", "aigw!one"}),
    ],
)
def test_filter(port: int, pairs: Any, expected: set[str]) -> None:
    """Values of one key are alternatives, keys are not. No row shows the instance."""
    reply = kms(port, Filters=filters(*pairs))
    assert set(names(reply)) == expected and reply.json["TotalCount"] == len(expected)
    assert not any("DKMSInstanceId" in row for row in reply.json["SecretList"]["Secret"])


@pytest.mark.parametrize(
    "parameters",
    [
        {"PageNumber": 0},
        {"PageSize": 0},
        {"PageSize": 101},
        {"PageNumber": "x"},
        {"FetchTags": "True"},
        {"FetchTags": "1"},
        {"Filters": "x"},
        {"Filters": "{}"},
        {"Filters": '[{"Key": "Name", "Values": []}]'},
        {"Filters": '[{"Key": "SecretName", "Values": "a"}]'},
        {"Filters": filters(*[("SecretName", ["a"])] * 11)},
        {"Filters": filters(("SecretName", ["a"] * 11))},
    ],
    ids=str,
)
def test_refused_parameters(port: int, parameters: dict[str, Any]) -> None:
    """The product's own error body."""
    reply = kms(port, **parameters)
    assert reply.status == 400 and set(reply.json) == {"HttpStatus", "Code", "Message", "RequestId"} and reply.json["Code"] == "InvalidParameter"


@pytest.mark.parametrize(
    "region, status, code",
    [
        ("cn-denied", 403, "Forbidden.NoPermission"),
        ("cn-off", 403, "Forbidden.KmsServiceNotEnabled"),
        ("cn-slow", 429, "Rejected.Throttling"),
        ("cn-debt", 403, "Forbidden.InDebt"),
        ("cn-nowhere", 404, "InvalidProduct.NotFound"),
    ],
)
def test_refused_regions(port: int, region: str, status: int, code: str) -> None:
    """KMS speaks for itself, but where the gateway knows no such host."""
    reply = kms(port, region)
    assert (reply.status, reply.json["Code"]) == (status, code)
    assert ("HttpStatus" in reply.json) == (code != "InvalidProduct.NotFound")


def test_regions(port: int) -> None:
    """Those of KMS, without the one that is not listed."""
    named = [row["RegionId"] for row in kms(port, action="DescribeRegions").json["Regions"]["Region"]]
    assert named[0] == "cn-hangzhou" and "cn-hidden" not in named and len(named) == 12
    assert names(kms(port, "cn-hidden")) == []


def test_regions_need_no_permission() -> None:
    """Listing does."""
    document = alibaba_fleet([{"name": "cn-hangzhou", "service": "kms"}])
    document["accounts"][0]["actions"] = []
    with Emulator(document) as emulator:
        assert kms(emulator.port, action="DescribeRegions").status == 200
        assert kms(emulator.port).json["Code"] == "Forbidden.NoPermission"


@pytest.mark.parametrize("action", ["GetSecretValue", "BatchGetSecretValue", "GetRandomPassword", "Decrypt"])
def test_nothing_gives_a_value(port: int, action: str) -> None:
    """There is no such operation here."""
    assert kms(port, action=action).json["Code"] == "InvalidApi.NotFound"


def test_two_services_of_one_region_are_two_stores() -> None:
    """On loopback the version tells the service; one does not know the other's secrets, paths or limits."""
    regions = [{"name": "cn-hangzhou", "secrets": ["of_apig"]}, {"name": "cn-hangzhou", "service": "kms", "secrets": ["of-kms"]}]
    with Emulator(alibaba_fleet(regions, behaviour={"rate_limit": {"per_second": 1}}, now=NOW), clock=lambda: 1795219200.0) as emulator:
        of_apig = ask(emulator.port, alibaba(now=1795219200))
        of_kms = ask(emulator.port, alibaba(version="2016-01-20", method="POST", path="/", unsigned=JSON, now=1795219200))
        assert [row["name"] for row in of_apig.json["data"]["items"]] == ["of_apig"] and names(of_kms) == ["of-kms"]
        assert ask(emulator.port, alibaba(version="2016-01-20", now=1795219200)).json["Code"] == "InvalidApi.NotFound"
        lived = {each["service"]: each["now"] for each in emulator.history()}
        assert lived == {"apig": [emulator.secrets("ali", "cn-hangzhou")[0]["secretId"]], "kms": ["of-kms"]}
        assert emulator.secrets("ali", "cn-hangzhou", "kms")[0]["SecretName"] == "of-kms"


def test_faults_and_changes_know_the_service() -> None:
    """A fault of one leaves the other alone."""
    regions = [{"name": "cn-hangzhou", "secrets": ["of_apig"]}, {"name": "cn-hangzhou", "service": "kms", "secrets": SECRETS}]
    change = {"after": 1, "match": {"service": "kms"}, "delete": ["going"], "insert": ["new"], "update": [{"id": "a/b", "set": {"tags": {"env": "dev"}}}]}
    fault = {"act": "error", "code": "InternalFailure", "match": {"service": "apig"}, "times": "forever"}
    with Emulator(alibaba_fleet(regions, now=NOW, behaviour={"faults": [fault], "changes": [change]})) as emulator:
        assert ask(emulator.port, alibaba()).json["Code"] == "InternalFailure"
        assert set(names(kms(emulator.port))) == {"a/b", "going", "aigw!one"}
        after = {row["SecretName"]: row for row in kms(emulator.port, FetchTags="true").json["SecretList"]["Secret"]}
        assert set(after) == {"a/b", "new", "aigw!one"} and after["a/b"]["Tags"]["Tag"] == [{"TagKey": "env", "TagValue": "dev"}]
        assert after["a/b"]["UpdateTime"] > after["a/b"]["CreateTime"] == "2026-11-18T00:00:00Z"
        assert names(kms(emulator.port, Filters=filters(("DKMSInstanceId", ["kst-1"])))) == ["aigw!one", "a/b"]
