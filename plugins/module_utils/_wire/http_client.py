# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request, one response: the only door to the network."""

from __future__ import annotations

import errno
import http.client
import os
import re
import socket
import traceback
import types
import zlib
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .._core import files
from .._core.clock import Clock
from .._core.errors import SecretsError, not_believed
from .._core.machine import machine_fault, no_ssl
from .._core.messages import Request, Response
from .._core.version import COLLECTION, VERSION
from .connections import LIBRARY_FILES, Adapter, Idle, Lease, Settings, host_of, refuse_waiting
from .proxies import LIBRARY, lacks_library, misread_exception, proxy_fault, variable_of

try:
    refuse_waiting()
    import requests
    from urllib3 import disable_warnings
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        InsecureRequestWarning,
        InvalidHeader,
        NewConnectionError,
        ProxyError,
        ReadTimeoutError,
        SSLError,
    )

    MISSING_LIBRARY = None
except (ImportError, OSError, TypeError):  # OSError and TypeError: some releases make a TLS context while they are imported
    MISSING_LIBRARY = traceback.format_exc()

ssl: types.ModuleType | None
try:
    import ssl
except ImportError:  # a Python that was built without OpenSSL
    ssl = None

USER_AGENT = f"{COLLECTION}/{VERSION}"
DIRECT_TIMEOUT = 1.0
"""Seconds. A metadata service answers in milliseconds, or is not there."""
LARGEST_BODY = 8 << 20
"""Bytes, decompressed. A page of 100 secrets has some 60 KiB."""
CHUNK = 64 << 10
NO_NAME = "Check this machine's DNS. Where only a proxy leads out, set proxy or the variable HTTPS_PROXY."
TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")
"""How http.client tells what a proxy answered to CONNECT."""
WENT_AWAY = frozenset({"RemoteDisconnected", "ConnectionResetError", "ConnectionAbortedError", "BrokenPipeError"})
"""Errors of connections that were there. urllib3 blames the proxy for those of its tunnel, too."""
BROKEN_OFF = frozenset({"SSLEOFError", "SSLZeroReturnError"})
"""Errors of TLS that only say that the other side went away."""
OF_THE_MACHINE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors that a connection has because this machine has too little of something."""
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Connection:
    """Connection settings. timeout: seconds for a whole attempt. verify: true, false, or the path of a CA bundle."""

    timeout: float = 10.0
    verify: bool | str = True
    proxy: str | None = None


Sign = Callable[[Request], Mapping[str, str]]
T = TypeVar("T")


def is_bundle(path: str) -> bool:
    """True if the path is a file of CA certificates in PEM, or a folder that may have some. (Reading a FIFO would block.)"""
    if not (os.path.isfile(path) or os.path.isdir(path)):
        return False
    if ssl is None:
        raise no_ssl()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    except OSError as error:
        if error.errno in OF_THE_MACHINE and (fault := machine_fault(error)):
            raise fault from None
        return False
    return True


def library_fault() -> SecretsError | None:
    """Why requests cannot be imported, where that is the machine's fault."""
    if MISSING_LIBRARY and ssl is None:
        return no_ssl()
    return _library_file(MISSING_LIBRARY) if MISSING_LIBRARY else None


