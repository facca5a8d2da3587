# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Result of a scenario: its tables, and the bars that it has to reach."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from clients import Outcome


@dataclass(frozen=True)
class Bar:
    """A number that has to be reached."""

    what: str
    limit: float
    measured: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


@dataclass
class Section:
    """A table of the page: outcomes under a heading, or rows of another shape."""

    title: str
    text: str
    tables: list[tuple[str, list[Outcome]]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def told(what: str) -> None:
    """Progress, for whoever waits."""
    print(what, file=sys.stderr, flush=True)
