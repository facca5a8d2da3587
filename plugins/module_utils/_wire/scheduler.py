# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only loop round requests: daemon threads take the next one that may leave, and bring back answers or errors.

Own threads and no executor: an executor joins its threads when the process ends, which breaks any deadline. A
thread never sleeps in one bucket while another bucket has work.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._auth.refresh import RefreshableCredentials
from .._auth.sources import Credentials
from .._core.clock import Clock
from .._core.errors import SecretsError
from .._core.messages import Request
from . import retry
from .counters import RequestStats
from .rate_limit import RateLimiter
from .transport import Transport


@dataclass
class PendingRequest:
    """A request to be made, and whom to tell. Both functions are called under the queue's lock, one at a time.

    key: what signs it at each attempt; without one it is signed by 'signed', or not at all.
    retries: attempts after the first, as the task has it unless given here.
    """

    request: Request
    key: RefreshableCredentials | None
    bucket: Hashable
    stats: RequestStats
    done: Callable[[Mapping[str, Any]], None]
    failed: Callable[[SecretsError], None]
    retries: int | None = None
    signed: Credentials | None = None
    failures: int = field(default=0, init=False)
    resigned: bool = field(default=False, init=False)
    """Whether it was repeated because of the clock."""


class ReadyList:
    """Jobs that wait: for their turn, for their time, or for their bucket. On the caller's clock; no threads here."""

    def __init__(self, throttle: RateLimiter) -> None:
        self._throttle = throttle
        self._ready: dict[Hashable, deque[PendingRequest]] = {}
        self._later: list[tuple[float, int, PendingRequest]] = []
        self._count = 0

    def put(self, pending: PendingRequest, not_before: float = 0.0) -> None:
        """A job that may leave from that time on."""
        self._count += 1
        heapq.heappush(self._later, (not_before, self._count, pending))

    def take(self, now: float) -> tuple[PendingRequest | None, float | None]:
        """The next job that may leave now, or None and the seconds until one may (None if there is none at all)."""
        while self._later and self._later[0][0] <= now:
            pending = heapq.heappop(self._later)[2]
            self._ready.setdefault(pending.bucket, deque()).append(pending)
        waits = [self._later[0][0] - now] if self._later else []
        for bucket, waiting in self._ready.items():
            if waiting[0].key and waiting[0].key.blocked:
                continue
            wait = self._throttle.wait(bucket, now)
            if wait > 0:
                waits.append(wait)
                continue
            pending = waiting.popleft()
            self._throttle.sent(bucket, now)
            del self._ready[bucket]
            if waiting:
                self._ready[bucket] = waiting
            return pending, None
        return None, min(waits, default=None)


