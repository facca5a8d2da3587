# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The truth tables of the rule language: every operator on every kind of value and null, every combination."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import catalog
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import (
    COMBINATORS,
    FALSE,
    NOT_APPLICABLE,
    OPERATORS,
    TRUE,
    UNKNOWN,
    Leaf,
    all_of,
    any_of,
    compiled,
    negation,
    none_of,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RecordSchema
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    BY_PROVIDER,
    SERVICE_SCHEMAS,
    read,
    record,
    rule,
    truth_of,
)

FIELDS = catalog(SERVICE_SCHEMAS)
TRUTHS = (TRUE, FALSE, UNKNOWN, NOT_APPLICABLE)
T, F, U, N = TRUTHS


def said(field: str, operator: str, argument: Any, item: dict[str, Any]) -> int:
    """Truth of one leaf, read from a rule, for a record."""
    return truth_of({field: {operator: argument}}, item)


# --- values ---

ON_VALUES = [
    ("name", "eq", "db", "db", T),
    ("name", "eq", "db", "DB", F),
    ("rotation_enabled", "eq", True, True, T),
    ("rotation_enabled", "eq", True, False, F),
    ("rotation_days", "eq", 30, 30, T),
    ("rotation_days", "eq", 30, 31, F),
    ("created_at", "eq", "2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z", T),
    ("created_at", "eq", "2026-10-01T00:00:00Z", "2026-10-01T00:00:01Z", F),
    ("name", "ne", "db", "db", F),
    ("name", "ne", "db", "web", T),
    ("name", "in", ["a", "b"], "b", T),
    ("name", "in", ["a", "b"], "c", F),
    ("rotation_days", "in", [30, 60], 60, T),
    ("name", "not_in", ["a", "b"], "b", F),
    ("name", "not_in", ["a", "b"], "c", T),
    ("rotation_days", "gt", 30, 31, T),
    ("rotation_days", "gt", 30, 30, F),
    ("rotation_days", "ge", 30, 30, T),
    ("rotation_days", "ge", 30, 29, F),
    ("rotation_days", "lt", 30, 29, T),
    ("rotation_days", "lt", 30, 30, F),
    ("rotation_days", "le", 30, 30, T),
    ("rotation_days", "le", 30, 31, F),
    ("rotation_days", "le", 30.5, 30, T),
    ("name", "glob", "db-*", "db-main", T),
    ("name", "glob", "db-*", "DB-main", F),
    ("name", "glob", "db-*", "my-db-main", F),
    ("name", "glob", "db-*", "db-a/b\nc", T),
    ("name", "glob", "db-?", "db-1", T),
    ("name", "glob", "db-?", "db-12", F),
    ("name", "glob", "db-[0-9]", "db-7", T),
    ("name", "glob", "db-[!0-9]", "db-7", F),
    ("name", "glob", "a[*]b", "a*b", T),
    ("name", "glob", "a[*]b", "axb", F),
    ("name", "glob", ["x*", "db*"], "db", T),
    ("name", "glob", ["x*", "db*"], "web", F),
    ("name", "glob", ["ab", "a"], "ab", T),
    ("name", "glob", "a", "ab", F),
    ("name", "regex", "^db-", "db-main", T),
    ("name", "regex", "^db-", "my-db-main", F),
    ("name", "regex", "db-", "my-db-main", T),
    ("name", "regex", "DB", "db-main", F),
    ("name", "regex", "(?i)DB", "db-main", T),
    ("name", "regex", ["^x", "main$"], "db-main", T),
    ("name", "regex", ["^x", "^y"], "db-main", F),
    ("name", "regex", "x$", "a" * 4095 + "x", T),
    ("name", "regex", "x", "x" + "a" * 4096, U),
    ("status", "regex", "^(un|en)", "enabled", T),
    ("status", "regex", "^en", "unknown", U),
    ("status", "regex", "^un", "unknown", T),
    ("name", "contains", "b", "abc", T),
    ("name", "contains", "x", "abc", F),
    ("name", "contains_any", ["x", "b"], "abc", T),
    ("name", "contains_any", ["x", "y"], "abc", F),
    ("name", "size", {"ge": 3}, "abc", T),
    ("name", "size", {"gt": 3}, "abc", F),
    ("name", "size", {"lt": 4, "gt": 2}, "abc", T),
    ("name", "size", {"le": 2}, "abc", F),
    ("name", "size", {"eq": 3}, "abc", T),
    ("name", "size", {"gt": 2, "ge": 3, "lt": 4, "le": 3, "eq": 3}, "abc", T),
    ("description", "size", {"eq": 0}, "", T),
    ("description", "present", True, "x", T),
    ("description", "present", True, "", F),
    ("rotation_enabled", "present", True, False, T),
    ("rotation_days", "present", True, 0, T),
    ("description", "absent", True, "x", F),
    ("description", "absent", True, "", T),
    ("rotation_days", "absent", True, 0, F),
    # as_of is 2026-11-21T00:00:00Z; ten days before is the 11th, ten days after the 1st of December
    ("created_at", "older_than", "10d", "2026-11-11T00:00:00Z", T),
    ("created_at", "older_than", "10d", "2026-11-10T23:59:59.999Z", T),
    ("created_at", "older_than", "10d", "2026-11-11T00:00:00.001Z", F),
    ("created_at", "older_than", "10d", "2026-11-11T00:00:01Z", F),
    ("created_at", "newer_than", "10d", "2026-11-11T00:00:00Z", F),
    ("created_at", "newer_than", "10d", "2026-11-11T00:00:00.001Z", T),
    ("created_at", "newer_than", "240h", "2026-11-11T00:00:01Z", T),
    ("next_rotation_at", "older_than", "0d", "2026-11-21T00:00:00Z", T),
    ("next_rotation_at", "older_than", "0d", "2026-11-21T00:00:01Z", F),
    ("next_rotation_at", "due_within", "10d", "2026-12-01T00:00:00Z", T),
    ("next_rotation_at", "due_within", "10d", "2026-12-01T00:00:00.500Z", F),
    ("next_rotation_at", "due_within", "10d", "2026-12-01T00:00:01Z", F),
    ("next_rotation_at", "due_within", "10d", "2026-11-21T00:00:00Z", T),
    ("next_rotation_at", "due_within", "10d", "2026-11-20T23:59:59Z", F),
    ("next_rotation_at", "due_after", "10d", "2026-12-01T00:00:00Z", F),
    ("next_rotation_at", "due_after", "10d", "2026-12-01T00:00:00.500Z", T),
    ("next_rotation_at", "due_after", "1w", "2026-11-28T00:00:01Z", T),
    ("next_rotation_at", "due_after", "1w", "2026-11-01T00:00:00Z", F),
    ("created_at", "older_than", "90m", "2026-11-20T22:30:00Z", T),
    ("created_at", "older_than", "90m", "2026-11-20T22:30:01Z", F),
]


