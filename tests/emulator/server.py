# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets and threads: one listening port on loopback, one thread a connection, plain HTTP and CONNECT tunnels on the same port."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from .app import App
from .places import locate
from .wire import IDLE_SECONDS, BadRequest, Line, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tls import Certificates

PROXY_AUTHENTICATE = Response(407, b"", [("Proxy-Authenticate", 'Basic realm="emulator"')])
GONE = (OSError, ValueError)  # what a socket may raise once the other side, or stop(), has closed it


class Server:
    """Listens until it is stopped."""

    def __init__(self, port: int, app: App, certificates: Callable[[], Certificates]) -> None:
        self.app = app
        self.certificates = certificates
        self.stopping = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self.listener.getsockname()[1]
        self.lines: dict[threading.Thread, Line] = {}
        self.acceptor = threading.Thread(target=self.accept, name="emulator", daemon=True)
        self.acceptor.start()

    def accept(self) -> None:
        """Gives each connection a thread."""
        while not self.stopping.is_set():
            try:
                sock, peer = self.listener.accept()
            except OSError:  # such as too many open files; a stopped server ends here
                self.stopping.wait(0.05)
                continue
            line = Line(sock, self.stopping)
            thread = threading.Thread(target=self.run, args=(line,), name=f"emulator-{peer[1]}", daemon=True)
            self.lines[thread] = line
            thread.start()

    def stop(self) -> None:
        """Ends all connections and waits for their threads."""
        self.stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()  # wakes accept()
        self.acceptor.join(5)
        self.listener.close()
        for thread, line in list(self.lines.items()):
            line.abort()
            if thread is not threading.current_thread():
                thread.join(5)

    def run(self, line: Line) -> None:
        """Serves one connection to its end; a client that goes away is no event."""
        try:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sock.settimeout(IDLE_SECONDS)
            self.travel(line)
            self.converse(line)
        except BadRequest as problem:
            self.turn_away(line, problem)
        except GONE:
            pass
        finally:
            line.close()
            self.lines.pop(threading.current_thread(), None)

    def turn_away(self, line: Line, problem: BadRequest) -> None:
        """The last answer on a connection that sent no usable request."""
        try:
            response = self.app.plain(problem.status, str(problem)).with_header("Connection", "close")
            line.send(response.wire())
            line.drain()
        except GONE:
            pass

    def travel(self, line: Line) -> None:
        """One round trip on the wire, for benchmarks that count handshakes too."""
        milliseconds = self.app.world.behaviour.settings()["wire_ms"]
        if milliseconds:
            line.pause(milliseconds / 1000)

    def converse(self, line: Line) -> None:
        """Requests and answers, one after the other; CONNECT turns the rest into a tunnel."""
        row = self.app.journal.connected()
        tunnel: str | None = None
        going = True
        while going and not self.stopping.is_set():
            request = line.receive()
            if request is None:
                return
            if request.method == "CONNECT":
                tunnel = self.tunnel(line, request, row) if tunnel is None else None
                going = tunnel is not None
            else:
                going = self.exchange(line, request, tunnel, row["connection"])

    def exchange(self, line: Line, request: Request, tunnel: str | None, connection: int) -> bool:
        """Answers one request; False when the connection is over."""
        if not tunnel and self.foreign(request) and not self.admitted(request):
            line.send(PROXY_AUTHENTICATE.wire())
            return request.keep_alive
        answer = self.app.answer_safely(request, tunnel, connection)
        self.travel(line)
        rest = answer.due - time.monotonic()
        if rest > 0 and not line.pause(rest):
            return False
        response = answer.response if request.keep_alive else answer.response.with_header("Connection", "close")
        if answer.fault:
            return answer.fault.deliver(line, response) and request.keep_alive
        line.send(response.wire())
        if answer.afterwards:
            answer.afterwards()
        return request.keep_alive

    def foreign(self, request: Request) -> bool:
        """True if a plain request uses this port as a proxy: it is for another host."""
        place = locate(request.authority)
        return place is None or not place.loopback

    def admitted(self, request: Request) -> bool:
        """True if the proxy's own user and password are right, if there are any."""
        expected = self.app.world.behaviour.settings()["proxy_auth"]
        given = request.headers.get("proxy-authorization", "")
        return expected is None or given == "Basic " + base64.b64encode(expected.encode()).decode()

    def tunnel(self, line: Line, request: Request, row: dict[str, Any]) -> str | None:
        """Answers CONNECT and speaks TLS from there; the host of the tunnel, or None when there is none."""
        host = request.authority.rpartition(":")[0]
        place = locate(host)
        row["host"] = host
        if not self.admitted(request):
            line.send(PROXY_AUTHENTICATE.with_header("Connection", "close").wire())
            return None
        if place is None or place.loopback or line.buffer:
            line.send(self.app.plain(502, f"no such host here: {host}").with_header("Connection", "close").wire())
            return None
        self.travel(line)
        line.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.travel(line)
        context = self.certificates().context(place.host, self.app.world.behaviour.settings()["certificate"])
        line.sock = secured = context.wrap_socket(line.sock, server_side=True, do_handshake_on_connect=False)
        try:
            secured.do_handshake()
        except GONE as problem:
            row["tls"] = getattr(problem, "reason", None) or type(problem).__name__
            return None
        row["tls"] = secured.version()
        return host
