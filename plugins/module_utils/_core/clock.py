# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time and chance behind one object, so that tests can hold both still."""

from __future__ import annotations

import random
import time
import uuid


class Clock:
    """The machine's own clock and randomness. Seconds everywhere."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def random(self) -> float:
        """A number in [0, 1)."""
        return random.random()

    def nonce(self) -> str:
        """32 hexadecimal digits that no other request of ours carries."""
        return uuid.uuid4().hex
