# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result as Markdown that fits a comment on a pull request.

What comes from a cloud stands in code spans whose fence is longer than any in it: nothing in there is markup, a link or
a mention. What comes from rule files has its markup escaped. So the text is fit to be read as it is, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .grouping import (
    ABOUT_STORES,
    LONGEST_HINT,
    WAIVED,
    WAIVER,
    Changes,
    Grouping,
    RuleFindings,
    changes,
    compared_fields,
    counts,
    idle,
    labels_of,
    listed,
    longest,
    organizations,
    partly_judged,
    place,
    short,
    spot,
    told_status,
    waiver,
    ways_out,
)
from .language import Language
from .report import Finding, MakeSpool, SmallSpool, Told

LONGEST_REPORT = 60_000
"""Characters. The great forges refuse a comment of more than 65,536."""
LONGEST_LEDGER = 20_000
LONGEST_TEXT = 200
MOST_STORES = 50
MOST_OF_A_RULE = 10
MOST_PLACES = 3

MARKUP = re.compile(r"[\\`*_{}\[\]<>#|&~]")
BACKTICKS = re.compile("`+")
TIME = re.compile("^As of .*$|^Since the report of [^ ]+:|^判断时间：.*$|^与 [^ ]+ 的报告相比：", re.MULTILINE)


class MarkdownReport(Told):
    """The report."""

    times = TIME

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._grouping = Grouping(MOST_OF_A_RULE)
        self._changes = Changes(MOST_OF_A_RULE)

    def add(self, finding: Finding, encoded: str) -> str:
        self._grouping.add(finding)
        self._changes.add(finding)
        return ""

    def tail(self) -> Iterator[str]:
        result, say, found = self.result, self.say, self._grouping.groups(self.result)
        head = [*_verdict(say, result), *_compared(say, result, self._changes.new), *_ledger(say, result["stores"])]
        told = head + _findings(say, found, LONGEST_REPORT - sum(map(len, head)))
        told += _owners(say, result.get("owners", ()), LONGEST_REPORT - sum(map(len, told)))
        told += _partly(say, partly_judged(result, found), LONGEST_REPORT - sum(map(len, told)))
        yield "\n\n".join(told + _waived(say, found, LONGEST_REPORT - sum(map(len, told))) + _idle(say, idle(result))) + "\n"


def _verdict(say: Language, result: Mapping[str, Any]) -> list[str]:
    summary = result["summary"]
    checks = counts(summary["checks"], summary["checks"], say) or say("none")
    secrets, rules = say("{count} secret{s}", count=summary["secrets"]), say("{count} rule{s}", count=len(result["rules"]))
    about = {"secrets": secrets, "rules": rules, "severity": say.word(result["fail_on"]), "checks": checks}
    return [
        say("# Secrets audit: {verdict}", verdict=say.word(result["verdict"]).upper()) + (f" ({_text(result['note'])})" if result["note"] else ""),
        say("As of {time}", time=result["as_of"]),
        say("{secrets}, {rules}, failing on {severity} and above. Checks: {checks}.", **about),
        *map(_code, organizations(result, say)),
    ]


def _compared(say: Language, result: Mapping[str, Any], new: list[Finding]) -> list[str]:
    """What has changed since the last report, the worst first, and what cannot be compared."""
    if not result["compared"]:
        return []
    summary, fixed, reasons = result["summary"], result["fixed"][:MOST_OF_A_RULE], result["compared"]["not_comparable"]
    told = changes(result, say)
    items = [say("new: {finding}", finding=f"**{say.word(finding['verdict'])}** {_which(say, finding)}") for finding in new]
    items += _more(say, summary["new"] - len(new), "new finding{s}")
    items += [say("fixed: {finding}, open since {time}", finding=_which(say, finding), time=_code(finding["since"])) for finding in fixed]
    items += _more(say, summary["fixed"] - len(fixed), "fixed finding{s}")
    items += [say("not comparable: {reason} ({count})", reason=_code(item["reason"]), count=item["findings"]) for item in reasons[:MOST_OF_A_RULE]]
    items += _more(say, len(reasons) - MOST_OF_A_RULE, "reason{s}")
    listed_items = "\n".join(f"- {item}" for item in items)
    return [f"## {say('Changes')}", say("{sentence}.", sentence=f"{told[0].upper()}{told[1:]}"), *filter(None, [listed_items])]


def _which(say: Language, finding: Finding) -> str:
    return f"{_code(finding['rule'])} {_code(spot(finding, say))}"


def _ledger(say: Language, stores: list[Mapping[str, Any]]) -> list[str]:
    ordered = sorted(stores, key=listed)
    if not ordered:
        return [say("No store was judged.")]
    fitting = _fitting((_row(say, store) for store in ordered[:MOST_STORES]), LONGEST_LEDGER)
    table = "\n".join([say("| store | status | secrets | reason |"), "| --- | --- | ---: | --- |", *fitting])
    return [f"## {say('Ledger')}", *_hints(say, stores), table, *_more(say, len(ordered) - len(fitting), "store{s}")]


def _hints(say: Language, stores: Iterable[Mapping[str, Any]]) -> list[str]:
    found = ways_out(stores)
    items = [f"- {_code(hint, LONGEST_HINT)} ({_places(say, members)})" for hint, members in list(found.items())[:MOST_OF_A_RULE]]
    return ["\n".join([*items, *(f"- {text}" for text in _more(say, len(found) - len(items), "way{s} out"))])] if items else []


def _places(say: Language, stores: list[Mapping[str, Any]]) -> str:
    return say.listed([*(_code(place(store)) for store in stores[:MOST_PLACES]), *_more(say, len(stores) - MOST_PLACES, "store{s}")])


