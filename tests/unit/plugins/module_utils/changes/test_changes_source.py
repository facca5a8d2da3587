# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source with its real cursor and an engine of a few lines, killed at any of its calls to the operating system."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._changes import source
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Event, Remembered, Seen
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.settings import SourceSettings
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.tests.unit.fakes import FakeClock
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.changes import worlds

CALLS = ("fsync", "rename", "pwrite")
"""What is between a moment and the next on the disk."""


class Killed(BaseException):
    """The process is gone."""


class Over(BaseException):
    """Nothing more changes."""


class Engine:
    """Stand-in for ansible-rulebook's side of an event source. With feedback it keeps what it has confirmed, once its database is at rest,
    and knows the last five by their ids; without, it has acted on an event as soon as it has taken it."""

    def __init__(self, feedback: bool) -> None:
        self.kept: list[Event] = []
        self.at_rest = 0
        self.feedback = feedback

    def crash(self, lost: int) -> None:
        """The process is killed, and of what the database had not written yet so many are lost."""
        if self.feedback:
            del self.kept[max(self.at_rest, len(self.kept) - lost) :]
        self.at_rest = len(self.kept)

    async def serve(self, line: asyncio.Queue[Event], feedback: asyncio.Queue[Event]) -> None:
        while True:
            event = await line.get()
            recent = [each["id"] for each in self.kept[-5:]] if self.feedback else []
            if event["id"] not in recent:
                self.kept.append(event)
            if self.feedback:
                await feedback.put(event)


class Scripted(source.ChangeSource):
    """An event source that sees one world after the other, and each of them until it has told all of it."""

    worlds: list[worlds.World]

    async def _look(self, calls: Any) -> list[Seen]:
        return worlds.look(self.worlds[0])

    def _pause(self, seen: Any) -> float:
        del self.worlds[0]
        if not self.worlds:
            raise Over
        return 0.0


def scripted(path: str, history: list[worlds.World], engine: Engine, line: Any, feedback: Any) -> Scripted:
    clock = FakeClock()
    clock.nonces = len(history)
    made = SourceSettings([], worlds.REGIONS, worlds.FIELDS, path, 1.0, False, feedback if engine.feedback else None, 5.0)
    scripted_source = Scripted(line, made, {}, Runtime({}, clock.now, Redactor()), clock)
    scripted_source._comparison = worlds.comparison()
    scripted_source.worlds = history
    return scripted_source


@contextmanager
def killed_at(call: int, after: bool) -> Iterator[None]:
    """Within, the process ends at its n-th call of those above: before it, or right after it."""
    real = {name: getattr(os, name) for name in CALLS}
    left = [call]

    def ending(name: str) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Killed
            result = real[name](*args, **more)
            if left[0] == 0:
                raise Killed
            return result

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, ending(name))
        yield


async def life(path: str, history: list[worlds.World], engine: Engine) -> None:
    """One process, until it is killed or nothing more changes."""
    line: asyncio.Queue[Event] = asyncio.Queue(1)
    feedback: asyncio.Queue[Event] = asyncio.Queue(1)
    serving = asyncio.create_task(engine.serve(line, feedback))
    try:
        await scripted(path, history, engine, line, feedback).run()
    finally:
        serving.cancel()


def lives(path: str, history: list[worlds.World], engine: Engine, crashes: list[tuple[int, bool, int]]) -> None:
    """Start again after each crash, and once more, until nothing changes."""
    real_sleep, remaining = asyncio.sleep, list(history)

    async def sleep(seconds: float) -> None:
        await real_sleep(0)
        if seconds == source.SETTLE:
            engine.at_rest = len(engine.kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source.asyncio, "sleep", sleep)
        patch.setattr(source, "in_thread", direct)
        for call, after, lost in [*crashes, (0, False, 0)]:
            try:
                with killed_at(call, after):
                    asyncio.run(life(path, remaining, engine))
            except Killed:
                engine.crash(lost)
            except Over:
                return


async def direct(function: Callable[[], Any]) -> Any:
    return function()


