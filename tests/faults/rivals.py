# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison under faults: the vendors' own tools, in the loops that their users write, and this collection.

A tool is a function that lists one store, or raises. The outcome is measured by what really was in the store.
"""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_apig20240327 import models as apig_models
from alibabacloud_apig20240327.client import Client as ApigClient
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as KmsClient
from alibabacloud_tea_openapi.utils_models import Config
from tccli.main import main as tccli_main
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.ssm.v20190923 import models as ssm_models
from tencentcloud.ssm.v20190923.ssm_client import SsmClient

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.faults import member_rivals
from ansible_collections.multicloud.secrets.tests.faults.harness import ACCOUNT, ALIBABA, CLOUDS, KMS, TENCENT, Cloud, always, call, once
from ansible_collections.multicloud.secrets.tests.faults.members import MEMBERS
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import WORKSPACE

TEMPLATE = Path(__file__).with_name("faults.md.in")
COUNT = 230
LARGEST = 100
PACKAGES = (
    "tencentcloud-sdk-python",
    "tccli",
    "alibabacloud-apig20240327",
    "alibabacloud-kms20160120",
    "alibabacloud-resourcedirectorymaster20220419",
)
"""What was compared."""
TIMEOUT = 1
PATIENCE = 30
AT_ONCE = 3
ENDLESS = 500
"""Seconds or requests after which a tool hangs; a busy machine must not look like that. Where nothing is wrong, none needs one second or
30 requests.
AT_ONCE: tools that run at the same time."""

Tool = Callable[[str, bool], list[str]]


class Partial(Exception):
    """Only ours can say that: what was listed, and that something is missing."""


def ours(cloud: Cloud) -> Tool:
    """This collection, with its defaults but for time, and with or without a loop of ours: it needs none.

    One request at a time, so that changes always meet the same page.
    """
    default = dict.fromkeys({"page_size", "retries", *cloud.options})

    def list_all(url: str, single: bool) -> list[str]:
        hurry = {"concurrency": 1, "timeout": TIMEOUT, "deadline": 2.5 * TIMEOUT}
        result = call(cloud, {**default, **hurry, "endpoint": url, "on_error": "report"}).result
        if not result["complete"]:
            raise Partial if result["secrets"] else RuntimeError(result["stores"][0]["error"]["message"])
        return [record["id"] for record in result["secrets"]]

    return list_all


def ssm_client(url: str) -> SsmClient:
    """The SDK's client with its own settings, such as: no repeats."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=urlsplit(url).netloc, protocol="http", reqTimeout=TIMEOUT))
    return SsmClient(Credential(TENCENT.key["id"], TENCENT.key["secret"]), TENCENT.region, profile)


def ssm_until_short_page(url: str, single: bool) -> list[str]:
    """The default page, and on until one comes back short."""
    client, names, offset, limit = ssm_client(url), [], 0, 20
    while True:
        request = ssm_models.ListSecretsRequest()
        if not single:
            request.Offset, request.Limit = offset, limit
        rows = client.ListSecrets(request).SecretMetadatas
        names += [row.SecretName for row in rows]
        offset += limit
        if single or len(rows) < limit:
            return names


def ssm_until_total(url: str, single: bool) -> list[str]:
    """The largest page, and on until the total is reached."""
    client, names, offset = ssm_client(url), [], 0
    while True:
        request = ssm_models.ListSecretsRequest()
        if not single:
            request.Offset, request.Limit = offset, LARGEST
        response = client.ListSecrets(request)
        names += [row.SecretName for row in response.SecretMetadatas]
        offset += LARGEST
        if single or offset >= response.TotalCount:
            return names


class Kept(io.BytesIO):
    """Printed text, kept after the program has closed it."""

    def close(self) -> None:
        """Not yet."""


