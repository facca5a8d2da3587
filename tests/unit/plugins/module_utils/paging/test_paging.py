# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of listing, against a model server that caps, lies, and changes while it is read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._paging import unordered
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.ordered import MOST_BRIDGES, OVERLAP, Ordered
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import (
    MOST_READINGS,
    UNDER_WAY,
    Listing,
    Page,
    PageRow,
    ReadTwice,
    Window,
    distinct,
    shares,
    usable_total,
)
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.paging.stored import OnDisk

MOST_REQUESTS = 20_000


@dataclass
class Server:
    """Secrets in their order, and how honestly they are listed."""

    count: int
    cap: int | None = None
    total: Callable[[int], Any] = lambda living: living
    secrets_a_second: int = 1
    churn: float = 0.0
    burst: int = 1
    tumble: bool = False
    seed: int = 0
    requests: int = 0
    secrets: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.made = 0
        for _number in range(self.count):
            self.make()
        self.throughout = {name for name, moment in self.secrets}
        self.ever = set(self.throughout)

    def make(self) -> None:
        self.secrets.append((f"s{self.made}", 1_700_000_000 + self.made // self.secrets_a_second))
        self.made += 1

    def change(self) -> None:
        """Delete one, make one, or both at once, which leaves the total as it was."""
        what = self.random.choice(["delete", "make", "swap"])
        if what != "make" and self.secrets:
            name = self.secrets.pop(self.random.randrange(len(self.secrets)))[0]
            self.throughout.discard(name)
        if what != "delete":
            self.make()
            self.ever.add(self.secrets[-1][0])

    def answer(self, window: Window) -> Page:
        self.requests += 1
        if self.random.random() < self.churn:
            for _change in range(self.random.randint(1, self.burst)):
                self.change()
        if self.tumble:  # what was made within one second has no order that anybody promised
            self.secrets.sort(key=lambda secret: (secret[1], self.random.random()))
        size = min(window.size, self.cap or window.size)
        rows = [PageRow(name, moment, {"id": name, "at": moment}) for name, moment in self.secrets[window.start : window.start + size]]
        return Page(rows, usable_total(self.total(len(self.secrets))))


def read(listing: Listing, server: Server, shuffle: bool = False) -> Listing:
    """Run a listing to its end, its windows answered in order, or in any order."""
    windows = listing.begin()
    while windows or listing.is_waiting:
        if listing.is_waiting:
            windows += listing.resume(settled=False)
            continue
        window = windows.pop(server.random.randrange(len(windows)) if shuffle else 0)
        windows += listing.accept(window, server.answer(window))
        assert server.requests < MOST_REQUESTS, "endless"
    assert listing.finished
    return listing


def ids(listing: Listing) -> set[Any]:
    return {row.id for rows in listing.held for row in rows}


LAWS = [pytest.param(Ordered, id="ordered"), pytest.param(ReadTwice, id="read-twice")]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 200, 201, 1000])
def test_a_steady_honest_server_is_listed_completely(law: type[Listing], count: int) -> None:
    server = Server(count)
    listing = read(law(100, 1000, True), server)
    assert ids(listing) == server.throughout
    assert listing.proof in ("total", "twice")
    assert (listing.total, listing.count, listing.restarts, listing.problem) == (count, count, 0, None)


@pytest.mark.parametrize("count", [0, 1, 50, 99])
def test_a_short_page_that_matches_its_total_is_one_request(count: int) -> None:
    for law in (Ordered, ReadTwice):
        server = Server(count)
        assert read(law(100, 1000, True), server).proof == "total"
        assert server.requests == 1


@pytest.mark.parametrize("count, most", [(1_000, 11), (5_000, 53)])
def test_ordered_pages_cost_little_more_than_their_number(count: int, most: int) -> None:
    server = Server(count)
    assert read(Ordered(100, 1000, True), server).proof == "total"
    assert server.requests <= most


def test_a_total_that_ignores_the_filter_is_no_proof_and_no_obstacle() -> None:
    for count in (0, 1, 2, 60, 100, 350):
        server = Server(count, total=lambda living: living + 777)
        listing = read(Ordered(100, 1000, True), server)
        assert (listing.proof, ids(listing)) == ("end", server.throughout)


