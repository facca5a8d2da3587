# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing that the vendors document is missing here: their own definitions are read and compared."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
import tccli
from alibabacloud_apig20240327 import models as apig_models
from alibabacloud_kms20160120 import models as kms_models

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig import fields as apig_fields
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig import provider as apig
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms import fields as kms_fields
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms import provider as kms
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import RecordSchema
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Window
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm import details as ssm_details
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm import fields as ssm_fields
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm import provider as ssm
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info

SSM_API = json.loads((Path(tccli.__file__).parent / "services" / "ssm" / "v20190923" / "api.json").read_text(encoding="utf-8"))

UNDOCUMENTED = {"description", "kmsConfig.kmsSecretArn", "kmsConfig.versionId"}
"""What the APIG API sends and the vendor's models lack; the vendor's Terraform provider reads it."""


def ssm_members(name: str) -> dict[str, dict[str, Any]]:
    """The members of one of tccli's objects, by name."""
    return {member["name"]: member for member in SSM_API["objects"][name]["members"]}


def alibaba_members(model: Any) -> dict[str, Any]:
    """The members of one of the SDKs' models, by the name that goes over the wire, filled with something of their type."""
    parameters = [name for name in inspect.signature(model.__init__).parameters if name != "self"]
    members: dict[str, Any] = model(**{name: _filled(name) for name in parameters}).to_map()
    return members


def _filled(name: str) -> Any:
    nested: dict[str, Any] = {
        "kms_config": apig_models.KMSConfig,
        "data": apig_models.ListSecretsResponseBodyData,
        "secret_list": kms_models.ListSecretsResponseBodySecretList,
        "tags": kms_models.ListSecretsResponseBodySecretListSecretTags,
    }
    return nested[name]() if name in nested else [] if name in ("items", "secret", "tag") else "filled"


def sources(schema: RecordSchema) -> set[str]:
    return {field.source for field in schema.fields}


def all_requests(provider: Provider, filters: dict[str, Any]) -> str:
    """Every request that a listing with these filters may send, as one text."""
    partitions = provider.partitions(filters)
    sent = [provider.list_request(Target("cn-hangzhou"), partition, Window(100, 100), filters) for partition in partitions]
    return "".join(request.url + request.body.decode() for request in sent)


def test_every_parameter_of_ssm_is_sent_or_has_an_option() -> None:
    filters = {
        "status": "enabled",
        "name_like": "n",
        "tags": {"k": "v"},
        "product_names": ["Mysql"],
        "instance_id": "i",
        "secret_types": ["product"],
        "encrypt_types": ["software"],
    }
    assert set(filters) - {"name_like"} == set(tencent_ssm_secrets_info.PROVIDER.options.filters)
    text = all_requests(ssm.PROVIDER, filters)
    for parameter in ssm_members("ListSecretsRequest"):
        assert f'"{parameter}":' in text, f"ListSecrets of SSM has a parameter that is never sent: {parameter}"
    for parameter in ssm_members("TagFilter"):
        assert f'"{parameter}":' in text


def test_every_field_of_ssm_is_read() -> None:
    documented = set(ssm_members("SecretMetadata"))
    assert documented == sources(ssm_fields.SCHEMA)
    assert set(ssm_members("ListSecretsResponse")) == {"TotalCount", "SecretMetadatas", "RequestId"}


def test_fields_of_ssm_are_read_as_their_type() -> None:
    values = {"string": "1", "int64": 1, "uint64": 1, "bool": True}
    for field in ssm_fields.SCHEMA.fields:
        member = ssm_members("SecretMetadata")[field.source]
        value = values[member["member"]]
        samples = [[value]] if member["type"] == "list" else [value, *_words(field.source)]
        assert any(_readable(field.read, sample) for sample in samples), field.source


def _words(source: str) -> list[str]:
    return {"KmsKeyType": ["DEFAULT"], "Status": ["Enabled"]}.get(source, [])


def _readable(read: Any, value: Any) -> bool:
    try:
        return read(value) is not None
    except ValueError:
        return False


@pytest.mark.parametrize("action, answer", [("GetRegions", "Regions"), ("ListSecrets", "SecretMetadatas")])
def test_actions_of_ssm_are_in_service(action: str, answer: str) -> None:
    assert SSM_API["actions"][action]["status"] == "online"
    assert answer in ssm_members(SSM_API["actions"][action]["output"])
    assert SSM_API["metadata"]["apiVersion"] == ssm.SSM_VERSION


