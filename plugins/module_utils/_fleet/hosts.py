# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores as hosts of an Ansible inventory: their names, their groups and their variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .._core.errors import SecretsError
from .._core.labels import read_labels
from .._listing.organization import owner_of
from .discovery import FleetStore
from .plan import PART

ALL_STORES = "secret_stores"
UNKNOWN_REGIONS = "regions_unknown"
OF_A_MEMBER = {"account_id": "id", "account_name": "name", "folder": "folder"}
"""Variables of a member of an organization: what the cloud says of it."""
IN_NO_HOST = re.compile(r"[^\w.-]")
IN_NO_GROUP = re.compile(r"\W")


@dataclass(frozen=True)
class Host:
    """A store as a host. lines: its groups, each line from the outermost to the one that it stands in itself."""

    name: str
    lines: tuple[tuple[str, ...], ...]
    variables: dict[str, Any]


def hosts(stores: Iterable[FleetStore], with_credentials: Collection[str]) -> list[Host]:
    """One for each store. Raises SecretsError where two accounts would be one host or one group.

    with_credentials: the entries whose credentials stand beside the fleet, so that nobody takes others for them.
    """
    made: list[Host] = []
    owners: dict[str, tuple[str, str]] = {}
    for store in stores:
        host = _host(store, owner_of(store.entry) in with_credentials)
        for name in (host.name, host.lines[0][-1]):
            _claim(owners, name, store)
        made.append(host)
    return made


def _host(store: FleetStore, with_credentials: bool) -> Host:
    name = f"{store.provider}.{IN_NO_HOST.sub('_', store.account)}.{store.region}"
    lines: list[tuple[str, ...]] = [(ALL_STORES, store.provider, _group("account", store.account))]
    lines.append((UNKNOWN_REGIONS,) if store.error else (_group("region", store.region),))
    fleet: dict[str, Any] = {"fleet": [store.entry], PART: True}
    if with_credentials:
        fleet["credentials"] = [owner_of(store.entry)]
    variables = {"store_provider": store.provider, "store_account": store.account, "store_region": store.region, "assert_secrets_fleet": fleet}
    if store.entry.get("labels"):
        variables["store_labels"] = read_labels(store.entry["labels"], f"entry {store.account!r}: labels")
    if store.member:
        variables |= {f"store_{name}": store.member[key] for name, key in OF_A_MEMBER.items() if store.member[key] is not None}
    if store.error:
        variables["store_error"] = store.error.as_dict()
    return Host(name, tuple(lines), variables)


def _claim(owners: dict[str, tuple[str, str]], name: str, store: FleetStore) -> None:
    """A name for one account alone."""
    owner = owners.setdefault(name, (store.provider, store.account))
    if owner != (store.provider, store.account):
        raise SecretsError(
            "argument",
            f"fleet: {owner[1]!r} and {store.account!r} would both be {name}",
            hint="Rename one of them. Names of hosts and groups may differ in letters and digits only.",
        )


def _group(kind: str, name: str) -> str:
    return f"{kind}_{IN_NO_GROUP.sub('_', name)}"
