# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements that compare secrets: present_in, same, unique; and fresh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    findings_of,
    judged,
    record,
    row,
    rule,
    verdict_of,
    write,
)

TWO = [row(), row(region="r2")]
BY_REGION = {"present_in": ["region"]}


def result_of(tmp_path: Path, rows: list[Any], records: list[Any], fleet: Any, expected: Any = (), head: Any = None, **about: Any) -> dict[str, Any]:
    """The result of one rule over one inventory."""
    path = write(tmp_path / "a", rows, records, **(head or {}))
    return judged([path], rule(fleet=fleet, **about), expected=expected, allow_empty=True)


def found(result: dict[str, Any]) -> dict[str, str]:
    """Subject -> verdict of the findings of the rule."""
    findings = findings_of(result)
    assert len({finding["subject"] for finding in findings}) == len(findings)
    return {finding["subject"]: finding["verdict"] for finding in findings}


def checks_of(result: dict[str, Any]) -> dict[str, int]:
    """Verdict -> how often the rule gave it, zeros left out."""
    checks = next(item["checks"] for item in result["rules"] if item["id"] == "r")
    return {verdict: number for verdict, number in checks.items() if number}


# --- present_in ---


def test_a_secret_that_is_in_every_region(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("a", region="r2")], BY_REGION)
    assert (verdict_of(result), found(result), checks_of(result)) == ("pass", {}, {"pass": 2})


def test_a_secret_that_is_missing_from_a_region(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("b"), record("a", region="r2")], BY_REGION)
    assert found(result) == {"tencent_ssm/prod/r2/b": "fail"}
    assert checks_of(result) == {"pass": 3, "fail": 1}
    (finding,) = findings_of(result)
    assert finding["message"] == "b is in other stores, and not in this one"
    assert finding["evidence"] == [{"field": "name", "actual": None, "expected": "b"}]
    assert finding["id"] is None


def test_regions_are_those_of_the_same_account_and_provider(tmp_path: Path) -> None:
    rows = [*TWO, row(account="dev"), row("alibaba_apig", region="x1")]
    records = [record("a"), record("a", region="r2"), record("d", account="dev"), record("k", "alibaba_apig", region="x1")]
    assert verdict_of(result_of(tmp_path, rows, records, BY_REGION)) == "pass"
    by_account = result_of(tmp_path, rows, records, {"present_in": {"by": ["account"]}})
    assert found(by_account) == {"tencent_ssm/dev/r1/a": "fail", "tencent_ssm/prod/r1/d": "fail"}
    both = result_of(tmp_path, rows, records, {"present_in": {"by": ["account", "region"]}})
    assert len(found(both)) == 1 + 2
    everywhere = result_of(tmp_path, rows, records, {"present_in": {"by": ["provider", "account", "region"]}})
    assert len(found(everywhere)) == 2 + 3 + 3


def test_only_some_values_count(tmp_path: Path) -> None:
    rows = [*TWO, row(region="r3")]
    only = {"present_in": {"by": ["region"], "of": ["r1", "r2"]}}
    assert verdict_of(result_of(tmp_path, rows, [record("a"), record("a", region="r2")], only)) == "pass"
    assert found(result_of(tmp_path, rows, [record("a", region="r3")], only)) == {"tencent_ssm/prod/r1/a": "fail", "tencent_ssm/prod/r2/a": "fail"}


def test_a_value_that_no_store_has_is_unknown(tmp_path: Path) -> None:
    fleet = {"present_in": {"by": ["region"], "of": ["r1", "r9"]}}
    (finding,) = findings_of(result_of(tmp_path, [row()], [record("a")], fleet))
    assert (finding["subject"], finding["verdict"]) == ("tencent_ssm/prod/r9/", "unknown")
    assert finding["message"] == "no inventory has this store, and secrets are required in it"
    assert verdict_of(result_of(tmp_path, [row()], [], fleet)) == "not_applicable"
    not_there = [row(), row(region="r9", status="not_offered")]
    (finding,) = findings_of(result_of(tmp_path, not_there, [record("a")], fleet))
    assert (finding["verdict"], finding["message"].partition(". ")[0]) == ("unknown", ALONE)


ALONE = "no secret could be compared: no other store in scope differs in region alone"
NAMESAKES = "no secret could be compared: no two stores have a secret of the same name"


