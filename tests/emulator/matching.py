# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of a fault or a change: the n-th of those that match, once, several times, or for ever."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from .schema import FleetError, Reader, choice, either, mapping, text, whole

FACTS = ("provider", "service", "action", "region", "host", "account", "key_id")
COUNTING: dict[str, Reader] = {
    "at": whole(1),
    "times": either(whole(1), choice("forever")),
    "every": whole(1),
    "match": lambda value, where: mapping(value, where, dict.fromkeys(FACTS, text)),
}


@dataclass
class Match:
    """Counts the requests that have these facts, and says when the moment has come."""

    facts: dict[str, str] = field(default_factory=dict)
    at: int = 1
    times: float = 1
    every: int = 1
    seen: int = 0
    fired: int = 0

    def narrow(self, account: str | None, region: str | None) -> None:
        """A rule that stands inside an account or region speaks of that one only."""
        for name, value in (("account", account), ("region", region)):
            if value is not None and self.facts.setdefault(name, value) != value:
                raise FleetError(f"a rule of {name} '{value}' matches {name} '{self.facts[name]}'")

    def due(self, facts: dict[str, Any]) -> bool:
        """True if this request is the one, or one of them."""
        if any(facts.get(name) != value for name, value in self.facts.items()):
            return False
        self.seen += 1
        due = self.seen >= self.at and (self.seen - self.at) % self.every == 0 and self.fired < self.times
        self.fired += due
        return due


def read_match(given: dict[str, Any]) -> Match:
    """The counting part of a rule."""
    times = given.get("times", 1)
    return Match(given.get("match", {}), given.get("at", 1), math.inf if times == "forever" else times, given.get("every", 1))
