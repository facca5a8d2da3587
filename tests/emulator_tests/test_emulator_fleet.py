# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet file: read strictly, filled in lifelike, the same on every Python."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from emulator import Emulator, FleetError
from emulator_client import alibaba_fleet, fleet

DEMO = Path(__file__).resolve().parents[1] / "emulator" / "fleets" / "demo.yml"
NOW = "2026-11-21T00:00:00Z"
SSM_FIELDS = set(
    "SecretName Description KmsKeyId CreateUin Status DeleteTime CreateTime KmsKeyType RotationStatus NextRotationTime SecretType ProductName ResourceName "
    "ProjectID AssociatedInstanceIDs TargetUin RotationFrequency ResourceID RotationBeginTime EncryptType EncryptSwitching CreateUinString "
    "TargetUinString".split()
)
APIG_FIELDS = set("secretId name gatewayType secretSource status referenceCount createTimestamp updateTimestamp kmsConfig".split())


def ssm(*secrets: object, **region: object) -> list[dict[str, Any]]:
    """The rows of one SSM store."""
    return Emulator(fleet([{"name": "ap-guangzhou", "secrets": list(secrets), **region}], now=NOW)).secrets("ten", "ap-guangzhou")


def apig(*secrets: object, **region: object) -> list[dict[str, Any]]:
    """The rows of one APIG store."""
    return Emulator(alibaba_fleet([{"name": "cn-hangzhou", "secrets": list(secrets), **region}], now=NOW)).secrets("ali", "cn-hangzhou")


