# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Tencent Cloud SSM module against the emulator."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RECORD_KEYS
from ansible_collections.multicloud.secrets.plugins.modules import tencent_ssm_secrets_info as module
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.core.encoders import ENCODERS, left
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import TENCENT_KEY, Listing, fleet, names, run_module

SSM = Listing(module.PROVIDER)
SECRETS = [
    {"SecretName": "db-password", "SecretType": 0, "CreateTime": "2025-01-01T00:00:00Z", "tags": {"env": "prod"}},
    {"SecretName": "db-password-old", "SecretType": 0, "Status": "PendingDelete", "CreateTime": "2024-01-01T00:00:00Z"},
    {"SecretName": "mysql-root", "SecretType": 1, "ProductName": "Mysql", "ResourceID": "cdb-1", "CreateTime": "2024-06-01T00:00:00Z"},
    {"SecretName": "bastion", "SecretType": 2, "CreateTime": "2024-07-01T00:00:00Z"},
    {"SecretName": "robot", "SecretType": 3, "CreateTime": "2024-08-01T00:00:00Z"},
    {"SecretName": "cache", "SecretType": 4, "CreateTime": "2024-09-01T00:00:00Z"},
    {"SecretName": "soft", "SecretType": 0, "EncryptType": 1, "CreateTime": "2024-10-01T00:00:00Z"},
]


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": SECRETS}, {"name": "ap-shanghai", "generate": {"count": 12, "seed": 1}})) as emulator:
        yield emulator


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 5_000])
def test_so_many_secrets_come_back_exactly(count: int) -> None:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "generate": {"count": count, "seed": 7}})) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, rate_limit=1000)
    assert result["complete"] and result["count"] == len(result["secrets"]) == len(set(names(result))) == count
    assert result["stores"][0]["total"] == count


def test_all_types_and_encryptions_are_in_one_listing(emulator: Emulator) -> None:
    result = SSM.list(region="ap-guangzhou", endpoint=emulator.url)
    assert names(result) == sorted(str(secret["SecretName"]) for secret in SECRETS)
    assert {record["kind"] for record in result["secrets"]} == {"user", "product", "ssh_key", "api_key", "redis"}
    assert all(tuple(record) == RECORD_KEYS for record in result["secrets"])


@pytest.mark.parametrize(
    "options, expected",
    [
        pytest.param({"status": "pending_delete"}, ["db-password-old"], id="status"),
        pytest.param({"secret_types": ["product", "redis"]}, ["cache", "mysql-root"], id="types"),
        pytest.param({"encrypt_types": ["software"]}, ["soft"], id="encryption"),
        pytest.param({"encrypt_types": ["kms"], "secret_types": ["user"]}, ["db-password", "db-password-old"], id="type and encryption"),
        pytest.param({"product_names": ["Mysql"]}, ["mysql-root"], id="product"),
        pytest.param({"product_names": ["Redis", "Tdsql"]}, [], id="another product"),
        pytest.param({"instance_id": "cdb-1"}, ["mysql-root"], id="instance"),
        pytest.param({"name_like": "password"}, ["db-password", "db-password-old"], id="similar names"),
        pytest.param({"names": ["db-password", "nobody"]}, ["db-password"], id="exact names"),
        pytest.param({"tags": {"env": "prod"}}, ["db-password"], id="tag"),
        pytest.param({"tags": {"env": ["dev", "prod"]}}, ["db-password"], id="any value of a tag"),
        pytest.param({"tags": {"env": None}}, ["db-password"], id="tag with whatever value"),
        pytest.param({"tags": {"env": "dev"}}, [], id="another value"),
    ],
)
def test_filters(emulator: Emulator, options: dict[str, Any], expected: list[str]) -> None:
    result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, **options)
    assert names(result) == expected and result["complete"]


