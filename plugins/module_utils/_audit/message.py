# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that a rule gives its findings: a text with {field}, filled once. Values are data: what they hold is not filled again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .._core.errors import unknown_name
from .fields import ONE_TAG
from .words import named

LONGEST_VALUE = 200
PLACE_FIELDS = ("provider", "account", "region", "name", "id")
"""Fields that every finding has, be it about a store or a group."""
FIELD = re.compile(r"\{([^{}]*)\}")
NOTHING = "-"


def filled(message: str, value_of: Callable[[str], Any]) -> str:
    """The message of one finding. value_of: gives the value of a field, or None."""
    return FIELD.sub(lambda found: _told(value_of(found[1])), message)


def faults(message: str, fields: list[str]) -> Iterator[str]:
    """All that is wrong with a message. fields: those that it can name."""
    if any(brace in FIELD.sub("", message) for brace in "{}"):
        yield "a brace stands alone; write {field} for the value of a field, and no other braces"
    for name in FIELD.findall(message):
        is_tag = name.startswith(ONE_TAG) and name != ONE_TAG and "tags" in fields
        if name not in fields and not is_tag:
            yield unknown_name("field", name, fields)


def _told(value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    text = named(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
