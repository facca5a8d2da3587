# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all clouds share: their specification, and what their values mean. Nothing is sent from here."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from .._auth.refresh import RefreshableCredentials, refreshable
from .._auth.sources import (
    LONGEST_DURATION,
    RESOURCE,
    SESSION,
    CredentialFlow,
    CredentialSource,
    Role,
    SourceContext,
    check_prefix,
    check_profile,
    first_complete,
    from_environment,
    from_options,
    with_role,
)
from .._core.endpoints import ALL_REGIONS, Target, check_endpoint, check_region
from .._core.errors import SecretsError
from .._core.redaction import Redactor
from .._provider import Provider
from .._wire.http_client import Connection, is_bundle
from .collector import ListingQuery, home_region_of
from .ledger import Account

LABEL = re.compile(r"[^/\s]([^/]{0,62}[^/\s])?")
DEFAULT_ACCOUNT = "default"
RANGES = {
    "page_size": (1, 100),
    "max_pages": (1, 100_000),
    "concurrency": (1, 64),
    "rate_limit": (1, 1000),
    "retries": (0, 20),
    "timeout": (0.1, 600),
    "deadline": (0.1, 86_400),
}
OF_THE_TASK = ("region", "account", "accounts", "query", "dest", "on_error")
"""Options that are no entry's of a fleet."""
ROLE_DURATIONS = (900, LONGEST_DURATION)

Spec = Mapping[str, Mapping[str, Any]]
SOURCE_OPTIONS: Spec = {
    "profile": {"type": "str"},
    "assume_role_arn": {"type": "str"},
    "assume_role_session_name": {"type": "str"},
    "assume_role_external_id": {"type": "str", "no_log": True},
    "assume_role_duration": {"type": "int"},
}
"""A profile to take the key from, and a role to assume with it."""


@dataclass(frozen=True)
class ServiceOptions:
    """What one cloud's module offers besides the shared options: how to narrow, where to connect, and with what key."""

    filters: Spec
    place: Spec
    keys: Spec


@dataclass(frozen=True)
class FleetOptions:
    """What an entry of one provider may say: for its account, for the whole call, and never (credentials)."""

    account: Sequence[str]
    call: Sequence[str]
    credentials: Sequence[str]


@dataclass(frozen=True)
class RequestLimits:
    """How hard to try. timeout, deadline: seconds. rate_limit: requests a second in each of the cloud's buckets."""

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
        "credentials_env": {"type": "str", "no_log": False},
        "source": {"type": "str", "choices": ["environment", "metadata", "service_account"]},
        **SOURCE_OPTIONS,
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
        "query": {"type": "str"},
        "dest": {"type": "path"},
        "on_error": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
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
        **SOURCE_OPTIONS,
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "proxy": {"type": "str", "no_log": True},
        **service.filters,
        **service.place,
        **service.keys,
    }


def fleet_options(service: ServiceOptions) -> FleetOptions:
    """What an entry of a fleet may say: what an account may set for itself, what narrows its listing or tells how to
    connect, and never what has to be masked. What becomes of the listing is not for a fleet to say."""
    spec = argument_spec(service)
    account = spec["accounts"]["options"]
    masked = [name for name in account if account[name].get("no_log")]
    own = [name for name in account if name != "name" and name not in masked]
    shared = [name for name in spec if name not in (*account, *OF_THE_TASK)]
    return FleetOptions(own, shared, masked)


@dataclass(frozen=True)
class Runtime:
    """What accounts are read in: the environment of the machine, its time, and the scrubber that learns every secret."""

    environment: Mapping[str, str]
    now: Callable[[], float]
    redactor: Redactor


@dataclass(frozen=True)
class AccountSpec:
    """An account whose key nobody has looked for yet."""

    name: str
    regions: tuple[str, ...]
    endpoint: str | None
    place: Mapping[str, Any]
    key: Callable[[], RefreshableCredentials]

    def account(self) -> Account:
        """The account with its keyring. Raises SecretsError where there are no credentials."""
        return Account(self.name, self.key(), self.regions, self.endpoint, self.place)


def read_accounts(provider: Provider, service: ServiceOptions, options: Mapping[str, Any], world: Runtime) -> list[Account]:
    """The accounts to list, each with its keyring. Raises SecretsError that names the option and the way out."""
    return [draft.account() for draft in read_account_specs(provider, service, options, world)]


def read_account_specs(provider: Provider, service: ServiceOptions, options: Mapping[str, Any], world: Runtime) -> Iterator[AccountSpec]:
    """The accounts, each checked when its turn comes, but for its credentials. Raises SecretsError that names the option and the way out."""
    entries = options["accounts"]
    if entries is None:
        profile = options["profile"]
        name = options["account"] if options["account"] is not None else profile or DEFAULT_ACCOUNT
        entry = {**options, "name": name, "regions": None, "credentials_env": None, "source": None}
        yield _account_spec(provider, service, entry, options, world, "")
        return
    _refuse_empty(options, ("accounts",), "")
    _refuse_beside_accounts(service, options)
    for name, number in Counter(entry["name"] for entry in entries).items():
        if number > 1:
            raise SecretsError("argument", f"accounts: the name {name!r} is given twice", hint="Each account needs a name of its own.")
    for entry in entries:
        who = f"accounts[{entry['name']}]: "
        _check_source(provider, entry, who)
        yield _account_spec(provider, service, entry, options, world, who)


