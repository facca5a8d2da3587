# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores as listings saw them, and the events that must come of that, found out in a way of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import catalog
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.values import reader
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.events import ListingComparison
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Seen
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.fields import SCHEMA

CLOUD = SCHEMA.provider
ACCOUNT = "pay"
FIELDS = tuple(catalog([SCHEMA])[name] for name in ("status", "provider_status", "kms_key_id", "attributes.product_name"))
NAMES = tuple(field.name for field in FIELDS)
REGIONS: dict[tuple[str, str], set[str]] = {(CLOUD, ACCOUNT): set()}
NOW = "2026-02-05T03:04:05Z"
DENIED = {"kind": "denied", "code": "UnauthorizedOperation", "message": "no", "http_status": 200, "request_id": "1", "hint": "Grant it."}


def comparison(existing: bool = False) -> ListingComparison:
    """As an event source has it."""
    return ListingComparison(FIELDS, {CLOUD: reader(FIELDS, SCHEMA)}, existing)


def record(name: str, status: str = "Enabled", region: str = "r1", **more: Any) -> dict[str, Any]:
    """A secret as its cloud would tell of it. more: the cloud's own fields."""
    row = {"SecretName": name, "Status": status, "SecretType": 0, "KmsKeyId": "k", "DeleteTime": 0, "ProductName": "", **more}
    return SCHEMA.record(row, ACCOUNT, region)


def seen(region: str, status: str, *records: dict[str, Any], asked: str = "all", number: str | None = "1") -> Seen:
    """A store as a listing saw it."""
    error = None if status == "complete" else DENIED
    row = {"provider": CLOUD, "account": ACCOUNT, "region": region, "account_id": number, "status": status, "error": error}
    return Seen(row, asked, records)


Store = tuple[str, Mapping[str, str]]
"""How it was listed, and its secrets with their statuses."""
World = Mapping[str, Store]
"""The stores by region."""


def look(world: World) -> list[Seen]:
    """A world as a listing sees it."""
    return [seen(region, status, *(record(name, word, region) for name, word in secrets.items())) for region, (status, secrets) in world.items()]


def expected(worlds: Sequence[World]) -> Counter[tuple[str, str, str]]:
    """Expected events of a sequence of worlds: type, region, and 'secret status' or nothing. Computed one store at a time, by sets."""
    told: Counter[tuple[str, str, str]] = Counter()
    for region in sorted({region for world in worlds for region in world}):
        known: dict[str, str] | None = None
        whole = True
        for status, secrets in (world[region] for world in worlds):
            if whole != (status == "complete"):
                whole = not whole
                told["listing_complete" if whole else "listing_incomplete", region, ""] += 1
            if known is None:
                if whole:
                    known = dict(secrets)
                    told["listing_baseline", region, ""] += 1
                continue
            told.update(("secret_appeared", region, f"{name} {secrets[name]}") for name in set(secrets) - set(known))
            told.update(("secret_changed", region, f"{name} {word}") for name, word in secrets.items() if known.get(name, word) != word)
            if whole:
                told.update(("secret_vanished", region, f"{name} {known[name]}") for name in set(known) - set(secrets))
                known = {}
            known.update(secrets)
    return told


def summary(event: Mapping[str, Any]) -> tuple[str, str, str]:
    """An event in the words of expected()."""
    secret = event.get("secret")
    return event["type"], event["region"], f"{secret['name']} {secret['provider_status']}" if secret else ""
