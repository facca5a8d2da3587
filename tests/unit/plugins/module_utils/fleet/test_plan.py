# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets: their errors, and the calls that list them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.given import WAY_OUT
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import FILE_KEYS, offers, plan, with_keys
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import FleetOptions
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES

OFFERS = {
    "east": FleetOptions(
        ["regions", "endpoint", "profile", "credentials_env", "source", "assume_role_arn"],
        ["names", "page_size", "proxy"],
        ["key_id", "key_secret", "assume_role_external_id"],
    ),
    "west": FleetOptions(["regions", "site"], ["status"], ["token"]),
}


def test_entries_with_equal_options_become_one_call() -> None:
    fleet = [
        {"name": "a", "provider": "east", "region": "r1", "page_size": 50},
        {"name": "b", "provider": "west", "regions": ["all"]},
        {"name": "c", "provider": "east", "regions": ["r1", "r2"], "page_size": 50, "endpoint": "e.example.com"},
        {"name": "d", "provider": "east", "regions": ["r1"]},
    ]
    made = plan(fleet, OFFERS, {})
    assert made["errors"] == []
    assert [(call["name"], call["options"], [account["name"] for account in call["accounts"]]) for call in made["calls"]] == [
        ("east-1", {"page_size": 50}, ["a", "c"]),
        ("west-1", {}, ["b"]),
        ("east-2", {}, ["d"]),
    ]
    assert made["calls"][0]["accounts"][1] == {"name": "c", "regions": ["r1", "r2"], "endpoint": "e.example.com", "source": "environment"}
    assert made["stores"] == [
        {"provider": "east", "account": "a", "region": "r1"},
        {"provider": "west", "account": "b"},
        {"provider": "east", "account": "c", "region": "r1"},
        {"provider": "east", "account": "c", "region": "r2"},
        {"provider": "east", "account": "d", "region": "r1"},
    ]


@pytest.mark.parametrize("entry", [{"region": "r", "regions": None}, {"region": None, "regions": ["r"]}])
def test_null_is_no_region(entry: dict[str, Any]) -> None:
    """Taken as one, it would list the region of the environment."""
    made = plan([{"name": "a", "provider": "east", **entry}], OFFERS, {})
    assert made["errors"] == [] and made["calls"][0]["accounts"][0]["regions"] == ["r"] and made["stores"][0]["region"] == "r"


def test_an_entry_without_a_region_leaves_it_to_the_environment() -> None:
    made = plan([{"name": "a", "provider": "east"}], OFFERS, {})
    assert made["calls"][0]["accounts"] == [{"name": "a", "source": "environment"}]
    assert made["stores"] == [{"provider": "east", "account": "a"}]


@pytest.mark.parametrize(
    "entry, with_credentials, source",
    [
        pytest.param({}, [], {"source": "environment"}, id="the environment, if nothing is said"),
        pytest.param({"profile": None}, [], {"source": "environment"}, id="the environment, if nothing is meant"),
        pytest.param({"credentials_env": "A_"}, [], {"credentials_env": "A_"}, id="a prefix"),
        pytest.param({"profile": "a"}, [], {"profile": "a"}, id="a profile"),
        pytest.param({"source": "metadata"}, ["assume_role_external_id"], {"source": "metadata"}, id="the machine"),
        pytest.param({}, ["key_id", "key_secret"], {}, id="keys that come from elsewhere"),
        pytest.param({}, ["profile"], {}, id="a profile that comes from elsewhere"),
        pytest.param({"assume_role_arn": "r"}, ["key_id"], {"assume_role_arn": "r"}, id="a role on keys from elsewhere"),
        pytest.param({"assume_role_arn": "r"}, [], {"assume_role_arn": "r"}, id="a role on the credentials of the task"),
        pytest.param(
            {"assume_role_arn": "r"},
            ["assume_role_external_id"],
            {"assume_role_arn": "r"},
            id="an external id alone is no source",
        ),
    ],
)
def test_each_account_has_one_source(entry: dict[str, Any], with_credentials: list[str], source: dict[str, str]) -> None:
    made = plan([{"name": "a", "provider": "east", "region": "r", **entry}], OFFERS, {"a": with_credentials} if with_credentials else {})
    assert made["errors"] == []
    assert made["calls"][0]["accounts"] == [{"name": "a", "regions": ["r"], **source}]


def test_a_fleet_may_stand_under_its_name() -> None:
    entries = [{"name": "a", "provider": "east", "region": "r"}]
    assert plan({"fleet": entries}, OFFERS, {}) == plan(entries, OFFERS, {})


