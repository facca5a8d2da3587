# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test runs every unit test in a process of its own, which costs more than the tests. Here they share one.

Tests of laws try the same examples every time, so that what fails on one machine fails on all. With EXAMPLES set to a
number they try others, and the model server of listings is met so many times.
"""

from __future__ import annotations

import os

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
if not os.environ.get("EXAMPLES"):
    settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run the test here, before the plugin that would fork is asked."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runtestprotocol(item, nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
