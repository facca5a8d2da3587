# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule language: reads rules as data, checks them to the last key, and reports every error at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._errors import unknown_name
from .._records import SURROGATES, Vocabulary
from .._scrub import printable
from . import arguments
from .arguments import show
from .fields import Catalog, catalog
from .operators import COMBINATORS, OPERATORS, Group, Leaf, Predicate
from .rules import (
    KEYS,
    ON_EMPTY,
    RESERVED,
    SCOPES,
    SEVERITIES,
    Complete,
    Count,
    Expect,
    Forbidden,
    Owner,
    Problem,
    Required,
    Rule,
    Rulebook,
    RulesError,
    Source,
    Statement,
)

RULE_ID = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
PARAMETER = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")
LONGEST_TITLE = 300
LONGEST_TEXT = 2000
DEEPEST = 20
NO_KINDS = "which kinds there must be is not known; write one rule for each kind"
UNDEFINED = object()
"""Stands for a parameter that is not there; its absence has been noted."""


def read(sources: Iterable[Source], vocabularies: Iterable[Vocabulary]) -> Rulebook:
    """The rules of all sources. Raises RulesError with everything that is wrong with any of them."""
    fields = catalog(vocabularies)
    problems: list[Problem] = []
    rules: list[tuple[str, Rule]] = []
    owners: list[Owner] = []
    for source in sources:
        found, named = _Reader(fields, source.name, problems).file(source.content)
        rules += [(source.name, rule) for rule in found]
        owners += named
    times = Counter(rule.id for name, rule in rules)
    problems += [Problem(name, rule.id, "id", "another rule has this id") for name, rule in rules if rule.id and times[rule.id] > 1]
    if problems:
        raise RulesError(problems)
    return Rulebook(tuple(rule for name, rule in rules), tuple(owners))


