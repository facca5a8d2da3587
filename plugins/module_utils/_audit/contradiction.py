# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Predicates that no secret can ever fit. A rule that forbids such a thing would hold, whatever there is.

1. What holds together is what stands in one mapping, or under all_of. It is judged field by field.
2. Values are tried that stand for all others: those that are named, and one on each side of every limit and between two.
3. Operators whose values cannot be counted, such as glob, contradict only values that are named.
4. No number of a secret is below 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .._core.values import iso_time
from .comparisons import NUMERIC, SIZE_COMPARISONS
from .operators import OPERATORS, TRUE, Leaf, Predicate, PredicateGroup

NOW = 4_000_000_000
"""Ages are compared with each other, at any time that has 100 years before and behind it."""
AGES = {"older_than": -1, "newer_than": -1, "due_within": 1, "due_after": 1}
"""Operators that measure from now, into the past or the future."""
NAMED = {"eq", "in", "ne", "not_in"}
PATTERNS = {"glob", "regex"}


def contradictions(predicate: Predicate) -> Iterator[str]:
    """What no secret can fit, for people: the field and what contradicts itself."""
    if isinstance(predicate, PredicateGroup) and predicate.combinator != "all_of":
        for part in predicate.parts:
            yield from contradictions(part)
        return
    leaves: dict[str, list[Leaf]] = {}
    for part in _together(predicate):
        if isinstance(part, Leaf):
            leaves.setdefault(part.field.name, []).append(part)
        elif isinstance(part, PredicateGroup):
            yield from contradictions(part)
    for name, mine in leaves.items():
        if not _can_hold(mine):
            yield f"no secret can fit all of this: {name} {', '.join(f'{leaf.operator} {leaf.shown}' for leaf in mine)}"


def _together(predicate: Predicate) -> Iterator[Predicate]:
    """The parts of a predicate that have to hold together."""
    if not isinstance(predicate, PredicateGroup):
        yield predicate
        return
    for part in predicate.parts:
        if isinstance(part, PredicateGroup) and part.combinator == "all_of":
            yield from _together(part)
        elif not isinstance(part, PredicateGroup) or part.parts:
            yield part


def _can_hold(leaves: Sequence[Leaf]) -> bool:
    if any(leaf.argument is None for leaf in leaves):
        return True  # it has an error of its own
    used = {leaf.operator for leaf in leaves}
    if "absent" in used and used & {"present", *NUMERIC, *AGES}:
        return False
    for limits in (leaf.argument for leaf in leaves if leaf.operator == "size"):
        if not any(
            all(SIZE_COMPARISONS[name](limit, 0)(length) for name, limit in limits) for length in _around([number for name, number in limits], whole=True)
        ):
            return False
    if used & {"eq", "in"}:
        return _any_fits(leaves, NAMED | PATTERNS | NUMERIC.keys(), filter(_is_possible, _named(leaves)))
    if used & NUMERIC.keys():
        limits = [*_named(leaves), *(leaf.argument for leaf in leaves if leaf.operator in NUMERIC)]
        return _any_fits(leaves, NAMED | NUMERIC.keys(), filter(_is_possible, _around([0, *limits])))
    if used & AGES.keys():
        return _any_fits(
            leaves, AGES, map(iso_time, _around([NOW, *(NOW + AGES[leaf.operator] * leaf.argument for leaf in leaves if leaf.operator in AGES)], whole=True))
        )
    return True


def _is_possible(value: Any) -> bool:
    return isinstance(value, str) or value >= 0


def _any_fits(leaves: Sequence[Leaf], operators: Iterable[str], values: Iterable[Any]) -> bool:
    """Whether one of the values fits all leaves that have one of these operators."""
    asked = [(OPERATORS[leaf.operator], leaf.argument) for leaf in leaves if leaf.operator in operators]
    tests = [(operator.compare(argument, NOW), operator) for operator, argument in asked]
    return any(all((operator.hit if compare(value) else operator.miss) == TRUE for compare, operator in tests) for value in values)


def _named(leaves: Sequence[Leaf]) -> list[Any]:
    """The values that leaves name."""
    return [value for leaf in leaves if leaf.operator in NAMED for value in (leaf.argument if isinstance(leaf.argument, list) else [leaf.argument])]


def _around(limits: Sequence[Any], whole: bool = False) -> list[Any]:
    """The limits, what lies between two of them, and what lies beyond. whole: only whole numbers."""
    ordered = sorted(set(limits))
    between = [number for low, high in zip(ordered, ordered[1:]) for number in ((low + 1, high - 1) if whole else ((low + high) / 2,))]
    found = [*ordered, *between, ordered[0] - 1, ordered[-1] + 1]
    return [number for number in found if number >= 0] if whole else found
