# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs over one fleet: what is new, what is still there, what was fixed, and what nobody can compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.previous import LastReport
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._report import lines
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, waiver, write

DAY_1, DAY_2, DAY_3 = "2026-11-20T23:30:00Z", "2026-11-21T00:00:00Z", "2026-11-21T00:30:00Z"
ON = rule("on", expect={"status": "enabled"})


def fleet(folder: Path, name: str, bad: str, unseen: bool = False, **of_bad: Any) -> list[str]:
    """Two stores of secrets, of which those are disabled that are named. unseen: the second store could not be listed."""
    secrets = [record(name, **({"status": "disabled", **of_bad} if name in bad else {})) for name in ("mended", "broke", "bad")]
    other = [] if unseen else [record(region="r2", name="elsewhere", status="disabled")]
    rows = [row(), row(region="r2", status="failed" if unseen else "complete", error={"code": "AuthFailure", "message": "no"} if unseen else None)]
    return [write(folder / name, rows, [*secrets, *other])]


def written(path: Path, result: dict[str, Any]) -> Path:
    """The JSON report of a result."""
    path.write_text(FORMATS["json"].render(result), encoding="utf-8")
    return path


@pytest.fixture(name="first")
def a_first_report(tmp_path: Path) -> Path:
    """One secret is to be mended, one stays bad, and one is in a store that is not seen later."""
    return written(tmp_path / "first.json", judged(fleet(tmp_path, "one", "mended bad"), ON, as_of=DAY_1))


def numbers(result: dict[str, Any]) -> tuple[Any, ...]:
    """new, still, fixed, not_comparable."""
    return tuple(result["summary"][key] for key in ("new", "still", "fixed", "not_comparable"))


def named(result: dict[str, Any], name: str, name_of_rule: str = "on") -> dict[str, Any]:
    """The finding of a secret."""
    return next(finding for finding in result["findings"] if finding["name"] == name and finding["rule"] == name_of_rule)


def test_without_a_last_report_nothing_is_compared(tmp_path: Path) -> None:
    result = judged(fleet(tmp_path, "one", "bad"), ON)
    assert numbers(result) == (None, None, None, None)
    assert (result["compared"], result["fixed"], result["fail_on_new"]) == (None, [], False)
    assert {(finding["since"], finding["new"]) for finding in result["findings"]} == {(None, None)}


def test_one_was_mended_one_broke_one_stayed_bad_and_one_store_was_not_seen(tmp_path: Path, first: Path) -> None:
    second = judged(fleet(tmp_path, "two", "broke bad", unseen=True), ON, as_of=DAY_2, previous=LastReport(str(first)))
    new, still, fixed, not_comparable = numbers(second)
    assert (new, still, fixed) == (1, 1, 1)
    assert [(named(second, name)["new"], named(second, name)["since"]) for name in ("broke", "bad")] == [(True, DAY_2), (False, DAY_1)]
    assert [(item["rule"], item["subject"], item["since"]) for item in second["fixed"]] == [("on", "tencent_ssm/prod/r1/mended", DAY_1)]
    # What the store held, that it was not listed, and that the rule cannot judge it.
    assert not_comparable == 3
    assert second["compared"] == {"as_of": DAY_1, "not_comparable": [{"reason": "store tencent_ssm/prod/r2 is not listed completely", "findings": 3}]}
    assert {finding["new"] for finding in second["findings"] if finding["region"] == "r2"} == {None}


def test_all_reports_say_what_has_changed(tmp_path: Path, first: Path) -> None:
    second = judged(fleet(tmp_path, "two", "broke bad", unseen=True), ON, as_of=DAY_2, previous=LastReport(str(first)))
    told = lines.render(second)
    assert told[2:6] == [
        f"since the report of {DAY_1}: 1 new, 1 still there, 1 fixed, 3 not comparable",
        "  new: high on fail tencent_ssm/prod/r1/broke",
        "  fixed: high on tencent_ssm/prod/r1/mended",
        "  not comparable: store tencent_ssm/prod/r2 is not listed completely (3 findings)",
    ]
    reports = {name: form.render(second) for name, form in FORMATS.items()}
    assert (
        f"Since the report of {DAY_1}: 1 new, 1 still there, 1 fixed, 3 not comparable.\n\n- new: **fail** `on` `tencent_ssm/prod/r1/broke`\n"
        in (reports["markdown"])
    )
    assert f"- fixed: `on` `tencent_ssm/prod/r1/mended`, open since `{DAY_1}`\n" in reports["markdown"]
    assert "New: <code>on</code> <code>tencent_ssm/prod/r1/broke</code>" in reports["html"]
    assert "Fixed: <code>on</code> <code>tencent_ssm/prod/r1/mended</code>" in reports["html"]
    for name in set(FORMATS) - {"markdown", "text", "prometheus", "secrets"}:
        assert named(second, "bad")["fingerprint"] in reports[name], name


