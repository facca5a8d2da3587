# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of every secret: its columns, what it says of each secret, and no cell that a spreadsheet calculates."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.secret_rows import SecretRows
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json_report, secrets_report
from ansible_collections.multicloud.secrets.plugins.module_utils._report.report import SmallSpool
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import judged, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.results import poisoned


def read(report: str) -> list[dict[str, str]]:
    """The rows as a program reads them."""
    return list(csv.DictReader(io.StringIO(report.removeprefix("\ufeff"), newline=""), strict=True))


def told(folder: Path, *secrets: dict[str, Any], **more: Any) -> list[dict[str, str]]:
    rows = SecretRows(SmallSpool)
    path = write(folder / "a", [row(), row("alibaba_kms")], list(secrets))
    result = judged([path], rule("on", expect={"status": "enabled"}), rows=rows, **more)
    return read(secrets_report.SecretsReport.render({**result, "secrets": rows}))


def test_the_columns_are_the_contract() -> None:
    assert " ".join(secrets_report.HEADER) == (
        "verdict provider account region name id kind status owner created_at last_rotated_at next_rotation_at delete_at rotation_enabled rotation_days"
        " kms_key_id key_state reference_count tags references rules note age_days rotation_due_days deletion_due_days"
    )


def test_a_row_for_every_secret_with_ages_and_lists(tmp_path: Path) -> None:
    late = record("late", next_rotation_at="2026-11-18T12:00:00Z", status="pending_delete", delete_at="2026-12-21T00:00:00Z")
    found = told(tmp_path, record("kept", created_at="2026-11-20T12:00:00Z"), late, record("tagged", "alibaba_kms"))
    kept, overdue, tagged = sorted(found, key=lambda each: each["name"])
    assert (kept["verdict"], kept["age_days"], kept["rotation_due_days"], kept["deletion_due_days"]) == ("pass", "0", "10", "")
    assert (overdue["verdict"], overdue["rules"], overdue["rotation_due_days"], overdue["deletion_due_days"]) == ("fail", "on", "-3", "30")
    assert (tagged["tags"], tagged["rotation_enabled"], tagged["rotation_days"]) == ("env=prod, owner=web", "", "")
    assert kept["rotation_enabled"] == "yes"


def test_details_that_a_record_has_are_told(tmp_path: Path) -> None:
    made = {**record("a"), "key_state": "enabled", "last_rotated_at": "2026-11-01T00:00:00Z"}
    made["references"] = [{"kind": "plugin", "name": "key-auth", "gateway": "gw-1"}, {"kind": "service", "name": "orders", "gateway": None}]
    rows = SecretRows(SmallSpool)
    rows.see(made, "team-a", False)
    rows.close()
    (found,) = read(secrets_report.SecretsReport.render({"as_of": "2026-11-21T00:00:00Z", "findings": [], "stores": [], "secrets": rows}))
    assert (found["key_state"], found["last_rotated_at"], found["owner"]) == ("enabled", "2026-11-01T00:00:00Z", "team-a")
    assert found["references"] == "plugin key-auth (gw-1), service orders"


def test_an_empty_cell_of_what_could_not_be_had_is_explained(tmp_path: Path) -> None:
    """Else nobody could tell it from a secret that has no tags."""
    first, second = told(tmp_path, record("a", tags={}), record("b", invalid=["attributes.key_owner", "tags", "key_state"]))
    assert (first["tags"], first["note"]) == ("", "") and (second["tags"], second["note"]) == ("", "not known: key_state, tags")


def test_the_time_of_judging_alone_is_no_change(tmp_path: Path) -> None:
    rows = SecretRows(SmallSpool)
    result = {**judged([write(tmp_path / "a", [row()], [record("a"), record("b", delete_at="2026-12-01T00:00:00Z")])], rows=rows), "secrets": rows}
    before, later = (secrets_report.SecretsReport.render({**result, "as_of": f"2026-11-{day}T00:00:00Z"}).splitlines(keepends=True) for day in (21, 29))
    assert before != later
    assert list(map(secrets_report.SecretsReport.timeless, before)) == list(map(secrets_report.SecretsReport.timeless, later))
    other = secrets_report.SecretsReport.render({**result, "secrets": [{**secret, "kms_key_id": "key-2"} for secret in rows]}).splitlines(keepends=True)
    assert list(map(secrets_report.SecretsReport.timeless, before)) != list(map(secrets_report.SecretsReport.timeless, other))


def test_no_cell_begins_a_formula(plain: dict[str, Any]) -> None:
    for sign in ("=1", "+1", "-1", "@x", "\uff1d1", "a;=1", '"=1"'):
        report = secrets_report.SecretsReport.render(poisoned(plain, sign))
        for delimiter in ",;":
            for line in list(csv.reader(io.StringIO(report.removeprefix("\ufeff"), newline=""), delimiter=delimiter))[1:]:
                assert not any(cell.lstrip(' \t\r\n"').startswith(("=", "+", "-", "@", "\uff1d")) for cell in line), line


def test_a_store_that_was_not_listed_has_a_row(seen: dict[str, Any]) -> None:
    *_rest, last = read(secrets_report.SecretsReport.render(seen))
    assert (last["verdict"], last["region"], last["name"], last["status"], last["note"]) == ("unknown", "r2", "", "failed", "AuthFailure: no")


def test_the_result_as_json_has_no_rows(seen: dict[str, Any]) -> None:
    assert "secrets" not in json.loads(json_report.JsonReport.render(seen))
