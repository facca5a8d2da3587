# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result as one page for a browser: verdict, ledger, map and rules as plain markup, findings as data for its script.

The page asks for nothing: its policy allows one style and one script, by their digests, and no request at all. Text from
outside is escaped in markup, and in the data everything that could end a script element is.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .._core.version import COLLECTION, VERSION
from .grouping import (
    CHANGES,
    LONGEST_HINT,
    OPEN_VERDICTS,
    WAIVED,
    Changes,
    counting,
    excuse,
    labels_of,
    listed,
    organizations,
    place,
    short,
    told_status,
    unlisted,
    ways_out,
)
from .html_script import SCRIPT
from .html_style import STYLE
from .report import Finding, MakeSpool, Memory, Report, line, pieces

MOST_FINDINGS = 20_000
LONGEST_DATA = 16_000_000
"""Characters. With more than that a browser is slow."""
MOST_STORES = 500
MOST_ROWS = 100
MOST_COLUMNS = 40
MOST_HINTS = 20
MOST_PLACES = 3
LONGEST_TEXT = 200
LONGEST_NAME = 4_000

VERDICTS = (*OPEN_VERDICTS, WAIVED)
CHECKS = {"error": "error", "fail": "fail", "unknown": "unknown", WAIVED: "waived", "pass": "pass", "not_applicable": "not applicable"}
STATUSES = {"complete": "pass", "not_offered": "not_applicable", "failed": "fail", "partial": "fail", "stale": "unknown", "missing": "unknown"}
Key = tuple[str, str, str]
"""Provider, account and region."""
Counts = dict[Key, Counter[tuple[str, str]]]
"""How many findings of which rule and verdict each store has."""
SEVERAL: Key = ("several stores", "", "")
"""Stands for what is found of no single store."""
COMMA = ",\n"
LISTING = """<div id="live" hidden>
<div class="tools" id="tools"></div>
<div class="count"><span id="status" role="status"></span><button id="clear" type="button" hidden>Clear filters</button></div>
<ol class="findings" id="list"></ol>
<nav class="pages" id="pages" aria-label="Pages of findings" hidden>
<button id="previous" type="button">Previous</button><button id="next" type="button">Next</button><span id="page"></span>
</nav>
</div>
<noscript><p class="note">The list of findings needs JavaScript. All that stands above does not; the Markdown report has findings as text.</p></noscript>"""
"""What the script fills."""
FOOTER = f"<footer>Written by {COLLECTION} {VERSION}. This page is one file and asks for nothing from anywhere.</footer>"
TIMES = re.compile("<time[^>]*>[^<]*</time>")


