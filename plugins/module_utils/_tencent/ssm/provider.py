# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tencent Cloud SSM, ListSecrets of 2019-09-23: its hosts, requests, answers and errors.

Sources: the API page of ListSecrets, tencentcloud-sdk-python-ssm 3.1.194, tccli's api.json, and the vendor's pages of
endpoints and of common errors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._core.endpoints import Target
from ..._core.errors import SecretsError, of_another_request
from ..._core.messages import Request
from ..._core.records import Record
from ..._core.tags import check_tags, tag_values
from ..._paging.ordered import Ordered
from ..._paging.unordered import Window
from ..._provider import ErrorKind, Filters, Partition, Provider, RawPage, kind_of, unsupported
from ..calls import HOME_REGION, assume_role, call, doubts_region, identity_request, limit, read_identity, read_role
from ..credentials import MACHINE, NAMES, PLATFORM, PROFILE, REGION_VARIABLES, SOURCES, profile_region
from ..organization import MEMBERS
from ..sign import sign
from .details import DETAILS, SSM_VERSION
from .fields import ENCRYPTIONS, KINDS, SCHEMA
from .options import OPTIONS

OLDEST_FIRST = 1
STATES = {"enabled": 1, "disabled": 2, "pending_delete": 3, "pending_create": 4, "create_failed": 5}
TYPES = {kind: number for number, kind in KINDS.items()}
LATER_TYPES = frozenset({TYPES["api_key"], TYPES["redis"]})
"""Types that ListSecrets does not document as a filter, or offers to some accounts only."""
REFUSES_TYPE = ("InvalidParameterValue", "InvalidParameterValue.SecretType")
OTHER_PARAMETER = re.compile(r"Offset|Limit|OrderType|State|SearchSecretName|Tag|ProductName|EncryptType|InstanceID|X-TC-")
SERVER_TIME = re.compile(r"\b1\d{9}\b")
REQUEST_ID = re.compile(r"^\[request id:[^\]]*\]\s*", re.IGNORECASE)
"""With which some messages begin; it stands in a field of its own."""
PERMISSION = "Grant the action ssm:ListSecrets on all resources (*) in CAM; regions: all needs ssm:GetRegions too."
ERRORS = (
    ErrorKind("InvalidParameter.WebIdentityTokenError", "auth", "The platform's token does not open this role; check provider, token and the role's trust."),
    ErrorKind("RequestLimitExceeded*", "throttled"),
    ErrorKind("InvalidParameter.OverLimit", "throttled"),
    ErrorKind("InternalError*", "server"),
    ErrorKind("ServiceUnavailable*", "server"),
    ErrorKind("FailedOperation.*Permission*", "denied", PERMISSION),
    ErrorKind("FailedOperation*", "server"),
    ErrorKind("AuthFailure.SignatureExpire", "clock", "Set this machine's clock: Tencent Cloud allows 5 minutes."),
    ErrorKind("AuthFailure.TokenFailure", "expired", "The token has expired or does not belong to this key; get new temporary credentials."),
    ErrorKind("AuthFailure.SignatureFailure", "auth", "The secret key does not belong to this secret id."),
    ErrorKind("AuthFailure.UnauthorizedOperation", "denied", PERMISSION),
    ErrorKind("AuthFailure*", "auth", "The key does not exist or is disabled; check it in CAM."),
    ErrorKind("UnauthorizedOperation*", "denied", PERMISSION),
    ErrorKind("UnsupportedRegion*", "unsupported", "Name a region, not a zone: ap-beijing, not ap-beijing-3."),
    ErrorKind("ResourceUnavailable.NotPurchased", "unsupported", "Activate Secrets Manager (SSM) for this account in the console."),
    ErrorKind("IpInBlacklist", "denied", "This machine's address is blocked in CAM."),
    ErrorKind("IpNotInWhitelist", "denied", "This machine's address is not allowed in CAM."),
)


def check_filters(filters: Filters) -> None:
    """Values of tags are texts. ProductName takes effect for secrets of the type product only."""
    check_tags(filters.get("tags") or {})
    kinds = filters.get("secret_types")
    if filters.get("product_names") and kinds and set(kinds) != {"product"}:
        raise SecretsError(
            "argument",
            f"product_names narrows secrets of the type product only, and secret_types asks for {', '.join(kinds)}",
            hint="Leave secret_types out, or make two tasks of it.",
        )


def partitions(filters: Filters) -> tuple[Partition, ...]:
    """Without a type ListSecrets lists user-defined secrets only, so a store is a listing for each type and encryption."""
    kinds = filters.get("secret_types") or (("product",) if filters.get("product_names") else tuple(TYPES))
    encryptions = filters.get("encrypt_types") or tuple(ENCRYPTIONS.values())
    wanted = [(kind, encryption) for kind in TYPES if kind in kinds for encryption in ENCRYPTIONS.values() if encryption in encryptions]
    return tuple(Partition(f"{kind}/{encryption}", _parameters(kind, encryption)) for kind, encryption in wanted)


