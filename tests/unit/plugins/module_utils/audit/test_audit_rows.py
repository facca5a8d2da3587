# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of all secrets: each has the worst that any rule says of it, whenever that was found; and whose a secret is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import secret_rows
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.secret_rows import SecretRows
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import SmallSpool
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, read, record, row, rule, write


def said(folder: Path, records: list[dict[str, Any]], *rules: Any, rows: SecretRows | None = None, **more: Any) -> dict[str, tuple[str, list[str]]]:
    """By name: the verdict of each secret, and its rules."""
    rows = SecretRows(SmallSpool) if rows is None else rows
    stores = [row(), row(region="r2"), row("alibaba_apig")]
    judged([write(folder / "a", stores, records)], *rules, rows=rows, **more)
    assert len(rows) == len(records)
    return {found["name"]: (found["verdict"], found["rules"]) for found in rows}


def test_the_worst_of_all_rules_counts(tmp_path: Path) -> None:
    records = [record("fine"), record("off", status="disabled"), record("odd", status="unknown"), record("both", status="disabled", rotation_enabled=False)]
    rules = rule("on", expect={"status": "enabled"}), rule("a-turns", expect={"rotation_enabled": True})
    assert said(tmp_path, records, *rules) == {
        "fine": ("pass", []),
        "off": ("fail", ["on"]),
        "odd": ("unknown", ["on"]),
        "both": ("fail", ["a-turns", "on"]),
    }


def test_what_no_rule_speaks_of_does_not_pass(tmp_path: Path) -> None:
    records = [record("a"), record("b")]
    assert said(tmp_path, records) == {"a": ("not_applicable", []), "b": ("not_applicable", [])}
    assert said(tmp_path, records, rule(select={"name": "a"}, expect={"status": "enabled"})) == {"a": ("pass", []), "b": ("not_applicable", [])}
    never = rule(scopes={"provider": "alibaba_apig"}, on_empty="not_applicable", expect={"rotation_enabled": True})
    assert said(tmp_path, [record("k", "alibaba_apig")], never) == {"k": ("not_applicable", [])}


def test_what_is_found_at_the_end_counts_too(tmp_path: Path) -> None:
    records = [record("a", description="one"), record("b", description="one"), record("c", description="two")]
    assert said(tmp_path, records, rule("u", fleet={"unique": {"fields": ["description"]}})) == {"a": ("fail", ["u"]), "b": ("fail", ["u"]), "c": ("pass", [])}


def test_a_waiver_counts(tmp_path: Path) -> None:
    excuse = {"rule": "on", "secret": "*/*/*/off", "reason": "r", "owner": "o", "expires": "2026-12-31"}
    found = said(tmp_path, [record("off", status="disabled")], rule("on", expect={"status": "enabled"}), waivers=[excuse])
    assert found == {"off": ("waived", ["on"])}


def test_rows_are_the_same_on_disk_in_many_pieces_and_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_rows, "CHUNK", 2_000)
    first = [record(f"a{index:03}", status="disabled" if index % 3 else "enabled") for index in range(40)]
    second = [record(f"b{index:03}", region="r0", description="\n x") for index in range(40)]
    on = rule("on", expect={"status": "enabled"})
    made = []
    for names in (("a", "b"), ("b", "a")):
        paths = [write(tmp_path / name, [row(region=where)], records) for name, where, records in zip(names, ("r1", "r0"), (first, second))]
        for spool in (SmallSpool, lambda: files.Scratch(str(tmp_path / "x"), "0" * 32)):
            rows = SecretRows(spool)
            judged(paths, on, rows=rows)
            made.append(list(rows))
            assert list(rows) == made[-1]
    assert made[0] == made[1] == made[2] == made[3]
    assert [found["name"] for found in made[0]] == [found["name"] for found in second + first]
    assert [found["verdict"] for found in made[0][40:]] == ["fail" if index % 3 else "pass" for index in range(40)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def owned(folder: Path, content: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """By name: the owner of each secret; and the owners of the result."""
    rows = SecretRows(SmallSpool)
    records = [record("tagged", "alibaba_kms"), record("bare", "alibaba_kms", tags={}), record("untold", "alibaba_kms", tags=None), record("db-1")]
    result = judged([write(folder / "a", [row(), row("alibaba_kms")], records)], *content.pop("rules"), rows=rows, **content)
    return {found["name"]: found["owner"] for found in rows}, result["owners"]


def test_an_owner_comes_from_owners_else_from_a_tag_else_from_the_rule(tmp_path: Path) -> None:
    none = rule("none", severity="high", owner="team of the rule", expect={"name": "x"})
    database = {"select": {"name": {"glob": "db-*"}}, "owner": "database team"}
    found, owners = owned(tmp_path, {"rules": [none], "owners": [database], "owner_tag": "owner"})
    assert found == {"tagged": "web", "bare": None, "untold": None, "db-1": "database team"}
    assert [(each["owner"], each["worst"], each["fail"]) for each in owners] == [
        ("team of the rule", "high", 2),
        ("database team", "high", 1),
        ("web", "high", 1),
    ]
    first = {"select": {"name": "tagged"}, "owner": "first"}
    assert owned(tmp_path, {"rules": [none], "owners": [database, first], "owner_tag": "owner"})[0]["tagged"] == "first"


def test_nobody_is_no_owner(tmp_path: Path) -> None:
    assert owned(tmp_path, {"rules": [rule("none", expect={"name": "x"})]})[1] == []


@pytest.mark.parametrize("tag", ["", 1, None, ["owner"], "k" * 129])
def test_a_tag_that_is_no_key_is_refused(tag: Any) -> None:
    with pytest.raises(RulesError, match="owner_tag"):
        read(rule("none", expect={"name": "x"}), owner_tag=tag)
