# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conclusions of each kind of rule from the seen secrets and the unseen stores.

A pass is claimed only when nothing was missing, a fail when what was seen suffices:

                                  store not complete,   store not complete,   store
                                  evidence seen         nothing seen          complete
    expect, forbidden, count max  fail                  unknown               pass or fail
    required, count min           pass                  unknown               pass or fail
    complete, fresh               fail                  unknown (no row)      pass or fail

A store is not complete for a rule if it was not listed to its end, is stale or missing, or was narrowed by a filter
that the rule does not allow. A store that the cloud does not offer holds nothing, and nothing is required of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core.counting import counted
from .._core.errors import SecretsError
from .._core.inventory_file import EXCLUDED
from .._core.records import NEVER, Record, RecordSchema
from .._core.values import composed, iso_time, parse_time
from .arguments import MAGIC, globs, show
from .checks import (
    ASIDE,
    ERROR,
    FAIL,
    NOT_JUDGED,
    PASS,
    TAKEN,
    UNCHOSEN,
    UNKNOWN_VERDICT,
    VERDICT_OF,
    Check,
    EvalContext,
    GroupKey,
    RecordTest,
    Subject,
    aside,
    common,
    group_of,
    groups,
    whole,
)
from .cross_store import Equality, Parity, Uniqueness
from .drift import Drift
from .evidence import Explanation
from .fields import NAME, UNKNOWN_WORD, is_of_the_store, of_the_store
from .operators import CLOCK_TOLERANCE, FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, Leaf, Predicate, PredicateGroup, compiled, fields_of, inapplicable
from .organizations import left_out
from .resolution import Resolution
from .rules import Complete, Count, CoversOrganization, Expect, Forbidden, Fresh, PresentIn, Required, Resolves, Rule, Same, Service, UnchangedSince, Unique
from .stores import MISSING, JudgedStore
from .words import noun, span

DOUBTFUL = "cannot tell whether the rule applies to this secret"
MOST_NAMED = 3
"""Stores that a message names."""
NO_LIMIT = float("inf")
COUNTED = {**UNCHOSEN, UNKNOWN: TAKEN, TRUE: TAKEN}
"""What is said of a record that is judged with others of its group, by what 'select' and 'where' say of it."""


class Expectation(Check):
    """Every secret that fits 'select' must fit what is expected. It says the same of records that have the same values, and remembers nothing."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._expected = self.expected()

    def expected(self) -> Predicate:
        """Predicate that every selected secret must match."""
        statement: Expect = self.rule.statement
        return statement.predicate

    def watch(self, store: JudgedStore) -> RecordTest:
        holds = self.context.node(self._expected, store).test
        if self.rule.select is None:
            return holds
        chosen = self.context.node(self.rule.select, store).test
        if chosen is inapplicable:
            return aside

        def watch(record: Record) -> int:
            truth = chosen(record)
            return holds(record) if truth == TRUE else UNCHOSEN[truth]

        return watch

    def tell(self, record: Record, truth: int) -> None:
        told = self.explained(record, truth, self.context.store(record))
        self.report(told.verdict, record, told.evidence, told.message)

    def explained(self, record: Record, truth: int, store: JudgedStore) -> Explanation:
        select = self.context.node(self.rule.select, store) if self.rule.select and truth == UNKNOWN else None
        if select is not None and select.test(record) == UNKNOWN:
            evidence = tuple(select.evidence(record))
            reasons = dict.fromkeys(f"{noun(item['field'])} is {item['untold']}" for item in evidence if item.get("untold"))
            return Explanation(UNKNOWN_VERDICT, evidence, ": ".join([DOUBTFUL, *filter(None, ["; ".join(reasons)])]))
        return Explanation(VERDICT_OF[truth], tuple(self.context.node(self._expected, store).evidence(record)))

    def conclude(self) -> None:
        self.report_blind_spots()


class Prohibition(Expectation):
    """No secret that fits 'select' may bear one of the names and fit 'where'. A store without any passes."""

    def expected(self) -> Predicate:
        statement: Forbidden = self.rule.statement
        names = [Leaf(NAME, "glob", globs(list(statement.names)), show(list(statement.names)), list(statement.names))] if statement.names else []
        where = [statement.where] if statement.where else []
        return PredicateGroup("none_of", (PredicateGroup("all_of", (*names, *where)),))

    def conclude(self) -> None:
        for store in self.stores:
            seen = self.seen[store]
            silent = seen[NOT_APPLICABLE] + seen[ASIDE] and not seen[TRUE] + seen[FALSE] + seen[UNKNOWN]
            if store.offered and not self.blind_spot(store) and not silent:
                self.count(PASS)
        self.report_blind_spots()


class Census(Check):
    """Base of the statements about groups: the secrets they apply to, and the stores of a group."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        parts = tuple(part for part in (rule.select, getattr(rule.statement, "where", None)) if part)
        self._set = PredicateGroup("all_of", parts) if parts else None
        self._keys = tuple(key for key in rule.statement.per if key != "kind")
        self._groups = groups(self.stores, self._keys)

    def belongs(self, store: JudgedStore, record: Record) -> int:
        """Truth of 'the statement applies to this secret'."""
        return self.context.chooser(self._set, store)(record)

    def blind_spots(self, members: Iterable[JudgedStore]) -> str:
        """Reason why these stores may hold unseen secrets. Empty if they cannot."""
        blind_spots = [f"{store.text()} is {blind_spot}" for store in members if (blind_spot := self.blind_spot(store))]
        more = [f"and {len(blind_spots) - MOST_NAMED} more"] if len(blind_spots) > MOST_NAMED else []
        return ", ".join(blind_spots[:MOST_NAMED] + more)


