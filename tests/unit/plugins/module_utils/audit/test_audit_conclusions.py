# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conclusions of rules from seen and unseen secrets: the tables of the rule language, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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

# --- the table of statements: evidence x state of the store ---

GOOD, BAD = record("good"), record("bad", status="disabled")
MANY = [record(name) for name in "abc"]

# rule, records with evidence, records without, verdicts: not complete and seen, not complete and not seen, complete and
# seen, complete and not seen
STATEMENTS: dict[str, tuple[Any, ...]] = {
    "expect": ({"expect": {"status": "enabled"}}, [GOOD, BAD], [GOOD], "fail", "unknown", "fail", "pass"),
    "forbidden": ({"fleet": {"forbidden": ["bad*"]}}, [GOOD, BAD], [GOOD], "fail", "unknown", "fail", "pass"),
    "forbidden where": ({"fleet": {"forbidden": {"where": {"status": "disabled"}}}}, [GOOD, BAD], [GOOD], "fail", "unknown", "fail", "pass"),
    "forbidden both": (
        {"fleet": {"forbidden": {"names": ["bad"], "where": {"status": "disabled"}}}},
        [BAD],
        [record("bad"), record("good", status="disabled")],
        "fail",
        "unknown",
        "fail",
        "pass",
    ),
    "required": ({"fleet": {"required": ["good"]}}, [GOOD], [BAD], "pass", "unknown", "pass", "fail"),
    "required glob": ({"fleet": {"required": ["go?d"]}}, [GOOD], [BAD], "pass", "unknown", "pass", "fail"),
    "required where": (
        {"fleet": {"required": {"names": ["bad"], "where": {"status": "disabled"}}}},
        [BAD],
        [record("bad")],
        "pass",
        "unknown",
        "pass",
        "fail",
    ),
    "count min": ({"fleet": {"count": {"min": 3}}}, MANY, MANY[:2], "pass", "unknown", "pass", "fail"),
    "count max": ({"fleet": {"count": {"max": 2}}}, MANY, MANY[:2], "fail", "unknown", "fail", "pass"),
    "count quota": ({"fleet": {"count": {"quota": 4, "headroom": 2}}}, MANY, MANY[:2], "fail", "unknown", "fail", "pass"),
    "count min and max": ({"fleet": {"count": {"min": 1, "max": 2}}}, MANY, MANY[:2], "fail", "unknown", "fail", "pass"),
    "complete": ({"fleet": {"complete": True}}, [GOOD], [], "fail", "fail", "pass", "pass"),
}

# what a store can lack -> its ledger row and the header
INCOMPLETE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "partial": ({"status": "partial"}, {}),
    "failed": ({"status": "failed"}, {}),
    "stale": ({}, {"collected_at": "2026-11-01T00:00:00Z"}),
    "filtered": ({}, {"filtered": True}),
}


def conclusion(path: Path, about: dict[str, Any], records: list[dict[str, Any]], store: dict[str, Any], head: dict[str, Any]) -> str:
    """The verdict of a rule over one store."""
    return verdict_of(judged([write(path / "a", [row(**store)], records, **head)], rule(**about), allow_empty=True))


@pytest.mark.parametrize("lack", INCOMPLETE)
@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_over_a_store_that_is_not_complete(tmp_path: Path, name: str, lack: str) -> None:
    about, seen, unseen, with_evidence, without, ignored, also_ignored = STATEMENTS[name]
    if name == "complete" and lack == "filtered":
        with_evidence = without = "unknown"
    assert conclusion(tmp_path, about, seen, *INCOMPLETE[lack]) == with_evidence
    assert conclusion(tmp_path, about, unseen, *INCOMPLETE[lack]) == without


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_over_a_complete_store(tmp_path: Path, name: str) -> None:
    about, seen, unseen, ignored, also_ignored, with_evidence, without = STATEMENTS[name]
    assert conclusion(tmp_path, about, seen, {}, {}) == with_evidence
    assert conclusion(tmp_path, about, unseen, {}, {}) == without


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_over_a_filtered_store_that_the_rule_allows(tmp_path: Path, name: str) -> None:
    about, seen, unseen, ignored, also_ignored, with_evidence, without = STATEMENTS[name]
    head = {"filtered": True}
    assert conclusion(tmp_path, {**about, "allow_filtered": True}, seen, {}, head) == with_evidence
    assert conclusion(tmp_path, {**about, "allow_filtered": True}, unseen, {}, head) == without


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_over_a_missing_store(tmp_path: Path, name: str) -> None:
    about, seen, unseen, *ignored = STATEMENTS[name]
    path = write(tmp_path / "a", [row("alibaba_apig")], [])
    for expected in (("tencent_ssm", "prod", "r1"), ("tencent_ssm", "prod", None)):
        result = judged([path], rule(**about, scopes={"provider": "tencent_ssm"}), expected=(expected,), allow_empty=True)
        assert verdict_of(result) == "unknown"


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_over_a_store_that_is_not_offered(tmp_path: Path, name: str) -> None:
    about, *ignored = STATEMENTS[name]
    path = write(tmp_path / "a", [row(status="not_offered"), row("alibaba_apig")], [])
    result = judged([path], rule(**about, scopes={"provider": "tencent_ssm"}), allow_empty=True)
    assert verdict_of(result) == "not_applicable"
    assert result["summary"]["idle_rules"] == ["r"]
    assert result["verdict"] == "pass"


