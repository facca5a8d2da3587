# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of Alibaba Cloud's credentials: every mode of a profile, every type of a section, machine, platform, service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import credentials as alibaba
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, Credentials, NotConfigured
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import first_complete
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import iso_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.auth.sources import (
    NOW,
    Home,
    http_error,
    no_machine,
    parts,
    play,
    refused,
)

CONFIG = ".aliyun/config.json"
INI = ".alibabacloud/credentials.ini"
ID, SECRET, TOKEN = "LTAI5tCanaryProfile", "canary-secret-of-profile", "canary-token-of-profile"
AK = {"access_key_id": ID, "access_key_secret": SECRET}
STS = {**AK, "sts_token": TOKEN}
ARN = "acs:ram::1234567890123456:role/Auditor"
END = iso_time(NOW + 3600)
HANDED = ("STS.canaryHandedOut", "canary-secret-handed-out", "canary-token-handed-out")
MACHINE = {"Code": "Success", "AccessKeyId": HANDED[0], "AccessKeySecret": HANDED[1], "SecurityToken": HANDED[2], "Expiration": END}
ASSUMED = {"Credentials": {name: MACHINE[name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration")}}
METADATA = "http://100.100.100.200/latest/meta-data/ram/security-credentials/"
RRSA = {
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "token",
    "ALIBABA_CLOUD_ROLE_ARN": ARN,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1234567890123456:oidc-provider/ack",
}


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def config(*profiles: Any, current: Any = "default") -> dict[str, Any]:
    return {"current": current, "profiles": list(profiles), "meta_path": ""}


def row(mode: str, name: str = "default", **more: Any) -> dict[str, Any]:
    return {"name": name, "mode": mode, "region_id": "cn-hangzhou", **more}


def form(aux_request: AuxRequest) -> dict[str, str]:
    return dict(parse_qsl(aux_request.request.body.decode("ascii"), strict_parsing=True))


# Profiles of the command line


@pytest.mark.parametrize(
    "profile, expected",
    [
        pytest.param(row("AK", **AK), (ID, SECRET, None), id="AK"),
        pytest.param(row("AK", **STS), (ID, SECRET, None), id="AK with a token that was left over"),
        pytest.param({"name": "default", **AK}, (ID, SECRET, None), id="no mode"),
        pytest.param(row("", **AK), (ID, SECRET, None), id="an empty mode"),
        pytest.param(row("ak", **AK), (ID, SECRET, None), id="AK in lower case"),
        pytest.param(row("StsToken", **STS), (ID, SECRET, TOKEN), id="StsToken"),
        pytest.param(row("STSTOKEN", **STS), (ID, SECRET, TOKEN), id="StsToken in upper case"),
        pytest.param(row("CloudSSO", **STS, sts_expiration=int(NOW) + 60), (ID, SECRET, TOKEN), id="CloudSSO"),
        pytest.param(row("OAuth", **STS, sts_expiration=int(NOW) + 60), (ID, SECRET, TOKEN), id="OAuth"),
    ],
)
def test_a_profile_that_holds_its_key(home: Home, profile: dict[str, Any], expected: tuple[Any, ...]) -> None:
    home.write(CONFIG, config(profile))
    key, aux_requests = play(alibaba.profile(home.context()))
    assert parts(key) == (*expected, "profile default") and not aux_requests
    assert key.expires == (NOW + 60 if "sts_expiration" in profile else None)
    assert home.redactor.text(f"{key.key_secret} {key.token or key.key_secret}") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "profile, reason",
    [
        pytest.param(row("AK"), "has no access_key_id and no access_key_secret", id="no key"),
        pytest.param(row("AK", access_key_id=ID), "access_key_id is given without", id="half a key"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret=7), "access_key_secret is not a text", id="a number"),
        pytest.param(row("AK", access_key_id=[ID], access_key_secret=SECRET), "access_key_id is not a text", id="a list"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret={"canary": SECRET}), "access_key_secret is not a text", id="a mapping"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret=True), "access_key_secret is not a text", id="a truth"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret=None), "access_key_id is given without", id="a null"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret=SECRET + "\n"), "holds a space or a line break", id="a line break"),
        pytest.param(row("AK", access_key_id=ID, access_key_secret=SECRET + "\ud800"), "holds a character that is not allowed in a key", id="half a character"),
        pytest.param(row("StsToken", **AK), "has no sts_token", id="no token"),
        pytest.param(row("RamRoleArn", **AK), "names no role", id="no role"),
        pytest.param(row("RamRoleArn", ram_role_arn=ARN), "has no access_key_id and no access_key_secret", id="no key for the role"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=[ARN]), "the resource name of the role is not valid", id="a list for a role"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn="a b"), "the resource name of the role is not valid", id="a role with a space"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, ram_session_name="x"), "the session name of the role is not valid", id="a short session"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, expired_seconds="canary"), "the duration of the role is not valid", id="a duration in words"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, expired_seconds=-1), "the duration of the role is not valid", id="a duration below nothing"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, expired_seconds=10**400), "the duration of the role is not valid", id="an endless duration"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, expired_seconds=True), "the duration of the role is not valid", id="true as a duration"),
        pytest.param(
            row("RamRoleArn", **AK, ram_role_arn=ARN, external_id=["canary"]), "the external id of the role is not valid", id="a list of external ids"
        ),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, policy={"canary": 1}), "the policy of the role is not valid", id="a policy that is no text"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, policy="\ud800"), "the policy of the role is not valid", id="a policy of half a character"),
        pytest.param(row("RamRoleArn", **AK, ram_role_arn=ARN, sts_region=["x"]), "sts_region is not a text", id="a list of regions"),
        pytest.param(
            row("RamRoleArn", **AK, ram_role_arn=ARN, sts_region="evil.com/#"), "sts_region: 'evil.com/#' is not a region name", id="a host for a region"
        ),
        pytest.param(row("ChainableRamRoleArn", ram_role_arn=ARN), "names no source_profile", id="no profile to build on"),
        pytest.param(row("ChainableRamRoleArn", ram_role_arn=ARN, source_profile=7), "source_profile is not a text", id="a number to build on"),
        pytest.param(row("ChainableRamRoleArn", ram_role_arn=ARN, source_profile="../x"), "builds on '../x', which does not exist", id="a path to build on"),
        pytest.param(
            row("ChainableRamRoleArn", ram_role_arn=ARN, source_profile="gone"),
            "the profile 'default' builds on 'gone', which does not exist",
            id="a missing one",
        ),
        pytest.param(row("ChainableRamRoleArn", ram_role_arn=ARN, source_profile="default"), "default -> default build on each other in a circle", id="itself"),
        pytest.param(row("EcsRamRole", ram_role_name=7), "ram_role_name is not a text", id="a number for a machine's role"),
        pytest.param(row("OIDC", ram_role_arn=ARN), "lacks its identity provider or the file of its token", id="no provider"),
        pytest.param(
            row("OIDC", ram_role_arn=ARN, oidc_provider_arn=7, oidc_token_file="x"), "the identity provider is not a text", id="a number for a provider"
        ),
        pytest.param(row("OIDC", ram_role_arn=ARN, oidc_provider_arn="x", oidc_token_file="/nonexistent/t"), "/nonexistent/t does not exist", id="no token"),
        pytest.param(row("OIDC", ram_role_arn=ARN, oidc_provider_arn="x", oidc_token_file="/dev/null"), "/dev/null is not a regular file", id="a device"),
        pytest.param(row("OIDC", ram_role_arn=ARN, oidc_provider_arn="x", oidc_token_file="a\0b"), "does not exist", id="no path"),
        pytest.param(row("CredentialsURI"), "credentials_uri: the address of the service cannot be used", id="no address"),
        pytest.param(row("CredentialsURI", credentials_uri=[]), "credentials_uri is not a text", id="a list for an address"),
        pytest.param(row("CredentialsURI", credentials_uri="http://8.8.8.8/x"), "the address of the service cannot be used", id="an open address"),
        pytest.param(
            row("CredentialsURI", credentials_uri="https://u:canary@a.example/"), "the address of the service cannot be used", id="an address with a password"
        ),
        pytest.param(row("CloudSSO", sts_expiration=int(NOW) + 60), "has no access_key_id and no access_key_secret", id="never signed in"),
        pytest.param(row("CloudSSO", **AK, sts_expiration=int(NOW) + 60), "has no sts_token", id="signed in by half"),
        pytest.param(row("CloudSSO", **STS, sts_expiration=int(NOW)), "has expired", id="CloudSSO that has expired"),
        pytest.param(row("OAuth", **STS), "has expired", id="OAuth without an end"),
        pytest.param(row("OAuth", **STS, sts_expiration=True), "has expired", id="true as an end"),
        pytest.param(row("OAuth", **STS, sts_expiration="canary"), "has expired", id="a word as an end"),
        pytest.param(row("OAuth", **STS, sts_expiration=10**400), "has expired", id="an end beyond all numbers"),
        pytest.param(row("OAuth", **STS, sts_expiration=["canary"]), "has expired", id="a list as an end"),
        pytest.param(row("External", process_command="echo canary"), "runs a program to get its key", id="External"),
        pytest.param(row("RsaKeyPair"), "is of the mode 'rsakeypair', which is not supported", id="RsaKeyPair"),
        pytest.param(row("Sts-Token"), "is of the mode 'sts-token' (did you mean ststoken?), which is not supported", id="nearly a mode"),
        pytest.param(row("Canary-Key-In-Its-Place"), "is of the mode (not shown), which is not supported", id="what may be a key"),
        pytest.param(row("x" * 1000), "(not shown), which is not supported", id="an endless mode"),
        pytest.param(row(["canary"]), "mode is not a text", id="a list of modes"),  # type: ignore[arg-type]  # that is the fault
    ],
)
def test_a_profile_that_cannot_be_used_names_its_file_and_the_reason(home: Home, profile: dict[str, Any], reason: str) -> None:
    home.write(CONFIG, config(profile))
    error = refused(alibaba.profile(home.context(who="accounts[prod]: ")))
    assert reason in error.message
    if "has expired" not in reason and not reason.startswith("/"):
        assert str(home.folder / CONFIG) in error.message
    if "expired" in reason or reason == "has no sts_token":
        assert "aliyun configure" in str(error.hint)


