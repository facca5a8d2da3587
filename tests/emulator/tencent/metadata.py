# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service for machines of Tencent Cloud: the metadata service of CVM.

Source: the official Python SDK 3.1.195 (common/credential.py), the Go SDK (a 404 where no role is bound), and the vendor's page 213/4934.
"""

from __future__ import annotations

from ..calls import Call, compact, iso_time
from ..machine import PlainError, find_role, plain, region_of
from ..wire import Request, Response
from ..world import World

PREFIX = "AKID"
ROLES, REGION = "/latest/meta-data/cam/security-credentials/", "/latest/meta-data/placement/region"


def action_of(request: Request) -> str:
    """Request to a machine's service, or nothing."""
    if request.path.startswith(ROLES):
        return "MetadataCredentials" if request.path != ROLES else "MetadataRole"
    return "MetadataRegion" if request.path == REGION else ""


def answer(world: World, call: Call) -> Response:
    """Answers a request, or raises PlainError."""
    if not call.action:
        raise PlainError(404)
    if call.request.method != "GET":
        raise PlainError(405)
    if call.action == "MetadataRegion":
        return plain(call, region_of(world, call, "tencent"))
    role = find_role(world, call, "tencent", call.request.path.removeprefix(ROLES))
    if call.action == "MetadataRole":
        return plain(call, role.name)
    lease = world.machines.lease(call, role, PREFIX)
    call.parameters = {"RoleName": role.name}
    return plain(
        call,
        compact(
            {
                "TmpSecretId": lease.key.key_id,
                "TmpSecretKey": lease.key.secret,
                "ExpiredTime": int(lease.expires),
                "Expiration": iso_time(lease.expires),
                "Token": lease.key.token,
                "Code": "Success",
            }
        ),
    )
