# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The details that rules and owners read: which words to ask each service for, and no more."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.records import RECORD_KEYS, Record, RecordSchema
from .checks import fields_read
from .fields import holder, is_of_the_store
from .operators import FALSE, INVALID, Predicate, compiled, fields_of
from .rules import Rulebook, Settings


def details_read(book: Rulebook, schemas: Iterable[RecordSchema], also: Iterable[str] = ()) -> dict[str, list[str]]:
    """Service -> words of 'details' that fill what is read and the listing does not tell. A service that needs none is not in it.

    also: fields that are read beside the rules, such as by a report.
    """
    needed = {schema.provider: _words(book, schema, also) for schema in schemas}
    return {provider: words for provider, words in needed.items() if words}


def _words(book: Rulebook, schema: RecordSchema, also: Iterable[str]) -> list[str]:
    scoped = [rule for rule in book.rules if "provider" not in rule.scopes or rule.scopes["provider"].match(schema.provider)]
    rules = [rule for rule in scoped if rule.select is None or _may_choose(rule.select, schema)]
    read = [name for rule in rules for name in fields_read(rule)]
    read += [name for owner in book.owners for name in fields_of(owner.select)]
    read += ["tags"] if book.owner_tags else []
    keys = {holder(name) for name in (*read, *also)} - schema.keys
    needed = {schema.words[key][0] for key in keys if key in schema.words}
    if any(isinstance(rule.statement, Settings) for rule in rules):
        needed |= {word for word, fields in schema.details.items() if any(map(is_of_the_store, fields))}
    return [word for word in schema.details if word in needed]


def _may_choose(select: Predicate, schema: RecordSchema) -> bool:
    """Whether a predicate may choose a secret of a service, of which nothing but the service is known."""
    if INVALID in fields_of(select):
        return True
    keys = {*RECORD_KEYS, *schema.keys, *schema.words} - {PROVIDER}
    blank: Record = {**dict.fromkeys(RECORD_KEYS), PROVIDER: schema.provider, "attributes": {}, INVALID: sorted(keys)}
    return compiled(select, schema, 0).test(blank) != FALSE


PROVIDER = "provider"