@pytest.mark.parametrize(
    "document, message",
    [
        ({"acounts": []}, "fleet: unknown key 'acounts' (did you mean 'accounts'?)"),
        (fleet([{"name": "ap-guangzhou", "secrts": []}]), "fleet.accounts[0].regions[0]: unknown key 'secrts' (did you mean 'secrets'?)"),
        (fleet([{"name": "ap-guangzhou", "secrets": [{"SecretNam": "a"}]}]), "regions[0].secrets[0]: unknown key 'SecretNam' (did you mean 'SecretName'?)"),
        (fleet([{"name": "ap-guangzhou", "generate": {"count": 1, "kinds": {"usr": 1}}}]), "generate.kinds: unknown key 'usr' (did you mean 'user'?)"),
        (fleet([{"name": "ap-guangzhou", "behaviour": {"latency": 1}}]), "behaviour: unknown key 'latency' (did you mean 'latency_ms'?)"),
        (fleet(behaviour={"rate_limit": {"per_secnd": 1}}), "behaviour.rate_limit: unknown key 'per_secnd' (did you mean 'per_second'?)"),
        (fleet(behaviour={"faults": [{"act": "rest"}]}), "faults[0].act: unknown act 'rest' (did you mean 'reset'?)"),
        (fleet(behaviour={"faults": [{"act": "reset_body", "afer": 1}]}), "faults[0]: unknown key 'afer' (did you mean 'after'?)"),
        (fleet(behaviour={"faults": [{"match": {"regoin": "x"}}]}), "faults[0].match: unknown key 'regoin' (did you mean 'region'?)"),
        (fleet(behaviour={"changes": [{"after": 1}]}), "changes[0]: a change needs 'insert', 'delete' or 'update'"),
        (fleet(behaviour={"order": "creatd"}), "behaviour.order: 'creatd' is not known (did you mean 'created'?)"),
        (fleet(behaviour={"account": "tne"}), "there is no account 'tne' (did you mean 'ten'?)"),
        (fleet([{"name": "ap-guangzhou", "behaviour": {"certificate": "expired"}}]), "certificate: holds for all connections"),
        (fleet([{"name": "ap-guangzhou", "refuse": "deny"}]), "refuse: 'deny' is not known (did you mean 'denied'?)"),
        (alibaba_fleet([{"name": "cn-hangzhou", "refuse": "not_purchased"}]), "refuse: 'not_purchased' is not known"),
        (fleet([{"name": "evil.com/#"}]), "regions[0].name: 'evil.com/#' is no region name"),
        (fleet([{"name": "ap-guangzhou"}, "ap-guangzhou"]), "regions[1].name: 'ap-guangzhou' is no region name, or stands twice"),
        (fleet([{"name": "ap-guangzhou", "secrets": ["a", "a"]}]), "two secrets have the id 'a'"),
        (fleet([{"name": "ap-guangzhou", "secrets": [{"SecretName": "a", "CreateTime": "soon"}]}]), "'soon' is no time"),
        (fleet([{"name": "ap-guangzhou", "secrets": [{"Description": "a"}]}]), "'SecretName' is missing"),
        (fleet([{"name": "ap-guangzhou", "secrets": [{"SecretName": "a", "EncryptType": 2}]}]), "EncryptType: 2 is out of bounds"),
        (fleet([{"name": "ap-guangzhou", "generate": {"count": True}}]), "count: a number is needed"),
        (fleet([{"name": "ap-guangzhou", "secrets": [{"SecretName": True}]}]), "SecretName: a text is needed, not True"),
        (fleet([{"name": "ap-guangzhou", "listed": 1}]), "listed: true or false is needed, not 1"),
        (fleet(now="yesterday"), "fleet.now: 'yesterday' is no time"),
        ({"accounts": [{"name": "a", "provider": "aws", "account_id": "1"}]}, "provider: 'aws' is not known"),
        ({"accounts": [{"name": "a", "provider": "tencent", "account_id": "one"}]}, "account_id: 'one' is no number"),
        (
            {"accounts": [{"name": "a", "provider": "tencent", "account_id": 1, "keys": [{"id": "k", "secret": "s", "expires": "+1h"}]}]},
            "only a key with a token",
        ),
        ({"accounts": [{"name": "a", "provider": "tencent", "account_id": str(n), "keys": [{"id": "k", "secret": "s"}]} for n in (1, 2)]}, "called 'a'"),
        ({"accounts": [{"name": n, "provider": "tencent", "account_id": "1"} for n in "ab"]}, "two accounts of tencent have the id 1"),
        (
            {"accounts": [{"name": n, "provider": "tencent", "account_id": i, "keys": [{"id": "k", "secret": "s"}]} for n, i in ("a1", "b2")]},
            "'k' stands twice",
        ),
    ],
)
def test_mistake_is_named(document: dict[str, Any], message: str) -> None:
    """A mistake in a fleet file is one error that names the place and the way out."""
    with pytest.raises(FleetError) as caught:
        Emulator(document)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "name, content, message",
    [("a.json", "{", "a.json"), ("a.yml", "a: [", "a.yml"), ("a.json", "[]", "fleet: a mapping is needed"), ("a.yml", "", "fleet: a mapping is needed")],
)
def test_broken_file_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    """A file that does not parse, or holds something else."""
    (tmp_path / name).write_text(content)
    with pytest.raises(FleetError, match=message):
        Emulator(tmp_path / name)


def test_yaml_and_json_are_one(tmp_path: Path) -> None:
    """Both formats give the same fleet."""
    (tmp_path / "a.json").write_text(json.dumps(fleet([{"name": "ap-guangzhou", "secrets": [{"SecretName": "a", "CreateTime": "2026-01-02"}]}], now=NOW)))
    (tmp_path / "a.yml").write_text(
        "now: 2026-11-21T00:00:00Z\naccounts:\n- {name: ten, provider: tencent, account_id: 100000000001,\n"
        "   regions: [{name: ap-guangzhou, secrets: [{SecretName: a, CreateTime: 2026-01-02}]}]}\n"
    )
    found = [Emulator(tmp_path / name).secrets("ten", "ap-guangzhou") for name in ("a.json", "a.yml")]
    assert found[0] == found[1]
    assert found[0][0]["CreateTime"] == 1767312000


