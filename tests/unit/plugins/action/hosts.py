# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins as Ansible makes them, on a host whose modules answer as a test says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task
from ansible.plugins.action import ActionBase
from ansible.plugins.connection.local import Connection

Answer = Callable[[str, dict[str, Any]], dict[str, Any]]


class Play:
    """A play with a strategy."""

    def __init__(self, strategy: str = "linear", name: str = "play-1") -> None:
        self.strategy = strategy
        self._uuid = name


class Role:
    """The role, as a task knows it."""

    def get_name(self) -> str:
        return "multicloud.secrets.assert_secrets"


class Link:
    """A connection: local, or one to elsewhere."""

    def __init__(self, transport: str = Connection.transport) -> None:
        self.transport = transport
        self.become: object = None


def action(
    kind: type[ActionBase],
    arguments: dict[str, Any],
    answer: Answer,
    *,
    play: Play | None = None,
    link: Link | None = None,
    check_mode: bool = False,
    role: Role | None = None,
    no_log: bool = False,
) -> Any:
    """An action plugin of a task. answer: what a module returns, by its name and arguments."""
    task = Task()
    task.args = arguments
    task.check_mode = check_mode
    task.no_log = no_log
    task.async_val = 0
    task._role = role
    task.get_play = lambda: play or Play()

    class Quiet(kind):
        """The plugin, whose modules are not sent anywhere."""

        def _execute_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
            assert task_vars
            return answer(module_name, module_args)

        def _early_needs_tmp_path(self) -> bool:
            return False

    connection: Any = link or Link()
    connection._shell = type("Shell", (), {"tmpdir": None})()
    return Quiet(task, connection, None, DataLoader(), None, None)


def variables(folder: Path, host: str = "web1", **more: Any) -> dict[str, Any]:
    """What a task sees, on the only host of its play."""
    hosts = {"ansible_play_hosts_all": [host], "ansible_play_hosts": [host], "ansible_play_batch": [host], "hostvars": {host: {}}}
    return {"inventory_hostname": host, "playbook_dir": str(folder), **hosts, **more}
