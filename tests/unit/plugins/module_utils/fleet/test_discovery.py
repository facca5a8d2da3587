# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores of a fleet: what is asked of a cloud, what is believed, and one clear error for every misuse. With the toy cloud."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet import discovery
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.discovery import (
    FleetStore,
    RegionCache,
    find_stores,
    refusal,
    told,
    unknown_regions,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Sign
from ansible_collections.multicloud.secrets.tests.unit.fakes import T
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud.vault.provider import PROVIDER

TOYS = {"toys": PROVIDER}
ENVIRONMENT = {"TOY_ID": "canary-id-of-environment", "TOY_SECRET": "canary-secret-of-environment", "TOY_REGION": "toyland"}
PREFIXED = {f"B_{name}": value.replace("environment", "prefixed") for name, value in ENVIRONMENT.items()}
KEYS = {"a": {"toy_id": "canary-id-of-options", "toy_secret": "canary-secret-of-options"}}
Requests = list[tuple[str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Requests]:
    """Makes the toy cloud answer, by the key that signs, and gives the list of all requests: action and key."""

    def script(answers: Mapping[str, Any]) -> Requests:
        requests: Requests = []

        class Http:
            def __init__(self, *_connection: Any) -> None:
                pass

            def send(self, request: Request, sign: Sign, read: Callable[[Response], T], *lane: Hashable) -> T:
                key = next(key for key in answers if key in str(sign(request)))
                requests.append((request.action, key))
                return read(Response(200, {}, json.dumps(answers[key]).encode("utf-8")))

        monkeypatch.setattr(discovery.http_client, "Http", Http)
        return requests

    return script


def find(fleet: Any, credentials: Any = None, memory: RegionCache | None = None, beside: Mapping[str, Any] | None = None) -> list[FleetStore]:
    world = Runtime({**ENVIRONMENT, **PREFIXED}, lambda: 0.0, Redactor())
    file = {"plugin": "multicloud.secrets.fleet", "fleet": fleet, **(beside or {})}
    return find_stores(file, TOYS, {} if credentials is None else credentials, memory or RegionCache(), world, Clock())


def places(stores: list[FleetStore]) -> list[str]:
    return [f"{store.account}/{store.region}" for store in stores]


def refused(fleet: Any, credentials: Any = None) -> SecretsError:
    with pytest.raises(SecretsError) as error:
        find(fleet, credentials)
    return error.value


def test_regions_that_are_named_are_not_asked_for_and_need_no_key(asked: Callable[..., Requests]) -> None:
    requests = asked({})
    fleet: list[dict[str, Any]] = [{"name": "a", "provider": "toys", "regions": ["r-2", "r-1", "r-2"], "profile": "nowhere", "page_size": 50}]
    fleet.append({"name": "b", "provider": "toys", "region": "r-3"})
    stores = find(fleet)
    assert places(stores) == ["a/r-2", "a/r-1", "b/r-3"]
    assert stores[0].entry == {"name": "a", "provider": "toys", "profile": "nowhere", "page_size": 50, "regions": ["r-2"]}
    assert stores[2].entry == {"name": "b", "provider": "toys", "regions": ["r-3"]}
    assert requests == [] and unknown_regions(stores) == {}


def test_without_a_region_that_of_the_environment_is_meant() -> None:
    stores = find([{"name": "a", "provider": "toys"}])
    assert stores[0].entry["regions"] == ["toyland"]


def test_every_account_is_asked_with_its_own_key(asked: Callable[..., Requests]) -> None:
    named = {"options": ["r-2", "r-1"], "prefixed": ["r-3"], "environment": ["r-4"]}
    answers = {f"canary-id-of-{place}": {"regions": regions} for place, regions in named.items()}
    requests = asked(answers)
    fleet = [{"name": "a", "provider": "toys", "region": "all"}, {"name": "b", "provider": "toys", "regions": ["all"], "credentials_env": "B_"}]
    fleet.append({"name": "c", "provider": "toys", "regions": ["all"], "kinds": ["dolls"]})
    assert places(find(fleet, KEYS)) == ["a/r-1", "a/r-2", "b/r-3", "c/r-4"]
    assert sorted(requests) == sorted([("Regions", key) for key in answers] * 2), "no two name the same"


def test_a_refusal_takes_nothing_from_the_others_and_is_no_silence(asked: Callable[..., Requests]) -> None:
    asked({"canary-id-of-environment": {"error": "keep-out"}, "canary-id-of-prefixed": {"regions": ["r-3"]}})
    fleet = [{"name": "a", "provider": "toys", "regions": ["all"]}, {"name": "b", "provider": "toys", "regions": ["all"], "credentials_env": "B_"}]
    stores = find([*fleet, {"name": "c", "provider": "toys", "regions": ["all"], "profile": "nowhere"}])
    assert places(stores) == ["a/all", "b/r-3", "c/all"]
    errors = unknown_regions(stores)
    assert [(name, error.kind) for name, error in errors.items()] == [("a", "denied"), ("c", "credentials")]
    error = refusal(errors)
    assert (error.kind, error.hint) == ("denied", "Ask the toymaker.")
    assert error.message.startswith("The regions of some accounts are not known: a: Regions at vault.toys.example: keep-out (kind denied, code keep-out); c: ")
    assert stores[0].entry["regions"] == ["all"]


def test_an_error_tells_all_that_helps() -> None:
    error = SecretsError("denied", "Ask: no.", code="Refused", request_id="r-1", hint="Beg.")
    assert told("a", error) == "a: Ask: no (kind denied, code Refused, request id r-1)"


@pytest.mark.parametrize("regions", [["r-1", "../r"], ["{{ 7 * 7 }}"], ["r-1\n"], ["\u001b[31m"], ["all"], []], ids=str)
def test_a_region_that_cannot_be_one_is_an_error(regions: list[str], asked: Callable[..., Requests]) -> None:
    asked({"canary-id-of-environment": {"regions": regions}})
    stores = find([{"name": "a", "provider": "toys", "regions": ["all"]}])
    assert places(stores) == ["a/all"] and stores[0].error and stores[0].error.kind == "schema"
    assert told("a", stores[0].error).isprintable()


def test_what_was_asked_once_is_remembered_for_the_same_question_only(asked: Callable[..., Requests]) -> None:
    requests = asked({"canary-id-of-environment": {"regions": ["r-1"]}, "canary-id-of-prefixed": {"regions": ["r-2"]}})
    entry = {"name": "a", "provider": "toys", "regions": ["all"]}
    first = RegionCache()
    find([entry], memory=first)
    assert list(first.new.values()) == [["r-1"]] and "canary" not in str(first.new)
    again = RegionCache(first.new)
    assert places(find([{**entry, "names": ["x"]}], memory=again)) == ["a/r-1"]
    assert len(requests) == 2 and again.new == first.new
    for change in ({"credentials_env": "B_"}, {"endpoint": "toys.example.com"}, {"shelf": "top"}, {"name": "z"}):
        assert len(find([{**entry, **change}], memory=RegionCache(first.new))) == 1
    assert len(requests) == 10


@pytest.mark.parametrize("kept", [["../r"], [], "r-1", [7], {"r-1": 1}, None, ["all"], ["r-1", "all"], [["r-1"]], [{}]], ids=str)
def test_a_memory_that_is_spoilt_is_none(kept: Any, asked: Callable[..., Requests]) -> None:
    requests = asked({"canary-id-of-environment": {"regions": ["r-1"]}})
    entry = {"name": "a", "provider": "toys", "regions": ["all"]}
    memory = RegionCache()
    find([entry], memory=memory)
    assert places(find([entry], memory=RegionCache(dict.fromkeys(memory.new, kept)))) == ["a/r-1"]
    assert len(requests) == 4


def test_a_refusal_is_not_remembered(asked: Callable[..., Requests]) -> None:
    asked({"canary-id-of-environment": {"error": "keep-out"}})
    memory = RegionCache()
    find([{"name": "a", "provider": "toys", "regions": ["all"]}], memory=memory)
    assert memory.new == {}


def test_the_deadline_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()

    class Http:
        def __init__(self, *_connection: Any) -> None:
            pass

        def send(self, request: Request, sign: Sign, read: Callable[[Response], T], *lane: Hashable) -> T:
            clock.sleep(0.6)
            return read(Response(200, {}, b'{"regions": ["r-1"]}'))

    monkeypatch.setattr(discovery.http_client, "Http", Http)
    stores = find([{"name": "a", "provider": "toys", "regions": ["all"], "deadline": 0.1}])
    assert stores[0].error and stores[0].error.kind == "deadline"


def test_without_the_library_nothing_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery.http_client, "MISSING_LIBRARY", "a traceback")
    monkeypatch.delattr(discovery.http_client, "Http")
    assert refused([{"name": "a", "provider": "toys", "regions": ["all"]}]).kind == "library"
    assert len(find([{"name": "a", "provider": "toys", "region": "r-1"}])) == 1


ENTRY = {"name": "a", "provider": "toys", "region": "r-1"}


@pytest.mark.parametrize(
    "fleet, credentials, error",
    [
        pytest.param("text", {}, "the fleet is not a list of at least one entry", id="a text"),
        pytest.param([{**ENTRY, "regoin": "x"}], {}, "entry 'a': unknown option 'regoin'; did you mean region?", id="a misspelt option"),
        pytest.param([{**ENTRY, "toy_secret": "CANARY-0001"}], {}, "entry 'a': toy_secret is a credential; give it in credentials under", id="a key"),
        pytest.param([ENTRY, ENTRY], {}, "entry 'a': the name is given twice", id="one name twice"),
        pytest.param([{**ENTRY, "provider": "toy"}], {}, "entry 'a': unknown provider 'toy'; did you mean toys?", id="an unknown provider"),
        pytest.param([{**ENTRY, "page_size": 1000}], {}, "page_size: 1000 is out of range", id="too much"),
        pytest.param([{**ENTRY, "page_size": "many"}], {}, "entry 'a': argument 'page_size' is of type", id="a wrong type"),
        pytest.param([{**ENTRY, "shelf": "middle"}, {**ENTRY, "name": "b"}], {}, "entry 'a': value of shelf must be one of", id="no choice"),
        pytest.param([{**ENTRY, "names": []}], {}, "entry 'a': names is empty", id="an empty list"),
        pytest.param([{**ENTRY, "page_size": True}], {}, "entry 'a': page_size: true is no number", id="a flag for a number"),
        pytest.param([{**ENTRY, "name_like": ["a"]}], {}, "entry 'a': name_like: a list is no text", id="a list for a text"),
        pytest.param([{**ENTRY, "region": "R/1"}], {}, "accounts[a]: regions: 'R/1' is not a region name", id="no region"),
        pytest.param([{**ENTRY, "name": "{{ a }}"}], {}, "fleet: entry 1, name holds a template", id="a template"),
        pytest.param([{**ENTRY, "names": ["x", "{% if %}"]}], {}, "fleet: entry 1, names holds a template", id="a template in a list"),
        pytest.param([{**ENTRY, "names": [datetime.date(2026, 1, 1)]}], {}, "fleet: entry 1, names holds a value that is neither", id="a date"),
        pytest.param([ENTRY], [], "credentials is not a mapping from the names", id="credentials that are a list"),
        pytest.param([ENTRY], {"a": "CANARY-0001"}, "credentials: those of entry 'a' are not a mapping", id="credentials that are a text"),
        pytest.param([ENTRY], {"b": {"toy_id": "CANARY-0001"}}, "credentials are given for 'b', which is no entry", id="of no entry"),
        pytest.param([ENTRY], {"a": {"toy_secert": "CANARY-0001"}}, "entry 'a', in credentials: unknown option 'toy_secert'", id="misspelt"),
        pytest.param([ENTRY], {"a": {"toy_id": {"CANARY-0001": 1}, "profile": "p"}}, "entry 'a' has several sources", id="two sources"),
        pytest.param([{**ENTRY, "region": "all"}], {"a": {"toy_id": "CANARY-0001"}}, "", id="half a pair"),
    ],
)
def test_every_misuse_has_an_error_that_shows_no_key(fleet: Any, credentials: Any, error: str) -> None:
    if not error:
        found = find(fleet, credentials)[0].error
        assert found and found.kind == "credentials" and "CANARY" not in str(found.as_dict())
        return
    got = refused(fleet, credentials)
    assert got.kind == "argument" and got.message.startswith(error)
    assert "CANARY" not in str(got.as_dict())


@pytest.mark.parametrize("beside", [{"keyed_group": []}, {"part": True}], ids=str)
def test_a_key_of_the_file_that_does_not_exist_is_an_error(beside: dict[str, Any]) -> None:
    with pytest.raises(SecretsError, match="unknown key"):
        find([ENTRY], beside=beside)


def test_many_errors_are_counted() -> None:
    error = refused([{"name": f"a{number}", "provider": "x"} for number in range(30)])
    assert error.message.endswith("; and 20 more")
