# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report in the making. Findings are read once, for all reports: there may be more than memory can hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from json.encoder import encode_basestring as quoted
from typing import Any, Protocol

from .._core.redaction import safe_json
from .language import language_of

Finding = Mapping[str, Any]
ASIDE = ("secrets", "history", "sources", "console_url", "language", "texts")
"""Keys of a result that are for some reports only, and not part of the result as JSON."""
MARK = 32
"""Digits that tell a rule and its subject from all others."""
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encoded(value: Any) -> str:
    """A value as JSON; the encoder is slow to start, and few values need it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value) if value is not True and value is not False else "true" if value else "false"
    return "null" if value is None else ENCODER.encode(value)


def line(value: Any) -> str:
    """Any value as JSON in one line, without a character that could forge one on a terminal."""
    return safe_json(encoded(value))


def mark(finding: Finding) -> str:
    """The same in every run for one rule and one secret, store or fleet, whatever was found."""
    parts = [finding[key] for key in ("rule", "provider", "account", "region", "name", "id")]
    return hashlib.sha256(line(parts).encode("utf-8")).hexdigest()[:MARK]


def evidence_of(finding: Finding, encoded: str) -> str:
    """The evidence as JSON, cut out of the line where there is one: between the first key of this name and the last, as tags can have any key."""
    return encoded.partition(',"evidence":')[2].rpartition(',"waiver":')[0] if encoded else line(finding["evidence"])


class ByteSpool(Protocol):
    """Bytes that wait until they can be told."""

    def append(self, piece: bytes) -> int:
        """Keep a piece, and say where it stands."""

    def piece(self, position: int, size: int) -> bytes:
        """A piece that append() was given."""

    def close(self) -> None:
        """Forget all."""


class SmallSpool:
    """A spool for little."""

    def __init__(self) -> None:
        self._content = bytearray()

    def append(self, piece: bytes) -> int:
        """Keep a piece, and say where it stands."""
        self._content += piece
        return len(self._content) - len(piece)

    def piece(self, position: int, size: int) -> bytes:
        """A piece that append() was given."""
        end = position + size
        return bytes(self._content[position:end])

    def close(self) -> None:
        """Forget it."""
        self._content = bytearray()


MakeSpool = Callable[[], ByteSpool]


class Report:
    """Base of all reports: what each is given, in this order, and what it gives. make_spool: for what must wait."""

    needs_secrets = False
    """Whether it tells every secret."""
    times: re.Pattern[str] | None = None
    """What in a line of it depends on the time at which it was made."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        self.result = result
        self.make_spool = make_spool

    def head(self) -> str:
        """The text before the findings."""
        return ""

    def add(self, finding: Finding, encoded: str) -> str:
        """Take the next finding, the worst first. Returns what can be told of it at once. encoded: it as a line of JSON, or empty."""
        return ""

    def tail(self) -> Iterator[str]:
        """The text behind the findings, in pieces."""
        return iter(())

    def pieces(self) -> Iterator[str]:
        """The whole report alone, bit by bit."""
        yield self.head()
        for finding, encoded in findings_of(self.result):
            yield self.add(finding, encoded)
        yield from self.tail()

    @classmethod
    def render(cls, result: Mapping[str, Any]) -> str:
        """The whole report of a result."""
        return "".join(cls(result).pieces())

    @classmethod
    def timeless(cls, text: str) -> str:
        """A report, or a line of it, without the times at which it was made: two that differ in nothing else say the same."""
        return cls.times.sub("", text) if cls.times else text


def findings_of(result: Mapping[str, Any]) -> Iterator[tuple[Finding, str]]:
    """Each finding, with its line of JSON where the findings can be had as 'lines'."""
    found = result["findings"]
    if hasattr(found, "lines"):
        return ((json.loads(text), text) for text in found.lines())
    return ((finding, "") for finding in found)


class Told(Report):
    """Base of the reports for people: they are in the language of the result, and so are the sentences that they are given."""

    def __init__(self, result: Mapping[str, Any], make_spool: MakeSpool = SmallSpool) -> None:
        self.say = language_of(result)
        super().__init__(self.say.result(result), make_spool)


class SeenTexts:
    """Tells texts that may have come before from those that surely have not, in little memory.

    No repetition is missed. A few texts that are new are taken for one, so that who counts must compare those himself.
    """

    BITS = 1 << 25

    def __init__(self) -> None:
        self._seen = bytearray(self.BITS >> 3)

    def may_repeat(self, text: str) -> bool:
        """Whether this text may have come before."""
        place = hash(text) % self.BITS
        index, bit = place >> 3, 1 << (place & 7)
        if self._seen[index] & bit:
            return True
        self._seen[index] |= bit
        return False