def tccli_until_short_page(url: str, single: bool) -> list[str]:
    """The command line in a shell's loop: the largest page, and on until one comes back short."""
    names, offset = [], 0
    while True:
        words = [] if single else ["--Offset", str(offset), "--Limit", str(LARGEST)]
        rows = json.loads(tccli(url, "ssm", "ListSecrets", *words))["SecretMetadatas"]
        names += [row["SecretName"] for row in rows]
        offset += LARGEST
        if single or len(rows) < LARGEST:
            return names


def tccli(url: str, *words: str) -> str:
    """Output of the tool. It runs in this process, where it starts at once; a status other than 0 is an error, as in a shell."""
    options = ["--secretId", TENCENT.key["id"], "--secretKey", TENCENT.key["secret"], "--region", TENCENT.region, "--endpoint", url]
    sys.argv[1:] = [*words, *options, "--timeout", str(TIMEOUT)]
    printed = Kept()
    with redirect_stdout(io.TextIOWrapper(printed, encoding="utf-8", write_through=True)):
        try:
            status = tccli_main()
        except SystemExit as end:
            status = end.code
    if status:
        raise RuntimeError(f"status {status}")
    return printed.getvalue().decode()


def alibaba_config(url: str) -> Config:
    """The SDK's own settings, such as: no repeats."""
    return Config(
        access_key_id=ALIBABA.key["id"],
        access_key_secret=ALIBABA.key["secret"],
        region_id=ALIBABA.region,
        endpoint=urlsplit(url).netloc,
        protocol="http",
        read_timeout=TIMEOUT * 1000,
        connect_timeout=TIMEOUT * 1000,
    )


def apig_page(url: str, **asked: Any) -> tuple[list[str], int]:
    """The ids of one page by the SDK, and the total."""
    data = ApigClient(alibaba_config(url)).list_secrets(apig_models.ListSecretsRequest(**asked)).body.data
    return [row.secret_id for row in data.items], data.total_size


def kms_page(url: str, **asked: Any) -> tuple[list[str], int]:
    """The same of KMS."""
    body = KmsClient(alibaba_config(url)).list_secrets(kms_models.ListSecretsRequest(**asked)).body
    return [row.secret_name for row in body.secret_list.secret], body.total_count


def until_total(page: Callable[..., tuple[list[str], int]]) -> Tool:
    """The largest page, and on until the total is reached."""

    def tool(url: str, single: bool) -> list[str]:
        names, number = [], 1
        while True:
            found, total = page(url, **({} if single else {"page_number": number, "page_size": LARGEST}))
            names += found
            if single or number * LARGEST >= total:
                return names
            number += 1

    return tool


def until_short_page(page: Callable[..., tuple[list[str], int]]) -> Tool:
    """The largest page, and on until one comes back short."""

    def tool(url: str, single: bool) -> list[str]:
        names, number = [], 1
        while True:
            found = page(url, **({} if single else {"page_number": number, "page_size": LARGEST}))[0]
            names += found
            if single or len(found) < LARGEST:
                return names
            number += 1

    return tool


TOOLS: Mapping[str, Mapping[str, Tool]] = {
    "tencent": {
        "this collection": ours(TENCENT),
        "SDK until a short page": ssm_until_short_page,
        "SDK until `TotalCount`": ssm_until_total,
        "tccli until a short page": tccli_until_short_page,
    },
    "alibaba": {
        "this collection": ours(ALIBABA),
        "SDK until `totalSize`": until_total(apig_page),
        "SDK until a short page": until_short_page(apig_page),
    },
    "kms": {"this collection": ours(KMS), "SDK until `TotalCount`": until_total(kms_page), "SDK until a short page": until_short_page(kms_page)},
}


@dataclass(frozen=True)
class Trial:
    """A fault, as the row of the table says it. single: the loops are left out."""

    name: str
    behaviour: Mapping[str, Any] | Callable[[Cloud], Mapping[str, Any]] = field(default_factory=dict)
    patience: float = PATIENCE
    """Less where a tool that hangs waits, and would do so for minutes."""
    single: bool = False
    mixed: bool = False
    clouds: tuple[Cloud, ...] = CLOUDS