def test_a_capped_page_is_not_the_last() -> None:
    for law in (Ordered, ReadTwice):
        for cap in (1, 2, 3, 7, 50):
            server = Server(230, cap=cap)
            listing = read(law(100, 1000, True), server, shuffle=True)
            assert ids(listing) == server.throughout and listing.proof != "none"


def test_a_server_that_ignores_the_page_size_is_listed_once() -> None:
    class Generous(Server):
        def answer(self, window: Window) -> Page:
            return super().answer(Window(window.start, 10_000))

    for law in (Ordered, ReadTwice):
        server = Generous(250)
        listing = read(law(100, 1000, True), server)
        assert ids(listing) == server.throughout and listing.proof != "none"


def test_the_same_page_for_ever_is_an_error_and_not_a_listing() -> None:
    class Stuck(Server):
        def answer(self, window: Window) -> Page:
            return super().answer(Window(0, window.size))

    for law in (Ordered, ReadTwice):
        listing = read(law(100, 1000, True), Stuck(500))
        assert listing.proof == "none" and listing.problem and listing.problem.kind == "pagination"


def test_the_same_list_whatever_is_asked_for_ends_early() -> None:
    """Without a total nothing says that this is all, and no page is ever the last one."""

    class Deaf(Server):
        def answer(self, window: Window) -> Page:
            return super().answer(Window(0, 10_000))

    for law in (Ordered, ReadTwice):
        for total, most in ((lambda living: living, 1), (lambda living: None, 40)):
            server = Deaf(250, total=total)
            listing = read(law(100, 1000, True), server)
            assert ids(listing) == server.throughout and server.requests <= most
            assert (listing.proof, listing.problem is None) == (("total", True) if most == 1 else ("none", False))
            assert listing.problem is None or (listing.problem.hint and "max_pages" not in listing.problem.hint)


def test_an_empty_page_while_others_follow_is_no_end() -> None:
    class Hole(Server):
        def answer(self, window: Window) -> Page:
            page = super().answer(window)
            return Page([], page.total) if 150 <= window.start < 250 else page

    for law in (Ordered, ReadTwice):
        server = Hole(400)
        listing = read(law(100, 1000, True), server)
        assert listing.proof == "none" or ids(listing) == server.throughout


class Glitch(Server):
    """One page comes back empty, once."""

    struck: int | None = None

    def answer(self, window: Window) -> Page:
        page = super().answer(window)
        return Page([], page.total) if self.requests == self.struck else page


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("count", [30, 250])
@pytest.mark.parametrize("struck", [1, 2, 3])
def test_a_page_that_comes_back_empty_once_loses_nothing(law: type[Listing], count: int, struck: int) -> None:
    server = Glitch(count)
    server.struck = struck
    listing = read(law(100, 1000, True), server)
    assert (ids(listing), listing.problem) == (server.throughout, None) and listing.proof != "none"


def test_rows_that_are_not_in_the_promised_order_are_read_twice() -> None:
    server = Server(350)
    server.random.shuffle(server.secrets)
    listing = read(Ordered(100, 1000, True), server)
    assert (listing.proof, listing.restarts, ids(listing)) == ("twice", 1, server.throughout)


def test_rows_in_no_order_whose_total_is_too_small_are_read_once_more_for_either() -> None:
    server = Server(350, total=lambda living: 340)
    server.random.shuffle(server.secrets)
    listing = read(Ordered(100, 1000, True), server)
    assert (listing.proof, listing.restarts) == ("none", 2)
    assert listing.problem and listing.problem.hint == "Run again. If the problem remains, ask the cloud's support."


def test_rows_without_a_readable_creation_time_are_read_twice() -> None:
    class Timeless(Server):
        def answer(self, window: Window) -> Page:
            page = super().answer(window)
            return Page([PageRow(row.id, None, row.content) for row in page.rows], page.total)

    server = Timeless(350)
    listing = read(Ordered(100, 1000, True), server)
    assert (listing.proof, ids(listing)) == ("twice", server.throughout)


def test_many_secrets_of_one_second_are_still_listed() -> None:
    for at_once in (4, 30, 99, 500):
        server = Server(500, secrets_a_second=at_once)
        listing = read(Ordered(100, 1000, True), server)
        assert ids(listing) == server.throughout and listing.proof in ("total", "twice")


