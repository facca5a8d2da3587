# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ListSecrets and DescribeRegions of KMS (2016-01-20): parameters in the query, whatever the method; lists inside objects.

Source: the vendor's page 'ListSecrets' and the models of the official SDK 3.3.1. Not documented, and so the emulator's choice: newest first, filters
match whole texts with their case, an empty page past the end, InvalidParameter for a number below 1 and for a page above 100.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from ..calls import ApiError, Call, compact, json_response
from ..stores import NOTHING, Filter, Record, Store
from ..wire import Response
from ..world import World
from . import errors
from .listing import DEFAULT_SIZE, LARGEST, counted, throttle, whole_number

MOST_FILTERS = 10
TAGS = frozenset(("Tags",))
UNTOLD = ApiError("InvalidParameter", "The specified parameter Filters is not valid.")
KEYS: dict[str, Callable[[Record], set[str]]] = {
    "SecretName": lambda record: {record.ident},
    "SecretType": lambda record: {str(record.fields.get("SecretType"))},
    "DKMSInstanceId": lambda record: {record.details.get("DKMSInstanceId", "")},
    "TagKey": lambda record: set(record.tags or ()),
    "TagValue": lambda record: set((record.tags or {}).values()),
    "Description": lambda record: {record.details.get("Description", "")},
    "Creator": lambda record: {record.details.get("Creator", "")},
}


def list_regions(world: World, call: Call) -> Response:
    """DescribeRegions: the regions of this account. It needs no permission."""
    regions = [{"RegionId": region.name} for region in world.listed_regions(call.account or "", call.service)]
    return success(call, compact({"Regions": {"Region": regions}}))


def list_secrets(world: World, call: Call) -> Response:
    """ListSecrets: one page."""
    settings = world.settings(call)
    throttle(world, call, settings)
    call.parameters = {**read_parameters(call.request.query, settings), **call.forced}
    unsupported = "Forbidden.KmsServiceNotEnabled" if world.region(call) else "InvalidProduct.NotFound"
    world.check_refusal(call, {"denied": errors.denied(call), "unsupported": ApiError(unsupported)})
    return page(world.store(call), call, settings)


def read_parameters(query: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The documented parameters; others are ignored, as the gateway does."""
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    given: dict[str, Any] = {name: whole_number(name, pairs[name]) for name in ("PageNumber", "PageSize") if pairs.get(name, "") != ""}
    largest = settings["max_page_size"] or LARGEST
    if given.get("PageSize", 1) > largest and settings["over_max"] == "reject":
        raise ApiError("InvalidParameter", "The specified parameter PageSize is not valid.")
    if pairs.get("FetchTags", "false") not in ("true", "false"):
        raise ApiError("InvalidParameter", "The specified parameter FetchTags is not valid.")
    if pairs.get("FetchTags") == "true":
        given["FetchTags"] = True
    if "Filters" in pairs:
        given["Filters"] = read_filters(pairs["Filters"])
    return given


def read_filters(written: str, known: Collection[str] = tuple(KEYS)) -> list[dict[str, Any]]:
    """A list of keys, each with values, any of which will do."""
    try:
        filters = json.loads(written)
    except ValueError:
        raise UNTOLD from None
    if not isinstance(filters, list) or len(filters) > MOST_FILTERS:
        raise UNTOLD
    for each in filters:
        values = each.get("Values") if isinstance(each, dict) and each.get("Key") in known else None
        if not isinstance(values, list) or len(values) > MOST_FILTERS or not all(isinstance(value, str) for value in values):
            raise UNTOLD
    return filters


def page(store: Store, call: Call, settings: dict[str, Any]) -> Response:
    """The rows of the page, by its number and the size that is really served. Tags come only where they are asked for."""
    given = call.parameters
    number, size = given.get("PageNumber", 1), min(given.get("PageSize", DEFAULT_SIZE), settings["max_page_size"] or LARGEST)
    size = size if settings["page_cap"] is None else min(size, settings["page_cap"])
    rows, found = store.page(partition_filter(given), settings["order"], (number - 1) * size, size, True, call.number)
    call.listed = True
    total = counted(store, found, settings["total_scope"])
    count = b"" if total is None else b',"TotalCount":%d' % total
    items = b",".join([row.row(NOTHING if given.get("FetchTags") else TAGS) for row in rows])
    return success(call, b'{"SecretList":{"Secret":[%b]},"PageNumber":%d,"PageSize":%d%b}' % (items, number, size, count))


def partition_filter(given: dict[str, Any]) -> Filter:
    """Everything that narrows the listing: all keys have to fit, each by one of its values."""
    wanted = [(each["Key"], frozenset(each["Values"])) for each in given.get("Filters", [])]

    def keep(record: Record) -> bool:
        return all(KEYS[key](record) & values for key, values in wanted)

    return Filter(tuple(wanted), keep)


def success(call: Call, content: bytes) -> Response:
    """An answer in the shape of KMS: JSON if it is asked for, else XML."""
    body = content[:-1] + b',"RequestId":"%b"}' % call.request_id.encode()
    response = json_response(call, 200, body, errors.CONTENT_TYPE)
    if "application/json" not in call.request.headers.get("accept", ""):
        response = json_response(call, 200, f"<?xml version='1.0' encoding='UTF-8'?><KMS>{xml(json.loads(body))}</KMS>".encode(), "text/xml;charset=utf-8")
    response.headers.append(("x-acs-request-id", call.request_id))
    return response


def xml(value: Any) -> str:
    """The same as XML: an item of a list is an element of its own."""
    if not isinstance(value, dict):
        return escape(str(value))
    pairs = [(name, item) for name, held in value.items() for item in (held if isinstance(held, list) else [held])]
    return "".join(f"<{name}>{xml(item)}</{name}>" for name, item in pairs)
