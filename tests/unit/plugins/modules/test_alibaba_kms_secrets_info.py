# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Alibaba Cloud KMS module against the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RECORD_KEYS
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_kms_secrets_info as module
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ALIBABA_KEY, Listing, fleet, names, run_module, through

KMS = Listing(module.PROVIDER)
SECRETS = [
    {"SecretName": "payment/key", "CreateTime": "2025-01-01T00:00:00Z", "tags": {"env": "prod", "owner": "pay"}, "DKMSInstanceId": "kst-1"},
    {"SecretName": "payment/old", "PlannedDeleteTime": "+7d", "tags": {"env": "dev"}},
    {"SecretName": "mysql-app", "SecretType": "Rds", "tags": {}},
    {"SecretName": "acs/ram/user/ci", "SecretType": "RAMCredentials", "tags": {"env": "prod"}},
    {"SecretName": "aigw!secret-abc", "OwingService": "aigw", "DKMSInstanceId": "kst-1", "drop": ["Tags"]},
]
EVERY = ["acs/ram/user/ci", "aigw!secret-abc", "mysql-app", "payment/key", "payment/old"]


REGIONS = [
    {"name": "cn-hangzhou", "service": "kms", "secrets": SECRETS},
    {"name": "cn-shanghai", "service": "kms", "generate": {"count": 12, "seed": 1}},
    {"name": "cn-hangzhou", "secrets": ["a secret of API Gateway"]},
]


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("alibaba", *REGIONS)) as emulator:
        yield emulator


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1_000, 5_000])
def test_so_many_secrets_come_back_exactly(count: int) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": count, "seed": 7}})) as emulator:
        result = KMS.list(region="cn-hangzhou", endpoint=emulator.url, rate_limit=1000)
    assert result["complete"] and result["count"] == len(result["secrets"]) == len({record["id"] for record in result["secrets"]}) == count
    assert result["stores"][0]["total"] == count
    assert result["stores"][0]["proof"] == ("total" if count <= 100 else "twice")


def test_a_record_of_everything_that_the_cloud_says(emulator: Emulator) -> None:
    result = KMS.list(region="cn-hangzhou", **through(emulator))
    assert names(result) == EVERY
    user, default, mysql, payment, old = result["secrets"]
    assert tuple(payment) == RECORD_KEYS and result["stores"][0]["unknown_fields"] == []
    assert (payment["status"], payment["kind"], payment["created_at"], payment["delete_at"]) == ("enabled", "generic", "2025-01-01T00:00:00Z", None)
    assert (payment["tags"], mysql["tags"], default["tags"]) == ({"env": "prod", "owner": "pay"}, {}, None)
    assert (old["status"], old["delete_at"] > old["created_at"]) == ("pending_delete", True)
    assert (mysql["kind"], user["kind"], user["attributes"]["secret_type"]) == ("rds", "ram_credentials", "RAMCredentials")
    assert [record["attributes"]["owning_service"] for record in result["secrets"]] == [None, "aigw", None, None, None]
    assert not any(record["invalid"] for record in result["secrets"])


@pytest.mark.parametrize(
    "options, expected",
    [
        pytest.param({"secret_types": ["rds", "ram_credentials"]}, ["acs/ram/user/ci", "mysql-app"], id="types"),
        pytest.param({"secret_types": ["polardb"]}, [], id="a type that is not there"),
        pytest.param({"name_like": "payment"}, ["payment/key", "payment/old"], id="similar names"),
        pytest.param({"name_like": "Payment"}, [], id="case counts"),
        pytest.param({"names": ["payment/key", "nobody"]}, ["payment/key"], id="exact names"),
        pytest.param({"instance_id": "kst-1"}, ["aigw!secret-abc", "payment/key"], id="a KMS instance"),
        pytest.param({"tags": {"env": "prod"}}, ["acs/ram/user/ci", "payment/key"], id="a tag"),
        pytest.param({"tags": {"env": ["prod", "dev"]}}, ["acs/ram/user/ci", "payment/key", "payment/old"], id="any value of a tag"),
        pytest.param({"tags": {"owner": None}}, ["payment/key"], id="a tag with whatever value"),
        pytest.param({"tags": {"owner": "pay"}, "instance_id": "kst-1", "name_like": "pay", "secret_types": ["generic"]}, ["payment/key"], id="all"),
        pytest.param({"name_like": "payment", "secret_types": ["rds"]}, [], id="nothing"),
    ],
)
def test_filters(emulator: Emulator, options: dict[str, Any], expected: list[str]) -> None:
    result = KMS.list(region="cn-hangzhou", **through(emulator, **options))
    assert names(result) == expected and result["complete"]
    sent = [request["parameters"] for request in emulator.requests()]
    instances = [{"Key": "DKMSInstanceId", "Values": ["kst-1"]}]
    assert all(each.get("Filters") == (instances if "instance_id" in options else None) for each in sent), "only what is exact is left to the cloud"


