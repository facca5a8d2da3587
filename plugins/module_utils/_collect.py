# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts x regions x partitions x pages: what to ask next, and where the answers go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ._endpoint import Target
from ._errors import SecretsError
from ._fleet import ALL
from ._http import Request
from ._ledger import Account, Part, Row as LedgerRow, Store, Tally, ledger_row
from ._paginate import Page, Row, Window, usable_total
from ._provider import Filters, Provider
from ._queue import Job, Queue
from ._records import Record
from ._regions import ask_regions
from ._scrub import printable
from ._shelf import Shelf
from ._union import doubtful, settles

OF_ONE_PARTITION = frozenset({"request", "schema", "pagination", "protocol", "too_large", "internal"})
"""Kinds of errors that say nothing of the other partitions of a store."""
IDENTITY_RETRIES = 1
MOST_UNKNOWN_FIELDS = 20
LONGEST_NAME = 64


@dataclass(frozen=True)
class Question:
    """What is asked of every store. names: only secrets of exactly these names count, if there are any."""

    filters: Filters
    names: frozenset[str] = frozenset()
    page_size: int = 100
    max_pages: int = 1000
    verify: bool = True
    identify: bool = True


def home_of(regions: Sequence[str], otherwise: str) -> str:
    """Where an account is asked what belongs to no region: in a region of its own, as a private network may lead to no other."""
    return otherwise if tuple(regions) == (ALL,) else regions[0]


