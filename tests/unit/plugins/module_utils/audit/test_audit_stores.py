# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories taken together: what counts, what is set aside, what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.sense import NOT_ITS_OWN
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import NEWER, MergedInventories
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    AS_OF,
    BY_PROVIDER,
    findings_of,
    judged,
    record,
    row,
    rule,
    verdict_of,
    write,
)

ENABLED = rule(expect={"status": "enabled"})


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Store -> status."""
    return {f"{store['provider']}/{store['account']}/{store['region'] or ''}": store["status"] for store in result["stores"]}


def refusal(*paths: str, **more: Any) -> SecretsError:
    """The error with which inventories are refused."""
    with pytest.raises(SecretsError) as caught:
        judged(list(paths), ENABLED, **more)
    return caught.value


# --- one store in two files ---


def test_the_newer_inventory_counts_whole(tmp_path: Path) -> None:
    old = write(tmp_path / "old", [row(), row(region="r2")], [record("gone"), record("b", region="r2")], collected_at="2026-11-20T20:00:00Z")
    new = write(tmp_path / "new", [row()], [record("here", status="disabled")], collected_at="2026-11-20T21:00:00Z")
    result = judged([old, new], ENABLED, rule("gone", fleet={"required": ["gone"]}))
    assert result["summary"]["secrets"] == 2
    assert [finding["name"] for finding in findings_of(result)] == ["here"]
    assert verdict_of(result, "gone") == "fail"
    (told,) = findings_of(result, "inventory-superseded")
    assert (told["severity"], told["verdict"], told["subject"]) == ("info", "fail", "tencent_ssm/prod/r1/")
    assert told["message"] == "1 older inventory of this store not used; the newest is of 2026-11-20T21:00:00Z"
    assert told["evidence"] == [{"field": "inventory", "actual": old, "expected": new}]


def test_a_newer_hole_counts_too(tmp_path: Path) -> None:
    old = write(tmp_path / "old", [row()], [record()], collected_at="2026-11-20T20:00:00Z")
    new = write(tmp_path / "new", [row(status="failed")], [], collected_at="2026-11-20T21:00:00Z")
    result = judged([old, new], ENABLED, allow_empty=True)
    assert statuses(result) == {"tencent_ssm/prod/r1": "failed"}
    assert result["verdict"] == "fail"


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_equally_new_the_worse_counts(tmp_path: Path, names: tuple[str, str]) -> None:
    good = write(tmp_path / names[0], [row()], [record()])
    bad = write(tmp_path / names[1], [row(status="partial")], [record(status="disabled")])
    result = judged([good, bad], ENABLED)
    assert statuses(result) == {"tencent_ssm/prod/r1": "partial"}
    assert verdict_of(result) == "fail"


def test_times_are_compared_as_times(tmp_path: Path) -> None:
    """As texts '...00.500Z' would sort before '...00Z'."""
    old = write(tmp_path / "old", [row()], [record("old")], collected_at="2026-11-20T20:00:00Z")
    new = write(tmp_path / "new", [row()], [record("new", status="disabled")], collected_at="2026-11-20T20:00:01.500Z")
    assert [finding["name"] for finding in findings_of(judged([old, new], ENABLED))] == ["new"]


def test_superseding_does_not_fail_a_run(tmp_path: Path) -> None:
    old = write(tmp_path / "old", [row()], [record()], collected_at="2026-11-20T20:00:00Z")
    new = write(tmp_path / "new", [row()], [record()])
    assert judged([old, new], ENABLED)["verdict"] == "pass"
    assert judged([old, new], ENABLED, fail_on="info")["verdict"] == "fail"


# --- accounts ---


def test_one_name_for_two_accounts_is_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "one", [row(account_id="1001")], [record()])
    two = write(tmp_path / "two", [row(region="r2", account_id="1002")], [])
    error = refusal(one, two)
    assert error.message == f"tencent_ssm/prod is account 1001 in {one} and account 1002 in {two}"
    assert (error.kind, error.hint) == ("file", "Give each account one name of its own and collect again.")


def test_two_names_for_one_account_are_refused(tmp_path: Path) -> None:
    """Its secrets would count twice, for a rule that asks for two accounts or for ten secrets."""
    one = write(tmp_path / "one", [row(account_id="1001")], [record()])
    two = write(tmp_path / "two", [row(account="again", region="r2", account_id="1001")], [])
    error = refusal(one, two)
    assert error.message == f"account 1001 of tencent_ssm is named prod in {one} and again in {two}"
    assert (error.kind, error.hint) == ("file", "Give each account one name of its own and collect again.")


def test_accounts_whose_names_come_from_elsewhere_are_told_in_plain_text(tmp_path: Path) -> None:
    one = write(tmp_path / "one", [row(account_id="1\n001")], [record()])
    two = write(tmp_path / "two", [row(region="r2", account_id="1\n002")], [])
    assert refusal(one, two).message == f"tencent_ssm/prod is account 1\\u000a001 in {one} and account 1\\u000a002 in {two}"
    three = write(tmp_path / "two", [row(account="ag\nain", region="r2", account_id="1\n001")], [])
    assert refusal(one, three).message == f"account 1\\u000a001 of tencent_ssm is named prod in {one} and ag\\u000aain in {three}"


def test_numbers_of_accounts_are_texts(tmp_path: Path) -> None:
    one = write(tmp_path / "one", [row(account_id=1001), row(region="r3", account_id="1001")], [record()])
    result = judged([one], ENABLED)
    assert (result["verdict"], result["stores"][0]["account_id"]) == ("pass", "1001")


@pytest.mark.parametrize(
    "other", [row(region="r2", account_id="1001"), row(region="r2"), row("alibaba_apig", account_id="1002"), row(account="dev", account_id="1002")]
)
def test_accounts_that_do_not_contradict(tmp_path: Path, other: dict[str, Any]) -> None:
    one = write(tmp_path / "one", [row(account_id="1001")], [record()])
    two = write(tmp_path / "two", [other], [])
    assert judged([one, two], ENABLED)["verdict"] == "pass"


# --- what a row is worth ---


@pytest.mark.parametrize(
    "collected_at,status",
    [
        ("2026-11-20T00:00:00Z", "complete"),
        ("2026-11-19T23:59:59Z", "stale"),
        ("2026-11-21T00:05:00Z", "complete"),
    ],
)
def test_age(tmp_path: Path, collected_at: str, status: str) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="not_offered"), row(region="r3", status="failed")], [record()], collected_at=collected_at)
    found = statuses(judged([path], ENABLED))
    assert found == {
        "tencent_ssm/prod/r1": status,
        "tencent_ssm/prod/r2": status if status == "stale" else "not_offered",
        "tencent_ssm/prod/r3": "failed",
    }


def test_the_reason_of_a_stale_store(tmp_path: Path) -> None:
    (store,) = judged([write(tmp_path / "a", [row()], [record()], collected_at="2026-11-01T00:00:00Z")], ENABLED)["stores"]
    assert store["reason"] == "collected at 2026-11-01T00:00:00Z, which is too long before the time of judging"
    assert store["hint"] == "Collect again, or raise max_age."
    (store,) = judged([write(tmp_path / "a", [row()], [record()], collected_at="2026-11-20T23:59:59Z")], ENABLED, max_age=0)["stores"]
    assert store["reason"] == "collected at 2026-11-20T23:59:59Z, which is too long before the time of judging"


def test_expected_stores(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row(), row(region="r2", status="failed")], [record()])
    expected = (
        ("tencent_ssm", "prod", "r1"),
        ("tencent_ssm", "prod", "r3"),
        ("tencent_ssm", "prod", "r3"),
        ("tencent_ssm", "prod", None),
        ("tencent_ssm", "dev", None),
        ("alibaba_apig", "prod", None),
    )
    assert statuses(judged([path], ENABLED, expected=expected)) == {
        "tencent_ssm/prod/r1": "complete",
        "tencent_ssm/prod/r2": "failed",
        "tencent_ssm/prod/r3": "missing",
        "tencent_ssm/dev/": "missing",
        "alibaba_apig/prod/": "missing",
    }


def test_the_reason_is_short_and_printable(tmp_path: Path) -> None:
    error = {"kind": "denied", "code": "UnauthorizedOperation", "message": "\x1b[31mno\r\nok: [prod] \u202e" + "x" * 5000}
    path = write(tmp_path / "a", [row(status="failed", error=error)], [])
    (store,) = judged([path], ENABLED)["stores"]
    assert store["reason"].startswith("UnauthorizedOperation: \\u001b[31mno\\u000d\\u000aok: [prod] \\u202exxx")
    assert len(store["reason"]) < 300


# --- what is refused ---


def lines_of(path: str) -> list[bytes]:
    """The lines of a file."""
    return Path(path).read_bytes().splitlines(keepends=True)


def sealed(path: Path, lines: list[bytes]) -> str:
    """Write lines with a trailer that fits them, as a forger would."""
    body = b"".join(lines)
    trailer = {"end": True, "records": len(lines) - 1, "sha256": hashlib.sha256(body).hexdigest()}
    path.write_bytes(body + json.dumps(trailer).encode() + b"\n")
    return str(path)


def resealed(path: Path, change: Any) -> str:
    """An inventory whose header was changed."""
    first, *rest = lines_of(write(path, [row()], [record()]))
    header = json.loads(first)
    change(header)
    return sealed(path, [json.dumps(header).encode() + b"\n", *rest[:-1]])


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_truncated_inventory_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a"
    lines = lines_of(write(path, [row()], [record("a"), record("b")]))
    path.write_bytes(b"".join(lines[:-cut]))
    assert "not a whole inventory" in refusal(str(path)).message


def test_a_changed_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write(path, [row()], [record(status="disabled")])
    path.write_bytes(path.read_bytes().replace(b'"disabled"', b'"enabled"'))
    assert "trailer does not match" in refusal(str(path)).message


def test_an_inventory_that_was_set_aside_must_be_whole_too(tmp_path: Path) -> None:
    old = tmp_path / "old"
    write(old, [row()], [record()], collected_at="2026-11-20T20:00:00Z")
    old.write_bytes(old.read_bytes()[:-20])
    assert "not a whole inventory" in refusal(str(old), write(tmp_path / "new", [row()], [record()])).message


@pytest.mark.parametrize(
    "change,message",
    [
        (lambda header: header.pop("collected_at"), "its header has no time"),
        (lambda header: header.update(collected_at="yesterday"), "its header has no time"),
        (lambda header: header.update(collected_at=5), "its header has no time"),
        (lambda header: header["stores"].append(dict(header["stores"][0])), "its ledger has a store twice"),
        (lambda header: header["stores"][0].update(status="fine"), "its ledger has a status that is not known"),
        (lambda header: header["stores"][0].update(provider="aws_sm"), "is of aws_sm, which this version does not know"),
        (lambda header: header.update(stores=None), "its header has no ledger"),
        (lambda header: header.update(format="multicloud.secrets/9"), "is an inventory of another format"),
        (lambda header: header["stores"][0].update(region="elsewhere"), f"is not a whole inventory: line 2: {NOT_ITS_OWN}"),
        (lambda header: (header["stores"][0].update(status="not_offered"), header.pop("complete")), f"is not a whole inventory: line 2: {NOT_ITS_OWN}"),
    ],
)
def test_a_forged_header_is_refused(tmp_path: Path, change: Any, message: str) -> None:
    path = resealed(tmp_path / "a", change)
    error = refusal(path)
    assert error.kind == "file"
    assert error.message.startswith(f"{path} is ") and error.message.endswith(message)
    if "not a whole inventory" in error.message:
        assert error.hint == "Collect it again, or copy it again."
    assert (error.hint == NEWER) == message.endswith("which this version does not know")


@pytest.mark.parametrize(
    "forged",
    [
        {"id": 5},
        {"id": None},
        {"name": ["x"]},
        {"attributes": None},
        {"attributes": []},
        {"invalid": "status"},
        {"invalid": None},
        {"region": None},
        {"account": ["prod"]},
        {"provider": {"x": 1}},
    ],
)
def test_a_forged_record_is_refused(tmp_path: Path, forged: dict[str, Any]) -> None:
    path = tmp_path / "a"
    first = lines_of(write(path, [row()], [record()]))[0]
    line = json.dumps({**record(), **forged}).encode() + b"\n"
    error = refusal(sealed(path, [first, line]))
    assert error.kind == "file"
    (key,) = forged
    reasons = (f"{key} is not what it has to be", f"{key} is no text", "invalid is no list of texts", NOT_ITS_OWN)
    assert error.message in [f"{path} is not a whole inventory: line 2: {reason}" for reason in reasons]


def test_an_inventory_that_does_not_say_that_it_is_whole_is_taken_for_filtered(tmp_path: Path) -> None:
    result = judged([resealed(tmp_path / "a", lambda header: header.pop("filtered"))], ENABLED)
    assert result["stores"][0]["filtered"] is True
    assert verdict_of(result) == "unknown"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [row()], [record()])
    union = MergedInventories([path], BY_PROVIDER)
    write(tmp_path / "a", [row(), row(region="r2")], [record()])
    with pytest.raises(SecretsError) as caught:
        list(union.records(union.stores([], parse_time(AS_OF), 0)))
    assert (caught.value.kind, caught.value.message, caught.value.hint) == ("file", f"{path} was changed while it was read", "Judge again.")
