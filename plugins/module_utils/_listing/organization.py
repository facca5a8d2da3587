# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option 'organization': which members of an organization are listed, in which role, and under which names. Nothing is sent from here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._auth.checks import RESOURCE_NAME, ROLE_NAME
from .._core.counting import counted
from .._core.errors import SecretsError, did_you_mean, names_told, nearest, unknown_name
from .._core.inventory_file import EXCLUDED
from .._core.redaction import printable
from .._core.tags import check_tags, has_tags
from .._provider import Folder, MemberAccount

OPTION = "organization"
ROLE_ID_OPTION = "organization_external_id"
ORGANIZATION_KEYS = ("role", "include", "exclude", "label", "member")
OF_ONE = ("id", "entry", "stores", "name", "folder")
"""Keys of one member, whom the inventory plugin has found already."""
PICKS = ("accounts", "folders", "tags")
LABELS = ("id", "name")
ACCOUNT_NUMBER = "{account_id}"
"""Stands in a whole role name for the number of the member."""
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
LABEL = re.compile(r"[^/\s]([^/]{0,62}[^/\s])?")
LONGEST_SHOWN = 80
NOT_INCLUDED = "not included"


@dataclass(frozen=True)
class Pick:
    """Some members: by number, by folder with all below it, or by tag. One that fits is enough."""

    accounts: frozenset[str]
    folders: frozenset[str]
    tags: Mapping[str, Any]

    def fits(self, member: MemberAccount) -> bool:
        """Whether a member is among them."""
        if member.id in self.accounts or not self.folders.isdisjoint((member.folder, *member.above)):
            return True
        return any(has_tags(member.tags, {key: value}) for key, value in self.tags.items())

    def strangers(self, members: Sequence[MemberAccount]) -> list[str]:
        """The numbers in it that no member has."""
        return sorted(self.accounts - {member.id for member in members})

    def idle(self, members: Sequence[MemberAccount]) -> list[str]:
        """The folders and keys of tags in it that fit no member."""
        lain_in = {folder for member in members for folder in (member.folder, *member.above)}
        tags = [key for key, value in self.tags.items() if not any(has_tags(member.tags, {key: value}) for member in members)]
        return [*sorted(self.folders - lain_in), *tags]


class OneMember(NamedTuple):
    """A member that is listed alone. entry: the name of its organization's entry, whose credentials serve for it.

    stores: how many stores that entry has in all, if it was counted.
    """

    account: MemberAccount
    entry: str
    stores: int | None = None


@dataclass(frozen=True)
class Organization:
    """What is asked of an organization. role: a name, or a whole name with {account_id}. label: what a member is called by.

    member: the one member that is meant; without a role it is that of the key itself.
    """

    role: str | None
    include: Pick | None = None
    exclude: Pick | None = None
    label: str = LABELS[0]
    external_id: str | None = None
    member: OneMember | None = None

    @property
    def asks_folders(self) -> bool:
        """Whether it matters which folders stand over a member."""
        return any(pick and pick.folders for pick in (self.include, self.exclude))

    def reason(self, member: MemberAccount) -> str | None:
        """Why a member is left out; None if it is not."""
        if self.exclude and self.exclude.fits(member):
            return EXCLUDED
        return NOT_INCLUDED if self.include and not self.include.fits(member) else None


class Choice(NamedTuple):
    """Members by their labels, and those that are left out, each with the reason.

    absent: why not all that was to be listed can be; idle: what was written down and fits nothing. Both speak of a whole list.
    """

    taken: Mapping[str, MemberAccount]
    left_out: Sequence[tuple[MemberAccount, str]]
    absent: SecretsError | None = None
    idle: Sequence[str] = ()


def choose(asked: Organization, members: Iterable[MemberAccount]) -> Choice:
    """The members that are listed. Raises SecretsError where none is, or where names cannot be labels."""
    known = list(members)
    taken = [member for member in known if asked.reason(member) is None]
    if not taken:
        told = f"include and exclude leave none of the {counted(len(known), 'account')} of the organization"
        raise SecretsError("argument", told, hint="Correct the numbers, folders or tags that they name.")
    labels = [member.id if asked.label == LABELS[0] else member.name or member.id for member in taken]
    wrong = [label for label, times in Counter(labels).items() if times > 1 or not is_label(label)]
    if wrong:
        told = f"label: name does not serve: {names_told(printable(label, LONGEST_SHOWN) for label in wrong)} cannot be the name of one account"
        raise SecretsError("argument", told, hint="Use label: id, or rename these members.")
    left_out = [(member, reason) for member in known if (reason := asked.reason(member))]
    idle = {"include": asked.include.idle(known) if asked.include else []}
    idle["exclude"] = [*asked.exclude.strangers(known), *asked.exclude.idle(known)] if asked.exclude else []
    warnings = [f"{OPTION}.{name}: {names_told(found)} fits no account; correct it, or take it out" for name, found in idle.items() if found]
    return Choice(dict(zip(labels, taken)), left_out, _absent(asked, known), warnings)


def is_label(text: str) -> bool:
    """Whether a text can be the name of an account here."""
    return bool(LABEL.fullmatch(text)) and text.isprintable() and printable(text) == text


def _absent(asked: Organization, members: Sequence[MemberAccount]) -> SecretsError | None:
    """Who names an account wants it listed."""
    strangers = asked.include.strangers(members) if asked.include else []
    if not strangers:
        return None
    near = did_you_mean(nearest(strangers[0], [member.id for member in members]))
    message = f"{OPTION}.include.accounts: {names_told(strangers)} is no account of the organization{near}"
    return SecretsError("request", message, hint="Correct the number, or take it out if the account has left the organization.")


