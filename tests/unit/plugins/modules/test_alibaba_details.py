# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of both of Alibaba's modules against the emulator: what they fill, what they cost, and how they fail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ALIBABA_KEY, Listing, fleet

APIG, KMS = Listing(alibaba_apig_secrets_info.PROVIDER), Listing(alibaba_kms_secrets_info.PROVIDER)
ACCOUNT = "100000000001"
PARTNER = {"Effect": "Allow", "Principal": {"RAM": [f"acs:ram::{ACCOUNT}:*", "acs:ram::100000000777:root"]}, "Action": ["kms:*"], "Resource": ["*"]}
CANARY = "canary0x5d1f"
ROTATED = {
    "AutomaticRotation": "Enabled",
    "RotationInterval": "21600s",
    "LastRotationDate": "2026-11-01T00:00:00Z",
    "NextRotationDate": "2026-11-01T06:00:00Z",
    "ExtendedConfig": json.dumps({"SecretSubType": "SingleUser", "CustomData": {"free": CANARY}}),
}
OF_KMS: list[dict[str, Any]] = [
    {"SecretName": "plain", "Description": "of the shop", "versions": [{"VersionId": "v1", "CreateTime": "2025-01-01T00:00:00Z"}]},
    {
        "SecretName": "db/app",
        "SecretType": "Rds",
        "DKMSInstanceId": "kst-1",
        "EncryptionKeyId": "key-1",
        **ROTATED,
        "policy": {"Version": "1", "Statement": [PARTNER]},
    },
    {"SecretName": "idle", "SecretType": "Redis", "DKMSInstanceId": "kst-2", "EncryptionKeyId": "key-2"},
    {"SecretName": "aigw!one", "OwingService": "aigw", "EncryptionKeyId": "key-of-aigw"},
]
OF_APIG: list[dict[str, Any]] = [
    {
        "secretId": "sec-used",
        "name": "used",
        "kmsConfig": {"kmsKeyId": "key-1"},
        "references": [
            {"gatewayId": "gw-1", "resourceType": "Service", "ServiceConfig": {"name": "llm", "serviceId": "svc-1", "apiKey": CANARY}},
            {"gatewayId": "gw-9", "resourceType": "Consumer", "consumerConfig": {"name": "app", "consumerId": "cs-1"}},
        ],
    },
    {"secretId": "sec-unused", "name": "unused", "kmsConfig": {"kmsKeyId": "key-2"}},
    {"secretId": "sec-default", "name": "default", "kmsConfig": {"kmsKeyId": ""}},
]
PLACES = {"keys": {"key-1": "PendingDeletion", "key-2": "Gone", "key-of-aigw": "Gone"}}
REGIONS = [
    {"name": "cn-hangzhou", "service": "kms", "secrets": OF_KMS, **PLACES},
    {"name": "cn-hangzhou", "secrets": OF_APIG, "gateways": [{"gatewayId": "gw-1", "name": "shop"}]},
]


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("alibaba", *REGIONS)) as emulator:
        yield emulator


def ask(listing: Listing, emulator: Emulator, *details: str, **more: Any) -> dict[str, Any]:
    """A listing with details, through the emulator as a proxy."""
    options = {"region": "cn-hangzhou", "rate_limit": 1000, "proxy": emulator.url, "ca_path": emulator.ca_file, **more}
    return listing.list(details=list(details) or None, **options)


