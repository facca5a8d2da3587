# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts to list: their labels, regions, roles and the one source of their credentials. Nothing is sent from here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .._auth.checks import LONGEST_DURATION, RESOURCE_NAME, SESSION, check_prefix
from .._auth.context import CredentialFlow, Role, SourceContext
from .._auth.refresh import RefreshableCredentials, looked_for
from .._auth.sources import CredentialSource, first_complete, from_options, with_member_role, with_role
from .._core.endpoints import ALL_REGIONS, Target, check_endpoint, check_region
from .._core.errors import SecretsError
from .._core.given import refuse_empty
from .._core.labels import read_labels
from .._core.redaction import Redactor
from .._provider import Provider
from .entering import as_member
from .ledger import Account
from .options import ORGANIZATION_OPTIONS, SOURCE_OPTIONS
from .organization import OPTION, ROLE_ID_OPTION, Organization, is_label, read_organization
from .regions import home_region_of

LONGEST_LABEL = 64
DEFAULT_ACCOUNT = "default"
ROLE_DURATIONS = (900, LONGEST_DURATION)
Explain = Callable[[SecretsError], None]


@dataclass(frozen=True)
class Runtime:
    """Runtime in which accounts are read: environment, time, and the redactor that learns every secret."""

    environment: Mapping[str, str]
    now: Callable[[], float]
    redactor: Redactor


@dataclass(frozen=True)
class AccountSpec:
    """An account before its credentials are looked for. account: looks for them; their 'problem' says why there are none."""

    name: str
    regions: tuple[str, ...]
    organization: Organization | None
    account: Callable[[], Account]


def read_accounts(provider: Provider, options: Mapping[str, Any], runtime: Runtime) -> list[Account]:
    """The accounts to list, each with its credentials. Raises SecretsError that names the option and the way out.

    An account without credentials is one account's trouble: its stores fail. It ends the task only if no account has any,
    and nobody asked for a report.
    """
    accounts = [spec.account() for spec in read_account_specs(provider, options, runtime)]
    if options["accounts"] is None or options["on_error"] == "fail":
        refuse_no_credentials(accounts)
    return accounts


def refuse_no_credentials(accounts: Sequence[Account]) -> None:
    """Raises SecretsError where none of the accounts has credentials."""
    problems = [account.credentials.problem for account in accounts]
    if problems and problems[0] and all(problems):
        raise problems[0]


def read_account_specs(provider: Provider, options: Mapping[str, Any], runtime: Runtime) -> Iterator[AccountSpec]:
    """The accounts, each checked when its turn comes, but for its credentials. Raises SecretsError that names the option and the way out."""
    entries = options["accounts"]
    refuse_empty(options)
    if entries is None:
        profile = options["profile"]
        name = options["account"] if options["account"] is not None else _as_label(profile) or DEFAULT_ACCOUNT
        absent = dict.fromkeys(("regions", "credentials_env", "source", *ORGANIZATION_OPTIONS))
        entry = {**options, **absent, "name": name}
        yield _account_spec(provider, entry, options, runtime, "", {})
        return
    _refuse_beside_accounts(provider, options)
    own = {option: options[option] for option in _own_sources(provider)}
    for name, number in Counter(entry["name"] for entry in entries).items():
        if number > 1:
            raise SecretsError("argument", f"accounts: the name {name!r} is given twice", hint="Each account needs a name of its own.")
    bases: dict[str, RefreshableCredentials] = {}
    for entry in entries:
        who = f"accounts[{entry['name']}]: "
        refuse_empty(entry, who=who)
        _check_source(provider, entry, who)
        yield _account_spec(provider, entry if _sources(provider, entry) else {**entry, **own}, options, runtime, who, bases)


def _as_label(profile: str | None) -> str | None:
    """The label of an account that is only known by its profile. A profile may have any name, a label may not."""
    return profile and re.sub(r"[/\s]+", "-", profile).strip("-")[:LONGEST_LABEL]


