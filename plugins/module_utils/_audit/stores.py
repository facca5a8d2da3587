# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores that are judged: the union of inventories, what was expected, and what each store's row is worth."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .._core import inventory_file, labels
from .._core.errors import SecretsError
from .._core.records import Record, RecordSchema, StoreKey
from .._core.redaction import printable
from .._core.values import iso_time, parse_time
from .asked import Asked
from .operators import CLOCK_TOLERANCE
from .organizations import left_out, read_told
from .sense import COMPLETE, FAILED, LISTED, NOT_OFFERED, PARTIAL, RecordSense, RecordTypes, header_faults, key_of

STALE, MISSING = "stale", "missing"
JUDGED_STATUSES = (*LISTED, STALE, MISSING)
WORST_FIRST = (FAILED, PARTIAL, NOT_OFFERED, COMPLETE)

LONGEST_REASON = 200
"""Characters of the cloud's own words."""
LONGEST_MEMBER = 100
LONGEST_HINT = 1000
"""Of our way out, which is never cut but where a file was forged."""
UNTOLD = "its inventory is of another release and does not tell {}; collect again"
NEWER = "Judge it with the version of the collection that wrote it, or with a newer one."
FUTURE = "Check as_of, and the clock of the machine that collected."
ONE_NAME = "Give each account one name of its own and collect again."


class AskedName(NamedTuple):
    """A name that an account was asked for. found: whether some inventory that asked has it; None if not all of the account is known.

    narrowed: whether other filters hid secrets, too.
    """

    provider: str
    account: str
    name: str
    found: bool | None
    nearest: str | None
    narrowed: bool


class Expected(NamedTuple):
    """A store that must be there; without a region, some store of that account."""

    provider: str
    account: str
    region: str | None


@dataclass(eq=False)
class JudgedStore:
    """One store as the judge sees it.

    region: None for an account of which no store is known. status: one of JUDGED_STATUSES. reason: why it is not complete. hint:
    what to do about it.
    filtered: its listing was narrowed by a filter. asked: what was asked of it, partitions and filters, as one text.
    labels: those of its account; None where they are not known. member: name and folder of its account in an organization.
    details: those that it was asked for. service: what the service tells of the store itself, if it was asked.
    path: of the inventory that it was read from. others: inventories that hold it too and were set aside. secrets: how many
    records were read.
    """

    provider: str
    account: str
    region: str | None
    status: str
    reason: str = ""
    hint: str | None = None
    account_id: str | None = None
    filtered: bool = False
    asked: str = ""
    collected_at: str | None = None
    path: str | None = None
    others: list[str] = field(default_factory=list)
    secrets: int = 0
    labels: Mapping[str, str] | None = None
    member: Mapping[str, str] | None = None
    details: Asked = ()
    service: Mapping[str, Any] | None = None

    def scope(self, key: str) -> str | None:
        """Value of a key of scopes, such as region or labels.env; None where it is not known."""
        if not key.startswith(labels.PREFIX):
            return str(getattr(self, key)) if getattr(self, key) is not None else None
        return None if self.labels is None else self.labels.get(key.removeprefix(labels.PREFIX), "")

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Key that identifies the store."""
        return self.provider, self.account, self.region

    @property
    def offered(self) -> bool:
        """Whether the store can hold secrets."""
        return self.status != NOT_OFFERED

    @property
    def listed(self) -> bool:
        """Whether everything that was asked for was listed."""
        return self.status in (COMPLETE, NOT_OFFERED)

    def text(self) -> str:
        """As people write it: provider/account/region."""
        return f"{self.provider}/{self.account}/{self.region or ''}"


@dataclass(frozen=True)
class _Claim:
    """One row of one inventory's ledger."""

    path: str
    row: Mapping[str, Any]
    collected_at: str
    filtered: bool
    asked: str

    @property
    def key(self) -> StoreKey:
        return key_of(self.row)

    @property
    def rank(self) -> tuple[float, int, str]:
        """The greatest counts: the newest, of equally new ones the worst, and then the one with the last path."""
        return parse_time(self.collected_at), -WORST_FIRST.index(self.row["status"]), self.path


class _NameAnswer(NamedTuple):
    """What one inventory says of a name that an account was asked for."""

    name: str
    found: bool
    certain: bool
    nearest: str | None
    narrowed: bool


