# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records that are alike are judged together, and nobody can tell: the result is that of showing each record to each check."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import watching
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.secret_rows import SecretRows
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write

VALUES: dict[str, list[Any]] = {
    "status": ["enabled", "disabled", "pending_delete", "unknown"],
    "kind": ["user", "product", "unknown"],
    "rotation_enabled": [True, False, None],
    "rotation_days": [1, 1.0, 30, 400, 0.25, None],
    "delete_at": ["2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z", None],
    "description": ["", "x", None],
    "kms_key_id": ["k-1", "k-2", None],
    "invalid": [[], [], ["status"], ["rotation_days"]],
}
RULES = (
    rule("status", expect={"status": "enabled"}),
    rule("deleted", expect={"status": {"not_in": ["pending_delete", "deleted"]}}),
    rule("days", select={"rotation_enabled": True}, expect={"rotation_days": {"le": 90}}),
    rule("due", select={"status": "pending_delete"}, expect={"delete_at": {"due_after": "30d"}}),
    rule("either", expect={"any_of": [{"status": "enabled"}, {"description": {"present": True}}]}),
    rule("neither", expect={"none_of": [{"status": "disabled", "rotation_days": {"gt": 0}}, {"kms_key_id": "k-1"}]}),
    rule("message", expect={"kind": "user"}, message="{name} is of kind {kind}"),
    rule("query", expect={"query": {"expr": "length(kms_key_id) > `3`", "fields": ["kms_key_id"]}}),
    rule("broken", expect={"query": {"expr": "kms_key_id", "fields": ["kms_key_id"]}}),
    rule("attribute", expect={"attributes.encrypt_switching": {"ne": True}}),
    rule("mine", fleet={"forbidden": {"names": ["s1"], "where": {"status": "enabled"}}}),
    rule("few", fleet={"count": {"max": 2, "per": ["account", "kind"]}}, select={"status": "enabled"}),
    rule("same", fleet={"unique": {"fields": ["kms_key_id"]}}),
)
STORES = [("tencent_ssm", "prod", "r1"), ("tencent_ssm", "prod", "r2"), ("alibaba_apig", "shop", "r1")]
RECORD = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in VALUES.items()})


def outcome(records: list[dict[str, Any]], most: int, patch: pytest.MonkeyPatch) -> Any:
    """The result, and the rows of the secrets, where so many kinds of records are told apart."""
    patch.setattr(watching, "MOST_KINDS", most)
    with tempfile.TemporaryDirectory() as folder:
        stores = [row(), row(region="r2", status="partial"), row("alibaba_apig", "shop", "r1")]
        path = write(Path(folder) / "a", stores, records)
        rows = SecretRows(lambda: files.Scratch(f"{folder}/rows", "0123456789abcdef"))
        return judged([path], *RULES, rows=rows), list(rows)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(STORES), RECORD), max_size=12))
def test_the_result_is_that_of_showing_each_record_to_each_check(given_records: list[tuple[tuple[str, str, str], dict[str, Any]]]) -> None:
    records = [record(f"s{index}", *store, **values) for index, (store, values) in enumerate(given_records)]
    with pytest.MonkeyPatch.context() as patch:
        alone, together, some = (outcome(records, most, patch) for most in (0, 1_000, 2))
    for found in (together, some):
        assert _told(found) == _told(alone)


def _told(found: Any) -> Any:
    result, rows = found
    return {key: repr(value) for key, value in result.items()}, rows


def test_a_check_that_reads_what_is_alike_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    once = watching._tried

    def counted(check: Any, work: Any, few: Any) -> Any:
        tried.append(check.rule.id)
        return once(check, work, few)

    monkeypatch.setattr(watching, "_tried", counted)
    path = write(tmp_path / "a", [row()], [record(f"s{index}") for index in range(50)])
    result = judged([path], rule("status", expect={"status": "enabled"}))
    assert tried == ["status"] and result["summary"]["checks"]["pass"] > 50
