# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an inventory makes sense. Its trailer proves its bytes; this proves that nothing in them contradicts the rest.

1. The header says of the stores what their rows say, and has the rows that were asked for.
2. The status, proof, counts and error of a row fit each other.
3. Records stand in order, each secret once, and as many in a store as its row counts.
4. A value has a type of its field, and a time is one.
5. Only what is there is checked: another release may tell less, or more.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from .._core.counting import counted
from .._core.endpoints import ALL_REGIONS
from .._core.errors import SecretsError
from .._core.inventory_file import Inventory
from .._core.labels import read_labels
from .._core.record_lines import NULL, LineReader, Types
from .._core.records import ATTRIBUTES, RECORD_KEYS, SECRET_STATUSES, Record, RecordSchema, StoreKey
from .._core.redaction import printable
from .._core.values import parse_time
from .._paging.unordered import PROOFS
from .fields import FLAG, LIST, NUMBER, PARTS, TAGS, TEXT, TIME, TYPES, catalog

COMPLETE, PARTIAL, FAILED, NOT_OFFERED = "complete", "partial", "failed", "not_offered"
LISTED = (COMPLETE, PARTIAL, FAILED, NOT_OFFERED)
"""What a ledger row can say."""
NO_PROOF = PROOFS[0]
COUNTED = ("total", "union")
"""Proofs that say that the cloud's total is the number of secrets."""
EARLIEST = parse_time("2020-01-01T00:00:00Z")
"""No inventory is older than this collection."""
NOT_ITS_OWN = "this secret is of a store that the ledger lacks, or that has no secrets according to it"
OUT_OF_ORDER = "this secret does not come after the one before it"
LONGEST_SHOWN = 80

