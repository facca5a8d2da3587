# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports: the same bytes for the same result, nothing forged by what clouds say, nothing without bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report, lines, markdown_report, report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import CONTROLS, FORMATS, TELLING, poisoned, waived


class Lines(list[dict[str, Any]]):
    """Findings that can be had as lines, as those of the judge can."""

    def lines(self) -> Iterator[str]:
        """Each as one line of JSON."""
        return map(report.line, self)


@pytest.mark.parametrize("name", FORMATS)
def test_findings_as_lines_give_the_same_report(name: str, plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    """What is cut out of a line is what the finding holds, whatever texts stand around it."""
    marks = poisoned(plain, ',"evidence":[],"waiver":')
    for result in (plain, hostile, waived(plain), poisoned(plain, '\\"'), marks):
        assert FORMATS[name].render({**result, "findings": Lines(result["findings"])}) == FORMATS[name].render(result)


# --- json ---


def test_json_is_the_result(plain: dict[str, Any], hostile: dict[str, Any]) -> None:
    for result in (plain, hostile):
        assert json.loads(json_report.JsonReport.render(result)) == result


def test_json_has_the_keys_in_order_one_a_line(plain: dict[str, Any]) -> None:
    report = json_report.JsonReport.render(plain)
    assert [line.split(":")[0].strip('"') for line in report.splitlines() if re.match('"[a-z_]+":', line)] == list(plain)
    assert report.splitlines()[1] == '"format":"multicloud.secrets/report/1",'
    findings = report[report.index('"findings":[') :]
    assert len(findings.splitlines()) == len(plain["findings"]) + 3


def test_json_holds_no_character_that_could_forge_a_line(hostile: dict[str, Any]) -> None:
    report = json_report.JsonReport.render(hostile)
    assert not CONTROLS.search(report)
    report.encode("utf-8")
    assert "名字" in report


def test_json_holds_no_durations_and_no_counts_of_requests(plain: dict[str, Any]) -> None:
    assert not re.search("seconds|requests|retries|throttled|duration", json_report.JsonReport.render(plain))


def test_json_without_times(plain: dict[str, Any]) -> None:
    later = {**plain, "as_of": "2030-01-01T00:00:00Z", "stores": [{**store, "collected_at": "2030-01-01T00:00:00Z"} for store in plain["stores"]]}
    assert json_report.JsonReport.render(later) != json_report.JsonReport.render(plain)
    assert json_report.JsonReport.timeless(json_report.JsonReport.render(later)) == json_report.JsonReport.timeless(json_report.JsonReport.render(plain))
    other = {**plain, "verdict": "pass"}
    assert json_report.JsonReport.timeless(json_report.JsonReport.render(other)) != json_report.JsonReport.timeless(json_report.JsonReport.render(plain))


def test_a_text_cannot_pass_for_a_time(plain: dict[str, Any]) -> None:
    """Or else a change of it would go unnoticed."""

    def named(name: str) -> str:
        return json_report.JsonReport.timeless(json_report.JsonReport.render({**plain, "findings": [{"name": f'"as_of":"{name}"'}]}))

    assert named("a") != named("b")


# --- markdown ---


def test_markdown_as_it_reads(plain: dict[str, Any]) -> None:
    assert (
        markdown_report.MarkdownReport.render(plain)
        == """\
# Secrets audit: FAIL

As of 2026-11-21T00:00:00Z

4 secrets, 6 rules, failing on low and above. Checks: 2 fail, 3 unknown, 8 pass.

## Ledger

| store | status | secrets | reason |
| --- | --- | ---: | --- |
| `tencent_ssm/prod/r2` | failed | 0 | `AuthFailure: no` |
| `alibaba_apig/prod/r1` | complete | 1 |  |
| `tencent_ssm/prod/r1` | complete | 3 |  |

## critical: Every store was listed to its end

`collection-complete`: 1 fail

What to do: See why the store could not be listed, and collect again.

The ledger above has the stores.

## high: Secrets are enabled

`on`: 1 fail, 2 unknown

What to do: Enable it.

- **fail** `tencent_ssm/prod/r1/off`: `is disabled`
  - `status: "disabled", expected eq "enabled"`
- **unknown** `tencent_ssm/prod/r1/odd`: `is in a state that is not known`
  - `status: "unknown", expected eq "enabled"`
- unknown in 1 store not listed completely

## low: There is a root password

`root`: 1 unknown

- **unknown** `root`: `root was not seen, but tencent_ssm/prod/r2 is failed (AuthFailure: no)`

Rules that judged nothing (`no store fits region "nowhere" (known: r1, r2)`): `idle`
"""
    )


def test_markdown_holds_no_markup_from_outside(hostile: dict[str, Any]) -> None:
    """Only words and escaped marks remain without code spans and our own markup."""
    report = markdown_report.MarkdownReport.render(hostile)
    assert not CONTROLS.search(report)
    report.encode("utf-8")
    for shown in report.splitlines():
        line = re.sub(r"\\[\\`*_{}\[\]<>#|&~]", "", SPAN.sub("", shown))
        line = line.removeprefix("# Secrets audit: ").removeprefix("What to do: ").removeprefix("- ")
        line = re.sub(r"^## \w+: |^## (?:Owners|Ledger)$|^\| |\| |\|$|\| ---:?|\*\*(fail|unknown)\*\*", "", line)
        assert not re.search(r"[\\`*_{}\[\]<>#|&~]", line), shown


SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.*?[^`])\1(?!`)")
"""A code span as CommonMark has it: it ends at the next fence of the same length, whatever stands between."""


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ lookup('pipe', 'x') }}", "$(id) `id` !unsafe", "a | b"])
def test_what_is_in_code_spans_is_what_was_there(text: str, plain: dict[str, Any]) -> None:
    shown = {match.group(2).strip().replace("\\|", "|") for match in SPAN.finditer(markdown_report.MarkdownReport.render(poisoned(plain, text)))}
    assert text in shown


