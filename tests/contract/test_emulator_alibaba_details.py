# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's SDKs, unchanged, ask the emulator for what details are made of: KMS and APIG beside their listings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_apig20240327 import models as apig_models
from alibabacloud_apig20240327.client import Client as ApigClient
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from emulator import Emulator  # pylint: disable=wrong-import-position

KEY = ("LTAI5tContractKey", "contract-secret-a")
REGIONS = [
    {"name": "cn-hangzhou", "generate": {"count": 60}, "secrets": [{"secretId": "sec-1", "name": "used", "referenceCount": 8}]},
    {
        "name": "cn-hangzhou",
        "service": "kms",
        "generate": {"count": 60},
        "secrets": [{"SecretName": "plain"}, {"SecretName": "db/app", "versions": [{"VersionId": f"v{number}"} for number in range(120)]}],
        "keys": {"key-off": "Disabled"},
    },
]
WAYS = ("endpoint", "proxy")


@pytest.fixture(name="emulator", scope="module")
def fixture_emulator() -> Iterator[Emulator]:
    """Both services in one region."""
    account = {"name": "ali", "provider": "alibaba", "account_id": "1234567890123456", "keys": [{"id": KEY[0], "secret": KEY[1]}], "regions": REGIONS}
    with Emulator({"accounts": [account]}) as emulator:
        yield emulator


def config(emulator: Emulator, way: str) -> Config:
    """Settings that lead the SDK to the emulator."""
    where = {"endpoint": f"127.0.0.1:{emulator.port}", "protocol": "http"} if way == "endpoint" else {"https_proxy": emulator.url, "ca": emulator.ca_file}
    return Config(access_key_id=KEY[0], access_key_secret=KEY[1], region_id="cn-hangzhou", **where)


def known(value: Any, told: Any) -> None:
    """All that the emulator told stands in the SDK's model, which drops what it does not know."""
    if isinstance(told, Mapping):
        for name, each in told.items():
            known(value[name], each)
    elif isinstance(told, list):
        assert len(value) == len(told)
        for one, other in zip(value, told):
            known(one, other)
    else:
        assert value == told


@pytest.mark.parametrize("way", WAYS)
def test_every_secret_of_kms_is_described(emulator: Emulator, way: str) -> None:
    """With every field of the model between them; only names of another account's secrets have no place in it."""
    client = KmsClient(config(emulator, way))
    filled = set()
    for row in emulator.secrets("ali", "cn-hangzhou", "kms"):
        told = client.describe_secret(kms_models.DescribeSecretRequest(secret_name=row["SecretName"], fetch_tags="true")).body
        known(told.to_map(), row)
        filled |= {name for name, value in vars(told).items() if value is not None}
    assert filled == set(vars(told))


@pytest.mark.parametrize("way", WAYS)
def test_versions(emulator: Emulator, way: str) -> None:
    """By pages, with those that have no stage."""
    client = KmsClient(config(emulator, way))
    asked = [kms_models.ListSecretVersionIdsRequest(secret_name="db/app", include_deprecated="true", page_number=number, page_size=100) for number in (1, 2)]
    pages = [client.list_secret_version_ids(request).body for request in asked]
    assert [len(page.version_ids.version_id) for page in pages] == [100, 20] and {page.total_count for page in pages} == {120}
    assert client.list_secret_version_ids(kms_models.ListSecretVersionIdsRequest(secret_name="db/app")).body.version_ids.version_id == []


@pytest.mark.parametrize("way", WAYS)
def test_policies(emulator: Emulator, way: str) -> None:
    """A text; and a refusal for what lies in no instance."""
    client = KmsClient(config(emulator, way))
    name = next(row["SecretName"] for row in emulator.secrets("ali", "cn-hangzhou", "kms") if row["SecretName"] not in ("plain", "db/app"))
    policy = client.get_secret_policy(kms_models.GetSecretPolicyRequest(secret_name=name, policy_name="default")).body.policy
    assert json.loads(policy)["Version"] == "1"
    with pytest.raises(ClientException) as caught:
        client.get_secret_policy(kms_models.GetSecretPolicyRequest(secret_name="plain"))
    assert (caught.value.code, caught.value.status_code) == ("Forbidden.KeyPolicyUnSupported", 400)


@pytest.mark.parametrize("way", WAYS)
def test_keys_and_instances(emulator: Emulator, way: str) -> None:
    """Keys by their state; the instance of the generated secrets."""
    client = KmsClient(config(emulator, way))
    filters = json.dumps([{"Key": "KeyState", "Values": ["Disabled"]}])
    body = client.list_keys(kms_models.ListKeysRequest(filters=filters, page_number=1, page_size=100)).body
    assert [row.key_id for row in body.keys.key] == ["key-off"] and body.total_count == 1 and body.keys.key[0].key_arn
    instances = client.list_kms_instances(kms_models.ListKmsInstancesRequest(page_number=1, page_size=100)).body.kms_instances.kms_instance
    assert len(instances) == 1 and instances[0].kms_instance_id.startswith("kst-") and instances[0].kms_instance_arn


@pytest.mark.parametrize("way", WAYS)
def test_references_and_gateways(emulator: Emulator, way: str) -> None:
    """With every kind of reference, each where the model has it, and its gateway."""
    client = ApigClient(config(emulator, way))
    data = client.list_secret_references("sec-1", apig_models.ListSecretReferencesRequest(page_number=1, page_size=100)).body.data
    assert data.total_size == len(data.items) == 8
    for item in data.items:
        uses = (item.plugin_config, item.service_config, item.consumer_config, item.mcp_server_config)
        assert item.resource_type and sum(use is not None and bool(use.name) for use in uses) == 1
    gateways = client.list_gateways(apig_models.ListGatewaysRequest(page_number=1, page_size=100)).body.data.items
    assert {item.gateway_id for item in data.items} == {gateway.gateway_id for gateway in gateways} and all(gateway.name for gateway in gateways)
