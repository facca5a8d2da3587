# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readers of rows whose shape is known: they look for nothing, and check little.

1. The shape of a row is its names and the types of its values, those of the objects inside of it too. Rows have few shapes.
2. A reader is made for one shape. It knows which field tells which key, and meets no missing name and no null.
3. A text in ASCII is taken as it is.
4. Words, numbers and times are few. Each is read once and remembered, by its type: for a mapping, True and 1.0 are 1.
5. Other values, such as lists, are read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, NamedTuple

REMEMBERED = 4096
"""Values that one memory holds."""

Read = Callable[[Any], Any]
Fill = Callable[[Mapping[str, Any], dict[str, Any], dict[str, Any]], bool]


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
    """A function (row, record, attributes) that fills a record and its attributes from a row, and says so. It raises ValueError as readers do.

    text: the reader of texts.
    """
    groups: dict[tuple[str, bool], tuple[list[Any], list[Any], list[Any]]] = {}
    for parent, name, of_attributes, key, read, example in sources:
        texts, words, others = groups.setdefault((parent, of_attributes), ([], [], []))
        if read is text and isinstance(example, str):
            texts.append((name, key))
        elif isinstance(example, (str, int)):
            words.append((name, key, memories.setdefault((read, type(example)), Memory(read))))
        else:
            others.append((name, key, read))
    plan = tuple((parent, of_attributes, *steps) for (parent, of_attributes), steps in groups.items())

    def fill(row: Mapping[str, Any], record: dict[str, Any], attributes: dict[str, Any]) -> bool:
        for parent, of_attributes, texts, words, others in plan:
            holder = row[parent] if parent else row
            place = attributes if of_attributes else record
            for name, key in texts:
                value = holder[name]
                place[key] = value if value.isascii() else text(value)
            for name, key, memory in words:
                place[key] = memory[holder[name]]
            for name, key, read in others:
                place[key] = read(holder[name])
        return True

    return fill
