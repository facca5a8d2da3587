# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all clouds share: their specification, and what their values mean. Nothing is sent from here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import unquote, urlsplit

from .._core.errors import SecretsError, unknown_name
from .._core.given import refuse_empty
from .._core.redaction import Redactor, printable
from .._provider import Filters, ServiceOptions, Spec
from .._wire.http_client import Connection, is_bundle
from .._wire.proxies import EXAMPLE, proxy_fault

RANGES = {
    "page_size": (1, 100),
    "max_pages": (1, 100_000),
    "concurrency": (1, 64),
    "rate_limit": (1, 1000),
    "retries": (0, 20),
    "timeout": (0.1, 600),
    "deadline": (0.1, 86_400),
}
LONGEST_WORD = 40
OF_THE_TASK = ("region", "account", "accounts", "query", "dest", "progress", "on_error")
"""Options that are no entry's of a fleet."""

ORGANIZATION_OPTIONS: Spec = {
    "organization": {
        "type": "dict",
        "options": {
            "role": {"type": "str"},
            **dict.fromkeys(
                ("include", "exclude"),
                {
                    "type": "dict",
                    "options": {
                        "accounts": {"type": "list", "elements": "str"},
                        "folders": {"type": "list", "elements": "str"},
                        "tags": {"type": "dict"},
                    },
                },
            ),
            "label": {"type": "str", "choices": ["id", "name"]},
            "member": {
                "type": "dict",
                "options": {**{key: {"type": "str"} for key in ("id", "entry", "name", "folder")}, "stores": {"type": "int"}},
            },
        },
    },
    "organization_external_id": {"type": "str", "no_log": True},
}
"""All accounts of an organization in place of one, or one of them that the inventory plugin has found."""
SOURCE_OPTIONS: Spec = {
    "profile": {"type": "str"},
    "assume_role_arn": {"type": "str"},
    "assume_role_session_name": {"type": "str"},
    "assume_role_external_id": {"type": "str", "no_log": True},
    "assume_role_duration": {"type": "int"},
}
"""A profile to take the key from, and a role to assume with it."""


@dataclass(frozen=True)
class FleetOptions:
    """Options that an entry of one provider may have: for its account, for the whole call, and never (credentials).
    details: the words that its option of this name may hold."""

    account: Sequence[str]
    call: Sequence[str]
    credentials: Sequence[str]
    details: Sequence[str] = ()


@dataclass(frozen=True)
class ListingQuery:
    """Question to every store. names: only secrets with exactly these names count, if there are any.

    allow_not_offered: whether the cloud may not offer the service in a region that a person named. details: words of what the
    listing does not tell.
    """

    filters: Filters
    names: frozenset[str] = frozenset()
    page_size: int = 100
    max_pages: int = 1000
    verify: bool = True
    identify: bool = True
    allow_not_offered: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequestLimits:
    """Limits of a task. deadline: seconds. rate_limit: requests a second in each of the cloud's buckets."""

    concurrency: int
    rate_limit: int
    retries: int
    deadline: float


def argument_spec(service: ServiceOptions) -> dict[str, Any]:
    """The argument spec of a listing module. No credential or region has a fallback: they would reach every account."""
    entry = {
        "name": {"type": "str", "required": True},
        "regions": {"type": "list", "elements": "str"},
        "endpoint": {"type": "str"},
        "labels": {"type": "dict"},
        "credentials_env": {"type": "str", "no_log": False},
        "source": {"type": "str", "choices": ["environment", "metadata", "service_account"]},
        **SOURCE_OPTIONS,
        **ORGANIZATION_OPTIONS,
        **service.place,
        **service.keys,
    }
    return {
        "region": {"type": "str"},
        "regions": {"type": "list", "elements": "str"},
        "account": {"type": "str"},
        "accounts": {"type": "list", "elements": "dict", "options": entry},
        "name_like": {"type": "str"},
        "names": {"type": "list", "elements": "str"},
        "details": {"type": "list", "elements": "str"},
        "query": {"type": "str"},
        "dest": {"type": "path"},
        "progress": {"type": "path"},
        "on_error": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
        "allow_not_offered": {"type": "bool", "default": False},
        "verify": {"type": "bool", "default": True},
        "identify": {"type": "bool", "default": True},
        "page_size": {"type": "int", "default": 100},
        "max_pages": {"type": "int", "default": 1000},
        "concurrency": {"type": "int", "default": 16},
        "rate_limit": {"type": "int", "default": 25},
        "retries": {"type": "int", "default": 4},
        "timeout": {"type": "float", "default": 10.0},
        "deadline": {"type": "float", "default": 900.0},
        "endpoint": {"type": "str"},
        "labels": {"type": "dict"},
        **SOURCE_OPTIONS,
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "proxy": {"type": "str", "no_log": True},
        **service.filters,
        **service.place,
        **service.keys,
    }


