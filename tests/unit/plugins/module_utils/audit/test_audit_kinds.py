# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of rule that other tools know, and that listings can feed: a rule of it fails and passes.

docs/rules.md has a table of all kinds; the tests here are named in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    apig,
    at_kms,
    findings_of,
    judged,
    kms,
    record,
    row,
    rule,
    verdict_of,
    write,
)

PAGE = (Path(__file__).resolve().parents[5] / "docs" / "rules.md").read_text(encoding="utf-8")
BOTH = [row(), row("alibaba_apig")]
TWO = [row(), row(region="r2")]


def with_attributes(**attributes: Any) -> dict[str, Any]:
    """A secret of SSM with some attributes."""
    return record(attributes=attributes)


def reference(kind: str = "consumer", gateway: str = "gw-prod") -> dict[str, str]:
    """A reference."""
    return {"kind": kind, "name": "app", "gateway": gateway}


SPRING, AUTUMN = "2026-04-01T00:00:00Z", "2026-11-01T00:00:00Z"


# id -> rule, records that break it, records that keep it
KINDS: dict[str, tuple[dict[str, Any], list[Any], list[Any]]] = {
    "01-state": ({"expect": {"status": "enabled"}}, [record(status="disabled")], [record(), apig()]),
    "02-pending-deletion": ({"expect": {"status": {"not_in": ["pending_delete", "deleted"]}}}, [apig(status="deleted")], [apig(), record()]),
    "03-deletion-horizon": (
        {"select": {"delete_at": {"present": True}}, "expect": {"delete_at": {"due_after": "7d"}}},
        [record(delete_at="2026-11-25T00:00:00Z")],
        [record(delete_at="2026-12-25T00:00:00Z"), record("b")],
    ),
    "04-stuck-creating": (
        {"expect": {"none_of": [{"status": "pending_create", "created_at": {"older_than": "2h"}}, {"status": "create_failed"}]}},
        [record(status="pending_create")],
        [record(status="pending_create", created_at="2026-11-20T23:30:00Z"), record("b")],
    ),
    "05-retired": ({"select": {"name": {"in": ["old"]}}, "expect": {"status": {"ne": "enabled"}}}, [record("old")], [record("old", status="disabled")]),
    "06-age": (
        {"expect": {"created_at": {"newer_than": "365d", "older_than": "1d"}}},
        [record(created_at="2020-01-01T00:00:00Z")],
        [record(), apig()],
    ),
    "07-staleness": ({"expect": {"updated_at": {"newer_than": "90d"}}}, [apig(updated_at="2026-01-01T00:00:00Z")], [apig(), record()]),
    "08-rotation-on": ({"expect": {"rotation_enabled": True}}, [record(rotation_enabled=False)], [record(), apig()]),
    "09-rotation-period": ({"expect": {"rotation_days": {"le": 90}}}, [record(rotation_days=365)], [record()]),
    "10-last-rotated": ({"expect": {"last_rotated_at": {"newer_than": "90d"}}}, [record(last_rotated_at=SPRING)], [record(last_rotated_at=AUTUMN), apig()]),
    "12-never-rotated": (
        {"select": {"kind": "product", "created_at": {"older_than": "30d"}}, "expect": {"rotation_count": {"ge": 1}}},
        [record(kind="product", rotation_count=0)],
        [record(kind="product", rotation_count=2), record("new", kind="product", created_at="2026-11-20T00:00:00Z")],
    ),
    "15-versions": (
        {"expect": {"version_count": {"le": 8}, "newest_version_at": {"newer_than": "90d"}}},
        [record(version_count=2, newest_version_at=SPRING)],
        [record(version_count=8, newest_version_at=AUTUMN)],
    ),
    "18-referenced-by": (
        {"expect": {"references.kind": {"contains_only": ["consumer", "plugin"]}, "references.gateway": {"contains_only": ["gw-prod"]}}},
        [apig(references=[reference(gateway="gw-test"), reference()])],
        [apig(references=[reference(), reference("plugin")]), apig("free", references=[])],
    ),
    "20-resolves": (
        {"select": {"source": "KMS"}, "fleet": {"resolves": {"field": "attributes.kms_secret_arn", "service": "alibaba_kms"}}},
        [at_kms("gone"), kms("there")],
        [at_kms("there"), kms("there")],
    ),
    "24-key-state": (
        {"expect": {"key_state": "enabled", "key_rotation_enabled": True}},
        [record(key_state="pending_delete", key_rotation_enabled=True)],
        [record(key_state="enabled", key_rotation_enabled=True)],
    ),
    "32-public": (
        {"expect": {"none_of": [{"attributes.foreign_accounts": {"contains": "*"}}]}},
        [kms(attributes={"foreign_accounts": ["*"]})],
        [kms(attributes={"foreign_accounts": []})],
    ),
    "33-other-accounts": (
        {"expect": {"attributes.foreign_accounts": {"contains_only": ["200"]}}},
        [kms(attributes={"foreign_accounts": ["200", "300"]})],
        [kms(attributes={"foreign_accounts": ["200"]})],
    ),
    "35-service": ({"fleet": {"service": {"enabled": True, "quota": {"gt": 100}}}}, [], []),
    "11-rotation-overdue": (
        {"expect": {"none_of": [{"next_rotation_at": {"older_than": "0d"}}]}},
        [record(next_rotation_at="2026-11-01T00:00:00Z")],
        [record(), record("never", next_rotation_at=None)],
    ),
    "13-change-freeze": (
        {"expect": {"none_of": [{"next_rotation_at": {"due_within": "14d"}}]}},
        [record()],
        [record(next_rotation_at="2026-12-25T00:00:00Z")],
    ),
    "14-rotatable-types": (
        {"select": {"kind": {"in": ["product", "redis"]}}, "expect": {"rotation_enabled": True}},
        [record(kind="product", rotation_enabled=False)],
        [record(kind="product"), record("u", rotation_enabled=False), apig()],
    ),
    "17-orphans": ({"expect": {"reference_count": {"ge": 1}}}, [apig(reference_count=0)], [apig(), record()]),
    "19-disabled-but-referenced": (
        {"expect": {"none_of": [{"status": {"in": ["disabled", "deleted"]}, "reference_count": {"ge": 1}}]}},
        [apig(status="disabled")],
        [apig(), apig("off", status="disabled", reference_count=0)],
    ),
    "21-bound-resource": ({"expect": {"attributes.resource_id": {"present": True}}}, [with_attributes(resource_id="")], [with_attributes(resource_id="cdb-1")]),
    "22-key-class": ({"expect": {"kms_key_type": "customer"}}, [record(kms_key_type="default")], [record(), apig()]),
    "23-right-key": ({"expect": {"kms_key_id": {"in": ["key-1", "key-2"]}}}, [record(kms_key_id="key-9")], [record(), apig()]),
    "25-protection-level": ({"expect": {"encryption": "kms"}}, [record(encryption="software")], [record()]),
    "26-key-switch": (
        {"expect": {"attributes.encrypt_switching": {"ne": True}}},
        [with_attributes(encrypt_switching=True)],
        [with_attributes(encrypt_switching=False)],
    ),
    "27-source": ({"expect": {"source": {"in": ["KMS"]}, "kms_instance_id": {"glob": "kms-*"}}}, [apig(source="other")], [apig(), record()]),
    "34-creator": ({"expect": {"attributes.create_uin": {"in": ["100", "101"]}}}, [with_attributes(create_uin="666")], [with_attributes(create_uin="100")]),
    "38-owner": ({"expect": {"name": {"regex": "^(web|db)-"}}}, [record("x")], [record("db-main"), apig("web-key")]),
    "36-required-tags": ({"expect": {"tag": {"key": "owner", "present": True}}}, [kms(tags={"env": "prod"})], [kms()]),
    "37-values-of-tags": ({"expect": {"tag": {"key": "env", "in": ["prod", "dev"]}}}, [kms(tags={"env": "production"})], [kms()]),
    "39-description": ({"expect": {"description": {"present": True, "size": {"ge": 5}}}}, [record(description="")], [record()]),
    "40-name-pattern": (
        {"expect": {"name": {"glob": ["db-*"]}, "none_of": [{"name": {"contains_any": ["test", "tmp"]}}]}},
        [record("db-tmp")],
        [record("db-a")],
    ),
    "41-type": ({"expect": {"kind": {"in": ["user", "ai"]}}}, [apig(kind="api")], [apig(), record()]),
    "42-required": ({"fleet": {"required": {"names": ["root"], "per": ["region"]}}}, [record("other")], [record("root")]),
    "43-forbidden": ({"fleet": {"forbidden": ["legacy-*"]}}, [record("legacy-1")], [record("new")]),
    "44-parity": ({"fleet": {"present_in": ["region"]}}, [record("a")], [record("a"), record("a", region="r2")]),
    "45-equality": (
        {"fleet": {"same": {"fields": ["rotation_days", "kms_key_type"], "by": ["region"]}}},
        [record("a"), record("a", region="r2", rotation_days=7)],
        [record("a"), record("a", region="r2")],
    ),
    "46-unique": ({"fleet": {"unique": {"fields": ["name"]}}}, [record("a"), record("a", region="r2")], [record("a"), record("b", region="r2")]),
    "47-count": ({"fleet": {"count": {"quota": 3, "headroom": 2, "per": ["account"]}}}, [record("a"), record("b")], [record("a")]),
    "48-drift": ({"fleet": {"unchanged_since": {"baseline": "before"}}}, [record("a", status="disabled")], [record("a")]),
    "49-complete": ({"fleet": {"complete": True}}, [], []),
    "50-fresh": ({"fleet": {"fresh": {"max_age": "2h"}}}, [], []),
}
BROKEN: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "35-service": ([row(service={"enabled": True, "quota": 50})], {}),
    "49-complete": ([row(status="partial")], {}),
    "50-fresh": ([row()], {"collected_at": "2026-11-20T12:00:00Z"}),
}
"""Ledger and header that break rules about stores."""
LEDGERS = {
    "44-parity": TWO,
    "45-equality": TWO,
    "46-unique": TWO,
    "42-required": [row()],
    "48-drift": [row()],
    **dict.fromkeys(("32-public", "33-other-accounts", "36-required-tags", "37-values-of-tags"), [row("alibaba_kms")]),
    "20-resolves": [row("alibaba_apig"), row("alibaba_kms", account_id="200")],
    "35-service": [row(service={"enabled": True, "quota": 500})],
}


