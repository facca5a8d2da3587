# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""However a server writes a key, no eight characters of it are left; ordinary messages stay as they are."""

from __future__ import annotations

import base64
import codecs
import html
import json
import random
import re
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._core.secret_search import SHORTEST_PIECE, SecretSearch

CHANCE = random.Random(7)
BASE62 = string.ascii_letters + string.digits


def _random_key(alphabet: str, length: int) -> str:
    return "".join(CHANCE.choice(alphabet) for _index in range(length))


KEYS = {
    "30 letters and digits": _random_key(BASE62, 30),
    "32 letters and digits": _random_key(BASE62, 32),
    "base64": _random_key(BASE62 + "+/", 42) + "==",
    "base64 for URLs": _random_key(BASE62 + "-_", 40),
    "signs between": "a+b/c=d,e+f/g=h,i+j/k=l,m+n/o=p,",
    "signs alone": "+/=,+/=,++//==,,!#$%&'()*~><??>><<",
    "quotes and backslashes": r"""p"a'ss\w0rd"\'k3y\\n\u0041x%41&amp;lt;""",
    "not ASCII": "pässwörd-ключ-密钥-\U0001f511-é123",
    "shortest": "Sh0rt+k/",
    "shortest of one letter": "aaaaaaaa",
    "token": _random_key(BASE62 + "+/", 700) + "==",
}
"""Keys as clouds make them, and with every awkward character."""


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
    "JavaScript's hex": _after(str.encode, lambda raw: "".join(f"\\x{byte:02x}" for byte in raw)),  # type: ignore[arg-type, return-value]
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
    "URL, every byte": _after(str.encode, lambda raw: "".join(f"%{byte:02X}" for byte in raw)),  # type: ignore[arg-type, return-value]
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


def _alike(text: str) -> str:
    """A text without white space and case, to look for parts in it."""
    return re.sub(r"[\s\u200b]", "", text).lower()


def _readings(text: str) -> list[str]:
    """A text, and what it means to those who undo one kind of coding after another: written apart from the code that is tested."""
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


def _left(key: str, clean: str, length: int = SHORTEST_PIECE) -> list[str]:
    """The parts of a key that somebody could still read."""
    parts = {_alike(key)[place : place + length] for place in range(len(_alike(key)) - length + 1)}
    masked = [_alike(reading) for reading in _readings(clean.replace(MASK, "\x01"))]
    return sorted(part for part in parts if any(part in reading for reading in masked))


def _redactor(*keys: str) -> Redactor:
    redactor = Redactor()
    for key in keys:
        redactor.register(key)
    return redactor


