# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule language refuses what it does not understand: all errors at once, each with its place and a way out."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import Leaf, PredicateGroup
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import (
    Complete,
    Count,
    Forbidden,
    Fresh,
    PresentIn,
    Problem,
    Required,
    RulesError,
    RuleSource,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.statements import STATEMENTS
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import SECRET_STATUSES
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import read, rule, rulebook, says


def problems(*rules: Any, **more: Any) -> list[dict[str, str]]:
    """All that is wrong with these rules."""
    with pytest.raises(RulesError) as caught:
        read(*rules, **more)
    return caught.value.problems


def problem(*rules: Any, **more: Any) -> tuple[str, str]:
    """Path and message of the only error."""
    (found,) = problems(*rules, **more)
    return found["path"], found["message"]


# --- what is understood ---


def test_a_whole_rule() -> None:
    book = read(
        rule(
            "all.keys-1",
            scopes={"provider": "tencent_ssm", "account": ["prod*", "dev"]},
            select={"kind": "user"},
            expect={"status": "enabled"},
            on_empty="fail",
            allow_filtered=True,
            owner="team",
            remediation="do it",
            references=["https://example.com"],
        ),
        owners=[{"select": {"name": {"glob": "db*"}}, "owner": "data"}],
    )
    (made,) = book.rules
    assert (made.id, made.severity, made.on_empty, made.allow_filtered) == ("all.keys-1", "high", "fail", True)
    assert (made.owner, made.remediation, made.references) == ("team", "do it", ("https://example.com",))
    assert made.scopes["account"].match("production") and made.scopes["account"].match("dev") and not made.scopes["account"].match("devel")
    assert isinstance(made.select, Leaf) and made.select.operator == "eq" and made.statement.predicate.argument == "enabled"
    assert book.owners[0].owner == "data"


def test_defaults() -> None:
    (made,) = read(rule(expect={"status": "enabled"})).rules
    assert (made.scopes, made.select, made.on_empty, made.allow_filtered, made.owner, made.remediation, made.references) == (
        {},
        None,
        None,
        False,
        None,
        None,
        (),
    )


def test_what_is_just_not_too_long() -> None:
    whole = read(rule(expect={"name": {"glob": "x" * 1000, "regex": "x" * 1000}, "delete_at": {"older_than": "36525d"}}))
    assert len(whole.rules) == 1


def test_short_forms() -> None:
    shorts = read(rule("a", expect={"status": "enabled"}), rule("b", fleet={"required": ["x"]}), rule("c", fleet={"forbidden": ["x*"]})).rules
    longs = read(
        rule("a", expect={"status": {"eq": "enabled"}}),
        rule("b", fleet={"required": {"names": ["x"]}}),
        rule("c", fleet={"forbidden": {"names": ["x*"]}}),
    )
    assert [made.statement for made in shorts] == [made.statement for made in longs.rules]


def test_a_list_is_a_file_of_rules() -> None:
    book = rulebook(RuleSource("x", [rule(expect={"status": "enabled"})]))
    assert [made.id for made in book.rules] == ["r"]


def test_statements() -> None:
    def of(fleet: Any) -> Any:
        return read(rule(fleet=fleet)).rules[0].statement

    assert of({"required": {"names": ["a", "b*", "a"], "per": ["region", "provider"]}}) == Required(("a", "b*"), None, ("provider", "region"))
    assert of({"complete": True}) == Complete()
    assert of({"count": {"min": 1, "max": 5, "per": ["kind"][:0] or ["account"]}}) == Count((("min", "min", 1), ("max", "max", 5)), ("account",))
    assert of({"count": {"quota": 100}}).limits == (("quota", "max", 100),)
    assert of({"count": {"quota": 100, "headroom": 10}}).limits == (("quota 100 less headroom 10:", "max", 90),)
    assert of({"count": {"max": 5, "per": ["kind", "provider"]}}).per == ("provider", "kind")
    found = of({"forbidden": {"where": {"status": "deleted"}}})
    assert isinstance(found, Forbidden) and found.names == () and isinstance(found.where, Leaf) and found.where.field.name == "status"


def test_parameters() -> None:
    params = {"days": 90, "ages": "30d", "ok": ["enabled", "disabled"], "flag": True, "names": ["a*", "b"]}
    made = read(
        rule(
            "a",
            scopes={"account": "$names"},
            select={"created_at": {"older_than": "$ages"}},
            expect={"rotation_days": {"le": "$days"}, "rotation_enabled": "$flag"},
        ),
        rule("b", expect={"status": {"in": "$ok"}}),
        rule("c", fleet={"required": {"names": "$names", "where": {"status": {"in": "$ok"}}}}),
        rule("d", expect={"name": {"in": ["$$days", "x"]}}),
        rule("e", fleet={"count": {"max": "$days"}}),
        params=params,
    ).rules
    assert made[0].scopes["account"].match("abc") and made[0].select.argument == 30 * 86_400
    both = made[0].statement.predicate
    assert isinstance(both, PredicateGroup) and [part.argument for part in both.parts if isinstance(part, Leaf)] == [90, True]
    assert made[1].statement.predicate.argument == ["enabled", "disabled"]
    assert made[2].statement.names == ("a*", "b")
    assert made[3].statement.predicate.argument == ["$days", "x"]
    assert made[4].statement.limits == (("max", "max", 90),)


def test_statements_that_compare() -> None:
    def of(fleet: Any) -> Any:
        return read(rule(fleet=fleet), baselines=["june"]).rules[0].statement

    def named(statement: Any) -> list[str]:
        return [field.name for field in statement.fields]

    assert of({"present_in": ["region"]}) == of({"present_in": {"by": ["region"], "key": "name", "of": "all"}}) == PresentIn("name", ("region",))
    assert of({"present_in": {"by": ["region"], "key": "id", "of": ["b", "a", "b"]}}) == PresentIn("id", ("region",), ("b", "a"))
    same = of({"same": {"fields": ["status", "rotation_days", "status"], "by": ["region", "account"]}})
    assert (same.key, same.by, named(same)) == ("name", ("account", "region"), ["status", "rotation_days"])
    unique = of({"unique": {"fields": ["name"], "within": ["kind", "account"]}})
    assert (unique.within, named(unique)) == (("account", "kind"), ["name"])
    assert of({"fresh": {"max_age": "2h"}}) == Fresh(7200)
    drift = of({"unchanged_since": {"baseline": "june", "allow": ["changed", "added"], "fields": ["status"]}})
    assert (drift.baseline, drift.allow, named(drift), drift.chosen) == ("june", ("added", "changed"), ["status"], True)
    everything = of({"unchanged_since": {"baseline": "june"}})
    assert everything.allow == () and not everything.chosen
    assert {"name", "status", "updated_at", "attributes.resource_id"} <= set(named(everything))
    assert not {"id", "region", "invalid", "next_rotation_at"} & set(named(everything))


def test_baselines_have_names() -> None:
    for fleet, path, message in (
        ({"baseline": "jun"}, "baseline", "unknown baseline 'jun'; did you mean june?"),
        ({"baseline": ["june"]}, "baseline", "unknown baseline"),
        ({"baseline": "june", "allows": []}, "allows", "unknown key of unchanged_since 'allows'; did you mean allow?"),
        ({"baseline": "june", "allow": []}, "allow", "at least one item"),
        ({"baseline": "june", "allow": ["add"]}, "allow", "unknown change 'add'; did you mean added?"),
        ({"baseline": "june", "fields": ["x"]}, "fields[0]", "unknown field 'x'"),
    ):
        found = problem(rule(fleet={"unchanged_since": fleet}), baselines=["june"])
        assert found[0] == f"fleet.unchanged_since.{path}" and message in found[1]


def test_a_query_names_what_it_reads() -> None:
    fields = ["attributes.project_id", "name"]
    (made,) = read(rule(expect={"query": {"expr": "attributes.project_id > `5` && length(name) < `9`", "fields": fields}})).rules
    assert [field.name for field in made.statement.predicate.fields] == fields


def test_a_query_may_be_one_character() -> None:
    (made,) = read(rule(expect={"query": {"expr": "@", "fields": ["name"]}})).rules
    assert [field.name for field in made.statement.predicate.fields] == ["name"]


def test_a_query_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    assert read(rule(expect={"status": "enabled"})).rules
    found = problem(rule(expect={"query": {"expr": "name == 'a'", "fields": ["name"]}}))
    assert found == ("expect.query", "queries need the Python library jmespath where this module runs")


def test_parameters_can_be_given_anew() -> None:
    body = rule(expect={"rotation_days": {"le": "$days"}, "status": {"in": "$ok"}})
    (made,) = read(body, params={"days": 90, "ok": ["enabled"]}, values={"days": 30}).rules
    assert [part.argument for part in made.statement.predicate.parts] == [30, ["enabled"]]


@pytest.mark.parametrize(
    "values,path,message",
    [
        ({"day": 30}, "day", "unknown parameter 'day'; did you mean days?"),
        ({"days": {}}, "days", "a text, number"),
        ({"days": "90d"}, "expect.rotation_days.le", '"90d" is not a number'),
        (["days"], "", "a mapping of names"),
    ],
)
def test_parameters_given_anew_are_checked(values: Any, path: str, message: str) -> None:
    found = [item for item in problems(rule(expect={"rotation_days": {"le": "$days"}}), params={"days": 90}, values=values) if item["path"] == path]
    assert message in found[0]["message"]


def test_parameters_for_files_that_have_none() -> None:
    assert problem(rule(expect={"status": "enabled"}), values={"x": 1}) == ("x", "no rule file has params")


@pytest.mark.parametrize(
    "about",
    [
        {"expect": {"rotation_days": {"le": 90}}},
        {"expect": {"name": {"glob": "db-$days"}}},  # it stands alone, or it is a part of a text
        {"title": "At most $days days", "expect": {"status": "enabled"}},
        {"expect": {"name": "$$days"}},
    ],
    ids=str,
)
def test_a_parameter_that_nothing_uses_is_refused(about: dict[str, Any]) -> None:
    """Whoever sets it for one run would change nothing."""
    found = problem(rule(**about), params={"days": 90})
    assert found == ("params.days", "nothing uses it; write $days alone where a value stands, or take it out")


def test_an_owner_or_a_scope_uses_a_parameter() -> None:
    owners = [{"select": {"name": {"glob": "$mine"}}, "owner": "us"}]
    content = {"params": {"mine": "db-*", "where": ["r1"]}, "owners": owners}
    assert len(read(rule(scopes={"region": "$where"}, expect={"status": "enabled"}), **content).rules) == 1


def test_parameters_are_of_their_file() -> None:
    source = {"rules": [rule("a", expect={"rotation_days": {"le": "$days"}})], "params": {"days": 1}}
    other = {"rules": [rule("b", expect={"rotation_days": {"le": "$days"}})], "params": {"days": 2}}
    book = rulebook(RuleSource("x", source), RuleSource("y", other))
    assert [made.statement.predicate.argument for made in book.rules] == [1, 2]
    with pytest.raises(RulesError, match="y: b: expect.rotation_days.le: there are no params"):
        rulebook(RuleSource("x", source), RuleSource("y", {"rules": other["rules"]}))


# --- what is refused: a rule, the place of its only error, and what is said of it; ... stands for any text ---

WRONG: list[tuple[dict[str, Any], str, str]] = [
    # an unknown name, everywhere one can stand, names the nearest
    ({"expekt": {"status": "enabled"}, "expect": {"status": "enabled"}}, "expekt", "unknown key of a rule 'expekt'; did you mean expect?"),
    ({"expect": {"statsu": "enabled"}}, "expect.statsu", "unknown field 'statsu'; did you mean status?"),
    ({"expect": {"attributes.projectid": 1}}, "expect.attributes.projectid", "unknown field 'attributes.projectid'; did you mean attributes.project_id?"),
    ({"expect": {"attributes": {"present": True}}}, "expect.attributes", "unknown field 'attributes'; did you mean attributes.key_owner?"),
    (
        {"expect": {"status": {"equals": "x"}}},
        "expect.status.equals",
        "unknown operator 'equals'; known: eq, ne, in, not_in, gt, ge, lt, le, glob, regex, contains, contains_any, ...",
    ),
    ({"expect": {"created_at": {"olderthan": "1d"}}}, "expect.created_at.olderthan", "unknown operator 'olderthan'; did you mean older_than?"),
    ({"expect": {"name": {"regx": "x"}}}, "expect.name.regx", "unknown operator 'regx'; did you mean regex?"),
    ({"expect": {"queri": {}}}, "expect.queri", "unknown field 'queri'; did you mean query?"),
    ({"expect": {"query": {"expr": "name", "fields": ["name", "nam"]}}}, "expect.query.fields[1]", "unknown field 'nam'; did you mean name?"),
    ({"expect": {"anyof": [{"status": "enabled"}]}}, "expect.anyof", "unknown field 'anyof'; did you mean any_of?"),
    ({"fleet": {"require": ["x"]}}, "fleet", "unknown statement 'require'; did you mean required?"),
    ({"fleet": {"uniqe": {"fields": ["name"]}}}, "fleet", "unknown statement 'uniqe'; did you mean unique?"),
    ({"fleet": {"required": {"names": ["x"], "were": {}}}}, "fleet.required.were", "unknown key of required 'were'; did you mean where?"),
    ({"fleet": {"required": {"names": ["x"], "per": ["regions"]}}}, "fleet.required.per", "unknown key 'regions'; did you mean region?"),
    ({"fleet": {"count": {"maxx": 1, "min": 1}}}, "fleet.count.maxx", "unknown key of count 'maxx'; did you mean max?"),
    ({"fleet": {"forbidden": {"name": ["x"]}}}, "fleet.forbidden.name", "unknown key of forbidden 'name'; did you mean names?"),
    ({"fleet": {"fresh": {"max_age": "1d", "age": 1}}}, "fleet.fresh.age", "unknown key of fresh 'age'; ..."),
    ({"fleet": {"present_in": {"by": ["region"], "keys": 1}}}, "fleet.present_in.keys", "unknown key of present_in 'keys'; did you mean key?"),
    ({"fleet": {"same": {"fields": ["status"], "by": ["region"], "keys": 1}}}, "fleet.same.keys", "unknown key of same 'keys'; did you mean key?"),
    ({"fleet": {"unique": {"fields": ["name"], "withn": 1}}}, "fleet.unique.withn", "unknown key of unique 'withn'; did you mean within?"),
    ({"scopes": {}, "expect": {"status": "enabled"}}, "scopes", "at least one of provider, account, region is required here; without scopes the rule is..."),
    ({"scopes": {"regions": "x"}, "expect": {"status": "enabled"}}, "scopes.regions", "unknown key of scopes 'regions'; did you mean region?"),
    ({"scopes": {"provider": "tencent_smm"}, "expect": {"status": "enabled"}}, "scopes.provider", "unknown provider 'tencent_smm'; did you mean tencent_ssm?"),
    ({"severity": "hihg", "expect": {"status": "enabled"}}, "severity", "unknown severity 'hihg'; did you mean high?"),
    ({"on_empty": "pass", "expect": {"status": "enabled"}}, "on_empty", "unknown on_empty 'pass'; known: not_applicable, fail"),
    (
        {"expect": {"rotation_days": {"le": "$day"}}},
        "expect.rotation_days.le",
        "unknown parameter 'day'; did you mean days?; write $$ for a text that begins with $",
    ),
    ({"scopes": {"region": "$day"}, "expect": {"status": "enabled"}}, "scopes.region", "unknown parameter 'day'; did you mean days?; ..."),
    ({"scopes": {"region": ["x", "$day"]}, "expect": {"status": "enabled"}}, "scopes.region[1]", "unknown parameter 'day'; did you mean days?; ..."),
    ({"fleet": {"required": ["$day"]}}, "fleet.required[0]", "unknown parameter 'day'; did you mean days?; write $$ for a text that begins with $"),
    ({"select": {"name": "$day"}, "expect": {"status": "enabled"}}, "select.name", "unknown parameter 'day'; did you mean days?; ..."),
    # what always holds, or can never be so
    ({"fleet": {"same": {"fields": ["name"], "by": ["region"]}}}, "fleet.same.fields", "name is the same wherever it is compared"),
    ({"fleet": {"same": {"fields": ["id"], "key": "id", "by": ["region"]}}}, "fleet.same.fields", "id is the same wherever it is compared"),
    ({"fleet": {"same": {"fields": ["status", "account"], "by": ["region"]}}}, "fleet.same.fields", "account is the same wherever it is compared"),
    ({"fleet": {"same": {"fields": ["region"], "by": ["region"]}}}, "fleet.same.fields", "region is never the same wherever it is compared"),
    (
        {"fleet": {"unique": {"fields": ["id", "name"], "within": ["provider", "account", "region"]}}},
        "fleet.unique",
        "no two secrets of one store have the same id, so that this always holds",
    ),
    ({"fleet": {"present_in": {"by": ["region"], "of": ["ap-*"]}}}, "fleet.present_in.of", '"ap-*" is a glob; write each name whole'),
    (
        {"fleet": {"forbidden": ["^test"]}},
        "fleet.forbidden.names",
        '"^test" is no regular expression here, and no name is so; write {name: {regex: ...}} in a predicate',
    ),
    ({"fleet": {"forbidden": {"names": ["db", "test|tmp"]}}}, "fleet.forbidden.names", '"test|tmp" is no regular expression here, ...'),
    ({"fleet": {"required": ["db-main$"]}}, "fleet.required.names", '"db-main$" is no regular expression here, ...'),
    ({"fleet": {"required": ["db\\d"]}}, "fleet.required.names", '"db\\\\d" is no regular expression here, ...'),
    ({"expect": {"none_of": [{"name": "test*"}]}}, "expect.none_of[0].name", '"test*" is a glob, and no name is so; write {glob: "test*"}'),
    ({"expect": {"name": {"not_in": ["a", "b?"]}}}, "expect.name.not_in", '"b?" is a glob, and no name is so; write {glob: "b?"}'),
    ({"expect": {"none_of": [{"name": {"glob": "^test"}}]}}, "expect.none_of[0].name.glob", '"^test" is no regular expression here, ...'),
    ({"select": {"name": {"ne": "a|b"}}, "expect": {"status": "enabled"}}, "select.name.ne", '"a|b" is no regular expression here, ...'),
    ({"on_empty": None, "expect": {"status": "enabled"}}, "on_empty", "unknown on_empty 'null'; known: not_applicable, fail"),
    # a query compares a field with what it can be
    (
        {"expect": {"none_of": [{"query": {"expr": "status == 'enabeld'", "fields": ["status"]}}]}},
        "expect.none_of[0].query.expr",
        'status is never "enabeld"; it is one of ...',
    ),
    ({"expect": {"query": {"expr": "!('usr' == kind)", "fields": ["kind"]}}}, "expect.query.expr", 'kind is never "usr"; it is one of ...'),
    (
        {"expect": {"query": {"expr": "name == 'a' || rotation_days != '30'", "fields": ["name", "rotation_days"]}}},
        "expect.query.expr",
        '"30" is no number, as rotation_days requires',
    ),
    ({"expect": {"query": {"expr": "rotation_days > '90'", "fields": ["rotation_days"]}}}, "expect.query.expr", '"90" is not a number'),
    (
        {"expect": {"query": {"expr": "rotation_enabled == 'true'", "fields": ["rotation_enabled"]}}},
        "expect.query.expr",
        '"true" is no flag, as rotation_enabled requires',
    ),
    (
        {"expect": {"query": {"expr": "attributes.project_id == '1'", "fields": ["attributes.project_id"]}}},
        "expect.query.expr",
        '"1" is no number, as attributes.project_id requires',
    ),
    # words that a field never says
    (
        {"expect": {"status": "enabeld"}},
        "expect.status",
        'status is never "enabeld"; it is one of create_failed, deleted, disabled, enabled, pending_create, pending_delete, unknown',
    ),
    (
        {"expect": {"status": {"ne": "pendingdelete"}}},
        "expect.status.ne",
        'status is never "pendingdelete"; it is one of create_failed, deleted, disabled, enabled, pending_create, ...',
    ),
    (
        {"expect": {"kind": {"not_in": ["user", "sshkey"]}}},
        "expect.kind.not_in",
        'kind is never "sshkey"; it is one of ai, api, api_key, ecs, generic, polardb, product, ...',
    ),
    # arguments
    ({"expect": {"rotation_days": "90"}}, "expect.rotation_days", '"90" is no number, as rotation_days requires'),
    ({"expect": {"rotation_enabled": 1}}, "expect.rotation_enabled", "1 is no flag, as rotation_enabled requires"),
    ({"expect": {"attributes.create_uin": 100000000001}}, "expect.attributes.create_uin", "100000000001 is no text, as attributes.create_uin requires"),
    ({"expect": {"rotation_days": True}}, "expect.rotation_days", "true is no number, as rotation_days requires"),
    ({"expect": {"rotation_days": {"le": True}}}, "expect.rotation_days.le", "true is not a number"),
    ({"expect": {"rotation_days": {"le": "90"}}}, "expect.rotation_days.le", '"90" is not a number'),
    (
        {"expect": {"rotation_days": {"glob": "9*"}}},
        "expect.rotation_days.glob",
        "glob does not read number, which rotation_days is; rotation_days can be read by eq, ne, in, not_in, gt, ge, ...",
    ),
    (
        {"expect": {"name": {"gt": 5}}},
        "expect.name.gt",
        "gt does not read text, which name is; name can be read by eq, ne, in, not_in, glob, regex, contains, ...",
    ),
    (
        {"expect": {"created_at": {"ge": 5}}},
        "expect.created_at.ge",
        "ge does not read time, which created_at is; created_at can be read by eq, ne, in, not_in, older_than, ...",
    ),
    (
        {"expect": {"rotation_days": {"older_than": "1d"}}},
        "expect.rotation_days.older_than",
        "older_than does not read number, which rotation_days is; rotation_days can be read by eq, ne, in, not_in, gt, ...",
    ),
    (
        {"expect": {"attributes.associated_instance_ids": "i-1"}},
        "expect.attributes.associated_instance_ids",
        "eq does not read list, which attributes.associated_instance_ids is; attributes.associated_instance_ids can be read by contains, ...",
    ),
    ({"expect": {"created_at": {"older_than": "90"}}}, "expect.created_at.older_than", '"90" is not a duration such as 90d; units are m, h, d and w'),
    ({"expect": {"created_at": {"older_than": 90}}}, "expect.created_at.older_than", "90 is not a duration such as 90d; units are m, h, d and w"),
    ({"expect": {"created_at": {"older_than": "-1d"}}}, "expect.created_at.older_than", '"-1d" is not a duration such as 90d; units are m, h, d and w'),
    ({"expect": {"created_at": {"older_than": "1.5d"}}}, "expect.created_at.older_than", '"1.5d" is not a duration such as 90d; units are m, h, d and w'),
    ({"expect": {"created_at": {"older_than": "1D"}}}, "expect.created_at.older_than", '"1D" is not a duration such as 90d; units are m, h, d and w'),
    ({"expect": {"created_at": {"older_than": "99999999w"}}}, "expect.created_at.older_than", '"99999999w" is more than 100 years'),
    ({"expect": {"created_at": "yesterday"}}, "expect.created_at", '"yesterday" is not a time such as 2026-02-05T03:04:05Z'),
    ({"expect": {"created_at": datetime.date(2026, 1, 1)}}, "expect.created_at", '"2026-01-01" is no time, as created_at requires'),
    ({"expect": {"name": {"glob": []}}}, "expect.name.glob", "a list of 1 to 10000 values is required here"),
    ({"expect": {"name": {"glob": ["a", 1]}}}, "expect.name.glob", "1 is not a glob of 1 to 1000 characters"),
    ({"expect": {"name": {"glob": ""}}}, "expect.name.glob", '"" is not a glob of 1 to 1000 characters'),
    (
        {"expect": {"name": {"glob": "x" * 1001}}},
        "expect.name.glob",
        '"xxx... is not a glob of 1 to 1000 characters',
    ),
    ({"expect": {"name": {"in": "a"}}}, "expect.name.in", "a list of 1 to 10000 values is required here"),
    ({"expect": {"name": {"in": [["a"]]}}}, "expect.name.in", '["a"] is no text, as name requires'),
    ({"expect": {"name": {"contains": 1}}}, "expect.name.contains", "1 is not a text to look for"),
    ({"expect": {"name": {"contains": ""}}}, "expect.name.contains", '"" is not a text to look for'),
    ({"expect": {"name": {"present": False}}}, "expect.name.present", "only true is allowed here, not false; the opposite of present is absent"),
    ({"expect": {"name": {"size": 3}}}, "expect.name.size", "a size is a mapping of gt, ge, lt, le, eq to whole numbers"),
    ({"expect": {"name": {"size": {"ne": 3}}}}, "expect.name.size", "a size is a mapping of gt, ge, lt, le, eq to whole numbers"),
    ({"expect": {"name": {"size": {"ge": -1}}}}, "expect.name.size", "-1 is not a whole number"),
    ({"expect": {"name": {"size": {"ge": True}}}}, "expect.name.size", "true is not a whole number"),
    ({"expect": {"name": {"regex": "a("}}}, "expect.name.regex", '"a(" is not a regular expression: missing ), unterminated subpattern at position 1'),
    ({"expect": {"name": {"regex": ["a", ""]}}}, "expect.name.regex", '"" is not a regular expression of 1 to 1000 characters'),
    (
        {"expect": {"name": {"regex": "x" * 1001}}},
        "expect.name.regex",
        '"xxx... is not a regular expression of 1 to 1000 characters',
    ),
    ({"expect": {"name": {"regex": []}}}, "expect.name.regex", "a list of 1 to 10000 values is required here"),
    (
        {"expect": {"rotation_days": {"regex": "9"}}},
        "expect.rotation_days.regex",
        "regex does not read number, which rotation_days is; rotation_days can be read by eq, ne, in, not_in, gt, ge, ...",
    ),
    # queries
    (
        {"expect": {"query": {"expr": "name ==", "fields": ["name"]}}},
        "expect.query.expr",
        "'name ==': Invalid jmespath expression: ...",
    ),
    ({"expect": {"query": {"expr": "", "fields": ["name"]}}}, "expect.query.expr", "a text of 1 to 4096 characters is required here"),
    ({"expect": {"query": {"expr": "n" * 5000, "fields": ["name"]}}}, "expect.query.expr", "a text of 1 to 4096 characters is required here"),
    ({"expect": {"query": {"expr": "name == status", "fields": ["name"]}}}, "expect.query.expr", "it reads status, which is not listed in fields"),
    ({"expect": {"query": {"expr": "nam == 'a'", "fields": ["name"]}}}, "expect.query.expr", "unknown field 'nam'; did you mean name?"),
    ({"expect": {"query": {"expr": "name == 'a'"}}}, "expect.query", "fields is missing"),
    (
        {"expect": {"query": {"expr": "name == 'a'", "fields": ["name"], "filds": 1}}},
        "expect.query.filds",
        "unknown key of a query 'filds'; did you mean fields?",
    ),
    ({"expect": {"query": {"expr": "`true`", "fields": []}}}, "expect.query.fields", "a list of at least one item is required here"),
    ({"expect": {"query": "name == 'a'"}}, "expect.query", "a mapping of expr, fields is required here"),
    (
        {"expect": {"query": {"expr": "$expr", "fields": ["name"]}}},
        "expect.query.expr",
        "unknown parameter 'expr'; known: days; write $$ for a text that begins with $",
    ),
    # statements that compare
    ({"fleet": {"present_in": {"by": ["kind"]}}}, "fleet.present_in.by", "kind is not allowed here: stores are compared, with secrets of any kind"),
    ({"fleet": {"present_in": {"by": []}}}, "fleet.present_in.by", "a list of at least one item is required here"),
    ({"fleet": {"present_in": {}}}, "fleet.present_in", "by is missing"),
    ({"fleet": {"present_in": {"by": ["region"], "key": "nam"}}}, "fleet.present_in.key", "unknown key 'nam'; did you mean name?"),
    ({"fleet": {"present_in": {"by": ["region"], "of": []}}}, "fleet.present_in.of", "all, or a list of at least one text is required here"),
    ({"fleet": {"present_in": {"by": ["region"], "of": "r1"}}}, "fleet.present_in.of", "all, or a list of at least one text is required here"),
    ({"fleet": {"present_in": {"by": ["region"], "of": [1]}}}, "fleet.present_in.of", "all, or a list of at least one text is required here"),
    (
        {"fleet": {"present_in": {"by": ["region", "account"], "of": ["r1"]}}},
        "fleet.present_in.of",
        "values are allowed here only if by has exactly one key",
    ),
    ({"fleet": {"present_in": "region"}}, "fleet.present_in", "a mapping of by, key, of is required here"),
    ({"fleet": {"same": {"fields": ["status"]}}}, "fleet.same", "by is missing"),
    ({"fleet": {"same": {"fields": ["statu"], "by": ["region"]}}}, "fleet.same.fields[0]", "unknown field 'statu'; did you mean status?"),
    ({"fleet": {"same": {"fields": ["status"], "by": ["kind"]}}}, "fleet.same.by", "kind is not allowed here: stores are compared, with secrets of any kind"),
    ({"fleet": {"same": {"fields": ["status"], "by": ["region"], "key": "kind"}}}, "fleet.same.key", "unknown key 'kind'; did you mean id?"),
    ({"fleet": {"unique": {"fields": []}}}, "fleet.unique.fields", "a list of at least one item is required here"),
    (
        {"fleet": {"unique": {"fields": ["name", 5]}}},
        "fleet.unique.fields[1]",
        "unknown field '5'; known: provider, account, region, id, name, description, status, provider_status, kind, ...",
    ),
    ({"fleet": {"unique": {"fields": ["name"], "within": ["regions"]}}}, "fleet.unique.within", "unknown key 'regions'; did you mean region?"),
    ({"fleet": {"fresh": {}}}, "fleet.fresh", "max_age is missing"),
    ({"fleet": {"fresh": {"max_age": 5}}}, "fleet.fresh.max_age", "5 is not a duration such as 90d; units are m, h, d and w"),
    ({"fleet": {"fresh": True}}, "fleet.fresh", "a mapping of max_age is required here"),
    ({"fleet": {"unchanged_since": {}}}, "fleet.unchanged_since", "baseline is missing"),
    ({"fleet": {"unchanged_since": {"baseline": "x"}}}, "fleet.unchanged_since.baseline", "there are no baselines"),
    # shapes
    ({"expect": {}}, "expect", "a mapping with at least one field or combinator is required here"),
    ({"expect": []}, "expect", "a mapping with at least one field or combinator is required here"),
    ({"expect": None}, "expect", "a mapping with at least one field or combinator is required here"),
    ({"expect": {"status": None}}, "expect.status", "a value or a mapping of operators is required here, such as {in: [a, b]} or {absent: true}"),
    ({"expect": {"status": []}}, "expect.status", "a value or a mapping of operators is required here, such as {in: [a, b]} or {absent: true}"),
    ({"expect": {"status": {}}}, "expect.status", "a value or a mapping of operators is required here, such as {in: [a, b]} or {absent: true}"),
    ({"expect": {"all_of": []}}, "expect.all_of", "a list of at least one predicate is required here"),
    ({"expect": {"any_of": {"status": "enabled"}}}, "expect.any_of", "a list of at least one predicate is required here"),
    ({"expect": {"none_of": [{}]}}, "expect.none_of[0]", "a mapping with at least one field or combinator is required here"),
    ({"select": {}, "expect": {"status": "enabled"}}, "select", "a mapping with at least one field or combinator is required here"),
    ({"expect": {"status": "enabled"}, "fleet": {"complete": True}}, "", "a rule has either expect or fleet"),
    ({}, "", "a rule has either expect or fleet"),
    (
        {"fleet": {}},
        "fleet",
        f"one statement is required here: {', '.join(STATEMENTS)}",
    ),
    (
        {"fleet": {"complete": True, "required": ["x"]}},
        "fleet",
        f"one statement is required here: {', '.join(STATEMENTS)}",
    ),
    ({"fleet": {"complete": False}}, "fleet.complete", "only true is allowed here"),
    ({"fleet": {"required": []}}, "fleet.required.names", "a list of 1 to 10000 values is required here"),
    ({"fleet": {"required": {}}}, "fleet.required", "names is missing"),
    ({"fleet": {"required": {"names": ["x"], "per": []}}}, "fleet.required.per", "a list of at least one item is required here"),
    ({"fleet": {"required": {"names": "x"}}}, "fleet.required.names", "a list of names or globs is required here"),
    ({"fleet": {"required": {"names": [1]}}}, "fleet.required.names", "1 is not a glob of 1 to 1000 characters"),
    (
        {"fleet": {"required": {"names": ["x"], "per": ["kind"]}}},
        "fleet.required.per",
        "kind is not allowed here: the kinds that must exist are not known; write one rule for each kind, with where",
    ),
    ({"fleet": {"forbidden": {}}}, "fleet.forbidden", "names, where or both is required here"),
    ({"fleet": {"forbidden": "x"}}, "fleet.forbidden", "a mapping of names, where is required here"),
    ({"fleet": {"count": {}}}, "fleet.count", "min, max or quota is required here"),
    ({"fleet": {"count": {"min": 1.5}}}, "fleet.count.min", "a whole number is required here"),
    ({"fleet": {"count": {"min": -1}}}, "fleet.count.min", "a whole number is required here"),
    ({"fleet": {"count": {"min": 0}}}, "fleet.count.min", "0 has no effect, because there are never fewer secrets"),
    ({"fleet": {"count": {"min": "1", "max": 0}}}, "fleet.count.min", "a whole number is required here"),
    ({"fleet": {"count": {"min": "$day", "max": 0}}}, "fleet.count.min", "unknown parameter 'day'; did you mean days?; ..."),
    ({"fleet": {"count": {"max": "5"}}}, "fleet.count.max", "a whole number is required here"),
    ({"fleet": {"count": {"max": 5, "headroom": 5}}}, "fleet.count.headroom", "headroom needs a quota, of which it must stay free"),
    ({"fleet": {"count": {"min": 6, "max": 5}}}, "fleet.count", "no number of secrets can satisfy these limits"),
    ({"fleet": {"count": {"min": 6, "quota": 10, "headroom": 5}}}, "fleet.count", "no number of secrets can satisfy these limits"),
    ({"fleet": {"count": {"quota": 5, "headroom": 6}}}, "fleet.count", "no number of secrets can satisfy these limits"),
    (
        {"fleet": {"count": {"min": 1, "per": ["kind"]}}},
        "fleet.count.per",
        "kind is not allowed with min: the kinds that must exist are not known; write one rule for each kind, with select",
    ),
    ({"scopes": {"region": []}, "expect": {"status": "enabled"}}, "scopes.region", "a list of 1 to 10000 values is required here"),
    ({"scopes": [], "expect": {"status": "enabled"}}, "scopes", "a mapping of provider, account, region is required here"),
    ({"allow_filtered": "yes", "expect": {"status": "enabled"}}, "allow_filtered", "true or false is required here"),
    ({"owner": "", "expect": {"status": "enabled"}}, "owner", "a text of 1 to 300 characters is required here"),
    ({"remediation": "x" * 2001, "expect": {"status": "enabled"}}, "remediation", "a text of 1 to 2000 characters is required here"),
    ({"title": "\ud800", "expect": {"status": "enabled"}}, "title", "a text of 1 to 300 characters is required here"),
    ({"references": "https://example.com", "expect": {"status": "enabled"}}, "references", "a list of at least one item is required here"),
    ({"references": [1], "expect": {"status": "enabled"}}, "references[0]", "a text of 1 to 2000 characters is required here"),
    ({"title": 5, "expect": {"status": "enabled"}}, "title", "a text of 1 to 300 characters is required here"),
    ({"id": True, "expect": {"status": "enabled"}}, "id", "true is not a text; write it in quotes"),
    ({"id": "no spaces", "expect": {"status": "enabled"}}, "id", "an id is 1 to 80 letters, digits, '.', '_' and '-', and begins with a letter or digit"),
    ({"id": "collection-complete", "expect": {"status": "enabled"}}, "id", "collection-complete is the name of a built-in rule"),
    ({"id": "Name-Missing", "expect": {"status": "enabled"}}, "id", "Name-Missing is the name of a built-in rule"),
    ({"owner": "\u200b", "expect": {"status": "enabled"}}, "owner", "a text of 1 to 300 characters is required here"),
    ({"expect": {"rotation_days": {"le": float("nan")}}}, "expect.rotation_days.le", "NaN is not a number"),
    ({"expect": {"rotation_days": {"le": float("inf")}}}, "expect.rotation_days.le", "Infinity is not a number"),
    ({"expect": {"rotation_days": float("nan")}}, "expect.rotation_days", "NaN is no number, as rotation_days requires"),
    (
        {"scopes": {"account": "prod "}, "expect": {"status": "enabled"}},
        "scopes.account",
        '"prod " begins or ends with a space or a line break, which no name does',
    ),
    ({"forbidden": {"names": ["a"]}}, "forbidden", "this statement stands under fleet: write fleet: {forbidden: ...}"),
    ({"expect": {"name": "db "}}, "expect.name", '"db " begins or ends with a space or a line break, which no name does'),
    ({"expect": {"account": {"in": ["prod", " odd"]}}}, "expect.account.in", '" odd" begins or ends with a space or a line break, which no name does'),
    (
        {"fleet": {"forbidden": {"where": {"name": {"glob": ["a", "db-* "]}}}}},
        "fleet.forbidden.where.name.glob",
        '"db-* " begins or ends with a space or a line break, which no name does',
    ),
    ({"fleet": {"forbidden": {"names": ["db\n"]}}}, "fleet.forbidden.names", '"db\\n" begins or ends with a space or a line break, which no name does'),
]


NEVER: list[tuple[dict[str, Any], str]] = [
    ({"rotation_days": {"gt": 5, "lt": 3}}, "rotation_days gt 5, lt 3"),
    ({"rotation_days": {"gt": 5, "le": 5}}, "rotation_days gt 5, le 5"),
    ({"rotation_days": {"ge": 5, "le": 5, "ne": 5}}, "rotation_days ge 5, le 5, ne 5"),
    ({"rotation_days": {"in": [1, 2], "gt": 2}}, "rotation_days in [1, 2], gt 2"),
    ({"status": {"eq": "enabled", "not_in": ["enabled"]}}, 'status eq "enabled", not_in ["enabled"]'),
    ({"rotation_enabled": {"eq": True, "ne": True}}, "rotation_enabled eq true, ne true"),
    ({"rotation_days": {"lt": 0}}, "rotation_days lt 0"),
    ({"rotation_days": -1}, "rotation_days eq -1"),
    ({"reference_count": {"in": [-1, -2]}}, "reference_count in [-1, -2]"),
    ({"rotation_days": {"le": 0, "ne": 0}}, "rotation_days le 0, ne 0"),
    ({"name": {"in": ["x", "y"], "glob": "z*"}}, 'name in ["x", "y"], glob "z*"'),
    ({"name": {"eq": "x", "regex": "^z"}}, 'name eq "x", regex "^z"'),
    ({"name": {"size": {"gt": 3, "lt": 4}}}, 'name size {"gt": 3, "lt": 4}'),
    ({"name": {"size": {"lt": 0}}}, 'name size {"lt": 0}'),
    ({"created_at": {"older_than": "90d", "newer_than": "30d"}}, 'created_at older_than "90d", newer_than "30d"'),
    ({"delete_at": {"due_within": "7d", "due_after": "30d"}}, 'delete_at due_within "7d", due_after "30d"'),
    ({"delete_at": {"older_than": "1d", "due_after": "1d"}}, 'delete_at older_than "1d", due_after "1d"'),
    ({"name": {"present": True, "absent": True}}, "name present true, absent true"),
    ({"all_of": [{"rotation_days": {"gt": 5}}, {"rotation_days": {"lt": 3}}]}, "rotation_days gt 5, lt 3"),
    ({"any_of": [{"status": "enabled"}, {"rotation_days": {"gt": 5, "lt": 3}}]}, "rotation_days gt 5, lt 3"),
    ({"none_of": [{"rotation_days": {"gt": 5, "lt": 3}}]}, "rotation_days gt 5, lt 3"),
    ({"tag": {"key": "env", "eq": "a", "ne": "a"}}, 'tags.env eq "a", ne "a"'),
    # what a field can never have
    ({"name": {"size": {"lt": 1}}}, 'name size {"lt": 1}; name is never empty'),
    ({"account": {"size": {"eq": 0}}}, 'account size {"eq": 0}; account is never empty'),
    ({"region": {"absent": True}}, "region absent true; region is never empty"),
    ({"name": ""}, 'name eq ""; name is never empty'),
    ({"reference_count": 1.5}, "reference_count eq 1.5; reference_count is a whole number"),
    ({"version_count": {"in": [0.5, 1.5]}}, "version_count in [0.5, 1.5]; version_count is a whole number"),
    ({"rotation_count": {"gt": 1, "lt": 2}}, "rotation_count gt 1, lt 2; rotation_count is a whole number"),
    ({"attributes.project_id": {"ge": 0.1, "le": 0.9}}, "attributes.project_id ge 0.1, le 0.9; attributes.project_id is a whole number"),
    ({"created_at": {"due_within": "7d"}}, 'created_at due_within "7d"; created_at is a time of the past, less than 30 years ago'),
    ({"updated_at": {"due_after": "0d"}}, 'updated_at due_after "0d"; updated_at is a time of the past, less than 30 years ago'),
    ({"last_rotated_at": {"newer_than": "0d"}}, 'last_rotated_at newer_than "0d"; last_rotated_at is a time of the past, less than 30 years ago'),
    ({"created_at": {"older_than": "3650w"}}, 'created_at older_than "3650w"; created_at is a time of the past, less than 30 years ago'),
    # lengths that have no room for what must be in it
    ({"name": {"size": {"lt": 3}, "contains": "prod"}}, 'name size {"lt": 3}, contains "prod"'),
    ({"name": {"glob": ["prod-*", "p-*-x"], "size": {"le": 2}}}, 'name glob ["prod-*", "p-*-x"], size {"le": 2}'),
    ({"name": {"eq": "abc", "size": {"gt": 3}}}, 'name eq "abc", size {"gt": 3}'),
    ({"tags": {"contains_all": ["a", "b"], "size": {"lt": 2}}}, 'tags contains_all ["a", "b"], size {"lt": 2}'),
    ({"tags": {"contains": "a", "contains_only": ["b"]}}, 'tags contains "a", contains_only ["b"]'),
    ({"tags": {"contains": "a", "absent": True}}, 'tags contains "a", absent true'),
    ({"all_of": [{"name": {"size": {"gt": 5}}}, {"name": {"size": {"lt": 5}}}]}, 'name size {"gt": 5}, size {"lt": 5}'),
    ({"name": {"eq": "abc", "contains": "x"}}, 'name eq "abc", contains "x"'),
    ({"name": {"glob": "abc", "contains": "x"}}, 'name glob "abc", contains "x"'),
    ({"created_at": "1990-01-01T00:00:00Z"}, 'created_at eq "1990-01-01T00:00:00Z"; created_at is a time of the past, less than 30 years ago'),
    ({"description": {"eq": "abc", "absent": True}}, 'description eq "abc", absent true'),
]


@pytest.mark.parametrize(("predicate", "said"), NEVER, ids=[said for predicate, said in NEVER])
def test_what_no_secret_can_fit_is_no_condition(predicate: dict[str, Any], said: str) -> None:
    """A rule that forbids it would hold, whatever there is."""
    for path, body in (("fleet.forbidden.where", {"fleet": {"forbidden": {"where": predicate}}}), ("expect", {"expect": predicate})):
        found = problem(
            {**rule(), "expect": None, **body} if "expect" in body else {**{key: value for key, value in rule().items() if key != "expect"}, **body}
        )
        assert found == (path, f"no secret can fit all of this: {said}")


OF_SERVICES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"scopes": {"provider": "tencent_ssm"}, "fleet": {"forbidden": {"where": {"rotation_days": 1.5}}}},
        "fleet.forbidden",
        "rotation_days eq 1.5; rotation_days is a whole number",
    ),
    (
        {"select": {"provider": "tencent_ssm"}, "expect": {"none_of": [{"rotation_days": {"gt": 1, "lt": 2}}]}},
        "expect",
        "rotation_days gt 1, lt 2; rotation_days is a whole number",
    ),
    (
        {"scopes": {"provider": "tencent_*"}, "select": {"kind": "rds"}, "expect": {"rotation_enabled": True}},
        "select",
        'kind eq "rds"; kind is one of api_key, product, redis, ssh_key, unknown, user',
    ),
    (
        {"scopes": {"provider": ["alibaba_apig"]}, "fleet": {"forbidden": {"where": {"kind": {"in": ["user", "product"]}}}}},
        "fleet.forbidden",
        'kind in ["user", "product"]; kind is one of ai, api, unknown',
    ),
    (
        {"select": {"kind": "user"}, "fleet": {"forbidden": {"where": {"kind": "product"}}}},
        "fleet.forbidden",
        'kind eq "user", eq "product", together with select',
    ),
    ({"select": {"kind": "user"}, "expect": {"none_of": [{"kind": "product"}]}}, "expect", 'kind eq "user", eq "product", together with select'),
    ({"fleet": {"forbidden": {"names": ["db-*"], "where": {"name": "app"}}}}, "fleet.forbidden", 'name glob ["db-*"], eq "app"'),
    ({"select": {"name": "app"}, "fleet": {"forbidden": ["db-*", "root"]}}, "fleet.forbidden", 'name eq "app", glob ["db-*", "root"], together with select'),
    (
        {"select": {"rotation_days": {"lt": 30}}, "fleet": {"forbidden": {"where": {"rotation_days": {"gt": 90}}}}},
        "fleet.forbidden",
        "rotation_days lt 30, gt 90, together with select",
    ),
    (
        {"select": {"kind": "user"}, "fleet": {"required": {"names": ["a"], "where": {"kind": "product"}}}},
        "fleet.required",
        'kind eq "user", eq "product", together with select',
    ),
]


