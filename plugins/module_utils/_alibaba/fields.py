# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What APIG says of a secret, and what it means when it says nothing.

Sources: the API page of ListSecrets (2024-03-27), the models of alibabacloud_apig20240327 11.6.0, and three fields
that the API sends and the models lack: description, kmsConfig.kmsSecretArn and kmsConfig.versionId.
"""

from __future__ import annotations

from .._records import NEVER, Field, Vocabulary, integer, milliseconds, one_of, text

STATUSES = {"ENABLE": "enabled", "ENALBE": "enabled", "DISABLE": "disabled", "DELETED": "deleted"}
"""ENALBE is how the vendor's page of GetSecret spells it."""
KINDS = {"AI": "ai", "API": "api"}

FIELDS = (
    Field("secretId", "id", text),
    Field("name", "name", text),
    Field("description", "description", text),
    Field("status", "status", one_of(STATUSES, "unknown")),
    Field("status", "provider_status", text),
    Field("gatewayType", "kind", one_of(KINDS, "unknown")),
    Field("createTimestamp", "created_at", milliseconds),
    Field("updateTimestamp", "updated_at", milliseconds),
    Field("kmsConfig.kmsKeyId", "kms_key_id", text),
    Field("kmsConfig.kmsInstanceId", "kms_instance_id", text),
    Field("kmsConfig.kmsSecretArn", "attributes.kms_secret_arn", text),
    Field("kmsConfig.versionId", "attributes.version_id", text),
    Field("referenceCount", "reference_count", integer),
    Field("secretSource", "source", text),
)

NULLS = {
    "delete_at": NEVER,
    "kms_key_type": NEVER,
    "encryption": NEVER,
    "rotation_enabled": NEVER,
    "rotation_days": NEVER,
    "next_rotation_at": NEVER,
}

VOCABULARY = Vocabulary("alibaba_apig", FIELDS, NULLS)
