# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements that compare secrets with each other: present_in, same, unique.

1. A store that is not complete is one row 'unknown', for secrets that were not seen may break the statement. Beside it,
   what was seen counts: a difference, a duplicate, an absence from a complete store are a fail.
2. A secret whose store has no other to be compared with is not judged by present_in and same. If that is all, they are 'unknown'.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .._core.counting import counted
from .._core.records import Record
from .checks import FAIL, NOT_JUDGED, PASS, TAKEN, UNCHOSEN, UNKNOWN_VERDICT, Check, EvalContext, GroupKey, RecordTest, Subject, group_of
from .fields import TEXT, RuleField
from .operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN
from .rules import SCOPES, Rule
from .stores import JudgedStore
from .values import NO_FIELD, WITHHELD, ReadValues, Values, reader, shown
from .words import named, noun

KIND = RuleField("kind", frozenset({TEXT}))
UNNAMED = "its name is not known, so it cannot be compared"
MOST_NAMED = 3
"""Secrets that a message names."""


class Compared(NamedTuple):
    """A secret that is compared. sure: whether the rule speaks of it, as far as is known."""

    store: JudgedStore
    name: str | None
    id: str
    owner: str | None
    sure: bool
    values: Values = ()

    def place(self) -> Subject:
        """Its place."""
        return Subject(self.store.provider, self.store.account, self.store.region, self.name, self.id)

    def text(self) -> str:
        """As people write it: provider/account/region/name."""
        return f"{self.store.text()}/{self.name or ''}"


def _compared_secret(store: JudgedStore, record: Record, owner: str | None, sure: bool, values: Values = ()) -> Compared:
    """A secret that is compared. Of all of them little is kept: many are called by their name."""
    name, number = record["name"], record["id"]
    return Compared(store, name, name if number == name else number, owner, sure, values)


