# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands first on PYTHONPATH of ansible-rulebook: kills it, as nobody can catch, at a chosen moment of the event source.

EVENTS_KILL is a moment and a number: 'remembered 2' right after the cursor was written for the second time, 'confirmed 1'
when the engine has confirmed an event and nothing else has happened, 'marking 1' before an event is marked.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

SETTLE = 2.0


def install(moment: str, number: int) -> None:
    """Count calls, and end at that one."""
    rename, pwrite, sleep = os.rename, os.pwrite, asyncio.sleep
    left = {moment: number}

    def reached(name: str) -> None:
        left[name] = left.get(name, 0) - 1
        if left[name] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def remembering(*args: Any, dst_dir_fd: int | None = None, **more: Any) -> None:
        rename(*args, dst_dir_fd=dst_dir_fd, **more)
        if dst_dir_fd is not None:
            reached("remembered")

    def marking(*args: Any) -> int:
        reached("marking")
        return pwrite(*args)

    async def settling(seconds: float, *args: Any) -> Any:
        if seconds == SETTLE:
            reached("confirmed")
        return await sleep(seconds, *args)

    os.rename, os.pwrite, asyncio.sleep = remembering, marking, settling  # type: ignore[assignment]


if os.environ.get("EVENTS_KILL") and sys.argv[0].endswith("ansible-rulebook"):
    install(*(kind(word) for kind, word in zip((str, int), os.environ["EVENTS_KILL"].split())))
