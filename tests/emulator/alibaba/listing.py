# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""APIG ListSecrets and DescribeRegions (2024-03-27).

Source: the vendor's page 'ListSecrets' and the models of the official SDK 11.6.0. Not documented, and so the emulator's choice: newest first,
nameLike as a case-sensitive substring, an empty page past the end, InvalidParameter for a pageNumber or pageSize below 1.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from ..calls import ApiError, Call, compact, json_response
from ..stores import EVERYTHING, Filter, Record, Store
from ..wire import Response
from ..world import World
from . import errors
from .regions import NAMES

DEFAULT_SIZE = 10
LARGEST = 100
NUMBERS = ("pageNumber", "pageSize")
TEXTS = ("nameLike", "gatewayType")


def list_regions(world: World, call: Call) -> Response:
    """DescribeRegions: the regions of this account."""
    language = dict(parse_qsl(call.request.query)).get("language", "zh")
    data = [
        {"regionId": region.name, "localName": region.local_name or NAMES.get(region.name, {}).get(language, region.name)}
        for region in world.listed_regions(call.account or "", call.service)
    ]
    return success(call, world.settings(call)["ok_code"], compact(data))


def list_secrets(world: World, call: Call) -> Response:
    """ListSecrets: one page."""
    settings = world.settings(call)
    throttle(world, call, settings)
    call.parameters = {**read_parameters(call.request.query, settings), **call.forced}
    world.check_refusal(call, {"denied": errors.denied(call), "unsupported": ApiError("InvalidProduct.NotFound")})
    return page(world.store(call), call, settings)


def throttle(world: World, call: Call, settings: dict[str, Any]) -> None:
    """One bucket is a key, a service and a region."""
    rule = settings["rate_limit"]
    if world.throttle.refuses((call.key_id, call.service, call.region), rule, call.action, call.now):
        raise errors.throttled(call, rule["retry_after_ms"])


def read_parameters(query: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The documented parameters; others are ignored, as the gateway does."""
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    given: dict[str, Any] = {name: pairs[name] for name in TEXTS if name in pairs}
    for name in NUMBERS:
        if pairs.get(name, "") != "":
            given[name] = whole_number(name, pairs[name])
    if given.get("gatewayType", "") not in ("", "AI", "API"):
        raise ApiError("InvalidParameter", "The specified parameter gatewayType is invalid.")
    largest = settings["max_page_size"] or LARGEST
    if given.get("pageSize", 1) > largest and settings["over_max"] == "reject":
        raise ApiError("InvalidParameter", f"The specified parameter pageSize is invalid: it must be between 1 and {largest}.")
    return given


def whole_number(name: str, value: str) -> int:
    """A number from 1 up."""
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 2**31):
        raise ApiError("InvalidParameter", f"The specified parameter {name} is invalid.")
    return int(value)


def page(store: Store, call: Call, settings: dict[str, Any]) -> Response:
    """The rows of the page, by its number and the size that is really served."""
    given = call.parameters
    number, size = given.get("pageNumber", 1), min(given.get("pageSize", DEFAULT_SIZE), settings["max_page_size"] or LARGEST)
    size = size if settings["page_cap"] is None else min(size, settings["page_cap"])
    rows, found = store.page(partition_filter(given), settings["order"], (number - 1) * size, size, True, call.number)
    call.listed = True
    total = counted(store, found, settings["total_scope"])
    count = b"" if total is None else b'"totalSize":%d,' % total
    items = b",".join([row.row() for row in rows])
    return success(call, settings["ok_code"], b'{%b"pageNumber":%d,"pageSize":%d,"items":[%b]}' % (count, number, size, items))


def partition_filter(given: dict[str, Any]) -> Filter:
    """Everything that narrows the listing."""
    like, kind = given.get("nameLike", ""), given.get("gatewayType", "")

    def keep(record: Record) -> bool:
        return (not kind or record.fields.get("gatewayType") == kind) and (not like or like in str(record.fields.get("name", "")))

    return Filter((like, kind), keep)


def counted(store: Store, size: int, scope: Any) -> int | None:
    """totalSize: 'Total number of records matching the query', which is what 'partition' (the default) does."""
    if scope == "missing":
        return None
    if scope == "region":
        return store.count(EVERYTHING)
    if scope == "wrong":
        return size // 2
    return scope if isinstance(scope, int) else size


def success(call: Call, code: Any, data: bytes) -> Response:
    """An answer in this cloud's shape."""
    body = b'{"requestId":"%b","code":%b,"message":"success","data":%b}' % (call.request_id.encode(), compact(code), data)
    response = json_response(call, 200, body, errors.CONTENT_TYPE)
    response.headers.append(("x-acs-request-id", call.request_id))
    return response
