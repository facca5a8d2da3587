# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random requests are signed by this collection and by the vendors' SDKs, and the signatures are the same."""

from __future__ import annotations

import hashlib
import json
import string
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from hypothesis import given, settings
from hypothesis import strategies as st
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import sign as acs3
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import sign as tc3

RESERVED = "!*'();:@&=+$,/?#[]%~-_. \"<>\\^`{|}"
CHARACTERS = st.one_of(
    st.sampled_from(RESERVED + string.ascii_letters + string.digits),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x1F300, max_codepoint=0x1F6FF),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(CHARACTERS, max_size=30)
KEYS = st.text(string.ascii_letters + string.digits + "*-_=+/", min_size=8, max_size=60)
TOKENS = st.none() | st.text(string.ascii_letters + string.digits + "=+/", min_size=8, max_size=200)
TIMES = st.integers(0, 4_102_444_800)
NAMES = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=12)


def alibaba_sdk(method: str, url: str, query: dict[str, str], headers: dict[str, str], body: bytes, key: Credentials) -> str:
    """Authorization as the vendor's SDK makes it over these headers."""
    request = DaraRequest()
    request.method, request.pathname, request.query = method, urlsplit(url).path, query
    request.headers = {name: value for name, value in headers.items() if name != "authorization"}
    return str(Utils.get_authorization(request, acs3.ALGORITHM, hashlib.sha256(body).hexdigest(), key.key_id, key.key_secret))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(query=st.dictionaries(NAMES, TEXTS, max_size=6), secret=KEYS, token=TOKENS, moment=TIMES, region=st.sampled_from(["cn-hangzhou", "ap-southeast-1"]))
def test_acs3_signatures_are_the_sdks(query: dict[str, str], secret: str, token: str | None, moment: int, region: str) -> None:
    key = Credentials("LTAI5tExampleAccessKeyId", secret, token, "a test")
    url = f"https://apig.{region}.aliyuncs.com/v1/secrets?{acs3.canonical_query(query)}"
    headers = acs3.sign(Request("apig", "ListSecrets", "GET", url, {"x-acs-action": "ListSecrets", "x-acs-version": "2024-03-27"}), key, moment, "n" * 32)
    assert headers["authorization"] == alibaba_sdk("GET", url, query, headers, b"", key)
    assert dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) == query


class TencentSdk(AbstractClient):
    """The vendor's SDK, far enough to sign."""

    _service = "ssm"
    _apiVersion = "2019-09-23"
    _endpoint = "ssm.tencentcloudapi.com"

    def authorization(self, body: bytes, content_type: str, host: str, moment: int, secret: str) -> str:
        """The signature over these very bytes."""
        request = RequestInternal(host, "POST", "/", {}, body)
        request.header.update({"Content-Type": content_type, "Host": host, "X-TC-Timestamp": str(moment)})
        date = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%d")
        return str(self._get_tc3_signature({}, request, date, self._service, secret))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(parameters=st.dictionaries(NAMES, JSON, max_size=6), ascii_only=st.booleans(), secret=KEYS, token=TOKENS, moment=TIMES)
def test_tc3_signatures_are_the_sdks(parameters: dict[str, Any], ascii_only: bool, secret: str, token: str | None, moment: int) -> None:
    key = Credentials("AKIDexampleSecretId", secret, token, "a test")
    host = "ssm.tencentcloudapi.com"
    body = json.dumps(parameters, ensure_ascii=ascii_only).encode("utf-8")
    headers = tc3.sign(Request("ssm", "ListSecrets", "POST", f"https://{host}/", {"content-type": "application/json"}, body), key, moment, "unused")
    sdk = TencentSdk(Credential("AKIDexampleSecretId", secret, token), "ap-guangzhou", ClientProfile(httpProfile=HttpProfile(endpoint=host)))
    assert headers["authorization"].rpartition("Signature=")[2] == sdk.authorization(body, "application/json", host, moment, secret)
    assert headers.get("x-tc-token") == token


@pytest.mark.parametrize("change", ["url", "body", "secret", "moment"])
def test_the_comparison_would_see_a_difference(change: str) -> None:
    given: dict[str, Any] = {"url": "https://h/v1/secrets?a=1", "body": b"", "secret": "12345678", "moment": 0}
    other = {**given, change: {"url": "https://h/v1/secrets?a=2", "body": b"x", "secret": "12345679", "moment": 1}[change]}

    def signed(url: str, body: bytes, secret: str, moment: int) -> list[str]:
        key = Credentials("AKIDexampleSecretId", secret, None, "a test")
        first = acs3.sign(Request("apig", "ListSecrets", "GET", url, {}, body), key, moment, "n")
        second = tc3.sign(Request("ssm", "ListSecrets", "POST", url, {"content-type": "application/json"}, body), key, moment, "n")
        return [first["authorization"], second["authorization"]]

    assert all(one != two for one, two in zip(signed(**given), signed(**other)))
