# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""resolves: a name that points to nothing fails, and one that points to where nobody looked is unknown."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RulesError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import (
    findings_of,
    judged,
    read,
    record,
    row,
    rule,
    verdict_of,
    write,
)

RULE: dict[str, Any] = {"fleet": {"resolves": {"field": "attributes.kms_secret_arn", "service": "alibaba_kms"}}}


def gate(name: str, behind: Any, region: str = "r1", **values: Any) -> dict[str, Any]:
    """A secret of a gateway that names another."""
    return record(name, "alibaba_apig", "gates", region, attributes={"kms_secret_arn": behind}, **values)


def kms(name: str, region: str = "r1", **values: Any) -> dict[str, Any]:
    """A secret of KMS."""
    return record(name, "alibaba_kms", "vault", region, **values)


def arn(name: str, region: str = "r1", account: str = "200", kind: str = "secret") -> str:
    """The name of a secret or key among all of the cloud's."""
    return f"acs:kms:{region}:{account}:{kind}/{name}"


def gates(region: str = "r1", **more: Any) -> dict[str, Any]:
    """The row of a store of gateways."""
    return row("alibaba_apig", "gates", region, account_id="200", **more)


def vault(region: str = "r1", **more: Any) -> dict[str, Any]:
    """The row of a store of KMS."""
    return row("alibaba_kms", "vault", region, **{"account_id": "200", **more})


def found(tmp_path: Path, rows: Any, secrets: Any, about: Any = None, **more: Any) -> list[tuple[str, str | None, str]]:
    """The findings of the rule."""
    made = rule(**(about or RULE))
    result = judged([write(tmp_path / "a", rows, secrets)], made, **more)
    return [(finding["verdict"], finding["name"], finding["message"]) for finding in findings_of(result)]


def test_one_that_dangles_fails_and_one_where_nobody_looked_is_unknown_in_this_order(tmp_path: Path) -> None:
    rows = [gates(), vault(), vault("r2", status="failed", error={"kind": "denied", "code": "NoPermission", "message": "no"})]
    secrets = [gate("a-unseen", arn("there", "r2")), gate("b-whole", arn("db/main")), gate("c-dangles", arn("gone")), kms("db/main")]
    first, second = found(tmp_path, rows, secrets)
    assert first == ("fail", "c-dangles", "refers to gone, which does not exist in alibaba_kms/vault/r1")
    reason = "alibaba_kms/vault/r2 is failed (NoPermission: no)"
    assert second == ("unknown", "a-unseen", f"cannot tell whether there exists: {reason}")


def test_all_that_are_there_pass(tmp_path: Path) -> None:
    result = judged([write(tmp_path / "a", [gates(), vault()], [gate("a", arn("x")), gate("b", arn("x")), kms("x")])], rule(**RULE))
    told = next(item for item in result["rules"] if item["id"] == "r")
    assert (told["verdict"], told["checks"]["pass"], result["findings"]) == ("pass", 2, [])


@pytest.mark.parametrize(
    ("rows", "verdict", "message"),
    [
        ([vault(status="partial")], "unknown", "alibaba_kms/vault/r1 is partial"),
        ([vault("r2")], "unknown", "no inventory is known to have alibaba_kms of account 200 in r1"),
        ([vault(account_id="999")], "unknown", "no inventory is known to have alibaba_kms of account 200 in r1"),
        ([vault(account_id=None)], "unknown", "alibaba_kms/vault/r1 may be it, and is of an account that is not known"),
        ([vault(account_id=None, status="failed")], "unknown", "alibaba_kms/vault/r1 may be it, and is failed"),
        ([vault(status="not_offered")], "fail", "does not exist in alibaba_kms/vault/r1"),
        ([vault()], "fail", "refers to gone, which does not exist in alibaba_kms/vault/r1"),
    ],
    ids=str,
)
def test_what_was_not_seen(tmp_path: Path, rows: Any, verdict: str, message: str) -> None:
    told = [item for item in found(tmp_path, [gates(), *rows], [gate("a", arn("gone"))]) if item[1] == "a"]
    assert [item[0] for item in told] == [verdict] and message in told[0][2]


def test_a_store_that_is_missing_or_stale_or_narrowed_leaves_it_unknown(tmp_path: Path) -> None:
    secrets = [gate("a", arn("gone"))]
    (told,) = [item for item in found(tmp_path, [gates()], secrets, expected=(("alibaba_kms", "vault", "r1"),)) if item[1] == "a"]
    assert told[0] == "unknown" and "alibaba_kms/vault/r1 may be it, and is missing" in told[2]
    paths = [write(tmp_path / "gates", [gates()], secrets), write(tmp_path / "vault", [vault()], [], filtered=True)]
    result = judged(paths, rule(**RULE))
    assert [finding["verdict"] for finding in findings_of(result) if finding["name"] == "a"] == ["unknown"]
    allowed = judged(paths, rule(**RULE, allow_filtered=True))
    assert [finding["verdict"] for finding in findings_of(allowed)] == ["fail"]


