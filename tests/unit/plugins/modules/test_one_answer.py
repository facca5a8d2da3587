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
import random
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
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.unit.fakes import http_bytes
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing

TENCENT = Listing(tencent_ssm_secrets_info.PROVIDER, {})
ALIBABA = Listing(alibaba_apig_secrets_info.PROVIDER, {})
KMS = Listing(alibaba_kms_secrets_info.PROVIDER, {})
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
    once_only: bool = False
    """Whether a connection ends without an answer when a second request comes."""
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
        late, served = b"", 0
        with contextlib.suppress(OSError), sock:
            while asked := _read(sock):
                if self.once_only and served:
                    return
                served += 1
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
    if asked.action == "DescribeSecret":
        return {"SecretName": given["SecretName"], "Description": f"This is {given['SecretName']}", "RequestId": ident}
    if "PageNumber" in given:
        number, size, names = int(given["PageNumber"]), int(given["PageSize"]), _names(asked, "x")[: int(given["PageNumber"]) * int(given["PageSize"])]
        kept = [{"SecretName": name, "CreateTime": "2023-11-14T22:13:20Z"} for name in names[(number - 1) * size :]]
        return {"SecretList": {"Secret": kept}, "PageNumber": number, "PageSize": size, "TotalCount": SECRETS, "RequestId": ident}
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


def _interim(line: str) -> Callable[[bytes], Spoken]:
    return lambda data: Spoken([f"HTTP/1.1 {line}\r\nLink: x\r\n\r\n".encode("ascii"), data])


def _bare(line: str) -> Callable[[bytes], Spoken]:
    return lambda data: Spoken([_status(line)], data)


INTERIM = {"103": "103 Early Hints", "102": "102 Processing", "100": "100 Continue", "199": "199 What"}
BARE = {"204": "204 No Content", "304": "304 Not Modified", "503": "503 Busy", "429": "429 Slow", "200": "200 OK", "500": "500 Oops"}
SPOILS: dict[str, Callable[[bytes], Spoken]] = {
    **{f"{name} and then the answer": _interim(line) for name, line in INTERIM.items()},
    "101 and the answer late": lambda data: Spoken([b"HTTP/1.1 101 Switching Protocols\r\n\r\n"], data),
    "103 nine times": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9], data),
    "103 as the end of one packet with the answer": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n" + data]),
    "103 and the answer twice": lambda data: Spoken([b"HTTP/1.1 103 Early Hints\r\n\r\n", data], data),
    **{f"{name} of length 0 and the answer late": _bare(line) for name, line in BARE.items()},
    "204 and no length, and the answer late": lambda data: Spoken([b"HTTP/1.1 204 No Content\r\n\r\n"], data),
    "304 and no length, and the answer late": lambda data: Spoken([b"HTTP/1.1 304 Not Modified\r\n\r\n"], data),
    "the answer twice at once": lambda data: Spoken([data + data]),
    "the answer twice, in two packets": lambda data: Spoken([data, data]),
    "the answer twice, the second late": lambda data: Spoken([data], data),
    "the answer three times": lambda data: Spoken([data + data], data),
    "the answer twice, chunked": lambda data: Spoken([_chunked(data) * 2]),
    "the answer twice, the second late and chunked": lambda data: Spoken([data], _chunked(data)),
    "chunks with trailers": lambda data: Spoken([_chunked(data, b"X-Sum: 1\r\nX-More: 2\r\n")]),
    "chunks with trailers, and the answer late": lambda data: Spoken([_chunked(data, b"X-Sum: 1\r\n")], data),
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
    "502 that leads elsewhere, and the answer late": lambda data: Spoken([_status("502 Bad", "Location: /x", body=b"moved")], data),
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


OPTIONS: dict[str, Any] = {"on_error": "report", "page_size": PAGE, "timeout": 2, "deadline": 30, "rate_limit": 1000, "retries": 6}
ROLES = {"tencent": "qcs::cam::uin/{}:roleName/reader", "alibaba": "acs:ram::{}:role/reader"}


