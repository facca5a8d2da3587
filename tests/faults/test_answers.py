# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults 25 to 48: what the cloud, or something in its place, answers. Most run the module as a process."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from email.utils import formatdate
from time import time
from typing import Any

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults.harness import (
    ALIBABA,
    KMS,
    PAGE,
    RETRIES,
    TENCENT,
    Case,
    Cloud,
    Fails,
    Lists,
    always,
    call,
    closed_port,
    drop_fields,
    fault,
    once,
    rows,
    run,
    set_fields,
)

ATTEMPTS = 1 + RETRIES
ATTEMPTS_THROTTLED = 1 + RETRIES + 4
DEEP = 100_000
THROTTLED = {"tencent": "RequestLimitExceeded", "alibaba": "Throttling.User", "kms": "Rejected.Throttling"}
STALE = {"tencent": "AuthFailure.SignatureExpire", "alibaba": "InvalidTimeStamp.Expired", "kms": "IllegalTimestamp"}
EXPIRED = {"tencent": "AuthFailure.TokenFailure", "alibaba": "InvalidSecurityToken.Expired", "kms": "InvalidSecurityToken.Expired"}
DENIED = {"tencent": "UnauthorizedOperation", "alibaba": "Forbidden.RAM", "kms": "Forbidden.NoPermission"}
FAILING = {"tencent": "InternalError", "alibaba": "ServiceUnavailable", "kms": "InternalFailure"}


def error(codes: Mapping[str, str], make: Callable[..., dict[str, Any]], **words: Any) -> Callable[[Cloud], dict[str, Any]]:
    """An error in the cloud's own shape."""
    return lambda cloud: make("error", code=codes[cloud.name], **words)


def fails(kind: str, codes: Mapping[str, str], **more: Any) -> Callable[[Cloud], Fails]:
    """The same as an expectation."""
    return lambda cloud: Fails(kind, codes[cloud.name], **more)


def body(text: str | bytes, make: Callable[..., dict[str, Any]] = always) -> dict[str, Any]:
    """Just this as the answer."""
    return make("answer", body_base64=base64.b64encode(text.encode("utf-8") if isinstance(text, str) else text).decode())


def shaped(total: str, more: str = "") -> Callable[[Cloud], dict[str, Any]]:
    """A good answer of the cloud without secrets, its total written as given."""
    texts = {
        "tencent": f'{{"Response": {{"TotalCount": {total}, "SecretMetadatas": [], "RequestId": "r"{more}}}}}',
        "alibaba": f'{{"requestId": "r", "code": "Ok", "data": {{"totalSize": {total}, "items": []{more}}}}}',
        "kms": f'{{"RequestId": "r", "TotalCount": {total}, "SecretList": {{"Secret": []}}{more}}}',
    }
    return lambda cloud: body(texts[cloud.name])


def mixed(cloud: Cloud) -> dict[str, Any]:
    """Data and an error in one answer with status 200."""
    path, value = {
        "tencent": ("Response.Error", {"Code": DENIED["tencent"], "Message": "no"}),
        "alibaba": ("code", DENIED["alibaba"]),
        "kms": ("Code", DENIED["kms"]),
    }[cloud.name]
    return always("edit", set={path: value})


