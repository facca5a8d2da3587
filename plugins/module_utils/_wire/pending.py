# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that wait to be sent, and which of them may leave next."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._auth.context import Credentials
from .._auth.refresh import RefreshableCredentials
from .._core.errors import SecretsError
from .._core.messages import Request
from .counters import RequestStats
from .rate_limit import RateLimiter


@dataclass
class PendingRequest:
    """A request to be made, and whom to tell. Both functions are called under the scheduler's lock, one at a time.

    credentials: sign each attempt; without them the request is signed by 'signed', or not at all.
    retries: attempts after the first; without a number the task's counts.
    lane: the listing whose connections may serve; without one, each attempt has a connection of its own.
    limit: requests a second that the cloud allows in the bucket, if it says so.
    ahead: whether it belongs to what has begun, which goes before what begins. A connection waits for it, and few may wait.
    """

    request: Request
    credentials: RefreshableCredentials | None
    bucket: Hashable
    stats: RequestStats
    done: Callable[[Mapping[str, Any]], None]
    failed: Callable[[SecretsError], None]
    retries: int | None = None
    signed: Credentials | None = None
    lane: Hashable = None
    limit: int | None = None
    ahead: bool = False
    failures: int = field(default=0, init=False)
    refusals: int = field(default=0, init=False)
    """How many times it was refused for its rate."""
    corrections: int = field(default=0, init=False)
    """How many times it was repeated because of the clock."""
    fresh: bool = field(default=False, init=False)
    """Whether it failed before: a repeat has a new connection."""


class ReadyList:
    """Pending requests in the order in which they may leave: what is ahead first, then by turn, time and bucket. On the caller's
    clock; no threads here."""

    def __init__(self, throttle: RateLimiter) -> None:
        self._throttle = throttle
        self._ahead: dict[Hashable, deque[PendingRequest]] = {}
        self._ready: dict[Hashable, deque[PendingRequest]] = {}
        self._later: list[tuple[float, int, PendingRequest]] = []
        self._count = 0

    def __bool__(self) -> bool:
        """True if any request waits."""
        return bool(self._ahead or self._ready or self._later)

    def put(self, pending: PendingRequest, not_before: float = 0.0) -> None:
        """Add a request that may leave from that time on."""
        if pending.limit is not None:
            self._throttle.narrow(pending.bucket, pending.limit)
        self._count += 1
        heapq.heappush(self._later, (not_before, self._count, pending))

    def take(self, now: float) -> tuple[PendingRequest | None, float | None]:
        """The next request that may leave now, or None and the seconds until one may (None if there is none at all)."""
        while self._later and self._later[0][0] <= now:
            pending = heapq.heappop(self._later)[2]
            ready = self._ahead if pending.ahead else self._ready
            ready.setdefault(pending.bucket, deque()).append(pending)
        waits = [self._later[0][0] - now] if self._later else []
        for ready in (self._ahead, self._ready):
            for bucket, waiting in ready.items():
                place = next((place for place, each in enumerate(waiting) if not (each.credentials and each.credentials.blocked)), None)
                if place is None:
                    continue
                wait = self._throttle.wait(bucket, now)
                if wait > 0:
                    waits.append(wait)
                    continue
                pending = waiting[place]
                del waiting[place]
                self._throttle.sent(bucket, now)
                del ready[bucket]
                if waiting:
                    ready[bucket] = waiting
                return pending, None
        return None, min(waits, default=None)
