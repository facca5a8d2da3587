# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may in: every documented refusal of both clouds, by code."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import ALIBABA_KEY, NOW, TENCENT_KEY, Clock, Socket, alibaba, alibaba_fleet, ask, error_of, fleet, tencent

TEMPORARY = ("AKIDtemporary", "temporary-secret")
EXPIRED = ("AKIDexpired", "expired-secret")
DISABLED = ("AKIDdisabled", "disabled-secret")
NARROW = ("AKIDnarrow", "narrow-secret")


def keys() -> list[dict[str, Any]]:
    """One key of each sort."""
    return [
        {"id": TEMPORARY[0], "secret": TEMPORARY[1], "token": "token-of-temporary+/==", "expires": "+1h"},
        {"id": EXPIRED[0], "secret": EXPIRED[1], "token": "token-of-expired", "expires": "-1s"},
        {"id": DISABLED[0], "secret": DISABLED[1], "disabled": True},
        {"id": NARROW[0], "secret": NARROW[1], "user": "nobody", "actions": ["GetCallerIdentity"]},
    ]


@pytest.fixture(name="clock")
def fixture_clock() -> Clock:
    """A fixed time."""
    return Clock()


@pytest.fixture(name="port")
def fixture_port(clock: Clock) -> Iterator[int]:
    """Both clouds, each with all keys; several regions that refuse."""
    ten = fleet(
        [
            "ap-guangzhou",
            {"name": "ap-denied", "refuse": "denied"},
            {"name": "ap-unbought", "refuse": "not_purchased"},
            {"name": "ap-closed", "refuse": "unsupported"},
            {"name": "ap-odd", "refuse": {"code": "FailedOperation", "message": "odd"}},
        ]
    )
    ali = alibaba_fleet(
        [
            "cn-hangzhou",
            {"name": "cn-denied", "refuse": "denied"},
            {"name": "cn-closed", "refuse": "unsupported"},
            {"name": "cn-odd", "refuse": {"code": "InternalError", "status": 500}},
        ]
    )
    accounts = ten["accounts"] + ali["accounts"]
    for account in accounts:
        account["keys"] += keys()
    with Emulator({"accounts": accounts}, clock=clock) as emulator:
        yield emulator.port


