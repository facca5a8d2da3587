# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site: python docs/site/build.py FOLDER

It needs what tests/requirements/site.txt lists, and a checkout in a folder ansible_collections/multicloud/secrets.

The first page is README.md. Its section "Documentation" is the table of contents: a guide in docs/ that has no line there makes
Sphinx warn, and every warning ends the build. A folder beside a guide of the same name holds its pages.
Pages of plugins and roles come from antsibull-docs, whatever their type.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAME = "multicloud.secrets"
STRICT = ("--builder", "html", "--fail-on-warning", "--keep-going", "--nitpicky", "--fresh-env")
ENTRY = re.compile(r"^    ([a-z]\w*)_([a-z]+)$", re.MULTILINE)  # whose title is too long for the side
NO_VARIABLES = "No environment variables have been defined"
GUIDE = re.compile(r"^- \[([^]]+)\]\(https://github\.com/multicloud-secrets/multicloud\.secrets/blob/main/docs/([\w-]+)\.md\)", re.MULTILINE)


def groups(readme: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The table of contents in the README: each heading, with the titles and names of its guides."""
    section = readme.partition("\n## Documentation\n")[2].partition("\n## ")[0]
    parts = section.split("\n### ")[1:]
    return [(part.partition("\n")[0], GUIDE.findall(part)) for part in parts]


def toctree(caption: str, entries: Iterable[tuple[str, str]]) -> str:
    """A table of contents for the side of each page."""
    lines = [f"{title} <{page}>" for title, page in entries]
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *lines, "```", ""])


def first_page(readme: str, reference: Iterable[tuple[str, str]]) -> str:
    """The README, and after it the tables of contents for the side."""
    return readme + "".join(toctree(caption, guides) for caption, guides in groups(readme)) + toctree("Reference", reference)


def add_subpages(source: Path) -> None:
    """Append a table of contents to each guide that has a folder of pages beside it, such as decisions.md and decisions/."""
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        guide = folder.with_suffix(".md")
        if guide.exists():
            pages = [f"{folder.name}/{page.stem}" for page in sorted(folder.glob("*.md"))]
            lines = ["", "```{toctree}", ":hidden:", "", *pages, "```", ""]
            guide.write_text(guide.read_text(encoding="utf-8") + "\n".join(lines), encoding="utf-8")


def program(*command: str, **env: str) -> None:
    """Run a program. What it says is shown; if it fails, so does the build."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    status = subprocess.run(command, env={**os.environ, "PATH": path, **env}, check=False).returncode
    if status:
        sys.exit(status)


def write_sources(source: Path) -> None:
    """Guides, pages of plugins and roles, and the first page."""
    shutil.copytree(ROOT / "docs", source, ignore=shutil.ignore_patterns("site", "docsite"))
    add_subpages(source)
    folder = source / "collection"
    folder.mkdir(mode=0o755)
    program(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--fail-on-error",
        "--no-add-antsibull-docs-version",
        "--dest-dir",
        str(folder),
        NAME,
        ANSIBLE_COLLECTIONS_PATH=str(ROOT.parents[2]),
    )
    index = folder / "index.rst"
    index.write_text(ENTRY.sub(r"    \1 \2 <\1_\2>", index.read_text(encoding="utf-8")), encoding="utf-8")
    reference = [("Modules, plugins and roles", "collection/index"), *write_event_sources(folder)]
    variables = folder / "environment_variables.rst"
    if NO_VARIABLES in variables.read_text(encoding="utf-8"):
        variables.unlink()
    else:
        reference.append(("Environment variables", "collection/environment_variables"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (source / "index.md").write_text(first_page(readme, reference), encoding="utf-8")


def write_event_sources(folder: Path) -> list[tuple[str, str]]:
    """A page for each event source. Gives back their entries in the table of contents."""
    import event_sources  # pylint: disable=import-outside-toplevel

    entries = []
    for plugin in sorted((ROOT / "extensions" / "eda" / "plugins" / "event_source").glob("[!_]*.py")):
        page = event_sources.page(f"{NAME}.{plugin.stem}", plugin.read_text(encoding="utf-8"))
        (folder / f"{plugin.stem}_event_source.rst").write_text(page, encoding="utf-8")
        entries.append((f"Event source {plugin.stem}", f"collection/{plugin.stem}_event_source"))
    return entries


def main(target: str) -> None:
    """Build in a temporary folder and put the pages into the target, which is replaced."""
    with tempfile.TemporaryDirectory() as folder:
        source, pages = Path(folder, "source"), Path(folder, "pages")
        write_sources(source)
        program(
            sys.executable,
            "-m",
            "sphinx",
            *STRICT,
            "--doctree-dir",
            str(Path(folder, "doctrees")),
            "--conf-dir",
            str(HERE),
            str(source),
            str(pages),
            COLLECTION=str(ROOT),
        )
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(pages, target)


if __name__ == "__main__":
    main(sys.argv[1])
