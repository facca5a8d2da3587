# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections on which no answer can be taken for that to another request.

HTTP/1.1 numbers neither requests nor answers: only their order says which belong together. So a connection that has once
brought one answer too many, or too few, gives every later request the answer to another. These rules exclude it:

1. A connection serves one lane, which is one listing: a partition of an account in a region. Without a lane it serves one request.
2. Interim answers (1xx) are read through to the final one. 101, which nobody asked for, and too many of them are errors.
3. It is kept only after an answer that was believed: status 200 of HTTP/1.1, of a length that is said once, read to its exact
   end, with no interim answer before it and no byte behind it.
4. It is used again only while no byte waits on it, and never for a request that it has carried before.
5. Bytes behind an answer show a server that answers more often than it is asked: that answer is not believed.
6. An answer that equals an earlier one of its connection, which was to another request, is a double of it, and is not believed.
   (The clouds write an id of its own into every answer.)

What is not believed on a used connection is asked for again on a new one. The first answer on a new connection has no other
request that it could belong to.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import http.client
import io
import os
import socket
import threading
from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .._core import files
from .._core.clock import Clock

LIBRARY_FILES = ("SSLKEYLOGFILE", "SSL_CERT_FILE", "RESOLV_HOST_CONF")
"""Variables with files that libraries open by themselves: OpenSSL the first two, the C library the last one."""


def refuse_waiting() -> None:
    """Raises OSError with the path where a library would wait for what one of the variables names."""
    for variable in LIBRARY_FILES:
        path = os.environ.get(variable)
        if path and files.is_waited_for(path):
            raise OSError(errno.EINVAL, "is a FIFO", path)


try:
    refuse_waiting()  # some releases make a TLS context while they are imported
    from requests import PreparedRequest
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import SSLError
    from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs
except (ImportError, OSError, TypeError):  # http_client tells what is missing
    PreparedRequest = HTTPAdapter = object  # type: ignore[assignment,misc]

MOST_INTERIM = 8
READ_AHEAD = 64 << 10
"""Bytes. Most pages are smaller: what has arrived of one is then read at once."""
MOST_IDLE = 64
"""Connections that wait to be used again, of all lanes together."""


class _Patient(io.RawIOBase):
    """Bytes of a socket, with one timeout for all of them. The socket's own timeout starts again with every byte."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        super().__init__()
        self._sock = sock
        self._clock = clock
        self._raw = sock.makefile("rb", buffering=0)
        patience = sock.gettimeout()
        self._until = None if patience is None else clock.monotonic() + patience
        self._stopped = False
        self.began = False
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._stopped:
            return 0
        if self._until is not None:
            left = self._until - self._clock.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        count = self._raw.readinto(buffer)
        self.began = self.began or bool(count)
        self.ended = count == 0
        return count

    def stop(self) -> bool:
        """Read no more. Whether TLS has decrypted bytes that nobody has read."""
        self._stopped = True
        pending = getattr(self._sock, "pending", None)
        with contextlib.suppress(OSError, ValueError):
            return pending is not None and pending() > 0
        return False

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Stream(io.BufferedReader):
    """The bytes of one answer. surplus: whether some were left behind its end."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self.source = _Patient(sock, clock)
        self.surplus = False
        super().__init__(self.source, READ_AHEAD)

    def close(self) -> None:
        if not self.closed:
            self.surplus = self.source.stop() or bool(self.peek(1))
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read with a limit of time for all of it, and that knows what came before it and behind it."""

    def __init__(self, sock: socket.socket, clock: Clock, *args: Any, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        self.fp.close()
        self.fp = self.stream = _Stream(sock, clock)
        self.interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        """The library skips the interim answer 100 alone: all others are shown to it as one of that kind."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        if not 100 <= status < 200:
            return version, status, reason
        self.interim += 1
        if status == http.client.SWITCHING_PROTOCOLS or self.interim > MOST_INTERIM:
            raise http.client.HTTPException(f"interim answer {status}")
        return version, http.client.CONTINUE, reason

    @property
    def leaves_nothing(self) -> bool:
        """True if the next bytes of the connection can only be the answer to the next request."""
        lengths = self.headers.get_all("content-length") or []
        framed = not lengths if self.chunked else len(lengths) == 1 and "transfer-encoding" not in self.headers
        whole = framed and self.isclosed() and not (self.interim or self.stream.surplus or self.stream.source.ended)
        return whole and (self.status, self.version) == (http.client.OK, 11) and not self.will_close


