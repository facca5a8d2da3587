# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies that are written down wrongly: found before anything is sent, with the variable's name and never its value."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import http_client, proxies
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.retry import delay

GOOD = [
    "http://proxy:3128",
    "proxy.example.com:3128",
    "proxy",
    "https://user:p%23ss%2F@proxy",
    "http://user:percent%@proxy:1",
    "socks5h://[::1]:1080",
    "HTTP://Proxy:8080/",
]
QUOTED = [f"http://user:canary{character}12@proxy:3128" for character in "#/?@[]\\"]
BAD = [
    "http://user:canary@proxy:3128 ",
    " http://user:canary@proxy",
    "http://user:canary@proxy\n",
    "ftp://user:canary@proxy",
    "http://user:canary@proxy:0",
    "http://user:canary@proxy:99999",
    "http://user:canary@",
    "http://[proxy",
    "http://pro\\xy",
    "http:/canary:3128",
    "http//canary:3128",
    '""',
    "'canary:3128'",
]


@pytest.mark.parametrize("proxy", GOOD)
def test_what_can_be_a_proxy(proxy: str) -> None:
    assert proxies.proxy_fault(proxy) is None


@pytest.mark.parametrize("proxy", [*QUOTED, *BAD])
def test_what_can_be_none(proxy: str) -> None:
    fault = proxies.proxy_fault(proxy)
    assert fault and "canary" not in "".join(fault)
    assert proxy not in (*QUOTED, "http://pro\\xy") or fault == ("holds a character that has to be quoted", proxies.QUOTED)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("proxy", [*QUOTED, *BAD])
def test_the_variable_is_named_and_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, proxy)
    error = _refusal()
    assert (error.kind, variable in error.message) == ("proxy", True) and error.hint
    assert "canary" not in error.sentence() and delay(error, 1, 4, 0.5) is None


def test_a_socks_proxy_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://user:canary@proxy:1080")
    monkeypatch.setattr(proxies, "find_spec", lambda name: None)
    error = _refusal()
    assert error.kind == "proxy" and "HTTPS_PROXY" in error.message and "PySocks" in error.sentence() and "canary" not in error.sentence()


def _refusal(url: str = "https://ssm.example.com/", proxy: str | None = None) -> SecretsError:
    http = http_client.Http(http_client.Connection(proxy=proxy), Clock())
    with pytest.raises(SecretsError) as caught:
        http.send(Request("ssm", "ListSecrets", "GET", url), lambda request: {}, lambda answer: answer)
    return caught.value


@pytest.mark.parametrize(
    "names, told",
    [(("https_proxy", "HTTPS_PROXY"), "https_proxy"), (("ALL_PROXY", "all_proxy"), "all_proxy"), (("all_proxy",), "all_proxy"), ((), "HTTPS_PROXY")],
)
def test_the_variable_of_a_proxy(names: tuple[str, ...], told: str) -> None:
    assert proxies.variable_of("http://p", "https", dict.fromkeys(names, "http://p")) == told


