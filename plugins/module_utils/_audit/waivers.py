# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waivers: who excuses which finding, why, and until when. A waiver turns a fail into 'waived' and nothing else."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._core.errors import unknown_name
from .._core.jmespath_query import TooLong
from .._core.values import DAY
from .arguments import LONGEST_PATTERN, MAGIC, names, secret_names, show
from .checks import Subject
from .literals import LiteralIndex, of_glob
from .parts import Parts, short
from .rules import LONGEST_TEXT, LONGEST_TITLE, RESERVED, SCOPES, Problem, RuleSource
from .stores import JudgedStore

REQUIRED = ("rule", "secret", "reason", "owner", "expires")
OPTIONAL = ("ticket", "id")
SUBJECT_PARTS = (*SCOPES, "name")
"""What the globs of 'secret' are matched against, in this order."""
LONGEST_LIFE = 366
"""Days that 'expires' may lie ahead."""
MOST_FINDINGS = 50
"""A waiver that excuses more is too broad."""
WILD = re.compile(r"[*?]|\[[^\]]*\]")


@dataclass(frozen=True, eq=False)
class Waiver:
    """One waiver, checked. expires: the last day on which it counts, UTC. end: the second at which that day is over."""

    rule: str
    secret: str
    reason: str
    owner: str
    expires: str
    ticket: str | None
    id: str | None
    end: int
    globs: tuple[re.Pattern[str], ...]

    def fits(self, place: Subject) -> bool:
        """Whether the waiver matches a subject. Missing parts of a subject are empty texts."""
        *store, name = self.globs  # the name first, for it decides most often
        if not name.match(place.name or "") or self.id not in (None, place.id):
            return False
        return all(glob.match(part or "") for glob, part in zip(store, place))

    def reaches(self, store: JudgedStore) -> bool:
        """Whether the waiver can match a secret of a store. An unknown region may be any region."""
        return all(getattr(store, key) is None or glob.match(getattr(store, key)) for key, glob in zip(SCOPES, self.globs))

    def places(self) -> list[tuple[str, str]]:
        """The parts that say in which stores: (key, glob), without those that fit what has no such part."""
        return [(key, part) for key, part in zip(SCOPES, _parts(self.secret)) if part]

    def is_boundless(self) -> bool:
        """Whether any name matches, because the glob has no literal character."""
        name = _parts(self.secret)[-1]
        return bool(MAGIC.search(name)) and not WILD.sub("", name)

    def told(self) -> dict[str, Any]:
        """Waiver as findings and reports show it."""
        return {"reason": self.reason, "owner": self.owner, "expires": self.expires, "ticket": self.ticket}

    def text(self) -> str:
        """Name in messages."""
        return f"the waiver of {self.rule} for {self.secret}" + (f" with the id {self.id}" if self.id is not None else "")


class Verdict(NamedTuple):
    """Waiver that matches a failure, and whether it still counts."""

    waiver: Waiver
    valid: bool


class Waivers:
    """All waivers at work. needed: for how many findings each one was the one that counts, be it over or not. excused: how many it turned into
    'waived'. instead: of one that fitted a finding and did not count, the last one that did."""

    def __init__(self, waivers: Iterable[Waiver], as_of: float) -> None:
        self.all = sorted(waivers, key=lambda waiver: (-waiver.end, waiver.rule, waiver.secret, waiver.id or "", waiver.reason, waiver.owner))
        self.needed: Counter[Waiver] = Counter()
        self.excused: Counter[Waiver] = Counter()
        self.instead: dict[Waiver, Waiver] = {}
        self._as_of = as_of
        of_rule: defaultdict[str, list[int]] = defaultdict(list)
        for number, waiver in enumerate(self.all):
            of_rule[waiver.rule].append(number)
        self._of_rule = {rule: _OfRule(self.all, numbers) for rule, numbers in of_rule.items()}

    def of(self, rule: str, place: Subject) -> Verdict | None:
        """The waiver that speaks of a failure of a rule at a place; of several the one that lasts longest."""
        if rule not in self._of_rule:
            return None
        try:
            fitting = self._of_rule[rule].fitting(place)
        except TooLong:
            raise TooLong(f"to find the waivers of {rule}") from None
        if not fitting:
            return None
        self.needed[fitting[0]] += 1
        self.instead.update(dict.fromkeys(fitting[1:], fitting[0]))
        if self._as_of >= fitting[0].end:
            return Verdict(fitting[0], False)
        self.excused[fitting[0]] += 1
        return Verdict(fitting[0], True)


