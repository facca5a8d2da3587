# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine's clock: the real one keeps its promises, and the one of the tests stands still."""

from __future__ import annotations

import re
import time

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.tests.unit.fakes import FakeClock


def test_now_is_the_machines_time() -> None:
    before = time.time()
    assert before <= Clock().now() <= time.time()


def test_monotonic_time_does_not_run_backwards() -> None:
    clock = Clock()
    moments = [clock.monotonic() for _number in range(1000)]
    assert moments == sorted(moments)


def test_sleep_takes_as_long_as_it_was_asked_to() -> None:
    clock = Clock()
    start = time.monotonic()
    clock.sleep(0.02)
    assert time.monotonic() - start >= 0.02


def test_chance_lies_between_nought_and_one() -> None:
    clock = Clock()
    numbers = {clock.random() for _number in range(1000)}
    assert len(numbers) > 900
    assert all(0 <= number < 1 for number in numbers)


def test_no_two_nonces_are_alike() -> None:
    clock = Clock()
    nonces = {clock.nonce() for _number in range(1000)}
    assert len(nonces) == 1000
    assert all(re.fullmatch("[0-9a-f]{32}", nonce) for nonce in nonces)


def test_the_clock_of_the_tests_moves_only_when_it_is_told_to() -> None:
    clock = FakeClock(epoch=100.0, ticks=5.0, chance=0.25)
    assert (clock.now(), clock.monotonic(), clock.random()) == (100.0, 5.0, 0.25)
    clock.sleep(2.5)
    clock.advance(1)
    assert (clock.now(), clock.monotonic(), clock.slept) == (103.5, 8.5, [2.5])
    assert [clock.nonce()[-1], clock.nonce()[-1], len(clock.nonce())] == ["1", "2", 32]