class HtmlReport(Report):
    """The page. It holds the first findings and counts all of them."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = Memory) -> None:
        super().__init__(result, make_spool)
        self._rules = {rule["id"]: rule for rule in result["rules"]}
        self._kept: list[bytes] = []
        self._changes = Changes(MOST_PLACES)
        self._left = LONGEST_DATA
        self._counts: Counts = {SEVERAL: Counter(), **{_key(store): Counter() for store in result["stores"]}}

    def add(self, finding: Finding, encoded: str) -> str:
        self._changes.add(finding)
        self._counts.get(_key(finding), self._counts[SEVERAL])[finding["rule"], finding["verdict"]] += 1
        if self._left >= 0 and len(self._kept) < MOST_FINDINGS:
            text = _json(_compact(finding))
            self._left -= len(text)
            self._kept += [text.encode("utf-8")] if self._left >= 0 else []
        return ""

    def tail(self) -> Iterator[str]:
        result = self.result
        head = [
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{result['verdict'].upper()} - secrets audit</title>",
            f"<style>{STYLE}</style>",
        ]
        sections = [
            _ledger(result["stores"], organizations(result)),
            _map(result, self._rules, self._counts),
            _rules(result),
            _findings(len(self._kept), result["findings_total"]),
        ]
        body = ['<div class="page">', _verdict(result), "<main>", *_compared(result, self._changes.new), *sections, "</main>", FOOTER, "</div>"]
        yield "\n".join(["<!DOCTYPE html>", '<html lang="en">', "<head>", *head, "</head>", "<body>", *body, '<script type="application/json" id="data">'])
        yield from self._data()
        yield f"</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"

    def _data(self) -> Iterator[str]:
        """Data for the script: the findings, one a line, and their rules."""
        used = sorted({rule for counts in self._counts.values() for rule, _verdict in counts})
        known = {"verdicts": VERDICTS, "severities": list(self.result["summary"]["findings"]), "rules": {name: _told(self._rules[name]) for name in used}}
        yield f'{_json(known)[:-1]},"findings":[\n'
        for index, finding in enumerate(self._kept):
            yield (COMMA if index else "") + finding.decode("utf-8")
        yield "\n]}"


def render(result: Mapping[str, Any]) -> str:
    """The page of a result."""
    return "".join(pieces(HtmlReport(result)))


def timeless(report: str) -> str:
    """A report without the times at which it was made: two that differ in nothing else say the same."""
    return TIMES.sub("", report)


def _policy() -> str:
    """Content security policy of the page. Digests instead of 'unsafe-inline': injected code cannot run."""
    return (
        f"default-src 'none'; script-src '{_digest(SCRIPT)}'; style-src '{_digest(STYLE)}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


# --- the verdict ---


def _verdict(result: Mapping[str, Any]) -> str:
    summary, verdict = result["summary"], result["verdict"]
    holding, stores = summary["rules"]["pass"], len(result["stores"])
    figures = [
        _figure("Secrets seen", summary["secrets"]),
        _figure("Stores listed completely", stores - len(unlisted(result)), stores),
        _figure("Rules that hold", holding, len(result["rules"])),
        _figure("Findings", result["findings_total"]),
    ]
    lead = "".join(f'<p class="lead">{sentence}</p>' for sentence in _sentences(result))
    links = "".join(f'<a href="#{name}">{name.title()}</a>' for name in ("ledger", "map", "rules", "findings"))
    return f"""<a class="skip" href="#findings">Skip to the findings</a>
