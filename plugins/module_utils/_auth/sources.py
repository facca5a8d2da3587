# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: ordered sources, the first complete one wins, and half a pair is an error.

A source is a generator. It looks at variables and files, yields the errands that it needs (requests to be made for it),
is sent their answers, and returns credentials. It raises Absent when it has nothing to offer, and SecretsError when
what it has cannot be used: going on to another source would use another identity than the one that was meant.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .._core import files, strict_json
from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.records import parse_time
from .._core.redaction import SHORTEST_SECRET, Redactor, printable

LONGEST = 8192
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PROFILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}")
ROLE = re.compile(r"(?!\.+$)[A-Za-z0-9_+=,.@-]{1,128}")
"""The name of a role, as it stands in the path of a metadata service."""
RESOURCE = re.compile(r"[!-~]{1,1024}")
"""The resource name of a role."""
SESSION = re.compile(r"[A-Za-z0-9_=,.@+-]{2,64}")
EXTERNAL_ID = re.compile(r"[!-~]{2,1224}")
LONGEST_DURATION = 43_200
LONGEST_ROLE = 128
LONGEST_NAME = 64
WHERE = "on the machine where the module runs"
LARGEST_FILE = 1 << 20


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


@dataclass(frozen=True)
class AuxRequest:
    """A request that has to be made on the way to credentials, signed by the key, or not at all."""

    request: Request
    key: Credentials | None = None


CredentialFlow = Generator[AuxRequest, Mapping[str, Any], Credentials]
PARTS = {"name": "resource name", "session": "session name", "external_id": "external id", "duration": "duration", "policy": "policy"}
"""The parts of a role, for people."""


class NotConfigured(Exception):
    """A source has nothing to offer; the text says why, fit to be shown."""


@dataclass(frozen=True)
class CredentialNames:
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


