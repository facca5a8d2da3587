# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that come to a record after it was listed, and the records to which they come.

1. An addition fills what the listing left null. A value that the listing told stays.
2. A record on disk is a line. Its additions lie in a file beside it, each with the place of the one before it for the same record.
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
from functools import cached_property
from typing import Any, cast

from .._core import files, inventory_file
from .._core.records import ATTRIBUTES, Record

NONE = b"null"
NOTHING = b"[]"
INVALID, END = b'"invalid":', b"}\n"
"""Before and behind the list of what is invalid, with which a line ends."""
SIZE_BITS = 21
"""Of the place of an addition: twice the longest record."""


@dataclass(frozen=True)
class Addition:
    """Values for a record, by record key or 'attributes.name', and the keys that have none that can be used. Records may share it."""

    values: Mapping[str, Any]
    invalid: Sequence[str]

    @cached_property
    def packed(self) -> bytes:
        """The addition in lines: what is invalid, then each name with its value as they are to stand in the record's line."""
        told = [_encoded({key.removeprefix(ATTRIBUTES): value})[1:-1] for key, value in self.values.items() if value is not None]
        return b"\n".join([_encoded(list(self.invalid)) if self.invalid else NOTHING, *told])


def add(record: Record, addition: Addition) -> None:
    """Fill a record in memory."""
    for key, value in addition.values.items():
        holder, name = (record["attributes"], key.removeprefix(ATTRIBUTES)) if key.startswith(ATTRIBUTES) else (record, key)
        if holder.get(name) is None:
            holder[name] = value
    if addition.invalid:
        record["invalid"] = sorted({*record["invalid"], *addition.invalid})


def joined(line: bytes, additions: Iterable[bytes]) -> bytes:
    """The line of a record with packed additions."""
    invalid: set[str] = set()
    for addition in additions:
        strange, *told = addition.split(b"\n")
        for text in told:
            line = line.replace(text[: text.index(b'":') + 2] + NONE, text, 1)
        if strange != NOTHING:
            invalid.update(json.loads(strange))
    if invalid:
        head, found, rest = line.rpartition(INVALID)
        line = b"".join((head, found, _encoded(sorted(invalid.union(json.loads(rest[: -len(END)])))), END))
    return line


def _encoded(value: Any) -> bytes:
    return inventory_file.encode(value)[:-1]


class AdditionsOnDisk:
    """Records, to be looked at again, and additions to them, by the numbers of the records."""

    def __init__(self, scratch: Callable[[], files.Scratch]) -> None:
        self._scratch = scratch
        self._file: files.Scratch | None = None
        self._blocks: list[tuple[range, int, int]] = []
        self._last = array("q")
        """For each record the place of its last addition, with its size; 0 for none."""

    def note(self, first: int, records: list[Record]) -> None:
        """Keep records whose numbers begin with this one. They come in the order of numbers. JSON would take four times as long."""
        if records:
            block = marshal.dumps(cast(Any, records))
            self._blocks.append((range(first, first + len(records)), self._append(block), len(block)))
            self._last.extend([0] * len(records))

    def records(self, numbers: Sequence[int], with_additions: bool) -> Iterator[tuple[int, Record]]:
        """The records of these numbers, which are in order."""
        start = 0
        for block, position, size in self._blocks:
            end = bisect_left(numbers, block.stop, start)
            if end > start:
                records = marshal.loads(self._piece(position, size))
                for number in numbers[start:end]:
                    record = records[number - block.start]
                    if with_additions:
                        self._fill(record, self._last[number])
                    yield number, record
            start = end

    def add(self, additions: Iterable[tuple[int, Addition]]) -> None:
        """Take an addition for each of some records."""
        block, places = bytearray(), []
        for number, addition in additions:
            entry = self._last[number].to_bytes(8, "big") + addition.packed
            places.append((number, len(block), len(entry)))
            block += entry
        if places:
            position = self._append(bytes(block))
            for number, start, size in places:
                self._last[number] = position + start << SIZE_BITS | size

    def join(self, number: int, line: bytes) -> bytes:
        """The line of a record with its additions."""
        place = self._last[number]
        return joined(line, self._additions(place)) if place else line

    def _fill(self, record: Record, place: int) -> None:
        for addition in self._additions(place):
            for text in addition.split(b"\n")[1:]:
                ((name, value),) = json.loads(b"{%b}" % text).items()
                holder = record if name in record else record["attributes"]
                holder[name] = value if holder[name] is None else holder[name]

    def _additions(self, place: int) -> Iterator[bytes]:
        while place:
            entry = self._piece(place >> SIZE_BITS, place & (1 << SIZE_BITS) - 1)
            place = int.from_bytes(entry[:8], "big")
            yield entry[8:]

    def _append(self, block: bytes) -> int:
        if self._file is None:
            self._file = self._scratch()
            self._file.append(b"\0")  # so that no place is 0
        return self._file.append(block)

    def _piece(self, position: int, size: int) -> bytes:
        return self._file.piece(position, size) if self._file else b""
