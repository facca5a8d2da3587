# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of a listing module: read the options, list, and say what was found and how complete it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from . import _exit, _files, _http, _inventory, _query
from ._clock import Clock
from ._collect import Collector, Question
from ._errors import SecretsError
from ._ledger import Account, Row, is_complete, store_counts, worst_first
from ._options import Pace, Surface, World, argument_spec, read_accounts, read_connection, read_pace, read_question
from ._provider import Provider
from ._queue import Queue
from ._records import iso_time
from ._scrub import Scrubber
from ._shelf import DiskShelf, MemoryShelf, Shelf
from ._throttle import Throttle
from ._transport import Transport
from ._version import COLLECTION, VERSION

MOST_ROWS_OF_FAILURE = 20
MOST_REASONS_IN_MESSAGE = 3
MOST_STORES_IN_REASON = 3


@dataclass(frozen=True)
class Plan:
    """All that was asked of the task, read and checked."""

    provider: Provider
    accounts: list[Account]
    question: Question
    connection: _http.Connection
    pace: Pace
    query: _query.Query | None
    dest: str | None


@dataclass(frozen=True)
class Answer:
    """What the listing brought: the ledger, the records on their shelf, and what people should know besides."""

    ledger: list[Row]
    shelf: Shelf
    warnings: list[str]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return is_complete(self.ledger)


def run(provider: Provider, surface: Surface) -> None:
    """Run the module from its options to its exit."""
    broken: SecretsError | None = None
    try:
        scrubber = Scrubber()
        module = _module(surface)
    except SecretsError as error:
        broken = error
    except Exception as error:
        if type(error).__module__ != "builtins":  # ansible-test raises its own, to look at a module without running it
            raise
        broken = _exit.unexpected(error)
    if broken:
        _exit.crash(broken)
    try:
        _run(module, scrubber, provider, surface)
    except Exception as error:  # not even the exit went well
        broken = _exit.unexpected(error)
    if broken:
        _exit.crash(broken)


def _module(surface: Surface) -> AnsibleModule:
    try:
        return _exit.CarefulModule(argument_spec=argument_spec(surface), mutually_exclusive=[("region", "regions")], supports_check_mode=True)
    except (TypeError, ValueError):  # ansible-core 2.16, for a list of texts where mappings are needed
        raise SecretsError("argument", "an option does not have the type that the documentation gives") from None


def _run(module: AnsibleModule, scrubber: Scrubber, provider: Provider, surface: Surface) -> None:
    cause: SecretsError | None = None
    try:
        _require_libraries(module, scrubber)
        clock = Clock()
        plan = read_plan(provider, surface, module.params, World(os.environ, clock.now, scrubber))
        answer = ask(plan, clock, scrubber)
        if not answer.complete and module.params["on_error"] == "fail":
            _exit.fail(module, scrubber, failure(answer), answer.warnings, **failed_result(answer))
        _exit.succeed(module, scrubber, result(plan, answer, clock, scrubber, module.check_mode), answer.warnings)
    except SecretsError as error:
        cause = error
    except Exception as error:
        cause = _exit.unexpected(error)
    if cause:  # not while an exception is handled: Ansible would tell of that one too, with its text
        _exit.fail(module, scrubber, cause)


def read_plan(provider: Provider, surface: Surface, options: Mapping[str, Any], world: World) -> Plan:
    """The options as a plan. Raises SecretsError for every misuse, before anything is sent or written."""
    question = read_question(surface, options)
    provider.check_filters(question.filters)
    return Plan(
        provider=provider,
        accounts=read_accounts(provider, surface, options, world),
        question=question,
        connection=read_connection(options, world.scrubber),
        pace=read_pace(options),
        query=_query.Query(options["query"]) if options["query"] else None,
        dest=_check_dest(options["dest"]),
    )


def ask(plan: Plan, clock: Clock, scrubber: Scrubber) -> Answer:
    """List every store of the plan, until the deadline at the latest."""
    deadline = clock.monotonic() + plan.pace.deadline
    transport = Transport(plan.provider, _http.Http(plan.connection, clock), clock, scrubber)
    queue = Queue(transport, Throttle(plan.pace.rate_limit), clock, plan.pace.concurrency, plan.pace.retries)
    shelf = DiskShelf(plan.dest, clock.nonce) if plan.dest and not plan.query else MemoryShelf()
    collector = Collector(plan.provider, plan.question, queue, shelf)
    collector.begin(plan.accounts)
    if not queue.run(deadline):
        collector.end(plan.pace.deadline)
    _refuse_twins(collector.account_ids)
    return Answer(collector.ledger(), shelf, _warnings(plan, collector, transport))


def result(plan: Plan, answer: Answer, clock: Clock, scrubber: Scrubber, check_mode: bool) -> dict[str, Any]:
    """The result of a task that succeeds; dest is written here."""
    told = {
        "changed": False,
        "count": sum(row["count"] for row in answer.ledger),
        "complete": answer.complete,
        "stores": answer.ledger,
        "store_counts": store_counts(answer.ledger),
    }
    if plan.query:
        told["query_result"] = plan.query.apply(answer.shelf.records())
    if plan.dest:
        lines = map(scrubber.line, answer.shelf.lines())
        told.update(dest=plan.dest, changed=_export(plan.dest, scrubber.tree(header(plan, answer, clock)), lines, clock, check_mode))
    if not plan.query and not plan.dest:
        told["secrets"] = answer.shelf.records()
    return told


