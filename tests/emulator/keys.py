# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions: accounts, access keys, roles, and the temporary keys of roles."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field

LETTERS = string.ascii_letters + string.digits


def scramble(length: int) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(LETTERS) for position in range(length))


@dataclass
class Account:
    """One account of one cloud."""

    name: str
    provider: str
    account_id: str
    actions: frozenset[str] | None = None
    roles: list[Role] = field(default_factory=list)
    service_accounts: list[ServiceAccount] = field(default_factory=list)


@dataclass
class Role:
    """A role of an account; 'trusts' names accounts (by name or id) and key ids that may assume it."""

    name: str
    role_id: str
    account: Account
    trusts: frozenset[str]
    external_id: str | None = None
    actions: frozenset[str] | None = None
    max_seconds: int = 43200
    lifetime: float | None = None
    requests: int | None = None
    machine: bool = False


@dataclass(frozen=True)
class ServiceAccount:
    """A platform's account that an identity provider vouches for by this token. roles: the names of those it may assume."""

    token: str
    provider: str
    roles: frozenset[str] | None = None

    def may_assume(self, role: Role) -> bool:
        """True if this role is for it."""
        return self.roles is None or role.name in self.roles


@dataclass
class Key:
    """An access key. With a token it is a temporary one; with a role it was handed out by AssumeRole."""

    key_id: str
    secret: str
    account: Account
    token: str | None = None
    expires: float | None = None
    disabled: bool = False
    user: str | None = None
    actions: frozenset[str] | None = None
    role: Role | None = None
    session: str | None = None
    principal: str | None = None
    policy: frozenset[str] | None = None
    served: int = 0

    def is_over(self, now: float) -> bool:
        """True if it has expired, or has served as many requests as its role lets it."""
        self.served += 1
        most = self.role.requests if self.role else None
        return (self.expires is not None and self.expires <= now) or (most is not None and self.served > most)

    def may(self, service: str, action: str) -> bool:
        """True if this action is allowed: by the key or its role, by the account, and by the policy of the session, which names services too."""
        own = self.role.actions if self.role else self.actions
        by_session = self.policy is None or f"{service}:{action}" in self.policy
        return by_session and all(allowed is None or action in allowed for allowed in (own, self.account.actions))

    def trusted_by(self, role: Role) -> bool:
        """True if this key may assume the role."""
        return bool(role.trusts & {self.key_id, self.account.name, self.account.account_id})


class KeyRing:
    """All keys by provider and id; dictionaries change atomically, so no lock is needed."""

    def __init__(self, keys: list[Key]) -> None:
        self.keys = {(key.account.provider, key.key_id): key for key in keys}
        self.tokens = {key.token for key in keys if key.token}

    def find(self, provider: str, key_id: str) -> Key | None:
        """The key of this id."""
        return self.keys.get((provider, key_id))

    def add(self, key: Key) -> Key:
        """Makes a key known."""
        if key.token:
            self.tokens.add(key.token)
        self.keys[key.account.provider, key.key_id] = key
        return key

    def assume(self, role: Role, principal: str, session: str, prefix: str, expires: float, policy: frozenset[str] | None = None) -> Key:
        """Hands out a temporary key of the role; principal is the id of the account that asked."""
        key = Key(
            key_id=f"{prefix}{scramble(28)}",
            secret=scramble(44),
            account=role.account,
            token=f"{scramble(180)}+/{scramble(40)}==",
            expires=expires,
            role=role,
            session=session,
            principal=principal,
            policy=policy,
        )
        return self.add(key)
