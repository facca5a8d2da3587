# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JMESPath expression of the user, bounded in what it may cost."""

from __future__ import annotations

import json
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

from .errors import SecretsError, unknown_name
from .machine import no_memory
from .records import Record
from .redaction import LONGEST_NAME, printable
from .values import composed

LONGEST_EXPRESSION = 4096
LARGEST_RESULT = 64 << 20
LARGEST_ANSWER = 4 << 20
"""What an expression may build for one record."""
MORE_FOR_EACH_RECORD = 10_000
"""Bytes that an expression over many records may build for each of them, besides a result."""
LEAST = 8
"""What the smallest value weighs."""
END = object()
LONGEST_REASON = 500
SECONDS = 10.0
SECONDS_FOR_EACH_RECORD = 1e-4
SECONDS_BETWEEN_ALARMS = 1.0
SYNTAX = "See https://jmespath.org for the syntax; try the expression on one record first."


def missing_library() -> str | None:
    """The traceback of the failed import of jmespath, or None. It is imported only where a query is given."""
    try:
        import jmespath  # noqa: F401, pylint: disable=unused-import

        return None
    except ImportError:
        return traceback.format_exc()


class QueryComparison(NamedTuple):
    """A comparison of a key with a value in an expression. operator: eq, ne, gt, gte, lt, lte. denied: whether the expression wants it to be false."""

    key: str
    operator: str
    value: Any
    denied: bool


class Query:
    """A compiled expression. Raises SecretsError of kind 'query' if it is none, before anything is asked of a cloud."""

    def __init__(self, expression: str) -> None:
        import jmespath

        if len(expression) > LONGEST_EXPRESSION:
            raise SecretsError("query", f"query: the expression has {len(expression)} characters; {LONGEST_EXPRESSION} are allowed")
        try:
            self._compiled = jmespath.compile(expression)
        except (jmespath.exceptions.JMESPathError, RecursionError) as error:
            raise _fault(expression, error) from None
        self._expression = expression
        self._interpreter = _interpreter()

    def apply(self, records: Sequence[Record]) -> Any:
        """Result of the expression over the list of records. Raises SecretsError if it fails, or if its input or result is too large."""
        try:
            with time_limit(SECONDS + SECONDS_FOR_EACH_RECORD * len(records)):
                result = self._interpreter.ask(self._compiled.parsed, list(records), LARGEST_RESULT + MORE_FOR_EACH_RECORD * len(records))
                self._weigh(result)
                return result
        except SecretsError:
            raise
        except TooLong:
            raise SecretsError("query", "query: the expression takes too long", hint="Make it simpler, or write the records to dest.") from None
        except MemoryError:
            raise no_memory() from None
        except Exception as error:
            raise _fault(self._expression, error) from None

    def ask(self, value: Any) -> Any:
        """Result of the expression for one value. Raises jmespath's errors, and SecretsError where it builds too much.

        As jmespath's own search(), but with one interpreter for all values: a new one each time costs more than the question.
        """
        return self._interpreter.ask(self._compiled.parsed, value, LARGEST_ANSWER)

    def in_one_form(self) -> Query | None:
        """The same expression with its texts as values.composed() makes them; None where all its characters have one form only."""
        return None if self._expression.isascii() else Query(composed(self._expression))

    def names(self) -> set[str]:
        """Every name that stands in the expression for a key of what it is asked about."""
        return self._values("field")

    def comparisons(self) -> list[QueryComparison]:
        """The comparisons that the expression is made of; not those inside its lists and calls."""
        return list(_comparisons(self._compiled.parsed, False))

    def strangers(self, known: Iterable[str]) -> list[str]:
        """Names in the expression that are neither known ones nor names that the expression itself gives to something."""
        return sorted(self.names() - self._values("key_val_pair") - set(known))

    def _values(self, kind: str) -> set[str]:
        """The values of all nodes of a kind."""
        found, waiting = set(), [self._compiled.parsed]
        while waiting:
            node = waiting.pop()
            if node["type"] == kind:
                found.add(node["value"])
            waiting += [child for child in node["children"] if isinstance(child, dict)]
        return found

    def _weigh(self, result: Any) -> None:
        weight = 0
        for piece in json.JSONEncoder(allow_nan=False).iterencode(result):
            weight += len(piece)
            if weight > LARGEST_RESULT:
                raise SecretsError("query", f"query: the result is larger than {LARGEST_RESULT} bytes")


def _comparisons(node: Any, denied: bool) -> Iterator[QueryComparison]:
    if node["type"] in ("and_expression", "or_expression", "not_expression"):
        for child in node["children"]:
            yield from _comparisons(child, denied != (node["type"] == "not_expression"))
    elif node["type"] == "comparator":
        one, other = node["children"]
        for key, value, turned in ((_key(one), other, False), (_key(other), one, True)):
            if key and value["type"] == "literal":
                yield QueryComparison(key, TURNED.get(node["value"], node["value"]) if turned else node["value"], value["value"], denied)


