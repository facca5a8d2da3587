# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One play for each cloud: a task for each way to end, with the canaries of all places that are in reach of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

import places
import yaml  # not JSON: only of YAML does Ansible know the lines that it shows
from failures import ANSWERS, EVERY, MEMBER, NETWORK, fleet, folder_of, layers, mistyped, provider_of, region_of, wrong_options
from places import CLOUDS, Cloud, Place, accounts, find, number_of, service_account

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.emulator import keys as emulator_keys

HERE = Path(__file__).absolute().parent
WORKSPACE = HERE.parents[4]
"""The folder that holds ansible_collections."""
PLAY_LIMIT = 2400
"""Seconds; far above what a play takes, it only ends what hangs."""
PATIENCE = {"timeout": 1.5, "deadline": 20, "retries": 0, "rate_limit": 1000, "concurrency": 64, "verify": False}


@dataclass(frozen=True)
class Way:
    """The surroundings of a play: where it writes, the user's home, and the proxies behind which the clouds are."""

    out: Path
    home: Path
    ca: str
    proxies: dict[str, str]

    def options(self, given: dict[str, Any]) -> dict[str, Any]:
        """Options with a way to the cloud, unless they name one; a None is left out."""
        options = {"proxy": self.proxies["main"], "ca_path": self.ca, **given}
        return {name: value for name, value in options.items() if value is not None}


@dataclass(frozen=True)
class Cell:
    """One way to end: its name, the places whose canaries are in reach, and either options of the module or variables of the role."""

    name: str
    places: tuple[Place, ...]
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    role: dict[str, Any] = field(default_factory=dict, hash=False)
    environment: dict[str, str] = field(default_factory=dict, hash=False)
    second: bool = False
    """Whether the cloud's second service is listed."""


def cells(cloud: Cloud, way: Way, every: bool = EVERY) -> list[Cell]:
    """Everything that a cloud's play does. every: whether each file breaks in its turn."""
    made = [*answered(cloud, way), *broken(cloud, way, every), *misused(cloud, way), *in_role(cloud, way), *of_second_service(cloud, way)]
    return [replace(cell, name=f"cell {number:03}: {cell.name}") for number, cell in enumerate(made)]


def answered(cloud: Cloud, way: Way) -> Iterator[Cell]:
    """Answers of clouds and faults of networks, with keys from every source."""
    everybody, proxy = accounts(cloud), find(cloud, "proxy")
    regions = [region_of(cloud, answer) for answer in ANSWERS]
    top, role, file = (find(cloud, name) for name in ("top", "top-role", "file"))
    nobody = dict.fromkeys([*cloud.variables, *service_account(cloud, way.home)], "")
    shapes: dict[str, tuple[tuple[Place, ...], dict[str, Any], dict[str, str]]] = {
        "accounts": ((*everybody, proxy), listed(cloud), {}),
        "top": ((top, proxy), top.options(), {}),
        "role of top": ((role, proxy), {**role.options(), "assume_role_arn": cloud.arn.format(number=number_of(role))}, {}),
        "file": ((file, find(cloud, "environment-proxy")), {"proxy": None}, nobody),
    }
    for shape, (known, options, environment) in shapes.items():
        dest = str(way.out / f"{shape.replace(' ', '-')}.jsonl")
        for how, more in {"report": {"on_error": "report"}, "dest": {"on_error": "report", "dest": dest}, "fail": {}}.items():
            yield Cell(f"{shape}, every answer, {how}", known, way.options({**PATIENCE, **options, **more, "regions": regions}), environment=environment)
        for failure, name in NETWORK.items():
            to = {**PATIENCE, **options, "proxy": way.proxies[name], "regions": regions[:1]}
            yield Cell(f"{shape}, {failure}", (*known, proxy), way.options(to), environment=environment)
    for answer, region in zip(ANSWERS, regions):
        yield Cell(f"accounts, {answer}", (*everybody, proxy), way.options({**PATIENCE, **listed(cloud), "regions": [region]}))
        yield Cell(f"top, {answer}", (top, proxy), way.options({**PATIENCE, **top.options(), "identify": False, "region": region}))


