# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a run that has not ended: no report outlives its run.

1. begin() replaces the reports by ones that say 'unknown: this run has not ended'. The last whole JSON report stays beside
   them; see previous().
2. A run that ends writes its own reports over them.
3. A run that is refused or aborted leaves them, and give_up() adds the reason, where it is known.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from .._core import files
from .._core.errors import SecretsError
from .._core.redaction import printable
from .._core.values import iso_time
from .._report.formats import FORMATS
from .._report.language import LANGUAGES
from .._report.report import mark
from .checks import FINDING_VERDICTS, UNKNOWN_VERDICT, VERDICTS
from .message import PLACE_FIELDS
from .previous import FORMAT, UNCOMPARED
from .rules import SEVERITIES
from .stores import JUDGED_STATUSES

NOTE = "this run has not ended"
RULE = "run-ended"
LONGEST_REASON = 2_000

Nonce = Callable[[], str]


def begin(reports: Mapping[str, str], as_of: float, nonce: Nonce, language: str = LANGUAGES[0]) -> None:
    """Replace the reports of the last run before anything else is done. reports: format -> path.

    Raises SecretsError if one cannot be written; then none may be trusted, and the run cannot go on.
    """
    _keep(reports, nonce)
    write(reports, as_of, nonce, "", language)


def give_up(reports: Mapping[str, str], as_of: float, nonce: Nonce, reason: str, keep: bool = True, language: str = LANGUAGES[0]) -> None:
    """Say why the run did not end, be it before begin(). reason: for people, and without anything secret. keep: whether the
    last whole JSON report may be put aside."""
    if keep:
        with suppress(SecretsError):
            _keep(reports, nonce)
    for name, path in reports.items():
        with suppress(SecretsError):  # what the run failed for must be told in any case, and the page says enough
            write({name: path}, as_of, nonce, reason, language)


def write(reports: Mapping[str, str], as_of: float, nonce: Nonce, reason: str = "", language: str = LANGUAGES[0]) -> None:
    """Write the reports of a run that has not ended, all that can be. Raises SecretsError for the first that cannot."""
    made = result(as_of, reason, language)
    problem: SecretsError | None = None
    for name, path in reports.items():
        try:
            _replace(path, [piece.encode("utf-8") for piece in FORMATS[name](made).pieces()], nonce)
        except SecretsError as error:
            problem = problem or error
    if problem:
        raise problem


def previous(path: str) -> str:
    """Where the last whole JSON report is kept: report.previous.json beside report.json."""
    stem, ending = os.path.splitext(path)
    return f"{stem}.previous{ending}"


def result(as_of: float, reason: str = "", language: str = LANGUAGES[0]) -> dict[str, Any]:
    """The result of a run that has not ended, as the judge would say it. as_of: seconds since the epoch."""
    message = f"{NOTE}: {printable(reason, LONGEST_REASON)}" if reason else NOTE
    checks = {verdict: int(verdict == UNKNOWN_VERDICT) for verdict in VERDICTS}
    found = dict.fromkeys(FINDING_VERDICTS, 0)
    return {
        "language": language,
        "format": FORMAT,
        "verdict": UNKNOWN_VERDICT,
        "note": message,
        "as_of": iso_time(as_of),
        "fail_on": "low",
        "fail_on_new": False,
        "summary": {
            "secrets": 0,
            "stores": dict.fromkeys(JUDGED_STATUSES, 0),
            "rules": checks,
            "checks": checks,
            "findings": {severity: {**found, "unknown": int(severity == SEVERITIES[0])} for severity in SEVERITIES},
            "idle_rules": [],
            **UNCOMPARED,
        },
        "rules": [_rule(checks)],
        "stores": [],
        "compared": None,
        "fixed": [],
        "owners": [],
        "findings_total": 1,
        "findings": [_finding(message)],
    }


def _rule(checks: Mapping[str, int]) -> dict[str, Any]:
    """The one rule that is judged: a run has to end."""
    return {
        "id": RULE,
        "title": "The run has ended",
        "severity": SEVERITIES[0],
        "verdict": UNKNOWN_VERDICT,
        "checks": checks,
        "not_judged": {"never": 0, "empty_scope": 0, "filtered": 0, "reason": ""},
        "owner": None,
        "remediation": "See what ended the run, and run again.",
        "references": [],
        "digest": "built-in",
        "file": None,
        "line": None,
    }


def _finding(message: str) -> dict[str, Any]:
    """The finding that the run has not ended."""
    about = dict.fromkeys(PLACE_FIELDS)
    return {
        "rule": RULE,
        "severity": SEVERITIES[0],
        "verdict": UNKNOWN_VERDICT,
        "subject": "///",
        **about,
        "owner": None,
        "message": message,
        "evidence": [{"field": "run", "actual": None, "expected": "ended"}],
        "waiver": None,
        "fingerprint": f"{mark({'rule': RULE, **about})}:1",
        "since": None,
        "new": None,
    }


def _replace(path: str, pieces: Sequence[bytes], nonce: Nonce) -> None:
    """Write one report. A full disk has room for it once the last report has gone. If it has not, no page is better than that of another run."""
    try:
        _put(path, pieces, nonce)
    except SecretsError as error:
        if error.kind != "machine" or not files.exists(path):
            raise
        files.remove(path)
        _put(path, pieces, nonce)


def _put(path: str, pieces: Sequence[bytes], nonce: Nonce) -> None:
    with files.written(path, nonce()) as handle:
        handle.writelines(pieces)


def _keep(reports: Mapping[str, str], nonce: Nonce) -> None:
    """Put the last whole JSON report aside."""
    if "json" in reports and is_whole(reports["json"]):
        files.keep(reports["json"], previous(reports["json"]), nonce())


def is_whole(path: str) -> bool:
    """Whether a JSON report stands there that a run wrote at its end."""
    if not files.exists(path):
        return False
    try:
        with files.opened(path) as handle:
            lines = [*handle.read(400).split(b"\n"), b"", b"", b""]
    except SecretsError:
        return False
    return lines[1] == f'"format":"{FORMAT}",'.encode() and not lines[3].startswith(f'"note":"{NOTE}'.encode())
