# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Tencent Cloud: hosts, headers, and the calls of its token service (STS of 2018-08-13).

Sources: tencentcloud-sdk-python-common 3.1.195, tccli 3.1.189, and the vendor's pages of endpoints.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .._auth.checks import answered_pair, check_key
from .._auth.context import AuxRequest, Credentials, Role, SourceContext
from .._core.endpoints import Target, base_url
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.values import account_number

LISTED = "ssm"
STS_VERSION = "2018-08-13"
HOME_REGION = "ap-guangzhou"
ROOTS = {"china": "tencentcloudapi.com", "international": "intl.tencentcloudapi.com"}
PLACE: Mapping[str, Mapping[str, Any]] = {
    "site": {"type": "str", "choices": list(ROOTS)},
    "network": {"type": "str", "choices": ["public", "internal", "regional"]},
}
"""Options of all services: which hosts to ask."""
INTERNAL_ROOT = "internal.tencentcloudapi.com"
FINANCE = "-fsi"
"""Finance zones are cut off from the others and have hosts of their own."""
LIMITS = {
    "DescribeSecret": (100, 40),
    "ListSecretVersionIds": (300, 40),
    "DescribeRotationHistory": (20, 20),
    "GetServiceStatus": (50, 50),
    "ListKeyDetail": (100, 100),
    "DescribeResourceTagsByResourceIds": (100, 100),
}
"""Requests a second of each action, on the Chinese and on the international site."""
UNSIGNED = {"authorization": "SKIP"}
ANSWER = ("TmpSecretId", "TmpSecretKey", "Token")
"""The parts of a key, as answers have them."""


def call(service: str, action: str, version: str, target: Target, parameters: Mapping[str, Any]) -> Request:
    """A request whose parameters stand in a JSON body."""
    headers = {
        "content-type": "application/json",
        "x-tc-action": action,
        "x-tc-version": version,
        "x-tc-region": target.region,
        "x-tc-language": "en-US",
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    url = base_url(_endpoint(service, target.endpoint), _host(service, target), target.region) + "/"
    return Request(service, action, "POST", url, headers, json.dumps(given).encode("ascii"))


def doubts_region(error: SecretsError) -> bool:
    """Whether the region may be misspelt."""
    return str(error.code).startswith("UnsupportedRegion") or "X-TC-Region" in error.message


def limit(request: Request) -> int | None:
    """Requests a second that the cloud documents for an action."""
    limits = LIMITS.get(request.action)
    return limits and limits[ROOTS["international"] in request.host]


def identity_request(target: Target) -> Request:
    """GetCallerIdentity: whose key this is."""
    return _sts("GetCallerIdentity", target, {})


def read_identity(payload: Mapping[str, Any]) -> str | None:
    """The number (uin) of the account."""
    account = payload["Response"].get("AccountId")
    return None if account is None else account_number(account, "the answer names no account")


def assume_role(target: Target, key: Credentials | None, role: Role) -> AuxRequest:
    """AssumeRole."""
    parameters = {
        "RoleArn": role.name,
        "RoleSessionName": role.session,
        "DurationSeconds": role.duration,
        "ExternalId": role.external_id,
        "Policy": quote(role.policy) if role.policy else None,
    }
    return AuxRequest(replace(_sts("AssumeRole", target, parameters), check=_check_role), key)


def web_identity(target: Target, role: Role, provider: str, token: str) -> AuxRequest:
    """AssumeRoleWithWebIdentity, which is not signed: the platform's token is the proof."""
    parameters = {
        "ProviderId": provider,
        "WebIdentityToken": token,
        "RoleArn": role.name,
        "RoleSessionName": role.session,
        "DurationSeconds": role.duration,
    }
    request = _sts("AssumeRoleWithWebIdentity", target, parameters)
    return AuxRequest(replace(request, headers={**request.headers, **UNSIGNED}, check=_check_role))


def read_role(context: SourceContext, payload: Mapping[str, Any], source: str) -> Credentials:
    """The credentials in the answer of either."""
    response = payload["Response"]
    found = response.get("Credentials")
    found = found if isinstance(found, Mapping) else {}
    return answered_pair(context, found, ANSWER, response.get("ExpiredTime"), source)


def _check_role(payload: Mapping[str, Any]) -> None:
    """The answer does not say whose key it is: GetCallerIdentity does."""
    check_key(payload["Response"].get("Credentials"), ANSWER)


def _sts(action: str, target: Target, parameters: Mapping[str, Any]) -> Request:
    region = str(target.place.get("sts_region") or HOME_REGION)
    return call("sts", action, STS_VERSION, Target(region, None, target.place), parameters)


def _endpoint(service: str, endpoint: str | None) -> str | None:
    """The endpoint of a service beside the one that is listed: its name takes the place of the other's, if that is a part of the host."""
    return endpoint and endpoint.replace(f"://{LISTED}.", f"://{service}.", 1)


def _host(service: str, target: Target) -> str:
    if target.region.endswith(FINANCE) or target.place.get("network") == "regional":
        return f"{service}.{{region}}.{ROOTS['china']}"
    root = INTERNAL_ROOT if target.place.get("network") == "internal" else ROOTS[target.place.get("site") or "china"]
    return f"{service}.{root}"
