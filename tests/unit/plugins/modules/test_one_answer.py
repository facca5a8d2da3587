# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One answer belongs to one request: servers that answer too early, too late, too often or not at all, on both clouds and their STS.

Whatever they do, no secret stands in a wrong store, no key signs for another account, and what is called complete is.
A late answer is held back until the next request has come on its connection: no other moment is as bad.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import calls as alibaba_calls
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import calls as tencent_calls
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.unit.fakes import http_bytes
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing

TENCENT = Listing(tencent_ssm_secrets_info.PROVIDER, {})
ALIBABA = Listing(alibaba_apig_secrets_info.PROVIDER, {})
REGIONS = [f"ap-{number}" for number in range(12)]
SECRETS = 25
PAGE = 10
BORN = 1_700_000_000


@dataclass
class Asked:
    """A request as a server reads it."""

    key: str
    region: str
    action: str
    parameters: Mapping[str, Any]


@dataclass
class Spoken:
    """What a server sends for one request: now, and when the next request has come on the same connection. ends: and then closes."""

    now: list[bytes]
    late: bytes = b""
    ends: str = ""


@dataclass
class Server:
    """A server of both clouds that spoils every so many answers. Each store has 25 secrets whose names tell where they belong."""

    spoil: Callable[[bytes], Spoken]
    every: int
    actions: tuple[str, ...] = ("ListSecrets",)
    first: bool = False
    """Whether the answer on a new connection is spoilt, too."""
    requests: list[Asked] = field(default_factory=list)
    spoilt: int = 0

    def __post_init__(self) -> None:
        self._numbers, self._ids = itertools.count(1), itertools.count(1)
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for sock in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock = self._listener.accept()[0]
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(10)
                self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        late = b""
        with contextlib.suppress(OSError), sock:
            while asked := _read(sock):
                if late:
                    sock.sendall(late)
                with self._lock:
                    self.requests.append(asked)
                    data = self._answer(asked)
                    bad = asked.action in self.actions and next(self._numbers) % self.every == 0
                    self.spoilt += bad
                spoken = self.spoil(data) if bad else Spoken([data])
                for part in spoken.now:
                    sock.sendall(part)
                late = spoken.late
                if spoken.ends == "reset":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif spoken.ends == "half":
                    sock.shutdown(socket.SHUT_WR)
                if spoken.ends in ("close", "reset"):
                    return

    def _answer(self, asked: Asked) -> bytes:
        ident = f"{next(self._ids):08x}"
        made = _of_alibaba(asked, ident) if asked.key.startswith("LTAI") else _of_tencent(asked, ident)
        return http_bytes(json.dumps(made).encode("ascii"), "Content-Type: application/json")


def _read(sock: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += sock.recv(65536)
    headers = {name.lower(): value for name, value in re.findall(r"(?m)^([\w-]+): ([^\r]*)", head.decode("latin-1"))}
    found = re.search(r"Credential=([\w-]+)", headers.get("authorization", ""))
    action = headers.get("x-tc-action") or headers["x-acs-action"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(head.split(b" ")[1].decode("ascii")).query).items()}
    if body and body[:1] != b"{":
        query.update({name: values[0] for name, values in parse_qs(body.decode("ascii")).items()})
    parameters = {**query, **(json.loads(body) if body[:1] == b"{" else {})}
    return Asked(found[1] if found else "", headers.get("x-tc-region", "home"), action, parameters)


def owner(key: str) -> str:
    """The account of a key: the number behind its last hyphen."""
    return key.rpartition("-")[2]


def _names(asked: Asked, kind: str) -> list[str]:
    return [f"{owner(asked.key)}/{asked.region}/{kind}/{number:03}" for number in range(SECRETS)]


def _of_tencent(asked: Asked, ident: str) -> dict[str, Any]:
    given = asked.parameters
    if asked.action == "AssumeRole":
        number = re.findall(r"uin/(\d+)", given["RoleArn"])[0]
        key = {"TmpSecretId": f"AKIDrole-{number}", "TmpSecretKey": f"temporarySecretOf{number}", "Token": f"tokenOfTheRole{number}"}
        return {"Response": {"Credentials": key, "ExpiredTime": 4_000_000_000, "RequestId": ident}}
    if asked.action == "GetCallerIdentity":
        return {"Response": {"AccountId": owner(asked.key), "RequestId": ident}}
    if asked.action == "GetRegions":
        return {"Response": {"Regions": REGIONS, "RequestId": ident}}
    kind, software = given["SecretType"], given.get("EncryptType", 0)
    names = _names(asked, f"{kind}{software}") if kind < 2 and not software else []
    shape = {"Status": "Enabled", "SecretType": kind, "EncryptType": software}
    rows = [{"SecretName": name, "CreateTime": BORN + index, **shape} for index, name in enumerate(names)]
    page = rows[given["Offset"] : given["Offset"] + given["Limit"]]
    return {"Response": {"TotalCount": len(rows), "SecretMetadatas": page, "RequestId": ident}}