def test_a_role_is_assumed_with_all_that_the_profile_says_of_it(home: Home) -> None:
    policy = '{"Version": "1", "Statement": []}\n'
    more: dict[str, Any] = {
        "ram_role_arn": ARN,
        "ram_session_name": "ci",
        "expired_seconds": 900,
        "external_id": "shop-42",
        "policy": policy,
        "sts_region": "cn-beijing",
    }
    home.write(CONFIG, config(row("RamRoleArn", **STS, **more)))
    key, (aux_request,) = play(alibaba.profile(home.context()), ASSUMED)
    assert parts(key) == (*HANDED, "profile default, role Auditor") and key.expires == NOW + 3600
    assert aux_request.signed_by and (aux_request.signed_by.key_id, aux_request.signed_by.token) == (ID, TOKEN)
    assert form(aux_request) == {
        "RoleArn": ARN,
        "RoleSessionName": "ci",
        "DurationSeconds": "900",
        "ExternalId": "shop-42",
        "Policy": policy,
    }
    assert (aux_request.request.host, aux_request.request.action) == ("sts.cn-beijing.aliyuncs.com", "AssumeRole")


@pytest.mark.parametrize(
    "environment, place, host",
    [
        pytest.param({}, {}, "sts.aliyuncs.com", id="anywhere"),
        pytest.param({"ALIBABA_CLOUD_STS_REGION": "cn-beijing"}, {}, "sts.cn-beijing.aliyuncs.com", id="a region by the environment"),
        pytest.param({}, {"network": "vpc"}, "sts-vpc.home-1.aliyuncs.com", id="the private network"),
        pytest.param({"ALIBABA_CLOUD_STS_REGION": "cn-beijing"}, {"network": "vpc"}, "sts-vpc.cn-beijing.aliyuncs.com", id="the private network of a region"),
        pytest.param({}, {"network": "public"}, "sts.aliyuncs.com", id="the public network"),
    ],
)
def test_where_a_role_is_asked_for(tmp_path: Path, environment: dict[str, str], place: dict[str, str], host: str) -> None:
    home = Home(tmp_path, **environment)
    home.write(CONFIG, config(row("RamRoleArn", **AK, ram_role_arn=ARN, expired_seconds=0)))
    _key, (aux_request,) = play(alibaba.profile(home.context(**place)), ASSUMED)
    assert aux_request.request.host == host
    assert form(aux_request) == {"RoleArn": ARN, "RoleSessionName": "multicloud-secrets", "DurationSeconds": "3600"}


