# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of KMS Secrets Manager become records, field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.fields import FIELDS, SCHEMA
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import read_page
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import GAP, NEVER, NONE, RECORD_KEYS

ROW: dict[str, Any] = {
    "SecretName": "prod/db",
    "SecretType": "Rds",
    "CreateTime": "2023-07-17T07:59:05Z",
    "UpdateTime": "2024-09-06T10:17:21Z",
    "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}, {"TagKey": "owner", "TagValue": ""}]},
}
RECORD: dict[str, Any] = {
    **dict.fromkeys(RECORD_KEYS),
    "provider": "alibaba_kms",
    "account": "prod",
    "region": "cn-hangzhou",
    "id": "prod/db",
    "name": "prod/db",
    "status": "enabled",
    "kind": "rds",
    "created_at": "2023-07-17T07:59:05Z",
    "updated_at": "2024-09-06T10:17:21Z",
    "tags": {"env": "prod", "owner": ""},
    "attributes": {"secret_type": "Rds", "owning_service": None, "rotation_state": None, "foreign_accounts": None},
    "invalid": [],
}
NEVER_OFFERED = {"provider_status", "kms_key_type", "encryption", "reference_count", "references", "source", "key_rotation_enabled", "rotation_count"}
OF_ROTATION = {"rotation_enabled", "rotation_days", "next_rotation_at", "last_rotated_at", "attributes.rotation_state"}
CHEAPEST = {
    **dict.fromkeys(OF_ROTATION, "describe"),
    **dict.fromkeys(("description", "kms_key_id"), "describe_all"),
    **dict.fromkeys(("version_count", "newest_version_at"), "versions"),
    "kms_instance_id": "instances",
    "key_state": "keys",
    "attributes.foreign_accounts": "policy",
}
EMPTY_IF_ASKED_FOR = {"kms_key_id", "kms_instance_id", "key_state", "attributes.foreign_accounts"}
EMPTY_IF_IT_ROTATES = {"rotation_days", "next_rotation_at", "last_rotated_at"}
KNOWN_TO_BE_EMPTY = {"delete_at", "attributes.owning_service"}


def _record(**changes: Any) -> dict[str, Any]:
    return _of({**ROW, **changes})


def _of(row: dict[str, Any]) -> dict[str, Any]:
    """The record of a row, as an answer brings it."""
    rows = read_page({"SecretList": {"Secret": [row]}, "TotalCount": 1}).rows
    return SCHEMA.record(rows[0], "prod", "cn-hangzhou")


def test_a_whole_row() -> None:
    assert _record() == RECORD
    assert SCHEMA.undocumented(ROW) == set()


def test_a_row_with_nothing_but_a_name() -> None:
    named = {"id": "s", "name": "s", "kind": "unknown", "created_at": None, "updated_at": None, "tags": None}
    assert _of({"SecretName": "s"}) == {**RECORD, **named, "attributes": dict.fromkeys(RECORD["attributes"])}


def _kind(word: str, ours: str) -> dict[str, Any]:
    return {"kind": ours, "attributes": {**RECORD["attributes"], "secret_type": word}}


def _owned(by: str | None) -> dict[str, Any]:
    return {"attributes": {**RECORD["attributes"], "owning_service": by}}


CHANGES = [
    pytest.param("SecretType", "Generic", _kind("Generic", "generic"), id="generic"),
    pytest.param("SecretType", "RDS", _kind("RDS", "rds"), id="a database, as the models spell it"),
    pytest.param("SecretType", "Redis", _kind("Redis", "redis"), id="redis"),
    pytest.param("SecretType", "PolarDB", _kind("PolarDB", "polardb"), id="polardb"),
    pytest.param("SecretType", "RAMCredentials", _kind("RAMCredentials", "ram_credentials"), id="a key of RAM"),
    pytest.param("SecretType", "ECS", _kind("ECS", "ecs"), id="a machine"),
    pytest.param("SecretType", "rds", _kind("rds", "unknown"), id="another spelling is no known type"),
    pytest.param("SecretType", "Oracle", _kind("Oracle", "unknown"), id="nor is a new one, whose word is kept"),
    pytest.param(
        "SecretType",
        ["Rds"],
        {"kind": "unknown", "attributes": dict.fromkeys(RECORD["attributes"]), "invalid": ["attributes.secret_type", "kind"]},
        id="a list as type",
    ),
    pytest.param("CreateTime", "2023-07-17T15:59:05+08:00", {}, id="a time of China"),
    pytest.param("CreateTime", "2023-07-17T07:59:05.120Z", {"created_at": "2023-07-17T07:59:05.120Z"}, id="a time with a fraction"),
    pytest.param("CreateTime", "2023-07-17T07:59Z", {"created_at": None, "invalid": ["created_at"]}, id="a time without seconds"),
    pytest.param("CreateTime", "", {"created_at": None, "invalid": ["created_at"]}, id="an empty time of creation"),
    pytest.param("CreateTime", 1_725_617_840, {"created_at": None, "invalid": ["created_at"]}, id="a number as time"),
    pytest.param("UpdateTime", "2024-13-01T00:00:00Z", {"updated_at": None, "invalid": ["updated_at"]}, id="a thirteenth month"),
    pytest.param("UpdateTime", None, {"updated_at": None}, id="no time of update"),
    pytest.param(
        "PlannedDeleteTime",
        "2024-10-06T23:36:07.713703651+08:00",
        {"status": "pending_delete", "delete_at": "2024-10-06T15:36:07.713703651Z"},
        id="to be deleted, as DeleteSecret writes it",
    ),
    pytest.param("PlannedDeleteTime", "2024-10-06T10:17:21Z", {"status": "pending_delete", "delete_at": "2024-10-06T10:17:21Z"}, id="to be deleted"),
    pytest.param("PlannedDeleteTime", "", {}, id="an empty time of deletion"),
    pytest.param("PlannedDeleteTime", None, {}, id="no time of deletion"),
    pytest.param("PlannedDeleteTime", "soon", {"status": "pending_delete", "invalid": ["delete_at"]}, id="a deletion at a time that is none"),
    pytest.param("PlannedDeleteTime", False, {"status": "unknown", "invalid": ["delete_at", "status"]}, id="a boolean as time of deletion"),
    pytest.param("Tags", {"Tag": []}, {"tags": {}}, id="no tags"),
    pytest.param("Tags", {"Tag": None}, {"tags": {}}, id="nothing as list of tags"),
    pytest.param("Tags", {}, {"tags": {}}, id="no list of tags"),
    pytest.param("Tags", None, {"tags": None}, id="tags that nobody told"),
    pytest.param("Tags", {"Tag": [{"TagKey": "env"}]}, {"tags": {"env": ""}}, id="a tag without a value"),
    pytest.param("Tags", {"Tag": [{"TagValue": "prod"}]}, {"tags": None, "invalid": ["tags"]}, id="a tag without a key"),
    pytest.param("Tags", {"Tag": [{"TagKey": "env", "TagValue": 1}]}, {"tags": None, "invalid": ["tags"]}, id="a number as value of a tag"),
    pytest.param("Tags", [{"TagKey": "env", "TagValue": "prod"}], {"tags": None, "invalid": ["tags"]}, id="tags outside of their object"),
    pytest.param("Tags", {"Tag": ["env"]}, {"tags": None, "invalid": ["tags"]}, id="texts as tags"),
    pytest.param("OwingService", "aigw", _owned("aigw"), id="a secret of a product"),
    pytest.param("OwingService", "", _owned(None), id="a secret of nobody else"),
    pytest.param("OwingService", 1, {**_owned(None), "invalid": ["attributes.owning_service"]}, id="a number as product"),
    pytest.param("SecretName", "aigw!secret-abc", {"id": "aigw!secret-abc", "name": "aigw!secret-abc", **_owned("aigw")}, id="the name tells the product, too"),
    pytest.param("SecretName", "密钥", {"id": "密钥", "name": "密钥"}, id="any text as name"),
]