def test_evidence_in_one_store_and_a_hole_in_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="failed")], [GOOD, BAD])
    result = judged([path], *(rule(name.replace(" ", "-"), **about) for name, (about, *ignored) in STATEMENTS.items() if name != "complete"))
    verdicts = {item["id"]: item["verdict"] for item in result["rules"]}
    assert verdicts["expect"] == verdicts["forbidden"] == "fail"
    assert verdicts["required"] == "pass"
    assert verdicts["count-min"] == verdicts["count-max"] == "unknown"
    assert verdicts["collection-complete"] == "fail"


# --- secrets of which it is not known whether the statement speaks of them ---

MAYBE = record("x", description=None)
WHERE = {"description": "y"}


@pytest.mark.parametrize(
    "about,verdict",
    [
        ({"select": WHERE, "expect": {"status": "enabled"}}, "unknown"),
        ({"select": WHERE, "fleet": {"forbidden": ["x"]}}, "unknown"),
        ({"fleet": {"forbidden": {"names": ["x"], "where": WHERE}}}, "unknown"),
        ({"fleet": {"forbidden": {"names": ["other"], "where": WHERE}}}, "pass"),
        ({"fleet": {"required": {"names": ["x"], "where": WHERE}}}, "unknown"),
        ({"fleet": {"required": {"names": ["other"], "where": WHERE}}}, "fail"),
        ({"select": WHERE, "fleet": {"count": {"min": 1}}}, "unknown"),
        ({"select": WHERE, "fleet": {"count": {"min": 2}}}, "fail"),
        ({"select": WHERE, "fleet": {"count": {"max": 0}}}, "unknown"),
        ({"select": WHERE, "fleet": {"count": {"max": 1}}}, "pass"),
    ],
)
def test_select_unknown(tmp_path: Path, about: dict[str, Any], verdict: str) -> None:
    assert conclusion(tmp_path, about, [MAYBE], {}, {}) == verdict


def test_select_unknown_is_a_row_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [MAYBE, record("z", description="y", status="disabled"), record("n")])
    result = judged([path], rule(select=WHERE, expect={"status": "enabled"}))
    assert [(finding["name"], finding["verdict"], finding["evidence"][0]["field"]) for finding in findings_of(result)] == [
        ("z", "fail", "status"),
        ("x", "unknown", "description"),
    ]
    assert findings_of(result)[1]["message"] == "cannot tell whether the rule applies to this secret"
    assert next(item["checks"] for item in result["rules"] if item["id"] == "r") == {
        "error": 0,
        "fail": 1,
        "unknown": 1,
        "waived": 0,
        "pass": 0,
        "not_applicable": 0,
    }


def test_select_not_applicable_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row("alibaba_apig")], [record("k", "alibaba_apig")])
    for about in (
        {"select": {"rotation_enabled": True}, "expect": {"status": "enabled"}},
        {"expect": {"rotation_enabled": True}},
        {"select": {"rotation_enabled": True}, "fleet": {"forbidden": ["k"]}},
        {"fleet": {"forbidden": {"where": {"rotation_enabled": False}}}},
    ):
        result = judged([path], rule(**about))
        assert (verdict_of(result), result["verdict"]) == ("unknown", "unknown"), about
        assert next(item["checks"]["not_applicable"] for item in result["rules"] if item["id"] == "r") == 1
        assert result["summary"]["idle_rules"] == []
        accepted = judged([path], rule(**about, on_empty="not_applicable"))
        assert (verdict_of(accepted), accepted["verdict"], accepted["summary"]["idle_rules"]) == ("not_applicable", "pass", ["r"])


