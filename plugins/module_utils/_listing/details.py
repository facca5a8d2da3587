# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a listing does not tell: the calls of the details that were asked for, once a store has been listed.

1. The details of a store begin when its listing has closed, each when those that it implies have ended.
2. A detail asks about subjects: one, several or all of them by one flow. A secret without a subject cannot have it.
3. Its first flow decides whether others are sent beside it. When several have failed and none has succeeded, for
   reasons that speak of more than one secret, the rest would only fail again, and is not asked for.
4. What a flow returns comes to the records through the spool. What could not be had is invalid in its records, and
   counted. A secret that is gone since the listing is no failure.
5. What is still open at the deadline was cut off. The status of the store stays that of its listing.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Any, cast

from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.machine import as_error
from .._core.messages import Request
from .._core.records import Record
from .._provider import Detail, DetailFlow, Provider
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .additions import SHORT, Addition, Note
from .ledger import DetailCount, Store
from .spool import Spool

OF_ONE_SECRET = frozenset({"request", "schema", "protocol", "pagination", "too_large", "internal"})
"""Kinds of errors that say nothing of other secrets."""
MOST_AT_ONCE = 32
"""Flows of one detail of one store on the way. More would wait here as well as in the scheduler."""
GRANT = "Grant"
"""How hints begin that name the actions of the listing. Others, such as that of a debt, help here as well."""
TRIES = 3
"""Flows that may fail before any has succeeded."""

PART = 1000
"""Additions that are written at once."""
ALIKE = 1024
"""Additions that are remembered, for secrets of which the cloud tells the same."""
LONGEST = 1 << 17
"""Bytes of an addition. More cannot be used: a record that grows too long to be written would end the listing of all."""
PLAIN = 2
"""The version of marshal that writes the same bytes for the same content."""

Chunk = list[tuple[Any, str, str]]
"""Secrets of one flow: the handle, the kind and the subject of each."""


def asked_details(details: Sequence[Detail], words: Collection[str]) -> tuple[Detail, ...]:
    """The details of these words and those that they imply, in an order in which none comes before what it implies."""
    by_word, chosen = {detail.word: detail for detail in details}, dict[str, Detail]()

    def choose(word: str) -> None:
        for implied in by_word[word].implies:
            choose(implied)
        chosen.setdefault(word, by_word[word])

    for detail in details:
        if detail.word in words:
            choose(detail.word)
    return tuple(chosen.values())


class Details:
    """The details of all stores of a task. Its functions are called as the collector's are, by one thread at a time.

    problem: why the spool could not be read or written, which is the end of the task.
    """

    def __init__(self, provider: Provider, words: Collection[str], scheduler: Scheduler, spool: Spool) -> None:
        self.provider = provider
        self.asked = asked_details(provider.details, words)
        self.words = tuple(detail.word for detail in self.asked)
        self.scheduler = scheduler
        self.spool: Any = spool
        self.open: list[_Pass] = []
        self.late: SecretsError | None = None
        self.problem: SecretsError | None = None
        self.at_once = [detail for detail in self.asked if not detail.implies]
        self._alike = lru_cache(maxsize=ALIKE)(self._addition)
        if self.asked:
            spool.grow(self._note)

    def begin(self, store: Store, tokens: Sequence[Any]) -> None:
        """Ask about the chosen records of a store that has been listed."""
        store.details = {word: DetailCount() for word in self.words}
        self.scheduler.allow(len(self.words))
        self._start(store, self.spool.handles(tokens), self.asked, frozenset())

    def end(self, seconds: float) -> None:
        """Nothing more comes: what is open was cut off by the deadline of so many seconds, and so is what would begin."""
        reason = f"the {seconds:g} seconds of the task ran out before all details had been asked for"
        self.late = SecretsError("deadline", reason, hint="Raise deadline, or ask for fewer details.")
        while self.open:
            self.open[0].go_on()

    def _note(self, record: Record) -> Note:
        """What the details are to know of a record. To keep all of it costs more than to ask for its subjects while it is there."""
        subjects = tuple([detail.subject(record, self.words) if detail.subject else None for detail in self.at_once])
        return record["kind"], subjects, record if len(subjects) < len(self.asked) else None

    def addition(self, word: str, kind: str, content: bytes) -> Addition:
        """What a row of a flow, packed, adds to a secret of this kind. Many secrets have the same."""
        return (self._alike if len(content) <= SHORT else self._addition)(word, kind, content)

    def _addition(self, word: str, kind: str, content: bytes) -> Addition:
        values, invalid = self.provider.schema.detail(word, marshal.loads(content), kind)
        addition = Addition(values, invalid)
        return addition if len(addition.packed) <= LONGEST else Addition({}, sorted({*values, *invalid}))

    def _start(self, store: Store, handles: Sequence[Any], waiting: Sequence[Detail], ended: frozenset[str]) -> None:
        """Start the details that wait for nothing; the others when those have ended."""
        ready = [detail for detail in waiting if ended.issuperset(detail.implies)]
        left = {detail.word for detail in ready}
        later = [detail for detail in waiting if detail not in ready]

        def end(word: str) -> None:
            left.remove(word)
            if later and not left:
                self._start(store, handles, later, ended.union(detail.word for detail in ready))

        for detail in ready:
            work = _Pass(self, store, detail, handles, partial(end, detail.word))
            self.open.append(work)
            work.go_on()