def error(tencent: str, alibaba: str, kms: str, make: Callable[..., dict[str, Any]] = always, **words: Any) -> Callable[[Cloud], dict[str, Any]]:
    """An error in each cloud's own shape."""
    return lambda cloud: make("error", code={"tencent": tencent, "alibaba": alibaba, "kms": kms}[cloud.name], **words)


def edited(**paths: Any) -> Callable[[Cloud], dict[str, Any]]:
    """The second page with other values, once."""
    return lambda cloud: once("edit", 2, set={getattr(cloud, name): value for name, value in paths.items()})


def changed(*kinds: str) -> Callable[[Cloud], dict[str, Any]]:
    """Changes of the store after its first page, at both of its ends."""

    def behaviour(cloud: Cloud) -> dict[str, Any]:
        made: dict[str, Callable[[int], dict[str, Any]]] = {
            "tencent": lambda number: {"SecretName": f"new-{number}", "SecretType": 0},
            "alibaba": lambda number: {"secretId": f"sec-new-{number}", "name": f"new-{number}"},
            "kms": lambda number: {"SecretName": f"new-{number}"},
        }
        new = [made[cloud.name](number) for number in range(3)]
        changes = {"delete": {"after": 1, "delete": {"newest": 3, "oldest": 3}}, "insert": {"after": 1, "insert": new}}
        return {"changes": [changes[kind] for kind in kinds]}

    return behaviour


TRIALS = (
    Trial("nothing is wrong"),
    Trial("the tool is called once, without a loop", single=True),
    Trial("secrets of all types, half of them encrypted by software", mixed=True, clouds=(TENCENT,)),
    Trial("the cloud gives 10 rows a page, whatever is asked for", {"page_cap": 10}),
    Trial("the total is half of what is there", {"total_scope": "wrong"}),
    Trial("the total is 500 more than is there", {"total_scope": COUNT + 500}),
    Trial("the answer has no total", {"total_scope": "missing"}),
    Trial("6 secrets are deleted behind the first page", changed("delete")),
    Trial("3 secrets are made behind the first page", changed("insert")),
    Trial("both at once", changed("delete", "insert")),
    Trial("the order changes at each request", {"order": "shuffled"}),
    Trial("the first page is empty, once", lambda cloud: once("edit", 1, set={cloud.rows: []})),
    Trial("the second page is empty, once", edited(rows=[])),
    Trial("the first page comes, whatever is asked for", lambda cloud: always("parameters", set=dict(cloud.first_page))),
    Trial(
        "an empty page with an error code and status 200, once",
        lambda cloud: once(
            "edit",
            2,
            set=(
                {"Response.Error": {"Code": "InternalError", "Message": "no"}, cloud.rows: []}
                if cloud is TENCENT
                else {"Code" if cloud is KMS else "code": "InternalError", cloud.rows: [], cloud.total: 0}
            ),
        ),
    ),
    Trial("the code of success is 200, not Ok", {"ok_code": 200}, clouds=(ALIBABA,)),
    Trial("refused for the rate of requests, once", error("RequestLimitExceeded", "Throttling.User", "Rejected.Throttling", once, at=2)),
    Trial("429, once", once("answer", 2, status=429, body="")),
    Trial("503, once", once("answer", 2, status=503, body="")),
    Trial("the connection breaks within a body, once", once("reset_body", 2)),
    Trial("JSON that breaks off, once", once("answer", 2, body='{"Response": {"TotalCount": 230, "SecretMetadatas": [')),
    Trial("the body arrives drop by drop", always("drip_body", 2, interval_ms=100), patience=5),
    Trial("the token expires on the second page", error("AuthFailure.TokenFailure", "InvalidSecurityToken.Expired", "InvalidSecurityToken.Expired", at=2)),
    Trial("access is denied", error("UnauthorizedOperation", "Forbidden.RAM", "Forbidden.NoPermission")),
)


