# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of a secret of the toy cloud."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import NEVER, FieldMapping, RecordSchema
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import OneOf, seconds, text

STATUSES = {"on": "enabled", "off": "disabled"}
KINDS = {"plain": "user"}
FIELDS = (
    FieldMapping("key", "id", text),
    FieldMapping("key", "name", text),
    FieldMapping("state", "status", OneOf(STATUSES, "unknown")),
    FieldMapping("state", "provider_status", text),
    FieldMapping("sort", "kind", OneOf(KINDS, "unknown")),
    FieldMapping("born", "created_at", seconds),
    FieldMapping("colour", "attributes.colour", text),
)
NULLS = {"delete_at": NEVER}

SCHEMA = RecordSchema("toy_vault", FIELDS, NULLS)
