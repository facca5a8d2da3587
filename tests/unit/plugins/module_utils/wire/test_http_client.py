# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only door to the network, against a real server on loopback that misbehaves in every way it can."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import socket
import ssl
import threading
import time
import traceback
import tracemalloc
import warnings
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote, urlencode

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, InsecureRequestWarning, SSLError

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._core.version import VERSION
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import connections, http_client
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.connections import Settings
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Connection, Http, is_bundle
from ansible_collections.multicloud.secrets.tests.unit.fakes import Act, ScriptedServer, Wire, answer, drip, hear, hold, http_bytes, reset, send

CANARY = "can" + "ary"
"""Written so that no line of this file, as a traceback shows it, holds it."""
SIGNED = {"authorization": f"{CANARY}-signature", "x-toy-token": f"{CANARY}-token"}
LANE = "a listing"
EVERY_CHARACTER = "".join(map(chr, range(256))) + "\u5bc6"
QUERY = f"/v1/secrets?nameLike={CANARY}-query"
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def _sign(request: Request) -> Mapping[str, str]:
    return SIGNED


def _whole(response: Response) -> Response:
    return response


def _request(base: str, method: str = "GET", body: bytes = b"", number: int = 0, **headers: str) -> Request:
    """A request. number: tells it from others; a connection carries none twice."""
    return Request("toy", "ListSecrets", method, base + QUERY + "0" * number, headers, body)


def _send(base: str, timeout: float = 2.0, **connection: Any) -> Response:
    return Http(Connection(timeout=timeout, **connection), Clock()).send(_request(base), _sign, _whole, LANE)


def _failed(base: str, **connection: Any) -> SecretsError:
    """The error of one attempt. It tells nothing of what was sent, nor does a traceback of it."""
    with pytest.raises(SecretsError) as caught:
        _send(base, **connection)
    error = caught.value
    told = f"{error.as_dict()}{error!r}{''.join(traceback.format_exception(error))}"
    assert CANARY not in told
    assert "v1/secrets" not in told
    return error


def _plays(*acts: Act, **connection: Any) -> SecretsError:
    with ScriptedServer(acts) as server:
        error = _failed(server.url, **connection)
        assert f"127.0.0.1:{server.port}" in error.message
        assert server.connections == 1
        return error


# What is sent


def test_what_a_request_looks_like() -> None:
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        _send(server.url)
        assert server.requests[0].startswith(f"GET {QUERY} HTTP/1.1\r\n".encode())
        assert server.headers() == {
            "host": f"127.0.0.1:{server.port}",
            "user-agent": f"multicloud.secrets/{VERSION}",
            "accept": "application/json",
            "accept-encoding": "identity",
            **SIGNED,
        }


def test_a_body_is_sent_as_it_is_and_so_are_the_requests_own_headers() -> None:
    body = b'{"a": "\xe5\xaf\x86\x00"}'
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        Http(Connection(), Clock()).send(_request(server.url, "POST", body, 0, **{"content-type": "application/json", "accept": "text/x"}), _sign, _whole, LANE)
        assert server.requests[0].startswith(b"POST /v1/secrets")
        assert server.requests[0].endswith(b"\r\n\r\n" + body)
        sent = server.headers()
        assert (sent["content-type"], sent["accept"], sent["content-length"]) == ("application/json", "text/x", str(len(body)))


def test_a_post_without_a_body_says_so() -> None:
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        Http(Connection(), Clock()).send(_request(server.url, "POST"), _sign, _whole, LANE)
        assert server.headers()["content-length"] == "0"


