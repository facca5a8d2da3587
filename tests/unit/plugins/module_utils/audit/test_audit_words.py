# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages of findings, word by word, with their evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, record, row, rule, waiver, write

DENIED = {"kind": "denied", "code": "AccessDenied", "message": "no"}
ENABLED: dict[str, Any] = {"expect": {"status": "enabled"}}
ROOT = {"fleet": {"required": ["root"]}}
HOLE = "not all secrets of the store are known: "


def said(path: Path, about: dict[str, Any], rows: list[Any], records: list[Any], name: str = "r", **more: Any) -> list[tuple[str, str, list[Any]]]:
    """(subject, message, evidence as triples) of the findings of a rule over one inventory."""
    head = more.pop("head", {})
    result = judged([write(path / "a", rows, records, **head)], rule(**about), **{"allow_empty": True, **more})
    return [
        (finding["subject"], finding["message"], [(item["field"], item["actual"], item["expected"]) for item in finding["evidence"]])
        for finding in findings_of(result, name)
    ]


@pytest.mark.parametrize(
    "store,head,why",
    [
        ({"status": "failed"}, {}, "failed"),
        ({"status": "failed", "error": DENIED}, {}, "failed (AccessDenied: no)"),
        ({"status": "partial", "error": {"code": None, "message": "cut"}}, {}, "partial (cut)"),
        ({"status": "partial"}, {}, "partial"),
        ({}, {"filtered": True}, "narrowed by a filter, which this rule does not allow"),
        ({}, {"collected_at": "2026-11-01T00:00:00Z"}, "stale (collected at 2026-11-01T00:00:00Z, which is too long before the time of judging)"),
    ],
)
def test_why_a_store_is_not_known(tmp_path: Path, store: dict[str, Any], head: dict[str, Any], why: str) -> None:
    assert said(tmp_path, ENABLED, [row(**store)], [], head=head) == [("tencent_ssm/prod/r1/", HOLE + why, [])]


def test_a_store_that_is_missing(tmp_path: Path) -> None:
    expected = (("tencent_ssm", "dev", "r1"),)
    assert said(tmp_path, ENABLED, [row()], [], expected=expected) == [("tencent_ssm/dev/r1/", f"{HOLE}missing (no inventory has it)", [])]
    assert said(tmp_path, {"fleet": {"fresh": {"max_age": "1d"}}}, [row()], [], expected=expected) == [("tencent_ssm/dev/r1/", "no inventory has it", [])]
    somewhere = (("tencent_ssm", "dev", None),)
    unseen: list[tuple[str, str, list[Any]]] = [("///root", "root was not seen, but tencent_ssm/dev/ is missing (no inventory has it)", [])]
    assert said(tmp_path, ROOT, [row()], [], expected=somewhere) == unseen
    everything = {"fleet": {"complete": True}}
    way_out = "missing: Collect it, or take it out of the stores that must be there. (no inventory has it)"
    assert said(tmp_path, everything, [row()], [], expected=expected) == [("tencent_ssm/dev/r1/", way_out, [])]


def test_complete(tmp_path: Path) -> None:
    everything = {"fleet": {"complete": True}}
    failed = [("tencent_ssm/prod/r1/", "failed (AccessDenied: no)", [("status", "failed", "complete")])]
    assert said(tmp_path, everything, [row(status="failed", error=DENIED)], []) == failed
    assert said(tmp_path, {**ENABLED}, [row(status="failed", error=DENIED)], [], "collection-complete") == failed
    filtered: list[tuple[str, str, list[Any]]] = [("tencent_ssm/prod/r1/", "narrowed by a filter, which this rule does not allow", [])]
    assert said(tmp_path, everything, [row()], [], head={"filtered": True}) == filtered


def test_required(tmp_path: Path) -> None:
    failed = [row(), row(region="r2", status="failed")]
    assert said(tmp_path, ROOT, [row()], [record()]) == [("///root", "root is required, but does not exist", [("name", None, "root")])]
    assert said(tmp_path, ROOT, failed, []) == [("///root", "root was not seen, but tencent_ssm/prod/r2 is failed", [])]
    where = {"fleet": {"required": {"names": ["root"], "where": {"description": "x"}}}}
    maybe: list[tuple[str, str, list[Any]]] = [("///root", "cannot tell whether a seen secret is the required root", [])]
    assert said(tmp_path, where, [row()], [record("root", description=None)]) == maybe


def test_four_holes(tmp_path: Path) -> None:
    rows = [row(region=f"r{index}", status="failed") for index in range(4)]
    (found,) = said(tmp_path, ROOT, rows, [])
    assert found[1].endswith("tencent_ssm/prod/r2 is failed, and 1 more")
    (found,) = said(tmp_path, ROOT, rows[:3], [])
    assert found[1].endswith("tencent_ssm/prod/r1 is failed, tencent_ssm/prod/r2 is failed")


