# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ACS3-HMAC-SHA256, the signature of Alibaba Cloud's APIs, as pure steps.

Sources: the vendor's page "V3 request structure and signature", and alibabacloud_tea_openapi 0.4.6, utils.py.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from .._auth.context import Credentials
from .._core.messages import Request
from .._core.values import iso_time

ALGORITHM = "ACS3-HMAC-SHA256"
SIGNED = ("x-acs-", "content-type")


def sign(request: Request, key: Credentials, now: float, nonce: str) -> dict[str, str]:
    """The headers that make a request one of this key, at this time (seconds since the epoch), never sent before.

    Host, Content-Type and every x-acs- header are signed, nothing else, so that a proxy may rewrite User-Agent and Accept.
    """
    url = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items() if name.lower().startswith(SIGNED)}
    headers.update(
        {
            "host": request.host,
            "x-acs-content-sha256": hashlib.sha256(request.body).hexdigest(),
            "x-acs-date": iso_time(now),
            "x-acs-signature-nonce": nonce,
        }
    )
    if key.token:
        headers["x-acs-security-token"] = key.token
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    canonical = canonical_request(request.method, url.path, query, headers, headers["x-acs-content-sha256"])
    headers["authorization"] = (
        f"{ALGORITHM} Credential={key.key_id},SignedHeaders={signed_headers(headers)},Signature={signature(string_to_sign(canonical), key.key_secret)}"
    )
    return headers


def canonical_request(method: str, path: str, query: Mapping[str, str | None], headers: Mapping[str, str], payload_hash: str) -> str:
    """Canonical request: method, path, query, the headers to sign, their names and the hash of the body."""
    lines = sorted(f"{name.lower()}:{value.strip()}\n" for name, value in headers.items())
    return "\n".join((method, path or "/", canonical_query(query), "".join(lines), signed_headers(headers), payload_hash))


def canonical_query(query: Mapping[str, str | None]) -> str:
    """Sorted by name in code-point order, percent-encoded as RFC 3986 has it; what is None is not sent."""
    pairs = sorted((name, value) for name, value in query.items() if value is not None)
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)


def signed_headers(headers: Mapping[str, str]) -> str:
    """The names of the signed headers, in order."""
    return ";".join(sorted(name.lower() for name in headers))


def string_to_sign(canonical: str) -> str:
    """The algorithm and the hash of the canonical request."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode('utf-8')).hexdigest()}"


def signature(text: str, secret: str) -> str:
    """Hexadecimal HMAC-SHA256 of the string to sign under the secret itself."""
    return hmac.new(secret.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).hexdigest()
