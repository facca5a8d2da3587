# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP on the socket, and the proxy with its own CA."""

from __future__ import annotations

import base64
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from emulator import Emulator
from emulator.places import locate
from emulator.wire import MAX_BODY, MAX_HEAD
from emulator_client import Reply, Socket, alibaba, alibaba_fleet, ask, error_of, fleet, message, tencent, wait_until

SSM, APIG = "ssm.tencentcloudapi.com", "apig.cn-hangzhou.aliyuncs.com"


@pytest.fixture(name="emulator", scope="module")
def fixture_emulator() -> Iterator[Emulator]:
    """Both clouds."""
    accounts = fleet()["accounts"] + alibaba_fleet()["accounts"]
    with Emulator({"accounts": accounts}) as emulator:
        yield emulator


def tunnel(emulator: Emulator, host: str, headers: dict[str, str] | None = None) -> tuple[Socket, Reply]:
    """A connection after CONNECT, and the proxy's answer."""
    line = Socket(emulator.port)
    return line, line.ask(message("CONNECT", f"{host}:443", {"Host": f"{host}:443", **(headers or {})}))


def secure(line: Socket, emulator: Emulator, name: str) -> Socket:
    """TLS on top, checked as a client does."""
    context = ssl.create_default_context(cafile=emulator.ca_file)
    line.sock = context.wrap_socket(line.sock, server_hostname=name)
    return line


def test_keep_alive_and_pipelining(emulator: Emulator) -> None:
    """Many requests on one connection, also sent ahead of their answers."""
    with Socket(emulator.port) as line:
        for _index in range(3):
            assert error_of(line.ask(tencent())) == "Ok"
        line.send(tencent() + alibaba() + tencent())
        assert [error_of(line.reply()) for index in range(3)] == ["Ok", "Ok", "Ok"]


@pytest.mark.parametrize(
    "change, closes",
    [
        ((b"", b""), False),
        ((b"Host:", b"Connection: close\r\nHost:"), True),
        ((b"HTTP/1.1", b"HTTP/1.0"), True),
        ((b"HTTP/1.1\r\n", b"HTTP/1.0\r\nConnection: keep-alive\r\n"), False),
    ],
)
def test_end_of_connection(emulator: Emulator, change: tuple[bytes, bytes], closes: bool) -> None:
    """As the client wants it, and as the answer says."""
    with Socket(emulator.port) as line:
        reply = line.ask(tencent().replace(*change, 1))
        assert error_of(reply) == "Ok" and (reply.headers.get("connection") == "close") == closes
        if closes:
            assert line.until_end() == b""
        else:
            assert error_of(line.ask(tencent())) == "Ok"


def chunked(request: bytes) -> bytes:
    """The same request with a chunked body, an extension and a trailer."""
    head, body = request.split(b"\r\n\r\n", 1)
    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")) + b"\r\nTransfer-Encoding: chunked"
    return head + b"\r\n\r\n3\r\n" + body[:3] + b"\r\n%x;note=1\r\n" % (len(body) - 3) + body[3:] + b"\r\n0\r\nTrailer: x\r\n\r\n"


@pytest.mark.parametrize("request_bytes", [tencent({"Limit": 5}), chunked(tencent({"Limit": 5})), alibaba()])
def test_request_in_pieces(emulator: Emulator, request_bytes: bytes) -> None:
    """Byte by byte is fine."""
    with Socket(emulator.port) as line:
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request_bytes:
            line.send(bytes([byte]))
        assert error_of(line.reply()) == "Ok"


def test_chunked_request(emulator: Emulator) -> None:
    """A chunked body is put together before its hash is checked, and leaves nothing behind."""
    with Socket(emulator.port) as line:
        assert error_of(line.ask(chunked(tencent({"Limit": 5})))) == "Ok"
        assert error_of(line.ask(chunked(tencent({"Limit": 5}, spoil="x")))) == "AuthFailure.SignatureFailure"
        assert error_of(line.ask(tencent())) == "Ok"


