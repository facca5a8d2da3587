# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details in rules: what was not asked for, or could not be had, is unknown and says why; what was had is judged as any field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.asked import asked_schema, of_listings
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import FALSE, NOT_APPLICABLE, TRUE, UNKNOWN, compiled
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    BY_PROVIDER,
    apig,
    findings_of,
    judged,
    read,
    record,
    row,
    rule,
    verdict_of,
    write,
)

DENIED = {"kind": "denied", "code": "UnauthorizedOperation", "message": "no", "hint": "Grant tag:DescribeResourceTagsByResourceIds."}
WHOLE = {"status": "complete", "secrets": 1, "failed": 0, "error": None}
FAILED = {"status": "failed", "secrets": 1, "failed": 1, "error": DENIED}
PARTIAL = {"status": "partial", "secrets": 2, "failed": 1, "error": {"kind": "deadline", "code": None, "message": "the 5 seconds ran out", "hint": None}}


def kms(name: str = "k", **values: Any) -> dict[str, Any]:
    """A secret of KMS."""
    return record(name, "alibaba_kms", **values)


def asked(**details: Any) -> dict[str, Any]:
    """A ledger row of SSM that was asked for these details."""
    return row(details=details)


# --- why a null means nothing ---


@pytest.mark.parametrize(
    ("made", "secret", "expect", "message"),
    [
        (row(), record(), {"tag": {"key": "env", "eq": "prod"}}, "the tag env is not known: it was not asked for (details: tags)"),
        (row(), record(), {"key_state": "enabled"}, "the state of the encryption key is not known: it was not asked for (details: keys)"),
        (asked(tags=WHOLE), record(tags={}), {"key_state": "enabled"}, "the state of the encryption key is not known: it was not asked for (details: keys)"),
        (row(), record(kind="product"), {"rotation_count": {"ge": 1}}, "it was not asked for (details: history)"),
        (row(), record(), {"version_count": {"le": 3}}, "it was not asked for (details: versions)"),
        (
            row("alibaba_apig"),
            apig(),
            {"references.kind": {"contains": "plugin"}},
            "the kind of what refers to it is not known: it was not asked for (details: references)",
        ),
        (row("alibaba_apig"), apig(), {"references": {"absent": True}}, "what refers to it is not known: it was not asked for (details: references)"),
        (row("alibaba_kms"), kms(kind="rds"), {"last_rotated_at": {"absent": True}}, "it was not asked for (details: describe)"),
        (row("alibaba_kms"), kms(), {"description": {"present": True}}, "it was not asked for (details: describe_all)"),
        (
            asked(tags=FAILED),
            record(invalid=["tags"]),
            {"tag": {"key": "env", "eq": "prod"}},
            "the tag env is not known (details: tags): Grant tag:DescribeResourceTagsByResourceIds: UnauthorizedOperation: no",
        ),
        (
            asked(keys=PARTIAL),
            record(invalid=["key_state"]),
            {"key_state": "enabled"},
            "the state of the encryption key is not known (details: keys): the 5 seconds ran out",
        ),
        (asked(keys=WHOLE), record(), {"key_state": "enabled"}, "the state of the encryption key is not known"),
    ],
)
def test_a_null_without_its_detail_is_unknown_and_says_why(tmp_path: Path, made: Any, secret: Any, expect: Any, message: str) -> None:
    result = judged([write(tmp_path / "a", [made], [secret])], rule(expect=expect))
    assert (result["verdict"], verdict_of(result)) == ("unknown", "unknown")
    (finding,) = findings_of(result)
    assert message in finding["message"], finding["message"]


def test_a_store_whose_details_failed_is_complete_and_other_rules_judge_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [asked(tags=FAILED)], [record(invalid=["tags"])])
    result = judged([path], rule(expect={"status": "enabled"}), rule("readable", expect={"invalid": {"absent": True}}))
    assert (result["verdict"], result["findings"]) == ("pass", [])


def test_what_is_malformed_beside_a_detail_that_failed_is_still_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [asked(tags=FAILED)], [record(invalid=["description", "tags"])])
    assert verdict_of(judged([path], rule(expect={"invalid": {"absent": True}}))) == "fail"


def test_only_the_secrets_whose_detail_could_not_be_had_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [asked(tags=PARTIAL)], [record("a", tags={"env": "dev"}), record("b", tags={"env": "prod"}), record("c", invalid=["tags"])])
    findings = findings_of(judged([path], rule(expect={"tag": {"key": "env", "eq": "prod"}})))
    assert [(finding["verdict"], finding["name"]) for finding in findings] == [("fail", "a"), ("unknown", "c")]


