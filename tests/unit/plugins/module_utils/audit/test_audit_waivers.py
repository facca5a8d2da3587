# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waivers: what they excuse, until when, and what is told of those that expired, are unused or too broad."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RESERVED, RulesError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    excuses,
    findings_of,
    judged,
    record,
    row,
    rule,
    says,
    verdict_of,
    waiver,
    write,
)

ENABLED = rule(expect={"status": "enabled"})
NOW = parse_time(AS_OF)


@pytest.fixture(name="bad")
def a_fleet_with_a_bad_secret(tmp_path: Path) -> str:
    """One good secret and a bad one, called b."""
    return write(tmp_path / "a", [row()], [record("good"), record("b", status="disabled")])


def told(result: dict[str, Any]) -> list[tuple[str, str]]:
    """(rule, verdict) of all findings."""
    return [(finding["rule"], finding["verdict"]) for finding in result["findings"]]


# --- what a waiver does ---


def test_a_waived_finding_is_still_told(bad: str) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(ticket="SEC-1")])
    assert (result["verdict"], verdict_of(result)) == ("pass", "waived")
    (finding,) = findings_of(result)
    assert finding["verdict"] == "waived"
    assert finding["waiver"] == {"reason": "being moved", "owner": "team", "expires": "2026-12-31", "ticket": "SEC-1"}
    assert result["summary"]["checks"] == {"error": 0, "fail": 0, "unknown": 0, "waived": 1, "pass": 7, "not_applicable": 0}
    assert result["summary"]["rules"]["waived"] == 1
    assert result["summary"]["findings"]["high"] == {"error": 0, "fail": 0, "unknown": 0, "waived": 1}
    assert result["findings_total"] == 1


def test_without_a_ticket(bad: str) -> None:
    assert findings_of(judged([bad], ENABLED, waivers=[waiver()]))[0]["waiver"]["ticket"] is None


def test_it_excuses_its_rule_only(bad: str) -> None:
    result = judged([bad], ENABLED, rule("other", expect={"status": "enabled"}), waivers=[waiver()])
    assert (verdict_of(result), verdict_of(result, "other"), result["verdict"]) == ("waived", "fail", "fail")
    assert findings_of(result, "other")[0]["waiver"] is None


@pytest.mark.parametrize("about", [{"expect": {"description": "x"}}, {"expect": {"query": {"expr": "length(name)", "fields": ["name"]}}}])
def test_it_excuses_neither_unknown_nor_error(tmp_path: Path, about: dict[str, Any]) -> None:
    path = write(tmp_path / "a", [row()], [record("b", description=None)])
    result = judged([path], rule(**about), waivers=[waiver()])
    assert verdict_of(result) in ("unknown", "error")
    assert result["verdict"] in ("unknown", "fail")


def test_a_waived_row_beside_others(tmp_path: Path) -> None:
    """fail > unknown > waived > pass."""
    waived, unknown, failed, good = record("b", status="disabled"), record("u", status="unknown"), record("f", status="disabled"), record("g")
    for records, verdict in (([waived, unknown, failed, good], "fail"), ([waived, unknown, good], "unknown"), ([waived, good], "waived")):
        assert verdict_of(judged([write(tmp_path / "a", [row()], records)], ENABLED, waivers=[waiver()])) == verdict


@pytest.mark.parametrize(
    "secret,fits",
    [
        ("tencent_ssm/prod/r1/b", True),
        ("tencent_ssm/prod/r1/B", False),
        ("tencent_ssm/prod/r1/bb", False),
        ("tencent_ssm/prod/r2/b", False),
        ("tencent_ssm/dev/r1/b", False),
        ("alibaba_apig/prod/r1/b", False),
        ("tencent_*/p*/r[12]/b", True),
        ("*/*/*/b", True),
        ("*/*/*/[a-c]*", True),
        ("*/*/*/c*", False),
        ("tencent_ssm/prod/r1/", False),
        ("///b", False),
    ],
)
def test_four_globs(bad: str, secret: str, fits: bool) -> None:
    assert verdict_of(judged([bad], ENABLED, waivers=[waiver(secret)])) == ("waived" if fits else "fail")


def test_slashes_in_names(tmp_path: Path) -> None:
    """The secret is split at the first three; * stays in its part."""
    path = write(tmp_path / "a", [row()], [record("x/y/z", status="disabled")])
    for secret, fits in (("*/*/*/x/y/z", True), ("*/*/*/x/*", True), ("*/*/x/y/z", False), ("*/x/y/z", False)):
        assert verdict_of(judged([path], ENABLED, waivers=[waiver(secret)])) == ("waived" if fits else "fail")