class CrossStoreCheck(Check):
    """Base of the statements about secrets in several stores. Stores that differ only in the keys of 'by' are compared."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._key: str = rule.statement.key
        self._by: tuple[str, ...] = rule.statement.by
        self._fixed = tuple(key for key in SCOPES if key not in self._by)
        groups = Counter(self.peers(store) for store in self.stores if store.offered)
        self._alone = {store for store in self.stores if groups[self.peers(store)] < 2}

    def tell(self, record: Record, truth: int) -> None:
        self.report(UNKNOWN_VERDICT, record, [{"field": self._key, "actual": None, "expected": "known"}], UNNAMED)

    def peers(self, store: JudgedStore) -> GroupKey:
        """Keys that a store shares with the stores that it is compared with."""
        return group_of(store, self._fixed)

    def nothing_judged(self) -> str:
        """Why no secret of those that were seen could be compared with another. Empty if one was, or if there was none."""
        if self.verdict() != NOT_JUDGED or not any(seen[TAKEN] for seen in self.seen.values()):
            return ""
        alone = all(store in self._alone for store, seen in self.seen.items() if seen[TAKEN])
        return f"no secret could be compared: {self._no_peer() if alone else f'no two stores have a secret of the same {self._key}'}"

    def reasons(self) -> Iterator[str]:
        yield from super().reasons()
        alone = sum(self.seen[store][TAKEN] for store in self._alone)
        if alone:
            yield f"{counted(alone, 'secret')} not compared: {self._no_peer()}"

    def _no_peer(self) -> str:
        return f"no other store in scope differs in {'/'.join(self._by)} alone"

    def chosen(self, store: JudgedStore, record: Record) -> int:
        """TRUE or UNKNOWN for a secret that is to be compared, else what the watch is to say of it."""
        truth = self.context.chooser(self.rule.select, store)(record)
        return UNCHOSEN.get(truth, truth)


class Parity(CrossStoreCheck):
    """Every secret is in all peers of its store."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._peers: defaultdict[GroupKey, list[JudgedStore]] = defaultdict(list)
        self._bits: dict[JudgedStore, int] = {}
        for store in self.stores:
            if store.region is not None:
                self._bits[store] = 1 << len(self._peers[self.peers(store)])
                self._peers[self.peers(store)].append(store)
        self._sure: defaultdict[GroupKey, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._maybe: defaultdict[GroupKey, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._unnamed: defaultdict[GroupKey, int] = defaultdict(int)

    def watch(self, store: JudgedStore) -> RecordTest | None:
        if store not in self._bits:
            return None
        peers, bit, key = self.peers(store), self._bits[store], self._key
        sure, maybe = self._sure[peers], self._maybe[peers]

        def watch(record: Record) -> int:
            truth = self.chosen(store, record)
            if truth not in (TRUE, UNKNOWN):
                return truth
            if record[key] is None:
                self._unnamed[peers] |= bit
                return UNKNOWN
            (sure if truth == TRUE else maybe)[record[key]] |= bit
            return TAKEN

        return watch

    def conclude(self) -> None:
        for peers, stores in self._peers.items():
            names = self._sure[peers].keys() | self._maybe[peers].keys()
            wanted = [store for store in stores if store.offered and self._counts(store)]
            whole = [store for store in wanted if not self.blind_spot(store)]
            if stores[0] in self._alone:
                self.count(NOT_JUDGED, len(names))
            else:
                for name in names:
                    self._compare(peers, name, wanted, whole)
            if names:
                self._unknown_stores(peers, stores)
        self.report_blind_spots()

    def _compare(self, peers: GroupKey, name: str, wanted: list[JudgedStore], whole: list[JudgedStore]) -> None:
        sure, maybe = self._sure[peers].get(name, 0), self._maybe[peers].get(name, 0)
        mask = sum(self._bits[store] for store in wanted)
        self.count(PASS, bin(sure & mask).count("1"))
        if not mask & ~sure:
            return
        for store in whole:
            bit = self._bits[store]
            if not sure & bit:
                doubtful = not sure or (maybe | self._unnamed[peers]) & bit
                self._missing(store, name, UNKNOWN_VERDICT if doubtful else FAIL)

    def _missing(self, store: JudgedStore, name: str, verdict: str) -> None:
        place = Subject(store.provider, store.account, store.region, name, name if self._key == "id" else None)
        message = f"{name} is in other stores, and not in this one" if verdict == FAIL else f"cannot tell whether {name} is required here, or present"
        evidence = [{"field": self._key, "actual": None, "expected": name}]
        self.row(verdict, place, message, evidence)

    def _counts(self, store: JudgedStore) -> bool:
        values: tuple[str, ...] = self.rule.statement.of
        return not values or getattr(store, self._by[0]) in values

    def _unknown_stores(self, peers: GroupKey, stores: list[JudgedStore]) -> None:
        """Values of 'of' that no peer has: nobody knows whether the secrets are there."""
        known = {getattr(store, self._by[0]) for store in stores}
        for value in self.rule.statement.of:
            if value not in known:
                place = Subject(**{**dict(zip(self._fixed, peers)), self._by[0]: value})
                self.row(UNKNOWN_VERDICT, place, "no inventory has this store, and secrets are required in it")


class Equality(CrossStoreCheck):
    """Secrets of one name, or id, in peers, agree in some fields."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._secrets: defaultdict[tuple[GroupKey, str], list[Compared]] = defaultdict(list)

    def watch(self, store: JudgedStore) -> RecordTest:
        peers, key = self.peers(store), self._key
        read = reader(self.rule.statement.fields, self.context.schema(store))

        def watch(record: Record) -> int:
            truth = self.chosen(store, record)
            if truth not in (TRUE, UNKNOWN):
                return truth
            if record[key] is None:
                return UNKNOWN
            values = read(record)
            if all(value is NO_FIELD for value in values):
                return NOT_APPLICABLE
            self._secrets[peers, record[key]].append(_compared_secret(store, record, self.context.owner(record), truth == TRUE, values))
            return TAKEN

        return watch

    def conclude(self) -> None:
        for (peers, name), secrets in self._secrets.items():
            secrets.sort(key=lambda secret: (secret.text(), secret.id, repr(secret.values), not secret.sure, secret.owner or ""))
            verdict, evidence = self._compared(secrets)
            place = Subject(**{**dict(zip(self._fixed, peers)), "name": name, "id": name if self._key == "id" else None})
            fields = [item["field"] for item in evidence]
            why = next(filter(None, (self.why(secret.store, fields) for secret in secrets)), "")
            message = "" if verdict == FAIL else f"cannot tell whether {name} is the same everywhere{why}"
            self.row(verdict, place, message, evidence, secrets[0].owner)
        self.report_blind_spots()

    def _compared(self, secrets: list[Compared]) -> tuple[str, list[dict[str, Any]]]:
        """The verdict of secrets that should be the same, with what differs or is not known."""
        differing: list[dict[str, Any]] = []
        doubtful: list[dict[str, Any]] = []
        compared = False
        for index, field in enumerate(self.rule.statement.fields):
            found = [(secret, secret.values[index]) for secret in secrets if secret.values[index] is not NO_FIELD]
            compared = compared or len(found) > 1
            sure = _distinct((secret, value) for secret, value in found if secret.sure and value is not WITHHELD)
            if len(sure) > 1:
                differing += self._evidence(field.name, sure)
            elif len(found) > 1 and (len(_distinct(found)) > 1 or any(value is WITHHELD for secret, value in found)):
                doubtful += self._evidence(field.name, _distinct(found))
        if differing:
            return FAIL, differing
        return (UNKNOWN_VERDICT, doubtful) if doubtful else (PASS if compared else NOT_JUDGED, [])

    def _evidence(self, field: str, distinct: list[tuple[Compared, Any]]) -> Iterator[dict[str, Any]]:
        (reference, expected), *others = distinct
        for secret, value in others or distinct:
            told = f"{noun(field)} is {_named(value)} in {self._where(secret)}, and {_named(expected)} in {self._where(reference)}"
            comparison = f"{shown(expected)} as in {reference.text()}; this is of {secret.text()}"
            yield {"field": field, "actual": shown(value), "expected": comparison, "told": told}

    def _where(self, secret: Compared) -> str:
        """The store of a secret among those that are compared."""
        return "/".join(str(getattr(secret.store, key)) for key in self._by)


def _named(value: Any) -> str:
    """A value in a sentence, which may be none."""
    return "none" if value is None else named(shown(value))


def _distinct(found: Iterable[tuple[Compared, Any]]) -> list[tuple[Compared, Any]]:
    """The first secret with each value."""
    first: dict[Any, Compared] = {}
    for secret, value in found:
        first.setdefault(value, secret)
    return [(secret, value) for value, secret in first.items()]


class Uniqueness(Check):
    """No two secrets of a group have the same values in some fields. What is empty is not compared."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._keys = tuple(key for key in rule.statement.within if key != "kind")
        self._by_kind = "kind" in rule.statement.within
        self._names = [field.name for field in rule.statement.fields] + (["kind"] if self._by_kind else [])
        self._plain = [noun(name).removeprefix("the ") for name in self._names]
        self._first: defaultdict[GroupKey, dict[Values, Compared]] = defaultdict(dict)
        self._others: defaultdict[tuple[GroupKey, Values], list[Compared]] = defaultdict(list)

    def watch(self, store: JudgedStore) -> RecordTest:
        group = group_of(store, self._keys)
        first = self._first[group]
        chosen = self.context.chooser(self.rule.select, store)
        read = self._reader(store)
        owner = self.context.owner

        def watch(record: Record) -> int:
            truth = chosen(record)
            if truth in (FALSE, NOT_APPLICABLE):
                return UNCHOSEN[truth]
            values = read(record)
            if NO_FIELD in values:
                return NOT_APPLICABLE
            if WITHHELD in values:
                return UNKNOWN
            if all(value not in (None, "", ()) for value in values):
                secret = _compared_secret(store, record, owner(record), truth == TRUE)
                if first.setdefault(values, secret) is not secret:
                    self._others[group, values].append(secret)
            return TAKEN

        return watch

    def tell(self, record: Record, truth: int) -> None:
        store = self.context.store(record)
        values = zip(self._names, self._reader(store)(record))
        unknown = [{"field": name, "actual": None, "expected": "known"} for name, value in values if value is WITHHELD]
        why = self.why(store, (item["field"] for item in unknown))
        self.report(UNKNOWN_VERDICT, record, unknown, f"cannot tell whether another secret has the same values{why}")

    def conclude(self) -> None:
        self.count(PASS, sum(map(len, self._first.values())) - len(self._others))
        for (group, values), others in self._others.items():
            secrets = [self._first[group][values], *others]
            surely = sum(secret.sure for secret in secrets)
            secrets.sort(key=lambda secret: (secret.text(), secret.id, repr(secret.values), not secret.sure, secret.owner or ""))
            for secret in secrets:
                named = [other.text() for other in secrets[: MOST_NAMED + 1] if other is not secret][:MOST_NAMED]
                more = [f"{len(secrets) - 1 - MOST_NAMED} more"] if len(secrets) - 1 > MOST_NAMED else []
                self._duplicate(secret, ", ".join(named + more), values, FAIL if surely > 1 and secret.sure else UNKNOWN_VERDICT)
        self.report_blind_spots()

    def _duplicate(self, secret: Compared, others: str, values: Values, verdict: str) -> None:
        within = f" within one {' and '.join(self.rule.statement.within)}" if self.rule.statement.within else ""
        evidence = [{"field": name, "actual": shown(value), "expected": f"unique{within}"} for name, value in zip(self._names, values)]
        self.row(verdict, secret.place(), f"has the same {' and '.join(self._plain)} as {others}", evidence, secret.owner)

    def _reader(self, store: JudgedStore) -> ReadValues:
        return reader((*self.rule.statement.fields, *([KIND] if self._by_kind else [])), self.context.schema(store))
