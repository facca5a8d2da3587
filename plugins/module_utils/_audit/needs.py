# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The details that rules, owners and reports read: which words to ask each service for, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._core.records import RecordSchema
from .._report.formats import FORMATS
from .checks import fields_read
from .fields import holder, is_of_the_store
from .named import may_choose
from .operators import fields_of
from .resolution import KEY_FIELD, KEY_STATE
from .rules import Resolves, Rulebook, Service


def details_read(book: Rulebook, schemas: Iterable[RecordSchema]) -> dict[str, list[str]]:
    """The words that fill what rules and owners read, and the listing does not tell. A service that needs none is not in it."""
    return _known({schema.provider: _words(book, schema) for schema in schemas})


def with_reports(words: Mapping[str, Iterable[str]], reports: Iterable[str], schemas: Iterable[RecordSchema]) -> dict[str, list[str]]:
    """The words of details_read(), with what reports of every secret show.

    The state of a key is asked for where the listing names the key: else the cloud would have to be asked about every secret first.
    """
    shown = SHOWN if any(FORMATS[name].needs_secrets for name in reports) else ()
    asked = {}
    for schema in schemas:
        keys = {key for key in shown if key not in schema.keys and (key != KEY_STATE or KEY_FIELD in schema.keys)}
        filled = {*words.get(schema.provider, ()), *(schema.words[key][0] for key in keys if key in schema.words)}
        asked[schema.provider] = [word for word in schema.details if word in filled]
    return _known(asked)


def _known(words: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {provider: mine for provider, mine in words.items() if mine}


def _words(book: Rulebook, schema: RecordSchema) -> list[str]:
    scoped = [rule for rule in book.rules if "provider" not in rule.scopes or rule.scopes["provider"].match(schema.provider)]
    rules = [rule for rule in scoped if rule.select is None or may_choose(rule.select, schema, {})]
    read = [name for rule in rules for name in fields_read(rule)]
    read += [KEY_STATE for rule in rules if isinstance(rule.statement, Resolves) and KEY_FIELD in fields_read(rule)]
    read += [name for owner in book.owners for name in fields_of(owner.select)]
    read += ["tags"] if book.owner_tags else []
    keys = set(map(holder, read)) - schema.keys
    needed = {schema.words[key][0] for key in keys if key in schema.words}
    if any(isinstance(rule.statement, Service) for rule in rules):
        needed |= {word for word, fields in schema.details.items() if any(map(is_of_the_store, fields))}
    return [word for word in schema.details if word in needed]


SHOWN = ("tags", "references", "next_rotation_at", KEY_STATE)
"""What reports of every secret show that may be a detail, and is shown as nothing where it is not known."""
