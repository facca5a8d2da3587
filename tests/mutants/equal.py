# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants that no test of behaviour can tell from the code, and why. What stands here and is killed after all is told."""

from __future__ import annotations

from typing import NamedTuple


class Equal(NamedTuple):
    """A line before and after the change, without the spaces around it."""

    room: str
    before: str
    after: str
    reason: str


EQUAL = (
    Equal(
        "_audit/checks.py",
        "self.seen: defaultdict[Store, list[int]] = defaultdict(lambda: [0] * (OUT + 1))",
        "self.seen: defaultdict[Store, list[int]] = defaultdict(lambda: [0] * (OUT + 2))",
        "a counter more, which nobody counts with",
    ),
    Equal(
        "_audit/compare.py",
        'store = Store(record["provider"], record["account"], record["region"], "")',
        'store = Store(record["provider"], record["account"], record["region"], "XXXX")',
        "only its provider is read",
    ),
    Equal(
        "_audit/fields.py",
        'keys = [key for key in RECORD_KEYS if key != ATTRIBUTES.rstrip(".")]',
        'keys = [key for key in RECORD_KEYS if key != ATTRIBUTES.rstrip("XX.XX")]',
        "the same without its dot: there is no X at its end",
    ),
    Equal("_audit/findings.py", "self._runs = []", "self._runs = None", "nothing reads them once all runs are merged"),
    Equal(
        "_audit/findings.py",
        "key, head = self._heads.get((rule.id, verdict)) or self._head(rule, verdict)",
        "key, head = self._heads.get(None) or self._head(rule, verdict)",
        "written again for each finding, and the same",
    ),
    Equal(
        "_audit/findings.py",
        "if len(self._expected) < MOST_KEPT:",
        "if len(self._expected) <= MOST_KEPT:",
        "one writing more is kept of 10,000",
    ),
    Equal("_audit/findings.py", "self._expected[expected] = short, quoted(short)", "self._expected[expected] = None", "written again, and the same"),
    Equal(
        "_audit/findings.py",
        'self._places[store] = "".join(f"{part}\\0" for part in texts), "".join(f"{part}/" for part in texts), told',
        'self._places[store] = "XXXX".join(f"{part}\\0" for part in texts), "".join(f"{part}/" for part in texts), told',
        "a key that orders findings: the same text at the same place of each changes no order",
    ),
    Equal(
        "_audit/operators.py",
        "return lambda value: value < bare or value == exact",
        "return lambda value: value <= bare or value == exact",
        "no time is without its Z",
    ),
    Equal("_audit/operators.py", "truth = truths.get(record[key])", "truth = None", "found out anew for each record, and the same"),
    Equal(
        "_audit/operators.py",
        "return test(record) if truth is None else truth",
        "return test(record) if (truth is None) or True else truth",
        "found out anew for each record, and the same",
    ),
    Equal("_audit/parts.py", "self._parameters: Mapping[str, Any] = {}", "self._parameters: Mapping[str, Any] = None", "set before it is read"),
    Equal(
        "_audit/waivers.py",
        "longest = min(fitting, key=self.all.index) if len(fitting) > 1 else fitting[0]",
        "longest = min(fitting, key=self.all.index) if len(fitting) >= 1 else fitting[0]",
        "the least of one is that one",
    ),
)
