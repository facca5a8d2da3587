# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of requests: no input can lead a URL elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import base_url, check_endpoint, check_region, host_header
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError


@pytest.mark.parametrize("region", ["cn-hangzhou", "ap-guangzhou", "ap-shanghai-fsi", "us-east-1", "all", "x", "1", "a" * 40])
def test_regions(region: str) -> None:
    assert check_region(region, "region") == region


@pytest.mark.parametrize(
    "region",
    [
        "",
        " ",
        "evil.com/#",
        "evil.com",
        "user@host",
        "a/b",
        "a\\b",
        "a:80",
        "a?b",
        "a#b",
        "a%2eb",
        "cn-hangzhou\n",
        "\ncn-hangzhou",
        "cn-hangzhou ",
        "cn hangzhou",
        "CN-Hangzhou",
        "-cn",
        "cn-",
        "cn_hangzhou",
        "杭州",
        "cn-hangzhou\r\nHost: evil.com",
        "{region}",
        "{{ region }}",
        "a" * 41,
        "169.254.169.254",
        "ａ",
        "cn\u2010hangzhou",
    ],
    ids=ascii,
)
def test_what_is_no_region(region: str) -> None:
    with pytest.raises(SecretsError) as caught:
        check_region(region, "accounts[prod]: region")
    assert caught.value.kind == "argument"
    assert caught.value.message.startswith("accounts[prod]: region: ")
    assert caught.value.hint and "lower-case" in caught.value.hint


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        pytest.param("ssm.tencentcloudapi.com", "https://ssm.tencentcloudapi.com", id="a host name"),
        pytest.param("SSM.TencentCloudAPI.com", "https://ssm.tencentcloudapi.com", id="a host name in capitals"),
        pytest.param("https://ssm.tencentcloudapi.com/", "https://ssm.tencentcloudapi.com", id="a URL with a slash"),
        pytest.param("HTTPS://Host:8443", "https://host:8443", id="a URL with a port"),
        pytest.param("host:8443", "https://host:8443", id="a host name with a port"),
        pytest.param("ssm.{region}.tencentcloudapi.com", "https://ssm.{region}.tencentcloudapi.com", id="a place for the region"),
        pytest.param("http://127.0.0.1:8080", "http://127.0.0.1:8080", id="plain http on loopback"),
        pytest.param("http://127.8.8.8", "http://127.8.8.8", id="plain http on loopback, another address"),
        pytest.param("http://localhost:8080", "http://localhost:8080", id="plain http on localhost"),
        pytest.param("http://[::1]:8080/", "http://[::1]:8080", id="plain http on loopback of IPv6"),
        pytest.param("http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]", id="plain http on loopback of IPv4 in IPv6"),
        pytest.param("https://10.0.0.1", "https://10.0.0.1", id="an address"),
        pytest.param("https://[2001:db8::1]:443", "https://[2001:db8::1]:443", id="an address of IPv6"),
        pytest.param("gateway.example.com.", "https://gateway.example.com.", id="a host name with its last dot"),
        pytest.param("xn--fiqs8s.example", "https://xn--fiqs8s.example", id="an encoded international name"),
    ],
)
def test_endpoints(endpoint: str, url: str) -> None:
    assert check_endpoint(endpoint, "endpoint") == url


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        pytest.param("", "does not name a host", id="nothing"),
        pytest.param("https://", "does not name a host", id="a scheme alone"),
        pytest.param("http://ssm.tencentcloudapi.com", "without TLS", id="plain http"),
        pytest.param("http://10.0.0.1", "without TLS", id="plain http to a private address"),
        pytest.param("http://0.0.0.0", "without TLS", id="plain http to any address"),
        pytest.param("http://localhost.evil.com", "without TLS", id="plain http to a name that begins like localhost"),
        pytest.param("http://127.0.0.1.evil.com", "without TLS", id="plain http to a name that begins like loopback"),
        pytest.param("http://notlocalhost", "without TLS", id="plain http to a name that ends like localhost"),
        pytest.param("ftp://host", "not an https:// URL", id="another scheme"),
        pytest.param("file:///etc/passwd", "not an https:// URL", id="a file"),
        pytest.param("//host", "more than a host name", id="no scheme but slashes"),
        pytest.param("evil.com/#", "more than a host name", id="an empty fragment behind a path"),
        pytest.param("evil.com#", "more than a host name", id="an empty fragment"),
        pytest.param("evil.com?", "more than a host name", id="an empty query"),
        pytest.param("https://host/path", "more than a host name", id="a path"),
        pytest.param("https://host//", "more than a host name", id="two slashes"),
        pytest.param("https://host/?a=b", "more than a host name", id="a query"),
        pytest.param("https://host;x", "does not name a host", id="a semicolon"),
        pytest.param("https://user@host", "user name or password", id="a user name"),
        pytest.param("https://user:canary-password@host", "user name or password", id="a password"),
        pytest.param("https://ssm.tencentcloudapi.com@evil.com", "user name or password", id="a host as user name"),
        pytest.param("https://evil.com\\@host", "user name or password", id="a backslash before an at"),
        pytest.param("https://evil.com\\.host", "does not name a host", id="a backslash"),
        pytest.param("https://ho st", "space or a control character", id="a space"),
        pytest.param("https://host\r\nX-Evil: 1", "space or a control character", id="a line break"),
        pytest.param("https://host\t", "space or a control character", id="a tab, which URL parsers drop"),
        pytest.param("https://host\x00", "space or a control character", id="a zero byte"),
        pytest.param("https://ho\u00adst", "space or a control character", id="an invisible character"),
        pytest.param("https://ｈost", "does not name a host", id="a wide letter"),
        pytest.param("https://evil。com", "does not name a host", id="a wide full stop"),
        pytest.param("https://中国.example", "does not name a host", id="an international name that is not encoded"),
        pytest.param("https://ho_st", "does not name a host", id="an underscore"),
        pytest.param("https://-host", "does not name a host", id="a hyphen in front"),
        pytest.param("https://a..b", "does not name a host", id="an empty label"),
        pytest.param("https://%6c%6fcalhost", "does not name a host", id="percent signs"),
        pytest.param(f"https://{'a' * 64}.com", "does not name a host", id="a label that is too long"),
        pytest.param("https://host:0", "does not name a host", id="port 0"),
        pytest.param("https://host:65536", "is not a URL", id="a port that is too high"),
        pytest.param("https://host:-1", "is not a URL", id="a negative port"),
        pytest.param("https://host:https", "is not a URL", id="a port in letters"),
        pytest.param("https://a:b:80", "", id="two colons"),
        pytest.param("https://{other}.com", "does not name a host", id="another placeholder"),
        pytest.param("https://{REGION}.com", "does not name a host", id="the placeholder in capitals"),
        pytest.param("https://host:{region}", "is not a URL", id="the region as port"),
        pytest.param("https://[::1", "is not a URL", id="half a bracket"),
        pytest.param("https://[evil.com]", "", id="a name in brackets"),
        pytest.param("https://[1.2.3.4]", "", id="an IPv4 address in brackets"),
        pytest.param("https://[v1.abc]", "does not name a host", id="an address of the future"),
        pytest.param("https://[::1]evil.com", "", id="a name behind brackets"),
        pytest.param("https://[fe80::1%25eth0]", "", id="an address with a zone"),
        pytest.param("http://169.254.169.254", "metadata service", id="the metadata service"),
        pytest.param("https://169.254.169.254", "metadata service", id="the metadata service with TLS"),
        pytest.param("https://169.254.0.23:80", "metadata service", id="Tencent Cloud's metadata service"),
        pytest.param("https://100.100.100.200", "metadata service", id="Alibaba Cloud's metadata service"),
        pytest.param("https://[::ffff:100.100.100.200]", "metadata service", id="the same in IPv6"),
        pytest.param("https://[::ffff:a9fe:a9fe]", "metadata service", id="the metadata service in IPv6, in hexadecimal"),
        pytest.param("https://[fe80::1]", "metadata service", id="a link-local address"),
        pytest.param("https://2852039166", "does not name a host", id="an address as one number"),
        pytest.param("https://0xa9fea9fe", "does not name a host", id="an address as one hexadecimal number"),
        pytest.param("https://0xa9.0xfe.0xa9.0xfe", "does not name a host", id="an address in hexadecimal"),
        pytest.param("https://0251.0376.0251.0376", "does not name a host", id="an address in octal"),
        pytest.param("https://169.16689662", "does not name a host", id="an address in two numbers"),
        pytest.param("https://169.254.169.254.", "does not name a host", id="an address with a dot behind it"),
    ],
)
def test_what_is_no_endpoint(endpoint: str, reason: str) -> None:
    with pytest.raises(SecretsError) as caught:
        check_endpoint(endpoint, "accounts[prod]: endpoint")
    assert caught.value.kind == "argument"
    assert caught.value.message.startswith("accounts[prod]: endpoint: ")
    assert reason in caught.value.message
    assert "canary" not in str(caught.value.as_dict())
    assert "\n" not in caught.value.message
    assert caught.value.hint