def test_several_regions_and_accounts_in_one_task(emulator: Emulator) -> None:
    result = SSM.list(
        regions=["ap-guangzhou", "ap-shanghai"],
        accounts=[
            {"name": "by-key", "secret_id": TENCENT_KEY["id"], "secret_key": TENCENT_KEY["secret"], "regions": ["ap-shanghai"]},
            {"name": "by-environment", "source": "environment", "endpoint": emulator.url.replace("127.0.0.1", "localhost")},
        ],
        endpoint=emulator.url,
    )
    assert [(row["account"], row["region"], row["count"], row["credentials"]) for row in result["stores"]] == [
        ("by-environment", "ap-guangzhou", 7, "environment"),
        ("by-environment", "ap-shanghai", 12, "environment"),
        ("by-key", "ap-shanghai", 12, "options"),
    ]
    assert {request["host"].split(":")[0] for request in emulator.requests()} == {"localhost", "127.0.0.1"}


def test_two_names_for_one_account_are_an_error(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", emulator.url)
    accounts = [{"name": name, "source": "environment"} for name in ("one", "two")]
    with pytest.raises(SecretsError, match="'one' and 'two' are the same account, 100000000001"):
        SSM.list(region="ap-guangzhou", accounts=accounts, ca_path=emulator.ca_file, identify=True)


def test_real_host_names_through_a_proxy_with_identity(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", emulator.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", emulator.ca_file)
    result = SSM.list(region="ap-guangzhou", identify=True)
    assert result["complete"] and result["stores"][0]["account_id"] == "100000000001"
    assert {request["host"] for request in emulator.requests()} == {"ssm.tencentcloudapi.com", "sts.tencentcloudapi.com"}


@pytest.mark.parametrize(
    "options, host",
    [
        pytest.param({}, "ssm.tencentcloudapi.com", id="china"),
        pytest.param({"site": "international"}, "ssm.intl.tencentcloudapi.com", id="international"),
        pytest.param({"network": "internal"}, "ssm.internal.tencentcloudapi.com", id="internal"),
        pytest.param({"endpoint": "ssm.{region}.tencentcloudapi.com"}, "ssm.ap-guangzhou.tencentcloudapi.com", id="regional"),
    ],
)
def test_hosts(emulator: Emulator, options: dict[str, Any], host: str) -> None:
    SSM.list(region="ap-guangzhou", proxy=emulator.url, ca_path=emulator.ca_file, **options)
    assert {request["host"] for request in emulator.requests()} == {host}


def test_every_region_of_the_cloud(emulator: Emulator) -> None:
    result = SSM.list(region="all", endpoint=emulator.url)
    assert [row["region"] for row in result["stores"]] == ["ap-guangzhou", "ap-shanghai"] and result["count"] == 19


def test_a_refused_region_fails_the_task_and_the_others_are_told(emulator: Emulator) -> None:
    emulator.behave({"faults": [{"act": "error", "code": "UnauthorizedOperation", "match": {"region": "ap-shanghai"}, "times": "forever"}]})
    failed = SSM.list(regions=["ap-guangzhou", "ap-shanghai"], endpoint=emulator.url)
    assert failed["failed"] and failed["store_counts"] == {"complete": 1, "not_offered": 0, "partial": 0, "failed": 1}
    assert failed["error"]["kind"] == "denied" and failed["error"]["code"] == "UnauthorizedOperation" and failed["error"]["request_id"]
    assert failed["msg"].startswith("Grant the action ssm:ListSecrets") and " default/ap-shanghai: ListSecrets at " in failed["msg"]
    assert failed["msg"].endswith("(UnauthorizedOperation). 1 of 2 stores were listed completely.") and failed["msg"].count("refused") == 1
    assert failed["stores"][0]["error"]["message"] is None and "partitions" not in failed["stores"][0], "each reason is told once"
    assert [row["region"] for row in failed["stores"]] == ["ap-shanghai", "ap-guangzhou"] and "secrets" not in failed

    told = SSM.list(regions=["ap-guangzhou", "ap-shanghai"], endpoint=emulator.url, on_error="report")
    assert told["complete"] is False and told["count"] == 7 and [row["status"] for row in told["stores"]] == ["complete", "failed"]


def test_failures_name_few_stores_and_hold_twenty_rows() -> None:
    regions = [f"ap-{number}" for number in range(30)]
    with Emulator(fleet("tencent", "ap-guangzhou")) as emulator:
        failed = SSM.list(regions=regions, secret_types=["user"], encrypt_types=["kms"], endpoint=emulator.url)
    assert len(failed["stores"]) == 20 and failed["msg"].count("ap-") < 12 and "27 more stores" in failed["msg"]
    assert failed["store_counts"]["failed"] == 30


def test_query_returns_its_result_and_no_records(emulator: Emulator) -> None:
    result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, query="[?kind=='redis'].name")
    assert result["query_result"] == ["cache"] and result["count"] == 7 and "secrets" not in result


