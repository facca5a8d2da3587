# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""unchanged_since: what was added, removed or changed, and when nothing can be said of it."""

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

JUNE = "2026-06-01T00:00:00Z"
ASKED = {"asked": {"partitions": ["user"], "filters": {}}}


def drift(tmp_path: Path, then: list[Any], now: list[Any], **options: Any) -> dict[str, Any]:
    """The result of one rule. rows_then, rows_now: ledgers; head_then, head_now: headers; fleet: the rest of the statement."""
    baseline = write(tmp_path / "then", options.pop("rows_then", [row()]), then, **{"collected_at": JUNE, **options.pop("head_then", {})})
    today = write(tmp_path / "now", options.pop("rows_now", [row()]), now, **options.pop("head_now", {}))
    statement = {"unchanged_since": {"baseline": "june", **options.pop("fleet", {})}}
    more = {name: options.pop(name) for name in ("expected", "owners") if name in options}
    return judged([today], rule(fleet=statement, **options), baselines={"june": [baseline]}, allow_empty=True, **more)


def found(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Subject -> verdict and message."""
    return {finding["subject"]: (finding["verdict"], finding["message"]) for finding in findings_of(result)}


A, B = record("a"), record("b")


def test_nothing_has_changed(tmp_path: Path) -> None:
    result = drift(tmp_path, [A, B], [A, B])
    assert (verdict_of(result), found(result)) == ("pass", {})
    assert next(item["checks"]["pass"] for item in result["rules"] if item["id"] == "r") == 2


def test_added_removed_and_changed(tmp_path: Path) -> None:
    result = drift(tmp_path, [A, B], [record("a", status="disabled", rotation_days=90), record("c")])
    assert found(result) == {
        "tencent_ssm/prod/r1/a": ("fail", "the status is disabled, and was enabled; the period of rotation is 90, and was 30"),
        "tencent_ssm/prod/r1/b": ("fail", "removed since the baseline"),
        "tencent_ssm/prod/r1/c": ("fail", "added since the baseline"),
    }
    evidence = {finding["name"]: finding["evidence"] for finding in findings_of(result)}
    assert {finding["name"]: finding["id"] for finding in findings_of(result)} == {"a": "a", "b": "b", "c": "c"}
    assert evidence["b"] == [{"field": "id", "actual": None, "expected": "b, as in the baseline"}]
    assert evidence["c"] == [{"field": "id", "actual": "c", "expected": "none, as in the baseline"}]


@pytest.mark.parametrize("allowed,left", [("added", {"a", "b"}), ("removed", {"a", "c"}), ("changed", {"b", "c"})])
def test_what_is_allowed(tmp_path: Path, allowed: str, left: set[str]) -> None:
    result = drift(tmp_path, [A, B], [record("a", status="disabled"), record("c")], fleet={"allow": [allowed]})
    assert {finding["name"] for finding in findings_of(result)} == left
    assert next(item["checks"]["pass"] for item in result["rules"] if item["id"] == "r") == 1


def test_all_is_allowed(tmp_path: Path) -> None:
    result = drift(tmp_path, [A, B], [record("a", status="disabled"), record("c")], fleet={"allow": ["added", "removed", "changed"]})
    assert (verdict_of(result), len(findings_of(result))) == ("pass", 0)


def test_only_some_fields_count(tmp_path: Path) -> None:
    now = [record("a", status="disabled", next_rotation_at="2026-12-31T00:00:00Z")]
    assert verdict_of(drift(tmp_path, [A], now, fleet={"fields": ["rotation_days", "kms_key_id"]})) == "pass"
    assert verdict_of(drift(tmp_path, [A], now, fleet={"fields": ["rotation_days", "status"]})) == "fail"
    assert verdict_of(drift(tmp_path, [A], now, fleet={"fields": ["next_rotation_at"]})) == "fail"


def test_the_next_rotation_moves_by_itself(tmp_path: Path) -> None:
    assert verdict_of(drift(tmp_path, [A], [record("a", next_rotation_at="2026-12-31T00:00:00Z")])) == "pass"


@pytest.mark.parametrize(
    "then,now,fields,verdict",
    [
        ({"description": None}, {"description": None}, None, "pass"),
        ({"description": None}, {"description": None}, ["description"], "unknown"),
        ({"description": None}, {"description": "x"}, None, "unknown"),
        ({"description": "x"}, {"description": None}, ["description"], "unknown"),
        ({"description": "x"}, {"description": None, "status": "disabled"}, None, "fail"),
        ({"delete_at": None}, {"delete_at": "2026-12-01T00:00:00Z"}, None, "fail"),
        ({"status": "unknown"}, {"status": "enabled"}, ["status"], "unknown"),
        ({}, {"invalid": ["description"]}, None, "unknown"),
        ({}, {}, ["updated_at", "status"], "pass"),
        ({"rotation_days": 30}, {"rotation_days": 30.0}, None, "pass"),
        ({"attributes": {"associated_instance_ids": ["i"]}}, {"attributes": {"associated_instance_ids": ["i"]}}, None, "pass"),
        ({"attributes": {"associated_instance_ids": ["i"]}}, {"attributes": {"associated_instance_ids": ["j"]}}, None, "fail"),
        ({"rotation_enabled": True}, {"rotation_enabled": False}, ["rotation_enabled"], "fail"),
    ],
)
def test_values_then_and_now(tmp_path: Path, then: Any, now: Any, fields: Any, verdict: str) -> None:
    fleet = {"fields": fields} if fields else {}
    result = drift(tmp_path, [record("a", **then)], [record("a", **now)], fleet=fleet)
    assert verdict_of(result) == verdict
    if verdict == "unknown":
        assert findings_of(result)[0]["message"] == "cannot tell whether it has changed since the baseline"
        assert findings_of(result)[0]["evidence"]


def test_evidence_names_what_differs_and_nothing_else(tmp_path: Path) -> None:
    instances: dict[str, Any] = {"attributes": {"associated_instance_ids": ["i"]}}
    (finding,) = findings_of(drift(tmp_path, [record("a", description="für", **instances)], [record("a", description="x", **instances)]))
    assert finding["evidence"] == [{"field": "description", "actual": "x", "expected": '"für" as in the baseline'}]
    (finding,) = findings_of(drift(tmp_path, [record("a", description=None)], [record("a", description="x")]))
    assert finding["evidence"] == [{"field": "description", "actual": "x", "expected": '"withheld" as in the baseline'}]


def test_of_then_and_now_the_one_that_is_not_known_counts(tmp_path: Path) -> None:
    """Then the rule could not speak of the secret, for its cloud has no such time; now nobody knows whether it could."""
    then, now = [record("a", description="x")], [record("a", description=None)]
    select = {"updated_at": {"present": True}, "description": "x"}
    assert verdict_of(drift(tmp_path, then, then, select=select, on_empty="not_applicable")) == "not_applicable"
    assert verdict_of(drift(tmp_path, then, now, select=select)) == verdict_of(drift(tmp_path, now, then, select=select)) == "unknown"


def test_a_baseline_that_was_not_listed_whole(tmp_path: Path) -> None:
    result = drift(tmp_path, [A], [record("a", status="disabled"), record("c")], rows_then=[row(status="partial")])
    assert {subject: verdict for subject, (verdict, message) in found(result).items()} == {
        "tencent_ssm/prod/r1/a": "fail",
        "tencent_ssm/prod/r1/": "unknown",
    }
    assert found(result)["tencent_ssm/prod/r1/"][1] == "this store is not complete in the baseline: partial"


def test_a_store_that_is_not_listed_whole_today(tmp_path: Path) -> None:
    result = drift(tmp_path, [A, B], [record("a", status="disabled"), record("c")], rows_now=[row(status="partial")])
    assert {subject: verdict for subject, (verdict, message) in found(result).items()} == {
        "tencent_ssm/prod/r1/a": "fail",
        "tencent_ssm/prod/r1/c": "fail",
        "tencent_ssm/prod/r1/": "unknown",
    }


def test_stores_of_one_side_only(tmp_path: Path) -> None:
    rows_then = [row(), row(region="r2"), row(region="r4", status="not_offered")]
    rows_now = [row(), row(region="r3"), row(region="r5", status="not_offered")]
    result = drift(tmp_path, [A, record("a", region="r2")], [A, record("a", region="r3")], rows_then=rows_then, rows_now=rows_now)
    assert found(result) == {
        "tencent_ssm/prod/r2/": ("unknown", "the baseline has this store, and today's inventories do not"),
        "tencent_ssm/prod/r3/": ("unknown", "the baseline does not have this store"),
    }
    scoped = drift(tmp_path, [A], [A], rows_then=rows_then, rows_now=rows_now, scopes={"region": "r1"})
    assert verdict_of(scoped) == "pass"


def test_a_store_that_is_not_offered_any_more_has_lost_its_secrets(tmp_path: Path) -> None:
    result = drift(tmp_path, [A], [], rows_now=[row(status="not_offered")], head_then=ASKED)
    assert found(result) == {"tencent_ssm/prod/r1/a": ("fail", "removed since the baseline")}
    result = drift(tmp_path, [], [A], rows_then=[row(status="not_offered")])
    assert found(result) == {"tencent_ssm/prod/r1/a": ("fail", "added since the baseline")}


@pytest.mark.parametrize("other", [{"partitions": ["user", "redis"], "filters": {}}, {"partitions": ["user"], "filters": {"names": ["a"]}}])
def test_a_baseline_that_asked_for_something_else(tmp_path: Path, other: Any) -> None:
    result = drift(tmp_path, [A], [record("c")], head_then={"asked": other, "filtered": bool(other["filters"])}, head_now=ASKED)
    message = "the partitions or filters of the baseline differ"
    assert found(result) == {"tencent_ssm/prod/r1/": ("unknown", message)}


def test_the_order_in_which_filters_were_written_does_not_matter(tmp_path: Path) -> None:
    then = {"asked": {"partitions": ["user"], "filters": {"names": ["a"], "status": "enabled"}}, "filtered": True}
    now = {"asked": {"filters": {"status": "enabled", "names": ["a"]}, "partitions": ["user"]}, "filtered": True}
    assert verdict_of(drift(tmp_path, [A], [A], head_then=then, head_now=now, allow_filtered=True)) == "pass"


def test_other_accounts_and_regions_asked_for_do_not_matter(tmp_path: Path) -> None:
    then = {"asked": {**ASKED["asked"], "regions": {"prod": ["r1"]}}}
    assert verdict_of(drift(tmp_path, [A], [A], head_then=then, head_now=ASKED)) == "pass"


def test_a_name_that_stood_for_another_account(tmp_path: Path) -> None:
    result = drift(tmp_path, [A], [B], rows_then=[row(account_id="1")], rows_now=[row(account_id="2")])
    assert found(result) == {"tencent_ssm/prod/r1/": ("unknown", "in the baseline this name means account 1")}
    assert verdict_of(drift(tmp_path, [A], [A], rows_then=[row(account_id=None)], rows_now=[row(account_id="2")])) == "pass"


def test_a_filter_on_both_sides(tmp_path: Path) -> None:
    head = {"filtered": True}
    assert verdict_of(drift(tmp_path, [A], [A], head_then=head, head_now=head)) == "unknown"
    assert verdict_of(drift(tmp_path, [A], [A], head_then=head, head_now=head, allow_filtered=True)) == "pass"
    assert verdict_of(drift(tmp_path, [A], [B], head_then=head, head_now=head, allow_filtered=True)) == "fail"


def test_a_missing_store(tmp_path: Path) -> None:
    result = drift(tmp_path, [A], [], rows_now=[row("alibaba_apig")], expected=(("tencent_ssm", "prod", "r1"),), scopes={"provider": "tencent_ssm"})
    assert {subject: verdict for subject, (verdict, message) in found(result).items()} == {"tencent_ssm/prod/r1/": "unknown"}


SELECT = {"description": "x"}


@pytest.mark.parametrize(
    "then,now,verdict",
    [
        ([], [record("a", description="x")], "fail"),
        ([], [record("a", description="y")], "not_applicable"),
        ([], [record("a", description=None)], "unknown"),
        ([record("a", description="x")], [], "fail"),
        ([record("a", description="y")], [], "not_applicable"),
        ([record("a", description=None)], [], "unknown"),
        ([record("a", description="x")], [record("a", description="y")], "fail"),
        ([record("a", description="y")], [record("a", description="x")], "fail"),
        ([record("a", description="y")], [record("a", description="y", status="disabled")], "not_applicable"),
        ([record("a", description="x")], [record("a", description="x")], "pass"),
        ([record("a", description=None)], [record("a", description="y", status="disabled")], "unknown"),
    ],
)
def test_what_the_rule_speaks_of(tmp_path: Path, then: Any, now: Any, verdict: str) -> None:
    result = drift(tmp_path, then, now, select=SELECT)
    assert verdict_of(result) == verdict
    if verdict == "unknown":
        assert [finding["message"] for finding in findings_of(result)] == ["cannot tell whether it has changed since the baseline"]


def test_what_a_cloud_never_offers_cannot_be_selected(tmp_path: Path) -> None:
    key = record("k", "alibaba_apig")
    rows = [row("alibaba_apig")]
    for then, now in (([], [key]), ([key], []), ([key], [key])):
        result = drift(tmp_path, then, now, rows_then=rows, rows_now=rows, select={"rotation_enabled": True})
        assert (verdict_of(result), [finding["subject"] for finding in findings_of(result)]) == ("unknown", ["///"])


def test_a_field_that_a_cloud_never_offers_has_not_stayed_the_same(tmp_path: Path) -> None:
    (finding,) = findings_of(drift(tmp_path, [A], [A], fleet={"fields": ["updated_at"]}))
    assert (finding["verdict"], "tencent_ssm does not tell updated_at" in finding["message"]) == ("unknown", True)


def test_owners_of_what_has_gone(tmp_path: Path) -> None:
    owners = [{"select": {"name": "b"}, "owner": "team b"}]
    result = drift(tmp_path, [A, B], [A], owners=owners, owner="anybody")
    assert [finding["owner"] for finding in findings_of(result)] == ["team b"]


def test_several_files_make_a_baseline(tmp_path: Path) -> None:
    first = write(tmp_path / "one", [row()], [A], collected_at=JUNE)
    second = write(tmp_path / "two", [row(region="r2")], [record("z", region="r2")], collected_at=JUNE)
    today = write(tmp_path / "now", [row(), row(region="r2")], [A])
    result = judged([today], rule(fleet={"unchanged_since": {"baseline": "june"}}), baselines={"june": [first, second]})
    assert found(result) == {"tencent_ssm/prod/r2/z": ("fail", "removed since the baseline")}


def test_a_baseline_that_is_younger_than_the_inventory_proves_nothing(tmp_path: Path) -> None:
    """The two were exchanged, or a run judged what was collected before."""
    result = drift(tmp_path, [record("a")], [record("a")], head_then={"collected_at": "2026-11-20T23:30:00Z"})
    assert found(result) == {"tencent_ssm/prod/r1/": ("unknown", "the baseline was collected after this inventory")}


def test_a_baseline_of_the_future_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="then is of the future: it was collected at 2027-01-01T00:00:00Z"):
        drift(tmp_path, [A], [A], head_then={"collected_at": "2027-01-01T00:00:00Z"})
