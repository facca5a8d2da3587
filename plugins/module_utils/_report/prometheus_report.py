# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The numbers of the result in the text format of Prometheus, for the textfile folder of its node_exporter.

There is a series for each rule and verdict, and none for a secret or a store: their number does not grow with the fleet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .._core.values import parse_time
from .grouping import CHANGE_LABELS, OPEN_VERDICTS, WAIVED, short
from .report import Finding, MakeSpool, Report, SmallSpool

PREFIX = "secrets_audit"
LONGEST_NOTE = 500
VERDICTS = ("pass", "unknown", "fail")
TIME = re.compile(rf"^{PREFIX}_time_seconds .*$", re.MULTILINE)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}

Sample = tuple[Mapping[str, str], float]


class PrometheusReport(Report):
    """The report."""

    times = TIME

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, finding: Finding, encoded: str) -> str:
        self._counts[finding["rule"], finding["verdict"]] += 1
        return ""

    def tail(self) -> Iterator[str]:
        result, summary = self.result, self.result["summary"]
        yield f"# {short(result['note'], LONGEST_NOTE)}\n" if result["note"] else ""
        yield _metric("verdict", "Whether this is the verdict of the last run.", [({"verdict": word}, result["verdict"] == word) for word in VERDICTS])
        yield _metric("time_seconds", "Time of the last run, in seconds since the epoch.", [({}, parse_time(result["as_of"]))])
        yield _metric("secrets", "Number of secrets.", [({}, summary["secrets"])])
        yield _metric("stores", "Number of stores by status.", [({"status": status}, number) for status, number in summary["stores"].items()])
        yield _metric("findings", "Number of findings by rule, severity and verdict.", list(self._findings()))
        if result["compared"]:
            yield _metric(
                "changes", "Number of findings by what has become of them since the report before.", [({"change": key}, summary[key]) for key in CHANGE_LABELS]
            )

    def _findings(self) -> Iterator[Sample]:
        """A sample for each rule and verdict, be it 0, so that no series comes and goes."""
        for rule in self.result["rules"]:
            for verdict in (*OPEN_VERDICTS, WAIVED):
                yield {"rule": rule["id"], "severity": rule["severity"], "verdict": verdict}, self._counts[rule["id"], verdict]


def _metric(name: str, about: str, samples: list[Sample]) -> str:
    """A gauge with all of its samples."""
    lines = [f"{PREFIX}_{name}{_labels(labels)} {value:.0f}\n" for labels, value in samples]
    return f"# HELP {PREFIX}_{name} {about}\n# TYPE {PREFIX}_{name} gauge\n{''.join(lines)}"


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def escaped(value: str) -> str:
    """The value of a label."""
    return "".join(ESCAPES.get(letter, letter) for letter in value)