@pytest.mark.parametrize("fleet", [BY_REGION, {"same": {"fields": ["status"], "by": ["region"]}}], ids=["present_in", "same"])
@pytest.mark.parametrize(
    "rows", [[row()], [row(), row(account="dev")], [row(), row(region="r2", status="not_offered")]], ids=["one", "strangers", "not offered"]
)
def test_a_store_that_has_no_other_is_compared_with_nothing(tmp_path: Path, fleet: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    result = result_of(tmp_path, rows, [record("a")], fleet)
    (finding,) = findings_of(result)
    assert (result["verdict"], verdict_of(result), finding["subject"]) == ("unknown", "unknown", "///")
    assert finding["message"].startswith(f"{ALONE}. Correct by or scopes, ") and "on_empty: not_applicable" in finding["message"]
    told = next(item["not_judged"] for item in result["rules"] if item["id"] == "r")
    assert told["reason"] == "1 secret not compared: no other store in scope differs in region alone"
    fine = result_of(tmp_path, rows, [record("a")], fleet, on_empty="not_applicable")
    assert (fine["verdict"], verdict_of(fine)) == ("pass", "not_applicable")
    assert verdict_of(result_of(tmp_path, rows, [record("a")], fleet, on_empty="fail")) == "fail"
    assert verdict_of(result_of(tmp_path, rows, [record("a")], fleet, select={"name": "nobody"})) == "not_applicable"


def test_where_some_stores_have_no_other_the_rule_says_so(tmp_path: Path) -> None:
    rows = [*TWO, row(account="dev")]
    result = result_of(tmp_path, rows, [record("a"), record("a", region="r2"), record("a", account="dev"), record("b", account="dev")], BY_REGION)
    told = next(item for item in result["rules"] if item["id"] == "r")
    assert (told["verdict"], checks_of(result)) == ("pass", {"pass": 2, "not_applicable": 2})
    assert told["not_judged"]["reason"] == "2 secrets not compared: no other store in scope differs in region alone"


def test_secrets_without_a_namesake_are_not_the_same(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("b", region="r2")], SAME)
    (finding,) = findings_of(result)
    assert (result["verdict"], finding["verdict"], finding["message"].partition(". ")[0]) == ("unknown", "unknown", NAMESAKES)


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_an_absence_from_a_store_that_was_not_listed_says_nothing(tmp_path: Path, status: str) -> None:
    rows = [row(), row(region="r2", status=status), row(region="r3")]
    result = result_of(tmp_path, rows, [record("a"), record("a", region="r3"), record("b")], BY_REGION)
    assert found(result) == {"tencent_ssm/prod/r2/": "unknown", "tencent_ssm/prod/r3/b": "fail"}
    all_seen = result_of(tmp_path, rows, [record("a", region=region) for region in ("r1", "r2", "r3")], BY_REGION)
    assert found(all_seen) == {"tencent_ssm/prod/r2/": "unknown"}


def test_a_missing_store_and_a_filter_are_holes(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("a", region="r2")], BY_REGION, expected=(("tencent_ssm", "prod", "r3"),))
    assert found(result) == {"tencent_ssm/prod/r3/": "unknown"}
    result = result_of(tmp_path, TWO, [record("a")], BY_REGION, expected=(("tencent_ssm", "dev", None),))
    assert found(result) == {"tencent_ssm/dev//": "unknown", "tencent_ssm/prod/r2/a": "fail"}
    filtered = {"filtered": True}
    assert verdict_of(result_of(tmp_path, TWO, [record("a")], BY_REGION, head=filtered)) == "unknown"
    assert verdict_of(result_of(tmp_path, TWO, [record("a")], BY_REGION, head=filtered, allow_filtered=True)) == "fail"


def test_a_store_that_is_not_offered_is_asked_for_nothing(tmp_path: Path) -> None:
    rows = [*TWO, row(region="r3", status="not_offered")]
    assert verdict_of(result_of(tmp_path, rows, [record("a"), record("a", region="r2")], BY_REGION)) == "pass"


