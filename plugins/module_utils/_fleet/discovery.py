# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores of a fleet, for those who plan before they list.

The fleet is checked as the modules check their options, and the clouds are asked for their regions where it says 'all'.
Nothing is listed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core.clock import Clock
from .._core.endpoints import ALL_REGIONS
from .._core.errors import SecretsError
from .._core.given import empty_options, wrong_types
from .._core.module_exit import unsafe_texts
from .._core.redaction import Redactor, printable
from .._listing.accounts import Runtime, read_account_specs
from .._listing.entering import member_facts
from .._listing.ledger import Account
from .._listing.members import Directory
from .._listing.options import argument_spec, read_connection, read_limits, read_query
from .._listing.organization import OPTION, Organization, choose, is_label, owner_of
from .._listing.regions import believed_regions, find_regions
from .._provider import Provider
from .._wire import http_client
from .._wire.rate_limit import RateLimiter
from .._wire.scheduler import Scheduler
from .._wire.transport import Transport
from .defaults import DEFAULTS
from .plan import file_errors, offers, plan, with_keys

CREDENTIALS = "credentials"
MOST_ERRORS = 10
TEMPLATE = ("{{", "{%", "{#", "#jinja2:")
RegionAnswer = Union[Sequence[str], SecretsError]
MEMBER = ("id", "label", "name", "folder", "own")
"""What is known of a member. own: whether the credentials are its own."""
MemberAnswer = Union[list[dict[str, Any]], SecretsError]
WAY_OUT_OF_TWO = "If an account is a member and has an entry of its own, name its number under exclude.accounts of the organization."


@dataclass(frozen=True)
class FleetStore:
    """One account in one region, and the entry of a fleet that lists it alone.

    error: why the account's regions are not known, or the accounts of its organization; the region is 'all' then. member: what is
    known of it as a member of an organization.
    """

    provider: str
    account: str
    region: str
    entry: dict[str, Any]
    error: SecretsError | None = None
    member: Mapping[str, Any] | None = None


@dataclass
class RegionCache:
    """Cache of the clouds' regions, and of the members of organizations: their numbers, labels, names and folders.

    old: the kept content. new: the content to keep. Both map a digest of the request to regions or members.
    """

    old: Mapping[str, Any] = field(default_factory=dict)
    new: dict[str, list[Any]] = field(default_factory=dict)

    def members(self, mark: str) -> list[dict[str, Any]] | None:
        """The members, if they are known. One row that cannot be a member's, or that is another's too, spoils all."""
        rows = self.old.get(mark)
        if not isinstance(rows, list) or not rows or not all(map(_is_member, rows)):
            return None
        if any(len({row[key] for row in rows}) < len(rows) for key in ("id", "label")):
            return None
        return [{key: row[key] for key in MEMBER} for row in rows]

    def recall(self, mark: str) -> list[str] | None:
        """The regions, if they are known. What was kept in a file is believed as little as an answer."""
        regions = self.old.get(mark)
        try:
            return believed_regions(regions) if isinstance(regions, list) else None
        except (SecretsError, TypeError):
            return None

    def keep(self, mark: str, answer: Sequence[str] | SecretsError) -> None:
        """Remember an answer, unless it was none."""
        if not isinstance(answer, SecretsError):
            self.new[mark] = list(answer)


def find_stores(
    file: Mapping[Any, Any], services: Mapping[str, Provider], credentials: Any, memory: RegionCache, runtime: Runtime, clock: Clock
) -> list[FleetStore]:
    """The stores of the fleet in a file, in its order. Raises SecretsError where the fleet has an error, before anything is sent.

    credentials: for each entry by its name, the options that are secret; they serve to ask for regions, and go nowhere else.
    """
    fleet: Any = file.get("fleet")
    plain: dict[str, Any] = {"fleet": [_plain(entry, f"entry {number}") for number, entry in enumerate(fleet, 1)] if isinstance(fleet, list) else fleet}
    if DEFAULTS in file:
        plain[DEFAULTS] = _plain(file[DEFAULTS], DEFAULTS)
    planned = plan(plain, offers(services), checked_credentials(credentials), CREDENTIALS)
    errors = file_errors(file) + planned["errors"]
    if errors:
        raise SecretsError("argument", several(errors))
    clouds = _Clouds(services, credentials, memory, runtime, clock)
    unknown: list[FleetStore] = []
    of_members: dict[str, Mapping[str, Any]] = {}
    if any(_is_open(entry) for entry in planned["entries"]):
        entries, of_members, unknown = clouds.with_members(planned)
        mine = {name: keys for name, keys in credentials.items() if any(owner_of(entry) == name for entry in entries)}
        planned = plan({"fleet": entries}, offers(services), mine, CREDENTIALS) if entries else {"calls": [], "entries": []}
        if planned.get("errors"):
            raise SecretsError("argument", several(planned["errors"]), hint=WAY_OUT_OF_TWO)
    answers: dict[str, RegionAnswer] = {}
    found: set[str] = set()
    for call in planned["calls"]:
        named, asked = clouds.regions(call)
        answers.update({**named, **asked})
        found.update(asked)
    names = [(entry, entry["name"]) for entry in planned["entries"]]
    stores = [store for entry, name in names for store in _stores(entry, answers[name], name in found, of_members.get(name))]
    return _counted(stores) + unknown


