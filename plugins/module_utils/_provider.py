# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cloud hands to the core: data and functions, never a flag that the core would have to test."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._auth.context import CredentialNames, Credentials, SourceContext
from ._auth.sources import AssumeRole, CredentialSource, ReadRole
from ._core.endpoints import Target
from ._core.errors import SecretsError
from ._core.messages import Request
from ._core.records import Record, RecordSchema
from ._paging.unordered import Listing, Window

Filters = Mapping[str, Any]
"""The options that narrow a listing, by name; those that were not given are None."""


Spec = Mapping[str, Mapping[str, Any]]
"""Options of a module by name, as Ansible's argument specs have them."""


@dataclass(frozen=True)
class ServiceOptions:
    """Options of a service's module beside the shared ones: how to narrow a listing, where to connect, and with what key."""

    filters: Spec
    place: Spec
    keys: Spec


@dataclass(frozen=True)
class Partition:
    """One listing inside a store. key names it in the ledger; parameters are the cloud's, for its requests."""

    key: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RawPage:
    """A page as the cloud wrote it: its rows, its total, and the token of the next page where the API has tokens."""

    rows: list[Any]
    total: Any
    token: str | None = None


@dataclass(frozen=True)
class ErrorKind:
    """How a code of the cloud is to be understood. pattern: the code, with * for any text."""

    pattern: str
    kind: str
    hint: str | None = None


def _no_objection(filters: Filters) -> None:
    return None


def _accept_all(record: Record, filters: Filters) -> bool:
    return True


def unsupported(error: SecretsError, partition: Partition, listed: frozenset[str]) -> bool:
    """Whether the cloud itself says that it does not offer the service here."""
    return error.kind == "unsupported"


@dataclass(frozen=True)
class Provider:
    """One cloud's secret store service. Each cloud folder fills one of these in its provider.py."""

    schema: RecordSchema
    options: ServiceOptions
    names: CredentialNames
    """Of its credentials."""
    sources: tuple[CredentialSource, ...]
    """Where credentials may be, in the vendor's order, when the task names no place."""
    profile: CredentialSource
    """The file of profiles."""
    metadata: CredentialSource
    """The service that gives a machine the credentials of its role."""
    platform: CredentialSource
    """What a Kubernetes service account stands for."""
    assume_role: AssumeRole
    read_role: ReadRole
    region_variables: tuple[str, ...]
    """Environment variables that may name the region."""
    profile_region: Callable[[SourceContext], str | None]
    """The region that the profile names."""
    home_region: str
    """Where the questions are asked that belong to no region."""

    sign: Callable[[Request, Credentials, float, str], Mapping[str, str]]
    list_request: Callable[[Target, Partition, Window, Filters], Request]
    read_page: Callable[[Mapping[str, Any]], RawPage]
    """Raises SecretsError of kind 'schema' where the answer is not what the API promises."""
    regions_request: Callable[[Target], Request]
    read_regions: Callable[[Mapping[str, Any]], list[str]]
    identity_request: Callable[[Target], Request]
    read_identity: Callable[[Mapping[str, Any]], str | None]
    """The account's number."""
    read_error: Callable[[Mapping[str, Any]], SecretsError | None]
    """The error in an answer, whatever its HTTP status, or None."""
    partitions: Callable[[Filters], tuple[Partition, ...]]
    listing: Callable[..., Listing]
    """The law by which pages join: a class of _paginate, or one of the cloud's own."""
    moment: str
    """The row's field that holds its creation time, for the order of pages."""
    identity: str
    """The row's field that identifies it in its store."""
    bucket: Callable[[Request, str, Hashable], Hashable]
    """(request, region, key) -> what the cloud counts against one rate limit."""

    retry_headers: tuple[tuple[str, float], ...] = (("retry-after", 1.0),)
    """Headers that say when to come back, each with its unit in seconds."""
    check_filters: Callable[[Filters], None] = _no_objection
    """Raises SecretsError of kind 'argument' where filters do not go together."""
    accepts: Callable[[Record, Filters], bool] = _accept_all
    """Whether a record is what was asked for, where the cloud's filter is not to be trusted."""
    not_offered: Callable[[SecretsError, Partition, frozenset[str]], bool] = unsupported
    """Whether an error on the first page proves that the cloud does not offer a partition. The third argument: the
    partitions of the same store that could be listed."""


def kind_of(code: str, kinds: tuple[ErrorKind, ...]) -> ErrorKind:
    """How to understand a code: the first pattern that fits; an unknown code is a refused request."""
    return next((kind for kind in kinds if fnmatch.fnmatchcase(code, kind.pattern)), ErrorKind("*", "request"))
