# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields that rules can use: every field of every cloud, with its type and its fixed list of words, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._core import values
from .._core.records import ATTRIBUTES, KEY_STATES, OF_THE_STORE, RECORD_KEYS, SECRET_STATUSES, FieldMapping, RecordSchema
from .._core.values import OneOf, composed

TEXT, NUMBER, FLAG, TIME, LIST, TAGS, PARTS = "text", "number", "flag", "time", "list", "tags", "parts"
ANY = (TEXT, NUMBER, FLAG, TIME, LIST, TAGS, PARTS)

TYPES: Mapping[str, str] = {
    "created_at": TIME,
    "updated_at": TIME,
    "delete_at": TIME,
    "next_rotation_at": TIME,
    "last_rotated_at": TIME,
    "newest_version_at": TIME,
    "key_rotation_enabled": FLAG,
    "rotation_count": NUMBER,
    "version_count": NUMBER,
    "references": PARTS,
    "rotation_enabled": FLAG,
    "rotation_days": NUMBER,
    "reference_count": NUMBER,
    "tags": TAGS,
    "invalid": LIST,
}
"""Of the record's own keys; the others are texts, and parts are mappings in a list. 'attributes' itself is no field: its keys are."""

READERS: Mapping[Callable[[Any], Any], str] = {
    values.text: TEXT,
    values.text_or_none: TEXT,
    values.digits: TEXT,
    values.digits_or_none: TEXT,
    values.texts: LIST,
    values.integer: NUMBER,
    values.count: NUMBER,
    values.flag: FLAG,
    values.seconds: TIME,
    values.seconds_or_none: TIME,
    values.milliseconds: TIME,
    values.utc_time: TIME,
    values.utc_time_or_none: TIME,
}
"""Type that each reader of a schema makes, for attributes."""

UNKNOWN_WORD = "unknown"
"""Word that status and kind hold if the cloud sent nothing, or a value that its documentation lacks."""
WORD_FIELDS = frozenset({"status", "kind"})
"""Fields that hold UNKNOWN_WORD, and are never null."""

CLOSED: Mapping[str, tuple[str, ...]] = {"status": SECRET_STATUSES, "key_state": KEY_STATES}
"""Fields whose words are those of every service."""

OF_THE_PAST = frozenset({"created_at", "updated_at", "last_rotated_at", "newest_version_at"})
"""Times that cannot lie ahead, unless a clock is wrong."""


@dataclass(frozen=True)
class RuleField:
    """types: what its values can be; more than one where clouds differ. words: all that it can say, if that is known. whole: whether it is a
    number that is always whole."""

    name: str
    types: frozenset[str]
    words: frozenset[str] | None = None
    whole: bool = False


Catalog = Mapping[str, RuleField]
NAME = RuleField("name", frozenset({TEXT}))

ONE_TAG, OF_REFERENCES = "tags.", "references."
"""With which the names of fields begin that are the value of one tag, or one part of each reference. No catalog has
the first: the rule names the key."""
PARTS_OF_REFERENCES = ("kind", "name", "gateway")
REFERENCE_KINDS = frozenset({"plugin", "service", "consumer", "mcp_server", UNKNOWN_WORD})


def tag_field(key: str) -> RuleField:
    """The field that is the value of one tag, a text."""
    return RuleField(f"{ONE_TAG}{key}", frozenset({TEXT}))


def holder(key: str) -> str:
    """The record's key that tells a field: all tags for one of them, the references for a part of them."""
    return key.partition(".")[0] if key.startswith((ONE_TAG, OF_REFERENCES)) else key


def part_of(value: Any, key: str) -> Any:
    """The value of one tag in all of them, or one part of each reference in a list of them. None if it is not there, and
    for a part that is not known of every reference."""
    if key.startswith(ONE_TAG):
        return (value or {}).get(key.removeprefix(ONE_TAG))
    parts = [reference.get(key.removeprefix(OF_REFERENCES)) for reference in value or ()]
    return None if value is None or None in parts else parts