@pytest.mark.parametrize("select", [{"provider": "alibaba_kms"}, {"provider": {"ne": "tencent_ssm"}}, {"none_of": [{"provider": "tencent_ssm"}]}], ids=str)
def test_a_select_that_chooses_no_service_in_scope_is_refused(select: dict[str, Any]) -> None:
    about = rule(scopes={"provider": "tencent_*"}, select=select, expect={"status": "enabled"})
    assert problem(about) == ("select", "no secret of tencent_ssm can fit this")


@pytest.mark.parametrize(("about", "path", "said"), OF_SERVICES, ids=[said for about, path, said in OF_SERVICES])
def test_what_no_secret_of_the_services_of_a_rule_can_fit_is_no_condition(about: dict[str, Any], path: str, said: str) -> None:
    assert problem({**rule(), **about}) == (path, f"no secret can fit all of this: {said}")


@pytest.mark.parametrize(
    "about",
    [
        {"expect": {"id": {"glob": "*"}}},
        {"expect": {"account": {"glob": ["prod-*", "**"]}}},
        {"expect": {"region": {"glob": "?*"}}},
        {"expect": {"id": {"regex": ".*"}}},
        {"expect": {"region": {"regex": "^"}}},
        {"expect": {"id": {"present": True}}},
        {"expect": {"id": {"size": {"ge": 1}}}},
        {"expect": {"provider": {"glob": "*"}, "id": {"size": {"gt": 0}}}},
        {"expect": {"status": {"in": list(SECRET_STATUSES)}}},
        {"scopes": {"provider": "alibaba_apig"}, "expect": {"kind": {"in": ["ai", "api", "unknown"]}}},
        {"expect": {"any_of": [{"rotation_enabled": True}, {"none_of": [{"rotation_enabled": True}]}]}},
        {"expect": {"any_of": [{"rotation_days": {"lt": 90}}, {"id": {"glob": "*"}}]}},
        {"select": {"rotation_enabled": True}, "expect": {"rotation_enabled": True}},
        {"select": {"kind": "user", "rotation_days": {"lt": 30}}, "expect": {"all_of": [{"rotation_days": {"lt": 30}}, {"kind": "user"}]}},
    ],
    ids=str,
)
def test_an_expectation_that_no_secret_can_fail_is_none(about: dict[str, Any]) -> None:
    """The rule would hold, whatever there is."""
    assert problem({**rule(), **about}) == ("expect", "no secret can fail this, so that the rule proves nothing")


