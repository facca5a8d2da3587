# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redaction. Every secret is registered here, and every text that leaves the process passes through it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
SHORTEST_SECRET = 8
"""Shorter ones would eat innocent words; credentials of that length are refused where they are read."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control, line-breaking and bidirectional characters: they can forge lines on a terminal."""


SENTENCE_END = re.compile(r"[.!?;](?= )|[。！？；]")

EVALUATED = re.compile(r"\{(?=[{%#])|#(?=jinja2:)|\$(?=ANSIBLE_VAULT)")
"""Where a text begins that Ansible takes for a template or for something encrypted."""


class Redactor:
    """Knows the secrets of one run and removes them from texts, raw, URL-quoted and in base64."""

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._longest_first: list[str] = []

    def register(self, secret: str | None, mask: str = MASK) -> None:
        """Remember a secret; each of its forms is replaced by the mask from now on."""
        if not secret or len(secret) < SHORTEST_SECRET:
            return
        raw = secret.encode("utf-8", "replace")
        forms = {secret, quote(raw, safe=""), quote(raw), quote_plus(raw), *_coded(raw)}
        self._forms.update(dict.fromkeys(forms, mask))
        self._longest_first = sorted(self._forms, key=len, reverse=True)

    def register_id(self, key_id: str | None) -> None:
        """Remember an access key id: it is no secret, but is shown by its first and last four characters only."""
        if key_id and len(key_id) >= 2 * SHORTEST_SECRET:
            self.register(key_id, f"{key_id[:4]}...{key_id[-4:]}")

    def text(self, value: str) -> str:
        """The text without any registered secret."""
        for form in self._longest_first:
            if form in value:
                value = value.replace(form, self._forms[form])
        return value

    def line(self, value: bytes) -> bytes:
        """The same for an encoded line."""
        text = value.decode("utf-8")
        scrubbed = self.text(text)
        return value if scrubbed is text else scrubbed.encode("utf-8")

    def tree(self, value: Any) -> Any:
        """The same for every string, keys included, in lists and mappings."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.tree(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.tree(item) for item in value]
        return value


def _coded(raw: bytes) -> Iterator[str]:
    """The secret in base64, alone or anywhere inside of what was encoded, such as 'user:password'.

    How it looks there depends on its place among groups of three bytes. Its ends are left out where they mix with their neighbours.
    """
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        for before, first in enumerate((0, 2, 3)):
            last = (before + len(raw)) * 8 // 6
            yield encode(b"\0" * before + raw).decode()[first:last]


def printable(value: str, longest: int = 500) -> str:
    """A text from outside made fit for people: characters that could forge lines are escaped, too much is cut."""
    cut = value if len(value) <= longest else value[:longest] + "..."
    if cut.isprintable():  # nearly always, and ten times as fast
        return cut
    return _escaped(cut)


def excerpt(value: str, longest: int) -> str:
    """The beginning of a text: as many whole sentences as fit, else as many words."""
    if len(value) <= longest:
        return value
    cut = value[:longest]
    ends = list(SENTENCE_END.finditer(cut))
    if ends:
        return cut[: ends[-1].start() + 1]
    return (cut.rpartition(" ")[0] or cut) + "..."


def inert(value: Any, longest: int = 4096) -> Any:
    """A value from outside, made fit for a place where its texts, keys included, are shown and may be taken for templates:
    whatever could forge lines is escaped, and a space stands in each mark that would begin a template."""
    if isinstance(value, str):
        return EVALUATED.sub(lambda match: f"{match.group()} ", printable(value, longest))
    if isinstance(value, dict):
        return {inert(key, longest): inert(item, longest) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [inert(item, longest) for item in value]
    return value


def safe_json(text: str) -> str:
    """A line of JSON whose characters that could forge lines on a terminal are escaped."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _escaped(text)


def _escaped(text: str) -> str:
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
