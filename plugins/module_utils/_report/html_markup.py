# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pieces of markup that all parts of the HTML page are made of. Text from outside is escaped here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlencode

from .grouping import short
from .language import Language
from .report import line

LONGEST_TEXT = 200
LONGEST_IN_DATA = 4_000


def section(name: str, title: str, what: str, body: str) -> str:
    """A part of the page."""
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}" tabindex="-1">{title}</h2>\n<p class="what">{what}</p>\n{body}\n</section>'


def table(name: str, caption: str, head_row: str, rows: str, kind: str = "") -> str:
    """A table that scrolls for itself where it is too wide, with the keyboard too."""
    made = f'<table><caption class="unseen" id="{name}-table">{caption}</caption>\n<thead>{head_row}</thead>\n<tbody>\n{rows}\n</tbody></table>'
    return f'<div class="scroll {kind}" role="region" aria-labelledby="{name}-table" tabindex="0">{made}</div>'


def head(*titles: str) -> str:
    """A row of headings; '#' marks a column of numbers."""
    cells = (f'<th scope="col"{" class=number" if title[0] == "#" else ""}>{title.lstrip("#")}</th>' for title in titles)
    return f"<tr>{''.join(cells)}</tr>"


def cell(count: int, target: str = "") -> str:
    """A cell with a number, which leads to its list."""
    shown = number(count)
    return f'<td class="number{"" if count else " zero"}">{link(target, shown) if target and count else shown}</td>'


def hints(items: Iterable[str]) -> str:
    """A list, unless it is empty. items: markup."""
    made = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="hints">{made}</ul>\n' if made else ""


def figure(label: str, shown: str, target: str = "") -> str:
    """A number with its label, which leads to its list. shown: markup."""
    return f"<div><dt>{label}</dt><dd>{link(target, shown) if target else shown}</dd></div>"


def link(target: str, shown: str, attributes: str = "") -> str:
    """A link to a place on the page. shown, attributes: markup."""
    return f'<a href="{escape(target)}"{attributes}>{shown}</a>'


def listing(part: str, **filters: str | None) -> str:
    """The address of a list with these filters; an empty text stands for what is of no single store, or of nobody."""
    return f"#{part}?{urlencode({key: shown(value or '') for key, value in filters.items()})}"


def left_out(say: Language, count: int, most: int, what: str) -> str:
    """A line about what a part does not show."""
    if count <= most:
        return ""
    left = number(count - most)
    told = say("and {count} more {what}, which the JSON report has", count=left, what=say(what, count=left))
    return f'<p class="note">{told}</p>'


def turning(say: Language, part: str, label: str) -> str:
    """The buttons that turn the pages of a list."""
    buttons = "".join(f'<button id="{part}-{title.lower()}" type="button">{say(title)}</button>' for title in ("Previous", "Next"))
    return f'<nav class="pages" id="{part}-pages" aria-label="{say(label)}" hidden>\n{buttons}<span id="{part}-page"></span>\n</nav>'


def number(count: int) -> str:
    """A number for people."""
    return f"{count:,}"


def time(moment: str | None) -> str:
    """A time, for people and for programs."""
    shown = text((moment or "").replace("T", " ").replace(":00Z", " UTC").replace("Z", " UTC"))
    return f'<time datetime="{text(moment)}">{shown}</time>' if moment else ""


def code(told: str | None) -> str:
    """A name from outside."""
    return f"<code>{text(told)}</code>" if told else ""


def text(told: str | None, longest: int = LONGEST_TEXT) -> str:
    """Text from outside."""
    return escape(short(told or "", longest))


def shown(told: str) -> str:
    """A text from outside as data of the page."""
    return short(told, LONGEST_IN_DATA)


def json(value: Any) -> str:
    """JSON that can stand in a script element."""
    return line(value).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
