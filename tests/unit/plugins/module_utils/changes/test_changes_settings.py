# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of the event source, and its listings of a fleet, against the emulator."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._changes import listing, source
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.settings import ARGUMENTS, SourceSettings, read_settings
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.source import watch
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import http_client
from ansible_collections.multicloud.secrets.plugins.plugin_utils._yaml_file import read
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ENVIRONMENT, TENCENT_KEY, fleet

PLUGIN = Path(__file__).absolute().parents[5] / "extensions" / "eda" / "plugins" / "event_source" / "secret_changes.py"
ENTRY = {"name": "pay", "provider": "tencent_ssm", "region": "ap-guangzhou"}
KEYS = {"secret_id": TENCENT_KEY["id"], "secret_key": TENCENT_KEY["secret"]}
SECRET = "a-value-that-nobody-may-see"


def world(**environment: str) -> Runtime:
    return Runtime({"HOME": "/nonexistent", **environment}, Clock().now, Redactor())


def settings(*entries: Any, **more: Any) -> SourceSettings:
    return read_settings({"fleet": list(entries) or [ENTRY], "cursor": "/tmp/c", **more}, SERVICES, world(), read)


def refusal(**args: Any) -> str:
    """Message of refused arguments, without any secret."""
    with pytest.raises(SecretsError) as caught:
        read_settings({"fleet": [ENTRY], "cursor": "/tmp/c", **args}, SERVICES, world(), read)
    assert caught.value.kind == "argument" and SECRET not in caught.value.sentence()
    return caught.value.sentence()


def test_what_is_not_said_has_a_value() -> None:
    made = settings()
    assert (made.interval, made.report_existing, made.feedback, made.feedback_timeout, made.cursor) == (300.0, False, None, 120.0, "/tmp/c")
    assert [field.name for field in made.fields] == ARGUMENTS["fields"]["default"] and made.regions == {("tencent_ssm", "pay"): {"ap-guangzhou"}}


def test_a_fleet_of_both_clouds_is_a_call_for_each() -> None:
    shop = {"name": "shop", "provider": "alibaba_apig", "regions": ["all"], "credentials_env": "SHOP_"}
    made = settings(ENTRY, shop, {"name": "dev", "provider": "tencent_ssm", "regions": ["r1", "r2"]}, credentials={"pay": KEYS})
    assert [dict(call.accounts) for call in made.calls] == [{"pay": ["ap-guangzhou"], "dev": ["r1", "r2"]}, {"shop": ["all"]}]
    assert made.regions == {("tencent_ssm", "pay"): {"ap-guangzhou"}, ("tencent_ssm", "dev"): {"r1", "r2"}, ("alibaba_apig", "shop"): set()}
    assert made.calls[0].options["on_error"] == "report"


