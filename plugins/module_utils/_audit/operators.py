# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Truth, and how it is found: operators on one field, and combinators of tests, compiled once into closures.

A test says TRUE, FALSE, UNKNOWN or NOT_APPLICABLE of a record. On a value an operator says TRUE or FALSE. On null it
depends on what the null means: NOT_APPLICABLE where the cloud never offers the field, UNKNOWN where the value was
withheld or malformed, and the operator's own answer where it is known that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Union

from .._core.errors import SecretsError
from .._core.jmespath_query import Query
from .._core.records import ATTRIBUTES, GAP, NEVER, NONE, Record, RecordSchema
from .._core.values import composed, iso_time
from . import comparisons
from .arguments import as_list, duration, element, elements, globs, number, regexes, scalar, scalars, show, sizes, truth
from .comparisons import Compare
from .fields import ANY, FLAG, LIST, NUMBER, OF_THE_PAST, PARTS, TAGS, TEXT, TIME, UNKNOWN_WORD, WORD_FIELDS, RuleField, holder, part_in_other_form, part_of

FALSE, UNKNOWN, NOT_APPLICABLE, TRUE = range(4)
"""From the one that prevails in all_of to the weakest."""
NEGATION = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN, NOT_APPLICABLE: NOT_APPLICABLE}
ANY_OF_ORDER = (NOT_APPLICABLE, FALSE, UNKNOWN, TRUE)
"""The same for any_of, from the weakest to the one that prevails."""
ANY_OF_RANK = {found: rank for rank, found in enumerate(ANY_OF_ORDER)}

LONGEST_SEARCHED = 4096
"""Characters of a text in which a regular expression is looked for; of a longer text nothing is known."""

INVALID = "invalid"
CLOCK_TOLERANCE = 300
"""Seconds by which a time of the past may lie ahead of as_of; with more, a clock is wrong and nothing follows."""

OF_TEXTS = (scalar, scalars, globs, regexes, element, elements)
"""What reads the arguments that are texts."""

Test = Callable[[Record], int]


@dataclass(frozen=True)
class Leaf:
    """One operator on one field. argument: checked and converted. shown: as it was written, for people. written: the same, whole."""

    field: RuleField
    operator: str
    argument: Any
    shown: str
    written: Any = None


@dataclass(frozen=True)
class Ask:
    """A JMESPath expression that is asked about some fields, and must answer true or false. shown: for people."""

    query: Query
    fields: tuple[RuleField, ...]
    shown: str


@dataclass(frozen=True)
class PredicateGroup:
    """Predicates under all_of, any_of or none_of."""

    combinator: str
    parts: tuple[Predicate, ...]


Predicate = Union[Leaf, Ask, PredicateGroup]


@dataclass(frozen=True)
class Operator:
    """types: of fields it reads. argument: (as written, field) -> checked, or ValueError. compare: (checked, as_of) ->
    a function of the value that is true or not. hit, miss, none: what a true comparison, a false one, and a null that
    means 'there is none' amount to.
    """

    types: tuple[str, ...]
    argument: Callable[[Any, RuleField], Any]
    compare: Callable[[Any, float], Compare]
    hit: int = TRUE
    miss: int = FALSE
    none: int = FALSE


COMPARED, DATED = (TEXT, NUMBER, FLAG, TIME), (TIME,)
HELD, SEARCHED, MEASURED = (LIST, TAGS), (TEXT, LIST, TAGS), (TEXT, LIST, TAGS, PARTS)

