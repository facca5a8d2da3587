# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings of each owner as a result of their own, from which reports for that owner are written.

1. The findings come once, the worst first. Each is kept on disk, in the group of its owner.
2. A group is named as its files are. Owners are free text, so the name holds letters and digits only, and a digest where
   that leaves anything out. Owners whose names are the same in spite of it share a group, and no finding is lost.
3. The worst off owners, of whom the result tells, have groups of their own; all others share one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from .grouping import WAIVED, counting, place
from .report import ByteSpool, Finding, MakeSpool, Report, SmallSpool, line

NOBODY = "no owner"
OTHERS = "other owners"
ENDINGS = {"csv": ".csv", "markdown": ".md"}
"""The formats that are written for each owner, and how the names of their files end."""
OURS = re.compile(r"(?:owner-.+|no-owner|other-owners)\.(?:csv|md)")
"""The names of all files that a run writes or removes."""
DIGESTED = re.compile(r".*-[0-9a-f]{8}")
LETTERS = re.compile(r"\w+")
LONGEST_FILE_NAME = 48
"""Characters; a file system takes 255 bytes."""
BUFFER = 1 << 18
NOTHING_LEFT = {"never": 0, "empty_scope": 0, "filtered": 0, "reason": ""}


def group_name(owner: str | None) -> str:
    """How the names of the files of an owner begin: the same in every run, and safe in every file system."""
    if not owner:
        return NOBODY.replace(" ", "-")
    folded = unicodedata.normalize("NFKC", owner).casefold()
    cleaned = "-".join(LETTERS.findall(folded))
    if cleaned == owner and len(owner) <= LONGEST_FILE_NAME and not DIGESTED.fullmatch(owner):
        return f"owner-{owner}"
    digest = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(filter(None, ("owner", cleaned[:LONGEST_FILE_NAME].strip("-"), digest)))


class _OwnerGroup:
    """What belongs to the files of one owner. stores: those of the findings; if none names a store, they are about all."""

    def __init__(self, owner: str | None) -> None:
        self.owner = owner
        self.waiting: list[bytes] = []
        self.chunks: list[tuple[int, int]] = []
        self.checks: Counter[tuple[str, str, str]] = Counter()
        self.open: Counter[str] = Counter()
        self.secrets = array("q")
        self.stores: set[str] = set()


class _Lines:
    """The findings of a group, as lines of JSON, as often as one likes."""

    def __init__(self, spool: ByteSpool, chunks: list[tuple[int, int]]) -> None:
        self._spool = spool
        self._chunks = chunks

    def lines(self) -> Iterator[str]:
        """Each finding, the worst first."""
        for position, size in self._chunks:
            yield from self._spool.piece(position, size).decode("utf-8").split("\n")[:-1]


class ByOwner(Report):
    """Sorts findings by owner as they come. It has no text; results() gives what there is to write."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        super().__init__(result, make_spool)
        self._spool = make_spool()
        self._size = 0
        self._known = {owner["owner"]: group_name(owner["owner"]) for owner in result["owners"]} if result["owners"] else {None: group_name(None)}
        self._groups: dict[str, _OwnerGroup] = {}
        self._counting = counting(result)

    def add(self, finding: Finding, encoded: str) -> str:
        owner = finding["owner"] or None
        name = self._known.get(owner) or OTHERS.replace(" ", "-")
        group = self._groups.get(name) or self._groups.setdefault(name, _OwnerGroup(owner if owner in self._known else OTHERS))
        told = (encoded or line(finding)).encode("utf-8") + b"\n"
        group.waiting.append(told)
        self._size += len(told)
        verdict, severity = finding["verdict"], finding["severity"]
        group.checks[finding["rule"], severity, verdict] += 1
        if severity in self._counting and verdict != WAIVED and not (self.result["fail_on_new"] and finding["new"] is False):
            group.open[verdict] += 1
        if finding["name"] is not None or finding["id"] is not None:
            group.secrets.append(hash((finding["provider"], finding["account"], finding["region"], finding["name"], finding["id"])))
        if finding["region"] is not None:
            group.stores.add(place(finding))
        if self._size >= BUFFER:
            self._flush()
        return ""

    def results(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The name of each owner's files, and the result from which they are made, by name."""
        self._flush()
        for name in sorted(self._groups):
            yield name, self._result(self._groups[name])

    def close(self) -> None:
        """Give the disk space back."""
        self._spool.close()

    def _flush(self) -> None:
        for group in self._groups.values():
            if group.waiting:
                piece = b"".join(group.waiting)
                group.chunks.append((self._spool.append(piece), len(piece)))
                group.waiting = []
        self._size = 0

    def _result(self, group: _OwnerGroup) -> dict[str, Any]:
        """A result that has only what concerns one owner. What needs all findings, such as what is fixed, is left out."""
        whole = self.result
        by_rule: defaultdict[str, Counter[str]] = defaultdict(Counter)
        by_severity: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (rule, severity, verdict), found in group.checks.items():
            by_rule[rule][verdict] += found
            by_severity[severity][verdict] += found
        summary = whole["summary"]
        verdicts = sum(by_rule.values(), Counter[str]())
        return {
            **{key: whole[key] for key in whole if key not in ("secrets", "history")},
            "verdict": "fail" if group.open["fail"] or group.open["error"] else "unknown" if group.open["unknown"] else "pass",
            "note": "; ".join(filter(None, (group.owner or NOBODY, whole["note"]))),
            "owner": group.owner,
            "summary": {
                **summary,
                "secrets": len(set(group.secrets)),
                "checks": {verdict: verdicts[verdict] for verdict in summary["checks"]},
                "findings": {severity: {verdict: by_severity[severity][verdict] for verdict in told} for severity, told in summary["findings"].items()},
            },
            "rules": [_rule(rule, by_rule[rule["id"]]) for rule in whole["rules"] if rule["id"] in by_rule],
            "stores": [store for store in whole["stores"] if place(store) in group.stores] or whole["stores"],
            "organizations": [],
            "compared": None,
            "fixed": [],
            "owners": [],
            "findings_total": sum(verdicts.values()),
            "findings": _Lines(self._spool, group.chunks),
        }


def _rule(rule: Mapping[str, Any], found: Mapping[str, int]) -> dict[str, Any]:
    """A rule with the checks of one owner only. It has no verdict of its own."""
    return {**rule, "checks": {verdict: found.get(verdict, 0) for verdict in rule["checks"]}, "not_judged": NOTHING_LEFT}
