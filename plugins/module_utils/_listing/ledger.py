# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger: one row for each store, saying whether its listing is complete, how that was proven, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._auth.context import Role
from .._auth.refresh import RefreshableCredentials
from .._core.errors import SecretsError
from .._paging.evidence import Member, Probe, Refusal
from .._paging.unordered import Listing
from .._provider import Partition
from .._wire.counters import RequestStats
from .organization import Organization
from .repeats import Repeats

STORE_STATUSES = ("failed", "partial", "not_offered", "complete")
"""Worst first."""

EXCUSE = "If it need not be offered there, set allow_not_offered: true."

LedgerRow = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """One account to list: its credentials, its regions, and where to connect for it. place: the cloud's own options.
    labels: those that people gave it.

    organization: where it stands for all accounts of an organization. number: that of the account, if it is known beforehand.
    enter: the credentials of a role in one of them, and what explains why it cannot be assumed. member: what the ledger says of it
    as a member of one. owner: the number of the account that its key has to be of, where nothing but a question can prove that.
    entered_by: whose requests to STS count together with its own.
    """

    name: str
    credentials: RefreshableCredentials
    regions: tuple[str, ...]
    endpoint: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    organization: Organization | None = None
    number: str | None = None
    member: Mapping[str, Any] | None = None
    enter: Callable[[Role, Callable[[SecretsError], None]], RefreshableCredentials] | None = None
    owner: str | None = None
    entered_by: Hashable = None


@dataclass
class Part:
    """One partition of a store while it is listed.

    repeats: knows its pages when they come again. moving: whether a row has said that its secret changes its partition.
    refusals: what was said not to be offered, each time that it was asked for. not_offered: whether that is believed.
    """

    partition: Partition
    listing: Listing
    repeats: Repeats = field(default_factory=Repeats)
    pages: int = 0
    moving: bool = False
    refusals: list[Refusal] = field(default_factory=list)
    not_offered: bool = False

    def close(self) -> None:
        """Nothing more will be asked: forget rows and pages."""
        self.listing.close()
        self.repeats = Repeats()

    @property
    def member(self) -> Member:
        """What is weighed of it."""
        return Member(self.listing, self.partition.parameters, self.moving)

    @property
    def complete(self) -> bool:
        """Whether the listing reached its end with a proof."""
        return self.listing.finished and self.listing.proof != "none" and self.listing.problem is None

    @property
    def refused(self) -> bool:
        """Whether the cloud says that it does not offer this."""
        return bool(self.refusals) and self.listing.problem is self.refusals[-1].error

    @property
    def status(self) -> str:
        """One of STORE_STATUSES."""
        if self.complete:
            return "complete"
        if self.not_offered:
            return "not_offered"
        return "partial" if self.pages else "failed"


@dataclass
class DetailCount:
    """One detail of a store: of how many secrets it was asked for, how many have none because of a failure, and the first reason."""

    secrets: int = 0
    failed: int = 0
    error: SecretsError | None = None

    def row(self) -> dict[str, Any]:
        """As the ledger tells it."""
        status = "complete" if self.error is None else "partial" if self.failed < self.secrets else "failed"
        return {"status": status, "secrets": self.secrets, "failed": self.failed, "error": self.error and self.error.as_dict()}


