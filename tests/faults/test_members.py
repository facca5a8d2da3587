# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults 65 to 76: the list of an organization's members, and the way into them. The first of each number runs the module as a process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults import harness
from ansible_collections.multicloud.secrets.tests.faults.harness import Ended
from ansible_collections.multicloud.secrets.tests.faults.members import CLOUDS, LATE, MEMBERS, Cloud, Faults, joining, none, of_list, same_page, two_pages
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules import test_listing_organizations as organizations
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_listing_organizations import SECRET

TAKEN = range(1, 5)
"""The members that are entered; the others are not included, but have to be known."""


@dataclass(frozen=True)
class Known:
    """Expected: every member is known, and said to be. lost: members that could not be entered, each with the kind of its error. total: how many there are."""

    lost: Mapping[int, str] = field(default_factory=dict)
    total: int = MEMBERS

    def check(self, cloud: Cloud, result: Mapping[str, Any]) -> None:
        """Compare with the ledger and the header."""
        (told,) = result["organizations"]
        assert told["proof"] != "none" and len(told["members"]) + len(told["excluded"]) == self.total + 1, "the members and the manager"
        rows = {row["account"]: row for row in result["stores"]}
        assert set(rows) == {cloud.company.number(place) for place in TAKEN}
        failed = {name: row["error"]["kind"] for name, row in rows.items() if row["status"] == "failed"}
        assert failed == {cloud.company.number(place): kind for place, kind in self.lost.items()}
        assert all(rows[name]["error"]["hint"] for name in failed if rows[name]["error"]["kind"] in ("denied", "request"))
        assert {row["status"] for row in rows.values()} <= {"failed", "complete"} and result["complete"] is not bool(failed)


@dataclass(frozen=True)
class NotKnown:
    """Expected: a row of the entry that is partial, or failed where no member could be entered. Who is known is listed."""

    kind: str
    status: str = "partial"
    message: str = ""
    hint: str = ""

    def check(self, cloud: Cloud, result: Mapping[str, Any]) -> None:
        """Never all, and never nothing said."""
        assert result["complete"] is False
        rows = {row["account"]: row for row in result["stores"]}
        error = rows["company"]["error"]
        assert (rows["company"]["status"], rows["company"]["region"], error["kind"]) == (self.status, "all", self.kind), error
        assert re.search(self.message, error["message"]) and re.search(self.hint, error["hint"] or ""), error
        others = set(rows) - {"company"}
        assert others <= {cloud.company.number(place) for place in TAKEN} and bool(others) == (self.status == "partial")
        (told,) = result["organizations"]
        assert told["proof"] == "none"


@dataclass(frozen=True)
class Row:
    """One fault. What depends on the cloud is a function of it. fleet: more of the emulator's organization. key: whose it is."""

    number: int
    name: str
    faults: Callable[[Cloud], Faults]
    expect: Any
    fleet: Mapping[str, Any] = field(default_factory=dict)
    key: int = 0

    def run(self, cloud: Cloud, process: bool) -> None:
        """Meet the fault, as a process or in this one."""
        company = cloud.company
        expect = self.expect(cloud) if callable(self.expect) else self.expect
        given = {name: value(company) if callable(value) else value for name, value in self.fleet.items()}
        fleet = company.fleet(given.pop("members", MEMBERS), **given)
        if "joining" in given:
            fleet["organizations"][0]["members"].pop()
        picked = [company.number(place) for place in TAKEN]
        entry = {**company.entry(self.key, include={"accounts": picked}), "regions": [company.regions[0]]}
        with Emulator(fleet) as emulator:
            emulator.behave({"faults": list(self.faults(cloud))})
            way = {"proxy": emulator.url, "ca_path": emulator.ca_file, "accounts": [entry], "regions": None, "on_error": "report"}
            ended: Ended = harness.run(cloud.store, way, (SECRET,)) if process else harness.call(cloud.store, way)
        assert SECRET not in json.dumps(ended.result)
        expect.check(cloud, ended.result)


def of_entering(
    *places: int, act: str = "error", times: Any = "forever", code: Callable[[Cloud], str] | None = None, **words: Any
) -> Callable[[Cloud], Faults]:
    """So many requests for the role of a member are struck, from one on. One connection at a time, so that each is another member's."""

    def faults(cloud: Cloud) -> Faults:
        told = {**words, **({"code": code(cloud)} if code else {})}
        return [{"act": act, "at": place, "times": times, "match": {"action": "AssumeRole"}, **told} for place in places]

    return faults


