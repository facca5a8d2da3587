# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Alibaba Cloud: hosts, headers, and the calls of its token service (STS of 2015-04-01).

Sources: alibabacloud_tea_openapi 0.4.6, alibabacloud_sts20150401 1.2.0, alibabacloud_credentials 1.0.12, and the
vendor's pages of endpoints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from .._auth.checks import answered_pair, check_key
from .._auth.context import AuxRequest, Credentials, Role, SourceContext
from .._core.endpoints import Target, base_url
from .._core.errors import of_another_request
from .._core.messages import Request
from .._core.records import iso_time
from .sign import canonical_query

STS_VERSION = "2015-04-01"
HOSTS = {"public": "{service}.{region}.aliyuncs.com", "vpc": "{service}-vpc.{region}.aliyuncs.com"}
STS_HOST = "sts.aliyuncs.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}
ANSWER = ("AccessKeyId", "AccessKeySecret", "SecurityToken")
"""The parts of a key, as answers have them."""
ROLE_ARN = re.compile(r"acs:ram::(\d+):role/([^/]+)(?:/.*)?")
"""A role, and a session of it."""


def call(service: str, action: str, version: str, method: str, path: str, target: Target, query: Mapping[str, str | None]) -> Request:
    """A request whose parameters stand in the query."""
    url = f"{base_url(target.endpoint, _host(service, target), target.region)}{path}?{canonical_query(query)}"
    return Request(service, action, method, url, {"x-acs-action": action, "x-acs-version": version})


def identity_request(target: Target) -> Request:
    """GetCallerIdentity: whose key this is."""
    return _sts("GetCallerIdentity", target, {})


def read_identity(payload: Mapping[str, Any]) -> str | None:
    """The number of the account."""
    account = payload.get("AccountId")
    return None if account is None else str(account)


def assume_role(target: Target, key: Credentials, role: Role) -> AuxRequest:
    """AssumeRole. The parameters stand in the body, so that none of them is in a proxy's log."""
    parameters = {
        "RoleArn": role.name,
        "RoleSessionName": role.session,
        "DurationSeconds": str(role.duration),
        "ExternalId": role.external_id,
        "Policy": role.policy,
    }
    return AuxRequest(_role_request("AssumeRole", target, parameters, role), key)


def web_identity(context: SourceContext, target: Target, role: Role, provider: str, token: str) -> AuxRequest:
    """AssumeRoleWithOIDC, which is not signed: the platform's token is the proof."""
    parameters = {
        "Action": "AssumeRoleWithOIDC",
        "Version": STS_VERSION,
        "Format": "JSON",
        "Timestamp": iso_time(context.now()),
        "RoleArn": role.name,
        "OIDCProviderArn": provider,
        "OIDCToken": token,
        "RoleSessionName": role.session,
        "DurationSeconds": str(role.duration),
        "Policy": role.policy,
    }
    return AuxRequest(_role_request("AssumeRoleWithOIDC", target, parameters, role))


def read_role(context: SourceContext, payload: Mapping[str, Any], source: str) -> Credentials:
    """The credentials in the answer of either."""
    found = payload.get("Credentials")
    found = found if isinstance(found, Mapping) else {}
    return answered_pair(context, found, ANSWER, found.get("Expiration"), source)


def _role_request(action: str, target: Target, parameters: Mapping[str, str | None], role: Role) -> Request:
    return replace(_sts(action, target, parameters), check=partial(_check_role, role))


def _check_role(role: Role, payload: Mapping[str, Any]) -> None:
    """The answer names the role, with the number of its account."""
    check_key(payload.get("Credentials"), ANSWER)
    user = payload.get("AssumedRoleUser")
    asked, told = (ROLE_ARN.fullmatch(str(arn).lower()) for arn in (role.name, user.get("Arn") if isinstance(user, Mapping) else None))
    if asked and told and asked.groups() != told.groups():
        raise of_another_request(stray=False)


def _sts(action: str, target: Target, parameters: Mapping[str, str | None]) -> Request:
    host = STS_HOST if target.place.get("network") != "vpc" and not target.place.get("sts_region") else _host("sts", target)
    url = base_url(None, host, str(target.place.get("sts_region") or target.region)) + "/"
    given = {name: value for name, value in parameters.items() if value is not None}
    headers = {"x-acs-action": action, "x-acs-version": STS_VERSION, **(FORM if given else {})}
    return Request("sts", action, "POST", url, headers, urlencode(given).encode("ascii"))


def _host(service: str, target: Target) -> str:
    return HOSTS[target.place.get("network") or "public"].replace("{service}", service)
