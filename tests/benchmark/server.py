# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator as a process of its own, so that its work never counts as a client's."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EMULATOR = Path(__file__).resolve().parents[1] / "emulator"
REGIONS_OF_AN_ACCOUNT = 20
"""About what the clouds have."""
ACCOUNT_ID = 100000000000
ROLE = "reader"
"""A role of every account, which the first account may assume."""
LIMITED = ("RequestLimitExceeded", "Throttling", "Rejected.Throttling")
# The control resource is on loopback: no proxy of the environment may come between.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Account:
    """An emulated account with its key and regions."""

    name: str
    number: str
    key_id: str
    secret: str
    regions: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Prefix of the names of its environment variables."""
        return self.name.upper().replace("-", "_") + "_"


def accounts(stores: int, most: int) -> list[Account]:
    """As few accounts as hold that many stores, with at most so many regions each."""
    found = []
    for first in range(0, stores, most):
        number = first // most + 1
        regions = tuple(f"ap-bench-{index:02}" for index in range(min(most, stores - first)))
        found.append(Account(f"bench-{number:02}", f"{ACCOUNT_ID + number}", f"AKID{_made_up(number, 'id')}", _made_up(number, "secret"), regions))
    return found


def _made_up(number: int, part: str) -> str:
    """32 letters and digits that look like a cloud's, and are the same in every run."""
    return base64.b64encode(hashlib.sha256(f"benchmark {number} {part}".encode()).digest()).decode().translate({43: "x", 47: "y"})[:32]


def fleet(cloud: str, owners: Sequence[Account], secrets: int, behaviour: Mapping[str, Any]) -> dict[str, Any]:
    """A fleet with that many secrets in each store, all in one partition, so that every client sees all of them. cloud: or 'kms'."""
    contents: dict[str, Any] = {"count": secrets}
    place = {"service": "kms"} if cloud == "kms" else {}
    if cloud == "tencent":
        contents |= {"kinds": {"user": 1}, "software": 0}
    provider = "alibaba" if cloud == "kms" else cloud
    manager, *others = [owner.number for owner in owners]
    return {
        "behaviour": dict(behaviour),
        "organizations": [{"id": "1", "provider": provider, "manager": manager, "members": [{"account_id": number} for number in others]}],
        "accounts": [
            {
                "name": owner.name,
                "provider": provider,
                "account_id": owner.number,
                "keys": [{"id": owner.key_id, "secret": owner.secret}],
                "roles": [{"name": ROLE, "trusts": [owners[0].name]}],
                "regions": [
                    *({"name": region, **place, "generate": {**contents, "seed": index + 1}} for index, region in enumerate(owner.regions)),
                    *({"name": region, "service": "kms"} for region in owner.regions if cloud == "alibaba"),  # where the keys of APIG's secrets are
                ],
            }
            for owner in owners
        ],
    }


class Server:
    """A running emulator. It ends with the 'with' statement, or with this process."""

    def __init__(self, cloud: str, stores: int, secrets: int, regions: int = REGIONS_OF_AN_ACCOUNT, **behaviour: Any) -> None:
        self.cloud = cloud
        self.accounts = accounts(stores, regions)
        self.truth = stores * secrets
        self.rest = 1.1 if "rate_limit" in behaviour else 0.0  # seconds after which it holds nothing against a client
        self._document = fleet(cloud, self.accounts, secrets, behaviour)

    def __enter__(self) -> Server:
        self._folder = tempfile.TemporaryDirectory()
        file, ready, self.ca_file = (str(Path(self._folder.name) / name) for name in ("fleet.json", "ready.json", "ca.pem"))
        Path(file).write_text(json.dumps(self._document), encoding="utf-8")
        command = [sys.executable, str(EMULATOR), "--fleet", file, "--ready-file", ready, "--ca-file", self.ca_file, "--with-parent", "--quiet"]
        self._process = subprocess.Popen(command)
        while not Path(ready).exists():
            if self._process.poll() is not None:
                raise SystemExit("the emulator did not start")
            time.sleep(0.02)
        self.url = json.loads(Path(ready).read_text(encoding="utf-8"))["url"]
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def forget(self) -> None:
        """Forget the requests so far."""
        self._control("DELETE", "requests")

    def counts(self) -> tuple[int, int]:
        """Number of listing requests since forget(), and number of those refused for their rate."""
        listed = [row for row in self._control("GET", "requests") if row["action"] == "ListSecrets"]
        return len(listed), sum(1 for row in listed if (row["code"] or "").startswith(LIMITED))

    def calls(self, action: str) -> int:
        """Number of requests of this action since forget()."""
        return sum(1 for row in self._control("GET", "requests") if row["action"] == action)

    def busiest(self, action: str) -> int:
        """The most requests of this action in any second since forget()."""
        times = sorted(row["time"] for row in self._control("GET", "requests") if row["action"] == action)
        return max((bisect_left(times, moment + 1) - index for index, moment in enumerate(times)), default=0)

    def keys(self) -> dict[str, str]:
        """Credentials of all accounts as environment variables."""
        names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        if self.cloud == "tencent":
            names = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
        return {f"{owner.prefix}{name}": value for owner in self.accounts for name, value in zip(names, (owner.key_id, owner.secret))}

    def _control(self, method: str, what: str) -> Any:
        with DIRECT.open(urllib.request.Request(f"{self.url}/_emulator/{what}", method=method), timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text else None
