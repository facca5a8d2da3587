# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy the collection, and add the toy cloud to the copy as docs/adding_a_service.md says: python grow.py COLLECTION COPY"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

BLOCK = re.compile(r"^`([\w./]+)`[^\n]*:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(guide: str) -> list[tuple[str, str, str]]:
    """Each block of code in the guide: the file that it is about, its language, its text."""
    return BLOCK.findall(guide)


def apply(diff: str, text: str) -> str:
    """A file with the change that a block shows. What the block says is there has to be there, once."""
    lines = diff.splitlines()
    before = "\n".join(line[1:] for line in lines if line[:1] in (" ", "-"))
    after = "\n".join(line[1:] for line in lines if line[:1] in (" ", "+"))
    if text.count(before) != 1:
        raise SystemExit(f"the guide shows lines that stand {text.count(before)} times in the file:\n{before}")
    return text.replace(before, after)


def main(collection: Path, copy: Path) -> None:
    here = Path(__file__).parent
    shutil.copytree(collection, copy, ignore=shutil.ignore_patterns("tests", "__pycache__", ".*"))
    plugins = copy / "plugins"
    shutil.copytree(collection / "tests" / "unit" / "toy_cloud", plugins / "module_utils" / "_toy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(here / "files" / "toy.py", plugins / "doc_fragments")
    shutil.copy(here / "files" / "toy_vault_secrets_info.py", plugins / "modules")
    for name, language, text in blocks((collection / "docs" / "adding_a_service.md").read_text(encoding="utf-8")):
        file = copy / name
        if language == "diff":
            file.write_text(apply(text, file.read_text(encoding="utf-8")), encoding="utf-8")
        elif language == "yaml":
            file.write_text(file.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