OPERATORS: Mapping[str, Operator] = {
    "eq": Operator(COMPARED, scalar, comparisons.equal),
    "ne": Operator(COMPARED, scalar, comparisons.equal, hit=FALSE, miss=TRUE, none=TRUE),
    "in": Operator(COMPARED, scalars, comparisons.among),
    "not_in": Operator(COMPARED, scalars, comparisons.among, hit=FALSE, miss=TRUE, none=TRUE),
    **{name: Operator((NUMBER,), number, compare) for name, compare in comparisons.NUMERIC.items()},
    "glob": Operator((TEXT,), globs, comparisons.matching),
    "regex": Operator((TEXT,), regexes, comparisons.found),
    "contains": Operator(SEARCHED, element, comparisons.containing),
    "contains_any": Operator(SEARCHED, elements, comparisons.containing_any),
    "contains_all": Operator(HELD, elements, comparisons.containing_all),
    "contains_only": Operator(HELD, elements, comparisons.containing_only, none=TRUE),
    "size": Operator(MEASURED, sizes, comparisons.sized),
    "older_than": Operator(DATED, duration, comparisons.older),
    "newer_than": Operator(DATED, duration, comparisons.newer),
    "due_within": Operator(DATED, duration, comparisons.soon),
    "due_after": Operator(DATED, duration, comparisons.later),
    "present": Operator(ANY, truth, comparisons.filled),
    "absent": Operator(ANY, truth, comparisons.filled, hit=FALSE, miss=TRUE, none=TRUE),
}


def all_of(tests: list[Test]) -> Test:
    """FALSE > UNKNOWN > NOT_APPLICABLE > TRUE."""
    if len(tests) == 1:
        return tests[0]

    def test(record: Record) -> int:
        least = TRUE
        for part in tests:
            found = part(record)
            if found < least:
                if found == FALSE:
                    return FALSE
                least = found
        return least

    return test


def any_of(tests: list[Test]) -> Test:
    """TRUE > UNKNOWN > FALSE > NOT_APPLICABLE."""
    if len(tests) == 1:
        return tests[0]

    def test(record: Record) -> int:
        best = 0
        for part in tests:
            found = part(record)
            if found == TRUE:
                return TRUE
            best = max(best, ANY_OF_RANK[found])
        return ANY_OF_ORDER[best]

    return test


def none_of(tests: list[Test]) -> Test:
    """all_of of the negations: any TRUE -> FALSE, else UNKNOWN > NOT_APPLICABLE > TRUE."""
    return all_of([negation(test) for test in tests])


def negation(test: Test) -> Test:
    return lambda record: NEGATION[test(record)]


COMBINATORS: Mapping[str, Callable[[list[Test]], Test]] = {"all_of": all_of, "any_of": any_of, "none_of": none_of}


def fields_of(predicate: Predicate | None) -> Iterator[str]:
    """The names of the fields that a predicate reads."""
    if isinstance(predicate, Leaf):
        yield predicate.field.name
    elif isinstance(predicate, Ask):
        yield from (field.name for field in predicate.fields)
    elif predicate is not None:
        for part in predicate.parts:
            yield from fields_of(part)


@dataclass(frozen=True)
class Node:
    """A compiled predicate: its test, and what to show when the test did not say TRUE. untold: fields that a listing of the
    cloud does not tell, each with the words for that."""

    predicate: Predicate
    test: Test
    parts: tuple[Node, ...] = ()
    untold: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _expected(self) -> tuple[str, str]:
        """Expected value, and its negation."""
        if isinstance(self.predicate, PredicateGroup):
            raise TypeError("a group expects nothing itself")
        said = f"query {self.predicate.shown}" if isinstance(self.predicate, Ask) else f"{self.predicate.operator} {self.predicate.shown}"
        return said, f"not {said}"

    def evidence(self, record: Record, denied: bool = False) -> Iterator[dict[str, Any]]:
        """The leaves that made the test say what it says of the record: field, actual value, what was expected, and what words need."""
        if not isinstance(self.predicate, PredicateGroup):
            about = {"asked": self.predicate, "denied": denied, "expected": self._expected[denied]}
            for name in fields_of(self.predicate):
                actual = value_of(record, name)
                planned = record["delete_at"] if name == "status" and actual == "pending_delete" else None
                yield {"field": name, "actual": actual, "planned": planned, "untold": self.untold.get(name), **about}
            return
        found = self.test(record)
        denies = self.predicate.combinator == "none_of"
        decisive = NEGATION[found] if denies else found
        for part in self.parts:
            if part.test(record) == decisive:
                yield from part.evidence(record, denied != denies)


