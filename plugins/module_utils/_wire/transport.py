# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt of one request: sign afresh, send, decode, and raise a typed error or return the answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any, cast

from .._auth.context import Credentials
from .._core import strict_json
from .._core.clock import Clock
from .._core.errors import SecretsError
from .._core.messages import Request, Response
from .._core.redaction import Redactor, excerpt, printable
from .._provider import Provider
from .http_client import Http

EXCERPT = 80
LONGEST_READ = 64 << 10
"""Bytes of an unreadable answer, or characters of a text, that are looked at to show some of it."""
MOST_VALUES = 200_000
"""Values in one answer, each with some 100 bytes of memory. A page of 100 secrets has some 5,000."""
NO_MARKS = bytes(byte for byte in range(256) if byte not in b",:[{")
"""All bytes but those that stand before a value of JSON. Those within texts count, too."""
LONGEST_MESSAGE = 500
LONGEST_WORDS = 200
"""Of what the cloud itself says."""
LONGEST_CODE = 128
MOST_CORRECTIONS = 3
"""Of the time of one host."""
SAME_TIME = 5.0
"""Seconds. No cloud refuses a request for less: a learned time that differs by less from the one that was refused helps nobody."""
LASTING = {501, 505, 511}
"""Failures of servers and proxies that are the same a moment later."""
LONGEST_AGE = 10
"""Digits that are told."""
STATUS_KINDS = {**dict.fromkeys((304, 408, *(status for status in range(500, 600) if status not in LASTING)), "server"), 429: "throttled"}
"""Statuses after which the same request may be answered. Those from 520 on are of proxies before a cloud, and 304 is of a cache:
nobody has asked whether something was modified."""
IN_BETWEEN = "Something between here and the cloud may answer in its place. Check proxy and endpoint."
NOT_WHOLE = {
    203: "HTTP status 203, an answer that was changed on the way",
    206: "HTTP status 206, a part of an answer",
    226: "HTTP status 226, a part of an answer",
}
"""Successes that say of themselves that they are not what the cloud has sent."""
REDIRECTED = "Redirects are never followed: they could carry credentials to another host."


class Transport:
    """Sends requests of one provider. Safe to share between threads."""

    def __init__(self, provider: Provider, http: Http, clock: Clock, redactor: Redactor) -> None:
        self._provider = provider
        self._http = http
        self._clock = clock
        self._redactor = redactor
        self._lock = threading.Lock()
        self.offsets: dict[str, float] = {}
        """Seconds by which each host's clock is ahead of ours, where that had to be corrected."""
        self._corrections: Counter[str] = Counter()

    def attempt(self, request: Request, key: Credentials | None, lane: Hashable = None, fresh: bool = False) -> Mapping[str, Any]:
        """The decoded answer of one attempt, unsigned without a key; {'text': ...} of a plain one. Raises SecretsError.

        lane and fresh: the connections that may serve, see Http.send.
        """
        offset = self.offsets.get(request.host, 0.0)

        def sign(sent: Request) -> Mapping[str, str]:
            return self._provider.sign(sent, key, self._clock.now() + offset, self._clock.nonce()) if key else {}

        def read(response: Response) -> Mapping[str, Any]:
            try:
                return self._decode(request, response)
            except SecretsError as error:
                error.message = self._fit(error.message)
                error.code = error.code and self._fit(error.code, LONGEST_CODE)
                error.request_id = error.request_id and self._fit(error.request_id, LONGEST_CODE)
                error.retry_after = self._hint(response)
                error.server_time = error.server_time or _date(response.headers.get("date"))
                error.signed_ahead = offset
                raise

        return self._http.send(request, sign, read, lane, fresh)

    def learn_clock_offset(self, request: Request, error: SecretsError) -> bool:
        """Take the time of the request's host from its refusal, a few times for each host. Whether the request can be signed anew:
        with a time that is learned now, or was since it was signed."""
        host = request.host
        with self._lock:
            known = self.offsets.get(host, 0.0)
            if error.signed_ahead != known:
                return True
            if error.server_time is None or self._corrections[host] >= MOST_CORRECTIONS:
                return False
            ahead = error.server_time - self._clock.now()
            if host in self.offsets and abs(ahead - known) <= SAME_TIME:
                return False
            self._corrections[host] += 1
            self.offsets[host] = ahead
            return True

    def _decode(self, request: Request, response: Response) -> Mapping[str, Any]:
        if request.plain:
            return {"text": _plain(request, response)}
        if doubt := _doubt(response):
            raise SecretsError("protocol", f"{request.action} at {request.host}: {doubt}", hint=IN_BETWEEN, http_status=response.status)
        if response.status == 200 and (known := request.recall(response.body)) is not None:
            return known
        if len(response.body) > MOST_VALUES < len(response.body.translate(None, NO_MARKS)):
            raise SecretsError("too_large", f"{request.host} sent more than {MOST_VALUES} values for {request.action}", http_status=response.status)
        payload, fault = _parse(response.body)
        error = self._provider.read_error(payload) if isinstance(payload, Mapping) else None
        if not 200 <= response.status < 300 and (error is None or error.kind == "schema"):
            error = _status_error(response.status)
        if error is None and fault is not None:
            error = self._unreadable(response, fault)
        if error is None:
            error = _misfit(request, payload, response.used)
        if error is not None:
            error.kind = _by_status(error.kind, response.status)
            error.http_status = response.status
            words = excerpt(self._fit(error.message), LONGEST_WORDS)
            error.message = f"{request.action} at {request.host}: {words}"
            raise error
        return cast(Mapping[str, Any], payload)

    def _hint(self, response: Response) -> float | None:
        for header, unit in self._provider.retry_headers:
            value = response.headers.get(header)
            if value is None:
                continue
            try:
                return float(value) * unit
            except ValueError:
                moment = _date(value)
                return None if moment is None else max(0.0, moment - self._clock.now())
        return None

    def _unreadable(self, response: Response, fault: ValueError) -> SecretsError:
        """An answer that is no JSON. One that only lacks its end broke off on the way, and may be asked for again."""
        body = response.body.strip()
        if not body:
            return SecretsError("protocol", "the answer is empty")
        if body[:1] == b"{" and (body[-1:] != b"}" or isinstance(fault, strict_json.CutOff)):
            return SecretsError("connect", "the answer broke off")
        excerpt = self._fit(_beginning(body).decode("utf-8", "replace"), EXCERPT)
        return SecretsError("protocol", f"the answer is {fault}: {excerpt}", hint=IN_BETWEEN)

    def _fit(self, text: str, longest: int = LONGEST_MESSAGE) -> str:
        """A text from outside in one line, without secrets; they are removed before it is cut, so that no half of one is left."""
        return printable(" ".join(self._redactor.text(text[:LONGEST_READ]).split()), longest)


