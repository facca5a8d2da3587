# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the emulated Alibaba Cloud: which operation a request asks for, and whether its sender may."""
from __future__ import annotations

from ..calls import ApiError, Call
from ..places import Place
from ..wire import Request, Response
from ..world import World
from . import auth, errors, listing, sts
from .signature import parse

VERSIONS = {"apig": "2024-03-27", "sts": "2015-04-01"}
OPERATIONS = {
    "apig": {"ListSecrets": listing.list_secrets, "DescribeRegions": listing.list_regions},
    "sts": {"AssumeRole": sts.assume_role, "GetCallerIdentity": sts.caller_identity},
}
WAYS = {
    "ListSecrets": (("GET", "/v1/secrets"),), "DescribeRegions": (("POST", "/v1/regions"),),
    "AssumeRole": (("POST", "/"), ("GET", "/")), "GetCallerIdentity": (("POST", "/"), ("GET", "/")),
}
refuse = errors.refuse


def speaks(request: Request) -> bool:
    """Whether a request on a loopback name is meant for this cloud."""
    return "x-acs-action" in request.headers or request.path.startswith("/v1/") or request.headers.get("authorization", "").startswith("ACS3-")


def peek(request: Request, place: Place) -> tuple[str, str, str | None]:
    """(action, key id, region) as the request says, not yet believed."""
    claim = parse(request.headers.get("authorization", ""))
    return request.headers.get("x-acs-action", ""), claim.key_id if claim else "", place.region


def answer(world: World, call: Call) -> Response:
    """Answers a request or raises ApiError."""
    version = call.request.headers.get("x-acs-version", "")
    call.request_id = call.request_id.upper()
    call.service = call.place.service or next((name for name, value in VERSIONS.items() if value == version), "apig")
    operation = OPERATIONS[call.service].get(call.action)
    if operation is None or (call.request.method, call.request.path) not in WAYS[call.action]:
        raise ApiError("InvalidApi.NotFound")
    if version != VERSIONS[call.service]:
        raise ApiError("InvalidVersion")
    call.key = auth.authenticate(world, call)
    if not call.key.may(call.action):
        raise errors.denied(call)
    return operation(world, call)
