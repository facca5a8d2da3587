# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge: holds every rule against every store and secret, and sums up in one verdict.

The same inventories, rules and as_of give the same result, in whatever order they come.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._records import ATTRIBUTES, SURROGATES, Record, Vocabulary, iso_time
from .._scrub import printable
from .checks import ERROR, FAIL, FINDINGS, IDLE, NOTHING, PASS, UNDECIDED, VERDICTS, Check, Compiler, Place, Row, Watch, whole
from .fleet import CHECKS
from .operators import TRUE, UNKNOWN
from .rules import SEVERITIES, Complete, Rule, Rulebook
from .stores import STATUSES, Expected, Store, Union

FORMAT = "multicloud.secrets/report/1"

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
FLEET_EMPTY = Rule("fleet-empty", "There is at least one secret", SEVERITIES[0], {}, remediation="Allow an empty fleet if it is meant to be empty.")

LONGEST_NAME = 4096
LONGEST_VALUE = 200
MOST_ITEMS = 10
MOST_EVIDENCE = 8


@dataclass(frozen=True)
class Question:
    """What is to be judged, and by what.

    as_of: seconds since the epoch, the only 'now'. max_age: seconds after which an inventory is stale. fail_on: the
    least severity whose findings count for the verdict.
    """

    rulebook: Rulebook
    expected: Sequence[Expected]
    as_of: int
    max_age: int
    fail_on: str
    allow_empty: bool


def judge(question: Question, union: Union, vocabularies: Iterable[Vocabulary]) -> dict[str, Any]:
    """The whole result, in plain data, as the module documents it. Raises SecretsError if an inventory is not whole."""
    stores = union.stores(question.expected, question.as_of, question.max_age)
    compiler = Compiler(vocabularies, question.as_of)
    findings = _Findings(question.rulebook, compiler)
    rules = (COLLECTION_COMPLETE, *question.rulebook.rules)
    checks = [CHECKS[type(rule.statement)](rule, stores, compiler, findings.add) for rule in rules]
    checks += _own_checks(stores, compiler, findings, question.allow_empty)
    _watch(checks, stores, union)
    for check in checks:
        check.finish()
    return _result(question, stores, checks, findings.sorted())


def _watch(checks: Iterable[Check], stores: Sequence[Store], union: Union) -> None:
    """Show every record to every check that watches its store."""
    watching: dict[Store, list[tuple[Check, Watch, list[int]]]] = {store: [] for store in stores}
    for check in checks:
        for store in check.stores:
            watch = check.watch(store)
            if watch:
                watching[store].append((check, watch, check.seen[store]))
    for store, record in union.records(stores):
        if record["invalid"]:
            record = _without_invalid(record)
        for check, watch, seen in watching[store]:
            try:
                truth = watch(record)
                seen[truth] += 1
                if truth <= UNKNOWN:
                    check.tell(record, truth)
            except Exception as error:
                # Whatever a record holds, it must not stop the judging of the others.
                check.fault(store, record, error)


def _without_invalid(record: Record) -> Record:
    """A record in which every field that it lists as invalid is null, as tests expect it."""
    invalid = record["invalid"]
    cleared = {key: None if key in invalid else value for key, value in record.items()}
    attributes = {name: None if f"{ATTRIBUTES}{name}" in invalid else value for name, value in record["attributes"].items()}
    return {**cleared, "attributes": attributes, "invalid": invalid}


class _Superseded(Check):
    """Which inventories were set aside, for a newer one has the store."""

    def conclude(self) -> None:
        for store in self.stores:
            if store.others:
                others = f"{len(store.others)} older {'inventories' if len(store.others) > 1 else 'inventory'}"
                evidence = [{"field": "inventory", "actual": path, "expected": store.path} for path in store.others]
                self.row(store, FAIL, whole(store), f"{others} of this store set aside; the newest is of {store.collected_at}", evidence)
            elif store.path:
                self.row(store, PASS, whole(store))


class _Empty(Check):
    """Whether there is anything at all."""

    def conclude(self) -> None:
        found = any(store.secrets for store in self.stores)
        if found:
            self.row(None, PASS, Place())
        else:
            self.row(None, FAIL, Place(), "no store holds a single secret", [NOTHING])


def _own_checks(stores: Sequence[Store], compiler: Compiler, findings: _Findings, allow_empty: bool) -> list[Check]:
    superseded = _Superseded(SUPERSEDED, stores, compiler, findings.add)
    return [superseded] if allow_empty else [superseded, _Empty(FLEET_EMPTY, stores, compiler, findings.add)]