def _misfit(request: Request, payload: Any, used: bool) -> SecretsError | None:
    """Why a readable answer cannot be the one to this request, if there is a reason. The first answer on a connection has no other
    request that it could belong to."""
    if not isinstance(payload, Mapping):
        return SecretsError("schema", "the answer is not a JSON object")
    try:
        request.check(payload)
    except SecretsError as error:
        return error if used or not error.stray else None
    return None


def _doubt(response: Response) -> str | None:
    """Why a success says of itself that it is not the cloud's whole answer to this very request, if it does. A cache tells the age of what it
    kept; 0 is told by those that have asked."""
    if response.status in NOT_WHOLE:
        return NOT_WHOLE[response.status]
    age = response.headers.get("age", "").strip()
    return f"an answer that a cache has kept for {age[:LONGEST_AGE]} s" if 200 <= response.status < 300 and age.strip("0").isdecimal() else None


def _plain(request: Request, response: Response) -> str:
    """The text of an answer that is none of the cloud's API: it may hold credentials, so no error repeats any of it."""
    error = None if response.status == 200 else _status_error(response.status)
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        error = error or SecretsError("protocol", "the answer is not UTF-8")
    if error is not None:
        error.http_status = response.status
        error.message = f"{request.action} at {request.host}: {error.message}"
        raise error
    return text


def _beginning(body: bytes) -> bytes:
    """As much of it as an excerpt needs, but for the last word, which may be half of a secret."""
    return body if len(body) <= LONGEST_READ else b" ".join(body[:LONGEST_READ].split()[:-1]) or body[:LONGEST_READ]


def _parse(body: bytes) -> tuple[Any, ValueError | None]:
    try:
        return strict_json.loads(body, locate=False), None
    except ValueError as error:
        return None, error


def _by_status(kind: str, status: int) -> str:
    """Kind of an unknown code, by the HTTP status."""
    return STATUS_KINDS.get(status, kind) if kind == "request" else kind


def _status_error(status: int) -> SecretsError:
    kind = "proxy" if status == 407 else STATUS_KINDS.get(status, "protocol")
    return SecretsError(kind, f"HTTP status {status}", hint=(REDIRECTED if 300 <= status < 400 else IN_BETWEEN) if kind == "protocol" else None)


def _date(value: str | None) -> float | None:
    try:
        moment = parsedate_to_datetime(value) if value else None
        return None if moment is None else moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
