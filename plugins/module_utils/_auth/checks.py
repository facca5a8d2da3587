# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what sources find: key pairs, roles, names. Raises SecretsError, never a value in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core import strict_json
from .._core.counting import counted
from .._core.errors import SecretsError
from .._core.redaction import LONGEST_NAME, SHORTEST_SECRET, printable
from .._core.values import parse_time
from .context import WHERE, Credentials, Role, SourceContext

LONGEST_KEY = 8192
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ROLE_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9_+=,.@-]{1,128}")
"""The name of a role, as it stands in the path of a metadata service."""
RESOURCE_NAME = re.compile(r"[!-~]{1,1024}")
"""The resource name of a role."""
SESSION = re.compile(r"[A-Za-z0-9_=,.@+-]{2,64}")
EXTERNAL_ID = re.compile(r"[!-~]{2,1224}")
LONGEST_DURATION = 43_200
QUOTES = "'\"\u2018\u2019\u201c\u201d`"
ROLE_PARTS = {"name": "resource name", "session": "session name", "external_id": "external id", "duration": "duration", "policy": "policy"}
"""The parts of a role, for people."""


def key_pair(context: SourceContext, labels: Sequence[str], values: Sequence[Any], source: str, expires: float | None = None) -> Credentials | None:
    """Credentials of id, secret and token, checked and known to the redactor; None if neither id nor secret is there."""
    texts = [value if isinstance(value, str) else None for value in values]
    for text in texts[1:]:
        context.redactor.register(text)
    for label, value in zip(labels, values):
        if not (value is None or isinstance(value, str)):
            raise context.broken(f"{label} is not a text")
    key_id, key_secret, token = (text or None for text in texts)
    if not key_id and not key_secret:
        if token:
            raise context.broken(f"{labels[2]} is given without {labels[0]} and {labels[1]}")
        return None
    if not key_id or not key_secret:
        given, missing = (labels[0], labels[1]) if key_id else (labels[1], labels[0])
        raise context.broken(f"{given} is given without {missing}", f"Give both, or neither of them, {WHERE}.")
    for label, value in zip(labels, (key_id, key_secret, token)):
        _check_part(context, label, value)
    context.redactor.register_id(key_id)
    return Credentials(key_id, key_secret, token, source, expires)


def unexpired(context: SourceContext, key: Credentials, expires: Any, hint: str) -> Credentials:
    """A short-lived key that the vendor's own program keeps, while it lasts. expires: seconds since the epoch."""
    moment = _moment(expires)
    if moment is None or moment <= context.now():
        raise context.broken(f"the key that {key.source} keeps has expired", hint)
    return replace(key, expires=moment)


def checked_role(context: SourceContext, where: str, **parts: Any) -> Role:
    """The role that a file describes by the parts of Role; None, '' and 0 stand for what is not given."""
    given = {name: value for name, value in parts.items() if not (value is None or value == "" or value == 0)}
    if "name" not in given:
        raise context.broken(f"{where} names no role")
    for name, value in given.items():
        if not _fits(name, value):
            raise context.broken(f"{where}: the {ROLE_PARTS[name]} of the role is not valid")
    return Role(**{**given, "duration": int(given.get("duration", Role.duration))})


def service_answer(context: SourceContext, text: str, source: str) -> Mapping[str, Any]:
    """The answer of a service that hands out credentials."""
    try:
        answer = strict_json.loads(text.encode("utf-8"), locate=False)
    except ValueError as error:
        raise context.broken(f"{source}: the answer is {error}") from None
    if not isinstance(answer, Mapping) or answer.get("Code", "Success") != "Success":
        raise context.broken(f"{source}: the answer holds no credentials")
    return answer


def check_key(found: Any, labels: Sequence[str]) -> None:
    """Whether a service's answer holds a key at all. Raises SecretsError of a kind after which it is asked again."""
    if not (isinstance(found, Mapping) and all(isinstance(found.get(label), str) and found[label] for label in labels)):
        raise SecretsError("schema", "the answer holds no credentials")


def answered_pair(context: SourceContext, payload: Mapping[str, Any], labels: Sequence[str], expires: Any, source: str) -> Credentials:
    """Credentials from a service's answer. expires: seconds since the epoch, or ISO 8601."""
    found = key_pair(context, labels, [payload.get(label) for label in labels], source, _moment(expires))
    if found is None:
        raise context.broken(f"{source} returned no credentials")
    return found


def _check_part(context: SourceContext, label: str, value: str | None) -> None:
    if value is None:
        return
    fault = None
    if any(character.isspace() for character in value):
        fault = "holds a space or a line break"
    elif value[0] in QUOTES or value[-1] in QUOTES:
        fault = "still has its quotes"
    elif not (value.isascii() and value.isprintable()):
        fault = "holds a character that is not allowed in a key"
    elif not SHORTEST_SECRET <= len(value) <= LONGEST_KEY:
        fault = f"has {counted(len(value), 'character')}, which no key has"
    if fault:
        quoted = "Write it without quotes: env files of Docker and systemd, and GitHub's variables, keep them as part of the value."
        raise context.broken(f"{label} {fault}", quoted if "quotes" in fault else "Copy it again from the cloud's console.")


def check_role(name: str, where: str) -> str:
    """The name of a role, if it can be one: it becomes part of a path."""
    if not ROLE_NAME.fullmatch(name):
        raise SecretsError("credentials", f"{where}: {printable(name, LONGEST_NAME)!r} cannot be the name of a role")
    return name


def check_prefix(prefix: str, who: str) -> str:
    """The prefix of environment variables."""
    if not VARIABLE.fullmatch(prefix):
        raise SecretsError("argument", f"{who}credentials_env: {prefix!r} cannot begin the name of an environment variable")
    return prefix


def _moment(value: Any) -> float | None:
    """A time as a service or a file has it: seconds since the epoch, or ISO 8601. None for anything else."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value) or None
        return parse_time(value)
    except (ValueError, OverflowError):
        return None


def _fits(name: str, value: Any) -> bool:
    """Whether this is a valid value for that part of a role."""
    if name == "duration":
        whole = isinstance(value, int) and not isinstance(value, bool) or isinstance(value, str) and value.isascii() and value.isdigit()
        return whole and len(str(value)) <= len(str(LONGEST_DURATION)) and 0 < int(value) <= LONGEST_DURATION
    if name == "policy":
        return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)
    pattern = {"name": RESOURCE_NAME, "session": SESSION, "external_id": EXTERNAL_ID}[name]
    return isinstance(value, str) and bool(pattern.fullmatch(value))
