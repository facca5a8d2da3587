# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all clouds share: what they come to, and one clear error for every misuse, without any secret in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from ansible_collections.multicloud.secrets.plugins.doc_fragments import transport
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import VariableSet
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import CredentialSource, from_environment
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime, _as_label, read_accounts
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import (
    RANGES,
    RequestLimits,
    argument_spec,
    fleet_options,
    read_connection,
    read_limits,
    read_query,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import ServiceOptions
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud.vault.provider import PROVIDER as TOY

OPTIONS = ServiceOptions(
    filters={
        "kinds": {"type": "list", "elements": "str", "choices": ["user", "product"], "no_log": False},
        "status": {"type": "str", "choices": ["enabled", "disabled"]},
        "instance": {"type": "str"},
        "tags": {"type": "dict"},
    },
    place={"network": {"type": "str", "choices": ["public", "internal"]}, "site": {"type": "str"}},
    keys={"toy_id": {"type": "str", "no_log": False}, "toy_secret": {"type": "str", "no_log": True}, "toy_token": {"type": "str", "no_log": True}},
)
NAMES = TOY.names
SOURCES = (CredentialSource("the environment", lambda context: from_environment(context, NAMES)), TOY.profile)
PROVIDER = replace(TOY, options=OPTIONS, region_variables=("TOY_REGION", "TOY_OLD_REGION"), sources=SOURCES)
ENVIRONMENT = {"TOY_ID": "canary-id-of-environment", "TOY_SECRET": "canary-secret-of-environment", "TOY_REGION": "env-1"}
KEYS = {"toy_id": "canary-id-of-options", "toy_secret": "canary-secret-of-options"}
SPEC = argument_spec(OPTIONS)


def _defaults(spec: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that AnsibleModule makes of these options: all others have their default, or None."""
    assert given.keys() <= spec.keys(), given.keys() - spec.keys()
    return {name: given.get(name, rule.get("default")) for name, rule in spec.items()}


def _options(**given: Any) -> dict[str, Any]:
    if given.get("accounts"):
        given["accounts"] = [_defaults(SPEC["accounts"]["options"], entry) for entry in given["accounts"]]
    return _defaults(SPEC, given)


def _accounts(environment: Mapping[str, str] | None = None, **given: Any) -> list[Any]:
    return read_accounts(PROVIDER, _options(**given), _world(ENVIRONMENT if environment is None else environment))


def _world(environment: Mapping[str, str], redactor: Redactor | None = None) -> Runtime:
    return Runtime({"HOME": "/nonexistent", **environment}, lambda: 1_770_000_000.0, redactor or Redactor())


def _refused(act: Any) -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        act()
    error = caught.value
    assert "canary" not in str(error.as_dict())
    assert error.kind in ("argument", "credentials")
    return error


# The specification


def test_no_option_falls_back_to_the_environment_before_validation() -> None:
    for rules in (SPEC, SPEC["accounts"]["options"]):
        assert not [name for name, rule in rules.items() if "fallback" in rule]


def test_every_option_that_could_look_like_a_secret_says_whether_it_is_one() -> None:
    for rules in (SPEC, SPEC["accounts"]["options"]):
        for name, rule in rules.items():
            if any(word in name for word in ("secret", "token", "key", "proxy")):
                assert rule.get("no_log") is not None, name


def test_defaults_lie_within_their_bounds() -> None:
    for name, (least, most) in RANGES.items():
        assert least <= SPEC[name]["default"] <= most, name


def test_an_account_has_the_clouds_own_options() -> None:
    assert SPEC["accounts"]["options"].keys() >= {"name", "regions", "endpoint", "credentials_env", "source", *OPTIONS.place, *OPTIONS.keys}
    assert "region" not in SPEC["accounts"]["options"]


# One account


def test_the_single_account_has_the_default_label_and_the_tasks_own_key() -> None:
    (account,) = _accounts({}, region="r-1", **KEYS)
    assert (account.name, account.regions, account.endpoint) == ("default", ("r-1",), None)
    key = account.credentials.current
    assert (key.key_id, key.key_secret, key.token, account.credentials.source) == (*KEYS.values(), None, "options")
    assert account.place == {"network": None, "site": None}


def test_the_single_account_can_be_named_and_placed() -> None:
    (account,) = _accounts(account="prod", regions=["r-2", "r-1", "r-2"], endpoint="https://{region}.Example.com/", network="internal", site="x")
    assert (account.name, account.regions, account.endpoint) == ("prod", ("r-2", "r-1"), "https://{region}.example.com")
    assert (account.place, account.credentials.source) == ({"network": "internal", "site": "x"}, "environment")


@pytest.mark.parametrize(
    ("given", "environment", "regions"),
    [
        pytest.param({"region": "r-1"}, {"TOY_REGION": "env-1"}, ("r-1",), id="the option wins"),
        pytest.param({"regions": ["r-1", "r-2"]}, {"TOY_REGION": "env-1"}, ("r-1", "r-2"), id="so does the list"),
        pytest.param({}, {"TOY_REGION": "env-1", "TOY_OLD_REGION": "env-2"}, ("env-1",), id="the first variable counts"),
        pytest.param({}, {"TOY_REGION": "", "TOY_OLD_REGION": "env-2"}, ("env-2",), id="an empty variable is not set"),
        pytest.param({"region": "all"}, {}, ("all",), id="all regions"),
        pytest.param({"regions": ["all"]}, {}, ("all",), id="all regions, as a list"),
        pytest.param({"regions": ["all", "all"]}, {}, None, id="all regions twice is all beside others"),
        pytest.param({}, {"TOY_REGION": "all"}, ("all",), id="all regions, by the environment"),
    ],
)
def test_which_regions(given: dict[str, Any], environment: dict[str, str], regions: tuple[str, ...] | None) -> None:
    if regions is None:
        _refused(lambda: _accounts(environment, **KEYS, **given))
    else:
        assert _accounts(environment, **KEYS, **given)[0].regions == regions


@pytest.mark.parametrize(
    ("given", "environment", "start", "way_out"),
    [
        pytest.param(
            {},
            {},
            "no region is given; looked at region, regions, the environment variables TOY_REGION, TOY_OLD_REGION, and the profile",
            "'all'",
            id="none anywhere",
        ),
        pytest.param({"region": "evil.com/#"}, {}, "region: 'evil.com/#' is not", "lower-case", id="no region"),
        pytest.param({"region": ""}, {"TOY_REGION": "env-1"}, "region is empty", "omit", id="an empty region is not replaced by the environment's"),
        pytest.param({"regions": ["r-1", "R 2"]}, {}, "regions: 'R 2' is not", "lower-case", id="one bad region of several"),
        pytest.param({"regions": ["R 2"]}, {}, "regions: 'R 2' is not", "lower-case", id="one bad region in the list"),
        pytest.param({}, {"TOY_OLD_REGION": "../x"}, "TOY_OLD_REGION: '../x' is not", "lower-case", id="a bad region of the environment"),
        pytest.param({"regions": ["all", "r-1"]}, {}, "regions: 'all' excludes other regions", "", id="all beside others"),
        pytest.param({"region": "r-1", "endpoint": "http://example.com"}, {}, "endpoint: 'http://example.com' would send", "host name", id="plain http"),
        pytest.param(
            {"region": "r-1", "endpoint": "https://u:canary@example.com"},
            {},
            "endpoint: the value holds a user name",
            "host name",
            id="a password in the endpoint",
        ),
        pytest.param({"region": "r-1", "account": "a/b"}, {}, "account: 'a/b' cannot be", "no slash", id="a slash in the label"),
        pytest.param({"region": "r-1", "account": ""}, {}, "account is empty", "omit", id="an empty label"),
        pytest.param({"region": "r-1", "account": " a"}, {}, "account: ' a' cannot be", "no slash", id="a space in front of the label"),
        pytest.param({"region": "r-1", "account": "a\nb"}, {}, "account: 'a\\nb' cannot be", "no slash", id="a line break in the label"),
        pytest.param({"region": "r-1", "account": "a\u202eb"}, {}, "account: 'a\\u202eb' cannot be", "no slash", id="a label that turns round"),
        pytest.param({"region": "r-1", "account": "a\ud800"}, {}, "account holds half of a character", "omit", id="a label that no file can hold"),
        pytest.param({"region": "r-1", "account": "a" * 65}, {}, "account: 'aaa", "64 characters", id="a label that is too long"),
    ],
)
def test_a_misuse_is_named_with_the_way_out(given: dict[str, Any], environment: dict[str, str], start: str, way_out: str) -> None:
    error = _refused(lambda: _accounts(environment, **KEYS, **given))
    assert error.message.startswith(start)
    assert way_out in str(error.hint)


@pytest.mark.parametrize("name", [name for name, rule in SPEC.items() if rule["type"] in ("str", "path", "list", "dict")])
def test_no_option_may_be_empty(name: str) -> None:
    wrong: dict[str, list[Any]] = {"list": [[], [""], ["r-1", " "]], "dict": [{}]}
    empty = wrong.get(SPEC[name]["type"], ["", " "])
    for value in empty[:1] if name == "accounts" else empty:
        error = _refused(lambda value=value: (read_query(OPTIONS, {**_options(), name: value}), _accounts(ENVIRONMENT, **{name: value})))
        assert error.kind == "argument" and error.message.startswith(f"{name} ") and "omit" in str(error.hint)


@pytest.mark.parametrize("name", [name for name, rule in SPEC["accounts"]["options"].items() if name != "name"])
def test_no_option_of_an_account_may_be_empty(name: str) -> None:
    rule = SPEC["accounts"]["options"][name]
    if rule["type"] == "int":
        return
    entry = {"name": "a", "source": "environment", name: [] if rule["type"] == "list" else ""}
    error = _refused(lambda: _accounts(ENVIRONMENT, region="r-1", accounts=[entry]))
    assert error.message == f"accounts[a]: {name} is empty" and "omit" in str(error.hint)


def test_the_region_of_one_set_of_variables_is_not_for_the_key_of_another() -> None:
    other = VariableSet(("TOY_OLD_ID",), ("TOY_OLD_SECRET",), ("TOY_OLD_TOKEN",), ("TOY_OLD_REGION",))
    names = replace(NAMES, sets=(*NAMES.sets, other))
    provider = replace(PROVIDER, names=names, sources=(CredentialSource("the environment", lambda context: from_environment(context, names)),))
    environment = {"TOY_OLD_REGION": "old-1", "TOY_ID": "canary-id-of-environment", "TOY_SECRET": "canary-secret-of-environment"}

    def accounts(more: Mapping[str, str], **options: Any) -> list[Any]:
        return read_accounts(provider, _options(**options), Runtime({**environment, **more}, lambda: 0.0, Redactor()))

    assert accounts({})[0].regions == ("old-1",)
    old = {"TOY_OLD_ID": "canary-id-of-old", "TOY_OLD_SECRET": "canary-secret-of-old"}
    error = _refused(lambda: accounts(old))
    assert error.message == "TOY_OLD_REGION belongs to TOY_OLD_ID, but the key of TOY_ID is used" and "TOY_REGION" in str(error.hint)
    assert accounts(old, region="r-1")[0].regions == ("r-1",)
    assert accounts({**old, "TOY_REGION": "r-2"})[0].regions == ("r-2",)
    assert accounts({**old, "TOY_ID": "", "TOY_SECRET": ""})[0].regions == ("old-1",)


def test_an_account_has_its_own_labels_or_those_of_the_task() -> None:
    accounts = _accounts(VARIABLES, accounts=[{**PROD, "labels": {"env": "prod"}}, TEST], region="r-1", labels={"env": "other", "team": "pay"})
    assert [account.labels for account in accounts] == [{"env": "prod"}, {"env": "other", "team": "pay"}]
    error = _refused(lambda: _accounts(VARIABLES, accounts=[{**TEST, "labels": {"e v": "x"}}], region="r-1"))
    assert error.message.startswith("accounts[test]: labels: 'e v' cannot be")


def test_an_account_with_a_role_and_no_source_enters_with_the_credentials_of_the_task() -> None:
    """Those that a task without accounts would use: its own options first, then the sources in the cloud's order."""
    partner = {"name": "partner", "assume_role_arn": "toy::partner/reader"}
    given = {"toy_id": "canary-id-of-the-task", "toy_secret": "canary-secret-of-the-task"}
    ways: list[tuple[dict[str, Any], str, str]] = [({}, "environment", "canary-id-of-environment"), (given, "options", "canary-id-of-the-task")]
    for options, source, key in ways:
        account = _accounts(accounts=[partner, PROD], region="r-1", **options)[0]
        request = account.credentials.take_request()
        assert request.signed_by.key_id == key and request.signed_by.source == source
    missing = _accounts({}, accounts=[partner, PROD], region="r-1", on_error="report")[0]
    assert "looked at: the options" in str(missing.credentials.problem)


@pytest.mark.parametrize("label", ["prod", "prod eu", "产品", "a" * 64, "a.b@c#1", "*"])
def test_labels(label: str) -> None:
    assert _accounts(account=label)[0].name == label


@pytest.mark.parametrize(
    ("given", "environment", "named"),
    [
        pytest.param({}, {}, ["toy_id", "toy_secret", "TOY_ID", "TOY_SECRET"], id="no credentials"),
        pytest.param({"toy_id": "canary-id"}, ENVIRONMENT, ["toy_id", "toy_secret"], id="half a pair"),
        pytest.param({"toy_token": "canary-token"}, ENVIRONMENT, ["toy_token"], id="a token alone"),
        pytest.param({"toy_id": "canary-id", "toy_secret": "canary-secret\n"}, {}, ["toy_secret"], id="a line break in a secret"),
    ],
)
def test_credentials_that_are_none(given: dict[str, Any], environment: dict[str, str], named: list[str]) -> None:
    error = _refused(lambda: _accounts(environment, region="r-1", **given))
    assert error.kind == "credentials"
    assert all(name in error.message for name in named)
    assert error.hint or "given without" in error.message


# Several accounts

PROD = {"name": "prod", "toy_id": "canary-id-of-prod", "toy_secret": "canary-secret-of-prod", "toy_token": "canary-token-of-prod"}
TEST = {"name": "test", "credentials_env": "TEST_"}
HOME = {"name": "home", "source": "environment"}
VARIABLES = {**ENVIRONMENT, "TEST_TOY_ID": "canary-id-of-test", "TEST_TOY_SECRET": "canary-secret-of-test"}


def test_each_account_has_its_own_source() -> None:
    accounts = _accounts(VARIABLES, accounts=[PROD, TEST, HOME], region="r-1")
    assert [(account.name, account.credentials.current.key_id, account.credentials.current.token, account.credentials.source) for account in accounts] == [
        ("prod", "canary-id-of-prod", "canary-token-of-prod", "options"),
        ("test", "canary-id-of-test", None, "environment TEST_*"),
        ("home", "canary-id-of-environment", None, "environment"),
    ]


def test_an_accounts_own_settings_go_before_the_tasks() -> None:
    accounts = _accounts(
        VARIABLES,
        regions=["r-1", "r-2"],
        endpoint="task.example.com",
        network="public",
        accounts=[{**PROD, "regions": ["r-9"], "endpoint": "own.example.com", "network": "internal", "site": "s"}, TEST, HOME],
    )
    assert [(account.regions, account.endpoint, account.place) for account in accounts] == [
        (("r-9",), "https://own.example.com", {"network": "internal", "site": "s"}),
        (("r-1", "r-2"), "https://task.example.com", {"network": "public", "site": None}),
        (("r-1", "r-2"), "https://task.example.com", {"network": "public", "site": None}),
    ]


def test_without_a_region_of_its_own_or_the_tasks_an_account_takes_the_environments() -> None:
    assert [account.regions for account in _accounts(VARIABLES, accounts=[PROD, {**TEST, "regions": ["all"]}])] == [("env-1",), ("all",)]


@pytest.mark.parametrize(
    ("given", "start", "way_out"),
    [
        pytest.param({"accounts": []}, "accounts is empty", "leave the option out", id="no account"),
        pytest.param({"regions": []}, "regions is empty", "leave the option out", id="no region"),
        pytest.param({"accounts": [{**TEST, "regions": []}]}, "accounts[test]: regions is empty", "leave the option out", id="no region of an account"),
        pytest.param({"account": "prod", "accounts": [PROD]}, "account and accounts exclude each other", "omit", id="a label beside accounts"),
        pytest.param({"account": "prod "}, "account: 'prod ' cannot be an account's name", "no space at its ends", id="a label that looks like another"),
        pytest.param({"accounts": [PROD, {**TEST, "name": "prod"}]}, "accounts: the name 'prod' is given twice", "name of its own", id="one name twice"),
        pytest.param({"accounts": [{"name": "prod"}]}, "accounts[prod]: names no source of credentials", "credentials_env", id="an account without a source"),
        pytest.param(
            {"accounts": [{**PROD, "source": "environment"}]}, "accounts[prod]: has several sources", "credentials_env", id="keys and the environment"
        ),
        pytest.param({"accounts": [{**TEST, "source": "environment"}]}, "accounts[test]: has several sources", "toy_id", id="a prefix and the environment"),
        pytest.param({"accounts": [{**TEST, "toy_token": "canary-token"}]}, "accounts[test]: has several sources", "source", id="a prefix and a token"),
        pytest.param(
            {"accounts": [{"name": "prod", "toy_token": "canary-token"}]}, "accounts[prod]: toy_token is given without toy_id", "", id="a token alone"
        ),
        pytest.param({"accounts": [{"name": "prod", "toy_id": "canary-id"}]}, "accounts[prod]: toy_id is given without toy_secret", "both", id="half a pair"),
        pytest.param(
            {"accounts": [{**TEST, "credentials_env": "NO_"}]},
            "accounts[test]: no credentials found; looked at: the environment (NO_TOY_ID and NO_TOY_SECRET are not set)",
            "",
            id="variables that are not set",
        ),
        pytest.param({"accounts": [{**TEST, "credentials_env": "a b"}]}, "accounts[test]: credentials_env: 'a b'", "", id="no prefix"),
        pytest.param(
            {"accounts": [PROD], "toy_id": "canary-id"}, "toy_id and accounts exclude each other", "toy_id: '{{ omit }}'", id="an id of the task beside them"
        ),
        pytest.param(
            {"accounts": [PROD], "toy_secret": "canary-key"}, "toy_secret and accounts exclude", "module_defaults", id="a secret of the task beside them"
        ),
        pytest.param({"accounts": [PROD], "toy_token": "canary-key"}, "toy_token and accounts exclude", "omit", id="a token of the task beside them"),
        pytest.param({"accounts": [{**PROD, "regions": ["X"]}]}, "accounts[prod]: regions: 'X' is not", "lower-case", id="a bad region of an account"),
        pytest.param({"accounts": [{**PROD, "regions": ["all", "r-1"]}]}, "accounts[prod]: regions: 'all' excludes other regions", "", id="all beside others"),
        pytest.param(
            {"accounts": [{**PROD, "endpoint": "http://x.com"}]}, "accounts[prod]: endpoint: 'http://x.com'", "host name", id="a bad endpoint of an account"
        ),
        pytest.param({"accounts": [{**PROD, "name": "a/b"}]}, "accounts[a/b]: 'a/b' cannot be", "no slash", id="a slash in a label"),
    ],
)
def test_a_misuse_of_accounts_is_named_with_the_way_out(given: dict[str, Any], start: str, way_out: str) -> None:
    error = _refused(lambda: _accounts(VARIABLES, **given))
    assert error.message.startswith(start)
    assert way_out in str(error.hint)


def test_a_region_for_all_accounts_that_is_bad_is_named_as_the_tasks() -> None:
    assert _refused(lambda: _accounts(VARIABLES, accounts=[PROD], region="X")).message.startswith("accounts[prod]: region: 'X'")
    assert _refused(lambda: _accounts({}, accounts=[PROD])).message.startswith("accounts[prod]: no region is given; looked at region, regions, the")


def test_the_keys_of_all_accounts_are_registered_to_be_scrubbed() -> None:
    redactor = Redactor()
    read_accounts(PROVIDER, _options(accounts=[PROD, TEST], region="r-1"), _world(VARIABLES, redactor))
    assert redactor.text("canary-secret-of-prod canary-token-of-prod canary-secret-of-test") == f"{MASK} {MASK} {MASK}"


# What is asked


def test_without_filters_everything_is_asked_for() -> None:
    query = read_query(OPTIONS, _options())
    assert (query.filters, query.names) == ({}, frozenset())
    assert (query.page_size, query.max_pages, query.verify, query.identify) == (100, 1000, True, True)


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        pytest.param({"name_like": "db"}, {"name_like": "db"}, id="a part of a name"),
        pytest.param({"kinds": ["user"]}, {"kinds": ["user"]}, id="one kind of two"),
        pytest.param({"kinds": ["product", "user"]}, {}, id="all kinds narrow nothing"),
        pytest.param({"kinds": ["user", "user", "product"]}, {}, id="nor do they if one stands twice"),
        pytest.param(
            {"status": "enabled", "instance": "i-1", "tags": {"a": None}}, {"status": "enabled", "instance": "i-1", "tags": {"a": None}}, id="several"
        ),
        pytest.param({"instance": "0"}, {"instance": "0"}, id="nought is something"),
    ],
)
def test_filters(given: dict[str, Any], filters: dict[str, Any]) -> None:
    assert read_query(OPTIONS, _options(**given)).filters == filters


