# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shipped JSON Schemas are those of the code, and agree with the validator on any document."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import settings as settings_known
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import OPERATORS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import FLEET_KEYS, RulesError, RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.statements import STATEMENTS
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests import rule_schemas
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import AS_OF, SERVICE_SCHEMAS, excuses, rule, rulebook, waiver

RULES = jsonschema.Draft202012Validator(rule_schemas.rules())
WAIVERS = jsonschema.Draft202012Validator(rule_schemas.excuses())

BEYOND = (
    "another rule has this id",
    "is not a regular expression: ",
    "nested",
    "no number of secrets can satisfy",
    "parameter",
    "there are no params",
    "more than 100 years",
    "is not a time such as",
    "is not a day such as",
    "days ahead",
    "unknown rule",
    "there are no rules",
    "baseline",
    "no secret can fit",
    "no secret can fail",
    "no secret of",
    "no two secrets of one store have the same id",
    "wherever it is compared",
    "nothing uses it",
    "is a glob",
    "is no regular expression here",
)
"""What no schema says."""


@pytest.mark.parametrize("name", rule_schemas.SCHEMAS)
def test_shipped_schemas_are_up_to_date(name: str) -> None:
    """If not: PYTHONPATH=<folder of ansible_collections> python tests/rule_schemas.py."""
    assert (rule_schemas.FOLDER / name).read_text(encoding="utf-8") == rule_schemas.written(rule_schemas.SCHEMAS[name]())


def test_schemas_are_schemas() -> None:
    for made in rule_schemas.SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(made())


def test_every_operator_and_statement_is_in_the_schema() -> None:
    assert set(rule_schemas.STATEMENTS) == set(STATEMENTS)
    assert {operator.argument for operator in OPERATORS.values()} == set(rule_schemas.OF_FIELD) | set(rule_schemas.OF_ANY)


def complaints(read: Callable[[], Any]) -> list[dict[str, str]]:
    """Result of the validator."""
    try:
        read()
    except RulesError as error:
        return error.problems
    return []


def said_of_rules(content: Any) -> list[dict[str, str]]:
    """Result of the validator for a rule file."""
    return complaints(lambda: rulebook(RuleSource("f", content), baselines=["june"]))


def said_of_waivers(content: Any) -> list[dict[str, str]]:
    """Result of the validator for a waiver file."""
    return complaints(lambda: excuses(content, ["r", "s"], parse_time(AS_OF)))


def check_agreement(schema: Any, content: Any, found: list[dict[str, str]]) -> None:
    """Both refuse, or both accept, but for what a schema cannot say."""
    refused = not schema.is_valid(content)
    if not found:
        assert not refused, [error.message for error in schema.iter_errors(content)]
    elif not all(any(known in item["message"] for known in BEYOND) or item["path"].endswith(".expr") for item in found):
        assert refused, found


# --- documents that are right, or nearly so ---

TEXT_ARGUMENTS = ["", "a", "db-*", "[a", "$$x", "^a$", "a" * 1001, "enabled", "user", "tencent_ssm", "2026-01-01T00:00:00Z", "30d", "1.5d", "name", "region"]
scalars = st.one_of(st.sampled_from(TEXT_ARGUMENTS), st.booleans(), st.integers(-2, 400), st.sampled_from([0.5, 1e9 + 0.5]), st.none())
sizes = st.dictionaries(st.sampled_from(["ge", "lt", "eq", "ne"]), scalars, max_size=2)
values: st.SearchStrategy[Any] = st.one_of(scalars, st.lists(scalars, max_size=3), sizes, st.just([]), st.just({}))
known_fields = st.sampled_from(
    [
        "name",
        "status",
        "kind",
        "rotation_days",
        "rotation_enabled",
        "created_at",
        "invalid",
        "attributes.project_id",
        "attributes.create_uin",
        "provider",
        "tags",
        "key_state",
        "references",
        "references.kind",
        "references.gateway",
    ]
)
field_names = st.one_of(known_fields, st.sampled_from(["nam", "attributes", "query"]))
items = st.one_of(values, st.dictionaries(st.one_of(st.sampled_from(list(OPERATORS)), st.sampled_from(["eqq", "regexp"])), values, max_size=2))
queries = st.fixed_dictionaries(
    {},
    optional={
        "expr": st.sampled_from(["name == 'a'", "", "  ", "x", "name =", 5]),
        "fields": st.sampled_from([["name"], [], "name", ["nam"]]),
        "x": st.just(1),
    },
)
tags = st.builds(
    lambda key, tested: {"tag": {**key, **tested} if isinstance(tested, dict) else tested}, st.sampled_from([{}, {"key": "env"}, {"key": 5}]), items
)
predicates = st.recursive(
    st.one_of(st.dictionaries(field_names, items, max_size=2), st.builds(lambda asked: {"query": asked}, queries), tags),
    lambda inner: st.one_of(
        st.builds(lambda name, parts: {name: parts}, st.sampled_from(["all_of", "any_of", "none_of", "oneof"]), st.lists(inner, max_size=2)), inner
    ),
    max_leaves=4,
)