def values(result: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Some fields of each secret, by its name."""
    told = {}
    for record in result["secrets"]:
        found = [record["attributes"][key.removeprefix("attributes.")] if "." in key else record[key] for key in keys]
        told[record["name"]] = found[0] if len(found) == 1 else found
    return told


def told(result: dict[str, Any]) -> dict[str, tuple[str, int, int]]:
    """What the ledger says of each detail."""
    (row,) = result["stores"]
    return {word: (each["status"], each["secrets"], each["failed"]) for word, each in row["details"].items()}


def calls(emulator: Emulator) -> Counter[str]:
    """How often each action was asked for."""
    return Counter(request["action"] for request in emulator.requests())


def test_rotation_is_asked_for_where_a_type_rotates(emulator: Emulator) -> None:
    result = ask(KMS, emulator, "describe")
    fields = ("rotation_enabled", "rotation_days", "next_rotation_at", "last_rotated_at", "attributes.rotation_state", "description")
    assert values(result, *fields) == {
        "plain": [None] * 6,
        "aigw!one": [None] * 6,
        "db/app": [True, 0.25, "2026-11-01T06:00:00Z", "2026-11-01T00:00:00Z", "Enabled", None],
        "idle": [False, None, None, None, "Disabled", None],
    }
    assert told(result) == {"describe": ("complete", 2, 0)} and calls(emulator) == {"ListSecrets": 1, "DescribeSecret": 2}
    assert not any(record["invalid"] for record in result["secrets"])


@pytest.mark.parametrize("words", [["describe_all"], ["describe", "describe_all"]], ids=str)
def test_every_secret_is_described_once(emulator: Emulator, words: list[str]) -> None:
    result = ask(KMS, emulator, *words)
    assert values(result, "description", "kms_key_id", "kms_instance_id") == {
        "plain": ["of the shop", None, None],
        "aigw!one": ["", "key-of-aigw", None],
        "db/app": ["", "key-1", "kst-1"],
        "idle": ["", "key-2", "kst-2"],
    }
    assert values(result, "rotation_days")["db/app"] == 0.25 and told(result)["describe_all"] == ("complete", 4, 0)
    assert calls(emulator) == {"ListSecrets": 1, "DescribeSecret": 4}


def test_instances_are_one_listing_each(emulator: Emulator) -> None:
    result = ask(KMS, emulator, "instances")
    assert values(result, "kms_instance_id") == {"plain": None, "aigw!one": None, "db/app": "kst-1", "idle": "kst-2"}
    assert told(result) == {"instances": ("complete", 4, 0)} and calls(emulator) == {"ListSecrets": 1 + 2, "ListKmsInstances": 1}


def test_states_of_keys(emulator: Emulator) -> None:
    result = ask(KMS, emulator, "keys")
    assert values(result, "key_state") == {"plain": None, "aigw!one": None, "db/app": "pending_delete", "idle": "missing"}
    assert told(result) == {"describe_all": ("complete", 4, 0), "keys": ("complete", 2, 0)}
    assert calls(emulator) == {"ListSecrets": 1, "DescribeSecret": 4, "ListKeys": 4 + 1}


def test_versions(emulator: Emulator) -> None:
    result = ask(KMS, emulator, "versions")
    assert values(result, "version_count", "newest_version_at")["plain"] == [1, "2025-01-01T00:00:00Z"]
    assert told(result) == {"versions": ("complete", 4, 0)} and calls(emulator) == {"ListSecrets": 1, "ListSecretVersionIds": 4}


def test_policies_of_secrets_in_instances(emulator: Emulator) -> None:
    result = ask(KMS, emulator, "policy")
    assert values(result, "attributes.foreign_accounts") == {"plain": None, "aigw!one": None, "db/app": ["100000000777"], "idle": []}
    assert told(result) == {"instances": ("complete", 4, 0), "policy": ("complete", 2, 0)}
    assert calls(emulator) == {"ListSecrets": 1 + 2, "ListKmsInstances": 1 + 1, "GetSecretPolicy": 2}


def test_references(emulator: Emulator) -> None:
    result = ask(APIG, emulator, "references")
    assert values(result, "references") == {
        "default": None,
        "unused": None,
        "used": [{"kind": "service", "name": "llm", "gateway": "shop"}, {"kind": "consumer", "name": "app", "gateway": "gw-9"}],
    }
    assert told(result) == {"references": ("complete", 1, 0)} and calls(emulator) == {"ListSecrets": 1, "ListGateways": 1, "ListSecretReferences": 1}


def test_states_of_the_keys_of_apig(emulator: Emulator) -> None:
    result = ask(APIG, emulator, "keys")
    assert values(result, "key_state") == {"default": None, "unused": "missing", "used": "pending_delete"}
    assert told(result) == {"keys": ("complete", 2, 0)} and calls(emulator) == {"ListSecrets": 1, "ListKeys": 4 + 1}
    assert {request["host"] for request in emulator.requests() if request["action"] == "ListKeys"} == {"kms.cn-hangzhou.aliyuncs.com"}


ALL = {"kms": ["instances", "describe", "describe_all", "keys", "versions", "policy"], "apig": ["references", "keys"]}
EVERY_WORD = pytest.mark.parametrize(
    "listing, word",
    [(listing, word) for listing, words in ((KMS, ALL["kms"]), (APIG, ALL["apig"])) for word in words],
    ids=lambda value: value if isinstance(value, str) else value.provider.schema.provider,
)


@pytest.mark.parametrize("listing", [KMS, APIG], ids=["kms", "apig"])
def test_nothing_is_asked_for_that_nobody_asked_for(emulator: Emulator, listing: Listing) -> None:
    result = ask(listing, emulator)
    assert calls(emulator) == {"ListSecrets": 1} and "details" not in result["stores"][0]


@pytest.mark.parametrize("listing, words", [(KMS, ALL["kms"]), (APIG, ALL["apig"])], ids=["kms", "apig"])
def test_what_may_hold_anything_is_nowhere(emulator: Emulator, listing: Listing, words: list[str]) -> None:
    assert CANARY not in json.dumps(ask(listing, emulator, *words))


@EVERY_WORD
def test_a_strange_word_is_refused(listing: Listing, word: str) -> None:
    with pytest.raises(SecretsError, match=f"details: unknown detail '{word}x'; did you mean {word}"):
        listing.list(region="cn-hangzhou", details=[f"{word}x"])


@EVERY_WORD
def test_a_denial_names_the_actions_to_grant_and_leaves_the_listing_alone(listing: Listing, word: str) -> None:
    document = fleet("alibaba", *REGIONS)
    document["accounts"][0]["actions"] = ["ListSecrets"]
    with Emulator(document) as emulator:
        result = ask(listing, emulator, word)
    (row,) = result["stores"]
    failed = {word: each for word, each in row["details"].items() if each["status"] == "failed"}
    assert row["status"] == "complete" and result["complete"] and failed
    for each, problem in failed.items():
        actions = next(detail.actions for detail in listing.provider.details if detail.word == each)
        assert problem["error"]["kind"] == "denied" and all(action in problem["error"]["hint"] for action in actions)
        assert "GetSecretValue" not in json.dumps(problem)


@pytest.mark.parametrize("word, action", [("describe_all", "DescribeSecret"), ("versions", "ListSecretVersionIds"), ("policy", "GetSecretPolicy")])
def test_a_secret_that_is_deleted_since_the_listing_is_no_failure(emulator: Emulator, word: str, action: str) -> None:
    gone = {"act": "error", "code": "Forbidden.ResourceNotFound", "match": {"action": action}, "times": 1}
    emulator.behave({"faults": [gone]})
    result = ask(KMS, emulator, word, concurrency=1)
    status, secrets, failed = told(result)[word]
    assert (status, failed) == ("complete", 0) and secrets > 0 and result["stores"][0]["details"][word]["error"] is None
    assert sum(bool(record["invalid"]) for record in result["secrets"]) == 1


def test_a_secret_of_apig_that_is_deleted_since_the_listing_is_no_failure(emulator: Emulator) -> None:
    emulator.behave({"changes": [{"after": 1, "match": {"service": "apig"}, "delete": ["sec-used"]}]})
    result = ask(APIG, emulator, "references")
    assert told(result) == {"references": ("complete", 1, 0)} and values(result, "references", "invalid")["used"] == [None, ["references"]]


def test_kms_that_is_switched_off_is_a_failed_detail_of_apig() -> None:
    with Emulator(fleet("alibaba", REGIONS[1], {"name": "cn-hangzhou", "service": "kms", "refuse": "unsupported"})) as emulator:
        result = ask(APIG, emulator, "keys")
    problem = result["stores"][0]["details"]["keys"]
    assert result["complete"] and (problem["status"], problem["error"]["code"]) == ("failed", "Forbidden.KmsServiceNotEnabled")
    assert "Activate Key Management Service" in problem["error"]["hint"]


def test_listing_and_details_keep_one_limit() -> None:
    """KMS takes 40 requests a second of both together, whatever rate_limit says. Where it were asked at will, it would refuse most."""
    rule = {"per_second": 40, "window": "sliding", "actions": ["ListSecrets", "DescribeSecret"]}
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 150}}, behaviour={"rate_limit": rule})) as emulator:
        result = ask(KMS, emulator, "describe_all", rate_limit=1000)
    (row,) = result["stores"]
    assert told(result) == {"describe_all": ("complete", 150, 0)} and row["throttled"] * 10 < row["requests"]


def test_a_detail_that_is_throttled_to_the_end_is_cut_and_said_so() -> None:
    rule = {"per_second": 0, "actions": ["DescribeSecret"]}
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": 30}}, behaviour={"rate_limit": rule})) as emulator:
        result = ask(KMS, emulator, "describe_all", deadline=4)
    assert result["complete"] and told(result)["describe_all"] == ("failed", 30, 30)
    assert all("description" in record["invalid"] for record in result["secrets"])


ACTIONS = {
    "DescribeSecret": (KMS, "describe_all"),
    "ListKmsInstances": (KMS, "instances"),
    "ListKeys": (KMS, "keys"),
    "ListSecretVersionIds": (KMS, "versions"),
    "GetSecretPolicy": (KMS, "policy"),
    "ListGateways": (APIG, "references"),
    "ListSecretReferences": (APIG, "references"),
}
EVERY_ACTION = pytest.mark.parametrize("action", ACTIONS)
ONCE: dict[str, dict[str, Any]] = {
    "reset": {"act": "reset"},
    "the server fails": {"act": "answer", "status": 503},
    "cut off": {"act": "answer", "body": '{"SecretName": "db/a'},
    "a sign-in page": {"act": "html"},
    "no object": {"act": "answer", "body": "[]"},
    "throttled": {"act": "error", "code": "Rejected.Throttling", "status": 429},
}


@pytest.mark.parametrize("fault", ONCE)
@EVERY_ACTION
def test_what_fails_once_is_asked_for_again(emulator: Emulator, action: str, fault: str) -> None:
    listing, word = ACTIONS[action]
    emulator.behave({"faults": [{**ONCE[fault], "match": {"action": action}}]})
    result = ask(listing, emulator, word, proxy=None, ca_path=None, endpoint=emulator.url)
    (row,) = result["stores"]
    assert row["retries"] >= 1 and {each["status"] for each in row["details"].values()} == {"complete"}
    assert not any(record["invalid"] for record in result["secrets"])


@EVERY_ACTION
def test_what_always_fails_leaves_the_listing_alone_and_tells_no_key(emulator: Emulator, action: str) -> None:
    listing, word = ACTIONS[action]
    echo = f"{ALIBABA_KEY['id']} {ALIBABA_KEY['secret']}"
    emulator.behave({"faults": [{"act": "error", "code": "InternalError", "message": echo, "status": 500, "match": {"action": action}, "times": "forever"}]})
    result = ask(listing, emulator, word, retries=0)
    (row,) = result["stores"]
    problem = row["details"][word]
    assert result["complete"] and row["status"] == "complete" and (problem["status"], problem["error"]["code"]) == ("failed", "InternalError")
    assert ALIBABA_KEY["secret"] not in json.dumps(result) and ALIBABA_KEY["id"] not in json.dumps(result)


@EVERY_ACTION
@pytest.mark.parametrize(
    "text", ["{}", '{"data": {"items": 1}, "Keys": 1, "KmsInstances": 1, "VersionIds": 1, "SecretName": 1, "Policy": 1}'], ids=["empty", "wrong"]
)
def test_an_answer_without_what_is_promised_becomes_no_value(emulator: Emulator, action: str, text: str) -> None:
    listing, word = ACTIONS[action]
    emulator.behave({"faults": [{"act": "answer", "body": text, "match": {"action": action}, "times": "forever"}]})
    result = ask(listing, emulator, word, retries=0)
    keys = [field.key for field in listing.provider.schema.details[word]]
    wanted = [record for record in result["secrets"] if record["name"] in ("db/app", "used")]
    assert result["complete"] and wanted
    for record in wanted:
        for key in keys:
            name = key.removeprefix("attributes.")
            assert (record["attributes"][name] if "." in key else record[key]) is None
    assert all(record["invalid"] for record in wanted)


def cost(emulator: Emulator, listing: Listing, *words: str) -> Counter[str]:
    """The requests for details alone."""
    emulator.clear_requests()
    ask(listing, emulator)
    bare = calls(emulator)
    emulator.clear_requests()
    assert ask(listing, emulator, *words)["complete"]
    return calls(emulator) - bare


@pytest.mark.parametrize("count", [0, 1, 70])
def test_a_call_a_secret_is_what_the_guide_forecasts(count: int) -> None:
    with Emulator(fleet("alibaba", {"name": "cn-hangzhou", "service": "kms", "generate": {"count": count}})) as emulator:
        rotate = sum(row["SecretType"] != "Generic" for row in emulator.secrets("main", "cn-hangzhou", "kms"))
        assert cost(emulator, KMS, "describe") == Counter(DescribeSecret=rotate)
        assert cost(emulator, KMS, "versions") == Counter(ListSecretVersionIds=count)


@pytest.mark.parametrize("count, pages", [(0, 0), (1, 1), (99, 1), (101, 2), (1001, 11)])
def test_a_walk_a_region_is_what_the_guide_forecasts(count: int, pages: int) -> None:
    regions = [{"name": "cn-hangzhou", "service": "kms", "generate": {"count": count}}, {"name": "cn-hangzhou", "generate": {"count": count}}]
    with Emulator(fleet("alibaba", *regions)) as emulator:
        used = sum(row["referenceCount"] > 0 for row in emulator.secrets("main", "cn-hangzhou", "apig"))
        assert cost(emulator, KMS, "instances") == Counter(ListKmsInstances=bool(count), ListSecrets=pages)
        assert cost(emulator, APIG, "keys") == Counter(ListKeys=4 if count else 0)
        assert cost(emulator, APIG, "references") == Counter(ListSecretReferences=used, ListGateways=bool(used))
