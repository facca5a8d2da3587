# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that join an organization or leave it, as events: between two complete lists of members only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.values import reader
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.cursor import Cursor
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.events import ListingComparison, doubtful
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.listing import list_call
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Event, Remembered, Seen, confirmed
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.settings import SourceSettings, read_settings
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_listing_organizations import COMPANIES, Company

SERVICE = {"alibaba": "alibaba_apig", "tencent": "tencent_ssm"}
NOW = "2026-02-05T03:04:05Z"


class Watch:
    """An event source of one organization, one look at a time."""

    def __init__(self, company: Company, emulator: Emulator, folder: Path) -> None:
        self.company = company
        self.runtime = Runtime({"HOME": "/nonexistent"}, Clock().now, Redactor())
        entry = company.entry()
        keys = {name: entry.pop(name) for name in company.key_options}
        fleet = [{**entry, "provider": SERVICE[company.cloud], "proxy": emulator.url, "ca_path": emulator.ca_file}]
        args = {"fleet": fleet, "credentials": {"company": keys}, "cursor": str(folder / "cursor")}
        self.settings: SourceSettings = read_settings(args, SERVICES, self.runtime, lambda _content, _path: None)
        readers = {name: reader(self.settings.fields, service.schema) for name, service in SERVICES.items()}
        self.comparison = ListingComparison(self.settings.fields, readers, False)
        self.memory = Remembered("watch", tuple(field.name for field in self.settings.fields))
        self.cursor = Cursor(self.settings.cursor)

    def seen(self) -> list[Seen]:
        """One listing."""
        return list_call(self.settings.calls[0], Clock(), self.runtime, lambda text: None)

    def look(self) -> list[Event]:
        """The events of one listing. The memory goes through a cursor, as between two runs."""
        events, memory = self.comparison.compare(self.memory, self.seen(), self.settings.regions, NOW)
        self.cursor.write(memory, [], "1")
        found = self.cursor.read()
        assert found and found[0] == memory
        self.memory = memory
        return events

    def known(self) -> set[str]:
        """The accounts that are remembered."""
        return {account for _provider, account, _region in self.memory.stores}


def told(events: list[Event]) -> list[tuple[str, str, Any]]:
    """Type, account and member of each event."""
    return [(event["type"], event["account"], event.get("member", {}).get("id")) for event in events]


@COMPANIES
def test_accounts_join_and_leave(company: Company, tmp_path: Path) -> None:
    with Emulator(company.fleet(4)) as emulator:
        watch = Watch(company, emulator, tmp_path)
        (organization,) = emulator.world.fleet.organizations
        late = organization.members.pop()
        first = watch.look()
        assert {event["type"] for event in first} == {"listing_baseline"}
        assert [event["count"] for event in first if event["account"] == "company"] == [4]
        assert watch.look() == []
        organization.members.append(late)
        joined = watch.look()
        assert ("account_joined", "company", late.number) in told(joined)
        assert {event["type"] for event in joined} == {"account_joined", "listing_baseline"}
        organization.members.remove(late)
        left = watch.look()
        assert told(left) == [("account_left", "company", late.number)]
        assert late.number not in watch.known()
        assert doubtful(left) == {(SERVICE[company.cloud], "company")}


@COMPANIES
def test_nothing_is_known_of_members_while_their_list_is_not_complete(company: Company, tmp_path: Path) -> None:
    with Emulator(company.fleet(3)) as emulator:
        watch = Watch(company, emulator, tmp_path)
        watch.look()
        before = watch.known()
        (organization,) = emulator.world.fleet.organizations
        manager, organization.manager = organization.manager, company.number(2)
        broken = watch.look()
        assert told(broken) == [("listing_incomplete", "company", None)] and watch.known() == before
        assert watch.look() == []
        organization.manager = manager
        assert told(watch.look()) == [("listing_complete", "company", None)]


@COMPANIES
def test_a_member_that_one_of_two_lists_has_is_one(company: Company, tmp_path: Path) -> None:
    with Emulator(company.fleet(3)) as emulator:
        watch = Watch(company, emulator, tmp_path)
        watch.look()
        (organization,) = emulator.world.fleet.organizations
        gone = organization.members.pop()
        without = watch.seen()
        organization.members.append(gone)
        both = confirmed(without, watch.seen())
        events, _memory = watch.comparison.compare(watch.memory, both, watch.settings.regions, NOW)
    assert events == []


@pytest.mark.parametrize("regions", [["all"], None])
def test_an_organization_stands_for_one_row_until_it_is_known(regions: Any, tmp_path: Path) -> None:
    entry = {
        "name": "company",
        "provider": "tencent_ssm",
        "profile": "p",
        "organization": {"role": "r"},
        **({"regions": regions} if regions else {"region": "r1"}),
    }
    args = {"fleet": [entry], "cursor": str(tmp_path / "cursor")}
    settings = read_settings(args, SERVICES, Runtime({}, Clock().now, Redactor()), lambda _content, _path: None)
    assert [dict(call.accounts) for call in settings.calls] == [{"company": ["all"]}]
    assert settings.regions == {("tencent_ssm", "company"): set()}
