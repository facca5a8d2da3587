# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What machines and platforms are told: metadata services, a credentials URI, and roles for service accounts. No token is ever in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from emulator import Emulator
from emulator.schema import FleetError
from emulator_client import Clock, Reply, alibaba, alibaba_fleet, ask, error_of, fleet, message, names_of, tencent

ALI, TEN = "100.100.100.200", "metadata.tencentyun.com"
ALI_ROLES, TEN_ROLES = "/latest/meta-data/ram/security-credentials/", "/latest/meta-data/cam/security-credentials/"
ALI_ARN, TEN_ARN = "acs:ram::1234567890123456:role/", "qcs::cam::uin/100000000001:roleName/"
LIFE = {"X-aliyun-ecs-metadata-token-ttl-seconds": "60"}
ROLES = [{"name": "Other"}, {"name": "Reader", "machine": True, "lifetime": 1000}, {"name": "Second", "machine": True}, {"name": "Short", "max_seconds": 900}]
SERVICE_ACCOUNTS: list[dict[str, Any]] = [
    {"token": "the-platforms-token", "provider": "the-provider", "roles": ["Reader", "Short"]},
    {"token": "anything-goes", "provider": "the-provider"},
]


@pytest.fixture(name="clock")
def fixture_clock() -> Clock:
    """A fixed time."""
    return Clock()


@pytest.fixture(name="emulator")
def fixture_emulator(clock: Clock) -> Iterator[Emulator]:
    """An account of each cloud with roles for machines and service accounts; after each test the journal is searched for secrets."""
    accounts = fleet([{"name": "ap-guangzhou", "secrets": ["a"]}])["accounts"] + alibaba_fleet([{"name": "cn-hangzhou", "secrets": ["a"]}])["accounts"]
    for account in accounts:
        account.update(roles=ROLES, service_accounts=SERVICE_ACCOUNTS)
    with Emulator({"accounts": accounts}, clock=clock) as emulator:
        yield emulator
        journal = json.dumps(emulator.requests())
        tokens = [*emulator.world.machines.tokens, *emulator.world.keys.tokens, *(account["token"] for account in SERVICE_ACCOUNTS)]
        secrets = [key.secret for key in emulator.world.keys.keys.values()]
        assert not [secret for secret in [*tokens, *secrets] if secret in journal]


def get(emulator: Emulator, path: str, host: str = "127.0.0.1", method: str = "GET", proxied: bool = False, **headers: str) -> Reply:
    """A request of a machine; to the port itself, by the Host header, or to a proxy."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(emulator.port, message(method, f"http://{host}{path}" if proxied else path, {"Host": host, **named}))


def ali_token(emulator: Emulator) -> str:
    """A token of the second version."""
    reply = ask(emulator.port, message("PUT", "/latest/api/token", {"Host": ALI, **LIFE}))
    assert reply.status == 200
    return reply.body.decode()


def oidc(emulator: Emulator, way: str = "form", **given: Any) -> Reply:
    """AssumeRoleWithOIDC, as a form or as the vendor's package has it: all in the query of a POST without a body."""
    parameters = {
        "Action": "AssumeRoleWithOIDC",
        "Version": "2015-04-01",
        "Format": "JSON",
        "Timestamp": "2026-11-21T00:00:00Z",
        "RoleArn": f"{ALI_ARN}Reader",
        "OIDCProviderArn": "the-provider",
        "OIDCToken": "the-platforms-token\n",
        "RoleSessionName": "s-1",
        "DurationSeconds": "900",
        **given,
    }
    text = urlencode({name: value for name, value in parameters.items() if value is not None})
    if way == "form":
        return ask(emulator.port, message("POST", "/", {"Host": "127.0.0.1", "Content-Type": "application/x-www-form-urlencoded"}, text.encode()))
    return ask(emulator.port, message("GET", f"/?{text}", {"Host": "sts.aliyuncs.com"}))


def web_identity(emulator: Emulator, authorization: str = "SKIP", region: str | None = "ap-guangzhou", **given: Any) -> Reply:
    """AssumeRoleWithWebIdentity."""
    parameters = {"ProviderId": "the-provider", "WebIdentityToken": "the-platforms-token", "RoleArn": f"{TEN_ARN}Reader", "RoleSessionName": "s-1", **given}
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", "X-TC-Action": "AssumeRoleWithWebIdentity", "X-TC-Version": "2018-08-13"}
    if region:
        headers["X-TC-Region"] = region
    body = json.dumps({name: value for name, value in parameters.items() if value is not None}).encode()
    return ask(emulator.port, message("POST", "/", {**headers, "Authorization": authorization}, body))


