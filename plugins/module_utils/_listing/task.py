# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of a listing module: read the options, list, and say what was found and how complete it is."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core import inventory_file, jmespath_query, machine, module_exit
from .._core.clock import Clock
from .._core.counting import counted, worded
from .._core.errors import SecretsError
from .._core.redaction import Redactor
from .._provider import Provider
from .._wire import http_client
from .accounts import Runtime
from .engine import ListingPlan, ListingResult, collect, header, read_plan
from .ledger import LedgerRow, store_counts, worst_first
from .options import argument_spec

MOST_ROWS_OF_FAILURE = 20
MOST_REASONS_IN_MESSAGE = 3
MOST_STORES_IN_REASON = 3
OBJECTS_BETWEEN_CYCLES = 1_000_000
"""After how many new objects Python looks for those that only refer to each other. Records never do, and are many."""


def run(provider: Provider) -> None:
    """Run the module from its options to its exit."""
    broken: SecretsError | None = None
    gc.set_threshold(OBJECTS_BETWEEN_CYCLES)
    try:
        redactor = Redactor()
        module = _module(provider)
    except Exception as error:
        if not isinstance(error, SecretsError) and type(error).__module__ != "builtins":  # ansible-test raises its own, to look at a module without running it
            raise
        broken = machine.as_error(error)
    if broken:
        module_exit.crash(broken)
    try:
        _run(module, redactor, provider)
    except Exception as error:  # not even the exit went well
        broken = machine.as_error(error)
    if broken:
        module_exit.crash(broken)


def _module(provider: Provider) -> AnsibleModule:
    try:
        return module_exit.CarefulModule(argument_spec=argument_spec(provider.options), mutually_exclusive=[("region", "regions")], supports_check_mode=True)
    except (TypeError, ValueError):  # ansible-core 2.16, for a list of texts where mappings are needed
        raise SecretsError("argument", "an option has a wrong type; ansible-doc shows the right one") from None


def _run(module: AnsibleModule, redactor: Redactor, provider: Provider) -> None:
    cause: SecretsError | None = None
    try:
        _require_libraries(module, redactor)
        clock = Clock()
        options = {**module.params, "progress": None} if module.check_mode else module.params
        plan = read_plan(provider, options, Runtime(os.environ, clock.now, redactor))
        answer = collect(plan, clock, redactor)
        if not answer.complete and module.params["on_error"] == "fail":
            module_exit.fail(module, redactor, failure(answer), answer.warnings, **failed_result(answer))
        module_exit.succeed(module, redactor, module_result(plan, answer, clock, redactor, module.check_mode), answer.warnings)
    except Exception as error:
        cause = machine.as_error(error)
    if cause:  # not while an exception is handled: Ansible would tell of that one too, with its text
        module_exit.fail(module, redactor, cause)


def module_result(plan: ListingPlan, answer: ListingResult, clock: Clock, redactor: Redactor, check_mode: bool) -> dict[str, Any]:
    """The result of a task that succeeds; dest is written here."""
    told = {
        "changed": False,
        "count": sum(row["count"] for row in answer.ledger),
        "complete": answer.complete,
        "stores": answer.ledger,
        "store_counts": store_counts(answer.ledger),
        **_names_missing(answer),
        **({"organizations": answer.organizations} if answer.organizations else {}),
    }
    if plan.query:
        told["query_result"] = plan.query.apply(answer.spool.records())
    if plan.dest:
        lines = redactor.lines(answer.spool.lines())
        told.update(dest=plan.dest, changed=_export(plan.dest, redactor.tree(header(plan, answer, clock)), lines, clock, check_mode))
    if not plan.query and not plan.dest:
        told["secrets"] = answer.spool.records()
    return told


def failure(answer: ListingResult) -> SecretsError:
    """Why a task failed some of whose stores could not be listed: each reason once, what to do before what was said, with some stores."""
    counts = store_counts(answer.ledger)
    bad = [row for row in worst_first(answer.ledger) if row["status"] != "complete"]
    told: dict[tuple[Any, ...], list[LedgerRow]] = {}
    for row in bad:
        told.setdefault(_reason(row), []).append(row)
    chosen = list(told.values())[:MOST_REASONS_IN_MESSAGE]
    left = len(bad) - sum(map(len, chosen))
    more = [f"{counted(left, 'more store')} {worded(left, 'has', 'have')} other reasons."] if left else []
    number = len(answer.ledger)
    listed = f"{counts['complete']} of {counted(number, 'store')} {worded(number, 'was', 'were')} listed completely."
    worst = bad[0]["error"] or {}
    return SecretsError(worst.get("kind", "unsupported"), " ".join([*map(_told, chosen), *more, listed]))


def _reason(row: LedgerRow) -> tuple[Any, ...]:
    """What makes two failures one reason. Their texts may differ in a host, if the cloud's code and the way out are the same."""
    error = row["error"] or {}
    return tuple(error.get(key) for key in ("kind", "code", "hint" if error.get("code") else "message"))


def _told(rows: list[LedgerRow]) -> str:
    error = rows[0]["error"]
    stores = _few([f"{row['account']}/{row['region']}" for row in rows])
    if error is None:
        return f"{stores}: not offered."
    code = f" ({error['code']})" if error["code"] else ""
    hint = f"{error['hint']} " if error["hint"] else ""
    return f"{hint}{stores}: {error['message'].rstrip('. ')}{code}."


def _few(stores: list[str]) -> str:
    more = len(stores) - MOST_STORES_IN_REASON
    return ", ".join(stores[:MOST_STORES_IN_REASON]) + (f" and {more} more" if more > 0 else "")


def failed_result(answer: ListingResult) -> dict[str, Any]:
    """Other results of a failed task: the error of the worst store, counts, and the worst rows. Each reason is told in words once."""
    rows = worst_first(answer.ledger)
    return {
        "error": rows[0]["error"],
        "changed": False,
        "complete": False,
        "store_counts": store_counts(answer.ledger),
        "stores": _once(rows[:MOST_ROWS_OF_FAILURE]),
        **_names_missing(answer),
    }


def _once(rows: list[LedgerRow]) -> list[LedgerRow]:
    """The rows; those that share a reason with the error of the result, or with an earlier row, have it without its words."""
    known, made = {_reason(rows[0])}, []
    for row in rows:
        reason = _reason(row)
        made.append({**row, "error": {**row["error"], "message": None, "hint": None}} if row["error"] and reason in known else row)
        known.add(reason)
    return made


def _names_missing(answer: ListingResult) -> dict[str, Any]:
    return {} if answer.names_missing is None else {"names_missing": answer.names_missing}


def _export(dest: str, head: dict[str, Any], lines: Iterable[bytes], clock: Clock, check_mode: bool) -> bool:
    """Write the inventory, unless in check mode; whether it says anything that the old one did not."""
    before = inventory_file.fingerprint(dest)
    return before != (inventory_file.measure(head, lines) if check_mode else inventory_file.write(dest, head, lines, clock.nonce()))


def _require_libraries(module: AnsibleModule, redactor: Redactor) -> None:
    if fault := http_client.library_fault():
        raise fault
    missing = {"requests": http_client.MISSING_LIBRARY, "jmespath": module.params["query"] and jmespath_query.missing_library()}
    for library, traceback in missing.items():
        if traceback:
            module_exit.fail(module, redactor, SecretsError("library", missing_required_lib(library)), exception=traceback)
