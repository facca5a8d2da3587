# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Details of APIG: which calls each word makes, about which secrets, and what is kept of the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig import details
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.fields import DETAIL_FIELDS, SCHEMA
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER, read_error
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.alibaba.flows import TARGET, of_apig, of_kms, refused, run

BY_WORD = {detail.word: detail for detail in PROVIDER.details}
GATEWAYS = {"gw-1": {"gatewayId": "gw-1", "name": "shop"}, "gw-2": {"gatewayId": "gw-2"}}


def _record(**changes: Any) -> dict[str, Any]:
    return {**SCHEMA.record({"secretId": "sec-1", "referenceCount": 2}, "prod", "cn-hangzhou"), **changes}


def _references(rows: list[Any]) -> Any:
    """What is kept of the references of a secret."""
    found, asked = run(details.references(TARGET, ["2 sec-1"], GATEWAYS), lambda action, given: of_apig(rows, given))
    assert {request.action for request in asked} == {"ListSecretReferences"} and "/v1/secrets/sec-1/references?" in asked[0].url
    (field,) = DETAIL_FIELDS["references"]
    return field.read(found["2 sec-1"][field.source])


def test_every_word_has_fields_calls_and_actions() -> None:
    assert list(DETAIL_FIELDS) == list(BY_WORD) == ["references", "keys"]
    assert BY_WORD["references"].actions == ("apig:ListSecretReferences", "apig:ListGateways") and BY_WORD["keys"].actions == ("kms:ListKeys",)


@pytest.mark.parametrize(
    ("word", "changes", "expected"),
    [
        ("references", {}, "2 sec-1"),
        ("references", {"reference_count": 0}, None),
        ("references", {"reference_count": None}, " sec-1"),
        ("references", {"reference_count": None, "id": "a b"}, " a b"),
        ("keys", {"kms_key_id": "key-1"}, "key-1"),
        ("keys", {"kms_key_id": ""}, None),
        ("keys", {"kms_key_id": None}, None),
    ],
)
def test_only_secrets_that_can_have_a_detail_are_asked_about(word: str, changes: dict[str, Any], expected: str | None) -> None:
    subject = BY_WORD[word].subject
    assert subject is not None and subject(_record(**changes), ()) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"gatewayId": "gw-1", "ServiceConfig": {"name": "llm", "serviceId": "svc"}}, {"kind": "service", "name": "llm", "gateway": "shop"}),
        ({"gatewayId": "gw-1", "serviceConfig": {"name": "llm"}}, {"kind": "service", "name": "llm", "gateway": "shop"}),
        ({"gatewayId": "gw-1", "PluginConfig": {"name": "jwt"}, "ServiceConfig": {}}, {"kind": "plugin", "name": "jwt", "gateway": "shop"}),
        ({"gatewayId": "gw-1", "pluginConfig": {"name": "jwt"}}, {"kind": "plugin", "name": "jwt", "gateway": "shop"}),
        ({"gatewayId": "gw-1", "consumerConfig": {"name": "app"}}, {"kind": "consumer", "name": "app", "gateway": "shop"}),
        ({"gatewayId": "gw-1", "mcpServerConfig": {"name": "mcp", "routeId": "r"}}, {"kind": "mcp_server", "name": "mcp", "gateway": "shop"}),
        ({"gatewayId": "gw-2", "consumerConfig": {"consumerId": "c"}}, {"kind": "consumer", "name": None, "gateway": "gw-2"}),
        ({"gatewayId": "gw-3", "resourceType": "New", "newConfig": {"name": "canary"}}, {"kind": "unknown", "name": None, "gateway": "gw-3"}),
        ({}, {"kind": "unknown", "name": None, "gateway": None}),
    ],
)
def test_a_reference_is_a_kind_a_name_and_a_gateway(row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert _references([row]) == [expected]


def test_alike_references_are_counted_each() -> None:
    row = {"gatewayId": "gw-1", "ServiceConfig": {"name": "llm", "serviceId": "svc"}}
    assert len(_references([row] * 130)) == 130


@pytest.mark.parametrize(("subject", "read"), [("2 sec-1", ({}, ["references"])), (" sec-1", ({"references": []}, []))], ids=["counted", "not told"])
def test_no_reference_of_a_secret_that_has_some_is_a_contradiction(subject: str, read: Any) -> None:
    found, asked = run(details.references(TARGET, [subject], {}), lambda action, given: of_apig([], given))
    assert SCHEMA.detail("references", found[subject], "ai") == read and "/v1/secrets/sec-1/references?" in asked[0].url


@pytest.mark.parametrize("row", [{"gatewayId": 1}, {"ServiceConfig": {"name": ["canary"]}}], ids=str)
def test_what_is_no_text_is_not_taken(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not text"):
        _references([row])


def test_what_may_hold_anything_is_kept_nowhere() -> None:
    row = {"gatewayId": "gw-1", "ServiceConfig": {"name": "llm", "serviceId": "svc", "apiKey": "canary"}, "secret": "canary"}
    assert "canary" not in json.dumps(_references([row]))


def test_gateways_are_one_list_a_region() -> None:
    rows = [{"gatewayId": f"gw-{number}", "name": f"g{number}"} for number in range(101)]
    found, asked = run(details.gateways(TARGET), lambda action, given: of_apig(rows, given))
    assert len(found) == 101 and found["gw-7"]["name"] == "g7" and [request.action for request in asked] == ["ListGateways"] * 2


def test_a_secret_that_is_gone_is_no_failure() -> None:
    found, _asked = run(details.references(TARGET, ["2 sec-1"], {}), lambda action, given: refused("NotFound.SecretNotFound", 404))
    assert found == {}


@pytest.mark.parametrize("error", [refused("InvalidApi.NotFound", 404), refused("Forbidden.RAM", 403, "denied")], ids=lambda error: error.code)
def test_a_refusal_is_a_failure(error: SecretsError) -> None:
    with pytest.raises(SecretsError) as caught:
        run(details.references(TARGET, ["2 sec-1"], {}), lambda action, given: error)
    assert caught.value is error


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": {"items": {}}}, {"data": {"items": ["x"], "totalSize": 1}}], ids=str)
def test_a_list_of_another_shape_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(SecretsError) as caught:
        run(details.references(TARGET, ["2 sec-1"], {}), lambda action, given: answer)
    assert caught.value.kind == "schema"


def test_the_page_that_was_not_asked_for_is_not_believed() -> None:
    with pytest.raises(SecretsError, match="another request"):
        run(details.references(TARGET, ["2 sec-1"], {}), lambda action, given: of_apig([], {"pageNumber": "3", "pageSize": "100"}))


@pytest.mark.parametrize("endpoint", [None, "https://gateway.example.com"])
def test_kms_is_asked_at_its_own_host(endpoint: str | None) -> None:
    target = Target("cn-hangzhou", endpoint, {"network": "vpc"})
    found, asked = run(
        BY_WORD["keys"].flow(target, ["key-1"]),
        lambda action, given: of_kms("Keys", "Key", [{"KeyId": "key-1"}] * ("PendingImport" in given["Filters"]), given),
    )
    assert {request.host for request in asked} == {"kms-vpc.cn-hangzhou.aliyuncs.com"} and len(asked) == 4
    (field,) = DETAIL_FIELDS["keys"]
    assert field.read(found["key-1"][field.source]) == "pending_import"


def test_kms_may_be_switched_off() -> None:
    error = read_error({"HttpStatus": 403, "Code": "Forbidden.KmsServiceNotEnabled", "Message": "m", "RequestId": "r"})
    assert error is not None and error.kind == "unsupported" and "Activate Key Management Service" in str(error.hint)
