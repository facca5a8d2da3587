# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Alibaba Cloud APIG module against the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RECORD_KEYS
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info as module
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ALIBABA_KEY, Listing, fleet, names, run_module, through

APIG = Listing(module.PROVIDER)
SECRETS = [
    {
        "name": "payment_key",
        "gatewayType": "API",
        "referenceCount": 3,
        "description": "Signs payments",
        "kmsConfig": {"kmsSecretArn": "acs:kms:1", "versionId": "v1"},
    },
    {"name": "payment_key_old", "gatewayType": "API", "status": "DISABLE", "referenceCount": 0},
    {"name": "model_key", "gatewayType": "AI", "status": "ENALBE"},
]


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "secrets": SECRETS}, {"name": "cn-shanghai", "generate": {"count": 12, "seed": 1}})) as emulator:
        yield emulator


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 5_000])
def test_so_many_secrets_come_back_exactly(count: int) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "generate": {"count": count, "seed": 7}})) as emulator:
        result = APIG.list(region="cn-hangzhou", endpoint=emulator.url, rate_limit=1000)
    assert result["complete"] and result["count"] == len(result["secrets"]) == len({record["id"] for record in result["secrets"]}) == count
    assert result["stores"][0]["total"] == count
    assert result["stores"][0]["proof"] == ("total" if count <= 100 else "twice")


def test_a_record_of_everything_that_the_cloud_says(emulator: Emulator) -> None:
    result = APIG.list(region="cn-hangzhou", **through(emulator))
    assert names(result) == ["model_key", "payment_key", "payment_key_old"]
    model, payment, old = result["secrets"]
    assert tuple(payment) == RECORD_KEYS and result["stores"][0]["unknown_fields"] == []
    assert (payment["description"], payment["kind"], payment["reference_count"]) == ("Signs payments", "api", 3)
    assert payment["attributes"] == {"kms_secret_arn": "acs:kms:1", "version_id": "v1"}
    assert (old["status"], old["provider_status"], old["reference_count"]) == ("disabled", "DISABLE", 0)
    assert (model["status"], model["provider_status"], model["kind"]) == ("enabled", "ENALBE", "ai")


@pytest.mark.parametrize(
    "options, expected",
    [
        pytest.param({"gateway_type": "AI"}, ["model_key"], id="gateway type"),
        pytest.param({"name_like": "payment"}, ["payment_key", "payment_key_old"], id="similar names"),
        pytest.param({"names": ["payment_key", "nobody"]}, ["payment_key"], id="exact names"),
        pytest.param({"name_like": "payment", "gateway_type": "AI"}, [], id="nothing"),
    ],
)
def test_filters(emulator: Emulator, options: dict[str, Any], expected: list[str]) -> None:
    result = APIG.list(region="cn-hangzhou", **through(emulator, **options))
    assert names(result) == expected and result["complete"]


def test_a_clock_that_is_wrong_is_corrected_and_told(emulator: Emulator) -> None:
    emulator.behave({"clock_offset": 3600})
    result = APIG.list(region="cn-hangzhou", **through(emulator))
    assert result["complete"] and result["stores"][0]["retries"] == 1
    assert re.search(r"differs from that of apig\.cn-hangzhou\.aliyuncs\.com by (3599|3600|3601) seconds", result["warnings"][0])


def test_an_unchecked_certificate_is_a_warning(emulator: Emulator) -> None:
    result = APIG.list(region="cn-hangzhou", proxy=emulator.url, validate_certs=False)
    assert result["complete"] and "validate_certs is false" in result["warnings"][0]


def test_a_certificate_that_nobody_vouches_for_is_refused_and_not_tried_again(emulator: Emulator) -> None:
    failed = APIG.list(region="cn-hangzhou", proxy=emulator.url)
    assert failed["error"]["kind"] == "tls" and failed["stores"][0]["requests"] == 1 and emulator.requests() == []


