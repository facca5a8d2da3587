# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits, counted on arrival. What is one bucket is each cloud's own matter."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from typing import Any


class Throttle:
    """Counts per bucket: 'fixed' one-second windows of the server's clock, or a 'sliding' second."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fixed: dict[Hashable, tuple[int, int]] = {}
        self.sliding: dict[Hashable, deque[float]] = {}

    def refuses(self, bucket: Hashable, rule: dict[str, Any] | None, action: str, now: float) -> int:
        """0 when the request is admitted, else how many came within the second, this one included."""
        if not rule or action not in rule["actions"]:
            return 0
        count = self.count_fixed if rule["window"] == "fixed" else self.count_sliding
        with self.lock:
            seen = count(bucket, rule["per_second"], now)
        return seen if seen > rule["per_second"] else 0

    def count_fixed(self, bucket: Hashable, limit: int, now: float) -> int:
        """All requests of this second count, refused ones too."""
        second, seen = self.fixed.get(bucket, (0, 0))
        self.fixed[bucket] = (int(now), seen + 1 if second == int(now) else 1)
        return self.fixed[bucket][1]

    def count_sliding(self, bucket: Hashable, limit: int, now: float) -> int:
        """Only admitted requests stay in the window, or a client that insists would never be let in again."""
        admitted = self.sliding.setdefault(bucket, deque())
        while admitted and admitted[0] <= now - 1:
            admitted.popleft()
        seen = len(admitted) + 1
        if seen <= limit:
            admitted.append(now)
        return seen
