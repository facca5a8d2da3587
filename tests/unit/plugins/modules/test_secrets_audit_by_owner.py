# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's files for each owner: private, whole, and none that outlives its run."""

from __future__ import annotations

import csv
import json
import os
import resource
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import findings, judge, owner_files, task, unended
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import AS_OF, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_secrets_audit import Clock, failure, run

TAG = "team"
HOSTILE = ["../../x", "con", "{{ 7 * 7 }}", "o" * 10_000, "Team", "team", "<script>", "=cmd()", "支付", "a\nb", "\u202egnp.x"]
UNENDED = "this run has not ended"


def inventory(path: Path, *owners: str) -> str:
    """A store with a bad secret for each owner, and a bad one of nobody."""
    records = [record(f"s{index:02}", "alibaba_kms", status="disabled", tags={TAG: owner}) for index, owner in enumerate(owners)]
    return write(path, [row("alibaba_kms")], [*records, record("zz", "alibaba_kms", status="disabled", tags={})])


def options(folder: Path, *owners: str, **more: Any) -> dict[str, Any]:
    """The options of a run over such an inventory."""
    rules = {"rules": [rule("on", title="Secrets are enabled", remediation="Enable it.", expect={"status": "enabled"})], "owner_tag": TAG}
    path = inventory(folder / "a.jsonl", *owners)
    return {"inventories": [path], "rules": rules, "as_of": AS_OF, "by_owner": str(folder / "owners"), **more}


