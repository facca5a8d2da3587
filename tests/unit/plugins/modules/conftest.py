# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of several modules start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import record, row, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import PROVIDERS


@pytest.fixture(name="provider", params=PROVIDERS)
def _provider(request: pytest.FixtureRequest) -> str:
    """Each service, one after the other."""
    return str(request.param)


@pytest.fixture(name="inventory")
def _small_inventory(tmp_path: Path) -> str:
    """One store with a good secret and a bad one."""
    return write(tmp_path / "a.jsonl", [row()], [record("good"), record("bad", status="disabled")])
