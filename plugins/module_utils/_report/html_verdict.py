# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The head of the HTML page: the verdict, its figures, of what it is; and what has changed since the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .grouping import CHANGES, LONGEST_HINT, OPEN_VERDICTS, WAIVED, counting, counts, short, spot, unlisted
from .html_markup import code, figure, left_out, link, listing, number, plural, section, text, time
from .report import Finding

MOST_NAMES = 8
MOST_CHANGES = 5
MOST_REASONS = 5
MOST_RUNS = 90
CHECKS = {"error": "error", "fail": "fail", "unknown": "unknown", WAIVED: "waived", "pass": "pass", "not_applicable": "not applicable"}


def verdict(result: Mapping[str, Any], parts: Mapping[str, str]) -> str:
    """The head. parts: the titles of all parts of the page, by their names."""
    summary, word = result["summary"], result["verdict"]
    lead = "".join(f'<p class="lead">{sentence}</p>' for sentence in _sentences(result))
    links = "".join(f'<a href="#{name}">{title}</a>' for name, title in parts.items())
    counted = f"Findings of severity {result['fail_on']} and above count."
    return f"""<a class="skip" href="#findings">Skip to the findings</a>
<header>
<div class="bar"><strong>Secrets audit</strong><nav aria-label="Parts of this page">{links}</nav><button id="theme" type="button" hidden>Dark</button></div>
<div class="verdict {word}">
<h1><span>Verdict</span>{word.title()}</h1>
<div>{lead}<p class="aside">Judged as of {time(result["as_of"])}. {counted} {_about(result)}</p></div>
</div>
<dl class="figures severities">{"".join(_severities(summary["findings"]))}</dl>
<dl class="figures">{"".join(_figures(result, parts))}</dl>
<div class="checks">{_bar(summary["checks"])}</div>
</header>"""


def _about(result: Mapping[str, Any]) -> str:
    """Whose secrets were judged, and by what."""
    accounts = sorted({f"{store['account']}" for store in result["stores"]})
    sources = result.get("sources", {})
    files = {word: sources.get(key, ()) for word, key in (("Fleet", "fleets"), ("Rule", "rules"), ("Waiver", "waivers"))}
    sentences = [f"{word}s: {_names(names)}." for word, names in {"Account": accounts, **files}.items() if names]
    return " ".join(sentences + ([f"Inventories: {number(sources['inventories'])}."] if sources.get("inventories") else []))


def _names(names: Sequence[str]) -> str:
    more = f" and {number(len(names) - MOST_NAMES)} more" if len(names) > MOST_NAMES else ""
    return ", ".join(map(code, names[:MOST_NAMES])) + more


def _sentences(result: Mapping[str, Any]) -> Iterable[str]:
    if result["note"]:
        yield escape(short(f"{result['note'][0].upper()}{result['note'][1:].rstrip('.')}.", LONGEST_HINT))
    counted = counting(result)
    found = Counter({word: sum(result["summary"]["findings"][severity].get(word, 0) for severity in counted) for word in OPEN_VERDICTS})
    failed = sum(numbers["error"] for numbers in result["summary"]["findings"].values()) + found["fail"]
    if failed:
        yield f"{number(failed)} finding{plural(failed)} fail{'s' if failed == 1 else ''}."
    elif not result["stores"]:
        yield "Nothing was judged."
    elif found["unknown"]:
        yield f"Nothing fails, but {number(found['unknown'])} finding{plural(found['unknown'])} could not be decided."
    elif not result["note"]:
        yield "Every rule that counts holds, for everything that was asked."
    blind_spots = len(unlisted(result))
    if blind_spots:
        seen = "was not listed to its end. What it holds" if blind_spots == 1 else "were not listed to their end. What they hold"
        yield f"{blind_spots} of {len(result['stores'])} stores {seen} is unknown, not fine."


