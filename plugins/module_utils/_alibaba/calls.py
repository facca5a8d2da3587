# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Alibaba Cloud: hosts, headers, refusals, numbered pages, the keys of a region (KMS of 2016-01-20), and the calls
of its token service (STS of 2015-04-01).

Sources: alibabacloud_tea_openapi 0.4.6, alibabacloud_sts20150401 1.2.0, alibabacloud_kms20160120 3.3.1,
alibabacloud_credentials 1.0.12, and the vendor's pages of endpoints, of limits and of common errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from .._auth.checks import answered_pair, check_key
from .._auth.context import AuxRequest, Credentials, Role, SourceContext
from .._core.endpoints import Target, base_url
from .._core.errors import SecretsError, of_another_request
from .._core.messages import Request
from .._core.values import account_number, iso_time
from .._paging.unordered import usable_total
from .._provider import DetailFlow, ErrorKind, RawPage, kind_of
from .sign import canonical_query

STS_VERSION = "2015-04-01"
KMS_VERSION = "2016-01-20"
KMS_LIMIT = 35
"""Requests a second at most. KMS takes 40 of an account in a region, for listing and describing together, from all programs."""
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
ROLE_ARN = re.compile(r"acs:(?:ram|sts)::(\d+):(?:assumed-)?role/([^/]+)(?:/.*)?")
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
ACTIVATE = "Activate Key Management Service (KMS) for this account in the console."
SUSPENDED = "The account is suspended, for a debt or a risk; settle it in the console."
INSTANCE = "Check instance_id, and whether the KMS instance is in this region and running."
GONE = "Forbidden.ResourceNotFound"
"""How KMS says that there is no such secret. It is no denial."""
KMS_ERRORS = (
    ErrorKind("InternalFailure", "server"),
    ErrorKind("SerivceUnavailable*", "server"),
    ErrorKind(GONE, "request"),
    ErrorKind("Forbidden.KeyNotFound", "request"),
    ErrorKind("Forbidden.AliasNotFound", "request"),
    ErrorKind("Forbidden.KeyPolicyUnSupported", "request"),
    ErrorKind("Forbidden.DKMSInstance*", "request", INSTANCE),
    ErrorKind("Forbidden.KmsServiceNotEnabled", "unsupported", ACTIVATE),
    ErrorKind("Forbidden.UbsmsInvalidBid", "unsupported", ACTIVATE),
    ErrorKind("Forbidden.InDebt*", "denied", SUSPENDED),
    ErrorKind("Forbidden.ProhibitedByRiskControl", "denied", SUSPENDED),
    ErrorKind("*UnsupportedOperation", "unsupported"),
)
"""Errors of KMS, which other services ask for the state of keys."""
STATES_OF_KEYS = {"Enabled": "enabled", "Disabled": "disabled", "PendingDeletion": "pending_delete", "PendingImport": "pending_import"}
"""States of keys, in the order in which they are asked for. A key that breaks meanwhile is in two lists, and the later one counts;
one that is repaired may be in none."""
MOST_STATES = 2
"""Lists that may have one key. It is in more of them only where they heed no state."""
NO_SUCH_KEY = "Missing"
"""The state of a key that the region does not have."""
MOST_VALUES = 10
"""Values of a filter."""
KEY_ID = re.compile(r"[A-Za-z0-9-]+")
"""The id of a key. An alias or an ARN is none."""
ROWS = 100
READINGS = 2
MOST_PAGES = 1000
REQUEST_ID = b'equestId":"'
"""Behind this stands the id of a request, in either spelling of its name. No field of a secret is called so."""
AN_ID = re.compile(rb"[0-9A-Za-z-]{1,64}")
REFUSES_REGION = ("UnsupportedRegion", "InvalidApi.NotFound", "InvalidProduct.NotFound")
"""How codes begin that a region without the service may give, and a misspelt one."""


def call(service: str, action: str, version: str, method: str, path: str, target: Target, query: Mapping[str, str | None]) -> Request:
    """A request whose parameters stand in the query."""
    asked = canonical_query(query)
    url = f"{base_url(target.endpoint, _host(service, target), target.region)}{path}{'?' * bool(asked)}{asked}"
    return Request(service, action, method, url, {"x-acs-action": action, "x-acs-version": version})


def without_request_id(body: bytes) -> bytes:
    """An answer without the id of its request."""
    before, mark, rest = body.partition(REQUEST_ID)
    ident, end, after = rest.partition(b'"')
    return before + mark + end + after if end and AN_ID.fullmatch(ident) else body


def read_refusal(payload: Mapping[str, Any], kinds: tuple[ErrorKind, ...]) -> SecretsError | None:
    """The gateway writes Code, Message and RequestId, some products the same in lower case, some with HTTP status 200."""
    code, message, request_id = (payload.get(name[:1].upper() + name[1:], payload.get(name)) for name in ("code", "message", "requestId"))
    if str(code).lower() in SUCCESS and payload.get("success") is not False:
        return None
    if not isinstance(code, (str, int, type(None))):
        return SecretsError("schema", "the answer has a code that is none")
    understood = kind_of(str(code), kinds)
    said = str(message or "it gives no reason").partition(SIGNED)[0].rstrip()
    return SecretsError(understood.kind, said, code=str(code), request_id=None if request_id is None else str(request_id), hint=understood.hint)


