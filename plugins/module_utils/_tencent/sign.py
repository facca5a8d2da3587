# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TC3-HMAC-SHA256, the signature of Tencent Cloud's APIs, as pure steps.

Sources: the vendor's page "Signature method v3", and tencentcloud-sdk-python-common 3.1.195, abstract_client.py and
sign.py.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from .._auth.context import Credentials
from .._core.messages import Request
from .._core.values import iso_time

ALGORITHM = "TC3-HMAC-SHA256"
TERMINATOR = "tc3_request"


def sign(request: Request, key: Credentials, now: float, nonce: str) -> dict[str, str]:
    """The headers that make a request one of this key, at this time (seconds since the epoch).

    Content-Type and Host are signed, as by the vendor's SDKs. The scheme has no nonce; the request id of the cloud
    tells attempts apart.
    """
    url = urlsplit(request.url)
    timestamp = str(int(now))
    signed = {"content-type": request.headers["content-type"], "host": request.host}
    canonical = canonical_request(request.method, url.path, url.query, signed, hashlib.sha256(request.body).hexdigest())
    scope = credential_scope(now, request.service)
    text = string_to_sign(canonical, timestamp, scope)
    headers = {**signed, "x-tc-timestamp": timestamp}
    if key.token:
        headers["x-tc-token"] = key.token
    headers["authorization"] = (
        f"{ALGORITHM} Credential={key.key_id}/{scope}, SignedHeaders={signed_headers(signed)}, Signature={signature(text, key.key_secret, scope)}"
    )
    return headers


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], payload_hash: str) -> str:
    """Canonical request: method, path, query, the headers to sign, their names and the hash of the body."""
    lines = sorted(f"{name.lower()}:{value.strip().lower()}\n" for name, value in headers.items())
    return "\n".join((method, path or "/", query, "".join(lines), signed_headers(headers), payload_hash))


def signed_headers(headers: Mapping[str, str]) -> str:
    """The names of the signed headers, in order."""
    return ";".join(sorted(name.lower() for name in headers))


def credential_scope(now: float, service: str) -> str:
    """The day in UTC (never the local one), the service and a fixed word."""
    return f"{iso_time(now)[:10]}/{service}/{TERMINATOR}"


def string_to_sign(canonical: str, timestamp: str, scope: str) -> str:
    """The algorithm, the time, the scope and the hash of the canonical request."""
    return "\n".join((ALGORITHM, timestamp, scope, hashlib.sha256(canonical.encode("utf-8")).hexdigest()))


def signature(text: str, secret: str, scope: str) -> str:
    """Hexadecimal HMAC-SHA256 of the string to sign under a key derived from the secret and the scope."""
    key = f"TC3{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode("utf-8"), hashlib.sha256).digest()
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()
