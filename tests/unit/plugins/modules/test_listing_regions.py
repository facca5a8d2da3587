# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All modules with regions that a person named and the cloud does not have, against the emulator."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import DENIED, PROVIDERS, Listing, fleet, through

REGIONS = {
    "alibaba": ("cn-hangzhou", "cn-shanghai", "ap-southeast-1"),
    "kms": ("cn-hangzhou", "cn-shanghai", "cn-shanghai-finance-1"),
    "tencent": ("ap-guangzhou", "ap-shanghai", "ap-singapore"),
}
MODULES = {name: Listing(provider) for name, provider in PROVIDERS.items()}
MISSPELT = [
    pytest.param("alibaba", "cn-hangzou", "alibaba_apig has no region cn-hangzou; did you mean cn-hangzhou?", id="a letter"),
    pytest.param("alibaba", "ap-shanghai", "alibaba_apig has no region ap-shanghai; did you mean cn-shanghai?", id="the other cloud's"),
    pytest.param("alibaba", "cn-hangzhou-h", "cn-hangzhou-h is a zone of cn-hangzhou: name the region.", id="a zone"),
    pytest.param("alibaba", "ap-southeast-1a", "ap-southeast-1a is a zone of ap-southeast-1: name the region.", id="a zone without a hyphen"),
    pytest.param("alibaba", "moon", "alibaba_apig has no region moon. It has ap-southeast-1, cn-hangzhou, cn-shanghai.", id="nothing alike"),
    pytest.param("kms", "cn-shanghai-finance", "alibaba_kms has no region cn-shanghai-finance; did you mean cn-shanghai-finance-1?", id="finance, KMS"),
    pytest.param("kms", "cn-hangzhou-i", "cn-hangzhou-i is a zone of cn-hangzhou: name the region.", id="a zone, KMS"),
    pytest.param("tencent", "cn-hangzhou", "tencent_ssm has no region cn-hangzhou. It has ap-guangzhou, ap-shanghai, ap-singapore.", id="too far from any"),
    pytest.param("tencent", "ap-shangahi", "tencent_ssm has no region ap-shangahi; did you mean ap-shanghai?", id="a letter, SSM"),
    pytest.param("tencent", "ap-guangzhou-3", "ap-guangzhou-3 is a zone of ap-guangzhou: name the region.", id="a zone, SSM"),
]


def regions_asked(emulator: Emulator) -> int:
    return sum(row["action"] in ("GetRegions", "DescribeRegions") for row in emulator.requests())


def world(provider: str, **more: Any) -> dict[str, Any]:
    return fleet(provider, *({"name": region, "generate": {"count": 2, "seed": 1}} for region in REGIONS[provider]), **more)


@pytest.fixture(name="emulator")
def _emulator(provider: str) -> Iterator[Emulator]:
    with Emulator(world(provider)) as emulator:
        yield emulator


@pytest.mark.parametrize("provider, region, hint", MISSPELT)
def test_a_misspelt_region_fails_and_names_the_nearest(provider: str, region: str, hint: str) -> None:
    good = REGIONS[provider][0]
    with Emulator(world(provider)) as emulator:
        result = MODULES[provider].list(regions=[good, region], on_error="report", **through(emulator))
        failed = MODULES[provider].list(regions=[good, region], **through(emulator))
        assert regions_asked(emulator) == 2
    rows = {row["region"]: row for row in result["stores"]}
    assert result["complete"] is False and rows[good]["status"] == "complete"
    assert (rows[region]["status"], rows[region]["error"]["kind"]) == ("failed", "unsupported")
    assert rows[region]["error"]["hint"] == f"{hint} If it need not be offered there, set allow_not_offered: true."
    assert failed["failed"] and hint in failed["msg"]


def test_regions_are_asked_for_once_an_account_and_only_then(provider: str, emulator: Emulator) -> None:
    misspelt = [f"{REGIONS[provider][0]}{letter}x" for letter in "abcdef"]
    MODULES[provider].list(regions=list(REGIONS[provider]), **through(emulator))
    assert regions_asked(emulator) == 0
    result = MODULES[provider].list(regions=misspelt, on_error="report", **through(emulator))
    assert regions_asked(emulator) == 1 and {row["status"] for row in result["stores"]} == {"failed"}
    assert all(f"did you mean {REGIONS[provider][0]}?" in row["error"]["hint"] for row in result["stores"])