NOT_JSON = Fails("protocol", message="the answer is ", requests=ATTEMPTS)
REFUSED: Any = [
    # What the cloud says of a key, and of what the key may do: number, name, cloud, code, kind, hint.
    (30, "signature", TENCENT, "AuthFailure.SignatureFailure", "auth", "does not belong"),
    (30, "no-such-key", TENCENT, "AuthFailure.SecretIdNotFound", "auth", "does not exist or is disabled"),
    (30, "not-allowed", TENCENT, "AuthFailure.UnauthorizedOperation", "denied", "ssm:ListSecrets"),
    (30, "denied", TENCENT, "UnauthorizedOperation", "denied", "ssm:ListSecrets"),
    (30, "signature", ALIBABA, "SignatureDoesNotMatch", "auth", "does not belong"),
    (30, "no-such-key", ALIBABA, "InvalidAccessKeyId.NotFound", "auth", "does not exist or is disabled"),
    (30, "disabled-key", ALIBABA, "Forbidden.AccessKeyDisabled", "auth", "disabled"),
    (30, "denied", ALIBABA, "Forbidden.RAM", "denied", "apig:ListSecrets"),
    (30, "no-permission", ALIBABA, "NoPermission", "denied", "apig:ListSecrets"),
    (30, "signature", KMS, "SignatureDoesNotMatch", "auth", "does not belong"),
    (30, "no-such-key", KMS, "InvalidAccessKeyId.NotFound", "auth", "does not exist or is disabled"),
    (30, "disabled-key", KMS, "Forbidden.AccessKey", "auth", "disabled"),
    (30, "denied", KMS, "Forbidden.NoPermission", "denied", "kms:ListSecrets"),
    (30, "in-debt", KMS, "Forbidden.InDebt", "denied", "suspended"),
    # What is not there: the region, the action, the version.
    (45, "no-such-action", TENCENT, "InvalidAction", "request", ""),
    (45, "no-such-version", TENCENT, "NoSuchVersion", "request", ""),
    (45, "no-such-api", ALIBABA, "InvalidApi.NotFound", "request", "endpoint"),
    (45, "no-such-version", ALIBABA, "InvalidVersion", "request", ""),
    (45, "no-such-product", ALIBABA, "InvalidProduct.NotFound", "request", "region"),
    (45, "no-such-api", KMS, "InvalidApi.NotFound", "request", "endpoint"),
    (45, "not-found", KMS, "Forbidden.ResourceNotFound", "request", ""),
    (45, "not-activated", KMS, "Forbidden.KmsServiceNotEnabled", "unsupported", "Activate Key Management Service"),
    (29, "bad-request", KMS, "InvalidParameter", "request", ""),
    (29, "bad-request", TENCENT, "InvalidParameterValue", "request", ""),
    (29, "bad-request", ALIBABA, "InvalidParameter", "request", ""),
]