def test_one_reading_is_enough_where_that_is_asked_for() -> None:
    server = Server(350)
    listing = read(ReadTwice(100, 1000, False), server)
    assert (listing.proof, ids(listing)) == ("once", server.throughout)


def test_a_total_below_what_is_listed_gives_one_more_reading_and_then_doubt() -> None:
    for law in (Ordered, ReadTwice):
        listing = read(law(100, 1000, True), Server(350, total=lambda living: 340))
        assert listing.proof == "none"
        assert listing.problem and "counts 340 secrets and lists 350" in listing.problem.message
        assert listing.count == 350 and listing.restarts >= 1


def test_nothing_at_all_is_kept_beside_the_total_that_speaks_against_it() -> None:
    class Mute(Server):
        def answer(self, window: Window) -> Page:
            return Page([], super().answer(window).total)

    for verify, proof in ((True, "twice"), (False, "once")):
        server = Mute(350)
        listing = read(ReadTwice(100, 1000, verify), server)
        assert (listing.proof, listing.count, listing.least_total, server.requests) == (proof, 0, 350, 2 if verify else 1)
        for asked in (1, 0):
            windows = listing.recheck()
            assert len(windows) == asked
            for window in windows:
                assert listing.accept(window, server.answer(window)) == []
        assert listing.proof == "none" and listing.problem and "counts 350 secrets and lists 0" in listing.problem.message


def test_more_pages_than_allowed_are_an_error_that_names_the_option() -> None:
    for law in (Ordered, ReadTwice):
        server = Server(2_000)
        listing = read(law(100, 5, True), server)
        assert listing.proof == "none" and listing.problem and (listing.problem.kind, listing.problem.hint) == ("pagination", "Raise max_pages.")
        assert server.requests <= 5 and listing.count


def test_pages_that_are_asked_for_one_by_one_are_counted_too() -> None:
    for law in (Ordered, ReadTwice):
        server = Server(2_000, total=lambda living: None)
        listing = read(law(100, 5, True), server)
        assert listing.problem and (server.requests, listing.proof, listing.problem.hint) == (5, "none", "Raise max_pages.")


def test_an_impossible_total_plans_no_billion_pages() -> None:
    server = Server(150, total=lambda living: 10**9)
    listing = read(Ordered(100, 1000, True), server)
    assert server.requests <= 1000 and (listing.proof == "none" or ids(listing) == server.throughout)


def test_a_page_that_cannot_be_had_leaves_what_was_read_without_proof() -> None:
    listing = Ordered(100, 1000, True)
    server = Server(350)
    first, *_none = listing.begin()
    second, third, *rest = listing.accept(first, server.answer(first))
    listing.fail(SecretsError("server", "the cloud failed"))
    for window in (third, *rest):
        listing.accept(window, server.answer(window))
    assert listing.finished and listing.proof == "none" and listing.problem and listing.problem.kind == "server"
    assert listing.count > 100


@pytest.mark.parametrize("law", LAWS)
def test_a_listing_that_is_declined_has_ended_with_nothing(law: type[Listing]) -> None:
    listing = law(100, 1000, True)
    listing.skip(SecretsError("denied", "no"))
    assert listing.finished is True and (listing.count, listing.proof, listing.held, listing.total) == (0, "none", [], None)


def test_a_listing_that_is_closed_still_knows_how_much_it_held() -> None:
    listing = read(Ordered(100, 1000, True), Server(250))
    listing.close()
    assert (listing.count, listing.held) == (250, [])


@pytest.mark.parametrize("law", LAWS)
def test_what_was_read_before_a_doubt_stays_until_there_is_a_proof(law: type[Listing]) -> None:
    server, listing = Server(50), law(100, 1000, True)
    (first,) = listing.begin()
    assert listing.accept(first, server.answer(first)) == [] and listing.proof == "total"
    assert listing.recheck()
    listing.fail(SecretsError("server", "the cloud failed"))
    assert listing.finished and (listing.count, listing.proof, ids(listing)) == (50, "none", server.throughout)


@pytest.mark.parametrize("law", LAWS)
def test_one_page_may_be_enough(law: type[Listing]) -> None:
    assert read(law(100, 1, True), Server(50)).proof == "total"


NO_TOTALS = (None, -1, "12", 1e12, 10**9 + 1, 10**12, 3.0, True)


