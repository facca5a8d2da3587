# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults by request number. A faulted request is handled in full first, so it counts, is checked and may change the store; then its answer suffers.

Some acts change the request before it is handled, some make another answer of it, and some break it on the wire.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from . import breakage
from .calls import compact
from .matching import COUNTING, Match, read_match
from .schema import FleetError, Reader, anything, listed, mapping, nearest, number, table, text, whole
from .wire import Line, Response

HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Network sign-in required</h1></body></html>\n"
MEGABYTE = 1024 * 1024
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


@dataclass
class Fault:
    """One rule: which requests, which act, and the act's own words."""

    match: Match
    act: str
    words: dict[str, Any]

    def due(self, facts: dict[str, Any]) -> bool:
        """True if it strikes this request."""
        return self.match.due(facts)

    def alter(self, response: Response) -> Response:
        """The answer as this fault makes it, still a well-formed one."""
        alter = ACTS[self.act].alter
        altered = alter(response, self.words) if alter else response
        for name, value in self.words.get("headers", {}).items():
            altered = altered.with_header(name, value)
        return altered

    def deliver(self, line: Line, response: Response) -> bool:
        """Sends the answer, or what is left of it; False when the connection is over."""
        deliver = ACTS[self.act].deliver
        if deliver:
            return deliver(line, response, self.words)
        line.send(response.wire())
        return True


def answer(response: Response, words: dict[str, Any]) -> Response:
    """Another status or body; what is not given stays."""
    body = words["body_base64"] if "body_base64" in words else words.get("body", "").encode("utf-8", "surrogatepass") if "body" in words else response.body
    return replace(response, status=words.get("status", response.status), body=body)


def empty(response: Response, words: dict[str, Any]) -> Response:
    """No body at all."""
    return replace(response, status=words.get("status", 200), body=b"")


def html(response: Response, words: dict[str, Any]) -> Response:
    """Answer of a captive portal or a broken load balancer."""
    return replace(response, status=words.get("status", 200), body=HTML).with_header("Content-Type", "text/html; charset=utf-8")


def redirect(response: Response, words: dict[str, Any]) -> Response:
    """Somewhere else."""
    return replace(response, status=words.get("status", 302), body=b"").with_header("Location", words["location"])


def many_headers(response: Response, words: dict[str, Any]) -> Response:
    """Headers by the thousand."""
    extra = [(f"X-Filler-{index}", "0") for index in range(words.get("count", 2000))]
    return replace(response, headers=response.headers + extra)


def huge_header(response: Response, words: dict[str, Any]) -> Response:
    """One header that is far too long."""
    return response.with_header("X-Filler", "0" * words.get("bytes", 128 * 1024))


def content_type(response: Response, words: dict[str, Any]) -> Response:
    """Right body, wrong label."""
    return response.with_header("Content-Type", words["value"])


def encoding(response: Response, words: dict[str, Any]) -> Response:
    """The body in another character encoding, such as utf-16 or utf-8-sig."""
    return replace(response, body=response.body.decode().encode(words["name"], "replace"))


def gzip(response: Response, words: dict[str, Any]) -> Response:
    """Compressed, as a gateway may do, whether the client asked for it or not."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return replace(response, body=packer.compress(response.body) + packer.flush()).with_header("Content-Encoding", "gzip")


def gzip_corrupt(response: Response, words: dict[str, Any]) -> Response:
    """Compressed, then damaged in the middle."""
    good = gzip(response, words)
    middle = len(good.body) // 2
    return replace(good, body=good.body[:middle] + bytes(255 - byte for byte in good.body[middle : middle + 8]) + good.body[middle + 8 :])


@lru_cache(maxsize=4)
def blanks(megabytes: int) -> tuple[bytes, int]:
    """(deflate blocks that unpack to so many megabytes of blanks, their CRC); a full flush makes the block for one megabyte repeatable."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _index in range(megabytes):
        crc = zlib.crc32(b" " * MEGABYTE, crc)
    return block * megabytes, crc


def gzip_bomb(response: Response, words: dict[str, Any]) -> Response:
    """Small on the wire, huge once unpacked, and valid JSON all the same: blanks, then the body."""
    megabytes = words.get("megabytes", 300)
    blocks, crc = blanks(megabytes)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = packer.compress(response.body) + packer.flush()
    trailer = struct.pack("<II", zlib.crc32(response.body, crc), (megabytes * MEGABYTE + len(response.body)) & 0xFFFFFFFF)
    return replace(response, body=GZIP_HEADER + blocks + end + trailer).with_header("Content-Encoding", "gzip")