def test_names_and_switches() -> None:
    query = read_query(OPTIONS, _options(names=["a", "b", "a"], verify=False, identify=False, page_size=1, max_pages=7))
    assert (query.names, query.verify, query.identify, query.page_size, query.max_pages) == (frozenset("ab"), False, False, 1, 7)


@pytest.mark.parametrize(
    ("given", "start"),
    [
        pytest.param({"names": ["a", ""]}, "names holds an empty text", id="an empty name"),
        pytest.param({"names": [" a"]}, "names: ' a' is not a valid secret name", id="a space in front of a name"),
        pytest.param({"name_like": "db\n"}, "name_like: 'db\\n' begins or ends with a space", id="a line break behind a part of a name"),
        pytest.param({"profile": "\u200b"}, "profile is blank", id="a name that nobody sees"),
        pytest.param({"query": ""}, "query is empty", id="an empty expression"),
        pytest.param({"dest": ""}, "dest is empty", id="an empty path"),
    ],
)
def test_what_can_only_be_a_slip_is_refused(given: dict[str, Any], start: str) -> None:
    error = _refused(lambda: read_query(OPTIONS, _options(**given)))
    assert error.kind == "argument" and error.message.startswith(start) and error.hint


def _read_all(**given: Any) -> None:
    options = _options(**given)
    read_query(OPTIONS, options)
    read_limits(options)
    read_connection(options, Redactor())


