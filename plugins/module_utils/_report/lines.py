# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result in a few lines for a terminal: the verdict, the ledger, the stores that are not complete, the findings by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.counting import counted
from .._core.redaction import printable
from .grouping import (
    ABOUT_STORES,
    LONGEST_HINT,
    Changes,
    Grouping,
    RuleFindings,
    by_hint,
    changes,
    counts,
    idle,
    longest,
    organizations,
    partly_judged,
    place,
    short,
    spot,
    unlisted,
)
from .report import Finding, MakeSpool, Report, SmallSpool

MOST_LINES = 20
"""With those of Ansible, a run of one host that fails prints at most 60."""
MOST_OF_A_RULE = 3
LONGEST_LINE = 200
BEST = ("html", "markdown", "text")
"""Reports for people, the best first."""


class Terminal(Report):
    """The report for a terminal. Its tail is a line a piece. reports: format -> path of the reports that are written beside it."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool, reports: Mapping[str, str] | None = None) -> None:
        super().__init__(result, make_spool)
        self._reports = reports or {}
        self._grouping = Grouping(MOST_OF_A_RULE)
        self._changes = Changes(MOST_OF_A_RULE)

    def add(self, finding: Finding, encoded: str) -> str:
        self._grouping.add(finding)
        self._changes.add(finding)
        return ""

    def tail(self) -> Iterator[str]:
        found, last = self._grouping.groups(self.result), _reports(self._reports)
        for most, rules in ((MOST_OF_A_RULE, len(found)), *((1, number) for number in range(min(len(found), MOST_LINES), -1, -1))):
            lines = self._lines(found, most, rules)
            if len(lines) + len(last) <= MOST_LINES:
                break
        else:
            kept = MOST_LINES - 1 - len(last)
            lines = lines[:kept] + [f"and {len(lines) - kept} more lines; the reports have all findings"]
        yield from (*lines, *last)

    def _lines(self, found: list[RuleFindings], most: int, rules: int) -> list[str]:
        """The report with that many examples of everything, of rules only of that many of the first."""
        result = self.result
        lines = [*map(_cut, [*_head(result), *_compared(result, self._changes.new[:most], most)]), *_stores(unlisted(result), most)]
        for number, group in enumerate(found):
            lines += _group(group, most if number < rules else 0)
        for rule in partly_judged(result, found):
            lines += [_cut(f"{rule['severity']} {rule['id']}: {counts(rule['checks'], ['pass'])} - {rule['title']}"), _cut(f"  {rule['not_judged']['reason']}")]
        return lines + [_cut(f"judged nothing{f' ({reason})' if reason else ''}: {', '.join(rules)}") for reason, rules in idle(result).items()]


def render(result: Mapping[str, Any]) -> list[str]:
    """At most MOST_LINES lines, each fit for a terminal. What to do about a store is never cut."""
    return list(filter(None, Terminal(result).pieces()))


def _head(result: Mapping[str, Any]) -> list[str]:
    summary = result["summary"]
    checks = counts(summary["checks"], summary["checks"]) or "nothing was judged"
    stores = counts(summary["stores"], summary["stores"]) or "none"
    note = f" ({result['note']})" if result["note"] else ""
    return [
        f"{result['verdict'].upper()}{note} as of {result['as_of']}, failing on {result['fail_on']} and above: {checks}",
        f"ledger: {counted(summary['secrets'], 'secret')}; stores: {stores}",
        *organizations(result),
    ]


def _reports(reports: Mapping[str, str]) -> list[str]:
    """Where the report for people is, whole, and which others there are."""
    names = sorted(reports, key=lambda name: (BEST.index(name) if name in BEST else len(BEST), name))
    others = f" (also: {', '.join(names[1:])})" if names[1:] else ""
    return [f"report: {printable(reports[names[0]], LONGEST_HINT)}{others}"] if names else []


def _compared(result: Mapping[str, Any], new: list[Finding], most: int) -> list[str]:
    """What has changed since the last report, the worst first, and what cannot be compared."""
    if not result["compared"]:
        return []
    summary, fixed, reasons = result["summary"], result["fixed"][:most], result["compared"]["not_comparable"]
    return [
        changes(result),
        *(f"  new: {finding['severity']} {finding['rule']} {finding['verdict']} {spot(finding)}" for finding in new),
        *_more(summary["new"] - len(new), "new finding"),
        *(f"  fixed: {finding['severity']} {finding['rule']} {spot(finding)}" for finding in fixed),
        *_more(summary["fixed"] - len(fixed), "fixed finding"),
        *(f"  not comparable: {item['reason']} ({counted(item['findings'], 'finding')})" for item in reasons[:most]),
        *_more(len(reasons) - most, "reason"),
    ]


def _stores(stores: list[Mapping[str, Any]], most: int) -> list[str]:
    """What to do, once for all stores that share it, and the first of these with the cloud's own words."""
    lines = []
    for hint, members in by_hint(stores).items():
        lines += [f"  {short(hint, LONGEST_HINT)}"] if hint else []
        indent = "    " if hint else "  "
        lines += [_cut(f"{indent}{store['status']} {place(store)}" + (f": {store['reason']}" if store["reason"] else "")) for store in members[:most]]
        left = len(members) - most
        lines += [f"{indent}and {counted(left, 'more store')}"] if left > 0 else []
    return lines


def _group(group: RuleFindings, most: int) -> list[str]:
    head = _cut(f"{group.rule['severity']} {group.rule['id']}: {group.counts()} - {group.rule['title']}")
    if group.rule["id"] == ABOUT_STORES or not most:
        return [head]
    told = group.findings[:most]
    lines = [short(f"  {finding['verdict']} {spot(finding)}: {finding['message']}", longest(finding, LONGEST_LINE)) for finding in told]
    if group.told > len(told):
        lines[-1] += f" (and {group.told - len(told)} more)"
    blind_spots = [f"  {group.told_blind_spots()}"] if group.blind_spots else []
    blind_spots += [_cut(f"  {group.not_judged()}")] if group.not_judged() else []
    return [head, *lines, *blind_spots]


def _cut(line: str) -> str:
    return short(line, LONGEST_LINE)


def _more(number: int, what: str) -> list[str]:
    return [f"  and {counted(number, f'more {what}')}"] if number > 0 else []
