# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result as one page for a browser: verdict, findings, map, rules and ledger as plain markup, findings and secrets as data for its script.

The page asks for nothing: its policy allows one style and one script, by their digests, and no request at all. Text from
outside is escaped in markup, and in the data everything that could end a script element is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .._core.records import StoreKey
from .._core.version import COLLECTION, VERSION
from .grouping import WAIVED, Changes, excuse, organizations
from .html_markup import json, number, section, shown, turning
from .html_script import SCRIPT
from .html_secrets import SPANS, Secrets
from .html_stores import SEVERAL, WEIGHED, RuleCounts, ledger, owners_part, rules_part, worst_map
from .html_style import STYLE
from .html_verdict import MOST_CHANGES, changes, verdict
from .language import Language
from .report import Finding, MakeSpool, SmallSpool, Told, line

MOST_FINDINGS = 20_000
LONGEST_DATA = 16_000_000
"""Characters. With more than that a browser is slow."""
COMMA = ",\n"
TIMES = re.compile(
    '<time[^>]*>[^<]*</time>|<figure class="history".*?</figure>|<dl class="figures ages">.*?</dl>|<tr class="due">.*?</tr>'
    '|"(?:days|rotates|deletes)":-?[0-9]+|"(?:age|rotation|deletion)":"[^"]*"'
)
"""Times, what counts from the time of judging, and the runs before. Inside a text a quote is escaped, so this cannot match there."""


class HtmlReport(Told):
    """The page. It holds the first findings and counts all of them."""

    times = TIMES
    needs_secrets = True

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._rules = {rule["id"]: rule for rule in self.result["rules"]}
        self._kept: list[bytes] = []
        self._changes = Changes(MOST_CHANGES)
        self._left = LONGEST_DATA
        self._counts: dict[StoreKey, RuleCounts] = {SEVERAL: Counter(), **{_key(store): Counter() for store in result["stores"]}}

    def add(self, finding: Finding, encoded: str) -> str:
        self._changes.add(finding)
        self._counts.get(_key(finding), self._counts[SEVERAL])[finding["rule"], finding["verdict"]] += 1
        if self._left >= 0 and len(self._kept) < MOST_FINDINGS:
            told = json(_compact(self.say, self.say.finding(finding)))
            self._left -= len(told)
            self._kept += [told.encode("utf-8")] if self._left >= 0 else []
        return ""

    def tail(self) -> Iterator[str]:
        result, say = self.result, self.say
        head = [
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{say.word(result['verdict']).upper()} - {say('secrets audit')}</title>",
            f"<style>{STYLE}</style>",
        ]
        secrets = Secrets(say, result["secrets"], result["as_of"]) if "secrets" in result else None
        parts = {
            "findings": _findings(say, len(self._kept), result["findings_total"]),
            "changes": changes(say, result, self._changes.new),
            "owners": owners_part(say, result["owners"]) if result["owners"] else "",
            "map": worst_map(say, result, self._rules, self._counts),
            "rules": rules_part(say, result),
            "ledger": ledger(say, result["stores"], organizations(result, say)),
            "secrets": secrets.part() if secrets else "",
        }
        parts = {name: part for name, part in parts.items() if part}
        titles = {name: say(name.title()) for name in parts}
        written = say("Written by {program}. This page is one file and asks for nothing from anywhere.", program=f"{COLLECTION} {VERSION}")
        footer = f"<footer>{written}</footer>"
        body = ['<div class="page">', verdict(say, result, titles), "<main>", *parts.values(), "</main>", footer, "</div>"]
        begin = ["<!DOCTYPE html>", f'<html lang="{say.tag}">', "<head>", *head, "</head>", "<body>"]
        yield "\n".join([*begin, *body, '<script type="application/json" id="data">'])
        yield from self._data(secrets)
        yield f"</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"

    def _data(self, secrets: Secrets | None) -> Iterator[str]:
        """Data for the script: the findings, one a line, their rules, and the secrets."""
        used = sorted({rule for counts in self._counts.values() for rule, _verdict in counts})
        known = {
            "verdicts": WEIGHED,
            "severities": list(self.result["summary"]["findings"]),
            "spans": SPANS,
            "consoles": self.result.get("console_url", {}),
            **({"texts": self.say.texts()} if self.say.texts() else {}),
            "rules": {name: _told(self._rules[name]) for name in used},
        }
        yield f'{json(known)[:-1]},"findings":['
        yield from _lines(self._kept)
        yield '],"secrets":['
        yield from _lines(secrets.rows if secrets else [])
        yield "]}"


def _policy() -> str:
    """Content security policy of the page. Digests instead of 'unsafe-inline': injected code cannot run."""
    return (
        f"default-src 'none'; script-src '{_digest(SCRIPT)}'; style-src '{_digest(STYLE)}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _key(item: Mapping[str, Any]) -> StoreKey:
    return item["provider"] or "", item["account"] or "", item["region"] or ""


def _lines(items: list[bytes]) -> Iterator[str]:
    """Items of a list, one a line."""
    for index, item in enumerate(items):
        yield (COMMA if index else "\n") + item.decode("utf-8")
    yield "\n"


def _findings(say: Language, kept: int, total: int) -> str:
    what = say("Failed and unknown findings, the worst first. Open one for its evidence. The address of the page keeps the filters.")
    held = say("This page holds the {count} worst of {all} findings. The JSON and CSV reports have all.", count=number(kept), all=number(total))
    note = f'<p class="note">{held}</p>' if kept < total else ""
    body = _listing(say) + note if total else f'<p class="empty">{say("Nothing failed, and nothing is unknown.")}</p>'
    return section("findings", say("Findings"), what, body)


def _listing(say: Language) -> str:
    """What the script fills."""
    return f"""<div class="live" id="findings-live" hidden>
<div class="tools" id="findings-tools"></div>
<div class="count"><span id="findings-status" role="status"></span><button id="findings-clear" type="button" hidden>{say("Clear filters")}</button></div>
<ol class="findings" id="findings-list"></ol>
<p class="note" id="findings-unprinted" hidden></p>
{turning(say, "findings", "Pages of findings")}
</div>
<noscript><p class="note">{say("The list of findings needs JavaScript. All other parts do not; the Markdown report has findings as text.")}</p></noscript>"""


def _compact(say: Language, finding: Finding) -> dict[str, Any]:
    """A finding with what the page shows of it, and without what is empty."""
    texts = ("rule", "verdict", "provider", "account", "region", "name", "owner", "message")
    kept: dict[str, Any] = {key: shown(finding[key]) for key in texts if finding[key]}
    if finding["id"] not in (None, finding["name"]):
        kept["id"] = shown(finding["id"])
    kept["fingerprint"] = finding["fingerprint"]
    if finding["since"]:
        kept["since"], kept["new"] = finding["since"], finding["new"]
    if finding["verdict"] == WAIVED:
        kept["waiver"] = shown(excuse(finding, say))
    if finding["evidence"]:
        kept["evidence"] = [[shown(item["field"]), _value(item["actual"]), _value(item["expected"])] for item in finding["evidence"]]
    return kept


def _told(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Details of a rule on the page."""
    texts = {key: shown(rule[key] or "") for key in ("title", "severity", "remediation")}
    return {**texts, "references": [shown(reference) for reference in rule["references"]]}


def _value(value: Any) -> str:
    return shown(value if isinstance(value, str) and value else line(value))
