# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A JMESPath expression of the user, bounded in what it may cost."""

from __future__ import annotations

import json
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .errors import SecretsError, unknown_name
from .machine import no_memory
from .records import Record
from .redaction import printable

LONGEST_EXPRESSION = 4096
LARGEST_RESULT = 64 << 20
LONGEST_REASON = 500
LONGEST_NAME = 64
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


class Query:
    """A compiled expression. Raises SecretsError of kind 'query' if it is none, before anything is asked of a cloud."""

    def __init__(self, expression: str) -> None:
        import jmespath
        import jmespath.visitor

        if len(expression) > LONGEST_EXPRESSION:
            raise SecretsError("query", f"query: the expression has {len(expression)} characters; {LONGEST_EXPRESSION} are allowed")
        try:
            self._compiled = jmespath.compile(expression)
        except (jmespath.exceptions.JMESPathError, RecursionError) as error:
            raise _fault(expression, error) from None
        self._expression = expression
        self._interpreter = jmespath.visitor.TreeInterpreter()

    def apply(self, records: Sequence[Record]) -> Any:
        """Result of the expression over the list of records. Raises SecretsError if it fails, or if its input or result is too large."""
        try:
            with time_limit(SECONDS + SECONDS_FOR_EACH_RECORD * len(records)):
                result = self._compiled.search(list(records))
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
        """Result of the expression for one value. Raises jmespath's errors, and has no limit of its own.

        As jmespath's own search(), but with one interpreter for all values: a new one each time costs more than the question.
        """
        return self._interpreter.visit(self._compiled.parsed, value)

    def names(self) -> set[str]:
        """Every name that stands in the expression for a key of what it is asked about."""
        return self._values("field")

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
