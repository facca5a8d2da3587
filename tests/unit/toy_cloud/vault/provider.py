# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A third cloud, which pages by tokens. It exists to show that a cloud is one folder and that the core stays as it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target, base_url
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import Listing, Window
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import ErrorKind, Filters, Partition, Provider, RawPage, kind_of

from ..calls import assume_role, identity_request, read_identity, read_role
from ..credentials import MACHINE, NAMES, PLATFORM, PROFILE, REGION_VARIABLES, SOURCES, profile_region
from ..sign import sign
from .fields import SCHEMA
from .options import OPTIONS

HOME_REGION = "toyland"
ERRORS = (ErrorKind("slow-down", "throttled"), ErrorKind("keep-out", "denied", "Ask the toymaker."))


@dataclass(frozen=True)
class TokenWindow(Window):
    """A page that begins where the page before said."""

    token: str | None = None


class Chained(Listing):
    """Each page names the next. The end is a page that names none; a token that comes again is a fault of the cloud."""

    def _first(self) -> list[Window]:
        self._reads = []
        self._seen: set[str] = set()
        return [TokenWindow(0, self.size)]

    def _next(self) -> list[Window]:
        last = self._reads[-1].page
        self.total = last.total
        if last.token is None:
            return self._prove("total" if self.total == self.count else "end", self.count)
        if last.token in self._seen:
            return self._give_up("a page names a page that was already listed")
        self._seen.add(last.token)
        return [TokenWindow(self._reads[-1].window.start + len(last.rows), self.size, token=last.token)]


def partitions(filters: Filters) -> tuple[Partition, ...]:
    return (Partition("toys"),)


def list_request(target: Target, partition: Partition, window: Window, filters: Filters) -> Request:
    token = window.token if isinstance(window, TokenWindow) else None
    query = urlencode({name: value for name, value in {"size": window.size, "token": token}.items() if value is not None})
    return Request("vault", "List", "GET", f"{base_url(target.endpoint, 'vault.{region}.toys.example', target.region)}/list?{query}")


def read_page(payload: Mapping[str, Any]) -> RawPage:
    return RawPage(payload["toys"], payload.get("count"), payload.get("next"))


def regions_request(target: Target) -> Request:
    return Request("vault", "Regions", "GET", base_url(target.endpoint, "vault.toys.example", target.region) + "/regions")


def read_regions(payload: Mapping[str, Any]) -> list[str]:
    return list(payload["regions"])


def read_error(payload: Mapping[str, Any]) -> SecretsError | None:
    if "error" not in payload:
        return None
    understood = kind_of(payload["error"], ERRORS)
    return SecretsError(understood.kind, payload["error"], code=payload["error"], hint=understood.hint)


def bucket(request: Request, region: str, key: Hashable) -> Hashable:
    return key, region


PROVIDER = Provider(
    schema=SCHEMA,
    options=OPTIONS,
    names=NAMES,
    sources=SOURCES,
    profile=PROFILE,
    metadata=MACHINE,
    platform=PLATFORM,
    assume_role=assume_role,
    read_role=read_role,
    region_variables=REGION_VARIABLES,
    profile_region=profile_region,
    home_region=HOME_REGION,
    sign=sign,
    partitions=partitions,
    list_request=list_request,
    read_page=read_page,
    listing=Chained,
    created_field="born",
    id_field="key",
    regions_request=regions_request,
    read_regions=read_regions,
    identity_request=identity_request,
    read_identity=read_identity,
    read_error=read_error,
    bucket=bucket,
)
