# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every record shown to every check that watches its store.

1. Most records are alike in the fields that have few values. What a check says of one of them, it says of all, if it reads nothing else.
2. To find that out, it is shown a record with these fields alone. A check that asks for another field is shown every record.
3. How many are alike is counted, and added to what the checks have seen at the end of the store.
4. A record with a field that could not be read is like no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from .._core.errors import SecretsError
from .._core.jmespath_query import TooLong
from .._core.records import ATTRIBUTES, Record
from .asked import Asked
from .checks import ASIDE, RECORDS, TAKEN, Check, EvalContext, RecordTest, aside, fields_read
from .conclusions import Expectation
from .evidence import Explanation, SharedEvidence
from .operators import NOT_APPLICABLE, TRUE, UNKNOWN, inapplicable
from .secret_rows import SecretRows
from .stores import JudgedStore

HELD = (TRUE, TAKEN)
"""What is said of a record for which a rule holds, unless it has a finding in the end."""
SAME_FOR_ALL: Mapping[Any, int] = {inapplicable: NOT_APPLICABLE, aside: ASIDE}
"""Watches that say the same of every record, so that none need be shown to them."""
NUMBERS = ("rotation_days", "rotation_count", "version_count", "reference_count")
"""Those of FEW_VALUES that are numbers."""
FEW_VALUES = (
    "kind",
    "status",
    "provider_status",
    "kms_key_id",
    "kms_key_type",
    "kms_instance_id",
    "key_state",
    "key_rotation_enabled",
    "encryption",
    "rotation_enabled",
    "source",
    *NUMBERS,
)
"""Fields in which many records are alike."""
MOST_KINDS = 1_000
"""Of records that are alike; what would be another kind is shown to every check."""

T = TypeVar("T")
Watcher = tuple[Check, RecordTest, "list[int]"]
"""A check, what it says of a record of a store, and how often it has said what."""
Constant = tuple[JudgedStore, "list[int]", int]
"""A store, how often a check has said what of its records, and what it says of all of them."""
Reported = tuple[Check, int, "Explanation | None"]
"""A check that reports records of a kind, what it says of them, and what there is to report if that is the same for all."""


class _Kind:
    """Records of a store that are alike.

    said: what is said of each of them, by the place of the check among the watchers. number: how many there are.
    """

    def __init__(self, said: Sequence[tuple[int, int]], found: Sequence[Reported], watchers: Sequence[Watcher]) -> None:
        known = dict(said)
        self._said = said
        self._found = found
        self._held = any(truth in HELD for truth in known.values())
        self._asked = [place for place, (check, _test, _seen) in enumerate(watchers) if isinstance(check, Expectation) and place not in known]
        self._others = [place for place, (check, _test, _seen) in enumerate(watchers) if not isinstance(check, Expectation)]
        self._tests = [watchers[place][1] for place in self._asked]
        self._shown: list[Watcher] = []
        self._shown_others: list[Watcher] = []
        self.number = self._usually = 0

    def begin(self, watchers: Sequence[Watcher]) -> None:
        """Begin with a store."""
        self._shown = [watchers[place] for place in self._asked]
        self._shown_others = [watchers[place] for place in self._others]

    def end(self, watchers: Sequence[Watcher]) -> None:
        """Add what was said of all to what the checks have seen, and forget how many there were."""
        for place, truth in self._said:
            watchers[place][2][truth] += self.number
        for _check, _test, seen in self._shown:
            seen[TRUE] += self._usually
        self.number = self._usually = 0

    def show(self, record: Record) -> bool:
        """Show a record to the checks that ask for more than what is alike. Whether a rule holds for it."""
        for check, truth, told in self._found:
            _tell(check, record, truth, None if _has_fractions(record) else told)
        passed = self._passed(record)
        if passed == len(self._tests):
            self._usually += 1
            rest = self._shown_others
        else:
            for _check, _test, seen in self._shown[:passed]:
                seen[TRUE] += 1
            rest = [*self._shown[passed:], *self._shown_others]
        held = passed > 0 or self._held
        return _show(record, rest) or held if rest else held

    def _passed(self, record: Record) -> int:
        """How many checks say one after the other that their rules hold."""
        passed = 0
        try:
            for test in self._tests:
                if test(record) != TRUE:
                    break
                passed += 1
        except TooLong as reason:
            raise _rule_too_slow(self._shown[passed][0], reason) from None
        except Exception:
            return passed  # the check that failed is shown the record once more, so that it can report it
        return passed


def _has_fractions(record: Record) -> bool:
    """Whether a number would be written with a point: 1.0 is 1, but evidence shows it as it is."""
    return any(isinstance(record[key], float) for key in NUMBERS)


class _Few:
    """A record of which only some fields can be read."""

    def __init__(self, record: Record, keys: Iterable[str]) -> None:
        self._values = {key: record[key] for key in (*keys, "provider", "invalid")}

    def __getitem__(self, key: str) -> Any:
        return self._values[key]


