# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet split over jobs, as AWX slices it: ansible-runner starts each by itself, and one job judges what they collected."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clients import ANSIBLE, BIN, PACKS, REPORTS, entries
from measure import Cost, process
from server import Server


@dataclass(frozen=True)
class Sliced:
    """Cost of each job, and the result of the last one."""

    collecting: list[Cost]
    judging: Cost
    secrets: int
    stores: int
    verdict: str


def sliced(server: Server, number: int, folder: Path) -> Sliced:
    """Collect the fleet in so many jobs at once, each in a process of its own, then judge the union."""
    shared = folder / "shared"
    fleet = entries(server)
    with ThreadPoolExecutor(number) as pool:
        parts = [fleet[index::number] for index in range(number)]
        jobs = [pool.submit(_job, folder / f"slice-{index}", server, "collect", fleet=part, report_dir=str(shared)) for index, part in enumerate(parts)]
        collecting = [job.result() for job in jobs]
    inventories = [f"{shared}/inventory/*/*.jsonl"]
    judging = _job(
        folder / "judge", server, "audit", inventories=inventories, fleet=fleet, packs=PACKS, reports=REPORTS, report_dir=str(shared), fail_on="never"
    )
    report = json.loads((shared / "report.json").read_text(encoding="utf-8"))
    return Sliced(collecting, judging, report["summary"]["secrets"], len(report["stores"]), report["verdict"])


def _job(folder: Path, server: Server, entry_point: str, **variables: Any) -> Cost:
    """One run of an entry point of the role by ansible-runner."""
    given = {f"assert_secrets_{name}": value for name, value in variables.items()}
    role = {"name": "multicloud.secrets.assert_secrets", "tasks_from": entry_point}
    tasks = [{"name": "Run", "ansible.builtin.include_role": role, "vars": given}]
    (folder / "project").mkdir(parents=True)
    (folder / "project" / "play.json").write_text(json.dumps([{"name": "Run it", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]), "utf-8")
    cost = process([str(BIN / "ansible-runner"), "run", str(folder), "--playbook", "play.json", "--quiet"], server.keys() | ANSIBLE)
    if cost.status:
        raise SystemExit(f"{folder.name}: {cost.output[-1000:]}{cost.errors[-500:]}")
    return cost
