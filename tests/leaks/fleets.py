# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin, the event source and secrets_collect over fleets full of canaries: every answer, every misuse, a fault in every layer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import places
import play
import yaml
from failures import ANSWERS, echo, fault, fleet, layers, region_of, without_roles
from places import CLOUDS, Cloud, accounts, find, number_of
from search import CELL

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.emulator import keys as emulator_keys

LIMIT = 600
"""Seconds; far above what a program takes, it only ends what hangs."""
PATIENCE = {**play.PATIENCE, "deadline": 5}
REGIONS_ACTION = {"alibaba": "DescribeRegions", "tencent": "GetRegions"}
COLLECTION = play.HERE.parents[1]
ALL, NONE = {"regions": ["all"]}, "none"


@dataclass(frozen=True)
class Case:
    """A fleet with its credentials. beside: other keys of a fleet file. layer: what breaks. says: what shows that it met what its name says."""

    name: str
    fleet: Any = field(hash=False)
    credentials: Any = field(hash=False)
    says: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict, hash=False)
    layer: str = ""


@dataclass(frozen=True)
class Way:
    """The surroundings. listing, regions: options that lead to emulators, the latter by the answer to a question for regions."""

    folder: Path
    environment: Mapping[str, str]
    listing: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Ran:
    """Input of a program, and its outputs by name."""

    cases: Sequence[Case]
    outputs: Mapping[str, str]

    def said(self, number: int) -> str:
        """Output of the program about a case, with single spaces."""
        text = self.outputs["said"]
        marks = [(match.start(), int(match.group(1))) for match in CELL.finditer(text)] + [(len(text), -1)]
        return " ".join(" ".join(text[start:stop] for (start, mark), (stop, _next) in zip(marks, marks[1:]) if mark == number).split())


