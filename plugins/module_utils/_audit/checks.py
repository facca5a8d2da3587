# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule at work: what every kind of rule has in common when it is held against stores and secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from .._core.errors import SecretsError
from .._core.records import Record, RecordSchema
from .operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, Node, Predicate, Test, compiled
from .rules import Owner, Rule
from .stores import JudgedStore, MergedInventories

VERDICTS = ("error", "fail", "unknown", "waived", "pass", "not_applicable")
"""From the one that prevails: a rule's verdict is the first that any of its rows has."""
ERROR, FAIL, UNKNOWN_VERDICT, WAIVED, PASS, NOT_JUDGED = VERDICTS
FINDING_VERDICTS = (ERROR, FAIL, UNKNOWN_VERDICT, WAIVED)

OUT = TRUE + 1
"""What is said of a record of which a rule does not speak."""
VERDICT_OF = {FALSE: FAIL, UNKNOWN: UNKNOWN_VERDICT, NOT_APPLICABLE: NOT_JUDGED, TRUE: PASS}

RecordTest = Callable[[Record], int]
"""Says of a record what a test says, or OUT."""
VerdictCounts = dict[str, int]
"""How many rows have each verdict."""


class Subject(NamedTuple):
    """What a row speaks of: a secret, a store, a group of stores (what they have in common), or the fleet (nothing)."""

    provider: str | None = None
    account: str | None = None
    region: str | None = None
    name: str | None = None
    id: str | None = None


Evidence = Mapping[str, Any]


class Outcome(NamedTuple):
    """One thing that a rule has found. message: for people; empty where the evidence says it all. evidence: dicts with
    field, actual, expected. owner: whose it is, if it is one secret's and one of the owners'."""

    verdict: str
    place: Subject
    message: str = ""
    evidence: tuple[Evidence, ...] = ()
    owner: str | None = None


Report = Callable[[Rule, Outcome], str]
"""Is given each row that is a finding, and says which verdict it has in the end: a waiver may excuse it."""


NO_SECRET: Evidence = {"field": "count", "actual": 0, "expected": "min 1"}


RECORDS = 10_000
"""After so many records the time limit begins anew."""


class EvalContext:
    """What every check works with: predicates compiled once for each cloud, owners, baselines, and a report.

    renew: starts the time limit anew, for a check that reads much by itself.
    """

    def __init__(
        self,
        schemas: Iterable[RecordSchema],
        as_of: float,
        report: Report,
        owners: Iterable[Owner] = (),
        baselines: Mapping[str, MergedInventories] | None = None,
    ) -> None:
        self.schemas = {schema.provider: schema for schema in schemas}
        self.as_of = as_of
        self.report = report
        self.renew: Callable[[], None] = _nothing
        self.baselines = baselines or {}
        self._owners = tuple(owners)
        self._nodes: dict[tuple[int, str], Node] = {}

    def node(self, predicate: Predicate, provider: str) -> Node:
        """The predicate, which must live as long as this bench, for the records of a cloud."""
        key = id(predicate), provider
        if key not in self._nodes:
            self._nodes[key] = compiled(predicate, self.schemas[provider], self.as_of)
        return self._nodes[key]

    def chooser(self, predicate: Predicate | None, provider: str) -> Test:
        """What a predicate says of a record of a cloud; without one, all are chosen."""
        return self.node(predicate, provider).test if predicate else _all

    def owner(self, record: Record) -> str | None:
        """Whose a secret is: the first of the owners whose predicate it fits."""
        for owner in self._owners:
            if self.node(owner.select, record["provider"]).test(record) == TRUE:
                return owner.owner
        return None


def _all(record: Record) -> int:
    return TRUE


def _nothing() -> None:
    """There is no time limit."""


