# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole result as JSON: one key a line, and in the long lists one item a line, so that two reports can be compared.

Characters that could forge lines on a terminal are escaped, which changes nothing for who parses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .report import ASIDE, Finding, Report, line

FINDINGS = "findings"
TIMES = re.compile('"(as_of|collected_at)":"[^"]*"')
"""Inside a text a quote is escaped, so this cannot match there."""


class JsonReport(Report):
    """The report."""

    times = TIMES
    _separator = "[\n"

    def head(self) -> str:
        keys = [key for key in self.result if key not in ASIDE]
        place = keys.index(FINDINGS)
        _findings, *self._after = keys[place:]
        return "{\n" + "".join(f"{line(key)}:{_value(self.result[key])},\n" for key in keys[:place]) + f"{line(FINDINGS)}:"

    def add(self, finding: Finding, encoded: str) -> str:
        text, self._separator = self._separator + (encoded or line(finding)), ",\n"
        return text

    def tail(self) -> Iterator[str]:
        yield "[]" if self._separator == JsonReport._separator else "\n]"
        yield "".join(f",\n{line(key)}:{_value(self.result[key])}" for key in self._after) + "\n}\n"


def _value(value: Any) -> str:
    return lines(value) if isinstance(value, list) else line(value)


def lines(items: Sequence[Any]) -> str:
    """A list, one item a line."""
    return "[\n" + ",\n".join(map(line, items)) + "\n]" if items else "[]"
