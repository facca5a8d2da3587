# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only loop round requests.

1. put() adds a pending request; a thread is started as long as there is work for one more.
2. A thread takes the next request that may leave now: its bucket is open, its credentials are not being renewed. What is
   ahead goes first, since a connection waits for it.
   It wakes one more thread if requests are left, so that one always waits for the next, and never all of them.
3. It signs the request with the credentials of this moment. Where there are none any more, the request has failed.
4. It sends one attempt. No lock is held meanwhile, and no thread sleeps in one bucket while another has work.
5. An answer goes to done(), which may put more requests: its thread goes on with them, and wakes others only for what it leaves.
   Where done() raises SecretsError, the attempt has failed.
6. An error is retried when new credentials are to come, the clock was corrected, a used connection may be why, or the retry
   policy allows it. Otherwise it goes to failed().
7. run() ends when nothing is pending, or at the deadline. After that, no function is called any more.

Bare threads, and neither executor nor Thread: an executor joins its threads when the process ends, which breaks any deadline.
Thread.start() waits until the thread runs. Without memory it never does, and the lock would be held for ever.
"""

from __future__ import annotations

import contextlib
import math
import threading
from _thread import start_new_thread
from collections.abc import Mapping
from typing import Any

from .._core.clock import Clock
from .._core.errors import SecretsError
from .._core.machine import as_error, no_memory, no_thread
from . import retry
from .pending import PendingRequest, ReadyList
from .rate_limit import RateLimiter
from .renewals import Renewals
from .transport import MOST_CORRECTIONS, Transport

with contextlib.suppress(ImportError, OSError):
    import ctypes

    ctypes.CDLL("libgcc_s.so.1")  # glibc loads it when a thread ends while Python does, and aborts the process where it cannot

LOOK_UP = 0.5
"""Seconds after which run() looks whether a thread broke that had no memory left to tell it."""


class Scheduler:
    """Sends pending requests until none is left or the deadline has come."""

    def __init__(self, transport: Transport, throttle: RateLimiter, clock: Clock, threads: int, retries: int) -> None:
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._threads = threads
        self._retries = retries
        self._ready_list = ReadyList(throttle)
        self._budget = retry.Budget()
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        """What threads wait for."""
        self._ended = threading.Condition(lock)
        """What run() waits for."""
        self._open = 0
        self._started = 0
        self._stopped = False
        self._awake = False
        """Whether any thread has come to life."""
        self._broken: SecretsError | None = None
        self._exhausted = no_memory()
        self._watched = math.inf
        """Until when a thread waits for the next request that may leave."""
        self._renewals = Renewals(self.put)

    def put(self, *waiting: PendingRequest) -> None:
        """Add requests: before run(), or from a request's own functions."""
        with self._changed:
            for pending in waiting:
                self._ready_list.put(pending)
                self._open += 1
                self._renewals.run(pending.credentials)
            self._start_threads()

    def _start_threads(self) -> None:
        """As many threads as there is work for. Where the machine allows no more of them, those that run must do."""
        while self._started < min(self._threads, self._open):
            try:
                start_new_thread(self._work, ())
            except (RuntimeError, MemoryError):
                if not self._started:
                    raise no_thread() from None
                self._threads = self._started
            else:
                self._started += 1

    def allow(self, stores: int) -> None:
        """Let that many more stores draw on the budget of repeats."""
        with self._changed:
            self._budget.grow(stores)

    def run(self, deadline: float) -> bool:
        """Wait until all requests are done (true) or the monotonic deadline has come (false). After that no function is called.

        Raises SecretsError where a thread broke.
        """
        with self._changed:
            self._changed.notify()
            while self._open and not self._broken and (left := deadline - self._clock.monotonic()) > 0:
                self._ended.wait(min(left, LOOK_UP))
            self._stopped = True
            self._wake()
            if self._open and self._started and not self._awake:
                raise no_thread()
            if self._broken:
                raise self._broken
            return not self._open

    def _work(self) -> None:
        try:
            self._awake = True
            self._serve()
        except MemoryError:  # an error that was made beforehand: there may be no memory for another one
            self._end(self._exhausted)
        except Exception as error:  # Python would print it, with its text, and the others would wait until the deadline
            self._end(as_error(error, " in a thread"))

    def _end(self, error: SecretsError) -> None:
        """Nothing here needs memory but to notify, without which run() looks up by itself."""
        self._broken = error
        self._stopped = True
        with self._changed:
            self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(MemoryError):
            self._changed.notify_all()
            self._ended.notify()

    def _serve(self) -> None:
        while (pending := self._take()) is not None:
            try:
                answer = self._transport.attempt(pending.request, pending.signed, pending.lane, pending.fresh)
            except Exception as error:
                self._missed(pending, as_error(error, f" in {pending.request.action}"))
            else:
                self._answered(pending, answer)

    def _take(self) -> PendingRequest | None:
        with self._changed:
            while not self._stopped:
                now = self._clock.monotonic()
                pending, wait = self._ready_list.take(now)
                if pending is None:
                    self._wait(now, wait)
                elif error := self._renewals.sign(pending):
                    pending.failed(error)
                    self._finish()
                else:
                    pending.stats.start(now)
                    if self._ready_list:
                        self._changed.notify()
                    return pending
            return None

    def _wait(self, now: float, wait: float | None) -> None:
        """Wait until something changes, or until a request may leave. One thread waits for that: of many that wake, one has work."""
        until = math.inf if wait is None else now + wait
        if until >= self._watched:
            self._changed.wait()
            return
        self._watched = until
        self._changed.wait(wait)
        if self._watched == until:
            self._watched = math.inf

    def _answered(self, pending: PendingRequest, answer: Mapping[str, Any]) -> None:
        with self._changed:
            pending.stats.last = self._clock.monotonic()
            if self._stopped:
                return
            if pending.credentials and pending.signed:
                pending.credentials.works(pending.signed)
            try:
                pending.done(answer)
            except Exception as error:
                self._missed(pending, as_error(error, f" in {pending.request.action}"))
            else:
                self._budget.earn()
                self._finish()

    def _missed(self, pending: PendingRequest, error: SecretsError) -> None:
        with self._changed:
            now = pending.stats.last = self._clock.monotonic()
            if error.kind == "throttled":
                pending.stats.throttled += 1
                self._throttle.refused(pending.bucket, now)
            if self._stopped:
                return
            delay = 0.0 if self._renewals.renew_after_refusal(pending, error) else self._delay(pending, error)
            if delay is None:
                pending.failed(error)
                self._finish()
                return
            pending.stats.retries += 1
            self._ready_list.put(pending, now + delay)

    def _delay(self, pending: PendingRequest, error: SecretsError) -> float | None:
        used, pending.fresh = not pending.fresh, True
        if error.stray and used:
            return 0.0
        if error.kind == "clock" and pending.corrections < MOST_CORRECTIONS and self._transport.learn_clock_offset(pending.request, error):
            pending.corrections += 1
            return 0.0
        if error.kind == "throttled":
            pending.refusals += 1
        else:
            pending.failures += 1
        retries = self._retries if pending.retries is None else pending.retries
        failed = pending.refusals if error.kind == "throttled" else pending.failures
        delay = retry.delay(error, failed, retries, self._clock.random())
        return delay if delay is not None and self._budget.spend(error) else None

    def _finish(self) -> None:
        self._open -= 1
        if not self._open:
            self._ended.notify()
