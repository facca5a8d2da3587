# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies that are written down wrongly: found before anything is sent, with the variable's name and never its value."""

from __future__ import annotations

import pytest

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


def _refusal() -> SecretsError:
    http = http_client.Http(http_client.Connection(), Clock())
    with pytest.raises(SecretsError) as caught:
        http.send(Request("ssm", "ListSecrets", "GET", "https://ssm.example.com/"), lambda request: {}, lambda answer: answer)
    return caught.value


@pytest.mark.parametrize(
    "names, told",
    [(("https_proxy", "HTTPS_PROXY"), "https_proxy"), (("ALL_PROXY", "all_proxy"), "all_proxy"), (("all_proxy",), "all_proxy"), ((), "HTTPS_PROXY")],
)
def test_the_variable_of_a_proxy(names: tuple[str, ...], told: str) -> None:
    assert proxies.variable_of("http://p", "https", dict.fromkeys(names, "http://p")) == told