class Requirement(Census):
    """In every group some secret bears each of the names."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._names: tuple[str, ...] = rule.statement.names
        self._literal = {name for name in self._names if not MAGIC.search(name)}
        self._globs = [(name, globs(name)) for name in self._names if MAGIC.search(name)]
        self._forms = [(name, globs(composed(name))) for name in self._names]
        """In the one form of those that look alike: a name that only fits there may be meant, or not."""
        self._sure: set[tuple[GroupKey, str]] = set()
        self._maybe: set[tuple[GroupKey, str]] = set()

    def watch(self, store: JudgedStore) -> RecordTest:
        key = group_of(store, self._keys)

        def watch(record: Record) -> int:
            name = record["name"]
            matched = self._matched(name)
            alike = [] if matched or name.isascii() else [each for each, form in self._forms if form.match(composed(name))]
            truth = self.belongs(store, record) if matched or alike else FALSE
            if truth in (TRUE, UNKNOWN):
                sure = truth == TRUE and name is not None and not alike
                (self._sure if sure else self._maybe).update((key, each) for each in matched or alike)
            return COUNTED[truth]

        return watch

    def conclude(self) -> None:
        for key, members in self._groups.items():
            blind_spots = self.blind_spots(members)
            for name in self._names:
                place = common(key, self._keys)._replace(name=name)
                if (key, name) in self._sure:
                    self.count(PASS)
                elif blind_spots:
                    self.row(UNKNOWN_VERDICT, place, f"{name} was not seen, but {blind_spots}")
                elif (key, name) in self._maybe:
                    self.row(UNKNOWN_VERDICT, place, f"cannot tell whether a seen secret is the required {name}")
                else:
                    self.row(FAIL, place, f"{name} is required, but does not exist", [{"field": "name", "actual": None, "expected": name}])

    def _matched(self, name: str | None) -> list[str]:
        """The required names that a secret's name fits; all, if it is not known."""
        if name is None:
            return list(self._names)
        literal = [name] if name in self._literal else []
        return literal + [pattern for pattern, glob in self._globs if glob.match(name)]


