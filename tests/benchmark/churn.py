# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings of a store that changes: every client meets the same changes, and the emulator knows who lived throughout."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import TENCENT_KEY, Listing, fleet

sys.path.insert(0, str(Path(__file__).resolve().parent / "contestants"))

SECRETS, PAGE, OVERLAP = 1_000, 100, 5
REGION = "ap-guangzhou"
APIG = Listing(alibaba_apig_secrets_info.PROVIDER)
KMS = Listing(alibaba_kms_secrets_info.PROVIDER)
SSM = Listing(tencent_ssm_secrets_info.PROVIDER)

Client = Callable[[Emulator], "tuple[set[str], bool]"]


@dataclass
class Tally:
    """Of all runs. lost: runs that missed a secret and called that complete; fewest: requests that were needed, bridges included."""

    lost: int = 0
    complete: int = 0
    requests: int = 0
    fewest: int = 0


def ssm(emulator: Emulator) -> tuple[set[str], bool]:
    """Listing of this collection with a known order of pages, and whether it is called complete."""
    told = SSM.list(**_where(emulator), secret_types=["user"], encrypt_types=["kms"])
    return {record["id"] for record in told["secrets"]}, told["complete"]


def apig(emulator: Emulator) -> tuple[set[str], bool]:
    """The same where no order is known."""
    told = APIG.list(**_where(emulator))
    return {record["id"] for record in told["secrets"]}, told["complete"]


def kms(emulator: Emulator) -> tuple[set[str], bool]:
    """The same for the second service of that cloud."""
    told = KMS.list(**_where(emulator))
    return {record["id"] for record in told["secrets"]}, told["complete"]


def _where(emulator: Emulator) -> dict[str, Any]:
    return {"region": REGION, "endpoint": emulator.url, "on_error": "report", "rate_limit": 1000}


def sdk(emulator: Emulator) -> tuple[set[str], bool]:
    """Listing of the SDK's loop. It calls everything complete."""
    import tencent_sdk

    names: set[tuple[str, ...]] = set()
    store = [TENCENT_KEY["id"], TENCENT_KEY["secret"], REGION]
    tencent_sdk.one_after_another({"url": emulator.url, "proxied": False, "page": PAGE, "stores": [store]}, names)
    return {name for *_store, name in names}, True


CLOUDS: dict[Client, str] = {apig: "alibaba", kms: "kms"}
"""Whose store a client lists; all others list that of Tencent Cloud."""


def tally(client: Client, every: int, runs: int) -> Tally:
    """Let a client list a store that changes after every n-th page, again and again, each time with other changes."""
    result = Tally()
    for seed in range(1, runs + 1):
        with Emulator(_fleet(CLOUDS.get(client, "tencent"), every, seed)) as emulator:
            names, complete = client(emulator)
            (history,) = emulator.history()
            offsets = [int(row["parameters"].get("Offset", 0)) for row in emulator.requests()]
        result.lost += complete and not set(history["throughout"]) <= names
        result.complete += complete
        result.requests += len(offsets)
        bridges = sum(1 for offset in offsets if offset % (PAGE - OVERLAP))
        result.fewest += len(range(0, len(history["throughout"]) - OVERLAP, PAGE - OVERLAP)) + bridges
    return result


def _fleet(cloud: str, every: int, seed: int) -> dict[str, Any]:
    contents: dict[str, Any] = {"count": SECRETS, "seed": seed}
    if cloud == "tencent":
        contents |= {"kinds": {"user": 1}, "software": 0}
    return fleet(cloud, {"name": REGION, "generate": contents}, behaviour={"churn": {"every": every, "seed": seed}})