@settings(deadline=None)
@given(st.text(st.sampled_from("ahost.:/@#?[]%\\{}-_ \t\n01x"), max_size=30) | st.text(max_size=20))
def test_whatever_is_accepted_has_a_host_and_nothing_else(endpoint: str) -> None:
    try:
        url = check_endpoint(endpoint, "endpoint")
    except SecretsError:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname and not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    assert url.isascii() and url == url.lower()
    if parts.scheme == "http":
        assert parts.hostname in ("localhost", "::1") or parts.hostname.startswith(("127.", "::ffff:")) or parts.hostname.endswith(".localhost")


@pytest.mark.parametrize(
    ("endpoint", "host", "url"),
    [
        pytest.param(None, "ssm.tencentcloudapi.com", "https://ssm.tencentcloudapi.com", id="the cloud's host"),
        pytest.param(None, "apig.{region}.aliyuncs.com", "https://apig.cn-hangzhou.aliyuncs.com", id="the cloud's host with a region"),
        pytest.param("http://127.0.0.1:80", "apig.{region}.aliyuncs.com", "http://127.0.0.1:80", id="an endpoint instead"),
        pytest.param("https://{region}.x:1", "apig.{region}.aliyuncs.com", "https://cn-hangzhou.x:1", id="an endpoint with a region"),
    ],
)
def test_the_url_that_is_sent_to(endpoint: str | None, host: str, url: str) -> None:
    assert base_url(endpoint, host, "cn-hangzhou") == url


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://host/path?q=1", "host", id="no port"),
        pytest.param("https://host:443/", "host", id="the port of https"),
        pytest.param("http://host:80/", "host", id="the port of http"),
        pytest.param("https://host:80/", "host:80", id="the port of http with https"),
        pytest.param("http://127.0.0.1:8080/", "127.0.0.1:8080", id="another port"),
        pytest.param("https://[2001:DB8::1]/", "[2001:db8::1]", id="IPv6"),
        pytest.param("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443", id="IPv6 with a port"),
        pytest.param("https://host:/", "host", id="an empty port"),
    ],
)
def test_the_host_header(url: str, host: str) -> None:
    assert host_header(url) == host
