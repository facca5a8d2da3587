# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result in a few lines for a terminal: the verdict, the ledger, the stores that are not complete, the findings by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
    unlisted,
)
from .report import Finding, MakeSpool, Memory, Report, pieces

MOST_LINES = 60
MOST_STORES = 15
MOST_OF_A_RULE = 3
LONGEST_LINE = 200


class Terminal(Report):
    """The report for a terminal. Its tail is a line a piece."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = Memory) -> None:
        super().__init__(result, make_spool)
        self._grouping = Grouping(MOST_OF_A_RULE)
        self._changes = Changes(MOST_OF_A_RULE)

    def add(self, finding: Finding, encoded: str) -> str:
        self._grouping.add(finding)
        self._changes.add(finding)
        return ""

    def tail(self) -> Iterator[str]:
        lines: list[str] = []
        result, found = self.result, self._grouping.groups(self.result)
        for group in found:
            lines += _group(group)
        for rule in partly_judged(result, found):
            lines += [_cut(f"{rule['severity']} {rule['id']}: {counts(rule['checks'], ['pass'])} - {rule['title']}"), _cut(f"  {rule['not_judged']['reason']}")]
        lines += [_cut(f"judged nothing{f' ({reason})' if reason else ''}: {', '.join(rules)}") for reason, rules in idle(result).items()]
        lines = [*map(_cut, [*_head(result), *_compared(result, self._changes.new)]), *_stores(unlisted(result)), *lines]
        if len(lines) > MOST_LINES:
            lines = lines[: MOST_LINES - 1] + [f"and {len(lines) - MOST_LINES + 1} more lines; the reports have all findings"]
        yield from lines


def render(result: Mapping[str, Any]) -> list[str]:
    """At most MOST_LINES lines, each fit for a terminal. What to do about a store is never cut."""
    return list(filter(None, pieces(Terminal(result))))


def _head(result: Mapping[str, Any]) -> list[str]:
    summary = result["summary"]
    checks = counts(summary["checks"], summary["checks"]) or "nothing was judged"
    stores = counts(summary["stores"], summary["stores"]) or "none"
    note = f" ({result['note']})" if result["note"] else ""
    return [
        f"{result['verdict'].upper()}{note} as of {result['as_of']}, failing on {result['fail_on']} and above: {checks}",
        f"ledger: {summary['secrets']} secrets; stores: {stores}",
        *organizations(result),
    ]


def _compared(result: Mapping[str, Any], new: list[Finding]) -> list[str]:
    """What has changed since the last report, the worst first, and what cannot be compared."""
    if not result["compared"]:
        return []
    summary, fixed, reasons = result["summary"], result["fixed"][:MOST_OF_A_RULE], result["compared"]["not_comparable"]
    return [
        changes(result),
        *(f"  new: {finding['severity']} {finding['rule']} {finding['verdict']} {finding['subject']}" for finding in new),
        *_more(summary["new"] - len(new), "new findings"),
        *(f"  fixed: {finding['severity']} {finding['rule']} {finding['subject']}" for finding in fixed),
        *_more(summary["fixed"] - len(fixed), "fixed findings"),
        *(f"  not comparable: {item['reason']} ({item['findings']} finding{'' if item['findings'] == 1 else 's'})" for item in reasons[:MOST_OF_A_RULE]),
        *_more(len(reasons) - MOST_OF_A_RULE, "reasons"),
    ]


def _stores(stores: list[Mapping[str, Any]]) -> list[str]:
    """What to do, once for all stores that share it, and these with the cloud's own words."""
    lines = []
    for hint, members in by_hint(stores[:MOST_STORES]).items():
        lines += [f"  {short(hint, LONGEST_HINT)}"] if hint else []
        indent = "    " if hint else "  "
        lines += [_cut(f"{indent}{store['status']} {place(store)}" + (f": {store['reason']}" if store["reason"] else "")) for store in members]
    return lines + _more(len(stores) - MOST_STORES, "stores")


def _group(group: RuleFindings) -> list[str]:
    head = _cut(f"{group.rule['severity']} {group.rule['id']}: {group.counts()} - {group.rule['title']}")
    lines = [short(f"  {finding['verdict']} {finding['subject']}: {finding['message']}", longest(finding, LONGEST_LINE)) for finding in group.findings]
    blind_spots = [f"  {group.told_blind_spots()}"] if group.blind_spots else []
    blind_spots += [_cut(f"  {group.not_judged()}")] if group.not_judged() else []
    return [head] if group.rule["id"] == ABOUT_STORES else [head, *lines, *_more(group.told - len(group.findings), "findings"), *blind_spots]


def _cut(line: str) -> str:
    return short(line, LONGEST_LINE)


def _more(number: int, what: str) -> list[str]:
    return [f"  and {number} more {what}"] if number > 0 else []
