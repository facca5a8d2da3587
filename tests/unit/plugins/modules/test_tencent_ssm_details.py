# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The details of the Tencent Cloud SSM module against the emulator."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.sense import RecordSense, RecordTypes, header_faults
from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.modules import tencent_ssm_secrets_info as module
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import TENCENT_KEY, Listing, fleet

SSM = Listing(module.PROVIDER)
WORDS = ["keys", "tags", "rotation", "history", "versions", "service"]
GONE, OFF = "6b1f0000-0000-4000-8000-000000000001", "6b1f0000-0000-4000-8000-000000000002"
BORN = "2025-01-01T00:00:00Z"
SECRETS: list[dict[str, Any]] = [
    {"SecretName": "plain", "CreateTime": BORN, "tags": {"env": "prod", "note": "a=b"}, "versions": ["2025-03-01T00:00:00Z", "2025-02-01T00:00:00Z"]},
    {"SecretName": "bare", "CreateTime": BORN, "KmsKeyId": GONE, "KmsKeyType": "CUSTOMER"},
    {"SecretName": "soft", "CreateTime": BORN, "EncryptType": 1},
    {
        "SecretName": "mysql",
        "CreateTime": BORN,
        "SecretType": 1,
        "KmsKeyId": OFF,
        "KmsKeyType": "CUSTOMER",
        "hosts": ["%", "10.%"],
        "rotated": "2026-07-14T06:21:52Z",
        "rotations": 3,
        "NextRotationTime": "2027-01-01T00:00:00Z",
        "AdditionalConfig": '{"Password": "not to be seen"}',
    },
    {"SecretName": "cache", "CreateTime": BORN, "SecretType": 4, "AdditionalConfig": "not to be seen"},
    {"SecretName": "key-pair", "CreateTime": BORN, "SecretType": 2},
    {"SecretName": "waiting", "CreateTime": BORN, "SecretType": 1, "Status": "PendingDelete"},
    {"SecretName": "unborn", "CreateTime": BORN, "SecretType": 1, "Status": "Creating"},
]
PLACE: dict[str, Any] = {
    "name": "ap-guangzhou",
    "secrets": SECRETS,
    "keys": {GONE: "Gone", OFF: "Disabled", "6b1f0000-0000-4000-8000-000000000003": "Archived"},
}


def counts(emulator: Emulator) -> Counter[str]:
    return Counter(row["action"] for row in emulator.requests())


