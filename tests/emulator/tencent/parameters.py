# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of a request: JSON of a POST, or the flattened query of a GET (TagFilters.0.TagKey=...), checked by name and type.

Source: the vendor's API definition (tccli 3.1.189.1). An undefined parameter is an error, as the vendor's common error list says.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from ..calls import ApiError
from ..wire import Request

INTEGER, TEXT, TEXTS, TAGS, ANY = "uint64", "string", "strings", "tags", "any"


def read(request: Request, types: dict[str, str]) -> dict[str, Any]:
    """All parameters, known and of the right type."""
    given = unflatten(request.query) if request.method == "GET" else from_json(request.body)
    for name, value in given.items():
        if name not in types:
            raise ApiError("UnknownParameter", f"The parameter `{name}` is not recognized.")
        if value is not None:
            given[name] = checked(name, value, types[name], request.method == "GET")
    return {name: value for name, value in given.items() if value is not None}


def from_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a POST."""
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ApiError("InvalidParameter", "The request body is not a valid JSON object.")
    return given


def unflatten(query: str) -> dict[str, Any]:
    """The nested form of a flattened query."""
    root: dict[str, Any] = {}
    for path, value in parse_qsl(query, keep_blank_values=True):
        holder = root
        *way, last = path.split(".")
        for step in way:
            holder = holder.setdefault(step, {})
            if not isinstance(holder, dict):
                raise ApiError("InvalidParameter", f"The parameter `{path}` is not well formed.")
        holder[last] = value
    return {name: as_lists(value) for name, value in root.items()}


def as_lists(value: Any) -> Any:
    """Mappings with the keys 0, 1, 2... are lists."""
    if not isinstance(value, dict):
        return value
    if all(key.isdigit() for key in value):
        return [as_lists(value[key]) for key in sorted(value, key=int)]
    return {key: as_lists(item) for key, item in value.items()}


def checked(name: str, value: Any, kind: str, is_text: bool) -> Any:
    """One value of the right type; a GET has nothing but text."""
    if kind == INTEGER:
        if is_text and str(value).isdigit():
            value = int(value)
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    elif kind == TEXTS:
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    elif kind == TAGS:
        good = isinstance(value, list) and all(tag_filter(name, item) for item in value)
    else:
        good = kind == ANY or isinstance(value, str)
    if not good:
        raise ApiError("InvalidParameter", f"The value type of the parameter `{name}` is not valid.")
    return value


def tag_filter(name: str, item: Any) -> bool:
    """One TagFilter: TagKey is required, TagValue a list of texts."""
    if not isinstance(item, dict):
        return False
    for key in item:
        if key not in ("TagKey", "TagValue"):
            raise ApiError("UnknownParameter", f"The parameter `{name}.{key}` is not recognized.")
    if item.get("TagKey") is None:
        raise ApiError("MissingParameter", f"The request is missing a required parameter `{name}.TagKey`.")
    values = item.get("TagValue") or []
    return isinstance(item["TagKey"], str) and isinstance(values, list) and all(isinstance(value, str) for value in values)
