# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option 'tags' of a listing: a mapping of a key to a value, to a list of values, or to null for any value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import SecretsError
from .redaction import printable

LONGEST_TAG = 64

WantedTags = Mapping[str, Any]
"""Keys with their values, as the option has them."""


def check_tags(wanted: WantedTags) -> None:
    """Values are texts. Raises SecretsError of kind 'argument' where one is not."""
    for key, value in wanted.items():
        if not str(key).strip() or str(key).strip() != str(key):
            raise SecretsError("argument", f"tags: {printable(str(key), LONGEST_TAG)!r} cannot be the key of a tag", hint="Give one without a space at an end.")
        if value is not None and not (_listed(value) and all(isinstance(item, (str, int)) for item in _listed(value))):
            hint = "The value of a tag is a text, a list of texts, or null for any value. Put numbers with a point into quotes."
            raise SecretsError("argument", f"tags: the value of {printable(str(key), LONGEST_TAG)!r} is no text", hint=hint)


def tag_values(value: Any) -> list[str] | None:
    """The values that one key may have, as people write them into tags: YAML's true is the text 'true'. None stands for any value."""
    return None if value is None else [str(item).lower() if isinstance(item, bool) else str(item) for item in _listed(value)]


def has_tags(tags: Mapping[str, str] | None, wanted: WantedTags) -> bool:
    """Whether a secret has all the tags. Where the cloud did not tell its tags, it has none of them."""
    return tags is not None and all(str(key) in tags and tags[str(key)] in (tag_values(value) or tags.values()) for key, value in wanted.items())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def tags_of(rows: Any, key: str, value: str) -> dict[str, str]:
    """The tags in a row of a list of accounts; none where the cloud tells none. What cannot be read could hide an account that a tag chooses.

    key, value: how the cloud calls the two parts of a tag.
    """
    tags: dict[str, str] = {}
    for tag in _listed([] if rows is None else rows):
        name, content = (tag.get(key), tag.get(value)) if isinstance(tag, Mapping) else (None, None)
        if not isinstance(name, str) or not isinstance(content, (str, type(None))) or name in tags:
            raise SecretsError("schema", "a row of the list has tags that cannot be read")
        tags[name] = content or ""
    return tags


def text_of(row: Mapping[str, Any], name: str) -> str | None:
    """A text of a row of a list of accounts, or None where there is none."""
    value = row.get(name)
    if not isinstance(value, (str, type(None))):
        raise SecretsError("schema", f"a row of the list has a {name} that is no text")
    return value
