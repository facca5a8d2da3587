# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name and version with which requests and inventories are signed."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.multicloud.secrets.plugins.module_utils._core.version import COLLECTION, VERSION

GALAXY = (Path(__file__).parents[5] / "galaxy.yml").read_text(encoding="utf-8")


def _galaxy(key: str) -> str:
    found = re.search(rf"(?m)^{key}: *['\"]?([^'\"\s]+)", GALAXY)
    assert found, f"galaxy.yml has no {key}"
    return found[1]


def test_the_name_is_that_of_the_artefact() -> None:
    assert f"{_galaxy('namespace')}.{_galaxy('name')}" == COLLECTION


def test_the_version_is_that_of_the_artefact() -> None:
    assert _galaxy("version") == VERSION
