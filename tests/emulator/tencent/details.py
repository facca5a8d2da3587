# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SSM tells of one secret and of itself, the keys of KMS (2019-01-18), and tags (2018-08-13).

Source: the vendor's API definitions (tccli 3.1.189.1). Not documented, and so the emulator's choice: text times are those of UTC+8, keys are in the order
of their ids, DescribeRotationHistory refuses what is no product's or waits for its deletion, and ids that have no tags are passed over.
"""

from __future__ import annotations

import time
from typing import Any

from ..calls import ApiError, Call
from ..places import REGION
from ..stores import Record, Store, digest
from ..wire import Response
from ..world import World
from . import errors, parameters
from .listing import success, throttle
from .rows import INTERNATIONAL_LACKS

KEY_STATES = (None, "Enabled", "Disabled", "PendingDelete", "PendingImport", "Archived")
KEY_TYPES = {
    **dict.fromkeys(("Offset", "Limit", "Role", "OrderType", "KeyState", "HsmClusterId"), parameters.INTEGER),
    **dict.fromkeys(("SearchKeyAlias", "Origin", "KeyUsage"), parameters.TEXT),
}
MOST_KEYS = 200
TAG_TYPES = {
    **dict.fromkeys(("ServiceType", "ResourcePrefix", "ResourceRegion", "Category"), parameters.TEXT),
    "ResourceIds": parameters.TEXTS,
    **dict.fromkeys(("Offset", "Limit"), parameters.INTEGER),
}
MOST_TAGGED, TAG_LIMIT, KEY_LIMIT = 50, 15, 10
NOT_OF_DESCRIBE = ("KmsKeyType", "RotationBeginTime")
PRODUCT, REDIS = 1, 4
BEIJING = 8 * 3600
YEAR = 365 * 86400


def text_time(moment: float) -> str:
    """A time as the vendor writes it, without a zone."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment + BEIJING))


def admit(world: World, call: Call, types: dict[str, str], region: str | None = None) -> Store:
    """The store of SSM that a request is about, once its parameters and the rate limit let it pass."""
    throttle(world, call, world.settings(call))
    call.parameters = {**parameters.read(call.request, types), **call.forced}
    region = region or call.region
    if not region:
        raise errors.missing("Region")
    store = world.stores.get((call.account or "", region, "ssm")) if REGION.fullmatch(region) else None
    if store is None:
        raise ApiError("UnsupportedRegion")
    return store


def secret_of(world: World, call: Call) -> Record:
    """The secret that a request names."""
    store = admit(world, call, {"SecretName": parameters.TEXT})
    if "SecretName" not in call.parameters:
        raise errors.missing("SecretName")
    found = store.records.get(call.parameters["SecretName"])
    if found is None:
        raise ApiError("ResourceNotFound", "The secret does not exist.")
    return found


def accounts(record: Record) -> list[dict[str, Any]]:
    """The accounts of a product's secret: its password has a time even if nothing was ever rotated."""
    rotated = record.details.get("rotated", record.updated)
    row = {"AccountName": "app", "Host": record.details.get("hosts", ["10.%"]), "Version": "SSM_Current", "RotatedTime": text_time(rotated)}
    return [row] if record.fields["SecretType"] == PRODUCT else []


def describe_secret(world: World, call: Call) -> Response:
    """DescribeSecret: nearly a row of the listing."""
    record = secret_of(world, call)
    abroad = world.settings(call)["encrypt_type"] == "unknown"
    row = {name: value for name, value in record.fields.items() if name not in NOT_OF_DESCRIBE and not (abroad and name in INTERNATIONAL_LACKS)}
    due = record.fields.get("NextRotationTime")
    row |= {"RotationStatus": bool(row.get("RotationStatus")), "NextRotationTime": text_time(due) if due else ""}
    row["AdditionalConfig"] = record.details.get("AdditionalConfig", "")
    return success(call, row if abroad else {**row, "AccountInfoList": accounts(record)})


def versions(world: World, call: Call) -> Response:
    """ListSecretVersionIds: newest first."""
    record = secret_of(world, call)
    times = sorted(record.details.get("versions", [record.created]), reverse=True)
    return success(
        call, {"SecretName": record.ident, "Versions": [{"VersionId": f"v{len(times) - index}", "CreateTime": int(at)} for index, at in enumerate(times)]}
    )


def history(world: World, call: Call) -> Response:
    """DescribeRotationHistory: the names of rotated versions, which hold their times."""
    record = secret_of(world, call)
    if record.fields["SecretType"] != PRODUCT:
        raise ApiError("UnsupportedOperation", "The secret is not of a product.")
    if record.fields["Status"] == "PendingDelete":
        raise ApiError("ResourceUnavailable.ResourcePendingDeleted", "The secret waits for its deletion.")
    count = record.details.get("rotations", 0)
    return success(
        call, {"VersionIDs": [f"SSM_Rotate_{index:014d}" for index in range(count, 0, -1)][:10], "TotalCount": count, "AccountInfoList": accounts(record)}
    )


