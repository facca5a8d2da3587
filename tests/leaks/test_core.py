# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that ansible-core itself shows, independent of the module: measured, and documented in docs/security.md.

A row that is no longer true fails here, so that the page stays true.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.release import __version__ as ANSIBLE
from places import TENCENT, forms
from play import HERE, WORKSPACE

CORES = ("2.16", "2.19", "2.21")
CORE = ".".join(ANSIBLE.split(".")[:2])
PAGE = HERE.parents[1] / "docs" / "security.md"
MODULE = f"multicloud.secrets.{TENCENT.module}"

# How a key is given, at which verbosity, and which releases of ansible-core show it.
SHOWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("typed beside a template that fails", ""): ("2.19", "2.21"),
    ("typed beside a template that fails", "-vvv"): ("2.19", "2.21"),
    ("environment of a task", ""): (),
    ("environment of a task", "-vvv"): CORES,
    ("items of a loop", ""): CORES,
    ("set_fact", "-v"): CORES,
    ("ansible -a", "-vvv"): (),
    ("ansible-playbook -e", "-vvv"): (),
    ("any option, with ANSIBLE_DEBUG", ""): CORES,
    ("from a file of variables", "-vvv"): (),
    ("from the environment", "-vvv"): (),
}
WAYS = {name: f"c0re{number:02}/x+{'k' * 20}{number:02}" for number, name in enumerate(dict.fromkeys(name for name, _verbosity in SHOWN))}


def tasks() -> dict[str, dict[str, Any]]:
    """The ways that are tasks. All of them fail, but for the fact."""

    def module(key: Any) -> dict[str, Any]:
        return {MODULE: {"region": "no/region", TENCENT.options[0]: "AKIDz8example0123456789", TENCENT.options[1]: key}}

    return {
        "typed beside a template that fails": {MODULE: {TENCENT.options[1]: WAYS["typed beside a template that fails"], "region": "{{ nowhere }}"}},
        "environment of a task": {**module("{{ omit }}"), "environment": {TENCENT.variables[1]: "{{ hidden }}"}},
        "items of a loop": {**module("{{ item.key }}"), "loop": [{"key": WAYS["items of a loop"]}]},
        "set_fact": {"ansible.builtin.set_fact": {"fact": WAYS["set_fact"]}},
        "ansible-playbook -e": module("{{ extra }}"),
        "any option, with ANSIBLE_DEBUG": module("{{ debugged }}"),
        "from a file of variables": module("{{ filed }}"),
        "from the environment": {MODULE: {"region": "no/region"}},
    }


def run(folder: Path, *command: str, **more: str) -> str:
    """Output of a program of Ansible."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = {**kept, "HOME": str(folder), "ANSIBLE_COLLECTIONS_PATH": str(WORKSPACE), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8", **more}
    program = [str(Path(sys.executable).parent / command[0]), *command[1:], "-e", f"ansible_python_interpreter={sys.executable}"]
    ended = subprocess.run(program, env=environment, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module", name="said")
def _said(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Output for each way."""
    folder = tmp_path_factory.mktemp("core")
    debugged, filed, extra = (WAYS[name] for name in ("any option, with ANSIBLE_DEBUG", "from a file of variables", "ansible-playbook -e"))
    (folder / "vars.json").write_text(json.dumps({"debugged": debugged, "filed": filed, "hidden": WAYS["environment of a task"]}), encoding="utf-8")
    head = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars_files": ["vars.json"]}
    for name, part in (("all", tasks()), ("debug", {name: task for name, task in tasks().items() if "DEBUG" in name})):
        play = [{**head, "tasks": [{"name": name, **task, "ignore_errors": True} for name, task in part.items()]}]
        (folder / f"{name}.yml").write_text(yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
    key = {TENCENT.variables[0]: "AKIDz8example0123456789", TENCENT.variables[1]: WAYS["from the environment"]}
    told: dict[str, str] = {}
    for verbosity in ("", "-v", "-vvv"):
        told[verbosity] = run(folder, "ansible-playbook", "-i", "localhost,", "all.yml", "-e", json.dumps({"extra": extra}), *filter(None, [verbosity]), **key)
    adhoc = f"region=no/region secret_id=AKIDz8example0123456789 secret_key={WAYS['ansible -a']}"
    told["adhoc"] = run(folder, "ansible", "localhost", "-m", MODULE, "-a", adhoc, "-vvv")
    told["debug"] = run(folder, "ansible-playbook", "-i", "localhost,", "debug.yml", ANSIBLE_DEBUG="1")
    for text in told.values():
        assert "no/region" in text, text
    special = {"ansible -a": "adhoc", "any option, with ANSIBLE_DEBUG": "debug"}
    return {(name, verbosity): told[special.get(name, verbosity)] for name, verbosity in SHOWN}


@pytest.mark.parametrize("name, verbosity", SHOWN, ids=lambda word: word or "quiet")
def test_ansible_shows_what_the_page_says(said: dict[tuple[str, str], str], name: str, verbosity: str) -> None:
    seen = any(form in said[name, verbosity] for form in forms(WAYS[name]))
    assert CORE in CORES, f"nobody has looked at what ansible-core {CORE} shows"
    assert seen == (CORE in SHOWN[name, verbosity])


def test_the_page_has_the_same_table() -> None:
    rows = re.findall(r"^\| (\S.*?) \| (`-v+`|any) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {(re.sub("`", "", name), "" if verbosity == "any" else verbosity.strip("`")): tuple(re.findall(r"2\.\d+", cores)) for name, verbosity, cores in rows}
    assert told == SHOWN
