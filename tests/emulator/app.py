# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to an answer: which cloud it is for, what is due for it, and what is written down."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import control
from .alibaba import api as alibaba_api
from .calls import ApiError, Call, http_date
from .faults import Fault
from .journal import Journal
from .places import Place, locate
from .tencent import api as tencent_api
from .wire import Request, Response
from .world import World

CLOUDS: dict[str, Any] = {"alibaba": alibaba_api, "tencent": tencent_api}


@dataclass
class Answer:
    """An answer, when it may leave (monotonic time), the fault that breaks it on the way, and what to do once it is out."""

    response: Response
    due: float = 0.0
    fault: Fault | None = None
    afterwards: Callable[[], None] | None = None


class App:
    """Everything but sockets."""

    def __init__(self, world: World, clock: Callable[[], float], stop: Callable[[], None]) -> None:
        self.world = world
        self.clock = clock
        self.stop = stop
        self.journal = Journal()

    def answer_safely(self, request: Request, tunnel: str | None, connection: int) -> Answer:
        """Answers any request; a mistake of the emulator, or an 'edit' that does not fit, must not look like a bad network."""
        try:
            return self.answer(request, tunnel, connection)
        except Exception as problem:  # pylint: disable=broad-exception-caught
            traceback.print_exc()
            return Answer(self.plain(500, f"the emulator failed: {type(problem).__name__}: {problem}"))

    def answer(self, request: Request, tunnel: str | None, connection: int) -> Answer:
        """Answers a request; 'tunnel' is the host of the CONNECT it came through."""
        place = locate(request.authority)
        if place is None or (tunnel and place.loopback):
            return Answer(self.plain(502 if tunnel is None else 421, "no such host here"))
        if place.loopback and request.path.startswith("/_emulator/"):
            stops = control.is_stop(request)
            return Answer(control.answer(self, request), afterwards=self.stop if stops else None)
        provider = place.provider or next((name for name, cloud in CLOUDS.items() if cloud.speaks(request)), None)
        if provider is None:
            return Answer(self.plain(404, "neither an Alibaba Cloud nor a Tencent Cloud request"))
        return self.serve(request, place, provider, connection)

    def plain(self, status: int, message: str) -> Response:
        """An answer that no cloud gives."""
        return Response(status, f"{message}\n".encode(), [("Date", http_date(self.clock())), ("Content-Type", "text/plain; charset=utf-8")])

    def serve(self, request: Request, place: Place, provider: str, connection: int) -> Answer:
        """Answers an API request."""
        started, cloud = time.monotonic(), CLOUDS[provider]
        call = self.call(request, place, provider)
        facts = {
            "provider": provider,
            "service": call.service,
            "action": call.action,
            "region": call.region,
            "host": place.host,
            "account": call.account,
            "key_id": call.key_id,
        }
        fault = self.world.behaviour.fault_for(facts)
        call.clock_offset = self.world.settings(call)["clock_offset"]
        due = started + self.world.latency(call)
        if fault:
            due += self.prepare(fault, call)
        response, code = self.respond(cloud, call)
        self.world.move_on(call, {**facts, "listed": call.listed})
        if fault:
            response, code = self.spoil(fault, cloud, call, response, code)
        self.journal.note(call, provider, connection, response, code, fault.act if fault else None)
        return Answer(response, due, fault)

    def call(self, request: Request, place: Place, provider: str) -> Call:
        """Facts that come from the request alone."""
        action, key_id, region = CLOUDS[provider].peek(request, place)
        key = self.world.keys.find(provider, key_id)
        account = key.account.name if key else None
        service = place.service or CLOUDS[provider].service_of(request)
        if region is None and place.loopback and provider == "alibaba":
            region = self.world.first_region(account, service)
        return Call(request, place, next(self.journal.numbers), self.clock(), action, key_id, region, account, service=service)

    def respond(self, cloud: Any, call: Call) -> tuple[Response, str]:
        """(what the cloud says, its code)."""
        try:
            return cloud.answer(self.world, call), "Ok"
        except ApiError as error:
            return cloud.refuse(call, error), error.code

    def prepare(self, fault: Fault, call: Call) -> float:
        """Act of a fault before the request is handled; returns more seconds of delay."""
        if fault.act == "clock":
            call.clock_offset = fault.words["offset"]
        if fault.act == "parameters":
            call.forced = fault.words["set"]
        return fault.words["ms"] / 1000 if fault.act == "delay" else 0.0

    def spoil(self, fault: Fault, cloud: Any, call: Call, response: Response, code: str) -> tuple[Response, str]:
        """Answer after a fault."""
        if fault.act == "error":
            error = ApiError(fault.words["code"], fault.words.get("message"), status=fault.words.get("status"))
            response, code = cloud.refuse(call, error), error.code
        return fault.alter(response), code
