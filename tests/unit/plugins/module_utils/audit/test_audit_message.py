# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain words of findings, with ages, and the message that a rule gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.words import span
from ansible_collections.multicloud.secrets.tests import rule_schemas
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, read, record, row, rule, write

OVERDUE = {"none_of": [{"rotation_enabled": True, "next_rotation_at": {"older_than": "1d"}}]}
APIG = "alibaba_apig"
KMS = "alibaba_kms"
RULES = jsonschema.Draft202012Validator(rule_schemas.rules())


def said(path: Path, about: dict[str, Any], *records: dict[str, Any]) -> list[str]:
    """The messages of a rule's findings."""
    rows = [row(provider) for provider in sorted({item["provider"] for item in records})]
    return [finding["message"] for finding in findings_of(judged([write(path / "a", rows, list(records))], rule(**about)))]


SENTENCES: list[tuple[Any, dict[str, Any], str]] = [
    ({"status": "enabled"}, record(status="disabled"), "is disabled"),
    ({"status": {"ne": "pending_delete"}}, record(status="pending_delete"), "waits for deletion"),
    (
        {"status": {"ne": "pending_delete"}},
        record(status="pending_delete", delete_at="2026-11-24T00:00:00Z"),
        "waits for deletion on 2026-11-24 (in 3 days)",
    ),
    ({"delete_at": {"absent": True}}, record(delete_at="2026-11-22T06:00:00Z"), "waits for deletion on 2026-11-22 (in 30 hours)"),
    ({"delete_at": {"due_after": "7d"}}, record(delete_at="2026-11-20T23:30:00Z"), "was to be deleted on 2026-11-20 (less than an hour ago)"),
    (OVERDUE, record(next_rotation_at="2026-09-29T00:00:00Z"), "rotation is 53 days overdue"),
    ({"next_rotation_at": {"newer_than": "0d"}}, record(next_rotation_at="2026-11-21T00:00:00Z"), "rotation is less than an hour overdue"),
    ({"next_rotation_at": {"due_within": "3d"}}, record(), "is rotated next on 2026-12-01 (in 10 days)"),
    ({"next_rotation_at": {"present": True}}, record(rotation_enabled=False, next_rotation_at=None), "has no date of the next rotation"),
    ({"created_at": {"newer_than": "7d"}}, record(), "was created on 2026-10-01 (51 days ago)"),
    ({"rotation_days": {"le": 7}}, record(), "is rotated every 30 days (at most 7 required)"),
    ({"none_of": [{"rotation_days": {"ge": 30}}]}, record(), "is rotated every 30 days (less than 30 required)"),
    ({"rotation_enabled": True}, record(rotation_enabled=False), "is not rotated"),
    ({"reference_count": {"ge": 1}}, record("k", APIG, reference_count=0), "nothing refers to it"),
    ({"reference_count": {"lt": 1}}, record("k", APIG, reference_count=3), "3 things refer to it (0 required)"),
    ({"kms_key_type": "customer"}, record(kms_key_type="cloud_default"), "the type of the encryption key is cloud_default (required: customer)"),
    ({"kms_key_id": {"in": ["a", "b"]}}, record(), "the encryption key is key-1 (allowed: a, b)"),
    ({"kms_key_id": {"not_in": ["key-1"]}}, record(), "the encryption key is key-1 (not allowed)"),
    ({"none_of": [{"kms_key_id": {"ne": "x"}}]}, record(), "the encryption key is key-1 (required: x)"),
    ({"description": {"regex": "owner: [a-z]+"}}, record(), "the description is made by hand (required pattern: owner: [a-z]+)"),
    ({"description": {"contains": "owner"}}, record(), "the description is made by hand (required text: owner)"),
    ({"none_of": [{"description": {"contains_any": ["hand", "b"]}}]}, record(), "the description is made by hand (forbidden text: hand, b)"),
    ({"description": {"present": True}}, record(description=""), "has no description"),
    ({"description": {"size": {"ge": 20, "le": 50}}}, record(), "the description is made by hand (at least 20 required and at most 50 required)"),
    ({"tag": {"key": "owner", "present": True}}, record("k", KMS, tags={}), "has no tag owner"),
    ({"attributes.owning_service": {"absent": True}}, record("k", KMS, attributes={"owning_service": "aigw"}), "the owning service is aigw"),
    (
        {"attributes.associated_instance_ids": {"size": {"lt": 1}}},
        record(attributes={"associated_instance_ids": ["i-1"]}),
        "is bound to 1 machine: i-1 (0 required)",
    ),
    ({"attributes.associated_instance_ids": {"size": {"ge": 1}}}, record(attributes={"associated_instance_ids": []}), "is bound to no machine"),
    ({"attributes.encrypt_switching": {"ne": True}}, record(attributes={"encrypt_switching": True}), "a change of its encryption is under way"),
    ({"invalid": {"absent": True}}, record(invalid=["rotation_days", "kms_key_id"]), "the cloud's answer could not be read in: rotation_days, kms_key_id"),
    ({"query": {"expr": "rotation_days == `7`", "fields": ["rotation_days", "kind"]}}, record(), "is rotated every 30 days"),
    ({"kind": "product"}, record(), "the kind is user (required: product)"),
    ({"any_of": [{"kind": "product"}, {"status": "disabled"}]}, record(), "is enabled"),
    (
        {"any_of": [{"delete_at": {"absent": True}}, {"delete_at": {"due_after": "7d"}}]},
        record(delete_at="2026-11-24T00:00:00Z"),
        "waits for deletion on 2026-11-24 (in 3 days)",
    ),
    ({"status": "disabled", "rotation_enabled": False}, record(), "is enabled; is rotated"),
]