ENTRIES = [{"name": "a", "provider": "east", "region": "r"}, {"name": "b", "provider": "east", "region": "r", "profile": "b"}]


def test_a_fleet_may_stand_beside_what_the_inventory_plugin_reads() -> None:
    beside = {"plugin": "multicloud.secrets.fleet", "on_error": "report", "cache": True, "compose": {"a": "b"}, "keyed_groups": []}
    assert plan({**beside, "fleet": ENTRIES}, OFFERS, {}) == plan(ENTRIES, OFFERS, {})


@pytest.mark.parametrize(
    "beside, error",
    [
        pytest.param({"keyed_group": []}, "unknown key 'keyed_group'; did you mean keyed_groups?", id="a misspelt key"),
        pytest.param({"Fleet": ENTRIES}, "unknown key 'Fleet'; did you mean fleet?", id="another case"),
        pytest.param({"on-error": "report"}, "unknown key 'on-error'; did you mean on_error?", id="a dash"),
        pytest.param({"LTAI5tCANARY": 1}, f"unknown key '(not shown)'; known: {', '.join(FILE_KEYS)}", id="a key in its place"),
        pytest.param({"plugin": "amazon.aws.aws_ec2"}, "plugin is not multicloud.secrets.fleet", id="another plugin's file"),
    ],
)
def test_what_stands_beside_a_fleet_is_checked(beside: dict[str, Any], error: str) -> None:
    assert plan({**beside, "fleet": ENTRIES}, OFFERS, {})["errors"] == [error]


PROMISED = (
    "entry 'a': credentials beside the fleet are for the inventory plugin; "
    "give them in assert_secrets_credentials too, or write source: environment to use the key of the environment"
)
LEFT_OUT = (
    "entry 'a' has no credentials in assert_secrets_credentials, although other entries have some; "
    "add them, or write source: environment to use the key of the environment"
)


@pytest.mark.parametrize(
    "beside, with_credentials, errors",
    [
        pytest.param({"credentials": {"a": {"key_id": "CANARY"}}}, {}, [PROMISED], id="the file has some"),
        pytest.param({"credentials": "{{ lookup('x') }}"}, {}, [PROMISED], id="the file may have some"),
        pytest.param({"credentials": {"a": {}}}, {"a": ["assume_role_external_id"]}, [PROMISED], id="the file has more"),
        pytest.param({"credentials": {"a": {}}}, {"a": ["key_id"]}, [], id="the role has them too"),
        pytest.param({"credentials": {"b": {}}}, {}, [], id="the file has another's"),
        pytest.param({"part": True, "credentials": ["a"]}, {}, [PROMISED], id="a host whose file has some"),
        pytest.param({"part": True}, {}, [], id="a host, and the environment for all"),
        pytest.param({"part": True}, {"a": ["key_id"], "z": ["key_id"]}, [], id="a host, and credentials for other hosts"),
        pytest.param({"part": True}, {"z": ["key_id"]}, [LEFT_OUT], id="a host that was left out"),
        pytest.param({"part": True}, {"a": ["assume_role_external_id"]}, [], id="a host with a role to assume"),
    ],
)
def test_no_entry_uses_the_environment_by_mistake(beside: dict[str, Any], with_credentials: dict[str, list[str]], errors: list[str]) -> None:
    made = plan({**beside, "fleet": ENTRIES}, OFFERS, with_credentials)
    assert made["errors"] == errors
    assert len(made["stores"]) == 2


