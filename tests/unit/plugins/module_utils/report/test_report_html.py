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

from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report, html_secrets
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
    page = html_report.HtmlReport.render(plain)
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
    page = html_report.HtmlReport.render(plain)
    assert "<h1><span>Verdict</span>Fail</h1>" in page
    assert '<p class="lead">2 findings fail.</p>' in page
    assert "1 of 3 stores was not listed to its end. What it holds is unknown, not fine." in page
    assert '<time datetime="2026-11-21T00:00:00Z">2026-11-21 00:00 UTC</time>' in page
    assert "<noscript>" in page
    ledger = words(page, "ledger")
    assert "failed prod r2 0 AuthFailure: no 2026-11-20 23:00 UTC tencent_ssm" in ledger
    assert ledger.index("failed") < ledger.index("complete")
    assert "complete, filtered prod" in words(
        html_report.HtmlReport.render({**plain, "stores": [{**store, "filtered": True} for store in plain["stores"]]}), "ledger"
    )


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
    page = html_report.HtmlReport.render({**plain, "summary": {**plain["summary"], "findings": found}})
    assert f'<p class="lead">{sentence}</p>' in page


def test_the_map_counts_the_worst_of_each_rule_in_each_store(plain: dict[str, Any]) -> None:
    told = words(html_report.HtmlReport.render(plain), "map")
    assert told.endswith(
        "collection-complete on root prod tencent_ssm r2 1 1 ? no finding r1 no finding 1 no finding "
        "several stores no finding no finding 1 ? 1 store without a finding is not shown."
    )
    excused = waived(plain)
    alone = [finding for finding in excused["findings"] if finding["verdict"] == "waived"]
    assert words(html_report.HtmlReport.render({**excused, "findings": alone}), "map").endswith(
        "on prod tencent_ssm r1 (1) 2 stores without a finding are not shown."
    )
    assert 'aria-label="1 fail, 1 unknown in tencent_ssm/prod/r1, on"' in html_report.HtmlReport.render(plain)


def test_the_rules_are_told_with_their_counts(plain: dict[str, Any]) -> None:
    told = words(html_report.HtmlReport.render(plain), "rules")
    assert "fail high Secrets are enabled on 1 2 2" in told
    assert 'not applicable high Nothing idle no store fits region "nowhere" (known: r1, r2) 0 0 0' in told
    assert "Waived" in words(html_report.HtmlReport.render(waived(plain)), "rules")


def test_the_data_is_what_was_found(plain: dict[str, Any]) -> None:
    known = data(html_report.HtmlReport.render(waived(plain)))
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
    page = html_report.HtmlReport.render(large(plain, html_report.MOST_FINDINGS + 1))
    assert len(data(page)["findings"]) == html_report.MOST_FINDINGS
    assert "This page holds the 20,000 worst of 20,001 findings. The JSON and CSV reports have all." in page
    assert "This page holds" not in html_report.HtmlReport.render(large(plain, html_report.MOST_FINDINGS))
    page = html_report.HtmlReport.render(large(plain, 5_000, lambda index: f"{index}" + "n" * 4_096))
    assert len(page) < html_report.LONGEST_DATA * 1.2
    assert re.search(r"This page holds the [0-9],\d+ worst of 5,000 findings", page)
    monkeypatch.setattr(html_report, "LONGEST_DATA", 10)
    assert not data(html_report.HtmlReport.render(plain))["findings"]


def test_many_stores_and_rules_are_cut_with_a_word(plain: dict[str, Any]) -> None:
    stores = [{**plain["stores"][0], "region": f"r{index}"} for index in range(600)]
    rules = [{**plain["rules"][0], "id": f"rule-{index}"} for index in range(50)]
    findings = [{**plain["findings"][0], "rule": rule["id"]} for rule in rules]
    page = html_report.HtmlReport.render({**plain, "stores": stores, "rules": rules, "findings": findings})
    assert "and 100 more stores, which the JSON report has" in words(page, "ledger")
    assert words(page, "map").endswith("and 10 more rules, which the JSON report has 600 stores without a finding are not shown.")
    found = [{**plain["findings"][0], "provider": store["provider"], "region": store["region"]} for store in stores]
    page = html_report.HtmlReport.render({**plain, "stores": stores, "findings": found})
    assert "and 500 more stores with findings, which the JSON report has" in words(page, "map")


def test_a_page_of_nothing(plain: dict[str, Any]) -> None:
    zero = {key: dict.fromkeys(value, 0) for key, value in plain["summary"].items() if isinstance(value, dict) and key != "findings"}
    found = {severity: dict.fromkeys(("error", "fail", "unknown"), 0) for severity in plain["summary"]["findings"]}
    summary = {**plain["summary"], **zero, "findings": found}
    page = html_report.HtmlReport.render({**plain, "verdict": "pass", "summary": summary, "rules": [], "stores": [], "findings": [], "findings_total": 0})
    assert "No store was judged." in page and "Nothing was judged." in page
    assert "Nothing failed, and nothing is unknown." in page
    assert data(page)["findings"] == []


def test_complete_stores_are_folded(plain: dict[str, Any]) -> None:
    whole = [{**plain["stores"][0], "region": f"w{index}", "status": "complete"} for index in range(20)]
    page = html_report.HtmlReport.render({**plain, "stores": [*plain["stores"], *whole]})
    assert '<details class="fold"><summary>22 stores listed to the end</summary>' in page
    assert '<details class="fold" open><summary>2 stores listed to the end</summary>' in html_report.HtmlReport.render(plain)


