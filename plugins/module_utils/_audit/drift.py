# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""unchanged_since: what was added, removed or changed since a baseline, which is a set of inventories of an earlier day.

Secrets are the same if provider, account, region and id are. One that the rule speaks of then or now is compared. What
the baseline did not see whole, or asked for in another way, says nothing of what has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from .._core.jmespath_query import TooLong
from .._core.records import Record
from .asked import of_listings
from .checks import ASIDE, FAIL, OUT, PASS, RECORDS, UNCHOSEN, UNKNOWN_VERDICT, Check, EvalContext, RecordTest, Subject, in_scope, whole
from .operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN
from .rules import Rule, UnchangedSince
from .stores import JudgedStore
from .values import NO_FIELD, WITHHELD, ReadValues, Values, differences, packed, reader, shown, unpacked
from .words import named, noun

FOR_EVER = float("inf")

Identity = tuple[str, str, str, str]


class BaselineSecret(NamedTuple):
    """A secret of the baseline. truth: what 'select' said of it. values: encoded; see packed()."""

    truth: int
    name: str | None
    owner: str | None
    values: str


class Drift(Check):
    """The secrets are those of the baseline."""

    def __init__(self, rule: Rule, stores: Iterable[JudgedStore], context: EvalContext) -> None:
        super().__init__(rule, stores, context)
        self._statement: UnchangedSince = rule.statement
        self._readers: dict[Any, ReadValues] = {}
        self._then: dict[Any, JudgedStore] = {}
        self._left: dict[Identity, BaselineSecret] = {}
        self._met: BaselineSecret | None = None
        self._load()

    def _load(self) -> None:
        union = self.context.baselines[self._statement.baseline]
        stores = union.stores((), self.context.as_of, FOR_EVER)
        self._then = {store.key: store for store in stores if in_scope(self.rule, store)}
        for number, (store, record) in enumerate(union.records(stores)):
            if number % RECORDS == 0:
                self.context.renew()
            if store.key in self._then:
                try:
                    self._left[_identity(record)] = self._before(store, record)
                except TooLong:
                    raise
                except Exception as error:
                    self.fault(record, error)

    def _reader(self, store: JudgedStore) -> ReadValues:
        """Reads what is compared. Details that the rule does not name are left out, for not every day they are asked for."""
        key = store.provider, store.details
        if key not in self._readers:
            schema = self.context.schema(store)
            self._readers[key] = reader(self._statement.fields, schema if self._statement.chosen else of_listings(schema))
        return self._readers[key]

    def _before(self, store: JudgedStore, record: Record) -> BaselineSecret:
        chosen = self.context.chooser(self.rule.select, store)(record)
        return BaselineSecret(chosen, record["name"], self.context.owner(record), packed(self._reader(store)(record)))

    def watch(self, store: JudgedStore) -> RecordTest | None:
        if self._incomparable(store):
            return None
        read = self._reader(store)
        chosen = self.context.chooser(self.rule.select, store)
        can_be_new = not self.blind_spot(self._then[store.key])

        def watch(record: Record) -> int:
            truth = chosen(record)
            self._met = before = self._left.pop(_identity(record), None)
            if before is None:
                return self._added(truth) if can_be_new else OUT
            speaks = max(truth, before.truth, key=(FALSE, NOT_APPLICABLE, UNKNOWN, TRUE).index)
            if speaks != TRUE:
                return UNCHOSEN[speaks]
            return TRUE if "changed" in self._statement.allow else self._changed(before, read(record))

        return watch

    def _added(self, truth: int) -> int:
        if truth in (FALSE, NOT_APPLICABLE):
            return UNCHOSEN[truth]
        if "added" in self._statement.allow:
            return TRUE
        return FALSE if truth == TRUE else UNKNOWN

    def _changed(self, before: BaselineSecret, values: Values) -> int:
        if self._statement.chosen and all(value is NO_FIELD for value in values):
            return NOT_APPLICABLE
        if packed(values) == before.values and not (self._statement.chosen and WITHHELD in values):
            return TRUE
        differing, doubtful = self._differences(before, values)
        return FALSE if differing else UNKNOWN if doubtful else TRUE

    def _differences(self, before: BaselineSecret, values: Values) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Evidence of what differs, and of what cannot be compared. What was never told differs only where it was chosen."""
        differing, doubtful = [], []
        for field, then, now, certain in differences(self._statement.fields, tuple(unpacked(before.values)), values):
            told = f"{noun(field.name)} is {_named(now)}, and was {_named(then)}"
            expected = f"{json.dumps(shown(then), ensure_ascii=False)} as in the baseline"
            evidence = {"field": field.name, "actual": shown(now), "expected": expected, "told": told}
            if certain:
                differing.append(evidence)
            elif self._statement.chosen or then is not now:
                doubtful.append(evidence)
        return differing, doubtful

    def tell(self, record: Record, truth: int) -> None:
        if self._met is None:
            added = [{"field": "id", "actual": record["id"], "expected": "none, as in the baseline"}]
            self.report(FAIL if truth == FALSE else UNKNOWN_VERDICT, record, added, "added since the baseline" if truth == FALSE else DOUBTFUL)
            return
        differing, doubtful = self._differences(self._met, self._reader(self.context.store(record))(record))
        why = self.why(self.context.store(record), (item["field"] for item in doubtful))
        self.report(FAIL if truth == FALSE else UNKNOWN_VERDICT, record, differing or doubtful, "" if truth == FALSE else f"{DOUBTFUL}{why}")

    def conclude(self) -> None:
        today = {store.key: store for store in self.stores}
        for store in self.stores:
            reason = self._incomparable(store) or self._unseen_then(store)
            if reason and (store.offered or store.key in self._then):
                self.row(UNKNOWN_VERDICT, whole(store), reason)
        for key, store in self._then.items():
            if key not in today and store.offered:
                self.row(UNKNOWN_VERDICT, whole(store), "the baseline has this store, and today's inventories do not")
        for identity, before in self._left.items():
            now = today.get(identity[:3])
            if now and not self._incomparable(now) and not self.blind_spot(now):
                self._removed(now, identity, before)
        self.report_blind_spots()

    def _removed(self, store: JudgedStore, identity: Identity, before: BaselineSecret) -> None:
        if before.truth == TRUE and "removed" in self._statement.allow:
            self.count(PASS)
        elif before.truth == NOT_APPLICABLE:
            self.seen[store][ASIDE] += 1
        elif before.truth in (TRUE, UNKNOWN):
            verdict, message = (FAIL, "removed since the baseline") if before.truth == TRUE else (UNKNOWN_VERDICT, DOUBTFUL)
            evidence = [{"field": "id", "actual": None, "expected": f"{identity[3]}, as in the baseline"}]
            self.row(verdict, Subject(*identity[:3], before.name, identity[3]), message, evidence, before.owner)

    def _incomparable(self, store: JudgedStore) -> str:
        """Reason why a store cannot be compared with the baseline. Empty if it can."""
        then = self._then.get(store.key)
        if then is None:
            return "the baseline does not have this store"
        if then.offered and store.offered and then.asked != store.asked:
            return "the partitions or filters of the baseline differ"
        if then.account_id and store.account_id and then.account_id != store.account_id:
            return f"in the baseline this name means account {then.account_id}"
        if then.collected_at and store.collected_at and then.collected_at > store.collected_at:
            return "the baseline was collected after this inventory"
        return ""

    def _unseen_then(self, store: JudgedStore) -> str:
        blind_spot = self.blind_spot(self._then[store.key])
        return f"this store is not complete in the baseline: {blind_spot}" if blind_spot else ""


DOUBTFUL = "cannot tell whether it has changed since the baseline"


def _named(value: Any) -> str:
    """A value in a sentence, which may be none."""
    return "none" if value is None else named(shown(value))


def _identity(record: Record) -> Identity:
    return record["provider"], record["account"], record["region"], record["id"]
