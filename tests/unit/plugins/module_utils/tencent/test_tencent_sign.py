# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TC3-HMAC-SHA256, step by step, against signatures that the vendor's SDK computed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import sign

DATA = json.loads((Path(__file__).parents[3] / "vectors" / "tencent.json").read_text(encoding="utf-8"))
SIGNED = [pytest.param(vector, id=vector["name"]) for vector in DATA["vectors"] if vector["expected"]["authorization"] != "SKIP"]


def _request(vector: dict[str, Any]) -> Request:
    given, expected = vector["input"], vector["expected"]
    headers = {"content-type": expected["headers"]["Content-Type"]}
    return Request(given["service"], given["action"], given["method"], expected["url"], headers, (expected["body_utf8"] or "").encode("utf-8"))


@pytest.mark.parametrize("vector", SIGNED)
def test_each_step_is_the_sdks(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]
    method, path, query, *headers, empty, names, payload_hash = expected["canonical_request"].split("\n")
    signed = dict(line.split(":", 1) for line in headers)
    scope = sign.credential_scope(given["timestamp"], given["service"])
    canonical = sign.canonical_request(method, path, query, signed, payload_hash)
    assert empty == "" and sign.signed_headers(signed) == names
    assert canonical == expected["canonical_request"]
    assert sign.string_to_sign(canonical, str(given["timestamp"]), scope) == expected["string_to_sign"]
    assert expected["authorization"].endswith(sign.signature(expected["string_to_sign"], given["secret_key"], scope))


@pytest.mark.parametrize("vector", [vector for vector in SIGNED if not cast(Any, vector.values[0])["input"]["unsigned_payload"]])
def test_a_request_is_signed_as_by_the_sdk(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["expected"]
    key = Credentials(given["secret_id"], given["secret_key"], given["token"], "a test")
    headers = sign.sign(_request(vector), key, given["timestamp"] + 0.9, "unused")
    assert headers["authorization"] == expected["authorization"]
    assert headers["x-tc-timestamp"] == str(given["timestamp"])
    assert headers.get("x-tc-token") == (given["token"] or None)
    assert headers["host"] == expected["headers"].get("Host", given["endpoint"])


def test_the_vendors_worked_example_with_three_headers() -> None:
    example = DATA["published_anchor_x_tc_action"]
    headers = {"content-type": example["content_type"], "host": example["host"], "x-tc-action": example["action"]}
    payload_hash = hashlib.sha256(example["body_utf8"].encode("utf-8")).hexdigest()
    canonical = sign.canonical_request("POST", "/", "", headers, payload_hash)
    scope = sign.credential_scope(example["timestamp"], example["service"])
    text = sign.string_to_sign(canonical, str(example["timestamp"]), scope)
    assert sign.signed_headers(headers) == example["signed_headers"]
    assert sign.signature(text, example["secret_key"], scope) == example["signature"]


def test_the_day_is_that_of_utc() -> None:
    assert sign.credential_scope(1784764799, "ssm") == "2026-07-22/ssm/tc3_request"
    assert sign.credential_scope(1784764800, "ssm") == "2026-07-23/ssm/tc3_request"