def test_a_null_that_means_none_means_it_only_if_it_was_asked_for(tmp_path: Path) -> None:
    expect = {"last_rotated_at": {"absent": True}}
    of_describe, of_all = (row("alibaba_kms", details={word: WHOLE}) for word in ("describe", "describe_all"))
    for made, verdict in ((of_describe, "pass"), (of_all, "pass"), (row("alibaba_kms"), "unknown"), (row("alibaba_kms", details={}), "unknown")):
        assert verdict_of(judged([write(tmp_path / "a", [made], [kms(kind="rds")])], rule(expect=expect))) == verdict


def test_stores_of_one_service_are_judged_by_what_each_was_asked_for(tmp_path: Path) -> None:
    asked_for = write(tmp_path / "a", [row("alibaba_kms", details={"describe": WHOLE})], [kms(kind="rds")])
    unasked = write(tmp_path / "b", [row("alibaba_kms", region="r2")], [kms(kind="rds", region="r2")])
    findings = findings_of(judged([asked_for, unasked], rule(expect={"last_rotated_at": {"absent": True}})))
    assert [(finding["verdict"], finding["region"]) for finding in findings] == [("unknown", "r2")]


def test_in_select_the_word_is_named_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    (finding,) = findings_of(judged([path], rule(select={"tag": {"key": "env", "eq": "prod"}}, expect={"status": "enabled"})))
    assert finding["message"] == "cannot tell whether the rule applies to this secret: the tag env is not known: it was not asked for (details: tags)"


@pytest.mark.parametrize("provider", BY_PROVIDER)
def test_every_detail_is_a_gap_until_it_is_asked_for(provider: str) -> None:
    """Whatever the service says of its nulls."""
    schema = BY_PROVIDER[provider]
    about = asked_schema(schema, ())
    for key, words in schema.words.items():
        if key not in schema.keys:
            kinds = [kind for kind in ("generic", "rds", "product", "user", "ai") if schema.null_meaning(key, kind, words) != "never"]
            assert kinds and all(about.schema.null_meaning(key, kind, words) == "gap" for kind in kinds), key
            assert about.untold[key] == f"not known: it was not asked for (details: {words[0]})"
            whole = asked_schema(schema, ((words[-1], ""),))
            assert key not in whole.untold
            assert of_listings(schema).null_meaning(key, "rds", words) == "never"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"unique": {"fields": ["key_state"]}}, "cannot tell whether another secret has the same values: key_state is not known: "),
        ({"same": {"fields": ["status", "tags"], "by": ["region"]}}, "cannot tell whether a is the same everywhere: tags is not known: "),
        ({"unchanged_since": {"baseline": "b", "fields": ["tags", "status"]}}, "cannot tell whether it has changed since the baseline: tags is not known: "),
    ],
    ids=str,
)
def test_where_secrets_are_compared_the_word_is_named_too(tmp_path: Path, statement: Any, message: str) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2")], [record("a"), record("a", region="r2")])
    findings = findings_of(judged([path], rule(fleet=statement), baselines={"b": [path]}))
    assert findings and all(finding["message"].startswith(f"{message}it was not asked for (details: ") for finding in findings), findings


# --- drift ---


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ({"tags": {"env": "prod"}, "key_state": "enabled"}, {}, "pass"),
        ({}, {"tags": {"env": "prod"}, "key_state": "enabled", "version_count": 3}, "pass"),
        ({"tags": {"env": "prod"}}, {"tags": {"env": "dev"}}, "pass"),
        ({"status": "enabled"}, {"status": "disabled", "tags": {}}, "fail"),
    ],
    ids=str,
)
def test_details_are_no_drift_unless_the_rule_names_them(tmp_path: Path, then: Any, now: Any, verdict: str) -> None:
    paths = {name: write(tmp_path / name, [row()], [record(**values)]) for name, values in (("then", then), ("now", now))}
    settings_of_run: dict[str, Any] = {"baselines": {"release": [paths["then"]]}}
    assert verdict_of(judged([paths["now"]], rule(fleet={"unchanged_since": {"baseline": "release"}}), **settings_of_run)) == verdict
    named = rule(fleet={"unchanged_since": {"baseline": "release", "fields": ["tags"]}})
    both = bool(then.get("tags") and now.get("tags"))
    assert verdict_of(judged([paths["now"]], named, **settings_of_run)) == ("fail" if both else "unknown")


# --- inventories of other releases ---


