# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a store has cost."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._wire.counters import RequestStats


def test_seconds_are_told_to_the_millisecond() -> None:
    assert RequestStats(first=1.0, last=1.12345).seconds == 0.123
    assert RequestStats(first=1.0).seconds == RequestStats().seconds == 0.0
