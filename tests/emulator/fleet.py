# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet file: accounts, keys, roles, regions, secrets and behaviour, read strictly. README.md is its reference."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .alibaba import kms_rows
from .alibaba import rows as apig_rows
from .keys import Account, Key, Role, ServiceAccount
from .organizations import Organization, read_organization
from .origin import Origin
from .places import REGION
from .schema import FleetError, Reader, anything, choice, flag, listed, mapping, moment, number, text, whole
from .stores import Record, digest
from .tencent import rows as ssm_rows

SERVICE_ROWS: dict[str, dict[str, Any]] = {"alibaba": {"apig": apig_rows, "kms": kms_rows}, "tencent": {"ssm": ssm_rows}}
"""The services of each cloud; a region that names none is of the first."""
REFUSALS = {"alibaba": ("denied", "unsupported"), "tencent": ("denied", "unsupported", "not_purchased")}
ACTIONS = listed(text)


@dataclass
class Region:
    """A region of an account, for one service, and the secrets in it at the start."""

    name: str
    service: str
    account: Account
    records: list[Record]
    refuse: Any = None
    listed: bool = True
    local_name: str | None = None
    place: dict[str, Any] = field(default_factory=dict)


@dataclass
class Document:
    """A behaviour document and the account or region it stands in."""

    content: Any
    where: str
    account: str | None = None
    region: str | None = None


@dataclass
class Fleet:
    """A fleet file that has been read and checked."""

    now: float
    clock: float
    accounts: list[Account] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    behaviours: list[Document] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)

    def account(self, value: Any, where: str) -> None:
        """Reads one account with all that is in it."""
        given = mapping(value, where, ACCOUNT, ("name", "provider", "account_id"))
        check_account(given, where)
        account = Account(given["name"], given["provider"], given["account_id"], chosen(given))
        for other in self.accounts:
            if account.name == other.name:
                raise FleetError(f"{where}: two accounts are called '{account.name}'")
            if (account.provider, account.account_id) == (other.provider, other.account_id):
                raise FleetError(f"{where}: two accounts of {account.provider} have the id {account.account_id}")
        self.accounts.append(account)
        account.roles = [read_role(item, f"{where}.roles[{index}]", account) for index, item in enumerate(given.get("roles", []))]
        account.service_accounts = [
            read_service_account(item, f"{where}.service_accounts[{index}]") for index, item in enumerate(given.get("service_accounts", []))
        ]
        self.keys += [read_key(item, f"{where}.keys[{index}]", account, self.clock) for index, item in enumerate(given.get("keys", []))]
        for index, item in enumerate(given.get("regions", [])):
            self.region(item, f"{where}.regions[{index}]", account)
        if "behaviour" in given:
            self.behaviours.append(Document(given["behaviour"], f"{where}.behaviour", account.name))

    def region(self, value: Any, where: str, account: Account) -> None:
        """Reads one region of an account."""
        value, services = {"name": value} if isinstance(value, str) else value, SERVICE_ROWS[account.provider]
        service = choice(*services)(value.get("service", next(iter(services))) if isinstance(value, dict) else next(iter(services)), f"{where}.service")
        rows = services[service]
        given = mapping(value, where, {**REGION_KEYS, **rows.PLACE, "generate": rows.MIX.reader()}, ("name",))
        name = given["name"]
        if not REGION.fullmatch(name) or any((region.name, region.service) == (name, service) for region in self.regions if region.account is account):
            raise FleetError(f"{where}.name: '{name}' is no region name, or stands twice")
        refuse = given.get("refuse")
        if isinstance(refuse, str):
            choice(*REFUSALS[account.provider])(refuse, f"{where}.refuse")
        origin = Origin(account, name, self.now, where)
        records = unique(records_of(given, rows, origin), where)
        place = {name: given[name] for name in rows.PLACE if name in given}
        self.regions.append(Region(name, service, account, records, refuse, given.get("listed", True), given.get("local_name"), place))
        if "behaviour" in given:
            self.behaviours.append(Document(given["behaviour"], f"{where}.behaviour", account.name, name))


def read_refusal(value: Any, where: str) -> Any:
    """A word, or any error code at all."""
    if isinstance(value, dict):
        return mapping(value, where, {"code": text, "message": text, "status": whole(100, 599)}, ("code",))
    return text(value, where)


KEY: dict[str, Reader] = {"id": text, "secret": text, "token": text, "expires": anything, "disabled": flag, "user": text, "actions": ACTIONS}
ROLE: dict[str, Reader] = {
    "name": text,
    "trusts": listed(text),
    "external_id": text,
    "actions": ACTIONS,
    "max_seconds": whole(1),
    "lifetime": number(0),
    "requests": whole(1),
    "machine": flag,
}
SERVICE_ACCOUNT: dict[str, Reader] = {"token": text, "provider": text, "roles": listed(text)}
REGION_KEYS: dict[str, Reader] = {
    "name": text,
    "service": text,
    "local_name": text,
    "refuse": read_refusal,
    "listed": flag,
    "secrets": listed(anything),
    "behaviour": anything,
}
ACCOUNT: dict[str, Reader] = {
    "name": text,
    "provider": choice(*SERVICE_ROWS),
    "account_id": text,
    "actions": ACTIONS,
    "keys": listed(anything),
    "roles": listed(anything),
    "service_accounts": listed(anything),
    "regions": listed(anything),
    "behaviour": anything,
}
FLEET: dict[str, Reader] = {"now": anything, "accounts": listed(anything), "behaviour": anything, "organizations": listed(anything)}