def of_second_service(cloud: Cloud, way: Way) -> Iterator[Cell]:
    """What is particular of another service of the same cloud: its answers, and its own files."""
    known = (*accounts(cloud), find(cloud, "proxy"))
    regions, asked = [region_of(cloud, answer) for answer in ANSWERS], every_detail(cloud.second) if cloud.second else {}
    options = way.options({**PATIENCE, **listed(cloud), **asked, "regions": regions, "on_error": "report"})
    for how, more in {"report": {}, "dest": {"dest": str(way.out / "second.jsonl")}}.items() if cloud.second else ():
        yield Cell(f"second service, every answer, {how}", known, {**options, **more}, second=True)
    for file in ("details", "fields", "options", "provider") if cloud.second else ():
        layer = f"{folder_of(cloud.second)}.{file}"
        yield Cell(f"breaks in {layer}", known, {**options, "regions": [region_of(cloud, "none")]}, environment={"LEAKS_BREAK": layer}, second=True)


def every_detail(module: str) -> dict[str, Any]:
    """The option that asks for all that a service tells beside its listing."""
    return {"details": [detail.word for detail in provider_of(module).details]}


def listed(cloud: Cloud) -> dict[str, Any]:
    """The option that names every account."""
    return {"accounts": [place.account(number_of(place)) for place in accounts(cloud)]}


def broken(cloud: Cloud, way: Way, every: bool) -> Iterator[Cell]:
    """An exception that nobody foresaw, in every layer."""
    for layer in layers(cloud, every):
        region_asked = "all" if layer == "_listing.regions" else region_of(cloud, "none")
        options = {**PATIENCE, **listed(cloud), **every_detail(cloud.module), "region": region_asked, "dest": str(way.out / f"{layer}.jsonl")}
        yield Cell(f"breaks in {layer}", (*accounts(cloud), find(cloud, "proxy")), way.options(options), environment={"LEAKS_BREAK": layer})


def misused(cloud: Cloud, way: Way) -> Iterator[Cell]:
    """Options that are refused."""
    for wrong in wrong_options(cloud):
        known = tuple(find(cloud, name) for name in wrong.places)
        yield Cell(f"wrong, {wrong.name}", (*known, find(cloud, "proxy")), way.options({"proxy": way.proxies["gone"], **PATIENCE, **wrong.options}))


def in_role(cloud: Cloud, way: Way) -> Iterator[Cell]:
    """The role: every answer at once, its variables in wrong shapes, and its filters broken."""
    named = [find(cloud, name) for name in ("options", "options-token", "options-role", "organization")]
    from_machine = [find(cloud, name) for name in ("environment", "prefix", "profile", "profile-role", "environment-proxy")]
    misplaced = find(cloud, "misplaced")
    keys = {place.name: {name: value for name, value in place.account(number_of(place)).items() if name not in ("name", "organization")} for place in named}
    regions = [region_of(cloud, answer) for answer in ANSWERS]
    base = {**PATIENCE, "provider": cloud.provider, "regions": regions, "ca_path": way.ca}
    fleet_of = [{"name": place.name, **base, **(place.entry or {})} for place in named]
    others = [{"name": place.name, **base, **(place.entry or {})} for place in from_machine[:-1]]
    good = {"assert_secrets_fleet": [*fleet_of, *others], "assert_secrets_credentials": keys}
    yield Cell("role, every answer", (*named, *from_machine), role=good)
    small: dict[str, Any] = {"assert_secrets_fleet": fleet_of[:1], "assert_secrets_credentials": {"options": keys["options"]}}
    for kind, given in wrong_credentials(cloud, keys["options"]).items():
        yield Cell(f"role, credentials are {kind}", (*named[:1], misplaced), role={**small, "assert_secrets_credentials": given})
    for kind, entry in wrong_entries(cloud, small["assert_secrets_fleet"][0], keys["options"]).items():
        yield Cell(f"role, the fleet holds {kind}", (*named[:1], misplaced), role={**small, "assert_secrets_fleet": [entry]})


def wrong_credentials(cloud: Cloud, key: dict[str, Any]) -> dict[str, Any]:
    """Wrong values for the credentials of an entry 'options', each with the canary of 'misplaced'. key: the right value."""
    secret, value = cloud.options[1], find(cloud, "misplaced").canary("secret")
    return {
        "a text": f"{secret}={value}",
        "a list": [{"name": "options", secret: value}],
        "a list of texts": [value],
        "texts": {"options": value},
        "lists": {"options": [value]},
        "numbers and a text": {"options": 1, "other": value},
        "for a stranger": {"stranger": {secret: value}},
        "mistyped": {"options": {**key, **dict.fromkeys(mistyped(secret), value)}},
        "nested": {"options": {**key, secret: {"a": value}}},
        "beside a profile": {"options": {**key, "profile": "plain", cloud.options[2]: value}},
    }


