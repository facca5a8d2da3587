# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organization: requests against signatures that the vendor's SDK computed, hosts, rows, and what is no answer."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Window
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Folder, Manager, MemberAccount
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent import organization, sign

KEY = Credentials("AKIDEXAMPLEexample0123456789abcdef", "exampleSecretKey0123456789ABCDEF", None, "a test")
MOMENT = 1784724042
HOST = "organization.tencentcloudapi.com"
FIRST = '{"Offset": 0, "Limit": 50}'
TAGGED = '{"Offset": 0, "Limit": 50, "Tags": [{"TagKey": "env", "TagValue": "prod"}]}'
ROLE = '{"RoleArn": "qcs::cam::uin/100000000002:roleName/secrets-reader", "RoleSessionName": "multicloud-secrets", "DurationSeconds": 3600}'
VECTORS = {
    "first page": (HOST, FIRST, "1e69017cf43557595496241a044a15d3bc58df3940901436c9b30a041be4db08"),
    "second page": (HOST, '{"Offset": 50, "Limit": 50}', "d5fecac358409665429255b9909ac625fd26dcccfff8aa13fc08f0e01e996e2d"),
    "international": ("organization.intl.tencentcloudapi.com", FIRST, "8647739ae865d7b2a11cdf0e0e7cf69b6abdc7f9ac2dfbbaf8523c154148c0c2"),
    "internal": ("organization.internal.tencentcloudapi.com", FIRST, "2113e8bee3b35ae6f66192882aa276ed5f9a840d984213659b5da7c8e1e18470"),
    "product": (HOST, '{"Offset": 0, "Limit": 50, "Product": "config"}', "a5e76a6ace9b3a82731ef1018957273f669db745e0afb19428e334b0d0701955"),
    "tags": (HOST, TAGGED, "b26b123e72f4bc87704ed7c90ce0a91048a53303b085e1976ac0c47d5dc6b4f8"),
    "who manages": (HOST, "{}", "0ad22e134944d18425dcfabc170883086d131f867e285673606fbdc63bb92fa2"),
    "folders": (HOST, '{"Limit": 50, "Offset": 0}', "fb8d18ce7dc778f358b4ce0752022c4995da5f82d4b511bc9e55c8d9aa023e96"),
    "identities": (HOST, '{"Offset": 0, "Limit": 50, "IdentityId": 1}', "0767fe9c81a01d5b2eb35fcddd8309225e021f6ddaa2c99ccbd3739dbf192818"),
    "role": ("sts.tencentcloudapi.com", ROLE, "853100efb7b2f0dd149dcccf88a0cd158a8bef2b3abdd94d0fe11e2f9df1b790"),
}


def _signature(request: Request) -> str:
    return sign.sign(request, KEY, MOMENT, "unused")["authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize("name", VECTORS)
def test_requests_are_signed_as_by_the_sdk(name: str) -> None:
    host, body, signature = VECTORS[name]
    request = Request(host.partition(".")[0], "any", "POST", f"https://{host}/", {"content-type": "application/json"}, body.encode())
    assert _signature(request) == signature


def test_our_requests_are_the_sdks() -> None:
    target = Target("ap-guangzhou", "https://secrets.example.com", {})
    assert _signature(organization.manager_request(target)) == VECTORS["who manages"][2]
    pages = [_signature(organization.list_request(target, Window(start, 50))) for start in (0, 50)]
    assert pages == [VECTORS["first page"][2], VECTORS["second page"][2]]
    assert _signature(organization.folders_request(target, Window(0, 50))) == VECTORS["folders"][2]


@pytest.mark.parametrize(
    ("region", "place", "host"),
    [
        ("ap-guangzhou", {}, HOST),
        ("ap-guangzhou", {"site": "international"}, "organization.intl.tencentcloudapi.com"),
        ("ap-guangzhou", {"network": "internal"}, "organization.internal.tencentcloudapi.com"),
        ("ap-guangzhou", {"network": "regional", "site": "international"}, "organization.intl.tencentcloudapi.com"),
        ("ap-shanghai-fsi", {}, HOST),
    ],
)
def test_the_host_is_that_of_the_site_and_never_regional(region: str, place: dict[str, Any], host: str) -> None:
    assert organization.list_request(Target(region, None, place), Window(0, 50)).host == host


def test_rows_tell_numbers_folders_and_tags() -> None:
    row = {"MemberUin": 12, "Name": "pay", "NodeId": 6, "Tags": [{"TagKey": "env", "TagValue": "prod"}]}
    page = organization.read_page({"Response": {"Total": 1, "Items": [row, {"MemberUin": 13, "NodeId": 5, "Tags": None}]}})
    assert page.rows == [MemberAccount("12", "pay", "6", (), {"env": "prod"}), MemberAccount("13", None, "5")]
    nodes = {"Response": {"Total": 1, "Items": [{"NodeId": 6, "ParentNodeId": 5}]}}
    assert organization.read_folders(nodes).rows == [Folder("6", "5")]
    assert organization.read_page({"Response": {"Total": 0, "Items": None}}).rows == []


def test_only_the_management_account_is_known_to_see_all() -> None:
    assert organization.doubt(Manager("77", "1"), "1") is None
    assert "may see a part" in str(organization.doubt(Manager("77", "1"), "2"))


STRANGE = [{"Items": [{"MemberUin": number, "NodeId": 1}]} for number in (True, -1, 1.5, "1/2", None)]
"""Numbers that would become part of the name of a role."""


TAG = {"TagKey": "env", "TagValue": "prod"}
NO_TAGS: tuple[Any, ...] = (True, 7, "x", {}, [None], ["x"], [{}], [{"TagKey": 1, "TagValue": "x"}], [{**TAG, "TagValue": 1}], [TAG, TAG])
NO_TEXTS: tuple[Any, ...] = (True, 7, [], {})
UNREADABLE = [*({"Tags": tags} for tags in NO_TAGS), *({"Name": name} for name in NO_TEXTS)]
"""What could hide a member whom a tag or a name chooses."""


@pytest.mark.parametrize("values", UNREADABLE)
def test_a_row_that_cannot_be_read_is_refused_so_that_the_page_is_asked_for_again(values: dict[str, Any]) -> None:
    with pytest.raises(SecretsError) as caught:
        organization.read_page({"Response": {"Total": 1, "Items": [{"MemberUin": 12, "NodeId": 6, **values}]}})
    assert caught.value.kind == "schema"


def test_a_tag_without_a_value_has_an_empty_one() -> None:
    row = {"MemberUin": 12, "NodeId": 6, "Tags": [{"TagKey": "env", "TagValue": None}, {"TagKey": "team"}]}
    assert organization.read_page({"Response": {"Total": 1, "Items": [row]}}).rows[0].tags == {"env": "", "team": ""}


@pytest.mark.parametrize("response", [{}, {"Items": "x"}, {"Items": [{}]}, {"Items": ["x"]}, *STRANGE])
def test_what_is_no_page_is_refused(response: dict[str, Any]) -> None:
    with pytest.raises(SecretsError):
        organization.read_page({"Response": response})


def test_an_answer_without_a_manager_is_refused() -> None:
    for manager in ({}, {"HostUin": 0}, {"HostUin": True}, {"HostUin": "1:roleName/x"}):
        with pytest.raises(SecretsError):
            organization.read_manager({"Response": {"OrgId": 77, **manager}})