def chosen(given: dict[str, Any]) -> frozenset[str] | None:
    """The allowed actions; none given means all."""
    return frozenset(given["actions"]) if "actions" in given else None


def check_account(given: dict[str, Any], where: str) -> None:
    """Account ids are numbers in both clouds, and Tencent's also travel as such."""
    if not given["account_id"].isdigit():
        raise FleetError(f"{where}.account_id: '{given['account_id']}' is no number")


def read_key(value: Any, where: str, account: Account, now: float) -> Key:
    """Reads one access key; its expiry may be relative to the real time, since that is when it is used."""
    given = mapping(value, where, KEY, ("id", "secret"))
    expires = moment(given["expires"], f"{where}.expires", now) if "expires" in given else None
    if expires is not None and "token" not in given:
        raise FleetError(f"{where}.expires: only a key with a token expires")
    return Key(given["id"], given["secret"], account, given.get("token"), expires, given.get("disabled", False), given.get("user"), chosen(given))


def read_role(value: Any, where: str, account: Account) -> Role:
    """Reads one role; by default its own account may assume it."""
    given = mapping(value, where, ROLE, ("name",))
    role_id = str(4611686018000000000 + digest(f"{account.name}/{given['name']}") % 10**9)
    trusts = frozenset(given.get("trusts", [account.name]))
    return Role(
        given["name"],
        role_id,
        account,
        trusts,
        given.get("external_id"),
        chosen(given),
        given.get("max_seconds", 43200),
        given.get("lifetime"),
        given.get("requests"),
        given.get("machine", False),
    )


def read_service_account(value: Any, where: str) -> ServiceAccount:
    """Reads one service account; by default it may assume every role of its account."""
    given = mapping(value, where, SERVICE_ACCOUNT, ("token", "provider"))
    return ServiceAccount(given["token"], given["provider"], frozenset(given["roles"]) if "roles" in given else None)


def records_of(given: dict[str, Any], rows: Any, origin: Origin) -> Iterator[Record]:
    """The secrets of a region: those that are listed, then those that are generated, which leave the listed names alone."""
    used = {}
    for index, item in enumerate(given.get("secrets", [])):
        record = rows.record(item, replace(origin, where=f"{origin.where}.secrets[{index}]"))
        used[record.fields.get(rows.NAME)] = 1
        yield record
    if "generate" in given:
        given["generate"].used.update(used)
        yield from rows.generated(given["generate"], origin)


def unique(records: Iterator[Record], where: str) -> list[Record]:
    """All records, unless an id stands twice."""
    found: dict[str, Record] = {}
    for record in records:
        if record.ident in found:
            raise FleetError(f"{where}: two secrets have the id '{record.ident}' (a 'prefix' in 'generate' keeps generated names apart)")
        found[record.ident] = record
    return list(found.values())


def read_file(path: str | os.PathLike[str]) -> Any:
    """JSON when the name ends so, else YAML; PyYAML is needed for the latter only."""
    content = Path(path).read_text(encoding="utf-8")
    if str(path).endswith(".json"):
        try:
            return json.loads(content)
        except ValueError as problem:
            raise FleetError(f"{path}: {problem}") from None
    import yaml  # pylint: disable=import-outside-toplevel

    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as problem:
        raise FleetError(f"{path}: {problem}") from None


def read_fleet(source: str | os.PathLike[str] | dict[str, Any], clock: Callable[[], float] = time.time) -> Fleet:
    """Reads a fleet from a file or a mapping."""
    given = mapping(source if isinstance(source, dict) else read_file(source), "fleet", FLEET, ("accounts",))
    fleet = Fleet(moment(given.get("now", "now"), "fleet.now", clock()), clock())
    if "behaviour" in given:
        fleet.behaviours.append(Document(given["behaviour"], "fleet.behaviour"))
    for index, item in enumerate(given["accounts"]):
        fleet.account(item, f"fleet.accounts[{index}]")
    fleet.organizations = [read_organization(item, f"fleet.organizations[{index}]") for index, item in enumerate(given.get("organizations", []))]
    check_keys(fleet.keys)
    return fleet


def check_keys(keys: list[Key]) -> None:
    """A key id tells the account, so it stands once per cloud."""
    seen = set()
    for key in keys:
        name = (key.account.provider, key.key_id)
        if name in seen:
            raise FleetError(f"the key id '{key.key_id}' stands twice")
        seen.add(name)