def test_what_is_selected_must_be_present(tmp_path: Path) -> None:
    select = {"description": "x"}
    here = record("a", description="x")

    def verdict(*others: Any) -> str:
        return verdict_of(result_of(tmp_path, TWO, [here, *others], BY_REGION, select=select))

    assert verdict(record("a", region="r2", description="x")) == "pass"
    assert verdict(record("a", region="r2", description="y")) == "fail"
    assert verdict(record("a", region="r2", description=None)) == "unknown"
    assert verdict(record("a", region="r2", description="x"), record("b", description=None)) == "unknown"
    assert verdict(record("a", region="r2", description="x"), record("b", description="y")) == "pass"


def test_a_secret_without_a_name(tmp_path: Path) -> None:
    """It may be any secret of its store, and is itself nowhere to be found."""
    records = [record("k", "alibaba_apig"), record(None, "alibaba_apig", region="r2")]
    result = result_of(tmp_path, [row("alibaba_apig"), row("alibaba_apig", region="r2")], records, BY_REGION)
    assert found(result) == {"alibaba_apig/prod/r2/": "unknown", "alibaba_apig/prod/r2/k": "unknown"}
    by_id = result_of(tmp_path, [row("alibaba_apig"), row("alibaba_apig", region="r2")], records, {"present_in": {"by": ["region"], "key": "id"}})
    assert found(by_id) == {"alibaba_apig/prod/r2/k": "fail", "alibaba_apig/prod/r1/no-name": "fail"}
    assert {finding["id"] for finding in findings_of(by_id)} == {"k", "no-name"}


def test_a_secret_of_which_the_rule_cannot_speak(tmp_path: Path) -> None:
    result = result_of(tmp_path, [row("alibaba_apig")], [record("k", "alibaba_apig")], BY_REGION, select={"rotation_enabled": True})
    assert (verdict_of(result), checks_of(result)) == ("unknown", {"not_applicable": 1, "unknown": 1})


# --- same ---

SAME = {"same": {"fields": ["rotation_days", "status"], "by": ["region"]}}


def pair(**second: Any) -> list[Any]:
    """One secret in two regions."""
    return [record("a"), record("a", region="r2", **second)]


def test_secrets_that_agree(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, pair(), SAME)
    assert (verdict_of(result), checks_of(result)) == ("pass", {"pass": 1})


def test_secrets_that_differ(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, pair(rotation_days=90, status="disabled"), SAME)
    (finding,) = findings_of(result)
    assert (finding["subject"], finding["verdict"], finding["id"]) == ("tencent_ssm/prod//a", "fail", None)
    assert finding["message"].startswith("the period of rotation is 90 in r2, and 30 in r1; the status is")
    assert finding["evidence"] == [
        {"field": "rotation_days", "actual": 90, "expected": "30 as in tencent_ssm/prod/r1/a; this is of tencent_ssm/prod/r2/a"},
        {"field": "status", "actual": "disabled", "expected": "enabled as in tencent_ssm/prod/r1/a; this is of tencent_ssm/prod/r2/a"},
    ]


def test_each_value_is_told_once(tmp_path: Path) -> None:
    rows = [row(region=f"r{index}") for index in range(4)]
    records = [record("a", region=f"r{index}", rotation_days=days) for index, days in enumerate([7, 7, 30, 30])]
    (finding,) = findings_of(result_of(tmp_path, rows, records, SAME))
    assert [item["actual"] for item in finding["evidence"]] == [30]


@pytest.mark.parametrize(
    "fields,second,verdict",
    [
        (["rotation_days"], {"rotation_days": None}, "unknown"),
        (["rotation_days", "status"], {"rotation_days": None, "status": "disabled"}, "fail"),
        (["status"], {"status": "unknown"}, "unknown"),
        (["delete_at"], {}, "pass"),
        (["delete_at"], {"delete_at": "2026-12-01T00:00:00Z"}, "fail"),
        (["delete_at"], {"invalid": ["delete_at"]}, "unknown"),
        (["updated_at"], {}, "unknown"),
        (["updated_at", "status"], {}, "pass"),
        (["attributes.associated_instance_ids"], {"attributes": {"associated_instance_ids": ["i-1"]}}, "unknown"),
    ],
)
def test_nulls_in_what_should_be_the_same(tmp_path: Path, fields: list[str], second: Any, verdict: str) -> None:
    assert verdict_of(result_of(tmp_path, TWO, pair(**second), {"same": {"fields": fields, "by": ["region"]}})) == verdict


