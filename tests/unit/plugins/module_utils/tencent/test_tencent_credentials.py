# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of Tencent Cloud's credentials: every type of a profile, the SDKs' file, machine and platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, Credentials, NotConfigured, Role
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import first_complete
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import credentials as tencent
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.calls import assume_role
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.auth.sources import NOW, Home, http_error, no_machine, parts, play, refused

CREDENTIAL = ".tccli/default.credential"
CONFIGURE = ".tccli/default.configure"
INI = ".tencentcloud/credentials"
ID, SECRET, TOKEN = "AKIDCanaryProfile000001", "canary-secret-of-profile", "canary-token-of-profile"
KEY = {"secretId": ID, "secretKey": SECRET}
ARN = "qcs::cam::uin/100000000001:roleName/Auditor"
END = int(NOW) + 3600
HANDED = ("AKIDcanaryHandedOut", "canary-secret-handed-out", "canary-token-handed-out")
MACHINE = {"Code": "Success", "TmpSecretId": HANDED[0], "TmpSecretKey": HANDED[1], "Token": HANDED[2], "ExpiredTime": END}
ASSUMED = {"Response": {"Credentials": {name: MACHINE[name] for name in ("TmpSecretId", "TmpSecretKey", "Token")}, "ExpiredTime": END}}
METADATA = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"
TKE = {"TKE_REGION": "ap-shanghai", "TKE_PROVIDER_ID": "provider", "TKE_WEB_IDENTITY_TOKEN_FILE": "token", "TKE_ROLE_ARN": ARN}


@pytest.fixture(name="home")
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(tencent, "SYSTEM_FILE", str(tmp_path / "etc" / "credentials"))
    return Home(tmp_path)


def body(aux_request: AuxRequest) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(aux_request.request.body))


# Profiles of the command line


@pytest.mark.parametrize(
    "document, expected",
    [
        pytest.param(KEY, (ID, SECRET, None), id="a key"),
        pytest.param({**KEY, "token": TOKEN}, (ID, SECRET, TOKEN), id="a key with its token"),
        pytest.param({**KEY, "token": None, "type": "default", "role-arn": "", "role-session-name": None}, (ID, SECRET, None), id="empty fields"),
        pytest.param({**KEY, "token": TOKEN, "type": "oauth", "expiresAt": END, "oauth": {"accessToken": "canary"}}, (ID, SECRET, TOKEN), id="oauth"),
        pytest.param({**KEY, "token": TOKEN, "type": "sso", "expiresAt": END + 0.5}, (ID, SECRET, TOKEN), id="sso"),
    ],
)
def test_a_profile_that_holds_its_key(home: Home, document: dict[str, Any], expected: tuple[Any, ...]) -> None:
    home.write(CREDENTIAL, document, 0o644)  # as tccli leaves it, in a folder of 0700
    key, aux_requests = play(tencent.profile(home.context()))
    assert parts(key) == (*expected, "profile default") and not aux_requests
    assert key.expires == document.get("expiresAt")
    assert home.redactor.text(f"{SECRET} {key.token or SECRET}") == f"{MASK} {MASK}"


@pytest.mark.parametrize("session, sent", [("ci", "ci"), (None, "multicloud-secrets"), ("", "multicloud-secrets")])
def test_a_profile_with_a_role(home: Home, session: str | None, sent: str) -> None:
    home.write(CREDENTIAL, {**KEY, "token": TOKEN, "role-arn": ARN, "role-session-name": session})
    key, (aux_request,) = play(tencent.profile(home.context()), ASSUMED)
    assert parts(key) == (*HANDED, "profile default, role Auditor") and key.expires == END
    assert aux_request.signed_by and (aux_request.signed_by.key_id, aux_request.signed_by.token) == (ID, TOKEN)
    assert body(aux_request) == {"RoleArn": ARN, "RoleSessionName": sent, "DurationSeconds": 3600}
    assert (aux_request.request.url, aux_request.request.headers["x-tc-region"]) == ("https://sts.tencentcloudapi.com/", "ap-guangzhou")


def test_a_profile_of_a_machine_needs_no_key(home: Home) -> None:
    home.write(CREDENTIAL, {"type": "cvm-role", "secretId": None})
    key, _aux_requests = play(tencent.profile(home.context()), "reader", json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "profile default")


