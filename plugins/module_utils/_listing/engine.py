# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing from its options to its result, without Ansible: what modules, the event source and others share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core import files, inventory_file, jmespath_query
from .._core.clock import Clock
from .._core.counting import counted
from .._core.errors import SecretsError
from .._core.records import RECORD_KEYS
from .._core.redaction import Redactor
from .._core.values import iso_time
from .._core.version import COLLECTION, VERSION
from .._provider import Provider
from .._wire import http_client
from .._wire.rate_limit import RateLimiter
from .._wire.scheduler import Scheduler
from .._wire.transport import Transport
from . import names
from .accounts import Runtime, read_accounts
from .collector import Collector
from .details import asked_details
from .ledger import Account, LedgerRow, is_complete
from .options import ListingQuery, RequestLimits, detail_fault, read_connection, read_limits, read_query
from .progress import Progress
from .spool import DiskSpool, MemorySpool, Spool

ONE_ENTRY = "List each account once: name its number under exclude.accounts of the organization, or take it out where it is named by hand."


@dataclass(frozen=True)
class ListingPlan:
    """All that was asked of the task, read and checked."""

    provider: Provider
    accounts: list[Account]
    question: ListingQuery
    connection: http_client.Connection
    limits: RequestLimits
    query: jmespath_query.Query | None
    dest: str | None
    progress: str | None = None


