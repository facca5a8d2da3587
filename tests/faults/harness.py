# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fault as a row of a table: how the server behaves, and what the user must see.

Every run, whatever the fault, is held to the same promises: one JSON result on stdout and nothing on stderr; an end within
the deadline and a second; nothing secret in what was said; no short list that is called complete.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ALIBABA_KEY, TENCENT_KEY, Listing, fleet, run_process

SECRETS = 60
PAGE = 25
"""Three pages of each cloud."""
RETRIES = 2
OPTIONS = {"identify": False, "page_size": PAGE, "retries": RETRIES, "timeout": 3, "deadline": 8, "rate_limit": 1000}
ACCOUNT = "main"


@dataclass(frozen=True, eq=False)
class Cloud:
    """One service's module, how a store of it is filled for a test, and the paths of its answers. place: of the store, in a fleet."""

    name: str
    provider: str
    module: str
    listing: Listing
    region: str
    options: Mapping[str, Any]
    kinds: Mapping[str, Any]
    key: Mapping[str, str]
    host: str
    place: Mapping[str, Any]
    rows: str
    total: str
    id: str
    first_page: Mapping[str, Any]
    request_id: str

    def fleet(self, count: int = SECRETS, behaviour: Any = None, **account: Any) -> dict[str, Any]:
        """One store with so many secrets, all in one partition."""
        store = {"name": self.region, **self.place, "generate": {"count": count, "seed": 5, **self.kinds}}
        made = fleet(self.provider, store, behaviour=behaviour or {})
        made["accounts"][0].update(account)
        return made


TENCENT = Cloud(
    name="tencent",
    provider="tencent",
    module="tencent_ssm_secrets_info",
    listing=Listing(tencent_ssm_secrets_info.PROVIDER),
    region="ap-guangzhou",
    options={"secret_types": ["user"], "encrypt_types": ["kms"]},
    kinds={"kinds": {"user": 1}, "software": 0},
    key=TENCENT_KEY,
    host="ssm.tencentcloudapi.com",
    place={},
    rows="Response.SecretMetadatas",
    total="Response.TotalCount",
    id="SecretName",
    first_page={"Offset": 0},
    request_id="Response.RequestId",
)
ALIBABA = Cloud(
    name="alibaba",
    provider="alibaba",
    module="alibaba_apig_secrets_info",
    listing=Listing(alibaba_apig_secrets_info.PROVIDER),
    region="cn-hangzhou",
    options={},
    kinds={},
    key=ALIBABA_KEY,
    host="apig.cn-hangzhou.aliyuncs.com",
    place={},
    rows="data.items",
    total="data.totalSize",
    id="secretId",
    first_page={"pageNumber": 1},
    request_id="requestId",
)
KMS = Cloud(
    name="kms",
    provider="alibaba",
    module="alibaba_kms_secrets_info",
    listing=Listing(alibaba_kms_secrets_info.PROVIDER),
    region="cn-hangzhou",
    options={},
    kinds={},
    key=ALIBABA_KEY,
    host="kms.cn-hangzhou.aliyuncs.com",
    place={"service": "kms"},
    rows="SecretList.Secret",
    total="TotalCount",
    id="SecretName",
    first_page={"PageNumber": 1},
    request_id="RequestId",
)
CLOUDS = (TENCENT, ALIBABA, KMS)


def canaries() -> set[str]:
    """Secrets that must never be shown, in all forms."""
    secrets = {cloud.key["secret"] for cloud in CLOUDS}
    coded = {base64.b64encode(secret.encode()).decode().rstrip("=") for secret in secrets}
    return secrets | coded | {quote(secret, safe="") for secret in secrets} | {cloud.key["id"] for cloud in CLOUDS}


@dataclass
class Ended:
    """End of a module: its output and its time."""

    result: dict[str, Any]
    seconds: float

    @property
    def complete(self) -> bool:
        """True if the task succeeded and says that nothing is missing."""
        return not self.result.get("failed") and self.result["complete"]

    @property
    def row(self) -> dict[str, Any]:
        """The ledger's first row."""
        row: dict[str, Any] = self.result["stores"][0]
        return row

    @property
    def names(self) -> list[str]:
        """The ids that were listed."""
        return [record["id"] for record in self.result["secrets"]]


