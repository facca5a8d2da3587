# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is paid for each store, and for each start: CPU time of whole processes, in turn and in units of one another."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from clients import CONTESTANTS, PACKS, REPORTS, entries, ours, race, role, sdk
from measure import process
from section import Bar, Section, told
from server import Server

FREE = 1000
"""A rate limit that never bites, for comparisons with clients that keep to none."""
MODULES = ("alibaba_apig_secrets_info", "alibaba_kms_secrets_info", "tencent_ssm_secrets_info", "secrets_audit", "secrets_collect")
OF_COLLECTION = "ansible_collections.multicloud.secrets.plugins.modules"


def stores(quick: bool) -> Section:
    """CPU of a thousand stores of one page."""
    number = 100 if quick else 1_000
    section = Section(
        "CPU of a thousand stores",
        f"{number:,} stores of 100 APIG secrets, no delay: CPU of whole processes in turn, the median of 3. The role judges by {len(PACKS)} packs and "
        f"writes {len(REPORTS)} reports. The SDK takes a total for the end of a listing. This collection does not, so that it asks for a second, "
        "empty page behind each full one. In an idle cycle of the event source nothing has changed.",
    )
    with Server("alibaba", number, 100) as server, tempfile.TemporaryDirectory() as folder:
        told(f"stores: {number}")
        inventory = str(Path(folder) / "inventory.jsonl")
        contestants = [
            ours("one task of the module, into a file", query=None, dest=inventory, rate_limit=FREE),
            role("the role", rate_limit=FREE, identify=False),
            sdk("SDK, 100 a page", 100),
        ]
        outcomes = race(server, contestants, 3)
        told("stores: the event source")
        fleet = [{**entry, "rate_limit": FREE, "identify": False} for entry in entries(server)]
        arguments = {"fleet": fleet, "cursor": str(Path(folder) / "cursor"), "interval": 1}
        cost = process([sys.executable, str(CONTESTANTS / "cycles.py")], server.keys(), json.dumps(arguments))
        if cost.status:
            raise SystemExit(cost.errors[-500:])
        cycle = median(json.loads(cost.output)[1:])
    task, judged, loop = (outcome.cost.cpu for outcome in outcomes)
    section.tables.append((f"{number:,} stores", outcomes))
    section.columns, section.rows = ["what", "CPU s"], [["an idle cycle of the event source", f"{cycle:.2f}"]]
    section.bars.append(Bar(f"{number:,} stores of 100 APIG secrets: CPU of one task, times the SDK's loop", 2, task / loop))
    section.bars.append(Bar(f"{number:,} stores of 100 APIG secrets: CPU of the role, times the SDK's loop", 8, judged / loop))
    section.bars.append(Bar(f"{number:,} stores of 100 APIG secrets: CPU of an idle cycle of the event source, times one task", 1.3, cycle / task))
    return section


def modules(quick: bool) -> Section:
    """Start of each module."""
    told("modules")
    rounds = 3 if quick else 10
    section = Section("Start of a module", f"CPU of a Python that imports a module and ends: the median of {rounds}.", columns=["module", "CPU s"])
    names = {"ansible.builtin.ping": "ansible.modules.ping", **{name: f"{OF_COLLECTION}.{name}" for name in MODULES}}
    costs: dict[str, list[float]] = {name: [] for name in names}
    for _round in range(rounds):
        for name, module in names.items():
            costs[name].append(process([sys.executable, "-c", f"import {module}"], {}).cpu)
    ping, *others = (median(tries) for tries in costs.values())
    section.rows += [[f"`{name}`", f"{median(tries):.3f}"] for name, tries in costs.items()]
    section.bars.append(Bar("start of the dearest module: in units of ansible.builtin.ping", 3.5, max(others) / ping))
    return section