def test_dest_changes_only_when_what_it_says_changes(emulator: Emulator, tmp_path: Path) -> None:
    dest = tmp_path / "inventory.jsonl"

    def write(**more: Any) -> bool:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest), **more)
        assert result["dest"] == str(dest) and result["count"] >= 6 and "secrets" not in result
        return cast(bool, result["changed"])

    assert write(check_mode=True) and not dest.exists()
    assert write() and dest.stat().st_mode & 0o777 == 0o600
    first = dest.read_bytes()
    assert not write() and not write(check_mode=True)
    assert dest.stat().st_size == pytest.approx(len(first), abs=20)
    emulator.behave({"changes": [{"after": 1, "delete": {"oldest": 1}}]})
    SSM.list(region="ap-guangzhou", endpoint=emulator.url)
    before = dest.read_bytes()
    assert write(check_mode=True) and dest.read_bytes() == before
    assert write() and dest.read_bytes() != before
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.jsonl"]


def test_the_inventory_says_what_was_asked(emulator: Emulator, tmp_path: Path) -> None:
    dest = tmp_path / "inventory.jsonl"
    SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest), names=["b", "a"], status="enabled", secret_types=["user"])
    header = json.loads(dest.read_text(encoding="utf-8").splitlines()[0])
    assert header["filtered"] is True and header["complete"] is True
    assert header["asked"] == {
        "accounts": ["default"],
        "regions": {"default": ["ap-guangzhou"]},
        "partitions": ["user/kms", "user/software"],
        "filters": {"status": "enabled", "secret_types": ["user"], "names": ["a", "b"]},
        "details": [],
    }
    everything: dict[str, Any] = {"secret_types": ["user", "product", "ssh_key", "api_key", "redis"], "encrypt_types": ["software", "kms"]}
    SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest), **everything)
    header = json.loads(dest.read_text(encoding="utf-8").splitlines()[0])
    assert header["filtered"] is False and header["asked"]["filters"] == {} and len(header["asked"]["partitions"]) == 10


def test_a_failed_task_leaves_the_old_inventory_alone(emulator: Emulator, tmp_path: Path) -> None:
    dest = tmp_path / "inventory.jsonl"
    SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest))
    before = dest.read_bytes()
    emulator.behave({"faults": [{"act": "error", "code": "UnauthorizedOperation", "times": "forever"}]})
    assert SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest))["failed"]
    assert dest.read_bytes() == before
    assert SSM.list(region="ap-guangzhou", endpoint=emulator.url, dest=str(dest), on_error="report")["changed"]
    assert dest.read_bytes() != before


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param({"total_scope": "partition"}, id="totals of each listing"),
        pytest.param({"total_scope": "missing"}, id="no totals"),
        pytest.param({"page_cap": 40}, id="pages of forty"),
        pytest.param({"order": "random"}, id="no order"),
        pytest.param({"rate_limit": {"per_second": 60, "window": "fixed"}}, id="a rate limit"),
        pytest.param({"faults": [{"act": "reset", "at": 3}, {"act": "answer", "status": 503, "at": 5}]}, id="faults that pass"),
        pytest.param({"encrypt_type": "unknown"}, id="a site without EncryptType"),
        pytest.param({"refused_types": [3, 4]}, id="without the later types"),
    ],
)
def test_odd_clouds_are_listed_all_the_same(behaviour: dict[str, Any]) -> None:
    kinds = {"user": 1} if "refused_types" in behaviour or "encrypt_type" in behaviour else {"user": 3, "product": 1, "ssh_key": 1}
    software = 0 if "encrypt_type" in behaviour else 0.25
    region = {"name": "ap-guangzhou", "generate": {"count": 230, "seed": 3, "kinds": kinds, "software": software}}
    with Emulator(fleet("tencent", region, behaviour=behaviour)) as emulator:
        result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, on_error="report", rate_limit=50)
    assert result["count"] == 230 and result["complete"], result["stores"]