def _tencent(server: Server, stores: int, entry: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Half of the stores in each of two accounts."""
    accounts = [
        {"name": f"{number}", "secret_id": f"AKIDtest-{number}", "secret_key": f"theSecretKeyOf{number}", "regions": REGIONS[number:stores:2], **(entry or {})}
        for number in (0, 1)
    ]
    return TENCENT.list(accounts=_filled(accounts), endpoint=server.url, **{**OPTIONS, **more})


def _alibaba(server: Server, stores: int, entry: Mapping[str, Any] | None = None, service: Listing = ALIBABA, **more: Any) -> dict[str, Any]:
    """A store in each account: the host alone tells the region, and there is one host here."""
    accounts = [
        {"name": f"{number}", "access_key_id": f"LTAItest-{number}", "access_key_secret": f"theSecretKeyOf{number}", "regions": ["cn-home"], **(entry or {})}
        for number in range(stores)
    ]
    return service.list(accounts=_filled(accounts), endpoint=server.url, **{**OPTIONS, **more})


def _kms(server: Server, stores: int, entry: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The same stores of KMS."""
    return _alibaba(server, stores, entry, KMS, **more)


def _filled(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The accounts, with their names in the texts of their options."""
    return [{name: value.format(entry["name"]) if isinstance(value, str) else value for name, value in entry.items()} for entry in accounts]


FEWER = {"secret_types": ["user", "product"]}
"""Those of which there are any."""
LISTINGS = pytest.mark.parametrize("listing", [_tencent, _alibaba], ids=["tencent", "alibaba"])
SERVICES = pytest.mark.parametrize("listing", [_tencent, _alibaba, _kms], ids=["ssm", "apig", "kms"])
WORST = (
    "103 and then the answer",
    "102 and then the answer",
    "101 and the answer late",
    "204 of length 0 and the answer late",
    "304 of length 0 and the answer late",
    "503 of length 0 and the answer late",
    "429 of length 0 and the answer late",
    "the answer twice, the second late",
)


@pytest.mark.parametrize("every", [3, 7])
@pytest.mark.parametrize("spoil", WORST)
@SERVICES
def test_twelve_stores_and_every_third_or_seventh_answer(server: Callable[..., Server], listing: Callable[..., dict[str, Any]], spoil: str, every: int) -> None:
    behind = server(SPOILS[spoil], every)
    result = listing(behind, 12)
    assert behind.spoilt > 5
    _check(result)
    assert result["store_counts"]["complete"] >= 9


@pytest.mark.parametrize("spoil", [name for name in SPOILS if name not in WORST])
@LISTINGS
def test_every_third_answer(server: Callable[..., Server], listing: Callable[..., dict[str, Any]], spoil: str) -> None:
    behind = server(SPOILS[spoil], 3)
    result = listing(behind, 4, **(FEWER if listing is _tencent else {}))
    assert behind.spoilt > 5
    _check(result)
    assert result["store_counts"]["complete"] >= 3


@pytest.mark.parametrize("spoil", WORST)
def test_no_secret_is_described_by_the_answer_about_another(server: Callable[..., Server], spoil: str) -> None:
    behind = server(SPOILS[spoil], 3, ("DescribeSecret",))
    result = _kms(behind, 2, details=["describe_all"])
    assert behind.spoilt > 5 and result["complete"]
    _check(result)
    told = [record for record in result["secrets"] if record["description"] is not None]
    assert len(told) > SECRETS and all(record["description"] == f"This is {record['name']}" for record in told)
    assert all("description" in record["invalid"] for record in result["secrets"] if record not in told)


@pytest.mark.parametrize("number", [0, 7, "1"], ids=repr)
def test_a_page_of_kms_that_names_another_is_asked_for_on_a_new_connection(server: Callable[..., Server], number: Any) -> None:
    """The first answer on a connection belongs to no other request, whatever it says."""

    def another(data: bytes) -> Spoken:
        return Spoken([_with(data.replace(_body(data), json.dumps({**json.loads(_body(data)), "PageNumber": number}).encode("ascii")))])

    (row,) = _kms(server(another, 1), 1, retries=0)["stores"]
    assert row["status"] == "complete" and row["retries"] > 0


@pytest.fixture(name="at_home")
def _at_home(server: Callable[..., Server]) -> Iterator[Callable[..., Server]]:
    """Starts a server that is the token service, too."""
    made: list[Server] = []

    def url(endpoint: str | None, host: str, region: str) -> str:
        return endpoint or made[-1].url

    def start(*arguments: Any, **more: Any) -> Server:
        made.append(server(*arguments, **more))
        return made[-1]

    with mock.patch.object(tencent_calls, "base_url", url), mock.patch.object(alibaba_calls, "base_url", url):
        yield start


@pytest.mark.parametrize(("action", "spoil"), [*(("AssumeRole", spoil) for spoil in SPOILS), *(("GetCallerIdentity", spoil) for spoil in WORST)])
@LISTINGS
def test_no_account_gets_the_key_or_the_number_of_another(
    at_home: Callable[..., Server], listing: Callable[..., dict[str, Any]], action: str, spoil: str
) -> None:
    """Every second answer is spoilt, the first of them too. Each account assumes a role of its own with the one key of all."""
    cloud = "tencent" if listing is _tencent else "alibaba"
    key = (
        {"secret_id": "AKIDbase", "secret_key": "theSecretKeyOfAll"}
        if listing is _tencent
        else {"access_key_id": "LTAIbase", "access_key_secret": "theSecretKeyOfAll"}
    )
    numbers = {"regions": ["cn-home"]} if listing is _alibaba else {"regions": ["ap-0"]}
    behind = at_home(SPOILS[spoil], 2, (action,))
    fewer = FEWER if listing is _tencent else {}
    result = listing(behind, 2, {**key, **numbers, "assume_role_arn": ROLES[cloud]}, identify=True, **fewer)
    assert behind.spoilt >= 1
    _check(result)
    assert all(owner(asked.key) in ("0", "1") for asked in behind.requests if asked.action == "ListSecrets")
    assert result["store_counts"]["complete"] == 2
    assert {row["account_id"] for row in result["stores"]} == {"0", "1"} or action == "GetCallerIdentity"


def test_a_role_whose_answer_names_another_is_not_taken(at_home: Callable[..., Server]) -> None:
    """An answer that was stored, or mixed up on the way: only what it says of itself can tell."""

    def stranger(data: bytes) -> Spoken:
        return Spoken([data.replace(b"ram::0:role", b"ram::1:role")])

    behind = at_home(stranger, 1, ("AssumeRole",))
    result = _alibaba(behind, 1, {"assume_role_arn": ROLES["alibaba"]}, retries=1)
    assert [row["status"] for row in result["stores"]] == ["failed"] and "another request" in result["stores"][0]["error"]["message"]
    assert [asked.action for asked in behind.requests] == ["AssumeRole"] * 2


@pytest.mark.parametrize("spoil", [*WORST, "half an answer", "an empty object, and the answer late"])
def test_the_list_of_regions_is_asked_for_again(at_home: Callable[..., Server], spoil: str) -> None:
    behind = at_home(SPOILS[spoil], 2, ("GetRegions",))
    result = _tencent(behind, 2, {"regions": ["all"]}, secret_types=["user", "product"])
    _check(result)
    assert behind.spoilt == 1 and len(result["stores"]) == 2 * len(REGIONS) and result["complete"]


GARBLED = {
    "nothing": b"",
    "blanks": b" \r\n",
    "HTML": b"<html><body>Please log in</body></html>",
    "NaN": b'{"Response": {"TotalCount": NaN}, "data": {"totalSize": NaN}}',
    "a key twice": b'{"Response": {"a": 1, "a": 2}, "data": {"b": 1, "b": 2}}',
    "half of it": b'{"Response": {"SecretMeta',
    "no UTF-8": b'{"Response": "\xff\xfe"}',
    "zeros": bytes(20),
    "a list": b"[]",
    "a text": b'"busy"',
    "null": b"null",
    "an empty object": b"{}",
    "nothing of what is promised": b'{"Response": {"RequestId": "1"}, "requestId": "1"}',
    "no list": b'{"Response": {"SecretMetadatas": 1, "TotalCount": 1}, "data": {"items": 1}}',
    "a null row": b'{"Response": {"SecretMetadatas": [null], "TotalCount": 1}, "data": {"items": [null], "totalSize": 1}}',
    "a row without a name": b'{"Response": {"SecretMetadatas": [{}], "TotalCount": 1}, "data": {"items": [{}], "totalSize": 1}}',
    "two objects": b'{"Response": {}}{"Response": {}}',
    "a lone bracket": b"]",
    "depth": b'{"Response": ' + b"[" * 2000 + b"]" * 2000 + b"}",
}
REFUSED = ("304 Not Modified", "408 Request Timeout", "500 Oops", "502 Bad", "503 Busy", "504 Late", "520 Unknown", "524 Late", "530 Gone", "429 Slow")


@pytest.mark.parametrize("garbled", [*GARBLED, *REFUSED, "a gzip cut off", "no gzip"])
@LISTINGS
def test_what_is_garbled_once_is_asked_for_again(server: Callable[..., Server], listing: Callable[..., dict[str, Any]], garbled: str) -> None:
    spoilt = itertools.count(1)

    def once(data: bytes) -> Spoken:
        if next(spoilt) > 1:
            return Spoken([data])
        if garbled in GARBLED:
            return Spoken([_status("200 OK", body=GARBLED[garbled])])
        gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00" if "cut" in garbled else b"{}"
        return Spoken([_status("200 OK", "Content-Encoding: gzip", body=gzip) if "gzip" in garbled else _status(garbled)])

    result = listing(server(once, 2), 2, **(FEWER if listing is _tencent else {}))
    _check(result)
    assert result["complete"] and sum(row["retries"] for row in result["stores"]) == 1


@pytest.mark.parametrize("spoil", ["the connection closed behind the answer", "the connection half closed", "the connection reset behind the answer"])
@LISTINGS
def test_a_connection_that_dies_between_two_requests_costs_no_retry(server: Callable[..., Server], listing: Callable[..., dict[str, Any]], spoil: str) -> None:
    result = listing(server(SPOILS[spoil], 1), 2, retries=0)
    _check(result)
    assert result["complete"]


@LISTINGS
def test_a_request_that_dies_on_a_used_connection_costs_no_retry(server: Callable[..., Server], listing: Callable[..., dict[str, Any]]) -> None:
    """Every request on a connection that has served one before is dropped without a word."""
    behind = server(lambda data: Spoken([data]), 1)
    behind.once_only = True
    result = listing(behind, 2, retries=0)
    _check(result)
    assert result["complete"] and sum(row["retries"] for row in result["stores"]) > 0


@pytest.mark.parametrize("seed", range(16))
def test_bad_luck_is_no_storm(server: Callable[..., Server], seed: int) -> None:
    """One answer in five fails, and none because another did."""
    chance = random.Random(seed)

    def unlucky(data: bytes) -> Spoken:
        return SPOILS["503 of length 0 and the answer late"](data) if chance.random() < 0.2 else Spoken([data])

    result = _alibaba(server(unlucky, 1), 8, retries=10)
    _check(result)
    assert result["complete"]
