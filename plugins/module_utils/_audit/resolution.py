# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""resolves: what a field names is a secret of another service, or a key.

1. A resource name such as CLOUD:SERVICE:REGION:ACCOUNT:secret/NAME tells the store. A bare id is of the same account and region.
2. A secret that was seen there is there, however much of the store was not seen.
3. One that was not seen is missing if all of the store was, else nobody knows.
4. A key is there or missing as the state of it says that secrets of the account in the region tell (detail 'keys': all keys of the region
   were asked for). Where no secret tells it, nobody knows. A bare id in KEY_FIELD is that of a key.
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
from .values import NO_FIELD, WITHHELD, reader
from .words import noun

RESOURCE = re.compile(r"[a-z0-9]+:[a-z0-9-]+:([a-z0-9-]+):([0-9]+):([a-z]+)/(.+)", re.DOTALL)
SECRET, KEY = "secret", "key"
KEY_FIELD, KEY_STATE = "kms_key_id", "key_state"
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


class Resource(NamedTuple):
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
        self._held: Mapping[JudgedStore, set[str]] = {store: set() for store in known if store.provider == self._statement.service}
        self._keys: dict[str, dict[JudgedStore, bool]] = {}
        """Whether each key is there, by its id and by the store whose secrets tell it."""
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
                held.add(record["id"])
            if record[KEY_FIELD] and record[KEY_STATE]:
                told = self._keys.setdefault(record[KEY_FIELD], {})
                told[store] = told.get(store, False) or record[KEY_STATE] != MISSING_KEY
            truth = chosen(record) if speaks else FALSE
            if truth in (FALSE, NOT_APPLICABLE):
                return UNCHOSEN[truth]
            (value,) = read(record)
            if value is NO_FIELD:
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
        evidence = {"field": name, "actual": None, "expected": f"a secret of {self._statement.service}"}
        self.report(UNKNOWN_VERDICT, record, [evidence], f"{noun(name)} is {reason or 'not known'}")

    def conclude(self) -> None:
        name = self._statement.fields[0].name
        others = 0
        for reference in self._references:
            resource = _resource(reference, KEY if name == KEY_FIELD else SECRET)
            if resource.kind == KEY:
                self._judge_key(reference, resource)
            elif self._held:
                self._judge(reference, resource)
            else:
                others += 1
        if others and self.rule.on_empty == NOT_JUDGED:
            self.count(NOT_JUDGED, others)
        elif others:
            self.row(UNKNOWN_VERDICT, Subject(), f"no inventory has a store of {self._statement.service}. {COLLECT_IT}")
        self.report_blind_spots(store for store in self.stores if not never_offered(self.context.schema(store), name))

    def _judge(self, reference: Reference, resource: Resource) -> None:
        stores = [store for store in self._held if _is_of(store, resource, reference.store)]
        if any(resource.id in self._held[store] for store in stores):
            self.count(PASS)
            return
        places = [store.text() for store in stores]
        self._report(
            reference, resource, f"a secret of {' or '.join(places) or self._statement.service}", self._unsure(resource, stores, reference.store), *places[:1]
        )

    def _judge_key(self, reference: Reference, resource: Resource) -> None:
        told = [there for store, there in self._keys.get(resource.id, {}).items() if _is_of(store, resource, reference.store)]
        if any(told):
            self.count(PASS)
        else:
            reason = "" if told else f"its state is {self.context.untold(reference.store, KEY_STATE) or UNTOLD}"
            self._report(reference, resource, f"a key in {resource.region}", reason, f"the keys of {resource.region}")

    def _report(self, reference: Reference, resource: Resource, expected: str, reason: str, place: str = "") -> None:
        """A finding. reason: why it is not known whether what is named is there. place: where it is not."""
        message = f"cannot tell whether {resource.id} exists: {reason}" if reason else f"refers to {resource.id}, which does not exist in {place}"
        if not reason and not reference.sure:
            message = f"cannot tell whether the rule applies to this secret, which refers to {resource.id}"
        evidence = [{"field": self._statement.fields[0].name, "actual": reference.value, "expected": expected}]
        self.row(FAIL if reference.sure and not reason else UNKNOWN_VERDICT, reference.place, message, evidence, reference.owner)

    def _unsure(self, resource: Resource, stores: list[JudgedStore], own: JudgedStore) -> str:
        """Why nobody knows whether what was not seen is there. Empty if it is known to be missing."""
        if resource.kind != SECRET:
            return f"an inventory lists no {resource.kind}s"
        blind_spots = [f"{store.text()} is {blind_spot}" for store in stores if (blind_spot := self.blind_spot(store))]
        if stores:
            return "; ".join(blind_spots)
        account = resource.account_id or own.account_id or own.account
        perhaps = [store for store in self._held if store.account_id is None and store.region in (resource.region, None)]
        told = [f"{store.text()} may be it, and is {self.blind_spot(store) or 'of an account that is not known'}" for store in perhaps[:MOST_NAMED]]
        return "; ".join([f"no inventory is known to have {self._statement.service} of account {account} in {resource.region}", *told])


COLLECT_IT = "Collect it, too, or write on_empty: not_applicable if it need not be judged."
UNTOLD = "told by no secret (details: keys)"


def _resource(reference: Reference, kind: str) -> Resource:
    found = RESOURCE.fullmatch(reference.value)
    return Resource(*found.groups()) if found else Resource(reference.store.region, None, kind, reference.value)


def _is_of(store: JudgedStore, resource: Resource, own: JudgedStore) -> bool:
    """Whether a store is of the region and the account of a resource. own: the store of the secret that names it."""
    if store.region != resource.region:
        return False
    number = resource.account_id or own.account_id
    if number is not None and store.account_id is not None:
        return store.account_id == number
    return resource.account_id is None and store.account == own.account
