# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base of both clouds' machines: bound roles, temporary keys, and answers in plain text."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .calls import ApiError, Call, http_date
from .keys import Key, KeyRing, Role, scramble
from .wire import Response

if TYPE_CHECKING:
    from .world import World

LIFETIME = 21600.0  # what both vendors' services hand out
REGION = "/latest/meta-data/region-id"
PAGE = b'<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>%d</title></head><body><h1>%d</h1></body></html>\n'


class PlainError(ApiError):
    """A refusal of a service that knows no codes but those of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status), status=status)


@dataclass(frozen=True)
class Lease:
    """Keys of a role, and for how long."""

    role: Role
    key: Key
    since: float
    expires: float


class Machines:
    """The keys that machines hold, and the tokens of the metadata service."""

    def __init__(self, keys: KeyRing) -> None:
        self.keys = keys
        self.leases: dict[tuple[str, str, str], Lease] = {}
        self.tokens: dict[str, float] = {}
        self.lock = threading.Lock()

    def lease(self, call: Call, role: Role, prefix: str) -> Lease:
        """The same keys for half of their life, then new ones."""
        name = (role.account.provider, role.account.name, role.name)
        call.account = role.account.name
        with self.lock:
            lease = self.leases.get(name)
            if lease is None or call.now - lease.since >= (lease.expires - lease.since) / 2:
                expires = call.now + (LIFETIME if role.lifetime is None else role.lifetime)
                key = self.keys.assume(role, role.account.account_id, "machine", prefix, expires)
                lease = self.leases[name] = Lease(role, key, call.now, expires)
            return lease

    def token(self, expires: float) -> str:
        """A token of the metadata service itself."""
        token = f"{scramble(54)}=="
        self.tokens[token] = expires
        return token

    def knows(self, token: str, now: float) -> bool:
        """True if that token is good."""
        return self.tokens.get(token, 0) > now


def asked(call: Call, action: str) -> bool:
    """True if a request is for a machine's service: by its host, or on loopback by what it asks."""
    return call.place.service == "metadata" or bool(action)


def find_role(world: World, call: Call, provider: str, name: str) -> Role:
    """The role that is bound to the machine; the first one unless it is named."""
    for account in world.accounts.values():
        for role in account.roles:
            if account.provider == provider and role.machine and name in ("", role.name):
                call.account = account.name
                return role
    raise PlainError(404)


def region_of(world: World, call: Call, provider: str) -> str:
    """The region that the machine stands in."""
    region = world.first_region(find_role(world, call, provider, "").account.name)
    if region is None:
        raise PlainError(404)
    return region


def plain(call: Call, body: str | bytes) -> Response:
    """An answer that is a text of its own."""
    content = body.encode() if isinstance(body, str) else body
    return Response(200, content, [("Date", http_date(call.now)), ("Content-Type", "text/plain")])


def refuse(call: Call, error: ApiError) -> Response:
    """A status and a page, as web servers have it."""
    status = error.status or 404
    return Response(status, PAGE % (status, status), [("Date", http_date(call.now)), ("Content-Type", "text/html"), *error.headers.items()])
