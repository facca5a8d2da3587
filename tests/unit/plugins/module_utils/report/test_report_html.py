# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTML page as text: its policy, what stands in it without a script, its data, and its limits. How it behaves in a
browser is tested in tests/browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.html_script import SCRIPT
from ansible_collections.multicloud.secrets.plugins.module_utils._report.html_style import STYLE
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import large, waived


def data(page: str) -> dict[str, Any]:
    """Data of the page for its script."""
    content: dict[str, Any] = json.loads(page.split('<script type="application/json" id="data">')[1].split("</script>")[0])
    return content


def words(page: str, part: str) -> str:
    """The text of a section."""
    section = re.search(f'<section aria-labelledby="{part}">(.*?)</section>', page, re.DOTALL)
    assert section
    return " ".join(unescape(re.sub("<[^>]*>", " ", section.group(1))).split())


def test_the_policy_allows_our_style_and_our_script_and_nothing_else(plain: dict[str, Any]) -> None:
    page = html_report.render(plain)
    (content,) = re.findall('Content-Security-Policy" content="([^"]*)"', page)
    policy = dict(part.strip().split(" ", 1) for part in content.split(";"))
    assert policy.pop("script-src") == f"'sha256-{digest(re.search('<script>(.*?)</script>', page, re.DOTALL))}'"
    assert policy.pop("style-src") == f"'sha256-{digest(re.search('<style>(.*?)</style>', page, re.DOTALL))}'"
    assert policy == {
        **dict.fromkeys(("default-src", "base-uri", "form-action", "trusted-types"), "'none'"),
        "require-trusted-types-for": "'script'",
    }
    assert not re.search(r'\sstyle="|\son[a-z]+="|url\(|@import|https?://(?!github\.com)', page.replace(SCRIPT, ""))


def digest(match: re.Match[str] | None) -> str:
    assert match
    return base64.b64encode(hashlib.sha256(match.group(1).encode("utf-8")).digest()).decode("ascii")


def test_the_script_sets_text_and_never_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|fetch\(|XMLHttpRequest|import\(|\.src\b", SCRIPT)
    assert "</" not in SCRIPT and "</" not in STYLE


def test_verdict_and_ledger_need_no_script(plain: dict[str, Any]) -> None:
    page = html_report.render(plain)
    assert "<h1><span>Verdict</span>Fail</h1>" in page
    assert '<p class="lead">2 findings fail.</p>' in page
    assert "1 of 3 stores was not listed to its end. What it holds is unknown, not fine." in page
    assert '<time datetime="2026-11-21T00:00:00Z">2026-11-21 00:00 UTC</time>' in page
    assert "<noscript>" in page
    ledger = words(page, "ledger")
    assert "failed prod r2 0 AuthFailure: no 2026-11-20 23:00 UTC tencent_ssm" in ledger
    assert ledger.index("failed") < ledger.index("complete")
    assert "complete, filtered prod" in words(html_report.render({**plain, "stores": [{**store, "filtered": True} for store in plain["stores"]]}), "ledger")


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"fail": 1}, "1 finding fails."),
        ({"fail": 1200, "unknown": 3}, "1,200 findings fail."),
        ({"error": 2}, "2 findings fail."),
        ({"unknown": 1}, "Nothing fails, but 1 finding could not be decided."),
        ({}, "Every rule that counts holds, for everything that was asked."),
    ],
)
def test_the_first_sentence_says_what_the_verdict_means(plain: dict[str, Any], counts: dict[str, int], sentence: str) -> None:
    nothing = dict.fromkeys(("error", "fail", "unknown"), 0)
    found = {severity: {**nothing, **(counts if severity == "low" else {})} for severity in plain["summary"]["findings"]}
    page = html_report.render({**plain, "summary": {**plain["summary"], "findings": found}})
    assert f'<p class="lead">{sentence}</p>' in page


