# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Tencent Cloud tells beside the listing of SSM: one secret, its versions and rotations, the service; keys of the region, and tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import ask, error_of, fleet, tencent

GONE, OFF = "6b1f0000-0000-4000-8000-000000000001", "6b1f0000-0000-4000-8000-000000000002"
SECRETS = [
    {"SecretName": "plain", "CreateTime": "-9d", "tags": {"env": "prod", "team": "core"}, "versions": ["-9d", "-1d"]},
    {"SecretName": "app", "SecretType": 1, "CreateTime": "-30d", "KmsKeyId": OFF, "KmsKeyType": "CUSTOMER", "rotated": "2026-07-14T06:21:52Z", "rotations": 2},
    {"SecretName": "going", "SecretType": 1, "Status": "PendingDelete", "KmsKeyId": GONE, "KmsKeyType": "CUSTOMER"},
]
VERSIONS = {"kms": "2019-01-18", "tag": "2018-08-13", "ssm": "2019-09-23"}


@pytest.fixture(name="port", scope="module")
def fixture_port() -> Iterator[int]:
    """Both sites and a region that is throttled."""
    place = {"name": "ap-guangzhou", "secrets": SECRETS, "keys": {GONE: "Gone", OFF: "Disabled", "6b1f0000-0000-4000-8000-000000000003": "Archived"}}
    abroad = {"name": "ap-singapore", "secrets": ["s"], "behaviour": {"encrypt_type": "unknown"}}
    slow = {
        "name": "ap-slow",
        "behaviour": {"rate_limit": {"per_second": 0, "actions": ["DescribeSecret", "ListKeyDetail"]}},
    }
    with Emulator(fleet([place, abroad, slow], now="2026-11-21T00:00:00Z")) as emulator:
        yield emulator.port


def told(port: int, service: str, action: str, region: str | None = "ap-guangzhou", **parameters: Any) -> Any:
    """The answer of one call, or its code."""
    reply = ask(port, tencent(parameters, service=service, action=action, version=VERSIONS[service], region=region))
    return reply.json["Response"] if "Error" not in reply.json["Response"] else error_of(reply)


def tags(port: int, *names: str, **more: Any) -> Any:
    """Tags of secrets."""
    given = {
        "ServiceType": "ssm",
        "ResourcePrefix": "secret",
        "ResourceRegion": "ap-guangzhou",
        "ResourceIds": [f"creatorUin/100000000001/{name}" for name in names],
    }
    return told(port, "tag", "DescribeResourceTagsByResourceIds", None, **{**given, **more})


def test_a_secret_is_described(port: int) -> None:
    """Times are texts, and accounts are those of products."""
    answer = told(port, "ssm", "DescribeSecret", SecretName="app")
    assert (answer["SecretName"], answer["NextRotationTime"], answer["RotationStatus"], answer["AdditionalConfig"]) == ("app", "", False, "")
    assert answer["AccountInfoList"] == [{"AccountName": "app", "Host": ["10.%"], "Version": "SSM_Current", "RotatedTime": "2026-07-14 14:21:52"}]
    assert "KmsKeyType" not in answer and told(port, "ssm", "DescribeSecret", SecretName="plain")["AccountInfoList"] == []
    assert not {"EncryptType", "AccountInfoList"} & set(told(port, "ssm", "DescribeSecret", "ap-singapore", SecretName="s"))


