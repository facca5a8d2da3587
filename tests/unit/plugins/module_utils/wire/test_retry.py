# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a failed attempt is repeated: exact delays, and laws that hold for every error, hint and chance."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import ERROR_KINDS, SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.retry import LONGEST_DELAY, LONGEST_TOLD, Budget, delay, hinted

ALMOST_ONE = math.nextafter(1.0, 0.0)
TRANSIENT = ["server", "dns", "connect", "timeout", "protocol", "schema"]
REPEATED = [*TRANSIENT, "throttled"]


def _error(kind: str, retry_after: float | None = None) -> SecretsError:
    return SecretsError(kind, "it failed", retry_after=retry_after)


def test_only_these_kinds_are_repeated() -> None:
    assert {kind for kind in ERROR_KINDS if delay(_error(kind), 1, 4, 0.5) is not None} == set(REPEATED)


@pytest.mark.parametrize(
    ("kind", "status", "repeated"),
    [
        pytest.param("protocol", None, True, id="no HTTP at all"),
        pytest.param("protocol", 200, True, id="an answer that cannot be read"),
        pytest.param("schema", 200, True, id="an answer that lacks something"),
        pytest.param("protocol", 302, False, id="a redirect"),
        pytest.param("protocol", 404, False, id="a refusal that is no answer of the cloud"),
        pytest.param("proxy", 503, True, id="a proxy that cannot connect this time"),
        pytest.param("proxy", 429, True, id="a proxy that is asked too often"),
        pytest.param("proxy", 403, False, id="a proxy that refuses"),
        pytest.param("proxy", 407, False, id="a proxy that asks for a password"),
        pytest.param("proxy", None, False, id="a proxy that is not there"),
        pytest.param("tls", None, False, id="a certificate"),
    ],
)
def test_an_answer_is_asked_for_again_unless_its_status_refuses_it(kind: str, status: int | None, repeated: bool) -> None:
    error = SecretsError(kind, "it failed", http_status=status)
    assert (delay(error, 1, 4, 0.5) is not None) is repeated


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        pytest.param("server", [0.25, 0.5, 1, 2, 4, 8, 16, 20, 20, 20], id="a failure of the cloud starts at a quarter of a second"),
        pytest.param("throttled", [1, 2, 4, 8, 16, 20, 20, 20, 20, 20], id="a refusal for rate starts at a second"),
    ],
)
def test_the_longest_delay_doubles_up_to_20_seconds(kind: str, longest: list[float]) -> None:
    assert [delay(_error(kind), failures, 20, 0.5) for failures in range(1, 11)] == [seconds / 2 for seconds in longest]
    assert [delay(_error(kind), failures, 20, 0.0) for failures in range(1, 11)] == [0.0] * 10


@pytest.mark.parametrize(
    ("kind", "retries", "repeats"),
    [
        pytest.param("server", 4, 4, id="as many as 'retries' says"),
        pytest.param("server", 0, 0, id="none where 'retries' is 0"),
        pytest.param("timeout", 20, 20, id="many where it says so"),
        pytest.param("throttled", 4, 8, id="four more for a refusal for rate"),
        pytest.param("throttled", 0, 4, id="four even where 'retries' is 0"),
        pytest.param("denied", 20, 0, id="none where nothing gets better"),
        pytest.param("clock", 20, 0, id="none for the clock, which is put right instead"),
    ],
)
def test_how_often_it_is_repeated(kind: str, retries: int, repeats: int) -> None:
    allowed = [failures for failures in range(1, 40) if delay(_error(kind), failures, retries, 0.5) is not None]
    assert allowed == list(range(1, repeats + 1))


@pytest.mark.parametrize(
    ("hint", "seconds"),
    [
        pytest.param(None, 0.0, id="none"),
        pytest.param(0.0, 0.0, id="nought"),
        pytest.param(0.5, 0.5, id="half a second"),
        pytest.param(2.5, 2.5, id="a sensible one"),
        pytest.param(30.0, 30.0, id="the longest that is honoured"),
        pytest.param(30.001, 30.0, id="a little more"),
        pytest.param(1e9, 30.0, id="thirty years"),
        pytest.param(-1.0, 0.0, id="a negative one"),
        pytest.param(-0.0, 0.0, id="minus nought"),
        pytest.param(float("nan"), 0.0, id="not a number"),
        pytest.param(float("inf"), 0.0, id="for ever"),
        pytest.param(float("-inf"), 0.0, id="since ever"),
    ],
)
def test_hints_are_made_safe(hint: float | None, seconds: float) -> None:
    assert hinted(hint) == seconds