@pytest.mark.parametrize(
    "request_bytes, code",
    [
        (tencent(now=NOW), "Ok"),
        (tencent(now=NOW - 299), "Ok"),
        (tencent(now=NOW, signed="content-type;host;x-tc-action"), "Ok"),
        (tencent(now=NOW, headers={"X-TC-Content-SHA256": "UNSIGNED-PAYLOAD"}), "Ok"),
        (tencent(now=NOW, key=TEMPORARY, token="token-of-temporary+/=="), "Ok"),
        (tencent(now=NOW, key=("AKIDnobody", "x")), "AuthFailure.SecretIdNotFound"),
        (tencent(now=NOW, key=("nobody", "x")), "AuthFailure.InvalidSecretId"),
        (tencent(now=NOW, key=DISABLED), "AuthFailure.SecretIdNotFound"),
        (tencent(now=NOW, key=(TENCENT_KEY[0], "wrong")), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW, spoil="x"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW, date="2026-11-22"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW, service="sts", host="ssm.tencentcloudapi.com"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW, signed="content-type"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW, signed="host;content-type"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW).replace(b"{}", b"[]"), "AuthFailure.SignatureFailure"),
        (tencent(now=NOW - 301), "AuthFailure.SignatureExpire"),
        (tencent(now=NOW + 301), "AuthFailure.SignatureExpire"),
        (tencent(now=NOW, key=TEMPORARY), "AuthFailure.TokenFailure"),
        (tencent(now=NOW, key=TEMPORARY, token="token-of-expired"), "AuthFailure.TokenFailure"),
        (tencent(now=NOW, token="token-of-temporary+/=="), "AuthFailure.TokenFailure"),
        (tencent(now=NOW, key=EXPIRED, token="token-of-expired"), "AuthFailure.TokenFailure"),
        (tencent(now=NOW).replace(b"TC3-HMAC-SHA256 Credential", b"TC3-HMAC-SHA256 Kredential"), "AuthFailure.InvalidAuthorization"),
        (tencent(now=NOW, headers={"X-TC-Timestamp": "soon"}), "InvalidParameterValue"),
        (tencent(now=NOW, key=NARROW), "UnauthorizedOperation"),
        (tencent(now=NOW, region="ap-denied"), "UnauthorizedOperation"),
        (tencent(now=NOW, region="ap-unbought"), "ResourceUnavailable.NotPurchased"),
        (tencent(now=NOW, region="ap-closed"), "UnsupportedRegion"),
        (tencent(now=NOW, region="ap-nowhere"), "UnsupportedRegion"),
        (tencent(now=NOW, region="ap-odd"), "FailedOperation"),
        (tencent(now=NOW, region="evil.com/#"), "InvalidParameterValue"),
        (tencent(now=NOW, region=None), "MissingParameter"),
        (tencent(now=NOW, region=None, action="GetRegions"), "Ok"),
        (tencent(now=NOW, action="DeleteSecret"), "InvalidAction"),
        (tencent(now=NOW, action="GetSecretValue"), "InvalidAction"),
        (tencent(now=NOW, version="2017-03-12"), "NoSuchVersion"),
        (tencent(now=NOW, version=""), "MissingParameter"),
        (tencent({"Nonsense": 1}, now=NOW), "UnknownParameter"),
        (tencent({"Nonsense": 1}, now=NOW, action="GetRegions"), "UnknownParameter"),
        (tencent(now=NOW, body=b"[1]"), "InvalidParameter"),
        (tencent(now=NOW, body=b"{"), "InvalidParameter"),
        (tencent(now=NOW, target="/v1"), "InvalidParameter"),
    ],
)
def test_tencent_code(port: int, request_bytes: bytes, code: str) -> None:
    """Each refusal by its code, with HTTP 200, a request id and the server's time."""
    reply = ask(port, request_bytes)
    assert (reply.status, error_of(reply)) == (200, code)
    assert reply.json["Response"]["RequestId"] and reply.headers["date"] == "Sat, 21 Nov 2026 00:00:00 GMT"
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "request_bytes, status, code",
    [
        (alibaba(now=NOW), 200, "Ok"),
        (alibaba(now=NOW - 899), 200, "Ok"),
        (alibaba(now=NOW, key=TEMPORARY, token="token-of-temporary+/=="), 200, "Ok"),
        (alibaba(now=NOW, unsigned={"User-Agent": "x", "Accept": "application/json"}), 200, "Ok"),
        (alibaba(now=NOW, headers={"user-agent": "x", "accept": "application/json", "x-acs-extra": "1"}), 200, "Ok"),
        (alibaba(now=NOW, unsigned={"x-acs-extra": "1"}), 400, "SignatureDoesNotMatch"),
        (alibaba(now=NOW, unsigned={"content-type": "application/json"}), 400, "SignatureDoesNotMatch"),
        (alibaba(now=NOW, key=(ALIBABA_KEY[0], "wrong")), 400, "SignatureDoesNotMatch"),
        (alibaba({"pageSize": 10}, now=NOW).replace(b"pageSize=10", b"pageSize=11"), 400, "SignatureDoesNotMatch"),
        (alibaba(now=NOW, key=("LTAInobody", "x")), 404, "InvalidAccessKeyId.NotFound"),
        (alibaba(now=NOW, key=DISABLED), 400, "InvalidAccessKeyId.Inactive"),
        (alibaba(now=NOW - 901), 400, "InvalidTimeStamp.Expired"),
        (alibaba(now=NOW + 901), 400, "InvalidTimeStamp.Expired"),
        (alibaba(now=NOW, date="2026-11-21 00:00:00"), 400, "InvalidTimeStamp.Format"),
        (alibaba(now=NOW, drop="x-acs-date"), 400, "MissingTimestamp"),
        (alibaba(now=NOW, drop="x-acs-content-sha256"), 400, "IncompleteSignature"),
        (alibaba(now=NOW).replace(b"SignedHeaders", b"SignedHeader"), 400, "IncompleteSignature"),
        (alibaba(now=NOW).replace(b"Authorization:", b"X-Authorization:"), 400, "MissingAccessKeyId"),
        (alibaba(now=NOW, key=TEMPORARY), 400, "MissingSecurityToken"),
        (alibaba(now=NOW, key=TEMPORARY, token="nonsense"), 400, "InvalidSecurityToken.Malformed"),
        (alibaba(now=NOW, key=TEMPORARY, token="token-of-expired"), 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        (alibaba(now=NOW, key=EXPIRED, token="token-of-expired"), 400, "InvalidSecurityToken.Expired"),
        (alibaba(now=NOW, key=NARROW), 403, "Forbidden.RAM"),
        (alibaba(now=NOW, host="apig.cn-denied.aliyuncs.com"), 403, "Forbidden.RAM"),
        (alibaba(now=NOW, host="apig.cn-closed.aliyuncs.com"), 404, "InvalidProduct.NotFound"),
        (alibaba(now=NOW, host="apig.cn-nowhere.aliyuncs.com"), 404, "InvalidProduct.NotFound"),
        (alibaba(now=NOW, host="apig.cn-odd.aliyuncs.com"), 500, "InternalError"),
        (alibaba(now=NOW, host="apig-vpc.cn-hangzhou.aliyuncs.com"), 200, "Ok"),
        (alibaba(now=NOW, host="apig.cn-hangzhou.localhost:81"), 200, "Ok"),
        (alibaba(now=NOW, host="cn-denied.localhost"), 403, "Forbidden.RAM"),
        (alibaba(now=NOW, action="GetSecretValue"), 404, "InvalidApi.NotFound"),
        (alibaba(now=NOW, path="/v1/secret"), 404, "InvalidApi.NotFound"),
        (alibaba(now=NOW, method="POST"), 404, "InvalidApi.NotFound"),
        (alibaba(now=NOW, version="2015-04-01", host="apig.cn-hangzhou.aliyuncs.com"), 400, "InvalidVersion"),
    ],
)
def test_alibaba_code(port: int, request_bytes: bytes, status: int, code: str) -> None:
    """Each refusal by its code and status, with a request id and the server's time."""
    reply = ask(port, request_bytes)
    assert (reply.status, error_of(reply)) == (status, code)
    assert reply.headers["x-acs-request-id"] and reply.headers["date"] == "Sat, 21 Nov 2026 00:00:00 GMT"


