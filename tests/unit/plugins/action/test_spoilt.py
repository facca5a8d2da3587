# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One slip in anything that a person wrote down, or one permission less: never a pass.

Fleets, rules, packs, waivers and worlds are drawn so that all is well. Then one thing is spoilt. The action plugins of the role
run as they are, and their modules in this process, against the emulator.
"""

from __future__ import annotations

import copy
import datetime
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.action import secrets_audit as audit_plugin
from ansible_collections.multicloud.secrets.plugins.action import secrets_collect as collect_plugin
from ansible_collections.multicloud.secrets.plugins.module_utils._audit import task as audit_task
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.modules import secrets_audit
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.action.hosts import Role, action, variables
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing

ACCOUNTS = {"pay-prod": "tencent_ssm", "pay-dev": "tencent_ssm", "shop": "alibaba_apig"}
REGIONS = {"tencent_ssm": ["ap-guangzhou", "ap-shanghai", "ap-singapore"], "alibaba_apig": ["cn-hangzhou", "cn-shanghai"]}
NAMES = ["db_password", "session_key", "robot"]
KEYS = {"tencent_ssm": ("secret_id", "secret_key"), "alibaba_apig": ("access_key_id", "access_key_secret")}
VARIABLES = {
    "tencent_ssm": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"),
    "alibaba_apig": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
}
ROW = {
    "tencent_ssm": lambda name, off: {"SecretName": name, "Status": "Disabled" if off else "Enabled"},
    "alibaba_apig": lambda name, off: {"name": name, "status": "DISABLE" if off else "ENABLE"},
}
DENIED = {"tencent_ssm": "UnauthorizedOperation", "alibaba_apig": "Forbidden.RAM"}

Written = dict[str, Any]
"""What a person wrote: fleet, credentials, environment, rules, packs, params, waivers."""
Stores = dict[tuple[str, str], list[str]]
"""(account, region) -> the names of its secrets; the first one is switched off where the world has a waiver for it."""


# --- what is drawn ---


@st.composite
def worlds(draw: st.DrawFn) -> Stores:
    """Accounts with regions, and at least one secret in each."""
    accounts = draw(st.lists(st.sampled_from(sorted(ACCOUNTS)), min_size=1, max_size=2, unique=True))
    stores = {}
    for account in accounts:
        for region in draw(st.lists(st.sampled_from(REGIONS[ACCOUNTS[account]]), min_size=1, max_size=2, unique=True)):
            stores[account, region] = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
    return stores


@st.composite
def writings(draw: st.DrawFn, stores: Stores, waived: bool) -> Written:
    """What fits a world. waived: the first secret of the first store is switched off, which a waiver excuses."""
    named = draw(st.booleans())
    filtered = {"allow_filtered": True} if named else {}
    (account, region), names = next(iter(stores.items()))
    rules = [{"id": "alive", "title": "Alive", "severity": "high", "expect": {"status": "enabled"}, **filtered}]
    statements: list[dict[str, Any]] = [
        {"scopes": {"account": account}, "fleet": {"required": [names[0]]}},
        {"fleet": {"required": {"names": [names[0]], "where": {"created_at": {"present": True}}}}},
        {"scopes": {"region": [region]}, "fleet": {"count": {"max": 9, "per": ["account", "region"]}}},
        {"select": {"name": {"in": [names[0]]}}, "fleet": {"count": {"min": 1}}},
        {"fleet": {"unique": {"fields": ["name"], "within": ["account", "region"]}}},
        {"fleet": {"fresh": {"max_age": "1h"}}},
        {"scopes": {"provider": ACCOUNTS[account]}, "expect": {"name": {"present": True}}},
        {"select": {"name": {"glob": f"{names[0]}*"}}, "on_empty": "fail", "expect": {"status": {"in": ["enabled", "disabled"]}}},
        {"expect": {"any_of": [{"status": "enabled"}, {"all_of": [{"status": "disabled"}, {"name": {"regex": "^[a-z_]+$"}}]}]}},
    ]
    chosen = draw(st.lists(st.sampled_from(range(len(statements))), max_size=3, unique=True))
    rules += [{"id": f"r{number}", "title": "Good", "severity": "low", **statements[number], **filtered} for number in chosen]
    fleet: list[dict[str, Any]] = []
    credentials: dict[str, Any] = {}
    environment: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(account for account, _region in stores)):
        provider = ACCOUNTS[name]
        mine = {region: names for (account, region), names in stores.items() if account == name}
        entry: dict[str, Any] = {"name": name, "provider": provider, "regions": list(mine)}
        if named:
            entry["names"] = sorted({each for names in mine.values() for each in names})
        if draw(st.booleans()):
            credentials[name] = dict(zip(KEYS[provider], key_of(name)))
        else:
            prefix = f"A{number}_"
            entry["credentials_env"] = prefix
            environment |= {f"{prefix}{variable}": value for variable, value in zip(VARIABLES[provider], key_of(name))}
        fleet.append(entry)
    waiver = {"rule": "alive", "secret": f"{ACCOUNTS[account]}/{account}/{region}/{names[0]}", "reason": "moved", "owner": "us", "expires": in_days(9)}
    packs = [] if named else draw(st.sampled_from([[], ["baseline"], ["baseline", "parity"]]))
    return {
        "fleet": fleet,
        "credentials": credentials,
        "environment": environment,
        "rules": rules,
        "packs": [name for name in packs if name != "parity" or len(stores) == 1],
        "params": {"baseline_max_age": "48h"} if "baseline" in packs else {},
        "waivers": [waiver] if waived else [],
    }


def key_of(account: str) -> tuple[str, str]:
    """The key of an account."""
    word = re.sub("[^a-z]", "", account)
    return f"AKID{word}Reader0000001", f"{word}ReaderSecretKey00001"


def in_days(days: int) -> str:
    """A day from now on."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