@pytest.mark.parametrize(
    "service, folder, action, rows, of_all",
    [
        ("ssm", "v20190923", "DescribeSecret", "DescribeSecretResponse", False),
        ("ssm", "v20190923", "ListSecretVersionIds", "VersionInfo", False),
        ("ssm", "v20190923", "DescribeRotationHistory", "DescribeRotationHistoryResponse", False),
        ("ssm", "v20190923", "GetServiceStatus", "GetServiceStatusResponse", False),
        ("kms", "v20190118", "ListKeyDetail", "KeyMetadata", False),
        ("tag", "v20180813", "DescribeResourceTagsByResourceIds", "TagResource", True),
    ],
)
def test_details_of_ssm_ask_for_what_is_documented(service: str, folder: str, action: str, rows: str, of_all: bool) -> None:
    """Each parameter is one of the action's, each that it requires is sent, and what is read of an answer is in it."""
    api = json.loads((Path(tccli.__file__).parent / "services" / service / folder / "api.json").read_text(encoding="utf-8"))
    members = {name: {member["name"]: member for member in api["objects"][name]["members"]} for name in (api["actions"][action]["input"], rows)}
    asked, told = members.values()
    detail = next(detail for detail in ssm_details.DETAILS if detail.actions == (f"{service}:{action}",))
    request = next(detail.flow(Target("ap-guangzhou"), ["a"]))
    sent = json.loads(request.body)
    assert request.action == action and request.headers["x-tc-version"] == api["metadata"]["apiVersion"] and api["actions"][action]["status"] == "online"
    assert set(sent) <= set(asked) and {name for name, member in asked.items() if member["required"]} <= set(sent)
    made_here = {"Count", "Tags", "RotatedTime", "Host"}
    read = {field.source for field in ssm_fields.SCHEMA.details[detail.word]} - made_here
    assert read <= set(told) or action == "ListSecretVersionIds" and read <= {"CreateTime"}
    if of_all:
        assert {"ResourceId", "TagKey", "TagValue"} <= set(told)


def test_every_parameter_of_apig_is_sent_or_has_an_option() -> None:
    assert set(alibaba_apig_secrets_info.PROVIDER.options.filters) == {"gateway_type"}
    text = all_requests(apig.PROVIDER, {"name_like": "n", "gateway_type": "AI"})
    for parameter in alibaba_members(apig_models.ListSecretsRequest):
        assert f"{parameter}=" in text, f"ListSecrets of APIG has a parameter that is never sent: {parameter}"


def test_every_field_of_apig_is_read() -> None:
    items = set(alibaba_members(apig_models.ListSecretsResponseBodyDataItems)) - {"kmsConfig"}
    nested = {f"kmsConfig.{name}" for name in alibaba_members(apig_models.KMSConfig)}
    assert items | nested | UNDOCUMENTED == sources(apig_fields.SCHEMA)
    assert set(alibaba_members(apig_models.ListSecretsResponseBodyData)) == {"items", "totalSize", "pageNumber", "pageSize"}
    assert {"code", "message", "requestId", "data"} >= set(alibaba_members(apig_models.ListSecretsResponseBody))


def test_every_parameter_of_kms_is_sent_or_has_an_option() -> None:
    assert set(alibaba_kms_secrets_info.PROVIDER.options.filters) == {"secret_types", "instance_id", "tags"}
    text = all_requests(kms.PROVIDER, {"instance_id": "kst-1", "name_like": "n", "secret_types": ["rds"], "tags": {"k": "v"}})
    for parameter in alibaba_members(kms_models.ListSecretsRequest):
        assert f"{parameter}=" in text, f"ListSecrets of KMS has a parameter that is never sent: {parameter}"
    # What the cloud could filter by too, in a way that it does not document, or for few secrets only, is left to us.
    assert "Filters=" not in all_requests(kms.PROVIDER, {"name_like": "n", "secret_types": ["rds"], "tags": {"k": "v"}})


def test_every_field_of_kms_is_read() -> None:
    assert set(alibaba_members(kms_models.ListSecretsResponseBodySecretListSecret)) == sources(kms_fields.SCHEMA)
    assert set(alibaba_members(kms_models.ListSecretsResponseBodySecretListSecretTagsTag)) == {"TagKey", "TagValue"}
    assert set(alibaba_members(kms_models.ListSecretsResponseBodySecretListSecretTags)) == {"Tag"}
    assert set(alibaba_members(kms_models.ListSecretsResponseBodySecretList)) == {"Secret"}
    assert set(alibaba_members(kms_models.ListSecretsResponseBody)) == {"SecretList", "TotalCount", "PageNumber", "PageSize", "RequestId"}
