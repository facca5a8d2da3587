# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as people read them: by severity and rule, with stores that are not complete told once, not once a rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._core.redaction import printable

Finding = Mapping[str, Any]
OPEN_VERDICTS = ("error", "fail", "unknown")
"""Verdicts of which a reader is told one by one."""
WAIVED = "waived"
WAIVER = ("reason", "owner", "expires", "ticket")
"""What a finding that is waived says of its waiver, under the key 'waiver'."""


class RuleFindings(NamedTuple):
    """The findings of one rule. findings: the first of those to be told, the worst first. told: how many are to be told:
    without what is waived. waived: the first of those. holes: of how many stores they only repeat that these are not complete."""

    rule: Mapping[str, Any]
    findings: list[Finding]
    told: int
    waived: list[Finding]
    holes: int

    def counts(self) -> str:
        """'2 fail, 1 unknown'."""
        return counts(self.rule["checks"], (*OPEN_VERDICTS, WAIVED))

    def told_holes(self) -> str:
        """The holes in one sentence."""
        return f"unknown in {self.holes} store{'s' if self.holes > 1 else ''} not seen whole"


def groups(result: Mapping[str, Any], most: int) -> list[RuleFindings]:
    """The rules that have findings, the gravest first, each with at most so many findings: there may be more than memory
    can hold."""
    rules = {rule["id"]: rule for rule in result["rules"]}
    found: dict[str, list[Finding]] = {}
    told: Counter[str] = Counter()
    waived: defaultdict[str, list[Finding]] = defaultdict(list)
    holes: defaultdict[str, set[str]] = defaultdict(set)
    for finding in result["findings"]:
        mine = found.setdefault(finding["rule"], [])
        if _is_hole(finding):
            holes[finding["rule"]].add(place(finding))
            continue
        if finding["verdict"] == WAIVED:
            waived[finding["rule"]] += [finding] if len(waived[finding["rule"]]) < most else []
            continue
        told[finding["rule"]] += 1
        if len(mine) < most:
            mine.append(finding)
    made = [RuleFindings(rules[name], findings, told[name], waived[name], len(holes[name])) for name, findings in found.items()]
    gravity = {severity: place for place, severity in enumerate(result["summary"]["findings"])}
    return sorted(made, key=lambda group: (gravity[group.rule["severity"]], group.rule["id"]))


def counts(numbers: Mapping[str, int], words: Iterable[str]) -> str:
    """Numbers that are not zero, each with its word."""
    return ", ".join(f"{numbers[word]} {word.replace('_', ' ')}" for word in words if numbers.get(word))


def counting(result: Mapping[str, Any]) -> set[str]:
    """The severities whose findings count for the verdict."""
    severities = list(result["summary"]["findings"])
    return set(severities[: severities.index(result["fail_on"]) + 1])


def waiver(finding: Finding) -> dict[str, str]:
    """What is known of a finding's waiver: WAIVER -> text."""
    known = finding.get("waiver") or {}
    return {key: str(known[key]) for key in WAIVER if known.get(key)}


def excuse(finding: Finding) -> str:
    """'waived: reason (owner: team-data, expires: 2027-01-31)'."""
    known = waiver(finding)
    details = ", ".join(f"{key}: {known[key]}" for key in WAIVER[1:] if key in known)
    return ": ".join(filter(None, (WAIVED, known.get("reason")))) + (f" ({details})" if details else "")


def short(text: str, longest: int) -> str:
    """A text from outside for people: no character that could forge a line, and not much longer than said."""
    escaped = printable(text, longest)
    return escaped if len(escaped) <= longest + 3 else f"{escaped[:longest]}..."


def place(store: Mapping[str, Any]) -> str:
    """A store of the ledger as provider/account/region."""
    return f"{store['provider']}/{store['account']}/{store['region'] or ''}"


def unlisted(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stores of the ledger that were not listed to their end."""
    return [store for store in result["stores"] if not listed(store)]


def listed(store: Mapping[str, Any]) -> bool:
    """Whether a store of the ledger was listed to its end."""
    return store["status"] in ("complete", "not_offered")


def _is_hole(finding: Finding) -> bool:
    return finding["verdict"] == "unknown" and finding["name"] is None and finding["id"] is None and not finding["evidence"]
