# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closed documents: every key of a fleet file is read by name, and a key nobody reads is an error that names the nearest one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from typing import Any

Reader = Callable[[Any, str], Any]

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31557600}
RELATIVE = re.compile(r"([+-]\d+)([smhdwy])")


class FleetError(ValueError):
    """A fleet file or behaviour document that cannot be used; the message names the place."""


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint for an error message: the valid word that comes closest, or all of them."""
    known = sorted(words)
    match = difflib.get_close_matches(str(word), known, n=1, cutoff=0.4)
    return f"did you mean '{match[0]}'?" if match else f"known: {', '.join(known)}"


def mapping(value: Any, where: str, readers: dict[str, Reader], required: Iterable[str] = ()) -> dict[str, Any]:
    """A closed mapping: each key through its reader. A null is the same as an absent key."""
    if not isinstance(value, dict):
        raise FleetError(f"{where}: a mapping is needed, not {type(value).__name__}")
    for key in value:
        if key not in readers:
            raise FleetError(f"{where}: unknown key '{key}' ({nearest(key, readers)})")
    for key in required:
        if value.get(key) is None:
            raise FleetError(f"{where}: '{key}' is missing")
    return {key: readers[key](item, f"{where}.{key}") for key, item in value.items() if item is not None}


def anything(value: Any, where: str) -> Any:
    """No check: what is served as given."""
    return value


def text(value: Any, where: str) -> str:
    """A string; an account id that YAML read as a number is taken too."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise FleetError(f"{where}: a text is needed, not {value!r}")
    return str(value)


def flag(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise FleetError(f"{where}: true or false is needed, not {value!r}")
    return value


def number(low: float | None = None, high: float | None = None) -> Reader:
    """A number within bounds."""

    def read(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise FleetError(f"{where}: a number is needed, not {value!r}")
        if (low is not None and value < low) or (high is not None and value > high):
            raise FleetError(f"{where}: {value} is out of bounds ({low} to {high if high is not None else 'any'})")
        return value

    return read


def whole(low: int | None = None, high: int | None = None) -> Reader:
    """A whole number within bounds."""
    inside = number(low, high)

    def read(value: Any, where: str) -> int:
        if not isinstance(value, int):
            raise FleetError(f"{where}: a whole number is needed, not {value!r}")
        return int(inside(value, where))

    return read


def choice(*words: Any) -> Reader:
    """One of the words."""

    def read(value: Any, where: str) -> Any:
        if value not in words or isinstance(value, bool):
            raise FleetError(f"{where}: '{value}' is not known ({nearest(value, [str(word) for word in words])})")
        return value

    return read


def either(*readers: Reader) -> Reader:
    """The first reader that takes the value."""

    def read(value: Any, where: str) -> Any:
        problems = []
        for reader in readers:
            try:
                return reader(value, where)
            except FleetError as problem:
                problems.append(str(problem))
        raise FleetError("; or ".join(problems))

    return read


def listed(reader: Reader) -> Reader:
    """A list, each item through the reader."""

    def read(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise FleetError(f"{where}: a list is needed, not {type(value).__name__}")
        return [reader(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return read


def table(reader: Reader) -> Reader:
    """A mapping with free keys, each value through the reader."""

    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise FleetError(f"{where}: a mapping is needed, not {type(value).__name__}")
        return {str(key): reader(item, f"{where}.{key}") for key, item in value.items()}

    return read


def shares(*words: str) -> Reader:
    """A closed mapping of words to weights or shares."""
    return lambda value, where: mapping(value, where, {word: number(0) for word in words})


def moment(value: Any, where: str, now: float) -> float:
    """A point in time as unix seconds: a number, ISO 8601 text, 'now', or relative to now such as -30d."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=timezone.utc).timestamp()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if value == "now":
        return now
    relative = RELATIVE.fullmatch(str(value))
    if relative:
        return now + int(relative[1]) * SECONDS[relative[2]]
    try:
        return moment(datetime.fromisoformat(str(value).replace("Z", "+00:00")), where, now)
    except ValueError:
        raise FleetError(f"{where}: '{value}' is no time (ISO 8601, unix seconds, 'now', or such as -30d)") from None