def some(item: Any) -> Any:
    """A list that may be empty, or no list."""
    return st.one_of(st.lists(item, max_size=3), values)


settings_of_services = st.recursive(
    st.dictionaries(st.sampled_from([*settings_known(SERVICE_SCHEMAS), "tag", "status"]), items, max_size=2),
    lambda inner: st.builds(lambda name, parts: {name: parts}, st.sampled_from(["all_of", "none_of"]), st.lists(inner, max_size=2)),
    max_leaves=3,
)
key_lists = some(st.sampled_from([*FLEET_KEYS, "name", "regions"]))
texts = st.one_of(st.sampled_from(["a title", "", "  ", "x" * 301, "x" * 2001]), scalars)
PARTS: dict[str, Any] = {
    "names": some(st.sampled_from(["root", "db-*", ""])),
    "where": predicates,
    "per": key_lists,
    "by": key_lists,
    "within": key_lists,
    "fields": some(st.sampled_from(["name", "status", "nam"])),
    "key": st.sampled_from(["name", "id", "kind", 5]),
    "of": st.one_of(st.just("all"), some(st.sampled_from(["r1", "r2"]))),
    "min": scalars,
    "max": scalars,
    "quota": scalars,
    "headroom": scalars,
    "max_age": scalars,
    "baseline": st.sampled_from(["june", "july", 6]),
    "allow": some(st.sampled_from(["added", "removed", "moved"])),
    "field": st.sampled_from(["kms_key_id", "attributes.kms_secret_arn", "status", "rotation_days", "nam", 5]),
    "service": st.sampled_from(["alibaba_kms", "tencent_ssm", "kms", 5]),
}
OWN = {
    "required": ["names", "where", "per"],
    "forbidden": ["names", "where"],
    "count": ["min", "max", "quota", "headroom", "per"],
    "complete": [],
    "fresh": ["max_age"],
    "present_in": ["key", "by", "of"],
    "same": ["fields", "key", "by"],
    "unique": ["fields", "within"],
    "unchanged_since": ["baseline", "allow", "fields"],
    "resolves": ["field", "service"],
}
bodies = st.one_of(
    st.builds(lambda asked: {"service": asked}, st.one_of(settings_of_services, values)),
    *(
        st.builds(lambda body, name=name: {name: body}, st.one_of(st.fixed_dictionaries({}, optional={part: PARTS[part] for part in parts}), values))
        for name, parts in OWN.items()
    ),
)
statements = st.one_of(bodies, bodies, bodies, st.dictionaries(st.sampled_from([*OWN, "require"]), values, max_size=2))
scopes = st.one_of(st.dictionaries(st.sampled_from(["provider", "account", "zone", "labels.env", "labels."]), values, max_size=2), values)
rules = st.builds(
    lambda body, more: {**body, **more},
    st.one_of(
        st.builds(lambda expect: rule(expect=expect), predicates),
        st.builds(lambda fleet: rule(fleet=fleet), statements),
        st.builds(lambda expect, fleet: rule(expect=expect, fleet=fleet), predicates, statements),
        st.just(rule()),
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["ok", "no spaces", "", 5, "fleet-empty", "-x", "a" * 81]),
            "title": texts,
            "severity": st.sampled_from(["high", "grave", 1]),
            "scopes": scopes,
            "select": predicates,
            "on_empty": st.sampled_from(["fail", "pass"]),
            "allow_filtered": scalars,
            "owner": texts,
            "remediation": texts,
            "references": some(texts),
            "colour": st.just("red"),
        },
    ),
)
entries = st.one_of(rules, rules, rules, values)
files = st.one_of(
    st.lists(entries, max_size=2),
    st.fixed_dictionaries(
        {"rules": st.lists(entries, min_size=1, max_size=2)},
        optional={
            "owners": some(st.fixed_dictionaries({}, optional={"select": predicates, "owner": texts})),
            "params": st.one_of(st.dictionaries(st.sampled_from(["days", "1x", "a-b"]), values, max_size=2), values),
            "name": st.just("x"),
        },
    ),
    values,
)
patient = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])


