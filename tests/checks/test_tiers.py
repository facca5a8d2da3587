# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nox lets pass: sessions that did nothing, that were left out, or that left a program running."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import job
import pytest
import tiers
from machine import TESTED
from tiers import Done

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("status", "said", "record", "expected"), [
    (0, "Ran 1 session", {}, []),
    (1, "Ran 1 session", {}, ["exit status 1"]),
    (0, "nox > Skipping yamllint... (no files to process)", {}, ["did nothing: nox > Skipping yamllint... (no files to process)"]),
    (0, "nox > Skipping yamllint for extra docs (no files to process)", {}, []),
    (0, "nox > * units: skipped", {}, []),
    (0, "nox > Session browser was skipped.", {}, ["did nothing: nox > Session browser was skipped."]),
    (0, "", {"passed": 3, "problems": [], "notes": []}, []),
    (0, "", {"passed": 0, "problems": [], "notes": []}, ["nothing was counted"]),
    (1, "", {"passed": 3, "problems": ["why"], "notes": []}, ["why"]),
    (1, "", {"passed": 3, "problems": [], "notes": []}, ["exit status 1"]),
])  # fmt: skip
def test_a_session_is_judged(status: int, said: str, record: dict[str, object], expected: list[str]) -> None:
    assert tiers.judge("x", status, said, record).problems == expected


def test_only_what_passed_on_the_same_files_counts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "DEV", tmp_path)
    (tmp_path / "results").mkdir()
    assert tiers.earlier("x", "now") is None
    for record, counts in (
        ({"digest": "now"}, True),
        ({"digest": "then"}, False),
        ({"digest": "now", "problems": ["p"]}, False),
        ({"digest": "now", "passed": 0}, False),
    ):
        tiers.record_of("x").write_text(json.dumps({"passed": 7, "problems": [], "notes": [], **record}), encoding="utf-8")
        found = tiers.earlier("x", "now")
        assert (found is not None and found.passed == 7 and found.earlier) is counts


def test_the_last_line_counts_tests_and_what_failed() -> None:
    results = [Done("a", 5), Done("b", 2, ["p", "q"])]
    assert tiers.last_line(results, []) == "7 passed, 1 failed"
    assert tiers.last_line(results[:1], ["leaks-2.16"]) == "5 passed, 1 failed"


def test_every_session_of_a_tier_is_one_of_nox() -> None:
    listed = subprocess.run([sys.executable, "-m", "nox", "--list", "-f", str(ROOT / "noxfile.py")], capture_output=True, text=True, check=True, cwd=ROOT)
    names = set(re.findall(r"^[*-] (\S+)", listed.stdout, re.MULTILINE))
    assert {*tiers.TEST, *tiers.REST, *tiers.other_units(list(TESTED), "3.13")} <= names


def test_a_nox_of_the_users_own_gets_the_same_pins() -> None:
    pins = re.findall(r"^\S+==\S+$", (ROOT / "tests" / "requirements" / "nox.txt").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.search(r"^# dependencies = (.*)$", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert named and json.loads(named[1]) == pins


def test_a_program_that_leaves_another_one_running_is_told(tmp_path: Path) -> None:
    ran, left = job.execute(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo said; exit 3"], tmp_path, {"PATH": "/usr/bin:/bin"}, 60)
    assert (ran.status, ran.output, left) == (3, "said\n", True)
    ran, left = job.execute(["sh", "-c", "echo said"], tmp_path, {"PATH": "/usr/bin:/bin"}, 60)
    assert (ran.status, ran.output, left) == (0, "said\n", False)
    ran, left = job.execute(["sleep", "60"], tmp_path, {"PATH": "/usr/bin:/bin"}, 1)
    assert ran.status < 0 and "ended after 1 s" in ran.output
