# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last report: what it found, so that this run can say what is new, what is still there, and what was fixed.

1. A finding that the last report has too, at least as grave, is still there.
2. A finding that it lacks is new, if it can be compared: the rule has the same definition, and its stores are listed
   completely, without a filter, in both reports.
3. A finding that only the last report has is fixed, if the rule is the same and its stores are listed completely now.
4. Everything else is not comparable. It is counted, with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from .._core import files, strict_json
from .._core.errors import SecretsError
from .._core.redaction import printable
from .._core.values import parse_time
from .checks import ERROR, FAIL, FINDING_VERDICTS, UNKNOWN_VERDICT
from .rules import SEVERITIES, Rule
from .stores import COMPLETE, NOT_OFFERED, JudgedStore

FORMAT = "multicloud.secrets/report/1"
COUNTS = ("new", "still", "fixed", "not_comparable")
UNCOMPARED: Mapping[str, int | None] = dict.fromkeys(COUNTS)
"""What the summary says without a last report."""
OPEN = (ERROR, FAIL, UNKNOWN_VERDICT)
"""Verdicts of findings that somebody has to see to."""
GRAVITY = {ERROR: 0, FAIL: 0, UNKNOWN_VERDICT: 1}
"""What was unknown and now fails is new; what failed and now is unknown is not."""
MOST_FIXED = 1_000
MOST_REASONS = 50
OTHERS = "other reasons"
LONGEST_LINE = 64 << 20
HINT = "Give a JSON report as secrets_audit wrote it, or leave the option out."

Place = tuple[str, str, str]
"""Provider, account and region; parts that do not apply are empty."""


class Then(NamedTuple):
    """What the last report says of a finding."""

    since: str
    verdict: str


class Novelty(NamedTuple):
    """What is said of a finding besides. new: None if that cannot be told."""

    since: str
    new: bool | None


class LastReport:
    """A report of an earlier run, by the file that it is in. as_of: its time."""

    def __init__(self, path: str) -> None:
        """Raises SecretsError if the file is no whole report."""
        self._path = path
        self._found: dict[bytes, Then] = {}
        self._said: dict[Then, Then] = {}
        self._digests: dict[str, str] = {}
        stores: dict[Place, bool] = {}
        about: dict[str, Any] = {}
        number = 0
        try:
            for key, value in _entries(path):
                if key == "rules":
                    _add_new(self._digests, *_texts(value["id"], value["digest"]))
                elif key == "stores":
                    _add_new(stores, _place(value), value["status"] in (COMPLETE, NOT_OFFERED) and value["filtered"] is False)
                elif key == "findings":
                    number += 1
                    self._add(_checked(value), about["as_of"])
                else:
                    about[key] = value
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._broken("it is not a report") from None
        if about.get("format") != FORMAT or not _is_time(about.get("as_of")):
            raise self._broken("it is not a report")
        if about.get("findings_total") != number:
            raise self._broken("it is cut off")
        self.as_of: str = about["as_of"]
        self._ledger = _Ledger(stores.items())

    def _add(self, finding: Mapping[str, Any], as_of: str) -> None:
        then = Then(str(finding["since"] or as_of), finding["verdict"])
        _add_new(self._found, _key(finding["fingerprint"]), self._said.setdefault(then, then))  # most are the same

    def _broken(self, reason: str) -> SecretsError:
        return SecretsError("file", f"previous: {self._path} cannot be read: {reason}", hint=HINT)

    def compared(self, rules: Iterable[Rule], stores: Iterable[JudgedStore], as_of: str) -> Comparison:
        """Comparison with what is found now."""
        ledger = _Ledger(((store.provider, store.account, store.region or ""), store.listed and not store.filtered) for store in stores)
        return Comparison(self, {rule.id: rule.digest for rule in rules}, ledger, as_of)

    def has_rule(self, rule: str, digest: str | None) -> bool:
        """Whether a rule had this definition."""
        return digest is not None and self._digests.get(rule) == digest

    def lists(self, place: Place) -> bool:
        """Whether the stores of a place were listed completely."""
        return self._ledger.lists(place)

    def take(self, fingerprint: str) -> Then | None:
        """What was said of a finding, once."""
        return self._found.pop(_key(fingerprint), None)

    def rest(self) -> Iterator[Mapping[str, Any]]:
        """The findings that nobody took, read again. Raises SecretsError where another report has taken the place of the file."""
        left = set(self._found)
        try:
            for key, finding in _entries(self._path) if left else ():
                if key == "findings" and (mark := _key(finding["fingerprint"])) in left:
                    left.remove(mark)
                    yield _checked(finding)
        except (ValueError, KeyError, TypeError, AttributeError):
            left.add(b"")
        if left:
            raise self._broken("it was replaced while it was read")


