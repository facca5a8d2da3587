# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What KMS and APIG tell beside their listings: one secret, its versions, policy and references; keys, instances and gateways of a region."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import NOW, Reply, alibaba, alibaba_fleet, ask

JSON = {"accept": "application/json"}
ACCOUNT = "1234567890123456"
POLICY = {"Version": "1", "Statement": [{"Effect": "Allow", "Principal": {"RAM": ["acs:ram::1999999999999999:root"]}, "Action": ["kms:*"], "Resource": ["*"]}]}
SECRETS = [
    {"SecretName": "plain", "CreateTime": "-9d", "Description": "of the shop"},
    {
        "SecretName": "db/app",
        "SecretType": "Rds",
        "CreateTime": "-30d",
        "DKMSInstanceId": "kst-1",
        "EncryptionKeyId": "key-1",
        "AutomaticRotation": "Enabled",
        "RotationInterval": "21600s",
        "LastRotationDate": "-6h",
        "NextRotationDate": "now",
        "ExtendedConfig": '{"CustomData":{"a":"b"}}',
        "policy": POLICY,
        "versions": [{"VersionId": "v2", "VersionStages": ["ACSCurrent"]}, {"VersionId": "v1", "CreateTime": "-30d"}],
        "tags": {"env": "prod"},
    },
    {"SecretName": "idle", "SecretType": "Redis", "DKMSInstanceId": "kst-2", "EncryptionKeyId": "key-2", "describes": {"AutomaticRotation": None, "New": "x"}},
]
USES = [{"gatewayId": "gw-1", "resourceType": "Service", "ServiceConfig": {"name": "llm", "serviceId": "svc-1"}}] * 3


@pytest.fixture(name="port", scope="module")
def fixture_port() -> Iterator[int]:
    """Both services in one region, and regions that refuse."""
    kms_region = {"name": "cn-hangzhou", "service": "kms", "secrets": SECRETS, "keys": {"key-2": "Gone", "key-3": "PendingDeletion"}, "instances": ["kst-0"]}
    used = {"secretId": "sec-1", "name": "used", "references": USES, "kmsConfig": {"kmsKeyId": "key-9"}}
    apig_region = {
        "name": "cn-hangzhou",
        "secrets": [used, {"secretId": "sec-2", "name": "unused", "kmsConfig": {"kmsKeyId": ""}}],
        "gateways": [{"gatewayId": "gw-1", "name": "shop"}],
    }
    regions: list[dict[str, Any]] = [kms_region, apig_region]
    for name, more in (("cn-denied", {"refuse": "denied"}), ("cn-off", {"refuse": "unsupported"}), ("cn-slow", {})):
        regions += [{"name": name, "service": service, **more} for service in ("kms", "apig")]
    rule = {"per_second": 0, "actions": ["DescribeSecret", "ListKeys", "ListGateways"]}
    with Emulator(alibaba_fleet([*regions[:-1], {**regions[-1], "behaviour": {"rate_limit": rule}}], now="2026-11-21T00:00:00Z")) as emulator:
        yield emulator.port


def kms(port: int, action: str, region: str = "cn-hangzhou", headers: Any = None, **parameters: Any) -> Reply:
    """One call of KMS."""
    sent = JSON if headers is None else headers
    host = f"kms.{region}.aliyuncs.com"
    return ask(port, alibaba(parameters, host=host, version="2016-01-20", method="POST", path="/", action=action, unsigned=sent))


def apig(port: int, action: str, path: str, region: str = "cn-hangzhou", **parameters: Any) -> Reply:
    """One call of APIG."""
    return ask(port, alibaba(parameters, host=f"apig.{region}.aliyuncs.com", path=path, action=action))


def test_describe(port: int) -> None:
    """A row and more; what does not hold is absent, and tags come where they are asked for."""
    told = kms(port, "DescribeSecret", SecretName="db/app", FetchTags="true").json
    assert told.pop("RequestId") and told == {
        "SecretName": "db/app",
        "SecretType": "Rds",
        "Arn": f"acs:kms:cn-hangzhou:{ACCOUNT}:secret/db/app",
        "Description": "",
        "CreateTime": "2026-10-22T00:00:00Z",
        "UpdateTime": "2026-10-22T00:00:00Z",
        "DKMSInstanceId": "kst-1",
        "EncryptionKeyId": "key-1",
        "AutomaticRotation": "Enabled",
        "RotationInterval": "21600s",
        "LastRotationDate": "2026-11-20T18:00:00Z",
        "NextRotationDate": "2026-11-21T00:00:00Z",
        "ExtendedConfig": '{"CustomData":{"a":"b"}}',
        "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]},
    }
    plain = kms(port, "DescribeSecret", SecretName="plain").json
    assert set(plain) == {"RequestId", "SecretName", "SecretType", "Arn", "Description", "CreateTime", "UpdateTime"} and plain["Description"] == "of the shop"
    idle = kms(port, "DescribeSecret", SecretName="idle").json
    assert idle["New"] == "x" and "AutomaticRotation" not in idle


