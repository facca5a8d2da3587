# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the judge makes of organizations: expected stores, coverage, and the statement covers_organization."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import Expected
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._report import html_report, lines, markdown_report
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, record, row, rule, verdict_of, write

COVERS = rule(fleet={"covers_organization": True})


def organization(members: list[str], excluded: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """What a header tells of an organization with these numbers as members."""
    return {
        "name": "company",
        "provider": "tencent_ssm",
        "id": "77",
        "regions": ["r1", "r2"],
        "proof": "total",
        "members": [{"id": number, "label": number, "name": f"team {number}"} for number in members],
        "excluded": [{"id": number, "name": None, "reason": reason} for number, reason in (excluded or {}).items()],
        **more,
    }


def inventory(path: Path, accounts: list[str], *told: dict[str, Any], status: str = "complete", **more: Any) -> str:
    """An inventory of accounts with two regions each. more: of each row."""
    rows = [row(account=number, account_id=number, region=region, status=status, **more) for number in accounts for region in ("r1", "r2")]
    records = [record(account=number, region="r1") for number in accounts] if status == "complete" else []
    return write(path, rows, records, organizations=list(told))


def test_a_slice_that_was_lost_is_named_by_the_list_of_the_other(tmp_path: Path) -> None:
    """Two slices list half of the members each, and both know the whole list."""
    told = organization(["1", "2", "3", "4"])
    first = inventory(tmp_path / "first", ["1", "2"], told)
    second = inventory(tmp_path / "second", ["3", "4"], told)
    assert verdict_of(judged([first, second]), "collection-complete") == "pass"
    lost = judged([first])
    assert {store["account"] + store["region"] for store in lost["stores"] if store["status"] == "missing"} == {"3r1", "3r2", "4r1", "4r2"}
    assert lost["verdict"] == "unknown"


def test_the_entry_of_an_organization_is_there_with_its_members(tmp_path: Path) -> None:
    expected = (Expected("tencent_ssm", "company", None),)
    assert judged([inventory(tmp_path / "a", ["1"], organization(["1"]))], expected=expected)["summary"]["stores"]["missing"] == 0
    assert judged([inventory(tmp_path / "b", ["1"])], expected=expected)["summary"]["stores"]["missing"] == 1


HALVES = (
    (organization(["1", "2"], {"3": "not included", "4": "not included"}, name="half-a"), {"3", "4"}),
    (organization(["1", "2"], {"3": "excluded", "4": "excluded", "9": "excluded"}, name="half-a"), {"3", "4", "9"}),
)
"""One half of an organization by include, and by exclude; and what it does not list."""


@pytest.mark.parametrize(("half", "rest"), HALVES)
def test_a_lost_half_is_named_by_what_the_other_half_leaves_out(tmp_path: Path, half: dict[str, Any], rest: set[str]) -> None:
    """Each half is an entry of the fleet. Nothing but the list of the first tells what the second had to list."""
    expected = (Expected("tencent_ssm", "half-a", None), Expected("tencent_ssm", "half-b", None))
    first = inventory(tmp_path / "first", ["1", "2"], half)
    lost = judged([first], COVERS, expected=expected)
    missing = {(store["account"], store["region"]) for store in lost["stores"] if store["status"] == "missing"}
    assert missing == {("half-b", None), *((number, region) for number in rest for region in ("r1", "r2"))}
    assert lost["verdict"] == "unknown" and verdict_of(lost, "collection-complete") == "unknown"
    reasons = {store["reason"] for store in lost["stores"] if store["account"] == "3"}
    assert all("half-a leaves it out" in reason and "nothing was collected of half-b" in reason for reason in reasons) and reasons
    second = inventory(tmp_path / "second", ["3", "4"], organization(["3", "4"], {"1": "excluded", "2": "excluded", "9": "excluded"}, name="half-b"))
    both = judged([first, second], COVERS, expected=expected)
    assert (verdict_of(both), verdict_of(both, "collection-complete"), both["summary"]["stores"]["missing"]) == ("pass", "pass", 0)


def test_what_nobody_was_to_list_is_not_missing(tmp_path: Path) -> None:
    """Who includes some accounts only, and asks for no more, is not told of the others."""
    half, _rest = HALVES[0]
    told = judged([inventory(tmp_path / "a", ["1", "2"], half)], expected=(Expected("tencent_ssm", "half-a", None),))
    assert told["summary"]["stores"]["missing"] == 0 and verdict_of(told, "collection-complete") == "pass"
    other = judged([inventory(tmp_path / "b", ["1", "2"], half)], expected=(Expected("alibaba_kms", "elsewhere", None),))
    assert {store["account"] for store in other["stores"] if store["status"] == "missing"} == {"elsewhere"}


@pytest.mark.parametrize("region", [None, "r1"])
def test_an_account_that_may_be_lost_is_not_called_overlooked(tmp_path: Path, region: str | None) -> None:
    """An account by hand was lost, and its number with it: it may be the one that the organization leaves to it."""
    half, _rest = HALVES[0]
    lost = judged([inventory(tmp_path / "a", ["1", "2"], half)], COVERS, expected=(Expected("tencent_ssm", "pay", region),))
    assert verdict_of(lost) == "unknown"
    assert {finding["message"] for finding in findings_of(lost)} == {
        f"nothing was collected of pay, to which account {number} of half-a may belong" for number in ("3", "4")
    }


@pytest.mark.parametrize(
    ("told", "by_hand", "verdict"),
    [
        ([organization(["1"], {"2": "excluded"})], [], "pass"),
        ([organization(["1"], {"2": "not included"})], [], "fail"),
        ([organization(["1"], {"2": "not included"})], ["2"], "pass"),
        ([organization(["1"], {"2": "not included"}), organization(["2"], {"1": "not included"}, name="rest")], ["2"], "pass"),
        ([organization(["1"], proof="none")], [], "unknown"),
        ([], [], "unknown"),
    ],
)
def test_no_account_is_overlooked(tmp_path: Path, told: list[dict[str, Any]], by_hand: list[str], verdict: str) -> None:
    paths = [inventory(tmp_path / "a", ["1"], *told)]
    if by_hand:
        paths.append(inventory(tmp_path / "b", by_hand))
    result = judged(paths, COVERS)
    assert verdict_of(result) == verdict
    if verdict == "fail":
        assert "account 2 of company is in no inventory" in findings_of(result)[0]["message"]


@pytest.mark.parametrize(
    ("slices", "counted", "reason"),
    [
        ([["1", "2"], ["3"]], 6, None),
        ([["1", "2"]], 6, "4 of its 6 stores are in inventories"),
        ([["1", "2"]], None, "stores in inventories: 4; no inventory tells how many it has"),
        ([], 6, "no inventory has it"),
    ],
)
def test_a_lost_slice_of_an_organization_of_hosts_is_noticed(tmp_path: Path, slices: list[list[str]], counted: int | None, reason: str | None) -> None:
    """Each host lists one member, and nobody has the list. The inventory plugin has told how many stores there are."""
    member = {"organization": "company", "name": "games", "folder": None, **({"stores": counted} if counted else {})}
    paths = [inventory(tmp_path / str(place), accounts, member=member) for place, accounts in enumerate(slices)]
    paths.append(inventory(tmp_path / "other", ["9"]))
    result = judged(paths, expected=(Expected("tencent_ssm", "company", None),))
    assert [store["reason"] for store in result["stores"] if store["status"] == "missing"] == ([reason] if reason else [])
    assert result["verdict"] == ("unknown" if reason else "pass")


def test_reports_call_an_account_by_its_display_name_too(tmp_path: Path) -> None:
    member = {"organization": "company", "name": "<games>|\x1b[1m", "folder": "fd-1"}
    result = judged([inventory(tmp_path / "a", ["1"], organization(["1"]), status="failed", member=member)])
    told = {"name": "<games>|\\u001b[1m", "folder": "fd-1"}
    assert {tuple(store["member"].items()) for store in result["stores"]} == {tuple(told.items())}
    assert "<games>\\|" in markdown_report.MarkdownReport.render(result)
    page = html_report.HtmlReport.render(result)
    assert "&lt;games&gt;|" in page and "<games>" not in page


@pytest.mark.parametrize("member", ["games", {"name": "games"}, {"organization": "c", "name": 1}, {"organization": "c", "stores": "many"}, {"organization": 1}])
def test_a_row_whose_member_makes_no_sense_is_refused(tmp_path: Path, member: Any) -> None:
    with pytest.raises(SecretsError, match="member of an organization"):
        judged([inventory(tmp_path / "a", ["1"], member=member)])


def test_reports_tell_members_entered_refused_and_excluded(tmp_path: Path) -> None:
    told = organization(["1", "2"], {"3": "excluded"})
    paths = [inventory(tmp_path / "a", ["1"], told), inventory(tmp_path / "b", ["2"], status="failed")]
    result = judged(paths)
    expected = {"provider": "tencent_ssm", "name": "company", "complete": True, "members": 2, "entered": 1, "refused": 1, "excluded": 1}
    assert result["organizations"] == [expected]
    line = "organization company (tencent_ssm): 2 members, 1 entered, 1 refused, 1 excluded"
    assert line in lines.render(result)
    assert "2 members, 1 entered, 1 refused, 1 excluded" in markdown_report.MarkdownReport.render(result)


@pytest.mark.parametrize(
    "change",
    [{"name": 1}, {"regions": "r1"}, {"proof": "sure"}, {"members": [{"id": 1, "label": "1"}]}, {"excluded": [{"id": "1"}]}, {"members": None}],
)
def test_a_header_that_tells_no_accounts_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(SecretsError, match="organizations"):
        judged([inventory(tmp_path / "a", ["1"], {**organization(["1"]), **change})])


def test_a_header_of_a_service_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="tells of an organization of elsewhere"):
        judged([inventory(tmp_path / "a", ["1"], {**organization(["1"]), "provider": "elsewhere"})])


def test_hostile_names_of_accounts_are_only_shown(tmp_path: Path) -> None:
    """What a forged header says of accounts reaches reports as text, and no longer than a name is."""
    told = organization(["1"], {"\x1b[2J" * 400: "not included"}, name="\x1b]0;x\x07" * 300)
    told["excluded"][0]["name"] = "{{ lookup('pipe', 'id') }}\x00" * 400
    result = judged([inventory(tmp_path / "a", ["1"], told)], COVERS)
    page, text = html_report.HtmlReport.render(result), markdown_report.MarkdownReport.render(result) + "\n".join(lines.render(result))
    assert "\x1b" not in page + text and "\x00" not in page + text and "\x07" not in page + text
    assert max(map(len, lines.render(result))) < 3000 and max(len(finding["message"]) for finding in findings_of(result)) < 3000
