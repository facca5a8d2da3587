# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries in rules: three-valued like every other test, shown only what they name, and bounded in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import drift, watching
from ansible_collections.multicloud.secrets.plugins.module_utils._audit import judge as judging
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.jmespath_query import TooLong
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    findings_of,
    judged,
    record,
    row,
    rule,
    truth_of,
    verdict_of,
    write,
)


def query(expr: str, *fields: str) -> dict[str, Any]:
    """A predicate."""
    return {"query": {"expr": expr, "fields": list(fields)}}


@pytest.mark.parametrize(
    "expr,fields,truth",
    [
        ("name == 'a'", ["name"], TRUE),
        ("name == 'b'", ["name"], FALSE),
        ("rotation_days < `90` && starts_with(name, 'a')", ["rotation_days", "name"], TRUE),
        ("attributes.project_id == `7`", ["attributes.project_id"], TRUE),
        ("length(attributes.associated_instance_ids[?starts_with(@, 'ins-')]) == `1`", ["attributes.associated_instance_ids"], TRUE),
        ("delete_at == `null`", ["delete_at"], TRUE),
        ("!delete_at", ["delete_at"], TRUE),
        ("contains(keys(@), 'status')", ["name"], FALSE),
        ("length(attributes) == `0`", ["name"], None),
    ],
)
def test_what_a_query_says(expr: str, fields: list[str], truth: int | None) -> None:
    item = record("a", attributes={"project_id": 7, "associated_instance_ids": ["ins-1", "x"]})
    if truth is None:
        with pytest.raises(Exception, match="reads attributes"):
            truth_of(query(expr, *fields), item)
    else:
        assert truth_of(query(expr, *fields), item) == truth


@pytest.mark.parametrize(
    "item,fields,truth",
    [
        (record("k", "alibaba_apig"), ["name", "rotation_days"], NOT_APPLICABLE),
        (record("k", "alibaba_apig"), ["name", "attributes.project_id"], NOT_APPLICABLE),
        (record("k", "alibaba_apig", description=None), ["description", "rotation_days"], NOT_APPLICABLE),
        (record(description=None), ["name", "description"], UNKNOWN),
        (record(delete_at=None), ["name", "delete_at"], TRUE),
        (record(delete_at=None, invalid=["delete_at"]), ["name", "delete_at"], UNKNOWN),
        (record(), ["name", "attributes.project_id"], UNKNOWN),
        (record(status="unknown"), ["name", "status"], UNKNOWN),
        (record(status="unknown"), ["name"], TRUE),
    ],
)
def test_nulls(item: dict[str, Any], fields: list[str], truth: int) -> None:
    assert truth_of(query("`true`", *fields), item) == truth


def test_a_query_that_names_the_word_unknown() -> None:
    assert truth_of(query("status == 'unknown'", "status"), record(status="unknown")) == TRUE


@pytest.mark.parametrize("expr,shown", [("name", '"a"'), ("rotation_days", "30"), ("delete_at", "null"), ("[name]", '["a"]')])
def test_anything_but_true_or_false_is_an_error(tmp_path: Path, expr: str, shown: str) -> None:
    path = write(tmp_path / "a", [row()], [record("a")])
    result = judged([path], rule(severity="info", expect=query(expr, "name", "rotation_days", "delete_at")))
    assert (verdict_of(result), result["verdict"]) == ("error", "fail")
    assert findings_of(result)[0]["message"] == f"the query gave {shown}, which is neither true nor false while this secret was judged"


def test_a_query_that_fails_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record("a")])
    result = judged([path], rule(expect=query("length(rotation_days) > `1`", "rotation_days")))
    assert findings_of(result)[0]["message"] == "JMESPathTypeError while this secret was judged"


def test_evidence_of_a_query(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record("a")])
    expr = "rotation_days > `90`"
    plain = judged([path], rule(expect=query(expr, "rotation_days", "name")))
    assert findings_of(plain)[0]["evidence"] == [
        {"field": "rotation_days", "actual": 30, "expected": f'query "{expr}"'},
        {"field": "name", "actual": "a", "expected": f'query "{expr}"'},
    ]
    denied = judged([path], rule(expect={"none_of": [query("rotation_days == `30`", "rotation_days")]}))
    assert findings_of(denied)[0]["evidence"][0]["expected"] == 'not query "rotation_days == `30`"'


def test_queries_combine_and_select(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record("a"), record("b", status="disabled")])
    both = {"any_of": [query("name == 'a'", "name"), {"status": "disabled"}]}
    assert verdict_of(judged([path], rule(expect=both))) == "pass"
    assert verdict_of(judged([path], rule(select=query("name == 'b'", "name"), expect={"status": "enabled"}))) == "fail"


# --- time ---


def test_a_runaway_regex_ends_and_names_its_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "SECONDS", 0.3)
    monkeypatch.setattr(judging, "SECONDS_FOR_EACH_RULE", 0)
    path = write(tmp_path / "a", [row()], [record("a" * 60 + "!")])
    with pytest.raises(SecretsError, match="the rule runaway takes too long") as caught:
        judged([path], rule("fine", expect={"name": {"regex": "a"}}), rule("runaway", expect={"name": {"regex": "^(a+)+$"}}))
    assert (caught.value.kind, caught.value.hint) == ("rules", "Look for a regex that backtracks, or a costly query.")


def test_judging_that_takes_far_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def expired(seconds: float) -> _Expired:
        asked.append(seconds)
        return _Expired([])

    monkeypatch.setattr(judging, "time_limit", expired)
    path = write(tmp_path / "a", [row()], [record()])
    with pytest.raises(SecretsError) as caught:
        judged([path], rule("a", expect={"name": "a"}), rule("b", expect={"name": "a"}))
    assert asked == [11.0]
    assert (caught.value.kind, caught.value.message) == ("rules", "judging took more than 11 s")
    assert caught.value.hint == "Look for a regex that backtracks, or a costly query."


def test_many_records_start_the_time_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[None] = []
    monkeypatch.setattr(watching, "RECORDS", 2)
    path = write(tmp_path / "a", [row()], [record(f"s{index}") for index in range(5)])
    monkeypatch.setattr(judging, "time_limit", lambda seconds: _Limit(renewed))
    judged([path], rule(expect={"status": "enabled"}))
    checks = 4
    assert len(renewed) == 3 + checks


def test_many_records_of_a_baseline_start_the_time_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[None] = []
    monkeypatch.setattr(drift, "RECORDS", 2)
    monkeypatch.setattr(judging, "time_limit", lambda seconds: _Limit(renewed))
    path = write(tmp_path / "a", [row()], [record(f"s{index}") for index in range(5)])
    judged([path], rule(fleet={"unchanged_since": {"baseline": "before"}}), baselines={"before": [path]})
    of_today, checks = 1, 4
    assert len(renewed) == 3 + of_today + checks


class _Limit:
    """Stands in for the time limit and counts how often it starts anew."""

    def __init__(self, renewed: list[None]) -> None:
        self._renewed = renewed

    def __enter__(self) -> Any:
        return lambda: self._renewed.append(None)

    def __exit__(self, *ignored: Any) -> None:
        """Nothing is left behind."""


class _Expired(_Limit):
    """The time is over when it is to start anew."""

    def __enter__(self) -> Any:
        def renew() -> None:
            raise TooLong

        return renew
