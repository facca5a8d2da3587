# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input of a cloud for the answer to one request, and its refusals."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from .keys import Key
from .places import Place
from .wire import Request, Response


class ApiError(Exception):
    """A refusal of an API, by its documented code. The cloud's own module gives it its shape."""

    def __init__(
        self, code: str, message: str | None = None, *, status: int | None = None, headers: dict[str, str] | None = None, detail: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}
        self.detail = detail or {}


@dataclass
class Call:
    """One API request on its way. The first part is known on arrival, the second part is learnt while it is answered."""

    request: Request
    place: Place
    number: int
    arrived: float
    action: str
    key_id: str
    region: str | None
    account: str | None = None
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    clock_offset: float = 0.0
    forced: dict[str, Any] = field(default_factory=dict)

    key: Key | None = None
    service: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    listed: bool = False

    @property
    def now(self) -> float:
        """The server's time."""
        return self.arrived + self.clock_offset


def compact(value: Any) -> bytes:
    """JSON as the clouds send it: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def json_response(call: Call, status: int, body: bytes, content_type: str) -> Response:
    """A JSON answer that carries the server's time."""
    return Response(status, body, [("Date", http_date(call.now)), ("Content-Type", content_type)])


def http_date(now: float) -> str:
    """The Date header; written by hand, since strftime would follow the locale."""
    moment = time.gmtime(now)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.tm_mon - 1]
    return f"{day}, {moment.tm_mday:02d} {month} {moment.tm_year} {moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d} GMT"


def iso_time(now: float) -> str:
    """ISO 8601 UTC to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
