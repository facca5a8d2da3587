# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on their way into the result: each is made into one line of JSON once, and many wait on disk."""

from __future__ import annotations

import hashlib
import heapq
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any, BinaryIO

from .._core import files
from .._core.redaction import printable, safe_json
from .._core.values import SURROGATES
from .._report.report import MARK, SeenTexts, encoded
from .checks import ERROR, FAIL, FINDING_VERDICTS, UNKNOWN_VERDICT, WAIVED, Outcome, Subject
from .evidence import SharedEvidence
from .previous import Comparison, read_key
from .rules import SEVERITIES, Rule
from .waivers import Waiver, Waivers
from .words import Words

LONGEST_PART = 4096
LONGEST_VALUE = 200
MOST_ITEMS = 10
MOST_EVIDENCE = 8
MOST_OWNERS = 1_000
MOST_KEPT = 10_000
"""Expectations of which the writing is kept; most are the rules' own, and few."""
QUOTE = '"'
BUFFER = 1 << 16
RUN = 20_000
"""Findings that are sorted in memory and written in one go."""
CHUNK = 1 << 20

TOLD_END = ':1","since":null,"new":null}\n'
LENGTH = len(TOLD_END)
"""How the line of a finding ends behind its mark, where nothing is compared and no other finding has that mark."""

MakeScratch = Callable[[], files.Scratch]


class Findings:
    """Takes rows, and gives findings, the worst first: as dicts, as often as one likes, or as lines of JSON.

    counts: how many there are of each (severity, verdict). fresh: the same without those that are known from the last report.
    """

    def __init__(self, waivers: Waivers, make_scratch: MakeScratch | None, comparison: Comparison | None = None, as_of: float = 0.0) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.fresh: Counter[tuple[str, str]] = Counter()
        self._owned: Counter[tuple[str | None, str, str]] = Counter()
        self._comparison = comparison
        self._waivers = waivers
        self._make_scratch = make_scratch
        self._writer = _Writer(Words(as_of))
        self._told: dict[Waiver, str] = {}
        self._waiting: list[bytes] = []
        self._runs: list[files.Scratch] = []
        self._sorted: BinaryIO | None = None
        self._repeats = SeenTexts()
        self._repeated: dict[bytes, int] = {}

    def add(self, rule: Rule, row: Outcome) -> str:
        """Take a finding. Returns its verdict: a fail may be waived."""
        verdict, waiver, note = row.verdict, "null", ""
        found = self._waivers.of(rule.id, row.place) if verdict == FAIL and self._waivers.all else None
        if found:
            waiver = self._told.get(found.waiver) or self._told.setdefault(found.waiver, encoded(found.waiver.told()))
            verdict = WAIVED if found.valid else FAIL
            note = "" if found.valid else f"; its waiver ended on {found.waiver.expires}"
        self.counts[rule.severity, verdict] += 1
        self._owned[row.owner or rule.owner, rule.severity, verdict] += 1
        mark, entry = self._writer.entry(rule, row, verdict, waiver, note)
        if self._repeats.may_repeat(mark):
            self._repeated[mark.encode()] = 0
        self._waiting.append(entry)
        if len(self._waiting) >= RUN and self._make_scratch:
            self._spill(self._make_scratch())
        return verdict

    def close(self) -> None:
        """No more will come: put them in order, so that they can be read."""
        if self._runs and self._make_scratch:
            self._spill(self._make_scratch())
            whole = self._make_scratch()
            whole.write(self._finished(entry) for entry in heapq.merge(*map(_entries, self._runs)))
            self._sorted = whole.read()
            self._runs = []
        else:
            self._waiting.sort()
            self._waiting = [self._finished(entry) for entry in self._waiting]
        if self._comparison:
            self._comparison.close()

    def owners(self) -> list[dict[str, Any]]:
        """Whose the findings are, the worst off first: how many of each verdict, and the gravest severity of those that fail.

        Nothing if nobody owns any.
        """
        found: dict[str | None, Counter[str]] = {}
        graver: dict[str | None, int] = {}
        for (owner, severity, verdict), number in self._owned.items():
            found.setdefault(owner, Counter())[verdict] += number
            gravity = SEVERITIES.index(severity) if verdict in (ERROR, FAIL) else len(SEVERITIES)
            graver[owner] = min(gravity, graver.get(owner, len(SEVERITIES)))
        if not any(found):
            return []
        ordered = sorted(found, key=lambda owner: (graver[owner], -found[owner][ERROR] - found[owner][FAIL], -found[owner][UNKNOWN_VERDICT], owner or ""))
        worst = (*SEVERITIES, None)
        return [
            {"owner": owner and bounded(owner, LONGEST_PART), "worst": worst[graver[owner]], **{verdict: found[owner][verdict] for verdict in FINDING_VERDICTS}}
            for owner in ordered[:MOST_OWNERS]
        ]

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.lines())

    def lines(self) -> Iterator[str]:
        """Each finding as one line of JSON, without its line feed."""
        if self._sorted is None:
            for line in self._waiting:
                yield line[:-1].decode("utf-8")
            return
        place = 0
        while lines := _lines_at(self._sorted, place):
            place += sum(map(len, lines))
            for line in lines:
                yield line[:-1].decode("utf-8")

    def _finished(self, entry: bytes) -> bytes:
        """The line of an entry. Findings of one rule and subject are told apart by the number at the end of their fingerprints."""
        key, _feed, text = entry.partition(b"\n")
        mark = text[:-LENGTH][-MARK:]
        if mark in self._repeated:
            self._repeated[mark] += 1
        elif not self._comparison:
            return text
        number = self._repeated.get(mark, 1)
        return b'%b:%d",%b}\n' % (text[:-LENGTH], number, self._remembered(key, f"{mark.decode('ascii')}:{number}"))

    def _remembered(self, key: bytes, fingerprint: str) -> bytes:
        """What the last report adds, as JSON."""
        if not self._comparison:
            return b'"since":null,"new":null'
        rule, severity, verdict, place = read_key(key)
        since, new = self._comparison.novelty(fingerprint, rule, verdict, place)
        if new is not False:
            self.fresh[severity, verdict] += 1
        return f'"since":{quoted(since)},"new":{encoded(new)}'.encode()

    def _spill(self, run: files.Scratch) -> None:
        self._waiting.sort()
        run.write(self._waiting)
        self._runs.append(run)
        self._waiting = []