def test_a_secret_that_was_seen_in_a_store_that_is_not_whole_is_there(tmp_path: Path) -> None:
    assert found(tmp_path, [gates(), vault(status="partial")], [gate("a", arn("x")), kms("x")]) == []


def test_scopes_are_of_the_secrets_that_name_others(tmp_path: Path) -> None:
    about = {**RULE, "scopes": {"provider": "alibaba_apig", "region": "r1"}}
    rows = [gates(), gates("r2"), vault(), vault("r3", status="failed")]
    secrets = [gate("a", arn("x")), gate("b", arn("gone"), "r2"), kms("x")]
    assert found(tmp_path, rows, secrets, about) == []


def test_what_names_nothing_is_not_spoken_of_and_what_is_not_known_is_unknown(tmp_path: Path) -> None:
    rows = [gates(), vault(), row()]
    secrets = [gate("a", ""), gate("b", None), record("ssm"), kms("x")]
    told = found(tmp_path, rows, secrets)
    assert [(verdict, name) for verdict, name, _message in told] == [("unknown", "b")]
    assert found(tmp_path, rows, secrets, {**RULE, "select": {"attributes.kms_secret_arn": {"present": True}, "name": {"ne": "b"}}}) == []


def test_where_select_is_not_known_a_name_that_dangles_is_unknown(tmp_path: Path) -> None:
    (told,) = found(tmp_path, [gates(), vault()], [gate("a", arn("gone"), source=None)], {**RULE, "select": {"source": "KMS"}})
    assert told[0] == "unknown" and told[2].startswith("cannot tell whether the rule applies")


@pytest.mark.parametrize(("on_empty", "verdict"), [(None, "unknown"), ("not_applicable", "not_applicable"), ("fail", "unknown")])
def test_without_any_store_of_the_service_nothing_was_judged(tmp_path: Path, on_empty: str | None, verdict: str) -> None:
    path = write(tmp_path / "a", [gates()], [gate("a", arn("x")), gate("b", arn("y"))])
    result = judged([path], rule(**RULE, **({"on_empty": on_empty} if on_empty else {})))
    assert verdict_of(result) == verdict
    told = [finding["message"] for finding in findings_of(result)]
    hint = "Collect it, too, or write on_empty: not_applicable if it need not be judged."
    assert told == ([] if verdict == "not_applicable" else [f"no inventory has a store of alibaba_kms. {hint}"])


def test_a_name_that_could_not_be_read_is_told_in_plain_words(tmp_path: Path) -> None:
    unread = record("a", "alibaba_apig", "gates", attributes={"kms_secret_arn": None}, invalid=["attributes.kms_secret_arn"])
    assert found(tmp_path, [gates(), vault()], [unread]) == [("unknown", "a", "the secret behind it is not known")]


# --- bare ids, and keys ---


def test_a_bare_id_is_of_the_same_account_and_region(tmp_path: Path) -> None:
    rows = [gates(), gates("r2"), vault(), vault("r2"), vault("r3")]
    secrets = [gate("a", "x"), gate("b", "y"), gate("c", "y", "r2"), kms("x"), kms("y", "r2")]
    assert [(verdict, name) for verdict, name, _message in found(tmp_path, rows, secrets)] == [("fail", "b")]


def test_a_bare_id_within_one_service_needs_no_number_of_the_account(tmp_path: Path) -> None:
    about = {"fleet": {"resolves": {"field": "description", "service": "tencent_ssm"}}}
    told = found(
        tmp_path, [row(), row(account="dev")], [record("a", description="b"), record("b", description="c"), record("c", account="dev", description="")], about
    )
    assert [(verdict, name) for verdict, name, _message in told if verdict == "fail"] == [("fail", "b")]


KEYS = {"keys": {"status": "complete", "secrets": 1, "failed": 0, "error": None}}


def test_the_name_of_a_key_is_looked_up_among_the_keys_whose_state_is_told(tmp_path: Path) -> None:
    keys = [kms("x", kms_key_id="key-1", key_state="enabled"), kms("y", kms_key_id="key-2", key_state="missing"), kms("z", kms_key_id="key-3")]
    secrets = [gate(name, arn(f"key-{number}", kind="key")) for number, name in enumerate("abcd", 1)] + keys
    secrets += [gate("e", arn("key-1", kind="key", region="r2")), gate("f", arn("key-1", kind="key", account="999")), gate("g", arn("kst-1", kind="instance"))]
    told = {name: (verdict, message) for verdict, name, message in found(tmp_path, [gates(details=KEYS), vault(details=KEYS)], secrets)}
    assert {name: verdict for name, (verdict, _message) in told.items()} == {"b": "fail", **dict.fromkeys("cdefg", "unknown")}
    assert told["b"][1] == "refers to key-2, which does not exist in the keys of r1"
    assert told["c"][1] == "cannot tell whether key-3 exists: its state is told by no secret (details: keys)"
    assert told["g"][1].endswith("an inventory lists no instances")