@rows(
    Case(25, "retry-after-forever", always("answer", status=429, headers={"Retry-After": "30"}), Fails("deadline"), {"deadline": 0.6}),
    *(
        Case(26, f"retry-after-{name}", once("answer", status=429, headers={"Retry-After": value}), Lists(more=1))
        for name, value in (("negative", "-5"), ("nan", "NaN"), ("infinite", "-Infinity"), ("garbage", "soon"), ("empty", ""), ("past", formatdate(0)))
    ),
    Case(26, "retry-after-1e9", once("answer", status=429, headers={"Retry-After": "1e9"}), Fails("deadline"), {"deadline": 0.6}),
    Case(26, "retry-after-next-century", once("answer", status=429, headers={"Retry-After": formatdate(4e9)}), Fails("deadline"), {"deadline": 0.6}),
    Case(27, "429-until-the-deadline", always("answer", status=429), Fails("deadline", requests=None), {"deadline": 1}),
    *(Case(28, f"{status}-once", once("answer", at=2, status=status), Lists(more=1)) for status in (500, 502, 503, 504)),
    *(
        Case(28, f"{status}-for-ever", always("answer", status=status), Fails("server", message=f"status {status}", status=status, requests=ATTEMPTS))
        for status in (500, 502, 503, 504)
    ),
    *(
        Case(29, f"{status}", always("answer", status=status), Fails("protocol", message=f"status {status}", status=status))
        for status in (400, 404, 405, 410, 418, 501, 505)
    ),
    *(
        Case(
            number,
            name,
            always("error", code=code),
            Fails(kind, code, hint=hint, requests=2 if kind == "unsupported" or code in ("InvalidApi.NotFound", "InvalidProduct.NotFound") else 1),
            clouds=(cloud,),
        )
        for number, name, cloud, code, kind, hint in REFUSED
    ),
    *(Case(31, f"clock-{offset}", {"clock_offset": offset}, Lists(more=PAGE, warning="clock differs"), {"concurrency": 1}) for offset in (3600, -3600)),
    Case(31, "clock-for-ever", error(STALE, always), fails("clock", STALE, hint="Set this machine's clock", requests=2)),
    Case(32, "token-expires", error(EXPIRED, always, at=3), fails("expired", EXPIRED, hint="get new", requests=None, store="partial")),
    Case(33, "200-throttled", error(THROTTLED, once, status=200), Lists(more=1)),
    Case(33, "200-denied", error(DENIED, always, status=200), fails("denied", DENIED, status=200)),
    Case(33, "200-failing", error(FAILING, always, status=200), fails("server", FAILING, status=200, requests=ATTEMPTS)),
    Case(34, "data-and-error", mixed, fails("denied", DENIED, status=200)),
    Case(
        35,
        "captive-portal",
        always("html"),
        Fails("protocol", message="not JSON at line 1, column 1: <!DOCTYPE html> <html><head>", hint="in its place", requests=ATTEMPTS),
    ),
    Case(36, "empty", always("empty"), Fails("protocol", message="the answer is empty", requests=ATTEMPTS)),
    Case(36, "204", always("empty", status=204), Fails("protocol", message="the answer is empty", requests=ATTEMPTS)),
    Case(37, "content-type", always("content_type", value="text/html; charset=iso-8859-1"), Lists()),
    Case(38, "cut-json-once", body('{"Response": {"TotalCount": 12, "Secr', once), Lists(more=1)),
    Case(38, "cut-json-for-ever", body('{"data": {"items": [{"secretId": "a'), Fails("connect", message="the answer broke off", requests=ATTEMPTS)),
    *(
        Case(39, f"top-level-{name}", body(text), Fails("schema", message="not a JSON object", requests=ATTEMPTS))
        for name, text in (("list", "[]"), ("string", '"Ok"'), ("null", "null"), ("number", "200"), ("true", "true"))
    ),
    Case(40, "no-envelope", body('{"RequestId": "r"}'), Fails("schema", message="no object '(Response|data)'|neither SecretList", requests=ATTEMPTS)),
    Case(40, "no-rows-no-total", drop_fields("rows", "total"), Fails("schema", message="SecretMetadatas", requests=ATTEMPTS), clouds=(TENCENT,)),
    Case(40, "rows-no-list", set_fields(rows={"a": 1}), Fails("schema", message="(SecretMetadatas|items|Secret) is not a list", requests=ATTEMPTS)),
    Case(40, "data-no-object", always("edit", set={"data": [1]}), Fails("schema", message="no object 'data'", requests=ATTEMPTS), clouds=(ALIBABA,)),
    Case(
        40,
        "list-no-object",
        always("edit", set={"SecretList": [1]}),
        Fails("schema", message="SecretList.Secret is not a list", requests=ATTEMPTS),
        clouds=(KMS,),
    ),
    *(Case(41, f"total-{text}", shaped(text), NOT_JSON) for text in ("NaN", "Infinity", "-Infinity", "1e400")),
    Case(42, "key-twice", shaped("0", ', "x": 1, "x": 1'), Fails("protocol", message="a key occurs twice", requests=ATTEMPTS)),
    Case(43, "deep", body('{"data": ' + "[" * DEEP + "]" * DEEP + "}"), Fails("protocol", message="nested too deeply", requests=ATTEMPTS)),
    Case(44, "byte-order-mark", always("encoding", name="utf-8-sig"), Lists()),
    Case(44, "utf-16", always("encoding", name="utf-16"), Fails("protocol", message="not UTF-8", requests=ATTEMPTS)),
    Case(44, "latin-1", body('{"data": "caf\u00e9"}'.encode("latin-1")), Fails("protocol", message="not UTF-8", requests=ATTEMPTS)),
    Case(
        45,
        "no-such-region",
        error(dict.fromkeys(THROTTLED, "UnsupportedRegion"), always),
        Fails("unsupported", "UnsupportedRegion", hint="how the region is spelt", requests=3),
    ),
    Case(
        45,
        "unavailable",
        error(dict.fromkeys(THROTTLED, "ServiceUnavailable"), always),
        Fails("server", "ServiceUnavailable", requests=ATTEMPTS),
    ),
    Case(46, "no-request-id", drop_fields("request_id"), Lists()),
    Case(46, "long-request-id", set_fields(request_id="r" * 10_240), Lists()),
    Case(87, "changed", always("answer", status=203), Fails("protocol", message="HTTP status 203", hint="in its place", status=203, requests=ATTEMPTS)),
    Case(87, "a-part", always("answer", status=206), Fails("protocol", message="HTTP status 206", hint="in its place", status=206, requests=ATTEMPTS)),
    Case(
        87,
        "kept-by-a-cache",
        always("answer", headers={"Age": "86400"}),
        Fails("protocol", message="a cache has kept for 86400 s", hint="in its place", requests=ATTEMPTS),
    ),
    Case(87, "fetched-by-a-cache", always("answer", headers={"Age": "0"}), Lists()),
    Case(
        87,
        "kept-without-a-word",
        set_fields(request_id="0F1A-6C8A"),
        Fails("protocol", message="given before, with the same id", hint="in its place", requests=None, store="partial"),
        clouds=(ALIBABA, KMS),
    ),
)
def test_case(case: Case, cloud: Cloud, process: bool) -> None:
    case.run(cloud, process)


