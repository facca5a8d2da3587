# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all entries of a fleet share: who takes what of it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.discovery import RegionCache, find_stores
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import plan
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import FleetOptions
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud.vault.provider import PROVIDER

OFFERS = {
    "east": FleetOptions(
        ["regions", "profile", "credentials_env", "source", "assume_role_arn", "assume_role_duration"], ["page_size"], ["key_id", "assume_role_external_id"]
    ),
    "west": FleetOptions(["regions", "site", "profile"], ["status"], ["token"]),
}


def _entries(defaults: Any, *entries: Any, elsewhere: dict[str, list[str]] | None = None) -> list[Any]:
    made = plan({"defaults": defaults, "fleet": list(entries)}, OFFERS, elsewhere or {})
    assert made["errors"] == []
    return list(made["entries"])


@pytest.mark.parametrize(
    "defaults, entry, whole",
    [
        pytest.param({"provider": "east", "region": "r"}, {}, {"provider": "east", "region": "r"}, id="all of it"),
        pytest.param({"provider": "east", "region": "r"}, {"region": "s"}, {"provider": "east", "region": "s"}, id="its own counts"),
        pytest.param({"provider": "east", "region": "r"}, {"regions": ["s"]}, {"provider": "east", "regions": ["s"]}, id="region and regions are one"),
        pytest.param({"provider": "east", "regions": ["r"]}, {"region": None}, {"provider": "east", "regions": ["r"]}, id="null is not set"),
        pytest.param({"provider": "east", "profile": "p"}, {"source": "metadata"}, {"provider": "east", "source": "metadata"}, id="another source of its key"),
        pytest.param({"site": "intl", "region": "r"}, {"provider": "east"}, {"provider": "east", "region": "r"}, id="only what its provider has"),
        pytest.param(
            {"provider": "east", "profile": "p", "assume_role_arn": "r"},
            {"source": "environment"},
            {"provider": "east", "source": "environment", "assume_role_arn": "r"},
            id="a role is no source of a key",
        ),
        pytest.param({"provider": "east", "assume_role_duration": 900}, {}, {"provider": "east"}, id="without a role, nothing of one"),
        pytest.param(
            {"provider": "east", "assume_role_duration": 900},
            {"assume_role_arn": "r"},
            {"provider": "east", "assume_role_arn": "r", "assume_role_duration": 900},
            id="with a role of its own",
        ),
    ],
)
def test_an_entry_takes_what_it_does_not_say_itself(defaults: dict[str, Any], entry: dict[str, Any], whole: dict[str, Any]) -> None:
    other = {"name": "other", "provider": "west", "site": "cn", "regions": ["w"], "profile": "w"}
    assert _entries(defaults, {"name": "a", **entry}, other) == [{"name": "a", **whole}, other]


def test_a_key_that_is_given_elsewhere_replaces_the_source_of_the_defaults() -> None:
    defaults = {"provider": "east", "profile": "p", "region": "r"}
    made = _entries(defaults, {"name": "a"}, {"name": "b"}, elsewhere={"a": ["key_id"]})
    assert made == [{"name": "a", "provider": "east", "region": "r"}, {"name": "b", "provider": "east", "profile": "p", "region": "r"}]
    assert _entries(defaults, {"name": "a"}, elsewhere={"a": ["assume_role_external_id"]})[0]["profile"] == "p", "an external id is no key"


@pytest.mark.parametrize(
    "defaults, error",
    [
        pytest.param({}, "defaults is not a mapping from options to values; correct it, or leave it out", id="nothing"),
        pytest.param(None, "defaults is not a mapping from options to values; correct it, or leave it out", id="null"),
        pytest.param(["region"], "defaults is not a mapping from options to values; correct it, or leave it out", id="a list"),
        pytest.param({"name": "a"}, "defaults: name is of one entry alone", id="a name"),
        pytest.param({"key_id": "k"}, "defaults: key_id is a credential; give it for each entry, beside the fleet", id="a key"),
        pytest.param({"pagesize": 5}, "defaults: unknown option 'pagesize'; did you mean page_size?", id="a misspelt option"),
        pytest.param({"status": "x"}, "defaults: unknown option 'status'", id="an option that no provider of this fleet has"),
        pytest.param({"region": "r", "regions": ["r"]}, "defaults: region and regions exclude each other", id="a region twice"),
        pytest.param({"regions": []}, "defaults: regions is empty. Give a value, or leave the option out (omit).", id="an empty option"),
    ],
)
def test_what_is_refused_is_told_once(defaults: Any, error: str) -> None:
    errors = plan({"defaults": defaults, "fleet": [{"name": name, "provider": "east", "region": "r"} for name in "ab"]}, OFFERS, {})["errors"]
    assert len(errors) == 1 and errors[0].startswith(error)


def test_a_wrong_provider_of_the_defaults_is_told_for_each_entry_that_takes_it() -> None:
    errors = plan({"defaults": {"provider": "est"}, "fleet": [{"name": "a"}, {"name": "b", "provider": "west", "regions": ["w"]}]}, OFFERS, {})["errors"]
    assert errors == ["entry 'a': unknown provider 'est'; did you mean west?"]


def test_labels_are_checked_before_a_module_sees_them() -> None:
    entry = {"name": "a", "provider": "labelled", "labels": {"e.v": "x"}}
    offers = {"labelled": FleetOptions(["regions", "labels"], [], [])}
    assert plan([entry], offers, {})["errors"][0].startswith("entry 'a': labels: 'e.v' cannot be the name of a label")
    assert plan({"defaults": {"labels": ["x"]}, "fleet": [entry]}, offers, {})["errors"][0].startswith("defaults: labels is not a mapping")


def test_entries_stay_as_they_were() -> None:
    entry = {"name": "a", "provider": "east"}
    assert _entries({"region": "r"}, entry)[0]["region"] == "r" and entry == {"name": "a", "provider": "east"}


def test_the_stores_of_a_file_have_what_its_defaults_say() -> None:
    file = {"plugin": "multicloud.secrets.fleet", "defaults": {"provider": "toys", "regions": ["r1", "r2"], "source": "environment"}, "fleet": [{"name": "a"}]}
    runtime = Runtime({"TOY_ID": "canary-id-of-defaults", "TOY_SECRET": "canary-secret-of-defaults"}, lambda: 0.0, Redactor())
    stores = find_stores(file, {"toys": PROVIDER}, {}, RegionCache(), runtime, Clock())
    assert [store.entry for store in stores] == [{"name": "a", "provider": "toys", "source": "environment", "regions": [region]} for region in ("r1", "r2")]
