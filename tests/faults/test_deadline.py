# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task ends at its deadline, whatever the server does and however Ansible runs it; nothing of it lives on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults.harness import SECRETS, TENCENT, always, asked_for, canaries, silent_port
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ENVIRONMENT, WORKSPACE

DEADLINE = 1.0
POLL = 1
TROUBLES: dict[str, Any] = {
    "healthy": {},
    "dripped body": always("drip_body", interval_ms=100),
    "dripped headers": always("drip_headers", interval_ms=100),
    "stalled server": always("stall"),
    "unroutable address": None,
    "healthy again": {},
}
WAYS: dict[str, tuple[dict[str, Any], dict[str, str], float]] = {
    "local": ({}, {"ANSIBLE_PIPELINING": "0"}, 0),
    "async": ({"async": 60, "poll": POLL}, {"ANSIBLE_PIPELINING": "0"}, POLL),
    "pipelining": ({}, {"ANSIBLE_PIPELINING": "1"}, 0),
}
"""Keywords of the task, environment of Ansible, and by how much its own waiting may be off."""
STAMP = "{{ stamps | default([]) + [lookup('ansible.builtin.pipe', 'date +%s.%N') | float] }}"


@dataclass
class Play:
    """Result of a task for each fault, and its time. left: processes that still run."""

    results: dict[str, dict[str, Any]]
    seconds: dict[str, float]
    left: list[str]


def tasks(urls: dict[str, str], keywords: dict[str, Any], answer: Path) -> list[dict[str, Any]]:
    """One task for each trouble, the time before and behind each, and all of it in a file."""
    stamp: dict[str, Any] = {"ansible.builtin.set_fact": {"stamps": STAMP}}
    made = [stamp]
    for number, url in enumerate(urls.values()):
        options = asked_for(TENCENT, {"endpoint": url, "deadline": DEADLINE, "timeout": 30})
        made += [{f"multicloud.secrets.{TENCENT.module}": options, "register": f"result_{number}", "ignore_errors": True, **keywords}, stamp]
    results = ", ".join(f"result_{number}" for number in range(len(urls)))
    content = "{{ {'stamps': stamps, 'results': [" + results + "]} | to_json }}"
    return [*made, {"ansible.builtin.copy": {"content": content, "dest": str(answer), "mode": "0600"}}]


def play(way: str, home: Path) -> Play:
    """All troubles, one after the other, in one play."""
    keywords, environment, _slack = WAYS[way]
    mark, answer, playbook = uuid.uuid4().hex, home / f"{way}.answer", home / f"{way}.yml"
    with ExitStack() as stack:
        urls = {
            trouble: f"http://127.0.0.1:{stack.enter_context(silent_port())}"
            if behaviour is None
            else stack.enter_context(Emulator(TENCENT.fleet(behaviour=behaviour))).url
            for trouble, behaviour in TROUBLES.items()
        }
        made = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks(urls, keywords, answer)}]
        playbook.write_text(json.dumps(made), encoding="utf-8")
        finished = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)],
            env={
                **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ},
                "HOME": str(home),
                "ANSIBLE_COLLECTIONS_PATH": str(WORKSPACE),
                "ANSIBLE_ASYNC_DIR": str(home / "async"),
                "MARK": mark,
                **ENVIRONMENT,
                **environment,
            },
            cwd=home,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        left = list(alive(mark))
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0 and "Traceback" not in said, said
    assert not any(word in said for word in canaries())
    told = json.loads(answer.read_text(encoding="utf-8"))
    took = [after - before for before, after in zip(told["stamps"], told["stamps"][1:])]
    return Play(dict(zip(TROUBLES, told["results"])), dict(zip(TROUBLES, took)), left)


def alive(mark: str) -> Iterator[str]:
    """The processes of a play, but for the watchers of async tasks, which are Ansible's own and end by themselves."""
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            if process.name.isdigit() and mark.encode() in (process / "environ").read_bytes() and "async_wrapper" not in command:
                yield command
        except OSError:
            continue


@pytest.fixture(name="plays", scope="module")
def _plays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Play]:
    """All ways at once: they spend their time waiting."""
    homes = {way: tmp_path_factory.mktemp(way) for way in WAYS}
    with ThreadPoolExecutor(len(WAYS)) as pool:
        return dict(zip(WAYS, pool.map(play, homes.keys(), homes.values())))


@pytest.mark.parametrize("trouble", [name for name in TROUBLES if not name.startswith("healthy")])
@pytest.mark.parametrize("way", list(WAYS))
def test_a_task_ends_at_its_deadline(plays: dict[str, Play], way: str, trouble: str) -> None:
    """Compared with the same task where the server is well: what Ansible itself takes does not count. One attempt might take 30 seconds."""
    result, seconds = plays[way].results[trouble], plays[way].seconds
    assert result["failed"] and result["error"]["kind"] == "deadline" and result["store_counts"]["failed"] == 1
    usual = max(seconds["healthy"], seconds["healthy again"])
    assert DEADLINE <= seconds[trouble] <= usual + DEADLINE + 1 + WAYS[way][2]


@pytest.mark.parametrize("way", list(WAYS))
def test_nothing_of_a_task_lives_on(plays: dict[str, Play], way: str) -> None:
    healthy = plays[way].results["healthy"]
    assert healthy["complete"] and healthy["count"] == SECRETS and plays[way].left == []