def test_the_worst_stores_come_first_and_by_account(plain: dict[str, Any]) -> None:
    def found(account: str, region: str, rule: str) -> dict[str, Any]:
        return {**plain["findings"][0], "account": account, "region": region, "rule": rule, "verdict": "fail"}

    places = [("a", "r1", "root"), ("z", "r9", "on"), ("z", "r1", "root"), ("a", "r2", "root"), ("a", "r2", "root")]
    stores = [{**plain["stores"][1], "provider": "tencent_ssm", "account": account, "region": region} for account, region in {place[:2] for place in places}]
    told = words(html_report.HtmlReport.render({**plain, "stores": stores, "findings": [found(*place) for place in places]}), "map")
    assert told.endswith("on root z tencent_ssm r9 1 no finding r1 no finding 1 a tencent_ssm r2 no finding 2 r1 no finding 1")


def test_every_figure_leads_to_its_list(plain: dict[str, Any]) -> None:
    page = html_report.HtmlReport.render(plain)
    assert '<dt>High</dt><dd><a href="#findings?severity=high">3 <small>1 fail, 2 unknown</small></a></dd>' in page
    assert "<dt>Info</dt><dd>0</dd>" in page
    assert 'href="#findings?rule=on&amp;provider=tencent_ssm&amp;account=prod&amp;region=r1"' in page
    compared = {"as_of": "2026-11-20T00:00:00Z", "not_comparable": []}
    page = html_report.HtmlReport.render(
        {**plain, "compared": compared, "summary": {**plain["summary"], "new": 2, "fixed": 1, "still": 3, "not_comparable": 0}}
    )
    assert '<dt>New</dt><dd><a href="#findings?new=new">2</a></dd>' in page and '<dt>Fixed</dt><dd><a href="#changes">1</a></dd>' in page


def test_the_page_says_whose_it_is(plain: dict[str, Any]) -> None:
    page = html_report.HtmlReport.render({**plain, "sources": {"rules": ["pack baseline", "<b>.yml"], "waivers": ["w.yml"], "inventories": 3}})
    head = " ".join(unescape(re.sub("<[^>]*>", " ", page[page.index("<header>") : page.index("</header>")])).split())
    assert "Accounts: prod . Rules: pack baseline , <b>.yml . Waivers: w.yml . Inventories: 3." in head


def test_the_history_is_drawn_and_is_no_change(plain: dict[str, Any]) -> None:
    run = {"as_of": "2026-11-20T00:00:00Z", "verdict": "fail", "findings": plain["summary"]["findings"]}
    drawn = html_report.HtmlReport.render({**plain, "history": [run, {**run, "as_of": "2026-11-21T00:00:00Z"}]})
    assert 'aria-label="Findings in the last 2 runs, at most 5; now 2 fail and 3 are unknown"' in drawn
    assert drawn.count("<title>2026-11-2") == 2
    alone = html_report.HtmlReport.render({**plain, "history": [run]})
    assert '<figure class="history" hidden></figure>' in alone
    assert list(map(html_report.HtmlReport.timeless, drawn.splitlines())) == list(map(html_report.HtmlReport.timeless, alone.splitlines()))


def test_owners_have_a_table(plain: dict[str, Any]) -> None:
    owners = [{"owner": "team & co", "worst": "high", "error": 0, "fail": 2, "unknown": 0, "waived": 1}]
    owners += [{"owner": None, "worst": None, "error": 0, "fail": 0, "unknown": 3, "waived": 0}]
    page = html_report.HtmlReport.render({**plain, "owners": owners})
    assert words(page, "owners").endswith("team & co high 0 2 0 1 nobody 0 0 3 0")
    assert 'href="#findings?owner=team+%26+co"' in page and 'href="#findings?owner="' in page
    assert 'id="owners"' not in html_report.HtmlReport.render(plain)


def test_every_secret_with_ages_and_a_calendar(seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    page = html_report.HtmlReport.render(seen)
    told = words(page, "secrets")
    assert "30 to 90 days 4" in told
    assert "Due overdue in 7 days in 8 to 30 days in 31 to 90 days Rotation 0 0 3 0 Deletion 0 0 0 0" in told
    assert 'href="#secrets?rotation=in+8+to+30+days"' in page
    first = data(page)["secrets"][0]
    assert (first["name"], first["verdict"], first["days"], first["age"], first["used"]) == ("k", "pass", 50, "30 to 90 days", "1 time")
    later = html_report.HtmlReport.render({**seen, "as_of": "2027-11-21T00:00:00Z"})
    assert later != page and list(map(html_report.HtmlReport.timeless, later.splitlines())) == list(map(html_report.HtmlReport.timeless, page.splitlines()))
    monkeypatch.setattr(html_secrets, "MOST_SECRETS", 3)
    page = html_report.HtmlReport.render(seen)
    assert len(data(page)["secrets"]) == 3 and "This page holds the first 3 of 4 secrets. The report secrets has all." in page
    assert 'id="secrets"' not in html_report.HtmlReport.render({key: value for key, value in seen.items() if key != "secrets"})
    assert "No secret was seen." in html_report.HtmlReport.render({**seen, "secrets": []})
