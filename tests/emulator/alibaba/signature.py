# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ACS3-HMAC-SHA256, recomputed on the server's side from what was received.

Source: the vendor's page 'V3 request structure and signature' and the official Python SDK (alibabacloud_tea_openapi), which signs
every header it sends and puts a blank on the wire as '+', while '%20' is signed: so the query is decoded and encoded again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from ..wire import Request

ALGORITHM = "ACS3-HMAC-SHA256"
FORM = re.compile(r"ACS3-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})")


@dataclass(frozen=True)
class Claim:
    """Parts of an Authorization header."""

    key_id: str
    signed: frozenset[str]
    signature: str


def parse(authorization: str) -> Claim | None:
    """Reads the header; None when it has another form."""
    found = FORM.fullmatch(authorization)
    return Claim(found[1], frozenset(found[2].split(";")), found[3]) if found else None


def canonical_query(query: str) -> str:
    """Decoded as a form, sorted by name, encoded as RFC 3986 has it."""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)


def must_be_signed(name: str) -> bool:
    """Host, Content-Type and every x-acs-* header that is there belong to the signature, whatever the client says."""
    return name in ("host", "content-type") or name.startswith("x-acs-")


def canonical_headers(request: Request, signed: frozenset[str]) -> tuple[str, str]:
    """(the header block, the list of names): what the client signed and what it had to sign."""
    values: dict[str, list[str]] = {}
    for name, value in request.pairs:
        if name in signed or must_be_signed(name):
            values.setdefault(name, []).append(value.strip())
    names = sorted(values)
    return "".join(f"{name}:{','.join(sorted(values[name]))}\n" for name in names), ";".join(names)


def canonical_request(request: Request, claim: Claim) -> str:
    """The canonical request, with the hash of the body that really came."""
    block, names = canonical_headers(request, claim.signed)
    payload = hashlib.sha256(request.body).hexdigest()
    return "\n".join((request.method, request.path or "/", canonical_query(request.query), block, names, payload))


def string_to_sign(canonical: str) -> str:
    """Algorithm and digest."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"


def sign(secret: str, text: str) -> str:
    """The signature that this secret gives."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