@pytest.mark.parametrize("content", [[ENTRY], {"fleet": [ENTRY]}, {"plugin": "multicloud.secrets.fleet", "fleet": [ENTRY], "keyed_groups": []}])
def test_a_fleet_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Any) -> None:
    (tmp_path / "fleet.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for path in ("fleet.yml", str(tmp_path / "fleet.yml")):
        assert settings(fleet=path).calls == settings().calls


@pytest.mark.parametrize(
    "args, reason",
    [
        ({"fleet": None}, "fleet"),
        ({"fleet": "/nonexistent/fleet.yml"}, "fleet: /nonexistent/fleet.yml: No such file or directory. Give a list of entries"),
        ({"fleet": []}, "fleet is empty. Give a value"),
        ({"fleet": "lists"}, "fleet: "),
        ({"fleet": " "}, "fleet is blank"),
        ({"fields": []}, "fields is empty"),
        ({"cursor": ""}, "cursor is empty"),
        ({"cursor": ["x"]}, "cursor: a list is no text"),
        ({"interval": True}, "interval: true is no number"),
        ({"fleet": [{**ENTRY, "page_size": True}]}, "page_size: true is no number"),
        ({"fleet": [{**ENTRY, "profile": ""}]}, "entry 'pay': profile is empty"),
        ({"credentials": {"pay": {}}}, "those of entry 'pay' are empty"),
        ({"credentials": {"pay": {**KEYS, "assume_role_arn": ""}}}, "accounts[pay]: assume_role_arn is empty"),
        ({"fleet": [{**ENTRY, "secret_key": SECRET}]}, "secret_key is a credential; give it in credentials under the name 'pay'"),
        ({"fleet": [{**ENTRY, "timeout": "soon"}]}, "fleet, entries 'pay': "),
        ({"cursor": None}, "cursor"),
        ({"credentials": SECRET}, "credentials is not a mapping"),
        ({"credentials": {"pay": SECRET}}, "those of entry 'pay' are not a mapping"),
        ({"credentials": {"pay": {"secret_kye": SECRET}}}, "secret_kye"),
        ({"credentials": {"pay": {**KEYS, "assume_role_duration": SECRET}}}, "fleet, entries 'pay': "),
        ({"credentials": {"prod": KEYS}}, "'prod', which is no entry"),
        ({"interval": 0}, "interval: 0 is out of range. Give a number of seconds from 1 to 604800."),
        ({"interval": "often"}, "interval"),
        ({"fields": ["state"]}, "fields: unknown field 'state'; did you mean status?"),
        ({"feedback": True}, "It needs ansible-rulebook 1.3 or newer."),
        ({"feedback_timeout": 0}, "feedback_timeout: 0 is out of range"),
        ({"token": SECRET}, "unknown argument 'token'"),
    ],
)
def test_misuse_is_refused_in_words(args: dict[str, Any], reason: str) -> None:
    assert reason in refusal(**args)


@pytest.mark.parametrize(
    "text, reason",
    [
        (f"a: [{SECRET}", "this is not YAML"),
        (f"fleet: []\nfleet: [{SECRET}]\n", "line 2, column 1: the key fleet is given twice"),
    ],
)
def test_a_file_that_is_no_fleet_is_not_shown(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "fleet.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SecretsError) as caught:
        read_settings({"fleet": str(tmp_path / "fleet.yml"), "cursor": "/tmp/c"}, SERVICES, world(), read)
    assert reason in caught.value.message and SECRET not in caught.value.sentence()


def run_plugin() -> dict[str, Any]:
    """Names of the file after it has run, by its path as ansible-rulebook runs it. (ansible-test has import hooks that runpy stumbles over.)"""
    held: dict[str, Any] = {"__file__": str(PLUGIN), "__name__": "secret_changes"}
    exec(compile(PLUGIN.read_text(encoding="utf-8"), str(PLUGIN), "exec"), held)
    return held


def test_the_documentation_says_what_the_arguments_are() -> None:
    documented = yaml.safe_load(run_plugin()["DOCUMENTATION"])["options"]
    assert documented.keys() == ARGUMENTS.keys()
    for name, spec in ARGUMENTS.items():
        told = documented[name]
        assert told.get("default") == spec.get("default") and told.get("required", False) == spec.get("required", False), name
        assert told["type"] == {"credentials": "dict"}.get(name, spec["type"]) and told.get("elements") == spec.get("elements"), name
    page = (PLUGIN.parents[4] / "docs" / "events.md").read_text(encoding="utf-8")
    for name, spec in ARGUMENTS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |")).split("|")[2]
        default = spec.get("default")
        shown = " ".join(f"`{field}`" for field in default) if isinstance(default, list) else f"{default:g}" if isinstance(default, float) else default
        assert row.strip() == ("required" if spec.get("required") else "none" if default is None else str(shown).lower()), name


@pytest.mark.parametrize("name", [name for name, spec in ARGUMENTS.items() if spec["type"] == "float"])
def test_the_documentation_tells_the_bounds_of_numbers(name: str) -> None:
    (bounds,) = re.findall(r"from \d+ to \d+", refusal(**{name: 0}))
    assert bounds in str(yaml.safe_load(run_plugin()["DOCUMENTATION"])["options"][name]["description"])
    page = (PLUGIN.parents[4] / "docs" / "events.md").read_text(encoding="utf-8")
    assert bounds in next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": ["a", "b"]}, {"name": "ap-shanghai", "secrets": []})) as emulator:
        yield emulator


def seen(emulator: Emulator, tell: listing.Tell = print, **entry: Any) -> list[Any]:
    place = {} if "regions" in entry else {"region": ENTRY["region"]}
    given = {"name": "pay", "provider": "tencent_ssm", "endpoint": emulator.url, "retries": 0, "identify": False, **place, **entry}
    made = settings(given, credentials={"pay": KEYS})
    return [each for call in made.calls for each in listing.list_call(call, Clock(), world(), tell)]


def test_a_look_sees_each_store_with_its_records(emulator: Emulator) -> None:
    (one, other) = seen(emulator, region="all")
    assert [one.key, other.key] == [("tencent_ssm", "pay", "ap-guangzhou"), ("tencent_ssm", "pay", "ap-shanghai")]
    assert [record["name"] for record in one.records] == ["a", "b"] and other.records == []
    assert one.row["status"] == other.row["status"] == "complete" and one.asked == other.asked
    assert seen(emulator, region="ap-guangzhou", status="enabled")[0].asked != one.asked


def test_a_look_tells_of_names_that_nobody_has(emulator: Emulator) -> None:
    told: list[str] = []
    seen(emulator, told.append, region="all", names=["a", "bb"])
    assert told == ["Account 'pay' has no secret of the name 'bb' (did you mean 'b'?)."]


def test_a_look_never_raises(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    (none,) = seen(emulator, region="ap-beijing")
    assert none.row["status"] == "failed" and "tencent_ssm has no region ap-beijing" in none.row["error"]["hint"]
    for error, kind in ((SecretsError("machine", f"no thread {KEYS['secret_key']}"), "machine"), (RuntimeError(SECRET), "internal")):

        def broken(*args: Any, error: Exception = error) -> Any:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(listing, "collect", broken)
            blind = seen(emulator, regions=["ap-guangzhou", "ap-shanghai"])
        assert [(each.key[2], each.row["status"], each.row["error"]["kind"]) for each in blind] == [
            ("ap-guangzhou", "failed", kind),
            ("ap-shanghai", "failed", kind),
        ]
        assert SECRET not in json.dumps([each.row for each in blind]) and KEYS["secret_key"] not in json.dumps([each.row for each in blind])


def test_a_description_that_repeats_a_key_is_masked() -> None:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "secrets": [{"SecretName": "a", "Description": f"see {KEYS['secret_key']}"}]})) as emulator:
        (store,) = seen(emulator)
    assert store.records[0]["description"] == "see ********"