def test_a_chain_of_roles_is_assumed_one_on_top_of_the_other(home: Home) -> None:
    first = row("RamRoleArn", "first", **AK, ram_role_arn=ARN)
    second = row("ChainableRamRoleArn", "second", ram_role_arn=f"{ARN}2", source_profile="first")
    third = row("ChainableRamRoleArn", "third", ram_role_arn=f"{ARN}3", source_profile="second")
    home.write(CONFIG, config(first, second, third, current="third"))
    key, aux_requests = play(alibaba.profile(home.context()), ASSUMED, ASSUMED, ASSUMED)
    assert parts(key) == (*HANDED, "profile third, role Auditor3")
    assert [form(aux_request)["RoleArn"] for aux_request in aux_requests] == [ARN, f"{ARN}2", f"{ARN}3"]
    assert [aux_request.signed_by.key_id for aux_request in aux_requests if aux_request.signed_by] == [ID, HANDED[0], HANDED[0]]


def test_a_long_circle_is_told_in_full(home: Home) -> None:
    home.write(CONFIG, config(*(row("ChainableRamRoleArn", name, ram_role_arn=ARN, source_profile=other) for name, other in ("ab", "bc", "ca")), current="a"))
    assert "the profiles a -> b -> c -> a build on each other in a circle" in refused(alibaba.profile(home.context())).message


def test_a_role_on_top_of_a_machine(home: Home) -> None:
    home.write(CONFIG, config(row("EcsRamRole", "base"), row("ChainableRamRoleArn", ram_role_arn=ARN, source_profile="base")))
    key, aux_requests = play(alibaba.profile(home.context()), "metadata-token-canary", "reader\n", json.dumps(MACHINE), ASSUMED)
    assert key.source == "profile default, role Auditor" and [aux_request.request.method for aux_request in aux_requests] == ["PUT", "GET", "GET", "POST"]


@pytest.mark.parametrize("role, names", [("reader", []), ("", ["reader\n"]), (None, ["reader"])])
def test_a_profile_of_a_machine(home: Home, role: str | None, names: list[str]) -> None:
    home.write(CONFIG, config(row("EcsRamRole", ram_role_name=role)))
    key, aux_requests = play(alibaba.profile(home.context()), "metadata-token-canary", *names, json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "profile default") and key.expires == NOW + 3600
    assert aux_requests[-1].request.url == f"{METADATA}reader" and len(aux_requests) == 2 + len(names)


def test_a_profile_of_a_service_account(home: Home) -> None:
    token = home.write("token", "canary-platform-token\n")
    more = {"oidc_provider_arn": "provider", "oidc_token_file": str(token), "ram_role_arn": ARN, "ram_session_name": "ci"}
    home.write(CONFIG, config(row("OIDC", **more)))
    key, (aux_request,) = play(alibaba.profile(home.context()), ASSUMED)
    assert parts(key) == (*HANDED, "profile default")
    asked = form(aux_request)
    assert (asked["OIDCToken"], asked["OIDCProviderArn"], asked["RoleArn"], asked["RoleSessionName"]) == ("canary-platform-token", "provider", ARN, "ci")


def test_a_profile_of_a_service(home: Home) -> None:
    home.write(CONFIG, config(row("CredentialsURI", credentials_uri="http://localhost:8080/key?x=1")))
    key, (aux_request,) = play(alibaba.profile(home.context()), json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "profile default")
    assert (aux_request.request.url, aux_request.request.direct, aux_request.signed_by) == ("http://localhost:8080/key?x=1", True, None)