def test_a_profile_of_a_machine_that_has_no_role_is_an_error_and_no_other_source_serves(home: Home) -> None:
    home.write(CREDENTIAL, {"type": "cvm-role"})
    home.write(INI, f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}\n")
    with pytest.raises(SecretsError, match="did not answer in time"):
        play(first_complete(home.context(), PROVIDER.sources), no_machine())


@pytest.mark.parametrize(
    "document, reason",
    [
        pytest.param({}, "has no secretId and no secretKey", id="no key"),
        pytest.param({"secretId": ID}, "secretId is given without", id="half a key"),
        pytest.param({**KEY, "secretKey": 7}, "secretKey is not a text", id="a number"),
        pytest.param({**KEY, "token": [TOKEN]}, "token is not a text", id="a list"),
        pytest.param({**KEY, "secretKey": "canary key"}, "secretKey holds a space", id="a space"),
        pytest.param({**KEY, "type": ["canary"]}, "type is not a text", id="a list of types"),
        pytest.param({**KEY, "type": "CVM-role"}, "is of the type 'CVM-role', which is not supported", id="a type in another case"),
        pytest.param({**KEY, "type": "AKIDcanary"}, "is of the type '(not shown)', which is not supported", id="a key as the type"),
        pytest.param({**KEY, "type": "cvm"}, "is of the type 'cvm', which is not supported", id="a type that nobody knows"),
        pytest.param({**KEY, "type": "oauth"}, "has expired", id="oauth without an end"),
        pytest.param({**KEY, "type": "sso", "expiresAt": int(NOW)}, "has expired", id="sso that has expired"),
        pytest.param({**KEY, "type": "sso", "expiresAt": {"canary": 1}}, "has expired", id="a mapping as an end"),
        pytest.param({**KEY, "role-arn": 7}, "the resource name of the role is not valid", id="a number for a role"),
        pytest.param({**KEY, "role-arn": ARN, "role-session-name": "a b"}, "the session name of the role is not valid", id="a session with a space"),
        pytest.param({**KEY, "role-arn": f"{ARN}\ud800"}, "the resource name of the role is not valid", id="half a character"),
    ],
)
def test_a_profile_that_cannot_be_used_names_its_file_and_the_reason(home: Home, document: Any, reason: str) -> None:
    path = home.write(CREDENTIAL, document)
    error = refused(tencent.profile(home.context(who="accounts[x]: ")))
    assert reason in error.message and error.message.startswith("accounts[x]: ")
    assert "has expired" in reason and "tccli auth login" in str(error.hint) or str(path) in error.message


@pytest.mark.parametrize(
    "content, reason",
    [
        pytest.param("canary", "is not JSON at line 1, column 1", id="no JSON"),
        pytest.param([KEY], "does not hold a JSON object", id="a list"),
        pytest.param('{"secretId": "x", "secretId": "canary"}', "a key occurs twice", id="a key twice"),
        pytest.param(b'{"secretId": "\xe9canary"}', "is not UTF-8", id="not UTF-8"),
    ],
)
def test_files_that_are_no_profile_are_named_with_the_reason(home: Home, content: Any, reason: str) -> None:
    path, other = home.write(CREDENTIAL, content), home.write(CONFIGURE, content)
    error = refused(tencent.profile(home.context()))
    assert error.message.startswith(str(path)) and reason in error.message
    with pytest.raises(SecretsError) as caught:
        tencent.profile_region(home.context())
    assert caught.value.message.startswith(str(other)) and reason in caught.value.message and "canary" not in caught.value.message


@pytest.mark.parametrize(
    "asked, variables, expected",
    [
        ("asked", {"TCCLI_PROFILE": "first"}, "asked"),
        (None, {"TCCLI_PROFILE": "first", "TENCENTCLOUD_PROFILE": "second"}, "first"),
        (None, {"TCCLI_PROFILE": "", "TENCENTCLOUD_PROFILE": "second"}, "second"),
        (None, {}, "default"),
    ],
)
def test_which_profile(tmp_path: Path, asked: str | None, variables: dict[str, str], expected: str) -> None:
    home = Home(tmp_path, **variables)
    for name in ("asked", "first", "second", "default"):
        home.write(f".tccli/{name}.credential", KEY)
        home.write(f".tccli/{name}.configure", {"_sys_param": {"region": f"ap-{name}", "output": "json"}, "ssm": {}})
    assert play(tencent.profile(home.context(asked)))[0].source == f"profile {expected}"
    assert tencent.profile_region(home.context(asked)) == f"ap-{expected}"


