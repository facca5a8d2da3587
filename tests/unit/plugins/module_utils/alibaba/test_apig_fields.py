# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of APIG become records, field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.fields import FIELDS, SCHEMA
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import GAP, NEVER, NONE, RECORD_KEYS

ROW: dict[str, Any] = {
    "secretId": "sec-d5e6shmm1hko",
    "name": "openai-key",
    "description": "for the gateway",
    "gatewayType": "AI",
    "secretSource": "KMS",
    "status": "ENABLE",
    "referenceCount": 3,
    "createTimestamp": 1_725_617_840_096,
    "updateTimestamp": 1_725_617_841_000,
    "kmsConfig": {"kmsInstanceId": "kst-1", "kmsKeyId": "key-1", "kmsSecretArn": "acs:kms:1", "versionId": "v1"},
}
RECORD: dict[str, Any] = {
    **dict.fromkeys(RECORD_KEYS),
    "provider": "alibaba_apig",
    "account": "prod",
    "region": "cn-hangzhou",
    "id": "sec-d5e6shmm1hko",
    "name": "openai-key",
    "description": "for the gateway",
    "status": "enabled",
    "provider_status": "ENABLE",
    "kind": "ai",
    "created_at": "2024-09-06T10:17:20.096Z",
    "updated_at": "2024-09-06T10:17:21Z",
    "delete_at": None,
    "kms_key_id": "key-1",
    "kms_key_type": None,
    "kms_instance_id": "kst-1",
    "encryption": None,
    "rotation_enabled": None,
    "rotation_days": None,
    "next_rotation_at": None,
    "reference_count": 3,
    "source": "KMS",
    "tags": None,
    "attributes": {"kms_secret_arn": "acs:kms:1", "version_id": "v1"},
    "invalid": [],
}
OF_ROTATION = {"rotation_enabled", "rotation_days", "next_rotation_at", "last_rotated_at", "rotation_count", "key_rotation_enabled"}
NEVER_OFFERED = {"delete_at", "kms_key_type", "encryption", "version_count", "newest_version_at"} | OF_ROTATION
NONE_IF_ASKED_FOR = {"key_state": "keys", "references": "references"}


def _record(**changes: Any) -> dict[str, Any]:
    return SCHEMA.record({**ROW, **changes}, "prod", "cn-hangzhou")


def _value(record: dict[str, Any], key: str) -> Any:
    return record["attributes"][key.removeprefix("attributes.")] if key.startswith("attributes.") else record[key]


def test_a_whole_row() -> None:
    assert _record() == RECORD
    assert SCHEMA.undocumented(ROW) == set()


def test_an_empty_row_is_all_gaps_and_nothing_in_it_is_malformed() -> None:
    record = SCHEMA.record({"secretId": "s"}, "prod", "cn-hangzhou")
    named = {"provider": "alibaba_apig", "account": "prod", "region": "cn-hangzhou", "id": "s", "status": "unknown", "kind": "unknown"}
    assert record == {**dict.fromkeys(RECORD_KEYS), **named, "attributes": {"kms_secret_arn": None, "version_id": None}, "invalid": []}


