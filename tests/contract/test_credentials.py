# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials as the vendors' own packages resolve them, from the same files, variables and services: what they find, this collection finds.

Where a vendor's package has a fault the test says so, asserts it (a mended version is to be noticed), and that this collection does the right thing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import credentials as alibaba
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime, read_accounts
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import credentials as tencent
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Connection, Http
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import Transport
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, tencent_ssm_secrets_info

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from emulator import Emulator  # pylint: disable=wrong-import-position

Key = tuple[str, str, "str | None"]
ALI_KEY, TEN_KEY = ("LTAI5tContractHub0001", "contract-secret-a"), ("AKIDcontractHub0001", "contract-secret-t")
TOKEN = "contract-token+/=="
ALI_ARN, TEN_ARN = "acs:ram::1234567890123456:role/", "qcs::cam::uin/100000000001:roleName/"
ALI_ENV = dict(zip(("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"), ALI_KEY))
TEN_ENV = dict(zip(("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"), TEN_KEY))
ALI_AK = {"access_key_id": ALI_KEY[0], "access_key_secret": ALI_KEY[1]}
NOBODY = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
ALI_PROBE = """
import json, sys
try:
    from alibabacloud_credentials.provider.default import DefaultCredentialsProvider
    found = DefaultCredentialsProvider().get_credentials()
    print(json.dumps([found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()]))
except BaseException as error:
    print(json.dumps({"error": type(error).__name__, "text": str(error)}))
"""
TEN_PROBE = """
import json, sys
try:
    from tencentcloud.common.credential import DefaultCredentialProvider
    found = DefaultCredentialProvider().get_credential()
    print(json.dumps([found.secret_id, found.secret_key, found.token]))
except BaseException as error:
    print(json.dumps({"error": type(error).__name__, "text": str(error)}))
"""
RECORDER = """
from Tea.core import TeaCore
class Sent(Exception): pass
def do_action(request, options=None):
    raise Sent(json.dumps(request.query))
TeaCore.do_action = staticmethod(do_action)
"""
"""Put into a probe, the request that it would send is its error: the package signs in a way that the emulator does not know (V1)."""


