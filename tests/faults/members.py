# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both clouds call the list of an organization's members, and faults of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.multicloud.secrets.tests.faults import harness
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules import test_listing_organizations as organizations
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_listing_organizations import Company

MEMBERS = 120
"""Two pages in Alibaba Cloud, three in Tencent Cloud."""
LATE = MEMBERS + 1
Faults = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Cloud:
    """What one cloud calls things. rows, total, number: of the list of members. denied: how it says that a key may not."""

    store: harness.Cloud
    company: Company
    list: str
    rows: str
    total: str
    number: str
    first: Mapping[str, Any]
    second: Mapping[str, Any]
    manager: str
    denied: str
    throttled: str

    @property
    def name(self) -> str:
        """Its name in tests."""
        return self.store.name


TENCENT = Cloud(
    store=harness.TENCENT,
    company=organizations.TENCENT,
    list="DescribeOrganizationMembers",
    rows="Response.Items",
    total="Response.Total",
    number="MemberUin",
    first={"Offset": 0},
    second={"Offset": 50},
    manager="DescribeOrganization",
    denied="UnauthorizedOperation",
    throttled="InvalidParameter.OverLimit",
)
ALIBABA = Cloud(
    store=harness.ALIBABA,
    company=organizations.ALIBABA,
    list="ListAccounts",
    rows="Accounts.Account",
    total="TotalCount",
    number="AccountId",
    first={"PageNumber": 1},
    second={"PageNumber": 2},
    manager="GetResourceDirectory",
    denied="NoPermission",
    throttled="Throttling.Api",
)
CLOUDS = (TENCENT, ALIBABA)


def of_list(act: str, at: int = 1, times: Any = "forever", **words: Any) -> Callable[[Cloud], Faults]:
    """Requests for members are struck. rows and total in 'set' and 'drop' stand for those of the cloud."""

    def faults(cloud: Cloud) -> Faults:
        named = {"rows": cloud.rows, "total": cloud.total}
        told = dict(words)
        if "set" in told and act == "edit":
            told["set"] = {named[name]: value for name, value in told["set"].items()}
        if "drop" in told:
            told["drop"] = [named[name] for name in told["drop"]]
        return [{"act": act, "at": at, "times": times, "match": {"action": cloud.list}, **told}]

    return faults


def same_page(cloud: Cloud) -> Faults:
    """Whatever page is asked for, the first one comes."""
    return [{"act": "parameters", "set": dict(cloud.first), "times": "forever", "match": {"action": cloud.list}}]


def two_pages(cloud: Cloud) -> Faults:
    """The first page, the second, the first, the second."""
    match = {"action": cloud.list}
    return [
        {"act": "parameters", "set": dict(cloud.first), "every": 2, "times": "forever", "match": match},
        {"act": "parameters", "set": dict(cloud.second), "at": 2, "every": 2, "times": "forever", "match": match},
    ]


def joining(company: Company) -> list[dict[str, Any]]:
    """The member that joins late."""
    return [{"account_id": company.number(LATE), "name": "late"}]


def none(_cloud: Cloud) -> Faults:
    """The server behaves; it is the organization that does not."""
    return []