def test_the_module_as_a_process(emulator: Emulator) -> None:
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou"}, HTTPS_PROXY=emulator.url, REQUESTS_CA_BUNDLE=emulator.ca_file)
    assert result["count"] == 7 and result["complete"] and result["changed"] is False
    assert TENCENT_KEY["secret"] not in json.dumps(result) and TENCENT_KEY["id"] not in json.dumps(result)
    assert "ansible_facts" not in result


def test_bad_input_ends_the_process_with_one_message_and_no_request(emulator: Emulator) -> None:
    environment = {"HTTPS_PROXY": emulator.url, "REQUESTS_CA_BUNDLE": emulator.ca_file}
    result = run_module("tencent_ssm_secrets_info", {"region": "evil.com/#"}, False, **environment)
    assert result["failed"] and result["error"]["kind"] == "argument" and result["msg"].startswith("region: 'evil.com/#' is not a region name")
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name_like": ["db"]}, "name_like: a list is no text. Give one text."),
        ({"page_size": True, "account": False}, "account: false is no text. Put it into quotes.; page_size: true is no number. Give a number."),
        ({"product_names": ["Mysql "]}, "product_names: 'Mysql ' begins or ends with a space or a line break. Nothing has such a name."),
        ({"accounts": [{"name": "a", "profile": True}]}, "accounts: profile: true is no text. Put it into quotes."),
        ({"accounts": "prod"}, "accounts: a text is no mapping. Give a mapping, such as {key: value}."),
        (
            {"accounts": ["prod", 7]},
            "accounts: a text is no mapping. Give a mapping, such as {key: value}.; accounts: a number is no mapping. Give a mapping, such as {key: value}.",
        ),
        ({"accounts": [{"name": "a", "organization": "o"}]}, "accounts: organization: a text is no mapping. Give a mapping, such as {key: value}."),
    ],
)
def test_nothing_is_made_of_a_value_that_nobody_wrote(options: dict[str, Any], message: str) -> None:
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou", **options})
    assert (result["failed"], sorted(result["msg"].split("; "))) == (True, sorted(message.split("; ")))


@pytest.mark.parametrize(
    "options",
    [
        {"accounts": [[{"name": "x", "secret_key": "aCanaryThatMustNotBeSeen"}]]},
        {"accounts": [{"name": "x", "secret_kye": "aCanaryThatMustNotBeSeen"}]},
        {"accounts": "name=x secret_key=aCanaryThatMustNotBeSeen"},
        {"accounts": ["aCanaryThatMustNotBeSeen"]},
        {"secret_kye": "aCanaryThatMustNotBeSeen"},
        {"secret_key": ["aCanaryThatMustNotBeSeen", {"a": 1}]},
    ],
    ids=["a list in a list", "a mistyped key of an account", "a text for a list", "a text for a mapping", "a mistyped key", "a list for a text"],
)
def test_what_ansible_says_of_options_shows_no_secret(options: dict[str, Any]) -> None:
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou", **options})
    assert result["failed"] and result["msg"]
    assert "aCanaryThatMustNotBeSeen" not in json.dumps(result)


def test_what_a_server_echoes_is_scrubbed_before_it_is_told(emulator: Emulator) -> None:
    echo = f"secret {TENCENT_KEY['secret']} of {TENCENT_KEY['id']} \x1b[31m"
    emulator.behave({"faults": [{"act": "error", "code": "AuthFailure.SignatureFailure", "message": echo, "times": "forever"}]})
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False})
    text = json.dumps(result)
    assert result["failed"] and result["error"]["kind"] == "auth"
    assert TENCENT_KEY["secret"] not in text and TENCENT_KEY["id"] not in text and "\\u001b" not in text.replace("\\\\u001b", "")
    assert "AKID...0001" in text


