# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verifiers against signatures that the vendors' own code computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from emulator.alibaba import signature as acs3
from emulator.tencent import signature as tc3
from emulator.wire import Request, parse_head
from emulator_client import message

VECTORS = Path(__file__).resolve().parents[1] / "unit" / "vectors"
ALIBABA = json.loads((VECTORS / "alibaba.json").read_text(encoding="utf-8"))["vectors"]
TENCENT_FILE = json.loads((VECTORS / "tencent.json").read_text(encoding="utf-8"))
TENCENT = [vector for vector in TENCENT_FILE["vectors"] if vector["expected"]["canonical_request"]]


def received(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """The request as the server parses it."""
    target = "/" + url.partition("://")[2].partition("/")[2]
    request = parse_head(message(method, target, headers).split(b"\r\n\r\n", maxsplit=1)[0])
    request.body = body
    return request


def alibaba_urls(vector: dict[str, Any]) -> list[str]:
    """Every way in which the same request may travel: as the SDK writes it, and in canonical form."""
    return [url for url in (vector.get("sdk_wire_url"), vector.get("lean_wire_url")) if url]


@pytest.mark.parametrize(
    "vector, url", [pytest.param(vector, url, id=f"{vector['id']}-{index}") for vector in ALIBABA for index, url in enumerate(alibaba_urls(vector))]
)
def test_alibaba_vector(vector: dict[str, Any], url: str) -> None:
    """Canonical request, string to sign and signature, step by step, from what is on the wire."""
    given = vector["input"]
    request = received(given["method"], url, {**given["headers"], "Authorization": vector["authorization"]})
    claim = acs3.parse(request.headers["authorization"])
    assert claim is not None and claim.key_id == given["access_key_id"]
    canonical = acs3.canonical_request(request, claim)
    assert canonical == vector["canonical_request"]
    text = acs3.string_to_sign(canonical)
    assert text == vector["string_to_sign"]
    assert acs3.sign(given["access_key_secret"], text) == vector["signature"] == claim.signature


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["name"]) for vector in TENCENT])
def test_tencent_vector(vector: dict[str, Any]) -> None:
    """The same for TC3, POST and GET."""
    given, expected = vector["input"], vector["expected"]
    request = received(given["method"], expected["url"], expected["headers"], expected["body_utf8"].encode())
    claim = tc3.parse(expected["authorization"])
    assert claim is not None and claim.key_id == given["secret_id"] and claim.service == given["service"]
    assert claim.date == expected["date"] == tc3.utc_date(given["timestamp"])
    canonical = tc3.canonical_request(request, claim)
    assert canonical == expected["canonical_request"]
    text = tc3.string_to_sign(canonical, request, claim)
    assert text == expected["string_to_sign"]
    assert tc3.sign(given["secret_key"], text, claim) == claim.signature


def test_tencent_three_headers() -> None:
    """The current vendor page signs the action too, in lower case."""
    anchor = TENCENT_FILE["published_anchor_x_tc_action"]
    date = tc3.utc_date(anchor["timestamp"])
    headers = {"Host": anchor["host"], "Content-Type": anchor["content_type"], "X-TC-Action": anchor["action"], "X-TC-Timestamp": str(anchor["timestamp"])}
    request = received("POST", f"https://{anchor['host']}/", headers, anchor["body_utf8"].encode())
    claim = tc3.parse(
        f"TC3-HMAC-SHA256 Credential={anchor['secret_id']}/{date}/{anchor['service']}/tc3_request, SignedHeaders={anchor['signed_headers']}, "
        f"Signature={anchor['signature']}"
    )
    assert claim is not None
    text = tc3.string_to_sign(tc3.canonical_request(request, claim), request, claim)
    assert tc3.sign(anchor["secret_key"], text, claim) == anchor["signature"]


def test_vectors_are_all_there() -> None:
    """The counts on record, so that an empty file cannot pass."""
    assert len(ALIBABA) == 45 and len(TENCENT_FILE["vectors"]) == 39 and len(TENCENT) == 38
