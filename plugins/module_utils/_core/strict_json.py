# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON as the standard means it: UTF-8, no NaN, no duplicate keys, no depth that could crash the reader."""

from __future__ import annotations

import json
import re
from typing import Any

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:]|[^\s{}\[\],:"]+', re.DOTALL)
NOT_UTF8 = "not UTF-8"
NOT_JSON = "not JSON"
TOO_DEEP = "nested too deeply"
TWICE = "not usable: a key occurs twice in one object"
OUT_OF_RANGE = "not usable: a number is out of range"
CONSTANT = "not usable: {} is not JSON"
"""What can be wrong, as it is said behind 'is'."""
DEEP = 100
"""Brackets after which a document that is nested too deeply begins to be so."""


class Malformed(ValueError):
    """What is wrong with a document, and where if that is known. It quotes nothing of what may be a credential."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason if line is None else f"{reason} at line {line}, column {column}")
        self.reason = reason


class CutOff(Malformed):
    """The document ends too early."""


def loads(content: bytes, first_line: int = 1, locate: bool = True) -> Any:
    """The value of a JSON document in UTF-8. Raises Malformed, with a reason fit to be shown, for anything else.

    first_line: the number of the document's first line in its file. locate: whether to look for the place of what is
    wrong even where that takes longer than to read the document.
    """
    content = content.removeprefix(BYTE_ORDER_MARK)
    try:
        document = content.decode("utf-8")
    except UnicodeDecodeError as error:
        good = content[: error.start].decode("utf-8")
        raise Malformed(NOT_UTF8, *_place(good, len(good), first_line)) from None
    try:
        return DECODER.decode(document)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(document.rstrip()) or error.msg.startswith("Unterminated string")
        raise (CutOff if cut_off else Malformed)(NOT_JSON, *_place(document, error.pos, first_line)) from None
    except RecursionError:
        reason = TOO_DEEP
    except Malformed as error:
        reason = error.reason
    except ValueError:  # Python computes no integer of thousands of digits
        reason = OUT_OF_RANGE
    offset = _offset(document, reason) if locate else None
    raise Malformed(reason) if offset is None else Malformed(reason, *_place(document, offset, first_line))


def _no_constant(name: str) -> Any:
    raise Malformed(CONSTANT.format(name))


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Malformed(OUT_OF_RANGE)
    return number


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise Malformed(TWICE)
    return mapping


DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_duplicates)


def _place(document: str, offset: int, first_line: int) -> tuple[int, int]:
    """The line and column of an offset."""
    return first_line + document.count("\n", 0, offset), offset - document.rfind("\n", 0, offset)


def _offset(document: str, reason: str) -> int | None:
    """Where the first thing stands that is wrong for this reason; all before it is JSON."""
    keys: list[set[str]] = []
    text = None
    for token in TOKEN.finditer(document):
        word = token[0]
        if word in "{[":
            keys.append(set())
            if reason == TOO_DEEP and len(keys) > DEEP:
                return token.start()
        elif word in "}]":
            keys.pop()
        elif word == ":" and text:
            key = json.loads(text[0])
            if reason == TWICE and key in keys[-1]:
                return text.start()
            keys[-1].add(key)
        elif word[0] == '"':
            text = token
        elif reason == CONSTANT.format(word) or (reason == OUT_OF_RANGE and not _in_range(word)):
            return token.start()
    return None


def _in_range(word: str) -> bool:
    try:
        DECODER.decode(word)
    except ValueError:
        return False
    return True
