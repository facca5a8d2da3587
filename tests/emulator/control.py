# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's own resource on loopback: the journal, the history, and behaviour at run time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .calls import compact
from .schema import FleetError
from .wire import Request, Response

if TYPE_CHECKING:
    from .app import App


def answer(app: App, request: Request) -> Response:
    """Answers a request for /_emulator/..."""
    handler = HANDLERS.get((request.method, request.path.removeprefix("/_emulator/")))
    if handler is None:
        return reply(404, {"error": f"known: {', '.join(f'{method} /_emulator/{name}' for method, name in HANDLERS)}"})
    try:
        return reply(200, handler(app, request))
    except (FleetError, ValueError) as problem:
        return reply(400, {"error": str(problem)})


def reply(status: int, content: Any) -> Response:
    """JSON."""
    return Response(status, compact(content), [("Content-Type", "application/json")])


def requests(app: App, request: Request) -> Any:
    """The journal."""
    return app.journal.requests()


def forget(app: App, request: Request) -> Any:
    """Clears the journal."""
    app.journal.clear()
    return {}


def connections(app: App, request: Request) -> Any:
    """Every connection that came, with the outcome of TLS."""
    return list(app.journal.connections)


def history(app: App, request: Request) -> Any:
    """Lifetimes of secrets; ?since=N starts after request N, ?account= and ?region= narrow it."""
    query = {name: values[0] for name, values in parse_qs(request.query).items()}
    return histories(app, int(query.get("since", 0)), query.get("account"), query.get("region"))


def histories(app: App, since: int, account: str | None, region: str | None) -> list[dict[str, Any]]:
    """One entry per store."""
    stores = app.world.stores.values()
    return [store.history(since) for store in stores if account in (None, store.account) and region in (None, store.region)]


def behave(app: App, request: Request) -> Any:
    """Merges a behaviour document, or several."""
    content = json.loads(request.body)
    for document in content if isinstance(content, list) else [content]:
        app.world.behaviour.merge(document)
    return {}


def stop(app: App, request: Request) -> Any:
    """Says yes; the server ends the emulator once this answer is out."""
    return {}


def is_stop(request: Request) -> bool:
    """True if a request asks the emulator to end."""
    return (request.method, request.path) == ("POST", "/_emulator/stop")


HANDLERS = {
    ("GET", "requests"): requests,
    ("DELETE", "requests"): forget,
    ("GET", "connections"): connections,
    ("GET", "history"): history,
    ("POST", "behaviour"): behave,
    ("POST", "stop"): stop,
}