def huge_body(response: Response, words: dict[str, Any]) -> Response:
    """The right JSON and megabytes of blanks after it."""
    return replace(response, body=response.body + b" " * (words.get("megabytes", 64) * MEGABYTE))


def edit(response: Response, words: dict[str, Any]) -> Response:
    """The right JSON with some values set and some keys taken away; a path is keys and list indexes joined by dots."""
    body = json.loads(response.body)
    for path, value in words.get("set", {}).items():
        holder, last = walk(body, path)
        holder[last] = value
    for path in words.get("drop", []):
        holder, last = walk(body, path)
        del holder[last]
    return replace(response, body=compact(body))


def walk(body: Any, path: str) -> tuple[Any, Any]:
    """(the container, the last key or index) of a path."""
    *way, last = path.split(".")
    for step in way:
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body, int(last) if isinstance(body, list) else last


def read_encoding(value: Any, where: str) -> str:
    """An encoding that Python knows."""
    try:
        "".encode(text(value, where))
    except LookupError:
        raise FleetError(f"{where}: unknown encoding '{value}'") from None
    return str(value)


def read_base64(value: Any, where: str) -> bytes:
    """Bytes that no text can hold."""
    try:
        return base64.b64decode(text(value, where), validate=True)
    except binascii.Error as problem:
        raise FleetError(f"{where}: {problem}") from None


@dataclass(frozen=True)
class Act:
    """Allowed and required keys of a fault of this name, and its act. Acts without both work before the request is handled."""

    words: dict[str, Reader]
    required: tuple[str, ...] = ()
    alter: Callable[[Response, dict[str, Any]], Response] | None = None
    deliver: Callable[[Line, Response, dict[str, Any]], bool] | None = None


STATUS = whole(100, 999)
DRIP: dict[str, Reader] = {"interval_ms": number(0), "bytes": whole(1)}
ACTS = {
    "delay": Act({"ms": number(0)}, ("ms",)),
    "clock": Act({"offset": number()}, ("offset",)),
    "parameters": Act({"set": table(anything)}, ("set",)),
    "error": Act({"code": text, "message": text, "status": STATUS}, ("code",)),
    "answer": Act({"status": STATUS, "body": text, "body_base64": read_base64}, alter=answer),
    "empty": Act({"status": STATUS}, alter=empty),
    "html": Act({"status": STATUS}, alter=html),
    "redirect": Act({"status": STATUS, "location": text}, ("location",), alter=redirect),
    "many_headers": Act({"count": whole(1)}, alter=many_headers),
    "huge_header": Act({"bytes": whole(1)}, alter=huge_header),
    "content_type": Act({"value": text}, ("value",), alter=content_type),
    "encoding": Act({"name": read_encoding}, ("name",), alter=encoding),
    "gzip": Act({}, alter=gzip),
    "gzip_corrupt": Act({}, alter=gzip_corrupt),
    "gzip_bomb": Act({"megabytes": whole(1)}, alter=gzip_bomb),
    "huge_body": Act({"megabytes": whole(1)}, alter=huge_body),
    "edit": Act({"set": table(anything), "drop": listed(text)}, alter=edit),
    "reset": Act({}, deliver=breakage.reset),
    "reset_body": Act({"after": whole(0)}, deliver=breakage.reset_body),
    "close": Act({}, deliver=breakage.close),
    "close_after": Act({}, deliver=breakage.close_after),
    "stall": Act({"seconds": number(0)}, deliver=breakage.stall),
    "drip_headers": Act(DRIP, deliver=breakage.drip_headers),
    "drip_body": Act(DRIP, deliver=breakage.drip_body),
    "truncate": Act({"missing": whole(1)}, deliver=breakage.truncate),
    "chunked_cut": Act({}, deliver=breakage.chunked_cut),
    "raw": Act({"text": text, "base64": read_base64}, deliver=breakage.raw),
}


def read_fault(value: Any, where: str) -> Fault:
    """Reads one entry of 'faults'."""
    name = value.get("act", "answer") if isinstance(value, dict) else "answer"
    if name not in ACTS:
        raise FleetError(f"{where}.act: unknown act '{name}' ({nearest(name, ACTS)})")
    own = {**ACTS[name].words, "headers": table(text)}
    given = mapping(value, where, {**COUNTING, "act": text, **own}, ACTS[name].required)
    return Fault(read_match(given), name, {word: item for word, item in given.items() if word in own})