def read_query(service: ServiceOptions, options: Mapping[str, Any]) -> ListingQuery:
    """What is asked of every store. A filter that lists all its choices narrows nothing and is dropped."""
    _refuse_empty(options, ("names", *service.filters), "")
    for name in ("query", "dest"):
        if options[name] == "":
            raise SecretsError("argument", f"{name} is empty", hint="Leave the option out (omit) if it is not wanted.")
    for name in options["names"] or ():
        if name.strip() != name or not name:
            raise SecretsError("argument", f"names: {name!r} is the name of no secret", hint="It is empty, or has a space at an end.")
    filters = {name: options[name] for name in ("name_like", *service.filters)}
    for name, spec in service.filters.items():
        if spec.get("choices") and isinstance(filters[name], list) and set(filters[name]) == set(spec["choices"]):
            filters[name] = None
    given = {name: value for name, value in filters.items() if value not in (None, "", [], {})}
    return ListingQuery(
        filters=given,
        names=frozenset(options["names"] or ()),
        page_size=_within(options, "page_size"),
        max_pages=_within(options, "max_pages"),
        verify=options["verify"],
        identify=options["identify"],
    )


def read_limits(options: Mapping[str, Any]) -> RequestLimits:
    """How hard to try."""
    return RequestLimits(*(_within(options, name) for name in ("concurrency", "rate_limit", "retries", "deadline")))


def read_connection(options: Mapping[str, Any], redactor: Redactor) -> Connection:
    """How to connect. A CA file that cannot be read is an error here, before any request."""
    ca_path, proxy = options["ca_path"], options["proxy"]
    if ca_path and not (os.access(ca_path, os.R_OK) and is_bundle(ca_path)):
        raise SecretsError("argument", f"ca_path: {ca_path!r} cannot be read", hint="Name a PEM file, or a folder of hashed certificates.")
    if proxy:
        try:
            parts = urlsplit(proxy)
            redactor.register(parts.password)
            redactor.register(unquote(parts.password or ""))
            fault = parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname or parts.port == 0
        except ValueError:
            fault = True
        if fault:
            raise SecretsError("argument", "proxy is not a URL with a host", hint="Give it as http://proxy.example.com:3128.")
    verify: bool | str = options["validate_certs"] and (ca_path or True)
    return Connection(timeout=_within(options, "timeout"), verify=verify, proxy=proxy, pool_size=_within(options, "concurrency"))


def _account_spec(provider: Provider, service: ServiceOptions, entry: Mapping[str, Any], options: Mapping[str, Any], world: Runtime, who: str) -> AccountSpec:
    place = {name: entry[name] or options[name] for name in service.place}
    context = _context(provider, entry, place, world, who)  # first, as it checks the profile, which may stand for the label
    label = entry["name"]
    if not (LABEL.fullmatch(label) and label.isprintable()):
        hint = "It has at most 64 characters, no slash, and no space at its ends."
        raise SecretsError("argument", f"{who or 'account: '}{label!r} cannot be an account's name", hint=hint)
    endpoint = entry["endpoint"] or options["endpoint"]
    regions = _regions(provider, entry, options, context)
    near = Target(home_region_of(regions, provider.home_region), None, place)
    return AccountSpec(
        name=label,
        regions=regions,
        endpoint=check_endpoint(endpoint, f"{who}endpoint") if endpoint else None,
        place=place,
        key=lambda: _key(provider, entry, replace(context, target=near)),
    )


def _context(provider: Provider, entry: Mapping[str, Any], place: Mapping[str, Any], world: Runtime, who: str) -> SourceContext:
    return SourceContext(
        environment=world.environment,
        redactor=world.redactor,
        now=world.now,
        target=Target(provider.home_region, None, place),
        who=who,
        profile=check_profile(entry["profile"], f"{who}profile") if entry["profile"] else None,
        prefix=check_prefix(entry["credentials_env"], who) if entry["credentials_env"] else "",
    )


def _key(provider: Provider, entry: Mapping[str, Any], context: SourceContext) -> RefreshableCredentials:
    """The keyring of one account: its source, and on top of it the role to assume."""
    role = _role(entry, context.who)
    label = "" if role is None else f"role {role.short}"

    def steps() -> CredentialFlow:
        base = _source(provider, entry, context)
        return base if role is None else with_role(context, base, context.target, role, provider.assume_role, provider.read_role)

    return refreshable(steps, context.now, label)