class Events:
    """A queue that keeps what is put there."""

    def __init__(self) -> None:
        self.put_there: list[dict[str, Any]] = []

    async def put(self, event: dict[str, Any]) -> None:
        self.put_there.append(event)


async def watched(args: dict[str, Any], count: int) -> list[dict[str, Any]]:
    queue = Events()
    task = asyncio.create_task(watch(queue, args, SERVICES, read))
    while len(queue.put_there) < count and not task.done():
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 2.0)
    return queue.put_there


def test_it_goes_on_from_its_cursor(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    args = {"fleet": [{**ENTRY, "endpoint": emulator.url, "identify": False}], "cursor": str(tmp_path / "c"), "interval": 1}
    assert [event["type"] for event in asyncio.run(watched(args, 1))] == ["listing_baseline"]
    emulator.behave({"account": "main", "region": "ap-guangzhou", "changes": [{"delete": ["a"]}]})
    (event,) = asyncio.run(watched(args, 1))
    assert (event["type"], event["secret"]["id"]) == ("secret_vanished", "a")


@pytest.mark.parametrize(
    "args, reason",
    [
        ({"cursor": "/nonexistent/c"}, "/nonexistent: No such file or directory"),
        ({"fleet": [{**ENTRY, "profile": "gone"}]}, "gone"),
        ({"fleet": [{**ENTRY, "region": "not a region"}]}, "region"),
    ],
)
def test_what_cannot_begin_says_why(tmp_path: Path, args: dict[str, Any], reason: str) -> None:
    with pytest.raises(RuntimeError, match=reason):
        asyncio.run(
            watch(Events(), {"fleet": [ENTRY], "credentials": {} if "fleet" in args else {"pay": KEYS}, "cursor": str(tmp_path / "c"), **args}, SERVICES, read)
        )


def test_certificates_that_are_not_checked_are_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError, match="nonexistent"):
        asyncio.run(watch(Events(), {"fleet": [{**ENTRY, "validate_certs": False}], "credentials": {"pay": KEYS}, "cursor": "/nonexistent/c"}, SERVICES, read))
    assert "validate_certs is false" in caplog.text


def test_what_nobody_foresaw_is_told_by_its_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise KeyError(SECRET)

    monkeypatch.setattr(source, "read_settings", broken)
    with pytest.raises(RuntimeError, match="Unexpected KeyError") as caught:
        asyncio.run(watch(Events(), {"fleet": [ENTRY], "cursor": str(tmp_path / "c")}, SERVICES, read))
    assert SECRET not in str(caught.value) and caught.value.__context__ is None and caught.value.__cause__ is None


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "MISSING_LIBRARY", "traceback")
    with pytest.raises(RuntimeError, match="requests"):
        asyncio.run(watch(Events(), {"fleet": [ENTRY], "cursor": "/tmp/c"}, SERVICES, read))


def test_python_may_have_collections_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is run by its path, where a package 'ansible_collections' is there already that does not hold this collection."""
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "__init__.py").touch()
    for name in [name for name in sys.modules if name.partition(".")[0] == "ansible_collections"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(place for place in sys.path if Path(place) != PLUGIN.parents[7])])
    assert sorted(run_plugin()["SERVICES"]) == ["alibaba_apig", "alibaba_kms", "tencent_ssm"]
