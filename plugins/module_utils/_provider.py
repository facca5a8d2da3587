# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract that a service fills: data and functions, never a flag that the core would have to test.

Read this page first to add a service; docs/adding_a_service.md fills it step by step.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Collection, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

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
    """Meaning of an error code of the cloud. pattern: the code, with * for any text."""

    pattern: str
    kind: str
    hint: str | None = None


DetailFlow = Generator[Request, Mapping[str, Any], Mapping[str, Mapping[str, Any]]]
"""A generator that makes the calls of a detail. It yields one request after the other and is sent each answer; a SecretsError is thrown into it where a
request failed. It returns {subject: row in the cloud's words}, which RecordSchema.details reads. A subject that it does not
return is gone since the listing."""


@dataclass(frozen=True)
class Detail:
    """One detail: what a listing does not tell of a secret, and the calls that do. RecordSchema.details has the fields of its word.

    subject: (record, words) -> what the cloud is asked about, such as the secret's name, or the id of its key; None for a secret
    that cannot have the detail. words: all words that were asked for. Secrets may share a subject. Without a function, the detail
    is of the store as a whole; its flow has the one subject '', and its row fills the ledger row's 'service'.
    batch: subjects of one flow; None for one flow of the store with all its subjects.
    flow: (target, subjects) -> the calls.
    actions: the actions to grant. implies: words that are asked for with it, and before it; their values are in the record that subject is given.
    first: target -> calls that are made once a store, before the others. The flow is then given what they return, as a third argument.
    """

    word: str
    subject: Callable[[Record, Collection[str]], str | None] | None
    batch: int | None
    flow: Callable[..., DetailFlow]
    actions: tuple[str, ...]
    implies: tuple[str, ...] = ()
    first: Callable[[Target], DetailFlow] | None = None


class MemberAccount(NamedTuple):
    """A member of an organization. folder: the id of the one that it lies in; above: those of all folders over that one, as far as
    its row names them. doubt: why it may refuse to be entered."""

    id: str
    name: str | None = None
    folder: str | None = None
    above: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}
    doubt: str | None = None


class Folder(NamedTuple):
    """A folder of an organization, and the one over it."""

    id: str
    parent: str


class Manager(NamedTuple):
    """An organization's own id, and the number of its management account."""

    organization: str
    account: str


class PagedCall(NamedTuple):
    """A call that gives a list page by page: the request for a page, and the page in its answer."""

    request: Callable[[Target, Window], Request]
    read: Callable[[Mapping[str, Any]], RawPage]


@dataclass(frozen=True)
class Members:
    """How a cloud lists the accounts of an organization, and how they are entered."""

    page_size: int
    """Rows to ask for: the most that the cloud gives."""
    manager_request: Callable[[Target], Request]
    """The request that tells who manages the organization of the key."""
    read_manager: Callable[[Mapping[str, Any]], Manager]
    members: PagedCall
    """Lists the members; each row is a MemberAccount."""
    folders: PagedCall | None
    """Lists the folders, where the rows of members do not name all that are over them; each row is a Folder."""
    doubt: Callable[[Manager, str], str | None]
    """(manager, number of the key's account) -> why this key may see a part of the members only."""
    role_arn: Callable[[str, str], str]
    """(name of a role, number of an account) -> the whole name of the role."""
    session_policy: Callable[[Sequence[str]], str]
    """What a session may do, and no more, as the cloud writes it. Actions: as permissions name them, 'service:Action'."""
    names_account: bool
    """Whether the answer that brings the key of a role names its account. If not, that key is asked whose it is."""
    refusals: tuple[ErrorKind, ...]
    """Hints for errors of these requests. The codes are those of the organization's API."""
    entering: tuple[ErrorKind, ...]
    """Hints for errors on the way into a member."""


def _no_objection(filters: Filters) -> None:
    return None


def _accept_all(record: Record, filters: Filters) -> bool:
    return True


def _no_limit(request: Request) -> int | None:
    return None


def unsupported(error: SecretsError, partition: Partition) -> Collection[str] | None:
    """The whole service is refused, if the cloud itself says that it does not offer it here."""
    return () if error.kind == "unsupported" else None


def refuses_region(error: SecretsError) -> bool:
    """Whether the cloud says that it knows no such region, or does not offer the service there."""
    return error.kind == "unsupported"


class PagingStrategy(Protocol):
    """Makes the listing of one partition: ReadTwice, Ordered, or a class of the service's own."""

    def __call__(self, size: int, max_pages: int, verify: bool) -> Listing:
        """A new listing. size: rows to ask for; max_pages: of one reading; verify: whether one reading may be checked by another."""