def test_a_recreated_secret_does_not_inherit(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row("alibaba_apig")], [record("b", "alibaba_apig", id="sec-2", status="disabled")])
    for number, verdict in (("sec-2", "waived"), ("sec-1", "fail")):
        assert verdict_of(judged([path], ENABLED, waivers=[waiver("alibaba_apig/prod/r1/b", id=number)])) == verdict


@pytest.mark.parametrize(
    "fleet,secret",
    [
        ({"required": ["root"]}, "///root"),
        ({"required": {"names": ["root"], "per": ["account"]}}, "/prod//root"),
        ({"required": {"names": ["root"], "per": ["account"]}}, "*/*/*/root"),
        ({"count": {"max": 1}}, "///"),
        ({"count": {"max": 1, "per": ["provider", "account", "region"]}}, "tencent_ssm/prod/r1/"),
        ({"forbidden": ["b"]}, "tencent_ssm/prod/r1/b"),
        ({"fresh": {"max_age": "1m"}}, "tencent_ssm/prod/r1/"),
    ],
)
def test_findings_about_stores_groups_and_the_fleet(bad: str, fleet: Any, secret: str) -> None:
    assert verdict_of(judged([bad], rule(fleet=fleet), waivers=[waiver(secret)])) == "waived"
    assert verdict_of(judged([bad], rule(fleet=fleet), waivers=[waiver("*/*/*/other")])) == "fail"


# --- expiry ---


@pytest.mark.parametrize("as_of,verdict", [("2026-11-20T23:00:00Z", "waived"), ("2026-11-20T23:59:59Z", "waived"), ("2026-11-21T00:00:00Z", "fail")])
def test_the_last_day_is_valid_to_its_end(bad: str, as_of: str, verdict: str) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(expires="2026-11-20")], as_of=as_of, max_age=10**6)
    assert verdict_of(result) == verdict


def test_an_expired_waiver_fails_again_and_says_so(bad: str) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(expires="2026-11-01", ticket="SEC-1")])
    (finding,) = findings_of(result)
    assert (finding["verdict"], result["verdict"]) == ("fail", "fail")
    assert finding["message"] == "is disabled; its waiver ended on 2026-11-01"
    assert finding["waiver"] == {"reason": "being moved", "owner": "team", "expires": "2026-11-01", "ticket": "SEC-1"}
    assert told(result) == [("r", "fail"), ("waiver-expiring", "fail")], "who owns the waiver has a row, too"


@pytest.mark.parametrize("other", [{"secret": "tencent_ssm/prod/r1/b"}, {"secret": "tencent_ssm/*/*/b*"}, {"id": "b"}])
def test_a_waiver_beside_one_that_lasts_longer_is_not_needed(bad: str, other: dict[str, Any]) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(expires="2026-12-01", **other), waiver(owner="others")], fail_on="info")
    (finding,) = findings_of(result, "waiver-unused")
    assert says(
        finding["message"],
        "the waiver of r for ... is not needed: that for tencent_ssm/prod/r1/b fits the same findings until 2026-12-31",
    )
    assert (finding["owner"], verdict_of(result), result["verdict"]) == ("team", "waived", "fail")


def test_a_waiver_that_is_needed_for_one_finding_is_needed(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record(name, status="disabled") for name in ("b", "b2")])
    result = judged([path], ENABLED, waivers=[waiver("tencent_ssm/prod/r1/b*", expires="2026-12-10"), waiver()])
    assert findings_of(result, "waiver-unused") == []


def test_what_is_not_needed_is_not_said_of_a_waiver_for_stores_that_were_not_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="failed")], [record("b", status="disabled")])
    result = judged([path], ENABLED, waivers=[waiver("tencent_ssm/prod/*/b", expires="2026-12-10"), waiver()])
    assert findings_of(result, "waiver-unused") == []


@pytest.mark.parametrize("reverse", [False, True])
def test_of_several_waivers_the_longest_counts(bad: str, reverse: bool) -> None:
    waivers = [waiver(expires="2026-11-01", owner="old"), waiver("*/*/*/b", expires="2027-01-31", owner="new"), waiver(expires="2026-12-01", owner="mid")]
    result = judged([bad], ENABLED, waivers=waivers[::-1] if reverse else waivers)
    assert findings_of(result)[0]["waiver"]["owner"] == "new"
    assert told(result) == [("waiver-unused", "fail"), ("waiver-unused", "fail"), ("r", "waived")]


