# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the documentation site fail: small sites, each with one thing wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pages
import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = "https://github.com/multicloud-secrets/multicloud.secrets/blob/main"
FILES = ["README.md", "docs/rules.md", "plugins/modules/a_info.py", "plugins/inventory/fleet.py", "roles/r/meta/argument_specs.yml", "tests/x/README.md"]
MENU = " ".join(
    f'<a href="{page}">x</a>'
    for page in (
        "index.html",
        "rules.html",
        "rules.html#eq",
        "collection/a_info_module.html",
        "collection/fleet_inventory.html",
        "collection/r_role.html",
        "https://docs.ansible.com/projects/",
        "mailto:a@example.com",
        f"{OURS}/tests/x/README.md#a",
        f"{OURS}/tests/x",
        "?x=1",
        "#top",
    )
)
BACK = " ".join(f'<a href="../{page}">x</a>' for page in ("index.html", "rules.html#eq", "collection/a_info_module.html")) * 4


def site(folder: Path, **changed: str) -> list[str]:
    """The problems of a small site that is well but for what was changed; a page that is changed to nothing is missing."""
    html = {
        "index": f'<title>T</title><p id="top">{MENU}</p>',
        "rules": f'<title>T</title><h2 id="eq">e</h2><p id="top">{MENU}</p>',
        **{f"collection/{name}": f"<title>T</title>{BACK}" for name in ("a_info_module", "fleet_inventory", "r_role")},
        **{name.replace("__", "/"): text for name, text in changed.items()},
    }
    for name, text in html.items():
        file = folder / f"{name}.html"
        file.parent.mkdir(exist_ok=True)
        if text:
            file.write_text(text, encoding="utf-8")
    return pages.check(folder, FILES).problems


def test_a_good_site_passes(tmp_path: Path) -> None:
    """Pages are counted, and so are links and anchors."""
    assert site(tmp_path) == []
    verdict = pages.check(tmp_path, FILES)
    assert (verdict.passed, verdict.notes) == (5, ["site: 5 pages, 60 links, 3 anchors"])


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ('<a href="rule.html">x</a>', "index.html: rule.html leads nowhere"),
        ('<a href="collection/">x</a>', "index.html: collection/ leads nowhere"),
        ('<a href="../outside.html">x</a>', "index.html: ../outside.html leads nowhere"),
        ('<a href="rules.html#ne">x</a>', "index.html: rules.html#ne has no such anchor"),
        ('<a href="#bottom">x</a>', "index.html: #bottom has no such anchor"),
        ('<img src="_images/a.png">', "index.html: _images/a.png leads nowhere"),
        ('<link rel="stylesheet" href="_static/a.css">', "index.html: _static/a.css leads nowhere"),
        ('<script src="_static/a.js"></script>', "index.html: _static/a.js leads nowhere"),
        ('<a href="https://nowhere">x</a>', "index.html: https://nowhere is no URL"),
        ('<a href="https://example.com/a b">x</a>', "index.html: https://example.com/a b is no URL"),
        ('<a href="javascript:x()">x</a>', "index.html: javascript:x() is no URL"),
        ('<a href="mailto:nobody">x</a>', "index.html: mailto:nobody is no address"),
        (f'<a href="{OURS}/docs/gone.md">x</a>', f"index.html: {OURS}/docs/gone.md is no file of the project"),
    ],
)
def test_dead_links(tmp_path: Path, added: str, expected: str) -> None:
    """Of each kind one: pages, anchors, parts of a page, links out of the site."""
    assert site(tmp_path, index=f'<title>T</title><p id="top">{MENU}{added}</p>') == [expected]


def test_a_page_that_nothing_links(tmp_path: Path) -> None:
    """A picture, a style or a link from another lost page does not lead a reader there."""
    lost = "<title>T</title>" + '<a href="lost2.html">x</a>' * 20
    index = f'<title>T</title><p id="top">{MENU}<img src="lost.html"></p>'
    assert site(tmp_path, index=index, lost=lost, lost2=f'{lost}<a href="lost.html">x</a>') == [
        "lost.html cannot be reached from the first page",
        "lost2.html cannot be reached from the first page",
    ]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("rules", "docs/rules.md has no page rules.html"),
        ("collection__a_info_module", "plugins/modules/a_info.py has no page collection/a_info_module.html"),
        ("collection__fleet_inventory", "plugins/inventory/fleet.py has no page collection/fleet_inventory.html"),
        ("collection__r_role", "roles/r/meta/argument_specs.yml has no page collection/r_role.html"),
    ],
)
def test_every_source_has_its_page(tmp_path: Path, missing: str, expected: str) -> None:
    """Whatever made no page, and for whatever reason."""
    assert expected in site(tmp_path, **{missing: ""})


def test_an_empty_site_is_no_site(tmp_path: Path) -> None:
    """A program that wrote nothing and was content."""
    problems = site(tmp_path, **dict.fromkeys(("index", "rules", "collection__a_info_module", "collection__fleet_inventory", "collection__r_role"), ""))
    assert "the site has no first page" in problems and "only 0 links were found in 0 pages" in problems


def test_pages_without_links_were_not_read(tmp_path: Path) -> None:
    """Links that are not found are not dead, but something is wrong."""
    index = "<title>T</title>" + "".join(
        f'<a href="{page}.html">x</a>' for page in ("rules", *(f"collection/{name}" for name in ("a_info_module", "fleet_inventory", "r_role")))
    )
    bare = "<title>T</title>"
    problems = site(tmp_path, index=index, rules=bare, collection__a_info_module=bare, collection__fleet_inventory=bare, collection__r_role=bare)
    assert problems == ["only 4 links were found in 5 pages"]


def test_which_files_have_pages() -> None:
    """Every type of plugin has some, without a list; parts of plugins have none."""
    made = pages.expected_pages(
        [
            "plugins/inventory/fleet.py",
            "plugins/filter/f.yml",
            "plugins/lookup/l.py",
            "plugins/modules/m.py",
            "plugins/modules/__init__.py",
            "plugins/module_utils/_x.py",
            "plugins/doc_fragments/d.py",
            "roles/r/meta/argument_specs.yml",
            "roles/s/tasks/main.yml",
            "extensions/eda/plugins/event_source/e.py",
            "docs/a.md",
            "docs/site/b.md",
            "docs/images/c.png",
        ]
    )
    assert list(made.values()) == [
        "index.html",
        "collection/fleet_inventory.html",
        "collection/f_filter.html",
        "collection/l_lookup.html",
        "collection/m_module.html",
        "collection/r_role.html",
        "collection/e_event_source.html",
        "a.html",
    ]


def test_the_readme_lists_every_guide() -> None:
    """It is the table of contents. Sphinx fails too when a guide is in none; this says so without building anything."""
    spec = importlib.util.spec_from_file_location("site_build", ROOT / "docs" / "site" / "build.py")
    assert spec and spec.loader
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    groups = build.groups((ROOT / "README.md").read_text(encoding="utf-8"))
    listed = [name for _caption, guides in groups for _title, name in guides]
    assert len(groups) >= 3 and all(guides for _caption, guides in groups)
    assert sorted(listed) == sorted(guide.stem for guide in ROOT.glob("docs/*.md"))
    assert build.first_page("# T\n\n## Documentation\n\n### A\n\n- [B](" + OURS + "/docs/b.md): c\n", [("D", "collection/index")]).endswith(
        "\n```{toctree}\n:hidden:\n:caption: A\n\nB <b>\n```\n\n```{toctree}\n:hidden:\n:caption: Reference\n\nD <collection/index>\n```\n"
    )
