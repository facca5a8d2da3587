# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways of a region, and what uses a secret there, where the fleet file names none."""

from __future__ import annotations

from typing import Any

from ..origin import Origin

KINDS = (
    ("Service", "ServiceConfig", "serviceId", "svc"),
    ("Plugin", "PluginConfig", "pluginId", "pl"),
    ("Consumer", "consumerConfig", "consumerId", "cs"),
    ("McpServer", "mcpServerConfig", "httpApiId", "api"),
)
GATEWAYS = 2


def lifelike_gateways(origin: Origin) -> list[dict[str, Any]]:
    """The gateways of a region whose fleet file names none."""
    return [
        {
            "gatewayId": "gw-" + origin.tag("gateway", str(number)),
            "name": f"gateway-{number + 1}",
            "gatewayType": "AI" if number else "API",
            "status": "Running",
            "chargeType": "POSTPAY",
            "createTimestamp": int((origin.now - 500 * 86400) * 1000),
            "updateTimestamp": int((origin.now - 5 * 86400) * 1000),
            "tags": [{"key": "team", "value": "core"}],
        }
        for number in range(GATEWAYS)
    ]


def lifelike_references(origin: Origin, name: str, count: int) -> list[dict[str, Any]]:
    """As many references as the row of the secret counts."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        kind, config, field, prefix = KINDS[number % len(KINDS)]
        user = {"name": f"{name}-{kind.lower()}", field: f"{prefix}-{origin.tag(name, str(number))}"}
        rows.append({"gatewayId": "gw-" + origin.tag("gateway", str(number % GATEWAYS)), "resourceType": kind, config: user})
    return rows
