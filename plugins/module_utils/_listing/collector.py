# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts x regions x partitions x pages: what to ask next, and where the answers go.

1. An organization becomes accounts, see entering.py. An account is asked for its number and, for 'regions: all', for its
   regions, see regions.py. Each region opens a store.
2. A store asks its first partition first. Its answer decides whether the others are asked too: what is refused to the
   whole account, region or host would only be refused again.
3. Each page goes to the partition's listing, which names the windows to ask for next.
   A named region that the cloud refuses is compared with the regions that it has: those are asked for once an account.
4. A listing may wait: a short page came with a larger total. When all listings of the store have finished or wait, the
   totals of all of them are compared. A listing that waits then resumes.
5. When all have finished, what they were told is weighed, as _paging/evidence.py says. That may take another request:
   a listing once more, or one row to learn what a total counts.
6. When nothing is left to ask, each secret is chosen once, and the store closes. What is still open at the deadline fails.
   What the listing does not tell is asked for from then on, as details.py says.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from .._core.counting import counted
from .._core.endpoints import ALL_REGIONS, Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._paging import evidence
from .._paging.evidence import Probe, Refusal
from .._paging.merge import together, unite
from .._paging.unordered import RUN_AGAIN, Window, usable_total
from .._provider import Filters, Partition, Provider
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.renewals import of_sts
from .._wire.scheduler import Scheduler
from .details import Details
from .entering import Organizations
from .ledger import EXCUSE, Account, LedgerRow, Part, Store, ledger_row
from .names import NamesSeen
from .options import ListingQuery
from .pages import PageReader
from .regions import HINT_RETRIES, DoubtedRegions, RegionLists, home_region_of
from .repeats import Repeats
from .spool import Spool

OF_ONE_PARTITION = frozenset({"request", "schema", "pagination", "protocol", "too_large", "internal"})
"""Kinds of errors that say nothing of the other partitions of a store."""

STRANGE_KEY = "Check assume_role_arn, or the key. Something between here and the cloud may answer in its place."

StoreEnded = Callable[[Store, Sequence[Store]], None]
"""Is told of each store as it ends, with all stores that are known by then."""