@pytest.mark.parametrize(
    "about",
    [
        {"expect": {"description": {"glob": "*"}}},  # not if it has none
        {"expect": {"rotation_days": {"ge": 0}}},
        {"expect": {"name": {"glob": "*"}}},  # nobody knows where the name was withheld
        {"expect": {"status": {"present": True}}},
        {"expect": {"id": {"glob": "*", "size": {"le": 20}}}},
        {"expect": {"account": {"ne": "root"}}},
        {"expect": {"id": {"regex": "^[a-z0-9-]*$"}}},
        {"expect": {"id": {"size": {"ge": 2}}}},
        {"expect": {"status": {"not_in": ["unknown"]}}},
        {"expect": {"any_of": [{"rotation_enabled": True}, {"rotation_enabled": False}]}},
        {"select": {"kind": "user"}, "expect": {"kind": "user", "rotation_enabled": True}},
        {"select": {"any_of": [{"kind": "user"}, {"name": "a"}]}, "expect": {"kind": "user"}},
        {"select": {"rotation_days": {"lt": 30}}, "expect": {"rotation_days": {"lt": 20}}},
        {"select": {"id": {"glob": "*"}}, "expect": {"status": "enabled"}},  # all of them
    ],
    ids=str,
)
def test_an_expectation_that_some_secret_can_miss_is_one(about: dict[str, Any]) -> None:
    assert read({**rule(), **about}).rules[0].statement is not None


