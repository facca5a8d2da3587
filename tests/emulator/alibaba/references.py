# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ListSecretReferences and ListGateways of APIG (2024-03-27).

Source: the vendor's pages and the models of the official SDK 11.6.0, which write PluginConfig and ServiceConfig with a capital letter. Not documented,
and so the emulator's choice: the words of resourceType, the code for a secret that is not there, at most 100 rows on a page.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

from ..calls import ApiError, Call, compact
from ..origin import Origin
from ..wire import Response
from ..world import World
from . import errors
from .gateways import lifelike_gateways
from .listing import DEFAULT_SIZE, NUMBERS, read_parameters, success, throttle


def admit(world: World, call: Call) -> None:
    """Limit, parameters and region, in the order of the listing."""
    settings = world.settings(call)
    throttle(world, call, settings)
    given = read_parameters(call.request.query, settings)
    call.parameters = {**{name: given[name] for name in NUMBERS if name in given}, **call.forced}
    world.check_refusal(call, {"denied": errors.denied(call), "unsupported": ApiError("InvalidProduct.NotFound")})


def list_references(world: World, call: Call) -> Response:
    """ListSecretReferences: who uses a secret."""
    admit(world, call)
    ident = unquote(call.request.path.split("/")[3])
    record = world.store(call).records.get(ident)
    if record is None:
        raise ApiError("NotFound.SecretNotFound")
    return numbered(world, call, record.details.get("references", []))


def list_gateways(world: World, call: Call) -> Response:
    """ListGateways of the region; its type narrows them."""
    admit(world, call)
    kind = dict(parse_qsl(call.request.query)).get("gatewayType", "")
    origin = Origin(world.accounts[call.account or ""], call.region or "", world.fleet.now)
    gateways = world.place(call).get("gateways", lifelike_gateways(origin))
    return numbered(world, call, [gateway for gateway in gateways if not kind or gateway.get("gatewayType") == kind])


def numbered(world: World, call: Call, rows: list[dict[str, Any]]) -> Response:
    """A page of rows, by its number."""
    number, size = call.parameters.get("pageNumber", 1), call.parameters.get("pageSize", DEFAULT_SIZE)
    page = {"totalSize": len(rows), "pageNumber": number, "pageSize": size, "items": rows[(number - 1) * size : number * size]}
    return success(call, world.settings(call)["ok_code"], compact(page))
