# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remembered state of secrets between two listings, and the result of one listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .._audit.values import WITHHELD, Values
from .._core.endpoints import ALL_REGIONS
from .._core.records import Record, StoreKey

COMPLETE = "complete"
Event = dict[str, Any]


class Secret(NamedTuple):
    """A secret as it was last seen. values: of the watched fields, in their order."""

    name: str | None
    kind: str
    values: Values


@dataclass(frozen=True)
class Known:
    """Known state of one store.

    asked: the partitions and filters, as one text. account_id: the number of its account, if known.
    secrets: by id; None before it was complete for the first time. incomplete_since: when it ceased to be complete.
    owner: the entry of the organization that its account is a member of. members: of an organization's own row, number -> label.
    """

    asked: str
    account_id: str | None = None
    secrets: Mapping[str, Secret] | None = None
    incomplete_since: str | None = None
    owner: str | None = None
    members: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Remembered:
    """All that is remembered. watch: what tells this memory from any other. sequence: how many events it has given."""

    watch: str
    fields: tuple[str, ...]
    sequence: int = 0
    stores: Mapping[StoreKey, Known] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Result of listing one store: its row of the ledger, its partitions and filters, and its records.

    lost: whether a secret that has no record is gone. It is not where only one of two listings was complete.
    owner: the entry of the organization that its account is a member of. members: of an organization's own row, number -> label.
    regions: of such a row, those in which its members are listed.
    """

    row: Mapping[str, Any]
    asked: str
    records: Sequence[Record] = ()
    lost: bool = True
    owner: str | None = None
    members: Mapping[str, str] | None = None
    regions: tuple[str, ...] = ()

    @property
    def key(self) -> StoreKey:
        """Key of the store."""
        return self.row["provider"], self.row["account"], self.row["region"]


def confirmed(first: Sequence[Seen], second: Sequence[Seen]) -> list[Seen]:
    """What two listings saw, one right after the other. The second one may have seen some of the stores only.

    A secret that either of them saw is there. A store that either of them saw whole is whole. The regions of an account are
    known if either of them found them.
    """
    before, after = {each.key: each for each in first}, {each.key: each for each in second}
    both = {**before, **{key: _confirmed(before[key], each) if key in before else each for key, each in after.items()}}
    named = {key[:2] for key in both if key[2] != ALL_REGIONS}
    return [each for key, each in both.items() if key[2] != ALL_REGIONS or key[:2] not in named]


def _confirmed(first: Seen, second: Seen) -> Seen:
    whole = [each for each in (second, first) if each.row["status"] == COMPLETE]
    best, other = (whole[0], first if whole[0] is second else second) if whole else (second, first)
    known = {record["id"] for record in best.records}
    more = [record for record in other.records if record["id"] not in known]
    members = None if best.members is None else {**(other.members or {}), **best.members}
    return replace(best, records=[*best.records, *more], lost=len(whole) == 2, members=members)


def watching(memory: Remembered, fields: Sequence[str]) -> Remembered:
    """The memory, for these fields. What it does not know of a secret counts as withheld until a listing tells it."""
    if tuple(fields) == memory.fields:
        return memory
    places = [memory.fields.index(name) if name in memory.fields else None for name in fields]

    def known(secret: Secret) -> Secret:
        return secret._replace(values=tuple(WITHHELD if place is None else secret.values[place] for place in places))

    def store(each: Known) -> Known:
        return each if each.secrets is None else replace(each, secrets={key: known(secret) for key, secret in each.secrets.items()})

    return replace(memory, fields=tuple(fields), stores={key: store(each) for key, each in memory.stores.items()})
