# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials, and the context in which sources look for them: variables, files, the time, the redactor."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._core import files, strict_json
from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.redaction import Redactor, printable

LONGEST_ROLE = 128
LARGEST_FILE = 1 << 20
WHERE = "on the machine where the module runs"


@dataclass(frozen=True)
class Credentials:
    """An access key, with the token of a temporary one. source says where it came from, fit to be shown.

    expires: seconds since the epoch, or None if nobody said.
    """

    key_id: str
    key_secret: str = field(repr=False)
    token: str | None = field(repr=False)
    source: str
    expires: float | None = None


class SharedCredentials(Protocol):
    """Credentials that are renewed by themselves, and that many accounts share."""

    @property
    def source(self) -> str:
        """Source of the credentials."""

    def take(self) -> Credentials:
        """The credentials to sign with now. Raises SecretsError if there are none."""


@dataclass(frozen=True)
class AuxRequest:
    """An auxiliary request on the way to credentials, signed by others or not at all.

    shared: signs in place of 'signed_by', with the credentials that it has when the request leaves.
    """

    request: Request
    signed_by: Credentials | None = None
    shared: SharedCredentials | None = None


CredentialFlow = Generator[AuxRequest, Mapping[str, Any], Credentials]


class NotConfigured(Exception):
    """A source has nothing to offer; the text says why, fit to be shown."""


@dataclass(frozen=True)
class VariableSet:
    """Environment variables that belong together: of each part the first that is set counts. regions: those that name a region."""

    key_id: tuple[str, ...]
    key_secret: tuple[str, ...]
    token: tuple[str, ...]
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class CredentialNames:
    """Names of a key's three parts in one cloud: options, and sets of environment variables, the usual one first.

    The parts of two sets are never joined.
    """

    key_id: str
    key_secret: str
    token: str
    sets: tuple[VariableSet, ...]

    @property
    def options(self) -> tuple[str, str, str]:
        """The three options."""
        return self.key_id, self.key_secret, self.token


ITS_ACCOUNT = re.compile(r"[:/](\d+):role")
"""Where the resource name of a role has the number of its account."""


@dataclass(frozen=True)
class Role:
    """A role to assume on top of a source. duration: seconds."""

    name: str
    session: str = "multicloud-secrets"
    external_id: str | None = None
    duration: int = 3600
    policy: str | None = None

    @property
    def short(self) -> str:
        """As people say it: the last part of its resource name."""
        return printable(self.name.rpartition("/")[2] or self.name, LONGEST_ROLE)

    @property
    def account(self) -> str | None:
        """The number of its account, as its resource name has it."""
        found = ITS_ACCOUNT.search(self.name)
        return found and found[1]


@dataclass(frozen=True)
class SourceContext:
    """Context for sources of credentials. who: 'accounts[prod]: ', or empty. profile: the one that the user named.

    now: returns the time in seconds since the epoch. target: the address of the cloud's token service.
    """

    environment: Mapping[str, str]
    redactor: Redactor
    now: Callable[[], float]
    target: Target
    who: str = ""
    profile: str | None = None
    prefix: str = ""

    def variable(self, *names: str) -> str | None:
        """The first of these environment variables that is set and not empty."""
        name = self.named_by(*names)
        return self.environment[name] if name else None

    def named_by(self, *names: str) -> str | None:
        """Which of these environment variables that is, for messages."""
        return next((self.prefix + name for name in names if self.environment.get(self.prefix + name)), None)

    def chosen_set(self, names: CredentialNames) -> VariableSet | None:
        """The first set of variables of which any part is set."""
        return next((each for each in names.sets if self.variable(*each.key_id, *each.key_secret, *each.token)), None)

    def home(self, *parts: str) -> str:
        """A path below the user's home."""
        return os.path.join(self.environment.get("HOME") or os.path.expanduser("~"), *parts)

    def switched_on(self, name: str) -> bool:
        """Whether a variable is set to true."""
        return (self.variable(name) or "").lower() in ("true", "1", "yes")

    def has(self, path: str) -> bool:
        """Whether the path exists."""
        return files.exists(path)

    def files(self, folder: str) -> list[str]:
        """The names of what is in a folder; none if it cannot be read."""
        return files.names(folder)

    def text(self, path: str) -> str:
        """The text of a file that holds secrets. Raises NotConfigured where there is none, SecretsError where it cannot be trusted."""
        return _text(path, lambda name, limit: files.read_private(name, self.home(), limit), self.who)

    def document(self, path: str) -> Mapping[str, Any]:
        """The JSON object in a file that holds secrets. Raises as text() does, and SecretsError where it is none."""
        try:
            value = strict_json.loads(self.text(path).encode("utf-8"))
        except ValueError as error:
            raise self.broken(f"{path} is {error}") from None
        if not isinstance(value, Mapping):
            raise self.broken(f"{path} does not hold a JSON object")
        return value

    def sections(self, path: str) -> configparser.RawConfigParser:
        """The sections of an INI file that holds secrets; what stands behind a # is a comment. Raises as text() does, and SecretsError where it is none."""
        parser = configparser.RawConfigParser(inline_comment_prefixes=("#",))
        try:
            parser.read_string(self.text(path))
        except configparser.Error as error:
            raise self.broken(f"{path}{_ini_fault(error)}") from None
        return parser

    def word(self, value: Any, label: str) -> str | None:
        """A text of a file, or None where there is none."""
        if not (value is None or isinstance(value, str)):
            raise self.broken(f"{label} is not a text")
        return value or None

    def web_token(self, path: str, where: str) -> str:
        """A token that a platform mounts for us; it may stand behind links, and be readable to others. where: what names it, for messages."""
        try:
            token = _text(path, files.read_bytes, self.who).strip()
        except NotConfigured as reason:
            raise self.broken(f"{where}: {reason}") from None
        if not token:
            raise self.broken(f"{path} is empty")
        self.redactor.register(token)
        return token

    def broken(self, message: str, hint: str | None = None) -> SecretsError:
        """The error of a source that cannot be used as it is."""
        return SecretsError("credentials", f"{self.who}{message}", hint=hint)


def _ini_fault(error: configparser.Error) -> str:
    """Where an INI file is wrong, and how. What stands there is not told: it may be a key."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f", line {error.lineno}: it stands before the first [section]"
    if isinstance(error, configparser.DuplicateOptionError):
        return f", line {error.lineno}: the option stands twice in its section"
    if isinstance(error, configparser.DuplicateSectionError):
        return f", line {error.lineno}: the section stands twice"
    if isinstance(error, configparser.ParsingError) and error.errors:
        return f", line {error.errors[0][0]}: it is no [section], and no option = value"
    return " is not an INI file"


def _text(path: str, read: Callable[[str, int], bytes], who: str) -> str:
    if not files.exists(path):
        raise NotConfigured(f"{path} does not exist")
    try:
        return read(path, LARGEST_FILE).decode("utf-8-sig")
    except SecretsError as error:
        raise SecretsError("machine" if error.kind == "machine" else "credentials", f"{who}{error.message}", hint=error.hint) from None
    except UnicodeDecodeError:
        raise SecretsError("credentials", f"{who}{path} is not UTF-8", hint="Save the file in UTF-8.") from None