def test_alibaba_nonce_works_once(port: int, clock: Clock) -> None:
    """A nonce is refused for 15 minutes, and forgotten after them."""
    assert error_of(ask(port, alibaba(now=NOW, nonce="n"))) == "Ok"
    assert error_of(ask(port, alibaba(now=NOW, nonce="n"))) == "SignatureNonceUsed"
    clock.now += 901
    assert error_of(ask(port, alibaba(now=clock.now, nonce="n"))) == "Ok"


def test_alibaba_echoes_what_it_signed(port: int) -> None:
    """The real gateway's echo, token header and all, which a client must not print."""
    reply = ask(port, alibaba(now=NOW, key=(TEMPORARY[0], "wrong"), token="token-of-temporary+/=="))
    text = reply.json["Message"]
    assert "server StringToSign is [ACS3-HMAC-SHA256\n" in text and "server CanonicalRequest is [GET\n/v1/secrets\n" in text
    assert "x-acs-security-token:token-of-temporary+/==" in text


def test_alibaba_denied_says_who(port: int) -> None:
    """AccessDeniedDetail names action and principal."""
    detail = ask(port, alibaba(now=NOW, key=NARROW)).json["AccessDeniedDetail"]
    assert (detail["AuthAction"], detail["AuthPrincipalType"], detail["NoPermissionType"]) == ("apig:ListSecrets", "SubUser", "ImplicitDeny")
    assert detail["AuthPrincipalOwnerId"] == "1234567890123456"


def test_tencent_denied_says_what(port: int) -> None:
    """The message names the operation."""
    message = ask(port, tencent(now=NOW, key=NARROW)).json["Response"]["Error"]["Message"]
    assert "you are not authorized to perform operation (ssm:ListSecrets)\nresource (*) has no permission" in message


def test_tencent_skew_tells_the_time(port: int) -> None:
    """The message carries the server's unix time, from which a client corrects itself."""
    message = ask(port, tencent(now=NOW - 4000)).json["Response"]["Error"]["Message"]
    assert message.endswith("the server time 1795219200.")


def test_token_expires_meanwhile(port: int, clock: Clock) -> None:
    """A temporary key works until its time is over."""
    assert error_of(ask(port, tencent(now=NOW, key=TEMPORARY, token="token-of-temporary+/=="))) == "Ok"
    clock.now += 3600
    assert error_of(ask(port, tencent(now=clock.now, key=TEMPORARY, token="token-of-temporary+/=="))) == "AuthFailure.TokenFailure"
    assert error_of(ask(port, alibaba(now=clock.now, key=TEMPORARY, token="token-of-temporary+/=="))) == "InvalidSecurityToken.Expired"


def test_one_key_of_one_cloud_is_none_of_the_other() -> None:
    """Ids are looked up by cloud."""
    with Emulator(fleet()) as emulator:
        assert error_of(ask(emulator.port, alibaba(key=TENCENT_KEY, now=time.time()))) == "InvalidAccessKeyId.NotFound"


def test_signature_is_checked_on_every_request_of_a_connection(port: int) -> None:
    """A good first request does not open the door for a bad second one."""
    with Socket(port) as line:
        assert error_of(line.ask(tencent(now=NOW))) == "Ok"
        assert error_of(line.ask(tencent(now=NOW, spoil="x"))) == "AuthFailure.SignatureFailure"
        assert error_of(line.ask(tencent(now=NOW))) == "Ok"
