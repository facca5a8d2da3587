# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the emulated Alibaba Cloud: which operation a request asks for, and whether its sender may."""

from __future__ import annotations

import re

from .. import machine
from ..calls import ApiError, Call
from ..places import Place
from ..wire import Request, Response
from ..world import World
from . import auth, errors, kms_details, kms_listing, listing, metadata, organization, references, sts
from .signature import parse

VERSIONS = {"apig": "2024-03-27", "kms": "2016-01-20", "sts": "2015-04-01", "resourcedirectory": "2022-04-19"}
OPERATIONS = {
    "apig": {
        "ListSecrets": listing.list_secrets,
        "DescribeRegions": listing.list_regions,
        "ListSecretReferences": references.list_references,
        "ListGateways": references.list_gateways,
    },
    "kms": {
        "ListSecrets": kms_listing.list_secrets,
        "DescribeRegions": kms_listing.list_regions,
        "DescribeSecret": kms_details.describe_secret,
        "ListSecretVersionIds": kms_details.list_version_ids,
        "GetSecretPolicy": kms_details.secret_policy,
        "ListKeys": kms_details.list_keys,
        "ListKmsInstances": kms_details.list_instances,
    },
    "sts": {"AssumeRole": sts.assume_role, "AssumeRoleWithOIDC": sts.assume_role_with_oidc, "GetCallerIdentity": sts.caller_identity},
    "resourcedirectory": {"GetResourceDirectory": organization.get_directory, "ListAccounts": organization.list_accounts},
}
RPC = (("POST", "/"), ("GET", "/"))
WAYS = {
    ("apig", "ListSecrets"): (("GET", "/v1/secrets"),),
    ("apig", "DescribeRegions"): (("POST", "/v1/regions"),),
    ("apig", "ListSecretReferences"): (("GET", "/v1/secrets/[^/]+/references"),),
    ("apig", "ListGateways"): (("GET", "/v1/gateways"),),
}
"""Methods of an operation, and patterns of its paths; all others are called as RPC."""
FREE = frozenset({("kms", "DescribeRegions")})
"""What needs no permission."""
UNSIGNED = "AssumeRoleWithOIDC"


def refuse(call: Call, error: ApiError) -> Response:
    """The error in the shape of the service that is asked."""
    return machine.refuse(call, error) if machine.asked(call, metadata.action_of(call.request)) else errors.refuse(call, error)


def speaks(request: Request) -> bool:
    """True if a request on a loopback name is meant for this cloud."""
    if metadata.action_of(request) or unsigned(request):
        return True
    return "x-acs-action" in request.headers or request.path.startswith("/v1/") or request.headers.get("authorization", "").startswith("ACS3-")


def unsigned(request: Request) -> bool:
    """True if a request is one of those that nobody signs; the vendor's package names it among the parameters only."""
    return request.path == "/" and sts.parameters_of(request).get("Action") == UNSIGNED


def version_of(request: Request) -> str:
    """The version of the API that a request speaks."""
    return request.headers.get("x-acs-version", "") or sts.parameters_of(request).get("Version", "")


def service_of(request: Request) -> str:
    """The service that a request on a loopback name is for, by its version."""
    return next((name for name, value in VERSIONS.items() if value == version_of(request)), "apig")


def peek(request: Request, place: Place) -> tuple[str, str, str | None]:
    """(action, key id, region) as the request says, not yet believed."""
    asked = metadata.action_of(request) or UNSIGNED * unsigned(request)
    if asked:
        return asked, "", place.region
    claim = parse(request.headers.get("authorization", ""))
    return request.headers.get("x-acs-action", ""), claim.key_id if claim else "", place.region


def answer(world: World, call: Call) -> Response:
    """Answers a request or raises ApiError."""
    if machine.asked(call, metadata.action_of(call.request)):
        return metadata.answer(world, call)
    call.request_id = call.request_id.upper()
    operation = OPERATIONS[call.service].get(call.action)
    ways = WAYS.get((call.service, call.action), RPC)
    if operation is None or not any(call.request.method == method and re.fullmatch(path, call.request.path) for method, path in ways):
        raise ApiError("InvalidApi.NotFound")
    if version_of(call.request) != VERSIONS[call.service]:
        raise ApiError("InvalidVersion")
    if call.action == UNSIGNED:
        return operation(world, call)
    call.key = auth.authenticate(world, call)
    if not call.key.may(call.service, call.action) and (call.service, call.action) not in FREE:
        raise errors.denied(call)
    return operation(world, call)