@pytest.mark.parametrize("host, proxied", [("127.0.0.1", False), (ALI, False), (ALI, True)])
def test_ecs_metadata_in_both_versions(emulator: Emulator, clock: Clock, host: str, proxied: bool) -> None:
    """A token, the role's name, the role's keys; they list secrets and say who they are. Without a token the same."""
    token = {"X_aliyun_ecs_metadata_token": ali_token(emulator)}
    for headers in (token, {}):
        assert get(emulator, ALI_ROLES, host, proxied=proxied, **headers).body == b"Reader"
        reply = get(emulator, f"{ALI_ROLES}Reader", host, proxied=proxied, **headers)
        handed = reply.json
        assert (handed["Code"], handed["Expiration"], handed["LastUpdated"]) == ("Success", "2026-11-21T00:16:40Z", "2026-11-21T00:00:00Z")
    key = (handed["AccessKeyId"], handed["AccessKeySecret"])
    assert names_of(ask(emulator.port, alibaba(key=key, token=handed["SecurityToken"], now=clock.now))) == ["a"]
    identity = ask(
        emulator.port,
        alibaba(
            key=key,
            token=handed["SecurityToken"],
            action="GetCallerIdentity",
            version="2015-04-01",
            method="POST",
            path="/",
            host="sts.aliyuncs.com",
            now=clock.now,
        ),
    ).json
    assert (identity["AccountId"], identity["IdentityType"]) == ("1234567890123456", "AssumedRoleUser")
    assert get(emulator, "/latest/meta-data/region-id", host, proxied=proxied).body == b"cn-hangzhou"
    told = [(row["provider"], row["action"], row["account"], row["parameters"]) for row in emulator.requests()[:3]]
    assert told == [
        ("alibaba", "MetadataToken", None, {}),
        ("alibaba", "MetadataRole", "ali", {}),
        ("alibaba", "MetadataCredentials", "ali", {"RoleName": "Reader"}),
    ]


def test_keys_of_a_machine_last_for_half_of_their_life(emulator: Emulator, clock: Clock) -> None:
    """Then there are new ones, and the old ones still work to their end."""
    ids = []
    for seconds in (0, 499, 1, 499):
        clock.now += seconds
        ids.append(get(emulator, f"{TEN_ROLES}Reader", TEN).json["TmpSecretId"])
    assert ids[0] == ids[1] != ids[2] == ids[3]


@pytest.mark.parametrize("metadata, with_token, status", [("both", False, 200), ("v2", False, 403), ("v2", True, 200)])
def test_the_first_version_can_be_switched_off(emulator: Emulator, metadata: str, with_token: bool, status: int) -> None:
    """As an ECS instance in its hardened mode."""
    emulator.behave({"metadata": metadata})
    headers: dict[str, Any] = {"X_aliyun_ecs_metadata_token": ali_token(emulator)} if with_token else {}
    assert get(emulator, ALI_ROLES, **headers).status == status


@pytest.mark.parametrize(
    "method, path, host, headers, status",
    [
        ("GET", "/latest/api/token", ALI, {}, 405),
        ("PUT", "/latest/api/token", ALI, {}, 400),
        ("PUT", "/latest/api/token", ALI, {"X_aliyun_ecs_metadata_token_ttl_seconds": "21601"}, 400),
        ("GET", ALI_ROLES, ALI, {"X_aliyun_ecs_metadata_token": "wrong"}, 403),
        ("PUT", ALI_ROLES, ALI, {}, 405),
        ("GET", f"{ALI_ROLES}Other", ALI, {}, 404),
        ("GET", "/latest/meta-data/other", ALI, {}, 404),
        ("GET", "/", ALI, {}, 404),
        ("GET", "/latest/meta-data/other", TEN, {}, 404),
        ("PUT", TEN_ROLES, TEN, {}, 405),
        ("GET", f"{TEN_ROLES}Other", TEN, {}, 404),
        ("GET", "/credentials/Other", "127.0.0.1", {}, 404),
    ],
)
def test_machines_are_refused_by_status(emulator: Emulator, method: str, path: str, host: str, headers: dict[str, Any], status: int) -> None:
    """A page of a web server, and no code."""
    reply = get(emulator, path, host, method, **headers)
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html")


