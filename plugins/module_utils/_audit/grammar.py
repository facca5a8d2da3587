# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule language: reads rules as data, checks them to the last key, and reports every error at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._core import labels
from .._core.errors import unknown_name
from .._core.records import RecordSchema
from .._report.language import LANGUAGES
from . import arguments
from .arguments import as_list, show
from .contradiction import of_no_secret
from .fields import catalog, settings
from .message import FIELD, PLACE_FIELDS, faults
from .parts import short
from .predicates import NO_PREDICATE
from .rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    ON_EMPTY,
    RESERVED,
    SCOPES,
    SEVERITIES,
    Expect,
    Forbidden,
    Owner,
    Problem,
    Rule,
    Rulebook,
    RuleSource,
    Statement,
)
from .shadowed import owners_never_asked, rules_twice
from .statements import STATEMENTS, Statements

RULE_ID = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
PARAMETER = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")
LABEL = re.compile(f"labels[.]{labels.NAME.pattern}")
"""A key of scopes that addresses a label of accounts."""
USED = re.compile('"[$]([A-Za-z_][A-Za-z0-9_]*)"')
"""A parameter in a definition as JSON."""
DECIDING = ("scopes", "select", "expect", "fleet", "on_empty", "allow_filtered")
LONGEST_TAG_KEY = 128
DIGITS = 16
DEFAULT, *OTHERS = LANGUAGES
OPTIONAL = ("scopes", "select", "expect", "fleet", "on_empty", "allow_filtered", "owner", "remediation", "references", "message")


def read(sources: Iterable[RuleSource], schemas: Iterable[RecordSchema], baselines: Iterable[str], params: Any, problems: list[Problem]) -> Rulebook:
    """The rules of all sources, with everything that is wrong added to 'problems'; if that is anything, only the ids are of use.

    baselines: the names of those that there are. params: values that take the place of those that the sources give.
    """
    clouds = tuple(schemas)
    tables = catalog(clouds), settings(clouds), tuple(baselines)
    readers = [(_RuleReader(*tables, source.name, problems), source.content) for source in sources]
    options = _RuleReader(*tables, "params", problems)
    given = options.params(params, "")
    found = [(reader, *reader.file(content, given)) for reader, content in readers]
    rules = [(reader.name, rule) for reader, mine, owners in found for rule in mine]
    options.check_names(given, {name for reader, content in readers for name in reader.declared})
    times = Counter(rule.id.lower() for name, rule in rules)
    same = Counter(rule.id for name, rule in rules)
    said = {rule.id: "another rule has this id" + ("" if same[rule.id] > 1 else " in other letters, capital or small") for name, rule in rules}
    problems += [Problem(name, rule.id, "id", said[rule.id]) for name, rule in rules if rule.id and times[rule.id.lower()] > 1]
    if not problems:
        problems += [Problem(name, rule.id, path, fault) for name, rule in rules for path, fault in dict.fromkeys(of_no_secret(rule, clouds))]
    owners = [(reader.name, f"owners[{index}]", owner) for reader, _mine, own in found for index, owner in enumerate(own)]
    if not problems:
        problems += [*rules_twice(rules), *owners_never_asked(owners)]
    tags = tuple(dict.fromkeys(key for reader, content in readers for key in reader.owner_tags))
    return Rulebook(tuple(rule for name, rule in rules), tuple(owner for name, place, owner in owners), tags)