@dataclass(eq=False)
class Store:
    """One account in one region: its parts, what they cost, what they brought.

    ids: how many its listings hold; count: how many of them are what was asked for; conflicts: how many came again with
    other content. proof: of all its listings together.
    probes: what was found out about its totals, None if nothing was asked; open_probes: how many of them have not come yet.
    asked_empty: whether its emptiness was doubted; doubter: the part that was then asked again. reread: whether moving
    secrets were looked for.
    waiting: parts that are asked for only if the first one does not fail for a reason that is theirs, too.
    named: whether a person named the region. required: whether the service must be offered there.
    own_host: whether the region is part of the host's name. error: why it has no parts at all, or why they prove nothing.
    details: those that were asked for, by their words. service: what one of them tells of the store as a whole.
    """

    account: Account
    region: str
    named: bool = False
    required: bool = False
    own_host: bool = False
    parts: list[Part] = field(default_factory=list)
    waiting: list[Part] = field(default_factory=list)
    stats: RequestStats = field(default_factory=RequestStats)
    unknown_fields: set[str] = field(default_factory=set)
    ids: int = 0
    count: int = 0
    conflicts: int = 0
    proof: str = "none"
    probes: list[Probe] | None = None
    open_probes: int = 0
    asked_empty: bool = False
    doubter: Part | None = None
    reread: bool = False
    error: SecretsError | None = None
    details: Mapping[str, DetailCount] = field(default_factory=dict)
    service: Mapping[str, Any] | None = None

    @property
    def is_listed(self) -> bool:
        """Whether it holds anything that a listing told."""
        return _store_status(list(_part_statuses(self).values())) in ("complete", "partial")

    @property
    def is_open(self) -> bool:
        """Whether anything that was asked for may still come."""
        return bool(self.open_probes) or not all(part.listing.finished for part in self.parts)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing will come unless more is asked."""
        return not self.open_probes and all(part.listing.finished or part.listing.is_waiting for part in self.parts)


def ledger_row(provider: str, store: Store, account_id: str | None) -> LedgerRow:
    """The row of a store. 'partitions' is there only for those that are not complete, unless all failed for one reason, the row's."""
    statuses = _part_statuses(store)
    status = _store_status(list(statuses.values()))
    status = "partial" if store.error and status in ("complete", "not_offered") else status
    listings = [part.listing for part in store.parts if statuses[part.partition.key] == "complete"]
    proof = store.proof if status == "complete" else "none"
    broken = [part for part in store.parts if statuses[part.partition.key] != "complete"]
    telling = sorted(broken, key=lambda part: STORE_STATUSES.index(statuses[part.partition.key]))
    error = store.error or next((part.listing.problem for part in telling), None)
    row: LedgerRow = {
        "provider": provider,
        "account": store.account.name,
        "account_id": account_id,
        "credentials": store.account.credentials.source,
        "region": store.region,
        "status": status,
        "total": _total(store, listings, proof),
        "count": store.count,
        "proof": proof,
        "requests": store.stats.requests,
        "retries": store.stats.retries,
        "throttled": store.stats.throttled,
        "restarts": sum(part.listing.restarts for part in store.parts),
        "conflicts": store.conflicts,
        "seconds": store.stats.seconds,
        "unknown_fields": sorted(store.unknown_fields),
        "error": None if error is None or status == "complete" else _told(store, error),
    }
    if store.account.labels:
        row["labels"] = dict(store.account.labels)
    if store.account.member:
        row["member"] = dict(store.account.member)
    if store.details:
        row["details"] = {word: count.row() for word, count in store.details.items()}
    if store.service is not None:
        row["service"] = dict(store.service)
    if broken and not _share_one_reason(store, broken):
        row["partitions"] = [_part_row(part, statuses[part.partition.key]) for part in broken]
    return row


def _share_one_reason(store: Store, broken: Sequence[Part]) -> bool:
    reasons = {problem and (problem.code or problem.kind) for problem in (part.listing.problem for part in broken)}
    return len(broken) == len(store.parts) and len(reasons) == 1 and not any(part.pages for part in broken)


def store_counts(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """Number of stores with each status."""
    counts = dict.fromkeys(reversed(STORE_STATUSES), 0)
    for row in rows:
        counts[row["status"]] += 1
    return counts


def is_complete(rows: Sequence[LedgerRow]) -> bool:
    """Whether every store is complete or not offered, and at least one is complete."""
    statuses = {row["status"] for row in rows}
    return "complete" in statuses and statuses <= {"complete", "not_offered"}


def worst_first(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """The rows by status, and by account and region within it."""
    return sorted(rows, key=lambda row: (STORE_STATUSES.index(row["status"]), row["account"], row["region"]))


def _part_statuses(store: Store) -> dict[str, str]:
    """What a person named must be there: of such a store, not all partitions may be missing."""
    statuses = {part.partition.key: part.status for part in store.parts}
    return dict.fromkeys(statuses, "failed") if store.required and set(statuses.values()) == {"not_offered"} else statuses


def _told(store: Store, error: SecretsError) -> dict[str, Any]:
    told = error.as_dict()
    if store.required and error.kind == "unsupported":
        told["hint"] = f"{error.hint} {EXCUSE}" if error.hint else EXCUSE
    return told


def _store_status(statuses: list[str]) -> str:
    kinds = set(statuses) or {"failed"}
    if kinds <= {"complete", "not_offered"}:
        return "complete" if "complete" in kinds else "not_offered"
    return "partial" if kinds & {"complete", "partial"} else "failed"


def _total(store: Store, listings: Sequence[Listing], proof: str) -> int | None:
    """Number of secrets that the cloud counts in the store, if its totals can be used."""
    if len(listings) == 1:
        return listings[0].total
    return store.ids if proof in ("union", "total") else None


def _part_row(part: Part, status: str) -> LedgerRow:
    """reason: the cloud's code, or the kind of error. The row of the store has one error in full."""
    problem = part.listing.problem
    return {
        "partition": part.partition.key,
        "status": status,
        "count": part.listing.count,
        "total": part.listing.total,
        "reason": problem and (problem.code or problem.kind),
    }
