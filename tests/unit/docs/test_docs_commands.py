# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the pages let people type can be copied: no prompt stands before it, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import PREFIX, VARIABLES
from ansible_collections.multicloud.secrets.tests.emulator import Emulator

ROOT = Path(__file__).resolve().parents[3]
PAGES = [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("roles/*/README.md")]
MISSPELT = {"docs/completeness.md": {f"{PREFIX}pack"}}
"""What a page shows as a mistake."""


def commands(text: str) -> list[str]:
    """The blocks of commands in a page."""
    return re.findall(r"^ *```console\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_variables_are_those_that_there_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(rf"\b{PREFIX}\w+", text)) - MISSPELT.get(str(path.relative_to(ROOT)), set())
    assert used <= set(VARIABLES)
    for block in commands(text):
        lines = block.splitlines()
        assert not all(line.startswith("$ ") for line in lines), f"a prompt, and no output:\n{block}"
        named = re.findall(r"multicloud\.secrets\.(?!git\b)(\w+)", block)
        assert all([*ROOT.glob(f"plugins/*/{name}.py"), *ROOT.glob(f"playbooks/{name}.yml"), *ROOT.glob(f"roles/{name}")] for name in named), block


def test_the_readme_shows_stores_of_the_demo() -> None:
    rows = re.findall(r"^  \w+/([\w-]+)/([\w-]+) +(complete|failed) +(\d+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    emulator = Emulator(ROOT / "tests" / "emulator" / "fleets" / "demo.yml")
    refused = {(region.account.name, region.name) for region in emulator.world.fleet.regions if region.refuse}
    assert len(rows) == 3 and len(emulator.world.stores) == 9
    for account, region, status, count in rows:
        seen = 0 if (account, region) in refused else len(emulator.secrets(account, region))
        assert (status, int(count)) == ("complete" if seen else "failed", seen)


def test_every_variable_of_the_role_is_told_in_a_page() -> None:
    told = " ".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert [name for name in VARIABLES if f"{name}`" not in told and f"{name}:" not in told] == []
    assert sum(len(commands(path.read_text(encoding="utf-8"))) for path in PAGES) > 20
