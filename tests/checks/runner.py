# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one program: its output into a log, its time bounded, and nothing of it left running."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator, Mapping, Sequence

LIMIT = 45 * 60  # seconds; far above the slowest step, it only ends what hangs

_running: set[int] = set()
_guard = threading.Lock()
_ending = threading.Event()


@dataclass(frozen=True)
class Ran:
    """How a program ended and what it said (stdout and stderr together)."""

    status: int
    output: str
    leftover: bool


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, show: bool = False, limit: int = LIMIT) -> Ran:
    """Run a program in a process group of its own, so that whatever it started can be ended with it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    start = log.stat().st_size if log.exists() else 0
    with open(log, "ab") as sink:
        line = f"$ {shlex.join(command)}\n".encode()
        sink.write(line)
        sink.flush()
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL,
            stdout=None if show else sink, stderr=subprocess.STDOUT if not show else None, start_new_session=True,
        )
        with _guard:
            _running.add(process.pid)
            if _ending.is_set():
                kill(process.pid)
        try:
            status = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            sink.write(f"\nended after {limit} s\n".encode())
            status = -signal.SIGKILL
        finally:
            leftover = end_group(process.pid)
            process.wait()
            with _guard:
                _running.discard(process.pid)
    with open(log, "rb") as source:
        source.seek(start + len(line))
        output = source.read().decode("utf-8", "replace")
    return Ran(status, output, leftover and status == 0)


def end_group(group: int, patience: float = 3.0) -> bool:
    """End what is left of a process group. True when something was still there after a moment of patience."""
    until = time.monotonic() + patience
    while alive(group):
        if time.monotonic() > until:
            kill(group)
            return True
        time.sleep(0.02)
    return False


def alive(group: int) -> bool:
    """Whether a process group has a member. One that has ended but was not buried yet, or never will be, does not count."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    states = [stat.rpartition(")")[2].split() for stat in read_all(Path("/proc").glob("[0-9]*/stat"))]
    return not states or any(state[0] != "Z" for state in states if int(state[2]) == group)


def read_all(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of those files that can be read; a process may end while we look at it."""
    for path in paths:
        try:
            yield path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            pass


def kill(group: int) -> None:
    """Kill a process group; it may be gone by now."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def kill_all() -> None:
    """End everything that runs, and at once what is started from now on: called when the user interrupts."""
    with _guard:
        _ending.set()
        for group in _running:
            kill(group)


def say(text: str = "") -> None:
    """Print a line at once, also when the output is a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
