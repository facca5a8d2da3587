# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the event source with the arguments of the command line, as JSON, until it has told of each region; then fail with what it said."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

from ansible_collections.multicloud.secrets.extensions.eda.plugins.event_source.secret_changes import main


async def watch(args: dict[str, Any]) -> None:
    """Take an event of each region that is named."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    source = asyncio.create_task(main(queue, args))
    left = {region for entry in args["fleet"] for region in entry.get("regions") or [entry["region"]]}
    while left:
        event = asyncio.create_task(queue.get())
        await asyncio.wait({source, event}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        if not event.done():
            event.cancel()
            await asyncio.wait_for(source, 1)
        told = event.result()
        left.discard(told["region"])
        error = told.get("error") or {}
        print(told["type"], told["account"], told["region"], error.get("hint"), error.get("message"), file=sys.stderr)
    source.cancel()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        asyncio.run(watch(json.loads(sys.argv[1])))
    except RuntimeError as error:
        print(error, file=sys.stderr)
    sys.exit(1)
