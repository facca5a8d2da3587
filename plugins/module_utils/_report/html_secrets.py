# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of the HTML page about every secret: how old they are, what is due when, and the rows of its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.values import DAY, parse_time
from .html_markup import cell, figure, head, json, listing, number, section, shown, table, turning
from .language import Language
from .secrets_report import references_of, tags_of

MOST_SECRETS = 20_000
LONGEST_ROWS = 8_000_000
"""Characters."""
AGES = ((30, "under 30 days"), (90, "30 to 90 days"), (180, "90 to 180 days"), (365, "180 to 365 days"), (None, "a year or more"))
DUE = ((0, "overdue"), (7, "in 7 days"), (30, "in 8 to 30 days"), (90, "in 31 to 90 days"), (None, "later"))
"""Days below which a span ends, and how it is called."""
UNTOLD = "not known"
NEVER = "none"
SPANS = {"age": [*(name for _days, name in AGES), UNTOLD], **dict.fromkeys(("rotation", "deletion"), [*(name for _days, name in DUE), NEVER])}
"""All values of the filters, in order."""
TITLES = {"rotation": "Rotation", "deletion": "Deletion"}

Spans = Iterable[tuple["int | None", str]]


class Secrets:
    """Every secret: the first of them as data of the page, and all of them counted."""

    def __init__(self, say: Language, secrets: Iterable[Mapping[str, Any]], as_of: str) -> None:
        self._say = say
        now, left, self.total = parse_time(as_of), LONGEST_ROWS, 0
        self.rows: list[bytes] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        for secret in secrets:
            days = _age(secret["created_at"], now), _days(secret["next_rotation_at"], now), _days(secret["delete_at"], now)
            self.total += 1
            for key, span in _spans(*days).items():
                self._counts[key, span] += 1
            if left >= 0 and len(self.rows) < MOST_SECRETS:
                told = json({key: value for key, value in _row(say, secret, *days).items() if value not in (None, "", [])})
                left -= len(told)
                self.rows += [told.encode("utf-8")] if left >= 0 else []

    def part(self) -> str:
        """The part of the page."""
        say = self._say
        if not self.total:
            return section("secrets", say("Every secret"), say("No secret was seen."), "")
        spans = [span for span in SPANS["age"] if self._counts["age", span]]
        ages = "".join(figure(say.word(span), number(self._counts["age", span]), listing("secrets", age=span)) for span in spans)
        columns = [name for _days, name in DUE[:-1]]
        cells = {what: "".join(cell(self._counts[what, span], listing("secrets", **{what: span})) for span in columns) for what in TITLES}
        rows = "\n".join(f'<tr class="due"><th scope="row">{say(TITLES[what])}</th>{cells[what]}</tr>' for what in TITLES)
        calendar = table("calendar", say("Rotations and deletions by when they are due"), head(say("Due"), *(f"#{say.word(name)}" for name in columns)), rows)
        what = say("All secrets that were seen, those that are fine, too. Choose an age or a span to see its secrets, a heading to sort by it.")
        held = "This page holds the first {count} of {all} secrets. The report secrets has all."
        rest = f'<p class="note">{say(held, count=number(len(self.rows)), all=number(self.total))}</p>'
        body = f'<dl class="figures ages">{ages}</dl>\n{calendar}\n{_listing(say)}'
        return section("secrets", say("Every secret"), what, body + (rest if len(self.rows) < self.total else ""))


def _listing(say: Language) -> str:
    """What the script fills."""
    return f"""<div class="live" id="secrets-live" hidden>
<div class="tools" id="secrets-tools"></div>
<div class="count"><span id="secrets-status" role="status"></span><button id="secrets-clear" type="button" hidden>{say("Clear filters")}</button></div>
<div class="scroll secrets" role="region" aria-label="{say("List of secrets")}" tabindex="0">
<table><thead><tr id="secrets-head"></tr></thead><tbody id="secrets-list"></tbody></table>
</div>
{turning(say, "secrets", "Pages of secrets")}
</div>
<noscript><p class="note">{say("The list of secrets needs JavaScript; the report secrets has them as a table.")}</p></noscript>"""


def _row(say: Language, secret: Mapping[str, Any], age: int | None, rotation: int | None, deletion: int | None) -> dict[str, Any]:
    """What the list shows of a secret. Times as days; what is empty is left out."""
    texts = {key: shown(secret[key]) for key in ("name", "account", "region", "owner", "kind") if secret[key]}
    state = f" ({secret['key_state']})" if secret["key_state"] else ""
    return {
        **texts,
        "verdict": secret["verdict"],
        "provider": secret["provider"],
        "status": secret["status"],
        "id": None if secret["id"] == secret["name"] else secret["id"] and shown(secret["id"]),
        "days": age,
        "rotates": rotation,
        "deletes": deletion,
        **_spans(age, rotation, deletion),
        "key": shown(f"{secret['kms_key_id'] or ''}{state}"),
        "tags": UNTOLD if "tags" in secret.get("unknown", ()) else shown(tags_of(secret)),
        "used": shown(references_of(secret)) or _times(say, secret["reference_count"]),
        "rules": secret["rules"],
    }


def _times(say: Language, count: int | None) -> str:
    return "" if count is None else say("{count} time{s}", count=number(count))


def _age(moment: str | None, now: float) -> int | None:
    return None if moment is None else int((now - parse_time(moment)) // DAY)


def _days(moment: str | None, now: float) -> int | None:
    return None if moment is None else int((parse_time(moment) - now) // DAY)


def _spans(age: int | None, rotation: int | None, deletion: int | None) -> dict[str, str]:
    """The value of each filter."""
    return {
        "age": UNTOLD if age is None else _span(age, AGES),
        "rotation": NEVER if rotation is None else _span(rotation, DUE),
        "deletion": NEVER if deletion is None else _span(deletion, DUE),
    }


def _span(days: int, spans: Spans) -> str:
    return next(name for end, name in spans if end is None or days < end)
