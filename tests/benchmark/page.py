# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/benchmarks.md from what was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from clients import Outcome
from section import Bar, Section

PACKAGES = ("ansible-core", "requests", "tencentcloud-sdk-python", "alibabacloud-apig20240327", "alibabacloud-kms20160120", "tccli")
OUTCOME = ("client", "listing s", "process s", "CPU s", "peak MiB", "requests", "refused", "lost", "")
INTRODUCTION = """\
<!--
Copyright: (c) 2026, multicloud.secrets contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmarks

What this collection costs, beside what people use today: the vendors' SDKs in the usual loop, the same with a pool of
threads, the vendor's command line in a shell loop, and an Ansible `loop`. All of them list the same emulated stores in the
same run; times mean something as ratios only. `nox -s bench` makes this page.

"""


def page(sections: Sequence[Section]) -> str:
    """The whole page."""
    parts = [INTRODUCTION + machine()]
    every = [goal for section in sections for goal in section.bars]
    if every:
        parts.append("## What has to be reached\n\n" + bars(every))
    for section in sections:
        parts.append(f"## {section.title}\n\n{section.text}")
        if section.rows:
            parts.append(table(section.columns, section.rows))
        parts += [f"### {title}\n\n{table(OUTCOME, map(cells, outcomes))}" for title, outcomes in section.tables]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """Machine and versions of the run."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")), "")
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    day = datetime.now(timezone.utc).date()
    return f"Measured on {day}: {os.cpu_count()} CPUs ({model or platform.machine()}), {platform.system()}, Python {platform.python_version()}, {packages}."


def bars(every: Iterable[Bar]) -> str:
    """The bars and whether they were met."""
    return table(
        ("what", "bar", "measured", "met"),
        (
            [goal.what, f"{'at least' if goal.at_least else 'at most'} {number(goal.limit)}", number(goal.measured), "yes" if goal.met else "**no**"]
            for goal in every
        ),
    )


def number(value: float) -> str:
    """Whole numbers whole; small ones with three digits."""
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"


def cells(outcome: Outcome) -> list[str]:
    """A row of a contest."""
    cost = outcome.cost
    listing = "" if outcome.seconds is None else f"{outcome.seconds:.2f}"
    numbers = [f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}", f"{outcome.requests:,}", f"{outcome.refused:,}"]
    return [outcome.who, listing, *numbers, f"**{outcome.lost:,}**" if outcome.lost else "0", outcome.remark]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
