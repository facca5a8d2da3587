# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record: what we say of one secret, in the same words for every cloud."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from .row_reader import Fill, Memory, Read, Source, filler, shape_of
from .values import text

RECORD_KEYS = (
    "provider",
    "account",
    "region",
    "id",
    "name",
    "description",
    "status",
    "provider_status",
    "kind",
    "created_at",
    "updated_at",
    "delete_at",
    "kms_key_id",
    "kms_key_type",
    "kms_instance_id",
    "key_state",
    "key_rotation_enabled",
    "encryption",
    "rotation_enabled",
    "rotation_days",
    "next_rotation_at",
    "last_rotated_at",
    "rotation_count",
    "version_count",
    "newest_version_at",
    "reference_count",
    "references",
    "source",
    "tags",
    "attributes",
    "invalid",
)
SECRET_STATUSES = ("enabled", "disabled", "pending_delete", "deleted", "pending_create", "create_failed", "unknown")

NEVER, NONE, GAP = "never", "none", "gap"
"""What a null means: the cloud does not offer the field; it is known to be empty; it was withheld or malformed."""

KEY_STATES = ("enabled", "disabled", "pending_delete", "pending_import", "archived", "missing")

ATTRIBUTES = "attributes."
OF_THE_STORE = "service."
"""How the keys begin that a detail fills in the ledger row of a store, and in no record."""
NUL, PART_END = ("\0", "\0\xff"), "\0\0"
"""In a text that orders records, what takes the place of a NUL, and what ends a part."""
MOST_SHAPES = 64
"""Shapes of rows for which there is a quick way."""

StoreKey = tuple[str, str, str]
"""Provider, account and region."""
Record = dict[str, Any]
_Shape = tuple["Fill | None", Collection[str]]
"""The quick way to read rows of a shape, if there is one, and which names in them no field reads."""
Readers = tuple[tuple[str, str, str, Callable[[Any], Any]], ...]
"""Of each field the object that holds it, its name there, its key and its reader."""


