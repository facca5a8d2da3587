# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories that contradict themselves are refused, with line and reason; those that only tell more or less are read."""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import header, judged, record, row, rule

RULES = (
    rule("enabled", expect={"status": "enabled"}),
    rule("rotates", expect={"rotation_days": {"le": 90}}),
    rule("one", fleet={"count": {"min": 3}}),
    rule("whole", fleet={"complete": True}),
)
COUNTERS: dict[str, Any] = {"requests": 2, "retries": 0, "throttled": 0, "restarts": 0, "conflicts": 0, "seconds": 0.5, "unknown_fields": []}
SSM = row(count=3, total=3, proof="total", credentials="environment", **{**COUNTERS, "account_id": "100"})
APIG = row("alibaba_apig", "shop", "r2", count=1, total=None, proof="twice", credentials="environment", **COUNTERS)
ASKED = {"accounts": ["prod", "shop"], "regions": {"prod": ["r1"], "shop": ["all"]}, "partitions": ["all"], "filters": {}}
RECORDS = [record("z", "alibaba_apig", "shop", "r2"), record("a"), record("b", delete_at="2026-12-01T00:00:00.5Z"), record("c")]

Parts = dict[str, Any]


class Mark(Enum):
    """What stands for something else until a file is written."""

    ABSENT = "absent"
    FITS = "fits"


ABSENT, FITS = Mark


def whole() -> Parts:
    """A valid inventory as its parts: header, records, and what the trailer is to have instead of what fits."""
    head = {"format": "multicloud.secrets/1", **header([copy.deepcopy(APIG), copy.deepcopy(SSM)], asked=copy.deepcopy(ASKED))}
    return {"header": head, "records": copy.deepcopy(RECORDS), "trailer": {"end": True, "records": FITS, "sha256": FITS}}


def written(path: Path, parts: Parts) -> str:
    """The parts as a file, without what is ABSENT."""
    body = b"".join(encoded(part) for part in (parts["header"], *parts["records"]))
    fitting = {"records": len(parts["records"]), "sha256": hashlib.sha256(body).hexdigest()}
    path.write_bytes(body + encoded({key: fitting[key] if value is FITS else value for key, value in parts["trailer"].items()}))
    return str(path)


def encoded(part: Any) -> bytes:
    """One line."""
    return json.dumps(without_absent(part), separators=(",", ":")).encode() + b"\n"


def without_absent(value: Any) -> Any:
    """The value, without what is to be left out."""
    if isinstance(value, dict):
        return {key: without_absent(item) for key, item in value.items() if item is not ABSENT}
    return [without_absent(item) for item in value] if isinstance(value, list) else value


def refusal(path: Path, parts: Parts) -> str:
    """Why an inventory is refused."""
    with pytest.raises(SecretsError) as caught:
        judged([written(path, parts)], *RULES)
    assert caught.value.kind == "file" and caught.value.hint
    assert caught.value.message.startswith(str(path))
    return caught.value.message.removeprefix(f"{path} is not a whole inventory: ")


def changed(change: Callable[[Parts], Any]) -> Parts:
    """A valid inventory with a change."""
    parts = whole()
    change(parts)
    return parts


def of_row(**values: Any) -> Callable[[Parts], Any]:
    """A change of the ledger's row with the most secrets."""
    return lambda parts: parts["header"]["stores"][1].update(values)


def of_record(**values: Any) -> Callable[[Parts], Any]:
    """A change of the second record."""
    return lambda parts: parts["records"][1].update(values)


def of_header(**values: Any) -> Callable[[Parts], Any]:
    """A change of the header."""
    return lambda parts: parts["header"].update(values)


