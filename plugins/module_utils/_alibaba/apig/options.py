# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of Alibaba Cloud APIG besides the shared ones."""

from __future__ import annotations

from ..._provider import ServiceOptions

OPTIONS = ServiceOptions(
    filters={
        "gateway_type": {"type": "str", "choices": ["AI", "API"]},
    },
    place={
        "network": {"type": "str", "choices": ["public", "vpc"]},
    },
    keys={
        "access_key_id": {"type": "str", "no_log": True},
        "access_key_secret": {"type": "str", "no_log": True},
        "security_token": {"type": "str", "no_log": True},
    },
)