def test_what_is_signed_is_what_is_sent() -> None:
    seen: list[Request] = []

    def sign(request: Request) -> Mapping[str, str]:
        seen.append(request)
        return SIGNED

    url_path = f"/v1/secrets/{quote(EVERY_CHARACTER, safe='')}?{urlencode({'b': EVERY_CHARACTER, 'a': ''}, quote_via=quote)}&c=~*"
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        Http(Connection(), Clock()).send(Request("toy", "ListSecrets", "POST", server.url + url_path, {"x-toy": "1"}, b"body"), sign, _whole, LANE)
        line, rest = server.requests[0].split(b"\r\n", 1)
        assert line.split(b" ")[1].decode() == url_path
        assert seen == [Request("toy", "ListSecrets", "POST", server.url + line.split(b" ")[1].decode(), {"x-toy": "1"}, rest.partition(b"\r\n\r\n")[2])]


@pytest.mark.parametrize("proxied", [False, True], ids=["straight", "through a proxy"])
@pytest.mark.parametrize(
    ("written", "asked"),
    [("", "/"), ("/", "/"), ("?token=/a/b", "/?token=/a/b"), ("/a/b?c=d/e", "/a/b?c=d/e"), ("/a#part", "/a"), ("/\u5bc6?\u94a5", "/%E5%AF%86?%E9%92%A5")],
)
def test_what_a_host_is_asked_for(proxied: bool, written: str, asked: str) -> None:
    """A service that hands out credentials may have any URL."""
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        base = "http://toy.example.com" if proxied else server.url
        http = Http(Connection(proxy=server.url if proxied else None), Clock())
        http.send(Request("toy", "GetKey", "GET", base + written), _sign, _whole, LANE)
        assert server.requests[0].split(b" ")[1].decode() == (base + asked if proxied else asked)


def test_each_attempt_is_signed_afresh() -> None:
    numbers = iter(range(10))
    with ScriptedServer(_numbered(2)) as server:
        http = Http(Connection(), Clock())
        for number in range(2):
            http.send(_request(server.url, number=number), lambda request: {"authorization": f"signature-{next(numbers)}"}, _whole, LANE)
        assert [server.headers(number)["authorization"] for number in range(2)] == ["signature-0", "signature-1"]


def test_an_error_of_the_signer_comes_through() -> None:
    def sign(request: Request) -> Mapping[str, str]:
        raise SecretsError("expired", "no token")

    with ScriptedServer() as server, pytest.raises(SecretsError) as caught:
        Http(Connection(), Clock()).send(_request(server.url), sign, _whole, LANE)
    assert (caught.value.kind, server.connections) == ("expired", 0)


@pytest.mark.parametrize("content", ["default login user password hunter22\n", "machine 127.0.0.1 login user password hunter22\n"], ids=["default", "machine"])
@pytest.mark.parametrize("by_variable", [True, False], ids=["NETRC", "HOME"])
def test_a_netrc_does_not_replace_the_signature(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, by_variable: bool) -> None:
    path = tmp_path / ("elsewhere" if by_variable else ".netrc")
    path.write_text(content, encoding="ascii")
    path.chmod(0o600)
    if by_variable:
        monkeypatch.setenv("NETRC", str(path))
    with ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        assert requests.utils.get_netrc_auth(server.url), "the file is one that requests would use"
        _send(server.url)
        assert server.headers()["authorization"] == SIGNED["authorization"]


def test_cookies_are_not_kept() -> None:
    with ScriptedServer([answer(http_bytes(body, "Set-Cookie: session=1; Path=/", "Set-Cookie: other=2")) for body in (b"1", b"2")]) as server:
        http = Http(Connection(), Clock())
        for number in range(2):
            http.send(_request(server.url, number=number), _sign, _whole, LANE)
        assert server.connections == 1 and "cookie" not in server.headers(1)


# Connections


def _numbered(count: int) -> list[Act]:
    """As many answers, each with a body of its own, as the clouds write them."""
    return [answer(http_bytes(b"{%d}" % number)) for number in range(count)]


def test_one_connection_serves_many_requests() -> None:
    with ScriptedServer(_numbered(20)) as server:
        http = Http(Connection(timeout=2.0), Clock())
        assert [http.send(_request(server.url, number=number), _sign, _whole, LANE).body for number in range(20)] == [b"{%d}" % number for number in range(20)]
        assert (server.connections, len(server.requests)) == (1, 20)