@pytest.mark.parametrize("action", ["DescribeSecret", "ListSecretVersionIds", "GetSecretPolicy"])
def test_a_secret_has_to_be_named_and_there(port: int, action: str) -> None:
    """A secret that is gone gives a code that begins like a denial."""
    assert (kms(port, action).status, kms(port, action).json["Code"]) == (400, "MissingParameter")
    gone = kms(port, action, SecretName="gone")
    assert (gone.status, gone.json["Code"]) == (404, "Forbidden.ResourceNotFound")


def test_versions(port: int) -> None:
    """Those without a stage are told where they are asked for. No value is among them."""
    told = kms(port, "ListSecretVersionIds", SecretName="db/app").json
    assert (told["TotalCount"], told["PageSize"], told["SecretName"]) == (1, 20, "db/app")
    assert told["VersionIds"]["VersionId"] == [{"VersionId": "v2", "CreateTime": "2026-11-21T00:00:00Z", "VersionStages": {"VersionStage": ["ACSCurrent"]}}]
    second = kms(port, "ListSecretVersionIds", SecretName="db/app", IncludeDeprecated="true", PageSize=1, PageNumber=2).json
    assert second["VersionIds"]["VersionId"] == [{"VersionId": "v1", "CreateTime": "2026-10-22T00:00:00Z", "VersionStages": {"VersionStage": []}}]


def test_policies(port: int) -> None:
    """Secrets of an instance alone have one; the text is JSON of its own."""
    assert json.loads(kms(port, "GetSecretPolicy", SecretName="db/app", PolicyName="default").json["Policy"]) == POLICY
    usual = json.loads(kms(port, "GetSecretPolicy", SecretName="idle").json["Policy"])
    assert usual["Statement"][0]["Principal"] == {"RAM": [f"acs:ram::{ACCOUNT}:*"]}
    none = kms(port, "GetSecretPolicy", SecretName="plain")
    assert (none.status, none.json["Code"]) == (400, "Forbidden.KeyPolicyUnSupported")


def test_keys_by_their_id(port: int) -> None:
    """The vendor spells this filter with a small letter."""
    told = kms(port, "ListKeys", Filters=json.dumps([{"Key": "keyId", "Values": ["key-2", "key-3"]}])).json
    assert [row["KeyId"] for row in told["Keys"]["Key"]] == ["key-3"]


@pytest.mark.parametrize(
    "state, expected",
    [(None, ["key-1", "key-3", "key-9"]), ("Enabled", ["key-1", "key-9"]), ("PendingDeletion", ["key-3"]), ("Disabled", []), ("PendingImport", [])],
)
def test_keys(port: int, state: str | None, expected: list[str]) -> None:
    """Those that secrets of both services name, and those of the fleet file, by their state."""
    narrowed = {"Filters": json.dumps([{"Key": "KeyState", "Values": [state]}])} if state else {}
    told = kms(port, "ListKeys", PageSize=100, **narrowed).json
    assert [row["KeyId"] for row in told["Keys"]["Key"]] == expected and told["TotalCount"] == len(expected)
    assert all(row == {"KeyId": row["KeyId"], "KeyArn": f"acs:kms:cn-hangzhou:{ACCOUNT}:key/{row['KeyId']}"} for row in told["Keys"]["Key"])


def test_instances(port: int) -> None:
    """Those that secrets lie in, and those of the fleet file."""
    told = kms(port, "ListKmsInstances").json
    assert [row["KmsInstanceId"] for row in told["KmsInstances"]["KmsInstance"]] == ["kst-0", "kst-1", "kst-2"] and told["PageSize"] == 20


@pytest.mark.parametrize(
    "action, parameters",
    [
        ("DescribeSecret", {"SecretName": "plain", "FetchTags": "yes"}),
        ("ListSecretVersionIds", {"SecretName": "plain", "IncludeDeprecated": "1"}),
        ("ListKeys", {"PageSize": 101}),
        ("ListKeys", {"Filters": '[{"Key": "KeyState", "Values": ["enabled"]}]'}),
        ("ListKeys", {"Filters": '[{"Key": "SecretName", "Values": []}]'}),
        ("ListKmsInstances", {"PageNumber": 0}),
    ],
    ids=str,
)
def test_refused_parameters(port: int, action: str, parameters: dict[str, Any]) -> None:
    """The product's own error."""
    assert kms(port, action, **parameters).json["Code"] == "InvalidParameter"


