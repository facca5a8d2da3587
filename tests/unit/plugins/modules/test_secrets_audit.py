# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module from its options to its result, its files and its failures."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import stat
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import findings, judge, task, unended
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import SEVERITIES
from ansible_collections.multicloud.secrets.plugins.module_utils._core import clock, inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.plugins.modules import secrets_audit
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    SERVICE_SCHEMAS,
    record,
    row,
    rule,
    waiver,
    write,
)

RULES = [rule("on", title="Secrets are enabled", expect={"status": "enabled"})]


class Ended(Exception):
    """The module has ended; args[0] is its result."""


class Module:
    """Stands in for AnsibleModule: the same checks of options, and results as they go over the wire."""

    def __init__(self, options: dict[str, Any], check_mode: bool = False) -> None:
        checked = ArgumentSpecValidator(secrets_audit.ARGUMENT_SPEC).validate(options)
        if checked.error_messages:
            self.fail_json(msg="; ".join(checked.error_messages))
        self.params = checked.validated_parameters
        self.check_mode = check_mode

    def exit_json(self, **result: Any) -> None:
        raise Ended(json.loads(json.dumps(result, ensure_ascii=True)))

    def fail_json(self, msg: str, **result: Any) -> None:
        raise Ended(json.loads(json.dumps({"failed": True, "msg": msg, **result}, ensure_ascii=True)))


class Clock(clock.Clock):
    """A clock that stands still, and does not repeat its nonces."""

    def __init__(self, thread: int = 0) -> None:
        self._thread = thread
        self._nonces = 0

    def now(self) -> float:
        return 1_795_219_200.75

    def nonce(self) -> str:
        self._nonces += 1
        return f"{self._thread}{self._nonces:031x}"


