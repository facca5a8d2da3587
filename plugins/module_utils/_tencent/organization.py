# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tencent Cloud Organization, 2021-03-31: its hosts, requests, answers and errors, and how its members are entered.

Sources: tencentcloud-sdk-python-organization 3.1.193, tccli's api.json, and the vendor's pages of its operations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.tags import tags_of, text_of
from .._core.values import account_number
from .._paging.unordered import Window
from .._provider import ErrorKind, Folder, Manager, MemberAccount, Members, PagedCall, RawPage
from .calls import HOME_REGION, call

ORGANIZATION_VERSION = "2021-03-31"
PAGE_SIZE = 50
WHO = "Use a key of the management account of the organization."
PERMISSION = (
    "Grant the actions organization:DescribeOrganization and organization:DescribeOrganizationMembers on all resources (*) in CAM; "
    f"folders need organization:DescribeOrganizationNodes too. {WHO}"
)
REFUSALS = (
    ErrorKind("ResourceNotFound.OrganizationNotExist", "request", f"The account of this key is in no organization. {WHO}"),
    ErrorKind("ResourceNotFound.OrganizationServiceNotExist", "denied", WHO),
    ErrorKind("FailedOperation.*Permission*", "denied", WHO),
    ErrorKind("AuthFailure.UnauthorizedOperation", "denied", PERMISSION),
    ErrorKind("UnauthorizedOperation*", "denied", PERMISSION),
)
ENTERING = (
    ErrorKind("ResourceNotFound.RoleNotFound", "request", "The member has no such role: make it there, or correct organization.role."),
    ErrorKind("InvalidParameter.AccountNotAvaliable", "request", "The cloud says that the member's account cannot be used; see its state in the console."),
    ErrorKind("*UnauthorizedOperation*", "denied", "Grant the key sts:AssumeRole on this role, and let the role trust the account of the key."),
)


def manager_request(target: Target) -> Request:
    """DescribeOrganization: the organization of the key's account."""
    return call("organization", "DescribeOrganization", ORGANIZATION_VERSION, _at_its_host(target), {})


def read_manager(payload: Mapping[str, Any]) -> Manager:
    """The organization, and its management account."""
    ident, account = (payload["Response"].get(name) for name in ("OrgId", "HostUin"))
    return Manager(str(ident), account_number(account if ident and account else None, "the answer names no management account"))


def list_request(target: Target, window: Window) -> Request:
    """DescribeOrganizationMembers for one page. Offsets are multiples of the limit."""
    return call("organization", "DescribeOrganizationMembers", ORGANIZATION_VERSION, _at_its_host(target), {"Offset": window.start, "Limit": window.size})


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Members and total; 'Items' may be null where there is none."""
    return _page(payload, _member)


def folders_request(target: Target, window: Window) -> Request:
    """DescribeOrganizationNodes for one page: the row of a member names its own folder only."""
    return call("organization", "DescribeOrganizationNodes", ORGANIZATION_VERSION, _at_its_host(target), {"Limit": window.size, "Offset": window.start})


def read_folders(payload: Mapping[str, Any]) -> RawPage:
    """Folders and total."""
    return _page(payload, _folder)


def doubt(manager: Manager, caller: str) -> str | None:
    """A delegated administrator may have a part of the members only, and no answer says so."""
    return (
        None if caller == manager.account else f"account {caller} is not the management account, which is {manager.account}; it may see a part of the members"
    )


def role_arn(role: str, number: str) -> str:
    """The whole name of a role."""
    return f"qcs::cam::uin/{number}:roleName/{role}"


def session_policy(actions: Sequence[str]) -> str:
    """What a session may do."""
    return json.dumps({"version": "2.0", "statement": [{"effect": "allow", "action": list(actions), "resource": "*"}]}, separators=(",", ":"))


def _at_its_host(target: Target) -> Target:
    """The organization has no regional hosts, and none of the finance zones."""
    network = target.place.get("network")
    return replace(target, region=HOME_REGION, endpoint=None, place={**target.place, "network": None if network == "regional" else network})


def _page(payload: Mapping[str, Any], read: Any) -> RawPage:
    response = payload["Response"]
    if "Items" not in response and "Total" not in response:
        raise SecretsError("schema", "the answer has neither Items nor Total")
    rows = response.get("Items")
    if not isinstance(rows, (list, type(None))):
        raise SecretsError("schema", "Response.Items is not a list")
    return RawPage([read(row) for row in rows or []], response.get("Total"))


def _member(row: Any) -> MemberAccount:
    return MemberAccount(
        id=account_number(row.get("MemberUin") if isinstance(row, Mapping) else None, "a row of the list has no MemberUin"),
        name=text_of(row, "Name"),
        folder=_number(row, "NodeId"),
        tags=tags_of(row.get("Tags"), "TagKey", "TagValue"),
    )


def _folder(row: Any) -> Folder:
    return Folder(_number(row, "NodeId"), _number(row, "ParentNodeId"))


def _number(row: Any, name: str) -> str:
    """A whole number of a row, as a text."""
    number = row.get(name) if isinstance(row, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise SecretsError("schema", f"a row of the list has no {name}")
    return str(number)


MEMBERS = Members(
    page_size=PAGE_SIZE,
    manager_request=manager_request,
    read_manager=read_manager,
    members=PagedCall(list_request, read_page),
    folders=PagedCall(folders_request, read_folders),
    doubt=doubt,
    role_arn=role_arn,
    session_policy=session_policy,
    names_account=False,
    refusals=REFUSALS,
    entering=ENTERING,
)
