# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which details rules, owners and reports read, service by service, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.needs import details_read, with_reports
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import BY_PROVIDER, PACKS, SERVICE_SCHEMAS, read, rule, rulebook

SSM, KMS, APIG = "tencent_ssm", "alibaba_kms", "alibaba_apig"


def needs(*rules: Any, **more: Any) -> dict[str, list[str]]:
    """The words that these rules need."""
    return details_read(read(*(rule(f"r{number}", **about) for number, about in enumerate(rules)), baselines=["b"], **more), SERVICE_SCHEMAS)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"expect": {"status": "enabled"}}, {}),
        ({"expect": {"tag": {"key": "env", "eq": "prod"}}}, {SSM: ["tags"]}),
        ({"expect": {"tags": {"contains_all": ["env"]}}}, {SSM: ["tags"]}),
        ({"expect": {"key_state": "enabled"}}, {SSM: ["keys"], KMS: ["keys"], APIG: ["keys"]}),
        ({"expect": {"key_rotation_enabled": True}}, {SSM: ["keys"]}),
        ({"expect": {"last_rotated_at": {"newer_than": "90d"}}}, {SSM: ["rotation"], KMS: ["describe"]}),
        ({"expect": {"rotation_count": {"ge": 1}}}, {SSM: ["history"]}),
        ({"expect": {"version_count": {"le": 5}}}, {SSM: ["versions"], KMS: ["versions"]}),
        ({"expect": {"references.gateway": {"contains": "x"}}}, {APIG: ["references"]}),
        ({"expect": {"references": {"absent": True}}}, {APIG: ["references"]}),
        ({"expect": {"description": {"present": True}}}, {KMS: ["describe_all"]}),
        ({"expect": {"kms_instance_id": {"present": True}}}, {KMS: ["instances"]}),
        ({"expect": {"attributes.foreign_accounts": {"absent": True}}}, {KMS: ["policy"]}),
        ({"expect": {"none_of": [{"any_of": [{"version_count": {"gt": 5}}]}]}}, {SSM: ["versions"], KMS: ["versions"]}),
        ({"expect": {"query": {"expr": "length(references) > `1`", "fields": ["references"]}}}, {APIG: ["references"]}),
        ({"select": {"tag": {"key": "env", "eq": "prod"}}, "expect": {"status": "enabled"}}, {SSM: ["tags"]}),
        ({"scopes": {"provider": KMS}, "expect": {"key_state": "enabled"}}, {KMS: ["keys"]}),
        ({"scopes": {"provider": "alibaba_*"}, "expect": {"key_state": "enabled"}}, {KMS: ["keys"], APIG: ["keys"]}),
        ({"scopes": {"account": "x"}, "expect": {"tags": {"present": True}}}, {SSM: ["tags"]}),
        ({"select": {"provider": KMS}, "expect": {"key_state": "enabled"}}, {KMS: ["keys"]}),
        ({"select": {"provider": {"ne": SSM}, "kind": "rds"}, "expect": {"key_state": "enabled"}}, {KMS: ["keys"], APIG: ["keys"]}),
        ({"select": {"any_of": [{"provider": SSM}, {"name": "x"}]}, "expect": {"tags": {"present": True}}}, {SSM: ["tags"]}),
        ({"select": {"invalid": {"absent": True}}, "expect": {"tags": {"present": True}}}, {SSM: ["tags"]}),
        ({"select": {"source": "KMS"}, "expect": {"key_state": "enabled"}}, {APIG: ["keys"], KMS: ["keys"], SSM: ["keys"]}),
        ({"fleet": {"service": {"enabled": True}}}, {SSM: ["service"]}),
        ({"scopes": {"provider": APIG}, "fleet": {"service": {"enabled": True}}}, {}),
        ({"fleet": {"forbidden": {"where": {"tag": {"key": "a", "eq": "b"}}}}}, {SSM: ["tags"]}),
        ({"fleet": {"required": {"names": ["x"], "where": {"version_count": {"ge": 2}}}}}, {SSM: ["versions"], KMS: ["versions"]}),
        ({"fleet": {"same": {"fields": ["tags", "key_state"], "by": ["region"]}}}, {SSM: ["keys", "tags"], KMS: ["keys"], APIG: ["keys"]}),
        ({"fleet": {"unique": {"fields": ["references.name"]}}}, {APIG: ["references"]}),
        ({"fleet": {"resolves": {"field": "kms_key_id", "service": KMS}}}, {SSM: ["keys"], KMS: ["describe_all", "keys"], APIG: ["keys"]}),
        ({"fleet": {"resolves": {"field": "attributes.kms_secret_arn", "service": KMS}}}, {}),
        ({"fleet": {"unchanged_since": {"baseline": "b"}}}, {}),
        ({"fleet": {"unchanged_since": {"baseline": "b", "fields": ["tags"]}}}, {SSM: ["tags"]}),
        ({"fleet": {"complete": True}}, {}),
        ({"fleet": {"count": {"max": 9}}}, {}),
    ],
    ids=str,
)
def test_what_a_rule_reads(about: dict[str, Any], words: dict[str, list[str]]) -> None:
    assert needs(about) == words


