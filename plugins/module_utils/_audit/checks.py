# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule at work: what every kind of rule has in common when it is held against stores and secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .._core.counting import counted
from .._core.errors import SecretsError
from .._core.jmespath_query import TooLong
from .._core.records import Record, RecordSchema
from .arguments import show
from .asked import Asked, AskedSchema, asked_schema
from .evidence import Evidence
from .fields import holder
from .literals import PredicateIndex
from .message import filled
from .named import chosen_nowhere, fitting, known, no_store_fits, nowhere
from .operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, Node, Predicate, Test, compiled, fields_of, never_offered, value_of
from .organizations import ToldOrganization
from .rules import Owner, Rule
from .stores import JudgedStore, MergedInventories

VERDICTS = ("error", "fail", "unknown", "waived", "pass", "not_applicable")
"""From the one that prevails: a rule's verdict is the first that any of its rows has."""
ERROR, FAIL, UNKNOWN_VERDICT, WAIVED, PASS, NOT_JUDGED = VERDICTS
FINDING_VERDICTS = (ERROR, FAIL, UNKNOWN_VERDICT, WAIVED)

OUT, ASIDE, TAKEN = range(TRUE + 1, TRUE + 4)
"""What is said of a record besides: the rule does not speak of it; nobody can say whether it does, since its cloud never
offers what 'select' reads; it is judged together with others."""
VERDICT_OF = {FALSE: FAIL, UNKNOWN: UNKNOWN_VERDICT, NOT_APPLICABLE: NOT_JUDGED, TRUE: PASS, ASIDE: NOT_JUDGED}
UNCHOSEN = {FALSE: OUT, UNKNOWN: UNKNOWN, NOT_APPLICABLE: ASIDE}
"""What is said of a record that 'select' does not choose for sure."""

RecordTest = Callable[[Record], int]
"""Says of a record what a test says, or OUT, ASIDE or TAKEN."""
VerdictCounts = dict[str, int]
"""How many rows have each verdict."""


class Subject(NamedTuple):
    """Subject of a row: a secret, a store, a group of stores (their common keys), or the fleet (no key)."""

    provider: str | None = None
    account: str | None = None
    region: str | None = None
    name: str | None = None
    id: str | None = None


class Outcome(NamedTuple):
    """One thing that a rule has found. message: for people; empty where the evidence says it all. evidence: dicts with
    field, actual, expected. owner: whose it is, if it is one secret's and one of the owners'."""

    verdict: str
    place: Subject
    message: str = ""
    evidence: tuple[Evidence, ...] = ()
    owner: str | None = None


FinalVerdict = Callable[[Rule, Outcome], str]
"""Is given each row that is a finding, and says which verdict it has in the end: a waiver may excuse it."""


NARROWED = "narrowed by a filter, which this rule does not allow"
SCOPES_WAY_OUT = "Correct it, or write on_empty: not_applicable if there need be no such store."
NEVER_WAY_OUT = "Narrow scopes to clouds that tell it, or write on_empty: not_applicable if the rule need not judge anything."
LONGEST_OWNER = 300
"""Characters of a tag that names one."""
ALONE_WAY_OUT = "Correct by or scopes, list the others, or write on_empty: not_applicable."
NO_SECRET: Evidence = {"field": "count", "actual": 0, "expected": "min 1"}


RECORDS = 10_000
"""After so many records the time limit begins anew."""


