# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud KMS Secrets Manager, ListSecrets of 2016-01-20: its hosts, requests, answers and errors.

Sources: the API page of ListSecrets, alibabacloud_kms20160120 3.3.1, and the vendor's pages of endpoints, of limits
and of common errors.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._core.endpoints import Target
from ..._core.errors import SecretsError
from ..._core.messages import Request
from ..._core.records import Record
from ..._core.tags import check_tags, has_tags
from ..._paging.unordered import ReadTwice, Window
from ..._provider import ErrorKind, Filters, Partition, Provider, RawPage
from ..calls import (
    GATEWAY_ERRORS,
    HOME_REGION,
    KMS_ERRORS,
    KMS_VERSION,
    assume_role,
    call,
    check_page,
    doubts_region,
    filters_of,
    identity_request,
    kms_page,
    kms_rows,
    limit,
    read_identity,
    read_refusal,
    read_role,
    without_request_id,
)
from ..credentials import MACHINE, NAMES, PLATFORM, PROFILE, REGION_VARIABLES, SOURCES, profile_region
from ..organization import MEMBERS
from ..sign import sign
from .details import DETAILS
from .fields import SCHEMA
from .options import OPTIONS

PERMISSION = "Grant the action kms:ListSecrets on all resources (*) in RAM."
ERRORS = (
    *GATEWAY_ERRORS,
    *KMS_ERRORS,
    ErrorKind("Forbidden*", "denied", PERMISSION),
    ErrorKind("NoPermission*", "denied", PERMISSION),
)
OWNED = "!"
"""Stands in the names of default secrets, and in no others: aigw!secret-abc."""


def check_filters(filters: Filters) -> None:
    """Values of tags are texts."""
    check_tags(filters.get("tags") or {})


def partitions(filters: Filters) -> tuple[Partition, ...]:
    """A store of KMS is one listing: it has the secrets of all types, and of all KMS instances."""
    return (Partition("secrets"),)


def list_request(target: Target, partition: Partition, window: Window, filters: Filters) -> Request:
    """ListSecrets for one page; pages are numbered from 1. Tags cost nothing, but have to be asked for. No row shows its KMS
    instance, whose filter is exact."""
    number, instance = window.start // window.size + 1, filters.get("instance_id")
    query = {
        "FetchTags": "true",
        "Filters": filters_of("DKMSInstanceId", instance) if instance else None,
        "PageNumber": str(number),
        "PageSize": str(window.size),
        **partition.parameters,
    }
    request = call("kms", "ListSecrets", KMS_VERSION, "POST", "/", target, query)
    return replace(request, check=partial(check_page, number, window.size))


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Rows and total; 'SecretList' and 'Secret' may be null where there is nothing."""
    page = kms_page("SecretList", "Secret", payload)
    return replace(page, rows=[_told(row) for row in page.rows])


def regions_request(target: Target) -> Request:
    """DescribeRegions: where KMS is offered."""
    return call("kms", "DescribeRegions", KMS_VERSION, "POST", "/", target, {})


def read_regions(payload: Mapping[str, Any]) -> list[str]:
    """The names of the regions."""
    rows = kms_rows(payload, "Regions", "Region")
    if not all(isinstance(row, Mapping) for row in rows):
        raise SecretsError("schema", "Regions.Region is not a list of regions")
    return [str(row.get("RegionId")) for row in rows]


def read_error(payload: Mapping[str, Any]) -> SecretsError | None:
    """The error in an answer, or None."""
    return read_refusal(payload, ERRORS)


def bucket(request: Request, region: str, key: Hashable) -> Hashable:
    """Alibaba Cloud counts the requests of an account in a region."""
    return key, region, request.service


def accepts(record: Record, filters: Filters) -> bool:
    """How the server matches names is not documented, nor whether it heeds case in types; and it finds few tags only."""
    kinds, tags = filters.get("secret_types"), filters.get("tags")
    if (filters.get("name_like") or "") not in (record["name"] or ""):
        return False
    if kinds and record["kind"] not in kinds and record["attributes"]["secret_type"] is not None:
        return False
    return not tags or has_tags(record["tags"], tags)


def _told(row: Any) -> Any:
    """The row. The cloud sends the time of a deletion, and the product that owns a secret, only where there is one; the row then
    says that there is none. The name of a default secret begins with the product."""
    if not isinstance(row, Mapping):
        return row
    planned, owner = row.get("PlannedDeleteTime"), row.get("OwingService")
    product, mark, _rest = str(row.get("SecretName")).partition(OWNED)
    return {**row, "PlannedDeleteTime": "" if planned is None else planned, "OwingService": product * bool(mark) if owner in (None, "") else owner}


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
    created_field="CreateTime",
    id_field="SecretName",
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
    check_filters=check_filters,
    accepts=accepts,
    members=MEMBERS,
    doubts_region=doubts_region,
)