class Http:
    """Sends requests, and uses connections again where that is safe. Safe to share between threads."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._known_proxies: set[str] = set()
        self._environment: dict[str, Settings] = {}
        """What the environment says of each host that was asked."""
        self._session = requests.Session()
        """Reads the environment, and sends nothing: a session keeps cookies and follows redirects."""
        self._adapter = Adapter(clock)
        self._idle = Idle()
        if connection.verify is False:
            disable_warnings(InsecureRequestWarning)

    def close(self) -> None:
        """Close the connections that wait for another request."""
        self._idle.close()

    def send(self, request: Request, sign: Sign, read: Callable[[Response], T], lane: Hashable = None, fresh: bool = False) -> T:
        """Sign and send once, and return what 'read' makes of the answer: no retry, no redirect.

        lane: the listing whose connections may serve; without one, the connection serves this request alone.
        fresh: whether it has to be a new one. Raises what 'read' raises, or SecretsError of a kind that speaks of the network.
        """
        lease = Lease(self._idle, hash((request.method, request.url, request.body)), lane, fresh)
        believed = False
        try:
            answer = read(self._exchange(request, sign, lease))
            believed = True
            return answer
        finally:
            lease.end(believed)

    def _exchange(self, request: Request, sign: Sign, lease: Lease) -> Response:
        if ssl is None and request.url.startswith("https:"):
            raise no_ssl()
        timeout = self._patience(request)
        until = self._clock.monotonic() + timeout
        headers = {"user-agent": USER_AGENT, "accept": "application/json", "accept-encoding": "identity", **request.headers}
        if lease.lane is None:
            headers["connection"] = "close"
        headers.update(sign(request))
        try:
            settings = self._settings(request.url, request.direct)
            with self._adapter.ask(lease, request.method, request.url, headers, request.body, timeout, settings) as answer:
                body = self._read(answer, request, until)
            told = {name.lower(): value for name, value in answer.headers.items()}
        except (requests.RequestException, HTTPError) as error:
            fault = _network_error(error, request, self._proxy(request))
            fault.stray = lease.unheard and fault.kind == "connect"
            raise fault from None
        except (OSError, MemoryError) as error:
            raise _local_cause((error,), request.host) or self._no_bundle() from None
        if doubt := lease.doubt(body):
            raise not_believed(f"{request.host} {doubt}")
        return Response(answer.status, told, body, lease.used)

    def _settings(self, url: str, direct: bool) -> Settings:
        """Proxies, and the CA bundle that the environment may name. It can never switch the check on or off."""
        asked = self._connection
        if direct:
            return Settings({}, asked.verify)
        host = host_of(url)
        if host not in self._environment:
            refuse_waiting()
            proxies = dict.fromkeys(("http", "https"), asked.proxy) if asked.proxy else {}
            found = self._session.merge_environment_settings(url, proxies, True, asked.verify, None)
            self._check_proxy(url, found["proxies"])
            bundle = found["verify"] if asked.verify is True and isinstance(found["verify"], str) else asked.verify
            if bundle is not asked.verify and os.path.exists(bundle) and not (os.path.isfile(bundle) or os.path.isdir(bundle)):
                raise self._no_bundle()  # reading a FIFO would block
            self._environment[host] = Settings(found["proxies"], bundle, found["cert"])
        return self._environment[host]

    def _check_proxy(self, url: str, proxies: Mapping[str, str]) -> None:
        """A proxy that is written down wrongly would else read as a connection that broke off."""
        proxy = requests.utils.select_proxy(url, proxies)
        if proxy and not self._connection.proxy and (misread := misread_exception(url, os.environ)):
            raise SecretsError("proxy", misread[0], hint=misread[1])
        if not proxy or proxy in self._known_proxies:
            return
        where = "proxy" if proxy == self._connection.proxy else f"the variable {variable_of(proxy, url.partition(':')[0], os.environ)}"
        if fault := proxy_fault(proxy):
            raise SecretsError("proxy", f"{where} {fault[0]}", hint=fault[1])
        if lacks_library(proxy):
            raise SecretsError("proxy", f"{where} names a SOCKS proxy, for which the Python library PySocks is missing", hint=LIBRARY)
        self._known_proxies.add(proxy)

    def _no_bundle(self) -> SecretsError:
        """The file of CA certificates was there, and is not any more; or a variable names one that never was, or what is none."""
        if isinstance(self._connection.verify, str):
            where = "ca_path"
        else:
            where = next((name for name in BUNDLE_VARIABLES if os.environ.get(name)), "the library certifi")
        return SecretsError("machine", f"what {where} names is no file or folder of CA certificates", hint=f"Correct {where}, or restore the file.")

    def _proxy(self, request: Request) -> str:
        """The proxy of a request for people: its host and port, and nothing else of its URL."""
        url = requests.utils.select_proxy(request.url, self._settings(request.url, request.direct).proxies)
        try:
            parts = urlsplit(url or "")
            if parts.hostname and "@" not in parts.path + parts.query + parts.fragment:  # else its password holds a mark of URLs
                return f"the proxy {parts.hostname}{f':{parts.port}' if parts.port else ''}"
        except ValueError:
            pass
        return "the proxy"

    def _read(self, answer: Any, request: Request, until: float) -> bytes:
        body = bytearray()
        try:
            for chunk in _decoded(_chunks(answer), answer.headers.get("content-encoding", "identity")):
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise SecretsError("too_large", f"{request.host} sent more than {LARGEST_BODY} bytes for {request.action}")
                if self._clock.monotonic() > until:
                    raise self._late(request)
        except zlib.error:
            raise SecretsError("protocol", f"{request.host} sent a body that cannot be decompressed") from None
        except ReadTimeoutError:
            raise self._late(request) from None
        except (HTTPError, OSError) as error:
            raise _local_cause(_causes(error), request.host) or SecretsError("connect", f"the answer of {request.host} broke off") from None
        return bytes(body)

    def _late(self, request: Request) -> SecretsError:
        return SecretsError("timeout", f"{request.host} did not send its whole answer in {self._patience(request):g} seconds")

    def _patience(self, request: Request) -> float:
        return min(DIRECT_TIMEOUT, self._connection.timeout) if request.direct else self._connection.timeout


def _chunks(raw: Any) -> Iterator[bytes]:
    """The body as it arrives, undecoded. read1 gives what is there; without it a slow body is only cut at the deadline."""
    read = getattr(raw, "read1", None) or raw.read
    while chunk := read(CHUNK, decode_content=False):
        yield chunk


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Decompressed in bounded steps, so that a small body cannot become a large one in one go."""
    if encoding.lower() in ("identity", ""):
        yield from chunks
        return
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise zlib.error("unknown encoding")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
    begun = False
    for chunk in chunks:
        begun = True
        while chunk:
            yield inflater.decompress(chunk, CHUNK)
            chunk = inflater.unconsumed_tail
            if inflater.unused_data:
                raise zlib.error("data after the end")
    yield inflater.flush()
    if begun and not inflater.eof:
        raise zlib.error("cut off")