@pytest.mark.parametrize(
    "about",
    [
        {"scopes": {"provider": "alibaba_kms"}, "fleet": {"forbidden": {"where": {"rotation_days": 1.5}}}},
        {"scopes": {"provider": ["alibaba_kms", "tencent_ssm"]}, "select": {"kind": {"in": ["rds", "product"]}}, "expect": {"rotation_enabled": True}},
        {"select": {"kind": "user"}, "expect": {"kind": "product"}},  # there shall be none of this kind
        {"scopes": {"provider": "nothing*"}, "expect": {"rotation_days": 1.5}},  # the scope is told of where it is judged
        {"fleet": {"forbidden": {"names": ["db-*"], "where": {"name": {"ne": "db-main"}}}}},
    ],
    ids=str,
)
def test_what_some_secret_of_the_services_of_a_rule_can_fit_is_a_condition(about: dict[str, Any]) -> None:
    assert read({**rule(), **about}).rules[0].statement is not None


@pytest.mark.parametrize(
    "predicate",
    [
        {"rotation_days": {"gt": 5, "lt": 6}},
        {"rotation_days": {"gt": 5, "lt": 6, "ne": 5.5}},
        {"rotation_days": {"ge": 5, "le": 5}},
        {"name": {"size": {"gt": 3, "lt": 5}}},
        {"created_at": {"older_than": "30d", "newer_than": "90d"}},
        {"delete_at": {"due_within": "30d", "due_after": "7d"}},
        {"delete_at": {"older_than": "0d", "due_within": "7d"}},
        {"any_of": [{"rotation_days": {"gt": 5}}, {"rotation_days": {"lt": 3}}]},
        {"all_of": [{"status": "enabled"}, {"none_of": [{"status": "enabled", "kind": "user"}]}]},
        {"description": {"ne": "x", "absent": True}},
        {"tags": {"absent": True, "size": {"eq": 0}}},
        {"created_at": {"eq": "2026-01-01T00:00:00Z", "older_than": "1d"}},
        {"description": {"size": {"lt": 1}}},
        {"description": ""},
        {"name": {"size": {"le": 1}}},
        {"name": {"glob": "[ab]*", "size": {"le": 1}}},
        {"rotation_days": 0.25},
        {"rotation_days": {"gt": 1, "lt": 2}},
        {"reference_count": {"gt": 0.5, "lt": 1.5}},
        {"reference_count": {"lt": 1}},
        {"created_at": {"older_than": "3650d"}},
        {"created_at": {"newer_than": "1m"}},
        {"created_at": {"older_than": "0d"}},
        {"next_rotation_at": {"newer_than": "0d"}},
        {"tags": {"contains_all": ["a", "b"], "contains_only": ["a", "b", "c"], "size": {"le": 2}}},
        {"name": {"contains": "a", "size": {"eq": 1}}},
    ],
)
def test_what_some_secret_can_fit_is_a_condition(predicate: dict[str, Any]) -> None:
    assert read(rule(expect=predicate)).rules[0].statement is not None


