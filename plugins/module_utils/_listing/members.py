# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The members of an organization, read by the same laws as any listing.

1. Four things are asked at once: whose key this is, who manages the organization, the members, and the folders if they matter.
2. Every list is read twice, and both readings have to be equal. One of a single page whose total fits may also be equal to a third one; all that
   any of them named counts.
3. A total that does not fit the rows gives one more reading. After that the list is a part of the members.
4. A key that may see a part of the members only proves nothing, whatever its totals say.
5. The account of the key is the management account, or a member. A list that lacks it lacks others, too.
6. The management account belongs to the accounts, whether it has a row or not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from .._core.endpoints import Target
from .._core.errors import SecretsError
from .._core.messages import Request
from .._paging.unordered import RUN_AGAIN, Listing, Page, PageRow, ReadTwice, Window, usable_total
from .._provider import ErrorKind, Manager, MemberAccount, Members, PagedCall, Provider, kind_of
from .._wire.counters import RequestStats
from .._wire.pending import PendingRequest
from .._wire.scheduler import Scheduler
from .ledger import Account
from .organization import with_folders
from .regions import home_region_of

MOST_PAGES = 1000
MOST_READINGS = 3
"""Of a list of a single page."""
SEES_A_PART = "Use a key of the management account, which sees every member."


def explained(error: SecretsError, kinds: tuple[ErrorKind, ...]) -> None:
    """Say in an error what to do about it, if its code is known there."""
    known = kind_of(error.code or "", kinds)
    if known.pattern != "*":
        error.kind, error.hint = known.kind, known.hint