@dataclass(frozen=True)
class SourceContext:
    """What sources may look at. who: 'accounts[prod]: ', or nothing. profile: the one asked for by name.

    now: gives the time in seconds since the epoch. target: where the cloud's token service is asked.
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
        return next((value for name in names if (value := self.environment.get(self.prefix + name))), None)

    def home(self, *parts: str) -> str:
        """A path below the user's home."""
        return os.path.join(self.environment.get("HOME") or os.path.expanduser("~"), *parts)

    def switched_on(self, name: str) -> bool:
        """Whether a variable says yes."""
        return (self.variable(name) or "").lower() in ("true", "1", "yes")

    def has(self, path: str) -> bool:
        """Whether anything stands at the path."""
        return files.exists(path)

    def text(self, path: str) -> str:
        """The text of a file that holds secrets. Raises Absent where there is none, SecretsError where it cannot be trusted."""
        return _text(path, lambda name, limit: files.read_private(name, self.home(), limit), self.who)

    def document(self, path: str) -> Mapping[str, Any]:
        """The same for a JSON object."""
        try:
            value = strict_json.loads(self.text(path).encode("utf-8"))
        except ValueError as error:
            raise self.broken(f"{path} is {error}") from None
        if not isinstance(value, Mapping):
            raise self.broken(f"{path} does not hold a JSON object")
        return value

    def sections(self, path: str) -> configparser.RawConfigParser:
        """The same for an INI file; what stands behind a # is a comment."""
        parser = configparser.RawConfigParser(inline_comment_prefixes=("#",))
        try:
            parser.read_string(self.text(path))
        except configparser.Error:
            raise self.broken(f"{path} is not an INI file") from None
        return parser

    def word(self, value: Any, label: str) -> str | None:
        """A text of a file, or None where there is none."""
        if not (value is None or isinstance(value, str)):
            raise self.broken(f"{label} is not a text")
        return value or None

    def web_token(self, path: str) -> str:
        """A token that a platform mounts for us; it may stand behind links, and be readable to others."""
        token = _text(path, files.read_bytes, self.who).strip()
        if not token:
            raise self.broken(f"{path} is empty")
        self.redactor.register(token)
        return token

    def broken(self, message: str, hint: str | None = None) -> SecretsError:
        """The error of a source that cannot be used as it is."""
        return SecretsError("credentials", f"{self.who}{message}", hint=hint)

    def pair(self, labels: Sequence[str], values: Sequence[Any], source: str, expires: float | None = None) -> Credentials | None:
        """Credentials of id, secret and token, checked and known to the scrubber; None if neither id nor secret is there."""
        texts = [value if isinstance(value, str) else None for value in values]
        for text in texts[1:]:
            self.redactor.register(text)
        for label, value in zip(labels, values):
            if not (value is None or isinstance(value, str)):
                raise self.broken(f"{label} is not a text")
        key_id, key_secret, token = (text or None for text in texts)
        if not key_id and not key_secret:
            if token:
                raise self.broken(f"{labels[2]} is given without {labels[0]} and {labels[1]}")
            return None
        if not key_id or not key_secret:
            given, missing = (labels[0], labels[1]) if key_id else (labels[1], labels[0])
            raise self.broken(f"{given} is given without {missing}", f"Give both, or neither of them, {WHERE}.")
        for label, value in zip(labels, (key_id, key_secret, token)):
            self._check(label, value)
        self.redactor.register_id(key_id)
        return Credentials(key_id, key_secret, token, source, expires)

    def lasting(self, key: Credentials, expires: Any, hint: str) -> Credentials:
        """A short-lived key that the vendor's own program keeps, while it lasts. expires: seconds since the epoch."""
        moment = _moment(expires)
        if moment is None or moment <= self.now():
            raise self.broken(f"the key that {key.source} keeps has expired", hint)
        return replace(key, expires=moment)

    def role(self, where: str, **parts: Any) -> Role:
        """The role that a file describes by the parts of Role; None, '' and 0 stand for what is not given."""
        given = {name: value for name, value in parts.items() if not (value is None or value == "" or value == 0)}
        if "name" not in given:
            raise self.broken(f"{where} names no role")
        for name, value in given.items():
            if not _fits(name, value):
                raise self.broken(f"{where}: the {PARTS[name]} of the role cannot be used as it is")
        return Role(**{**given, "duration": int(given.get("duration", Role.duration))})

    def handed_out(self, text: str, source: str) -> Mapping[str, Any]:
        """The answer of a service that hands out credentials."""
        try:
            answer = strict_json.loads(text.encode("utf-8"))
        except ValueError as error:
            raise self.broken(f"{source}: the answer is {error}") from None
        if not isinstance(answer, Mapping) or answer.get("Code", "Success") != "Success":
            raise self.broken(f"{source}: the answer holds no credentials")
        return answer

    def answer(self, payload: Mapping[str, Any], labels: Sequence[str], expires: Any, source: str) -> Credentials:
        """Credentials from a service's answer. expires: seconds since the epoch, or ISO 8601."""
        found = self.pair(labels, [payload.get(label) for label in labels], source, _moment(expires))
        if found is None:
            raise self.broken(f"{source} gave an answer without credentials")
        return found

    def _check(self, label: str, value: str | None) -> None:
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
            raise self.broken(f"{label} {fault}", "Copy it again from the cloud's console.")


AssumeRole = Callable[[Target, Credentials, Role], AuxRequest]
ReadRole = Callable[[SourceContext, Mapping[str, Any], str], Credentials]
"""(look, answer, source) -> the credentials of the role."""


@dataclass(frozen=True)
class CredentialSource:
    """One place where credentials may be. name: for people."""

    name: str
    steps: Callable[[SourceContext], CredentialFlow]


def from_options(context: SourceContext, names: CredentialNames, options: Mapping[str, Any]) -> CredentialFlow:
    """The key that stands in options."""
    found = context.pair(names.options, [options.get(option) for option in names.options], "options")
    if found is None:
        empty = next((option for option in names.options[:2] if options.get(option) == ""), None)
        if empty:  # most often a variable that came out empty: another source would be another identity
            raise context.broken(f"{empty} is empty", "Leave it out (omit) if the key is to come from elsewhere.")
        raise NotConfigured(f"{names.key_id} and {names.key_secret} are not given")
    return found
    yield  # pylint: disable=unreachable