def test_a_token_of_the_metadata_service_ends(emulator: Emulator, clock: Clock) -> None:
    """After as many seconds as were asked for."""
    token = ali_token(emulator)
    clock.now += 60
    assert get(emulator, ALI_ROLES, X_aliyun_ecs_metadata_token=token).status == 403


@pytest.mark.parametrize("host, proxied", [("127.0.0.1", False), (TEN, False), (TEN, True)])
def test_cvm_metadata(emulator: Emulator, clock: Clock, host: str, proxied: bool) -> None:
    """The role's name, and its keys, which list secrets."""
    assert get(emulator, TEN_ROLES, host, proxied=proxied).body == b"Reader"
    handed = get(emulator, f"{TEN_ROLES}Reader", host, proxied=proxied).json
    assert (handed["Code"], handed["ExpiredTime"], handed["Expiration"]) == ("Success", int(clock.now) + 1000, "2026-11-21T00:16:40Z")
    key, token = (handed["TmpSecretId"], handed["TmpSecretKey"]), handed["Token"]
    assert names_of(ask(emulator.port, tencent(key=key, token=token, now=clock.now))) == ["a"]
    sts: dict[str, Any] = {"action": "GetCallerIdentity", "version": "2018-08-13", "service": "sts", "host": "sts.tencentcloudapi.com"}
    assert ask(emulator.port, tencent(key=key, token=token, now=clock.now, **sts)).json["Response"]["AccountId"] == "100000000001"
    assert get(emulator, "/latest/meta-data/placement/region", host, proxied=proxied).body == b"ap-guangzhou"


@pytest.mark.parametrize("path, role", [("/credentials", "Reader"), ("/credentials/", "Reader"), ("/credentials/Second", "Second")])
def test_credentials_uri(emulator: Emulator, path: str, role: str) -> None:
    """The same keys as the machine's."""
    assert get(emulator, path).json == get(emulator, f"{ALI_ROLES}{role}").json


def test_machines_without_a_role_or_region() -> None:
    """404, as the Go SDK expects it."""
    accounts = alibaba_fleet()["accounts"]
    accounts[0].update(roles=[{"name": "Reader", "machine": True}], regions=[])
    with Emulator({"accounts": accounts}) as emulator:
        assert [get(emulator, path).status for path in (TEN_ROLES, ALI_ROLES, "/latest/meta-data/region-id")] == [404, 200, 404]


@pytest.mark.parametrize("way", ["form", "query"])
def test_alibaba_service_account(emulator: Emulator, clock: Clock, way: str) -> None:
    """Keys for the token, which list secrets."""
    body = oidc(emulator, way).json
    assert body["AssumedRoleUser"]["Arn"] == "acs:ram::1234567890123456:role/reader/s-1" and body["OIDCTokenInfo"]
    handed = body["Credentials"]
    key = (handed["AccessKeyId"], handed["AccessKeySecret"])
    assert names_of(ask(emulator.port, alibaba(key=key, token=handed["SecurityToken"], now=clock.now))) == ["a"]
    row = emulator.requests()[0]
    assert (row["action"], row["account"], row["code"], row["key_id"]) == ("AssumeRoleWithOIDC", "ali", "Ok", "")
    assert row["parameters"] == {"RoleArn": f"{ALI_ARN}Reader", "RoleSessionName": "s-1", "DurationSeconds": "900"}


