# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole result as JSON: one key a line, and in the long lists one item a line, so that two reports can be compared.

Characters that could forge lines on a terminal are escaped, which changes nothing for who parses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._scrub import UNSAFE

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
TIMES = re.compile('"(as_of|collected_at)":"[^"]*"')
"""Inside a text a quote is escaped, so this cannot match there."""


def render(result: Mapping[str, Any]) -> str:
    """The report."""
    return "{\n" + ",\n".join(f"{line(key)}:{_value(value)}" for key, value in result.items()) + "\n}\n"


def timeless(report: str) -> str:
    """A report without the times at which it was made: two that differ in nothing else say the same."""
    return TIMES.sub("", report)


def _value(value: Any) -> str:
    return lines(value) if isinstance(value, list) else line(value)


def lines(items: Sequence[Any]) -> str:
    """A list, one item a line."""
    return "[\n" + ",\n".join(map(line, items)) + "\n]" if items else "[]"


def line(value: Any) -> str:
    """Any value in one line, without a character that could forge one."""
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", ENCODER.encode(value))
