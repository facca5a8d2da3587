# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The details that a fleet asks for: what is given, what an entry adds, and about what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.details import by_service, of_call, requests, told
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Detail, DetailFlow
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES


def unasked(*about: Any) -> DetailFlow:
    """The calls of a detail that nobody makes."""
    yield from ()
    return {}


def detail(word: str, batch: int | None, of_the_store: bool = False, implies: tuple[str, ...] = ()) -> Detail:
    """A detail that nobody asks a cloud for."""
    return Detail(word, None if of_the_store else lambda record, words: record["id"], batch, unasked, (), implies)


SSM = (detail("tags", 50), detail("keys", None), detail("versions", 1), detail("service", None, of_the_store=True))
KMS = (detail("describe", 1), detail("keys", None, implies=("describe",)), detail("policy", 1, implies=("keys", "describe")))
TWO = {
    "tencent_ssm": replace(SERVICES["tencent_ssm"], details=SSM),
    "alibaba_kms": replace(SERVICES["alibaba_kms"], details=KMS),
    "alibaba_apig": replace(SERVICES["alibaba_apig"], details=()),
}


def test_a_mapping_says_what_each_service_is_asked() -> None:
    assert by_service({"tencent_ssm": ["tags"], "alibaba_kms": []}, TWO, "details") == {"tencent_ssm": ["tags"], "alibaba_kms": []}


def test_of_a_list_each_service_takes_what_it_has() -> None:
    assert by_service(["keys", "tags"], TWO, "details") == {"tencent_ssm": ["tags", "keys"], "alibaba_kms": ["keys"], "alibaba_apig": []}
    assert by_service([], TWO, "details") == {"tencent_ssm": [], "alibaba_kms": [], "alibaba_apig": []}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["tagz"], "assert_secrets_details: unknown detail 'tagz'; did you mean tags?"),
        ({"tencent_ssm": ["policy"]}, "assert_secrets_details: unknown detail 'policy'; known: tags, keys, versions, service"),
        ({"tencent-ssm": ["tags"]}, "assert_secrets_details: unknown service 'tencent-ssm'; did you mean tencent_ssm?"),
        ({"tencent_smm": ["tags"]}, "assert_secrets_details: unknown service 'tencent_smm'; did you mean tencent_ssm?"),
        ({"tencent_ssm": "tags"}, "neither a list of words nor a mapping from services to such lists"),
        (7, "neither a list of words nor a mapping from services to such lists"),
        (["AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"], "unknown detail '(not shown)'"),
        ([["tags"]], "unknown detail '(not shown)'"),
    ],
    ids=str,
)
def test_what_is_not_known_is_refused(given: Any, message: str) -> None:
    with pytest.raises(SecretsError) as caught:
        by_service(given, TWO, "assert_secrets_details")
    assert message in caught.value.message and "[]" in (caught.value.hint or "[]")


@pytest.mark.parametrize("own", [["versions", "tags"], "versions,tags"])
def test_an_entry_adds_its_own(own: Any) -> None:
    call = {"provider": "tencent_ssm", "options": {"details": own}, "accounts": []}
    assert of_call(call, {"tencent_ssm": ["tags", "keys"]}) == ["versions", "tags", "keys"]
    assert of_call({**call, "options": {}}, {"alibaba_kms": ["keys"]}) == []


@pytest.mark.parametrize(
    ("details", "words", "secrets", "number"),
    [
        (SSM, ["tags"], 1000, 20),
        (SSM, ["tags"], 1001, 21),
        (SSM, ["tags"], 0, 0),
        (SSM, ["keys"], 1000, 1),
        (SSM, ["service"], 0, 1),
        (SSM, ["versions", "tags"], 100, 102),
        (KMS, ["keys"], 100, 101),
        (KMS, ["policy"], 100, 201),
        (KMS, ["policy", "keys", "describe"], 100, 201),
        ((replace(KMS[0], first=unasked), *KMS[1:]), ["keys"], 100, 102),
        (KMS, [], 100, 0),
    ],
)
def test_requests(details: Any, words: list[str], secrets: int, number: int) -> None:
    assert requests(details, words, secrets) == number


CALLS = [
    {"provider": "tencent_ssm", "options": {}, "accounts": [{"name": "pay"}, {"name": "dev"}]},
    {"provider": "alibaba_kms", "options": {"details": ["describe"]}, "accounts": [{"name": "shop"}]},
    {"provider": "alibaba_apig", "options": {}, "accounts": [{"name": "gate"}]},
]
COUNTS = {("tencent_ssm", "pay"): [100, 51], ("tencent_ssm", "dev"): [0], ("alibaba_kms", "shop"): [7]}


def test_one_line_tells_the_words_and_about_what_they_cost() -> None:
    assert told(CALLS, {"tencent_ssm": ["tags", "keys"]}, TWO, COUNTS) == "details: tags, keys, describe; about 14 more requests"
    assert told(CALLS[:1], {"tencent_ssm": ["service"]}, TWO, {("tencent_ssm", "pay"): [3], ("tencent_ssm", "dev"): []}).endswith("; about 1 more request")


def test_without_the_numbers_of_a_last_run_only_the_words_are_told() -> None:
    known = {key: value for key, value in COUNTS.items() if key[1] != "dev"}
    assert told(CALLS, {"tencent_ssm": ["tags"]}, TWO, known) == "details: tags, describe"
    assert told(CALLS[1:], {}, TWO, known) == "details: describe; about 7 more requests"


def test_nothing_is_told_where_nothing_is_asked() -> None:
    assert told(CALLS[::2], {"tencent_ssm": []}, TWO, COUNTS) == ""
