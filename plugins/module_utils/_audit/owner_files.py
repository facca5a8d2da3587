# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of each owner in their folder. As all reports, none outlives its run.

1. standing() names what an earlier run left there, and begin() makes it say that the run has not ended.
2. write() writes the files of all owners who have findings, and removes those of others.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping
from typing import Any

from .._core import files
from .._core.clock import Clock
from .._core.errors import SecretsError
from .._report.by_owner import ENDINGS, OURS, ByOwner
from .._report.language import LANGUAGES
from . import outputs, unended


def standing(folder: str | None) -> dict[str, str]:
    """Path -> format of each file of ours in a folder."""
    formats = {ending: name for name, ending in ENDINGS.items()}
    return {os.path.join(folder, name): formats[os.path.splitext(name)[1]] for name in files.names(folder) if OURS.fullmatch(name)} if folder else {}


def check(folder: str | None, others: Iterable[str]) -> None:
    """Raise SecretsError where no file could be written, or where one that a run writes or removes would be another file.

    others: paths of what is read or written besides.
    """
    if not folder:
        return
    if files.exists(folder):
        files.check_target(os.path.join(folder, "no-owner.md"))
    real = os.path.realpath(folder)
    for path in others:
        at, name = os.path.split(os.path.realpath(path))
        if at == real and OURS.fullmatch(name):
            raise SecretsError("argument", f"by_owner: {path} has a name that files of owners have", hint="Choose a folder for the files of owners alone.")


def begin(folder: str | None, as_of: float, nonce: unended.Nonce, language: str = LANGUAGES[0]) -> None:
    """Make the folder, and replace what an earlier run left there before anything else is done."""
    if folder:
        files.make_folders([folder])
    for path, name in standing(folder).items():
        unended.write({name: path}, as_of, nonce, language=language)


def give_up(paths: Mapping[str, str], as_of: float, nonce: unended.Nonce, reason: str, language: str = LANGUAGES[0]) -> None:
    """Say in what stands there why the run did not end. paths: path -> format."""
    for path, name in paths.items():
        unended.give_up({name: path}, as_of, nonce, reason, keep=False, language=language)


def write(owned: ByOwner, folder: str, old: outputs.Digests, clock: Clock, check_mode: bool) -> tuple[list[dict[str, Any]], bool]:
    """Write the reports of each owner. Returns whose they are and their paths, and whether one says something else than before."""
    before, written, told, changed = standing(folder), set[str](), [], False
    for name, result in owned.results():
        paths = {kind: os.path.join(folder, f"{name}{ending}") for kind, ending in ENDINGS.items()}
        changed |= outputs.write(result, {path: kind for kind, path in paths.items()}, old, clock, check_mode, [])
        written |= {*paths.values()}
        told.append({"owner": result["owner"], **paths})
    owned.close()
    for path in before.keys() - written:
        if not check_mode:
            files.remove(path)
    return told, changed or before.keys() != written