def header(plan: Plan, answer: Answer, clock: Clock) -> dict[str, Any]:
    """The header of the inventory."""
    question = plan.question
    partitions = [partition.key for partition in plan.provider.partitions(question.filters)]
    all_partitions = [partition.key for partition in plan.provider.partitions({})]
    filters = {**question.filters, **({"names": sorted(question.names)} if question.names else {})}
    return {
        "collected_at": iso_time(clock.now()),
        "collector": f"{COLLECTION} {VERSION}",
        "asked": {
            "accounts": sorted(account.name for account in plan.accounts),
            "regions": {account.name: sorted(account.regions) for account in plan.accounts},
            "partitions": partitions,
            "filters": filters,
        },
        "stores": answer.ledger,
        "complete": answer.complete,
        "filtered": bool(filters) or partitions != all_partitions,
    }


def failure(answer: Answer) -> SecretsError:
    """Why a task failed some of whose stores could not be listed: each reason once, with some stores, and what to do about the worst."""
    counts = store_counts(answer.ledger)
    bad = [row for row in worst_first(answer.ledger) if row["status"] != "complete"]
    told: dict[str, list[str]] = {}
    for row in bad:
        told.setdefault((row["error"] or {}).get("message", "not offered"), []).append(f"{row['account']}/{row['region']}")
    chosen = list(told.items())[:MOST_REASONS_IN_MESSAGE]
    reasons = [f"{_few(stores)}: {reason}" for reason, stores in chosen]
    left = len(bad) - sum(len(stores) for _reason, stores in chosen)
    more = f"; and {left} more" if left else ""
    worst = bad[0]["error"] or {}
    message = f"{counts['complete']} of {len(answer.ledger)} stores were listed completely; {'; '.join(reasons)}{more}"
    return SecretsError(worst.get("kind", "unsupported"), message, code=worst.get("code"), hint=worst.get("hint"))


def _few(stores: list[str]) -> str:
    more = len(stores) - MOST_STORES_IN_REASON
    return ", ".join(stores[:MOST_STORES_IN_REASON]) + (f" and {more} more" if more > 0 else "")


def failed_result(answer: Answer) -> dict[str, Any]:
    """What else a failed task tells: the error of the worst store, counts, and the worst rows."""
    rows = worst_first(answer.ledger)
    return {
        "error": rows[0]["error"],
        "changed": False,
        "complete": False,
        "store_counts": store_counts(answer.ledger),
        "stores": rows[:MOST_ROWS_OF_FAILURE],
    }


def _check_dest(path: str | None) -> str | None:
    if path:
        try:
            _files.check_target(path)
            _inventory.fingerprint(path)
        except SecretsError as error:
            raise SecretsError(error.kind, f"dest: {error.message}", hint=error.hint) from None
    return path


def _export(dest: str, head: dict[str, Any], lines: Iterable[bytes], clock: Clock, check_mode: bool) -> bool:
    """Write the inventory, unless in check mode; whether it says anything that the old one did not."""
    before = _inventory.fingerprint(dest)
    return before != (_inventory.measure(head, lines) if check_mode else _inventory.write(dest, head, lines, clock.nonce()))


def _refuse_twins(account_ids: Mapping[str, str | None]) -> None:
    """Two names for one account would let a rule see a secret in two places that is in one."""
    seen: dict[str, str] = {}
    for name, number in account_ids.items():
        if number is not None and number in seen:
            raise SecretsError(
                "argument",
                f"accounts: {seen[number]!r} and {name!r} are the same account, {number}",
                hint="Give each account the credentials of its own, or name it once with all its regions.",
            )
        if number is not None:
            seen[number] = name


def _warnings(plan: Plan, collector: Collector, transport: Transport) -> list[str]:
    told = []
    if plan.connection.verify is False:
        told.append("validate_certs is false: anybody on the way can read and change what the clouds answer.")
    for name, error in collector.unidentified.items():
        told.append(f"The number of account {name!r} is unknown: {error.sentence()} With identify: false it is not asked for.")
    named = {(account.name, region) for account in plan.accounts for region in account.regions}
    for row in collector.ledger():
        if row["status"] == "not_offered" and (row["account"], row["region"]) in named:
            told.append(f"The cloud says that it does not offer the service in {row['region']} (account {row['account']!r}). Check how the region is spelt.")
    for host, offset in transport.offsets.items():
        told.append(f"This machine's clock differs from that of {host} by {abs(offset):.0f} seconds; requests were signed with the host's time.")
    return told


def _require_libraries(module: AnsibleModule, scrubber: Scrubber) -> None:
    missing = {"requests": _http.MISSING_LIBRARY, "jmespath": module.params["query"] and _query.missing_library()}
    for library, traceback in missing.items():
        if traceback:
            _exit.fail(module, scrubber, SecretsError("library", missing_required_lib(library)), exception=traceback)
