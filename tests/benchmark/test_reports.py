# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of many findings take little time, and twice the findings take twice the time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import FORMATS, large


def seconds(name: str, result: dict[str, Any]) -> float:
    """The processor time of one report."""
    start = time.process_time()
    FORMATS[name].render(result)
    return time.process_time() - start


@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_findings_take_less_than_two_seconds(name: str, tmp_path: Path) -> None:
    assert seconds(name, large(results.plain(tmp_path), 10_000)) < 2


@pytest.mark.parametrize("name", FORMATS)
def test_twice_the_findings_take_twice_the_time(name: str, tmp_path: Path) -> None:
    result = results.plain(tmp_path)
    few, many = (large(result, number) for number in (2_000, 4_000))
    assert min(seconds(name, many) for _turn in range(2)) < 3 * min(seconds(name, few) for _turn in range(2)) + 0.05
