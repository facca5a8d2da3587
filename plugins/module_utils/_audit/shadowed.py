# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What somebody wrote and another entry leaves without effect: an owner who is never asked, a rule that another file has, too.

1. A predicate covers another one if whatever fits the other one fits it, by what is written alone. In doubt it does not.
2. Of owners the first that fits counts, so that one is never asked whom an earlier one covers.
3. Rules of two files with the same definition find the same, and everything would be told twice.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator

from .arguments import MAGIC, as_list
from .operators import Ask, Leaf, Predicate, PredicateGroup
from .rules import Owner, Problem, Rule

NAMING = ("eq", "in", "glob")
"""Operators that say which values fit."""
STARS_ALONE = re.compile(r"[^?\[]*")


def owners_never_asked(owners: Iterable[tuple[str, str, Owner]]) -> Iterator[Problem]:
    """What is wrong with each owner whom an earlier one covers. owners: each with its file and its place there, in the order in which they are asked."""
    earlier: list[tuple[str, str, Owner]] = []
    for file, place, owner in owners:
        first = next((each for each in earlier if each[2].owner != owner.owner and covers(each[2].select, owner.select)), None)
        if first:
            told = f"{first[1]}{'' if first[0] == file else f' of {first[0]}'} ({first[2].owner}) comes first and fits every secret that this fits"
            yield Problem(file, "", f"{place}.select", f"{told}; put this one before it, or take one of them out")
        earlier.append((file, place, owner))


def rules_twice(rules: Iterable[tuple[str, Rule]]) -> Iterator[Problem]:
    """What is wrong with each rule that has the definition of one of an earlier file. rules: each with its file."""
    first: dict[str, tuple[str, Rule]] = {}
    for file, rule in rules:
        where, other = first.setdefault(rule.digest, (file, rule))
        if where != file:
            told = f"{other.id} of {where} has the same definition, so that everything would be told twice"
            yield Problem(file, rule.id, "", f"{told}; change what this rule says, or take one of them out")


def covers(first: Predicate, later: Predicate) -> bool:
    """Whether everything that fits the later predicate fits the first one, too."""
    if isinstance(first, Leaf) and isinstance(later, Leaf):
        return first.field.name == later.field.name and ((first.operator, first.written) == (later.operator, later.written) or _names_cover(first, later))
    if _key(first) == _key(later):
        return True
    if isinstance(later, PredicateGroup) and later.combinator == "any_of":
        return all(covers(first, part) for part in later.parts)
    if isinstance(first, PredicateGroup) and first.combinator == "all_of":
        return all(covers(part, later) for part in first.parts)
    if isinstance(later, PredicateGroup) and later.combinator == "all_of" and any(covers(first, part) for part in later.parts):
        return True
    return isinstance(first, PredicateGroup) and first.combinator == "any_of" and any(covers(part, later) for part in first.parts)


def _names_cover(first: Leaf, later: Leaf) -> bool:
    """Whether the first leaf, of the same field, fits all values that the later one names. What a star stands for, another star fits."""
    if first.operator not in NAMING or later.operator not in NAMING:
        return False
    known = as_list(first.written)
    for value in as_list(later.written):
        is_pattern = later.operator == "glob" and bool(MAGIC.search(value))
        if first.operator == "glob":
            fits = first.argument.match(value) and (not is_pattern or ("[" not in value and all(map(STARS_ALONE.fullmatch, known))))
        else:
            fits = not is_pattern and value in known
        if not fits:
            return False
    return True


def _key(predicate: Predicate) -> Hashable:
    """What a predicate says, to be compared."""
    if isinstance(predicate, Leaf):
        return predicate.field.name, predicate.operator, repr(predicate.written)
    if isinstance(predicate, Ask):
        return predicate.shown, tuple(field.name for field in predicate.fields)
    return predicate.combinator, tuple(map(_key, predicate.parts))
