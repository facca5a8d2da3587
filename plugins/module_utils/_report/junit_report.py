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
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from html import escape  # that of xml.sax would bring a whole HTTP client
from typing import Any, NamedTuple

from .grouping import WAIVED, compared_fields, counting, excuse, short
from .report import ByteSpool, Finding, MakeSpool, Report, SeenTexts, SmallSpool

LONGEST_CASE_NAME = 1_000
LONGEST_TEXT = 4_000
NOT_XML = re.compile("[\ufffe\uffff]")
"""Beyond control characters and surrogates, what no XML 1.0 document may hold."""
SPECIAL = re.compile('[&<>"\ufffe\uffff]')
"""What cannot stand in XML as it is."""
TIME = re.compile(' timestamp="[^"]*"')
"""Quotes are escaped everywhere but round attributes, so this cannot match in a text."""
NAME_END, FEED = "\0", "\1"
"""In cases that wait: the ends of a name, and a line feed. No text has such characters."""
CHUNK = 1 << 20
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


class _Suite:
    """The cases of one rule: where they wait, how many there are of each outcome, and which names may occur twice."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.places: list[tuple[int, int]] = []
        self.repeated: Counter[str] = Counter()


class JunitReport(Report):
    """The report. Cases come by verdict and are told by rule, behind their number: until then they wait as text."""

    times = TIME

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._suites = {rule["id"]: _Suite() for rule in result["rules"]}
        self._counted = counting(result)
        self._repeats = SeenTexts()
        self._spool: ByteSpool | None = None
        self._rule = ""
        self._waiting: list[str] = []
        self._size = 0

    def add(self, finding: Finding, encoded: str) -> str:
        rule = finding["rule"]
        if rule != self._rule or self._size > CHUNK:
            self._flush()
            self._rule = rule
        case = _case(finding, self._counted, self.result["fail_on_new"])
        suite = self._suites[rule]
        suite.outcomes[case.outcome] += 1
        if self._repeats.may_repeat(f"{rule}{NAME_END}{case.name}"):
            suite.repeated[_text(case.name)] = 0
        self._waiting.append(_element(rule, case).replace("\n", FEED))
        self._size += len(self._waiting[-1])
        return ""

    def tail(self) -> Iterator[str]:
        self._flush()
        told = [(rule, suite, _others(rule, not suite.places)) for rule, suite in zip(self.result["rules"], self._suites.values())]
        for _rule, suite, others in told:
            suite.outcomes.update(case.outcome for case in others)
        note = f": {self.result['note']}" if self.result["note"] else ""
        totals = _totals(sum((suite.outcomes for suite in self._suites.values()), Counter()))
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Secrets audit{_text(note)}" {totals}>\n'
        for rule, suite, others in told:
            yield from _begin(rule, suite, self.result["as_of"].rstrip("Z"))
            for place in suite.places:
                yield self._cases(suite, *place)
            yield "".join(f"{_element(rule['id'], case)}\n" for case in others).replace(NAME_END, "") + "</testsuite>\n"
        yield "</testsuites>\n"
        if self._spool:
            self._spool.close()

    def _flush(self) -> None:
        """Let what was gathered wait."""
        if self._waiting:
            self._spool = self._spool or self.make_spool()
            piece = "\n".join(self._waiting).encode("utf-8")
            self._suites[self._rule].places.append((self._spool.append(piece), len(piece)))
        self._waiting, self._size = [], 0

    def _cases(self, suite: _Suite, position: int, size: int) -> str:
        """Cases that have waited. Names are told apart, for servers know a case by its class and name."""
        text = self._spool.piece(position, size).decode("utf-8") if self._spool else ""
        if suite.repeated:
            text = "\n".join(_told_apart(case, suite.repeated) for case in text.split("\n"))
        return text.replace(NAME_END, "").replace(FEED, "\n") + "\n"


def _told_apart(case: str, repeated: Counter[str]) -> str:
    """A case, with a number if it is not the first of its name."""
    head, name, rest = case.split(NAME_END, 2)
    if name in repeated:
        repeated[name] += 1
        name += f" #{repeated[name]}" if repeated[name] > 1 else ""
    return f"{head}{name}{rest}"


def _others(rule: Mapping[str, Any], alone: bool) -> list[Case]:
    """Cases for what is no finding. alone: whether the rule has none."""
    passed, idle = rule["checks"]["pass"], rule["checks"]["not_applicable"]
    cases = [Case(PASSING, text=f"{passed} passed")] if passed else []
    if idle or (alone and not passed):
        told = f"{idle} not applicable" if idle else "this rule judged nothing"
        cases.append(Case(IDLE, "skipped", message=": ".join(filter(None, (told, rule["not_judged"]["reason"])))))
    return cases


def _case(finding: Finding, counted: Container[str], only_new: bool) -> Case:
    verdict, severity, message = finding["verdict"], finding["severity"], finding["message"]
    name = short(finding["subject"] + (f" [{finding['id']}]" if finding["id"] not in (None, finding["name"]) else ""), LONGEST_CASE_NAME)
    if verdict == WAIVED:
        return Case(name, "skipped", message=f"{excuse(finding)}: {message}")
    if verdict != "error" and severity not in counted:
        return Case(name, "skipped", message=f"{verdict}, but {severity} does not count for the verdict: {message}")
    if only_new and finding["new"] is False:
        return Case(name, "skipped", message=f"{verdict}, known since {finding['since']}, which does not count for the verdict: {message}")
    details = compared_fields(finding) or [message]
    details += [f"owner: {finding['owner']}"] if finding["owner"] else []
    details += [f"{'new' if finding['new'] else 'open'} since {finding['since']}"] if finding["since"] else []
    details += [f"fingerprint: {finding['fingerprint']}"]
    return Case(name, "failure" if verdict == "fail" else "error", f"{severity} {verdict}", message, "\n".join(details))


def _begin(rule: Mapping[str, Any], suite: _Suite, time: str) -> Iterator[str]:
    yield f'<testsuite name="{_text(rule["id"])}" {_totals(suite.outcomes)} timestamp="{_text(time)}">\n<properties>\n'
    for key, value in (*((key, rule[key]) for key in PROPERTIES), ("not_judged", rule["not_judged"]["reason"])):
        if value:
            yield f'<property name="{key}" value="{_text(value)}"/>\n'
    yield "</properties>\n"


def _element(rule: str, case: Case) -> str:
    """A case with a NAME_END at both sides of its name."""
    head = f'<testcase classname="{_shared(rule)}" name="{NAME_END}{_text(case.name)}{NAME_END}" time="0"'
    if not case.outcome:
        return f"{head}><system-out>{_text(case.text)}</system-out></testcase>"
    if case.outcome == "skipped":
        return f'{head}><skipped message="{_text(case.message)}"/></testcase>'
    text = "\n".join(map(_text, case.text.split("\n")))
    return f'{head}><{case.outcome} type="{_shared(case.type)}" message="{_text(case.message)}">{text}</{case.outcome}></testcase>'


def _totals(count: Counter[str]) -> str:
    """The times are 0: some readers insist on one, and reports hold no durations."""
    return f'tests="{count.total()}" failures="{count["failure"]}" errors="{count["error"]}" skipped="{count["skipped"]}" time="0"'


def _text(text: str) -> str:
    told = short(text, LONGEST_TEXT)
    return escape(NOT_XML.sub("\ufffd", told), quote=False).replace('"', "&quot;") if SPECIAL.search(told) else told


_shared = lru_cache(maxsize=1 << 10)(_text)
"""The same for texts that many cases share."""
