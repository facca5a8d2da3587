# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indexes find the waivers and owners that a plain loop over all of them finds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import judge, waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.arguments import globs
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.checks import EvalContext, Subject
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.literals import PredicateIndex, of_glob, of_regex
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import TRUE, Predicate, compiled
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import Owner, RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.shadowed import covers
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.waivers import Waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.jmespath_query import TooLong
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    SERVICE_SCHEMAS,
    can_be_meant,
    judged,
    read,
    record,
    row,
    rule,
    waiver,
    write,
)

NOW = parse_time(AS_OF)
WORDS = ("db", "db-main", "app", "app-0001", "app-0012", "web", "a/b", "team-17-key", "x", "[x]", "a*b")
NAMES = st.builds("".join, st.lists(st.sampled_from((*WORDS, "-", "0", "prod")), max_size=4))
GLOBS = st.builds("".join, st.lists(st.sampled_from((*WORDS, "*", "*", "?", "-", "[ab]", "[!x]", "[")), min_size=1, max_size=5))
REGEXES = st.sampled_from(
    [
        "^app-",
        "app-00.2$",
        "^db(-main)?$",
        "db|web",
        "ap+",
        "a?pp",
        "team-[0-9]+",
        r"team\-17",
        r"\w+-0{3}1",
        "a{2}b",
        "xx*",
        "(?i)APP",
        "0{2}1",
        "main$",
        "[ab]pp",
    ]
)


# --- waivers ---


def _waivers(entries: list[dict[str, Any]]) -> list[waivers.Waiver]:
    problems: list[Any] = []
    found = waivers.read([RuleSource("w", entries)], ["r", "s"], [schema.provider for schema in SERVICE_SCHEMAS], NOW, problems)
    assert problems == []
    return found


SECRETS = st.builds(
    "/".join,
    st.tuples(
        st.sampled_from(["tencent_ssm", "alibaba_apig", "*", "t*", "*_apig"]),
        st.sampled_from(["prod", "pr*", "*", "", "stag*", "*od"]),
        st.sampled_from(["r1", "r*", "*", "", "?2"]),
        GLOBS | NAMES | st.just("*"),
    ),
)
ENTRIES = st.fixed_dictionaries(
    {
        "rule": st.sampled_from("rs"),
        "secret": SECRETS,
        "reason": st.just("because"),
        "owner": st.sampled_from(["one", "two"]),
        "expires": st.sampled_from(["2026-11-01", "2026-12-31", "2027-01-31"]),
    },
    optional={"id": st.sampled_from(["1", "2"])},
)
SUBJECTS = st.builds(
    Subject,
    st.sampled_from(["tencent_ssm", "alibaba_apig", None]),
    st.sampled_from(["prod", "staging", "a/b", None]),
    st.sampled_from(["r1", "r2", None]),
    NAMES | st.none(),
    st.sampled_from(["1", "2", None]),
)


@given(st.lists(ENTRIES, max_size=12), st.lists(SUBJECTS, max_size=12))
def test_waivers_are_found_as_by_a_loop(entries: list[dict[str, Any]], places: list[Subject]) -> None:
    every = Waivers(_waivers(entries), NOW)
    for place in places:
        before = every.needed.copy()
        every.instead.clear()
        fitting = [one for one in every.all if one.rule == "r" and one.fits(place)]
        found = every.of("r", place)
        assert (found and found.waiver) == (fitting[0] if fitting else None)
        assert every.needed - before == dict.fromkeys(fitting[:1], 1)
        assert every.instead == dict.fromkeys(fitting[1:], fitting[0] if fitting else None)


# --- owners ---


LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda value: {"name": {"glob": value}}, GLOBS | st.lists(GLOBS, min_size=1, max_size=3)),
    st.builds(lambda value: {"name": {"regex": value}}, REGEXES | st.lists(REGEXES, min_size=1, max_size=2)),
    st.builds(lambda operator, value: {"name": {operator: value}}, st.sampled_from(["eq", "ne", "contains"]), st.sampled_from(WORDS)),
    st.builds(
        lambda operator, value: {"name": {operator: value}}, st.sampled_from(["in", "not_in", "contains_any"]), st.lists(st.sampled_from(WORDS), min_size=1)
    ),
    st.sampled_from([{"account": "prod"}, {"region": {"in": ["r1", "r3"]}}, {"rotation_days": {"le": 30}}, {"rotation_days": 30}, {"rotation_enabled": True}]),
    st.sampled_from([{"reference_count": 1}, {"name": {"present": True}}, {"description": {"absent": True}}, {"invalid": {"contains": "name"}}]),
    st.just({"query": {"expr": "name == 'db'", "fields": ["name"]}}),
)
PREDICATES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    LEAVES,
    lambda inner: st.builds(lambda key, parts: {key: parts}, st.sampled_from(["all_of", "any_of", "none_of"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=6,
).filter(can_be_meant)
RECORDS = st.builds(
    lambda name, provider, account, region, days, description: record(name, provider, account, region, rotation_days=days, description=description),
    NAMES | st.none(),
    st.sampled_from([schema.provider for schema in SERVICE_SCHEMAS]),
    st.sampled_from(["prod", "staging"]),
    st.sampled_from(["r1", "r2"]),
    st.sampled_from([None, 1, 30, 90]),
    st.none() | st.just("text"),
)


@given(st.lists(PREDICATES, min_size=1, max_size=8), st.lists(RECORDS, min_size=1, max_size=6))
def test_owners_are_found_as_by_a_loop(selects: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    book = read(rule(expect={"status": "enabled"}), owners=[{"select": select, "owner": "one for all"} for select in selects])
    book = replace(book, owners=tuple(Owner(owner.select, f"owner {number}") for number, owner in enumerate(book.owners)))
    context = EvalContext(SERVICE_SCHEMAS, NOW, lambda rule, outcome: "", book.owners)
    index = PredicateIndex(owner.select for owner in book.owners)
    for one in records:
        schema = next(schema for schema in SERVICE_SCHEMAS if schema.provider == one["provider"])
        fitting = [number for number, owner in enumerate(book.owners) if compiled(owner.select, schema, NOW).test(one) == TRUE]
        candidates = index.candidates(one)
        assert candidates == sorted(set(candidates)) and set(fitting) <= set(candidates)
        assert context.owner(one) == context.owner(one) == (f"owner {fitting[0]}" if fitting else None)


def selects_of(*selects: dict[str, Any]) -> list[Predicate]:
    """Predicates of owners, read."""
    return [owner.select for owner in read(rule(expect={"status": "enabled"}), owners=[{"select": each, "owner": "o"} for each in selects]).owners]


@given(PREDICATES, PREDICATES, st.lists(RECORDS, min_size=1, max_size=6))
def test_what_a_predicate_covers_fits_it(first: dict[str, Any], later: dict[str, Any], records: list[dict[str, Any]]) -> None:
    broad, narrow = (
        owner.select for owner in read(rule(expect={"status": "enabled"}), owners=[{"select": each, "owner": "o"} for each in (first, later)]).owners
    )
    if covers(broad, narrow):
        for one in records:
            schema = next(schema for schema in SERVICE_SCHEMAS if schema.provider == one["provider"])
            assert compiled(narrow, schema, NOW).test(one) != TRUE or compiled(broad, schema, NOW).test(one) == TRUE


@given(GLOBS, GLOBS, NAMES)
def test_a_glob_that_covers_another_fits_whatever_that_fits(first: str, later: str, name: str) -> None:
    selects = [{"name": {"glob": glob}} for glob in (first, later)]
    if all(map(can_be_meant, selects)):
        broad, narrow = selects_of(*selects)
        assert not (covers(broad, narrow) and globs(later).match(name)) or globs(first).match(name)


@given(GLOBS, NAMES)
def test_literals_of_a_glob_are_in_what_it_fits(glob: str, name: str) -> None:
    if globs(glob).match(name):
        assert all(literal in name for literal in of_glob(glob))


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("^app-", ["app-"]),
        ("app-00.2$", ["app-00", "2"]),
        ("ab?c", ["a", "c"]),
        ("ab{3}c", ["a", "c"]),
        ("ab{", ["a"]),
        ("ab+c", ["ab", "c"]),
        (r"team\d17", ["team"]),
        (r"\x41bc", []),
        ("db[0-9]x", ["db"]),
        ("a|b", []),
        ("a(b)", []),
        ("(?i)app", []),
        ("x*", []),
        (".", []),
    ],
)
def test_literals_of_a_regular_expression(pattern: str, literals: list[str]) -> None:
    assert of_regex(pattern) == literals


@given(REGEXES, NAMES)
def test_literals_of_a_regular_expression_are_in_what_it_fits(pattern: str, name: str) -> None:
    if re.search(pattern, name):
        assert all(literal in name for literal in of_regex(pattern))


def test_a_value_of_a_wrong_type_rules_nobody_out() -> None:
    owners = [{"select": {"name": {"glob": "db-*"}}, "owner": "one"}, {"select": {"kms_key_id": "k"}, "owner": "two"}]
    book = read(rule(expect={"status": "enabled"}), owners=owners)
    index = PredicateIndex(owner.select for owner in book.owners)
    assert index.candidates(record("x")) == []
    assert index.candidates({**record("x"), "name": 7, "kms_key_id": ["k"]}) == [0, 1]


# --- what takes too long ---


def test_an_owner_that_takes_too_long_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a", [row()], [record("a" * 100 + "b", status="disabled")])
    monkeypatch.setattr(judge, "SECONDS", 0.1)
    owners = [{"select": {"name": {"glob": "db-*"}}, "owner": "quick team"}, {"select": {"name": {"regex": "(a|aa)+$"}}, "owner": "slow team"}]
    with pytest.raises(SecretsError, match='the rule r takes too long: time ran out to find the owner "slow team"') as caught:
        judged([path], rule(expect={"status": "enabled"}), owners=owners)
    assert "literal" in str(caught.value.hint)


def test_waivers_that_take_too_long_are_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a", [row()], [record("b", status="disabled")])
    monkeypatch.setattr(waivers.Waiver, "fits", _expired)
    with pytest.raises(SecretsError, match="the rule r takes too long: time ran out to find the waivers of r"):
        judged([path], rule(expect={"status": "enabled"}), waivers=[waiver()])


def _expired(*_given: Any) -> bool:
    raise TooLong