@pytest.mark.parametrize("name", ["`", "``", "a`b", "`a`", "a``b`c", "|", "a|b", "\\|", " a ", "```\n```"])
def test_no_name_ends_a_code_span_or_a_cell(name: str) -> None:
    report = markdown_report.MarkdownReport.render(many(1, name))
    row = next(line for line in report.splitlines() if line.startswith("| `"))
    cells = re.split(r"(?<!\\)\|", row)
    assert len(cells) == 6 and all(SPAN.fullmatch(cells[column].strip()) for column in (1, 4)), row


def judged_all() -> dict[str, Any]:
    """What is said of a rule that left nothing out."""
    return {"never": 0, "empty_scope": 0, "filtered": 0, "reason": ""}


def many(number: int, name: str) -> dict[str, Any]:
    """A result with as many findings, rules and stores, all with long texts."""
    about = dict.fromkeys(("subject", "account", "region", "name", "id", "message"), name)
    finding: dict[str, Any] = {"rule": "r", "severity": "high", "verdict": "fail", "provider": "p", **about, "evidence": [], "new": None}
    checks = {"error": 0, "fail": number, "unknown": 0, "pass": 0, "not_applicable": 0}
    rule = {"title": name, "severity": "high", "verdict": "fail", "checks": checks, "not_judged": judged_all(), "remediation": name}
    idle = {**rule, "verdict": "not_applicable", "not_judged": {**judged_all(), "empty_scope": 1, "reason": name}}
    store = {"provider": "p", "account": name, "region": name, "status": "failed", "secrets": 1, "filtered": True, "reason": name, "hint": None}
    return {
        "verdict": "fail",
        "note": "",
        "as_of": "2026-11-21T00:00:00Z",
        "fail_on": "low",
        "compared": None,
        "summary": {
            "secrets": 1,
            "stores": {"failed": number},
            "checks": checks,
            "findings": {"high": {}},
            "idle_rules": [f"i{index}" for index in range(number)],
        },
        "rules": [{**rule, "id": f"r{index}"} for index in range(number)] + [{**idle, "id": f"i{index}"} for index in range(number)],
        "stores": [store] * number,
        "findings": [{**finding, "rule": f"r{index}"} for index in range(number) for turn in range(30)],
    }


@pytest.mark.parametrize("name", ["plain", "<" * 4096, "\u202e" * 4096, "名" * 4096])
def test_markdown_fits_a_comment(name: str) -> None:
    report = markdown_report.MarkdownReport.render(many(400, name))
    assert len(report) <= 65_000
    assert re.search(r"and \d+ more stores", report)
    assert re.search(r"and \d+ more rules with findings", report)
    assert "and 20 more findings" in report
    assert "and 350 more such rules" in report


