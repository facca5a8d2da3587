# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers become pages: each row is checked and read as a record, and the records that were asked for are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import SecretsError
from .._core.records import Record
from .._core.redaction import LONGEST_NAME, printable
from .._paging.unordered import Page, PageRow, usable_total
from .._provider import Provider
from .ledger import Part, Store
from .names import NamesSeen
from .options import ListingQuery
from .spool import Spool

MOST_UNKNOWN_FIELDS = 20
FARTHEST_TIME = 1 << 62


class PageReader:
    """Reads the answers to a listing's requests. names: by account, what is told of each name that a row has."""

    def __init__(self, provider: Provider, query: ListingQuery, spool: Spool, names: Mapping[str, NamesSeen]) -> None:
        self._provider = provider
        self._query = query
        self._spool = spool
        self._names = names

    def page(self, store: Store, part: Part, payload: Mapping[str, Any]) -> Page:
        """The page that an answer holds. Raises SecretsError if the answer, or a row of it, is not what was asked for."""
        raw = self._provider.read_page(payload)
        return Page(self._spool.page(self._rows(store, part, raw.rows)), usable_total(raw.total), raw.token)

    def _rows(self, store: Store, part: Part, rows: list[Any]) -> list[PageRow]:
        """The rows of a page, each with what stands for its record, if that is wanted."""
        provider = self._provider
        idents = [row.get(provider.id_field) if isinstance(row, dict) else None for row in rows]
        if not all(isinstance(ident, str) and ident for ident in idents):
            raise SecretsError("schema", f"a row of the list has no {provider.id_field}")
        records, undocumented = provider.schema.read(rows, store.account.name, store.region)
        for name in undocumented:
            if len(store.unknown_fields) < MOST_UNKNOWN_FIELDS:
                store.unknown_fields.add(printable(name, LONGEST_NAME))
        part.moving = part.moving or any(row.get(provider.moving_field) is True for row in rows)
        times = [time if isinstance(time, int) and abs(time) < FARTHEST_TIME else None for time in (row.get(provider.created_field) for row in rows)]
        return list(map(PageRow, idents, times, self._spool.keep(self._wanted(store, records))))

    def _wanted(self, store: Store, records: list[Record]) -> list[Record | None]:
        """The records that were asked for, each in its place."""
        accepts, filters, names = self._provider.accepts, self._query.filters, self._query.names
        wanted = [record if accepts(record, filters) else None for record in records]
        if not names:
            return wanted
        for record in filter(None, wanted):
            self._names[store.account.name].add(record["name"])
        return [record if record and record["name"] in names else None for record in wanted]
