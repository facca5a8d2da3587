# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many threads may be at work at once, on the caller's clock.

Python runs one thread at a time. While the process computes all the time, more threads answer nothing sooner: they only hand the
interpreter on to each other, at each call to the system. While it waits for answers, each more thread helps.
"""

from __future__ import annotations

WINDOW = 0.05
"""Seconds after which the limit may change."""
BUSY, IDLE = 0.9, 0.75
"""Shares of its time that a process computes: above the one there are too many threads, below the other too few."""
SHRINK = 0.75
LEAST = 2
"""Threads, of which one computes while the other waits for its answer."""


class ConcurrencyLimit:
    """A quarter fewer threads after each window in which the process computed all the time, one more after each in which it did not.

    Not safe for threads by itself; the scheduler calls it under its own lock.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.allowed = most
        self._since: tuple[float, float] | None = None

    def measure(self, now: float, computed: float) -> None:
        """Take the time, and how much of it the process has computed until now, both in seconds since any moment."""
        if self._since is None:
            self._since = now, computed
        elapsed = now - self._since[0]
        if elapsed >= WINDOW:
            share = (computed - self._since[1]) / elapsed
            self._since = now, computed
            if share > BUSY:
                self.allowed = max(min(LEAST, self.most), int(self.allowed * SHRINK))
            elif share < IDLE:
                self.allowed = min(self.most, self.allowed + 1)