class _Pass:
    """One detail of one store."""

    def __init__(self, details: Details, store: Store, detail: Detail, handles: Sequence[Any], ended: Callable[[], None]) -> None:
        self._details = details
        self._store = store
        self._detail = detail
        self._handles = handles
        self._ended = ended
        self._count = store.details[detail.word]
        self._chunks = self._all_chunks()
        self._flows: dict[int, Chunk] = {}
        self._started = 0
        self._known: Mapping[str, Any] | None = None
        self._succeeded = False
        self._failures = 0
        self._pairs: dict[tuple[str, str], int] = {}
        self._which = array("l")
        """Where one flow asks for all: the kinds with their subjects, and for each handle which of them it has, or -1."""
        self._reason: SecretsError | None = None
        """Why no more is asked for."""

    def go_on(self, first: Callable[[], None] = lambda: None) -> None:
        """Ask for as much as may be on the way, and end when nothing is left. first: what is to be done before."""
        try:
            first()
            reason = self._reason = self._details.late or self._reason
            if self._details.late:
                for number in list(self._flows):
                    self._failed(number, self._details.late)
            while reason or len(self._flows) < (MOST_AT_ONCE if self._succeeded else 1):
                chunk = next(self._chunks, None)
                if chunk is None:
                    break
                self._count.secrets += self._counted(chunk)
                self._started += 1
                self._flows[self._started] = chunk
                if reason:
                    self._failed(self._started, reason)
                else:
                    self._run(self._started, chunk)
                    reason = self._reason
        except SecretsError as error:
            self._details.problem = self._details.problem or error
            self._flows.clear()
        if not self._flows and self in self._details.open:
            self._details.open.remove(self)
            self._ended()

    def _all_chunks(self) -> Iterator[Chunk]:
        """The secrets of each flow. Of a detail of the store as a whole, and of one walk for all, there is one chunk, and no secret in it."""
        detail, pairs = self._detail, self._pairs
        if detail.subject is None:
            yield []
        elif detail.batch is None:
            self._which.extend(-1 if subject is None else pairs.setdefault((kind, subject), len(pairs)) for _handle, kind, subject in self._read())
            if pairs:
                yield []
        else:
            secrets = ((handle, kind, subject) for handle, kind, subject in self._read() if subject is not None)
            while chunk := list(islice(secrets, detail.batch)):
                yield chunk

    def _read(self) -> Iterator[tuple[Any, str, str | None]]:
        """All records of the store with their kinds and subjects."""
        details, subject_of = self._details, self._detail.subject
        place = None if self._detail.implies else details.at_once.index(self._detail)
        for handle, (kind, subjects, record) in details.spool.notes(self._handles, place is None):
            if place is not None:
                yield handle, kind, subjects[place]
            elif subject_of is not None:
                yield handle, kind, subject_of(record, details.words)

    def _counted(self, chunk: Chunk) -> int:
        return len(chunk) or len(self._which) - self._which.count(-1)

    def _run(self, number: int, chunk: Chunk) -> None:
        """Start a flow."""
        asked = {subject for _handle, _kind, subject in chunk} or {subject for _kind, subject in self._pairs}
        subjects = [""] if self._detail.subject is None else sorted(asked)
        account = self._store.account
        flow = self._informed(Target(self._store.region, account.endpoint, account.place), subjects)
        self._step(number, flow, partial(next, flow))

    def _informed(self, target: Target, subjects: Sequence[str]) -> DetailFlow:
        """A flow, with what is asked for once. Until one has succeeded there is one at a time, so nobody asks beside it."""
        if self._detail.first is None:
            return (yield from self._detail.flow(target, subjects))
        if self._known is None:
            self._known = yield from self._detail.first(target)
        return (yield from self._detail.flow(target, subjects, self._known))

    def _step(self, number: int, flow: DetailFlow, resume: Callable[[], Request]) -> None:
        """Let a flow go on to its next request, or to its end."""
        try:
            request = resume()
        except StopIteration as end:
            self._told(number, end.value)
        except Exception as error:
            self._failed(number, as_error(error, f" in the detail {self._detail.word}"))
        else:
            self._ask(number, flow, request)

    def _ask(self, number: int, flow: DetailFlow, request: Request) -> None:
        provider, account, region = self._details.provider, self._store.account, self._store.region

        def resumed(resume: Callable[[], Request]) -> None:
            if number in self._flows:
                self.go_on(partial(self._step, number, flow, resume))

        def done(answer: Mapping[str, Any]) -> None:
            resumed(partial(flow.send, answer))

        def failed(error: SecretsError) -> None:
            resumed(partial(flow.throw, error))

        bucket = provider.bucket(request, region, account.credentials.identity)
        lane = (account.name, region, self._detail.word) if request.is_checked else None
        pending = PendingRequest(request, account.credentials, bucket, self._store.stats, done, failed, lane=lane, limit=provider.limit(request))
        self._details.scheduler.put(pending)

    def _told(self, number: int, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """What a flow has found comes to its secrets."""
        chunk, self._succeeded = self._flows.pop(number), True
        if self._detail.subject is None:
            self._store.service = self._details.provider.schema.service(self._detail.word, rows.get("", {}))
        else:
            self._add(chunk, rows)

    def _failed(self, number: int, error: SecretsError) -> None:
        """Secrets of a flow that failed."""
        chunk = self._flows.pop(number)
        if error.kind == "denied" and (error.hint or GRANT).startswith(GRANT):
            error.hint = f"{GRANT} the actions {' and '.join(self._detail.actions)}, or leave {self._detail.word} out of details."
        self._count.error = self._count.error or error
        self._count.failed += self._counted(chunk)
        if error.kind not in OF_ONE_SECRET:
            self._failures += 1
            if not self._succeeded and self._failures >= TRIES:
                self._reason = error
        if self._detail.subject is not None:
            self._add(chunk, {})

    def _add(self, chunk: Chunk, rows: Mapping[str, Mapping[str, Any]]) -> None:
        def addition(kind: str, subject: str) -> Addition:
            return self._details.addition(self._detail.word, kind, marshal.dumps(cast(Any, rows.get(subject)), PLAIN))

        if chunk:
            additions = ((handle, addition(kind, subject)) for handle, kind, subject in chunk)
        else:
            pairs = list(self._pairs)
            known = lru_cache(maxsize=ALIKE)(lambda which: addition(*pairs[which]))
            additions = ((handle, known(which)) for handle, which in zip(self._handles, self._which) if which >= 0)
        while part := list(islice(additions, PART)):
            self._details.spool.add(part)