def test_a_valid_inventory_is_judged(tmp_path: Path) -> None:
    assert judged([written(tmp_path / "a", whole())], *RULES[:1])["verdict"] == "pass"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda parts: parts.update(records=parts["records"][:2]), "tencent_ssm/prod/r1 counts 3 secrets and has 1", id="records are gone"),
        pytest.param(lambda parts: parts["records"].pop(0), "alibaba_apig/shop/r2 counts 1 secret and has none", id="all of a store are gone"),
        pytest.param(lambda parts: parts["records"].insert(2, parts["records"][1]), "line 4: this secret does not come after the one before it", id="twice"),
        pytest.param(lambda parts: parts["records"].reverse(), "line 3: this secret does not come after the one before it", id="out of order"),
        pytest.param(
            lambda parts: parts["records"].append(parts["records"].pop(0)), "line 5: this secret does not come after the one before it", id="a store late"
        ),
        pytest.param(lambda parts: parts["records"][3].update(id="a"), "tencent_ssm/prod/r1 has two secrets of one id", id="an id twice"),
        pytest.param(of_row(proof="none"), "line 1: the row of tencent_ssm/prod/r1 is complete and has the proof none", id="complete without proof"),
        pytest.param(of_row(proof="surely"), "line 1: the row of tencent_ssm/prod/r1 has a proof that is not known", id="a proof that is none"),
        pytest.param(of_row(error={"kind": "denied"}), "line 1: the row of tencent_ssm/prod/r1 is complete and has an error", id="complete with an error"),
        pytest.param(
            of_row(partitions=[{"partition": "user", "status": "failed"}]),
            "line 1: the row of tencent_ssm/prod/r1 is complete and has a partition that is not",
            id="complete with a failed partition",
        ),
        pytest.param(
            of_row(total=250), "line 1: the row of tencent_ssm/prod/r1 counts 3 secrets where the cloud counts 250, which is its proof", id="another total"
        ),
        pytest.param(of_row(count=-1), "line 1: the row of tencent_ssm/prod/r1 has no number as count", id="a negative count"),
        pytest.param(of_row(count=True), "line 1: the row of tencent_ssm/prod/r1 has no number as count", id="a count that is a flag"),
        pytest.param(of_row(count=None), "line 1: the row of tencent_ssm/prod/r1 is complete and does not tell its count", id="no count"),
        pytest.param(
            of_row(total=None), "line 1: the row of tencent_ssm/prod/r1 is complete and does not tell its total, which is its proof", id="no total for a proof"
        ),
        pytest.param(
            of_row(account_id=[]), "line 1: the row of tencent_ssm/prod/r1 has an account number or unknown fields that are none", id="no account number"
        ),
        pytest.param(of_row(unknown_fields="x"), "line 1: the row of tencent_ssm/prod/r1 has an account number or unknown fields that are none", id="a text"),
        pytest.param(of_row(status="failed"), "line 1: its header says that it is complete, and its ledger says the contrary", id="a failed row"),
        pytest.param(of_header(complete=False), "line 1: its header says that it is not complete, and its ledger says the contrary", id="not complete"),
        pytest.param(of_header(complete="yes"), "line 1: its header's complete is neither true nor false", id="a text for complete"),
        pytest.param(
            of_header(asked={**ASKED, "filters": {"names": ["a"]}}), "line 1: its header names filters and says that there was none", id="filters unsaid"
        ),
        pytest.param(of_header(asked={**ASKED, "accounts": ["prod"]}), "line 1: its ledger is not of the accounts that its header names", id="accounts"),
        pytest.param(
            of_header(asked={**ASKED, "regions": {"prod": ["r1", "r9"], "shop": ["all"]}}),
            "line 1: its ledger is not of the regions that its header names for prod",
            id="a region without a row",
        ),
        pytest.param(
            of_header(collected_at="0001-01-01T00:00:00Z"), "line 1: it was collected at 0001-01-01T00:00:00Z, before there were inventories", id="year 1"
        ),
        pytest.param(of_record(id=""), "line 3: id is empty", id="an empty id"),
        pytest.param(of_record(created_at="yesterday"), "line 3: created_at is no time", id="no time"),
        pytest.param(of_record(created_at="2026-02-30T00:00:00Z"), "line 3: created_at is no time", id="a day that is none"),
        pytest.param(of_record(created_at="2026-02-03T24:00:00Z"), "line 3: created_at is no time", id="an hour that is none"),
        pytest.param(of_record(created_at="2026-02-03T00:00:00+08:00"), "line 3: created_at is no time", id="another zone"),
        pytest.param(of_record(delete_at=1_700_000_000), "line 3: delete_at is no time", id="a number for a time"),
        pytest.param(of_record(rotation_days="many"), "line 3: rotation_days is no number", id="a text for a number"),
        pytest.param(of_record(rotation_days=-5), "line 3: rotation_days is below 0", id="a number that 'at most' would take for a pass"),
        pytest.param(of_record(rotation_enabled=1), "line 3: rotation_enabled is no flag", id="a number for a flag"),
        pytest.param(of_record(kind={"a": 1}), "line 3: kind is no text", id="a mapping for a text"),
        pytest.param(of_record(invalid=[5]), "line 3: invalid is no list of texts", id="a list of numbers"),
        pytest.param(
            lambda parts: parts["records"][2]["attributes"].update(create_uin={"a": []}), "line 4: attributes.create_uin has a wrong type", id="an attribute"
        ),
        pytest.param(
            lambda parts: parts["records"][2]["attributes"].update(associated_instance_ids=[["a"]]),
            "line 4: attributes.associated_instance_ids is no list of texts",
            id="a list in a list",
        ),
        pytest.param(lambda parts: parts["trailer"].update(records=True), "its trailer does not match its content", id="a flag for a number of records"),
    ],
)
def test_a_contradiction_is_refused_with_line_and_reason(tmp_path: Path, change: Callable[[Parts], Any], reason: str) -> None:
    assert refusal(tmp_path / "a", changed(change)) == reason