def _source(provider: Provider, entry: Mapping[str, Any], context: SourceContext) -> CredentialFlow:
    """The one source that the entry names, or all of them in the cloud's order."""
    options = CredentialSource("the options", lambda asked: from_options(asked, provider.names, entry))
    environment = CredentialSource("the environment", lambda asked: from_environment(asked, provider.names))
    if any(entry[option] for option in provider.names.options):
        if entry["profile"]:
            way = "If one comes from module_defaults, set it to omit in this task: '{{ omit }}'."
            raise SecretsError("argument", f"{context.who}profile and {provider.names.key_id} exclude each other", hint=way)
        return first_complete(context, (options,))
    if entry["profile"]:
        return first_complete(context, (provider.profile,))
    if entry["credentials_env"] or entry["source"] == "environment":
        return first_complete(context, (environment,))
    if entry["source"] == "metadata":
        return first_complete(context, (provider.metadata,))
    if entry["source"] == "service_account":
        return first_complete(context, (provider.platform,))
    return first_complete(context, (options, *provider.sources))


def _role(entry: Mapping[str, Any], who: str) -> Role | None:
    name, session = entry["assume_role_arn"], entry["assume_role_session_name"]
    if not name:
        stray = next((option for option in SOURCE_OPTIONS if option.startswith("assume_role_") and entry[option]), None)
        if stray:
            raise SecretsError("argument", f"{who}{stray} is given without assume_role_arn", hint="Name the role to assume.")
        return None
    if not RESOURCE.fullmatch(name):
        raise SecretsError("argument", f"{who}assume_role_arn cannot be the name of a role", hint="Copy it from the cloud's console.")
    if session and not SESSION.fullmatch(session):
        hint = "It has 2 to 64 letters, digits and . _ = , @ + - only."
        raise SecretsError("argument", f"{who}assume_role_session_name: {session!r} cannot be one", hint=hint)
    duration = Role.duration if entry["assume_role_duration"] is None else entry["assume_role_duration"]
    if not ROLE_DURATIONS[0] <= duration <= ROLE_DURATIONS[1]:
        hint = f"Give a number of seconds from {ROLE_DURATIONS[0]} to {ROLE_DURATIONS[1]}."
        raise SecretsError("argument", f"{who}assume_role_duration: {duration} is out of range", hint=hint)
    return Role(name, session or Role.session, entry["assume_role_external_id"] or None, duration)


def _regions(provider: Provider, entry: Mapping[str, Any], options: Mapping[str, Any], context: SourceContext) -> tuple[str, ...]:
    """The entry's own, else the task's, else that of the profile or of the environment."""
    who = context.who
    _refuse_empty(entry, ("regions",), who)
    _refuse_empty(options, ("regions",), "")
    regions: Sequence[str] = entry["regions"] or options["regions"] or [options["region"]]
    if regions == [None]:
        return (_default_region(provider, context),)
    if ALL_REGIONS in regions and len(regions) > 1:
        raise SecretsError("argument", f"{who}regions: 'all' cannot stand beside other regions")
    option = "regions" if entry["regions"] or options["regions"] else "region"
    return tuple(dict.fromkeys(check_region(region, f"{who}{option}") for region in regions))


def _default_region(provider: Provider, context: SourceContext) -> str:
    """A profile that was asked for by name comes before the environment, else after it."""
    variable = next((name for name in provider.region_variables if context.environment.get(name)), None)
    if variable and not context.profile:
        return check_region(context.environment[variable], variable)
    region = provider.profile_region(context)
    if region:
        return check_region(region, f"{context.who}the region of the profile")
    if variable:
        return check_region(context.environment[variable], variable)
    raise SecretsError(
        "argument",
        f"{context.who}no region is given; looked at region, regions, the environment variables {', '.join(provider.region_variables)}, and the profile",
        hint="Name a region, or 'all' for every region of the cloud.",
    )


def _check_source(provider: Provider, entry: Mapping[str, Any], who: str) -> None:
    """An account names exactly one source, so that no two accounts list with one key by mistake."""
    given = [name for name in ("profile", "credentials_env", "source") if entry[name]]
    given += [" and ".join(provider.names.options[:2])] if any(entry[name] for name in provider.names.options) else []
    if len(given) != 1:
        fault = f"has several sources of credentials: {', '.join(given)}" if given else "names no source of credentials"
        ways = f"{provider.names.key_id} and {provider.names.key_secret}, profile, credentials_env, or source: environment, metadata or service_account"
        raise SecretsError("argument", f"{who}{fault}", hint=f"Give {ways}.")


def _refuse_beside_accounts(service: ServiceOptions, options: Mapping[str, Any]) -> None:
    for name in ("account", *service.keys, *SOURCE_OPTIONS):
        if options[name]:
            raise SecretsError(
                "argument",
                f"{name} and accounts exclude each other",
                hint=f"If {name} comes from module_defaults, set it to omit in this task: {name}: '{{{{ omit }}}}'.",
            )


def _refuse_empty(options: Mapping[str, Any], names: Sequence[str], who: str) -> None:
    """An empty list asks for nothing, and is most often a template that came out empty."""
    for name in names:
        if options[name] in ([], {}):
            raise SecretsError("argument", f"{who}{name} is empty", hint="Name at least one, or leave the option out (omit) for all of them.")


def _within(options: Mapping[str, Any], name: str) -> Any:
    least, most = RANGES[name]
    value = options[name]
    if not least <= value <= most:
        raise SecretsError("argument", f"{name}: {value} is out of range", hint=f"Give a number from {least} to {most}.")
    return value