def test_ids_differ_by_more_than_the_size_of_their_letters() -> None:
    found = problems(rule(id="a", expect={"status": "enabled"}), rule(id="A", expect={"status": "enabled"}))
    assert {each["message"] for each in found} == {"another rule has this id in other letters, capital or small"}


@pytest.mark.parametrize("wrong,path,message", WRONG, ids=[f"{path or 'rule'}-{index}" for index, (wrong, path, message) in enumerate(WRONG)])
def test_one_error(wrong: dict[str, Any], path: str, message: str) -> None:
    found = problem({**rule(), **wrong}, params={"days": 1})
    assert found[0] == path
    assert says(found[1], message), found[1]


def test_a_value_is_told_as_it_was_written() -> None:
    assert problem(rule(expect={"rotation_days": "ö"}))[1].startswith('"ö" is no number')
    assert problem(rule(expect={"rotation_days": "x" * 118}))[1].startswith(f'"{"x" * 118}" is no number')
    assert problem(rule(expect={"rotation_days": "x" * 119}))[1].startswith(f'"{"x" * 119}... is no number')


def test_missing_keys() -> None:
    assert [item["message"] for item in problems({"expect": {"status": "enabled"}})] == ["id is missing", "title is missing", "severity is missing"]


@pytest.mark.parametrize(
    "content,path,message",
    [
        ("text", "", "a mapping of rules, owners, owner_tag, params is required here"),
        (None, "", "a mapping of rules, owners, owner_tag, params is required here"),
        ({}, "", "rules is missing"),
        ({"rules": []}, "rules", "a list of at least one item is required here"),
        ({"rules": {}}, "rules", "a list of at least one item is required here"),
        ({"rules": ["x"]}, "", "a mapping of id, title, severity, scopes, select, expect, fleet, on_empty, allow_filtered, owner, ..."),
        ({"rules": [rule(expect={"status": "enabled"})], "owner": []}, "owner", "unknown key of a rule file 'owner'; did you mean owners?"),
        ({"rules": [rule(expect={"status": "enabled"})], "owners": [{"select": {"name": "x"}}]}, "owners[0]", "owner is missing"),
        (
            {"rules": [rule(expect={"status": "enabled"})], "owners": [{"select": {"nam": "x"}, "owner": "y"}]},
            "owners[0].select.nam",
            "unknown field 'nam'; did you mean name?",
        ),
        (
            {"rules": [rule(expect={"status": "enabled"})], "owners": [{"select": {"name": "x"}, "owner": ""}]},
            "owners[0].owner",
            "a text of 1 to 300 characters is required here",
        ),
        (
            {"rules": [rule(expect={"status": "enabled"})], "owners": [{"select": {"name": "$x"}, "owner": "y"}], "params": {"xx": 1}},
            "owners[0].select.name",
            "unknown parameter 'x'; did you mean xx?; write $$ for a text that begins with $",
        ),
        ({"rules": [rule(expect={"status": "enabled"})], "owners": ["y"]}, "owners[0]", "a mapping of select, owner is required here"),
        ({"rules": [rule(expect={"status": "enabled"})], "params": []}, "params", "a mapping of names to values is required here"),
        ({"rules": [rule(expect={"status": "enabled"})], "params": {"a-b": 1}}, "params.a-b", "a name has letters, digits and _, and begins with no digit"),
        (
            {"rules": [rule(expect={"status": "enabled"})], "params": {"a": {"b": 1}}},
            "params.a",
            "a text, number, true, false, or a list of them is required here",
        ),
        ({"rules": [rule(expect={"status": "enabled"})], "params": {"a": []}}, "params.a", "a text, number, true, false, or a list of them is required here"),
    ],
)
def test_errors_of_a_file(content: Any, path: str, message: str) -> None:
    with pytest.raises(RulesError) as caught:
        rulebook(RuleSource("f.json", content))
    assert any(item["file"] == "f.json" and item["path"] == path and says(item["message"], message) for item in caught.value.problems)


