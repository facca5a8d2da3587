# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTML report in a real browser. Each page that a test opens must leave the console silent and ask for nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

Open = Callable[..., Page]
Reports = dict[str, tuple[dict[str, Any], Path]]
PHONE = {"viewport": {"width": 375, "height": 700}, "is_mobile": True, "has_touch": True}
PAGES = ("small", "chinese", "large", "fleet", "hostile", "poisoned", "empty")
CHOOSE = """
([id, index]) => {
  const field = document.getElementById(id);
  const start = performance.now();
  field.value = index;
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  document.getElementById("findings-list").getBoundingClientRect();
  return performance.now() - start;
}
"""
OPEN_ALL = "document.querySelectorAll('details').forEach((block) => { block.open = true; })"


def choose(page: Page, field: str, value: str) -> float:
    """Set a filter or the search; how many milliseconds the page took."""
    return float(page.evaluate(CHOOSE, [field, value]))


def count(page: Page) -> int:
    """Number of findings on the page."""
    text = page.inner_text("#findings-status")
    return 0 if text == "No finding matches." else int(text.split(" of ")[1].split()[0].replace(",", ""))


def comes(page: Page, number: int) -> None:
    """Wait until so many findings are on the page: a link changes the address, of which the script hears a moment later."""
    for _attempt in range(100):
        if count(page) == number:
            return
        page.wait_for_timeout(20)
    assert count(page) == number


def severity_of(result: dict[str, Any], finding: dict[str, Any]) -> str:
    return str(next(rule["severity"] for rule in result["rules"] if rule["id"] == finding["rule"]))


# --- safety ---


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_but_the_page_itself(show: Open, name: str) -> None:
    page = show(name)
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(100)
    assert page.evaluate("[window.ran, window.violations]") == [[], []]
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert page.evaluate("document.scripts.length") == 2
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed, form, [onerror], [onload], [style]').length") == 0


def test_the_policy_is_in_force(show: Open) -> None:
    """Injected text becomes no markup, runs no code, and sends no request."""
    page = show("small")
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    page.evaluate("fetch('https://localhost:9/').catch(() => {})")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)
    assert {"connect-src", "style-src-attr"} <= set(page.evaluate("window.violations"))
    assert page.evaluate("window.ran") == []
    page.faults.clear()  # type: ignore[attr-defined]


def test_hostile_names_are_shown_as_text(show: Open) -> None:
    page = show("poisoned")
    expect(page.locator("#findings-list .name code").first).to_have_text("<img src=x onerror=alert(1)></script><script>alert(1)</script>")


# --- filters, search, pages ---


def test_filters_with_ten_thousand_findings(show: Open, reports: Reports) -> None:
    result, _path = reports["large"]
    page = show("large")
    assert count(page) == 10_000
    expected = {
        "verdict": Counter(finding["verdict"] for finding in result["findings"]),
        "severity": Counter(severity_of(result, finding) for finding in result["findings"]),
        "rule": Counter(finding["rule"] for finding in result["findings"]),
        "provider": Counter(finding["provider"] or "several" for finding in result["findings"]),
        "account": Counter(finding["account"] or "several" for finding in result["findings"]),
        "region": Counter(finding["region"] or "several" for finding in result["findings"]),
    }
    for name, values in expected.items():
        options = page.locator(f"#findings-{name} option").all_inner_texts()
        assert sorted(options[1:]) == sorted(f"{value} ({number:,})" for value, number in values.items())
        for index, option in enumerate(options[1:]):
            assert choose(page, f"findings-{name}", str(index)) < 250
            assert count(page) == values[option.rsplit(" (", 1)[0]]
        choose(page, f"findings-{name}", "")
    assert count(page) == 10_000


def test_the_page_is_quick_to_come(show: Open) -> None:
    page = show("large")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domComplete") < 3_000
    assert page.locator("#findings-list > li").count() == 50