class EvalContext:
    """Context of every check: predicates compiled once for all stores that were asked alike, owners, baselines, and a report.

    renew: starts the time limit anew, for a check that reads much by itself.
    """

    def __init__(
        self,
        schemas: Iterable[RecordSchema],
        as_of: float,
        report: FinalVerdict,
        owners: Iterable[Owner] = (),
        baselines: Mapping[str, MergedInventories] | None = None,
        stores: Iterable[JudgedStore] = (),
        owner_tags: Iterable[str] = (),
        organizations: Sequence[ToldOrganization] = (),
    ) -> None:
        self.schemas = {schema.provider: schema for schema in schemas}
        self.as_of = as_of
        self.report = report
        self.renew: Callable[[], None] = _nothing
        self.baselines = baselines or {}
        self.organizations = organizations
        self._owners = tuple(owners)
        self._owner_tags = tuple(owner_tags)
        self._index = PredicateIndex(owner.select for owner in self._owners)
        self._owned: tuple[Record | None, str | None] = None, None
        self._stores = {store.key: store for store in stores}
        self._nodes: dict[tuple[int, str, Asked], Node] = {}
        self._asked: dict[tuple[str, Asked], AskedSchema] = {}

    def store(self, record: Record) -> JudgedStore:
        """The store of a record; one that nothing was asked of for a record of a store that today's inventories lack."""
        key = record["provider"], record["account"], record["region"]
        return self._stores.get(key) or JudgedStore(*key, status="")

    def schema(self, store: JudgedStore) -> RecordSchema:
        """What the cloud of a store says of its secrets, by what was asked for."""
        return self._of(store).schema

    def node(self, predicate: Predicate, store: JudgedStore) -> Node:
        """The predicate, which must live as long as this context, for the records of a store."""
        key = id(predicate), store.provider, store.details
        if key not in self._nodes:
            about = self._of(store)
            self._nodes[key] = compiled(predicate, about.schema, self.as_of, about.untold)
        return self._nodes[key]

    def untold(self, store: JudgedStore, name: str) -> str:
        """Why a null of a field means nothing in a store. Empty where only the secret itself tells."""
        return self._of(store).untold.get(holder(name), "")

    def chooser(self, predicate: Predicate | None, store: JudgedStore) -> Test:
        """Test of a predicate for records of a store. Without a predicate all records match."""
        return self.node(predicate, store).test if predicate else _all

    def _of(self, store: JudgedStore) -> AskedSchema:
        key = store.provider, store.details
        if key not in self._asked:
            self._asked[key] = asked_schema(self.schemas[store.provider], store.details)
        return self._asked[key]

    def owner(self, record: Record) -> str | None:
        """Whose a secret is: the first of the owners whose predicate it fits, else whom a tag names."""
        if not self._owners and not self._owner_tags:
            return None
        if self._owned[0] is not record:  # which breaks several rules
            self._owned = record, self._owner(record)
        return self._owned[1]

    def owner_if_known(self, record: Record) -> str | None:
        """Whose a secret is, or None where an owner's own predicate fails."""
        try:
            return self.owner(record)
        except TooLong:
            raise
        except Exception:  # whatever a record holds, it must not stop the judging of the others
            return None

    def _owner(self, record: Record) -> str | None:
        for number in self._index.candidates(record):
            owner = self._owners[number]
            try:
                if self.node(owner.select, self.store(record)).test(record) == TRUE:
                    return owner.owner
            except TooLong:
                raise TooLong(f"to find the owner {show(owner.owner)}") from None
        tags = record.get("tags") or {}
        return next((tags[key][:LONGEST_OWNER] for key in self._owner_tags if tags.get(key)), None)


def _all(record: Record) -> int:
    return TRUE


def aside(record: Record) -> int:
    """The watch of a store of whose secrets nobody can say whether the rule speaks of them."""
    return ASIDE


def _nothing() -> None:
    """There is no time limit."""


class Scopes:
    """The scopes of a rule among the stores that there are. unfound: (key, pattern) of those that fit none: each for itself,
    or, if all of them do, together with the other scopes. If all scopes fit, those of its predicates that name no store."""

    def __init__(self, rule: Rule, stores: Sequence[JudgedStore], schemas: Mapping[str, RecordSchema]) -> None:
        written = [(key, pattern) for key, patterns in rule.globs.items() for pattern in patterns]
        alone = [(key, pattern) for key, pattern in written if not fitting(stores, key, pattern)]
        self.unfound = alone or [(key, pattern) for key, pattern in written if not any(in_scope(rule, store, key) for store in fitting(stores, key, pattern))]
        self._stores, self._place, self._together = stores, "scopes.", "" if alone else "together with the other scopes"
        own = [store for store in stores if in_scope(rule, store)]
        if own and not self.unfound:
            alone = nowhere(rule, own)
            self.unfound = alone or chosen_nowhere(rule, own, schemas)
            self._stores, self._place, self._together = own, "", "" if alone else "together"

    def told(self) -> str:
        """What fits no store, with the nearest that does."""
        return no_store_fits(self.unfound, self._stores, self._together)

    def evidence(self) -> list[Evidence]:
        """The patterns, and what they were matched with."""
        return [{"field": f"{self._place}{key}", "actual": known(self._stores, key), "expected": show(pattern)} for key, pattern in self.unfound]


