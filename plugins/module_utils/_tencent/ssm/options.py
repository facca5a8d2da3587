# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of Tencent Cloud SSM besides the shared ones."""

from __future__ import annotations

from ..._provider import ServiceOptions
from ..calls import PLACE
from ..credentials import KEYS
from .fields import ENCRYPTIONS, KINDS

OPTIONS = ServiceOptions(
    filters={
        "status": {"type": "str", "choices": ["enabled", "disabled", "pending_delete", "pending_create", "create_failed"]},
        "secret_types": {"type": "list", "elements": "str", "choices": list(KINDS.values()), "no_log": False},
        "encrypt_types": {"type": "list", "elements": "str", "choices": list(ENCRYPTIONS.values())},
        "product_names": {"type": "list", "elements": "str"},
        "instance_id": {"type": "str"},
        "tags": {"type": "dict"},
    },
    place=PLACE,
    keys=KEYS,
)
