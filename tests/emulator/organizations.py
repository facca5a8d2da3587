# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations of accounts: who manages them, their members and folders, and members that join or leave while they are listed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from .keys import Account
from .schema import FleetError, Reader, choice, listed, mapping, table, text, whole


@dataclass(frozen=True)
class Member:
    """A member as both clouds show it. deletion: Alibaba Cloud's DeletionStatus."""

    number: str
    name: str
    folder: str
    tags: dict[str, str]
    deletion: str | None = None


@dataclass
class Organization:
    """One organization. delegated: accounts that may list it beside the manager. later: members that join after so many pages.

    leaving: the numbers of those that leave at the same time.
    """

    ident: str
    provider: str
    manager: str
    root: str
    delegated: frozenset[str]
    folders: dict[str, str]
    members: list[Member]
    later: list[Member]
    joins_after: int
    partial: frozenset[str]
    leaving: frozenset[str]
    pages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def knows(self, account: Account) -> bool:
        """True if the account is in the organization."""
        return account.account_id in {self.manager, *(member.number for member in self.members)}

    def may_list(self, account: Account) -> bool:
        """True if the account may ask for the members."""
        return account.account_id in {self.manager, *self.delegated}

    def page(self, account: Account, start: int, size: int) -> tuple[list[Member], int]:
        """Some rows, and how many there are; a delegated administrator may have a part of them."""
        with self.lock:
            if self.pages >= self.joins_after:
                self.members = [*self.later, *(member for member in self.members if member.number not in self.leaving)]
                self.later, self.leaving = [], frozenset()
            self.pages += 1
            rows = [member for member in self.members if account.account_id == self.manager or member.number not in self.partial]
            return rows[start : start + size], len(rows)

    def path(self, member: Member) -> list[str]:
        """The folders of a member, from the root down."""
        way: list[str] = []
        step = member.folder
        while step in self.folders:
            way.insert(0, step)
            step = self.folders[step]
        return [self.root, *way]


MEMBER: dict[str, Reader] = {"account_id": text, "name": text, "folder": text, "tags": table(text), "deletion": text}
FOLDER: dict[str, Reader] = {"id": text, "parent": text}
ORGANIZATION: dict[str, Reader] = {
    "id": text,
    "provider": choice("alibaba", "tencent"),
    "manager": text,
    "root": text,
    "delegated": listed(text),
    "hidden_from_delegated": listed(text),
    "folders": listed(lambda value, where: mapping(value, where, FOLDER, ("id",))),
    "members": listed(lambda value, where: mapping(value, where, MEMBER, ("account_id",))),
    "joining": listed(lambda value, where: mapping(value, where, MEMBER, ("account_id",))),
    "leaving": listed(text),
    "joins_after": whole(0),
}


def read_organization(value: Any, where: str) -> Organization:
    """Reads one organization. Accounts are named by their numbers; they need not be in the fleet."""
    given = mapping(value, where, ORGANIZATION, ("id", "provider", "manager", "members"))
    root = given.get("root", "1" if given["provider"] == "tencent" else "r-root")
    folders = {item["id"]: item.get("parent", root) for item in given.get("folders", [])}
    members, later = ([read_member(item, root, folders, where) for item in given.get(key, [])] for key in ("members", "joining"))
    numbers = [member.number for member in (*members, *later)]
    if len(set(numbers)) < len(numbers):
        raise FleetError(f"{where}: a member stands twice")
    return Organization(
        given["id"],
        given["provider"],
        given["manager"],
        root,
        frozenset(given.get("delegated", [])),
        folders,
        members,
        later,
        given.get("joins_after", 1),
        frozenset(given.get("hidden_from_delegated", [])),
        frozenset(given.get("leaving", [])),
    )


def read_member(given: dict[str, Any], root: str, folders: dict[str, str], where: str) -> Member:
    """Reads one member; without a folder it lies in the root."""
    folder = given.get("folder", root)
    if folder not in {root, *folders}:
        raise FleetError(f"{where}: the folder '{folder}' of {given['account_id']} is not known")
    return Member(given["account_id"], given.get("name", f"member-{given['account_id']}"), folder, given.get("tags", {}), given.get("deletion"))