@pytest.mark.parametrize("fleet", [{"count": {"max": 5}}, {"required": ["k"]}])
def test_secrets_that_are_no_business_of_a_statement_are_counted(tmp_path: Path, fleet: dict[str, Any]) -> None:
    records = [record("k", "alibaba_apig"), record("l", "alibaba_apig", status="disabled")]
    path = write(tmp_path / "a", [row("alibaba_apig")], records)

    def not_applicable(select: dict[str, Any]) -> int:
        result = judged([path], rule(select=select, fleet=fleet))
        return int(next(item["checks"]["not_applicable"] for item in result["rules"] if item["id"] == "r"))

    assert not_applicable({"rotation_enabled": True}) == (3 if "count" in fleet else 1)
    assert not_applicable({"status": "enabled"}) == 0


def test_a_secret_without_a_known_name_may_be_any(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row("alibaba_apig")], [record(None, "alibaba_apig")])
    result = judged(
        [path],
        rule("req", fleet={"required": ["x"]}),
        rule("forb", fleet={"forbidden": ["x"]}),
        rule("other", fleet={"required": {"names": ["x"], "where": {"kind": "api"}}}),
    )
    assert verdict_of(result, "req") == verdict_of(result, "forb") == "unknown"
    assert verdict_of(result, "other") == "fail"


# --- scopes, groups ---


def test_scopes_are_decided_from_the_ledger(tmp_path: Path) -> None:
    rows = [row(), row(region="r2", status="failed"), row(account="dev"), row("alibaba_apig", region="x1")]
    path = write(tmp_path / "a", rows, [record(), record("d", account="dev", status="disabled"), record("k", "alibaba_apig", region="x1")])

    def verdict(**scopes: Any) -> str:
        return verdict_of(judged([path], rule(scopes=scopes, expect={"status": "enabled"})))

    assert verdict(region="r1", account="prod") == "pass"
    assert verdict(account="prod") == "unknown"
    assert verdict(account="PROD") == "unknown"
    assert verdict(account="dev") == "fail"
    assert verdict(provider="alibaba_*") == "pass"
    assert verdict(region=["x1", "nowhere"]) == "unknown"
    assert verdict(region=["x1", "x?"]) == "pass"
    assert verdict(region="r2") == "unknown"
    assert verdict(region="nowhere") == "unknown"


def test_scopes_address_the_labels_of_accounts(tmp_path: Path) -> None:
    rows = [row(labels={"env": "prod", "team": "pay"}), row(account="dev", labels={"env": "dev"}), row(account="old")]
    path = write(tmp_path / "a", rows, [record(), record("d", account="dev", status="disabled"), record("o", account="old", status="disabled")])

    def made(scopes: dict[str, Any], expected: tuple[Any, ...] = ()) -> dict[str, Any]:
        return judged([path], rule(scopes=scopes, expect={"status": "enabled"}), expected=expected)

    assert verdict_of(made({"labels.env": "prod"})) == "pass"
    assert verdict_of(made({"labels.env": ["pro*", "dev"]})) == "fail"
    assert verdict_of(made({"labels.env": "prod", "labels.team": "pay"})) == "pass"
    assert verdict_of(made({"labels.env": "prd"})) == "unknown", "no store fits"
    assert "did you mean prod?" in findings_of(made({"labels.env": "prd"}))[0]["message"]
    assert verdict_of(made({"labels.evn": "prod"})) == "unknown", "a misspelt label"
    missing = (("tencent_ssm", "new", "r1"),)
    assert verdict_of(made({"labels.env": "prod"}, missing)) == "unknown", "nobody knows the labels of a store that is not there"
    assert [store.get("labels") for store in made({"account": "*"})["stores"]] == [{"env": "dev"}, None, {"env": "prod", "team": "pay"}]


def test_labels_of_a_ledger_are_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(labels={"env": ["prod"]})], [record()])
    with pytest.raises(SecretsError, match="has labels that are none: labels.env is not a text"):
        judged([path], rule(expect={"status": "enabled"}))


