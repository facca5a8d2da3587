# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud APIG, ListSecrets of 2024-03-27: its hosts, requests, answers and errors.

Sources: the API page of ListSecrets, alibabacloud_apig20240327 11.6.0, alibabacloud_sts20150401 1.2.0, and the
vendor's pages of endpoints and of common errors.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._core.endpoints import Target
from ..._core.errors import SecretsError, of_another_request
from ..._core.messages import Request
from ..._paging.unordered import ReadTwice, Window
from ..._provider import ErrorKind, Filters, Partition, Provider, RawPage, kind_of
from ..calls import assume_role, call, identity_request, read_identity, read_role
from ..credentials import MACHINE, NAMES, PLATFORM, PROFILE, REGION_VARIABLES, SOURCES, profile_region
from ..sign import sign
from .fields import SCHEMA
from .options import OPTIONS

VERSION = "2024-03-27"
HOME_REGION = "cn-hangzhou"
SIGNED = "server StringToSign"
"""Behind this stands what the server signed. It helps nobody who reads it, and repeats the request."""
SUCCESS = frozenset({"", "none", "ok", "success", "200", "0"})
"""What 'code' says when all went well: the vendor's pages show 200 and Ok."""
PERMISSION = "Grant the action apig:ListSecrets on all resources (*) in RAM; regions: all needs apig:DescribeRegions too."
NOT_SERVED = "The endpoint does not serve this API; check region and endpoint."
ERRORS = (
    ErrorKind("*Throttling*", "throttled"),
    ErrorKind("ServiceUnavailable*", "server"),
    ErrorKind("InternalError*", "server"),
    ErrorKind("SignatureNonceUsed", "server"),
    ErrorKind("InvalidTimeStamp*", "clock", "Set this machine's clock: Alibaba Cloud allows 15 minutes."),
    ErrorKind("IllegalTimestamp", "clock", "Set this machine's clock: Alibaba Cloud allows 15 minutes."),
    ErrorKind("InvalidSecurityToken.Expired", "expired", "The temporary credentials have expired; get new ones."),
    ErrorKind("*SecurityToken*", "auth", "The security token does not belong to this access key; give the three parts of one key."),
    ErrorKind("SignatureDoesNotMatch", "auth", "The access key secret does not belong to this access key id."),
    ErrorKind("IncompleteSignature", "auth", "The access key secret does not belong to this access key id."),
    ErrorKind("InvalidAccessKeyId*", "auth", "The access key does not exist or is disabled; check it in RAM."),
    ErrorKind("Forbidden.AccessKeyDisabled", "auth", "The access key is disabled; enable it in RAM."),
    ErrorKind("AuthenticationFail*", "auth", "The platform's token does not open this role; check provider, token and the role's trust."),
    ErrorKind("Forbidden*", "denied", PERMISSION),
    ErrorKind("NoPermission*", "denied", PERMISSION),
    ErrorKind("UnsupportedRegion*", "unsupported"),
    ErrorKind("*NotPurchased*", "unsupported", "Activate API Gateway (APIG) for this account in the console."),
    ErrorKind("InvalidApi.NotFound", "request", NOT_SERVED),
    ErrorKind("InvalidProduct.NotFound", "request", NOT_SERVED),
)
REFUSES_REGION = ("UnsupportedRegion", "InvalidApi.NotFound", "InvalidProduct.NotFound")
"""How codes begin that a region without APIG may give, and a misspelt one."""


def partitions(filters: Filters) -> tuple[Partition, ...]:
    """A store of APIG is one listing."""
    return (Partition("secrets"),)


def list_request(target: Target, partition: Partition, window: Window, filters: Filters) -> Request:
    """ListSecrets for one page; pages are numbered from 1."""
    number = window.start // window.size + 1
    query = {
        "nameLike": filters.get("name_like"),
        "gatewayType": filters.get("gateway_type"),
        "pageNumber": str(number),
        "pageSize": str(window.size),
        **partition.parameters,
    }
    request = call("apig", "ListSecrets", VERSION, "GET", "/v1/secrets", target, query)
    return replace(request, check=partial(check_page, number, window.size))


def check_page(number: int, size: int, payload: Mapping[str, Any]) -> None:
    """An answer names its page and the size of it. (The first page tells what size the cloud gives, whatever was asked for.)"""
    data = payload.get("data")
    data = data if isinstance(data, Mapping) else {}
    if data.get("pageNumber", number) != number or number > 1 and data.get("pageSize", size) != size:
        raise of_another_request()


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Rows and total; 'data' and 'items' may be null where there is nothing."""
    data = payload.get("data", payload)
    data = {} if data is None else data
    if not isinstance(data, Mapping) or ("data" not in payload and "items" not in payload):
        raise SecretsError("schema", "the answer has no object 'data'")
    rows = data.get("items")
    if rows is not None and not isinstance(rows, list):
        raise SecretsError("schema", "data.items is not a list")
    return RawPage(rows or [], data.get("totalSize"))


def regions_request(target: Target) -> Request:
    """DescribeRegions: where APIG is offered."""
    return call("apig", "DescribeRegions", VERSION, "POST", "/v1/regions", target, {"language": "en"})


def read_regions(payload: Mapping[str, Any]) -> list[str]:
    """The names of the regions."""
    rows = payload.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise SecretsError("schema", "data is not a list of regions")
    return [str(row.get("regionId")) for row in rows]


def read_error(payload: Mapping[str, Any]) -> SecretsError | None:
    """The gateway writes Code, Message and RequestId, the product the same in lower case, some with HTTP status 200."""
    code, message, request_id = (payload.get(name[:1].upper() + name[1:], payload.get(name)) for name in ("code", "message", "requestId"))
    if str(code).lower() in SUCCESS and payload.get("success") is not False:
        return None
    understood = kind_of(str(code), ERRORS)
    said = str(message).partition(SIGNED)[0].rstrip()
    return SecretsError(understood.kind, said, code=str(code), request_id=None if request_id is None else str(request_id), hint=understood.hint)


def doubts_region(error: SecretsError) -> bool:
    """Whether the region may be misspelt."""
    return str(error.code).startswith(REFUSES_REGION)


def bucket(request: Request, region: str, key: Hashable) -> Hashable:
    """Alibaba Cloud counts the requests of an account in a region."""
    return key, region, request.service


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
    list_request=list_request,
    read_page=read_page,
    regions_request=regions_request,
    read_regions=read_regions,
    identity_request=identity_request,
    read_identity=read_identity,
    read_error=read_error,
    partitions=partitions,
    listing=ReadTwice,
    created_field="createTimestamp",
    id_field="secretId",
    bucket=bucket,
    doubts_region=doubts_region,
    retry_headers=(("x-acs-retry-after", 0.001), ("retry-after", 1.0)),
)
