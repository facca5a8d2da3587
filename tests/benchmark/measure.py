# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a process costs: wall time, CPU time and peak memory, its children included."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
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


def process(command: Sequence[str], env: Mapping[str, str], stdin: str = "") -> Cost:
    """Run a command to its end and account for it alone."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as complaint:
        given.write(stdin)
        given.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=given, stdout=told, stderr=complaint, env={**os.environ, **env})
        alarm = threading.Timer(PATIENCE, child.kill)
        alarm.start()
        _pid, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        complaint.seek(0)
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode, told.read(), complaint.read())
