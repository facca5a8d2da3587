# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults 1 to 24: the network between us and the cloud. Each runs the module as a process."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults.harness import (
    RETRIES,
    Case,
    Cloud,
    Fails,
    Lists,
    Refuses,
    always,
    call,
    closed_port,
    fault,
    once,
    rows,
    run,
    silent_port,
    trap,
)
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import WORKSPACE

ATTEMPTS = 1 + RETRIES
PROXY_PASSWORD = "proxyPassword/0001"
PEAK_MEMORY = """
import atexit, os, re
def write():
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read()).group(1)
    open(os.environ["PEAK"], "w").write(peak)
atexit.register(write)
"""
SLOW = {"timeout": 0.7, "retries": 0}


@rows(
    Case(4, "reset-before-headers", once("reset"), Lists(more=1)),
    Case(4, "reset-before-headers-for-ever", always("reset"), Fails("connect", requests=ATTEMPTS)),
    Case(5, "reset-mid-body", once("reset_body", at=2), Lists(more=1)),
    Case(5, "reset-mid-body-for-ever", always("reset_body"), Fails("connect", message="broke off", requests=ATTEMPTS)),
    Case(6, "keep-alive-closed", once("close_after"), Lists(more=1)),
    Case(6, "closed-instead-of-an-answer", once("close", at=2), Lists(more=1)),
    Case(7, "drip-body", always("drip_body", interval_ms=100), Fails("timeout", message="whole answer in 0.7 seconds"), SLOW),
    Case(8, "drip-headers", always("drip_headers", interval_ms=100), Fails("timeout", message="did not answer in time"), SLOW),
    Case(9, "many-headers", always("many_headers", count=100_000), Fails("protocol", message="did not send a valid HTTP response", requests=ATTEMPTS)),
    Case(9, "huge-header", always("huge_header", bytes=64 * 1024), Fails("protocol", message="did not send a valid HTTP response", requests=ATTEMPTS)),
    Case(9, "no-http-at-all", always("raw", text="220 mail.example.com ESMTP\r\n"), Fails("protocol", requests=ATTEMPTS)),
    Case(10, "short-body", once("truncate", at=2), Lists(more=1)),
    Case(10, "short-body-for-ever", always("truncate"), Fails("connect", message="broke off", requests=ATTEMPTS)),
    Case(11, "chunks-without-end", once("chunked_cut"), Lists(more=1)),
    Case(11, "chunks-without-end-for-ever", always("chunked_cut"), Fails("connect", message="broke off", requests=ATTEMPTS)),
    Case(13, "corrupt-gzip", always("gzip_corrupt"), Fails("protocol", message="cannot be decompressed", requests=ATTEMPTS)),
    Case(13, "unknown-encoding", always("answer", headers={"Content-Encoding": "br"}), Fails("protocol", message="cannot be decompressed", requests=ATTEMPTS)),
    Case(13, "good-gzip", always("gzip"), Lists()),
    Case(14, "huge-body", always("huge_body"), Fails("too_large", message="more than 8388608 bytes")),
    *(
        Case(16, f"certificate-{flavour}", {"certificate": flavour}, Fails("tls", message="was not accepted", hint="ca_path"), proxy=True)
        for flavour in ("self_signed", "expired", "wrong_host", "untrusted")
    ),
    Case(17, "no-check", {"certificate": "self_signed"}, Lists(warning="validate_certs is false"), {"validate_certs": False, "ca_path": None}, proxy=True),
    Case(19, "old-tls", {"certificate": "old_tls"}, Fails("tls", message="the TLS handshake with"), proxy=True),
)
def test_case(case: Case, cloud: Cloud, process: bool) -> None:
    case.run(cloud, process)


@fault(1, "dns")
def test_a_name_that_does_not_exist(cloud: Cloud) -> None:
    ended = run(cloud, {"endpoint": "https://secrets.invalid", "retries": 1}, RES_OPTIONS="timeout:1 attempts:1")
    Fails("dns", message="secrets.invalid could not be resolved", hint="DNS", requests=2).check(cloud, ended, None)
    assert "pageSize" not in ended.result["msg"]