def test_lists_are_compared(tmp_path: Path) -> None:
    fleet = {"same": {"fields": ["attributes.associated_instance_ids"], "by": ["region"]}}
    instances = {"associated_instance_ids": ["i-1"]}
    records = [record("a", attributes=instances), record("a", region="r2", attributes=instances)]
    assert verdict_of(result_of(tmp_path, TWO, records, fleet)) == "pass"
    records[1]["attributes"] = {"associated_instance_ids": ["i-2"]}
    result = result_of(tmp_path, TWO, records, fleet)
    assert verdict_of(result) == "fail"
    assert findings_of(result)[0]["evidence"][0]["actual"] == ["i-2"]


def test_only_kin_are_compared(tmp_path: Path) -> None:
    rows = [row(), row(account="dev"), row(account="dev", region="r2"), row("alibaba_apig")]
    records = [record("a"), record("a", account="dev", status="disabled"), record("a", "alibaba_apig", status="disabled")]
    alone = result_of(tmp_path, rows, records, SAME)
    assert (verdict_of(alone), checks_of(alone)) == ("unknown", {"unknown": 1, "not_applicable": 3})
    assert found(result_of(tmp_path, rows, records, {"same": {"fields": ["status"], "by": ["account"]}})) == {"tencent_ssm//r1/a": "fail"}
    assert found(result_of(tmp_path, rows, records, {"same": {"fields": ["status"], "by": ["provider", "account", "region"]}})) == {"///a": "fail"}


def test_same_by_id(tmp_path: Path) -> None:
    records = [record("a", "alibaba_apig", id="1"), record("a", "alibaba_apig", region="r2", id="2", status="disabled")]
    rows = [row("alibaba_apig"), row("alibaba_apig", region="r2")]
    assert verdict_of(result_of(tmp_path, rows, records, {"same": {"fields": ["status"], "by": ["region"]}})) == "fail"
    by_id = {"same": {"fields": ["status"], "by": ["region"], "key": "id"}}
    assert verdict_of(result_of(tmp_path, rows, records, by_id)) == "unknown"
    (finding,) = findings_of(result_of(tmp_path, rows, [*records, record("b", "alibaba_apig", region="r2", id="1", status="disabled")], by_id))
    assert (finding["name"], finding["id"]) == ("1", "1")


def test_same_over_a_hole(tmp_path: Path) -> None:
    rows = [*TWO, row(region="r3", status="partial")]
    assert found(result_of(tmp_path, rows, pair(), SAME)) == {"tencent_ssm/prod/r3/": "unknown"}
    assert verdict_of(result_of(tmp_path, rows, pair(status="disabled"), SAME)) == "fail"


def test_same_of_what_may_not_be_selected(tmp_path: Path) -> None:
    select = {"description": "x"}

    def verdict(first: Any, second: Any) -> str:
        records = [record("a", description="x", **first), record("a", region="r2", **second)]
        return verdict_of(result_of(tmp_path, TWO, records, SAME, select=select))

    assert verdict({}, {"description": "x", "status": "disabled"}) == "fail"
    assert verdict({}, {"description": "y", "status": "disabled"}) == "unknown"
    assert verdict({}, {"description": None, "status": "disabled"}) == "unknown"
    assert verdict({}, {"description": None}) == "pass"


def test_what_is_said_where_it_is_not_known_whether_secrets_are_the_same(tmp_path: Path) -> None:
    (finding,) = findings_of(result_of(tmp_path, TWO, pair(rotation_days=None), SAME))
    assert finding["message"] == "cannot tell whether a is the same everywhere"
    expected = "30 as in tencent_ssm/prod/r1/a; this is of tencent_ssm/prod/r2/a"
    assert finding["evidence"] == [{"field": "rotation_days", "actual": "withheld", "expected": expected}]


def test_same_of_secrets_without_a_name(tmp_path: Path) -> None:
    rows = [row("alibaba_apig"), row("alibaba_apig", region="r2")]
    records = [record(None, "alibaba_apig"), record("k", "alibaba_apig", region="r2")]
    result = result_of(tmp_path, rows, records, {"same": {"fields": ["status"], "by": ["region"]}})
    assert found(result) == {"alibaba_apig/prod/r1/": "unknown"}
    assert findings_of(result)[0]["evidence"] == [{"field": "name", "actual": None, "expected": "known"}]


# --- unique ---

