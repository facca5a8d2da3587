# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organization: DescribeOrganization, DescribeOrganizationMembers and DescribeOrganizationNodes (2021-03-31).

Source: the vendor's API definition (tccli 3.1.189.1) and the models of the official SDK 3.1.193. Not documented, and so the emulator's choice: the code for
a member that asks.
"""

from __future__ import annotations

from typing import Any

from ..calls import ApiError, Call
from ..organizations import Member, Organization
from ..wire import Response
from ..world import World
from . import errors, parameters
from .listing import success, throttle
from .sts import caller_of

LARGEST = 50
PAGE = {"Offset": parameters.INTEGER, "Limit": parameters.INTEGER, "Tags": parameters.ANY}
MEMBERS = {**PAGE, **dict.fromkeys(("Lang", "SearchKey", "AuthName", "Product", "NodeName"), parameters.TEXT), "NodeId": parameters.INTEGER}


def describe(world: World, call: Call) -> Response:
    """DescribeOrganization: any member may ask."""
    call.parameters = parameters.read(call.request, {"Lang": parameters.TEXT, "Product": parameters.TEXT})
    own = world.organization(call, lambda organization, account: organization.knows(account))
    if own is None:
        raise ApiError("ResourceNotFound.OrganizationNotExist")
    number = caller_of(call).account.account_id
    return success(
        call,
        {
            "OrgId": int(own.ident),
            "HostUin": int(own.manager),
            "NickName": "company",
            "OrgType": 1,
            "IsManager": number == own.manager,
            "IsAssignManager": number in own.delegated,
            "RootNodeId": int(own.root),
            "CreateTime": "2021-04-17 12:19:07",
        },
    )


def list_members(world: World, call: Call) -> Response:
    """DescribeOrganizationMembers: one page, for the manager and delegated administrators."""
    own, start, size = asked(world, call, MEMBERS)
    members, total = own.page(caller_of(call).account, start, size)
    return success(call, {"Items": [row(member) for member in members], "Total": total})


def list_nodes(world: World, call: Call) -> Response:
    """DescribeOrganizationNodes: one page; the root has the parent 0."""
    own, start, size = asked(world, call, PAGE)
    nodes = [(own.root, "0"), *own.folders.items()]
    items = [{"NodeId": int(node), "Name": f"node {node}", "ParentNodeId": int(parent), "Tags": []} for node, parent in nodes]
    return success(call, {"Items": items[start : start + size], "Total": len(nodes)})


def asked(world: World, call: Call, types: dict[str, str]) -> tuple[Organization, int, int]:
    """The organization and the page of a request."""
    throttle(world, call, world.settings(call))
    call.parameters = given = {**parameters.read(call.request, types), **call.forced}
    for name in ("Offset", "Limit"):
        if name not in given:
            raise errors.missing(name)
    start, size = given["Offset"], given["Limit"]
    if not 1 <= size <= LARGEST or start % size:
        raise ApiError("InvalidParameter", "The parameter `Limit` is from 1 to 50, and `Offset` a multiple of it.")
    own = world.organization(call, lambda organization, account: organization.may_list(account))
    if own is None:
        raise ApiError("FailedOperation.OperateBillingPermissionErr")
    return own, start, size


def row(member: Member) -> dict[str, Any]:
    """A member in this cloud's words."""
    return {
        "MemberUin": int(member.number),
        "Name": member.name,
        "MemberType": "Create",
        "OrgPolicyType": "Financial",
        "NodeId": int(member.folder),
        "NodeName": f"node {member.folder}",
        "CreateTime": "2021-04-17 12:19:07",
        "UpdateTime": "2021-04-17 12:19:07",
        "IsAllowQuit": "Denied",
        "PermissionStatus": "Confirmed",
        "Tags": [{"TagKey": key, "TagValue": value} for key, value in member.tags.items()],
    }
