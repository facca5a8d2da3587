# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contestants: each lists all stores of a server, as a process of its own."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from measure import Cost, process
from server import Server

CONTESTANTS = Path(__file__).resolve().parent / "contestants"
SERVICES = {"alibaba": "alibaba_apig", "kms": "alibaba_kms", "tencent": "tencent_ssm"}
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Outcome:
    """One contestant's result. seconds: of the listing alone, where it can tell; listed: distinct secrets."""

    who: str
    seconds: float | None
    cost: Cost
    requests: int
    refused: int
    listed: int
    lost: int
    remark: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many stores ended in which status, where that is told."""

    @property
    def listing(self) -> float:
        """Seconds of the listing, or of the whole process where that is all that is known."""
        return self.cost.wall if self.seconds is None else self.seconds


Contestant = Callable[[Server], Outcome]


def ours(who: str, **options: Any) -> Contestant:
    """The module, started as Ansible starts it, without the controller. An option that is None is left out."""

    def run(server: Server) -> Outcome:
        given = {key: value for key, value in {**_options(server), "on_error": "report", **options}.items() if value is not None}
        module = f"ansible_collections.multicloud.secrets.plugins.modules.{SERVICES[server.cloud]}_secrets_info"
        env = server.keys() | ({"HTTPS_PROXY": server.url, "REQUESTS_CA_BUNDLE": server.ca_file} if "endpoint" not in given else {})
        cost = process([sys.executable, "-m", module], env, json.dumps({"ANSIBLE_MODULE_ARGS": given}))
        told = json.loads(cost.output.splitlines()[-1])
        if told.get("failed"):
            raise SystemExit(f"{who}: {told['msg']}")
        rows = told["stores"]
        if lacking := [word for row in rows for word, detail in row.get("details", {}).items() if detail["status"] != "complete"]:
            raise SystemExit(f"{who}: not all is known of the details {', '.join(lacking)}")
        seconds = rows[0]["seconds"] if len(rows) == 1 else None
        remark = f"proof {rows[0]['proof']}" if told["complete"] else "says that it is not complete"
        return replace(_outcome(who, server, seconds, cost, told["count"], remark), counts=told["store_counts"])

    return run


def _options(server: Server) -> dict[str, Any]:
    return {"accounts": accounts(server), "endpoint": server.url, "query": "[].name", "identify": False, **(ONE_PARTITION if server.cloud == "tencent" else {})}


def sdk(who: str, page: int, threads: int = 1, proxied: bool = False) -> Contestant:
    """The vendor's SDK in the usual loop, or round it a pool of threads."""

    def run(server: Server) -> Outcome:
        asked = {"url": server.url, "cloud": server.cloud, "proxied": proxied, "page": page, "threads": threads, "stores": _stores(server)}
        script = CONTESTANTS / f"{'tencent' if server.cloud == 'tencent' else 'alibaba'}_sdk.py"
        cost = process([sys.executable, str(script)], {"REQUESTS_CA_BUNDLE": server.ca_file} if proxied else {}, json.dumps(asked))
        if cost.status:
            raise SystemExit(f"{who}: {cost.errors[-500:]}")
        told = json.loads(cost.output)
        return _outcome(who, server, told["seconds"], cost, told["listed"], f"ended by {told['error']}" if told["error"] else "")

    return run


def _stores(server: Server) -> list[list[str]]:
    return [[owner.key_id, owner.secret, region] for owner in server.accounts for region in owner.regions]


def tccli(who: str, page: int) -> Contestant:
    """The vendor's command line in a shell loop."""

    def run(server: Server) -> Outcome:
        lines = "".join(" ".join(store) + "\n" for store in _stores(server))
        env = {"PATH": f"{BIN}:/usr/bin:/bin"}
        cost = process(["sh", str(CONTESTANTS / "tccli_loop.sh"), server.url, str(page)], env, lines)
        if cost.status:
            raise SystemExit(f"{who}: {cost.errors[-500:]}")
        return _outcome(who, server, None, cost, int(cost.output.split()[-1]))

    return run


