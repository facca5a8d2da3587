# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at the stores of a call. Whatever goes wrong is told as what was seen of its stores, and never raised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._core.clock import Clock
from .._core.endpoints import ALL_REGIONS
from .._core.errors import SecretsError
from .._core.machine import as_error
from .._core.redaction import printable
from .._listing import names
from .._listing.accounts import Runtime
from .._listing.engine import collect, header
from .._wire.retry import TRANSIENT
from .memory import COMPLETE, Seen
from .settings import Call

PASSING = TRANSIENT | {"throttled", "deadline", "proxy", "machine"}
"""Kinds of errors that time may mend."""


LONGEST_WARNING = 1000

Tell = Callable[[str], None]
"""Is told, at each listing, of names that the fleet asks for and that an account does not have."""


def list_call(call: Call, clock: Clock, runtime: Runtime, tell: Tell) -> list[Seen]:
    """List the stores of a call, until the call's deadline at the latest."""
    try:
        return _list_call(call, clock, runtime, tell)
    except Exception as error:
        return _unseen(call, as_error(error), runtime)


def _list_call(call: Call, clock: Clock, runtime: Runtime, tell: Tell) -> list[Seen]:
    plan = call.plan(runtime)
    answer = collect(plan, clock, runtime.redactor)
    for warning in names.warnings(answer.names_missing or [], bool(plan.question.filters)):
        tell(printable(runtime.redactor.text(warning), LONGEST_WARNING))
    asked = header(plan, answer, clock)["asked"]
    text = json.dumps([asked["partitions"], asked["filters"]], sort_keys=True)
    found: dict[tuple[str, str], list[Any]] = {}
    for record in runtime.redactor.tree(answer.spool.records()):
        found.setdefault((record["account"], record["region"]), []).append(record)
    told = runtime.redactor.tree(answer.organizations)
    owners = {member["label"]: each["name"] for each in told for member in each["members"]}
    rows = {row["account"]: row for row in runtime.redactor.tree(answer.ledger)}
    stores = [
        Seen(row, text, found.get((row["account"], row["region"]), []), owner=owners.get(row["account"]))
        for row in runtime.redactor.tree(answer.ledger)
        if row["account"] not in {each["name"] for each in told}
    ]
    return stores + [_organization(each, rows.get(each["name"])) for each in told]


def _organization(told: Mapping[str, Any], row: Mapping[str, Any] | None) -> Seen:
    """What was seen of an organization, as of a store that has its members. row: its own, which it has only if it is not complete."""
    whole = {"provider": told["provider"], "account": told["name"], "region": ALL_REGIONS, "account_id": None, "status": COMPLETE, "error": None}
    return Seen(row or whole, "members", members={each["id"]: each["label"] for each in told["members"]}, regions=tuple(told["regions"]))


def _unseen(call: Call, error: SecretsError, runtime: Runtime) -> list[Seen]:
    """A failure that stands before all stores of the call."""
    told = runtime.redactor.tree(error.as_dict())
    provider = call.service.schema.provider
    return [
        Seen({"provider": provider, "account": account, "region": region, "account_id": None, "status": "failed", "error": told}, "")
        for account, regions in call.accounts.items()
        for region in regions
    ]


def is_out(seen: Iterable[Seen]) -> bool:
    """Whether the next listing should wait longer: a cloud refused requests for their rate, or all stores failed temporarily."""
    troubles = [(each.row["status"], (each.row["error"] or {}).get("kind")) for each in seen]
    if any(kind == "throttled" for _status, kind in troubles):
        return True
    return bool(troubles) and all(status == "failed" and kind in PASSING for status, kind in troubles)