@pytest.mark.parametrize(
    "profile, variable, current, expected",
    [
        pytest.param("asked", "by-variable", "by-file", "asked", id="the one that is asked for"),
        pytest.param(None, "by-variable", "by-file", "by-variable", id="the variable's"),
        pytest.param(None, "", "by-file", "by-file", id="the file's"),
        pytest.param(None, "", "", "default", id="default"),
        pytest.param(None, "", None, "default", id="default, with a null"),
    ],
)
def test_which_profile(tmp_path: Path, profile: str | None, variable: str, current: Any, expected: str) -> None:
    home = Home(tmp_path, ALIBABA_CLOUD_PROFILE=variable)
    names = ("asked", "by-variable", "by-file", "default")
    rows = [row("AK", name, access_key_id=f"{ID}-{name}", access_key_secret=SECRET) | {"region_id": name} for name in names]
    home.write(CONFIG, config(*rows, current=current))
    context = home.context(profile)
    assert play(alibaba.profile(context))[0].source == f"profile {expected}"
    assert alibaba.profile_region(context) == expected


def test_of_two_profiles_with_one_name_the_first_counts(home: Home) -> None:
    home.write(CONFIG, config(row("AK", **AK), row("AK", access_key_id="LTAI5tCanaryOther", access_key_secret=SECRET)))
    assert play(alibaba.profile(home.context()))[0].key_id == ID


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\0b", "生产", "a b", "-x", ".hidden", "x" * 65, "a/b", "a\n"])
def test_a_profile_may_have_any_name(home: Home, name: str) -> None:
    """It is a text in a file, and never a path."""
    home.write(CONFIG, config(row("AK", name, **AK), current=name))
    for context in (home.context(), home.context(name)):
        key = play(alibaba.profile(context))[0]
        assert (key.key_id, key.source.isprintable(), len(key.source) < 80) == (ID, True, True)
        assert alibaba.profile_region(context) == "cn-hangzhou"


@pytest.mark.parametrize(
    "content, reason",
    [
        pytest.param({"current": ["canary"], "profiles": []}, "current is not a text", id="a list as the current one"),
        pytest.param({"current": 7, "profiles": [row("AK", **AK)]}, "current is not a text", id="a number as the current one"),
        pytest.param({"current": "default"}, "has no list of profiles", id="no profiles"),
        pytest.param({"profiles": {"default": AK}}, "has no list of profiles", id="profiles by name"),
        pytest.param({"profiles": ["canary"]}, "has no list of profiles", id="texts for profiles"),
        pytest.param({"profiles": None}, "has no list of profiles", id="null"),
        pytest.param([AK], "does not hold a JSON object", id="a list"),
        pytest.param("", "is not JSON at line 1, column 1", id="nothing"),
        pytest.param('{"canary": ', "is not JSON", id="broken JSON"),
        pytest.param('{"profiles": [], "profiles": []}', "a key occurs twice in one object", id="a key twice"),
        pytest.param('{"profiles": NaN}', "NaN is not JSON", id="NaN"),
        pytest.param("[" * 100_000, "is nested too deeply", id="too deep"),
        pytest.param(b'{"canary": "\xff"}', "is not UTF-8", id="not UTF-8"),
        pytest.param(b"\xff\xfe{\0}\0", "is not UTF-8", id="UTF-16"),
    ],
)
def test_files_that_are_no_config_are_named_with_the_reason(home: Home, content: Any, reason: str) -> None:
    path = home.write(CONFIG, content)
    for act in (lambda: play(alibaba.profile(home.context(who="accounts[prod]: "))), lambda: alibaba.profile_region(home.context(who="accounts[prod]: "))):
        with pytest.raises(SecretsError) as caught:
            act()
        assert caught.value.kind == "credentials" and reason in caught.value.message and str(path) in caught.value.message
        assert caught.value.message.startswith("accounts[prod]: ") and "canary" not in str(caught.value.as_dict())


def test_a_byte_order_mark_does_not_matter(home: Home) -> None:
    home.write(CONFIG, b"\xef\xbb\xbf" + json.dumps(config(row("AK", **AK))).encode())
    assert play(alibaba.profile(home.context()))[0].key_id == ID


def test_where_there_is_no_profile_nothing_is_offered(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(NotConfigured, match="config.json does not exist"):
        play(alibaba.profile(home.context()))
    assert alibaba.profile_region(home.context()) is None
    home.write(CONFIG, config({"mode": "AK"}, {"name": 7}, row("AK", "other")))
    with pytest.raises(NotConfigured, match="config.json has no profile 'default'"):
        play(alibaba.profile(home.context()))
    assert alibaba.profile_region(home.context()) is None


def test_the_profile_can_be_switched_off_but_not_where_it_is_asked_for(tmp_path: Path) -> None:
    home = Home(tmp_path, ALIBABA_CLOUD_CLI_PROFILE_DISABLED="True")
    home.write(CONFIG, config(row("AK", **AK)))
    with pytest.raises(NotConfigured, match="ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set"):
        play(alibaba.profile(home.context()))
    assert alibaba.profile_region(home.context()) is None
    assert play(alibaba.profile(home.context("default")))[0].key_id == ID
    assert alibaba.profile_region(home.context("default")) == "cn-hangzhou"


@pytest.mark.parametrize("region, expected", [("cn-beijing", "cn-beijing"), ("", None), (None, None)])
def test_the_region_of_a_profile(home: Home, region: str | None, expected: str | None) -> None:
    home.write(CONFIG, config(row("AK") | {"region_id": region}))
    assert alibaba.profile_region(home.context()) == expected


def test_a_region_that_is_no_text_is_an_error(home: Home) -> None:
    home.write(CONFIG, config(row("AK") | {"region_id": ["canary"]}))
    with pytest.raises(SecretsError, match="config.json, profile default: region_id is not a text"):
        alibaba.profile_region(home.context())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MODES = ["AK", "StsToken", "RamRoleArn", "ChainableRamRoleArn", "EcsRamRole", "OIDC", "CredentialsURI", "CloudSSO", "OAuth", "External", "other"]
FIELDS = [
    *STS,
    *("ram_role_arn", "ram_session_name", "expired_seconds", "policy", "external_id", "sts_region", "source_profile", "ram_role_name"),
    *("oidc_provider_arn", "oidc_token_file", "credentials_uri", "sts_expiration", "region_id"),
]
PROFILES = st.fixed_dictionaries({"name": st.sampled_from(["default", "a", "b"]), "mode": st.sampled_from(MODES) | JSON}).flatmap(
    lambda fixed: st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["a", "b", ARN, SECRET, ID]), max_size=8).map(lambda more: {**more, **fixed})
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON | st.fixed_dictionaries({"current": st.just("default"), "profiles": st.lists(PROFILES, max_size=4) | JSON}))
def test_whatever_stands_in_the_file_comes_out_whole_or_as_a_typed_error(tmp_path: Path, document: Any) -> None:
    home = Home(tmp_path)
    home.write(CONFIG, document)
    for act in (lambda: next(alibaba.profile(home.context())), lambda: alibaba.profile_region(home.context())):
        try:
            act()
        except StopIteration as end:
            assert isinstance(end.value, Credentials) and all(part and part.isascii() for part in (end.value.key_id, end.value.key_secret))
        except (SecretsError, NotConfigured) as error:
            assert SECRET not in str(getattr(error, "message", error))


