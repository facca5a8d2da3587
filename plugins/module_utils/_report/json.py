# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole result as JSON: one key a line, and in the long lists one item a line, so that two reports can be compared.

Characters that could forge lines on a terminal are escaped, which changes nothing for who parses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .._scrub import UNSAFE

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
TIMES = re.compile('"(as_of|collected_at)":"[^"]*"')
"""Inside a text a quote is escaped, so this cannot match there."""


def render(result: Mapping[str, Any]) -> str:
    """The report."""
    return "{\n" + ",\n".join(f"{_line(key)}:{_value(value)}" for key, value in result.items()) + "\n}\n"


def timeless(report: str) -> str:
    """A report without the times at which it was made: two that differ in nothing else say the same."""
    return TIMES.sub("", report)


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_line, value)) + "\n]"
    return _line(value)


def _line(value: Any) -> str:
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", ENCODER.encode(value))