def test_a_store_of_unknown_region_is_in_every_region(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    result = judged([path], rule(scopes={"region": "ap-*"}, expect={"status": "enabled"}), expected=(("tencent_ssm", "dev", None),))
    assert verdict_of(result) == "unknown"
    result = judged([path], rule(fleet={"required": {"names": ["x"], "per": ["region"]}}), expected=(("tencent_ssm", "dev", None),))
    assert {finding["subject"]: finding["verdict"] for finding in findings_of(result)} == {"//r1/x": "unknown", "///x": "unknown"}
    result = judged([path], rule(fleet={"required": {"names": ["x"], "per": ["account", "region"]}}), expected=(("tencent_ssm", "dev", None),))
    assert {finding["subject"]: finding["verdict"] for finding in findings_of(result)} == {"/prod/r1/x": "fail", "/dev//x": "unknown"}


def test_required_in_each_group(tmp_path: Path) -> None:
    rows = [row(), row(region="r2"), row(account="dev"), row(account="dev", region="r3", status="not_offered")]
    path = write(tmp_path / "a", rows, [record("root"), record("root", account="dev"), record("db-1", region="r2")])

    def subjects(per: list[str]) -> list[str]:
        return [finding["subject"] for finding in findings_of(judged([path], rule(fleet={"required": {"names": ["root", "db-*"], "per": per}})))]

    assert verdict_of(judged([path], rule(fleet={"required": ["root", "db-*"]}))) == "pass"
    assert subjects(["account"]) == ["/dev//db-*"]
    assert subjects(["region"]) == ["//r1/db-*", "//r2/root"]
    assert subjects(["provider", "account", "region"]) == ["tencent_ssm/dev/r1/db-*", "tencent_ssm/prod/r1/db-*", "tencent_ssm/prod/r2/root"]


def test_a_hole_matters_to_its_own_group_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="failed")], [record("a")])
    result = judged([path], rule(fleet={"required": {"names": ["root"], "per": ["region"]}}), rule("n", fleet={"count": {"max": 5, "per": ["region"]}}))
    assert {finding["subject"]: finding["verdict"] for finding in findings_of(result)} == {"//r1/root": "fail", "//r2/root": "unknown"}
    assert {finding["subject"]: finding["verdict"] for finding in findings_of(result, "n")} == {"//r2/": "unknown"}


def test_count_by_kind(tmp_path: Path) -> None:
    records = [record(f"u{index}") for index in range(3)] + [record("p", kind="product"), record("q", kind="unknown")]
    path = write(tmp_path / "a", [row(), row(region="r2")], records)

    def verdicts(limit: int) -> list[tuple[str, str]]:
        result = judged([path], rule(fleet={"count": {"max": limit, "per": ["region", "kind"]}}))
        return [(finding["verdict"], finding["message"]) for finding in findings_of(result)]

    assert verdicts(4) == []
    assert verdicts(3) == [("unknown", "3 secrets of kind user seen, at most 3 allowed")]
    assert verdicts(2) == [("fail", "3 secrets of kind user seen, at most 2 allowed")]
    assert [verdict for verdict, message in verdicts(0)] == ["fail", "fail", "unknown"]


def test_a_secret_of_unknown_kind_may_be_of_any_whether_or_not_it_counts(tmp_path: Path) -> None:
    records = [record("a", description="x"), record("b", description="x", kind="unknown"), record("c", description=None, kind="unknown")]
    path = write(tmp_path / "a", [row()], records)

    def verdict(**limit: int) -> str:
        return verdict_of(judged([path], rule(select={"description": "x"}, fleet={"count": {**limit, "per": ["kind"]}})))

    assert [verdict(max=number) for number in (0, 1, 2, 3)] == ["fail", "unknown", "unknown", "pass"]


def test_count_by_kind_over_a_hole(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(status="partial")], [])
    assert verdict_of(judged([path], rule(fleet={"count": {"max": 5, "per": ["kind"]}}))) == "unknown"
    path = write(tmp_path / "a", [row(status="partial")], [record("a"), record("b")])
    assert verdict_of(judged([path], rule(fleet={"count": {"max": 1, "per": ["kind"]}}))) == "fail"