def with_folders(members: Iterable[MemberAccount], folders: Iterable[Folder]) -> list[MemberAccount]:
    """The members, each with all folders over its own."""
    over = {folder.id: folder.parent for folder in folders}
    made = []
    for member in members:
        above: list[str] = []
        step = over.get(member.folder or "")
        while step is not None and step not in above:
            above.append(step)
            step = over.get(step)
        made.append(member._replace(above=tuple(above)))
    return made


def owner_of(entry: Mapping[str, Any]) -> Any:
    """The name under which the credentials of an entry stand: its own, or that of the organization's entry."""
    given = entry.get(OPTION)
    one = given.get("member") if isinstance(given, Mapping) else None
    return one.get("entry") or entry.get("name") if isinstance(one, Mapping) else entry.get("name")


def read_organization(given: Any, where: str, external_id: str | None = None) -> Organization | None:
    """The option as it is meant. Raises SecretsError that names the place and the way out."""
    if given is None:
        return None
    _check_keys(given, ORGANIZATION_KEYS, where, "Write it as {role: secrets-reader}.")
    label = LABELS[0] if given.get("label") is None else given["label"]
    if label not in LABELS:
        raise SecretsError("argument", f"{where}.label: {unknown_name('label', printable(str(label), LONGEST_SHOWN), list(LABELS))}")
    member = _one_member(given.get("member"), f"{where}.member")
    stray = next((key for key in ("include", "exclude", "label") if given.get(key) is not None), None)
    if member and stray:
        hint = "The inventory plugin writes member. Leave it out to list all accounts."
        raise SecretsError("argument", f"{where}: member is one account of the organization, and {stray} speaks of all", hint=hint)
    return Organization(
        role=None if given.get("role") is None and member else _role(given.get("role"), where),
        include=_pick(given.get("include"), f"{where}.include"),
        exclude=_pick(given.get("exclude"), f"{where}.exclude"),
        label=label,
        external_id=external_id,
        member=member,
    )


def _one_member(given: Any, where: str) -> OneMember | None:
    if given is None:
        return None
    _check_keys(given, OF_ONE, where, "The inventory plugin writes it. Leave it out to list all accounts.")
    number, entry, stores, name, folder = (given.get(key) for key in OF_ONE)
    if not all(isinstance(value, str) and value for value in (number, entry)):
        raise SecretsError("argument", f"{where} has no id and entry as texts", hint="The inventory plugin writes it. Leave it out to list all accounts.")
    if stores is not None and (not isinstance(stores, int) or stores < 1):
        raise SecretsError("argument", f"{where}.stores is no number of stores", hint="Leave it out if the stores were not counted.")
    return OneMember(MemberAccount(number, name, folder), entry, stores)


def _check_keys(given: Any, known: Sequence[str], where: str, hint: str) -> None:
    if not isinstance(given, Mapping):
        raise SecretsError("argument", f"{where} is not a mapping with {', '.join(known)}", hint=hint)
    stranger = next((key for key in given if key not in known), None)
    if stranger is not None:
        raise SecretsError("argument", f"{where}: {unknown_name('key', printable(str(stranger), LONGEST_SHOWN), list(known))}")


def _role(role: Any, where: str) -> str:
    if role is None or role == "":
        raise SecretsError("argument", f"{where} names no role", hint="Name the role that each member has for the listing, such as role: secrets-reader.")
    if not isinstance(role, str) or not (RESOURCE_NAME if ":" in role else ROLE_NAME).fullmatch(role):
        raise SecretsError("argument", f"{where}.role cannot be the name of a role", hint="Give its name, such as secrets-reader.")
    if ":" in role and (role.count(ACCOUNT_NUMBER) != 1 or set("{}") & set(role.replace(ACCOUNT_NUMBER, ""))):
        told = f"{where}.role is a whole name, and does not hold {ACCOUNT_NUMBER} exactly once"
        raise SecretsError("argument", told, hint=f"Write {ACCOUNT_NUMBER} where the number of the account stands, or give the role's name alone.")
    return role


def _pick(given: Any, where: str) -> Pick | None:
    if given is None:
        return None
    _check_keys(given, PICKS, where, "Write it as {accounts: [ID]}, {folders: [ID]} or {tags: {KEY: VALUE}}.")
    named = {key: value for key, value in given.items() if value is not None}
    if not named or any(not value for value in named.values()):
        raise SecretsError("argument", f"{where} has nothing in it, or an empty {'list' if named else 'mapping'}", hint="Name some members, or leave it out.")
    tags = named.get("tags", {})
    if not isinstance(tags, Mapping) or not all(isinstance(key, str) for key in tags):
        raise SecretsError("argument", f"{where}.tags is not a mapping", hint="Write it as {KEY: VALUE}; null stands for any value.")
    try:
        check_tags(tags)
    except SecretsError as error:
        raise SecretsError("argument", f"{where}.{error.message}", hint=error.hint) from None
    return Pick(_ids(named.get("accounts", []), f"{where}.accounts"), _ids(named.get("folders", []), f"{where}.folders"), tags)


def _ids(given: Any, where: str) -> frozenset[str]:
    """Numbers may stand there as numbers."""
    texts = [str(each) for each in given if not isinstance(each, bool)] if isinstance(given, list) else []
    if not isinstance(given, list) or len(texts) < len(given) or not all(map(IDENTIFIER.fullmatch, texts)):
        raise SecretsError("argument", f"{where} is not a list of ids", hint="Give ids as the cloud's console shows them; names may change.")
    return frozenset(texts)