def doubts_region(error: SecretsError) -> bool:
    """Whether the region may be misspelt."""
    return str(error.code).startswith(REFUSES_REGION)


def check_place(number: int, size: int, told_number: Any, told_size: Any) -> None:
    """Whether an answer is the page that was asked for. (The first one tells what size the cloud gives, whatever was asked for.)"""
    if told_number != number or number > 1 and told_size != size:
        raise of_another_request()


def numbered(
    ask: Callable[[int], Request], read: Callable[[Mapping[str, Any]], RawPage], identity: str | None
) -> Generator[Request, Mapping[str, Any], list[Any]]:
    """The rows of a list of numbered pages. It is read again where the pages do not agree how many there are, or have others, or one twice.

    ask: page number -> the request for it. identity: the field that tells rows apart, if there is one.
    """
    for _reading in range(READINGS):
        rows: list[Any] = []
        totals: set[int] = set()
        for number in range(1, MOST_PAGES + 1):
            page = read((yield ask(number)))
            total = usable_total(page.total)
            if total is None or not all(isinstance(row, Mapping) for row in page.rows):
                raise SecretsError("schema", "the list has no total, or a row that is no object")
            if identity and not all(isinstance(row.get(identity), str) and row[identity] for row in page.rows):
                raise SecretsError("schema", f"a row of the list has no {identity}")
            rows += page.rows
            totals.add(total)
            if not page.rows or len(rows) > total or len(rows) == total and len(page.rows) < ROWS:
                break
        if totals == {len(rows)} and (identity is None or len({str(row.get(identity)) for row in rows}) == len(rows)):
            return rows
    raise SecretsError("pagination", "the list changed while it was read, twice", hint="Run the task again.")


def kms_rows(payload: Mapping[str, Any], name: str, inner: str) -> list[Any]:
    """The list inside an object, as all lists of KMS are."""
    holder = {} if payload.get(name) is None else payload[name]
    rows = holder.get(inner) if isinstance(holder, Mapping) else holder
    if not isinstance(holder, Mapping) or not isinstance(rows, (list, type(None))):
        raise SecretsError("schema", f"{name}.{inner} is not a list")
    return rows or []


def kms_page(name: str, inner: str, payload: Mapping[str, Any]) -> RawPage:
    """Rows and total; the list may be null where there is nothing."""
    if name not in payload and "TotalCount" not in payload:
        raise SecretsError("schema", f"the answer has neither {name} nor TotalCount")
    return RawPage(kms_rows(payload, name, inner), payload.get("TotalCount"))


def check_page(number: int, size: int, payload: Mapping[str, Any]) -> None:
    """An answer of KMS names its page."""
    check_place(number, size, payload.get("PageNumber", number), payload.get("PageSize", size))


def filters_of(key: str, *values: str) -> str:
    """A filter of KMS: any of the values will do."""
    return json.dumps([{"Key": key, "Values": values}], separators=(",", ":"))


def keys_request(target: Target, filters: str, number: int) -> Request:
    """ListKeys: the keys that a filter lets through."""
    query = {"Filters": filters, "PageNumber": str(number), "PageSize": str(ROWS)}
    return replace(call("kms", "ListKeys", KMS_VERSION, "POST", "/", target, query), check=partial(check_page, number, ROWS))


def key_states(target: Target, keys: Sequence[str]) -> DetailFlow:
    """The state of each key, by the lists of the keys in each state. A key that is in none of them is asked for by its id: where
    there is one, nobody knows its state. What looks like no id gets none."""
    idents, states = [key for key in keys if KEY_ID.fullmatch(key)], dict[str, list[str]]()
    for state in STATES_OF_KEYS:
        for key in (yield from _keys(target, filters_of("KeyState", state))):
            states.setdefault(key, []).append(state)
    absent = [key for key in idents if key not in states]
    for start in range(0, len(absent), MOST_VALUES):
        end = start + MOST_VALUES
        asked = absent[start:end]
        there = yield from _keys(target, filters_of("keyId", *asked))
        states.update((key, [NO_SUCH_KEY]) for key in set(asked).difference(there))
    return {key: {"KeyState": told[-1] if 0 < len(told := states.get(key, [])) <= MOST_STATES else None} for key in keys}


def _keys(target: Target, filters: str) -> Generator[Request, Mapping[str, Any], list[str]]:
    rows = yield from numbered(partial(keys_request, target, filters), partial(kms_page, "Keys", "Key"), "KeyId")
    return [str(row.get("KeyId")) for row in rows]


def limit(request: Request) -> int | None:
    """Requests a second that may be sent in the bucket of a request."""
    return KMS_LIMIT if request.service == "kms" else None


def identity_request(target: Target) -> Request:
    """GetCallerIdentity: whose key this is."""
    return _sts("GetCallerIdentity", target, {})


def read_identity(payload: Mapping[str, Any]) -> str | None:
    """The number of the account."""
    account = payload.get("AccountId")
    return None if account is None else account_number(account, "the answer names no account")


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
