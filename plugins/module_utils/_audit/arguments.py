# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of operators' arguments. Each function returns the checked argument or raises ValueError with the reason."""

from __future__ import annotations

import fnmatch
import json
import re
from functools import lru_cache
from typing import Any

from .._core.values import parse_time
from .fields import FLAG, LIST, NUMBER, TEXT, TIME, RuleField

LONGEST_PATTERN = 1000
MOST_VALUES = 10_000
UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
MAGIC = re.compile(r"[*?\[]")
"""What makes a name a glob."""
REGEX = re.compile(r"^\^|\$$|[|\\]")
"""What a regular expression has, and no name of a secret."""
ODD = re.compile(r"""[,;"'{}%\u2018-\u201f\u3000-\u3002\uff01-\uff5e\u00a0\u200b-\u200f\u2060\ufeff]""")
"""What separates names, quotes them or is not seen, in Latin or Chinese writing: no cloud takes it in the name of a secret."""
BRACKETS = re.compile(r"\[[^\]]+\]")
NOT_OF_SHELLS = re.compile(r"(?<!\[)\[\^(?!\])")
"""What means 'none of these' to a shell, and is one of the characters for fnmatch."""
SLASHED = re.compile(r"^/\^|(?<!\\)\$/[a-z]*$")
"""A regular expression between slashes, as other languages write it: nothing comes before the start or behind the end, so that it never matches."""
DURATION = re.compile("([0-9]{1,8})([mhdw])")
LARGEST = 2**63
"""No number of a record is larger, and none is infinite or no number at all."""
LONGEST_AGE = 36_525 * 86_400
NAME_FIELDS = ("name", "account", "region")
"""Fields that hold a name."""
SECRET_NAME = "name"
SIZES = ("gt", "ge", "lt", "le", "eq")


def scalar(value: Any, field: RuleField) -> Any:
    """A value that the field can have."""
    if isinstance(value, bool):
        fits = FLAG in field.types
    elif isinstance(value, (int, float)):
        fits = NUMBER in field.types and abs(value) <= LARGEST
    else:
        fits = isinstance(value, str) and bool({TEXT, TIME} & field.types)
    if not fits:
        raise ValueError(f"{show(value)} is no {' or '.join(sorted(field.types))}, as {field.name} requires")
    if field.words is not None and value not in field.words:
        raise ValueError(f"{field.name} is never {show(value)}; it is one of {', '.join(sorted(field.words))}")
    if field.name in NAME_FIELDS:
        _check_name(value)
    if field.name == SECRET_NAME:
        _check_no_pattern(value, "no name is so")
    return _moment(value) if field.types == {TIME} else value


def scalars(value: Any, field: RuleField) -> list[Any]:
    """A list of values that the field can have."""
    return [scalar(item, field) for item in _nonempty_list(value)]


def element(value: Any, field: RuleField | None = None) -> str:
    """A text to look for inside a text or a list of texts."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{show(value)} is not a text to look for")
    if field is not None and field.name == SECRET_NAME:
        _check_no_pattern(value, "is looked for as it stands")
    if field is not None and field.words is not None and field.types == {LIST} and value not in field.words:
        raise ValueError(f"{field.name} never has {show(value)}; it has {', '.join(sorted(field.words))}")
    return value


def elements(value: Any, field: RuleField | None = None) -> list[str]:
    """A list of texts to look for inside a text or a list of texts."""
    return [element(item, field) for item in _nonempty_list(value)]


def number(value: Any, field: RuleField) -> int | float:
    """A number, and not a text that looks like one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST:
        raise ValueError(f"{show(value)} is not a number")
    return value


def truth(value: Any, field: RuleField) -> bool:
    """true; its opposite has a name of its own."""
    if value is not True:
        raise ValueError(f"only true is allowed here, not {show(value)}; the opposite of present is absent")
    return value


def globs(value: Any, field: RuleField | None = None) -> re.Pattern[str]:
    """One glob or a list of them, as one pattern to be matched from the start. Case counts.

    * stands for any text, ? for one character, [seq] and [!seq] for one character in or not in seq, all as in
    Python's fnmatch; to mean one of these characters itself, put it in brackets.
    """
    patterns = as_list(value)
    for pattern in _nonempty_list(patterns):
        if not isinstance(pattern, str) or not 0 < len(pattern) <= LONGEST_PATTERN:
            raise ValueError(f"{show(pattern)} is not a glob of 1 to {LONGEST_PATTERN} characters")
        if NOT_OF_SHELLS.search(pattern):
            raise ValueError(f"{show(pattern)} has [^, which does not mean 'none of these' in a glob; write [!, or put ^ last if it is meant")
        if field is not None and field.name in NAME_FIELDS:
            _check_name(pattern)
        if field is not None and field.name == SECRET_NAME:
            _check_characters(pattern)
    try:
        return _compiled(tuple(patterns))
    except re.error:  # Python before 3.10.5, for a range that runs backwards
        raise ValueError(f"{show(value)} is not a glob") from None