def test_markdown_without_its_time(plain: dict[str, Any]) -> None:
    later = {**plain, "as_of": "2030-01-01T00:00:00Z"}
    assert markdown_report.MarkdownReport.timeless(markdown_report.MarkdownReport.render(later)) == markdown_report.MarkdownReport.timeless(
        markdown_report.MarkdownReport.render(plain)
    )
    assert markdown_report.MarkdownReport.timeless(
        markdown_report.MarkdownReport.render({**plain, "verdict": "pass"})
    ) != markdown_report.MarkdownReport.timeless(markdown_report.MarkdownReport.render(plain))


def test_markdown_of_nothing() -> None:
    empty = {**many(0, ""), "verdict": "pass"}
    assert markdown_report.MarkdownReport.render(empty) == (
        "# Secrets audit: PASS\n\nAs of 2026-11-21T00:00:00Z\n\n1 secret, 0 rules, failing on low and above. Checks: none.\n\nNo store was judged.\n"
    )


# --- lines ---


def test_lines_as_they_read(plain: dict[str, Any]) -> None:
    assert lines.render(plain) == [
        "FAIL as of 2026-11-21T00:00:00Z, failing on low and above: 2 fail, 3 unknown, 8 pass",
        "ledger: 4 secrets; stores: 2 complete, 1 failed",
        "  failed tencent_ssm/prod/r2: AuthFailure: no",
        "critical collection-complete: 1 fail - Every store was listed to its end",
        "high on: 1 fail, 2 unknown - Secrets are enabled",
        "  fail tencent_ssm/prod/r1/off: is disabled",
        "  unknown tencent_ssm/prod/r1/odd: is in a state that is not known",
        "  unknown in 1 store not listed completely",
        "low root: 1 unknown - There is a root password",
        "  unknown root: root was not seen, but tencent_ssm/prod/r2 is failed (AuthFailure: no)",
        'judged nothing (no store fits region "nowhere" (known: r1, r2)): idle',
    ]


def test_lines_are_few_short_and_printable(hostile: dict[str, Any]) -> None:
    for result in (hostile, many(400, "\x1b" * 4096)):
        told = lines.render(result)
        assert len(told) == lines.MOST_LINES
        assert re.fullmatch(r"and \d+ more lines; the reports have all findings", told[-1])
        for line in told:
            assert len(line) <= 203 + len(" (and 399 more)")
            assert not CONTROLS.search(line) and "\n" not in line


def test_lines_that_do_not_fit_are_counted() -> None:
    """400 rules with a head each, 2 lines for the stores, 2 lines ahead, 1 behind: the others are what is left out first."""
    told = lines.render(many(400, "x"))
    assert told[-1] == f"and {400 + 2 + 2 + 1 - (lines.MOST_LINES - 1)} more lines; the reports have all findings"
    assert told[3].strip() == "and 399 more stores"
    fewer, few = lines.render(many(6, "x")), lines.render(many(3, "x"))
    assert len(few) == 3 * 4 + 3 + 2 + 1 and sum(line.startswith("  fail ") for line in few) == 3 * 3
    assert len(fewer) == 6 * 2 + 2 + 2 + 1 and sum(line.startswith("  fail ") for line in fewer) == 6
    assert sum(line.endswith(" more)") for line in fewer) == 6
    assert "more lines" not in few[-1] + fewer[-1]


def test_holes_are_counted_in_one_line(tmp_path: Path) -> None:
    for number, told in ((1, "  unknown in 1 store not listed completely"), (2, "  unknown in 2 stores not listed completely")):
        path = write(tmp_path / "a", [row(region=f"r{index}", status="failed") for index in range(number)], [])
        assert told in lines.render(judged([path], rule(expect={"status": "enabled"})))


@pytest.mark.parametrize("render", [lines.render, *(form.render for form in FORMATS.values())])
def test_rendering_changes_nothing_and_repeats_itself(render: Any, plain: dict[str, Any]) -> None:
    before = json.dumps(plain)
    assert render(plain) == render(json.loads(before))
    assert json.dumps(plain) == before


OF_FINDINGS = [name for name in FORMATS if name != "secrets"]
"""The reports of findings. That of secrets has tests of its own."""