<header>
<div class="bar"><strong>Secrets audit</strong><nav aria-label="Parts of this page">{links}</nav><button id="theme" type="button" hidden>Dark</button></div>
<div class="verdict {verdict}">
<h1><span>Verdict</span>{verdict.title()}</h1>
<div>{lead}<p class="aside">Judged as of {_time(result["as_of"])}. Findings of severity {result["fail_on"]} and above count.</p></div>
</div>
<dl class="figures">{"".join(figures)}</dl>
<div class="checks">{_bar(summary["checks"])}</div>
</header>"""


def _sentences(result: Mapping[str, Any]) -> Iterable[str]:
    if result["note"]:
        yield escape(short(f"{result['note'][0].upper()}{result['note'][1:].rstrip('.')}.", LONGEST_HINT))
    counted = counting(result)
    found = Counter({verdict: sum(result["summary"]["findings"][severity].get(verdict, 0) for severity in counted) for verdict in OPEN_VERDICTS})
    failed = sum(numbers["error"] for numbers in result["summary"]["findings"].values()) + found["fail"]
    if failed:
        yield f"{_number(failed)} finding{_s(failed)} fail{'s' if failed == 1 else ''}."
    elif not result["stores"]:
        yield "Nothing was judged."
    elif found["unknown"]:
        yield f"Nothing fails, but {_number(found['unknown'])} finding{_s(found['unknown'])} could not be decided."
    elif not result["note"]:
        yield "Every rule that counts holds, for everything that was asked."
    blind_spots = len(unlisted(result))
    if blind_spots:
        seen = "was not listed to its end. What it holds" if blind_spots == 1 else "were not listed to their end. What they hold"
        yield f"{blind_spots} of {len(result['stores'])} stores {seen} is unknown, not fine."


def _figure(label: str, count: int, total: int | None = None) -> str:
    of = "" if total is None else f" <small>of {_number(total)}</small>"
    return f"<div><dt>{label}</dt><dd>{_number(count)}{of}</dd></div>"


def _bar(checks: Mapping[str, int]) -> str:
    """A bar of all checks by verdict. What occurs at all is wide enough to be seen."""
    present = [(verdict, checks[verdict]) for verdict in CHECKS if checks.get(verdict)]
    total = sum(count for _verdict, count in present)
    widths = [max(4, 1000 * count / total) for _verdict, count in present]
    x, bars = 0.0, []
    for (verdict, _count), width in zip(present, widths):
        width *= 1000 / sum(widths)
        bars.append(f'<rect class="{verdict}" x="{x:.1f}" y="0" width="{width:.1f}" height="10"/>')
        x += width
    items = "".join(f'<li class="{verdict}"><b>{_number(count)}</b> {CHECKS[verdict]}</li>' for verdict, count in present)
    drawn = f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'
    return f'{drawn}<ul aria-label="Checks">{items or "<li>Nothing was judged.</li>"}</ul>'


# --- the changes ---


def _compared(result: Mapping[str, Any], new: Sequence[Finding]) -> Iterator[str]:
    """What has changed since the last report, the worst first, and what cannot be compared; nothing without a last report."""
    if not result["compared"]:
        return
    summary, fixed, reasons = result["summary"], result["fixed"][:MOST_PLACES], result["compared"]["not_comparable"]
    items = [f"<li>New: {_code(finding['rule'])} {_code(finding['subject'])}</li>" for finding in new]
    items += [f"<li>Fixed: {_code(finding['rule'])} {_code(finding['subject'])}, open since {_time(finding['since'])}</li>" for finding in fixed]
    items += [f"<li>Not comparable: {_text(item['reason'])} ({_number(item['findings'])})</li>" for item in reasons[:MOST_HINTS]]
    figures = "".join(_figure(word.capitalize(), summary[key]) for key, word in CHANGES.items())
    notes = "".join(
        _left_out(number, shown, what)
        for number, shown, what in (
            (summary["new"], len(new), "new findings"),
            (summary["fixed"], len(fixed), "fixed findings"),
            (len(reasons), MOST_HINTS, "reasons"),
        )
    )
    what = f"Findings beside those of the last report, which is of {_time(result['compared']['as_of'])}."
    yield _section("changes", "Changes", what, f'<dl class="figures">{figures}</dl>\n<ul class="hints">{"".join(items)}</ul>\n{notes}')


# --- the ledger ---


def _ledger(stores: Sequence[Mapping[str, Any]], told: Sequence[str]) -> str:
    ordered = sorted(stores, key=listed)
    rows = "\n".join(map(_store, ordered[:MOST_STORES]))
    head = _head("Status", "Account", "Region", "#Secrets", "Reason", "Collected", "Provider")
    table = _table("ledger", "Every store, and how far it was listed", head, rows) if stores else '<p class="empty">No store was judged.</p>'
    what = "Each account and region, and how much of it was listed. A store that was not listed to its end is never green."
    members = f'<ul class="hints">{"".join(f"<li>{escape(text)}</li>" for text in told)}</ul>' if told else ""
    return _section("ledger", "Ledger", what, members + _hints(stores) + table + _left_out(len(ordered), MOST_STORES, "stores"))


def _hints(stores: Iterable[Mapping[str, Any]]) -> str:
    found = ways_out(stores)
    items = [f"<li>{escape(short(hint, LONGEST_HINT))} {_places(members)}</li>" for hint, members in list(found.items())[:MOST_HINTS]]
    return f'<ul class="hints">{"".join(items)}</ul>\n{_left_out(len(found), MOST_HINTS, "ways out")}' if items else ""


def _places(stores: Sequence[Mapping[str, Any]]) -> str:
    named = ", ".join(_code(place(store)) for store in stores[:MOST_PLACES])
    more = f" and {_number(len(stores) - MOST_PLACES)} more stores" if len(stores) > MOST_PLACES else ""
    return f'<span class="quiet">{named}{more}</span>'


def _store(store: Mapping[str, Any]) -> str:
    cells = [
        f'<td><span class="badge {STATUSES[store["status"]]}">{told_status(store)}</span></td>',
        f'<td class="tight">{_code(store["account"])}{_labels(store)}</td>',
        f'<td class="tight">{_code(store["region"])}</td>',
        f'<td class="number">{_number(store["secrets"])}</td>',
        f'<td class="reason">{_text(store["reason"])}</td>',
        f'<td class="tight quiet">{_time(store["collected_at"])}</td>',
        f'<td class="tight quiet">{_text(store["provider"])}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _labels(store: Mapping[str, Any]) -> str:
    labels = labels_of(store)
    return f' <span class="quiet">{_text(labels)}</span>' if labels else ""


# --- the map ---


def _map(result: Mapping[str, Any], rules: Mapping[str, Any], found: Counts) -> str:
    """A row for each store, those with findings first, a column for each rule that found something; in a cell the worst of it."""
    severities = list(result["summary"]["findings"])
    columns = sorted({rule for counts in found.values() for rule, _verdict in counts}, key=lambda rule: (severities.index(rules[rule]["severity"]), rule))
    if not columns:
        return _section("map", "Map", "No rule has a finding in any store.", "")
    shown = columns[:MOST_COLUMNS]
    stores = sorted(((key, counts) for key, counts in found.items() if counts or key != SEVERAL), key=lambda row: not row[1])
    rows = "\n".join(_row(key, counts, shown) for key, counts in stores[:MOST_ROWS])
    head = "".join(_column(rule, rules[rule]["title"]) for rule in shown)
    table = _table("map", "Findings of each rule in each store", f'<tr><td><span class="unseen">Store</span></td>{head}</tr>', rows, "map")
    what = (
        "Stores by rules with findings, the worst first. A plain number counts failures, a number with ? unknown results, "
        "a number in brackets waived findings. Choose a cell to see its findings."
    )
    notes = _left_out(len(stores), MOST_ROWS, "stores") + _left_out(len(columns), MOST_COLUMNS, "rules")
    return _section("map", "Map", what, table + notes)


def _column(rule: str, title: str) -> str:
    return f'<th scope="col" title="{_text(title)}"><a href="#findings" data-rule="{_text(rule)}">{_text(rule)}</a></th>'


def _row(key: Key, found: Counter[tuple[str, str]], rules: Sequence[str]) -> str:
    provider, account, region = key
    name = f'{_text(account)} <span class="quiet">{_text(region)}</span>' if key != SEVERAL else SEVERAL[0]
    store = "" if key == SEVERAL else f' data-provider="{_text(provider)}" data-account="{_text(account)}" data-region="{_text(region)}"'
    cells = "".join(
        _cell({verdict: found[rule, verdict] for verdict in VERDICTS}, f"{'/'.join(filter(None, key))}, {rule}", f'data-rule="{_text(rule)}"{store}')
        for rule in rules
    )
    return f'<tr><th scope="row" title="{_text(provider)}">{name}</th>{cells}</tr>'


def _cell(found: Mapping[str, int], where: str, data: str) -> str:
    if not any(found.values()):
        return '<td><span><span class="unseen">no finding</span></span></td>'
    verdict = next(verdict for verdict in VERDICTS if found[verdict])
    count = _number(found[verdict])
    text = {"unknown": f"{count}\u2009?", WAIVED: f"({count})"}.get(verdict, count)
    told = ", ".join(f"{found[word]} {word}" for word in VERDICTS if found[word])
    heat = min(4, 1 + int(math.log(found[verdict], 4)))
    return f'<td><a class="{verdict} heat-{heat}" href="#findings" {data} aria-label="{told} in {_text(where)}" title="{told}">{text}</a></td>'


def _key(item: Mapping[str, Any]) -> Key:
    return item["provider"] or "", item["account"] or "", item["region"] or ""


# --- the rules ---


def _rules(result: Mapping[str, Any]) -> str:
    verdicts, severities = list(CHECKS), list(result["summary"]["findings"])
    ordered = sorted(result["rules"], key=lambda rule: (verdicts.index(rule["verdict"]), severities.index(rule["severity"]), rule["id"]))
    columns = [verdict for verdict in CHECKS if any(rule["checks"].get(verdict) for rule in ordered)]
    head = _head("Verdict", "Severity", "Rule", *(f"#{CHECKS[verdict].capitalize()}" for verdict in columns))
    rows = "\n".join(_rule(rule, columns) for rule in ordered[:MOST_STORES])
    what = "Each rule and its result. The numbers count secrets, stores and groups of stores."
    return _section("rules", "Rules", what, _table("rules", "Every rule with its verdict", head, rows) + _left_out(len(ordered), MOST_STORES, "rules"))


def _rule(rule: Mapping[str, Any], columns: Iterable[str]) -> str:
    counted = [rule["checks"].get(verdict, 0) for verdict in columns]
    numbers = "".join(f'<td class="number{"" if count else " zero"}">{_number(count)}</td>' for count in counted)
    found = any(rule["checks"].get(verdict) for verdict in VERDICTS)
    name = f'<a href="#findings" data-rule="{_text(rule["id"])}">{_code(rule["id"])}</a>' if found else _code(rule["id"])
    verdict = f'<span class="badge {rule["verdict"]}">{CHECKS[rule["verdict"]]}</span>'
    reason = rule["not_judged"]["reason"]
    untold = f'<small class="quiet">{_text(reason)}</small>' if reason else ""
    return f'<tr><td>{verdict}</td><td>{rule["severity"]}</td><td class="rule"><b>{_text(rule["title"])}</b>{name}{untold}</td>{numbers}</tr>'


# --- the findings ---


def _findings(kept: int, total: int) -> str:
    what = "Failed and unknown findings, the worst first. Open one for its evidence."
    note = f'<p class="note">This page holds the {_number(kept)} worst of {_number(total)} findings. The JSON and CSV reports have all.</p>'
    body = LISTING + (note if kept < total else "") if total else '<p class="empty">Nothing failed, and nothing is unknown.</p>'
    return _section("findings", "Findings", what, body)


def _compact(finding: Finding) -> dict[str, Any]:
    """A finding with what the page shows of it, and without what is empty."""
    texts = ("rule", "verdict", "provider", "account", "region", "name", "owner", "message")
    kept: dict[str, Any] = {key: _shown(finding[key]) for key in texts if finding[key]}
    if finding["id"] not in (None, finding["name"]):
        kept["id"] = _shown(finding["id"])
    kept["fingerprint"] = finding["fingerprint"]
    if finding["since"]:
        kept["since"], kept["new"] = finding["since"], finding["new"]
    if finding["verdict"] == WAIVED:
        kept["waiver"] = _shown(excuse(finding))
    if finding["evidence"]:
        kept["evidence"] = [[_shown(item["field"]), _value(item["actual"]), _value(item["expected"])] for item in finding["evidence"]]
    return kept


def _told(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Details of a rule on the page."""
    texts = {key: _shown(rule[key] or "") for key in ("title", "severity", "remediation")}
    return {**texts, "references": [_shown(reference) for reference in rule["references"]]}