# Sections of the SDKs' file


@pytest.mark.parametrize(
    "section, answers, expected",
    [
        pytest.param(f"type = access_key\naccess_key_id = {ID} # mine\naccess_key_secret = {SECRET}", [], (ID, SECRET, None), id="access_key"),
        pytest.param(f"access_key_id={ID}\naccess_key_secret={SECRET}#rotated", [], (ID, SECRET, None), id="no type"),
        pytest.param(
            f"type = ram_role_arn\naccess_key_id = {ID}\naccess_key_secret = {SECRET}\nrole_arn = {ARN}\nrole_session_name = ci\npolicy =",
            [ASSUMED],
            HANDED,
            id="ram_role_arn",
        ),
        pytest.param("type = ecs_ram_role\nrole_name = reader", ["token-canary", json.dumps(MACHINE)], HANDED, id="ecs_ram_role"),
    ],
)
def test_a_section(home: Home, section: str, answers: list[Any], expected: tuple[Any, ...]) -> None:
    path = home.write(INI, f"; comment\n[other]\ntype = access_key\n\n[default]\n{section}\n")
    key, aux_requests = play(alibaba.shared_file(home.context()), *answers)
    role = ", role Auditor" if "role_arn" in section else ""
    assert parts(key) == (*expected, f"file {path}, section default{role}")
    if role:
        assert form(aux_requests[0]) == {"RoleArn": ARN, "RoleSessionName": "ci", "DurationSeconds": "3600"}


def test_a_section_of_a_service_account_in_a_file_named_by_a_variable(tmp_path: Path) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token")
    text = f"[ci]\ntype = oidc_role_arn\nrole_arn = {ARN}\noidc_provider_arn = provider\noidc_token_file_path = {token}\n"
    path = Home(tmp_path).write("elsewhere.ini", text)
    home = Home(tmp_path, ALIBABA_CLOUD_CREDENTIALS_FILE=str(path), ALIBABA_CLOUD_PROFILE="ci")
    key, (aux_request,) = play(alibaba.shared_file(home.context()), ASSUMED)
    assert key.source == f"file {path}, section ci" and form(aux_request)["OIDCToken"] == "canary-platform-token"


@pytest.mark.parametrize(
    "text, reason",
    [
        pytest.param("[default]\ntype = access_key", "has no access_key_id and no access_key_secret", id="no key"),
        pytest.param(f"[default]\naccess_key_secret = {SECRET}", "access_key_secret is given without", id="half a key"),
        pytest.param(f"[default]\ntype = ram_role_arn\naccess_key_id = {ID}\naccess_key_secret = {SECRET}", "names no role", id="no role"),
        pytest.param(f"[default]\ntype = oidc_role_arn\nrole_arn = {ARN}", "lacks its identity provider", id="no provider"),
        pytest.param("[default]\ntype = Access-Key", "is of the type 'Access-Key' (did you mean access_key?), which is not", id="nearly a type"),
        pytest.param("[default]\ntype = rsa_key_pair", "is of the type 'rsa_key_pair', which is not supported", id="a type that is not supported"),
        pytest.param(f"\naccess_key_id = {ID}", ", line 2: it stands before the first [section]", id="no section at all"),
        pytest.param("[default]\na = 1\na = 2", ", line 3: the option stands twice", id="an option twice"),
        pytest.param("[default]\n[default]", ", line 2: the section stands twice", id="a section twice"),
        pytest.param(f"[default]\n{SECRET}", ", line 2: it is no [section], and no option = value", id="no option"),
    ],
)
def test_sections_that_cannot_be_used_are_named_with_the_reason(home: Home, text: str, reason: str) -> None:
    path = home.write(INI, text)
    error = refused(alibaba.shared_file(home.context(who="accounts[x]: ")))
    assert reason in error.message and str(path) in error.message and error.message.startswith("accounts[x]: ")


def test_a_file_without_the_section_offers_nothing(home: Home) -> None:
    with pytest.raises(NotConfigured, match="credentials.ini does not exist"):
        play(alibaba.shared_file(home.context()))
    home.write(INI, "[other]\n")
    with pytest.raises(NotConfigured, match=r"credentials.ini has no section \[default\]"):
        play(alibaba.shared_file(home.context()))