def _of_alibaba(asked: Asked, ident: str) -> dict[str, Any]:
    given = asked.parameters
    if asked.action == "AssumeRole":
        number = re.findall(r"ram::(\d+)", given["RoleArn"])[0]
        key = {"AccessKeyId": f"LTAIrole-{number}", "AccessKeySecret": f"temporarySecretOf{number}", "SecurityToken": f"tokenOfTheRole{number}"}
        user = {"Arn": f"{given['RoleArn']}/session", "AssumedRoleId": "1:session"}
        return {"Credentials": {**key, "Expiration": "2096-10-02T07:06:40Z"}, "AssumedRoleUser": user, "RequestId": ident}
    if asked.action == "GetCallerIdentity":
        return {"AccountId": owner(asked.key), "RequestId": ident}
    number, size = int(given["pageNumber"]), int(given["pageSize"])
    rows = [{"secretId": name, "name": name, "createTimestamp": BORN + index} for index, name in enumerate(_names(asked, "x"))]
    data = {"totalSize": SECRETS, "pageNumber": number, "pageSize": size, "items": rows[(number - 1) * size : number * size]}
    return {"requestId": ident, "code": "Ok", "data": data}


def _status(line: str, *headers: str, body: bytes = b"") -> bytes:
    return http_bytes(body, *headers, status=line)


def _body(data: bytes) -> bytes:
    return data.partition(b"\r\n\r\n")[2]


def _chunked(data: bytes, trailer: bytes = b"") -> bytes:
    body = _body(data)
    parts = b"%x;a=b\r\n%b\r\n%x\r\n%b\r\n0\r\n%b\r\n" % (7, body[:7], len(body) - 7, body[7:], trailer)
    return http_bytes(parts, "Transfer-Encoding: chunked", length=-1)


def _with(data: bytes, *headers: str, version: bytes = b"HTTP/1.1", length: int | None = None) -> bytes:
    return http_bytes(_body(data), *headers, length=length).replace(b"HTTP/1.1", version, 1)


INTERIM = {"103": "103 Early Hints", "102": "102 Processing", "100": "100 Continue", "199": "199 What"}
BARE = {"204": "204 No Content", "304": "304 Not Modified", "503": "503 Busy", "429": "429 Slow", "200": "200 OK", "500": "500 Oops"}
SPOILS: dict[str, Callable[[bytes], Spoken]] = {
    **{f"{name} and then the answer": lambda data, line=line: Spoken([f"HTTP/1.1 {line}\r\nLink: x\r\n\r\n".encode(), data]) for name, line in INTERIM.items()},
    "101 and the answer late": lambda data: Spoken([b"HTTP/1.1 101 Switching Protocols\r\n\r\n"], data),
    "103 nine times": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9], data),
    "103 as the end of one packet with the answer": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n" + data]),
    "103 and the answer twice": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n", data], data),
    **{f"{name} of length 0 and the answer late": lambda data, line=line: Spoken([_status(line)], data) for name, line in BARE.items()},
    **{f"{name} and no length, and the answer late": lambda data, line=line: Spoken([_with(b"", length=-1).replace(b"200 OK", line.encode())], data) for name, line in BARE.items() if name in ("204", "304")},
    "the answer twice at once": lambda data: Spoken([data + data]),
    "the answer twice, in two packets": lambda data: Spoken([data, data]),
    "the answer twice, the second late": lambda data: Spoken([data], data),
    "the answer three times": lambda data: Spoken([data + data], data),
    "the answer twice, chunked": lambda data: Spoken([_chunked(data) * 2]),
    "the answer twice, the second late and chunked": lambda data: Spoken([data], _chunked(data)),
    "chunks with trailers": lambda data: Spoken([_chunked(data, b"X-Sum: 1\r\nX-More: 2\r\n")]),
    "chunks with trailers, and the answer late": lambda data: Spoken([_chunked(data, b"X-Sum: 1\r\n")], data),
    "chunks whose end comes late": lambda data: Spoken([_chunked(data)[:-2]], b"\r\n"),
    "chunks and something behind": lambda data: Spoken([_chunked(data) + b"\r\n"]),
    "chunks without an end, and then the end": lambda data: Spoken([_chunked(data)[:-5]], ends="close"),
    "both framings": lambda data: Spoken([_chunked(data).replace(b"\r\n", b"\r\nContent-Length: 5\r\n", 1)], data),
    "two lengths": lambda data: Spoken([_with(data, f"Content-Length: {len(_body(data)) - 3}")], data),
    "a length that is too small": lambda data: Spoken([_with(data, length=len(_body(data)) - 2)]),
    "a length that is too small by all but a word": lambda data: Spoken([_with(data, length=2)]),
    "a length that is too large": lambda data: Spoken([_with(data, length=len(_body(data)) + 2)], ends="close"),
    "a length that takes in half of the next answer": lambda data: Spoken([_with(data, length=len(data) + 40) + data], ends="close"),
    "a length with white space": lambda data: Spoken([_with(data, f"Content-Length:  {len(_body(data))} ", length=-1)], data),
    "no length, to the end of the connection": lambda data: Spoken([_with(data, length=-1)], ends="close"),
    "Connection: close, and the connection stays open": lambda data: Spoken([_with(data, "Connection: close")], data),
    "HTTP/1.0 with keep-alive": lambda data: Spoken([_with(data, "Connection: keep-alive", version=b"HTTP/1.0")], data),
    "HTTP/1.0 without": lambda data: Spoken([_with(data, version=b"HTTP/1.0")], data),
    "the connection half closed": lambda data: Spoken([data], ends="half"),
    "the connection closed behind the answer": lambda data: Spoken([data], ends="close"),
    "the connection reset behind the answer": lambda data: Spoken([data], ends="reset"),
    "no answer, closed": lambda data: Spoken([], ends="close"),
    "no answer, reset": lambda data: Spoken([], ends="reset"),
    "half an answer": lambda data: Spoken([data[:-20]], ends="close"),
    "half a header": lambda data: Spoken([data[:30]], ends="close"),
    "408 before it closes": lambda data: Spoken([data, _status("408 Request Timeout", "Connection: close")], ends="close"),
    "408 late": lambda data: Spoken([data], _status("408 Request Timeout", "Connection: close")),
    "408 instead": lambda data: Spoken([_status("408 Request Timeout")], data),
    "500 with a body, and the answer late": lambda data: Spoken([_status("500 Oops", body=b"<html>")], data),
    "a redirect, and the answer late": lambda data: Spoken([_status("502 Bad", "Location: /x", body=b"moved")], data),
    "empty lines before the answer": lambda data: Spoken([b"\r\n\r\n" + data]),
    "an empty line behind the answer": lambda data: Spoken([data + b"\r\n"]),
    "an empty line late": lambda data: Spoken([data], b"\r\n"),
    "noise late": lambda data: Spoken([data], b"220 mail.example.com ESMTP\r\n"),
    "an empty object, and the answer late": lambda data: Spoken([_status("200 OK", body=b"{}")], data),
    "nothing that can be read, and the answer late": lambda data: Spoken([_status("200 OK", body=b"\0\xff")], data),
    "byte by byte": lambda data: Spoken([bytes([byte]) for byte in data]),
}  # fmt: skip