def asked_for(cloud: Cloud, options: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a run; one that is None is left out."""
    where = {} if "regions" in options else {"region": cloud.region}
    asked = {**where, **OPTIONS, **cloud.options, **options}
    return {name: value for name, value in asked.items() if value is not None}


def run(cloud: Cloud, options: Mapping[str, Any], secrets: tuple[str, ...] = (), **environment: str) -> Ended:
    """The module as a process, held to what every run promises. secrets: more that must not be said."""
    asked = asked_for(cloud, options)
    started = time.monotonic()
    variables: dict[str, Any] = dict(environment)
    finished = run_process(cloud.module, asked, **variables)
    seconds = time.monotonic() - started
    assert finished.stderr == ""
    lines = finished.stdout.strip().splitlines()
    assert len(lines) == 1, finished.stdout
    said = [word for word in {*canaries(), *secrets} if word in finished.stdout]
    assert not said, finished.stdout
    result = json.loads(lines[0])
    assert (finished.returncode != 0) == bool(result.get("failed")) and not result.get("changed")
    over = seconds - asked["deadline"] - 1
    # A busy machine starts slower, and it may have become busy since that was measured.
    assert over <= 3 * start_up(cloud) or over <= 5 * start_up.__wrapped__(cloud), (seconds, result)
    return Ended(result, seconds)


def call(cloud: Cloud, options: Mapping[str, Any]) -> Ended:
    """The same in this process, where a process of its own would add nothing. No repeat waits longer than the server asks."""
    started = time.monotonic()
    with mock.patch.object(Clock, "random", lambda clock: 0.0):
        result = cloud.listing.list(**asked_for(cloud, options))
    return Ended(result, time.monotonic() - started)


@cache
def start_up(cloud: Cloud) -> float:
    """Seconds in which a module that refuses its options has started and ended."""
    started = time.monotonic()
    run_process(cloud.module, {"region": cloud.region, "page_size": 0})
    return time.monotonic() - started


@cache
def healthy(cloud: Cloud) -> int:
    """Number of requests of the listing without a fault."""
    with Emulator(cloud.fleet()) as emulator:
        assert call(cloud, {"endpoint": emulator.url}).complete
        return len(emulator.requests())


@dataclass(frozen=True)
class Lists:
    """Expected: everything is listed, and said to be complete. more: requests beyond those of a healthy server, at most."""

    more: int = 0
    warning: str = ""

    def check(self, cloud: Cloud, ended: Ended, emulator: Emulator) -> None:
        """Compare with what the store really holds."""
        assert ended.complete, ended.result
        truth = {row[cloud.id] for row in emulator.secrets(ACCOUNT, cloud.region)}
        assert set(ended.names) == truth and len(ended.names) == len(truth) == ended.result["count"]
        assert len(emulator.requests()) <= healthy(cloud) + self.more
        assert re.search(self.warning, json.dumps(ended.result.get("warnings")))


@dataclass(frozen=True)
class Fails:
    """Expected: the task fails with this kind of error. requests: how many were sent, exactly, unless it is None."""

    kind: str
    code: str | None = None
    message: str = ""
    hint: str = ""
    requests: int | None = 1
    status: int | None = None
    store: str = "failed"

    def check(self, cloud: Cloud, ended: Ended, emulator: Emulator | None) -> None:
        """Compare with the error, which names its cause and its cure."""
        result = ended.result
        assert result["failed"] and "secrets" not in result and result["complete"] is False, result
        error = result["error"]
        assert (error["kind"], error["code"]) == (self.kind, self.code), error
        assert re.search(self.message, error["message"]) and re.search(self.message, result["msg"]), error
        assert re.search(self.hint, error["hint"] or ""), error
        assert self.status in (None, error["http_status"]), error
        assert ended.row["status"] == self.store and ended.row["proof"] == "none"
        assert self.requests in (None, ended.row["requests"]), ended.row
        if emulator is not None and self.requests is not None:
            assert len(emulator.requests()) <= self.requests and len(emulator.connections()) <= self.requests


@dataclass(frozen=True)
class Refuses:
    """Expected: the options are refused before anything is sent."""

    message: str = ""

    def check(self, cloud: Cloud, ended: Ended, emulator: Emulator | None) -> None:
        """Nothing was sent."""
        assert ended.result["failed"] and ended.result["error"]["kind"] == "argument", ended.result
        assert re.search(self.message, ended.result["msg"]), ended.result
        assert emulator is None or emulator.requests() == [] and emulator.connections() == []


Behaviour = Mapping[str, Any] | Callable[[Cloud], Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """One fault of the catalogue. What depends on the cloud is a function of it."""

    number: int
    name: str
    behaviour: Behaviour
    expect: Any
    options: Mapping[str, Any] = field(default_factory=dict)
    clouds: tuple[Cloud, ...] = CLOUDS
    proxy: bool = False
    """Whether the cloud is met under its real name, with TLS, through the emulator as a proxy."""

    def run(self, cloud: Cloud, process: bool = True) -> None:
        """Meet the fault, as a process or in this one."""
        behaviour = self.behaviour(cloud) if callable(self.behaviour) else self.behaviour
        expect = self.expect(cloud) if callable(self.expect) else self.expect
        with Emulator(cloud.fleet(behaviour=behaviour)) as emulator:
            where = {"proxy": emulator.url, "ca_path": emulator.ca_file} if self.proxy else {"endpoint": emulator.url}
            ended = (run if process else call)(cloud, {**where, **self.options})
            expect.check(cloud, ended, emulator)


def rows(*cases: Case, processes: bool = True) -> pytest.MarkDecorator:
    """The cases as tests, each named by its number, its name and its cloud.

    The first of each number runs the module as a process; the others differ in what is answered, not in how a process ends.
    """
    tests, seen = [], set()
    for case in cases:
        for cloud in case.clouds:
            first = processes and (case.number, cloud) not in seen
            seen.add((case.number, cloud))
            tests.append(pytest.param(case, cloud, first, id=f"{case.number:02d}-{case.name}-{cloud.name}"))
    return pytest.mark.parametrize("case, cloud, process", tests)


def fault(number: int, name: str, *parts: Any, clouds: tuple[Cloud, ...] = CLOUDS) -> pytest.MarkDecorator:
    """The same for a test of its own: 'cloud', and 'part' if there are parts."""
    if not parts:
        return pytest.mark.parametrize("cloud", [pytest.param(cloud, id=f"{number:02d}-{name}-{cloud.name}") for cloud in clouds])
    return pytest.mark.parametrize(
        "part, cloud",
        [pytest.param(part, cloud, id=f"{number:02d}-{name}-{_slug(part)}-{cloud.name}") for part in parts for cloud in clouds],
    )


def _slug(part: Any) -> str:
    return re.sub(r"[^a-z0-9]+", "-", str(part).lower()).strip("-")


def once(act: str, at: int = 1, **words: Any) -> dict[str, Any]:
    """One request is struck."""
    return {"faults": [{"act": act, "at": at, **words}]}


def always(act: str, at: int = 1, **words: Any) -> dict[str, Any]:
    """Every request is struck, from one on."""
    return {"faults": [{"act": act, "at": at, "times": "forever", **words}]}


def set_fields(at: int | None = None, **paths: Any) -> Callable[[Cloud], dict[str, Any]]:
    """Values in the answers: total, rows, request_id."""

    def behaviour(cloud: Cloud) -> dict[str, Any]:
        words: dict[str, Any] = {"set": {getattr(cloud, name): value for name, value in paths.items()}}
        return once("edit", at, **words) if at else always("edit", **words)

    return behaviour


def drop_fields(*names: str) -> Callable[[Cloud], dict[str, Any]]:
    """The same, taken away."""
    return lambda cloud: always("edit", drop=[getattr(cloud, name) for name in names])


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections, and is nobody else's meanwhile."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """A port where connections are never made, as with an address that leads nowhere: its queue is full, the rest is dropped."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        waiting = []
        for _number in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(sock.getsockname())
            waiting.append(client)
        time.sleep(0.05)
        try:
            yield sock.getsockname()[1]
        finally:
            for client in waiting:
                client.close()


@contextmanager
def trap() -> Iterator[tuple[int, list[bytes]]]:
    """A port where nobody should come, and what those who came have sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    client = server.accept()[0]
                except OSError:
                    return
                with client:
                    heard.append(client.recv(65536))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard
