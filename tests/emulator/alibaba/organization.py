# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource Directory: GetResourceDirectory and ListAccounts (2022-04-19), RPC style.

Source: the models of the official SDK 2.3.1 and the vendor's page of ListAccounts. Not documented, and so the emulator's choice: newest first, an empty
page past the end, and the code for a member that asks.
"""

from __future__ import annotations

from typing import Any

from ..calls import ApiError, Call
from ..organizations import Member, Organization
from ..wire import Response
from ..world import World
from .listing import throttle, whole_number
from .sts import caller_of, read_parameters, success

LARGEST = 100


def get_directory(world: World, call: Call) -> Response:
    """GetResourceDirectory: any member may ask."""
    directory = world.organization(call, lambda own, account: own.knows(account))
    if directory is None:
        raise ApiError("ResourceDirectoryNotInUse")
    content = {
        "ResourceDirectoryId": directory.ident,
        "RootFolderId": directory.root,
        "MasterAccountId": directory.manager,
        "MasterAccountName": f"{directory.manager}@example.com",
        "CreateTime": "2021-01-18T08:01:50.522Z",
    }
    return success(call, {"ResourceDirectory": content})


def list_accounts(world: World, call: Call) -> Response:
    """ListAccounts: one page, for the manager and delegated administrators."""
    throttle(world, call, world.settings(call))
    given = {**read_parameters(call), **{name: str(value) for name, value in call.forced.items()}}
    directory = world.organization(call, lambda own, account: own.may_list(account))
    if directory is None:
        known = world.organization(call, lambda own, account: own.knows(account))
        raise ApiError("NoPermission.ResourceDirectory.MemberAccount" if known else "EntityNotExists.ResourceDirectory")
    call.parameters = {name: value for name, value in given.items() if name in ("PageNumber", "PageSize", "IncludeTags")}
    number, size = whole_number("PageNumber", given.get("PageNumber", "1")), whole_number("PageSize", given.get("PageSize", "10"))
    if size > LARGEST:
        raise ApiError("InvalidParameter", f"The specified parameter PageSize is invalid: it must be between 1 and {LARGEST}.")
    members, total = directory.page(caller_of(call).account, (number - 1) * size, size)
    with_tags = given.get("IncludeTags", "").lower() == "true"
    rows = [row(directory, member, with_tags) for member in members]
    return success(call, {"TotalCount": total, "PageNumber": number, "PageSize": size, "Accounts": {"Account": rows}})


def row(directory: Organization, member: Member, with_tags: bool) -> dict[str, Any]:
    """A member in this cloud's words."""
    tags = {"Tags": {"Tag": [{"Key": key, "Value": value} for key, value in member.tags.items()]}} if with_tags else {}
    return {
        "AccountId": member.number,
        "AccountName": f"{member.number}@example.com",
        "DisplayName": member.name,
        "FolderId": member.folder,
        "ResourceDirectoryPath": "/".join((directory.ident, *directory.path(member), member.number)),
        "ResourceDirectoryId": directory.ident,
        "JoinMethod": "created",
        "JoinTime": "2021-01-18T08:01:50.522Z",
        "ModifyTime": "2021-01-18T08:01:50.522Z",
        "Type": "ResourceAccount",
        "Status": "CreateSuccess",
        "DeletionStatus": member.deletion or "",
        **tags,
    }
