# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of Alibaba Cloud KMS Secrets Manager besides the shared ones."""

from __future__ import annotations

from ..._provider import ServiceOptions
from ..calls import PLACE
from ..credentials import KEYS
from .fields import KINDS

OPTIONS = ServiceOptions(
    filters={
        "secret_types": {"type": "list", "elements": "str", "choices": list(dict.fromkeys(KINDS.values())), "no_log": False},
        "instance_id": {"type": "str"},
        "tags": {"type": "dict"},
    },
    place=PLACE,
    keys=KEYS,
)
