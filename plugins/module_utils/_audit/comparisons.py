# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparisons of operators: (argument, as_of) -> a function of a value that is not null."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._core.values import iso_time

Compare = Callable[[Any], Any]


def equal(argument: Any, as_of: float) -> Compare:
    """Whether it is this value."""
    return frozenset((argument,)).__contains__


def among(argument: list[Any], as_of: float) -> Compare:
    """Whether it is one of these."""
    return frozenset(argument).__contains__


def matching(argument: re.Pattern[str], as_of: float) -> Compare:
    """Whether the whole text fits."""
    return argument.match


def found(argument: list[re.Pattern[str]], as_of: float) -> Compare:
    """Whether some part of the text fits one of these."""
    if len(argument) == 1:
        return argument[0].search
    return lambda value: any(pattern.search(value) for pattern in argument)


def containing(argument: str, as_of: float) -> Compare:
    """Whether this is a part of a text, an item of a list, or a key of tags."""
    return lambda value: argument in value


def containing_any(argument: list[str], as_of: float) -> Compare:
    """Whether at least one of these is a part of a text, an item of a list, or a key of tags."""
    return lambda value: any(item in value for item in argument)


def containing_all(argument: list[str], as_of: float) -> Compare:
    """Whether each of these is a part of a text, an item of a list, or a key of tags."""
    return lambda value: all(item in value for item in argument)


def containing_only(argument: list[str], as_of: float) -> Compare:
    """Whether each item of a list, or key of tags, is one of these."""
    return frozenset(argument).issuperset


def filled(argument: bool, as_of: float) -> Compare:
    """Whether there is anything in it."""
    return lambda value: value or not isinstance(value, (str, list, dict))


def sized(argument: list[tuple[str, int]], as_of: float) -> Compare:
    """Whether its length keeps these limits."""
    bounds = [SIZE_COMPARISONS[name](limit, as_of) for name, limit in argument]
    if len(bounds) == 1:
        only = bounds[0]
        return lambda value: only(len(value))
    return lambda value: all(within(len(value)) for within in bounds)


def older(argument: int, as_of: float) -> Compare:
    """Whether a time lies so many seconds back, or more."""
    exact, bare = _moment(as_of - argument)
    return lambda value: value < bare or value == exact


def newer(argument: int, as_of: float) -> Compare:
    """The contrary of older()."""
    exact, bare = _moment(as_of - argument)
    return lambda value: value >= bare and value != exact


def soon(argument: int, as_of: float) -> Compare:
    """Whether a time is still to come, and so many seconds ahead at most."""
    start = _moment(as_of)[1]
    exact, bare = _moment(as_of + argument)
    return lambda value: start <= value and (value < bare or value == exact)


def later(argument: int, as_of: float) -> Compare:
    """Whether a time lies more seconds ahead than these."""
    return newer(-argument, as_of)


def _moment(epoch: float) -> tuple[str, str]:
    """A whole second as ISO time, and without its Z, to be compared as texts.

    A time with a fraction sorts before the same second without one ('.' comes before 'Z') and after the bare second:
    'at or before' is to lie before the bare second or to be the exact one.
    """
    exact = iso_time(epoch)
    return exact, exact[:-1]


NUMERIC: Mapping[str, Callable[[Any, float], Compare]] = {
    "gt": lambda limit, as_of: lambda value: value > limit,
    "ge": lambda limit, as_of: lambda value: value >= limit,
    "lt": lambda limit, as_of: lambda value: value < limit,
    "le": lambda limit, as_of: lambda value: value <= limit,
}
SIZE_COMPARISONS = {**NUMERIC, "eq": equal}
