# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Alibaba Cloud: hosts, headers, refusals, and the calls of its token service (STS of 2015-04-01).

Sources: alibabacloud_tea_openapi 0.4.6, alibabacloud_sts20150401 1.2.0, alibabacloud_credentials 1.0.12, and the
vendor's pages of endpoints and of common errors.
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
from .._core.errors import SecretsError, of_another_request
from .._core.messages import Request
from .._core.records import iso_time
from .._provider import ErrorKind, kind_of
from .sign import canonical_query

STS_VERSION = "2015-04-01"
HOME_REGION = "cn-hangzhou"
HOSTS = {"public": "{service}.{region}.aliyuncs.com", "vpc": "{service}-vpc.{region}.aliyuncs.com"}
PLACE: Mapping[str, Mapping[str, Any]] = {
    "network": {"type": "str", "choices": list(HOSTS)},
    "site": {"type": "str", "choices": ["china", "international"]},
}
"""Options of all services: which hosts to ask. The site matters to the host of the resource directory only."""
STS_HOST = "sts.aliyuncs.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}
ANSWER = ("AccessKeyId", "AccessKeySecret", "SecurityToken")
"""The parts of a key, as answers have them."""
ROLE_ARN = re.compile(r"acs:ram::(\d+):role/([^/]+)(?:/.*)?")
"""A role, and a session of it."""

SIGNED = "server StringToSign"
"""Behind this stands what the server signed. It helps nobody who reads it, and repeats the request."""
SUCCESS = frozenset({"", "none", "ok", "success", "200", "0"})
"""What 'code' says when all went well: the vendor's pages show 200 and Ok."""
NOT_SERVED = "The endpoint does not serve this API; check region and endpoint."
GATEWAY_ERRORS = (
    ErrorKind("*Throttling*", "throttled"),
    ErrorKind("ServiceUnavailable*", "server"),
    ErrorKind("InternalError*", "server"),
    ErrorKind("SignatureNonceUsed", "server"),
    ErrorKind("InvalidTimeStamp*", "clock", "Set this machine's clock: Alibaba Cloud allows 15 minutes."),
    ErrorKind("IllegalTimestamp", "clock", "Set this machine's clock: Alibaba Cloud allows 15 minutes."),
    ErrorKind("InvalidSecurityToken.Expired", "expired", "The temporary credentials have expired; get new ones."),
    ErrorKind("*SecurityToken*", "auth", "The security token does not belong to this access key; give the three parts of one key."),
    ErrorKind("SignatureDoesNotMatch", "auth", "The access key secret does not belong to this access key id."),
    ErrorKind("IncompleteSignature", "auth", "The access key secret does not belong to this access key id."),
    ErrorKind("InvalidAccessKeyId*", "auth", "The access key does not exist or is disabled; check it in RAM."),
    ErrorKind("Forbidden.AccessKey*", "auth", "The access key is disabled; enable it in RAM."),
    ErrorKind("AuthenticationFail*", "auth", "The platform's token does not open this role; check provider, token and the role's trust."),
    ErrorKind("UnsupportedRegion*", "unsupported"),
    ErrorKind("InvalidApi.NotFound", "request", NOT_SERVED),
    ErrorKind("InvalidProduct.NotFound", "request", NOT_SERVED),
)
"""Errors of the gateway, which stands before all services."""
REFUSES_REGION = ("UnsupportedRegion", "InvalidApi.NotFound", "InvalidProduct.NotFound")
"""How codes begin that a region without the service may give, and a misspelt one."""


def call(service: str, action: str, version: str, method: str, path: str, target: Target, query: Mapping[str, str | None]) -> Request:
    """A request whose parameters stand in the query."""
    asked = canonical_query(query)
    url = f"{base_url(target.endpoint, _host(service, target), target.region)}{path}{'?' * bool(asked)}{asked}"
    return Request(service, action, method, url, {"x-acs-action": action, "x-acs-version": version})


def read_refusal(payload: Mapping[str, Any], kinds: tuple[ErrorKind, ...]) -> SecretsError | None:
    """The gateway writes Code, Message and RequestId, some products the same in lower case, some with HTTP status 200."""
    code, message, request_id = (payload.get(name[:1].upper() + name[1:], payload.get(name)) for name in ("code", "message", "requestId"))
    if str(code).lower() in SUCCESS and payload.get("success") is not False:
        return None
    understood = kind_of(str(code), kinds)
    said = str(message).partition(SIGNED)[0].rstrip()
    return SecretsError(understood.kind, said, code=str(code), request_id=None if request_id is None else str(request_id), hint=understood.hint)


def doubts_region(error: SecretsError) -> bool:
    """Whether the region may be misspelt."""
    return str(error.code).startswith(REFUSES_REGION)


def check_place(number: int, size: int, told_number: Any, told_size: Any) -> None:
    """Whether an answer is the page that was asked for. (The first one tells what size the cloud gives, whatever was asked for.)"""
    if told_number != number or number > 1 and told_size != size:
        raise of_another_request()


def identity_request(target: Target) -> Request:
    """GetCallerIdentity: whose key this is."""
    return _sts("GetCallerIdentity", target, {})


def read_identity(payload: Mapping[str, Any]) -> str | None:
    """The number of the account."""
    account = payload.get("AccountId")
    return None if account is None else str(account)


def assume_role(target: Target, key: Credentials | None, role: Role) -> AuxRequest:
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