class MergedInventories:
    """Inventories taken together. paths: of their files."""

    def __init__(self, paths: Sequence[str], schemas: Mapping[str, RecordSchema]) -> None:
        """Reads the headers. schemas: of each service, by its name. Raises SecretsError where one cannot be trusted or two contradict each other."""
        self.paths = list(paths)
        self._types = RecordTypes(schemas)
        self._headers = {path: _header(path) for path in paths}
        self.organizations = [told for header in self._headers.values() for told in read_told(header)]
        """What the inventories tell of organizations."""
        _check_told(self._headers, schemas.keys())
        claims = [claim for path, header in self._headers.items() for claim in _claims(path, header)]
        _check_providers(claims, schemas.keys())
        _check_accounts(claims)
        self._by_key: dict[StoreKey, list[_Claim]] = {}
        for claim in sorted(claims, key=lambda claim: claim.rank, reverse=True):
            self._by_key.setdefault(claim.key, []).append(claim)
        self._alone: dict[tuple[str, str], list[int]] = {}
        """Of each organization, by its entry: for each store of a member that was listed, how many stores there have to be; 0 if nobody counted."""
        for key, (claim, *_others) in self._by_key.items():
            if told := claim.row.get("member"):
                self._alone.setdefault((key[0], told["organization"]), []).append(told.get("stores") or 0)

    def stores(self, expected: Iterable[Expected], as_of: float, max_age: float) -> list[JudgedStore]:
        """Every store that has a row, and every expected one that has none. Raises SecretsError for an inventory of the future."""
        for path, header in self._headers.items():
            if parse_time(header["collected_at"]) > as_of + CLOCK_TOLERANCE:
                told = f"{path} is of the future: it was collected at {header['collected_at']}, after the time of judging, {iso_time(as_of)}"
                raise SecretsError("file", told, hint=FUTURE)
        stores = [_store(claims, as_of, max_age) for claims in self._by_key.values()]
        accounts = {key[:2] for key in self._by_key} | {(told.provider, told.entry) for told in self.organizations}
        expected = [*expected, *(Expected(*store) for told in self.organizations for store in told.expected())]
        missing = [
            JudgedStore(*wanted, status=MISSING, reason=lack, hint="Collect it, or take it out of the stores that must be there.")
            for wanted in dict.fromkeys(expected)
            if (lack := self._lack(wanted, accounts))
        ]
        stores += [*missing, *self._perhaps_lost([store for store in missing if store.region is None])]
        return sorted(stores, key=lambda store: (store.provider, store.account, store.region or ""))

    def _lack(self, wanted: Expected, accounts: Collection[tuple[str, str]]) -> str:
        """Why an expected store is missing; nothing if it is there. An organization whose members are listed one by one is there with all of them."""
        if wanted in self._by_key if wanted.region is not None else wanted[:2] in accounts:
            return ""
        parts = self._alone.get(wanted[:2], []) if wanted.region is None else []
        if not parts:
            return "no inventory has it"
        most = max(parts)
        if not most:
            return f"stores in inventories: {len(parts)}; no inventory tells how many it has"
        return "" if 0 < most <= len(parts) else f"{len(parts)} of its {most} stores are in inventories"

    def _perhaps_lost(self, entries: Sequence[JudgedStore]) -> Iterator[JudgedStore]:
        """The stores that may have been lost with these entries: of accounts that the other entries of an organization leave to them."""
        listed = {(key[0], str(claims[0].row.get("account_id"))) for key, claims in self._by_key.items()}
        for told, account in left_out(self.organizations, listed):
            lost = next((entry.account for entry in entries if entry.provider == told.provider), None)
            for store in told.stores(account.id) if lost is not None else ():
                reason = f"no inventory has it; {told.entry} leaves it out ({account.reason}), and nothing was collected of {lost}, which may list it"
                yield JudgedStore(*store, status=MISSING, reason=_clean(reason), hint=f"Collect {_clean(lost)} again.", account_id=_clean(account.id))

    def names(self, stores: Iterable[JudgedStore]) -> list[AskedName]:
        """Every name that was asked for, once for each account: regions of one account may stand in several inventories."""
        known = list(stores)
        unseen = {(store.provider, store.account) for store in known if not store.listed}
        asked: dict[tuple[str, str, str], list[_NameAnswer]] = {}
        for path, provider, account in sorted({(store.path, store.provider, store.account) for store in known if store.path}):
            for answer in _answers(path, self._headers[path], account):
                asked.setdefault((provider, account, answer.name), []).append(answer)
        return [
            AskedName(
                *key,
                found=any(each.found for each in answers) or (None if key[:2] in unseen or not all(each.certain for each in answers) else False),
                nearest=next((each.nearest for each in answers if each.nearest), None),
                narrowed=any(each.narrowed for each in answers),
            )
            for key, answers in sorted(asked.items())
        ]

    def records(self, stores: Iterable[JudgedStore]) -> Iterator[tuple[JudgedStore, Record]]:
        """Every record with its store, from the one inventory that counts for it.

        Raises SecretsError, at the latest at the end, if an inventory is not whole, contradicts itself or has changed since.
        """
        at = {store.key: store for store in stores}
        for path, header in self._headers.items():
            with inventory_file.opened(path) as inventory:
                if inventory.header != header:
                    raise SecretsError("file", f"{path} was changed while it was read", hint="Judge again.")
                yield from _owned(inventory, RecordSense(header["stores"], self._types), at)


def _owned(inventory: inventory_file.Inventory, sense: RecordSense, at: Mapping[Any, JudgedStore]) -> Iterator[tuple[JudgedStore, Record]]:
    previous: Any = None
    store = None
    for key, record in sense.records(inventory):
        if key is not previous:
            previous = key
            store = at[previous] if at[previous].path == inventory.path else None
        if store is not None:
            store.secrets += 1
            yield store, record
    if inventory.missing:
        for store in at.values():
            if store.path == inventory.path:
                store.reason = store.reason or _clean(UNTOLD.format(", ".join(sorted(inventory.missing))))