def test_what_is_wrong_with_a_file_is_no_rules_fault() -> None:
    with pytest.raises(RulesError) as caught:
        rulebook(RuleSource("f\n.json", {"rules": [rule(expect={"status": "enabled"})], "params": 5, "owner": []}))
    assert [(item["file"], item["rule"], item["path"]) for item in caught.value.problems] == [("f\\u000a.json", "", "owner"), ("f\\u000a.json", "", "params")]


def test_places_are_short() -> None:
    assert problem(rule(expect={"X.": 1}))[0] == "expect.X"
    for length, shown in ((80, "x" * 80), (81, "x" * 80 + "...")):
        assert problems(rule("x" * length, title=5, expect={"status": "enabled"}))[0]["rule"] == shown
    for length, shown in ((193, "expect." + "x" * 193), (194, "expect." + "x" * 193 + "...")):
        assert problem(rule(expect={"x" * length: 1}))[0] == shown
    for length, shown in ((80, "x" * 80), (81, "x" * 80 + "...")):
        assert problem(rule(expect={"x" * length: 1}))[1].startswith(f"unknown field '{shown}'")


def test_all_errors_at_once_with_their_places() -> None:
    first = {"rules": [rule("a", expect={"statsu": "enabled"}), rule("b", expect={"status": {"eqq": "x"}, "name": {"gt": 1}})]}
    second = [rule("c", severity="bad", fleet={"count": {"max": -1}}), {"title": "no id", "severity": "low", "expect": {"status": "enabled"}}]
    with pytest.raises(RulesError) as caught:
        rulebook(RuleSource("one.json", first), RuleSource("two.json", second))
    places = [(item["file"], item["rule"], item["path"]) for item in caught.value.problems]
    assert places == [
        ("one.json", "a", "expect.statsu"),
        ("one.json", "b", "expect.status.eqq"),
        ("one.json", "b", "expect.name.gt"),
        ("two.json", "c", "severity"),
        ("two.json", "c", "fleet.count.max"),
        ("two.json", "rules[1]", ""),
    ]
    told = "6 errors in rules and waivers: one.json: a: expect.statsu: unknown field 'statsu'; did you mean status?; one.json: b: "
    assert str(caught.value).startswith(told)
    assert caught.value.kind == "rules"