@pytest.mark.parametrize("encoder", ["URL, twice, lower case", "hex, capitals", "base64, lines of 64", "JSON, codes alone"])
def test_however_a_refusal_repeats_a_key_nothing_of_it_is_told(emulator: Emulator, encoder: str) -> None:
    echo = ENCODERS[encoder](TENCENT_KEY["secret"])
    emulator.behave({"faults": [{"act": "error", "code": echo[:100], "message": f"no {echo}", "times": "forever"}]})
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False})
    assert result["failed"] and not left(TENCENT_KEY["secret"], json.dumps(result))


def test_however_a_row_repeats_a_key_nothing_of_it_is_kept(tmp_path: Path) -> None:
    dest, secret = tmp_path / "inventory.jsonl", TENCENT_KEY["secret"]
    texts = [encode(part) for encode in ENCODERS.values() for part in (secret, secret[: len(secret) // 2], secret[-13:])]
    rows = [{"SecretName": f"careless-{number}", "Description": text} for number, text in enumerate(texts)]
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": rows})) as emulator:
        options = {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False}
        result = run_module("tencent_ssm_secrets_info", options)
        run_module("tencent_ssm_secrets_info", {**options, "dest": str(dest)})
    lines = [json.loads(line) for line in dest.read_text(encoding="utf-8").splitlines()]
    for told in (result["secrets"], [line for line in lines if "description" in line]):
        assert len(told) == len(texts)
        assert not [found for record in told for found in left(secret, record["description"])]


def test_a_key_in_a_description_reaches_neither_result_nor_inventory(tmp_path: Path) -> None:
    dest = tmp_path / "inventory.jsonl"
    secrets = [{"SecretName": "careless", "Description": f"the key is {TENCENT_KEY['secret']}"}]
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": secrets})) as emulator:
        options = {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False}
        result = run_module("tencent_ssm_secrets_info", options)
        assert run_module("tencent_ssm_secrets_info", {**options, "dest": str(dest)})["changed"]
        assert not run_module("tencent_ssm_secrets_info", {**options, "dest": str(dest)})["changed"]
    assert "the key is ****" in result["secrets"][0]["description"]
    assert "the key is ****" in dest.read_text(encoding="utf-8") and TENCENT_KEY["secret"] not in dest.read_text(encoding="utf-8")


def test_an_unreadable_environment_names_the_variable(emulator: Emulator) -> None:
    result = run_module("tencent_ssm_secrets_info", {"region": "ap-guangzhou", "endpoint": emulator.url}, TENCENTCLOUD_SECRET_KEY="")
    assert result["msg"].startswith("TENCENTCLOUD_SECRET_ID is given without TENCENTCLOUD_SECRET_KEY")
    assert emulator.requests() == [] and os.environ.get("TENCENTCLOUD_SECRET_ID") is None


@pytest.mark.parametrize("value, text", [(True, "true"), (False, "false"), (7, "7"), ("True", "True")])
def test_the_value_of_a_tag_is_sent_as_people_write_it(value: Any, text: str) -> None:
    secrets = [{"SecretName": "tagged", "SecretType": 0, "tags": {"b": text}}, {"SecretName": "other", "SecretType": 0, "tags": {"b": "x"}}]
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": secrets})) as emulator:
        assert names(SSM.list(region="ap-guangzhou", endpoint=emulator.url, tags={"b": value})) == ["tagged"]


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}], 1.5, [], ["x", None]], ids=str)
def test_the_value_of_a_tag_that_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(SecretsError, match="tags: the value of 'Env' is no text") as caught:
        SSM.list(region="ap-guangzhou", endpoint="http://127.0.0.1:1", tags={"Env": value})
    assert caught.value.kind == "argument" and caught.value.hint


def test_a_query_that_can_never_match_is_told(emulator: Emulator) -> None:
    result = SSM.list(region="ap-guangzhou", endpoint=emulator.url, query='[?status == "enabled"].name')
    assert result["query_result"] == [] and any("unknown field 'enabled'" in warning for warning in result["warnings"])
    assert SSM.list(region="ap-guangzhou", endpoint=emulator.url, query="[?status == 'enabled'].name")["warnings"] == []