class Limit(Census):
    """Every group has as many secrets as the limits allow."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._by_kind = "kind" in rule.statement.per
        self._sure: Counter[tuple[GroupKey, str | None]] = Counter()
        self._maybe: Counter[tuple[GroupKey, str | None]] = Counter()
        self._kinds: defaultdict[GroupKey, set[Any]] = defaultdict(set)

    def watch(self, store: JudgedStore) -> RecordTest:
        key = group_of(store, self._keys)

        def watch(record: Record) -> int:
            truth = self.belongs(store, record)
            if truth in (TRUE, UNKNOWN):
                kind = (record["kind"] or UNKNOWN_WORD) if self._by_kind else None
                (self._sure if truth == TRUE else self._maybe)[key, kind] += 1
                self._kinds[key].add(kind)
            return COUNTED[truth]

        return watch

    def conclude(self) -> None:
        for key, members in self._groups.items():
            blind_spots = self.blind_spots(members)
            mute = self.mute(members)
            for kind, sure, maybe in self._counts(key):
                for word, bound, limit in self.rule.statement.limits:
                    verdict = _within(bound, limit, sure, NO_LIMIT if blind_spots else sure + maybe)
                    self._counted(key, kind, NOT_JUDGED if verdict == PASS and mute else verdict, sure, (word, bound, limit), blind_spots)

    def _counts(self, key: GroupKey) -> list[tuple[str | None, int, int]]:
        """(kind, secrets that count, secrets that may count) in a group; a secret of unknown kind may be of any."""
        if not self._by_kind:
            return [(None, self._sure[key, None], self._maybe[key, None])]
        kinds = sorted(self._kinds[key] - {UNKNOWN_WORD})
        of_any = self._sure[key, UNKNOWN_WORD] + self._maybe[key, UNKNOWN_WORD]
        return [(UNKNOWN_WORD, 0, of_any), *((kind, self._sure[key, kind], self._maybe[key, kind] + of_any) for kind in kinds)]

    def _counted(self, key: GroupKey, kind: str | None, verdict: str, sure: int, limit: tuple[str, str, int], blind_spots: str) -> None:
        word, bound, number = limit
        of_kind = f" of kind {kind}" if kind else ""
        allowed = f"at most {number} allowed" if bound == "max" else f"at least {number} required"
        why = f" ({word.rstrip(':')})" if word != bound else ""
        blind = f"; {blind_spots}" if verdict == UNKNOWN_VERDICT and blind_spots else ""
        message = f"{counted(sure, 'secret')}{of_kind} seen, {allowed}{why}{blind}"
        evidence = [{"field": "count", "actual": sure, "expected": f"{word} {number}"}]
        self.row(verdict, common(key, self._keys), message, evidence)


class Completeness(Check):
    """Every store was listed to its end."""

    reads_secrets = False

    def conclude(self) -> None:
        for store in self.stores:
            blind_spot = self.blind_spot(store)
            if store.status == MISSING or (blind_spot and store.listed):
                self.row(UNKNOWN_VERDICT, whole(store), _with_hint(store, blind_spot))
            elif blind_spot:
                self.row(FAIL, whole(store), _with_hint(store, blind_spot), [{"field": "status", "actual": store.status, "expected": "complete"}])
            else:
                self.count(PASS if store.offered else NOT_JUDGED)


class Freshness(Check):
    """Every store was listed not long ago."""

    reads_secrets = False

    def conclude(self) -> None:
        for store in self.stores:
            if not store.offered:
                self.count(NOT_JUDGED)
            elif store.collected_at is None:
                self.row(UNKNOWN_VERDICT, whole(store), store.reason)
            else:
                self._aged(store, self.context.as_of - parse_time(store.collected_at))

    def _aged(self, store: JudgedStore, age: float) -> None:
        evidence = [
            {"field": "collected_at", "actual": store.collected_at, "expected": f"at least {iso_time(self.context.as_of - self.rule.statement.max_age)}"}
        ]
        if age < -CLOCK_TOLERANCE:
            self.row(UNKNOWN_VERDICT, whole(store), f"collected at {store.collected_at}, which is after the time of judging", evidence)
        else:
            told = f"was listed on {str(store.collected_at)[:10]} ({span(age)} ago; at most {span(self.rule.statement.max_age)} allowed)"
            self.row(FAIL if age > self.rule.statement.max_age else PASS, whole(store), told, evidence)


class ServiceSettings(Check):
    """The settings of the service fit a predicate in every store."""

    reads_secrets = False
    judges = "store"

    def conclude(self) -> None:
        for store in self.stores:
            schema = of_the_store(self.context.schemas[store.provider])
            if not store.offered or not schema.keys:
                self.count(NOT_JUDGED)
            elif store.service is None:
                self.row(UNKNOWN_VERDICT, whole(store), self._unasked(store))
            else:
                self._judge(store, schema)

    def mute(self, stores: Sequence[JudgedStore]) -> bool:
        return bool(stores) and not any(of_the_store(self.context.schemas[store.provider]).keys for store in stores)

    def _judge(self, store: JudgedStore, schema: RecordSchema) -> None:
        absent = {name: NEVER for name in fields_of(self.rule.statement.settings) if name not in schema.keys}
        node = compiled(self.rule.statement.settings, replace(schema, nulls={**schema.nulls, **absent}), self.context.as_of)
        record = {**dict.fromkeys(schema.keys), **(store.service or {}), "kind": "", "invalid": []}
        try:
            truth = node.test(record)
        except Exception as error:  # whatever a row holds, it must not stop the judging of the others
            reason = error.message if isinstance(error, SecretsError) else type(error).__name__
            self.row(ERROR, whole(store), f"{reason} while the settings of this store were judged")
        else:
            self.row(VERDICT_OF[truth], whole(store), "", [] if truth == TRUE else node.evidence(record))

    def _unasked(self, store: JudgedStore) -> str:
        word = next(word for word, fields in self.context.schemas[store.provider].details.items() if any(is_of_the_store(field) for field in fields))
        reason = next((reason for asked, reason in store.details if asked == word), "it was not asked for")
        return f"the settings of the service are not known: {reason or store.reason} (details: {word})"

    def _untold(self) -> str:
        return " and ".join(f"{provider} does not tell settings of the service" for provider in sorted({store.provider for store in self.stores}))


class Coverage(Check):
    """Every account of the organizations is listed, or excluded by name."""

    reads_secrets = False

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        known = list(stores)
        super().__init__(rule, known, context)
        self._listed = {(store.provider, str(store.account_id)) for store in known if store.path is not None}
        members = {(each.provider, name) for each in context.organizations for account in each.accounts for name in (account.id, account.label)}
        self._lost = {store.provider: store.account for store in known if store.status == MISSING and (store.provider, store.account) not in members}

    def conclude(self) -> None:
        pattern = self.rule.scopes.get("provider")
        told = [each for each in self.context.organizations if pattern is None or pattern.match(each.provider)]
        if not told:
            self.row(UNKNOWN_VERDICT, Subject(), "no inventory tells of an organization: list one, with organization in an entry of the fleet")
        accounts = {(each.provider, account.id) for each in told for account in each.accounts}
        overlooked = [(each, account) for each, account in left_out(told, self._listed) if account.reason != EXCLUDED]
        self.count(PASS, len(accounts) - len(overlooked))
        for each, account in overlooked:
            who = f"account {account.id}{f' ({account.name})' if account.name else ''} of {each.entry}"
            lost = self._lost.get(each.provider)
            message = f"{who} is in no inventory; include it, or name it under exclude"
            if lost is not None:
                message = f"nothing was collected of {lost}, to which {who} may belong"
            evidence = [{"field": "account_id", "actual": account.id, "expected": "listed or excluded"}]
            self.row(FAIL if lost is None else UNKNOWN_VERDICT, Subject(each.provider, account.id), message, evidence)
        for each in told:
            if not each.whole:
                self.row(UNKNOWN_VERDICT, Subject(each.provider, each.entry), f"not all members of {each.entry} are known")


def _with_hint(store: JudgedStore, blind_spot: str) -> str:
    """Why a store is not complete: what to do about it comes before the cloud's own words."""
    words = f" ({store.reason})" if store.reason else ""
    return f"{store.status}: {store.hint}{words}" if store.hint and not store.listed else blind_spot


def _within(bound: str, limit: int, least: int, most: float) -> str:
    """Verdict of a limit about a number between least and most."""
    keeps, breaks = (most <= limit, least > limit) if bound == "max" else (least >= limit, most < limit)
    return PASS if keeps else FAIL if breaks else UNKNOWN_VERDICT


CHECKS: Mapping[type, type[Check]] = {
    Expect: Expectation,
    Forbidden: Prohibition,
    Required: Requirement,
    Count: Limit,
    Complete: Completeness,
    CoversOrganization: Coverage,
    Fresh: Freshness,
    PresentIn: Parity,
    Same: Equality,
    Unique: Uniqueness,
    UnchangedSince: Drift,
    Resolves: Resolution,
    Service: ServiceSettings,
}
"""What holds a rule against a fleet, by the type of the rule's statement."""
