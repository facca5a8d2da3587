# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the HTML page about stores and rules: the ledger, the map of the worst stores, the rules, the owners."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .._core.records import StoreKey
from .grouping import LONGEST_HINT, OPEN_VERDICTS, WAIVED, labels_of, listed, place, short, told_status, ways_out
from .html_markup import cell, code, head, hints, left_out, link, listing, number, section, table, text, time
from .html_verdict import VERDICT_ORDER
from .language import Language

MOST_STORES = 500
MOST_ROWS = 100
MOST_COLUMNS = 40
MOST_HINTS = 20
MOST_PLACES = 3
FEW = 8
"""Complete stores that need no fold."""

WEIGHED = (*OPEN_VERDICTS, WAIVED)
STATUSES = {"complete": "pass", "not_offered": "not_applicable", "failed": "fail", "partial": "fail", "stale": "unknown", "missing": "unknown"}
RuleCounts = Counter[tuple[str, str]]
"""How many findings there are of each rule and verdict."""
SEVERAL: StoreKey = ("several stores", "", "")
"""Stands for what is found of no single store."""


def ledger(say: Language, stores: Sequence[Mapping[str, Any]], members: Sequence[str]) -> str:
    """What was not listed to its end, and, folded, what was. members: what is told of organizations."""
    open_rows, whole = [store for store in stores if not listed(store)], [store for store in stores if listed(store)]
    body = hints(map(text, members)) + _hints(say, stores)
    body += _stores(say, "ledger", say("Every store that was not listed to its end"), open_rows) if open_rows else ""
    if whole:
        unfold = " open" if len(whole) <= FEW else ""
        told = _stores(say, "whole", say("Every store that was listed to its end"), whole)
        counted = say("{count} store{s} listed to the end", count=number(len(whole)))
        body += f'<details class="fold"{unfold}><summary>{counted}</summary>{told}</details>'
    what = say("Each account and region, and how much of it was listed. A store that was not listed to its end is never green.")
    return section("ledger", say("Ledger"), what, body or f'<p class="empty">{say("No store was judged.")}</p>')


def _stores(say: Language, name: str, caption: str, stores: Sequence[Mapping[str, Any]]) -> str:
    titles = head(say("Status"), say("Account"), say("Region"), f"#{say('Secrets')}", say("Reason"), say("Collected"), say("Provider"))
    rows = "\n".join(_store(say, store) for store in stores[:MOST_STORES])
    return table(name, caption, titles, rows, "stores") + left_out(say, len(stores), MOST_STORES, "store{s}")


def _hints(say: Language, stores: Iterable[Mapping[str, Any]]) -> str:
    found = ways_out(stores)
    items = [f"{escape(short(hint, LONGEST_HINT))} {_places(say, members)}" for hint, members in list(found.items())[:MOST_HINTS]]
    return hints(items) + left_out(say, len(found), MOST_HINTS, "way{s} out")


def _places(say: Language, stores: Sequence[Mapping[str, Any]]) -> str:
    named = say.listed(code(place(store)) for store in stores[:MOST_PLACES])
    more = say(" and {count} more store{s}", count=number(len(stores) - MOST_PLACES)) if len(stores) > MOST_PLACES else ""
    return f'<span class="quiet">{named}{more}</span>'


