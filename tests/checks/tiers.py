# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sessions of noxfile.py 'make test' and 'make test-all' run, two at a time, and how they ended: a table and one line."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from machine import CORES, ROOT, TESTED, candidates, choose, find_pythons, lacks_browser, lacks_core, lacks_java, project_files

DEV = ROOT / ".dev"
TAIL, WIDTH = 20, 200  # how many lines of a failed session's log the terminal shows, and how much of each

# Each session is a kind of tests, of which a run must have counted some. Long ones first.
TEST = (
    "integration", "units", "sanity", "types", "ansible-lint", "docs-check", "style", "build", "lint", "license-check", "changelog",
)  # fmt: skip
OLD = tuple(f"{kind}-{core}" for core in CORES[:-1] for kind in ("sanity", "units", "cores"))
REST = (
    "integration-rest", *(f"leaks-{core}" for core in CORES), *OLD, "contract", "faults", "events", "properties", "browser", "molecule", "environments",
    "emulator", "importer", "site", "checks", "release-test", "conformance", "workflows",
)  # fmt: skip


def other_units(pythons: list[str], mine: str) -> tuple[str, ...]:
    """The unit tests on the Pythons that are installed beside the one of the tools."""
    return tuple(f"units-{version}" for version in TESTED if version in pythons and version != mine)


def reasons(pythons: list[str]) -> dict[str, str]:
    """The sessions for which this machine lacks something, and what that is."""
    found = {name: lacks_core(name.rpartition("-")[2], pythons) for name in REST if name.rpartition("-")[2] in CORES}
    found["browser"] = lacks_browser(os.environ)
    found["events"] = lacks_java(os.environ)
    return {name: reason for name, reason in found.items() if reason}


# What a machine may lack where all else has to run.
OPTIONAL = ("browser", "events")

# What nox and its sessions say before they succeed without having done anything. That there are no extra docs is right: they would be RST.
DID_NOTHING = re.compile(
    r"^.*(Skip(ping)? (?!yamllint for extra docs).*(\.\.\.|no files to process)|was (skipped|not run)|No sessions selected).*$", re.MULTILINE
)


@dataclass
class Done:
    """A session that has ended, as its record says. seconds: 0 where an earlier run on the same files counts."""

    name: str
    passed: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    earlier: bool = False


def record_of(name: str) -> Path:
    """Where a session leaves its verdict."""
    return DEV / "results" / f"{name}.json"


