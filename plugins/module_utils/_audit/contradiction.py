# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Predicates that no secret can ever fit, and expectations that none can fail. With either, a rule may hold whatever there is.

1. What holds together is what stands in one mapping, or under all_of. It is judged field by field.
2. Values are tried that stand for all others: those that are named, and one on each side of every limit and between two.
3. Operators whose values cannot be counted, such as glob, contradict only values that are named, and lengths.
4. A field has bounds: no number is below 0, a count is whole, a name is never empty, a creation lies in the past.
5. No secret can fail what 'select' says of it, what fits all values of a field that is never null, and a predicate or its contrary.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Sequence
from typing import Any

from .._core.records import RecordSchema
from .._core.values import DAY, iso_time
from .arguments import MAGIC, as_list, globs, show
from .comparisons import NUMERIC, SIZE_COMPARISONS
from .fields import LIST, NAME, OF_THE_PAST, TAGS, WORD_FIELDS, Catalog, RuleField, catalog
from .named import may_choose
from .operators import OPERATORS, TRUE, Ask, Leaf, Predicate, PredicateGroup
from .rules import Expect, Forbidden, Required, Rule

NOW = 4_000_000_000
"""Ages are compared with each other, at any time that has 100 years before and behind it."""
CLOUDS_BEGAN = NOW - 30 * 365 * DAY
"""No secret is older."""
CANNOT_FAIL = "no secret can fail this, so that the rule proves nothing"
FIRST_CLOUD = "1996"
AGES = {"older_than": -1, "newer_than": -1, "due_within": 1, "due_after": 1}
"""Operators that measure from now, into the past or the future."""
NAMED = {"eq", "in", "ne", "not_in"}
COUNTABLE = {*NAMED, *NUMERIC, "glob", "regex", "contains", "contains_any", "size", "present", "absent"}
"""Operators that say of any value that is named whether it fits."""
HOLDING = ("contains", "contains_all")
FILLED = frozenset({"provider", "account", "region", "id", "name", "status", "kind"})
"""Fields that every secret has, and that are never empty."""
IN_EVERY_SECRET = frozenset({"provider", "account", "region", "id"})
UNLIKE_TEXTS = ("a", "0", "-", "\u03a9", "aA0-_/.:\u03a9" * 100)
"""Values of a field that is never null. What fits all of them fits any."""


def contradictions(predicate: Predicate, fields: Catalog) -> Iterator[str]:
    """What no secret can fit, for people: the field and what contradicts itself, or its bounds. fields: with what they can have."""
    if isinstance(predicate, PredicateGroup) and predicate.combinator != "all_of":
        for part in predicate.parts:
            yield from contradictions(part, fields)
        return
    leaves: dict[str, list[Leaf]] = {}
    for part in _together(predicate):
        if isinstance(part, Leaf):
            leaves.setdefault(part.field.name, []).append(part)
        elif isinstance(part, PredicateGroup):
            yield from contradictions(part, fields)
    for name, mine in leaves.items():
        field = fields.get(name, mine[0].field)
        if not _can_hold(mine, field):
            why = f"; {name} {_bounds(field)}" if _can_hold(mine, RuleField("", field.types)) else ""
            yield f"no secret can fit all of this: {name} {', '.join(f'{leaf.operator} {leaf.shown}' for leaf in mine)}{why}"