@pytest.mark.parametrize("name", sorted(RANGES))
def test_numbers_have_bounds(name: str) -> None:
    least, most = RANGES[name]
    for value in (least, most):
        _read_all(**{name: value})
    for value in (least - 1, 0 if least > 0 else -1, most + 1, 10**12, float("nan"), float("inf"), float("-inf")):
        error = _refused(lambda value=value: _read_all(**{name: value}))
        assert error.message == f"{name}: {value} is out of range"
        assert error.hint == f"Give a number from {least} to {most}."
    told = yaml.safe_load(transport.ModuleDocFragment.DOCUMENTATION)["options"][name]["description"]
    assert re.search(rf"\bfrom {least} to {most}\b", "".join(told), re.IGNORECASE), "ansible-doc tells them"


def test_how_hard_to_try() -> None:
    assert read_limits(_options()) == RequestLimits(concurrency=16, rate_limit=25, retries=4, deadline=900.0)
    assert read_limits(_options(concurrency=1, rate_limit=2, retries=0, deadline=0.5)) == RequestLimits(1, 2, 0, 0.5)


# How to connect


def test_how_to_connect_by_default() -> None:
    connection = read_connection(_options(), Redactor())
    assert (connection.timeout, connection.verify, connection.proxy) == (10.0, True, None)


