# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of SSM become records, field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import GAP, NEVER, NONE, RECORD_KEYS
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.fields import FIELDS, SCHEMA

ROW = {
    "SecretName": "db-password",
    "Description": "for the shop",
    "KmsKeyId": "key-1",
    "KmsKeyType": "DEFAULT",
    "CreateUin": 100000000001,
    "CreateUinString": "100000000001",
    "TargetUin": 0,
    "TargetUinString": "0",
    "Status": "Enabled",
    "CreateTime": 1_770_260_645,
    "DeleteTime": 0,
    "RotationStatus": 1,
    "RotationFrequency": 30,
    "NextRotationTime": 1_772_852_645,
    "RotationBeginTime": "15:07:11",
    "SecretType": 1,
    "ProductName": "Mysql",
    "ResourceID": "cdb-1",
    "ResourceName": "",
    "ProjectID": 0,
    "AssociatedInstanceIDs": ["ins-1", "ins-2"],
    "EncryptType": 0,
    "EncryptSwitching": False,
}
ATTRIBUTES = {
    "encrypt_switching": False,
    "rotation_begin_time": "15:07:11",
    "create_uin": "100000000001",
    "target_uin": None,
    "product_name": "Mysql",
    "resource_id": "cdb-1",
    "resource_name": "",
    "project_id": 0,
    "associated_instance_ids": ["ins-1", "ins-2"],
    "key_owner": None,
    "account_hosts": None,
}
RECORD: dict[str, Any] = {
    **dict.fromkeys(RECORD_KEYS),
    "provider": "tencent_ssm",
    "account": "prod",
    "region": "ap-guangzhou",
    "id": "db-password",
    "name": "db-password",
    "description": "for the shop",
    "status": "enabled",
    "provider_status": "Enabled",
    "kind": "product",
    "created_at": "2026-02-05T03:04:05Z",
    "updated_at": None,
    "delete_at": None,
    "kms_key_id": "key-1",
    "kms_key_type": "default",
    "kms_instance_id": None,
    "encryption": "kms",
    "rotation_enabled": True,
    "rotation_days": 30,
    "next_rotation_at": "2026-03-07T03:04:05Z",
    "reference_count": None,
    "source": None,
    "tags": None,
    "attributes": ATTRIBUTES,
    "invalid": [],
}
NEVER_OFFERED = {"references", "updated_at", "kms_instance_id", "reference_count", "source"}
KNOWN_EMPTY = {"delete_at", "next_rotation_at"}
LAST_SECOND = 253_402_300_799


def _record(**changes: Any) -> dict[str, Any]:
    return SCHEMA.record({**ROW, **changes}, "prod", "ap-guangzhou")


def _with(**attributes: Any) -> dict[str, Any]:
    return {"attributes": {**ATTRIBUTES, **attributes}}


def test_a_whole_row() -> None:
    assert _record() == RECORD
    assert SCHEMA.undocumented(ROW) == set()


def test_all_documented_fields_are_read() -> None:
    assert {field.source for field in FIELDS} == ROW.keys()
    assert len(ROW) == 23


def test_a_row_with_a_name_only_does_not_claim_that_nothing_will_be_deleted() -> None:
    record = SCHEMA.record({"SecretName": "s"}, "prod", "ap-guangzhou")
    named = {"provider": "tencent_ssm", "account": "prod", "region": "ap-guangzhou", "id": "s", "name": "s", "status": "unknown", "kind": "unknown"}
    invalid = ["attributes.target_uin", "delete_at", "next_rotation_at"]
    nothing = {**dict.fromkeys(RECORD_KEYS), **named, "attributes": dict.fromkeys(ATTRIBUTES), "invalid": invalid}
    assert record == nothing


def test_a_row_of_nulls_is_like_a_row_with_a_name_only() -> None:
    nulls = {**dict.fromkeys(ROW), "SecretName": "s"}
    assert SCHEMA.record(nulls, "prod", "r-1") == SCHEMA.record({"SecretName": "s"}, "prod", "r-1")


STATUSES = [
    ("Enabled", "enabled"),
    ("Disabled", "disabled"),
    ("PendingDelete", "pending_delete"),
    ("PendingCreate", "pending_create"),
    ("Creating", "pending_create"),
    ("Initializing", "pending_create"),
    ("CreateFailed", "create_failed"),
    ("Failed", "create_failed"),
    ("enabled", "unknown"),
    ("ENABLED", "unknown"),
    ("Enabled ", "unknown"),
    ("", "unknown"),
    ("Frozen", "unknown"),
]


@pytest.mark.parametrize(("word", "status"), STATUSES)
def test_status_words_are_mapped_exactly_and_kept(word: str, status: str) -> None:
    assert _record(Status=word) == {**RECORD, "status": status, "provider_status": word}


@pytest.mark.parametrize(("number", "kind"), [(0, "user"), (1, "product"), (2, "ssh_key"), (3, "api_key"), (4, "redis"), (5, "unknown"), (-1, "unknown")])
def test_kinds(number: int, kind: str) -> None:
    assert _record(SecretType=number) == {**RECORD, "kind": kind}