@pytest.mark.parametrize("reverse", [False, True])
def test_of_equally_long_waivers_the_one_for_every_id_counts(tmp_path: Path, reverse: bool) -> None:
    path = write(tmp_path / "a", [row("alibaba_apig")], [record("b", "alibaba_apig", id="B", status="disabled")])
    waivers = [waiver("alibaba_apig/prod/r1/b", owner="any"), waiver("alibaba_apig/prod/r1/b", id="B", owner="one")]
    result = judged([path], ENABLED, waivers=waivers[::-1] if reverse else waivers)
    assert findings_of(result)[0]["waiver"]["owner"] == "any"


def test_waivers_that_differ_in_their_id_only(bad: str) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(), waiver(id="b"), waiver(id="other")])
    assert sorted(told(result)) == [("r", "waived"), ("waiver-unused", "fail"), ("waiver-unused", "fail")]


# --- expiring ---


def test_a_waiver_that_is_needed_and_ends_soon_is_told(bad: str) -> None:
    """As of 2026-11-21. A waiver counts to the end of its last day."""
    for expires, notice, is_told in (("2026-12-04", 14, True), ("2026-12-05", 14, False), ("2026-12-05", 15, True), ("2026-11-20", 14, True)):
        result = judged([bad], ENABLED, waivers=[waiver(expires=expires)], notice=notice * 86_400)
        assert bool(findings_of(result, "waiver-expiring")) is is_told, expires
    result = judged([bad], ENABLED, waivers=[waiver(expires="2026-12-01"), waiver("*/*/*/gone", expires="2026-12-01")])
    (finding,) = findings_of(result, "waiver-expiring")
    assert (finding["severity"], finding["owner"]) == ("info", "team")
    assert finding["message"] == "the last day of the waiver of r for tencent_ssm/prod/r1/b is 2026-12-01; findings that need it: 1"
    longer = judged([bad], ENABLED, waivers=[waiver(expires="2026-12-01"), waiver("*/*/*/b", expires="2026-12-31")])
    assert findings_of(longer, "waiver-expiring") == [], "the one that lasts longest is the one that is needed"
    assert finding["evidence"] == [{"field": "expires", "actual": "2026-12-01", "expected": "after 2026-12-05"}]


# --- unused ---


def test_an_unused_waiver_is_told(bad: str) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(), waiver("tencent_ssm/prod/r1/gone", owner="them", id="i-1")])
    assert told(result) == [("waiver-unused", "fail"), ("r", "waived")]
    (finding,) = findings_of(result, "waiver-unused")
    assert (finding["severity"], finding["owner"], finding["subject"]) == ("info", "them", "///")
    assert finding["message"] == "the waiver of r for tencent_ssm/prod/r1/gone with the id i-1 no longer matches a finding"
    assert finding["evidence"] == [{"field": "secret", "actual": "tencent_ssm/prod/r1/gone", "expected": "a finding that it excuses"}]
    assert result["verdict"] == "pass"
    assert judged([bad], ENABLED, waivers=[waiver("*/*/*/gone")], fail_on="info")["verdict"] == "fail"


@pytest.mark.parametrize("secret,is_told", [("tencent_ssm/prod/r2/gone", False), ("*/*/*/gone", False), ("*/*/r1/gone", True), ("alibaba_apig/*/*/gone", True)])
def test_only_where_everything_was_seen(tmp_path: Path, secret: str, is_told: bool) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="partial")], [record()])
    result = judged([path], ENABLED, waivers=[waiver(secret)])
    assert bool(findings_of(result, "waiver-unused")) is is_told


def test_what_a_filter_hides_may_need_a_waiver(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()], filtered=True)
    assert findings_of(judged([path], ENABLED, waivers=[waiver("*/*/*/gone")]), "waiver-unused") == []


