# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports on their way into their files: all are written in one pass over the findings, and replace the old ones together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, BinaryIO

from .._core import files, strict_json
from .._core.clock import Clock
from .._core.errors import SecretsError
from .._core.values import count, parse_time
from .._report.formats import FORMATS
from .._report.language import LANGUAGES
from .._report.report import Report, findings_of, line
from . import unended
from .previous import COUNTS, OPEN
from .rules import SEVERITIES

KEPT_RUNS = 999
"""Lines of a history beside the new one."""
BEGIN = b'{"as_of":"'
CHUNK = 1 << 16
"""Bytes, or characters, of a report that are read, or written, in one go."""

Digests = Mapping[str, "bytes | None"]
"""Path -> digest of what each report said before this run, None if nothing that we could have written."""


class Digest:
    """What a report says: the digest of its lines without the times at which it was made. No time stands in two lines."""

    def __init__(self, form: type[Report]) -> None:
        self._form = form
        self._digest = hashlib.sha256()
        self._rest = ""

    def add(self, text: str) -> None:
        """Take the next piece."""
        lines, feed, rest = text.rpartition("\n")
        if feed:
            self._digest.update(self._form.timeless(self._rest + lines + feed).encode("utf-8"))
            self._rest = ""
        self._rest += rest

    def value(self) -> bytes:
        """Digest of all pieces."""
        if self._rest:
            self.add("\n")
        return self._digest.digest()


def before(targets: Mapping[str, str], reports: Mapping[str, str], language: str = LANGUAGES[0]) -> Digests:
    """What the reports say that are to be replaced. targets: path -> format. reports: format -> path.

    Where the page of this very run stands already, because the role began it, the JSON report that was put aside tells
    for all of them.
    """
    kept = unended.previous(reports["json"]) if "json" in reports else None
    found = {}
    for path, name in targets.items():
        form = FORMATS[name]
        current = _current(path, form)
        if current is None or kept is None or current != _said(form, form(unended.result(0, "", language)).pieces()):
            found[path] = current
        elif path == reports["json"]:
            found[path] = _current(kept, form)
    return found


def write(result: Mapping[str, Any], targets: Mapping[str, str], old: Digests, clock: Clock, check_mode: bool, also: Sequence[Report]) -> bool:
    """Replace the reports. Whether one now says something else than before; the time at which it was made does not count.

    also: reports that are fed, too, and begin and end elsewhere.
    """
    with ExitStack() as stack:
        outputs = []
        for path, name in targets.items():
            handle = None if check_mode else stack.enter_context(files.written(path, clock.nonce()))
            report = FORMATS[name](result, partial(scratch, path, clock))
            outputs.append(_Output(report, handle, Digest(FORMATS[name]) if old.get(path) else None))
        for finding, encoded in findings_of(result):
            for output in outputs:
                output.add(finding, encoded)
            for report in also:
                report.add(finding, encoded)
        said = [output.end() for output in outputs]
    return any(path in old and old[path] != new for path, new in zip(targets, said))


def remember(path: str, result: Mapping[str, Any], random_name: str) -> None:
    """Add a line about this run to its history, of which the last lines are kept. Raises SecretsError for a file that is none."""
    lines = _lines(path)
    with files.written(path, random_name) as handle:
        handle.writelines([*lines[-KEPT_RUNS:], f"{line(_run(result))}\n".encode()])


def history(path: str | None, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a history says of the runs before this one, and this one."""
    try:
        return [*map(_read_run, _lines(path) if path else []), _run(result)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no_history(path) from None


def _read_run(content: bytes) -> dict[str, Any]:
    """A run of a history, from its line. Raises ValueError, KeyError, TypeError or AttributeError where it cannot be drawn."""
    run: dict[str, Any] = strict_json.loads(content)
    parse_time(run["as_of"])
    if set(run["findings"]) != set(SEVERITIES):
        raise ValueError
    for numbers in run["findings"].values():
        for verdict in OPEN:
            count(numbers[verdict])
    return run


def _run(result: Mapping[str, Any]) -> dict[str, Any]:
    summary = {key: result["summary"][key] for key in ("secrets", "stores", "findings", *COUNTS)}
    return {"as_of": result["as_of"], "verdict": result["verdict"], "fail_on": result["fail_on"], **summary}


def _lines(path: str) -> list[bytes]:
    lines = files.read_bytes(path).splitlines(keepends=True) if files.exists(path) else []
    if not all(run.startswith(BEGIN) and run.endswith(b"}\n") for run in lines):
        raise _no_history(path)
    return lines


def _no_history(path: str | None) -> SecretsError:
    return SecretsError("file", f"history: {path} exists and is no history", hint="Remove it or choose another path.")


class _Output:
    """A report, its file if there is to be one, and the digest of what it says if that is compared."""

    def __init__(self, report: Report, handle: BinaryIO | None, digest: Digest | None) -> None:
        self._report = report
        self._handle = handle
        self._digest = digest
        self._waiting: list[str] = []
        self._size = 0
        self._take(report.head())

    def add(self, finding: Mapping[str, Any], encoded: str) -> None:
        """Write what the report says of a finding."""
        if piece := self._report.add(finding, encoded):
            self._take(piece)

    def _take(self, text: str) -> None:
        """Write a piece, together with others."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size > CHUNK:
            self._flush()

    def _flush(self) -> None:
        text = "".join(self._waiting)
        self._waiting, self._size = [], 0
        if self._handle:
            self._handle.write(text.encode("utf-8"))
        if self._digest:
            self._digest.add(text)

    def end(self) -> bytes:
        """Write the rest. The digest of all, or nothing if it is not compared."""
        for text in self._report.tail():
            self._take(text)
        self._flush()
        return self._digest.value() if self._digest else b""


def scratch(path: str, clock: Clock) -> files.Scratch:
    """A file without a name in the folder of this path. It is gone with this process."""
    return files.Scratch(path, clock.nonce())


def _current(path: str, form: type[Report]) -> bytes | None:
    """What stands in a report now; None, if there is none that we could have written."""
    if not files.exists(path):
        return None
    try:
        with files.opened(path) as handle:
            return _said(form, (b"".join(lines).decode("utf-8") for lines in iter(partial(handle.readlines, CHUNK), [])))
    except (SecretsError, UnicodeDecodeError):
        return None


def _said(form: type[Report], pieces: Iterable[str]) -> bytes:
    digest = Digest(form)
    for piece in pieces:
        digest.add(piece)
    return digest.value()
