# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/scale.md keeps its word: fleets need as many requests and seconds as it says, and its play says what the role knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.forecast import Forecast, forecast
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, secrets_collect, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing, fleet

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
APIG = Listing(alibaba_apig_secrets_info.PROVIDER)
SSM = Listing(tencent_ssm_secrets_info.PROVIDER)
REQUESTS = {(row[0], row[1]): int(row[2].replace(",", "")) for row in re.findall(r"^\| (.+?), ([\d,]+) secrets.*? \| ([\d,]+) \|", TEXT, re.MULTILINE)}


def requests(cloud: str, secrets: int) -> int:
    """Of one store with so many secrets of one kind."""
    listing, region = (SSM, "ap-guangzhou") if cloud == "tencent" else (APIG, "cn-hangzhou")
    contents: dict[str, Any] = {"count": secrets, **({"kinds": {"user": 1}, "software": 0} if cloud == "tencent" else {})}
    with Emulator(fleet(cloud, {"name": region, "generate": contents})) as emulator:
        told = listing.list(region=region, endpoint=emulator.url, query="length(@)", rate_limit=1000)
    assert told["query_result"] == secrets
    return cast(int, told["stores"][0]["requests"])


@pytest.mark.parametrize(
    "cloud, where, secrets, stores",
    [
        ("tencent", "1 store of SSM", "90", 1),
        ("tencent", "1 store of SSM", "10,000", 1),
        ("tencent", "50 accounts x 20 regions of SSM", "90", 1000),
        ("alibaba", "50 accounts x 20 regions of APIG", "90", 1000),
    ],
)
def test_the_requests_of_a_fleet(cloud: str, where: str, secrets: str, stores: int) -> None:
    assert REQUESTS[where, secrets] == stores * requests(cloud, int(secrets.replace(",", "")))


@pytest.mark.parametrize("cloud, secrets, number", [("alibaba", 99, 1), ("alibaba", 250, 6), ("tencent", 99, 10), ("tencent", 100, 11), ("tencent", 280, 12)])
def test_how_many_requests_secrets_cost(cloud: str, secrets: int, number: int) -> None:
    assert requests(cloud, secrets) == number


def told(provider: str, accounts: int, regions: int, **options: Any) -> Forecast:
    """What the role tells of a fleet before it lists."""
    listed = [{"name": str(account), "regions": [f"r-{region}" for region in range(regions)]} for account in range(accounts)]
    return forecast([{"provider": provider, "options": options, "accounts": listed}], SERVICES, {})


@pytest.mark.parametrize(
    "where, provider, options",
    [
        ("of SSM", "tencent_ssm", {}),
        ("of SSM with `network: regional`", "tencent_ssm", {"network": "regional"}),
        ("of APIG", "alibaba_apig", {}),
    ],
)
def test_the_seconds_that_limits_ask_for(where: str, provider: str, options: dict[str, str]) -> None:
    (shown,) = re.findall(rf"^\| 50 accounts x 20 regions {re.escape(where)}, 90 secrets each \| [\d,]+ \| (.*?) \|", TEXT, re.MULTILINE)
    seconds = told(provider, 50, 20, **options).seconds
    assert shown == ("under 1 s" if seconds == 1 else f"{seconds} s")


def test_what_the_pages_show_of_a_forecast_is_what_the_role_says() -> None:
    expected = told("tencent_ssm", 3, 20)
    assert f"```text\n{expected.text()}\n" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    sample = yaml.safe_load(secrets_collect.RETURN)["forecast"]["sample"]
    assert sample == {"stores": expected.stores, "requests": expected.requests, "seconds": expected.seconds}


def test_the_play_says_what_the_role_knows() -> None:
    (play,) = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0])
    known = yaml.safe_load((ROOT / "roles" / "assert_secrets" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    include = play["tasks"][0]
    assert set(include["vars"]) <= set(known[include["ansible.builtin.include_role"]["tasks_from"]]["options"])