@pytest.mark.parametrize(
    ("validate", "bundle", "verify"),
    [(True, False, True), (True, True, "bundle"), (False, False, False), (False, True, False)],
    ids=["checked", "checked against a file", "not checked", "not checked, whatever the file"],
)
def test_how_certificates_are_checked(validate: bool, bundle: bool, verify: bool | str) -> None:
    path = requests.utils.DEFAULT_CA_BUNDLE_PATH if bundle else None
    connection = read_connection(_options(validate_certs=validate, ca_path=path, concurrency=3, timeout=1.5), Redactor())
    assert connection.verify == (path if verify == "bundle" else verify)
    assert connection.timeout == 1.5


@pytest.mark.parametrize(
    "content", [None, b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"], ids=["none", "empty", "garbage", "a bad one"]
)
def test_a_file_without_certificates_is_refused_before_anything_is_sent(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    error = _refused(lambda: read_connection(_options(ca_path=str(path)), Redactor()))
    assert error.message == f"ca_path: {str(path)!r} cannot be read"
    assert error.hint and "PEM" in error.hint


@pytest.mark.parametrize(
    "proxy", ["http://proxy.example.com:3128", "https://proxy", "socks5://127.0.0.1:1080", "socks5h://[::1]:1080", "http://user:canary@proxy:1"]
)
def test_proxies(proxy: str) -> None:
    assert read_connection(_options(proxy=proxy), Redactor()).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.example.com:3128",
        "canary-password",
        "ftp://user:canary@proxy",
        "http://",
        "http://user:canary@:1",
        "http://user:canary@proxy:0",
        "http://user:canary@proxy:99999",
        "http://user:canary@[proxy",
        "http://user:canary@proxy:x",
        "file:///canary",
        "javascript:canary",
    ],
)
def test_what_is_no_proxy_is_refused_and_not_shown(proxy: str) -> None:
    error = _refused(lambda: read_connection(_options(proxy=proxy), Redactor()))
    assert error.kind == "argument" and error.message.startswith("proxy ")
    assert error.hint and "http://proxy.example.com:3128" in error.hint
    assert "canary" not in f"{error.message}{error.hint}"