def _header(path: str) -> inventory_file.Header:
    with inventory_file.opened(path) as inventory:
        if fault := next(header_faults(inventory.header), None):
            raise inventory.broken(fault, 1)
        return inventory.header


def _claims(path: str, header: inventory_file.Header) -> list[_Claim]:
    asked = json.dumps([header["asked"].get(key) for key in ("partitions", "filters")], sort_keys=True)
    collected_at = iso_time(parse_time(header["collected_at"]))
    return [_Claim(path, row, collected_at, header.get("filtered") is not False, asked) for row in header["stores"]]


def _answers(path: str, header: inventory_file.Header, account: str) -> Iterator[_NameAnswer]:
    """The names that were asked for, and what the header says of them. If it says nothing, as one of another release may, nobody knows."""
    filters = header["asked"].get("filters") or {}
    told = header.get("names_missing")
    missing = {each["name"]: each for each in told or () if each["account"] == account}
    for name in filters.get("names") or ():
        about = missing.get(name, {})
        found, certain = told is not None and name not in missing, about.get("certain") is True
        yield _NameAnswer(name, found, certain, about.get("nearest"), len(filters) > 1)


def _check_providers(claims: Iterable[_Claim], providers: Collection[str]) -> None:
    for claim in claims:
        if claim.row["provider"] not in providers:
            raise SecretsError("file", f"{claim.path} is of {_clean(claim.row['provider'])}, which this version does not know", hint=NEWER)


def _check_told(headers: Mapping[str, inventory_file.Header], providers: Collection[str]) -> None:
    for path, header in headers.items():
        for told in header.get("organizations") or ():
            if told["provider"] not in providers:
                raise SecretsError("file", f"{path} tells of an organization of {_clean(told['provider'])}, which this version does not know", hint=NEWER)


def _check_accounts(claims: Iterable[_Claim]) -> None:
    """Refuse one name for two accounts, whose secrets would be taken for one account's, and two for one, counted twice."""
    numbers: dict[tuple[str, str], _Claim] = {}
    names: dict[tuple[str, str], _Claim] = {}
    for claim in claims:
        if claim.row.get("account_id") is None:
            continue
        provider, account, number = (str(claim.row[key]) for key in ("provider", "account", "account_id"))
        other = numbers.setdefault((provider, account), claim)
        if str(other.row["account_id"]) != number:
            told = f"account {_clean(other.row['account_id'])} in {other.path} and account {_clean(number)} in {claim.path}"
            raise SecretsError("file", f"{_clean(f'{provider}/{account}')} is {told}", hint=ONE_NAME)
        other = names.setdefault((provider, number), claim)
        if other.row["account"] != account:
            told = f"{_clean(other.row['account'])} in {other.path} and {_clean(account)} in {claim.path}"
            raise SecretsError("file", f"account {_clean(number)} of {_clean(provider)} is named {told}", hint=ONE_NAME)


def _store(claims: Sequence[_Claim], as_of: float, max_age: float) -> JudgedStore:
    claim, *others = claims
    row = claim.row
    status, reason, hint = row["status"], _reason(row.get("error")), _hint(row.get("error"))
    age = as_of - parse_time(claim.collected_at)
    if status in (COMPLETE, NOT_OFFERED) and age > max_age:
        hint = "Collect again, or raise max_age."
        status, reason = STALE, f"collected at {claim.collected_at}, which is too long before the time of judging"
    number, told = row.get("account_id"), row.get("member") or {}
    return JudgedStore(
        *claim.key,
        status=status,
        reason=reason,
        hint=hint,
        account_id=None if number is None else _clean(number),
        filtered=claim.filtered,
        asked=claim.asked,
        collected_at=claim.collected_at,
        path=claim.path,
        others=[other.path for other in others],
        labels=labels.read_labels(row.get("labels"), "labels"),
        member={key: printable(told[key], LONGEST_MEMBER) for key in ("name", "folder") if told.get(key)} or None,
        details=tuple((_clean(word), _lack(told)) for word, told in sorted((row.get("details") or {}).items())),
        service=row.get("service"),
    )


def _lack(told: Mapping[str, Any]) -> str:
    """Why a detail is not known of all secrets of a store."""
    if told.get("status") == COMPLETE:
        return ""
    hint, reason = _hint(told.get("error")), _reason(told.get("error"))
    return ": ".join(filter(None, ((hint or "").rstrip("."), reason))) or f"it is {_clean(told.get('status'))}"


def _reason(error: Any) -> str:
    """Error of a ledger row, on one short line."""
    if not isinstance(error, Mapping):
        return ""
    parts = (str(error[key]) for key in ("code", "message") if error.get(key))
    return _clean(": ".join(parts))


def _hint(error: Any) -> str | None:
    """What a ledger row says is to be done."""
    hint = error.get("hint") if isinstance(error, Mapping) else None
    return printable(hint, LONGEST_HINT) if isinstance(hint, str) and hint else None


def _clean(value: Any) -> str:
    return printable(str(value), LONGEST_REASON)