def run(check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """The module's result."""
    with pytest.raises(Ended) as ended:
        task.run(Module(options, check_mode), SERVICE_SCHEMAS, Clock())
    return cast(dict[str, Any], ended.value.args[0])


def failure(**options: Any) -> dict[str, Any]:
    """The result of a module that failed."""
    result = run(**options)
    assert result["failed"] is True
    return result


# --- results ---


def test_the_result(inventory: str) -> None:
    result = run(inventories=[inventory], rules=RULES, as_of=AS_OF)
    assert set(result) == {
        "verdict",
        "note",
        "as_of",
        "summary",
        "rules",
        "stores",
        "lines",
        "owners",
        "findings",
        "findings_total",
        "compared",
        "fixed",
        "details",
        "reports",
        "by_owner",
        "changed",
    }
    assert (result["verdict"], result["as_of"], result["changed"], result["reports"]) == ("fail", AS_OF, False, {})
    assert [finding["name"] for finding in result["findings"]] == ["bad"]
    assert result["lines"][0].startswith("FAIL as of 2026-11-21T00:00:00Z")


def test_the_result_matches_its_documentation(inventory: str, tmp_path: Path) -> None:
    documented = yaml.safe_load(secrets_audit.RETURN)
    result = run(inventories=[inventory], rules=RULES, dest=str(tmp_path / "r"))
    of_the_action_plugin = {"judged", "inventories"}
    assert set(documented) == set(result) - {"changed"} | {"error", "rule_errors", "organizations"} | of_the_action_plugin
    assert set(documented["summary"]["contains"]) == set(result["summary"])
    assert set(documented["findings"]["contains"]) == set(result["findings"][0])
    assert set(documented["stores"]["sample"][0]) == set(result["stores"][0])
    assert set(documented["rules"]["sample"][0]) == set(result["rules"][0])


def test_the_result_tells_which_details_the_rules_read(inventory: str) -> None:
    reads = [{"id": "t", "title": "T", "severity": "low", "scopes": {"provider": "*_ssm"}, "expect": {"tag": {"key": "env", "present": True}}}]
    assert run(inventories=[inventory], rules=reads)["details"] == {"tencent_ssm": ["tags"]}
    assert run(inventories=[inventory], rules=RULES)["details"] == {}


@pytest.mark.parametrize("option", task.CONTROLLER)
def test_what_only_the_action_plugin_can_do_is_refused(inventory: str, option: str) -> None:
    value = True if option in ("check_only", "show") else "x" if option in ("collected", "report_dir") else ["json"]
    given: dict[str, Any] = {option: value}
    failed = run(inventories=[inventory], rules=RULES, **given)
    assert failed["msg"].startswith(f"{option}: it works through the action plugin only")


def test_inventories_must_be_named() -> None:
    assert run(rules=RULES)["msg"].startswith("inventories: it is missing")


def test_options_match_the_tables_of_the_code() -> None:
    spec: dict[str, Any] = secrets_audit.ARGUMENT_SPEC
    assert spec["fail_on"]["choices"] == list(SEVERITIES)
    assert list(yaml.safe_load(secrets_audit.DOCUMENTATION)["options"]["reports"]["suboptions"]) == list(FORMATS)


def test_examples_are_understood(inventory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example, with the paths of a real inventory."""
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    drift = [*RULES, rule("drift", fleet={"unchanged_since": {"baseline": "release"}})]
    write(tmp_path / "then", [row()], [record("good")], collected_at="2026-06-01T00:00:00Z")
    monkeypatch.chdir(tmp_path)
    tried = 0
    for entry in yaml.safe_load(secrets_audit.EXAMPLES):
        options = entry.get("multicloud.secrets.secrets_audit")
        if options:
            baselines = dict.fromkeys(options.get("baselines", {}), "then")
            rules = options["rules"] if isinstance(options["rules"], list) else drift if baselines else "rules.json"
            assert run(**{**options, "inventories": ["*.jsonl"], "rules": rules, "baselines": baselines, "as_of": None})["verdict"] in (
                "fail",
                "unknown",
                "pass",
            )
            tried += 1
    assert tried == 4


def test_the_clock_is_the_default_of_as_of(inventory: str) -> None:
    assert run(inventories=[inventory], rules=RULES)["as_of"] == "2026-11-21T00:00:00Z"


def test_max_findings(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record(f"s{index:03}", status="disabled") for index in range(150)])
    dest = tmp_path / "report.json"
    for given, returned in ((None, 100), (3, 3), (0, 0), (1000, 150)):
        options: dict[str, Any] = {} if given is None else {"max_findings": given}
        result = run(inventories=[path], rules=RULES, dest=str(dest), **options)
        assert (len(result["findings"]), result["findings_total"]) == (returned, 150)
        assert len(json.loads(dest.read_text())["findings"]) == 150
    assert "max_findings" in failure(inventories=[path], rules=RULES, max_findings=-1)["msg"]


@pytest.mark.parametrize("options", [{}, {"dest": "r.json"}, {"reports": {"csv": "r.csv"}}])
def test_findings_that_wait_on_disk_are_the_same(inventory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]) -> None:
    monkeypatch.chdir(tmp_path)
    asked = {"inventories": [inventory], "rules": [*RULES, rule("none", fleet={"count": {"max": 0}})], "as_of": AS_OF, **options}
    plain = run(check_mode=True, **asked)
    monkeypatch.setattr(findings, "RUN", 1)
    assert run(check_mode=True, **asked) == plain
    assert len(plain["findings"]) == 2 and os.listdir(tmp_path) == ["a.jsonl"]


def test_fail_on_and_allow_empty(inventory: str, tmp_path: Path) -> None:
    assert run(inventories=[inventory], rules=RULES, fail_on="critical")["verdict"] == "pass"
    empty = write(tmp_path / "empty", [row()], [])
    assert run(inventories=[empty], rules=[])["verdict"] == "fail"
    assert run(inventories=[empty], rules=[], allow_empty=True)["verdict"] == "pass"


def test_stores_and_max_age(inventory: str) -> None:
    good = [rule(expect={"name": {"present": True}})]
    here = [{"provider": "tencent_ssm", "account": "prod", "region": "r1"}, {"provider": "tencent_ssm", "account": "prod"}]
    assert run(inventories=[inventory], rules=good, stores=here)["verdict"] == "pass"
    assert run(inventories=[inventory], rules=good, stores=[{"provider": "tencent_ssm", "account": "prod", "region": "r2"}])["verdict"] == "unknown"
    assert run(inventories=[inventory], rules=good, stores=[{"provider": "alibaba_apig", "account": "prod"}])["verdict"] == "unknown"
    assert run(inventories=[inventory], rules=good, max_age="60m")["verdict"] == "pass"
    assert run(inventories=[inventory], rules=good, max_age="59m")["verdict"] == "fail"


# --- rules ---


def test_rules_come_in_many_shapes(inventory: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": RULES}), encoding="utf-8")
    other = {"name": "extra.yml", "rules": [rule("other", expect={"name": {"glob": "$x"}})], "params": {"x": "*"}}
    on, both = ["on"], ["on", "other"]
    for rules, ids in (
        (RULES, on),
        (RULES[0], on),
        ({"rules": RULES}, on),
        (str(path), on),
        ([str(path), other], both),
        ([other, *RULES], both),
        ([], []),
    ):
        result = run(inventories=[inventory], rules=rules)
        assert [item["id"] for item in result["rules"] if item["id"] in both] == ids


def test_waivers_come_in_many_shapes(inventory: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.json"
    path.write_text(json.dumps({"waivers": [waiver("*/*/*/bad", rule="on")]}), encoding="utf-8")
    inline = {"name": "mine.yml", "waivers": [waiver("*/*/*/bad", rule="on")]}
    for given in (str(path), [str(path)], inline, [inline], inline["waivers"], inline["waivers"][0]):
        result = run(inventories=[inventory], rules=RULES, waivers=given)
        assert (result["verdict"], result["findings"][0]["verdict"]) == ("pass", "waived")
    assert result["lines"][-1] == "high on: 1 waived - Secrets are enabled"


def test_errors_in_rules_and_waivers_are_told_together(inventory: str) -> None:
    rules = [*RULES, rule("broken", expect={"statsu": "enabled"})]
    waivers = [waiver(rule="no"), waiver(rule="broken"), {"name": "w.yml", "waivers": [waiver(rule="on", expires="never")]}]
    result = failure(inventories=[inventory], rules=rules, waivers=waivers)
    assert [(item["file"], item["rule"], item["path"]) for item in result["rule_errors"]] == [
        ("rules", "broken", "expect.statsu"),
        ("w.yml", "waivers[0]", "expires"),
        ("waivers", "waivers[0]", "rule"),
    ]


def test_baselines(inventory: str, tmp_path: Path) -> None:
    then = write(tmp_path / "then.jsonl", [row()], [record("good")], collected_at="2026-06-01T00:00:00Z")
    rules = [rule(fleet={"unchanged_since": {"baseline": "june"}})]
    for given in (then, [then], str(tmp_path / "th*.jsonl")):
        result = run(inventories=[inventory], rules=rules, baselines={"june": given})
        assert [(finding["name"], finding["message"]) for finding in result["findings"]] == [("bad", "added since the baseline")]
    misspelt = [rule(fleet={"unchanged_since": {"baseline": "jun"}})]
    assert "did you mean june?" in failure(inventories=[inventory], rules=misspelt, baselines={"june": then})["msg"]
    assert "baselines: june: x.jsonl matches no file" in failure(inventories=[inventory], rules=rules, baselines={"june": "x.jsonl"})["msg"]
    assert "is not an inventory" in failure(inventories=[inventory], rules=rules, baselines={"june": __file__})["msg"]
    assert "cannot hold a report" in failure(inventories=[inventory], rules=rules, baselines={"june": then}, dest=then)["msg"]


def test_a_baseline_that_proves_nothing_is_refused(inventory: str, tmp_path: Path) -> None:
    """Nothing is compared with one that no rule reads, and nothing could have changed since what is judged itself."""
    rules = [rule(fleet={"unchanged_since": {"baseline": "june"}})]
    then = write(tmp_path / "then.jsonl", [row()], [record("good")], collected_at="2026-06-01T00:00:00Z")
    for baselines, unread in (({"june": then, "jun": then}, "jun"), ({"june": then, "may": then, "jul": then}, "jul, may")):
        error = failure(inventories=[inventory], rules=rules, baselines=baselines)["error"]
        assert error["message"] == f"baselines: no rule reads {unread}"
        assert error["hint"] == f"Write a rule with fleet: {{unchanged_since: {{baseline: {list(baselines)[1]}}}}}, or leave the baseline out."
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(Path(inventory).read_bytes())
    link = tmp_path / "link.jsonl"
    link.symlink_to(inventory)
    for path, told in (
        (inventory, "an inventory that is judged"),
        (str(copy), f"a copy of {inventory}, which is judged"),
        (str(link), f"a copy of {inventory}, which is judged"),
    ):
        error = failure(inventories=[inventory], rules=rules, baselines={"june": [then, path]})["error"]
        assert error["message"] == f"baselines: june: {path} is {told}, so that nothing could have changed"
        assert error["hint"] == "Name inventories of another day. To begin, copy these to another folder, and judge the next ones by them."


@pytest.mark.parametrize("what, content", [("rules", {"rules": RULES}), ("waivers", {"waivers": []})])
def test_a_report_does_not_replace_what_it_was_made_from(inventory: str, tmp_path: Path, what: str, content: Any) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(content))
    result = failure(**{"inventories": [inventory], "rules": RULES, what: [str(path)]}, reports={"json": str(path)})
    assert result["msg"].startswith(f"{path} is one of the files of rules and waivers and cannot hold a report")
    assert json.loads(path.read_text()) == content


def test_params(inventory: str) -> None:
    rules = {"rules": [rule(expect={"status": {"in": "$fine"}})], "params": {"fine": ["enabled"]}}
    assert run(inventories=[inventory], rules=rules)["verdict"] == "fail"
    assert run(inventories=[inventory], rules=rules, params={"fine": ["enabled", "disabled"]})["verdict"] == "pass"
    result = failure(inventories=[inventory], rules=rules, params={"fien": []})
    assert [(item["file"], item["path"]) for item in result["rule_errors"]] == [("params", "fien"), ("params", "fien")]


def test_a_byte_order_mark_is_no_error(inventory: str, tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(RULES).encode())
    assert run(inventories=[inventory], rules=str(tmp_path / "rules.json"))["verdict"] == "fail"


def test_all_errors_in_rules_are_told_before_an_inventory_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps([rule("a", expect={"statsu": "enabled"}), rule("b", severity="x", expect={"status": "enabled"})]), encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text("not an inventory", encoding="utf-8")
    inline = {"name": "mine.yml", "rules": [rule("c", expect={"name": {"gt": 1}})]}
    result = failure(inventories=[str(tmp_path / "broken.jsonl")], rules=[str(path), inline, rule("d", fleet={"requird": []})])
    assert [(item["file"], item["rule"], item["path"]) for item in result["rule_errors"]] == [
        (str(path), "a", "expect.statsu"),
        (str(path), "b", "severity"),
        ("mine.yml", "c", "expect.name.gt"),
        ("rules", "d", "fleet"),
    ]
    assert result["error"]["kind"] == "rules"
    assert "did you mean status?" in result["msg"] and "did you mean required?" in result["msg"]


@pytest.mark.parametrize(
    "content,reason,hint",
    [
        (b"rules:\n  - id: x\n", "not JSON at line 1, column 1", "from_yaml"),
        (b'{"rules": [],\n "rules": []}', "a key occurs twice in one object at line 2, column 2", "Mend it there"),
        (b"[NaN]", "NaN is not JSON at line 1, column 2", "Mend it there"),
        (b"\xff\xfe", "not UTF-8 at line 1, column 1", "Save it as UTF-8"),
        (b"[" * 100_000, "nested too deeply at line 1, column 101", "Mend it there"),
    ],
)
@pytest.mark.parametrize("option", ["rules", "waivers"])
def test_a_file_that_is_no_json(inventory: str, tmp_path: Path, content: bytes, reason: str, hint: str, option: str) -> None:
    path = tmp_path / "rules.yml"
    path.write_bytes(content)
    result = failure(inventories=[inventory], **{"rules": [], option: str(path)})
    assert result["msg"].startswith(f"{option}: {path} is ") and reason in result["msg"] and hint in result["msg"]


def test_a_rule_file_that_is_not_there(inventory: str, tmp_path: Path) -> None:
    assert "No such file" in failure(inventories=[inventory], rules=[str(tmp_path / "none.json")])["msg"]


# --- bad input ---


@pytest.mark.parametrize(
    "options,told",
    [
        ({"as_of": "yesterday"}, "as_of: yesterday is not a time such as 2026-02-05T03:04:05Z"),
        ({"as_of": "2026-11-21"}, "as_of"),
        ({"as_of": "1969-12-31T00:00:00Z"}, "as_of"),
        ({"as_of": "9999-12-31T00:00:00Z"}, "as_of"),
        ({"max_age": "24"}, 'max_age: "24" is not a duration'),
        ({"fail_on": "never"}, "fail_on"),
        ({"stores": [{"provider": "tencent_smm", "account": "x"}]}, "stores: unknown provider 'tencent_smm'; did you mean tencent_ssm?"),
        ({"stores": [{"provider": "tencent_ssm"}]}, "account"),
        ({"stores": [{"provider": "tencent_ssm", "account": "prod", "region": ""}]}, "stores: region is empty. Give a value, or leave the option out"),
        ({"stores": [{"provider": "tencent_ssm", "account": " "}]}, "stores: account is blank"),
        ({"reports": {"pdf": "x"}}, "pdf"),
        ({"rules": "\x1b[31m\nok: [prod]"}, "\\u001b[31m\\u000aok: [prod]"),
    ],
)
def test_bad_options(inventory: str, options: dict[str, Any], told: str) -> None:
    result = failure(**{"inventories": [inventory], "rules": RULES, **options})
    assert told in result["msg"]


MAKE_IT = "Make its folder, or choose another path."
FILLED = "Give a value, or leave the option out (omit)."
ELSEWHERE = "Remove it or choose another path."
A_REPORT = "Give a JSON report as secrets_audit wrote it, or leave the option out."
AN_ADDRESS = "Write https://, the host without a user, and the rest with {region}, {name}, {id} or {account} where they belong."
ABSENT = "Every named inventory must exist, so that no store is missed."
AS_DATA = "The module reads such files as JSON only. Give YAML as data, read with lookup('ansible.builtin.file', path) | from_yaml."


PATH = "Correct the path, or give the {} as data."


@pytest.mark.parametrize(
    "options,kind,message,hint",
    [
        ({"max_findings": -1}, "argument", "max_findings: it cannot be less than 0", ""),
        ({"as_of": "2026-11-21"}, "argument", "as_of: 2026-11-21 is not a time such as 2026-02-05T03:04:05Z", ""),
        ({"as_of": "x" * 81}, "argument", f"as_of: {'x' * 80}... is not a time such as 2026-02-05T03:04:05Z", ""),
        ({"as_of": "3000-01-01T00:00:00Z"}, "argument", "as_of: 3000-01-01T00:00:00Z is not a time such as 2026-02-05T03:04:05Z", ""),
        ({"max_age": "24"}, "argument", 'max_age: "24" is not a duration such as 90d; units are m, h, d and w', ""),
        ({"stores": [{"provider": "tencent_smm", "account": "x"}]}, "argument", "stores: unknown provider 'tencent_smm'; did you mean tencent_ssm?", ""),
        ({"inventories": ["FOLDER/none*"]}, "argument", "inventories: FOLDER/none* matches no file", ABSENT),
        ({"baselines": {"ju\nne": "FOLDER/none"}}, "argument", "baselines: ju\\u000ane: FOLDER/none matches no file", ABSENT),
        ({"reports": {"csv": "FOLDER/r", "json": "FOLDER/r"}}, "argument", "dest and reports: two of them have the same path", ""),
        ({"dest": "FOLDER/r", "reports": {"json": "FOLDER/./r"}}, "argument", "dest and reports: two of them have the same path", ""),
        ({"dest": "FOLDER/a.jsonl"}, "argument", "FOLDER/a.jsonl is one of the inventories and cannot hold a report", ""),
        *(({name: ""}, "argument", f"{name} is empty", FILLED) for name in ("dest", "previous", "history", "by_owner")),
        ({"reports": {"csv": "FOLDER/r", "json": ""}}, "argument", "reports: json is empty", FILLED),
        ({"dest": "FOLDER/no/r"}, "file", "dest: FOLDER/no: No such file or directory", MAKE_IT),
        ({"reports": {"csv": "FOLDER/no/r"}}, "file", "reports: csv: FOLDER/no: No such file or directory", MAKE_IT),
        ({"history": "FOLDER/no/r"}, "file", "history: FOLDER/no: No such file or directory", MAKE_IT),
        ({"history": "FOLDER"}, "file", "history: FOLDER exists and is not a regular file", ELSEWHERE),
        ({"previous": "FOLDER/none"}, "file", "previous: FOLDER/none: No such file or directory", A_REPORT),
        ({"previous": "FOLDER"}, "file", "previous: FOLDER is not a regular file", A_REPORT),
        *(
            ({"console_url": {"tencent_ssm": address}}, "argument", f"console_url: {address!r} is no address of a console", AN_ADDRESS)
            for address in ("https://user:word@host/{name}", "https://user@host", "http://host/{name}", "https://host/{name", "")
        ),
        *(({name: "FOLDER/none"}, "file", f"{name}: FOLDER/none: No such file or directory", PATH.format(name)) for name in ("rules", "waivers")),
        ({"rules": "FOLDER"}, "file", "rules: FOLDER is not a regular file", PATH.format("rules")),
        ({"rules": "FOLDER/x.json"}, "rules", "rules: FOLDER/x.json is not JSON at line 1, column 1", AS_DATA),
        ({"waivers": ["FOLDER/x.json"]}, "rules", "waivers: FOLDER/x.json is not JSON at line 1, column 1", AS_DATA),
    ],
)
def test_what_refusals_say(inventory: str, tmp_path: Path, options: dict[str, Any], kind: str, message: str, hint: str) -> None:
    (tmp_path / "x.json").write_text("id: x", encoding="utf-8")
    here = json.loads(json.dumps(options).replace("FOLDER", str(tmp_path)))
    error = failure(**{"inventories": [inventory], "rules": RULES, **here})["error"]
    assert (error["kind"], error["message"].replace(str(tmp_path), "FOLDER"), error["hint"] or "") == (kind, message, hint)


def test_times_that_can_be_meant(inventory: str) -> None:
    assert run(inventories=[inventory], rules=[], as_of="2999-12-31T23:59:59Z")["as_of"] == "2999-12-31T23:59:59Z"
    early = failure(inventories=[inventory], rules=[], as_of="1970-01-01T00:00:00Z")
    assert "is of the future: it was collected at 2026-11-20T23:00:00Z, after the time of judging, 1970-01-01T00:00:00Z" in early["msg"]


def test_paths_below_the_home_folder(inventory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "rules.json").write_text(json.dumps([*RULES, rule("drift", fleet={"unchanged_since": {"baseline": "june"}})]), encoding="utf-8")
    write(tmp_path / "june", [row()], [record("good")], collected_at="2026-06-01T00:00:00Z")
    result = run(inventories=[inventory], rules="~/rules.json", baselines={"june": "~/june"})
    assert [item["file"] for item in result["rules"] if item["id"] == "on"] == ["~/rules.json"]
    spoilt = failure(inventories=[inventory], rules="~/rules.json", baselines={"june": "~/a.jsonl"}, dest=str(tmp_path / "rules.json"))
    assert "cannot hold a report" in spoilt["msg"]


def test_where_rules_without_a_file_are_said_to_be(inventory: str) -> None:
    broken = {"rules": [rule("x", expect={"statsu": "y"})]}

    def files(given: Any) -> list[str]:
        return [item["file"] for item in failure(inventories=[inventory], rules=given)["rule_errors"]]

    assert files(broken) == files(broken["rules"]) == files(broken["rules"][0]) == ["rules"]
    assert files([broken, {**broken, "name": "mine.yml"}, broken])[:1] == ["rules[0]"]
    assert files([{"rules": RULES}, {"rules": broken["rules"]}]) == ["rules[1]"]


def test_the_first_line_of_an_id_counts(inventory: str) -> None:
    text = "rules:\n- id: on\n  select: {id: on}\n  expect: {status: enabled}\n"
    result = run(inventories=[inventory], rules={"name": "a.yml", "text": text, "rules": RULES})
    assert [(item["file"], item["line"]) for item in result["rules"] if item["id"] == "on"] == [("a.yml", 2)]


def test_a_pattern_without_a_file_is_an_error(inventory: str, tmp_path: Path) -> None:
    result = failure(inventories=[inventory, str(tmp_path / "none" / "*.jsonl")], rules=RULES)
    assert "matches no file" in result["msg"] and result["error"]["kind"] == "argument"
    assert "matches no file" in failure(inventories=[str(tmp_path / "none.jsonl")], rules=RULES)["msg"]


def test_patterns(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    write(tmp_path / "a.jsonl", [row()], [record()])
    write(tmp_path / "deep" / "er" / "b.jsonl", [row(region="r2")], [])
    write(tmp_path / "c[1].jsonl", [row(region="r3")], [])
    os.symlink(tmp_path / "a.jsonl", tmp_path / "link.jsonl")

    def regions(*patterns: str) -> list[str]:
        return [store["region"] for store in run(inventories=[str(tmp_path / pattern) for pattern in patterns], rules=[])["stores"]]

    assert regions("*.jsonl") == ["r1", "r3"]
    assert regions("**/*.jsonl") == ["r1", "r2", "r3"]
    assert regions("c[1].jsonl") == ["r3"]
    assert run(inventories=[str(tmp_path / "a.jsonl"), str(tmp_path / "*.jsonl")], rules=[])["verdict"] == "pass"


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"{}\n")])
def test_what_is_no_inventory(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "x")
    assert failure(inventories=[str(tmp_path / "x")], rules=[])["error"]["kind"] == "file"


def test_a_truncated_inventory_fails_the_task_and_the_report_says_so(inventory: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old", encoding="utf-8")
    Path(inventory).write_bytes(Path(inventory).read_bytes()[:-30])
    assert "not a whole inventory" in failure(inventories=[inventory], rules=RULES, dest=str(report))["msg"]
    told = json.loads(report.read_text())
    assert told["verdict"] == "unknown" and told["note"] == told["findings"][0]["message"]
    assert f"this run has not ended: {inventory} is not a whole inventory" in told["findings"][0]["message"]
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "report.json"]


def test_a_fault_of_the_code_shows_its_class_only(inventory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*ignored: Any) -> None:
        raise KeyError("a text that could hold anything")

    monkeypatch.setattr(task, "judge", broken)
    result = failure(inventories=[inventory], rules=RULES)
    assert result["error"]["kind"] == "internal"
    assert "KeyError" in result["msg"] and "anything" not in json.dumps(result)


# --- files ---


def all_reports(folder: Path) -> dict[str, str]:
    """A path for each format: r.json, r.csv and so on."""
    return {name: str(folder / f"r.{name}") for name in FORMATS}


def test_reports_are_written_privately_and_whole(inventory: str, tmp_path: Path) -> None:
    targets = all_reports(tmp_path)
    before = os.umask(0)
    try:
        result = run(inventories=[inventory], rules=RULES, dest=str(tmp_path / "all.json"), reports=targets, as_of=AS_OF)
    finally:
        os.umask(before)
    assert result["reports"] == targets and result["changed"] is True
    written = ["all.json", *(f"r.{name}" for name in FORMATS)]
    assert sorted(os.listdir(tmp_path)) == sorted(["a.jsonl", *written])
    for name in written:
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert (tmp_path / "all.json").read_bytes() == (tmp_path / "r.json").read_bytes()
    begins = {
        "json": "{",
        "csv": "\ufeffverdict,",
        "junit": "<?xml",
        "sarif": '{\n"version"',
        "markdown": "# Secrets audit: FAIL\n",
        "html": "<!DOCTYPE",
        "text": "Secrets audit: FAIL ",
        "prometheus": "# HELP secrets_audit_verdict ",
    }
    begins["secrets"] = begins["csv"]
    assert all((tmp_path / f"r.{name}").read_text(encoding="utf-8").startswith(beginning) for name, beginning in begins.items())
    assert set(begins) == set(targets)
    whole = json.loads((tmp_path / "all.json").read_text())
    assert {key: whole[key] for key in ("verdict", "summary", "stores", "rules", "findings")} == {
        key: result[key] for key in ("verdict", "summary", "stores", "rules", "findings")
    }


def test_rules_are_told_with_their_file_and_line(inventory: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": [rule("a", expect={"name": "x"}), rule("b", expect={"name": "x"})]}, indent=1), encoding="utf-8")
    text = "# id: c is ours\nrules:\n  - {title: C, id: c, severity: low, expect: {kms_key_id: d}}\n\n  - title: D\n    'id' : \"d\"\n    severity: low\n"
    yml = {"name": "dir/rules.yml", "text": text, "rules": [rule("c", expect={"name": "y"}), rule("d", expect={"name": "y"})]}
    result = run(inventories=[inventory], rules=[str(path), yml, rule("e", expect={"name": "z"})], reports={"sarif": str(tmp_path / "r.sarif")})
    assert {item["id"]: (item["file"], item["line"]) for item in result["rules"]} == {
        **dict.fromkeys(("collection-complete", "fleet-empty", "inventory-superseded", "e"), (None, None)),
        "a": (str(path), 4),
        "b": (str(path), 12),
        "c": ("dir/rules.yml", 3),
        "d": ("dir/rules.yml", 6),
    }
    found = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"]
    assert [item["locations"][0]["physicalLocation"]["region"]["startLine"] for item in found if item["ruleId"] == "d"] == [6, 6]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for turn, order in enumerate(([0, 1, 2], [2, 0, 1])):
        stores = [
            write(tmp_path / f"{index}.jsonl", [row(region=f"r{index}")], [record(name, region=f"r{index}", status="disabled") for name in "ab"])
            for index in order
        ]
        rules = [rule(f"r{index}", expect={"status": "enabled"}) for index in order]
        result = run(inventories=stores, rules=rules, as_of=AS_OF, dest=str(tmp_path / "r"), reports=all_reports(tmp_path))
        assert result["changed"] is (turn == 0)
        reports = [path for path in sorted(tmp_path.glob("r*")) if "previous" not in path.name]
        assert len(reports) == 1 + len(FORMATS)
        digests.add(hashlib.sha256(b"".join(path.read_bytes() for path in reports)).hexdigest())
    assert len(digests) == 1


def test_changed(inventory: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "dest": str(tmp_path / "r.json"), "reports": {"markdown": str(tmp_path / "r.md")}}
    assert run(**options)["changed"] is True
    assert run(**options)["changed"] is False
    # a later judging says the same at another time; the files are exchanged all the same
    assert run(**options, as_of="2026-11-21T01:00:00Z")["changed"] is False
    assert json.loads((tmp_path / "r.json").read_text())["as_of"] == "2026-11-21T01:00:00Z"
    assert "As of 2026-11-21T01:00:00Z" in (tmp_path / "r.md").read_text()
    # collected anew with the same content
    write(Path(inventory), [row()], [record("good"), record("bad", status="disabled")], collected_at="2026-11-20T23:30:00Z")
    assert run(**options)["changed"] is False
    write(Path(inventory), [row()], [record("good"), record("bad", status="pending_delete")])
    assert run(**options)["changed"] is True
    (tmp_path / "r.md").write_bytes(b"\xff")
    assert run(**options)["changed"] is True
    assert run(**options)["changed"] is False


def test_check_mode_writes_nothing_and_says_the_same(inventory: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "dest": str(tmp_path / "r.json"), "reports": {"markdown": str(tmp_path / "r.md")}}
    checked = run(check_mode=True, **options)
    assert os.listdir(tmp_path) == ["a.jsonl"]
    assert checked["changed"] is True
    written = run(**options)
    assert written.pop("lines") == [*checked.pop("lines"), f"report: {tmp_path / 'r.md'}"] and written == checked
    seen = {name: (tmp_path / name).stat().st_ino for name in os.listdir(tmp_path)}
    assert run(check_mode=True, **options)["changed"] is False
    assert {name: (tmp_path / name).stat().st_ino for name in os.listdir(tmp_path)} == seen


@pytest.mark.parametrize(
    "option", [lambda path: {"dest": path}, *(lambda path, name=name: {"reports": {name: path}} for name in FORMATS)], ids=["dest", *FORMATS]
)
def test_what_a_report_never_replaces(inventory: str, tmp_path: Path, option: Any) -> None:
    target = tmp_path / "victim"
    target.write_text("precious", encoding="utf-8")
    os.symlink(target, tmp_path / "link")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    for name in ("link", "folder", "fifo"):
        for check_mode in (False, True):
            result = run(check_mode, inventories=[inventory], rules=RULES, **option(str(tmp_path / name)))
            assert result["failed"] and "not a regular file" in result["msg"]
    assert "is one of the inventories" in failure(inventories=[inventory], rules=RULES, **option(inventory))["msg"]
    assert "No such file" in failure(inventories=[inventory], rules=RULES, **option(str(tmp_path / "none" / "r")))["msg"]
    assert target.read_text() == "precious"
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "fifo", "folder", "link", "victim"]


def test_targets_are_checked_before_anything_is_judged(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("no inventory", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    assert "not a regular file" in failure(inventories=[str(tmp_path / "broken")], rules=RULES, dest=str(tmp_path / "folder"))["msg"]


def test_two_reports_cannot_share_a_file(inventory: str, tmp_path: Path) -> None:
    same = str(tmp_path / "r")
    assert "same path" in failure(inventories=[inventory], rules=RULES, dest=same, reports={"markdown": same})["msg"]
    assert "same path" in failure(inventories=[inventory], rules=RULES, reports={"json": same, "markdown": str(tmp_path / "." / "r")})["msg"]


def test_a_full_disk_leaves_no_report_of_another_run(inventory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "r.json"
    report.write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in failure(inventories=[inventory], rules=RULES, dest=str(report))["msg"]
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_may_not_grow_leaves_no_report_of_another_run(inventory: str, tmp_path: Path, name: str) -> None:
    """A limit on the size of files acts like a disk that is full in the middle of writing."""
    report = tmp_path / "r"
    report.write_text("old", encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        result = failure(inventories=[inventory], rules=RULES, reports={name: str(report)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert f"{report}: File too large" in result["msg"]
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl"]


@pytest.mark.parametrize("name", FORMATS)
def test_of_two_writers_the_last_one_wins_whole(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "time_limit", lambda seconds: nullcontext(lambda: None))  # its signal reaches the first thread only
    report = tmp_path / "r"
    inventories = [write(tmp_path / f"{size}.jsonl", [row()], [record(f"s{index}", status="disabled") for index in range(size)]) for size in (1, 300)]
    wholes = []
    for path in inventories:
        run(inventories=[path], rules=RULES, reports={name: str(report)})
        wholes.append(report.read_bytes())
    started = threading.Barrier(len(inventories))

    def again(number: int) -> None:
        started.wait()
        for _turn in range(15):
            with pytest.raises(Ended) as ended:
                task.run(Module({"inventories": [inventories[number]], "rules": RULES, "reports": {name: str(report)}}), SERVICE_SCHEMAS, Clock(number))
            failed.append(ended.value.args[0].get("msg"))
            seen.append(report.read_bytes())

    seen: list[bytes] = []
    failed: list[str | None] = []
    threads = [threading.Thread(target=again, args=(number,)) for number in range(len(inventories))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = FORMATS[name].render(unended.result(int(Clock().now()))).encode("utf-8")
    assert failed == [None] * 30
    assert len(seen) == 30 and set(seen) <= {*wholes, page}
    assert report.read_bytes() in wholes
    assert sorted(os.listdir(tmp_path)) == ["1.jsonl", "300.jsonl", "r", *(["r.previous"] if name == "json" else [])]


# --- the language ---


def test_reports_for_people_speak_chinese_and_all_others_english(inventory: str, tmp_path: Path) -> None:
    """Of a module that is called twice: only what is for people changes, and a rule's own words are those of the language."""
    title, message = {"en": "All are off", "zh": "全部禁用"}, {"en": "{name} is on", "zh": "{name} 已启用"}
    rules = [rule("r", title=title, message=message, expect={"status": "disabled"})]
    options: dict[str, Any] = {"inventories": [inventory], "rules": rules, "as_of": AS_OF, "reports": all_reports(tmp_path)}
    english = run(**options)
    before = {name: Path(path).read_text(encoding="utf-8") for name, path in options["reports"].items()}
    chinese = run(**options, language="zh")
    after = {name: Path(path).read_text(encoding="utf-8") for name, path in options["reports"].items()}
    assert {name for name in before if before[name] != after[name]} == {"html", "markdown", "text"}
    assert chinese == {**english, "changed": True} and not run(**options, language="zh")["changed"]
    assert all(f"{english['findings'][0]['name']} 已启用" in after[name] for name in ("html", "markdown"))
    assert "全部禁用" in after["markdown"] and "All are off" not in after["html"] and "All are off" in after["json"]


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_a_run_that_breaks_off_says_so_in_its_language(tmp_path: Path, name: str) -> None:
    failure(inventories=[str(tmp_path / "nowhere")], rules=RULES, reports={name: str(tmp_path / "r")}, language="zh")
    assert "本次运行没有结束" in (tmp_path / "r").read_text(encoding="utf-8")


# --- no report outlives its run ---


@pytest.fixture(name="audited")
def audited_folder(inventory: str, tmp_path: Path) -> dict[str, Any]:
    """The options of a run with every report, after it ended well once."""
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "as_of": AS_OF, "reports": all_reports(tmp_path), "dest": str(tmp_path / "all.json")}
    assert run(**options)["verdict"] == "fail"
    return options


def told_by(path: Path) -> dict[str, Any]:
    """A JSON report."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_while_a_run_is_under_way_every_report_says_so(audited: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told_by(tmp_path / "r.json")
    seen: dict[str, str] = {}

    def judging(*given: Any) -> Any:
        seen.update({path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("[ar]*.*") if path.suffix != ".jsonl"})
        return judge.judge(*given)

    monkeypatch.setattr(task, "judge", judging)
    assert run(**audited)["changed"] is False
    assert sorted(seen) == sorted(["all.json", "r.previous.json", *(f"r.{name}" for name in FORMATS)])
    assert json.loads(seen.pop("r.previous.json")) == whole
    assert all("this run has not ended" in text for text in seen.values())
    assert told_by(tmp_path / "r.json") == told_by(tmp_path / "all.json") == told_by(tmp_path / "r.previous.json") == whole


REFUSED: list[Any] = [
    pytest.param({"rules": [rule("on", expect={"statuss": "enabled"})]}, "did you mean status?", id="a rule with an error"),
    pytest.param({"rules": "FOLDER/rules.json"}, "No such file", id="a rule file that is not there"),
    pytest.param({"inventories": ["FOLDER/none/*.jsonl"]}, "matches no file", id="an inventory that is not there"),
    pytest.param({"inventories": ["FOLDER/broken"]}, "is not an inventory", id="a broken inventory"),
    pytest.param({"max_age": "soon"}, "max_age: ", id="an option"),
    pytest.param({"max_findings": -1}, "max_findings: ", id="a number"),
    pytest.param({"as_of": "today"}, "as_of: today is not a time", id="a time"),
    pytest.param({"waivers": [waiver(rule="other")]}, "unknown rule", id="a waiver"),
    pytest.param({"stores": [{"provider": "toy", "account": "a"}]}, "unknown provider", id="a store"),
    pytest.param({"dest": "FOLDER"}, "is not a regular file", id="a report that cannot be written"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED)
def test_a_run_that_is_refused_leaves_no_old_verdict(audited: dict[str, Any], tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    (tmp_path / "broken").write_text("{", encoding="utf-8")
    whole = told_by(tmp_path / "r.json")
    filled = json.loads(json.dumps({**audited, **change}).replace("FOLDER", str(tmp_path)))
    assert reason in failure(**filled)["msg"]
    told = told_by(tmp_path / "r.json")
    assert (told["verdict"], told["stores"]) == ("unknown", []) and told["note"].startswith("this run has not ended: ")
    assert reason in told["findings"][0]["message"]
    for name in FORMATS:
        assert "this run has not ended: " in (tmp_path / f"r.{name}").read_text(encoding="utf-8")
    assert told_by(tmp_path / "r.previous.json") == whole
    failure(**filled)
    assert told_by(tmp_path / "r.previous.json") == whole, "a second refusal keeps the last whole result"
    assert run(**audited)["changed"] is True
    assert told_by(tmp_path / "r.json") == told_by(tmp_path / "r.previous.json") == whole


def test_a_run_that_is_killed_leaves_no_old_verdict(audited: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*given: Any) -> Any:
        raise Killed

    monkeypatch.setattr(task, "judge", killed)
    with pytest.raises(Killed):
        task.run(Module(audited), SERVICE_SCHEMAS, Clock())
    assert told_by(tmp_path / "r.json")["findings"][0]["message"] == "this run has not ended"
    assert "UNKNOWN (this run has not ended)" in (tmp_path / "r.markdown").read_text(encoding="utf-8")


def test_check_mode_leaves_the_last_report_even_if_it_is_refused(audited: dict[str, Any], tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert run(True, **{**audited, "max_age": "soon"})["failed"] is True
    assert run(True, **audited)["changed"] is False
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_run_that_the_role_began_says_whether_the_reports_change(audited: dict[str, Any], tmp_path: Path, inventory: str) -> None:
    for verdict, changed in (("fail", False), ("pass", True)):
        unended.begin(audited["reports"], Clock().now(), Clock().nonce)
        result = run(**audited)
        assert (result["verdict"], result["changed"]) == (verdict, changed)
        write(Path(inventory), [row()], [record("good")])


@pytest.mark.parametrize("option", [{"inventories": ["FOLDER/r.previous.json"]}, {"rules": "FOLDER/r.previous.json"}, {"waivers": ["FOLDER/r.previous.json"]}])
def test_what_is_read_is_not_replaced_by_the_last_report(audited: dict[str, Any], tmp_path: Path, option: dict[str, Any]) -> None:
    (tmp_path / "r.previous.json").write_text("[]", encoding="utf-8")
    filled = json.loads(json.dumps({**audited, **option}).replace("FOLDER", str(tmp_path)))
    assert "r.previous.json is one of the" in failure(**filled)["msg"]
    assert (tmp_path / "r.previous.json").read_text() == "[]"
    assert "r.previous.json is one of the" in told_by(tmp_path / "r.json")["findings"][0]["message"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_rule_file_is_never_replaced_by_a_page_that_says_why(inventory: str, tmp_path: Path, name: str) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    told = failure(inventories=[inventory], rules=[str(rules)], reports={name: str(rules)})
    assert "is one of the files of rules and waivers" in told["msg"] and json.loads(rules.read_text()) == RULES


# --- hostile names ---


def test_hostile_names_reach_nobody_raw(tmp_path: Path) -> None:
    name = "\x1b[31m\r\nok: [prod]\u202e {{ lookup('pipe','id') }} <b>|\u2028"
    path = write(tmp_path / "a", [row(), row(account=name, status="failed", error={"code": name, "message": name})], [record(name, status="disabled")])
    result = run(inventories=[path], rules=RULES, dest=str(tmp_path / "r.json"), reports={"markdown": str(tmp_path / "r.md")})
    assert result["findings"][0]["name"] in (None, name) and any(finding["name"] == name for finding in result["findings"])
    people = [*result["lines"], *(finding["message"] for finding in result["findings"]), *(store["reason"] for store in result["stores"])]
    forbidden = set("\x1b\r\n\u202e\u2028")
    for text in (*people, (tmp_path / "r.json").read_text().replace("\n", ""), (tmp_path / "r.md").read_text().replace("\n", "")):
        assert not set(text) & forbidden
    assert all("<b>" not in re.sub(r"(`+)[^`]*\1", "", line) for line in (tmp_path / "r.md").read_text().splitlines())


def test_lone_surrogates_in_a_forged_inventory_do_not_fail_the_task(tmp_path: Path) -> None:
    path = tmp_path / "a"
    lines = (
        Path(write(path, [row()], [record("NAME", status="disabled", description="NAME")]))
        .read_bytes()
        .replace(b"NAME", b"\\ud800")
        .splitlines(keepends=True)[:-1]
    )
    trailer = {"end": True, "records": 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    path.write_bytes(b"".join(lines) + json.dumps(trailer).encode() + b"\n")
    result = run(inventories=[str(path)], rules=[rule(expect={"description": "x", "status": "enabled"})], dest=str(tmp_path / "r.json"))
    json.dumps(result, ensure_ascii=False).encode("utf-8")
    assert result["findings"][0]["name"] == "\ufffd"


# --- the module file ---


def test_main(inventory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def made(spec: Any, supports_check_mode: bool) -> Module:
        seen.update(spec=spec, check=supports_check_mode)
        return Module({"inventories": [inventory], "rules": RULES})

    monkeypatch.setattr(secrets_audit, "CarefulModule", made)
    with pytest.raises(Ended) as ended:
        secrets_audit.main()
    assert ended.value.args[0]["findings_total"] >= 1
    assert seen == {"spec": secrets_audit.ARGUMENT_SPEC, "check": True}


def test_the_judge_takes_neither_the_network_nor_the_lister_with_it() -> None:
    code = (
        "import sys; import ansible_collections.multicloud.secrets.plugins.modules.secrets_audit;"
        "print([name for name in sys.modules if name.split('.')[-1] in ('requests', 'urllib3', 'jmespath', 'yaml', 'http_client', 'collector', 'transport')])"
    )
    import subprocess

    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert found.stdout.strip() == "[]"


# --- patterns ---


def test_a_pattern_finds_names_that_begin_with_dots(tmp_path: Path) -> None:
    for number, name in enumerate(["a.jsonl", ".b.jsonl", "...c.jsonl"]):
        write(tmp_path / name, [row(region=f"r{number}")], [record("s", region=f"r{number}", status="disabled")])
    (tmp_path / ".0123456789abcdef0123456789abcdef.tmp").write_text("left over", encoding="utf-8")
    assert run(inventories=[f"{tmp_path}/*.jsonl"], rules=RULES)["summary"]["secrets"] == 3


def test_a_pattern_that_finds_less_than_was_written_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    write(folder / "web1.tencent_ssm-1.jsonl", [row()], [record()])
    inventory_file.note_written(str(folder), "web1", ["web1.tencent_ssm-1.jsonl"], "0" * 32)
    pattern = f"{tmp_path}/*/*.jsonl"
    assert run(inventories=[pattern], rules=RULES)["summary"]["secrets"] == 1
    inventory_file.note_written(str(folder), "web2", ["web2.tencent_ssm-1.jsonl"], "0" * 32)
    refused = failure(inventories=[pattern], rules=RULES)
    assert f"{pattern} does not find web2.tencent_ssm-1.jsonl, which was written to {folder}" in refused["msg"]
    assert run(inventories=[f"{tmp_path}/*/web1*.jsonl"], rules=RULES)["summary"]["secrets"] == 1, "who asks for less gets less"
    assert run(inventories=[f"{folder}/web1.tencent_ssm-1.jsonl"], rules=RULES)["summary"]["secrets"] == 1
    (folder / ".web2.written").write_text("[]", encoding="utf-8")
    assert "is no list of the inventories that were written there" in failure(inventories=[pattern], rules=RULES)["msg"]
