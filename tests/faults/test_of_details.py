# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults 77 to 86: details. Whatever happens to their calls, the listing stands, what is not known is said not to be, and no rule passes by it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults.harness import (
    ACCOUNT,
    ALIBABA,
    CLOUDS,
    KMS,
    SECRETS,
    TENCENT,
    Case,
    Cloud,
    Ended,
    always,
    call,
    fault,
    healthy,
    once,
    rows,
)
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import findings_of, judged, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import fleet


@dataclass(frozen=True)
class Word:
    """A detail: its word, the record key that it fills, the action of its calls, and of those of its keys."""

    word: str
    key: str
    action: str


MOST = {
    TENCENT: Word("tags", "tags", "DescribeResourceTagsByResourceIds"),
    ALIBABA: Word("references", "references", "ListSecretReferences"),
    KMS: Word("versions", "version_count", "ListSecretVersionIds"),
}
"""Details of many secrets, each with calls of its own or with those of its batch."""
ONE = {**MOST, TENCENT: Word("versions", "version_count", "ListSecretVersionIds")}
"""Details that are asked for secret by secret."""
KEYS = {cloud: Word("keys", "key_state", "ListKeyDetail" if cloud is TENCENT else "ListKeys") for cloud in CLOUDS}
DENIED = {TENCENT: "UnauthorizedOperation", ALIBABA: "Forbidden.RAM", KMS: "Forbidden.NoPermission"}
THROTTLED = {TENCENT: "RequestLimitExceeded", ALIBABA: "Throttling.User", KMS: "Rejected.Throttling"}


@dataclass(frozen=True)
class Tells:
    """Expected: the store is complete, and the ledger says of the detail that it is 'status', and why; error: kind of it.

    unknown: how many secrets have no value; None for all that were asked about.
    """

    detail: Word
    status: str = "failed"
    error: str | None = None
    hint: str = ""
    unknown: int | None = None

    def check(self, cloud: Cloud, ended: Ended, emulator: Emulator) -> None:
        """Compare the ledger, the records and the verdict."""
        assert ended.complete and ended.row["status"] == "complete", ended.result
        told = ended.row["details"][self.detail.word]
        assert told["status"] == self.status and (told["error"] or {}).get("kind") == self.error, told
        assert re.search(self.hint, (told["error"] or {}).get("hint") or ""), told
        without = {record["name"] for record in ended.result["secrets"] if self.detail.key in record["invalid"]}
        assert len(without) == (told["secrets"] if self.unknown is None else self.unknown) and told["secrets"] > 0, (len(without), told)
        assert all(record[self.detail.key] is None for record in ended.result["secrets"] if record["name"] in without)
        assert told["failed"] == (0 if self.status == "complete" else len(without))
        findings = [finding for finding in _findings(ended, self.detail.key) if finding["name"] in without]
        assert len(findings) == len(without) and {finding["verdict"] for finding in findings} <= {"unknown"}
        if self.status == "failed":
            assert all(f"details: {self.detail.word}" in finding["message"] for finding in findings)


def _findings(ended: Ended, key: str) -> list[Any]:
    """Findings of a rule that reads the detail."""
    with tempfile.TemporaryDirectory() as folder:
        listed = write(Path(folder) / "inventory", ended.result["stores"], ended.result["secrets"])
        result = judged([listed], rule(expect={key: {"present": True}}), max_age=10**10)
    return findings_of(result)


def struck(words: Mapping[Cloud, Word], make: Callable[..., dict[str, Any]], act: str, of: Mapping[Cloud, Any] | None = None, **more: Any) -> Any:
    """The behaviour that strikes the calls of a detail, and only these."""
    return lambda cloud: make(act, match={"action": words[cloud].action}, **more, **(of or {}).get(cloud, {}))


def cases(number: int, name: str, behaviour: Any, expect: Callable[[Cloud], Any], words: Mapping[Cloud, Word] | None = None, **options: Any) -> list[Case]:
    """A fault with the detail of each cloud. words: which, else MOST."""
    words = words or MOST
    return [Case(number, name, behaviour, expect, {"details": [words[cloud].word], **options}, (cloud,)) for cloud in CLOUDS]


