# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How pages that ascend by creation time become one listing, and what that proves. No input or output.

1. Neighbouring windows overlap by five rows, or by more where more secrets were created within one second.
2. Two windows are joined when the first row of the later is strictly older than the last row of the earlier. Then no
   secret that lived throughout lies between them, whatever was made or deleted meanwhile.
3. Two windows that do not join are bridged by a window half a page back, at most twelve times.
4. The end is proven by a window that reaches its own total. Else by one that brings nothing new, if nothing stands
   behind it and it then comes again the same: a window alone may have been cut there.
5. A short page with a larger total waits for the other partitions: their totals tell what this total counts.
6. Where creation times decrease, or all are equal, the order proves nothing: the listing is read twice instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import cast

from .unordered import Page, PageRow, Read, ReadTwice, RowKey, Window, totals_of

OVERLAP = 5
"""Rows that neighbouring windows share at least; more where more were created within one second."""
MOST_BRIDGES = 12
LOOK_BACK = 64
"""Windows that one may overlap with, bridges and repeats included. With more, the order is none."""


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
        self._ascending = True

    def accept(self, window: Window, page: Page) -> list[Window]:
        self._ascending = self._ascending and _ascends(page.rows)
        return super().accept(window, page)

    def _first(self) -> list[Window]:
        if not self._by_order:
            return super()._first()
        self._reads = []
        self._asked = 0
        self._bridges = 0
        self._waited = False
        self._empty = False
        self._ascending = True
        return [Window(0, self.size)]

    def _next(self) -> list[Window]:
        if not self._by_order:
            return super()._next()
        self._reads.sort(key=Read.position)
        self.total = self._last_total()
        first = self._reads[0]
        if len(self._reads) == 1 and first.reaches_total:
            return self._conclude()
        if len(self._reads) == 1 and first.short and not self._waited:
            return self._wait()
        if not first.rows:
            return self._doubt_nothing()
        chain = self._join() if self._ascending else None
        if chain is None:
            return self._distrust()
        if chain.apart:
            return self._back_from(chain.apart.window.start)
        last = self._last_page(chain)
        if chain.tip.reaches_total or last and (last.reaches_total or self._is_surrounded(last)):
            return self._conclude()
        if self.total is not None and not self._waited and (last or self._is_short(chain.tip, chain)):
            return self._wait()
        return self._surround(last) if last else self._extend(chain)

    def _wait(self) -> list[Window]:
        self.is_waiting = self._waited = True
        return []

    def _doubt_nothing(self) -> list[Window]:
        """For an empty first page without a total of 0: it is asked for once more, since nothing else speaks for it."""
        if self._empty:
            return self._conclude()
        self._empty = True
        self._reads = []
        return [Window(0, self.size)]

    def _last_page(self, chain: _Chain) -> Read | None:
        """The window that may show the end, the latest one: it has nothing new, and fewer rows than the cloud gives.

        It begins on a row that is known and older than the last one, or it is all that there is, and too small for that.
        """
        small = [chain.tip] if len(chain.joined) == 1 and chain.tip.short and self._anchor(chain.tip) < 1 else []
        anchored = [read for read in chain.repeats if not read.window.start or _created(read.rows[0]) < chain.newest]
        return max(small + [read for read in anchored if self._is_short(read, chain)], key=lambda read: read.round, default=None)

    def _is_short(self, read: Read, chain: _Chain) -> bool:
        """True if a window has fewer rows than others show that the cloud gives."""
        most = max(len(each.rows) for each in self._reads) if len(chain.joined) > 1 else read.window.size
        return len(read.rows) < min(most, read.window.size)

    def _is_surrounded(self, last: Read) -> bool:
        """True if nothing stood behind a window, and it then came again the same.

        (Had the cloud cut it, a row of it must have been gone for nothing to stand behind, and could not come back.)
        """
        keys = [row.row_key for row in last.rows]
        behind = [read.round for read in self._reads if read.window.start == last.end and not read.rows]
        before = [read for read in self._reads if read.window.start == last.window.start and [row.row_key for row in read.rows] == keys]
        return any(read.round < moment < last.round for read in before for moment in behind)

    def _surround(self, last: Read) -> list[Window]:
        """Look behind a window, then at it again."""
        self._bridges += 1
        if self._bridges > MOST_BRIDGES:
            return self._distrust()
        behind = any(read.window.start == last.end and not read.rows and read.round > last.round for read in self._reads)
        return [Window(last.window.start if behind else last.end, self.size)]

    def _join(self) -> _Chain | None:
        """The windows that join up from the start; none where creation times decrease from one to the next.

        (Of two windows that were under way together, either may hold a secret that was gone when the other was
        answered. So only one that was asked for after the other had come can show that the order is a lie.)
        """
        chain = _Chain(self._reads[0])
        for read in self._reads[1:]:
            if not read.rows:
                continue
            known = chain.known_since(_created(read.rows[0]))
            if known is None:
                return None
            news = next((row for row in read.rows if row.row_key not in known), None)
            if news is None:
                chain.repeats.append(read)
                continue
            if not _created(read.rows[0]) < chain.newest:
                chain.apart = read
                break
            if _created(news) < chain.newest and read.round > chain.tip.round:
                return None
            chain.add(read)
        return chain

    def _extend(self, chain: _Chain) -> list[Window]:
        """The windows behind the tip of the chain: as many as the total promises, or one to find the end."""
        tip = chain.tip
        if len(chain.joined) > 1:
            self.size = max(len(read.rows) for read in self._reads)
        self._overlap = min(max(self._overlap, _longest_tie(tip.rows) + 1), self.size // 2)
        step = self._anchor(tip)
        if step < 1:
            return self._distrust()
        start = tip.window.start + step
        if any(read.window.start == start for read in self._reads):
            return self._back_from(start)
        if tip.short and len(chain.joined) == 1:
            return [Window(start, self.size)]
        stop = max(start + 1, (tip.page.total or 0) - self._overlap)
        return self._windows(range(start, stop, self.size - self._overlap))

    def _anchor(self, tip: Read) -> int:
        """The row of a window to start from next: near its end, but strictly older than its last row."""
        newest = _created(tip.rows[-1])
        older = sum(_created(row) < newest for row in tip.rows)
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

    def _conclude(self) -> list[Window]:
        count = self._distinct()
        if self.total is not None and self.total < count and len(totals_of(self._reads)) == 1:
            return self._contradict(f"the cloud counts {self.total} secrets and lists {count}")
        return self._prove("total" if self.total == count else "end", count)


class _Chain:
    """Windows that join, those that only repeat them, the one that reaches furthest, and the first that does not join."""

    def __init__(self, first: Read) -> None:
        self.joined: list[Read] = []
        self.repeats: list[Read] = []
        self.tip = first
        self.newest = _created(first.rows[-1])
        self.apart: Read | None = None
        self._reached: list[int] = []
        self.add(first)

    def add(self, read: Read) -> None:
        self.joined.append(read)
        newest = _created(read.rows[-1])
        if newest >= self.newest:
            self.tip, self.newest = read, newest
        self._reached.append(self.newest)

    def known_since(self, created: int) -> set[RowKey] | None:
        """Rows of the joined windows that are not older. None if too many windows hold them."""
        known: set[RowKey] = set()
        for back in range(1, len(self.joined) + 1):
            if self._reached[-back] < created:
                break
            if back > LOOK_BACK:
                return None
            rows = reversed(self.joined[-back].rows)
            known.update(row.row_key for row in takewhile(lambda row: _created(row) >= created, rows))
        return known


def _created(row: PageRow) -> int:
    """The creation time of a row in pages that ascend: there each row has one."""
    return cast(int, row.created)


def _longest_tie(rows: Sequence[PageRow]) -> int:
    longest = run = 0
    previous = None
    for row in rows:
        run = run + 1 if row.created == previous else 1
        previous = row.created
        longest = max(longest, run)
    return longest


def _ascends(rows: Sequence[PageRow]) -> bool:
    times = [row.created for row in rows if row.created is not None]
    return len(times) == len(rows) and all(earlier <= later for earlier, later in zip(times, times[1:]))