def wrong_entries(cloud: Cloud, entry: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
    """Wrong values for an entry of a fleet, each with the canary of 'misplaced'."""
    secret, value = cloud.options[1], find(cloud, "misplaced").canary("secret")
    return {
        "a key": {**entry, **key},
        "a mistyped key": {**entry, **dict.fromkeys(mistyped(secret), value)},
        "a key in a key": {**entry, "credentials": {secret: value}},
        "a proxy with a password": {**entry, "proxy": f"http://leaks:{quote(value, safe='')}@127.0.0.1:9"},
        "no mapping": value,
    }


def assume(ring: Any, role: Any, principal: str, session: str, _prefix: str, expires: float, policy: Any = None) -> Any:
    """Stands in for the emulator's: what it hands out are canaries of the account's place."""
    place = next(place for cloud in CLOUDS for place in places.places(cloud) if place.label == role.account.name.removesuffix(MEMBER))
    key = emulator_keys.Key(
        key_id=place.canary("assumed-id"),
        secret=place.canary("assumed-secret"),
        account=role.account,
        token=place.canary("assumed-token"),
        expires=expires,
        role=role,
        session=session,
        principal=principal,
        policy=policy,
    )
    return ring.add(key)


def run_all(folder: Path) -> dict[Cloud, Ran]:
    """The plays of all clouds, at the same time."""
    with mock.patch.object(emulator_keys.KeyRing, "assume", assume), ThreadPoolExecutor() as pool:
        return dict(zip(CLOUDS, pool.map(lambda cloud: run(cloud, folder / cloud.name), CLOUDS)))


@contextmanager
def clouds(cloud: Cloud) -> Iterator[dict[str, str]]:
    """The emulators, and what stands in their place: URLs by name."""

    class Service(BaseHTTPRequestHandler):
        """Hands out a key to whoever asks."""

        def do_GET(self) -> None:
            body = places.handed_out().encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            pass

    with ExitStack() as stack:
        main = stack.enter_context(Emulator(fleet(cloud)))
        untrusted = stack.enter_context(Emulator({**fleet(cloud), "behaviour": {"certificate": "untrusted"}}))
        strict = stack.enter_context(Emulator({**fleet(cloud), "behaviour": {"proxy_auth": "other:password"}}))
        service = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Service))
        threading.Thread(target=service.serve_forever, daemon=True).start()
        stack.callback(service.shutdown)
        yield {
            "main": main.url,
            "untrusted": untrusted.url,
            "strict": strict.url,
            "gone": "http://127.0.0.1:9",
            "ca": main.ca_file,
            "uri": f"http://127.0.0.1:{service.server_port}/key",
        }


def with_password(url: str, place: Place) -> str:
    """The URL of a proxy that wants a password."""
    return url.replace("http://", f"http://leaks:{quote(place.canary('secret'), safe='')}@")


def tasks(cloud: Cloud, cell: Cell, number: int) -> list[dict[str, Any]]:
    """A cell as tasks. What it is given stands in a file of variables: Ansible shows the lines of a play that fails."""
    given = {name: f"{{{{ given_{number}['{name}'] }}}}" for name in (cell.options or cell.role)}
    if cell.options:
        module = f"multicloud.secrets.{cloud.second if cell.second else cloud.module}"
        kept = {"environment": cell.environment, "register": f"result_{number}", "ignore_errors": True}
        # Without pipelining options pass a temporary file; that takes longer, so it is done where all places are met at once.
        return [{"name": cell.name, module: given, **kept, "vars": {"ansible_pipelining": "every answer" not in cell.name}}]
    role = {"name": cell.name, "ansible.builtin.include_role": {"name": "multicloud.secrets.assert_secrets"}, "vars": given}
    kept = {"name": f"{cell.name}, rescued", "ansible.builtin.set_fact": {f"result_{number}": "{{ ansible_failed_result | default({}) }}"}}
    return [{"name": cell.name, "block": [role], "rescue": [kept]}]


def dump(play: list[Cell], out: Path) -> list[dict[str, Any]]:
    """Content of variables, for people and in a file."""
    told = {cell.name: f"{{{{ result_{number} | default({{}}) }}}}" for number, cell in enumerate(play)}
    file = {"content": "{{ told | to_json }}", "dest": str(out / "registered.json"), "mode": "0600"}
    dumped = {"name": "Write what was registered", "ansible.builtin.copy": file}
    shown = {"name": "Show what was registered", "ansible.builtin.debug": {"msg": "{{ told }}"}}
    return [{"name": "Dump", "vars": {"told": told}, "block": [dumped, shown]}]