@pytest.mark.parametrize(
    "fleet, error",
    [
        pytest.param([], "the fleet is not a list of at least one entry", id="empty"),
        pytest.param("text", "the fleet is not a list of at least one entry", id="a text"),
        pytest.param({"plugin": "multicloud.secrets.fleet"}, "the fleet is not a list of at least one entry", id="a file without a fleet"),
        pytest.param(["text"], "entry 1 is not a mapping", id="an entry that is a text"),
        pytest.param([{"provider": "east"}], "entry 1 has no name", id="no name"),
        pytest.param([{"name": 7, "provider": "east"}], "entry 1: its name is not a text; put it into quotes", id="a name that is no text"),
        pytest.param([{"name": "a", "provider": "eastt"}], "entry 'a': unknown provider 'eastt'; did you mean east?", id="a misspelt provider"),
        pytest.param(
            [{"name": "a", "provider": "east", "pagesize": 1}],
            "entry 'a': unknown option 'pagesize'; did you mean page_size?",
            id="a misspelt option",
        ),
        pytest.param([{"name": "a", "provider": "east", "profile": ""}], f"entry 'a': profile is empty. {WAY_OUT}", id="empty"),
        pytest.param([{"name": "a", "provider": "east", "regions": ["r", " "]}], f"entry 'a': regions holds an empty text. {WAY_OUT}", id="a blank region"),
        pytest.param([{"name": "a", "provider": "east", "regions": []}], f"entry 'a': regions is empty. {WAY_OUT}", id="no region"),
        pytest.param(
            [{"name": "a", "provider": "east", "region": "r", "regions": ["r"]}],
            "entry 'a': region and regions exclude each other",
            id="both regions",
        ),
        pytest.param(
            [{"name": "a", "provider": "east", "key_secret": "CANARY"}],
            "entry 'a': key_secret is a credential; give it in assert_secrets_credentials under the name 'a'",
            id="a key",
        ),
        pytest.param(
            [{"name": "a", "provider": "east", "assume_role_external_id": "CANARY"}],
            "entry 'a': assume_role_external_id is a credential; give it in assert_secrets_credentials under the name 'a'",
            id="an external id",
        ),
        pytest.param(
            [{"name": "a", "provider": "east", "proxy": "http://user:CANARY@proxy.example.com:3128"}],
            "entry 'a': proxy holds a user name or password; put that URL into the variable HTTPS_PROXY of the environment",
            id="the password of a proxy",
        ),
        pytest.param(
            [{"name": "a", "provider": "east", "profile": "p", "source": "environment"}],
            "entry 'a' has several sources of credentials: profile, source",
            id="two sources",
        ),
    ],
)
def test_every_error_names_the_entry_and_the_way_out(fleet: Any, error: str) -> None:
    made = plan(fleet, OFFERS, {})
    assert (made["errors"], made["calls"]) == ([error], [])


@pytest.mark.parametrize(
    "entry, elsewhere, error",
    [
        pytest.param({"profile": "p"}, ["key_id"], "entry 'a' has several sources of credentials: profile, key_id", id="a profile and keys"),
        pytest.param(
            {"assume_role_arn": "r"},
            ["assume_role_arn", "key_id"],
            "entry 'a': assume_role_arn is in the fleet and in assert_secrets_credentials; give it once",
            id="twice",
        ),
        pytest.param(
            {},
            ["key_idd"],
            "entry 'a', in assert_secrets_credentials: unknown option 'key_idd'; did you mean key_id?",
            id="misspelt",
        ),
        pytest.param(
            {},
            ["regions"],
            "entry 'a', in assert_secrets_credentials: unknown option 'regions'; known: assume_role_arn, assume_role_external_id, "
            "credentials_env, key_id, key_secret, profile, source",
            id="no credential",
        ),
    ],
)
def test_what_is_given_elsewhere_is_checked_by_its_names(entry: dict[str, Any], elsewhere: list[str], error: str) -> None:
    made = plan([{"name": "a", "provider": "east", "region": "r", **entry}], OFFERS, {"a": elsewhere})
    assert made == {"errors": [error], "calls": [], "stores": [{"provider": "east", "account": "a", "region": "r"}]}


def test_a_fleet_with_an_error_of_its_own_has_no_stores() -> None:
    made = plan([{"name": "a", "provider": "east", "pagesize": 1}, {"name": "b", "provider": "east"}], OFFERS, {})
    assert made["stores"] == []


def test_all_errors_come_at_once() -> None:
    fleet = [{"name": "a", "provider": "east"}, {"name": "a", "provider": "east", "key_id": "CANARY"}, {"name": "b", "provider": "north"}]
    errors = plan(fleet, OFFERS, {"stranger": ["key_id"]})["errors"]
    assert len(errors) == 4 and "CANARY" not in str(errors)
    assert errors[0] == "entry 'a': the name is given twice"
    assert errors[3] == "credentials are given for 'stranger', which is no entry of the fleet"


def test_a_name_of_several_entries_is_told_once() -> None:
    fleet = [{"name": "a", "provider": "east", "pagesize": 1}, *[{"name": "a", "provider": "east"}] * 2]
    assert plan(fleet, OFFERS, {})["errors"] == ["entry 'a': the name is given twice", "entry 'a': unknown option 'pagesize'; did you mean page_size?"]


KNOWN = "known: assume_role_arn, assume_role_external_id, credentials_env, key_id, key_secret, profile, source"


@pytest.mark.parametrize(
    "name, error",
    [
        pytest.param("key_secert", "unknown option 'key_secert'; did you mean key_secret?", id="a misspelt name"),
        pytest.param("Key-Secret", "unknown option 'Key-Secret'; did you mean key_secret?", id="another case, and a dash"),
        pytest.param("token", f"unknown option 'token'; {KNOWN}", id="another cloud's name"),
        pytest.param("LTAI5tCANARY", f"unknown option '(not shown)'; {KNOWN}", id="a key in its place"),
        pytest.param(7, f"unknown option '(not shown)'; {KNOWN}", id="no text"),
    ],
)
def test_credentials_with_other_names_are_refused(name: Any, error: str) -> None:
    made = plan([{"name": "a", "provider": "east"}], OFFERS, {"a": ["key_id", name]})
    assert made["errors"] == [f"entry 'a', in assert_secrets_credentials: {error}"]