def of_no_secret(rule: Rule, schemas: Sequence[RecordSchema]) -> Iterator[tuple[str, str]]:
    """(Place, fault) of each condition that no secret of the services of a valid rule can fit, alone or together with 'select', and of an
    expectation that none of them can fail."""
    pattern = rule.scopes.get("provider")
    scoped = [schema for schema in schemas if pattern is None or pattern.match(schema.provider)]
    spoken = [schema for schema in scoped if rule.select is None or may_choose(rule.select, schema, {})]
    if not spoken:
        yield from [("select", f"no secret of {' or '.join(schema.provider for schema in scoped)} can fit this")] if scoped else []
        return
    fields, of_select = catalog(spoken), (rule.select,) if rule.select else ()
    chosen = set(map(_written, _together(PredicateGroup("all_of", of_select))))
    if isinstance(rule.statement, Expect) and _fits_always(rule.statement.predicate, fields, chosen):
        yield "expect", CANNOT_FAIL
    for path, condition, holds_else in _conditions(rule):
        alone = dict.fromkeys(contradictions(condition, fields))
        yield from ((path, fault) for fault in alone)
        if holds_else and not alone:
            whole = PredicateGroup("all_of", (*of_select, condition))
            yield from ((path, f"{fault}, together with select") for fault in dict.fromkeys(contradictions(whole, fields)))


def _conditions(rule: Rule) -> Iterator[tuple[str, Predicate, bool]]:
    """The conditions of a rule: where they stand, and whether the rule holds for whatever 'select' chooses and they do not fit."""
    if rule.select:
        yield "select", rule.select, False
    statement = rule.statement
    if isinstance(statement, Expect):
        yield "expect", statement.predicate, False
        for group in _together(PredicateGroup("all_of", (statement.predicate,))):
            if isinstance(group, PredicateGroup) and group.combinator == "none_of":
                yield from (("expect", part, True) for part in group.parts)
    elif isinstance(statement, (Forbidden, Required)):
        word = "forbidden" if isinstance(statement, Forbidden) else "required"
        names = list(statement.names)
        named = [Leaf(NAME, "glob", globs(names), show(names), names)] if names else []
        if parts := (*named, *([statement.where] if statement.where else [])):
            yield f"fleet.{word}", PredicateGroup("all_of", parts), True


def _fits_always(predicate: Predicate, fields: Catalog, chosen: Container[Hashable]) -> bool:
    """Whether a predicate cannot fail. fields: with what they can have. chosen: what the secrets are known to fit."""
    if _written(predicate) in chosen:
        return True
    if isinstance(predicate, PredicateGroup):
        parts = predicate.parts
        if predicate.combinator == "any_of":
            contraries = {_written(PredicateGroup("none_of", (part,))) for part in parts}
            return any(_fits_always(part, fields, chosen) for part in parts) or not contraries.isdisjoint(map(_written, parts))
        return predicate.combinator == "all_of" and bool(parts) and all(_fits_always(part, fields, chosen) for part in parts)
    if not isinstance(predicate, Leaf) or predicate.argument is None:
        return False
    values = _all_values(predicate.operator, fields.get(predicate.field.name, predicate.field))
    operator = OPERATORS[predicate.operator]
    compare = operator.compare(predicate.argument, NOW)
    return bool(values) and all((operator.hit if compare(value) else operator.miss) == TRUE for value in values)


def _all_values(operator: str, field: RuleField) -> Collection[Any]:
    """Values that stand for all that an operator can meet in a field. None where it may meet nothing."""
    if operator in NAMED:
        return field.words or () if field.name in WORD_FIELDS else ()
    return UNLIKE_TEXTS if field.name in IN_EVERY_SECRET else ()


def _written(predicate: Predicate) -> Hashable:
    """What predicates that say the same have in common. Of two queries nobody knows whether they do."""
    if isinstance(predicate, PredicateGroup):
        return predicate.combinator, frozenset(map(_written, predicate.parts))
    if isinstance(predicate, Ask):
        return id(predicate)
    return predicate.field.name, predicate.operator, repr(predicate.written)


def _bounds(field: RuleField) -> str:
    """What the values of a field have in common."""
    if field.words is not None:
        return f"is one of {', '.join(sorted(field.words))}"
    if field.whole:
        return "is a whole number"
    return "is a time of the past, less than 30 years ago" if field.name in OF_THE_PAST else "is never empty"


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