def test_the_third_run_remembers_when_it_began(tmp_path: Path, first: Path) -> None:
    second = judged(fleet(tmp_path, "two", "broke bad"), ON, as_of=DAY_2, previous=LastReport(str(first)))
    third = judged(fleet(tmp_path, "three", "broke bad"), ON, as_of=DAY_3, previous=LastReport(str(written(tmp_path / "second.json", second))))
    assert numbers(third) == (0, 3, 0, 0)
    assert [named(third, name)["since"] for name in ("bad", "broke", "elsewhere")] == [DAY_1, DAY_2, DAY_1]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, first: Path) -> None:
    paths = fleet(tmp_path, "two", "broke bad", unseen=True)
    one, other = (judged(paths, ON, as_of=DAY_2, previous=LastReport(str(first))) for _turn in range(2))
    assert [form.render(one) for form in FORMATS.values()] == [form.render(other) for form in FORMATS.values()]


@pytest.mark.parametrize(
    ("bad", "unseen", "verdict"),
    [
        ("mended bad", False, "pass"),  # as it was
        ("bad", False, "pass"),  # one was fixed
        ("bad broke", False, "fail"),  # one broke
        ("mended bad", True, "fail"),  # what a store holds is not known any more
    ],
)
def test_only_what_is_new_fails(tmp_path: Path, first: Path, bad: str, unseen: bool, verdict: str) -> None:
    paths = fleet(tmp_path, "two", bad, unseen)
    assert judged(paths, ON, as_of=DAY_2)["verdict"] == "fail"
    second = judged(paths, ON, as_of=DAY_2, previous=LastReport(str(first)), fail_on_new=True)
    assert (second["verdict"], second["note"]) == (verdict, "findings that the last report has, too, do not count for the verdict")
    junit = FORMATS["junit"].render(second)
    assert ("<failure" in junit or "<error" in junit) is (verdict != "pass")


def test_without_a_last_report_everything_is_new(tmp_path: Path) -> None:
    result = judged(fleet(tmp_path, "one", "bad"), ON, fail_on_new=True)
    assert (result["verdict"], result["note"]) == ("fail", "there is no last report, so that everything counts as new")


def test_a_store_that_stays_unseen_is_still_unseen(tmp_path: Path) -> None:
    paths = fleet(tmp_path, "one", "bad", unseen=True)
    first = written(tmp_path / "first.json", judged(paths, ON, as_of=DAY_1))
    second = judged(paths, ON, as_of=DAY_2, previous=LastReport(str(first)), fail_on_new=True)
    assert numbers(second) == (0, 3, 0, 0)
    assert second["verdict"] == "pass"


@pytest.mark.parametrize(
    "change",
    [{"expect": {"status": {"in": ["enabled", "unknown"]}}}, {"scopes": {"region": "r*"}}, {"select": {"kind": "user"}}, {"allow_filtered": True}],
)
def test_a_changed_rule_is_not_comparable(tmp_path: Path, first: Path, change: dict[str, Any]) -> None:
    second = judged(fleet(tmp_path, "two", "broke bad"), {**ON, **change}, as_of=DAY_2, previous=LastReport(str(first)), fail_on_new=True)
    assert numbers(second) == (0, 0, 0, 4)
    assert second["compared"]["not_comparable"] == [{"reason": "the rule on is not the same in both reports", "findings": 4}]
    assert second["verdict"] == "fail"


def test_how_a_rule_is_told_changes_nothing(tmp_path: Path, first: Path) -> None:
    told = {**ON, "title": "Another", "severity": "low", "owner": "team", "remediation": "Do it.", "references": ["x"]}
    second = judged(fleet(tmp_path, "two", "broke bad"), told, as_of=DAY_2, previous=LastReport(str(first)))
    assert numbers(second) == (1, 2, 1, 0)


