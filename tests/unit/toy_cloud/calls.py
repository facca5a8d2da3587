# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to the toy cloud's token service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.checks import answered_pair
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, Credentials, Role, SourceContext
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target, base_url
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request

HOST = "vault.toys.example"


def identity_request(target: Target) -> Request:
    return Request("vault", "Whoami", "GET", base_url(target.endpoint, HOST, target.region) + "/whoami")


def read_identity(payload: Mapping[str, Any]) -> str | None:
    return payload.get("account")


def assume_role(target: Target, key: Credentials | None, role: Role) -> AuxRequest:
    query = urlencode({"role": role.name, "session": role.session})
    return AuxRequest(Request("vault", "Become", "GET", f"{base_url(target.endpoint, HOST, target.region)}/become?{query}"), key)


def read_role(context: SourceContext, payload: Mapping[str, Any], source: str) -> Credentials:
    return answered_pair(context, payload, ("id", "secret", "token"), payload.get("until"), source)
