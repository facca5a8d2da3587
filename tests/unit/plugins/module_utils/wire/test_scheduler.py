# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue: its agenda on a virtual clock, and its threads with a scripted transport."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, CredentialFlow, Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.refresh import RefreshableCredentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import scheduler as scheduler_module
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.counters import RequestStats
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.pending import PendingRequest, ReadyList
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.rate_limit import WINDOW, RateLimiter
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.renewals import Renewals
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.scheduler import Scheduler
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import Transport
from ansible_collections.multicloud.secrets.tests.unit.fakes import fixed_key


class Told:
    """Result of a job."""

    def __init__(self) -> None:
        self.answers: list[Mapping[str, Any]] = []
        self.errors: list[SecretsError] = []
        self.key = fixed_key()

    def pending(self, bucket: str = "bucket", name: str = "List", **more: Any) -> PendingRequest:
        request = Request("service", name, "GET", f"https://{bucket}.example.com/")
        return PendingRequest(request, self.key, bucket, more.pop("stats", RequestStats()), self.answers.append, self.errors.append, **more)


class ScriptedTransport(Transport):
    """Answers by a function of the request's number; counts how many are under way at once."""

    def __init__(self, answer: Callable[[int, Request], Mapping[str, Any]]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.connections: list[tuple[Hashable, bool]] = []
        self.clocks_known: set[str] = set()
        self.under_way = self.most_under_way = 0
        self.lock = threading.Lock()

    def attempt(self, request: Request, key: Credentials | None, lane: Hashable = None, fresh: bool = False) -> Mapping[str, Any]:
        with self.lock:
            self.requests.append(request)
            self.connections.append((lane, fresh))
            number = len(self.requests)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return self.answer(number, request)
        finally:
            with self.lock:
                self.under_way -= 1

    def learn_clock_offset(self, request: Request, error: SecretsError) -> bool:
        return error.server_time is not None


class HastyClock(Clock):
    """The real clock, with chance that makes every delay nothing."""

    def random(self) -> float:
        return 0.0


def _scheduler(transport: ScriptedTransport, threads: int = 4, rate: int = 1000, retries: int = 4) -> Scheduler:
    return Scheduler(transport, RateLimiter(rate), HastyClock(), threads, retries)


def _action(agenda: ReadyList, now: float) -> str | None:
    pending, _wait = agenda.take(now)
    return pending.request.action if pending else None


def _run(scheduler: Scheduler, seconds: float = 10.0) -> bool:
    return scheduler.run(Clock().monotonic() + seconds)


def test_the_agenda_lets_a_bucket_send_what_it_may_and_says_when_it_may_again() -> None:
    agenda = ReadyList(RateLimiter(2))
    told = Told()
    for _number in range(3):
        agenda.put(told.pending())
    assert [agenda.take(0.0)[0] is not None for _number in range(2)] == [True, True]
    assert agenda.take(0.0) == (None, WINDOW)
    assert agenda.take(WINDOW - 0.5) == (None, 0.5)
    assert agenda.take(WINDOW)[0] is not None
    assert agenda.take(WINDOW) == (None, None)


def test_the_agenda_never_waits_for_a_bucket_while_another_has_work() -> None:
    agenda = ReadyList(RateLimiter(1))
    told = Told()
    agenda.put(told.pending("closed", "first"))
    agenda.put(told.pending("closed", "second"))
    agenda.put(told.pending("open", "third"))
    assert [_action(agenda, 0.0) for _number in range(2)] == ["first", "third"]
    agenda.put(told.pending("free", "fourth"))
    assert _action(agenda, 0.0) == "fourth", "although the closed bucket's turn is before"
    assert agenda.take(0.0) == (None, WINDOW)


def test_the_agenda_never_waits_for_a_key_that_is_being_renewed_while_another_has_work() -> None:
    agenda = ReadyList(RateLimiter(100))
    waiting, told = Told(), Told()
    agenda.put(waiting.pending("a", "signed by it"))
    agenda.put(told.pending("b", "signed by another"))
    waiting.key.blocked = True
    assert _action(agenda, 0.0) == "signed by another"
    assert agenda.take(0.0) == (None, None)
    waiting.key.blocked = False
    assert _action(agenda, 0.0) == "signed by it"


def test_what_is_put_while_all_threads_rest_is_sent() -> None:
    transport, told = ScriptedTransport(lambda number, request: {"number": number}), Told()
    scheduler = _scheduler(transport, threads=1)
    scheduler.put(told.pending())
    while not told.answers:
        time.sleep(0.001)
    time.sleep(0.05)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert told.answers == [{"number": 1}, {"number": 2}]


def test_one_thread_waits_for_the_next_request_and_the_others_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many that wake for one request, all but one wake in vain."""
    looked = []
    take = ReadyList.take

    def counted(ready: ReadyList, now: float) -> tuple[PendingRequest | None, float | None]:
        looked.append(now)
        return take(ready, now)

    monkeypatch.setattr(ReadyList, "take", counted)
    throttle, told = RateLimiter(20), Told()
    scheduler = Scheduler(ScriptedTransport(lambda _number, _request: {}), throttle, HastyClock(), 16, 4)
    for number in range(20):  # so that one may leave every 20 milliseconds
        throttle.sent("bucket", Clock().monotonic() - WINDOW + 0.1 + number * 0.02)
    scheduler.put(*(told.pending() for _number in range(20)))
    assert _run(scheduler) and len(told.answers) == 20
    assert len(looked) < 6 * 20


def test_the_roles_that_one_key_assumes_share_a_rate_limit() -> None:
    """300 accounts made 280 calls of the token service in a second, and every other program with that key was refused."""
    agenda = ReadyList(RateLimiter(25))
    bases = [Credentials(name, "its-secret-key", None, "options") for name in ("base-key", "other-key")]

    def flow(base: Credentials) -> CredentialFlow:
        yield AuxRequest(Request("sts", "AssumeRole", "POST", "https://sts.example.com/"), base)
        return base

    renewals = Renewals(agenda.put)
    for number in range(60):
        credentials = RefreshableCredentials(partial(flow, bases[number % 10 == 0]), lambda: 0.0)
        credentials.begin()
        renewals.run(credentials)
    left = [pending.signed for pending in iter(lambda: agenda.take(0.0)[0], None)]
    assert (left.count(bases[0]), left.count(bases[1])) == (25, 6)


def test_the_roles_that_members_assume_with_shared_credentials_share_a_rate_limit() -> None:
    """And wait while those are renewed."""
    agenda = ReadyList(RateLimiter(25))
    base = fixed_key()

    def flow() -> CredentialFlow:
        yield AuxRequest(Request("sts", "AssumeRole", "POST", "https://sts.example.com/"), shared=base)
        return base.take()

    renewals = Renewals(agenda.put)
    for _number in range(60):
        credentials = RefreshableCredentials(flow, lambda: 0.0)
        credentials.begin()
        renewals.run(credentials)
    base.blocked = True
    assert agenda.take(0.0)[0] is None
    base.blocked = False
    assert len(list(iter(lambda: agenda.take(0.0)[0], None))) == 25


def test_the_agenda_takes_buckets_in_turn() -> None:
    agenda = ReadyList(RateLimiter(100))
    told = Told()
    for name in ("a1", "a2", "b1", "b2"):
        agenda.put(told.pending(name[0], name))
    assert [_action(agenda, 0.0) for _number in range(4)] == ["a1", "b1", "a2", "b2"]


def test_the_agenda_lets_what_has_begun_go_before_what_begins() -> None:
    """Of 300 stores each began before any went on. Then no connection that waited was left, and each page had a new one."""
    agenda = ReadyList(RateLimiter(1))
    told = Told()
    for name in ("a1", "b1"):
        agenda.put(told.pending(name[0], name))
    for name in ("c2", "c3", "d2"):
        agenda.put(told.pending(name[0], name, ahead=True))
    assert [_action(agenda, 0.0) for _number in range(4)] == ["c2", "d2", "a1", "b1"]
    assert agenda, "one waits for its bucket"
    assert _action(agenda, WINDOW) == "c3"
    assert not agenda


def test_the_agenda_holds_a_job_back_until_its_time() -> None:
    agenda = ReadyList(RateLimiter(100))
    told = Told()
    agenda.put(told.pending(name="later"), not_before=5.0)
    agenda.put(told.pending(name="now"))
    assert _action(agenda, 1.0) == "now"
    assert agenda.take(1.0) == (None, 4.0)
    assert _action(agenda, 5.0) == "later"


def test_a_thread_that_breaks_ends_the_run_at_once_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def broken(_error: SecretsError) -> None:
        raise ValueError("aCanaryThatMustNotBeSeen")

    def refuse(_number: int, _request: Request) -> dict[str, Any]:
        raise SecretsError("denied", "no")

    scheduler = _scheduler(ScriptedTransport(refuse))
    pending = Told().pending()
    pending.failed = broken
    scheduler.put(pending, Told().pending())
    with pytest.raises(SecretsError, match="Unexpected ValueError in a thread"):
        _run(scheduler, 60.0)
    assert capfd.readouterr() == ("", "")


def test_all_jobs_are_done_and_jobs_may_put_more() -> None:
    told = Told()
    transport = ScriptedTransport(lambda number, request: {"number": number})
    scheduler = _scheduler(transport)
    seed = told.pending()
    seed.done = lambda answer: scheduler.put(*(told.pending() for _number in range(50)))
    scheduler.put(seed)
    assert _run(scheduler)
    assert len(told.answers) == 50 and len(transport.requests) == 51


def test_requests_that_are_put_together_leave_together() -> None:
    """Three threads have worked at once, and two of them wait. Then one answer puts three requests."""
    told, together = Told(), threading.Barrier(3, timeout=5.0)

    def answer(number: int, request: Request) -> Mapping[str, Any]:
        together.wait()
        if request.action == "First":
            time.sleep(0.2)  # until the others wait
        return {}

    def again(_answer: Mapping[str, Any]) -> None:
        scheduler.put(*(told.pending(str(number)) for number in range(3)))

    scheduler = _scheduler(ScriptedTransport(answer), threads=3)
    first = told.pending(name="First")
    first.done = again
    scheduler.put(told.pending("a"), told.pending("b"), first)
    assert _run(scheduler)
    assert (len(told.answers), told.errors) == (5, [])


def test_its_threads_hold_up_no_end_of_the_process() -> None:
    told = Told()
    seen: list[threading.Thread] = []

    def answer(_number: int, _request: Request) -> dict[str, Any]:
        seen.append(threading.current_thread())
        return {}

    scheduler = _scheduler(ScriptedTransport(answer))
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert [thread.daemon for thread in seen] == [True]


def test_no_more_requests_are_under_way_than_there_are_threads() -> None:
    told = Told()

    def slow(number: int, request: Request) -> Mapping[str, Any]:
        time.sleep(0.01)
        return {}

    transport = ScriptedTransport(slow)
    scheduler = _scheduler(transport, threads=3)
    scheduler.put(*(told.pending() for _number in range(20)))
    assert _run(scheduler)
    assert transport.most_under_way == 3


@pytest.mark.parametrize("kind", ["server", "dns", "connect", "timeout", "protocol", "schema", "throttled"])
def test_what_may_pass_is_tried_again(kind: str) -> None:
    def twice_bad(number: int, request: Request) -> Mapping[str, Any]:
        if number <= 2:
            raise SecretsError(kind, "not now")
        return {"fine": True}

    told, stats = Told(), RequestStats()
    scheduler = _scheduler(ScriptedTransport(twice_bad))
    scheduler.put(told.pending(stats=stats))
    assert _run(scheduler)
    assert told.answers == [{"fine": True}] and not told.errors
    assert (stats.requests, stats.retries, stats.throttled) == (3, 2, 2 if kind == "throttled" else 0)


@pytest.mark.parametrize("kind", ["auth", "denied", "proxy", "request", "tls", "too_large", "unsupported", "expired", "internal"])
def test_what_will_not_pass_is_told_at_once(kind: str) -> None:
    def bad(number: int, request: Request) -> Mapping[str, Any]:
        raise SecretsError(kind, "never")

    told = Told()
    transport = ScriptedTransport(bad)
    scheduler = _scheduler(transport)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert [error.kind for error in told.errors] == [kind] and len(transport.requests) == 1


@pytest.mark.parametrize("kind, attempts", [("server", 5), ("throttled", 9)])
def test_repeats_end(kind: str, attempts: int) -> None:
    def bad(number: int, request: Request) -> Mapping[str, Any]:
        raise SecretsError(kind, "still not")

    told = Told()
    transport = ScriptedTransport(bad)
    scheduler = _scheduler(transport)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert [error.kind for error in told.errors] == [kind] and len(transport.requests) == attempts


def test_a_job_may_have_fewer_repeats_than_the_task() -> None:
    def bad(number: int, request: Request) -> Mapping[str, Any]:
        raise SecretsError("connect", "no")

    transport = ScriptedTransport(bad)
    scheduler = _scheduler(transport)
    scheduler.put(Told().pending(retries=1))
    assert _run(scheduler)
    assert len(transport.requests) == 2


def test_a_dead_service_gets_few_more_requests_than_stores() -> None:
    def dead(number: int, request: Request) -> Mapping[str, Any]:
        raise SecretsError("connect", "dead")

    told = Told()
    transport = ScriptedTransport(dead)
    scheduler = _scheduler(transport, threads=16)
    scheduler.allow(200)
    scheduler.put(*(told.pending(f"bucket-{number}") for number in range(200)))
    assert _run(scheduler)
    assert len(told.errors) == 200 and len(transport.requests) == 200 + 8 + 0.4 * 200


def test_a_service_that_mostly_works_may_be_asked_again_more_often() -> None:
    def answer(number: int, request: Request) -> Mapping[str, Any]:
        if request.action == "Bad":
            raise SecretsError("server", "not now")
        return {}

    told, good = Told(), Told()
    transport = ScriptedTransport(answer)
    scheduler = _scheduler(transport, threads=1)
    scheduler.put(*(good.pending("good") for _number in range(100)), *(told.pending("bad", "Bad") for _number in range(20)))
    assert _run(scheduler)
    assert len(good.answers) == 100 and sum(request.action == "Bad" for request in transport.requests) == 20 * 5


def test_what_ends_after_the_deadline_is_not_tried_again() -> None:
    release, ended = threading.Event(), threading.Event()

    def late(number: int, request: Request) -> Mapping[str, Any]:
        release.wait(30)
        ended.set()
        raise SecretsError("server", "too late")

    told, stats = Told(), RequestStats()
    transport = ScriptedTransport(late)
    scheduler = _scheduler(transport, threads=1)
    scheduler.put(told.pending(stats=stats))
    assert not _run(scheduler, 0.1)
    release.set()
    assert ended.wait(5)
    time.sleep(0.05)
    assert (len(transport.requests), stats.retries, told.errors) == (1, 0, [])


def test_a_wrong_clock_is_corrected_three_times_for_each_request() -> None:
    def skewed(number: int, request: Request) -> Mapping[str, Any]:
        raise SecretsError("clock", "your clock", server_time=1.0)

    told = Told()
    transport = ScriptedTransport(skewed)
    scheduler = _scheduler(transport)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert [error.kind for error in told.errors] == ["clock"] and len(transport.requests) == 4


@pytest.mark.parametrize("kind", ["connect", "protocol"])
def test_what_a_used_connection_may_have_spoilt_is_asked_again_at_once_on_a_new_one(kind: str) -> None:
    """It costs no retry, and neither budget nor delay; a second time in a row it is an error like others."""

    def spoilt(number: int, request: Request) -> Mapping[str, Any]:
        error = SecretsError(kind, "nothing came")
        error.stray = True
        raise error

    told = Told()
    transport = ScriptedTransport(spoilt)
    scheduler = _scheduler(transport, retries=0)
    scheduler.put(told.pending(lane="lane"))
    assert _run(scheduler)
    assert [error.kind for error in told.errors] == [kind]
    assert transport.connections == [("lane", False), ("lane", True)]


def test_a_repeat_has_a_new_connection() -> None:
    def once_bad(number: int, request: Request) -> Mapping[str, Any]:
        if number == 1:
            raise SecretsError("server", "not now")
        return {}

    told = Told()
    transport = ScriptedTransport(once_bad)
    scheduler = _scheduler(transport)
    scheduler.put(told.pending(lane="lane"))
    assert _run(scheduler)
    assert transport.connections == [("lane", False), ("lane", True)]


def test_refusals_for_rate_and_failures_are_counted_apart() -> None:
    """Four of each: by one counter the seventh would be one too many."""

    def bad(number: int, request: Request) -> Mapping[str, Any]:
        if number <= 8:
            raise SecretsError("throttled" if number % 2 else "server", "not now")
        return {}

    told = Told()
    scheduler = _scheduler(ScriptedTransport(bad), retries=4)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert len(told.answers) == 1 and not told.errors


def test_an_answer_that_its_own_function_cannot_use_is_asked_for_again() -> None:
    told = Told()
    pending = told.pending()
    kept: list[Mapping[str, Any]] = []

    def choose(answer: Mapping[str, Any]) -> None:
        if answer["number"] < 3:
            raise SecretsError("schema", "not what was promised")
        kept.append(answer)

    pending.done = choose
    scheduler = _scheduler(ScriptedTransport(lambda number, request: {"number": number}))
    scheduler.put(pending)
    assert _run(scheduler)
    assert kept == [{"number": 3}] and not told.errors


def test_to_correct_the_clock_uses_up_no_retry() -> None:
    def answer(number: int, request: Request) -> Mapping[str, Any]:
        if number <= 2:
            raise SecretsError("clock", "your clock", server_time=1.0) if number == 1 else SecretsError("server", "out of order")
        return {}

    told = Told()
    transport = ScriptedTransport(answer)
    scheduler = _scheduler(transport, retries=1)
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert (len(told.answers), told.errors, len(transport.requests)) == (1, [], 3)


def test_at_the_deadline_nobody_is_told_anything_any_more() -> None:
    release = threading.Event()

    def stuck(number: int, request: Request) -> Mapping[str, Any]:
        release.wait(30)
        return {}

    told = Told()
    scheduler = _scheduler(ScriptedTransport(stuck), threads=2)
    scheduler.put(*(told.pending() for _number in range(3)))
    started = time.monotonic()
    assert not _run(scheduler, 0.1)
    assert time.monotonic() - started < 10
    release.set()
    time.sleep(0.05)
    assert not told.answers and not told.errors


def test_an_unforeseen_exception_tells_its_class_and_nothing_of_its_text() -> None:
    def broken(number: int, request: Request) -> Mapping[str, Any]:
        raise RuntimeError("a secret in a text")

    told = Told()
    scheduler = _scheduler(ScriptedTransport(broken))
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert told.errors[0].kind == "internal" and "RuntimeError" in told.errors[0].message
    assert "a secret in a text" not in str(told.errors[0].as_dict())


def test_an_exception_of_a_jobs_own_function_is_an_error_of_that_job() -> None:
    told = Told()
    pending, other = told.pending(), told.pending()

    def choke(answer: Mapping[str, Any]) -> None:
        raise SecretsError("schema", "not what was promised")

    pending.done = choke
    scheduler = _scheduler(ScriptedTransport(lambda number, request: {}), retries=0)
    scheduler.put(pending, other)
    assert _run(scheduler)
    assert [error.kind for error in told.errors] == ["schema"] and len(told.answers) == 1


def test_where_the_machine_allows_few_threads_those_few_do_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = iter([True, True])
    start = scheduler_module.start_new_thread

    def scarce(*work: Any) -> int:
        if not next(allowed, False):
            raise RuntimeError("can't start new thread")
        return start(*work)

    told = Told()
    transport = ScriptedTransport(lambda number, request: {"number": number})
    scheduler = _scheduler(transport, threads=8)
    monkeypatch.setattr(scheduler_module, "start_new_thread", scarce)
    scheduler.put(*(told.pending() for _number in range(20)))
    assert scheduler.run(time.monotonic() + 5) and len(told.answers) == 20 and transport.most_under_way <= 2


@pytest.mark.parametrize("error", [RuntimeError, MemoryError])
def test_where_the_machine_allows_no_thread_at_all_that_is_said(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def none(*work: Any) -> int:
        raise error("can't start new thread")

    scheduler = _scheduler(ScriptedTransport(lambda number, request: {}), threads=8)
    monkeypatch.setattr(scheduler_module, "start_new_thread", none)
    with pytest.raises(SecretsError) as caught:
        scheduler.put(Told().pending())
    assert (caught.value.kind, caught.value.hint) == ("machine", "Raise its limits of processes and memory.")


def test_threads_that_never_come_to_life_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without memory a thread may be started and never run. The lock is free, the deadline holds, and the reason is told."""
    scheduler = _scheduler(ScriptedTransport(lambda number, request: {}), threads=8)
    monkeypatch.setattr(scheduler_module, "start_new_thread", lambda *work: 1)
    scheduler.put(Told().pending())
    begun = time.monotonic()
    with pytest.raises(SecretsError) as caught:
        scheduler.run(time.monotonic() + 0.1)
    assert caught.value.kind == "machine" and time.monotonic() - begun < 2


def test_where_memory_ends_in_a_thread_the_task_ends_with_that_reason() -> None:
    def no_room(*anything: Any) -> Any:
        raise MemoryError

    told = Told()
    scheduler = _scheduler(ScriptedTransport(no_room))
    scheduler.put(told.pending())
    assert _run(scheduler)
    assert [(error.kind, error.message) for error in told.errors] == [("machine", "this machine has no memory left")]
    told = Told()
    pending = told.pending()
    pending.failed = no_room
    scheduler = _scheduler(ScriptedTransport(no_room))
    scheduler.put(pending)
    with pytest.raises(SecretsError) as caught:
        _run(scheduler)
    assert caught.value.kind == "machine"


def test_a_thread_that_cannot_even_tell_that_memory_ended_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no memory to wake up run(), which looks up by itself, long before the deadline."""

    def no_room(*anything: Any) -> Any:
        raise MemoryError

    scheduler = _scheduler(ScriptedTransport(no_room), threads=1)
    pending = Told().pending()
    pending.failed = no_room
    scheduler.put(pending)
    monkeypatch.setattr(scheduler._changed, "notify_all", no_room)
    begun = time.monotonic()
    with pytest.raises(SecretsError) as caught:
        scheduler.run(time.monotonic() + 60)
    assert caught.value.kind == "machine" and time.monotonic() - begun < 30


def test_refusals_for_rate_reach_the_throttle() -> None:
    """Of twenty requests at once the first is refused: then only seven of ten leave in a window, not all."""

    def answer(number: int, request: Request) -> Mapping[str, Any]:
        if number == 1:
            raise SecretsError("throttled", "too fast")
        return {}

    told = Told()
    throttle = RateLimiter(10)
    scheduler = Scheduler(ScriptedTransport(answer), throttle, HastyClock(), 1, 4)
    scheduler.put(*(told.pending() for _number in range(3)))
    assert _run(scheduler) and len(told.answers) == 3
    assert throttle.allowed("bucket") < 10
