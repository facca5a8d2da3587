# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure decisions about repeats of failed attempts.

- throttled: 1 s doubled each time, full jitter, at most 20 s; 'retries' + 4 repeats; no draw on the budget.
- server, dns, connect, timeout: 0.25 s doubled each time, full jitter, at most 20 s; 'retries' repeats.
- clock: once for each request, at once, with the time of its host; see Scheduler.
- anything else: never. A refusal of rights, a bad request or a bad certificate does not get better.
A hint of the server (Retry-After) is honoured up to 30 s.
"""

from __future__ import annotations

import math

from .._core.errors import SecretsError

TRANSIENT = frozenset({"server", "dns", "connect", "timeout"})
BASE_THROTTLED = 1.0
BASE_TRANSIENT = 0.25
LONGEST_DELAY = 20.0
LONGEST_HINT = 30.0
MORE_WHEN_THROTTLED = 4


def delay(error: SecretsError, failures: int, retries: int, chance: float) -> float | None:
    """Seconds until the next attempt, or None if there is none.

    failures: attempts that have failed, this one included. retries: attempts allowed after the first.
    chance: a random number in [0, 1).
    """
    if error.kind == "throttled":
        base, allowed = BASE_THROTTLED, retries + MORE_WHEN_THROTTLED
    elif error.kind in TRANSIENT:
        base, allowed = BASE_TRANSIENT, retries
    else:
        return None
    if failures > allowed:
        return None
    jittered = chance * min(LONGEST_DELAY, base * 2.0 ** (failures - 1))
    return max(jittered, hinted(error.retry_after))


def hinted(retry_after: float | None) -> float:
    """The server's hint in seconds, made safe: nonsense counts as none, too much as 30 s."""
    if retry_after is None or not math.isfinite(retry_after) or retry_after < 0:
        return 0.0
    return min(retry_after, LONGEST_HINT)


class Budget:
    """Number of repeats that all stores of one task share: 8, plus 0.4 for each store, plus 0.1 for each success.

    It ends a storm of retries against a dead service. Refusals for rate do not draw on it.
    """

    def __init__(self) -> None:
        self._tenths = 80

    def grow(self, stores: int) -> None:
        """So many stores are to be listed, too."""
        self._tenths += 4 * stores

    def earn(self) -> None:
        """A request succeeded."""
        self._tenths += 1

    def spend(self, error: SecretsError) -> bool:
        """Take one repeat from the budget; False if the budget is empty."""
        if error.kind == "throttled":
            return True
        if self._tenths < 10:
            return False
        self._tenths -= 10
        return True