# The machine


def test_the_second_version_of_the_metadata_service(home: Home) -> None:
    key, aux_requests = play(alibaba.metadata(home.context()), "metadata-token-canary", "reader\n", json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "ECS role")
    asked = [(aux_request.request.method, aux_request.request.url, dict(aux_request.request.headers)) for aux_request in aux_requests]
    token = {"x-aliyun-ecs-metadata-token": "metadata-token-canary"}
    assert asked == [
        ("PUT", "http://100.100.100.200/latest/api/token", {"x-aliyun-ecs-metadata-token-ttl-seconds": "21600"}),
        ("GET", METADATA, token),
        ("GET", f"{METADATA}reader", token),
    ]
    assert all(aux_request.request.plain and aux_request.request.direct and aux_request.signed_by is None for aux_request in aux_requests)
    assert home.redactor.text("metadata-token-canary") == MASK


@pytest.mark.parametrize("status", [403, 404, 405, 500])
def test_the_first_version_where_the_second_is_refused(home: Home, status: int) -> None:
    key, aux_requests = play(alibaba.metadata(home.context()), http_error(status), "reader", json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "ECS role") and [dict(aux_request.request.headers) for aux_request in aux_requests[1:]] == [{}, {}]


@pytest.mark.parametrize(
    "environment, answers, reason",
    [
        pytest.param({"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"}, [http_error(403)], "HTTP status 403", id="only the second version"),
        pytest.param({}, [no_machine()], "did not answer in time", id="no machine"),
        pytest.param({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "TRUE"}, [], "ALIBABA_CLOUD_ECS_METADATA_DISABLED is set", id="switched off"),
        pytest.param({}, ["t", http_error(404)], "HTTP status 404", id="no role"),
        pytest.param({}, ["t", "<html>\ncanary</html>" * 100], "cannot be the name of a role", id="a page for a role"),
        pytest.param({}, ["t", ""], "cannot be the name of a role", id="no name of a role"),
        pytest.param({}, ["t", "reader", "canary"], "the answer is not JSON", id="no JSON"),
        pytest.param({}, ["t", "reader", "[]"], "the answer holds no credentials", id="a list"),
        pytest.param({}, ["t", "reader", '{"Code": "Failed", "canary": 1}'], "the answer holds no credentials", id="a failure"),
        pytest.param({}, ["t", "reader", '{"Code": "Success"}'], "returned no credentials", id="an empty success"),
        pytest.param({}, ["t", "reader", json.dumps({**MACHINE, "AccessKeySecret": 7})], "AccessKeySecret is not a text", id="a number for a secret"),
    ],
)
def test_where_the_machine_has_no_role_the_reason_is_told(tmp_path: Path, environment: dict[str, str], answers: list[Any], reason: str) -> None:
    home = Home(tmp_path, **environment)
    with pytest.raises(NotConfigured) as caught:
        play(alibaba.metadata(home.context()), *answers)
    assert reason in str(caught.value) and len(str(caught.value)) < 200 and "canary-" not in str(caught.value)


@pytest.mark.parametrize(
    "name, answers, reason",
    [("../x", ["t"], "'../x' cannot be the name of a role"), ("..", ["t"], "'..' cannot be"), ("gone", ["t", http_error(404)], "HTTP status 404")],
)
def test_a_named_role_of_the_machine_that_is_not_there_ends_the_search(tmp_path: Path, name: str, answers: list[Any], reason: str) -> None:
    home = Home(tmp_path, ALIBABA_CLOUD_ECS_METADATA=name, ALIBABA_CLOUD_CREDENTIALS_URI="http://127.0.0.1/x")
    error = refused(first_complete(home.context(), PROVIDER.sources), *answers)
    assert error.message.startswith("ALIBABA_CLOUD_ECS_METADATA names a role") and reason in error.message and "unset" in str(error.hint)


def test_the_role_of_the_machine_can_be_named(tmp_path: Path) -> None:
    key, aux_requests = play(alibaba.metadata(Home(tmp_path, ALIBABA_CLOUD_ECS_METADATA="a.role,of=mine@x+y").context()), "token-canary", json.dumps(MACHINE))
    assert key.source == "ECS role" and aux_requests[-1].request.url == f"{METADATA}a.role,of=mine@x+y"


@pytest.mark.parametrize(
    "end, expected",
    [
        (END, NOW + 3600),
        ("", None),
        (None, None),
        ("tomorrow", None),
        (["canary"], None),
        (int(NOW) + 5, NOW + 5),
        (True, None),
        (0, None),
        (10**400, None),
    ],
)
def test_when_the_key_of_a_machine_ends(home: Home, end: Any, expected: float | None) -> None:
    key, _aux_requests = play(alibaba.metadata(home.context()), "token-canary", "reader", json.dumps({**MACHINE, "Expiration": end}))
    assert key.expires == expected


# The platform, and a service


def test_a_service_account_stands_for_a_role(tmp_path: Path) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token\n", 0o644)
    home = Home(tmp_path, **{**RRSA, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token), "ALIBABA_CLOUD_ROLE_SESSION_NAME": "runner"})
    key, (aux_request,) = play(alibaba.platform(home.context()), ASSUMED)
    assert parts(key) == (*HANDED, "service account") and aux_request.signed_by is None and not aux_request.request.plain
    assert (aux_request.request.method, aux_request.request.url) == ("POST", "https://sts.aliyuncs.com/")
    assert form(aux_request) == {
        "Action": "AssumeRoleWithOIDC",
        "Version": "2015-04-01",
        "Format": "JSON",
        "Timestamp": iso_time(NOW),
        "RoleArn": ARN,
        "RoleSessionName": "runner",
        "OIDCProviderArn": RRSA["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"],
        "OIDCToken": "canary-platform-token",
        "DurationSeconds": "3600",
    }
    assert "canary" not in aux_request.request.url and home.redactor.text("canary-platform-token") == MASK