OWN_KEY: dict[str, Any] = {"fleet": {"resolves": {"field": "kms_key_id", "service": "alibaba_kms"}}}


def test_a_bare_id_of_a_key_is_no_secret(tmp_path: Path) -> None:
    """Neither does a store of KMS have to be collected for keys whose state the gateways' own stores tell."""
    secrets = [
        gate("a", None, kms_key_id="key-1", key_state="pending_delete"),
        gate("b", None, kms_key_id="key-2", key_state="missing"),
        gate("c", None, kms_key_id="key-3", invalid=["key_state"]),
        gate("d", None, kms_key_id=""),
        gate("e", None, "r2", kms_key_id="key-1"),
    ]
    rows = [gates(details=KEYS), gates("r2", details=KEYS)]
    for more in ([], [vault(details=KEYS)]):
        told = {name: (verdict, message) for verdict, name, message in found(tmp_path, [*rows, *more], secrets, OWN_KEY)}
        assert {name: verdict for name, (verdict, _message) in told.items()} == {"b": "fail", "c": "unknown", "e": "unknown"}
        assert told["b"][1] == "refers to key-2, which does not exist in the keys of r1"
        assert told["c"][1] == "cannot tell whether key-3 exists: its state is told by no secret (details: keys)"
    (told_nothing,) = found(tmp_path, [gates()], [gate("a", None, kms_key_id="key-1")], OWN_KEY)
    assert told_nothing[2] == "cannot tell whether key-1 exists: its state is not known: it was not asked for (details: keys)"


def test_a_key_that_one_secret_tells_to_be_there_is_there(tmp_path: Path) -> None:
    secrets = [gate("a", None, kms_key_id="key-1", key_state="missing"), kms("x", kms_key_id="key-1", key_state="enabled")]
    assert found(tmp_path, [gates(details=KEYS), vault(details=KEYS)], secrets, OWN_KEY) == []


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        ({}, "fleet.resolves"),
        ({"field": "kms_key_id"}, "fleet.resolves"),
        ({"field": "kms_key", "service": "alibaba_kms"}, "fleet.resolves.field"),
        ({"field": "created_at", "service": "alibaba_kms"}, "fleet.resolves.field"),
        ({"field": "kms_key_id", "service": "kms"}, "fleet.resolves.service"),
        ({"field": "kms_key_id", "service": "alibaba_kms", "by": ["region"]}, "fleet.resolves.by"),
        ("kms_key_id", "fleet.resolves"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(statement: Any, path: str) -> None:
    with pytest.raises(RulesError) as caught:
        read(rule(fleet={"resolves": statement}))
    assert path in [problem["path"] for problem in caught.value.problems]


# --- laws ---

NAMES = ["a", "b", "c"]
STATUSES = st.sampled_from(["complete", "complete", "partial", "failed"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["r1", "r2"])), max_size=4), st.sets(st.sampled_from(NAMES)), STATUSES, STATUSES, st.randoms()
)
def test_seeing_less_never_makes_it_green(wanted: Any, there: set[str], status: str, other: str, chance: random.Random) -> None:
    """What dangles in a fleet of which all was seen is never green in one of which less was seen, in whatever order."""
    secrets = [gate(f"g{number}", arn(name, region)) for number, (name, region) in enumerate(wanted)]
    held = [kms(name, region) for name in sorted(there) for region in ("r1", "r2")]
    kept = {"complete": 1.0, "partial": 0.5, "failed": 0.0}
    poorer = [item for item in held if chance.random() < kept[status if item["region"] == "r1" else other]]

    def names(rows: Any, records: Any) -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            return {name: verdict for verdict, name, _message in found(Path(folder), rows, records) if name}

    whole = names([gates(), vault(), vault("r2")], [*secrets, *held])
    assert set(whole) == {f"g{number}" for number, (name, _region) in enumerate(wanted) if name not in there} and set(whole.values()) <= {"fail"}
    less = names([gates(), vault(status=status), vault("r2", status=other)], [*secrets, *poorer])
    assert set(whole) <= set(less)
    assert all(verdict == "unknown" for name, verdict in less.items() if (status if wanted[int(name[1:])][1] == "r1" else other) != "complete")