def part_in_other_form(key: str) -> Callable[[Any], bool]:
    """Test for tags that have none of this key, and one that looks like it and is written with other characters."""
    name = key.removeprefix(ONE_TAG)
    if name == key or name.isascii():
        return lambda tags: False
    return lambda tags: name not in tags and any(composed(name) == composed(other) for other in tags)


def catalog(schemas: Iterable[RecordSchema]) -> Catalog:
    """Every field that a rule may name, by name."""
    clouds = tuple(schemas)
    keys = [key for key in RECORD_KEYS if key != ATTRIBUTES.rstrip(".")]
    attributes = sorted({key for cloud in clouds for key in (*cloud.keys, *cloud.words) if key.startswith(ATTRIBUTES)})
    parts = {f"{OF_REFERENCES}{part}": frozenset({LIST}) for part in PARTS_OF_REFERENCES}
    known = {key: RuleField(key, _types(key, clouds), _words(key, clouds), _is_whole(key, clouds)) for key in (*keys, *attributes)}
    return known | {key: RuleField(key, types, REFERENCE_KINDS if key.endswith(".kind") else None) for key, types in parts.items()}


def settings(schemas: Iterable[RecordSchema]) -> Catalog:
    """Everything that a service tells of a store, by name."""
    clouds = tuple(map(of_the_store, schemas))
    keys = sorted({key for cloud in clouds for key in cloud.keys})
    types = {key: frozenset(kind for read in _readers(key, clouds) for kind in _made_by(read)) for key in keys}
    return {key: RuleField(key, types[key], _words(key, clouds), _is_whole(key, clouds)) for key in keys}


def is_of_the_store(field: FieldMapping) -> bool:
    """Whether a detail's field is of the store, and of no secret."""
    return field.key.startswith(OF_THE_STORE)


def of_the_store(schema: RecordSchema) -> RecordSchema:
    """What a service tells of a store, as if it were of a secret."""
    told = [field for fields in schema.details.values() for field in fields if is_of_the_store(field)]
    nulls = {key.removeprefix(OF_THE_STORE): meaning for key, meaning in schema.nulls.items() if key.startswith(OF_THE_STORE)}
    return RecordSchema(schema.provider, tuple(replace(field, key=field.key.removeprefix(OF_THE_STORE)) for field in told), nulls)


def _types(key: str, clouds: tuple[RecordSchema, ...]) -> frozenset[str]:
    if not key.startswith(ATTRIBUTES):
        return frozenset({TYPES.get(key, TEXT)})
    return frozenset(kind for read in _readers(key, clouds) for kind in _made_by(read))


def _made_by(read: Callable[[Any], Any]) -> tuple[str, ...]:
    if isinstance(read, OneOf):
        return (TEXT,)
    return (READERS[read],) if read in READERS else ANY


def _words(key: str, clouds: tuple[RecordSchema, ...]) -> frozenset[str] | None:
    if key == "provider":
        return frozenset(cloud.provider for cloud in clouds)
    if key in CLOSED:
        return frozenset(CLOSED[key])
    readers = _readers(key, clouds)
    if not readers or not all(isinstance(read, OneOf) for read in readers):
        return None
    undecided = {UNKNOWN_WORD} if key in WORD_FIELDS else set()
    return frozenset(undecided.union(*(read.words.values() for read in readers), (read.otherwise for read in readers))) - {None}


def _is_whole(key: str, clouds: tuple[RecordSchema, ...]) -> bool:
    readers = _readers(key, clouds)
    return bool(readers) and all(read in (values.integer, values.count) for read in readers)


def _readers(key: str, clouds: tuple[RecordSchema, ...]) -> list[Any]:
    told = (field for cloud in clouds for fields in (cloud.fields, *cloud.details.values()) for field in fields)
    return [field.read for field in told if field.key == key]