class Comparison:
    """Comparison of this run's findings with the last report's, as they come."""

    def __init__(self, last: LastReport, digests: Mapping[str, str], ledger: _Ledger, as_of: str) -> None:
        self.counts = dict.fromkeys(COUNTS, 0)
        self.fixed: list[dict[str, Any]] = []
        self._last = last
        self._digests = digests
        self._ledger = ledger
        self._as_of = as_of
        self._obstacles: dict[tuple[str, Place], str] = {}
        self._reasons: Counter[str] = Counter()

    def novelty(self, fingerprint: str, rule: str, verdict: str, place: Place) -> Novelty:
        """What the last report adds to a finding."""
        then = self._last.take(fingerprint)
        obstacle = self._obstacle(rule, place)
        told = Novelty(self._as_of, None if obstacle else True)
        if then and not self._changed(rule):
            told = Novelty(then.since, _is_graver(verdict, then.verdict))
        if verdict in OPEN:
            self._count("not_comparable" if told.new is None else "new" if told.new else "still", obstacle)
        return told

    def close(self) -> None:
        """See to what only the last report has."""
        for finding in self._last.rest():
            if finding["verdict"] in OPEN:
                place, rule = _place(finding), finding["rule"]
                obstacle = self._changed(rule) or self._unseen(place)
                self._count("not_comparable" if obstacle else "fixed", obstacle)
                if not obstacle and len(self.fixed) < MOST_FIXED:
                    kept = {key: finding[key] for key in ("fingerprint", "rule", "severity", "subject")}
                    self.fixed.append({**kept, "since": finding["since"] or self._last.as_of})
        self.fixed.sort(key=lambda finding: (SEVERITIES.index(finding["severity"]), finding["rule"], finding["subject"], finding["fingerprint"]))

    def told(self) -> dict[str, Any]:
        """The comparison as the result has it."""
        return {"as_of": self._last.as_of, "not_comparable": [{"reason": reason, "findings": number} for reason, number in sorted(self._reasons.items())]}

    def _count(self, what: str, obstacle: str) -> None:
        self.counts[what] += 1
        if what == "not_comparable":
            self._reasons[obstacle if obstacle in self._reasons or len(self._reasons) < MOST_REASONS else OTHERS] += 1

    def _obstacle(self, rule: str, place: Place) -> str:
        """Why a finding that the last report lacks cannot be called new, or nothing."""
        key = rule, place
        if key not in self._obstacles:
            before = "" if self._last.lists(place) else f"{_text(place)} was not listed completely in the last report"
            self._obstacles[key] = self._changed(rule) or self._unseen(place) or before
        return self._obstacles[key]

    def _changed(self, rule: str) -> str:
        return "" if self._last.has_rule(rule, self._digests.get(rule)) else f"the rule {rule} is not the same in both reports"

    def _unseen(self, place: Place) -> str:
        return "" if self._ledger.lists(place) else f"{_text(place)} is not listed completely"


class _Ledger:
    """How far stores were listed. rows: places of stores, and whether each was listed completely and without a filter."""

    def __init__(self, rows: Iterable[tuple[Place, bool]]) -> None:
        self._listed = dict(rows)
        self._known: dict[Place, bool] = {}

    def lists(self, place: Place) -> bool:
        """Whether all stores that fit a place were listed; there must be one."""
        if all(place):
            return self._listed.get(place, False)
        if place not in self._known:
            fitting = [listed for store, listed in self._listed.items() if all(part in ("", its) for part, its in zip(place, store))]
            self._known[place] = bool(fitting) and all(fitting)
        return self._known[place]


def read_key(key: bytes) -> tuple[str, str, str, Place]:
    """Rule, severity, verdict and place of the key by which a finding is ordered."""
    head, provider, account, region, _name = key.decode("utf-8").split("\0", 4)
    return head[2:], SEVERITIES[int(head[1])], FINDING_VERDICTS[int(head[0])], (provider, account, region)


def _is_graver(verdict: str, before: str) -> bool:
    return verdict in OPEN and GRAVITY.get(before, len(GRAVITY)) > GRAVITY[verdict]


def _key(fingerprint: str) -> bytes:
    """A fingerprint in few bytes."""
    digits, _colon, number = fingerprint.partition(":")
    return bytes.fromhex(digits) + (number.encode("ascii") if number != "1" else b"")


def _place(item: Mapping[str, Any]) -> Place:
    provider, account, region = _texts(item["provider"] or "", item["account"] or "", item["region"] or "")
    return provider, account, region


def _checked(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """A finding of a report, if all that is read in it has sense. Raises ValueError, KeyError or TypeError if not."""
    _place(finding)
    _texts(finding["rule"], finding["subject"])
    if finding["severity"] not in SEVERITIES or finding["verdict"] not in FINDING_VERDICTS or not _is_time(finding["since"], none=True):
        raise ValueError
    return finding


def _add_new(known: dict[Any, Any], key: Any, value: Any) -> None:
    """Add what may stand there once."""
    if key in known:
        raise ValueError
    known[key] = value


def _texts(*values: Any) -> tuple[str, ...]:
    """Texts as a report has them: fit to be shown."""
    if not all(isinstance(value, str) and printable(value, len(value)) == value for value in values):
        raise ValueError
    return values


def _is_time(value: Any, none: bool = False) -> bool:
    try:
        return none if value is None else parse_time(value) > 0
    except ValueError:
        return False


def _text(place: Place) -> str:
    return f"store {'/'.join(place)}" if all(place) else "a store of the fleet"


def _entries(path: str) -> Iterator[tuple[str, Any]]:
    """The keys of a report with their values, and each item of its lists with the key of the list.

    A report has a line for each, so that it need not be held. Raises ValueError for anything else.
    """
    with files.opened(path) as handle:
        lines = partial(handle.readline, LONGEST_LINE)
        if lines() != b"{\n":
            raise ValueError
        for line in iter(lines, b"}\n"):
            if not line.startswith(b'"'):
                raise ValueError
            name, _colon, begun = line.partition(b":")
            key = json.loads(name)
            if begun.startswith(b"[]"):
                continue
            if begun == b"[\n":
                yield from ((key, strict_json.loads(item)) for item in _items(lines))
            else:
                yield key, strict_json.loads(begun.rstrip(b",\n"))


def _items(lines: Callable[[], bytes]) -> Iterator[bytes]:
    """The items of a list whose first line has been read, up to the line that ends it."""
    for line in iter(lines, b""):
        if line in (b"]\n", b"],\n"):
            return
        yield line.rstrip(b",\n")