@pytest.mark.parametrize("name", ["生产", "a b", "-x", ".hidden", "..", "x" * 65, "a/b", "a\n", "a/../b"])
def test_a_profile_may_have_any_name_that_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    Home(tmp_path).write(f".tccli/{name}.credential", KEY)
    for context in (Home(tmp_path, TCCLI_PROFILE=name).context(), Home(tmp_path).context(name)):
        key = play(tencent.profile(context))[0]
        assert (key.key_id, key.source.isprintable(), len(key.source) < 80) == (ID, True, True)
        assert tencent.profile_region(context) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "../x", "/etc/passwd", "a\0b", "a/../../b"])
def test_names_that_no_profile_has(tmp_path: Path, name: str) -> None:
    for context in (Home(tmp_path, TCCLI_PROFILE=name).context(), Home(tmp_path).context(name)):
        error = refused(tencent.profile(context))
        assert (error.kind, "cannot be the name of a profile" in error.message) == ("argument", True) and ".tccli" in str(error.hint)
        with pytest.raises(SecretsError, match="cannot be the name of a profile"):
            tencent.profile_region(context)


@pytest.mark.parametrize(
    "document, expected",
    [
        ({"_sys_param": {"region": "ap-tokyo"}}, "ap-tokyo"),
        ({"_sys_param": {"region": ""}}, None),
        ({"_sys_param": {"region": None}}, None),
        ({"_sys_param": {}}, None),
        ({"_sys_param": ["ap-tokyo"]}, None),
        ({}, None),
    ],
)
def test_the_region_of_a_profile(home: Home, document: Any, expected: str | None) -> None:
    assert tencent.profile_region(home.context()) is None
    home.write(CONFIGURE, document)
    assert tencent.profile_region(home.context()) == expected


def test_a_region_that_is_no_text_is_an_error(home: Home) -> None:
    path = home.write(CONFIGURE, {"_sys_param": {"region": ["canary"]}})
    with pytest.raises(SecretsError, match="region is not a text") as caught:
        tencent.profile_region(home.context())
    assert str(path) in caught.value.message and "canary" not in caught.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["secretId", "secretKey", "token", "type", "role-arn", "role-session-name", "expiresAt", "_sys_param", "region"]
TYPES = st.sampled_from(["default", "oauth", "sso", "cvm-role", ARN, SECRET, ID, {"region": 7}])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON | TYPES, max_size=9))
def test_whatever_stands_in_the_files_comes_out_whole_or_as_a_typed_error(tmp_path: Path, document: Any) -> None:
    home = Home(tmp_path)
    home.write(CREDENTIAL, document)
    home.write(CONFIGURE, document)
    for act in (lambda: next(tencent.profile(home.context())), lambda: tencent.profile_region(home.context())):
        try:
            act()
        except StopIteration as end:
            assert isinstance(end.value, Credentials) and all(part and part.isascii() for part in (end.value.key_id, end.value.key_secret))
        except (SecretsError, NotConfigured) as error:
            told = str(getattr(error, "message", error))
            assert SECRET not in told or isinstance(document, dict) and document.get("type") == SECRET


# The file of the SDKs


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param(f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}\nrole_arn = x\n", (ID, SECRET, None), id="as the SDK wants it"),
        pytest.param(f"[default]\nsecret_id = '{ID}'\nsecret_key = \"{SECRET}\"\n", (ID, SECRET, None), id="with quotes"),
        pytest.param(f"[default]\r\nsecret_id={ID}\r\nsecret_key={SECRET} # mine\r\ntoken={TOKEN}\r\n", (ID, SECRET, TOKEN), id="with a token and a comment"),
        pytest.param(f"\ufeff[default]\nSECRET_ID: {ID}\nSecret_Key: {SECRET}\n", (ID, SECRET, None), id="with a byte order mark, in capitals"),
        pytest.param(f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}%(x)s\n", (ID, f"{SECRET}%(x)s", None), id="nothing is interpolated"),
    ],
)
def test_the_file_of_the_sdks(home: Home, text: str, expected: tuple[Any, ...]) -> None:
    path = home.write(INI, text)
    key, aux_requests = play(tencent.shared_file(home.context()))
    assert parts(key) == (*expected, f"file {path}") and not aux_requests


