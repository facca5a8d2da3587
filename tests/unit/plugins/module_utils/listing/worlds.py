# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A model of a store of either cloud that may be broken in many ways at once, and knows what lived throughout.

Replicas and caches that lag behind, totals that come late, not at all or count something else, refusals and empty answers
that come once, pages that are capped, cut by bytes or by chance, rows behind a border, secrets that come, go and change
their encryption meanwhile.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import parameters, refusal

Row = dict[str, Any]
Cut = Callable[[list[Row], int, random.Random], list[Row]]
"""(the rows of a page, the number of its first one, chance) -> the rows that are sent."""
FIELDS = {"SecretType": "SecretType", "EncryptType": "EncryptType", "SearchSecretName": "SecretName", "nameLike": "name", "gatewayType": "gatewayType"}
"""Parameters that narrow a question, and the field of a row that they look at."""
BORN = 1_700_000_000


def secret(number: int, kind: int = 0, encryption: int = 0, at_once: int = 1, **more: Any) -> Row:
    """A secret as both clouds write it; so many are made within a second."""
    return {
        "SecretName": f"s{number}",
        "SecretType": kind,
        "EncryptType": encryption,
        "CreateTime": BORN + number // at_once,
        "Status": "Enabled",
        "secretId": f"s{number}",
        "name": f"s{number}",
        "gatewayType": "API",
        "createTimestamp": BORN + number // at_once,
        **more,
    }


def whole(rows: list[Row], start: int, chance: random.Random) -> list[Row]:
    """All that was asked for."""
    return rows


def lacks_last(number: int) -> Cut:
    """Each page lacks its last rows."""
    return lambda rows, start, chance: rows[:-number]


def capped(most: int) -> Cut:
    """No page has more rows."""
    return lambda rows, start, chance: rows[:most]


def border(last: int) -> Cut:
    """No row behind this one is sent."""
    return lambda rows, start, chance: rows[: max(0, last - start)]


def by_bytes(most: int) -> Cut:
    """A page ends where its rows would have too many bytes; a row has as many as its description."""

    def cut(rows: list[Row], start: int, chance: random.Random) -> list[Row]:
        sent: list[Row] = []
        for row in rows:
            most_left = most - sum(other.get("weight", 1) for other in sent)
            if sent and row.get("weight", 1) > most_left:
                break
            sent.append(row)
        return sent

    return cut


def by_chance(rows: list[Row], start: int, chance: random.Random) -> list[Row]:
    """Each page is of another size, but never empty."""
    return rows[: chance.randint(1, len(rows))] if rows else rows


@dataclass
class World:
    """The secrets of one store, and what is wrong with how they are listed.

    honours: parameters that its totals honour. total: (true total, request number, rows of the page) -> what is written.
    lag: how many changes each replica is behind; the n-th request meets the n-th replica, round and round.
    cached: pages that begin on the first row come from the store as it was at first.
    struck: answers instead of the true one, by the number of the request; or of the request of its partition.
    changes: what happens before a request, by its number. churn: how probably something happens before any.
    """

    rows: list[Row]
    honours: frozenset[str] = frozenset(FIELDS)
    cut: Cut = whole
    total: Callable[[int, int, list[Row]], Any] = lambda true, number, rows: true
    lag: tuple[int, ...] = (0,)
    cached: bool = False
    struck: dict[Any, Any] = field(default_factory=dict)
    changes: dict[int, Callable[[World], None]] = field(default_factory=dict)
    churn: float = 0.0
    newest_first: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.states = [list(self.rows)]
        self.throughout = {row["SecretName"] for row in self.rows}
        self.ever = set(self.throughout)
        self.number = 0
        self.counts: dict[Any, int] = {}
        self.told: dict[Any, list[Any]] = {}
        """The totals that were written, by partition."""
        self.made = 1_000_000

    def change(self, rows: list[Row]) -> None:
        """The store is like this from now on."""
        self.rows = rows
        self.states.append(list(rows))
        self.throughout &= {row["SecretName"] for row in rows}
        self.ever |= {row["SecretName"] for row in rows}

    def churn_once(self) -> None:
        """A secret goes, or one is made."""
        if self.rows and self.chance.random() < 0.5:
            gone = self.chance.randrange(len(self.rows))
            self.change(self.rows[:gone] + self.rows[gone + 1 :])
        else:
            self.made += 1
            like = self.rows[-1] if self.rows else {}
            self.change([*self.rows, secret(self.made, like.get("SecretType", 0), like.get("EncryptType", 0))])

    def switch(self, name: str) -> None:
        """A secret changes its encryption."""
        self.change([{**row, "EncryptType": 1 - row["EncryptType"]} if row["SecretName"] == name else row for row in self.rows])

    def page(self, asked: Row, start: int, size: int) -> tuple[list[Row], Any]:
        """Rows and total for a question."""
        if self.number in self.changes:
            self.changes[self.number](self)
        if self.churn and self.chance.random() < self.churn:
            self.churn_once()
        behind = self.lag[self.number % len(self.lag)]
        rows = self.states[0] if self.cached and start == 0 else self.states[max(0, len(self.states) - 1 - behind)]
        if self.newest_first:
            rows = rows[::-1]
        chosen = [row for row in rows if _fits(row, asked)]
        counted = [row for row in rows if _fits(row, {name: value for name, value in asked.items() if name in self.honours})]
        sent = self.cut(chosen[start : start + size], start, self.chance)
        return sent, self.total(len(counted), self.number, sent)

    def answer(self, request: Request) -> Any:
        """The answer in the words of the cloud that was asked."""
        asked = parameters(request)
        tencent = bool(request.body)
        if request.action == "GetRegions":
            return {"Response": {"Regions": ["r1"]}}
        if request.action == "DescribeRegions":
            return {"data": [{"regionId": "r1"}]}
        self.number += 1
        question = {name: value for name, value in asked.items() if name in FIELDS}
        if tencent:
            question.setdefault("EncryptType", 0)
        key = (question.get("SecretType"), question.get("EncryptType"))
        self.counts[key] = self.counts.get(key, 0) + 1
        start, size = (asked["Offset"], asked["Limit"]) if tencent else ((int(asked["pageNumber"]) - 1) * int(asked["pageSize"]), int(asked["pageSize"]))
        rows, total = self.page(question, start, size)
        self.told.setdefault(key, []).append(total)
        for struck in (self.number, (*key, self.counts[key])):
            if struck in self.struck:
                rows, total = [], 0
                if self.struck[struck] is not None:
                    return refusal(*self.struck[struck]) if tencent else {"Code": self.struck[struck][0], "Message": self.struck[struck][1]}
        if tencent:
            counted = {} if total is None else {"TotalCount": total}
            return {"Response": {**counted, "SecretMetadatas": [_of_ssm(row) for row in rows], "RequestId": "r"}}
        counted = {} if total is None else {"totalSize": total}
        return {"code": "Ok", "requestId": "r", "data": {**counted, "items": [_of_apig(row) for row in rows]}}


def _fits(row: Row, asked: Row) -> bool:
    return all(value in row[FIELDS[name]] if isinstance(value, str) else row[FIELDS[name]] == value for name, value in asked.items())


def _of_ssm(row: Row) -> Row:
    return {name: row[name] for name in ("SecretName", "SecretType", "EncryptType", "CreateTime", "Status", "EncryptSwitching") if name in row}


def _of_apig(row: Row) -> Row:
    return {name: row[name] for name in ("secretId", "name", "gatewayType", "createTimestamp")}