NAMES = {"unique": {"fields": ["name"]}}


def test_unique(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("b", region="r2")], NAMES)
    assert (verdict_of(result), checks_of(result)) == ("pass", {"pass": 2})


def test_duplicates(tmp_path: Path) -> None:
    result = result_of(tmp_path, TWO, [record("a"), record("b"), record("a", region="r2")], NAMES)
    assert found(result) == {"tencent_ssm/prod/r1/a": "fail", "tencent_ssm/prod/r2/a": "fail"}
    assert checks_of(result) == {"fail": 2, "pass": 1}
    assert findings_of(result)[0]["message"] == "has the same name as tencent_ssm/prod/r2/a"
    assert findings_of(result)[0]["evidence"] == [{"field": "name", "actual": "a", "expected": "unique"}]
    assert {finding["id"] for finding in findings_of(result)} == {"a"}


def test_duplicates_of_secrets_without_a_name(tmp_path: Path) -> None:
    records = [record(None, "alibaba_apig", id="1"), record(None, "alibaba_apig", id="2")]
    within = {"unique": {"fields": ["description"], "within": ["account", "kind"]}}
    first, second = findings_of(result_of(tmp_path, [row("alibaba_apig")], records, within))
    assert first["message"] == second["message"] == "has the same description and kind as alibaba_apig/prod/r1/"
    assert (first["id"], second["id"]) == ("1", "2")
    assert [item["expected"] for item in first["evidence"]] == ["unique within one account and kind"] * 2


def test_unique_within_groups(tmp_path: Path) -> None:
    rows = [*TWO, row(account="dev")]
    records = [record("a"), record("a", region="r2", kind="product"), record("a", account="dev")]

    def subjects(*within: str) -> set[str]:
        return set(found(result_of(tmp_path, rows, records, {"unique": {"fields": ["name"], "within": list(within)}})))

    assert subjects("account") == {"tencent_ssm/prod/r1/a", "tencent_ssm/prod/r2/a"}
    assert subjects("region") == {"tencent_ssm/dev/r1/a", "tencent_ssm/prod/r1/a"}
    assert subjects("account", "region") == set()
    assert subjects("kind") == {"tencent_ssm/dev/r1/a", "tencent_ssm/prod/r1/a"}
    assert subjects("account", "kind") == set()


def test_the_same_in_several_fields(tmp_path: Path) -> None:
    fleet = {"unique": {"fields": ["kms_key_id", "description"], "within": ["account"]}}
    records = [record("a"), record("b", kms_key_id="key-2"), record("c", description="other")]
    assert verdict_of(result_of(tmp_path, [row()], records, fleet)) == "pass"
    result = result_of(tmp_path, [row()], [*records, record("d")], fleet)
    assert set(found(result)) == {"tencent_ssm/prod/r1/a", "tencent_ssm/prod/r1/d"}
    assert findings_of(result)[0]["message"] == "has the same encryption key and description as tencent_ssm/prod/r1/d"
    assert findings_of(result)[0]["evidence"][1] == {"field": "description", "actual": "made by hand", "expected": "unique within one account"}


def test_many_duplicates_are_not_all_named(tmp_path: Path) -> None:
    records = [record(f"s{index}") for index in range(6)]
    result = result_of(tmp_path, [row()], records, {"unique": {"fields": ["kms_key_id"]}})
    messages = [finding["message"] for finding in findings_of(result)]
    start = "has the same encryption key as "
    place = "tencent_ssm/prod/r1/"
    assert messages[0] == f"{start}{place}s1, {place}s2, {place}s3, 2 more"
    assert messages[5] == f"{start}{place}s0, {place}s1, {place}s2, 2 more"


@pytest.mark.parametrize(
    "field,values,verdict",
    [
        ("description", ["", ""], "not_applicable"),
        ("description", [None, "x"], "unknown"),
        ("description", ["x", "x"], "fail"),
        ("delete_at", [None, None], "not_applicable"),
        ("updated_at", [None, None], "unknown"),
        ("status", ["unknown", "enabled"], "unknown"),
    ],
)
def test_what_is_empty_is_not_compared(tmp_path: Path, field: str, values: list[Any], verdict: str) -> None:
    records = [record(f"s{index}", **{field: value}) for index, value in enumerate(values)]
    assert verdict_of(result_of(tmp_path, [row()], records, {"unique": {"fields": [field]}})) == verdict


