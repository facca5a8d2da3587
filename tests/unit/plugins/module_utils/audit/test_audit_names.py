# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that a person asked for: one that no account has never ends in a pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, record, row, verdict_of, write

RULE = "name-missing"


def missing(name: str = "b", account: str = "prod", nearest: str | None = None, certain: bool = True) -> dict[str, Any]:
    """What a header says of a name that is not there."""
    return {"account": account, "name": name, "nearest": nearest, "certain": certain}


def asked(path: Path, rows: Any, told: Any, *names: str, records: Any = (), **filters: Any) -> str:
    """An inventory that was asked for names."""
    about = {"asked": {"filters": {**filters, "names": list(names)}}, "filtered": True}
    return write(path, rows, list(records), **about, **({} if told is None else {"names_missing": told}))


def test_without_names_there_is_no_such_rule(tmp_path: Path) -> None:
    result = judged([write(tmp_path / "i", [row()], [record()])])
    assert RULE not in [item["id"] for item in result["rules"]]


def test_a_name_that_is_there_passes(tmp_path: Path) -> None:
    result = judged([asked(tmp_path / "i", [row()], [], "a", records=[record("a")])])
    assert (result["verdict"], verdict_of(result, RULE)) == ("pass", "pass")


def test_a_name_that_nobody_has_fails_and_the_nearest_is_told(tmp_path: Path) -> None:
    told = [missing("db-pasword", nearest="db-password"), missing("zzz")]
    result = judged([asked(tmp_path / "i", [row()], told, "a", "db-pasword", "zzz", records=[record("a")])])
    assert result["verdict"] == "fail"
    assert [(each["severity"], each["verdict"], each["subject"], each["message"]) for each in findings_of(result, RULE)] == [
        ("critical", "fail", "tencent_ssm/prod//db-pasword", "the account has no secret of the name db-pasword; did you mean db-password?"),
        ("critical", "fail", "tencent_ssm/prod//zzz", "the account has no secret of the name zzz"),
    ]


def test_other_filters_are_told(tmp_path: Path) -> None:
    result = judged([asked(tmp_path / "i", [row()], [missing()], "a", "b", records=[record("a")], name_like="x")])
    assert findings_of(result, RULE)[0]["message"] == "the account has no secret that the other filters let through of the name b"


@pytest.mark.parametrize(
    ("rows", "told", "more"),
    [
        ([row(), row(region="r2", status="failed")], [missing(certain=False)], {}),
        ([row()], [missing(certain=False)], {}),
        ([row()], None, {}),
        ([row()], [missing()], {"expected": [("tencent_ssm", "prod", "r2")]}),
        ([row()], [missing()], {"max_age": 60}),
    ],
    ids=["a failed store", "the header says so", "another release", "a lost store", "stale"],
)
def test_where_not_all_is_known_nobody_knows(tmp_path: Path, rows: Any, told: Any, more: dict[str, Any]) -> None:
    result = judged([asked(tmp_path / "i", rows, told, "b", records=[record("a")])], **more)
    assert verdict_of(result, RULE) == "unknown" and result["verdict"] != "pass"
    assert findings_of(result, RULE)[0]["message"] == "no secret of the name b was seen, but not all of the account is known"


def test_regions_of_one_account_in_several_inventories_are_one_account(tmp_path: Path) -> None:
    """As hosts of the inventory plugin list them: each for itself."""
    one = asked(tmp_path / "1", [row()], [missing("b"), missing("c", nearest="a")], "a", "b", "c", records=[record("a")])
    two = asked(tmp_path / "2", [row(region="r2")], [missing("a"), missing("c")], "a", "b", "c", records=[record("b", region="r2")])
    assert [each["name"] for each in findings_of(judged([one, two]), RULE)] == ["c"]
    other = asked(tmp_path / "3", [row(account="dev")], [missing("a", "dev")], "a")
    assert [each["subject"] for each in findings_of(judged([one, two, other]), RULE)] == ["tencent_ssm/dev//a", "tencent_ssm/prod//c"]


def test_an_older_inventory_says_nothing(tmp_path: Path) -> None:
    old = asked(tmp_path / "1", [row()], [missing("b")], "b")
    new = write(tmp_path / "2", [row()], [record("b")], collected_at="2026-11-20T23:30:00Z")
    assert RULE not in [item["id"] for item in judged([old, new])["rules"]]


@pytest.mark.parametrize(
    "about",
    [
        {"asked": {"filters": "names"}},
        {"asked": {"filters": {"names": "b"}}},
        {"asked": {"filters": {"names": [1]}}},
        {"asked": {}, "names_missing": {"b": 1}},
        {"asked": {}, "names_missing": ["b"]},
        {"asked": {}, "names_missing": [{"name": "b"}]},
        {"asked": {}, "names_missing": [missing(nearest=[])]},  # type: ignore[arg-type]
    ],
    ids=str,
)
def test_a_header_that_makes_no_sense_is_refused(tmp_path: Path, about: dict[str, Any]) -> None:
    with pytest.raises(SecretsError, match="does not tell which names were asked for"):
        judged([write(tmp_path / "i", [row()], [record()], **about)])
