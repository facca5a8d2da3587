# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions of a cloud: the request, and the checks of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from .._core.endpoints import ALL_REGIONS, Target, check_region
from .._core.errors import SecretsError
from .._provider import Provider
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .ledger import Account


def home_region_of(regions: Sequence[str], otherwise: str) -> str:
    """Region for requests that belong to no region. It is one of the account's own, because a private network may reach no other."""
    return otherwise if tuple(regions) == (ALL_REGIONS,) else regions[0]


def ask_regions(
    scheduler: Scheduler,
    provider: Provider,
    account: Account,
    stats: RequestStats,
    found: Callable[[Sequence[str]], None],
    failed: Callable[[SecretsError], None],
) -> None:
    """Put the question on the scheduler. One of the two functions is told, under the scheduler's lock."""
    region = provider.home_region
    request = provider.regions_request(Target(region, account.endpoint, account.place))

    def done(payload: Mapping[str, Any]) -> None:
        found(_believed(provider.read_regions(payload)))

    scheduler.put(PendingRequest(request, account.credentials, provider.bucket(request, region, account.credentials.identity), stats, done, failed))


def find_regions(provider: Provider, accounts: Iterable[Account], scheduler: Scheduler, now: float, seconds: float) -> dict[str, Sequence[str] | SecretsError]:
    """The regions of each account by its name, in order, or why they are not known. Nothing is listed.

    now: on the scheduler's monotonic clock; seconds: until when all have to be known.
    """
    late = SecretsError("deadline", f"the {seconds:g} seconds ran out before the cloud had named its regions", hint="Raise deadline.")
    answers: dict[str, Sequence[str] | SecretsError] = {}
    for account in accounts:
        answers[account.name] = late
        scheduler.allow(1)
        tell = partial(answers.__setitem__, account.name)
        ask_regions(scheduler, provider, account, RequestStats(), tell, tell)
    scheduler.run(now + seconds)
    return answers


def _believed(named: Sequence[str]) -> list[str]:
    """The regions in order, each once. Their names become part of host names, so each has to look like one."""
    try:
        regions = sorted({check_region(region, "regions: all") for region in named})
    except SecretsError as error:
        raise SecretsError("schema", error.message) from None
    if not regions or ALL_REGIONS in regions:
        raise SecretsError("schema", "the cloud names a region 'all'" if regions else "the cloud names no region")
    return regions