class Scheduler:
    """Runs jobs until none is left or the deadline has come."""

    def __init__(self, transport: Transport, throttle: RateLimiter, clock: Clock, threads: int, retries: int) -> None:
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._threads = threads
        self._retries = retries
        self._ready_list = ReadyList(throttle)
        self._budget = retry.Budget()
        self._changed = threading.Condition()
        self._open = 0
        self._started = 0
        self._stopped = False
        self._broken: SecretsError | None = None

    def put(self, *waiting: PendingRequest) -> None:
        """Add jobs: before run(), or from a job's own functions."""
        with self._changed:
            for pending in waiting:
                self._ready_list.put(pending)
                self._open += 1
                self._renew(pending.key)
            self._start_threads()
            self._changed.notify_all()

    def _start_threads(self) -> None:
        """As many threads as there is work for. Where the machine allows no more of them, those that run must do."""
        while self._started < min(self._threads, self._open):
            try:
                threading.Thread(target=self._work, name=f"request-{self._started + 1}", daemon=True).start()
            except RuntimeError:
                if not self._started:
                    raise SecretsError("resource", "the machine allows no thread", hint="Raise its limits of processes and memory.") from None
                self._threads = self._started
            else:
                self._started += 1

    def allow(self, stores: int) -> None:
        """Let that many more stores draw on the budget of repeats."""
        with self._changed:
            self._budget.grow(stores)

    def run(self, deadline: float) -> bool:
        """Wait until all jobs are done (true) or the monotonic deadline has come (false). After that nobody is told anything.

        Raises SecretsError where a thread broke.
        """
        with self._changed:
            while self._open and not self._broken and (left := deadline - self._clock.monotonic()) > 0:
                self._changed.wait(left)
            self._stopped = True
            self._changed.notify_all()
            if self._broken:
                raise self._broken
            return not self._open

    def _work(self) -> None:
        try:
            self._serve()
        except Exception as error:  # Python would print it, with its text, and the others would wait until the deadline
            with self._changed:
                self._broken = SecretsError("internal", f"Unexpected {type(error).__name__} in a thread", hint="Please report this.")
                self._stopped = True
                self._changed.notify_all()

    def _serve(self) -> None:
        while (pending := self._take()) is not None:
            try:
                answer = self._transport.attempt(pending.request, pending.signed)
            except SecretsError as error:
                self._missed(pending, error)
            except Exception as error:
                self._missed(pending, _fault(pending, error))
            else:
                self._answered(pending, answer)

    def _take(self) -> PendingRequest | None:
        with self._changed:
            while not self._stopped:
                now = self._clock.monotonic()
                pending, wait = self._ready_list.take(now)
                if pending is None:
                    self._changed.wait(wait)
                elif self._sign_or_fail(pending):
                    pending.stats.start(now)
                    return pending
            return None

    def _sign_or_fail(self, pending: PendingRequest) -> bool:
        """Give the job the credentials of this moment. Where there are none, and will be none, it has failed."""
        if pending.key is None:
            return True
        try:
            pending.signed = pending.key.take()
        except SecretsError as error:
            pending.failed(error)
            self._finish()
            return False
        if pending.key.due():
            pending.key.begin()
            self._renew(pending.key)
        return True

    def _renew(self, key: RefreshableCredentials | None) -> None:
        """Run the errand that new credentials need, if there is one, ahead of all that waits for them."""
        aux_request = key.take_request() if key else None
        if key is None or aux_request is None:
            return

        def done(payload: Mapping[str, Any]) -> None:
            key.answered(payload)
            self._renew(key)

        def failed(error: SecretsError) -> None:
            key.failed(error)
            self._renew(key)

        retries = 0 if aux_request.request.direct else None
        self.put(PendingRequest(aux_request.request, None, ("errand", id(key)), RequestStats(), done, failed, retries, aux_request.key))

    def _answered(self, pending: PendingRequest, answer: Mapping[str, Any]) -> None:
        with self._changed:
            pending.stats.last = self._clock.monotonic()
            self._budget.earn()
            if self._stopped:
                return
            if pending.key and pending.signed:
                pending.key.works(pending.signed)
            try:
                pending.done(answer)
            except SecretsError as error:
                pending.failed(error)
            except Exception as error:
                pending.failed(_fault(pending, error))
            self._finish()

    def _missed(self, pending: PendingRequest, error: SecretsError) -> None:
        with self._changed:
            now = pending.stats.last = self._clock.monotonic()
            if error.kind == "throttled":
                pending.stats.throttled += 1
                self._throttle.refused(pending.bucket, now)
            if self._stopped:
                return
            delay = 0.0 if self._try_renewal(pending, error) else self._delay(pending, error)
            if delay is None:
                pending.failed(error)
                self._finish()
                return
            pending.stats.retries += 1
            self._ready_list.put(pending, now + delay)
            self._changed.notify_all()

    def _try_renewal(self, pending: PendingRequest, error: SecretsError) -> bool:
        """Whether the request was refused for credentials that have an heir, or will have one."""
        if error.kind != "expired" or pending.key is None or pending.signed is None or not pending.key.refused(pending.signed, error):
            return False
        self._renew(pending.key)
        return True

    def _delay(self, pending: PendingRequest, error: SecretsError) -> float | None:
        pending.failures += 1
        if error.kind == "clock" and not pending.resigned and self._transport.learn_clock_offset(pending.request, error):
            pending.resigned = True
            return 0.0
        retries = self._retries if pending.retries is None else pending.retries
        delay = retry.delay(error, pending.failures, retries, self._clock.random())
        return delay if delay is not None and self._budget.spend(error) else None

    def _finish(self) -> None:
        self._open -= 1
        self._changed.notify_all()


def _fault(pending: PendingRequest, error: Exception) -> SecretsError:
    """An unforeseen exception: its text could hold anything, so only its class is told."""
    return SecretsError("internal", f"{type(error).__name__} in {pending.request.action}", hint="Please report this.")