def test_one_id_twice_in_any_files() -> None:
    same = [rule("same", expect={"status": "enabled"})]
    with pytest.raises(RulesError) as caught:
        rulebook(RuleSource("one", same), RuleSource("two", same))
    assert [(item["file"], item["rule"], item["message"]) for item in caught.value.problems] == [
        ("one", "same", "another rule has this id"),
        ("two", "same", "another rule has this id"),
    ]


def test_hostile_rules_are_told_of_in_short_printable_texts() -> None:
    wrong = {**rule(), "expect": {"\x1b[31m\u202e" * 1000: "x", "name": {"glob": "\n" * 5000}}, "\r\nok: [prod]": 1}
    found = problems(wrong)
    assert len(found) > 1
    for item in found:
        text = "".join(item.values())
        assert len(text) < 2000
        assert not set(text) & set("\x1b\u202e\r\n")


def test_deep_rules_are_refused_not_followed() -> None:
    deep: Any = {"status": "enabled"}
    for _level in range(5000):
        deep = {"all_of": [deep]}
    assert any("nested" in item["message"] for item in problems(rule(expect=deep)))


def test_how_deep_predicates_can_be_nested() -> None:
    def nested(levels: int) -> Any:
        return {"all_of": [nested(levels - 1)]} if levels else {"status": "enabled"}

    assert read(rule(expect=nested(20))).rules
    assert "predicates can be nested 20 deep" in problem(rule(expect=nested(21)))[1]


def test_how_deep_anything_can_be_nested() -> None:
    def refused(levels: int) -> bool:
        value: Any = "x"
        for _level in range(levels):
            value = [value]
        return "this is nested too deeply" in {item["message"] for item in problems(rule(fleet={"required": value}))}

    assert [refused(levels) for levels in (79, 80)] == [False, True]


def test_many_errors_are_counted() -> None:
    with pytest.raises(RulesError) as caught:
        read(*[rule(f"r{index}", expect={"x": 1}) for index in range(100)])
    assert len(caught.value.problems) == 100
    assert str(caught.value).endswith("and 75 more")


@pytest.mark.parametrize("count, words", [(1, "1 error in"), (2, "2 errors in"), (25, "25 errors in")])
def test_few_errors_are_all_told(count: int, words: str) -> None:
    problems = [Problem("f", f"r{index}", "", "wrong") for index in range(count)]
    told = RulesError(problems)
    assert told.message == f"{words} rules and waivers: {'; '.join(map(str, problems))}"


