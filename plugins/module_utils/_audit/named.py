# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that people name and that are not there, perhaps for a typing error. Of the accounts and regions in the predicates of a rule:

1. What 'select' and 'where' choose, and what 'expect' excludes, counts: if it is nowhere, the rule holds whatever there is.
2. What is allowed or left out does not count: an allowed region may be empty, and a name too few makes the rule stricter.
3. Each value of a list counts by itself, as a pattern of 'scopes' does.
4. A store whose region is not known may be in any. A service is one of a closed list, and a fleet need not have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._core.errors import SecretsError, did_you_mean, nearest
from .._core.records import RECORD_KEYS, Record, RecordSchema
from .arguments import MAGIC, as_list, globs, show
from .fields import RuleField
from .operators import FALSE, INVALID, OPERATORS, Ask, Leaf, Predicate, PredicateGroup, compiled, fields_of
from .rules import Rule
from .stores import JudgedStore

PLACES = ("account", "region")
ONE_BY_ONE: Mapping[str, str] = {"eq": "eq", "in": "eq", "glob": "glob", "regex": "regex", "contains": "contains", "contains_any": "contains"}
"""Operators that choose, and by which each of their values is tried alone."""
MOST_PATTERNS = 5
"""Patterns, and known names, that a message tells."""
DENIALS: Mapping[str, str] = {"ne": "eq", "not_in": "eq"}


def fitting(stores: Iterable[JudgedStore], key: str, pattern: str) -> list[JudgedStore]:
    """The stores that fit a pattern of a scope."""
    fits = globs(pattern).match if MAGIC.search(pattern) else pattern.__eq__
    return [store for store in stores if (value := store.scope(key)) is None or fits(value)]


def known(stores: Iterable[JudgedStore], key: str) -> list[str]:
    """What the stores have as a key of a scope."""
    return sorted({value for store in stores if (value := store.scope(key))})


def no_store_fits(unfound: Sequence[tuple[str, str]], stores: Sequence[JudgedStore], together: str = "") -> str:
    """The patterns that fit none of the stores, each with the nearest that is there, unless only all of them together fit none."""
    told = ", ".join(f"{key} {show(pattern)}{'' if together else _near(key, pattern, known(stores, key))}" for key, pattern in unfound[:MOST_PATTERNS])
    return f"no store fits {told}{' ' if together else ''}{together}"


def _near(key: str, pattern: str, names: Sequence[str]) -> str:
    is_name = key == "provider" and not MAGIC.search(pattern)  # a misspelt service was refused before
    near = None if is_name else nearest(MAGIC.sub("", pattern), names, 0.5)
    others = f" (known: {', '.join(names[:MOST_PATTERNS])}{', ...' if len(names) > MOST_PATTERNS else ''})" if names else ""
    return did_you_mean(near, inside=True) or others


def nowhere(rule: Rule, stores: Sequence[JudgedStore]) -> list[tuple[str, Any]]:
    """(field, value) of what the rule names and none of these stores, which are in its scopes, has."""
    values = {place: {getattr(store, place) for store in stores} for place in PLACES}
    return list(dict.fromkeys((field.name, item) for field, item, by in _named(rule) if not _has(values[field.name], field, item, by)))


def chosen_nowhere(rule: Rule, stores: Sequence[JudgedStore], schemas: Mapping[str, RecordSchema]) -> list[tuple[str, Any]]:
    """The same of what each has some store, and all of it together none."""
    for predicate in (rule.select, getattr(rule.statement, "where", None)):
        if predicate is not None and set(PLACES) & {*fields_of(predicate)} and not any(_can_choose(predicate, store, schemas) for store in stores):
            return list(dict.fromkeys((field.name, item) for field, item, _by in _values(predicate, True)))
    return []


def may_choose(select: Predicate, schema: RecordSchema, known: Mapping[str, Any]) -> bool:
    """Whether a predicate may choose a secret of a service, of which nothing but these values is known."""
    if INVALID in fields_of(select):
        return True
    told = {"provider": schema.provider, **known}
    keys = {*RECORD_KEYS, *schema.keys, *schema.words} - told.keys()
    blank: Record = {**dict.fromkeys(RECORD_KEYS), **told, "attributes": {}, INVALID: sorted(keys)}
    return compiled(select, schema, 0).test(blank) != FALSE


def _can_choose(predicate: Predicate, store: JudgedStore, schemas: Mapping[str, RecordSchema]) -> bool:
    try:
        return may_choose(predicate, schemas[store.provider], {place: value for place in PLACES if (value := getattr(store, place)) is not None})
    except SecretsError:  # a query that cannot answer is told of where it is asked about a secret
        return True


def _named(rule: Rule) -> Iterator[tuple[RuleField, Any, str]]:
    for predicate in (rule.select, getattr(rule.statement, "where", None)):
        yield from _values(predicate, True)
    yield from _values(getattr(rule.statement, "predicate", None), False)


def _values(predicate: Predicate | None, chosen: bool) -> Iterator[tuple[RuleField, Any, str]]:
    """Each value that is named to be chosen, and the operator that finds it. chosen: whether the predicate chooses, or allows."""
    if isinstance(predicate, PredicateGroup):
        for part in predicate.parts:
            yield from _values(part, chosen != (predicate.combinator == "none_of"))
    elif isinstance(predicate, Ask):
        known = {field.name: field for field in predicate.fields if field.name in PLACES}
        asked = [each for each in predicate.query.comparisons() if each.key in known and isinstance(each.value, str)]
        yield from ((known[each.key], each.value, "eq") for each in asked if each.operator == ("eq" if chosen != each.denied else "ne"))
    elif isinstance(predicate, Leaf) and predicate.field.name in PLACES:
        by = (ONE_BY_ONE if chosen else DENIALS).get(predicate.operator)
        yield from ((predicate.field, item, by) for item in as_list(predicate.written) if by)


def _has(values: Iterable[str | None], field: RuleField, item: Any, by: str) -> bool:
    fits = OPERATORS[by].compare(OPERATORS[by].argument(item, field), 0)
    return any(value is None or fits(value) for value in values)