def _remembering(base: type, clock: Clock) -> type:
    """A class of connections that remember their last answer, and by their hashes what they were asked and have brought."""

    class Remembering(base):
        answer: _Answer | None = None

        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            self.asked: set[int] = set()
            self.heard: set[int] = set()

        def response_class(self, sock: socket.socket, *args: Any, **more: Any) -> _Answer:
            self.answer = _Answer(sock, clock, *args, **more)
            return self.answer

    return Remembering


class Idle:
    """Connections that wait to be used again, each for its place: the oldest goes where there are too many."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Hashable, Any]] = deque()
        self._most = MOST_IDLE
        self._lock = threading.Lock()

    def take(self, place: Hashable, question: int) -> Any:
        """The connection of this place that was used last and was never asked this, or None. One on which bytes wait, or that has
        ended, is closed."""
        while (connection := self._pop(place, question)) is not None:
            if connection.is_connected:
                connection.answer = None
                return connection
            connection.close()
        return None

    def keep(self, place: Hashable, connection: Any) -> None:
        """Let a connection wait for its next request."""
        with self._lock:
            self._waiting.append((place, connection))
            oldest = self._waiting.popleft()[1] if len(self._waiting) > self._most else None
        if oldest is not None:
            oldest.close()

    def close(self) -> None:
        """Close those that wait, and let none wait any more."""
        with self._lock:
            waiting, self._waiting, self._most = self._waiting, deque(), 0
        for _place, connection in waiting:
            connection.close()

    def _pop(self, place: Hashable, question: int) -> Any:
        with self._lock:
            for index in range(len(self._waiting) - 1, -1, -1):
                known, connection = self._waiting[index]
                if known == place and question not in connection.asked:
                    del self._waiting[index]
                    return connection
        return None


@dataclass
class Lease:
    """The connection of one request. question: its hash; lane: whose it is; fresh: whether it has to be a new one."""

    idle: Idle
    question: int
    lane: Hashable = None
    fresh: bool = False
    used: bool = field(default=False, init=False)
    """Whether it has served another request before."""
    connection: Any = field(default=None, init=False)
    _place: Hashable = field(default=None, init=False)
    _body: int = field(default=0, init=False)

    def take(self, pool: Any) -> Any:
        """A connection to where the pool leads."""
        self._place = (self.lane, pool)
        if self.lane is not None and not self.fresh:
            self.connection = self.idle.take(self._place, self.question)
        self.used = self.connection is not None
        return self.connection

    def doubt(self, body: bytes) -> str | None:
        """Why this whole answer is not to be believed, if there is a reason."""
        self._body = hash(body)
        if self.connection.answer.stream.surplus:
            return "sent more than one answer"
        return "sent an answer twice" if self._body in self.connection.heard else None

    @property
    def unheard(self) -> bool:
        """Whether a used connection ended before a byte of the answer came."""
        answer = self.connection.answer if self.used else None
        return self.used and (answer is None or not answer.stream.source.began)

    def end(self, believed: bool) -> None:
        """The request has its answer, or has failed."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        answer = connection.answer
        if believed and self.lane is not None and answer.leaves_nothing and isinstance(connection.sock, socket.socket):
            connection.asked.add(self.question)
            connection.heard.add(self._body)
            self.idle.keep(self._place, connection)
        else:
            connection.close()