class _Reader:
    """Reads one source. A method that finds an error notes it and returns something of the right shape, so that the
    rest is checked too; nothing that was read with an error is ever used."""

    def __init__(self, fields: Catalog, name: str, problems: list[Problem]) -> None:
        self._fields = fields
        self._name = name
        self._problems = problems
        self._rule = ""
        self._parameters: Mapping[str, Any] = {}

    def file(self, content: Any) -> tuple[list[Rule], list[Owner]]:
        """A mapping of rules, owners and params, or a list of rules alone."""
        entry = self._closed({"rules": content} if isinstance(content, list) else content, "", "key of a rule file", ("rules",), ("owners", "params"))
        self._parameters = self._read_parameters(entry.get("params", {}))
        owners = [self._owner(item, f"owners[{index}]") for index, item in enumerate(self._list(entry, "owners", ""))]
        rules = [self._read_rule(item, f"rules[{index}]") for index, item in enumerate(self._list(entry, "rules", ""))]
        return rules, owners

    # --- the parts of a file ---

    def _read_parameters(self, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._wrong("params", "a mapping of names to values must stand here")
            return {}
        for name, argument in value.items():
            if not isinstance(name, str) or not PARAMETER.fullmatch(name):
                self._wrong(f"params.{name}", "a name is letters, digits and _, and no digit first")
            if not all(isinstance(item, (str, int, float)) for item in (argument if isinstance(argument, list) and argument else [argument])):
                self._wrong(f"params.{name}", "a text, number, true, false, or a list of them must stand here")
        return value

    def _owner(self, value: Any, path: str) -> Owner:
        entry = self._closed(value, path, "key of an owner", ("select", "owner"), ())
        select = self._predicate(self._filled(entry["select"], f"{path}.select"), f"{path}.select") if "select" in entry else Group("all_of", ())
        return Owner(select, self._text(entry, "owner", path, LONGEST_TITLE))

    def _read_rule(self, value: Any, place: str) -> Rule:
        self._rule = _label(value, place)
        optional = ("scopes", "select", "expect", "fleet", "on_empty", "allow_filtered", "owner", "remediation", "references")
        entry = self._closed(value, "", "key of a rule", ("id", "title", "severity"), optional)
        if len({"expect", "fleet"} & set(entry)) != 1:
            self._wrong("", "a rule has either expect or fleet")
        rule = Rule(
            id=self._id(entry["id"]) if "id" in entry else "",
            title=self._text(entry, "title", "", LONGEST_TITLE),
            severity=self._word(entry, "severity", SEVERITIES, SEVERITIES[0]),
            scopes=self._scopes(self._filled(entry.get("scopes", {}), "scopes")),
            select=self._predicate_of(entry, "select"),
            statement=self._statement(entry),
            on_empty=self._word(entry, "on_empty", ON_EMPTY, ON_EMPTY[0]),
            allow_filtered=self._flag(entry, "allow_filtered"),
            owner=self._text(entry, "owner", "", LONGEST_TITLE) if "owner" in entry else None,
            remediation=self._text(entry, "remediation", "", LONGEST_TEXT) if "remediation" in entry else None,
            references=self._references(entry),
        )
        self._rule = ""
        return rule

    def _id(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong("id", f"{show(value)} is not a text; write it in quotes")
            return ""
        if not RULE_ID.fullmatch(value):
            self._wrong("id", "an id is 1 to 80 letters, digits, '.', '_' and '-', and begins with a letter or digit")
        if value in RESERVED:
            self._wrong("id", f"{value} is the name of a rule that is always there")
        return value

    def _references(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        references = enumerate(self._list(entry, "references", ""))
        return tuple(self._text({"": item}, "", f"references[{index}]", LONGEST_TEXT) for index, item in references)

    def _scopes(self, value: Any) -> Mapping[str, re.Pattern[str]]:
        entry = self._closed(value, "scopes", "key of scopes", (), SCOPES)
        for provider in _as_list(entry.get("provider", [])):
            known = sorted(self._fields["provider"].words or ())
            if isinstance(provider, str) and not arguments.MAGIC.search(provider) and provider not in known:
                self._wrong("scopes.provider", unknown_name("provider", _short(provider), known))
        return {key: self._argument(arguments.globs, patterns, f"scopes.{key}") for key, patterns in entry.items()}

    # --- predicates ---

    def _predicate_of(self, entry: Mapping[str, Any], key: str) -> Predicate | None:
        return self._predicate(self._filled(entry[key], key), key) if key in entry else None

    def _predicate(self, value: Any, path: str, depth: int = 0) -> Predicate:
        if not isinstance(value, dict) or not value:
            self._wrong(path, "a mapping with at least one field or combinator must stand here")
            return Group("all_of", ())
        if depth > DEEPEST:
            self._wrong(path, f"predicates can be nested {DEEPEST} deep")
            return Group("all_of", ())
        parts = [part for key, item in value.items() for part in self._item(key, item, f"{path}.{key}", depth)]
        return parts[0] if len(parts) == 1 else Group("all_of", tuple(parts))

    def _item(self, key: Any, value: Any, path: str, depth: int) -> list[Predicate]:
        if key in COMBINATORS:
            if not isinstance(value, list) or not value:
                self._wrong(path, "a list of at least one predicate must stand here")
                return []
            return [Group(key, tuple(self._predicate(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)))]
        if key not in self._fields:
            self._wrong(path, unknown_name("field", _short(key), [*self._fields, *COMBINATORS]))
            return []
        if isinstance(value, dict) and value:
            return [leaf for name, argument in value.items() for leaf in self._leaf(key, name, argument, f"{path}.{name}")]
        if isinstance(value, (dict, list)) or value is None:
            self._wrong(path, "a value or a mapping of operators must stand here, such as {in: [a, b]} or {absent: true}")
            return []
        return self._leaf(key, "eq", value, path)

    def _leaf(self, key: str, name: Any, argument: Any, path: str) -> list[Predicate]:
        field = self._fields[key]
        if name not in OPERATORS:
            self._wrong(path, unknown_name("operator", _short(name), list(OPERATORS)))
            return []
        operator = OPERATORS[name]
        if not field.types.intersection(operator.types):
            fitting = [other for other, known in OPERATORS.items() if field.types.intersection(known.types)]
            self._wrong(path, f"{name} does not read {' or '.join(sorted(field.types))}, which {key} is; {key} can be read by {', '.join(fitting)}")
            return []
        checked = self._argument(lambda item: operator.argument(item, field), argument, path)
        return [Leaf(field, name, checked, show(argument))]

    # --- statements ---

    def _statement(self, entry: Mapping[str, Any]) -> Statement | None:
        expect = self._predicate_of(entry, "expect")
        fleet = self._fleet(self._filled(entry["fleet"], "fleet")) if "fleet" in entry else None
        return Expect(expect) if expect else fleet

    def _fleet(self, value: Any) -> Statement | None:
        if not isinstance(value, dict) or len(value) != 1:
            self._wrong("fleet", f"one statement must stand here: {', '.join(STATEMENTS)}")
            return None
        ((name, argument),) = value.items()
        if name not in STATEMENTS:
            self._wrong("fleet", unknown_name("statement", _short(name), list(STATEMENTS)))
            return None
        return STATEMENTS[name](self, argument, f"fleet.{name}")

    def _required(self, value: Any, path: str) -> Required:
        value = {"names": value} if isinstance(value, list) else value
        entry = self._closed(value, path, "key of required", ("names",), ("where", "per"))
        per = self._keys(entry, path)
        if "kind" in per:
            self._wrong(f"{path}.per", f"kind cannot stand here, for {NO_KINDS}, with where")
        return Required(self._names(entry, path), self._where(entry, path), per)

    def _forbidden(self, value: Any, path: str) -> Forbidden:
        value = {"names": value} if isinstance(value, list) else value
        entry = self._closed(value, path, "key of forbidden", (), ("names", "where"))
        if isinstance(value, dict) and not value:
            self._wrong(path, "names, where or both must stand here")
        return Forbidden(self._names(entry, path), self._where(entry, path))

    def _count(self, value: Any, path: str) -> Count:
        entry = self._closed(value, path, "key of count", (), ("min", "max", "quota", "headroom", "per"))
        numbers = {key: self._whole(entry, key, path) for key in ("min", "max", "quota", "headroom") if key in entry}
        if not {"min", "max", "quota"} & set(entry):
            self._wrong(path, "min, max or quota must stand here")
        if "headroom" in numbers and "quota" not in numbers:
            self._wrong(f"{path}.headroom", "headroom is what must stay free of a quota, and there is none")
        if numbers.get("min") == 0 and entry["min"] == 0:
            self._wrong(f"{path}.min", "0 says nothing, for there are never fewer")
        limits: list[tuple[str, str, int]] = [(key, key, numbers[key]) for key in ("min", "max") if key in numbers]
        if "quota" in numbers:
            free = numbers.get("headroom", 0)
            limits.append((f"quota {numbers['quota']} less headroom {free}:" if free else "quota", "max", numbers["quota"] - free))
        least = max((number for word, bound, number in limits if bound == "min"), default=0)
        if any(number < least for word, bound, number in limits):
            self._wrong(path, "no number of secrets can satisfy these limits")
        per = self._keys(entry, path)
        if "kind" in per and "min" in entry:
            self._wrong(f"{path}.per", f"kind cannot stand beside min, for {NO_KINDS}, with select")
        return Count(tuple(limits), per)

    def _complete(self, value: Any, path: str) -> Complete:
        if value is not True:
            self._wrong(path, "only true can stand here")
        return Complete()

    def _where(self, entry: Mapping[str, Any], path: str) -> Predicate | None:
        return self._predicate(entry["where"], f"{path}.where") if "where" in entry else None

    def _names(self, entry: Mapping[str, Any], path: str) -> tuple[str, ...]:
        if "names" not in entry:
            return ()
        names = entry["names"]
        if not isinstance(names, list):
            self._wrong(f"{path}.names", "a list of names or globs must stand here")
            return ()
        self._argument(arguments.globs, names, f"{path}.names")
        return tuple(dict.fromkeys(str(name) for name in names))

    def _keys(self, entry: Mapping[str, Any], path: str) -> tuple[str, ...]:
        keys = self._list(entry, "per", path)
        for key in keys:
            if key not in KEYS:
                self._wrong(f"{path}.per", unknown_name("key", _short(key), list(KEYS)))
        return tuple(key for key in KEYS if key in keys)

    # --- the smallest parts ---

    def _wrong(self, path: str, message: str) -> None:
        self._problems.append(Problem(printable(self._name), printable(self._rule, 80), printable(path.strip("."), 200), printable(message, 1200)))

    def _closed(self, value: Any, path: str, what: str, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
        """The keys of a mapping that may stand there; others and missing ones are noted."""
        if not isinstance(value, dict):
            self._wrong(path, f"a mapping of {', '.join((*required, *optional))} must stand here")
            return {}
        known = [*required, *optional]
        for key in value:
            if key not in known:
                self._wrong(f"{path}.{key}", unknown_name(what, _short(key), known))
        for key in required:
            if key not in value:
                self._wrong(path, f"{key} is missing")
        return {key: value[key] for key in known if key in value}

    def _filled(self, value: Any, path: str, depth: int = 0) -> Any:
        """The value with every $name replaced by the parameter's value; $$ stands for a $ itself."""
        if depth > 4 * DEEPEST:
            self._wrong(path, "this is nested too deeply")
            return None
        if isinstance(value, dict):
            return {key: self._filled(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        if value.startswith("$$"):
            return value[1:]
        if value[1:] not in self._parameters:
            known = unknown_name("parameter", _short(value[1:]), list(self._parameters)) if self._parameters else "there are no params"
            self._wrong(path, f"{known}; write $$ for a text that begins with $")
            return UNDEFINED
        return self._parameters[value[1:]]

    def _argument(self, check: Callable[[Any], Any], value: Any, path: str) -> Any:
        if UNDEFINED in _as_list(value):
            return None
        try:
            return check(value)
        except ValueError as error:
            self._wrong(path, str(error))
            return None

    def _list(self, entry: Mapping[str, Any], key: str, path: str) -> list[Any]:
        """The list under a key, or an empty one if the key is not there."""
        value = entry.get(key)
        if key in entry and (not isinstance(value, list) or not value):
            self._wrong(f"{path}.{key}", "a list of at least one item must stand here")
        return value if isinstance(value, list) else []

    def _text(self, entry: Mapping[str, Any], key: str, path: str, longest: int) -> str:
        value = entry.get(key)
        if key in entry and (not isinstance(value, str) or not 0 < len(value.strip()) <= longest or SURROGATES.search(value)):
            self._wrong(f"{path}.{key}", f"a text of 1 to {longest} characters must stand here")
        return value if isinstance(value, str) else ""

    def _word(self, entry: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
        value = entry.get(key, default)
        if value not in known:
            self._wrong(key, unknown_name(key, _short(value), list(known)))
            return default
        return value

    def _flag(self, entry: Mapping[str, Any], key: str) -> bool:
        value = entry.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, "true or false must stand here")
        return value is True

    def _whole(self, entry: Mapping[str, Any], key: str, path: str) -> int:
        value = entry[key]
        if value is UNDEFINED:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._wrong(f"{path}.{key}", "a whole number must stand here")
            return 0
        return value


STATEMENTS: Mapping[str, Callable[[_Reader, Any, str], Statement]] = {
    "required": _Reader._required,
    "forbidden": _Reader._forbidden,
    "count": _Reader._count,
    "complete": _Reader._complete,
}


def _label(value: Any, place: str) -> str:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else place


def _short(name: Any) -> str:
    return printable(str(name), 80)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
