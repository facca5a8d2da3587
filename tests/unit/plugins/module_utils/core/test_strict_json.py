# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON as the standard means it, and nothing else."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.strict_json import CutOff, Malformed, loads

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "not JSON at line 1, column 1", id="nothing"),
        pytest.param(b'{"a": NaN}', "not usable: NaN is not JSON at line 1, column 7", id="not a number"),
        pytest.param(b"[Infinity]", "not usable: Infinity is not JSON at line 1, column 2", id="infinity"),
        pytest.param(b"[1,\n-Infinity]", "not usable: -Infinity is not JSON at line 2, column 1", id="minus infinity"),
        pytest.param(b"1e400", "not usable: a number is out of range at line 1, column 1", id="a number beyond what a float can hold"),
        pytest.param(b"[1, -1e999]", "not usable: a number is out of range at line 1, column 5", id="the same below zero"),
        pytest.param(b'{"a": 1, "a": 1}', "not usable: a key occurs twice in one object at line 1, column 10", id="a key twice, even with one value"),
        pytest.param(b'[{"b": {"a": 1, "\\u0061": 2}}]', "not usable: a key occurs twice in one object at line 1, column 17", id="spelled differently"),
        pytest.param(b"[" * 100_000, "nested too deeply at line 1, column 101", id="lists without end"),
        pytest.param(b'{"a":' * 100_000, "nested too deeply at line 1, column 501", id="objects without end"),
        pytest.param(b'"\xff"', "not UTF-8 at line 1, column 2", id="a byte that UTF-8 does not have"),
        pytest.param('"é"'.encode("latin-1"), "not UTF-8 at line 1, column 2", id="Latin-1"),
        pytest.param('{"é": 1,\n "日本": "é'.encode() + b"\xc3(", "not UTF-8 at line 2, column 10", id="a byte too few, far inside"),
        pytest.param(b'{\n  "expect": {"a:{": 1},\n  "expect" : {}\n}', "not usable: a key occurs twice in one object at line 3, column 3", id="a rule's key"),
        pytest.param(b'{"\\"a": "b\\\\", "c": {}, "\\"a": 1}', "not usable: a key occurs twice in one object at line 1, column 25", id="escaped quotes"),
        pytest.param(b"[1, " + b"9" * 5000 + b"]", "not usable: a number is out of range at line 1, column 5", id="an integer of thousands of digits"),
        pytest.param('{"a": 1}'.encode("utf-16"), "not UTF-8", id="UTF-16 with its mark"),
        pytest.param('{"a": 1}'.encode("utf-16-le"), "not JSON at line 1, column 2", id="UTF-16 without its mark"),
        pytest.param(b"\xed\xa0\x80", "not UTF-8", id="a surrogate in UTF-8"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbf1", "not JSON at line 1, column 1", id="two byte order marks"),
        pytest.param(b'{"a": 1}\n{"a": 2}', "not JSON at line 2, column 1", id="two documents"),
        pytest.param(b'{"a":\n "b', "not JSON at line 2, column 2", id="an end that is missing"),
        pytest.param(b"{'a': 1}", "not JSON at line 1, column 2", id="single quotes"),
        pytest.param(b"[1,]", "not JSON at line 1", id="a comma too many"),
        pytest.param(b'"\t"', "not JSON at line 1, column 2", id="a raw control character in a string"),
    ],
)
def test_what_is_not_json_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        loads(content)
    assert str(caught.value).startswith(reason)


def test_the_reason_quotes_nothing_of_the_content() -> None:
    with pytest.raises(ValueError) as caught:
        loads(b'{"SecretString": "canary-value", "SecretString": "canary-value"}')
    assert "canary" not in str(caught.value)
    with pytest.raises(ValueError) as caught:
        loads(b'{"SecretString": "canary-value"')
    assert caught.value.__suppress_context__, "the library's error, which holds the whole document, would be shown"


def test_a_document_may_begin_later_in_its_file() -> None:
    with pytest.raises(Malformed, match="at line 7, column 9"):
        loads(b'{"a": 1,"a": 2}', first_line=7)


def test_where_it_would_take_long_the_place_is_not_looked_for() -> None:
    with pytest.raises(Malformed) as caught:
        loads(b'{"a": 1,"a": 2}', locate=False)
    assert str(caught.value) == "not usable: a key occurs twice in one object"


@settings(deadline=None)
@given(DOCUMENTS, st.data())
def test_a_key_that_was_doubled_is_found_where_it_stands(document: Any, data: Any) -> None:
    text = json.dumps({"first": document, "z": 0}, indent=data.draw(st.sampled_from([None, 1])))[:-1] + ', "first": 1}'
    with pytest.raises(Malformed) as caught:
        loads(text.encode("utf-8"))
    line, column = map(int, re.findall(r"line (\d+), column (\d+)", str(caught.value))[0])
    assert text.split("\n")[line - 1][column - 1 :] == '"first": 1}'


def test_an_endless_integer_is_refused_and_never_computed() -> None:
    with pytest.raises(ValueError):
        loads(b"1" * 100_000)


@pytest.mark.parametrize(
    ("content", "cut_off"),
    [
        pytest.param(b'{"a": [{"b": 1}', True, id="behind an inner object"),
        pytest.param(b'{"a": "b}', True, id="inside a text"),
        pytest.param(b'{"a": [1, 2', True, id="behind a number"),
        pytest.param(b'{"a":\n', True, id="before a value, behind a line break"),
        pytest.param(b"", True, id="before it began"),
        pytest.param(b'{"a": 1}}', False, id="not: a bracket too many"),
        pytest.param(b'{"a": [1}', False, id="not: the wrong bracket"),
        pytest.param(b"<html>", False, id="not: no JSON at all"),
    ],
)
def test_a_document_that_ends_too_early_is_told_apart(content: bytes, cut_off: bool) -> None:
    with pytest.raises(ValueError) as caught:
        loads(content)
    assert isinstance(caught.value, CutOff) == cut_off


@pytest.mark.parametrize(
    ("content", "value"),
    [
        pytest.param(b"\xef\xbb\xbf{}", {}, id="a byte order mark"),
        pytest.param(b" \r\n\t[] ", [], id="white space round it"),
        pytest.param(b"9007199254740993", 9007199254740993, id="an integer that a float cannot hold"),
        pytest.param(b"100000000000000000000000000000", 10**29, id="a very large integer"),
        pytest.param(b'"\\ud83d\\ude00"', "\U0001f600", id="an escaped pair of surrogates"),
        pytest.param(b'"\\ud800"', "\ud800", id="an escaped lone surrogate, which the record replaces"),
        pytest.param(b'{"a": {"a": 1}, "b": {"a": 2}}', {"a": {"a": 1}, "b": {"a": 2}}, id="one key in different objects"),
        pytest.param(b'{"A": 1, "a": 2}', {"A": 1, "a": 2}, id="keys that differ in case"),
        pytest.param(b"1e-400", 0.0, id="a number too small to tell from nought"),
    ],
)
def test_what_is_json_is_read_exactly(content: bytes, value: Any) -> None:
    assert loads(content) == value


@settings(deadline=None)
@given(DOCUMENTS)
def test_whatever_can_be_written_comes_back(document: Any) -> None:
    assert loads(json.dumps(document).encode("utf-8")) == document


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_bring_anything_but_a_value_or_a_value_error(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        loads(content)