def test_filters_and_words_are_joined(show: Open, reports: Reports) -> None:
    result, _path = reports["large"]
    page = show("large")
    page.select_option("#findings-verdict", label=next(text for text in page.locator("#findings-verdict option").all_inner_texts() if "unknown" in text))
    assert choose(page, "findings-search", "secret-001 ON") < 250
    fitting = [
        finding
        for finding in result["findings"]
        if finding["verdict"] == "unknown" and all(word in " ".join(map(str, finding.values())).lower() for word in ("secret-001", "on"))
    ]
    assert count(page) <= 100 and (count(page) > 0) is bool(fitting)
    choose(page, "findings-search", "no such thing anywhere")
    expect(page.locator("#findings-status")).to_have_text("No finding matches.")
    expect(page.locator("#findings-pages")).to_be_hidden()
    page.click("#findings-clear")
    assert count(page) == 10_000
    assert page.evaluate("document.activeElement.id") == "findings-search"
    expect(page.locator("#findings-clear")).to_be_hidden()


def test_search_finds_by_every_text(show: Open) -> None:
    page = show("small")
    for words, number in (("odd", 1), ("secrets are enabled", 3), ("AUTHFAILURE", 3), ("r1 odd on", 1), ("r1 nothing", 0), ("", 5)):
        choose(page, "findings-search", words)
        assert count(page) == number, words


def test_pages(show: Open) -> None:
    page = show("large")
    expect(page.locator("#findings-page")).to_have_text("Page 1 of 200")
    expect(page.locator("#findings-previous")).to_have_attribute("aria-disabled", "true")
    page.click("#findings-previous", force=True)
    page.click("#findings-next")
    expect(page.locator("#findings-status")).to_have_text("51–100 of 10,000 findings")
    for _turn in range(198):
        page.evaluate("document.getElementById('findings-next').click()")
    expect(page.locator("#findings-status")).to_have_text("9,951–10,000 of 10,000 findings")
    expect(page.locator("#findings-next")).to_have_attribute("aria-disabled", "true")
    page.click("#findings-next", force=True)
    expect(page.locator("#findings-page")).to_have_text("Page 200 of 200")
    choose(page, "findings-search", "secret-00001")
    expect(page.locator("#findings-page")).to_have_text("Page 1 of 1")


def test_a_cell_of_the_map_shows_its_findings(show: Open) -> None:
    page = show("small")
    page.click("a[aria-label='1 unknown, 1 waived in tencent_ssm/prod/r1, on']")
    comes(page, 2)
    assert sorted(page.locator("#findings-list .name code").all_inner_texts()) == ["odd", "off"]
    assert page.evaluate("document.activeElement.id") == "findings"
    page.click("thead a[href='#findings?rule=root']")
    comes(page, 1)
    page.click(".rule a[href='#findings?rule=on']")
    comes(page, 3)


def test_evidence_comes_on_demand(show: Open) -> None:
    page = show("small")
    assert page.locator(".more").count() == 0
    page.locator("#findings-list summary", has_text="off").click()
    more = page.locator(".more")
    expect(more).to_be_visible()
    assert more.locator("td").all_inner_texts() == ["status", "disabled", 'eq "enabled"']
    expect(more).to_contain_text("waived: known (owner: team-a, expires: 2027-01-31, ticket: T-1)")
    expect(more).to_contain_text("Enable it.")


# --- for everybody ---