def test_a_type_that_could_not_be_read_may_be_the_one_asked_for() -> None:
    secrets = [{"SecretName": "new", "SecretType": "Oracle"}, {"SecretName": "odd", "extra": {"SecretType": 7}}, {"SecretName": "rds", "SecretType": "Rds"}]
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "secrets": secrets})) as emulator:
        assert names(KMS.list(region="cn-hangzhou", endpoint=emulator.url, secret_types=["rds"])) == ["odd", "rds"]


@pytest.mark.parametrize("value", [1.5, [], [1.5], {"a": "b"}], ids=str)
def test_a_tag_that_is_no_text_is_refused_before_anything_is_sent(value: Any) -> None:
    with pytest.raises(SecretsError, match="tags: the value of 'Env' is no text"):
        KMS.list(region="cn-hangzhou", endpoint="http://127.0.0.1:1", tags={"Env": value})


NOT_ENABLED = {"name": "cn-beijing", "service": "kms", "refuse": "unsupported"}


def test_where_kms_is_not_activated_a_named_region_fails_and_a_found_one_is_not_offered() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "secrets": ["a"]}, NOT_ENABLED)) as emulator:
        named = KMS.list(regions=["cn-hangzhou", "cn-beijing"], on_error="report", **through(emulator))
        found = KMS.list(region="all", **through(emulator))
        allowed = KMS.list(regions=["cn-hangzhou", "cn-beijing"], allow_not_offered=True, **through(emulator))
    failed = named["stores"][0]
    assert (failed["region"], failed["status"], failed["error"]["kind"]) == ("cn-beijing", "failed", "unsupported")
    assert (failed["error"]["code"], failed["error"]["http_status"]) == ("Forbidden.KmsServiceNotEnabled", 403)
    assert failed["error"]["hint"].startswith("Activate Key Management Service (KMS) for this account in the console.")
    assert [row["status"] for row in found["stores"]] == [row["status"] for row in allowed["stores"]] == ["not_offered", "complete"]


def test_finance_regions_have_the_hosts_of_all_others() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-shanghai-finance-1", "service": "kms", "secrets": ["a"], "listed": False})) as emulator:
        assert KMS.list(region="cn-shanghai-finance-1", **through(emulator))["complete"]
        assert {request["host"] for request in emulator.requests()} == {"kms.cn-shanghai-finance-1.aliyuncs.com"}


def test_regions_can_be_asked_for_with_the_permission_to_list_alone() -> None:
    document = fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "secrets": ["a"]})
    document["accounts"][0]["actions"] = ["ListSecrets"]
    with Emulator(document) as emulator:
        assert KMS.list(region="all", **through(emulator))["complete"]


@pytest.mark.parametrize(
    "code, status, kind, hint",
    [
        pytest.param("Forbidden.NoPermission", 403, "denied", "Grant the action kms:ListSecrets", id="no permission"),
        pytest.param("Forbidden.InDebtOverdue", 403, "denied", "The account is suspended", id="a debt"),
        pytest.param("Forbidden.ProhibitedByRiskControl", 403, "denied", "The account is suspended", id="a risk"),
        pytest.param("Forbidden.AccessKey", 403, "auth", "The access key is disabled", id="a disabled key"),
        pytest.param("Forbidden.ResourceNotFound", 404, "request", None, id="not found is no denial"),
        pytest.param("Forbidden.KeyNotFound", 404, "request", None, id="nor is a key that is not found"),
        pytest.param("Forbidden.DKMSInstanceNotFound", 403, "request", "Check instance_id", id="no such instance"),
        pytest.param("Forbidden.UbsmsInvalidBid", 403, "unsupported", "Activate Key Management Service", id="not activated"),
        pytest.param("UnsupportedOperation", 400, "unsupported", None, id="not offered"),
        pytest.param("InternalFailure", 500, "server", None, id="a failure of the cloud"),
        pytest.param("SerivceUnavailableTemporary", 503, "server", None, id="the same, as the vendor spells it"),
        pytest.param("Rejected.Throttling", 429, "throttled", None, id="too many requests"),
        pytest.param("IllegalTimestamp", 400, "clock", "Set this machine's clock", id="a wrong clock"),
        pytest.param("InvalidParameter", 400, "request", None, id="an invalid parameter"),
        pytest.param("Rejected.LimitExceeded", 400, "request", None, id="a quota is no rate"),
    ],
)
def test_refusals(emulator: Emulator, code: str, status: int, kind: str, hint: str | None) -> None:
    emulator.behave({"faults": [{"act": "error", "code": code, "status": status, "match": {"action": "ListSecrets"}, "times": "forever"}]})
    error = KMS.list(region="cn-hangzhou", retries=0, **through(emulator))["error"]
    assert (error["kind"], error["code"], error["http_status"]) == (kind, code, status)
    assert error["request_id"] and (error["hint"] or "").startswith(hint or "")


