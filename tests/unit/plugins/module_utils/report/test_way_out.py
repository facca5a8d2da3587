# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every report says first, what to do about stores, and of how many secrets a rule could say nothing."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report, junit_report, lines, markdown_report, sarif_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.grouping import ways_out
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import FORMATS, TELLING

GRANT = "Grant the action ssm:ListSecrets on all resources (*) in CAM."
LONG = "Do this first. " * 30 + "Then it works."
WORDS = "The CAM policy does not allow it. " * 20


def refused(region: str, hint: str | None, code: str = "UnauthorizedOperation") -> dict[str, Any]:
    """A row of a store that refused to be listed."""
    return row(region=region, status="failed", error={"kind": "denied", "code": code, "message": WORDS, "hint": hint})


@pytest.fixture(name="refusing")
def refusing_result(tmp_path: Path) -> dict[str, Any]:
    """Five stores with one way out, one with a long one, one without any, and one that is whole."""
    rows = [row(), *(refused(f"a{number}", GRANT) for number in range(5)), refused("b", LONG), refused("c", None)]
    return judged([write(tmp_path / "i", rows, [record()])], rule(expect={"status": "enabled"}))


def test_the_ledger_has_the_way_out_beside_the_reason(refusing: dict[str, Any]) -> None:
    told = {store["region"]: store for store in refusing["stores"]}
    assert (told["a0"]["hint"], told["c"]["hint"], told["r1"]["hint"]) == (GRANT, None, None)
    assert len(told["a0"]["reason"]) == 203 and told["a0"]["reason"].startswith("UnauthorizedOperation: The CAM policy")


def test_the_terminal_tells_it_once_whole_and_before_the_clouds_own_words(refusing: dict[str, Any]) -> None:
    told = lines.render(refusing)
    assert told.count(f"  {GRANT}") == 1 and told.count(f"  {LONG}") == 1
    first = told.index(f"  {GRANT}")
    for number in range(3):
        assert told[first + 1 + number].startswith(f"    failed tencent_ssm/prod/a{number}: UnauthorizedOperation: The CAM policy")
    assert told[first + 4] == "    and 2 more stores"
    assert told[told.index(f"  {LONG}") + 1].startswith("    failed tencent_ssm/prod/b: ")
    assert any(line.startswith("  failed tencent_ssm/prod/c: ") for line in told)
    assert all(len(line) <= 203 for line in told if line.strip() not in (GRANT, LONG))


def test_markdown_tells_it_once_above_the_ledger(refusing: dict[str, Any]) -> None:
    report = markdown_report.MarkdownReport.render(refusing)
    assert report.count(GRANT) == 1
    item = f"- `{GRANT}` (`tencent_ssm/prod/a0`, `tencent_ssm/prod/a1`, `tencent_ssm/prod/a2`, and 2 more stores)\n"
    assert item in report and report.index(item) < report.index("| store | status |")
    assert f"- `{LONG}` (`tencent_ssm/prod/b`)" in report


def test_the_page_tells_it_once_above_the_ledger(refusing: dict[str, Any]) -> None:
    page = html_report.HtmlReport.render(refusing).split('<script type="application/json"', maxsplit=1)[0]
    words = unescape(re.sub("<[^>]*>", "", page))
    assert words.count(GRANT) == 1 and LONG in words
    assert f"{GRANT} tencent_ssm/prod/a0, tencent_ssm/prod/a1, tencent_ssm/prod/a2 and 2 more stores" in words
    assert words.index(GRANT) < words.index("UnauthorizedOperation")


@pytest.mark.parametrize("name", TELLING)
def test_every_report_has_the_way_out(name: str, refusing: dict[str, Any]) -> None:
    report = FORMATS[name].render(refusing)
    assert GRANT in report and LONG in report


@pytest.mark.parametrize("name", ["csv", "junit", "sarif"])
def test_it_stands_before_the_clouds_own_words(name: str, refusing: dict[str, Any]) -> None:
    assert f"failed: {GRANT} (UnauthorizedOperation: The CAM policy" in FORMATS[name].render(refusing)


def test_a_way_out_that_was_forged_is_bounded_and_harmless(tmp_path: Path) -> None:
    path = write(tmp_path / "i", [refused("r", "x" * 5000), refused("s", "\x1b[2J<u>\n| a"), row(region="t", status="failed", error={"hint": ["x"]})], [])
    result = judged([path], rule(expect={"status": "enabled"}))
    assert {store["region"]: store["hint"] and len(store["hint"]) for store in result["stores"]} == {"r": 1003, "s": 21, "t": None}
    for name, form in FORMATS.items():
        assert "\x1b" not in form.render(result), name
    assert "<u>" not in html_report.HtmlReport.render(result)


def test_the_way_out_of_a_rule_that_judges_nothing_is_never_cut(tmp_path: Path) -> None:
    wrong = {"account": [f"{'far' * 20}-{number}" for number in range(4)]}
    result = judged([write(tmp_path / "i", [row()], [record()])], rule(scopes=wrong, expect={"status": "enabled"}))
    way_out = "Correct it, or write on_empty: not_applicable if there need be no such store."
    assert any(line.endswith(way_out) and len(line) > 300 for line in lines.render(result))
    for name in ("json", "csv", "junit", "sarif", "markdown", "html"):
        assert way_out in FORMATS[name].render(result)


