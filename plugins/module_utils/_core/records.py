# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record: what we say of one secret, in the same words for every cloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

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
    "encryption",
    "rotation_enabled",
    "rotation_days",
    "next_rotation_at",
    "reference_count",
    "source",
    "attributes",
    "invalid",
)
SECRET_STATUSES = ("enabled", "disabled", "pending_delete", "deleted", "pending_create", "create_failed", "unknown")

NEVER, NONE, GAP = "never", "none", "gap"
"""What a null means: the cloud does not offer the field; it is known to be empty; it was withheld or malformed."""

ATTRIBUTES = "attributes."
UNTOLD = object()
DAY = 86_400
REMEMBERED = 1 << 12
"""Days, and minutes of a day, whose texts are kept. A fleet's times lie in few years."""
MILLISECONDS_FROM = 10**11
"""A smaller number of milliseconds lies before 1973: it is seconds, or nonsense."""

SURROGATES = re.compile("[\ud800-\udfff]")
ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z", re.ASCII)
"""Python's own reader takes more forms, and other ones in each version."""

Record = dict[str, Any]


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
    """

    provider: str
    fields: tuple[FieldMapping, ...]
    nulls: Mapping[str, str | Mapping[str, str]]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The record keys that this cloud fills, attributes as 'attributes.name'."""
        return frozenset(field.key for field in self.fields)

    def null_meaning(self, key: str, kind: str) -> str:
        """NEVER, NONE or GAP: what a null under this key ('attributes.name' too) says of a secret of this kind."""
        if key.startswith(ATTRIBUTES) and key not in self.keys:
            return NEVER
        meaning = self.nulls.get(key, GAP)
        return meaning if isinstance(meaning, str) else meaning.get(kind, GAP)

    def record(self, row: Mapping[str, Any], account: str, region: str) -> Record:
        """One record from one row of the cloud's answer.

        A value that cannot be read becomes null and 'invalid' lists its key, and so does a missing one where null
        would otherwise say 'known to be empty'.

        1. A record begins as a copy of an empty one. UNTOLD stands where null would say 'known to be empty'.
        2. What the row has is read into it, the last field first: of several with one key the first counts.
        3. 'invalid' is worked out only where something could not be read, or was not told.
        """
        record, attributes = (empty.copy() for empty in self._empty)
        record["account"], record["region"], record["attributes"], record["invalid"] = account, region, attributes, []
        usual = True
        for parent, of_attributes, readers in self._readers:
            holder = row.get(parent) if parent else row
            if not isinstance(holder, dict):
                usual = usual and holder is None
                continue
            place = attributes if of_attributes else record
            for name, key, read in readers:
                raw = holder.get(name)
                if raw is not None:
                    try:
                        place[key] = read(raw)
                    except ValueError:
                        usual = False
        for of_attributes, key in self._known_empty:
            place = attributes if of_attributes else record
            if place[key] is UNTOLD:
                place[key], usual = None, False
        record["status"] = record["status"] or "unknown"
        record["kind"] = record["kind"] or "unknown"
        if not usual:
            record["invalid"] = self._invalid(row, record["kind"])
        return record

    def undocumented(self, row: Mapping[str, Any]) -> set[str]:
        """Names (never values) in the row that no field reads, with dots into nested objects."""
        unread: set[str] = set()
        for parent, known in self._names.items():
            holder = row.get(parent) if parent else row
            if isinstance(holder, dict) and not known.issuperset(holder):
                unread |= {text(f"{parent}.{name}" if parent else name) for name in holder.keys() - known}
        return unread

    def _invalid(self, row: Mapping[str, Any], kind: str) -> list[str]:
        """The keys of which the row tells only what cannot be read, or nothing where null would say 'known to be empty'."""
        told: set[str] = set()
        malformed: set[str] = set()
        for field in self.fields:
            parent, name = _parted(field.source)
            holder = row.get(parent) if parent else row
            raw = holder.get(name) if isinstance(holder, dict) else holder
            if raw is not None:
                (told if isinstance(holder, dict) and _can_read(field.read, raw) else malformed).add(field.key)
        withheld = {key for key in self.nulls if key in self.keys and key not in told and self.null_meaning(key, kind) == NONE}
        return sorted((malformed - told) | withheld)

    @cached_property
    def _empty(self) -> tuple[Record, dict[str, Any]]:
        """A record of which nothing has been told, and its attributes."""
        record: Record = {**dict.fromkeys(RECORD_KEYS), "provider": self.provider}
        attributes = {name: None for of_attributes, name in map(_place, self.fields) if of_attributes}
        for of_attributes, key in self._known_empty:
            (attributes if of_attributes else record)[key] = UNTOLD
        return record, attributes

    @cached_property
    def _known_empty(self) -> tuple[tuple[bool, str], ...]:
        """The places in which null says 'known to be empty', of whatever kind of secret."""
        kinds = {key: {meaning} if isinstance(meaning, str) else {*meaning.values()} for key, meaning in self.nulls.items()}
        return tuple(dict.fromkeys(_place(field) for field in self.fields if NONE in kinds.get(field.key, ())))

    @cached_property
    def _readers(self) -> tuple[tuple[str, bool, tuple[tuple[str, str, Callable[[Any], Any]], ...]], ...]:
        """The fields from the last to the first. Neighbours stand together that come from one object and go to one place."""
        readers = [(_parted(field.source), _place(field), field.read) for field in reversed(self.fields)]
        return tuple(
            (parent, of_attributes, tuple((name, key, read) for (_parent, name), (_of_attributes, key), read in group))
            for (parent, of_attributes), group in groupby(readers, lambda reader: (reader[0][0], reader[1][0]))
        )

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        """The names that are documented, of the row itself ('') and of each nested object."""
        sources = [_parted(field.source) for field in self.fields]
        parents = {parent for parent, _name in sources}
        names = {parent: {name for holder, name in sources if holder == parent} for parent in {"", *parents}}
        return {parent: frozenset(known | parents - {""} if parent == "" else known) for parent, known in names.items()}