@pytest.mark.parametrize(
    "given, code",
    [
        ({"RoleArn": None}, "MissingRoleArn"),
        ({"OIDCProviderArn": None}, "MissingOIDCProviderArn"),
        ({"OIDCToken": None}, "MissingOIDCToken"),
        ({"RoleSessionName": None}, "MissingRoleSessionName"),
        ({"RoleSessionName": "s 1"}, "InvalidParameter.RoleSessionName"),
        ({"RoleArn": "x"}, "InvalidParameter.RoleArn"),
        ({"RoleArn": f"{ALI_ARN}Nobody"}, "EntityNotExist.Role"),
        ({"OIDCToken": "wrong"}, "AuthenticationFail.OIDCToken.Invalid"),
        ({"OIDCProviderArn": "wrong"}, "AuthenticationFail.NoPermission"),
        ({"RoleArn": f"{ALI_ARN}Other"}, "AuthenticationFail.NoPermission"),
        ({"RoleArn": f"{ALI_ARN}Other", "OIDCToken": "anything-goes"}, "None"),
        ({"RoleArn": f"{ALI_ARN}Short", "DurationSeconds": "901"}, "InvalidParameter.DurationSeconds"),
        ({"Version": "2014-01-01"}, "InvalidApi.NotFound"),
    ],
)
def test_alibaba_service_account_refused(emulator: Emulator, given: dict[str, Any], code: str) -> None:
    """Each reason by its code; a success has none."""
    assert error_of(oidc(emulator, **given)) == code


def test_tencent_service_account(emulator: Emulator, clock: Clock) -> None:
    """Keys for the token, which list secrets."""
    body = web_identity(emulator, DurationSeconds=900).json["Response"]
    assert (body["ExpiredTime"], body["Expiration"]) == (int(clock.now) + 1000, "2026-11-21T00:16:40Z")
    handed = body["Credentials"]
    key = (handed["TmpSecretId"], handed["TmpSecretKey"])
    assert names_of(ask(emulator.port, tencent(key=key, token=handed["Token"], now=clock.now))) == ["a"]
    row = emulator.requests()[0]
    assert (row["action"], row["account"], row["code"], row["key_id"]) == ("AssumeRoleWithWebIdentity", "ten", "Ok", "")
    assert row["parameters"] == {"RoleArn": f"{TEN_ARN}Reader", "RoleSessionName": "s-1", "DurationSeconds": 900}


@pytest.mark.parametrize(
    "given, code",
    [
        ({"RoleArn": None}, "MissingParameter"),
        ({"ProviderId": None}, "MissingParameter"),
        ({"WebIdentityToken": None}, "MissingParameter"),
        ({"region": None}, "MissingParameter"),
        ({"RoleSessionName": "s 1"}, "InvalidParameter.ParamError"),
        ({"More": 1}, "UnknownParameter"),
        ({"RoleArn": f"{TEN_ARN}Nobody"}, "ResourceNotFound.RoleNotFound"),
        ({"WebIdentityToken": "wrong"}, "InvalidParameter.WebIdentityTokenError"),
        ({"ProviderId": "wrong"}, "InvalidParameter.WebIdentityTokenError"),
        ({"RoleArn": f"{TEN_ARN}Other"}, "UnauthorizedOperation"),
        ({"RoleArn": f"{TEN_ARN}Short", "DurationSeconds": 901}, "InvalidParameter.OverTimeError"),
        ({"authorization": "none"}, "AuthFailure.InvalidAuthorization"),
    ],
)
def test_tencent_service_account_refused(emulator: Emulator, given: dict[str, Any], code: str) -> None:
    """Each reason by its code."""
    assert error_of(web_identity(emulator, **given)) == code


def test_faults_strike_machines_too(emulator: Emulator) -> None:
    """By action or host, like any other request."""
    emulator.behave(
        {
            "faults": [
                {"act": "answer", "status": 403, "match": {"action": "MetadataToken"}},
                {"act": "error", "code": "500", "status": 500, "match": {"host": TEN}},
                {"act": "error", "code": "InternalError", "match": {"action": "AssumeRoleWithOIDC"}},
            ]
        }
    )
    assert ask(emulator.port, message("PUT", "/latest/api/token", {"Host": ALI, **LIFE})).status == 403
    assert get(emulator, TEN_ROLES, TEN).status == 500 and get(emulator, TEN_ROLES, TEN).status == 200
    assert error_of(oidc(emulator)) == "InternalError"
    assert [row["fault"] for row in emulator.requests()] == ["answer", "error", None, "error"]


@pytest.mark.parametrize("account", [{"token": "x"}, {"provider": "x"}, {"token": "x", "provider": "y", "role": "z"}])
def test_service_accounts_are_read_strictly(account: dict[str, str]) -> None:
    """A key that is missing or unknown."""
    accounts = fleet()["accounts"]
    accounts[0]["service_accounts"] = [account]
    with pytest.raises(FleetError, match=r"fleet\.accounts\[0\]\.service_accounts\[0\]"):
        Emulator({"accounts": accounts})
