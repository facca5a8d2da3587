# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program behind the Makefile: set up what is missing, run steps, print a table, count the tests.

    python3 tests/checks test                           everything that has to pass
    python3 tests/checks units tests/unit/test_house.py one step, with options for its program
    python3 tests/checks demo                           the demo
    python3 tests/checks bench start rate               some benchmarks; without a name all of them
    python3 tests/checks mutants --sample 15            mutation testing, here with 15 % of the mutants
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Mapping, TypeVar

import matrix
import release
from dev import Dev
from job import Job, Step, build_artefact
from machine import CONTROLLERS, CORES, TESTED, Stop, candidates, choose, find_pythons
from runner import kill_all, run, say
from steps import STEPS, TARGETS
from verdicts import Verdict
from workspace import Workspace, workspace

Item = TypeVar("Item")
Result = TypeVar("Result")

TAKE_OPTIONS = (
    "sanity", "units", "integration", "contract", "faults", "browser", "events", "leaks", "cores", "molecule", "conformance", "demo", "bench", "mutants",
    "matrix", "release",
)
ROOT = Path(__file__).resolve().parents[2]
MUTANTS_LIMIT = 12 * 3600  # seconds
SHOWN, WIDTH = 20, 200  # how many problems of a step the terminal shows, and how much of each; the log has all


@dataclass
class Done:
    """A step that has ended."""

    step: Step
    verdict: Verdict
    seconds: float
    log: Path


