# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job slices: ansible-runner starts each part of a fleet by itself, as AWX does, and one job judges the union."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ansible_runner
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from emulator import Emulator
from under_emulator import credentials

UNITS = [f"unit-{number}" for number in range(6)]
REGION = "ap-guangzhou"
WORLD = {
    "accounts": [
        {
            "name": name,
            "provider": "tencent",
            "account_id": f"10000000000{number}",
            "keys": [{"id": f"AKIDcontractUnit0000000{number}", "secret": f"contractUnitSecretKey0000000{number}"}],
            "regions": [{"name": REGION, "secrets": [{"SecretName": f"{name}-{which}"} for which in range(number + 1)]}],
        }
        for number, name in enumerate(UNITS)
    ]
}
ENTRIES = {name: {"name": name, "provider": "tencent_ssm", "regions": [REGION], "credentials_env": name.upper().replace("-", "_") + "_"} for name in UNITS}
FLEET = list(ENTRIES.values())


def play(hosts: str, entry_point: str, **variables: Any) -> list[dict[str, Any]]:
    """A play that runs one entry point of the role."""
    role = {"name": "multicloud.secrets.assert_secrets", "tasks_from": entry_point}
    return [{"name": "Run it", "hosts": hosts, "gather_facts": False, "tasks": [{"name": "Run", "ansible.builtin.include_role": role, "vars": variables}]}]


@pytest.fixture(name="environment", scope="module")
def running_clouds() -> Iterator[dict[str, str]]:
    """Environment of a job with the emulated clouds."""
    with Emulator(WORLD) as emulator:
        collections = ":".join(filter(None, [os.environ.get("ANSIBLE_COLLECTIONS_PATH"), str(ROOT.parents[2])]))
        yield {**emulator.environment(), **credentials(emulator), "ANSIBLE_COLLECTIONS_PATH": collections, "ANSIBLE_NOCOLOR": "1"}


class Jobs:
    """Starts jobs, each in a folder of its own, as each slice has its own execution environment."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.shared = folder / "shared"

    def run(self, name: str, playbook: list[dict[str, Any]], hosts: list[str]) -> int:
        """The exit status of a job over these hosts."""
        private = self.folder / name
        private.mkdir()
        settings = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"hosts": {host: {**settings, "unit_fleet": [ENTRIES[host]] if host in ENTRIES else []} for host in hosts}}}
        (private / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
        (private / "play.json").write_text(json.dumps(playbook), encoding="utf-8")
        ran = ansible_runner.run(
            private_data_dir=str(private), playbook=str(private / "play.json"), inventory=str(private / "hosts.json"), envvars=self.environment, quiet=True
        )
        return int(ran.rc)

    def collect(self, number: int, hosts: list[str]) -> int:
        """One slice."""
        variables = {"assert_secrets_fleet": "{{ unit_fleet }}", "assert_secrets_report_dir": str(self.shared)}
        return self.run(f"slice-{number}", play("all", "collect", **variables), hosts)

    def judge(self) -> tuple[int, dict[str, Any]]:
        """The job after the slices, and its report."""
        variables = {
            "assert_secrets_inventories": [f"{self.shared}/inventory/*/*.jsonl"],
            "assert_secrets_fleet": FLEET,
            "assert_secrets_report_dir": str(self.shared),
        }
        status = self.run("judge", play("localhost", "audit", **variables), ["localhost"])
        return status, json.loads((self.shared / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(name="jobs")
def jobs_in_a_folder(tmp_path: Path, environment: dict[str, str]) -> Jobs:
    """Jobs that share one folder."""
    return Jobs(tmp_path, environment)


def test_the_union_of_all_slices_is_judged(jobs: Jobs) -> None:
    assert [jobs.collect(number, UNITS[number::3]) for number in range(3)] == [0, 0, 0]
    status, report = jobs.judge()
    assert (status, report["verdict"], report["summary"]["secrets"]) == (0, "pass", 21)


def test_a_lost_slice_is_missed(jobs: Jobs) -> None:
    assert [jobs.collect(number, UNITS[number::3]) for number in (0, 2)] == [0, 0]
    status, report = jobs.judge()
    missing = [finding["subject"] for finding in report["findings"] if finding["rule"] == "collection-complete"]
    assert (status, report["verdict"]) == (2, "unknown")
    assert missing == [f"tencent_ssm/unit-1/{REGION}/", f"tencent_ssm/unit-4/{REGION}/"]