def codes(of: Mapping[Cloud, str]) -> dict[Cloud, dict[str, str]]:
    return {cloud: {"code": code} for cloud, code in of.items()}


def lies(**values: Any) -> dict[Cloud, dict[str, Any]]:
    """What 'edit' sets in the answers of each cloud."""
    return {cloud: {"set": values[cloud.name]} for cloud in CLOUDS}


OTHERS = lies(tencent={"Response.Tags.0.ResourceId": "creatorUin/1/other"}, alibaba={"data.pageNumber": 9}, kms={"SecretName": "other"})
TOTALS = lies(tencent={"Response.TotalCount": 10_000}, alibaba={"data.totalSize": 10_000}, kms={"TotalCount": 10_000})
FEWER = lies(tencent={"Response.TotalCount": 1}, alibaba={"data.totalSize": 0}, kms={"TotalCount": 0})
LONG = "x" * 500_000
LONGER = lies(
    tencent={"Response.Tags.0.TagValue": LONG},
    alibaba={"data.items": [{"resourceType": "Service", "serviceConfig": {"name": LONG}}], "data.totalSize": 1},
    kms={"Description": LONG},
)
DESCRIBED = {**MOST, KMS: Word("describe_all", "description", "DescribeSecret")}


def known(cloud: Cloud) -> Tells:
    """Nothing was lost after all."""
    return Tells(MOST[cloud], "complete", unknown=0)


def strange(cloud: Cloud) -> Tells:
    """What is about another secret tells nothing. The answers of APIG name none, and a page may have another number."""
    return known(cloud) if cloud is ALIBABA else Tells(MOST[cloud], error="protocol")


@rows(
    *cases(
        77,
        "a-detail-is-refused",
        struck(MOST, always, "error", codes(DENIED)),
        lambda cloud: Tells(MOST[cloud], error="denied", hint=f"^Grant the actions .*:{MOST[cloud].action}.*, or leave {MOST[cloud].word} out"),
    ),
    *cases(78, "a-detail-fails-for-ever", struck(MOST, always, "answer", status=503), lambda cloud: Tells(MOST[cloud], error="server")),
    *cases(78, "a-detail-fails-once", struck(MOST, once, "reset"), known),
    *cases(79, "a-detail-is-throttled-once", struck(MOST, once, "error", codes(THROTTLED), status=429), known),
    *cases(
        80, "the-deadline-cuts-a-detail", struck(MOST, always, "stall"), lambda cloud: Tells(MOST[cloud], error="deadline", hint="Raise deadline"), deadline=2
    ),
    *cases(
        81,
        "a-secret-is-gone-before-its-detail",
        lambda cloud: {"changes": [{"match": {"action": "ListSecrets"}, "after": healthy(cloud), "delete": _asked_about(cloud)}]},
        lambda cloud: Gone(ONE[cloud], "complete", unknown=1),
        ONE,
    ),
    *cases(82, "a-detail-is-a-sign-in-page", struck(MOST, always, "html"), lambda cloud: Tells(MOST[cloud], error="protocol")),
    *cases(82, "a-detail-is-no-object", struck(MOST, always, "answer", body="[]"), lambda cloud: Tells(MOST[cloud], error="schema")),
    *cases(82, "a-detail-is-empty", struck(MOST, always, "answer", body="{}"), lambda cloud: Tells(MOST[cloud], error="schema")),
    *cases(83, "a-detail-is-of-another-secret", struck(MOST, always, "edit", OTHERS), strange),
    *cases(83, "a-detail-is-of-another-secret-once", struck(MOST, once, "edit", OTHERS), known),
    *cases(85, "a-detail-counts-more-than-it-sends", struck(MOST, always, "edit", TOTALS), lambda cloud: Tells(MOST[cloud], error="pagination")),
    *cases(85, "a-detail-counts-fewer-than-it-sends", struck(MOST, always, "edit", FEWER), lambda cloud: Tells(MOST[cloud], error="pagination")),
    *cases(85, "a-detail-counts-wrongly-once", struck(MOST, once, "edit", TOTALS), known),
    *cases(86, "a-value-is-too-long", struck(DESCRIBED, once, "edit", LONGER), lambda cloud: Tells(DESCRIBED[cloud], "complete", unknown=1), DESCRIBED),
)
def test_a_detail_never_spoils_the_listing(case: Case, cloud: Cloud, process: bool) -> None:
    case.run(cloud, process)


