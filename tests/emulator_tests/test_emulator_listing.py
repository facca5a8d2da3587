# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listing shows, hides, filters, sorts and counts, in both clouds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import Reply, alibaba, alibaba_fleet, ask, error_of, fleet, names_of, tencent

NOW = "2026-11-21T00:00:00Z"
SSM = [
    {"SecretName": f"{kind}-{encryption}-{index}", "SecretType": kind, "EncryptType": encryption, "CreateTime": f"-{10 + index}d"}
    for kind, encryption, index in product(range(5), range(2), range(3))
] + [
    {"SecretName": "off", "Status": "Disabled", "CreateTime": "-1d", "tags": {"env": "prod", "team": "core"}},
    {"SecretName": "going", "Status": "PendingDelete", "CreateTime": "-2d", "tags": {"env": "prod"}},
    {"SecretName": "making", "SecretType": 1, "Status": "Creating", "CreateTime": "-3d", "ProductName": "Mysql", "ResourceID": "cdb-1"},
    {"SecretName": "broken", "SecretType": 1, "Status": "Failed", "CreateTime": "-4d", "ProductName": "Tdsql-mysql", "ResourceID": "tdsql-1"},
    {"SecretName": "pair", "SecretType": 2, "CreateTime": "-5d", "AssociatedInstanceIDs": ["ins-1"], "ResourceID": "skey-1"},
]
APIG = [{"name": f"{kind}_{index}", "gatewayType": kind, "createTimestamp": f"-{10 + index}d"} for kind, index in product(("AI", "API"), range(15))]


@pytest.fixture(name="port", scope="module")
def fixture_port() -> Iterator[int]:
    """One store of each cloud, an empty one, and ones of many sizes."""
    sizes = [{"name": f"ap-size-{size}", "generate": {"count": size, "kinds": {"user": 1}, "software": 0}} for size in (0, 1, 99, 100, 101, 200, 1000)]
    ten = fleet([{"name": "ap-guangzhou", "secrets": SSM}, *sizes, {"name": "ap-hidden", "listed": False}], now=NOW)
    sizes = [{"name": f"cn-size-{size}", "generate": {"count": size}} for size in (0, 1, 99, 100, 101, 200, 1000)]
    ali = alibaba_fleet([{"name": "cn-hangzhou", "secrets": APIG}, *sizes, {"name": "cn-hidden", "listed": False}], now=NOW)
    with Emulator({"accounts": ten["accounts"] + ali["accounts"], "now": NOW}) as emulator:
        yield emulator.port


def ssm(port: int, region: str = "ap-guangzhou", **parameters: Any) -> Reply:
    """One SSM page."""
    return ask(port, tencent(parameters, region=region))