@pytest.mark.parametrize("name", OF_FINDINGS)
def test_reports_that_differ_in_their_time_only_say_the_same(name: str, plain: dict[str, Any]) -> None:
    form = FORMATS[name]
    later = {**plain, "as_of": "2030-01-01T00:00:00Z", "stores": [{**store, "collected_at": "2030-01-01T00:00:00Z"} for store in plain["stores"]]}
    assert form.timeless(form.render(later)) == form.timeless(form.render(plain))
    for other in ({**plain, "findings": plain["findings"][:-1]}, waived(plain)):
        assert form.timeless(form.render(other)) != form.timeless(form.render(plain))


@pytest.mark.parametrize("name", TELLING)
def test_a_text_cannot_pass_for_a_time_in_any_format(name: str, plain: dict[str, Any]) -> None:
    form = FORMATS[name]
    finding = next(each for each in plain["findings"] if each["rule"] == "on")

    def named(year: str) -> str:
        text = f'"as_of":"{year}" timestamp="{year}" <time>{year}</time>'
        return str(form.timeless(form.render({**plain, "findings": [{**finding, "message": text, "subject": text, "name": text, "evidence": []}]})))

    assert named("2026") != named("2027")


def test_a_terminal_is_told_how_much_is_waived(plain: dict[str, Any]) -> None:
    told = str(lines.render(waived(plain)))
    assert "2 unknown, 1 waived" in told and "waived, 1 waived" not in told and "/off" not in told


def test_markdown_keeps_what_is_waived_in_sight(plain: dict[str, Any]) -> None:
    told = markdown_report.MarkdownReport.render(waived(plain))
    assert "2 unknown, 1 waived" in told and told.count("/off") == 1
    assert "\n\n## Waived\n\n- `on` `tencent_ssm/prod/r1/off`: `known`, owner `team-a`, expires `2027-01-31`, ticket `T-1`\n" in told
    assert "Waived" not in markdown_report.MarkdownReport.render(plain)


def test_what_is_waived_leaves_room_for_what_is_not(plain: dict[str, Any]) -> None:
    excused = waived(plain)
    finding = next(finding for finding in excused["findings"] if finding["verdict"] == "waived")
    rule = next(rule for rule in excused["rules"] if rule["id"] == finding["rule"])
    rule["checks"]["waived"] = 1000
    several = {**excused, "findings": [*excused["findings"], *[{**finding, "subject": f"s{number}"} for number in range(999)]]}
    told = markdown_report.MarkdownReport.render(several)
    assert f"and {1000 - markdown_report.MOST_OF_A_RULE} more waived findings" in told and told.count("owner `team-a`") == markdown_report.MOST_OF_A_RULE
    everywhere = [{**rule, "id": f"r{number}", "checks": {"fail": 10, "waived": 10}} for number in range(100)]
    long = [{**finding, "rule": other["id"], "subject": "s" * 300, "message": "m" * 300} for other in everywhere for _time in range(10)]
    failing = [{**each, "verdict": "fail", "waiver": None} for each in long]
    told = markdown_report.MarkdownReport.render({**excused, "rules": everywhere, "findings": failing + long})
    assert told.count("**fail**") >= 100 and "more rules with findings" in told and "more waived findings" in told
    assert len(told) <= markdown_report.LONGEST_REPORT + 1000


def test_the_worst_rules_have_an_example_where_not_all_fit(tmp_path: Path) -> None:
    """12 rules with an example each would take 26 lines: the worst ones keep theirs, and nothing is left out but examples."""
    rules = [rule(f"r{number:02}", severity="high" if number == 11 else "low", expect={"status": "enabled"}) for number in range(12)]
    told = lines.render(judged([write(tmp_path / "a", [row()], [record(status="disabled")])], *rules))
    shown = [line for line in told if line.startswith("  fail ")]
    assert len(told) == lines.MOST_LINES and 0 < len(shown) < 12 and not told[-1].startswith("and ")
    assert [line.split(" ")[1] for line in told if line.startswith(("high ", "low "))][0] == "r11:" and told[3].startswith("  fail ")


def test_evidence_is_cut_out_whole_whatever_its_tags_are_called(plain: dict[str, Any]) -> None:
    tags = {"evidence": "y", "waiver": "x"}
    finding = {**plain["findings"][0], "evidence": [{"field": "tags", "actual": tags, "expected": "z"}]}
    assert json.loads(report.evidence_of(finding, report.encoded(finding))) == finding["evidence"]
