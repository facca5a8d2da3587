# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain words for evidence: what a secret is, with ages, and what the rule allows instead.

The reader of a finding need not know the rule language. So a sentence says 'rotation is 53 days overdue', and the comparison
that the rule makes stays in the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._core.counting import counted, worded
from .._core.records import ATTRIBUTES
from .._core.values import DAY, parse_time
from .._report.report import line
from .arguments import as_list
from .fields import FLAG, ONE_TAG, TIME
from .operators import Leaf

MOST_NAMED = 5
"""Values that a sentence names."""
HOUR = 3600

NOUNS: Mapping[str, str] = {
    "provider_status": "the cloud's own status",
    "created_at": "the date of creation",
    "updated_at": "the date of the last change",
    "delete_at": "the date of deletion",
    "kms_key_id": "the encryption key",
    "kms_key_type": "the type of the encryption key",
    "rotation_enabled": "whether it is rotated",
    "rotation_days": "the period of rotation",
    "next_rotation_at": "the date of the next rotation",
    "last_rotated_at": "the date of the last rotation",
    "newest_version_at": "the date of the newest version",
    "reference_count": "the number of references",
    "attributes.associated_instance_ids": "the machines that it opens",
    "attributes.kms_secret_arn": "the secret behind it",
    "key_state": "the state of the encryption key",
    "references": "what refers to it",
    "references.kind": "the kind of what refers to it",
    "enabled": "whether the service is enabled",
    "expires_at": "the end of the service",
    "quota": "the number of secrets that the service allows",
    "hosted": "the number of secrets that count against its quota",
}
"""Fields whose name does not say enough."""
STATUS = {
    "enabled": "is enabled",
    "disabled": "is disabled",
    "pending_delete": "waits for deletion",
    "deleted": "is deleted",
    "pending_create": "is still being created",
    "create_failed": "could not be created",
    "unknown": "is in a state that is not known",
}
KEY_SENTENCES = {
    "enabled": "the encryption key is enabled",
    "disabled": "the encryption key is disabled",
    "pending_delete": "the encryption key waits for deletion",
    "pending_import": "the encryption key has no key material yet",
    "archived": "the encryption key is archived",
    "missing": "the encryption key does not exist",
}
FLAGS = {
    "enabled": ("the service is not enabled", "the service is enabled"),
    "rotation_enabled": ("is not rotated", "is rotated"),
    "key_rotation_enabled": ("the encryption key is not rotated", "the encryption key is rotated"),
    "attributes.encrypt_switching": ("no change of its encryption is under way", "a change of its encryption is under way"),
}
QUIET = frozenset({"provider", "account", "region", "kind"})
"""Fields that say of which secrets a rule speaks. A sentence leaves them out where there is more to say."""
DATES: Mapping[str, tuple[str, str]] = {
    "delete_at": ("was to be deleted on {}", "waits for deletion on {}"),
    "created_at": ("was created on {}", "was created on {}"),
    "updated_at": ("was last changed on {}", "was last changed on {}"),
    "last_rotated_at": ("was last rotated on {}", "was last rotated on {}"),
    "newest_version_at": ("got its newest version on {}", "got its newest version on {}"),
    "next_rotation_at": ("rotation is {} overdue", "is rotated next on {}"),
    "expires_at": ("the service ended on {}", "the service ends on {}"),
}
"""How a time of the past and one of the future are said."""


class Words:
    """Makes sentences as of one time."""

    def __init__(self, as_of: float = 0.0) -> None:
        self._as_of = as_of
        self._limits: dict[tuple[int, bool], str] = {}

    def sentence(self, evidence: Iterable[Mapping[str, Any]], values: Iterable[Any], undecided: bool) -> str:
        """Evidence as one sentence. values: the actual values, fit for a result. undecided: nothing was decided, so that null means 'not known'."""
        told: list[str] = []
        quiet: list[str] = []
        for item, actual in zip(evidence, values):
            said = self._said(item, actual, undecided)
            (quiet if _is_quiet(item, actual) else told).append(said)
        return "; ".join(dict.fromkeys(told or quiet))

    def _said(self, item: Mapping[str, Any], actual: Any, undecided: bool) -> str:
        """One piece of evidence. Where nothing else is known of it, the comparison itself."""
        if "told" in item:
            return str(item["told"])
        if "asked" not in item:
            return f"{item['field']} is {_raw(actual)}, expected {item['expected']}"
        if undecided and actual is None:
            return f"{noun(item['field'])} is {item.get('untold') or 'not known'}"
        said = self._state(item["field"], item["asked"], actual, item["planned"])
        return said if not actual or item["field"] == "status" else said + self._limit(item["asked"], item["denied"])

    def _state(self, field: str, asked: Any, actual: Any, planned: str | None) -> str:
        """What a secret is. planned: when it will be deleted, if it waits for that."""
        if field == "status":
            return self._dated("delete_at", planned) if planned else STATUS.get(actual, f"the status is {actual}")
        if field == "key_state" and actual in KEY_SENTENCES:
            return KEY_SENTENCES[actual]
        if actual in (None, "", [], {}) and field not in LISTS:
            return f"has no {noun(field).removeprefix('the ')}"
        if isinstance(asked, Leaf) and TIME in asked.field.types and isinstance(actual, str):
            return self._dated(field, actual)
        if field in COUNT_PHRASES and isinstance(actual, (int, float)):
            return COUNT_PHRASES[field](actual)
        if field in LISTS and isinstance(actual, list):
            return LISTS[field](actual)
        if field in FLAGS and isinstance(actual, bool):
            return FLAGS[field][actual]
        return f"{noun(field)} {'are' if field == 'tags' else 'is'} {named(actual)}"

    def _dated(self, field: str, moment: str) -> str:
        """A time with how long ago it was, or how far it is."""
        try:
            ahead = parse_time(moment) - self._as_of
        except ValueError:
            return f"{noun(field)} is {moment}"
        words = DATES.get(field, ("", ""))[ahead > 0]
        if field == "next_rotation_at" and ahead <= 0:
            return words.format(span(-ahead))
        dated = f"{moment[:10]} ({f'in {span(ahead)}' if ahead > 0 else f'{span(-ahead)} ago'})"
        return words.format(dated) if words else f"{noun(field)} is {dated}"

    def _limit(self, asked: Any, denied: bool) -> str:
        """What the rule allows instead, in brackets. A rule asks the same of all secrets."""
        key = id(asked), denied
        if key not in self._limits:
            told = limit(asked.operator, asked.written, denied) if isinstance(asked, Leaf) and asked.field.name not in FLAGS else ""
            self._limits[key] = f" ({told})" if told else ""
        return self._limits[key]


