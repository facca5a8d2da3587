# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request before it is sent, and a complete answer: values without any network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .endpoints import host_header


@dataclass(frozen=True)
class Request:
    """A request before it is signed. service and action name it for the signature, the throttle and messages.

    headers: lower-case names. body: the bytes that are sent, and signed. plain: the answer is a text of its own, not one
    of the cloud's API. direct: past every proxy and with little patience, as one asks a service on the same machine.
    """

    service: str
    action: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    plain: bool = False
    direct: bool = False

    @property
    def host(self) -> str:
        """The host as it stands in the Host header."""
        return host_header(self.url)


@dataclass(frozen=True)
class Response:
    """A complete answer: its status, its headers (lower-case names), its decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