def content(folder: Path) -> dict[str, bytes]:
    """Files of a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def cells(path: Path) -> list[dict[str, str]]:
    """A CSV report as a program reads it."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_each_owner_gets_a_page_and_a_table(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        result = run(**options(tmp_path, "payments", "search"))
    finally:
        os.umask(before)
    folder = tmp_path / "owners"
    assert sorted(content(folder)) == sorted(f"{name}{ending}" for name in ("owner-payments", "owner-search", "no-owner") for ending in (".md", ".csv"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert result["by_owner"] == [
        {"owner": owner, "csv": str(folder / f"{name}.csv"), "markdown": str(folder / f"{name}.md")}
        for owner, name in ((None, "no-owner"), ("payments", "owner-payments"), ("search", "owner-search"))
    ]
    assert result["changed"] is True
    (told,) = cells(folder / "owner-payments.csv")
    assert (told["name"], told["owner"], told["message"], told["what_to_do"]) == ("s00", "payments", "is disabled", "Enable it.")
    page = (folder / "owner-search.md").read_text("utf-8")
    assert page.startswith("# Secrets audit: FAIL (search)\n") and "s01" in page and "s00" not in page
    assert result["lines"][-1] == f"report: {folder}"


def test_hostile_owners_lose_no_finding_and_leave_the_folder_alone(tmp_path: Path) -> None:
    result = run(**options(tmp_path, *HOSTILE))
    folder = tmp_path / "owners"
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "owners"]
    found = [told["name"] for path in folder.glob("*.csv") for told in cells(path)]
    assert sorted(found) == sorted([*(f"s{index:02}" for index in range(len(HOSTILE))), "zz"])
    assert len(result["by_owner"]) == len(HOSTILE) + 1 == len(list(folder.glob("*.md")))


def test_the_same_inputs_give_the_same_bytes_and_no_change(tmp_path: Path) -> None:
    given = options(tmp_path, *HOSTILE, reports={"json": str(tmp_path / "r.json")})
    run(**given)
    given["previous"] = str(tmp_path / "r.json")
    run(**given)
    first = content(tmp_path / "owners")
    assert run(**given)["changed"] is False
    assert content(tmp_path / "owners") == first
    assert run(**{**given, "as_of": "2026-11-21T01:00:00Z"})["changed"] is False


def test_the_files_of_an_owner_who_has_no_finding_any_more_are_removed_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "owners"
    run(**options(tmp_path, "payments", "search"))
    (folder / "notes.md").write_text("mine", encoding="utf-8")
    (folder / "owner-old.txt").write_text("mine", encoding="utf-8")
    given = options(tmp_path, "search")
    assert run(True, **given)["changed"] is True
    assert "owner-payments.md" in content(folder)
    assert run(**given)["changed"] is True
    assert sorted(content(folder)) == sorted(["no-owner.csv", "no-owner.md", "notes.md", "owner-old.txt", "owner-search.csv", "owner-search.md"])
    assert (folder / "notes.md").read_text("utf-8") == (folder / "owner-old.txt").read_text("utf-8") == "mine"


def test_check_mode_writes_nothing_and_says_the_same(tmp_path: Path) -> None:
    given = options(tmp_path, "payments")
    checked = run(True, **given)
    assert not (tmp_path / "owners").exists()
    written = run(**given)
    assert (checked["by_owner"], checked["changed"]) == (written["by_owner"], True)
    before = content(tmp_path / "owners")
    assert run(True, **given)["changed"] is False
    assert run(True, **{**given, "max_age": "soon"})["failed"] is True
    assert content(tmp_path / "owners") == before


def test_while_a_run_is_under_way_every_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, seen = options(tmp_path, "payments"), dict[str, bytes]()
    run(**given)

    def judging(*asked: Any) -> Any:
        seen.update(content(tmp_path / "owners"))
        return judge.judge(*asked)

    monkeypatch.setattr(task, "judge", judging)
    assert run(**given)["changed"] is False
    assert len(seen) == 4 and all(UNENDED.encode() in told for told in seen.values())


def test_a_run_that_is_refused_leaves_no_old_verdict(tmp_path: Path) -> None:
    given = options(tmp_path, "payments")
    run(**given)
    assert "matches no file" in failure(**{**given, "inventories": [str(tmp_path / "none" / "*.jsonl")]})["msg"]
    told = content(tmp_path / "owners")
    assert len(told) == 4 and all(f"{UNENDED}: ".encode() in text and b"s00" not in text for text in told.values())


def test_a_run_that_the_role_began_says_whether_the_files_change(tmp_path: Path) -> None:
    given = options(tmp_path, "payments", reports={"json": str(tmp_path / "r.json")})
    run(**given)
    for owner, changed in (("payments", False), ("search", True)):
        inventory(tmp_path / "a.jsonl", owner)
        unended.begin(given["reports"], Clock().now(), Clock().nonce)
        owner_files.begin(given["by_owner"], Clock().now(), Clock().nonce)
        assert run(**given)["changed"] is changed


def test_a_file_that_may_not_grow_is_told_and_no_old_verdict_stays(tmp_path: Path) -> None:
    """A limit on the size of files acts like a disk that is full in the middle of writing."""
    given = options(tmp_path, "payments", *(["search"] * 40))
    run(**given)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        told = failure(**given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert f"{tmp_path}/owners/" in told["msg"] and ": File too large" in told["msg"]
    found = content(tmp_path / "owners")
    assert len(found) == 6 and all(UNENDED.encode() in text for text in found.values())


@pytest.mark.parametrize("option", ["rules", "inventories", "reports"])
def test_a_folder_with_a_file_of_another_meaning_is_refused(tmp_path: Path, option: str) -> None:
    given = options(tmp_path, "payments")
    folder = tmp_path / "owners"
    folder.mkdir(0o700)
    path = folder / "owner-rules.md"
    if option == "reports":
        given["reports"] = {"markdown": str(path)}
    elif option == "rules":
        path.write_text(json.dumps(given["rules"]), encoding="utf-8")
        given["rules"] = str(path)
    else:
        Path(given["inventories"][0]).rename(path)
        given["inventories"] = [str(path)]
    before = content(folder)
    assert "by_owner: " in failure(**given)["msg"] and "has a name that files of owners have" in failure(**given)["msg"]
    assert option == "reports" or content(folder) == before


def test_what_is_no_folder_of_ones_own_is_refused(tmp_path: Path) -> None:
    given = options(tmp_path, "payments")
    (tmp_path / "file").touch()
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for path, told in (("file", "Not a directory"), ("shared", "can be written by everybody"), ("file/below", "exists")):
        assert told in failure(**{**given, "by_owner": str(tmp_path / path)})["msg"]
    folder = tmp_path / "owners"
    folder.mkdir(0o700)
    (folder / "owner-payments.md").symlink_to(tmp_path / "a.jsonl")
    assert "is not a regular file" in failure(**given)["msg"]
    assert (tmp_path / "a.jsonl").read_text("utf-8").startswith('{"format"')


def test_a_way_out_of_a_store_is_what_is_to_be_done(tmp_path: Path) -> None:
    refused = row(region="r2", status="failed", error={"code": "AuthFailure", "message": "no", "hint": "Grant the action."})
    path = write(tmp_path / "a.jsonl", [row(), refused], [record("a")])
    run(inventories=[path], rules=[rule("on", expect={"status": "enabled"})], as_of=AS_OF, by_owner=str(tmp_path / "owners"))
    told = cells(tmp_path / "owners" / "no-owner.csv")
    assert [each["what_to_do"] for each in told] == ["Grant the action."] * len(told)
    assert "Grant the action" in (tmp_path / "owners" / "no-owner.md").read_text("utf-8")


def test_many_owners_share_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MOST_OWNERS", 2)
    result = run(**options(tmp_path, "a", "b", "c", "d"))
    assert [told["owner"] for told in result["by_owner"]] == [None, "other owners", "a"]
    assert sum(len(cells(path)) for path in (tmp_path / "owners").glob("*.csv")) == 5
