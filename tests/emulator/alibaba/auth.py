# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication: the checks of an ACS3-HMAC-SHA256 signature, in order, each with its documented code."""

from __future__ import annotations

import calendar
import hmac
import time

from ..calls import ApiError, Call
from ..keys import Key
from ..world import World
from . import errors, signature

SKEW_SECONDS = 900  # 'within 15 minutes of the server'


def authenticate(world: World, call: Call) -> Key:
    """The key that signed the request; raises when it cannot be believed."""
    header = call.request.headers.get("authorization", "")
    claim = signature.parse(header)
    if claim is None:
        raise ApiError("IncompleteSignature" if header else "MissingAccessKeyId")
    check_time(call, claim)
    key = world.keys.find("alibaba", claim.key_id)
    if key is None:
        raise ApiError("InvalidAccessKeyId.NotFound")
    if key.disabled:
        raise ApiError("InvalidAccessKeyId.Inactive")
    check_token(world, call, key)
    check_signature(call, claim, key)
    nonce = call.request.headers.get("x-acs-signature-nonce", "")
    if nonce and world.used_before(key.key_id, nonce, call.now):
        raise ApiError("SignatureNonceUsed")
    return key


def check_time(call: Call, claim: signature.Claim) -> None:
    """The clock; x-acs-content-sha256 is required beside it."""
    stamp = call.request.headers.get("x-acs-date", "")
    if not stamp:
        raise errors.missing("Timestamp")
    try:
        moment = calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        raise ApiError("InvalidTimeStamp.Format") from None
    if abs(call.now - moment) > SKEW_SECONDS:
        raise ApiError("InvalidTimeStamp.Expired")
    if "x-acs-content-sha256" not in call.request.headers:
        raise ApiError("IncompleteSignature")


def check_signature(call: Call, claim: signature.Claim, key: Key) -> None:
    """Recomputed over what came; a header that had to be signed and was not makes a mismatch, as does a body hash that is not the body's."""
    canonical = signature.canonical_request(call.request, claim)
    text = signature.string_to_sign(canonical)
    if not hmac.compare_digest(signature.sign(key.secret, text), claim.signature):
        raise errors.mismatch(text, canonical)


def check_token(world: World, call: Call, key: Key) -> None:
    """A temporary key needs its own token while it lives; a permanent one has none."""
    token = call.request.headers.get("x-acs-security-token", "")
    if key.token and not token:
        raise ApiError("MissingSecurityToken")
    if token != (key.token or ""):
        raise ApiError("InvalidSecurityToken.MismatchWithAccessKey" if token in world.keys.tokens else "InvalidSecurityToken.Malformed")
    if key.is_over(call.now):
        raise ApiError("InvalidSecurityToken.Expired")