def apig(port: int, region: str = "cn-hangzhou", **parameters: Any) -> Reply:
    """One APIG page."""
    return ask(port, alibaba(parameters, host=f"apig.{region}.aliyuncs.com"))


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
def test_paging_gives_everything_once(port: int, size: int) -> None:
    """Offsets and page numbers reach every secret exactly once; the page past the end is empty."""
    pages = [names_of(ssm(port, f"ap-size-{size}", Offset=offset, Limit=100)) for offset in range(0, size + 100, 100)]
    assert [len(page) for page in pages] == [min(100, max(0, size - 100 * index)) for index in range(len(pages))]
    assert len({name for page in pages for name in page}) == size
    pages = [names_of(apig(port, f"cn-size-{size}", pageNumber=number, pageSize=100)) for number in range(1, size // 100 + 2)]
    assert len({name for page in pages for name in page}) == sum(map(len, pages)) == size
    assert names_of(apig(port, f"cn-size-{size}", pageNumber=99, pageSize=100)) == []


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({}, {"0-0-0", "0-0-1", "0-0-2", "off", "going"}),
        ({"SecretType": 0, "EncryptType": 1}, {"0-1-0", "0-1-1", "0-1-2"}),
        ({"SecretType": 1}, {"1-0-0", "1-0-1", "1-0-2", "making", "broken"}),
        ({"SecretType": 2, "EncryptType": 1}, {"2-1-0", "2-1-1", "2-1-2"}),
        ({"SecretType": 3}, {"3-0-0", "3-0-1", "3-0-2"}),
        ({"SecretType": 4, "EncryptType": 0}, {"4-0-0", "4-0-1", "4-0-2"}),
        ({"State": 1}, {"0-0-0", "0-0-1", "0-0-2"}),
        ({"State": 2}, {"off"}),
        ({"State": 3}, {"going"}),
        ({"State": 4, "SecretType": 1}, {"making"}),
        ({"State": 5, "SecretType": 1}, {"broken"}),
        ({"State": 4}, {"0-0-0", "0-0-1", "0-0-2", "off", "going"}),
        ({"State": 5, "SecretType": 2}, {"2-0-0", "2-0-1", "2-0-2", "pair"}),
        ({"SearchSecretName": "-0-1"}, {"0-0-1"}),
        ({"SearchSecretName": ""}, {"0-0-0", "0-0-1", "0-0-2", "off", "going"}),
        ({"SearchSecretName": "OFF"}, set()),
        ({"TagFilters": [{"TagKey": "env"}]}, {"off", "going"}),
        ({"TagFilters": [{"TagKey": "env", "TagValue": ["dev", "prod"]}, {"TagKey": "team", "TagValue": ["core"]}]}, {"off"}),
        ({"TagFilters": [{"TagKey": "env", "TagValue": ["dev"]}]}, set()),
        ({"SecretType": 1, "ProductName": "Mysql", "InstanceID": "cdb-1"}, {"making"}),
        ({"SecretType": 1, "ProductName": "Mysql,Tdsql-mysql", "State": 5}, {"broken"}),
        ({"SecretType": 1, "ProductName": "Redis"}, set()),
        ({"SecretType": 2, "ProductName": "Mysql", "InstanceID": "ins-1"}, {"pair"}),
        ({"SecretType": 2, "InstanceID": "skey-1"}, {"pair"}),
        ({"SecretType": None, "Limit": 0}, {"0-0-0", "0-0-1", "0-0-2", "off", "going"}),
    ],
)
def test_ssm_filter(port: int, parameters: dict[str, Any], expected: set[str]) -> None:
    """SecretType and EncryptType narrow even when absent; states 4 and 5 and ProductName count for products only."""
    assert set(names_of(ssm(port, **parameters))) == expected


def test_ssm_default_limit_is_20(port: int) -> None:
    """Also for 0."""
    assert len(names_of(ssm(port, "ap-size-99"))) == len(names_of(ssm(port, "ap-size-99", Limit=0))) == 20


def test_ssm_order(port: int) -> None:
    """Newest first; OrderType 1 is oldest first."""
    rows = {order: ssm(port, "ap-size-1000", OrderType=order, Limit=1000).json["Response"]["SecretMetadatas"] for order in (0, 1)}
    times = [row["CreateTime"] for row in rows[1]]
    assert times == sorted(times) and times[0] < times[-1]
    assert rows[0] == rows[1][::-1] == ssm(port, "ap-size-1000", Limit=1000).json["Response"]["SecretMetadatas"]


@pytest.mark.parametrize(
    "parameters, total",
    [
        ({}, 35),
        ({"SecretType": 3, "EncryptType": 1}, 35),
        ({"TagFilters": [{"TagKey": "env"}]}, 35),
        ({"State": 2}, 1),
        ({"SearchSecretName": "-1-"}, 15),
        ({"State": 5}, 35),
        ({"State": 4}, 35),
        ({"State": 5, "SecretType": 1}, 1),
    ],
)
def test_ssm_total_counts_by_state_and_name_only(port: int, parameters: dict[str, Any], total: int) -> None:
    """As the vendor words it."""
    assert ssm(port, **parameters).json["Response"]["TotalCount"] == total


def test_ssm_get(port: int) -> None:
    """GET with a flattened query, as the SDK sends it with reqMethod GET; its query is signed as it travels."""
    assert names_of(ask(port, tencent(query="SecretType=0&TagFilters.0.TagKey=env&TagFilters.0.TagValue.0=prod&Limit=1"))) == ["off"]
    assert error_of(ask(port, tencent(query="SearchSecretName=%E5%AF%86+%E7%A0%81"))) == "Ok"
    assert error_of(ask(port, tencent(query="Limit=x"))) == "InvalidParameter"
    assert error_of(ask(port, tencent(query="Limit.a=1&Limit=2&Limit.b=1"))) == "InvalidParameter"