def test_a_key_that_is_given_twice_is_found_in_any_record(tmp_path: Path) -> None:
    """Also in one that is like those before it, and whatever it says."""
    for key, value in (("status", '"enabled"'), ("rotation_days", "30"), ("delete_at", "null"), ("invalid", "[]"), ("invalid", "[1]")):
        path = Path(written(tmp_path / "a", whole()))
        lines = path.read_bytes().splitlines(keepends=True)[:-1]
        lines[4] = lines[4].replace(b'{"provider"', f'{{"{key}" :{value},"provider"'.encode(), 1)
        body = b"".join(lines)
        path.write_bytes(body + json.dumps({"end": True, "records": 4, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n")
        with pytest.raises(SecretsError, match="a key occurs twice in one object at line 5"):
            judged([str(path)], *RULES)


def test_an_inventory_of_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    told = refusal(path, changed(of_header(collected_at="2026-11-21T00:05:01Z")))
    assert told == f"{path} is of the future: it was collected at 2026-11-21T00:05:01Z, after the time of judging, 2026-11-21T00:00:00Z"


def test_a_status_of_another_release_is_not_known(tmp_path: Path) -> None:
    result = judged([written(tmp_path / "a", changed(of_record(status="sleeping")))], rule(expect={"status": {"ne": "pending_delete"}}))
    assert result["verdict"] == "unknown"


@pytest.mark.parametrize("missing", ["count", "total", "proof", "error", "account_id", "seconds"])
def test_what_another_release_does_not_tell_contradicts_nothing(tmp_path: Path, missing: str) -> None:
    assert judged([written(tmp_path / "a", changed(lambda parts: parts["header"]["stores"][1].pop(missing)))], *RULES[:1])["verdict"] == "pass"


# --- one field changed, whatever it is, and the digest mended ---

NONSENSE: list[Any] = [None, True, False, 0, 1, -1, 10**12, 0.5, "", "x", "none", "complete", "2001-01-01T00:00:00Z", [], ["x"], [{}], {}, {"x": "x"}]
TOLD = (rule("named", expect={"name": {"present": True}}), rule("whole", fleet={"complete": True}))
HOLES: dict[str, Callable[[Parts], Any]] = {
    "partial": lambda parts: (of_row(status="partial", proof="none", error={"kind": "denied"})(parts), of_header(complete=False)(parts)),
    "filtered": of_header(filtered=True, asked={**ASKED, "filters": {"names": ["a", "b", "c", "z"]}}),
    "stale": of_header(collected_at="2026-11-01T00:00:00Z"),
}


def mutants(original: Parts, *places: tuple[Any, ...]) -> Iterator[tuple[Any, Any, Parts]]:
    """The same inventory over and over, with another value in each of the fields that stand in these places, or without the field."""
    for place in places:
        for key, value in [(key, value) for key in reach(original, place) for value in (*NONSENSE, ABSENT)]:
            parts = copy.deepcopy(original)
            reach(parts, place)[key] = value
            yield (*place, key), value, parts


def reach(parts: Any, place: tuple[Any, ...]) -> Any:
    """What stands in a place."""
    for key in place:
        parts = parts[key]
    return parts


def outcome(path: Path, parts: Parts) -> tuple[str, int]:
    """The verdict and the number of secrets; of what is refused, no verdict."""
    try:
        result = judged([written(path, parts)], *TOLD)
    except SecretsError:
        return "refused", 0
    return result["verdict"], result["summary"]["secrets"]


HEADER_AND_TRAILER = (("header",), ("header", "asked"), ("header", "stores", 1), ("trailer",))


def test_no_change_of_one_field_makes_a_pass_that_sees_less(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for place, value, parts in mutants(whole(), *HEADER_AND_TRAILER, ("records", 1), ("records", 1, "attributes")):
        verdict, secrets = outcome(tmp_path / "a", parts)
        assert (verdict, secrets) in (("refused", 0), ("fail", 4), ("unknown", 4), ("pass", 4)), (place, value)
        found[verdict] += 1
    assert found["refused"] > 500 and found["pass"] > 100


@pytest.mark.parametrize("hole", HOLES)
def test_no_change_of_one_field_hides_a_hole(tmp_path: Path, hole: str) -> None:
    for place, value, parts in mutants(changed(HOLES[hole]), *HEADER_AND_TRAILER):
        assert outcome(tmp_path / "a", parts)[0] in ("refused", "fail", "unknown"), (place, value)
