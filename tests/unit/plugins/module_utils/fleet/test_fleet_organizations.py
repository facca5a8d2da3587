# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members of an organization as hosts: found once, each with an entry of its own that lists it alone, and no key in the cache."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.discovery import FleetStore, RegionCache, find_stores, unknown_regions
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.hosts import hosts
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import offers, plan, with_keys
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_listing_organizations import ALIBABA, COMPANIES, SECRET, TENCENT, Company, actions

SERVICE = {"alibaba": "alibaba_apig", "tencent": "tencent_ssm"}


def find(company: Company, emulator: Emulator, memory: RegionCache | None = None, key: int = 0, beside: Any = (), **organization: Any) -> list[FleetStore]:
    """The stores of a fleet with the organization."""
    way = {"proxy": emulator.url, "ca_path": emulator.ca_file}
    entry = company.entry(key, **organization)
    keys = {name: entry.pop(name) for name in company.key_options}
    fleet = [{**entry, "provider": SERVICE[company.cloud], **way}, *({**other, **way} for other in beside)]
    runtime = Runtime({"HOME": "/nonexistent"}, Clock().now, Redactor())
    given = {"company": keys, **{other["name"]: keys for other in beside}}
    return find_stores({"fleet": fleet}, SERVICES, given, memory or RegionCache(), runtime, Clock())


@COMPANIES
def test_each_member_is_a_host_of_its_own(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        stores = find(company, emulator)
        asked = actions(emulator)
    assert {(store.account, store.region) for store in stores} == {(company.number(place), region) for place in range(4) for region in company.regions}
    assert asked["AssumeRole"] == asked["ListSecrets"] == 0
    made = hosts(stores, ["company"])
    variables = made[0].variables
    assert (variables["store_account"], variables["store_account_id"], variables["store_account_name"]) == (company.number(1), company.number(1), "team 1")
    (entry,) = variables["assert_secrets_fleet"]["fleet"]
    folder = {"alibaba": "r-root", "tencent": "1"}[company.cloud]
    member = {"id": company.number(1), "entry": "company", "name": "team 1", "folder": folder, "stores": 8}
    assert entry["organization"] == {"role": "secrets-reader", "member": member}
    assert variables["assert_secrets_fleet"]["credentials"] == ["company"]
    assert SECRET not in json.dumps([host.variables for host in made])


@COMPANIES
def test_the_entries_of_hosts_list_their_accounts_with_one_key(company: Company) -> None:
    """Together they cost as much as the organization, without the list of members."""
    with Emulator(company.fleet()) as emulator:
        stores = find(company, emulator)
        fleet = [store.entry for store in stores if store.region == company.regions[0]]
        keys = {"company": dict(zip(company.key_options, (f"{company.key_id}0", SECRET)))}
        planned = plan({"fleet": fleet, "part": True}, offers(SERVICES), keys)
        (call,) = planned["calls"]
        emulator.clear_requests()
        accounts = with_keys(call["accounts"], keys)
        result = Listing(SERVICES[SERVICE[company.cloud]], {}).list(**{**call["options"], "accounts": accounts, "identify": True, "on_error": "report"})
        asked = actions(emulator)
    assert planned["errors"] == [] and result["complete"]
    assert {(row["account"], row["account_id"]) for row in result["stores"]} == {(company.number(place), company.number(place)) for place in range(4)}
    assert asked["AssumeRole"] == 3 and not asked["ListAccounts"] and not asked["DescribeOrganizationMembers"]
    assert asked["GetCallerIdentity"] == {"alibaba": 1, "tencent": 4}[company.cloud], (
        "whose key the own one is, and those of roles whose answer does not say so"
    )


@COMPANIES
def test_members_are_kept_without_keys_and_not_asked_again(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        first = RegionCache()
        before = find(company, emulator, first)
        emulator.clear_requests()
        second = RegionCache(old=json.loads(json.dumps(first.new)))
        after = find(company, emulator, second)
        assert actions(emulator).total() == 0
    assert before == after and second.new == first.new
    assert SECRET not in json.dumps(first.new) and company.key_id not in json.dumps(first.new)


MISFITS: dict[str, tuple[Any, ...]] = {
    "id": ("", None, 7, "x", "\u0661\u0662", "1\n"),
    "label": ("", None, 7, "a/b", " a", "a\x1b[31m", "a\u202e"),
    "name": (7, [], {}),
    "folder": (True, [], {}),
    "own": (None, "yes", 1),
}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows * 2,
        lambda rows: [*rows, {**rows[0], "label": "other"}],
        lambda rows: [*rows, {**rows[0], "id": "1"}],
        lambda rows: [*rows, None],
        lambda rows: [],
        *(lambda rows, key=key, value=value: [{**rows[0], key: value}, *rows[1:]] for key, values in MISFITS.items() for value in values),
        lambda rows: [{key: value for key, value in rows[0].items() if key != "name"}, *rows[1:]],
    ],
)
def test_kept_members_that_are_spoilt_are_asked_for_again(spoil: Callable[[list[dict[str, Any]]], list[Any]]) -> None:
    with Emulator(TENCENT.fleet()) as emulator:
        first = RegionCache()
        before = find(TENCENT, emulator, first)
        second = RegionCache(old={mark: spoil(kept) if isinstance(kept[0], dict) else kept for mark, kept in first.new.items()})
        assert find(TENCENT, emulator, second) == before and second.new == first.new


