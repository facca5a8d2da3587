# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indexes of patterns by their literal parts: of many patterns, only those are tried of which a literal part is there.

What an index names as candidate need not fit; what it does not name cannot fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from .._core.records import Record
from .arguments import as_list
from .operators import LONGEST_SEARCHED, Ask, Leaf, Predicate, value_of

GRAM = 6
"""Characters of a literal part by which it is looked up; of a shorter part all."""
WILD = re.compile(r"[*?]+")
PLAIN = re.compile(r"[\w /:@,=#%&~<>;\"'`!-]+")
"""Characters that mean themselves in a regular expression."""
REPEAT = re.compile(r"\{[^}]*\}?")
SHARED = frozenset({"provider", "status", "kind"})
"""Fields that have the same value in many records."""


class LiteralIndex:
    """Numbers of patterns by literal parts of them."""

    def __init__(self, patterns: Iterable[tuple[int, Sequence[str]]]) -> None:
        """patterns: each with literal texts, at least one, all of which are in whatever it fits."""
        self.all: list[int] = []
        entries = [(number, [gram for literal in literals for gram in _grams(literal)]) for number, literals in patterns]
        often = Counter(gram for _number, grams in entries for gram in set(grams))
        self._numbers: dict[str, list[int]] = {}
        for number, grams in entries:
            self.all.append(number)
            self._numbers.setdefault(min(grams, key=lambda gram: (often[gram], -len(gram))), []).append(number)
        self._sizes = sorted({len(gram) for gram in self._numbers})

    def candidates(self, text: str) -> list[int]:
        """The numbers of all patterns that may fit a text, in no order."""
        grams = {text[place:end] for size in self._sizes for place, end in enumerate(range(size, len(text) + 1))}
        return [number for gram in self._numbers.keys() & grams for number in self._numbers[gram]]


def _grams(literal: str) -> list[str]:
    size = min(GRAM, len(literal))
    return [literal[place:end] for place, end in enumerate(range(size, len(literal) + 1))]


def of_glob(glob: str) -> list[str]:
    """Literal texts of a glob, up to its first bracket."""
    return [part for part in WILD.split(glob.partition("[")[0]) if part]


def of_regex(pattern: str) -> list[str]:
    """Literal texts of a regular expression, up to its first bracket or escape. None of one with choices or groups."""
    if re.search("[|()]", pattern):
        return []
    bare = REPEAT.sub("*", re.split(r"[\\\[]", pattern)[0])
    parts = [match.group()[:-1] if bare.startswith(("?", "*"), match.end()) else match.group() for match in PLAIN.finditer(bare)]
    return [part for part in parts if part]


class Anchor(NamedTuple):
    """Something that is so if a predicate is true: a field has a value, or all these texts are in it."""

    field: str
    value: Any = None
    literals: tuple[str, ...] = ()


def anchors(predicate: Predicate) -> list[Anchor]:
    """Anchors of which at least one holds wherever the predicate is true. Empty if there are none, or if to ask may fail."""
    if isinstance(predicate, Ask) or _asks(predicate):
        return []
    if isinstance(predicate, Leaf):
        return _of_leaf(predicate)
    found = [anchors(part) for part in predicate.parts]
    if predicate.combinator == "all_of":
        return min((some for some in found if some), key=_weakness, default=[])
    if predicate.combinator == "any_of" and all(found):
        return [anchor for some in found for anchor in some]
    return []


def _asks(predicate: Predicate) -> bool:
    return isinstance(predicate, Ask) or (not isinstance(predicate, Leaf) and any(map(_asks, predicate.parts)))


def _weakness(found: list[Anchor]) -> tuple[bool, int, int]:
    """How many records hold such anchors: those of a word that many have, many values, short parts."""
    longest = min(max(map(len, anchor.literals), default=LONGEST_SEARCHED) for anchor in found)
    return any(anchor.field in SHARED for anchor in found), len(found), -longest


def _of_leaf(leaf: Leaf) -> list[Anchor]:
    name = leaf.field.name
    if leaf.operator == "eq":
        return [Anchor(name, leaf.argument)]
    if leaf.operator == "in":
        return [Anchor(name, value) for value in leaf.argument]
    if leaf.operator not in READERS or leaf.field.types != {"text"}:
        return []
    found = [READERS[leaf.operator](text) for text in as_list(leaf.written)]
    return [Anchor(name, literals=tuple(literals)) for literals in found] if found and all(found) else []


READERS: Mapping[str, Callable[[str], list[str]]] = {
    "glob": of_glob,
    "regex": of_regex,
    "contains": lambda text: [text],
    "contains_any": lambda text: [text],
}


class PredicateIndex:
    """Numbers of predicates by what has to be so for each."""

    def __init__(self, predicates: Iterable[Predicate]) -> None:
        self._always: list[int] = []
        self._by_value: dict[str, dict[Any, list[int]]] = {}
        parts: dict[str, list[tuple[int, Sequence[str]]]] = {}
        for number, predicate in enumerate(predicates):
            found = anchors(predicate)
            if not found:
                self._always.append(number)
            for field, value, literals in found:
                if literals:
                    parts.setdefault(field, []).append((number, literals))
                else:
                    self._by_value.setdefault(field, {}).setdefault(value, []).append(number)
        self._by_part = {field: LiteralIndex(entries) for field, entries in parts.items()}

    def candidates(self, record: Record) -> list[int]:
        """The numbers of all predicates that may be true of a record, in their order."""
        found = set(self._always)
        for field, numbers in self._by_value.items():
            value = value_of(record, field)
            found.update(numbers.get(value, ()) if isinstance(value, Hashable) else chain.from_iterable(numbers.values()))
        for field, index in self._by_part.items():
            value = value_of(record, field)
            if value is not None:
                found.update(index.candidates(value) if isinstance(value, str) else index.all)
        return sorted(found)
