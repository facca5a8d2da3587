# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-doc shows: short sentences, and the bounds of every number that can be set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SPECS = ROOT / "roles" / "assert_secrets" / "meta" / "argument_specs.yml"
PAGES = [path for kind in ("modules", "doc_fragments", "inventory") for path in sorted((ROOT / "plugins" / kind).glob("*.py")) if path.name != "__init__.py"]
MOST_WORDS = 25
NAME = re.compile(r"\b[A-Z]+\([^)]*\)|\S*https?://\S+")
"""A name in a sentence, or an address: one word, however long."""
BOUNDS = re.compile(r"[Ff]rom [\d.]+ to [\d.]+|at least \d|\d or more|as in O\(|instead of O\(")
WRITTEN_BY_US = "organization.member"
"""Options that the inventory plugin writes."""


def blocks(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The documents of a file: options and return values by name, or None where it has none."""
    if path.suffix == ".yml":
        entries = yaml.safe_load(path.read_text("utf-8"))["argument_specs"]
        yield from ((entry, {"options": about["options"]}) for entry, about in entries.items())
        return
    for name, text in re.findall(r'^ *([A-Z_]+) = r"""\n(.*?)"""', path.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        if name != "EXAMPLES":
            found = yaml.safe_load(text)
            yield name, {"options": found} if name == "RETURN" else found


def described(options: Mapping[str, Any], place: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each option or value, with its place and description."""
    for name, about in (options or {}).items():
        told = about.get("description", "")
        yield f"{place}.{name}", " ".join(told) if isinstance(told, list) else told, about
        yield from described(about.get("suboptions") or about.get("options") or about.get("contains") or {}, f"{place}.{name}")


ALL = [found for path in (*PAGES, SPECS) for name, block in blocks(path) for found in described(block.get("options", {}), f"{path.stem}.{name}")]


@pytest.mark.parametrize("place, told", [pytest.param(place, told, id=place) for place, told, _about in ALL])
def test_no_sentence_is_long(place: str, told: str) -> None:
    sentences = re.split(r"(?<=[.:;?])\s+", NAME.sub("X", told))
    assert [sentence for sentence in sentences if len(sentence.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("place, told", [pytest.param(place, told, id=place) for place, told, about in ALL if about.get("type") in ("int", "float")])
def test_every_number_that_can_be_set_has_its_bounds(place: str, told: str) -> None:
    assert ".RETURN." in place or WRITTEN_BY_US in place or BOUNDS.search(told)


def test_the_options_were_found() -> None:
    places = {place for place, _told, _about in ALL}
    assert len(ALL) > 300
    assert {"transport.DOCUMENTATION.timeout", "secrets_audit.RETURN.findings", "argument_specs.main.assert_secrets_fleet"} <= places
