# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags in rules: one tag with every operator of a text, all tags together, and services that do not tell them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import TEXT
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import FALSE, NOT_APPLICABLE, OPERATORS, TRUE, UNKNOWN, compiled
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    BY_PROVIDER,
    findings_of,
    judged,
    read,
    record,
    row,
    rule,
    verdict_of,
    write,
)


def kms(name: str = "k", **values: Any) -> dict[str, Any]:
    """A secret of KMS."""
    return record(name, "alibaba_kms", **values)


def truth(predicate: dict[str, Any], secret: dict[str, Any]) -> int:
    """What a predicate says of a secret."""
    (made,) = read(rule(expect=predicate)).rules
    return compiled(made.statement.predicate, BY_PROVIDER[secret["provider"]], 0).test(secret)


TAGS = {"env": "prod", "owner": "team-web", "empty": "", "status": "enabled"}
TOLD: list[tuple[dict[str, Any], int]] = [
    ({"key": "env", "eq": "prod"}, TRUE),
    ({"key": "env", "eq": "dev"}, FALSE),
    ({"key": "Env", "eq": "prod"}, FALSE),
    ({"key": "nobody", "eq": "prod"}, FALSE),
    ({"key": "env", "ne": "dev"}, TRUE),
    ({"key": "nobody", "ne": "dev"}, TRUE),
    ({"key": "env", "in": ["dev", "prod"]}, TRUE),
    ({"key": "nobody", "in": ["dev", "prod"]}, FALSE),
    ({"key": "env", "not_in": ["dev"]}, TRUE),
    ({"key": "nobody", "not_in": ["dev"]}, TRUE),
    ({"key": "owner", "glob": "team-*"}, TRUE),
    ({"key": "nobody", "glob": "*"}, FALSE),
    ({"key": "owner", "regex": "^team-[a-z]+$"}, TRUE),
    ({"key": "owner", "contains": "web"}, TRUE),
    ({"key": "owner", "contains_any": ["db", "web"]}, TRUE),
    ({"key": "owner", "size": {"ge": 3, "lt": 9}}, TRUE),
    ({"key": "nobody", "size": {"eq": 0}}, FALSE),
    ({"key": "env", "present": True}, TRUE),
    ({"key": "empty", "present": True}, FALSE),
    ({"key": "nobody", "present": True}, FALSE),
    ({"key": "env", "absent": True}, FALSE),
    ({"key": "empty", "absent": True}, TRUE),
    ({"key": "nobody", "absent": True}, TRUE),
    ({"key": "env", "glob": "p*", "contains": "x"}, FALSE),
    ({"key": "status", "eq": "enabled"}, TRUE),
]


@pytest.mark.parametrize(("tag", "said"), TOLD, ids=str)
def test_one_tag(tag: dict[str, Any], said: int) -> None:
    assert truth({"tag": tag}, kms(tags=TAGS)) == said


def test_every_operator_of_a_text_is_tried_above() -> None:
    assert {name for tag, said in TOLD for name in tag} - {"key"} == {name for name, operator in OPERATORS.items() if TEXT in operator.types}


@pytest.mark.parametrize("tag", [tag for tag, said in TOLD], ids=str)
@pytest.mark.parametrize(
    "secret", [kms(tags=None), kms(tags=None, invalid=["tags"]), record(), record("k", "alibaba_apig")], ids=lambda secret: secret["provider"]
)
def test_where_nobody_told_the_tags_nothing_is_known(tag: dict[str, Any], secret: dict[str, Any]) -> None:
    assert truth({"tag": tag}, secret) == truth({"none_of": [{"tag": tag}]}, secret) == UNKNOWN


def test_a_text_that_is_too_long_is_not_searched() -> None:
    assert truth({"tag": {"key": "env", "regex": "x"}}, kms(tags={"env": "y" * 5000})) == UNKNOWN