@dataclass(frozen=True)
class _Clouds:
    """What answers questions about a fleet: its services, with its credentials. memory: what they answered before."""

    services: Mapping[str, Provider]
    credentials: Mapping[str, Any] = field(repr=False)
    memory: RegionCache
    runtime: Runtime
    clock: Clock

    def with_members(self, planned: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Mapping[str, Any]], list[FleetStore]]:
        """The entries, with one for each member in place of its organization; the members by their labels; and a store for each
        organization whose members are not known."""
        members: dict[str, MemberAnswer] = {}
        for call in planned["calls"]:
            members.update(self._members(call))
        entries: list[dict[str, Any]] = []
        known: dict[str, Mapping[str, Any]] = {}
        unknown: list[FleetStore] = []
        for entry in planned["entries"]:
            found = members.get(entry["name"])
            if found is None:
                entries.append(entry)
            elif isinstance(found, SecretsError):
                unknown.append(FleetStore(entry["provider"], entry["name"], ALL_REGIONS, dict(entry), found))
            else:
                entries += [_member_entry(entry, member) for member in found]
                known.update({member["label"]: member for member in found})
        return entries, known, unknown

    def _members(self, call: Mapping[str, Any]) -> dict[str, MemberAnswer]:
        """The members of each organization of a call, by the name of its entry."""
        service, options = self._service(call)
        answers: dict[str, MemberAnswer] = {}
        asked: dict[str, tuple[str, Directory, Organization]] = {}
        open_specs = [
            (spec, sources)
            for spec, sources in zip(read_account_specs(service, options, self.runtime), call["accounts"])
            if spec.organization is not None and spec.organization.member is None
        ]
        scheduler = self._scheduler(service, options) if open_specs else None
        for spec, sources in open_specs:
            mark = _cache_key(f"{call['provider']} members", sources)
            known, account = self.memory.members(mark), spec.account()
            if known:
                answers[spec.name] = self.memory.new[mark] = known
            elif account.credentials.problem:
                answers[spec.name] = account.credentials.problem
            elif scheduler and service.members and spec.organization:
                directory = Directory(scheduler, service, service.members, account, spec.organization.asks_folders, _nobody_waits)
                asked[spec.name] = mark, directory, spec.organization
                directory.begin()
        if scheduler and asked:
            scheduler.run(self.clock.monotonic() + read_limits(options).deadline)
        for name, (mark, directory, organization) in asked.items():
            answers[name] = found = _chosen(directory, organization, self.runtime.redactor)
            if not isinstance(found, SecretsError):
                self.memory.new[mark] = found
        return answers

    def regions(self, call: Mapping[str, Any]) -> tuple[dict[str, RegionAnswer], dict[str, RegionAnswer]]:
        """The regions of each account of a call: those that are named, and those that had to be asked for."""
        service, options = self._service(call)
        service.check_filters(read_query(service.options, options).filters)
        named: dict[str, RegionAnswer] = {}
        answers: dict[str, RegionAnswer] = {}
        marks: dict[str, str] = {}
        accounts: list[Account] = []
        for spec, sources in zip(read_account_specs(service, options, self.runtime), call["accounts"]):
            if spec.regions != (ALL_REGIONS,):
                named[spec.name] = spec.regions
                continue
            marks[spec.name] = _cache_key(call["provider"], sources)
            known = self.memory.recall(marks[spec.name])
            if known:
                answers[spec.name] = known
                continue
            account = spec.account()
            if account.credentials.problem:
                answers[spec.name] = account.credentials.problem
            else:
                accounts.append(account)
        if accounts:
            scheduler = self._scheduler(service, options)
            answers.update(find_regions(service, accounts, scheduler, self.clock.monotonic(), read_limits(options).deadline))
        for name, mark in marks.items():
            self.memory.keep(mark, answers[name])
        return named, answers

    def _scheduler(self, service: Provider, options: Mapping[str, Any]) -> Scheduler:
        """What sends requests. Raises SecretsError where this machine lacks what they need."""
        limits, connection = read_limits(options), read_connection(options, self.runtime.redactor)
        if fault := http_client.library_fault():
            raise fault
        if http_client.MISSING_LIBRARY:
            raise SecretsError("library", missing_required_lib("requests"))
        transport = Transport(service, http_client.Http(connection, self.clock), self.clock, self.runtime.redactor)
        return Scheduler(transport, RateLimiter(limits.rate_limit), self.clock, limits.concurrency, limits.retries)

    def _service(self, call: Mapping[str, Any]) -> tuple[Provider, dict[str, Any]]:
        """The service of a call, and its options as its module would get them. An error names the entries that it is in."""
        service, redactor = self.services[call["provider"]], self.runtime.redactor
        spec = argument_spec(service.options)
        options, errors = validate(spec, call["options"], call["accounts"], self.credentials, redactor)
        if not errors:
            return service, options
        guilty = [account["name"] for account in call["accounts"] if validate(spec, call["options"], [account], self.credentials, redactor)[1]]
        raise SecretsError("argument", f"entry {', '.join(map(repr, guilty[:MOST_ERRORS]))}: {several(errors)}")


