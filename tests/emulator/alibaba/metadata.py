# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services for machines of Alibaba Cloud: the metadata service of ECS in both versions, and a credentials URI.

Source: alibabacloud_credentials 1.0.12 (provider/ecs_ram_role.py and uri.py), cloud-init, and the vendor's page of instance metadata.
"""

from __future__ import annotations

from ..calls import Call, compact, iso_time
from ..keys import Key, Role
from ..machine import REGION, Lease, PlainError, find_role, plain, region_of
from ..wire import Request, Response
from ..world import World

PREFIX = "STS.N"
TOKEN, ROLES, URI = "/latest/api/token", "/latest/meta-data/ram/security-credentials/", "/credentials"
LIFE_HEADER, TOKEN_HEADER = "x-aliyun-ecs-metadata-token-ttl-seconds", "x-aliyun-ecs-metadata-token"
LONGEST = 21600


def action_of(request: Request) -> str:
    """Request to a machine's service, or nothing."""
    if request.path == TOKEN:
        return "MetadataToken"
    if request.path.startswith(ROLES):
        return "MetadataCredentials" if request.path != ROLES else "MetadataRole"
    if request.path == URI or request.path.startswith(f"{URI}/"):
        return "CredentialsURI"
    return "MetadataRegion" if request.path == REGION else ""


def answer(world: World, call: Call) -> Response:
    """Answers a request, or raises PlainError."""
    if not call.action:
        raise PlainError(404)
    request = call.request
    if call.action == "MetadataToken":
        return plain(call, hand_out_token(world, call))
    if request.method != "GET":
        raise PlainError(405)
    if call.action == "CredentialsURI":
        role = find_role(world, call, "alibaba", request.path.removeprefix(URI).lstrip("/"))
        return plain(call, document(call, world.machines.lease(call, role, PREFIX)))
    check_token(world, call)
    if call.action == "MetadataRegion":
        return plain(call, region_of(world, call, "alibaba"))
    role = find_role(world, call, "alibaba", request.path.removeprefix(ROLES))
    if call.action == "MetadataRole":
        return plain(call, role.name)
    return plain(call, document(call, world.machines.lease(call, role, PREFIX)))


def hand_out_token(world: World, call: Call) -> str:
    """A token of the second version."""
    seconds = call.request.headers.get(LIFE_HEADER, "")
    if call.request.method != "PUT":
        raise PlainError(405)
    if not seconds.isdigit() or not 1 <= int(seconds) <= LONGEST:
        raise PlainError(400)
    return world.machines.token(call.now + int(seconds))


def check_token(world: World, call: Call) -> None:
    """A token has to be good, and has to be there where the first version is switched off."""
    token = call.request.headers.get(TOKEN_HEADER)
    if token is None and world.settings(call)["metadata"] == "v2" or token is not None and not world.machines.knows(token, call.now):
        raise PlainError(403)


def document(call: Call, lease: Lease) -> bytes:
    """The keys of a role."""
    key: Key = lease.key
    role: Role = lease.role
    call.parameters = {"RoleName": role.name}
    return compact(
        {
            "AccessKeyId": key.key_id,
            "AccessKeySecret": key.secret,
            "Expiration": iso_time(lease.expires),
            "SecurityToken": key.token,
            "LastUpdated": iso_time(lease.since),
            "Code": "Success",
        }
    )