@pytest.mark.parametrize(
    "text, reason",
    [
        pytest.param("[default]\nrole_arn = x\n", "section default has no secret_id and no secret_key", id="no key"),
        pytest.param(f"[default]\nsecret_key = {SECRET}\n", "secret_key is given without", id="half a key"),
        pytest.param("[default]\nsecret_id = ''\nsecret_key = canary-abc\n", "secret_key is given without", id="an empty id"),
        pytest.param(f"secret_id = {ID}\nsecret_key = {SECRET}\n", ", line 1: it stands before the first [section]", id="no section at all"),
        pytest.param(f"[default]\n{SECRET}\n", ", line 2: it is no [section], and no option = value", id="no option"),
    ],
)
def test_a_file_of_the_sdks_that_cannot_be_used(home: Home, text: str, reason: str) -> None:
    path = home.write(INI, text)
    error = refused(tencent.shared_file(home.context()))
    assert str(path) in error.message and reason in error.message


def test_which_file_of_the_sdks(home: Home) -> None:
    def found() -> str:
        return play(tencent.shared_file(home.context()))[0].source.removeprefix(f"file {home.folder}/")

    text = f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}\n"
    with pytest.raises(NotConfigured, match=r"\.tencentcloud/credentials does not exist"):
        found()
    home.write("etc/credentials", text)
    assert found() == "etc/credentials"
    home.write(INI, text)
    assert found() == INI
    home.environment["TENCENTCLOUD_CREDENTIALS_FILE"] = str(home.write("mine", text))
    assert found() == "mine"
    home.environment["TENCENTCLOUD_CREDENTIALS_FILE"] = "/nonexistent/mine"
    error = refused(first_complete(home.context(), PROVIDER.sources))
    assert error.message == "TENCENTCLOUD_CREDENTIALS_FILE is set, but /nonexistent/mine does not exist" and "unset" in str(error.hint)
    home.environment["TENCENTCLOUD_CREDENTIALS_FILE"] = str(home.write("mine", "[other]\n"))
    assert "TENCENTCLOUD_CREDENTIALS_FILE is set, but " in refused(tencent.shared_file(home.context())).message


def test_a_file_that_a_variable_names_comes_before_a_profile_that_nobody_named(home: Home) -> None:
    home.write(".tccli/default.credential", json.dumps({"secretId": ID, "secretKey": SECRET}))
    home.write(".tccli/default.configure", json.dumps({"_sys_param": {"region": "ap-shanghai"}}))
    assert tencent.profile_region(home.context()) == "ap-shanghai"
    home.environment["TENCENTCLOUD_CREDENTIALS_FILE"] = "/nonexistent/mine"
    assert refused(first_complete(home.context(), PROVIDER.sources)).message.startswith("TENCENTCLOUD_CREDENTIALS_FILE is set, but ")
    assert tencent.profile_region(home.context()) is None
    home.environment["TCCLI_PROFILE"] = "default"
    assert play(first_complete(home.context(), PROVIDER.sources))[0].source == "profile default"


def test_a_file_without_the_section_offers_nothing(home: Home) -> None:
    home.write(INI, "[other]\n")
    with pytest.raises(NotConfigured, match=r"has no section \[default\]"):
        play(tencent.shared_file(home.context()))


# The machine, and the platform


def test_the_role_of_the_machine(home: Home) -> None:
    key, aux_requests = play(tencent.metadata(home.context()), "a.role,of=mine@x+y\n", json.dumps(MACHINE))
    assert parts(key) == (*HANDED, "CVM role") and key.expires == END
    assert [(aux_request.request.method, aux_request.request.url) for aux_request in aux_requests] == [
        ("GET", METADATA),
        ("GET", f"{METADATA}a.role,of=mine@x+y"),
    ]
    assert all(aux_request.request.plain and aux_request.request.direct and aux_request.signed_by is None for aux_request in aux_requests)


