# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Predicates as data: fields, operators, combinators and queries, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from .._core.errors import SecretsError, unknown_name
from .._core.jmespath_query import LONGEST_EXPRESSION, Query
from .._core.records import ATTRIBUTES
from .arguments import number, scalar, show
from .contradiction import contradictions
from .fields import FLAG, NUMBER, PARTS, PARTS_OF_REFERENCES, TAGS, TEXT, TIME, Catalog, RuleField, holder, tag_field
from .operators import COMBINATORS, OPERATORS, Ask, Leaf, Predicate, PredicateGroup
from .parts import DEEPEST, Parts, short
from .rules import Problem

QUERY, TAG = "query", "tag"
SCALAR = frozenset({TEXT, NUMBER, FLAG, TIME})
COMPARED = {"eq": scalar, "ne": scalar}
"""What may stand beside a field in a comparison of a query; in the others, which read numbers only, a number."""
LONGEST_TAG = 256
"""Characters of the key of a tag."""
NO_PREDICATE = PredicateGroup("all_of", ())
"""Stands for a predicate that could not be read; its errors have been noted."""


class Predicates(Parts):
    """Reads predicates over the fields of a catalog."""

    def __init__(self, fields: Catalog, name: str, problems: list[Problem]) -> None:
        super().__init__(name, problems)
        self._fields = fields

    def _predicate_of(self, entry: Mapping[str, Any], key: str) -> Predicate | None:
        return self._predicate(self._filled(entry[key], key), key) if key in entry else None

    def _predicate(self, value: Any, path: str, depth: int = 0) -> Predicate:
        if not isinstance(value, dict) or not value:
            self._wrong(path, "a mapping with at least one field or combinator is required here")
            return NO_PREDICATE
        if depth > DEEPEST:
            self._wrong(path, f"predicates can be nested {DEEPEST} deep")
            return NO_PREDICATE
        parts = [part for key, item in value.items() for part in self._item(key, item, f"{path}.{key}", depth)]
        predicate = parts[0] if len(parts) == 1 else PredicateGroup("all_of", tuple(parts))
        if depth == 0:
            for fault in contradictions(predicate, self._fields):
                self._wrong(path, fault)
        return predicate

    def _item(self, key: Any, value: Any, path: str, depth: int) -> list[Predicate]:
        if key in COMBINATORS:
            if not isinstance(value, list) or not value:
                self._wrong(path, "a list of at least one predicate is required here")
                return []
            return [PredicateGroup(key, tuple(self._predicate(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)))]
        if key == QUERY:
            return self._query(value, path)
        if key == TAG and TAGS in self._fields:
            return self._tag(value, path)
        if key not in self._fields:
            self._wrong(path, unknown_name("field", short(key), [*self._fields, *COMBINATORS, QUERY, *([TAG] if TAGS in self._fields else [])]))
            return []
        if isinstance(value, dict) and value:
            return [leaf for name, argument in value.items() for leaf in self._leaf(self._fields[key], name, argument, f"{path}.{name}")]
        if isinstance(value, (dict, list)) or value is None:
            self._wrong(path, "a value or a mapping of operators is required here, such as {in: [a, b]} or {absent: true}")
            return []
        return self._leaf(self._fields[key], "eq", value, path)

    def _tag(self, value: Any, path: str) -> list[Predicate]:
        """The key of a tag, with operators for its value."""
        operators = {name: argument for name, argument in value.items() if name != "key"} if isinstance(value, dict) else {}
        if not operators:
            self._wrong(path, "the key of a tag and at least one operator are required here, such as {key: env, in: [prod]}")
            return []
        if "key" not in value:
            self._wrong(path, "key is missing")
        field = tag_field(self._text(value, "key", path, LONGEST_TAG))
        return [leaf for name, argument in operators.items() for leaf in self._leaf(field, name, argument, f"{path}.{name}")]

    def _query(self, value: Any, path: str) -> list[Predicate]:
        entry = self._closed(value, path, "key of a query", ("expr", "fields"), ())
        expression = self._text(entry, "expr", path, LONGEST_EXPRESSION)
        fields = self._field_list(entry, "fields", path)
        for field in fields:
            if holder(field.name) != field.name:
                self._wrong(f"{path}.fields", f"{field.name} is a part; write {holder(field.name)}, and name its parts in expr")
        if not fields or not 0 < len(expression) <= LONGEST_EXPRESSION:
            return []
        try:
            query = Query(expression)
        except ImportError:
            self._wrong(path, "queries need the Python library jmespath where this module runs")
            return []
        except SecretsError as error:
            self._wrong(f"{path}.expr", error.message.removeprefix("query: "))
            return []
        keys_of_tags = any(TAGS in field.types for field in fields)
        parts = set(PARTS_OF_REFERENCES) if any(PARTS in field.types for field in fields) else set()
        for name in sorted(query.names() - _readable(fields) - parts):
            if keys_of_tags and name not in _readable(self._fields.values()):
                continue
            said = f"it reads {short(name)}, which is not listed in fields" if name in _readable(self._fields.values()) else self._no_field(name)
            self._wrong(f"{path}.expr", said)
        known = {field.name: field for field in fields if field.types <= SCALAR}
        for key, operator, literal, _denied in query.comparisons():
            if key in known and literal is not None:
                self._argument(partial(COMPARED.get(operator, number), field=known[key]), literal, f"{path}.expr")
        return [Ask(query, fields, show(expression))]

    def _field_list(self, entry: Mapping[str, Any], key: str, path: str) -> tuple[RuleField, ...]:
        """The fields that a list names, each once."""
        found = {}
        for index, name in enumerate(self._list(entry, key, path)):
            if isinstance(name, str) and name in self._fields:
                found[name] = self._fields[name]
            else:
                self._wrong(f"{path}.{key}[{index}]", self._no_field(name))
        return tuple(found.values())

    def _no_field(self, name: Any) -> str:
        return unknown_name("field", short(name), list(self._fields))

    def _leaf(self, field: RuleField, name: Any, argument: Any, path: str) -> list[Predicate]:
        if name not in OPERATORS:
            self._wrong(path, unknown_name("operator", short(name), list(OPERATORS)))
            return []
        operator = OPERATORS[name]
        if not field.types.intersection(operator.types):
            fitting = [other for other, known in OPERATORS.items() if field.types.intersection(known.types)]
            self._wrong(
                path, f"{name} does not read {' or '.join(sorted(field.types))}, which {field.name} is; {field.name} can be read by {', '.join(fitting)}"
            )
            return []
        checked = self._argument(lambda item: operator.argument(item, field), argument, path)
        return [Leaf(field, name, checked, show(argument), argument)]


def _readable(fields: Iterable[RuleField]) -> set[str]:
    """The names by which a query can read these fields."""
    return {part for field in fields for part in (field.name.split(".") if field.name.startswith(ATTRIBUTES) else [field.name])}
