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
from .language import ENGLISH, Language
from .report import Finding, MakeSpool, SmallSpool, Told

LONGEST_REPORT = 2_000
"""Bytes of UTF-8."""
LONGEST_LINE = 160
LONGEST_HINT = 500
MOST_SHOWN = 5
MORE = "There is more in the other reports."
TIME = re.compile(r"^(?:Secrets audit: |凭据审计：)\w+ \([^)]*\)|^Since the report of [^ ]+:|^与 [^ ]+ 的报告相比：", re.MULTILINE)


class TextReport(Told):
    """The report."""

    times = TIME

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
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
        result, say = self.result, self.say
        told = [*_verdict(say, result), *_compared(say, result, self._changes.new)]
        title = say("Still there" if result["compared"] else "Worst")
        told += [*_section(title, [_line(say, finding) for finding in self._worst], self._number)]
        told += [*_section(say("Not seen"), [*_unseen(say, result)][:MOST_SHOWN], len(unlisted(result)))]
        yield fitting(told, say)


def fitting(lines: list[str], say: Language = ENGLISH) -> str:
    """The first lines that fit, and a word where there are more."""
    more = say(MORE)
    left = LONGEST_REPORT - len(more.encode("utf-8")) - 1
    kept: list[str] = []
    for line in lines:
        left -= len(line.encode("utf-8")) + 1
        if left < 0:
            kept.append(more)
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _verdict(say: Language, result: Mapping[str, Any]) -> Iterator[str]:
    summary = result["summary"]
    yield say("Secrets audit: {verdict} ({time})", verdict=say.word(result["verdict"]).upper(), time=result["as_of"])
    if result["note"]:
        yield short(result["note"], LONGEST_HINT)
    checks = counts(summary["checks"], summary["checks"], say) or say("nothing was judged")
    yield say("{count} secret{s}; {checks}", count=summary["secrets"], checks=checks)


def _compared(say: Language, result: Mapping[str, Any], new: list[Finding]) -> Iterator[str]:
    """What has changed since the last report."""
    if not result["compared"]:
        return
    told = changes(result, say)
    yield f"{told[0].upper()}{told[1:]}"
    yield from _section(say("New"), [_line(say, finding) for finding in new], result["summary"]["new"])
    fixed = [short(f"- {say.word(finding['severity'])} {spot(finding, say)} ({finding['rule']})", LONGEST_LINE) for finding in result["fixed"][:MOST_SHOWN]]
    yield from _section(say("Fixed"), fixed, result["summary"]["fixed"])


def _section(title: str, lines: list[str], number: int) -> Iterator[str]:
    """A title with the number of all, and the first of them."""
    if lines:
        yield f"{title}: {number}"
        yield from lines


def _line(say: Language, finding: Finding) -> str:
    verdict = "" if finding["verdict"] == "fail" else f" {say.word(finding['verdict'])}"
    return short(f"- {say.word(finding['severity'])}{verdict} {spot(finding, say)}: {say.finding(finding)['message']}", LONGEST_LINE)


def _unseen(say: Language, result: Mapping[str, Any]) -> Iterator[str]:
    """The stores that were not listed to their end, by what is to be done about them."""
    for hint, stores in by_hint(unlisted(result)).items():
        more = say(" and {count} more", count=len(stores) - 1) if stores[1:] else ""
        first = f"{say.word(stores[0]['status'])} {place(stores[0])}{more}"
        said = hint or stores[0]["reason"]
        yield short(f"- {first}{f': {said}' if said else ''}", LONGEST_HINT)
