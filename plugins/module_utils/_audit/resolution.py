# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""resolves: what a field names is a secret of another service.

1. A resource name such as CLOUD:SERVICE:REGION:ACCOUNT:secret/NAME tells the store. A bare id is of the same account and region.
2. A secret that was seen there is there, however much of the store was not seen.
3. One that was not seen is missing if all of the store was, else nobody knows.
4. A name of a key is there if a secret of the store is encrypted with it. Else nobody knows, for inventories do not list keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .._core.records import Record
from .checks import (
    FAIL,
    NOT_JUDGED,
    OUT,
    PASS,
    TAKEN,
    UNCHOSEN,
    UNKNOWN_VERDICT,
    Check,
    EvalContext,
    RecordTest,
    Subject,
    in_scope,
    secret,
)
from .operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, never_offered
from .rules import Resolves, Rule
from .stores import JudgedStore
from .values import NOT_OFFERED, WITHHELD, reader

RESOURCE = re.compile(r"[a-z0-9]+:[a-z0-9-]+:([a-z0-9-]+):([0-9]+):([a-z]+)/(.+)", re.DOTALL)
SECRET, KEY = "secret", "key"
MISSING_KEY = "missing"
MOST_NAMED = 3
"""Stores that a message names."""


class Reference(NamedTuple):
    """A secret whose field names another. value: as it is written."""

    store: JudgedStore
    place: Subject
    owner: str | None
    sure: bool
    value: str


class Target(NamedTuple):
    """What is named. account_id: None for the account of the secret that names it."""

    region: str | None
    account_id: str | None
    kind: str
    id: str


class Resolution(Check):
    """Every secret or key that a field names is there."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        known = list(stores)
        super().__init__(rule, known, context)
        self._statement: Resolves = rule.statement
        self._held: Mapping[JudgedStore, Mapping[str, set[str]]] = {
            store: {SECRET: set(), KEY: set()} for store in known if store.provider == self._statement.service
        }
        self._references: list[Reference] = []

    @property
    def watched(self) -> Iterable[JudgedStore]:
        return dict.fromkeys((*self.stores, *self._held))

    def watch(self, store: JudgedStore) -> RecordTest:
        held = self._held.get(store)
        chosen = self.context.chooser(self.rule.select, store)
        read = reader(self._statement.fields, self.context.schema(store))
        speaks = in_scope(self.rule, store)

        def watch(record: Record) -> int:
            if held is not None:
                held[SECRET].add(record["id"])
                if record["kms_key_id"] and record["key_state"] != MISSING_KEY:
                    held[KEY].add(record["kms_key_id"])
            truth = chosen(record) if speaks else FALSE
            if truth in (FALSE, NOT_APPLICABLE):
                return UNCHOSEN[truth]
            (value,) = read(record)
            if value is NOT_OFFERED:
                return NOT_APPLICABLE
            if value is WITHHELD:
                return UNKNOWN
            if not value:
                return OUT
            self._references.append(Reference(store, secret(record), self.context.owner(record), truth == TRUE, value))
            return TAKEN

        return watch

    def tell(self, record: Record, truth: int) -> None:
        name = self._statement.fields[0].name
        reason = self.context.untold(self.context.store(record), name)
        evidence = {"field": name, "actual": None, "expected": f"a secret of {self._statement.service}", **({"untold": reason} if reason else {})}
        self.report(UNKNOWN_VERDICT, record, [evidence])

    def conclude(self) -> None:
        if self._held:
            for reference in self._references:
                self._judge(reference)
        elif self.rule.on_empty == NOT_JUDGED:
            self.count(NOT_JUDGED, len(self._references))
        elif self._references:
            self.row(UNKNOWN_VERDICT, Subject(), f"no inventory has a store of {self._statement.service}. {WAY_OUT}")
        name = self._statement.fields[0].name
        self.report_blind_spots(store for store in self.stores if not never_offered(self.context.schema(store), name))

    def _judge(self, reference: Reference) -> None:
        target = _target(reference)
        stores = [store for store in self._held if store.region == target.region and _is_of(store, target, reference.store)]
        if any(target.id in self._held[store].get(target.kind, ()) for store in stores):
            self.count(PASS)
            return
        reason = self._unsure(target, stores, reference.store)
        verdict, message = (UNKNOWN_VERDICT, f"cannot tell whether {reference.value} exists: {reason}") if reason else (FAIL, "")
        if not reason and not reference.sure:
            verdict, message = UNKNOWN_VERDICT, f"cannot tell whether the rule applies to this secret, which names {reference.value}"
        expected = f"a secret of {' or '.join(store.text() for store in stores) or self._statement.service}"
        evidence = [{"field": self._statement.fields[0].name, "actual": reference.value, "expected": expected}]
        self.row(verdict, reference.place, message or f"{reference.value} does not exist in {stores[0].text()}", evidence, reference.owner)

    def _unsure(self, target: Target, stores: list[JudgedStore], own: JudgedStore) -> str:
        """Why nobody knows whether what was not seen is there. Empty if it is known to be missing."""
        if target.kind != SECRET:
            return f"an inventory lists no {target.kind}s; judge key_state instead"
        blind_spots = [f"{store.text()} is {blind_spot}" for store in stores if (blind_spot := self.blind_spot(store))]
        if stores:
            return "; ".join(blind_spots)
        account = target.account_id or own.account_id or own.account
        perhaps = [store for store in self._held if store.account_id is None and store.region in (target.region, None)]
        told = [f"{store.text()} may be it, and is {self.blind_spot(store) or 'of an account that is not known'}" for store in perhaps[:MOST_NAMED]]
        return "; ".join([f"no inventory is known to have {self._statement.service} of account {account} in {target.region}", *told])


WAY_OUT = "Collect it, too, or write on_empty: not_applicable if it need not be judged."


def _target(reference: Reference) -> Target:
    found = RESOURCE.fullmatch(reference.value)
    return Target(*found.groups()) if found else Target(reference.store.region, None, SECRET, reference.value)


def _is_of(store: JudgedStore, target: Target, own: JudgedStore) -> bool:
    """Whether a store is of the account of a target. own: the store of the secret that names it."""
    number = target.account_id or own.account_id
    if number is not None and store.account_id is not None:
        return store.account_id == number
    return target.account_id is None and store.account == own.account