class _RuleReader(Statements):
    """Reads one rule file. declared: the names of its parameters. owner_tags: the key of the tag that names owners, if it has one."""

    declared: frozenset[str] = frozenset()
    owner_tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name in messages."""
        return self._name

    def file(self, content: Any, given: Mapping[str, Any]) -> tuple[list[Rule], list[Owner]]:
        """A mapping of rules, owners, owner_tag and params, or a list of rules alone. given: parameters that replace the file's."""
        whole = {"rules": content} if isinstance(content, list) else content
        faults = len(self._problems)
        entry = self._closed(whole, "", "key of a rule file", ("rules",), ("owners", "owner_tag", "params"))
        own = self.params(entry.get("params", {}), "params")
        self.declared = frozenset(name for name in own if isinstance(name, str))
        self._parameters = {**own, **{name: value for name, value in given.items() if name in own}}
        owners = [self._owner(item, f"owners[{index}]") for index, item in enumerate(self._list(entry, "owners", ""))]
        self.owner_tags = (self._text(entry, "owner_tag", "", LONGEST_TAG_KEY),) if "owner_tag" in entry else ()
        rules = [self._read_rule(item, f"rules[{index}]") for index, item in enumerate(self._list(entry, "rules", ""))]
        for name in () if len(self._problems) > faults else sorted(self.declared - self._used):
            self._wrong(f"params.{name}", f"nothing uses it; write ${name} alone where a value stands, or take it out")
        return rules, owners

    def params(self, value: Any, path: str) -> Mapping[str, Any]:
        """Names and their values."""
        if not isinstance(value, dict):
            self._wrong(path, "a mapping of names to values is required here")
            return {}
        for name, argument in value.items():
            if not isinstance(name, str) or not PARAMETER.fullmatch(name):
                self._wrong(f"{path}.{short(name)}", "a name has letters, digits and _, and begins with no digit")
            if not all(isinstance(item, (str, int, float)) for item in (argument if isinstance(argument, list) and argument else [argument])):
                self._wrong(f"{path}.{short(name)}", "a text, number, true, false, or a list of them is required here")
        return value

    def check_names(self, given: Mapping[str, Any], declared: set[str]) -> None:
        """Note the parameters that no file has."""
        for name in given:
            if name not in declared:
                known = unknown_name("parameter", short(name), sorted(declared)) if declared else "no rule file has params"
                self._wrong(short(name), known)

    def _owner(self, value: Any, path: str) -> Owner:
        entry = self._closed(value, path, "key of an owner", ("select", "owner"), ())
        select = self._predicate(self._filled(entry["select"], f"{path}.select"), f"{path}.select") if "select" in entry else NO_PREDICATE
        return Owner(select, self._text(entry, "owner", path, LONGEST_TITLE))

    def _read_rule(self, value: Any, place: str) -> Rule:
        self._rule = _label(value, place)
        faults = len(self._problems)
        misplaced = [key for key in STATEMENTS if key in value] if isinstance(value, dict) else []
        for key in misplaced:
            self._wrong(key, f"this statement stands under fleet: write fleet: {{{key}: ...}}")
        value = {key: item for key, item in value.items() if key not in misplaced} if misplaced else value
        entry = self._closed(value, "", "key of a rule", ("id", "title", "severity"), OPTIONAL)
        if not misplaced and len({"expect", "fleet"} & set(entry)) != 1:
            self._wrong("", "a rule has either expect or fleet")
        scopes = self._filled(entry.get("scopes", {}), "scopes")
        title, remediation = self._told(entry, "title", LONGEST_TITLE), self._told(entry, "remediation", LONGEST_TEXT)
        rule = Rule(
            id=self._id(entry["id"]) if "id" in entry else "",
            title=title[DEFAULT],
            severity=self._word(entry, "severity", SEVERITIES, SEVERITIES[0]),
            scopes=self._scopes(scopes) if "scopes" in entry else {},
            globs={key: tuple(as_list(patterns)) for key, patterns in scopes.items()} if isinstance(scopes, dict) else {},
            select=self._predicate_of(entry, "select"),
            statement=self._statement(entry),
            on_empty=self._word(entry, "on_empty", ON_EMPTY, ON_EMPTY[0]) if "on_empty" in entry else None,
            allow_filtered=self._flag(entry, "allow_filtered"),
            owner=self._text(entry, "owner", "", LONGEST_TITLE) if "owner" in entry else None,
            remediation=remediation.get(DEFAULT),
            references=self._references(entry),
        )
        message = self._message(entry, rule.statement)
        rule = replace(rule, message=message.get(DEFAULT), texts={"title": title, "remediation": remediation, "message": message})
        self._rule = ""
        # What is wrong may be nested too deeply, and is never used.
        return replace(rule, digest=self._digest(entry)) if len(self._problems) == faults else rule

    def _digest(self, entry: Mapping[str, Any]) -> str:
        """Digest of what decides which secrets the rule finds; how it is told, and how grave it is, does not count."""
        try:
            definition = json.dumps({key: entry[key] for key in DECIDING if key in entry}, sort_keys=True, default=str)
        except (RecursionError, TypeError):  # it is refused for what it holds
            return ""
        params = {name: self._parameters.get(name) for name in USED.findall(definition)}
        return hashlib.sha256(json.dumps([definition, params], sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]

    def _id(self, value: Any) -> str:
        if not isinstance(value, str):
            self._wrong("id", f"{show(value)} is not a text; write it in quotes")
            return ""
        if not RULE_ID.fullmatch(value):
            self._wrong("id", "an id is 1 to 80 letters, digits, '.', '_' and '-', and begins with a letter or digit")
        if value.lower() in RESERVED:
            self._wrong("id", f"{value} is the name of a built-in rule")
        return value

    def _references(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        references = enumerate(self._list(entry, "references", ""))
        return tuple(self._text({"": item}, "", f"references[{index}]", LONGEST_TEXT) for index, item in references)

    def _told(self, entry: Mapping[str, Any], key: str, longest: int) -> dict[str, str]:
        """A text for people, by language: one text is for all of them. Without the key nothing, unless it is the title, which must be there."""
        value = entry.get(key)
        if not isinstance(value, dict):
            return {DEFAULT: self._text(entry, key, "", longest)} if key in entry or key == "title" else {}
        given = self._closed(value, key, "language", (DEFAULT,), tuple(OTHERS))
        return {DEFAULT: "", **{language: self._text(given, language, key, longest) for language in given}}

    def _message(self, entry: Mapping[str, Any], statement: Statement | None) -> dict[str, str]:
        texts = self._told(entry, "message", LONGEST_TEXT)
        known = [*self._fields] if isinstance(statement, (Expect, Forbidden)) else [*PLACE_FIELDS]
        for language, text in texts.items():
            place = "message" if isinstance(entry["message"], str) else f"message.{language}"
            for fault in faults(text, known):
                self._wrong(place, fault)
            for name in sorted(set(FIELD.findall(text)) - set(FIELD.findall(texts[DEFAULT]))):
                self._wrong(place, f"{{{name}}} stands here, and not in {DEFAULT}; name the same fields in all languages")
        return texts

    def _scopes(self, value: Any) -> Mapping[str, re.Pattern[str]]:
        labelled = tuple(key for key in value if isinstance(key, str) and LABEL.fullmatch(key)) if isinstance(value, dict) else ()
        entry = self._closed(value, "scopes", "key of scopes", (), (*SCOPES, *labelled))
        if value == {}:
            self._wrong("scopes", f"at least one of {', '.join(SCOPES)} is required here; without scopes the rule is for all stores")
        for provider in as_list(entry.get("provider", [])):
            known = sorted(self._fields["provider"].words or ())
            if isinstance(provider, str) and not arguments.MAGIC.search(provider) and provider not in known:
                self._wrong("scopes.provider", unknown_name("provider", short(provider), known))
        return {key: self._argument(arguments.names, patterns, f"scopes.{key}") for key, patterns in entry.items()}

    def _statement(self, entry: Mapping[str, Any]) -> Statement | None:
        expect = self._predicate_of(entry, "expect")
        fleet = self._fleet(self._filled(entry["fleet"], "fleet")) if "fleet" in entry else None
        return Expect(expect) if expect else fleet


def _label(value: Any, place: str) -> str:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else place