MADE_OF: Mapping[str, tuple[type, ...]] = {TEXT: (str,), TIME: (str,), NUMBER: (int, float), FLAG: (bool,), LIST: (list,), TAGS: (dict,), PARTS: (list,)}
"""What values of each type are in JSON, beside null."""
KEY_TYPES: Mapping[str, str] = {key: TYPES.get(key, TEXT) for key in RECORD_KEYS}
NEVER_NULL: Mapping[str, type] = {"id": str, "attributes": dict, "invalid": list}
OWN_TYPES: Types = {key: (NEVER_NULL[key],) if key in NEVER_NULL else (*MADE_OF[kind], NULL) for key, kind in KEY_TYPES.items()}
TIMES = tuple(key for key, kind in KEY_TYPES.items() if kind == TIME)
IN_DAY = re.compile(r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z").fullmatch
"""What stands behind the day of a time."""
MOST_DAYS = 20_000

Row = Mapping[str, Any]


def key_of(row: Mapping[str, Any]) -> StoreKey:
    """The key of a store, of its row or of a record."""
    return row["provider"], row["account"], row["region"]


def header_faults(header: Mapping[str, Any]) -> Iterator[str]:
    """Everything in a header that contradicts the rest of it. Its ledger has rows, as the reader has found."""
    rows = header["stores"]
    try:
        if parse_time(header.get("collected_at", "")) < EARLIEST:
            yield f"it was collected at {header['collected_at']}, before there were inventories"
    except ValueError:
        yield "its header has no time"
    if len({key_of(row) for row in rows}) != len(rows):
        yield "its ledger has a store twice"
    if not all(row["status"] in LISTED for row in rows):
        yield "its ledger has a status that is not known"
    yield from (f"its header's {name} is neither true nor false" for name in ("complete", "filtered") if not isinstance(header.get(name, True), bool))
    statuses = {row["status"] for row in rows}
    whole = COMPLETE in statuses and statuses <= {COMPLETE, NOT_OFFERED}
    if header.get("complete", whole) != whole:
        yield f"its header says that it is {'not ' if whole else ''}complete, and its ledger says the contrary"
    if not _names_are_told(header):
        yield "its header does not tell which names were asked for"
    if header.get("filtered") is False and header["asked"].get("filters"):
        yield "its header names filters and says that there was none"
    yield from _asked_faults(header["asked"], rows)
    yield from _detail_faults(header["asked"].get("details"), rows)
    if not _makes_sense(header.get("organizations", [])):
        yield "its header does not tell the accounts of its organizations"
    unfiltered = header.get("filtered") is False
    yield from (f"the row of {_shown('/'.join(key_of(row)))} {fault}" for row in rows for fault in _row_faults(row, unfiltered))


def _makes_sense(organizations: Any) -> bool:
    """Whether what is told of organizations is what it has to be."""
    return _are_mappings(organizations) and all(map(_tells_an_organization, organizations))


def _tells_an_organization(told: Mapping[str, Any]) -> bool:
    if not (_tell(told, "name", "provider") and _are_texts(told.get("regions")) and told.get("proof") in PROOFS):
        return False
    members: Any = told.get("members")
    excluded: Any = told.get("excluded")
    if not (_are_mappings(members) and _are_mappings(excluded)):
        return False
    named = all(isinstance(row.get("name"), (str, type(None))) for row in (*members, *excluded))
    return named and all(_tell(row, "id", "label") for row in members) and all(_tell(row, "id", "reason") and "label" not in row for row in excluded)


def _tells_a_member(told: Any) -> bool:
    """Whether what a row tells of its account as a member is what it has to be."""
    if told is None:
        return True
    texts = isinstance(told, Mapping) and _tell(told, "organization") and all(isinstance(told.get(key), (str, type(None))) for key in ("name", "folder"))
    return texts and _is_count(told.get("stores"), (int,))


def _tell(row: Mapping[str, Any], *keys: str) -> bool:
    return all(isinstance(row.get(key), str) for key in keys)


def _names_are_told(header: Mapping[str, Any]) -> bool:
    """Whether the names that were asked for, and those that were not found, are what they have to be."""
    filters, missing = header["asked"].get("filters") or {}, header.get("names_missing") or []
    if not isinstance(filters, Mapping) or not _are_texts(filters.get("names") or []) or not _are_mappings(missing):
        return False
    return all(isinstance(each.get(key), str) for each in missing for key in ("account", "name")) and all(
        isinstance(each.get("nearest"), (str, type(None))) for each in missing
    )


def _asked_faults(asked: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """Where the rows are not those of the accounts and regions that were asked for."""
    accounts, regions = asked.get("accounts"), asked.get("regions")
    listed: dict[str, set[str]] = {}
    for row in rows:
        listed.setdefault(row["account"], set()).add(row["region"])
    if accounts is not None and not (_are_texts(accounts) and set(accounts) == set(listed)):
        yield "its ledger is not of the accounts that its header names"
    if not _are_texts(asked.get("partitions", [])):
        yield "its header's partitions are no list of texts"
    if regions is None:
        return
    if not isinstance(regions, Mapping) or not all(map(_are_texts, regions.values())):
        yield "its header does not tell the regions of each account"
    elif set(regions) != set(listed):
        yield "its ledger is not of the accounts whose regions its header names"
    else:
        strange = [name for name, named in regions.items() if ALL_REGIONS not in named and set(named) != listed[name]]
        yield from (f"its ledger is not of the regions that its header names for {_shown(name)}" for name in strange)


def _detail_faults(asked: Any, rows: Sequence[Row]) -> Iterator[str]:
    """Where the details of stores are none, or not those that were asked for."""
    if asked is not None and not _are_texts(asked):
        yield "its header's details are no list of texts"
        return
    for row in rows:
        who, details = _shown("/".join(key_of(row))), row.get("details", {})
        if not isinstance(details, Mapping) or not all(map(_is_detail, details.values())) or not isinstance(row.get("service", {}), Mapping):
            yield f"the row of {who} has details that are none"
        elif details.keys() != (set(asked or ()) if details or row["status"] in (COMPLETE, PARTIAL) else set()):
            yield f"the row of {who} has not the details that its header names"


def _is_detail(told: Any) -> bool:
    """Whether the status of a detail fits its counts and its error."""
    if not isinstance(told, Mapping):
        return False
    secrets, failed, error = told.get("secrets"), told.get("failed"), told.get("error")
    if secrets is None or failed is None or not (_is_count(secrets, (int,)) and _is_count(failed, (int,)) and isinstance(error, (Mapping, type(None)))):
        return False
    expected = COMPLETE if error is None else PARTIAL if failed < secrets else FAILED
    return failed <= secrets and told.get("status") == expected and (error is not None or not failed)


def _row_faults(row: Row, unfiltered: bool) -> Iterator[str]:
    """Everything in a ledger row that contradicts the rest of it."""
    status, proof, count, total, error = (row.get(key) for key in ("status", "proof", "count", "total", "error"))
    for key in ("count", "total", "requests", "retries", "throttled", "restarts", "conflicts", "seconds"):
        if not _is_count(row.get(key), (int, float) if key == "seconds" else (int,)):
            yield f"has no number as {key}"
            return
    if (count is None and "count" in row) or (total is None and "total" in row and status == COMPLETE and proof in COUNTED):
        yield f"is {status} and does not tell its {'count' if count is None and 'count' in row else 'total, which is its proof'}"
    number = row.get("account_id")
    if not isinstance(number, (str, int, type(None))) or isinstance(number, bool) or not _are_texts(row.get("unknown_fields", [])):
        yield "has an account number or unknown fields that are none"
    if not (error is None or isinstance(error, Mapping)):
        yield "has an error that is none"
    if not _are_mappings(row.get("partitions", [])):
        yield "has partitions that are none"
        return
    if not _tells_a_member(row.get("member")):
        yield "has a member of an organization that is none"
    try:
        read_labels(row.get("labels"), "labels")
    except SecretsError as error:
        yield f"has labels that are none: {error.message}"
    if "proof" in row and proof not in PROOFS:
        yield "has a proof that is not known"
    elif "proof" in row and (status == COMPLETE) != (proof != NO_PROOF):
        yield f"is {status} and has the proof {proof}"
    if status == COMPLETE and error is not None:
        yield "is complete and has an error"
    if status == COMPLETE and any(part.get("status") not in (COMPLETE, NOT_OFFERED) for part in row.get("partitions", [])):
        yield "is complete and has a partition that is not"
    if status in (FAILED, NOT_OFFERED) and count:
        yield f"is {status} and counts secrets"
    if proof in COUNTED and count is not None and total is not None and (count > total or (unfiltered and count != total)):
        yield f"counts {counted(count, 'secret')} where the cloud counts {total}, which is its proof"


def _is_count(value: Any, types: tuple[type, ...]) -> bool:
    return value is None or (type(value) in types and value >= 0)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_part(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, (str, type(None))) for text in value.values())


def _are_mappings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


class RecordTypes:
    """What the values of records are made of, service by service. reader: reads lines with which nothing is wrong."""

    def __init__(self, schemas: Mapping[str, RecordSchema]) -> None:
        self._types = {name: _attribute_types(schema) for name, schema in schemas.items()}
        self.reader = LineReader(self.look, self.types)

    def look(self, record: Record) -> str | None:
        """What is wrong with the types of a record's values. Of lines that fit a pattern, only those are asked about that have lists or mappings."""
        for key, kind in KEY_TYPES.items():
            if key in NEVER_NULL:
                if not isinstance(record[key], NEVER_NULL[key]):
                    return f"{key} is not what it has to be"
            elif record[key] is not None and type(record[key]) not in MADE_OF[kind]:
                return f"{key} is no {kind}"
            elif kind == NUMBER and record[key] is not None and record[key] < 0:
                return f"{key} is below 0"
            elif kind == TAGS and record[key] is not None and not all(isinstance(text, str) for text in record[key].values()):
                return f"{key} are no texts"
            elif kind == PARTS and record[key] is not None and not all(map(_is_part, record[key])):
                return f"{key} are no mappings of texts"
        types = self._types.get(record["provider"], {})
        for name, value in record["attributes"].items():  # those that this release does not know may be anything
            if value is not None and type(value) not in types.get(name, (type(value),)):
                return f"{ATTRIBUTES}{name} has a wrong type"
            if name in types and isinstance(value, list) and not _are_texts(value):
                return f"{ATTRIBUTES}{name} is no list of texts"
        return None if _are_texts(record["invalid"]) else "invalid is no list of texts"

    def types(self, record: Record) -> Types:
        """What values may be made of in a record of this one's service."""
        attributes = self._types.get(record["provider"], {})
        return {**OWN_TYPES, **{f"{ATTRIBUTES}{name}": {*types, NULL} for name, types in attributes.items()}}


class RecordSense:
    """The sense of an inventory's records.

    Most lines are proved by their pattern: nothing here may cost much for each of them.
    """

    def __init__(self, rows: Iterable[Row], types: RecordTypes) -> None:
        self._rows = {key_of(row): row for row in rows}
        self._types = types
        self._days: set[str] = set()

    def records(self, inventory: Inventory) -> Iterator[tuple[StoreKey, Record]]:
        """The records, each with its store. Raises SecretsError, at the latest at the end, for what contradicts itself.

        A status of another release is an unknown one from here on.
        """
        key: StoreKey | None = None
        last, days, ids, seen = ("", ""), self._days, array("q"), set()
        for number, record in enumerate(inventory.records(self._types.look, self._types.reader), 2):
            store = _store_of(record)
            if store != key:
                if fault := self._count_fault(key, ids):
                    raise inventory.broken(fault, number)
                if fault := self._store_fault(store) or (OUT_OF_ORDER if key and store < key else None):
                    raise inventory.broken(fault, number)
                key, last, ids = store, ("", ""), array("q")
                seen.add(key)
            for moment in _moments_of(record):
                if moment is not None and not (IN_DAY(moment, 10) and (moment[:10] in days or self._is_day(moment[:10]))):
                    raise inventory.broken(f"{_name_of(moment, record)} is no time", number)
            identity = record["id"]
            place = record["name"] or "", identity
            if place <= last or not identity:
                raise inventory.broken(OUT_OF_ORDER if identity else "id is empty", number)
            last = place
            ids.append(hash(identity))
            if record["status"] not in STATUSES:
                record["status"] = UNKNOWN_STATUS
            yield store, record
        unseen = (
            f"{_shown('/'.join(key))} counts {counted(row['count'], 'secret')} and has none"
            for key, row in self._rows.items()
            if row.get("count") and key not in seen
        )
        if fault := self._count_fault(key, ids) or next(unseen, None):
            raise inventory.broken(fault)

    def _store_fault(self, key: StoreKey) -> str | None:
        row = self._rows.get(key)
        return NOT_ITS_OWN if row is None or row["status"] == NOT_OFFERED else None

    def _count_fault(self, key: StoreKey | None, ids: array[int]) -> str | None:
        """What is wrong with the number of a store's records, once all have been seen."""
        if key is None:
            return None
        count, who = self._rows[key].get("count"), _shown("/".join(key))
        if len(set(ids)) != len(ids):
            return f"{who} has two secrets of one id"
        return None if count in (None, len(ids)) else f"{who} counts {counted(count, 'secret')} and has {len(ids)}"

    def _is_day(self, day: str) -> bool:
        """Whether a text is a day; those that are need not be asked for again."""
        try:
            is_day = date.fromisoformat(day).isoformat() == day
        except ValueError:
            return False
        if is_day and len(self._days) < MOST_DAYS:
            self._days.add(day)
        return is_day


STATUSES = frozenset((*SECRET_STATUSES, None))
UNKNOWN_STATUS = SECRET_STATUSES[-1]
_store_of = itemgetter("provider", "account", "region")
_moments_of = itemgetter(*TIMES)


def _attribute_types(schema: RecordSchema) -> Mapping[str, frozenset[type]]:
    """Of each attribute that a service fills, what its values are made of."""
    fields = {name: field for name, field in catalog([schema]).items() if name.startswith(ATTRIBUTES)}
    return {name.removeprefix(ATTRIBUTES): frozenset(made for kind in field.types for made in MADE_OF[kind]) for name, field in fields.items()}


def _name_of(moment: str, record: Record) -> str:
    """The first of a record's times that has this value."""
    return next((name for name in TIMES if record[name] == moment), "")


def _shown(name: str) -> str:
    return printable(name, LONGEST_SHOWN)