class Check:
    """One rule at work. It watches the records of its stores, and finishes once all were seen.

    seen: by store, how often its watch said what; index it by truth. rows: how many other rows have each verdict.
    reads_secrets: whether it must have seen all secrets of a store to judge it. judges: what, in a word.
    """

    reads_secrets = True
    judges = "secret"

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        every = list(stores)
        self.rule = rule
        self.stores = [store for store in every if in_scope(rule, store)]
        self.scopes = Scopes(rule, every, context.schemas)
        self.seen: defaultdict[JudgedStore, list[int]] = defaultdict(lambda: [0] * (TAKEN + 1))
        self.rows: VerdictCounts = dict.fromkeys(VERDICTS, 0)
        self.context = context
        self._waived = 0

    @property
    def watched(self) -> Iterable[JudgedStore]:
        """The stores whose records it must see: those that it speaks of, and for some others, too."""
        return self.stores

    def watch(self, store: JudgedStore) -> RecordTest | None:
        """Test to run on each record of a store, or None."""
        return None

    def tell(self, record: Record, truth: int) -> None:
        """Report a record of which the watch said FALSE or UNKNOWN."""

    def conclude(self) -> None:
        """Count and report what follows from all that was seen."""

    def finish(self) -> None:
        """conclude(), and say so if nothing was judged that the rule speaks of, unless it says that this is fine."""
        self.conclude()
        if self.verdict() == NOT_JUDGED and self.rule.on_empty == FAIL:
            self._row(FAIL, Subject(), "this rule found nothing to judge", [NO_SECRET])
        elif self.rule.on_empty != NOT_JUDGED:
            self._doubt()

    def _doubt(self) -> None:
        """One row 'unknown' if the scopes fit no store, or if no secret of which the rule speaks could be judged."""
        if self.scopes.unfound:
            self.row(UNKNOWN_VERDICT, Subject(), f"{self.scopes.told()}. {SCOPES_WAY_OUT}", self.scopes.evidence())
        elif why := self.nothing_judged():
            self.row(UNKNOWN_VERDICT, Subject(), f"{why}. {ALONE_WAY_OUT}", [{"field": "count", "actual": 0, "expected": "at least two secrets to compare"}])
        elif self.verdict() in (PASS, NOT_JUDGED) and self.mute(self.stores):
            told = f"no {self.judges} could be judged: {self._untold()}. {NEVER_WAY_OUT}"
            self.row(UNKNOWN_VERDICT, Subject(), told, [{"field": "count", "actual": 0, "expected": f"at least one {self.judges} that can be judged"}])

    def nothing_judged(self) -> str:
        """Why nothing that was seen could be judged, for reasons of the statement alone. Empty if it is not so."""
        return ""

    def mute(self, stores: Sequence[JudgedStore]) -> bool:
        """Whether nothing is known of what the rule speaks of in these stores, since their clouds never offer a field.

        Where 'select' said of no secret that it is chosen, one store suffices that can answer it: then there is none.
        """
        total = [sum(self.seen[store][truth] for store in stores) for truth in range(TAKEN + 1)]
        if total[TRUE] + total[FALSE] + total[UNKNOWN] + total[TAKEN]:
            return False
        return total[NOT_APPLICABLE] > 0 or (total[ASIDE] > 0 and not any(self.seen[store][OUT] and self._answers(store) for store in stores))

    def _answers(self, store: JudgedStore) -> bool:
        """Whether the cloud of a store offers all that 'select' reads."""
        schema = self.context.schema(store)
        return not any(never_offered(schema, name) for name in fields_of(self.rule.select))

    def not_judged(self) -> dict[str, Any]:
        """What the rule speaks of and could not judge, in numbers and in words.

        never: secrets of clouds that never offer what the rule reads. empty_scope: patterns in 'scopes' that fit no store.
        filtered: stores whose listing was narrowed by a filter, which the rule does not allow.
        """
        counts = {"never": self._untold_secrets(), "empty_scope": len(self.scopes.unfound), "filtered": self._filtered()}
        return {**counts, "reason": "; ".join(self.reasons())}

    def _untold_secrets(self) -> int:
        return sum(self.seen[store][truth] for store in self.stores for truth in (NOT_APPLICABLE, ASIDE))

    def _filtered(self) -> int:
        return sum(self._narrowed(store) for store in self.stores) if self.reads_secrets else 0

    def reasons(self) -> Iterator[str]:
        """What could not be judged, in words."""
        if never := self._untold_secrets():
            spoken = sum(sum(self.seen[store]) - self.seen[store][OUT] for store in self.stores)
            yield f"{never} of {spoken} secrets not judged: {self._untold()}"
        if self.scopes.unfound:
            yield self.scopes.told()
        if filtered := self._filtered():
            yield f"{counted(filtered, 'store')} {NARROWED}"

    def _untold(self) -> str:
        """Which cloud does not tell which field that the rule reads."""
        silent = sorted({store.provider for store in self.stores if self.seen[store][NOT_APPLICABLE] + self.seen[store][ASIDE]})
        return ", and ".join(f"{provider} does not tell {self._never(provider)}" for provider in silent)

    def _never(self, provider: str) -> str:
        schema = self.context.schemas[provider]
        read = list(dict.fromkeys(fields_read(self.rule)))
        never = [name for name in read if never_offered(schema, name)]
        partly = [name for name in read if isinstance(schema.nulls.get(name), Mapping)]
        return ", ".join(never) or f"{', '.join(partly)} of each kind of secret"

    def total(self) -> VerdictCounts:
        """Number of rows of each verdict, in all."""
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
        own = self.rule.message if verdict == FAIL else None
        self._row(verdict, place, filled(own, place._asdict().get) if own else message, evidence, owner)

    def _row(self, verdict: str, place: Subject, message: str = "", evidence: Iterable[Evidence] = (), owner: str | None = None) -> None:
        if verdict in FINDING_VERDICTS:
            verdict = self.context.report(self.rule, Outcome(verdict, place, message, tuple(evidence), owner))
        self.rows[verdict] += 1

    def count(self, verdict: str, number: int = 1) -> None:
        """Count so many rows that are no findings."""
        self.rows[verdict] += number

    def report(self, verdict: str, record: Record, evidence: Iterable[Evidence], message: str = "") -> None:
        """Report what the watch has counted of a record."""
        own = self.rule.message if verdict == FAIL else None
        told = filled(own, lambda field: value_of(record, field)) if own else message
        row = Outcome(verdict, secret(record), told, evidence if isinstance(evidence, tuple) else tuple(evidence), self.context.owner(record))
        if self.context.report(self.rule, row) == WAIVED:
            self._waived += 1

    def why(self, store: JudgedStore, names: Iterable[str]) -> str:
        """Why some of these fields are not known in a store, behind a colon. Empty where only the secrets themselves tell."""
        reasons = [f"{name} is {reason}" for name in names if (reason := self.context.untold(store, name))]
        return ": ".join(["", *filter(None, ["; ".join(reasons)])])

    def fault(self, record: Record, error: Exception) -> None:
        """Count and report a record at which judging itself failed."""
        reason = error.message if isinstance(error, SecretsError) else type(error).__name__
        self.row(ERROR, secret(record), f"{reason} while this secret was judged", owner=self.context.owner_if_known(record))

    def blind_spot(self, store: JudgedStore) -> str:
        """Reason why the store may hold unseen secrets. Empty if it cannot."""
        if not store.listed:
            return f"{store.status} ({store.reason})" if store.reason else store.status
        return NARROWED if self._narrowed(store) else ""

    def _narrowed(self, store: JudgedStore) -> bool:
        """Whether a filter hid something in the store that the rule wants to be seen."""
        return store.listed and store.filtered and store.offered and not self.rule.allow_filtered

    def report_blind_spots(self, stores: Iterable[JudgedStore] | None = None) -> None:
        """One row 'unknown' for each store that may hold what was not seen. stores: those of the rule that can matter; all by default."""
        for store in self.stores if stores is None else stores:
            blind_spot = self.blind_spot(store)
            if blind_spot:
                self.row(UNKNOWN_VERDICT, whole(store), f"not all secrets of the store are known: {blind_spot}")


def in_scope(rule: Rule, store: JudgedStore, but: str = "") -> bool:
    """True if the rule applies to a store. An unknown region may be any region. but: a key that does not count."""
    return all(key == but or (value := store.scope(key)) is None or pattern.match(value) for key, pattern in rule.scopes.items())


def fields_read(rule: Rule) -> Iterator[str]:
    """The names of the fields by which a rule chooses and judges secrets."""
    statement = rule.statement
    for predicate in (rule.select, getattr(statement, "predicate", None), getattr(statement, "where", None)):
        yield from fields_of(predicate)
    if getattr(statement, "chosen", True):
        yield from (field.name for field in getattr(statement, "fields", ()))


def secret(record: Record) -> Subject:
    """The place of one secret."""
    return Subject(record["provider"], record["account"], record["region"], record["name"], record["id"])


def whole(store: JudgedStore) -> Subject:
    """The place of a store."""
    return Subject(store.provider, store.account, store.region)


GroupKey = tuple[Any, ...]


def group_of(store: JudgedStore, keys: Iterable[str]) -> GroupKey:
    """Group of a store when stores are grouped by these keys."""
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
