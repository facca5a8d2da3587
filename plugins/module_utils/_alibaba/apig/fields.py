# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of APIG, and the meaning of null in each.

Sources: the API page of ListSecrets (2024-03-27), the models of alibabacloud_apig20240327 11.6.0, and three fields
that the API sends and the models lack: description, kmsConfig.kmsSecretArn and kmsConfig.versionId.
"""

from __future__ import annotations

from typing import Any

from ..._core.records import NEVER, NONE, FieldMapping, RecordSchema
from ..._core.values import OneOf, count, milliseconds, text
from ..calls import NO_SUCH_KEY, STATES_OF_KEYS

STATUSES = {"ENABLE": "enabled", "ENALBE": "enabled", "DISABLE": "disabled", "DELETED": "deleted"}
"""ENALBE is how the vendor's page of GetSecret spells it."""
KINDS = {"AI": "ai", "API": "api"}


def read_references(value: Any) -> list[dict[str, str | None]]:
    """What uses a secret: texts by their names."""
    return [{name: None if told is None else text(told) for name, told in reference.items()} for reference in value]


FIELDS = (
    FieldMapping("secretId", "id", text),
    FieldMapping("name", "name", text),
    FieldMapping("description", "description", text),
    FieldMapping("status", "status", OneOf(STATUSES, "unknown")),
    FieldMapping("status", "provider_status", text),
    FieldMapping("gatewayType", "kind", OneOf(KINDS, "unknown")),
    FieldMapping("createTimestamp", "created_at", milliseconds),
    FieldMapping("updateTimestamp", "updated_at", milliseconds),
    FieldMapping("kmsConfig.kmsKeyId", "kms_key_id", text),
    FieldMapping("kmsConfig.kmsInstanceId", "kms_instance_id", text),
    FieldMapping("kmsConfig.kmsSecretArn", "attributes.kms_secret_arn", text),
    FieldMapping("kmsConfig.versionId", "attributes.version_id", text),
    FieldMapping("referenceCount", "reference_count", count),
    FieldMapping("secretSource", "source", text),
)

DETAIL_FIELDS = {
    "references": (FieldMapping("items", "references", read_references),),
    "keys": (FieldMapping("KeyState", "key_state", OneOf({**STATES_OF_KEYS, NO_SUCH_KEY: "missing"})),),
}

NULLS = {
    "delete_at": NEVER,
    "kms_key_type": NEVER,
    "key_state": NONE,
    "key_rotation_enabled": NEVER,
    "encryption": NEVER,
    "rotation_enabled": NEVER,
    "rotation_days": NEVER,
    "next_rotation_at": NEVER,
    "last_rotated_at": NEVER,
    "rotation_count": NEVER,
    "version_count": NEVER,
    "newest_version_at": NEVER,
    "references": NONE,
}

SCHEMA = RecordSchema("alibaba_apig", FIELDS, NULLS, DETAIL_FIELDS)
