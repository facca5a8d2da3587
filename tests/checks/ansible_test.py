# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three commands of ansible-test, by the ansible-core of any virtual environment: 'ansible' holds the newest."""

from __future__ import annotations

import re
import runpy
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Callable, Mapping

import verdicts
from dev import Dev
from job import Job
from machine import TESTED
from verdicts import Verdict

# Two runs of sanity tests may make the same virtual environment below the home folder, and ansible-test locks none.
_one_at_a_time = threading.Lock()


def package(dev: Dev, venv: str) -> Path:
    """The folder of ansible-test in a virtual environment."""
    return next(dev.venv_folder(venv).glob("lib/python*/site-packages/ansible_test"))


def pythons_of(dev: Dev, venv: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Pythons that an ansible-test knows, as it says itself: those that run a controller, and those that run modules only."""
    known = runpy.run_path(str(package(dev, venv) / "_util/target/common/constants.py"))
    return known["CONTROLLER_PYTHON_VERSIONS"], known["REMOTE_ONLY_PYTHON_VERSIONS"]


def core_of(dev: Dev, venv: str) -> str:
    """The exact release of ansible-core in a virtual environment."""
    return next(package(dev, venv).parent.glob("ansible_core-*.dist-info")).name.split("-")[1].removesuffix(".dist")


def sanity(job: Job, venv: str = "ansible") -> Verdict:
    """All sanity tests. Nothing may be excused by an ignore file."""
    known = sum(pythons_of(job.dev, venv), ())
    present = [version for version in job.dev.pythons if version in known]
    missing = [version for version in {*known, *TESTED} if version not in present]
    away = out_of_reach(job.dev, venv)
    listed = job.run("ansible-test", "sanity", "--list-tests", *job.options, venv=venv).output.split("\n")
    skip = [option for name in away for option in ("--skip-test", name)]
    with _one_at_a_time:
        ran = job.run("ansible-test", "sanity", "--junit", "--color", "no", *skip, *job.options, venv=venv, network=True)
    names = [name for name in listed if re.fullmatch(r"[a-z][a-z0-9-]+", name) and name not in away]
    verdict = verdicts.sanity(job.cases(), ran.output, names, job.files, present, missing)
    verdict.problems += [f"{file} excuses tests: remove it" for file in job.files if re.match(r"tests/sanity/ignore", file)]
    core = core_of(job.dev, venv)
    verdict.notes += [f"left out: sanity test {name} of ansible-core {core}: it installs {url}, which could not be reached" for name, url in away.items()]
    return verdict


def out_of_reach(dev: Dev, venv: str, reach: Callable[[str], bool] | None = None) -> dict[str, str]:
    """The sanity tests that install something by its address, not from a package index, where nobody answers at that address."""
    found = {}
    for file in sorted((package(dev, venv) / "_data/requirements").glob("sanity.*.txt")):
        for url in re.findall(r"^[^#\n]*@ *(https://[^#\s]+)", file.read_text(encoding="utf-8"), re.MULTILINE):
            if not (reach or answers)(url):
                found[file.name.split(".")[1]] = url
    return found


def answers(url: str) -> bool:
    """Whether a file can be had."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=20) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


def units(job: Job, venv: str = "ansible", venvs: Mapping[str, str] | None = None) -> Verdict:
    """Unit tests on every Python that is here, each in a virtual environment of its own.

    One call for each Python, because ansible-test ends with the first Python that fails.
    """
    venvs = venvs or {version: f"units-{version}" for version in job.dev.pythons}
    log = ""
    for version, of_tests in venvs.items():
        python = f"{version}@{job.dev.python_of(of_tests)}"
        log += job.run("ansible-test", "units", "--color", "no", "--target-python", python, *job.options, venv=venv).output
    if job.options:  # a selection need not have something for every Python
        return verdicts.plain(job.cases(), "")
    return verdicts.units(job.cases(), log, list(venvs))


def integration(job: Job, venv: str = "ansible") -> Verdict:
    """Integration targets against the emulator, on this machine, with the Python of the tools."""
    ran = job.run("ansible-test", "integration", "--color", "no", "--local", *job.options, venv=venv)
    return verdicts.integration(job.cases(), ran.output, job.options or integration_targets(job.collection))


def integration_targets(collection: Path) -> list[str]:
    """The targets that have to run by themselves; the others are parts that targets share."""
    targets = []
    for folder in sorted(collection.glob("tests/integration/targets/*/")):
        aliases = folder / "aliases"
        shared = folder.name.startswith(("setup_", "prepare_")) or (aliases.exists() and "hidden" in aliases.read_text(encoding="utf-8").split())
        if not shared:
            targets.append(folder.name)
    return targets