def entries(cloud: Cloud, more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An entry for each place that is an account, without its keys."""
    made = [{"provider": cloud.provider, **PATIENCE, **place.account(number_of(place)), **more} for place in accounts(cloud)]
    return [{name: value for name, value in entry.items() if name not in keys(cloud).get(entry["name"], {})} for entry in made]


def keys(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """The credentials of those entries that have some."""
    return {place.name: place.options() for place in accounts(cloud) if place.since == "options"}


def inventory_cases(cloud: Cloud, way: Way) -> Iterator[Case]:
    """Cases of the inventory plugin. Half of them continue after errors, and write a cache."""
    kept = {"on_error": "report", "cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(way.folder / "out" / "cache")}
    for answer in ANSWERS:
        asked = entries(cloud, {**ALL, **way.regions[answer]})
        unknown, reported = ("", "") if answer == NONE else ("The regions of some accounts are not known", "to group regions_unknown")
        yield Case(f"regions, {answer}", asked, keys(cloud), unknown)
        yield Case(f"regions, {answer}, reported", asked, keys(cloud), reported, kept)
    yield Case("regions, by the proxy of the environment", entries(cloud, ALL), keys(cloud))
    yield from misused(cloud, {**ALL, **way.regions[NONE]})
    for layer in [*layers(cloud), "_fleet.plan", "_fleet.hosts", "_fleet.discovery"]:
        yield Case(f"breaks in {layer}", entries(cloud, {**ALL, **way.regions[NONE]}), keys(cloud), layer=layer)


def event_cases(cloud: Cloud, way: Way) -> Iterator[Case]:
    """Cases of the event source."""
    everywhere, somewhere = ({"regions": [region_of(cloud, answer) for answer in answers], **way.listing} for answers in (ANSWERS, [NONE]))
    yield Case("every answer", entries(cloud, everywhere), keys(cloud), "listing_incomplete")
    yield Case("regions that nobody tells", entries(cloud, {**ALL, **way.regions["denied-echo"]}), keys(cloud), "listing_incomplete")
    yield from misused(cloud, somewhere)
    own = sorted(f"_changes.{file.stem}" for file in (COLLECTION / "plugins" / "module_utils" / "_changes").glob("[a-z]*.py"))
    for layer in [*layers(cloud), "_fleet.plan", "_fleet.discovery", "_audit.fields", "_audit.values", *own]:
        yield Case(f"breaks in {layer}", entries(cloud, somewhere), keys(cloud), layer=layer)


ON_THE_CONTROLLER = ("_fleet.plan", "_services", "_controller", "_yaml_file")
"""The layers that secrets_collect passes before and after its modules."""


def collect_cases(cloud: Cloud, way: Way) -> Iterator[Case]:
    """What secrets_collect meets. beside: keywords of its task."""
    everywhere, somewhere = ({"regions": [region_of(cloud, answer) for answer in answers], **way.listing} for answers in (ANSWERS, [NONE]))
    asked = entries(cloud, somewhere)
    yield Case("every answer", entries(cloud, everywhere), keys(cloud), "tencent_ssm-1" if cloud.provider == "tencent_ssm" else "alibaba_apig-1")
    yield Case("check mode", asked, keys(cloud), "ok:", {"check_mode": True})
    yield Case("in the background", asked, keys(cloud), "async", {"async": 10, "poll": 0})
    yield Case("arguments shown", asked, keys(cloud), "ok:", {"vars": {"ansible_pipelining": False}})
    yield Case("a wrong number", [{**entry, "page_size": 1000} for entry in asked], keys(cloud), "page_size")
    yield from misused(cloud, somewhere)
    for layer in layers(cloud):
        yield Case(f"breaks in {layer}", asked, keys(cloud), "", {"environment": {"LEAKS_BREAK": layer}})
    for layer in ON_THE_CONTROLLER:
        # No JSON: ansible-core before 2.19 would make a list of it.
        text = f"[{{name: options, provider: {cloud.provider}}}]" if layer == "_yaml_file" else asked
        yield Case(f"breaks in {layer}", text, keys(cloud), "Unexpected RuntimeError", layer=layer)


def misused(cloud: Cloud, more: Mapping[str, Any]) -> Iterator[Case]:
    """Fleets and credentials of wrong shapes."""
    entry, key = entries(cloud, more)[0], keys(cloud)["options"]
    for kind, given in play.wrong_credentials(cloud, key).items():
        yield Case(f"credentials are {kind}", [entry], given, "credentials")
    for kind, wrong in play.wrong_entries(cloud, entry, key).items():
        yield Case(f"the fleet holds {kind}", [wrong], {}, "entry")


def answering(cloud: Cloud, answer: str) -> dict[str, Any]:
    """A cloud that gives this answer to whoever asks for regions."""
    made: dict[str, Any] = fleet(cloud)
    for account, place in zip(made["accounts"], [place for place in places.places(cloud) if "id" in place.parts]):
        act = ANSWERS[answer](without_roles(place), echo(without_roles(place)))
        account["behaviour"]["faults"] += [fault(act, action=REGIONS_ACTION[cloud.name])] if act else []
    return made


@contextmanager
def surroundings(cloud: Cloud, folder: Path) -> Iterator[Way]:
    """The emulators of a cloud, and a user's home with keys in all the files of the vendors' tools."""
    out, home, given = (folder / name for name in ("out", "home", "given"))
    for path in (out, home, given, folder / "temp"):
        path.mkdir(parents=True)
    known = [canary for place in places.places(cloud) for canary in place.canaries().values()]
    (given / "text").write_text(" ".join([*known, *(form for canary in known for form in places.forms(canary))]), encoding="utf-8")
    with ExitStack() as stack:
        urls = stack.enter_context(play.clouds(cloud))
        places.furnish(cloud, home, urls["uri"])
        asked = {answer: stack.enter_context(Emulator(answering(cloud, answer))) for answer in ANSWERS}
        by_environment = play.Way(out, home, urls["ca"], {"environment": play.with_password(urls["main"], find(cloud, "environment-proxy"))})
        yield Way(
            folder,
            environment=play.environment_of(cloud, folder, by_environment),
            listing={"proxy": urls["main"], "ca_path": urls["ca"]},
            regions={answer: {"proxy": emulator.url, "ca_path": emulator.ca_file} for answer, emulator in asked.items()},
        )


def inventory(cloud: Cloud, folder: Path) -> Ran:
    """ansible-inventory over all fleet files, and over one alone for each layer that breaks."""
    with surroundings(cloud, folder) as way:
        cases = numbered(inventory_cases(cloud, way))
        files = {}
        for case in cases:
            content = {"plugin": "multicloud.secrets.fleet", "fleet": case.fleet, "credentials": case.credentials, **case.beside}
            files[case] = folder / "given" / f"{case.name}.fleet.yml"
            files[case].write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        program = str(Path(sys.executable).parent / "ansible-inventory")
        whole = [argument for case in cases if not case.layer for argument in ("-i", str(files[case]))]
        run(way, [program, "--list", "-vvvvv", *whole])
        for case in cases:
            if case.layer:
                run(way, [program, "--list", "-vvvvv", "-i", str(files[case])], LEAKS_BREAK=case.layer)
        return Ran(cases, dict(play.read(folder)) | {"said": (folder / "out" / "stdout").read_text(encoding="utf-8")})


def events(cloud: Cloud, folder: Path) -> Ran:
    """The event source over each fleet, in one process."""
    with surroundings(cloud, folder) as way:
        cases = numbered(event_cases(cloud, way))
        given = [
            {
                "name": case.name,
                "layer": case.layer,
                "args": {"fleet": case.fleet, "credentials": case.credentials, "cursor": str(folder / "out" / f"{case.name}.cursor"), "report_existing": True},
            }
            for case in cases
        ]
        (folder / "given" / "cases.json").write_text(json.dumps(given), encoding="utf-8")
        run(way, [sys.executable, str(play.HERE / "watch.py"), str(folder / "given" / "cases.json")])
        return Ran(cases, dict(play.read(folder)) | {"said": (folder / "out" / "stdout").read_text(encoding="utf-8")})


def collect(cloud: Cloud, folder: Path) -> Ran:
    """secrets_collect over each fleet in one play, and in a play of its own for each layer that breaks on the controller."""
    with surroundings(cloud, folder) as way:
        cases = numbered(collect_cases(cloud, way))
        values = {f"given_{number}": {"fleet": case.fleet, "credentials": case.credentials} for number, case in enumerate(cases)}
        (folder / "given" / "values.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
        whole = [number for number, case in enumerate(cases) if not case.layer]
        for numbers in [whole, *([number] for number, case in enumerate(cases) if case.layer)]:
            tasks = [task for number in numbers for task in collecting(cases[number], number, folder / "out" / f"role-{number}")]
            head = {"name": "Leaks", "hosts": "localhost", "connection": "local", "gather_facts": False}
            read = {"name": "Read the values", "ansible.builtin.include_vars": str(folder / "given" / "values.yml"), "no_log": True}
            (folder / "play.yml").write_text(yaml.safe_dump([{**head, "tasks": [read, *tasks]}], sort_keys=False), encoding="utf-8")
            program = [
                str(Path(sys.executable).parent / "ansible-playbook"),
                "-vvvvv",
                "-i",
                "localhost,",
                "-e",
                f"ansible_python_interpreter={sys.executable}",
            ]
            run(way, [*program, str(folder / "play.yml")], LEAKS_BREAK=cases[numbers[0]].layer, ANSIBLE_DISPLAY_ARGS_TO_STDOUT="1")
        return Ran(cases, dict(play.read(folder)) | {"said": (folder / "out" / "stdout").read_text(encoding="utf-8")})


def collecting(case: Case, number: int, report: Path) -> list[dict[str, Any]]:
    """A case as tasks, the second of which shows what was registered."""
    given = {"fleet": f"{{{{ given_{number}.fleet }}}}", "credentials": f"{{{{ given_{number}.credentials }}}}", "report_dir": str(report)}
    task = {"name": case.name, "multicloud.secrets.secrets_collect": given, "register": f"result_{number}", "ignore_errors": True, **case.beside}
    return [task, {"name": f"{case.name}, registered", "ansible.builtin.debug": {"var": f"result_{number}"}}]


PROGRAMS = {"inventory": inventory, "events": events, "collect": collect}


def numbered(cases: Iterator[Case]) -> list[Case]:
    """The cases, with names by which their outputs are told apart."""
    return [Case(f"cell {number:03}: {case.name}", case.fleet, case.credentials, case.says, case.beside, case.layer) for number, case in enumerate(cases)]


def run(way: Way, command: Sequence[str], **more: str) -> None:
    """Run a program; what it says is added to what the others have said."""
    with open(way.folder / "out" / "stdout", "ab") as said:
        subprocess.run(
            command,
            env={**way.environment, **more},
            cwd=way.folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )


def run_all(folder: Path) -> dict[tuple[str, Cloud], Ran]:
    """All programs on all clouds, at the same time."""
    pairs = [(program, cloud) for program in PROGRAMS for cloud in CLOUDS]
    with mock.patch.object(emulator_keys.KeyRing, "assume", play.assume), ThreadPoolExecutor() as pool:
        # Short names of folders, for the sockets that the newest ansible-core puts there.
        return dict(zip(pairs, pool.map(lambda pair: PROGRAMS[pair[0]](pair[1], folder / str(pairs.index(pair))), pairs)))
