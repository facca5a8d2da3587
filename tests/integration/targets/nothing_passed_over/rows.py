# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of docs/completeness.md, row by row.

python rows.py make COLLECTION FOLDER: writes a play of the runs in cases.yml; at its end it calls the other command.
python rows.py check COLLECTION FOLDER: each row was told as the table says, and nothing passed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HEADING = "## What you write down, and what happens if it is not there"
ANSWERS = ("refused", "failed", "fail", "unknown", "info", "warning")
ROLE = "multicloud.secrets.assert_secrets"


class Row(NamedTuple):
    """A row of the table. told: the texts that a person is shown."""

    answer: str
    told: list[str]


def table(collection: Path) -> dict[str, Row]:
    """What is not there -> what happens."""
    section = (collection / "docs/completeness.md").read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    rows = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if len(cells) == 3 and cells[1] in ANSWERS:
            assert cells[0] not in rows, f"twice: {cells[0]}"
            rows[cells[0]] = Row(cells[1], re.findall(r"`([^`]+)`", cells[2]))
            assert rows[cells[0]].told, line
    return rows


def runs(here: Path) -> list[dict[str, Any]]:
    """The runs of cases.yml, each with the rows that it shows."""
    found: list[dict[str, Any]] = yaml.safe_load((here / "cases.yml").read_text(encoding="utf-8"))["runs"]
    return found


def compare(rows: Mapping[str, Row], cases: list[dict[str, Any]]) -> None:
    """The table and the cases are the same list."""
    shown = [name for case in cases for name in case["rows"]]
    assert sorted(shown) == sorted(rows), {"no case": sorted(set(rows) - set(shown)), "no row": sorted(set(shown) - set(rows))}
    assert len({case["name"] for case in cases}) == len(cases)


# --- the play ---


def tasks_of(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A block that runs a case, and remembers how it ended."""
    report_dir = str(folder / "reports" / case["name"])
    doing: dict[str, Any] = {"name": f"Run {case['name']}"}
    if "task" in case:
        doing |= {**case["task"], "vars": case.get("vars", {})}
    else:
        doing["ansible.builtin.include_role"] = {"name": ROLE, "tasks_from": case.get("tasks_from", "main")}
        doing["vars"] = {"assert_secrets_report_dir": report_dir, **case["with"]}
    said = {"ended": False, "result": "{{ ansible_failed_result }}"}
    remember = {"ansible.builtin.set_fact": {"told": "{{ told | combine({name: said}) }}"}, "vars": {"name": case["name"]}}
    return {
        "name": f"Case {case['name']}",
        "environment": case.get("environment", {}),
        "block": [
            {**doing, **({"register": "done"} if "task" in case else {})},
            {"name": "It ended", **remember, "vars": {"name": case["name"], "said": {"ended": True, "result": "{{ done | default({}) }}"}}},
        ],
        "rescue": [{"name": "It failed", **remember, "vars": {"name": case["name"], "said": said}}],
    }


def make(collection: Path, folder: Path) -> None:
    """Write the files that the cases speak of, and the play."""
    here = Path(__file__).parent
    cases = runs(here)
    compare(table(collection), cases)
    for name, text in yaml.safe_load((here / "cases.yml").read_text(encoding="utf-8"))["files"].items():
        (folder / name).write_text(text, encoding="utf-8")
    ending = [
        {"name": "Keep what was told", "ansible.builtin.copy": {"dest": str(folder / "told.json"), "content": "{{ told | to_json }}", "mode": "0600"}},
        {
            "name": "Every row is as the table says",
            "ansible.builtin.command": {"argv": ["python", str(here.absolute() / "rows.py"), "check", str(collection), str(folder)]},
            "changed_when": False,
        },
    ]
    common = {"told": {}, "folder": str(folder), "playbook": str(here.absolute()), **yaml.safe_load((here / "cases.yml").read_text(encoding="utf-8"))["vars"]}
    first = {"name": "Remember what is told", "ansible.builtin.set_fact": {"told": {}}}
    common.pop("told")
    tasks = [first, *(tasks_of(case, folder) for case in cases), *ending]
    play = {"name": "Whatever a person writes down", "hosts": "localhost", "gather_facts": False, "vars": common, "tasks": tasks}
    (folder / "plays.yml").write_text(yaml.safe_dump([play], sort_keys=False, width=1000), encoding="utf-8")


# --- what came of it ---


def texts(value: Any) -> Iterator[str]:
    """Every text in a result."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def shows(row: Row, places: list[str]) -> bool:
    """Whether one place tells all of a row."""
    return any(all(told in place for told in row.told) for place in places)


def faults(case: Mapping[str, Any], rows: Mapping[str, Row], said: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """What is not as the table says."""
    reports = folder / "reports" / case["name"]
    report = json.loads((reports / "report.json").read_text(encoding="utf-8")) if (reports / "report.json").exists() else None
    findings = report["findings"] if report else []
    lines = {
        verdict: [f"{each['subject']}: {each['message']}" for each in findings if each["verdict"] == verdict and each["severity"] != "info"]
        for verdict in ("fail", "unknown")
    }
    places = {
        "refused": list(texts(said["result"])),
        "failed": [f"{each['hint'] or ''} {each['reason']}" for each in (report["stores"] if report else []) if each["status"] == "failed"],
        "info": [each["message"] for each in findings if each["severity"] == "info"],
        "warning": [text for text in texts(said["result"]) if said["ended"]],
        **lines,
    }
    for name in case["rows"]:
        if not shows(rows[name], places[rows[name].answer]):
            yield f"{case['name']}: {name}: {rows[name]} is not among {json.dumps(places[rows[name].answer], indent=1)[:3000]}"
    answers = {rows[name].answer for name in case["rows"]}
    if answers == {"refused"}:
        if report and report["verdict"] != "unknown" or list(reports.glob("**/*.jsonl")):
            yield f"{case['name']}: something was listed or judged"
    elif answers & {"failed", "fail", "unknown"} and (report is None or report["verdict"] == "pass"):
        yield f"{case['name']}: it passed"
    if said["ended"] != (not answers & {"refused", "failed", "fail", "unknown"}):
        yield f"{case['name']}: ended well: {said['ended']}"
    if "failed" in answers and not any(each["status"] == "complete" for each in report["stores"] if report):
        yield f"{case['name']}: nothing else was listed"


def check(collection: Path, folder: Path) -> None:
    """Print what is wrong, and fail if anything is."""
    rows, told = table(collection), json.loads((folder / "told.json").read_text(encoding="utf-8"))
    wrong = [fault for case in runs(Path(__file__).parent) for fault in faults(case, rows, told[case["name"]], folder)]
    sys.exit("\n".join(wrong))


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
