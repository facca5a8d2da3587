# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: python tests/emulator --fleet FILE."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile

from .emulator import Emulator
from .schema import FleetError


def parser() -> argparse.ArgumentParser:
    """All options."""
    options = argparse.ArgumentParser(prog="emulator", description="A loopback stand-in for Alibaba Cloud APIG and KMS and Tencent Cloud SSM.")
    options.add_argument("--fleet", required=True, metavar="FILE", help="fleet file, YAML or JSON")
    options.add_argument("--port", type=int, default=0, metavar="N", help="port on 127.0.0.1 (default: any free one)")
    options.add_argument("--ca-file", metavar="PATH", help="write the CA certificate here (default: a temporary file)")
    options.add_argument("--ready-file", metavar="PATH", help="write url, ca_file and pid here as JSON once requests are taken; removed at the end")
    options.add_argument("--with-parent", action="store_true", help="end when the parent process does")
    options.add_argument("--quiet", action="store_true", help="print nothing")
    return options


def announce(path: str, emulator: Emulator) -> None:
    """Writes the ready file in one step, so that nobody reads half of it."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, draft = tempfile.mkstemp(prefix=".ready-", dir=folder)
    with open(handle, "w", encoding="utf-8") as stream:
        json.dump({"url": emulator.url, "ca_file": emulator.ca_file, "pid": os.getpid()}, stream)
    os.replace(draft, path)


def summary(emulator: Emulator) -> str:
    """The one line that is printed."""
    fleet = emulator.world.fleet
    counts = {
        "cloud": len({account.provider for account in fleet.accounts}),
        "account": len(fleet.accounts),
        "store": len(fleet.regions),
        "secret": sum(len(region.records) for region in fleet.regions),
    }
    return f"emulator ready on {emulator.url}: " + ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())


def watch(emulator: Emulator, parent: int | None) -> None:
    """Returns when a signal, the control resource, or the end of the parent says so."""
    while not emulator.wait(0.25 if parent else 3600):
        if parent and os.getppid() != parent:
            return


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is stopped."""
    options = parser().parse_args(arguments)
    parent = os.getppid() if options.with_parent else None
    try:
        emulator = Emulator(options.fleet, port=options.port, ca_file=options.ca_file)
    except (FleetError, OSError, UnicodeDecodeError, ImportError) as problem:
        print(f"emulator: {problem}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *received: emulator.stopped.set())
    try:
        with emulator:
            if options.ready_file or options.ca_file:
                emulator.certificates()
            if not options.quiet:
                print(summary(emulator), flush=True)
            if options.ready_file:
                announce(options.ready_file, emulator)
            watch(emulator, parent)
    except (OSError, ImportError) as problem:
        print(f"emulator: {problem}", file=sys.stderr)
        return 2
    finally:
        if options.ready_file and os.path.exists(options.ready_file):
            os.unlink(options.ready_file)
    return 0