def test_connections_to_more_hosts_than_the_library_remembers_are_kept() -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(ScriptedServer(_numbered(2))) for _number in range(12)]
        http = Http(Connection(timeout=2.0), Clock())
        bodies = [http.send(_request(server.url, number=number), _sign, _whole, LANE).body for number in range(2) for server in servers]
        assert bodies == [b"{0}"] * 12 + [b"{1}"] * 12
        assert [server.connections for server in servers] == [1] * 12


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unnoticed() -> None:
    with ScriptedServer([answer(http_bytes(b"1"))], [answer(http_bytes(b"2"))]) as server:
        http = Http(Connection(timeout=2.0), Clock())
        assert http.send(_request(server.url), _sign, _whole, LANE).body == b"1"
        time.sleep(0.05)
        assert http.send(_request(server.url), _sign, _whole, LANE).body == b"2"
        assert server.connections == 2


def test_nothing_waits_any_more_once_it_is_closed() -> None:
    with ScriptedServer(*([act] for act in _numbered(3))) as server:
        http = Http(Connection(timeout=2.0), Clock())
        http.send(_request(server.url, number=0), _sign, _whole, LANE)
        http.close()
        for number in (1, 2):
            assert http.send(_request(server.url, number=number), _sign, _whole, LANE).body == b"{%d}" % number
        assert server.connections == 3


def test_a_failed_attempt_is_not_repeated_here() -> None:
    assert _plays(answer(b"")).kind == "connect"


def test_threads_share_the_connections_of_their_lane() -> None:
    """Eight requests at a time, ten times: no more than eight connections, if none is thrown away."""
    numbers, questions = itertools.count(), itertools.count()

    def slow(wire: Wire) -> None:
        hear(wire)
        time.sleep(0.01)
        wire.sock.sendall(http_bytes(b"{%d}" % next(numbers)))

    with ScriptedServer(*[[slow] * 80] * 80) as server:  # one connection may serve more than its share
        http = Http(Connection(timeout=2.0), Clock())
        together = threading.Barrier(8)
        bodies: list[bytes] = []

        def work() -> None:
            for _number in range(10):
                together.wait(5)
                bodies.append(http.send(_request(server.url, number=next(questions)), _sign, _whole, LANE).body)

        threads = [threading.Thread(target=work) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(set(bodies)) == 80
        assert server.connections <= 8


def test_threads_that_begin_together_behind_a_proxy_all_get_their_connections_from_their_leases() -> None:
    """One manager of connections serves a proxy; none of eight threads may have it before it is ready."""
    real = connections.Adapter._lend

    def slow(adapter: connections.Adapter, manager: Any) -> Any:
        time.sleep(0.05)
        return real(adapter, manager)

    with ScriptedServer(*[[answer(http_bytes(b"{%d}" % number))] for number in range(8)]) as proxy, mock.patch.object(connections.Adapter, "_lend", slow):
        http = Http(Connection(timeout=2.0, proxy=proxy.url), Clock())
        bodies: list[bytes] = []

        def work() -> None:
            bodies.append(http.send(_request("http://toy.example.com"), _sign, _whole, LANE).body)

        threads = [threading.Thread(target=work) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(set(bodies)) == 8


# What comes back


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "400 Bad", "401 No", "404 No", "429 Slow", "500 Oops", "503 Busy", "599 ?"])
def test_every_status_is_an_answer(status: str) -> None:
    body = b"" if status.startswith("204") else b"body"
    with ScriptedServer([answer(http_bytes(body, "X-Acs-Retry-After: 5", "Date: now", status=status))]) as server:
        response = _send(server.url)
        assert (response.status, response.body) == (int(status[:3]), body)
        assert (response.headers["x-acs-retry-after"], response.headers["date"]) == ("5", "now")


