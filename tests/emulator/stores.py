# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of one account in one region: kept sorted, changed while they are read, with a history of who lived when."""

from __future__ import annotations

import hashlib
import random
import threading
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .calls import compact

MAX_VIEWS = 64
NOTHING: frozenset[str] = frozenset()


def fingerprint(text: str, size: int) -> str:
    """Twice so many hexadecimal digits that depend on the text alone, the same on every Python."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def digest(text: str, size: int = 8) -> int:
    """The same as a number."""
    return int(fingerprint(text, size), 16)


class Record:
    """One secret as the cloud words it. Its row is serialised once; a change makes a new record. details: what no row shows."""

    __slots__ = ("created", "details", "fields", "ident", "rows", "tags", "tie", "updated")

    def __init__(
        self,
        ident: str,
        created: float,
        updated: float,
        fields: dict[str, Any],
        tags: dict[str, str] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        self.ident = ident
        self.created = created
        self.updated = updated
        self.fields = fields
        self.tags = tags
        self.details = details or {}
        self.tie = digest(ident)
        self.rows: dict[frozenset[str], bytes] | None = None

    def row(self, hidden: frozenset[str] = NOTHING) -> bytes:
        """The JSON of the row, without the fields that this site does not know."""
        if self.rows is None:
            self.rows = {}
        if hidden not in self.rows:
            self.rows[hidden] = compact({name: value for name, value in self.fields.items() if name not in hidden} if hidden else self.fields)
        return self.rows[hidden]


@dataclass(frozen=True)
class Filter:
    """Filter of a listing's records, with a key that identifies it."""

    key: tuple[Any, ...]
    keep: Callable[[Record], bool]


ORDERS: dict[str, Callable[[Record], tuple[float, int]]] = {
    "created": lambda record: (record.created, record.tie),
    "updated": lambda record: (record.updated, record.tie),
    "random": lambda record: (0, record.tie),
}
EVERYTHING = Filter((), lambda record: True)


class View:
    """The records that pass one filter, in one order, oldest first."""

    def __init__(self, chosen: Filter, order: str, records: Iterable[Record]) -> None:
        self.keep = chosen.keep
        self.key = ORDERS[order]
        self.rows = sorted(filter(self.keep, records), key=self.key)

    def add(self, record: Record) -> None:
        """Puts a new record in its place."""
        if self.keep(record):
            insort(self.rows, record, key=self.key)

    def remove(self, record: Record) -> None:
        """Takes a record out."""
        if self.keep(record):
            index = bisect_left(self.rows, self.key(record), key=self.key)
            while self.rows[index] is not record:
                index += 1
            del self.rows[index]

    def page(self, start: int, count: int, descending: bool) -> list[Record]:
        """One page, counted from the side that the client asked for."""
        if not descending:
            return self.rows[start : start + count]
        end = max(0, len(self.rows) - start)
        return self.rows[max(0, end - count) : end][::-1]


class Store:
    """One account in one region of one service."""

    def __init__(self, account: str, region: str, service: str, records: Iterable[Record]) -> None:
        self.account = account
        self.region = region
        self.service = service
        self.lock = threading.RLock()
        self.records = {record.ident: record for record in records}
        self.first = tuple(self.records)
        self.events: list[tuple[int, str, str]] = []
        self.views: OrderedDict[tuple[Any, ...], View] = OrderedDict()

    def view(self, chosen: Filter, order: str) -> View:
        """The view for this filter and order, kept for the next page."""
        key = (chosen.key, order)
        with self.lock:
            if key not in self.views:
                self.views[key] = View(chosen, order, self.records.values())
                if len(self.views) > MAX_VIEWS:
                    self.views.popitem(last=False)
            self.views.move_to_end(key)
            return self.views[key]

    def page(self, chosen: Filter, order: str, start: int, count: int, descending: bool, number: int) -> tuple[list[Record], int]:
        """(one page, how many records pass the filter). 'shuffled' draws a new order for each request."""
        with self.lock:
            view = self.view(chosen, "random" if order == "shuffled" else order)
            if order != "shuffled":
                return view.page(start, count, descending), len(view.rows)
            rows = list(view.rows)
            random.Random(number).shuffle(rows)
            return rows[start : start + count], len(rows)

    def count(self, chosen: Filter) -> int:
        """Number of records that pass the filter."""
        with self.lock:
            return len(self.view(chosen, "created").rows)

    def put(self, record: Record, number: int) -> None:
        """Inserts a record, or replaces the one of that id, after request 'number'."""
        with self.lock:
            old = self.records.get(record.ident)
            if old:
                self.forget(old)
            self.records[record.ident] = record
            for view in self.views.values():
                view.add(record)
            self.events.append((number, "update" if old else "insert", record.ident))

    def delete(self, ident: str, number: int) -> bool:
        """Deletes a record after request 'number'; False when there is none of that id."""
        with self.lock:
            record = self.records.get(ident)
            if record:
                self.forget(record)
                self.events.append((number, "delete", ident))
            return record is not None

    def forget(self, record: Record) -> None:
        """Takes a record out of the store and of every view."""
        del self.records[record.ident]
        for view in self.views.values():
            view.remove(record)

    def history(self, since: int) -> dict[str, Any]:
        """Ids that lived from request 'since' until now without a break, and ids that were there at any time in between."""
        with self.lock:
            alive = set(self.first)
            for number, kind, ident in self.events:
                if number <= since:
                    (alive.discard if kind == "delete" else alive.add)(ident)
            later = [event for event in self.events if event[0] > since]
            throughout = alive - {ident for number, kind, ident in later if kind == "delete"}
            ever = alive | {ident for number, kind, ident in later if kind != "delete"}
            return {
                "account": self.account,
                "region": self.region,
                "service": self.service,
                "now": sorted(self.records),
                "throughout": sorted(throughout),
                "ever": sorted(ever),
                "events": [{"after": number, "change": kind, "id": ident} for number, kind, ident in later],
            }
