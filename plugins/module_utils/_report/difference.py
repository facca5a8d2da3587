# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has changed since the last report, as Ansible shows it in diff mode: fixed findings go, new ones come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .grouping import Changes, short, spot
from .report import Finding, MakeSpool, Report, SmallSpool

MOST_SHOWN = 100
LONGEST_LINE = 200


class Difference(Report):
    """The findings that are new, and those that are fixed. Its tail is empty; told() gives them."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._changes = Changes(MOST_SHOWN)

    def add(self, finding: Finding, encoded: str) -> str:
        self._changes.add(finding)
        return ""

    def told(self) -> dict[str, str]:
        """The difference as a module returns it, or nothing where nothing is compared."""
        compared = self.result["compared"]
        if not compared:
            return {}
        return {
            "before_header": f"findings of {compared['as_of']}",
            "after_header": f"findings of {self.result['as_of']}",
            "before": "".join(_lines(self.result["fixed"][:MOST_SHOWN])),
            "after": "".join(_lines(self._changes.new)),
        }


def _lines(findings: list[Finding]) -> Iterator[str]:
    """Each finding in one line."""
    for finding in findings:
        said = f": {finding['message']}" if "message" in finding else ""
        yield short(f"{finding['severity']} {finding['rule']} {spot(finding)}{said}", LONGEST_LINE) + "\n"
