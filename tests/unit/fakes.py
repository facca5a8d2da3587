# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins for what unit tests must hold still: the clock, the network, and the other end of a TCP connection."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.refresh import RefreshableCredentials, looked_for
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import given
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Sign

T = TypeVar("T")
PATIENCE = 5.0
"""Seconds after which a server's part of a test gives up."""


class FakeClock(Clock):
    """A clock that stands still until it is moved, and chance that is known beforehand."""

    def __init__(self, epoch: float = 1_770_260_645.0, ticks: float = 1000.0, chance: float = 0.5) -> None:
        self.epoch = epoch
        self.ticks = ticks
        self.chance = chance
        self.slept: list[float] = []
        self.nonces = 0

    def now(self) -> float:
        return self.epoch

    def monotonic(self) -> float:
        return self.ticks

    def random(self) -> float:
        return self.chance

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def nonce(self) -> str:
        """00...01, 00...02 and so on."""
        self.nonces += 1
        return f"{self.nonces:032x}"

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.epoch += seconds
        self.ticks += seconds


def fixed_key(key_id: str = "an-access-key-id", secret: str = "its-secret-key") -> RefreshableCredentials:
    """Credentials that never change."""
    return looked_for(lambda: given(Credentials(key_id, secret, None, "a test")), lambda: 0.0, "")


class ScriptedHttp:
    """Stands in for Http: returns the answers it was given, or raises them, in their order."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.signed: list[Mapping[str, str]] = []
        self._lock = threading.Lock()

    def send(self, request: Request, sign: Sign, read: Callable[[Response], T], *lane: Hashable) -> T:
        """Sign as Http would, remember what was asked, give the next answer."""
        with self._lock:
            self.signed.append(sign(request))
            self.requests.append(request)
            assert self.answers, f"no answer is left for {request.action}"
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return read(answer)

    def assert_all_asked(self) -> None:
        """No answer is left over."""
        assert not self.answers, f"{len(self.answers)} answers were not asked for"


def json_answer(payload: Any, status: int = 200, **headers: str) -> Response:
    """A response that carries this as JSON. Header names are given with _ for -."""
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(payload).encode("utf-8"))


def http_bytes(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer as it travels; its Content-Length is right unless another is given, and left out if that is negative."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {size}"] if size >= 0 else [])]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


class Wire:
    """One accepted connection while its script is played."""

    def __init__(self, sock: socket.socket, server: ScriptedServer) -> None:
        self.sock = sock
        self.server = server

    def read_request(self) -> bytes:
        """One whole request, or nothing where the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.sock.recv(65536)
            if not more:
                return b""
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        found = re.search(rb"(?im)^content-length: *(\d+)", head)
        while found and len(body) < int(found[1]):
            body += self.sock.recv(65536)
        request = head + b"\r\n\r\n" + body
        self.server.requests.append(request)
        return request


Act = Callable[[Wire], None]


def answer(data: bytes) -> Act:
    """Read one request, then send these bytes."""

    def act(wire: Wire) -> None:
        if wire.read_request():
            wire.sock.sendall(data)

    return act


def drip(data: bytes, pause: float) -> Act:
    """Send these bytes one by one."""

    def act(wire: Wire) -> None:
        for number in data:
            wire.sock.sendall(bytes([number]))
            time.sleep(pause)

    return act


def send(data: bytes, times: int = 1) -> Act:
    """Send these bytes, whatever was asked; so many times, or until the client goes."""

    def act(wire: Wire) -> None:
        for _number in range(times):
            wire.sock.sendall(data)

    return act


def reset(wire: Wire) -> None:
    """Close with RST instead of FIN."""
    wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.sock.close()


def hold(wire: Wire) -> None:
    """Take everything and say nothing, until the client or the server goes."""
    while wire.sock.recv(65536):
        pass


def hear(wire: Wire) -> None:
    """Take some bytes, be they a request or not."""
    wire.sock.recv(65536)


class ScriptedServer:
    """A TCP server on loopback. The n-th connection is played the n-th script, a list of acts, and then closed."""

    def __init__(self, *scripts: Sequence[Act]) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def headers(self, number: int = 0) -> dict[str, str]:
        """The headers of the request with this number, by lower-case name."""
        lines = self.requests[number].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def __enter__(self) -> ScriptedServer:
        self._acceptor.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close(self._listener)
        for sock in self._open:
            self._close(sock)
        for thread in [self._acceptor, *self._threads]:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a script of the server does not end"

    def _accept(self) -> None:
        while True:
            try:
                sock = self._listener.accept()[0]
            except OSError:
                return
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            script = self.scripts[self.connections] if self.connections < len(self.scripts) else []
            self.connections += 1
            self._open.append(sock)
            thread = threading.Thread(target=self._play, args=(sock, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _play(self, sock: socket.socket, script: Sequence[Act]) -> None:
        wire = Wire(sock, self)
        try:
            for act in script:
                act(wire)
        except OSError:
            pass
        finally:
            sock.close()

    @staticmethod
    def _close(sock: socket.socket) -> None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
