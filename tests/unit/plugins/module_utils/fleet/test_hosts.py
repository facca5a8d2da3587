# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores as hosts: names that stay the same and are nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.discovery import FleetStore
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.hosts import hosts


def store(account: str, region: str = "r-1", provider: str = "toys", error: SecretsError | None = None) -> FleetStore:
    return FleetStore(provider, account, region, {"name": account, "provider": provider, "regions": [region]}, error)


def test_a_store_is_a_host_in_three_groups() -> None:
    (host,) = hosts([store("pay-prod", "ap-guangzhou")], {})
    assert host.name == "toys.pay-prod.ap-guangzhou"
    assert host.lines == (("secret_stores", "toys", "account_pay_prod"), ("region_ap_guangzhou",))
    assert host.variables == {
        "store_provider": "toys",
        "store_account": "pay-prod",
        "store_region": "ap-guangzhou",
        "assert_secrets_fleet": {"fleet": [{"name": "pay-prod", "provider": "toys", "regions": ["ap-guangzhou"]}], "part": True},
    }


def test_a_host_has_the_labels_of_its_account() -> None:
    made = store("a")
    (host,) = hosts([FleetStore(made.provider, made.account, made.region, {**made.entry, "labels": {"env": "prod", "tier": 1}})], {})
    assert host.variables["store_labels"] == {"env": "prod", "tier": "1"}


def test_a_host_tells_that_its_credentials_stand_elsewhere() -> None:
    first, second = hosts([store("a"), store("b")], {"b": {}})
    assert "credentials" not in first.variables["assert_secrets_fleet"]
    assert second.variables["assert_secrets_fleet"]["credentials"] == ["b"]


def test_an_account_without_regions_is_a_host_that_says_why() -> None:
    (host,) = hosts([store("a", "all", error=SecretsError("denied", "no", code="No", request_id="r"))], {})
    assert host.name == "toys.a.all"
    assert host.lines == (("secret_stores", "toys", "account_a"), ("regions_unknown",))
    assert host.variables["store_error"] == {"kind": "denied", "code": "No", "message": "no", "http_status": None, "request_id": "r", "hint": None}


@pytest.mark.parametrize(
    "label, name, group",
    [
        ("pay prod", "toys.pay_prod.r-1", "account_pay_prod"),
        ("a.b-c_d", "toys.a.b-c_d.r-1", "account_a_b_c_d"),
        ("支付", "toys.支付.r-1", "account_支付"),
        ("x,&!:[y]*", "toys.x_____y__.r-1", "account_x_____y__"),
        ("a\u202eb", "toys.a_b.r-1", "account_a_b"),
    ],
)
def test_names_hold_nothing_that_a_pattern_of_hosts_means(label: str, name: str, group: str) -> None:
    (host,) = hosts([store(label)], {})
    assert (host.name, host.lines[0][-1]) == (name, group)


@pytest.mark.parametrize("first, second", [("a b", "a_b"), ("a-b", "a.b")])
def test_two_accounts_never_share_a_name(first: str, second: str) -> None:
    with pytest.raises(SecretsError, match=f"'{first}' and '{second}' would both be "):
        hosts([store(first), store(second)], {})


def test_regions_of_one_account_share_its_group() -> None:
    made: list[Any] = hosts([store("a", "r-1"), store("a", "r-2"), store("b", "r-1")], {})
    assert [host.name for host in made] == ["toys.a.r-1", "toys.a.r-2", "toys.b.r-1"]
    assert [host.lines[0][-1] for host in made] == ["account_a", "account_a", "account_b"]