@pytest.mark.parametrize(
    "given, expected",
    [
        (1700000000, 1700000000),
        (1700000000000, 1700000000),
        ("now", 1795219200),
        ("-2d", 1795219200 - 172800),
        ("+3h", 1795219200 + 10800),
        ("2026-11-20T08:00:00+08:00", 1795132800),
        (date(2026, 11, 20), 1795132800),
        (datetime(2026, 11, 20, tzinfo=timezone.utc), 1795132800),
    ],
)
def test_times(given: object, expected: int) -> None:
    """Every way to write a time."""
    assert ssm({"SecretName": "a", "CreateTime": given})[0]["CreateTime"] == expected


def test_ssm_secret_has_all_documented_fields() -> None:
    """A name alone makes a whole row."""
    row = ssm("a")[0]
    assert set(row) == SSM_FIELDS
    assert (row["Status"], row["SecretType"], row["EncryptType"], row["CreateUinString"], row["ProductName"]) == ("Enabled", 0, 0, "100000000001", "default")


def test_apig_secret_has_all_documented_fields() -> None:
    """A name alone makes a whole row; its times are milliseconds."""
    row = apig({"name": "a", "createTimestamp": "2026-01-01"})[0]
    assert set(row) == APIG_FIELDS and set(row["kmsConfig"]) == {"kmsInstanceId", "kmsKeyId"}
    assert row["createTimestamp"] == row["updateTimestamp"] == 1767225600000


def test_kinds_of_ssm_secrets_differ_as_documented() -> None:
    """What only one kind has."""
    rows = {kind: ssm({"SecretName": "a", "SecretType": kind})[0] for kind in range(5)}
    assert rows[1]["ProductName"] in ("Mysql", "Tdsql-mysql", "Tdsql_C_Mysql")
    assert rows[2]["AssociatedInstanceIDs"] and rows[2]["ResourceName"] and not rows[0]["AssociatedInstanceIDs"]
    assert rows[3]["TargetUin"] > 0 and rows[3]["TargetUinString"] == str(rows[3]["TargetUin"]) and rows[0]["TargetUin"] == 0
    assert rows[4]["ProductName"] == "Redis"


def test_extra_and_drop() -> None:
    """A row can be spoiled, and can lack a field."""
    row = ssm({"SecretName": "a", "extra": {"SecretString": "x", "CreateTime": "now"}, "drop": ["Status"]})[0]
    assert row["SecretString"] == "x" and row["CreateTime"] == "now" and "Status" not in row
    row = apig({"name": "a", "description": "d", "kmsConfig": {"kmsSecretArn": "acs:kms:1"}, "extra": {"status": 1}, "drop": ["createTimestamp"]})[0]
    assert row["description"] == "d" and row["kmsConfig"]["kmsSecretArn"] == "acs:kms:1" and row["status"] == 1 and "createTimestamp" not in row


def test_software_key_has_no_kms_key() -> None:
    """The vendor's example: KmsKeyId is empty when EncryptType is 1."""
    assert ssm({"SecretName": "a", "EncryptType": 1})[0]["KmsKeyId"] == "" != ssm("a")[0]["KmsKeyId"]


def test_pending_delete_has_a_date() -> None:
    """A week from now unless it says otherwise; no other state has one."""
    assert ssm({"SecretName": "a", "Status": "PendingDelete"})[0]["DeleteTime"] == 1795219200 + 7 * 86400
    assert ssm("a")[0]["DeleteTime"] == 0


@pytest.mark.parametrize(
    "rows, golden",
    [
        (lambda: ssm(generate={"count": 300, "seed": 5}), "f133fd6959b445ad"),
        (lambda: apig(generate={"count": 300, "seed": 5, "raw_fields": True}), "367a32bd1f6cbd5b"),
    ],
)
def test_generated_secrets_are_the_same_everywhere(rows: Callable[[], list[dict[str, Any]]], golden: str) -> None:
    """Same seed, same bytes, on every Python; the digest pins it."""
    assert hashlib.sha256(json.dumps(rows(), sort_keys=True).encode()).hexdigest()[:16] == golden


def test_seed_matters() -> None:
    """Another seed, other secrets."""
    assert ssm(generate={"count": 20, "seed": 1}) != ssm(generate={"count": 20, "seed": 2})


