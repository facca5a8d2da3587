# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service says of secrets whose stores were asked for some details: the nulls of others mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from .._core.records import NEVER, NONE, RecordSchema

Asked = tuple[tuple[str, str], ...]
"""Words of the details that a store was asked for, each with the reason why it is not known of all secrets; empty if it is."""


class AskedSchema(NamedTuple):
    """untold: record key -> why its null means nothing."""

    schema: RecordSchema
    untold: Mapping[str, str]


def asked_schema(schema: RecordSchema, asked: Asked) -> AskedSchema:
    """The schema of a service in stores that were asked for these details."""
    known = dict(asked)
    nulls, untold = dict(schema.nulls), {}
    for key, words in schema.words.items():
        if key in schema.keys:
            continue
        asked_for = [word for word in words if word in known]
        if not asked_for:
            nulls[key] = _withheld(nulls.get(key, {}))
            untold[key] = f"not known: it was not asked for (details: {words[0]})"
        elif reasons := [f"(details: {word}): {known[word]}" for word in asked_for if known[word]]:
            untold[key] = f"not known {reasons[0]}"
    return AskedSchema(replace(schema, nulls=nulls), untold)


def of_listings(schema: RecordSchema) -> RecordSchema:
    """The schema of a service as if it offered nothing but what a listing tells."""
    details = {key: NEVER for key in schema.words if key not in schema.keys}
    return replace(schema, nulls={**schema.nulls, **details}, details={})


def _withheld(meaning: str | Mapping[str, str]) -> str | Mapping[str, str]:
    """The meaning of a null where nothing is known to be empty."""
    if isinstance(meaning, str):
        return {} if meaning == NONE else meaning
    return {kind: told for kind, told in meaning.items() if told != NONE}