def test_count_of_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [])
    result = judged(
        [path],
        rule("max", fleet={"count": {"max": 5}}),
        rule("min", fleet={"count": {"min": 1}}),
        rule("kind", fleet={"count": {"max": 5, "per": ["kind"]}}),
    )
    assert [verdict_of(result, name) for name in ("max", "min", "kind")] == ["pass", "fail", "pass"]
    assert findings_of(result, "min")[0]["evidence"] == [{"field": "count", "actual": 0, "expected": "min 1"}]


def test_holes_are_named_but_not_all(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(region=f"r{index}", status="failed") for index in range(6)], [])
    (finding,) = findings_of(judged([path], rule(fleet={"required": ["root"]})))
    assert (
        finding["message"] == "root was not seen, but tencent_ssm/prod/r0 is failed, tencent_ssm/prod/r1 is failed, tencent_ssm/prod/r2 is failed, and 3 more"
    )


# --- rows of stores ---


def test_each_store_with_a_hole_is_one_row_of_a_rule(tmp_path: Path) -> None:
    rows = [row(), row(region="r2", status="failed"), row(region="r3", status="partial"), row(region="r4", status="not_offered")]
    path = write(tmp_path / "a", rows, [record(), record("p", region="r3")])
    result = judged([path], rule(expect={"status": "enabled"}), expected=(("tencent_ssm", "dev", None),))
    assert [(finding["subject"], finding["verdict"]) for finding in findings_of(result)] == [
        ("tencent_ssm/dev//", "unknown"),
        ("tencent_ssm/prod/r2/", "unknown"),
        ("tencent_ssm/prod/r3/", "unknown"),
    ]
    assert [(finding["subject"], finding["verdict"]) for finding in findings_of(result, "collection-complete")] == [
        ("tencent_ssm/prod/r2/", "fail"),
        ("tencent_ssm/prod/r3/", "fail"),
        ("tencent_ssm/dev//", "unknown"),
    ]


def test_forbidden_counts_a_pass_for_each_clean_store(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2")], [])
    result = judged([path], rule(fleet={"forbidden": ["x"]}), allow_empty=True)
    assert next(item["checks"]["pass"] for item in result["rules"] if item["id"] == "r") == 2


def test_a_store_passes_if_anything_in_it_could_be_judged(tmp_path: Path) -> None:
    about: dict[str, Any] = {"fleet": {"forbidden": {"where": {"updated_at": {"present": True}, "description": "x"}}}}
    every = [record("n", description="x"), record("p", description="y"), record("u", description=None)]
    counted: list[tuple[int, int, int]] = []
    for records in (every, every[:1], every[:2], every[::2]):
        result = judged([write(tmp_path / "a", [row()], records)], rule(**about))
        checks = next(item["checks"] for item in result["rules"] if item["id"] == "r")
        counted.append((checks["not_applicable"], checks["pass"], checks["unknown"]))
    assert counted == [(1, 2, 1), (1, 0, 1), (1, 2, 0), (1, 1, 1)]


@pytest.mark.parametrize(
    "about",
    [
        {"expect": {"status": "enabled"}, "select": {"name": "nobody"}},
        {"expect": {"status": "enabled"}, "scopes": {"region": "nowhere"}, "on_empty": "not_applicable"},
    ],
)
def test_on_empty(tmp_path: Path, about: dict[str, Any]) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    idle = judged([path], rule(**about))
    about.pop("on_empty", None)
    assert (verdict_of(idle), idle["verdict"], idle["summary"]["idle_rules"]) == ("not_applicable", "pass", ["r"])
    failing = judged([path], rule(**about, on_empty="fail"))
    assert (verdict_of(failing), failing["verdict"], failing["summary"]["idle_rules"]) == ("fail", "fail", [])
    assert findings_of(failing)[0]["subject"] == "///"
    assert findings_of(failing)[0]["evidence"] == [{"field": "count", "actual": 0, "expected": "min 1"}]


def test_on_empty_does_not_speak_where_something_was_judged(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    assert verdict_of(judged([path], rule(expect={"status": "enabled"}, on_empty="fail"))) == "pass"


def test_names_are_matched_exactly(tmp_path: Path) -> None:
    """Twins of normal forms, cases and spaces are other names."""
    path = write(tmp_path / "a", [row()], [record("e\u0301"), record("Root"), record("root ")])
    result = judged([path], rule(fleet={"required": ["\u00e9", "root"]}))
    assert [finding["name"] for finding in findings_of(result)] == ["root", "\u00e9"]