def another_manager(cloud: Cloud) -> Faults:
    """The organization is said to be managed by an account that nobody has seen."""
    path = {"tencent": "Response.HostUin", "alibaba": "ResourceDirectory.MasterAccountId"}[cloud.name]
    return [{"act": "edit", "set": {path: "100000099999"}, "times": "forever", "match": {"action": cloud.manager}}]


def untrusted(*places: int) -> dict[int, list[dict[str, Any]]]:
    """Roles of members that trust somebody else."""
    return {place: [{"name": organizations.ROLE, "trusts": ["member-3"]}] for place in places}


ROWS = [
    Row(65, "total-too-large", of_list("edit", set={"total": MEMBERS + 7}), NotKnown("pagination", message="120 of 127")),
    Row(65, "total-too-small", of_list("edit", set={"total": MEMBERS - 7}), NotKnown("pagination", message="120 of 113")),
    Row(65, "total-missing", of_list("edit", drop=["total"]), Known()),
    Row(65, "the-account-of-the-key-is-not-in-it", another_manager, NotKnown("pagination", message="lacks account", hint="Run again")),
    Row(66, "first-page-for-ever", same_page, NotKnown("pagination")),
    Row(66, "two-pages-in-turn", two_pages, NotKnown("pagination"), {"members": 2 * MEMBERS}),
    Row(67, "joins-between-pages", none, Known(total=LATE), {"joining": joining, "members": LATE}),
    Row(68, "leaves-between-pages", none, Known(total=MEMBERS - 1), {"leaving": lambda company: [company.number(7)]}),
    Row(69, "refused", lambda cloud: of_list("error", code=cloud.denied)(cloud), NotKnown("denied", "failed", hint="management account|Grant")),
    Row(70, "throttled-once", lambda cloud: of_list("error", times=1, code=cloud.throttled)(cloud), Known()),
    Row(70, "throttled-for-ever", lambda cloud: of_list("error", code=cloud.throttled)(cloud), NotKnown("throttled", "failed")),
    Row(71, "no-json-once", of_list("answer", times=1, body="<html>"), Known()),
    Row(71, "no-json", of_list("answer", body="<html>"), NotKnown("protocol", "failed")),
    Row(71, "rows-are-none", of_list("edit", set={"rows": "x"}), NotKnown("schema", "failed")),
    Row(71, "rows-without-numbers", of_list("edit", set={"rows": [{}]}), NotKnown("schema", "failed")),
    Row(71, "rows-are-empty", of_list("edit", set={"rows": []}), NotKnown("pagination", "failed")),
    Row(72, "a-page-fails", of_list("answer", at=2, status=503), NotKnown("server")),
    Row(73, "roles-refused", none, Known({1: "denied", 3: "denied"}), {"roles": untrusted(1, 3)}),
    Row(73, "no-such-role", none, Known({2: "request"}), {"roles": {2: []}}),
    Row(74, "entering-throttled-once", of_entering(1, times=1, code=lambda cloud: cloud.throttled), Known()),
    Row(74, "entering-throttled-for-ever", of_entering(1, code=lambda cloud: cloud.throttled), Known(dict.fromkeys(TAKEN, "throttled"))),
    Row(75, "entering-times-out-once", of_entering(1, act="stall", times=1, seconds=5), Known()),
    Row(75, "entering-breaks-off", of_entering(1, act="reset"), Known(dict.fromkeys(TAKEN, "connect"))),
    Row(76, "a-member-is-no-manager", none, NotKnown("denied", "failed", hint="management account"), key=1),
    Row(
        76,
        "nobody-is-the-manager",
        lambda cloud: [{"act": "answer", "body": "{}", "times": "forever", "match": {"action": cloud.manager}}],
        NotKnown("schema", "failed"),
    ),
]


def cases() -> list[Any]:
    """The rows as tests, each with both clouds."""
    seen: set[tuple[int, str]] = set()
    made = []
    for row in ROWS:
        for cloud in CLOUDS:
            process = (row.number, cloud.name) not in seen
            seen.add((row.number, cloud.name))
            made.append(pytest.param(row, cloud, process, id=f"{row.number}-{row.name}-{cloud.name}"))
    return made


@pytest.mark.parametrize(("row", "cloud", "process"), cases())
def test_members(row: Row, cloud: Cloud, process: bool) -> None:
    row.run(cloud, process)