@COMPANIES
def test_members_that_are_not_known_are_one_store_with_the_reason(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        (store,) = find(company, emulator, key=1)
    error = unknown_regions([store])["company"]
    assert (store.account, store.region, error.kind) == ("company", "all", "denied")
    assert store.entry["organization"] == {"role": "secrets-reader"}, "whoever takes this host lists the whole organization"


def test_a_part_of_the_members_is_not_taken_for_all() -> None:
    roles = {place: [{"name": "secrets-reader", "trusts": ["member-1"]}] for place in (0, 2, 3)}
    with Emulator(TENCENT.fleet(roles=roles, delegated=[TENCENT.number(1)])) as emulator:
        (store,) = find(TENCENT, emulator, key=1)
    assert store.error and store.region == "all"


def test_a_member_whose_label_another_entry_has_is_refused_with_the_way_out() -> None:
    other = {"name": ALIBABA.number(2), "provider": "alibaba_apig", "regions": ["cn-hangzhou"]}
    with Emulator(ALIBABA.fleet()) as emulator, pytest.raises(SecretsError) as caught:
        find(ALIBABA, emulator, beside=[other])
    assert "given twice" in caught.value.message and "exclude.accounts" in str(caught.value.hint)


@COMPANIES
def test_regions_of_members_are_asked_for_with_their_roles(company: Company) -> None:
    with Emulator(company.fleet(roles={1: []})) as emulator:
        entry = company.entry()
        entry["regions"] = ["all"]
        keys = {name: entry.pop(name) for name in company.key_options}
        fleet = [{**entry, "provider": SERVICE[company.cloud], "proxy": emulator.url, "ca_path": emulator.ca_file}]
        stores = find_stores({"fleet": fleet}, SERVICES, {"company": keys}, RegionCache(), Runtime({}, Clock().now, Redactor()), Clock())
    assert set(unknown_regions(stores)) == {company.number(1)}
    assert len(stores) == 1 + 3 * len(company.regions)


@COMPANIES
def test_a_key_in_the_name_of_a_member_is_masked_in_variables_and_cache(company: Company) -> None:
    """Only the management account gives names, but nobody knows what it types there."""
    with Emulator(company.fleet(row_1={"name": f"for {SECRET}"})) as emulator:
        memory = RegionCache()
        made = hosts(find(company, emulator, memory), [])
        with pytest.raises(SecretsError) as caught:
            refused = find(company, emulator, label="name")
            raise refused[0].error or AssertionError("the label holds a key")
    assert SECRET not in json.dumps([host.variables for host in made]) + json.dumps(memory.new)
    assert made[0].variables["store_account_name"].startswith("for ") and "would be masked" in caught.value.message