def test_a_clock_that_is_wrong_is_corrected_and_told(emulator: Emulator) -> None:
    emulator.behave({"clock_offset": 3600})
    result = KMS.list(region="cn-hangzhou", **through(emulator))
    assert result["complete"] and result["stores"][0]["retries"] == 1
    assert re.search(r"differs from that of kms\.cn-hangzhou\.aliyuncs\.com by (3599|3600|3601) seconds", result["warnings"][0])


def test_an_unchecked_certificate_is_a_warning(emulator: Emulator) -> None:
    result = KMS.list(region="cn-hangzhou", proxy=emulator.url, validate_certs=False)
    assert result["complete"] and "validate_certs is false" in result["warnings"][0]


def test_a_certificate_that_nobody_vouches_for_is_refused_and_not_tried_again(emulator: Emulator) -> None:
    failed = KMS.list(region="cn-hangzhou", proxy=emulator.url)
    assert failed["error"]["kind"] == "tls" and failed["stores"][0]["requests"] == 1 and emulator.requests() == []


@pytest.mark.parametrize("certificate", ["expired", "wrong_host", "self_signed", "untrusted"])
def test_no_bad_certificate_is_accepted(certificate: str) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms"}, behaviour={"certificate": certificate})) as emulator:
        failed = KMS.list(region="cn-hangzhou", **through(emulator))
        assert failed["error"]["kind"] == "tls" and emulator.requests() == [] and len(emulator.connections()) == 1


def test_one_reading_or_two() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 150, "seed": 7}})) as emulator:
        twice = KMS.list(region="cn-hangzhou", endpoint=emulator.url)["stores"][0]
        once = KMS.list(region="cn-hangzhou", endpoint=emulator.url, verify=False)["stores"][0]
    assert (twice["proof"], twice["requests"]) == ("twice", 4)
    assert (once["proof"], once["requests"]) == ("once", 2)


def test_page_size_and_max_pages() -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 30, "seed": 7}})) as emulator:
        result = KMS.list(region="cn-hangzhou", endpoint=emulator.url, page_size=7)
        assert result["count"] == 30 and result["complete"]
        failed = KMS.list(region="cn-hangzhou", endpoint=emulator.url, page_size=7, max_pages=3)
    assert failed["error"]["kind"] == "pagination" and failed["stores"][0]["status"] == "partial" and failed["stores"][0]["count"] == 21


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param({"total_scope": "missing"}, id="no total"),
        pytest.param({"page_cap": 40}, id="pages of forty"),
        pytest.param({"max_page_size": 50, "over_max": "cap"}, id="pages of fifty at most"),
        pytest.param({"rate_limit": {"per_second": 20, "window": "sliding", "retry_after_ms": 100}}, id="a rate limit"),
        pytest.param({"faults": [{"act": "reset_body", "at": 2}, {"act": "html", "status": 502, "at": 3}]}, id="faults that pass"),
    ],
)
def test_odd_clouds_are_listed_all_the_same(behaviour: dict[str, Any]) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 130, "seed": 3}}, behaviour=behaviour)) as emulator:
        result = KMS.list(region="cn-hangzhou", endpoint=emulator.url, on_error="report")
    assert result["count"] == 130 and result["complete"], result["stores"]


def test_an_order_that_changes_at_each_reading_is_no_proof() -> None:
    with Emulator(
        fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 130, "seed": 3}}, behaviour={"order": "shuffled"})
    ) as emulator:
        result = KMS.list(region="cn-hangzhou", endpoint=emulator.url, on_error="report")
    assert not result["complete"] and result["stores"][0]["status"] == "partial"
    assert "readings of the listing differ" in result["stores"][0]["error"]["message"]


def test_the_module_as_a_process(emulator: Emulator, tmp_path: Path) -> None:
    environment = {"HTTPS_PROXY": emulator.url, "REQUESTS_CA_BUNDLE": emulator.ca_file}
    dest = tmp_path / "inventory.jsonl"
    result = run_module("alibaba_kms_secrets_info", {"region": "cn-hangzhou", "dest": str(dest)}, False, **environment)
    assert result["count"] == 5 and result["complete"] and result["changed"] is True and dest.exists()
    text = json.dumps(result) + dest.read_text(encoding="utf-8")
    assert ALIBABA_KEY["secret"] not in text and ALIBABA_KEY["id"] not in text


def test_a_refused_signature_shows_no_part_of_what_was_signed(emulator: Emulator) -> None:
    options = {"region": "cn-hangzhou", "endpoint": emulator.url, "identify": False, "access_key_id": ALIBABA_KEY["id"]}
    canary = "aCanaryThatMustNotBeSeen1234"
    result = run_module("alibaba_kms_secrets_info", {**options, "access_key_secret": canary, "security_token": canary + "Token"})
    assert result["failed"] and result["error"]["kind"] == "auth"
    assert canary not in json.dumps(result)
    result.pop("invocation", None)  # older ansible-core repeats the task's own options here, ids among them
    assert ALIBABA_KEY["id"] not in json.dumps(result)