def _least(key: str) -> int:
    return SHORTEST_PIECE if len(key.encode()) <= 64 else 128


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("name", KEYS)
def test_nothing_of_a_key_is_left_however_it_is_written(name: str, encoder: str) -> None:
    key = KEYS[name]
    written = ENCODERS[encoder](key)
    redactor = _redactor(*KEYS.values())
    for text in (written, f'The key "{written}" is not known.', f"<p>{written}</p>\n", f"x{written}y"):
        clean = redactor.text(text)
        if encoder != "no last character" or len(key) > SHORTEST_PIECE:
            assert MASK in clean
        assert not _left(key, clean, _least(key)), clean
        assert redactor.tree([{"message": text}]) == [{"message": clean}]
        assert json.loads(redactor.line(json.dumps({"a": text}).encode())) == {"a": clean}


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if len(key) > 16])
def test_nothing_of_a_part_of_a_key_is_left(name: str, encoder: str) -> None:
    key = KEYS[name]
    for part in (key[: len(key) // 2], key[len(key) // 2 :], key[3:12], key[-9:]):
        clean = _redactor(key).text(f"{ENCODERS[encoder](part)} ...")
        assert not _left(key, clean, _least(key)), clean


@pytest.mark.parametrize("name", ["30 letters and digits", "base64", "signs between"])
@pytest.mark.parametrize("place", range(20))
def test_every_eight_characters_are_a_part(name: str, place: int) -> None:
    part = KEYS[name][place : place + SHORTEST_PIECE]
    assert _redactor(KEYS[name]).text(f"({part})") == f"({MASK})"


@given(
    st.text(st.sampled_from(BASE62 + "+/=,-_\"'\\é密"), min_size=8, max_size=40), st.sampled_from(sorted(ENCODERS)), st.text(max_size=9), st.text(max_size=9)
)
def test_no_part_of_any_key_is_left(key: str, encoder: str, before: str, after: str) -> None:
    clean = _redactor(key).text(f"{before}{ENCODERS[encoder](key)}{after}")
    left = _left(key, clean)
    assert all(part in "".join(map(_alike, _readings(before) + _readings(after))) for part in left), clean


def _replaced(text: str, keys: list[str]) -> str:
    """A plain loop: every part of every key, one after the other."""
    hidden = [False] * len(text)
    lower = text.lower()
    for key in keys:
        for start in range(len(key) - SHORTEST_PIECE + 1):
            part = key[start : start + SHORTEST_PIECE].lower()
            for place in range(len(text) - SHORTEST_PIECE + 1):
                if lower[place : place + SHORTEST_PIECE] == part:
                    hidden[place : place + SHORTEST_PIECE] = [True] * SHORTEST_PIECE
    marked = "".join("\0" if secret else character for character, secret in zip(text, hidden))
    return re.sub("\0+", MASK, marked)


@given(st.data())
def test_one_pass_masks_what_a_loop_over_all_keys_masks(data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.text(st.sampled_from("abAB12"), min_size=8, max_size=20), min_size=1, max_size=5))
    bits = st.sampled_from(keys) | st.text(st.sampled_from("abAB12"), max_size=12)
    cut = st.builds(lambda key, place: key[place:], bits, st.integers(0, 6))
    text = "".join(data.draw(st.lists(cut, max_size=6)))
    assert _redactor(*keys).text(text) == _replaced(text, keys)


def test_a_secret_that_people_choose_is_masked_as_a_whole_only() -> None:
    redactor = Redactor()
    redactor.register_words("production-account")
    for written in ("production-account", "Production Account", "production%2Daccount", _b64("production-account"), "production-account".encode().hex()):
        assert MASK in redactor.text(f"no {written}, please")
    for innocent in ("production", "the account of production", "production-accoun"):
        assert redactor.text(innocent) == innocent


ORDINARY = [
    "The Access Key ID provided does not exist in our records.",
    "Specified access key is not found or invalid.",
    "Specified signature is not matched with our calculation. server string to sign is:GET&%2F&AccessKeyId%3DLTAI...wxyz%26Action%3DListSecrets",
    "You are not authorized to do this action. Resource: acs:kms:cn-hangzhou:1234567890123456:secret/* Action: kms:ListSecrets",
    "The provided credentials could not be validated. Please check your signature is correct.",
    "The SecretId is not found, please ensure that your SecretId is correct.",
    "The request signature expired: timestamp 2026-02-05T03:04:05Z is more than five minutes from now.",
    "you are not authorized to perform operation (ssm:ListSecrets)\nresource (qcs::ssm:ap-guangzhou:uin/100000000001:secret/*) has no permission",
    "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. Please reduce it.",
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>&nbsp;&copy; nginx/1.25.3</body></html>",
    "RequestId 4f0c5e2a-11ec-9b3d-8d5c-5254000fd0b1; https://example.com/a%20b?c=d&e=f",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==",
    "密钥不存在 \U0001f511 \\u5bc6\\u94a5 C:\\Users\\me \ud800",
]


@pytest.mark.parametrize("message", ORDINARY, ids=range(len(ORDINARY)))
def test_ordinary_messages_stay_as_they_are(message: str) -> None:
    chance = random.Random(3)
    redactor = Redactor()
    for _index in range(400):
        redactor.register("".join(chance.choice(BASE62) for _place in range(32)))
        redactor.register_id("AKID" + "".join(chance.choice(BASE62) for _place in range(32)))
    assert redactor.text(message) is message
    assert redactor.tree([message]) == [message]


def test_what_was_not_registered_is_not_looked_for() -> None:
    search = SecretSearch()
    search.add("1234567", MASK)
    search.add("a b c d e f g", MASK)
    assert not search and not search.holds(b"1234567 abcdefg") and search.find(b"1234567") == []


def test_a_mask_never_stands_across_the_fields_of_a_line() -> None:
    redactor = Redactor()
    redactor.register_words("statusenabled")
    line = b'{"status":"enabled","name":"status enabled"}\n'
    assert redactor.line(line) == b'{"status":"enabled","name":"%s"}\n' % MASK.encode()