@pytest.mark.parametrize("kind", KINDS)
def test_kind(tmp_path: Path, kind: str) -> None:
    about, bad, good = KINDS[kind]
    ledger = LEDGERS.get(kind, BOTH)
    before = write(tmp_path / "before", [row()], [record("a")])

    def verdict(records: list[Any], rows: list[Any], head: dict[str, Any]) -> str:
        path = write(tmp_path / "today", rows, records, **head)
        return verdict_of(judged([path], rule(**about), baselines={"before": [before]}, allow_empty=True))

    assert verdict(bad, *BROKEN.get(kind, (ledger, {}))) == "fail"
    assert verdict(good, ledger, {}) == "pass"


def test_an_owner_is_named(tmp_path: Path) -> None:
    """Kind 38: owners are found by what a secret says of itself."""
    path = write(tmp_path / "a", [row()], [record("db-1", status="disabled"), record("x", status="disabled")])
    owners = [{"select": {"name": {"glob": "db-*"}}, "owner": "data"}]
    result = judged([path], rule(expect={"status": "enabled"}, owner="nobody"), owners=owners)
    assert [finding["owner"] for finding in findings_of(result)] == ["data", "nobody"]


# --- the table ---

TABLE = dict(re.findall(r"^\| ([0-9]+) \| (.*) \|$", PAGE, re.MULTILINE))


def test_the_table_has_every_kind() -> None:
    assert sorted(map(int, TABLE)) == list(range(1, 51))


def test_the_table_names_the_test_of_each_kind_that_is_supported() -> None:
    named = {number: found for number, cells in TABLE.items() if (found := re.findall(r"`test_kind\[([a-z0-9-]+)\]`", cells))}
    assert named == {str(int(kind[:2])): [kind] for kind in KINDS}
    assert len(named) == 45


def test_the_table_says_why_of_each_kind_that_is_not() -> None:
    supported = {int(kind[:2]) for kind in KINDS}
    for number, cells in TABLE.items():
        assert int(number) in supported or re.search(r"\| not supported: .{20,}", cells), number