def _row(say: Language, store: Mapping[str, Any]) -> str:
    labels = labels_of(store)
    return f"| {_cell(place(store))}{f' {_cell(labels)}' if labels else ''} | {told_status(store, say)} | {store['secrets']} | {_cell(store['reason'])} |"


def _findings(say: Language, found: list[RuleFindings], budget: int) -> list[str]:
    blocks = [_group(say, group) for group in found]
    fitting = _fitting(blocks, budget)
    return fitting + _more(say, len(blocks) - len(fitting), "rule{s} with findings")


def _group(say: Language, group: RuleFindings) -> str:
    rule = group.rule
    items = [_item(say, say.finding(finding)) for finding in group.findings]
    items += [f"- {text}" for text in _more(say, group.told - len(group.findings), "finding{s}")]
    items += [f"- {group.told_blind_spots(say)}"] if group.blind_spots else []
    items += [f"- {_code(group.not_judged())}"] if group.not_judged() else []
    items = [say("The ledger above has the stores.")] if rule["id"] == ABOUT_STORES else items
    fix = [say("What to do: {text}", text=_text(rule["remediation"]))] if rule["remediation"] else []
    title = f"## {say.word(rule['severity'])}: {_text(rule['title'])}"
    return "\n\n".join([title, f"{_code(rule['id'])}: {group.counts(say)}", *fix, *filter(None, ["\n".join(items)])])


def _item(say: Language, finding: Finding) -> str:
    return f"- **{say.word(finding['verdict'])}** {_code(spot(finding, say))}: {_message(finding)}{_comparison(say, finding)}"


def _owners(say: Language, owners: Sequence[Mapping[str, Any]], budget: int) -> list[str]:
    """Whose the findings are."""
    rows = (_owner(say, owner) for owner in owners[:MOST_STORES])
    fitting = _fitting(rows, budget)
    table = "\n".join([say("| owner | worst | fail | unknown |"), "| --- | --- | ---: | ---: |", *fitting])
    return [f"## {say('Owners')}", table, *_more(say, len(owners) - len(fitting), "owner{s}")] if fitting else []


def _owner(say: Language, owner: Mapping[str, Any]) -> str:
    name = _cell(owner["owner"]) if owner["owner"] else say("nobody")
    return f"| {name} | {say.word(owner['worst'] or '')} | {owner['error'] + owner['fail']} | {owner['unknown']} |"


def _waived(say: Language, found: list[RuleFindings], budget: int) -> list[str]:
    """Waived findings, with the rest of the budget. They need no action, but must stay visible."""
    number = sum(group.rule["checks"].get(WAIVED, 0) for group in found)
    fitting = _fitting((_excused(say, finding) for group in found for finding in group.waived), budget)
    return [f"## {say('Waived')}", *filter(None, ["\n".join(fitting)]), *_more(say, number - len(fitting), "waived finding{s}")] if number else []


def _excused(say: Language, finding: Finding) -> str:
    known = waiver(finding)
    words = [_code(known.get("reason", "")), *(f"{say(key)} {_code(known[key])}" for key in WAIVER[1:] if key in known)]
    return f"- {_which(say, finding)}: {', '.join(filter(None, words))}"


def _partly(say: Language, rules: list[Mapping[str, Any]], budget: int) -> list[str]:
    """The rules that hold, as far as they could be judged."""
    items = _fitting((f"- {_code(rule['id'])}: {_code(rule['not_judged']['reason'])}" for rule in rules), budget)
    return [f"## {say('Judged in part')}", *filter(None, ["\n".join(items)]), *_more(say, len(rules) - len(items), "such rule{s}")] if rules else []


def _idle(say: Language, found: Mapping[str, list[str]]) -> list[str]:
    """The rules that judged nothing, in one paragraph for each reason."""
    told = []
    for reason, rules in list(found.items())[:MOST_OF_A_RULE]:
        why = f" ({_code(reason)})" if reason else ""
        told.append(say("Rules that judged nothing{why}: {rules}", why=why, rules=say.listed(map(_code, rules[:MOST_STORES]))))
        told += _more(say, len(rules) - MOST_STORES, "such rule{s}")
    return told + _more(say, sum(map(len, list(found.values())[MOST_OF_A_RULE:])), "rule{s} that judged nothing")


def _more(say: Language, number: int, what: str) -> list[str]:
    return [say("and {count} more {what}", count=number, what=say(what, count=number))] if number > 0 else []


def _fitting(texts: Iterable[str], budget: int) -> list[str]:
    """The first texts that fit the budget of characters, each with its separator."""
    fitting = []
    for text in texts:
        budget -= len(text) + 2
        if budget < 0:
            break
        fitting.append(text)
    return fitting


def _code(text: str, longest: int = LONGEST_TEXT) -> str:
    """A code span. Its fence is longer than any run of backticks in it; spaces keep it apart from those at the ends."""
    if not text:
        return ""
    shown = short(text, longest)
    fence = "`" * (1 + max(map(len, BACKTICKS.findall(shown)), default=0))
    space = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _message(finding: Finding) -> str:
    return _code(finding["message"], longest(finding, LONGEST_TEXT))


def _comparison(say: Language, finding: Finding) -> str:
    """What the rule compared, below the sentence for people."""
    told = compared_fields(finding, say)
    return f"\n  - {_code('; '.join(told))}" if told else ""


def _cell(text: str) -> str:
    """A code span in a table, where a bare pipe would end the cell."""
    return _code(text).replace("|", "\\|")


def _text(text: str) -> str:
    return MARKUP.sub(r"\\\g<0>", short(text, LONGEST_TEXT))