def list_request(target: Target, partition: Partition, window: Window, filters: Filters) -> Request:
    """ListSecrets for one page, oldest secrets first."""
    parameters = {
        "Offset": window.start,
        "Limit": window.size,
        "OrderType": OLDEST_FIRST,
        "State": STATES.get(filters.get("status") or ""),
        "SearchSecretName": filters.get("name_like"),
        "TagFilters": _tag_filters(filters.get("tags")),
        "ProductName": ",".join(filters.get("product_names") or ()) or None,
        "InstanceID": filters.get("instance_id"),
        **partition.parameters,
    }
    return replace(call("ssm", "ListSecrets", SSM_VERSION, target, parameters), check=partial(check_page, partition.parameters))


def check_page(asked: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    """Each row names its type and its encryption. An answer has no number of its page."""
    rows = payload["Response"].get("SecretMetadatas")
    kinds, encryptions = (asked["SecretType"], None), (asked.get("EncryptType", 0), None)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and (row.get("SecretType") not in kinds or row.get("EncryptType") not in encryptions):
            raise of_another_request()


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Rows and total; SecretMetadatas may be null where there is nothing."""
    response = payload["Response"]
    if "SecretMetadatas" not in response and "TotalCount" not in response:
        raise SecretsError("schema", "the answer has neither SecretMetadatas nor TotalCount")
    rows = response.get("SecretMetadatas")
    if rows is not None and not isinstance(rows, list):
        raise SecretsError("schema", "Response.SecretMetadatas is not a list")
    return RawPage(rows or [], response.get("TotalCount"))


def regions_request(target: Target) -> Request:
    """GetRegions: where SSM is offered."""
    return call("ssm", "GetRegions", SSM_VERSION, target, {})


def read_regions(payload: Mapping[str, Any]) -> list[str]:
    """The names of the regions."""
    rows = payload["Response"].get("Regions")
    if not isinstance(rows, list):
        raise SecretsError("schema", "Response.Regions is not a list")
    return [str(row) for row in rows]


def read_error(payload: Mapping[str, Any]) -> SecretsError | None:
    """Errors come as Response.Error, mostly with HTTP status 200."""
    response = payload.get("Response")
    if not isinstance(response, Mapping):
        return SecretsError("schema", "the answer has no object 'Response'")
    error = response.get("Error")
    if error is None:
        return None
    code = error.get("Code") if isinstance(error, Mapping) else None
    if not isinstance(code, str) or not code:
        return SecretsError("schema", "the answer has an error without a code")
    message = str(error.get("Message") or "it gives no reason")
    understood = kind_of(code, ERRORS)
    moment = SERVER_TIME.search(message) if understood.kind == "clock" else None
    request_id = response.get("RequestId")
    return SecretsError(
        understood.kind,
        REQUEST_ID.sub("", message),
        code=code,
        request_id=None if request_id is None else str(request_id),
        hint=understood.hint,
        server_time=float(moment.group()) if moment else None,
    )


def bucket(request: Request, region: str, key: Hashable) -> Hashable:
    """Tencent Cloud counts an action's requests where the host name leads to, for each key; not by X-TC-Region."""
    return key, request.host, request.action


def accepts(record: Record, filters: Filters) -> bool:
    """State 4 and 5 work for product secrets only, and what an absent EncryptType means is not documented."""
    status, encryptions = filters.get("status"), filters.get("encrypt_types")
    if status and record["status"] != status:
        return False
    return not encryptions or record["encryption"] in (None, *encryptions)


def not_offered(error: SecretsError, partition: Partition) -> Collection[str] | None:
    """Besides whole regions: EncryptType on the international site, and the later types, unless the cloud speaks of something else."""
    if error.code == "UnknownParameter":
        return ("EncryptType",) if "EncryptType" in partition.parameters and "EncryptType" in error.message else None
    if error.code in REFUSES_TYPE:
        later = partition.parameters["SecretType"] in LATER_TYPES
        return ("SecretType",) if later and not OTHER_PARAMETER.search(error.message) else None
    return unsupported(error, partition)


def _parameters(kind: str, encryption: str) -> dict[str, int]:
    """EncryptType is left out where its default will do: the international site does not know it."""
    return {"SecretType": TYPES[kind]} if encryption == "kms" else {"SecretType": TYPES[kind], "EncryptType": 1}


def _tag_filters(tags: Mapping[str, Any] | None) -> list[dict[str, Any]] | None:
    """{key: value, key: [values], key: null} as the API has it; null stands for any value."""
    if not tags:
        return None
    values = {key: tag_values(value) for key, value in tags.items()}
    return [{"TagKey": key} if texts is None else {"TagKey": key, "TagValue": texts} for key, texts in values.items()]


PROVIDER = Provider(
    schema=SCHEMA,
    options=OPTIONS,
    names=NAMES,
    sources=SOURCES,
    profile=PROFILE,
    metadata=MACHINE,
    platform=PLATFORM,
    assume_role=assume_role,
    read_role=read_role,
    region_variables=REGION_VARIABLES,
    profile_region=profile_region,
    home_region=HOME_REGION,
    sign=sign,
    partitions=partitions,
    list_request=list_request,
    read_page=read_page,
    listing=Ordered,
    created_field="CreateTime",
    id_field="SecretName",
    regions_request=regions_request,
    read_regions=read_regions,
    identity_request=identity_request,
    read_identity=read_identity,
    read_error=read_error,
    bucket=bucket,
    details=DETAILS,
    limit=limit,
    check_filters=check_filters,
    accepts=accepts,
    not_offered=not_offered,
    members=MEMBERS,
    moving_field="EncryptSwitching",
    moves="EncryptType",
    doubts_region=doubts_region,
)
