# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop that people write round the Alibaba Cloud SDK: pages one after another until the total is reached.

Standard input: {"url", "page", "stores": [[key id, key, region]]}. Standard output: {"seconds", "listed", "error"}.
"""

from __future__ import annotations

import json
import sys
import time

from alibabacloud_apig20240327 import models
from alibabacloud_apig20240327.client import Client
from alibabacloud_tea_openapi.utils_models import Config


def main() -> None:
    asked = json.load(sys.stdin)
    names: set[tuple[str, str, str]] = set()
    start, error = time.perf_counter(), None
    for key_id, secret, region in asked["stores"]:
        where = {"endpoint": asked["url"].partition("//")[2], "protocol": "http"}
        client, number = Client(Config(access_key_id=key_id, access_key_secret=secret, region_id=region, **where)), 0
        while True:
            number += 1
            data = client.list_secrets(models.ListSecretsRequest(page_number=number, page_size=asked["page"])).body.data
            names.update((key_id, region, row.secret_id) for row in data.items)
            if number * asked["page"] >= data.total_size:
                break
    print(json.dumps({"seconds": time.perf_counter() - start, "listed": len(names), "error": error}))


if __name__ == "__main__":
    main()