class Check:
    """One rule at work. It watches the records of its stores, and finishes once all were seen.

    seen: by store, how often its watch said what; index it by truth. rows: how many other rows have each verdict.
    """

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        self.rule = rule
        self.stores = [store for store in stores if in_scope(rule, store)]
        self.seen: defaultdict[JudgedStore, list[int]] = defaultdict(lambda: [0] * (OUT + 1))
        self.rows: VerdictCounts = dict.fromkeys(VERDICTS, 0)
        self.context = context
        self._waived = 0

    def watch(self, store: JudgedStore) -> RecordTest | None:
        """What is to be asked about each record of a store, if anything."""
        return None

    def tell(self, record: Record, truth: int) -> None:
        """Report a record of which the watch said FALSE or UNKNOWN."""

    def conclude(self) -> None:
        """Count and report what follows from all that was seen."""

    def finish(self) -> None:
        """conclude(), and say what the rule wants to be said if nothing was judged."""
        self.conclude()
        if self.verdict() == NOT_JUDGED and self.rule.on_empty == FAIL:
            self.row(FAIL, Subject(), "nothing was there to be judged by this rule", [NO_SECRET])

    def total(self) -> VerdictCounts:
        """How many rows of each verdict there are in all."""
        total = dict(self.rows)
        for truth, verdict in VERDICT_OF.items():
            total[verdict] += sum(seen[truth] for seen in self.seen.values())
        total[FAIL] -= self._waived
        total[WAIVED] += self._waived
        return total

    def verdict(self) -> str:
        """Of the whole rule."""
        total = self.total()
        return next((verdict for verdict in VERDICTS if total[verdict]), NOT_JUDGED)

    def row(self, verdict: str, place: Subject, message: str = "", evidence: Iterable[Evidence] = (), owner: str | None = None) -> None:
        """Count one row about a store, a group, the fleet or a secret, and report it if it is a finding."""
        if verdict in FINDING_VERDICTS:
            verdict = self.context.report(self.rule, Outcome(verdict, place, message, tuple(evidence), owner))
        self.rows[verdict] += 1

    def count(self, verdict: str, number: int = 1) -> None:
        """Count so many rows that are no findings."""
        self.rows[verdict] += number

    def report(self, verdict: str, record: Record, evidence: Iterable[Evidence], message: str = "") -> None:
        """Report what the watch has counted of a record."""
        row = Outcome(verdict, secret(record), message, tuple(evidence), self.context.owner(record))
        if self.context.report(self.rule, row) == WAIVED:
            self._waived += 1

    def fault(self, record: Record, error: Exception) -> None:
        """Count and report a record at which judging itself failed."""
        reason = error.message if isinstance(error, SecretsError) else type(error).__name__
        self.row(ERROR, secret(record), f"{reason} while this secret was judged", owner=self.context.owner(record))

    def hole(self, store: JudgedStore) -> str:
        """Why something may be in the store that was not seen. Empty if nothing can be."""
        if not store.listed:
            return f"{store.status} ({store.reason})" if store.reason else store.status
        if store.filtered and store.offered and not self.rule.allow_filtered:
            return "narrowed by a filter, which this rule does not allow"
        return ""

    def report_holes(self) -> None:
        """One row 'unknown' for each store that may hold what was not seen."""
        for store in self.stores:
            hole = self.hole(store)
            if hole:
                self.row(UNKNOWN_VERDICT, whole(store), f"not all secrets of the store are known: {hole}")


def in_scope(rule: Rule, store: JudgedStore) -> bool:
    """Whether a rule speaks of a store. Where the region is not known, it may be any."""
    return all(getattr(store, key) is None or pattern.match(getattr(store, key)) for key, pattern in rule.scopes.items())


def secret(record: Record) -> Subject:
    """The place of one secret."""
    return Subject(record["provider"], record["account"], record["region"], record["name"], record["id"])


def whole(store: JudgedStore) -> Subject:
    """The place of a store."""
    return Subject(store.provider, store.account, store.region)


GroupKey = tuple[Any, ...]


def group_of(store: JudgedStore, keys: Iterable[str]) -> GroupKey:
    """Which group a store is in when stores are told apart by these keys."""
    return tuple(getattr(store, key) for key in keys)


def groups(stores: Iterable[JudgedStore], keys: tuple[str, ...]) -> dict[GroupKey, list[JudgedStore]]:
    """The stores in which secrets can be, told apart by keys. One whose region is not known is in all that it may be in."""
    found: dict[GroupKey, list[JudgedStore]] = {}
    for store in stores:
        if store.offered:
            found.setdefault(group_of(store, keys), []).append(store)
    for own, members in list(found.items()):
        if None in own:
            for key, others in found.items():
                if key != own and all(mine in (None, other) for mine, other in zip(own, key)):
                    others += members
    return found


def common(key: GroupKey, keys: Iterable[str]) -> Subject:
    """The place of a group."""
    return Subject(**dict(zip(keys, key)))