def playbook(who: str, looped: bool) -> Contestant:
    """A playbook with one task for all stores, or with one in a loop over them."""

    def run(server: Server) -> Outcome:
        stores = [{**entry, "region": region} for entry in accounts(server) for region in entry["regions"]]
        given = {"url": server.url, "looped": looped, "accounts": accounts(server), "stores": stores}
        command = [str(BIN / "ansible-playbook"), str(CONTESTANTS / "play.yml"), "-e", json.dumps(given)]
        cost = process(command, server.keys() | ANSIBLE)
        found = re.search(r"seconds=([0-9.]+) listed=(\d+)", cost.output)
        if found is None:
            raise SystemExit(f"{who}: {cost.output[-1000:]}{cost.errors[-500:]}")
        return _outcome(who, server, float(found[1]), cost, int(found[2]))

    return run


def role(who: str, **options: Any) -> Contestant:
    """The role over all stores: five packs of rules, six reports, and no more requests than a listing has. options: of each entry of the fleet."""

    def run(server: Server) -> Outcome:
        fleet = [{**entry, **options} for entry in entries(server)]
        with tempfile.TemporaryDirectory() as folder:
            reports = Path(folder) / "reports"
            given = {"fleet": fleet, "packs": PACKS, "reports": REPORTS, "report_dir": str(reports), "details": []}
            given = {f"assert_secrets_{name}": value for name, value in given.items()}
            cost = process([str(BIN / "ansible-playbook"), "multicloud.secrets.audit", "-e", json.dumps(given)], server.keys() | ANSIBLE)
            written = sorted(path.name for path in reports.iterdir() if path.name.startswith(("report.", "secrets.")))
            if len(written) != len(REPORTS):
                raise SystemExit(f"{who}: {cost.output[-1000:]}{cost.errors[-500:]}")
            summary = json.loads((reports / "report.json").read_text(encoding="utf-8"))["summary"]
        return _outcome(who, server, None, cost, summary["secrets"], f"{len(written)} reports, {sum(summary['rules'].values())} rules")

    return run


def accounts(server: Server) -> list[dict[str, Any]]:
    """The accounts as a module is given them."""
    return [{"name": owner.name, "credentials_env": owner.prefix, "regions": list(owner.regions)} for owner in server.accounts]


def entries(server: Server) -> list[dict[str, Any]]:
    """The fleet of the role and of the event source: an entry for each account."""
    shared = {"provider": SERVICES[server.cloud], "endpoint": server.url, **(ONE_PARTITION if server.cloud == "tencent" else {})}
    return [{**shared, **account} for account in accounts(server)]


