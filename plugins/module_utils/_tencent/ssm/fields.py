# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of SSM, and the meaning of null in each.

Sources: SecretMetadata in the models of tencentcloud-sdk-python-ssm 3.1.194 and in tccli's api.json (2019-09-23); for the
details the models of the same release, of tencentcloud-sdk-python-kms 3.1.192 and of tencentcloud-sdk-python-tag 3.1.109.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.records import NEVER, NONE, OF_THE_STORE, FieldMapping, RecordSchema
from ..._core.values import OneOf, count, digits, digits_or_none, flag, integer, seconds, seconds_or_none, text, texts, utc_time_or_none

STATUSES = {
    "Enabled": "enabled",
    "Disabled": "disabled",
    "PendingDelete": "pending_delete",
    "PendingCreate": "pending_create",
    "Creating": "pending_create",
    "Initializing": "pending_create",
    "CreateFailed": "create_failed",
    "Failed": "create_failed",
}
KINDS = {0: "user", 1: "product", 2: "ssh_key", 3: "api_key", 4: "redis"}
ENCRYPTIONS = {0: "kms", 1: "software"}
KEY_TYPES = {"DEFAULT": "default", "CUSTOMER": "customer"}
NO_SUCH_KEY = "missing"
"""The state of a key that no listing of the region's keys has. It is our word, and stands among those of the cloud."""
STATES_OF_KEYS = {
    "Enabled": "enabled",
    "Disabled": "disabled",
    "PendingDelete": "pending_delete",
    "PendingImport": "pending_import",
    "Archived": "archived",
    NO_SUCH_KEY: "missing",
}


def read_tags(value: Any) -> dict[str, str]:
    """A mapping of texts."""
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    return {text(key): text(item) for key, item in value.items()}


FIELDS = (
    FieldMapping("SecretName", "id", text),
    FieldMapping("SecretName", "name", text),
    FieldMapping("Description", "description", text),
    FieldMapping("Status", "status", OneOf(STATUSES, "unknown")),
    FieldMapping("Status", "provider_status", text),
    FieldMapping("SecretType", "kind", OneOf(KINDS, "unknown")),
    FieldMapping("CreateTime", "created_at", seconds),
    FieldMapping("DeleteTime", "delete_at", seconds_or_none),
    FieldMapping("KmsKeyId", "kms_key_id", text),
    FieldMapping("KmsKeyType", "kms_key_type", OneOf(KEY_TYPES)),
    FieldMapping("EncryptType", "encryption", OneOf(ENCRYPTIONS)),
    FieldMapping("EncryptSwitching", "attributes.encrypt_switching", flag),
    FieldMapping("RotationStatus", "rotation_enabled", flag),
    FieldMapping("RotationFrequency", "rotation_days", count),
    FieldMapping("RotationBeginTime", "attributes.rotation_begin_time", text),
    FieldMapping("NextRotationTime", "next_rotation_at", seconds_or_none),
    FieldMapping("CreateUinString", "attributes.create_uin", digits),
    FieldMapping("CreateUin", "attributes.create_uin", digits),
    FieldMapping("TargetUinString", "attributes.target_uin", digits_or_none),
    FieldMapping("TargetUin", "attributes.target_uin", digits_or_none),
    FieldMapping("ProductName", "attributes.product_name", text),
    FieldMapping("ResourceID", "attributes.resource_id", text),
    FieldMapping("ResourceName", "attributes.resource_name", text),
    FieldMapping("ProjectID", "attributes.project_id", integer),
    FieldMapping("AssociatedInstanceIDs", "attributes.associated_instance_ids", texts),
)

DETAIL_FIELDS = {
    "keys": (
        FieldMapping("KeyState", "key_state", OneOf(STATES_OF_KEYS)),
        FieldMapping("KeyRotationEnabled", "key_rotation_enabled", flag),
        FieldMapping("Owner", "attributes.key_owner", text),
    ),
    "tags": (FieldMapping("Tags", "tags", read_tags),),
    "rotation": (
        FieldMapping("RotatedTime", "last_rotated_at", utc_time_or_none),
        FieldMapping("Host", "attributes.account_hosts", texts),
    ),
    "history": (FieldMapping("TotalCount", "rotation_count", count),),
    "versions": (
        FieldMapping("Count", "version_count", count),
        FieldMapping("CreateTime", "newest_version_at", seconds),
    ),
    "service": (
        FieldMapping("ServiceEnabled", f"{OF_THE_STORE}enabled", flag),
        FieldMapping("ExpireTime", f"{OF_THE_STORE}expires_at", utc_time_or_none),
        FieldMapping("SecretLimit", f"{OF_THE_STORE}quota", count),
        FieldMapping("TotalCount", f"{OF_THE_STORE}hosted", count),
    ),
}
"""What else is in those answers may hold anything that somebody wrote, and is not read."""

NOT_ROTATED = dict.fromkeys(("user", "ssh_key", "api_key"), NEVER)
NULLS: Mapping[str, str | Mapping[str, str]] = {
    "updated_at": NEVER,
    "kms_instance_id": NEVER,
    "reference_count": NEVER,
    "source": NEVER,
    "references": NEVER,
    "last_rotated_at": NOT_ROTATED,
    "attributes.account_hosts": {**NOT_ROTATED, "redis": NEVER},
    "rotation_count": {**NOT_ROTATED, "redis": NEVER},
    "delete_at": NONE,
    "next_rotation_at": NONE,
    "attributes.target_uin": NONE,
}

SCHEMA = RecordSchema("tencent_ssm", FIELDS, NULLS, DETAIL_FIELDS)