@pytest.mark.parametrize("missing", ["key_state", "references", "tags", "version_count", "last_rotated_at"])
def test_an_inventory_from_before_there_were_details_is_a_gap(tmp_path: Path, missing: str) -> None:
    old = {key: value for key, value in record().items() if key != missing}
    path = write(tmp_path / "a", [row()], [old])
    assert verdict_of(judged([path], rule(expect={missing: {"absent": True}}, on_empty="not_applicable"))) in ("unknown", "not_applicable")
    assert verdict_of(judged([path], rule(expect={"status": "enabled"}))) == "pass"


# --- references ---

REFERENCES = [{"kind": "plugin", "name": "p", "gateway": "gw-1"}, {"kind": "consumer", "name": "c", "gateway": "gw-2"}]


@pytest.mark.parametrize(
    ("predicate", "references", "said"),
    [
        ({"references.kind": {"contains": "plugin"}}, REFERENCES, TRUE),
        ({"references.kind": {"contains": "service"}}, REFERENCES, FALSE),
        ({"references.kind": {"contains_any": ["service", "consumer"]}}, REFERENCES, TRUE),
        ({"references.kind": {"contains_only": ["plugin", "consumer"]}}, REFERENCES, TRUE),
        ({"references.kind": {"contains_only": ["plugin"]}}, REFERENCES, FALSE),
        ({"references.gateway": {"contains_all": ["gw-1", "gw-2"]}}, REFERENCES, TRUE),
        ({"references.name": {"size": {"eq": 2}}}, REFERENCES, TRUE),
        ({"references.gateway": {"contains_only": ["gw-1"]}}, [], TRUE),
        ({"references.gateway": {"contains_only": ["gw-1"]}}, None, UNKNOWN),
        ({"references": {"size": {"eq": 2}}}, REFERENCES, TRUE),
        ({"references": {"absent": True}}, [], TRUE),
        ({"references": {"present": True}}, REFERENCES, TRUE),
        ({"references.name": {"contains": "p"}}, [*REFERENCES, {"kind": "unknown", "name": None, "gateway": "gw-1"}], UNKNOWN),
        ({"references.gateway": {"contains": "gw-9"}}, [*REFERENCES, {"kind": "unknown", "name": None, "gateway": "gw-1"}], FALSE),
        ({"references.kind": {"contains": "plugin"}}, None, UNKNOWN),
        ({"query": {"expr": "length(references[?kind=='plugin' && gateway!='gw-1']) == `0`", "fields": ["references"]}}, REFERENCES, TRUE),
        ({"query": {"expr": "references[?kind=='plugin']", "fields": ["references"]}}, None, UNKNOWN),
    ],
    ids=str,
)
def test_references(predicate: dict[str, Any], references: Any, said: int) -> None:
    (made,) = read(rule(expect=predicate)).rules
    schema = asked_schema(BY_PROVIDER["alibaba_apig"], ()).schema
    assert compiled(made.statement.predicate, schema, 0).test(apig(references=references)) == said
    assert compiled(made.statement.predicate, BY_PROVIDER["tencent_ssm"], 0).test(record()) == NOT_APPLICABLE


def test_what_nothing_refers_to_is_used_by_these_only() -> None:
    """APIG is not asked about a secret of which the listing says that nothing refers to it."""
    (made,) = read(rule(expect={"references.gateway": {"contains_only": ["gw-1"]}})).rules
    schema = asked_schema(BY_PROVIDER["alibaba_apig"], (("references", ""),)).schema
    assert compiled(made.statement.predicate, schema, 0).test(apig(references=None, reference_count=0)) == TRUE


