# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every supported ansible-core: its own sanity tests, unit tests and integration tests as steps, and the page that tells what passed.

'make test' runs some of these steps on older releases; 'make matrix' runs them all and writes docs/compatibility.md.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterable, Sequence

import ansible_test
from dev import Dev
from job import Job, Step
from machine import RELEASES, Stop
from verdicts import Verdict

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
modules runs the tests of modules. `make matrix` runs all this and writes this page; `make test` runs a part of it on every change.

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


def sanity(release: str) -> Step:
    """All sanity tests of a release."""
    return Step(
        f"sanity-{release}", f"ansible-test sanity of ansible-core {release}", ("pip", f"core{release}"),
        lambda job: ansible_test.sanity(job, job.dev.releases[release]), counted=True, lacks=lambda dev: lacks(dev, release),
    )


def integration(release: str) -> Step:
    """All integration targets."""
    return Step(
        f"integration-{release}", f"ansible-test integration of ansible-core {release}", ("pip", f"core{release}"),
        lambda job: ansible_test.integration(job, job.dev.releases[release]), counted=True, lacks=lambda dev: lacks(dev, release),
    )


def units(release: str, every: bool = True) -> Step:
    """Unit tests on every Python that a release knows and that is here, or on the one that runs its tools."""

    def run(job: Job) -> Verdict:
        venv = job.dev.releases[release]
        return ansible_test.units(job, venv, venvs_of(job.dev, release) if every else {venv.split("-")[1]: venv})

    return Step(
        f"units-{release}", f"ansible-test units of ansible-core {release}", ("pip", "units", f"core{release}-every") if every else ("pip", f"core{release}"),
        run, counted=True, lacks=lambda dev: lacks(dev, release),
    )


STEP_OF = {"sanity": sanity, "integration": integration, "units": units}


def lacks(dev: Dev, release: str) -> str:
    """Why a release cannot be tested here."""
    return "" if release in dev.releases else f"needs one of Python {', '.join(RELEASES[release])}: none is installed"


def venvs_of(dev: Dev, release: str) -> dict[str, str]:
    """Where the unit tests of a release run: the Pythons that it knows, each with a virtual environment."""
    controllers, modules_only = ansible_test.pythons_of(dev, dev.releases[release])
    return {
        version: f"core{release}-{version}" if version in controllers else f"units-{version}"
        for version in dev.pythons if version in (*controllers, *modules_only)
    }


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


def result(dev: Dev, release: str, kind: str, verdict: Verdict, code_now: str) -> Result:
    """What is kept of a cell."""
    venv = dev.releases[release]
    pythons = list(venvs_of(dev, release)) if kind == "units" else [venv.split("-")[1]]
    day = datetime.now(timezone.utc).date().isoformat()
    return Result(release, kind, ansible_test.core_of(dev, venv), pythons, verdict.passed, verdict.problems, verdict.notes, day, code_now)


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