PAGE = b'{"items": ["' + bytes(range(0x20, 0x7F)) * 2000 + b'"]}'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(http_bytes(PAGE), id="with its length"),
        pytest.param(http_bytes(PAGE, "Connection: close", length=-1), id="to the end of the connection"),
        pytest.param(http_bytes(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked", length=-1), id="in one chunk"),
        pytest.param(
            http_bytes(
                b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in PAGE[:300]) + b"%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(PAGE) - 300, PAGE[300:]),
                "Transfer-Encoding: chunked",
                length=-1,
            ),
            id="in many chunks",
        ),
        pytest.param(http_bytes(gzip.compress(PAGE), "Content-Encoding: gzip"), id="gzip, though not asked for"),
        pytest.param(http_bytes(gzip.compress(PAGE), "Content-Encoding: X-GZIP"), id="gzip by its old name"),
        pytest.param(http_bytes(zlib.compress(PAGE), "Content-Encoding: deflate"), id="deflate"),
        pytest.param(http_bytes(PAGE, "Content-Encoding: Identity"), id="identity"),
        pytest.param(http_bytes(PAGE, "Content-Encoding:"), id="an encoding without a name"),
        pytest.param(http_bytes(PAGE, "Content-Type: text/plain; charset=latin-1"), id="whatever type it claims to be"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + http_bytes(PAGE), id="behind an interim answer"),
    ],
)
def test_the_body_is_what_was_meant(data: bytes) -> None:
    with ScriptedServer([answer(data)]) as server:
        assert _send(server.url).body == PAGE


def test_a_compressed_body_may_come_in_pieces() -> None:
    data = http_bytes(gzip.compress(b'{"items": []}'), "Content-Encoding: gzip")
    with ScriptedServer([answer(b""), drip(data, 0.001)]) as server:
        assert _send(server.url).body == b'{"items": []}'


def test_a_failure_without_a_body_may_claim_to_be_compressed() -> None:
    with ScriptedServer([answer(http_bytes(b"", "Content-Encoding: gzip", status="503 Busy"))]) as server:
        response = _send(server.url)
        assert (response.status, response.body) == (503, b"")


SQUEEZED = gzip.compress(PAGE)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(http_bytes(PAGE, length=len(PAGE) + 1), "connect", id="a body shorter than its length"),
        pytest.param(http_bytes(b"", length=10), "connect", id="no body at all"),
        pytest.param(http_bytes(b"5\r\nabcde\r\n", "Transfer-Encoding: chunked", length=-1), "connect", id="chunks without an end"),
        pytest.param(http_bytes(b"5\r\nabc", "Transfer-Encoding: chunked", length=-1), "connect", id="a chunk cut off"),
        pytest.param(http_bytes(b"zz\r\nabc", "Transfer-Encoding: chunked", length=-1), "connect", id="a chunk whose length is no number"),
        pytest.param(http_bytes(b"", "Transfer-Encoding: chunked", length=-1), "connect", id="no chunks at all"),
        pytest.param(http_bytes(SQUEEZED[:-20], "Content-Encoding: gzip"), "protocol", id="gzip cut off"),
        pytest.param(http_bytes(SQUEEZED[:-20], "Content-Encoding: gzip", length=len(SQUEEZED)), "connect", id="gzip cut off with the connection"),
        pytest.param(http_bytes(SQUEEZED[:200] + b"\0\0\0\0" + SQUEEZED[204:], "Content-Encoding: gzip"), "protocol", id="corrupt gzip"),
        pytest.param(http_bytes(b"{}", "Content-Encoding: gzip"), "protocol", id="gzip that is none"),
        pytest.param(http_bytes(SQUEEZED + b"more", "Content-Encoding: gzip"), "protocol", id="something behind the gzip"),
        pytest.param(http_bytes(b"{}", "Content-Encoding: br"), "protocol", id="an encoding that is not known"),
        pytest.param(http_bytes(SQUEEZED, "Content-Encoding: gzip, gzip"), "protocol", id="two encodings"),
        pytest.param(http_bytes(b"ab", "Content-Length: 1, 2", length=-1), "protocol", id="two lengths"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "protocol", id="another protocol"),
        pytest.param(b"HTTP/1.1 abc\r\n\r\n", "protocol", id="a status that is no number"),
        pytest.param(b"\r\n\r\n", "protocol", id="empty lines"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000 + b"\r\n", "protocol", id="100,000 headers"),
        pytest.param(http_bytes(b"{}", f"X: {'y' * 70_000}"), "protocol", id="a header of 70,000 characters"),
        pytest.param(b"HTTP/1.1 200 " + b"O" * 70_000 + b"\r\n\r\n", "protocol", id="a status line of 70,000 characters"),
    ],
)
def test_a_broken_answer_is_an_error(data: bytes, kind: str) -> None:
    assert _plays(answer(data)).kind == kind