@pytest.fixture(name="emulator", scope="module")
def fixture_emulator() -> Iterator[Emulator]:
    """Both clouds, with roles for everybody."""
    roles = [{"name": "Auditor"}, {"name": "Machine", "machine": True}, {"name": "Pod"}]
    both = {"roles": roles, "service_accounts": [{"token": "contract-platform-token", "provider": "the-provider"}]}
    ten = {
        "name": "ten",
        "provider": "tencent",
        "account_id": "100000000001",
        **both,
        "keys": [{"id": TEN_KEY[0], "secret": TEN_KEY[1]}, {"id": f"{TEN_KEY[0]}temp", "secret": TEN_KEY[1], "token": TOKEN, "expires": "+1h"}],
        "regions": ["ap-guangzhou", "ap-shanghai"],
    }
    ali = {
        "name": "ali",
        "provider": "alibaba",
        "account_id": "1234567890123456",
        **both,
        "keys": [{"id": ALI_KEY[0], "secret": ALI_KEY[1]}],
        "regions": ["cn-hangzhou"],
    }
    with Emulator({"accounts": [ali, ten]}) as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def fixture_loopback(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our metadata services are the emulator; the vendors' packages reach it as a proxy. And each test has a journal of its own."""
    monkeypatch.setattr(alibaba, "METADATA", emulator.url)
    monkeypatch.setattr(tencent, "METADATA", emulator.url)
    monkeypatch.setattr(tencent, "SYSTEM_FILE", "/nonexistent/credentials")
    emulator.behave({"clear": ["faults", "settings"]})
    emulator.clear_requests()


def write(home: Path, path: str, content: Any) -> Path:
    """A private file of somebody's home."""
    file = home / path
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    file.chmod(0o600)
    return file


def run(command: list[str], home: Path, emulator: Emulator, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A vendor's program in that home, with the emulator as its network. They trust certifi's list alone, so one that names the emulator's CA stands in."""
    write(home, "lib/certifi/__init__.py", f"def where():\n    return {emulator.ca_file!r}\n")
    base = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(home / "lib"), "HTTP_PROXY": emulator.url, "http_proxy": emulator.url}
    return subprocess.run(command, env={**base, **emulator.environment(), **environment}, capture_output=True, text=True, timeout=60, check=False)


def theirs(probe: str, home: Path, emulator: Emulator, environment: dict[str, str] | None = None) -> Any:
    """Credentials that a vendor's package finds: a list of id, secret and token, or a mapping with its error."""
    return json.loads(run([sys.executable, "-c", probe], home, emulator, environment or {}).stdout)


def ours(cloud: str, home: Path, emulator: Emulator, environment: dict[str, str] | None = None, **options: Any) -> tuple[Credentials, str]:
    """(credentials, region) as this collection finds them."""
    module = alibaba_apig_secrets_info if cloud == "alibaba" else tencent_ssm_secrets_info
    clock, redactor = Clock(), Redactor()
    given = {name: rule.get("default") for name, rule in argument_spec(module.PROVIDER.options).items()}
    if "region" not in options:
        given["region"] = "xx-any"
    world = Runtime({"HOME": str(home), **(environment or {})}, clock.now, redactor)
    (account,) = read_accounts(module.PROVIDER, {**given, **options}, world)
    transport = Transport(module.PROVIDER, Http(Connection(verify=emulator.ca_file, proxy=emulator.url), clock), clock, redactor)
    while account.credentials.blocked:
        aux_request = account.credentials.take_request()
        assert aux_request is not None
        try:
            account.credentials.answered(transport.attempt(aux_request.request, aux_request.signed_by))
        except SecretsError as error:
            account.credentials.failed(error)
    return account.credentials.take(), account.regions[0]


def key_of(found: Credentials) -> Key:
    """Compared parts."""
    return found.key_id, found.key_secret, found.token


# Alibaba Cloud


ALI_CASES = [
    pytest.param(ALI_ENV, {}, id="variables"),
    pytest.param({**ALI_ENV, "ALIBABA_CLOUD_SECURITY_TOKEN": TOKEN}, {}, id="variables with a token"),
    pytest.param({}, {"current": "p", "profiles": [{"name": "p", "mode": "AK", **ALI_AK}]}, id="AK"),
    pytest.param({}, {"current": "p", "profiles": [{"name": "p", "mode": "AK", **ALI_AK, "sts_token": TOKEN}]}, id="AK with a token left over"),
    pytest.param({}, {"current": "p", "profiles": [{"name": "p", "mode": "StsToken", **ALI_AK, "sts_token": TOKEN}]}, id="StsToken"),
    pytest.param(
        {"ALIBABA_CLOUD_PROFILE": "q"}, {"current": "p", "profiles": [{"name": "p", "mode": "AK"}, {"name": "q", "mode": "AK", **ALI_AK}]}, id="by variable"
    ),
    pytest.param({}, {"current": "p", "profiles": [{"name": "p", "mode": "AK", **ALI_AK}, {"name": "p", "mode": "AK"}]}, id="one name twice"),
    pytest.param(
        {**ALI_ENV, "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tContractFirst"}, {"current": "p", "profiles": [{"name": "p", "mode": "AK", **ALI_AK}]}, id="both"
    ),
    pytest.param(
        {},
        {
            "current": "p",
            "profiles": [
                {
                    "name": "p",
                    "mode": "OAuth",
                    "oauth_site_type": "CN",
                    "oauth_access_token": "a",
                    "oauth_refresh_token": "r",
                    "oauth_access_token_expire": 4102444800,
                    **ALI_AK,
                    "sts_token": TOKEN,
                    "sts_expiration": 4102444800,
                }
            ],
        },
        id="OAuth with keys that last",
    ),
]


@pytest.mark.parametrize("environment, config", ALI_CASES)
def test_alibaba_variables_and_profiles(emulator: Emulator, tmp_path: Path, environment: dict[str, str], config: dict[str, Any]) -> None:
    """The same key from the same places."""
    if config:
        write(tmp_path, ".aliyun/config.json", config)
    found = theirs(ALI_PROBE, tmp_path, emulator, {**NOBODY, **environment})
    assert isinstance(found, list), found
    assert list(key_of(ours("alibaba", tmp_path, emulator, environment)[0])) == found


@pytest.mark.parametrize(
    "section",
    [
        "[default]\ntype = access_key\naccess_key_id = {0}\naccess_key_secret = {1}\n",
        "[other]\nx = 1\n[default]\ntype=access_key\naccess_key_id={0}#mine\naccess_key_secret = {1} # mine\n",
    ],
)
def test_alibaba_file(emulator: Emulator, tmp_path: Path, section: str) -> None:
    """The file of the SDKs, comments and all."""
    write(tmp_path, ".alibabacloud/credentials.ini", section.format(*ALI_KEY))
    assert theirs(ALI_PROBE, tmp_path, emulator, NOBODY) == [*ALI_KEY, None] == list(key_of(ours("alibaba", tmp_path, emulator)[0]))


@pytest.mark.parametrize("metadata, profile", [("both", None), ("v2", None), ("both", {"ram_role_name": "Machine"}), ("both", {"ram_role_name": ""})])
def test_alibaba_machine(emulator: Emulator, tmp_path: Path, metadata: str, profile: dict[str, str] | None) -> None:
    """The role of an ECS instance, found or named by a profile, with a token of the metadata service."""
    emulator.behave({"metadata": metadata})
    if profile:
        write(tmp_path, ".aliyun/config.json", {"current": "p", "profiles": [{"name": "p", "mode": "EcsRamRole", **profile}]})
    found = theirs(ALI_PROBE, tmp_path, emulator)
    asked = [(row["method"], row["action"], row["code"]) for row in emulator.requests() if row["action"] != "MetadataRole"]
    emulator.clear_requests()
    assert list(key_of(ours("alibaba", tmp_path, emulator)[0])) == found
    assert {(row["method"], row["action"], row["code"]) for row in emulator.requests() if row["action"] != "MetadataRole"} == set(asked)


def test_alibaba_machine_of_the_first_version(emulator: Emulator, tmp_path: Path) -> None:
    """After a refused token both ask without one; if that is forbidden, both find nothing."""
    emulator.behave({"faults": [{"act": "answer", "status": 404, "match": {"action": "MetadataToken"}, "times": "forever"}]})
    assert theirs(ALI_PROBE, tmp_path, emulator) == list(key_of(ours("alibaba", tmp_path, emulator)[0]))
    only_second = {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"}
    assert "error" in theirs(ALI_PROBE, tmp_path, emulator, only_second)
    with pytest.raises(SecretsError, match="no credentials found"):
        ours("alibaba", tmp_path, emulator, only_second)


def test_alibaba_credentials_uri(emulator: Emulator, tmp_path: Path) -> None:
    """Last of all, as in the package."""
    environment = {**NOBODY, "ALIBABA_CLOUD_CREDENTIALS_URI": f"{emulator.url}/credentials", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    assert theirs(ALI_PROBE, tmp_path, emulator, environment) == list(key_of(ours("alibaba", tmp_path, emulator, environment)[0]))


def test_alibaba_service_account(emulator: Emulator, tmp_path: Path) -> None:
    """Both are handed a key of the role; the package sends the token in the URL, where proxies log it, and this collection in the body."""
    token = write(tmp_path, "token", "contract-platform-token")
    environment = {
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token),
        "ALIBABA_CLOUD_ROLE_ARN": f"{ALI_ARN}Pod",
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "the-provider",
        "ALIBABA_CLOUD_ROLE_SESSION_NAME": "contract",
    }
    found = theirs(ALI_PROBE, tmp_path, emulator, {**NOBODY, **environment})
    assert isinstance(found, list) and found[0].startswith("STS."), found
    key, _region = ours("alibaba", tmp_path, emulator, environment)
    assert key.key_id.startswith("STS.") and key.token and key.source == "service account"
    first, second = emulator.requests()
    assert (first["method"], second["method"]) == ("GET", "POST")
    for name in ("action", "code", "host", "account", "parameters"):
        assert first[name] == second[name], name


ROLE_PROFILE = {"name": "p", **ALI_AK, "ram_role_arn": f"{ALI_ARN}Auditor", "ram_session_name": "contract", "expired_seconds": 900, "sts_region": "cn-hangzhou"}


@pytest.mark.parametrize(
    "profiles",
    [[{"mode": "RamRoleArn", **ROLE_PROFILE}], [{"mode": "ChainableRamRoleArn", **ROLE_PROFILE, "source_profile": "q"}, {"name": "q", "mode": "AK", **ALI_AK}]],
)
def test_alibaba_role_of_a_profile(emulator: Emulator, tmp_path: Path, profiles: list[dict[str, Any]]) -> None:
    """The package would send the same parameters with the same key; ours is handed a key."""
    write(tmp_path, ".aliyun/config.json", {"current": "p", "profiles": profiles})
    sent = theirs(ALI_PROBE.replace("import json, sys\n", f"import json, sys\n{RECORDER}"), tmp_path, emulator, NOBODY)
    assert ALI_KEY[0] in sent["text"] and "contract" in sent["text"], sent
    key, _region = ours("alibaba", tmp_path, emulator)
    assert key.token and key.source == "profile p, role Auditor"
    (row,) = emulator.requests()
    assert (row["action"], row["key_id"], row["host"]) == ("AssumeRole", ALI_KEY[0], "sts.cn-hangzhou.aliyuncs.com")
    assert row["parameters"] == {"RoleArn": f"{ALI_ARN}Auditor", "RoleSessionName": "contract", "DurationSeconds": "900"}
    assert all(value in sent["text"] for value in row["parameters"].values())


@pytest.mark.parametrize(
    "profiles, fault, right",
    [
        pytest.param([{"name": "p", "mode": "ak", **ALI_AK}], "unsupported profile mode", ALI_KEY, id="a mode in lower case, which aliyun reads, is unknown"),
        pytest.param(
            [{"name": "p", "mode": "ChainableRamRoleArn", "ram_role_arn": ALI_ARN, "source_profile": "p"}], "recursion", "in a circle", id="a circle has no end"
        ),
        pytest.param(
            [{"name": "p", "mode": "CredentialsURI", "credentials_uri": "{url}/credentials"}],
            "unsupported profile mode",
            "STS.",
            id="CredentialsURI is unknown",
        ),
        pytest.param(
            [{"name": "p", "mode": "RamRoleArn", **ALI_AK, "ram_role_arn": f"{ALI_ARN}Auditor", "expired_seconds": 0}], "duration", "STS.", id="0 is a duration"
        ),
    ],
)
def test_faults_of_the_alibaba_package(emulator: Emulator, tmp_path: Path, profiles: list[dict[str, Any]], fault: str, right: Any) -> None:
    """Inputs that it refuses or fails on."""
    text = json.dumps({"current": "p", "profiles": profiles}).replace("{url}", emulator.url)
    write(tmp_path, ".aliyun/config.json", text)
    told = theirs(ALI_PROBE.replace("str(error)", "repr(error)"), tmp_path, emulator, NOBODY)
    assert fault in json.dumps(told).lower(), told
    if right == "in a circle":
        with pytest.raises(SecretsError, match=right):
            ours("alibaba", tmp_path, emulator)
    else:
        key = ours("alibaba", tmp_path, emulator)[0]
        assert (key.key_id, key.key_secret) == right if isinstance(right, tuple) else key.key_id.startswith(right)


def test_the_alibaba_package_forgets_the_token_of_a_key_that_assumes_a_role(emulator: Emulator, tmp_path: Path) -> None:
    """aliyun sends it, and so does this collection: the emulator refuses the unknown token, where it would take the key alone."""
    write(tmp_path, ".aliyun/config.json", {"current": "p", "profiles": [{"mode": "RamRoleArn", **ROLE_PROFILE, "sts_token": TOKEN}]})
    sent = theirs(ALI_PROBE.replace("import json, sys\n", f"import json, sys\n{RECORDER}"), tmp_path, emulator, NOBODY)
    assert "SecurityToken" not in sent["text"]
    with pytest.raises(SecretsError) as caught:
        ours("alibaba", tmp_path, emulator)
    assert caught.value.code and "SecurityToken" in caught.value.code


# Tencent Cloud


def test_tencent_variables(emulator: Emulator, tmp_path: Path) -> None:
    """The same key; the SDK forgets the token, so that a temporary key does not work with it, and tccli takes it."""
    assert theirs(TEN_PROBE, tmp_path, emulator, TEN_ENV) == [*TEN_KEY, None] == list(key_of(ours("tencent", tmp_path, emulator, TEN_ENV)[0]))
    temporary = {**TEN_ENV, "TENCENTCLOUD_TOKEN": TOKEN}
    assert theirs(TEN_PROBE, tmp_path, emulator, temporary) == [*TEN_KEY, None]
    assert key_of(ours("tencent", tmp_path, emulator, temporary)[0]) == (*TEN_KEY, TOKEN)


@pytest.mark.parametrize(
    "text, found, right",
    [
        pytest.param("[default]\nsecret_id = {0}\nsecret_key = {1}\n", TEN_KEY, TEN_KEY, id="as documented"),
        pytest.param('[default]\nsecret_id = "{0}"\nsecret_key = "{1}"\n', tuple(f'"{part}"' for part in TEN_KEY), TEN_KEY, id="quotes stay part of the value"),
        pytest.param("[other]\nsecret_id = {0}\nsecret_key = {1}\n", "AttributeError", None, id="without [default] it breaks"),
    ],
)
def test_tencent_file(emulator: Emulator, tmp_path: Path, text: str, found: Any, right: tuple[str, str] | None) -> None:
    """The file of the SDKs."""
    write(tmp_path, ".tencentcloud/credentials", text.format(*TEN_KEY))
    told = theirs(TEN_PROBE, tmp_path, emulator)
    assert told == [*found, None] if isinstance(found, tuple) else told["error"] == found
    if right:
        assert key_of(ours("tencent", tmp_path, emulator)[0]) == (*right, None)
    else:
        assert ours("tencent", tmp_path, emulator)[0].source == "CVM role"


def test_tencent_machine(emulator: Emulator, tmp_path: Path) -> None:
    """The role of a CVM instance."""
    found = theirs(TEN_PROBE, tmp_path, emulator)
    assert isinstance(found, list) and found == list(key_of(ours("tencent", tmp_path, emulator)[0]))


def test_tencent_service_account(emulator: Emulator, tmp_path: Path) -> None:
    """Both are handed a key of the role, by the same call."""
    emulator.behave({"faults": [{"act": "answer", "status": 404, "match": {"action": "MetadataRole"}, "times": "forever"}]})
    token = write(tmp_path, "token", "contract-platform-token")
    environment = {"TKE_REGION": "ap-shanghai", "TKE_PROVIDER_ID": "the-provider", "TKE_WEB_IDENTITY_TOKEN_FILE": str(token), "TKE_ROLE_ARN": f"{TEN_ARN}Pod"}
    found = theirs(TEN_PROBE, tmp_path, emulator, environment)
    assert isinstance(found, list) and found[2], found
    key, _region = ours("tencent", tmp_path, emulator, environment)
    assert key.token and key.source == "service account"
    rows = [row for row in emulator.requests() if row["action"] == "AssumeRoleWithWebIdentity"]
    first, second = rows[0], rows[-1]
    for name in ("code", "host", "method", "region", "account"):
        assert first[name] == second[name], name
    assert {name: first["parameters"][name] for name in ("RoleArn", "DurationSeconds")} == {
        name: second["parameters"][name] for name in ("RoleArn", "DurationSeconds")
    }


def tccli(home: Path, emulator: Emulator, *arguments: str, **environment: str) -> str:
    """The vendor's command line."""
    command = [str(Path(sys.executable).with_name("tccli")), *arguments]
    finished = run(command, home, emulator, environment)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.mark.parametrize("profile", ["default", "prod"])
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="a key"),
        pytest.param({"secretId": f"{TEN_KEY[0]}temp", "token": TOKEN}, id="a key with its token"),
        pytest.param({"role-arn": f"{TEN_ARN}Auditor", "role-session-name": "contract"}, id="a role"),
    ],
)
def test_tccli_profiles(emulator: Emulator, tmp_path: Path, profile: str, settings: dict[str, str]) -> None:
    """Files that tccli writes are found, with their region, and sign as tccli signs."""
    given = {"secretId": TEN_KEY[0], "secretKey": TEN_KEY[1], "region": "ap-shanghai", "output": "json", **settings}
    tccli(tmp_path, emulator, "configure", "set", *(part for pair in given.items() for part in pair), "--profile", profile)
    mode = (tmp_path / ".tccli" / f"{profile}.credential").stat().st_mode & 0o777, (tmp_path / ".tccli").stat().st_mode & 0o777
    assert mode == (0o644, 0o700) or not mode[0] & 0o077
    tccli(tmp_path, emulator, "ssm", "ListSecrets", "--profile", profile)
    rows = emulator.requests()
    assert rows[-1]["code"] == "Ok" and rows[-1]["region"] == "ap-shanghai"
    key, region = ours("tencent", tmp_path, emulator, region=None, profile=profile)
    assert region == "ap-shanghai"
    if "role-arn" in settings:
        assert key.source == f"profile {profile}, role Auditor" and key.token
        first, second = (row for row in emulator.requests() if row["action"] == "AssumeRole")
        assert first["parameters"]["RoleSessionName"] == second["parameters"]["RoleSessionName"] == "contract"
        assert (first["key_id"], first["code"]) == (second["key_id"], second["code"]) == (TEN_KEY[0], "Ok")
    else:
        assert key_of(key) == (given["secretId"], TEN_KEY[1], settings.get("token")) and key.key_id == rows[-1]["key_id"]


