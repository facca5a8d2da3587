# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings by owner: names of files that are safe and stay the same, and no finding in no group or in two."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._report import by_owner, csv_report, markdown_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.by_owner import ENDINGS, OURS, ByOwner, group_name
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import line
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import CONTROLS, HOSTILE, LONE, waived

DIGEST = "[0-9a-f]{8}"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (None, "no-owner"),
        ("", "no-owner"),
        ("payments", "owner-payments"),
        ("team_a-2", "owner-team_a-2"),
        ("支付团队", "owner-支付团队"),
        ("payments team", f"owner-payments-team-{DIGEST}"),
        ("anna@example.com", f"owner-anna-example-com-{DIGEST}"),
        ("../../x", f"owner-x-{DIGEST}"),
        ("con", "owner-con"),
        ("no owner", f"owner-no-owner-{DIGEST}"),
        ("Team", f"owner-team-{DIGEST}"),
        ("{{ lookup('pipe', 'id') }}", f"owner-lookup-pipe-id-{DIGEST}"),
        (" ", f"owner-{DIGEST}"),
        ("\ud800", f"owner-{DIGEST}"),
        ("a-1b2c3d4e", f"owner-a-1b2c3d4e-{DIGEST}"),
        ("x" * 10_000, f"owner-x{{48}}-{DIGEST}"),
        ("ｐａｙ", f"owner-pay-{DIGEST}"),
    ],
    ids=repr,
)
def test_the_name_of_an_owner(owner: str | None, name: str) -> None:
    assert re.fullmatch(name, group_name(owner))


@given(st.text())
@example("\u0130")
@example("\U0002f800" * 300)
def test_a_name_is_safe_in_every_file_system(owner: str) -> None:
    for ending in ENDINGS.values():
        name = group_name(owner) + ending
        assert OURS.fullmatch(name) and not CONTROLS.search(name)
        assert len(name.encode("utf-8")) <= 255 and not set(name) & set("/\\:*?\"<>| ~'`${}%")
        assert name.startswith(("owner-", "no-owner"))


@given(
    st.lists(
        st.one_of(st.text(), st.sampled_from(["a", "A", "a ", "a-", "\u00e9", "e\u0301", "\ufb01", "fi", "\u017f", "s", "ß", "ss", "SS", "\u212a", "k"])),
        unique=True,
    )
)
def test_two_owners_never_share_a_file_even_where_case_and_form_do_not_count(owners: list[str]) -> None:
    names = [unicodedata.normalize("NFKD", group_name(owner)).casefold() for owner in owners if owner]
    assert len(set(names)) == len(names)


def owned(result: dict[str, Any], *owners: str | None) -> dict[str, Any]:
    """The result, with its findings given to owners in turn, and each told among the owners."""
    findings = [{**finding, "owner": owners[index % len(owners)]} for index, finding in enumerate(result["findings"])]
    told = [{"owner": owner, "worst": None, **dict.fromkeys(("error", "fail", "unknown", "waived"), 1)} for owner in dict.fromkeys(owners)]
    return {**result, "findings": findings, "owners": told if any(owners) else []}