# --- what another entry leaves without effect ---

NEVER_ASKED = "owners[0] (first) comes first and fits every secret that this fits; put this one before it, or take one of them out"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"name": {"glob": "*"}}, {"name": {"glob": "db-*"}}),
        ({"name": {"glob": "db-*"}}, {"name": "db-pay"}),
        ({"name": {"glob": ["db-*", "web-*"]}}, {"name": {"in": ["db-pay", "web-a"]}, "region": "r1"}),
        ({"account": "prod"}, {"account": "prod", "name": {"regex": "^db"}}),
        ({"name": {"regex": "^db"}}, {"all_of": [{"kind": "user"}, {"name": {"regex": "^db"}}]}),
        ({"any_of": [{"name": "a"}, {"name": "b"}]}, {"name": "b"}),
        ({"name": {"in": ["a", "b"]}}, {"any_of": [{"name": "a"}, {"name": "b", "kind": "user"}]}),
        ({"tag": {"key": "env", "eq": "prod"}}, {"tag": {"key": "env", "eq": "prod"}, "kind": "user"}),
    ],
    ids=str,
)
def test_an_owner_whom_an_earlier_one_covers_is_refused(first: Any, later: Any) -> None:
    owners = [{"select": first, "owner": "first"}, {"select": later, "owner": "later"}]
    assert problem(rule(expect={"status": "enabled"}), owners=owners) == ("owners[1].select", NEVER_ASKED)
    assert len(read(rule(expect={"status": "enabled"}), owners=owners[::-1]).owners) == 2
    assert len(read(rule(expect={"status": "enabled"}), owners=[owners[0], {**owners[1], "owner": "first"}]).owners) == 2, "it changes nothing"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"name": {"glob": "db-?"}}, {"name": {"glob": "db-*"}}),
        ({"name": {"glob": "db-[ab]*"}}, {"name": {"glob": "db-*"}}),
        ({"name": {"in": ["a", "b"]}}, {"name": {"in": ["b", "c"]}}),
        ({"tag": {"key": "env", "eq": "prod"}}, {"tag": {"key": "stage", "eq": "prod"}}),
        ({"name": {"glob": "db-*"}, "region": "r1"}, {"name": "db-pay"}),
        ({"none_of": [{"name": "a"}]}, {"name": "b"}),
    ],
    ids=str,
)
def test_an_owner_who_may_own_something_is_asked(first: Any, later: Any) -> None:
    owners = [{"select": first, "owner": "first"}, {"select": later, "owner": "later"}]
    assert len(read(rule(expect={"status": "enabled"}), owners=owners).owners) == 2


def test_owners_and_rules_that_another_file_has_are_refused_with_that_file() -> None:
    def content(name: str, owner: str, **about: Any) -> RuleSource:
        return RuleSource(f"{name}.yml", {"rules": [rule(name, **about)], "owners": [{"select": {"name": "a"}, "owner": owner}]})

    with pytest.raises(RulesError) as caught:
        rulebook(content("one", "x", expect={"status": "enabled"}), content("two", "y", title="Other", expect={"status": {"eq": "enabled"}}))
    (owner,) = caught.value.problems
    assert owner["message"].startswith("owners[0] of one.yml (x) comes first")
    with pytest.raises(RulesError) as caught:
        rulebook(content("one", "x", expect={"status": "enabled"}), content("two", "x", title="Other", severity="low", expect={"status": "enabled"}))
    (twice,) = caught.value.problems
    assert (twice["file"], twice["rule"]) == ("two.yml", "two")
    assert twice["message"] == (
        "one of one.yml has the same definition, so that everything would be told twice; change what this rule says, or take one of them out"
    )


# --- names that nothing has, and templates that nobody fills ---


@pytest.mark.parametrize(
    "name", ["db, web", "db\uff0cweb", "db\u3001web", "a;b", "'db'", "\u201cdb\u201d", "{db,web}", "db-%", "db-\uff0a", "\uff44\uff42", "d\u200bb", "d\u00a0b"]
)
def test_what_no_secret_has_in_its_name_is_refused_wherever_one_is_named(name: str) -> None:
    for about, place in (
        ({"select": {"name": name}, "expect": {"status": "enabled"}}, "select.name"),
        ({"expect": {"name": {"not_in": [name]}}}, "expect.name.not_in"),
        ({"expect": {"none_of": [{"name": {"glob": name}}]}}, "expect.none_of[0].name.glob"),
        ({"expect": {"none_of": [{"name": {"contains": name}}]}}, "expect.none_of[0].name.contains"),
        ({"fleet": {"forbidden": [name]}}, "fleet.forbidden.names"),
    ):
        path, message = problem(rule(**about))
        assert path == place and says(
            message, "... holds ..., which no secret has in its name; write several names as a list, and such a character in brackets if it is meant"
        )


def test_such_a_name_can_be_written_all_the_same() -> None:
    for about in ({"name": {"glob": "db[,]web"}}, {"name": {"regex": "db,web"}}, {"description": {"contains": "a, b"}}, {"name": "\u6570\u636e\u5e93"}):
        assert read(rule(expect=about)).rules


def test_a_glob_is_not_looked_for_as_a_text() -> None:
    told = '"db-*" is a glob, and is looked for as it stands; write {glob: "db-*"}'
    assert problem(rule(expect={"none_of": [{"name": {"contains": "db-*"}}]})) == ("expect.none_of[0].name.contains", told)
    assert problem(rule(expect={"none_of": [{"name": {"contains_any": ["db-*"]}}]})) == ("expect.none_of[0].name.contains_any", told)
    assert read(rule(expect={"description": {"contains": "*"}})).rules


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ({"select": {"name": "{{ secret }}"}, "expect": {"status": "enabled"}}, "select.name"),
        ({"scopes": {"account": ["{{ account }}"]}, "expect": {"status": "enabled"}}, "scopes.account[0]"),
        ({"fleet": {"forbidden": ["{{ secret }}"]}}, "fleet.forbidden[0]"),
        ({"expect": {"description": {"ne": "{% if a %}b{% endif %}"}}}, "expect.description.ne"),
        ({"owner": "{{ team }}", "expect": {"status": "enabled"}}, "owner"),
    ],
    ids=lambda item: str(item)[:40],
)
def test_a_template_that_nobody_has_filled_is_refused(about: dict[str, Any], place: str) -> None:
    path, message = problem(rule(**about))
    assert path == place and message.startswith("this is a template of Ansible, which is not filled in a file; write $NAME and params")


def test_texts_for_people_may_tell_of_templates() -> None:
    assert read(rule(title="Ours: {{ x }}", remediation={"en": "Fill {{ x }}.", "zh": "{{ x }}"}, expect={"status": "enabled"})).rules


def test_braces_that_are_no_template_are_a_text() -> None:
    for text in ("{{", "{ a }", "a }} b {{"):
        assert read(rule(expect={"description": {"ne": text}})).rules


# --- what other tools read in another way ---


@pytest.mark.parametrize(
    ("about", "place", "told"),
    [
        ({"fleet": {"forbidden": ["[^d]*"]}}, "fleet.forbidden.names", "\"[^d]*\" has [^, which does not mean 'none of these' in a glob; write [!, ..."),
        ({"scopes": {"account": "[^p]*"}, "expect": {"status": "enabled"}}, "scopes.account", '"[^p]*" has [^, ...'),
        ({"expect": {"none_of": [{"description": {"glob": "[^a]"}}]}}, "expect.none_of[0].description.glob", '"[^a]" has [^, ...'),
        ({"fleet": {"forbidden": ["!db"]}}, "fleet.forbidden.names", "\"!db\" begins with !, which does not mean 'not' here; write not_in or none_of ..."),
        ({"select": {"name": {"glob": "!db-*"}}, "expect": {"status": "enabled"}}, "select.name.glob", '"!db-*" begins with !, ...'),
        ({"expect": {"none_of": [{"name": {"regex": "/^db/"}}]}}, "expect.none_of[0].name.regex", '"/^db/" stands between slashes, ...'),
        ({"expect": {"none_of": [{"name": {"regex": ["a", "/db$/i"]}}]}}, "expect.none_of[0].name.regex", '"/db$/i" stands between slashes, ...'),
    ],
)
def test_what_other_tools_read_in_another_way_is_refused(about: dict[str, Any], place: str, told: str) -> None:
    path, message = problem(rule(**about))
    assert path == place and says(message, told)


@pytest.mark.parametrize("glob", ["[!d]*", "a[^]b", "[d^]*", "[[^]", "a[!]"])
def test_globs_that_mean_what_they_say_stay(glob: str) -> None:
    assert read(rule(fleet={"forbidden": [glob]})).rules


@pytest.mark.parametrize("regex", ["^/db", "/db/", r"\$/", "[$/]", "db$"])
def test_slashes_that_names_have_stay(regex: str) -> None:
    assert read(rule(expect={"none_of": [{"name": {"regex": regex}}]})).rules