def _account_spec(
    provider: Provider, entry: Mapping[str, Any], options: Mapping[str, Any], runtime: Runtime, who: str, bases: dict[str, RefreshableCredentials]
) -> AccountSpec:
    place = {name: entry[name] or options[name] for name in provider.options.place}
    context = _context(provider, entry, place, runtime, who)
    label = entry["name"]
    if not is_label(label):
        hint = "It has at most 64 characters, in their composed form (NFC), no slash, and no space at its ends."
        raise SecretsError("argument", f"{who or 'account: '}{label!r} cannot be an account's name", hint=hint)
    endpoint = entry["endpoint"] or options["endpoint"]
    role = _role(entry, who)
    _refuse_two_keys(provider, entry, who)

    def credentials(regions: Sequence[str] = (ALL_REGIONS,)) -> RefreshableCredentials:
        near = Target(home_region_of(regions, provider.home_region), None, place)
        return _credentials(provider, entry, replace(context, target=near), role)

    def enter(base: RefreshableCredentials, member: Role, explain: Explain) -> RefreshableCredentials:
        near = replace(context, target=Target(home_region_of(regions, provider.home_region), None, place))
        shown = f"{base.source}, role {member.short}"
        return looked_for(lambda: with_member_role(near, base, near.target, member, provider.assume_role, provider.read_role, explain), runtime.now, shown)

    def account() -> Account:
        """Accounts of one organization share the credentials with which they are entered."""
        one = asked.member if asked else None
        own = one.entry if one else label
        if own not in bases:
            bases[own] = credentials(regions)
        base = bases[own]
        made = Account(label, base, regions, checked, place, labels, asked, enter=partial(enter, base), owner=role.account if role else None)
        if asked is None or one is None:
            return made
        return as_member(provider, made, asked, one.account, one.entry, asked.role is None, options["details"] or ())

    regions = _regions(provider, entry, options, context, lambda: credentials().problem)
    checked = check_endpoint(endpoint, f"{who}endpoint") if endpoint else None
    labels = read_labels(options["labels"] if entry["labels"] is None else entry["labels"], f"{who}labels")
    asked = _organization(provider, entry, runtime, who)
    return AccountSpec(label, regions, asked, account)


def _organization(provider: Provider, entry: Mapping[str, Any], runtime: Runtime, who: str) -> Organization | None:
    external_id = entry[ROLE_ID_OPTION]
    if entry[OPTION] is None and external_id is not None:
        raise SecretsError("argument", f"{who}{ROLE_ID_OPTION} is given without {OPTION}", hint="Give organization, or assume_role_external_id for one role.")
    if entry[OPTION] is not None and provider.members is None:
        raise SecretsError("argument", f"{who}{OPTION}: {provider.schema.provider} knows no organizations", hint="Name its accounts one by one.")
    runtime.redactor.register_words(external_id)
    return read_organization(entry[OPTION], f"{who}{OPTION}", external_id)


def _context(provider: Provider, entry: Mapping[str, Any], place: Mapping[str, Any], runtime: Runtime, who: str) -> SourceContext:
    return SourceContext(
        environment=runtime.environment,
        redactor=runtime.redactor,
        now=runtime.now,
        target=Target(provider.home_region, None, place),
        who=who,
        profile=entry["profile"],
        prefix=check_prefix(entry["credentials_env"], who) if entry["credentials_env"] else "",
    )


def _credentials(provider: Provider, entry: Mapping[str, Any], context: SourceContext, role: Role | None) -> RefreshableCredentials:
    """The credentials of one account: of its source, or of the role to assume with them."""
    names = (_asked_source(provider, entry), f"role {role.short}" if role else "")
    label = ", ".join(filter(None, names))

    def flow() -> CredentialFlow:
        base = _source(provider, entry, context)
        return base if role is None else with_role(context, base, context.target, role, provider.assume_role, provider.read_role)

    return looked_for(flow, context.now, label)


def _source(provider: Provider, entry: Mapping[str, Any], context: SourceContext) -> CredentialFlow:
    """The one source that the entry names, or all of them in the cloud's order."""
    options = CredentialSource("the options", lambda asked: from_options(asked, provider.names, entry))
    if any(entry[option] for option in provider.names.options):
        return first_complete(context, (options,))
    if entry["profile"]:
        return first_complete(context, (provider.profile,))
    if entry["credentials_env"] or entry["source"] == "environment":
        return first_complete(context, provider.sources[:1])
    if entry["source"] == "metadata":
        return first_complete(context, (provider.metadata,))
    if entry["source"] == "service_account":
        return first_complete(context, (provider.platform,))
    return first_complete(context, (options, *provider.sources))


def _asked_source(provider: Provider, entry: Mapping[str, Any]) -> str:
    """The source that an entry names, as the ledger has it where there are no credentials; nothing if it names none."""
    if any(entry[option] for option in provider.names.options):
        return "options"
    if entry["profile"]:
        return f"profile {entry['profile']}"
    if entry["credentials_env"]:
        return f"environment {entry['credentials_env']}*"
    sources = {"environment": "environment", "metadata": provider.metadata.name, "service_account": provider.platform.name}
    return sources[entry["source"]].removeprefix("the ") if entry["source"] else ""


def _refuse_two_keys(provider: Provider, entry: Mapping[str, Any], who: str) -> None:
    if entry["profile"] and any(entry[option] for option in provider.names.options):
        way = "If one comes from module_defaults, set it to omit in this task: '{{ omit }}'."
        raise SecretsError("argument", f"{who}profile and {provider.names.key_id} exclude each other", hint=way)


