# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result in a few plain lines for a chat or a mail: the verdict, what is new, the worst, and what was not seen.

The text has at most LONGEST_REPORT bytes, because some chats refuse more than 2,048. It is made of whole lines only, so
that no character is cut in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .grouping import OPEN_VERDICTS, Changes, by_hint, changes, counts, place, short, spot, tells_store_again, unlisted
from .report import Finding, MakeSpool, Memory, Report, pieces

LONGEST_REPORT = 2_000
"""Bytes of UTF-8."""
LONGEST_LINE = 160
LONGEST_HINT = 500
MOST_SHOWN = 5
MORE = "There is more in the other reports."
TIME = re.compile(r"^Secrets audit: \w+ \([^)]*\)|^Since the report of [^ ]+:", re.MULTILINE)


class TextReport(Report):
    """The report."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = Memory) -> None:
        super().__init__(result, make_spool)
        self._changes = Changes(MOST_SHOWN)
        self._worst: list[Finding] = []
        self._number = 0

    def add(self, finding: Finding, encoded: str) -> str:
        self._changes.add(finding)
        if finding["verdict"] in OPEN_VERDICTS and not finding["new"] and not tells_store_again(finding):
            self._number += 1
            self._worst += [finding] if len(self._worst) < MOST_SHOWN else []
        return ""

    def tail(self) -> Iterator[str]:
        result = self.result
        told = [*_verdict(result), *_compared(result, self._changes.new)]
        told += [*_section("Still there" if result["compared"] else "Worst", [_line(finding) for finding in self._worst], self._number)]
        told += [*_section("Not seen", [*_unseen(result)][:MOST_SHOWN], len(unlisted(result)))]
        yield fitting(told)


def render(result: Mapping[str, Any]) -> str:
    """The report of a result."""
    return "".join(pieces(TextReport(result)))


def timeless(report: str) -> str:
    """A report without the time at which it was made: two that differ in nothing else say the same."""
    return TIME.sub("", report)


def fitting(lines: list[str]) -> str:
    """The first lines that fit, and a word where there are more."""
    left = LONGEST_REPORT - len(MORE) - 1
    kept: list[str] = []
    for line in lines:
        left -= len(line.encode("utf-8")) + 1
        if left < 0:
            kept.append(MORE)
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _verdict(result: Mapping[str, Any]) -> Iterator[str]:
    summary = result["summary"]
    yield f"Secrets audit: {result['verdict'].upper()} ({result['as_of']})"
    if result["note"]:
        yield short(result["note"], LONGEST_HINT)
    yield f"{summary['secrets']} secrets; {counts(summary['checks'], summary['checks']) or 'nothing was judged'}"


def _compared(result: Mapping[str, Any], new: list[Finding]) -> Iterator[str]:
    """What has changed since the last report."""
    if not result["compared"]:
        return
    told = changes(result)
    yield f"{told[0].upper()}{told[1:]}"
    yield from _section("New", [_line(finding) for finding in new], result["summary"]["new"])
    fixed = [short(f"- {finding['severity']} {spot(finding)} ({finding['rule']})", LONGEST_LINE) for finding in result["fixed"][:MOST_SHOWN]]
    yield from _section("Fixed", fixed, result["summary"]["fixed"])


def _section(title: str, lines: list[str], number: int) -> Iterator[str]:
    """A title with the number of all, and the first of them."""
    if lines:
        yield f"{title}: {number}"
        yield from lines


def _line(finding: Finding) -> str:
    verdict = "" if finding["verdict"] == "fail" else f" {finding['verdict']}"
    return short(f"- {finding['severity']}{verdict} {spot(finding)}: {finding['message']}", LONGEST_LINE)


def _unseen(result: Mapping[str, Any]) -> Iterator[str]:
    """The stores that were not listed to their end, by what is to be done about them."""
    for hint, stores in by_hint(unlisted(result)).items():
        first = f"{stores[0]['status']} {place(stores[0])}" + (f" and {len(stores) - 1} more" if stores[1:] else "")
        said = hint or stores[0]["reason"]
        yield short(f"- {first}{f': {said}' if said else ''}", LONGEST_HINT)
