# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result in a few lines for a terminal: the verdict, the ledger, the stores with holes, the findings by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .grouping import RuleFindings, counts, groups, place, short, unlisted

MOST_LINES = 60
MOST_STORES = 15
MOST_OF_A_RULE = 3
LONGEST_LINE = 200
ABOUT_STORES = "collection-complete"
"""The rule that finds what the lines about stores have told already."""


def render(result: Mapping[str, Any]) -> list[str]:
    """At most MOST_LINES lines, each fit for a terminal."""
    lines = [*_head(result), *_stores(unlisted(result))]
    for group in groups(result, MOST_OF_A_RULE):
        lines += _group(group)
    lines += _idle(result["summary"]["idle_rules"])
    if len(lines) > MOST_LINES:
        lines = lines[: MOST_LINES - 1] + [f"and {len(lines) - MOST_LINES + 1} more lines; the reports have all findings"]
    return [short(line, LONGEST_LINE) for line in lines]


def _head(result: Mapping[str, Any]) -> list[str]:
    summary = result["summary"]
    checks = counts(summary["checks"], summary["checks"]) or "nothing was judged"
    stores = counts(summary["stores"], summary["stores"]) or "none"
    return [
        f"{result['verdict'].upper()} as of {result['as_of']}, failing on {result['fail_on']} and above: {checks}",
        f"ledger: {summary['secrets']} secrets; stores: {stores}",
    ]


def _stores(stores: list[Mapping[str, Any]]) -> list[str]:
    lines = [f"  {store['status']} {place(store)}" + (f": {store['reason']}" if store["reason"] else "") for store in stores[:MOST_STORES]]
    return lines + _more(len(stores) - MOST_STORES, "stores")


def _group(group: RuleFindings) -> list[str]:
    head = f"{group.rule['severity']} {group.rule['id']}: {group.counts()} - {group.rule['title']}"
    lines = [f"  {finding['verdict']} {finding['subject']}: {finding['message']}" for finding in group.findings]
    holes = [f"  {group.told_holes()}"] if group.holes else []
    return [head] if group.rule["id"] == ABOUT_STORES else [head, *lines, *_more(group.told - len(group.findings), "findings"), *holes]


def _idle(rules: list[str]) -> list[str]:
    return [f"judged nothing: {', '.join(rules)}"] if rules else []


def _more(number: int, what: str) -> list[str]:
    return [f"  and {number} more {what}"] if number > 0 else []