CHANGES = [
    pytest.param("Status", 1, {"status": "unknown", "provider_status": None, "invalid": ["provider_status"]}, id="a number as status"),
    pytest.param("Status", None, {"status": "unknown", "provider_status": None}, id="no status"),
    pytest.param("SecretType", True, {"kind": "unknown", "invalid": ["kind"]}, id="a boolean as type is not type 1"),
    pytest.param("SecretType", 1.0, {"kind": "unknown", "invalid": ["kind"]}, id="a number with a fraction as type is not type 1"),
    pytest.param("SecretType", "1", {"kind": "unknown"}, id="text as type is not type 1"),
    pytest.param("SecretType", None, {"kind": "unknown"}, id="no type"),
    pytest.param("Description", "", {"description": ""}, id="an empty description stays empty"),
    pytest.param("Description", None, {"description": None}, id="no description"),
    pytest.param("Description", 5, {"description": None, "invalid": ["description"]}, id="a number as description"),
    pytest.param("CreateTime", 1_770_260_645_000, {"created_at": None, "invalid": ["created_at"]}, id="milliseconds where seconds are due"),
    pytest.param("CreateTime", LAST_SECOND, {"created_at": "9999-12-31T23:59:59Z"}, id="the end of the year 9999"),
    pytest.param("CreateTime", LAST_SECOND + 1, {"created_at": None, "invalid": ["created_at"]}, id="the year 10000"),
    pytest.param("CreateTime", 2**53 + 1, {"created_at": None, "invalid": ["created_at"]}, id="a time beyond all calendars"),
    pytest.param("CreateTime", 0, {"created_at": None, "invalid": ["created_at"]}, id="0 as time of creation"),
    pytest.param("CreateTime", None, {"created_at": None}, id="no time of creation"),
    pytest.param("DeleteTime", 1_772_852_645, {"delete_at": "2026-03-07T03:04:05Z"}, id="a time of deletion"),
    pytest.param("DeleteTime", None, {"delete_at": None, "invalid": ["delete_at"]}, id="a withheld time of deletion is not 'none'"),
    pytest.param("DeleteTime", -1, {"delete_at": None, "invalid": ["delete_at"]}, id="a negative time of deletion is not 'none'"),
    pytest.param("DeleteTime", False, {"delete_at": None, "invalid": ["delete_at"]}, id="nor is false"),
    pytest.param("NextRotationTime", 0, {"next_rotation_at": None}, id="0 is 'no next rotation'"),
    pytest.param("NextRotationTime", "2026-03-07 03:04:05", {"next_rotation_at": None, "invalid": ["next_rotation_at"]}, id="a next rotation as text"),
    pytest.param("NextRotationTime", None, {"next_rotation_at": None, "invalid": ["next_rotation_at"]}, id="a withheld next rotation is not 'none'"),
    pytest.param("KmsKeyId", "", {"kms_key_id": ""}, id="the empty key id of a software key stays"),
    pytest.param("KmsKeyId", 1, {"kms_key_id": None, "invalid": ["kms_key_id"]}, id="a number as key id"),
    pytest.param("KmsKeyType", "CUSTOMER", {"kms_key_type": "customer"}, id="a key of the customer"),
    pytest.param("KmsKeyType", "Customer", {"kms_key_type": None, "invalid": ["kms_key_type"]}, id="a key type in another spelling"),
    pytest.param("KmsKeyType", None, {"kms_key_type": None}, id="no key type"),
    pytest.param("EncryptType", 1, {"encryption": "software"}, id="a software key"),
    pytest.param("EncryptType", 2, {"encryption": None, "invalid": ["encryption"]}, id="an unknown encryption"),
    pytest.param("EncryptType", False, {"encryption": None, "invalid": ["encryption"]}, id="a boolean as encryption is not type 0"),
    pytest.param("EncryptType", None, {"encryption": None}, id="no encryption type, as on the international site"),
    pytest.param("EncryptSwitching", 1, _with(encrypt_switching=True), id="a flag as a number"),
    pytest.param("EncryptSwitching", "no", {**_with(encrypt_switching=None), "invalid": ["attributes.encrypt_switching"]}, id="a flag as text"),
    pytest.param("RotationStatus", 0, {"rotation_enabled": False}, id="no rotation"),
    pytest.param("RotationStatus", True, {"rotation_enabled": True}, id="rotation as a boolean"),
    pytest.param("RotationStatus", 2, {"rotation_enabled": None, "invalid": ["rotation_enabled"]}, id="a rotation status that is no flag"),
    pytest.param("RotationFrequency", 0, {"rotation_days": 0}, id="0 days"),
    pytest.param("RotationFrequency", 2**53 + 1, {"rotation_days": 9007199254740993}, id="more days than a float can count"),
    pytest.param("RotationFrequency", -30, {"rotation_days": None, "invalid": ["rotation_days"]}, id="fewer days than none"),
    pytest.param("RotationFrequency", "30", {"rotation_days": None, "invalid": ["rotation_days"]}, id="days as text"),
    pytest.param("RotationBeginTime", "", _with(rotation_begin_time=""), id="no time of day"),
    pytest.param("RotationBeginTime", 15, {**_with(rotation_begin_time=None), "invalid": ["attributes.rotation_begin_time"]}, id="a number as time of day"),
    pytest.param("CreateUinString", "100000000002", _with(create_uin="100000000002"), id="the text of two twins counts"),
    pytest.param("CreateUinString", None, _with(), id="without the text the number counts"),
    pytest.param("CreateUinString", "", _with(), id="an empty text does not count"),
    pytest.param("CreateUinString", "1e11", _with(), id="nor does one that is no number"),
    pytest.param("CreateUin", 2**53 + 1, _with(), id="a rounded number beside the text is ignored"),
    pytest.param("CreateUin", "x", _with(), id="a bad number beside the text is ignored"),
    pytest.param("TargetUinString", None, _with(target_uin=None), id="the owner of a key by number"),
    pytest.param("TargetUinString", "9007199254740993", _with(target_uin="9007199254740993"), id="the owner of a key by text, exactly"),
    pytest.param("TargetUin", -1, _with(), id="a bad number of an owner beside the text is ignored"),
    pytest.param("ProductName", "default", _with(product_name="default"), id="a product"),
    pytest.param("ProductName", [], {**_with(product_name=None), "invalid": ["attributes.product_name"]}, id="a list as product"),
    pytest.param("ResourceID", None, _with(resource_id=None), id="no resource"),
    pytest.param("ResourceName", "key\ud800", _with(resource_name="key\ufffd"), id="a lone surrogate in the resource's name"),
    pytest.param("ProjectID", 2**63, _with(project_id=2**63), id="a large project number"),
    pytest.param("ProjectID", "0", {**_with(project_id=None), "invalid": ["attributes.project_id"]}, id="a project as text"),
    pytest.param("AssociatedInstanceIDs", [], _with(associated_instance_ids=[]), id="no instances"),
    pytest.param("AssociatedInstanceIDs", None, _with(associated_instance_ids=None), id="instances withheld"),
    pytest.param(
        "AssociatedInstanceIDs",
        ["ins-1", None],
        {**_with(associated_instance_ids=None), "invalid": ["attributes.associated_instance_ids"]},
        id="instances one of which is null",
    ),
]