def host_of(url: str) -> str:
    """The part of a URL that tells where it leads: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def target_of(url: str) -> str:
    """What a host is asked for: path and query."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.path or '/'}{query}"


def _lending(base: type, connections: type) -> type:
    """A class of pools that take each connection from the lease of the request, and leave it there."""

    class Lending(base):
        ConnectionCls = connections
        origin: Any
        lease: Lease

        def _get_conn(self, timeout: float | None = None) -> Any:
            if self.lease.take(self.origin) is None:
                self.lease.connection = self._new_conn()
            return self.lease.connection

        def _put_conn(self, conn: Any) -> None:
            """Nothing: the lease ends when the answer was judged."""

    return Lending


class Settings(NamedTuple):
    """How a host is reached. proxies: as requests has them, by scheme. verify: as in Connection. cert: that of a client."""

    proxies: Mapping[str, str]
    verify: bool | str
    cert: Any = None


class Adapter(HTTPAdapter):
    """An adapter with pools of our own, behind a proxy as well. Connections that check certificates share what they check them with:
    to read the file of CA certificates costs more than all the rest of a connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._contexts: dict[str, Any] = {}
        self._routes: dict[Hashable, tuple[Any, bool]] = {}
        self._lock = threading.Lock()
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self._lend(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        with self._lock:  # no other thread may see a manager before it lends
            known = proxy in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **more)
            return manager if known else self._lend(manager)

    def _lend(self, manager: Any) -> Any:
        pools = manager.pool_classes_by_scheme.items()
        manager.pool_classes_by_scheme = {scheme: _lending(pool, _remembering(pool.ConnectionCls, self._clock)) for scheme, pool in pools}
        return manager

    def ask(self, lease: Lease, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout: float, settings: Settings) -> Any:
        """The answer of urllib3 to a request on the connection of a lease: its body is unread, and no redirect was followed.

        Raises HTTPError of urllib3, RequestException where no pool can be made, OSError without the file of CA certificates.
        """
        host, target = host_of(url), target_of(url)
        origin, is_whole = self._route(host, settings)
        pool: Any = copy.copy(origin)
        pool.origin, pool.lease = origin, lease
        return pool.request(
            method,
            f"{host}{target}" if is_whole else target,
            body=body or None,
            headers=headers,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            preload_content=False,
            decode_content=False,
        )

    def _route(self, host: str, settings: Settings) -> tuple[Any, bool]:
        """The pool that leads to a host, and whether it is told whole URLs, as proxies are. The library keeps ten pools, and with the
        eleventh host would forget where connections wait."""
        place = host, settings.verify, *settings.proxies.items()
        route = self._routes.get(place)
        if route is None:
            asked = PreparedRequest()
            asked.url = f"{host}/"
            pool = self.get_connection_with_tls_context(asked, settings.verify, settings.proxies, settings.cert)
            self.cert_verify(pool, host, settings.verify, settings.cert)
            route = self._routes.setdefault(place, (pool, self.request_url(asked, settings.proxies) == asked.url))
        return route

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """What certificates are checked with. A proxy that is reached by TLS keeps to the library's own way."""
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        if url.lower().startswith("https") and verify and not (conn.proxy and conn.proxy.scheme == "https"):
            conn.conn_kw = {**conn.conn_kw, "ssl_context": self._context(conn.ca_certs, conn.ca_cert_dir)}
            conn.ca_certs = conn.ca_cert_dir = None

    def _context(self, file: str | None, folder: str | None) -> Any:
        place = str(file or folder)
        with self._lock:
            if place not in self._contexts:
                context = create_urllib3_context(cert_reqs=resolve_cert_reqs("CERT_REQUIRED"))
                try:
                    context.load_verify_locations(file, folder)
                except OSError as error:
                    raise SSLError(error) from error
                self._contexts[place] = context
            return self._contexts[place]
