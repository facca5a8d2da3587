# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Laws of the judge, on random fleets and rules.

Seeing less never makes a verdict green. The order of files, rules and records says nothing. A rule and its copy agree.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import SEVERITIES
from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report, markdown_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    can_be_meant,
    header,
    is_a_rule,
    judged,
    record,
    row,
    rule,
    waiver,
)

GREEN = ("pass", "waived", "not_applicable")
ABOUT_INPUT = ("inventory-superseded", "waiver-broad", "waiver-expiring", "waiver-unused")
"""Rules about inventories and waivers, not about the fleet."""
PLACES = [("tencent_ssm", "prod", "r1"), ("tencent_ssm", "prod", "r2"), ("tencent_ssm", "dev", "r1"), ("alibaba_apig", "prod", "r1")]
NAMES = ["root", "db-1", "db-2", "web"]
STATUSES = ["enabled", "disabled", "pending_delete", "unknown"]


leaves = st.one_of(
    st.builds(lambda words: {"status": {"in": words}}, st.lists(st.sampled_from(STATUSES), min_size=1, max_size=2)),
    st.builds(lambda word: {"status": {"ne": word}}, st.sampled_from(STATUSES)),
    st.builds(lambda days: {"rotation_days": {"le": days}}, st.integers(0, 60)),
    st.sampled_from(
        [
            {"rotation_enabled": True},
            {"description": {"present": True}},
            {"name": {"glob": "db-*"}},
            {"delete_at": {"due_after": "5d"}},
            {"delete_at": {"absent": True}},
            {"created_at": {"older_than": "30d"}},
            {"updated_at": {"newer_than": "30d"}},
            {"reference_count": {"ge": 1}},
            {"kind": {"in": ["user", "ai"]}},
            {"name": {"regex": "^db"}},
            {"key_state": {"not_in": ["missing", "disabled"]}},
            {"tag": {"key": "env", "eq": "prod"}},
            {"tags": {"contains_only": ["env"]}},
            {"version_count": {"le": 3}},
            {"references.kind": {"contains": "plugin"}},
            {"query": {"expr": "rotation_days < `30`", "fields": ["rotation_days"]}},
            {"query": {"expr": "starts_with(name, 'db') && status == 'enabled'", "fields": ["name", "status"]}},
        ]
    ),
)
predicates = st.recursive(
    leaves,
    lambda inner: st.builds(lambda name, parts: {name: parts}, st.sampled_from(["all_of", "any_of", "none_of"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=5,
).filter(can_be_meant)
names = st.lists(st.sampled_from([*NAMES, "db-*", "*", "x?"]), min_size=1, max_size=2)
per = st.lists(st.sampled_from(["provider", "account", "region"]), min_size=1, max_size=2, unique=True)


compared = st.lists(st.sampled_from(["name", "status", "rotation_days", "description", "kind"]), min_size=1, max_size=2, unique=True)


def optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these keys."""
    return st.fixed_dictionaries({}, optional=parts)


statements = st.one_of(
    st.builds(lambda given_names, more: {"required": {"names": given_names, **more}}, names, optional(where=predicates, per=per)),
    st.builds(lambda given_names, more: {"forbidden": {"names": given_names, **more}}, names, optional(where=predicates)),
    st.builds(lambda least, more: {"count": {"min": least, **more}}, st.integers(1, 4), optional(per=per)),
    st.builds(
        lambda most, more: {"count": {"max": most, **more}},
        st.integers(0, 4),
        optional(per=st.lists(st.sampled_from(["kind", "region"]), min_size=1, unique=True)),
    ),
    st.just({"complete": True}),
    st.sampled_from([{"service": {"enabled": True}}, {"service": {"none_of": [{"quota": {"lt": 5}}]}}]),
    st.builds(lambda name: {"resolves": {"field": name, "service": "tencent_ssm"}}, st.sampled_from(["description", "kms_key_id"])),
    st.sampled_from([{"fresh": {"max_age": age}} for age in ("30m", "2h")]),
    st.builds(lambda by, key: {"present_in": {"by": by, "key": key}}, per, st.sampled_from(["name", "id"])),
    st.just({"present_in": {"by": ["region"], "of": ["r1", "r9"]}}),
    st.builds(lambda by, fields: {"same": {"fields": fields, "by": by}}, per, compared),
    st.builds(lambda fields, more: {"unique": {"fields": fields, **more}}, compared, optional(within=st.sampled_from([["region"], ["account", "kind"]]))),
    st.builds(
        lambda more: {"unchanged_since": {"baseline": "before", **more}},
        optional(fields=compared, allow=st.lists(st.sampled_from(["added", "removed", "changed"]), min_size=1, max_size=2, unique=True)),
    ),
)
bodies = st.one_of(st.builds(lambda expect: {"expect": expect}, predicates), st.builds(lambda fleet: {"fleet": fleet}, statements))
more = optional(
    select=predicates,
    scopes=st.sampled_from([{"account": "prod"}, {"region": "r1"}, {"provider": "tencent_*"}]),
    on_empty=st.just("fail"),
    allow_filtered=st.just(True),
)
rules = st.lists(
    st.builds(lambda body, extra, severity: {**body, **extra, "severity": severity}, bodies, more, st.sampled_from(SEVERITIES)).filter(is_a_rule),
    min_size=1,
    max_size=3,
)


@st.composite
def secrets(draw: st.DrawFn, place: tuple[str, str, str]) -> dict[str, Any]:
    """One record of a store, with values, nulls and invalid fields."""
    provider, account, region = place
    changes: dict[str, Any] = {
        "status": draw(st.sampled_from(STATUSES)),
        "description": draw(st.sampled_from(["x", "", None])),
        "created_at": draw(st.sampled_from(["2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z", "2027-01-01T00:00:00Z", None])),
        "invalid": draw(st.sampled_from([[], [], ["status"], ["rotation_days"]])),
        "key_state": draw(st.sampled_from(["enabled", "missing", None])),
    }
    if provider == "tencent_ssm":
        changes |= {
            "rotation_days": draw(st.sampled_from([7, 90, None])),
            "tags": draw(st.sampled_from([{}, {"env": "prod"}, {"env": "dev", "owner": "web"}, None])),
            "version_count": draw(st.sampled_from([1, 9, None])),
            "delete_at": draw(st.sampled_from([None, "2026-11-22T00:00:00Z", "2026-12-22T00:00:00Z"])),
            "kind": draw(st.sampled_from(["user", "product", "unknown"])),
        }
    return record(draw(st.sampled_from(NAMES)), provider, account, region, id=f"{draw(st.integers(0, 99))}", **changes)


@st.composite
def fleets(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Inventories of one store each: {place, status, filtered, records}."""
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True))
    fleet = [
        {
            "place": place,
            "status": draw(st.sampled_from(["complete", "complete", "partial", "failed", "not_offered"])),
            "filtered": draw(st.sampled_from([False, False, True])),
            "service": draw(st.sampled_from([{}, {"service": {"enabled": True, "quota": 9}}, {"service": {"enabled": False}}]))
            if place[0] == "tencent_ssm"
            else {},
            "records": sorted(draw(st.lists(secrets(place), max_size=4, unique_by=lambda item: str(item["id"]))), key=sort_key),
        }
        for place in places
    ]
    return [{**store, "records": []} if store["status"] == "not_offered" else store for store in fleet]


def result_of(
    fleet: list[dict[str, Any]], bodies_of_rules: list[dict[str, Any]], expected: Any = (), shuffle: random.Random | None = None, waive: bool = True
) -> dict[str, Any]:
    """Judge a fleet, in another order if 'shuffle' is given. waive: what the first rule finds of some secrets."""
    made = [rule(f"r{index}", **body) for index, body in enumerate(bodies_of_rules)]
    excused = [waiver("*/*/*/db-1", rule=item["id"]) for item in made[:1] if waive]
    if shuffle:
        shuffle.shuffle(made)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for index, store in enumerate(fleet):
            lines = [inventory_file.encode(item) for item in store["records"]]
            path = Path(folder) / (f"{shuffle.random()}-{index}" if shuffle else str(index))
            about = header([{**row(*store["place"]), **store["service"], "status": store["status"]}], filtered=store["filtered"])
            inventory_file.write(str(path), about, lines, "0123456789abcdef")
            paths.append(str(path))
        return judged(paths, *made, expected=expected, waivers=excused, baselines={"before": [str(before_of(Path(folder)))]})


def before_of(folder: Path) -> Path:
    """A baseline of some of the stores."""
    rows = [row(*PLACES[0]), row(*PLACES[1], status="partial"), row(*PLACES[3])]
    records = [record("root", *PLACES[0], id="1"), record("db-1", *PLACES[0], id="2", description=None), record("web", *PLACES[3], id="3")]
    records.sort(key=sort_key)
    path = folder / "before"
    inventory_file.write(str(path), header(rows), [inventory_file.encode(item) for item in records], "0123456789abcdef")
    return path


def verdicts(result: dict[str, Any]) -> dict[str, str]:
    """Rule -> verdict, and that of the run."""
    return {"run": result["verdict"], **{item["id"]: item["verdict"] for item in result["rules"] if item["id"] not in ABOUT_INPUT}}


def check_never_greener(before: dict[str, Any], after: dict[str, Any]) -> None:
    """No fail, unknown or error has become a pass, or has gone."""
    now = verdicts(after)
    for name, verdict in verdicts(before).items():
        assert verdict in GREEN or now[name] not in GREEN, (name, verdict, now[name])


@settings(max_examples=150, deadline=None)
@given(fleets(), rules, st.data())
def test_taking_records_out_of_an_incomplete_store(fleet: list[dict[str, Any]], made: list[dict[str, Any]], data: st.DataObject) -> None:
    poorer = [
        {
            **store,
            "records": (store["records"][data.draw(st.integers(0, len(store["records"]))) :] if store["status"] in ("partial", "failed") else store["records"]),
        }
        for store in fleet
    ]
    check_never_greener(result_of(fleet, made), result_of(poorer, made))


@settings(max_examples=150, deadline=None)
@given(fleets(), rules, st.data())
def test_breaking_a_store(fleet: list[dict[str, Any]], made: list[dict[str, Any]], data: st.DataObject) -> None:
    """One that is there: a region that begins to offer the service gives rules something to judge."""
    offered = [index for index, store in enumerate(fleet) if store["status"] != "not_offered"]
    assume(offered)
    index = data.draw(st.sampled_from(offered))
    broken = [dict(store) for store in fleet]
    kept = data.draw(st.integers(0, len(broken[index]["records"])))
    broken[index].update(status=data.draw(st.sampled_from(["partial", "failed"])), records=broken[index]["records"][:kept])
    check_never_greener(result_of(fleet, made), result_of(broken, made))


@settings(max_examples=150, deadline=None)
@given(fleets(), rules, st.data())
def test_losing_the_inventory_of_a_store_that_must_be_there(fleet: list[dict[str, Any]], made: list[dict[str, Any]], data: st.DataObject) -> None:
    expected = [store["place"] for store in fleet]
    if data.draw(st.booleans()):
        expected = [(*place[:2], None) for place in expected]
        fleet = list({store["place"][:2]: store for store in fleet}.values())
    index = data.draw(st.integers(0, len(fleet) - 1))
    check_never_greener(result_of(fleet, made, expected), result_of(fleet[:index] + fleet[index + 1 :], made, expected))


DETAILS = dict.fromkeys(("key_state", "tags", "version_count", "references"))
"""What a listing does not tell, not asked for."""


@settings(max_examples=100, deadline=None)
@given(fleets(), rules)
def test_asking_for_no_details(fleet: list[dict[str, Any]], made: list[dict[str, Any]]) -> None:
    poorer = [{**store, "service": {}, "records": [{**item, **DETAILS} for item in store["records"]]} for store in fleet]
    check_never_greener(result_of(fleet, made), result_of(poorer, made))


@settings(max_examples=100, deadline=None)
@given(fleets(), rules)
def test_filtering_a_store(fleet: list[dict[str, Any]], made: list[dict[str, Any]]) -> None:
    """Unless the rule allows it."""
    strict = [{key: value for key, value in body.items() if key != "allow_filtered"} for body in made]
    check_never_greener(result_of(fleet, strict), result_of([{**store, "filtered": True} for store in fleet], strict))


@settings(max_examples=100, deadline=None)
@given(fleets(), rules, st.randoms(use_true_random=False))
def test_the_order_of_files_and_rules_changes_nothing(fleet: list[dict[str, Any]], made: list[dict[str, Any]], chance: random.Random) -> None:
    one = result_of(fleet, made)
    other = result_of(chance.sample(fleet, len(fleet)), made, shuffle=chance)
    assert json_report.JsonReport.render(one) == json_report.JsonReport.render(other)
    assert markdown_report.MarkdownReport.render(one) == markdown_report.MarkdownReport.render(other)


@settings(max_examples=100, deadline=None)
@given(fleets(), rules)
def test_a_rule_and_its_copy_agree(fleet: list[dict[str, Any]], made: list[dict[str, Any]]) -> None:
    found = verdicts(result_of(fleet, made + made, waive=False))
    for index in range(len(made)):
        assert found[f"r{index}"] == found[f"r{index + len(made)}"]


@settings(max_examples=100, deadline=None)
@given(fleets(), rules)
def test_a_hole_is_never_green(fleet: list[dict[str, Any]], made: list[dict[str, Any]]) -> None:
    result = result_of(fleet, made)
    if any(store["status"] in ("partial", "failed") for store in fleet):
        assert result["verdict"] == "fail"


@settings(max_examples=100, deadline=None)
@given(fleets(), rules)
def test_the_numbers_add_up(fleet: list[dict[str, Any]], made: list[dict[str, Any]]) -> None:
    result = result_of(fleet, made)
    summary = result["summary"]
    assert summary["secrets"] == sum(len(store["records"]) for store in fleet) == sum(store["secrets"] for store in result["stores"])
    assert sum(summary["stores"].values()) == len(fleet)
    assert sum(summary["rules"].values()) == len(result["rules"])
    found = sum(number for numbers in summary["findings"].values() for number in numbers.values())
    assert found == result["findings_total"] == len(result["findings"]) == sum(summary["checks"][verdict] for verdict in ("error", "fail", "unknown", "waived"))
    assert all(finding["evidence"] for finding in result["findings"] if finding["verdict"] == "fail")
    for item in result["rules"]:
        mine = [finding["verdict"] for finding in result["findings"] if finding["rule"] == item["id"]]
        assert {verdict: mine.count(verdict) for verdict in ("error", "fail", "unknown", "waived")} == {
            verdict: item["checks"][verdict] for verdict in ("error", "fail", "unknown", "waived")
        }