@patient
@given(files)
def test_rule_files(content: Any) -> None:
    check_agreement(RULES, content, said_of_rules(content))


@patient
@given(predicates)
def test_predicates(predicate: Any) -> None:
    content = [rule(expect=predicate)]
    check_agreement(RULES, content, said_of_rules(content))


@patient
@example({"present_in": {"by": ["provider", "provider"], "of": ["r1"]}})
@given(statements)
def test_statements(statement: Any) -> None:
    content = [rule(fleet=statement)]
    check_agreement(RULES, content, said_of_rules(content))


WHOLE = {
    "params": {"days": 90, "names": ["a", "b"], "text": "db-*"},
    "owners": [{"select": {"name": {"glob": "$text"}}, "owner": "data"}],
    "rules": [
        rule("a", scopes={"account": "$names"}, select={"name": {"in": "$names"}}, expect={"rotation_days": {"le": "$days"}, "status": "enabled"}),
        rule("b", fleet={"count": {"quota": "$days", "headroom": 1, "per": ["account"]}}),
        rule("c", fleet={"present_in": {"by": ["region"], "of": "$names"}}),
        rule("d", expect={"query": {"expr": "name == 'a'", "fields": ["name"]}}),
        rule("e", fleet={"unchanged_since": {"baseline": "june", "fields": ["status"], "allow": ["added"]}}),
        rule("g", fleet={"resolves": {"field": "attributes.kms_secret_arn", "service": "alibaba_kms"}}),
        rule("h", expect={"references.kind": {"contains_only": ["plugin", "consumer"]}, "tags": {"contains_all": "$names"}}),
        rule("f", fleet={"required": {"names": "$names", "where": {"status": "enabled"}, "per": ["region"]}}),
    ],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in nested data."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in pairs for place in places(item, (*path, key)))]


junk = st.recursive(values, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["name", "x", "rules"]), inner, max_size=2)))


def changed(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same data with another value at one place."""
    if not path:
        return value
    made = copy.deepcopy(content)
    target = made
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return made


def test_a_whole_file() -> None:
    assert said_of_rules(WHOLE) == []
    assert RULES.is_valid(WHOLE)


@patient
@given(st.sampled_from(places(WHOLE)), junk)
def test_a_whole_file_with_one_thing_exchanged(path: tuple[Any, ...], value: Any) -> None:
    content = changed(WHOLE, path, value)
    found = said_of_rules(content)
    if not found or path[:1] != ("params",):  # whether a parameter fits its places no schema says
        check_agreement(RULES, content, found)


excused = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "rule": st.sampled_from(["r", "x", 5, "", "waiver-broad"]),
            "secret": st.sampled_from(["tencent_ssm/a/b/c", "*/*/*/x/y", "a/b", "azure/*/*/x", "///", "", 7, "*/*/*/" + "x" * 1001, f"*/{'y' * 1001}/*/a"]),
            "reason": texts,
            "owner": texts,
            "expires": st.sampled_from(["2026-12-31", "2026-02-30", "2027-12-31", "2026-1-1", "0000-01-01", "soon", 20261231, ""]),
            "ticket": texts,
            "id": texts,
            "why": st.just("x"),
        },
    ),
    values,
)


@patient
@given(st.one_of(st.lists(st.one_of(excused, st.builds(lambda more: {**waiver(), **more} if isinstance(more, dict) else more, excused)), max_size=2), values))
def test_waiver_files(content: Any) -> None:
    for shape in (content, {"waivers": content}, {"waivers": content, "name": "x"}):
        check_agreement(WAIVERS, shape, said_of_waivers(shape))