@pytest.mark.parametrize(("field", "value", "difference"), CHANGES)
def test_one_field_changes_what_depends_on_it_and_nothing_else(field: str, value: Any, difference: dict[str, Any]) -> None:
    assert _record(**{field: value}) == {**RECORD, **difference}


def test_every_documented_field_is_tried_above() -> None:
    assert {field.source for field in FIELDS} == {change.values[0] for change in CHANGES}


@pytest.mark.parametrize("key", sorted({field.key for field in FIELDS} - {"id", "name", "status", "kind"}))
def test_a_field_of_the_wrong_type_never_becomes_a_value(key: str) -> None:
    source = next(field.source for field in FIELDS if field.key == key)
    for wrong in ([], 1.5, ["canary"], {"Tag": {"canary": 1}}):
        record = _record(**{source: wrong})
        assert (record["attributes"][key.removeprefix("attributes.")] if key.startswith("attributes.") else record[key]) is None
        assert key in record["invalid"]
        assert "canary" not in json.dumps(record)


@pytest.mark.parametrize("kind", ["generic", "rds", "unknown"])
@pytest.mark.parametrize("key", [*RECORD_KEYS, *sorted({key for key in SCHEMA.keys | set(CHEAPEST) if "." in key}), "attributes.create_uin"])
def test_what_null_means(key: str, kind: str) -> None:
    never = key in NEVER_OFFERED | {"attributes.create_uin"} | (OF_ROTATION if kind == "generic" else set())
    assert SCHEMA.null_meaning(key, kind) == (NEVER if never else NONE if key in KNOWN_TO_BE_EMPTY else GAP)
    empty = KNOWN_TO_BE_EMPTY | EMPTY_IF_ASKED_FOR | (EMPTY_IF_IT_ROTATES if kind == "rds" else set())
    assert SCHEMA.null_meaning(key, kind, list(SCHEMA.details)) == (NEVER if never else NONE if key in empty else GAP)
    assert SCHEMA.word_to_ask_for(key, ()) == CHEAPEST.get(key)


def test_the_order_of_tags_says_nothing() -> None:
    tags = {"Tag": [{"TagKey": key, "TagValue": "x"} for key in ("b", "c", "a")]}
    assert list(_record(Tags=tags)["tags"]) == ["a", "b", "c"]


def test_what_is_not_documented_is_named_and_its_value_goes_nowhere() -> None:
    row = {**ROW, "SecretData": "canary-value", "ExtendedConfig": '{"CustomData": {"x": "canary-value"}}'}
    assert SCHEMA.undocumented(row) == {"SecretData", "ExtendedConfig"}
    assert _of(row) == RECORD


@pytest.mark.parametrize("answer", [{"TotalCount": 0}, {"SecretList": None}, {"SecretList": {}, "TotalCount": 0}, {"SecretList": {"Secret": None}}], ids=str)
def test_an_answer_without_rows(answer: dict[str, Any]) -> None:
    assert read_page(answer).rows == []


@pytest.mark.parametrize("answer", [{}, {"RequestId": "r"}, {"SecretList": [ROW]}, {"SecretList": {"Secret": ROW}}, {"SecretList": "x"}], ids=str)
def test_an_answer_of_another_shape_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(SecretsError) as caught:
        read_page(answer)
    assert caught.value.kind == "schema"
