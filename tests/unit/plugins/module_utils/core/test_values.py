# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of records: what each reader takes, what it refuses, and times that no machine reads in another way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import (
    OneOf,
    count,
    digits,
    flag,
    integer,
    iso_time,
    milliseconds,
    parse_time,
    seconds,
    seconds_or_none,
    text,
    text_or_none,
    texts,
    utc_time,
    utc_time_or_none,
)

BEYOND_FLOAT = 2**53 + 1
LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z."""


READERS = [
    pytest.param(text, "", "", id="empty text stays empty text"),
    pytest.param(text, "a\ud800b\udfffc", "a\ufffdb\ufffdc", id="lone surrogates become replacement characters"),
    pytest.param(
        text, "\U0001f600 密钥 \x00\x1b[31m \u202e", "\U0001f600 密钥 \x00\x1b[31m \u202e", id="everything else in a text stays, control characters too"
    ),
    pytest.param(text, "{{ lookup('pipe', 'id') }}", "{{ lookup('pipe', 'id') }}", id="a template is a text like any other"),
    pytest.param(texts, [], [], id="an empty list of texts"),
    pytest.param(texts, ["a", "\ud800"], ["a", "\ufffd"], id="a list of texts"),
    pytest.param(integer, BEYOND_FLOAT, BEYOND_FLOAT, id="an integer that a float cannot hold"),
    pytest.param(integer, -(10**29), -(10**29), id="a large negative integer"),
    pytest.param(integer, 0, 0, id="nought"),
    pytest.param(count, 0, 0, id="none of something"),
    pytest.param(count, BEYOND_FLOAT, BEYOND_FLOAT, id="more of something than a float can hold"),
    pytest.param(flag, 1, True, id="one is true"),
    pytest.param(flag, 0, False, id="nought is false"),
    pytest.param(flag, True, True, id="true is true"),
    pytest.param(flag, False, False, id="false is false"),
    pytest.param(digits, BEYOND_FLOAT, "9007199254740993", id="an account number as text, exactly"),
    pytest.param(digits, "100000000001", "100000000001", id="an account number that is text"),
    pytest.param(digits, "007", "007", id="leading zeros stay"),
    pytest.param(seconds, 1, "1970-01-01T00:00:01Z", id="the first second"),
    pytest.param(seconds, 1_770_260_645, "2026-02-05T03:04:05Z", id="seconds as a time"),
    pytest.param(seconds, LAST_SECOND, "9999-12-31T23:59:59Z", id="the last second of the year 9999"),
    pytest.param(seconds_or_none, 0, None, id="0 is 'no such time'"),
    pytest.param(seconds_or_none, 1_770_260_645, "2026-02-05T03:04:05Z", id="a time that may be missing"),
    pytest.param(milliseconds, 1_770_260_645_000, "2026-02-05T03:04:05Z", id="whole milliseconds"),
    pytest.param(milliseconds, 1_770_260_645_007, "2026-02-05T03:04:05.007Z", id="a fraction of a second"),
    pytest.param(milliseconds, 10**11, "1973-03-03T09:46:40Z", id="the earliest milliseconds that are believed"),
    pytest.param(milliseconds, LAST_SECOND * 1000 + 999, "9999-12-31T23:59:59.999Z", id="the last millisecond of the year 9999"),
    pytest.param(text_or_none, "", None, id="an empty text is none"),
    pytest.param(text_or_none, "a\ud800", "a\ufffd", id="a text that may be missing"),
    pytest.param(utc_time, "2026-02-05T03:04:05Z", "2026-02-05T03:04:05Z", id="a time as it is written"),
    pytest.param(utc_time, "2026-02-05T03:04:05.1Z", "2026-02-05T03:04:05.1Z", id="a written time with a fraction"),
    pytest.param(utc_time, "2026-02-05T03:04:05+00:00", "2026-02-05T03:04:05Z", id="an offset of nought"),
    pytest.param(utc_time, "2026-02-05T03:04:05.713703651+08:00", "2026-02-04T19:04:05.713703651Z", id="a time of China"),
    pytest.param(utc_time, "2025-12-31T23:30:00-00:30", "2026-01-01T00:00:00Z", id="a time west of Greenwich"),
    pytest.param(utc_time, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", id="the last second that can be written"),
    pytest.param(utc_time_or_none, "", None, id="no written time"),
    pytest.param(utc_time_or_none, "2026-02-05T03:04:05Z", "2026-02-05T03:04:05Z", id="a written time that may be missing"),
]


@pytest.mark.parametrize(("read", "value", "expected"), READERS)
def test_what_can_be_read(read: Callable[[Any], Any], value: Any, expected: Any) -> None:
    result = read(value)
    assert result == expected
    assert type(result) is type(expected)


REFUSED = [
    pytest.param(text, [None, 1, 1.0, True, b"a", ["a"], {}], id="text"),
    pytest.param(texts, [None, "ab", [1], ["a", None], ("a",), {"a": 1}], id="a list of texts"),
    pytest.param(integer, [None, True, False, "1", 1.0, 1e3, [1]], id="an integer"),
    pytest.param(count, [None, True, "1", 1.0, -1, -(10**29)], id="a count"),
    pytest.param(flag, [None, 2, -1, "1", "true", 1.0, 0.0, []], id="a flag"),
    pytest.param(digits, [None, "", "-1", -1, "1.0", 1.0, "x1", " 1", "١٢", True, []], id="an account number"),
    pytest.param(seconds, [None, 0, -1, True, "1770260645", 1.5, LAST_SECOND + 1, 1_770_260_645_000, 10**30], id="seconds"),
    pytest.param(seconds_or_none, [None, False, "0", 0.0, -1, LAST_SECOND + 1], id="seconds, or 0"),
    pytest.param(
        milliseconds, [None, 0, -1, True, 1_770_260_645, 10**11 - 1, "1770260645000", 1e12, (LAST_SECOND + 1) * 1000, BEYOND_FLOAT], id="milliseconds"
    ),
    pytest.param(text_or_none, [None, 0, False, [], ["a"]], id="a text, or nothing"),
    *(
        pytest.param(
            read,
            [
                *(None, 1_770_260_645, True, "soon", "2026-02-05", "2026-02-05T03:04:05", "2026-02-05 03:04:05Z", "2026-02-05T03:04Z"),
                *("2026-13-05T03:04:05Z", "2026-02-30T03:04:05Z", "2026-02-05T24:00:00Z", "2026-02-05T03:04:60Z", "0000-01-01T00:00:00Z"),
                *("2026-02-05T03:04:05+25:00", "2026-02-05T03:04:05+0800", "2026-02-05T03:04:05.Z", "2026-02-05T03:04:05.1234567890Z"),
                *(" 2026-02-05T03:04:05Z", "2026-02-05T03:04:05Z\n", "٢026-02-05T03:04:05Z", "9999-12-31T23:59:59-08:00"),
            ],
            id=f"a written time, {read.__name__}",
        )
        for read in (utc_time, utc_time_or_none)
    ),
]


@pytest.mark.parametrize(("read", "values"), REFUSED)
def test_what_cannot_be_read_raises_a_value_error(read: Callable[[Any], Any], values: list[Any]) -> None:
    for value in values:
        with pytest.raises(ValueError):
            read(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        pytest.param("ON", "enabled", id="a known word"),
        pytest.param(1, "one", id="a known number"),
        pytest.param("On", "unknown", id="another spelling"),
        pytest.param(" ON", "unknown", id="a space before it"),
        pytest.param("ON\u200b", "unknown", id="an invisible character behind it"),
        pytest.param("", "unknown", id="an empty word"),
        pytest.param(2, "unknown", id="an unknown number"),
    ],
)
def test_words_are_mapped_exactly(value: Any, word: str) -> None:
    assert OneOf({"ON": "enabled", 1: "one"}, "unknown")(value) == word


@pytest.mark.parametrize("value", [True, False, 1.0, 0.0, float("nan"), [], {}, ["ON"]], ids=repr)
def test_what_is_neither_word_nor_integer_is_malformed_even_if_it_equals_one(value: Any) -> None:
    with pytest.raises(ValueError):
        OneOf({"ON": "enabled", 0: "nought", 1: "one"}, "unknown")(value)


def test_without_a_word_for_others_an_unknown_one_is_malformed() -> None:
    with pytest.raises(ValueError):
        OneOf({"ON": "enabled"})("OFF")


@pytest.mark.parametrize(
    ("moment", "epoch"),
    [
        pytest.param("2026-02-05T03:04:05Z", 1_770_260_645, id="whole seconds"),
        pytest.param("2026-02-05T03:04:05.007Z", 1_770_260_645.007, id="milliseconds"),
        pytest.param("2026-02-05T03:04:05.5Z", 1_770_260_645.5, id="tenths"),
        pytest.param("2026-02-05T03:04:05.250000Z", 1_770_260_645.25, id="microseconds"),
        pytest.param("9999-12-31T23:59:59Z", LAST_SECOND, id="the last second of the year 9999"),
        pytest.param("1970-01-01T00:00:00Z", 0, id="the epoch"),
    ],
)
def test_a_time_is_read(moment: str, epoch: float) -> None:
    assert parse_time(moment) == pytest.approx(epoch, abs=1e-6)


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "now",
        "2026-02-05",
        "2026-02-05Z",
        "2026-02-05T03:04:05",
        "2026-02-05T03:04:05+08:00",
        "2026-02-05T03:04:05+08:00Z",
        "2026-02-05 03:04:05Z",
        "20260205T030405Z",
        "2026-W06-4T03:04:05Z",
        "2026-02-05T03:04Z",
        "2026-02-05T03:04:05,5Z",
        "2026-02-05T03:04:05.Z",
        "2026-02-30T03:04:05Z",
        "2026-02-05T25:04:05Z",
        "2026-02-05t03:04:05z",
        " 2026-02-05T03:04:05Z",
        "2026-02-05T03:04:05Z\n",
        "٢٠٢٦-02-05T03:04:05Z",
        None,
        1_770_260_645,
    ],
    ids=repr,
)
def test_on_every_python_the_same_texts_are_no_times(moment: Any) -> None:
    with pytest.raises(ValueError):
        parse_time(moment)


def test_times_do_not_depend_on_the_machines_time_zone(in_shanghai: None) -> None:
    assert time.localtime(0).tm_hour == 8, os.environ["TZ"]
    assert (seconds(1_770_260_645), parse_time("2026-02-05T03:04:05Z")) == ("2026-02-05T03:04:05Z", 1_770_260_645)


@settings(deadline=None)
@given(st.integers(1, LAST_SECOND))
def test_seconds_come_back_exactly(epoch: int) -> None:
    assert parse_time(seconds(epoch)) == epoch


@settings(deadline=None)
@given(st.integers(10**11, LAST_SECOND * 1000 + 999))
def test_milliseconds_come_back_exactly(epoch: int) -> None:
    assert round(parse_time(milliseconds(epoch)) * 1000) == epoch


@pytest.mark.parametrize("epoch", [10**12, 10**30, float("inf"), -(10**15)], ids=repr)
def test_beyond_the_calendar_there_is_no_time(epoch: float) -> None:
    with pytest.raises(ValueError):
        iso_time(epoch)


def test_fractions_of_a_second_are_cut_not_rounded() -> None:
    assert iso_time(1_770_260_645.999) == "2026-02-05T03:04:05Z"