CHANGES = [
    pytest.param("status", "ENABLE", {"status": "enabled"}, id="enabled"),
    pytest.param("status", "ENALBE", {"status": "enabled", "provider_status": "ENALBE"}, id="enabled, as the vendor's page spells it"),
    pytest.param("status", "DISABLE", {"status": "disabled", "provider_status": "DISABLE"}, id="disabled"),
    pytest.param("status", "DELETED", {"status": "deleted", "provider_status": "DELETED"}, id="deleted"),
    pytest.param("status", "enable", {"status": "unknown", "provider_status": "enable"}, id="another spelling is no known status"),
    pytest.param("status", "ENABLED", {"status": "unknown", "provider_status": "ENABLED"}, id="nor is a longer word"),
    pytest.param("status", "FROZEN", {"status": "unknown", "provider_status": "FROZEN"}, id="nor a new one"),
    pytest.param("status", "", {"status": "unknown", "provider_status": ""}, id="nor an empty one"),
    pytest.param("status", None, {"status": "unknown", "provider_status": None}, id="no status"),
    pytest.param("status", 1, {"status": "unknown", "provider_status": None, "invalid": ["provider_status"]}, id="a number as status"),
    pytest.param("status", True, {"status": "unknown", "provider_status": None, "invalid": ["provider_status", "status"]}, id="a boolean as status"),
    pytest.param("gatewayType", "API", {"kind": "api"}, id="a secret of an API gateway"),
    pytest.param("gatewayType", "Ai", {"kind": "unknown"}, id="a kind in another spelling"),
    pytest.param("gatewayType", None, {"kind": "unknown"}, id="no kind"),
    pytest.param("gatewayType", ["AI"], {"kind": "unknown", "invalid": ["kind"]}, id="a list as kind"),
    pytest.param("createTimestamp", 1_725_617_840, {"created_at": None, "invalid": ["created_at"]}, id="seconds where milliseconds are due"),
    pytest.param("createTimestamp", "1725617840096", {"created_at": None, "invalid": ["created_at"]}, id="a time as text"),
    pytest.param("createTimestamp", 0, {"created_at": None, "invalid": ["created_at"]}, id="0 as time of creation"),
    pytest.param("createTimestamp", None, {"created_at": None}, id="no time of creation"),
    pytest.param("createTimestamp", 253_402_300_799_999, {"created_at": "9999-12-31T23:59:59.999Z"}, id="the end of the year 9999"),
    pytest.param("updateTimestamp", 253_402_300_800_000, {"updated_at": None, "invalid": ["updated_at"]}, id="the year 10000"),
    pytest.param("updateTimestamp", 2**53 + 1, {"updated_at": None, "invalid": ["updated_at"]}, id="a time beyond all calendars"),
    pytest.param("updateTimestamp", 1725617841000.0, {"updated_at": None, "invalid": ["updated_at"]}, id="a time with a fraction"),
    pytest.param("referenceCount", 0, {"reference_count": 0}, id="no references"),
    pytest.param("referenceCount", 2**53 + 1, {"reference_count": 9007199254740993}, id="more references than a float can count"),
    pytest.param("referenceCount", -1, {"reference_count": None, "invalid": ["reference_count"]}, id="fewer references than none"),
    pytest.param("referenceCount", "3", {"reference_count": None, "invalid": ["reference_count"]}, id="a count as text"),
    pytest.param("referenceCount", None, {"reference_count": None}, id="no count"),
    pytest.param("description", "", {"description": ""}, id="an empty description stays empty"),
    pytest.param("description", None, {"description": None}, id="no description"),
    pytest.param("description", {"a": 1}, {"description": None, "invalid": ["description"]}, id="an object as description"),
    pytest.param("name", "密钥\ud800{{ 7*7 }}", {"name": "密钥\ufffd{{ 7*7 }}"}, id="any text as name, but for lone surrogates"),
    pytest.param("name", 7, {"name": None, "invalid": ["name"]}, id="a number as name"),
    pytest.param("secretSource", "", {"source": ""}, id="an empty source"),
    pytest.param("secretSource", False, {"source": None, "invalid": ["source"]}, id="a boolean as source"),
    pytest.param(
        "kmsConfig",
        {"kmsInstanceId": "", "kmsKeyId": ""},
        {"kms_instance_id": "", "kms_key_id": "", "attributes": {"kms_secret_arn": None, "version_id": None}},
        id="empty texts inside kmsConfig stay",
    ),
    pytest.param(
        "kmsConfig", None, {"kms_instance_id": None, "kms_key_id": None, "attributes": {"kms_secret_arn": None, "version_id": None}}, id="no kmsConfig"
    ),
    pytest.param(
        "kmsConfig",
        "kms",
        {
            "kms_instance_id": None,
            "kms_key_id": None,
            "attributes": {"kms_secret_arn": None, "version_id": None},
            "invalid": ["attributes.kms_secret_arn", "attributes.version_id", "kms_instance_id", "kms_key_id"],
        },
        id="text as kmsConfig",
    ),
    pytest.param(
        "kmsConfig",
        {"kmsKeyId": 1, "versionId": "v2"},
        {"kms_instance_id": None, "kms_key_id": None, "attributes": {"kms_secret_arn": None, "version_id": "v2"}, "invalid": ["kms_key_id"]},
        id="a bad value inside kmsConfig",
    ),
]


@pytest.mark.parametrize(("field", "value", "difference"), CHANGES)
def test_one_field_changes_what_depends_on_it_and_nothing_else(field: str, value: Any, difference: dict[str, Any]) -> None:
    assert _record(**{field: value}) == {**RECORD, **difference}


def test_every_documented_field_is_tried_above() -> None:
    assert {field.source.partition(".")[0] for field in FIELDS} == {change.values[0] for change in CHANGES} | {"secretId"}


@pytest.mark.parametrize("key", sorted({field.key for field in FIELDS} - {"id", "status", "kind"}))
def test_a_field_of_the_wrong_type_never_becomes_a_value(key: str) -> None:
    source = next(field.source for field in FIELDS if field.key == key)
    parent, name = source.rpartition(".")[::2]
    for wrong in ([], {}, 1.5, ["canary"], {"canary": 1}):
        row = {**ROW, parent: {**ROW["kmsConfig"], name: wrong}} if parent else {**ROW, name: wrong}
        record = SCHEMA.record(row, "prod", "cn-hangzhou")
        assert _value(record, key) is None
        assert key in record["invalid"]
        assert "canary" not in json.dumps(record)


@pytest.mark.parametrize("kind", ["ai", "api", "unknown"])
@pytest.mark.parametrize("key", [*RECORD_KEYS, "attributes.kms_secret_arn", "attributes.create_uin"])
def test_what_null_means(key: str, kind: str) -> None:
    never = key in NEVER_OFFERED | {"attributes.create_uin"}
    assert SCHEMA.null_meaning(key, kind) == (NEVER if never else GAP)
    assert SCHEMA.null_meaning(key, kind, ["references", "keys"]) == (NEVER if never else NONE if key in NONE_IF_ASKED_FOR else GAP)
    assert SCHEMA.word_to_ask_for(key, ()) == NONE_IF_ASKED_FOR.get(key)


def test_what_is_not_documented_is_named_and_its_value_goes_nowhere() -> None:
    row = {**ROW, "secretData": "canary-value", "kmsConfig": {**ROW["kmsConfig"], "plaintext": "canary-value"}}
    assert SCHEMA.undocumented(row) == {"secretData", "kmsConfig.plaintext"}
    assert SCHEMA.record(row, "prod", "cn-hangzhou") == RECORD
