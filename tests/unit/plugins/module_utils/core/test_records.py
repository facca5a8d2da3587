# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record: exact keys, exact values, and honest nulls."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import (
    GAP,
    MOST_SHAPES,
    NEVER,
    NONE,
    RECORD_KEYS,
    FieldMapping,
    RecordSchema,
    sort_key,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._core.row_reader import REMEMBERED
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import (
    OneOf,
    digits,
    integer,
    seconds_or_none,
    text,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SCHEMAS

BEYOND_FLOAT = 2**53 + 1

TOY = RecordSchema(
    "toy",
    (
        FieldMapping("Id", "id", text),
        FieldMapping("Id", "name", text),
        FieldMapping("Type", "kind", OneOf({"a": "alpha"}, "unknown")),
        FieldMapping("Status", "status", OneOf({"ON": "enabled"}, "unknown")),
        FieldMapping("Gone", "delete_at", seconds_or_none),
        FieldMapping("Turn", "rotation_days", integer),
        FieldMapping("OwnerText", "attributes.owner", digits),
        FieldMapping("Owner", "attributes.owner", digits),
        FieldMapping("Key.Id", "kms_key_id", text),
        FieldMapping("Key.Version", "attributes.version", text),
    ),
    {"updated_at": NEVER, "delete_at": NONE, "rotation_days": {"alpha": NONE, "beta": NEVER}},
)


def _toy(**row: Any) -> dict[str, Any]:
    return TOY.record({"Id": "s", "Type": "b", "Gone": 0, **row}, "prod", "r-1")


def test_a_record_has_exactly_the_documented_keys() -> None:
    assert tuple(_toy()) == RECORD_KEYS


def test_a_record_says_where_it_is_from_and_what_kind_it_is() -> None:
    record = _toy(Type="a", Status="ON", Turn=30, Owner=BEYOND_FLOAT, Key={"Id": "k", "Version": "v"})
    assert record == {
        **dict.fromkeys(RECORD_KEYS),
        "provider": "toy",
        "account": "prod",
        "region": "r-1",
        "id": "s",
        "name": "s",
        "kind": "alpha",
        "status": "enabled",
        "rotation_days": 30,
        "kms_key_id": "k",
        "attributes": {"owner": "9007199254740993", "version": "v"},
        "invalid": [],
    }


@pytest.mark.parametrize(
    ("row", "invalid"),
    [
        pytest.param({"Type": "a", "Turn": None}, ["rotation_days"], id="null where null would say 'known to be empty'"),
        pytest.param({"Type": "a"}, ["rotation_days"], id="absent where null would say 'known to be empty'"),
        pytest.param({"Type": "b"}, [], id="absent where null says nothing"),
        pytest.param({"Turn": "30"}, ["rotation_days"], id="a number as text"),
        pytest.param({"Turn": True}, ["rotation_days"], id="a boolean as a number"),
        pytest.param({"Gone": -1}, ["delete_at"], id="a time before the epoch"),
        pytest.param({"Gone": None}, ["delete_at"], id="no time, though the cloud writes 0 for none"),
        pytest.param({"OwnerText": "x", "Owner": 5}, [], id="a bad twin beside a good one"),
        pytest.param({"OwnerText": "x", "Owner": None}, ["attributes.owner"], id="a bad twin beside none"),
        pytest.param({"OwnerText": "x", "Owner": []}, ["attributes.owner"], id="two bad twins are one bad field"),
        pytest.param({"Key": "text"}, ["attributes.version", "kms_key_id"], id="text where an object belongs"),
        pytest.param({"Key": []}, ["attributes.version", "kms_key_id"], id="a list where an object belongs"),
        pytest.param({"Key": None}, [], id="no object at all"),
        pytest.param({"Key": {}}, [], id="an empty object"),
        pytest.param({"Key": {"Id": 1, "Version": "v"}}, ["kms_key_id"], id="a bad value inside an object"),
        pytest.param({"Status": ["ON"], "Turn": {}, "Gone": "0"}, ["delete_at", "rotation_days", "status"], id="several, in order"),
    ],
)
def test_what_cannot_be_read_is_null_and_listed(row: dict[str, Any], invalid: list[str]) -> None:
    record = _toy(**row)
    assert record["invalid"] == invalid
    for key in invalid:
        held = record["attributes"][key.removeprefix("attributes.")] if key.startswith("attributes.") else record[key]
        assert held in (None, "unknown")


def test_the_first_twin_that_can_be_read_counts() -> None:
    assert _toy(OwnerText="7", Owner=8)["attributes"]["owner"] == "7"
    assert _toy(OwnerText="x", Owner=8)["attributes"]["owner"] == "8"
    assert _toy(OwnerText=None, Owner=8)["attributes"]["owner"] == "8"


def test_a_missing_status_or_kind_is_unknown_and_never_null() -> None:
    record = TOY.record({"Id": "s", "Gone": 0}, "prod", "r-1")
    assert (record["status"], record["kind"], record["invalid"]) == ("unknown", "unknown", [])


def test_attributes_are_there_even_if_nothing_is_said_of_them() -> None:
    assert _toy()["attributes"] == {"owner": None, "version": None}


@pytest.mark.parametrize(
    ("key", "kind", "meaning"),
    [
        pytest.param("updated_at", "alpha", NEVER, id="never, for every kind"),
        pytest.param("delete_at", "beta", NONE, id="none, for every kind"),
        pytest.param("rotation_days", "alpha", NONE, id="none, for this kind"),
        pytest.param("rotation_days", "beta", NEVER, id="never, for that kind"),
        pytest.param("rotation_days", "unknown", GAP, id="a gap, for a kind that the table does not know"),
        pytest.param("kms_key_id", "alpha", GAP, id="a gap, where the table says nothing"),
        pytest.param("attributes.owner", "alpha", GAP, id="a gap, for an attribute that the cloud has"),
        pytest.param("attributes.nonsense", "alpha", NEVER, id="never, for an attribute that the cloud does not have"),
    ],
)
def test_what_null_means(key: str, kind: str, meaning: str) -> None:
    assert TOY.null_meaning(key, kind) == meaning


def test_undocumented_fields_are_named_but_never_read() -> None:
    row = {"Id": "s", "SecretString": "canary-value", "Key": {"Id": "k", "KeyMaterial": "canary-value"}, "Odd\ud800": 1, "Key.Id": "canary-value"}
    assert TOY.undocumented(row) == {"SecretString", "Key.KeyMaterial", "Odd\ufffd", "Key.Id"}
    assert "canary" not in json.dumps(TOY.record(row, "prod", "r-1")) + str(TOY.undocumented(row))


def test_documented_fields_are_not_called_undocumented() -> None:
    assert TOY.undocumented({"Id": "s", "Key": {"Id": "k", "Version": "v"}, "Owner": 1}) == set()
    assert TOY.undocumented({"Id": "s", "Key": "no object"}) == set()


def test_the_row_is_left_as_it_was() -> None:
    row = {"Id": "s\ud800", "Key": {"Id": 5}}
    TOY.record(row, "prod", "r-1")
    assert row == {"Id": "s\ud800", "Key": {"Id": 5}}


def test_two_records_share_nothing() -> None:
    one, other = _toy(), _toy()
    one["attributes"]["owner"] = "changed"
    one["invalid"].append("changed")
    assert (other["attributes"]["owner"], other["invalid"]) == (None, [])


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(sorted({field.source for field in TOY.fields} | {"Key", "Other"})),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_no_row_whatsoever_breaks_the_record(row: dict[str, Any]) -> None:
    record = TOY.record(row, "prod", "r-1")
    assert tuple(record) == RECORD_KEYS
    assert record["invalid"] == sorted(set(record["invalid"]))
    json.dumps(record, allow_nan=False, ensure_ascii=False).encode("utf-8")


def _law(schema: RecordSchema, row: dict[str, Any]) -> dict[str, Any]:
    """A record as its law says, key by key, and with no thought of speed."""
    attributes: dict[str, Any] = {key.removeprefix("attributes."): None for key in schema.words if key.startswith("attributes.")}
    record: dict[str, Any] = {**dict.fromkeys(RECORD_KEYS), "provider": schema.provider, "account": "prod", "region": "r-1", "attributes": attributes}
    untold, invalid = set(), set()
    for key in schema.keys:
        answers = [_answer(field, row) for field in schema.fields if field.key == key]
        values = [value for answer, value in answers if answer == "value"]
        place, name = (attributes, key.removeprefix("attributes.")) if key.startswith("attributes.") else (record, key)
        place[name] = values[0] if values else None
        if not values:
            untold.add(key)
            invalid |= {key for answer, _value in answers if answer == "nonsense"}
    record["status"] = record["status"] or "unknown"
    record["kind"] = record["kind"] or "unknown"
    invalid |= {key for key in untold if key in schema.nulls and schema.null_meaning(key, record["kind"]) == NONE}
    return {**record, "invalid": sorted(invalid)}


def _answer(field: FieldMapping, row: dict[str, Any]) -> tuple[str, Any]:
    value: Any = row
    for name in field.source.split("."):
        if value is None or isinstance(value, dict):
            value = value.get(name) if value else None
        else:
            return "nonsense", None
    try:
        return ("nothing", None) if value is None else ("value", field.read(value))
    except ValueError:
        return "nonsense", None


def _exactly(record: dict[str, Any]) -> str:
    """A record as a text in which True is not 1, and 1.0 neither."""
    return json.dumps(record, sort_keys=True)


def _strangers(schema: RecordSchema, row: dict[str, Any]) -> set[str]:
    """Names that no field has, as their law says."""
    sources = {field.source for field in schema.fields}
    inner = {f"{name}.{part}" for name, value in row.items() if isinstance(value, dict) and any(s.startswith(f"{name}.") for s in sources) for part in value}
    outer = {name for name in row if "." in name or not any(source.split(".")[0] == name for source in sources)}
    return {text(name) for name in (inner - sources) | outer}


VALUES: list[Any] = [
    0,
    1,
    2,
    5,
    True,
    False,
    1.0,
    0.0,
    -1,
    1_770_260_645,
    1_770_260_645_123,
    10**15,
    BEYOND_FLOAT,
    None,
    "",
    "a",
    "\u5bc6\ud800",
    "12",
    "0",
    "ON",
    [],
    ["x"],
    {},
]
"""Those that readers take, and their neighbours: a mapping takes True and 1.0 for 1."""


def _rows(schema: RecordSchema) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of a listing: most have a shape that others have, too."""
    sources = [field.source.split(".") for field in schema.fields]
    parents = {source[0] for source in sources if len(source) > 1}
    value = st.sampled_from(VALUES)
    inner = {parent: st.dictionaries(st.sampled_from([*(s[1] for s in sources if s[0] == parent), "Odd"]), value) | value for parent in sorted(parents)}
    names = sorted({source[0] for source in sources} | {"Odd", "Key.Id"})
    row = st.fixed_dictionaries({}, optional={name: inner.get(name, value) for name in names})
    return st.lists(row, min_size=1, max_size=4).flatmap(
        lambda rows: st.lists(
            st.builds(lambda old, changes: {**old, **{k: v for k, v in changes.items() if k in old}}, st.sampled_from(rows), row), max_size=6
        ).map(lambda others: [*rows, *rows, *others])
    )


@pytest.mark.parametrize("schema", [TOY, *SCHEMAS], ids=lambda schema: schema.provider)
@settings(deadline=None, max_examples=400)
@given(data=st.data())
def test_the_quick_way_and_the_law_make_the_same_records(schema: RecordSchema, data: st.DataObject) -> None:
    fresh = replace(schema)
    rows = data.draw(_rows(schema))
    before = copy.deepcopy(rows)
    records, undocumented = fresh.read(rows, "prod", "r-1")
    law = [_exactly(_law(schema, row)) for row in rows]
    assert list(map(_exactly, records)) == [_exactly(fresh.record(row, "prod", "r-1")) for row in rows] == law
    assert len({id(record[key]) for record in records for key in ("attributes", "invalid")}) == 2 * len(rows)
    strangers = [_strangers(schema, row) for row in rows]
    assert [fresh.undocumented(row) for row in rows] == strangers
    assert sorted(undocumented) == sorted(set().union(*strangers))
    assert rows == before


def test_what_is_remembered_is_of_one_type() -> None:
    schema = replace(TOY)
    rows = [{"Id": "s", "Gone": 0, "Turn": turn, "Key": {"Id": key}} for turn in (1, True, 1.0) for key in ("k", 1, True, None)]
    assert [_exactly(schema.record(row, "prod", "r-1")) for row in rows] == [_exactly(_law(TOY, row)) for row in rows]


def test_rows_of_ever_new_shapes_are_read_and_not_remembered() -> None:
    schema = replace(TOY)
    rows = [{"Id": "s", "Type": "a", "Gone": 0, "Turn": number, f"New{number}": 1} for number in range(5000)]
    assert [schema.record(row, "prod", "r-1")["rotation_days"] for row in rows] == list(range(5000))
    assert (len(schema._shapes), max(map(len, schema._memories.values()))) == (MOST_SHAPES, MOST_SHAPES)
    assert [schema.record({**rows[0], "Turn": number}, "prod", "r-1")["rotation_days"] for number in range(10_000)] == list(range(10_000))
    assert max(map(len, schema._memories.values())) == REMEMBERED


def test_records_are_ordered_by_code_points() -> None:
    keys = ("provider", "account", "region", "name", "id")
    in_order = [
        ("a", "a", "r", None, "i"),
        ("a", "a", "r", "Z", "i"),
        ("a", "a", "r", "a", "10"),
        ("a", "a", "r", "a", "2"),
        ("a", "a", "r", "\uffee", "i"),
        ("a", "a", "r", "\U0001f600", "i"),
        ("a", "a", "s", "A", "i"),
        ("a", "b", "q", "A", "i"),
        ("b", "a", "q", "A", "i"),
    ]
    records = [dict(zip(keys, place)) for place in reversed(in_order)]
    assert [tuple(record.values()) for record in sorted(records, key=sort_key)] == in_order