def test_the_password_of_a_proxy_is_registered_as_it_is_written_and_as_it_is_meant() -> None:
    redactor = Redactor()
    read_connection(_options(proxy="http://user:p%40ss%2fword-1@proxy:1"), redactor)
    assert redactor.text("p%40ss%2fword-1 p@ss/word-1 p%40ss%2Fword-1") == f"{MASK} {MASK} {MASK}"


# Profiles and roles


ROLE = {"assume_role_arn": "toys:role/Auditor"}


@pytest.mark.parametrize(
    ("given", "start"),
    [
        pytest.param({**KEYS, "profile": "prod"}, "profile and toy_id exclude each other", id="a key beside a profile"),
        pytest.param({**KEYS, "assume_role_arn": "a role"}, "assume_role_arn cannot be the name of a role", id="a role with a space"),
        pytest.param({**KEYS, "assume_role_arn": "r" * 1025}, "assume_role_arn cannot be the name of a role", id="an endless role"),
        pytest.param({**KEYS, "assume_role_session_name": "ci"}, "assume_role_session_name is given without assume_role_arn", id="a session alone"),
        pytest.param({**KEYS, "assume_role_external_id": "canary"}, "assume_role_external_id is given without assume_role_arn", id="an external id alone"),
        pytest.param({**KEYS, **ROLE, "assume_role_session_name": "a b"}, "assume_role_session_name: 'a b' cannot be one", id="a session with a space"),
        pytest.param({**KEYS, **ROLE, "assume_role_duration": 899}, "assume_role_duration: 899 is out of range", id="too short"),
        pytest.param({**KEYS, **ROLE, "assume_role_duration": 43_201}, "assume_role_duration: 43201 is out of range", id="too long"),
    ],
)
def test_a_misuse_of_profiles_and_roles_is_named(given: dict[str, Any], start: str) -> None:
    error = _refused(lambda: _accounts(region="r-1", **given))
    assert (error.kind, error.message.startswith(start), bool(error.hint)) == ("argument", True, True)


