# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page that comes again is not read again, and nothing else changes by that."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER as APIG
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.calls import without_request_id
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import PROVIDER as KMS
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request, Response
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.transport import Transport
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.clouds import Answer, collect
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.listing.worlds import World, by_chance, capped, lacks_last, secret, whole


def numbered(answer: Answer) -> Answer:
    """The same answers, each with an id of its own, as the cloud writes them."""
    count = iter(range(10**6))

    def written(request: Request) -> Response:
        payload = answer(request)
        ident = {"requestId": f"{next(count):08X}-6C8A-4D3A-89C2-021611F6CEB4"}
        return Response(200, {}, json.dumps({**ident, **payload, **ident}, separators=(",", ":")).encode())

    return written


def told(provider: Provider, world: World, threads: int = 1, **more: Any) -> tuple[Any, ...]:
    """What a listing says at its end, but for times, and its requests."""
    collector, http = collect(provider, numbered(world.answer), seconds=60, threads=threads, **more)
    rows = [{**row, "seconds": 0} for row in collector.ledger()]
    for row in rows:
        if row["error"]:
            row["error"] = {**row["error"], "request_id": None}
    return rows, collector.spool.records(), [request.url for request in http.requests]


WORLDS = st.builds(
    World,
    rows=st.integers(0, 350).map(lambda count: [secret(number) for number in range(count)]),
    cut=st.sampled_from([whole, capped(60), lacks_last(2), by_chance]),
    lag=st.sampled_from([(0,), (0, 0, 1), (0, 1)]),
    cached=st.booleans(),
    churn=st.sampled_from([0.0, 0.0, 0.1, 0.4]),
    seed=st.integers(0, 1000),
)


@settings(deadline=None, max_examples=200)
@given(world=WORLDS)
def test_listings_end_as_if_every_page_were_read(world: World) -> None:
    every = told(replace(APIG, steady=None), replace(world))
    assert told(APIG, replace(world)) == every


@pytest.mark.parametrize("changes", [{}, {5: lambda world: world.change(world.rows[:-1])}], ids=["the same", "one secret less"])
def test_a_page_that_comes_again_is_not_read_again(changes: dict[int, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    decode = Transport._decode

    def noted(self: Transport, request: Request, response: Response) -> Any:
        payload = decode(self, request, response)
        read.append("again" if not payload else "new")
        return payload

    monkeypatch.setattr(Transport, "_decode", noted)
    rows, records, urls = told(APIG, World([secret(number) for number in range(250)], changes=changes))
    assert (rows[0]["proof"], len(records), len(read)) == ("twice", 250 - len(changes), len(urls))
    assert read == ["new"] * 3 + (["again", "new", "new", "new", "again", "again"] if changes else ["again"] * 3)


def test_an_answer_with_another_status_is_looked_at() -> None:
    requests = iter(range(100))
    world = World([secret(number) for number in range(250)])
    answer = numbered(world.answer)

    def failing(request: Request) -> Any:
        response = answer(request)
        return replace(response, status=500) if next(requests) == 4 else response

    collector, http = collect(APIG, failing, seconds=60, threads=1)
    (row,) = collector.ledger()
    assert (row["status"], row["error"]["kind"]) == ("partial", "server")


def test_an_answer_that_does_not_fit_its_question_is_compared_each_time() -> None:
    """The first one on a connection is believed even so. It must not excuse one that comes later."""
    world = World([secret(number) for number in range(250)])
    answer = numbered(world.answer)
    used: list[bool] = []

    def other_page(request: Request) -> Any:
        response = answer(request)
        number = b'"pageNumber":9,"totalSize"' if "pageNumber=2" in request.url else b'"totalSize"'
        used.append(len(used) > 3)
        return replace(response, body=response.body.replace(b'"totalSize"', number), used=used[-1])

    collector, _http = collect(APIG, other_page, seconds=60, threads=1)
    (row,) = collector.ledger()
    assert (row["status"], row["error"]["kind"]) == ("partial", "protocol")


@pytest.mark.parametrize("provider", [APIG, KMS], ids=["apig", "kms"])
def test_services_that_are_read_twice_compare(provider: Provider) -> None:
    assert provider.steady is without_request_id


@pytest.mark.parametrize(
    "body, steady",
    [
        (b'{"requestId":"A-1","data":1}', b'{"requestId":"","data":1}'),
        (b'{"Secrets":[],"RequestId":"A-1"}', b'{"Secrets":[],"RequestId":""}'),
        (b'{"data":1}', b'{"data":1}'),
        (b'{"requestId":"a\\"b","data":1}', b'{"requestId":"a\\"b","data":1}'),
        (b'{"requestId":"","data":1}', b'{"requestId":"","data":1}'),
        (b'{"requestId":"A', b'{"requestId":"A'),
    ],
)
def test_an_id_is_left_out(body: bytes, steady: bytes) -> None:
    assert without_request_id(body) == steady
