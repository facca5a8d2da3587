# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every secret as a table for a spreadsheet: a row each, with the worst that any rule says of it, in the form of the CSV report.

What depends on the time of judging stands in the last columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._core.values import DAY, parse_time
from .csv_report import BYTE_ORDER_MARK, WRITER, cell, plain
from .grouping import unlisted
from .report import Report

TEXTS = ("verdict", "provider", "account", "region", "name", "id", "kind", "status", "owner")
FACTS = (
    "created_at",
    "last_rotated_at",
    "next_rotation_at",
    "delete_at",
    "rotation_enabled",
    "rotation_days",
    "kms_key_id",
    "key_state",
    "reference_count",
)
DAYS = {"age_days": "created_at", "rotation_due_days": "next_rotation_at", "deletion_due_days": "delete_at"}
"""Columns of days: the age counts from a time to the time of judging, the others from there to a time."""
HEADER = (*TEXTS, *FACTS, "tags", "references", "rules", "note", *DAYS)
TIMES = re.compile(r"(?:,-?[0-9]*){3}\r?$", re.MULTILINE)


class SecretsReport(Report):
    """The report. Its rows come when all findings are known."""

    times = TIMES
    needs_secrets = True

    def head(self) -> str:
        return f"{BYTE_ORDER_MARK}{WRITER.writerow(HEADER)}"

    def tail(self) -> Iterator[str]:
        now = parse_time(self.result["as_of"])
        for secret in self.result.get("secrets", ()):
            yield WRITER.writerow(_row(secret, now))
        for store in unlisted(self.result):
            yield WRITER.writerow(_unseen({**store, "note": " ".join(filter(None, (store["reason"], store["hint"])))}))
        if "secrets" not in self.result:
            yield WRITER.writerow(_unseen(self.result))


def tags_of(secret: Mapping[str, Any]) -> str:
    """The tags of a secret, such as 'env=prod, team=pay'."""
    return ", ".join(f"{key}={value}" for key, value in sorted((secret["tags"] or {}).items()))


def references_of(secret: Mapping[str, Any]) -> str:
    """Who uses a secret, such as 'plugin key-auth (gw-1), service orders'."""
    return ", ".join(map(_reference, secret["references"] or ()))


def _reference(reference: Mapping[str, Any]) -> str:
    gateway = reference.get("gateway")
    return " ".join(str(reference[key]) for key in ("kind", "name") if reference.get(key)) + (f" ({gateway})" if gateway else "")


def _unseen(told: Mapping[str, Any]) -> list[str]:
    """The row of secrets that were not seen: those of a store that was not listed to its end, or of a run that has not ended."""
    known = {"verdict": "unknown", "status": told.get("status"), **{key: told.get(key) for key in ("provider", "account", "region", "note")}}
    return [cell(known.get(column)) for column in HEADER]


def _row(secret: Mapping[str, Any], now: float) -> list[str]:
    texts = [plain(secret[key]) if key not in ("name", "id") else cell(secret[key]) for key in TEXTS]
    unknown = plain(f"not known: {', '.join(secret['unknown'])}") if secret.get("unknown") else ""
    lists = [cell(tags_of(secret)), cell(references_of(secret)), plain(", ".join(secret["rules"])), unknown]
    return [*texts, *(_state(secret[key]) for key in FACTS), *lists, *_ages(secret, now)]


def _state(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else plain(str(value))


def _ages(secret: Mapping[str, Any], now: float) -> Iterable[str]:
    for column, key in DAYS.items():
        sign = -1 if column == "age_days" else 1
        yield str(int(sign * (parse_time(secret[key]) - now) // DAY)) if secret[key] else ""