class Directory:
    """An organization while it is read. Its functions are called by one thread at a time, under the scheduler's lock.

    ended: is told once, when all is known that will be. caller: the number of the key's account. problem: why not all is known.
    """

    def __init__(self, scheduler: Scheduler, provider: Provider, service: Members, account: Account, asks_folders: bool, ended: Callable[[], None]) -> None:
        self._scheduler = scheduler
        self._provider = provider
        self._service = service
        self._account = account
        self._ended = ended
        self._open = 0
        self._rechecked = False
        self._named: dict[Listing, set[Hashable]] = {}
        """What the reading of a list that is under way has named."""
        self._readings: dict[Listing, list[set[Hashable]]] = {}
        """What the earlier readings of a list of a single page have named."""
        self.listing: Listing = ReadTwice(service.page_size, MOST_PAGES, True)
        self._folders: Listing | None = ReadTwice(service.page_size, MOST_PAGES, True) if asks_folders and service.folders else None
        self.stats = RequestStats()
        self.caller: str | None = None
        self.manager: Manager | None = None
        self.problem: SecretsError | None = None

    def begin(self) -> None:
        """Put the first requests on the scheduler."""
        target, service = self._target(), self._service
        self._scheduler.allow(1)
        self._ask(self._provider.identity_request(target), self._identified)
        self._ask(service.manager_request(target), self._managed)
        self._ask_pages(self.listing, self.listing.begin())
        if self._folders:
            self._ask_pages(self._folders, self._folders.begin())

    @property
    def is_known(self) -> bool:
        """Whether enough is known to enter members."""
        return self.caller is not None and self.manager is not None and bool(self.listing.taken)

    def accounts(self) -> list[MemberAccount]:
        """The members as far as they are known, and the management account."""
        members = list({row.id: row.content for rows in self.listing.held for row in rows}.values())
        if self._folders:
            members = with_folders(members, [row.content for rows in self._folders.held for row in rows])
        own = [self.manager.account] if self.manager else []
        return members + [MemberAccount(number) for number in own if all(member.id != number for member in members)]

    def _identified(self, payload: Mapping[str, Any]) -> None:
        number = self._provider.read_identity(payload)
        if number is None:
            raise SecretsError("schema", "the answer names no account")
        self.caller = number

    def _managed(self, payload: Mapping[str, Any]) -> None:
        self.manager = self._service.read_manager(payload)

    def _ask_pages(self, listing: Listing, windows: Sequence[Window]) -> None:
        call = self._service.members if listing is self.listing else self._service.folders
        for window in windows:
            if call:
                self._ask(call.request(self._target(), window), partial(self._page_came, listing, call, window), partial(self._page_failed, listing))

    def _page_came(self, listing: Listing, call: PagedCall, window: Window, payload: Mapping[str, Any]) -> None:
        raw = call.read(payload)
        rows = [PageRow(row.id, None, row) for row in raw.rows]
        self._named.setdefault(listing, set()).update(row.id for row in rows)
        self._ask_pages(listing, listing.accept(window, Page(rows, usable_total(raw.total))))

    def _page_failed(self, listing: Listing, error: SecretsError) -> None:
        self._ask_pages(listing, listing.fail(error))

    def _ask(self, request: Request, done: Callable[[Mapping[str, Any]], None], failed: Callable[[SecretsError], None] | None = None) -> None:
        self._open += 1

        def came(payload: Mapping[str, Any]) -> None:
            done(payload)
            self._answered()

        def missed(error: SecretsError) -> None:
            if error is not self._account.credentials.problem:
                explained(error, self._service.refusals)
            if failed:
                failed(error)
            self.problem = self.problem or error
            self._answered()

        bucket = self._provider.bucket(request, self._provider.home_region, self._account.credentials.identity)
        self._scheduler.put(PendingRequest(request, self._account.credentials, bucket, self.stats, came, missed))

    def _answered(self) -> None:
        self._open -= 1
        if self._open:
            return
        if not self.problem and not self._rechecked and self._misfit():
            self._rechecked = True
            self._ask_pages(self.listing, self.listing.again())
            return
        if not self.problem and (alone := self._alone()):
            for listing in alone:
                self._ask_pages(listing, listing.again(keep=True))
            return
        self._conclude()
        self._ended()

    def _lists(self) -> list[Listing]:
        return [self.listing, *([self._folders] if self._folders else [])]

    def _alone(self) -> list[Listing]:
        """The lists that are a single answer which no other one confirms, and are to be asked for again."""
        found = []
        for listing in self._lists():
            if listing.proof != "total" or listing not in self._named:
                continue
            readings = self._readings.setdefault(listing, [])
            readings.append(self._named.pop(listing))
            if readings.count(readings[-1]) > 1:
                continue
            if len(readings) < MOST_READINGS:
                found.append(listing)
            else:
                self.problem = SecretsError("pagination", f"each of {MOST_READINGS} readings of the list of members names others", hint=RUN_AGAIN)
        return found

    def _misfit(self) -> bool:
        """Whether a total does not fit the rows, though the readings are equal."""
        return self.listing.problem is None and self.listing.total not in (None, self.listing.count)

    def _conclude(self) -> None:
        """Why the list may be a part of the members, if it may."""
        broken = next((listing for listing in self._lists() if listing.problem or listing.proof == "none"), None)
        if not self.problem and (broken or self._misfit()):
            what = "members" if broken in (None, self.listing) else "folders"
            told = f"the readings of the list of {what} do not fit each other and its total: {self.listing.count} of {self.listing.total}"
            hint = broken.problem.hint if broken and broken.problem else RUN_AGAIN
            self.problem = SecretsError("pagination", told, hint=hint)
        if not self.problem and self.caller not in (None, *(member.id for member in self.accounts())):
            told = f"the list of members lacks account {self.caller}, whose key has asked for it"
            self.problem = SecretsError("pagination", told, hint=RUN_AGAIN)
        if not self.problem and self.manager and self.caller and (doubt := self._service.doubt(self.manager, self.caller)):
            self.problem = SecretsError("denied", doubt, hint=SEES_A_PART)
        self.listing.problem = self.problem

    def _target(self) -> Target:
        """Who asks for an organization asks no region. Its hosts are the cloud's own, whatever the endpoint of the service."""
        return Target(home_region_of(self._account.regions, self._provider.home_region), None, self._account.place)