def read(name: str) -> dict[str, object]:
    """The verdict of a session, empty if there is none."""
    file = record_of(name)
    found: dict[str, object] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def run(name: str, running: set[subprocess.Popen[bytes]]) -> Done:
    """Run a session with its output in a log. Sessions that are not ours leave no record: a good end counts as one."""
    log = DEV / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    record_of(name).unlink(missing_ok=True)
    print(f"started  {name}", flush=True)
    start = time.monotonic()
    with open(log, "wb") as sink:
        command = [sys.executable, "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), "--session", name]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True) as process:
            running.add(process)
            status = process.wait()
            running.discard(process)
    said = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    done = judge(name, status, said, read(name))
    done.seconds = time.monotonic() - start
    print(f"{'FAILED  ' if done.problems else 'passed  '} {name} in {done.seconds:.0f} s", flush=True)
    if done.problems:
        for line in [*said.splitlines()[-TAIL:], *done.problems[:TAIL], f"the log is {log.relative_to(ROOT)}"]:
            print(f"         {line[:WIDTH]}", flush=True)
    return done


def judge(name: str, status: int, said: str, record: dict[str, object]) -> Done:
    """How a session ended. No record and nothing done is a failure, whatever nox says."""
    if record:
        done = Done(name, int(str(record["passed"])), list(map(str, _list(record["problems"]))), list(map(str, _list(record["notes"]))))
    else:
        done = Done(name, passed=0 if status else 1)
        done.problems += [f"did nothing: {line.group(0)}" for line in DID_NOTHING.finditer(said)]
    if status and not done.problems:
        done.problems.append(f"exit status {status}")
    if not done.problems and not done.passed:
        done.problems.append("nothing was counted")
    return done


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def earlier(name: str, state: str) -> Done | None:
    """A session that has passed on these very files need not run again."""
    record = read(name)
    if record.get("digest") != state or record.get("problems"):
        return None
    done = judge(name, 0, "", record)
    done.earlier = True
    return None if done.problems else done


def table(results: list[Done], left_out: dict[str, str]) -> list[str]:
    """A row for each session, then what was left out, then notes."""
    lines = ["", f"{'session':<18} {'result':<7} {'passed':>6} {'seconds':>8}"]
    for done in results:
        seconds = "earlier" if done.earlier else f"{done.seconds:.0f}"
        lines.append(f"{done.name:<18} {'FAILED' if done.problems else 'passed':<7} {done.passed:>6} {seconds:>8}")
    lines += [f"left out: {name} ({reason})" for name, reason in left_out.items()]
    lines += [f"note: {note}" for note in dict.fromkeys(note for done in results for note in done.notes)]
    lines += [f"FAILED {done.name}: .dev/logs/{done.name}.log" for done in results if done.problems]
    return lines


def last_line(results: list[Done], lost: list[str]) -> str:
    """How many tests passed, and how many sessions failed, those that had to run and did not among them."""
    return f"{sum(done.passed for done in results)} passed, {sum(bool(done.problems) for done in results) + len(lost)} failed"


def main() -> int:
    """Status 1 when a session failed, or one that has to run did not."""
    parser = argparse.ArgumentParser(prog="tiers.py", description=__doc__)
    parser.add_argument("tier", choices=["test", "test-all"])
    parser.add_argument("--complete", action="store_true", help="fail when this machine lacks anything but a browser and Java")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="how many sessions run at a time")
    asked = parser.parse_args()
    pythons = find_pythons(candidates(os.environ))
    mine = choose(pythons, os.environ.get("CHECKS_PYTHON")).version
    names = list(TEST) if asked.tier == "test" else [*TEST, *other_units(list(pythons), mine), *REST]
    left_out = {name: reason for name, reason in reasons(list(pythons)).items() if name in names}
    absent = {f"Python {version}": "not installed" for version in TESTED if version not in pythons} if asked.tier == "test-all" else {}
    DEV.mkdir(exist_ok=True)
    for polite in (signal.SIGINT, signal.SIGTERM):
        signal.signal(polite, interrupt)
    with open(DEV / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = digest()
        known = {name: done for name in names if asked.tier == "test-all" and (done := earlier(name, state))}
        ran = in_parallel([name for name in names if name not in left_out and name not in known], asked.jobs, lambda done: keep(done, state))
    results = [known.get(name) or ran[name] for name in names if name not in left_out]
    lost = [name for name in left_out if asked.complete and name not in OPTIONAL]
    print("\n".join([*table(results, {**left_out, **absent}), *(f"FAILED {name}: left out" for name in lost)]))
    print(", ".join(f"{done.name} {done.passed}" for done in results))
    print(last_line(results, lost))
    return 1 if lost or any(done.problems for done in results) else 0


def keep(done: Done, state: str) -> None:
    """Leave a record of a session that left none."""
    if not read(done.name) and not done.problems:
        record_of(done.name).write_text(json.dumps({"passed": done.passed, "problems": [], "notes": [], "digest": state}), encoding="utf-8")


def digest() -> str:
    """The state of the project, as sessions record it."""
    from job import digest as state_of

    return state_of(project_files(ROOT))


def interrupt(_signal: int, _frame: object) -> None:
    """However the end is asked for, everything is tidied up."""
    raise KeyboardInterrupt


def in_parallel(names: list[str], jobs: int, tell: Callable[[Done], object]) -> dict[str, Done]:
    """Run sessions side by side, and tell of each when it ends. An interruption reaches those that run, and they end what they have started."""
    running: set[subprocess.Popen[bytes]] = set()

    def one(name: str) -> Done:
        done = run(name, running)
        tell(done)
        return done

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        futures = {name: pool.submit(one, name) for name in names}
        try:
            return {name: future.result() for name, future in futures.items()}
        except BaseException:
            for future in futures.values():
                future.cancel()
            for process in list(running):
                process.send_signal(signal.SIGINT)
            raise


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted")
        sys.exit(130)