@dataclass(frozen=True)
class FieldMapping:
    """Mapping of one documented field of a vendor's row to one key of the record.

    source: the vendor's name, with a dot into a nested object. key: a record key, or 'attributes.name'.
    read: turns the vendor's value into ours, or raises ValueError. Of several fields with one key the first that
    can be read counts.
    """

    source: str
    key: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class RecordSchema:
    """All that one cloud says of a secret: the name it goes by here, its fields, and what its nulls mean.

    nulls: record key -> meaning of its null, for every kind of secret or kind by kind. What is not listed is a gap.
    details: what the listing does not tell. Word of the option 'details' -> the fields that are then read.
    """

    provider: str
    fields: tuple[FieldMapping, ...]
    nulls: Mapping[str, str | Mapping[str, str]]
    details: Mapping[str, tuple[FieldMapping, ...]] = field(default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The record keys that a listing of this cloud fills, attributes as 'attributes.name'."""
        return frozenset(field.key for field in self.fields)

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Record key -> the words of 'details' that fill it. A key that the listing fills may be here, too."""
        filled: dict[str, tuple[str, ...]] = {}
        for word, fields in self.details.items():
            for key in dict.fromkeys(mapping.key for mapping in fields if not mapping.key.startswith(OF_THE_STORE)):
                filled[key] = (*filled.get(key, ()), word)
        return filled

    def null_meaning(self, key: str, kind: str, asked: Collection[str] = ()) -> str:
        """NEVER, NONE or GAP: what a null under this key ('attributes.name' too) says of a secret of this kind.

        asked: the words of the details that the secret's store was asked for. Without them nothing is known to be empty.
        """
        if key.startswith(ATTRIBUTES) and key not in self.keys and key not in self.words:
            return NEVER
        meaning = self.nulls.get(key, GAP)
        told = meaning if isinstance(meaning, str) else meaning.get(kind, GAP)
        return GAP if told == NONE and self.word_to_ask_for(key, asked) else told

    def word_to_ask_for(self, key: str, asked: Collection[str]) -> str | None:
        """The word of 'details' that would fill a key, unless the listing or a word that was asked for does."""
        words = () if key in self.keys else self.words.get(key, ())
        return None if any(word in asked for word in words) else next(iter(words), None)

    def record(self, row: Mapping[str, Any], account: str, region: str) -> Record:
        """One record from one row of the cloud's answer.

        A value that cannot be read becomes null and 'invalid' lists its key, and so does a missing one where null
        would otherwise say 'known to be empty'. The quick way is for shapes of rows that give no cause for either.
        """
        return self.read([row], account, region)[0][0]

    def read(self, rows: Sequence[Mapping[str, Any]], account: str, region: str) -> tuple[list[Record], list[str]]:
        """The records of rows, and what of the rows is undocumented(), in the order of its coming. Rows of one shape are read together."""
        alike: dict[Hashable, list[int]] = {}
        for index, row in enumerate(rows):
            alike.setdefault(shape_of(row, self._parents), []).append(index)
        records: list[Record] = [{}] * len(rows)
        undocumented: dict[str, None] = {}
        for shape, places in alike.items():
            fill, unread = self._shapes.get(shape) or self._known(shape, rows[places[0]])
            undocumented.update(dict.fromkeys(unread))
            for place, record in zip(places, self._records(fill, [rows[place] for place in places], account, region)):
                records[place] = record
        return records, list(undocumented)

    def detail(self, word: str, row: Mapping[str, Any] | None, kind: str) -> tuple[dict[str, Any], list[str]]:
        """What a row tells of a detail of a secret of this kind: values by key, and the keys that have none that can be used.

        Without a row nothing is known of what the secret may have.
        """
        readers = self._details[word]
        values, told, malformed = self._read(row or {}, readers)
        untold = {key for _parent, _name, key, _read in readers} - told
        if not untold:
            return values, []
        unknown = {GAP, NONE} if row is None else {NONE}
        return values, sorted(malformed.difference(told).union(key for key in untold if self.null_meaning(key, kind, (word,)) in unknown))

    def service(self, word: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """What a row tells of a store as a whole. What cannot be read is null."""
        values = self._read(row, self._details[word])[0]
        return {mapping.key.removeprefix(OF_THE_STORE): values.get(mapping.key) for mapping in self.details[word]}

    def undocumented(self, row: Mapping[str, Any]) -> set[str]:
        """Names (never values) in the row that no field reads, with dots into nested objects."""
        unread: set[str] = set()
        for parent, known in self._names.items():
            holder = row.get(parent) if parent else row
            if isinstance(holder, dict) and not known.issuperset(holder):
                unread |= {text(f"{parent}.{name}" if parent else name) for name in holder.keys() - known}
        return unread

    def _records(self, fill: Fill | None, rows: Sequence[Mapping[str, Any]], account: str, region: str) -> list[Record]:
        """The records of rows of one shape. Where one of them cannot be read the quick way, each goes by itself."""
        if fill is not None:
            blank, no_attributes = self._blank(account, region)
            records, attributes = [blank.copy() for _row in rows], [no_attributes.copy() for _row in rows]
            try:
                fill(rows, records, attributes)
            except ValueError:
                if len(rows) > 1:
                    return [record for row in rows for record in self._records(fill, [row], account, region)]
            else:
                for record, own in zip(records, attributes):
                    record["attributes"], record["invalid"] = own, []
                return list(map(_named, records))
        return [self._plain(row, account, region) for row in rows]

    def _plain(self, row: Mapping[str, Any], account: str, region: str) -> Record:
        """A record from any row."""
        values, told, malformed = self._read(row, self._readers)
        record, attributes = self._blank(account, region)
        for key, value in values.items():
            of_attributes, name = _place(key)
            (attributes if of_attributes else record)[name] = value
        record = _named(record)
        withheld = {key for key in self.nulls if key in self.keys and key not in told and self.null_meaning(key, record["kind"]) == NONE}
        record["invalid"] = sorted((malformed - told) | withheld)
        return record

    def _read(self, row: Mapping[str, Any], readers: Readers) -> tuple[dict[str, Any], set[str], set[str]]:
        """Values by key, the keys that are told, and those of which something cannot be read."""
        values: dict[str, Any] = {}
        told: set[str] = set()
        malformed: set[str] = set()
        for parent, name, key, read in readers:
            holder = row.get(parent) if parent else row
            if not isinstance(holder, dict):
                malformed |= set() if holder is None else {key}
                continue
            raw = holder.get(name)
            if raw is None or key in told:
                continue
            try:
                values[key] = read(raw)
                told.add(key)
            except ValueError:
                malformed.add(key)
        return values, told, malformed

    def _known(self, shape: Hashable, row: Mapping[str, Any]) -> _Shape:
        """What rows of this shape have in common. The first shapes are remembered."""
        if len(self._shapes) >= MOST_SHAPES:
            return None, self.undocumented(row)
        self._shapes[shape] = self._filler(row), self.undocumented(row)
        return self._shapes[shape]

    def _filler(self, row: Mapping[str, Any]) -> Fill | None:
        """The quick way for rows of this one's shape. None where something has no place to be, or a null would mislead."""
        sources: dict[str, Source] = {}
        for parent, name, key, read in self._readers:
            holder = row.get(parent, {}) if parent else row
            if holder is not None and not isinstance(holder, dict):
                return None
            raw = holder.get(name) if holder else None
            if raw is not None:
                sources.setdefault(key, Source(parent, name, *_place(key), read, raw))
        for key in self.keys - sources.keys():
            meaning = self.nulls.get(key, GAP)
            if NONE in ([meaning] if isinstance(meaning, str) else meaning.values()):
                return None
        return filler(sources.values(), text, self._memories)

    def _blank(self, account: str, region: str) -> tuple[Record, dict[str, Any]]:
        """A record of which nothing is told yet, and its attributes."""
        empty, no_attributes = self._empty
        record, attributes = empty.copy(), no_attributes.copy()
        record["account"], record["region"], record["attributes"], record["invalid"] = account, region, attributes, []
        return record, attributes

    @cached_property
    def _empty(self) -> tuple[Record, dict[str, Any]]:
        places = [_place(key) for key in (*(field.key for field in self.fields), *self.words)]
        return {**dict.fromkeys(RECORD_KEYS), "provider": self.provider}, {name: None for of_attributes, name in places if of_attributes}

    @cached_property
    def _readers(self) -> Readers:
        return _readers(self.fields)

    @cached_property
    def _details(self) -> Mapping[str, Readers]:
        return {word: _readers(fields) for word, fields in self.details.items()}

    @cached_property
    def _parents(self) -> frozenset[str]:
        return frozenset(parent for parent, _name, _key, _read in self._readers if parent)

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        """The documented names, of the row itself ('') and of each object in it."""
        names = {"": self._parents, **dict.fromkeys(self._parents, frozenset[str]())}
        for parent, name, _key, _read in self._readers:
            names[parent] |= {name}
        return names

    @cached_property
    def _shapes(self) -> dict[Hashable, _Shape]:
        return {}

    @cached_property
    def _memories(self) -> dict[tuple[Read, type], Memory]:
        return {}


def _readers(fields: Iterable[FieldMapping]) -> Readers:
    return tuple((*mapping.source.rpartition(".")[::2], mapping.key, mapping.read) for mapping in fields)


def _place(key: str) -> tuple[bool, str]:
    """Where a key stands: whether in the attributes, and under which name."""
    return key.startswith(ATTRIBUTES), key.removeprefix(ATTRIBUTES)


def _named(record: Record) -> Record:
    """A record with a status and a kind."""
    record["status"] = record["status"] or "unknown"
    record["kind"] = record["kind"] or "unknown"
    return record


def sort_key(record: Record) -> str:
    """Text that orders records everywhere, by code points: provider, account, region, name, id. No part runs into the next."""
    name = record["name"] or ""
    return f"{_of_store(record['provider'], record['account'], record['region'])}{name.replace(*NUL)}{PART_END}{record['id'].replace(*NUL)}"


@lru_cache(maxsize=64)
def _of_store(*parts: str) -> str:
    """What all secrets of a store have in common."""
    return "".join(part.replace(*NUL) + PART_END for part in parts)
