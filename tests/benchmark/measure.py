# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of a process: wall time, CPU time and peak memory, its children included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PATIENCE = 1200.0


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU, mebibytes at the peak, and what it printed."""

    wall: float
    cpu: float
    peak: float
    status: int
    output: str
    errors: str


STARTER = """
import json, os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
status, usage = os.wait4(child, 0)[1:]
wall = time.perf_counter() - start
os.write(int(sys.argv[1]), json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]).encode())
"""
"""Starts the command from a small process: the peak of a process counts from what the one held that it was forked from."""


def process(command: Sequence[str], env: Mapping[str, str], stdin: str = "") -> Cost:
    """Run a command to its end and account for it alone."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as complaint:
        given.write(stdin)
        given.seek(0)
        reader, writer = os.pipe()
        starter = [sys.executable, "-S", "-E", "-c", STARTER, str(writer), *command]
        child = subprocess.Popen(starter, stdin=given, stdout=told, stderr=complaint, env={**os.environ, **env}, pass_fds=[writer], start_new_session=True)
        os.close(writer)
        alarm = threading.Timer(PATIENCE, os.killpg, (child.pid, signal.SIGKILL))
        alarm.start()
        child.wait()
        alarm.cancel()
        with open(reader, encoding="utf-8") as pipe:
            numbers = pipe.read()
        if not numbers:
            raise SystemExit(f"{command[0]} did not end within {PATIENCE:.0f} seconds")
        told.seek(0)
        complaint.seek(0)
        wall, cpu, peak, status = json.loads(numbers)
        return Cost(wall, cpu, peak, status, told.read(), complaint.read())
