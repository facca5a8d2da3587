# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test runs every unit test in a process of its own, which costs more than the tests. Here they share one.

Tests of laws try the same examples every time, so that what fails on one machine fails on all: at most 25 of each. With EXAMPLES=all
in the environment they try as many as each asks for, and with a number so many others.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

EXAMPLES = os.environ.get("EXAMPLES", "")
QUICK = 25
THRESHOLDS = gc.get_threshold()

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
if not EXAMPLES.isdigit():
    settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each law try as many examples as were asked for."""
    for function in {getattr(item, "obj", None) for item in items}:
        asked = getattr(function, "_hypothesis_internal_use_settings", None)
        if asked is not None and EXAMPLES != "all":
            number = int(EXAMPLES) if EXAMPLES else min(QUICK, asked.max_examples)
            setattr(function, "_hypothesis_internal_use_settings", settings(asked, max_examples=number))  # noqa: B010


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run the test here, before the plugin that would fork is asked."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=nextitem)
    gc.unfreeze()  # a module leaves its garbage to the end of its process, which here does not come
    gc.set_threshold(*THRESHOLDS)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(name="in_shanghai")
def _in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose local time is eight hours ahead of UTC."""
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
