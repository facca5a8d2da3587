# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What details add to a listing, where the cloud tells those of many secrets at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from clients import ours, race
from section import Bar, Section, told
from server import Server
from thousand import FREE

BULK: dict[str, tuple[str, list[str], float, dict[str, Any]]] = {
    "tencent": ("Tencent Cloud SSM", ["tags", "keys"], 1.2, {}),
    "alibaba": ("Alibaba Cloud APIG", ["keys"], 1.2, {"endpoint": None}),
    "kms": ("Alibaba Cloud KMS", ["instances"], 2, {}),
}
"""By cloud, its name, the words whose calls tell of many secrets, the bar for memory, and options. Instances of KMS are listed with the names of
all secrets at hand, which are in memory; APIG's keys are asked for at the host of KMS."""


def details(quick: bool) -> Section:
    """CPU and memory of listings with details, beside the same listings without."""
    secrets, rounds = (20_000, 3) if quick else (100_000, 3)
    section = Section(
        "Details",
        f"One store of {secrets:,} secrets into a file, no delay, with details of which one call tells those of many secrets. Beside it the same listing "
        "without. The calls for tags are one for 50 secrets. KMS tells tags in its listing.",
    )
    for cloud, (name, words, memory, options) in BULK.items():
        told(f"details: {name}")
        with Server(cloud, 1, secrets) as server, tempfile.TemporaryDirectory() as folder:
            shared = {"query": None, "dest": str(Path(folder) / "inventory.jsonl"), "rate_limit": FREE, "max_pages": 10_000, **options}
            bare, full = race(server, [ours("without details", **shared), ours(f"details: {', '.join(words)}", details=words, **shared)], rounds)
        section.tables.append((name, [bare, full]))
        what = f"{secrets:,} secrets of {name} with {' and '.join(words)}"
        section.bars.append(Bar(f"{what}: CPU, times the listing without", 1.6, full.cost.cpu / bare.cost.cpu))
        section.bars.append(Bar(f"{what}: peak MiB, times the listing without", memory, full.cost.peak / bare.cost.peak))
        section.bars.append(Bar(f"{what}: secrets lost", 0, full.lost))
    return section
