# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON as the standard means it: UTF-8, no NaN, no duplicate keys, no depth that could crash the reader."""

from __future__ import annotations

import json
from typing import Any

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class CutOff(ValueError):
    """The document ends too early."""


def loads(content: bytes) -> Any:
    """The value of a JSON document in UTF-8. Raises ValueError, with a reason fit to be shown, for anything else."""
    try:
        document = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    try:
        return json.loads(document, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(document.rstrip()) or error.msg.startswith("Unterminated string")
        raise (CutOff if cut_off else ValueError)(f"not JSON at line {error.lineno}, column {error.colno}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is out of range")
    return number


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return mapping