def limit(operator: str, argument: Any, denied: bool) -> str:
    """What an operator asks for, or forbids."""
    if operator in NUMBERS:
        return f"{NUMBERS[operator](argument)} required" if not denied else f"{NUMBERS[OPPOSITE[operator]](argument)} required"
    if operator == "size":
        return " and ".join(limit(name, number, denied) for name, number in argument.items())
    wanted = operator not in ("ne", "not_in")
    if operator in ("eq", "in", "ne", "not_in"):
        return "not allowed" if wanted == denied else f"{'required' if operator in ('eq', 'ne') else 'allowed'}: {named(as_list(argument))}"
    if operator in ("contains_all", "contains_only") and not denied:
        return f"{'required' if operator == 'contains_all' else 'allowed'}: {named(as_list(argument))}"
    if operator in SEARCHES:
        return f"{'forbidden' if denied else 'required'} {SEARCHES[operator]}: {named(as_list(argument))}"
    return ""


NUMBERS: Mapping[str, Callable[[Any], str]] = {
    "gt": lambda number: f"more than {number}",
    "ge": lambda number: f"at least {number}",
    "lt": lambda number: "0" if number == 1 else f"less than {number}",
    "le": lambda number: f"at most {number}",
}
OPPOSITE = {"gt": "le", "le": "gt", "ge": "lt", "lt": "ge"}
SEARCHES = {"glob": "pattern", "regex": "pattern", "contains": "text", "contains_any": "text"}


def noun(field: str) -> str:
    """A field as people call it."""
    if field.startswith(ONE_TAG):
        return f"the tag {field.removeprefix(ONE_TAG)}"
    return NOUNS.get(field) or f"the {field.removeprefix(ATTRIBUTES).replace('_', ' ')}"


def named(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, list):
        more = ["..."] if len(value) > MOST_NAMED else []
        return ", ".join([*map(named, value[:MOST_NAMED]), *more])
    if isinstance(value, dict):
        return named([f"{key}={item}" for key, item in value.items()])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else line(value)


def span(seconds: float) -> str:
    """How long: in days from two days on, else in hours."""
    number, unit = (int(seconds // DAY), "day") if seconds >= 2 * DAY else (int(seconds // HOUR), "hour")
    return counted(number, unit) if number else "less than an hour"


def _machines(found: list[Any]) -> str:
    return f"is bound to {worded(len(found), '1 machine', '{} machines')}: {named(found)}" if found else "is bound to no machine"


COUNT_PHRASES: Mapping[str, Callable[[Any], str]] = {
    "rotation_days": lambda days: f"is rotated every {worded(days, 'day', '{} days')}",
    "reference_count": lambda number: worded(number, "1 thing refers to it", "{} things refer to it") if number else "nothing refers to it",
    "version_count": lambda number: f"has {worded(number, '1 version', '{} versions')}",
    "rotation_count": lambda number: f"was rotated {worded(number, 'once', '{} times')}" if number else "was never rotated",
}
LISTS: Mapping[str, Callable[[list[Any]], str]] = {
    "attributes.associated_instance_ids": _machines,
    "references": lambda found: f"{worded(len(found), '1 thing refers to it', '{} things refer to it')}: {named(found)}" if found else "nothing refers to it",
    "invalid": lambda names: f"the cloud's answer could not be read in: {named(names)}" if names else "the cloud's answer could be read in full",
}


def _is_quiet(item: Mapping[str, Any], actual: Any) -> bool:
    """Whether this only says of which secrets the rule speaks: their place and kind, or that something is on of which a rule forbids the rest."""
    asked = item.get("asked")
    return item["field"] in QUIET or (actual is True and item.get("denied", False) and isinstance(asked, Leaf) and FLAG in asked.field.types)


def _raw(actual: Any) -> str:
    return actual if isinstance(actual, str) and actual else line(actual)