class Gone(Tells):
    """The same, where the store has one secret less by then."""

    def check(self, cloud: Cloud, ended: Ended, emulator: Emulator) -> None:
        """The listing holds what was there when it ended."""
        assert len(ended.names) == SECRETS and len(emulator.secrets(ACCOUNT, cloud.region)) == SECRETS - 1
        super().check(cloud, ended, emulator)


def _asked_about(cloud: Cloud) -> list[str]:
    """The id of a secret that has the detail."""
    with Emulator(cloud.fleet()) as emulator:
        ended = call(cloud, {"endpoint": emulator.url, "details": [ONE[cloud].word]})
    return [next(record["id"] for record in ended.result["secrets"] if record[ONE[cloud].key])]


def _of_keys(cloud: Cloud) -> dict[str, Any]:
    """A store whose secrets have keys of the second page."""
    idents = [f"6b1f0000-0000-4000-8000-{number:012d}" for number in range(250)]
    named: dict[Cloud, Callable[[str], dict[str, Any]]] = {
        TENCENT: lambda key: {"SecretName": f"s-{key[-3:]}", "KmsKeyId": key, "KmsKeyType": "CUSTOMER"},
        ALIBABA: lambda key: {"secretId": f"s-{key[-3:]}", "name": f"s-{key[-3:]}", "kmsConfig": {"kmsKeyId": key}},
        KMS: lambda key: {"SecretName": f"s-{key[-3:]}", "EncryptionKeyId": key},
    }
    secrets = [named[cloud](ident) for ident in (idents[0], idents[-1])]
    store, keys = {"name": cloud.region, **cloud.place, "secrets": secrets}, {"keys": dict.fromkeys(idents, "Enabled")}
    stores = [store, {"name": cloud.region, "service": "kms", **keys}] if cloud is ALIBABA else [{**store, **keys}]
    return fleet(cloud.provider, *stores)


def _keys(cloud: Cloud, **behaviour: Any) -> Ended:
    with Emulator(_of_keys(cloud)) as emulator:
        if behaviour:
            emulator.behave({"faults": [{"match": {"action": KEYS[cloud].action}, "times": "forever", **behaviour}]})
        return call(cloud, {"proxy": emulator.url, "ca_path": emulator.ca_file, "details": ["keys"], "page_size": 100})


@fault(84, "keys-are-listed")
def test_keys_of_several_pages(cloud: Cloud) -> None:
    assert [record["key_state"] for record in _keys(cloud).result["secrets"]] == ["enabled"] * 2


@fault(84, "a-list-of-keys-repeats-its-first-page")
def test_a_key_that_was_not_seen_is_not_called_missing(cloud: Cloud) -> None:
    """Two readings of the first page have no room for the second."""
    ended = _keys(cloud, act="parameters", set={"Offset": 0} if cloud is TENCENT else {"PageNumber": "1"})
    told = ended.row["details"]["keys"]
    assert ended.complete and (told["status"], told["failed"]) == ("failed", 2) and told["error"]["kind"] in ("pagination", "protocol"), told
    assert [(record["key_state"], "key_state" in record["invalid"]) for record in ended.result["secrets"]] == [(None, True)] * 2
    assert {finding["verdict"] for finding in _findings(ended, "key_state")} == {"unknown"}


@fault(84, "a-list-of-keys-counts-too-few")
def test_a_list_that_counts_too_few_keys_is_not_believed(cloud: Cloud) -> None:
    ended = _keys(cloud, act="edit", set={"Response.TotalCount" if cloud is TENCENT else "TotalCount": 90})
    told = ended.row["details"]["keys"]
    assert ended.complete and (told["status"], told["failed"], told["error"]["kind"]) == ("failed", 2, "pagination"), told
