# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations become accounts: who is entered, with what, and what the header of the inventory says of it.

1. Members are tried whatever their state: only a try shows whether a member can be entered.
2. The account of the base key is listed with the base key. It never assumes a role into itself.
3. A session may do what this listing does, and nothing else, whatever its role may do.
4. The key of a member has to be of its account. If the cloud's answer does not say whose it is, the key itself is asked.
5. What is known of a part of the members is used. The row of the organization says that it is a part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._auth.context import Role
from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.redaction import printable
from .._paging.unordered import Window
from .._provider import MemberAccount, Members, Partition, Provider
from .._wire.scheduler import Scheduler
from .details import asked_details
from .ledger import Account, Part, Store
from .members import Directory, explained
from .organization import ACCOUNT_NUMBER, Choice, Organization, choose

LIST_OF_MEMBERS = "members"
"""The partition of an organization's row."""
LONGEST_MEMBER = 100
CHECK_ROLE = "Check organization.role, and what the role trusts."
OF_THE_ROLE = frozenset({"request", "denied"})
Admit = Callable[[Account, str], None]
"""(account, its number): opens its stores."""


def actions_of(provider: Provider, words: Collection[str]) -> list[str]:
    """The permissions that a session needs, by the requests that it makes, and those of the details that these words ask for."""
    target = Target(provider.home_region)
    listed = [provider.list_request(target, partition, Window(0, 1), {}) for partition in provider.partitions({})]
    proof = [] if provider.members and provider.members.names_account else [provider.identity_request(target)]
    actions = {f"{request.service}:{request.action}" for request in (*listed, provider.regions_request(target), *proof)}
    return sorted(actions.union(*(detail.actions for detail in asked_details(provider.details, words))))


def as_member(provider: Provider, base: Account, asked: Organization, member: MemberAccount, entry: str, own: bool, words: Collection[str]) -> Account:
    """The account of a member of the organization of this entry: with the credentials of its role, or with those of the base if these are its own."""
    service, number, role = provider.members, member.id, str(asked.role)
    told = {"organization": entry, **member_facts(member), **({"stores": asked.member.stores} if asked.member and asked.member.stores else {})}
    account = replace(base, organization=None, number=number, enter=None, member=told, owner=None)
    if own or base.enter is None or service is None:
        return replace(account, owner=number if asked.member else None)
    arn = role.replace(ACCOUNT_NUMBER, number) if ACCOUNT_NUMBER in role else service.role_arn(role, number)
    session = Role(arn, external_id=asked.external_id, policy=service.session_policy(actions_of(provider, words)))
    entered = replace(account, credentials=base.enter(session, partial(_explain, service, member)), entered_by=base.credentials.identity)
    return entered if service.names_account else replace(entered, owner=number)


class Organizations:
    """The organizations of a listing. told: what the header says of them. owners: of each member's label, the name of its entry."""

    def __init__(self, provider: Provider, scheduler: Scheduler, words: Collection[str]) -> None:
        self._provider = provider
        self._scheduler = scheduler
        self._words = words
        self.told: list[dict[str, Any]] = []
        self.owners: dict[str, str] = {}
        self.warnings: list[str] = []

    def begin(self, store: Store, admit: Admit, complete: Callable[[], None]) -> None:
        """Ask for the members. store: stands for them until they are known. complete: is told where nothing is left to say in its row."""
        asked, service = store.account.organization, self._provider.members
        if asked is None or service is None:
            raise SecretsError("internal", "an account without an organization was asked for its members")

        def known() -> None:
            choice = self._chosen(asked, directory)
            self._tell(store.account, directory, choice)
            problem = directory.problem or choice.absent
            if directory.problem is None:
                self.warnings += [f"{store.account.name}: {text}" for text in choice.idle]
            if problem is None:
                complete()
            else:
                store.error = directory.listing.problem = problem
                store.parts = [Part(Partition(LIST_OF_MEMBERS), directory.listing, pages=int(bool(choice.taken)))]
            for label, member in choice.taken.items():
                self.owners[label] = store.account.name
                account = replace(store.account, name=label)
                own = member.id == directory.caller
                admit(as_member(self._provider, account, asked, member, store.account.name, own, self._words), member.id)

        directory = Directory(self._scheduler, self._provider, service, store.account, asked.asks_folders, known)
        store.stats = directory.stats
        directory.begin()

    def _chosen(self, asked: Organization, directory: Directory) -> Choice:
        try:
            return choose(asked, directory.accounts()) if directory.is_known else Choice({}, ())
        except SecretsError as error:
            directory.problem = directory.listing.problem = directory.problem or error
            return Choice({}, ())

    def _tell(self, account: Account, directory: Directory, choice: Choice) -> None:
        manager, listing = directory.manager, directory.listing
        self.told.append(
            {
                "name": account.name,
                "provider": self._provider.schema.provider,
                "id": manager and manager.organization,
                "management_account": manager and manager.account,
                "caller": directory.caller,
                "regions": sorted(account.regions),
                "total": listing.total,
                "proof": "none" if directory.problem else listing.proof,
                "members": [{"id": member.id, "label": label, **member_facts(member)} for label, member in choice.taken.items()],
                "excluded": _left_out(choice.left_out),
                "requests": directory.stats.requests,
            }
        )


def _left_out(members: Sequence[tuple[MemberAccount, str]]) -> list[dict[str, Any]]:
    return [{"id": member.id, **member_facts(member), "reason": reason} for member, reason in members]


def member_facts(member: MemberAccount) -> dict[str, Any]:
    """What people know a member by: its display name and its folder."""
    return {"name": member.name and printable(str(member.name), LONGEST_MEMBER), "folder": member.folder and printable(str(member.folder), LONGEST_MEMBER)}


def _explain(service: Members, member: MemberAccount, error: SecretsError) -> None:
    """Say in a refusal of AssumeRole what to do about it."""
    error.hint = None if error.kind in OF_THE_ROLE else error.hint
    explained(error, service.entering)
    if error.kind in OF_THE_ROLE:
        error.hint = " ".join(filter(None, (member.doubt, error.hint or CHECK_ROLE)))
