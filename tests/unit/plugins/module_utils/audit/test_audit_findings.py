# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings wait on disk when there are many, and come back the same, in the same order, as often as one likes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import findings as waiting
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.checks import Outcome, Subject
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.findings import Findings
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import Rule
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.waivers import Waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import SeenTexts, mark
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, waiver, write

RULES = (
    rule("on", expect={"status": "enabled"}),
    rule("said", severity="low", expect={"description": {"present": True}}),
    rule("max", fleet={"count": {"max": 2}}),
)


@pytest.fixture(name="fleet")
def a_fleet_with_many_findings(tmp_path: Path) -> list[str]:
    """Two inventories."""
    names = [f"s{index}\n\u2028\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") for index in range(20)]
    one = [record(name, status="disabled", description=None) for name in names]
    other = [record(name, region="r2", status="disabled", description="") for name in names]
    return [write(tmp_path / "one", [row()], one), write(tmp_path / "two", [row(region="r2")], other)]


class Scratches:
    """Makes files to wait in, and counts them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made = 0

    def __call__(self) -> files.Scratch:
        self.made += 1
        return files.Scratch(str(self._folder / "report"), f"{self.made:032x}")


@pytest.mark.parametrize("run", [1, 7, 81, 82, 1000])
def test_disk_changes_nothing(fleet: list[str], tmp_path: Path, run: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = judged(fleet, *RULES, waivers=[waiver("*/*/r2/s1*", rule="on")])
    monkeypatch.setattr(waiting, "RUN", run)
    scratches = Scratches(tmp_path)
    spilled = judged(fleet, *RULES, waivers=[waiver("*/*/r2/s1*", rule="on")], make_scratch=scratches)
    assert spilled == plain
    assert len(plain["findings"]) == 81
    assert bool(scratches.made) == (run <= 81)
    assert not list(tmp_path.glob(".*"))


def test_findings_can_be_read_by_several_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "RUN", 10)
    monkeypatch.setattr(waiting, "CHUNK", 500)
    found = Findings(Waivers([], 0), Scratches(tmp_path))
    for index in range(100):
        found.add(Rule("r", "t", "low", {}), Outcome("fail", Subject(name=f"s{index:03}"), "m"))
    found.close()
    assert len(found) == 100
    first, second = iter(found), iter(found)
    pairs = [(next(first), next(second)) for number in range(50)]
    assert all(one == other for one, other in pairs)
    assert [finding["name"] for finding in itertools.chain((one for one, other in pairs), first)] == [f"s{index:03}" for index in range(100)]
    assert [json.loads(line) for line in found.lines()] == list(found)


def test_findings_on_disk_are_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "RUN", 10)
    monkeypatch.setattr(waiting, "CHUNK", 500)
    read = waiting._lines_at
    pieces: list[int] = []

    def counted(handle: BinaryIO, place: int) -> list[bytes]:
        pieces.append(place)
        return read(handle, place)

    monkeypatch.setattr(waiting, "_lines_at", counted)
    found = Findings(Waivers([], 0), Scratches(tmp_path))
    for index in range(100):
        found.add(Rule("r", "t", "low", {}), Outcome("fail", Subject(name=f"s{index:03}"), "m"))
    found.close()
    every = iter(found)
    assert next(every)["name"] == "s000"
    assert pieces == [0]
    assert len(list(every)) == 99
    assert len(pieces) > 20 and pieces == sorted(set(pieces))


def in_order(*places: Subject) -> list[tuple[str | None, str | None]]:
    """Names and ids of findings at these places, in the order in which they are told."""
    found = Findings(Waivers([], 0), None)
    for place in places:
        found.add(Rule("r", "t", "low", {}), Outcome("fail", place, "m"))
    found.close()
    return [(finding["name"], finding["id"]) for finding in found]


def test_findings_are_in_the_order_of_names_and_of_ids() -> None:
    assert in_order(Subject("p", "a", "r", "s", "1!"), Subject("p", "a", "r", "s", "1"), Subject("p", "a", "r", "s")) == [("s", None), ("s", "1"), ("s", "1!")]
    assert in_order(Subject("p", "a", "r", "S"), Subject("p", "a", "r"), Subject("p", "a", "r", "!")) == [(None, None), ("!", None), ("S", None)]


def said(actual: Any) -> str:
    """Message of a finding without its own message, for a value."""
    found = Findings(Waivers([], 0), None)
    evidence = ({"field": "f", "actual": actual, "expected": "x"},)
    found.add(Rule("r", "t", "low", {}), Outcome("fail", Subject("p"), "", evidence))
    found.close()
    return str(next(iter(found))["message"])


@pytest.mark.parametrize(
    "actual,shown",
    [("", '""'), ("a b", "a b"), (None, "null"), (True, "true"), (False, "false"), (0, "0"), (7, "7"), (1.5, "1.5"), ([], "[]"), (["a", 1], '["a",1]')],
)
def test_evidence_as_a_sentence(actual: Any, shown: str) -> None:
    assert said(actual) == f"f is {shown}, expected x"


@pytest.mark.parametrize("number,told", [(2**128 - 1, 2**128 - 1), (2**128, str(2**128)), (-(2**128), str(-(2**128)))])
def test_numbers_that_few_programs_could_read_are_told_as_texts(number: int, told: Any) -> None:
    found = Findings(Waivers([], 0), None)
    found.add(Rule("r", "t", "low", {}), Outcome("fail", Subject("p"), "m", ({"field": "f", "actual": number, "expected": "x"},)))
    found.close()
    assert next(iter(found))["evidence"][0]["actual"] == told


@pytest.mark.parametrize("letter", ["x", "é"])
def test_messages_are_cut_where_names_are(letter: str) -> None:
    found = Findings(Waivers([], 0), None)
    for length in (4096, 4097):
        found.add(Rule("r", "t", "low", {}), Outcome("fail", Subject("p", name=str(length)), letter * length))
    found.close()
    assert [finding["message"] for finding in found] == [letter * 4096, letter * 4096 + "..."]


def prints(*rows: tuple[str, str | None, str]) -> list[str]:
    """Fingerprints of findings of one rule in one store: verdict, name, message."""
    found = Findings(Waivers([], 0), None)
    for verdict, name, message in rows:
        found.add(Rule("r", "t", "low", {}), Outcome(verdict, Subject("p", "a", "r", name), message))
    found.close()
    return [finding["fingerprint"] for finding in found]


def test_a_fingerprint_is_of_the_rule_and_the_subject() -> None:
    assert prints(("fail", "s", "one")) == prints(("unknown", "s", "other"))
    assert prints(("fail", "s", "one")) != prints(("fail", "S", "one"))
    assert prints(("fail", None, "one")) != prints(("fail", "", "one"))


def test_findings_of_one_rule_and_subject_are_told_apart_by_a_number() -> None:
    (alone,) = prints(("fail", "s", "a"))
    mark, colon, number = alone.partition(":")
    assert len(mark) == 32 and number == "1"
    assert prints(("unknown", "s", "c"), ("fail", "s", "b"), ("fail", "t", "x"), ("fail", "s", "a"))[:2] == [f"{mark}:1", f"{mark}:2"]
    assert prints(("unknown", "s", "c"), ("fail", "s", "b"), ("fail", "s", "a"))[2] == f"{mark}:3"


def test_repetitions_are_never_missed_and_rarely_supposed() -> None:
    repeats = SeenTexts()
    texts = [f"text {index}" for index in range(20_000)]
    assert sum(map(repeats.may_repeat, texts)) < 100
    assert all(map(repeats.may_repeat, texts))


def test_supposed_repetitions_change_nothing(fleet: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = judged(fleet, *RULES)
    reports = {name: form.render(plain) for name, form in FORMATS.items()}
    monkeypatch.setattr(SeenTexts, "BITS", 8)
    assert judged(fleet, *RULES) == plain
    assert {name: form.render(plain) for name, form in FORMATS.items()} == reports


texts = st.one_of(st.none(), st.text(max_size=12), st.text(alphabet='\x00\x1b\x7f\u2028\u202e"\\{}é', max_size=6))
values = st.one_of(texts, st.booleans(), st.integers(), st.floats(), st.lists(st.text(max_size=3), max_size=12))


@given(texts, texts, values, st.text(max_size=300))
def test_every_finding_is_one_line_of_json(name: str | None, owner: str | None, actual: Any, expected: str) -> None:
    found = Findings(Waivers([], 0), None)
    evidence = ({"field": "f", "actual": actual, "expected": expected},)
    found.add(Rule("r", "t", "low", {}, owner="fallback"), Outcome("fail", Subject("p", name=name, id=name), "", evidence, owner))
    found.close()
    (line,) = found.lines()
    assert not set(line) & set("\n\r\x00\x1b\x7f\u2028\u202e")
    (finding,) = found
    assert list(finding) == [
        *(
            "rule",
            "severity",
            "verdict",
            "subject",
            "provider",
            "account",
            "region",
            "name",
            "id",
            "owner",
            "message",
            "evidence",
            "waiver",
            "fingerprint",
            "since",
            "new",
        )
    ]
    assert finding["fingerprint"] == f"{mark(finding)}:1"
    assert (finding["name"], finding["owner"], finding["subject"]) == (name, owner or "fallback", f"p///{name or ''}")
    assert set(finding["evidence"][0]) == {"field", "actual", "expected"}
