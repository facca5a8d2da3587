# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge's summing up: verdicts of rules and runs, order, owners, evidence, and records that cannot be judged."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.checks import VERDICTS, Check, EvalContext
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import run_verdict
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import SEVERITIES, Rule
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    findings_of,
    judged,
    record,
    row,
    rule,
    verdict_of,
    write,
)

ENABLED = rule(expect={"status": "enabled"})

# --- precedence ---


@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_verdict_of_a_rule(length: int) -> None:
    """error > fail > unknown > waived > pass > not_applicable."""
    order = ["error", "fail", "unknown", "waived", "pass", "not_applicable"]
    assert list(VERDICTS) == order
    context = EvalContext([], 0, lambda rule, row: row.verdict)
    for verdicts in itertools.product(order, repeat=length):
        check = Check(Rule("r", "t", "low", {}), [], context)
        for verdict in verdicts:
            check.rows[verdict] += 1
        assert check.verdict() == min(verdicts, key=order.index)
    assert Check(Rule("r", "t", "low", {}), [], context).verdict() == "not_applicable"


@pytest.mark.parametrize("fail_on", SEVERITIES)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_verdict_of_a_run(severity: str, fail_on: str) -> None:
    """fail (error, or fail at or above fail_on) > unknown > pass."""
    counts = SEVERITIES.index(severity) <= SEVERITIES.index(fail_on)

    def run(*verdicts: str) -> str:
        return run_verdict(Counter((severity, verdict) for verdict in verdicts), fail_on)

    assert run() == run("waived") == "pass"
    assert run("error") == run("unknown", "error") == "fail"
    assert run("fail") == run("unknown", "fail") == ("fail" if counts else "pass")
    assert run("unknown") == ("unknown" if counts else "pass")


def test_a_grave_unknown_does_not_hide_behind_a_light_fail() -> None:
    findings = Counter([("critical", "unknown"), ("info", "fail")])
    assert run_verdict(findings, "low") == "unknown"
    assert run_verdict(findings, "info") == "fail"


def test_a_fleet_without_a_secret(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [])
    result = judged([path], ENABLED)
    assert (result["verdict"], verdict_of(result, "fleet-empty")) == ("fail", "fail")
    assert [finding["message"] for finding in findings_of(result, "fleet-empty")] == ["no store has any secret"]
    allowed = judged([path], ENABLED, allow_empty=True)
    assert allowed["verdict"] == "pass"
    assert "fleet-empty" not in [item["id"] for item in allowed["rules"]]


@pytest.mark.parametrize("rows", [[], [row(status="not_offered")]])
def test_a_fleet_without_a_store_is_not_complete(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    result = judged([write(tmp_path / "a", rows, [])], allow_empty=True)
    assert (result["verdict"], verdict_of(result, "collection-complete")) == ("fail", "fail")


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_a_store_that_was_not_listed_never_ends_green(tmp_path: Path, status: str) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status=status)], [record()])
    for fail_on in SEVERITIES:
        assert judged([path], ENABLED, fail_on=fail_on, allow_empty=True)["verdict"] == "fail"
        assert judged([path], fail_on=fail_on, allow_empty=True)["verdict"] == "fail"