@pytest.mark.parametrize(
    ("kind", "hint", "chance", "seconds"),
    [
        pytest.param("throttled", 3.0, 0.5, 3.0, id="a longer hint is waited for"),
        pytest.param("throttled", 0.2, 0.5, 0.5, id="a shorter one does not cut the delay"),
        pytest.param("throttled", 100.0, 0.5, 30.0, id="not for more than 30 seconds"),
        pytest.param("server", 3.0, 0.0, 3.0, id="also after a failure of the cloud"),
        pytest.param("server", float("nan"), 0.5, 0.125, id="nonsense does not count"),
    ],
)
def test_a_hint_of_the_server_is_heeded(kind: str, hint: float, chance: float, seconds: float) -> None:
    assert delay(_error(kind, hint), 1, 4, chance) == seconds


def test_a_hint_does_not_repeat_what_is_final() -> None:
    assert delay(_error("denied", 1.0), 1, 4, 0.5) is None
    assert delay(_error("server", 1.0), 5, 4, 0.5) is None


@settings(deadline=None)
@given(
    st.sampled_from(sorted(ERROR_KINDS)),
    st.integers(1, 1000),
    st.integers(0, 20),
    st.floats(0, ALMOST_ONE),
    st.none() | st.floats(allow_nan=True, allow_infinity=True),
)
def test_every_delay_is_finite_and_bounded(kind: str, failures: int, retries: int, chance: float, hint: float | None) -> None:
    seconds = delay(_error(kind, hint), failures, retries, chance)
    if seconds is None:
        assert kind not in REPEATED or failures > retries
    else:
        assert kind in REPEATED
        assert failures <= retries + 4
        assert 0 <= seconds <= max(LONGEST_DELAY, LONGEST_TOLD)
        assert seconds >= hinted(hint)


@settings(deadline=None)
@given(st.sampled_from(REPEATED), st.integers(1, 20), st.floats(0, ALMOST_ONE), st.floats(0, ALMOST_ONE))
def test_chance_spreads_the_delay_over_its_whole_range(kind: str, failures: int, one: float, other: float) -> None:
    low, high = (delay(_error(kind), failures, 20, chance) for chance in sorted((one, other)))
    top = delay(_error(kind), failures, 20, ALMOST_ONE)
    assert low is not None and high is not None and top is not None
    assert low <= high <= top


def _affordable(budget: Budget, kind: str = "server") -> int:
    """Number of repeats left in the budget; more than 10,000 count as endless."""
    return next((count for count in range(10_000) if not budget.spend(_error(kind))), 10_000)


@pytest.mark.parametrize(
    ("stores", "successes", "repeats"),
    [
        pytest.param([], 0, 8, id="8 to begin with"),
        pytest.param([200], 0, 88, id="0.4 more for each store"),
        pytest.param([1, 1], 0, 8, id="0.8 is not yet one"),
        pytest.param([1, 1, 1], 0, 9, id="1.2 is one"),
        pytest.param([5], 0, 10, id="5 stores are 2, exactly"),
        pytest.param([], 1000, 8, id="no more than that, however much succeeds"),
    ],
)
def test_what_the_budget_pays_for(stores: list[int], successes: int, repeats: int) -> None:
    budget = Budget()
    for count in stores:
        budget.grow(count)
    for _number in range(successes):
        budget.earn()
    assert _affordable(budget) == repeats


def test_each_success_gives_one_back() -> None:
    budget = Budget()
    _affordable(budget)
    for _number in range(3):
        assert budget.spend(_error("timeout")) is False
        budget.earn()
        assert budget.spend(_error("timeout"))
    for _number in range(100):
        budget.earn()
    assert _affordable(budget) == 8


def test_refusals_for_rate_are_free_even_when_nothing_is_left() -> None:
    budget = Budget()
    assert _affordable(budget, "throttled") == 10_000
    assert _affordable(budget) == 8
    assert _affordable(budget, "throttled") == 10_000


@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_storm_against_a_dead_service_ends(kind: str) -> None:
    """200 stores, a service that answers nothing: at most 300 requests, whichever store's turn it is."""
    chance = random.Random(1)
    budget = Budget()
    budget.grow(200)
    failures = [0] * 200
    waiting = list(range(200))
    requests = 0
    while waiting:
        store = waiting.pop(chance.randrange(len(waiting)))
        requests += 1
        failures[store] += 1
        error = _error(kind)
        if delay(error, failures[store], 4, chance.random()) is not None and budget.spend(error):
            waiting.append(store)
    assert requests == 200 + 88
    assert requests <= 300


@pytest.mark.parametrize("share", [0.05, 0.2, 0.33])
def test_a_service_that_fails_now_and_then_is_not_given_up(share: float) -> None:
    """Failures that have nothing to do with each other, for ever: what is earned pays for every repeat."""
    chance = random.Random(2)
    budget = Budget()
    budget.grow(20)
    refused = 0
    for _number in range(20_000):
        if chance.random() < share:
            refused += not budget.spend(_error("server"))
        else:
            budget.earn()
    assert refused == 0
