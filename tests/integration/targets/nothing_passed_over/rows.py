# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of docs/completeness.md, row by row.

python rows.py make COLLECTION FOLDER: writes a play of the runs in cases.yml; at its end it calls the other command.
python rows.py check COLLECTION FOLDER: prints for each row what is not as the table says, and whether anything passed.
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
ENTRY = {"name": "a", "provider": "tencent_ssm", "region": "ap-guangzhou", "credentials_env": "PAY_STAGING_", "retries": 0, "timeout": 2}
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


def read(here: Path) -> dict[str, Any]:
    """The variables, files and runs of cases.yml; each run has the rows that it shows."""
    found: dict[str, Any] = yaml.safe_load((here / "cases.yml").read_text(encoding="utf-8"))
    return found


def compare(rows: Mapping[str, Row], cases: list[dict[str, Any]]) -> None:
    """The table and the cases are the same list."""
    shown = [name for case in cases for name in case["rows"]]
    assert sorted(shown) == sorted(rows), {"no case": sorted(set(rows) - set(shown)), "no row": sorted(set(shown) - set(rows))}
    assert len({case["name"] for case in cases}) == len(cases)


# --- the play ---


def given(case: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the role: all of them ('with'), those beside a good fleet ('good'), or one option of an entry that is good otherwise."""
    if "entry" in case:
        return {"assert_secrets_fleet": [{**ENTRY, **case["entry"]}]}
    return {"assert_secrets_fleet": "{{ good }}", **case["good"]} if "good" in case else dict(case["with"])


def tasks_of(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A block that runs a case, and remembers how it ended."""
    report_dir = str(folder / "reports" / case["name"])
    doing: dict[str, Any] = {"name": f"Run {case['name']}"}
    if "task" in case:
        doing |= {**case["task"], "vars": case.get("vars", {})}
    else:
        doing["ansible.builtin.include_role"] = {"name": ROLE, "tasks_from": "collect" if "entry" in case else case.get("tasks_from", "main")}
        doing["vars"] = {"assert_secrets_report_dir": report_dir, **given(case)}
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
    content = read(here)
    cases = content["runs"]
    compare(table(collection), cases)
    for name, text in content["files"].items():
        (folder / name).write_text(text, encoding="utf-8")
    ending = [
        {"name": "Keep what was told", "ansible.builtin.copy": {"dest": str(folder / "told.json"), "content": "{{ told | to_json }}", "mode": "0600"}},
        {
            "name": "Compare it with the table",
            "ansible.builtin.command": {"argv": ["python", str(here.absolute() / "rows.py"), "check", str(collection), str(folder)]},
            "changed_when": False,
            "register": "compared",
        },
        {
            "name": "Every row is as the table says",
            "ansible.builtin.assert": {"that": "item.value == ''", "fail_msg": "{{ item.value }}"},
            "loop": "{{ compared.stdout | from_json | dict2items }}",
            "loop_control": {"label": "{{ item.key }}"},
        },
    ]
    common = {"folder": str(folder), "playbook": str(here.absolute()), **content["vars"]}
    first = {"name": "Remember what is told", "ansible.builtin.set_fact": {"told": {}}}
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
    """Whether one place tells all of a row. Old releases of Ansible break long lines."""
    return any(all(told in " ".join(place.split()) for told in row.told) for place in places)


def faults(case: Mapping[str, Any], rows: Mapping[str, Row], said: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, str]]:
    """Each row of a case, and the case itself, with what is not as the table says."""
    reports = folder / "reports" / case["name"]
    report = json.loads((reports / "report.json").read_text(encoding="utf-8")) if (reports / "report.json").exists() else {"findings": [], "stores": []}
    places = found(report, said)
    for name in case["rows"]:
        told = places[rows[name].answer]
        yield name, "" if shows(rows[name], told) else f"{rows[name]} is not among {json.dumps(told)}"
    answers = {rows[name].answer for name in case["rows"]}
    wrong = {
        "something was judged": answers == {"refused"} and report.get("verdict", "unknown") != "unknown",
        "something was listed": answers == {"refused"} and bool(list(reports.glob("**/*.jsonl"))),
        "it passed": bool(answers & {"failed", "fail", "unknown"}) and report.get("verdict", "pass") == "pass",
        f"ended well: {said['ended']}": said["ended"] != (not answers & {"refused", "failed", "fail", "unknown"}),
        "nothing else was listed": "failed" in answers and not any(each["status"] == "complete" for each in report["stores"]),
    }
    yield f"the run {case['name']}", ", ".join(what for what, is_so in wrong.items() if is_so)


def found(report: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was told, by the answer that it is."""
    lines: dict[str, list[str]] = {"fail": [], "unknown": [], "waived": [], "info": []}
    for each in report["findings"]:
        kind = "info" if each["severity"] == "info" else each["verdict"]
        lines[kind].append(f"{each['subject']}: {each['message']}")
    return {
        **lines,
        "refused": [] if said["ended"] else list(texts(said["result"])),
        "warning": list(texts(said["result"])) if said["ended"] else [],
        "failed": [f"{each['hint'] or ''} {each['reason']}" for each in report["stores"] if each["status"] == "failed"],
    }


def check(collection: Path, folder: Path) -> None:
    """Print what is wrong with each row, and with each run; nothing where all is well."""
    rows, told = table(collection), json.loads((folder / "told.json").read_text(encoding="utf-8"))
    cases = read(Path(__file__).parent)["runs"]
    print(json.dumps(dict(fault for case in cases for fault in faults(case, rows, told[case["name"]], folder))))


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
