# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a run that has not ended: in every format, before anything else, and without losing the last result."""

from __future__ import annotations

import csv
import errno
import itertools
import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import checks, judge, rules, stores, unended
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import CONTROLS, HOSTILE

AS_OF = 1_795_219_200
SCHEMA = json.loads((Path(__file__).parents[5] / "docs" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


def nonces() -> Callable[[], str]:
    """Names that do not repeat."""
    numbers = itertools.count()
    return lambda: f"{next(numbers):032x}"


def paths(folder: Path) -> dict[str, str]:
    """A path for each format."""
    return {name: str(folder / f"report.{name}") for name in FORMATS}


def whole(folder: Path, verdict: str = "pass") -> bytes:
    """A JSON report that a run wrote at its end."""
    report = FORMATS["json"].render({**unended.result(0), "verdict": verdict, "note": ""}).encode("utf-8")
    (folder / "report.json").write_bytes(report)
    return report


@pytest.mark.parametrize("reason", ["", "the key of pay is refused"])
def test_every_format_says_unknown_and_why(tmp_path: Path, reason: str) -> None:
    reports = paths(tmp_path)
    unended.write(reports, AS_OF, nonces(), reason)
    told = {name: Path(path).read_text(encoding="utf-8") for name, path in reports.items()}
    message = f"this run has not ended: {reason}" if reason else "this run has not ended"
    assert json.loads(told["json"])["verdict"] == "unknown" and json.loads(told["json"])["findings"][0]["message"] == message
    assert list(Draft202012Validator(SCHEMA).iter_errors(json.loads(told["json"]))) == []
    (finding,) = csv.DictReader(told["csv"].removeprefix("\ufeff").splitlines())
    assert (finding["verdict"], finding["severity"], finding["message"]) == ("unknown", "critical", message)
    suites = ElementTree.fromstring(told["junit"])
    assert (suites.get("errors"), suites.get("name")) == ("1", f"Secrets audit: {message}")
    run = json.loads(told["sarif"])["runs"][0]
    assert run["properties"]["verdict"] == "unknown" and message in run["results"][0]["message"]["text"]
    assert told["markdown"].startswith(f"# Secrets audit: UNKNOWN ({message})\n")
    assert "<title>UNKNOWN - secrets audit</title>" in told["html"] and f'<p class="lead">T{message[1:]}.</p>' in told["html"]
    assert message in told["html"] and "Nothing fails" not in told["html"]
    for path in reports.values():
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    seen = set()
    for _turn in range(2):
        unended.begin(paths(tmp_path), AS_OF, nonces())
        seen.add(b"".join((tmp_path / name).read_bytes() for name in sorted(os.listdir(tmp_path))))
    assert len(seen) == 1 and sorted(os.listdir(tmp_path)) == sorted(f"report.{name}" for name in FORMATS)


def test_the_last_whole_result_is_kept_until_the_next_one(tmp_path: Path) -> None:
    first = whole(tmp_path)
    kept = tmp_path / "report.previous.json"
    for _turn in range(2):
        unended.begin(paths(tmp_path), AS_OF, nonces())
        assert kept.read_bytes() == first
        unended.give_up(paths(tmp_path), AS_OF, nonces(), "refused")
        assert kept.read_bytes() == first
    second = whole(tmp_path, "fail")
    unended.begin(paths(tmp_path), AS_OF, nonces())
    assert kept.read_bytes() == second
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_a_run_that_is_refused_before_it_began_keeps_the_last_result_too(tmp_path: Path) -> None:
    first = whole(tmp_path)
    unended.give_up(paths(tmp_path), AS_OF, nonces(), "refused")
    assert (tmp_path / "report.previous.json").read_bytes() == first
    assert json.loads((tmp_path / "report.json").read_text())["verdict"] == "unknown"


@pytest.mark.parametrize("content", [b"", b"{}", b"old\n" * 9, b"{\n", b'{\n"format":"other/1",\n"verdict":"pass",\n', b"\xff" * 500], ids=repr)
def test_what_is_no_report_of_ours_is_not_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    unended.begin({"json": str(tmp_path / "report.json")}, AS_OF, nonces())
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_text_that_says_so_does_not_make_a_report_unended(tmp_path: Path) -> None:
    made = {**unended.result(0), "verdict": "pass", "note": "", "summary": {"x": '"note":"this run has not ended",\n"note":"this run has not ended",'}}
    (tmp_path / "report.json").write_text(FORMATS["json"].render(made), encoding="utf-8")
    unended.begin({"json": str(tmp_path / "report.json")}, AS_OF, nonces())
    assert json.loads((tmp_path / "report.previous.json").read_text())["verdict"] == "pass"


def test_a_report_of_an_earlier_release_is_kept(tmp_path: Path) -> None:
    made = unended.result(0)
    made.pop("note")
    (tmp_path / "report.json").write_text(FORMATS["json"].render({**made, "verdict": "pass"}), encoding="utf-8")
    unended.begin({"json": str(tmp_path / "report.json")}, AS_OF, nonces())
    assert (tmp_path / "report.previous.json").exists()


def test_where_a_file_has_one_name_only_it_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any, **more: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    first = whole(tmp_path)
    monkeypatch.setattr(os, "link", refused)
    unended.begin(paths(tmp_path), AS_OF, nonces())
    assert (tmp_path / "report.previous.json").read_bytes() == first


def test_a_result_that_another_run_has_just_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    whole(tmp_path)
    os.link(tmp_path / "report.json", tmp_path / "report.previous.json")
    unended.begin({"json": str(tmp_path / "report.json")}, AS_OF, nonces())
    assert sorted(os.listdir(tmp_path)) == ["report.json", "report.previous.json"]


def test_a_link_or_folder_where_the_last_result_would_go_is_refused(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("x", encoding="utf-8")
    first = whole(tmp_path)
    (tmp_path / "report.previous.json").symlink_to(precious)
    with pytest.raises(SecretsError, match="not a regular file"):
        unended.begin(paths(tmp_path), AS_OF, nonces())
    assert (precious.read_text(), (tmp_path / "report.json").read_bytes()) == ("x", first)


def test_one_report_that_cannot_be_written_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    reports = {**paths(tmp_path), "markdown": str(tmp_path / "none" / "report.md")}
    unended.give_up(reports, AS_OF, nonces(), "refused")
    assert sorted(os.listdir(tmp_path)) == sorted(f"report.{name}" for name in FORMATS if name != "markdown")


@pytest.mark.parametrize("room", [True, False], ids=["room for one file less", "no room"])
def test_a_full_disk_leaves_no_report_of_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: bool) -> None:
    """A nightly job that sends report.text would send yesterday's verdict."""
    reports = paths(tmp_path)
    for path in reports.values():
        Path(path).write_text("PASS")
    kept, most = whole(tmp_path), len(reports) + 1

    def sync(descriptor: int) -> None:
        if not room or len(os.listdir(tmp_path)) > most:
            raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", sync)
    if room:
        unended.begin(reports, AS_OF, nonces())
        assert all("has not ended" in Path(path).read_text(encoding="utf-8") for path in reports.values())
    else:
        with pytest.raises(SecretsError, match="No space left on device"):
            unended.begin(reports, AS_OF, nonces())
        assert os.listdir(tmp_path) == ["report.previous.json"]
    assert (tmp_path / "report.previous.json").read_bytes() == kept


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_hostile_reason_is_harmless(reason: str) -> None:
    made = unended.result(AS_OF, reason)
    assert not CONTROLS.search(made["findings"][0]["message"])
    for name, form in FORMATS.items():
        report = form.render(made)
        report.encode("utf-8")
        if name in ("markdown", "html"):
            assert "<svg onload" not in re.sub(r"\\.|(`+)[^`]*\1", "", report)


def test_it_is_written_in_the_words_of_the_judge() -> None:
    made = unended.result(AS_OF)
    summary = made["summary"]
    assert (made["format"], tuple(summary["findings"]), tuple(summary["checks"])) == (judge.FORMAT, rules.SEVERITIES, checks.VERDICTS)
    assert tuple(summary["findings"]["low"]) == checks.FINDING_VERDICTS
    assert tuple(summary["stores"]) == stores.JUDGED_STATUSES and summary["idle_rules"] == []
    assert unended.RULE in rules.RESERVED and made["rules"][0]["id"] == unended.RULE


@pytest.mark.parametrize(
    ("path", "kept"),
    [("a/report.json", "a/report.previous.json"), ("r", "r.previous"), ("a.b/r", "a.b/r.previous"), ("x.tar.json", "x.tar.previous.json")],
)
def test_where_the_last_result_is_kept(path: str, kept: str) -> None:
    assert unended.previous(path) == kept