@pytest.mark.parametrize("value, usable", [(0, 0), (5, 5), (10**9, 10**9), *((value, None) for value in NO_TOTALS)])
def test_totals_that_cannot_be_one_are_none(value: Any, usable: int | None) -> None:
    assert usable_total(value) == usable


TOTALS = {
    "true": lambda living: living,
    "of more than was asked for": lambda living: living + 500,
    "missing": lambda living: None,
    "zero": lambda living: 0,
    "too small": lambda living: max(0, living - 7),
}


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    law=st.sampled_from([Ordered, ReadTwice]),
    count=st.one_of(st.integers(0, 12), st.integers(0, 420)),
    size=st.sampled_from([100, 100, 50, 10, 7, 3, 1]),
    cap=st.sampled_from([None, None, None, 50, 20, 7, 3, 2, 1]),
    total=st.sampled_from(sorted(TOTALS)),
    secrets_a_second=st.sampled_from([1, 1, 3, 40]),
    churn=st.sampled_from([0.0, 0.05, 0.25, 0.6]),
    burst=st.sampled_from([1, 1, 6, 40]),
    tumble=st.booleans(),
    seed=st.integers(0, 2**32),
    shuffle=st.booleans(),
)
def test_what_is_called_complete_has_every_secret_that_lived_throughout(
    law: type[Listing],
    count: int,
    size: int,
    cap: int | None,
    total: str,
    secrets_a_second: int,
    churn: float,
    burst: int,
    tumble: bool,
    seed: int,
    shuffle: bool,
) -> None:
    assume(cap is None or total != "too small")  # a page cut to just what a false total says has two false witnesses
    server = Server(count, cap, TOTALS[total], secrets_a_second, churn, burst, tumble and law is Ordered, seed)
    if law is ReadTwice:
        server.random.shuffle(server.secrets)
    listing = read(law(size, 1000, True), server, shuffle)
    assert ids(listing) <= server.ever
    if listing.proof != "none":
        assert server.throughout <= ids(listing)


def _totals_only(server: Server, size: int) -> tuple[bool, set[Any]]:
    """The rule that most tools would be content with: as many unique ids as the total, which did not move."""
    rows: dict[Any, None] = {}
    totals, start = set(), 0
    while True:
        page = server.answer(Window(start, size))
        assert page.total is not None
        totals.add(page.total)
        rows.update((row.id, None) for row in page.rows)
        start += len(page.rows)
        if not page.rows or start >= page.total:
            return totals == {len(rows)}, set(rows)


def test_the_control_counting_totals_is_fooled_by_the_same_server() -> None:
    fooled = 0
    for seed in range(300):
        server = Server(350, churn=0.6, seed=seed)
        complete, rows = _totals_only(server, 100)
        fooled += complete and not server.throughout <= rows
    assert fooled > 0


def test_under_changes_ordered_listings_are_still_complete_nearly_always() -> None:
    proofs = [read(Ordered(100, 1000, True), Server(1_000, churn=0.25, seed=seed), shuffle=True).proof for seed in range(300)]
    assert proofs.count("none") <= 3


# By hand: one decision of the law at a time


def page(*rows: tuple[str, int], total: int | None = None) -> Page:
    return Page([PageRow(name, moment, name) for name, moment in rows], total)


def run_of(first: int, last: int) -> list[tuple[str, int]]:
    """Secrets s<first> ... s<last>, one a second."""
    return [(f"s{number}", number) for number in range(first, last + 1)]


def begun(*rows: tuple[str, int], size: int = 10) -> tuple[Ordered, list[Window]]:
    """An ordered listing after its first page."""
    listing = Ordered(size, 1000, True)
    (first,) = listing.begin()
    return listing, listing.accept(first, page(*rows))


def test_windows_share_five_rows() -> None:
    _listing, windows = begun(*run_of(0, 9), size=10)
    assert windows == [Window(5, 10)]
    assert OVERLAP == 5


def test_windows_share_more_where_more_were_made_within_one_second() -> None:
    rows = [*run_of(0, 11), *((f"t{number}", 12) for number in range(7)), ("u", 13)]
    _listing, windows = begun(*rows, size=20)
    assert windows == [Window(20 - 8, 20)]


def test_a_window_is_anchored_on_a_row_older_than_the_last_one() -> None:
    rows = [*run_of(0, 2), *((f"t{number}", 3) for number in range(7))]
    _listing, windows = begun(*rows, size=10)
    assert windows == [Window(2, 10)], "the third row, with the one before it"


