# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step at work, and what steps have in common: a copy of the collection, programs run in it, their results."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import verdicts
from dev import Dev
from machine import Stop
from runner import Ran, run
from verdicts import Case, Verdict
from workspace import NAME, NAMESPACE

# What pip says when the network failed it: worth a second try, unlike a failed test.
NETWORK_TROUBLE = re.compile(r"(ReadTimeout|ConnectTimeout|NewConnection|ConnectionReset)Error|IncompleteRead|Temporary failure in name resolution")


@dataclass
class Job:
    """One step at work: its own copy of the collection, its log, its results."""

    name: str
    dev: Dev
    collection: Path
    files: list[str]
    options: list[str]
    problems: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """Where the step's programs write."""
        return self.dev.logs / f"{self.name}.log"

    @property
    def results(self) -> Path:
        """Where the step's JUnit files are kept."""
        return self.dev.results / self.name

    def run(self, *command: str, venv: str = "ansible", network: bool = False, **env: str) -> Ran:
        """Run a program in the copy. A status other than 0 is a problem, and so is a process that it left behind."""
        env = self.dev.environment(venv, network) | env
        ran = run(command, self.collection, env, self.log)
        if ran.status and network and NETWORK_TROUBLE.search(ran.output):
            ran = run(command, self.collection, env, self.log)
        if ran.status:
            self.problems += re.findall(r"^FATAL: .*", ran.output, re.MULTILINE)
            self.problems.append(f"exit status {ran.status}: {' '.join(command)}")
        if ran.leftover:
            self.problems.append(f"left a process running: {' '.join(command)}")
        return ran

    def cases(self) -> list[Case]:
        """Keep the JUnit files that ansible-test wrote, and read them."""
        junit = self.collection / "tests" / "output" / "junit"
        if junit.is_dir():
            shutil.copytree(junit, self.results, dirs_exist_ok=True)
        return verdicts.read_junit(self.results)


@dataclass(frozen=True)
class Step:
    """A row of the table. The virtual environment 'units' stands for one on each Python. lacks: says what this machine
    lacks for it, which leaves the step out."""

    name: str
    what: str
    venvs: tuple[str, ...]
    run: Callable[[Job], Verdict]
    counted: bool = False
    lacks: Callable[[Dev], str] = lambda dev: ""


def plain_pytest(job: Job, venv: str, *paths: str, **env: str) -> Verdict:
    """Tests that need no ansible-test, and that it could not run."""
    output = run_pytest(job, venv, *paths, **env)
    return verdicts.plain(verdicts.read_junit(job.results), output)


def run_pytest(job: Job, venv: str, *options: str, **env: str) -> str:
    """Run pytest, keep its JUnit file under the name of the virtual environment, and give back what it said."""
    job.results.mkdir(parents=True, exist_ok=True)
    return job.run(
        "python", "-m", "pytest", "-p", "no:cacheprovider", "-ra", "--strict-markers", "-o", "xfail_strict=true",
        "--junit-xml", str(job.results / f"{venv}.xml"), *options, venv=venv, PYTHONPATH=str(job.collection.parents[2]), **env,
    ).output


def findings(job: Job, *command: str, **env: str) -> Verdict:
    """Run a linter that prints a line for each finding, and nothing that matters without one."""
    ran = job.run(*command, venv="lint", **env)
    return Verdict(problems=[line for line in ran.output.splitlines() if line.strip()] if ran.status else [])


def build_artefact(job: Job, folder: Path, venv: str = "ansible") -> Path:
    """The artefact of the copy, in an otherwise empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    job.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder), venv=venv)
    for artefact in folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz"):
        return artefact
    raise Stop(f"no artefact was built; the log is {job.log.relative_to(job.dev.root)}")
