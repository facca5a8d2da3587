# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the HTML page about stores and rules: the ledger, the map of the worst stores, the rules, the owners."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .grouping import LONGEST_HINT, OPEN_VERDICTS, WAIVED, labels_of, listed, place, short, told_status, ways_out
from .html_markup import code, head, left_out, link, listing, number, plural, section, table, text, time
from .html_verdict import CHECKS

MOST_STORES = 500
MOST_ROWS = 100
MOST_COLUMNS = 40
MOST_HINTS = 20
MOST_PLACES = 3
FEW = 8
"""Complete stores that need no fold."""

VERDICTS = (*OPEN_VERDICTS, WAIVED)
STATUSES = {"complete": "pass", "not_offered": "not_applicable", "failed": "fail", "partial": "fail", "stale": "unknown", "missing": "unknown"}
Key = tuple[str, str, str]
"""Provider, account and region."""
Found = Counter[tuple[str, str]]
"""How many findings there are of each rule and verdict."""
SEVERAL: Key = ("several stores", "", "")
"""Stands for what is found of no single store."""


# --- the ledger ---


def ledger(stores: Sequence[Mapping[str, Any]], members: Sequence[str]) -> str:
    """What was not listed to its end, and, folded, what was. members: what is told of organizations."""
    open_rows, whole = [store for store in stores if not listed(store)], [store for store in stores if listed(store)]
    body = f'<ul class="hints">{"".join(f"<li>{text(member)}</li>" for member in members)}</ul>\n' if members else ""
    body += _hints(stores)
    body += _stores("ledger", "Every store that was not listed to its end", open_rows) if open_rows else ""
    if whole:
        unfold = " open" if len(whole) <= FEW else ""
        told = _stores("whole", "Every store that was listed to its end", whole)
        body += f'<details class="fold"{unfold}><summary>{number(len(whole))} store{plural(len(whole))} listed to the end</summary>{told}</details>'
    what = "Each account and region, and how much of it was listed. A store that was not listed to its end is never green."
    return section("ledger", "Ledger", what, body or '<p class="empty">No store was judged.</p>')


def _stores(name: str, caption: str, stores: Sequence[Mapping[str, Any]]) -> str:
    titles = head("Status", "Account", "Region", "#Secrets", "Reason", "Collected", "Provider")
    return table(name, caption, titles, "\n".join(map(_store, stores[:MOST_STORES])), "stores") + left_out(len(stores), MOST_STORES, "stores")


def _hints(stores: Iterable[Mapping[str, Any]]) -> str:
    found = ways_out(stores)
    items = [f"<li>{escape(short(hint, LONGEST_HINT))} {_places(members)}</li>" for hint, members in list(found.items())[:MOST_HINTS]]
    return f'<ul class="hints">{"".join(items)}</ul>\n{left_out(len(found), MOST_HINTS, "ways out")}' if items else ""


def _places(stores: Sequence[Mapping[str, Any]]) -> str:
    named = ", ".join(code(place(store)) for store in stores[:MOST_PLACES])
    more = f" and {number(len(stores) - MOST_PLACES)} more stores" if len(stores) > MOST_PLACES else ""
    return f'<span class="quiet">{named}{more}</span>'


