# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource Directory: requests against signatures that the vendor's SDK computed, hosts, rows, and what is no answer."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba import organization, sign
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.calls import assume_role
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials, Role
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Window
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Manager, MemberAccount

KEY = Credentials("LTAI5tExampleAccessKeyId", "ExampleAccessKeySecret0123456789", None, "a test")
TEMPORARY = Credentials("STS.NTExampleTemporaryKeyId", "ExampleTemporarySecret9876543210", "CAISExample+Token/With=Specials==", "a test")
NONCE, MOMENT = "3156853299f313e23d1673dc12e1703d", parse_time("2026-02-05T03:04:05Z")
HOST = "resourcedirectory.aliyuncs.com"
TAGGED = "Tag.1.Key=env&Tag.1.Value=prod&Tag.2.Key=%E5%9B%A2%E9%98%9F&Tag.2.Value=a%20b"
OF_TWO = "ResourceId.1=1290000000000002&ResourceId.2=1290000000000003"
VECTORS = {
    "rd-01": ("ListAccounts", HOST, "PageNumber=1&PageSize=100", "cfa1f3b48fedd3484eadd5db81832d335de36a2af01afac798990f48c6851fcd"),
    "rd-02": ("ListAccounts", HOST, "IncludeTags=true&PageNumber=1&PageSize=100", "1b529cef83c91f41b46d2749516a49e550a300c67843dd73671205c89fbda45e"),
    "rd-03": ("ListAccounts", HOST, "IncludeTags=true&PageNumber=2&PageSize=100", "d02047114fe1fa2665d3ac63615fe990717308ba5ac35d7af50e4cef4ea865ae"),
    "rd-04": ("ListAccounts", HOST, "IncludeTags=True&PageNumber=1&PageSize=100", "bf7c23e3c6e320229a4acee98af261ef37bf9b6feea288a336f95125e3be0cf7"),
    "rd-05": ("ListAccounts", HOST, f"PageNumber=2&PageSize=100&{TAGGED}", "582bd604f3eaa17292442aa40e2828a0f27a26ec28429040cf64cfa2a3cee653"),
    "rd-06": (
        "ListAccounts",
        "resourcedirectory-intl.aliyuncs.com",
        "PageNumber=1&PageSize=100",
        "6c16f8f7df50d9c23889593fd24708feb54100305684b4c0ea9f2539098222b2",
    ),
    "rd-07": (
        "ListAccounts",
        "resourcedirectory.vpc-proxy.aliyuncs.com",
        "PageNumber=1&PageSize=100",
        "aeacec2a1886abb5b798823f74d5d5c5ec034001c7fe669383682b87b29fa156",
    ),
    "rd-08": ("ListAccounts", HOST, "PageNumber=1&PageSize=100", "8a9f539d9b6c6bf8598f6a2b272f653d020cc0ee6af8871891a5230d42cdf954"),
    "rd-09": ("ListAccounts", HOST, "MaxResults=100&NextToken=AAAAAQ%2B%2F%3Dexample", "c3eb618906d884b015a51ac43a3a23096f83fee9ad0d017d1023c315d2274c85"),
    "rd-10": (
        "ListAccountsForParent",
        HOST,
        "PageNumber=1&PageSize=100&ParentFolderId=fd-bVaRIGexam",
        "9f8d56995d40346549cd9c370c403810d8cf14ff79759b298b3e728a9d041ed8",
    ),
    "rd-11": ("GetResourceDirectory", HOST, "", "b7bd0b52fe4e6424e4c31a7a39b2a204bffa149d9e3866664c93da0ae49651ea"),
    "rd-12": (
        "ListFoldersForParent",
        HOST,
        "PageNumber=1&PageSize=100&ParentFolderId=r-Wmexam",
        "dc7c55b44bf6c1599309f742d3670fa6b9746091c7dd6d69a8a7cc5849f67f29",
    ),
    "rd-13": ("ListAncestors", HOST, "ChildId=fd-bVaRIGexam", "df8e382520d1fcf26345101e82cfc5dec7afc598acc003b2bbc68475557d5a6c"),
    "rd-14": (
        "ListTagResources",
        HOST,
        f"MaxResults=100&{OF_TWO}&ResourceType=Account",
        "9cb91a5506556049254d1b1f50c6a91d54f5f6345e4034df54718b95e5d45165",
    ),
    "rd-15": ("GetAccount", HOST, "AccountId=1290000000000002", "189136e263e3cea043433fd4233ba1efc20e3d24d3a9ec6a3ef62b0c9f2f37ea"),
}


