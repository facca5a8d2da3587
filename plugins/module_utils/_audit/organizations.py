# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What inventories tell of organizations: which stores their members must have, and which of their accounts nobody listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.endpoints import ALL_REGIONS
from .._core.inventory_file import EXCLUDED
from .._core.redaction import printable
from .sense import COMPLETE, FAILED, NO_PROOF, NOT_OFFERED, PARTIAL

LONGEST_SHOWN = 100


@dataclass(frozen=True)
class TheirAccount:
    """An account of an organization. label: its name in the ledger; None where it was left out, for this reason."""

    id: str
    label: str | None
    name: str | None
    reason: str | None


@dataclass(frozen=True)
class ToldOrganization:
    """What one inventory tells of an organization. entry: its name in the fleet. whole: whether all its members are known."""

    provider: str
    entry: str
    id: str | None
    whole: bool
    regions: tuple[str, ...]
    accounts: tuple[TheirAccount, ...]

    def expected(self) -> Iterator[tuple[str, str, str | None]]:
        """The stores that its members must have: provider, account, and region if it is known beforehand."""
        return (store for account in self.accounts if account.label is not None for store in self.stores(account.label))

    def stores(self, account: str) -> list[tuple[str, str, str | None]]:
        """The stores of one account, as this entry has them."""
        return [(self.provider, account, None if region == ALL_REGIONS else region) for region in self.regions]


def read_told(header: Mapping[str, Any]) -> list[ToldOrganization]:
    """The organizations of a header, which was found to make sense."""
    return [
        ToldOrganization(
            each["provider"],
            printable(each["name"], LONGEST_SHOWN),
            each.get("id"),
            each.get("proof", NO_PROOF) != NO_PROOF,
            tuple(each["regions"]),
            tuple(
                TheirAccount(
                    printable(row["id"], LONGEST_SHOWN), row.get("label"), row.get("name") and printable(row["name"], LONGEST_SHOWN), row.get("reason")
                )
                for row in (*each["members"], *each["excluded"])
            ),
        )
        for each in header.get("organizations") or ()
    ]


def left_out(told: Iterable[ToldOrganization], listed: Collection[tuple[str, str]]) -> list[tuple[ToldOrganization, TheirAccount]]:
    """The accounts that every entry leaves out and that no inventory has, each once: as one excludes it, if one does.

    listed: provider and number of each account that some inventory has.
    """
    rows = [(each, account) for each in told for account in each.accounts]
    taken = {(each.provider, account.id) for each, account in rows if account.label is not None}.union(listed)
    rows.sort(key=lambda row: row[1].reason == EXCLUDED)
    return list({key: row for row in rows if (key := (row[0].provider, row[1].id)) not in taken}.values())


def coverage(told: Iterable[ToldOrganization], statuses: Mapping[tuple[str, str], Sequence[str]]) -> list[dict[str, Any]]:
    """For each entry of an organization: its members, how many were entered, refused, or left out. statuses: of the stores of each account."""
    return [
        {
            "provider": each.provider,
            "name": each.entry,
            "complete": each.whole,
            "members": sum(account.label is not None for account in each.accounts),
            "entered": sum(_is(account, each, statuses, {COMPLETE, PARTIAL, NOT_OFFERED}) for account in each.accounts),
            "refused": sum(_is(account, each, statuses, {FAILED}, every=True) for account in each.accounts),
            "excluded": sum(account.label is None for account in each.accounts),
        }
        for each in told
    ]


def _is(account: TheirAccount, told: ToldOrganization, statuses: Mapping[tuple[str, str], Sequence[str]], wanted: set[str], every: bool = False) -> bool:
    mine = set(statuses.get((told.provider, account.label or ""), ()))
    return bool(mine) and (mine <= wanted if every else bool(mine & wanted))
