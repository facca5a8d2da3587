# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that come to a record after it was listed, and the records to which they come.

1. An addition fills what the listing left null. A value that the listing told stays. What two additions tell differently is
   not known: it is null and invalid.
2. A record on disk is a line. Its additions lie in a file beside it, each with the place of the one before it for the same record.
   Records to which the same was added share one place.
3. On the way out they are written over the nulls of the line. In JSON, '"tags":null' stands for a key and never in a text,
   where the quotes would be escaped; and no two objects of a record share the names that are filled.
"""

from __future__ import annotations

import json
import marshal
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Union, cast

from .._core import files, inventory_file
from .._core.records import ATTRIBUTES, RECORD_KEYS, Record

NONE = b"null"
NOTHING = b"[]"
INVALID, END = b'"invalid":', b"}\n"
"""Before and behind the list of what is invalid, with which a line ends."""
SIZE_BITS = 21
"""Of the place of an addition: twice the longest record."""
SIZE = (1 << SIZE_BITS) - 1
SHARED, SHORT = 4096, 1024
"""Additions that are remembered, for records that share them, and bytes of the longest one."""

Note = tuple[str, tuple[Union[str, None], ...], Union[Record, None]]
"""What is to be known of a record when its details are asked for: its kind, its subject in each detail that is asked for at once, and the record
itself where other details come later."""
RECORD = 2
"""Where the record stands in a note."""
Fills = tuple[tuple[bytes, bytes], ...]
"""Nulls of a line, each with what takes its place."""


@dataclass(frozen=True)
class Addition:
    """Values for a record, by record key or 'attributes.name', and the keys that have none that can be used. Records may share it."""

    values: Mapping[str, Any]
    invalid: Sequence[str]

    @cached_property
    def packed(self) -> bytes:
        """The addition in lines: what is invalid, then each name with its value as they are to stand in the record's line."""
        told = [_encoded({key.removeprefix(ATTRIBUTES): value})[1:-1] for key, value in self.values.items()]
        return b"\n".join([_encoded(list(self.invalid)) if self.invalid else NOTHING, *told])


def add(record: Record, addition: Addition, told: dict[str, Any]) -> None:
    """Fill a record in memory. told: what was added to it before, which is kept there."""
    invalid = set(addition.invalid)
    for key, value in addition.values.items():
        holder, name = (record["attributes"], key.removeprefix(ATTRIBUTES)) if key.startswith(ATTRIBUTES) else (record, key)
        if told.setdefault(key, value) != value:
            told[key] = holder[name] = None
            invalid.add(key)
        elif holder.get(name) is None:
            holder[name] = value
    if invalid:
        record["invalid"] = sorted(invalid.union(record["invalid"]))


def joined(line: bytes, fills: Fills, invalid: frozenset[str]) -> bytes:
    """The line of a record with what fills its nulls, and with more that is invalid."""
    for null, text in fills:
        line = line.replace(null, text, 1)
    if invalid:
        head, found, rest = line.rpartition(INVALID)
        line = b"".join((head, found, _encoded(sorted(invalid.union(json.loads(rest[: -len(END)])))), END))
    return line


def _key_of(null: bytes) -> str:
    """The key of a record that a null in its line stands for."""
    name = json.loads(null.partition(b":")[0])
    return name if name in RECORD_KEYS else f"{ATTRIBUTES}{name}"


def _encoded(value: Any) -> bytes:
    return inventory_file.encode(value)[:-1]


class AdditionsOnDisk:
    """Notes of records, and additions to these records, by the numbers of the records."""

    def __init__(self, scratch: Callable[[], files.Scratch], note: Callable[[Record], Note]) -> None:
        self._scratch = scratch
        self._note = note
        self._end = 1  # so that no place is 0
        self._blocks: list[tuple[range, int, int]] = []
        self._last = array("q")
        """For each record the place of its last addition, with its size; 0 for none."""
        self._shared: dict[bytes, int] = {}
        self._fills = lru_cache(maxsize=SHARED)(self._parsed)

    def note(self, first: int, records: list[Record]) -> None:
        """Keep notes of records whose numbers begin with this one. They come in the order of numbers. JSON would take four times as long."""
        if records:
            block = marshal.dumps(cast(Any, list(map(self._note, records))))
            self._blocks.append((range(first, first + len(records)), self._append(block), len(block)))
            self._last.extend([0] * len(records))

    def notes(self, numbers: Sequence[int], with_additions: bool) -> Iterator[tuple[int, Note]]:
        """The notes of these records, which are in order."""
        start = 0
        for block, position, size in self._blocks:
            end = bisect_left(numbers, block.stop, start)
            if end > start:
                notes = marshal.loads(self._file.piece(position, size))
                for number in numbers[start:end]:
                    note = notes[number - block.start]
                    if with_additions:
                        self._fill(note[RECORD], self._last[number])
                    yield number, note
            start = end

    def add(self, additions: Iterable[tuple[int, Addition]]) -> None:
        """Take an addition for each of some records. Records with the same additions share them."""
        block = bytearray()
        for number, addition in additions:
            entry = self._last[number].to_bytes(8, "big") + addition.packed
            place = self._shared.get(entry, 0)
            if not place:
                place = self._end + len(block) << SIZE_BITS | len(entry)
                block += entry
                self._remember(entry, place)
            self._last[number] = place
        self._append(bytes(block))

    def join(self, number: int, line: bytes) -> bytes:
        """The line of a record with its additions."""
        place = self._last[number]
        return joined(line, *self._told(place)) if place else line

    def _remember(self, entry: bytes, place: int) -> None:
        if len(self._shared) == SHARED:
            self._shared.clear()
        if len(entry) <= SHORT:
            self._shared[entry] = place

    def _fill(self, record: Record, place: int) -> None:
        for _null, text in self._told(place)[0] if place else ():
            ((name, value),) = json.loads(b"{%b}" % text).items()
            holder = record if name in record else record["attributes"]
            holder[name] = value if holder[name] is None else holder[name]

    def _told(self, place: int) -> tuple[Fills, frozenset[str]]:
        """All additions that end at a place, the first of them first."""
        return (self._fills if place & SIZE <= SHORT else self._parsed)(place)

    def _parsed(self, place: int) -> tuple[Fills, frozenset[str]]:
        entry = self._file.piece(place >> SIZE_BITS, place & SIZE)
        before = int.from_bytes(entry[:8], "big")
        fills, invalid = self._told(before) if before else ((), frozenset[str]())
        strange, *told = entry[8:].split(b"\n")
        added, by_null = [(text[: text.index(b'":') + 2] + NONE, text) for text in told], dict(fills)
        unlike = [null for null, text in added if by_null.get(null, text) != text]
        by_null.update(added)
        by_null.update(zip(unlike, unlike))
        return tuple(by_null.items()), invalid.union(() if strange == NOTHING else json.loads(strange), map(_key_of, unlike))

    @cached_property
    def _file(self) -> files.Scratch:
        file = self._scratch()
        file.append(b"\0")
        return file

    def _append(self, block: bytes) -> int:
        position = self._file.append(block)
        self._end = position + len(block)
        return position