def test_owners_read_details_too() -> None:
    owners = [{"select": {"tag": {"key": "owner", "eq": "web"}}, "owner": "web"}]
    assert needs({"expect": {"status": "enabled"}}, owners=owners) == {SSM: ["tags"]}


@pytest.mark.parametrize("report", FORMATS)
def test_reports_of_every_secret_read_what_they_show_of_each(report: str) -> None:
    """The state of a key only where the listing names the key: no report makes the cloud be asked about secrets that never rotate."""
    shown = {SSM: ["keys", "tags"], APIG: ["references", "keys"], KMS: ["describe"]}
    assert with_reports({}, [report, "json"], SERVICE_SCHEMAS) == (shown if report in ("html", "secrets") else {})


def test_what_reports_read_comes_beside_what_rules_read() -> None:
    words = {SSM: ["versions", "tags"], KMS: ["policy"]}
    assert with_reports(words, ["json"], SERVICE_SCHEMAS) == {SSM: ["tags", "versions"], KMS: ["policy"]}
    assert with_reports(words, ["secrets"], SERVICE_SCHEMAS) == {SSM: ["keys", "tags", "versions"], APIG: ["references", "keys"], KMS: ["describe", "policy"]}


def test_words_come_once_in_the_order_of_the_service() -> None:
    assert needs({"expect": {"version_count": {"le": 5}, "tags": {"present": True}, "newest_version_at": {"newer_than": "1d"}}})[SSM] == ["tags", "versions"]


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        ("baseline", {}),
        ("rotation", {}),
        ("encryption", {}),
        ("hygiene", {}),
        ("parity", {}),
        ("keys", {SSM: ["keys"], KMS: ["describe_all", "keys"], APIG: ["keys"]}),
        ("tags", {SSM: ["tags"]}),
        ("use", {SSM: ["rotation", "history", "versions", "service"], KMS: ["describe", "versions", "policy"], APIG: ["references"]}),
    ],
)
def test_what_a_pack_reads(pack: str, words: dict[str, list[str]]) -> None:
    assert details_read(rulebook(RuleSource(pack, PACKS[pack])), SERVICE_SCHEMAS) == words


def test_every_word_of_every_service_can_be_needed() -> None:
    """A word that no field needs would never be asked for; describe_all covers what describe tells."""
    for name, schema in BY_PROVIDER.items():
        known = {words[0] for key, words in schema.words.items() if key not in schema.keys}
        of_stores = {word for word, fields in schema.details.items() if any(field.key.startswith("service.") for field in fields)}
        assert known | of_stores == set(schema.details), name
