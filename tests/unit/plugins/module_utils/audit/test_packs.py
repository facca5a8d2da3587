# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packs of the role: every rule fails what it should, passes what it should, and is explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import AuditRequest, judge
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.needs import details_read
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import Rulebook, RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import MergedInventories
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import SECRET_STATUSES
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._report.language import LANGUAGES
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    BY_PROVIDER,
    PACKS,
    ROOT,
    RULE_LANGUAGE,
    SERVICE_SCHEMAS,
    apig,
    at_kms,
    kms,
    record,
    row,
    rulebook,
    verdict_of,
    write,
)

PAGE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
RULES = {item["id"]: (pack, item) for pack, content in PACKS.items() for item in content["rules"]}


def ssh(status: str, instances: list[str]) -> dict[str, Any]:
    """An SSH key."""
    return record(kind="ssh_key", status=status, attributes={"associated_instance_ids": instances})


def default_secret() -> dict[str, Any]:
    """A secret that a product made."""
    return kms("aigw!secret-abc", tags=None, attributes={"owning_service": "aigw"})


def consumer(kind: str = "consumer") -> dict[str, str]:
    """A reference."""
    return {"kind": kind, "name": "app", "gateway": "gw-1"}


OLD = "2025-01-01T00:00:00Z"
BEHIND = [row("alibaba_apig"), row("alibaba_kms", account_id="200")]
TWO = [row(), row(region="r2")]
OF_KMS = [row("alibaba_kms"), row("alibaba_kms", region="r2")]
STALE = {"collected_at": "2026-11-19T00:00:00Z"}

