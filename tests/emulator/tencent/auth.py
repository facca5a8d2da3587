# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication: the checks of a TC3-HMAC-SHA256 signature, in order, each with its documented code."""

from __future__ import annotations

import hmac

from ..calls import ApiError, Call
from ..keys import Key
from ..world import World
from . import errors, signature

SKEW_SECONDS = 300  # 'must not differ from the server time by more than five minutes'


def authenticate(world: World, call: Call) -> Key:
    """The key that signed the request; raises when it cannot be believed."""
    claim = signature.parse(call.request.headers.get("authorization", ""))
    if claim is None:
        raise ApiError("AuthFailure.InvalidAuthorization")
    check_time(call, claim)
    key = world.keys.find("tencent", claim.key_id)
    if key is None or key.disabled:
        raise ApiError("AuthFailure.SecretIdNotFound" if claim.key_id.startswith("AKID") or key else "AuthFailure.InvalidSecretId")
    check_signature(call, claim, key)
    check_token(call, key)
    return key


def check_time(call: Call, claim: signature.Claim) -> None:
    """The clock, and the day in the scope, which must be the UTC day of the timestamp."""
    stamp = call.request.headers.get("x-tc-timestamp", "")
    if not stamp:
        raise errors.missing("Timestamp")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise ApiError("InvalidParameterValue", "The value of the header X-TC-Timestamp is not valid.")
    if abs(call.now - int(stamp)) > SKEW_SECONDS:
        raise errors.expired(call.now)
    if claim.date != signature.utc_date(int(stamp)):
        raise ApiError("AuthFailure.SignatureFailure")


def check_signature(call: Call, claim: signature.Claim, key: Key) -> None:
    """Content type, host and a sorted list of signed headers are a must; more may be signed."""
    proper = {"content-type", "host"} <= set(claim.signed) and list(claim.signed) == sorted(claim.signed) and claim.service == call.service
    canonical = signature.canonical_request(call.request, claim)
    expected = signature.sign(key.secret, signature.string_to_sign(canonical, call.request, claim), claim)
    if not proper or not hmac.compare_digest(expected, claim.signature):
        raise ApiError("AuthFailure.SignatureFailure")


def check_token(call: Call, key: Key) -> None:
    """A temporary key needs its own token while it lives; a permanent one has none."""
    if call.request.headers.get("x-tc-token", "") != (key.token or "") or key.is_over(call.now):
        raise ApiError("AuthFailure.TokenFailure")
