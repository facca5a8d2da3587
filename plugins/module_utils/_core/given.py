# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What it means that a person set an option: null is not set; an empty or blank value is a mistake, and is refused.

An empty value is most often a template that came out empty. Taken as not set, it would list everything, or another account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .errors import SecretsError
from .values import SURROGATES

WAY_OUT = "Give a value, or leave the option out (omit)."


def emptiness(value: Any) -> str | None:
    """How a value is empty, or no text that can be sent or written; None where it is one. Null is no value, and not empty."""
    if is_broken(value):
        return "holds half of a character, a lone surrogate"
    if isinstance(value, str):
        return None if not is_blank(value) else "is empty" if not value else "is blank"
    if isinstance(value, Mapping):
        return None if value else "is empty"
    if isinstance(value, (list, tuple)):
        return "holds an empty text" if any(isinstance(item, str) and is_blank(item) for item in value) else None if value else "is empty"
    return None


def is_blank(text: str) -> bool:
    """Whether nothing in a text can be seen: spaces, characters of no width, and the like."""
    return all(character.isspace() or not character.isprintable() for character in text)


def is_broken(value: Any) -> bool:
    """Whether a text in a value holds a lone surrogate, which no UTF-8 can carry."""
    if isinstance(value, Mapping):
        return any(is_broken(key) or is_broken(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return any(map(is_broken, value))
    return isinstance(value, str) and SURROGATES.search(value) is not None


def wrong_types(options: Mapping[str, Any], spec: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with values of which Ansible would make something that nobody wrote: of a list or of true a text, of true a number.
    What is no mapping where one is needed it refuses, and does not say in which option.

    options: as they were given. spec: a module's argument spec.
    """
    for name, value in options.items():
        rule = spec.get(name, {"type": "raw"})
        several = isinstance(value, (list, tuple)) and rule.get("type") == "list"
        kind = rule.get("elements", "raw") if rule.get("type") == "list" else rule.get("type", "str")
        for item in value if several else [value]:
            if isinstance(item, Mapping) and "options" in rule:
                yield from wrong_types(item, rule["options"], f"{where}{name}: ")
            elif kind in ("str", "path") and isinstance(item, (bool, list, tuple, Mapping)):
                yield f"{where}{name}: {_told(item)} is no text. {'Put it into quotes.' if isinstance(item, bool) else 'Give one text.'}"
            elif kind in ("int", "float") and isinstance(item, bool):
                yield f"{where}{name}: {_told(item)} is no number. Give a number."
            elif kind == "dict" and item is not None and not _may_be_mapping(item):
                yield f"{where}{name}: {_told(item)} is no mapping. Give a mapping, such as {{key: value}}."


def _may_be_mapping(value: Any) -> bool:
    """Whether Ansible may read a value as a mapping: it knows texts of JSON and of key=value."""
    return isinstance(value, Mapping) or isinstance(value, str) and ("=" in value or value.lstrip().startswith("{"))


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, (list, tuple)) else "a text" if isinstance(value, str) else "a number"


def empty_options(options: Mapping[str, Any], names: Iterable[str] | None = None) -> list[str]:
    """What is wrong with each option that is empty, such as 'profile is empty'. names: the options to look at, else all."""
    chosen = options if names is None else names
    return [f"{name} {fault}" for name in chosen if (fault := emptiness(options.get(name)))]


def refuse_empty(options: Mapping[str, Any], names: Iterable[str] | None = None, who: str = "") -> None:
    """Raise SecretsError of kind 'argument' for the first option that is empty."""
    for fault in empty_options(options, names):
        raise SecretsError("argument", f"{who}{fault}", hint=WAY_OUT)
