# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the emulated Tencent Cloud: which operation a request asks for, and whether its sender may."""

from __future__ import annotations

from .. import machine
from ..calls import ApiError, Call
from ..places import Place
from ..wire import Request, Response
from ..world import World
from . import auth, details, errors, listing, metadata, organization, sts
from .signature import parse

VERSIONS = {"ssm": "2019-09-23", "kms": "2019-01-18", "sts": "2018-08-13", "tag": "2018-08-13", "organization": "2021-03-31"}
OPERATIONS = {
    "ssm": {
        "ListSecrets": listing.list_secrets,
        "GetRegions": listing.list_regions,
        "DescribeSecret": details.describe_secret,
        "ListSecretVersionIds": details.versions,
        "DescribeRotationHistory": details.history,
        "GetServiceStatus": details.status,
    },
    "kms": {"ListKeyDetail": details.list_keys},
    "tag": {"DescribeResourceTagsByResourceIds": details.list_tags},
    "sts": {"AssumeRole": sts.assume_role, "AssumeRoleWithWebIdentity": sts.assume_role_with_web_identity, "GetCallerIdentity": sts.caller_identity},
    "organization": {
        "DescribeOrganization": organization.describe,
        "DescribeOrganizationMembers": organization.list_members,
        "DescribeOrganizationNodes": organization.list_nodes,
    },
}
UNSIGNED = "AssumeRoleWithWebIdentity"


def refuse(call: Call, error: ApiError) -> Response:
    """The error in the shape of the service that is asked."""
    return machine.refuse(call, error) if machine.asked(call, metadata.action_of(call.request)) else errors.refuse(call, error)


def speaks(request: Request) -> bool:
    """True if a request on a loopback name is meant for this cloud."""
    return bool(metadata.action_of(request)) or "x-tc-action" in request.headers or request.headers.get("authorization", "").startswith("TC3-")


def service_of(request: Request) -> str:
    """The service that a request on a loopback name is for, by its version, which two of them share, and its action."""
    asked = request.headers.get("x-tc-version"), request.headers.get("x-tc-action")
    named = [name for name, version in VERSIONS.items() if version == asked[0]]
    return next((name for name in named if asked[1] in OPERATIONS[name]), next(iter(named), "ssm"))


def peek(request: Request, place: Place) -> tuple[str, str, str | None]:
    """(action, key id, region) as the request says, not yet believed."""
    asked = metadata.action_of(request)
    if asked:
        return asked, "", None
    claim = parse(request.headers.get("authorization", ""))
    return request.headers.get("x-tc-action", ""), claim.key_id if claim else "", request.headers.get("x-tc-region") or None


def answer(world: World, call: Call) -> Response:
    """Answers a request or raises ApiError."""
    if machine.asked(call, metadata.action_of(call.request)):
        return metadata.answer(world, call)
    version = call.request.headers.get("x-tc-version", "")
    for name, value in (("Action", call.action), ("Version", version)):
        if not value:
            raise errors.missing(name)
    if call.request.path != "/":
        raise ApiError("InvalidParameter", "The request path is not valid.")
    if call.action == UNSIGNED and version == VERSIONS["sts"] and call.request.headers.get("authorization") == "SKIP":
        return sts.assume_role_with_web_identity(world, call)
    call.key = auth.authenticate(world, call)
    if version != VERSIONS[call.service]:
        raise ApiError("NoSuchVersion")
    operation = OPERATIONS[call.service].get(call.action)
    if operation is None:
        raise ApiError("InvalidAction", f"The request action=`{call.action}` is invalid or does not match with the API version `{version}`.")
    if not call.key.may(call.service, call.action):
        raise errors.denied(call)
    return operation(world, call)
