# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 on a socket, by hand: small, fast, and able to break off anywhere, which http.server is not."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

MAX_HEAD = 64 * 1024
MAX_BODY = 10 * 1024 * 1024  # what Tencent Cloud documents for a POST with TC3
IDLE_SECONDS = 60.0
METHODS = frozenset(("GET", "POST", "PUT", "DELETE", "CONNECT"))
ONCE_ONLY = frozenset(("host", "content-length", "transfer-encoding", "authorization"))
REASONS = {
    100: "Continue",
    200: "OK",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    413: "Content Too Large",
    421: "Misdirected Request",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
NO_BODY = frozenset((204, 304))
HANG_UP = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


class BadRequest(Exception):
    """Error for input that is no valid request; the connection ends after the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(slots=True)
class Request:
    """One request as it was received. 'path' and 'query' are the raw text between the host and the blank."""

    method: str
    path: str
    query: str
    authority: str
    pairs: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = b""
    keep_alive: bool = True


@dataclass(slots=True)
class Response:
    """One answer. Content-Length is added on the way out."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The value of one header, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str) -> Response:
        """The same answer with this header in place of any of that name."""
        kept = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return Response(self.status, self.body, [*kept, (name, value)])

    def head(self, framing: tuple[str, str] | None) -> bytes:
        """Status line and headers; framing is Content-Length or Transfer-Encoding, or None."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if framing:
            lines.append(f"{framing[0]}: {framing[1]}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")

    def wire(self) -> bytes:
        """The whole answer as it should travel."""
        if self.status in NO_BODY:
            return self.head(None)
        return self.head(("Content-Length", str(len(self.body)))) + self.body


def parse_head(head: bytes) -> Request:
    """Request line and headers. Latin-1 keeps every byte, so a signature can be recomputed from the text."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0") or words[0] not in METHODS:
        raise BadRequest(400, "not a request that is served here")
    pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or "\n" in line or "\0" in line:
            raise BadRequest(400, "a malformed header line")
        pairs.append((name.lower(), value.strip(" \t")))
    headers = dict(pairs)
    if len(headers) != len(pairs):
        check_once(pairs)
    authority, path, query = split_target(words[0], words[1], headers.get("host", ""))
    connection = headers.get("connection", "").lower()
    keep_alive = connection != "close" if words[2] == "HTTP/1.1" else connection == "keep-alive"
    return Request(words[0], path, query, authority, pairs, headers, keep_alive=keep_alive)


def check_once(pairs: list[tuple[str, str]]) -> None:
    """Some headers given twice are an attack or a bug, never a request."""
    names = [name for name, value in pairs]
    for name in ONCE_ONLY:
        if names.count(name) > 1:
            raise BadRequest(400, f"more than one {name}")


def split_target(method: str, target: str, host: str) -> tuple[str, str, str]:
    """(authority, path, query) of the three forms of a request target: origin, absolute (to a proxy), authority (CONNECT)."""
    if method == "CONNECT":
        return target, "", ""
    if target.lower().startswith("http://"):
        host, slash, rest = target[7:].partition("/")
        target = "/" + rest
    if not target.startswith("/") or not host:
        raise BadRequest(400, "no usable request target or Host")
    path, mark, query = target.partition("?")
    return host, path, query


class Line:
    """One connection: reads requests, sends answers, and can be made to fail like a bad network."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping
        self.buffer = b""

    def receive(self) -> Request | None:
        """The next request, or None when the client has hung up between two."""
        end = self.buffer.find(b"\r\n\r\n")
        while end < 0:
            if len(self.buffer) > MAX_HEAD:
                raise BadRequest(431, "the request head is too large")
            if not self.fill():
                return None
            end = self.buffer.find(b"\r\n\r\n")
        head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
        request = parse_head(head)
        self.receive_body(request)
        return request

    def fill(self) -> bool:
        """Reads what is there; False at the end of the stream."""
        data = self.sock.recv(262144)
        self.buffer += data
        return bool(data)

    def receive_body(self, request: Request) -> None:
        """The body by Content-Length or by chunks, at most MAX_BODY."""
        coding, length = request.headers.get("transfer-encoding"), request.headers.get("content-length")
        if coding is None and length is None:
            return
        if coding is not None and (length is not None or coding.lower() != "chunked"):
            raise BadRequest(400, "ambiguous framing of the body")
        if length is not None and not (length.isascii() and length.isdigit()):
            raise BadRequest(400, "Content-Length is no number")
        if length is not None and int(length) > MAX_BODY:
            raise BadRequest(413, "the body is too large")
        if request.headers.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = self.take(int(length)) if length is not None else self.take_chunks()

    def take(self, count: int) -> bytes:
        """Exactly so many bytes."""
        while len(self.buffer) < count:
            if not self.fill():
                raise BadRequest(400, "the body ended early")
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def take_line(self) -> bytes:
        """One line of the chunked coding."""
        while b"\r\n" not in self.buffer:
            if len(self.buffer) > 4096 or not self.fill():
                raise BadRequest(400, "a malformed chunk")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def take_chunks(self) -> bytes:
        """A chunked body; extensions and trailers are read and dropped."""
        body = b""
        while True:
            size = self.take_line().split(b";")[0].strip()
            try:
                count = int(size, 16)
            except ValueError:
                raise BadRequest(400, "a malformed chunk size") from None
            if count < 0 or len(body) + count > MAX_BODY:
                raise BadRequest(413, "the body is too large")
            if count == 0:
                while self.take_line():
                    pass
                return body
            body += self.take(count)
            if self.take(2) != b"\r\n":
                raise BadRequest(400, "a malformed chunk")

    def send(self, data: bytes) -> None:
        """Sends all of it."""
        self.sock.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Waits; False when the server stops meanwhile."""
        return not self.stopping.wait(seconds)

    def hold(self, seconds: float) -> None:
        """Says nothing until the time is over, the client hangs up, or the server stops."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.hung_up() and self.pause(0.02):
            pass

    def hung_up(self) -> bool:
        """True if the client has closed its side; asked of the kernel, so that it works below TLS and behind unread data."""
        watch = select.poll()
        watch.register(self.sock, HANG_UP)
        return bool(watch.poll(0))

    def drain(self) -> None:
        """Reads what the client still sends, for a moment: closing on unread data would be a reset that takes the last answer with it."""
        try:
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
            self.sock.settimeout(0.2)
            while self.fill() and len(self.buffer) < 4 * MAX_BODY:
                pass
        except OSError:
            pass

    def reset(self) -> None:
        """Ends the connection with RST: whatever was not read or sent is lost."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def abort(self) -> None:
        """Wakes a thread that waits on this connection. Below TLS, whose state belongs to that thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection."""
        self.sock.close()
