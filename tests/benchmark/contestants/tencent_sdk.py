# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop that people write round the Tencent Cloud SDK: pages one after another, or by a pool of threads.

Standard input: {"url", "proxied", "page", "threads", "stores": [[key id, key, region], ...]}.
Standard output: {"seconds", "listed", "error"}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.ssm.v20190923 import models
from tencentcloud.ssm.v20190923.ssm_client import SsmClient


def client(asked: dict[str, Any], store: list[str]) -> SsmClient:
    """One store's client."""
    if asked["proxied"]:
        where = {"proxy": asked["url"], "certification": os.environ["REQUESTS_CA_BUNDLE"]}
    else:
        where = {"protocol": "http", "endpoint": asked["url"].partition("//")[2]}
    return SsmClient(Credential(store[0], store[1]), store[2], ClientProfile(httpProfile=HttpProfile(**where)))


def page(ssm: SsmClient, offset: int, limit: int) -> tuple[list[str], int]:
    """Names on a page, and the total."""
    request = models.ListSecretsRequest()
    request.Offset, request.Limit = offset, limit
    answer = ssm.ListSecrets(request)
    return [row.SecretName for row in answer.SecretMetadatas], answer.TotalCount


def one_after_another(asked: dict[str, Any], names: set[tuple[str, ...]]) -> None:
    """Until a page is short."""
    for store in asked["stores"]:
        ssm, offset = client(asked, store), 0
        while True:
            rows, _total = page(ssm, offset, asked["page"])
            names.update((store[0], store[2], row) for row in rows)
            offset += asked["page"]
            if len(rows) < asked["page"]:
                break


def by_pool(asked: dict[str, Any], names: set[tuple[str, ...]]) -> None:
    """The first page of every store tells the total; then all other pages."""
    clients = [client(asked, store) for store in asked["stores"]]
    with ThreadPoolExecutor(asked["threads"]) as pool:
        firsts = list(pool.map(lambda ssm: page(ssm, 0, asked["page"]), clients))
        work = [(index, offset) for index, (_rows, total) in enumerate(firsts) for offset in range(asked["page"], total, asked["page"])]
        others = list(pool.map(lambda item: page(clients[item[0]], item[1], asked["page"])[0], work))
    for index, rows in [*((index, rows) for index, (rows, _total) in enumerate(firsts)), *zip((item[0] for item in work), others)]:
        store = asked["stores"][index]
        names.update((store[0], store[2], row) for row in rows)


def main() -> None:
    asked = json.load(sys.stdin)
    names: set[tuple[str, ...]] = set()
    start, error = time.perf_counter(), None
    try:
        (by_pool if asked["threads"] > 1 else one_after_another)(asked, names)
    except TencentCloudSDKException as caught:
        error = str(caught.get_code())
    print(json.dumps({"seconds": time.perf_counter() - start, "listed": len(names), "error": error}))


if __name__ == "__main__":
    main()
