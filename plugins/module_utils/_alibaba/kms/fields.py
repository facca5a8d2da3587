# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of KMS Secrets Manager as a listing has them, and the meaning of null in each.

Sources: the API page of ListSecrets (2016-01-20), the models of alibabacloud_kms20160120 3.3.1, and the vendor's page
about default secrets of its products.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.records import NEVER, NONE, FieldMapping, RecordSchema, one_of, text, text_or_none, utc_time, utc_time_or_none

KINDS = {
    "Generic": "generic",
    "Rds": "rds",
    "RDS": "rds",
    "Redis": "redis",
    "PolarDB": "polardb",
    "RAMCredentials": "ram_credentials",
    "ECS": "ecs",
}
"""RDS is how the models spell it; answers and pages have Rds."""
STATUSES = {"": "enabled"}
"""By the time of a planned deletion. A secret without one is enabled: KMS knows no other status."""


def read_tags(value: Any) -> dict[str, str]:
    """A list of keys with their values, inside an object, in the order of the keys. An object without the list has no tags."""
    pairs = value.get("Tag") if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(pairs, (list, type(None))) or not all(isinstance(pair, dict) for pair in pairs or ()):
        raise ValueError("not a list of tags")
    tags = {text(pair.get("TagKey")): text("" if pair.get("TagValue") is None else pair["TagValue"]) for pair in pairs or ()}
    return dict(sorted(tags.items()))


FIELDS = (
    FieldMapping("SecretName", "id", text),
    FieldMapping("SecretName", "name", text),
    FieldMapping("PlannedDeleteTime", "status", one_of(STATUSES, "pending_delete")),
    FieldMapping("SecretType", "kind", one_of(KINDS, "unknown")),
    FieldMapping("CreateTime", "created_at", utc_time),
    FieldMapping("UpdateTime", "updated_at", utc_time),
    FieldMapping("PlannedDeleteTime", "delete_at", utc_time_or_none),
    FieldMapping("Tags", "tags", read_tags),
    FieldMapping("SecretType", "attributes.secret_type", text),
    FieldMapping("OwingService", "attributes.owning_service", text_or_none),
)

NULLS: Mapping[str, str | Mapping[str, str]] = {
    "provider_status": NEVER,
    "delete_at": NONE,
    "kms_key_type": NEVER,
    "encryption": NEVER,
    "rotation_enabled": {"generic": NEVER},
    "rotation_days": {"generic": NEVER},
    "next_rotation_at": {"generic": NEVER},
    "reference_count": NEVER,
    "source": NEVER,
    "attributes.owning_service": NONE,
}

SCHEMA = RecordSchema("alibaba_kms", FIELDS, NULLS)
