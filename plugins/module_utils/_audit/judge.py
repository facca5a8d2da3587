# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge: holds every rule against every store and secret, and sums up in one verdict.

The same inventories, rules and as_of give the same result, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core import files
from .._core.errors import did_you_mean
from .._core.jmespath_query import TooLong, time_limit
from .._core.records import RecordSchema
from .._core.values import DAY, iso_time
from .checks import (
    ERROR,
    FAIL,
    FINDING_VERDICTS,
    NO_SECRET,
    NOT_JUDGED,
    PASS,
    UNKNOWN_VERDICT,
    VERDICTS,
    Check,
    EvalContext,
    Outcome,
    Subject,
    whole,
)
from .conclusions import CHECKS
from .findings import LONGEST_VALUE, Findings, bounded
from .named import fitting, no_store_fits
from .organizations import ToldOrganization, coverage
from .previous import FORMAT, UNCOMPARED, Comparison, LastReport
from .rules import SEVERITIES, Complete, Rule, Rulebook
from .secret_rows import SecretRows
from .stores import JUDGED_STATUSES, AskedName, Expected, JudgedStore, MergedInventories
from .waivers import MOST_FINDINGS, Waiver, Waivers
from .watching import too_slow, watch

COLLECTION_COMPLETE = Rule(
    "collection-complete",
    "Every store was listed to its end",
    SEVERITIES[0],
    {},
    statement=Complete(),
    on_empty=FAIL,
    allow_filtered=True,
    remediation="See why the store could not be listed, and collect again.",
)
SUPERSEDED = Rule("inventory-superseded", "Every store is in one inventory", SEVERITIES[-1], {}, remediation="Leave out the older inventory.")
NAME_MISSING = Rule(
    "name-missing",
    "Every secret that was asked for by name exists",
    SEVERITIES[0],
    {},
    remediation="Correct the name, or take it out of names.",
)
FLEET_EMPTY = Rule("fleet-empty", "There is at least one secret", SEVERITIES[0], {}, remediation="Allow an empty fleet if it is meant to be empty.")

WAIVER_BROAD = Rule("waiver-broad", "No waiver excuses more than it names", SEVERITIES[2], {}, remediation="Name secrets, or fewer of them.")
WAIVER_EXPIRING = Rule(
    "waiver-expiring", "No waiver that is needed is over, or ends soon", SEVERITIES[-1], {}, remediation="Mend what it excuses, or renew the waiver."
)
WAIVER_UNUSED = Rule("waiver-unused", "Every waiver is still needed", SEVERITIES[-1], {}, remediation="Remove the waiver.")

BUILT_IN = (COLLECTION_COMPLETE, SUPERSEDED, NAME_MISSING, FLEET_EMPTY, WAIVER_BROAD, WAIVER_EXPIRING, WAIVER_UNUSED)

NO_RULES = "no rules were given: only completeness was judged"
ONLY_NEW = "findings that the last report has, too, do not count for the verdict"
ALL_NEW = "there is no last report, so that everything counts as new"

SECONDS = 10.0
SECONDS_FOR_EACH_RULE = 0.5
"""RECORDS must be judged within SECONDS and what each rule adds: far more than any but a runaway pattern takes."""


@dataclass(frozen=True)
class AuditRequest:
    """Input of the judge.

    as_of: seconds since the epoch, the only 'now'. max_age: seconds after which an inventory is stale. fail_on: the
    least severity whose findings count for the verdict. baselines: earlier inventories, by name. previous: the last report.
    fail_on_new: whether findings that are known from it do not count. notice: seconds before the end of a waiver from which it is told.
    """

    rulebook: Rulebook
    expected: Sequence[Expected]
    as_of: int
    max_age: int
    fail_on: str
    allow_empty: bool
    waivers: Sequence[Waiver] = ()
    baselines: Mapping[str, MergedInventories] = field(default_factory=dict)
    previous: LastReport | None = None
    fail_on_new: bool = False
    notice: int = 14 * DAY


def judge(
    question: AuditRequest,
    union: MergedInventories,
    schemas: Iterable[RecordSchema],
    make_scratch: Callable[[], files.Scratch] | None = None,
    rows: SecretRows | None = None,
) -> dict[str, Any]:
    """The whole result, as the module documents it; 'findings' is a Findings, in order and ready to be read.

    make_scratch: gives a file for findings to wait in; without it they wait in memory. rows: is given every secret.
    Raises SecretsError if an inventory is not whole, and if judging takes far too long.
    """
    stores = union.stores(question.expected, question.as_of, question.max_age)
    waivers = Waivers(question.waivers, question.as_of)
    comparison = question.previous.compared((*BUILT_IN, *question.rulebook.rules), stores, iso_time(question.as_of)) if question.previous else None
    findings = Findings(waivers, make_scratch, comparison, question.as_of)

    def told(rule: Rule, row: Outcome) -> str:
        verdict = findings.add(rule, row)
        if rows is not None:
            rows.found(row.place, rule.id, verdict)
        return verdict

    book = question.rulebook
    context = EvalContext(schemas, question.as_of, told, book.owners, question.baselines, stores, book.owner_tags, union.organizations)
    seconds = SECONDS + SECONDS_FOR_EACH_RULE * len(book.rules)
    try:
        with time_limit(seconds) as renew:
            context.renew = renew
            checks = _checks(question, stores, context, waivers, union.names(stores))
            watch(checks, stores, union.records(stores), context, rows)
            for check in checks:
                renew()
                check.finish()
    except TooLong as reason:
        raise too_slow(f"judging took more than {seconds:.0f} s", reason) from None
    findings.close()
    return _result(question, stores, checks, findings, comparison, union.organizations)


