# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a listing module writes, the judge reads: no inventory of this collection contradicts itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, rule
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing, fleet

CLOUDS: dict[str, tuple[Any, tuple[str, str]]] = {
    "tencent": (tencent_ssm_secrets_info, ("ap-guangzhou", "ap-shanghai")),
    "alibaba": (alibaba_apig_secrets_info, ("cn-hangzhou", "cn-shanghai")),
}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize(
    ("behaviour", "options"),
    [
        pytest.param({}, {}, id="an honest cloud"),
        pytest.param({}, {"name_like": "a"}, id="narrowed by a text"),
        pytest.param({}, {"names": ["a", "b"]}, id="narrowed to names"),
        pytest.param({}, {"verify": False}, id="read once"),
        pytest.param({}, {"max_pages": 1, "page_size": 5}, id="too many pages"),
        pytest.param({}, {"regions": ["all"], "region": None}, id="all regions"),
        pytest.param({"order": "shuffled"}, {}, id="shuffled"),
        pytest.param({"changes": [{"after": 1, "delete": {"oldest": 1}}, {"after": 3, "delete": {"oldest": 2}}]}, {"page_size": 20}, id="churn"),
        pytest.param({"faults": [{"act": "html", "status": 502, "at": 3}]}, {}, id="a fault that passes"),
        pytest.param({"faults": [{"act": "error", "code": "InternalError", "at": 2, "times": "forever"}]}, {"retries": 0}, id="partial"),
        pytest.param({"faults": [{"act": "error", "code": "UnauthorizedOperation", "times": "forever"}]}, {}, id="failed"),
    ],
)
def test_a_listing_is_read_by_the_judge(tmp_path: Path, cloud: str, behaviour: dict[str, Any], options: dict[str, Any]) -> None:
    module, regions = CLOUDS[cloud]
    asked: dict[str, Any] = {"regions": list(regions), **{key: value for key, value in options.items() if value is not None}}
    dest = tmp_path / "inventory.jsonl"
    worlds = [{"name": region, "generate": {"count": 130, "seed": number}} for number, region in enumerate(regions)]
    with Emulator(fleet(cloud, *worlds, behaviour=behaviour)) as emulator:
        listed = Listing(module.PROVIDER).list(**asked, endpoint=emulator.url, dest=str(dest), on_error="report", deadline=20)
    with inventory_file.opened(str(dest)) as inventory:
        collected = inventory.header["collected_at"]
    result = judged([str(dest)], rule(expect={"name": {"present": True}}), as_of=collected, allow_empty=True)
    assert result["summary"]["secrets"] == listed["count"]
    assert {f"{row['region']} {row['status']}" for row in listed["stores"]} == {f"{store['region']} {store['status']}" for store in result["stores"]}