@pytest.mark.parametrize("expect,item,sentence", SENTENCES)
def test_a_finding_says_what_is_in_plain_words(tmp_path: Path, expect: Any, item: dict[str, Any], sentence: str) -> None:
    assert said(tmp_path, {"expect": expect}, item) == [sentence]


def test_what_is_not_known_is_said_so(tmp_path: Path) -> None:
    assert said(tmp_path, {"expect": {"rotation_days": {"le": 7}}}, record(rotation_days=None)) == ["the period of rotation is not known"]
    assert said(tmp_path, {"expect": {"status": "enabled"}}, record(status="unknown")) == ["is in a state that is not known"]


@pytest.mark.parametrize(
    "seconds,words",
    [(0, "less than an hour"), (3599, "less than an hour"), (3600, "1 hour"), (172_799, "47 hours"), (172_800, "2 days"), (53 * 86_400 + 1, "53 days")],
)
def test_spans(seconds: int, words: str) -> None:
    assert span(seconds) == words


# --- the message of a rule ---


def test_the_message_of_a_rule_wins(tmp_path: Path) -> None:
    about = {
        "expect": {"status": "enabled"},
        "message": "{name} of {tags.owner} in {region} is off, key {kms_key_id}, {attributes.secret_type}, {tags}, {delete_at}",
    }
    item = record("k", KMS, status="disabled", tags={"owner": "shop"}, attributes={"secret_type": "Generic"})
    assert said(tmp_path, about, item) == ["k of shop in r1 is off, key -, Generic, owner=shop, -"]


def test_the_message_is_for_what_fails_alone(tmp_path: Path) -> None:
    about = {"expect": {"status": "enabled"}, "message": "off"}
    assert said(tmp_path, about, record("a", status="disabled"), record("b", status="unknown")) == ["off", "is in a state that is not known"]
    assert said(tmp_path, {**about, "select": {"name": "x"}, "on_empty": "fail"}, record()) == ["this rule found nothing to judge"]


def test_rules_about_the_fleet_name_the_place(tmp_path: Path) -> None:
    required = {"fleet": {"required": {"names": ["root"], "per": ["region"]}}, "message": "create {name} in {region} of {account}"}
    assert said(tmp_path, required, record()) == ["create root in r1 of -"]
    assert said(tmp_path, {"fleet": {"forbidden": ["a"]}, "message": "{name}: {status}"}, record()) == ["a: enabled"]


@pytest.mark.parametrize("text", ["{{ lookup('pipe', 'id') }}", "{name}", "\x1b[2Jx", "{% raw %}", "\u202ex"])
def test_a_value_is_data(tmp_path: Path, text: str) -> None:
    (told,) = said(tmp_path, {"expect": {"status": "enabled"}, "message": "<{description}>"}, record(status="disabled", description=text))
    shown = text.replace("\x1b", "\\u001b").replace("\u202e", "\\u202e")
    assert told == f"<{shown}>"


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    about = {"expect": {"status": "enabled"}, "message": "{description}"}
    assert said(tmp_path, about, record(status="disabled", description="x" * 5000)) == ["x" * 200 + "..."]


