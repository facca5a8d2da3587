# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256, recomputed on the server's side from what was received.

Source: the vendor's page 213/30654 (three signed headers, the older revision two) and the official Python SDK (two). Header values are
compared in lower case, as that page has it; the query of a GET is signed as it travels.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timezone

from ..wire import Request

ALGORITHM = "TC3-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
FORM = re.compile(r"TC3-HMAC-SHA256 +Credential=([^/,\s]+)/([^/,\s]+)/([^/,\s]+)/tc3_request, *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})")


@dataclass(frozen=True)
class Claim:
    """Parts of an Authorization header."""

    key_id: str
    date: str
    service: str
    signed: tuple[str, ...]
    signature: str


def parse(authorization: str) -> Claim | None:
    """Reads the header; None when it has another form."""
    found = FORM.fullmatch(authorization)
    return Claim(found[1], found[2], found[3], tuple(found[4].split(";")), found[5]) if found else None


def utc_date(timestamp: int) -> str:
    """The day that belongs into the credential scope."""
    return datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")


def payload_hash(request: Request) -> str:
    """Of the body that came, or of the word that stands for one that nobody signs."""
    unsigned = request.headers.get("x-tc-content-sha256") == UNSIGNED
    return hashlib.sha256(UNSIGNED.encode() if unsigned else request.body).hexdigest()


def canonical_request(request: Request, claim: Claim) -> str:
    """The canonical request over the headers that the client says it signed."""
    block = "".join(f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in claim.signed)
    return "\n".join((request.method, request.path or "/", request.query, block, ";".join(claim.signed), payload_hash(request)))


def string_to_sign(canonical: str, request: Request, claim: Claim) -> str:
    """Algorithm, time, scope and digest."""
    scope = f"{claim.date}/{claim.service}/tc3_request"
    digest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    return f"{ALGORITHM}\n{request.headers.get('x-tc-timestamp', '')}\n{scope}\n{digest}"


def sign(secret: str, text: str, claim: Claim) -> str:
    """The signature that this secret gives."""
    key = f"TC3{secret}".encode()
    for part in (claim.date, claim.service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode("latin-1"), hashlib.sha256).hexdigest()