@pytest.mark.parametrize("rows, start", [(1, 1), (2, 2), (3, 1), (4, 2), (5, 3), (6, 1), (7, 2)])
def test_a_first_page_that_is_short_is_surrounded_or_overlapped(rows: int, start: int) -> None:
    """Three rows are enough to begin on one that is older than the last and has one before it."""
    listing, windows = begun(*run_of(1, rows))
    assert windows == [] and listing.is_waiting
    assert listing.resume(settled=False) == [Window(start, 10)]


def test_windows_that_only_touch_in_one_second_are_not_joined() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    windows = listing.accept(second, page(("x", 9), *run_of(10, 18)))
    assert windows == [Window(0, 10)] and listing.restarts == 0, "a secret of that very second may stand between them"


def test_a_window_is_bridged_where_it_did_not_join_and_not_behind_the_ones_that_did() -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    second, third = listing.accept(first, page(*run_of(0, 9), total=20))
    assert listing.accept(second, page(*run_of(5, 9), *((f"t{number}", 10) for number in range(5)), total=20)) == []
    assert listing.accept(third, page(*run_of(11, 20), total=20)) == [Window(third.start - 5, 10)]


def test_a_bridge_begins_half_a_page_further_back_and_no_more() -> None:
    listing, (second,) = begun(*run_of(0, 2), size=3)
    (third,) = listing.accept(second, page(*run_of(1, 3)))
    assert (second, third) == (Window(1, 3), Window(2, 3))
    assert listing.accept(third, page(*run_of(8, 10))) == [Window(1, 3)]


@pytest.mark.parametrize("between", [page(total=20), page(*run_of(0, 9), total=20)])
def test_a_window_that_tells_nothing_new_does_not_part_those_around_it(between: Page) -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    second, third = listing.accept(first, page(*run_of(0, 9), total=20))
    assert listing.accept(second, between) == []
    assert listing.accept(third, page(*run_of(8, 17), total=20)) == [Window(15, 10)]


def test_the_last_window_that_reaches_the_newest_second_is_gone_on_from() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    assert listing.accept(second, page(*run_of(5, 9), ("t", 9))) == [Window(6, 10)]


def test_an_order_that_proves_nothing_counts_beside_a_total_that_is_wrong() -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    (again,) = listing.accept(first, page(*run_of(0, 7), total=5))
    assert listing.restarts == 1
    assert listing.accept(again, page(*reversed(run_of(0, 9)))) and listing.restarts == 2


def test_a_later_window_may_have_news_of_the_newest_second() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    windows = listing.accept(second, page(*run_of(5, 9), ("t", 9), *run_of(10, 13)))
    assert listing.restarts == 0 and windows == [Window(10, 10)]


def test_a_window_between_two_ordered_ones_shows_that_a_page_is_not() -> None:
    listing, windows = begun(("a", 1), ("b", 3), ("c", 2), ("d", 4), ("e", 5), ("f", 6), ("g", 7), ("h", 8), ("i", 9), ("j", 10))
    assert listing.restarts == 1 and windows[0].reading == 1


def test_the_size_of_pages_is_learnt_from_the_second_that_joins() -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    assert listing.accept(first, page(*run_of(0, 6))) == []
    (second,) = listing.resume(settled=False)
    (third,) = listing.accept(second, page(*run_of(second.start, second.start + 6)))
    assert (second.size, third.size) == (10, 7)


def test_windows_that_overlap_are_joined() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    (third,) = listing.accept(second, page(*run_of(5, 14)))
    assert third == Window(10, 10)


def test_several_bridges_are_built_before_the_order_is_given_up() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    windows = listing.accept(second, page(("x", 20), ("y", 21)))
    for number in range(5):
        (bridge,) = windows
        windows = listing.accept(bridge, page((f"x{number}", 19 - number), ("y", 21)))
    assert listing.restarts == 0 and windows and windows[0].start == 0


def test_a_dozen_bridges_are_built_and_no_more() -> None:
    listing, windows = begun(*run_of(0, 9))
    bridges = -1
    while listing.restarts == 0:
        (window,) = windows
        windows = listing.accept(window, page((f"x{bridges}", 90 - bridges), ("y", 91), ("z", 92)))
        bridges += 1
    assert bridges == MOST_BRIDGES == 12


