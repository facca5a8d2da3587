# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The head of the HTML page: the verdict, its figures, of what it is; and what has changed since the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .grouping import CHANGE_LABELS, LONGEST_HINT, OPEN_VERDICTS, WAIVED, counting, counts, short, spot, unlisted
from .html_markup import code, figure, hints, left_out, link, listing, number, section, text, time
from .language import Language
from .report import Finding

MOST_NAMES = 8
MOST_CHANGES = 5
MOST_REASONS = 5
MOST_RUNS = 90
VERDICT_ORDER = ("error", "fail", "unknown", WAIVED, "pass", "not_applicable")


def verdict(say: Language, result: Mapping[str, Any], parts: Mapping[str, str]) -> str:
    """The head. parts: the titles of all parts of the page, by their names."""
    summary, word = result["summary"], result["verdict"]
    lead = "".join(f'<p class="lead">{sentence}</p>' for sentence in _sentences(say, result))
    links = "".join(f'<a href="#{name}">{title}</a>' for name, title in parts.items())
    counted = say("The verdict counts findings of severity {severity} and above.", severity=say.word(result["fail_on"]))
    nav = f'<nav aria-label="{say("Parts of this page")}">{links}</nav>'
    judged = say("Judged as of {time}.", time=time(result["as_of"]))
    return f"""<a class="skip" href="#findings">{say("Skip to the findings")}</a>
<header>
<div class="bar"><strong>{say("Secrets audit")}</strong>{nav}<button id="theme" type="button" hidden>{say("Dark")}</button></div>
<div class="verdict {word}">
<h1><span>{say("Verdict")}</span>{say.word(word).title()}</h1>
<div>{lead}<p class="aside">{judged} {counted} {_about(say, result)}</p></div>
</div>
<dl class="figures severities">{"".join(_severities(say, summary["findings"]))}</dl>
<dl class="figures">{"".join(_figures(say, result, parts))}</dl>
<div class="checks">{_bar(say, summary["checks"])}</div>
</header>"""


def _about(say: Language, result: Mapping[str, Any]) -> str:
    """Whose secrets were judged, and by what."""
    accounts = sorted({f"{store['account']}" for store in result["stores"]})
    sources = result.get("sources", {})
    told = {
        "Accounts: {names}.": accounts,
        "Fleets: {names}.": sources.get("fleets"),
        "Rules: {names}.": sources.get("rules"),
        "Waivers: {names}.": sources.get("waivers"),
    }
    sentences = [say(sentence, names=_names(say, names)) for sentence, names in told.items() if names]
    return " ".join(sentences + ([say("Inventories: {count}.", count=number(sources["inventories"]))] if sources.get("inventories") else []))


def _names(say: Language, names: Sequence[str]) -> str:
    more = say(" and {count} more", count=number(len(names) - MOST_NAMES)) if len(names) > MOST_NAMES else ""
    return say.listed(map(code, names[:MOST_NAMES])) + more


def _sentences(say: Language, result: Mapping[str, Any]) -> Iterable[str]:
    if result["note"]:
        yield escape(short(say("{sentence}.", sentence=f"{result['note'][0].upper()}{result['note'][1:].rstrip('.')}"), LONGEST_HINT))
    counted = counting(result)
    found = Counter({word: sum(result["summary"]["findings"][severity].get(word, 0) for severity in counted) for word in OPEN_VERDICTS})
    failed = sum(numbers["error"] for numbers in result["summary"]["findings"].values()) + found["fail"]
    if failed:
        yield say("1 finding fails." if failed == 1 else "{count} findings fail.", count=number(failed))
    elif not result["stores"]:
        yield say("Nothing was judged.")
    elif found["unknown"]:
        yield say("Nothing fails, but {count} finding{s} could not be decided.", count=number(found["unknown"]))
    elif not result["note"]:
        yield say("Every rule that counts holds, for everything that was asked.")
    blind_spots = len(unlisted(result))
    if blind_spots:
        one = "{count} of {all} stores was not listed to its end. What it holds is unknown, not fine."
        several = "{count} of {all} stores were not listed to their end. What they hold is unknown, not fine."
        yield say(one if blind_spots == 1 else several, count=blind_spots, all=len(result["stores"]))


