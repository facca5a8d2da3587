# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ACS3-HMAC-SHA256, step by step, against signatures that the vendor's SDK computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import calls, sign
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig import details as apig_details
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms import details as kms_details
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import PROVIDER as KMS
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Window
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Partition

DATA = json.loads((Path(__file__).parents[3] / "vectors" / "alibaba.json").read_text(encoding="utf-8"))
VECTORS = [pytest.param(vector, id=vector["id"]) for vector in DATA["vectors"]]
LEAN = [vector for vector in VECTORS if cast(Any, vector.values[0])["kind"] == "lean"]
"""Those over exactly the headers that this collection signs."""


@pytest.mark.parametrize("vector", VECTORS)
def test_each_step_is_the_sdks(vector: dict[str, Any]) -> None:
    given = vector["input"]
    canonical = sign.canonical_request(given["method"], given["path"], given["query"], given["headers"], given["payload_sha256"])
    assert sign.canonical_query(given["query"]) == vector["canonical_query"]
    assert sign.signed_headers(given["headers"]) == vector["signed_headers"]
    assert canonical == vector["canonical_request"]
    assert sign.string_to_sign(canonical) == vector["string_to_sign"]
    assert sign.signature(vector["string_to_sign"], given["access_key_secret"]) == vector["signature"]


@pytest.mark.parametrize("vector", LEAN)
def test_a_request_is_signed_as_the_sdk_signs_these_headers(vector: dict[str, Any]) -> None:
    given = vector["input"]
    key = Credentials(given["access_key_id"], given["access_key_secret"], given["security_token"], "a test")
    headers = {name.lower(): value for name, value in given["headers"].items() if name.lower() in ("x-acs-action", "x-acs-version")}
    url = f"https://{given['host']}{given['path']}?{sign.canonical_query(given['query'])}"
    nonce, moment = given["headers"]["x-acs-signature-nonce"], parse_time(given["headers"]["x-acs-date"])
    signed = sign.sign(Request("apig", "ListSecrets", given["method"], url, headers), key, moment, nonce)
    assert signed["authorization"] == vector["authorization"]


PAGE = Window(0, 100)
HANGZHOU = Target("cn-hangzhou")
REQUESTS = {
    "kms-01": KMS.list_request(Target("cn-hangzhou"), Partition("secrets"), PAGE, {}),
    "kms-03": KMS.list_request(Target("cn-hangzhou", place={"network": "vpc"}), Partition("secrets"), PAGE, {}),
    "kms-06": kms_details.describe_request(HANGZHOU, "aigw!secret-abc"),
    "kms-07": kms_details.versions_request(HANGZHOU, "secret001", 1),
    "kms-08": kms_details.policy_request(HANGZHOU, "secret001"),
    "kms-09": calls.keys_request(HANGZHOU, calls.filters_of("KeyState", "Enabled"), 1),
    "kms-11": KMS.regions_request(HANGZHOU),
    "kms-12": kms_details.instances_request(HANGZHOU, 1),
    "apig-16": apig_details.references_request(HANGZHOU, "sec-d5e6shmm1hko", 1),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_are_the_sdks(name: str) -> None:
    vector = next(each for each in DATA["vectors"] if each["id"] == name)
    given, request = vector["input"], REQUESTS[name]
    assert (request.method, request.url) == (given["method"], vector["lean_wire_url"])
    key = Credentials(given["access_key_id"], given["access_key_secret"], None, "a test")
    nonce, moment = given["headers"]["x-acs-signature-nonce"], parse_time(given["headers"]["x-acs-date"])
    assert sign.sign(request, key, moment, nonce)["authorization"] == vector["authorization"]


def test_query_on_the_wire_is_the_query_that_was_signed() -> None:
    query = {"nameLike": "a b+c/d*~=&'密\U0001f511", "empty": ""}
    url = "https://apig.cn-hangzhou.aliyuncs.com/v1/secrets?" + sign.canonical_query(query)
    assert dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) == query


def test_token_is_signed_and_sent() -> None:
    key = Credentials("LTAI5tExampleAccessKeyId", "ExampleAccessKeySecret0123456789", "a-token", "a test")
    headers = sign.sign(Request("apig", "ListSecrets", "GET", "https://h/v1/secrets"), key, 0.0, "n")
    assert headers["x-acs-security-token"] == "a-token"
    assert "x-acs-security-token" in headers["authorization"]


def test_port_of_an_endpoint_is_part_of_the_signed_host() -> None:
    key = Credentials("LTAI5tExampleAccessKeyId", "ExampleAccessKeySecret0123456789", None, "a test")
    assert sign.sign(Request("apig", "ListSecrets", "GET", "https://h:8443/v1/secrets"), key, 0.0, "n")["host"] == "h:8443"
    assert sign.sign(Request("apig", "ListSecrets", "GET", "https://h:443/v1/secrets"), key, 0.0, "n")["host"] == "h"