def test_a_missing_store_never_ends_green(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    for fail_on in SEVERITIES:
        assert judged([path], ENABLED, fail_on=fail_on, expected=(("tencent_ssm", "prod", "r2"),))["verdict"] == "unknown"


def test_a_filtered_store_is_complete_for_what_was_asked(tmp_path: Path) -> None:
    """Each rule decides if that is enough."""
    path = write(tmp_path / "a", [row()], [record()], filtered=True)
    result = judged([path], rule("strict", expect={"status": "enabled"}), rule("own", allow_filtered=True, expect={"status": "enabled"}))
    assert [verdict_of(result, name) for name in ("collection-complete", "strict", "own")] == ["pass", "unknown", "pass"]
    assert result["verdict"] == "unknown"
    assert judged([path], rule("own", allow_filtered=True, expect={"status": "enabled"}))["verdict"] == "pass"


# --- the result ---


def test_the_whole_result(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(account_id="1001"), row("alibaba_apig")], [record(), record("b", status="disabled"), record("k", "alibaba_apig")])
    rules = (
        rule("on", severity="medium", expect={"status": "enabled"}),
        rule("rotates", expect={"rotation_enabled": True}, remediation="Turn it on."),
    )
    result = judged([path], *rules)
    keys = "format verdict note as_of fail_on fail_on_new summary rules stores compared fixed owners findings_total findings"
    assert list(result) == keys.split()
    assert result["format"] == "multicloud.secrets/report/1"
    assert (result["verdict"], result["as_of"], result["fail_on"]) == ("fail", "2026-11-21T00:00:00Z", "low")
    nothing = {"error": 0, "fail": 0, "unknown": 0, "waived": 0}
    assert result["summary"] == {
        "secrets": 3,
        "stores": {"complete": 2, "partial": 0, "failed": 0, "not_offered": 0, "stale": 0, "missing": 0},
        "rules": {"error": 0, "fail": 1, "unknown": 0, "waived": 0, "pass": 4, "not_applicable": 0},
        "checks": {"error": 0, "fail": 1, "unknown": 0, "waived": 0, "pass": 9, "not_applicable": 1},
        "findings": {"critical": nothing, "high": nothing, "medium": {**nothing, "fail": 1}, "low": nothing, "info": nothing},
        "idle_rules": [],
        **dict.fromkeys(("new", "still", "fixed", "not_comparable")),
    }
    assert [item["id"] for item in result["rules"]] == ["collection-complete", "fleet-empty", "inventory-superseded", "on", "rotates"]
    assert re.fullmatch("[0-9a-f]{16}", result["rules"][4].pop("digest"))
    assert result["rules"][4] == {
        "id": "rotates",
        "title": "Title of rotates",
        "severity": "high",
        "verdict": "pass",
        "checks": {"error": 0, "fail": 0, "unknown": 0, "waived": 0, "pass": 2, "not_applicable": 1},
        "not_judged": {
            "never": 1,
            "empty_scope": 0,
            "filtered": 0,
            "reason": "1 of 3 secrets not judged: alibaba_apig does not tell rotation_enabled",
        },
        "owner": None,
        "remediation": "Turn it on.",
        "references": [],
    }
    assert result["stores"][1] == {
        "provider": "tencent_ssm",
        "account": "prod",
        "account_id": "1001",
        "region": "r1",
        "status": "complete",
        "secrets": 2,
        "filtered": False,
        "collected_at": "2026-11-20T23:00:00Z",
        "reason": "",
        "hint": None,
    }
    assert (result["compared"], result["fixed"], result["fail_on_new"], result["findings_total"]) == (None, [], False, 1)
    assert re.fullmatch("[0-9a-f]{32}:1", result["findings"][0].pop("fingerprint"))
    assert result["findings"] == [
        {
            "rule": "on",
            "severity": "medium",
            "verdict": "fail",
            "subject": "tencent_ssm/prod/r1/b",
            "provider": "tencent_ssm",
            "account": "prod",
            "region": "r1",
            "name": "b",
            "id": "b",
            "owner": None,
            "message": "is disabled",
            "evidence": [{"field": "status", "actual": "disabled", "expected": 'eq "enabled"'}],
            "waiver": None,
            "since": None,
            "new": None,
        }
    ]


def test_the_worst_comes_first(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record("b", status="disabled", description=None), record("a", status="disabled", description=None)])
    rules = [
        rule(f"{severity}-{kind}", severity=severity, expect=expect)
        for severity in ("low", "critical")
        for kind, expect in (("fails", {"status": "enabled"}), ("unknown", {"description": {"present": True}}))
    ]
    assert [(finding["rule"], finding["name"]) for finding in judged([path], *rules)["findings"]] == [
        ("critical-fails", "a"),
        ("critical-fails", "b"),
        ("low-fails", "a"),
        ("low-fails", "b"),
        ("critical-unknown", "a"),
        ("critical-unknown", "b"),
        ("low-unknown", "a"),
        ("low-unknown", "b"),
    ]


def test_a_rule_and_its_copy_agree(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="failed")], [record(), record("b", status="disabled"), record("c", status="unknown")])
    result = judged([path], rule("one", expect={"status": "enabled"}), rule("two", expect={"status": "enabled"}))

    def about(name: str) -> Any:
        return [{**finding, "rule": "", "fingerprint": ""} for finding in findings_of(result, name)]

    assert about("one") == about("two") != []


# --- owners ---


def test_owners(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a",
        [row(), row(region="r2", status="failed")],
        [record(name, status="disabled", description=None) for name in ("db-1", "db-web", "x")],
    )
    owners = [
        {"select": {"description": "not known"}, "owner": "nobody"},
        {"select": {"name": {"glob": "db-*"}}, "owner": "data"},
        {"select": {"name": {"contains": "web"}}, "owner": "web"},
    ]
    result = judged([path], rule(owner="security", expect={"status": "enabled"}), rule("plain", expect={"status": "enabled"}), owners=owners)
    assert {finding["name"]: finding["owner"] for finding in findings_of(result)} == {
        "db-1": "data",
        "db-web": "data",
        "x": "security",
        None: "security",
    }
    assert {finding["name"]: (finding["owner"], finding["verdict"]) for finding in findings_of(result, "plain")} == {
        "db-1": ("data", "fail"),
        "db-web": ("data", "fail"),
        "x": (None, "fail"),
        None: (None, "unknown"),
    }


# --- evidence and texts ---