def compiled(predicate: Predicate, schema: RecordSchema, as_of: float, untold: Mapping[str, str] | None = None) -> Node:
    """The predicate for the records of one cloud; every age is turned into a date here, once. untold: why nulls of a key mean nothing."""
    if not isinstance(predicate, PredicateGroup):
        test = leaf_test(predicate, schema, as_of) if isinstance(predicate, Leaf) else ask_test(predicate, schema)
        reasons = {} if untold is None else untold
        if reasons and isinstance(predicate, Leaf) and predicate.field.name == INVALID:
            test = _of_invalid(test, frozenset(reasons))
        silent = f"not told by a listing of {schema.provider}"
        said = {name: reasons.get(holder(name), "" if holder(name) in schema.keys or holder(name) in schema.words else silent) for name in fields_of(predicate)}
        return Node(predicate, test, untold={name: reason for name, reason in said.items() if reason})
    parts = tuple(compiled(part, schema, as_of, untold) for part in predicate.parts)
    return Node(predicate, COMBINATORS[predicate.combinator]([part.test for part in parts]), parts)


def value_of(record: Record, key: str) -> Any:
    """Value of a record's field."""
    if holder(key) != key:
        return part_of(record[holder(key)], key)
    return record["attributes"].get(key.removeprefix(ATTRIBUTES)) if key.startswith(ATTRIBUTES) else record[key]


def leaf_test(leaf: Leaf, schema: RecordSchema, as_of: float) -> Test:
    """The test of one field. A value that the record lists as invalid must be null in it."""
    operator, key = OPERATORS[leaf.operator], leaf.field.name
    if never_offered(schema, key):
        return inapplicable
    compare = operator.compare(leaf.argument, as_of)
    on_null = null_test(key, operator.none, schema)
    doubt = _any_doubt(_doubt(leaf, compare, as_of), _other_form(leaf, compare, as_of))
    if (whole := holder(key)) != key:
        on_part = operator.none if leaf.field.types == {TEXT} else UNKNOWN
        of_part = _doubting_test(key, compare, lambda record: on_part, operator.hit, operator.miss, doubt or _certain)
        other = part_in_other_form(key)
        return lambda record: on_null(record) if record[whole] is None else UNKNOWN if other(record[whole]) else of_part({key: part_of(record[whole], key)})
    if key.startswith(ATTRIBUTES):
        return _attribute_test(key.removeprefix(ATTRIBUTES), compare, on_null, operator.hit, operator.miss, doubt)
    if leaf.field.words is not None:
        return _word_test(key, leaf.field.words, _doubting_test(key, compare, on_null, operator.hit, operator.miss, doubt or _certain))
    if doubt:
        return _doubting_test(key, compare, on_null, operator.hit, operator.miss, doubt)
    return _key_test(key, compare, on_null, operator.hit, operator.miss)


def _of_invalid(test: Test, untold: frozenset[str]) -> Test:
    """The test of what could not be read: what a detail could not be had of was not there to be read."""
    return lambda record: test({**record, INVALID: [key for key in record[INVALID] if key not in untold]} if record[INVALID] else record)


def inapplicable(record: Record) -> int:
    """The test of what a cloud never offers. Whoever finds it need not ask record by record."""
    return NOT_APPLICABLE


def never_offered(schema: RecordSchema, key: str) -> bool:
    """Whether no secret of this cloud has the field."""
    return schema.nulls.get(holder(key)) == NEVER or (key.startswith(ATTRIBUTES) and key not in schema.keys and key not in schema.words)


def null_test(key: str, none: int, schema: RecordSchema) -> Test:
    """Truth of a null under this key. none: the truth if there is known to be no value. The schema is that of a store that was asked for
    all that its nulls say; see asked_schema()."""
    meanings = {NEVER: NOT_APPLICABLE, NONE: none, GAP: UNKNOWN}
    attribute = key.removeprefix(ATTRIBUTES) if key.startswith(ATTRIBUTES) else None
    key = holder(key)

    def test(record: Record) -> int:
        if key in record["invalid"]:
            return UNKNOWN
        meaning = schema.null_meaning(key, record["kind"], schema.details)
        if meaning == NONE and attribute is not None and attribute not in record["attributes"]:
            return UNKNOWN  # the release that wrote the record did not ask for it
        return meanings[meaning]

    return test


def _attribute_test(name: str, compare: Compare, on_null: Test, hit: int, miss: int, doubt: Compare | None) -> Test:
    def test(record: Record) -> int:
        value = record["attributes"].get(name)
        if value is None:
            return on_null(record)
        if doubt is not None and doubt(value):
            return UNKNOWN
        return hit if compare(value) else miss

    return test


