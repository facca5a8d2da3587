# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity (2018-08-13).

Source: the vendor's API definition (tccli 3.1.189.1), its examples, and the STS error codes of the official SDK.
"""

from __future__ import annotations

import hmac
import json
import re
from typing import Any
from urllib.parse import unquote

from ..calls import ApiError, Call, iso_time
from ..keys import Key, Role
from ..stores import digest
from ..wire import Response
from ..world import World
from . import errors, parameters
from .listing import success

TYPES = {
    "RoleArn": parameters.TEXT,
    "RoleSessionName": parameters.TEXT,
    "DurationSeconds": parameters.INTEGER,
    "Policy": parameters.TEXT,
    "ExternalId": parameters.TEXT,
    "Tags": parameters.ANY,
    "SourceIdentity": parameters.TEXT,
    "SerialNumber": parameters.TEXT,
    "TokenCode": parameters.TEXT,
}
WEB_TYPES = {
    "ProviderId": parameters.TEXT,
    "WebIdentityToken": parameters.TEXT,
    "RoleArn": parameters.TEXT,
    "RoleSessionName": parameters.TEXT,
    "DurationSeconds": parameters.INTEGER,
}
TOLD = ("RoleArn", "RoleSessionName", "DurationSeconds")  # what the journal may hold
ROLE_ARN = re.compile(r"qcs::cam::uin/(\d+):role(Name)?/(.+)")
SESSION = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)


def assume_role(world: World, call: Call) -> Response:
    """Hands out temporary keys of a role that trusts the caller."""
    if not call.region:
        raise errors.missing("Region")
    given = parameters.read(call.request, TYPES)
    for name in ("RoleArn", "RoleSessionName"):
        if name not in given:
            raise errors.missing(name)
    if not SESSION.fullmatch(given["RoleSessionName"]):
        raise ApiError("InvalidParameter.ParamError", "The parameter `RoleSessionName` is not valid.")
    role, caller = find_role(world, given["RoleArn"]), caller_of(call)
    if not caller.trusted_by(role) or not hmac.compare_digest((role.external_id or "").encode(), given.get("ExternalId", "").encode()):
        raise errors.denied(call)
    return hand_out(world, call, role, caller.account.account_id, given)


def assume_role_with_web_identity(world: World, call: Call) -> Response:
    """Hands out temporary keys of a role to a service account; its token is the proof, and nothing is signed."""
    if not call.region:
        raise errors.missing("Region")
    given = parameters.read(call.request, WEB_TYPES)
    for name in ("ProviderId", "WebIdentityToken", "RoleArn", "RoleSessionName"):
        if name not in given:
            raise errors.missing(name)
    if not SESSION.fullmatch(given["RoleSessionName"]):
        raise ApiError("InvalidParameter.ParamError", "The parameter `RoleSessionName` is not valid.")
    role = find_role(world, given["RoleArn"])
    known = [account for account in role.account.service_accounts if hmac.compare_digest(account.token.encode(), given["WebIdentityToken"].encode())]
    if not known or known[0].provider != given["ProviderId"]:
        raise ApiError("InvalidParameter.WebIdentityTokenError", "The web identity token is not valid.")
    if not known[0].may_assume(role):
        raise errors.denied(call)
    call.account = role.account.name
    return hand_out(world, call, role, role.account.account_id, given)


def hand_out(world: World, call: Call, role: Role, principal: str, given: dict[str, Any]) -> Response:
    """Keys for as long as is asked, at most as long as the role allows."""
    call.parameters = {name: given[name] for name in TOLD if name in given}
    seconds = given.get("DurationSeconds", min(7200, role.max_seconds))
    if not 0 < seconds <= role.max_seconds:
        raise ApiError("InvalidParameter.OverTimeError", "The validity period exceeds the threshold.")
    expires = call.now + (seconds if role.lifetime is None else role.lifetime)
    key = world.keys.assume(role, principal, given["RoleSessionName"], "AKID", expires, session_policy(given.get("Policy")))
    credentials = {"Token": key.token, "TmpSecretId": key.key_id, "TmpSecretKey": key.secret}
    return success(call, {"Credentials": credentials, "ExpiredTime": int(expires), "Expiration": iso_time(expires)})


def session_policy(text: str | None) -> frozenset[str] | None:
    """What a session may do at most, 'service:Action'; None without a policy, which comes URL-encoded. Only statements that allow are known here."""
    if text is None:
        return None
    try:
        policy = json.loads(unquote(text))
        statements = policy["statement"]
        good = policy["version"] == "2.0" and all(each["effect"] == "allow" and each["resource"] == "*" for each in statements)
        actions = frozenset(action for each in statements for action in each["action"])
    except (ValueError, TypeError, KeyError):
        good, actions = False, frozenset()
    if not good:
        raise ApiError("InvalidParameter.StrategyFormatError", "The policy is not valid.")
    return actions


def find_role(world: World, arn: str) -> Role:
    """The role of an ARN, by id or by name."""
    found = ROLE_ARN.fullmatch(arn)
    if not found:
        raise ApiError("InvalidParameter.ParamError", "The parameter `RoleArn` is not valid.")
    for account in world.accounts.values():
        for role in account.roles:
            if account.provider == "tencent" and account.account_id == found[1] and found[3] == (role.name if found[2] else role.role_id):
                return role
    raise ApiError("ResourceNotFound.RoleNotFound")


def caller_of(call: Call) -> Key:
    """The key of an authenticated call."""
    if call.key is None:
        raise ApiError("AuthFailure.InvalidAuthorization")
    return call.key


def caller_identity(world: World, call: Call) -> Response:
    """Identity of the caller."""
    if not call.region:
        raise errors.missing("Region")
    parameters.read(call.request, {})
    key = caller_of(call)
    account = key.account.account_id
    if key.role:
        return success(
            call,
            {
                "Arn": f"qcs::sts:{account}:assumed-role/{key.role.role_id}",
                "AccountId": account,
                "UserId": f"{key.role.role_id}:{key.session}",
                "PrincipalId": key.principal,
                "Type": "CAMRole",
            },
        )
    uin = str(100000000000 + digest(key.user) % 10**9) if key.user else account
    return success(call, {"Arn": f"qcs::cam:{account}:uin/{uin}", "AccountId": account, "UserId": uin, "PrincipalId": uin, "Type": "CAMUser"})