def _value(value: Any) -> str:
    return _shown(value if isinstance(value, str) and value else line(value))


def _shown(text: str) -> str:
    return short(text, LONGEST_NAME)


def _json(value: Any) -> str:
    """JSON that can stand in a script element."""
    return line(value).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


# --- markup ---


def _section(name: str, title: str, what: str, body: str) -> str:
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}" tabindex="-1">{title}</h2>\n<p class="what">{what}</p>\n{body}\n</section>'


def _table(name: str, caption: str, head: str, rows: str, kind: str = "") -> str:
    """A table that scrolls for itself where it is too wide, with the keyboard too."""
    table = f'<table><caption class="unseen" id="{name}-table">{caption}</caption>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody></table>'
    return f'<div class="scroll {kind}" role="region" aria-labelledby="{name}-table" tabindex="0">{table}</div>'


def _head(*titles: str) -> str:
    """A row of headings; '#' marks a column of numbers."""
    cells = (f'<th scope="col"{" class=number" if title[0] == "#" else ""}>{title.lstrip("#")}</th>' for title in titles)
    return f"<tr>{''.join(cells)}</tr>"


def _left_out(number: int, most: int, what: str) -> str:
    return f'<p class="note">and {_number(number - most)} more {what}, which the JSON report has</p>' if number > most else ""


def _number(count: int) -> str:
    return f"{count:,}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _time(moment: str | None) -> str:
    shown = _text((moment or "").replace("T", " ").replace(":00Z", " UTC").replace("Z", " UTC"))
    return f'<time datetime="{_text(moment)}">{shown}</time>' if moment else ""


def _code(text: str | None) -> str:
    return f"<code>{_text(text)}</code>" if text else ""


def _text(text: str | None) -> str:
    return escape(short(text or "", LONGEST_TEXT))