def test_tccli_and_the_environment(emulator: Emulator, tmp_path: Path) -> None:
    """Variables go before the default profile, and are ignored where a profile is asked for."""
    for name in ("default", "prod"):
        tccli(tmp_path, emulator, "configure", "set", "secretId", TEN_KEY[0], "secretKey", TEN_KEY[1], "region", "ap-shanghai", "--profile", name)
    environment = {
        "TENCENTCLOUD_SECRET_ID": f"{TEN_KEY[0]}temp",
        "TENCENTCLOUD_SECRET_KEY": TEN_KEY[1],
        "TENCENTCLOUD_TOKEN": TOKEN,
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }
    for profile in (None, "prod"):
        emulator.clear_requests()
        tccli(tmp_path, emulator, "ssm", "ListSecrets", *(["--profile", profile] if profile else []), **environment)
        (row,) = emulator.requests()
        key, region = ours("tencent", tmp_path, emulator, environment, region=None, profile=profile)
        assert (key.key_id, region) == (row["key_id"], row["region"]) == ((TEN_KEY[0], "ap-shanghai") if profile else (f"{TEN_KEY[0]}temp", "ap-guangzhou"))


def test_a_machine_profile_of_tccli(emulator: Emulator, tmp_path: Path) -> None:
    """type cvm-role."""
    tccli(tmp_path, emulator, "configure", "set", "region", "ap-shanghai")
    write(tmp_path, ".tccli/default.credential", {"type": "cvm-role"})
    tccli(tmp_path, emulator, "ssm", "ListSecrets")
    key, region = ours("tencent", tmp_path, emulator, region=None)
    assert (key.key_id, region, key.source) == (emulator.requests()[2]["key_id"], "ap-shanghai", "profile default")
