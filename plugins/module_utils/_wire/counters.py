# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request statistics of one store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class RequestStats:
    """Request statistics of one store. Times are monotonic seconds."""

    requests: int = 0
    retries: int = 0
    throttled: int = 0
    first: float | None = None
    last: float | None = None

    def start(self, now: float) -> None:
        """A request leaves."""
        self.requests += 1
        self.first = now if self.first is None else self.first

    @property
    def seconds(self) -> float:
        """From the first request's start to the last one's end."""
        return 0.0 if self.first is None or self.last is None else round(self.last - self.first, 3)