HOST, ADDRESS = "https://ssm.ap-guangzhou.example.com/", "https://10.1.2.3/"
PASSED_OVER = [
    pytest.param(HOST, "*.example.com", ".example.com", id="a wildcard"),
    pytest.param(HOST, "*example.com", ".example.com", id="a wildcard without a dot"),
    pytest.param(HOST, "*.EXAMPLE.com.", ".example.com", id="in capitals, with a dot at the end"),
    pytest.param(HOST, "ssm.*.example.com", "ssm.ap-guangzhou.example.com", id="a wildcard inside"),
    pytest.param(HOST, ".example.com:443", ".example.com", id="the port that is not written in the URL"),
    pytest.param(HOST, "ssm.ap-guangzhou.example.com:443", "ssm.ap-guangzhou.example.com", id="the whole name with a port"),
    pytest.param(HOST, "https://user:canary@ssm.ap-guangzhou.example.com/", "ssm.ap-guangzhou.example.com", id="a URL"),
    pytest.param(HOST, "localhost .example.com", ".example.com", id="blanks between entries"),
    pytest.param(HOST, "localhost;example.com", ".example.com", id="semicolons between entries"),
    pytest.param(HOST, "localhost\n.example.com", ".example.com", id="line breaks between entries"),
    pytest.param(HOST, "'.example.com'", ".example.com", id="quotes"),
    pytest.param(HOST, "*,localhost", "* alone", id="a star among others"),
    pytest.param(HOST, " * ", "* alone", id="a star between blanks"),
    pytest.param(ADDRESS, "10.*", "10.1.2.3", id="a wildcard in an address"),
    pytest.param(ADDRESS, "10.1.2.3:443", "10.1.2.3", id="an address with a port"),
    pytest.param(ADDRESS, "10.0.0.0/255.0.0.0", "10.1.2.3", id="a network with a mask"),
    pytest.param(ADDRESS, "0.0.0.0/0", "10.1.2.3", id="the network of all"),
    pytest.param("https://[fd00::1]/", "fd00::/8", "fd00::1", id="a network of IPv6"),
    pytest.param("https://[fd00::1]/", "[fd00::1]", "fd00::1", id="an address of IPv6 in brackets"),
]
UNDERSTOOD = [
    (HOST, "example.com"),
    (HOST, ".example.com"),
    (HOST, "localhost, .Example.com ,"),
    (HOST, "ssm.ap-guangzhou.example.com"),
    (HOST, "*"),
    (HOST.replace(".com", ".com:8443"), ".example.com:8443"),
    (ADDRESS, "10.1.2.3"),
    (ADDRESS, "10.0.0.0/8"),
    ("https://[fd00::1]/", "fd00::1"),
]
"""What has the effect that somebody means."""
OF_OTHERS = ["", "*.internal", "ample.com", ".example.com:8443", "10.0.0.0/8", "fd00::/8", "localhost 127.0.0.1", "*.svc,.cluster.local", ".", "<local>"]


@pytest.fixture
def through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with a proxy, and without exceptions."""
    for name in ("https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    return monkeypatch


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("url, value, right", PASSED_OVER)
def test_an_exception_without_effect_is_refused(through_a_proxy: pytest.MonkeyPatch, variable: str, url: str, value: str, right: str) -> None:
    through_a_proxy.setenv(variable, value)
    error = _refusal(url)
    assert (error.kind, delay(error, 1, 4, 0.5)) == ("proxy", None)
    assert f"the variable {variable} names {error.message.split()[4]} in a form that has no effect" in error.message
    assert error.hint and error.hint.startswith(f"Write {right}. ") and "canary" not in error.sentence()
    through_a_proxy.setenv(variable, right.partition(" ")[0])
    assert requests.utils.get_environ_proxies(url) == {}, "what the hint says has the effect"


@pytest.mark.parametrize("url, value", UNDERSTOOD)
def test_an_exception_that_is_understood(through_a_proxy: pytest.MonkeyPatch, url: str, value: str) -> None:
    through_a_proxy.setenv("NO_PROXY", value)
    assert requests.utils.get_environ_proxies(url) == {}


@pytest.mark.parametrize("value", OF_OTHERS)
def test_exceptions_for_others_are_let_be(through_a_proxy: pytest.MonkeyPatch, value: str) -> None:
    through_a_proxy.setenv("NO_PROXY", value)
    assert "the proxy 127.0.0.1:1 did not connect to ssm.ap-guangzhou.example.com" in _refusal(HOST).message


def test_the_option_comes_before_any_exception(through_a_proxy: pytest.MonkeyPatch) -> None:
    through_a_proxy.setenv("NO_PROXY", "*.example.com")
    assert "the proxy 127.0.0.1:2 did not connect" in _refusal(HOST, "http://127.0.0.1:2").message