def test_a_later_window_with_older_news_shows_that_the_order_is_a_lie() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    windows = listing.accept(second, page(("news", 4), ("s6", 6), ("s7", 7)))
    assert listing.restarts == 1 and windows[0].start == 0 and windows[0].reading == 1


def test_a_full_window_without_news_is_not_the_end() -> None:
    listing, (second,) = begun(*run_of(0, 3), size=4)
    windows = listing.accept(second, page(*run_of(0, 3)))
    assert not listing.finished and windows


def test_a_cut_window_without_news_is_not_the_end() -> None:
    """The cloud gives four rows a page, whatever is asked for: another four of the known ones say nothing of what follows."""
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    assert listing.accept(first, page(*run_of(0, 3))) == [] and listing.is_waiting
    (second,) = listing.resume(settled=False)
    windows = listing.accept(second, page(*run_of(0, 3)))
    assert not listing.finished and windows


def test_a_window_that_begins_on_the_youngest_row_does_not_show_the_end() -> None:
    listing, (second,) = begun(*run_of(0, 9))
    windows = listing.accept(second, page(("s9", 9)))
    assert not listing.finished and windows, "others of that second may stand before it"


KNOWN, OTHER = page(*run_of(5, 9)), page(*run_of(6, 9))
SURROUNDED = [
    pytest.param([KNOWN, page(), KNOWN], [5, 10, 5], id="nothing behind it, and the same again"),
    pytest.param([KNOWN, page(), OTHER, page(), OTHER], [5, 10, 5, 9, 5], id="another one again: a row has gone, so it is looked at anew"),
    pytest.param([KNOWN, page(("s10", 10)), page(*run_of(5, 10)), page(*run_of(7, 10)), page(), page(*run_of(7, 10))], None, id="it had been cut"),
]


@pytest.mark.parametrize("pages, starts", SURROUNDED)
def test_a_window_without_news_shows_the_end_if_nothing_stands_behind_it_and_it_comes_again(pages: list[Page], starts: list[int] | None) -> None:
    listing, windows = begun(*run_of(0, 9))
    asked = []
    for answered in pages:
        assert not listing.finished
        (window,) = windows
        asked.append(window.start)
        windows = listing.accept(window, answered)
    assert starts is None or asked == starts
    assert listing.finished and (listing.proof, listing.restarts) == ("end", 0)