def test_versions_and_rotations_are_told(port: int) -> None:
    """Newest first; a history is a product's."""
    versions = told(port, "ssm", "ListSecretVersionIds", SecretName="plain")
    assert [row["VersionId"] for row in versions["Versions"]] == ["v2", "v1"] and versions["Versions"][0]["CreateTime"] > versions["Versions"][1]["CreateTime"]
    history = told(port, "ssm", "DescribeRotationHistory", SecretName="app")
    assert (history["TotalCount"], len(history["VersionIDs"]), len(history["AccountInfoList"])) == (2, 2, 1)


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("DescribeSecret", {}, "MissingParameter"),
        ("DescribeSecret", {"SecretName": "none"}, "ResourceNotFound"),
        ("DescribeSecret", {"SecretName": 5}, "InvalidParameter"),
        ("DescribeSecret", {"SecretName": "app", "More": 1}, "UnknownParameter"),
        ("DescribeRotationHistory", {"SecretName": "plain"}, "UnsupportedOperation"),
        ("DescribeRotationHistory", {"SecretName": "going"}, "ResourceUnavailable.ResourcePendingDeleted"),
        ("GetSecretValue", {"SecretName": "app"}, "InvalidAction"),
    ],
)
def test_a_secret_is_not_described(port: int, action: str, parameters: dict[str, Any], code: str) -> None:
    """By the documented codes."""
    assert told(port, "ssm", action, **parameters) == code


def test_the_service_is_told(port: int) -> None:
    """The international site tells less."""
    answer = told(port, "ssm", "GetServiceStatus")
    assert (answer["ServiceEnabled"], answer["TotalCount"], len(answer["ExpireTime"])) == (True, 3, 19)
    assert "TotalCount" not in told(port, "ssm", "GetServiceStatus", "ap-singapore")


def test_keys_are_listed_by_role_state_and_name(port: int) -> None:
    """At most 200 a page; one that is gone is in no list."""
    assert [(row["KeyId"], row["KeyState"]) for row in told(port, "kms", "ListKeyDetail", OrderType=1)["KeyMetadatas"]] == [
        (OFF, "Disabled"),
        ("6b1f0000-0000-4000-8000-000000000003", "Archived"),
    ]
    (made,) = told(port, "kms", "ListKeyDetail", Role=1)["KeyMetadatas"]
    assert (made["Owner"], made["KeyRotationEnabled"]) == ("ssm", False)
    assert told(port, "kms", "ListKeyDetail", KeyState=5)["TotalCount"] == told(port, "kms", "ListKeyDetail", SearchKeyAlias=OFF)["TotalCount"] == 1
    page = told(port, "kms", "ListKeyDetail", OrderType=1, Offset=1, Limit=1)
    assert (page["TotalCount"], len(page["KeyMetadatas"])) == (2, 1)
    assert told(port, "kms", "ListKeyDetail", Limit=201) == told(port, "kms", "ListKeyDetail", Role=2) == "InvalidParameter"
    assert told(port, "kms", "ListKeyDetail", "ap-slow") == told(port, "ssm", "DescribeSecret", "ap-slow", SecretName="a") == "RequestLimitExceeded"
    assert told(port, "kms", "ListKeyDetail", None) == "MissingParameter" and told(port, "kms", "ListKeyDetail", "ap-nowhere") == "UnsupportedRegion"


def test_tags_are_told_of_fifty_secrets(port: int) -> None:
    """A row for each tag; the region is a parameter."""
    answer = tags(port, "plain", "app", "none", Limit=200)
    assert [(row["ResourceId"], row["TagKey"], row["TagValue"]) for row in answer["Tags"]] == [
        ("creatorUin/100000000001/plain", "env", "prod"),
        ("creatorUin/100000000001/plain", "team", "core"),
    ]
    assert (answer["TotalCount"], tags(port, "plain", Offset=1, Limit=1)["Tags"][0]["TagKey"]) == (2, "team")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ServiceType": "cvm"}, "InvalidParameterValue.ServiceTypeInvalid"),
        ({"ResourceIds": []}, "InvalidParameterValue.ResourceIdInvalid"),
        ({"ResourceIds": ["x"] * 51}, "InvalidParameterValue.ResourceIdInvalid"),
        ({"ResourceIds": "x"}, "InvalidParameter"),
        ({"ResourceRegion": None}, "MissingParameter"),
        ({"ResourceRegion": "ap-nowhere"}, "UnsupportedRegion"),
        ({"Offset": 3, "Limit": 2}, "InvalidParameterValue"),
    ],
)
def test_tags_are_not_told(port: int, more: dict[str, Any], code: str) -> None:
    """By the documented codes."""
    assert tags(port, "plain", **more) == code