def groups(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is to be written, by name, with the findings as a list."""
    grouping = ByOwner(result)
    for finding in result["findings"]:
        grouping.add(finding, line(finding))
    return {name: {**told, "findings": [json.loads(text) for text in told["findings"].lines()]} for name, told in grouping.results()}


def test_a_chinese_report_names_nobody_in_chinese(plain: dict[str, Any]) -> None:
    note = "no rules were given: only completeness was judged"
    told = groups({**owned(plain, None, "payments"), "language": "zh", "note": note})
    heads = {name: markdown_report.MarkdownReport.render(each).splitlines()[0] for name, each in told.items()}
    assert {name: head.partition(" (")[2] for name, head in heads.items()} == {
        "no-owner": "无人负责；没有给出规则：只判断了完整性)",
        "owner-payments": "payments；没有给出规则：只判断了完整性)",
    }


def test_each_finding_is_in_the_files_of_its_owner_and_nowhere_else(plain: dict[str, Any]) -> None:
    result = owned(waived(plain), "payments", None, "Payments")
    told = groups(result)
    assert sorted(told) == sorted({group_name(owner) for owner in ("payments", None, "Payments")})
    for name, each in told.items():
        assert each["findings"] == [finding for finding in result["findings"] if group_name(finding["owner"]) == name]
        assert each["findings_total"] == len(each["findings"])
        counted = Counter((finding["severity"], finding["verdict"]) for finding in each["findings"])
        assert counted == +Counter({(s, v): n for s, numbers in each["summary"]["findings"].items() for v, n in numbers.items()})
        assert sum(each["summary"]["checks"].values()) == len(each["findings"])
        assert {rule["id"] for rule in each["rules"]} == {finding["rule"] for finding in each["findings"]}
        regions = {finding["region"] for finding in each["findings"]} - {None}
        assert {store["region"] for store in each["stores"]} == regions or not regions


def test_without_owners_all_findings_are_of_nobody(plain: dict[str, Any]) -> None:
    assert list(groups(owned(plain, None))) == ["no-owner"]


def test_owners_of_whom_the_result_does_not_tell_share_files(plain: dict[str, Any]) -> None:
    result = owned(plain, "a", "b", "c")
    result["owners"] = result["owners"][:1]
    told = groups(result)
    assert sorted(told) == ["other-owners", "owner-a"]
    assert {finding["owner"] for finding in told["other-owners"]["findings"]} == {"b", "c"}
    assert "(other owners)" in markdown_report.MarkdownReport.render(told["other-owners"])


def test_owners_whose_digests_are_the_same_share_files_and_lose_nothing(plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_owner, "group_name", lambda owner: "owner-same")
    result = owned(plain, "a", "b")
    (told,) = groups(result).values()
    assert told["findings"] == result["findings"]


def test_a_group_that_is_kept_in_many_pieces_is_the_same(plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    result = owned(plain, "a", "b", None)
    whole = groups(result)
    monkeypatch.setattr(by_owner, "BUFFER", 1)
    assert groups(result) == whole


def test_the_verdict_is_that_of_the_owner(plain: dict[str, Any]) -> None:
    failed = next(finding for finding in plain["findings"] if finding["verdict"] == "fail" and finding["name"])
    unknown = next(finding for finding in plain["findings"] if finding["verdict"] == "unknown")
    result = {**plain, "findings": [{**failed, "owner": "a"}, {**unknown, "owner": "b"}, {**failed, "owner": "c", "verdict": "waived"}]}
    result["owners"] = [{"owner": owner} for owner in "abc"]
    assert [told["verdict"] for told in groups(result).values()] == ["fail", "unknown", "pass"]
    assert groups({**result, "fail_on": "critical"})["owner-a"]["verdict"] == ("fail" if failed["severity"] == "critical" else "pass")
    for new, verdict in ((False, "pass"), (True, "fail"), (None, "fail")):
        told = groups({**result, "fail_on_new": True, "findings": [{**failed, "owner": "a", "new": new}]})
        assert told["owner-a"]["verdict"] == verdict


def test_reports_of_an_owner_as_they_read(plain: dict[str, Any]) -> None:
    told = groups(owned(plain, "payments team"))
    (result,) = told.values()
    text = markdown_report.MarkdownReport.render(result)
    assert text.startswith("# Secrets audit: FAIL (payments team)\n\nAs of 2026-11-21T00:00:00Z\n\n")
    assert "`tencent_ssm/prod/r2` | failed" in text and "What to do: Enable it." in text
    assert "alibaba_apig" not in text and "## Owners" not in text
    fleet = next(finding for finding in plain["findings"] if finding["region"] is None)
    (about_all,) = groups(owned({**plain, "findings": [fleet]}, "a")).values()
    assert about_all["stores"] == plain["stores"] and "No store was judged" not in markdown_report.MarkdownReport.render(about_all)
    assert csv_report.CsvReport.render(result).count("payments team") == len(plain["findings"])


@pytest.mark.parametrize("owner", [*HOSTILE, *LONE], ids=lambda owner: repr(owner)[:40])
def test_hostile_owners_stay_text(plain: dict[str, Any], owner: str) -> None:
    (result,) = groups(owned(plain, owner)).values()
    text = markdown_report.MarkdownReport.render(result)
    first = text.partition("\n")[0]
    assert first.startswith("# Secrets audit: FAIL (") and first.endswith(")") and len(first) < 700
    assert not CONTROLS.search(text) and not re.search(r"(?<!\\)[<\[`*]", first)