def test_looking_behind_windows_has_an_end() -> None:
    listing, windows = begun(*run_of(0, 9))
    asked = 0
    while not listing.restarts:
        (window,) = windows
        windows = listing.accept(window, page() if asked % 2 else page((f"s{asked // 2}", asked // 2), ("s9", 9)))
        asked += 1
    assert asked == MOST_BRIDGES + 1 and windows[0].reading == 1


def test_a_window_that_reaches_its_total_needs_nobody_beside_it() -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    (second,) = listing.accept(first, page(*run_of(0, 9), total=10))
    assert listing.accept(second, page(*run_of(5, 9), total=10)) == [] and listing.proof == "total"


def test_the_short_end_of_several_pages_waits_for_what_other_totals_tell() -> None:
    listing = Ordered(10, 1000, True)
    (first,) = listing.begin()
    windows = listing.accept(first, page(*run_of(0, 9), total=21))
    for window in windows[:-1]:
        listing.accept(window, page(*run_of(window.start, 13), total=21))
    assert listing.accept(windows[-1], page(total=21)) == [] and listing.is_waiting and not listing.finished
    assert listing.resume(settled=True) == [] and (listing.proof, listing.count) == ("end", 14)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 8, 100])
def test_ids_are_counted_share_by_share(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(unordered, "SHARE", most)
    pages = [page(*run_of(first, first + 3)).rows for first in (0, 2, 4)]
    kept = OnDisk([PageRow(number, number, None) for number in range(4, 16)])
    assert distinct([*pages, kept]) == 8 + 12
    number = 1 + 12 // most
    assert kept.asked == ([(number, share) for share in range(number)] if number > 1 else [])


def test_shares_are_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unordered, "SHARE", 10)
    rows = [PageRow(number, number, None) for number in range(40)]
    kept = OnDisk(rows)
    assert [len(list(pick(kept))) for pick in shares([kept])] == [8, 8, 8, 8, 8]
    assert [len(list(pick(rows))) for pick in shares([rows])] == [40], "rows in memory are compared at once"
    numbers = [len(list(shares([OnDisk(rows[:1] * count)]))) for count in (2549, 2550, 9999)]
    assert numbers == [255, 256, 256], "no more than a byte can tell apart"


def reread(readings: list[list[Page]], size: int = 2) -> ReadTwice:
    """A listing without order, with these pages for its readings."""
    listing = ReadTwice(size, 1000, True)
    windows = listing.begin()
    while windows:
        window = windows.pop(0)
        pages = readings[min(window.reading, len(readings)) - 1]
        windows += listing.accept(window, pages[window.start // size] if window.start // size < len(pages) else page())
    return listing


@pytest.mark.parametrize("law", LAWS)
def test_a_few_windows_are_under_way_and_all_are_asked_for(law: type[Listing]) -> None:
    server, listing, most = Server(4_000), law(12, 10_000, True), 0
    windows = listing.begin()
    while windows:
        most = max(most, len(windows))
        window = windows.pop(0)
        windows += listing.accept(window, server.answer(window))
    assert (most, ids(listing)) == (UNDER_WAY, server.throughout) and listing.proof != "none"


def test_windows_that_all_begin_with_the_oldest_row_are_in_no_order() -> None:
    listing = Ordered(10, 1000, True)
    (window,) = listing.begin()
    windows = listing.accept(window, Page([PageRow(f"s{n}", n, None) for n in range(10)], 2_000))
    while windows and len(listing.taken) < 1_000 and windows[0].reading == 0:
        window = windows.pop(0)
        rows = [PageRow("s0", 0, None), *(PageRow(f"s{number}", number, None) for number in range(window.start + 1, window.start + 10))]
        windows += listing.accept(window, Page(rows, 2_000))
    assert windows and windows[0].reading == 1 and listing.restarts == 1, "now it is read twice"


def test_what_only_an_earlier_reading_saw_is_gone() -> None:
    before = [page(("a", 1), ("b", 2)), page(("c", 3))]
    after = [page(("a", 1), ("c", 3)), page(("d", 4))]
    listing = reread([before, after, after])
    assert (listing.proof, ids(listing)) == ("twice", {"a", "c", "d"})


def test_readings_of_the_same_secrets_in_another_sequence_are_not_the_same() -> None:
    one = [page(("a", 1), ("b", 2)), page(("c", 3))]
    other = [page(("a", 1), ("c", 3)), page(("b", 2))]
    listing = reread([one, other, one, other])
    assert listing.problem and (listing.proof, listing.problem.message) == ("none", f"{MOST_READINGS} readings of the listing differ")
    assert reread([one, other, other]).proof == "twice"


def test_a_single_page_whose_total_moved_is_read_again() -> None:
    moved = [page(("a", 1), ("b", 2), total=3), page(total=2)]
    steady = [page(("a", 1), ("b", 2), total=2), page(total=2)]
    assert ids(reread([steady, []])) == {"a", "b"}, "one reading is enough"
    assert not ids(reread([moved, []])), "the later readings count"


STEADY = [page(("a", 1), ("b", 2), total=4), page(("c", 3), ("d", 4), total=4), page(total=4)]
TORN = [page(("a", 1), ("b", 2), total=5), page(("c", 3), ("d", 4), total=4), page(total=4)]
SILENT = [page(("a", 1), ("b", 2), total=4), page(("c", 3), ("d", 4), total=4), page()]


@pytest.mark.parametrize(
    "readings, proof",
    [
        pytest.param([STEADY, STEADY], "twice", id="both are settled"),
        pytest.param([STEADY, TORN], "twice", id="the first is settled"),
        pytest.param([TORN, STEADY], "twice", id="the second is settled"),
        pytest.param([TORN, TORN, STEADY], "twice", id="a further one is settled"),
        pytest.param([TORN], "none", id="none is settled"),
        pytest.param([SILENT], "twice", id="a page without a total says nothing"),
    ],
)
def test_one_of_two_equal_readings_has_to_be_settled(readings: list[list[Page]], proof: str) -> None:
    listing = reread(readings)
    assert (listing.proof, listing.count) == (proof, 4)
    if proof == "none":
        assert listing.problem and listing.problem.message == "the pages of one reading count from 4 to 5 secrets"


def test_a_page_past_the_end_without_total_hides_no_total() -> None:
    listing = reread([[page(("a", 1), ("b", 2), total=9), page()]])
    assert (listing.proof, listing.total, listing.least_total, listing.told) == ("twice", 9, 9, [9])


def test_one_reading_with_more_rows_than_its_total_is_no_proof_either() -> None:
    listing = read(ReadTwice(100, 1000, False), Server(350, total=lambda living: 340))
    assert (listing.proof, listing.restarts) == ("none", 1)


def test_totals_are_remembered_as_they_changed() -> None:
    listing = reread([[page(("a", 1), ("b", 2), total=5), page(("c", 3), total=4)], [page(("a", 1), ("b", 2), total=4), page(("c", 3), total=4)]])
    assert listing.told == [5, 4] and listing.least_total == 4


@pytest.mark.parametrize("law", LAWS)
def test_a_listing_that_is_read_again_counts_its_last_reading_or_all(law: type[Listing]) -> None:
    for keep, left in ((False, {"s1", "s2"}), (True, {"s0", "s1", "s2"})):
        server, listing = Server(3), law(100, 1000, True)
        read(listing, server)
        del server.secrets[0]
        windows = listing.again(keep)
        assert not listing.finished and listing.proof == "none"
        for window in windows:
            assert listing.accept(window, server.answer(window)) == []
        assert (ids(listing), listing.count, listing.proof, listing.restarts) == (left, len(left), "total", 0)


@pytest.mark.parametrize("law", LAWS)
def test_a_listing_that_was_refused_may_be_read_again(law: type[Listing]) -> None:
    server, listing = Server(3), law(100, 1000, True)
    listing.begin()
    listing.fail(SecretsError("unsupported", "no"))
    assert listing.finished
    (window,) = listing.again()
    listing.accept(window, server.answer(window))
    assert (listing.proof, listing.count, listing.problem) == ("total", 3, None)


def test_a_single_page_whose_total_moved_is_no_proof_where_others_had_to_be_looked_at() -> None:
    before = [page(("a", 1), ("b", 2), total=5), page(("c", 3), ("d", 4), total=5), page(("e", 5), total=5)]
    after = [page(("a", 1), ("b", 2), total=2), page(total=2), page(total=2)]
    listing = reread([before, after, after])
    assert (listing.proof, listing.count) == ("twice", 2)


def test_pages_of_one_are_asked_for_one_by_one() -> None:
    listing = ReadTwice(1, 1000, True)
    (first,) = listing.begin()
    assert listing.accept(first, page(("a", 1))) == [Window(1, 1, 1)]


def test_a_cut_page_makes_all_pages_as_small() -> None:
    listing = ReadTwice(2, 1000, True)
    (first,) = listing.begin()
    second, third = listing.accept(first, page(("a", 1), ("b", 2), total=5))
    assert listing.accept(second, page(("c", 3), total=5)) == []
    windows = listing.accept(third, page(("d", 4), ("e", 5), total=5))
    assert listing.size == 1 and windows[0] == Window(0, 1, 2)


def test_the_size_of_pages_without_order_is_that_of_the_first() -> None:
    listing = ReadTwice(100, 1000, True)
    (first,) = listing.begin()
    windows = listing.accept(first, page(*run_of(0, 39), total=90))
    assert windows == [Window(40, 40, 1)]


def test_pages_that_are_cut_again_and_again_are_given_up() -> None:
    listing = reread([[page(("a", 1), ("b", 2), total=6), page(total=6), page(("c", 3), ("d", 4), total=6)]])
    assert listing.problem and listing.problem.message == "pages come back shorter than asked for, or empty, while others follow"
    assert (listing.restarts, listing.proof) == (MOST_READINGS + 1, "none")


@pytest.mark.parametrize("most, starts", [(1, []), (2, [1]), (3, [1, 2]), (4, [1, 2, 3])])
def test_no_reading_asks_for_more_pages_than_it_may(most: int, starts: list[int]) -> None:
    listing = ReadTwice(1, most, False)
    (first,) = listing.begin()
    windows = listing.accept(first, Page([PageRow("a", 1, {})], 3))
    assert [window.start for window in windows] == starts
    assert (str(listing.problem) == f"the listing has more than {most} pages") is (most < 4)