@dataclass(frozen=True)
class Provider:
    """One service of a cloud that keeps secrets: data and functions. Each service fills one in its provider.py."""

    schema: RecordSchema
    """The name of the service, its fields, and the meaning of their nulls."""
    options: ServiceOptions
    """Options of its module beside the shared ones."""

    names: CredentialNames
    """Names of the parts of a key, as options and as environment variables."""
    sources: tuple[CredentialSource, ...]
    """Sources of credentials in the vendor's order, for a task that names none. The first is the environment, which serves
    'source: environment' and 'credentials_env' alone."""
    profile: CredentialSource
    """The source for the option 'profile': the file of the vendor's command line."""
    metadata: CredentialSource
    """The source for 'source: metadata': the service that gives a machine the credentials of its role."""
    platform: CredentialSource
    """The source for 'source: service_account': the role of a Kubernetes service account."""
    assume_role: AssumeRole
    """(target, credentials, role) -> the request that assumes a role."""
    read_role: ReadRole
    """(context, answer, source) -> the credentials of the role."""

    region_variables: tuple[str, ...]
    """Environment variables that may name the region; the first that is set counts."""
    profile_region: Callable[[SourceContext], str | None]
    """The region that the profile names, such as 'ap-guangzhou', or None."""
    home_region: str
    """The region to ask what belongs to no region, such as the list of regions."""

    sign: Callable[[Request, Credentials, float, str], Mapping[str, str]]
    """(request, credentials, seconds since the epoch, nonce) -> the headers that sign it. Called afresh for each attempt."""
    partitions: Callable[[Filters], tuple[Partition, ...]]
    """The listings that make up a store, such as one for each type of secret."""
    list_request: Callable[[Target, Partition, Window, Filters], Request]
    """The request for one page. Its 'check' compares the answer with the question, where an answer says which page or type it is."""
    read_page: Callable[[Mapping[str, Any]], RawPage]
    """The page in an answer. Raises SecretsError of kind 'schema' where the answer is not what the API promises."""
    listing: PagingStrategy
    """How pages join, and what proves the end."""
    created_field: str
    """The field of a row that holds its creation time, for the order of pages."""
    id_field: str
    """The field of a row that identifies the secret in its store."""

    regions_request: Callable[[Target], Request]
    """The request for the regions in which the service is offered."""
    read_regions: Callable[[Mapping[str, Any]], list[str]]
    """The names of regions in an answer."""
    identity_request: Callable[[Target], Request]
    """The request that tells whose credentials these are."""
    read_identity: Callable[[Mapping[str, Any]], str | None]
    """The number of the account in an answer."""
    read_error: Callable[[Mapping[str, Any]], SecretsError | None]
    """The error in an answer, whatever its HTTP status, or None."""
    bucket: Callable[[Request, str, Hashable], Hashable]
    """(request, region, credentials) -> what the cloud counts against one rate limit."""

    steady: Callable[[bytes], bytes] | None = None
    """What of an answer is the same whenever the same page is answered: all but the id of the request. None where listings are read once."""
    details: tuple[Detail, ...] = ()
    """What it tells only when it is asked for it, by the words of the option 'details'."""
    limit: Callable[[Request], int | None] = _no_limit
    """Requests a second that the cloud documents for the bucket of a request, where that may be less than the task's rate_limit."""
    retry_headers: tuple[tuple[str, float], ...] = (("retry-after", 1.0),)
    """Headers that say when to come back, each with its unit in seconds."""
    check_filters: Callable[[Filters], None] = _no_objection
    """Raises SecretsError of kind 'argument' where filters do not go together."""
    accepts: Callable[[Record, Filters], bool] = _accept_all
    """Whether a record is what was asked for, where the cloud's filter is not to be trusted."""
    not_offered: Callable[[SecretsError, Partition], Collection[str] | None] = unsupported
    """(error of the first page, partition) -> the parameters of the partition whose values the cloud says that it does not
    offer, none of them if it speaks of the whole service, or None if the error says nothing of the kind."""
    members: Members | None = None
    """How the accounts of an organization are found; None where the cloud has none."""
    moving_field: str | None = None
    """The field of a row that is true while its secret moves to another partition."""
    moves: str | None = None
    """The parameter of partitions that a living secret may change, if there is one."""
    doubts_region: Callable[[SecretsError], bool] = refuses_region
    """Whether an error may mean that the region is misspelt. The cloud is then asked for its regions, to name the nearest."""


def kind_of(code: str, kinds: tuple[ErrorKind, ...]) -> ErrorKind:
    """Meaning of an error code: the first pattern that matches, whatever its case. An unknown code is a refused request."""
    return next((kind for kind in kinds if fnmatch.fnmatchcase(code.lower(), kind.pattern.lower())), ErrorKind("*", "request"))