def from_environment(context: SourceContext, names: CredentialNames) -> CredentialFlow:
    """The key that stands in environment variables."""
    parts = (names.key_id_variables, names.key_secret_variables, names.token_variables)
    chosen = [next((context.prefix + name for name in variables if context.variable(name)), context.prefix + variables[0]) for variables in parts]
    source = f"environment {context.prefix}*" if context.prefix else "environment"
    found = context.pair(chosen, [context.environment.get(name) for name in chosen], source)
    if found is None:
        raise NotConfigured(f"{chosen[0]} and {chosen[1]} are not set")
    return found
    yield  # pylint: disable=unreachable


def first_complete(context: SourceContext, sources: Sequence[CredentialSource]) -> CredentialFlow:
    """The first source that has something to offer. Raises SecretsError that lists where was looked, and why each did not serve."""
    missed = []
    for source in sources:
        try:
            return (yield from source.steps(context))
        except NotConfigured as reason:
            missed.append(f"{source.name} ({reason})")
    raise context.broken(f"no credentials found; looked at: {'; '.join(missed)}", f"Set one of them up {WHERE}, or give the options from Ansible Vault.")


def check_profile(name: str, option: str) -> str:
    """The name of a profile, if it can be one: it becomes part of a path."""
    if not PROFILE.fullmatch(name):
        shown = printable(name, LONGEST_NAME)
        raise SecretsError("argument", f"{option}: {shown!r} cannot be the name of a profile", hint="It has letters, digits and . _ @ + - only.")
    return name


def check_role(name: str, where: str) -> str:
    """The name of a role, if it can be one: it becomes part of a path."""
    if not ROLE.fullmatch(name):
        raise SecretsError("credentials", f"{where}: {printable(name, LONGEST_NAME)!r} cannot be the name of a role")
    return name


def check_prefix(prefix: str, who: str) -> str:
    """The prefix of environment variables."""
    if not NAME.fullmatch(prefix):
        raise SecretsError("argument", f"{who}credentials_env: {prefix!r} cannot begin the name of an environment variable")
    return prefix


def with_role(context: SourceContext, base: CredentialFlow, target: Target, role: Role, assume: AssumeRole, read: ReadRole) -> CredentialFlow:
    """The credentials of a role, assumed with those of another source."""
    context.redactor.register(role.external_id)
    key = yield from base
    try:
        payload = yield assume(target, key, role)
    except SecretsError as error:
        if error.kind == "denied":
            error.hint = f"The role {role.short} has to trust this key, and its external id has to be given if it asks for one."
        raise
    return read(context, payload, f"{key.source}, role {role.short}")


def given(key: Credentials) -> CredentialFlow:
    """Credentials that are there already."""
    return key
    yield  # pylint: disable=unreachable


def _text(path: str, read: Callable[[str, int], bytes], who: str) -> str:
    if not files.exists(path):
        raise NotConfigured(f"{path} does not exist")
    try:
        return read(path, LARGEST_FILE).decode("utf-8-sig")
    except SecretsError as error:
        raise SecretsError("credentials", f"{who}{error.message}", hint=error.hint) from None
    except UnicodeDecodeError:
        raise SecretsError("credentials", f"{who}{path} is not UTF-8") from None


def _moment(value: Any) -> float | None:
    """A time as a service or a file has it: seconds since the epoch, or ISO 8601. None for anything else."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value) or None
        return parse_time(value)
    except (ValueError, OverflowError):
        return None


def _fits(name: str, value: Any) -> bool:
    """Whether this can be that part of a role."""
    if name == "duration":
        whole = isinstance(value, int) and not isinstance(value, bool) or isinstance(value, str) and value.isascii() and value.isdigit()
        return whole and len(str(value)) <= len(str(LONGEST_DURATION)) and 0 < int(value) <= LONGEST_DURATION
    if name == "policy":
        return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)
    pattern = {"name": RESOURCE, "session": SESSION, "external_id": EXTERNAL_ID}[name]
    return isinstance(value, str) and bool(pattern.fullmatch(value))
