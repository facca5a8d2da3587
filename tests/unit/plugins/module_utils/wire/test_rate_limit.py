# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limits, on a clock that stands still until it is moved."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._wire.rate_limit import DROP, WINDOW, RateLimiter

TINY = 1e-6
"""What adding and subtracting floats may be off by."""


def _send(throttle: RateLimiter, now: float, most: int = 10_000, bucket: str = "b") -> int:
    """Send as many requests as may leave at this moment; how many those were."""
    for count in range(most):
        if throttle.wait(bucket, now) > 0:
            return count
        throttle.sent(bucket, now)
    return most


@pytest.mark.parametrize("rate", [1, 2, 25, 1000])
def test_what_may_leave_at_once_leaves_at_once_and_no_more(rate: int) -> None:
    throttle = RateLimiter(rate)
    assert _send(throttle, 5.0) == rate
    assert throttle.wait("b", 5.0) == pytest.approx(WINDOW)
    assert throttle.wait("b", 5.5) == pytest.approx(WINDOW - 0.5)
    assert _send(throttle, 5.0 + WINDOW - 0.001) == 0
    assert _send(throttle, 5.0 + WINDOW + TINY) == rate


def test_the_window_slides() -> None:
    throttle = RateLimiter(3)
    for moment in (0.0, 0.4, 0.8):
        assert throttle.wait("b", moment) == 0
        throttle.sent("b", moment)
    assert throttle.wait("b", 0.9) == pytest.approx(0.12)
    assert _send(throttle, 1.02 + TINY) == 1
    assert throttle.wait("b", 1.02 + TINY) == pytest.approx(0.4, abs=1e-5)
    assert _send(throttle, 1.42 + 2 * TINY) == 1


def test_the_allowance_drops_once_a_window() -> None:
    throttle = RateLimiter(100)
    allowed = []
    for moment in (0.0, WINDOW - TINY, WINDOW, WINDOW + 0.5, 2 * WINDOW):
        throttle.refused("b", moment)
        allowed.append(throttle.allowed("b"))
    assert allowed == [70, 70, 49, 49, 34]


def test_asking_does_not_count_as_sending() -> None:
    throttle = RateLimiter(1)
    assert [throttle.wait("b", 0.0) for _number in range(5)] == [0.0] * 5


def test_buckets_do_not_share() -> None:
    throttle = RateLimiter(2)
    assert (_send(throttle, 0.0, bucket="a"), _send(throttle, 0.0, bucket="b")) == (2, 2)
    throttle.refused("a", 0.0)
    assert (_send(throttle, 2.1, bucket="b"), _send(throttle, 2.1, bucket="a")) == (2, 2)


def test_time_that_starts_below_nought_is_time_all_the_same() -> None:
    throttle = RateLimiter(2)
    assert (_send(throttle, -1000.0), _send(throttle, -999.0), _send(throttle, -998.9)) == (2, 0, 2)


def test_a_refusal_drops_the_allowance_to_seven_tenths() -> None:
    throttle = RateLimiter(10)
    throttle.refused("b", 100.0)
    assert _send(throttle, 100.5) == 7


def test_many_refusals_within_a_window_drop_it_once() -> None:
    throttle = RateLimiter(10)
    for moment in (100.0, 100.0, 100.2, 100.9, 101.01):
        throttle.refused("b", moment)
    assert _send(throttle, 101.01) == 7


def test_each_window_with_refusals_drops_it_again_down_to_one() -> None:
    throttle = RateLimiter(10)
    allowed = []
    for number in range(8):
        moment = 100.0 + number * 1.03
        throttle.refused("b", moment)
        allowed.append(_send(throttle, moment))
    assert allowed == [7, 4, 2, 1, 1, 1, 1, 1]


def test_a_drop_counts_what_was_sent_before_it() -> None:
    throttle = RateLimiter(10)
    assert [_send(throttle, moment, most=5) for moment in (100.0, 100.5)] == [5, 5]
    throttle.refused("b", 100.6)
    assert throttle.wait("b", 100.6) == pytest.approx(100.0 + WINDOW - 100.6)
    assert _send(throttle, 100.0 + WINDOW + TINY) == 2
    assert _send(throttle, 100.5 + WINDOW + TINY) == 5


def test_after_a_drop_the_wait_is_for_as_many_sends_as_are_too_many() -> None:
    throttle = RateLimiter(10)
    assert [_send(throttle, moment, most) for moment, most in ((100.0, 2), (100.5, 8))] == [2, 8]
    throttle.refused("b", 100.6)
    assert throttle.wait("b", 100.6) == pytest.approx(100.5 + WINDOW - 100.6)


