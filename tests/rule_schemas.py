# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON Schemas of rule and waiver files, made from the tables by which the code checks them.

PYTHONPATH=<folder of ansible_collections> python tests/rule_schemas.py writes them into docs/schemas; a unit test
compares. What no schema can say is left to the code: whether a pattern or an expression can be compiled, whether ids
are unique and names known, and how parameters fit the places at which they stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import arguments, grammar, predicates, statements, waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.fields import (
    FLAG,
    LIST,
    NUMBER,
    TEXT,
    TIME,
    Catalog,
    RuleField,
    catalog,
    holder,
    settings,
    tag_field,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.operators import COMBINATORS, OPERATORS
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import (
    CHANGES,
    FLEET_KEYS,
    IDENTITIES,
    LONGEST_TEXT,
    LONGEST_TITLE,
    ON_EMPTY,
    RESERVED,
    SCOPES,
    SEVERITIES,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._core.jmespath_query import LONGEST_EXPRESSION
from ansible_collections.multicloud.secrets.plugins.module_utils._report.language import LANGUAGES
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SCHEMAS as CLOUDS

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
ADDRESS = "https://raw.githubusercontent.com/multicloud-secrets/multicloud.secrets/main/docs/schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FIELDS = catalog(CLOUDS)
SETTINGS = settings(CLOUDS)
PROVIDERS = sorted(FIELDS["provider"].words or ())

Schema = dict[str, Any]

LITERAL = r"^(?!\$(?!\$))"
"""A text that is no parameter: it does not begin with $, or begins with $$."""
MOMENT = r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$"
DAY = r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PARAMETER: Schema = {"$ref": "#/$defs/parameter"}
PREDICATE: Schema = {"$ref": "#/$defs/predicate"}
SETTINGS_PREDICATE: Schema = {"$ref": "#/$defs/settings"}


def mapping(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """A closed mapping."""
    return {"type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False, **more}


def many(item: Schema, **more: Any) -> Schema:
    """A list of at least one item."""
    return {"type": "array", "minItems": 1, "items": item, **more}


def text(longest: int) -> Schema:
    """A text for people."""
    return {"type": "string", "pattern": r"\S", "maxLength": longest}


def told(longest: int) -> Schema:
    """A text for people: one for all languages, or one for each."""
    return {"anyOf": [text(longest), mapping(dict.fromkeys(LANGUAGES, text(longest)), [LANGUAGES[0]])]}


def words(known: Iterable[str]) -> Schema:
    """One of some words."""
    return {"enum": list(known)}


def given(schema: Schema) -> Schema:
    """An argument, or a parameter that stands for it."""
    return {"anyOf": [schema, PARAMETER]}


# --- arguments: what each function of arguments.py accepts ---


def scalar(field: RuleField) -> Schema:
    """A value that a field can have."""
    if field.words is not None:
        return words(sorted(field.words))
    kinds: list[Schema] = []
    if TEXT in field.types:
        kinds.append({"type": "string", "pattern": LITERAL})
    elif TIME in field.types:
        kinds.append({"type": "string", "pattern": MOMENT})
    kinds += [{"type": "number"}] if NUMBER in field.types else []
    kinds += [{"type": "boolean"}] if FLAG in field.types else []
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def listed(item: Schema) -> Schema:
    """A list of arguments."""
    return many(given(item), maxItems=arguments.MOST_VALUES)


def needle(field: RuleField) -> Schema:
    """A text to look for, or one of the words that a list has."""
    return words(sorted(field.words)) if field.words is not None and field.types == {LIST} else NEEDLE


def one_or_more(item: Schema) -> Schema:
    """An argument or a list of them."""
    return {"anyOf": [item, listed(item)]}


NEEDLE: Schema = {"type": "string", "minLength": 1, "pattern": LITERAL}
PATTERN: Schema = {**NEEDLE, "maxLength": arguments.LONGEST_PATTERN}
WHOLE: Schema = {"type": "integer", "minimum": 0}
DURATION: Schema = {"type": "string", "pattern": f"^{arguments.DURATION.pattern}$"}
LIMITS = {name: given(WHOLE) for name in arguments.SIZES}

OF_FIELD: Mapping[Callable[..., Any], Callable[[RuleField], Schema]] = {
    arguments.scalar: scalar,
    arguments.scalars: lambda field: listed(scalar(field)),
    arguments.element: needle,
    arguments.elements: lambda field: listed(needle(field)),
}
OF_ANY: Mapping[Callable[..., Any], Schema] = {
    arguments.number: {"type": "number"},
    arguments.truth: {"const": True},
    arguments.globs: one_or_more(PATTERN),
    arguments.regexes: one_or_more(PATTERN),
    arguments.duration: DURATION,
    arguments.sizes: mapping(LIMITS, minProperties=1),
}


def argument(check: Callable[..., Any], field: RuleField) -> Schema:
    """Schema of an operator's argument, by its check."""
    return given(OF_FIELD[check](field)) if check in OF_FIELD else {"$ref": f"#/$defs/{check.__name__}"}


# --- predicates ---


def type_of(field: RuleField) -> str:
    """The name of all fields that can be read in the same way."""
    return f"{field.name}_field" if field.words is not None else f"{'_or_'.join(sorted(field.types))}_field"


def operators_of(field: RuleField) -> Mapping[str, Schema]:
    """Schemas of the operators for a field's type."""
    fitting = {name: operator for name, operator in OPERATORS.items() if field.types.intersection(operator.types)}
    return {name: argument(operator.argument, field) for name, operator in fitting.items()}


def field_schema(field: RuleField) -> Schema:
    """Schema of a field's value: a value, or operators for its type."""
    fitting = operators_of(field)
    operators = mapping(fitting, minProperties=1)
    return {"anyOf": [scalar(field), PARAMETER, operators]} if "eq" in fitting else operators


def tag() -> Schema:
    """The key of a tag, and operators for its value."""
    return mapping({"key": given(text(predicates.LONGEST_TAG)), **operators_of(tag_field("key"))}, ["key"], minProperties=2)


def predicate(known: Catalog, inner: Schema, readable: Schema, **more: Schema) -> Schema:
    """One predicate over these fields. inner: what it combines. readable: a list of fields that a query reads."""
    combined = {name: many(inner) for name in COMBINATORS}
    expression = {"type": "string", "pattern": rf"{LITERAL}[\s\S]*\S", "maxLength": LONGEST_EXPRESSION}
    query = mapping({"expr": given(expression), "fields": given(readable)}, ["expr", "fields"])
    typed = {name: {"$ref": f"#/$defs/{type_of(field)}"} for name, field in known.items()}
    return mapping({**typed, **combined, predicates.QUERY: query, **more}, minProperties=1)


def fields() -> Schema:
    """A list of fields."""
    return {"$ref": "#/$defs/fields"}


def definitions() -> Mapping[str, Schema]:
    """Shared definitions."""
    return {
        "parameter": {"type": "string", "pattern": rf"^\${grammar.PARAMETER.pattern}$"},
        "rule": rule(),
        "predicate": predicate(FIELDS, PREDICATE, many(given(words(name for name in FIELDS if holder(name) == name))), **{predicates.TAG: tag()}),
        "settings": predicate(SETTINGS, SETTINGS_PREDICATE, many(given(words(SETTINGS)))),
        "fields": many(given(words(FIELDS))),
        **{type_of(field): field_schema(field) for field in (*FIELDS.values(), *SETTINGS.values())},
        **{check.__name__: given(schema) for check, schema in OF_ANY.items()},
    }


# --- statements ---


def keys(known: Iterable[str] = FLEET_KEYS) -> Schema:
    """A list of keys that tell stores apart."""
    return given(many(given(words(known))))


STORE_KEYS = [key for key in FLEET_KEYS if key != "kind"]
NAMES = given(listed(PATTERN))
BY_KIND: Schema = {"required": ["per"], "properties": {"per": {"type": "array", "contains": {"const": "kind"}}}}
OF: Schema = {"anyOf": [{"const": statements.ALL}, many(given({"type": "string", "minLength": 1, "pattern": LITERAL})), PARAMETER]}
ONE_KEY: Schema = {"properties": {"by": {"anyOf": [PARAMETER, {"type": "array", "maxItems": 1}]}}}

STATEMENTS: Mapping[str, Schema] = {
    "required": {"anyOf": [listed(PATTERN), mapping({"names": NAMES, "where": PREDICATE, "per": keys(STORE_KEYS)}, ["names"])]},
    "forbidden": {"anyOf": [listed(PATTERN), mapping({"names": NAMES, "where": PREDICATE}, minProperties=1)]},
    "count": mapping(
        {"min": given({**WHOLE, "minimum": 1}), "max": given(WHOLE), "quota": given(WHOLE), "headroom": given(WHOLE), "per": keys()},
        anyOf=[{"required": [key]} for key in ("min", "max", "quota")],
        dependentRequired={"headroom": ["quota"]},
        dependentSchemas={"min": {"not": BY_KIND}},
    ),
    "complete": given({"const": True}),
    "covers_organization": given({"const": True}),
    "fresh": mapping({"max_age": given(DURATION)}, ["max_age"]),
    "present_in": {
        "anyOf": [
            many(given(words(STORE_KEYS))),
            mapping(
                {"by": keys(STORE_KEYS), "key": given(words(IDENTITIES)), "of": OF},
                ["by"],
                anyOf=[{"not": {"required": ["of"]}}, {"properties": {"of": {"const": statements.ALL}}}, ONE_KEY],
            ),
        ]
    },
    "same": mapping({"fields": given(fields()), "key": given(words(IDENTITIES)), "by": keys(STORE_KEYS)}, ["fields", "by"]),
    "unique": mapping({"fields": given(fields()), "within": keys()}, ["fields"]),
    "resolves": mapping(
        {"field": given(words(name for name, field in FIELDS.items() if field.types == {TEXT})), "service": given(words(PROVIDERS))}, ["field", "service"]
    ),
    "service": SETTINGS_PREDICATE,
    "unchanged_since": mapping({"baseline": {"type": "string"}, "allow": given(many(given(words(CHANGES)))), "fields": given(fields())}, ["baseline"]),
}


# --- files ---


def rule() -> Schema:
    """One rule."""
    clouds = {"anyOf": [words(PROVIDERS), {**PATTERN, "allOf": [{"pattern": arguments.MAGIC.pattern}]}]}
    return mapping(
        {
            "id": {"type": "string", "pattern": f"^{grammar.RULE_ID.pattern}$", "not": words(RESERVED)},
            "title": told(LONGEST_TITLE),
            "severity": words(SEVERITIES),
            "scopes": mapping(
                {key: given(one_or_more(clouds if key == "provider" else PATTERN)) for key in SCOPES},
                patternProperties={f"^{grammar.LABEL.pattern}$": given(one_or_more(PATTERN))},
                minProperties=1,
            ),
            "select": PREDICATE,
            "expect": PREDICATE,
            "fleet": mapping(STATEMENTS, minProperties=1, maxProperties=1),
            "on_empty": words(ON_EMPTY),
            "allow_filtered": {"type": "boolean"},
            "owner": text(LONGEST_TITLE),
            "remediation": told(LONGEST_TEXT),
            "message": told(LONGEST_TEXT),
            "references": many(text(LONGEST_TEXT)),
        },
        ["id", "title", "severity"],
        oneOf=[{"required": ["expect"]}, {"required": ["fleet"]}],
    )


def rules() -> Schema:
    """A rule file."""
    value: Schema = {"type": ["string", "number", "boolean"]}
    return {
        "$schema": DIALECT,
        "$id": f"{ADDRESS}/rules.schema.json",
        "title": "Rules of multicloud.secrets.secrets_audit",
        "anyOf": [
            mapping(
                {
                    "rules": many({"$ref": "#/$defs/rule"}),
                    "owners": many(mapping({"select": PREDICATE, "owner": text(LONGEST_TITLE)}, ["select", "owner"])),
                    "owner_tag": text(grammar.LONGEST_TAG_KEY),
                    "params": {
                        "type": "object",
                        "propertyNames": {"pattern": f"^{grammar.PARAMETER.pattern}$"},
                        "additionalProperties": {"anyOf": [value, many(value)]},
                    },
                },
                ["rules"],
            ),
            many({"$ref": "#/$defs/rule"}),
        ],
        "$defs": definitions(),
    }


def excuses() -> Schema:
    """A waiver file."""
    provider = rf"({'|'.join(PROVIDERS)}|[^/]*{arguments.MAGIC.pattern}[^/]*|)"
    longest = f"(?![^/]{{{arguments.LONGEST_PATTERN + 1},}})"
    secret = rf"^{longest}{provider}/{longest}[^/]*/{longest}[^/]*/[\s\S]{{0,{arguments.LONGEST_PATTERN}}}$"
    waiver = mapping(
        {
            "rule": {"type": "string", "pattern": f"^{grammar.RULE_ID.pattern}$", "not": words(RESERVED)},
            "secret": {"type": "string", "pattern": secret},
            "reason": text(LONGEST_TEXT),
            "owner": text(LONGEST_TITLE),
            "expires": {"type": "string", "pattern": DAY},
            "ticket": text(LONGEST_TITLE),
            "id": text(arguments.LONGEST_PATTERN),
        },
        waivers.REQUIRED,
    )
    some = {"type": "array", "items": waiver}
    return {
        "$schema": DIALECT,
        "$id": f"{ADDRESS}/waivers.schema.json",
        "title": "Waivers of multicloud.secrets.secrets_audit",
        "anyOf": [mapping({"waivers": some}, ["waivers"]), some],
    }


SCHEMAS: Mapping[str, Callable[[], Schema]] = {"rules.schema.json": rules, "waivers.schema.json": excuses}


def written(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in SCHEMAS.items():
        (FOLDER / name).write_text(written(make()), encoding="utf-8")