def _checks(question: AuditRequest, stores: Sequence[JudgedStore], context: EvalContext, waivers: Waivers, names: Sequence[AskedName]) -> list[Check]:
    """Every rule at work. Those about waivers come last, for they speak of what the others have found."""
    checks = [CHECKS[type(rule.statement)](rule, stores, context) for rule in (COLLECTION_COMPLETE, *question.rulebook.rules)]
    checks.append(_Superseded(SUPERSEDED, stores, context))
    if names:
        checks.append(_Named(NAME_MISSING, stores, context, names))
    if not question.allow_empty:
        checks.append(_Empty(FLEET_EMPTY, stores, context))
    if waivers.all:
        checks.append(_Broad(WAIVER_BROAD, stores, context, waivers))
        checks.append(_Expiring(WAIVER_EXPIRING, stores, context, waivers, question.as_of + question.notice))
        checks.append(_Unused(WAIVER_UNUSED, stores, context, waivers))
    return checks


class _Superseded(Check):
    """Inventories that were not used, because a newer one has the store."""

    reads_secrets = False

    def conclude(self) -> None:
        for store in self.stores:
            if store.others:
                others = f"{len(store.others)} older {'inventories' if len(store.others) > 1 else 'inventory'}"
                evidence = [{"field": "inventory", "actual": path, "expected": store.path} for path in store.others]
                self.row(FAIL, whole(store), f"{others} of this store not used; the newest is of {store.collected_at}", evidence)
            elif store.path:
                self.count(PASS)


class _Named(Check):
    """Check for the secrets that a person has named."""

    reads_secrets = False

    def __init__(self, rule: Rule, stores: Sequence[JudgedStore], context: EvalContext, names: Sequence[AskedName]) -> None:
        super().__init__(rule, stores, context)
        self._names = names

    def conclude(self) -> None:
        for asked in self._names:
            place = Subject(asked.provider, asked.account, None, asked.name)
            narrowed = " that the other filters let through" if asked.narrowed else ""
            near = did_you_mean(asked.nearest)
            if asked.found:
                self.count(PASS)
            elif asked.found is None:
                self.row(UNKNOWN_VERDICT, place, f"no secret{narrowed} of the name {asked.name} was seen, but not all of the account is known{near}")
            else:
                evidence = [{"field": "name", "actual": asked.nearest, "expected": asked.name}]
                self.row(FAIL, place, f"the account has no secret{narrowed} of the name {asked.name}{near}", evidence)


class _Empty(Check):
    """Check for at least one secret."""

    reads_secrets = False

    def conclude(self) -> None:
        found = any(store.secrets for store in self.stores)
        if found:
            self.count(PASS)
        else:
            self.row(FAIL, Subject(), "no store has any secret", [NO_SECRET])


class _AboutWaivers(Check):
    """Base of the checks of waivers."""

    reads_secrets = False

    def __init__(self, rule: Rule, stores: Sequence[JudgedStore], context: EvalContext, waivers: Waivers) -> None:
        super().__init__(rule, stores, context)
        self._waivers = waivers


class _Broad(_AboutWaivers):
    """Check for waivers that excuse too much."""

    def conclude(self) -> None:
        for waiver in self._waivers.all:
            excused = self._waivers.excused[waiver]
            if waiver.is_boundless():
                evidence: list[dict[str, Any]] = [{"field": "secret", "actual": waiver.secret, "expected": "a name with a literal character"}]
                self.row(FAIL, Subject(), f"{waiver.text()} matches any name", evidence)
            elif excused > MOST_FINDINGS:
                evidence = [{"field": "findings", "actual": excused, "expected": f"at most {MOST_FINDINGS}"}]
                self.row(FAIL, Subject(), f"{waiver.text()} excuses {excused} findings", evidence)
            else:
                self.count(PASS)


class _Expiring(_AboutWaivers):
    """Check for waivers that are needed, and excuse nothing any more or soon."""

    def __init__(self, rule: Rule, stores: Sequence[JudgedStore], context: EvalContext, waivers: Waivers, until: int) -> None:
        super().__init__(rule, stores, context, waivers)
        self._until = until

    def conclude(self) -> None:
        for waiver in self._waivers.all:
            needed = self._waivers.needed[waiver]
            if needed and waiver.end <= self._until:
                evidence: list[dict[str, Any]] = [{"field": "expires", "actual": waiver.expires, "expected": f"after {iso_time(self._until)[:10]}"}]
                self.row(FAIL, Subject(), f"the last day of {waiver.text()} is {waiver.expires}; findings that need it: {needed}", evidence, waiver.owner)
            else:
                self.count(PASS)


