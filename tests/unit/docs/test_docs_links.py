# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every link in the texts of the project leads somewhere, as GitHub shows them: files, and headings in them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
OURS = re.compile(r"https://github\.com/multicloud-secrets/multicloud\.secrets/(?:blob|tree)/main/")
NOT_OURS = {".dev", ".ansible", ".git", "secrets-report", "output", "LICENSES"}
TEXTS = sorted(path for path in ROOT.rglob("*.md") if not NOT_OURS & set(path.relative_to(ROOT).parts))
FENCE = re.compile(r"^( *)(```+)\w*\n.*?^\1\2$\n", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[(?:[^][]|\[[^][]*\])*\]\(<?([^()\s]*(?:\([^()\s]*\))?)>?\)")
URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s<>]*)?")


def prose(text: str) -> str:
    """A text without its blocks of code and code in lines."""
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", FENCE.sub("", text))


def links(text: str) -> list[str]:
    """The targets of all links and pictures."""
    return LINK.findall(prose(text))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a text: lower case, no punctuation, a hyphen for each space; a
    number for one that comes again."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#{1,6} +(.*?)(?: +#+)?$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def fault(source: Path, link: str) -> str:
    """Fault of a link in a text, or nothing. Links out of the project are judged by their form."""
    ours = OURS.match(link)
    if not ours and urlsplit(link).scheme:
        return "" if URL.fullmatch(link) or re.fullmatch(r"mailto:\S+@\S+", link) else "is no URL"
    path, anchor = [*(link[ours.end() :] if ours else link).split("#", 1), ""][:2]
    target = (ROOT if ours else source.parent) / unquote(path) if path else source
    if ROOT not in (target.resolve(), *target.resolve().parents) or not target.exists():
        return "leads nowhere"
    if anchor and (target.suffix != ".md" or anchor not in anchors(target.read_text(encoding="utf-8"))):
        return "has no such heading"
    return ""


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    faults = [f"{link} {reason}" for link in links(path.read_text(encoding="utf-8")) if (reason := fault(path, link))]
    assert not faults


def test_there_are_texts_and_links() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "rules.md", ROOT / "roles" / "assert_secrets" / "README.md"} <= set(TEXTS)
    assert sum(len(links(path.read_text(encoding="utf-8"))) for path in TEXTS) > 60


def test_what_galaxy_shows_has_full_links_only() -> None:
    """Galaxy and Automation Hub show these texts outside the repository."""
    for path in (ROOT / "README.md", *ROOT.glob("roles/*/README.md")):
        assert all(urlsplit(link).scheme == "https" for link in links(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "link, expected",
    [
        ("rules.md", ""),
        ("rules.md#operators", ""),
        ("../README.md#use-cases", ""),
        ("images/report-light.png", ""),
        ("../roles/assert_secrets/files/packs", ""),
        ("https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md#fields", ""),
        ("https://example.com/a?b=c#d", ""),
        ("mailto:a@example.com", ""),
        ("rule.md", "leads nowhere"),
        ("../../README.md", "leads nowhere"),
        ("#gone", "has no such heading"),
        ("rules.md#operator", "has no such heading"),
        ("images/report-light.png#top", "has no such heading"),
        ("https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/gone.md", "leads nowhere"),
        ("https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md#gone", "has no such heading"),
        ("https://a b", "is no URL"),
        ("htp://example.com", "is no URL"),
    ],
)
def test_dead_links_are_found(link: str, expected: str) -> None:
    assert fault(ROOT / "docs" / "reports.md", link) == expected


def test_anchors_are_githubs() -> None:
    text = "# A `b_c` d: e, f!\n\n## Same\n\n### Same\n\n```yaml\n# no heading\n```\n\n## [Link](x) and-hyphen  two ##\n\n## Über 5.1\n"
    assert anchors(text) == {"a-b_c-d-e-f", "same", "same-1", "link-and-hyphen--two", "über-51"}


def test_code_holds_no_links() -> None:
    assert links("[a](b) `[c](d)` ``[e](f) ` ``\n\n```text\n[g](h)\n```\n\n  ```yaml\n  [i](j)\n  ```\n![k](l) [m [n]](o)\n") == ["b", "l", "o"]