# rule -> what it fails, what it passes: lists of records, or (records, ledger, header)
CASES: dict[str, tuple[Any, Any]] = {
    "baseline-state": ([record(status="disabled")], [record(), apig(), record("b", status="pending_delete")]),
    "baseline-no-pending-deletion": ([record(status="pending_delete")], [record(status="disabled")]),
    "baseline-time-to-rescue": (
        [record(delete_at="2026-11-28T00:00:00Z")],
        [record(delete_at="2026-11-28T00:00:01Z"), kms(delete_at="2026-11-28T00:00:01Z"), kms("stays")],
    ),
    "baseline-not-stuck": (
        [record(status="pending_create", created_at="2026-11-20T00:00:00Z")],
        [record(status="pending_create", created_at="2026-11-20T00:00:01Z"), record("b")],
    ),
    "baseline-not-failed": ([record(status="create_failed")], [record()]),
    "baseline-fresh": (([], [row()], STALE), [record()]),
    "baseline-readable": ([record(invalid=["description"])], [record(), apig()]),
    "rotation-on": ([record(kind="product", rotation_enabled=False)], [record(kind="product"), record("u", rotation_enabled=False)]),
    "rotation-period": ([record(rotation_days=91)], [record(rotation_days=90), record("off", rotation_enabled=False, rotation_days=400)]),
    "rotation-planned": ([record(next_rotation_at=None)], [record(), record("off", rotation_enabled=False, next_rotation_at=None)]),
    "rotation-not-overdue": (
        [record(next_rotation_at="2026-11-20T00:00:00Z")],
        [record(next_rotation_at="2026-11-20T00:00:01Z"), record("off", rotation_enabled=False, next_rotation_at="2020-01-01T00:00:00Z")],
    ),
    "encryption-customer-key": ([record(kms_key_type="default")], [record()]),
    "encryption-key-named": ([record(kms_key_id="")], [record(), apig()]),
    "encryption-right-key": ([record(kms_key_id="other")], [record(), apig()]),
    "encryption-kms": ([record(encryption="software")], [record()]),
    "encryption-no-switch": ([record(attributes={"encrypt_switching": True})], [record(attributes={"encrypt_switching": False})]),
    "encryption-source": ([apig(source="File")], [apig()]),
    "hygiene-no-orphans": ([apig(reference_count=0)], [apig(), apig("off", status="disabled", reference_count=0)]),
    "hygiene-no-orphaned-keys": ([ssh("enabled", [])], [ssh("enabled", ["i-1"]), record("u")]),
    "hygiene-disabled-but-referenced": ([apig(status="disabled")], [apig(status="disabled", reference_count=0), apig("on")]),
    "hygiene-disabled-but-bound": ([ssh("disabled", ["i-1"])], [ssh("disabled", [])]),
    "hygiene-bound-product": ([record(kind="product", attributes={"resource_id": ""})], [record(kind="product", attributes={"resource_id": "cdb-1"})]),
    "hygiene-no-duplicates": ([apig(id="1"), apig(id="2")], [apig(), record("k")]),
    "hygiene-described": ([record(description="")], [record()]),
    "hygiene-name-pattern": ([record("a b")], [record("db-main_1.x/y"), kms("acs/ram/user/ci"), kms("aigw!secret-abc", attributes={"owning_service": "aigw"})]),
    "hygiene-no-leftovers": ([record("test-db")], [record("contest")]),
    "keys-alive": (
        [record(key_state="pending_delete")],
        [record(key_state="disabled"), apig(key_state="enabled"), kms(kms_key_id="key-1", key_state="enabled"), record("soft", kms_key_id="")],
    ),
    "keys-usable": ([apig(key_state="archived")], [record(key_state="enabled"), record("gone", key_state="missing")]),
    "keys-rotated": ([record(key_rotation_enabled=False)], [record(key_rotation_enabled=True), record("theirs", kms_key_type="default")]),
    "tags-required": ([record(tags={"env": "prod"})], [record(tags={"env": "prod", "owner": "web", "x": ""}), kms(), default_secret()]),
    "tags-stage": ([kms(tags={"env": "production"})], [kms(), record(tags={}), kms("other", tags={"owner": "web"})]),
    "use-rotated-lately": (
        [record(created_at=OLD, last_rotated_at="2026-03-01T00:00:00Z")],
        [record(created_at=OLD, last_rotated_at="2026-11-01T00:00:00Z"), record("new"), record("off", rotation_enabled=False), kms(rotation_enabled=False)],
    ),
    "use-ever-rotated": (
        [record(kind="product", created_at=OLD, rotation_count=0)],
        [record(kind="product", created_at=OLD, rotation_count=1), record("new", kind="product"), record("u", created_at=OLD)],
    ),
    "use-changed": (
        [kms(newest_version_at=OLD)],
        [kms(newest_version_at="2026-10-01T00:00:00Z"), record(newest_version_at="2026-10-01T00:00:00Z"), record("off", status="disabled")],
    ),
    "use-room-for-versions": ([record(version_count=10)], [record(version_count=9)]),
    "use-known-references": ([apig(references=[consumer("unknown")])], [apig(references=[consumer()]), apig("free", reference_count=0)]),
    "use-resolves": (([at_kms("gone")], BEHIND, {}), ([at_kms("there"), kms("there"), apig("file", source="File")], BEHIND, {})),
    "use-not-public": ([kms(attributes={"foreign_accounts": ["*"]})], [kms(attributes={"foreign_accounts": ["202"]})]),
    "use-own-accounts": ([kms(attributes={"foreign_accounts": ["202"]})], [kms(attributes={"foreign_accounts": []})]),
    "use-not-from-anywhere": (
        [record(kind="product", attributes={"account_hosts": ["10.0.%", "%"]})],
        [record(kind="product", attributes={"account_hosts": ["10.0.%"]}), record("u")],
    ),
    "use-service": (([], [row(service={"enabled": False})], {}), ([], [row(service={"enabled": True})], {})),
    "parity-present": (([record()], TWO, {}), ([record(), record(region="r2")], TWO, {})),
    "parity-same": (([record(), record(region="r2", encryption="software")], TWO, {}), ([record(), record(region="r2")], TWO, {})),
}
CASES_OF_KMS: dict[str, tuple[Any, Any]] = {
    "baseline-time-to-rescue": ([kms(delete_at="2026-11-28T00:00:00Z")], [kms()]),
    "baseline-no-pending-deletion": ([kms(status="pending_delete")], [kms()]),
    "hygiene-name-pattern": ([kms("a+b")], [kms("a")]),
    "parity-present": (
        ([kms()], OF_KMS, {}),
        ([kms(), kms(region="r2"), kms("aigw!secret-abc", attributes={"owning_service": "aigw"})], OF_KMS, {}),
    ),
}
"""What only KMS brings to a rule."""
NEEDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "keys-alive": ("tencent_ssm", "keys", {}),
    "keys-usable": ("alibaba_apig", "keys", {}),
    "keys-rotated": ("tencent_ssm", "keys", {}),
    "tags-required": ("tencent_ssm", "tags", {}),
    "tags-stage": ("tencent_ssm", "tags", {}),
    "use-rotated-lately": ("alibaba_kms", "describe", {"kind": "rds"}),
    "use-ever-rotated": ("tencent_ssm", "history", {"kind": "product", "created_at": "2025-01-01T00:00:00Z"}),
    "use-changed": ("alibaba_kms", "versions", {}),
    "use-room-for-versions": ("tencent_ssm", "versions", {}),
    "use-known-references": ("alibaba_apig", "references", {}),
    "use-not-public": ("alibaba_kms", "policy", {}),
    "use-own-accounts": ("alibaba_kms", "policy", {}),
    "use-not-from-anywhere": ("tencent_ssm", "rotation", {"kind": "product"}),
    "use-service": ("tencent_ssm", "service", {}),
}
"""Rules that read what a listing does not tell: of a service, the word to ask for."""
PARAMS: dict[str, Any] = {"encryption_keys": ["key-*"], "baseline_states": ["enabled"]}