def _can_hold(leaves: Sequence[Leaf], field: RuleField) -> bool:
    if any(leaf.argument is None for leaf in leaves):
        return True  # it has an error of its own
    used = {leaf.operator for leaf in leaves}
    if "absent" in used and (field.name in FILLED or used & {"present", "contains_any", *HOLDING, *NUMERIC, *AGES}):
        return False
    if not _can_be_so_long(leaves, field):
        return False
    if used & {"eq", "in"} or any(map(_is_list, leaves)):
        return _any_fits(leaves, COUNTABLE, (value for value in _named(leaves) if _is_possible(value, field)))
    if used & NUMERIC.keys():
        limits = [*_named(leaves), *(leaf.argument for leaf in leaves if leaf.operator in NUMERIC)]
        return _any_fits(leaves, NAMED | NUMERIC.keys(), (value for value in _around([0, *limits], field.whole) if _is_possible(value, field)))
    if used & AGES.keys():
        moments = _around([NOW, *(NOW + AGES[leaf.operator] * leaf.argument for leaf in leaves if leaf.operator in AGES)], whole=True)
        return _any_fits(leaves, AGES, (iso_time(moment) for moment in moments if field.name not in OF_THE_PAST or CLOUDS_BEGAN < moment < NOW))
    return True


def _can_be_so_long(leaves: Sequence[Leaf], field: RuleField) -> bool:
    """Whether there is a length that all sizes allow, and that has room for what must be in it."""
    held = {item for leaf in leaves if leaf.operator in HOLDING for item in as_list(leaf.argument)}
    if any(not held <= set(leaf.argument) for leaf in leaves if leaf.operator == "contains_only"):
        return False
    globs = [as_list(leaf.written) for leaf in leaves if leaf.operator == "glob"]
    least = len(held) if field.types & {LIST, TAGS} else max(map(len, held), default=0)
    least = max(least, int(field.name in FILLED), *(min(0 if "[" in glob else len(glob.replace("*", "")) for glob in each) for each in globs))
    limits = [limit for leaf in leaves if leaf.operator == "size" for limit in leaf.argument]
    lengths = _around([least, *(number for name, number in limits)], whole=True)
    return any(length >= least and all(SIZE_COMPARISONS[name](limit, 0)(length) for name, limit in limits) for length in lengths)


def _is_possible(value: Any, field: RuleField) -> bool:
    if not isinstance(value, str):
        return bool(value >= 0) and (not field.whole or value == int(value))
    if field.name in OF_THE_PAST and value < FIRST_CLOUD:
        return False
    return (field.words is None or value in field.words) and bool(value or field.name not in FILLED)


def _is_list(leaf: Leaf) -> bool:
    """Whether globs name their values, because they hold no pattern."""
    return leaf.operator == "glob" and not any(map(MAGIC.search, as_list(leaf.written)))


def _any_fits(leaves: Sequence[Leaf], operators: Iterable[str], values: Iterable[Any]) -> bool:
    """Whether one of the values fits all leaves that have one of these operators."""
    asked = [(OPERATORS[leaf.operator], leaf.argument) for leaf in leaves if leaf.operator in operators]
    tests = [(operator.compare(argument, NOW), operator) for operator, argument in asked]
    return any(all((operator.hit if compare(value) else operator.miss) == TRUE for compare, operator in tests) for value in values)


def _named(leaves: Sequence[Leaf]) -> list[Any]:
    """The values that leaves name."""
    return [value for leaf in leaves if leaf.operator in NAMED or _is_list(leaf) for value in as_list(leaf.written)]


def _around(limits: Sequence[Any], whole: bool) -> list[Any]:
    """The limits, what lies between two of them, and what lies beyond. whole: only whole numbers."""
    ordered = sorted(set(limits))
    if whole:
        return sorted({math.floor(limit) + step for limit in ordered for step in (-1, 0, 1, 2)})
    return [*ordered, *((low + high) / 2 for low, high in zip(ordered, ordered[1:])), ordered[0] - 1, ordered[-1] + 1]
