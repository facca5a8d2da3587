# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of fields as they are compared between secrets: a null is replaced by what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._records import Record, Vocabulary
from .fields import UNDECIDABLE, UNDECIDED, Field
from .operators import NOT_APPLICABLE, TRUE, UNKNOWN, never_offered, null_test, value_of


class Mark:
    """Stands for a value that is not there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


WITHHELD = Mark("withheld")
"""The value is not known."""
NOT_OFFERED = Mark("not offered")
"""The cloud has no such field."""
MEANING = {TRUE: None, UNKNOWN: WITHHELD, NOT_APPLICABLE: NOT_OFFERED}

Values = tuple[Any, ...]
Read = Callable[[Record], Values]


def reader(fields: Iterable[Field], vocabulary: Vocabulary) -> Read:
    """What reads these fields from the records of a cloud; None where it is known that there is nothing."""
    readers = [_reader(field.name, vocabulary) for field in fields]
    return lambda record: tuple(read(record) for read in readers)


def shown(value: Any) -> Any:
    """A value as evidence."""
    return list(value) if isinstance(value, tuple) else repr(value) if isinstance(value, Mark) else value


def _reader(key: str, vocabulary: Vocabulary) -> Callable[[Record], Any]:
    if never_offered(vocabulary, key):
        return lambda record: NOT_OFFERED
    on_null = null_test(key, TRUE, vocabulary)

    def read(record: Record) -> Any:
        value = value_of(record, key)
        if value is None:
            return MEANING[on_null(record)]
        if key in UNDECIDABLE and value == UNDECIDED:
            return WITHHELD
        return tuple(value) if isinstance(value, list) else value

    return read