def test_expect_continue(emulator: Emulator) -> None:
    """The body is asked for before it is sent."""
    head, body = tencent({"Limit": 5}).split(b"\r\n\r\n", 1)
    with Socket(emulator.port) as line:
        line.send(head + b"\r\nExpect: 100-continue\r\n\r\n").more()
        assert line.rest == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.rest = b""
        assert error_of(line.ask(body)) == "Ok"


@pytest.mark.parametrize(
    "data, status",
    [
        (b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"GET / HTTP/2\r\nHost: a\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: b\nc\r\n\r\n", 400),
        (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5000, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (MAX_HEAD + 10), 431),
    ],
)
def test_garbage(emulator: Emulator, data: bytes, status: int) -> None:
    """One answer, then the end of the connection; the next one is not harmed."""
    with Socket(emulator.port) as line:
        reply = line.ask(data)
        assert (reply.status, reply.headers["connection"]) == (status, "close")
        line.sock.shutdown(socket.SHUT_WR)
        assert line.until_end() == b""
    assert error_of(ask(emulator.port, tencent())) == "Ok"


def test_body_that_ends_early(emulator: Emulator) -> None:
    """No answer is owed for half a request."""
    with Socket(emulator.port) as line:
        line.send(tencent()[:-1]).sock.shutdown(socket.SHUT_WR)
        assert b" 400 " in line.until_end()


@pytest.mark.parametrize(
    "authority, expected",
    [
        ("apig.cn-hangzhou.aliyuncs.com", ("alibaba", "apig", "cn-hangzhou")),
        ("APIG-VPC.ap-southeast-1.aliyuncs.com:443", ("alibaba", "apig", "ap-southeast-1")),
        ("sts.aliyuncs.com", ("alibaba", "sts", None)),
        ("sts.cn-beijing.aliyuncs.com", ("alibaba", "sts", "cn-beijing")),
        ("sts-vpc.cn-beijing.aliyuncs.com", ("alibaba", "sts", "cn-beijing")),
        ("apig.aliyuncs.com", None),
        ("ssm.tencentcloudapi.com", ("tencent", "ssm", None)),
        ("ssm.ap-guangzhou.tencentcloudapi.com", ("tencent", "ssm", "ap-guangzhou")),
        ("ssm.intl.tencentcloudapi.com", ("tencent", "ssm", None)),
        ("ssm.internal.tencentcloudapi.com", ("tencent", "ssm", None)),
        ("sts.intl.tencentcloudapi.com", ("tencent", "sts", None)),
        ("cvm.tencentcloudapi.com", None),
        ("ssm.tencentcloudapi.com.evil.com", None),
        ("127.0.0.1:80", (None, None, None)),
        ("localhost", (None, None, None)),
        ("[::1]:80", (None, None, None)),
        ("http://127.0.0.1:80", (None, None, None)),
        ("cn-hangzhou.localhost:80", (None, None, "cn-hangzhou")),
        ("apig.cn-hangzhou.localhost", (None, "apig", "cn-hangzhou")),
        ("sts.localhost", (None, "sts", None)),
        ("example.com", None),
        ("", None),
        ("169.254.169.254", None),
        ("metadata.tencentyun.com", ("tencent", "metadata", None)),
        ("100.100.100.200:80", ("alibaba", "metadata", None)),
    ],
)
def test_host_names(authority: str, expected: tuple[str, ...] | None) -> None:
    """Which cloud, service and region a name stands for."""
    place = locate(authority)
    assert (place and (place.provider, place.service, place.region)) == expected