def test_a_value_that_is_withheld_may_be_any(tmp_path: Path) -> None:
    result = result_of(tmp_path, [row()], [record("a", description=None), record("b")], {"unique": {"fields": ["description", "kms_key_id"]}})
    assert found(result) == {"tencent_ssm/prod/r1/a": "unknown"}
    assert findings_of(result)[0]["evidence"] == [{"field": "description", "actual": None, "expected": "known"}]


def test_a_kind_that_is_not_known_may_be_any(tmp_path: Path) -> None:
    records = [record("a", id="1"), record("a", id="2", kind="unknown")]
    result = result_of(tmp_path, [row()], records, {"unique": {"fields": ["name"], "within": ["kind"]}})
    assert checks_of(result) == {"unknown": 1, "pass": 1}
    assert findings_of(result)[0]["evidence"] == [{"field": "kind", "actual": None, "expected": "known"}]


def test_unique_of_what_may_not_be_selected(tmp_path: Path) -> None:
    fleet = {"unique": {"fields": ["kms_key_id"]}}
    select = {"description": "x"}

    def verdicts(*descriptions: str | None) -> list[str]:
        records = [record(f"s{index}", description=description) for index, description in enumerate(descriptions)]
        return [finding["verdict"] for finding in findings_of(result_of(tmp_path, [row()], records, fleet, select=select))]

    assert verdicts("x", "y") == []
    assert verdicts("x", None) == ["unknown", "unknown"]
    assert verdicts("x", "x", None) == ["fail", "fail", "unknown"]


def test_unique_over_a_hole(tmp_path: Path) -> None:
    rows = [row(), row(region="r2", status="failed")]
    assert found(result_of(tmp_path, rows, [record("a")], NAMES)) == {"tencent_ssm/prod/r2/": "unknown"}
    assert verdict_of(result_of(tmp_path, rows, [record("a", id="1"), record("a", id="2")], NAMES)) == "fail"


def test_owners_of_what_is_compared(tmp_path: Path) -> None:
    path = write(tmp_path / "a", TWO, [record("db"), record("db", region="r2", status="disabled")])
    owners = [{"select": {"region": "r1"}, "owner": "one"}, {"select": {"region": "r2"}, "owner": "two"}]
    result = judged([path], rule(fleet=NAMES), rule("s", fleet=SAME, owner="nobody"), owners=owners)
    assert [(finding["owner"], finding["verdict"]) for finding in findings_of(result)] == [("one", "fail"), ("two", "fail")]
    assert [finding["owner"] for finding in findings_of(result, "s")] == ["one"]


# --- fresh ---


@pytest.mark.parametrize("max_age,verdict", [("60m", "pass"), ("59m", "fail"), ("1d", "pass"), ("0m", "fail")])
def test_fresh(tmp_path: Path, max_age: str, verdict: str) -> None:
    """The inventory is an hour old."""
    assert verdict_of(result_of(tmp_path, [row()], [], {"fresh": {"max_age": max_age}})) == verdict
    assert verdict_of(result_of(tmp_path, [row(status="failed")], [], {"fresh": {"max_age": max_age}})) == verdict


def test_fresh_tells_what_it_saw(tmp_path: Path) -> None:
    (finding,) = findings_of(result_of(tmp_path, [row()], [], {"fresh": {"max_age": "30m"}}))
    assert finding["subject"] == "tencent_ssm/prod/r1/"
    assert finding["evidence"] == [{"field": "collected_at", "actual": "2026-11-20T23:00:00Z", "expected": "at least 2026-11-20T23:30:00Z"}]


def test_fresh_without_a_row_or_by_a_clock_that_is_a_little_ahead(tmp_path: Path) -> None:
    fresh = {"fresh": {"max_age": "1d"}}
    missing = result_of(tmp_path, [row()], [], fresh, expected=(("tencent_ssm", "dev", "r1"),))
    assert found(missing) == {"tencent_ssm/dev/r1/": "unknown"}
    assert verdict_of(result_of(tmp_path, [row()], [], fresh, head={"collected_at": "2026-11-21T00:05:00Z"})) == "pass"
    assert verdict_of(result_of(tmp_path, [row(status="not_offered")], [], fresh)) == "not_applicable"
