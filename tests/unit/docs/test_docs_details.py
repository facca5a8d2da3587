# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/details.md keeps its word: its words, fields, permissions and sums are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.calls import KMS_LIMIT
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.calls import LIMITS
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.details import DETAILS
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "details.md").read_text(encoding="utf-8")
MODULES = {"Alibaba Cloud APIG": alibaba_apig_secrets_info, "Alibaba Cloud KMS": alibaba_kms_secrets_info, "Tencent Cloud SSM": tencent_ssm_secrets_info}
SERVICES = {name: module.PROVIDER for name, module in MODULES.items()}
PAGES = {name: module.DOCUMENTATION for name, module in MODULES.items()}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    assert found, heading
    return found[2:]


def names(cell: str) -> set[str]:
    """What stands in backquotes."""
    return set(re.findall(r"`([^`]+)`", cell))


@pytest.mark.parametrize("service", SERVICES)
def test_words_fields_and_permissions_are_those_of_the_code(service: str) -> None:
    provider: Provider = SERVICES[service]
    told = {word.strip("`"): (names(fills), names(permission)) for word, _about, _requests, fills, permission in rows(service)}
    assert list(told) == [detail.word for detail in provider.details]
    for detail in provider.details:
        fields, actions = told[detail.word]
        filled = {field.key for field in provider.schema.details[detail.word]}
        others = {field.key for word in fields & set(told) for field in provider.schema.details[word]}
        assert (fields - set(told)) | others == filled and actions == set(detail.actions)
        assert all(f"V({detail.word})" in PAGES[service] and f"C({action})" in PAGES[service] for action in detail.actions)


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_word_implies_is_told(service: str) -> None:
    about = {word.strip("`"): names(what) for word, what, *_rest in rows(service)}
    for detail in SERVICES[service].details:
        assert set(detail.implies) == about[detail.word] - {"reference_count"}


def test_the_policy_grants_what_the_code_asks_for_and_nothing_else() -> None:
    ram, cam = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
    (alibaba,), (tencent,) = ram["Statement"], cam["statement"]
    for granted, cloud in ((alibaba["Action"], "Alibaba"), (tencent["action"], "Tencent")):
        asked = {action for name, provider in SERVICES.items() if name.startswith(cloud) for detail in provider.details for action in detail.actions}
        assert set(granted) == asked and not re.search(r"\*|Value|Random|Decrypt|Put|Delete|Update|Create", " ".join(granted))
    assert (ram["Version"], alibaba["Effect"], alibaba["Resource"]) == ("1", "Allow", "*")
    assert (cam["version"], tencent["effect"], tencent["resource"]) == ("2.0", "allow", ["*"])


def test_the_sums_are_right() -> None:
    rate: Any = argument_spec(alibaba_kms_secrets_info.PROVIDER.options)["rate_limit"]["default"]
    assert f"sends {rate} with the default `rate_limit`,\nand {KMS_LIMIT} at most" in TEXT
    for _what, requests, slow, fast in rows("What 100,000 secrets cost"):
        assert (int(slow), int(fast)) == (round(int(requests) / rate), round(int(requests) / KMS_LIMIT))
    assert {requests for _what, requests, _slow, _fast in rows("What 100,000 secrets cost")} == {
        str(count) for count in (2 * 1000, 1 + 10 * 101, 10_000, 100_000, 100_000 + 10 + 1 + 3, 1011 + 1 + 100_000, 50_000 + 1, 10 + 1 + 3)
    }


def test_the_sums_of_tencent_cloud_are_right() -> None:
    limits = {detail.word: LIMITS[detail.actions[0].partition(":")[2]][0] for detail in DETAILS}
    for what, requests, slow, fast in rows("What they cost at Tencent Cloud")[1:]:
        word = next(word for word in limits if f"`{word}`" in what)
        assert (int(slow), int(fast)) == (-(-int(requests) // min(25, limits[word])), -(-int(requests) // limits[word])) or int(requests) < 10
    assert {requests for _what, requests, _slow, _fast in rows("What they cost at Tencent Cloud")[1:]} == {"6", "2000", "5000", "100000", "1"}
