# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is remembered and what a listing saw to events, and to what is to be remembered next.

A secret has vanished only if its whole store was seen without it, twice. What a listing could not read of a secret says nothing:
the value from before stays. A store that ceases to be complete is told once, and once when it is complete again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._audit.fields import RuleField
from .._audit.values import WITHHELD, ReadValues, ValueMark, differences, shown
from .._core.endpoints import ALL_REGIONS
from .._core.errors import SecretsError
from .._core.records import ATTRIBUTES, Record
from .._core.redaction import inert
from .memory import COMPLETE, Event, Known, Remembered, Secret, Seen, StoreKey

APPEARED, VANISHED, CHANGED = "secret_appeared", "secret_vanished", "secret_changed"
JOINED, LEFT = "account_joined", "account_left"
LISTING_INCOMPLETE, LISTING_COMPLETE, LISTING_BASELINE = "listing_incomplete", "listing_complete", "listing_baseline"
NOT_AT_ONCE = frozenset({"throttled", "deadline", "credentials", "machine"})
"""Kinds of errors that another listing right after would not mend."""
UNNAMED = SecretsError(
    "unsupported",
    "the store was listed before, but its region is no longer named",
    hint="Name the region in the fleet to see the cloud's reason, or remove it from the fleet.",
)

Regions = Mapping[tuple[str, str], Collection[str]]
"""Of each account, by provider and name, the regions that the fleet names; none where only the cloud can name them."""


class ListingComparison:
    """Comparison of two listings: the watched fields, their readers for each cloud, and the events of a first listing."""

    def __init__(self, fields: Sequence[RuleField], readers: Mapping[str, ReadValues], existing: bool) -> None:
        self._fields = fields
        self._readers = readers
        self._existing = existing

    def compare(self, memory: Remembered, seen: Iterable[Seen], regions: Regions, now: str) -> tuple[list[Event], Remembered]:
        """The events, each with its id, and the memory after them. Neither the memory nor the records are changed."""
        now_seen = {each.key: each for each in seen}
        stores: dict[StoreKey, Known] = {}
        events: list[Event] = []
        for key in sorted({*memory.stores, *now_seen}):
            known = memory.stores.get(key)
            told, after = self._seen(known, now_seen[key], now) if key in now_seen else _unseen(key, known, now_seen, regions, now)
            for event in told:
                events.append({**event, "at": now, **dict(zip(("provider", "account", "region"), key))})
            if after is not None:
                stores[key] = after
        numbered = [_identified(event, memory.watch, number) for number, event in enumerate(events, memory.sequence + 1)]
        return numbered, replace(memory, sequence=memory.sequence + len(events), stores=stores)

    def _seen(self, known: Known | None, seen: Seen, now: str) -> tuple[list[Event], Known]:
        if seen.members is not None:
            return _members_seen(known or Known(seen.asked), seen, seen.members, now)
        known = replace(known or Known(seen.asked), owner=seen.owner)
        status, number = seen.row["status"], seen.row["account_id"]
        whole = status == "complete" or (status == "not_offered" and not known.secrets)
        events: list[Event] = []
        if whole and known.incomplete_since:
            events.append({"type": LISTING_COMPLETE, "incomplete_since": known.incomplete_since, "count": len(seen.records)})
        elif not whole and not known.incomplete_since:
            error = seen.row["error"] or {}
            events.append({"type": LISTING_INCOMPLETE, "status": status, "error": inert(dict(error)), "known": len(known.secrets or ())})
        since = None if whole else known.incomplete_since or now
        reason = _incomparable(known, seen)
        if reason and not whole:
            return events, replace(known, incomplete_since=since)
        found = {record["id"]: record for record in seen.records}
        if reason:
            secrets = {key: self._secret(record, None) for key, record in found.items()}
            events += [_appeared(record) for record in found.values()] if self._existing and reason == "new" else []
            if status == "complete":
                events.append({"type": LISTING_BASELINE, "reason": reason, "count": len(secrets)})
            return events, Known(seen.asked, number, secrets, owner=seen.owner)
        told, after = self._changes(known.secrets or {}, found, whole and seen.lost)
        return events + told, Known(seen.asked, number or known.account_id, after, since, seen.owner)

    def _changes(self, before: Mapping[str, Secret], found: Mapping[str, Record], whole: bool) -> tuple[list[Event], dict[str, Secret]]:
        events: list[Event] = []
        after = {} if whole else dict(before)
        for key, record in found.items():
            old = before.get(key)
            after[key] = self._secret(record, old)
            if old is None:
                events.append(_appeared(record))
            else:
                events += self._changed(old, after[key], record)
        if whole:
            events += [self._vanished(key, before[key]) for key in sorted(before.keys() - found.keys())]
        return events, after

    def _secret(self, record: Record, old: Secret | None) -> Secret:
        values = self._readers[record["provider"]](record)
        if old is not None:
            values = tuple(then if now is WITHHELD else now for then, now in zip(old.values, values))
        return Secret(record["name"], record["kind"], values)

    def _changed(self, old: Secret, new: Secret, record: Record) -> Iterator[Event]:
        changed = [(field.name, then, now) for field, then, now, certain in differences(self._fields, old.values, new.values) if certain]
        if changed:
            yield {
                "type": CHANGED,
                "secret": inert(record),
                "changed": [name for name, _then, _now in changed],
                "before": _nested((name, then) for name, then, _now in changed),
                "after": _nested((name, now) for name, _then, now in changed),
            }

    def _vanished(self, key: str, old: Secret) -> Event:
        values = _nested((field.name, value) for field, value in zip(self._fields, old.values))
        return {"type": VANISHED, "secret": inert({"id": key, "name": old.name, "kind": old.kind, **values})}


