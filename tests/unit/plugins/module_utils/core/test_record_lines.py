# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines read by a pattern: what fits is the record that the strict reader reads, and what is no JSON of these types never fits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core import record_lines, strict_json
from ansible_collections.multicloud.secrets.plugins.module_utils._core.inventory_file import encode
from ansible_collections.multicloud.secrets.plugins.module_utils._core.record_lines import NULL, LineReader
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RECORD_KEYS

TYPES = {
    **dict.fromkeys(RECORD_KEYS, (str, NULL)),
    "id": (str,),
    "rotation_enabled": (bool, NULL),
    "rotation_days": (int, float, NULL),
    "tags": (dict, NULL),
    "references": (list, NULL),
    "attributes.label": (str, NULL),
    "attributes.flag": (bool, NULL),
}
VALUES: dict[str, list[Any]] = {
    "description": ["", "a text", "密钥", 'with "quotes"', "a\\b", "\x7f"],
    "rotation_enabled": [True, False],
    "rotation_days": [0, -1, 30, 10**17, 10**30, 0.25, 1.0],
    "tags": [{}, {"env": "prod"}, {"a": "{", "b": "]"}, {"attributes": "x"}],
    "references": [[], [{"kind": "plugin", "name": None}], [{"name": "[]"}]],
    "attributes.label": ["x", ""],
    "attributes.flag": [True],
    "attributes.unknown": ["x", 1, 2.5, True, [1], {"a": 1}],
}


def record(**values: Any) -> dict[str, Any]:
    """A record with these values, attributes as 'attributes.name'."""
    told = {"provider": "toy", "account": "prod", "region": "r", "id": "s", **values}
    attributes = {name: values.get(f"attributes.{name}") for name in ("label", "flag", "unknown")}
    return {**{key: told.get(key) for key in RECORD_KEYS}, "attributes": attributes, "invalid": []}


def reader(*seen: dict[str, Any]) -> LineReader:
    """A reader that has seen enough of these."""
    made = LineReader(lambda record: None, lambda record: TYPES)
    for number in range(record_lines.ENOUGH):
        made.learn(seen[number % len(seen)])
    return made


ANY_VALUES = st.fixed_dictionaries({key: st.none() | st.sampled_from(values) for key, values in VALUES.items()}).map(lambda values: record(**values))


@settings(deadline=None, max_examples=100)
@given(st.lists(ANY_VALUES, min_size=1, max_size=4), st.lists(ANY_VALUES, max_size=10))
def test_what_fits_is_what_the_strict_reader_reads(seen: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    lines = reader(*seen)
    for each in (*seen, *others):
        line = encode(each)
        found = lines.read(line)
        assert found is None or encode(found) == encode(strict_json.loads(line)) == line


def test_plain_values_fit_once_they_were_seen() -> None:
    full = record(description="密钥", rotation_enabled=False, rotation_days=30, tags={"env": "prod"}, **{"attributes.label": "x", "attributes.flag": True})
    lines = reader(record(), full)
    for each in (record(), full, record(description=""), record(rotation_days=7, rotation_enabled=True)):
        assert lines.read(encode(each)) == each
    assert lines.read(encode(record(references=[]))) is None, "it was null so far"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"text"', b'"a\x01b"', id="a control character in a text"),
        pytest.param(b'"text"', b'"\xff"', id="no UTF-8"),
        pytest.param(b'"text"', b'"a","description":"b"', id="a key twice"),
        pytest.param(b'"text"', b"7", id="a number for a text"),
        pytest.param(b'"id":"s"', b'"id":null', id="a null that cannot be"),
        pytest.param(b":30,", b":030,", id="a number with a zero before it"),
        pytest.param(b":30,", b":-30,", id="a number below 0, which is looked at"),
        pytest.param(b":30,", b':"30",', id="a text for a number"),
        pytest.param(b":true,", b":TRUE,", id="a word that is none"),
        pytest.param(b'{"env":"prod"}', b'{"env":"prod","env":"test"}', id="a tag twice"),
        pytest.param(b'{"env":"prod"}', b'{"env":"prod",}', id="a comma too many"),
        pytest.param(b'{"env":"prod"}', b'{"env":NaN}', id="a number that is none"),
        pytest.param(b'"provider":"toy"', b'"provider":"other"', id="another service"),
        pytest.param(b'"invalid":[]', b'"invalid":["name"]', id="something that could not be read"),
        pytest.param(b"}\n", b"} \n", id="a space at the end"),
        pytest.param(b"}\n", b"}", id="no end of the line"),
    ],
)
def test_what_is_another_line_does_not_fit(old: bytes, new: bytes) -> None:
    each = record(description="text", rotation_enabled=True, rotation_days=30, tags={"env": "prod"})
    line = encode(each)
    assert line.count(old) == 1 and reader(each, record()).read(line) == each
    assert reader(each, record()).read(line.replace(old, new)) is None


def test_lists_and_mappings_are_looked_at() -> None:
    looked: list[dict[str, Any]] = []

    def look(record: dict[str, Any]) -> Any:
        looked.append(record)
        return record["tags"].get("bad")

    lines = LineReader(look, lambda record: TYPES)
    good, bad = record(tags={"env": "prod"}), record(tags={"bad": "yes"})
    for _turn in range(record_lines.ENOUGH):
        lines.learn(good)
    assert (lines.read(encode(good)), lines.read(encode(bad))) == (good, None)
    assert looked == [good, bad]


def test_few_records_make_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = LineReader(lambda record: None, lambda record: TYPES)
    for _turn in range(record_lines.ENOUGH - 1):
        lines.learn(record())
    assert lines.read(encode(record())) is None
    lines.learn(record())
    assert lines.read(encode(record())) == record()
    monkeypatch.setattr(record_lines, "MOST_OUTLINES", 1)
    for _turn in range(record_lines.ENOUGH):
        lines.learn({**record(), "provider": "other"})
    assert lines.read(encode({**record(), "provider": "other"})) is None


@pytest.mark.parametrize("odd", [{"provider": "a b"}, {"provider": None}])
def test_the_name_of_a_service_is_a_word(odd: dict[str, Any]) -> None:
    each = {**record(), **odd}
    assert reader(each).read(encode(each)) is None


def test_records_that_end_otherwise_have_no_pattern() -> None:
    each = {"invalid": [], **{key: value for key, value in record().items() if key != "invalid"}}
    assert reader(each).read(json.dumps(each, separators=(",", ":")).encode() + b"\n") is None
