# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser, and pages of reports in it. Whatever a page says to its console, asks for or violates is noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report import results

WATCH = """
window.violations = [];
window.ran = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);
"""


@pytest.fixture(scope="session", name="browser")
def real_browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session", name="reports")
def all_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], Path]]:
    """By name: a result and its page. 'small', 'large' with 10,000 findings, 'fleet' with 20,000 in 200 stores, 'hostile', 'empty'."""
    folder = tmp_path_factory.mktemp("reports")
    seen = results.seen(folder)
    small = results.waived(seen)
    made = {
        "small": small,
        "large": results.large({**small, "secrets": [{**small["secrets"][index % 4], "name": f"secret-{index:05}"} for index in range(10_000)]}, 10_000),
        "hostile": results.hostile(folder),
        "poisoned": results.poisoned(small, "<img src=x onerror=alert(1)></script><script>alert(1)</script>"),
        "console": {
            **small,
            "console_url": {"tencent_ssm": "https://console.example.com/{region}?name={name}"},
            "secrets": [{**small["secrets"][1], "name": '"><x &'}],
        },
        "chinese": {**small, "language": "zh"},
        "empty": {**small, "verdict": "pass", "findings": [], "findings_total": 0},
        "fleet": results.fleet(seen, 200, 20_000),
    }
    pages = {}
    for name, result in made.items():
        path = folder / f"{name}.html"
        path.write_text(html_report.HtmlReport.render(result), encoding="utf-8")
        pages[name] = result, path
    return pages


Open = Callable[..., Page]


@pytest.fixture(name="show")
def open_page(browser: Browser, reports: dict[str, tuple[dict[str, Any], Path]]) -> Iterator[Open]:
    """Opens a page by name, with options of a browser context. Its faults are in page.faults."""
    contexts = []
    pages = []

    def show(name: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        faults: list[str] = []
        page.faults = faults  # type: ignore[attr-defined]
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith("file:") else faults.append(request.url))
        if options.get("java_script_enabled", True):
            page.add_init_script(WATCH)
        page.goto(reports[name][1].as_uri())
        return page

    yield show
    faults = [fault for page in pages for fault in page.faults]  # type: ignore[attr-defined]
    for context in contexts:
        context.close()
    assert faults == []
