# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS of both clouds: roles, the temporary keys they hand out, and who is who."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from emulator import Emulator
from emulator_client import ALIBABA_KEY, TENCENT_KEY, Clock, Reply, alibaba, alibaba_fleet, ask, error_of, fleet, names_of, tencent

ALI_ARN = "acs:ram::1234567890123456:role/Auditor"
TEN_ARN = "qcs::cam::uin/100000000001:roleName/Auditor"
ROLES = [
    {"name": "Auditor", "actions": ["ListSecrets", "GetCallerIdentity"], "max_seconds": 3600},
    {"name": "Partner", "external_id": "shop-42"},
    {"name": "Short", "lifetime": 60},
    {"name": "Brief", "requests": 2},
    {"name": "Foreign", "trusts": ["somebody"]},
]


@pytest.fixture(name="clock")
def fixture_clock() -> Clock:
    """A fixed time."""
    return Clock()


@pytest.fixture(name="port")
def fixture_port(clock: Clock) -> Iterator[int]:
    """An account of each cloud with five roles and a user's key."""
    accounts = fleet([{"name": "ap-guangzhou", "secrets": ["a"]}])["accounts"] + alibaba_fleet([{"name": "cn-hangzhou", "secrets": ["a"]}])["accounts"]
    for account in accounts:
        account["roles"] = ROLES
        account["keys"] += [{"id": "AKIDuser", "secret": "user-secret", "user": "alice"}]
    with Emulator({"accounts": accounts}, clock=clock) as emulator:
        yield emulator.port


def ten_sts(port: int, clock: Clock, action: str, **more: Any) -> Reply:
    """A call to Tencent Cloud's STS."""
    parameters = more.pop("parameters", {})
    return ask(port, tencent(parameters, action=action, version="2018-08-13", service="sts", host="sts.tencentcloudapi.com", now=clock.now, **more))


def ali_sts(port: int, clock: Clock, action: str, **more: Any) -> Reply:
    """A call to Alibaba Cloud's STS."""
    return ask(
        port,
        alibaba(
            more.pop("parameters", None),
            action=action,
            version="2015-04-01",
            method="POST",
            path="/",
            host="sts.cn-hangzhou.aliyuncs.com",
            now=clock.now,
            **more,
        ),
    )


def test_tencent_role(port: int, clock: Clock) -> None:
    """Keys of a role list secrets, may no more than the role, say who they are, and expire."""
    reply = ten_sts(port, clock, "AssumeRole", parameters={"RoleArn": TEN_ARN, "RoleSessionName": "s-1", "DurationSeconds": 900})
    body = reply.json["Response"]
    assert (body["ExpiredTime"], body["Expiration"]) == (int(clock.now) + 900, "2026-11-21T00:15:00Z")
    key, token = (body["Credentials"]["TmpSecretId"], body["Credentials"]["TmpSecretKey"]), body["Credentials"]["Token"]
    assert names_of(ask(port, tencent(key=key, token=token, now=clock.now))) == ["a"]
    assert error_of(ask(port, tencent(key=key, now=clock.now))) == "AuthFailure.TokenFailure"
    assert error_of(ask(port, tencent(key=key, token=token, now=clock.now, action="GetRegions"))) == "UnauthorizedOperation"
    identity = ten_sts(port, clock, "GetCallerIdentity", key=key, token=token).json["Response"]
    assert (identity["Type"], identity["AccountId"], identity["UserId"].split(":")[1]) == ("CAMRole", "100000000001", "s-1")
    clock.now += 900
    assert error_of(ask(port, tencent(key=key, token=token, now=clock.now))) == "AuthFailure.TokenFailure"


def test_alibaba_role(port: int, clock: Clock) -> None:
    """The same at the other cloud."""
    body = ali_sts(port, clock, "AssumeRole", parameters={"RoleArn": ALI_ARN, "RoleSessionName": "s-1", "DurationSeconds": 900}).json
    assert body["AssumedRoleUser"]["Arn"] == "acs:ram::1234567890123456:role/auditor/s-1"
    credentials = body["Credentials"]
    assert credentials["AccessKeyId"].startswith("STS.") and credentials["Expiration"] == "2026-11-21T00:15:00Z"
    key, token = (credentials["AccessKeyId"], credentials["AccessKeySecret"]), credentials["SecurityToken"]
    assert names_of(ask(port, alibaba(key=key, token=token, now=clock.now))) == ["a"]
    assert error_of(ask(port, alibaba(key=key, now=clock.now))) == "MissingSecurityToken"
    assert error_of(ask(port, alibaba(key=key, token=token, now=clock.now, action="DescribeRegions", method="POST", path="/v1/regions"))) == "Forbidden.RAM"
    identity = ali_sts(port, clock, "GetCallerIdentity", key=key, token=token).json
    assert (identity["IdentityType"], identity["AccountId"], identity["PrincipalId"].split(":")[1]) == ("AssumedRoleUser", "1234567890123456", "s-1")
    clock.now += 900
    assert error_of(ask(port, alibaba(key=key, token=token, now=clock.now))) == "InvalidSecurityToken.Expired"


def test_alibaba_parameters_may_stand_in_a_form(port: int, clock: Clock) -> None:
    """RPC takes them from the body as well."""
    form = urlencode({"RoleArn": ALI_ARN, "RoleSessionName": "s-1"}).encode()
    reply = ali_sts(port, clock, "AssumeRole", body=form, headers={"content-type": "application/x-www-form-urlencoded"})
    assert reply.json["Credentials"]["Expiration"] == "2026-11-21T01:00:00Z"


