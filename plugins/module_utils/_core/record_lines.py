# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of records that are alike, read by one pattern instead of a JSON parser.

1. Lines are read strictly until enough records with the same keys have told what their values are: always null, never, or both.
2. A pattern is made from the keys in their order, each with the types that its values may have, and null where it was seen.
3. A line that fits is JSON, has each of these keys once, and only values of these types.
4. Texts without escapes, whole numbers, true, false and null are taken as they are. Anything else is cut out and read strictly.
5. A line that does not fit may still be right. It is read strictly, and the next pattern is wider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import Any

from . import strict_json
from .records import ATTRIBUTES, Record

Types = Mapping[str, Collection[type]]
"""Record key, or 'attributes.name' -> the types of its values, that of null included. What is missing may be anything."""

LAST = ("attributes", "invalid")
"""The keys at the end of a record."""
ENOUGH = 300
"""Records that are read strictly before a pattern is made, which takes as long as to read a thousand."""
MOST_OUTLINES = 64
NULL = type(None)
Look = Callable[[Record], Any]
"""Says what is wrong with a record, or nothing."""
Read = Callable[[str], Any]
Piece = tuple[str, "Read | None"]
"""Piece of a pattern, and what makes a value of what it finds; None where that is the value."""
TEXT = '"([^"\\\\\\x00-\\x1f]*)"'
FLAG = "(true|false)"
NUMBER = "(0|[1-9][0-9]{0,17})"
VALUE = '(\\{[^{}\\\\]*\\}|\\[[^\\[\\]\\\\]*\\]|"[^"\\\\]*"|[-+.0-9A-Za-z]+)'
PLAIN: Mapping[frozenset[type], Piece] = {
    frozenset({str}): (TEXT, None),
    frozenset({bool}): (FLAG, {"true": True, "false": False}.__getitem__),
    frozenset({int, float}): (NUMBER, int),
}
"""By types of values."""


class LineReader:
    """Reads lines by the pattern for the record that it learnt last."""

    def __init__(self, look: Look, types: Callable[[Record], Types]) -> None:
        """look: says what is wrong with lists and mappings in a record. types: gives the types of values of a record's service."""
        self._look = look
        self._types = types
        self._outlines: dict[tuple[Any, ...], _Outline] = {}
        self._pattern: _Pattern | None = None

    def learn(self, record: Record) -> None:
        """Take a record that was read strictly."""
        keys = record["provider"], *record, *record["attributes"]
        outline = self._outlines.get(keys)
        if outline is None:
            *_others, before_last, last = record
            if len(self._outlines) >= MOST_OUTLINES or not str(record["provider"]).isidentifier() or (before_last, last) != LAST:
                return
            outline = self._outlines[keys] = _Outline(self._types(record), self._look)
        outline.learn(record)
        self._pattern = outline.pattern

    def read(self, line: bytes) -> Record | None:
        """The record in a line. None where the line does not fit, or has lists or mappings with which something is wrong."""
        if self._pattern is None:
            return None
        try:
            return self._pattern.read(line.decode("utf-8"))
        except (ValueError, RecursionError):
            return None


class _Outline:
    """What records with the same keys are made of."""

    def __init__(self, types: Types, look: Look) -> None:
        self.pattern: _Pattern | None = None
        self._types = types
        self._look = look
        self._learnt = 0
        self._null: set[str] = set()
        self._told: set[str] = set()

    def learn(self, record: Record) -> None:
        """Take one more. Now and then there is a new pattern."""
        for prefix, values in (("", record), (ATTRIBUTES, record["attributes"])):
            for key, value in values.items():
                (self._null if value is None else self._told).add(prefix + key)
        self._learnt += 1
        if self._learnt % ENOUGH == 0:
            self.pattern = _Pattern(record, {key: self._piece(key) for key in self._null | self._told}, self._look)

    def _piece(self, key: str) -> Piece:
        """How the values of a key are found, and made. Only those are found that have been seen: null, others, or both."""
        if key not in self._told:
            return "null", None
        types = frozenset(self._types.get(key, (object, NULL)))
        piece, read = PLAIN.get(types - {NULL}, (VALUE, _strictly))
        return (f"(?:null|{piece})" if key in self._null and NULL in types else piece), read


class _Pattern:
    """A pattern at work."""

    def __init__(self, record: Record, pieces: Mapping[str, Piece], look: Look) -> None:
        """record: any that fits. pieces: of each key, attributes as 'attributes.name'."""
        fixed = {**pieces, "provider": (f'"{record["provider"]}"', None)}
        keys = {key: fixed[key] for key in record if key not in LAST}
        names = {name: fixed[f"{ATTRIBUTES}{name}"] for name in record["attributes"]}
        self._match = re.compile(f'\\{{{_told(keys)},"attributes":\\{{{_told(names)}\\}},"invalid":\\[\\]\\}}\\n').fullmatch
        self._blank = {**dict.fromkeys(record), "provider": record["provider"]}
        self._no_attributes = dict.fromkeys(names)
        self._keys, self._names = _found(keys), _found(names)
        self._border = len(self._keys)
        reads = [read for piece, read in (*keys.values(), *names.values()) if "(" in piece]
        self._reads = [(place, read) for place, read in enumerate(reads) if read]
        self._parts = [place for place, read in self._reads if read is _strictly]
        self._look = look

    def read(self, line: str) -> Record | None:
        """The record in a line, if it fits. Raises ValueError for a list or mapping that is none."""
        found = self._match(line)
        if found is None:
            return None
        values = list(found.groups())
        for place, read in self._reads:
            if values[place] is not None:
                values[place] = read(values[place])
        record, attributes = self._blank.copy(), self._no_attributes.copy()
        record.update(zip(self._keys, values))
        if self._names:
            attributes.update(zip(self._names, islice(values, self._border, None)))
        record["attributes"], record["invalid"] = attributes, []
        has_parts = self._parts and any(values[place] is not None for place in self._parts)
        return None if has_parts and self._look(record) else record


def _told(pieces: Mapping[str, Piece]) -> str:
    """Keys with their values, as one piece of a pattern."""
    return ",".join(f"{re.escape(json.dumps(key, ensure_ascii=False))}:{piece}" for key, (piece, _read) in pieces.items())


def _found(pieces: Mapping[str, Piece]) -> list[str]:
    """The keys whose values a pattern finds."""
    return [key for key, (piece, _read) in pieces.items() if "(" in piece]


def _strictly(text: str) -> Any:
    return strict_json.DECODER.decode(text)