def environment_of(cloud: Cloud, folder: Path, way: Way) -> dict[str, str]:
    """Environment of Ansible. Only PATH comes from the user."""
    out, temp = way.out, folder / "temp"
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LC_ALL": "C.UTF-8",
        "HOME": str(way.home),
        "TMPDIR": str(temp),
        "PYTHONPATH": str(HERE / "shim"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **places.environment(cloud),
        **service_account(cloud, way.home),
        "HTTPS_PROXY": way.proxies["environment"],
        "REQUESTS_CA_BUNDLE": way.ca,
        "ANSIBLE_COLLECTIONS_PATH": str(WORKSPACE),
        "ANSIBLE_LOCAL_TEMP": str(temp / "local"),
        "ANSIBLE_REMOTE_TEMP": str(temp / "remote"),
        "ANSIBLE_DEBUG": "1",
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_LOG_PATH": str(out / "ansible.log"),
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "leaks_json,ansible.builtin.junit,ansible.builtin.tree",
        "ANSIBLE_CALLBACK_TREE_DIR": str(out / "tree"),
        "ANSIBLE_NOCOLOR": "1",
        "JUNIT_OUTPUT_DIR": str(out / "junit"),
        "LEAKS_BREAK": "",
        "LEAKS_TEXT": str(folder / "given" / "text"),
        "LEAKS_TASK": str(folder / "task"),
        "LEAKS_JSON": str(out / "results.json"),
        "LEAKS_SYSLOG": str(out / "syslog"),
    }


@dataclass
class Ran:
    """A play that has ended: its cells, its files by name, and how long it took."""

    cells: list[Cell]
    outputs: dict[str, str]
    status: int
    seconds: float


def run(cloud: Cloud, folder: Path) -> Ran:
    """Play every cell of a cloud, once."""
    out, home, given = (folder / name for name in ("out", "home", "given"))
    for path in (out, home, given, folder / "temp"):
        path.mkdir(parents=True)
    with clouds(cloud) as urls:
        proxies = {name: with_password(url, find(cloud, "proxy")) for name, url in urls.items() if name not in ("ca", "uri")}
        way = Way(out, home, urls["ca"], {**proxies, "environment": with_password(urls["main"], find(cloud, "environment-proxy"))})
        places.furnish(cloud, home, urls["uri"])
        play = cells(cloud, way)
        for number, cell in enumerate(play):
            if cell.role:
                fleet_file = given / f"fleet-{number}.yml"
                fleet_file.write_text(json.dumps(cell.role["assert_secrets_fleet"]), encoding="utf-8")
                cell.role.update(assert_secrets_fleet=str(fleet_file), assert_secrets_report_dir=str(out / f"role-{number}"))
        values = {f"given_{number}": cell.options or cell.role for number, cell in enumerate(play)}
        (given / "values.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
        known = [canary for place in places.places(cloud) for canary in place.canaries().values()]
        (given / "text").write_text(" ".join([*known, *(form for canary in known for form in places.forms(canary))]), encoding="utf-8")
        everything = [task for number, cell in enumerate(play) for task in tasks(cloud, cell, number)]
        # Not as vars_files, which Ansible would read again for each task: that is most of its time.
        values_task = {"name": "Read the values", "ansible.builtin.include_vars": str(given / "values.yml"), "no_log": True}
        head = {"name": "Leaks", "hosts": "localhost", "connection": "local", "gather_facts": False}
        tasks_of_play = [values_task, *everything, *dump(play, out)]
        (folder / "play.yml").write_text(yaml.safe_dump([{**head, "tasks": tasks_of_play}], sort_keys=False), encoding="utf-8")
        started = time.monotonic()
        status = start(folder, out, environment_of(cloud, folder, way))
        return Ran(play, dict(read(folder)), status, time.monotonic() - started)


def start(folder: Path, out: Path, environment: dict[str, str]) -> int:
    """Run the play as talkative as it gets."""
    program = str(Path(sys.executable).parent / "ansible-playbook")
    command = [program, "-vvvvv", "-i", "localhost,", "-e", f"ansible_python_interpreter={sys.executable}", str(folder / "play.yml")]
    with open(out / "stdout", "wb") as stdout, open(out / "stderr", "wb") as stderr:
        ended = subprocess.run(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, timeout=PLAY_LIMIT, check=False)
    return ended.returncode


def read(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file that the play left behind: outputs, temporary files, and what it put into the user's home."""
    for file in sorted(path for part in ("out", "temp", "home/.ansible") for path in (folder / part).rglob("*") if path.is_file()):
        yield str(file.relative_to(folder)), file.read_text(encoding="utf-8", errors="replace")