def emulated(stores: Stores, waived: bool, denied: tuple[str, str] | None) -> dict[str, Any]:
    """The world as the emulator takes it."""
    first = next(iter(stores))
    accounts = []
    for number, account in enumerate(dict.fromkeys(account for account, _region in stores), 1):
        provider = ACCOUNTS[account]
        regions: list[dict[str, Any]] = []
        for region in REGIONS[provider]:
            names = stores.get((account, region), [])
            rows = [ROW[provider](name, waived and (account, region) == first and name == names[0]) for name in names]
            refusal = {"refuse": {"code": DENIED[provider], "message": "no"}} if denied == (account, region) else {}
            regions.append({"name": region, "secrets": rows, **refusal})
        key, secret = key_of(account)
        cloud = provider.partition("_")[0]
        accounts.append({"name": account, "provider": cloud, "account_id": f"{number:012}", "keys": [{"id": key, "secret": secret}], "regions": regions})
    return {"accounts": accounts}


# --- spoiling ---

WAYS, DENY = ("drop", "rename", "empty", "double"), "deny"
FREE = ("title", "reason", "owner")
"""Texts for people, in which anything may stand."""
LABELS = ("name", "id")
"""Names that a person gives: a changed one is another name, unless something refers to it."""
OF_CHOICE = ("rules", "packs", "waivers", "params", "credentials", "environment")
"""May be empty: then there are none."""
Path_ = tuple[Any, ...]


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every place in what a person wrote. A key of a mapping is a place, too: ('key', name) at its end."""
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, item in value.items():
            if len(path) != 0:
                yield (*path, ("key", key))
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def at(written: Any, path: Path_) -> Any:
    for part in path:
        written = written[part]
    return written


@st.composite
def slips(draw: st.DrawFn, written: Written, way: str) -> tuple[str, Written]:
    """A slip in words, and what is written then."""
    spoilt = copy.deepcopy(written)
    path = draw(st.sampled_from([path for path in places(written) if way in ways(written, path)]))
    *above, last = path
    holder = at(spoilt, tuple(above))
    if isinstance(last, tuple):
        key = last[1]
        items = [(altered(draw, way, name) if name == key else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(items)
    elif way == "double":
        holder.append(copy.deepcopy(holder[last]))
    elif way == "empty":
        holder[last] = type(holder[last])()
    else:
        holder[last] = altered(draw, way, holder[last])
    return f"{way} {path}", spoilt


def altered(draw: st.DrawFn, way: str, text: str) -> str:
    """A text without one letter, or with one more."""
    place = draw(st.integers(0, len(text) - 1))
    return text[:place] + text[place + 1 :] if way == "drop" else text[:place] + "q" + text[place:]


def ways(written: Written, path: Path_) -> list[str]:
    """The ways to spoil a place that can only be slips."""
    last = path[-1]
    if isinstance(last, tuple):
        return [] if last[1] in ("regions",) else ["drop", "rename"]
    value = at(written, path)
    names = [part for part in path if isinstance(part, str)]
    if names[-1] in FREE:
        return ["empty"] if isinstance(last, str) else []
    if isinstance(value, str):
        if names[-1] in LABELS and names[0] != "waivers":
            referred = json.dumps({**written, "fleet": [], "rules": [{**rule, "id": ""} for rule in written["rules"]]})
            return ["drop", "rename", "empty"] if re.search(rf'[/"]{re.escape(value)}[/"]', referred) else ["empty"]
        return ["empty"] if names[0] == "params" else ["drop", "rename", "empty"]
    if isinstance(value, (list, dict)):
        doubled = ["double"] if isinstance(last, int) and names[-1] in ("fleet", "rules", "packs") else []
        return doubled + ([] if path[-1] in OF_CHOICE or not value else ["empty"])
    return []


# --- the role ---


class Ended(Exception):
    """A module has ended; args[0] is its result."""


class Module:
    """AnsibleModule for a module that runs here."""

    def __init__(self, spec: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        checked = ArgumentSpecValidator(dict(spec)).validate(dict(options))
        if checked.error_messages:
            self.fail_json(msg="; ".join(checked.error_messages))
        self.params = checked.validated_parameters
        self.check_mode = False

    def exit_json(self, **result: Any) -> None:
        raise Ended(result)

    def fail_json(self, msg: str, **result: Any) -> None:
        raise Ended({"failed": True, "msg": msg, **result})


class World:
    """The clouds, and the machine on which the modules run."""

    def __init__(self, emulator: Emulator, environment: Mapping[str, str]) -> None:
        self._through = {"proxy": emulator.url, "ca_path": emulator.ca_file, "retries": 0}
        self._environment = environment

    def answer(self, module: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a module."""
        name = module.rpartition(".")[2]
        try:
            if name == "secrets_audit":
                audit_task.run(Module(secrets_audit.ARGUMENT_SPEC, arguments), [service.schema for service in SERVICES.values()], Clock())
                raise AssertionError("the module did not end")
            provider = SERVICES[name.removesuffix("_secrets_info")]
            checked = Module(argument_spec(provider.options), {**arguments, **self._through})
            return Listing(provider, self._environment).list(**checked.params)
        except Ended as ended:
            return dict(ended.args[0])
        except SecretsError as error:
            return {"failed": True, "msg": error.sentence(), "error": error.as_dict()}