class Collector:
    """Fills stores through a scheduler. Its functions are called by one thread at a time: under the scheduler's lock, or after it stopped."""

    def __init__(self, provider: Provider, query: ListingQuery, scheduler: Scheduler, spool: Spool, ended: StoreEnded = lambda store, stores: None) -> None:
        self._provider = provider
        self._query = query
        self._scheduler = scheduler
        self.spool = spool
        self._ended = ended
        self.details = Details(provider, query.details, scheduler, spool)
        self.organizations = Organizations(provider, scheduler, query.details)
        self.stores: list[Store] = []
        self.accounts: list[Account] = []
        self.twice: str | None = None
        """The first label that two accounts had."""
        self.account_ids: dict[str, str | None] = {}
        self.unidentified: dict[str, SecretsError] = {}
        self.mistaken: dict[str, SecretsError] = {}
        """Accounts whose key is that of another account."""
        self._unproven: set[str] = set()
        """Members that have no answer yet: with the first one, their key is asked whose it is."""
        self.names: dict[str, NamesSeen] = {}
        self._pages = PageReader(provider, query, spool, self.names)
        self._doubts = DoubtedRegions(provider, scheduler)
        self._regions = RegionLists(scheduler, provider)

    def begin(self, accounts: Sequence[Account]) -> None:
        """Put the first requests of every account on the scheduler."""
        for account in accounts:
            self.accounts.append(account)
            self.account_ids[account.name] = account.number
        for account in accounts:
            if account.organization:
                self._find_members(account)
            else:
                self._open(account)

    def end(self, seconds: float) -> None:
        """Nothing more comes: what is still open was cut off by the deadline of so many seconds."""
        self.details.end(seconds)
        listed = sum(not store.is_open for store in self.stores)
        told = f"the {counted(f'{seconds:g}', 'second')} of the task ran out when {listed} of {counted(len(self.stores), 'store')} had been listed"
        error = SecretsError("deadline", told, hint="Raise deadline, or split the fleet over several tasks.")
        for store in self.stores:
            if not store.parts and store.error is None:
                store.error = error
            if store.is_open:
                self._cut_off(store, error)

    def _cut_off(self, store: Store, error: SecretsError) -> None:
        for part in store.parts:
            if store.open_probes or not part.listing.finished:
                part.listing.problem = part.listing.problem or error
        self._close(store)

    def ledger(self) -> list[LedgerRow]:
        """The rows of all stores, by account and region."""
        stores = sorted(self.stores, key=lambda store: (store.account.name, store.region))
        for store in stores:
            store.error = store.error or self.mistaken.get(store.account.name)
        return [ledger_row(self._provider.schema.provider, store, self.account_ids[store.account.name]) for store in stores]

    def _find_members(self, account: Account) -> None:
        """Ask for the members of an organization. Until they are known they are a store of their own, so that no failure is lost."""
        unknown = Store(account, ALL_REGIONS)
        self.stores.append(unknown)

        def admit(member: Account, number: str) -> None:
            if member.name in self.account_ids:
                self.twice = self.twice or member.name
                return
            self.accounts.append(member)
            self.account_ids[member.name] = number
            self._open(member)

        def complete() -> None:
            self.stores.remove(unknown)
            self.accounts.remove(account)
            del self.account_ids[account.name]

        self.organizations.begin(unknown, admit, complete)

    def _open(self, account: Account) -> None:
        if self._query.names:
            self.names[account.name] = NamesSeen(self._query.names)
        if account.regions == (ALL_REGIONS,):
            self._discover(account)
        else:
            self._open_stores(account, account.regions, named=True)
        if self._query.identify and account.entered_by is not None and account.owner is not None:
            self._unproven.add(account.name)
        elif self._query.identify and (account.number is None or account.owner is not None):
            self._identify(account)

    def _identify(self, account: Account) -> None:
        region = home_region_of(account.regions, self._provider.home_region)
        request = self._provider.identity_request(self._target(account, region))

        def done(payload: Mapping[str, Any]) -> None:
            number = self._provider.read_identity(payload)
            if number is None:
                raise SecretsError("schema", "the answer names no account")
            self.account_ids[account.name] = account.number or number
            if account.owner not in (None, number):
                told = f"the role of {account.name!r} is in account {account.owner}, and the key that was got for it is of account {number}"
                if account.member and account.entered_by is None:
                    told = f"{account.name!r} is account {account.owner} of the organization, and its key is of account {number}"
                self.mistaken[account.name] = SecretsError("auth", told, hint=STRANGE_KEY)

        def failed(error: SecretsError) -> None:
            if error is account.credentials.problem:  # which every store of the account tells anyway
                return
            if error.kind == "denied":
                error.hint = f"Grant the action {request.action}."
            self.unidentified[account.name] = error

        bucket = None if account.entered_by is None else of_sts(account.entered_by)
        self._ask(account, request, region, RequestStats(), done, failed, HINT_RETRIES, bucket=bucket)

    def _discover(self, account: Account) -> None:
        """Ask for the regions. Until they are known they are a store of their own, so that no failure is lost."""
        unknown = Store(account, ALL_REGIONS)
        self.stores.append(unknown)

        def found(regions: Sequence[str]) -> None:
            self.stores.remove(unknown)
            self._open_stores(account, regions, named=False)

        def failed(error: SecretsError) -> None:
            unknown.error = error
            self._ended(unknown, self.stores)

        self._regions.ask(account, unknown.stats, found, failed)

    def _open_stores(self, account: Account, regions: Sequence[str], named: bool) -> None:
        query = self._query
        self._scheduler.allow(len(regions))
        for region in regions:
            store = Store(account, region, named, required=named and not query.allow_not_offered)
            self.stores.append(store)
            for partition in self._provider.partitions(query.filters):
                listing = self._provider.listing(query.page_size, query.max_pages, query.verify)
                store.parts.append(Part(partition, listing, Repeats(self._provider.steady)))
            store.waiting = store.parts[1:]
            self._begin(store, store.parts[:1])

    def _begin(self, store: Store, parts: Sequence[Part]) -> None:
        for part in parts:
            self._ask_pages(store, part, part.listing.begin())

    def _ask_pages(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        target = self._target(store.account, store.region)
        for window in windows:
            request = part.repeats.comparing(self._provider.list_request(target, part.partition, window, self._query.filters), window)
            store.own_host = store.region in request.host
            done, failed = partial(self._page_came, store, part, window, request), partial(self._page_failed, store, part, window)
            lane = store.account.name, store.region, part.partition.key
            self._ask(store.account, request, store.region, store.stats, done, failed, lane=lane)

    def _page_came(self, store: Store, part: Part, window: Window, request: Request, payload: Mapping[str, Any]) -> None:
        page = part.repeats.page(request, window, payload, partial(self._pages.page, store, part))
        part.pages += 1
        windows = part.listing.accept(window, page)
        self._first_answer(store, None)
        self._go_on(store, part, windows)

    def _page_failed(self, store: Store, part: Part, window: Window, error: SecretsError) -> None:
        refused = None if part.pages else self._provider.not_offered(error, part.partition)
        if refused is not None:
            part.refusals.append(Refusal(error, frozenset((name, part.partition.parameters.get(name)) for name in refused)))
            if not refused and len(part.refusals) == 1:  # one answer alone empties no store
                self._ask_pages(store, part, [window])
                return
        windows = part.listing.fail(error)
        self._first_answer(store, error)
        self._go_on(store, part, windows)

    def _first_answer(self, store: Store, error: SecretsError | None) -> None:
        """The first answer of a store decides whether its other partitions are asked for: what is refused to the whole
        account, region or host would only be refused again."""
        if store.account.name in self._unproven:
            self._unproven.remove(store.account.name)
            self._identify(store.account)
        rest, store.waiting = store.waiting, []
        if error is None or error.kind in OF_ONE_PARTITION:
            self._begin(store, rest)
        else:
            for part in rest:
                part.listing.skip(error)
                part.refusals = [refusal for refusal in store.parts[0].refusals if refusal.error is error]

    def _go_on(self, store: Store, part: Part, windows: Sequence[Window]) -> None:
        self._ask_pages(store, part, windows)
        self._conclude(store)

    def _conclude(self, store: Store) -> None:
        """Weigh what has come, once nothing more will come by itself; close the store when that leaves nothing to ask."""
        while store.is_quiet:
            asked = self._weigh(store)
            for part, windows in asked:
                self._ask_pages(store, part, windows)
            if not asked and store.is_quiet:
                self._close(store)
                self._doubts.explain(store)
                return

    def _weigh(self, store: Store) -> list[tuple[Part, list[Window]]]:
        """The listings to go on with, and their windows; none if what the store was told needs no more of them."""
        parts, members = store.parts, [part.member for part in store.parts if part.listing.problem is None]
        if waiting := [part for part in parts if part.listing.is_waiting]:
            settled = evidence.is_settled(members)
            return [(part, part.listing.resume(settled)) for part in waiting]
        heard = [refusal for part in parts for refusal in part.refusals]
        if alone := [part for part in parts if part.refused and len(part.refusals) == 1 and not evidence.is_confirmed(part.refusals[0], heard)]:
            return [(part, part.listing.again()) for part in alone]
        if not all(part.complete or self._is_not_offered(store, part) for part in parts):
            return []  # no request would make this store complete
        if self._provider.moves and not store.reread:
            store.reread = True
            if moved := evidence.moved(members, self._provider.moves):
                return [(part, part.listing.again(keep=True)) for part in parts if part.member in moved]
        if short := evidence.unexplained(members, store.probes or ()):
            doubted = [part for part in parts if part.member in short]
            if self._query.filters and store.probes is None:
                self._probe(store, doubted[0])
                return []
            return [(part, part.listing.recheck()) for part in doubted]
        return self._doubt_emptiness(store, [part for part in parts if part.complete])

    def _doubt_emptiness(self, store: Store, parts: Sequence[Part]) -> list[tuple[Part, list[Window]]]:
        """One listing of a store without a secret is asked again. If it has one now, all the others are, too."""
        if store.doubter:
            doubter, store.doubter = store.doubter, None
            return [(part, part.listing.again()) for part in parts if part is not doubter and doubter.listing.count]
        once = [part for part in parts if part.pages == 1]
        if store.asked_empty or not once or any(part.listing.count for part in parts):
            return []
        store.asked_empty, store.doubter = True, once[0]
        return [(once[0], once[0].listing.again())]

    def _probe(self, store: Store, part: Part) -> None:
        """Find out what the total of a listing counts."""
        asked: list[tuple[Request, Probe]] = []
        for partition, filters, row, probe in self._probes(store, part):
            request = self._provider.list_request(self._target(store.account, store.region), partition, row, filters)
            if all(request != other for other, _probe in asked):  # else the filter is no part of the request
                asked.append((request, probe))
        store.probes, store.open_probes = [], len(asked)
        for request, probe in asked:
            done, failed = partial(self._probe_came, store, probe), partial(self._probe_failed, store, probe)
            self._ask(store.account, request, store.region, store.stats, done, failed)

    def _probes(self, store: Store, part: Part) -> Iterator[tuple[Partition, Filters, Window, Probe]]:
        """The last row that a total counts: in the listing's own words, without any filter, and without each of them.

        Of partitions that a filter leaves out: the first row that they cannot have if the total counts both. Two of them
        are asked, the usual one, and one that is likely to be empty.
        """
        filters, total = self._query.filters, max(part.listing.told)
        row, other_row = Window(total - 1, 1), Window(total - part.listing.count, 1)
        keys = {each.partition.key for each in store.parts}
        yield part.partition, filters, row, Probe(None, False)
        if len(filters) > 1:
            yield part.partition, {}, row, Probe(None, False, "all")
        for name in filters:
            fewer = {other: value for other, value in filters.items() if other != name}
            yield part.partition, fewer, row, Probe(None, False, name)
            left_out = [other for other in self._provider.partitions(fewer) if other.key not in keys and _differ_in_one(other, part.partition)]
            for other in left_out[:1] + left_out[1:][-1:]:
                yield other, fewer, other_row, Probe(None, False, name, elsewhere=True)

    def _probe_came(self, store: Store, probe: Probe, payload: Mapping[str, Any]) -> None:
        raw = self._provider.read_page(payload)
        self._probed(store, probe._replace(total=usable_total(raw.total), found=bool(raw.rows)))

    def _probe_failed(self, store: Store, probe: Probe, error: SecretsError) -> None:
        """A cloud may refuse a row behind the end. Whatever the reason: nothing was found out."""
        self._probed(store, probe)

    def _probed(self, store: Store, probe: Probe) -> None:
        store.probes = [*(store.probes or ()), probe]
        store.open_probes -= 1
        self._conclude(store)

    def _is_not_offered(self, store: Store, part: Part) -> bool:
        """Whether a refusal is believed."""
        heard = [refusal for each in store.parts for refusal in each.refusals]
        answered = [each.partition.parameters for each in store.parts if each.pages]
        return part.refused and evidence.is_believed(part.refusals[-1], heard, answered) and not self._names_region(store, part.refusals[-1])

    def _names_region(self, store: Store, refusal: Refusal) -> bool:
        """Whether the cloud's own list of regions speaks against a refusal."""
        found = not store.named and not self._query.allow_not_offered
        return found and not refusal.values and self._provider.doubts_region(refusal.error)

    def _judge_refusal(self, store: Store, part: Part) -> None:
        refusal = part.refusals[-1]
        part.not_offered = self._is_not_offered(store, part)
        if part.not_offered:
            return
        if evidence.contradicts(refusal, [each.partition.parameters for each in store.parts if each.pages]):
            part.listing.problem = evidence.contradiction(refusal, "has answered another listing that this would concern")
        elif self._names_region(store, refusal):
            part.listing.problem = evidence.contradiction(refusal, f"its own list of regions has {store.region}", f"{RUN_AGAIN} {EXCUSE}")

    def _close(self, store: Store) -> None:
        """Choose what was asked for, each secret once."""
        for part in (part for part in store.parts if part.refused):
            self._judge_refusal(store, part)
        listings = [part.listing for part in store.parts]
        store.ids = together(listings)
        if members := [part.member for part in store.parts if part.complete]:
            store.proof = evidence.store_proof(members, store.ids)
        chosen: list[Any] = []
        for contents, conflicts in unite(listings, self.spool.differ):
            store.conflicts += conflicts
            wanted = [content for content in contents.values() if content is not None]
            store.count += len(wanted)
            self.spool.choose(wanted)
            chosen += wanted if self.details.asked else ()
        if self.details.asked and store.is_listed:
            self.details.begin(store, chosen)
        for part in store.parts:
            part.close()
        self._ended(store, self.stores)

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
        bucket: Hashable = None,
    ) -> None:
        bucket = bucket or self._provider.bucket(request, region, account.credentials.identity)
        limit, ahead = self._provider.limit(request), stats.requests > 0
        self._scheduler.put(PendingRequest(request, account.credentials, bucket, stats, done, failed, retries, lane=lane, limit=limit, ahead=ahead))


def _differ_in_one(one: Partition, other: Partition) -> bool:
    """Whether two partitions are alike in all parameters but one."""
    return len({name for name, _value in one.parameters.items() ^ other.parameters.items()}) == 1
