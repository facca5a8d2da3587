# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions of a cloud: the request, and the checks of the answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from .._core.counting import counted
from .._core.endpoints import ALL_REGIONS, Target, check_region
from .._core.errors import NEARLY, SecretsError, did_you_mean, names_told, nearest
from .._provider import Provider
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .ledger import Account, Store

ZONE = re.compile(r"-[0-9a-z]{1,2}|[a-z]")
"""What stands behind a region in the name of one of its zones: ap-guangzhou-3, cn-hangzhou-h, ap-southeast-1a."""
OF_GATEWAYS = frozenset({404, 500, 502, 503, 504})
"""How proxies answer where they cannot resolve the name of a host."""
MOST_READINGS = 3
"""Of an account's list of regions."""
NAME_THEM = "Name the regions one by one, instead of all."
HINT_RETRIES = 1
"""Of a request whose answer adds a hint or a number, and without which everything is listed all the same."""


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
        found(believed_regions(provider.read_regions(payload)))

    bucket = provider.bucket(request, region, account.credentials.identity)
    scheduler.put(PendingRequest(request, account.credentials, bucket, stats, done, failed, retries))


class _Reader(NamedTuple):
    """An account whose regions are asked for: whom to tell, and what each reading has named."""

    account: Account
    stats: RequestStats
    found: Callable[[Sequence[str]], None]
    failed: Callable[[SecretsError], None]
    readings: list[Sequence[str]]


class RegionLists:
    """The lists of regions of some accounts, weighed: one answer alone could be shortened, and would hide stores.

    1. A list is believed if a second answer names the same regions: to this account, or to another one that asks the same hosts.
    2. Where there is none, the account is asked again, twice at most.
    3. Regions that only one of its answers names are listed, too.
    """

    def __init__(self, scheduler: Scheduler, provider: Provider) -> None:
        self._scheduler = scheduler
        self._provider = provider
        self._told: dict[Hashable, list[Sequence[str]]] = {}
        self._open: Counter[Hashable] = Counter()
        self._first: dict[Hashable, _Reader] = {}
        """Who had the first answer of its hosts, and waits for a second one."""

    def ask(self, account: Account, stats: RequestStats, found: Callable[[Sequence[str]], None], failed: Callable[[SecretsError], None]) -> None:
        """Ask for the regions of an account. One of the two functions is told, under the scheduler's lock."""
        self._ask(_Reader(account, stats, found, failed, []))

    def _ask(self, reader: _Reader) -> None:
        hosts = reader.account.endpoint, *sorted(reader.account.place.items())
        self._open[hosts] += 1
        ask_regions(self._scheduler, self._provider, reader.account, reader.stats, partial(self._came, reader, hosts), partial(self._missed, reader, hosts))

    def _came(self, reader: _Reader, hosts: Hashable, regions: Sequence[str]) -> None:
        self._open[hosts] -= 1
        told = self._told.setdefault(hosts, [])
        is_known = regions in told
        told.append(regions)
        reader.readings.append(regions)
        first = self._first.pop(hosts, None)
        readers = [first, reader] if first else [reader]
        if is_known:
            for each in readers:
                each.found(sorted({region for reading in each.readings for region in reading}))
        elif len(told) == 1 and self._open[hosts]:
            self._first[hosts] = reader
        else:
            for each in readers:
                self._ask_again(each)

    def _missed(self, reader: _Reader, hosts: Hashable, error: SecretsError) -> None:
        self._open[hosts] -= 1
        reader.failed(error)
        if not self._open[hosts] and (first := self._first.pop(hosts, None)):
            self._ask(first)

    def _ask_again(self, reader: _Reader) -> None:
        if len(reader.readings) < MOST_READINGS:
            self._ask(reader)
        else:
            reader.failed(SecretsError("pagination", f"each of {MOST_READINGS} readings of the list of regions names others", hint=NAME_THEM))


def find_regions(provider: Provider, accounts: Iterable[Account], scheduler: Scheduler, now: float, seconds: float) -> dict[str, Sequence[str] | SecretsError]:
    """The regions of each account by its name, in order, or why they are not known. Nothing is listed.

    now: on the scheduler's monotonic clock; seconds: until when all have to be known.
    """
    late = SecretsError("deadline", f"the {counted(f'{seconds:g}', 'second')} ran out before the cloud had named its regions", hint="Raise deadline.")
    answers: dict[str, Sequence[str] | SecretsError] = {}
    lists = RegionLists(scheduler, provider)
    for account in accounts:
        answers[account.name] = late
        scheduler.allow(1)
        tell = partial(answers.__setitem__, account.name)
        lists.ask(account, RequestStats(), tell, tell)
    scheduler.run(now + seconds)
    return answers


class DoubtedRegions:
    """Regions that a person named and that a cloud refused as it refuses a misspelt one. Its own regions are asked for once an account."""

    def __init__(self, provider: Provider, scheduler: Scheduler) -> None:
        self._provider = provider
        self._scheduler = scheduler
        self._waiting: dict[str, list[Store]] = {}
        self._answers: dict[str, Sequence[str] | SecretsError] = {}

    def explain(self, store: Store) -> None:
        """Say what is wrong with the region of a closed store, as soon as the regions of its account are known. Nothing, if there is no doubt."""
        if not self._is_doubted(store):
            return
        name = store.account.name
        waiting = self._waiting.setdefault(name, [])
        waiting.append(store)
        told = partial(self._told, name)
        if name in self._answers:
            told(self._answers[name])
        elif len(waiting) == 1:
            ask_regions(self._scheduler, self._provider, store.account, store.stats, told, told, HINT_RETRIES)

    def _is_doubted(self, store: Store) -> bool:
        """Whether a store was refused in a way that a misspelt region would explain."""
        error = next((part.listing.problem for part in store.parts if part.listing.problem), None)
        if not store.named or error is None or error is store.account.credentials.problem or any(part.pages for part in store.parts):
            return False
        if not store.required and error.kind == "unsupported":
            return False
        no_host = error.kind == "dns" or error.kind == "proxy" and error.http_status in OF_GATEWAYS
        return self._provider.doubts_region(error) or no_host and store.own_host

    def _told(self, name: str, answer: Sequence[str] | SecretsError) -> None:
        """Compare the regions of the account's stores with those that the cloud has."""
        self._answers[name] = answer
        stores, self._waiting[name] = self._waiting[name], []
        for store in stores:
            for error in {id(part.listing.problem): part.listing.problem for part in store.parts}.values():
                if error is not None:
                    explain(error, store.region, self._provider.schema.provider, answer)
            for part in store.parts:  # the list of regions and the refusal agree
                problem = part.listing.problem
                part.not_offered = problem is not None and self._provider.not_offered(problem, part.partition) is not None


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
    return f"{service} has no region {region}{did_you_mean(nearest(region, known, NEARLY)) or f'. It has {names_told(known)}.'}"


def believed_regions(named: Sequence[str]) -> list[str]:
    """The regions in order, each once. Their names become part of host names, so each has to look like one."""
    try:
        regions = sorted({check_region(region, "regions: all") for region in named})
    except SecretsError as error:
        reason = error.message
    else:
        if regions and ALL_REGIONS not in regions:
            return regions
        reason = "the cloud names a region 'all'" if regions else "the cloud names no region"
    raise SecretsError("schema", reason, hint=NAME_THEM)