def _parted(source: str) -> tuple[str, str]:
    """The object inside of a row that holds a field ('' for the row itself), and the field's name there."""
    parent, _dot, name = source.rpartition(".")
    return parent, name


def _place(field: FieldMapping) -> tuple[bool, str]:
    """Where a field goes: whether to the attributes, and under which key."""
    return field.key.startswith(ATTRIBUTES), field.key.removeprefix(ATTRIBUTES)


def _can_read(read: Callable[[Any], Any], raw: Any) -> bool:
    try:
        read(raw)
    except ValueError:
        return False
    return True


def sort_key(record: Record) -> tuple[str, str, str, str, str]:
    """The order of records everywhere: by code points."""
    return record["provider"], record["account"], record["region"], record["name"] or "", record["id"]


def text(value: Any) -> str:
    """A string as it came, but for lone surrogates, which no UTF-8 can carry: they become U+FFFD."""
    if not isinstance(value, str):
        raise ValueError("not text")
    return value if value.isascii() else SURROGATES.sub("\ufffd", value)


def texts(value: Any) -> list[str]:
    """A list of strings."""
    if not isinstance(value, list):
        raise ValueError("not a list")
    return [text(item) for item in value]


def integer(value: Any) -> int:
    """An integer, exactly; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not an integer")
    return value


def flag(value: Any) -> bool:
    """A boolean, or the integers 0 and 1."""
    if not isinstance(value, int) or value not in (0, 1):
        raise ValueError("not a flag")
    return bool(value)


def digits(value: Any) -> str:
    """An account number as text, so that no reader of JSON rounds it."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value
    if integer(value) < 0:
        raise ValueError("not an account number")
    return str(value)


def digits_or_none(value: Any) -> str | None:
    """As digits(), where the cloud writes 0 for 'nobody'."""
    return None if digits(value) == "0" else digits(value)


def seconds(value: Any) -> str:
    """Whole seconds since the epoch as ISO 8601 in UTC."""
    return iso_time(_positive(value))


def seconds_or_none(value: Any) -> str | None:
    """As seconds(), where the cloud writes 0 for 'no such time'."""
    return None if integer(value) == 0 else seconds(value)


def milliseconds(value: Any) -> str:
    """Milliseconds since the epoch as ISO 8601 in UTC, with a fraction if there is one."""
    whole, rest = divmod(_positive(value, MILLISECONDS_FROM), 1000)
    moment = iso_time(whole)
    return f"{moment[:-1]}.{rest:03d}Z" if rest else moment


@dataclass(frozen=True, eq=False)
class OneOf:
    """A reader that maps exactly these words. Any other is 'otherwise', or malformed where that is None."""

    words: Mapping[Any, str]
    otherwise: str | None = None

    def __call__(self, value: Any) -> str:
        word = None if isinstance(value, (bool, float, list, dict)) else self.words.get(value, self.otherwise)
        if word is None:
            raise ValueError("not a known word")
        return word


one_of = OneOf


def iso_time(epoch: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, whole seconds. ValueError past the year 9999."""
    try:
        day, second = divmod(int(epoch), DAY)
        return f"{_day(day)}T{_minute(second // 60)}:{second % 60:02d}Z"
    except (OverflowError, OSError) as error:
        raise ValueError("not a time") from error


@lru_cache(maxsize=REMEMBERED)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, timezone.utc).strftime("%Y-%m-%d")


@lru_cache(maxsize=REMEMBERED)
def _minute(number: int) -> str:
    return f"{number // 60:02d}:{number % 60:02d}"


def parse_time(moment: str) -> float:
    """Seconds since the epoch of an ISO 8601 time in UTC, such as '2026-02-05T03:04:05Z'. ValueError if it is none."""
    found = ISO_TIME.fullmatch(moment) if isinstance(moment, str) else None
    if found is None:
        raise ValueError("a time is written 2026-02-05T03:04:05Z")
    whole, fraction = found.groups()
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(fraction or 0)


def _positive(value: Any, least: int = 1) -> int:
    number = integer(value)
    if number < least:
        raise ValueError("not a time")
    return number
