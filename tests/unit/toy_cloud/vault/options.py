# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the toy cloud besides the shared ones."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._provider import ServiceOptions

OPTIONS = ServiceOptions(
    filters={"kinds": {"type": "list", "elements": "str"}},
    place={"shelf": {"type": "str", "choices": ["top", "bottom"]}},
    keys={"toy_id": {"type": "str", "no_log": True}, "toy_secret": {"type": "str", "no_log": True}, "toy_token": {"type": "str", "no_log": True}},
)