def test_a_store_of_unknown_region_may_need_any_waiver(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    result = judged([path], ENABLED, waivers=[waiver("tencent_ssm/dev/r7/gone")], expected=(("tencent_ssm", "dev", None),))
    assert findings_of(result, "waiver-unused") == []


def test_an_expired_waiver_that_fits_is_not_unused(bad: str) -> None:
    assert findings_of(judged([bad], ENABLED, waivers=[waiver(expires="2026-01-01")]), "waiver-unused") == []
    assert len(findings_of(judged([bad], ENABLED, waivers=[waiver("*/*/*/gone", expires="2026-01-01")]), "waiver-unused")) == 1


# --- too broad ---


@pytest.mark.parametrize("name,broad", [("*", True), ("**?", True), ("[a-c]", True), ("?", True), ("b*", False), ("b", False), ("*b", False), ("[a]b", False)])
def test_a_name_without_a_literal_character_is_too_broad(bad: str, name: str, broad: bool) -> None:
    result = judged([bad], ENABLED, waivers=[waiver(f"*/*/*/{name}")])
    assert bool(findings_of(result, "waiver-broad")) is broad
    if broad:
        (finding,) = findings_of(result, "waiver-broad")
        assert (finding["severity"], result["verdict"]) == ("medium", "fail")
        assert finding["message"] == f"the waiver of r for */*/*/{name} matches any name"


@pytest.mark.parametrize("number,broad", [(50, False), (51, True)])
def test_more_than_fifty_findings_are_too_broad(tmp_path: Path, number: int, broad: bool) -> None:
    path = write(tmp_path / "a", [row()], [record(f"b{index}", status="disabled") for index in range(number)])
    result = judged([path], ENABLED, waivers=[waiver("*/*/*/b*")])
    assert verdict_of(result) == "waived"
    assert [finding["message"] for finding in findings_of(result, "waiver-broad")] == (["the waiver of r for */*/*/b* excuses 51 findings"] if broad else [])
    if broad:
        assert findings_of(result, "waiver-broad")[0]["evidence"] == [{"field": "findings", "actual": 51, "expected": "at most 50"}]


def test_rules_about_waivers_are_there_only_with_waivers(bad: str) -> None:
    assert not {"waiver-broad", "waiver-expiring", "waiver-unused"} & {item["id"] for item in judged([bad], ENABLED)["rules"]}
    rules = {item["id"]: item["verdict"] for item in judged([bad], ENABLED, waivers=[waiver()])["rules"]}
    assert rules["waiver-broad"] == rules["waiver-expiring"] == rules["waiver-unused"] == "pass"


# --- what is refused ---


def problems(*given: Any, rules: tuple[str, ...] = ("r", "rotation")) -> list[dict[str, str]]:
    """All that is wrong with these waivers."""
    with pytest.raises(RulesError) as caught:
        excuses(list(given), list(rules), NOW)
    return caught.value.problems


# a waiver, the place of its only error, and what is said of it; ... stands for any text
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"rule": "rotatoin"}, "rule", "unknown rule 'rotatoin'; did you mean rotation?"),
    ({"rule": "*"}, "rule", "unknown rule '*'; known: r, rotation"),
    ({"rule": 5}, "rule", "unknown rule '5'; known: r, rotation"),
    ({"rule": ["r"]}, "rule", "unknown rule \"['r']\"; known: r, rotation"),
    ({"rule": "collection-complete"}, "rule", "collection-complete is built in and cannot be waived; mend what it tells"),
    ({"secret": "tencent_ssm/prod/b"}, "secret", '"tencent_ssm/prod/b" does not have the four parts of provider/account/region/name'),
    ({"secret": "tencent_ssm/ prod/r1/b"}, "secret", '" prod" begins or ends with a space or a line break, which no name does'),
    ({"secret": "tencent_ssm/prod/r1/b "}, "secret", '"b " begins or ends with a space or a line break, which no name does'),
    ({"secret": "tencent_ssm/prod/r1/^b$"}, "secret", '"^b$" is no regular expression here, and no name is so; ...'),
    ({"secret": "tencent_ssm/prod/r1/a|b"}, "secret", '"a|b" is no regular expression here, and no name is so; ...'),
    ({"secret": "tencent_ssm/prod/r1/a,b"}, "secret", "\"a,b\" holds ',', which no secret has in its name; ..."),
    ({"owner": "{{ team }}"}, "owner", "this is a template of Ansible, which is not filled in a file; ..."),
    ({"secret": "tencent_ssm/{{ account }}/r1/b"}, "secret", "this is a template of Ansible, which is not filled in a file; ..."),
    ({"secret": ""}, "secret", "a text of 1 to 4000 characters is required here"),
    ({"secret": 7}, "secret", "a text of 1 to 4000 characters is required here"),
    ({"secret": "tencent_smm/*/*/b"}, "secret", "unknown provider 'tencent_smm'; did you mean tencent_ssm?"),
    ({"secret": "*/*/*/" + "x" * 1001}, "secret", '"xxx... is not a glob of 1 to 1000 characters'),
    ({"reason": ""}, "reason", "a text of 1 to 2000 characters is required here"),
    ({"reason": "  "}, "reason", "a text of 1 to 2000 characters is required here"),
    ({"owner": None}, "owner", "a text of 1 to 300 characters is required here"),
    ({"ticket": 5}, "ticket", "a text of 1 to 300 characters is required here"),
    ({"id": ""}, "id", "a text of 1 to 1000 characters is required here"),
    ({"expires": "2026-13-01"}, "expires", '"2026-13-01" is not a day such as 2026-12-31'),
    ({"expires": "2026-1-1"}, "expires", '"2026-1-1" is not a day such as 2026-12-31'),
    ({"expires": "2026-12-31T00:00:00Z"}, "expires", '"2026-12-31T00:00:00Z" is not a day such as 2026-12-31'),
    ({"expires": None}, "expires", "null is not a day such as 2026-12-31"),
    ({"expires": 20261231}, "expires", "20261231 is not a day such as 2026-12-31"),
    ({"expires": datetime.datetime(2026, 12, 31)}, "expires", '"2026-12-31 00:00:00" is not a day such as 2026-12-31'),
    ({"expires": "2027-11-23"}, "expires", "2027-11-23 is more than 366 days ahead"),
    ({"expries": "2026-12-31"}, "expries", "unknown key of a waiver 'expries'; did you mean expires?"),
]