STORE = st.tuples(
    st.sampled_from(["complete", "complete", "partial", "failed"]),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["Enabled", "Disabled"])),
)
WORLDS = st.lists(
    st.fixed_dictionaries({"r1": STORE, "r2": STORE}).map(
        lambda world: {region: (status, {} if status == "failed" else secrets) for region, (status, secrets) in world.items()}
    ),
    min_size=1,
    max_size=6,
)
CRASHES = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 9)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(WORLDS, CRASHES)
def test_with_feedback_nothing_is_lost_or_repeated_wherever_it_is_killed(history: list[worlds.World], crashes: list[tuple[int, bool, int]]) -> None:
    engine = Engine(feedback=True)
    with tempfile.TemporaryDirectory() as folder:
        lives(os.path.join(folder, "cursor"), history, engine, crashes)
    ids = [event["id"] for event in engine.kept]
    assert len(set(ids)) == len(ids)
    assert Counter(map(worlds.summary, engine.kept)) == worlds.expected(history)


@settings(max_examples=60, deadline=None)
@given(WORLDS, CRASHES)
def test_without_feedback_only_the_event_that_was_on_its_way_comes_again(history: list[worlds.World], crashes: list[tuple[int, bool, int]]) -> None:
    engine = Engine(feedback=False)
    with tempfile.TemporaryDirectory() as folder:
        lives(os.path.join(folder, "cursor"), history, engine, crashes)
    first = list({event["id"]: event for event in engine.kept}.values())
    assert Counter(map(worlds.summary, first)) == worlds.expected(history)
    again = len(engine.kept) - len(first)
    assert again <= len(crashes)
    together = [one["id"] for one, other in zip(engine.kept, engine.kept[1:]) if one["id"] == other["id"]]
    assert len(together) == again, "what comes again comes at once, with the id that it had"


@pytest.mark.parametrize("lost", [0, 3, 9])
@pytest.mark.parametrize("call", range(1, 14))
def test_a_burst_is_handed_over_in_steps_that_the_engine_recognises(tmp_path: Path, call: int, lost: int) -> None:
    history: list[worlds.World] = [{"r1": ("complete", {})}, {"r1": ("complete", dict.fromkeys("abcdefghi", "Enabled"))}]
    engine = Engine(feedback=True)
    lives(str(tmp_path / "cursor"), list(history), engine, [(call, False, lost)])
    assert Counter(map(worlds.summary, engine.kept)) == worlds.expected(history)


HISTORY: list[worlds.World] = [{"r1": ("complete", {})}, {"r1": ("complete", {"a": "Enabled", "b": "Enabled"})}]


@pytest.mark.parametrize("call", ["fsync", "pwrite"])
def test_a_full_disk_delays_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, caplog: pytest.LogCaptureFixture) -> None:
    real, failures = getattr(os, call), [OSError(28, "No space left on device")] * 3

    def full(*args: Any) -> Any:
        if engine.kept and failures:
            raise failures.pop()
        return real(*args)

    monkeypatch.setattr(os, call, full)
    engine = Engine(feedback=False)
    history = [HISTORY[0], *HISTORY[1:] * 6]
    lives(str(tmp_path / "cursor"), history, engine, [])
    assert Counter(map(worlds.summary, engine.kept)) == worlds.expected(HISTORY)
    assert not failures and "No space left on device" in caplog.text and "cannot be written" in caplog.text


def test_a_cursor_that_somebody_removes_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    path = tmp_path / "cursor"

    def removed(*args: Any) -> int:
        path.unlink(missing_ok=True)
        monkeypatch.setattr(os, "pwrite", real)
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(os, "pwrite", removed)
    engine = Engine(feedback=False)
    lives(str(path), list(HISTORY), engine, [])
    assert Counter(map(worlds.summary, engine.kept)) == worlds.expected(HISTORY)


def test_an_engine_that_does_not_confirm_ends_the_source(tmp_path: Path) -> None:
    async def silent() -> None:
        line: asyncio.Queue[Event] = asyncio.Queue(1)
        made = scripted(str(tmp_path / "cursor"), list(HISTORY), Engine(feedback=True), line, asyncio.Queue(1))
        made._settings = SourceSettings([], worlds.REGIONS, worlds.FIELDS, str(tmp_path / "cursor"), 1.0, False, asyncio.Queue(1), 0.05)
        running = asyncio.create_task(made.run())
        await asyncio.sleep(0.3)
        assert not running.done(), "while the event waits in the queue, the engine is busy"
        line.get_nowait()
        with pytest.raises(SecretsError, match="did not confirm"):
            await running

    asyncio.run(silent())


