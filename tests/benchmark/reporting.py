# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge as a module, with all packs and all reports, over the secrets of an emulated fleet."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from clients import PACKS, REPORTS
from measure import Cost, process
from server import REGIONS_OF_AN_ACCOUNT, accounts, fleet

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.fields import SCHEMA as ALIBABA
from ansible_collections.multicloud.secrets.plugins.module_utils._core import inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.fields import SCHEMA as TENCENT
from ansible_collections.multicloud.secrets.tests.emulator.fleet import read_fleet

AS_OF = "2026-11-21T00:00:00Z"
SCHEMAS = {"tencent": TENCENT, "alibaba": ALIBABA}
PACK_FILES = Path(__file__).resolve().parents[2] / "roles" / "assert_secrets" / "files" / "packs"
MODULE = "ansible_collections.multicloud.secrets.plugins.modules.secrets_audit"
UNSEEN = 50
"""Of a mixed fleet, one store in so many is not complete."""


def write(path: Path, stores: int, secrets: int, mixed: bool) -> None:
    """Write the inventory of a fleet. mixed: of both clouds, with secrets of all kinds and states, and some stores not complete."""
    owners = accounts(stores, REGIONS_OF_AN_ACCOUNT)
    document = fleet("tencent", owners, secrets, {})
    if mixed:
        for number, account in enumerate(document["accounts"]):
            account["provider"] = "alibaba" if number % 2 else "tencent"
            for index, region in enumerate(account["regions"]):
                region["generate"] = {"count": secrets, "seed": number * REGIONS_OF_AN_ACCOUNT + index}
    now = parse_time(AS_OF)
    records, rows = [], []
    for number, region in enumerate(read_fleet(document, lambda: now).regions):
        schema, account = SCHEMAS[region.account.provider], region.account.name
        records += [schema.record(dict(record.fields), account, region.name) for record in region.records]
        whole = not mixed or number % UNSEEN
        rows.append({"provider": schema.provider, "account": account, "region": region.name, "status": "complete" if whole else "partial"})
    header = {"collected_at": AS_OF, "collector": "benchmark", "asked": {}, "stores": rows, "complete": not mixed, "filtered": False}
    inventory_file.write(str(path), header, map(inventory_file.encode, sorted(records, key=sort_key)), "0123456789abcdef" * 2)


def judged(path: Path, folder: Path, formats: Sequence[str] | None = None, **options: Any) -> tuple[Cost, int]:
    """What the module costs that writes reports into a folder, and the number of findings."""
    rules = [{"name": f"pack {name}", **yaml.safe_load((PACK_FILES / f"{name}.yml").read_text(encoding="utf-8"))} for name in PACKS]
    reports = {name: str(folder / name) for name in formats or REPORTS}
    given = {"inventories": [str(path)], "rules": rules, "as_of": AS_OF, "reports": reports, **options}
    cost = process([sys.executable, "-m", MODULE], {}, json.dumps({"ANSIBLE_MODULE_ARGS": given}))
    told = json.loads(cost.output.splitlines()[-1])
    if told.get("failed"):
        raise SystemExit(told["msg"])
    return cost, told["findings_total"]
