# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of fields as they are compared between secrets: a null is replaced by what it means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .._core.records import Record, RecordSchema
from .fields import UNKNOWN_WORD, WORD_FIELDS, RuleField
from .operators import NOT_APPLICABLE, TRUE, UNKNOWN, never_offered, null_test, value_of


class ValueMark:
    """Stands for a value that is not there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


WITHHELD = ValueMark("withheld")
"""The value is not known."""
NO_FIELD = ValueMark("not offered")
"""The cloud has no such field."""
MARKS = {repr(mark): mark for mark in (WITHHELD, NO_FIELD)}
MEANING = {TRUE: None, UNKNOWN: WITHHELD, NOT_APPLICABLE: NO_FIELD}

Values = tuple[Any, ...]
ReadValues = Callable[[Record], Values]


def reader(fields: Iterable[RuleField], schema: RecordSchema) -> ReadValues:
    """Reader of these fields for records of a cloud. It returns None for fields that are known to be empty."""
    readers = [_reader(field.name, schema) for field in fields]
    return lambda record: tuple(read(record) for read in readers)


def differences(fields: Iterable[RuleField], then: Values, now: Values) -> Iterator[tuple[RuleField, Any, Any, bool]]:
    """The fields that may not be what they were, with both values, and whether that is certain: what is withheld may be the same."""
    for field, before, after in zip(fields, then, now):
        if WITHHELD in (before, after):
            yield field, before, after, False
        elif before != after:
            yield field, before, after, True


def packed(values: Values) -> str:
    """Values as one text; equal ones give equal texts."""
    return json.dumps([{"mark": repr(value)} if isinstance(value, ValueMark) else value for value in values])


def unpacked(text: str) -> Iterator[Any]:
    """The values in a text that packed() made."""
    for value in json.loads(text):
        yield MARKS[value["mark"]] if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value


def shown(value: Any) -> Any:
    """A value as evidence."""
    return list(value) if isinstance(value, tuple) else repr(value) if isinstance(value, ValueMark) else value


def _reader(key: str, schema: RecordSchema) -> Callable[[Record], Any]:
    if never_offered(schema, key):
        return lambda record: NO_FIELD
    on_null = null_test(key, TRUE, schema)

    def read(record: Record) -> Any:
        value = value_of(record, key)
        if value is None:
            return MEANING[on_null(record)]
        if key in WORD_FIELDS and value == UNKNOWN_WORD:
            return WITHHELD
        if isinstance(value, dict):
            return tuple(f"{name} = {text}" for name, text in sorted(value.items()))
        return tuple(value) if isinstance(value, list) else value

    return read
