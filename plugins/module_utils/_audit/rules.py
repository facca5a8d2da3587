# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules after reading and checking, and the errors of those that are not valid."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

from .._core.counting import counted
from .._core.errors import SecretsError
from .fields import RuleField
from .operators import Predicate

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""From the worst."""
ON_EMPTY = ("not_applicable", "fail")
IDENTITIES = ("name", "id")
"""By which a secret in one store is taken for the same as one in another."""
CHANGES = ("added", "removed", "changed")
NEVER_COMPARED = (
    *("provider", "account", "region", "id", "invalid", "attributes"),
    *("next_rotation_at", "last_rotated_at", "rotation_count", "version_count", "newest_version_at"),
)
"""What does not count as a change unless it is asked for: identity, and what moves with each rotation."""
SCOPES = ("provider", "account", "region")
FLEET_KEYS = (*SCOPES, "kind")
"""By which secrets can be told apart in groups."""
RESERVED = ("collection-complete", "fleet-empty", "inventory-superseded", "name-missing", "run-ended", "waiver-broad", "waiver-expiring", "waiver-unused")
"""Rules that are always there. Nothing that they find can be waived."""

LONGEST_TITLE = 300
LONGEST_TEXT = 2000
MOST_SHOWN = 25
SHOWN_DIGITS = 12


class Problem(NamedTuple):
    """One error in the rules. rule: its id, or its place if it has none. path: keys from the rule to the error."""

    file: str
    rule: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.rule, self.path, self.message) if part)


class RulesError(SecretsError):
    """All that is wrong with the rules. problems: each as a dict with file, rule, path, message."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = "; ".join(str(problem) for problem in problems[:MOST_SHOWN])
        more = f"; and {len(problems) - MOST_SHOWN} more" if len(problems) > MOST_SHOWN else ""
        super().__init__("rules", f"{counted(len(problems), 'error')} in rules and waivers: {shown}{more}")
        self.problems = [problem._asdict() for problem in problems]


@dataclass(frozen=True)
class Expect:
    """Every secret must fit a predicate."""

    predicate: Predicate


@dataclass(frozen=True)
class Required:
    """names: texts and globs, each of which some secret must bear in each group."""

    names: tuple[str, ...]
    where: Predicate | None = None
    per: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forbidden:
    """No secret may bear one of the names (any, if there are none) and fit 'where'."""

    names: tuple[str, ...] = ()
    where: Predicate | None = None


@dataclass(frozen=True)
class Count:
    """Number of secrets that each group may have. limits: (word of the rule, 'min' or
    'max', number)."""

    limits: tuple[tuple[str, str, int], ...]
    per: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complete:
    """Every store was listed to its end."""


@dataclass(frozen=True)
class CoversOrganization:
    """Every account of the organizations is in the fleet, or excluded by name."""


@dataclass(frozen=True)
class Fresh:
    """Every store was listed at most so many seconds ago."""

    max_age: int


@dataclass(frozen=True)
class PresentIn:
    """Every secret is in all stores that differ from its own in the keys of 'by' only.

    key: one of IDENTITIES, what makes two secrets the same. of: values of the only key in 'by' that count; all, if
    there are none.
    """

    key: str
    by: tuple[str, ...]
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Same:
    """Secrets that are the same by 'key', in stores that differ in the keys of 'by' only, agree in these fields."""

    fields: tuple[RuleField, ...]
    key: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """No two secrets in a group of stores have the same values in all of these fields."""

    fields: tuple[RuleField, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnchangedSince:
    """The secrets are those of a baseline. allow: of CHANGES, what may happen. fields: what may not change. chosen:
    whether the rule names them; of others it may stay unknown what they are, if it always was."""

    baseline: str
    allow: tuple[str, ...]
    fields: tuple[RuleField, ...]
    chosen: bool


@dataclass(frozen=True)
class Resolves:
    """What a field names is a secret of a service. fields: this one field."""

    fields: tuple[RuleField, ...]
    service: str


@dataclass(frozen=True)
class Service:
    """The settings of the service fit a predicate in every store."""

    settings: Predicate


Statement = Union[Expect, Required, Forbidden, Count, Complete, CoversOrganization, Fresh, PresentIn, Same, Unique, UnchangedSince, Resolves, Service]


@dataclass(frozen=True)
class Rule:
    """One rule, checked. scopes: patterns by key of a store. globs: the same as they were written. statement: a
    Statement; None where the judge brings the check itself. on_empty: one of ON_EMPTY, or None if the rule does not say.
    message: what findings say instead of our own words, see message.py. texts: what the rule says for people, by its key and by language;
    title, remediation and message are the English of it. digest: of all that decides what the rule finds."""

    id: str
    title: str
    severity: str
    scopes: Mapping[str, re.Pattern[str]]
    select: Predicate | None = None
    statement: Any = None
    on_empty: str | None = None
    allow_filtered: bool = False
    owner: str | None = None
    remediation: str | None = None
    references: tuple[str, ...] = ()
    message: str | None = None
    digest: str = "built-in"
    globs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Owner:
    """Whose the secrets are that fit 'select'."""

    select: Predicate
    owner: str


@dataclass(frozen=True)
class Rulebook:
    """All rules, all owners in the order in which they are asked, and the keys of tags that name an owner where none of them fits."""

    rules: tuple[Rule, ...]
    owners: tuple[Owner, ...] = ()
    owner_tags: tuple[str, ...] = ()


class RuleSource(NamedTuple):
    """Rules from one place. name: for messages. content: a rule file's mapping, or a list of rules. lines: if it is a
    file, at which line each rule stands, by its id. version: its name and which text it had."""

    name: str
    content: Any
    lines: Mapping[str, int] = {}
    version: str = ""


def version_of(name: str, text: str) -> str:
    """A file by its name and the beginning of the digest that sha256sum tells: 'rules.yml (sha256 3f9c2b1e0a4d)'."""
    return f"{name} (sha256 {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:SHOWN_DIGITS]})" if text else name
