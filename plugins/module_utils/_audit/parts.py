# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smallest parts of reading what people wrote: each notes what is wrong with it and where, and goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import unknown_name
from .._core.given import is_blank
from .._core.redaction import printable
from .._core.values import SURROGATES
from .arguments import as_list
from .rules import Problem

DEEPEST = 20
UNDEFINED = object()
"""Stands for a parameter that is not there; its absence has been noted."""
TEMPLATE = re.compile(r"\{\{.*\}\}|\{%.*%\}", re.DOTALL)
FOR_PEOPLE = frozenset({"title", "remediation", "message", "reason", "ticket"})
"""Texts that decide nothing: they may tell of templates. The braces of a message have a check of their own."""
UNFILLED = "this is a template of Ansible, which is not filled in a file; write $NAME and params, or give rules and waivers as data in the play"


class Parts:
    """Reads one source. A method that finds an error notes it and returns something of the right shape, so that the
    rest is checked too; nothing that was read with an error is ever used."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self._name = name
        self._problems = problems
        self._rule = ""
        self._parameters: Mapping[str, Any] = {}
        self._used: set[str] = set()

    def _wrong(self, path: str, message: str) -> None:
        self._problems.append(Problem(printable(self._name), printable(self._rule, 80), printable(path.strip("."), 200), printable(message, 1200)))

    def _closed(self, value: Any, path: str, what: str, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
        """The keys of a mapping that may stand there; others and missing ones are noted."""
        if not isinstance(value, dict):
            self._wrong(path, f"a mapping of {', '.join((*required, *optional))} is required here")
            return {}
        known = [*required, *optional]
        for key in value:
            if key not in known:
                self._wrong(f"{path}.{key}", unknown_name(what, short(key), known))
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
        if isinstance(value, str) and TEMPLATE.search(value):
            self._wrong(path, UNFILLED)
            return UNDEFINED
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        if value.startswith("$$"):
            return value[1:]
        self._used.add(value[1:])
        if value[1:] not in self._parameters:
            known = unknown_name("parameter", short(value[1:]), list(self._parameters)) if self._parameters else "there are no params"
            self._wrong(path, f"{known}; write $$ for a text that begins with $")
            return UNDEFINED
        return self._parameters[value[1:]]

    def _argument(self, check: Callable[[Any], Any], value: Any, path: str) -> Any:
        if UNDEFINED in as_list(value):
            return None
        try:
            return check(value)
        except ValueError as error:
            self._wrong(path, str(error))
            return None

    def _list(self, entry: Mapping[str, Any], key: str, path: str) -> list[Any]:
        """The list under a key, or an empty one if the key is not there."""
        value = entry.get(key)
        if key in entry and value is not UNDEFINED and (not isinstance(value, list) or not value):
            self._wrong(f"{path}.{key}", "a list of at least one item is required here")
        return value if isinstance(value, list) else []

    def _text(self, entry: Mapping[str, Any], key: str, path: str, longest: int) -> str:
        value = entry.get(key)
        if isinstance(value, str) and TEMPLATE.search(value) and FOR_PEOPLE.isdisjoint((path, key)):
            self._wrong(f"{path}.{key}", UNFILLED)
            return ""
        is_text = isinstance(value, str) and not is_blank(value) and len(value.strip()) <= longest and not SURROGATES.search(value)
        if key in entry and value is not UNDEFINED and not is_text:
            self._wrong(f"{path}.{key}", f"a text of 1 to {longest} characters is required here")
        return value if isinstance(value, str) else ""

    def _word(self, entry: Mapping[str, Any], key: str, known: tuple[str, ...], default: str, path: str = "") -> str:
        value = entry.get(key, default)
        if value not in known:
            self._wrong(f"{path}.{key}", unknown_name(key, short(value), list(known)))
            return default
        return str(value)

    def _flag(self, entry: Mapping[str, Any], key: str) -> bool:
        value = entry.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, "true or false is required here")
        return value is True

    def _whole(self, entry: Mapping[str, Any], key: str, path: str) -> int:
        value = entry[key]
        if value is UNDEFINED:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._wrong(f"{path}.{key}", "a whole number is required here")
            return 0
        return value


def short(name: Any) -> str:
    """A name that somebody wrote, fit for a message."""
    return printable("null" if name is None else str(name), 80)
