# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage for records until all is listed: in memory, or on disk in sorted runs, so that memory stays flat.

keep() gives tokens for the records of a page, and page() takes rows that hold such tokens to where the records are. What
choose() names in the end comes back, in order; what was read twice, or replaced by a later answer, does not.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import marshal
import re
import struct
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Union

from .._core import files, inventory_file
from .._core.records import Record, sort_key
from .._paging.unordered import PageRow, StoredRows
from .additions import Addition, AdditionsOnDisk, Note, add

RUN = 10_000
"""Records that are sorted in memory and written in one go."""
BUFFERS = 1 << 22
"""Bytes of all runs that are read at once while they are merged."""
BATCH = 20
"""Entries of a run that are read at once."""
SIZE = struct.Struct(">I")
"""Of a batch: its length in bytes."""
ROW = struct.Struct(">16sqqq")
"""A row on disk: digest of its id, its created, number and digest of its record."""
BLOCK = 5_000
"""Rows that are read at once."""
NOTHING = -(1 << 63)
"""Instead of a created that is not known, and of a record that is not wanted."""

Entry = tuple[bytes, int, bytes]
"""The key that orders it, its number, its line."""
Stored = tuple[str, Record]
"""The key that orders a record, and the record."""
RecordRef = tuple[int, int]
"""The number of a record, in the order of their coming, and a digest of its content."""


class MemorySpool:
    """Keeps records as they are. The token of a record holds the one that came first of those that are equal."""

    def __init__(self) -> None:
        self._latest: dict[str, Stored] = {}
        self._chosen: list[Stored] = []
        self._note: Callable[[Record], Note] | None = None
        self._added: defaultdict[int, dict[str, Any]] = defaultdict(dict)

    def grow(self, note: Callable[[Record], Note]) -> None:
        """Additions will come to records. note: what is to be known of each until then."""
        self._note = note

    def keep(self, records: Iterable[Record | None]) -> list[Stored | None]:
        """Take records. Where a row has none that is wanted, it has no token."""
        return [self._known(record) if record else None for record in records]

    def _known(self, record: Record) -> Stored:
        stored = sort_key(record), record
        known = self._latest.setdefault(stored[0], stored)
        if known is not stored and known[1] != record:
            self._latest[stored[0]] = known = stored
        return known

    def page(self, rows: list[PageRow]) -> Sequence[PageRow]:
        """The rows of a page."""
        return rows

    def differ(self, token: Stored | None, other: Stored | None) -> bool:
        """True if two records differ in content."""
        return token != other

    def choose(self, tokens: Iterable[Stored]) -> None:
        """These records are to come back."""
        self._chosen += tokens

    def handles(self, tokens: Iterable[Stored]) -> Sequence[Record]:
        """What stands for chosen records while additions come to them: the records."""
        return [record for _key, record in tokens]

    def notes(self, handles: Sequence[Record], with_additions: bool = False) -> Iterator[tuple[Record, Note]]:
        """The notes of these handles' records, each with its handle."""
        note = self._note
        return ((record, note(record)) for record in handles) if note else iter(())

    def add(self, additions: Iterable[tuple[Record, Addition]]) -> None:
        """Take an addition for each of some records, by their handles."""
        for record, addition in additions:
            add(record, addition, self._added[id(record)])

    def records(self) -> list[Record]:
        """The chosen records, in order."""
        return [record for _key, record in sorted(self._chosen, key=itemgetter(0))]

    def lines(self) -> Iterator[bytes]:
        """The chosen records as lines of JSON, in order."""
        return map(inventory_file.encode, self.records())