def _severities(say: Language, findings: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """The findings of each severity; the number is that of the list to which it leads."""
    for severity, numbers in findings.items():
        total = sum(numbers.values())
        told = f"{number(total)} <small>{counts(numbers, numbers, say)}</small>" if total else "0"
        yield figure(say.word(severity).title(), told, listing("findings", severity=severity) if total else "")


def _figures(say: Language, result: Mapping[str, Any], parts: Mapping[str, str]) -> Iterator[str]:
    summary, stores = result["summary"], len(result["stores"])
    yield figure(say("Findings"), number(result["findings_total"]), "#findings")
    if result["compared"]:
        yield figure(say("New"), number(summary["new"]), listing("findings", new="new") if summary["new"] else "")
        yield figure(say("Fixed"), number(summary["fixed"]), "#changes")
    yield figure(say("Secrets seen"), number(summary["secrets"]), "#secrets" if "secrets" in parts else "")
    yield figure(say("Stores listed"), _of(say, stores - len(unlisted(result)), stores), "#ledger")
    yield figure(say("Rules that hold"), _of(say, summary["rules"]["pass"], len(result["rules"])), "#rules")


def _of(say: Language, count: int, total: int) -> str:
    return f"{number(count)} <small>{say('of {all}', all=number(total))}</small>"


def _bar(say: Language, checks: Mapping[str, int]) -> str:
    """A bar of all checks by verdict. What occurs at all is wide enough to be seen."""
    present = [(word, checks[word]) for word in VERDICT_ORDER if checks.get(word)]
    total = sum(count for _word, count in present)
    widths = [max(4, 1000 * count / total) for _word, count in present]
    x, bars = 0.0, []
    for (word, _count), width in zip(present, widths):
        width *= 1000 / sum(widths)
        bars.append(f'<rect class="{word}" x="{x:.1f}" y="0" width="{width:.1f}" height="10"/>')
        x += width
    items = "".join(f'<li class="{word}"><b>{number(count)}</b> {say.word(word)}</li>' for word, count in present)
    drawn = f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'
    nothing = f"<li>{say('Nothing was judged.')}</li>"
    return f'{drawn}<ul aria-label="{say("Checks")}">{items or nothing}</ul>'


def changes(say: Language, result: Mapping[str, Any], new: Sequence[Finding]) -> str:
    """What has changed since the last report, the worst first, what cannot be compared, and how it was before."""
    items, notes, what = [], "", say("There is no last report to compare with. The next run has one.")
    if result["compared"]:
        summary, fixed, reasons = result["summary"], result["fixed"][:MOST_CHANGES], result["compared"]["not_comparable"]
        counted = say.listed(say.counted(number(summary[key]), word) for key, word in CHANGE_LABELS.items())
        since = "Since the report of {time}: {changes}."
        what = say(since, time=time(result["compared"]["as_of"]), changes=counted)
        items += [say("New: {finding}", finding=_item(finding)) for finding in new[:MOST_CHANGES]]
        items += [say("Fixed: {finding}, open since {time}", finding=_item(finding), time=time(finding["since"])) for finding in fixed]
        told = "Not comparable: {reason} ({count})"
        items += [say(told, reason=text(item["reason"]), count=number(item["findings"])) for item in reasons[:MOST_REASONS]]
        if summary["new"] > len(new[:MOST_CHANGES]):
            notes = f'<p class="note">{link(listing("findings", new="new"), say("All new findings"))}</p>'
        notes += left_out(say, summary["fixed"], len(fixed), "fixed finding{s}") + left_out(say, len(reasons), MOST_REASONS, "reason{s}")
    return section("changes", say("Changes"), what, f"{_history(say, result.get('history', ()))}\n{hints(items)}{notes}")


def _item(finding: Finding) -> str:
    return f"{code(finding['rule'])} {code(spot(finding))}"


def _history(say: Language, runs: Sequence[Mapping[str, Any]]) -> str:
    """A column for each run: what failed, and on top of it what was unknown. In one line, as it differs in every run."""
    shown = [(run, _open(run)) for run in runs[-MOST_RUNS:]]
    if len(shown) < 2:
        return '<figure class="history" hidden></figure>'
    most = max(1, *(failed + unknown for _run, (failed, unknown) in shown))
    columns = "".join(_column(say, place, run, failed, unknown, most) for place, (run, (failed, unknown)) in enumerate(shown))
    first, (failed, unknown) = shown[0][0], shown[-1][1]
    about = {"count": len(shown), "most": number(most), "failed": number(failed), "unknown": number(unknown)}
    label = say("Findings in the last {count} runs, at most {most}; now {failed} fail and {unknown} are unknown", **about)
    drawn = f'<svg viewBox="0 0 {10 * len(shown)} 100" preserveAspectRatio="none" role="img" aria-label="{label}">{columns}</svg>'
    caption = "{count} runs since {day}. Most findings that fail or are unknown in one run: {most}."
    words = say(caption, count=len(shown), day=text(first["as_of"][:10]), most=number(most))
    return f'<figure class="history">{drawn}<figcaption>{words}</figcaption></figure>'


def _open(run: Mapping[str, Any]) -> tuple[int, int]:
    found = run["findings"].values()
    return sum(numbers["error"] + numbers["fail"] for numbers in found), sum(numbers["unknown"] for numbers in found)


def _column(say: Language, place: int, run: Mapping[str, Any], failed: int, unknown: int, most: int) -> str:
    counted = say("{time}: {failed} fail, {unknown} unknown", time=text(run["as_of"][:16].replace("T", " ")), failed=number(failed), unknown=number(unknown))
    title = f"<title>{counted}</title>"
    x, red, amber = 10 * place + 1, 96 * failed / most, 96 * unknown / most
    bars = [("fail", red, 0.0), ("unknown", amber, red)] if failed or unknown else [("pass", 2.0, 0.0)]
    drawn = "".join(f'<rect class="{word}" x="{x}" y="{100 - height - under:.1f}" width="8" height="{height:.1f}"/>' for word, height, under in bars)
    return f"<g>{title}{drawn}</g>"
