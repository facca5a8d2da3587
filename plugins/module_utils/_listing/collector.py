# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts x regions x partitions x pages: what to ask next, and where the answers go.

1. An account is asked for its number and, for 'regions: all', for its regions. Each region opens a store.
2. A store asks its first partition first. Its answer decides whether the others are asked too: what is refused to the
   whole account, region or host would only be refused again.
3. Each page goes to the partition's listing, which names the windows to ask for next.
   A named region that the cloud refuses is compared with the regions that it has: those are asked for once an account.
4. A listing may wait: a short page came with a larger total. When all listings of the store have finished or wait, the
   totals of all of them are compared. A listing that waits then resumes.
5. A listing that ended before a total which others show to be true is read once more.
6. When all have finished, each secret is chosen once, and the store closes. What is still open at the deadline fails.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from .._core.endpoints import ALL_REGIONS, Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._core.records import Record
from .._core.redaction import printable
from .._paging.merge import doubtful, settles, together, unite
from .._paging.unordered import Page, PageRow, Window, usable_total
from .._provider import Provider
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .ledger import Account, LedgerRow, Part, Store, ledger_row
from .names import NamesSeen
from .options import ListingQuery
from .regions import ask_regions, explain, home_region_of
from .spool import Spool

OF_ONE_PARTITION = frozenset({"request", "schema", "pagination", "protocol", "too_large", "internal"})
"""Kinds of errors that say nothing of the other partitions of a store."""
OF_GATEWAYS = frozenset({404, 500, 502, 503, 504})
"""How proxies answer where they cannot resolve the name of a host."""
IDENTITY_RETRIES = 1
MOST_UNKNOWN_FIELDS = 20
LONGEST_NAME = 64
FARTHEST_TIME = 1 << 62