@pytest.mark.parametrize("action", ["DescribeSecret", "ListSecretVersionIds", "GetSecretPolicy", "ListKeys", "ListKmsInstances"])
def test_all_is_xml_unless_json_is_asked_for(port: int, action: str) -> None:
    """Every call has both forms."""
    reply = kms(port, action, headers={}, SecretName="db/app")
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/xml") and b"<KMS>" in reply.body


@pytest.mark.parametrize(
    "region, code",
    [("cn-denied", "Forbidden.NoPermission"), ("cn-off", "Forbidden.KmsServiceNotEnabled"), ("cn-slow", "Rejected.Throttling")],
)
def test_refused_regions_of_kms(port: int, region: str, code: str) -> None:
    """As for a listing."""
    assert kms(port, "ListKeys", region).json["Code"] == code


def test_references(port: int) -> None:
    """By pages; the names begin with a capital letter for services and plugins."""
    pages = [apig(port, "ListSecretReferences", "/v1/secrets/sec-1/references", pageNumber=number, pageSize=2).json["data"] for number in (1, 2)]
    assert [page["items"] for page in pages] == [USES[:2], USES[2:]] and {page["totalSize"] for page in pages} == {3}
    assert apig(port, "ListSecretReferences", "/v1/secrets/sec-2/references").json["data"]["items"] == []
    gone = apig(port, "ListSecretReferences", "/v1/secrets/sec-3/references")
    assert (gone.status, gone.json["code"]) == (404, "NotFound.SecretNotFound")


def test_gateways(port: int) -> None:
    """Those of the fleet file, else lifelike ones."""
    assert apig(port, "ListGateways", "/v1/gateways").json["data"]["items"] == [{"gatewayId": "gw-1", "name": "shop"}]
    assert apig(port, "ListGateways", "/v1/gateways", "cn-slow").json["Code"] == "Throttling.User"
    assert apig(port, "ListGateways", "/v1/gateways", "cn-denied").json["Code"] == "Forbidden.RAM"


def test_one_limit_for_listing_and_describing() -> None:
    """A bucket is a service of a region, whatever is asked of it."""
    rule = {"per_second": 2, "actions": ["ListSecrets", "DescribeSecret"]}
    document = alibaba_fleet([{"name": "cn-hangzhou", "service": "kms", "secrets": ["one"]}], behaviour={"rate_limit": rule})

    def call(port: int, action: str) -> int:
        parameters = {"SecretName": "one"} if action == "DescribeSecret" else {}
        host = "kms.cn-hangzhou.aliyuncs.com"
        return ask(port, alibaba(parameters, host=host, version="2016-01-20", method="POST", path="/", action=action, unsigned=JSON, now=NOW)).status

    with Emulator(document, clock=lambda: NOW) as emulator:
        assert [call(emulator.port, action) for action in ("ListSecrets", "DescribeSecret", "DescribeSecret", "ListKeys")] == [200, 200, 429, 200]


def test_generated_secrets_are_told_of() -> None:
    """Every generated secret can be described; as many references as the row counts, with gateways of the region."""
    regions = [{"name": "cn-hangzhou", "service": "kms", "generate": {"count": 40}}, {"name": "cn-hangzhou", "generate": {"count": 40}}]
    with Emulator(alibaba_fleet(regions)) as emulator:
        kinds = set()
        for row in emulator.secrets("ali", "cn-hangzhou", "kms"):
            told = kms(emulator.port, "DescribeSecret", SecretName=row["SecretName"]).json
            kinds.add(told.get("AutomaticRotation"))
            assert ("ExtendedConfig" in told) == (row["SecretType"] != "Generic") and told["EncryptionKeyId"].startswith("key-")
        assert kinds >= {None, "Enabled", "Disabled"}
        gateways = {row["gatewayId"] for row in apig(emulator.port, "ListGateways", "/v1/gateways").json["data"]["items"]}
        for row in emulator.secrets("ali", "cn-hangzhou", "apig"):
            used = apig(emulator.port, "ListSecretReferences", f"/v1/secrets/{row['secretId']}/references").json["data"]
            assert used["totalSize"] == row["referenceCount"] and gateways >= {item["gatewayId"] for item in used["items"]}
