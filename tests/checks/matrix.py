# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every supported ansible-core: its own sanity tests, unit tests and integration tests, and the page that tells what passed.

`make test-all` runs a part of it; `nox -s matrix` runs all of it and writes docs/compatibility.md.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import ansible_test
import tiers
from job import DEV, PYTHONS, Job
from machine import RELEASES, ROOT, TESTED, Stop, cores, lacks_core, project_files

KINDS = ("sanity", "integration", "units")
SHIPPED = ("plugins", "roles", "playbooks", "extensions", "meta")  # what runs; a result holds as long as none of it changes
INTRODUCTION = """\
<!--
Copyright: (c) 2026, multicloud.secrets contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Compatibility

The releases of ansible-core and the Pythons on which the tests of this collection passed. Each release runs its own
`ansible-test`: all its sanity tests, with no ignore file; the integration targets, on the Python named beside it; and the unit
tests, on each Python that it takes. A Python that runs a controller runs all of them; one on which that release only runs
modules runs the tests of modules. `nox -s matrix` runs all this and writes this page; `make test-all` runs a part of it on every change.

"""


@dataclass(frozen=True)
class Result:
    """How a cell of the matrix ended: `passed` counts tests, `problems` why it failed. `code` is the digest of what was tested."""

    release: str
    kind: str
    core: str
    pythons: list[str]
    passed: int
    problems: list[str]
    notes: list[str]
    day: str
    code: str


# The session of each kind.
SESSIONS = {"sanity": "sanity", "integration": "integration", "units": "all-units"}


def run(options: Sequence[str]) -> list[str]:
    """Test every ansible-core that the Pythons here allow, or those that are named. After each cell the page of the documentation is
    written anew: a whole run takes long, and what is interrupted is not lost. Return the cells that failed."""
    cells = {f"{SESSIONS[kind]}-{release}": (release, kind) for release, kind in select(options)}
    lost = {name: reason for name, (release, _kind) in cells.items() if (reason := lacks_core(release, PYTHONS))}
    if len(lost) == len(cells):
        raise Stop("; ".join(f"{name} {reason}" for name, reason in lost.items()))
    left_out = [*(f"Python {version}: not installed" for version in TESTED if version not in PYTHONS), *(f"{name} {reason}" for name, reason in lost.items())]
    code_now, one_writes = code(ROOT, project_files(ROOT)), threading.Lock()

    def write(done: tiers.Done) -> None:
        with one_writes:
            kept = keep(DEV / "matrix.json", [result(*cells[done.name], done, code_now)])
            (ROOT / "docs" / "compatibility.md").write_text(page(kept, left_out, code_now), encoding="utf-8")

    ran = tiers.in_parallel([name for name in cells if name not in lost], 2, write)
    return [f"{name} failed" for name, done in ran.items() if done.problems]


def interpreters(job: Job, release: str, controller: Sequence[str], modules: Sequence[str]) -> dict[str, Path]:
    """Where the unit tests of a release run: the Pythons that it knows and that are here, each in a virtual environment. One that runs
    only modules must not have that ansible-core."""
    controllers, modules_only = ansible_test.pythons_of(job.venv)
    needs = {version: controller if version in controllers else modules for version in PYTHONS if version in (*controllers, *modules_only)}
    mine = cores(PYTHONS)[release]
    venvs = {version: job.venv if version == mine else job.second_venv(version, PYTHONS[version].path, *names) for version, names in needs.items()}
    return {version: venv / "bin" / "python" for version, venv in venvs.items()}


def select(options: Sequence[str]) -> list[tuple[str, str]]:
    """The cells of the matrix that are asked for: by release, by kind, or all. Sanity tests wait for each other, so they are spread."""
    unknown = [option for option in options if option not in (*RELEASES, *KINDS)]
    if unknown:
        raise Stop(f"{' '.join(unknown)}: choose among {' '.join((*RELEASES, *KINDS))}")
    releases = [release for release in RELEASES if release in options] or list(RELEASES)
    return [(release, kind) for release in releases for kind in ([kind for kind in KINDS if kind in options] or KINDS)]


