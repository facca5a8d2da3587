# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifelike secrets by count and seed. Only random() of a generator seeded with a number is used, which Python keeps stable across versions."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from .schema import Reader, mapping, number, shares, text, whole
from .stores import digest

DAY = 86400
SYSTEMS = ("order", "payment", "cart", "search", "ledger", "invoice", "customer", "catalog", "shipping", "pricing", "loyalty", "fraud", "notify", "report")
STAGES = ("prod", "prod", "prod", "stage", "dev")
OWNERS = ("the order team", "platform", "data engineering", "payments", "the web shop", "site reliability", "mobile")


class Draw:
    """Choices that are the same for the same seed on every Python."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(digest(seed, 16)).random

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self.random() * count)

    def pick(self, choices: tuple[Any, ...]) -> Any:
        """One of several, all alike."""
        return choices[int(self.random() * len(choices))]

    def chance(self, share: float) -> bool:
        """True for this share of the calls."""
        return self.random() < share


class Weighted:
    """One of several words by weight."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.words = [word for word, weight in weights.items() if weight > 0]
        self.limits = list(accumulate(weights[word] for word in self.words))

    def pick(self, draw: Draw) -> str:
        """One word."""
        return self.words[bisect(self.limits, draw.random() * self.limits[-1], 0, len(self.words) - 1)]


@dataclass
class Mix:
    """Generated words of one cloud, with their default weights or shares."""

    kinds: dict[str, float]
    states: dict[str, float]
    flaws: dict[str, float]
    particular: dict[str, Reader]

    def reader(self) -> Reader:
        """Reads a 'generate' mapping in this cloud's words."""
        readers: dict[str, Reader] = {
            "count": whole(0),
            "seed": whole(),
            "kinds": shares(*self.kinds),
            "states": shares(*self.states),
            "flaws": shares(*self.flaws),
            "span_days": number(1),
            "per_second": whole(1),
            "prefix": text,
            **self.particular,
        }

        def read(value: Any, where: str) -> Plan:
            given = mapping(value, where, readers, ("count",))
            given["flaws"] = {**self.flaws, **given.get("flaws", {})}
            for name, default in (("kinds", self.kinds), ("states", self.states)):
                weights = given.get(name)
                given[name] = Weighted(weights if weights and sum(weights.values()) > 0 else default)
            return Plan(**given)

        return read


@dataclass
class Plan:
    """A checked 'generate' mapping."""

    count: int
    kinds: Weighted
    states: Weighted
    flaws: dict[str, float]
    seed: int = 1
    software: float = 0.15
    span_days: float = 700
    per_second: int = 1
    prefix: str = ""
    raw_fields: bool = False
    used: dict[str, int] = field(default_factory=dict)

    def name(self, draw: Draw, purposes: tuple[str, ...], joint: str) -> str:
        """A name nobody has yet, such as prod-order-mysql-03."""
        stem = joint.join((draw.pick(STAGES), draw.pick(SYSTEMS), draw.pick(purposes)))
        stem = self.prefix + stem
        self.used[stem] = self.used.get(stem, 0) + 1
        return stem if self.used[stem] == 1 else f"{stem}{joint}{self.used[stem]:02d}"

    def sketches(self, draw: Draw, purposes: dict[str, tuple[str, ...]], joint: str, now: float) -> Iterator[tuple[str, str, float]]:
        """(kind, name, creation time) of each secret; the cloud makes a row of it."""
        created = None
        for index in range(self.count):
            kind = self.kinds.pick(draw)
            name = self.name(draw, purposes[kind], joint)
            created = self.created(draw, now, index, created)
            yield kind, name, created

    def created(self, draw: Draw, now: float, index: int, before: float | None) -> float:
        """A creation time at least a day before now; several in a row share one second when 'per_second' says so."""
        age = DAY + draw.random() * self.span_days * DAY
        if draw.chance(self.flaws["old"]):
            age += 3 * 365 * DAY
        return before if before is not None and index % self.per_second else float(int(now - age))


def describe(draw: Draw, name: str, share: float) -> str:
    """A description, or none for a share of the secrets."""
    owner = draw.pick(OWNERS)
    return "" if draw.chance(share) else f"{name.replace('_', ' ').replace('-', ' ')}, owned by {owner}"