def _key_test(key: str, compare: Compare, on_null: Test, hit: int, miss: int) -> Test:
    def test(record: Record) -> int:
        value = record[key]
        if value is None:
            return on_null(record)
        return hit if compare(value) else miss

    return test


def _doubting_test(key: str, compare: Compare, on_null: Test, hit: int, miss: int, doubt: Compare) -> Test:
    def test(record: Record) -> int:
        value = record[key]
        if value is None:
            return on_null(record)
        if doubt(value):
            return UNKNOWN
        return hit if compare(value) else miss

    return test


def _certain(value: Any) -> bool:
    return False


def _word_test(key: str, words: frozenset[str], test: Test) -> Test:
    """The test of a field with few words: what it says of each is found out once."""
    truths = {word: test({key: word}) for word in words}

    def look_up(record: Record) -> int:
        truth = truths.get(record[key])
        return test(record) if truth is None else truth

    return look_up


def _doubt(leaf: Leaf, compare: Compare, as_of: float) -> Compare | None:
    """Test for values that prove nothing: an unknown status or kind (unless the rule names the word 'unknown'), a past time
    that is in the future, and a text that is too long to be searched."""
    key, operator = leaf.field.name, OPERATORS[leaf.operator]
    if operator.argument is regexes and key not in WORD_FIELDS:
        return lambda value: len(value) > LONGEST_SEARCHED
    if key in WORD_FIELDS and (operator.argument in (truth, sizes) or not compare(UNKNOWN_WORD)):
        return frozenset((UNKNOWN_WORD,)).__contains__
    if key in OF_THE_PAST and operator.types == DATED:
        latest = iso_time(as_of + CLOCK_TOLERANCE)
        return lambda value: value > latest
    return None


def _other_form(leaf: Leaf, compare: Compare, as_of: float) -> Compare | None:
    """Test for texts that look like what a rule names, and are written with other characters. Whether they are meant, nobody knows."""
    operator = OPERATORS[leaf.operator]
    if operator.argument not in OF_TEXTS or all(not isinstance(item, str) or item.isascii() for item in as_list(leaf.written)):
        return None
    alike = operator.compare(operator.argument(composed(leaf.written), leaf.field), as_of)
    return lambda value: bool(compare(value)) != bool(alike(composed(value)))


def _any_doubt(*doubts: Compare | None) -> Compare | None:
    found = [doubt for doubt in doubts if doubt]
    return found[0] if len(found) == 1 else (lambda value: any(doubt(value) for doubt in found)) if found else None


def ask_test(ask: Ask, schema: RecordSchema) -> Test:
    """The test of an expression. It is shown the fields that it names and nothing else. Raises SecretsError where the
    answer is neither true nor false, and what jmespath raises where it fails."""
    keys = [field.name for field in ask.fields]
    if any(never_offered(schema, key) for key in keys):
        return inapplicable
    names = [key for key in keys if not key.startswith(ATTRIBUTES)]
    attributes = [key.removeprefix(ATTRIBUTES) for key in keys if key.startswith(ATTRIBUTES)]
    nulls = {key: null_test(key, TRUE, schema) for key in keys}
    undecided = [name for name in names if name in WORD_FIELDS and UNKNOWN_WORD not in ask.shown]
    answer, alike = ask.query.ask, ask.query.in_one_form()

    def test(record: Record) -> int:
        shown = {name: record[name] for name in names}
        held = {name: record["attributes"].get(name) for name in attributes}
        if held:
            shown["attributes"] = held
        if None in shown.values() or None in held.values():
            meant = {nulls[key](record) for key in keys if value_of(record, key) is None}
            if meant != {TRUE}:
                return NOT_APPLICABLE if NOT_APPLICABLE in meant else UNKNOWN
        if undecided and any(shown[name] == UNKNOWN_WORD for name in undecided):
            return UNKNOWN
        said = answer(shown)
        if alike and alike.ask(composed(shown)) != said:
            return UNKNOWN
        if isinstance(said, bool):
            return TRUE if said else FALSE
        raise SecretsError("query", f"the query gave {show(said)}, which is neither true nor false")

    return test
