# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readers of rows whose shape is known: they look for nothing, and check little.

1. The shape of a row is its names and the types of its values, those of the objects inside of it too. Rows have few shapes.
2. A reader is made for one shape. It knows which field tells which key, and meets no missing name and no null.
3. It reads rows of its shape together, a field at a time. What is done once for a field is not done for each of its values.
4. Texts that are all ASCII are taken as they are.
5. Words, numbers and times are few. Each is read once and remembered, by its type: for a mapping, True and 1.0 are 1.
6. Other values, such as lists, are read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

REMEMBERED = 4096
"""Values that one memory holds."""

Read = Callable[[Any], Any]
Fill = Callable[[Sequence[Mapping[str, Any]], Sequence[dict[str, Any]], Sequence[dict[str, Any]]], None]


class Source(NamedTuple):
    """The field that tells a key: the object that holds it ('' for the row itself), its name there, and its reader.

    example: a value that it may have.
    """

    parent: str
    name: str
    of_attributes: bool
    key: str
    read: Read
    example: Any


class Memory(dict[Any, Any]):
    """What a reader has made of values of one type."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: Any) -> Any:
        value = self._read(raw)
        if len(self) < REMEMBERED:
            self[raw] = value
        return value


def shape_of(row: Mapping[str, Any], parents: Iterable[str]) -> Hashable:
    """The shape of a row, which may have objects under these names."""
    shape = (*row, *map(type, row.values()))
    for parent in parents:
        inner = row.get(parent)
        shape += (None, *inner, *map(type, inner.values())) if isinstance(inner, dict) else (None,)
    return shape


def filler(sources: Iterable[Source], text: Read, memories: dict[tuple[Read, type], Memory]) -> Fill:
    """A function (rows, records, attributes) that fills records and their attributes from rows of one shape. It raises ValueError as readers do.

    text: the reader of texts.
    """
    fields = tuple((source, _reader(source, text, memories)) for source in sources)

    def fill(rows: Sequence[Mapping[str, Any]], records: Sequence[dict[str, Any]], attributes: Sequence[dict[str, Any]]) -> None:
        holders: dict[str, Sequence[Any]] = {"": rows}
        for (parent, name, of_attributes, key, _read, _example), read in fields:
            if parent not in holders:
                holders[parent] = [row[parent] for row in rows]
            values = read([holder[name] for holder in holders[parent]])
            for place, value in zip(attributes if of_attributes else records, values):
                place[key] = value

    return fill


def _reader(source: Source, text: Read, memories: dict[tuple[Read, type], Memory]) -> Callable[[list[Any]], Iterable[Any]]:
    """A reader of many values of a field."""
    read, example = source.read, source.example
    if read is text and isinstance(example, str):
        return lambda values: values if "".join(values).isascii() else map(text, values)
    if isinstance(example, (str, int)):
        remembered = memories.setdefault((read, type(example)), Memory(read))
        return partial(map, remembered.__getitem__)
    return partial(map, read)
