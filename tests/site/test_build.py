# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the documentation site's build: guides and event sources. They need Sphinx, so the session 'site' runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
OURS = "https://github.com/multicloud-secrets/multicloud.secrets/blob/main"
sys.path.insert(0, str(SITE))

import build
import event_sources

README = f"# Title\n\n## Documentation\n\n### Guides\n\n- [One]({OURS}/docs/one.md): first\n- [Two]({OURS}/docs/two.md): second\n"
ONE = f"# One\n\n[here](two.md) [there](two.md#part) [file](../README.md) [folder](../docs) [full]({OURS}/docs/two.md#part)\n"
TWO = "# Two\n\n## Part\n\nText\n"
RULES = ":ref:`common_return_values` :envvar:`ANSIBLE_CACHE_PLUGIN` :ref:`ansible_collections.ansible.builtin.file_lookup`"


def sphinx(folder: Path, **guides: str) -> subprocess.CompletedProcess[str]:
    """Build guides as the site does."""
    source = folder / "source"
    source.mkdir()
    for name, text in guides.items():
        (source / name.replace("_rst", ".rst").replace("_md", ".md")).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", *build.STRICT, "--conf-dir", str(SITE), str(source), str(folder / "pages")]
    return subprocess.run(command, env={**os.environ, "COLLECTION": str(ROOT)}, check=False, capture_output=True, text=True)


def test_links_lead_where_they_do_on_github(tmp_path: Path) -> None:
    """To pages where there is one, to files of the repository, and to Ansible's own documentation."""
    index = build.first_page(README, [("Reference", "three")])
    ran = sphinx(tmp_path, index_md=index, one_md=ONE, two_md=TWO, three_rst=f"Three\n=====\n\n{RULES}\n\n.. contents::\n\nPart\n----\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    one = (tmp_path / "pages" / "one.html").read_text(encoding="utf-8")
    assert one.count('href="two.html#part"') == 2
    assert f'href="{OURS}/README.md"' in one and f'href="{OURS.replace("blob", "tree")}/docs"' in one
    assert 'href="one.html"' in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8").partition('role="main"')[2]
    three = (tmp_path / "pages" / "three.html").read_text(encoding="utf-8")
    for page in (
        "reference_appendices/common_return_values.html",
        "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN",
        "collections/ansible/builtin/file_lookup.html",
    ):
        assert f'href="https://docs.ansible.com/projects/ansible/latest/{page}"' in three
    assert "ERROR" not in three and 'href="#id1"' not in three


def test_a_folder_beside_a_guide_holds_its_pages(tmp_path: Path) -> None:
    """They are in its table of contents; other folders are left alone."""
    for name, text in {"why.md": "# Why\n", "why/b.md": "# B\n", "why/a.md": "# A\n", "images/x.png": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    build.add_subpages(tmp_path)
    assert (tmp_path / "why.md").read_text(encoding="utf-8") == "# Why\n\n```{toctree}\n:hidden:\n\nwhy/a\nwhy/b\n```\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "why", "why.md"]


def test_nothing_dead_is_built(tmp_path: Path) -> None:
    """Each of these is a warning, and a warning fails the build."""
    one = "# One\n\n[page](gone.md) [anchor](two.md#gone) [anchor](#gone) [file](../gone.py) ![picture](images/gone.png)\n"
    lost = "Lost\n====\n\n:ref:`gone` :envvar:`GONE` :ref:`ansible_collections.community.general.gone_module`\n"
    ran = sphinx(tmp_path, index_md=build.first_page(README, []), one_md=one, two_md=TWO, lost_rst=lost)
    assert ran.returncode != 0
    for reason in (
        "'gone.md'",
        "'gone' [myst.xref_missing]",
        "'gone'",
        "'../gone.py'",
        "images/gone.png",
        "label: 'gone'",
        "GONE",
        "community.general",
        "lost.rst: WARNING: document isn't included in any toctree",
    ):
        assert reason in ran.stderr, reason
    assert len(ran.stderr.splitlines()) >= 9


PLUGIN = '''
"""Docstring."""
DOCUMENTATION = r"""
short_description: Tell what changes
description: [Uses O(interval) and E(HOME)., "See M(multicloud.secrets.secrets_audit)."]
requirements: [requests >= 2]
options:
  interval: {description: Seconds., type: float, default: 300}
  mode: {description: How., choices: [a, b], required: true}
  accounts:
    description: Some.
    type: list
    elements: dict
    suboptions: {name: {description: Its name., type: str}}
notes: [A note.]
"""
EXAMPLES = r"""
- name: Watch
  hosts: all
"""
import gone
'''


def test_an_event_source_has_a_page() -> None:
    """All that its documentation says, and nothing of it is run."""
    page = event_sources.page("a.b.c", PLUGIN)
    assert page.startswith("a.b.c event source -- Tell what changes\n+++")
    for part in (
        "- Uses :ansopt:`interval` and :literal:`HOME`.",
        "- See :ref:`multicloud.secrets.secrets\\_audit <ansible_collections.multicloud.secrets.secrets_audit_module>`.",
        "**interval** (float, default ``300``)\n  Seconds.",
        '**mode** (str, required, one of ``"a"``, ``"b"``)',
        "**accounts** (list of dict)\n  Some.\n\n  **name** (str)\n    Its name.",
        "\nNotes\n-----\n\n- A note.",
        ".. code-block:: yaml\n\n    - name: Watch\n      hosts: all",
    ):
        assert part in page, part


@pytest.mark.parametrize("constant", ["DOCUMENTATION", "EXAMPLES"])
def test_an_event_source_without_documentation_fails(constant: str) -> None:
    """It is not left out."""
    with pytest.raises(KeyError, match=constant):
        event_sources.page("a.b.c", PLUGIN.replace(constant, "SOMETHING"))
