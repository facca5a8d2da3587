# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of KMS (2016-01-20) beside its listing: one secret, its versions and its policy; the keys and instances of a region.

Source: the vendor's pages and the models of the official SDK 3.3.1. Not documented, and so the emulator's choice: keys and instances in the order of
their ids, versions newest first, at most 100 of them on a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from ..calls import ApiError, Call, compact
from ..stores import Record
from ..wire import Response
from ..world import World
from . import errors
from .kms_listing import UNTOLD, read_filters, success
from .kms_rows import TOLD
from .listing import LARGEST, throttle, whole_number

STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")
KEY_SIZE = 10
OTHER_SIZE = 20


def admit(world: World, call: Call) -> dict[str, str]:
    """The parameters, once limit and region have let the request pass."""
    throttle(world, call, world.settings(call))
    pairs = dict(parse_qsl(call.request.query, keep_blank_values=True))
    unsupported = "Forbidden.KmsServiceNotEnabled" if world.region(call) else "InvalidProduct.NotFound"
    world.check_refusal(call, {"denied": errors.denied(call), "unsupported": ApiError(unsupported)})
    call.parameters = {**pairs, **call.forced}
    return call.parameters


def secret_of(world: World, call: Call) -> Record:
    """The secret that a request names."""
    if not call.parameters.get("SecretName"):
        raise ApiError("MissingParameter", "The parameter SecretName is needed but no value is provided.")
    found = world.store(call).records.get(call.parameters["SecretName"])
    if found is None:
        raise ApiError("Forbidden.ResourceNotFound")
    return found


def describe_secret(world: World, call: Call) -> Response:
    """DescribeSecret: what no row of the listing shows. What does not hold of a secret is absent."""
    given = admit(world, call)
    if given.get("FetchTags", "false") not in ("true", "false"):
        raise ApiError("InvalidParameter", "The specified parameter FetchTags is not valid.")
    record = secret_of(world, call)
    row = {name: value for name, value in record.fields.items() if name != "Tags" or given.get("FetchTags") == "true"}
    account = call.key.account.account_id if call.key else ""
    told = {name: record.details[name] for name in TOLD if name in record.details}
    row |= {"Arn": f"acs:kms:{call.region}:{account}:secret/{record.ident}", "Description": "", **told, **record.details.get("describes", {})}
    return success(call, compact({name: value for name, value in row.items() if value is not None}))


def list_version_ids(world: World, call: Call) -> Response:
    """ListSecretVersionIds: those without a stage are deprecated, and told only where they are asked for."""
    given = admit(world, call)
    if given.get("IncludeDeprecated", "false") not in ("true", "false"):
        raise ApiError("InvalidParameter", "The specified parameter IncludeDeprecated is not valid.")
    record = secret_of(world, call)
    versions = [each for each in record.details.get("versions", []) if each["VersionStages"]["VersionStage"] or given.get("IncludeDeprecated") == "true"]
    return numbered(call, versions, ("VersionIds", "VersionId"), OTHER_SIZE, {"SecretName": record.ident})


def secret_policy(world: World, call: Call) -> Response:
    """GetSecretPolicy: secrets of a KMS instance alone have one."""
    given = admit(world, call)
    record = secret_of(world, call)
    if given.get("PolicyName", "default") != "default":
        raise ApiError("Forbidden.ResourceNotFound")
    if not record.details.get("DKMSInstanceId"):
        raise ApiError("Forbidden.KeyPolicyUnSupported")
    account = call.key.account.account_id if call.key else ""
    own = {"Sid": "kms default secret policy", "Effect": "Allow", "Principal": {"RAM": [f"acs:ram::{account}:*"]}, "Action": ["kms:*"], "Resource": ["*"]}
    policy = record.details.get("policy", {"Version": "1", "Statement": [own]})
    return success(call, compact({"Policy": policy if isinstance(policy, str) else json.dumps(policy)}))


def list_keys(world: World, call: Call) -> Response:
    """ListKeys, filtered by KeyState and keyId."""
    given = admit(world, call)
    wanted = read_filters(given["Filters"], ("KeyState", "keyId")) if "Filters" in given else []
    if any(value not in STATES for each in wanted if each["Key"] == "KeyState" for value in each["Values"]):
        raise UNTOLD
    account = call.key.account.account_id if call.key else ""
    keys = [
        {"KeyId": ident, "KeyArn": f"acs:kms:{call.region}:{account}:key/{ident}"}
        for ident, state in keys_of(world, call).items()
        if state in STATES and all((state if each["Key"] == "KeyState" else ident) in each["Values"] for each in wanted)
    ]
    return numbered(call, keys, ("Keys", "Key"), KEY_SIZE)


def list_instances(world: World, call: Call) -> Response:
    """ListKmsInstances of the region."""
    admit(world, call)
    account = call.key.account.account_id if call.key else ""
    named = world.place(call).get("instances", [])
    instances = [
        {"KmsInstanceId": ident, "KmsInstanceArn": f"acs:kms:{call.region}:{account}:keystore/{ident}"}
        for ident in sorted({*named, *known(record.details.get("DKMSInstanceId") for record in records(world, call, "kms"))})
    ]
    return numbered(call, instances, ("KmsInstances", "KmsInstance"), OTHER_SIZE)


def keys_of(world: World, call: Call) -> dict[str, str]:
    """The keys of the region by their id, with their state: those that its secrets name, of both services, and those of the fleet file."""
    of_kms = (record.details.get("EncryptionKeyId") for record in records(world, call, "kms"))
    of_apig = ((record.fields.get("kmsConfig") or {}).get("kmsKeyId") for record in records(world, call, "apig"))
    named = dict.fromkeys({*known(of_kms), *known(of_apig)}, "Enabled")
    return dict(sorted({**named, **world.place(call).get("keys", {})}.items()))


def records(world: World, call: Call, service: str) -> list[Record]:
    """The secrets of a service in this account and region."""
    store = world.stores.get((call.account or "", call.region or "", service))
    return list(store.records.values()) if store else []


def known(idents: Iterable[Any]) -> set[str]:
    """Those that are something."""
    return {ident for ident in idents if ident}


def numbered(call: Call, rows: list[dict[str, Any]], names: tuple[str, str], usual: int, more: dict[str, Any] | None = None) -> Response:
    """A page of rows, by its number."""
    given: dict[str, int] = {name: whole_number(name, call.parameters[name]) for name in ("PageNumber", "PageSize") if call.parameters.get(name, "") != ""}
    number, size = given.get("PageNumber", 1), given.get("PageSize", usual)
    if size > LARGEST:
        raise ApiError("InvalidParameter", "The specified parameter PageSize is not valid.")
    page = rows[(number - 1) * size : number * size]
    return success(call, compact({names[0]: {names[1]: page}, "PageNumber": number, "PageSize": size, "TotalCount": len(rows), **(more or {})}))