def verdict(tmp_path: Path, name: str, case: Any) -> str:
    """Verdict of a pack's rule for a fleet."""
    return verdict_of(result(tmp_path, name, case), name)


def result(tmp_path: Path, name: str, case: Any) -> dict[str, Any]:
    """The result of a pack's rule for a fleet."""
    pack, item = RULES[name]
    records, ledger, head = case if isinstance(case, tuple) else (case, [row(), row("alibaba_apig"), row("alibaba_kms")], {})
    params = {key: value for key, value in PARAMS.items() if key in PACKS[pack]["params"]}
    book = rulebook(RuleSource(pack, PACKS[pack]), params=params)
    only = Rulebook(tuple(rule for rule in book.rules if rule.id == name))
    question = AuditRequest(only, [], int(parse_time(AS_OF)), 10**6, "low", True)
    return judge(question, MergedInventories([write(tmp_path / "a", ledger, records, **head)], BY_PROVIDER), SERVICE_SCHEMAS)


def test_every_rule_of_every_pack_has_its_cases() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_rule_is_unknown_where_its_detail_was_not_asked_for_and_names_the_word(tmp_path: Path, name: str) -> None:
    pack, item = RULES[name]
    provider, word, values = NEEDS[name]
    book = rulebook(RuleSource(pack, PACKS[pack]))
    only = Rulebook(tuple(rule for rule in book.rules if rule.id == name))
    question = AuditRequest(only, [], int(parse_time(AS_OF)), 10**6, "low", True)
    path = write(tmp_path / "a", [row(provider)], [record("k", provider, **values)])
    result = judge(question, MergedInventories([path], BY_PROVIDER), SERVICE_SCHEMAS)
    assert verdict_of(result, name) == "unknown"
    (finding,) = [finding for finding in result["findings"] if finding["rule"] == name]
    assert f"(details: {word})" in finding["message"]
    assert details_read(only, SERVICE_SCHEMAS)[provider]


@pytest.mark.parametrize("name", CASES)
def test_rule_fails(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, name, CASES[name][0]) == "fail"


@pytest.mark.parametrize("name", ["parity-present", "parity-same"])
def test_a_fleet_of_one_store_has_no_equals_and_stays_green(tmp_path: Path, name: str) -> None:
    told = result(tmp_path, name, ([record()], [row()], {}))
    (rule,) = (each for each in told["rules"] if each["id"] == name)
    assert rule["verdict"] == "not_applicable"
    assert "1 secret not compared: no other store in scope differs in region alone" in rule["not_judged"]["reason"]


@pytest.mark.parametrize("name", CASES)
def test_no_finding_speaks_the_language_of_rules(tmp_path: Path, name: str) -> None:
    cases = [CASES[name][0], *(CASES_OF_KMS[name][:1] if name in CASES_OF_KMS else ())]
    for index, case in enumerate(cases):
        (tmp_path / str(index)).mkdir()
        told = [finding["message"] for finding in result(tmp_path / str(index), name, case)["findings"] if finding["rule"] == name]
        assert told and not [message for message in told if RULE_LANGUAGE.search(message)]


@pytest.mark.parametrize("name", CASES_OF_KMS)
def test_rule_judges_kms(tmp_path: Path, name: str) -> None:
    bad, good = CASES_OF_KMS[name]
    (tmp_path / "good").mkdir()
    assert (verdict(tmp_path, name, bad), verdict(tmp_path / "good", name, good)) == ("fail", "pass" if name != "baseline-time-to-rescue" else "not_applicable")


