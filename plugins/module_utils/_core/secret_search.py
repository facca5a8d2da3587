# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search for secrets in texts, however they are written. What a text costs does not depend on the number of secrets.

1. A text is read as it is, and with its escapes undone once and up to four times.
2. Each reading is compared by its letters and digits alone, in lower case. Short secrets that hold other characters are
   looked for in all but white space, too.
3. A secret is cut into pieces, as it is, in hexadecimal and in base64 at each of the three places among groups of bytes.
   Of every part that is long enough to be found, one piece is whole.
4. A reading is cut into blocks of four bytes. A piece holds a whole block, wherever it stands. So one set, of the blocks
   of all pieces, tells where a piece can be. While all pieces are long, each of them holds one of every two blocks, and only
   every second block is looked at.
"""

from __future__ import annotations

import base64
import html
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SHORTEST_PIECE = 8
SHORTEST_PART = 12
"""Characters of a key that are masked without the rest of it. Of a key that is made of words, fewer stand in messages by chance."""
BLOCK = 4
LONG_PIECE = 3 * BLOCK - 1
"""Of every two blocks, a piece of this length holds the first one, wherever it stands."""
LONGEST_SECRET = 64
"""Longer secrets are tokens."""
LONGEST_PART = 128
"""Of a token a part may stay that is shorter than this, and than a quarter of it."""
DEEPEST = 4
"""Times that escapes are undone."""

ESCAPE = re.compile(
    rb"[%\\&](?:(?P<octet>(?<=%)[0-9A-Fa-f]{2}|(?<=\\)x[0-9A-Fa-f]{2})"
    rb"|(?P<units>(?<!&)u[0-9A-Fa-f]{4}(?:[%\\]u[0-9A-Fa-f]{4})*)"
    rb"|(?P<point>(?<=\\)u\{[0-9A-Fa-f]{1,6}\})"
    rb"|(?P<escaped>(?<=\\)[^ux])"
    rb"|(?P<entity>(?<=&)(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?))",
    re.DOTALL,
)
"""What URLs, JSON, programs' texts and HTML put for a character."""
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"0": b"\0"}


class Found(NamedTuple):
    """A part of a secret in a text: from and to which byte, and what to show in its place."""

    start: int
    end: int
    mask: str


class _View(NamedTuple):
    """What of a reading is compared. alike: a table of bytes that count as the same. dropped: bytes that do not count."""

    alike: bytes
    dropped: bytes

    def of(self, data: bytes) -> bytes:
        return data.translate(self.alike, self.dropped)


ALPHABETS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ-_", b"abcdefghijklmnopqrstuvwxyz+/")
"""Both cases, and both alphabets of base64."""
LETTERS = _View(ALPHABETS, bytes(byte for byte in range(256) if not (byte < 128 and chr(byte).isalnum())))
SIGNS = _View(ALPHABETS, b" \t\n\r\x0b\x0c\0")