@pytest.mark.parametrize("missing", RRSA)
def test_one_of_its_variables_does_not_stand_alone(tmp_path: Path, missing: str) -> None:
    home = Home(tmp_path, **{name: value for name, value in RRSA.items() if name != missing})
    error = refused(alibaba.platform(home.context()))
    assert f" is set without {missing}" in error.message and error.hint == "Set all of them, or none."


def test_without_its_variables_there_is_no_service_account(home: Home) -> None:
    with pytest.raises(NotConfigured, match="are not set"):
        play(alibaba.platform(home.context()))


@pytest.mark.parametrize(
    "environment, reason",
    [
        pytest.param({"ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/nonexistent/token"}, "service account: /nonexistent/token does not exist", id="no token"),
        pytest.param({"ALIBABA_CLOUD_ROLE_ARN": "a role"}, "service account: the resource name of the role is not valid", id="no role"),
        pytest.param({"ALIBABA_CLOUD_ROLE_SESSION_NAME": "x"}, "service account: the session name of the role is not valid", id="no session"),
    ],
)
def test_a_service_account_that_cannot_be_used_ends_the_search(tmp_path: Path, environment: dict[str, str], reason: str) -> None:
    error = refused(alibaba.platform(Home(tmp_path, **{**RRSA, **environment}).context(who="accounts[x]: ")))
    assert error.message.startswith(f"accounts[x]: {reason.split(':')[0]}") and reason in error.message


@pytest.mark.parametrize(
    "answer, reason",
    [
        ({}, "returned no credentials"),
        ({"Credentials": []}, "returned no credentials"),
        ({"Credentials": {"AccessKeyId": ID}}, "AccessKeyId is given without"),
    ],
)
def test_an_answer_without_a_key_is_an_error(tmp_path: Path, answer: dict[str, Any], reason: str) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token")
    assert reason in refused(alibaba.platform(Home(tmp_path, **{**RRSA, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token)}).context()), answer).message


@pytest.mark.parametrize("url, direct", [("http://127.0.0.1:9/x", True), ("http://169.254.1.1/x", True), ("https://keys.example.com/x", False)])
def test_a_service_hands_out_a_key(tmp_path: Path, url: str, direct: bool) -> None:
    key, (aux_request,) = play(alibaba.service(Home(tmp_path, ALIBABA_CLOUD_CREDENTIALS_URI=url).context()), json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "credentials URI")
    assert (aux_request.request.url, aux_request.request.direct, aux_request.request.plain) == (url, direct, True)


def test_a_service_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="ALIBABA_CLOUD_CREDENTIALS_URI is not set"):
        play(alibaba.service(Home(tmp_path).context()))
    error = refused(alibaba.service(Home(tmp_path, ALIBABA_CLOUD_CREDENTIALS_URI="file:///etc/canary").context(who="accounts[x]: ")))
    assert error.message == "accounts[x]: ALIBABA_CLOUD_CREDENTIALS_URI: the address of the service cannot be used"


# The order


def test_the_order_is_that_of_the_sdk(tmp_path: Path) -> None:
    """Each place is emptied in its turn, and the next one serves."""
    token = Home(tmp_path).write("token", "canary-platform-token")
    key = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tCanaryVariable", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-secret-of-variable"}
    uri = {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://127.0.0.1/x"}
    home = Home(tmp_path, **{**key, **RRSA, **uri, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token)})
    profile = home.write(CONFIG, config(row("AK", **AK)))
    section = home.write(INI, f"[default]\naccess_key_id = {ID}\naccess_key_secret = {SECRET}\n")

    def source(*answers: Any) -> str:
        return play(first_complete(home.context(), PROVIDER.sources), *answers)[0].source

    assert source() == "environment"
    del home.environment["ALIBABA_CLOUD_ACCESS_KEY_ID"], home.environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    assert source(ASSUMED) == "service account"
    for name in RRSA:
        del home.environment[name]
    assert source() == "profile default"
    profile.unlink()
    assert source() == f"file {section}, section default"
    section.unlink()
    assert source("token-canary", "reader", json.dumps(MACHINE)) == "ECS role"
    assert source(no_machine(), json.dumps(MACHINE)) == "credentials URI"
    del home.environment["ALIBABA_CLOUD_CREDENTIALS_URI"]
    error = refused(first_complete(home.context(), PROVIDER.sources), no_machine())
    for place in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", CONFIG, INI, "did not answer in time", "ALIBABA_CLOUD_CREDENTIALS_URI"):
        assert place in error.message


def test_what_is_broken_ends_the_search_instead_of_using_another_identity(home: Home) -> None:
    home.write(CONFIG, "canary")
    home.write(INI, f"[default]\naccess_key_id = {ID}\naccess_key_secret = {SECRET}\n")
    assert "config.json is not JSON" in refused(first_complete(home.context(), PROVIDER.sources)).message


def test_hosts_are_those_of_the_vendor() -> None:
    assert urlsplit(alibaba.METADATA).hostname == "100.100.100.200"


# Another identity than was named


