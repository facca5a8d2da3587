# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of SSM, and the meaning of null in each.

Sources: SecretMetadata in the models of tencentcloud-sdk-python-ssm 3.1.194 and in tccli's api.json (2019-09-23).
"""

from __future__ import annotations

from ..._core.records import NEVER, NONE, FieldMapping, RecordSchema, digits, digits_or_none, flag, integer, one_of, seconds, seconds_or_none, text, texts

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

FIELDS = (
    FieldMapping("SecretName", "id", text),
    FieldMapping("SecretName", "name", text),
    FieldMapping("Description", "description", text),
    FieldMapping("Status", "status", one_of(STATUSES, "unknown")),
    FieldMapping("Status", "provider_status", text),
    FieldMapping("SecretType", "kind", one_of(KINDS, "unknown")),
    FieldMapping("CreateTime", "created_at", seconds),
    FieldMapping("DeleteTime", "delete_at", seconds_or_none),
    FieldMapping("KmsKeyId", "kms_key_id", text),
    FieldMapping("KmsKeyType", "kms_key_type", one_of(KEY_TYPES)),
    FieldMapping("EncryptType", "encryption", one_of(ENCRYPTIONS)),
    FieldMapping("EncryptSwitching", "attributes.encrypt_switching", flag),
    FieldMapping("RotationStatus", "rotation_enabled", flag),
    FieldMapping("RotationFrequency", "rotation_days", integer),
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

NULLS = {
    "updated_at": NEVER,
    "kms_instance_id": NEVER,
    "reference_count": NEVER,
    "source": NEVER,
    "delete_at": NONE,
    "next_rotation_at": NONE,
    "attributes.target_uin": NONE,
}

SCHEMA = RecordSchema("tencent_ssm", FIELDS, NULLS)