@pytest.mark.parametrize("wrong,path,message", WRONG, ids=[f"{path}-{index}" for index, (wrong, path, message) in enumerate(WRONG)])
def test_one_error(wrong: dict[str, Any], path: str, message: str) -> None:
    (found,) = problems({**waiver(), **wrong})
    assert (found["file"], found["rule"], found["path"]) == ("waivers", "waivers[0]", path)
    assert says(found["message"], message), found["message"]


@pytest.mark.parametrize(
    "content,path,message",
    [
        ("text", "", "a mapping of waivers is required here"),
        ({}, "", "waivers is missing"),
        ({"waivers": {}}, "waivers", "a list of waivers is required here"),
        ({"waivers": [], "waiver": 1}, "waiver", "unknown key of a waiver file 'waiver'; did you mean waivers?"),
    ],
)
def test_errors_of_a_file(content: Any, path: str, message: str) -> None:
    with pytest.raises(RulesError) as caught:
        excuses(content, ["r"], NOW)
    assert caught.value.problems == [{"file": "waivers", "rule": "", "path": path, "message": message}]


@pytest.mark.parametrize("key", ["rule", "secret", "reason", "owner", "expires"])
def test_what_must_be_there(key: str) -> None:
    given = waiver()
    del given[key]
    assert [item["message"] for item in problems(given)] == [f"{key} is missing"]


@pytest.mark.parametrize("name", RESERVED)
def test_rules_that_are_always_there_cannot_be_waived(name: str) -> None:
    assert "cannot be waived" in problems(waiver(rule=name), rules=("r", name))[0]["message"]


def test_all_errors_at_once() -> None:
    found = problems(waiver(rule="x"), "text", waiver(), waiver("a/b", reason=""))
    assert [(item["rule"], item["path"]) for item in found] == [("waivers[0]", "rule"), ("waivers[1]", ""), ("waivers[3]", "reason"), ("waivers[3]", "secret")]


def test_a_waiver_without_any_rule() -> None:
    assert "there are no rules" in problems(waiver(), rules=())[0]["message"]


@pytest.mark.parametrize("expires", ["2027-11-22", "2026-11-21", "2020-01-01", "2024-02-29", datetime.date(2027, 11, 22)])
def test_days_that_are_fine(expires: Any) -> None:
    (made,) = excuses([waiver(expires=expires)], ["r"], NOW)
    assert made.expires == str(expires)


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("tencent_ssm/prdo/r1/b", ': no store fits account "prdo" (did you mean prod?)'),
        ("tencent_ssm/prod/r-one-*/b", ': no store fits region "r-one-*" (known: r1)'),
        ("alibaba_kms/*/r1/b", ': no store fits provider "alibaba_kms" (known: tencent_ssm)'),
        ("tencent_ssm/prod/r1/gone", ""),
        ("///", ""),
    ],
)
def test_a_waiver_for_a_store_that_is_not_there_says_so(tmp_path: Path, secret: str, why: str) -> None:
    path = write(tmp_path / "a", [row()], [record("b")])
    result = judged([path], rule(expect={"status": "enabled"}), waivers=[waiver(secret)])
    (finding,) = findings_of(result, "waiver-unused")
    assert finding["message"] == f"the waiver of r for {secret} no longer matches a finding{why}"