@fault(25, "retry-after", "retry-after 1", "retry-after date", "x-acs-retry-after 1000")
def test_a_hint_is_waited_for(part: str, cloud: Cloud) -> None:
    """The server's own header in seconds, as a date, and Alibaba Cloud's in milliseconds; Tencent Cloud does not know that one."""
    name, value = part.split(" ")
    moment = int(time()) + 4
    hint = {name: formatdate(moment, usegmt=True) if value == "date" else value}
    with Emulator(cloud.fleet(behaviour=once("answer", status=429, headers=hint))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url})
        Lists(more=1).check(cloud, ended, emulator)
        first, second = (request["time"] for request in emulator.requests()[:2])
        heard = (cloud, name) != (TENCENT, "x-acs-retry-after")
        assert second >= (moment if value == "date" else first + 0.9 if heard else first)
        assert ended.row["throttled"] == ended.row["retries"] == 1


@fault(27, "throttled-for-ever", "429", "code")
def test_a_refusal_for_rate_ends_at_its_attempts(part: str, cloud: Cloud) -> None:
    """Four more than other failures have. In this process, where repeats do not wait."""
    struck = always("answer", status=429) if part == "429" else always("error", code=THROTTLED[cloud.name])
    with Emulator(cloud.fleet(behaviour=struck)) as emulator:
        ended = call(cloud, {"endpoint": emulator.url})
        code = None if part == "429" else THROTTLED[cloud.name]
        Fails("throttled", code, requests=ATTEMPTS_THROTTLED).check(cloud, ended, emulator)
        assert len(emulator.requests()) == ended.row["throttled"] == ATTEMPTS_THROTTLED


