# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's half of secrets_audit: what it reads, what it gathers from hosts, and what it hands to the module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.errors import AnsibleConnectionFailure
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.multicloud.secrets.plugins.action import secrets_audit as plugin
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.task import CONTROLLER
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FILE_NAMES, FORMATS
from ansible_collections.multicloud.secrets.plugins.modules.secrets_audit import ARGUMENT_SPEC
from ansible_collections.multicloud.secrets.tests.unit.plugins.action.hosts import Play, Role, action, variables

RULE = {"id": "a", "title": "A", "severity": "low", "expect": {"status": "enabled"}}
RULES = "rules:\n  - id: a\n    title: A\n    severity: low\n    expect: {status: enabled}\n"
FLEET = [{"name": "pay", "provider": "tencent_ssm", "regions": ["ap-guangzhou"]}]
STORE = {"provider": "tencent_ssm", "account": "pay", "region": "ap-guangzhou"}


class Module:
    """The judging module: keeps what it gets."""

    def __init__(self, **answer: Any) -> None:
        self.options: dict[str, Any] = {}
        self.answer = {"verdict": "pass", "lines": ["PASS as of today"], "findings": [], "changed": True, **answer}

    def __call__(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert name == "multicloud.secrets.secrets_audit"
        assert set(arguments) <= set(ARGUMENT_SPEC) - set(CONTROLLER)
        self.options = arguments
        return dict(self.answer)


def audit(folder: Path, module: Module, arguments: Mapping[str, Any], seen: Mapping[str, Any] | None = None, vault: str = "", **how: Any) -> dict[str, Any]:
    """The result of the plugin."""
    made = action(plugin.ActionModule, dict(arguments), module, **how)
    if vault:
        made._loader.set_vault_secrets([(DEFAULT_VAULT_ID_MATCH, VaultSecret(vault.encode()))])
    result: dict[str, Any] = made.run(None, {**variables(folder), **(seen or {})})
    return result


def hosts(folder: Path, results: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What a task sees on the first host of a play with these results."""
    names = list(results)
    known = {host: {**({"found": result} if result else {}), **more.pop(host, {})} for host, result in results.items()}
    play = {"ansible_play_hosts_all": names, "ansible_play_hosts": names, "ansible_play_batch": names, "hostvars": known}
    return {**variables(folder, names[0]), **play, **more}


def done(host: str, **more: Any) -> dict[str, Any]:
    """A host that has collected."""
    return {"play": "play-1", "at": 1.0, "state": "collected", "stores": [{**STORE, "account": host}], "inventories": [f"/run/{host}.jsonl"], **more}


def test_files_of_rules_and_waivers_are_read_here(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "more.json").write_text('[{"id": "b"}]', encoding="utf-8")
    (tmp_path / "waivers.yml").write_text("waivers:\n  - {rule: a, expires: 2026-12-31}\n", encoding="utf-8")
    module = Module()
    arguments = {"inventories": ["x.jsonl"], "rules": ["rules.yml", "more.json", {**RULE, "id": "c"}], "waivers": "waivers.yml", "packs": "baseline"}
    result = audit(tmp_path, module, arguments)
    assert result["judged"] and result["inventories"] == ["x.jsonl"]
    first, second, third, pack = module.options["rules"]
    assert first == {"rules": [RULE], "name": "rules.yml", "text": RULES}
    assert second == {"rules": [{"id": "b"}], "name": "more.json", "text": '[{"id": "b"}]'}
    assert third["id"] == "c" and pack["name"] == "pack baseline" and pack["rules"]
    (excuses,) = module.options["waivers"]
    assert excuses.pop("text").startswith("waivers:\n") and excuses == {"waivers": [{"rule": "a", "expires": "2026-12-31"}], "name": "waivers.yml"}


def test_a_vaulted_file_is_read_with_its_password_only(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_bytes(VaultLib([(DEFAULT_VAULT_ID_MATCH, VaultSecret(b"password"))]).encrypt(RULES))
    module = Module()
    arguments = {"inventories": [], "rules": "rules.yml"}
    assert not audit(tmp_path, module, arguments, vault="password").get("failed")
    assert module.options["rules"][0]["rules"] == [RULE]
    for password in ("", "other"):
        assert "rules.yml is encrypted and cannot be decrypted" in audit(tmp_path, module, arguments, vault=password)["msg"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"rules": "nowhere.yml", "inventories": []}, "rules: nowhere.yml is neither a file nor a rule"),
        ({"waivers": ["nowhere.yml"], "inventories": []}, "waivers: nowhere.yml is neither a file nor a waiver"),
        ({"rules": "twice.yml", "inventories": []}, "twice.yml: line 2, column 1: the key rules is given twice"),
        ({"rules": "waivers.yml", "inventories": []}, "waivers.yml has no rules"),
        ({"rules": "empty.yml", "inventories": []}, "empty.yml has no rules"),
        ({"rules": "capital.yml", "inventories": []}, "capital.yml has no rules, but 'Rules'. Put them under the key rules."),
        ({"packs": ["baselin"], "inventories": []}, "packs: unknown pack 'baselin'; did you mean baseline?"),
        ({"rules": []}, "inventories: it is missing"),
        ({"inventories": [], "report_dir": "r", "report_formats": "jason"}, "report_formats: unknown report 'jason'; did you mean json?"),
        ({"inventories": [], "language": "zhs"}, "language: unknown language 'zhs'; did you mean zh?"),
        ({"inventories": [], "language": "chinese"}, "language: unknown language 'chinese'; known: en, zh"),
        ({"inventories": [], "check_only": "treu"}, "check_only: it is neither true nor false"),
        ({"inventories": ""}, "inventories holds an empty text. Give a value"),
        ({"inventories": "a.jsonl, ,b.jsonl"}, "inventories holds an empty text"),
        ({"inventories": ["a.jsonl", ""]}, "inventories holds an empty text"),
        ({"inventories": [], "report_dir": ""}, "report_dir is empty. Give a value"),
        ({"inventories": [], "report_dir": " "}, "report_dir is blank. Give a value"),
        ({"collected": "found"}, "nothing was collected in this run of Ansible by the hosts of this play"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_judged(tmp_path: Path, arguments: dict[str, Any], message: str) -> None:
    for name, text in {"twice": "rules: []\nrules: []\n", "waivers": "waivers: []\n", "empty": "", "capital": "Rules: []\n"}.items():
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    module = Module()
    result = audit(tmp_path, module, arguments)
    assert result["failed"] and message in result["msg"]
    assert (result["verdict"], result["judged"], module.options) == ("unknown", False, {})


def test_what_all_hosts_have_is_judged_together(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(tmp_path, {"a": done("a"), "b": done("b"), "c": {}, "d": None}, c={"assert_secrets_fleet": FLEET}, d={"assert_secrets_fleet": "{{ x }}"})
    result = audit(tmp_path, module, {"collected": "found", "rules": [RULE]}, seen)
    assert result["inventories"] == module.options["inventories"] == ["/run/a.jsonl", "/run/b.jsonl"]
    assert module.options["stores"] == [
        {**STORE, "account": "a"},
        {**STORE, "account": "b"},
        STORE,
        {"provider": "alibaba_apig", "account": "host d"},
        {"provider": "alibaba_kms", "account": "host d"},
        {"provider": "tencent_ssm", "account": "host d"},
    ]


def test_the_fleets_of_all_hosts_are_named_once(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(
        tmp_path, {"a": done("a", fleet="x.yml"), "b": done("b", fleet="x.yml"), "c": done("c"), "d": done("d", play="play-0", at=0.5, fleet="old.yml")}
    )
    seen["hostvars"]["a"]["planned"] = done("a", fleet="y.yml", inventories=[], state="planned")
    audit(tmp_path, module, {"collected": "found,planned"}, seen)
    assert module.options["fleets"] == ["x.yml", "y.yml"]


def test_the_hosts_that_are_meant_are_expected(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(tmp_path, {"a": done("a"), "b": None})
    audit(tmp_path, module, {"collected": "found", "hosts": ["a"]}, seen)
    assert module.options["stores"] == [{**STORE, "account": "a"}]
    audit(tmp_path, module, {"collected": "found", "hosts": "a,elsewhere"}, seen)
    assert [store["account"] for store in module.options["stores"]] == ["a", *["host elsewhere"] * 3]


def test_with_inventories_hosts_only_say_what_must_be_there(tmp_path: Path) -> None:
    module = Module()
    planned = {host: done(host, state="planned", inventories=[]) for host in ("a", "b")}
    seen = hosts(tmp_path, {**planned, "c": done("c", play="play-0"), "d": None})
    audit(tmp_path, module, {"collected": "found", "inventories": "x.jsonl, y.jsonl"}, seen)
    assert module.options["inventories"] == ["x.jsonl", "y.jsonl"]
    assert [store["account"] for store in module.options["stores"]] == ["a", "b"]


def test_a_fleet_that_is_named_for_judging_must_be_there_too(tmp_path: Path) -> None:
    """It may be another one than the hosts have collected."""
    module = Module()
    seen = hosts(tmp_path, {"a": done("a"), "b": done("b")})
    seen["hostvars"]["a"]["planned"] = done("a", stores=[{**STORE, "account": "a"}, STORE], inventories=[], state="planned")
    result = audit(tmp_path, module, {"collected": "found,planned"}, seen)
    assert result["inventories"] == ["/run/a.jsonl", "/run/b.jsonl"]
    assert module.options["stores"] == [{**STORE, "account": "a"}, {**STORE, "account": "b"}, STORE]


def test_before_the_last_batch_nothing_is_judged(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(tmp_path, {"a": done("a"), "b": None}, ansible_play_batch=["a"])
    result = audit(tmp_path, module, {"collected": "found"}, seen)
    assert (result["judged"], result["verdict"], module.options) == (False, "unknown", {})
    assert "later batches" in result["lines"][0] and not result.get("failed")


@pytest.mark.parametrize(
    ("show", "callback", "shown"),
    [
        (True, "default", ["PASS as of today"]),
        ("yes", "community.general.yaml", ["PASS as of today"]),
        (True, "ansible.posix.json", []),
        (False, "default", []),
        (None, "default", []),
    ],
)
def test_lines_are_shown_where_people_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, show: Any, callback: str, shown: list[str]) -> None:
    said: list[str] = []
    monkeypatch.setattr("ansible.plugins.action.display.display", said.append)
    monkeypatch.setattr("ansible.constants.DEFAULT_STDOUT_CALLBACK", callback)
    result = audit(tmp_path, Module(), {"inventories": [], "show": show})
    assert said == shown and result["lines"] == ["PASS as of today"]
    audit(tmp_path, Module(), {"inventories": [], "show": show}, no_log=True)
    assert said == shown


def test_two_hosts_with_one_store_are_refused(tmp_path: Path) -> None:
    seen = hosts(tmp_path, {"a": done("a"), "b": {**done("a"), "inventories": ["/run/b.jsonl"]}})
    result = audit(tmp_path, Module(), {"collected": "found"}, seen)
    assert result["failed"] and "Two hosts list a store of one name: tencent_ssm/a/ap-guangzhou" in result["msg"]


def test_what_one_host_listed_under_run_once_is_not_told_as_two_stores(tmp_path: Path) -> None:
    result = audit(tmp_path, Module(), {"collected": "found"}, hosts(tmp_path, {"a": done("a"), "b": done("a"), "c": done("c")}))
    assert result["failed"] and result["msg"].startswith("run_once let one host list, and gave its result to a, b, which listed nothing")
    assert "Leave run_once out" in result["msg"] and "hosts: localhost" in result["msg"]


@pytest.mark.parametrize("strategy", ["free", "ansible.builtin.free", "host_pinned", "mitogen.mitogen_free"])
def test_a_strategy_that_does_not_wait_is_refused_over_several_hosts(tmp_path: Path, strategy: str) -> None:
    seen = hosts(tmp_path, {"a": done("a"), "b": done("b")})
    for more in ({}, {"check_only": True}):
        result = audit(tmp_path, Module(), {"collected": "found", **more}, seen, play=Play(strategy))
        assert result["failed"] and "does not wait for all hosts" in result["msg"] and "tasks_from: audit" in result["msg"]
    assert not audit(tmp_path, Module(), {"collected": "found"}, hosts(tmp_path, {"a": done("a")}), play=Play(strategy)).get("failed")


@pytest.mark.parametrize("check_mode", [False, True])
def test_checking_reads_no_inventory_and_ends_the_reports_of_the_last_run(tmp_path: Path, check_mode: bool) -> None:
    module, folder = Module(), tmp_path / "report"
    arguments = {"check_only": True, "collected": "found", "rules": [RULE], "report_dir": str(folder), "report_formats": ["json"]}
    result = audit(tmp_path, module, arguments, {"hostvars": {}}, check_mode=check_mode)
    assert (result["judged"], module.options) == (False, {"rules": [RULE], "waivers": [], "inventories": [], "stores": []})
    if check_mode:
        assert not folder.exists()
    else:
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        assert (report["verdict"], report["note"]) == ("unknown", "this run has not ended")


def test_files_of_owners_say_that_the_run_has_not_ended_and_why_it_was_refused(tmp_path: Path) -> None:
    folder = tmp_path / "owners"
    folder.mkdir(0o700)
    for name in ("owner-a.md", "owner-a.csv", "mine.md"):
        (folder / name).write_text("old", encoding="utf-8")
    arguments = {"check_only": True, "report_dir": str(tmp_path / "report"), "report_formats": ["json"], "by_owner": str(folder)}
    module = Module()
    audit(tmp_path, module, {**arguments, "rules": "nowhere.yml"}, check_mode=True)
    assert (folder / "owner-a.md").read_text("utf-8") == "old"
    audit(tmp_path, module, {**arguments, "rules": [RULE]})
    assert "by_owner" not in module.options
    assert "this run has not ended" in (folder / "owner-a.md").read_text("utf-8")
    audit(tmp_path, module, {**arguments, "rules": "nowhere.yml"})
    for name in ("owner-a.md", "owner-a.csv"):
        assert "nowhere.yml is neither a file nor a rule" in (folder / name).read_text("utf-8")
    failing = Module(failed=True, msg="the rules are wrong")
    audit(tmp_path, failing, {**arguments, "rules": [RULE]})
    assert "the rules are wrong" in (folder / "owner-a.md").read_text("utf-8")
    assert (folder / "mine.md").read_text("utf-8") == "old"


def test_a_run_that_is_refused_leaves_the_reason_in_its_reports(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    arguments = {"check_only": True, "rules": "nowhere.yml", "report_dir": str(folder), "report_formats": ["json", "markdown"]}
    assert audit(tmp_path, Module(), arguments)["failed"]
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "unknown" and "nowhere.yml is neither a file nor a rule" in report["note"]
    assert "has not ended" in (folder / "report.md").read_text(encoding="utf-8")


def test_a_run_that_has_not_ended_speaks_the_language_that_was_asked_for(tmp_path: Path) -> None:
    arguments = {"check_only": True, "rules": [RULE], "report_dir": str(tmp_path), "report_formats": ["markdown", "json"], "language": "zh"}
    assert not audit(tmp_path, Module(), arguments).get("failed")
    assert "本次运行没有结束" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["note"] == "this run has not ended"


@pytest.mark.parametrize("check_mode", [False, True])
def test_reports_go_into_a_folder_that_is_made(tmp_path: Path, check_mode: bool) -> None:
    module = Module()
    folder = tmp_path / "report"
    arguments = {"inventories": [], "report_dir": str(folder), "report_formats": ["json", "html"], "reports": {"csv": "own.csv"}}
    audit(tmp_path, module, arguments, check_mode=check_mode)
    made = {} if check_mode else {"json": str(folder / "report.json"), "html": str(folder / "report.html")}
    assert module.options["reports"] == {"csv": "own.csv", **made}
    assert folder.exists() is not check_mode
    assert sorted(FILE_NAMES) == sorted(FORMATS)


def test_the_role_refuses_variables_that_it_does_not_know(tmp_path: Path) -> None:
    result = audit(tmp_path, Module(), {"inventories": []}, {"assert_secrets_unknwon": "warn"}, role=Role())
    assert "did you mean assert_secrets_unknown?" in result["msg"]


MISSPELT = "unknown variable 'assert_secrets_unknwon'; did you mean assert_secrets_unknown?"
NO_FLEET = "unknown variable 'assert_secrets_flete'; did you mean assert_secrets_fleet? The role knows no other variable."


@pytest.mark.parametrize(
    ("seen", "message"),
    [
        ({"assert_secrets_unknwon": "warn"}, f"{MISSPELT}; assert_secrets_fleet is missing. The role knows no other variable."),
        ({"assert_secrets_unknwon": "warn", "assert_secrets_fleet": None}, f"{MISSPELT}; assert_secrets_fleet is missing. The role knows no other variable."),
        ({"assert_secrets_unknwon": "warn", "assert_secrets_fleet": FLEET}, f"{MISSPELT} The role knows no other variable."),
        ({"assert_secrets_flete": FLEET}, NO_FLEET),
    ],
    ids=["none", "null", "some", "misspelt"],
)
def test_a_misspelt_variable_and_a_missing_fleet_are_told_at_once(tmp_path: Path, seen: dict[str, Any], message: str) -> None:
    """Before anything is listed, and no report of an earlier run outlives it."""
    folder = tmp_path / "reports"
    folder.mkdir(mode=0o700)
    (folder / "report.json").write_text('{"verdict": "pass"}', encoding="utf-8")
    arguments = {"check_only": True, "collected": "found", "report_dir": str(folder)}
    assert audit(tmp_path, Module(), arguments, seen, role=Role())["msg"] == message
    assert json.loads((folder / "report.json").read_text())["verdict"] == "unknown"


def test_links_that_no_report_has_are_refused(tmp_path: Path) -> None:
    told = "console_url: no report has links to a console; only html has them. Add html to the reports, or leave the option out."
    given = {"inventories": [], "console_url": {"tencent_ssm": "https://x.example/{name}"}}
    none: list[dict[str, Any]] = [{}, {"report_dir": str(tmp_path / "r"), "report_formats": ["json"]}, {"reports": {"json": "r.json"}}, {"check_only": True}]
    assert [audit(tmp_path, Module(), {**given, **more})["msg"] for more in none] == [told] * len(none)
    some: list[dict[str, Any]] = [{"report_dir": str(tmp_path / "r"), "report_formats": "json,html"}, {"reports": {"html": "r.html"}}]
    assert all(audit(tmp_path, Module(), {**given, **more})["judged"] for more in some)
    assert audit(tmp_path, Module(), {**given, "console_url": {}})["judged"]


def test_a_verdict_from_elsewhere_is_not_believed(tmp_path: Path) -> None:
    """Extra variables come before what the role sets."""
    for given in ({"verdict": "pass"}, "pass", {}):
        result = audit(tmp_path, Module(), {"inventories": []}, {"assert_secrets_result": given}, role=Role())
        assert "assert_secrets_result is given, and is what the role sets" in result["msg"] and not result["judged"]
    own = {"assert_secrets_result": {"verdict": "unknown", "summary": {}}}
    assert audit(tmp_path, Module(), {"inventories": []}, own, role=Role())["judged"]
    assert audit(tmp_path, Module(), {"inventories": []}, {"assert_secrets_result": {"verdict": "pass"}})["judged"], "it is the role's alone"


def test_in_the_role_null_is_the_usual_folder_and_paths_begin_where_ansible_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = Module()
    audit(tmp_path, module, {"inventories": "a.jsonl, b/*.jsonl", "report_dir": None, "report_formats": ["json"]}, role=Role())
    assert module.options["inventories"] == [str(tmp_path / "a.jsonl"), str(tmp_path / "b/*.jsonl")]
    assert module.options["reports"] == {"json": str(tmp_path / "secrets-report/report.json")}


def test_a_failure_of_the_module_is_handed_on(tmp_path: Path) -> None:
    result = audit(tmp_path, Module(failed=True, msg="no", rule_errors=[1]), {"inventories": []})
    assert (result["failed"], result["msg"], result["rule_errors"], result["judged"]) == (True, "no", [1], False)


def test_an_exception_is_told_by_its_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr(plugin._rule_files, "sources", broken)
    result = audit(tmp_path, Module(), {"inventories": []})
    assert "Unexpected RuntimeError" in result["msg"] and "CANARY" not in str(result)


def test_what_this_half_uses_up_the_module_refuses() -> None:
    assert set(CONTROLLER) <= set(ARGUMENT_SPEC)


def test_named_inventories_replace_those_of_hosts_and_only_this_play_counts(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(tmp_path, {"a": done("a"), "c": done("c", play="play-0", at=9.0)})
    audit(tmp_path, module, {"collected": "found", "inventories": "x.jsonl"}, seen)
    assert module.options["inventories"] == ["x.jsonl"]
    assert [store["account"] for store in module.options["stores"]] == ["a"]


def test_where_all_hosts_are_lost_their_fleets_are_expected(tmp_path: Path) -> None:
    module = Module()
    seen = hosts(tmp_path, {"a": None}, a={"assert_secrets_fleet": FLEET}, assert_secrets_fleet=FLEET)
    assert audit(tmp_path, module, {"collected": "found"}, seen)["judged"]
    assert module.options["stores"] == [STORE]


def test_a_fleet_may_be_a_template(tmp_path: Path) -> None:
    module = Module()
    made = action(plugin.ActionModule, {"collected": "found"}, module)
    made._templar = SimpleNamespace(template=lambda text: FLEET)
    made.run(None, hosts(tmp_path, {"a": done("a"), "b": None}, b={"assert_secrets_fleet": "{{ x }}"}))
    assert module.options["stores"] == [{**STORE, "account": "a"}, STORE]


def test_a_result_of_no_play_counts_as_none(tmp_path: Path) -> None:
    assert "nothing was collected" in audit(tmp_path, Module(), {"collected": "found"}, hosts(tmp_path, {"a": done("a", play=None)}))["msg"]


@pytest.mark.parametrize(
    "rules, read",
    [('[{"id": "b"}]', [{"id": "b"}]), ("\n[{id: b}]", [{"id": "b"}]), ({"rules": [RULE]}, [{"name": "rules", "rules": [RULE]}])],
    ids=["JSON", "YAML", "a mapping"],
)
def test_rules_may_be_a_text_or_a_mapping(tmp_path: Path, rules: Any, read: Any) -> None:
    module = Module()
    audit(tmp_path, module, {"inventories": [], "rules": rules})
    assert module.options["rules"] == read


def test_checking_writes_no_report_of_the_module(tmp_path: Path) -> None:
    module = Module()
    audit(tmp_path, module, {"check_only": True, "rules": [RULE], "dest": "r.json", "reports": {"csv": "r.csv"}})
    assert module.options and not {"dest", "reports"} & set(module.options)


def test_in_check_mode_a_refusal_leaves_the_reports(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    assert audit(tmp_path, Module(), {"rules": "nowhere.yml", "report_dir": str(tmp_path), "report_formats": ["json"]}, check_mode=True)["failed"]
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("report.json", "{}")]


def test_a_host_that_is_lost_is_for_ansible_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_given: Any) -> Any:
        raise AnsibleConnectionFailure("lost")

    monkeypatch.setattr(Module, "__call__", lost)
    with pytest.raises(AnsibleConnectionFailure):
        audit(tmp_path, Module(), {"inventories": []})


def test_a_store_of_two_hosts_is_told_without_forging_lines(tmp_path: Path) -> None:
    twin = {**done("a"), "stores": [{**STORE, "account": "a\x1b[2J"}]}
    result = audit(tmp_path, Module(), {"collected": "found"}, hosts(tmp_path, {"a": twin, "b": {**twin, "inventories": ["/run/b.jsonl"]}}))
    assert "Two hosts list a store of one name" in result["msg"] and "\x1b" not in result["msg"]