def test_count(tmp_path: Path) -> None:
    records = [record("a"), record("b"), record("p", kind="product")]
    most = {"fleet": {"count": {"max": 2}}}
    assert said(tmp_path, most, [row()], records) == [("///", "3 secrets seen, at most 2 allowed", [("count", 3, "max 2")])]
    blind_spot = [("///", "2 secrets seen, at most 2 allowed; tencent_ssm/prod/r1 is partial", [("count", 2, "max 2")])]
    assert said(tmp_path, most, [row(status="partial")], records[:2]) == blind_spot
    failed = [("///", "3 secrets seen, at most 2 allowed", [("count", 3, "max 2")])]
    assert said(tmp_path, most, [row(status="partial")], records) == failed
    by_kind = {"fleet": {"count": {"max": 1, "per": ["account", "kind"]}}}
    assert said(tmp_path, by_kind, [row()], records) == [("/prod//", "2 secrets of kind user seen, at most 1 allowed", [("count", 2, "max 1")])]
    quota = {"fleet": {"count": {"quota": 3, "headroom": 1}}}
    free = [("///", "3 secrets seen, at most 2 allowed (quota 3 less headroom 1)", [("count", 3, "quota 3 less headroom 1: 2")])]
    assert said(tmp_path, quota, [row()], records) == free


def test_forbidden(tmp_path: Path) -> None:
    about = {"fleet": {"forbidden": {"names": ["b*"], "where": {"kind": "user"}}}}
    evidence = [("name", "bad", 'not glob ["b*"]'), ("kind", "user", 'not eq "user"')]
    told = "the name is bad (forbidden pattern: b*)"
    assert said(tmp_path, about, [row()], [record("bad"), record("good")]) == [("tencent_ssm/prod/r1/bad", told, evidence)]


def test_a_secret_of_which_it_is_not_known_whether_the_rule_speaks_of_it(tmp_path: Path) -> None:
    about = {"select": {"description": "x"}, **ENABLED}
    evidence = [("description", None, 'eq "x"')]
    told = "cannot tell whether the rule applies to this secret"
    assert said(tmp_path, about, [row()], [record("a", description=None)]) == [("tencent_ssm/prod/r1/a", told, evidence)]
    doubtful = {"select": {"name": "a"}, "expect": {"description": "x"}}
    words = "the description is not known"
    assert said(tmp_path, doubtful, [row()], [record("a", description=None)]) == [("tencent_ssm/prod/r1/a", words, evidence)]


def test_present_in(tmp_path: Path) -> None:
    about = {"select": {"description": "x"}, "fleet": {"present_in": ["region"]}}
    here, there = record("a", description="x"), record("a", region="r2", description=None)
    told = "cannot tell whether a is required here, or present"
    assert said(tmp_path, about, [row(), row(region="r2")], [here, there]) == [("tencent_ssm/prod/r2/a", told, [("name", None, "a")])]


def test_unique(tmp_path: Path) -> None:
    about = {"fleet": {"unique": {"fields": ["description"]}}}
    told = [("tencent_ssm/prod/r1/a", "cannot tell whether another secret has the same values", [("description", None, "known")])]
    assert said(tmp_path, about, [row()], [record("a", description=None)]) == told


def test_nothing_to_be_judged(tmp_path: Path) -> None:
    about = {"select": {"name": "x"}, **ENABLED, "on_empty": "fail"}
    empty = [("///", "this rule found nothing to judge", [("count", 0, "min 1")])]
    assert said(tmp_path, about, [row()], [record()]) == empty
    assert said(tmp_path, ENABLED, [], [], "collection-complete") == empty
    no_secret = [("///", "no store has any secret", [("count", 0, "min 1")])]
    assert said(tmp_path, ENABLED, [row()], [], "fleet-empty", allow_empty=False) == no_secret


def test_what_cannot_be_judged(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record("a")])
    owners = [{"select": {"name": "a"}, "owner": "team a"}]
    asked = {"query": {"expr": "length(name)", "fields": ["name"]}}
    (asks,) = findings_of(judged([path], rule("asks", expect=asked), owners=owners), "asks")
    assert asks["message"] == "the query gave 1, which is neither true nor false while this secret was judged"
    assert (asks["verdict"], asks["name"], asks["id"], asks["owner"]) == ("error", "a", "a", "team a")


def test_inventories_that_were_set_aside(tmp_path: Path) -> None:
    hours = ("20", "21", "22")
    paths = [write(tmp_path / hour, [row()], [record()], collected_at=f"2026-11-20T{hour}:00:00Z") for hour in hours]
    (found,) = findings_of(judged(paths, rule(**ENABLED)), "inventory-superseded")
    assert found["message"] == "2 older inventories of this store not used; the newest is of 2026-11-20T22:00:00Z"
    assert [item["actual"] for item in found["evidence"]] == [paths[1], paths[0]]


def test_waivers_that_are_too_broad(tmp_path: Path) -> None:
    (found,) = said(tmp_path, ENABLED, [row()], [record()], "waiver-broad", waivers=[waiver("*/*/*/*")])
    assert found == ("///", "the waiver of r for */*/*/* matches any name", [("secret", "*/*/*/*", "a name with a literal character")])


@pytest.mark.parametrize(
    ("tags", "asked", "told"),
    [
        ({}, {"contains_all": ["owner", "env"]}, "has no tags"),
        ({"env": "prod"}, {"contains_all": ["owner", "env"]}, "the tags are env=prod (required: owner, env)"),
        ({"a": "b"}, {"contains_only": ["owner"]}, "the tags are a=b (allowed: owner)"),
    ],
    ids=str,
)
def test_tags(tmp_path: Path, tags: dict[str, str], asked: dict[str, Any], told: str) -> None:
    records = [record("a", provider="alibaba_kms", tags=tags)]
    (found,) = said(tmp_path, {"expect": {"tags": asked}}, [row(provider="alibaba_kms")], records)
    assert found[1] == told
