# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings as people read them: by severity and rule, with stores that are not complete told once, not once a rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .._core.redaction import printable
from .language import ENGLISH, Language
from .report import Finding, line

OPEN_VERDICTS = ("error", "fail", "unknown")
"""Verdicts of which a reader is told one by one."""
WAIVED = "waived"
LONGEST_HINT = 1_000
"""Characters of a way out, which is shown whole."""
CHANGE_LABELS = {"new": "new", "still": "still there", "fixed": "fixed", "not_comparable": "not comparable"}
"""What the summary counts of the changes since the last report, and how people call it."""
JUDGED = ("error", "fail", WAIVED, "pass")
"""What is said of a secret that was judged."""
WAIVER = ("reason", "owner", "expires", "ticket")
"""What a finding that is waived says of its waiver, under the key 'waiver'."""


ABOUT_STORES = "collection-complete"
"""The rule that finds what the ledger has told already."""


class RuleFindings(NamedTuple):
    """The findings of one rule. findings: the first of those to be told, the worst first. told: how many are to be told:
    without what is waived. waived: the first of those. blind_spots: of how many stores they only repeat that these are not complete."""

    rule: Mapping[str, Any]
    findings: list[Finding]
    told: int
    waived: list[Finding]
    blind_spots: int

    def counts(self, say: Language = ENGLISH) -> str:
        """'2 fail, 1 unknown'."""
        return counts(self.rule["checks"], (*OPEN_VERDICTS, WAIVED), say)

    def not_judged(self) -> str:
        """'45 of 175 secrets not judged: CLOUD does not tell FIELD', or nothing."""
        return self.rule["not_judged"]["reason"] if is_partly_judged(self.rule) else ""

    def told_blind_spots(self, say: Language = ENGLISH) -> str:
        """The blind spots in one sentence."""
        return say("unknown in {count} store{s} not listed completely", count=self.blind_spots)


class Grouping:
    """Sorts findings into groups as they come, and keeps at most so many of each rule."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._told: dict[str, list[Finding]] = {}
        self._number: Counter[str] = Counter()
        self._waived: defaultdict[str, list[Finding]] = defaultdict(list)
        self._blind_spots: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, finding: Finding) -> None:
        """Take the next finding, the worst first."""
        rule = finding["rule"]
        told = self._told.setdefault(rule, [])
        if _is_blind_spot(finding):
            self._blind_spots[rule].add(place(finding))
        elif finding["verdict"] == WAIVED:
            self._waived[rule] += [finding] if len(self._waived[rule]) < self._most else []
        else:
            self._number[rule] += 1
            if len(told) < self._most:
                told.append(finding)

    def groups(self, result: Mapping[str, Any]) -> list[RuleFindings]:
        """The rules that have findings, the gravest first."""
        rules = {rule["id"]: rule for rule in result["rules"]}
        made = [RuleFindings(rules[name], told, self._number[name], self._waived[name], len(self._blind_spots[name])) for name, told in self._told.items()]
        gravity = {severity: place for place, severity in enumerate(result["summary"]["findings"])}
        return sorted(made, key=lambda group: (gravity[group.rule["severity"]], group.rule["id"]))


def counts(numbers: Mapping[str, int], words: Iterable[str], say: Language = ENGLISH) -> str:
    """Numbers that are not zero, each with its word."""
    return say.listed(say.counted(numbers[word], word) for word in words if numbers.get(word))


def is_partly_judged(rule: Mapping[str, Any]) -> bool:
    """Whether a rule judged something, and yet not every secret of which it speaks."""
    return bool(rule["not_judged"]["never"]) and any(rule["checks"].get(verdict) for verdict in JUDGED)


def partly_judged(result: Mapping[str, Any], told: Iterable[RuleFindings]) -> list[Mapping[str, Any]]:
    """The rules that judged in part and have no finding, so that no group tells it."""
    names = {group.rule["id"] for group in told}
    return [rule for rule in result["rules"] if rule["id"] not in names and is_partly_judged(rule)]


def idle(result: Mapping[str, Any]) -> dict[str, list[str]]:
    """The rules that judged nothing, by the reason for it, which may be empty: then no secret fits what they speak of."""
    found: dict[str, list[str]] = {}
    for rule in result["rules"]:
        if rule["verdict"] == "not_applicable":
            found.setdefault(rule["not_judged"]["reason"], []).append(rule["id"])
    return found


class Changes:
    """What is new since the last report, as findings come: the first of them."""

    def __init__(self, most: int) -> None:
        self.new: list[Finding] = []
        self._most = most

    def add(self, finding: Finding) -> None:
        """Take the next finding, the worst first."""
        if finding["new"] and finding["verdict"] != WAIVED and len(self.new) < self._most:
            self.new.append(finding)


def changes(result: Mapping[str, Any], say: Language = ENGLISH) -> str:
    """'since the report of 2026-11-20T00:00:00Z: 1 new, 1 still there, 1 fixed, 2 not comparable', or nothing."""
    if not result["compared"]:
        return ""
    told = say.listed(say.counted(result["summary"][key], word) for key, word in CHANGE_LABELS.items())
    return say("since the report of {time}: {changes}", time=result["compared"]["as_of"], changes=told)


def counting(result: Mapping[str, Any]) -> set[str]:
    """The severities whose findings count for the verdict."""
    severities = list(result["summary"]["findings"])
    return set(severities[: severities.index(result["fail_on"]) + 1])


def longest(finding: Finding, usual: int) -> int:
    """Characters of a finding to be shown: one about the whole fleet names a way out, which is not cut."""
    return LONGEST_HINT if finding["provider"] is finding["account"] is finding["region"] is finding["name"] is None else usual


def waiver(finding: Finding) -> dict[str, str]:
    """Details of a finding's waiver: WAIVER -> text."""
    known = finding.get("waiver") or {}
    return {key: str(known[key]) for key in WAIVER if known.get(key)}