def status(world: World, call: Call) -> Response:
    """GetServiceStatus."""
    store = admit(world, call, {})
    content: dict[str, Any] = {"ServiceEnabled": True, "InvalidType": 1, "AccessKeyEscrowEnabled": True}
    if world.settings(call)["encrypt_type"] == "known":
        content |= {"ExpireTime": text_time(call.now + YEAR), "QPSLimit": 100, "SecretLimit": 100_000, "TotalCount": len(store.records)}
        content |= {"PayModel": "Prepaid_SSM", "RenewFlag": 1, "ResourceId": "ssm-1", "ResourceRegion": store.region}
    return success(call, content)


def list_keys(world: World, call: Call) -> Response:
    """ListKeyDetail: keys that users made, or products (Role 1)."""
    store = admit(world, call, KEY_TYPES)
    given = call.parameters
    limit = given.get("Limit", KEY_LIMIT)
    if limit > MOST_KEYS or given.get("Role", 0) > 1 or given.get("KeyState", 0) >= len(KEY_STATES):
        raise ApiError("InvalidParameter", "A parameter is not in its range.")
    state, search = KEY_STATES[given.get("KeyState", 0)], given.get("SearchKeyAlias", "")
    keys = [
        row
        for row in keys_of(world, call, store)
        if (row["Owner"] == "user") == (given.get("Role", 0) == 0) and state in (None, row["KeyState"]) and (search in row["KeyId"] or search in row["Alias"])
    ]
    keys = keys if given.get("OrderType", 0) == 1 else keys[::-1]
    return success(call, {"TotalCount": len(keys), "KeyMetadatas": paged(world, call, keys, limit)})


def keys_of(world: World, call: Call, store: Store) -> list[dict[str, Any]]:
    """The keys of the region: those that secrets name, and those of the fleet file. 'Gone' is one that secrets still name."""
    named = {record.fields["KmsKeyId"]: record.fields.get("KmsKeyType") for record in store.records.values() if record.fields.get("KmsKeyId")}
    states = world.regions[store.account, store.region, "ssm"].place.get("keys", {})
    owners = {ident: "ssm" if kind == "DEFAULT" else "user" for ident, kind in {**dict.fromkeys(states), **named}.items()}
    return [key(ident, owners[ident], states.get(ident, "Enabled"), call) for ident in sorted(owners) if states.get(ident) != "Gone"]


def key(ident: str, owner: str, state: str, call: Call) -> dict[str, Any]:
    """A key as the vendor words it. NextRotateTime is filled whether it is rotated or not."""
    created = int(call.now) - YEAR - digest(ident) % YEAR
    return {
        "KeyId": ident,
        "Alias": f"alias-{ident[:8]}",
        "CreateTime": created,
        "Description": "",
        "KeyState": state,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "Type": 2,
        "CreatorUin": 100000000001,
        "KeyRotationEnabled": owner == "user" and state == "Enabled",
        "Owner": owner,
        "NextRotateTime": created + 2 * YEAR,
        "DeletionDate": int(call.now) + 86400 if state == "PendingDelete" else 0,
        "Origin": "TENCENT_KMS",
        "ValidTo": 0,
        "ResourceId": f"creatorUin/100000000001/{ident}",
        "HsmClusterId": "",
        "RotateDays": 365,
        "LastRotateTime": 0,
    }


def list_tags(world: World, call: Call) -> Response:
    """DescribeResourceTagsByResourceIds: a row for each tag of each secret."""
    given = parameters.read(call.request, TAG_TYPES)
    for name in ("ServiceType", "ResourcePrefix", "ResourceIds", "ResourceRegion"):
        if name not in given:
            raise errors.missing(name)
    if (given["ServiceType"], given["ResourcePrefix"]) != ("ssm", "secret"):
        raise ApiError("InvalidParameterValue.ServiceTypeInvalid", "The service or its prefix is not known.")
    if not 0 < len(given["ResourceIds"]) <= MOST_TAGGED:
        raise ApiError("InvalidParameterValue.ResourceIdInvalid", f"At most {MOST_TAGGED} ids are allowed.")
    limit = given.get("Limit", TAG_LIMIT)
    if not limit or given.get("Offset", 0) % limit:
        raise ApiError("InvalidParameterValue", "The Offset is not a multiple of the Limit.")
    store = admit(world, call, TAG_TYPES, given["ResourceRegion"])
    by_id = {f"creatorUin/{record.fields['CreateUin']}/{record.ident}": record for record in map(store.records.get, map(last, given["ResourceIds"])) if record}
    rows = [
        {"TagKey": name, "TagValue": value, "ResourceId": ident, "TagKeyMd5": "", "TagValueMd5": "", "ServiceType": "ssm", "Category": "Custom"}
        for ident in given["ResourceIds"]
        if ident in by_id
        for name, value in sorted((by_id[ident].tags or {}).items())
    ]
    return success(call, {"TotalCount": len(rows), "Offset": given.get("Offset", 0), "Limit": limit, "Tags": paged(world, call, rows, limit)})


def last(ident: str) -> str:
    """The name in the id of a secret."""
    return ident.rpartition("/")[2]


def paged(world: World, call: Call, rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """A page of rows."""
    start, cap = call.parameters.get("Offset", 0), world.settings(call)["page_cap"]
    return rows[start : start + (limit if cap is None else min(limit, cap))]