class Collector:
    """Fills stores through a queue. Its functions are called by one thread at a time: under the queue's lock, or after it stopped."""

    def __init__(self, provider: Provider, question: Question, queue: Queue, shelf: Shelf) -> None:
        self._provider = provider
        self._question = question
        self._queue = queue
        self._shelf = shelf
        self.stores: list[Store] = []
        self.account_ids: dict[str, str | None] = {}
        self.unidentified: dict[str, SecretsError] = {}

    def begin(self, accounts: Sequence[Account]) -> None:
        """Put the first requests of every account on the queue."""
        for account in accounts:
            self.account_ids[account.name] = None
            if self._question.identify:
                self._identify(account)
            if account.regions == (ALL,):
                self._discover(account)
            else:
                self._open_stores(account, account.regions)

    def end(self, seconds: float) -> None:
        """Nothing more comes: what is still open was cut off by the deadline of so many seconds."""
        listed = sum(all(part.listing.finished for part in store.parts) for store in self.stores)
        error = SecretsError(
            "deadline",
            f"the {seconds:g} seconds of the task ran out when {listed} of {len(self.stores)} stores had been listed",
            hint="Raise deadline, or split the fleet over several tasks.",
        )
        for store in self.stores:
            open_parts = [part for part in store.parts if not part.listing.finished]
            for part in open_parts:
                part.listing.problem = part.listing.problem or error
            if not store.parts and store.error is None:
                store.error = error
            if open_parts:
                self._close(store)

    def ledger(self) -> list[LedgerRow]:
        """The rows of all stores, by account and region."""
        stores = sorted(self.stores, key=lambda store: (store.account.name, store.region))
        name, not_offered = self._provider.vocabulary.provider, self._provider.not_offered
        return [ledger_row(name, store, self.account_ids[store.account.name], not_offered) for store in stores]

    def _identify(self, account: Account) -> None:
        region = home_of(account.regions, self._provider.home_region)
        request = self._provider.identity_request(self._target(account, region))

        def done(payload: Mapping[str, Any]) -> None:
            self.account_ids[account.name] = self._provider.read_identity(payload)

        def failed(error: SecretsError) -> None:
            if error is account.key.problem:  # which every store of the account tells anyway
                return
            if error.kind == "denied":
                error.hint = f"Grant the action {request.action}."
            self.unidentified[account.name] = error

        self._ask(account, request, region, Tally(), done, failed, IDENTITY_RETRIES)

    def _discover(self, account: Account) -> None:
        """Ask for the regions. Until they are known they are a store of their own, so that no failure is lost."""
        unknown = Store(account, ALL)
        self.stores.append(unknown)

        def found(regions: Sequence[str]) -> None:
            self.stores.remove(unknown)
            self._open_stores(account, regions)

        def failed(error: SecretsError) -> None:
            unknown.error = error

        ask_regions(self._queue, self._provider, account, unknown.tally, found, failed)

    def _open_stores(self, account: Account, regions: Sequence[str]) -> None:
        question = self._question
        self._queue.allow(len(regions))
        for region in regions:
            store = Store(account, region)
            self.stores.append(store)
            for partition in self._provider.partitions(question.filters):
                store.parts.append(Part(partition, self._provider.listing(question.page_size, question.max_pages, question.verify)))
            store.waiting = store.parts[1:]
            self._begin(store, store.parts[:1])

    def _begin(self, store: Store, parts: Sequence[Part]) -> None:
        for part in parts:
            self._ask_pages(store, part, part.listing.begin())

    def _ask_pages(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        target = self._target(store.account, store.region)
        for window in windows:
            request = self._provider.list_request(target, part.partition, window, self._question.filters)
            done, failed = partial(self._page_came, store, part, window), partial(self._page_failed, store, part)
            self._ask(store.account, request, store.region, store.tally, done, failed)

    def _page_came(self, store: Store, part: Part, window: Window, payload: Mapping[str, Any]) -> None:
        raw = self._provider.read_page(payload)
        page = Page([self._row(store, row) for row in raw.rows], usable_total(raw.total), raw.token)
        part.pages += 1
        windows = part.listing.accept(window, page)
        self._scouted(store, None)
        self._go_on(store, part, windows)

    def _page_failed(self, store: Store, part: Part, error: SecretsError) -> None:
        windows = part.listing.abandon(error)
        self._scouted(store, error)
        self._go_on(store, part, windows)

    def _scouted(self, store: Store, error: SecretsError | None) -> None:
        """The first answer of a store decides whether its other partitions are asked for: what is refused to the whole
        account, region or host would only be refused again."""
        rest, store.waiting = store.waiting, []
        if error is None or error.kind in OF_ONE_PARTITION:
            self._begin(store, rest)
        else:
            for part in rest:
                part.listing.decline(error)

    def _go_on(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        self._ask_pages(store, part, windows)
        if not all(each.listing.finished or each.listing.waits for each in store.parts):
            return
        listings = [each.listing for each in store.parts if each.listing.problem is None]
        settled = settles(listings)
        doubted = doubtful(listings, whole=not self._question.filters)
        for each in store.parts:
            if each.listing.waits:
                self._ask_pages(store, each, each.listing.release(settled))
            elif each.listing in doubted:
                self._ask_pages(store, each, each.listing.doubt())
        if all(each.listing.finished for each in store.parts):
            self._close(store)

    def _close(self, store: Store) -> None:
        """Keep what was asked for, each secret once: a later partition's word wins."""
        found: dict[str, Any] = {}
        for part in store.parts:
            part.listing.close()
            store.conflicts += sum(found.get(key, content) != content for key, content in part.listing.rows.items())
            found.update(part.listing.rows)
        store.kept = {key: content for key, content in found.items() if content is not None} if None in found.values() else found

    def _row(self, store: Store, raw: Any) -> Row:
        identity = raw.get(self._provider.identity) if isinstance(raw, Mapping) else None
        if not isinstance(identity, str) or not identity:
            raise SecretsError("schema", f"a row of the list has no {self._provider.identity}")
        vocabulary = self._provider.vocabulary
        for name in vocabulary.undocumented(raw):
            if len(store.unknown_fields) < MOST_UNKNOWN_FIELDS:
                store.unknown_fields.add(printable(name, LONGEST_NAME))
        record = vocabulary.record(raw, store.account.name, store.region)
        moment = raw.get(self._provider.moment)
        content = self._shelf.keep(record) if self._is_wanted(record) else None
        return Row(identity, moment if isinstance(moment, int) else None, content)

    def _is_wanted(self, record: Record) -> bool:
        names = self._question.names
        return (not names or record["name"] in names) and self._provider.accepts(record, self._question.filters)

    def _target(self, account: Account, region: str) -> Target:
        return Target(region, account.endpoint, account.place)

    def _ask(
        self,
        account: Account,
        request: Request,
        region: str,
        tally: Tally,
        done: Callable[[Mapping[str, Any]], None],
        failed: Callable[[SecretsError], None],
        retries: int | None = None,
    ) -> None:
        bucket = self._provider.bucket(request, region, account.key.identity)
        self._queue.put(Job(request, account.key, bucket, tally, done, failed, retries))