def _role(entry: Mapping[str, Any], who: str) -> Role | None:
    name, session = entry["assume_role_arn"], entry["assume_role_session_name"]
    if not name:
        stray = next((option for option in SOURCE_OPTIONS if option.startswith("assume_role_") and entry[option] is not None), None)
        if stray:
            raise SecretsError("argument", f"{who}{stray} is given without assume_role_arn", hint="Name the role to assume.")
        return None
    if not RESOURCE_NAME.fullmatch(name):
        raise SecretsError("argument", f"{who}assume_role_arn cannot be the name of a role", hint="Copy it from the cloud's console.")
    if session and not SESSION.fullmatch(session):
        hint = "It has 2 to 64 letters, digits and . _ = , @ + - only."
        raise SecretsError("argument", f"{who}assume_role_session_name: {session!r} cannot be one", hint=hint)
    duration = Role.duration if entry["assume_role_duration"] is None else entry["assume_role_duration"]
    if not ROLE_DURATIONS[0] <= duration <= ROLE_DURATIONS[1]:
        hint = f"Give a number of seconds from {ROLE_DURATIONS[0]} to {ROLE_DURATIONS[1]}."
        raise SecretsError("argument", f"{who}assume_role_duration: {duration} is out of range", hint=hint)
    return Role(name, session or Role.session, entry["assume_role_external_id"] or None, duration)


def _regions(
    provider: Provider, entry: Mapping[str, Any], options: Mapping[str, Any], context: SourceContext, trouble: Callable[[], SecretsError | None]
) -> tuple[str, ...]:
    """The entry's own, else the task's, else that of the profile or of the environment.

    trouble: why the account has no credentials. Where they were to name the region, nobody knows it: 'all' stands for it.
    """
    who = context.who
    regions: Sequence[str] = entry["regions"] or options["regions"] or ()
    if not regions and options["region"] is None:
        try:
            return (_default_region(provider, context),)
        except SecretsError:
            if context.profile is None or trouble() is None:
                raise
            return (ALL_REGIONS,)
    regions = regions or [options["region"]]
    if ALL_REGIONS in regions and len(regions) > 1:
        raise SecretsError("argument", f"{who}regions: 'all' excludes other regions")
    option = "regions" if entry["regions"] or options["regions"] else "region"
    return tuple(dict.fromkeys(check_region(region, f"{who}{option}") for region in regions))


def _default_region(provider: Provider, context: SourceContext) -> str:
    """A profile that was asked for by name comes before the environment, else after it."""
    variable = next((name for name in provider.region_variables if context.environment.get(name)), None)
    if variable and not context.profile:
        _check_region_set(provider, context, variable)
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


def _check_region_set(provider: Provider, context: SourceContext, variable: str) -> None:
    """The region of one set of variables is not for the key of another."""
    used = context.chosen_set(provider.names)
    other = next((each for each in provider.names.sets if variable in each.regions), None)
    if used and other and used != other and (key := context.named_by(*other.key_id)):
        mine = context.named_by(*used.key_id, *used.key_secret, *used.token)
        raise SecretsError(
            "argument",
            f"{context.who}{variable} belongs to {key}, but the key of {mine} is used",
            hint=f"Set {provider.region_variables[0]}, name a region, or unset the variables of one of the two keys.",
        )


def _sources(provider: Provider, entry: Mapping[str, Any]) -> list[str]:
    """The sources of credentials that an account names."""
    given = [name for name in ("profile", "credentials_env", "source") if entry[name]]
    return given + ([" and ".join(provider.names.options[:2])] if any(entry[name] for name in provider.names.options) else [])


def _own_sources(provider: Provider) -> list[str]:
    """Options of the task that name the key with which accounts without a source assume their roles."""
    return [*provider.options.keys, "profile"]


def _check_source(provider: Provider, entry: Mapping[str, Any], who: str) -> None:
    """An account names exactly one source, so that no two accounts list with one key by mistake. One with a role needs
    none: the role is assumed with the credentials of the task."""
    sources = _sources(provider, entry)
    if len(sources) == 1 or not sources and entry["assume_role_arn"]:
        return
    fault = f"has several sources of credentials: {', '.join(sources)}" if sources else "names no source of credentials"
    ways = f"{provider.names.key_id} and {provider.names.key_secret}, profile, credentials_env, or source: environment, metadata or service_account"
    raise SecretsError("argument", f"{who}{fault}", hint=f"Give {ways}; or assume_role_arn alone, to assume the role with the credentials of the task.")


def _refuse_beside_accounts(provider: Provider, options: Mapping[str, Any]) -> None:
    """What the task says for one account is for none of several, but for the key with which they assume their roles."""
    used = {} if all(_sources(provider, entry) for entry in options["accounts"]) else {*_own_sources(provider)}
    for name in ("account", *provider.options.keys, *SOURCE_OPTIONS):
        if options[name] and name not in used:
            raise SecretsError(
                "argument",
                f"{name} and accounts exclude each other",
                hint=f"If {name} comes from module_defaults, set it to omit in this task: {name}: '{{{{ omit }}}}'.",
            )
