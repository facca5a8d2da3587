# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both modules with every source of credentials, against the emulator: what is listed, what the ledger says, what it costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import credentials as alibaba_credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import credentials as tencent_credentials
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing, run_module, run_process

SECRET, TOKEN, OLD_TOKEN = "canary-secret-of-the-hub-0001", "canary-token-of-the-hub-0001", "canary-token-of-yesterday"
PLATFORM = "canary-token-of-the-platform"
ROLES = [
    {"name": "Auditor", "trusts": ["hub", "main"], "external_id": "canary-shop-42"},
    {"name": "Open", "trusts": ["hub", "main"]},
    {"name": "Short", "trusts": ["hub", "main"], "lifetime": 200},
    {"name": "Machine", "machine": True},
    {"name": "Pod"},
]


class Cloud:
    """One cloud as these tests see it: its module, its words, and a fleet of its own."""

    def __init__(self, provider: str, module: Any, credentials: Any, regions: tuple[str, str], key_id: str, arn: str, host: str) -> None:
        self.provider = provider
        self.module = module
        self.credentials = credentials
        self.regions = regions
        self.key_id = key_id
        self.arn = arn
        self.host = host
        self.name = module.__name__.rpartition(".")[2]
        self.id_option, self.secret_option, self.token_option = module.PROVIDER.names.options
        usual = credentials.NAMES.sets[0]
        self.variables = (usual.key_id[0], usual.key_secret[0], usual.token[0])

    def role(self, name: str, account: int = 1) -> str:
        """The resource name of a role."""
        return self.arn.format(account=100_000_000_000 + account, role=name)

    def options(self, token: str | None = None) -> dict[str, Any]:
        """The hub's key as options."""
        return {self.id_option: self.key_id + ("temp" if token else ""), self.secret_option: SECRET, **({self.token_option: token} if token else {})}

    def environment(self) -> dict[str, str]:
        """The hub's key as variables."""
        return dict(zip(self.variables, (self.key_id, SECRET)))

    def fleet(self, secrets: int = 3, roles: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
        """The account 'main' with every kind of key and role."""
        keys = [
            {"id": self.key_id, "secret": SECRET},
            {"id": f"{self.key_id}temp", "secret": SECRET, "token": TOKEN, "expires": "+1h"},
            {"id": f"{self.key_id}old", "secret": SECRET, "token": OLD_TOKEN, "expires": "-1h"},
        ]
        mix = {"kinds": {"user": 1}, "software": 0} if self.provider == "tencent" else {}
        account = {
            "name": "main",
            "provider": self.provider,
            "account_id": "100000000001",
            "keys": keys,
            "roles": roles or ROLES,
            "service_accounts": [{"token": PLATFORM, "provider": "the-provider", "roles": ["Pod"]}],
            "regions": [{"name": region, "generate": {"count": secrets, "seed": 5, **mix}} for region in self.regions],
        }
        return {"accounts": [account], **more}

    def listing(self, environment: dict[str, str] | None = None) -> Listing:
        """The module in an environment without any credentials but these."""
        return Listing(self.module.PROVIDER, environment or {})

    def listed(self, emulator: Emulator, environment: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
        """A listing through the emulator as a proxy, under the real host names. Nothing secret is in its result."""
        narrow = {"secret_types": ["user"], "encrypt_types": ["kms"]} if self.provider == "tencent" else {}
        given = {"region": self.regions[0], "identify": True, "proxy": emulator.url, "ca_path": emulator.ca_file, **narrow, **options}
        if "regions" in given or any("regions" in entry for entry in given.get("accounts") or ()):
            del given["region"]
        result = self.listing(environment).list(**given)
        assert_no_secret(emulator, result)
        return result


CLOUDS = [
    Cloud(
        "alibaba",
        alibaba_apig_secrets_info,
        alibaba_credentials,
        ("cn-hangzhou", "cn-shanghai"),
        "LTAI5tHubOfTheUnitTests",
        "acs:ram::{account}:role/{role}",
        "apig.cn-hangzhou.aliyuncs.com",
    ),
    Cloud(
        "tencent",
        tencent_ssm_secrets_info,
        tencent_credentials,
        ("ap-guangzhou", "ap-shanghai"),
        "AKIDHubOfTheUnitTests",
        "qcs::cam::uin/{account}:roleName/{role}",
        "ssm.tencentcloudapi.com",
    ),
]


def assert_no_secret(emulator: Emulator, result: Any) -> None:
    """Neither the keys that were given nor those that were handed out, nor a whole key id."""
    text = json.dumps(result, ensure_ascii=False)
    keys = list(emulator.world.keys.keys.values())
    known = [*(key.secret for key in keys), *emulator.world.keys.tokens, *(key.key_id for key in keys), *emulator.world.machines.tokens, PLATFORM]
    assert not [secret for secret in known if secret in text] and "canary" not in text


def actions(emulator: Emulator, action: str) -> list[dict[str, Any]]:
    return [row for row in emulator.requests() if row["action"] == action]


@pytest.fixture(name="cloud", params=CLOUDS, ids=lambda cloud: cloud.provider)
def _cloud(request: pytest.FixtureRequest) -> Cloud:
    return cast(Cloud, request.param)


@pytest.fixture(name="emulator")
def _emulator(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator(cloud.fleet()) as emulator:
        monkeypatch.setattr(cloud.credentials, "METADATA", emulator.url)
        yield emulator


def home(cloud: Cloud, folder: Path, **more: Any) -> dict[str, str]:
    """A home with the profile 'prod' of the vendor's command line."""
    if cloud.provider == "alibaba":
        row = {"name": "prod", "mode": "AK", "access_key_id": cloud.key_id, "access_key_secret": SECRET, "region_id": cloud.regions[1], **more}
        files: dict[str, Any] = {".aliyun/config.json": {"current": "prod", "profiles": [row]}}
    else:
        files = {
            ".tccli/prod.credential": {"secretId": cloud.key_id, "secretKey": SECRET, **more},
            ".tccli/prod.configure": {"_sys_param": {"region": cloud.regions[1]}},
        }
    for path, content in files.items():
        (folder / path).parent.mkdir(mode=0o700, exist_ok=True)
        (folder / path).write_text(json.dumps(content), encoding="utf-8")
        (folder / path).chmod(0o600)
    return {"HOME": str(folder)}


def platform(cloud: Cloud, folder: Path) -> dict[str, str]:
    """The variables and the token of a Kubernetes platform."""
    (folder / "token").write_text(f"{PLATFORM}\n", encoding="utf-8")
    if cloud.provider == "alibaba":
        return dict(
            zip(
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
                (str(folder / "token"), cloud.role("Pod"), "the-provider"),
            )
        )
    names = ("TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_PROVIDER_ID", "TKE_REGION")
    return dict(zip(names, (str(folder / "token"), cloud.role("Pod"), "the-provider", cloud.regions[0])))


# Every base, alone and under a role


BASES: dict[str, tuple[str, Callable[[Cloud, Path], tuple[dict[str, str], dict[str, Any]]]]] = {
    "options": ("options", lambda cloud, folder: ({}, cloud.options())),
    "options with a token": ("options", lambda cloud, folder: ({}, cloud.options(TOKEN))),
    "environment": ("environment", lambda cloud, folder: (cloud.environment(), {})),
    "profile": ("profile prod", lambda cloud, folder: (home(cloud, folder), {"profile": "prod"})),
    "machine": ("{machine} role", lambda cloud, folder: ({}, {})),
    "service account": ("service account", lambda cloud, folder: (platform(cloud, folder), {})),
    "prefixed environment": (
        "environment P_*",
        lambda cloud, folder: ({f"P_{name}": value for name, value in cloud.environment().items()}, {"accounts": [{"credentials_env": "P_"}]}),
    ),
    "machine by name": ("{machine} role", lambda cloud, folder: (cloud.environment(), {"accounts": [{"source": "metadata"}]})),
}


def asked(cloud: Cloud, base: str, folder: Path, **more: Any) -> tuple[str, dict[str, str], dict[str, Any]]:
    """(source, environment, options) of a base; 'more' go where its credentials stand."""
    source, make = BASES[base]
    environment, options = make(cloud, folder)
    options = {"accounts": [{"name": "main", **entry, **more} for entry in options["accounts"]]} if "accounts" in options else {**options, **more}
    return source.format(machine="ECS" if cloud.provider == "alibaba" else "CVM"), environment, options


@pytest.mark.parametrize("base", BASES)
def test_every_source_lists_and_the_ledger_names_it(cloud: Cloud, emulator: Emulator, tmp_path: Path, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if base == "service account":
        monkeypatch.setattr(cloud.credentials, "METADATA", "http://127.0.0.1:9")
    source, environment, options = asked(cloud, base, tmp_path)
    result = cloud.listed(emulator, environment, **options)
    (row,) = result["stores"]
    assert (result["complete"], result["count"], row["credentials"], row["account_id"]) == (True, 3, source, "100000000001")


@pytest.mark.parametrize("base", BASES)
def test_a_role_on_top_of_every_source(cloud: Cloud, emulator: Emulator, tmp_path: Path, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if base == "service account":
        monkeypatch.setattr(cloud.credentials, "METADATA", "http://127.0.0.1:9")
    role = {
        "assume_role_arn": cloud.role("Auditor"),
        "assume_role_external_id": "canary-shop-42",
        "assume_role_session_name": "audit",
        "assume_role_duration": 900,
    }
    source, environment, options = asked(cloud, base, tmp_path, **role)
    result = cloud.listed(emulator, environment, **options)
    (row,) = result["stores"]
    assert (result["complete"], row["credentials"], row["account_id"]) == (True, f"{source}, role Auditor", "100000000001")
    (assumed,) = actions(emulator, "AssumeRole")
    assert (assumed["parameters"]["RoleSessionName"], int(assumed["parameters"]["DurationSeconds"])) == ("audit", 900)
    assert len(actions(emulator, "GetCallerIdentity")) == 1


def test_a_profile_gives_its_region_too_and_the_environment_is_left_aside(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    environment = {**home(cloud, tmp_path), cloud.variables[0]: "nonsense-id", cloud.variables[1]: "nonsense-secret"}
    environment[cloud.module.PROVIDER.region_variables[0]] = cloud.regions[0]
    result = cloud.listed(emulator, environment, profile="prod", region=None)
    (row,) = result["stores"]
    assert (row["account"], row["region"], row["credentials"], row["status"]) == ("prod", cloud.regions[1], "profile prod", "complete")


# Expiry


class Jump:
    """A server's clock that jumps once so many pages were asked for."""

    def __init__(self, pages: int, seconds: float) -> None:
        self.pages = pages
        self.seconds = seconds
        self.emulator: Emulator | None = None

    def __call__(self) -> float:
        pages = len(actions(self.emulator, "ListSecrets")) if self.emulator else 0
        return time.time() + (self.seconds if pages >= self.pages else 0)


@pytest.mark.parametrize("base", ["a role", "the machine"])
def test_a_key_that_ends_in_the_middle_is_renewed_once_and_nothing_is_missing(cloud: Cloud, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Jump(8, 250)
    roles = [{"name": "Short", "lifetime": 200, "machine": base == "the machine"}]
    with Emulator(cloud.fleet(2000, roles), clock=clock) as emulator:
        clock.emulator = emulator
        monkeypatch.setattr(cloud.credentials, "METADATA", emulator.url)
        options = {**cloud.options(), "assume_role_arn": cloud.role("Short")} if base == "a role" else {}
        result = cloud.listed(emulator, rate_limit=1000, concurrency=8, **options)
        fetched = len(actions(emulator, "AssumeRole" if base == "a role" else "MetadataCredentials"))
        ids = {row["key_id"] for row in actions(emulator, "ListSecrets")}
        refusals = [row for row in actions(emulator, "ListSecrets") if row["code"] != "Ok"]
    assert result["complete"] and result["count"] == len({record["id"] for record in result["secrets"]}) == 2000
    assert (fetched, len(ids)) == (2, 2) and 1 <= len(refusals) <= 8, "at most those under way were refused"


@pytest.mark.parametrize("source", ["options", "environment"])
def test_a_static_token_that_has_expired_is_told_in_the_clouds_words_with_few_requests(cloud: Cloud, emulator: Emulator, source: str) -> None:
    values = (f"{cloud.key_id}old", SECRET, OLD_TOKEN)
    names = (cloud.id_option, cloud.secret_option, cloud.token_option)
    environment, options = (dict(zip(cloud.variables, values)), {}) if source == "environment" else ({}, dict(zip(names, values)))
    result = cloud.listed(emulator, environment, regions=list(cloud.regions), **options)
    code = "InvalidSecurityToken.Expired" if cloud.provider == "alibaba" else "AuthFailure.TokenFailure"
    assert result["failed"] and (result["error"]["kind"], result["error"]["code"]) == ("expired", code)
    assert "temporary credentials" in result["error"]["hint"] and result["error"]["hint"] in result["msg"]
    assert len(emulator.requests()) <= 3 and result["store_counts"]["failed"] == 2


def test_a_role_that_is_refused_is_told_once_with_the_clouds_code(cloud: Cloud, emulator: Emulator) -> None:
    options = {**cloud.options(), "assume_role_arn": cloud.role("Pod")}
    emulator.world.accounts["main"].roles[-1].trusts = frozenset()
    result = cloud.listed(emulator, regions=list(cloud.regions), **options)
    assert (result["error"]["kind"], len(actions(emulator, "AssumeRole")), len(emulator.requests())) == ("denied", 1, 1)
    assert result["error"]["code"] in ("NoPermission", "UnauthorizedOperation") and result["msg"].count("AssumeRole at sts.") == 1
    assert result["error"]["hint"].startswith("The role Pod has to trust this key")


def test_a_role_that_does_not_exist_is_told_with_the_option_to_check(cloud: Cloud, emulator: Emulator) -> None:
    result = cloud.listed(emulator, **cloud.options(), assume_role_arn=cloud.role("Pdo"))
    assert result["error"]["kind"] == "request" and result["error"]["hint"] == "Check assume_role_arn, and what else is set for the role Pdo."


@pytest.mark.parametrize("role", ["Open", None], ids=["a role", "no role"])
def test_the_key_of_a_role_belongs_to_the_account_of_the_role(cloud: Cloud, emulator: Emulator, role: str | None) -> None:
    """A token service that gives the key of another account gives its secrets, too. Without a role, nobody has named an account."""
    path = "AccountId" if cloud.provider == "alibaba" else "Response.AccountId"
    emulator.behave({"faults": [{"act": "edit", "set": {path: "100000000009"}, "match": {"action": "GetCallerIdentity"}, "times": "forever"}]})
    result = cloud.listed(emulator, **cloud.options(), regions=list(cloud.regions), on_error="report", assume_role_arn=role and cloud.role(role))
    rows = [(row["status"], row["proof"], row["account_id"], row["error"] and row["error"]["kind"]) for row in result["stores"]]
    if role is None:
        assert result["complete"] and {row[0] for row in rows} == {"complete"}
        return
    assert not result["complete"] and rows == [("partial", "none", "100000000009", "auth")] * 2
    assert "is in account 100000000001, and the key that was got for it is of account 100000000009" in result["stores"][0]["error"]["message"]
    assert "assume_role_arn" in result["stores"][0]["error"]["hint"]


def test_an_identity_that_is_refused_is_a_warning_that_says_what_to_grant(cloud: Cloud, emulator: Emulator) -> None:
    code = "Forbidden.RAM" if cloud.provider == "alibaba" else "UnauthorizedOperation"
    emulator.behave({"faults": [{"act": "error", "code": code, "match": {"action": "GetCallerIdentity"}, "times": "forever"}]})
    result = cloud.listed(emulator, **cloud.options())
    (warning,) = result["warnings"]
    assert result["complete"] and warning.startswith("Account 'default' is listed, but the cloud did not tell its number")
    assert "Grant the action GetCallerIdentity. GetCallerIdentity at" in warning and warning.endswith("set identify: false.")


def test_a_platform_token_that_is_refused_is_an_error_of_authentication(
    cloud: Cloud, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud.credentials, "METADATA", "http://127.0.0.1:9")
    environment = platform(cloud, tmp_path)
    (tmp_path / "token").write_text("canary-another-token", encoding="utf-8")
    result = cloud.listed(emulator, environment)
    assert (result["error"]["kind"], len(emulator.requests())) == ("auth", 1) and "token" in result["error"]["hint"]


# Many accounts


def test_fifty_accounts_by_role_cost_fifty_roles_and_fifty_identities(cloud: Cloud) -> None:
    regions = [f"{cloud.regions[0][:2]}-region{number}" for number in range(10)]
    fleet = cloud.fleet()
    fleet["accounts"][0]["name"] = "hub"
    mix = {"kinds": {"user": 1}, "software": 0} if cloud.provider == "tencent" else {}
    for number in range(2, 52):
        fleet["accounts"].append(
            {
                "name": f"spoke-{number}",
                "provider": cloud.provider,
                "account_id": str(100_000_000_000 + number),
                "roles": [{"name": "Auditor", "trusts": ["hub"]}],
                "regions": [{"name": region, "generate": {"count": 1, "seed": number, **mix}} for region in regions],
            }
        )
    entries = [
        {"name": f"account-{number}", "source": "environment", "assume_role_arn": cloud.role("Auditor", number), "regions": regions} for number in range(2, 52)
    ]
    with Emulator(fleet) as emulator:
        result = cloud.listed(emulator, cloud.environment(), accounts=entries, rate_limit=1000, concurrency=16)
        counts = {action: len(actions(emulator, action)) for action in ("AssumeRole", "GetCallerIdentity", "ListSecrets")}
    assert result["complete"] and result["count"] == 500 and result["store_counts"]["complete"] == 500
    assert counts == {"AssumeRole": 50, "GetCallerIdentity": 50, "ListSecrets": 500}
    assert {row["account_id"] for row in result["stores"]} == {str(100_000_000_000 + number) for number in range(2, 52)}
    assert {row["credentials"] for row in result["stores"]} == {"environment, role Auditor"}


def test_two_names_for_one_account_are_an_error_also_by_way_of_roles(cloud: Cloud, emulator: Emulator) -> None:
    entries = [
        {"name": "direct", "source": "environment"},
        {"name": "by-role", "source": "environment", "assume_role_arn": cloud.role("Open")},
    ]
    with pytest.raises(SecretsError, match="'by-role' and 'direct' are the same account|'direct' and 'by-role' are the same account"):
        cloud.listed(emulator, cloud.environment(), accounts=entries)


# One account's trouble


def troubled(cloud: Cloud, trouble: str, folder: Path) -> tuple[dict[str, Any], dict[str, str], str, str]:
    """(entry, environment, the source as the ledger has it, words of its error) of an account that cannot be entered."""
    environment = {"HOME": str(folder), **cloud.environment()}
    if trouble == "profile gone":
        return {"profile": "stagin"}, environment, "profile stagin", "the profile ("
    if trouble == "variables not set":
        return {"credentials_env": "P_"}, environment, "environment P_*", f"P_{cloud.variables[0]}"
    if trouble == "half a key":
        return {"credentials_env": "P_"}, {**environment, f"P_{cloud.variables[0]}": cloud.key_id}, "environment P_*", "is given without"
    if trouble == "file with a wrong mode":
        home(cloud, folder)
        next(path for path in folder.rglob("*") if path.name in ("config.json", "prod.credential")).chmod(0o666)
        return {"profile": "prod"}, environment, "profile prod", "can be written by others"
    if trouble == "role refused":
        return {"source": "environment", "assume_role_arn": cloud.role("Auditor")}, environment, "environment, role Auditor", "AssumeRole at"
    return {cloud.id_option: cloud.key_id}, environment, "options", "is given without"


TROUBLES = ("profile gone", "variables not set", "half a key", "file with a wrong mode", "role refused", "half a key in options")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_trouble_of_one_account_is_its_rows_and_the_others_are_listed(cloud: Cloud, emulator: Emulator, tmp_path: Path, trouble: str) -> None:
    entry, environment, source, words = troubled(cloud, trouble, tmp_path)
    accounts = [{"name": "bad", **entry}, {"name": "good", "source": "environment", "regions": [cloud.regions[0]]}]
    result = cloud.listed(emulator, environment, accounts=accounts, regions=list(cloud.regions), on_error="report")
    rows = [(row["account"], row["region"], row["status"], row["count"]) for row in result["stores"]]
    assert rows == [("bad", region, "failed", 0) for region in cloud.regions] + [("good", cloud.regions[0], "complete", 3)]
    assert result["complete"] is False and result["warnings"] == []
    for row in result["stores"][:2]:
        assert row["credentials"] == source and words in row["error"]["message"] and row["error"]["hint"]
    failed = cloud.listed(emulator, environment, accounts=accounts, regions=list(cloud.regions))
    assert failed["failed"] and words in failed["msg"] and failed["store_counts"]["complete"] == 1


def test_an_account_whose_profile_is_gone_is_a_row_even_where_the_profile_was_to_name_the_region(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), **cloud.environment()}
    accounts = [{"name": "bad", "profile": "gone"}, {"name": "good", "source": "environment", "regions": [cloud.regions[0]]}]
    result = cloud.listed(emulator, environment, accounts=accounts, on_error="report")
    assert [(row["account"], row["region"], row["status"]) for row in result["stores"]] == [("bad", "all", "failed"), ("good", cloud.regions[0], "complete")]
    assert result["stores"][0]["credentials"] == "profile gone" and "does not exist" in result["stores"][0]["error"]["message"]


def test_the_ledger_has_the_labels_of_an_account(cloud: Cloud, emulator: Emulator) -> None:
    accounts = [{"name": "one", "source": "environment", "labels": {"env": "prod"}, "regions": [cloud.regions[0]]}]
    (row,) = cloud.listed(emulator, cloud.environment(), accounts=accounts)["stores"]
    assert row["labels"] == {"env": "prod"}
    (row,) = cloud.listed(emulator, cloud.environment(), regions=[cloud.regions[0]])["stores"]
    assert "labels" not in row


def test_a_task_none_of_whose_accounts_has_credentials_sends_nothing(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    accounts = [{"name": "one", "profile": "one"}, {"name": "two", "credentials_env": "TWO_"}]
    with pytest.raises(SecretsError, match="no credentials found") as caught:
        cloud.listed(emulator, {"HOME": str(tmp_path)}, accounts=accounts)
    assert caught.value.kind == "credentials" and emulator.requests() == []
    result = cloud.listed(emulator, {"HOME": str(tmp_path)}, accounts=accounts, on_error="report")
    assert [row["status"] for row in result["stores"]] == ["failed", "failed"] and emulator.requests() == [], "a report has the reasons of all"


@pytest.mark.parametrize(
    "entry, message",
    [
        pytest.param({"source": "environment", "assume_role_arn": "not a role"}, "cannot be the name of a role", id="role"),
        pytest.param({"source": "environment", "regions": ["Not a region"]}, "is not a region name", id="region"),
        pytest.param({"source": "environment", "profile": "prod"}, "has several sources of credentials", id="two sources"),
        pytest.param({}, "names no source of credentials", id="no source"),
    ],
)
def test_mistakes_in_arguments_stop_the_task_whatever_the_other_accounts_have(cloud: Cloud, emulator: Emulator, entry: dict[str, Any], message: str) -> None:
    accounts = [{"name": "good", "source": "environment", "regions": [cloud.regions[0]]}, {"name": "bad", "regions": [cloud.regions[0]], **entry}]
    with pytest.raises(SecretsError, match=message):
        cloud.listed(emulator, cloud.environment(), accounts=accounts, on_error="report")
    assert emulator.requests() == []


# Nothing anywhere


def test_where_there_are_no_credentials_one_error_lists_every_place_and_why(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    emulator.world.accounts["main"].roles[3].machine = False
    result = cloud.listed(emulator, {"HOME": str(tmp_path)}, regions=list(cloud.regions))
    message = result["msg"]
    stores = ", ".join(f"default/{region}" for region in cloud.regions)
    hint = "Set up one of these on the machine where the module runs, or give the options from Ansible Vault."
    assert message.startswith(f"{hint} {stores}: no credentials found; looked at: the options (")
    assert message.endswith(" 0 of 2 stores were listed completely.")
    assert result["error"]["kind"] == "credentials" and message.count("looked at") == 1
    places = [source.name for source in cloud.module.PROVIDER.sources]
    assert [message.count(f"{place} (") for place in places] == [1] * len(places)
    assert "HTTP status 404" in message and str(tmp_path) in message and len(message) < 1000
    assert all(row["credentials"] == "" for row in result["stores"])


def test_the_places_are_not_told_a_second_time_as_a_warning(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    emulator.world.accounts["main"].roles[3].machine = False
    result = cloud.listed(emulator, {"HOME": str(tmp_path)}, on_error="report")
    assert result["warnings"] == [] and [row["status"] for row in result["stores"]] == ["failed"]


def test_the_process_says_it_in_one_message(cloud: Cloud, tmp_path: Path) -> None:
    nothing = {name: "" for each in CLOUDS for name in each.variables}
    nothing["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
    options = {"region": cloud.regions[0], "accounts": [{"name": "prod", "profile": "prod"}]}
    result = run_module(cloud.name, options, False, HOME=str(tmp_path), **nothing)
    path = tmp_path / (".aliyun/config.json" if cloud.provider == "alibaba" else ".tccli/prod.credential")
    assert result["msg"].startswith(f"accounts[prod]: no credentials found; looked at: the profile ({path} does not exist).")


def test_a_broken_file_stops_the_task_before_any_request(cloud: Cloud, emulator: Emulator, tmp_path: Path) -> None:
    environment = home(cloud, tmp_path)
    file = next(path for path in tmp_path.rglob("*") if path.name in ("config.json", "prod.credential"))
    file.chmod(0o666)
    with pytest.raises(SecretsError, match="can be written by others") as caught:
        cloud.listed(emulator, environment, profile="prod")
    assert str(file) in caught.value.message and caught.value.hint == f"Run: chmod 600 {file}" and emulator.requests() == []


# Hosts


@pytest.mark.parametrize(
    "provider, options, region, host, sts",
    [
        pytest.param("alibaba", {}, "cn-hangzhou", "apig.cn-hangzhou.aliyuncs.com", "sts.aliyuncs.com", id="APIG"),
        pytest.param("alibaba", {"network": "public"}, "cn-hangzhou", "apig.cn-hangzhou.aliyuncs.com", "sts.aliyuncs.com", id="APIG, public"),
        pytest.param("alibaba", {"network": "vpc"}, "cn-hangzhou", "apig-vpc.cn-hangzhou.aliyuncs.com", "sts-vpc.cn-hangzhou.aliyuncs.com", id="APIG, VPC"),
        pytest.param(
            "alibaba",
            {"network": "vpc"},
            "cn-shanghai",
            "apig-vpc.cn-shanghai.aliyuncs.com",
            "sts-vpc.cn-shanghai.aliyuncs.com",
            id="APIG, VPC of another region",
        ),
        pytest.param("tencent", {}, "ap-guangzhou", "ssm.tencentcloudapi.com", "sts.tencentcloudapi.com", id="SSM"),
        pytest.param("tencent", {"site": "china"}, "ap-guangzhou", "ssm.tencentcloudapi.com", "sts.tencentcloudapi.com", id="SSM, China"),
        pytest.param(
            "tencent", {"site": "international"}, "ap-guangzhou", "ssm.intl.tencentcloudapi.com", "sts.intl.tencentcloudapi.com", id="SSM, international"
        ),
        pytest.param(
            "tencent", {"network": "internal"}, "ap-guangzhou", "ssm.internal.tencentcloudapi.com", "sts.internal.tencentcloudapi.com", id="SSM, internal"
        ),
        pytest.param(
            "tencent", {"network": "regional"}, "ap-shanghai", "ssm.ap-shanghai.tencentcloudapi.com", "sts.ap-guangzhou.tencentcloudapi.com", id="SSM, regional"
        ),
        pytest.param("tencent", {}, "ap-shanghai-fsi", "ssm.ap-shanghai-fsi.tencentcloudapi.com", "sts.tencentcloudapi.com", id="SSM, finance"),
        pytest.param(
            "tencent",
            {"network": "internal", "site": "international"},
            "ap-shanghai-fsi",
            "ssm.ap-shanghai-fsi.tencentcloudapi.com",
            "sts.internal.tencentcloudapi.com",
            id="SSM, finance whatever the network",
        ),
    ],
)
def test_where_requests_go(provider: str, options: dict[str, Any], region: str, host: str, sts: str) -> None:
    cloud = next(each for each in CLOUDS if each.provider == provider)
    cloud = Cloud(cloud.provider, cloud.module, cloud.credentials, (region, "xx-other"), cloud.key_id, cloud.arn, host)
    with Emulator(cloud.fleet()) as emulator:
        result = cloud.listed(emulator, **cloud.options(), assume_role_arn=cloud.role("Open"), **options)
        assert result["complete"]
        hosts = {(row["action"], row["host"]) for row in emulator.requests()}
    assert hosts == {("AssumeRole", sts), ("GetCallerIdentity", sts), ("ListSecrets", host)}


def test_keys_that_no_option_holds_stay_in_the_process(cloud: Cloud, emulator: Emulator) -> None:
    """Nor are they among what ansible-core 2.22 lets a module hand back to hide it: the file of an asynchronous task keeps that."""
    options = {"region": cloud.regions[0], "proxy": emulator.url, "ca_path": emulator.ca_file, "assume_role_arn": cloud.role("Open")}
    finished = run_process(cloud.name, options, False, **cloud.environment())
    result = json.loads(finished.stdout)
    assumed = next(key for key in emulator.world.keys.keys.values() if key.role)
    assert result["complete"] and result["count"] == 3
    assert assumed.token and not [secret for secret in (SECRET, assumed.secret, assumed.token) if secret in finished.stdout + finished.stderr]


def test_a_name_that_is_part_of_a_key_is_refused(cloud: Cloud, emulator: Emulator) -> None:
    """Masked, its stores would be those of another account."""
    environment = cloud.environment()
    key = next(value for name, value in environment.items() if "SECRET" in name and "ID" not in name)
    accounts = [{"name": key[:12], "source": "environment", "regions": [cloud.regions[0]]}]
    with pytest.raises(SecretsError, match="the name of an account is part of a key") as caught:
        cloud.listed(emulator, environment, accounts=accounts)
    assert caught.value.kind == "argument" and key[:12] not in caught.value.sentence()
