# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-rulebook as people run it, against the emulated clouds; what it was told, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml
from emulator import Emulator

HERE = Path(__file__).absolute().parent
COLLECTIONS = HERE.parents[4]
PATIENCE = 120.0
PAY = {"id": "AKIDeventsPayReader0001", "secret": "eventsPayReaderSecret0001"}
SHOP = {"id": "LTAI5tEventsShopRead01", "secret": "eventsShopReaderSecret001"}
KEEP = "22222222-2222-2222-2222-222222222222"
SEEN = re.compile(r"^SEEN (.*)$", re.MULTILINE)
TELL = {"name": "tell", "condition": "event.type is defined", "action": {"debug": {"msg": "SEEN {{ event.id }} {{ event.type }} {{ event.region }}"}}}
"""A rule that writes down every event."""


def clouds() -> dict[str, Any]:
    """A fleet for the emulator: two accounts, three stores. A description holds what must never be evaluated."""
    evil = "{{ lookup('ansible.builtin.pipe', 'touch PWNED') }}{% for x in [1] %}{{ x }}{% endfor %}"
    return {
        "accounts": [
            {
                "name": "pay",
                "provider": "tencent",
                "account_id": "100012345678",
                "keys": [PAY],
                "regions": [
                    {
                        "name": "ap-guangzhou",
                        "secrets": [
                            {"SecretName": "db-password", "Description": evil},
                            {"SecretName": "session-key"},
                        ],
                    },
                ],
            },
            {
                "name": "shop",
                "provider": "alibaba",
                "account_id": "1234567890123456",
                "keys": [SHOP],
                "regions": [
                    {"name": "cn-hangzhou", "generate": {"count": 3}},
                    {"name": "cn-shanghai", "generate": {"count": 2}},
                ],
            },
        ]
    }


class Rulebook:
    """A folder with a rulebook, which runs in it as often as is wanted. One log for all runs."""

    def __init__(self, folder: Path, emulator: Emulator, rulesets: list[dict[str, Any]], variables: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        self._emulator = emulator
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "rulebook.yml").write_text(yaml.safe_dump(rulesets, sort_keys=False), encoding="utf-8")
        (folder / "vars.yml").write_text(yaml.safe_dump({"drools_db_file_path": str(folder / "engine"), **(variables or {})}), encoding="utf-8")
        (folder / "inventory.ini").write_text(f"localhost ansible_connection=local ansible_python_interpreter={sys.executable}\n", encoding="utf-8")

    @contextmanager
    def running(self, kill: str = "", keeping: bool = False, **environment: str) -> Iterator[None]:
        """Within, it runs; at the end it is killed, unless it was before. kill: see shim/sitecustomize.py. keeping: with persistence."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LC_ALL", "LANG", "JAVA_HOME", "TMPDIR")}
        env = {
            **kept,
            **self._emulator.environment(),
            **environment,
            "EVENTS_KILL": kill,
            "PYTHONPATH": str(HERE / "shim"),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_NOCOLOR": "1",
            "PYTHONUNBUFFERED": "1",
        }
        program = Path(sys.executable).with_name("ansible-rulebook")
        command = [str(program), "--rulebook", "rulebook.yml", "--inventory", "inventory.ini", "--vars", "vars.yml"]
        command += ["--persistence-id", KEEP, "--id", "1"] if keeping else []
        with open(self.log, "ab") as sink:
            # pylint: disable-next=consider-using-with
            self._process = subprocess.Popen(command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def ended(self) -> int:
        """Wait for its end, and say how it ended; a signal is negative."""
        assert self._process
        return self._process.wait(PATIENCE)

    def interrupt(self) -> float:
        """Ask it to end as Ctrl-C does; the seconds that this took."""
        assert self._process
        start = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)
        return time.monotonic() - start

    def text(self) -> str:
        """All that it has said."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def seen(self) -> list[str]:
        """The events that its rules have seen, as TELL writes them: id, type, region."""
        return SEEN.findall(self.text())

    def types(self) -> list[str]:
        """The events without their ids: type, region."""
        return [line.partition(" ")[2] for line in self.seen()]

    def until(self, what: Callable[[], Any]) -> Any:
        """Wait until something holds. It must not have ended before."""
        end = time.monotonic() + PATIENCE
        while not (found := what()):
            assert time.monotonic() < end, f"waited in vain; it says:\n{self.text()[-6000:]}"
            assert self._process and self._process.poll() is None, f"it has ended; it says:\n{self.text()[-6000:]}"
            time.sleep(0.1)
        return found

    def until_seen(self, *types: str) -> None:
        """Wait until as many events as these have been seen."""
        self.until(lambda: len(self.seen()) >= len(types))
        assert sorted(self.types()) == sorted(types), self.text()[-6000:]
