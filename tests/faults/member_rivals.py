# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same comparison of lists of an organization's members: the vendors' SDKs in the loops that their users write, and this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_resourcedirectorymaster20220419 import models as directory_models
from alibabacloud_resourcedirectorymaster20220419.client import Client as DirectoryClient
from alibabacloud_tea_openapi.utils_models import Config
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.organization.v20210331 import models as organization_models
from tencentcloud.organization.v20210331.organization_client import OrganizationClient

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults import harness
from ansible_collections.multicloud.secrets.tests.faults.members import ALIBABA, LATE, MEMBERS, TENCENT, Cloud, Faults, joining, none, of_list, same_page
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_listing_organizations import SECRET

ENDLESS = 40
"""Pages after which a loop has no end."""
Tool = Callable[[Emulator, bool], list[str]]
Page = Callable[[Emulator, int, bool], tuple[list[str], int]]
"""(server, number of a page from 0, whether nothing is given but the request) -> the members of that page, and the total."""
SIZES = {TENCENT.name: 50, ALIBABA.name: 100}
"""The largest page."""


class Partial(Exception):
    """Only ours can say that: who is known, and that somebody is missing."""


class Endless(Exception):
    """A loop that does not end."""


def tencent_page(server: Emulator, number: int, single: bool) -> tuple[list[str], int]:
    """A page by the SDK. Offset and limit are required; its own examples have 0 and 10."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=urlsplit(server.url).netloc, protocol="http", reqTimeout=1))
    request = organization_models.DescribeOrganizationMembersRequest()
    size = 10 if single else SIZES[TENCENT.name]
    request.Offset, request.Limit = number * size, size
    answer = OrganizationClient(Credential(f"{TENCENT.company.key_id}0", SECRET), "", profile).DescribeOrganizationMembers(request)
    return [str(row.MemberUin) for row in answer.Items], answer.Total


def alibaba_page(server: Emulator, number: int, single: bool) -> tuple[list[str], int]:
    """The same of the other cloud, whose default is 10 rows."""
    key = f"{ALIBABA.company.key_id}0"
    config = Config(access_key_id=key, access_key_secret=SECRET, endpoint=urlsplit(server.url).netloc, protocol="http", read_timeout=1000)
    asked = {} if single else {"page_number": number + 1, "page_size": SIZES[ALIBABA.name]}
    body = DirectoryClient(config).list_accounts(directory_models.ListAccountsRequest(**asked)).body
    return [row.account_id for row in body.accounts.account], body.total_count


def looped(page: Page, size: int, ends: Callable[[int, int, int], bool]) -> Tool:
    """Page after page. ends: (rows of the last page, rows asked for, total) -> whether it was the last."""

    def tool(server: Emulator, single: bool) -> list[str]:
        found: list[str] = []
        for number in count():
            if number == ENDLESS:
                raise Endless
            rows, total = page(server, number, single)
            found += rows
            if single or ends(len(rows), (number + 1) * size, total):
                return found
        return found

    return tool


def ours(cloud: Cloud) -> Tool:
    """This collection. It enters one member; who is known is in the header."""
    company = cloud.company
    own = company.number(0)

    def tool(server: Emulator, single: bool) -> list[str]:
        entry = {**company.entry(include={"accounts": [own]}), "regions": [company.regions[0]]}
        way = {"proxy": server.url, "ca_path": server.ca_file, "accounts": [entry], "regions": None, "on_error": "report"}
        (told,) = harness.call(cloud.store, way).result["organizations"]
        known = [row["id"] for row in (*told["members"], *told["excluded"]) if row["id"] != own]
        if told["proof"] == "none":
            raise Partial if known else RuntimeError
        return known

    return tool


def tools(cloud: Cloud, page: Page) -> dict[str, Tool]:
    """The tools of a cloud."""
    size, total = SIZES[cloud.name], cloud.total.rsplit(".", maxsplit=1)[-1]
    return {
        "this collection": ours(cloud),
        f"SDK until `{total}`": looped(page, size, lambda rows, asked, all_rows: asked >= all_rows),
        "SDK until a short page": looped(page, size, lambda rows, asked, all_rows: rows < size),
    }


CLOUDS = {f"{cloud.name}_members": cloud for cloud in (TENCENT, ALIBABA)}
TOOLS: Mapping[str, Mapping[str, Tool]] = {"tencent_members": tools(TENCENT, tencent_page), "alibaba_members": tools(ALIBABA, alibaba_page)}


@dataclass(frozen=True)
class Trial:
    """A fault, as the row of the table says it. fleet: more of the emulator's organization."""

    name: str
    faults: Callable[[Cloud], Faults] = none
    fleet: Callable[[Cloud], Mapping[str, Any]] = field(default=lambda cloud: {})
    single: bool = False


def by_cloud(tencent: str, alibaba: str, **words: Any) -> Callable[[Cloud], Faults]:
    """An error in each cloud's own words."""
    return lambda cloud: of_list("error", code=tencent if cloud is TENCENT else alibaba, **words)(cloud)


TRIALS = (
    Trial("nothing is wrong"),
    Trial("the tool is called once, without a loop", single=True),
    Trial("the total is half of what is there", of_list("edit", set={"total": MEMBERS // 2})),
    Trial("the total is 500 more than is there", of_list("edit", set={"total": MEMBERS + 500})),
    Trial("the answer has no total", of_list("edit", drop=["total"])),
    Trial("a member leaves behind the first page", fleet=lambda cloud: {"leaving": [cloud.company.number(7)]}),
    Trial("a member joins behind the first page", fleet=lambda cloud: {"joining": joining(cloud.company)}),
    Trial("the second page is empty, once", of_list("edit", 2, 1, set={"rows": []})),
    Trial("the first page comes, whatever is asked for", same_page),
    Trial("refused for the rate of requests, once", by_cloud(TENCENT.throttled, ALIBABA.throttled, times=1)),
    Trial("503, once", of_list("answer", 2, 1, status=503, body="")),
    Trial("access is denied", by_cloud(TENCENT.denied, ALIBABA.denied)),
)


def outcome(tool: Tool, trial: Trial, cloud: Cloud) -> str:
    """Result of one tool under one fault, in the words of the table."""
    company, more = cloud.company, dict(trial.fleet(cloud))
    fleet = company.fleet(LATE if "joining" in more else MEMBERS, **more)
    if "joining" in more:
        fleet["organizations"][0]["members"].pop()
    gone = set(more.get("leaving", ()))
    there = {row["account_id"] for row in fleet["organizations"][0]["members"]} - gone
    with Emulator(fleet) as emulator:
        emulator.behave({"faults": list(trial.faults(cloud))})
        try:
            found = tool(emulator, trial.single)
        except Partial:
            return "partial, said so"
        except Endless:
            return "**hangs**"
        except Exception:  # pylint: disable=broad-exception-caught
            return "error"
    lost, twice = len(there - set(found)), sum(times - 1 for times in Counter(found).values())
    if lost:
        return f"**lost {lost}, said nothing**"
    return f"all, {twice} of them twice" if twice else "all"


def measured() -> dict[str, list[list[str]]]:
    """The rows of both tables."""
    return {name: [[trial.name, *(outcome(tool, trial, cloud) for tool in TOOLS[name].values())] for trial in TRIALS] for name, cloud in CLOUDS.items()}


def tables(rows: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """The tables in Markdown, by their names."""
    made = {}
    for name in CLOUDS:
        lines = [["fault", *TOOLS[name]], ["---"] * (1 + len(TOOLS[name])), *rows[name]]
        made[name] = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return made