def _members_seen(known: Known, seen: Seen, members: Mapping[str, str], now: str) -> tuple[list[Event], Known]:
    """The events of an organization's own row. Who joined or left is known between two complete lists only."""
    whole = seen.row["status"] == COMPLETE
    if not whole:
        error = inert(dict(seen.row["error"] or {}))
        told = {"type": LISTING_INCOMPLETE, "status": seen.row["status"], "error": error, "known": len(known.members or ())}
        return [] if known.incomplete_since else [told], replace(known, incomplete_since=known.incomplete_since or now)
    events: list[Event] = [{"type": LISTING_COMPLETE, "incomplete_since": known.incomplete_since, "count": len(members)}] if known.incomplete_since else []
    if known.members is None:
        events.append({"type": LISTING_BASELINE, "reason": "new", "count": len(members)})
    before = members if known.members is None else known.members
    events += [{"type": JOINED, "member": inert({"id": number, "label": members[number]})} for number in sorted(members.keys() - before.keys())]
    events += [{"type": LEFT, "member": inert({"id": number, "label": before[number]})} for number in sorted(before.keys() - members.keys())]
    return events, Known(seen.asked, None, {}, None, None, dict(members))


def doubtful(events: Iterable[Event]) -> set[tuple[str, str]]:
    """The accounts, by provider and name, of which one wrong answer would be enough for an event: they are listed once more first."""
    losses = (
        event
        for event in events
        if event["type"] in (VANISHED, LEFT) or (event["type"] == LISTING_INCOMPLETE and event["error"].get("kind") not in NOT_AT_ONCE)
    )
    return {(event["provider"], event["account"]) for event in losses}


def _unseen(key: StoreKey, known: Known | None, seen: Mapping[StoreKey, Seen], regions: Regions, now: str) -> tuple[list[Event], Known | None]:
    """Of a store that is known and has no row: it stays known as long as the fleet asks for it."""
    provider, account, region = key
    named = regions.get((provider, account))
    if known is not None and known.owner is not None:
        group = seen.get((provider, known.owner, ALL_REGIONS))
        if (provider, known.owner) in regions and (group is None or group.members is None or group.row["status"] != COMPLETE):
            return [], known  # nobody knows whether it is still a member
        named = None if group is None or account not in (group.members or {}).values() else () if ALL_REGIONS in group.regions else group.regions
    if known is None or named is None or (named and region not in named):
        return [], None
    if region == ALL_REGIONS:
        return [{"type": LISTING_COMPLETE, "incomplete_since": known.incomplete_since, "count": 0}], None
    if (provider, account, ALL_REGIONS) in seen or known.incomplete_since:
        return [], known
    event = {"type": LISTING_INCOMPLETE, "status": "failed", "error": UNNAMED.as_dict(), "known": len(known.secrets or ())}
    return [event], replace(known, incomplete_since=now)


def _incomparable(known: Known, seen: Seen) -> str:
    """Reason why the secrets of a store cannot be compared with the last ones. Empty if they can."""
    if known.secrets is None:
        return "new"
    if known.asked != seen.asked:
        return "asked"
    number = seen.row["account_id"]
    return "account" if known.account_id and number and known.account_id != number else ""


def _appeared(record: Record) -> Event:
    return {"type": APPEARED, "secret": inert(record)}


def _nested(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Fields with their values as a record has them: attributes in a mapping of their own, null for what is not there."""
    nested: dict[str, Any] = {}
    for name, value in values:
        told = None if isinstance(value, ValueMark) else inert(shown(value))
        if name.startswith(ATTRIBUTES):
            nested.setdefault(ATTRIBUTES.rstrip("."), {})[name.removeprefix(ATTRIBUTES)] = told
        else:
            nested[name] = told
    return nested


def _identified(event: Event, watch: str, number: int) -> Event:
    """The event with its id: the same one whenever it is told again, and never that of another event."""
    content = json.dumps([watch, number, {key: value for key, value in event.items() if key != "at"}], sort_keys=True)
    digits = hashlib.sha256(content.encode("ascii")).hexdigest()
    identity = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
    return {"type": event["type"], "id": identity, **{key: value for key, value in event.items() if key != "type"}, "meta": {"uuid": identity}}
