# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role hands on everything that an entry of a fleet may say, and keeps its names to itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).resolve().parents[2] / "roles" / "assert_secrets"
PREFIX = "_assert_secrets_"


def read(path: str) -> Any:
    """A YAML file of the role."""
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def tasks() -> Iterator[dict[str, Any]]:
    """Every task of the role, those in blocks too."""
    waiting = [task for path in sorted((ROLE / "tasks").glob("*.yml")) for task in read(f"tasks/{path.name}")]
    while waiting:
        task = waiting.pop()
        yield task
        for section in ("block", "rescue", "always"):
            waiting += task.get(section, [])


@pytest.mark.parametrize("provider", ["alibaba_apig", "tencent_ssm"])
def test_every_option_of_an_entry_reaches_its_module(provider: str) -> None:
    variables = read("vars/main.yml")
    text = variables["_assert_secrets_offers"][provider]["call"]
    own = yaml.safe_load(text[text.index("[") : text.index("]") + 1])
    module = next(task for task in read("tasks/list.yml") if f"multicloud.secrets.{provider}_secrets_info" in task)
    arguments = module[f"multicloud.secrets.{provider}_secrets_info"]
    for option in own + variables["_assert_secrets_shared_options"]:
        assert arguments.pop(option) == f"{{{{ _assert_secrets_call.options.{option} | default(omit) }}}}"
    assert sorted(arguments) == ["accounts", "dest", "on_error"]


def test_no_loop_takes_the_variable_of_a_loop_around_the_role() -> None:
    loops = [task for task in tasks() if "loop" in task]
    assert len(loops) > 5
    assert all(task["loop_control"]["loop_var"].startswith(PREFIX) for task in loops)


def test_what_the_role_registers_and_sets_is_its_own() -> None:
    names = {task["register"] for task in tasks() if "register" in task}
    for task in tasks():
        names |= set(task.get("ansible.builtin.set_fact", {}))
    assert {name for name in names if not name.startswith((PREFIX, "{{ _assert_secrets_"))} == {"assert_secrets_result"}
    assert all(name.startswith(PREFIX) for name in read("vars/main.yml"))


@pytest.mark.parametrize("entry_point", ["main", "collect", "audit"])
def test_every_entry_point_first_forgets_what_was_found_before(entry_point: str) -> None:
    assert read(f"tasks/{entry_point}.yml")[0]["ansible.builtin.import_tasks"] == "start.yml"
    assert read("tasks/start.yml")[0]["ansible.builtin.set_fact"]["assert_secrets_result"]["verdict"] == "unknown"


def test_credentials_stand_in_arguments_of_the_listing_modules_only() -> None:
    own = [(task["name"], {key: task[key] for key in task if key not in ("block", "rescue", "always")}) for task in tasks()]
    holders = [name for name, words in own if "assert_secrets_credentials" in str(words)]
    assert sorted(holders) == ["List the secrets of Alibaba Cloud APIG", "List the secrets of Tencent Cloud SSM"]
