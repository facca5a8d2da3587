# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file to which all modules append a line for each store as it ends."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.modules import tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing, fleet, run_module

SSM = Listing(tencent_ssm_secrets_info.PROVIDER)
REGIONS = [{"name": region, "generate": {"count": 3, "seed": 1}} for region in ("ap-guangzhou", "ap-shanghai")]
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (\d+ of \d+ stores?): (\S+ \w+, \d+ secrets?)")


def told(path: Path) -> list[tuple[str, str]]:
    """The lines without their times: how far it is, and the store."""
    found = [LINE.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line[1], line[2]) for line in found if line]


def test_there_is_a_line_for_each_store(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        SSM.list(regions=["ap-guangzhou", "ap-shanghai", "ap-nowhere"], endpoint=emulator.url, progress=str(path), on_error="report")
        first = told(path)
        SSM.list(region="ap-shanghai", endpoint=emulator.url, progress=str(path))
    assert [far for far, _store in first] == ["1 of 3 stores", "2 of 3 stores", "3 of 3 stores"]
    assert sorted(store for _far, store in first) == [
        "tencent_ssm/default/ap-guangzhou complete, 3 secrets",
        "tencent_ssm/default/ap-nowhere failed, 0 secrets",
        "tencent_ssm/default/ap-shanghai complete, 3 secrets",
    ]
    assert told(path) == [*first, ("1 of 1 store", "tencent_ssm/default/ap-shanghai complete, 3 secrets")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_regions_that_could_not_be_found_have_a_line(tmp_path: Path) -> None:
    path = tmp_path / "progress"
    stranger = Listing(
        tencent_ssm_secrets_info.PROVIDER, {"TENCENTCLOUD_SECRET_ID": "AKIDnobodyKnowsThisOne", "TENCENTCLOUD_SECRET_KEY": "nobodyKnowsThisKeyEither"}
    )
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        stranger.list(region="all", endpoint=emulator.url, progress=str(path), on_error="report")
    assert told(path) == [("1 of 1 store", "tencent_ssm/default/all failed, 0 secrets")]


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        options = {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False, "progress": str(tmp_path / "progress")}
        assert run_module("tencent_ssm_secrets_info", options, check_mode=True)["count"] == 3
        assert os.listdir(tmp_path) == []
        assert run_module("tencent_ssm_secrets_info", options)["count"] == 3
    assert len(told(tmp_path / "progress")) == 1


@pytest.mark.parametrize("place", ["folder", "link", "none/x"])
def test_what_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "victim").write_text("precious", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        with pytest.raises(SecretsError, match=f"progress: {tmp_path}/{place}"):
            SSM.list(region="ap-guangzhou", endpoint=emulator.url, progress=str(tmp_path / place))
        assert not emulator.requests()
    assert (tmp_path / "victim").read_text() == "precious"


@pytest.mark.parametrize("dest", ["out", "folder/../out", "link/out"])
def test_the_inventory_is_another_file(tmp_path: Path, dest: str) -> None:
    """The lines of progress would else be no inventory, which would be found out when all is listed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        with pytest.raises(SecretsError, match="progress and dest are the same file"):
            SSM.list(region="ap-guangzhou", endpoint=emulator.url, progress=str(tmp_path / "out"), dest=str(tmp_path / dest))
        assert not emulator.requests()
    assert not (tmp_path / "out").exists()


def test_a_file_that_can_be_written_no_more_is_told_and_the_listing_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "progress"
    with Emulator(fleet("tencent", *REGIONS)) as emulator:
        plan = SSM.options(region="ap-guangzhou", endpoint=emulator.url, progress=str(path))
        path.write_text("", encoding="utf-8")
        real = os.write
        monkeypatch.setattr(os, "write", lambda descriptor, text: real(descriptor, text) if not text.endswith(b"secrets\n") else os.close(-1))
        result = SSM.list(**{key: plan[key] for key in ("region", "endpoint", "progress")})
    assert result["complete"] and [text for text in result["warnings"] if text.startswith(f"progress: {path}: ")]
