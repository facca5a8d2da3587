# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behaviour of the clouds: settings in three layers (global, account, region), the narrower one wins; faults and changes by request number."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

from .changes import Change, read_change
from .faults import Fault, read_fault
from .schema import FleetError, Reader, choice, either, listed, mapping, nearest, number, shares, text, whole
from .stores import ORDERS
from .tls import FLAVOURS

DEFAULTS: dict[str, Any] = {
    "latency_ms": 0,
    "rate_limit": None,
    "total_scope": None,
    "page_cap": None,
    "max_page_size": None,
    "over_max": "reject",
    "refused_types": [],
    "encrypt_type": "known",
    "order": "created",
    "ok_code": "Ok",
    "clock_offset": 0,
    "metadata": "both",
    "churn": None,
    "wire_ms": 0,
    "certificate": "valid",
    "proxy_auth": None,
}
GLOBAL_ONLY = ("wire_ms", "certificate", "proxy_auth")
NARROWING = ("account", "region")


def read_rate_limit(value: Any, where: str) -> dict[str, Any]:
    """A rate limit; by default of ListSecrets alone, in fixed one-second windows."""
    readers: dict[str, Reader] = {"per_second": whole(0), "window": choice("fixed", "sliding"), "actions": listed(text), "retry_after_ms": whole(0)}
    return {"window": "fixed", "actions": ["ListSecrets"], "retry_after_ms": None, **mapping(value, where, readers, ("per_second",))}


def read_churn(value: Any, where: str) -> dict[str, Any]:
    """Random changes after every n-th page of a store."""
    readers: dict[str, Reader] = {"every": whole(1), "seed": whole(), "weights": shares("insert", "delete", "update", "swap")}
    return {"every": 1, "seed": 1, "weights": {"insert": 1, "delete": 1, "update": 1}, **mapping(value, where, readers)}


def read_latency(value: Any, where: str) -> float | list[float]:
    """Milliseconds, or a pair of bounds to draw from."""
    found: float | list[float] = either(number(0), listed(number(0)))(value, where)
    if isinstance(found, list) and (len(found) != 2 or found[0] > found[1]):
        raise FleetError(f"{where}: a number, or two in ascending order, are needed")
    return found


SETTINGS: dict[str, Reader] = {
    "latency_ms": read_latency,
    "rate_limit": read_rate_limit,
    "total_scope": either(choice("region", "partition", "wrong", "missing"), whole()),
    "page_cap": whole(0),
    "max_page_size": whole(1),
    "over_max": choice("reject", "cap"),
    "refused_types": listed(whole(0)),
    "encrypt_type": choice("known", "unknown"),
    "order": choice(*ORDERS, "shuffled"),
    "ok_code": either(whole(), text),
    "clock_offset": number(),
    "metadata": choice("both", "v2"),
    "churn": read_churn,
    "wire_ms": number(0),
    "certificate": choice(*FLAVOURS),
    "proxy_auth": text,
}


class Behaviour:
    """All settings, faults and changes in force. Documents are merged in, at start and at run time."""

    def __init__(self, accounts: Collection[str]) -> None:
        self.accounts = accounts
        self.lock = threading.Lock()
        self.layers: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        self.merged: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        self.faults: list[Fault] = []
        self.changes: list[Change] = []

    def merge(self, document: Any, where: str = "behaviour", account: str | None = None, region: str | None = None) -> None:
        """Takes a document: settings replace those of the same layer (null takes one back), faults and changes are added."""
        readers: dict[str, Reader] = {
            **SETTINGS,
            "faults": listed(read_fault),
            "changes": listed(read_change),
            "clear": listed(choice("faults", "changes", "settings")),
        }
        readers.update({name: text for name in NARROWING if (account, region) == (None, None)})
        given = mapping(document, where, readers)
        account, region = given.pop("account", account), given.pop("region", region)
        for name in GLOBAL_ONLY:
            if (account or region) and name in given:
                raise FleetError(f"{where}.{name}: holds for all connections, so it belongs into the global behaviour")
        for name in (account, *(rule.match.facts.get("account") for rule in given.get("faults", []) + given.get("changes", []))):
            if name is not None and name not in self.accounts:
                raise FleetError(f"{where}: there is no account '{name}' ({nearest(name, self.accounts)})")
        nulls = [name for name in SETTINGS if name in document and document[name] is None]
        with self.lock:
            self.apply(given, nulls, account, region)

    def apply(self, given: dict[str, Any], nulls: list[str], account: str | None, region: str | None) -> None:
        """Puts a checked document into force."""
        for name in given.pop("clear", ()):
            getattr(self, "layers" if name == "settings" else name).clear()
        for rule in given.get("faults", []) + given.get("changes", []):
            rule.match.narrow(account, region)
        self.faults += given.pop("faults", [])
        self.changes += given.pop("changes", [])
        layer = self.layers.setdefault((account, region), {})
        layer.update(given)
        for name in nulls:
            layer.pop(name, None)
        self.merged = {}

    def settings(self, account: str | None = None, region: str | None = None) -> dict[str, Any]:
        """The settings for a store, the narrower layer before the wider."""
        found = self.merged.get((account, region))
        if found is None:
            with self.lock:
                layers = [self.layers.get(key, {}) for key in ((None, None), (None, region), (account, None), (account, region))]
                found = {**DEFAULTS}
                for layer in layers:
                    found.update(layer)
                self.merged[account, region] = found
        return found

    def fault_for(self, facts: dict[str, Any]) -> Fault | None:
        """The fault that is due for this request, if any; all rules count the request."""
        with self.lock:
            due = [fault for fault in self.faults if fault.due(facts)]
            return due[0] if due else None

    def changes_after(self, facts: dict[str, Any]) -> list[Change]:
        """The changes that are due once this request is answered."""
        with self.lock:
            return [change for change in self.changes if change.due(facts)]