@pytest.mark.parametrize(
    "parameters, code",
    [
        ({"RoleSessionName": "s-1"}, "MissingParameter"),
        ({"RoleArn": TEN_ARN}, "MissingParameter"),
        ({"RoleArn": "x", "RoleSessionName": "s-1"}, "InvalidParameter.ParamError"),
        ({"RoleArn": TEN_ARN, "RoleSessionName": "s 1"}, "InvalidParameter.ParamError"),
        ({"RoleArn": TEN_ARN + "x", "RoleSessionName": "s-1"}, "ResourceNotFound.RoleNotFound"),
        ({"RoleArn": TEN_ARN, "RoleSessionName": "s-1", "DurationSeconds": 3601}, "InvalidParameter.OverTimeError"),
        ({"RoleArn": TEN_ARN.replace("Auditor", "Partner"), "RoleSessionName": "s-1"}, "UnauthorizedOperation"),
        ({"RoleArn": TEN_ARN.replace("Auditor", "Partner"), "RoleSessionName": "s-1", "ExternalId": "shop-42"}, "Ok"),
        ({"RoleArn": TEN_ARN.replace("Auditor", "Foreign"), "RoleSessionName": "s-1"}, "UnauthorizedOperation"),
    ],
)
def test_tencent_role_refused(port: int, clock: Clock, parameters: dict[str, Any], code: str) -> None:
    """Each reason by its code."""
    assert error_of(ten_sts(port, clock, "AssumeRole", parameters=parameters)) == code


@pytest.mark.parametrize(
    "parameters, code",
    [
        ({"RoleSessionName": "s-1"}, "MissingRoleArn"),
        ({"RoleArn": ALI_ARN}, "MissingRoleSessionName"),
        ({"RoleArn": "x", "RoleSessionName": "s-1"}, "InvalidParameter.RoleArn"),
        ({"RoleArn": ALI_ARN, "RoleSessionName": "s"}, "InvalidParameter.RoleSessionName"),
        ({"RoleArn": ALI_ARN + "x", "RoleSessionName": "s-1"}, "EntityNotExist.Role"),
        ({"RoleArn": ALI_ARN, "RoleSessionName": "s-1", "DurationSeconds": 899}, "InvalidParameter.DurationSeconds"),
        ({"RoleArn": ALI_ARN, "RoleSessionName": "s-1", "DurationSeconds": 3601}, "InvalidParameter.DurationSeconds"),
        ({"RoleArn": ALI_ARN.replace("Auditor", "Partner"), "RoleSessionName": "s-1", "ExternalId": "shop-43"}, "NoPermission"),
        ({"RoleArn": ALI_ARN.replace("Auditor", "Partner"), "RoleSessionName": "s-1", "ExternalId": "shop-42"}, "None"),
        ({"RoleArn": ALI_ARN.replace("Auditor", "Foreign"), "RoleSessionName": "s-1"}, "NoPermission"),
    ],
)
def test_alibaba_role_refused(port: int, clock: Clock, parameters: dict[str, Any], code: str) -> None:
    """Each reason by its code; a success has none."""
    assert error_of(ali_sts(port, clock, "AssumeRole", parameters=parameters)) == code


def test_lifetime_of_a_role(port: int, clock: Clock) -> None:
    """A role can make its keys live shorter than was asked for, so that a test need not wait."""
    arn = TEN_ARN.replace("Auditor", "Short")
    reply = ten_sts(port, clock, "AssumeRole", parameters={"RoleArn": arn, "RoleSessionName": "s-1", "DurationSeconds": 7200})
    assert reply.json["Response"]["ExpiredTime"] == int(clock.now) + 60


def test_keys_of_a_role_may_serve_so_many_requests(port: int, clock: Clock) -> None:
    """Without a clock that anybody moves, a key is over in the middle of a listing."""
    arn = TEN_ARN.replace("Auditor", "Brief")
    handed = ten_sts(port, clock, "AssumeRole", parameters={"RoleArn": arn, "RoleSessionName": "s-1"}).json["Response"]["Credentials"]
    key = (handed["TmpSecretId"], handed["TmpSecretKey"])
    codes = [error_of(ten_sts(port, clock, "GetCallerIdentity", key=key, token=handed["Token"])) for _number in range(3)]
    assert codes == ["Ok", "Ok", "AuthFailure.TokenFailure"]


@pytest.mark.parametrize(
    "key, kind, arn",
    [(TENCENT_KEY, "CAMUser", "qcs::cam:100000000001:uin/100000000001"), (("AKIDuser", "user-secret"), "CAMUser", "qcs::cam:100000000001:uin/")],
)
def test_tencent_identity(port: int, clock: Clock, key: tuple[str, str], kind: str, arn: str) -> None:
    """The account's own key and a user's key."""
    body = ten_sts(port, clock, "GetCallerIdentity", key=key).json["Response"]
    assert (body["Type"], body["AccountId"]) == (kind, "100000000001") and body["Arn"].startswith(arn) and body["UserId"] == body["PrincipalId"]


@pytest.mark.parametrize(
    "key, kind, arn",
    [(ALIBABA_KEY, "Account", "acs:ram::1234567890123456:root"), (("AKIDuser", "user-secret"), "RAMUser", "acs:ram::1234567890123456:user/alice")],
)
def test_alibaba_identity(port: int, clock: Clock, key: tuple[str, str], kind: str, arn: str) -> None:
    """The account's own key and a user's key."""
    body = ali_sts(port, clock, "GetCallerIdentity", key=key).json
    assert (body["IdentityType"], body["AccountId"], body["Arn"]) == (kind, "1234567890123456", arn)


def test_region_is_required_of_tencent_sts(port: int, clock: Clock) -> None:
    """A common parameter that this service asks for."""
    for action in ("AssumeRole", "GetCallerIdentity"):
        assert error_of(ten_sts(port, clock, action, region=None)) == "MissingParameter"