def _severities(findings: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """The findings of each severity; the number is that of the list to which it leads."""
    for severity, numbers in findings.items():
        total = sum(numbers.values())
        told = f"{number(total)} <small>{counts(numbers, numbers)}</small>" if total else "0"
        yield figure(severity.title(), told, listing("findings", severity=severity) if total else "")


def _figures(result: Mapping[str, Any], parts: Mapping[str, str]) -> Iterator[str]:
    summary, stores = result["summary"], len(result["stores"])
    yield figure("Findings", number(result["findings_total"]), "#findings")
    if result["compared"]:
        yield figure("New", number(summary["new"]), listing("findings", new="new") if summary["new"] else "")
        yield figure("Fixed", number(summary["fixed"]), "#changes")
    yield figure("Secrets seen", number(summary["secrets"]), "#secrets" if "secrets" in parts else "")
    yield figure("Stores listed", f"{number(stores - len(unlisted(result)))} <small>of {number(stores)}</small>", "#ledger")
    yield figure("Rules that hold", f"{number(summary['rules']['pass'])} <small>of {number(len(result['rules']))}</small>", "#rules")


def _bar(checks: Mapping[str, int]) -> str:
    """A bar of all checks by verdict. What occurs at all is wide enough to be seen."""
    present = [(word, checks[word]) for word in CHECKS if checks.get(word)]
    total = sum(count for _word, count in present)
    widths = [max(4, 1000 * count / total) for _word, count in present]
    x, bars = 0.0, []
    for (word, _count), width in zip(present, widths):
        width *= 1000 / sum(widths)
        bars.append(f'<rect class="{word}" x="{x:.1f}" y="0" width="{width:.1f}" height="10"/>')
        x += width
    items = "".join(f'<li class="{word}"><b>{number(count)}</b> {CHECKS[word]}</li>' for word, count in present)
    drawn = f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'
    return f'{drawn}<ul aria-label="Checks">{items or "<li>Nothing was judged.</li>"}</ul>'


# --- the changes ---


def changes(result: Mapping[str, Any], new: Sequence[Finding]) -> str:
    """What has changed since the last report, the worst first, what cannot be compared, and how it was before."""
    items, notes, what = [], "", "There is no last report to compare with. The next run has one."
    if result["compared"]:
        summary, fixed, reasons = result["summary"], result["fixed"][:MOST_CHANGES], result["compared"]["not_comparable"]
        what = f"Findings beside those of the last report, which is of {time(result['compared']['as_of'])}: "
        what += ", ".join(f"{number(summary[key])} {word}" for key, word in CHANGES.items()) + "."
        items += [f"<li>New: {code(finding['rule'])} {code(spot(finding))}</li>" for finding in new[:MOST_CHANGES]]
        items += [f"<li>Fixed: {code(finding['rule'])} {code(spot(finding))}, open since {time(finding['since'])}</li>" for finding in fixed]
        items += [f"<li>Not comparable: {text(item['reason'])} ({number(item['findings'])})</li>" for item in reasons[:MOST_REASONS]]
        if summary["new"] > len(new[:MOST_CHANGES]):
            notes = f'<p class="note">{link(listing("findings", new="new"), "All new findings")}</p>'
        notes += left_out(summary["fixed"], len(fixed), "fixed findings") + left_out(len(reasons), MOST_REASONS, "reasons")
    body = f'<ul class="hints">{"".join(items)}</ul>\n' if items else ""
    return section("changes", "Changes", what, f"{_history(result.get('history', ()))}\n{body}{notes}")


def _history(runs: Sequence[Mapping[str, Any]]) -> str:
    """A column for each run: what failed, and on top of it what was unknown. In one line, as it differs in every run."""
    shown = [(run, _open(run)) for run in runs[-MOST_RUNS:]]
    if len(shown) < 2:
        return '<figure class="history" hidden></figure>'
    most = max(1, *(failed + unknown for _run, (failed, unknown) in shown))
    columns = "".join(_column(place, run, failed, unknown, most) for place, (run, (failed, unknown)) in enumerate(shown))
    first, (failed, unknown) = shown[0][0], shown[-1][1]
    label = f"Findings in the last {len(shown)} runs, at most {number(most)}; now {number(failed)} fail and {number(unknown)} are unknown"
    drawn = f'<svg viewBox="0 0 {10 * len(shown)} 100" preserveAspectRatio="none" role="img" aria-label="{label}">{columns}</svg>'
    words = f"{len(shown)} runs since {text(first['as_of'][:10])}. The highest column has {number(most)} findings that fail or are unknown."
    return f'<figure class="history">{drawn}<figcaption>{words}</figcaption></figure>'


def _open(run: Mapping[str, Any]) -> tuple[int, int]:
    found = run["findings"].values()
    return sum(numbers["error"] + numbers["fail"] for numbers in found), sum(numbers["unknown"] for numbers in found)


def _column(place: int, run: Mapping[str, Any], failed: int, unknown: int, most: int) -> str:
    title = f"<title>{text(run['as_of'][:16].replace('T', ' '))}: {number(failed)} fail, {number(unknown)} unknown</title>"
    x, red, amber = 10 * place + 1, 96 * failed / most, 96 * unknown / most
    bars = [("fail", red, 0.0), ("unknown", amber, red)] if failed or unknown else [("pass", 2.0, 0.0)]
    drawn = "".join(f'<rect class="{word}" x="{x}" y="{100 - height - under:.1f}" width="8" height="{height:.1f}"/>' for word, height, under in bars)
    return f"<g>{title}{drawn}</g>"