def test_real_host_names_over_plain_http(emulator: Emulator) -> None:
    """An absolute target, as to a proxy, or just the Host header."""
    assert error_of(ask(emulator.port, tencent(host=SSM))) == "Ok"
    assert error_of(ask(emulator.port, tencent(host=SSM, target=f"http://{SSM}/"))) == "Ok"
    assert error_of(ask(emulator.port, alibaba(host=APIG, prefix=f"http://{APIG}"))) == "Ok"
    assert ask(emulator.port, alibaba(host=APIG)).json["data"]["totalSize"] == 0


@pytest.mark.parametrize("target, host", [("http://example.com/", "example.com"), ("/", "example.com"), ("http://example.com/_emulator/requests", "127.0.0.1")])
def test_foreign_host_is_not_reached(emulator: Emulator, target: str, host: str) -> None:
    """Nothing leads out."""
    assert ask(emulator.port, message("GET", target, {"Host": host})).status == 502


def test_unknown_request_on_loopback(emulator: Emulator) -> None:
    """Neither cloud's way to ask."""
    assert ask(emulator.port, message("GET", "/", {"Host": "127.0.0.1"})).status == 404


@pytest.mark.parametrize("host", ["example.com", "cvm.tencentcloudapi.com", "127.0.0.1", "localhost", "apig.aliyuncs.com"])
def test_connect_to_a_foreign_host(emulator: Emulator, host: str) -> None:
    """502, so that no test can reach the internet."""
    line, reply = tunnel(emulator, host)
    with line:
        assert reply.status == 502 and line.until_end() == b""


@pytest.mark.parametrize(
    "host, request_bytes",
    [
        (SSM, tencent(host=SSM)),
        ("ssm.ap-guangzhou.tencentcloudapi.com", tencent(host="ssm.ap-guangzhou.tencentcloudapi.com")),
        (APIG, alibaba(host=APIG)),
        ("sts.tencentcloudapi.com", tencent(host="sts.tencentcloudapi.com", action="GetCallerIdentity", version="2018-08-13", service="sts")),
        ("sts.aliyuncs.com", alibaba(host="sts.aliyuncs.com", action="GetCallerIdentity", version="2015-04-01", method="POST", path="/")),
    ],
)
def test_tunnel(emulator: Emulator, host: str, request_bytes: bytes) -> None:
    """CONNECT, a certificate for that very host from the emulator's CA, and the API inside; the connection stays."""
    line, reply = tunnel(emulator, host)
    assert reply.status == 200
    with secure(line, emulator, host):
        assert line.ask(request_bytes).status == 200
        assert line.ask(request_bytes.replace(b"x-acs-date", b"x-acs-dat3")).status in (200, 400)
    assert emulator.connections()[-1]["host"] == host and emulator.connections()[-1]["tls"] == "TLSv1.3"


def test_tunnel_is_for_clouds_only(emulator: Emulator) -> None:
    """Neither the control resource nor a foreign host, nor a tunnel in the tunnel."""
    for request, status in ((message("GET", "/_emulator/requests", {"Host": "127.0.0.1"}), 421), (message("GET", "/", {"Host": "example.com"}), 421)):
        line, reply = tunnel(emulator, SSM)
        with secure(line, emulator, SSM):
            assert line.ask(request).status == status
    line, reply = tunnel(emulator, SSM)
    with secure(line, emulator, SSM):
        assert line.send(message("CONNECT", f"{SSM}:443", {"Host": SSM})).until_end() == b""


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
@pytest.mark.parametrize(
    "flavour, problem",
    [
        ("expired", "expired"),
        ("wrong_host", "Hostname mismatch"),
        ("self_signed", "self.signed"),
        ("untrusted", "unable to get local issuer"),
        ("old_tls", "(?i)version|protocol|sigalg|eof|unexpected"),
    ],
)
def test_bad_certificates(flavour: str, problem: str) -> None:
    """Each refused by a client that checks, for its own reason; the emulator notes that TLS failed."""
    with Emulator(fleet(behaviour={"certificate": flavour})) as emulator:
        line, reply = tunnel(emulator, SSM)
        with line, pytest.raises((ssl.SSLError, ConnectionError), match=problem):
            secure(line, emulator, SSM)
            line.ask(tencent(host=SSM))
        wait_until(lambda: emulator.connections()[0]["tls"])
        assert not emulator.connections()[0]["tls"].startswith("TLSv")
        emulator.behave({"certificate": "valid"})
        line, reply = tunnel(emulator, SSM)
        with secure(line, emulator, SSM):
            assert error_of(line.ask(tencent(host=SSM))) == "Ok"


