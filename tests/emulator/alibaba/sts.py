# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS AssumeRole, AssumeRoleWithOIDC and GetCallerIdentity (2015-04-01), RPC style: parameters in the query or in a form body.

Source: the models of the official STS SDK 1.2.0 and the vendor's STS error codes.
"""

from __future__ import annotations

import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl

from ..calls import ApiError, Call, compact, iso_time, json_response
from ..keys import Key, Role
from ..stores import digest
from ..wire import Request, Response
from ..world import World
from . import errors

ROLE_ARN = re.compile(r"acs:ram::(\d+):role/(.+)")
SESSION = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
SHORTEST = 900
LONGEST_POLICY = 2048
TOLD = ("RoleArn", "RoleSessionName", "DurationSeconds")  # what the journal may hold


def read_parameters(call: Call) -> dict[str, str]:
    """Query and form body together."""
    return parameters_of(call.request)


def parameters_of(request: Request) -> dict[str, str]:
    """The same of a request that is no call yet."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body = request.body.decode("latin-1") if form else ""
    return dict(parse_qsl(request.query) + parse_qsl(body))


def assume_role(world: World, call: Call) -> Response:
    """Hands out temporary keys of a role that trusts the caller."""
    given = read_parameters(call)
    for name in ("RoleArn", "RoleSessionName"):
        if name not in given:
            raise errors.missing(name)
    if not SESSION.fullmatch(given["RoleSessionName"]):
        raise ApiError("InvalidParameter.RoleSessionName")
    role, caller = find_role(world, given["RoleArn"]), caller_of(call)
    if not caller.trusted_by(role) or not hmac.compare_digest((role.external_id or "").encode(), given.get("ExternalId", "").encode()):
        raise ApiError("NoPermission")
    return hand_out(world, call, role, caller.account.account_id, given)


def assume_role_with_oidc(world: World, call: Call) -> Response:
    """Hands out temporary keys of a role to a service account; its token is the proof, and nothing is signed."""
    given = read_parameters(call)
    for name in ("RoleArn", "OIDCProviderArn", "OIDCToken", "RoleSessionName"):
        if name not in given:
            raise errors.missing(name)
    if not SESSION.fullmatch(given["RoleSessionName"]):
        raise ApiError("InvalidParameter.RoleSessionName")
    role = find_role(world, given["RoleArn"])
    known = [account for account in role.account.service_accounts if hmac.compare_digest(account.token.encode(), given["OIDCToken"].strip().encode())]
    if not known:
        raise ApiError("AuthenticationFail.OIDCToken.Invalid")
    if known[0].provider != given["OIDCProviderArn"] or not known[0].may_assume(role):
        raise ApiError("AuthenticationFail.NoPermission")
    call.account = role.account.name
    return hand_out(world, call, role, role.account.account_id, given, {"OIDCTokenInfo": {"Subject": "system:serviceaccount:default:runner"}})


def hand_out(world: World, call: Call, role: Role, principal: str, given: dict[str, str], more: dict[str, Any] | None = None) -> Response:
    """Keys for as long as is asked, at most as long as the role allows."""
    asked = given.get("DurationSeconds", str(min(3600, role.max_seconds)))
    if not asked.isdigit() or not SHORTEST <= int(asked) <= role.max_seconds:
        raise ApiError("InvalidParameter.DurationSeconds")
    expires = call.now + (int(asked) if role.lifetime is None else role.lifetime)
    key = world.keys.assume(role, principal, given["RoleSessionName"], "STS.N", expires, session_policy(given.get("Policy")))
    call.parameters = {name: given[name] for name in TOLD if name in given}
    return success(
        call,
        {
            **(more or {}),
            "AssumedRoleUser": {"Arn": assumed_arn(key, role), "AssumedRoleId": f"{role.role_id}:{key.session}"},
            "Credentials": {"AccessKeyId": key.key_id, "AccessKeySecret": key.secret, "SecurityToken": key.token, "Expiration": iso_time(expires)},
        },
    )


def session_policy(text: str | None) -> frozenset[str] | None:
    """What a session may do at most, 'service:Action'; None without a policy. Only statements that allow are known here."""
    if text is None:
        return None
    try:
        policy = json.loads(text)
        statements = policy["Statement"]
        good = len(text) <= LONGEST_POLICY and policy["Version"] == "1" and all(each["Effect"] == "Allow" and each["Resource"] == "*" for each in statements)
        actions = frozenset(action for each in statements for action in each["Action"])
    except (ValueError, TypeError, KeyError):
        good, actions = False, frozenset()
    if not good:
        raise ApiError("InvalidParameter.PolicyGrammar")
    return actions


def assumed_arn(key: Key, role: Role) -> str:
    """The ARN of a role session; role names are in lower case there."""
    return f"acs:ram::{key.account.account_id}:role/{role.name.lower()}/{key.session}"


def find_role(world: World, arn: str) -> Role:
    """The role of an ARN; names do not differ by case alone."""
    found = ROLE_ARN.fullmatch(arn)
    if not found:
        raise ApiError("InvalidParameter.RoleArn")
    for account in world.accounts.values():
        for role in account.roles:
            if account.provider == "alibaba" and account.account_id == found[1] and found[2].lower() == role.name.lower():
                return role
    raise ApiError("EntityNotExist.Role", f"The role not exists: {arn}.")


def caller_of(call: Call) -> Key:
    """The key of an authenticated call."""
    if call.key is None:
        raise ApiError("MissingAccessKeyId")
    return call.key


def caller_identity(world: World, call: Call) -> Response:
    """Identity of the caller."""
    key = caller_of(call)
    account = key.account.account_id
    if key.role:
        return success(
            call,
            {
                "IdentityType": "AssumedRoleUser",
                "AccountId": account,
                "PrincipalId": f"{key.role.role_id}:{key.session}",
                "RoleId": key.role.role_id,
                "Arn": f"acs:sts::{account}:assumed-role/{key.role.name}/{key.session}",
            },
        )
    if key.user:
        user = str(2 * 10**17 + digest(key.user) % 10**15)
        return success(
            call, {"IdentityType": "RAMUser", "AccountId": account, "PrincipalId": user, "UserId": user, "Arn": f"acs:ram::{account}:user/{key.user}"}
        )
    return success(call, {"IdentityType": "Account", "AccountId": account, "PrincipalId": account, "UserId": account, "Arn": f"acs:ram::{account}:root"})


def success(call: Call, content: dict[str, Any]) -> Response:
    """An answer in the shape of RPC products."""
    response = json_response(call, 200, compact({"RequestId": call.request_id, **content}), errors.CONTENT_TYPE)
    response.headers.append(("x-acs-request-id", call.request_id))
    return response
