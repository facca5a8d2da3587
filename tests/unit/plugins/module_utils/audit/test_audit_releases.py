# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories of other releases: what is missing in them is unknown, never fine; what is new changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.words import noun
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    findings_of,
    judged,
    record,
    row,
    rule,
    verdict_of,
    write,
)

OLD_ROW = {key: value for key, value in row().items() if key in ("provider", "account", "region", "status")}
"""The least that a ledger row can say."""


def older(*missing: str, attributes: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    """A record without some keys and attributes."""
    made = record("a", **values)
    made["attributes"] = {key: value for key, value in made["attributes"].items() if key not in attributes}
    return {key: value for key, value in made.items() if key not in missing}


@pytest.mark.parametrize(
    ("missing", "expect"),
    [
        ("rotation_days", {"rotation_days": {"le": 90}}),
        ("rotation_days", {"rotation_days": {"absent": True}}),
        ("delete_at", {"delete_at": {"absent": True}}),
        ("next_rotation_at", {"next_rotation_at": {"older_than": "1d"}}),
        ("status", {"status": {"ne": "pending_delete"}}),
        ("kind", {"kind": {"in": ["user", "product"]}}),
        ("attributes", {"attributes.create_uin": {"ne": "1"}}),
        ("attributes", {"attributes.target_uin": {"absent": True}}),
        ("description", {"query": {"expr": "description != 'x'", "fields": ["description"]}}),
    ],
)
def test_a_rule_on_a_field_that_an_older_release_did_not_tell_is_unknown_and_says_why(tmp_path: Path, missing: str, expect: Any) -> None:
    path = write(tmp_path / "a", [OLD_ROW], [older(missing)])
    result = judged([path], rule(expect=expect))
    assert (result["verdict"], verdict_of(result)) == ("unknown", "unknown")
    (finding,) = findings_of(result)
    field = next(iter(expect)) if "query" not in expect else missing
    assert (finding["message"], finding["evidence"][0]["field"]) == (f"{noun(field)} is not known", field)
    assert result["stores"][0]["reason"] == f"its inventory is of another release and does not tell {missing}; collect again"
    assert result["stores"][0]["status"] == "complete"


def test_one_attribute_that_an_older_release_did_not_tell_is_unknown_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [older(attributes=("target_uin",))])
    assert verdict_of(judged([path], rule(expect={"attributes.target_uin": {"absent": True}}))) == "unknown"
    path = write(tmp_path / "b", [row()], [older()])
    assert verdict_of(judged([path], rule(expect={"attributes.target_uin": {"absent": True}}))) == "pass"


@pytest.mark.parametrize("statement", [{"same": {"fields": ["rotation_days"], "by": ["region"]}}, {"unique": {"fields": ["description"]}}])
def test_comparisons_do_not_take_what_is_missing_for_equal(tmp_path: Path, statement: Any) -> None:
    rows = [row(), row(region="r2")]
    path = write(tmp_path / "a", rows, [older("rotation_days", "description"), record("a", region="r2")])
    assert verdict_of(judged([path], rule(fleet=statement))) == "unknown"


def test_a_baseline_of_an_older_release_can_be_compared_with(tmp_path: Path) -> None:
    then, now = write(tmp_path / "then", [OLD_ROW], [older("rotation_days")]), write(tmp_path / "now", [row()], [record("a")])
    settings: dict[str, Any] = {"baselines": {"then": [then]}}
    whole = judged([now], rule(fleet={"unchanged_since": {"baseline": "then"}}), **settings)
    assert verdict_of(whole) == "unknown" and "cannot tell whether it has changed since the baseline" in findings_of(whole)[0]["message"]
    apart = judged([now], rule(fleet={"unchanged_since": {"baseline": "then", "fields": ["status"]}}), **settings)
    assert verdict_of(apart) == "pass"


def test_other_rules_judge_an_older_inventory_as_ever(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [OLD_ROW], [older("rotation_days", "source", status="disabled")])
    assert verdict_of(judged([path], rule(expect={"status": "enabled"}))) == "fail"


def test_a_newer_inventory_is_judged_as_one_of_today(tmp_path: Path) -> None:
    rules = rule(expect={"status": "enabled"}), rule("days", expect={"rotation_days": {"le": 90}})
    newer = {**record("a"), "tags": {"env": "prod"}, "key_state": "enabled"}
    newer["attributes"]["account_hosts"] = ["%"]
    today = judged([write(tmp_path / "a", [row()], [record("a")])], *rules)
    later = judged([write(tmp_path / "a", [{**row(), "details": {}, "service": {}}], [newer], fleet={"members": 1})], *rules)
    assert today == later and later["verdict"] == "pass"
