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

from . import _retry
from ._clock import Clock
from ._credentials import Credentials
from ._errors import SecretsError
from ._http import Request
from ._keyring import Keyring
from ._ledger import Tally
from ._throttle import Throttle
from ._transport import Transport


@dataclass
class Job:
    """A request to be made, and whom to tell. Both functions are called under the queue's lock, one at a time.

    key: what signs it at each attempt; without one it is signed by 'signed', or not at all.
    retries: attempts after the first, as the task has it unless given here.
    """

    request: Request
    key: Keyring | None
    bucket: Hashable
    tally: Tally
    done: Callable[[Mapping[str, Any]], None]
    failed: Callable[[SecretsError], None]
    retries: int | None = None
    signed: Credentials | None = None
    failures: int = field(default=0, init=False)
    resigned: bool = field(default=False, init=False)
    """Whether it was repeated because of the clock."""


class Agenda:
    """Jobs that wait: for their turn, for their time, or for their bucket. On the caller's clock; no threads here."""

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle
        self._ready: dict[Hashable, deque[Job]] = {}
        self._later: list[tuple[float, int, Job]] = []
        self._count = 0

    def put(self, job: Job, not_before: float = 0.0) -> None:
        """A job that may leave from that time on."""
        self._count += 1
        heapq.heappush(self._later, (not_before, self._count, job))

    def take(self, now: float) -> tuple[Job | None, float | None]:
        """The next job that may leave now, or None and the seconds until one may (None if there is none at all)."""
        while self._later and self._later[0][0] <= now:
            job = heapq.heappop(self._later)[2]
            self._ready.setdefault(job.bucket, deque()).append(job)
        waits = [self._later[0][0] - now] if self._later else []
        for bucket, jobs in self._ready.items():
            if jobs[0].key and jobs[0].key.blocked:
                continue
            wait = self._throttle.wait(bucket, now)
            if wait > 0:
                waits.append(wait)
                continue
            job = jobs.popleft()
            self._throttle.sent(bucket, now)
            del self._ready[bucket]
            if jobs:
                self._ready[bucket] = jobs
            return job, None
        return None, min(waits, default=None)


class Queue:
    """Runs jobs until none is left or the deadline has come."""

    def __init__(self, transport: Transport, throttle: Throttle, clock: Clock, threads: int, retries: int) -> None:
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._threads = threads
        self._retries = retries
        self._agenda = Agenda(throttle)
        self._budget = _retry.Budget()
        self._changed = threading.Condition()
        self._open = 0
        self._started = 0
        self._stopped = False
        self._broken: SecretsError | None = None

    def put(self, *jobs: Job) -> None:
        """Add jobs: before run(), or from a job's own functions."""
        with self._changed:
            for job in jobs:
                self._agenda.put(job)
                self._open += 1
                self._pursue(job.key)
            self._hire()
            self._changed.notify_all()

    def _hire(self) -> None:
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
        while (job := self._take()) is not None:
            try:
                answer = self._transport.attempt(job.request, job.signed)
            except SecretsError as error:
                self._missed(job, error)
            except Exception as error:
                self._missed(job, _fault(job, error))
            else:
                self._answered(job, answer)

    def _take(self) -> Job | None:
        with self._changed:
            while not self._stopped:
                now = self._clock.monotonic()
                job, wait = self._agenda.take(now)
                if job is None:
                    self._changed.wait(wait)
                elif self._is_signed(job):
                    job.tally.start(now)
                    return job
            return None

    def _is_signed(self, job: Job) -> bool:
        """Give the job the credentials of this moment. Where there are none, and will be none, it has failed."""
        if job.key is None:
            return True
        try:
            job.signed = job.key.take()
        except SecretsError as error:
            job.failed(error)
            self._finish()
            return False
        if job.key.due():
            job.key.begin()
            self._pursue(job.key)
        return True

    def _pursue(self, key: Keyring | None) -> None:
        """Run the errand that new credentials need, if there is one, ahead of all that waits for them."""
        errand = key.take_errand() if key else None
        if key is None or errand is None:
            return

        def done(payload: Mapping[str, Any]) -> None:
            key.answered(payload)
            self._pursue(key)

        def failed(error: SecretsError) -> None:
            key.failed(error)
            self._pursue(key)

        retries = 0 if errand.request.direct else None
        self.put(Job(errand.request, None, ("errand", id(key)), Tally(), done, failed, retries, errand.key))

    def _answered(self, job: Job, answer: Mapping[str, Any]) -> None:
        with self._changed:
            job.tally.last = self._clock.monotonic()
            self._budget.earn()
            if self._stopped:
                return
            if job.key and job.signed:
                job.key.works(job.signed)
            try:
                job.done(answer)
            except SecretsError as error:
                job.failed(error)
            except Exception as error:
                job.failed(_fault(job, error))
            self._finish()

    def _missed(self, job: Job, error: SecretsError) -> None:
        with self._changed:
            now = job.tally.last = self._clock.monotonic()
            if error.kind == "throttled":
                job.tally.throttled += 1
                self._throttle.refused(job.bucket, now)
            if self._stopped:
                return
            delay = 0.0 if self._is_renewed(job, error) else self._delay(job, error)
            if delay is None:
                job.failed(error)
                self._finish()
                return
            job.tally.retries += 1
            self._agenda.put(job, now + delay)
            self._changed.notify_all()

    def _is_renewed(self, job: Job, error: SecretsError) -> bool:
        """Whether the request was refused for credentials that have an heir, or will have one."""
        if error.kind != "expired" or job.key is None or job.signed is None or not job.key.refused(job.signed, error):
            return False
        self._pursue(job.key)
        return True

    def _delay(self, job: Job, error: SecretsError) -> float | None:
        job.failures += 1
        if error.kind == "clock" and not job.resigned and self._transport.learn_clock(job.request, error):
            job.resigned = True
            return 0.0
        retries = self._retries if job.retries is None else job.retries
        delay = _retry.delay(error, job.failures, retries, self._clock.random())
        return delay if delay is not None and self._budget.spend(error) else None

    def _finish(self) -> None:
        self._open -= 1
        self._changed.notify_all()


def _fault(job: Job, error: Exception) -> SecretsError:
    """An unforeseen exception: its text could hold anything, so only its class is told."""
    return SecretsError("internal", f"{type(error).__name__} in {job.request.action}", hint="Please report this.")
