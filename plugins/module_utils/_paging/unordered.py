# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How pages without a promised order become one listing, and what that proves. No input or output.

1. A listing asks for windows, is given their pages in any order, and may ask for more until it has finished.
2. Totals are evidence: never the stop, never the only proof. A short page alone is never the end.
3. A page that is short while others follow was cut by the cloud: the listing is read again in pages of that size.
4. Reading goes on until a page brings nothing new. One page that matches its total, and is short, is a snapshot.
5. Anything else is read twice. Two readings with the same sequence and no duplicate prove the listing: 'twice'.
   One of the two must be settled: all its pages have the same total. Else its pages may be those of two moments.
6. A total that contradicts the rows gives one more reading; after that the listing has a problem and no proof.
7. The number of readings, pages and rows is bounded: each bound is a typed error, never an endless loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from .._core.errors import SecretsError

MOST_READINGS = 4
LARGEST_TOTAL = 10**9
UNDER_WAY = 256
"""Windows of one listing that are asked for at once; the others wait, where they cost little."""
SHARE = 20_000
"""Rows, about, whose ids are compared at once."""
SHARES = 256
"""The most that there are: as many as the first byte of a digest can tell apart."""
PROOFS = ("none", "once", "end", "twice", "union", "total")
"""From the weakest to the strongest. All but 'none' are complete."""

RUN_AGAIN = "Run again. If the problem remains, ask the cloud's support."

RowKey = tuple[Hashable, "int | None"]


@dataclass(frozen=True, slots=True)
class Window:
    """One page to be asked for: 'size' rows from row 'start' on. reading: which time the listing is read."""

    start: int
    size: int
    reading: int = 0


