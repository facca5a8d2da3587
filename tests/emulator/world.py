# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared state of both clouds: keys, stores, limits, nonces, and the current behaviour."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from .behaviour import Behaviour
from .calls import ApiError, Call
from .changes import Churn, carry_out
from .fleet import SERVICE_ROWS, Fleet, Region
from .keys import Account, KeyRing
from .machine import Machines
from .organizations import Organization
from .origin import Origin
from .stores import Store
from .throttle import Throttle

NONCE_SECONDS = 900  # 15 minutes, the window of ACS3


class World:
    """The state of the emulated clouds."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.accounts = {account.name: account for account in fleet.accounts}
        self.keys = KeyRing(fleet.keys)
        self.machines = Machines(self.keys)
        self.behaviour = Behaviour(self.accounts)
        for document in fleet.behaviours:
            self.behaviour.merge(document.content, document.where, document.account, document.region)
        self.regions = {(region.account.name, region.name, region.service): region for region in fleet.regions}
        self.stores = {key: Store(*key, region.records) for key, region in self.regions.items()}
        self.throttle = Throttle()
        self.churns: dict[tuple[str, str, str], Churn] = {}
        self.nonces: set[tuple[str, str]] = set()
        self.nonce_times: deque[tuple[float, tuple[str, str]]] = deque()
        self.lock = threading.Lock()

    def settings(self, call: Call) -> dict[str, Any]:
        """The behaviour for the account and region of a request."""
        return self.behaviour.settings(call.account, call.region)

    def first_region(self, account: str | None, service: str = "") -> str | None:
        """The region that a host name without one stands for: the account's only one of the service, else its first."""
        own = [region for region in self.fleet.regions if region.account.name == account]
        return next((region.name for region in own if region.service == service), own[0].name if own else None)

    def listed_regions(self, account: str, service: str) -> list[Region]:
        """The regions of a service that this account's cloud tells of."""
        return [region for region in self.fleet.regions if (region.account.name, region.service, region.listed) == (account, service, True)]

    def region(self, call: Call) -> Region | None:
        """The region a request speaks of, if the account has it."""
        return self.regions.get((call.account or "", call.region or "", call.service))

    def place(self, call: Call) -> dict[str, Any]:
        """What the fleet file has in the region of a request beside secrets, such as keys."""
        return self.regions[call.account or "", call.region or "", call.service].place

    def store(self, call: Call) -> Store:
        """The store a request speaks of."""
        return self.stores[call.account or "", call.region or "", call.service]

    def organization(self, call: Call, fits: Callable[[Organization, Account], bool]) -> Organization | None:
        """The organization of the caller's cloud that fits its account."""
        account = call.key.account if call.key else None
        own = [each for each in self.fleet.organizations if account and each.provider == account.provider and fits(each, account)]
        return own[0] if own else None

    def check_refusal(self, call: Call, words: dict[str, ApiError]) -> None:
        """Raises when the fleet file has the region refuse; 'words' are the cloud's own errors."""
        region = self.region(call)
        refuse = region.refuse if region else "unsupported"
        if isinstance(refuse, dict):
            raise ApiError(refuse["code"], refuse.get("message"), status=refuse.get("status"))
        if refuse:
            raise words[refuse]

    def used_before(self, key_id: str, nonce: str, now: float) -> bool:
        """True if this nonce was seen within the window; remembers it."""
        with self.lock:
            while self.nonce_times and self.nonce_times[0][0] < now - NONCE_SECONDS:
                self.nonces.discard(self.nonce_times.popleft()[1])
            if (key_id, nonce) in self.nonces:
                return True
            self.nonces.add((key_id, nonce))
            self.nonce_times.append((now, (key_id, nonce)))
            return False

    def latency(self, call: Call) -> float:
        """Seconds that an answer takes at least."""
        latency = self.settings(call)["latency_ms"]
        return (random.uniform(*latency) if isinstance(latency, list) else latency) / 1000

    def move_on(self, call: Call, facts: dict[str, Any]) -> None:
        """Lets the store change after a page, by plan and at random."""
        if not call.listed:
            return
        store = self.store(call)
        origin = Origin(self.accounts[store.account], store.region, call.now)
        rows = SERVICE_ROWS[origin.account.provider][store.service]
        for change in self.behaviour.changes_after(facts):
            carry_out(change, store, rows, origin, call.number)
        rule = self.settings(call)["churn"]
        if rule:
            self.churn(rule, store).step(rows, origin, call.number)

    def churn(self, rule: dict[str, Any], store: Store) -> Churn:
        """The churn of a store; a new rule starts a new one."""
        key = (store.account, store.region, store.service)
        with self.lock:
            if key not in self.churns or self.churns[key].rule is not rule:
                self.churns[key] = Churn(rule, store)
            return self.churns[key]
