# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results that several tests of reports share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results


@pytest.fixture(name="plain")
def plain_result(tmp_path: Path) -> dict[str, Any]:
    """A small result of every kind of finding."""
    return results.plain(tmp_path)


@pytest.fixture(name="seen")
def seen_result(tmp_path: Path) -> dict[str, Any]:
    """The same with every secret."""
    return results.seen(tmp_path)


@pytest.fixture(name="hostile", scope="session")
def hostile_result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A result in which every text that can come from outside is hostile. It is large, so tests share it and change nothing."""
    return results.hostile(tmp_path_factory.mktemp("hostile"))