@pytest.mark.parametrize(
    ("predicate", "tags", "said"),
    [
        ({"tags": {"present": True}}, {"env": "prod"}, TRUE),
        ({"tags": {"present": True}}, {}, FALSE),
        ({"tags": {"absent": True}}, {}, TRUE),
        ({"tags": {"absent": True}}, None, UNKNOWN),
        ({"tags": {"contains": "env"}}, {"env": ""}, TRUE),
        ({"tags": {"contains": "prod"}}, {"env": "prod"}, FALSE),
        ({"tags": {"contains_any": ["env", "owner"]}}, {"env": "prod"}, TRUE),
        ({"tags": {"contains_all": ["env", "owner"]}}, {"env": "prod"}, FALSE),
        ({"tags": {"contains_all": ["env", "owner"]}}, {"owner": "web", "env": "prod", "a": "b"}, TRUE),
        ({"tags": {"contains_only": ["env", "owner"]}}, {"env": "prod"}, TRUE),
        ({"tags": {"contains_only": ["env", "owner"]}}, {"env": "prod", "temp": "1"}, FALSE),
        ({"tags": {"contains_all": ["env"]}}, None, UNKNOWN),
        ({"tags": {"size": {"ge": 2}}}, {"env": "prod"}, FALSE),
        ({"tags": {"size": {"ge": 1}}}, {"env": "prod"}, TRUE),
        ({"tags": {"size": {"eq": 0}}}, {}, TRUE),
        ({"query": {"expr": "tags.env == 'prod' && kind == 'generic'", "fields": ["tags", "kind"]}}, {"env": "prod"}, TRUE),
        ({"query": {"expr": "tags.env == 'prod'", "fields": ["tags"]}}, {}, FALSE),
        ({"query": {"expr": "tags.env == 'prod'", "fields": ["tags"]}}, None, UNKNOWN),
    ],
    ids=str,
)
def test_all_tags_together(predicate: dict[str, Any], tags: Any, said: int) -> None:
    assert truth(predicate, kms(tags=tags)) == said


@pytest.mark.parametrize(
    ("predicate", "path", "message"),
    [
        ({"tag": "env"}, "expect.tag", "the key of a tag and at least one operator are required here, such as {key: env, in: [prod]}"),
        ({"tag": {"key": "env"}}, "expect.tag", "the key of a tag and at least one operator are required here, such as {key: env, in: [prod]}"),
        ({"tag": {"eq": "prod"}}, "expect.tag", "key is missing"),
        ({"tag": {"key": 5, "eq": "prod"}}, "expect.tag.key", "a text of 1 to 256 characters is required here"),
        ({"tag": {"key": "env", "eqq": "prod"}}, "expect.tag.eqq", "unknown operator 'eqq'; did you mean eq?"),
        ({"tag": {"key": "env", "eq": 5}}, "expect.tag.eq", "5 is no text, as tags.env requires"),
        (
            {"tag": {"key": "env", "ge": 5}},
            "expect.tag.ge",
            "ge does not read text, which tags.env is; tags.env can be read by eq, ne, in, not_in, glob, regex, contains, contains_any, size, present, absent",
        ),
        (
            {"tags": {"eq": "prod"}},
            "expect.tags.eq",
            "eq does not read tags, which tags is; tags can be read by contains, contains_any, contains_all, contains_only, size, present, absent",
        ),
        ({"query": {"expr": "tags.env == name", "fields": ["tags"]}}, "expect.query.expr", "it reads name, which is not listed in fields"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(predicate: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(RulesError) as caught:
        read(rule(expect=predicate))
    (found,) = caught.value.problems
    assert (found["path"], found["message"]) == (path, message)


def test_parameters_stand_for_keys_and_values(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row("alibaba_kms")], [kms("a", tags={"stage": "prod"}), kms("b", tags={"stage": "dev"})])
    result = judged([path], rule(expect={"tag": {"key": "$key", "in": "$stages"}}), params={"key": "stage", "stages": ["prod", "test"]})
    assert [finding["name"] for finding in findings_of(result)] == ["b"]


def test_the_finding_names_the_tag(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row("alibaba_kms")], [kms(tags={"env": "dev"})])
    (finding,) = findings_of(judged([path], rule(expect={"tag": {"key": "env", "in": ["prod"]}})))
    assert (finding["verdict"], finding["message"]) == ("fail", "the tag env is dev (allowed: prod)")
    assert finding["evidence"] == [{"field": "tags.env", "actual": "dev", "expected": 'in ["prod"]'}]


@pytest.mark.parametrize("key", ['"', 'a", "x": "y', "\\", "密钥", "a b", "{{ 7*7"])
def test_any_text_may_be_a_key(tmp_path: Path, key: str) -> None:
    path = write(tmp_path / "a", [row("alibaba_kms")], [kms(tags={key: "dev"})])
    (finding,) = findings_of(judged([path], rule(expect={"tag": {"key": key, "eq": "prod"}})))
    assert finding["evidence"][0]["field"] == f"tags.{key}" and finding["evidence"][0]["actual"] == "dev"


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        ("tencent_ssm", "not known: it was not asked for (details: tags)"),
        ("alibaba_apig", "not told by a listing of alibaba_apig"),
        ("alibaba_kms", "not known"),
    ],
)
def test_the_reason_says_that_a_service_does_not_tell_tags(tmp_path: Path, provider: str, told: str) -> None:
    path = write(tmp_path / "a", [row(provider)], [record("k", provider, tags=None)])
    result = judged([path], rule(expect={"tag": {"key": "env", "eq": "prod"}}), rule("d", expect={"description": {"present": True}}))
    (finding,) = findings_of(result)
    assert (verdict_of(result), finding["message"]) == ("unknown", f"the tag env is {told}")
    if provider == "alibaba_kms":
        assert findings_of(result, "d")[0]["message"] == "the description is not known: it was not asked for (details: describe_all)"


