# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions of a cloud: the request, and the checks of the answer."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from .._core.counting import counted
from .._core.endpoints import ALL_REGIONS, Target, check_region
from .._core.errors import SecretsError, names_told
from .._provider import Provider
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .ledger import Account

ZONE = re.compile(r"-[0-9a-z]{1,2}|[a-z]")
"""What stands behind a region in the name of one of its zones: ap-guangzhou-3, cn-hangzhou-h, ap-southeast-1a."""


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
    retries: int | None = None,
) -> None:
    """Put the question on the scheduler. One of the two functions is told, under the scheduler's lock."""
    region = provider.home_region
    request = provider.regions_request(Target(region, account.endpoint, account.place))

    def done(payload: Mapping[str, Any]) -> None:
        found(_believed(provider.read_regions(payload)))

    bucket = provider.bucket(request, region, account.credentials.identity)
    scheduler.put(PendingRequest(request, account.credentials, bucket, stats, done, failed, retries))


def find_regions(provider: Provider, accounts: Iterable[Account], scheduler: Scheduler, now: float, seconds: float) -> dict[str, Sequence[str] | SecretsError]:
    """The regions of each account by its name, in order, or why they are not known. Nothing is listed.

    now: on the scheduler's monotonic clock; seconds: until when all have to be known.
    """
    late = SecretsError("deadline", f"the {counted(f'{seconds:g}', 'second')} ran out before the cloud had named its regions", hint="Raise deadline.")
    answers: dict[str, Sequence[str] | SecretsError] = {}
    for account in accounts:
        answers[account.name] = late
        scheduler.allow(1)
        tell = partial(answers.__setitem__, account.name)
        ask_regions(scheduler, provider, account, RequestStats(), tell, tell)
    scheduler.run(now + seconds)
    return answers


def explain(error: SecretsError, region: str, service: str, answer: Sequence[str] | SecretsError) -> None:
    """Say in an error what is wrong with a region that a person named. answer: the regions of the service, or why they are not known."""
    if isinstance(answer, SecretsError):
        if answer.kind == error.kind == "proxy":  # then it is the proxy
            return
        told = f"Check how the region is spelt: the list of regions could not be asked for ({answer.code or answer.kind})."
        error.hint = told if error.hint is None else f"{error.hint} {told}"
    elif region not in answer:
        error.kind = "unsupported"
        error.hint = _way_out(region, service, answer)
    elif error.http_status is not None and error.kind != "proxy":
        error.hint = f"{region} is a region of {service}: activate the service there in the console, or check endpoint, network and site."


def _way_out(region: str, service: str, known: Sequence[str]) -> str:
    zones_of = [name for name in known if region.startswith(name) and ZONE.fullmatch(region.removeprefix(name))]
    if zones_of:
        return f"{region} is a zone of {max(zones_of, key=len)}: name the region."
    near = difflib.get_close_matches(region, known, n=1)
    if near:
        return f"{service} has no region {region}; did you mean {near[0]}?"
    return f"{service} has no region {region}. It has {names_told(known)}."


def _believed(named: Sequence[str]) -> list[str]:
    """The regions in order, each once. Their names become part of host names, so each has to look like one."""
    try:
        regions = sorted({check_region(region, "regions: all") for region in named})
    except SecretsError as error:
        raise SecretsError("schema", error.message) from None
    if not regions or ALL_REGIONS in regions:
        raise SecretsError("schema", "the cloud names a region 'all'" if regions else "the cloud names no region")
    return regions
