# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limits: a sliding window for each of the clouds' own buckets, on the caller's clock."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable

WINDOW = 1.02
"""Seconds. A little more than the clouds' one second, for what jitters on the way."""
DROP = 0.7


class RateLimiter:
    """At most 'rate' sends of a bucket in any window; fewer after a refusal, one more for each clean second.

    No pacing inside a window: what may leave at once, leaves at once. Not safe for threads by itself; the scheduler
    calls it under its own lock.
    """

    def __init__(self, rate: int) -> None:
        self._buckets: dict[Hashable, _Bucket] = defaultdict(lambda: _Bucket(rate))

    def wait(self, bucket: Hashable, now: float) -> float:
        """Seconds until this bucket may send; 0 if it may."""
        return self._buckets[bucket].wait(now)

    def narrow(self, bucket: Hashable, limit: int) -> None:
        """The cloud allows this bucket so many in a second, which may be fewer than the task does."""
        self._buckets[bucket].narrow(limit)

    def allowed(self, bucket: Hashable) -> int:
        """Number of requests of this bucket that may be sent in a window."""
        return self._buckets[bucket].allowed

    def sent(self, bucket: Hashable, now: float) -> None:
        """A request of this bucket leaves."""
        self._buckets[bucket].sent.append(now)

    def refused(self, bucket: Hashable, now: float) -> None:
        """The cloud refused a request of this bucket for its rate."""
        self._buckets[bucket].refuse(now)


class _Bucket:
    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.allowed = rate
        self.sent: deque[float] = deque()
        self.dropped_at = float("-inf")
        self.clean_since = float("-inf")

    def narrow(self, limit: int) -> None:
        self.rate = min(self.rate, limit)
        self.allowed = min(self.allowed, self.rate)

    def wait(self, now: float) -> float:
        while self.sent and self.sent[0] <= now - WINDOW:
            self.sent.popleft()
        self._recover(now)
        if len(self.sent) < self.allowed:
            return 0.0
        return self.sent[len(self.sent) - self.allowed] + WINDOW - now

    def refuse(self, now: float) -> None:
        self.clean_since = now
        if now - self.dropped_at >= WINDOW:
            self.allowed = max(1, int(self.allowed * DROP))
            self.dropped_at = now

    def _recover(self, now: float) -> None:
        clean = int(now - self.clean_since) if self.allowed < self.rate else 0
        self.allowed = min(self.rate, self.allowed + clean)
        self.clean_since += clean