def _store(say: Language, store: Mapping[str, Any]) -> str:
    cells = [
        f'<td><span class="badge {STATUSES[store["status"]]}">{told_status(store, say)}</span></td>',
        f'<td class="tight">{code(store["account"])}{_labels(store)}</td>',
        f'<td class="tight">{code(store["region"])}</td>',
        f'<td class="number">{number(store["secrets"])}</td>',
        f'<td class="reason">{text(store["reason"])}</td>',
        f'<td class="tight quiet">{time(store["collected_at"])}</td>',
        f'<td class="tight quiet">{text(store["provider"])}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _labels(store: Mapping[str, Any]) -> str:
    labels = labels_of(store)
    return f' <span class="quiet">{text(labels)}</span>' if labels else ""


def worst_map(say: Language, result: Mapping[str, Any], rules: Mapping[str, Any], found: Mapping[StoreKey, RuleCounts]) -> str:
    """A row for each store with findings, the worst first and by account, a column for each rule; in a cell the worst of it."""
    severities = list(result["summary"]["findings"])
    gravity = {name: severities.index(rule["severity"]) for name, rule in rules.items()}
    columns = sorted({rule for numbers in found.values() for rule, _verdict in numbers}, key=lambda rule: (gravity[rule], rule))
    if not columns:
        return section("map", say("Map"), say("No rule has a finding in any store."), "")
    shown = columns[:MOST_COLUMNS]
    weights = {key: _weight(numbers, gravity, len(severities)) for key, numbers in found.items() if numbers}
    worst = sorted(weights, key=lambda key: (weights[key], key))
    rows = _grouped(say, worst[:MOST_ROWS], found, shown)
    titles = "".join(_column(rule, rules[rule]["title"]) for rule in shown)
    corner = f'<td><span class="unseen">{say("Store")}</span></td>'
    drawn = table("map", say("Findings of each rule in each store"), f"<tr>{corner}{titles}</tr>", rows, "map")
    what = say(
        "Stores by rules with findings, the worst first, by account. A plain number counts failures, a number with ? unknown results, "
        "a number in brackets waived findings. Choose a cell to see its findings."
    )
    clean = sum(not numbers for key, numbers in found.items() if key != SEVERAL)
    notes = left_out(say, len(worst), MOST_ROWS, "store{s} with findings") + left_out(say, len(columns), MOST_COLUMNS, "rule{s}")
    left = "1 store without a finding is not shown." if clean == 1 else "{count} stores without a finding are not shown."
    notes += f'<p class="note">{say(left, count=number(clean))}</p>' if clean else ""
    return section("map", say("Map"), what, drawn + notes)


def _weight(numbers: RuleCounts, gravity: Mapping[str, int], severities: int) -> tuple[int, ...]:
    """The gravest come first: failures by severity, then what is unknown by severity."""
    weight = [0] * (2 * severities)
    for (rule, verdict), count in numbers.items():
        if verdict != WAIVED:
            weight[gravity[rule] + (severities if verdict == "unknown" else 0)] -= count
    return tuple(weight)


def _grouped(say: Language, stores: Sequence[StoreKey], found: Mapping[StoreKey, RuleCounts], rules: Sequence[str]) -> str:
    """Rows by account, the account of the worst store first."""
    accounts: dict[tuple[str, str], list[StoreKey]] = {}
    for key in stores:
        accounts.setdefault(key[:2], []).append(key)
    rows = []
    for (provider, account), members in accounts.items():
        if members != [SEVERAL]:
            named = f'{text(account)} <span class="quiet">{text(provider)}</span>'
            rows.append(f'<tr class="group"><th scope="rowgroup">{named}</th><td colspan="{len(rules)}"></td></tr>')
        rows += [_row(say, key, found[key], rules) for key in members]
    return "\n".join(rows)


def _column(rule: str, title: str) -> str:
    return f'<th scope="col" title="{text(title)}">{link(listing("findings", rule=rule), text(rule))}</th>'


def _row(say: Language, key: StoreKey, found: RuleCounts, rules: Sequence[str]) -> str:
    provider, account, region = key
    several = key == SEVERAL
    filters = {"region": ""} if several else {"provider": provider, "account": account, "region": region}
    where = say(SEVERAL[0]) if several else "/".join(filter(None, key))
    cells = "".join(
        _cell(say, {verdict: found[rule, verdict] for verdict in WEIGHED}, f"{where}, {rule}", listing("findings", rule=rule, **filters)) for rule in rules
    )
    return f'<tr><th scope="row">{where if several else text(region or say("no region"))}</th>{cells}</tr>'


def _cell(say: Language, found: Mapping[str, int], where: str, target: str) -> str:
    if not any(found.values()):
        return f'<td><span><span class="unseen">{say("no finding")}</span></span></td>'
    verdict = next(verdict for verdict in WEIGHED if found[verdict])
    count = number(found[verdict])
    shown = {"unknown": f"{count}\u2009?", WAIVED: f"({count})"}.get(verdict, count)
    told = say.listed(say.counted(found[word], word) for word in WEIGHED if found[word])
    heat = min(4, 1 + int(math.log(found[verdict], 4)))
    label = say("{counts} in {place}", counts=told, place=text(where))
    attributes = f' class="{verdict} heat-{heat}" aria-label="{label}" title="{told}"'
    return f"<td>{link(target, shown, attributes)}</td>"


def rules_part(say: Language, result: Mapping[str, Any]) -> str:
    """Every rule with its verdict."""
    verdicts, severities = list(VERDICT_ORDER), list(result["summary"]["findings"])
    ordered = sorted(result["rules"], key=lambda rule: (verdicts.index(rule["verdict"]), severities.index(rule["severity"]), rule["id"]))
    columns = [verdict for verdict in VERDICT_ORDER if any(rule["checks"].get(verdict) for rule in ordered)]
    titles = head(say("Verdict"), say("Severity"), say("Rule"), *(f"#{say.word(verdict).capitalize()}" for verdict in columns))
    rows = "\n".join(_rule(say, rule, columns) for rule in ordered[:MOST_STORES])
    what = say("Each rule and its result. The numbers count secrets, stores and groups of stores.")
    drawn = table("rules", say("Every rule with its verdict"), titles, rows) + left_out(say, len(ordered), MOST_STORES, "rule{s}")
    return section("rules", say("Rules"), what, drawn)


def _rule(say: Language, rule: Mapping[str, Any], columns: Iterable[str]) -> str:
    numbers = "".join(cell(rule["checks"].get(verdict, 0)) for verdict in columns)
    found = any(rule["checks"].get(verdict) for verdict in WEIGHED)
    name = link(listing("findings", rule=rule["id"]), code(rule["id"])) if found else code(rule["id"])
    verdict = f'<span class="badge {rule["verdict"]}">{say.word(rule["verdict"])}</span>'
    reason = rule["not_judged"]["reason"]
    told = f'<small class="quiet">{text(reason)}</small>' if reason else ""
    if rule.get("file"):
        told += f'<small class="quiet">{text(rule["file"])}:{rule["line"]}</small>'
    return f'<tr><td>{verdict}</td><td>{say.word(rule["severity"])}</td><td class="rule"><b>{text(rule["title"])}</b>{name}{told}</td>{numbers}</tr>'


def owners_part(say: Language, owners: Sequence[Mapping[str, Any]]) -> str:
    """Whose the findings are."""
    titles = head(say("Owner"), say("Worst"), *(f"#{say.word(verdict).capitalize()}" for verdict in WEIGHED))
    rows = "\n".join(_owner(say, owner) for owner in owners[:MOST_STORES])
    drawn = table("owners", say("Findings of each owner"), titles, rows) + left_out(say, len(owners), MOST_STORES, "owner{s}")
    return section("owners", say("Owners"), say("Whose the findings are, the worst off first. Choose one to see the findings."), drawn)


def _owner(say: Language, owner: Mapping[str, Any]) -> str:
    name = text(owner["owner"]) or say("nobody")
    numbers = "".join(cell(owner[verdict]) for verdict in WEIGHED)
    return f"<tr><td>{link(listing('findings', owner=owner['owner']), name)}</td><td>{say.word(owner['worst'] or '')}</td>{numbers}</tr>"
