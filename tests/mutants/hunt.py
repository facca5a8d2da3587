# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hunt: pytest collects the tests once; then every mutant meets the tests of its function in a process of its own."""

from __future__ import annotations

import gc
import json
import os
import random
import select
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from changes import Mutant
from hypothesis import Phase, settings
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

KILLED, SURVIVED, TIMEOUT, UNTESTED = "killed", "survived", "timeout", "untested"
SILENCE = 120
"""Seconds of the clock after which a test that says nothing hangs."""
PATIENCE, ALLOWANCE = 10, 5
"""A test may take so many times the processor time that it took without a mutant, and so many seconds more."""


class Hunt:
    """A plugin of pytest, which runs tests by mutants and not by themselves.

    verdicts: by mutant, what became of it. left_out: tests that fail beside mutmut without any mutant.
    """

    def __init__(self, mutants: list[Mutant], examples: int, tell: Callable[[str], None]) -> None:
        self.mutants = mutants
        self.examples = examples
        self.tell = tell
        self.verdicts: dict[str, str] = {}
        self.left_out: list[str] = []
        self.collected = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Tests of laws meet fewer examples, always the same, and need not find the smallest that fails."""
        for function in {getattr(item, "obj", None) for item in items}:
            asked = getattr(function, "_hypothesis_internal_use_settings", None)
            if asked is not None:
                few = min(asked.max_examples, self.examples)
                phases = [Phase.explicit, Phase.generate]
                function._hypothesis_internal_use_settings = settings(asked, max_examples=few, derandomize=True, database=None, deadline=None, phases=phases)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """One run without a mutant tells which tests call which function; then mutant by mutant, the quickest tests first.

        Before that a second run without one has to succeed, in the new order, under the same limits of time and in the same
        kind of process: what fails there would count as killed.
        """
        self.collected = len(session.items)
        gc.collect()
        gc.freeze()
        known = self._calibrate(session.items)
        self.left_out = [item.nodeid for item in session.items if item.nodeid not in known]
        quickest = sorted((item for item in session.items if item.nodeid in known), key=lambda item: known[item.nodeid][0])
        if self._meet("", quickest, known) != SURVIVED:
            raise RuntimeError("without a mutant, and from the quickest to the slowest, the tests fail")
        for number, mutant in enumerate(self.mutants, 1):
            concerned = [item for item in quickest if mutant.function in known[item.nodeid][1]]
            self.verdicts[mutant.name] = self._meet(mutant.name, concerned, known) if concerned else UNTESTED
            if self.verdicts[mutant.name] != KILLED or number % 50 == 0:
                self.tell(f"{number} of {len(self.mutants)}: {self.verdicts[mutant.name]} {mutant.text}\n")
        return True

    def _calibrate(self, items: list[pytest.Item]) -> dict[str, tuple[float, list[str]]]:
        """By test that passes: its processor time, and the functions that it calls."""
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "known.json"

            def child(alive: Callable[[], None]) -> int:
                set_mutant_under_test("stats")
                known = {}
                for item in items:
                    alive()
                    state()._stats.clear()  # pylint: disable=protected-access
                    start = time.process_time()
                    if _passes(item, None):
                        known[item.nodeid] = time.process_time() - start, sorted(state()._stats)  # pylint: disable=protected-access
                book.write_text(json.dumps(known), encoding="utf-8")
                return 0

            if _in_child(child) != 0:
                raise RuntimeError("the tests did not come to an end without a mutant")
            return {name: (seconds, functions) for name, (seconds, functions) in json.loads(book.read_text(encoding="utf-8")).items()}

    def _meet(self, mutant: str, items: list[pytest.Item], known: dict[str, tuple[float, list[str]]]) -> str:
        """Whether a test fails where the mutant is at work."""

        def child(alive: Callable[[], None]) -> int:
            set_mutant_under_test(mutant)
            signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
            for item, following in zip(items, [*items[1:], None]):
                alive()
                signal.setitimer(signal.ITIMER_VIRTUAL, ALLOWANCE + PATIENCE * known[item.nodeid][0])
                if not _passes(item, following):
                    return 1
            return 0

        status = _in_child(child)
        return {0: SURVIVED, 1: KILLED}.get(status, TIMEOUT if status in (-signal.SIGVTALRM, -signal.SIGKILL) else KILLED)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    random.seed(0)
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _in_child(work: Callable[[Callable[[], None]], int]) -> int:
    """Exit status of a child that works, and negative the signal that ended it. One that is silent is killed, with its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setpgid(0, 0)
            os.close(reader)
            status = work(lambda: _write(writer))
        finally:
            os._exit(status)  # pylint: disable=protected-access
    os.close(writer)
    while select.select([reader], [], [], SILENCE)[0] and os.read(reader, 1 << 16):
        pass
    os.close(reader)
    pid, status = os.waitpid(child, os.WNOHANG)
    for _attempt in range(50):
        if pid:
            break
        time.sleep(0.02)
        pid, status = os.waitpid(child, os.WNOHANG)
    _kill_group(child)
    if not pid:
        pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _write(writer: int) -> None:
    os.write(writer, b".")


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def hunt(mutants: list[Mutant], tests: Iterable[str], examples: int, tell: Callable[[str], None]) -> Hunt:
    """Let mutants meet tests. Raises RuntimeError where the tests cannot be collected."""
    plugin = Hunt(mutants, examples, tell)
    status = pytest.main(["-q", "--no-header", "--tb=no", "--disable-warnings", "-p", "no:cacheprovider", "-p", "no:xdist", *tests], plugins=[plugin])
    if not plugin.verdicts:
        raise RuntimeError(f"pytest ended with status {int(status)} before it met a mutant")
    return plugin
