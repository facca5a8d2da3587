# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the pictures in docs/images of the page that 'make demo' has left: python pictures.py REPORT FOLDER CHROMIUM."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> None:
    report, folder, chromium = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1200, "height": 1000}, color_scheme=scheme)
            page.goto(Path(report).resolve().as_uri())
            if scheme == "dark":
                page.click("a[href^='#findings?rule=production-keys']")
                page.locator("#findings-list summary").first.click()
                page.evaluate("window.scrollTo({top: document.querySelector('section[aria-labelledby=map]').offsetTop, behavior: 'instant'})")
            page.screenshot(path=str(Path(folder) / f"report-{scheme}.png"))
        browser.close()


if __name__ == "__main__":
    main()
