# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result as JUnit XML, so that a CI server shows it like tests. It is red exactly if the verdict is not pass.

A rule is a test suite and the class of its cases, because servers group by one or the other. Each finding is a case: a
failure, an error where nothing could be decided, skipped where it is waived or too slight to count. What passed and what
did not apply is one case each, for the result only says how often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from .grouping import WAIVED, Finding, counting, excuse, short
from .json_report import line

LONGEST_NAME = 1_000
LONGEST_TEXT = 4_000
NOT_XML = re.compile("[\ufffe\uffff]")
"""Beyond control characters and surrogates, what no XML 1.0 document may hold."""
TIME = re.compile(' timestamp="[^"]*"')
"""Quotes are escaped everywhere but round attributes, so this cannot match in a text."""
PROPERTIES = ("title", "severity", "verdict", "owner", "remediation")
PASSING = "checks that pass"
IDLE = "checks that do not apply"


class Case(NamedTuple):
    """A test case. outcome: '', 'failure', 'error' or 'skipped'. type: of a failure or error."""

    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


def render(result: Mapping[str, Any]) -> str:
    """The report."""
    found: dict[str, list[Finding]] = {rule["id"]: [] for rule in result["rules"]}
    for finding in result["findings"]:
        found[finding["rule"]].append(finding)
    counted = counting(result)
    suites = [(rule, _cases(rule, found[rule["id"]], counted)) for rule in result["rules"]]
    note = f": {result['note']}" if result["note"] else ""
    totals = _totals(case for _rule, cases in suites for case in cases)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="Secrets audit{_text(note)}" {totals}>']
    for rule, cases in suites:
        lines += _suite(rule, cases, result["as_of"].rstrip("Z"))
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def timeless(report: str) -> str:
    """A report without the time at which it was made: two that differ in nothing else say the same."""
    return TIME.sub("", report)


def _cases(rule: Mapping[str, Any], findings: Iterable[Finding], counted: Container[str]) -> list[Case]:
    """Names are told apart, for servers know a case by its class and name."""
    times: Counter[str] = Counter()
    cases = []
    for finding in findings:
        case = _case(finding, counted)
        times[case.name] += 1
        cases.append(case if times[case.name] == 1 else case._replace(name=f"{case.name} #{times[case.name]}"))
    passed, idle = rule["checks"]["pass"], rule["checks"]["not_applicable"]
    if passed:
        cases.append(Case(PASSING, text=f"{passed} passed"))
    if idle or not cases:
        told = f"{idle} not applicable" if idle else "this rule judged nothing"
        cases.append(Case(IDLE, "skipped", message=": ".join(filter(None, (told, rule["not_judged"]["reason"])))))
    return cases


def _case(finding: Finding, counted: Container[str]) -> Case:
    verdict, severity, message = finding["verdict"], finding["severity"], finding["message"]
    name = short(finding["subject"] + (f" [{finding['id']}]" if finding["id"] not in (None, finding["name"]) else ""), LONGEST_NAME)
    if verdict == WAIVED:
        return Case(name, "skipped", message=f"{excuse(finding)}: {message}")
    if verdict != "error" and severity not in counted:
        return Case(name, "skipped", message=f"{verdict}, but {severity} does not count for the verdict: {message}")
    details = [f"{item['field']}: {line(item['actual'])}, expected {item['expected']}" for item in finding["evidence"]] or [message]
    details += [f"owner: {finding['owner']}"] if finding["owner"] else []
    return Case(name, "failure" if verdict == "fail" else "error", f"{severity} {verdict}", message, "\n".join(details))


def _suite(rule: Mapping[str, Any], cases: list[Case], time: str) -> Iterable[str]:
    yield f'<testsuite name="{_text(rule["id"])}" {_totals(cases)} timestamp="{_text(time)}">'
    yield "<properties>"
    for key, value in (*((key, rule[key]) for key in PROPERTIES), ("not_judged", rule["not_judged"]["reason"])):
        if value:
            yield f'<property name="{key}" value="{_text(value)}"/>'
    yield "</properties>"
    for case in cases:
        yield from _element(rule["id"], case)
    yield "</testsuite>"


def _element(rule: str, case: Case) -> Iterable[str]:
    head = f'<testcase classname="{_text(rule)}" name="{_text(case.name)}" time="0"'
    if not case.outcome:
        yield f"{head}><system-out>{_text(case.text)}</system-out></testcase>"
    elif case.outcome == "skipped":
        yield f'{head}><skipped message="{_text(case.message)}"/></testcase>'
    else:
        text = "\n".join(map(_text, case.text.split("\n")))
        yield f'{head}><{case.outcome} type="{_text(case.type)}" message="{_text(case.message)}">{text}</{case.outcome}></testcase>'


def _totals(cases: Iterable[Case]) -> str:
    """The times are 0: some readers insist on one, and reports hold no durations."""
    count = Counter(case.outcome for case in cases)
    return f'tests="{count.total()}" failures="{count["failure"]}" errors="{count["error"]}" skipped="{count["skipped"]}" time="0"'


def _text(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", short(text, LONGEST_TEXT)), {'"': "&quot;"})