def test_where_regions_may_not_be_asked_for_the_hint_says_so(provider: str, emulator: Emulator) -> None:
    code = DENIED[provider]
    emulator.behave(
        {"faults": [{"act": "error", "code": code, "match": {"action": action}, "times": "forever"} for action in ("GetRegions", "DescribeRegions")]}
    )
    result = MODULES[provider].list(region="xx-nowhere", on_error="report", **through(emulator))
    (row,) = result["stores"]
    assert row["status"] == "failed"
    assert f"Check how the region is spelt: the list of regions could not be asked for ({code})." in row["error"]["hint"]


def test_a_region_may_be_missing_where_that_is_allowed(provider: str, emulator: Emulator) -> None:
    result = MODULES[provider].list(regions=[REGIONS[provider][0], "xx-nowhere"], allow_not_offered=True, **through(emulator))
    assert result["complete"] and [row["status"] for row in result["stores"]] == ["complete", "not_offered"]


def test_regions_that_the_cloud_names_may_be_refused_as_not_offered() -> None:
    regions = [{"name": "ap-guangzhou", "generate": {"count": 2, "seed": 1}}, {"name": "ap-tokyo", "refuse": "not_purchased"}]
    with Emulator(fleet("tencent", *regions)) as emulator:
        found = MODULES["tencent"].list(region="all", **through(emulator))
        named = MODULES["tencent"].list(regions=["ap-guangzhou", "ap-tokyo"], on_error="report", **through(emulator))
        assert regions_asked(emulator) == 2, "by all, and the code alone says that the region exists"
    assert found["complete"] and [row["status"] for row in found["stores"]] == ["complete", "not_offered"]
    row = named["stores"][1]
    assert (row["status"], row["error"]["code"]) == ("failed", "ResourceUnavailable.NotPurchased")
    assert row["error"]["hint"].startswith("Activate Secrets Manager (SSM) for this account in the console.")


def test_a_region_that_exists_and_is_refused_all_the_same_is_not_called_misspelt(provider: str) -> None:
    region = REGIONS[provider][0]
    with Emulator(fleet(provider, {"name": region, "refuse": "unsupported"})) as emulator:
        (row,) = MODULES[provider].list(region=region, on_error="report", **through(emulator))["stores"]
    assert row["status"] == "failed"
    said = "Activate Key Management Service (KMS)" if provider == "kms" else f"{region} is a region of {row['provider']}: activate the service there"
    assert row["error"]["hint"].startswith(said)


@pytest.mark.parametrize("allow", [False, True])
def test_a_host_that_does_not_resolve_is_a_misspelt_region_if_the_cloud_lacks_it(provider: str, allow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, good = socket.getaddrinfo, REGIONS[provider][0]

    def lookup(host: Any, *more: Any, **named: Any) -> Any:
        if not str(host).endswith("localhost"):
            return resolve(host, *more, **named)
        if str(host).split(".", maxsplit=1)[0] in REGIONS[provider]:
            return resolve("127.0.0.1", *more, **named)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with Emulator(world(provider)) as emulator:
        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        options: dict[str, Any] = {"endpoint": f"http://{{region}}.localhost:{emulator.port}", "retries": 0, "on_error": "report", "allow_not_offered": allow}
        result = MODULES[provider].list(regions=[good, f"{good}x-y"], **options)
        away = MODULES[provider].list(region="nowhere", **{**options, "endpoint": f"http://nowhere.localhost:{emulator.port}"})
    assert [row["status"] for row in result["stores"]] == ["complete", "not_offered" if allow else "failed"]
    assert result["stores"][1]["error"]["kind"] == "unsupported"
    assert f"did you mean {good}?" in result["stores"][1]["error"]["hint"]
    (row,) = away["stores"]
    assert (row["status"], row["error"]["kind"]) == ("failed", "dns"), "not even the list of regions could be asked for"
