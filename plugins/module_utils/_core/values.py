# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as records have them: texts, numbers, flags, words, and times in ISO 8601.

Each reader turns a value of a cloud's answer into ours, or raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from unicodedata import normalize

from .errors import SecretsError
from .row_reader import Memory

DAY = 86_400
MINUTES_OF_DAY = DAY // 60
MILLISECONDS_FROM = 10**11
"""A smaller number of milliseconds lies before 1973: it is seconds, or nonsense."""
UNREADABLE = ""
"""What stands for a number or a time that an answer contradicts itself about."""

SURROGATES = re.compile("[\ud800-\udfff]")
ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z", re.ASCII)
"""Python's own reader takes more forms, and other ones in each version."""
ISO_TIME_WITH_OFFSET = re.compile(r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-]\d\d:\d\d))", re.ASCII)


def composed(value: Any) -> Any:
    """A value whose texts are in the one form (NFC) of those that Unicode holds to be the same."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, list):
        return [composed(item) for item in value]
    return {composed(key): composed(item) for key, item in value.items()} if isinstance(value, dict) else value


def text(value: Any) -> str:
    """A string as it came, but for lone surrogates, which no UTF-8 can carry: they become U+FFFD."""
    if not isinstance(value, str):
        raise ValueError("not text")
    return value if value.isascii() else SURROGATES.sub("\ufffd", value)


def text_or_none(value: Any) -> str | None:
    """As text(), where the cloud writes nothing for 'there is none'."""
    return text(value) or None


def texts(value: Any) -> list[str]:
    """A list of strings."""
    if not isinstance(value, list):
        raise ValueError("not a list")
    return [text(item) for item in value]


def integer(value: Any) -> int:
    """An integer, exactly; a boolean is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not an integer")
    return value


def count(value: Any) -> int:
    """How many there are of something, such as days. Less than none is nonsense, which "at most" would take for a pass."""
    if integer(value) < 0:
        raise ValueError("not a count")
    return int(value)


def flag(value: Any) -> bool:
    """A boolean, or the integers 0 and 1."""
    if not isinstance(value, int) or value not in (0, 1):
        raise ValueError("not a flag")
    return bool(value)


def digits(value: Any) -> str:
    """An account number as text, so that no reader of JSON rounds it."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value
    if integer(value) < 0:
        raise ValueError("not an account number")
    return str(value)


def digits_or_none(value: Any) -> str | None:
    """As digits(), where the cloud writes 0 for 'nobody'."""
    return None if digits(value) == "0" else digits(value)


def account_number(value: Any, lack: str) -> str:
    """The number of an account, which becomes part of the names of roles. lack: what is wrong with an answer that has none."""
    try:
        return digits(value)
    except ValueError:
        raise SecretsError("schema", lack) from None


def seconds(value: Any) -> str:
    """Whole seconds since the epoch as ISO 8601 in UTC."""
    return f"{_moment(_positive(value))}Z"


def seconds_or_none(value: Any) -> str | None:
    """As seconds(), where the cloud writes 0 for 'no such time'."""
    return None if integer(value) == 0 else seconds(value)


def milliseconds(value: Any) -> str:
    """Milliseconds since the epoch as ISO 8601 in UTC, with a fraction if there is one."""
    whole, rest = divmod(_positive(value, MILLISECONDS_FROM), 1000)
    return f"{_moment(whole)}{_FRACTIONS[rest]}Z"


def utc_time(value: Any) -> str:
    """An ISO 8601 time, in UTC or with an offset, as one in UTC. Its fraction is kept."""
    found = ISO_TIME_WITH_OFFSET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a time")
    whole, fraction, offset = found.groups()
    moment = datetime.fromisoformat(f"{whole}{offset or '+00:00'}")
    return f"{iso_time(moment.timestamp())[:-1]}{fraction or ''}Z" if offset else str(value)


def utc_time_or_none(value: Any) -> str | None:
    """As utc_time(), where the cloud writes nothing for 'no such time'."""
    return None if value == "" else utc_time(value)


@dataclass(frozen=True, eq=False)
class OneOf:
    """A reader that maps exactly these words. Any other is 'otherwise', or malformed where that is None."""

    words: Mapping[Any, str]
    otherwise: str | None = None

    def __call__(self, value: Any) -> str:
        word = None if isinstance(value, (bool, float, list, dict)) else self.words.get(value, self.otherwise)
        if word is None:
            raise ValueError("not a known word")
        return word


def iso_time(epoch: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, whole seconds. ValueError past the year 9999."""
    return f"{_moment(epoch)}Z"


def _moment(epoch: float) -> str:
    try:
        minutes, second = divmod(int(epoch), 60)
        day, minute = divmod(minutes, MINUTES_OF_DAY)
        return f"{_DAYS[day]}{_TWO_DIGITS[minute // 60]}:{_TWO_DIGITS[minute % 60]}:{_TWO_DIGITS[second]}"
    except (OverflowError, OSError) as error:
        raise ValueError("not a time") from error


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, timezone.utc).strftime("%Y-%m-%dT")


_DAYS = Memory(_day)
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
_FRACTIONS = ("", *(f".{number:03d}" for number in range(1, 1000)))
"""Of a second, by milliseconds."""


def parse_time(moment: str) -> float:
    """Seconds since the epoch of an ISO 8601 time in UTC, such as '2026-02-05T03:04:05Z'. ValueError if it is none."""
    found = ISO_TIME.fullmatch(moment) if isinstance(moment, str) else None
    if found is None:
        raise ValueError("a time is written 2026-02-05T03:04:05Z")
    whole, fraction = found.groups()
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(fraction or 0)


def _positive(value: Any, least: int = 1) -> int:
    if not isinstance(value, int) or value < least or isinstance(value, bool):
        raise ValueError("not a time")
    return value