@pytest.mark.parametrize("certificate", ["expired", "wrong_host", "self_signed", "untrusted"])
def test_no_bad_certificate_is_accepted(certificate: str) -> None:
    with Emulator(fleet("alibaba", "cn-hangzhou", behaviour={"certificate": certificate})) as emulator:
        failed = APIG.list(region="cn-hangzhou", **through(emulator))
        assert failed["error"]["kind"] == "tls" and emulator.requests() == [] and len(emulator.connections()) == 1


def test_one_reading_or_two() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "generate": {"count": 150, "seed": 7}})) as emulator:
        twice = APIG.list(region="cn-hangzhou", endpoint=emulator.url)["stores"][0]
        once = APIG.list(region="cn-hangzhou", endpoint=emulator.url, verify=False)["stores"][0]
    assert (twice["proof"], twice["requests"]) == ("twice", 4)
    assert (once["proof"], once["requests"]) == ("once", 2)


def test_page_size_and_max_pages() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "generate": {"count": 30, "seed": 7}})) as emulator:
        result = APIG.list(region="cn-hangzhou", endpoint=emulator.url, page_size=7)
        assert result["count"] == 30 and result["complete"]
        failed = APIG.list(region="cn-hangzhou", endpoint=emulator.url, page_size=7, max_pages=3)
    assert failed["error"]["kind"] == "pagination" and failed["stores"][0]["status"] == "partial" and failed["stores"][0]["count"] == 21


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param({"ok_code": 200}, id="code 200"),
        pytest.param({"total_scope": "missing"}, id="no total"),
        pytest.param({"page_cap": 40}, id="pages of forty"),
        pytest.param({"max_page_size": 50, "over_max": "cap"}, id="pages of fifty at most"),
        pytest.param({"rate_limit": {"per_second": 20, "window": "sliding", "retry_after_ms": 100}}, id="a rate limit"),
        pytest.param({"faults": [{"act": "reset_body", "at": 2}, {"act": "html", "status": 502, "at": 3}]}, id="faults that pass"),
    ],
)
def test_odd_clouds_are_listed_all_the_same(behaviour: dict[str, Any]) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "generate": {"count": 130, "seed": 3}}, behaviour=behaviour)) as emulator:
        result = APIG.list(region="cn-hangzhou", endpoint=emulator.url, on_error="report")
    assert result["count"] == 130 and result["complete"], result["stores"]


def test_an_order_that_changes_at_each_reading_is_no_proof() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "generate": {"count": 130, "seed": 3}}, behaviour={"order": "shuffled"})) as emulator:
        result = APIG.list(region="cn-hangzhou", endpoint=emulator.url, on_error="report")
    assert not result["complete"] and result["stores"][0]["status"] == "partial"
    assert "readings of the listing differ" in result["stores"][0]["error"]["message"]


def test_the_module_as_a_process(emulator: Emulator, tmp_path: Path) -> None:
    environment = {"HTTPS_PROXY": emulator.url, "REQUESTS_CA_BUNDLE": emulator.ca_file}
    dest = tmp_path / "inventory.jsonl"
    result = run_module("alibaba_apig_secrets_info", {"region": "cn-hangzhou", "dest": str(dest)}, False, **environment)
    assert result["count"] == 3 and result["complete"] and result["changed"] is True and dest.exists()
    text = json.dumps(result) + dest.read_text(encoding="utf-8")
    assert ALIBABA_KEY["secret"] not in text and ALIBABA_KEY["id"] not in text


def test_a_refused_signature_shows_no_part_of_what_was_signed(emulator: Emulator) -> None:
    options = {"region": "cn-hangzhou", "endpoint": emulator.url, "identify": False, "access_key_id": ALIBABA_KEY["id"]}
    canary = "aCanaryThatMustNotBeSeen1234"
    result = run_module("alibaba_apig_secrets_info", {**options, "access_key_secret": canary, "security_token": canary + "Token"})
    assert result["failed"] and result["error"]["kind"] == "auth"
    assert canary not in json.dumps(result)
    result.pop("invocation", None)  # older ansible-core repeats the task's own options here, ids among them
    assert ALIBABA_KEY["id"] not in json.dumps(result)