@fault(2, "refused")
def test_a_port_where_nobody_listens(cloud: Cloud) -> None:
    with closed_port() as port:
        ended = run(cloud, {"endpoint": f"http://127.0.0.1:{port}"})
    Fails("connect", message="no connection to 127.0.0.1", requests=ATTEMPTS).check(cloud, ended, None)


@fault(3, "unroutable", "attempts", "deadline")
def test_an_address_that_leads_nowhere(part: str, cloud: Cloud) -> None:
    """Bounded by the attempts, each by its timeout, and by the deadline."""
    options = {"timeout": 0.4, "retries": 1} if part == "attempts" else {"timeout": 60, "deadline": 2}
    with silent_port() as port:
        ended = run(cloud, {"endpoint": f"http://127.0.0.1:{port}", **options})
    expect = Fails("timeout", message="did not answer in time", requests=2) if part == "attempts" else Fails("deadline")
    expect.check(cloud, ended, None)


@fault(12, "gzip-bomb")
def test_a_bomb_is_not_unpacked(cloud: Cloud, tmp_path: Path) -> None:
    """300 MB behind a few hundred KB. The process itself writes down, at its end, how much memory it ever had."""
    (tmp_path / "sitecustomize.py").write_text(PEAK_MEMORY, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(WORKSPACE), *sys.path])
    with Emulator(cloud.fleet(behaviour=always("gzip_bomb"))) as emulator:
        ended = run(cloud, {"endpoint": emulator.url}, PYTHONPATH=path, PEAK=str(tmp_path / "peak"))
        Fails("too_large", message="more than 8388608 bytes").check(cloud, ended, emulator)
    assert 10_000 < int((tmp_path / "peak").read_text(encoding="utf-8")) < 120_000


@fault(15, "redirect", *(f"{status} {target}" for status in (301, 302, 307, 308) for target in ("same host", "other host", "without tls")))
def test_redirects_are_not_followed(part: str, cloud: Cloud) -> None:
    """Not within the host, not to another one, not from https to http; so no credential goes there."""
    status, target = part.split(" ", 1)
    with Emulator(cloud.fleet()) as emulator, trap() as (port, heard):
        location = {"same host": f"{emulator.url}/elsewhere", "other host": f"http://127.0.0.1:{port}/", "without tls": f"http://{cloud.host}/"}[target]
        emulator.behave(always("redirect", status=int(status), location=location))
        where = {"proxy": emulator.url, "ca_path": emulator.ca_file} if target == "without tls" else {"endpoint": emulator.url}
        ended = (run if status == "302" else call)(cloud, where)
        Fails("protocol", message=f"HTTP status {status}", hint="never followed", status=int(status)).check(cloud, ended, emulator)
        assert heard == [] and len(emulator.connections()) == 1


@fault(17, "environment", "check stays off", "check stays on", "wrong bundle", "no such bundle")
def test_the_environment_does_not_switch_the_check(part: str, cloud: Cloud, tmp_path: Path) -> None:
    """A bundle that the environment names counts where a check was asked for, and never decides whether."""
    other = tmp_path / "other.pem"
    with Emulator(cloud.fleet()) as stranger:
        other.write_bytes(Path(stranger.ca_file).read_bytes())
    with Emulator(cloud.fleet(behaviour={"certificate": "untrusted" if part == "check stays on" else "valid"})) as emulator:
        options: dict[str, Any] = {"proxy": emulator.url}
        bundle = str(other)
        expect: Any = Fails("machine", hint="REQUESTS_CA_BUNDLE") if part == "no such bundle" else Fails("tls", hint="ca_path")
        if part == "check stays off":
            options["validate_certs"] = False
            expect = Lists(warning="validate_certs is false")
        elif part == "check stays on":
            bundle = ""
        elif part == "wrong bundle":
            options["ca_path"] = emulator.ca_file
            expect = Lists()
        else:
            bundle = str(tmp_path / "nowhere.pem")
        expect.check(cloud, run(cloud, options, REQUESTS_CA_BUNDLE=bundle, CURL_CA_BUNDLE=bundle), emulator)


