# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret that was seen leaves, in whatever form; no text from outside can forge lines."""

from __future__ import annotations

import base64
import json
import re
import string
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor, inert, printable, safe_json

SECRET = "p@ss/w0rd+topsecret value~é123"
KEY_ID = "LTAI5tExampleKeyId0000wxyz"

FORMS: list[Any] = [
    pytest.param(lambda secret: secret, id="as it is"),
    pytest.param(quote, id="URL-quoted"),
    pytest.param(lambda secret: quote(secret, safe=""), id="URL-quoted, slash and all"),
    pytest.param(quote_plus, id="as a form field"),
    pytest.param(lambda secret: base64.b64encode(secret.encode()).decode(), id="base64"),
    pytest.param(lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="), id="base64 without padding"),
    pytest.param(lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(), id="base64 for URLs"),
    pytest.param(lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="), id="base64 for URLs without padding"),
]


def _redactor(*secrets: str) -> Redactor:
    redactor = Redactor()
    for secret in secrets:
        redactor.register(secret)
    return redactor


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "secret", [SECRET, "a" * 8, "0123456789abcdef" * 32, "><??>><<", "ÿþýüûúùø"], ids=["long", "shortest", "hexadecimal", "signs", "not ASCII"]
)
def test_each_form_of_a_secret_is_masked_wherever_it_stands(form: Callable[[str], str], secret: str) -> None:
    written = form(secret)
    for text in (written, f"key={written}&x=1", f"{written}{written}", f"a{written}b", f"line\n{written}\nline"):
        clean = _redactor(secret).text(text)
        assert MASK in clean
        assert written not in clean
        assert written.rstrip("=") not in clean


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz", "user:"])
@pytest.mark.parametrize("behind", ["", ".", "..", "..."])
def test_a_secret_inside_of_what_was_encoded_is_masked(encode: Callable[[bytes], bytes], before: str, behind: str) -> None:
    clean = _redactor(SECRET).text(f"Basic {encode((before + SECRET + behind).encode()).decode()} end")
    whole = encode((before + SECRET + behind).encode()).decode()
    assert MASK in clean and clean.endswith(" end") and len(clean.replace(MASK, "")) < len(f"Basic {before}{behind} end") * 2
    assert not any(whole[start : start + 8] in clean for start in range(len(before) * 4 // 3 + 1, len(whole) - 16))


def test_what_stands_round_a_secret_stays() -> None:
    assert _redactor(SECRET).text(f"no {SECRET}, please") == f"no {MASK}, please"


@pytest.mark.parametrize("nothing", [None, "", "a", "Enabled", "1234567"], ids=repr)
def test_texts_too_short_for_a_secret_would_eat_innocent_words_and_are_not_registered(nothing: str | None) -> None:
    redactor = Redactor()
    redactor.register(nothing)
    redactor.register_id(nothing)
    assert redactor.text("a 1234567 Enabled None") == "a 1234567 Enabled None"


def test_a_secret_with_a_lone_surrogate_can_be_registered() -> None:
    assert _redactor("secret-\ud800-value").text("the secret-\ud800-value") == f"the {MASK}"


def test_of_two_secrets_one_inside_the_other_both_vanish() -> None:
    for redactor in (_redactor("abcdefgh", "abcdefgh-and-more"), _redactor("abcdefgh-and-more", "abcdefgh")):
        assert redactor.text("abcdefgh-and-more abcdefgh") == f"{MASK} {MASK}"


def test_an_access_key_id_is_shown_by_its_ends() -> None:
    redactor = Redactor()
    redactor.register_id(KEY_ID)
    assert redactor.text(f"Credential={KEY_ID},x") == "Credential=LTAI...wxyz,x"
    assert KEY_ID[4:-4] not in redactor.text(base64.b64encode(KEY_ID.encode()).decode())


def test_the_older_ids_of_16_characters_are_shown_by_their_ends_too() -> None:
    redactor = Redactor()
    redactor.register_id("LTAI0123456789ab")
    assert redactor.text("LTAI0123456789ab") == "LTAI...89ab"


def test_a_tree_is_scrubbed_to_its_leaves_and_in_its_keys() -> None:
    tree = {SECRET: 1, "list": [SECRET, {"deep": (f"x{SECRET}", [SECRET])}], "left alone": [None, True, 1, 1.5, 2**53 + 1], "text": "innocent"}
    assert _redactor(SECRET).tree(tree) == {
        MASK: 1,
        "list": [MASK, {"deep": [f"x{MASK}", [MASK]]}],
        "left alone": [None, True, 1, 1.5, 2**53 + 1],
        "text": "innocent",
    }


def test_scrubbing_leaves_its_argument_alone() -> None:
    tree = {"a": [SECRET]}
    _redactor(SECRET).tree(tree)
    assert tree == {"a": [SECRET]}


@settings(deadline=None)
@given(st.text(string.ascii_letters + string.digits + "+/=&%~-_é", min_size=8, max_size=40), st.text(), st.text())
def test_no_secret_survives_in_any_form_in_any_text(secret: str, before: str, after: str) -> None:
    redactor = _redactor(secret)
    for form in FORMS:
        written = form.values[0](secret)
        clean = redactor.text(f"{before}{written}{after}")
        assert MASK in clean
        if MASK not in before + after + secret and written not in before + after:
            assert written not in clean.replace(MASK, "\0")


DANGEROUS = [
    *range(0x20),
    0x7F,
    *range(0x80, 0xA0),
    0x2028,
    0x2029,
    0x200E,
    0x200F,
    0x061C,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xD800,
    0xDBFF,
    0xDC00,
    0xDFFF,
]


@pytest.mark.parametrize("code", DANGEROUS, ids=hex)
def test_characters_that_could_forge_lines_are_escaped(code: int) -> None:
    assert printable(f"a{chr(code)}b") == f"a\\u{code:04x}b"


NOT_SEEN = [
    *(code for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cf", "Zs", "Zl", "Zp") and code != 0x20),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0200),
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x2065, 0x2800, 0x3164, 0xFFA0, 0x1D159),
]


def test_characters_that_are_not_seen_are_escaped() -> None:
    """Whatever this Python's Unicode calls a format or a space, and what looks like nothing. In JSON the value stays what it is."""
    for code in NOT_SEEN:
        character = chr(code)
        assert printable(f"a{character}b") == (f"a\\u{code:04x}b" if code < 0x10000 else f"a\\U{code:08x}b")
        line = safe_json(json.dumps({"name": f"a{character}b"}, ensure_ascii=False))
        assert line.isascii() and json.loads(line) == {"name": f"a{character}b"}


@pytest.mark.parametrize("harmless", ["plain", "密钥", "\U0001f600", "a b", "é", "\u2027\ue000", "\\u0041", "{{ x }}", "한글", "x\u0301"], ids=ascii)
def test_other_characters_stay(harmless: str) -> None:
    assert printable(harmless) == harmless


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        pytest.param("caf\u00e9", "cafe\u0301", "cafe\\u0301", id="an accent of its own"),
        pytest.param("\ud55c", "\u1112\u1161\u11ab", "\\u1112\\u1161\\u11ab", id="a syllable in its letters"),
        pytest.param("K", "\u212a", "\\u212a", id="the sign of kelvin"),
        pytest.param("\u8c48", "\uf900", "\\uf900", id="an ideograph of another standard"),
        pytest.param("q\u0323\u0307", "q\u0307\u0323", "q\\u0307\\u0323", id="two accents the other way round"),
        pytest.param("\u09cb", "\u09c7\u09be", "\\u09c7\\u09be", id="a vowel in its parts"),
    ],
)
def test_two_texts_that_look_alike_do_not_look_alike(one: str, other: str, shown: str) -> None:
    """Unicode holds them to be the same; a cloud does not."""
    assert unicodedata.normalize("NFC", other) == one
    assert (printable(one), printable(other)) == (one, shown)
    line = safe_json(json.dumps([one, other], ensure_ascii=False))
    assert json.loads(line) == [one, other] and json.dumps(other) in line


@given(st.text(), st.text())
def test_what_is_shown_alike_is_the_same(one: str, other: str) -> None:
    shown = printable(one)
    assert unicodedata.is_normalized("NFC", shown)
    assert "\\" in one + other or (printable(other) == shown) == (one == other)


def test_a_forged_line_stays_on_its_line() -> None:
    assert printable("name\r\nok: [prod]\x1b[2K") == "name\\u000d\\u000aok: [prod]\\u001b[2K"


@pytest.mark.parametrize(
    ("value", "longest", "shown"),
    [
        pytest.param("abcde", 5, "abcde", id="what fits is whole"),
        pytest.param("abcdef", 5, "abcde...", id="what does not fit is cut, and says so"),
        pytest.param("\n\n\n", 2, "\\u000a\\u000a...", id="it is cut before it is escaped"),
        pytest.param("", 5, "", id="nothing stays nothing"),
    ],
)
def test_too_much_is_cut(value: str, longest: int, shown: str) -> None:
    assert printable(value, longest) == shown


@settings(deadline=None)
@given(st.text(st.characters()))
def test_whatever_comes_can_be_printed_on_one_line(value: str) -> None:
    shown = printable(value)
    assert len(shown.splitlines()) <= 1
    assert not re.search("[\ud800-\udfff\x00-\x1f\x7f-\x9f]", shown)
    shown.encode("utf-8")


@settings(deadline=None)
@given(st.text(st.sampled_from("{%#} $a:x\n")) | st.sampled_from(["{{ 1 }}", "{{{%#}", "$$ANSIBLE_VAULT;1.1", "#jinja2: x", "{#jinja2:", "{{{{"]))
def test_what_is_inert_is_no_template(value: str) -> None:
    shown = inert({"of": [value]})["of"][0]
    assert not re.search(r"\{[{%#]|\$ANSIBLE_VAULT|#jinja2:", shown)
    assert "{" in value or "#jinja2:" in value or "$ANSIBLE_VAULT" in value or shown == printable(value)


def test_what_is_no_text_stays() -> None:
    assert inert({"a": (1, None, True)}) == {"a": [1, None, True]}


def test_a_short_id_stays_whole() -> None:
    redactor = Redactor()
    redactor.register_id("only15charslong")
    assert redactor.text("only15charslong") == "only15charslong"