@pytest.mark.parametrize(("field", "value", "difference"), CHANGES)
def test_one_field_changes_what_depends_on_it_and_nothing_else(field: str, value: Any, difference: dict[str, Any]) -> None:
    assert _record(**{field: value}) == {**RECORD, **difference}


def test_every_documented_field_is_tried_above() -> None:
    assert ROW.keys() == {change.values[0] for change in CHANGES} | {"SecretName"}


def test_without_the_text_a_large_account_number_is_exact() -> None:
    record = _record(CreateUinString=None, CreateUin=2**53 + 1, TargetUinString=None, TargetUin=2**53 + 3)
    assert (record["attributes"]["create_uin"], record["attributes"]["target_uin"]) == ("9007199254740993", "9007199254740995")


def test_two_bad_twins_are_one_bad_field() -> None:
    assert _record(CreateUinString="x", CreateUin=-5)["invalid"] == ["attributes.create_uin"]


@pytest.mark.parametrize("key", sorted({field.key for field in FIELDS} - {"id", "name", "status", "kind"}))
def test_a_field_of_the_wrong_type_never_becomes_a_value(key: str) -> None:
    for wrong in ({}, 1.5, {"canary": 1}, [["canary"]]):
        record = _record(**{field.source: wrong for field in FIELDS if field.key == key})
        held = record["attributes"][key.removeprefix("attributes.")] if key.startswith("attributes.") else record[key]
        assert held is None
        assert key in record["invalid"]
        assert "canary" not in json.dumps(record)


@pytest.mark.parametrize("kind", ["user", "product", "ssh_key", "api_key", "redis", "unknown"])
@pytest.mark.parametrize("key", [*RECORD_KEYS, "attributes.create_uin", "attributes.kms_secret_arn"])
def test_what_null_means(key: str, kind: str) -> None:
    unrotated = key in ("last_rotated_at", "rotation_count") and kind in ("user", "ssh_key", "api_key") or (key, kind) == ("rotation_count", "redis")
    expected = NEVER if unrotated or key in NEVER_OFFERED | {"attributes.kms_secret_arn"} else NONE if key in KNOWN_EMPTY else GAP
    assert SCHEMA.null_meaning(key, kind) == expected


def test_what_is_not_documented_is_named_and_its_value_goes_nowhere() -> None:
    row = {**ROW, "SecretString": "canary-value", "SecretBinary": "canary-value", "Tags": [{"TagKey": "canary-value"}]}
    assert SCHEMA.undocumented(row) == {"SecretString", "SecretBinary", "Tags"}
    assert SCHEMA.record(row, "prod", "ap-guangzhou") == RECORD
