# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin secrets_collect: what it hands to which module, what it returns, and what it never tells."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.utils.display import Display

from ansible_collections.multicloud.secrets.plugins.action import secrets_collect as plugin
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import options
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.modules import secrets_collect as module
from ansible_collections.multicloud.secrets.tests.unit.plugins.action.hosts import Link, Role, action, variables
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import row, write

CANARY = "CANARYcanary0123456789"
FLEET: list[dict[str, Any]] = [
    {"name": "pay", "provider": "tencent_ssm", "regions": ["ap-guangzhou", "ap-shanghai"], "timeout": 3},
    {"name": "shop", "provider": "alibaba_apig", "region": "cn-hangzhou", "profile": "shop"},
]
KEYS = {"pay": {"secret_id": f"{CANARY}-id", "secret_key": CANARY}}
STORES = [
    {"provider": "tencent_ssm", "account": "pay", "region": "ap-guangzhou"},
    {"provider": "tencent_ssm", "account": "pay", "region": "ap-shanghai"},
    {"provider": "alibaba_apig", "account": "shop", "region": "cn-hangzhou"},
]


class Modules:
    """The modules of a host: they succeed, and their calls are kept."""

    def __init__(self, **answers: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers

    def __call__(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        answer = self._answers.get(name.rsplit(".", maxsplit=1)[-1], {"count": 1, "complete": True, "invocation": {"module_args": arguments}})
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


def collect(folder: Path, modules: Modules, more: Mapping[str, Any] | None = None, seen: Mapping[str, Any] | None = None, **how: Any) -> dict[str, Any]:
    """The result of the plugin, over two services."""
    arguments = {"fleet": FLEET, "credentials": KEYS, "report_dir": str(folder / "report"), **(more or {})}
    result: dict[str, Any] = action(plugin.ActionModule, arguments, modules, **how).run(None, {**variables(folder), **(seen or {})})
    return result


def test_each_service_is_listed_by_its_module(tmp_path: Path) -> None:
    modules = Modules()
    result = collect(tmp_path, modules, {"retries": 7, "timeout": 9})
    assert [name for name, _arguments in modules.calls] == ["multicloud.secrets.tencent_ssm_secrets_info", "multicloud.secrets.alibaba_apig_secrets_info"]
    pay, shop = (arguments for _name, arguments in modules.calls)
    assert pay["accounts"] == [{"name": "pay", "regions": ["ap-guangzhou", "ap-shanghai"], **KEYS["pay"]}]
    assert (pay["timeout"], shop["timeout"], pay["retries"], pay["on_error"]) == (3, 9, 7, "report")
    assert result["inventories"] == [pay["dest"], shop["dest"]]
    assert Path(pay["dest"]).name == "web1.tencent_ssm-1.jsonl"
    assert Path(pay["dest"]).parent.parent == tmp_path / "report" / "inventory"
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in [tmp_path / "report", *Path(pay["dest"]).parents[:2]]] == [0o700] * 3
    assert (result["state"], result["stores"], result["play"]) == ("collected", STORES, "play-1")
    assert result["calls"][0] == {"name": "tencent_ssm-1", "count": 1, "complete": True, "store_counts": None}
    assert not result.get("failed") and result["changed"] is False
    assert CANARY not in str(result)


def told_before(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that are shown, as they come."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda self, line, *_about, **_more: shown.append(line))
    return shown


@pytest.mark.parametrize(
    ("details", "pay", "shop", "line"),
    [
        (None, None, None, []),
        ([], None, None, []),
        ({"tencent_ssm": ["tags"], "alibaba_kms": ["policy"]}, ["tags"], None, ["details: tags"]),
        (["keys", "tags"], ["keys", "tags"], ["keys"], ["details: keys, tags"]),
        ("keys, tags", ["keys", "tags"], ["keys"], ["details: keys, tags"]),
    ],
    ids=str,
)
def test_each_service_is_asked_for_its_details_and_a_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, details: Any, pay: Any, shop: Any, line: list[str]
) -> None:
    shown, modules = told_before(monkeypatch), Modules()
    collect(tmp_path, modules, {"details": details})
    assert [arguments.get("details") for _name, arguments in modules.calls] == [pay, shop]
    assert shown[1:] == line


def test_the_details_of_an_entry_come_in_addition(tmp_path: Path) -> None:
    modules = Modules()
    fleet = [{**FLEET[0], "details": ["versions"]}, FLEET[1]]
    collect(tmp_path, modules, {"fleet": fleet, "details": {"tencent_ssm": ["tags"]}})
    assert [arguments.get("details") for _name, arguments in modules.calls] == [["versions", "tags"], None]


def test_the_line_tells_about_how_many_requests_as_far_as_the_last_run_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told_before(monkeypatch)
    runs = tmp_path / "report" / "inventory"
    for run, count in (("20260101T000000Z-00000000", 7), ("20260102T000000Z-00000000", 120), ("20990102T000000Z-x", 9)):
        (runs / run).mkdir(parents=True)
        rows = [row(account="pay", region=region, count=count) for region in ("ap-guangzhou", "ap-shanghai")]
        write(runs / run / "web1.tencent_ssm-1.jsonl", rows, [])
        (runs / run / "web2.tencent_ssm-1.jsonl").write_text("no inventory", encoding="utf-8")
    arguments = {"details": {"tencent_ssm": ["tags", "versions"]}}
    collect(tmp_path, Modules(), arguments)
    collect(tmp_path, Modules(), {**arguments, "details": ["keys"]})
    assert shown[1::2] == ["details: tags, versions; about 246 more requests", "details: keys"]


def test_of_several_hosts_each_says_whose_line_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told_before(monkeypatch)
    collect(tmp_path, Modules(), {"details": ["tags"]}, {"ansible_play_hosts_all": ["web1", "web2"]})
    assert [line[:14] for line in shown] == ["web1: Listing ", "web1: details:"]


def test_the_result_has_named_keys_only(tmp_path: Path) -> None:
    result = collect(tmp_path, Modules(tencent_ssm_secrets_info={"count": 1, "warnings": ["w"], "exception": CANARY, "other": CANARY}))
    assert sorted(result) == ["at", "calls", "changed", "fleet", "forecast", "inventories", "play", "state", "stores", "warnings"]
    assert result["warnings"] == ["w"]
    documented = yaml.safe_load(module.RETURN)
    assert {*result} - {*documented} == {"changed", "warnings"}


def test_it_says_beforehand_how_much_there_is_to_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("ansible.plugins.action.display.display", said.append)
    result = collect(tmp_path, Modules())
    assert result["forecast"] == {"stores": 3, "requests": 23, "seconds": 1}
    assert said == ["Listing 3 stores, with at least 23 requests, in at least 1 second."]


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_modules_tell_their_progress_but_in_check_mode(tmp_path: Path, check_mode: bool) -> None:
    modules = Modules()
    collect(tmp_path, modules, {"progress": "/x/progress"}, check_mode=check_mode)
    assert [arguments.get("progress") for _name, arguments in modules.calls] == [None if check_mode else "/x/progress"] * 2


@pytest.mark.parametrize("fleet", ["fleet.yml", "fleet.json", "text"])
def test_a_fleet_may_be_a_file_beside_the_playbook_or_a_text(tmp_path: Path, fleet: str) -> None:
    text = yaml.safe_dump({"fleet": FLEET}, default_flow_style=True, width=1000).strip()
    (tmp_path / "fleet.yml").write_text(text, encoding="utf-8")
    (tmp_path / "fleet.json").write_text('{"fleet": [{"name": "pay", "provider": "tencent_ssm"}]}', encoding="utf-8")
    result = collect(tmp_path, Modules(), {"fleet": text if fleet == "text" else fleet})
    assert result["state"] == "collected"
    content = b"" if fleet == "text" else (tmp_path / fleet).read_bytes()
    assert result["fleet"] == (f"{fleet} (sha256 {hashlib.sha256(content).hexdigest()[:12]})" if content else None)


@pytest.mark.parametrize(
    "more, message",
    [
        ({"fleet": "nowhere.yml"}, "fleet: nowhere.yml is neither a file nor a list of entries"),
        ({"fleet": [], "credentials": None}, "the fleet is not a list of at least one entry"),
        ({"fleet": [{"name": "pay", "provider": "tencent_ssm", "secret_key": CANARY}], "credentials": {}}, "secret_key is a credential"),
        ({"credentials": CANARY}, "credentials: this is not a mapping"),
        ({"credentials": [CANARY]}, "credentials: this is not a mapping"),
        ({"credentials": {"pay": CANARY}}, "credentials: the credentials of entry pay are not a mapping"),
        ({"credentials": {CANARY: CANARY}}, "credentials: the credentials of entry (not shown) are not a mapping"),
        ({"credentials": {7: KEYS["pay"]}}, "credentials: the credentials of entry (not shown) are not a mapping of options by the name"),
        ({"list": CANARY}, "list: it is neither true nor false"),
        ({"keep_runs": CANARY}, "keep_runs: it is no whole number from 1 on"),
        ({"keep_runs": 0}, "keep_runs: it is no whole number from 1 on"),
        ({"keep_runs": True}, "keep_runs: it is no whole number from 1 on"),
        ({"credentials": {"pay": {"secret_kye": CANARY, "secret_id": CANARY}}}, "did you mean secret_key?"),
        ({"credentials": {"pay": {CANARY: "secret_key"}}}, "unknown option '(not shown)'"),
        ({"credentials": {"stranger": KEYS["pay"]}}, "which is no entry of the fleet"),
        ({"details": [CANARY]}, "details: unknown detail '(not shown)'"),
        ({"details": {CANARY: ["tags"]}}, "details: unknown service '(not shown)'"),
        ({"details": {"tencent_ssm": CANARY}}, "details: this is neither a list of words nor a mapping"),
        ({"details": " "}, "details: is empty"),
        ({"retires": CANARY}, "unknown option 'retires'; did you mean retries?"),
        ({CANARY: 1}, "unknown option '(not shown)'"),
        ({"fleet": f"[{{name: pay, name: {CANARY}}}]"}, "fleet: line 1, column 14: the key name is given twice"),
        ({"report_dir": "/proc/nowhere/report"}, "/proc/nowhere/report"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_listed(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    modules = Modules()
    result = collect(tmp_path, modules, more)
    assert result["failed"] and message in result["msg"], result["msg"]
    assert (result["state"], result["inventories"], modules.calls) == ("failed", [], [])
    assert CANARY not in str(result)


def test_all_errors_of_a_fleet_come_at_once(tmp_path: Path) -> None:
    result = collect(tmp_path, Modules(), {"fleet": [{"name": "a"}, {"name": "b", "provider": "tencent"}]})
    assert len(result["errors"]) == 3 and all(error in result["msg"] for error in result["errors"])


def test_the_role_refuses_variables_that_it_does_not_know(tmp_path: Path) -> None:
    seen = {"assert_secrets_pack": CANARY, "_assert_secrets_own": 1, "assert_secrets_result": {}, "assert_secrets_fleet": []}
    result = collect(tmp_path, Modules(), seen=seen, role=Role())
    assert result["msg"] == "unknown variable 'assert_secrets_pack'; did you mean assert_secrets_packs? The role knows no other variable."
    assert collect(tmp_path, Modules(), seen=seen)["state"] == "collected"
    assert "assert_secrets_credentials" in collect(tmp_path, Modules(), {"credentials": 1}, role=Role())["msg"]


@pytest.mark.parametrize("rendered", [None, ""], ids=["null", "what a template without a value is before core 2.19"])
def test_a_host_without_a_fleet_says_so(tmp_path: Path, rendered: Any) -> None:
    told = "assert_secrets_fleet is missing. Give it a list of entries, or the path of a fleet file."
    assert collect(tmp_path, Modules(), {"fleet": rendered}, role=Role())["msg"] == told


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (["tags", "policy"], "details: no service of the fleet (alibaba_apig, tencent_ssm) has the detail policy; known: history, keys, "),
        ({"alibaba_kms": ["policy"]}, "assert_secrets_details: the fleet has no entry of alibaba_kms, but of alibaba_apig, tencent_ssm. "),
    ],
    ids=["word", "service"],
)
def test_a_detail_that_no_service_of_the_fleet_has_is_refused(tmp_path: Path, details: Any, message: str) -> None:
    """A mapping alone may be what rules read. On several hosts it may be meant for another."""
    seen = {"assert_secrets_details": details, "assert_secrets_fleet": FLEET}
    modules = Modules()
    result = collect(tmp_path, modules, {"details": details}, seen, role=Role())
    assert result["failed"] and message in result["msg"] and "Correct it, or take it out." in result["msg"] and not modules.calls
    several = collect(tmp_path, Modules(), {"details": details}, {**seen, "ansible_play_hosts_all": ["web1", "web2"]}, role=Role())
    assert not several.get("failed") and message.removesuffix(" ") in several["warnings"][0] + "."
    if isinstance(details, dict):
        for auto in ("auto", None):
            assert not collect(tmp_path, Modules(), {"details": details}, {**seen, "assert_secrets_details": auto}, role=Role()).get("failed")
        assert not collect(tmp_path, Modules(), {"details": {"alibaba_kms": []}}, seen, role=Role()).get("failed")


@pytest.mark.parametrize(("value", "fault"), [("", "is empty"), (" ", "is blank")])
def test_a_folder_for_reports_has_a_name(tmp_path: Path, value: str, fault: str) -> None:
    modules = Modules()
    assert f"report_dir {fault}" in collect(tmp_path, modules, {"report_dir": value})["msg"]
    assert modules.calls == []


def test_without_listing_the_stores_are_told(tmp_path: Path) -> None:
    modules = Modules()
    result = collect(tmp_path, modules, {"list": False})
    assert (result["state"], result["stores"], modules.calls) == ("planned", STORES, [])
    assert collect(tmp_path, modules, {"list": False, "fleet": [], "credentials": None})["stores"] == []
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("value, state", [("no", "planned"), (None, "collected"), ("yes", "collected"), ("false", "planned")])
def test_it_lists_unless_it_is_told_not_to(tmp_path: Path, value: Any, state: str) -> None:
    assert collect(tmp_path, Modules(), {"list": value})["state"] == state


def test_in_check_mode_it_lists_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin.C, "DEFAULT_LOCAL_TMP", str(tmp_path / "local"))
    modules = Modules()
    result = collect(tmp_path, modules, check_mode=True)
    assert result["state"] == "collected" and len(modules.calls) == 2
    assert len(result["inventories"]) == 2 and all(path.startswith(f"{tmp_path}/local/") for path in result["inventories"])
    assert not (tmp_path / "report").exists()


ANSWERS: dict[str, Any] = {
    "a module that fails": {"failed": True, "msg": "no", "error": {"kind": "argument", "message": "page_size: 1000 is out of range", "hint": None}},
    "a module that ends without a word": {"failed": True, "module_stderr": CANARY, "exception": CANARY},
    "a host that is lost": AnsibleConnectionFailure(CANARY),
    "an exception": RuntimeError(CANARY),
}
MESSAGES = {
    "a module that fails": "page_size: 1000 is out of range.",
    "a module that ends without a word": "tencent_ssm-1: it failed.",
    "a host that is lost": "This host could not be reached any more while it listed.",
    "an exception": "Unexpected RuntimeError.",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_failure_tells_its_stores_and_no_argument(tmp_path: Path, name: str) -> None:
    result = collect(tmp_path, Modules(tencent_ssm_secrets_info=ANSWERS[name]))
    assert result["failed"] and result["msg"].startswith(MESSAGES[name])
    assert (result["state"], result["stores"], result["inventories"]) == ("failed", STORES, [])
    assert CANARY not in str(result)


def test_a_host_that_is_not_the_controller_writes_into_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[tuple[str, str]] = []
    monkeypatch.setattr(plugin.ActionModule, "_fetch", lambda _self, source, target, _variables: fetched.append((source, target)))
    modules = Modules(tempfile={"path": "/far/away"})
    result = collect(tmp_path, modules, link=Link("ssh"))
    names = [name.rsplit(".", maxsplit=1)[-1] for name, _arguments in modules.calls]
    assert names == ["tempfile", "tencent_ssm_secrets_info", "alibaba_apig_secrets_info", "file"]
    assert modules.calls[1][1]["dest"] == fetched[0][0] == "/far/away/web1.tencent_ssm-1.jsonl"
    assert modules.calls[-1][1] == {"path": "/far/away", "state": "absent"}
    assert [target for _source, target in fetched] == result["inventories"]
    lost = Modules(tempfile={"path": "/far/away"}, tencent_ssm_secrets_info=RuntimeError(CANARY), file=AnsibleConnectionFailure(CANARY))
    assert collect(tmp_path, lost, link=Link("ssh"))["msg"].startswith("Unexpected RuntimeError")


def test_async_is_refused(tmp_path: Path) -> None:
    made = action(plugin.ActionModule, {"fleet": FLEET}, Modules())
    made._task.async_val = 10
    with pytest.raises(AnsibleActionFail, match="async"):
        made.run(None, variables(tmp_path))


@pytest.mark.parametrize(
    "host, name",
    [("web1", "web1"), ("web1.example.com", "web1.example.com"), ("a/b", "a_b-"), ("..hidden", "_hidden-"), ("h" * 80, "h" * 60 + "-"), ("主机", "__-")],
)
def test_inventories_are_called_after_their_host(host: str, name: str) -> None:
    made = plugin._file_name(host)
    assert made == name or (name.endswith("-") and made.startswith(name) and len(made) == len(name) + 8)


def test_the_options_are_those_that_all_services_share() -> None:
    shared = set.intersection(*(set(options.argument_spec(service.options)) for service in SERVICES.values()))
    own = {"account", "accounts", "query", "dest", "on_error", "details", *options.SOURCE_OPTIONS, "network", "site"}
    assert set(module.ARGUMENT_SPEC) - set(plugin.OWN) == shared - own
    for name in shared - own:
        assert module.ARGUMENT_SPEC[name] == options.argument_spec(SERVICES["tencent_ssm"].options)[name]


def test_modules_run_although_ansible_only_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin.C, "DEFAULT_LOCAL_TMP", str(tmp_path / "local"))
    seen: list[bool] = []

    def module(_name: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        seen.append(made._task.check_mode)
        return {"count": 1}

    made = action(plugin.ActionModule, {"fleet": FLEET, "credentials": KEYS}, module, check_mode=True)
    made.run(None, variables(tmp_path))
    assert seen == [False, False]


def test_of_a_listing_that_fails_half_way_nothing_is_judged(tmp_path: Path) -> None:
    error = {"kind": "argument", "message": "no", "hint": "the way out"}
    result = collect(tmp_path, Modules(alibaba_apig_secrets_info={"failed": True, "error": error}))
    assert result["failed"] and len(result["calls"]) == 1 and result["inventories"] == [] and result["error"]["hint"] == "the way out"


def test_an_option_that_is_null_is_not_handed_on(tmp_path: Path) -> None:
    modules = Modules()
    collect(tmp_path, modules, {"retries": None, "deadline": 9})
    assert modules.calls and all("retries" not in arguments and arguments["deadline"] == 9 for _name, arguments in modules.calls)


def test_another_user_of_the_controller_writes_into_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin.ActionModule, "_fetch", lambda *_given: None)
    link, modules = Link(), Modules(tempfile={"path": "/far/away"})
    link.become = object()
    collect(tmp_path, modules, link=link)
    assert modules.calls[0][0] == "ansible.builtin.tempfile" and modules.calls[1][1]["dest"].startswith("/far/away/")
    lost = Modules(tempfile={"unreachable": True})
    assert collect(tmp_path, lost, link=Link("ssh"))["msg"].startswith(plugin.UNREACHABLE)


def test_old_runs_are_removed(tmp_path: Path) -> None:
    old = tmp_path / "out" / "inventory" / "20200101T000000Z-00000000"
    old.mkdir(parents=True)
    for keep, there in ((2, True), ("1", False)):
        run = Path(collect(tmp_path, Modules(), {"report_dir": str(tmp_path / "out"), "keep_runs": keep})["inventories"][0]).parent
        assert run.parent == old.parent and old.exists() is there
        shutil.rmtree(run)


def test_two_tasks_of_a_play_write_into_two_folders(tmp_path: Path) -> None:
    one, other = (Path(collect(tmp_path, Modules())["inventories"][0]).parent for _time in range(2))
    assert one != other
