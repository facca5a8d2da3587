# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/rules.md keeps its word: every example is read, checked and run, and every name of the language is in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import catalog
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import AuditRequest, judge
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import COMBINATORS, OPERATORS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.predicates import QUERY, TAG
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RESERVED, SEVERITIES, Rulebook, RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.statements import STATEMENTS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import MergedInventories
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    BY_PROVIDER,
    SERVICE_SCHEMAS,
    excuses,
    record,
    row,
    rulebook,
    write,
)

PAGE = Path(__file__).resolve().parents[5] / "docs" / "rules.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)]
PLAYS = [block for block in BLOCKS if "multicloud.secrets.secrets_audit" in str(block)]
WAIVER_FILES = [block for block in BLOCKS if "waivers" in block]
RULE_FILES = [block for block in BLOCKS if block not in PLAYS + WAIVER_FILES]
BASELINES = ["release"]


def all_rules() -> Rulebook:
    """Every rule of the page."""
    return rulebook(*[RuleSource(str(index), content) for index, content in enumerate(RULE_FILES)], baselines=BASELINES)


def keys_of(value: Any) -> set[str]:
    """Every key in nested data."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


@pytest.fixture(name="lifelike")
def lifelike_fleet(tmp_path: Path) -> list[str]:
    """A fleet in which every example finds something to judge."""
    ssm = [
        record("root-password", attributes={"create_uin": "100000000001", "encrypt_switching": False}, tags={"env": "prod", "owner": "web"}),
        record("api-main", kind="product", attributes={"account_hosts": ["10.%"]}, rotation_count=1, version_count=2, key_state="enabled"),
        record("old-root", status="pending_delete", delete_at="2026-11-22T00:00:00Z"),
        record("root-password", region="ap-guangzhou"),
        record("db-main", region="ap-guangzhou"),
        record("login", kind="ssh_key", attributes={"associated_instance_ids": ["ins-gate"]}),
    ]
    behind = {"kms_secret_arn": "acs:kms:r1:200:secret/mail"}
    apig = [
        record("api-key", "alibaba_apig", reference_count=0, attributes=behind, references=[]),
        record("app-key", "alibaba_apig", status="disabled", attributes=behind),
    ]
    kms = [record("mail", "alibaba_kms", attributes={"foreign_accounts": []}), record("aigw!secret-1", "alibaba_kms", attributes={"owning_service": "aigw"})]
    return [
        write(tmp_path / "ssm", [row(service={"enabled": True, "quota": 500}), row(region="ap-guangzhou")], ssm),
        write(tmp_path / "apig", [row("alibaba_apig", account_id="200")], apig),
        write(tmp_path / "kms", [row("alibaba_kms", account="vault", account_id="200")], [{**secret, "account": "vault"} for secret in kms]),
    ]


def test_there_are_examples() -> None:
    assert len(RULE_FILES) >= 5
    assert (len(PLAYS), len(WAIVER_FILES)) == (3, 1)


@pytest.mark.parametrize("content", RULE_FILES, ids=lambda content: str(next(iter(content if isinstance(content, list) else content["rules"]))["id"]))
def test_example(content: Any, lifelike: list[str]) -> None:
    book = rulebook(RuleSource("docs/rules.md", content), baselines=BASELINES)
    baselines = {"release": MergedInventories(lifelike, BY_PROVIDER)}
    question = AuditRequest(book, [], int(parse_time(AS_OF)), 86_400, "low", False, baselines=baselines)
    result = judge(question, MergedInventories(lifelike, BY_PROVIDER), SERVICE_SCHEMAS)
    assert result["summary"]["rules"]["error"] == 0
    assert result["summary"]["idle_rules"] == []


def test_the_examples_can_be_read_together() -> None:
    """Their ids are unique, so that a reader can copy the page."""
    book = all_rules()
    assert len(book.rules) > 40


@pytest.mark.parametrize("content", WAIVER_FILES)
def test_waivers(content: Any) -> None:
    assert len(excuses(content, [rule.id for rule in all_rules().rules], parse_time(AS_OF))) == len(content["waivers"])


def test_baselines_are_those_of_the_examples() -> None:
    assert [name for play in PLAYS for task in play for name in task["multicloud.secrets.secrets_audit"].get("baselines", [])] == BASELINES


def test_every_operator_combinator_and_statement_has_an_example() -> None:
    used = keys_of(RULE_FILES)
    shorthand = {"eq"}
    assert set(OPERATORS) - shorthand <= used
    assert set(COMBINATORS) - {"all_of"} <= used
    assert set(STATEMENTS) <= used
    assert {QUERY, TAG} <= used


@pytest.mark.parametrize("word", [*OPERATORS, *COMBINATORS, *STATEMENTS, *SEVERITIES, *RESERVED])
def test_every_word_is_explained(word: str) -> None:
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("field", catalog(SERVICE_SCHEMAS))
def test_every_field_is_explained(field: str) -> None:
    assert f"`{field.removeprefix('attributes.')}`" in TEXT


def test_what_is_never_offered_is_said() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
    said = {cells[0].strip("`"): cells[2:] for cells in rows if len(cells) == 5}
    for field in set(said) & set(catalog(SERVICE_SCHEMAS)):
        for cloud, word in zip(SERVICE_SCHEMAS, said[field]):
            assert (word == "never offered") == (cloud.nulls.get(field) == "never"), field
