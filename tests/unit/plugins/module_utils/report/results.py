# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results for the tests of reports: a small one of every kind, hostile ones, large ones."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.secret_rows import KEPT, SecretRows
from ansible_collections.multicloud.secrets.plugins.module_utils._report import formats
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import SmallSpool
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write

FORMATS = formats.FORMATS
TELLING = {name: form for name, form in FORMATS.items() if name not in ("prometheus", "secrets")}
"""Reports that tell findings; the others count them."""
HOSTILE = [
    "{{ lookup('pipe', 'touch /tmp/x') }}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style></title></textarea><svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    '" onfocus=alert(1) autofocus x="',
    "' onfocus=alert(1) autofocus x='",
    "<!-- --> <![CDATA[ x ]]> <!DOCTYPE x> <?xml?>",
    "javascript:alert(1)",
    "a | b | c\n| --- | --- |",
    "`code` **bold** _it_ ~~no~~ [link](javascript:alert(1)) ![x](https://example.com/x.png)",
    "@everyone #1 https://example.com www.example.com user@example.com",
    "</code><b>out</b>",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\x1b[31mred\x1b[0m \x07 \x00 \x7f \x9b",
    "line\r\nok: [prod] => all is well\u2028next\u2029last",
    "\u202egnirts\u202c \u2066x\u2069 \u200e\u200f",
    "# heading\n- item\n> quote\n```\nfence",
    "=cmd()+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "'=1",
    '"=1',
    "\uff1d1 \uff0b1",
    'a;=1;+1; @x;"=1";b',
    'a,"=1",b\r\n=1',
    "\\ \\| \\`",
    "$(id) `id` !unsafe !vault",
    "{0} {1} {x}",
    'as_of timestamp="2026" <time>2026</time> "as_of":"2026"',
    "名字 é 😀 עברית",
    "\ufffe \uffff \ufeff",
    "9" * 400,
    "n" * 4096,
    "\u202e" * 4096,
]
LONE = ["\ud800", "a\udfffb", "\udc80\ud83d"]
"""Texts that no UTF-8 can carry."""
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(folder: Path, secrets: SecretRows | None = None) -> dict[str, Any]:
    """A small result of every kind of finding. secrets: is given every secret."""
    rows = [row(), row(region="r2", status="failed", error={"code": "AuthFailure", "message": "no"}), row("alibaba_apig", filtered=True)]
    path = write(folder / "a", rows, [record("ok"), record("off", status="disabled"), record("odd", status="unknown"), record("k", "alibaba_apig")])
    rules = (
        rule("on", title="Secrets are enabled", remediation="Enable it.", expect={"status": "enabled"}),
        rule("root", severity="low", title="There is a root password", fleet={"required": ["root"]}),
        rule("idle", scopes={"region": "nowhere"}, on_empty="not_applicable", title="Nothing", expect={"status": "enabled"}),
    )
    return judged([path], *rules, rows=secrets)


def seen(folder: Path) -> dict[str, Any]:
    """The same with every secret."""
    rows = SecretRows(SmallSpool)
    return {**plain(folder, rows), "secrets": rows}


def hostile(folder: Path) -> dict[str, Any]:
    """A result in which every text that can come from a cloud or a rule file is hostile."""
    rows = [row(account=text[:300], status="failed", error={"code": text, "message": text, "hint": text}) for text in HOSTILE]
    records = [record(text, id=str(index), status="disabled", description=text, rotation_days=10**400) for index, text in enumerate(HOSTILE)]
    path = write(folder / "a", [*rows, row()], records)
    about = {"scopes": {"account": "prod"}, "expect": {"description": "fine", "rotation_days": {"le": 90}}}
    seen = [text for text in HOSTILE if any(map(str.isprintable, text.replace(" ", "")))]  # a rule whose words nobody sees is refused
    owners = [text[:300].replace("}}", "}").replace("%}", "}") for text in seen]  # an owner that is a template is refused
    rules = [rule(f"r{index}", title=text[:300], remediation=text[:2000], owner=owners[index], **about) for index, text in enumerate(seen)]
    return judged([path], *rules, expected=tuple(("tencent_ssm", text[:300] + "!", text[:50]) for text in HOSTILE))


def waived(result: dict[str, Any], name: str = "off", **waiver: str) -> dict[str, Any]:
    """The result with the findings of one secret waived, as the judge says it."""
    changed = copy.deepcopy({**result, "secrets": list(result.get("secrets", ()))})
    if not changed["secrets"]:
        del changed["secrets"]
    for finding in changed["findings"]:
        if finding["name"] == name and finding["verdict"] == "fail":
            finding.update(verdict="waived", waiver=waiver or {"reason": "known", "owner": "team-a", "expires": "2027-01-31", "ticket": "T-1"})
            told = next(rule for rule in changed["rules"] if rule["id"] == finding["rule"])
            for checks in (changed["summary"]["checks"], told["checks"]):
                checks["fail"] -= 1
                checks["waived"] = checks.get("waived", 0) + 1
            for verdict, more in (("fail", -1), ("waived", 1)):
                changed["summary"]["findings"][finding["severity"]][verdict] += more
    return changed


def poisoned(result: dict[str, Any], text: str) -> dict[str, Any]:
    """The result with a text in every place to which one comes from outside."""
    changed = waived(result, reason=text, owner=text, expires=text, ticket=text)
    for finding in changed["findings"]:
        finding.update(dict.fromkeys(("account", "name", "id", "owner", "subject", "message"), text))
        finding["evidence"] = [{"field": text, "actual": [text, 10**400], "expected": text}]
    for item in changed["rules"]:
        item.update(dict.fromkeys(("title", "owner", "remediation", "file"), text), references=[text], line=1)
    for store in changed["stores"]:
        store.update(dict.fromkeys(("account", "region", "reason", "hint", "account_id"), text), labels={"env": text}, member={"name": text, "folder": text})
    changed["organizations"] = [{**dict.fromkeys(("members", "entered", "refused", "excluded"), 1), "provider": "p", "name": text, "complete": True}]
    texts = dict.fromkeys(("account", "region", "name", "id", "kind", "owner", "kms_key_id", "key_state"), text)
    dated = {"created_at": "2026-10-01T00:00:00Z", "next_rotation_at": "2026-12-01T00:00:00Z", "rotation_days": 10**400, "reference_count": 1}
    lists = {"tags": {text: text}, "references": [{"kind": text, "name": text, "gateway": text}], "rules": [changed["rules"][0]["id"]]}
    changed["secrets"] = [{**dict.fromkeys(KEPT), "provider": "p", "status": "enabled", "verdict": "waived", **texts, **dated, **lists}]
    changed["owners"] = [{"owner": text, "worst": "high", **dict.fromkeys(("error", "fail", "unknown", "waived"), 1)}]
    return changed


def large(result: dict[str, Any], number: int, grow: Callable[[int], str] = "secret-{:05}".format) -> dict[str, Any]:
    """The result with as many findings, each about a secret of its own."""
    made = [{**finding, "name": grow(index), "id": grow(index)} for index, finding in _repeated(result["findings"], number)]
    return {**result, "findings": [{**item, "subject": f"{item['subject']}{item['name']}"} for item in made], "findings_total": number}


def _repeated(items: list[dict[str, Any]], number: int) -> list[tuple[int, dict[str, Any]]]:
    """Pairs of a number and an item, all of the first item ahead."""
    return [(index, items[index * len(items) // number]) for index in range(number)]


def fleet(result: dict[str, Any], stores: int, number: int) -> dict[str, Any]:
    """The result over so many stores in 20 accounts, nine of ten listed to their end, with so many findings of ten owners."""
    whole, refused = (next(store for store in result["stores"] if (store["status"] == "complete") is listed) for listed in (True, False))
    places = [{"account": f"account-{index % 20:02}", "region": f"region-{index // 20:02}"} for index in range(stores)]
    ledger = [{**(refused if index % 10 == 0 else whole), **place} for index, place in enumerate(places)]
    judged = [finding for finding in result["findings"] if finding["name"] == "off" or finding["rule"] == "on"]
    made = large({**result, "findings": judged}, number)["findings"]
    findings = [{**finding, **places[index % stores], "owner": f"team {index % 10}"} for index, finding in enumerate(made)]
    told = [{**finding, "subject": f"tencent_ssm/{finding['account']}/{finding['region']}/{finding['name']}"} for finding in findings]
    owners = [{"owner": f"team {index}", "worst": "high", "error": 0, "fail": number // 10, "unknown": 0, "waived": 0} for index in range(10)]
    counted = Counter((finding["severity"], finding["verdict"]) for finding in told)
    by_severity = {severity: {verdict: counted[severity, verdict] for verdict in numbers} for severity, numbers in result["summary"]["findings"].items()}
    summary = {**result["summary"], "findings": by_severity}
    return {**result, "summary": summary, "stores": ledger, "findings": told, "findings_total": number, "owners": owners}