def _signature(request: Request, key: Credentials = KEY) -> str:
    return sign.sign(request, key, MOMENT, NONCE)["authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize("name", VECTORS)
def test_requests_are_signed_as_by_the_sdk(name: str) -> None:
    action, host, query, signature = VECTORS[name]
    headers = {"x-acs-action": action, "x-acs-version": organization.DIRECTORY_VERSION}
    request = Request("resourcedirectory", action, "POST", f"https://{host}/{'?' * bool(query)}{query}", headers)
    assert _signature(request, TEMPORARY if name == "rd-08" else KEY) == signature


def test_our_requests_are_the_sdks() -> None:
    target = Target("cn-hangzhou", "https://secrets.example.com", {})
    assert _signature(organization.manager_request(target)) == VECTORS["rd-11"][3]
    assert [_signature(organization.list_request(target, Window(start, 100))) for start in (0, 100)] == [VECTORS["rd-02"][3], VECTORS["rd-03"][3]]


def test_a_role_of_a_member_is_assumed_as_by_the_project_before() -> None:
    role = Role(organization.role_arn("secrets-reader", "1290000000000002"))
    request = assume_role(Target("cn-hangzhou"), KEY, role).request
    assert _signature(request) == "b994b8d0440e55cee1115994d414385758f68c616f9181606081ac8ac91ab505"


@pytest.mark.parametrize(
    ("arn", "fits"),
    [
        ("acs:ram::1290000000000002:role/secrets-reader/s", True),
        ("acs:ram::1290000000000002:assumed-role/Secrets-Reader/s", True),
        (None, True),
        ("acs:ram::1290000000000003:role/secrets-reader/s", False),
        ("acs:sts::1290000000000003:assumed-role/secrets-reader/s", False),
        ("acs:ram::1290000000000002:assumed-role/admin/s", False),
    ],
)
def test_the_session_is_one_of_the_role_however_it_is_spelt(arn: str | None, fits: bool) -> None:
    request = assume_role(Target("cn-hangzhou"), KEY, Role(organization.role_arn("secrets-reader", "1290000000000002"))).request
    key = {"AccessKeyId": "STS.a", "AccessKeySecret": "b", "SecurityToken": "c"}
    try:
        request.check({"Credentials": key, "AssumedRoleUser": {"Arn": arn}})
    except SecretsError as error:
        assert not fits and error.kind == "protocol"
    else:
        assert fits


@pytest.mark.parametrize(
    ("place", "host"),
    [
        ({}, "resourcedirectory.aliyuncs.com"),
        ({"site": "china", "network": "public"}, "resourcedirectory.aliyuncs.com"),
        ({"site": "international"}, "resourcedirectory-intl.aliyuncs.com"),
        ({"site": "international", "network": "vpc"}, "resourcedirectory.vpc-proxy.aliyuncs.com"),
    ],
)
def test_the_host_is_that_of_the_site(place: dict[str, Any], host: str) -> None:
    assert organization.manager_request(Target("ap-southeast-1", None, place)).host == host


def test_rows_tell_folders_tags_and_a_deletion() -> None:
    row = {
        "AccountId": "12",
        "DisplayName": "pay",
        "FolderId": "fd-b",
        "ResourceDirectoryPath": "rd-1/r-1/fd-a/fd-b/12",
        "DeletionStatus": "Deleting",
        "Tags": {"Tag": [{"Key": "env", "Value": "prod"}]},
    }
    page = organization.read_page({"TotalCount": 1, "Accounts": {"Account": [row]}})
    hint = "The member is being deleted (DeletionStatus Deleting): exclude it once it is gone."
    assert (page.rows, page.total) == ([MemberAccount("12", "pay", "fd-b", ("r-1", "fd-a", "fd-b"), {"env": "prod"}, hint)], 1)
    assert organization.read_page({"TotalCount": 0, "Accounts": None}).rows == []
    assert organization.doubt(Manager("rd-1", "1"), "2") is None


STRANGE = [{"Accounts": {"Account": [{"AccountId": number}]}} for number in ("", "../1", "1\n", "acs:ram::1:root", True, -1, 1.5, ["1"])]
"""Numbers that would become part of the name of a role."""


TAG = {"Key": "env", "Value": "prod"}
NO_LISTS: tuple[Any, ...] = (True, 7, "x", [1], {"Tag": "x"})
NO_TAGS: tuple[Any, ...] = ([None], ["x"], [{}], [{"Key": 1, "Value": "x"}], [{**TAG, "Value": 1}], [TAG, TAG])
NO_TEXTS: tuple[Any, ...] = (True, 7, [], {})
UNREADABLE = [
    *({"Tags": tags} for tags in NO_LISTS),
    *({"Tags": {"Tag": tags}} for tags in NO_TAGS),
    *({field: value} for field in ("DisplayName", "FolderId", "ResourceDirectoryPath") for value in NO_TEXTS),
]
"""What could hide a member whom a tag, a folder or a name chooses."""


@pytest.mark.parametrize("values", UNREADABLE)
def test_a_row_that_cannot_be_read_is_refused_so_that_the_page_is_asked_for_again(values: dict[str, Any]) -> None:
    with pytest.raises(SecretsError) as caught:
        organization.read_page({"TotalCount": 1, "Accounts": {"Account": [{"AccountId": "12", **values}]}})
    assert caught.value.kind == "schema"


@pytest.mark.parametrize("payload", [{}, {"Accounts": {"Account": "x"}}, {"Accounts": {"Account": [{}]}}, {"Accounts": {"Account": ["x"]}}, *STRANGE])
def test_what_is_no_page_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(SecretsError):
        organization.read_page(payload)


@pytest.mark.parametrize("payload", [{}, *({"ResourceDirectory": {"ResourceDirectoryId": "rd-1", "MasterAccountId": it}} for it in (None, "", "x/1", [1]))])
def test_an_answer_without_a_manager_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(SecretsError):
        organization.read_manager(payload)


def test_an_answer_to_another_page_is_not_believed() -> None:
    request = organization.list_request(Target("cn-hangzhou"), Window(100, 100))
    with pytest.raises(SecretsError):
        request.check({"PageNumber": 1, "PageSize": 100})