def test_the_order_of_the_keyboard(show: Open) -> None:
    page = show("small")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "findings"
    order = []
    for _turn in range(9):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert order[:7] == ["findings-search", *(f"findings-{name}" for name in ("verdict", "severity", "rule", "provider", "account", "region"))]
    assert order[7:] == ["SUMMARY", "SUMMARY"]
    page.keyboard.press("Enter")
    expect(page.locator("#findings-list > li:nth-child(2) .more")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#findings-list > li:nth-child(2) .more")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["small", "large", "fleet", "poisoned", "empty"])
def test_axe_finds_nothing_grave(show: Open, name: str, scheme: str) -> None:
    for options in ({}, PHONE):
        page = show(name, color_scheme=scheme, **options)
        page.evaluate(OPEN_ALL)
        found = Axe().run(page).response["violations"]
        grave = [(fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")]
        assert grave == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 375, 768])
def test_no_page_is_wider_than_its_window(show: Open, name: str, width: int) -> None:
    page = show(name, viewport={"width": width, "height": 700})
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(50)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark(show: Open) -> None:
    def paper(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = show("small", color_scheme="light"), show("small", color_scheme="dark")
    assert (light.inner_text("#theme"), dark.inner_text("#theme")) == ("Dark", "Light")
    papers = paper(light), paper(dark)
    assert papers[0] != papers[1]
    light.click("#theme")
    dark.click("#theme")
    assert (paper(light), paper(dark)) == (papers[1], papers[0])
    assert light.inner_text("#theme") == "Light"


def test_without_a_script(show: Open) -> None:
    page = show("small", java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fail")
    for name in ("ledger", "map", "rules"):
        expect(page.locator(f"section[aria-labelledby={name}] table").first).to_be_visible()
    expect(page.locator("noscript p").first).to_be_visible()
    expect(page.locator("#findings-live")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()


def test_on_paper(show: Open) -> None:
    page = show("small", color_scheme="dark")
    page.locator("#findings-list summary", has_text="off").click()
    page.emulate_media(media="print")
    for shown in ("h1", ".figures", "section[aria-labelledby=ledger] table", "section[aria-labelledby=map] table", "#findings-list", ".more"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in ("#findings-tools", "#theme", "nav[aria-label='Parts of this page']"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


# --- addresses, secrets, phones ---


def test_the_address_brings_a_colleague_to_the_same_view(show: Open, reports: Reports) -> None:
    page = show("large")
    page.select_option("#findings-verdict", label=next(text for text in page.locator("#findings-verdict option").all_inner_texts() if "unknown" in text))
    choose(page, "findings-search", "secret-0")
    page.click("#findings-next")
    state = page.evaluate("location.hash")
    assert state.startswith("#findings?") and "verdict=unknown" in state and "page=2" in state
    other = show("large")
    other.goto(f"{reports['large'][1].as_uri()}{state}")
    other.reload()
    for field in ("#findings-status", "#findings-page"):
        expect(other.locator(field)).to_have_text(page.inner_text(field))
    assert other.input_value("#findings-search") == "secret-0"
    assert other.locator("#findings-list summary").all_inner_texts() == page.locator("#findings-list summary").all_inner_texts()


def test_every_figure_leads_to_so_many(show: Open) -> None:
    page = show("small")
    links = page.locator("dl.severities a")
    assert links.count() > 1
    for index in range(links.count()):
        links.nth(index).click()
        comes(page, int(links.nth(index).inner_text().split()[0]))
        assert page.evaluate("document.activeElement.id") == "findings"
    page.evaluate("location.hash = '#findings?account=nobody-has-it'")
    expect(page.locator("#findings-status")).to_have_text("No finding matches.")


def test_every_secret_can_be_searched_sorted_and_chosen(show: Open) -> None:
    page = show("small")
    expect(page.locator("#secrets-status")).to_have_text("1–4 of 4 secrets")
    choose(page, "secrets-search", "odd")
    assert page.locator("#secrets-list th code").all_inner_texts() == ["odd"]
    page.click("#secrets-clear")
    for wanted in (["k", "odd", "off", "ok"], ["ok", "off", "odd", "k"]):
        page.click("#secrets-head button >> text=Secret")
        assert page.locator("#secrets-list th code").all_inner_texts() == wanted
    expect(page.locator("#secrets-head th").first).to_have_attribute("aria-sort", "descending")
    page.click("section[aria-labelledby=secrets] a[href*='rotation=']")
    expect(page.locator("#secrets-status")).to_have_text("1–3 of 3 secrets, filtered from 4")
    large = show("large")
    choose(large, "secrets-search", "secret-0999")
    expect(large.locator("#secrets-status")).to_have_text("1–10 of 10 secrets, filtered from 10,000")


def test_links_to_the_console_hold_the_name_as_text(show: Open) -> None:
    page = show("console")
    page.locator("#findings-list summary", has_text="off").click()
    link = page.locator(".more a", has_text="open the secret")
    expect(link).to_have_attribute("href", "https://console.example.com/r1?name=off")
    assert page.locator("#secrets-list a").first.get_attribute("href") == "https://console.example.com/r1?name=%22%3E%3Cx%20%26"
    page.faults.clear()  # type: ignore[attr-defined]


def test_a_phone_shows_names_reasons_and_navigation(show: Open) -> None:
    page = show("small", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    expect(page.locator("nav[aria-label='Parts of this page'] a").first).to_be_visible()
    reason = page.locator(".reason", has_text="AuthFailure: no")
    box = reason.bounding_box()
    assert box and box["x"] + box["width"] <= 390
    style = "getComputedStyle(document.querySelector('#findings-list .name code')).fontStyle"
    assert page.evaluate(style) == "normal"
    assert page.locator("#findings-list li").first.bounding_box()["y"] < 2 * 844  # type: ignore[index]


def test_paper_holds_all_findings_or_says_how_many_are_left(show: Open) -> None:
    page = show("large")
    choose(page, "findings-search", "secret-000")
    page.emulate_media(media="print")
    expect(page.locator("#findings-list > li")).to_have_count(100, timeout=30_000)
    expect(page.locator(".more")).to_have_count(100)
    expect(page.locator("#findings-unprinted")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator("#findings-list > li")).to_have_count(50)
    choose(page, "findings-search", "")
    page.emulate_media(media="print")
    expect(page.locator("#findings-list > li")).to_have_count(1_000, timeout=30_000)
    expect(page.locator("#findings-unprinted")).to_have_text("and 9,000 more findings, which the JSON and CSV reports have")


# --- a large fleet: 200 stores, 20,000 findings ---


@pytest.mark.parametrize("width, height", [(1280, 800), (390, 844)])
def test_the_first_finding_of_a_large_fleet_is_within_two_screens(show: Open, width: int, height: int) -> None:
    page = show("fleet", viewport={"width": width, "height": height})
    box = page.locator("#findings-list li").first.bounding_box()
    assert box and box["y"] + box["height"] <= 2 * height
    assert page.locator("section[aria-labelledby=ledger] > * tbody tr:visible").count() <= 25


def test_every_figure_of_a_large_fleet_leads_to_its_list(show: Open) -> None:
    page = show("fleet")
    assert count(page) == 20_000
    figures = page.locator("dl.figures a")
    assert figures.count() >= 5
    for index in range(figures.count()):
        target = str(figures.nth(index).get_attribute("href"))
        part = target.removeprefix("#").partition("?")[0]
        figures.nth(index).click()
        page.wait_for_function("(part) => document.activeElement.id === part || location.hash.slice(1).startsWith(part)", arg=part)
        assert page.locator(f"#{part}").count() == 1, target
        if "?" in target:
            number = figures.nth(index).inner_text().split()[0]
            expect(page.locator(f"#{part}-status")).to_contain_text(f" of {number} ")
    owner = page.locator("section[aria-labelledby=owners] a").first
    owner.click()
    comes(page, 2_000)


def test_a_phone_reads_names_and_reasons_of_a_large_fleet(show: Open) -> None:
    page = show("fleet", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    expect(page.locator("nav[aria-label='Parts of this page'] a").first).to_be_visible()
    for shown in ("#findings-list .name code", "#findings-list summary", "section[aria-labelledby=ledger] .reason"):
        box = page.locator(shown).first.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["width"] > 40, shown
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_in_chinese_keeps_the_addresses_of_the_english_one(show: Open) -> None:
    """What the script shows is Chinese, too; an address that was copied from the English page chooses the same."""
    page = show("chinese")
    assert page.get_attribute("html", "lang") == "zh-CN" and page.title() == "不通过 - 凭据审计"
    assert page.inner_text("#findings-status") == "第 1–5 条，共 5 条发现"
    page.goto(page.url + "#findings?verdict=waived")
    page.reload()
    assert page.inner_text("#findings-status") == "第 1–1 条，共 1 条发现，筛选前共 5"
    assert page.inner_text("#findings-verdict option:checked") == "已豁免 (1)"
    page.locator("#findings-list summary").click()
    page.wait_for_selector("#findings-list dl")
    told = page.inner_text("#findings-list")
    assert all(word in told for word in ("高危", "已禁用", "处理办法", "指纹", "期望"))
    page.fill("#findings-search", "没有这样的词")
    assert page.inner_text("#findings-status") == "没有符合的发现。"
    page.click("#theme")
    shown = page.inner_text("body")
    assert not re.search(r"\b(Findings?|Verdict|Severity|Rules?|Search|Filters|Page|Rotation|Owner|Dark|Light|fail|pass|high|none|days?)\b", shown), shown