class PageRow(NamedTuple):
    """Key of a row for comparisons: identity, creation time (None if unreadable), and a reference to its content."""

    id: Hashable
    created: int | None
    content: Any

    @property
    def row_key(self) -> RowKey:
        """Identity and creation time: a secret deleted and made anew under its name is another one."""
        return self.id, self.created


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one window, the total that came with them (None if it is of no use), and the cloud's word for where
    the next page begins, if it has one."""

    rows: Sequence[PageRow]
    total: int | None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A window and its page. round: how many times windows had been asked for before it."""

    window: Window
    page: Page
    round: int

    @property
    def rows(self) -> Sequence[PageRow]:
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
    'is_waiting' is true when a short page has come with a larger total: resume() then says how to go on.
    When 'finished' is true: 'held' (the rows that count, page by page as they came, those of the last reading if there
    is a proof), 'count' of their ids, 'proof' (see PROOFS), 'total' (the cloud's, or None), 'problem' (why there is no
    proof) and 'restarts'. 'taken': the rows of all pages that ever came. 'told': the totals of all pages as they came,
    each change once.
    """

    def __init__(self, size: int, max_pages: int, verify: bool) -> None:
        self.size = size
        self.max_pages = max_pages
        self.verify = verify
        self.taken: list[Sequence[PageRow]] = []
        self.told: list[int] = []
        self.total: int | None = None
        self.proof = "none"
        self.problem: SecretsError | None = None
        self.restarts = 0
        self.finished = False
        self.is_waiting = False
        self._reads: list[Read] = []
        self._later: deque[Window] = deque()
        self._gone = 0
        self._kept: int | None = None
        self._count: int | None = 0
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
        self._count = None
        self.taken.append(page.rows)
        if page.total is not None and self.told[-1:] != [page.total]:
            self.told.append(page.total)
        self._reads.append(Read(window, page, self._round))
        return self._go_on()

    def fail(self, error: SecretsError) -> list[Window]:
        """A window could not be had: the listing ends with what it has, without proof."""
        self._open -= 1
        self.problem = self.problem or error
        return self._go_on()

    def skip(self, error: SecretsError) -> None:
        """Nothing of the listing is asked for at all."""
        self.problem = error
        self.finished = True

    def resume(self, settled: bool) -> list[Window]:
        """After waiting. settled: the total is known to be that of several listings together, all of it listed."""
        self.is_waiting = False
        return self._issue(self._prove("end", self._distinct()) if settled else self._next())

    def again(self, keep: bool = False) -> list[Window]:
        """Read from the start once more. keep: what was held counts too, beside what comes now."""
        self._kept = self._gone if keep else None
        self.problem = None
        self._doubt()
        return self._issue(self._first())

    def recheck(self) -> list[Window]:
        """The listing has fewer rows than a total that nothing explains: read it once more, then give up."""
        count = self.count
        self._doubt()
        return self._issue(self._contradict(f"the cloud counts {self.total} secrets and lists {count}"))

    def close(self) -> None:
        """Nothing more will be asked, neither of the cloud nor of the rows: forget them."""
        self._count = self.count
        self.taken = []
        self._reads = []

    @property
    def held(self) -> list[Sequence[PageRow]]:
        """The rows that count."""
        gone = self._gone
        return self.taken[gone:]

    @property
    def count(self) -> int:
        """Number of their ids."""
        if self._count is None:
            self._count = distinct(self.held)
        return self._count

    @property
    def least_total(self) -> int | None:
        """The least that any page of the last reading counted, or what was counted before if none did; None if nothing was."""
        return min(totals_of(self._reads) or self.told[-1:], default=None)

    def _first(self) -> list[Window]:
        raise NotImplementedError

    def _next(self) -> list[Window]:
        """The windows wanted now that every one asked for has come; none when the listing is at its end."""
        raise NotImplementedError

    def _go_on(self) -> list[Window]:
        if self._open:
            return [self._later.popleft()] if self._later else []
        return self._issue([] if self.problem else self._next())

    def _issue(self, windows: list[Window]) -> list[Window]:
        affordable = windows[: max(0, self.max_pages - self._asked)]
        if len(affordable) < len(windows):
            self.problem = SecretsError("pagination", f"the listing has more than {self.max_pages} pages", hint="Raise max_pages.")
        self._round += 1
        self._asked += len(affordable)
        self._open += len(affordable)
        self.finished = not self._open and not self.is_waiting
        self._later.extend(affordable[UNDER_WAY:])
        return affordable[:UNDER_WAY]

    def _distinct(self) -> int:
        """Number of ids in this reading, whose pages came last."""
        first = len(self.taken) - len(self._reads)
        return distinct(self.taken[first:])

    def _last_total(self) -> int | None:
        """The total of the last page that has one."""
        return next((read.page.total for read in reversed(self._reads) if read.page.total is not None), None)

    def _doubt(self) -> None:
        """Until there is another proof, all that ever came counts."""
        self.proof = "none"
        self._gone = 0
        self._count = None

    def _prove(self, proof: str, count: int) -> list[Window]:
        """The end, with this proof, and with so many ids: rows that only an earlier reading saw are gone, unless they are to be kept."""
        self._gone = len(self.taken) - len(self._reads) if self._kept is None else self._kept
        self._count = count if self._kept is None else None
        self.proof = proof
        return []

    def _contradict(self, reason: str) -> list[Window]:
        """Two things that the cloud has told do not fit. That may be bad luck once, not twice."""
        if self._doubted:
            return self._give_up(reason)
        self._doubted = True
        self.restarts += 1
        return self._first()

    def _give_up(self, reason: str) -> list[Window]:
        self.problem = SecretsError("pagination", reason, hint=RUN_AGAIN)
        return []


class StoredRows(Sequence[PageRow]):
    """Rows that are not in memory."""

    __slots__ = ()

    def share(self, number: int, share: int) -> Iterable[PageRow]:
        """Those whose ids fall into one of so many shares of all ids, at most SHARES."""
        raise NotImplementedError

    def joined(self, other: Sequence[PageRow]) -> StoredRows | None:
        """These rows and the others as one, where those lie right behind them."""
        raise NotImplementedError


def distinct(pages: Iterable[Sequence[PageRow]]) -> int:
    """Number of distinct ids. Of rows on disk only a share of them is in memory at a time."""
    blocks = joined(pages)
    return sum(len({row.id for rows in blocks for row in share(rows)}) for share in shares(blocks))


def joined(pages: Iterable[Sequence[PageRow]]) -> list[Sequence[PageRow]]:
    """The rows of pages in the same order, with pages that lie side by side as one: each share reads all of them."""
    blocks: list[Sequence[PageRow]] = []
    for rows in pages:
        last = blocks[-1] if blocks else None
        longer = last.joined(rows) if isinstance(last, StoredRows) else None
        if longer is None:
            blocks.append(rows)
        else:
            blocks[-1] = longer
    return blocks


def shares(blocks: Iterable[Sequence[PageRow]]) -> Iterator[Callable[[Sequence[PageRow]], Iterable[PageRow]]]:
    """Functions that each pick, of rows, those whose ids fall into one share of all ids: as many as the rows on disk need."""
    count = sum(len(rows) for rows in blocks if isinstance(rows, StoredRows))
    number = min(1 + count // SHARE, SHARES)
    return (partial(_share, number, share) for share in range(number))


def _share(number: int, share: int, rows: Sequence[PageRow]) -> Iterable[PageRow]:
    if number == 1:
        return rows
    if isinstance(rows, StoredRows):
        return rows.share(number, share)
    return (row for row in rows if hash(row.id) % number == share)


class ReadTwice(Listing):
    """For pages without a promised order: complete when two readings give the same sequence, without a duplicate.

    Windows are aligned (start is a multiple of size), so they can be page numbers too. A single page that matches
    its total, and is short or has nothing behind it, is a snapshot and is not read again.
    """

    def __init__(self, size: int, max_pages: int, verify: bool) -> None:
        super().__init__(size, max_pages, verify)
        self._reading = 0
        self._previous: list[Read] | None = None

    def _first(self) -> list[Window]:
        """A new reading: the windows that the last one needed, all at once."""
        self._reading += 1
        self._asked = 0
        starts = {0} | {read.window.start for read in self._reads}
        self._reads = []
        return [Window(start, self.size, self._reading) for start in sorted(starts)]

    def _next(self) -> list[Window]:
        self._reads.sort(key=Read.position)
        last = self._reads[-1]
        self.total = self._last_total()
        followed = zip(self._reads, self._reads[1:])
        cut = next((read for read, after in followed if len(read.rows) < self.size and after.rows), None)
        if cut:
            return self._read_smaller(len(cut.rows))
        if last.rows and not last.reaches_total and self._is_news(last):
            return self._onward(last)
        return self._compare()

    def _onward(self, last: Read) -> list[Window]:
        """The windows up to the total, and the empty one behind full pages; beyond it, or to find out whether the cloud caps its
        pages, one at a time."""
        alone = len(self._reads) == 1
        if alone and len(last.rows) != self.size:
            self.size = len(last.rows)
            return [Window(self.size, self.size, self._reading)]
        start = last.window.start + self.size
        return self._windows(range(start, max(start, last.page.total or 0) + 1, self.size))

    def _is_news(self, last: Read) -> bool:
        """True if a page has a row that no earlier page had. Without one the listing makes no progress."""
        news = {row.row_key for row in last.rows}
        news.difference_update(_row_keys(read for read in self._reads if read is not last))
        return bool(news)

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

    def _compare(self) -> list[Window]:
        seen, count = sum(len(read.rows) for read in self._reads), self._distinct()
        totals, before, first = totals_of(self._reads), self._previous, self._reads[0]
        if len(first.rows) == count == first.page.total and len(totals) == 1 and len(self._reads) <= 2:
            return self._prove("total", count)
        same = before is not None and _same(before, self._reads)
        settled = len(totals) < 2 or before is not None and len(totals_of(before)) < 2
        if count == seen and (same and settled or not self.verify):
            if self.total is not None and self.total < seen:
                return self._contradict(f"the cloud counts {self.total} secrets and lists {seen}")
            return self._prove("twice" if self.verify else "once", count)
        if self._reading >= MOST_READINGS:
            pages = f"the pages of one reading count from {min(totals)} to {max(totals)} secrets" if same and not settled else ""
            return self._give_up(pages or f"{MOST_READINGS} readings of the listing differ")
        self._previous = self._reads
        return self._first()


def totals_of(reads: Iterable[Read]) -> set[int]:
    """The totals of pages, without those that are of no use."""
    return {read.page.total for read in reads if read.page.total is not None}


def _row_keys(reads: Iterable[Read]) -> Iterator[RowKey]:
    return (row.row_key for read in reads for row in read.rows)


def _same(reads: Sequence[Read], others: Sequence[Read]) -> bool:
    if len(reads) == len(others) and all(read.rows is other.rows for read, other in zip(reads, others)):
        return True
    return all(row_key == other for row_key, other in zip_longest(_row_keys(reads), _row_keys(others)))