class _Findings:
    """Collects the rows that are findings, each as the dict that goes into the result."""

    def __init__(self, rulebook: Rulebook, compiler: Compiler) -> None:
        self._owners = rulebook.owners
        self._compiler = compiler
        self._found: list[dict[str, Any]] = []

    def add(self, rule: Rule, row: Row, record: Record | None) -> None:
        evidence = [_evidence(item) for item in row.evidence[:MOST_EVIDENCE]]
        place = Place(*(None if part is None else _bounded(part, LONGEST_NAME) for part in row.place))
        self._found.append(
            {
                "rule": rule.id,
                "severity": rule.severity,
                "verdict": row.verdict,
                "subject": f"{place.provider or ''}/{place.account or ''}/{place.region or ''}/{place.name or ''}",
                **place._asdict(),
                "owner": self._owner(record) or rule.owner,
                "message": _message(row.message, evidence),
                "evidence": evidence,
            }
        )

    def sorted(self) -> list[dict[str, Any]]:
        """The worst first; the order says nothing about the order of rules or inventories."""
        return sorted(self._found, key=_order)

    def _owner(self, record: Record | None) -> str | None:
        if record is None:
            return None
        owners = (owner.owner for owner in self._owners if self._compiler.node(owner.select, record["provider"]).test(record) == TRUE)
        return next(owners, None)


def _order(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    gravity = VERDICTS.index(finding["verdict"]), SEVERITIES.index(finding["severity"])
    place = (finding["provider"] or "", finding["account"] or "", finding["region"] or "", finding["name"] or "", finding["id"] or "")
    return *gravity, finding["rule"], *place, finding["message"], repr(finding["evidence"])


def _message(message: str, evidence: Iterable[Mapping[str, Any]]) -> str:
    if message:
        return printable(message, LONGEST_NAME)
    return printable("; ".join(f"{item['field']} is {_short(item['actual'])}, expected {item['expected']}" for item in evidence), LONGEST_NAME)


def _short(actual: Any) -> str:
    return actual if isinstance(actual, str) and actual else json.dumps(actual, ensure_ascii=False)


def _evidence(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"field": item["field"], "actual": _bounded(item["actual"], LONGEST_VALUE), "expected": _bounded(item["expected"], LONGEST_VALUE)}


def _bounded(value: Any, longest: int) -> Any:
    """A value fit for a result: short, and without what no UTF-8 can carry."""
    if isinstance(value, str):
        return SURROGATES.sub("\ufffd", value if len(value) <= longest else value[:longest] + "...")
    if isinstance(value, list):
        return [_bounded(item, longest) for item in value[:MOST_ITEMS]] + (["..."] if len(value) > MOST_ITEMS else [])
    if value is None or isinstance(value, bool) or (isinstance(value, int) and value.bit_length() <= 128):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return _bounded(str(value), longest)


# --- summing up ---


def _result(question: Question, stores: Sequence[Store], checks: Sequence[Check], findings: list[dict[str, Any]]) -> dict[str, Any]:
    rules = sorted((_rule(check) for check in checks), key=lambda rule: rule["id"])
    return {
        "format": FORMAT,
        "verdict": run_verdict(findings, question.fail_on),
        "as_of": iso_time(question.as_of),
        "fail_on": question.fail_on,
        "summary": {
            "secrets": sum(store.secrets for store in stores),
            "stores": _counted((store.status for store in stores), STATUSES),
            "rules": _counted((rule["verdict"] for rule in rules), VERDICTS),
            "checks": {verdict: sum(rule["checks"][verdict] for rule in rules) for verdict in VERDICTS},
            "findings": {
                severity: _counted((finding["verdict"] for finding in findings if finding["severity"] == severity), FINDINGS)
                for severity in SEVERITIES
            },
            "idle_rules": [rule["id"] for rule in rules if rule["verdict"] == IDLE],
        },
        "rules": rules,
        "stores": [_store(store) for store in stores],
        "findings_total": len(findings),
        "findings": findings,
    }


def run_verdict(findings: Iterable[Mapping[str, Any]], fail_on: str) -> str:
    """fail > unknown > pass, of the findings at or above fail_on; an error fails whatever its severity."""
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    found = {finding["verdict"] for finding in findings if finding["verdict"] == ERROR or finding["severity"] in counted}
    if found & {ERROR, FAIL}:
        return FAIL
    return UNDECIDED if found else PASS


def _rule(check: Check) -> dict[str, Any]:
    rule = check.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "verdict": check.verdict(),
        "checks": check.total(),
        "owner": rule.owner,
        "remediation": rule.remediation,
        "references": list(rule.references),
    }


def _store(store: Store) -> dict[str, Any]:
    return {
        "provider": store.provider,
        "account": _bounded(store.account, LONGEST_VALUE),
        "account_id": store.account_id,
        "region": _bounded(store.region, LONGEST_VALUE),
        "status": store.status,
        "secrets": store.secrets,
        "filtered": store.filtered,
        "collected_at": store.collected_at,
        "reason": store.reason,
    }


def _counted(values: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    count = Counter(values)
    return {value: count[value] for value in known}
