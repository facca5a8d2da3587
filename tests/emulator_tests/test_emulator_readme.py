# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's README tells the truth: its examples run, its tables name what the code knows."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from emulator import Emulator
from emulator.alibaba import kms_rows
from emulator.alibaba import rows as alibaba_rows
from emulator.behaviour import SETTINGS
from emulator.changes import read_change
from emulator.command import parser
from emulator.control import HANDLERS
from emulator.faults import ACTS
from emulator.fleet import ACCOUNT, FLEET, KEY, REGION_KEYS, ROLE, SERVICE_ACCOUNT
from emulator.generate import Plan
from emulator.journal import FIELDS
from emulator.matching import FACTS
from emulator.tencent import rows as tencent_rows
from emulator_client import Socket, tencent

MIXES = (alibaba_rows.MIX, kms_rows.MIX, tencent_rows.MIX)
README = (Path(__file__).resolve().parents[1] / "emulator" / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """All code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def words(text: str) -> set[str]:
    """Everything between backticks, word by word."""
    return {word for span in re.findall(r"`([^`]+)`", text) for word in re.findall(r"\w+", span)}


def section(title: str) -> str:
    """A section of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_python_example() -> None:
    """Runs as it stands, with a client that asks six times."""

    def run_my_client(endpoint: str) -> None:
        for _index in range(6):
            with Socket(urlsplit(endpoint).port or 0) as line:
                line.send(tencent(key=("AKIDexample", "example")))
                with contextlib.suppress(ConnectionError):
                    line.reply()

    exec(blocks("python")[0], {"run_my_client": run_my_client})  # pylint: disable=exec-used


def test_yaml_example() -> None:
    """Loads as it stands."""
    emulator = Emulator(yaml.safe_load(blocks("yaml")[0]))
    assert len(emulator.secrets("pay", "ap-guangzhou")) == 500 and len(emulator.world.behaviour.faults) == 2


def test_command_example() -> None:
    """Its options exist, and its line is the one that is printed."""
    command, line = blocks("console")[0].splitlines()[:2]
    arguments = shlex.split(command.rstrip("& "))[3:]
    fleet = Path(__file__).resolve().parents[2] / parser().parse_args(arguments).fleet
    stores = Emulator(fleet).world.stores.values()
    assert f"{len(stores)} stores, {sum(len(store.records) for store in stores)} secrets" in line


@pytest.mark.parametrize(
    "title, known",
    [
        ("Command line", {option.lstrip("-") for action in parser()._actions for option in action.option_strings if action.dest != "help"}),
        ("Control resource", {*FIELDS, *(name for method, name in HANDLERS)}),
        ("The fleet file", {*FLEET, *ACCOUNT, *KEY, *ROLE, *SERVICE_ACCOUNT, *REGION_KEYS, *(set(Plan.__dataclass_fields__) - {"used"})}),
        (
            "The fleet file",
            {word for mix in (alibaba_rows.MIX, kms_rows.MIX, tencent_rows.MIX) for words_of in (mix.kinds, mix.states, mix.flaws) for word in words_of},
        ),
        ("Behaviour", {*SETTINGS, *FACTS, *ACTS, *(word for act in ACTS.values() for word in act.words)}),
    ],
)
def test_tables_are_complete(title: str, known: set[str]) -> None:
    """Every word that the code knows stands in its section."""
    told = section(title)
    assert sorted(word for word in known if word not in words(told) and f"--{word}" not in told) == []


def test_act_table_is_right() -> None:
    """Each act stands beside its own words."""
    rows = [row.split("|") for row in section("Behaviour").split("| act |")[1].splitlines() if row.startswith("| `")]
    told = {act: words(row[2]) for row in rows for act in re.findall(r"`([a-z_]+)`", row[1])}
    assert set(told) == set(ACTS)
    for act, shown in told.items():
        together = set().union(*(ACTS[other].words for other in told if told[other] is shown or told[other] == shown))
        assert set(ACTS[act].words) <= shown <= together, act


def test_change_table_is_right() -> None:
    """What a change may say."""
    examples = {"insert": ["a"], "delete": {"oldest": 1, "newest": 1}, "update": [{"id": "a", "set": {}}]}
    table = section("Behaviour").split("| change |")[1].split("| act |")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(examples)
    assert all(read_change({name: example}, "change") for name, example in examples.items())