@fault(18, "ca-path", "missing", "unreadable", "garbage")
def test_a_ca_file_of_no_use(part: str, cloud: Cloud, tmp_path: Path) -> None:
    """Unreadable is a link to itself: unlike a mode, that holds for root, too."""
    path = tmp_path / "ca.pem"
    if part == "unreadable":
        path.symlink_to(path)
    elif part == "garbage":
        path.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", encoding="utf-8")
    with Emulator(cloud.fleet()) as emulator:
        ended = run(cloud, {"proxy": emulator.url, "ca_path": str(path)})
        Refuses("ca_path: .*cannot be read.*PEM").check(cloud, ended, emulator)


@fault(20, "plain-http", "http://secrets.example.com", "http://127.0.0.1.example.com", "http://169.254.169.254")
def test_plain_http_is_for_loopback_only(part: str, cloud: Cloud) -> None:
    Refuses("endpoint: ").check(cloud, run(cloud, {"endpoint": part}), None)


@fault(21, "proxy", "of the environment", "not for this host", "option before environment", "option before exception")
def test_which_proxy_is_used(part: str, cloud: Cloud) -> None:
    with Emulator(cloud.fleet()) as emulator, closed_port() as dead:
        nowhere = f"http://127.0.0.1:{dead}"
        options, environment = {
            "of the environment": ({"ca_path": emulator.ca_file}, {"HTTPS_PROXY": emulator.url}),
            "not for this host": ({"endpoint": emulator.url}, {"HTTP_PROXY": nowhere, "http_proxy": nowhere, "NO_PROXY": "127.0.0.1"}),
            "option before environment": ({"proxy": emulator.url, "ca_path": emulator.ca_file}, {"HTTPS_PROXY": nowhere}),
            "option before exception": ({"proxy": emulator.url, "ca_path": emulator.ca_file}, {"NO_PROXY": cloud.host}),
        }[part]
        variables: dict[str, Any] = environment
        Lists().check(cloud, run(cloud, options, **variables), emulator)


@fault(22, "proxy-trouble", "407", "407 from environment", "down")
def test_a_proxy_that_does_not_serve(part: str, cloud: Cloud) -> None:
    """Its password is never told."""
    quoted = PROXY_PASSWORD.replace("/", "%2F")
    with Emulator(cloud.fleet(behaviour={"proxy_auth": "somebody:else"})) as emulator, closed_port() as dead:
        port = dead if part == "down" else emulator.port
        proxy = f"http://user:{quoted}@127.0.0.1:{port}"
        asked: dict[str, Any] = {} if part == "407 from environment" else {"proxy": proxy}
        ended = run(cloud, asked, (PROXY_PASSWORD, quoted), **({} if asked else {"HTTPS_PROXY": proxy}))
        Fails("proxy", message=f"did not connect to {cloud.host}", hint="HTTPS_PROXY").check(cloud, ended, emulator)


@fault(23, "netrc", "home", "variable")
def test_netrc_does_not_replace_the_signature(part: str, cloud: Cloud, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login nobody password nothing-at-all\n", encoding="utf-8")
    netrc.chmod(0o600)
    environment = {"HOME": str(tmp_path)} if part == "home" else {"NETRC": str(netrc)}
    with Emulator(cloud.fleet()) as emulator:
        Lists().check(cloud, run(cloud, {"endpoint": emulator.url}, ("nothing-at-all",), **environment), emulator)


@fault(24, "dead-ipv6", "as a process", "both families")
def test_a_name_with_a_dead_ipv6_address(part: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator is on 127.0.0.1 only. Where 'localhost' is not ::1 as well, the second part makes it so."""
    found = socket.getaddrinfo

    def both(host: Any, port: Any, *more: Any, **kwargs: Any) -> Any:
        dead = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", int(port or 0), 0, 0))
        return [dead, *found("127.0.0.1", port, *more, **kwargs)] if host == "localhost" else found(host, port, *more, **kwargs)

    with Emulator(cloud.fleet()) as emulator:
        where = {"endpoint": f"http://localhost:{emulator.port}"}
        if part == "both families":
            monkeypatch.setattr(socket, "getaddrinfo", both)
        Lists().check(cloud, run(cloud, where) if part == "as a process" else call(cloud, where), emulator)


@fault(24, "only-dead-ipv6")
def test_nothing_but_a_dead_ipv6_address(cloud: Cloud) -> None:
    with closed_port() as port:
        ended = run(cloud, {"endpoint": f"http://[::1]:{port}"})
    Fails("connect", message="no connection", requests=ATTEMPTS).check(cloud, ended, None)