@fault(30, "really-refused", "wrong secret", "unknown key", "disabled key")
def test_keys_that_the_cloud_does_not_take(part: str, cloud: Cloud) -> None:
    """Nothing is faked here: the emulator checks each signature. The key is shown by its ends."""
    key = dict(cloud.key)
    changes: dict[str, dict[str, Any]] = {
        "wrong secret": {"secret": "somethingElse0001"}, "unknown key": {"id": "AKIDsomebodyElse0001"}, "disabled key": {"disabled": True},
    }  # fmt: skip
    key.update(changes[part])
    with Emulator(cloud.fleet(keys=[key])) as emulator:
        ended = run(cloud, {"endpoint": emulator.url}, ("somethingElse0001",))
        assert ended.result["error"]["kind"] == "auth" and ended.result["error"]["request_id"] and ended.result["error"]["hint"]
        assert len(emulator.requests()) == ended.row["requests"] == 1


@fault(32, "token-expired")
def test_a_listing_whose_token_expires_is_not_passed_off_as_whole(cloud: Cloud) -> None:
    """Read pages are kept, and their store is partial. No page is requested again with a refused token."""
    with Emulator(cloud.fleet(behaviour=error(EXPIRED, always, at=3)(cloud))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url, "on_error": "report", "concurrency": 1})
        assert ended.result["complete"] is False and (ended.row["status"], ended.row["proof"]) == ("partial", "none")
        assert PAGE <= len(ended.names) < 60 and len(emulator.requests()) == 3


@fault(46, "long-request-id-of-an-error")
def test_a_long_request_id_is_cut(cloud: Cloud) -> None:
    long = "r" * 10_240
    text: dict[str, Any] = {"Response": {"Error": {"Code": "InternalError", "Message": "no"}, "RequestId": long}}
    if cloud is not TENCENT:
        text = {"RequestId": long, "Code": "InternalError", "Message": "no"}
    with Emulator(cloud.fleet(behaviour=body(json.dumps(text)))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url, "retries": 0})
        Fails("server", "InternalError").check(cloud, ended, emulator)
        assert 100 < len(ended.result["error"]["request_id"]) < 200 and long not in json.dumps(ended.result)


@fault(47, "echo")
def test_what_an_error_echoes_is_scrubbed_and_escaped(cloud: Cloud) -> None:
    """The key, whole and in other forms, a terminal's escape sequences, line ends that forge, text that runs backwards."""
    secret, ident = cloud.key["secret"], cloud.key["id"]
    coded = base64.b64encode(secret.encode()).decode()
    echo = f"StringToSign is [{ident} {secret} {coded}]\r\nok: [prod]\x1b[31m <script>alert(1)</script> \u202egnp {'x' * 5000}"
    with Emulator(cloud.fleet(behaviour=always("error", code=DENIED[cloud.name], message=echo))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url}, (coded,))
        Fails("denied", DENIED[cloud.name], message="StringToSign").check(cloud, ended, emulator)
        for told in (ended.result["msg"], ended.result["error"]["message"]):
            assert told.isprintable() and len(told) < 2000 and f"{ident[:4]}...{ident[-4:]}" in told and "\\u202e" in told


@fault(48, "retry-storm", "resets", "fails", "refuses connections")
def test_a_dead_cloud_is_not_stormed(part: str, cloud: Cloud) -> None:
    """200 stores of every partition there is: some 1,000 to 2,000 requests where all is well, at most 300 where nothing answers."""
    regions = [f"cn-{number}" for number in range(200)]
    struck = always("reset") if part == "resets" else always("answer", status=503, body="")
    with Emulator(cloud.fleet(behaviour=struck)) as emulator, closed_port() as dead:
        url = f"http://127.0.0.1:{dead}" if part == "refuses connections" else emulator.url
        options = {"endpoint": url, "regions": regions, "retries": 4, "deadline": 30, "on_error": "report"}
        ended = run(cloud, {**options, "secret_types": None, "encrypt_types": None} if cloud is TENCENT else options)
        sent = sum(row["requests"] for row in ended.result["stores"])
        assert 200 <= sent <= 300 and len(emulator.requests()) == (0 if part == "refuses connections" else sent)
        assert ended.result["store_counts"]["failed"] == 200 and ended.result["complete"] is False and ended.seconds < 20
