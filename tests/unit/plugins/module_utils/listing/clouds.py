# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clouds that answer as a test says, and the real queue, transport and collector before them."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.collector import Collector
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.ledger import Account
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import ListingQuery
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.spool import MemorySpool
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._wire import http_client
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.http_client import Sign
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.rate_limit import RateLimiter
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.scheduler import Scheduler
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import Transport
from ansible_collections.multicloud.secrets.tests.unit.fakes import T, fixed_key

Answer = Callable[[Request], Any]


class Http(http_client.Http):
    """Answers by a function of the request: a payload, a response, or an error to raise."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    def send(self, request: Request, sign: Sign, read: Callable[[Response], T], lane: Hashable = None, fresh: bool = False) -> T:
        assert sign(request)
        self.requests.append(request)
        answer = self.answer(request)
        if isinstance(answer, Exception):
            raise answer
        return read(answer if isinstance(answer, Response) else Response(200, {}, json.dumps(answer).encode("utf-8")))


def collect(
    provider: Provider, answer: Answer, regions: tuple[str, ...] = ("r1",), seconds: float = 10, retries: int = 0, threads: int = 4, **question: Any
) -> tuple[Collector, Http]:
    clock, http = Clock(), Http(answer)
    scheduler = Scheduler(Transport(provider, http, clock, Redactor()), RateLimiter(1_000_000), clock, threads, retries)
    question = {"filters": {}, "identify": False, **question}
    collector = Collector(provider, ListingQuery(**question), scheduler, MemorySpool())
    collector.begin([Account("main", fixed_key(), regions)])
    if not scheduler.run(clock.monotonic() + seconds):
        collector.end(seconds)
    return collector, http


def parameters(request: Request) -> dict[str, Any]:
    if request.body:
        return cast(dict[str, Any], json.loads(request.body))
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}


def ssm_row(number: int, kind: int = 0, encryption: int = 0) -> dict[str, Any]:
    return {"SecretName": f"s{number}", "SecretType": kind, "EncryptType": encryption, "CreateTime": 1_700_000_000 + number, "Status": "Enabled"}


def ssm(rows: list[dict[str, Any]], region_total: bool = True) -> Answer:
    """SSM as it is: each type and encryption is a listing, and the total may be that of the region."""

    def answer(request: Request) -> Any:
        asked = parameters(request)
        chosen = [row for row in rows if (row["SecretType"], row["EncryptType"]) == (asked["SecretType"], asked.get("EncryptType", 0))]
        page = chosen[asked["Offset"] : asked["Offset"] + asked["Limit"]]
        return {"Response": {"TotalCount": len(rows if region_total else chosen), "SecretMetadatas": page, "RequestId": "r"}}

    return answer


def apig(rows: list[dict[str, Any]]) -> Answer:
    def answer(request: Request) -> Any:
        asked = parameters(request)
        size, start = int(asked["pageSize"]), (int(asked["pageNumber"]) - 1) * int(asked["pageSize"])
        return {"code": "Ok", "requestId": "r", "data": {"totalSize": len(rows), "items": rows[start : start + size]}}

    return answer


def refusal(code: str, message: str = "no") -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "r"}}
