# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three commands of ansible-test, by the ansible-core of the session's virtual environment."""

from __future__ import annotations

import ast
import re
import runpy
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path

import verdicts
from job import HOME, PYTHONS, Job, alone, replace_with
from machine import TESTED
from verdicts import Verdict

# ansible-test makes virtual environments without pip and downloads a script that installs it, unless the script is in its
# cache. This one does the same with the pip that is here, from the package index that the user has configured.
BOOTSTRAP = """\
import subprocess
import sys

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([{pip!r}, "-m", "pip", "--python", sys.executable, "install", "--quiet", "pip=={version}"] + options))
"""


def package(venv: Path) -> Path:
    """The folder of ansible-test in a virtual environment."""
    return next(venv.glob("lib/python*/site-packages/ansible_test"))


def pythons_of(venv: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Pythons that an ansible-test knows, as it says itself: those that run a controller, and those that run modules only."""
    known = runpy.run_path(str(package(venv) / "_util/target/common/constants.py"))
    return known["CONTROLLER_PYTHON_VERSIONS"], known["REMOTE_ONLY_PYTHON_VERSIONS"]


def core_of(venv: Path) -> str:
    """The exact release of ansible-core in a virtual environment."""
    return next(package(venv).parent.glob("ansible_core-*.dist-info")).name.split("-")[1].removesuffix(".dist")


def provide_pip(venv: Path) -> None:
    """Put the script that installs pip where ansible-test looks for it."""
    source = (package(venv) / "_internal/python_requirements.py").read_text(encoding="utf-8")
    for version in set(re.findall(r"\bpip='([0-9.]+)'", source)):
        script = BOOTSTRAP.format(pip=sys.executable, version=version)
        replace_with(HOME / f".ansible/test/cache/get_pip_{version.replace('.', '_')}.py", partial(Path.write_text, data=script, encoding="utf-8"))


def sanity(job: Job) -> Verdict:
    """All sanity tests. Nothing may be excused by an ignore file."""
    provide_pip(job.venv)
    known = sum(pythons_of(job.venv), ())
    present = [version for version in PYTHONS if version in known]
    missing = [version for version in {*known, *TESTED} if version not in present]
    away = out_of_reach(job.venv)
    listed = job.run("ansible-test", "sanity", "--list-tests", *job.options).output.split("\n")
    skip = [option for name in away for option in ("--skip-test", name)]
    # Two runs may make the same virtual environment below the home folder, and ansible-test locks none.
    with alone("sanity"):
        ran = job.run("ansible-test", "sanity", "--junit", "--color", "no", *skip, *job.options, network=True)
    names = [name for name in listed if re.fullmatch(r"[a-z][a-z0-9-]+", name) and name not in away]
    verdict = verdicts.sanity(job.cases(), ran.output, names, job.files, present, missing)
    verdict.problems += [f"{file} excuses tests: remove it" for file in job.files if re.match(r"tests/sanity/ignore", file)]
    core = core_of(job.venv)
    verdict.notes += [f"left out: sanity test {name} of ansible-core {core}: it installs {url}, which could not be reached" for name, url in away.items()]
    return verdict


def out_of_reach(venv: Path, reach: Callable[[str], bool] | None = None) -> dict[str, str]:
    """The sanity tests that install something by its address, not from a package index, where nobody answers at that address."""
    found = {}
    for file in sorted((package(venv) / "_data/requirements").glob("sanity.*.txt")):
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


def units(job: Job, pythons: Mapping[str, Path], tests: Iterable[str] = ()) -> Verdict:
    """Unit tests on some Pythons, each the interpreter of a virtual environment of its own.

    One call for each Python, because ansible-test ends with the first Python that fails.
    """
    log = ""
    for version, python in pythons.items():
        log += job.run("ansible-test", "units", "--color", "no", "--target-python", f"{version}@{python}", *(job.options or tests)).output
    if job.options:  # a selection need not have something for every Python
        return verdicts.plain(job.cases(), "")
    return verdicts.units(job.cases(), log, list(pythons))


def integration(job: Job, targets: Iterable[str]) -> Verdict:
    """Integration targets against the emulator, on this machine, with the Python of the tools."""
    wanted = job.options or list(targets)
    ran = job.run("ansible-test", "integration", "--color", "no", "--local", *wanted)
    return verdicts.integration(job.cases(), ran.output, wanted)


def integration_targets(collection: Path) -> list[str]:
    """The targets that have to run by themselves; the others are parts that targets share."""
    targets = []
    for folder in sorted(collection.glob("tests/integration/targets/*/")):
        aliases = folder / "aliases"
        shared = folder.name.startswith(("setup_", "prepare_")) or (aliases.exists() and "hidden" in aliases.read_text(encoding="utf-8").split())
        if not shared:
            targets.append(folder.name)
    return targets


def play(job: Job, target: str, plays: str = "") -> Verdict:
    """A target that is a script, without ansible-test. plays: those of its plays to which the script keeps."""
    output = job.temp / target
    output.mkdir()
    env = {"ANSIBLE_COLLECTIONS_PATH": str(job.folder), "OUTPUT_DIR": str(output), "ANSIBLE_NOCOLOR": "1", "PLAYS": plays}
    folder = job.collection / "tests" / "integration" / "targets" / target
    ran = job.run("bash", "-c", 'cd "$0" && exec bash ./runme.sh', str(folder), env={name: value for name, value in env.items() if value})
    return verdicts.played(ran.output, target)


def importers_of_ansible(collection: Path) -> list[str]:
    """The unit tests that import ansible-core, by themselves or by what they import: all others are the same on each release."""
    prefix = "ansible_collections.multicloud.secrets."

    @cache
    def names(file: Path) -> frozenset[str]:
        tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        found: set[str] = set()
        for node in tree:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = file.relative_to(collection).parts[: -node.level]
                    base = prefix + ".".join([*above, *([base] if base else [])])
                found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        return frozenset(found)

    def files(name: str, beside: Path) -> list[Path]:
        path = name.removeprefix(prefix).replace(".", "/")
        folders = (collection,) if name.startswith(prefix) else (beside.parent, collection / "tests" / "unit")
        return [file for folder in folders for file in (folder / f"{path}.py", folder / path / "__init__.py") if file.is_file()]

    def reaches(start: Path) -> bool:
        seen, queue = {start}, [start]
        while queue:
            file = queue.pop()
            for name in names(file):
                if name.partition(".")[0] == "ansible":
                    return True
                fresh = [found for found in files(name, file) if found not in seen]
                seen.update(fresh)
                queue += fresh
        return False

    return [file.relative_to(collection).as_posix() for file in sorted(collection.glob("tests/unit/**/test_*.py")) if reaches(file)]