def test_a_parameter_belongs_to_the_definition(tmp_path: Path) -> None:
    by = rule("on", expect={"status": {"in": "$states"}})
    also = rule("often", expect={"rotation_days": {"ge": "$other"}})
    changes = ((["enabled"], 1), (["disabled"], 1), (["enabled"], 2))
    digests = [judged(fleet(tmp_path, "one", "bad"), by, also, params={"states": states, "other": other})["rules"] for states, other in changes]
    one, other, again = (next(item["digest"] for item in rules if item["id"] == "on") for rules in digests)
    assert one == again != other


def test_a_rule_that_is_new_or_gone_is_not_comparable(tmp_path: Path, first: Path) -> None:
    other = rule("said", expect={"status": "enabled"})
    assert numbers(judged(fleet(tmp_path, "two", "bad"), other, as_of=DAY_2, previous=LastReport(str(first)))) == (0, 0, 0, 5)


def test_what_was_not_listed_before_is_not_new(tmp_path: Path) -> None:
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", "bad", unseen=True), ON, as_of=DAY_1))
    second = judged(fleet(tmp_path, "two", "bad"), ON, as_of=DAY_2, previous=LastReport(str(first)))
    assert numbers(second) == (0, 1, 2, 1)  # the two that said that the store was not seen are fixed
    assert second["compared"]["not_comparable"] == [{"reason": "store tencent_ssm/prod/r2 was not listed completely in the last report", "findings": 1}]


def test_a_filtered_listing_is_not_comparable(tmp_path: Path, first: Path) -> None:
    path = write(tmp_path / "two", [row(), row(region="r2")], [record("broke", status="disabled")], filtered=True)
    lenient = {**ON, "allow_filtered": True}
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", "mended bad"), lenient, as_of=DAY_1))
    assert numbers(judged([path], lenient, as_of=DAY_2, previous=LastReport(str(first)))) == (0, 0, 0, 4)


def test_what_was_excused_and_is_not_any_more_is_new(tmp_path: Path) -> None:
    excused = [waiver("tencent_ssm/prod/r1/bad", rule="on", expires="2026-11-20")]
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", "bad"), ON, as_of=DAY_1, waivers=excused))
    second = judged(fleet(tmp_path, "two", "bad"), ON, as_of=DAY_2, waivers=excused, previous=LastReport(str(first)))
    assert (named(second, "bad")["new"], named(second, "bad")["since"], numbers(second)) == (True, DAY_1, (1, 2, 0, 0))
    excusing = judged(fleet(tmp_path, "two", "bad"), ON, as_of=DAY_1, waivers=excused, previous=LastReport(str(written(tmp_path / "x.json", second))))
    assert (named(excusing, "bad")["new"], numbers(excusing)) == (False, (0, 2, 0, 0))


def test_what_could_not_be_decided_and_fails_now_is_new(tmp_path: Path) -> None:
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", "bad", status="unknown"), ON, as_of=DAY_1))
    second = judged(fleet(tmp_path, "two", "bad"), ON, as_of=DAY_2, previous=LastReport(str(first)))
    assert (named(second, "bad")["new"], named(second, "bad")["since"]) == (True, DAY_1)
    third = judged(fleet(tmp_path, "one", "bad", status="unknown"), ON, as_of=DAY_3, previous=LastReport(str(written(tmp_path / "second.json", second))))
    assert (named(third, "bad")["new"], named(third, "bad")["since"]) == (False, DAY_1)


def test_a_rule_about_the_fleet_is_compared_where_all_stores_are_listed(tmp_path: Path) -> None:
    root = rule("root", fleet={"required": ["root"]})
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", ""), root, as_of=DAY_1))
    rooted = write(tmp_path / "two", [row(), row(region="r2")], [record("root")])
    assert numbers(judged([rooted], root, as_of=DAY_2, previous=LastReport(str(first)))) == (0, 0, 1, 0)
    unsure = write(tmp_path / "three", [row(), row(region="r2", status="failed")], [record("root")])
    assert numbers(judged([unsure], root, as_of=DAY_2, previous=LastReport(str(first))))[2:] == (0, 2)