def _store(store: Mapping[str, Any]) -> str:
    cells = [
        f'<td><span class="badge {STATUSES[store["status"]]}">{told_status(store)}</span></td>',
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


# --- the map ---


def worst_map(result: Mapping[str, Any], rules: Mapping[str, Any], found: Mapping[Key, Found]) -> str:
    """A row for each store with findings, the worst first and by account, a column for each rule; in a cell the worst of it."""
    severities = list(result["summary"]["findings"])
    gravity = {name: severities.index(rule["severity"]) for name, rule in rules.items()}
    columns = sorted({rule for numbers in found.values() for rule, _verdict in numbers}, key=lambda rule: (gravity[rule], rule))
    if not columns:
        return section("map", "Map", "No rule has a finding in any store.", "")
    shown = columns[:MOST_COLUMNS]
    weights = {key: _weight(numbers, gravity, len(severities)) for key, numbers in found.items() if numbers}
    worst = sorted(weights, key=lambda key: (weights[key], key))
    rows = _grouped(worst[:MOST_ROWS], found, shown)
    titles = "".join(_column(rule, rules[rule]["title"]) for rule in shown)
    drawn = table("map", "Findings of each rule in each store", f'<tr><td><span class="unseen">Store</span></td>{titles}</tr>', rows, "map")
    what = (
        "Stores by rules with findings, the worst first, by account. A plain number counts failures, a number with ? unknown results, "
        "a number in brackets waived findings. Choose a cell to see its findings."
    )
    clean = sum(not numbers for key, numbers in found.items() if key != SEVERAL)
    notes = left_out(len(worst), MOST_ROWS, "stores with findings") + left_out(len(columns), MOST_COLUMNS, "rules")
    notes += f'<p class="note">{number(clean)} store{plural(clean)} without a finding {"is" if clean == 1 else "are"} not shown.</p>' if clean else ""
    return section("map", "Map", what, drawn + notes)


def _weight(numbers: Found, gravity: Mapping[str, int], severities: int) -> tuple[int, ...]:
    """The gravest come first: failures by severity, then what is unknown by severity."""
    weight = [0] * (2 * severities)
    for (rule, verdict), count in numbers.items():
        if verdict != WAIVED:
            weight[gravity[rule] + (severities if verdict == "unknown" else 0)] -= count
    return tuple(weight)


def _grouped(stores: Sequence[Key], found: Mapping[Key, Found], rules: Sequence[str]) -> str:
    """Rows by account, the account of the worst store first."""
    accounts: dict[tuple[str, str], list[Key]] = {}
    for key in stores:
        accounts.setdefault(key[:2], []).append(key)
    rows = []
    for (provider, account), members in accounts.items():
        if members != [SEVERAL]:
            named = f'{text(account)} <span class="quiet">{text(provider)}</span>'
            rows.append(f'<tr class="group"><th scope="rowgroup">{named}</th><td colspan="{len(rules)}"></td></tr>')
        rows += [_row(key, found[key], rules) for key in members]
    return "\n".join(rows)


def _column(rule: str, title: str) -> str:
    return f'<th scope="col" title="{text(title)}">{link(listing("findings", rule=rule), text(rule))}</th>'


def _row(key: Key, found: Found, rules: Sequence[str]) -> str:
    provider, account, region = key
    several = key == SEVERAL
    filters = {"region": ""} if several else {"provider": provider, "account": account, "region": region}
    cells = "".join(
        _cell({verdict: found[rule, verdict] for verdict in VERDICTS}, f"{'/'.join(filter(None, key))}, {rule}", listing("findings", rule=rule, **filters))
        for rule in rules
    )
    return f'<tr><th scope="row">{SEVERAL[0] if several else text(region or "no region")}</th>{cells}</tr>'


def _cell(found: Mapping[str, int], where: str, target: str) -> str:
    if not any(found.values()):
        return '<td><span><span class="unseen">no finding</span></span></td>'
    verdict = next(verdict for verdict in VERDICTS if found[verdict])
    count = number(found[verdict])
    shown = {"unknown": f"{count}\u2009?", WAIVED: f"({count})"}.get(verdict, count)
    told = ", ".join(f"{found[word]} {word}" for word in VERDICTS if found[word])
    heat = min(4, 1 + int(math.log(found[verdict], 4)))
    attributes = f' class="{verdict} heat-{heat}" aria-label="{told} in {text(where)}" title="{told}"'
    return f"<td>{link(target, shown, attributes)}</td>"


# --- the rules ---


def rules_part(result: Mapping[str, Any]) -> str:
    """Every rule with its verdict."""
    verdicts, severities = list(CHECKS), list(result["summary"]["findings"])
    ordered = sorted(result["rules"], key=lambda rule: (verdicts.index(rule["verdict"]), severities.index(rule["severity"]), rule["id"]))
    columns = [verdict for verdict in CHECKS if any(rule["checks"].get(verdict) for rule in ordered)]
    titles = head("Verdict", "Severity", "Rule", *(f"#{CHECKS[verdict].capitalize()}" for verdict in columns))
    rows = "\n".join(_rule(rule, columns) for rule in ordered[:MOST_STORES])
    what = "Each rule and its result. The numbers count secrets, stores and groups of stores."
    return section("rules", "Rules", what, table("rules", "Every rule with its verdict", titles, rows) + left_out(len(ordered), MOST_STORES, "rules"))


def _rule(rule: Mapping[str, Any], columns: Iterable[str]) -> str:
    counted = [rule["checks"].get(verdict, 0) for verdict in columns]
    numbers = "".join(f'<td class="number{"" if count else " zero"}">{number(count)}</td>' for count in counted)
    found = any(rule["checks"].get(verdict) for verdict in VERDICTS)
    name = link(listing("findings", rule=rule["id"]), code(rule["id"])) if found else code(rule["id"])
    verdict = f'<span class="badge {rule["verdict"]}">{CHECKS[rule["verdict"]]}</span>'
    reason = rule["not_judged"]["reason"]
    told = f'<small class="quiet">{text(reason)}</small>' if reason else ""
    if rule.get("file"):
        told += f'<small class="quiet">{text(rule["file"])}:{rule["line"]}</small>'
    return f'<tr><td>{verdict}</td><td>{rule["severity"]}</td><td class="rule"><b>{text(rule["title"])}</b>{name}{told}</td>{numbers}</tr>'


# --- the owners ---


def owners_part(owners: Sequence[Mapping[str, Any]]) -> str:
    """Whose the findings are."""
    titles = head("Owner", "Worst", *(f"#{CHECKS[verdict].capitalize()}" for verdict in VERDICTS))
    rows = "\n".join(map(_owner, owners[:MOST_STORES]))
    drawn = table("owners", "Findings of each owner", titles, rows) + left_out(len(owners), MOST_STORES, "owners")
    return section("owners", "Owners", "Whose the findings are, the worst off first. Choose one to see the findings.", drawn)


def _owner(owner: Mapping[str, Any]) -> str:
    name = text(owner["owner"]) or "nobody"
    numbers = "".join(f'<td class="number{"" if owner[verdict] else " zero"}">{number(owner[verdict])}</td>' for verdict in VERDICTS)
    return f"<tr><td>{link(listing('findings', owner=owner['owner']), name)}</td><td>{owner['worst'] or ''}</td>{numbers}</tr>"