@pytest.mark.parametrize(
    ("acts", "kind"),
    [
        pytest.param([reset], "connect", id="a reset at once"),
        pytest.param([answer(b""), reset], "connect", id="a reset before the answer"),
        pytest.param([answer(b"HTTP/1.1 200 OK\r\n"), reset], "connect", id="a reset among the headers"),
        pytest.param([answer(http_bytes(b"half", length=100)), reset], "connect", id="a reset in the middle of the body"),
        pytest.param([], "connect", id="a close at once"),
        pytest.param([answer(b"")], "connect", id="a close before the answer"),
    ],
)
def test_a_connection_that_breaks_off(acts: list[Act], kind: str) -> None:
    assert _plays(*acts).kind == kind


# Time


@pytest.mark.parametrize(
    "acts",
    [
        pytest.param([hold], id="a server that does not answer"),
        pytest.param([answer(b"HTTP/1.1 200 OK\r\n"), hold], id="headers that stop"),
        pytest.param([answer(http_bytes(b"half", length=100)), hold], id="a body that stops"),
        pytest.param([answer(http_bytes(length=1000)), drip(b"x" * 1000, 0.02)], id="a body that drips"),
        pytest.param([answer(b""), drip(b"HTTP/1.1 200 OK\r\n" + b"X-Drop: y\r\n" * 90, 0.01)], id="headers that drip"),
        pytest.param([answer(b""), drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 90, 0.01)], id="a server that keeps saying that it will answer"),
        pytest.param([answer(http_bytes(b"", "Transfer-Encoding: chunked", length=-1)), drip(b"1\r\nx\r\n" * 1000, 0.02)], id="chunks that drip"),
        pytest.param([answer(http_bytes(b"", "Content-Encoding: gzip", length=len(SQUEEZED))), drip(SQUEEZED, 0.02)], id="gzip that drips"),
    ],
)
def test_who_is_too_slow_is_given_up_in_time(acts: list[Act]) -> None:
    start = time.monotonic()
    assert _plays(*acts, timeout=0.15).kind == "timeout"
    assert 0.1 < time.monotonic() - start < 5


def test_a_slow_body_that_comes_in_time_is_whole() -> None:
    with ScriptedServer([answer(http_bytes(length=5)), drip(b"abcde", 0.01)]) as server:
        assert _send(server.url).body == b"abcde"


# Size


def _peak_of(act: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BOMB = gzip.compress(bytes(64 << 20), 9)


@pytest.mark.parametrize(
    "headers", [pytest.param(["Content-Encoding: gzip"], id="gzip"), pytest.param(["Content-Encoding: gzip", "Location: /elsewhere"], id="gzip, in a redirect")]
)
def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch, headers: list[str]) -> None:
    monkeypatch.setattr(http_client, "LARGEST_BODY", 1 << 20)
    status = "302 Found" if len(headers) == 2 else "200 OK"
    errors: list[SecretsError] = []
    peak = _peak_of(lambda: errors.append(_plays(answer(http_bytes(BOMB, *headers, status=status)))))
    assert errors[0].kind == "too_large"
    assert peak < 4 << 20, f"{peak >> 20} MiB for a body of which 1 MiB is allowed"


