# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One account's credentials over time: temporary ones are renewed before their end, or when the cloud refuses them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from .._core.errors import SecretsError
from .context import AuxRequest, CredentialFlow, Credentials

EARLY = 300.0
"""Seconds before their end at which temporary credentials are renewed."""
QUIET = 30.0
"""Seconds until new ones are asked for again, where that brought none."""


class RefreshableCredentials:
    """One account's credentials over time. Not safe for threads: it is used before they start, or under the scheduler's lock.

    flow: starts a source. 'current' are the credentials to sign with; 'aux_request' is the request to make for them;
    'problem' says why there are none and will be none.
    """

    def __init__(self, flow: Callable[[], CredentialFlow], now: Callable[[], float], label: str = "") -> None:
        self._flow = flow
        self._now = now
        self._label = label
        self._running: CredentialFlow | None = None
        self._generation = 0
        self._worked = False
        self._quiet_until = 0.0
        self._refusal: SecretsError | None = None
        self._first: Credentials | None = None
        self.current: Credentials | None = None
        self.aux_request: AuxRequest | None = None
        self.problem: SecretsError | None = None
        self.blocked = True
        """Whether nothing can be signed until the auxiliary requests are done."""

    @property
    def source(self) -> str:
        """Source of the credentials."""
        return self.current.source if self.current else self._label

    @property
    def identity(self) -> Hashable:
        """Key of the clouds' rate limits: the id of the first key, or these credentials themselves before one is known."""
        return self._first.key_id if self._first else id(self)

    @property
    def under_way(self) -> bool:
        """Whether new credentials are being fetched."""
        return self._running is not None

    def begin(self) -> None:
        """Look for credentials, as far as that goes without a request. Afterwards there are some, or an auxiliary request, or a problem."""
        flow = self._running = self._flow()
        self._advance(lambda: next(flow))

    def settle(self) -> None:
        """From now on the identity stays as it is, whatever credentials come."""
        self._first = self.current

    def take_request(self) -> AuxRequest | None:
        """Request to send now, once."""
        aux_request, self.aux_request = self.aux_request, None
        return aux_request

    def answered(self, payload: Mapping[str, Any]) -> None:
        """The auxiliary request was answered."""
        if flow := self._running:
            self._advance(lambda: flow.send(payload))

    def failed(self, error: SecretsError) -> None:
        """The auxiliary request failed."""
        if flow := self._running:
            self._advance(lambda: flow.throw(error))

    def take(self) -> Credentials:
        """The credentials to sign with now. Raises the problem if there are none."""
        if self.current is None or self.problem:
            raise self.problem or SecretsError("credentials", "the credentials are not known yet")
        return self.current

    def works(self, signed: Credentials) -> None:
        """A request that was signed with these succeeded."""
        self._worked = self._worked or signed is self.current

    def due(self) -> bool:
        """Whether the credentials expire so soon that new ones must be fetched while these still work."""
        expires = self.current.expires if self.current else None
        if self.under_way or expires is None or not self._worked:
            return False
        return expires - self._now() <= EARLY and self._now() >= self._quiet_until

    def refused(self, signed: Credentials, error: SecretsError) -> bool:
        """These were refused as expired, with this error. Whether there are other ones to come; then the same request is to be made again.

        Credentials that were fetched anew and never worked are final.
        """
        if self.problem or self.blocked or signed is not self.current:
            return self.problem is None
        if self._generation > 1 and not self._worked:
            return False
        self.blocked = True
        self._refusal = error
        if not self.under_way:
            self.begin()
        return self.problem is None

    def _advance(self, step: Callable[[], AuxRequest]) -> None:
        self.aux_request = None
        try:
            self.aux_request = step()
        except StopIteration as end:
            self._adopt(end.value)
        except SecretsError as error:
            self._fail(error)

    def _adopt(self, found: Credentials) -> None:
        self._running = None
        self._quiet_until = self._now() + QUIET
        if self.current and (found.key_id, found.token) == (self.current.key_id, self.current.token):
            if self._refusal:
                self._fail(self._refusal)
            return
        self.current = found
        self._generation += 1
        self._worked = False
        self._refusal = None
        self.blocked = False

    def _fail(self, error: SecretsError) -> None:
        """Without new credentials the old ones serve on, unless they were refused."""
        self._running = None
        self._quiet_until = self._now() + QUIET
        if self.blocked:
            self.problem = error
            self.blocked = False


def looked_for(flow: Callable[[], CredentialFlow], now: Callable[[], float], label: str) -> RefreshableCredentials:
    """Credentials that were looked for. Where that showed that there are none, 'problem' says why."""
    credentials = RefreshableCredentials(flow, now, label)
    credentials.begin()
    credentials.settle()
    return credentials