def test_generated_count_and_times() -> None:
    """As many as asked for, each name once, all older than a day."""
    rows = ssm(generate={"count": 500})
    assert len({row["SecretName"] for row in rows}) == 500
    assert max(row["CreateTime"] for row in rows) <= 1795219200 - 86400
    rows = apig(generate={"count": 500, "span_days": 10, "flaws": {"old": 0}})
    assert len({row["secretId"] for row in rows}) == len({row["name"] for row in rows}) == 500
    assert min(row["createTimestamp"] for row in rows) > (1795219200 - 12 * 86400) * 1000
    assert all(row["createTimestamp"] <= row["updateTimestamp"] < 1795219200000 for row in rows)


def test_generated_mix_is_obeyed() -> None:
    """Kinds, states, encryption and flaws by weight or share."""
    rows = ssm(generate={"count": 50, "kinds": {"redis": 1}, "software": 1, "states": {"disabled": 1}, "flaws": {"undescribed": 1}})
    assert {(row["SecretType"], row["EncryptType"], row["Status"], row["Description"]) for row in rows} == {(4, 1, "Disabled", "")}
    rows = apig(generate={"count": 50, "kinds": {"ai": 1}, "states": {"deleted": 1}, "flaws": {"unreferenced": 1, "default_key": 1}})
    assert {(row["gatewayType"], row["status"], row["referenceCount"], row["kmsConfig"]["kmsKeyId"]) for row in rows} == {("AI", "DELETED", 0, "")}


def test_weights_of_nothing_are_no_weights() -> None:
    """Then the usual mix holds."""
    assert {row["SecretType"] for row in ssm(generate={"count": 100, "kinds": {"redis": 0}})} == {0, 1, 2, 3, 4}


def test_generated_ties() -> None:
    """Several secrets in one second, when asked for."""
    counts = Counter(row["CreateTime"] for row in ssm(generate={"count": 60, "per_second": 6}))
    assert set(counts.values()) == {6}


def test_prefix_and_listed_names_stay_apart() -> None:
    """A generated name never takes one that is listed."""
    names = [row["SecretName"] for row in ssm(generate={"count": 40, "seed": 3})]
    again = [row["SecretName"] for row in ssm(names[0], generate={"count": 40, "seed": 3})]
    assert again[0] == names[0] and len(set(again)) == 41
    assert all(row["SecretName"].startswith("x-") for row in ssm(generate={"count": 9, "prefix": "x-"}))


def test_failed_and_creating_are_for_products() -> None:
    """The vendor's text: these states take effect for product secrets only."""
    rows = ssm(generate={"count": 400, "states": {"failed": 1, "creating": 1}})
    assert {row["SecretType"] for row in rows if row["Status"] in ("Failed", "Creating")} == {1}


def test_demo_fleet() -> None:
    """What the demo promises: 2 clouds, 3 accounts, 9 stores, about 1,000 secrets of all types, some in a bad state, one region denied."""
    emulator = Emulator(DEMO)
    stores = emulator.world.stores
    rows = [row for store in stores for row in emulator.secrets(*store)]
    assert len({account.provider for account in emulator.world.fleet.accounts}) == 2 and len(emulator.world.accounts) == 3 and len(stores) == 9
    assert 950 <= len(rows) <= 1050
    assert {row.get("SecretType") for row in rows} > {None, 0, 1, 2, 3, 4, "Generic", "Rds"} and {row.get("EncryptType") for row in rows} == {None, 0, 1}
    assert {row.get("gatewayType") for row in rows} == {None, "AI", "API"}
    assert {"PendingDelete", "Failed", "Disabled", "DISABLE", "DELETED"} <= {row.get("Status") or row.get("status") for row in rows}
    assert any(row.get("status") == "DISABLE" and row["referenceCount"] for row in rows)
    assert any(row.get("RotationStatus") and row["NextRotationTime"] < emulator.world.fleet.now for row in rows)
    assert [region.refuse for region in emulator.world.fleet.regions if region.refuse] == ["denied"]