@pytest.mark.parametrize("field,operator,argument,value,truth", ON_VALUES)
def test_operator_on_a_value(field: str, operator: str, argument: Any, value: Any, truth: int) -> None:
    assert said(field, operator, argument, record(**{field: value})) == truth


def test_operators_on_a_list() -> None:
    item = record(attributes={"associated_instance_ids": ["i-1", "i-2"]})
    empty = record(attributes={"associated_instance_ids": []})
    field = "attributes.associated_instance_ids"
    assert said(field, "contains", "i-1", item) == T
    assert said(field, "contains", "i-", item) == F
    assert said(field, "contains_any", ["x", "i-2"], item) == T
    assert said(field, "contains_any", ["x"], item) == F
    assert said(field, "contains_all", ["i-2", "i-1"], item) == T
    assert said(field, "contains_all", ["i-1", "x"], item) == F
    assert said(field, "contains_only", ["i-1", "i-2", "x"], item) == T
    assert said(field, "contains_only", ["i-1"], item) == F
    assert said(field, "contains_only", ["i-1"], empty) == T
    assert said(field, "size", {"ge": 2}, item) == T
    assert said(field, "size", {"ge": 1}, empty) == F
    assert said(field, "present", True, item) == T
    assert said(field, "present", True, empty) == F
    assert said(field, "absent", True, empty) == T
    assert said("invalid", "absent", True, item) == T
    assert said("invalid", "contains", "status", record(invalid=["status"])) == T