@pytest.mark.parametrize(
    ("predicate", "path", "message"),
    [
        (
            {"references.kind": {"contains": "plug-in"}},
            "expect.references.kind.contains",
            'references.kind never has "plug-in"; it has consumer, mcp_server, plugin, service, unknown',
        ),
        ({"references.kind": "plugin"}, "expect.references.kind", "eq does not read list, which references.kind is; references.kind can be read by ..."),
        ({"references": {"contains": "x"}}, "expect.references.contains", "contains does not read parts, which references is; ..."),
        (
            {"query": {"expr": "references.kind", "fields": ["references.kind"]}},
            "expect.query.fields",
            "references.kind is a part; write references, and name its parts in expr",
        ),
        ({"key_state": "enabeld"}, "expect.key_state", "key_state is never ..."),
    ],
    ids=str,
)
def test_what_is_wrong_about_references_is_said(predicate: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(RulesError) as caught:
        read(rule(expect=predicate))
    found = caught.value.problems[0]
    assert found["path"] == path and found["message"].startswith(message.removesuffix("...")), found


# --- settings of a service ---


def service(tmp_path: Path, made: dict[str, Any], asked_for: Any = None, **more: Any) -> dict[str, Any]:
    """The result of a rule about the settings of a service."""
    return judged([write(tmp_path / "a", [made], [])], rule(fleet={"service": asked_for or {"enabled": True}}, **more), allow_empty=True)


@pytest.mark.parametrize(
    ("told", "predicate", "verdict", "message"),
    [
        ({"enabled": True}, {"enabled": True}, "pass", ""),
        ({"enabled": False}, {"enabled": True}, "fail", "the service is not enabled"),
        ({"enabled": True, "expires_at": "2026-12-01T00:00:00Z"}, {"expires_at": {"due_after": "30d"}}, "fail", "the service ends on 2026-12-01 (in 10 days)"),
        ({"enabled": True, "expires_at": "2027-12-01T00:00:00Z"}, {"expires_at": {"due_after": "30d"}}, "pass", ""),
        ({"enabled": True, "expires_at": None}, {"expires_at": {"due_after": "30d"}}, "unknown", "the end of the service is not known"),
        ({"quota": 500, "hosted": 400}, {"query": {"expr": "hosted < quota", "fields": ["hosted", "quota"]}}, "pass", ""),
        ({"quota": 500}, {"none_of": [{"quota": {"lt": 1000}}]}, "fail", "the number of secrets that the service allows is 500"),
        ({}, {"enabled": True}, "unknown", "whether the service is enabled is not known"),
        ({"enabled": 5}, {"query": {"expr": "enabled", "fields": ["enabled"]}}, "error", "the query gave 5"),
        (None, {"enabled": True}, "unknown", "the settings of the service are not known: it was not asked for (details: service)"),
    ],
    ids=str,
)
def test_settings_of_a_service(tmp_path: Path, told: Any, predicate: Any, verdict: str, message: str) -> None:
    result = service(tmp_path, row(**({} if told is None else {"service": told})), predicate)
    assert verdict_of(result) == verdict
    assert "".join(finding["message"] for finding in findings_of(result)).startswith(message)


def test_settings_that_could_not_be_had_say_why(tmp_path: Path) -> None:
    (finding,) = findings_of(service(tmp_path, row(details={"service": FAILED})))
    assert finding["message"].startswith("the settings of the service are not known: Grant tag:") and finding["message"].endswith("(details: service)")


def test_settings_of_a_store_that_was_not_listed_are_unknown(tmp_path: Path) -> None:
    result = judged(
        [write(tmp_path / "a", [row(service={"enabled": True})], [])],
        rule(fleet={"service": {"enabled": True}}),
        expected=(("tencent_ssm", "prod", "r2"),),
        allow_empty=True,
    )
    assert verdict_of(result) == "unknown"


@pytest.mark.parametrize("on_empty", [None, "not_applicable", "fail"])
def test_a_service_without_settings_cannot_be_judged(tmp_path: Path, on_empty: str | None) -> None:
    result = service(tmp_path, row("alibaba_apig"), **({"on_empty": on_empty} if on_empty else {}))
    assert verdict_of(result) == {None: "unknown", "not_applicable": "not_applicable", "fail": "fail"}[on_empty]
    if on_empty is None:
        told = "no store could be judged: alibaba_apig does not tell settings of the service."
        assert findings_of(result)[0]["message"].startswith(told)


@pytest.mark.parametrize("predicate", [{"status": "enabled"}, {"tag": {"key": "a", "eq": "b"}}, {}, 5, {"enabled": "yes"}], ids=str)
def test_settings_are_checked_to_the_last_key(predicate: Any) -> None:
    with pytest.raises(RulesError):
        read(rule(fleet={"service": predicate}))


# --- laws ---

FIELDS = st.sampled_from(["tags", "key_state", "version_count", "newest_version_at", "rotation_count", "last_rotated_at", "references"])


@settings(max_examples=60, deadline=None)
@given(FIELDS, st.sampled_from(sorted(BY_PROVIDER)), st.sampled_from(["present", "absent"]), st.sampled_from(["rds", "product", "ai", "generic", "user"]))
def test_not_to_ask_never_makes_a_rule_green(field: str, provider: str, operator: str, kind: str) -> None:
    """Of a null nobody asked about, nothing follows: it is unknown, or the service never has it."""
    schema = asked_schema(BY_PROVIDER[provider], ()).schema
    (made,) = read(rule(expect={field: {operator: True}})).rules
    if field not in schema.keys:
        assert compiled(made.statement.predicate, schema, 0).test(record("k", provider, kind=kind, tags=None)) in (UNKNOWN, NOT_APPLICABLE)
