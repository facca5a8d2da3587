# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory file: a header with the ledger, one record a line, and a trailer that proves it is whole.

Line 1 is the header: format, collected_at, collector, asked (accounts, regions, partitions and every filter in
force), stores (the ledger), complete, filtered. Then one record a line in code-point order of (provider, account,
region, name, id). The last line is {"end": true, "records": n, "sha256": of every byte before it}.

A file of another release may have fewer keys or more. A record key that is missing is read as null and listed in the
record's 'invalid', so that nothing is concluded from it; a key that is new is ignored. What tells secrets and stores
apart (IDENTITY, and in the ledger IDENTITY_OF_STORE and status) has to be there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

from . import files, strict_json
from .errors import SecretsError
from .record_lines import LineReader, Look
from .records import RECORD_KEYS, Record

FORMAT = "multicloud.secrets/1"
FORMAT_FAMILY = "multicloud.secrets/"
OURS = f'{{"format":"{FORMAT}"'.encode("ascii")
OURS_OF_OLD = f'{{"format":"{FORMAT_FAMILY}'.encode("ascii")
"""How the first line begins, in this format and in any."""
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
START = '{"provider":'
"""How the line of a record begins, and no object inside of one. (In a text, the quotation marks would be escaped.)"""
BATCH = 100
"""Lines that are written at once."""
LONGEST_LINE = 64 << 20
"""Of the header, which holds the whole ledger."""
LONGEST_RECORD = 1 << 20
CHUNK = 1 << 16
NOTE, NOTE_FORMAT = ".written", "multicloud.secrets.written/1"
EXCLUDED = "excluded"
"""Why a header leaves an account of an organization out that its entry names under 'exclude'."""
ALL_KEYS = frozenset(RECORD_KEYS)
IDENTITY_OF_STORE = ("provider", "account", "region")
IDENTITY = frozenset((*IDENTITY_OF_STORE, "id", "name"))
STRAYS = {"end": "the trailer of an inventory, and more stands behind it", "format": "another header"}
"""What has no place between a header and its trailer, by a key of it."""

Header = dict[str, Any]
Fingerprint = tuple[str, int, int]
"""Filters and statuses of an inventory, the number of its records, and a hash of them."""


def _nothing(record: Record) -> None:
    """Nothing is wrong with a record."""


def encode(value: Any) -> bytes:
    """One line of the file, line feed included."""
    return f"{ENCODER.encode(value)}\n".encode()


def encode_records(records: list[Record]) -> list[bytes]:
    """The lines of records, all by one call of the encoder, since a call costs as much as half a record."""
    if not records:
        return []
    pieces = ENCODER.encode(records).removeprefix(f"[{START}").removesuffix("}]").split(f"}},{START}")
    return [f"{START}{piece}}}\n".encode() for piece in pieces]


def write(path: str, header: Header, lines: Iterable[bytes], random_name: str) -> Fingerprint:
    """Write an inventory of encoded records, already in order. Returns its fingerprint; see fingerprint()."""
    with files.written(path, random_name) as handle:
        first = encode({"format": FORMAT, **header})
        handle.write(first)
        digest = hashlib.sha256(first)
        content = _Content(header)
        for block, longest, count in _blocks(lines):
            if longest > LONGEST_RECORD:
                raise SecretsError("too_large", f"a record of {longest} bytes cannot be written to {path}")
            handle.write(block)
            digest.update(block)
            content.add(block, count)
        handle.write(encode({"end": True, "records": content.records, "sha256": digest.hexdigest()}))
    return content.fingerprint()


def note_written(folder: str, host: str, names: Iterable[str], random_name: str) -> None:
    """Note beside the inventories of a host which ones they are, so that who reads them all by a pattern notices that one is gone."""
    with files.written(f"{folder}/.{host}{NOTE}", random_name) as handle:
        handle.write(encode({"format": NOTE_FORMAT, "files": sorted(names)}))


def gone(folder: str) -> list[str]:
    """The inventories that were written to a folder and are not in it. Raises SecretsError for a note that cannot be read."""
    there = set(files.names(folder))
    noted: set[str] = set()
    for name in sorted(name for name in there if name.startswith(".") and name.endswith(NOTE)):
        try:
            note = strict_json.loads(files.read_bytes(f"{folder}/{name}"))
        except ValueError:
            note = None
        if not isinstance(note, dict) or note.get("format") != NOTE_FORMAT or not _are_names(note.get("files")):
            raise SecretsError("file", f"{folder}/{name} is no list of the inventories that were written there", hint="Copy it again, or remove it.")
        noted.update(note["files"])
    return sorted(noted - there)


def measure(header: Header, lines: Iterable[bytes]) -> Fingerprint:
    """The fingerprint that write() would return."""
    content = _Content(header)
    for block, _longest, count in _blocks(lines):
        content.add(block, count)
    return content.fingerprint()


def fingerprint(path: str) -> Fingerprint | None:
    """Content of an inventory without times and counters: its records, its filters, and the status of each store.

    None if the file is missing, empty or damaged. Raises as check_replaceable() does. Fingerprints of one process can be compared.
    """
    check_replaceable(path)
    if not files.exists(path):
        return None
    try:
        with opened(path) as inventory:
            return measure(inventory.header, inventory.lines())
    except SecretsError:
        return None


def check_replaceable(path: str) -> None:
    """Raise SecretsError if there is a file that is no inventory, or one of another format, so that no foreign file is overwritten."""
    if not files.exists(path):
        return
    with files.opened(path) as handle:
        start = handle.read(64)
    if start and not start.startswith(OURS):
        known = "an inventory of another format" if start.startswith(OURS_OF_OLD) else "not an inventory"
        raise SecretsError("file", f"{path} exists and is {known}", hint="Remove it or choose another path.")