class SecretSearch:
    """Knows secrets, and finds parts of them in texts. Safe to share between threads."""

    def __init__(self) -> None:
        self._pieces = {view: _Pieces() for view in (LETTERS, SIGNS)}

    def __bool__(self) -> bool:
        return any(self._pieces.values())

    def add(self, secret: str, mask: str, whole: bool = False) -> None:
        """Look for a secret from now on. whole: for it as a whole only, because it may be made of words."""
        raw = secret.encode("utf-8", "surrogatepass")
        if len(SIGNS.of(raw)) < SHORTEST_PIECE:
            return
        part = SHORTEST_PART if len(raw) <= LONGEST_SECRET else min(len(raw) // 4, LONGEST_PART)
        shortest = sys.maxsize if whole else part
        letters = len(LETTERS.of(raw))
        views = [LETTERS] if letters == len(raw) or letters >= SHORTEST_PIECE and len(raw) > LONGEST_SECRET else [LETTERS, SIGNS]
        for view in views:
            for written in {secret, secret.lower(), secret.upper(), secret.swapcase()} if not secret.isascii() else {secret}:
                self._pieces[view].add(written.encode("utf-8", "surrogatepass"), mask, shortest, view)

    def holds(self, text: bytes) -> bool:
        """Whether any part of a secret is in the text."""
        for data in _readings(text):
            for view, pieces in self._pieces.items():
                if pieces and next(pieces.find(view.of(data)), None):
                    return True
        return False

    def find(self, text: bytes) -> list[Found]:
        """All parts of secrets in the text, in order; none overlaps another."""
        found: list[Found] = []
        for reading in _placed_readings(text):
            for view, pieces in self._pieces.items():
                if pieces:
                    found += _placed(reading, view, pieces)
        return list(_merged(found))


class _Pieces:
    """Pieces of secrets by their beginnings, and the blocks by which they are noticed, each with its places in pieces."""

    def __init__(self) -> None:
        self._by_head: dict[bytes, tuple[tuple[bytes, str], ...]] = {}
        self._blocks: dict[int, tuple[int, ...]] = {}
        self._every = 2
        """Of how many blocks one is looked at."""

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def add(self, raw: bytes, mask: str, shortest: int, view: _View) -> None:
        for form in {raw, raw.replace(b" ", b"+"), *(reading for reading in _readings(raw))}:
            self._cut(view.of(form), mask, shortest, SHORTEST_PART)
        self._cut(raw.hex().encode(), mask, 2 * shortest + 1, 2 * SHORTEST_PIECE)
        for before, first in enumerate((0, 2, 3)):
            last = (before + len(raw)) * 8 // 6
            coded = base64.b64encode(bytes(before) + raw)[first:last]
            self._cut(view.of(coded), mask, (8 * shortest - 4) // 6, LONG_PIECE)

    def _cut(self, form: bytes, mask: str, shortest: int, least: int) -> None:
        """Add pieces of a form, so that one of them is in every part of it that has the length 'shortest'."""
        length = len(form) if shortest >= len(form) else max(least, shortest // 2 + 1)
        if not SHORTEST_PIECE <= length <= len(form):
            return
        starts = [*range(0, len(form) - length, shortest - length + 1), len(form) - length]
        pieces = [form[start:][:length] for start in starts]
        for piece in pieces:
            head = piece[:SHORTEST_PIECE]
            known = self._by_head.get(head, ())
            if (piece, mask) not in known:
                self._by_head[head] = (*known, (piece, mask))
        if length < LONG_PIECE:
            self._every = 1
        for inside in range(min(2 * BLOCK, length - BLOCK + 1)):
            blocks = b"".join([piece[inside:][:BLOCK] for piece in pieces])
            for block in memoryview(blocks).cast("I"):
                places = self._blocks.get(block, ())
                if inside not in places:
                    self._blocks[block] = (*places, inside)

    def find(self, data: bytes) -> Iterator[Found]:
        """All pieces in what a view shows of a reading."""
        known = self._blocks
        blocks = memoryview(data)[: len(data) // BLOCK * BLOCK].cast("I")[:: self._every]
        if known.keys().isdisjoint(blocks):
            return
        for number, block in [(number, block) for number, block in enumerate(blocks) if block in known]:
            for inside in known[block]:
                start = number * self._every * BLOCK - inside
                end = start + SHORTEST_PIECE
                for piece, mask in self._by_head.get(data[start:end], ()) if start >= 0 else ():
                    if data.startswith(piece, start):
                        yield Found(start, start + len(piece), mask)


class _Reading(NamedTuple):
    """Bytes, and from and to where in the text each of them stands."""

    data: bytes
    starts: Sequence[int]
    ends: Sequence[int]


def _readings(text: bytes) -> Iterator[bytes]:
    """The text as it is, and with its escapes undone as often as they can be, up to DEEPEST times."""
    yield text
    for _depth in range(DEEPEST):
        if not (b"%" in text or b"\\" in text or b"&" in text):
            return
        undone = ESCAPE.sub(_meant, text)
        if undone == text:
            return
        yield undone
        text = undone


def _placed_readings(text: bytes) -> Iterator[_Reading]:
    """The readings of _readings(), each with the places of its bytes in the text."""
    reading: _Reading | None = _Reading(text, range(len(text)), range(1, len(text) + 1))
    for _depth in range(DEEPEST + 1):
        if reading:
            yield reading
            reading = _undone(reading)


def _undone(reading: _Reading) -> _Reading | None:
    """A reading with its escapes undone. None if it has none."""
    data, starts, ends = bytearray(), array("L"), array("L")
    place = 0
    for match in ESCAPE.finditer(reading.data):
        meant = _meant(match)
        begin = match.start()
        data += reading.data[place:begin] + meant
        starts.extend(reading.starts[place:begin])
        starts.extend([reading.starts[begin]] * len(meant))
        ends.extend(reading.ends[place:begin])
        ends.extend([reading.ends[match.end() - 1]] * len(meant))
        place = match.end()
    if not place:
        return None
    return _Reading(bytes(data + reading.data[place:]), starts + array("L", reading.starts[place:]), ends + array("L", reading.ends[place:]))


def _meant(match: re.Match[bytes]) -> bytes:
    """What an escape stands for."""
    written = match[match.lastgroup or 0]
    if match.lastgroup == "octet":
        return bytes((int(written[-2:], 16),))
    if match.lastgroup == "units":
        return bytes.fromhex(re.sub(rb"[%\\]?u", b"", written).decode()).decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    if match.lastgroup == "point":
        point = int(written[2:-1], 16)
        return chr(point).encode("utf-8", "surrogatepass") if point <= sys.maxunicode else b""
    if match.lastgroup == "escaped":
        return CONTROLS.get(written, written)
    return html.unescape(f"&{written.decode()}").encode("utf-8", "surrogatepass")


def _placed(reading: _Reading, view: _View, pieces: _Pieces) -> Iterator[Found]:
    """What is found in a view of a reading, by its place in the text."""
    found = list(pieces.find(view.of(reading.data)))
    if found:
        dropped = frozenset(view.dropped)
        kept = array("L", (place for place, byte in enumerate(reading.data) if byte not in dropped))
        for start, end, mask in found:
            yield Found(reading.starts[kept[start]], reading.ends[kept[end - 1]], mask)


def _merged(found: Sequence[Found]) -> Iterator[Found]:
    """Parts that touch become one. What one part holds whole is shown as that part is; else the mask that tells less is taken."""
    last = None
    for part in sorted(found, key=lambda part: (part.start, -part.end)):
        if last is None or part.start > last.end:
            if last:
                yield last
            last = part
        elif part.end > last.end:
            last = Found(last.start, part.end, min(last.mask, part.mask))
    if last:
        yield last