def excuse(finding: Finding, say: Language = ENGLISH) -> str:
    """'waived: reason (owner: team-data, expires: 2027-01-31)'."""
    known = waiver(finding)
    details = ", ".join(f"{say(key)}: {known[key]}" for key in WAIVER[1:] if key in known)
    return ": ".join(filter(None, (say.word(WAIVED), known.get("reason")))) + (f" ({details})" if details else "")


def short(text: str, longest: int) -> str:
    """A text from outside for people: no character that could forge a line, and not much longer than said."""
    if len(text) <= longest and text.isascii() and text.isprintable():  # nearly always
        return text
    escaped = printable(text, longest)
    return escaped if len(escaped) <= longest + 3 else f"{escaped[:longest]}..."


def spot(finding: Finding, say: Language = ENGLISH) -> str:
    """What a finding is about, for people: only the parts of its subject that it has."""
    return str(finding["subject"]).strip("/").replace("//", "/") or say("the fleet")


def compared_fields(finding: Finding, say: Language = ENGLISH) -> list[str]:
    """What a rule compared: 'status: "disabled", expected eq "enabled"' for each field."""
    return [say("{field}: {actual}, expected {expected}", **{**item, "actual": line(item["actual"])}) for item in finding["evidence"]]


def place(store: Mapping[str, Any]) -> str:
    """A store of the ledger as provider/account/region."""
    return f"{store['provider']}/{store['account']}/{store['region'] or ''}"


def labels_of(store: Mapping[str, Any]) -> str:
    """What people call the account of a store of the ledger: its display name, and its labels, such as 'games, env=prod, team=pay'."""
    name = (store.get("member") or {}).get("name")
    return ", ".join([*([name] if name else []), *(f"{name}={value}" for name, value in sorted((store.get("labels") or {}).items()))])


def ways_out(stores: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What to do about stores that are not complete, once for all that share it."""
    return by_hint(store for store in stores if store["hint"] and not listed(store))


def told_status(store: Mapping[str, Any], say: Language = ENGLISH) -> str:
    """How far a store was listed, for people: 'not offered', or 'complete, filtered'."""
    return say.word(str(store["status"])) + (say(", filtered") if store["filtered"] else "")


def by_hint(stores: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Stores by what is to be done about them, which may be nothing that is known: an empty text."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for store in stores:
        found.setdefault(store["hint"] or "", []).append(store)
    return found


def unlisted(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stores of the ledger that were not listed to their end."""
    return [store for store in result["stores"] if not listed(store)]


def listed(store: Mapping[str, Any]) -> bool:
    """Whether a store of the ledger was listed completely."""
    return store["status"] in ("complete", "not_offered")


def tells_store_again(finding: Finding) -> bool:
    """Whether a finding only says of a store what the ledger says, too."""
    return finding["rule"] == ABOUT_STORES or _is_blind_spot(finding)


def _is_blind_spot(finding: Finding) -> bool:
    return finding["verdict"] == "unknown" and finding["name"] is None and finding["id"] is None and not finding["evidence"]


def organizations(result: Mapping[str, Any], say: Language = ENGLISH) -> list[str]:
    """A line for each organization: how many of its accounts are listed, refused, and left out."""
    told = "organization {name} ({provider}): {count} member{s}, {entered} entered, {refused} refused, {excluded} excluded"
    doubt = say("; not all members are known")
    return [say(told, count=each["members"], **each) + ("" if each["complete"] else doubt) for each in result.get("organizations", ())]