class _OfRule:
    """The waivers of one rule: those without patterns by their text, the others by a literal part of the name, else by the store."""

    def __init__(self, every: Sequence[Waiver], numbers: Iterable[int]) -> None:
        self._every = every
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        named: list[tuple[int, list[str]]] = []
        placed: list[tuple[int, list[str]]] = []
        self._loose: list[int] = []
        for number in numbers:
            *store, name = map(of_glob, _parts(every[number].secret))
            in_store = [literal for part in store for literal in part]
            if not MAGIC.search(every[number].secret):
                self._exact[every[number].secret].append(number)
            elif name:
                named.append((number, name))
            elif in_store:
                placed.append((number, in_store))
            else:
                self._loose.append(number)
        self._named = LiteralIndex(named)
        self._placed = LiteralIndex(placed)
        self._reaching: dict[tuple[str | None, ...], list[int]] = {}

    def fitting(self, place: Subject) -> list[Waiver]:
        """The waivers that fit, in their order."""
        store = place[: len(SCOPES)]
        if store not in self._reaching:
            self._reaching[store] = self._reaching_store(store)
        numbers = self._named.candidates(place.name or "") + self._reaching[store]
        if self._exact:
            numbers += self._exact.get("/".join(part or "" for part in place[: len(SUBJECT_PARTS)]), ())
        return [self._every[number] for number in sorted(numbers) if self._every[number].fits(place)]

    def _reaching_store(self, store: tuple[str | None, ...]) -> list[int]:
        """Numbers of the waivers whose names are patterns alone, and that reach a store."""
        numbers = [*self._placed.candidates("/".join(part or "" for part in store)), *self._loose]
        return [number for number in numbers if all(glob.match(part or "") for glob, part in zip(self._every[number].globs, store))]


def read(sources: Iterable[RuleSource], rules: Iterable[str], providers: Iterable[str], as_of: float, problems: list[Problem]) -> list[Waiver]:
    """The waivers of all sources. rules: the ids that there are. Everything that is wrong is added to 'problems'."""
    known, clouds = sorted(rules), sorted(providers)
    return [waiver for source in sources for waiver in _WaiverReader(known, clouds, as_of, source.name, problems).file(source.content)]


class _WaiverReader(Parts):
    """Reads one waiver file."""

    def __init__(self, rules: list[str], providers: list[str], as_of: float, name: str, problems: list[Problem]) -> None:
        super().__init__(name, problems)
        self._rules = rules
        self._providers = providers
        self._as_of = as_of

    def file(self, content: Any) -> list[Waiver]:
        """A mapping of waivers, or a list of waivers alone. A list may be empty: nothing is excused."""
        entry = self._closed({"waivers": content} if isinstance(content, list) else content, "", "key of a waiver file", ("waivers",), ())
        waivers = entry.get("waivers", [])
        if not isinstance(waivers, list):
            self._wrong("waivers", "a list of waivers is required here")
            return []
        return [self._read_waiver(item, f"waivers[{index}]") for index, item in enumerate(waivers)]

    def _read_waiver(self, value: Any, place: str) -> Waiver:
        self._rule = place
        entry = self._closed(value, "", "key of a waiver", REQUIRED, OPTIONAL)
        secret = self._text(entry, "secret", "", len(SUBJECT_PARTS) * LONGEST_PATTERN)
        expires, end = self._expiry(entry["expires"]) if "expires" in entry else ("", 0)
        waiver = Waiver(
            rule=self._rule_of(entry),
            secret=secret,
            reason=self._text(entry, "reason", "", LONGEST_TEXT),
            owner=self._text(entry, "owner", "", LONGEST_TITLE),
            expires=expires,
            ticket=self._text(entry, "ticket", "", LONGEST_TITLE) if "ticket" in entry else None,
            id=self._text(entry, "id", "", LONGEST_PATTERN) if "id" in entry else None,
            end=end,
            globs=self._globs(secret) if secret else (),
        )
        self._rule = ""
        return waiver

    def _rule_of(self, entry: Mapping[str, Any]) -> str:
        rule = entry.get("rule", "")
        if rule in RESERVED:
            self._wrong("rule", f"{short(rule)} is built in and cannot be waived; mend what it tells")
        elif "rule" in entry and rule not in self._rules:
            self._wrong("rule", unknown_name("rule", short(rule), self._rules) if self._rules else "there are no rules")
        return str(rule)

    def _globs(self, secret: str) -> tuple[re.Pattern[str], ...]:
        parts = _parts(secret)
        if len(parts) != len(SUBJECT_PARTS):
            self._wrong("secret", f"{show(secret)} does not have the four parts of provider/account/region/name")
            return ()
        provider = parts[0]
        if provider and not MAGIC.search(provider) and provider not in self._providers:
            self._wrong("secret", unknown_name("provider", short(provider), self._providers))
        checks = (*(names for _key in SCOPES), secret_names)
        return tuple(self._argument(check, part, "secret") if part else EMPTY for check, part in zip(checks, parts))

    def _expiry(self, value: Any) -> tuple[str, int]:
        """The last day, and when it is over."""
        text = value.isoformat() if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) else value
        try:
            day = datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc)
        except (TypeError, ValueError):
            day = None
        if day is None or day.strftime("%Y-%m-%d") != text:
            self._wrong("expires", f"{show(value)} is not a day such as 2026-12-31")
            return "", 0
        begin = int(day.timestamp())
        if begin - self._as_of > LONGEST_LIFE * DAY:
            self._wrong("expires", f"{text} is more than {LONGEST_LIFE} days ahead")
        return text, begin + DAY


EMPTY = re.compile(r"\Z")
"""Fits only what has no such part: a store, a group of stores, or the fleet."""


def _parts(secret: str) -> list[str]:
    return secret.split("/", len(SUBJECT_PARTS) - 1)