def test_a_role_is_assumed_on_top_of_the_source(tmp_path: Path) -> None:
    role: dict[str, Any] = {**KEYS, **ROLE, "assume_role_duration": 900}
    (account,) = _accounts(region="r-1", **role, assume_role_session_name="ci", assume_role_external_id="shop-42")
    aux_request = account.credentials.take_request()
    assert account.credentials.blocked and account.credentials.source == "options, role Auditor" and aux_request.signed_by.key_id == KEYS["toy_id"]
    assert aux_request.request.url == "https://vault.toys.example/become?role=toys%3Arole%2FAuditor&session=ci"
    account.credentials.answered({"id": "temporary-id", "secret": "temporary-secret", "token": "temporary-token", "until": 1_770_003_600})
    assert (account.credentials.source, account.credentials.take().key_id, account.credentials.take().expires) == (
        "options, role Auditor",
        "temporary-id",
        1_770_003_600.0,
    )


@pytest.mark.parametrize(
    ("profile", "variable", "in_file", "expected"),
    [
        pytest.param(None, "env-1", "file-1", "env-1", id="the environment before the profile"),
        pytest.param("prod", "env-1", "file-1", "file-1", id="but not where the profile is asked for"),
        pytest.param("prod", "env-1", None, "env-1", id="unless it names none"),
        pytest.param(None, None, "file-1", "file-1", id="the profile alone"),
    ],
)
def test_the_region_of_a_profile(tmp_path: Path, profile: str | None, variable: str | None, in_file: str | None, expected: str) -> None:
    home = tmp_path / ".toys"
    home.mkdir(mode=0o700)
    file = home / f"{profile or 'default'}.json"
    file.write_text(json.dumps({"id": "canary-id-of-the-file", "secret": "canary-secret-of-file", "region": in_file}), encoding="utf-8")
    file.chmod(0o600)
    environment = {"HOME": str(tmp_path), **({"TOY_REGION": variable} if variable else {})}
    (account,) = _accounts(environment, profile=profile)
    assert (account.regions, account.name, account.credentials.source) == ((expected,), profile or "default", "toy profile")


