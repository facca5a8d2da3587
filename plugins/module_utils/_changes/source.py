# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source at work: list, compare, write the cursor, hand the events over, wait, and again.

What one wrong answer would be enough for, a secret that vanished or a store that cannot be listed, is listed once more before it is told.
Events are in the cursor before the first of them leaves, and are marked there once they have been handed over. Who is
killed in between hands the unmarked ones over again, with the ids that they had.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from ansible.module_utils.basic import missing_required_lib

from .._audit.values import reader
from .._core import files
from .._core.clock import Clock
from .._core.errors import SecretsError
from .._core.machine import as_error
from .._core.redaction import Redactor, printable
from .._core.values import iso_time
from .._listing.accounts import Runtime, refuse_no_credentials
from .._wire import http_client
from .cursor import Cursor
from .events import ListingComparison, doubtful
from .listing import is_out, list_call
from .memory import Event, Remembered, Seen, confirmed, watching
from .settings import Call, ReadYaml, Services, SourceSettings, read_settings

T = TypeVar("T")

LONGEST_WAIT = 900.0
"""Seconds between two listings at most, while a cloud is out of order, unless the interval itself is longer."""
GLANCES, GLANCE = 5000, 0.02
"""How often to look, between any two steps of the event loop, whether the engine has taken an event, so that the mark is there
before the engine acts; and the seconds between two looks from then on, when the engine is busy."""
ENOUGH = 10.0
"""Seconds after which an event counts as taken from a queue that is never empty."""
AT_ONCE = 4
"""Events that may be unmarked at once where the engine keeps them: it recognises the latest five by their ids, if they come again."""
SETTLE = 2.0
"""Seconds that the engine's database may take until what it has confirmed survives its end."""

log = logging.getLogger("multicloud.secrets.secret_changes")


async def watch(queue: Any, args: Mapping[str, Any], services: Services, read_yaml: ReadYaml) -> None:
    """Put events on the queue until the task is cancelled. Raises RuntimeError, in words for people, where it cannot begin or go on."""
    clock, redactor = Clock(), Redactor()
    runtime = Runtime(os.environ, clock.now, redactor)
    fault: SecretsError  # raised outside of 'except', so that no traceback shows what was raised before
    try:
        if lack := http_client.library_fault():
            raise lack
        if http_client.MISSING_LIBRARY:
            raise SecretsError("library", missing_required_lib("requests"))
        settings = read_settings(args, services, runtime, read_yaml)
        plans = [call.plan(runtime) for call in settings.calls]
        refuse_no_credentials([account for plan in plans for account in plan.accounts])
        if any(plan.connection.verify is False for plan in plans):
            log.warning("validate_certs is false: anybody on the network path can read and change the answers")
        files.check_target(settings.cursor)
        with files.locked(settings.cursor):
            await ChangeSource(queue, settings, services, runtime, clock).run()
    except Exception as error:
        fault = as_error(error)
    raise RuntimeError(printable(redactor.text(fault.sentence()), 4000))