@pytest.mark.parametrize(("language", "one", "more"), [("en", "and 1 more finding", "and 2 more findings"), ("zh", "另有 1 条发现", "另有 2 条发现")])
def test_one_more_is_one(tmp_path: Path, language: str, one: str, more: str) -> None:
    secrets = [record(f"{kind}{number:02}", status="disabled", kind=kind) for kind, most in (("user", 11), ("ssh_key", 12)) for number in range(most)]
    rules = (rule(kind, select={"kind": kind}, expect={"status": "enabled"}) for kind in ("user", "ssh_key"))
    result = judged([write(tmp_path / "i", [row()], secrets)], *rules)
    items = [item.removeprefix("- ") for item in markdown_report.MarkdownReport.render({**result, "language": language}).splitlines()]
    assert items.count(one) == items.count(more) == 1


# --- without rules ---

NOTE = "no rules were given: only completeness was judged"


def test_without_rules_the_first_line_says_so(tmp_path: Path) -> None:
    result = judged([write(tmp_path / "i", [row()], [record()])])
    assert (result["verdict"], result["note"]) == ("pass", NOTE)
    assert lines.render(result)[0].startswith(f"PASS ({NOTE}) as of ")
    assert markdown_report.MarkdownReport.render(result).startswith(f"# Secrets audit: PASS ({NOTE})\n")
    assert f'name="Secrets audit: {NOTE}"' in junit_report.JunitReport.render(result).splitlines()[1]
    assert json.loads(sarif_report.SarifReport.render(result))["runs"][0]["properties"]["note"] == NOTE
    page = html_report.HtmlReport.render(result)
    assert page.index("No rules were given: only completeness was judged.") < page.index("Judged as of")
    assert "Every rule that counts holds" not in page


def test_with_a_rule_there_is_no_note(tmp_path: Path) -> None:
    result = judged([write(tmp_path / "i", [row()], [record()])], rule(expect={"status": "enabled"}))
    assert result["note"] == "" and "only completeness" not in "".join([*lines.render(result), *(form.render(result) for form in FORMATS.values())])


# --- what could not be judged ---

PARTLY = "1 of 3 secrets not judged: alibaba_apig does not tell rotation_enabled"


@pytest.mark.parametrize("second", [True, False], ids=["the rule holds", "the rule has a finding"])
def test_every_report_says_of_how_many_a_rule_says_nothing(tmp_path: Path, second: bool) -> None:
    records = [record("a"), record("b", rotation_enabled=second), record("k", "alibaba_apig")]
    result = judged([write(tmp_path / "i", [row(), row("alibaba_apig")], records)], rule(expect={"rotation_enabled": True}))
    told = lines.render(result)
    assert told.count(f"  {PARTLY}") == 1
    assert ("high r: 2 pass - Title of r" in told) == second
    assert markdown_report.MarkdownReport.render(result).count(PARTLY) == 1
    for name in ("json", "junit", "sarif", "html"):
        assert PARTLY in FORMATS[name].render(result)


def test_rules_that_judged_nothing_are_told_by_the_reason(tmp_path: Path) -> None:
    rules = [rule(f"r{index}", scopes={"provider": "alibaba_apig"}, on_empty="not_applicable", expect={"source": "KMS"}) for index in range(2)]
    result = judged([write(tmp_path / "i", [row()], [record()])], *rules, rule("none", select={"name": "x"}, expect={"status": "enabled"}))
    reason = 'no store fits provider "alibaba_apig" (known: tencent_ssm)'
    assert lines.render(result)[2:] == ["judged nothing: none", f"judged nothing ({reason}): r0, r1"]
    assert f"\n\nRules that judged nothing (`{reason}`): `r0`, `r1`\n" in markdown_report.MarkdownReport.render(result)
    assert unescape(junit_report.JunitReport.render(result)).count(f"this rule judged nothing: {reason}") == 2


@pytest.mark.parametrize("status, needed", [("complete", False), ("not_offered", False), ("partial", True), ("failed", True), ("missing", True)])
def test_a_way_out_is_for_stores_that_were_not_listed(status: str, needed: bool) -> None:
    store = {"status": status, "hint": GRANT}
    assert ways_out([store, {**store, "hint": None}]) == ({GRANT: [store]} if needed else {})


def test_the_labels_of_an_account_stand_beside_its_name(tmp_path: Path) -> None:
    rows = [row(labels={"team": "pay", "env": "a<b|c"}), row(account="dev")]
    result = judged([write(tmp_path / "i", rows, [record()])], rule(expect={"status": "enabled"}))
    page, table = html_report.HtmlReport.render(result), markdown_report.MarkdownReport.render(result)
    assert '<code>prod</code> <span class="quiet">env=a&lt;b|c, team=pay</span></td>' in page and "<code>dev</code></td>" in page
    assert r"| `tencent_ssm/prod/r1` `env=a<b\|c, team=pay` | complete |" in table and "| `tencent_ssm/dev/r1` | complete |" in table
