# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source over stores in which nothing changes. Standard input: its arguments. Standard output: the seconds of CPU of
each of its cycles, of which the first one makes the baseline."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Sequence

from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Seen
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.settings import read_settings
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.source import ChangeSource
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.plugin_utils._yaml_file import read

CYCLES = 3


class Counted(ChangeSource):
    """A source that does not wait, and is cancelled after some cycles."""

    def __init__(self, queue: asyncio.Queue[object], arguments: dict[str, object]) -> None:
        clock = Clock()
        runtime = Runtime(os.environ, clock.now, Redactor())
        super().__init__(queue, read_settings(arguments, SERVICES, runtime, read), SERVICES, runtime, clock)
        self.until = [time.process_time()]

    def _pause(self, seen: Sequence[Seen]) -> float:
        if any(each.row["status"] != "complete" for each in seen):
            raise SystemExit("a store is not complete")
        self.until.append(time.process_time())
        if len(self.until) > CYCLES:
            raise asyncio.CancelledError
        return 0.0


async def main() -> list[float]:
    """The seconds of each cycle."""
    queue: asyncio.Queue[object] = asyncio.Queue()
    source = Counted(queue, json.load(sys.stdin))

    async def taken() -> None:
        while True:
            await queue.get()

    engine = asyncio.ensure_future(taken())
    with contextlib.suppress(asyncio.CancelledError):
        await source.run()
    engine.cancel()
    return [end - begin for begin, end in zip(source.until, source.until[1:])]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