class ChangeSource:
    """One event source, from its cursor on."""

    def __init__(self, queue: Any, settings: SourceSettings, services: Services, runtime: Runtime, clock: Clock) -> None:
        self._queue = queue
        self._settings = settings
        self._runtime = runtime
        self._clock = clock
        self._cursor = Cursor(settings.cursor)
        readers = {name: reader(settings.fields, service.schema) for name, service in services.items()}
        self._comparison = ListingComparison(settings.fields, readers, settings.report_existing)
        self._troubles = 0
        self._warned: set[str] = set()

    async def run(self) -> None:
        """List and tell, over and over."""
        memory, events = self._begin()
        if events:
            log.info("handing over %d events from before the restart", len(events))
            await self._write(memory, events)
            await self._hand_over(memory, events)
        while True:
            seen = await self._look(self._settings.calls)
            events, after = await self._compared(memory, seen)
            if doubted := doubtful(events):
                owners = {each.key[:2]: each.owner for each in seen if each.owner}
                asked = {(provider, owners.get((provider, account), account)) for provider, account in doubted}
                seen = confirmed(seen, await self._look(self._calls_of(asked)))
                events, after = await self._compared(memory, seen)
            if after != memory and self._written(after, events):
                memory = after
                await self._hand_over(memory, events)
            await asyncio.sleep(self._pause(seen))

    def _begin(self) -> tuple[Remembered, list[Event]]:
        fields = tuple(field.name for field in self._settings.fields)
        found = self._cursor.read()
        if found is None:
            log.info("%s does not exist: beginning with a baseline", self._settings.cursor)
            return Remembered(self._clock.nonce(), fields), []
        memory, events = found
        return watching(memory, fields), events

    async def _look(self, calls: Sequence[Call]) -> list[Seen]:
        listings = [in_thread(partial(list_call, call, self._clock, self._runtime, self._warn)) for call in calls]
        return [each for seen in await asyncio.gather(*listings) for each in seen]

    def _calls_of(self, accounts: Collection[tuple[str, str]]) -> list[Call]:
        """The calls that list some accounts."""
        return [call for call in self._settings.calls if any((call.service.schema.provider, name) in accounts for name in call.accounts)]

    async def _compared(self, memory: Remembered, seen: Sequence[Seen]) -> tuple[list[Event], Remembered]:
        now = iso_time(self._clock.now())
        return await in_thread(partial(self._comparison.compare, memory, seen, self._settings.regions, now))

    def _warn(self, text: str) -> None:
        """Say it once, and not at every listing."""
        if text not in self._warned:
            self._warned.add(text)
            log.warning("%s", text)

    def _pause(self, seen: Sequence[Seen]) -> float:
        """Seconds to the next listing: the interval, and twice as long each time that a cloud is out of order."""
        self._troubles = self._troubles + 1 if is_out(seen) else 0
        interval = self._settings.interval
        wait = min(interval * 2.0 ** min(self._troubles, 20), max(interval, LONGEST_WAIT))
        if self._troubles:
            log.warning("a cloud fails or refuses requests: the next listing is in %.0f seconds", wait)
        return wait if not self._troubles else wait * (0.75 + self._clock.random() / 4)

    def _written(self, memory: Remembered, events: Sequence[Event]) -> bool:
        """Write the cursor; False if that failed. The next listing then finds the same changes."""
        try:
            self._cursor.write(memory, events, self._clock.nonce())
        except SecretsError as error:
            log.error("the cursor cannot be written, so %d events wait: %s", len(events), error.sentence())
            return False
        return True

    async def _write(self, memory: Remembered, events: Sequence[Event]) -> None:
        while not self._written(memory, events):
            await asyncio.sleep(self._settings.interval)

    async def _hand_over(self, memory: Remembered, events: Sequence[Event]) -> None:
        """Put the events on the queue, in their order, and mark each as soon as the engine has it."""
        step = 1 if self._settings.feedback is None else AT_ONCE
        for first in range(0, len(events), step):
            last = first + step
            batch, rest = events[first:last], events[last:]
            for event in batch:
                await self._put(event)
                await (self._taken() if self._settings.feedback is None else self._confirmed(event["id"]))
            if self._settings.feedback is not None:
                await asyncio.sleep(SETTLE)
            await self._mark(memory, len(batch), rest)

    async def _put(self, event: Event) -> None:
        try:
            await self._queue.put({**event, "meta": dict(event["meta"])})
        except Exception as error:
            fault = f"event {event['id']} could not be put on the queue: {type(error).__name__}"
        else:
            return
        raise SecretsError("argument", fault, hint="Check the filters of the source, because each event passes them.")

    async def _taken(self) -> None:
        """Wait until the engine has taken the event from its queue. Other sources may use that queue, and keep it full."""
        for glance in range(GLANCES + round(ENOUGH / GLANCE)):
            if self._idle():
                return
            await asyncio.sleep(0 if glance < GLANCES else GLANCE)

    def _idle(self) -> bool:
        """Whether the engine's queue is empty, as far as it can be seen."""
        line = getattr(self._queue, "queue", self._queue)
        return line.empty() if hasattr(line, "empty") else True

    async def _confirmed(self, identity: str) -> None:
        """Wait until the engine says that it has the event."""

        async def heard() -> None:
            while (await self._settings.feedback.get())["meta"]["uuid"] != identity:
                pass

        seconds = self._settings.feedback_timeout
        while True:
            try:
                return await asyncio.wait_for(heard(), seconds)
            except asyncio.TimeoutError:
                log.warning("the engine has not confirmed event %s in %g seconds", identity, seconds)
            if self._idle():  # else it is busy, and will come to it
                hint = "Start ansible-rulebook again; it gets the event again."
                raise SecretsError("timeout", f"the engine took event {identity} and did not confirm it", hint=hint)

    async def _mark(self, memory: Remembered, count: int, rest: Sequence[Event]) -> None:
        wait = 1.0
        while True:
            try:
                return self._cursor.mark(count)
            except SecretsError as error:
                log.error("the cursor cannot be written, so later events wait: %s", error.sentence())
            if self._written(memory, rest):
                return None
            await asyncio.sleep(wait)
            wait = min(2 * wait, 60.0)


async def in_thread(function: Callable[[], T]) -> T:
    """Run a function beside the event loop, in a thread that nobody waits for when the task is cancelled or the program ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: Any) -> None:
        if not done.done():
            setter(value)

    def work() -> None:
        setter: Callable[[Any], None]
        value: Any
        try:
            setter, value = done.set_result, function()
        except BaseException as error:
            setter, value = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, setter, value)

    threading.Thread(target=work, name="secret-changes", daemon=True).start()
    return await done
