# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendors' SDKs of organizations, unchanged, against the emulator."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_resourcedirectorymaster20220419 import models as directory_models
from alibabacloud_resourcedirectorymaster20220419.client import Client as DirectoryClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.organization.v20210331 import models as organization_models
from tencentcloud.organization.v20210331.organization_client import OrganizationClient

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from emulator import Emulator  # pylint: disable=wrong-import-position

SECRET = "contract-secret"
MEMBERS = 230
HOSTS = ("resourcedirectory.aliyuncs.com", "resourcedirectory-intl.aliyuncs.com", "resourcedirectory.vpc-proxy.aliyuncs.com")


def company(provider: str, key_id: str, folder: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The manager and one member of an organization with many of them."""
    accounts = [
        {
            "name": f"{provider}-{number}",
            "provider": provider,
            "account_id": str(number),
            "keys": [{"id": f"{key_id}{number}", "secret": SECRET}],
            "regions": [],
        }
        for number in (1000, 1001)
    ]
    members = [{"account_id": str(1000 + place), "name": f"team {place}", "folder": folder, "tags": {"env": "prod"}} for place in range(1, MEMBERS + 1)]
    return accounts, {"id": "77", "provider": provider, "manager": "1000", "folders": [{"id": folder}], "members": members}


@pytest.fixture(name="emulator", scope="module")
def fixture_emulator() -> Iterator[Emulator]:
    """Both clouds, each with an organization."""
    ali, directory = company("alibaba", "LTAI5t", "fd-a")
    ten, organization = company("tencent", "AKID", "5")
    with Emulator({"accounts": [*ali, *ten], "organizations": [directory, organization]}) as emulator:
        yield emulator


def directory_client(emulator: Emulator, host: str, number: int = 1000) -> DirectoryClient:
    """The client of Resource Directory."""
    key = {"access_key_id": f"LTAI5t{number}", "access_key_secret": SECRET}
    return DirectoryClient(Config(**key, region_id="cn-hangzhou", endpoint=host, https_proxy=emulator.url, ca=emulator.ca_file))


def organization_client(emulator: Emulator, number: int = 1000) -> OrganizationClient:
    """The client of Organization."""
    profile = ClientProfile(httpProfile=HttpProfile(proxy=emulator.url, certification=emulator.ca_file))
    return OrganizationClient(Credential(f"AKID{number}", SECRET), "", profile)


@pytest.mark.parametrize("host", HOSTS)
def test_directory_sdk_lists_every_member(emulator: Emulator, host: str) -> None:
    client = directory_client(emulator, host)
    pages = [client.list_accounts(directory_models.ListAccountsRequest(page_number=page, page_size=100, include_tags=True)).body for page in (1, 2, 3)]
    rows = [row for page in pages for row in page.accounts.account]
    assert [row.account_id for row in rows] == [str(1000 + place) for place in range(1, MEMBERS + 1)]
    assert {page.total_count for page in pages} == {MEMBERS}
    assert (rows[0].display_name, rows[0].folder_id, rows[0].resource_directory_path) == ("team 1", "fd-a", "77/r-root/fd-a/1001")
    assert [(tag.key, tag.value) for tag in rows[0].tags.tag] == [("env", "prod")]


def test_directory_sdk_knows_the_manager_from_a_member(emulator: Emulator) -> None:
    for number in (1000, 1001):
        body = directory_client(emulator, HOSTS[0], number).get_resource_directory().body
        assert (body.resource_directory.master_account_id, body.resource_directory.resource_directory_id) == ("1000", "77")


def test_directory_sdk_of_a_member_is_refused(emulator: Emulator) -> None:
    with pytest.raises(ClientException) as caught:
        directory_client(emulator, HOSTS[0], 1001).list_accounts(directory_models.ListAccountsRequest(page_number=1, page_size=100))
    assert caught.value.code == "NoPermission.ResourceDirectory.MemberAccount"


def _request(kind: Any, **parameters: Any) -> Any:
    request = kind()
    request.from_json_string(json.dumps(parameters))
    return request


def test_organization_sdk_lists_every_member(emulator: Emulator) -> None:
    client = organization_client(emulator)
    kind = organization_models.DescribeOrganizationMembersRequest
    pages = [client.DescribeOrganizationMembers(_request(kind, Offset=start, Limit=50)) for start in range(0, 300, 50)]
    rows = [row for page in pages for row in page.Items]
    assert [row.MemberUin for row in rows] == [1000 + place for place in range(1, MEMBERS + 1)]
    assert {page.Total for page in pages} == {MEMBERS}
    assert (rows[0].Name, rows[0].NodeId, [(tag.TagKey, tag.TagValue) for tag in rows[0].Tags]) == ("team 1", 5, [("env", "prod")])


def test_organization_sdk_knows_the_manager_and_the_folders(emulator: Emulator) -> None:
    client = organization_client(emulator)
    told = client.DescribeOrganization(organization_models.DescribeOrganizationRequest())
    assert (told.HostUin, told.IsManager, told.OrgId) == (1000, True, 77)
    nodes = client.DescribeOrganizationNodes(_request(organization_models.DescribeOrganizationNodesRequest, Offset=0, Limit=50)).Items
    assert [(node.NodeId, node.ParentNodeId) for node in nodes] == [(1, 0), (5, 1)]


def test_organization_sdk_of_a_member_is_refused(emulator: Emulator) -> None:
    client = organization_client(emulator, 1001)
    assert client.DescribeOrganization(organization_models.DescribeOrganizationRequest()).IsManager is False
    with pytest.raises(TencentCloudSDKException):
        client.DescribeOrganizationMembers(_request(organization_models.DescribeOrganizationMembersRequest, Offset=0, Limit=50))