def test_a_profile_of_an_account_can_be_asked_for_by_name(tmp_path: Path) -> None:
    error = _refused(lambda: _accounts({"HOME": str(tmp_path), **ENVIRONMENT}, region="r-1", accounts=[{"name": "a", "profile": "prod"}]))
    assert error.message == f"accounts[a]: no credentials found; looked at: the profile ({tmp_path}/.toys/prod.json does not exist)"


def test_the_machine_of_an_account_can_be_asked_for_by_name() -> None:
    (account,) = _accounts(region="r-1", accounts=[{"name": "a", "source": "metadata"}])
    assert account.credentials.blocked and account.credentials.take_request().request.url == "http://box.toys.example/key"


def test_a_profile_without_a_region_does_not_mean_all_of_them(tmp_path: Path) -> None:
    (tmp_path / ".toys").mkdir(mode=0o700)
    file = tmp_path / ".toys" / "prod.json"
    file.write_text(json.dumps({"id": "canary-id-of-the-file", "secret": "canary-secret-of-file"}), encoding="utf-8")
    file.chmod(0o600)
    assert "no region is given" in _refused(lambda: _accounts({"HOME": str(tmp_path)}, profile="prod")).message


def test_without_accounts_a_report_needs_credentials_too() -> None:
    assert _refused(lambda: _accounts({}, region="r-1", on_error="report")).kind == "credentials"


def test_a_label_from_a_profile_is_no_longer_than_labels_are(tmp_path: Path) -> None:
    (account,) = _accounts({"HOME": str(tmp_path)}, region="r-1", accounts=[{"name": "x" * 64, "source": "environment"}], on_error="report")
    assert account.name == "x" * 64 == _as_label("x" * 70)


def test_no_entry_of_a_fleet_holds_a_key() -> None:
    masked = {name for name, rule in PROVIDER.options.keys.items() if rule["no_log"]}
    assert masked and not masked & set(fleet_options(PROVIDER.options).account)
