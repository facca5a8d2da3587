# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How pages become one listing, and what that proves. No input or output: windows go out, pages come in.

A listing asks for windows, is given their pages in any order, and may ask for more until it has finished. Totals are
evidence, never the stop and never the only proof; a short page alone is never the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import SecretsError

OVERLAP = 5
"""Rows that neighbouring windows share at least; more where more were created within one second."""
MOST_BRIDGES = 12
MOST_READINGS = 4
LARGEST_TOTAL = 10**9
PROOFS = ("none", "once", "end", "twice", "union", "total")
"""From the weakest to the strongest. All but 'none' are complete."""


Mark = tuple[str, "int | None"]


@dataclass(frozen=True)
class Window:
    """One page to be asked for: 'size' rows from row 'start' on. reading: which time the listing is read."""

    start: int
    size: int
    reading: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What pages are compared by: identity and creation time (None if unreadable), and what stands for its content."""

    id: str
    moment: int | None
    content: Any

    @property
    def mark(self) -> Mark:
        """Identity and creation time: a secret deleted and made anew under its name is another one."""
        return self.id, self.moment


@dataclass(frozen=True)
class Page:
    """The rows of one window, the total that came with them (None if it is of no use), and the cloud's word for where
    the next page begins, if it has one."""

    rows: Sequence[Row]
    total: int | None
    token: str | None = None


@dataclass(frozen=True)
class _Read:
    window: Window
    page: Page
    round: int

    @property
    def rows(self) -> Sequence[Row]:
        return self.page.rows

    def position(self) -> tuple[int, int]:
        return self.window.start, self.window.size

    @property
    def end(self) -> int:
        return self.window.start + len(self.page.rows)

    @property
    def short(self) -> bool:
        return len(self.page.rows) < self.window.size

    @property
    def reaches_total(self) -> bool:
        """A page up to its own total, and not of the size that was asked for: two witnesses that nothing follows.

        (A page of just that size may have been cut there, and counted so.)
        """
        odd = len(self.page.rows) != self.window.size
        return odd and self.page.total is not None and self.end >= self.page.total


def usable_total(value: Any) -> int | None:
    """A total as the cloud wrote it, or None where it cannot be one."""
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_TOTAL
    return value if usable else None


class Listing:
    """One listing of one partition, while it is read. begin() and accept() give the windows to ask for next.

    size: rows to ask for. max_pages: of one reading. verify: whether to read again what one reading cannot prove.
    'waits' is true when a short page has come with a larger total: release() then says how to go on.
    When 'finished' is true: 'rows' (id -> content), 'proof' (see PROOFS), 'total' (the cloud's, or None), 'problem'
    (why there is no proof), 'restarts', and 'conflicts' (ids that came again with other content; the later won).
    """

    def __init__(self, size: int, max_pages: int, verify: bool) -> None:
        self.size = size
        self.max_pages = max_pages
        self.verify = verify
        self.rows: dict[str, Any] = {}
        self.total: int | None = None
        self.proof = "none"
        self.problem: SecretsError | None = None
        self.restarts = 0
        self.conflicts = 0
        self.finished = False
        self.waits = False
        self._reads: list[_Read] = []
        self._doubted = False
        self._round = 0
        self._asked = 0
        self._open = 0

    def begin(self) -> list[Window]:
        """The first windows."""
        return self._issue(self._first())

    def accept(self, window: Window, page: Page) -> list[Window]:
        """Take a page; the windows wanted after it."""
        self._open -= 1
        for row in page.rows:
            known = self.rows.get(row.id)
            self.conflicts += known is not None and known != row.content
            self.rows[row.id] = row.content
        self._reads.append(_Read(window, page, self._round))
        return self._go_on()

    def abandon(self, error: SecretsError) -> list[Window]:
        """A window could not be had: the listing ends with what it has, without proof."""
        self._open -= 1
        self.problem = self.problem or error
        return self._go_on()

    def decline(self, error: SecretsError) -> None:
        """Nothing of the listing is asked for at all."""
        self.problem = error
        self.finished = True

    def release(self, settled: bool) -> list[Window]:
        """After waiting. settled: the total is known to be that of several listings together, all of it listed."""
        self.waits = False
        return self._issue(self._prove("end", self.rows) if settled else self._next())

    def doubt(self) -> list[Window]:
        """The listing has fewer rows than a total that other listings show to be true: read it once more."""
        self.proof = "none"
        return self._issue(self._contradict(len(self.rows)))

    def _first(self) -> list[Window]:
        raise NotImplementedError

    def _next(self) -> list[Window]:
        """The windows wanted now that every one asked for has come; none when the listing is at its end."""
        raise NotImplementedError

    def _go_on(self) -> list[Window]:
        if self._open:
            return []
        return self._issue([] if self.problem else self._next())

    def _issue(self, windows: list[Window]) -> list[Window]:
        affordable = windows[: max(0, self.max_pages - self._asked)]
        if len(affordable) < len(windows):
            self.problem = SecretsError("pagination", f"the listing has more than {self.max_pages} pages", hint="Raise max_pages.")
        self._round += 1
        self._asked += len(affordable)
        self._open += len(affordable)
        self.finished = not self._open and not self.waits
        return affordable

    def _prove(self, proof: str, marks: Iterable[str]) -> list[Window]:
        """The end, with this proof: rows that only an earlier reading saw are gone."""
        seen = set(marks)
        self.rows = {key: content for key, content in self.rows.items() if key in seen}
        self.proof = proof
        return []

    def _contradict(self, count: int) -> list[Window]:
        """The total and the rows do not fit. That may be bad luck once, not twice."""
        if self._doubted:
            return self._give_up(f"the cloud counts {self.total} secrets and lists {count}")
        self._doubted = True
        self.restarts += 1
        return self._first()

    def _give_up(self, reason: str) -> list[Window]:
        self.problem = SecretsError("pagination", reason, hint="Run again; if it stays, ask the cloud's support.")
        return []


class ReadTwice(Listing):
    """For pages without a promised order: complete when two readings give the same sequence, without a duplicate.

    Windows are aligned (start is a multiple of size), so they can be page numbers too. A single page that matches
    its total, and is short or has nothing behind it, is a snapshot and is not read again.
    """

    def __init__(self, size: int, max_pages: int, verify: bool) -> None:
        super().__init__(size, max_pages, verify)
        self._reading = 0
        self._previous: list[Mark] | None = None

    def _first(self) -> list[Window]:
        """A new reading: the windows that the last one needed, all at once."""
        self._reading += 1
        self._asked = 0
        starts = {0} | {read.window.start for read in self._reads if read.window.size == self.size}
        self._reads = []
        return [Window(start, self.size, self._reading) for start in sorted(starts)]

    def _next(self) -> list[Window]:
        self._reads.sort(key=_Read.position)
        last = self._reads[-1]
        self.total = last.page.total
        followed = zip(self._reads, self._reads[1:])
        cut = next((read for read, after in followed if len(read.rows) < self.size and after.rows), None)
        if cut:
            return self._read_smaller(len(cut.rows))
        if last.rows and not last.reaches_total and self._is_news(last):
            return self._onward(last)
        return self._compare([row.mark for read in self._reads for row in read.rows])

    def _onward(self, last: _Read) -> list[Window]:
        """The windows up to the total; beyond it, or to find out whether the cloud caps its pages, one at a time."""
        alone = len(self._reads) == 1
        if alone and len(last.rows) != self.size:
            self.size = len(last.rows)
            return [Window(self.size, self.size, self._reading)]
        start = last.window.start + self.size
        stop = max(start + 1, last.page.total or 0)
        return self._windows(range(start, stop, self.size))

    def _is_news(self, last: _Read) -> bool:
        """Whether a page has a row that no page before it had. Without one there is no end in sight."""
        known = {row.mark for read in self._reads if read is not last for row in read.rows}
        return any(row.mark not in known for row in last.rows)

    def _windows(self, starts: range) -> list[Window]:
        """One for each start, but no more than could be asked for: a total may promise a billion."""
        return [Window(start, self.size, self._reading) for start in starts[: self.max_pages + 1]]

    def _read_smaller(self, size: int) -> list[Window]:
        """A page that others follow was cut: what stood between is lost. Read again in pages of that size; after an empty
        one, which may be an accident, in pages as before."""
        self.restarts += 1
        if self.restarts > MOST_READINGS:
            return self._give_up("pages come back shorter than asked for, or empty, while others follow")
        self.size = size or self.size
        self._reads = []
        return self._first()

    def _compare(self, marks: list[Mark]) -> list[Window]:
        unique = {key for key, moment in marks}
        first = self._reads[0]
        if len(first.rows) == len(unique) == self.total == first.page.total and len(self._reads) <= 2:
            return self._prove("total", unique)
        steady = marks == self._previous or not self.verify
        # A total that is too large may count what was not asked for, but nothing at all is too much to believe against it.
        if not marks and self.total and steady:
            return self._contradict(0)
        if len(unique) == len(marks) and not self.verify:
            return self._prove("once", unique)
        if len(unique) == len(marks) and steady:
            return self._contradict(len(marks)) if (self.total or 0) < len(marks) and self.total is not None else self._prove("twice", unique)
        if self._reading >= MOST_READINGS:
            return self._give_up(f"{MOST_READINGS} readings of the listing differ")
        self._previous = marks
        return self._first()


class Ordered(ReadTwice):
    """For pages that ascend by creation time and may begin at any row: neighbours overlap, and joins are proven.

    Two windows are joined when the first row of the later is strictly older than the last row of the earlier: then
    no secret that lived throughout lies between them, whatever was made or deleted and in whatever order the pages
    came. What does not join is bridged by windows further back. Where creation times decrease or all are equal, the
    order proves nothing, and the listing is read twice instead.
    """

    def __init__(self, size: int, max_pages: int, verify: bool) -> None:
        super().__init__(size, max_pages, verify)
        self._bridges = 0
        self._overlap = OVERLAP
        self._waited = False
        self._empty = False
        self._by_order = True

    def _first(self) -> list[Window]:
        if not self._by_order:
            return super()._first()
        self._reads = []
        self._asked = 0
        self._bridges = 0
        return [Window(0, self.size)]

    def _next(self) -> list[Window]:
        if not self._by_order:
            return super()._next()
        self._reads.sort(key=_Read.position)
        self.total = self._reads[-1].page.total
        first = self._reads[0]
        alone = len(self._reads) == 1
        if alone and first.reaches_total:
            return self._conclude({row.id for row in first.rows})
        if alone and first.short and not self._waited:
            self.waits = self._waited = True
            return []
        if not first.rows:
            return self._doubt_nothing()
        ascending = all(map(_ascends, self._reads))
        if ascending and first.short and self._anchor(first) < 1:
            return self._surround(first)
        chain = self._join() if ascending else None
        if chain is None:
            return self._distrust()
        if chain.apart:
            return self._back_from(chain.apart.window.start)
        if chain.tip.reaches_total or any(self._shows_end(read, chain) for read in self._reads):
            return self._conclude(chain.known)
        return self._extend(chain)

    def _doubt_nothing(self) -> list[Window]:
        """For an empty first page without a total of 0: it is asked for once more, since nothing else speaks for it."""
        if self._empty:
            return self._conclude(set())
        self._empty = True
        self._reads = []
        return [Window(0, self.size)]

    def _surround(self, first: _Read) -> list[Window]:
        """For a first page too small to overlap with anything: it is whole if nothing stands behind it and it then comes again.

        (Had the cloud cut it, a row of it must have been gone for nothing to stand behind, and could not come back.)
        """
        behind = [read for read in self._reads if read.window.start == len(first.rows)]
        again = [read for read in self._reads if read.window.start == 0 and read is not first]
        if not behind or not again and not behind[0].rows:
            return [Window(0 if behind else len(first.rows), self.size)]
        same = again and [row.mark for row in again[0].rows] == [row.mark for row in first.rows]
        return self._conclude({row.id for row in first.rows}) if same else self._distrust()

    def _join(self) -> _Chain | None:
        """The windows that join up from the start; none where creation times decrease from one to the next.

        (Of two windows that were under way together, either may hold a secret that was gone when the other was
        answered. So only one that was asked for after the other had come can show that the order is a lie.)
        """
        chain = _Chain(self._reads[0])
        for read in self._reads[1:]:
            news = [row for row in read.rows if row.id not in chain.known]
            if not news:
                continue
            if not read.rows[0].moment < chain.newest:
                chain.apart = read
                break
            if news[0].moment < chain.newest and read.round > chain.tip.round:
                return None
            chain.add(read)
        return chain

    def _shows_end(self, read: _Read, chain: _Chain) -> bool:
        """Whether a window begins on a row older than the newest, got fewer rows than the cloud gives, and no news."""
        best = max(len(other.rows) for other in self._reads)
        within = bool(read.rows) and read not in chain.joined and read.rows[0].moment < chain.newest
        return within and len(read.rows) < min(best, read.window.size) and all(row.id in chain.known for row in read.rows)

    def _extend(self, chain: _Chain) -> list[Window]:
        """The windows behind the tip of the chain: as many as the total promises, or one to find the end."""
        tip = chain.tip
        if len(chain.joined) > 1:
            self.size = max(len(read.rows) for read in self._reads)
        self._overlap = min(max(self._overlap, _longest_tie(tip.rows) + 1), self.size // 2)
        step = self._anchor(tip)
        if step < 1 or self.size <= self._overlap:
            return self._distrust()
        start = tip.window.start + step
        if any(read.window.start == start for read in self._reads):
            return self._back_from(start)
        if tip.short and len(chain.joined) == 1:
            return [Window(start, self.size)]
        stop = max(start + 1, (tip.page.total or 0) - self._overlap)
        return self._windows(range(start, stop, self.size - self._overlap))

    def _anchor(self, tip: _Read) -> int:
        """The row of a window to start from next: near its end, but strictly older than its last row."""
        older = sum(row.moment < tip.rows[-1].moment for row in tip.rows)
        return min(older - 1, len(tip.rows) - self._overlap) if len(tip.rows) > self._overlap else older - 1

    def _back_from(self, start: int) -> list[Window]:
        """A bridge: a window half a page further back."""
        self._bridges += 1
        if self._bridges > MOST_BRIDGES:
            return self._distrust()
        return [Window(max(0, start - max(1, self.size // 2)), self.size)]

    def _distrust(self) -> list[Window]:
        """The order proves nothing here: read the whole listing twice, as if it had none."""
        self._by_order = False
        self.restarts += 1
        self._reads = []
        return super()._first()

    def _conclude(self, known: set[str]) -> list[Window]:
        steady = len({read.page.total for read in self._reads}) == 1
        if steady and self.total is not None and self.total < len(known):
            return self._contradict(len(known))
        return self._prove("total" if self.total == len(known) else "end", known)


class _Chain:
    """Windows that join, the ids they hold, the one that reaches furthest, and the first that does not join."""

    def __init__(self, first: _Read) -> None:
        self.joined: list[_Read] = []
        self.known: set[str] = set()
        self.tip = first
        self.apart: _Read | None = None
        self.add(first)

    @property
    def newest(self) -> int:
        return self.tip.rows[-1].moment

    def add(self, read: _Read) -> None:
        self.joined.append(read)
        self.known |= {row.id for row in read.rows}
        if read.rows[-1].moment >= self.newest:
            self.tip = read


def store_proof(listings: Sequence[Listing]) -> str:
    """The proof of a whole store: its weakest listing's, or 'union' if each total is that of all listings together."""
    weakest = min((listing.proof for listing in listings), key=PROOFS.index)
    return "union" if weakest == "end" and settles(listings) else weakest


def settles(listings: Sequence[Listing]) -> bool:
    """Whether one total, the same for each listing, is exactly what all of them hold together."""
    return {listing.total for listing in listings} == {len({key for listing in listings for key in listing.rows})}


def doubtful(listings: Sequence[Listing]) -> list[Listing]:
    """Listings that end before their total although another's total shows that totals count a single listing."""
    honoured = {listing.total for listing in listings if listing.proof == "total"}
    return [listing for listing in listings if listing.proof == "end" and honoured and honoured != {listing.total} and (listing.total or 0) > len(listing.rows)]


def _longest_tie(rows: Sequence[Row]) -> int:
    longest = run = 0
    previous = None
    for row in rows:
        run = run + 1 if row.moment == previous else 1
        previous = row.moment
        longest = max(longest, run)
    return longest


def _ascends(read: _Read) -> bool:
    moments = [row.moment for row in read.rows]
    return None not in moments and all(earlier <= later for earlier, later in zip(moments, moments[1:]))
