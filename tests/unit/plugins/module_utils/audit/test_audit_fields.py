# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of rules come from the clouds' own tables."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import ANY, READERS, TYPES, Catalog, catalog
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import KEY_STATES, RECORD_KEYS, SECRET_STATUSES, FieldMapping, RecordSchema
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import OneOf, text
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import SERVICE_SCHEMAS


@pytest.fixture(name="fields")
def _fields() -> Catalog:
    return catalog(SERVICE_SCHEMAS)


def test_every_key_and_attribute_is_a_field(fields: Catalog) -> None:
    attributes = {key for cloud in SERVICE_SCHEMAS for key in (*cloud.keys, *cloud.words) if key.startswith("attributes.")}
    parts = {f"references.{part}" for part in ("kind", "name", "gateway")}
    assert set(fields) == (set(RECORD_KEYS) - {"attributes"}) | attributes | parts
    assert len(attributes) >= 10


def test_every_reader_of_the_clouds_has_a_type() -> None:
    for cloud in SERVICE_SCHEMAS:
        for field in cloud.fields:
            assert isinstance(field.read, OneOf) or field.read in READERS or field.key in TYPES, field.source


def test_types_of_the_record_agree_with_the_readers(fields: Catalog) -> None:
    """The core's table of types and the clouds' readers are two tables; here they meet."""
    for cloud in SERVICE_SCHEMAS:
        for field in cloud.fields:
            if field.read in READERS:
                assert READERS[field.read] in fields[field.key].types, field.source


def test_types(fields: Catalog) -> None:
    types = {name: set(field.types) for name, field in fields.items()}
    assert types["created_at"] == types["next_rotation_at"] == {"time"}
    assert types["rotation_days"] == types["attributes.project_id"] == {"number"}
    assert types["rotation_enabled"] == types["attributes.encrypt_switching"] == {"flag"}
    assert types["attributes.associated_instance_ids"] == types["invalid"] == {"list"}
    assert types["name"] == types["attributes.create_uin"] == types["attributes.owning_service"] == {"text"}
    assert types["tags"] == {"tags"}
    assert types["references"] == {"parts"}
    assert types["references.kind"] == types["references.name"] == types["references.gateway"] == {"list"}
    assert types["last_rotated_at"] == types["newest_version_at"] == {"time"}
    assert types["rotation_count"] == types["version_count"] == {"number"}
    assert types["key_rotation_enabled"] == {"flag"}


def test_closed_words(fields: Catalog) -> None:
    words = {name: field.words for name, field in fields.items() if field.words is not None}
    assert words == {
        "provider": {"alibaba_apig", "alibaba_kms", "tencent_ssm"},
        "status": set(SECRET_STATUSES),
        "kind": {
            *("ai", "api"),
            *("generic", "rds", "redis", "polardb", "ram_credentials", "ecs"),
            *("user", "product", "ssh_key", "api_key", "redis"),
            "unknown",
        },
        "encryption": {"kms", "software"},
        "kms_key_type": {"default", "customer"},
        "key_state": set(KEY_STATES),
        "references.kind": {"plugin", "service", "consumer", "mcp_server", "unknown"},
    }


def test_a_cloud_with_readers_of_its_own() -> None:
    """A third cloud may read as it likes: its attributes can then be of any type, and its words are not closed."""
    toy = RecordSchema(
        "toy",
        (FieldMapping("n", "name", text), FieldMapping("k", "kind", text), FieldMapping("x", "attributes.x", str.upper), FieldMapping("s", "status", text)),
        {},
    )
    fields = catalog((*SERVICE_SCHEMAS, toy))
    assert fields["attributes.x"].types == set(ANY)
    assert fields["kind"].words is None
    assert fields["status"].words == frozenset(SECRET_STATUSES), "whatever a cloud says is told in these"
    assert "toy" in (fields["provider"].words or ())