def command_line() -> tuple[argparse.Namespace, list[str]]:
    """What to do, and the options for the program that does it."""
    parser = argparse.ArgumentParser(prog="python3 tests/checks", description="Sets itself up in .dev, then checks or demonstrates this collection.")
    parser.add_argument("target", choices=[*TARGETS, *SPECIAL])
    parser.add_argument("--python", choices=CONTROLLERS, help="the Python that runs the tools (default: the best that is installed)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="how many steps run at a time")
    arguments, options = parser.parse_known_args()
    if options and arguments.target not in TAKE_OPTIONS:
        parser.error(f"{arguments.target} takes no options: {' '.join(options)}")
    return arguments, options


def main() -> int:
    """Do what the command line says. Status 1: a check failed. Status 2: it could not begin, and a line says why."""
    arguments, options = command_line()
    steps = [step for step in STEPS if step.name in TARGETS.get(arguments.target, ())]
    for polite in (signal.SIGINT, signal.SIGTERM):
        signal.signal(polite, interrupt)
    try:
        if len(str(ROOT).split()) > 1:
            raise Stop(f"ansible-test cannot work in a folder whose path holds a space: move {ROOT}")
        pythons = find_pythons(candidates(os.environ))
        dev = Dev(ROOT, choose(pythons, arguments.python), pythons, os.environ)
        with dev.locked(), workspace(ROOT) as work:
            dev.temp = work.temp
            special = SPECIAL.get(arguments.target)
            left_out = {step.name: reason for step in steps if (reason := step.lacks(dev))}
            steps = [step for step in steps if step.name not in left_out]
            if not steps and not special:
                raise Stop("; ".join(f"{name} {reason}" for name, reason in left_out.items()))
            set_up(dev, special.venvs(options) if special else [venv for step in steps for venv in step.venvs], arguments.jobs)
            if special:
                return special.run(dev, work, options)
            return report(dev, in_parallel(lambda step: run_step(dev, work, step, options), steps, arguments.jobs), left_out)
    except Stop as stop:
        say(str(stop))
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130


def interrupt(_signal: int, _frame: object) -> None:
    """However the end is asked for, everything is tidied up."""
    raise KeyboardInterrupt


def set_up(dev: Dev, venvs: list[str], jobs: int) -> None:
    """Make virtual environments: first the pip that fills the others."""
    say(f"tools run on Python {dev.python.version} ({dev.python.path})")
    dev.link_pythons()
    dev.make_venv("pip")
    every = {"units": [f"units-{version}" for version in dev.pythons], "cores": list(dev.cores.values()), **dev.of_release}
    names = list(dict.fromkeys(name for venv in venvs for name in every.get(venv, [venv])))
    in_parallel(dev.make_venv, names, jobs)
    dev.furnish_home(names)


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> list[Result]:
    """Map with threads. An interruption ends the programs that they wait for, so that they end too."""
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            kill_all()
            raise


def run_step(dev: Dev, work: Workspace, step: Step, options: list[str]) -> Done:
    """Run one step in a fresh copy and say how it went. What a step cannot cope with is a failure of that step only."""
    job = Job(step.name, dev, work.copy(step.name), [file.as_posix() for file in work.files], options)
    job.log.unlink(missing_ok=True)
    shutil.rmtree(job.results, ignore_errors=True)
    say(f"started  {step.name}: {step.what}")
    start = time.monotonic()
    try:
        verdict = step.run(job)
    except Exception as error:  # pylint: disable=broad-exception-caught
        verdict = Verdict(problems=[f"{type(error).__name__}: {error}"])
    verdict.problems = list(dict.fromkeys(problem.replace(f"{job.collection}/", "") for problem in verdict.problems + job.problems))
    done = Done(step, verdict, time.monotonic() - start, job.log.relative_to(dev.root))
    say(f"{'FAILED  ' if verdict.problems else 'passed  '} {step.name} in {done.seconds:.0f} s")
    for problem in verdict.problems[:SHOWN]:
        say(f"         {problem[:WIDTH]}")
    if len(verdict.problems) > SHOWN:
        say(f"         and {len(verdict.problems) - SHOWN} more in {done.log}")
    return done


def report(dev: Dev, results: list[Done], left_out: Mapping[str, str]) -> int:
    """Print the table, what was left out, and the count; the last line says how it ended."""
    say(f"\n{'step':<16} {'result':<7} {'tests':>6} {'seconds':>8}")
    for done in results:
        tests = str(done.verdict.passed) if done.step.counted else ""
        say(f"{done.step.name:<16} {'FAILED' if done.verdict.problems else 'passed':<7} {tests:>6} {done.seconds:>8.1f}")
    absent = [version for version in TESTED if version not in dev.pythons]
    if absent:
        say(f"left out: Python {' '.join(absent)} (not installed)")
    for name, reason in left_out.items():
        say(f"left out: {name} ({reason})")
    lost = [core for core in CORES if core not in dev.cores]
    if lost and any("cores" in done.step.venvs for done in results):
        say(f"left out: ansible-core {' '.join(lost)} (no Python for it is installed)")
    for note in dict.fromkeys(note for done in results for note in done.verdict.notes):
        say(f"note: {note}")
    failed = [done for done in results if done.verdict.problems]
    for done in failed:
        say(f"FAILED {done.step.name}: {done.log}")
    counts = {done.step.name: done.verdict.passed for done in results if done.step.counted}
    if not failed and counts:
        say(f"{sum(counts.values())} tests passed ({', '.join(f'{name} {count}' for name, count in counts.items())})")
    return 1 if failed else 0


def demo(dev: Dev, work: Workspace, options: list[str]) -> int:
    """Install the artefact as a user would, then hand over to the demo itself."""
    folder = dev.folder / "demo"
    job = Job("demo", dev, work.copy("demo"), [], options)
    job.log.unlink(missing_ok=True)
    artefact = build_artefact(job, folder / "artefact")
    shutil.rmtree(folder / "collections", ignore_errors=True)
    job.run("ansible-galaxy", "collection", "install", "--offline", "--force", "-p", str(folder / "collections"), str(artefact))
    if job.problems:
        raise Stop(f"the collection could not be installed; the log is {job.log.relative_to(dev.root)}")
    say(f"installed {artefact.name}")
    env = dev.environment("ansible") | {"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"), "PYTHONUNBUFFERED": "1"}
    return run([str(dev.python_of("ansible")), "tests/demo.py", *options], dev.root, env, job.log, show=True).status


