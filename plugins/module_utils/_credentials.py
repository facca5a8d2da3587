# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: ordered sources, the first complete one wins, and half a pair is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ._errors import SecretsError
from ._scrub import SHORTEST_SECRET, Scrubber

LONGEST = 8192
PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WHERE = "on the machine where the module runs"


@dataclass(frozen=True)
class Credentials:
    """An access key, with the token of a temporary one. source says where it came from, fit to be shown."""

    key_id: str
    key_secret: str = field(repr=False)
    token: str | None = field(repr=False)
    source: str


@dataclass(frozen=True)
class Names:
    """How one cloud names the three parts: as options, and as environment variables (the first that is set counts)."""

    key_id: str
    key_secret: str
    token: str
    key_id_variables: tuple[str, ...]
    key_secret_variables: tuple[str, ...]
    token_variables: tuple[str, ...]

    @property
    def options(self) -> tuple[str, str, str]:
        """The three options."""
        return self.key_id, self.key_secret, self.token


def resolve(names: Names, options: Mapping[str, Any], environment: Mapping[str, str], scrubber: Scrubber, who: str) -> Credentials:
    """The credentials of one account. options: its own, or the task's. who: 'accounts[prod]: ', or nothing.

    An entry that gives credentials_env reads the environment variables under that prefix; one that gives keys reads
    nothing else. Raises SecretsError of kind 'argument' or 'credentials' that names the source, never the value.
    """
    prefix = options.get("credentials_env")
    if any(options.get(option) for option in names.options):
        found = _pair(names.options, [options.get(option) for option in names.options], "options", who)
    elif prefix:
        if not PREFIX.fullmatch(prefix):
            raise SecretsError("argument", f"{who}credentials_env: {prefix!r} cannot begin the name of an environment variable")
        found = _from_environment(names, environment, prefix, who)
    else:
        found = _from_environment(names, environment, "", who)
    if found is None:
        raise _nothing(names, prefix or "", who)
    scrubber.register(found.key_secret)
    scrubber.register(found.token)
    scrubber.register_id(found.key_id)
    return found


def _from_environment(names: Names, environment: Mapping[str, str], prefix: str, who: str) -> Credentials | None:
    parts = (names.key_id_variables, names.key_secret_variables, names.token_variables)
    chosen = [next((prefix + name for name in variables if environment.get(prefix + name)), prefix + variables[0]) for variables in parts]
    values = [environment.get(name) for name in chosen]
    source = f"environment {prefix}*" if prefix else "environment"
    return _pair(tuple(chosen), values, source, who)


def _pair(labels: tuple[str, ...], values: list[str | None], source: str, who: str) -> Credentials | None:
    """Credentials if id and secret are there, None if neither is."""
    key_id, key_secret, token = (value or None for value in values)
    if not key_id and not key_secret:
        if token:
            raise SecretsError("credentials", f"{who}{labels[2]} is given without {labels[0]} and {labels[1]}")
        return None
    if not key_id or not key_secret:
        given, missing = (labels[0], labels[1]) if key_id else (labels[1], labels[0])
        raise SecretsError("credentials", f"{who}{given} is given without {missing}", hint=f"Give both, or neither of them, {WHERE}.")
    for label, value in zip(labels, (key_id, key_secret, token)):
        _check(label, value, who)
    return Credentials(key_id, key_secret, token, source)


def _check(label: str, value: str | None, who: str) -> None:
    if value is None:
        return
    fault = None
    if any(character.isspace() for character in value):
        fault = "holds a space or a line break"
    elif not (value.isascii() and value.isprintable()):
        fault = "holds a character that no key has"
    elif not SHORTEST_SECRET <= len(value) <= LONGEST:
        fault = f"has {len(value)} characters, which no key has"
    if fault:
        raise SecretsError("credentials", f"{who}{label} {fault}", hint="Copy it again from the cloud's console.")


def _nothing(names: Names, prefix: str, who: str) -> SecretsError:
    variables = f"{prefix}{names.key_id_variables[0]} and {prefix}{names.key_secret_variables[0]}"
    looked_at = f"the environment variables {variables} (not set)"
    if not prefix and not who:
        looked_at = f"the options {names.key_id} and {names.key_secret} (not given), {looked_at}"
    return SecretsError(
        "credentials",
        f"{who}no credentials found; looked at {looked_at}",
        hint=f"Set the variables {WHERE}, or give the options from Ansible Vault.",
    )
