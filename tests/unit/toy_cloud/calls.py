# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How requests to the toy cloud's token service are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ansible_collections.multicloud.secrets.plugins.module_utils._credentials import Credentials, Errand, Look, Role
from ansible_collections.multicloud.secrets.plugins.module_utils._endpoint import Target, base_url
from ansible_collections.multicloud.secrets.plugins.module_utils._http import Request

HOST = "vault.toys.example"


def identity_request(target: Target) -> Request:
    return Request("vault", "Whoami", "GET", base_url(target.endpoint, HOST, target.region) + "/whoami")


def read_identity(payload: Mapping[str, Any]) -> str | None:
    return payload.get("account")


def assume_role(target: Target, key: Credentials, role: Role) -> Errand:
    query = urlencode({"role": role.name, "session": role.session})
    return Errand(Request("vault", "Become", "GET", f"{base_url(target.endpoint, HOST, target.region)}/become?{query}"), key)


def read_role(look: Look, payload: Mapping[str, Any], source: str) -> Credentials:
    return look.answer(payload, ("id", "secret", "token"), payload.get("until"), source)