def of(result: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Fields of each secret by its name."""
    return {record["name"]: tuple({**record, **record["attributes"]}[key] for key in keys) for record in result["secrets"]}


def test_all_details_of_all_kinds() -> None:
    with Emulator(fleet("tencent", PLACE)) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=WORDS)
        asked = counts(emulator)
    assert of(result, "key_state", "key_rotation_enabled", "key_owner") == {
        **dict.fromkeys(("plain", "cache", "key-pair", "waiting", "unborn"), ("enabled", False, "ssm")),
        "bare": ("missing", None, None),
        "soft": (None, None, None),
        "mysql": ("disabled", False, "user"),
    }
    assert of(result, "tags") == {**{str(secret["SecretName"]): ({},) for secret in SECRETS}, "plain": ({"env": "prod", "note": "a=b"},)}
    nothing = dict.fromkeys(("plain", "bare", "soft", "cache", "key-pair", "unborn"), (None, None))
    assert of(result, "last_rotated_at", "account_hosts") == {**nothing, "mysql": ("2026-07-14T06:21:52Z", ["%", "10.%"]), "waiting": (BORN, ["10.%"])}
    assert of(result, "rotation_count") == {**dict.fromkeys(nothing, (None,)), "mysql": (3,), "waiting": (None,)}
    assert of(result, "version_count", "newest_version_at")["plain"] == (2, "2025-03-01T00:00:00Z")
    assert of(result, "version_count")["unborn"] == (None,) and of(result, "version_count")["soft"] == (1,)
    assert of(result, "invalid")["waiting"] == (["rotation_count"],), "the cloud tells no history of a secret that waits for its deletion"
    assert all(invalid == ([],) for name, invalid in of(result, "invalid").items() if name != "waiting")
    (row,) = result["stores"]
    assert {name: row["service"][name] for name in ("enabled", "quota", "hosted")} == {"enabled": True, "quota": 100_000, "hosted": 8}
    assert row["service"]["expires_at"].endswith("Z") and row["status"] == "complete"
    assert {word: told["secrets"] for word, told in row["details"].items()} == {"keys": 7, "tags": 8, "rotation": 3, "history": 2, "versions": 7, "service": 0}
    assert all(told["status"] == "complete" and told["error"] is None and told["failed"] == 0 for told in row["details"].values())
    assert asked["DescribeSecret"] == 3 and asked["DescribeRotationHistory"] == 2 and asked["ListSecretVersionIds"] == 7
    assert asked["DescribeResourceTagsByResourceIds"] == 1 and asked["GetServiceStatus"] == 1
    assert asked["ListKeyDetail"] == 2 + 2, "two walks, and the missing key by its name in each role"
    assert "not to be seen" not in json.dumps(result)


@pytest.mark.parametrize("count", [0, 1, 1_000])
def test_calls_are_those_of_the_table(count: int) -> None:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "generate": {"count": count, "seed": 3}})) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=["tags", "keys"], rate_limit=1000)
        asked = counts(emulator)
    assert len(result["secrets"]) == count and all(record["tags"] and record["invalid"] == [] for record in result["secrets"])
    assert asked["DescribeResourceTagsByResourceIds"] == count // 50 + bool(count % 50)
    assert asked["ListKeyDetail"] <= 2 and set(asked) <= {"ListSecrets", "DescribeResourceTagsByResourceIds", "ListKeyDetail"}


@pytest.mark.parametrize("cap", [None, 7])
def test_pages_of_tags_and_keys_are_taken_together(cap: int | None) -> None:
    tags = {f"k{number}": f"v{number}" for number in range(10)}
    keys = {f"6b1f0000-0000-4000-8000-{number:012d}": "Enabled" for number in range(450)}
    secrets = [{"SecretName": f"s{number:02d}", "tags": tags, "KmsKeyId": list(keys)[-1 - number], "KmsKeyType": "CUSTOMER"} for number in range(50)]
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": secrets, "keys": keys})) as emulator:
        emulator.behave({"page_cap": cap})
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=["tags", "keys"], rate_limit=1000, page_size=100 if cap is None else cap)
        asked = counts(emulator)
    assert all(record["tags"] == tags and record["key_state"] == "enabled" for record in result["secrets"]) and len(result["secrets"]) == 50
    if cap is None:
        assert (asked["DescribeResourceTagsByResourceIds"], asked["ListKeyDetail"]) == (3, 3)


@pytest.mark.parametrize("word", WORDS)
def test_a_refused_detail_names_the_action_to_grant(word: str) -> None:
    (action,) = next(detail.actions for detail in module.PROVIDER.details if detail.word == word)
    world = fleet("tencent", {"name": "ap-guangzhou", "generate": {"count": 60, "seed": 3}})
    world["accounts"][0]["actions"] = ["ListSecrets"]
    with Emulator(world) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=[word])
    (row,) = result["stores"]
    told = row["details"][word]
    assert (result["complete"], row["status"], told["status"], told["error"]["kind"]) == (True, "complete", "failed", "denied")
    assert told["error"]["hint"] == f"Grant the actions {action}, or leave {word} out of details." and told["failed"] == told["secrets"]
    assert sum(bool(record["invalid"]) for record in result["secrets"]) == told["secrets"]


def test_what_is_refused_for_its_rate_is_asked_for_again() -> None:
    limit = {"per_second": 2, "window": "sliding", "actions": ["ListSecretVersionIds"]}
    with Emulator(fleet("tencent", PLACE, behaviour={"rate_limit": limit})) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=["versions"], rate_limit=1000)
    (row,) = result["stores"]
    assert row["details"]["versions"]["status"] == "complete" and row["throttled"] > 0


def test_a_secret_that_is_gone_by_then_is_no_failure() -> None:
    change = {"match": {"action": "ListSecrets"}, "after": 10, "delete": ["plain"]}
    with Emulator(fleet("tencent", PLACE, behaviour={"changes": [change]})) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=["versions", "tags"])
        assert "plain" not in [row["SecretName"] for row in emulator.secrets("main", "ap-guangzhou")]
    (row,) = result["stores"]
    assert row["details"]["versions"] == {"status": "complete", "secrets": 7, "failed": 0, "error": None}
    assert of(result, "version_count", "invalid")["plain"] == (None, ["newest_version_at", "version_count"])


def test_an_inventory_has_them_as_a_result_has_and_makes_sense(tmp_path: Path) -> None:
    dest = str(tmp_path / "ssm.jsonl")
    with Emulator(fleet("tencent", PLACE, now="2026-11-01T00:00:00Z")) as emulator:
        options: dict[str, Any] = {"region": "ap-guangzhou", "endpoint": emulator.url, "details": WORDS[:-1]}
        result = SSM.list(**options)
        assert SSM.list(**options, dest=dest)["changed"] and not SSM.list(**options, dest=dest)["changed"]
        assert SSM.list(**{**options, "details": ["keys"]}, dest=dest, check_mode=True)["changed"], "another question is another inventory"
    with inventory_file.opened(dest) as inventory:
        header = inventory.header
        assert list(header_faults(header)) == [] and header["asked"]["details"] == WORDS[:-1]
        sense = RecordSense(header["stores"], RecordTypes({"tencent_ssm": module.PROVIDER.schema}))
        assert [record for _key, record in sense.records(inventory)] == result["secrets"]
    without = {**header["asked"]}
    without.pop("details")
    rows = [{name: value for name, value in row.items() if name != "details"} for row in header["stores"]]
    assert list(header_faults({**header, "asked": without, "stores": rows})) == [], "older ones have neither"


@pytest.mark.parametrize(
    ("row", "asked", "fault"),
    [
        ({"tags": {"status": "good", "secrets": 1, "failed": 0, "error": None}}, ["tags"], "details that are none"),
        ({"tags": {"status": "complete", "secrets": 1, "failed": 2, "error": None}}, ["tags"], "details that are none"),
        ({"tags": {"status": "complete", "secrets": 1, "failed": 0, "error": {"kind": "denied"}}}, ["tags"], "details that are none"),
        ({"tags": "complete"}, ["tags"], "details that are none"),
        ([], ["tags"], "details that are none"),
        ({}, ["tags"], "not the details that its header names"),
        ({"tags": {"status": "complete", "secrets": 1, "failed": 0, "error": None}}, [], "not the details that its header names"),
        ({}, "tags", "details are no list"),
    ],
)
def test_details_that_contradict_themselves_are_no_details(row: Any, asked: Any, fault: str, tmp_path: Path) -> None:
    dest = str(tmp_path / "ssm.jsonl")
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": ["a"]})) as emulator:
        SSM.list(region="ap-guangzhou", endpoint=emulator.url, details=["tags"], dest=dest)
    with inventory_file.opened(dest) as inventory:
        header = inventory.header
    header["stores"][0]["details"], header["asked"]["details"] = row, asked
    assert any(fault in told for told in header_faults(header)), list(header_faults(header))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tag"], "details: unknown detail 'tag'; did you mean tags?"),
        (["keys", "nonsense"], "details: unknown detail 'nonsense'; known: keys, tags, rotation, history, versions, service"),
        ([], "details is empty"),
        ([""], "details holds an empty text"),
    ],
)
def test_a_word_that_is_not_known_is_refused(words: list[str], told: str) -> None:
    with pytest.raises(SecretsError) as error:
        SSM.list(region="ap-guangzhou", details=words)
    assert error.value.message == told


def test_the_keys_of_a_task_sign_for_each_service() -> None:
    """Under the clouds' own names, through a proxy, with their certificates."""
    with Emulator(fleet("tencent", PLACE)) as emulator:
        result = SSM.list(region="ap-guangzhou", proxy=emulator.url, ca_path=emulator.ca_file, details=["keys", "tags", "service"])
        hosts = {row["action"]: row["host"] for row in emulator.requests()}
    assert hosts["ListKeyDetail"] == "kms.tencentcloudapi.com" and hosts["DescribeResourceTagsByResourceIds"] == "tag.tencentcloudapi.com"
    assert result["complete"] and TENCENT_KEY["secret"] not in json.dumps(result)