def test_each_clean_second_gives_one_back_until_the_rate_is_reached() -> None:
    throttle = RateLimiter(10)
    throttle.refused("b", 100.0)
    assert [_send(throttle, 100.0 + second) for second in (0.9, 2.5, 4.0, 6.0, 60.0)] == [7, 9, 10, 10, 10]


def test_what_was_given_back_is_counted_in_whole_seconds() -> None:
    throttle = RateLimiter(10)
    throttle.refused("b", 100.0)
    for tenth in range(20):
        throttle.wait("b", 100.0 + tenth / 10)
    assert _send(throttle, 101.95) == 8


@pytest.mark.parametrize("pause", [0.3, 0.6, 0.99], ids=lambda pause: f"every {pause} s")
def test_a_second_with_a_refusal_is_not_clean(pause: float) -> None:
    """Refusals that go on bring the allowance down to one, however the workers' questions fall between them."""
    throttle = RateLimiter(20)
    moment = 100.0
    while moment < 120:
        throttle.refused("b", moment)
        throttle.wait("b", moment + pause / 2)
        moment += pause
    assert _send(throttle, moment + 1.03 - pause) <= 2


def test_after_a_refusal_the_clean_second_begins_anew() -> None:
    throttle = RateLimiter(10)
    throttle.refused("b", 100.0)
    throttle.refused("b", 100.8)
    assert _send(throttle, 101.5) == 7
    assert _send(throttle, 103.0) == 9


MOMENTS = st.lists(st.floats(0.0, 0.7), min_size=1, max_size=150)


@settings(deadline=None)
@given(st.integers(1, 30), MOMENTS, st.sets(st.integers(0, 149)))
def test_no_window_ever_holds_more_sends_than_the_rate(rate: int, pauses: list[float], refusals: set[int]) -> None:
    throttle = RateLimiter(rate)
    now, sent = 1000.0, []
    for number, pause in enumerate(pauses):
        now += pause
        if number in refusals:
            throttle.refused("b", now)
        for _each in range(4):
            if throttle.wait("b", now) <= 0:
                throttle.sent("b", now)
                sent.append(now)
    for first, last in zip(sent, sent[rate:]):
        assert last - first >= WINDOW - TINY


@settings(deadline=None)
@given(st.integers(1, 30), st.floats(0, 1e9), MOMENTS)
def test_who_waits_as_long_as_told_may_send(rate: int, start: float, pauses: list[float]) -> None:
    throttle = RateLimiter(rate)
    now = start
    for pause in pauses:
        now += pause / rate
        wait = throttle.wait("b", now)
        assert 0 <= wait <= WINDOW + TINY
        now += wait + TINY
        assert throttle.wait("b", now) <= 0
        throttle.sent("b", now)


@settings(deadline=None)
@given(st.integers(1, 1000), st.lists(st.booleans(), max_size=40))
def test_the_allowance_stays_between_one_and_the_rate(rate: int, refused: list[bool]) -> None:
    throttle = RateLimiter(rate)
    now, allowed = 1000.0, [rate]
    for each in refused:
        now += 1.03
        if each:
            throttle.refused("b", now)
        allowed.append(_send(throttle, now))
    assert all(1 <= count <= rate for count in allowed)
    assert all(after >= int(before * DROP) - 1 for before, after in pairwise(allowed))


def test_a_busy_bucket_uses_what_it_may() -> None:
    """A worker that always waits as long as it is told sends at the rate: 25 in each 1.02 s."""
    throttle = RateLimiter(25)
    now = 0.0
    sends = 0
    while now < 60:
        wait = throttle.wait("b", now)
        if wait > 0:
            now += wait + TINY
        else:
            throttle.sent("b", now)
            sends += 1
    assert sends == 25 * 59


def test_a_bucket_that_the_cloud_limits_further_sends_no_more_than_that() -> None:
    throttle = RateLimiter(25)
    throttle.narrow("b", 10)
    throttle.narrow("b", 40)
    assert _send(throttle, 5.0) == 10 and _send(throttle, 5.0, bucket="another") == 25
    throttle.refused("b", 5.0)
    assert throttle.allowed("b") == int(10 * DROP)
    throttle.narrow("b", 5)
    assert _send(throttle, 5.0 + WINDOW + TINY) == 5, "and what it has learnt of it stays"