def test_secrets_are_compared_by_their_tags(tmp_path: Path) -> None:
    rows = [row("alibaba_kms"), row("alibaba_kms", region="r2")]
    same = rule(fleet={"same": {"fields": ["tags"], "by": ["region"]}})
    equal = [kms(tags={"a": "1", "b": "2"}), kms(region="r2", tags={"b": "2", "a": "1"})]
    assert verdict_of(judged([write(tmp_path / "a", rows, equal)], same)) == "pass"
    other = judged([write(tmp_path / "b", rows, [kms(tags={"a": "1"}), kms(region="r2", tags={"a": "2"})])], same)
    assert verdict_of(other) == "fail" and "a = 1" in findings_of(other)[0]["message"]
    assert verdict_of(judged([write(tmp_path / "c", rows, [kms(tags={}), kms(region="r2", tags=None)])], same)) == "unknown"


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ({"env": "prod"}, {"env": "prod"}, "pass"),
        ({"env": "prod", "a": "b"}, {"a": "b", "env": "prod"}, "pass"),
        ({"env": "prod"}, {"env": "dev"}, "fail"),
        ({}, {"env": "dev"}, "fail"),
        (None, None, "pass"),
    ],
    ids=str,
)
def test_a_changed_tag_is_a_change(tmp_path: Path, then: Any, now: Any, verdict: str) -> None:
    before, path = (write(tmp_path / name, [row("alibaba_kms")], [kms(tags=tags)]) for name, tags in (("then", then), ("now", now)))
    result = judged([path], rule(fleet={"unchanged_since": {"baseline": "release"}}), baselines={"release": [before]})
    assert verdict_of(result) == verdict


def test_a_tag_is_never_inapplicable_for_now() -> None:
    """Each service has tags, although not each listing tells them."""
    assert all(schema.null_meaning("tags", "generic") == "gap" for schema in BY_PROVIDER.values())
    assert truth({"tag": {"key": "env", "present": True}}, record()) != NOT_APPLICABLE