def test_credentials_of_a_misspelt_entry_name_the_entry() -> None:
    made = plan([{"name": "production", "provider": "east"}], OFFERS, {"Producton": ["key_id", "key_secret"]})
    assert made["errors"] == ["credentials are given for 'Producton', which is no entry of the fleet; did you mean production?"]


def test_credentials_without_any_option_are_a_slip() -> None:
    made = plan([{"name": "a", "provider": "east"}], OFFERS, {"a": []})
    assert made["errors"] == ["entry 'a': what assert_secrets_credentials gives for it is empty"]


def test_keys_reach_the_accounts_of_their_name_only() -> None:
    accounts: list[dict[str, Any]] = [{"name": "a", "regions": ["r"]}, {"name": "b"}]
    keys = {"a": {"key_id": "i", "key_secret": "s"}, "c": {"key_id": "x"}}
    assert with_keys(accounts, keys) == [{"name": "a", "regions": ["r"], "key_id": "i", "key_secret": "s"}, {"name": "b"}]
    assert accounts[0] == {"name": "a", "regions": ["r"]}


WRONG: list[Any] = [True, False, 0, 5, 1.5, [None], [True], ["x", 5], [["x"]], {"a": 1}]


@pytest.mark.parametrize("value", WRONG, ids=str)
def test_regions_of_a_wrong_type_are_refused(value: Any) -> None:
    for option, kind in (("regions", "a list of names of regions"), ("region", "the name of a region")):
        told = plan([{"name": "pay", "provider": "tencent_ssm", option: value}], offers(SERVICES), {})
        assert f"entry 'pay': {option} is not {kind}" in told["errors"] and told["calls"] == []
    assert plan([{"name": "pay", "provider": "tencent_ssm", "region": ["x"]}], offers(SERVICES), {})["errors"] == [
        "entry 'pay': region is not the name of a region"
    ]


def test_no_value_of_any_option_breaks_the_plan() -> None:
    for service, offer in offers(SERVICES).items():
        for option in sorted({"name", "provider", "region", "regions", *offer.account, *offer.call, *offer.credentials}):
            for value in (*WRONG, None, "", "\ud800", [], {}, ["\ud800"], {5: 6}):
                told = plan([{"name": "pay", "provider": service, option: value}], offers(SERVICES), {})
                assert isinstance(told["errors"], list)
                assert not option.startswith(("profile", "oidc")) or "\ud800" not in str(value) or told["errors"]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        (["tags", "keys"], []),
        ("tags,keys", []),
        (None, []),
        (["tag"], ["entry 'a': details: unknown detail 'tag'; did you mean tags?"]),
        (["references"], ["entry 'a': details: unknown detail 'references'; known: keys, tags, rotation, history, versions, service"]),
        ({"tags": True}, ["entry 'a': details is not a list of words"]),
        ([["tags"]], ["entry 'a': details: unknown detail \"['tags']\"; did you mean tags?"]),
    ],
)
def test_details_are_words_of_the_service(given: Any, errors: list[str]) -> None:
    made = plan([{"name": "a", "provider": "tencent_ssm", "region": "r", "details": given}], offers(SERVICES), {})
    assert made["errors"] == errors
    if not errors and given:
        assert made["calls"][0]["options"] == {"details": given}


def test_of_the_details_under_defaults_an_entry_takes_those_of_its_service() -> None:
    entries = [{"name": "ssm", "provider": "tencent_ssm"}, {"name": "apig", "provider": "alibaba_apig"}]
    made = plan({"defaults": {"region": "r", "details": ["tags", "references", "keys"]}, "fleet": entries}, offers(SERVICES), {})
    assert [call["options"] for call in made["calls"]] == [{"details": ["tags", "keys"]}, {"details": ["references", "keys"]}]
    made = plan({"defaults": {"region": "r", "details": ["tags"]}, "fleet": entries}, offers(SERVICES), {})
    assert [call["options"] for call in made["calls"]] == [{"details": ["tags"]}, {}]
    made = plan({"defaults": {"region": "r", "details": ["nobody"]}, "fleet": entries}, offers(SERVICES), {})
    assert made["errors"][0].startswith("defaults: details: unknown detail 'nobody'; known: history, keys,")
