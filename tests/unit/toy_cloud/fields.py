# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the toy cloud says of a secret."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._records import NEVER, Field, Vocabulary, one_of, seconds, text

STATUSES = {"on": "enabled", "off": "disabled"}
KINDS = {"plain": "user"}
FIELDS = (
    Field("key", "id", text),
    Field("key", "name", text),
    Field("state", "status", one_of(STATUSES, "unknown")),
    Field("state", "provider_status", text),
    Field("sort", "kind", one_of(KINDS, "unknown")),
    Field("born", "created_at", seconds),
    Field("colour", "attributes.colour", text),
)
NULLS = {"delete_at": NEVER}

VOCABULARY = Vocabulary("toy_vault", FIELDS, NULLS)