def test_what_stands_behind_the_end_of_gzip_is_not_collected() -> None:
    errors: list[SecretsError] = []
    acts = [answer(http_bytes(gzip.compress(b"{}"), "Content-Encoding: gzip", length=-1)), send(bytes(64 << 10), 1000)]
    peak = _peak_of(lambda: errors.append(_plays(*acts)))
    assert errors[0].kind == "protocol"
    assert peak < 8 << 20


@pytest.mark.parametrize(("size", "fits"), [(0, True), (999, True), (1000, True), (1001, False), (500_000, False)])
@pytest.mark.parametrize("squeezed", [False, True], ids=["plain", "gzip"])
def test_a_body_is_taken_up_to_the_limit(monkeypatch: pytest.MonkeyPatch, size: int, fits: bool, squeezed: bool) -> None:
    monkeypatch.setattr(http_client, "LARGEST_BODY", 1000)
    body = b"x" * size
    data = http_bytes(gzip.compress(body), "Content-Encoding: gzip") if squeezed else http_bytes(body)
    if fits:
        with ScriptedServer([answer(data)]) as server:
            assert _send(server.url).body == body
    else:
        assert _plays(answer(data)).kind == "too_large"


def test_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "LARGEST_BODY", 1 << 20)
    assert _plays(answer(http_bytes(length=-1)), send(bytes(64 << 10), 100_000)).kind == "too_large"


# Redirects


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_an_answer_and_is_not_followed(status: str, method: str) -> None:
    with ScriptedServer([]) as other, ScriptedServer([answer(http_bytes(b"gone", f"Location: {other.url}/x", status=status))]) as server:
        response = Http(Connection(timeout=2.0), Clock()).send(_request(server.url, method, b"body" if method == "POST" else b""), _sign, _whole, LANE)
        assert (response.status, response.body) == (int(status[:3]), b"gone")
        assert (server.connections, len(server.requests), other.connections) == (1, 1, 0)


@pytest.mark.parametrize("location", ["/same", "//other", "http://[", "https://user:pw@host:99999/", "", "\xff", "file:///etc/passwd"], ids=ascii)
def test_where_a_redirect_leads_is_not_even_read(location: str) -> None:
    with ScriptedServer([answer(http_bytes(b"gone", f"Location: {location}", status="302 Found"))]) as server:
        assert (_send(server.url).status, server.connections) == (302, 1)


# Names, TLS, proxies


def test_a_name_that_cannot_be_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*arguments: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    error = _failed("https://ssm.nowhere.example")
    assert error.kind == "dns"
    assert "ssm.nowhere.example" in error.message and "DNS" in str(error.hint) and "region" not in str(error.hint)


def test_a_port_on_which_nobody_listens() -> None:
    with ScriptedServer() as server:
        pass
    error = _failed(server.url)
    assert (error.kind, error.message) == ("connect", f"no connection to 127.0.0.1:{server.port}")


def test_a_server_that_does_not_speak_tls() -> None:
    with ScriptedServer([hear, send(b"HTTP/1.1 400 Bad Request\r\n\r\n")]) as server:
        error = _failed(server.url.replace("http:", "https:"))
    assert error.kind == "tls"
    assert "certificate" not in error.message, "no certificate was seen"


def test_a_connection_that_ends_during_the_handshake_may_be_tried_again() -> None:
    with ScriptedServer([hear]) as server:
        assert _failed(server.url.replace("http:", "https:")).kind == "connect"