@pytest.mark.parametrize(
    "about,message,fault",
    [
        ({"expect": {"status": "enabled"}}, "{nam}", "unknown field 'nam'; did you mean name?"),
        ({"expect": {"status": "enabled"}}, "{attributes.owning_servic}", "did you mean attributes.owning_service?"),
        ({"expect": {"status": "enabled"}}, "{}", "unknown field ''"),
        ({"expect": {"status": "enabled"}}, "{tags.}", "unknown field 'tags.'"),
        ({"expect": {"status": "enabled"}}, "{{ name }}", "a brace stands alone"),
        ({"expect": {"status": "enabled"}}, "{name", "a brace stands alone"),
        ({"expect": {"status": "enabled"}}, "name}", "a brace stands alone"),
        ({"expect": {"status": "enabled"}}, "{name!r}", "unknown field 'name!r'"),
        ({"expect": {"status": "enabled"}}, "", "a text of 1 to 2000 characters"),
        ({"fleet": {"required": ["root"]}}, "{status}", "unknown field 'status'"),
        ({"fleet": {"required": ["root"]}}, "{tags.owner}", "unknown field 'tags.owner'"),
    ],
)
def test_braces_are_checked_when_the_rule_is_read(about: dict[str, Any], message: str, fault: str) -> None:
    with pytest.raises(RulesError) as refused:
        read(rule(**about, message=message))
    assert fault in str(refused.value) and [problem["path"] for problem in refused.value.problems][0] == "message"


def test_how_it_is_said_does_not_change_the_rule() -> None:
    plain, told = read(rule(expect={"status": "enabled"})).rules[0], read(rule(expect={"status": "enabled"}, message="off")).rules[0]
    assert plain.digest == told.digest


# --- texts in several languages ---

WORDS = {"en": "{name} is off", "zh": "{name} 已关闭"}


def test_a_rule_speaks_several_languages_and_findings_are_english(tmp_path: Path) -> None:
    about: dict[str, Any] = {"expect": {"status": "enabled"}, "title": {"en": "On", "zh": "已启用"}, "remediation": {"en": "Turn it on."}, "message": WORDS}
    made = read(rule(**about)).rules[0]
    assert (made.title, made.remediation, made.message) == ("On", "Turn it on.", "{name} is off")
    assert made.texts == {key: about[key] for key in ("title", "remediation", "message")}
    assert made.digest == read(rule(expect=about["expect"], title="Other")).rules[0].digest
    assert said(tmp_path, about, record(status="disabled")) == ["a is off"]


def test_one_text_is_for_all_languages() -> None:
    made = read(rule(expect={"status": "enabled"}, title="On")).rules[0]
    assert made.texts == {"title": {"en": "On"}, "remediation": {}, "message": {}}


@pytest.mark.parametrize(
    "about,path,fault",
    [
        ({"title": {"en": "On", "zhs": "已启用"}}, "title.zhs", "unknown language 'zhs'; did you mean zh?"),
        ({"title": {"en": "On", "cn": "已启用"}}, "title.cn", "unknown language 'cn'; known: en, zh"),
        ({"title": {"zh": "已启用"}}, "title", "en is missing"),
        ({"title": {}}, "title", "en is missing"),
        ({"title": ["On"]}, "title", "a text of 1 to 300 characters"),
        ({"title": {"en": "On", "zh": 1}}, "title.zh", "a text of 1 to 300 characters"),
        ({"remediation": {"en": "", "zh": "启用"}}, "remediation.en", "a text of 1 to 2000 characters"),
        ({"message": {"en": "{name}", "zh": "{nam}"}}, "message.zh", "unknown field 'nam'; did you mean name?"),
        ({"message": {"en": "{name}", "zh": "{kind}"}}, "message.zh", "{kind} stands here, and not in en"),
        ({"message": {"zh": "{name}"}}, "message", "en is missing"),
    ],
)
def test_languages_are_checked_when_the_rule_is_read(about: dict[str, Any], path: str, fault: str) -> None:
    content = rule(**{"expect": {"status": "enabled"}, **about})
    with pytest.raises(RulesError) as refused:
        read(content)
    assert any(problem["path"] == path and fault in problem["message"] for problem in refused.value.problems), refused.value.problems
    assert RULES.is_valid([content]) == ("stands here" in fault or "unknown field" in fault)
