# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud Resource Directory, 2022-04-19: its hosts, requests, answers and errors, and how its members are entered.

Sources: alibabacloud_resourcedirectorymaster20220419 2.3.1, and the vendor's pages of endpoints and of ListAccounts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.tags import tags_of, text_of
from .._core.values import account_number
from .._paging.unordered import Window
from .._provider import ErrorKind, Manager, MemberAccount, Members, PagedCall, RawPage
from .calls import call, check_place

DIRECTORY_VERSION = "2022-04-19"
PAGE_SIZE = 100
HOSTS = {"china": "https://resourcedirectory.aliyuncs.com", "international": "https://resourcedirectory-intl.aliyuncs.com"}
PRIVATE_HOST = "https://resourcedirectory.vpc-proxy.aliyuncs.com"
"""Of both sites."""
WHO = "Use a key of the management account, or of a delegated administrator of the resource directory."
PERMISSION = "Grant the actions resourcemanager:GetResourceDirectory and resourcemanager:ListAccounts on all resources (*) in RAM."
NOT_THERE = f"The account of this key is in no resource directory. {WHO}"
REFUSALS = (
    ErrorKind("EntityNotExists.ResourceDirectory", "request", NOT_THERE),
    ErrorKind("ResourceDirectoryNotInUse", "request", NOT_THERE),
    ErrorKind("NoPermission.ResourceDirectory*", "denied", WHO),
    ErrorKind("CallerIdentityError", "denied", WHO),
    ErrorKind("NotSupport.*Site*", "request", "Check site: a resource directory is of one site, china or international."),
    ErrorKind("NoPermission*", "denied", PERMISSION),
    ErrorKind("Forbidden*", "denied", PERMISSION),
)
ENTERING = (
    ErrorKind("EntityNotExist.Role", "request", "The member has no such role: make it there, or correct organization.role."),
    ErrorKind(
        "NoPermission*", "denied", "Grant the key sts:AssumeRole on this role, and let the role trust the account of the key. A root key can assume none."
    ),
)


def manager_request(target: Target) -> Request:
    """GetResourceDirectory: the directory of the key's account."""
    return call("resourcedirectory", "GetResourceDirectory", DIRECTORY_VERSION, "POST", "/", _at_its_host(target), {})


def read_manager(payload: Mapping[str, Any]) -> Manager:
    """The directory, and its management account."""
    directory = payload.get("ResourceDirectory")
    ident, account = (directory.get(name) if isinstance(directory, Mapping) else None for name in ("ResourceDirectoryId", "MasterAccountId"))
    return Manager(str(ident), account_number(account if ident and account else None, "the answer names no management account"))


def list_request(target: Target, window: Window) -> Request:
    """ListAccounts for one page; pages are numbered from 1. Tags cost nothing, but have to be asked for."""
    number = window.start // window.size + 1
    query = {"IncludeTags": "true", "PageNumber": str(number), "PageSize": str(window.size)}
    request = call("resourcedirectory", "ListAccounts", DIRECTORY_VERSION, "POST", "/", _at_its_host(target), query)
    return replace(request, check=partial(_check_page, number, window.size))


def read_page(payload: Mapping[str, Any]) -> RawPage:
    """Members and total; 'Accounts' and 'Account' may be null where there is none."""
    if "Accounts" not in payload and "TotalCount" not in payload:
        raise SecretsError("schema", "the answer has neither Accounts nor TotalCount")
    return RawPage([_member(row) for row in _inner(payload, "Accounts", "Account")], payload.get("TotalCount"))


def doubt(manager: Manager, caller: str) -> str | None:
    """A delegated administrator sees every member, as the management account does. Others are refused."""
    return None


def role_arn(role: str, number: str) -> str:
    """The whole name of a role."""
    return f"acs:ram::{number}:role/{role}"


def session_policy(actions: Sequence[str]) -> str:
    """What a session may do."""
    return json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}, separators=(",", ":"))


def _check_page(number: int, size: int, payload: Mapping[str, Any]) -> None:
    check_place(number, size, payload.get("PageNumber", number), payload.get("PageSize", size))


def _at_its_host(target: Target) -> Target:
    """The directory has hosts of its own, by the site of the account and not by region."""
    host = PRIVATE_HOST if target.place.get("network") == "vpc" else HOSTS[target.place.get("site") or "china"]
    return replace(target, endpoint=host)


def _member(row: Any) -> MemberAccount:
    number = account_number(row.get("AccountId") if isinstance(row, Mapping) else None, "a row of the list has no AccountId")
    path = (text_of(row, "ResourceDirectoryPath") or "").split("/")
    deletion = row.get("DeletionStatus")
    return MemberAccount(
        id=number,
        name=text_of(row, "DisplayName"),
        folder=text_of(row, "FolderId"),
        above=tuple(part for part in path[1:] if part != number),
        tags=tags_of(_inner(row, "Tags", "Tag"), "Key", "Value"),
        doubt=f"The member is being deleted (DeletionStatus {deletion}): exclude it once it is gone." if deletion else None,
    )


def _inner(payload: Mapping[str, Any], name: str, inner: str) -> list[Any]:
    """The list inside an object, as all lists of this API are."""
    holder = payload.get(name) or {}
    rows = holder.get(inner) if isinstance(holder, Mapping) else holder
    if not isinstance(rows, (list, type(None))):
        raise SecretsError("schema", f"{name}.{inner} is not a list")
    return rows or []


MEMBERS = Members(
    page_size=PAGE_SIZE,
    manager_request=manager_request,
    read_manager=read_manager,
    members=PagedCall(list_request, read_page),
    folders=None,
    doubt=doubt,
    role_arn=role_arn,
    session_policy=session_policy,
    names_account=True,
    refusals=REFUSALS,
    entering=ENTERING,
)
