# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journal of requests, answers and connections. It keeps no secret key, token or signature."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any

from .calls import Call
from .wire import Response

MAX_ROWS = 1_000_000
FIELDS = (
    "number",
    "time",
    "connection",
    "provider",
    "host",
    "method",
    "action",
    "region",
    "account",
    "key_id",
    "parameters",
    "status",
    "code",
    "fault",
    "request_id",
)


class Journal:
    """Rows are tuples, made into mappings when somebody asks; appending to a deque needs no lock."""

    def __init__(self) -> None:
        self.rows: deque[tuple[Any, ...]] = deque(maxlen=MAX_ROWS)
        self.connections: deque[dict[str, Any]] = deque(maxlen=MAX_ROWS)
        self.numbers = count(1)
        self.connection_numbers = count(1)

    def note(self, call: Call, provider: str, connection: int, response: Response, code: str, fault: str | None) -> None:
        """One request. 'code' is what the API decided; 'fault' what then happened to the answer."""
        self.rows.append(
            (
                call.number,
                call.arrived,
                connection,
                provider,
                call.place.host,
                call.request.method,
                call.action,
                call.region,
                call.account,
                call.key_id,
                dict(call.parameters),
                response.status,
                code,
                fault,
                call.request_id,
            )
        )

    def connected(self) -> dict[str, Any]:
        """One connection; 'tls' is filled in when it becomes a tunnel."""
        row = {"connection": next(self.connection_numbers), "host": None, "tls": None}
        self.connections.append(row)
        return row

    def requests(self) -> list[dict[str, Any]]:
        """All rows, oldest first."""
        return [dict(zip(FIELDS, row)) for row in list(self.rows)]

    def clear(self) -> None:
        """Forgets the rows; numbers go on."""
        self.rows.clear()
        self.connections.clear()