class Collector:
    """Fills stores through a scheduler. Its functions are called by one thread at a time: under the scheduler's lock, or after it stopped."""

    def __init__(self, provider: Provider, query: ListingQuery, scheduler: Scheduler, spool: Spool) -> None:
        self._provider = provider
        self._query = query
        self._scheduler = scheduler
        self.spool = spool
        self.stores: list[Store] = []
        self.account_ids: dict[str, str | None] = {}
        self.unidentified: dict[str, SecretsError] = {}
        self.names: dict[str, NamesSeen] = {}
        self._doubted: dict[str, list[Store]] = {}
        self._regions: dict[str, Sequence[str] | SecretsError] = {}

    def begin(self, accounts: Sequence[Account]) -> None:
        """Put the first requests of every account on the scheduler."""
        for account in accounts:
            self.account_ids[account.name] = None
            if self._query.names:
                self.names[account.name] = NamesSeen(self._query.names)
            if self._query.identify:
                self._identify(account)
            if account.regions == (ALL_REGIONS,):
                self._discover(account)
            else:
                self._open_stores(account, account.regions, named=True)

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
        name, not_offered = self._provider.schema.provider, self._provider.not_offered
        return [ledger_row(name, store, self.account_ids[store.account.name], not_offered) for store in stores]

    def _identify(self, account: Account) -> None:
        region = home_region_of(account.regions, self._provider.home_region)
        request = self._provider.identity_request(self._target(account, region))

        def done(payload: Mapping[str, Any]) -> None:
            number = self._provider.read_identity(payload)
            if number is None:
                raise SecretsError("schema", "the answer names no account")
            self.account_ids[account.name] = number

        def failed(error: SecretsError) -> None:
            if error is account.credentials.problem:  # which every store of the account tells anyway
                return
            if error.kind == "denied":
                error.hint = f"Grant the action {request.action}."
            self.unidentified[account.name] = error

        self._ask(account, request, region, RequestStats(), done, failed, IDENTITY_RETRIES)

    def _discover(self, account: Account) -> None:
        """Ask for the regions. Until they are known they are a store of their own, so that no failure is lost."""
        unknown = Store(account, ALL_REGIONS)
        self.stores.append(unknown)

        def found(regions: Sequence[str]) -> None:
            self.stores.remove(unknown)
            self._open_stores(account, regions, named=False)

        def failed(error: SecretsError) -> None:
            unknown.error = error

        ask_regions(self._scheduler, self._provider, account, unknown.stats, found, failed)

    def _open_stores(self, account: Account, regions: Sequence[str], named: bool) -> None:
        query = self._query
        self._scheduler.allow(len(regions))
        for region in regions:
            store = Store(account, region, named, required=named and not query.allow_not_offered)
            self.stores.append(store)
            for partition in self._provider.partitions(query.filters):
                store.parts.append(Part(partition, self._provider.listing(query.page_size, query.max_pages, query.verify)))
            store.waiting = store.parts[1:]
            self._begin(store, store.parts[:1])

    def _begin(self, store: Store, parts: Sequence[Part]) -> None:
        for part in parts:
            self._ask_pages(store, part, part.listing.begin())

    def _ask_pages(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        target = self._target(store.account, store.region)
        for window in windows:
            request = self._provider.list_request(target, part.partition, window, self._query.filters)
            store.own_host = store.region in request.host
            done, failed = partial(self._page_came, store, part, window), partial(self._page_failed, store, part)
            lane = store.account.name, store.region, part.partition.key
            self._ask(store.account, request, store.region, store.stats, done, failed, lane=lane)

    def _page_came(self, store: Store, part: Part, window: Window, payload: Mapping[str, Any]) -> None:
        raw = self._provider.read_page(payload)
        rows = [self._row(store, row) for row in raw.rows]
        tokens = self.spool.keep([row.content for row in rows])
        rows = [PageRow(identity, created, token) for (identity, created, _record), token in zip(rows, tokens)]
        page = Page(self.spool.page(rows), usable_total(raw.total), raw.token)
        part.pages += 1
        windows = part.listing.accept(window, page)
        self._first_answer(store, None)
        self._go_on(store, part, windows)

    def _page_failed(self, store: Store, part: Part, error: SecretsError) -> None:
        windows = part.listing.fail(error)
        self._first_answer(store, error)
        self._go_on(store, part, windows)

    def _first_answer(self, store: Store, error: SecretsError | None) -> None:
        """The first answer of a store decides whether its other partitions are asked for: what is refused to the whole
        account, region or host would only be refused again."""
        rest, store.waiting = store.waiting, []
        if error is None or error.kind in OF_ONE_PARTITION:
            self._begin(store, rest)
        else:
            for part in rest:
                part.listing.skip(error)

    def _go_on(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        self._ask_pages(store, part, windows)
        if not all(each.listing.finished or each.listing.is_waiting for each in store.parts):
            return
        listings = [each.listing for each in store.parts if each.listing.problem is None]
        ids = together(listings)
        settled = settles(listings, ids)
        doubted = doubtful(listings, ids, whole=not self._query.filters)
        for each in store.parts:
            if each.listing.is_waiting:
                self._ask_pages(store, each, each.listing.resume(settled))
            elif each.listing in doubted:
                self._ask_pages(store, each, each.listing.recheck())
        if all(each.listing.finished for each in store.parts):
            self._close(store)
            if self._is_doubted(store):
                self._explain(store)

    def _is_doubted(self, store: Store) -> bool:
        """Whether a store was refused in a way that a misspelt region would explain."""
        error = next((part.listing.problem for part in store.parts if part.listing.problem), None)
        if not store.named or error is None or error is store.account.credentials.problem or any(part.pages for part in store.parts):
            return False
        if not store.required and error.kind == "unsupported":
            return False
        no_host = error.kind == "dns" or error.kind == "proxy" and error.http_status in OF_GATEWAYS
        return self._provider.doubts_region(error) or no_host and store.own_host

    def _explain(self, store: Store) -> None:
        """Compare the region of a store with those that the cloud has."""
        name = store.account.name
        waiting = self._doubted.setdefault(name, [])
        waiting.append(store)

        def known(answer: Sequence[str] | SecretsError) -> None:
            self._regions[name] = answer
            while waiting:
                doubted = waiting.pop()
                for error in {id(part.listing.problem): part.listing.problem for part in doubted.parts}.values():
                    if error is not None:
                        explain(error, doubted.region, self._provider.schema.provider, answer)

        if name in self._regions:
            known(self._regions[name])
        elif len(waiting) == 1:
            ask_regions(self._scheduler, self._provider, store.account, store.stats, known, known, IDENTITY_RETRIES)

    def _close(self, store: Store) -> None:
        """Choose what was asked for, each secret once."""
        listings = [part.listing for part in store.parts]
        store.ids = together(listings)
        for contents, conflicts in unite(listings, self.spool.differ):
            store.conflicts += conflicts
            wanted = [content for content in contents.values() if content is not None]
            store.count += len(wanted)
            self.spool.choose(wanted)
        for listing in listings:
            listing.close()

    def _row(self, store: Store, raw: Any) -> PageRow:
        """A row with its record, if that is wanted."""
        identity = raw.get(self._provider.id_field) if isinstance(raw, dict) else None
        if not isinstance(identity, str) or not identity:
            raise SecretsError("schema", f"a row of the list has no {self._provider.id_field}")
        schema = self._provider.schema
        for name in schema.undocumented(raw):
            if len(store.unknown_fields) < MOST_UNKNOWN_FIELDS:
                store.unknown_fields.add(printable(name, LONGEST_NAME))
        record = schema.record(raw, store.account.name, store.region)
        created = raw.get(self._provider.created_field)
        known = isinstance(created, int) and abs(created) < FARTHEST_TIME
        return PageRow(identity, created if known else None, record if self._is_wanted(store, record) else None)

    def _is_wanted(self, store: Store, record: Record) -> bool:
        if not self._provider.accepts(record, self._query.filters):
            return False
        names = self._query.names
        if not names:
            return True
        self.names[store.account.name].add(record["name"])
        return record["name"] in names

    def _target(self, account: Account, region: str) -> Target:
        return Target(region, account.endpoint, account.place)

    def _ask(
        self,
        account: Account,
        request: Request,
        region: str,
        stats: RequestStats,
        done: Callable[[Mapping[str, Any]], None],
        failed: Callable[[SecretsError], None],
        retries: int | None = None,
        lane: Hashable = None,
    ) -> None:
        bucket = self._provider.bucket(request, region, account.credentials.identity)
        self._scheduler.put(PendingRequest(request, account.credentials, bucket, stats, done, failed, retries, lane=lane))
