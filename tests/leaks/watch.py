# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the event source as talkative as it gets: python tests/leaks/watch.py CASES. It prints its log, its events, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import sitecustomize

SOURCE = Path(__file__).absolute().parents[2] / "extensions" / "eda" / "plugins" / "event_source" / "secret_changes.py"
FIRST, NEXT = 15.0, 1.0
"""Seconds to wait for the first event, which comes when everything has been listed, and for each that follows."""


def load() -> Any:
    """The event source as a module, from its path, as ansible-rulebook loads it."""
    spec = importlib.util.spec_from_file_location("secret_changes", SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def watch(source: Any, args: dict[str, Any]) -> None:
    """Print every event, until no more come or the source has ended."""
    queue: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.ensure_future(source.main(queue, args))
    patience = FIRST
    while True:
        taking = asyncio.ensure_future(queue.get())
        await asyncio.wait([taking, running], timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if not taking.done():
            taking.cancel()
            break
        print(json.dumps(taking.result()))
        patience = NEXT
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def main(cases: str) -> None:
    """Each case in its turn."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    source = load()
    for case in json.loads(Path(cases).read_text(encoding="utf-8")):
        print(f"TASK [{case['name']}]")
        sitecustomize.UNDER_WAY.clear()
        os.environ["LEAKS_BREAK"] = case["layer"]
        try:
            asyncio.run(watch(source, case["args"]))
        except Exception:
            traceback.print_exc(file=sys.stdout)
    print("THE END")


if __name__ == "__main__":
    main(*sys.argv[1:])