class _Unused(_AboutWaivers):
    """Check for waivers that are not needed: they match no finding, or another one that lasts longer excuses the same. Silent where a store is not complete."""

    def conclude(self) -> None:
        blind = [store for store in self.stores if not store.listed or store.filtered]
        for waiver in self._waivers.all:
            if self._waivers.needed[waiver]:
                self.count(PASS)
            elif not any(map(waiver.reaches, blind)):
                expected, why = self._unneeded(waiver)
                evidence = [{"field": "secret", "actual": waiver.secret, "expected": expected}]
                self.row(FAIL, Subject(), f"{waiver.text()} {why}", evidence, waiver.owner)

    def _unneeded(self, waiver: Waiver) -> tuple[str, str]:
        """What was expected of a waiver that is not needed, and why it is not."""
        other = self._waivers.instead.get(waiver)
        if other:
            return "a finding that no other waiver excuses", f"is not needed: that for {other.secret} fits the same findings until {other.expires}"
        unfound = [(key, part) for key, part in waiver.places() if not fitting(self.stores, key, part)]
        return "a finding that it excuses", f"no longer matches a finding{f': {no_store_fits(unfound, self.stores)}' if unfound else ''}"


# --- summing up ---


def _result(
    question: AuditRequest,
    stores: Sequence[JudgedStore],
    checks: Sequence[Check],
    findings: Findings,
    comparison: Comparison | None,
    told: Sequence[ToldOrganization],
) -> dict[str, Any]:
    rules = sorted((_rule(check) for check in checks), key=lambda rule: rule["id"])
    return {
        "format": FORMAT,
        "verdict": run_verdict(findings.fresh if question.fail_on_new and comparison else findings.counts, question.fail_on),
        "note": _note(question),
        "as_of": iso_time(question.as_of),
        "fail_on": question.fail_on,
        "fail_on_new": question.fail_on_new,
        "summary": {
            "secrets": sum(store.secrets for store in stores),
            "stores": _counted((store.status for store in stores), JUDGED_STATUSES),
            "rules": _counted((rule["verdict"] for rule in rules), VERDICTS),
            "checks": {verdict: sum(rule["checks"][verdict] for rule in rules) for verdict in VERDICTS},
            "findings": {severity: {verdict: findings.counts[severity, verdict] for verdict in FINDING_VERDICTS} for severity in SEVERITIES},
            "idle_rules": [rule["id"] for rule in rules if rule["verdict"] == NOT_JUDGED],
            **(comparison.counts if comparison else UNCOMPARED),
        },
        "rules": rules,
        "stores": [_store(store) for store in stores],
        **({"organizations": coverage(told, _statuses(stores))} if told else {}),
        "compared": comparison.told() if comparison else None,
        "fixed": comparison.fixed if comparison else [],
        "owners": findings.owners(),
        "findings_total": len(findings),
        "findings": findings,
    }


def _note(question: AuditRequest) -> str:
    """What is to be known before the verdict is read."""
    notes = [] if question.rulebook.rules else [NO_RULES]
    notes += [ONLY_NEW if question.previous else ALL_NEW] if question.fail_on_new else []
    return "; ".join(notes)


def run_verdict(counts: Mapping[tuple[str, str], int], fail_on: str) -> str:
    """fail > unknown > pass, of the findings at or above fail_on; an error fails whatever its severity.

    counts: how many findings there are of each (severity, verdict).
    """
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    found = {verdict for (severity, verdict), number in counts.items() if number and (verdict == ERROR or severity in counted)}
    if found & {ERROR, FAIL}:
        return FAIL
    return UNKNOWN_VERDICT if UNKNOWN_VERDICT in found else PASS


def _rule(check: Check) -> dict[str, Any]:
    rule = check.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "verdict": check.verdict(),
        "checks": check.total(),
        "not_judged": check.not_judged(),
        "owner": rule.owner,
        "remediation": rule.remediation,
        "references": list(rule.references),
        "digest": rule.digest,
    }


def _store(store: JudgedStore) -> dict[str, Any]:
    return {
        "provider": store.provider,
        "account": bounded(store.account, LONGEST_VALUE),
        "account_id": store.account_id,
        "region": bounded(store.region, LONGEST_VALUE),
        "status": store.status,
        "secrets": store.secrets,
        "filtered": store.filtered,
        "collected_at": store.collected_at,
        "reason": store.reason,
        "hint": store.hint,
        **({"labels": dict(store.labels)} if store.labels else {}),
        **({"member": dict(store.member)} if store.member else {}),
    }


def _statuses(stores: Iterable[JudgedStore]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for store in stores:
        found.setdefault((store.provider, store.account), []).append(store.status)
    return found


def _counted(values: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    count = Counter(values)
    return {value: count[value] for value in known}
