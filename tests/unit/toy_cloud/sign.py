# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The toy cloud's signature, in the same steps as any other's."""

from __future__ import annotations

import hashlib
import hmac

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request


def sign(request: Request, key: Credentials, now: float, nonce: str) -> dict[str, str]:
    canonical = canonical_request(request.method, request.url)
    return {"authorization": f"TOY {key.key_id} {signature(string_to_sign(canonical, int(now), nonce), key.key_secret)}"}


def canonical_request(method: str, url: str) -> str:
    return f"{method} {url}"


def signed_headers() -> str:
    return ""


def string_to_sign(canonical: str, timestamp: int, nonce: str) -> str:
    return f"{canonical} {timestamp} {nonce}"


def signature(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
