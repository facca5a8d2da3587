# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud in a function: runs the calls of a detail, and remembers what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import DetailFlow

TARGET = Target("cn-hangzhou")
Answer = Callable[[str, dict[str, str]], Any]
"""(action, parameters) -> an answer, or the error that the request failed with."""


def parameters(request: Request) -> dict[str, str]:
    """What a request asks for."""
    return dict(parse_qsl(urlsplit(request.url).query))


def run(flow: DetailFlow, answer: Answer) -> tuple[Mapping[str, Any], list[Request]]:
    """What the calls bring, and the requests. Each answer is checked as the transport does."""
    asked: list[Request] = []
    try:
        request = next(flow)
        while True:
            asked.append(request)
            told = answer(request.action, parameters(request) | {"path": urlsplit(request.url).path})
            if isinstance(told, SecretsError):
                request = flow.throw(told)
            else:
                request.check(told)
                request = flow.send(told)
    except StopIteration as end:
        return end.value, asked


def refused(code: str, status: int = 403, kind: str = "request") -> SecretsError:
    """The cloud's refusal."""
    return SecretsError(kind, "refused", code=code, http_status=status)


def page(rows: list[Any], given: Mapping[str, str], total: int | None = None) -> dict[str, Any]:
    """A page of rows as APIG numbers them, by what was asked for."""
    number, size = int(given.get("PageNumber", given.get("pageNumber", "1"))), int(given.get("PageSize", given.get("pageSize", "10")))
    return {"number": number, "size": size, "rows": rows[(number - 1) * size : number * size], "total": len(rows) if total is None else total}


def of_kms(name: str, inner: str, rows: list[Any], given: Mapping[str, str], total: int | None = None) -> dict[str, Any]:
    """A page as KMS words it."""
    made = page(rows, given, total)
    return {name: {inner: made["rows"]}, "PageNumber": made["number"], "PageSize": made["size"], "TotalCount": made["total"]}


def of_apig(rows: list[Any], given: Mapping[str, str], total: int | None = None) -> dict[str, Any]:
    """A page as APIG words it."""
    made = page(rows, given, total)
    return {"code": "Ok", "data": {"items": made["rows"], "pageNumber": made["number"], "pageSize": made["size"], "totalSize": made["total"]}}
