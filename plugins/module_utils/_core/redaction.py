# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redaction. Every secret is registered here, and every text that leaves the process passes through it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from unicodedata import combining, is_normalized

from .inventory_file import encode
from .secret_search import SecretSearch

MASK = "********"
SHORTEST_SECRET = 8
"""Shorter ones would eat innocent words; credentials of that length are refused where they are read."""
LONGEST_NAME = 64
"""Characters of a name from outside in a message."""
ITEMS_AT_ONCE = 1000
LINES_AT_ONCE = 100

FORGING = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff"
"""Control and line-breaking characters can forge lines on a terminal."""
FORMAT_CHARACTERS = (
    "\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\ufffb"
    "\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
)
"""Format characters (Cf) turn text around, or are not seen, as tags and variation selectors are not."""
BLANKS = (
    "\\xa0\\u034f\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u2000-\\u200a\\u202f\\u205f\\u2065\\u2800\\u3000\\u3164"
    "\\ufe00-\\ufe0f\\uffa0\\U0001d159"
)
"""Spaces other than the common one (Zs), fillers, and marks that are not seen."""
UNSAFE = re.compile(f"[{FORGING}{FORMAT_CHARACTERS}{BLANKS}]")
"""What is shown as a code, so that no two texts look alike that differ."""


SENTENCE_END = re.compile(r"[.!?;](?= )|[。！？；]")

EVALUATED = re.compile(r"\{(?=[{%#])|#(?=jinja2:)|\$(?=ANSIBLE_VAULT)")
"""Where a text begins that Ansible takes for a template or for something encrypted."""


class Redactor:
    """Knows the secrets of one run and removes them from texts, however they are written there."""

    def __init__(self) -> None:
        self._search = SecretSearch()

    def register(self, secret: str | None) -> None:
        """Remember a key or token; every part of it that is long enough to matter is masked from now on."""
        if secret:
            self._search.add(secret, MASK)

    def register_words(self, secret: str | None) -> None:
        """Remember a secret that people choose, such as a password: it is masked as a whole only, because its parts may be words."""
        if secret:
            self._search.add(secret, MASK, whole=True)

    def register_id(self, key_id: str | None) -> None:
        """Remember an access key id: it is no secret, but is shown by its first and last four characters only."""
        if key_id and len(key_id) >= 2 * SHORTEST_SECRET:
            self._search.add(key_id, f"{key_id[:4]}...{key_id[-4:]}", whole=True)

    def text(self, value: str) -> str:
        """The text without any registered secret."""
        data = value.encode("utf-8", "surrogatepass")
        if len(data) < SHORTEST_SECRET or not self._search.holds(data):
            return value
        kept, place = [], 0
        for part in self._search.find(data):
            border = _border(data, part.start, -1)
            kept += [data[place:border], part.mask.encode()]
            place = _border(data, part.end, 1)
        return b"".join([*kept, data[place:]]).decode("utf-8", "surrogatepass")

    def lines(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Objects as lines of JSON, without any registered secret. One is read only if it may hold a secret: no mask may stand across its fields."""
        rest = iter(lines)
        while batch := list(islice(rest, LINES_AT_ONCE)):
            yield from map(self._line, batch) if self._search.holds(b"".join(batch)) else batch

    def _line(self, line: bytes) -> bytes:
        return encode(self.tree(json.loads(line))) if self._search.holds(line) else line

    def tree(self, value: Any) -> Any:
        """Data without any registered secret in a string, keys of mappings included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict) and self._spoilt(value):
            return {self.tree(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            ends = range(ITEMS_AT_ONCE, len(value) + ITEMS_AT_ONCE, ITEMS_AT_ONCE)
            chunks = (value[place:end] for place, end in zip(range(0, len(value), ITEMS_AT_ONCE), ends))
            return [item for chunk in chunks for item in (map(self.tree, chunk) if self._spoilt(chunk) else chunk)]
        return value

    def _spoilt(self, value: Any) -> bool:
        """Whether some text in a value may hold a secret. Many are looked at in one go."""
        texts = _texts(value)
        while batch := list(islice(texts, ITEMS_AT_ONCE)):
            if self._search.holds("\n".join(batch).encode("utf-8", "surrogatepass")):
                return True
        return False


def _border(text: bytes, place: int, step: int) -> int:
    """The nearest place, in the direction of a step, that is not inside a character."""
    while 0 < place < len(text) and text[place] & 0xC0 == 0x80:
        place += step
    return place


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value, keys included, in no order."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item
            waiting += item.values()
        elif isinstance(item, (list, tuple)):
            waiting += item


def printable(value: str, longest: int = 500) -> str:
    """A text from outside made fit for people: characters that could forge lines, are not seen, or look like other ones, are escaped;
    too much is cut."""
    cut = value if len(value) <= longest else value[:longest] + "..."
    if cut.isascii() and cut.isprintable():  # nearly always, and ten times as fast
        return cut
    return _safe(cut, _code)


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
    """A line of JSON whose characters that could forge lines on a terminal, are not seen, or look like other ones, are escaped as JSON escapes them."""
    if text.isascii() and "\x7f" not in text:
        return text
    return _safe(text, _json_code)


def _safe(text: str, code: Callable[[str], str]) -> str:
    """A text with codes for what is unsafe, and for what Unicode holds to be the same as other characters, such as an e with an accent of its own."""
    safe = UNSAFE.sub(lambda match: code(match.group()), text)
    if is_normalized("NFC", safe):
        return safe
    coded = "".join(code(character) if combining(character) or not is_normalized("NFC", character) else character for character in safe)
    return coded if is_normalized("NFC", coded) else "".join(character if character.isascii() else code(character) for character in coded)


def _code(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _json_code(character: str) -> str:
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"
