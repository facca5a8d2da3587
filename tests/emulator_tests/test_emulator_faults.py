# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, as it looks on the socket."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import Socket, alibaba, alibaba_fleet, ask, error_of, fleet, names_of, tencent, wait_until

SECRETS = [{"SecretName": f"s{index:02d}", "CreateTime": f"-{50 - index}d", "Description": "d\u00e9j\u00e0"} for index in range(30)]


def faulty(*faults: dict[str, Any], **more: Any) -> Emulator:
    """A store of thirty secrets behind some faults."""
    return Emulator(fleet([{"name": "ap-guangzhou", "secrets": SECRETS}, "ap-beijing"], behaviour={"faults": list(faults)}, **more))


def raw_answer(fault: dict[str, Any]) -> bytes:
    """All that comes back until the connection ends."""
    with faulty(fault) as emulator, Socket(emulator.port) as line:
        return line.send(tencent()).until_end()


def one(fault: dict[str, Any]) -> Any:
    """One whole answer under a fault."""
    with faulty(fault) as emulator:
        return ask(emulator.port, tencent())


def test_normal_answer_has_no_fault() -> None:
    """The control of all the others: the connection stays, the answer is whole."""
    with faulty() as emulator, Socket(emulator.port) as line:
        assert [len(names_of(line.ask(tencent({"Limit": 30})))) for index in range(2)] == [30, 30]
        assert {row["connection"] for row in emulator.requests()} == {1}


def test_counting() -> None:
    """'at', 'every', 'times' and 'match' choose the requests."""
    faults = [
        {"act": "error", "code": "A", "at": 2, "times": 2},
        {"act": "error", "code": "B", "at": 5, "every": 2, "times": "forever"},
        {"act": "error", "code": "C", "match": {"region": "ap-beijing", "action": "ListSecrets"}, "at": 2},
    ]
    with faulty(*faults) as emulator, Socket(emulator.port) as line:
        codes = [error_of(line.ask(tencent())) for index in range(9)]
        assert codes == ["Ok", "A", "A", "Ok", "B", "Ok", "B", "Ok", "B"]
        emulator.behave({"clear": ["faults"], "faults": [faults[2]]})
        assert [error_of(line.ask(tencent(region=region))) for region in ("ap-beijing", "ap-guangzhou", "ap-beijing", "ap-beijing")] == ["Ok", "Ok", "C", "Ok"]


@pytest.mark.parametrize(
    "match, hits",
    [
        ({"provider": "tencent"}, True),
        ({"provider": "alibaba"}, False),
        ({"host": "127.0.0.1"}, True),
        ({"host": "ssm.tencentcloudapi.com"}, False),
        ({"account": "ten"}, True),
        ({"key_id": "AKIDunitTestKey"}, True),
        ({"key_id": "AKIDother"}, False),
        ({"action": "GetRegions"}, False),
    ],
)
def test_matching(match: dict[str, str], hits: bool) -> None:
    """Each fact can be asked for."""
    assert (error_of(one({"act": "error", "code": "X", "match": match})) == "X") == hits


def test_faults_inside_accounts_and_regions() -> None:
    """They speak of that account or region only."""
    with Emulator(fleet([{"name": "ap-guangzhou", "behaviour": {"faults": [{"act": "error", "code": "X"}]}}, "ap-beijing"])) as emulator:
        assert [error_of(ask(emulator.port, tencent(region=region))) for region in ("ap-beijing", "ap-guangzhou")] == ["Ok", "X"]


def test_error_has_the_clouds_own_shape() -> None:
    """Code, message, status and headers as given."""
    reply = one({"act": "error", "code": "InternalError", "message": "m", "headers": {"Retry-After": "7"}})
    assert (reply.status, reply.json["Response"]["Error"], reply.headers["retry-after"]) == (200, {"Code": "InternalError", "Message": "m"}, "7")
    faults = [
        {"act": "error", "code": "Throttling", "status": 429, "headers": {"x-acs-retry-after": "20"}},
        {"act": "error", "code": "InvalidParameter", "at": 2},
    ]
    with Emulator(alibaba_fleet(behaviour={"faults": faults})) as emulator:
        replies = [ask(emulator.port, alibaba()) for index in range(2)]
    assert (replies[0].status, replies[0].json["Code"], replies[0].headers["x-acs-retry-after"]) == (429, "Throttling", "20")
    assert (replies[1].status, replies[1].json["code"]) == (400, "InvalidParameter")


def test_faulted_request_is_handled_all_the_same() -> None:
    """It is checked and counted: a retry that repeats its nonce is found out."""
    faults = [{"act": "answer", "status": 503, "body": "busy"}]
    with Emulator(alibaba_fleet(behaviour={"faults": faults})) as emulator:
        assert ask(emulator.port, alibaba(nonce="n")).status == 503
        assert error_of(ask(emulator.port, alibaba(nonce="n"))) == "SignatureNonceUsed"
        assert [(row["status"], row["code"], row["fault"]) for row in emulator.requests()] == [(503, "Ok", "answer"), (400, "SignatureNonceUsed", None)]


