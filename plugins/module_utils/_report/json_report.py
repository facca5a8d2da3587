# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole result as JSON: one key a line, and in the long lists one item a line, so that two reports can be compared.

Characters that could forge lines on a terminal are escaped, which changes nothing for who parses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.redaction import safe_json

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
TIMES = re.compile('"(as_of|collected_at)":"[^"]*"')
"""Inside a text a quote is escaped, so this cannot match there."""


def render(result: Mapping[str, Any]) -> str:
    """The report."""
    return "".join(pieces(result))


def pieces(result: Mapping[str, Any]) -> Iterator[str]:
    """The report bit by bit, for it may be too long to be held. A list that can give its items as 'lines' is asked for them."""
    separator = "{\n"
    for key, value in result.items():
        yield f"{separator}{line(key)}:"
        yield from _value(value)
        separator = ",\n"
    yield "\n}\n"


def timeless(report: str) -> str:
    """A report, or a line of it, without the times at which it was made: two that differ in nothing else say the same."""
    return TIMES.sub("", report)


def _value(value: Any) -> Iterator[str]:
    if hasattr(value, "lines"):
        yield from _items(value.lines())
    elif isinstance(value, list):
        yield from _items(map(line, value))
    else:
        yield line(value)


def _items(texts: Iterator[str]) -> Iterator[str]:
    empty = True
    for text in texts:
        yield ("[\n" if empty else ",\n") + text
        empty = False
    yield "[]" if empty else "\n]"


def lines(items: Sequence[Any]) -> str:
    """A list, one item a line."""
    return "".join(_items(map(line, items)))


def line(value: Any) -> str:
    """Any value in one line, without a character that could forge one."""
    return safe_json(ENCODER.encode(value))
