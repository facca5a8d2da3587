# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A row for every secret, with the worst that any rule says of it.

1. A record leaves its row while it is judged. Rows wait on disk, many in one piece, so that they cost no memory.
2. What is found while it passes is kept by its number; secrets share what is said of them.
3. What is found at the end is kept by the secret's place, in a list that is sorted when all is known.
4. Whoever reads the rows is given each with its verdict, store by store in the order of the ledger.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .._core.records import Record, StoreKey
from .._report.report import ENCODER, ByteSpool, MakeSpool
from .checks import NOT_JUDGED, PASS, VERDICTS, Subject, secret

KEPT = (
    "provider",
    "account",
    "region",
    "name",
    "id",
    "kind",
    "status",
    "created_at",
    "delete_at",
    "rotation_enabled",
    "rotation_days",
    "last_rotated_at",
    "next_rotation_at",
    "kms_key_id",
    "key_state",
    "tags",
    "reference_count",
    "references",
)
"""Keys of a record that its row has; null where the record lacks one."""
COLUMNS = (*KEPT, "owner", "unknown")
NONE: Sequence[str] = ()
CHUNK = 250
"""Rows that are written and read in one go."""

Said = tuple[tuple[int, str], ...]
"""Places of verdicts among VERDICTS, each with the rule that says it; no rule where the secret passes."""
NOTHING: Said = ()
HELD: Said = ((VERDICTS.index(PASS), ""),)


class _Chunk(NamedTuple):
    """Rows of one store on the spool. first: the number of the first of them, counted from the first record."""

    position: int
    size: int
    first: int


class SecretRows:
    """Takes records and findings, and gives rows as often as one likes."""

    def __init__(self, make_spool: MakeSpool) -> None:
        self._spool: ByteSpool = make_spool()
        self._chunks: dict[StoreKey, list[_Chunk]] = {}
        self._waiting: list[list[Any]] = []
        self._store: StoreKey = ("", "", "")
        self._places = array("q")
        self._told = array("I")
        self._now: Said = NOTHING
        self._known: dict[Said, int] = {}
        self._said: list[Said] = []
        self._ended = False
        self._late = array("q")
        self._told_late = array("I")

    def __len__(self) -> int:
        return len(self._places)

    def found(self, place: Subject, rule: str, verdict: str) -> None:
        """Take a finding, be it of a secret or of something else."""
        said = ((VERDICTS.index(verdict), rule),)
        if not self._ended:
            self._now += said
        elif place.name is not None or place.id is not None:
            self._late.append(hash(place))
            self._told_late.append(self._number(said))

    def see(self, record: Record, owner: str | None, held: bool) -> None:
        """Take a record that was judged, behind its findings. held: whether some rule holds for it."""
        store = record["provider"], record["account"], record["region"]
        if store != self._store or len(self._waiting) >= CHUNK:
            self._flush()
            self._store = store
        invalid = record.get("invalid")
        unknown = [key for key in KEPT if key in invalid] if invalid else NONE
        self._waiting.append([*map(record.get, KEPT), owner, unknown])
        self._places.append(hash(secret(record)))
        self._told.append(self._number(self._now or (HELD if held else NOTHING)))
        self._now = NOTHING

    def close(self) -> None:
        """No more records will come. Findings may."""
        self._flush()
        self._ended = True

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each row: KEPT, owner, the keys of what is unknown, verdict, and the rules that have a finding, the worst first."""
        late = sorted(zip(self._late, self._told_late))
        for store in sorted(self._chunks):
            for chunk in self._chunks[store]:
                rows = json.loads(self._spool.piece(chunk.position, chunk.size).decode("utf-8", "surrogatepass"))
                for number, row in enumerate(rows, chunk.first):
                    yield {**dict(zip(COLUMNS, row)), **self._verdict(number, late)}

    def _verdict(self, number: int, late: Sequence[tuple[int, int]]) -> dict[str, Any]:
        place, said = self._places[number], self._said[self._told[number]]
        for index in range(bisect_left(late, (place, 0)), len(late)):
            if late[index][0] != place:
                break
            said += self._said[late[index][1]]
        verdict, rules = _worst(said)
        return {"verdict": verdict, "rules": [*rules]}

    def _number(self, said: Said) -> int:
        """What is said, by number: most secrets share it."""
        if said not in self._known:
            self._known[said] = len(self._said)
            self._said.append(said)
        return self._known[said]

    def _flush(self) -> None:
        if self._waiting:
            piece = ENCODER.encode(self._waiting).encode("utf-8", "surrogatepass")
            self._chunks.setdefault(self._store, []).append(_Chunk(self._spool.append(piece), len(piece), len(self._places) - len(self._waiting)))
        self._waiting = []


@lru_cache(maxsize=1 << 10)
def _worst(said: Said) -> tuple[str, tuple[str, ...]]:
    """The worst verdict, and the rules that have a finding, the worst first."""
    ordered = sorted({*said})
    return VERDICTS[ordered[0][0]] if ordered else NOT_JUDGED, tuple(dict.fromkeys(rule for _place, rule in ordered if rule))