@pytest.mark.parametrize(
    "parameters, code",
    [
        ({"SecretType": 5}, "InvalidParameterValue"),
        ({"EncryptType": 2}, "InvalidParameterValue"),
        ({"State": 6}, "InvalidParameterValue"),
        ({"OrderType": 2}, "InvalidParameterValue"),
        ({"Limit": "5"}, "InvalidParameter"),
        ({"Offset": -1}, "InvalidParameter"),
        ({"Limit": True}, "InvalidParameter"),
        ({"Limit": 1.5}, "InvalidParameter"),
        ({"SearchSecretName": 1}, "InvalidParameter"),
        ({"TagFilters": {"TagKey": "a"}}, "InvalidParameter"),
        ({"TagFilters": [{"TagValue": ["a"]}]}, "MissingParameter"),
        ({"TagFilters": [{"TagKey": "a", "Key": "b"}]}, "UnknownParameter"),
        ({"TagFilters": [{"TagKey": "a", "TagValue": "b"}]}, "InvalidParameter"),
        ({"PageSize": 1}, "UnknownParameter"),
    ],
)
def test_ssm_refuses(port: int, parameters: dict[str, Any], code: str) -> None:
    """Unknown names, wrong types, values out of range."""
    assert error_of(ssm(port, **parameters)) == code


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({"pageSize": 100}, {row["name"] for row in APIG}),
        ({"gatewayType": "AI", "pageSize": 100}, {f"AI_{index}" for index in range(15)}),
        ({"nameLike": "PI_1", "pageSize": 100}, {"API_1", "API_10", "API_11", "API_12", "API_13", "API_14"}),
        ({"nameLike": "ai"}, set()),
        ({"nameLike": "", "gatewayType": "API", "pageSize": 100}, {f"API_{index}" for index in range(15)}),
        ({"unknown": 1, "nameLike": "I_3"}, {"AI_3", "API_3"}),
    ],
)
def test_apig_filter(port: int, parameters: dict[str, Any], expected: set[str]) -> None:
    """nameLike is a substring; unknown parameters are ignored."""
    reply = apig(port, **parameters)
    assert set(names_of(reply)) == expected and reply.json["data"]["totalSize"] == len(expected)


def test_apig_page(port: int) -> None:
    """Ten rows by default, numbered from 1, newest first, and an answer in the documented shape."""
    first, second = apig(port), apig(port, pageNumber=2)
    assert set(first.json) == {"requestId", "code", "message", "data"} and (first.json["code"], first.json["message"]) == ("Ok", "success")
    assert {name: first.json["data"][name] for name in ("totalSize", "pageNumber", "pageSize")} == {"totalSize": 30, "pageNumber": 1, "pageSize": 10}
    assert not set(names_of(first)) & set(names_of(second)) and len(names_of(first)) == 10
    times = [row["createTimestamp"] for row in first.json["data"]["items"] + second.json["data"]["items"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("parameters", [{"pageNumber": 0}, {"pageSize": 0}, {"pageSize": 101}, {"pageNumber": "x"}, {"pageSize": -1}, {"gatewayType": "ai"}])
def test_apig_refuses(port: int, parameters: dict[str, Any]) -> None:
    """The product's own error body is in lower case."""
    reply = apig(port, **parameters)
    assert reply.status == 400 and reply.json["code"] == "InvalidParameter" and reply.json["requestId"]


def test_regions(port: int) -> None:
    """Those of the account, without the one that is not listed."""
    reply = ask(port, tencent(action="GetRegions", region=None))
    assert reply.json["Response"]["Regions"][0] == "ap-guangzhou" and "ap-hidden" not in reply.json["Response"]["Regions"]
    for language, name in (("en", "China (Hangzhou)"), ("zh", "\u534e\u4e1c1\uff08\u676d\u5dde\uff09")):
        reply = ask(port, alibaba({"language": language}, action="DescribeRegions", method="POST", path="/v1/regions"))
        assert reply.json["data"][0] == {"regionId": "cn-hangzhou", "localName": name}
    assert "cn-hidden" not in {row["regionId"] for row in reply.json["data"]} and len(reply.json["data"]) == 8
    assert names_of(ssm(port, "ap-hidden")) == [] == names_of(apig(port, "cn-hidden"))


def test_loopback_region_is_the_accounts_first(port: int) -> None:
    """On a bare loopback address an Alibaba account's first region answers."""
    assert ask(port, alibaba({"pageSize": 1})).json["data"]["totalSize"] == 30
    assert ask(port, alibaba({"pageSize": 1}, host="cn-size-99.localhost:1234")).json["data"]["totalSize"] == 99
