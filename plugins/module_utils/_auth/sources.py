# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: ordered sources, the first complete one wins, and half a pair is an error.

A source is a generator. It looks at variables and files, yields the auxiliary requests that it needs,
is sent their answers, and returns credentials. It raises NotConfigured when it has nothing to offer, and SecretsError when
what it has cannot be used: going on to another source would use another identity than the one that was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.given import refuse_empty
from .checks import key_pair
from .context import WHERE, AuxRequest, CredentialFlow, CredentialNames, Credentials, NotConfigured, Role, SharedCredentials, SourceContext

AssumeRole = Callable[[Target, "Credentials | None", Role], AuxRequest]
ReadRole = Callable[[SourceContext, Mapping[str, Any], str], Credentials]
"""(context, answer, source) -> the credentials of the role."""


@dataclass(frozen=True)
class CredentialSource:
    """One place where credentials may be. name: for people."""

    name: str
    flow: Callable[[SourceContext], CredentialFlow]


def from_options(context: SourceContext, names: CredentialNames, options: Mapping[str, Any]) -> CredentialFlow:
    """The key that stands in options."""
    refuse_empty(options, names.options, context.who)
    found = key_pair(context, names.options, [options.get(option) for option in names.options], "options")
    if found is None:
        raise NotConfigured(f"{names.key_id} and {names.key_secret} are not given")
    return (yield from given(found))


def from_environment(context: SourceContext, names: CredentialNames) -> CredentialFlow:
    """The key that stands in environment variables: in the first set of which anything is set."""
    chosen_set = context.chosen_set(names) or names.sets[0]
    parts = (chosen_set.key_id, chosen_set.key_secret, chosen_set.token)
    chosen = [context.named_by(*variables) or context.prefix + variables[0] for variables in parts]
    source = f"environment {context.prefix}*" if context.prefix else "environment"
    found = key_pair(context, chosen, [context.environment.get(name) for name in chosen], source)
    if found is None:
        raise NotConfigured(f"{chosen[0]} and {chosen[1]} are not set")
    return (yield from given(found))


def all_or_none(context: SourceContext, *parts: tuple[str, ...]) -> tuple[str, ...]:
    """The values of variables that only serve together. Each part may have several names."""
    named = [context.named_by(*names) for names in parts]
    given_parts = [name for name in named if name]
    missing = [context.prefix + names[0] for names, name in zip(parts, named) if not name]
    if not given_parts:
        raise NotConfigured(f"{', '.join(missing[:-1])} and {missing[-1]} are not set")
    if missing:
        raise context.broken(f"{' and '.join(given_parts)} is set without {' and '.join(missing)}", "Set all of them, or none.")
    return tuple(context.environment[name] for name in given_parts)


def first_complete(context: SourceContext, sources: Sequence[CredentialSource]) -> CredentialFlow:
    """The first source that has something to offer. Raises SecretsError that lists where was looked, and why each did not serve."""
    missed = []
    for source in sources:
        try:
            return (yield from source.flow(context))
        except NotConfigured as reason:
            missed.append(f"{source.name} ({reason})")
    raise context.broken(f"no credentials found; looked at: {'; '.join(missed)}", f"Set up one of these {WHERE}, or give the options from Ansible Vault.")


def with_role(context: SourceContext, base: CredentialFlow, target: Target, role: Role, assume: AssumeRole, read: ReadRole) -> CredentialFlow:
    """The credentials of a role, assumed with those of another source."""
    context.redactor.register_words(role.external_id)
    key = yield from base
    try:
        payload = yield assume(target, key, role)
    except SecretsError as error:
        if error.kind == "denied":
            error.hint = f"The role {role.short} has to trust this key, and its external id has to be given if it asks for one."
        elif error.kind == "request" and error.hint is None:
            error.hint = f"Check assume_role_arn, and what else is set for the role {role.short}."
        raise
    return read(context, payload, f"{key.source}, role {role.short}")


def with_member_role(
    context: SourceContext, base: SharedCredentials, target: Target, role: Role, assume: AssumeRole, read: ReadRole, explain: Callable[[SecretsError], None]
) -> CredentialFlow:
    """The credentials of a role in a member of an organization, assumed with the credentials that all its members share.

    explain: says in a refusal what to do about it.
    """
    context.redactor.register_words(role.external_id)
    try:
        payload = yield replace(assume(target, None, role), shared=base)
    except SecretsError as error:
        explain(error)
        raise
    return read(context, payload, f"{base.source}, role {role.short}")


def given(key: Credentials) -> CredentialFlow:
    """Credentials that are there already."""
    yield from ()
    return key