@pytest.mark.parametrize(
    "answers, reason",
    [
        pytest.param([no_machine()], "did not answer in time", id="no machine"),
        pytest.param([http_error(404)], "HTTP status 404", id="no role"),
        pytest.param(["<html>canary</html>" * 1000], "cannot be the name of a role", id="a page for a role"),
        pytest.param(["..\n"], "'..' cannot be the name of a role", id="a folder for a role"),
        pytest.param(["reader", "canary"], "the answer is not JSON", id="no JSON"),
        pytest.param(["reader", '{"Code": "Failure"}'], "the answer holds no credentials", id="a failure"),
        pytest.param(["reader", json.dumps({**MACHINE, "Token": 7})], "Token is not a text", id="a number for a token"),
    ],
)
def test_where_the_machine_has_no_role_the_reason_is_told(home: Home, answers: list[Any], reason: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        play(tencent.metadata(home.context()), *answers)
    assert reason in str(caught.value) and len(str(caught.value)) < 200


def test_a_service_account_stands_for_a_role(tmp_path: Path) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token\n", 0o644)
    home = Home(tmp_path, **{**TKE, "TKE_WEB_IDENTITY_TOKEN_FILE": str(token)})
    key, (aux_request,) = play(tencent.platform(home.context()), ASSUMED)
    assert parts(key) == (*HANDED, "service account") and key.expires == END and aux_request.signed_by is None
    assert (aux_request.request.url, aux_request.request.headers["x-tc-region"], aux_request.request.headers["authorization"]) == (
        "https://sts.tencentcloudapi.com/",
        "ap-shanghai",
        "SKIP",
    )
    assert body(aux_request) == {
        "ProviderId": "provider",
        "WebIdentityToken": "canary-platform-token",
        "RoleArn": ARN,
        "RoleSessionName": "multicloud-secrets",
        "DurationSeconds": 7200,
    }
    assert home.redactor.text("canary-platform-token") == MASK


@pytest.mark.parametrize("missing", TKE)
def test_one_of_its_variables_does_not_stand_alone(tmp_path: Path, missing: str) -> None:
    error = refused(tencent.platform(Home(tmp_path, **{name: value for name, value in TKE.items() if name != missing}).context()))
    assert f" is set without {missing}" in error.message and error.hint == "Set all of them, or none."


@pytest.mark.parametrize(
    "environment, reason",
    [
        pytest.param({"TKE_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token"}, "/nonexistent/token does not exist", id="no token"),
        pytest.param({"TKE_ROLE_ARN": "a role"}, "the resource name of the role is not valid", id="no role"),
        pytest.param({"TKE_REGION": "evil.com/#-fsi"}, "TKE_REGION: 'evil.com/#-fsi' is not a region name", id="a host for a region"),
    ],
)
def test_a_service_account_that_cannot_be_used_ends_the_search(tmp_path: Path, environment: dict[str, str], reason: str) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token")
    home = Home(tmp_path, **{**TKE, "TKE_WEB_IDENTITY_TOKEN_FILE": str(token), **environment})
    error = refused(tencent.platform(home.context(who="accounts[x]: ")))
    assert error.message.startswith("accounts[x]: ") and reason in error.message


@pytest.mark.parametrize(
    "place, region, host",
    [
        pytest.param({}, "ap-shanghai", "sts.tencentcloudapi.com", id="china"),
        pytest.param({"site": "international"}, "ap-singapore", "sts.intl.tencentcloudapi.com", id="international"),
        pytest.param({"network": "internal"}, "ap-shanghai", "sts.internal.tencentcloudapi.com", id="internal"),
        pytest.param({"network": "regional"}, "ap-shanghai", "sts.ap-shanghai.tencentcloudapi.com", id="regional"),
        pytest.param({}, "ap-shanghai-fsi", "sts.ap-shanghai-fsi.tencentcloudapi.com", id="finance"),
    ],
)
def test_where_a_service_account_asks(tmp_path: Path, place: dict[str, str], region: str, host: str) -> None:
    token = Home(tmp_path).write("token", "canary-platform-token")
    home = Home(tmp_path, **{**TKE, "TKE_WEB_IDENTITY_TOKEN_FILE": str(token), "TKE_REGION": region})
    _key, (aux_request,) = play(tencent.platform(home.context(**place)), ASSUMED)
    assert aux_request.request.host == host


def test_a_policy_travels_as_the_api_has_it() -> None:
    policy = '{"version": "2.0", "statement": ["密"]}'
    aux_request = assume_role(Target("ap-guangzhou"), Credentials(ID, SECRET, None, "test"), Role(ARN, external_id="shop-42", policy=policy))
    assert body(aux_request)["ExternalId"] == "shop-42" and unquote(body(aux_request)["Policy"]) == policy and body(aux_request)["Policy"].isascii()


@pytest.mark.parametrize(
    "response, reason",
    [
        ({}, "returned no credentials"),
        ({"Credentials": None}, "returned no credentials"),
        ({"Credentials": {"TmpSecretId": ID}}, "TmpSecretId is given without"),
    ],
)
def test_an_answer_without_a_key_is_an_error(home: Home, response: dict[str, Any], reason: str) -> None:
    home.write(CREDENTIAL, {**KEY, "role-arn": ARN})
    assert reason in refused(tencent.profile(home.context()), {"Response": response}).message


# The order


def test_the_order_is_that_of_the_command_line_and_the_sdk(home: Home) -> None:
    """Each place is emptied in its turn, and the next one serves."""
    token = home.write("token", "canary-platform-token")
    home.environment.update(
        {**TKE, "TKE_WEB_IDENTITY_TOKEN_FILE": str(token), "TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_TOKEN": TOKEN}
    )
    profile = home.write(CREDENTIAL, KEY)
    section = home.write(INI, f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}\n")

    def found(*answers: Any) -> Credentials:
        return play(first_complete(home.context(), PROVIDER.sources), *answers)[0]

    assert parts(found()) == (ID, SECRET, TOKEN, "environment")
    del home.environment["TENCENTCLOUD_TOKEN"], home.environment["TENCENTCLOUD_SECRET_KEY"], home.environment["TENCENTCLOUD_SECRET_ID"]
    assert found().source == "profile default"
    profile.unlink()
    assert found().source == f"file {section}"
    section.unlink()
    assert found("reader", json.dumps(MACHINE)).source == "CVM role"
    assert found(no_machine(), ASSUMED).source == "service account"
    for name in TKE:
        del home.environment[name]
    error = refused(first_complete(home.context(), PROVIDER.sources), no_machine())
    for place in ("TENCENTCLOUD_SECRET_ID", CREDENTIAL, INI, "did not answer in time", "TKE_REGION"):
        assert place in error.message


@pytest.mark.parametrize("variable", ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"])
def test_the_token_in_the_environment_belongs_to_its_key(home: Home, variable: str) -> None:
    home.environment.update({"TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_SECRET_KEY": SECRET, variable: TOKEN})
    assert parts(play(tencent.environment(home.context()))[0]) == (ID, SECRET, TOKEN, "environment")


# Another identity than was named


@pytest.mark.parametrize("variable", ["TCCLI_PROFILE", "TENCENTCLOUD_PROFILE"])
def test_a_variable_that_names_a_profile_means_that_profile(home: Home, variable: str) -> None:
    home.write(CREDENTIAL, KEY)
    home.write(INI, f"[default]\nsecret_id = {ID}\nsecret_key = {SECRET}\n")
    home.environment[variable] = "生产"
    error = refused(first_complete(home.context(), PROVIDER.sources))
    assert error.message.startswith(f"{variable} names the profile '生产', but ") and "unset" in str(error.hint)
    home.write(".tccli/生产.credential", KEY)
    assert play(first_complete(home.context(), PROVIDER.sources))[0].source == "profile 生产"


@pytest.mark.parametrize("variable", ["TENCENTCLOUD_ROLE_ARN", "TENCENTCLOUD_ASSUME_ROLE_ARN"])
@pytest.mark.parametrize("prefix", ["", "P_"])
def test_the_role_of_the_environment_is_assumed(tmp_path: Path, variable: str, prefix: str) -> None:
    values = {"TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_SECRET_KEY": SECRET, variable: ARN, "TENCENTCLOUD_ROLE_SESSION_NAME": "ci"}
    home = Home(tmp_path, **{prefix + name: value for name, value in values.items()})
    key, (aux_request,) = play(tencent.environment(home.context(prefix=prefix)), ASSUMED)
    assert key.key_id == HANDED[0] and key.source == f"environment{' P_*' if prefix else ''}, role Auditor"
    assert (body(aux_request)["RoleArn"], body(aux_request)["RoleSessionName"]) == (ARN, "ci")


def test_a_role_of_the_environment_needs_its_key(home: Home) -> None:
    home.environment["TENCENTCLOUD_ROLE_ARN"] = ARN
    home.write(CREDENTIAL, KEY)
    error = refused(first_complete(home.context(), PROVIDER.sources))
    assert error.message.startswith("TENCENTCLOUD_ROLE_ARN is set, but TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set")


@pytest.mark.parametrize("quote", ["'", '"', "\u201c"])
@pytest.mark.parametrize("part", ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"])
def test_a_key_that_still_has_its_quotes_is_refused(home: Home, part: str, quote: str) -> None:
    home.environment.update({"TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_TOKEN": TOKEN})
    home.environment[part] = f"{quote}{home.environment[part]}{quote}"
    error = refused(tencent.environment(home.context()))
    assert error.message == f"{part} still has its quotes" and "without quotes" in str(error.hint)