@contextmanager
def opened(path: str) -> Iterator[Inventory]:
    """An inventory, open for reading. Raises SecretsError of kind 'file' if it is none, or of an unknown format."""
    with files.opened(path) as handle:
        yield Inventory(path, handle)


class Inventory:
    """One inventory file while it is open: its header, and its records as a stream.

    missing: keys that some record read so far did not have, since another release wrote it.
    """

    def __init__(self, path: str, handle: BinaryIO) -> None:
        self.path = path
        self._handle = handle
        first = handle.readline(LONGEST_LINE)
        self._digest = hashlib.sha256(first)
        self.header: Header = self._read_header(first)
        self.missing: set[str] = set()

    def records(self, look: Look = _nothing, reader: LineReader | None = None) -> Iterator[Record]:
        """The records in their order. Raises SecretsError, at the latest at the end, if the file is not whole.

        look: says what is wrong with the types of a record's values. reader: knows the lines with which nothing is wrong.
        """
        for number, line in enumerate(self.lines(), 2):
            record = reader.read(line) if reader else None
            if record is None:
                record = self._decode(line, number)
                is_whole = record.keys() == ALL_KEYS
                record = record if is_whole else self._fitted(record, number)
                if fault := look(record):
                    raise self.broken(fault, number)
                if is_whole and reader:
                    reader.learn(record)
            yield record

    def lines(self) -> Iterator[bytes]:
        """The encoded records; raises as records() does."""
        count, last = 0, b""
        while chunk := self._handle.read(CHUNK):
            *whole, last = (last + chunk).splitlines(keepends=True)
            if max(map(len, whole), default=0) > LONGEST_RECORD or len(last) > LONGEST_RECORD:
                raise self.broken("it is cut off")
            self._digest.update(b"".join(whole))
            count += len(whole)
            yield from whole
        if last and not last.endswith(b"\n"):
            raise self.broken("it is cut off")
        self._check_trailer(last, count)

    def _read_header(self, line: bytes) -> Header:
        if not line.strip():
            raise SecretsError("file", f"{self.path} is not an inventory: it is empty, or begins with an empty line")
        try:
            header = strict_json.loads(line)
        except ValueError as error:
            raise SecretsError("file", f"{self.path} is not an inventory: its header is {error}") from None
        if not isinstance(header, dict) or not str(header.get("format", "")).startswith(FORMAT_FAMILY):
            raise SecretsError("file", f"{self.path} is not an inventory")
        if header.pop("format") != FORMAT:
            raise SecretsError("file", f"{self.path} is an inventory of another format", hint="Collect it again with this version.")
        stores = header.get("stores")
        if not isinstance(header.get("asked"), dict) or not isinstance(stores, list) or not all(map(_is_row, stores)):
            raise self.broken("its header has no ledger")
        return header

    def _fitted(self, record: Record, number: int) -> Record:
        """A record of another release with the keys that records have today."""
        missing = ALL_KEYS - record.keys()
        stray = next((what for key, what in STRAYS.items() if key in record and missing >= IDENTITY), None)
        if stray:
            raise self.broken(f"line {number} is {stray}")
        if missing & IDENTITY:
            raise self.broken(f"the record in line {number} has no {' and no '.join(sorted(missing & IDENTITY))}")
        self.missing |= missing
        invalid = record.get("invalid", [])
        return {
            **{key: record.get(key) for key in RECORD_KEYS},
            "attributes": record.get("attributes", {}),
            "invalid": [*invalid, *sorted(missing)] if isinstance(invalid, list) else invalid,
        }

    def _check_trailer(self, line: bytes, count: int) -> None:
        trailer = self._decode(line, count + 2) if line else {}
        if trailer.get("end") is not True:
            raise self.broken("it has no trailer")
        records = trailer.get("records")
        if not isinstance(records, int) or isinstance(records, bool) or records != count or trailer.get("sha256") != self._digest.hexdigest():
            raise self.broken("its trailer does not match its content")

    def _decode(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            value = strict_json.loads(line[:-1], number)
        except ValueError as error:
            raise self.broken(f"what should be a JSON object is {error}") from None
        if not isinstance(value, dict):
            raise self.broken(f"line {number} is not a JSON object")
        return value

    def broken(self, reason: str, line: int | None = None) -> SecretsError:
        """The error with which it is refused."""
        where = "" if line is None else f"line {line}: "
        return SecretsError("file", f"{self.path} is not a whole inventory: {where}{reason}", hint="Collect it again, or copy it again.")


class _Content:
    """What a fingerprint is made of, while it is read or written. Blocks are compared by Python's own hash, which is quick and of this process alone."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._hash = 0
        self.records = 0

    def add(self, block: bytes, records: int) -> None:
        self._hash = hash((self._hash, block))
        self.records += records

    def fingerprint(self) -> Fingerprint:
        """Of what has been added, and of the header."""
        statuses = [[row["provider"], row["account"], row["region"], row["status"]] for row in self._header["stores"]]
        return json.dumps([self._header["asked"], statuses], sort_keys=True), self.records, self._hash


def _blocks(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Lines by the hundred: their bytes, the length of the longest, their number."""
    rest = iter(lines)
    while batch := list(islice(rest, BATCH)):
        yield b"".join(batch), max(map(len, batch)), len(batch)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(key), str) for key in (*IDENTITY_OF_STORE, "status"))
