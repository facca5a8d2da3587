# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that come, go and change while they are listed: by plan, or at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .generate import Draw, Weighted
from .matching import COUNTING, Match, read_match
from .origin import Origin
from .schema import FleetError, Reader, anything, either, listed, mapping, text, whole
from .stores import EVERYTHING, Record, Store


@dataclass
class Change:
    """Changes of the store of a request after its answer."""

    match: Match
    insert: list[Any]
    delete: list[str]
    oldest: int
    newest: int
    update: list[dict[str, Any]]

    def due(self, facts: dict[str, Any]) -> bool:
        """True if it happens after this request. Only listings reach a store."""
        return bool(facts.get("listed")) and self.match.due(facts)


def read_update(value: Any, where: str) -> dict[str, Any]:
    """Secret to change, and its new fields."""
    return mapping(value, where, {"id": text, "set": lambda fields, place: dict(fields)}, ("id", "set"))


def read_ends(value: Any, where: str) -> dict[str, Any]:
    """Number of the oldest or newest secrets to delete."""
    return mapping(value, where, {"oldest": whole(1), "newest": whole(1)})


def read_change(value: Any, where: str) -> Change:
    """Reads one entry of 'changes'."""
    counting = {"after" if name == "at" else name: reader for name, reader in COUNTING.items()}
    readers: dict[str, Reader] = {**counting, "insert": listed(anything), "delete": either(listed(text), read_ends), "update": listed(read_update)}
    given = mapping(value, where, readers)
    if not any(name in given for name in ("insert", "delete", "update")):
        raise FleetError(f"{where}: a change needs 'insert', 'delete' or 'update'")
    gone = given.get("delete", [])
    ends = gone if isinstance(gone, dict) else {}
    given["at"] = given.get("after", 1)
    return Change(read_match(given), given.get("insert", []), [] if ends else gone, ends.get("oldest", 0), ends.get("newest", 0), given.get("update", []))


def carry_out(change: Change, store: Store, rows: Any, origin: Origin, number: int) -> None:
    """Changes the store; 'rows' is the cloud's module of that name."""
    with store.lock:
        view = store.view(EVERYTHING, "created").rows
        doomed = [record.ident for record in view[: change.oldest] + view[len(view) - change.newest :]]
        for ident in change.delete + doomed:
            store.delete(ident, number)
        for entry in change.insert:
            store.put(rows.record(entry, origin), number)
        for step in change.update:
            old = store.records.get(step["id"])
            if old:
                store.put(rows.altered(old, step["set"], origin), number)


class Churn:
    """Random changes of one store, the same for the same seed and the same order of requests."""

    def __init__(self, rule: dict[str, Any], store: Store) -> None:
        self.rule = rule
        self.store = store
        self.draw = Draw(f"churn/{rule['seed']}/{store.account}/{store.region}")
        self.kinds = Weighted(rule["weights"])
        self.pages = 0
        self.made = 0

    def step(self, rows: Any, origin: Origin, number: int) -> None:
        """Counts a page; after every n-th one something happens."""
        with self.store.lock:
            self.pages += 1
            if self.pages % self.rule["every"] == 0:
                steps: dict[str, tuple[Callable[..., None], ...]] = {
                    "insert": (self.insert,),
                    "delete": (self.delete,),
                    "update": (self.update,),
                    "swap": (self.delete, self.insert),
                }
                for change in steps[self.kinds.pick(self.draw)]:
                    change(rows, origin, number)

    def someone(self) -> Record | None:
        """A random secret of the store."""
        view = self.store.view(EVERYTHING, "created").rows
        return view[self.draw.below(len(view))] if view else None

    def insert(self, rows: Any, origin: Origin, number: int) -> None:
        """A new secret, of the same kind as a random one."""
        self.made += 1
        self.store.put(rows.newcomer(f"churn-{self.rule['seed']}-{self.made}", self.someone(), origin), number)

    def delete(self, rows: Any, origin: Origin, number: int) -> None:
        """A random secret goes."""
        gone = self.someone()
        if gone:
            self.store.delete(gone.ident, number)

    def update(self, rows: Any, origin: Origin, number: int) -> None:
        """A random secret is touched."""
        old = self.someone()
        if old:
            self.store.put(rows.altered(old, {}, origin), number)
