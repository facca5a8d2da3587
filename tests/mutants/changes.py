# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants of a file: mutmut writes all of them into it, and the one that is named in the environment is at work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents

SETTINGS = "[mutmut]\nsource_paths=plugins\ntrack_dependencies=false\n"


@dataclass(frozen=True)
class Mutant:
    """One change of one function. name: by which mutmut calls it. function: by which its tests are found. before, after:
    the lines that differ."""

    file: str
    name: str
    function: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def where(self) -> str:
        """The function as it is called in the file."""
        return _plain(self.function.rpartition(".")[2])

    @property
    def text(self) -> str:
        """For people."""
        return "\n".join([f"{self.file}: {self.where}", *(f"-{line}" for line in self.before), *(f"+{line}" for line in self.after)])


def prepare(collection: Path) -> None:
    """mutmut reads its settings where it stands, at its first question."""
    (collection / "setup.cfg").write_text(SETTINGS, encoding="utf-8")
    config()


def mutate(collection: Path, file: str, package: str) -> list[Mutant]:
    """Write every mutant of a file into it. What stands outside of functions, or is decorated, has none."""
    path = collection / file
    made = mutate_file_contents(file, path.read_text(encoding="utf-8"))
    path.write_text(made.code, encoding="utf-8")
    module = f"{package}.{file.removesuffix('.py').replace('/', '.')}"
    lines = made.code.splitlines()
    sources = {name: lines[span.start - 1 : span.end] for name, span in made.line_span_by_function_name.items()}
    return [_mutant(sources, file, module, name) for name in made.mutant_names]


def _mutant(sources: dict[str, list[str]], file: str, module: str, name: str) -> Mutant:
    function = name.partition("__mutmut_")[0]
    before, after = ([line.replace(called, _plain(function)) for line in sources[called]] for called in (f"{function}__mutmut_orig", name))
    same = next((index for index, (old, new) in enumerate(zip(before, after)) if old != new), min(len(before), len(after)))
    tail = next((index for index, (old, new) in enumerate(zip(reversed(before[same:]), reversed(after[same:]))) if old != new), None)
    tail = min(len(before), len(after)) - same if tail is None else tail
    return Mutant(
        file, f"{module}.{name}", f"{module}.{function}", tuple(before[same : len(before) - tail]), tuple(after[same : len(after) - tail])
    )


def _plain(mangled: str) -> str:
    """xǁClassǁmethod and x_function as they are called in the file."""
    return mangled.rpartition("ǁ")[2] if "ǁ" in mangled else mangled.removeprefix("x_")