def _proxy_error(error: Exception, host: str, proxy: str) -> SecretsError:
    """What the proxy did, or what became of the way to it."""
    causes = tuple(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    status = next((found[1] for cause in causes if (found := TUNNEL.search(str(cause)))), None)
    reason, hint = "", "Check proxy, and the variables HTTPS_PROXY and NO_PROXY."
    if status == "407":
        reason, hint = ": it asks for a user name and password", "Put them into the URL of proxy, or of the variable HTTPS_PROXY."
    elif status:
        return SecretsError("proxy", f"{proxy} did not connect to {host}: it answered with HTTP status {status}", http_status=int(status), hint=hint)
    elif names & WENT_AWAY:
        return SecretsError("connect", f"the connection to {host} through {proxy} broke off")
    elif names & {"gaierror", "NameResolutionError"}:
        reason = ": its own name could not be resolved"
    elif "ConnectionRefusedError" in names:
        reason = ": it refused the connection"
    elif any(name.startswith("SSL") for name in names):
        reason, hint = ": TLS with it failed", "Most proxies are http:// ones, also for https:// hosts. Check the scheme of proxy, or of HTTPS_PROXY."
    elif "TimeoutError" in names:
        reason = ": it did not answer in time"
    return SecretsError("proxy", f"{proxy} did not connect to {host}{reason}", hint=hint)


def _network_error(error: Exception, request: Request, proxy: str) -> SecretsError:
    """Failure in our own words. The library's messages contain URLs, headers and proxies."""
    host = request.host
    causes = tuple(_causes(error))

    def caused_by(*kinds: type) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if fault := _local_cause(causes, host):
        return fault
    if caused_by(ProxyError, requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema):
        return _proxy_error(error, host, proxy)
    names = {type(cause).__name__ for cause in causes}
    if "SSLCertVerificationError" in names:
        return SecretsError("tls", f"the certificate of {host} was not accepted", hint="If a proxy reissues certificates, name its CA with ca_path.")
    if caused_by(SSLError) and not names & BROKEN_OFF:
        return SecretsError("tls", f"the TLS handshake with {host} failed", hint="Check endpoint, ca_path and the variable REQUESTS_CA_BUNDLE.")
    if caused_by(socket.gaierror):
        return SecretsError("dns", f"the host name {host} could not be resolved", hint=NO_NAME)
    if caused_by(NewConnectionError):
        return SecretsError("connect", f"no connection to {host}")
    if caused_by(ConnectTimeoutError, ReadTimeoutError):
        return SecretsError("timeout", f"{host} did not answer in time")
    if caused_by(http.client.HTTPException, InvalidHeader) and not caused_by(ConnectionError):
        return SecretsError("protocol", f"{host} did not send a valid HTTP response")
    return SecretsError("connect", f"the connection to {host} broke off")


def _local_cause(causes: Iterable[BaseException], host: str) -> SecretsError | None:
    """What this machine lacks, if that is why there is no connection."""
    for cause in causes:
        if isinstance(cause, OSError) and (named := _library_file((cause.filename,))):
            return named
        if isinstance(cause, MemoryError) or isinstance(cause, OSError) and cause.errno in OF_THE_MACHINE:
            return machine_fault(cause)
        if isinstance(cause, (ssl.SSLError, socket.gaierror) if ssl else socket.gaierror) and (full := files.descriptor_fault()):
            return full
        if isinstance(cause, OSError) and cause.errno in FORBIDDEN and cause.filename is None and (fault := machine_fault(cause)):
            fault.message = f"this machine does not permit a connection to {host}"
            fault.hint = "A local firewall, a container or SELinux may forbid it."
            return fault
    return None


def _library_file(told: Container[str]) -> SecretsError | None:
    """The variable whose file a library cannot open, if its path is in what was told."""
    variable = next((name for name in LIBRARY_FILES if (path := os.environ.get(name)) and path in told), None)
    if variable is None:
        return None
    return SecretsError("machine", f"the file that the variable {variable} names cannot be opened", hint="Correct the variable, or unset it.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what it was raised from, or carries: urllib3 nests them in several ways."""
    pending, seen = [error], set()
    while pending:
        current = pending.pop()
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            pending += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