def _key(node: Any) -> str:
    """The key, or the path of keys, that a node reads. Empty if it reads something else."""
    if node["type"] == "field":
        return str(node["value"])
    keys = [_key(child) for child in node["children"]] if node["type"] == "subexpression" else []
    return ".".join(keys) if all(keys) else ""


TURNED = {"gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte"}


def stranger_warnings(query: Query, known: Iterable[str], records: Callable[[], Sequence[Record]]) -> list[str]:
    """A warning for each name in a query that no record has: it is misspelt, or a text in the wrong quotes.

    records: gives the records, which are looked through only where a name is not one that all records have.
    """
    names = sorted(known)
    strangers = query.strangers(names)
    if strangers:
        strangers = sorted(set(strangers) - _keys(records()))
    told = [unknown_name("field", printable(name, LONGEST_NAME), names).partition("; known:")[0] for name in strangers]
    return [f"query: {text}{'' if text.endswith('?') else '.'} No record has it. A text stands in single quotes, such as 'enabled'." for text in told]


def _keys(value: Any) -> set[str]:
    """All keys of mappings in a value, however deep."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            found.update(each)
            waiting += each.values()
        elif isinstance(each, (list, tuple)):
            waiting += each
    return found


def _interpreter() -> Any:
    """jmespath's own interpreter, which stops where an expression builds too much.

    What shares its parts is small in memory, and may be without end when it is compared or written out. So what a list or
    mapping in an expression makes, and each text that is made of others, is weighed as if it were written out. All that one
    question makes together has a limit. Nothing else in JMESPath makes more than it was given.
    """
    import jmespath.functions
    import jmespath.visitor

    class Functions(jmespath.functions.Functions):
        """jmespath's own; what makes a text of others is weighed before and after."""

        charge: Callable[..., Any]

        def call_function(self, function_name: str, resolved_args: Any) -> Any:
            if function_name not in ("join", "to_string"):
                return super().call_function(function_name, resolved_args)
            self.charge(resolved_args, len(resolved_args[0]) if function_name == "join" and isinstance(resolved_args[0], str) else 0)
            return self.charge(super().call_function(function_name, resolved_args))

    class Interpreter(jmespath.visitor.TreeInterpreter):
        """jmespath's own, with a limit."""

        def ask(self, node: Any, value: Any, limit: int) -> Any:
            self._left = limit
            return self.visit(node, value)

        def visit_multi_select_list(self, node: Any, value: Any) -> Any:
            return self.charge(super().visit_multi_select_list(node, value))

        def visit_multi_select_dict(self, node: Any, value: Any) -> Any:
            return self.charge(super().visit_multi_select_dict(node, value))

        def charge(self, made: Any, between: int = 0) -> Any:
            self._left -= weight(made, self._left, between)
            if self._left < 0:
                raise SecretsError("query", "query: the expression builds too much", hint="Make it simpler, or write the records to dest.")
            return made

    functions = Functions()
    interpreter = Interpreter(jmespath.visitor.Options(custom_functions=functions))
    functions.charge = interpreter.charge
    return interpreter


def weight(value: Any, most: int, between: int = 0) -> int:
    """About how many bytes a value takes when it is written out; counting ends past 'most'. between: bytes behind each part."""
    total, waiting = 0, [iter((value,))]
    while waiting and total <= most:
        part = next(waiting[-1], END)
        if part is END:
            waiting.pop()
            continue
        total += LEAST + between
        if isinstance(part, str):
            total += len(part)
        elif isinstance(part, Mapping):
            waiting.append(chain.from_iterable(part.items()))
        elif isinstance(part, (list, tuple)):
            waiting.append(iter(part))
    return total


class TooLong(Exception):
    """The time of time_limit() is over."""


@contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise TooLong in the block after so many seconds; a call of what it gives starts them anew.

    Nothing is being listed any more when a query or a rule runs, so a signal can end it. It comes again and again: Python
    swallows what is raised while it collects garbage.
    """

    def too_long(number: int, frame: Any) -> None:
        raise TooLong

    def renew() -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds, SECONDS_BETWEEN_ALARMS)

    before = signal.signal(signal.SIGALRM, too_long)
    try:
        renew()
        yield renew
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _fault(expression: str, error: Exception) -> SecretsError:
    reason = printable(" ".join(str(error).split()), LONGEST_REASON) or type(error).__name__
    return SecretsError("query", f"query: {expression!r}: {reason}", hint=SYNTAX)
