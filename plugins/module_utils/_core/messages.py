# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request before it is sent, and a complete answer: values without any network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .endpoints import host_header


def _accept(payload: Mapping[str, Any]) -> None:
    return None


def _unknown(body: bytes) -> Mapping[str, Any] | None:
    return None


@dataclass(frozen=True)
class Request:
    """A request before it is signed. service and action name it for the signature, the throttle and messages.

    headers: lower-case names. body: the bytes that are sent, and signed. plain: the answer is a text of its own, not one
    of the cloud's API. direct: past every proxy and with little patience, as one asks a service on the same machine.
    check: compares what an answer says of itself with the question. Raises SecretsError where it cannot be the answer; 'stray'
    where it may be that to another request, which only a new connection excludes.
    recall: what stands for an answer that only repeats one that was read before, so that it is not read again; None for any other.
    """

    service: str
    action: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    plain: bool = False
    direct: bool = False
    check: Callable[[Mapping[str, Any]], None] = field(default=_accept, compare=False, repr=False)
    recall: Callable[[bytes], Mapping[str, Any] | None] = field(default=_unknown, compare=False, repr=False)

    @property
    def is_checked(self) -> bool:
        """Whether its answer can be told from that to another request."""
        return self.check is not _accept

    @property
    def host(self) -> str:
        """The host as it stands in the Host header."""
        return host_header(self.url)


@dataclass(frozen=True)
class Response:
    """A complete answer: its status, its headers (lower-case names), its decoded body. used: whether it came on a connection
    that had served another request before."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    used: bool = False
