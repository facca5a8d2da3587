# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways in which programs write a text, and a search for what is left of it, written apart from the code that is tested."""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK


def _each(code: Callable[[int], str]) -> Callable[[str], str]:
    return lambda text: "".join(code(ord(character)) for character in text)


def _signs(code: Callable[[int], str]) -> Callable[[str], str]:
    """What is neither an ASCII letter nor a digit, as a code."""
    return lambda text: "".join(character if character.isascii() and character.isalnum() else code(ord(character)) for character in text)


def _units(character: int) -> str:
    return re.sub(r"(....)", r"\\u\1", chr(character).encode("utf-16-be").hex())


def _lower_escapes(text: str) -> str:
    return re.sub("%..", lambda match: match.group().lower(), text)


def _go(text: str) -> str:
    """encoding/json escapes what HTML gives a meaning."""
    return json.dumps(text, ensure_ascii=False).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _net(text: str) -> str:
    """System.Text.Json writes codes, in capitals, for quotes, signs of HTML and +."""
    return "".join(f"\\u{ord(c):04X}" if c in "\"'&<>+`" else "\\\\" if c == "\\" else _units(ord(c)) if ord(c) > 126 else c for c in text)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _b64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def _lines(length: int, end: str) -> Callable[[str], str]:
    return lambda text: end.join(text[place : place + length] for place in range(0, len(text), length))


def _after(*steps: Callable[[str], str]) -> Callable[[str], str]:
    def encode(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return encode


ENCODERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON of Go": _go,
    "JSON of Java and PHP": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON of .NET": _net,
    "JSON of Gson": _after(_go, lambda text: text.replace("=", "\\u003d").replace("'", "\\u0027")),
    "JSON in JSON": _after(json.dumps, json.dumps),
    "JSON of Go in JSON": _after(_go, json.dumps),
    "JSON in JSON in JSON": _after(json.dumps, json.dumps, json.dumps),
    "JSON, codes alone": _each(_units),
    "JavaScript's hex": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "JavaScript's points": _signs(lambda point: f"\\u{{{point:x}}}"),
    "JavaScript's escape()": _signs(lambda point: f"%{point:02X}" if point < 256 and point < 128 else _units(point).replace("\\", "%")),
    "repr of Python": repr,
    "ascii of Python": ascii,
    "URL": lambda text: quote(text, safe=""),
    "URL, lower case": lambda text: _lower_escapes(quote(text, safe="")),
    "URL, path": quote,
    "URL, form": quote_plus,
    "URL, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL, twice, lower case": lambda text: _lower_escapes(quote(quote(text, safe=""), safe="")),
    "URL, every byte": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "URL in JSON": _after(lambda text: quote(text, safe=""), json.dumps),
    "hex": lambda text: text.encode().hex(),
    "hex, capitals": lambda text: text.encode().hex().upper(),
    "hex, colons": lambda text: text.encode().hex(":"),
    "hex, blanks": lambda text: text.encode().hex(" "),
    "hex dump": lambda text: re.sub("(.{32})", "\\1\n", text.encode().hex()),
    "base64": _b64,
    "base64, no padding": lambda text: _b64(text).rstrip("="),
    "base64 for URLs": _b64url,
    "base64, lines of 64": _after(_b64, _lines(64, "\n")),
    "base64, lines of 76": _after(_b64, _lines(76, "\r\n")),
    "base64 of MIME": lambda text: codecs.encode(text.encode(), "base64").decode(),
    "base64 in lines in JSON": _after(_b64, _lines(76, "\r\n"), json.dumps),
    "base64 in a URL": _after(_b64, lambda text: quote(text, safe="")),
    "base64 behind a user": lambda text: _b64(f"user:{text}"),
    "base64 between others": lambda text: _b64(f"xy{text}, and more"),
    "entities": html.escape,
    "entities, twice": _after(html.escape, html.escape),
    "entities, decimal": _each(lambda point: f"&#{point};"),
    "entities, hex": _each(lambda point: f"&#x{point:x};"),
    "entities, hex, capitals": _each(lambda point: f"&#X{point:X};"),
    "entities, named": _signs(lambda point: {43: "&plus;", 47: "&sol;", 61: "&equals;", 44: "&comma;"}.get(point, f"&#{point};")),
    "entities in JSON": _after(html.escape, _go),
    "reversed case": str.swapcase,
    "lower case": lambda text: text.lower(),
    "blanks between": " ".join,
    "lines of four": _lines(4, "\n"),
    "lines of seven, indented": _lines(7, "\r\n    "),
    "blanks of every kind": lambda text: _lines(5, "\u00a0\u200b\u2003" if text.isalnum() else "\t\n\f ")(text),
    "no last character": lambda text: text[:-1],
}


def alike(text: str) -> str:
    """A text without white space and case, to look for parts in it."""
    return re.sub(r"[\s\u200b]", "", text).lower()


def readings(text: str) -> list[str]:
    """A text, and what it means to those who undo one kind of coding after another."""
    found = [text]
    for _depth in range(4):
        text = html.unescape(text)
        text = re.sub(r"(?:[\\%]u[0-9a-fA-F]{4})+", lambda m: bytes.fromhex(re.sub(r"[\\%]u", "", m.group())).decode("utf-16-be", "replace"), text)
        text = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda m: chr(int(m.group(1), 16)), text)
        text = re.sub(r"(?:(?:%|\\x)[0-9a-fA-F]{2})+", lambda m: bytes.fromhex(re.sub(r"%|\\x", "", m.group())).decode("utf-8", "replace"), text)
        text = re.sub(r"\\([^ux])", lambda m: {"n": "\n", "r": "\r", "t": "\t"}.get(m.group(1), m.group(1)), text)
        found.append(text)
    dense = [re.sub(r"[\s:]", "", reading) for reading in found]
    for reading in dense:
        found += [bytes.fromhex(run[: len(run) // 2 * 2]).decode("utf-8", "replace") for run in re.findall("[0-9a-fA-F]{16,}", reading)]
        for run in re.findall("[A-Za-z0-9+/_-]{10,}", reading):
            for place in range(4):
                part = run[place : place + (len(run) - place) // 4 * 4].translate(str.maketrans("-_", "+/"))
                found.append(base64.b64decode(part).decode("utf-8", "replace"))
    return found


def left(key: str, clean: str, length: int = 12) -> list[str]:
    """The parts of a key that somebody could still read."""
    parts = {alike(key)[place : place + length] for place in range(len(alike(key)) - length + 1)}
    masked = [alike(reading) for reading in readings(clean.replace(MASK, "\x01"))]
    return sorted(part for part in parts if any(part in reading for reading in masked))
