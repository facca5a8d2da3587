# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of Alibaba Cloud have together, against the emulator: hosts, identities, accounts and regions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ALIBABA_KEY, KMS, Listing, fleet, through

MODULES = {"apig": Listing(alibaba_apig_secrets_info.PROVIDER), "kms": Listing(alibaba_kms_secrets_info.PROVIDER)}
REGIONS = [{"name": "cn-hangzhou", "secrets": ["a", "b", "c"]}, {"name": "cn-shanghai", "generate": {"count": 12, "seed": 1}}]


@pytest.fixture(name="service", params=MODULES)
def _service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="emulator")
def _emulator(service: str) -> Iterator[Emulator]:
    with Emulator(fleet(KMS if service == "kms" else "alibaba", *REGIONS)) as emulator:
        yield emulator


@pytest.mark.parametrize("network, infix", [(None, ""), ("public", ""), ("vpc", "-vpc")])
def test_hosts(emulator: Emulator, service: str, network: str | None, infix: str) -> None:
    MODULES[service].list(region="cn-hangzhou", network=network, **through(emulator))
    assert {request["host"] for request in emulator.requests()} == {f"{service}{infix}.cn-hangzhou.aliyuncs.com"}


@pytest.mark.parametrize("network, host", [(None, "sts.aliyuncs.com"), ("vpc", "sts-vpc.cn-hangzhou.aliyuncs.com")])
def test_identity(emulator: Emulator, service: str, network: str | None, host: str) -> None:
    result = MODULES[service].list(region="cn-hangzhou", network=network, identify=True, **through(emulator))
    assert result["stores"][0]["account_id"] == "100000000001"
    assert host in {request["host"] for request in emulator.requests()}


def test_an_account_that_cannot_be_identified_is_a_warning(emulator: Emulator, service: str) -> None:
    emulator.behave({"faults": [{"act": "error", "code": "NoPermission", "match": {"action": "GetCallerIdentity"}, "times": "forever"}]})
    result = MODULES[service].list(region="cn-hangzhou", identify=True, **through(emulator))
    assert result["complete"] and result["stores"][0]["account_id"] is None
    assert "the cloud did not tell its number" in result["warnings"][0] and "identify: false" in result["warnings"][0]


def test_every_region_and_several_accounts(emulator: Emulator, service: str) -> None:
    accounts = [
        {"name": "keys", "access_key_id": ALIBABA_KEY["id"], "access_key_secret": ALIBABA_KEY["secret"]},
        {"name": "vpc", "source": "environment", "network": "vpc", "regions": ["cn-shanghai"]},
    ]
    result = MODULES[service].list(region="all", accounts=accounts, **through(emulator))
    assert [(row["account"], row["region"], row["count"]) for row in result["stores"]] == [
        ("keys", "cn-hangzhou", 3),
        ("keys", "cn-shanghai", 12),
        ("vpc", "cn-shanghai", 12),
    ]
    assert f"{service}-vpc.cn-shanghai.aliyuncs.com" in {request["host"] for request in emulator.requests()}


def test_a_region_without_the_service_is_a_failure_that_says_where(emulator: Emulator, service: str) -> None:
    failed = MODULES[service].list(regions=["cn-hangzhou", "cn-nowhere"], **through(emulator))
    assert failed["failed"] and "default/cn-nowhere" in failed["msg"] and failed["store_counts"]["complete"] == 1
