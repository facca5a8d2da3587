# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud APIG, ListSecrets of 2024-03-27: its hosts, requests, answers and errors.

Sources: the API page of ListSecrets, alibabacloud_apig20240327 11.6.0, and the vendor's page of endpoints.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._core.endpoints import Target
from ..._core.errors import SecretsError
from ..._core.messages import Request
from ..._paging.unordered import ReadTwice, Window
from ..._provider import ErrorKind, Filters, Partition, Provider, RawPage
from ..calls import (
    GATEWAY_ERRORS,
    HOME_REGION,
    KMS_ERRORS,
    assume_role,
    call,
    doubts_region,
    identity_request,
    limit,
    read_identity,
    read_refusal,
    read_role,
    without_request_id,
)
from ..credentials import MACHINE, NAMES, PLATFORM, PROFILE, REGION_VARIABLES, SOURCES, profile_region
from ..organization import MEMBERS
from ..sign import sign
from .details import APIG_VERSION, DETAILS, check_page
from .fields import SCHEMA
from .options import OPTIONS

PERMISSION = "Grant the action apig:ListSecrets on all resources (*) in RAM; regions: all needs apig:DescribeRegions too."
ERRORS = (
    *GATEWAY_ERRORS,
    *KMS_ERRORS,
    ErrorKind("Forbidden*", "denied", PERMISSION),
    ErrorKind("NoPermission*", "denied", PERMISSION),
    ErrorKind("*NotPurchased*", "unsupported", "Activate API Gateway (APIG) for this account in the console."),
)


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
    request = call("apig", "ListSecrets", APIG_VERSION, "GET", "/v1/secrets", target, query)
    return replace(request, check=partial(check_page, number, window.size))


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
    return call("apig", "DescribeRegions", APIG_VERSION, "POST", "/v1/regions", target, {"language": "en"})


def read_regions(payload: Mapping[str, Any]) -> list[str]:
    """The names of the regions."""
    rows = payload.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise SecretsError("schema", "data is not a list of regions")
    return [str(row.get("regionId")) for row in rows]


def read_error(payload: Mapping[str, Any]) -> SecretsError | None:
    """The error in an answer, or None."""
    return read_refusal(payload, ERRORS)


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
    partitions=partitions,
    list_request=list_request,
    read_page=read_page,
    listing=ReadTwice,
    created_field="createTimestamp",
    id_field="secretId",
    regions_request=regions_request,
    read_regions=read_regions,
    identity_request=identity_request,
    read_identity=read_identity,
    read_error=read_error,
    bucket=bucket,
    steady=without_request_id,
    details=DETAILS,
    limit=limit,
    retry_headers=(("x-acs-retry-after", 0.001), ("retry-after", 1.0)),
    members=MEMBERS,
    doubts_region=doubts_region,
)
