# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop that people write round the Alibaba Cloud SDK: pages one after another until the total is reached.

Standard input: {"url", "cloud": "alibaba" or "kms", "page", "stores": [[key id, key, region]]}.
Standard output: {"seconds", "listed", "error"}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from alibabacloud_tea_openapi.utils_models import Config

Page = Callable[[Any, int, int], tuple[list[str], int]]
"""(client, number, size) -> the names on a page, and the total."""


def of_apig() -> tuple[Any, Page]:
    """The client of APIG, and its pages."""
    from alibabacloud_apig20240327 import client, models

    def page(apig: Any, number: int, size: int) -> tuple[list[str], int]:
        data = apig.list_secrets(models.ListSecretsRequest(page_number=number, page_size=size)).body.data
        return [row.secret_id for row in data.items], data.total_size

    return client.Client, page


def of_kms() -> tuple[Any, Page]:
    """The client of KMS, and its pages."""
    from alibabacloud_kms20160120 import client, models

    def page(kms: Any, number: int, size: int) -> tuple[list[str], int]:
        body = kms.list_secrets(models.ListSecretsRequest(fetch_tags="true", page_number=number, page_size=size)).body
        return [row.secret_name for row in body.secret_list.secret], body.total_count

    return client.Client, page


def main() -> None:
    asked = json.load(sys.stdin)
    names: set[tuple[str, ...]] = set()
    client, page = of_kms() if asked["cloud"] == "kms" else of_apig()
    where = {"endpoint": asked["url"].partition("//")[2], "protocol": "http"}
    start, error = time.perf_counter(), None
    for key_id, secret, region in asked["stores"]:
        store, number, total = client(Config(access_key_id=key_id, access_key_secret=secret, region_id=region, **where)), 0, 1
        while number * asked["page"] < total:
            number += 1
            rows, total = page(store, number, asked["page"])
            names.update((key_id, region, row) for row in rows)
    print(json.dumps({"seconds": time.perf_counter() - start, "listed": len(names), "error": error}))


if __name__ == "__main__":
    main()
