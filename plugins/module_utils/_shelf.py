# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where records wait until all is listed: in memory, or on disk in sorted runs, so that memory stays flat.

keep() gives a token for a record. Equal records have equal tokens, and only records whose tokens are named at the end
come back: what was read twice comes once, and what a later answer replaced does not come at all.
"""

from __future__ import annotations

import hashlib
import heapq
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Union

from . import _files, _inventory
from ._records import Record, sort_key

RUN = 10_000
"""Records that are sorted in memory and written in one go."""
HEAD = struct.Struct(">IIQ")
"""Of an entry in a run: length of its key, length of its line, its token."""

Entry = tuple[bytes, int, bytes]
"""The key that orders it, its token, its line."""


class MemoryShelf:
    """Keeps records as they are. The token of a record is the record."""

    def keep(self, record: Record) -> Record:
        """Take a record."""
        return record

    def records(self, tokens: Iterable[Record]) -> list[Record]:
        """The records with these tokens, in order."""
        return sorted(tokens, key=sort_key)

    def lines(self, tokens: Iterable[Record]) -> Iterator[bytes]:
        """The same, encoded."""
        return map(_inventory.encode, self.records(tokens))


class DiskShelf:
    """Keeps records as lines, in files without a name beside 'path'. The token of a record is a number made of its line."""

    def __init__(self, path: str, random_name: Callable[[], str]) -> None:
        self._path = path
        self._random_name = random_name
        self._runs: list[_files.Scratch] = []
        self._waiting: list[Entry] = []

    def keep(self, record: Record) -> int:
        """Take a record. Raises SecretsError of kind 'file' when it cannot be written."""
        line = _inventory.encode(record)
        token = int.from_bytes(hashlib.blake2b(line, digest_size=8).digest(), "big")
        self._waiting.append((_order(record), token, line))
        if len(self._waiting) >= RUN:
            self._spill()
        return token

    def lines(self, tokens: Iterable[int]) -> Iterator[bytes]:
        """The lines with these tokens, in order, each once. Can be asked for once."""
        wanted = set(tokens)
        self._waiting.sort()
        for order, token, line in heapq.merge(*map(_read, self._runs), self._waiting):
            if token in wanted:
                wanted.discard(token)
                yield line

    def _spill(self) -> None:
        self._waiting.sort()
        run = _files.Scratch(self._path, self._random_name())
        run.write(HEAD.pack(len(order), len(line), token) + order + line for order, token, line in self._waiting)
        self._runs.append(run)
        self._waiting = []


Shelf = Union[MemoryShelf, DiskShelf]


def _order(record: Record) -> bytes:
    """Bytes that compare as sort_key() does: UTF-8 keeps the order of code points, and no part runs into the next."""
    return b"".join(part.encode("utf-8").replace(b"\0", b"\0\xff") + b"\0\0" for part in sort_key(record))


def _read(run: _files.Scratch) -> Iterator[Entry]:
    with run.read() as handle:
        while head := handle.read(HEAD.size):
            order_size, line_size, token = HEAD.unpack(head)
            yield handle.read(order_size), token, handle.read(line_size)