def _lines_at(handle: BinaryIO, place: int) -> list[bytes]:
    """Some lines from a place in a file on; other readers of it may have moved meanwhile."""
    handle.seek(place)
    return handle.readlines(CHUNK)


def _entries(run: files.Scratch) -> Iterator[bytes]:
    with run.read(BUFFER) as handle:
        while key := handle.readline():
            yield key + handle.readline()


# --- one finding ---


class _Writer:
    """Makes entries: two lines each, the key that orders a finding, and the finding as JSON, with the mark of its rule and subject near its end.

    It is written bit by bit, and what many findings have in common is written once.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._heads: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._places: dict[tuple[str | None, ...], tuple[str, str, str, str]] = {}
        self._expected: dict[str, str] = {}

    def entry(self, rule: Rule, row: Outcome, verdict: str, waiver: str, note: str) -> tuple[str, bytes]:
        """The mark and the entry of one finding. waiver: as JSON. note: what the message says besides."""
        key, head, told_rule = self._heads.get((rule.id, verdict)) or self._head(rule, verdict)
        store, name, number = row.place[:-2], row.place.name, row.place.id
        place_key, subject, place, parts = self._places.get(store) or self._place(store)
        same = number == name  # nearly always in some clouds
        name = name and bounded(name, LONGEST_PART)
        number = name if same else number and bounded(number, LONGEST_PART)
        told, said = self._evidence(row.evidence, verdict == UNKNOWN_VERDICT, bool(row.message))
        owner = row.owner or rule.owner
        told_name = _optional(name)
        told_number = told_name if same else _optional(number)
        line = (
            f'{head}{subject}{told_name[1:] if name else QUOTE},{place},"name":{told_name},"id":{told_number},"owner":{_optional(owner)},'
            f'"message":{quoted(_plain((row.message or said) + note))},"evidence":[{told}],"waiver":{waiver}'
        )
        key = f"{key}{place_key}{name or ''}\0{number or ''}".replace("\n", "\1")
        identity = f"[{told_rule},{parts},{told_name},{told_number}]"
        safe = safe_json(line)
        if safe is not line:
            identity = safe_json(identity)
        mark = hashlib.sha256(identity.encode()).hexdigest()[:MARK]  # what mark() says, of parts that are encoded already
        return mark, f'{key}\n{safe},"fingerprint":"{mark}{TOLD_END}'.encode()

    def _head(self, rule: Rule, verdict: str) -> tuple[str, str, str]:
        key = f"{FINDING_VERDICTS.index(verdict)}{SEVERITIES.index(rule.severity)}{rule.id}\0"
        head = f'{{"rule":{quoted(rule.id)},"severity":"{rule.severity}","verdict":"{verdict}","subject":'
        self._heads[rule.id, verdict] = key, head, quoted(rule.id)
        return self._heads[rule.id, verdict]

    def _place(self, store: tuple[str | None, ...]) -> tuple[str, str, str, str]:
        parts = [None if part is None else bounded(part, LONGEST_PART) for part in store]
        texts = [part or "" for part in parts]
        told = ",".join(f'"{key}":{_optional(part)}' for key, part in zip(Subject._fields, parts))
        self._places[store] = "".join(f"{part}\0" for part in texts), quoted("".join(f"{part}/" for part in texts))[:-1], told, ",".join(map(_optional, parts))
        return self._places[store]

    def _evidence(self, evidence: Sequence[Mapping[str, Any]], undecided: bool, silent: bool) -> tuple[str, str]:
        """Evidence as JSON, and as a sentence, unless the finding says something else. undecided: nothing was decided, so that null
        means 'not known'."""
        if not isinstance(evidence, SharedEvidence):
            return self._written(evidence, undecided, silent)
        if (undecided, silent) not in evidence.written:
            evidence.written[undecided, silent] = self._written(evidence, undecided, silent)
        return evidence.written[undecided, silent]

    def _written(self, evidence: Sequence[Mapping[str, Any]], undecided: bool, silent: bool) -> tuple[str, str]:
        first = evidence[:MOST_EVIDENCE]
        values = [bounded(item["actual"], LONGEST_VALUE) for item in first]
        told = ",".join(map(self._item, first, values))
        return told, "" if silent else self._words.sentence(first, values, undecided)

    def _item(self, item: Mapping[str, Any], actual: Any) -> str:
        """One piece of evidence as JSON."""
        expected = self._expected.get(item["expected"]) or self._expectation(item["expected"])
        return f'{{"field":{quoted(item["field"])},"actual":{encoded(actual)},"expected":{expected}}}'

    def _expectation(self, expected: str) -> str:
        told = quoted(bounded(expected, LONGEST_VALUE))
        if len(self._expected) < MOST_KEPT:
            self._expected[expected] = told
        return told


def _optional(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _plain(message: str) -> str:
    """A message fit for people: what is plain already is most of them."""
    if len(message) <= LONGEST_PART and message.isascii() and message.isprintable():
        return message
    return printable(message, LONGEST_PART)


def bounded(value: Any, longest: int) -> Any:
    """A value fit for a result: short, and without what no UTF-8 can carry."""
    if isinstance(value, str):
        if len(value) > longest:
            value = value[:longest] + "..."
        return value if value.isascii() else SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):  # tags
        return bounded([f"{key}={item}" for key, item in value.items()], longest)
    if isinstance(value, list):
        return [bounded(item, longest) for item in value[:MOST_ITEMS]] + (["..."] if len(value) > MOST_ITEMS else [])
    if value is None or isinstance(value, bool) or (isinstance(value, int) and value.bit_length() <= 128):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return bounded(str(value), longest)