def _counted(stores: list[FleetStore]) -> list[FleetStore]:
    """The stores, each member's with the number of all that its organization has. Whoever judges parts then notices that one is lost."""
    entries = [owner_of(store.entry) for store in stores if store.member]
    counts, unsure = Counter(entries), {owner_of(store.entry) for store in stores if store.member and store.error}
    for store in stores:
        if store.member and (owner := owner_of(store.entry)) not in unsure:
            store.entry[OPTION]["member"]["stores"] = counts[owner]
    return stores


def _is_member(row: Any) -> bool:
    """Whether a row of the cache is what _chosen() tells of a member."""
    if not isinstance(row, Mapping) or not all(isinstance(row.get(key), str) and row[key] for key in ("id", "label")):
        return False
    known = all(row.get(key, "") is None or isinstance(row.get(key), str) for key in ("name", "folder"))
    return known and is_label(row["label"]) and row["id"].isascii() and row["id"].isdigit() and isinstance(row.get("own"), bool)


def _is_open(entry: Mapping[str, Any]) -> bool:
    """Whether an entry stands for accounts that only the cloud can name."""
    return entry.get(OPTION) is not None and entry[OPTION].get("member") is None


def _member_entry(entry: Mapping[str, Any], member: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of one member. Its key is that of the organization's entry, and is told by that name."""
    role = {} if member["own"] else {"role": entry[OPTION]["role"]}
    told = {key: member[key] for key in ("id", "name", "folder") if member[key] is not None}
    return {**entry, "name": member["label"], OPTION: {**role, "member": {**told, "entry": entry["name"]}}}


def _chosen(directory: Directory, organization: Organization, redactor: Redactor) -> MemberAnswer:
    """The members that are listed, or why they are not known. Their names come from the cloud, so that a key may be in one."""
    if directory.problem or not directory.is_known:
        return directory.problem or SecretsError("deadline", "the time ran out before the cloud had named the members", hint="Raise deadline.")
    try:
        taken, _left_out, absent, _idle = choose(organization, directory.accounts())
    except SecretsError as error:
        return error
    if any(redactor.text(label) != label for label in taken):
        return SecretsError("argument", "the name of an account is part of a key, and would be masked", hint="Use label: id, or rename the account.")
    shown = {label: {key: redactor.text(value) if value else value for key, value in member_facts(each).items()} for label, each in taken.items()}
    return absent or [{"id": each.id, "label": label, **shown[label], "own": each.id == directory.caller} for label, each in taken.items()]


def _nobody_waits() -> None:
    """The scheduler's own end tells that all is known."""


def unknown_regions(stores: Sequence[FleetStore]) -> dict[str, SecretsError]:
    """Errors of accounts with unknown regions, by the account's name."""
    return {store.account: store.error for store in stores if store.error}


def refusal(errors: Mapping[str, SecretsError]) -> SecretsError:
    """The error of a fleet some of whose regions are not known."""
    first = next(iter(errors.values()))
    return SecretsError(
        first.kind,
        f"The regions of some accounts are not known: {several([told(name, error) for name, error in errors.items()])}",
        hint=first.hint,
    )


def told(account: str, error: SecretsError) -> str:
    """Reason for unknown regions of an account, in one line for people."""
    facts = {"kind": error.kind, "code": error.code, "request id": error.request_id}
    return f"{account}: {error.message.rstrip('. ')} ({', '.join(f'{name} {fact}' for name, fact in facts.items() if fact)})"


def validate(
    spec: Mapping[str, Any], shared: Mapping[str, Any], accounts: Sequence[Mapping[str, Any]], credentials: Mapping[str, Any], redactor: Redactor
) -> tuple[dict[str, Any], list[str]]:
    """The options of a call as Ansible would hand them to its module, and every error in them, which shows nothing of the credentials."""
    given = {**shared, "accounts": with_keys(accounts, credentials)}
    for secret in unsafe_texts(given, spec):
        redactor.register_words(secret)
    hidden = Redactor()  # for a key may stand under a name that is no key's
    for text in unsafe_texts(list(credentials.values()), spec):
        hidden.register_words(text)
    try:
        result = ArgumentSpecValidator(spec).validate(given)
    except (TypeError, ValueError):
        return {}, ["an option has a wrong type; ansible-doc shows the right one"]
    faults = [*wrong_types(given, spec), *empty_options(shared)]
    faults += [f"accounts[{account['name']}]: {fault}" for account in given["accounts"] for fault in empty_options(account)]
    return result.validated_parameters, [printable(hidden.text(redactor.text(message))) for message in result.error_messages] + faults


def checked_credentials(given: Any) -> Mapping[str, Mapping[str, Any]]:
    """Credentials by the names of entries. Raises SecretsError where they are something else, and shows none."""
    if not isinstance(given, Mapping):
        raise SecretsError("argument", f"{CREDENTIALS} is not a mapping from the names of entries to their credentials")
    for name, options in given.items():
        if not isinstance(name, str) or not isinstance(options, Mapping):
            raise SecretsError("argument", f"{CREDENTIALS}: those of entry {printable(str(name), 80)!r} are not a mapping from options to values")
        if not options:
            raise SecretsError("argument", f"{CREDENTIALS}: those of entry {printable(name, 80)!r} are empty", hint="Give its keys, or leave the entry out.")
    return given


def several(texts: Sequence[str]) -> str:
    """As many errors as a person reads, in one line."""
    more = len(texts) - MOST_ERRORS
    return "; ".join(texts[:MOST_ERRORS]) + (f"; and {more} more" if more > 0 else "")


def _stores(entry: Mapping[str, Any], answer: RegionAnswer, found: bool, member: Mapping[str, Any] | None) -> Iterator[FleetStore]:
    """found: whether the cloud named the regions. It may then say of one of them that it does not offer the service there."""
    provider, account = entry["provider"], entry["name"]
    rest = {name: value for name, value in entry.items() if name not in ("region", "regions")}
    error = answer if isinstance(answer, SecretsError) else None
    rest |= {"allow_not_offered": True} if found and error is None else {}
    for region in [ALL_REGIONS] if isinstance(answer, SecretsError) else answer:
        yield FleetStore(provider, account, region, {**rest, "regions": [region]}, error, member)


def _cache_key(provider: str, account: Mapping[str, Any]) -> str:
    """Identity of a request for regions: the address and the source of the key, without the key."""
    return hashlib.sha256(json.dumps([provider, account], sort_keys=True).encode("ascii")).hexdigest()


def _plain(value: Any, where: str) -> Any:
    """A value of the fleet without what a loader attached to it. The fleet is data: it is shown, and never evaluated."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if any(mark in value for mark in TEMPLATE):
            raise SecretsError("argument", f"fleet: {where} holds a template", hint="A fleet is data. Templates are for credentials, compose and groups.")
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {_plain(name, where): _plain(item, f"{where}, {name}") for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, where) for item in value]
    hint = "Quote what is to be a text, such as a date; what is encrypted belongs into credentials."
    raise SecretsError("argument", f"fleet: {where} holds a value that is neither text nor number", hint=hint)