def test_findings_of_one_rule_and_subject_are_compared_by_number(tmp_path: Path) -> None:
    rules = rule("names", fleet={"required": {"names": ["x", "y"], "per": ["region"]}})
    first = written(tmp_path / "first.json", judged(fleet(tmp_path, "one", ""), rules, as_of=DAY_1))
    mended = write(tmp_path / "two", [row(), row(region="r2")], [record("x")])
    assert numbers(judged([mended], rules, as_of=DAY_2, previous=LastReport(str(first)))) == (0, 3, 1, 0)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: "", "it is not a report"),
        (lambda text: "[]\n", "it is not a report"),
        (lambda text: json.dumps(json.loads(text)), "it is not a report"),
        (lambda text: text.replace("report/1", "report/2"), "it is not a report"),
        (lambda text: text.replace('"fingerprint":"', '"fingerprint":"x'), "it is not a report"),
        (lambda text: text.replace('"fingerprint":', '"mark":'), "it is not a report"),
        (lambda text: text.replace('"digest":', '"version":'), "it is not a report"),
        (lambda text: text[: len(text) // 2], "it is not a report"),
        (lambda text: text.replace('"findings_total":3', '"findings_total":4'), "it is cut off"),
    ],
)
def test_what_is_no_whole_report_is_refused(first: Path, spoil: Any, reason: str) -> None:
    first.write_text(spoil(first.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SecretsError) as caught:
        LastReport(str(first))
    assert str(caught.value.message) == f"previous: {first} cannot be read: {reason}"


MISFITS: tuple[Any, ...] = (True, 1.5, [None], {"a": None}, "\x1b[31m\u202e", "2026-13-45T99:99:99Z")


def spoilt(first: Path, key: str, part: str, value: Any) -> None:
    """Write the report with another value in one place: under its key, or in each item of the list there."""
    lines = first.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f'"{key}":'))
    if part:
        end = next(number for number in range(place, len(lines)) if lines[number] in ("]", "],"))
        for number in range(place + 1, end):
            item = {**json.loads(lines[number].rstrip(",")), part: value}
            lines[number] = json.dumps(item) + "," * lines[number].endswith(",")
    else:
        lines[place] = f"{json.dumps(key)}:{json.dumps(value)}" + "," * lines[place].endswith(",")
    first.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("as_of", ""),
        *(("rules", part) for part in ("id", "digest")),
        *(("stores", part) for part in ("", "provider", "account", "region")),
        *(("findings", part) for part in ("provider", "account", "region", "rule", "severity", "verdict", "subject", "since", "fingerprint")),
    ],
)
def test_a_report_in_which_something_was_edited_is_refused_or_compared(tmp_path: Path, first: Path, key: str, part: str) -> None:
    """No value, of whatever type, ends the judge with an error of its own."""
    whole = first.read_text(encoding="utf-8")
    second = fleet(tmp_path, "two", "broke bad")
    for value in MISFITS:
        first.write_text(whole, encoding="utf-8")
        spoilt(first, key, part, value)
        try:
            result = judged(second, ON, as_of=DAY_2, previous=LastReport(str(first)))
        except SecretsError as error:
            assert error.message == f"previous: {first} cannot be read: it is not a report"
        else:
            assert value == MISFITS[-1] and key != "as_of", "a text may be the name of something"
            assert result["verdict"] == "fail"


@pytest.mark.parametrize("key", ["rules", "stores", "findings"])
def test_a_report_that_says_something_twice_is_refused(first: Path, key: str) -> None:
    told = json.loads(first.read_text(encoding="utf-8"))
    item = json.dumps(told[key][0], separators=(",", ":"), ensure_ascii=False)
    doubled = first.read_text(encoding="utf-8").replace(f'"{key}":[\n', f'"{key}":[\n{item},\n')
    first.write_text(doubled.replace('"findings_total":3', '"findings_total":4') if key == "findings" else doubled, encoding="utf-8")
    with pytest.raises(SecretsError, match="it is not a report"):
        LastReport(str(first))


@pytest.mark.parametrize("other", ["", "of another run"])
def test_a_report_that_is_replaced_while_it_is_compared_is_refused(tmp_path: Path, first: Path, other: str) -> None:
    """What was fixed is read last. The report of a run beside this one may stand there by then."""
    last = LastReport(str(first))
    if other:
        written(first, judged(fleet(tmp_path, "other", ""), ON, as_of=DAY_3))
    else:
        first.write_text("{\n", encoding="utf-8")
    with pytest.raises(SecretsError, match="it was replaced while it was read"):
        judged(fleet(tmp_path, "two", ""), ON, as_of=DAY_2, previous=last)