def role(written: Written, world: World, folder: Path) -> dict[str, Any]:
    """What the role does: check, list, judge. The first refusal is its result."""
    for name in ("fleet", "rules"):
        (folder / f"{name}.yml").write_text(yaml.safe_dump({name: written[name]}, sort_keys=False), encoding="utf-8")
    given_rules = {
        "rules": str(folder / "rules.yml") if written["rules"] else [],
        "packs": written["packs"],
        "params": written["params"],
        "waivers": written["waivers"],
        "report_dir": str(folder / "reports"),
        "report_formats": ["json"],
    }

    def run(plugin: Any, arguments: Mapping[str, Any], **seen: Any) -> dict[str, Any]:
        made = action(plugin.ActionModule, dict(arguments), world.answer, role=Role())
        return dict(made.run(task_vars=variables(folder, **seen)))

    checked = run(audit_plugin, {**given_rules, "check_only": True, "collected": "found"})
    if checked.get("failed"):
        return checked
    listing = {"fleet": str(folder / "fleet.yml"), "credentials": written["credentials"], "report_dir": str(folder / "reports")}
    collected = run(collect_plugin, listing)
    if collected.get("failed"):
        return {"verdict": "unknown", **collected}
    return run(audit_plugin, {**given_rules, "collected": "found"}, hostvars={"web1": {"found": collected}})


def result_of(written: Written, stores: Stores, waived: bool, denied: tuple[str, str] | None = None) -> dict[str, Any]:
    """The role's result over a world."""
    with Emulator(emulated(stores, waived, denied)) as emulator, tempfile.TemporaryDirectory() as folder:
        return role(written, World(emulator, written["environment"]), Path(folder))


@settings(max_examples=300, deadline=None, phases=[Phase.generate, Phase.shrink])
@given(st.data())
def test_one_slip_is_never_a_pass(data: st.DataObject) -> None:
    stores, waived = data.draw(worlds()), data.draw(st.booleans())
    written = data.draw(writings(stores, waived))
    good = result_of(written, stores, waived)
    assert good["verdict"] == "pass", good.get("msg") or good["lines"]
    assert good["summary"]["findings"]["high"]["waived"] == waived
    way = data.draw(st.sampled_from([*WAYS, DENY]))
    event(way)
    denied = data.draw(st.sampled_from(sorted(stores))) if way == DENY else None
    slip, spoilt = (way, written) if denied else data.draw(slips(written, way))
    bad = result_of(spoilt, stores, waived, denied)
    assert bad["verdict"] != "pass", slip
    assert bad.get("msg") or bad["findings"], slip


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_key_twice_in_a_file_is_never_a_pass(data: st.DataObject) -> None:
    """Whatever it says the second time."""
    stores = data.draw(worlds())
    written = data.draw(writings(stores, False))
    text = yaml.safe_dump({"rules": written["rules"]}, sort_keys=False)
    lines = text.splitlines()
    number = data.draw(st.sampled_from([number for number, line in enumerate(lines) if re.fullmatch(r" +\w+: \w.*", line)]))
    twice = "\n".join([*lines[: number + 1], lines[number], *lines[number + 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twice.yml"
        path.write_text(twice, encoding="utf-8")
        made = action(audit_plugin.ActionModule, {"rules": str(path), "check_only": True}, World.__new__(World).answer)
        told = made.run(task_vars=variables(Path(folder)))
    assert told["failed"] and f"line {number + 2}" in told["msg"] and "is given twice" in told["msg"]