PLAIN = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tCanaryVariable", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-secret-of-variable"}
OWN = f"[default]\naccess_key_id = {ID}\naccess_key_secret = {SECRET}\n"


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE"])
def test_a_variable_that_names_a_profile_means_that_profile(tmp_path: Path, variable: str) -> None:
    home = Home(tmp_path, **{variable: "生产"})
    home.write(CONFIG, config(row("AK", **AK)))
    home.write(INI, OWN)
    error = refused(first_complete(home.context(), PROVIDER.sources))
    assert error.message.startswith(f"{variable} is set, but ") and "no section [生产]" in error.message
    assert "Correct the variable, or unset it." in str(error.hint) and "config.json has no such profile either" in str(error.hint)
    home.write(INI, OWN.replace("default", "生产"))
    assert play(first_complete(home.context(), PROVIDER.sources))[0].source.endswith("section 生产")
    home.write(CONFIG, config(row("AK", **AK), row("AK", "生产", **AK)))
    assert play(first_complete(home.context(), PROVIDER.sources))[0].source == "profile 生产"


@pytest.mark.parametrize("content", [None, "[other]\n", OWN + "enable = false\n"], ids=["no file", "no section", "switched off"])
def test_a_file_that_a_variable_names_must_serve(home: Home, content: str | None) -> None:
    home.environment["ALIBABA_CLOUD_CREDENTIALS_FILE"] = str(home.folder / "mine.ini")
    home.write(INI, OWN)
    if content:
        home.write("mine.ini", content)
    error = refused(first_complete(home.context(), PROVIDER.sources))
    assert error.message.startswith("ALIBABA_CLOUD_CREDENTIALS_FILE is set, but ") and "mine.ini" in error.message


def test_a_file_that_a_variable_names_comes_before_a_profile_that_nobody_named(home: Home) -> None:
    home.write(CONFIG, config(row("AK", **AK)))
    home.write("mine.ini", OWN)
    home.environment["ALIBABA_CLOUD_CREDENTIALS_FILE"] = str(home.folder / "mine.ini")
    assert "mine.ini" in play(first_complete(home.context(), PROVIDER.sources))[0].source
    assert alibaba.profile_region(home.context()) is None
    home.environment["ALIBABA_CLOUD_CREDENTIALS_FILE"] = "/nonexistent/mine.ini"
    assert refused(first_complete(home.context(), PROVIDER.sources)).message.startswith("ALIBABA_CLOUD_CREDENTIALS_FILE is set, but ")
    home.environment["ALIBABA_CLOUD_PROFILE"] = "default"
    assert play(first_complete(home.context(), PROVIDER.sources))[0].source == "profile default"


@pytest.mark.parametrize("value, serves", [("false", False), ("False", False), ("0", False), ("true", True), ("", True)])
def test_a_section_can_be_switched_off(home: Home, value: str, serves: bool) -> None:
    home.write(INI, f"{OWN}enable = {value}\n")
    if serves:
        assert play(alibaba.shared_file(home.context()))[0].key_id == ID
    else:
        with pytest.raises(NotConfigured, match="says enable = false"):
            play(alibaba.shared_file(home.context()))


@pytest.mark.parametrize("value", ["maybe", "n", "falsch", "'false'"])
def test_a_section_is_switched_on_or_off(home: Home, value: str) -> None:
    home.write(INI, f"{OWN}enable = {value}\n")
    assert refused(alibaba.shared_file(home.context())).message.endswith("section default: enable is neither true nor false")


@pytest.mark.parametrize(
    "names",
    [
        ("ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"),
        ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"),
        ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"),
    ],
)
def test_other_names_of_the_key_are_read_and_never_joined(tmp_path: Path, names: tuple[str, ...]) -> None:
    values = dict(zip(names, (ID, SECRET, TOKEN)))
    assert parts(play(alibaba.environment(Home(tmp_path, **values).context()))[0]) == (ID, SECRET, TOKEN, "environment")
    assert play(alibaba.environment(Home(tmp_path, **values, **PLAIN).context()))[0].key_id == PLAIN["ALIBABA_CLOUD_ACCESS_KEY_ID"]
    half = {names[0]: ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
    assert "is given without" in refused(alibaba.environment(Home(tmp_path, **half).context())).message


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN"])
@pytest.mark.parametrize("prefix", ["", "P_"])
def test_the_role_of_the_environment_is_assumed(tmp_path: Path, variable: str, prefix: str) -> None:
    values = {**PLAIN, variable: ARN, "ALIBABA_CLOUD_ROLE_SESSION_NAME": "ci", "ALIBABA_CLOUD_EXTERNAL_ID": "canary-external-id"}
    home = Home(tmp_path, **{prefix + name: value for name, value in values.items()})
    key, (aux_request,) = play(alibaba.environment(home.context(prefix=prefix)), ASSUMED)
    assert key.key_id == HANDED[0] and key.source == f"environment{' P_*' if prefix else ''}, role Auditor"
    asked = form(aux_request)
    assert (asked["RoleArn"], asked["RoleSessionName"], asked["ExternalId"]) == (ARN, "ci", "canary-external-id")


def test_beside_the_file_of_a_token_the_role_is_that_of_the_service_account(tmp_path: Path) -> None:
    assert play(alibaba.environment(Home(tmp_path, **PLAIN, **RRSA).context()))[0].source == "environment"


def test_half_a_set_of_variables_is_the_one_that_counts(tmp_path: Path) -> None:
    variables = {"ALICLOUD_SECURITY_TOKEN": "canary-token", "ALICLOUD_SECRET_KEY": "canary-secret"}
    with pytest.raises(SecretsError, match="is given without"):
        next(alibaba.environment(Home(tmp_path, **variables).context()))
