# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a play: what they have collected together, and whether it can be judged yet.

1. The play that collected last counts. What a host has from an earlier play counts as nothing.
2. It cannot be judged while hosts of later batches (serial) are still to come.
3. A host that has no result is lost. Its stores are expected all the same.
4. No two hosts may list one store, because only one listing of it could be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import SecretsError, names_told
from .._core.redaction import printable

StoreRow = Mapping[str, Any]
ListedByHost = Mapping[str, Any]
"""The result of secrets_collect on one host: {'play', 'at', 'fleet', 'stores', 'inventories'}; {} where there is none."""
COLLECTED = "collected"
FAILED = "failed"
PLANNED = "planned"
ONCE = "Leave run_once out: each host lists its own fleet, and all is judged once anyway. For one fleet use one host, such as hosts: localhost."


@dataclass(frozen=True)
class Together:
    """What all hosts have. coming: hosts of later batches. twice: stores of two hosts. copied: hosts that share one result.
    lost: hosts without a result. fleets: the files that named what to list."""

    inventories: list[str]
    stores: list[StoreRow]
    coming: list[str]
    twice: list[StoreRow]
    copied: list[str]
    lost: list[str]
    fleets: list[str]


def together(
    results: Mapping[str, ListedByHost],
    expected: Sequence[str],
    alive: Sequence[str],
    batch: Sequence[str],
    stores_of: Callable[[str], Sequence[StoreRow]],
    play: str | None = None,
) -> Together:
    """What the hosts have together.

    results: host -> result. expected: the hosts whose stores must be there. alive: the hosts that have not failed, in
    the order of the play. batch: those of them whose turn it is. stores_of: the stores of a lost host, as far as they
    are known. play: the only play whose results count; by default the one that collected last.
    """
    newest = play or max(((float(result["at"]), result["play"]) for result in results.values() if result.get("play")), default=(0.0, None))[1]
    mine = {host: result for host, result in results.items() if newest and result.get("play") == newest}
    lost = [host for host in expected if not mine.get(host, {}).get("stores")]
    stores = [store for result in mine.values() for store in result["stores"]]
    stores += [store for host in lost for store in stores_of(host)]
    return Together(
        inventories=list(dict.fromkeys(path for result in mine.values() for path in result["inventories"])),
        stores=each_once(stores),
        coming=[] if alive and alive[-1] in batch else [host for host in alive if host not in batch and host not in mine],
        twice=list(_twice(mine)),
        copied=_copied(mine),
        lost=lost,
        fleets=[result["fleet"] for result in mine.values() if result.get("fleet")],
    )


def claimed_twice(found: Together) -> SecretsError:
    """Why stores that several hosts answer for are not judged."""
    if found.copied:
        message = f"run_once let one host list, and gave its result to {printable(names_told(found.copied))}, which listed nothing of their own"
        return SecretsError("argument", message, hint=ONCE)
    store = "/".join(str(found.twice[0].get(part) or "*") for part in ("provider", "account", "region"))
    hint = "Give each account a name of its own over all hosts, or run the role on one of them."
    return SecretsError("argument", f"Two hosts list a store of one name: {printable(store)}", hint=hint)


def each_once(stores: Sequence[StoreRow]) -> list[StoreRow]:
    """The stores without those that came before."""
    return list({tuple(sorted(store.items())): store for store in stores}.values())


def _twice(mine: Mapping[str, ListedByHost]) -> Iterator[StoreRow]:
    """The stores that two hosts answer for. A store without a region stands for every region of its account."""
    claims: dict[tuple[Any, Any], list[tuple[str, StoreRow]]] = {}
    for host, result in mine.items():
        for store in result["stores"]:
            others = claims.setdefault((store["provider"], store["account"]), [])
            if any(other != host and _same_region(store, claim) for other, claim in others):
                yield store
            others.append((host, store))


def _copied(mine: Mapping[str, ListedByHost]) -> list[str]:
    """The hosts with the same result to the moment: under run_once, Ansible hands that of one host to all."""
    made = {host: (result["at"], *result["inventories"]) for host, result in mine.items()}
    often = Counter(made.values())
    return [host for host, key in made.items() if often[key] > 1]


def _same_region(one: StoreRow, other: StoreRow) -> bool:
    return one.get("region") is None or other.get("region") is None or one["region"] == other["region"]
