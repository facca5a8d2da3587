# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings on their way into the result: each is made into one line of JSON once, and many wait on disk."""

from __future__ import annotations

import heapq
import json
import math
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import encode_basestring as quoted
from typing import Any, BinaryIO

from .. import _files
from .._records import SURROGATES
from .._report.json import safe
from .._scrub import printable
from .checks import FAIL, FINDINGS, WAIVED, Row
from .rules import SEVERITIES, Rule
from .waivers import Waivers

LONGEST_NAME = 4096
LONGEST_VALUE = 200
MOST_ITEMS = 10
MOST_EVIDENCE = 8
RUN = 20_000
"""Findings that are sorted in memory and written in one go."""
HEAD = struct.Struct(">II")
"""Of an entry in a run: length of its key, length of its line."""
CHUNK = 1 << 20

Entry = tuple[bytes, bytes]
"""The key that orders a finding, and its line."""
MakeScratch = Callable[[], _files.Scratch]


class Findings:
    """Takes rows, and gives findings, the worst first: as dicts, as often as one likes, or as lines of JSON.

    counts: how many there are of each (severity, verdict).
    """

    def __init__(self, waivers: Waivers, make_scratch: MakeScratch | None) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._waivers = waivers
        self._make_scratch = make_scratch
        self._waiting: list[Entry] = []
        self._runs: list[_files.Scratch] = []
        self._sorted: BinaryIO | None = None

    def add(self, rule: Rule, row: Row) -> str:
        """Take a finding. Returns its verdict: a fail may be waived."""
        verdict, waiver, note = row.verdict, None, ""
        found = self._waivers.of(rule.id, row.place) if verdict == FAIL and self._waivers.all else None
        if found:
            waiver = found.waiver.told()
            verdict = WAIVED if found.valid else FAIL
            note = "" if found.valid else f"; it was waived until {found.waiver.expires}, and that is over"
        self.counts[rule.severity, verdict] += 1
        self._waiting.append(_entry(rule, row, verdict, waiver, note))
        if len(self._waiting) >= RUN and self._make_scratch:
            self._spill(self._make_scratch())
        return verdict

    def close(self) -> None:
        """No more will come: put them in order, so that they can be read."""
        if not self._runs or not self._make_scratch:
            self._waiting.sort()
            return
        self._spill(self._make_scratch())
        whole = self._make_scratch()
        whole.write(line + b"\n" for key, line in heapq.merge(*map(_entries, self._runs)))
        self._sorted = whole.read()
        self._runs = []

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.lines())

    def lines(self) -> Iterator[str]:
        """Each finding as one line of JSON, without its line feed."""
        if self._sorted is None:
            for key, line in self._waiting:
                yield line.decode("utf-8")
            return
        place = 0
        while lines := _lines_at(self._sorted, place):
            place += sum(map(len, lines))
            for line in lines:
                yield line[:-1].decode("utf-8")

    def _spill(self, run: _files.Scratch) -> None:
        self._waiting.sort()
        run.write(HEAD.pack(len(key), len(line)) + key + line for key, line in self._waiting)
        self._runs.append(run)
        self._waiting = []


def _lines_at(handle: BinaryIO, place: int) -> list[bytes]:
    """Some lines from a place in a file on; other readers of it may have moved meanwhile."""
    handle.seek(place)
    return handle.readlines(CHUNK)


def _entries(run: _files.Scratch) -> Iterator[Entry]:
    with run.read() as handle:
        while head := handle.read(HEAD.size):
            key_size, line_size = HEAD.unpack(head)
            yield handle.read(key_size), handle.read(line_size)


# --- one finding ---


def _entry(rule: Rule, row: Row, verdict: str, waiver: Mapping[str, Any] | None, note: str) -> Entry:
    provider, account, region, name, number = place = [None if part is None else bounded(part, LONGEST_NAME) for part in row.place]
    evidence = row.evidence if len(row.evidence) <= MOST_EVIDENCE else row.evidence[:MOST_EVIDENCE]
    items = [(item["field"], bounded(item["actual"], LONGEST_VALUE), bounded(item["expected"], LONGEST_VALUE)) for item in evidence]
    message = row.message or "; ".join([f"{field} is {_short(actual)}, expected {expected}" for field, actual, expected in items])
    owner = row.owner or rule.owner
    told = ",".join([f'{{"field":{quoted(field)},"actual":{_encoded(actual)},"expected":{quoted(expected)}}}' for field, actual, expected in items])
    subject = f"{provider or ''}/{account or ''}/{region or ''}/{name or ''}"
    places = ",".join([f'"{key}":{"null" if part is None else quoted(part)}' for key, part in zip(row.place._fields, place)])
    line = (
        f'{{"rule":{quoted(rule.id)},"severity":"{rule.severity}","verdict":"{verdict}","subject":{quoted(subject)},{places},'
        f'"owner":{"null" if owner is None else quoted(owner)},"message":{quoted(printable(message + note, LONGEST_NAME))},"evidence":[{told}],'
        f'"waiver":{"null" if waiver is None else _encoded(waiver)}}}'
    )
    gravity = f"{FINDINGS.index(verdict)}{SEVERITIES.index(rule.severity)}"
    key = "\0".join((gravity + rule.id, provider or "", account or "", region or "", name or "", number or ""))
    return key.encode("utf-8"), safe(line).encode("utf-8")


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _encoded(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else ENCODER.encode(value)


def _short(actual: Any) -> str:
    return actual if isinstance(actual, str) and actual else json.dumps(actual, ensure_ascii=False)


def bounded(value: Any, longest: int) -> Any:
    """A value fit for a result: short, and without what no UTF-8 can carry."""
    if isinstance(value, str):
        short = value if len(value) <= longest else value[:longest] + "..."
        return short if short.isascii() else SURROGATES.sub("\ufffd", short)
    if isinstance(value, list):
        return [bounded(item, longest) for item in value[:MOST_ITEMS]] + (["..."] if len(value) > MOST_ITEMS else [])
    if value is None or isinstance(value, bool) or (isinstance(value, int) and value.bit_length() <= 128):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return bounded(str(value), longest)
