# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSM ListSecrets and GetRegions (2019-09-23): what is hidden, filtered, sorted and counted.

Source: the vendor's API definition (tccli 3.1.189.1) and pages 1078/*. The server lists user-defined secrets when SecretType is absent and
KMS-encrypted ones when EncryptType is absent; states 4 and 5, and ProductName, take effect for product secrets only.
"""

from __future__ import annotations

from typing import Any

from ..calls import ApiError, Call, compact, json_response
from ..places import REGION
from ..stores import NOTHING, Filter, Record, Store
from ..wire import Response
from ..world import World
from . import errors, parameters
from .rows import INTERNATIONAL_LACKS

DEFAULT_LIMIT = 20
TYPES = {
    "Offset": parameters.INTEGER,
    "Limit": parameters.INTEGER,
    "OrderType": parameters.INTEGER,
    "State": parameters.INTEGER,
    "SearchSecretName": parameters.TEXT,
    "TagFilters": parameters.TAGS,
    "SecretType": parameters.INTEGER,
    "ProductName": parameters.TEXT,
    "EncryptType": parameters.INTEGER,
    "InstanceID": parameters.TEXT,
}
STATES = (None, "Enabled", "Disabled", "PendingDelete", "Creating", "Failed")
HIGHEST = {"OrderType": 1, "State": 5, "SecretType": 4, "EncryptType": 1}
UNKNOWN_ABROAD = ("EncryptType", "InstanceID")


def list_regions(world: World, call: Call) -> Response:
    """GetRegions: the regions that the console shows."""
    call.parameters = parameters.read(call.request, {})
    names = [region.name for region in world.listed_regions(call.account or "", call.service)]
    return success(call, {"Regions": names})


def list_secrets(world: World, call: Call) -> Response:
    """ListSecrets: one page."""
    if not call.region:
        raise errors.missing("Region")
    if not REGION.fullmatch(call.region):
        raise ApiError("InvalidParameterValue", "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.")
    settings = world.settings(call)
    throttle(world, call, settings)
    call.parameters = {**parameters.read(call.request, TYPES), **call.forced}
    check_values(call.parameters, settings)
    world.check_refusal(
        call, {"denied": errors.denied(call), "unsupported": ApiError("UnsupportedRegion"), "not_purchased": ApiError("ResourceUnavailable.NotPurchased")}
    )
    return page(world.store(call), call, settings)


def throttle(world: World, call: Call, settings: dict[str, Any]) -> None:
    """One bucket is an action, the access point (the host name) and a key; X-TC-Region does not matter (vendor page 1278/109059)."""
    seen = world.throttle.refuses((call.action, call.place.host, call.key_id), settings["rate_limit"], call.action, call.now)
    if seen:
        raise errors.throttled(seen, settings["rate_limit"]["per_second"])


def check_values(given: dict[str, Any], settings: dict[str, Any]) -> None:
    """Known parameters with values out of range; on the international site two parameters are not known."""
    abroad = [name for name in UNKNOWN_ABROAD if name in given and settings["encrypt_type"] == "unknown"]
    if abroad:
        raise ApiError("UnknownParameter", f"The parameter `{abroad[0]}` is not recognized.")
    for name, highest in HIGHEST.items():
        if given.get(name, 0) > highest:
            raise ApiError("InvalidParameterValue", f"The value of the parameter `{name}` is not valid.")
    if given.get("SecretType", 0) in settings["refused_types"]:
        raise ApiError("InvalidParameterValue", "The value of the parameter `SecretType` is not valid.")
    largest = settings["max_page_size"]
    if largest and given.get("Limit", 0) > largest and settings["over_max"] == "reject":
        raise ApiError("InvalidParameterValue", f"The Limit parameter value is invalid and should meet the rule: [0,{largest}]")


def page(store: Store, call: Call, settings: dict[str, Any]) -> Response:
    """The rows that were asked for and the count that goes with them."""
    given, abroad = call.parameters, settings["encrypt_type"] == "unknown"
    limit = given.get("Limit") or DEFAULT_LIMIT
    for cap in (settings["max_page_size"], settings["page_cap"]):
        limit = limit if cap is None else min(limit, cap)
    chosen = partition_filter(given, abroad)
    rows, size = store.page(chosen, settings["order"], given.get("Offset", 0), limit, given.get("OrderType", 0) == 0, call.number)
    call.listed = True
    hidden = INTERNATIONAL_LACKS if abroad else NOTHING
    total = counted(store, given, size, settings["total_scope"])
    count = b"" if total is None else b'"TotalCount":%d,' % total
    listing = b",".join([row.row(hidden) for row in rows])
    body = b'{"Response":{%b"SecretMetadatas":[%b],"RequestId":"%b"}}' % (count, listing, call.request_id.encode())
    return json_response(call, 200, body, errors.CONTENT_TYPE)


def partition_filter(given: dict[str, Any], abroad: bool) -> Filter:
    """Everything that narrows the listing."""
    kind, encryption, state, search = given.get("SecretType", 0), given.get("EncryptType", 0), given.get("State", 0), given.get("SearchSecretName", "")
    instance = given.get("InstanceID", "")
    status = STATES[state if state < 4 or kind == 1 else 0]
    products = frozenset(filter(None, given.get("ProductName", "").split(","))) if kind == 1 else NOTHING
    tags = tuple((item["TagKey"], frozenset(item.get("TagValue") or ())) for item in given.get("TagFilters", ()))

    def keep(record: Record) -> bool:
        fields = record.fields
        return (
            fields.get("SecretType") == kind
            and (abroad or fields.get("EncryptType", 0) == encryption)
            and (status is None or fields.get("Status") == status)
            and search in record.ident
            and (not products or fields.get("ProductName") in products)
            and (not instance or belongs(fields, instance))
            and all(tagged(record.tags or {}, name, values) for name, values in tags)
        )

    return Filter((kind, encryption, abroad, status, search, products, instance, tags), keep)


def belongs(fields: dict[str, Any], instance: str) -> bool:
    """True if a secret is of this product instance."""
    return fields.get("ResourceID") == instance or instance in (fields.get("AssociatedInstanceIDs") or ())


def tagged(tags: dict[str, str], name: str, values: frozenset[str]) -> bool:
    """True if a secret has the tag, with one of the values when some are named."""
    return name in tags and (not values or tags[name] in values)


def counted(store: Store, given: dict[str, Any], size: int, scope: Any) -> int | None:
    """TotalCount. The vendor describes it as the count 'by State and SearchSecretName', which is what 'region' (the default) does."""
    if scope == "missing":
        return None
    if scope == "partition":
        return size
    if scope == "wrong":
        return size // 2
    if isinstance(scope, int):
        return scope
    state, search = given.get("State", 0), given.get("SearchSecretName", "")
    status = STATES[state if state < 4 or given.get("SecretType", 0) == 1 else 0]
    return store.count(Filter(("region", status, search), lambda record: (status is None or record.fields.get("Status") == status) and search in record.ident))


def success(call: Call, content: dict[str, Any]) -> Response:
    """An answer in this cloud's shape."""
    return json_response(call, 200, compact({"Response": {**content, "RequestId": call.request_id}}), errors.CONTENT_TYPE)
