# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the pages of the documentation site, and where their links lead. Nothing outside the site is asked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from verdicts import Verdict

REPOSITORY = "https://github.com/multicloud-secrets/multicloud.secrets"
IN_REPOSITORY = re.compile(re.escape(REPOSITORY) + r"/(?:blob|tree|edit|raw)/main/([^?#]*)")
HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")
MADE_BY_SPHINX = {"search.html", "genindex.html", "404.html"}
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "srcset"}


@dataclass
class Page(HTMLParser):
    """One page: its anchors, its options, and all that it links, as it is written. Only links of <a> lead a reader on."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one tag."""
        given = dict(attrs)
        self.anchors |= {name for name in (given.get("id"), given.get("name") if tag == "a" else None) if name}
        target = given.get(LINKS.get(tag, ""))
        if target:
            (self.links if tag == "a" else self.parts).append(target)
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        """Read the title."""
        if self._in_title:
            self.title += data
            self._in_title = False


def read_pages(folder: Path) -> dict[str, Page]:
    """Every page of a site, by its path in the site."""
    pages = {}
    for file in sorted(folder.rglob("*.html")):
        if "_static" not in file.relative_to(folder).parts:
            page = pages[file.relative_to(folder).as_posix()] = Page()
            page.feed(file.read_text(encoding="utf-8"))
    return pages


def expected_pages(files: Iterable[str]) -> dict[str, str]:
    """The page that each guide, plugin, role and event source must have, by its source."""
    expected = {"README.md": "index.html"}
    for file in files:
        guide = re.fullmatch(r"docs/([\w-]+)\.md", file)
        plugin = re.fullmatch(r"plugins/(\w+)/([a-z]\w*)\.(?:py|yml)", file)
        role = re.fullmatch(r"roles/(\w+)/meta/argument_specs\.ya?ml", file)
        event = re.fullmatch(r"extensions/eda/plugins/event_source/([a-z]\w*)\.py", file)
        if guide:
            expected[file] = f"{guide[1]}.html"
        elif plugin and plugin[1] not in ("module_utils", "doc_fragments", "plugin_utils", "action"):
            expected[file] = f"collection/{plugin[2]}_{'module' if plugin[1] == 'modules' else plugin[1]}.html"
        elif role:
            expected[file] = f"collection/{role[1]}_role.html"
        elif event:
            expected[file] = f"collection/{event[1]}_event_source.html"
    return expected


def check(folder: Path, files: Iterable[str]) -> Verdict:
    """The pages that must be there are, can be reached from the first one, and no link is dead. files: of the project."""
    files = list(files)
    pages = read_pages(folder)
    verdict = Verdict(passed=len(pages))
    verdict.demand("index.html" in pages, "the site has no first page")
    for source, name in expected_pages(files).items():
        verdict.demand(name in pages, f"{source} has no page {name}")
    reached = reachable(pages)
    for name in sorted(set(pages) - reached - MADE_BY_SPHINX):
        verdict.problems.append(f"{name} cannot be reached from the first page")
    for name, page in pages.items():
        verdict.demand(bool(page.title.strip()), f"{name} has no title")
        for link in dict.fromkeys(page.links + page.parts):
            reason = fault(folder, pages, name, link, files)
            verdict.demand(not reason, f"{name}: {link} {reason}")
    links = sum(len(page.links) + len(page.parts) for page in pages.values())
    anchors = sum(len(page.anchors) for page in pages.values())
    verdict.demand(links > 10 * len(pages), f"only {links} links were found in {len(pages)} pages")
    verdict.notes.append(f"site: {len(pages)} pages, {links} links, {anchors} anchors")
    return verdict


def reachable(pages: Mapping[str, Page]) -> set[str]:
    """The pages to which links lead from the first one."""
    found: set[str] = set()
    queue = ["index.html"]
    while queue:
        name = queue.pop()
        if name in pages and name not in found:
            found.add(name)
            queue += [place(name, link)[0] for link in pages[name].links if is_local(link)]
    return found


def is_local(link: str) -> bool:
    """Whether a link stays on the site."""
    parts = urlsplit(link)
    return not parts.scheme and not parts.netloc


def place(page: str, link: str) -> tuple[str, str]:
    """The file and the anchor to which a link of a page leads."""
    parts = urlsplit(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
    return ("index.html" if path == "." else path), unquote(parts.fragment)


def fault(folder: Path, pages: Mapping[str, Page], page: str, link: str, files: Iterable[str]) -> str:
    """What is wrong with a link, or nothing. A link out of the site is judged by its form, and by the project's files."""
    if link.startswith("data:"):
        return ""
    if not is_local(link):
        return outside_fault(link, files)
    path, anchor = place(page, link)
    if path.startswith("..") or not (folder / path).is_file():
        return "leads nowhere"
    if anchor and path in pages and anchor not in pages[path].anchors:
        return "has no such anchor"
    return ""


def outside_fault(link: str, files: Iterable[str]) -> str:
    """What is wrong with the form of a link out of the site, or nothing."""
    parts = urlsplit(link)
    if parts.scheme == "mailto":
        return "" if "@" in parts.path else "is no address"
    if parts.scheme not in ("https", "http") or not HOST.fullmatch(parts.hostname or "") or re.search(r"[\s<>\"{}]", link):
        return "is no URL"
    ours = IN_REPOSITORY.match(link)
    if ours and not any(file == ours[1].rstrip("/") or file.startswith(ours[1].rstrip("/") + "/") for file in files):
        return "is no file of the project"
    return ""