PACKS = ["baseline", "rotation", "encryption", "hygiene", "parity"]
REPORTS = ["json", "csv", "junit", "sarif", "markdown", "html", "secrets"]
ONE_PARTITION = {"secret_types": ["user"], "encrypt_types": ["kms"]}
ANSIBLE = {"PATH": f"{BIN}:/usr/bin:/bin", "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}


def adhoc(module: str, arguments: Mapping[str, Any], env: Mapping[str, str]) -> Cost:
    """One ad hoc command."""
    command = [str(BIN / "ansible"), "localhost", "-m", module, *(["-a", json.dumps(arguments)] if arguments else [])]
    cost = process(command, {**env, **ANSIBLE})
    if cost.status:
        raise SystemExit(f"{module}: {cost.output[-500:]}")
    return cost


def inventories(server: Server, rounds: int) -> dict[str, tuple[Cost, int]]:
    """What ansible-inventory costs for a fleet file, with regions that are written, asked for and cached, and for the same hosts
    in YAML: medians, and the requests of one."""
    written = [{"name": owner.name, "provider": "tencent_ssm", "credentials_env": owner.prefix, "regions": list(owner.regions)} for owner in server.accounts]
    asked = [{**entry, "regions": ["all"], "endpoint": server.url} for entry in written]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cached = {"ANSIBLE_INVENTORY_CACHE": "true", "ANSIBLE_INVENTORY_CACHE_PLUGIN": "jsonfile", "ANSIBLE_INVENTORY_CACHE_CONNECTION": str(folder)}
        for file, entries in (("written", written), ("asked", asked)):
            text = yaml.safe_dump({"plugin": "multicloud.secrets.fleet", "fleet": entries})
            (folder / f"{file}.fleet.yml").write_text(text, encoding="utf-8")
        _inventory(folder / "written.fleet.yml", server, {}, "--yaml", "--export", "--output", str(folder / "static.yml"))
        _inventory(folder / "asked.fleet.yml", server, cached)
        contestants = {
            "the same hosts in YAML": (folder / "static.yml", {}),
            "a fleet file": (folder / "written.fleet.yml", {}),
            "a fleet file, regions: all": (folder / "asked.fleet.yml", {}),
            "a fleet file, regions: all, from the cache": (folder / "asked.fleet.yml", cached),
        }
        tries: dict[str, list[Cost]] = {who: [] for who in contestants}
        requests = {}
        for _round in range(rounds):
            for who, (path, env) in contestants.items():
                server.forget()
                tries[who].append(_inventory(path, server, env))
                requests[who] = server.calls("GetRegions")
        seen = {who: _hosts(costs[0]) for who, costs in tries.items()}
        if seen["a fleet file"] != seen["the same hosts in YAML"] or len({len(json.loads(hosts)["_meta"]["hostvars"]) for hosts in seen.values()}) > 1:
            raise SystemExit("the inventories are not the same")
    return {who: (replace(costs[0], wall=median(c.wall for c in costs), cpu=median(c.cpu for c in costs)), requests[who]) for who, costs in tries.items()}


def _inventory(path: Path, server: Server, env: Mapping[str, str], *options: str) -> Cost:
    cost = process([str(BIN / "ansible-inventory"), "-i", str(path), "--list", *options], server.keys() | ANSIBLE | dict(env))
    if cost.status or "[WARNING]" in cost.errors:
        raise SystemExit(f"{path.name}: {cost.errors[-1000:]}")
    return cost


def _hosts(cost: Cost) -> str:
    """Printed inventory, independent of the order of hosts and groups."""
    told = json.loads(cost.output)
    for group in told.values():
        for name in ("hosts", "children"):
            if name in group:
                group[name].sort()
    return json.dumps(told, sort_keys=True)


def _outcome(who: str, server: Server, seconds: float | None, cost: Cost, listed: int, remark: str = "") -> Outcome:
    requests, refused = server.counts()
    return Outcome(who, seconds, cost, requests, refused, listed, server.truth - listed, remark)


def race(server: Server, contestants: list[Contestant], rounds: int = 1) -> list[Outcome]:
    """All contestants in turn, that many times: nobody has the machine's good minute alone. Medians are kept."""
    tries: list[list[Outcome]] = [[] for _contestant in contestants]
    for _round in range(rounds):
        for contestant, outcomes in zip(contestants, tries):
            time.sleep(server.rest)
            server.forget()
            outcomes.append(contestant(server))
    return [_middle(outcomes) for outcomes in tries]


def _middle(outcomes: list[Outcome]) -> Outcome:
    first = outcomes[0]
    costs = [outcome.cost for outcome in outcomes]
    cost = replace(first.cost, wall=median(c.wall for c in costs), cpu=median(c.cpu for c in costs), peak=max(c.peak for c in costs))
    seconds = None if first.seconds is None else median(outcome.listing for outcome in outcomes)
    return replace(first, seconds=seconds, cost=cost, lost=max(outcome.lost for outcome in outcomes))