@dataclass(frozen=True)
class ListingResult:
    """Result of the listing: the ledger, the records in their spool, and warnings.

    names_missing: which of the names that were asked for are not there; None where none was asked for.
    accounts: those of the ledger, members of organizations among them. organizations: what was found out about these.
    """

    ledger: list[LedgerRow]
    spool: Spool
    warnings: list[str]
    names_missing: list[names.MissingName] | None = None
    accounts: list[Account] = field(default_factory=list)
    organizations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True if nothing is missing."""
        return is_complete(self.ledger)


def read_plan(provider: Provider, options: Mapping[str, Any], runtime: Runtime) -> ListingPlan:
    """The options as a plan. Raises SecretsError for every misuse, before anything is sent or written."""
    question = read_query(provider.options, options)
    if fault := detail_fault(question.details, [detail.word for detail in provider.details]):
        raise SecretsError("argument", fault)
    provider.check_filters(question.filters)
    return ListingPlan(
        provider=provider,
        accounts=read_accounts(provider, options, runtime),
        question=question,
        connection=read_connection(options, runtime.redactor),
        limits=read_limits(options),
        query=jmespath_query.Query(options["query"]) if options["query"] else None,
        dest=_check_dest(options["dest"]),
        progress=_check_progress(options["progress"], options["dest"]),
    )


def collect(plan: ListingPlan, clock: Clock, redactor: Redactor) -> ListingResult:
    """List every store of the plan, until the deadline at the latest."""
    deadline = clock.monotonic() + plan.limits.deadline
    http = http_client.Http(plan.connection, clock)
    transport = Transport(plan.provider, http, clock, redactor)
    scheduler = Scheduler(transport, RateLimiter(plan.limits.rate_limit), clock, plan.limits.concurrency, plan.limits.retries)
    spool = DiskSpool(plan.dest, clock.nonce) if plan.dest and not plan.query else MemorySpool()
    progress = Progress(plan.progress, plan.provider.schema.provider, clock, redactor)
    collector = Collector(plan.provider, plan.question, scheduler, spool, progress.ended)
    collector.begin(plan.accounts)
    if not scheduler.run(deadline):
        collector.end(plan.limits.deadline)
    http.close()
    _refuse_broken_spool(collector)
    _refuse_duplicates(collector)
    _refuse_masked_names(collector.accounts, redactor)
    ledger, question = collector.ledger(), plan.question
    missing = names.missing_names(question.names, collector.names, ledger) if question.names else None
    told = _warnings(plan, collector, transport, ledger) + names.warnings(missing or [], bool(question.filters))
    told += [f"progress: {progress.problem.sentence()}"] if progress.problem else []
    if plan.query:
        told += jmespath_query.stranger_warnings(plan.query, _field_names(plan.provider), spool.records)
    return ListingResult(ledger, spool, told, missing, collector.accounts, collector.organizations.told)


def _refuse_masked_names(accounts: Iterable[Account], redactor: Redactor) -> None:
    """Of a name that is part of a key, the part would be masked. Its stores would then be those of another account."""
    if any(redactor.text(account.name) != account.name for account in accounts):
        raise SecretsError("argument", "the name of an account is part of a key, and would be masked", hint="Give the account another name.")


def header(plan: ListingPlan, answer: ListingResult, clock: Clock) -> dict[str, Any]:
    """The header of the inventory."""
    question = plan.question
    partitions = [partition.key for partition in plan.provider.partitions(question.filters)]
    all_partitions = [partition.key for partition in plan.provider.partitions({})]
    filters = {**question.filters, **({"names": sorted(question.names)} if question.names else {})}
    return {
        "collected_at": iso_time(clock.now()),
        "collector": f"{COLLECTION} {VERSION}",
        "asked": {
            "accounts": sorted(account.name for account in answer.accounts),
            "regions": {account.name: sorted(account.regions) for account in answer.accounts},
            "partitions": partitions,
            "filters": filters,
            "details": [detail.word for detail in asked_details(plan.provider.details, question.details)],
        },
        "stores": answer.ledger,
        "complete": answer.complete,
        "filtered": bool(filters) or partitions != all_partitions,
        **({} if answer.names_missing is None else {"names_missing": answer.names_missing}),
        **({"organizations": answer.organizations} if answer.organizations else {}),
    }


def _field_names(provider: Provider) -> set[str]:
    """The names that stand for something in the records of a service."""
    schema = provider.schema
    return {*RECORD_KEYS, *(name for key in (*schema.keys, *schema.words) for name in key.split("."))}


def _check_dest(path: str | None) -> str | None:
    if path:
        try:
            files.check_target(path)
            inventory_file.check_replaceable(path)
        except SecretsError as error:
            raise error.of("dest") from None
    return path


def _check_progress(path: str | None, dest: str | None) -> str | None:
    if path:
        if dest and os.path.realpath(path) == os.path.realpath(dest):
            raise SecretsError("argument", "progress and dest are the same file", hint="Give each a path of its own.")
        try:
            files.append(path, "")
        except SecretsError as error:
            raise error.of("progress") from None
    return path


def _refuse_broken_spool(collector: Collector) -> None:
    if collector.details.problem:
        raise collector.details.problem


def _refuse_duplicates(collector: Collector) -> None:
    """Two names for one account would let a rule see a secret in two places that is in one."""
    owners = collector.organizations.owners
    if collector.twice is not None:
        raise SecretsError("argument", f"accounts: two accounts are called {collector.twice!r}, one of them {_whose(collector.twice, owners)}", hint=ONE_ENTRY)
    seen: dict[str, str] = {}
    for name, number in collector.account_ids.items():
        if name in collector.mistaken:  # its number is not what it should be, and its own rows say so
            continue
        if number is not None and number in seen:
            members = {name, seen[number]} & owners.keys()
            raise SecretsError(
                "argument",
                f"accounts: {_whose(seen[number], owners)} and {_whose(name, owners)} are the same account, {number}",
                hint=ONE_ENTRY if members else "Give each account the credentials of its own, or name it once with all its regions.",
            )
        if number is not None:
            seen[number] = name


def _whose(name: str, owners: Mapping[str, str]) -> str:
    return f"{name!r}, a member of {owners[name]!r}," if name in owners else repr(name)


def _explained(error: SecretsError, mine: list[LedgerRow]) -> bool:
    """Whether the account's own failures say it already: none of its stores could be listed, or one failed for the same reason."""
    reasons = [(row["error"]["kind"], row["error"]["code"]) for row in mine if row["error"]]
    return (error.kind, error.code) in reasons or all(row["status"] == "failed" for row in mine)


def _warnings(plan: ListingPlan, collector: Collector, transport: Transport, ledger: list[LedgerRow]) -> list[str]:
    told = []
    if plan.connection.verify is False:
        told.append("validate_certs is false: anybody on the network path can read and change the answers.")
    rows: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        rows.setdefault(row["account"], []).append(row)
    for name, error in collector.unidentified.items():
        if not _explained(error, rows.get(name, [])):
            told.append(
                f"Account {name!r} is listed, but the cloud did not tell its number, so a second name for the same account would not be noticed. "
                f"{error.sentence()} To do without the number, set identify: false."
            )
    told += collector.organizations.warnings
    for host, offset in transport.offsets.items():
        if not round(offset):  # it was corrected, and meanwhile this machine's clock was set
            continue
        seconds = counted(f"{abs(offset):.0f}", "second")
        told.append(f"This machine's clock differs from that of {host} by {seconds}; requests were signed with the time of that host.")
    return told