class DiskSpool:
    """Keeps records as lines, and rows without them, in files without a name beside 'path'."""

    def __init__(self, path: str, random_name: Callable[[], str]) -> None:
        self._path = path
        self._random_name = random_name
        self._pages: files.Scratch | None = None
        self._runs: list[files.Scratch] = []
        self._waiting: list[Entry] = []
        self._chosen = bytearray()
        self._additions: AdditionsOnDisk | None = None

    def grow(self, note: Callable[[Record], Note]) -> None:
        """Additions will come to records. note: what is to be known of each until then. To be called before any is kept."""
        self._additions = AdditionsOnDisk(self._scratch, note)

    def keep(self, records: Sequence[Record | None]) -> list[RecordRef | None]:
        """Take records. Raises SecretsError of kind 'file' when they cannot be written."""
        wanted = [record for record in records if record]
        if self._additions:
            self._additions.note(len(self._chosen), wanted)
        lines = inventory_file.encode_records(wanted)
        numbers = range(len(self._chosen), len(self._chosen) + len(lines))
        self._chosen.extend(bytes(len(lines)))
        self._waiting.extend(zip((sort_key(record).encode() for record in wanted), numbers, lines))
        if len(self._waiting) >= RUN:
            self._spill()
        tokens = zip(numbers, map(hash, lines))
        return [next(tokens) if record else None for record in records]

    def page(self, rows: list[PageRow]) -> Sequence[PageRow]:
        """The rows of a page, each time read from the disk. Raises SecretsError of kind 'file' when they cannot be written."""
        if self._pages is None:
            self._pages = self._scratch()
        return _Page(self._pages, self._pages.append(b"".join(map(_pack, rows))), len(rows))

    def differ(self, token: RecordRef | None, other: RecordRef | None) -> bool:
        """True if two records differ in content."""
        return (token and token[1]) != (other and other[1])

    def choose(self, tokens: Iterable[RecordRef]) -> None:
        """These records are to come back."""
        for number, _content in tokens:
            self._chosen[number] = True

    def handles(self, tokens: Iterable[RecordRef]) -> Sequence[int]:
        """What stands for chosen records while additions come to them: their numbers."""
        return array("q", sorted(number for number, _content in tokens))

    def notes(self, handles: Sequence[int], with_additions: bool = False) -> Iterator[tuple[int, Note]]:
        """The notes of these handles' records, each with its handle. The records in them are as they were listed, or with what came so far."""
        return self._additions.notes(handles, with_additions) if self._additions else iter(())

    def add(self, additions: Iterable[tuple[int, Addition]]) -> None:
        """Take an addition for each of some records, by their handles."""
        if self._additions:
            self._additions.add(additions)

    def records(self) -> list[Record]:
        """The chosen records, in order. Can be asked for once."""
        return [json.loads(line) for line in self.lines()]

    def lines(self) -> Iterator[bytes]:
        """The lines of the chosen records, in order. Can be asked for once."""
        if self._pages is not None:
            self._pages.close()
        self._waiting.sort()
        buffer = BUFFERS // (len(self._runs) or 1)
        for _order, number, line in heapq.merge(*(_read(run, buffer) for run in self._runs), self._waiting):
            if self._chosen[number]:
                yield self._additions.join(number, line) if self._additions else line

    def _scratch(self) -> files.Scratch:
        return files.Scratch(self._path, self._random_name())

    def _spill(self) -> None:
        self._waiting.sort()
        run = self._scratch()
        run.write(_batches(self._waiting))
        self._runs.append(run)
        self._waiting = []


class _Page(StoredRows):
    """Rows on disk. Their ids are digests there, of 16 bytes: no two of a billion are alike by chance."""

    __slots__ = ("_pages", "_position", "_count")

    def __init__(self, pages: files.Scratch, position: int, count: int) -> None:
        self._pages = pages
        self._position = position
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[PageRow]:
        return map(_unpack, ROW.iter_unpack(self._packed()))

    def share(self, number: int, share: int) -> Iterator[PageRow]:
        packed = self._packed()
        chosen = _first_bytes(number, share).finditer(packed[:: ROW.size])
        return (_unpack(ROW.unpack_from(packed, found.start() * ROW.size)) for found in chosen)

    def joined(self, other: Sequence[PageRow]) -> StoredRows | None:
        count = self._count + len(other)
        follows = isinstance(other, _Page) and other._position == self._position + self._count * ROW.size
        return _Page(self._pages, self._position, count) if follows and count <= BLOCK else None

    def _packed(self) -> bytes:
        return self._pages.piece(self._position, self._count * ROW.size)

    def __getitem__(self, index: Any) -> Any:
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return _unpack(ROW.unpack(self._pages.piece(self._position + index % self._count * ROW.size, ROW.size)))


Spool = Union[MemorySpool, DiskSpool]


def _pack(row: PageRow) -> bytes:
    number, content = row.content or (NOTHING, 0)
    name = hashlib.sha256(str(row.id).encode("utf-8", "surrogatepass")).digest()[:16]
    return ROW.pack(name, NOTHING if row.created is None else row.created, number, content)


@lru_cache(maxsize=1)
def _first_bytes(number: int, share: int) -> re.Pattern[bytes]:
    """The bytes with which the digests of this share begin."""
    return re.compile(b"[%b]" % re.escape(bytes(range(share, 256, number))), re.DOTALL)


def _unpack(packed: tuple[bytes, int, int, int]) -> PageRow:
    name, created, number, content = packed
    return PageRow(name, None if created == NOTHING else created, None if number == NOTHING else (number, content))


def _batches(entries: list[Entry]) -> Iterator[bytes]:
    for start in range(0, len(entries), BATCH):
        end = start + BATCH
        batch = marshal.dumps(entries[start:end])
        yield SIZE.pack(len(batch)) + batch


def _read(run: files.Scratch, buffer: int) -> Iterator[Entry]:
    with run.read(buffer) as handle:
        while size := handle.read(SIZE.size):
            yield from marshal.loads(handle.read(*SIZE.unpack(size)))
