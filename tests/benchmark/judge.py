# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long it takes to judge 100,000 secrets by 20 operator rules, in units of json.loads over the same lines.

PYTHONPATH=<folder of ansible_collections> python tests/benchmark/judge.py [--secrets N] [--failing SHARE] [--dest]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils import _inventory
from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.fields import VOCABULARY as ALIBABA
from ansible_collections.multicloud.secrets.plugins.module_utils._audit import grammar
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import Question, judge
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import Source
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import Union
from ansible_collections.multicloud.secrets.plugins.module_utils._records import parse_time, sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._report import json as json_report
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.fields import VOCABULARY as TENCENT

AS_OF = "2026-11-21T00:00:00Z"
DAY = 86_400
STORES = 20
ROUNDS = 3

EXPECTATIONS: list[dict[str, Any]] = [
    {"expect": {"status": "enabled"}},
    {"expect": {"status": {"not_in": ["pending_delete", "deleted"]}}},
    {"select": {"status": "pending_delete"}, "expect": {"delete_at": {"due_after": "7d"}}},
    {"select": {"status": "pending_create"}, "expect": {"created_at": {"newer_than": "1d"}}},
    {"expect": {"created_at": {"newer_than": "730d"}}},
    {"expect": {"updated_at": {"newer_than": "365d"}}},
    {"select": {"kind": "product"}, "expect": {"rotation_enabled": True}},
    {"select": {"rotation_enabled": True}, "expect": {"rotation_days": {"le": 90}}},
    {"select": {"rotation_enabled": True}, "expect": {"next_rotation_at": {"due_after": "0d"}}},
    {"expect": {"reference_count": {"ge": 1}}},
    {"expect": {"none_of": [{"status": "disabled", "reference_count": {"ge": 1}}]}},
    {"expect": {"kms_key_type": "customer"}},
    {"expect": {"kms_key_id": {"present": True}}},
    {"expect": {"encryption": "kms"}},
    {"expect": {"attributes.encrypt_switching": {"ne": True}}},
    {"expect": {"description": {"present": True}}},
    {"expect": {"name": {"glob": ["app-*", "db-*"]}}},
    {"expect": {"kind": {"in": ["ai", "user", "product"]}}},
    {"expect": {"any_of": [{"kind": "user"}, {"name": {"contains": "-"}}]}},
    {"expect": {"name": {"size": {"le": 64}}, "invalid": {"absent": True}}},
]


def rows(number: int, failing: float) -> Iterator[dict[str, Any]]:
    """Vendors' rows, in turn of both clouds, as the APIs give them."""
    chance = random.Random(1)
    now = int(parse_time(AS_OF))
    for index in range(number):
        bad = chance.random() < failing
        created = now - chance.randrange(1, 700) * DAY
        if index % STORES < STORES // 2:
            yield {
                "SecretName": f"app-{index:07}",
                "Description": "" if bad else f"secret number {index}",
                "Status": "Disabled" if bad else "Enabled",
                "SecretType": chance.choice([0, 0, 0, 1]),
                "CreateTime": created,
                "DeleteTime": 0,
                "KmsKeyId": f"key-{chance.randrange(10)}",
                "KmsKeyType": "DEFAULT" if bad else "CUSTOMER",
                "EncryptType": 0,
                "EncryptSwitching": False,
                "RotationStatus": 1,
                "RotationFrequency": 400 if bad else 30,
                "NextRotationTime": now + 20 * DAY,
                "CreateUin": 100000000001,
                "TargetUin": 0,
            }
        else:
            yield {
                "secretId": f"sec-{index:07}",
                "name": f"db-{index:07}",
                "description": f"secret number {index}",
                "status": "DISABLE" if bad else "ENABLE",
                "gatewayType": "AI",
                "createTimestamp": created * 1000 + 123,
                "updateTimestamp": (now - chance.randrange(1, 360) * DAY) * 1000,
                "kmsConfig": {"kmsKeyId": f"key-{chance.randrange(10)}", "kmsInstanceId": "kst-1"},
                "referenceCount": 0 if bad else 2,
                "secretSource": "KMS",
            }


def inventory(path: Path, number: int, failing: float) -> list[bytes]:
    """Write an inventory; returns its lines."""
    records = []
    stores: dict[tuple[str, str], dict[str, Any]] = {}
    for index, row in enumerate(rows(number, failing)):
        vocabulary = TENCENT if "SecretName" in row else ALIBABA
        region = f"region-{index % STORES:02}"
        records.append(vocabulary.record(row, "prod", region))
        stores[vocabulary.provider, region] = {"provider": vocabulary.provider, "account": "prod", "region": region, "status": "complete"}
    lines = [_inventory.encode(record) for record in sorted(records, key=sort_key)]
    header = {"collected_at": AS_OF, "collector": "benchmark", "asked": {}, "stores": list(stores.values()), "complete": True, "filtered": False}
    _inventory.write(str(path), header, lines, "0123456789abcdef")
    return lines


def judging(path: Path, dest: Path | None) -> dict[str, Any]:
    """Everything that the module does, but for its start."""
    rules = [{"id": f"rule-{index}", "title": f"Rule {index}", "severity": "low", **rule} for index, rule in enumerate(EXPECTATIONS)]
    book = grammar.read([Source("rules", rules)], (ALIBABA, TENCENT))
    question = Question(book, [], int(parse_time(AS_OF)), DAY, "low", False)
    result = judge(question, Union([str(path)], [ALIBABA.provider, TENCENT.provider]), (ALIBABA, TENCENT))
    if dest:
        dest.write_text(json_report.render(result), encoding="utf-8")
    return result


def best(work: Callable[[], Any]) -> float:
    """The least CPU time of some rounds, in seconds."""
    taken = []
    for index in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def parsed(lines: list[bytes]) -> None:
    """The yardstick."""
    for line in lines:
        json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--secrets", type=int, default=100_000)
    parser.add_argument("--failing", type=float, default=0.0, help="share of secrets that break rules")
    parser.add_argument("--dest", action="store_true", help="write the whole result, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inventory.jsonl"
        lines = inventory(path, options.secrets, options.failing)
        yardstick = best(lambda: parsed(lines))
        del lines
        taken = best(lambda: judging(path, Path(folder) / "report.json" if options.dest else None))
        result = judging(path, None)
    checks = ", ".join(f"{number} {verdict}" for verdict, number in result["summary"]["checks"].items() if number)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.secrets} secrets x {len(EXPECTATIONS)} rules: {checks}")
    print(
        f"json.loads {yardstick:.2f} s, judging {taken:.2f} s, ratio {taken / yardstick:.2f} (peak memory with the making of the data {peak:.0f} MiB)"
    )


if __name__ == "__main__":
    main()