def code(root: Path, files: Iterable[Path]) -> str:
    """A digest of what users run."""
    digest = hashlib.sha256()
    for file in sorted(files):
        if file.parts[0] in SHIPPED and (root / file).is_file():
            digest.update(f"{file.as_posix()}\0".encode() + (root / file).read_bytes())
    return digest.hexdigest()[:16]


def result(release: str, kind: str, done: tiers.Done, code_now: str) -> Result:
    """What is kept of a cell. The judge of unit tests notes their Pythons; all else runs on one."""
    noted = re.search(r"unit tests ran on Python (.*)", "\n".join(done.notes))
    pythons = noted[1].split() if noted else [cores(PYTHONS)[release]]
    pins = (ROOT / "tests" / "requirements" / f"core-{release}.txt").read_text(encoding="utf-8")
    core = pins.rpartition("ansible-core==")[2].strip()
    day = datetime.now(timezone.utc).date().isoformat()
    return Result(release, kind, core, pythons, done.passed, done.problems, done.notes, day, code_now)


def keep(file: Path, results: Iterable[Result]) -> list[Result]:
    """Put new results beside earlier ones, in place of those of the same cell."""
    earlier = [Result(**row) for row in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []
    kept = {(row.release, row.kind): row for row in (*earlier, *results)}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in kept.values()], indent=1), encoding="utf-8")
    return list(kept.values())


def page(results: Sequence[Result], left_out: Sequence[str], code_now: str) -> str:
    """docs/compatibility.md. What was not run on the code of now is marked, or not in the table, and a line says so."""
    cells = {(row.release, row.kind): row for row in results}
    lines = ["| ansible-core | Python | sanity | integration | units, by Python | day |", "| --- | --- | --- | --- | --- | --- |"]
    for release in RELEASES:
        row = {kind: cells.get((release, kind)) for kind in KINDS}
        ran = [cell for cell in row.values() if cell]
        if ran:
            tools = next((cell.pythons[0] for cell in ran if cell.kind != "units"), "")
            days = " ".join(sorted({cell.day for cell in ran}))
            lines.append(f"| {ran[0].core} | {tools} | {' | '.join(told(row[kind], code_now) for kind in KINDS)} | {days} |")
    missing = {release: [kind for kind in KINDS if (release, kind) not in cells] for release in RELEASES}
    aged = {release: [kind for kind in KINDS if (release, kind) in cells and cells[release, kind].code != code_now] for release in RELEASES}
    notes = [*left_out, *(note.removeprefix("left out: ") for row in results for note in row.notes if note.startswith(("left out", "skipped")))]
    notes += [f"ansible-core {release}: {', '.join(kinds)} (not run yet)" for release, kinds in missing.items() if kinds]
    notes += [f"ansible-core {release}: {', '.join(kinds)} (*earlier*: not run again since the code changed)" for release, kinds in aged.items() if kinds]
    rest = "\n".join(f"- {note}" for note in dict.fromkeys(notes))
    machine = f"Measured on {platform.system()} {platform.machine()}. A number is how many tests passed: sanity tests, assertions of targets, unit tests."
    return f"{INTRODUCTION}{machine}\n\n" + "\n".join(lines) + "\n" + (f"\nWhat was left out:\n\n{rest}\n" if rest else "")


def told(cell: Result | None, code_now: str) -> str:
    """One cell of the table."""
    if cell is None:
        return "not run"
    if cell.problems:
        return f"**failed** ({len(cell.problems)})"
    earlier = "" if cell.code == code_now else " *earlier*"
    return f"{cell.passed}{earlier}" + (f" on {', '.join(cell.pythons)}" if cell.kind == "units" else "")