class Worker:
    """A process that runs tools one after the other. One that hangs is ended with it, and the next tool gets a new one."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        """The process, with a home of its own: tccli keeps files there."""
        if self.process is None:
            environment = {"HOME": self.home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join([str(WORKSPACE), *sys.path])}
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", __file__],
                env=environment,
                cwd=self.home,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert self.process.stdout and self.process.stdout.readline() == "ready\n"
        return self.process

    def stop(self) -> None:
        """End it, whatever it does."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def ask(self, cloud: Cloud, tool: str, trial: Trial, emulator: Emulator) -> Any:
        """Listing of a tool, or the word for its other end."""
        process = self.start()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps([cloud.name, tool, emulator.url, trial.single]) + "\n")
        process.stdin.flush()
        until = time.monotonic() + trial.patience
        while time.monotonic() < until and len(emulator.requests()) < ENDLESS:
            if select.select([process.stdout], [], [], 0.02)[0]:
                return json.loads(process.stdout.readline())
        self.stop()
        return "**hangs**"


def work() -> None:
    """The process's side: a line in, a line out."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  pylint: disable=consider-using-with
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        cloud, tool, url, single = json.loads(line)
        try:
            said: Any = TOOLS[cloud][tool](url, single)
        except Partial:
            said = "partial, said so"
        except Exception:  # pylint: disable=broad-exception-caught
            said = "error"
        print(json.dumps(said), file=answers, flush=True)


def outcome(worker: Worker, tool: str, trial: Trial, cloud: Cloud) -> str:
    """Result of one tool under one fault, in the words of the table."""
    kinds = {"kinds": {"user": 4, "product": 1, "ssh_key": 1, "api_key": 1, "redis": 1}, "software": 0.5} if trial.mixed else cloud.kinds
    document = cloud.fleet(COUNT, trial.behaviour(cloud) if callable(trial.behaviour) else trial.behaviour)
    document["accounts"][0]["regions"][0]["generate"].update(kinds)
    worker.start()
    with Emulator(document) as emulator:
        ended = worker.ask(cloud, tool, trial, emulator)
        lived = set(emulator.history(account=ACCOUNT)[0]["throughout"])
    if isinstance(ended, str):
        return ended
    lost, twice = len(lived - set(ended)), sum(count - 1 for count in Counter(ended).values())
    if lost:
        return f"**lost {lost}, said nothing**"
    return f"all, {twice} of them twice" if twice else "all"


def measured() -> dict[str, list[list[str]]]:
    """The rows of all tables, some cells at a time."""
    cells = [(tool, trial, cloud) for cloud in CLOUDS for trial in TRIALS if cloud in trial.clouds for tool in TOOLS[cloud.name]]
    idle: SimpleQueue[Worker] = SimpleQueue()

    def fill(tool: str, trial: Trial, cloud: Cloud) -> str:
        worker = idle.get()
        try:
            return outcome(worker, tool, trial, cloud)
        finally:
            idle.put(worker)

    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(AT_ONCE) as pool:
        workers = [Worker(home) for _number in range(AT_ONCE)]
        for worker in workers:
            idle.put(worker)
        try:
            found = iter(list(pool.map(fill, *zip(*cells))))
        finally:
            for worker in workers:
                worker.stop()
    rows = {cloud.name: [[trial.name, *(next(found) for _tool in TOOLS[cloud.name])] for trial in TRIALS if cloud in trial.clouds] for cloud in CLOUDS}
    return rows | member_rivals.measured()


def table(cloud: Cloud, rows: Sequence[Sequence[str]]) -> str:
    """The table in Markdown."""
    lines = [["fault", *TOOLS[cloud.name]], ["---"] * (1 + len(TOOLS[cloud.name])), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).rstrip("\n")


def page(rows: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """docs/faults.md with these rows."""
    tables = {cloud.name: table(cloud, rows[cloud.name]) for cloud in CLOUDS} | member_rivals.tables(rows)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return TEMPLATE.read_text(encoding="utf-8").format(versions=versions, count=COUNT, members=MEMBERS, **tables)


if __name__ == "__main__":
    work()
