# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure decisions about repeats of failed attempts. All requests only read, so each may be repeated.

- throttled: 1 s doubled each time, full jitter, at most 20 s; 'retries' + 4 repeats; no draw on the budget.
- server, dns, connect, timeout, and an answer that cannot be read or used (protocol, schema): 0.25 s doubled each time, full
  jitter, at most 20 s; 'retries' repeats. A proxy that says that it could not connect this time counts like a server.
- clock: at once, with the time of its host, at most three times for a request and for a host; see Transport.
- a used connection that brought no answer, or one that may be another request's: once for a request, at once, on a new one.
- anything else: never. A refusal of rights, a bad request or a bad certificate does not get better.
A hint of the server (Retry-After) is honoured up to 30 s.
"""

from __future__ import annotations

import math

from .._core.errors import SecretsError

TRANSIENT = frozenset({"server", "dns", "connect", "timeout"})
GARBLED = frozenset({"protocol", "schema"})
"""Kinds of an answer that cannot be used. With a status that refuses it is final."""
OF_PROXIES = frozenset({429, 502, 503, 504})
"""Answers of a proxy that may be others a moment later."""
BASE_THROTTLED = 1.0
BASE_TRANSIENT = 0.25
LONGEST_DELAY = 20.0
LONGEST_TOLD = 30.0
MORE_WHEN_THROTTLED = 4


def delay(error: SecretsError, failures: int, retries: int, chance: float) -> float | None:
    """Seconds until the next attempt, or None if there is none.

    failures: attempts that have failed, this one included; refusals for rate count by themselves. retries: attempts allowed after the first.
    chance: a random number in [0, 1).
    """
    if error.kind == "throttled":
        base, allowed = BASE_THROTTLED, retries + MORE_WHEN_THROTTLED
    elif _may_pass(error):
        base, allowed = BASE_TRANSIENT, retries
    else:
        return None
    if failures > allowed:
        return None
    jittered = chance * min(LONGEST_DELAY, base * 2.0 ** (failures - 1))
    return max(jittered, hinted(error.retry_after))


def _may_pass(error: SecretsError) -> bool:
    if error.kind in GARBLED:
        return error.http_status is None or error.http_status < 300
    return error.kind in TRANSIENT or error.kind == "proxy" and error.http_status in OF_PROXIES


def hinted(retry_after: float | None) -> float:
    """The server's hint in seconds, made safe: nonsense counts as none, too much as 30 s."""
    if retry_after is None or not math.isfinite(retry_after) or retry_after < 0:
        return 0.0
    return min(retry_after, LONGEST_TOLD)


class Budget:
    """Number of repeats that all stores of one task share: 8, plus 0.4 for each store. Each success gives one back.

    It ends storms and not bad luck: the line is where half of all requests fail. While more succeed than fail, the budget stays full
    and each request has its 'retries'; while more fail, it runs out. What is saved up is bounded by what it began with, so that a
    service that dies late is not stormed either. Refusals for rate do not draw on it.
    """

    def __init__(self) -> None:
        self._most = self._tenths = 80

    def grow(self, stores: int) -> None:
        """So many stores are to be listed, too."""
        self._most += 4 * stores
        self._tenths += 4 * stores

    def earn(self) -> None:
        """A request succeeded."""
        self._tenths = min(self._most, self._tenths + 10)

    def spend(self, error: SecretsError) -> bool:
        """Take one repeat from the budget; False if the budget is empty."""
        if error.kind == "throttled":
            return True
        if self._tenths < 10:
            return False
        self._tenths -= 10
        return True
