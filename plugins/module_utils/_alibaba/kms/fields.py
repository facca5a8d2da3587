# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of KMS Secrets Manager as a listing has them, and the meaning of null in each.

Sources: the API page of ListSecrets (2016-01-20), the models of alibabacloud_kms20160120 3.3.1, and the vendor's page
about default secrets of its products.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._core.records import NEVER, NONE, FieldMapping, RecordSchema
from ..._core.values import DAY, OneOf, count, text, text_or_none, texts, utc_time, utc_time_or_none
from ..calls import NO_SUCH_KEY, STATES_OF_KEYS

STATUSES = {"": "enabled"}
"""By the time of a planned deletion. A secret without one is enabled: KMS knows no other status."""
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
ROTATES = {"Enabled": True, "Disabled": False, "Invalid": False}
"""Invalid: KMS cannot rotate the secret."""
INTERVAL = re.compile(r"(\d{1,10})s", re.ASCII)


def rotates(value: Any) -> bool:
    """Whether a secret is rotated."""
    if not isinstance(value, str) or value not in ROTATES:
        raise ValueError("not a known word")
    return ROTATES[value]


def days_or_none(value: Any) -> float | None:
    """Days of an interval, which may be a part of one: 21600s is 0.25."""
    found = INTERVAL.fullmatch(value) if isinstance(value, str) else None
    if value == "":
        return None
    if found is None:
        raise ValueError("not an interval")
    whole, rest = divmod(int(found[1]), DAY)
    return whole + rest / DAY if rest else whole


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
    FieldMapping("PlannedDeleteTime", "status", OneOf(STATUSES, "pending_delete")),
    FieldMapping("SecretType", "kind", OneOf(KINDS, "unknown")),
    FieldMapping("CreateTime", "created_at", utc_time),
    FieldMapping("UpdateTime", "updated_at", utc_time),
    FieldMapping("PlannedDeleteTime", "delete_at", utc_time_or_none),
    FieldMapping("Tags", "tags", read_tags),
    FieldMapping("SecretType", "attributes.secret_type", text),
    FieldMapping("OwingService", "attributes.owning_service", text_or_none),
)

INSTANCE = (FieldMapping("DKMSInstanceId", "kms_instance_id", text_or_none),)
ROTATION = (
    FieldMapping("AutomaticRotation", "rotation_enabled", rotates),
    FieldMapping("AutomaticRotation", "attributes.rotation_state", text),
    FieldMapping("RotationInterval", "rotation_days", days_or_none),
    FieldMapping("NextRotationDate", "next_rotation_at", utc_time_or_none),
    FieldMapping("LastRotationDate", "last_rotated_at", utc_time_or_none),
)
DETAIL_FIELDS = {
    "instances": INSTANCE,
    "describe": ROTATION,
    "describe_all": (*ROTATION, FieldMapping("Description", "description", text), FieldMapping("EncryptionKeyId", "kms_key_id", text_or_none), *INSTANCE),
    "keys": (FieldMapping("KeyState", "key_state", OneOf({**STATES_OF_KEYS, NO_SUCH_KEY: "missing"})),),
    "versions": (FieldMapping("Count", "version_count", count), FieldMapping("CreateTime", "newest_version_at", utc_time)),
    "policy": (FieldMapping("Accounts", "attributes.foreign_accounts", texts),),
}

NEVER_ROTATES = {"generic": NEVER}
ROTATES_OR_NOT = {"generic": NEVER, **{kind: NONE for kind in KINDS.values() if kind != "generic"}}
"""Of a type that is not known nothing is."""
NULLS: Mapping[str, str | Mapping[str, str]] = {
    "provider_status": NEVER,
    "delete_at": NONE,
    "kms_key_type": NEVER,
    "encryption": NEVER,
    "kms_key_id": NONE,
    "kms_instance_id": NONE,
    "key_state": NONE,
    "key_rotation_enabled": NEVER,
    "rotation_enabled": NEVER_ROTATES,
    "rotation_days": ROTATES_OR_NOT,
    "next_rotation_at": ROTATES_OR_NOT,
    "last_rotated_at": ROTATES_OR_NOT,
    "rotation_count": NEVER,
    "reference_count": NEVER,
    "references": NEVER,
    "source": NEVER,
    "attributes.owning_service": NONE,
    "attributes.rotation_state": NEVER_ROTATES,
    "attributes.foreign_accounts": NONE,
}

SCHEMA = RecordSchema("alibaba_kms", FIELDS, NULLS, DETAIL_FIELDS)
