# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the emulated Alibaba Cloud: which operation a request asks for, and whether its sender may."""

from __future__ import annotations

from .. import machine
from ..calls import ApiError, Call
from ..places import Place
from ..wire import Request, Response
from ..world import World
from . import auth, errors, listing, metadata, sts
from .signature import parse

VERSIONS = {"apig": "2024-03-27", "sts": "2015-04-01"}
OPERATIONS = {
    "apig": {"ListSecrets": listing.list_secrets, "DescribeRegions": listing.list_regions},
    "sts": {"AssumeRole": sts.assume_role, "AssumeRoleWithOIDC": sts.assume_role_with_oidc, "GetCallerIdentity": sts.caller_identity},
}
WAYS = {
    "ListSecrets": (("GET", "/v1/secrets"),),
    "DescribeRegions": (("POST", "/v1/regions"),),
    "AssumeRole": (("POST", "/"), ("GET", "/")),
    "AssumeRoleWithOIDC": (("POST", "/"), ("GET", "/")),
    "GetCallerIdentity": (("POST", "/"), ("GET", "/")),
}
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
    version = call.request.headers.get("x-acs-version", "") or sts.read_parameters(call).get("Version", "")
    call.request_id = call.request_id.upper()
    call.service = call.place.service or next((name for name, value in VERSIONS.items() if value == version), "apig")
    operation = OPERATIONS[call.service].get(call.action)
    if operation is None or (call.request.method, call.request.path) not in WAYS[call.action]:
        raise ApiError("InvalidApi.NotFound")
    if version != VERSIONS[call.service]:
        raise ApiError("InvalidVersion")
    if call.action == UNSIGNED:
        return operation(world, call)
    call.key = auth.authenticate(world, call)
    if not call.key.may(call.action):
        raise errors.denied(call)
    return operation(world, call)
