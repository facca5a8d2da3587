# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo: the audit playbook over three emulated accounts, and what it found as a short table."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TESTS = Path(os.path.relpath(Path(__file__).parent))
REPORTS = Path("secrets-report")
WRITTEN = {
    "report.html": "for people: open it in a browser",
    "report.md": "for a pull request",
    "report.csv": "the findings, for a spreadsheet",
    "secrets.csv": "every secret, for a spreadsheet",
    "report.txt": "for a chat or a mail",
    "owners": "a report for each owner",
    "report.xml": "for a CI server, as JUnit",
    "report.sarif": "for code scanning",
    "report.json": "for programs",
    "inventory": "all that was listed",
    "playbook.log": "the playbook's output",
}
SEVERITIES = ["critical", "high", "medium", "low", "info"]
PLAYBOOK = [
    "ansible-playbook",
    "multicloud.secrets.audit",
    *("-e", f"assert_secrets_fleet={TESTS / 'demo' / 'fleet.yml'}"),
    *("-e", f"assert_secrets_rules={TESTS / 'demo' / 'rules.yml'}"),
    *("-e", f"assert_secrets_report_dir={REPORTS}"),
    *("-e", '{"assert_secrets_reports": ["html", "markdown", "csv", "secrets", "text", "junit", "sarif", "json"]}'),
    *("-e", f"assert_secrets_by_owner={REPORTS / 'owners'}"),
    *("-e", "assert_secrets_fail_on=never"),
]


def play() -> int:
    """Run the playbook against the emulator. Its output is kept, and shown only if it fails."""
    command = " \\\n    ".join(_pairs([shlex.quote(word) for word in PLAYBOOK]))
    print(f"Listing three accounts of two emulated clouds, and judging their secrets:\n\n  {command}\n", flush=True)
    fleet = TESTS / "emulator" / "fleets" / "demo.yml"
    played = subprocess.run([sys.executable, TESTS / "under_emulator.py", fleet, *PLAYBOOK], capture_output=True, text=True, check=False)
    if played.returncode:
        print(played.stdout + played.stderr)
        return played.returncode
    (REPORTS / "playbook.log").write_text(played.stdout, encoding="utf-8")
    return 0


def _pairs(words: Sequence[str]) -> list[str]:
    """A command with each option on a line of its own."""
    return [" ".join(words[:2]), *(" ".join(words[index : index + 2]) for index in range(2, len(words), 2))]


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(header), *cells]) for column in range(len(header))]
    right = [all(isinstance(row[column], int) for row in rows) for column in range(len(header))]
    lines = [header, ["-" * width for width in widths], *cells]

    def told(line: Sequence[str]) -> str:
        return "  ".join(f"{cell:{'>' if end else '<'}{width}}" for cell, width, end in zip(line, widths, right))

    return "\n".join(f"  {told(line)}".rstrip() for line in lines)


def ledger(report: dict[str, Any]) -> str:
    """A row for each store."""
    rows = []
    for store in report["stores"]:
        place = f"{store['provider']}/{store['account']}/{store['region']}"
        rows.append([place, store["status"], store["secrets"], store["reason"].partition(":")[0]])
    return table(["store", "status", "secrets", "reason"], rows)


def findings(report: dict[str, Any]) -> str:
    """A row for each rule that did not simply pass, and the first secret that it speaks of."""
    rows = []
    for rule in sorted(report["rules"], key=lambda rule: SEVERITIES.index(rule["severity"])):
        counts = rule["checks"]
        first = next((finding["subject"].strip("/") for finding in report["findings"] if finding["rule"] == rule["id"]), None)
        if first:
            rows.append([rule["severity"], rule["id"], counts["fail"], counts["unknown"], counts["pass"], first])
    return table(["severity", "rule", "fail", "unknown", "pass", "for example"], rows)


def main() -> int:
    status = play()
    if status:
        return status
    report = json.loads((REPORTS / "report.json").read_text(encoding="utf-8"))
    print(ledger(report) + "\n")
    print(findings(report) + "\n")
    print(f"Verdict: {report['verdict'].upper()} over {report['summary']['secrets']} secrets. It would fail a pipeline; the demo asked it not to.\n")
    print("To look at:")
    for name, what in WRITTEN.items():
        print(f"  {REPORTS / name}  ({what})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
