# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cursor: the file that holds what is remembered, and the events that are to be handed over.

It is written whole, and before the first of its events leaves. Its lines are JSON: a header; each store, followed by its
secrets; the events; a trailer with the digest of all before it. The last line has a character for each event, '-' until
it was handed over and '+' from then on, which is written in its place. So every moment of a crash leaves a whole file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._audit.values import packed, unpacked
from .._core import files, strict_json
from .._core.errors import SecretsError
from .._core.values import parse_time
from .memory import Event, Known, Remembered, Secret, StoreKey

FORMAT = "multicloud.secrets.cursor/1"
FORMAT_FAMILY = "multicloud.secrets.cursor/"
LARGEST = 1 << 30
WAITING, DONE = b"-", b"+"


class Cursor:
    """One cursor file. Only who holds the lock of its path may use it; see files.locked()."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._next = 0
        """Where the mark of the next event is."""

    def read(self) -> tuple[Remembered, list[Event]] | None:
        """Remembered stores, and the events that have not been handed over. None if there is no file yet.

        Raises SecretsError if the file is no cursor, is damaged, or is not private. The handed over events are then unknown.
        """
        if not files.exists(self._path):
            return None
        content = files.read_private(self._path, self._path.rpartition("/")[0] or ".", LARGEST)
        body, _newline, marks = content.removesuffix(b"\n").rpartition(b"\n")
        try:
            lines = [strict_json.loads(line, number) for number, line in enumerate(body.split(b"\n"), 1)]
        except ValueError as error:
            raise SecretsError("file", f"{self._path} is not a cursor, or it is not whole: it is {error}", hint=BEGIN_ANEW) from None
        header = lines[0] if lines and isinstance(lines[0], dict) else {}
        if not str(header.get("format", "")).startswith(FORMAT_FAMILY):
            raise SecretsError("file", f"{self._path} is not a cursor, or is damaged", hint=BEGIN_ANEW)
        if header["format"] != FORMAT:
            raise SecretsError("file", f"{self._path} is a cursor of another format", hint=BEGIN_ANEW)
        digest = hashlib.sha256(body[: body.rfind(b"\n") + 1]).hexdigest()
        try:
            if lines[-1] != {"end": True, "sha256": digest} or not content.endswith(b"\n"):
                raise ValueError("its trailer does not match")
            memory, events = _decoded(header, lines[1:-1])
            if len(marks) != len(events) or set(marks) - set(WAITING + DONE):
                raise ValueError("its marks do not match")
        except Exception:  # of many classes: anything may stand in it
            raise SecretsError("file", f"{self._path} is a damaged cursor", hint=BEGIN_ANEW) from None
        return memory, [event for event, mark in zip(events, marks) if mark == WAITING[0]]

    def write(self, memory: Remembered, events: Sequence[Event], random_name: str) -> None:
        """Take the place of what was there, at once or not at all."""
        digest = hashlib.sha256()
        size = 0
        with files.written(self._path, random_name) as handle:
            for value in _encoded(memory, events):
                line = _line(value)
                digest.update(line)
                size += handle.write(line)
            size += handle.write(_line({"end": True, "sha256": digest.hexdigest()}))
            handle.write(WAITING * len(events) + b"\n")
        self._next = size

    def mark(self, count: int) -> None:
        """Note that so many more of the events that were written last have been handed over, in their order."""
        files.overwrite(self._path, self._next, DONE * count)
        self._next += count


BEGIN_ANEW = "Restore it from a copy, or remove it. Without it the source takes a new baseline, and changes in between produce no events."


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def _encoded(memory: Remembered, events: Sequence[Event]) -> Iterator[Any]:
    yield {"format": FORMAT, "watch": memory.watch, "sequence": memory.sequence, "fields": memory.fields}
    for key, known in memory.stores.items():
        yield {
            "store": key,
            "asked": known.asked,
            "account_id": known.account_id,
            "incomplete_since": known.incomplete_since,
            "secrets": None if known.secrets is None else len(known.secrets),
            **({} if known.owner is None else {"owner": known.owner}),
            **({} if known.members is None else {"members": dict(known.members)}),
        }
        for identity, secret in (known.secrets or {}).items():
            yield [identity, secret.name, secret.kind, packed(secret.values)]
    for event in events:
        yield {"event": event}


def _decoded(header: Mapping[str, Any], lines: Sequence[Any]) -> tuple[Remembered, list[Event]]:
    fields = tuple(map(_text, header["fields"]))
    stores: dict[StoreKey, Known] = {}
    events: list[Event] = []
    rest = iter(lines)
    for line in rest:
        if "event" in line:
            events.append(_event(line["event"]))
            continue
        secrets = None if line["secrets"] is None else dict(_secret(next(rest), len(fields)) for _number in range(line["secrets"]))
        provider, account, region = map(_text, line["store"])
        since = line["incomplete_since"]
        if since is not None:
            parse_time(since)
        members = line.get("members")
        told = None if members is None else {_text(number): _text(label) for number, label in members.items()}
        known = Known(_text(line["asked"]), _text_or_none(line["account_id"]), secrets, since, _text_or_none(line.get("owner")), told)
        stores[provider, account, region] = known
    return Remembered(_text(header["watch"]), fields, int(header["sequence"]), stores), events


def _secret(line: Sequence[Any], fields: int) -> tuple[str, Secret]:
    identity, name, kind, values = line
    read = tuple(unpacked(values))
    if len(read) != fields:
        raise ValueError("a secret has other fields")
    hash(read)
    return _text(identity), Secret(_text_or_none(name), _text(kind), read)


def _event(event: Event) -> Event:
    if event["meta"] != {"uuid": _text(event["id"])}:
        raise ValueError("an event has no id")
    return event


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)
