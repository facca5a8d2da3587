# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""As many threads as help, and no more."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._wire.concurrency import LEAST, WINDOW, ConcurrencyLimit


def after(limit: ConcurrencyLimit, *shares: float) -> list[int]:
    """The limit after each window of which a share was computed."""
    now = computed = 100.0
    allowed = []
    limit.measure(now, computed)
    for share in shares:
        now, computed = now + 2 * WINDOW, computed + share * 2 * WINDOW
        limit.measure(now, computed)
        allowed.append(limit.allowed)
    return allowed


def test_a_process_that_only_computes_needs_two_threads() -> None:
    assert after(ConcurrencyLimit(16), *[1.0] * 8) == [12, 9, 6, 4, 3, 2, 2, 2] and LEAST == 2


def test_a_process_that_waits_gets_one_more_after_each_window_up_to_all() -> None:
    limit = ConcurrencyLimit(5)
    assert after(limit, 1.0, 1.0, 1.0, 0.1, 0.0, 0.5, 0.7, 0.1) == [3, 2, 2, 3, 4, 5, 5, 5]


def test_between_the_two_it_stays() -> None:
    assert after(ConcurrencyLimit(8), 0.8, 0.85, 1.2, 0.8) == [8, 8, 6, 6]


@pytest.mark.parametrize("most", [1, 2])
def test_no_thread_is_taken_where_there_are_few(most: int) -> None:
    assert after(ConcurrencyLimit(most), 1.0, 1.0, 0.0) == [most] * 3


def test_within_a_window_nothing_changes() -> None:
    limit = ConcurrencyLimit(16)
    for step in range(100):
        limit.measure(step * WINDOW / 101, step * WINDOW / 101)
    assert limit.allowed == 16
    limit.measure(WINDOW, WINDOW)
    assert limit.allowed == 12, "and after it all of it counts"
