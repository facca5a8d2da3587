# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client made of a socket, with signers of its own: what the emulator is checked by must share no code with it."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

EMPTY = hashlib.sha256(b"").hexdigest()
ALIBABA_KEY = ("LTAI5tUnitTestKey", "unit-test-secret-a")
TENCENT_KEY = ("AKIDunitTestKey", "unit-test-secret-t")
NOW = 1795219200.0  # 2026-11-21T00:00:00Z


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def fleet(regions: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """One Tencent account; 'regions' are its regions, anything else goes to the top of the fleet."""
    account = {"name": "ten", "provider": "tencent", "account_id": "100000000001", "keys": [{"id": TENCENT_KEY[0], "secret": TENCENT_KEY[1]}]}
    return {"accounts": [{**account, "regions": regions or [{"name": "ap-guangzhou"}]}], **more}


def alibaba_fleet(regions: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """One Alibaba account, likewise."""
    account = {"name": "ali", "provider": "alibaba", "account_id": "1234567890123456", "keys": [{"id": ALIBABA_KEY[0], "secret": ALIBABA_KEY[1]}]}
    return {"accounts": [{**account, "regions": regions or [{"name": "cn-hangzhou"}]}], **more}


@dataclass
class Reply:
    """What came back, as far as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Socket:
    """One connection."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.sock = socket.create_connection((host, port), 5)
        self.rest = b""

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *exception: object) -> None:
        self.sock.close()

    def send(self, data: bytes) -> Socket:
        """Sends bytes as they are."""
        self.sock.sendall(data)
        return self

    def until_end(self) -> bytes:
        """Everything up to the end of the stream."""
        data, self.rest = self.rest, b""
        while True:
            more = self.sock.recv(65536)
            if not more:
                return data
            data += more

    def reply(self) -> Reply:
        """One answer by its Content-Length."""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        size = int(headers.get("content-length", 0))
        while len(self.rest) < size:
            self.more()
        body, self.rest = self.rest[:size], self.rest[size:]
        return Reply(int(first.split(" ")[1]), headers, body)

    def more(self) -> None:
        """Reads on."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the stream ended")
        self.rest += data

    def ask(self, data: bytes) -> Reply:
        """Sends a request and takes the answer."""
        return self.send(data).reply()


def ask(port: int, data: bytes) -> Reply:
    """One request on a connection of its own."""
    with Socket(port) as line:
        return line.ask(data)


def message(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    if body or method == "POST":
        headers = {**headers, "Content-Length": str(len(body))}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def tencent(
    parameters: Any = None,
    *,
    key: tuple[str, str] = TENCENT_KEY,
    token: str = "",
    host: str = "127.0.0.1",
    region: str | None = "ap-guangzhou",
    action: str = "ListSecrets",
    version: str = "2019-09-23",
    service: str = "ssm",
    now: float | None = None,
    date: str | None = None,
    signed: str = "content-type;host",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    target: str = "/",
    spoil: str = "",
    query: str | None = None,
) -> bytes:
    """A signed request to SSM or its STS: a POST, or a GET with this query. 'spoil' goes behind the signed body hash, so the signature is wrong."""
    stamp = int(time.time() if now is None else now)
    date = date or time.strftime("%Y-%m-%d", time.gmtime(stamp))
    method = "POST" if query is None else "GET"
    payload = b"" if query is not None else json.dumps(parameters or {}).encode() if body is None else body
    content_type = "application/json" if query is None else "application/x-www-form-urlencoded"
    sent = {"Host": host, "Content-Type": content_type, "X-TC-Action": action, "X-TC-Version": version, "X-TC-Timestamp": str(stamp), **(headers or {})}
    if region is not None:
        sent["X-TC-Region"] = region
    if token:
        sent["X-TC-Token"] = token
    low = {name.lower(): value for name, value in sent.items()}
    block = "".join(f"{name}:{low[name].lower()}\n" for name in signed.split(";"))
    hashed = b"UNSIGNED-PAYLOAD" if low.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD" else payload
    canonical = f"{method}\n/\n{query or ''}\n{block}\n{signed}\n{hashlib.sha256(hashed).hexdigest()}{spoil}"
    scope = f"{date}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = ("TC3" + key[1]).encode()
    for part in (date, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    sent["Authorization"] = f"TC3-HMAC-SHA256 Credential={key[0]}/{scope}, SignedHeaders={signed}, Signature={signature}"
    return message(method, target if query is None else f"/?{query}", sent, payload)


def alibaba(
    parameters: dict[str, Any] | None = None,
    *,
    key: tuple[str, str] = ALIBABA_KEY,
    token: str = "",
    host: str = "127.0.0.1",
    action: str = "ListSecrets",
    version: str = "2024-03-27",
    method: str = "GET",
    path: str = "/v1/secrets",
    now: float | None = None,
    date: str | None = None,
    nonce: str | None = None,
    headers: dict[str, str] | None = None,
    unsigned: dict[str, str] | None = None,
    body: bytes = b"",
    drop: str = "",
    prefix: str = "",
) -> bytes:
    """A signed request to APIG or its STS. 'unsigned' headers are sent and not signed; 'drop' leaves one header out before signing."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() if now is None else now))
    sent = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": date or stamp,
        "x-acs-signature-nonce": nonce or uuid.uuid4().hex,
        "x-acs-version": version,
        **(headers or {}),
    }
    if token:
        sent["x-acs-security-token"] = token
    sent.pop(drop, None)
    query = "&".join(f"{quote(name, safe='~')}={quote(str(value), safe='~')}" for name, value in sorted((parameters or {}).items()))
    names = ";".join(sorted(sent))
    block = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    canonical = f"{method}\n{path}\n{query}\n{block}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key[1].encode(), text.encode(), hashlib.sha256).hexdigest()
    sent["Authorization"] = f"ACS3-HMAC-SHA256 Credential={key[0]},SignedHeaders={names},Signature={signature}"
    return message(method, prefix + path + (f"?{query}" if query else ""), {**sent, **(unsigned or {})}, body)


def error_of(reply: Reply) -> str:
    """The error code of either cloud, or Ok."""
    if "Response" in reply.json:
        return str(reply.json["Response"].get("Error", {}).get("Code", "Ok"))
    return str(reply.json.get("Code") or reply.json.get("code"))


def names_of(reply: Reply) -> list[str]:
    """The names on a page of either cloud."""
    if "Response" in reply.json:
        return [row["SecretName"] for row in reply.json["Response"]["SecretMetadatas"]]
    return [row["name"] for row in reply.json["data"]["items"]]


def wait_until(condition: Callable[[], Any]) -> None:
    """At most ten seconds, in small steps."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