def names(value: Any) -> re.Pattern[str]:
    """Globs, as globs() reads them, for what is called by a name: none begins or ends with a space, a line break or the like."""
    for pattern in as_list(value):
        if isinstance(pattern, str):
            _check_name(pattern)
    return globs(value)


def secret_names(value: Any) -> re.Pattern[str]:
    """Globs, as names() reads them, for names of secrets. None has what begins or ends a regular expression, or parts two."""
    for pattern in as_list(value):
        if isinstance(pattern, str):
            _check_characters(pattern)
    return names(value)


def _check_no_pattern(text: str, why: str) -> None:
    """Refuse what is no name of a secret, and no part of one. why: what is wrong with a glob here."""
    if MAGIC.search(text):
        raise ValueError(f"{show(text)} is a glob, and {why}; write {{glob: {show(text)}}}")
    _check_characters(text)


def _check_characters(text: str) -> None:
    """Refuse what no name of a secret holds, be it in a glob or not."""
    if REGEX.search(text):
        raise ValueError(f"{show(text)} is no regular expression here, and no name is so; write {{name: {{regex: ...}}}} in a predicate")
    if text.startswith("!"):
        raise ValueError(f"{show(text)} begins with !, which does not mean 'not' here; write not_in or none_of in a predicate")
    odd = ODD.search(BRACKETS.sub("", text))
    if odd:
        told = f"{show(text)} holds {odd[0]!a}, which no secret has in its name"
        raise ValueError(f"{told}; write several names as a list, and such a character in brackets if it is meant")


def _check_name(text: str) -> None:
    if text.strip() != text:
        raise ValueError(f"{show(text)} begins or ends with a space or a line break, which no name does")


@lru_cache(maxsize=1000)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, patterns)))


def regexes(value: Any, field: RuleField | None = None) -> list[re.Pattern[str]]:
    """One regular expression of Python's or a list of them, each to be looked for anywhere in a text."""
    found = []
    for pattern in _nonempty_list(as_list(value)):
        if not isinstance(pattern, str) or not 0 < len(pattern) <= LONGEST_PATTERN:
            raise ValueError(f"{show(pattern)} is not a regular expression of 1 to {LONGEST_PATTERN} characters")
        if SLASHED.search(pattern):
            raise ValueError(f"{show(pattern)} stands between slashes, so that it never matches; leave the slashes out, and write (?i) for the flag i")
        try:
            found.append(re.compile(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"{show(pattern)} is not a regular expression: {error}") from None
    return found


def duration(value: Any, field: RuleField | None = None) -> int:
    """A number of minutes, hours, days or weeks, such as 36h, in seconds."""
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{show(value)} is not a duration such as 90d; units are m, h, d and w")
    seconds = int(found[1]) * UNITS[found[2]]
    if seconds > LONGEST_AGE:
        raise ValueError(f"{show(value)} is more than 100 years")
    return seconds


def sizes(value: Any, field: RuleField) -> list[tuple[str, int]]:
    """Comparisons of a length: {ge: 1, le: 5}."""
    if not isinstance(value, dict) or not value or not set(value) <= set(SIZES):
        raise ValueError(f"a size is a mapping of {', '.join(SIZES)} to whole numbers")
    for limit in value.values():
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= LARGEST:
            raise ValueError(f"{show(limit)} is not a whole number")
    return list(value.items())


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as the only item of one."""
    return value if isinstance(value, list) else [value]


def show(value: Any, longest: int = 120) -> str:
    """A value from a rule, short and on one line."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= longest else written[:longest] + "..."


def _nonempty_list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise ValueError(f"a list of 1 to {MOST_VALUES} values is required here")
    return value


def _moment(value: str) -> str:
    try:
        parse_time(value)
    except ValueError:
        raise ValueError(f"{show(value)} is not a time such as 2026-02-05T03:04:05Z") from None
    return value
