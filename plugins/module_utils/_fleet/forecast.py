# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much it takes to list a fleet, at the least: stores, requests, and the seconds that rate limits ask for. Nothing is sent."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .._core.counting import counted
from .._core.endpoints import ALL_REGIONS, Target
from .._listing.options import argument_spec
from .._paging.unordered import Window
from .._provider import Provider

FIRST_PAGE = Window(0, 100)


class Forecast(NamedTuple):
    """The least numbers. is_open: whether regions have to be found first, so that there may be more stores."""

    stores: int
    requests: int
    seconds: int
    is_open: bool

    def text(self) -> str:
        """The forecast in one sentence."""
        least = "at least " if self.is_open else ""
        stores, requests, seconds = counted(self.stores, "store"), counted(self.requests, "request"), counted(self.seconds, "second")
        return f"Listing {least}{stores}, with at least {requests}, in at least {seconds}."


def forecast(calls: Iterable[Mapping[str, Any]], services: Mapping[str, Provider], shared: Mapping[str, Any]) -> Forecast:
    """The forecast for the calls that list a fleet. shared: options for all of them. If all is well, each store has one page at the least."""
    stores, is_open = 0, False
    rates: dict[Hashable, int] = {}
    sent: Counter[Hashable] = Counter()
    for call in calls:
        service = services[call["provider"]]
        options = {**shared, **call["options"]}
        rate = int(options.get("rate_limit") or argument_spec(service.options)["rate_limit"]["default"])
        for account in call["accounts"]:
            regions = account.get("regions") or options.get("regions") or [options.get("region") or ALL_REGIONS]
            stores += len(regions)
            is_open = is_open or ALL_REGIONS in regions
            for bucket in _buckets(service, {**options, **account}, regions):
                sent[bucket] += 1
                rates[bucket] = rate
    return Forecast(stores, sum(sent.values()), max((math.ceil(number / rates[bucket]) for bucket, number in sent.items()), default=0), is_open)


def _buckets(service: Provider, options: Mapping[str, Any], regions: Iterable[str]) -> Iterator[Hashable]:
    """The bucket of the rate limit for each request that an account takes at the least."""
    place = {name: options.get(name) for name in service.options.place}
    narrowed = any(options.get(name) for name in service.options.filters)
    partitions = service.partitions({})[: 1 if narrowed else None]
    if options.get("identify", True):
        yield service.bucket(service.identity_request(Target(service.home_region, None, place)), service.home_region, options["name"])
    for region in regions:
        near = service.home_region if region == ALL_REGIONS else region
        target = Target(near, options.get("endpoint"), place)
        if region == ALL_REGIONS:
            yield service.bucket(service.regions_request(target), near, options["name"])
        for partition in partitions:
            yield service.bucket(service.list_request(target, partition, FIRST_PAGE, {}), near, options["name"])