def test_stranger_does_not_trust_the_ca(emulator: Emulator) -> None:
    """Without the CA file there is no way in."""
    line, reply = tunnel(emulator, SSM)
    with line, pytest.raises(ssl.SSLError, match="(?i)verify failed"):
        ssl.create_default_context().wrap_socket(line.sock, server_hostname=SSM)


def test_faults_inside_tls() -> None:
    """Reset, truncation and silence work below TLS too; Python's ssl shows a reset as an end in violation of protocol."""
    acts: list[dict[str, Any]] = [{"act": "reset"}, {"act": "truncate"}, {"act": "stall", "seconds": 0.05}, {"act": "drip_body", "interval_ms": 0}]
    with Emulator(fleet(behaviour={"faults": [{**act, "at": index + 1} for index, act in enumerate(acts)]})) as emulator:
        for _index in range(3):
            line, reply = tunnel(emulator, SSM)
            with secure(line, emulator, SSM), pytest.raises((ConnectionError, ssl.SSLError)):
                line.ask(tencent(host=SSM))
        line, reply = tunnel(emulator, SSM)
        with secure(line, emulator, SSM):
            assert error_of(line.ask(tencent(host=SSM))) == "Ok"


@pytest.mark.parametrize("given, status", [("user:pass", 200), ("user:wrong", 407), (None, 407)])
def test_proxy_authentication(given: str | None, status: int) -> None:
    """The proxy can ask for a password, for tunnels and for plain requests to real hosts; not on loopback."""
    headers = {"Proxy-Authorization": "Basic " + base64.b64encode(given.encode()).decode()} if given else {}
    with Emulator(fleet(behaviour={"proxy_auth": "user:pass"})) as emulator:
        line, reply = tunnel(emulator, SSM, headers)
        line.sock.close()
        assert reply.status == status and ("proxy-authenticate" in reply.headers) == (status == 407)
        assert ask(emulator.port, tencent(host=SSM, headers=headers)).status == status
        assert ask(emulator.port, tencent()).status == 200


def test_many_connections_at_once(emulator: Emulator) -> None:
    """Threads do not get in each other's way."""
    results: list[str] = []

    def work() -> None:
        with Socket(emulator.port) as line:
            results.extend(error_of(line.ask(tencent())) for index in range(10))

    threads = [threading.Thread(target=work) for index in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["Ok"] * 200
    numbers = [row["number"] for row in emulator.requests()]
    assert len(set(numbers)) == len(numbers)


def test_stop_leaves_nothing() -> None:
    """No thread, no port, no file; connections end."""
    before = set(threading.enumerate())
    emulator = Emulator(fleet()).start()
    with Socket(emulator.port) as idle, Socket(emulator.port) as line:
        line.ask(tencent())
        port, ca_file = emulator.port, emulator.ca_file
        assert os.path.exists(ca_file)
        emulator.stop()
        assert idle.until_end() == line.until_end() == b""
    assert not set(threading.enumerate()) - before and not os.path.exists(os.path.dirname(ca_file))
    with pytest.raises(ConnectionRefusedError):
        Socket(port)
    with pytest.raises(RuntimeError):
        emulator.url.upper()


def test_listens_on_loopback_only(emulator: Emulator) -> None:
    """Bound to 127.0.0.1, not to every address."""
    assert emulator.server and emulator.server.listener.getsockname()[0] == "127.0.0.1"