def test_evidence_is_never_unbounded(tmp_path: Path) -> None:
    records = [
        record("n" * 10_000, description="d" * 10_000, attributes={"associated_instance_ids": ["i" * 5000] * 50, "project_id": 10**200}),
    ]
    path = write(tmp_path / "a", [row()], records)
    wide = {"all_of": [{"none_of": [{"name": {"glob": f"n{'*' * index}"}}]} for index in range(1, 50)]}
    result = judged(
        [path],
        rule("text", expect={"description": "short"}),
        rule("list", expect={"attributes.associated_instance_ids": {"contains": "x"}}),
        rule("number", expect={"attributes.project_id": 1}),
        rule("wide", expect=wide),
        rule("argument", expect={"name": {"in": ["y" * 1000] * 1000}}),
    )
    assert len(findings_of(result, "wide")[0]["evidence"]) == 8
    assert findings_of(result, "list")[0]["evidence"][0]["actual"][-1] == "..."
    assert findings_of(result, "number")[0]["evidence"][0]["actual"].startswith("10000")
    for finding in result["findings"]:
        assert len(json.dumps(finding["evidence"])) < 10_000
        assert len(finding["name"]) == 4096 + 3
        assert len(finding["message"]) <= 4096 + 3


def test_a_name_of_4_kb_is_kept(tmp_path: Path) -> None:
    name = "n" * 4096
    path = write(tmp_path / "a", [row()], [record(name, status="disabled")])
    assert findings_of(judged([path], ENABLED))[0]["name"] == name


def test_numbers_stay_exact(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record(attributes={"project_id": 2**63 + 1})])
    assert findings_of(judged([path], rule(expect={"attributes.project_id": 1})))[0]["evidence"][0]["actual"] == 9223372036854775809


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_an_inventory_with_what_is_no_json_number_is_refused(tmp_path: Path, number: str) -> None:
    path = write(tmp_path / "a", [row()], [record("a", rotation_days=90.5), record("b", rotation_days=float(number))])
    with pytest.raises(SecretsError, match="is not JSON at line 3, column "):
        judged([path], rule(expect={"rotation_days": {"le": 7}}))


HOSTILE = "\x1b[31m\r\nok: [prod]\u202e\u2066\u2028{{ lookup('pipe','id') }}"


def test_hostile_names_are_kept_as_data_and_escaped_for_people(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record(HOSTILE, status="disabled", description=HOSTILE)])
    (finding,) = findings_of(judged([path], rule(expect={"description": "x"})))
    assert finding["name"] == HOSTILE
    assert finding["evidence"][0]["actual"] == HOSTILE
    assert not set(finding["message"]) & set("\x1b\r\n\u202e\u2066\u2028")


# --- what cannot be judged ---


BAD_ONLY: dict[str, Any] = {"query": {"expr": "name == 'ok' || length(name)", "fields": ["name"]}}


@pytest.mark.parametrize(
    "about",
    [
        {"expect": BAD_ONLY},
        {"select": BAD_ONLY, "expect": {"name": {"present": True}}},
        {"select": BAD_ONLY, "fleet": {"count": {"max": 5, "per": ["kind"]}}},
        {"select": BAD_ONLY, "fleet": {"same": {"fields": ["status"], "by": ["region"]}}},
        {"select": BAD_ONLY, "fleet": {"unique": {"fields": ["id"]}}},
    ],
)
@pytest.mark.parametrize("owners", [None, [{"select": BAD_ONLY, "owner": "team"}]], ids=["", "owned"])
def test_a_record_that_breaks_a_test_is_an_error_row(tmp_path: Path, about: dict[str, Any], owners: Any) -> None:
    path = write(tmp_path / "a", [row()], [record("ok"), record("bad")])
    result = judged([path], rule(severity="info", **about), rule("other", expect={"name": {"present": True}}), fail_on="critical", owners=owners)
    assert (verdict_of(result), verdict_of(result, "other"), result["verdict"]) == ("error", "pass", "fail")
    (finding,) = [finding for finding in findings_of(result) if finding["verdict"] == "error"]
    assert finding["message"] == "the query gave 3, which is neither true nor false while this secret was judged"
    assert (finding["name"], finding["owner"]) == ("bad", None)


def test_an_invalid_field_is_a_gap_whatever_stands_in_it(tmp_path: Path) -> None:
    forged: dict[str, Any] = {"status": "unknown", "description": "x", "attributes": {"project_id": 5}}
    path = write(tmp_path / "a", [row()], [record(**forged, invalid=["status", "description", "attributes.project_id"])])
    result = judged(
        [path],
        rule("s", expect={"status": {"ne": "unknown"}}),
        rule("d", expect={"description": {"present": True}}),
        rule("i", expect={"invalid": {"absent": True}}),
        rule("p", expect={"attributes.project_id": 5}),
        rule("k", expect={"attributes.create_uin": {"absent": True}}),
    )
    assert [verdict_of(result, name) for name in "sdipk"] == ["unknown", "unknown", "fail", "unknown", "unknown"]


def test_a_record_that_calls_its_list_of_invalid_fields_invalid_keeps_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record(invalid=["invalid"])])
    assert verdict_of(judged([path], rule(expect={"invalid": {"contains": "invalid"}}))) == "pass"
