# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renewal of credentials while requests wait for them. Everything here runs under the scheduler's lock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from .._auth.refresh import RefreshableCredentials
from .._core.errors import SecretsError
from .counters import RequestStats
from .pending import PendingRequest


def of_sts(key_id: Hashable) -> Hashable:
    """The bucket of what one key asks of STS: the clouds count it together, whichever role it is for."""
    return "credentials", key_id


class Renewals:
    """Signs requests with the credentials of this moment, and fetches new ones through the scheduler.

    put: adds a pending request to the scheduler.
    """

    def __init__(self, put: Callable[[PendingRequest], None]) -> None:
        self._put = put

    def sign(self, pending: PendingRequest) -> SecretsError | None:
        """Give the request its credentials. Returns the error where there are none, and will be none."""
        credentials = pending.credentials
        if credentials is None:
            return None
        try:
            pending.signed = credentials.take()
        except SecretsError as error:
            return error
        if credentials.due():
            credentials.begin()
            self.run(credentials)
        return None

    def run(self, credentials: RefreshableCredentials | None) -> None:
        """Put the request that new credentials need, if there is one, ahead of all that waits for them."""
        aux_request = credentials.take_request() if credentials else None
        if credentials is None or aux_request is None:
            return

        def done(payload: Mapping[str, Any]) -> None:
            credentials.answered(payload)
            self.run(credentials)

        def failed(error: SecretsError) -> None:
            credentials.failed(error)
            self.run(credentials)

        retries = 0 if aux_request.request.direct else None
        base, shared = aux_request.signed_by, aux_request.shared
        shared = shared if isinstance(shared, RefreshableCredentials) else None
        key_id = shared.identity if shared else base.key_id if base else id(credentials)
        self._put(PendingRequest(aux_request.request, shared, of_sts(key_id), RequestStats(), done, failed, retries, base))

    def renew_after_refusal(self, pending: PendingRequest, error: SecretsError) -> bool:
        """Begin a renewal after a refusal as expired. True if the same request is to be made again with new credentials."""
        credentials, signed = pending.credentials, pending.signed
        if error.kind != "expired" or credentials is None or signed is None or not credentials.refused(signed, error):
            return False
        self.run(credentials)
        return True
