# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""However a server writes a key, no eight characters of it are left; ordinary messages stay as they are."""

from __future__ import annotations

import json
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._core.secret_search import SHORTEST_PART, SecretSearch
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.core.encoders import ENCODERS, alike, left, readings

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


def _redactor(*keys: str) -> Redactor:
    redactor = Redactor()
    for key in keys:
        redactor.register(key)
    return redactor


def _least(key: str) -> int:
    return SHORTEST_PART if len(key.encode()) <= 64 else 128


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("name", KEYS)
def test_nothing_of_a_key_is_left_however_it_is_written(name: str, encoder: str) -> None:
    key = KEYS[name]
    written = ENCODERS[encoder](key)
    redactor = _redactor(*KEYS.values())
    for text in (written, f'The key "{written}" is not known.', f"<p>{written}</p>\n", f"x{written}y"):
        clean = redactor.text(text)
        if encoder != "no last character" or len(key) > SHORTEST_PART:
            assert MASK in clean
        assert not left(key, clean, _least(key)), clean
        assert redactor.tree([{"message": text}]) == [{"message": clean}]
        assert json.loads(*redactor.lines([json.dumps({"a": text}).encode()])) == {"a": clean}


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if len(key) > 16])
def test_nothing_of_a_part_of_a_key_is_left(name: str, encoder: str) -> None:
    key = KEYS[name]
    for part in (key[: len(key) // 2], key[len(key) // 2 :], key[3:16], key[-13:]):
        clean = _redactor(key).text(f"{ENCODERS[encoder](part)} ...")
        assert not left(key, clean, _least(key)), clean


@pytest.mark.parametrize("name", ["30 letters and digits", "base64", "signs between"])
@pytest.mark.parametrize("place", range(19))
def test_every_twelve_characters_are_a_part(name: str, place: int) -> None:
    part = KEYS[name][place : place + SHORTEST_PART]
    assert _redactor(KEYS[name]).text(f"({part})") == f"({MASK})"


@given(
    st.text(st.sampled_from(BASE62 + "+/=,-_\"'\\é密"), min_size=8, max_size=40), st.sampled_from(sorted(ENCODERS)), st.text(max_size=9), st.text(max_size=9)
)
def test_no_part_of_any_key_is_left(key: str, encoder: str, before: str, after: str) -> None:
    clean = _redactor(key).text(f"{before}{ENCODERS[encoder](key)}{after}")
    rest = left(key, clean)
    assert all(part in "".join(map(alike, readings(before) + readings(after))) for part in rest), clean


def _replaced(text: str, keys: list[str]) -> str:
    """A plain loop: every part of every key, one after the other."""
    hidden = [False] * len(text)
    lower = text.lower()
    for key in keys:
        size = min(len(key), SHORTEST_PART)
        for start in range(len(key) - size + 1):
            part = key[start : start + size].lower()
            for place in range(len(text) - size + 1):
                if lower[place : place + size] == part:
                    hidden[place : place + size] = [True] * size
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
    for written in (
        "production-account",
        "Production Account",
        "production%2Daccount",
        ENCODERS["base64"]("production-account"),
        b"production-account".hex(),
    ):
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


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_found_wherever_it_begins(name: str) -> None:
    for alone in (True, False):
        redactor = _redactor(KEYS[name], *([] if alone else ["short-1!"]))
        for before in range(17):
            clean = redactor.text(f"{'x' * before}{KEYS[name]}")
            assert not left(KEYS[name], clean, _least(KEYS[name])), clean


def test_lines_are_scrubbed_as_each_of_them_alone() -> None:
    redactor = _redactor(*KEYS.values())
    texts = [f"{list(KEYS.values())[number % len(KEYS)]} {number}" if number in (0, 99, 100, 217, 249) else f"plain {number}" for number in range(250)]
    lines = [json.dumps({"a": text, "b": "\\"}).encode() + b"\n" for text in texts]
    clean = list(redactor.lines(lines))
    assert clean == [line for alone in lines for line in redactor.lines([alone])]
    assert [json.loads(line)["a"] for line in clean] == [redactor.text(text) for text in texts]


def test_a_mask_never_stands_across_the_fields_of_a_line() -> None:
    redactor = Redactor()
    redactor.register_words("statusenabled")
    line = b'{"status":"enabled","name":"status enabled"}\n'
    assert list(redactor.lines([line])) == [b'{"status":"enabled","name":"%s"}\n' % MASK.encode()]


def test_what_stands_in_a_key_and_tells_nothing_of_it_stays() -> None:
    """The numbers and names of accounts would be masked, and our own words."""
    search = SecretSearch()
    search.add("shopProdReaderSecretKey00000000", "***")
    for innocent in (b"account 100000000001", b"shop-prod/cn-hangzhou", b"SECRET_KEY is not set", b"neither SecretList nor TotalCount"):
        assert search.find(innocent) == []
    assert search.find(b"key shopProdReaderSecretKey00000000") != [] != search.find(b"half ReaderSecretKey")