def test_a_queue_that_others_keep_full_does_not_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        put_there: list[Event] = []

        async def put(self, event: Event) -> None:
            self.put_there.append(event)

        def empty(self) -> bool:
            return False

    monkeypatch.setattr(source, "ENOUGH", 0.1)
    with pytest.raises(Over):
        asyncio.run(scripted(str(tmp_path / "cursor"), list(HISTORY), Engine(feedback=False), Full(), None).run())
    assert len(Full.put_there) == 3


def test_a_filter_that_fails_is_named(tmp_path: Path) -> None:
    class Filtered:
        async def put(self, event: Event) -> None:
            raise KeyError("severity")

    with pytest.raises(SecretsError, match="could not be put on the queue: KeyError"):
        asyncio.run(scripted(str(tmp_path / "cursor"), list(HISTORY), Engine(feedback=False), Filtered(), None).run())


def test_a_thread_is_left_behind_at_once() -> None:
    async def cancelled() -> None:
        waiting = asyncio.create_task(source.in_thread(lambda: __import__("time").sleep(30)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(waiting, 1.0)

    asyncio.run(cancelled())


def test_what_a_thread_raises_arrives() -> None:
    async def failing() -> None:
        with pytest.raises(ZeroDivisionError):
            await source.in_thread(lambda: 1 // 0)

    asyncio.run(failing())


def test_waiting_grows_while_a_cloud_is_out_of_order(tmp_path: Path) -> None:
    made = scripted(str(tmp_path / "cursor"), [], Engine(feedback=False), None, None)
    out = [Seen({"status": "failed", "error": {"kind": "timeout"}}, "")]
    denied = [Seen({"status": "failed", "error": {"kind": "denied"}}, "")]
    throttled = [Seen({"status": "partial", "error": {"kind": "throttled"}}, ""), Seen({"status": "complete", "error": None}, "")]
    pause = source.ChangeSource._pause
    assert [pause(made, out) for _time in range(3)] == [2 * 0.875, 4 * 0.875, 8 * 0.875]
    assert pause(made, denied) == 1.0 and pause(made, throttled) == 2 * 0.875 and pause(made, []) == 1.0
    assert [pause(made, out) for _time in range(40)][-1] == source.LONGEST_WAIT * 0.875


def test_it_begins_with_an_empty_memory(tmp_path: Path) -> None:
    memory, events = scripted(str(tmp_path / "cursor"), [], Engine(feedback=False), None, None)._begin()
    assert (memory, events) == (Remembered(f"{1:032x}", worlds.NAMES), [])


class Glancing(Scripted):
    """An event source each of whose listings sees the next world."""

    async def _look(self, calls: Any) -> list[Seen]:
        return worlds.look(self.worlds.pop(0))

    def _pause(self, seen: Any) -> float:
        if not self.worlds:
            raise Over
        return 0.0


def test_what_would_be_a_loss_is_listed_once_more_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: worlds.World = {"r1": ("complete", {"a": "Enabled", "b": "Enabled"})}
    empty: worlds.World = {"r1": ("complete", {})}
    hole: worlds.World = {"r1": ("failed", {})}
    engine, line = Engine(False), asyncio.Queue[Event]()

    def told(*history: worlds.World) -> list[str]:
        glancing = scripted(str(tmp_path / "cursor"), list(history), engine, line, None)
        glancing.__class__ = Glancing
        with pytest.raises(Over):
            asyncio.run(glancing.run())
        return [line.get_nowait()["type"] for _time in range(line.qsize())]

    monkeypatch.setattr(source, "in_thread", direct)
    monkeypatch.setattr(Glancing, "_idle", lambda self: True)
    assert told(whole) == ["listing_baseline"]
    assert told(empty, whole, hole, whole, whole) == []
    assert told(empty, empty) == ["secret_vanished", "secret_vanished"]
    assert told(hole, hole, hole, whole) == ["listing_incomplete", "listing_complete", "secret_appeared", "secret_appeared"]
