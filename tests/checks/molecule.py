# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the scenarios in extensions/molecule with the real molecule, and see that nothing of them is left running."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Iterator

import verdicts
from job import Job
from verdicts import Verdict

SCENARIOS = "extensions/molecule"


def molecule(job: Job) -> Verdict:
    """All scenarios, as a user runs them, in a folder of their own."""
    folder = job.dev.temp / "molecule"
    env = {"MOLECULE_EPHEMERAL_DIRECTORY": str(folder), "MOLECULE_COMMAND_BORDERS": "false", "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"}
    try:
        ran = job.run("molecule", "test", *(job.options or ["--all"]), "--report", venv="devtools", **env)
        left = list(running(str(job.collection)))
    finally:
        for process in running(str(job.collection)):
            os.kill(process, signal.SIGKILL)
    present = sorted(path.parent.name for path in (job.collection / SCENARIOS).glob("*/molecule.yml"))
    verdict = verdicts.scenarios(ran.output, [name for name in present if not job.options or name in job.options])
    verdict.demand(not left, "molecule has left the emulated clouds running")
    return verdict


def running(text: str) -> Iterator[int]:
    """The processes with a text in their command line. They may be in a session of their own, where nobody else looks."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_text(encoding="utf-8", errors="replace"):
                yield int(path.parent.name)
        except OSError:  # it has ended
            pass
