# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/adding_a_service.md keeps its word: its code is the toy cloud's, its changes fit the files, and no place is forgotten.

The integration target adding_a_service makes the changes and lists the toy cloud.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "tests" / "integration" / "targets" / "adding_a_service"
TEXT = (ROOT / "docs" / "adding_a_service.md").read_text(encoding="utf-8")
SPEC = importlib.util.spec_from_file_location("grow", TARGET / "grow.py")
assert SPEC and SPEC.loader
GROW = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(GROW)
BLOCKS = GROW.blocks(TEXT)
TOY = {
    "plugins/module_utils/_toy/": ROOT / "tests" / "unit" / "toy_cloud",
    "plugins/modules/": TARGET / "files",
    "plugins/doc_fragments/": TARGET / "files",
}


def test_every_block_is_checked() -> None:
    fences = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)
    assert [language for _name, language, _text in BLOCKS] == fences
    assert {language: fences.count(language) for language in fences} == {"python": 12, "diff": 5}


@pytest.mark.parametrize("name, text", [(name, text) for name, language, text in BLOCKS if language == "python"])
def test_code_is_that_of_the_toy_cloud(name: str, text: str) -> None:
    folder = next(folder for prefix, folder in TOY.items() if name.startswith(prefix))
    path = name.removeprefix(next(prefix for prefix in TOY if name.startswith(prefix)))
    assert text in (folder / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name, text", [(name, text) for name, language, text in BLOCKS if language == "diff"])
def test_changes_fit_the_files(name: str, text: str) -> None:
    before = (ROOT / name).read_text(encoding="utf-8")
    after = GROW.apply(text, before)
    assert after != before and "toy" in after.lower()


def test_every_file_of_a_cloud_is_explained() -> None:
    files = {path.name for path in (ROOT / "plugins" / "module_utils" / "_tencent").rglob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"^### (\w+\.py)$", TEXT, re.MULTILINE)) == files


def test_no_place_that_names_the_services_is_forgotten() -> None:
    """Outside the services' own files; documentation, examples and texts for people do not count."""
    for folder in ("plugins", "roles", "meta", "extensions/eda/plugins"):
        assert (ROOT / folder).is_dir()
        for path in sorted((ROOT / folder).rglob("*")):
            name = str(path.relative_to(ROOT))
            if path.suffix in (".py", ".yml") and "tencent" not in name and re.search(r"tencent(_ssm\b|\b(?! Cloud))", _code(path)):
                assert f"`{name}`" in TEXT, name


def _code(path: Path) -> str:
    """The text of a file; of a Python file without what stands in constants of the module."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if not (isinstance(node, (ast.Assign, ast.Expr)) and isinstance(node.value, ast.Constant))]
    return ast.unparse(tree)


def test_the_tests_that_it_asks_for_are_those_that_clouds_have() -> None:
    rows = re.findall(r"^\| (`tests/[^|]+) \|", TEXT, re.MULTILINE)
    assert len(rows) == 8
    for path in re.findall(r"`([^`]+)`", " ".join(rows)):
        assert (ROOT / path.replace("toy_vault_fields", "ssm_fields").replace("toy_vault", "tencent_ssm").replace("toy", "tencent")).exists(), path
