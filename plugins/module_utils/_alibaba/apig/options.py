# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of Alibaba Cloud APIG besides the shared ones."""

from __future__ import annotations

from ..._provider import ServiceOptions
from ..calls import PLACE
from ..credentials import KEYS

OPTIONS = ServiceOptions(
    filters={
        "gateway_type": {"type": "str", "choices": ["AI", "API"]},
    },
    place=PLACE,
    keys=KEYS,
)
