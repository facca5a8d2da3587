# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every account of an organization, found by the cloud: what is listed, what the ledger and the header say, and what it costs, against the emulator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import calls, organization
from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import base_url
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import Listing

FIRST = 100_000_000_001
"""The number of the management account; its members follow."""
SECRET = "canary-secret-of-the-manager"
ROLE = "secrets-reader"


class Company:
    """An organization in one cloud: its management account, and members with a role for it."""

    def __init__(self, cloud: str, module: Any, regions: tuple[str, ...], key_id: str, folders: tuple[str, str]) -> None:
        self.cloud = cloud
        self.module = module
        self.regions = regions
        self.key_id = key_id
        self.outer, self.inner = folders
        self.key_options = module.PROVIDER.names.options[:2]

    def number(self, member: int) -> str:
        """The number of a member; 0 is the management account."""
        return str(FIRST + member)

    def fleet(self, members: int = 3, roles: Any = None, secrets: int = 1, actions: Any = None, **more: Any) -> dict[str, Any]:
        """The emulator's fleet. roles: of each member, by its place; a number leaves the usual one."""
        usual = {"name": ROLE, "trusts": ["manager"]}
        regions = [{"name": region, "generate": {"count": secrets}} for region in self.regions]
        accounts: list[dict[str, Any]] = [
            {
                "name": f"member-{place}" if place else "manager",
                "provider": self.cloud,
                "account_id": self.number(place),
                "roles": (roles or {}).get(place, [usual] if place else []),
                "regions": regions,
                "keys": [{"id": f"{self.key_id}{place}", "secret": SECRET}] if place < 4 else [],
            }
            for place in range(members + 1)
        ]
        rows = [{"account_id": self.number(place), "name": f"team {place}", **more.pop(f"row_{place}", {})} for place in range(1, members + 1)]
        organization = {
            "id": "77",
            "provider": self.cloud,
            "manager": self.number(0),
            "members": rows,
            "folders": [{"id": self.outer}, {"id": self.inner, "parent": self.outer}],
            **more,
        }
        return {"accounts": accounts, "organizations": [organization]}

    def entry(self, key: int = 0, **organization: Any) -> dict[str, Any]:
        """The entry of the organization among the accounts of the module. key: whose it is."""
        keys = dict(zip(self.key_options, (f"{self.key_id}{key}", SECRET)))
        return {"name": "company", "regions": list(self.regions), **keys, "organization": {"role": ROLE, **organization}}

    def list(self, emulator: Emulator, *entries: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The result of the module."""
        given = {"accounts": list(entries) or [self.entry()], "proxy": emulator.url, "ca_path": emulator.ca_file, "rate_limit": 1000, "on_error": "report"}
        return Listing(self.module.PROVIDER, {}).list(**{**given, **options})


ALIBABA = Company("alibaba", alibaba_apig_secrets_info, ("cn-hangzhou", "cn-shanghai"), "LTAI5tUnitTestManager", ("fd-outer", "fd-inner"))
TENCENT = Company("tencent", tencent_ssm_secrets_info, ("ap-guangzhou", "ap-shanghai"), "AKIDunitTestManager", ("5", "6"))
COMPANIES = pytest.mark.parametrize("company", [ALIBABA, TENCENT], ids=lambda company: company.cloud)


def statuses(result: dict[str, Any]) -> dict[str, set[str]]:
    """The statuses of each account in the ledger."""
    found: dict[str, set[str]] = {}
    for row in result["stores"]:
        found.setdefault(row["account"], set()).add(row["status"])
    return found


def actions(emulator: Emulator) -> Counter[str]:
    """How often each action was asked for."""
    return Counter(row["action"] for row in emulator.requests())


@COMPANIES
def test_every_account_of_the_organization_is_listed_by_its_number(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        result = company.list(emulator)
        asked = actions(emulator)
    assert result["complete"] and result["count"] >= 8
    assert {(row["account"], row["account_id"], row["region"]) for row in result["stores"]} == {
        (company.number(place), company.number(place), region) for place in range(4) for region in company.regions
    }
    assert (asked["AssumeRole"], asked["GetCallerIdentity"]) == (3, 1), "one role for each member, none for the manager, and no number asked twice"
    (told,) = result["organizations"]
    assert (told["name"], told["management_account"], told["caller"], told["proof"], told["total"]) == (
        "company",
        company.number(0),
        company.number(0),
        "total",
        3,
    )
    assert [member["id"] for member in told["members"]] == [company.number(place) for place in (1, 2, 3, 0)] and told["excluded"] == []
    assert told["members"][0] == {"id": company.number(1), "label": company.number(1), "name": "team 1", "folder": told["members"][0]["folder"]}


@COMPANIES
@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("times", [1, "forever"])
def test_one_answer_alone_names_no_members(company: Company, left: int, times: Any) -> None:
    """A list that is short and says so fits its total. A second reading has to be the same; whoever only one of them names is listed, too."""
    rows, total, name = {
        "alibaba": ("Accounts.Account", "TotalCount", "ListAccounts"),
        "tencent": ("Response.Items", "Response.Total", "DescribeOrganizationMembers"),
    }[company.cloud]
    keys = {"alibaba": "AccountId", "tencent": "MemberUin"}[company.cloud]
    first = {keys: company.number(1) if company is ALIBABA else int(company.number(1)), "NodeId": 5, "FolderId": "fd-outer"}
    with Emulator(company.fleet()) as emulator:
        emulator.behave({"faults": [{"act": "edit", "set": {rows: [first][:left], total: left}, "match": {"action": name}, "times": times}]})
        result = company.list(emulator)
        asked = actions(emulator)[name]
    members = set(map(company.number, range(4))) if times == 1 else set(map(company.number, range(left + 1)))
    assert set(statuses(result)) == members and result["complete"], "a list that is short each time cannot be noticed"
    assert asked == (3 if times == 1 else 2)


@COMPANIES
def test_members_are_left_out_by_number_folder_and_tag(company: Company) -> None:
    rows: dict[str, Any] = {"row_1": {"folder": company.inner}, "row_2": {"folder": company.outer}, "row_3": {"tags": {"secrets-audit": "off"}}, "row_4": {}}
    with Emulator(company.fleet(4, **rows)) as emulator:
        everything = company.list(
            emulator, company.entry(exclude={"folders": [company.outer], "tags": {"secrets-audit": "off"}, "accounts": [company.number(0)]})
        )
        some = company.list(emulator, company.entry(include={"folders": [company.outer]}, exclude={"accounts": [company.number(2)]}))
    assert set(statuses(everything)) == {company.number(4)} and everything["complete"]
    assert {row["id"]: row["reason"] for row in everything["organizations"][0]["excluded"]} == dict.fromkeys(map(company.number, (0, 1, 2, 3)), "excluded")
    assert set(statuses(some)) == {company.number(1)}
    reasons = {row["id"]: row["reason"] for row in some["organizations"][0]["excluded"]}
    assert reasons == {company.number(2): "excluded", **dict.fromkeys(map(company.number, (0, 3, 4)), "not included")}


@COMPANIES
def test_a_named_account_that_is_no_member_is_not_passed_over(company: Company) -> None:
    """Who includes an account by its number wants it listed. What else fits nobody is a warning: it may have served yesterday."""
    stranger = company.number(2) + "9"
    with Emulator(company.fleet()) as emulator:
        included = company.list(emulator, company.entry(include={"accounts": [company.number(1), stranger]}))
        idle = company.entry(include={"tags": {"team": None}, "accounts": [company.number(1)]}, exclude={"accounts": [stranger], "folders": [company.inner]})
        told = company.list(emulator, idle)
    assert statuses(included) == {company.number(1): {"complete"}, "company": {"partial"}} and not included["complete"]
    (row,) = [row for row in included["stores"] if row["account"] == "company"]
    assert row["error"]["message"] == f"organization.include.accounts: {stranger} is no account of the organization; did you mean {company.number(2)}?"
    assert included["organizations"][0]["proof"] == "total", "all members are known"
    assert told["complete"] and told["warnings"] == [
        "company: organization.include: team fits no account; correct it, or take it out",
        f"company: organization.exclude: {', '.join(sorted([stranger, company.inner]))} fits no account; correct it, or take it out",
    ]


@COMPANIES
def test_a_session_may_list_and_nothing_else(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        company.list(emulator)
        policies = {key.policy for key in emulator.world.keys.keys.values() if key.role}
    service = {"alibaba": "apig", "tencent": "ssm"}[company.cloud]
    regions = {"alibaba": "DescribeRegions", "tencent": "GetRegions"}[company.cloud]
    proof = {"alibaba": [], "tencent": ["sts:GetCallerIdentity"]}[company.cloud]
    assert policies == {frozenset({f"{service}:ListSecrets", f"{service}:{regions}", *proof})}


def strange_number(company: Company, number: str, **match: str) -> dict[str, Any]:
    """A fault: the token service says of a key that it is of this account."""
    path = {"alibaba": "AccountId", "tencent": "Response.AccountId"}[company.cloud]
    return {"faults": [{"act": "edit", "set": {path: number}, "match": {"action": "GetCallerIdentity", **match}, "times": "forever"}]}


def test_a_role_that_is_assumed_late_is_not_held_up_by_the_question_whose_it_is() -> None:
    """Both are counted together by the cloud, and the question waits for the role."""
    with Emulator(TENCENT.fleet()) as emulator:
        emulator.behave({"faults": [{"act": "html", "match": {"action": "AssumeRole"}, "times": 3}]})
        result = TENCENT.list(emulator, identify=True, deadline=600)
        asked = actions(emulator)
    assert result["complete"] and (asked["AssumeRole"], asked["GetCallerIdentity"]) == (6, 4)


def test_the_key_of_a_member_has_to_be_of_that_member() -> None:
    """The answer to AssumeRole of Tencent Cloud does not name the account. What another member's key has listed proves nothing, and harms no other row."""
    with Emulator(TENCENT.fleet()) as emulator:
        good = TENCENT.list(emulator, identify=True)
        asked = actions(emulator)
        emulator.behave(strange_number(TENCENT, TENCENT.number(2), account="member-1"))
        result = TENCENT.list(emulator, identify=True)
    assert good["complete"] and not good["warnings"] and asked["GetCallerIdentity"] == 4
    assert statuses(result) == {TENCENT.number(1): {"partial"}, **{TENCENT.number(place): {"complete"} for place in (0, 2, 3)}}
    row = next(row for row in result["stores"] if row["account"] == TENCENT.number(1))
    assert (row["account_id"], row["proof"], row["error"]["kind"]) == (TENCENT.number(1), "none", "auth")
    assert f"the key that was got for it is of account {TENCENT.number(2)}" in row["error"]["message"]


@COMPANIES
def test_the_key_of_one_member_that_is_listed_alone_is_proven(company: Company) -> None:
    """As the inventory plugin writes it: a key that is its own, and that may be exchanged meanwhile."""
    alone = {**company.entry(key=1), "name": "pay", "organization": {"member": {"id": company.number(1), "entry": "company"}}}
    with Emulator(company.fleet()) as emulator:
        good = company.list(emulator, alone, identify=True)
        emulator.behave(strange_number(company, company.number(2)))
        strange = company.list(emulator, alone, identify=True)
    assert good["complete"] and statuses(strange) == {"pay": {"partial"}}
    assert (
        strange["stores"][0]["error"]["message"] == f"'pay' is account {company.number(1)} of the organization, and its key is of account {company.number(2)}"
    )


@COMPANIES
def test_a_member_that_cannot_be_entered_is_a_failed_row_for_each_region(company: Company) -> None:
    fleet = company.fleet(roles={1: [], 2: [{"name": ROLE, "trusts": ["member-3"]}]}, row_2={"deletion": "Deleting"})
    with Emulator(fleet) as emulator:
        result = company.list(emulator)
    assert statuses(result) == {
        company.number(0): {"complete"},
        company.number(1): {"failed"},
        company.number(2): {"failed"},
        company.number(3): {"complete"},
    }
    rows = {row["account"]: row for row in result["stores"]}
    assert "The member has no such role" in rows[company.number(1)]["error"]["hint"]
    assert "trust the account of the key" in rows[company.number(2)]["error"]["hint"]
    assert ("DeletionStatus Deleting" in rows[company.number(2)]["error"]["hint"]) == (company.cloud == "alibaba")
    assert len(result["stores"]) == 8


@COMPANIES
def test_an_account_by_hand_and_as_a_member_is_refused_with_the_way_out(company: Company) -> None:
    keys = dict(zip(company.key_options, (f"{company.key_id}2", SECRET)))
    by_hand = {"name": "pay", "regions": list(company.regions), **keys}
    with Emulator(company.fleet()) as emulator:
        with pytest.raises(SecretsError) as caught:
            company.list(emulator, company.entry(), by_hand, identify=True)
        out = company.list(emulator, company.entry(exclude={"accounts": [company.number(2)]}), by_hand, identify=True)
        with pytest.raises(SecretsError) as twice:
            company.list(emulator, company.entry(), {**company.entry(), "name": "company again"})
    told = caught.value.sentence()
    assert "'pay'" in told and f"'{company.number(2)}', a member of 'company'" in told and "exclude.accounts" in told
    assert out["complete"] and set(statuses(out)) == {"pay", *map(company.number, (0, 1, 3))}
    assert "two accounts are called" in twice.value.message


@COMPANIES
def test_a_name_as_label_and_a_number_as_label(company: Company) -> None:
    """Renaming a member changes nothing but what it is called: its display name in its rows, and its label where names are labels."""
    with Emulator(company.fleet()) as before, Emulator(company.fleet(row_1={"name": "renamed"})) as after:
        by_number = [company.list(emulator)["stores"] for emulator in (before, after)]
        by_name = [set(statuses(company.list(emulator, company.entry(label="name")))) for emulator in (before, after)]
    measured = ("seconds", "requests", "retries", "throttled")
    old, new = ([{key: value for key, value in row.items() if key not in measured} for row in rows] for rows in by_number)
    names = [[row["member"].pop("name") for row in rows] for rows in (old, new)]
    assert old == new and {pair for pair in zip(*names) if pair[0] != pair[1]} == {("team 1", "renamed")}
    assert by_name == [{"team 1", "team 2", "team 3", company.number(0)}, {"renamed", "team 2", "team 3", company.number(0)}]


@COMPANIES
def test_names_that_cannot_be_labels_leave_the_organization_failed(company: Company) -> None:
    with Emulator(company.fleet(row_1={"name": "same"}, row_2={"name": "same"})) as emulator:
        result = company.list(emulator, company.entry(label="name"))
    (row,) = result["stores"]
    assert (row["account"], row["region"], row["status"], row["error"]["kind"]) == ("company", "all", "failed", "argument")
    assert row["error"]["hint"].startswith("Use label: id")


def test_a_delegated_administrator_sees_all_or_proves_nothing() -> None:
    """Alibaba Cloud's sees every member, and enters the management account by a role; Tencent Cloud's may see a part."""
    roles = {0: [{"name": ROLE, "trusts": ["member-1"]}], **{place: [{"name": ROLE, "trusts": ["member-1"]}] for place in (2, 3)}}
    for company in (ALIBABA, TENCENT):
        with Emulator(company.fleet(roles=roles, delegated=[company.number(1)], hidden_from_delegated=[])) as emulator:
            result = company.list(emulator, company.entry(key=1))
        found = statuses(result)
        entered = {company.number(place): {"complete"} for place in range(4)}
        if company is ALIBABA:
            assert (found, result["complete"]) == (entered, True)
        else:
            assert (found, result["complete"]) == ({**entered, "company": {"partial"}}, False)
            (row,) = [row for row in result["stores"] if row["account"] == "company"]
            assert row["error"]["hint"].startswith("Use a key of the management account")
            assert row["partitions"] == [{"partition": "members", "status": "partial", "count": 3, "total": 3, "reason": "denied"}]


@COMPANIES
def test_a_key_that_may_not_list_the_members_is_told_who_may(company: Company) -> None:
    with Emulator(company.fleet()) as emulator:
        result = company.list(emulator, company.entry(key=1))
    (row,) = result["stores"]
    assert (row["account"], row["region"], row["status"], row["error"]["kind"]) == ("company", "all", "failed", "denied")
    assert "management account" in row["error"]["hint"]
    assert result["organizations"][0]["members"] == []


@COMPANIES
def test_the_header_has_every_account_and_the_organization(company: Company, tmp_path: Path) -> None:
    dest = str(tmp_path / "company.jsonl")
    with Emulator(company.fleet(roles={1: []})) as emulator:
        company.list(emulator, company.entry(exclude={"accounts": [company.number(3)]}), dest=dest)
    with inventory_file.opened(dest) as inventory:
        header = inventory.header
    numbers = sorted(map(company.number, (0, 1, 2)))
    assert header["asked"]["accounts"] == numbers and header["asked"]["regions"] == dict.fromkeys(numbers, list(company.regions))
    (told,) = header["organizations"]
    assert sorted(member["id"] for member in told["members"]) == numbers
    assert [row["id"] for row in told["excluded"]] == [company.number(3)]


def test_both_services_of_one_cloud_enter_one_organization() -> None:
    kms = Company("alibaba", alibaba_kms_secrets_info, ("cn-hangzhou",), ALIBABA.key_id, ("fd-outer", "fd-inner"))
    fleet = kms.fleet()
    for account in fleet["accounts"]:
        account["regions"] = [{"name": "cn-hangzhou", "service": "kms", "generate": {"count": 2}}]
    with Emulator(fleet) as emulator:
        result = kms.list(emulator)
        policies = {key.policy for key in emulator.world.keys.keys.values() if key.role}
    assert result["complete"] and result["count"] == 8
    assert policies == {frozenset({"kms:ListSecrets", "kms:DescribeRegions"})}


@COMPANIES
def test_members_are_asked_for_their_own_regions(company: Company) -> None:
    with Emulator(company.fleet(roles={1: []})) as emulator:
        result = company.list(emulator, {**company.entry(), "regions": ["all"]})
    regions = {(row["account"], row["region"], row["status"]) for row in result["stores"]}
    others = {(company.number(place), region, "complete") for place in (0, 2, 3) for region in company.regions}
    assert regions == others | {(company.number(1), "all", "failed")}


def _unencrypted(endpoint: str | None, host: str, region: str) -> str:
    """The address of a host without TLS, which would cost more than all else."""
    return base_url(endpoint, host, region).replace("https://", "http://")


@pytest.fixture(name="large")
def _large(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Company]:
    """Makes a company with these regions in Alibaba Cloud that is met without TLS."""
    monkeypatch.setattr(calls, "base_url", _unencrypted)
    monkeypatch.setattr(organization, "HOSTS", {"china": "http://resourcedirectory.aliyuncs.com"})
    return lambda *regions: Company("alibaba", alibaba_apig_secrets_info, regions, ALIBABA.key_id, ("fd-outer", "fd-inner"))


def test_twelve_hundred_members_while_one_joins(large: Callable[..., Company]) -> None:
    """Two are refused, one is being deleted, one is excluded, one joins between two pages: every one has its rows, and nothing is asked twice."""
    company = large("cn-hangzhou", "cn-shanghai", "cn-beijing")
    late = 1201
    roles: dict[int, Any] = {10: [], 20: [{"name": ROLE, "trusts": ["member-21"]}]}
    joining = [{"account_id": company.number(late), "name": "late"}]
    fleet = company.fleet(late, roles=roles, joining=joining, joins_after=7, row_30={"deletion": "Deleting"})
    fleet["organizations"][0]["members"].pop()
    with Emulator(fleet) as emulator:
        entry = company.entry(exclude={"accounts": [company.number(40)]})
        result = company.list(emulator, entry, concurrency=32, query="length(@)")
        asked = actions(emulator)
    found = statuses(result)
    assert set(found) == {company.number(place) for place in range(late + 1) if place != 40}
    assert {name for name, seen in found.items() if seen != {"complete"}} == {company.number(10), company.number(20)}
    assert len(result["stores"]) == 3 * late and result["store_counts"]["failed"] == 6
    (told,) = result["organizations"]
    assert (told["total"], told["proof"], len(told["members"]), [row["id"] for row in told["excluded"]]) == (1201, "twice", 1201, [company.number(40)])
    assert (asked["AssumeRole"], asked["GetCallerIdentity"], asked["GetResourceDirectory"]) == (1200, 1, 1)


def test_twelve_hundred_members_whose_sessions_end_in_mid_listing(large: Callable[..., Company]) -> None:
    """Each session serves three requests of four: it is renewed once, and the page that was refused is asked for again, no other."""
    members = 1200
    company = large("cn-hangzhou")
    brief = {"name": ROLE, "trusts": ["manager"], "requests": 3}
    with Emulator(company.fleet(members, roles={place: [brief] for place in range(1, members + 1)}, secrets=3)) as emulator:
        result = company.list(emulator, concurrency=32, page_size=2, query="length(@)")
        rows = emulator.requests()
        sessions = Counter(key.account.account_id for key in emulator.world.keys.keys.values() if key.role)
    numbers = {company.number(place) for place in range(1, members + 1)}
    assert result["complete"] and result["query_result"] == 3 * (members + 1) and set(statuses(result)) == numbers | {company.number(0)}
    assert sessions == dict.fromkeys(numbers, 2) and sum(row["action"] == "AssumeRole" for row in rows) == 2 * members
    listed = [row for row in rows if row["action"] == "ListSecrets"]
    pages = Counter((row["account"], row["parameters"]["pageNumber"]) for row in listed if row["status"] == 200)
    assert len(pages) == 2 * (members + 1) and set(pages.values()) == {2}, "each page is read twice, and no more"
    assert Counter(row["account"] for row in listed if row["status"] != 200) == {f"member-{place}": 1 for place in range(1, members + 1)}
    assert {row["restarts"] for row in result["stores"]} == {0} and {row["proof"] for row in result["stores"]} == {"twice"}


@COMPANIES
def test_a_key_of_a_member_is_renewed_once_and_the_listing_goes_on_at_its_page(company: Company) -> None:
    """The second page of each member's store finds its key expired."""
    with Emulator(company.fleet(3, secrets=250)) as emulator:
        code = {"alibaba": "InvalidSecurityToken.Expired", "tencent": "AuthFailure.TokenFailure"}[company.cloud]
        for place in (1, 2, 3):
            match = {"account": f"member-{place}", "region": company.regions[0], "action": "ListSecrets"}
            emulator.behave({"faults": [{"act": "error", "code": code, "at": 2, "match": match}]})
        result = company.list(emulator)
        asked = actions(emulator)
    assert result["complete"] and asked["AssumeRole"] == 6
    assert {row["restarts"] for row in result["stores"]} == {0}


@COMPANIES
def test_a_first_role_lists_and_enters(company: Company) -> None:
    """A role in the management account is assumed first; the members trust it, and the management account is listed with it."""
    hop = {"name": "auditor", "trusts": ["member-3"], "external_id": "canary-first"}
    roles = {0: [hop], **{place: [{"name": ROLE, "trusts": ["manager"], "external_id": "canary-second"}] for place in (1, 2, 3)}}
    arn = {"alibaba": f"acs:ram::{company.number(0)}:role/auditor", "tencent": f"qcs::cam::uin/{company.number(0)}:roleName/auditor"}[company.cloud]
    given = {"assume_role_arn": arn, "assume_role_external_id": "canary-first", "organization_external_id": "canary-second"}
    with Emulator(company.fleet(roles=roles)) as emulator:
        result = company.list(emulator, {**company.entry(key=3), **given})
        asked = actions(emulator)
    assert result["complete"] and set(statuses(result)) == set(map(company.number, range(4)))
    assert asked["AssumeRole"] == 4, "the first role once for all, and one for each member"
    assert "canary" not in str(result)


def test_an_organization_is_refused_where_nothing_would_come_of_it() -> None:
    entry = {**ALIBABA.entry(), "organization": None, "organization_external_id": "canary"}
    with Emulator(ALIBABA.fleet()) as emulator, pytest.raises(SecretsError) as caught:
        ALIBABA.list(emulator, entry)
    assert "organization_external_id is given without organization" in caught.value.message and "canary" not in caught.value.sentence()
