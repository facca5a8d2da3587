# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all listing modules say when something goes wrong: what to do first, each reason once, and no more of the cloud's words than serve."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import DENIED, ENVIRONMENT, PROVIDERS, REGIONS, Listing, fleet, run_module

NAMES = {"alibaba": "alibaba_apig_secrets_info", "kms": "alibaba_kms_secrets_info", "tencent": "tencent_ssm_secrets_info"}
SECRET_VARIABLE = {
    "alibaba": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "kms": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "tencent": "TENCENTCLOUD_SECRET_KEY",
}
CLOSED = "127.0.0.1:9"


@pytest.fixture(name="emulator")
def _emulator(provider: str) -> Iterator[Emulator]:
    with Emulator(fleet(provider, *REGIONS[provider])) as emulator:
        yield emulator


def listed(provider: str, emulator: Emulator, environment: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    given = {"region": REGIONS[provider][0], "proxy": emulator.url, "ca_path": emulator.ca_file, "identify": True, "retries": 0, **more}
    return Listing(PROVIDERS[provider], environment).list(**given)


def test_a_wrong_secret_is_told_in_one_short_message_and_no_signed_text(provider: str, emulator: Emulator) -> None:
    environment = {**ENVIRONMENT, SECRET_VARIABLE[provider]: "another-secret-key-00001"}
    failed = listed(provider, emulator, environment)
    assert failed["msg"].startswith("The access key secret does not belong" if provider != "tencent" else "The secret key does not belong")
    assert len(failed["msg"]) < 400 and "StringToSign" not in json.dumps(failed)
    assert json.dumps(failed["stores"]).count("does not belong") == 0, "msg and error have told it"
    told = listed(provider, emulator, environment, on_error="report")
    assert told["warnings"] == [], "the number of an account whose listing failed for the same reason is not worth a warning"


def test_the_clouds_words_are_cut_at_a_sentence_and_come_last(provider: str, emulator: Emulator) -> None:
    code = DENIED[provider]
    words = "You may not do this. " + "It is because of a policy that is as long as this sentence, which never ends, " * 5
    emulator.behave({"faults": [{"act": "error", "code": code, "message": words, "match": {"action": "ListSecrets"}, "times": "forever"}]})
    failed = listed(provider, emulator)
    assert failed["error"]["message"].endswith(": You may not do this.")
    assert failed["msg"].startswith(failed["error"]["hint"]) and failed["msg"].count("You may not do this") == 1


def test_stores_that_share_a_reason_are_told_together(provider: str, emulator: Emulator) -> None:
    code = DENIED[provider]
    emulator.behave({"faults": [{"act": "error", "code": code, "match": {"action": "ListSecrets"}, "times": "forever"}]})
    first, second = REGIONS[provider]
    failed = listed(provider, emulator, region=None, regions=[first, second])
    assert f" default/{first}, default/{second}: ListSecrets at " in failed["msg"] and failed["msg"].count(code) == 1


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(provider: str, emulator: Emulator) -> None:
    failed = listed(provider, emulator, proxy=f"http://user:canary-password@{CLOSED}")
    assert failed["error"]["kind"] == "proxy" and f"the proxy {CLOSED} did not connect to " in failed["msg"] and "it refused the connection" in failed["msg"]
    assert "canary" not in json.dumps(failed) and "spelt" not in failed["msg"]


@pytest.mark.parametrize(
    "proxy, shown",
    [
        ("http://proxy.invalid:3128", "the proxy proxy.invalid:3128 did not connect to"),
        ("http://user:canary%40word@proxy.invalid:3128", "the proxy proxy.invalid:3128 did not connect to"),
    ],
)
def test_a_proxy_without_a_name_is_told_as_that(provider: str, emulator: Emulator, proxy: str, shown: str) -> None:
    failed = listed(provider, emulator, proxy=proxy)
    assert failed["error"]["kind"] == "proxy" and shown in failed["msg"] and "canary" not in json.dumps(failed)
    assert "its own name could not be resolved" in failed["msg"]


def test_a_comma_in_region_leads_to_regions(provider: str, emulator: Emulator) -> None:
    with pytest.raises(SecretsError, match="is not one region") as caught:
        listed(provider, emulator, region=",".join(REGIONS[provider]))
    assert "use regions" in str(caught.value.hint) and emulator.requests() == []


def test_a_misspelt_profile_is_told_with_those_that_exist(provider: str, emulator: Emulator, tmp_path: Path) -> None:
    rows = [{"name": name, "mode": "AK", "access_key_id": "LTAIcanary0001", "access_key_secret": "canary-secret"} for name in ("prod", "staging")]
    (tmp_path / ".aliyun").mkdir(0o700)
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"profiles": rows}), encoding="utf-8")
    (tmp_path / ".aliyun" / "config.json").chmod(0o600)
    (tmp_path / ".tccli").mkdir(0o700)
    for name in ("prod", "staging"):
        (tmp_path / ".tccli" / f"{name}.credential").write_text("{}", encoding="utf-8")
    with pytest.raises(SecretsError, match="prod, staging") as caught:
        listed(provider, emulator, {"HOME": str(tmp_path)}, profile="stagin")
    assert str(caught.value.hint).startswith("Set up one of these ") and "canary" not in caught.value.sentence()


@pytest.mark.parametrize("option, nearest", [("regoin", "region"), ("nams", "names")])
def test_a_misspelt_option_names_the_module_and_the_nearest_option(provider: str, option: str, nearest: str) -> None:
    name = f"multicloud.secrets.{NAMES[provider]}"
    result = run_module(NAMES[provider], {option: "canary-of-an-option", "_ansible_module_name": name})
    assert result["msg"] == f"{name}: unknown option {option!r}; did you mean {nearest}?"
    assert "canary" not in json.dumps(result)


def test_a_misspelt_option_of_an_account_does_so_too(provider: str) -> None:
    name = f"multicloud.secrets.{NAMES[provider]}"
    result = run_module(NAMES[provider], {"accounts": [{"name": "x", "profil": "canary-of-an-option"}], "_ansible_module_name": name})
    assert result["msg"] == f"{name}: accounts: unknown option 'profil'; did you mean profile?"
    assert "canary" not in json.dumps(result)
