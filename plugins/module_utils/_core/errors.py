# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error of the collection: a typed value that says what went wrong and what to do next."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

ERROR_KINDS = {
    "argument": "an option has an invalid value",
    "credentials": "no usable credentials were found",
    "auth": "the cloud refused the credentials or the signature",
    "denied": "the credentials lack a permission",
    "expired": "the temporary credentials are no longer valid",
    "clock": "this machine's clock and the cloud's differ too much",
    "unsupported": "the cloud does not offer this here",
    "request": "the cloud refused the request",
    "throttled": "the cloud refused the request for its rate",
    "server": "the cloud failed",
    "dns": "the host name could not be resolved",
    "connect": "the connection could not be made or broke off",
    "timeout": "no complete answer in time",
    "tls": "the server's certificate was not accepted",
    "proxy": "the proxy refused or failed, or is written down wrongly",
    "protocol": "the answer is not valid HTTP or JSON",
    "too_large": "the answer is too large",
    "schema": "the answer lacks what the API promises",
    "pagination": "the pages do not fit together",
    "deadline": "the task's time ran out",
    "query": "the JMESPath expression failed",
    "file": "a file could not be read or written safely",
    "rules": "a rule is not valid",
    "machine": "the machine lacks something: memory, room, file descriptors, threads, a right, a part of Python",
    "library": "a Python library is missing where the module runs",
    "internal": "a fault of this collection",
}


SHORT = 200
"""Characters of a message that may stand before its hint."""


class SecretsError(Exception):
    """Failure of a request, a file or an argument. Its fields are the keys of 'error' in results.

    kind: a key of ERROR_KINDS. code: the cloud's own code, if it gave one. message: one sentence, never a credential.
    http_status and request_id: of the answer, if there was one. hint: the next step.
    server_time (seconds since the epoch), retry_after and signed_ahead (seconds) and stray are for the transport and are not shown.
    signed_ahead: how far the time that the request was signed with was ahead of this machine's.
    stray: whether there is no answer, or one that may be that to another request, because of the connection that was used.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        hint: str | None = None,
        server_time: float | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.hint = hint
        self.server_time = server_time
        self.retry_after = retry_after
        self.stray = False
        self.signed_ahead = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The error as results and inventories carry it."""
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "http_status": self.http_status,
            "request_id": self.request_id,
            "hint": self.hint,
        }

    def of(self, option: str, hint: str | None = None) -> SecretsError:
        """The same of the value of an option, which it names. hint: the way out where it has none."""
        message = self.message.removeprefix(f"{option}: ")
        return SecretsError(self.kind, f"{option}: {message}", hint=self.hint or hint)

    def sentence(self) -> str:
        """Message, code and hint as one text for people. What to do comes before what others say, and before what is long."""
        code = f" ({self.code})" if self.code else ""
        message = f"{self.message.rstrip('. ')}{code}"
        message += "" if message.endswith("?") else "."
        if not self.hint:
            return message
        first = self.code or self.http_status is not None or len(message) > SHORT
        return f"{self.hint} {message}" if first else f"{message} {self.hint}"


def not_believed(reason: str, stray: bool = True) -> SecretsError:
    """An answer that is not believed, because it may belong to another request."""
    error = SecretsError("protocol", reason)
    error.stray = stray
    return error


def of_another_request(stray: bool = True) -> SecretsError:
    """What an answer says of itself does not fit the question."""
    return not_believed("the answer says of itself that it belongs to another request", stray)


LIKE, NEARLY = 0.6, 0.8
"""How like a known name is to one that may be meant, and to one that can be no secret, of 1."""
LONGEST_TOLD = 40
LIKE_AN_OPTION = re.compile(r"[a-z_]+")
NOT_TOLD = "(not shown)"
MOST_NAMES = 10
"""Names that a message lists."""


def names_told(names: Iterable[str]) -> str:
    """Some names for people, in order."""
    known = sorted(names)
    more = len(known) - MOST_NAMES
    return ", ".join(known[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "") if known else "none"


def nearest(name: str, known: Iterable[str], likeness: float = LIKE) -> str | None:
    """The known name that this one is most like, whatever its case, and with - for _. likeness: at least, of 1."""
    alike = {_even(each): each for each in known}
    return next((alike[each] for each in difflib.get_close_matches(_even(name), alike, n=1, cutoff=likeness)), None)


def _even(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def unknown_name(what: str, name: str, known: list[str]) -> str:
    """'unknown option x; did you mean y?' with the nearest known name, else the list of them."""
    way_out = did_you_mean(nearest(name, known)) or f"; known: {', '.join(known)}"
    return f"unknown {what} {name!r}{way_out}"


def did_you_mean(near: str | None, inside: bool = False) -> str:
    """'; did you mean y?', behind a name that is not known; inside a sentence it stands in brackets. Empty if no name comes near."""
    if not near:
        return ""
    return f" (did you mean {near}?)" if inside else f"; did you mean {near}?"


def told_name(name: Any, known: Iterable[str] = ()) -> str:
    """A name that somebody wrote where a secret may stand instead: told if it looks like an option's, or is nearly a known one."""
    is_told = isinstance(name, str) and len(name) <= LONGEST_TOLD and (LIKE_AN_OPTION.fullmatch(name) or nearest(name, known, NEARLY))
    return str(name) if is_told else NOT_TOLD
