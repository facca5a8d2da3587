# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much a fleet takes at the least."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.forecast import Forecast, forecast
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES


def call(provider: str, regions: list[str] | None, *names: str, **options: Any) -> dict[str, Any]:
    """A call that lists these accounts."""
    return {"provider": provider, "options": options, "accounts": [{"name": name, **({"regions": regions} if regions else {})} for name in names or ("a",)]}


PARTITIONS = {name: len(service.partitions({})) for name, service in SERVICES.items()}


@pytest.mark.parametrize("service", SERVICES)
def test_each_store_takes_a_page_of_each_partition_and_each_account_asks_who_it_is(service: str) -> None:
    found = forecast([call(service, ["r-1", "r-2"], "a", "b")], SERVICES, {})
    assert (found.stores, found.requests, found.is_open) == (4, 4 * PARTITIONS[service] + 2, False)
    assert forecast([call(service, ["r-1"], identify=False)], SERVICES, {}).requests == PARTITIONS[service]


@pytest.mark.parametrize("service", SERVICES)
def test_regions_that_are_still_to_be_found_take_a_request(service: str) -> None:
    for regions, shared in ((["all"], {}), (None, {}), (None, {"region": "all"})):
        found = forecast([call(service, regions)], SERVICES, shared)
        assert (found.stores, found.requests, found.is_open) == (1, PARTITIONS[service] + 2, True)
    assert not forecast([call(service, None)], SERVICES, {"region": "r-1"}).is_open


def test_a_filter_may_leave_out_partitions() -> None:
    assert forecast([call("tencent_ssm", ["ap-guangzhou"], secret_types=["user"])], SERVICES, {}).requests == 2


def test_seconds_are_those_of_the_fullest_bucket() -> None:
    many = [f"ap-{number}" for number in range(60)]
    pages = 60 * PARTITIONS["tencent_ssm"]
    assert forecast([call("tencent_ssm", many)], SERVICES, {}).seconds == -(-pages // 25)
    assert forecast([call("tencent_ssm", many, rate_limit=100)], SERVICES, {}).seconds == -(-pages // 100)
    assert forecast([call("tencent_ssm", many)], SERVICES, {"rate_limit": 50}).seconds == -(-pages // 50)
    assert forecast([call("alibaba_apig", many)], SERVICES, {}).seconds == 1
    assert forecast([], SERVICES, {}) == Forecast(0, 0, 0, False)


def test_it_is_told_in_a_sentence() -> None:
    assert Forecast(60, 661, 27, False).text() == "Listing 60 stores, with at least 661 requests, in at least 27 seconds."
    assert Forecast(1, 1, 1, True).text() == "Listing at least 1 store, with at least 1 request, in at least 1 second."
