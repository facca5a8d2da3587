# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role composes two verbs: it is small, says what it does, and keeps its names and keys to itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.modules import secrets_audit, secrets_collect
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import VARIABLES

ROLE = Path(__file__).resolve().parents[2] / "roles" / "assert_secrets"
PREFIX = "_assert_secrets_"
SPECS: dict[str, Any] = {"multicloud.secrets.secrets_collect": secrets_collect.ARGUMENT_SPEC, "multicloud.secrets.secrets_audit": secrets_audit.ARGUMENT_SPEC}
VERBS = ("Assert", "Check", "Forget", "Judge", "Keep", "List", "Note", "Show")
CODE = [path for folder in ("tasks", "vars", "defaults") for path in sorted((ROLE / folder).glob("*.yml"))]


def read(path: str) -> Any:
    """A YAML file of the role."""
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def tasks() -> Iterator[dict[str, Any]]:
    """Every task of the role."""
    for path in sorted((ROLE / "tasks").glob("*.yml")):
        yield from read(f"tasks/{path.name}")


def run_of(entry_point: str) -> list[dict[str, Any]]:
    """The tasks that print a banner in a run, in their order. Imports print none."""
    found: list[dict[str, Any]] = []
    for task in read(f"tasks/{entry_point}"):
        found += run_of(task["ansible.builtin.import_tasks"]) if "ansible.builtin.import_tasks" in task else [task]
    return found


def test_the_role_is_small() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in CODE) <= 250
    assert all(not set(task) & {"block", "ansible.builtin.include_tasks"} for task in tasks())


@pytest.mark.parametrize("entry_point", ["main.yml", "collect.yml", "audit.yml"])
def test_a_run_prints_few_banners_and_each_is_a_sentence(entry_point: str) -> None:
    names = [task["name"] for task in run_of(entry_point)]
    assert len(names) + 1 <= 12  # Ansible checks the arguments first
    for name in names:
        assert name.split()[0] in VERBS and len(name.split()) > 2, name


def test_tasks_use_options_that_exist() -> None:
    used = [(name, task[name]) for task in tasks() for name in SPECS if name in task]
    assert len(used) == 6
    for name, arguments in used:
        assert set(arguments) <= set(SPECS[name])


def test_no_loop_takes_the_variable_of_a_loop_around_the_role() -> None:
    loops = [task for task in tasks() if "loop" in task]
    assert len(loops) == 1
    assert all(task["loop_control"]["loop_var"].startswith(PREFIX) for task in loops)


def test_what_the_role_registers_and_sets_is_its_own() -> None:
    names = {task["register"] for task in tasks() if "register" in task}
    for task in tasks():
        names |= set(task.get("ansible.builtin.set_fact", {}))
    assert {name for name in names if not name.startswith(PREFIX)} == {"assert_secrets_result"}
    assert all(name.startswith(PREFIX) for name in read("vars/main.yml"))


@pytest.mark.parametrize("entry_point", ["main", "collect", "audit"])
def test_every_entry_point_first_forgets_what_was_found_before(entry_point: str) -> None:
    first = read(f"tasks/{entry_point}.yml")[0]
    assert first["ansible.builtin.set_fact"]["assert_secrets_result"] == "{{ _assert_secrets_nothing }}"
    assert read("vars/main.yml")["_assert_secrets_nothing"]["verdict"] == "unknown"


def test_credentials_stand_in_arguments_of_secrets_collect_only() -> None:
    holders = [task for task in tasks() if "assert_secrets_credentials" in str(task)]
    assert len(holders) == sum("multicloud.secrets.secrets_collect" in task for task in tasks()) == 3
    for task in holders:
        assert task["multicloud.secrets.secrets_collect"].pop("credentials") == "{{ assert_secrets_credentials }}"
        assert "assert_secrets_credentials" not in str(task)
    assert not any("assert_secrets_credentials" in str(value) for value in read("vars/main.yml").values())
    assert secrets_collect.ARGUMENT_SPEC["credentials"]["no_log"] is True


def test_the_variables_that_are_known_are_those_that_are_documented() -> None:
    entries = read("meta/argument_specs.yml")["argument_specs"]
    documented = {name for entry in entries.values() for name in entry["options"]}
    assert documented | {"assert_secrets_result"} == set(VARIABLES), f"VARIABLES in _controller.py: {set(VARIABLES) ^ documented}"
    defaults = read("defaults/main.yml")
    assert set(defaults) <= documented, set(defaults) - documented
    for entry in entries.values():
        for name, option in entry["options"].items():
            assert option.get("default") == defaults.get(name), name
