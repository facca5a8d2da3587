# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SSM says of a secret, and what it means when it says nothing.

Sources: SecretMetadata in the models of tencentcloud-sdk-python-ssm 3.1.194 and in tccli's api.json (2019-09-23).
"""

from __future__ import annotations

from .._records import NEVER, NONE, Field, Vocabulary, digits, digits_or_none, flag, integer, one_of, seconds, seconds_or_none, text, texts

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
    Field("SecretName", "id", text),
    Field("SecretName", "name", text),
    Field("Description", "description", text),
    Field("Status", "status", one_of(STATUSES, "unknown")),
    Field("Status", "provider_status", text),
    Field("SecretType", "kind", one_of(KINDS, "unknown")),
    Field("CreateTime", "created_at", seconds),
    Field("DeleteTime", "delete_at", seconds_or_none),
    Field("KmsKeyId", "kms_key_id", text),
    Field("KmsKeyType", "kms_key_type", one_of(KEY_TYPES)),
    Field("EncryptType", "encryption", one_of(ENCRYPTIONS)),
    Field("EncryptSwitching", "attributes.encrypt_switching", flag),
    Field("RotationStatus", "rotation_enabled", flag),
    Field("RotationFrequency", "rotation_days", integer),
    Field("RotationBeginTime", "attributes.rotation_begin_time", text),
    Field("NextRotationTime", "next_rotation_at", seconds_or_none),
    Field("CreateUinString", "attributes.create_uin", digits),
    Field("CreateUin", "attributes.create_uin", digits),
    Field("TargetUinString", "attributes.target_uin", digits_or_none),
    Field("TargetUin", "attributes.target_uin", digits_or_none),
    Field("ProductName", "attributes.product_name", text),
    Field("ResourceID", "attributes.resource_id", text),
    Field("ResourceName", "attributes.resource_name", text),
    Field("ProjectID", "attributes.project_id", integer),
    Field("AssociatedInstanceIDs", "attributes.associated_instance_ids", texts),
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

VOCABULARY = Vocabulary("tencent_ssm", FIELDS, NULLS)