def test_a_certificate_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exception of urllib3 in this case, as its own code builds it."""

    def refuse(adapter: connections.Adapter, *arguments: Any) -> Any:
        raise SSLError(ssl.SSLCertVerificationError(1, f"hostname mismatch, {CANARY}"))

    monkeypatch.setattr(connections.Adapter, "ask", refuse)
    error = _failed("https://ssm.example.com")
    assert error.kind == "tls"
    assert "certificate of ssm.example.com" in error.message and "ca_path" in str(error.hint)


@pytest.fixture(name="settings")
def _settings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, Settings]]:
    """The timeout and the settings of the connections that are made."""
    seen: list[tuple[float, Settings]] = []

    def record(adapter: connections.Adapter, *asked: Any) -> Any:
        seen.append(asked[-2:])
        raise HTTPError

    monkeypatch.setattr(connections.Adapter, "ask", record)
    return seen


@pytest.mark.parametrize(
    ("verify", "used"),
    [
        pytest.param(True, "/env/bundle.pem", id="a bundle of the environment stands in for the library's"),
        pytest.param(False, False, id="but does not switch the check on"),
        pytest.param("/my/ca.pem", "/my/ca.pem", id="nor does it replace the one that was named"),
    ],
)
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_bundle(
    monkeypatch: pytest.MonkeyPatch, settings: list[tuple[float, Settings]], verify: bool | str, used: bool | str, variable: str
) -> None:
    monkeypatch.setenv(variable, "/env/bundle.pem")
    _failed("https://ssm.example.com", verify=verify)
    assert settings[0][1].verify == used


@pytest.mark.parametrize("value", ["", "0", "false"])
@pytest.mark.parametrize("verify", [True, False])
def test_no_word_in_the_environment_switches_the_check_off_or_on(
    monkeypatch: pytest.MonkeyPatch, settings: list[tuple[float, Settings]], value: str, verify: bool
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", value)
    _failed("https://ssm.example.com", verify=verify)
    assert settings[0][1].verify == ((value or True) if verify else False)


def test_without_an_environment_what_was_asked_for_is_used(settings: list[tuple[float, Settings]]) -> None:
    for verify in (True, False, "/my/ca.pem"):
        _failed("https://ssm.example.com", verify=verify, timeout=3.5)
    assert settings == [(3.5, Settings({}, verify, None)) for verify in (True, False, "/my/ca.pem")]


@pytest.mark.parametrize("by_variable", [True, False], ids=["of the environment", "of the option"])
def test_a_missing_bundle_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch, by_variable: bool) -> None:
    if by_variable:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    error = _failed("https://127.0.0.1:1", verify=True if by_variable else "/nowhere/ca.pem")
    where = "REQUESTS_CA_BUNDLE" if by_variable else "ca_path"
    assert error.kind == "machine" and where in error.message and where in str(error.hint)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_that_would_never_be_read_to_its_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setenv(variable, str(tmp_path / "fifo"))
    error = _failed("https://127.0.0.1:1")
    assert error.kind == "machine" and error.message == f"what {variable} names is no file or folder of CA certificates"


def test_what_is_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "garbage").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "empty").write_bytes(b"")
    assert is_bundle(requests.utils.DEFAULT_CA_BUNDLE_PATH)
    assert is_bundle(str(tmp_path))
    os.mkfifo(tmp_path / "fifo")
    assert not any(is_bundle(str(tmp_path / name)) for name in ("garbage", "empty", "nowhere", "fifo"))


def test_without_the_check_the_library_does_not_clutter_the_output() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Http(Connection(verify=False), Clock())
        warnings.warn("unverified", InsecureRequestWarning, stacklevel=1)
    assert not told


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with ScriptedServer([answer(http_bytes(b"{}"))]) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert _send("http://ssm.example.com").body == b"{}"
        assert proxy.requests[0].startswith(f"GET http://ssm.example.com{QUERY} HTTP/1.1\r\n".encode())


def test_the_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([]) as other, ScriptedServer([answer(http_bytes(b"{}"))]) as proxy:
        for variable in ("http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, other.url)
        monkeypatch.setenv("NO_PROXY", "*")
        assert _send("http://ssm.example.com", proxy=proxy.url).body == b"{}"
        assert (proxy.connections, other.connections) == (1, 0)


@pytest.mark.parametrize("value", ["127.0.0.1", "*", "127.0.0.0/8"])
def test_no_proxy_is_honoured(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with ScriptedServer([]) as proxy, ScriptedServer([answer(http_bytes(b"{}"))]) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("NO_PROXY", value)
        assert _send(server.url).body == b"{}"
        assert proxy.connections == 0


def test_what_the_environment_says_is_remembered_for_each_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(_numbered(2)) as proxy, ScriptedServer(_numbered(2)) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        http = Http(Connection(timeout=2.0), Clock())
        for number in range(2):
            for base in ("http://ssm.example.com", server.url):
                assert http.send(_request(base, number=number), _sign, _whole, LANE).body == b"{%d}" % number
        assert (len(proxy.requests), len(server.requests)) == (2, 2)


def _with_password(proxy: ScriptedServer) -> str:
    return proxy.url.replace("://", f"://user:{CANARY}-password@")


@pytest.mark.parametrize(
    ("acts", "kind"),
    [
        pytest.param([answer(http_bytes(b"", "Proxy-Authenticate: Basic", status="407 Proxy Authentication Required"))], "proxy", id="wants a password"),
        pytest.param([answer(http_bytes(b"", status="502 Bad Gateway"))], "proxy", id="does not reach the host"),
        pytest.param([answer(b"garbage\r\n")], "protocol", id="does not speak HTTP"),
        pytest.param([answer(b"")], "connect", id="hangs up"),
        pytest.param([hold], "timeout", id="is silent"),
    ],
)
@pytest.mark.parametrize("by_variable", [True, False], ids=["of the environment", "of the option"])
def test_a_proxy_that(monkeypatch: pytest.MonkeyPatch, acts: list[Act], kind: str, by_variable: bool) -> None:
    with ScriptedServer(acts) as proxy:
        if by_variable:
            monkeypatch.setenv("HTTPS_PROXY", _with_password(proxy))
        error = _failed("https://ssm.example.com", proxy=None if by_variable else _with_password(proxy), timeout=0.2 if kind == "timeout" else 5.0)
        assert (error.kind, "ssm.example.com" in error.message) == (kind, True)
        assert (proxy.connections, len(proxy.requests)) == (1, 0 if acts == [hold] else 1)


def test_a_proxy_sees_the_host_and_nothing_of_the_request() -> None:
    with ScriptedServer([answer(http_bytes(status="403 No"))]) as proxy:
        _failed("https://ssm.example.com", proxy=proxy.url)
        assert proxy.requests[0].startswith(b"CONNECT ssm.example.com:443 HTTP/1.")
        assert CANARY.encode() not in proxy.requests[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down(scheme: str) -> None:
    with ScriptedServer() as proxy:
        pass
    error = _failed(f"{scheme}://ssm.example.com", proxy=_with_password(proxy))
    assert error.kind == "proxy"
    assert "HTTPS_PROXY" in str(error.hint)


def test_a_connection_through_a_proxy_that_broke_off_is_no_fault_of_the_proxy() -> None:
    """The proxy was there, and took the request: it counts like any other connection, and may be tried again."""
    with ScriptedServer([answer(b"")]) as proxy:
        error = _failed("http://ssm.example.com", proxy=_with_password(proxy))
        assert len(proxy.requests) == 1
    assert (error.kind, error.message) == ("connect", f"the connection to ssm.example.com through the proxy 127.0.0.1:{proxy.url.rpartition(':')[2]} broke off")


def test_a_proxy_of_a_kind_for_which_a_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socks(adapter: HTTPAdapter, *arguments: Any, **named: Any) -> Any:
        raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr(HTTPAdapter, "proxy_manager_for", no_socks)
    assert _failed("https://ssm.example.com", proxy=f"socks5://user:{CANARY}-password@127.0.0.1:1").kind == "proxy"


def test_the_libraries_are_there() -> None:
    assert http_client.MISSING_LIBRARY is None
    assert os.environ.get("HTTPS_PROXY") is None, "the tests above must not depend on the machine"