class _Group:
    """Stores of one service that were asked alike and that the same checks watch: these say the same of records of any of them."""

    def __init__(self, checks: Sequence[Check]) -> None:
        read = {name for check in checks if isinstance(check, Expectation) for name in fields_read(check.rule)}
        self._keys = tuple(key for key in FEW_VALUES if key in read or key in FEW_VALUES[:2])
        self._values = itemgetter(*self._keys)
        self._kinds: dict[tuple[Any, ...], _Kind] = {}

    def kind(self, record: Record, store: JudgedStore, watchers: Sequence[Watcher]) -> _Kind | None:
        """The kind of a record of a store. None where there are too many."""
        values = self._values(record)
        kind = self._kinds.get(values)
        if kind is None and len(self._kinds) < MOST_KINDS:
            kind = self._kinds[values] = self._new(record, store, watchers)
        return kind

    def _new(self, record: Record, store: JudgedStore, watchers: Sequence[Watcher]) -> _Kind:
        said: list[tuple[int, int]] = []
        found: list[Reported] = []
        few: Any = _Few(record, self._keys)
        for place, (check, test, _seen) in enumerate(watchers):
            if isinstance(check, Expectation) and (truth := _tried(check, test, few)) is not None:
                said.append((place, truth))
                if truth <= UNKNOWN:
                    told = None if _has_fractions(record) else _tried(check, partial(check.explained, truth=truth, store=store), few)
                    found.append((check, truth, told and told._replace(evidence=SharedEvidence(told.evidence))))
        return _Kind(said, found, watchers)


def _tried(check: Check, work: Callable[[Record], T], few: Record) -> T | None:
    """What a check says, or None where it asks for another field, or fails."""
    try:
        return work(few)
    except TooLong as reason:
        raise _rule_too_slow(check, reason) from None
    except Exception:
        return None


def watch(
    checks: Iterable[Check], stores: Sequence[JudgedStore], records: Iterable[tuple[JudgedStore, Record]], context: EvalContext, rows: SecretRows | None
) -> None:
    """Show every record to every check that watches its store. rows: is given each, too."""
    watching, constant = _watchers(checks, stores)
    groups: dict[tuple[str, Asked, tuple[Check, ...]], _Group] = {}
    current: JudgedStore | None = None
    watchers: list[Watcher] = []
    kinds: list[_Kind] = []
    for number, (store, record) in enumerate(records):
        if number % RECORDS == 0:
            context.renew()
        if store is not current:
            _end(kinds, watchers)
            current, watchers = store, watching[store]
            among = tuple(check for check, _test, _seen in watchers)
            alike = store.provider, store.details, among
            group = groups.get(alike) or groups.setdefault(alike, _Group(among))
        if record["invalid"]:
            record = _without_invalid(record)
            held = _show(record, watchers)
        elif kind := group.kind(record, store, watchers):
            if not kind.number:
                kinds.append(kind)
                kind.begin(watchers)
            kind.number += 1
            held = kind.show(record)
        else:
            held = _show(record, watchers)
        if rows is not None:
            rows.see(record, context.owner_if_known(record), held)
    _end(kinds, watchers)
    if rows is not None:
        rows.close()
    for store, seen, truth in constant:
        seen[truth] = store.secrets


def _watchers(checks: Iterable[Check], stores: Iterable[JudgedStore]) -> tuple[dict[JudgedStore, list[Watcher]], list[Constant]]:
    """By store, who is to be shown its records; and what is said of all records of a store without a look at them."""
    watching: dict[JudgedStore, list[Watcher]] = {store: [] for store in stores}
    constant: list[Constant] = []
    for check in checks:
        for store in check.watched:
            test = check.watch(store)
            if test in SAME_FOR_ALL:
                constant.append((store, check.seen[store], SAME_FOR_ALL[test]))
            elif test:
                watching[store].append((check, test, check.seen[store]))
    return watching, constant


def _end(kinds: list[_Kind], watchers: Sequence[Watcher]) -> None:
    """End a store."""
    for kind in kinds:
        kind.end(watchers)
    kinds.clear()


def _show(record: Record, watchers: Iterable[Watcher]) -> bool:
    """Show a record to some checks. Whether a rule holds for it."""
    held = False
    for check, test, seen in watchers:
        try:
            truth = test(record)
            seen[truth] += 1
            if truth == TRUE:
                held = True
            elif truth <= UNKNOWN:
                check.tell(record, truth)
            elif truth == TAKEN:
                held = True
        except TooLong as reason:
            raise _rule_too_slow(check, reason) from None
        except Exception as error:
            # Whatever a record holds, it must not stop the judging of the others.
            check.fault(record, error)
    return held


def _tell(check: Check, record: Record, truth: int, told: Explanation | None) -> None:
    """Let a check report a record of which it is known what it says."""
    try:
        if told is None:
            check.tell(record, truth)
        else:
            check.report(told.verdict, record, told.evidence, told.message)
    except TooLong as reason:
        raise _rule_too_slow(check, reason) from None
    except Exception as error:
        check.fault(record, error)


def _rule_too_slow(check: Check, reason: TooLong) -> SecretsError:
    return too_slow(f"the rule {check.rule.id} takes too long", reason)


def too_slow(message: str, reason: TooLong) -> SecretsError:
    """The error that names what is slow: an owner or the waivers, if time ran out there."""
    slow = str(reason)
    if not slow:
        return SecretsError("rules", message, hint="Look for a regex that backtracks, or a costly query.")
    return SecretsError(
        "rules", f"{message}: time ran out {slow}", hint="Begin its patterns with literal characters, for then they are tried on few secrets only."
    )


def _without_invalid(record: Record) -> Record:
    """A record in which every field that it lists as invalid is null, as tests expect it."""
    invalid = record["invalid"]
    cleared = {key: None if key in invalid else value for key, value in record.items()}
    attributes = {name: None if f"{ATTRIBUTES}{name}" in invalid else value for name, value in record["attributes"].items()}
    return {**cleared, "attributes": attributes, "invalid": invalid}
