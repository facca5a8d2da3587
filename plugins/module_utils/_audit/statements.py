# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements about the fleet as data, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import unknown_name
from . import arguments
from .fields import TEXT, Catalog, RuleField, holder
from .operators import Predicate
from .parts import UNDEFINED, short
from .predicates import Predicates
from .rules import (
    CHANGES,
    FLEET_KEYS,
    IDENTITIES,
    NEVER_COMPARED,
    SCOPES,
    Complete,
    Count,
    CoversOrganization,
    Forbidden,
    Fresh,
    PresentIn,
    Problem,
    Required,
    Resolves,
    Same,
    Service,
    Statement,
    UnchangedSince,
    Unique,
)

ALL = "all"
NO_KINDS = "the kinds that must exist are not known; write one rule for each kind"


class Statements(Predicates):
    """Reads statements. settings: what a service tells of a store. baselines: the names of those that there are."""

    def __init__(self, fields: Catalog, settings: Catalog, baselines: tuple[str, ...], name: str, problems: list[Problem]) -> None:
        super().__init__(fields, name, problems)
        self._settings = settings
        self._baselines = baselines

    def _fleet(self, value: Any) -> Statement | None:
        if not isinstance(value, dict) or len(value) != 1:
            self._wrong("fleet", f"one statement is required here: {', '.join(STATEMENTS)}")
            return None
        ((name, argument),) = value.items()
        if name not in STATEMENTS:
            self._wrong("fleet", unknown_name("statement", short(name), list(STATEMENTS)))
            return None
        return STATEMENTS[name](self, argument, f"fleet.{name}")

    def _required(self, value: Any, path: str) -> Required:
        value = {"names": value} if isinstance(value, list) else value
        entry = self._closed(value, path, "key of required", ("names",), ("where", "per"))
        per = self._keys(entry, path)
        if "kind" in per:
            self._wrong(f"{path}.per", f"kind is not allowed here: {NO_KINDS}, with where")
        return Required(self._names(entry, path), self._where(entry, path), per)

    def _forbidden(self, value: Any, path: str) -> Forbidden:
        value = {"names": value} if isinstance(value, list) else value
        entry = self._closed(value, path, "key of forbidden", (), ("names", "where"))
        if isinstance(value, dict) and not value:
            self._wrong(path, "names, where or both is required here")
        return Forbidden(self._names(entry, path), self._where(entry, path))

    def _count(self, value: Any, path: str) -> Count:
        entry = self._closed(value, path, "key of count", (), ("min", "max", "quota", "headroom", "per"))
        numbers = {key: self._whole(entry, key, path) for key in ("min", "max", "quota", "headroom") if key in entry}
        if not {"min", "max", "quota"} & set(entry):
            self._wrong(path, "min, max or quota is required here")
        if "headroom" in numbers and "quota" not in numbers:
            self._wrong(f"{path}.headroom", "headroom needs a quota, of which it must stay free")
        if numbers.get("min") == 0 and entry["min"] == 0:
            self._wrong(f"{path}.min", "0 has no effect, because there are never fewer secrets")
        limits: list[tuple[str, str, int]] = [(key, key, numbers[key]) for key in ("min", "max") if key in numbers]
        if "quota" in numbers:
            free = numbers.get("headroom", 0)
            limits.append((f"quota {numbers['quota']} less headroom {free}:" if free else "quota", "max", numbers["quota"] - free))
        least = max((number for word, bound, number in limits if bound == "min"), default=0)
        if any(number < least for word, bound, number in limits):
            self._wrong(path, "no number of secrets can satisfy these limits")
        per = self._keys(entry, path)
        if "kind" in per and "min" in entry:
            self._wrong(f"{path}.per", f"kind is not allowed with min: {NO_KINDS}, with select")
        return Count(tuple(limits), per)

    def _complete(self, value: Any, path: str) -> Complete:
        if value is not True:
            self._wrong(path, "only true is allowed here")
        return Complete()

    def _covers_organization(self, value: Any, path: str) -> CoversOrganization:
        if value is not True:
            self._wrong(path, "only true is allowed here")
        return CoversOrganization()

    def _fresh(self, value: Any, path: str) -> Fresh:
        entry = self._closed(value, path, "key of fresh", ("max_age",), ())
        return Fresh(self._argument(arguments.duration, entry["max_age"], f"{path}.max_age") if "max_age" in entry else 0)

    def _present_in(self, value: Any, path: str) -> PresentIn:
        value = {"by": value} if isinstance(value, list) else value
        entry = self._closed(value, path, "key of present_in", ("by",), ("key", "of"))
        by = self._stores(entry, path)
        of = self._of(entry["of"], path) if entry.get("of", ALL) != ALL else ()
        if of and isinstance(entry.get("by"), list) and len(entry["by"]) > 1:
            self._wrong(f"{path}.of", "values are allowed here only if by has exactly one key")
        return PresentIn(self._identity(entry, path), by, of)

    def _of(self, value: Any, path: str) -> tuple[str, ...]:
        values = value if isinstance(value, list) else []
        if not values or not all(isinstance(item, str) and item for item in values):
            self._wrong(f"{path}.of", f"{ALL}, or a list of at least one text is required here")
            return ()
        for item in filter(arguments.MAGIC.search, values):
            self._wrong(f"{path}.of", f"{arguments.show(item)} is a glob; write each name whole")
        return tuple(dict.fromkeys(values))

    def _same(self, value: Any, path: str) -> Same:
        entry = self._closed(value, path, "key of same", ("fields", "by"), ("key",))
        same = Same(self._field_list(entry, "fields", path), self._identity(entry, path), self._stores(entry, path))
        equal = {same.key, *SCOPES} - set(same.by)
        for name in (field.name for field in same.fields if field.name in equal or field.name in same.by):
            self._wrong(f"{path}.fields", f"{name} is {'the same' if name in equal else 'never the same'} wherever it is compared")
        return same

    def _unique(self, value: Any, path: str) -> Unique:
        entry = self._closed(value, path, "key of unique", ("fields",), ("within",))
        unique = Unique(self._field_list(entry, "fields", path), self._keys(entry, path, "within"))
        if {*SCOPES, "id"} <= {*(field.name for field in unique.fields), *unique.within} and "id" not in unique.within:
            self._wrong(path, "no two secrets of one store have the same id, so that this always holds")
        return unique

    def _unchanged_since(self, value: Any, path: str) -> UnchangedSince:
        entry = self._closed(value, path, "key of unchanged_since", ("baseline",), ("allow", "fields"))
        baseline = entry.get("baseline")
        if "baseline" in entry and baseline not in self._baselines:
            known = unknown_name("baseline", short(baseline), list(self._baselines)) if self._baselines else "there are no baselines"
            self._wrong(f"{path}.baseline", known)
        allow = self._list(entry, "allow", path)
        for change in allow:
            if change not in CHANGES:
                self._wrong(f"{path}.allow", unknown_name("change", short(change), list(CHANGES)))
        fields = self._field_list(entry, "fields", path) if "fields" in entry else self._compared()
        return UnchangedSince(str(baseline), tuple(change for change in CHANGES if change in allow), fields, "fields" in entry)

    def _compared(self) -> tuple[RuleField, ...]:
        return tuple(field for field in self._fields.values() if field.name not in NEVER_COMPARED and holder(field.name) == field.name)

    def _resolves(self, value: Any, path: str) -> Resolves:
        entry = self._closed(value, path, "key of resolves", ("field", "service"), ())
        services = tuple(sorted(self._fields["provider"].words or ()))
        return Resolves(self._text_field(entry, path), self._word(entry, "service", services, "", path) if "service" in entry else "")

    def _text_field(self, entry: Mapping[str, Any], path: str) -> tuple[RuleField, ...]:
        name = entry.get("field")
        field = self._fields.get(name) if isinstance(name, str) else None
        if "field" in entry and name is not UNDEFINED and (field is None or field.types != {TEXT}):
            self._wrong(f"{path}.field", f"{field.name} is no text" if field else self._no_field(name))
        return (field,) if field else ()

    def _service(self, value: Any, path: str) -> Service:
        known = self._fields
        self._fields = self._settings
        try:
            return Service(self._predicate(value, path))
        finally:
            self._fields = known

    def _identity(self, entry: Mapping[str, Any], path: str) -> str:
        return self._word(entry, "key", IDENTITIES, IDENTITIES[0], path)

    def _stores(self, entry: Mapping[str, Any], path: str) -> tuple[str, ...]:
        """Keys by which stores differ."""
        keys = self._keys(entry, path, "by")
        if "kind" in keys:
            self._wrong(f"{path}.by", "kind is not allowed here: stores are compared, with secrets of any kind")
        return keys

    def _where(self, entry: Mapping[str, Any], path: str) -> Predicate | None:
        return self._predicate(entry["where"], f"{path}.where") if "where" in entry else None

    def _names(self, entry: Mapping[str, Any], path: str) -> tuple[str, ...]:
        if "names" not in entry:
            return ()
        names = entry["names"]
        if not isinstance(names, list):
            self._wrong(f"{path}.names", "a list of names or globs is required here")
            return ()
        self._argument(arguments.secret_names, names, f"{path}.names")
        return tuple(dict.fromkeys(str(name) for name in names))

    def _keys(self, entry: Mapping[str, Any], path: str, name: str = "per") -> tuple[str, ...]:
        keys = self._list(entry, name, path)
        for key in keys:
            if key not in FLEET_KEYS:
                self._wrong(f"{path}.{name}", unknown_name("key", short(key), list(FLEET_KEYS)))
        return tuple(key for key in FLEET_KEYS if key in keys)


STATEMENTS: Mapping[str, Callable[[Statements, Any, str], Statement]] = {
    "required": Statements._required,
    "forbidden": Statements._forbidden,
    "count": Statements._count,
    "complete": Statements._complete,
    "covers_organization": Statements._covers_organization,
    "fresh": Statements._fresh,
    "present_in": Statements._present_in,
    "same": Statements._same,
    "unique": Statements._unique,
    "unchanged_since": Statements._unchanged_since,
    "resolves": Statements._resolves,
    "service": Statements._service,
}
