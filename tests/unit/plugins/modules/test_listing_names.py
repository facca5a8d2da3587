# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All modules with names of secrets that do not exist, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import DENIED, PROVIDERS, REGIONS, Listing, fleet

MODULES = {name: Listing(provider) for name, provider in PROVIDERS.items()}
NAME = {"alibaba": "name", "kms": "SecretName", "tencent": "SecretName"}


@pytest.fixture(name="emulator")
def _emulator(provider: str) -> Iterator[Emulator]:
    held = (["payment_key", "model_key"], ["session_key"])
    regions = ({"name": region, "secrets": [{NAME[provider]: name} for name in names]} for region, names in zip(REGIONS[provider], held))
    with Emulator(fleet(provider, *regions)) as emulator:
        yield emulator


def listed(provider: str, emulator: Emulator, **more: Any) -> dict[str, Any]:
    return MODULES[provider].list(**{"regions": list(REGIONS[provider]), "proxy": emulator.url, "ca_path": emulator.ca_file, **more})


def test_names_that_exist_anywhere_in_the_account_are_not_missing(provider: str, emulator: Emulator) -> None:
    result = listed(provider, emulator, names=["payment_key", "session_key"])
    assert (result["names_missing"], result["warnings"], result["count"]) == ([], [], 2)
    assert "names_missing" not in listed(provider, emulator)


def test_a_name_that_nobody_has_is_told_with_the_nearest(provider: str, emulator: Emulator) -> None:
    result = listed(provider, emulator, names=["payment_kye", "session_key", "zzz"])
    assert result["complete"] and result["names_missing"] == [
        {"account": "default", "name": "payment_kye", "nearest": "payment_key", "certain": True},
        {"account": "default", "name": "zzz", "nearest": None, "certain": True},
    ]
    assert result["warnings"] == ["Account 'default' has no secret of the name 'payment_kye' (did you mean 'payment_key'?), 'zzz'."]
    narrowed = listed(provider, emulator, names=["payment_key"], name_like="model")
    assert narrowed["warnings"] == ["Account 'default' has no secret that the other filters let through of the name 'payment_key' (did you mean 'model_key'?)."]


def test_nobody_knows_what_a_store_holds_that_was_not_listed(provider: str, emulator: Emulator) -> None:
    code = DENIED[provider]
    emulator.behave({"faults": [{"act": "error", "code": code, "match": {"region": REGIONS[provider][1]}, "times": "forever"}]})
    result = listed(provider, emulator, names=["payment_key", "session_key"], on_error="report")
    assert [(each["name"], each["certain"]) for each in result["names_missing"]] == [("session_key", False)]
    assert any(warning.startswith("It is not known whether account 'default' has a secret of the name 'session_key'") for warning in result["warnings"])
    failed = listed(provider, emulator, names=["session_key"])
    assert failed["failed"] and failed["names_missing"][0]["certain"] is False


def test_each_account_must_have_the_names(provider: str, emulator: Emulator) -> None:
    accounts = [{"name": "all", "source": "environment"}, {"name": "one", "source": "environment", "regions": [REGIONS[provider][1]]}]
    result = listed(provider, emulator, names=["payment_key"], accounts=accounts)
    assert [(each["account"], each["name"]) for each in result["names_missing"]] == [("one", "payment_key")]


def test_the_inventory_remembers_which_names_were_missing(provider: str, emulator: Emulator, tmp_path: Path) -> None:
    dest = tmp_path / "inventory.jsonl"
    result = listed(provider, emulator, names=["payment_key", "gone"], dest=str(dest))
    header = json.loads(dest.read_text(encoding="utf-8").splitlines()[0])
    assert header["names_missing"] == result["names_missing"] and [each["name"] for each in header["names_missing"]] == ["gone"]
    assert not listed(provider, emulator, names=["payment_key", "gone"], dest=str(dest))["changed"]