@pytest.mark.parametrize("name", CASES)
def test_rule_passes(tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, name, CASES[name][1]) == "pass"


@pytest.mark.parametrize("name", CASES)
def test_rule_is_never_green_over_a_hole(tmp_path: Path, name: str) -> None:
    case = CASES[name][1]
    records, ledger, head = case if isinstance(case, tuple) else (case, [row(), row("alibaba_apig"), row("alibaba_kms")], {})
    if name != "baseline-fresh":
        clouds = RULES[name][1].get("scopes", {}).get("provider", "tencent_ssm")
        for cloud in clouds if isinstance(clouds, list) else [clouds]:
            assert verdict(tmp_path, name, (records, [*ledger, row(cloud, region="r9", status="failed")], head)) in ("fail", "unknown")


OF_STATES = {
    "enabled": [],
    "disabled": [],
    "pending_delete": [("baseline-no-pending-deletion", "fail")],
    "deleted": [("baseline-no-pending-deletion", "fail")],
    "pending_create": [("baseline-not-stuck", "fail")],
    "create_failed": [("baseline-not-failed", "fail")],
    "unknown": [("baseline-state", "unknown")],
}
"""What the pack 'baseline' finds in a secret of long ago, by its state."""


@pytest.mark.parametrize("status", SECRET_STATUSES)
def test_a_state_of_a_secret_is_one_finding(tmp_path: Path, status: str) -> None:
    book = rulebook(RuleSource("pack", PACKS["baseline"]))
    question = AuditRequest(book, [], int(parse_time(AS_OF)), 10**6, "low", True)
    secret = record(status=status, created_at=OLD, delete_at="2027-01-30T00:00:00Z" if status == "pending_delete" else None)
    told = judge(question, MergedInventories([write(tmp_path / "a", [row()], [secret])], BY_PROVIDER), SERVICE_SCHEMAS)
    assert sorted((finding["rule"], finding["verdict"]) for finding in told["findings"]) == OF_STATES[status]


def test_all_packs_can_be_used_together(tmp_path: Path) -> None:
    book = rulebook(*[RuleSource(f"pack {name}", content) for name, content in PACKS.items()])
    question = AuditRequest(book, [], int(parse_time(AS_OF)), 86_400, "low", False)
    path = write(tmp_path / "a", TWO, [record(), record(region="r2")])
    result = judge(question, MergedInventories([path], BY_PROVIDER), SERVICE_SCHEMAS)
    assert result["summary"]["rules"]["error"] == 0


def test_packs_are_what_the_role_offers() -> None:
    specs = yaml.safe_load((ROOT / "roles/assert_secrets/meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    for entry in ("main", "audit"):
        assert set(specs[entry]["options"]["assert_secrets_packs"]["choices"]) == set(PACKS)


@pytest.mark.parametrize("pack", PACKS)
def test_pack_is_tidy(pack: str) -> None:
    content = PACKS[pack]
    used = set(re.findall(r"'\$(\w+)'", str(content["rules"])))
    assert used == set(content["params"])
    assert all(name.startswith(f"{pack}_") for name in content["params"])
    assert all(item["id"].startswith(f"{pack}-") for item in content["rules"])


@pytest.mark.parametrize("name", RULES)
def test_rule_speaks_every_language(name: str) -> None:
    for key in ("title", "remediation"):
        texts = RULES[name][1][key]
        assert set(texts) == set(LANGUAGES)
        assert texts["en"].isascii() and re.search("[\u4e00-\u9fff]", texts["zh"])


def test_the_page_tells_every_rule_with_its_severity_and_every_parameter() -> None:
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", PAGE, re.MULTILINE))
    assert told == {name: item["severity"] for name, (pack, item) in RULES.items()}
    assert {name for name, (pack, item) in RULES.items() if pack in ("keys", "tags", "use")} - set(NEEDS) == {"use-resolves"}
    for pack, content in PACKS.items():
        section = PAGE.split(f"\n## {pack}\n")[1].split("\n## ")[0]
        for name, value in content["params"].items():
            assert f"`{name}`" in section
            if not isinstance(value, list):
                assert str(value) in section or name == "hygiene_name_pattern"