def bench(dev: Dev, work: Workspace, options: list[str]) -> int:
    """Measure a copy of the collection. Without a selection of scenarios the page of the documentation is written anew."""
    collection = work.copy("bench")
    root = str(collection.parents[2])
    env = dev.environment("contract") | {"ANSIBLE_COLLECTIONS_PATH": root, "PYTHONPATH": root}
    page = [] if options else ["--write", str(dev.root / "docs" / "benchmarks.md")]
    command = [str(dev.python_of("contract")), "-m", "compileall", "-q", str(collection / "plugins")]
    log = dev.logs / "bench.log"
    run(command, collection, env, log)
    return run([str(dev.python_of("contract")), "tests/benchmark", *page, *options], collection, env, log, show=True).status


def mutants(dev: Dev, work: Workspace, options: list[str]) -> int:
    """Change a copy of the code in small ways, and count which changes the unit tests notice. All of them take hours."""
    collection = work.copy("mutants")
    env = dev.environment("mutants") | {"PYTHONPATH": str(collection.parents[2]), "PYTHONHASHSEED": "0"}
    command = [str(dev.python_of("mutants")), "-B", "tests/mutants", *options]
    return run(command, collection, env, dev.logs / "mutants.log", show=True, limit=MUTANTS_LIMIT).status


def matrix_steps(options: list[str]) -> list[Step]:
    """The cells of the matrix that are asked for."""
    return [matrix.STEP_OF[kind](release) for release, kind in matrix.select(options)]


def whole_matrix(dev: Dev, work: Workspace, options: list[str]) -> int:
    """Test every ansible-core that the Pythons here allow, or those that are named. After each cell the page of the documentation is
    written anew: a whole run takes long, and what is interrupted is not lost."""
    steps = matrix_steps(options)
    left_out = {step.name: reason for step in steps if (reason := step.lacks(dev))}
    absent = [f"Python {version}: not installed" for version in TESTED if version not in dev.pythons]
    reasons = [*absent, *(f"{name} {reason}" for name, reason in left_out.items())]
    if len(left_out) == len(steps):
        raise Stop("; ".join(reasons))
    code, one_writes = matrix.code(dev.root, work.files), threading.Lock()

    def cell(step: Step) -> Done:
        done = run_step(dev, work, step, [])
        kind, core = step.name.split("-")
        with one_writes:
            kept = matrix.keep(dev.results / "matrix.json", [matrix.result(dev, core, kind, done.verdict, code)])
            (dev.root / "docs" / "compatibility.md").write_text(matrix.page(kept, reasons, code), encoding="utf-8")
        return done

    return report(dev, in_parallel(cell, [step for step in steps if step.name not in left_out], 2), left_out)


def make_release(dev: Dev, work: Workspace, options: list[str]) -> int:
    """Leave a release in .dev/release, and the checkout as it is."""
    job = Job("make-release", dev, work.copy("release"), [], [])
    job.log.unlink(missing_ok=True)
    for line in release.publishable(job, dev, dev.folder / "release", options):
        say(line)
    return 0


@dataclass(frozen=True)
class Special:
    """What is not a row of 'make test': its virtual environments and what it does."""

    venvs: Callable[[list[str]], list[str]]
    run: Callable[[Dev, Workspace, list[str]], int]


SPECIAL = {
    "demo": Special(lambda options: ["ansible"], demo),
    "bench": Special(lambda options: ["contract"], bench),
    "mutants": Special(lambda options: ["mutants"], mutants),
    "matrix": Special(lambda options: [venv for step in matrix_steps(options) for venv in step.venvs], whole_matrix),
    "release": Special(lambda options: ["release"], make_release),
}


if __name__ == "__main__":
    sys.exit(main())
