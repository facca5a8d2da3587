# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the collection where ansible-test accepts it: below ansible_collections/, outside any git work tree.

Elsewhere it stops, or says "All targets skipped" and succeeds: a copy inside the checkout is ignored by git, and in a
folder of symlinks no test applies. A real copy costs a few hundredths of a second.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from machine import Stop

NAMESPACE, NAME = "multicloud", "secrets"

# Left out where git cannot tell what belongs to the project, as in an unpacked release.
NOT_OURS = {".git", ".dev", ".ansible", ".hypothesis", ".pytest_cache", ".venv", "__pycache__", "secrets-report"}


def project_files(root: Path) -> list[Path]:
    """The files of the project, relative to its root: what git tracks and what it would, if added; never what it ignores."""
    if (root / ".git").exists():
        listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            names = subprocess.run(listing, capture_output=True, check=True).stdout.decode("utf-8", "surrogateescape")
        except (OSError, subprocess.CalledProcessError):
            names = ""
        # A deleted file stays in the index until that is committed.
        files = sorted({Path(name) for name in names.split("\0") if name and os.path.lexists(root / name)})
        if files:
            return files
    return sorted(walk(root))


def walk(root: Path) -> Iterator[Path]:
    """All files below a folder but those that are certainly not the project's."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS and not (Path(folder, name) == root / "tests" / "output")]
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from (Path(folder, name).relative_to(root) for name in names + links if not name.endswith((".pyc", ".tar.gz")))


class Workspace:
    """One temporary folder outside the checkout: a copy of the collection for each step, and everybody's TMPDIR."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self.files = project_files(root)
        self.temp = folder / "tmp"
        self.temp.mkdir()

    def copy(self, step: str) -> Path:
        """A copy that only this step reads and writes, so that no step sees what another one left."""
        collection = self.folder / step / "ansible_collections" / NAMESPACE / NAME
        for file in self.files:
            target = collection / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.root / file, target, follow_symlinks=False)
        return collection


@contextmanager
def workspace(root: Path) -> Iterator[Workspace]:
    """Make the temporary folder and remove it, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="multicloud-secrets-")).resolve()
    try:
        above = next((parent for parent in folder.parents if (parent / ".git").exists()), None)
        if above:
            raise Stop(f"{folder.parent} lies in the git work tree {above}, where ansible-test tests nothing: set TMPDIR to a folder outside it")
        yield Workspace(root, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