def test_the_map_counts_the_worst_of_each_rule_in_each_store(plain: dict[str, Any]) -> None:
    told = words(html_report.render(plain), "map")
    assert told.endswith(
        "collection-complete on root several stores no finding no finding 1 ? "
        "prod r1 no finding 1 no finding prod r2 1 1 ? no finding prod r1 no finding no finding no finding"
    )
    excused = waived(plain)
    alone = [finding for finding in excused["findings"] if finding["verdict"] == "waived"]
    assert words(html_report.render({**excused, "findings": alone}), "map").endswith("on prod r1 (1) prod r1 no finding prod r2 no finding")
    assert 'aria-label="1 fail, 1 unknown in tencent_ssm/prod/r1, on"' in html_report.render(plain)


def test_the_rules_are_told_with_their_counts(plain: dict[str, Any]) -> None:
    told = words(html_report.render(plain), "rules")
    assert "fail high Secrets are enabled on 1 2 2" in told
    assert 'not applicable high Nothing idle no store fits region "nowhere" (known: r1, r2) 0 0 0' in told
    assert "Waived" in words(html_report.render(waived(plain)), "rules")


def test_the_data_is_what_was_found(plain: dict[str, Any]) -> None:
    known = data(html_report.render(waived(plain)))
    assert len(known["findings"]) == len(plain["findings"])
    assert set(known["rules"]) == {finding["rule"] for finding in plain["findings"]}
    assert next(finding for finding in known["findings"] if finding.get("name") == "off") == {
        "rule": "on",
        "verdict": "waived",
        "provider": "tencent_ssm",
        "account": "prod",
        "region": "r1",
        "name": "off",
        "message": "is disabled",
        "fingerprint": "894e7ee6fec5ed728b145c876908bf5b:1",
        "waiver": "waived: known (owner: team-a, expires: 2027-01-31, ticket: T-1)",
        "evidence": [["status", "disabled", 'eq "enabled"']],
    }


def test_a_page_holds_so_much_and_says_what_it_leaves_out(plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    page = html_report.render(large(plain, html_report.MOST_FINDINGS + 1))
    assert len(data(page)["findings"]) == html_report.MOST_FINDINGS
    assert "This page holds the 20,000 worst of 20,001 findings. The JSON and CSV reports have all." in page
    assert "This page holds" not in html_report.render(large(plain, html_report.MOST_FINDINGS))
    page = html_report.render(large(plain, 5_000, lambda index: f"{index}" + "n" * 4_096))
    assert len(page) < html_report.LONGEST_DATA * 1.2
    assert re.search(r"This page holds the [0-9],\d+ worst of 5,000 findings", page)
    monkeypatch.setattr(html_report, "LONGEST_DATA", 10)
    assert not data(html_report.render(plain))["findings"]


def test_many_stores_and_rules_are_cut_with_a_word(plain: dict[str, Any]) -> None:
    stores = [{**plain["stores"][0], "region": f"r{index}"} for index in range(600)]
    rules = [{**plain["rules"][0], "id": f"rule-{index}"} for index in range(50)]
    findings = [{**plain["findings"][0], "rule": rule["id"]} for rule in rules]
    page = html_report.render({**plain, "stores": stores, "rules": rules, "findings": findings})
    assert "and 100 more stores, which the JSON report has" in words(page, "ledger")
    assert "and 501 more stores, which the JSON report has and 10 more rules" in words(page, "map")


def test_a_page_of_nothing(plain: dict[str, Any]) -> None:
    zero = {key: dict.fromkeys(value, 0) for key, value in plain["summary"].items() if isinstance(value, dict) and key != "findings"}
    found = {severity: dict.fromkeys(("error", "fail", "unknown"), 0) for severity in plain["summary"]["findings"]}
    summary = {**plain["summary"], **zero, "findings": found}
    page = html_report.render({**plain, "verdict": "pass", "summary": summary, "rules": [], "stores": [], "findings": [], "findings_total": 0})
    assert "No store was judged." in page and "Nothing was judged." in page
    assert "Nothing failed, and nothing is unknown." in page
    assert data(page)["findings"] == []