@pytest.fixture(name="server")
def _server() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def start(*arguments: Any, **more: Any) -> Server:
        made.append(Server(*arguments, **more))
        return made[-1]

    with mock.patch.object(Clock, "random", lambda clock: 0.0):
        yield start
    for each in made:
        each.close()


def _check(result: Mapping[str, Any]) -> None:
    """Nothing stands where it does not belong, and what is complete is whole."""
    for record in result["secrets"]:
        account, region = record["id"].split("/")[:2]
        assert (record["account"], record["region"]) in ((account, region), (account, "cn-home")), record
    for row in result["stores"]:
        held = [record["id"] for record in result["secrets"] if (record["account"], record["region"]) == (row["account"], row["region"])]
        whole = SECRETS * (2 if row["provider"] == "tencent_ssm" else 1)
        assert row["status"] != "complete" or len(held) == len(set(held)) == whole, row
        assert row["account_id"] in (None, row["account"]), row


OPTIONS: dict[str, Any] = {"on_error": "report", "page_size": PAGE, "timeout": 2, "deadline": 30, "rate_limit": 1000}


def _tencent(server: Server, **more: Any) -> dict[str, Any]:
    accounts = [
        {"name": f"{number}", "secret_id": f"AKIDtest-{number}", "secret_key": f"theSecretKeyOf{number}", "regions": REGIONS[number::2]} for number in (0, 1)
    ]
    return TENCENT.list(accounts=accounts, endpoint=server.url, **{**OPTIONS, **more})


def _alibaba(server: Server, **more: Any) -> dict[str, Any]:
    accounts = [
        {"name": f"{number}", "access_key_id": f"LTAItest-{number}", "access_key_secret": f"theSecretKeyOf{number}", "regions": ["cn-home"]}
        for number in range(12)
    ]
    return ALIBABA.list(accounts=accounts, endpoint=server.url, **{**OPTIONS, **more})


@pytest.mark.parametrize("every", [3, 7])
@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("listing", [_tencent, _alibaba], ids=["tencent", "alibaba"])
def test_no_answer_is_taken_for_that_to_another_request(
    server: Callable[..., Server], listing: Callable[..., dict[str, Any]], spoil: str, every: int
) -> None:
    behind = server(SPOILS[spoil], every)
    result = listing(behind)
    assert behind.spoilt > 5
    _check(result)