# --- nulls: RULES.md, 'leaf on' ---

ARGUMENTS: dict[str, tuple[str, Any]] = {
    "eq": ("text", "x"),
    "ne": ("text", "x"),
    "in": ("text", ["x"]),
    "not_in": ("text", ["x"]),
    "glob": ("text", "x*"),
    "regex": ("text", "x"),
    "contains": ("text", "x"),
    "contains_any": ("text", ["x"]),
    "contains_all": ("tags", ["x"]),
    "contains_only": ("tags", ["x"]),
    "size": ("text", {"ge": 0}),
    "gt": ("number", 0),
    "ge": ("number", 0),
    "lt": ("number", 1),
    "le": ("number", 0),
    "older_than": ("time", "1d"),
    "newer_than": ("time", "1d"),
    "due_within": ("time", "1d"),
    "due_after": ("time", "1d"),
    "present": ("time", True),
    "absent": ("time", True),
}
FIELD_OF = {"text": "description", "number": "rotation_days", "time": "delete_at", "tags": "tags"}
ON_NONE = {"contains_only": T, "ne": T, "not_in": T, "absent": T, "present": F}


def test_every_operator_is_in_the_table_of_nulls() -> None:
    assert set(ARGUMENTS) == set(OPERATORS)


@pytest.mark.parametrize("meaning", ["none", "gap", "never"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_on_null(operator: str, meaning: str) -> None:
    kind, argument = ARGUMENTS[operator]
    field = FIELD_OF[kind]
    cloud = RecordSchema("tencent_ssm", BY_PROVIDER["tencent_ssm"].fields, {field: meaning})
    test = compiled(read(rule(expect={field: {operator: argument}})).rules[0].statement.predicate, cloud, parse_time(AS_OF)).test
    nothing: dict[str, Any] = {field: None}
    assert test(record(**nothing)) == {"gap": U, "never": N, "none": ON_NONE.get(operator, F)}[meaning]


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_on_invalid(operator: str) -> None:
    kind, argument = ARGUMENTS[operator]
    field = FIELD_OF[kind]
    invalid: dict[str, Any] = {field: None, "invalid": [field]}
    assert said(field, operator, argument, record(**invalid)) == U


@pytest.mark.parametrize("operator", ["eq", "ne", "in", "not_in"])
def test_equality_on_a_null_that_means_none(operator: str) -> None:
    moment = "2026-10-01T00:00:00Z"
    argument = [moment] if operator in ("in", "not_in") else moment
    assert said("delete_at", operator, argument, record(delete_at=None)) == ON_NONE.get(operator, F)


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_attribute_of_another_cloud_is_never_offered(operator: str) -> None:
    kind, argument = ARGUMENTS[operator]
    field = {
        "text": "attributes.product_name",
        "number": "attributes.project_id",
        "time": "attributes.product_name",
        "tags": "attributes.associated_instance_ids",
    }[kind]
    if kind == "time" and operator not in ("present", "absent"):
        pytest.raises(RulesError, said, field, operator, argument, record(provider="alibaba_apig"))
    else:
        assert said(field, operator, argument, record(provider="alibaba_apig")) == N
        assert said(field, operator, argument, record(provider="tencent_ssm")) == U


def test_null_meanings_of_both_clouds() -> None:
    """Field by field what 'present' says of a null; N: never offered, F: known to be none, U: a gap."""
    meanings = {
        "alibaba_apig": {
            "N": "delete_at kms_key_type encryption rotation_enabled rotation_days next_rotation_at attributes.project_id",
            "U": "name description provider_status created_at updated_at kms_key_id kms_instance_id reference_count source attributes.version_id",
        },
        "tencent_ssm": {
            "N": "updated_at kms_instance_id reference_count source attributes.version_id attributes.kms_secret_arn",
            "F": "delete_at next_rotation_at",
            "U": "name description created_at kms_key_id kms_key_type encryption rotation_enabled rotation_days attributes.project_id",
        },
    }
    words = {"N": N, "F": F, "U": U}
    for provider, by_word in meanings.items():
        for word, names in by_word.items():
            for field in names.split():
                values: dict[str, Any] = {} if field.startswith("attributes.") else {field: None}
                assert said(field, "present", True, record(provider=provider, id="x", **values)) == words[word], (provider, field)


@pytest.mark.parametrize("kind", ["user", "product", "ssh_key", "api_key", "redis", "unknown"])
def test_null_meanings_are_asked_for_each_kind(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = BY_PROVIDER["tencent_ssm"]
    monkeypatch.setitem(cloud.nulls, "rotation_days", {"user": "never", "product": "none"})
    expected = {"user": N, "product": F}.get(kind, U)
    assert said("rotation_days", "ge", 1, record(kind=kind, rotation_days=None)) == expected
    assert said("rotation_days", "ge", 1, record(kind=kind, rotation_days=None, invalid=["rotation_days"])) == U
    assert said("rotation_days", "ge", 1, record(kind=kind, rotation_days=5)) == T


# --- words and times that say nothing ---

UNDECIDED = [
    ({"status": "enabled"}, U),
    ({"status": {"ne": "pending_delete"}}, U),
    ({"status": {"in": ["enabled", "disabled"]}}, U),
    ({"status": {"not_in": ["deleted"]}}, U),
    ({"status": {"glob": "e*"}}, U),
    ({"status": {"contains": "delete"}}, U),
    ({"status": {"present": True}}, U),
    ({"status": {"size": {"ge": 1}}}, U),
    ({"none_of": [{"status": "pending_delete"}]}, U),
    ({"status": "unknown"}, T),
    ({"status": {"ne": "unknown"}}, F),
    ({"status": {"in": ["enabled", "unknown"]}}, T),
    ({"status": {"not_in": ["pending_delete", "unknown"]}}, F),
    ({"kind": "user"}, U),
    ({"kind": {"in": ["unknown"]}}, T),
]


@pytest.mark.parametrize("predicate,truth", UNDECIDED)
def test_the_word_unknown_says_nothing_unless_the_rule_names_it(predicate: Any, truth: int) -> None:
    assert truth_of(predicate, record(status="unknown", kind="unknown")) == truth


@pytest.mark.parametrize("operator", ["older_than", "newer_than"])
def test_a_creation_that_lies_ahead_says_nothing(operator: str) -> None:
    for value, doubtful in (("2026-11-21T00:05:00Z", False), ("2026-11-21T00:05:01Z", True), ("2027-01-01T00:00:00.000Z", True)):
        assert (said("created_at", operator, "1d", record(created_at=value)) == U) is doubtful
        assert (said("updated_at", operator, "1d", record(provider="alibaba_apig", updated_at=value)) == U) is doubtful


def test_a_rotation_may_lie_ahead() -> None:
    assert said("next_rotation_at", "older_than", "1d", record(next_rotation_at="2027-01-01T00:00:00Z")) == F


# --- combinators: RULES.md, 'combine' ---

PRECEDENCE = {"all_of": (F, U, N, T), "any_of": (T, U, F, N)}


def always(truth: int) -> Any:
    """A test that says one thing."""
    return lambda item: truth


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("name", PRECEDENCE)
def test_combinators_by_precedence(name: str, length: int) -> None:
    for truths in itertools.product(TRUTHS, repeat=length):
        expected = next(truth for truth in PRECEDENCE[name] if truth in truths)
        assert COMBINATORS[name]([always(truth) for truth in truths])({}) == expected, truths


@pytest.mark.parametrize("length", [1, 2, 3])
def test_none_of_by_precedence(length: int) -> None:
    for truths in itertools.product(TRUTHS, repeat=length):
        expected = F if T in truths else U if U in truths else N if N in truths else T
        assert none_of([always(truth) for truth in truths])({}) == expected, truths


EXAMPLES = [
    (all_of, (T, N), N),
    (all_of, (F, U), F),
    (all_of, (N, U), U),
    (any_of, (F, N), F),
    (any_of, (T, U), T),
    (any_of, (N, N), N),
    (none_of, (F, N), N),
    (none_of, (F, U), U),
    (none_of, (T, U), F),
]


@pytest.mark.parametrize("combine,truths,expected", EXAMPLES)
def test_combinators_by_example(combine: Any, truths: tuple[int, ...], expected: int) -> None:
    assert combine([always(truth) for truth in truths])({}) == expected


def test_none_of_is_not_the_negation_of_any_of() -> None:
    tests = [always(F), always(N)]
    assert none_of(tests)({}) == N
    assert negation(any_of(tests))({}) == T


@given(st.lists(st.sampled_from(TRUTHS), min_size=1, max_size=6), st.randoms())
def test_the_order_of_parts_changes_nothing(truths: list[int], chance: Any) -> None:
    shuffled = list(truths)
    chance.shuffle(shuffled)
    for combine in COMBINATORS.values():
        assert combine([always(truth) for truth in truths])({}) == combine([always(truth) for truth in shuffled])({})


# --- predicates as rules write them ---


def test_several_operators_and_items_are_all_of() -> None:
    assert truth_of({"rotation_days": {"ge": 1, "le": 30}, "status": "enabled"}, record()) == T
    assert truth_of({"rotation_days": {"ge": 1, "le": 29}, "status": "enabled"}, record()) == F
    assert truth_of({"rotation_days": {"ge": 1}, "status": "disabled"}, record()) == F


def test_nesting() -> None:
    predicate = {"any_of": [{"all_of": [{"status": "disabled"}, {"name": "a"}]}, {"none_of": [{"kind": "product"}, {"kind": "redis"}]}]}
    assert truth_of(predicate, record()) == T
    assert truth_of(predicate, record(kind="redis")) == F
    assert truth_of(predicate, record(kind="redis", status="disabled")) == T


# --- evidence ---


def evidence(predicate: Any, item: dict[str, Any]) -> list[dict[str, Any]]:
    """Evidence of a predicate about a record."""
    book = read(rule(expect=predicate))
    found = compiled(book.rules[0].statement.predicate, BY_PROVIDER[item["provider"]], parse_time(AS_OF)).evidence(item)
    return [{key: piece[key] for key in ("field", "actual", "expected")} for piece in found]


def test_evidence_is_what_decided() -> None:
    assert evidence({"status": "enabled"}, record(status="disabled")) == [{"field": "status", "actual": "disabled", "expected": 'eq "enabled"'}]
    assert [item["field"] for item in evidence({"status": "enabled", "rotation_enabled": True, "rotation_days": {"le": 7}}, record())] == ["rotation_days"]
    assert evidence({"any_of": [{"status": "disabled"}, {"rotation_days": {"gt": 90}}]}, record()) == [
        {"field": "status", "actual": "enabled", "expected": 'eq "disabled"'},
        {"field": "rotation_days", "actual": 30, "expected": "gt 90"},
    ]
    assert evidence({"none_of": [{"status": "enabled"}, {"name": "b"}]}, record()) == [{"field": "status", "actual": "enabled", "expected": 'not eq "enabled"'}]
    assert evidence({"none_of": [{"none_of": [{"status": "disabled"}]}]}, record()) == [{"field": "status", "actual": "enabled", "expected": 'eq "disabled"'}]


def test_evidence_of_the_unknown_is_what_is_not_known() -> None:
    assert evidence({"status": "enabled", "description": "x"}, record(description=None)) == [{"field": "description", "actual": None, "expected": 'eq "x"'}]
    assert evidence({"attributes.project_id": {"ge": 1}}, record()) == [{"field": "attributes.project_id", "actual": None, "expected": "ge 1"}]


def test_a_leaf_that_is_never_offered_is_not_evaluated() -> None:
    """Whatever an inventory holds under a field that the cloud does not offer."""
    leaf = Leaf(FIELDS["reference_count"], "ge", 1, "1")
    assert compiled(leaf, BY_PROVIDER["tencent_ssm"], 0).test({"nothing": "here"}) == N