def shared_spec() -> dict[str, Any]:
    """The part of it that is the same for all services, without what names an account or uses up the result."""
    spec = argument_spec(ServiceOptions({}, {}, {}))
    return {name: rule for name, rule in spec.items() if name == "region" or name not in (*OF_THE_TASK, *SOURCE_OPTIONS)}


def fleet_options(service: ServiceOptions, details: Sequence[str] = ()) -> FleetOptions:
    """Options that an entry of a fleet may have: options of the account, filters and connection options. Secret options
    and options for the result of the listing are not allowed."""
    spec = argument_spec(service)
    account = spec["accounts"]["options"]
    masked = [name for name in account if account[name].get("no_log")]
    own = [name for name in account if name != "name" and name not in masked]
    shared = [name for name in spec if name not in (*account, *OF_THE_TASK)]
    return FleetOptions(own, shared, masked, details)


def read_query(service: ServiceOptions, options: Mapping[str, Any]) -> ListingQuery:
    """Question to every store. A filter with all its choices has no effect and is dropped."""
    refuse_empty(options)
    for name in options["names"] or ():
        if name.strip() != name:
            raise SecretsError("argument", f"names: {name!r} is not a valid secret name", hint="It has a space at an end.")
    filters = {name: options[name] for name in ("name_like", *service.filters)}
    for name, value in filters.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.strip() != text:
                raise SecretsError("argument", f"{name}: {text!r} begins or ends with a space or a line break", hint="Nothing has such a name.")
    for name, spec in service.filters.items():
        if spec.get("choices") and isinstance(filters[name], list) and set(filters[name]) == set(spec["choices"]):
            filters[name] = None
    given = {name: value for name, value in filters.items() if value is not None}
    return ListingQuery(
        filters=given,
        names=frozenset(options["names"] or ()),
        page_size=_within(options, "page_size"),
        max_pages=_within(options, "max_pages"),
        verify=options["verify"],
        identify=options["identify"],
        allow_not_offered=options["allow_not_offered"],
        details=tuple(dict.fromkeys(options["details"] or ())),
    )


def detail_fault(words: Sequence[Any], known: Sequence[str]) -> str | None:
    """What is wrong with the words of the option 'details' for a service that has the known ones."""
    strange = next((word for word in words if word not in known), None)
    if strange is None:
        return None
    told = unknown_name("detail", printable(str(strange), LONGEST_WORD), list(known))
    return f"details: {told if known else f'this service has none, and {printable(str(strange), LONGEST_WORD)!r} is asked for; leave the option out'}"


def read_limits(options: Mapping[str, Any]) -> RequestLimits:
    """Read the limits of the task."""
    return RequestLimits(**{field.name: _within(options, field.name) for field in fields(RequestLimits)})


def read_connection(options: Mapping[str, Any], redactor: Redactor) -> Connection:
    """Read the connection settings. An unreadable CA file is an error here, before any request."""
    ca_path, proxy = options["ca_path"], options["proxy"]
    if ca_path and not (os.access(ca_path, os.R_OK) and is_bundle(ca_path)):
        raise SecretsError("argument", f"ca_path: {ca_path!r} cannot be read", hint="Name a PEM file, or a folder of hashed certificates.")
    if proxy:
        try:
            parts = urlsplit(proxy)
            redactor.register_words(parts.password)
            redactor.register_words(unquote(parts.password or ""))
        except ValueError:
            pass
        fault, hint = proxy_fault(proxy) or (None, None)
        if fault or "://" not in proxy:
            raise SecretsError("argument", f"proxy {fault or 'is not a URL with a host'}", hint=hint or EXAMPLE)
    verify: bool | str = options["validate_certs"] and (ca_path or True)
    return Connection(timeout=_within(options, "timeout"), verify=verify, proxy=proxy)


def _within(options: Mapping[str, Any], name: str) -> Any:
    least, most = RANGES[name]
    value = options[name]
    if not least <= value <= most:
        raise SecretsError("argument", f"{name}: {value} is out of range", hint=f"Give a number from {least} to {most}.")
    return value