@pytest.mark.parametrize("body", ["", "[1]", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100000, "\ufeff{}"])
def test_answer_with_any_body(body: str) -> None:
    """Bytes as given, whatever they are."""
    reply = one({"act": "answer", "body": body})
    assert reply.status == 200 and reply.body == body.encode() and reply.headers["content-type"] == "application/json"


def test_answer_with_bytes() -> None:
    """What no text can hold."""
    assert one({"act": "answer", "status": 502, "body_base64": "//4A"}).body == b"\xff\xfe\x00"


@pytest.mark.parametrize("value", ["3", "-1", "1e9", "NaN", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
def test_answer_with_retry_after(value: str) -> None:
    """Any header; the body stays."""
    reply = one({"status": 429, "headers": {"Retry-After": value}})
    assert (reply.status, reply.headers["retry-after"], error_of(reply)) == (429, value, "Ok")


@pytest.mark.parametrize("words, status, length", [({}, 200, "0"), ({"status": 204}, 204, None)])
def test_empty(words: dict[str, int], status: int, length: str | None) -> None:
    """No body; 204 has no Content-Length either."""
    reply = one({"act": "empty", **words})
    assert (reply.status, reply.body, reply.headers.get("content-length")) == (status, b"", length)


def test_html() -> None:
    """A captive portal."""
    reply = one({"act": "html"})
    assert reply.status == 200 and reply.body.startswith(b"<!DOCTYPE html>") and reply.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect(status: int) -> None:
    """Somewhere else."""
    reply = one({"act": "redirect", "status": status, "location": "http://127.0.0.1:9/"})
    assert (reply.status, reply.headers["location"], reply.body) == (status, "http://127.0.0.1:9/", b"")


def test_many_headers_and_huge_header() -> None:
    """More than a client should read."""
    assert len(one({"act": "many_headers", "count": 500}).headers) > 500
    assert len(one({"act": "huge_header", "bytes": 70000}).headers["x-filler"]) == 70000


def test_content_type() -> None:
    """Right body, wrong label."""
    reply = one({"act": "content_type", "value": "text/html"})
    assert reply.headers["content-type"] == "text/html" and error_of(reply) == "Ok"


@pytest.mark.parametrize("name, start", [("utf-16", b"\xff\xfe"), ("utf-8-sig", b"\xef\xbb\xbf"), ("latin-1", b"{")])
def test_encoding(name: str, start: bytes) -> None:
    """Another character encoding."""
    body = one({"act": "encoding", "name": name}).body
    assert body.startswith(start) and "d\u00e9j\u00e0" in body.decode(name) and (name != "latin-1" or b"d\xe9j\xe0" in body)


def test_gzip() -> None:
    """Compressed without being asked."""
    reply = one({"act": "gzip"})
    assert reply.headers["content-encoding"] == "gzip" and "Response" in json.loads(gzip.decompress(reply.body))


def test_gzip_corrupt() -> None:
    """Damaged in the middle."""
    with pytest.raises(Exception, match="(?i)error|crc|invalid"):
        gzip.decompress(one({"act": "gzip_corrupt"}).body)


def test_gzip_bomb() -> None:
    """Small on the wire, huge and valid behind it, in a single gzip member."""
    reply = one({"act": "gzip_bomb", "megabytes": 12})
    content = gzip.decompress(reply.body)
    assert len(reply.body) < 20000 and len(content) > 12 * 1024 * 1024 and "Response" in json.loads(content)


def test_huge_body() -> None:
    """Plain and too long."""
    reply = one({"act": "huge_body", "megabytes": 3})
    assert len(reply.body) > 3 * 1024 * 1024 and error_of(reply) == "Ok"


def test_edit() -> None:
    """Single values of the right answer set or taken away."""
    reply = one(
        {
            "act": "edit",
            "set": {"Response.TotalCount": "12", "Response.SecretMetadatas.0": None, "Response.Error": {"Code": "X"}},
            "drop": ["Response.RequestId", "Response.SecretMetadatas.1.Status"],
        }
    )
    body = reply.json["Response"]
    assert body["TotalCount"] == "12" and body["SecretMetadatas"][0] is None and body["Error"] == {"Code": "X"}
    assert "RequestId" not in body and "Status" not in body["SecretMetadatas"][1] and "Status" in body["SecretMetadatas"][2]


def test_edit_that_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake shows as one: HTTP 500 and a traceback, not as a broken connection."""
    reply = one({"act": "edit", "drop": ["Respons.TotalCount"]})
    assert (reply.status, reply.body) == (500, b"the emulator failed: KeyError: 'Respons'\n") and "Traceback" in capsys.readouterr().err


def test_parameters() -> None:
    """The server does as if something else had been asked: always the first page, or everything."""
    with faulty({"act": "parameters", "set": {"Offset": 0, "Limit": 3}, "times": "forever"}) as emulator:
        pages = [names_of(ask(emulator.port, tencent({"Offset": offset, "OrderType": 1}))) for offset in (0, 3, 6)]
    assert pages == [["s00", "s01", "s02"]] * 3


def test_clock() -> None:
    """One request meets a server whose clock is off."""
    with faulty({"act": "clock", "offset": -1000}) as emulator:
        assert [error_of(ask(emulator.port, tencent())) for index in range(2)] == ["AuthFailure.SignatureExpire", "Ok"]


def test_delay() -> None:
    """One slow answer."""
    started = time.monotonic()
    assert error_of(one({"act": "delay", "ms": 50})) == "Ok"
    assert time.monotonic() - started >= 0.05


def test_reset_before_headers() -> None:
    """RST at once."""
    with faulty({"act": "reset"}) as emulator, Socket(emulator.port) as line:
        with pytest.raises(ConnectionResetError):
            line.send(tencent()).until_end()
        assert emulator.requests()[0]["fault"] == "reset"


@pytest.mark.parametrize("words, least", [({}, 500), ({"after": 10}, 10)])
def test_reset_in_the_body(words: dict[str, int], least: int) -> None:
    """A part of the body, then RST."""
    with faulty({"act": "reset_body", **words}) as emulator, Socket(emulator.port) as line:
        line.send(tencent())
        with pytest.raises(ConnectionResetError):
            while True:
                line.more()
        head, body = line.rest.split(b"\r\n\r\n", 1)
        assert least <= len(body) < int(head.lower().split(b"content-length: ")[1])


def test_close_without_answer() -> None:
    """The stream just ends."""
    assert raw_answer({"act": "close"}) == b""


def test_close_after() -> None:
    """A good answer that does not announce the end of the connection."""
    with faulty({"act": "close_after"}) as emulator, Socket(emulator.port) as line:
        reply = line.ask(tencent())
        assert error_of(reply) == "Ok" and "connection" not in reply.headers
        assert line.until_end() == b""


def test_stall() -> None:
    """Silence for a while, then the end."""
    started = time.monotonic()
    assert raw_answer({"act": "stall", "seconds": 0.1}) == b""
    assert time.monotonic() - started >= 0.1


def test_stall_ends_with_the_client() -> None:
    """A client that gives up frees the server's thread."""
    with faulty({"act": "stall"}) as emulator:
        with Socket(emulator.port) as line:
            line.send(tencent())
            wait_until(emulator.requests)
        wait_until(lambda: emulator.server is not None and not emulator.server.lines)


def test_drip_headers() -> None:
    """One byte at a time, from the first on."""
    with faulty({"act": "drip_headers", "interval_ms": 20}) as emulator, Socket(emulator.port) as line:
        started = time.monotonic()
        line.send(tencent())
        while len(line.rest) < 4:
            line.more()
        assert line.rest.startswith(b"HTTP") and time.monotonic() - started >= 0.06


def test_drip_body() -> None:
    """Headers at once, the body in drops; the whole arrives in the end and the connection lives."""
    with faulty({"act": "drip_body", "interval_ms": 20, "bytes": 1000}) as emulator, Socket(emulator.port) as line:
        started = time.monotonic()
        reply = line.ask(tencent({"Limit": 5}))
        assert len(names_of(reply)) == 5 and time.monotonic() - started >= 0.02 * (len(reply.body) // 1000)
        assert error_of(line.ask(tencent())) == "Ok"


@pytest.mark.parametrize("words, missing", [({}, None), ({"missing": 1}, 1)])
def test_truncate(words: dict[str, int], missing: int | None) -> None:
    """Fewer bytes than announced."""
    head, body = raw_answer({"act": "truncate", **words}).split(b"\r\n\r\n", 1)
    announced = int(head.lower().split(b"content-length: ")[1])
    assert announced - len(body) == (missing or announced // 2)


def test_chunked_cut() -> None:
    """All the data, no last chunk."""
    head, body = raw_answer({"act": "chunked_cut"}).split(b"\r\n\r\n", 1)
    size, content = body.split(b"\r\n", 1)
    assert b"transfer-encoding: chunked" in head.lower() and b"content-length" not in head.lower()
    assert len(content) == int(size, 16) + 2 and "Response" in json.loads(content)


@pytest.mark.parametrize("words, expected", [({"text": "SSH-2.0-x\r\n"}, b"SSH-2.0-x\r\n"), ({"base64": "AP8="}, b"\x00\xff"), ({}, b"")])
def test_raw(words: dict[str, str], expected: bytes) -> None:
    """Any bytes at all."""
    assert raw_answer({"act": "raw", **words}) == expected


def test_emulator_stops_in_the_middle_of_a_fault() -> None:
    """Nothing keeps the emulator from ending."""
    emulator = faulty({"act": "drip_headers", "interval_ms": 60000, "times": "forever"}).start()
    with Socket(emulator.port) as line:
        line.send(tencent()).more()
        started = time.monotonic()
        emulator.stop()
        assert time.monotonic() - started < 10
