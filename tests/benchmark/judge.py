# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time to judge 100,000 secrets by 20 operator rules, in units of json.loads over the same lines.

PYTHONPATH=<folder of ansible_collections> python tests/benchmark/judge.py [--secrets N] [--failing SHARE] [--dest] [--queries N]
[--peak] [--jinja] [--waivers N | --owners N]. --peak: the peak memory of the judging alone, in a process of its own. --jinja: the same findings by
ansible.builtin.assert's tests and Jinja filters, rendered by ansible-core's own templar over a part of the secrets. --waivers,
--owners: one rule that every secret breaks, with so many waivers with patterns or owners, in units of the same without them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.fields import SCHEMA as ALIBABA
from ansible_collections.multicloud.secrets.plugins.module_utils._audit import grammar, waivers
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.judge import AuditRequest, judge
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.rules import RuleSource
from ansible_collections.multicloud.secrets.plugins.module_utils._audit.stores import MergedInventories
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files, inventory_file
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._core.values import parse_time
from ansible_collections.multicloud.secrets.plugins.module_utils._report.json_report import JsonReport
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.fields import SCHEMA as TENCENT

AS_OF = "2026-11-21T00:00:00Z"
DAY = 86_400
STORES = 20
ROUNDS = 5

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
        schema = TENCENT if "SecretName" in row else ALIBABA
        region = f"region-{index % STORES:02}"
        records.append(schema.record(row, "prod", region))
        stores[schema.provider, region] = {"provider": schema.provider, "account": "prod", "region": region, "status": "complete"}
    lines = [inventory_file.encode(record) for record in sorted(records, key=sort_key)]
    header = {"collected_at": AS_OF, "collector": "benchmark", "asked": {}, "stores": list(stores.values()), "complete": True, "filtered": False}
    inventory_file.write(str(path), header, lines, "0123456789abcdef")
    return lines


QUERIES = [
    "rotation_days <= `90` || status == 'disabled'",
    "starts_with(name, 'app-') || contains(name, '-0')",
    "length(name) < `65` && status != 'deleted'",
]
"""A query is asked about fields of which one may not be offered; the third has both clouds' fields."""
FIELDS = [["rotation_days", "status"], ["name"], ["name", "status"]]


def rules(queries: int = 0) -> list[dict[str, Any]]:
    """The operator rules, and so many query rules besides."""
    asked = [{"expect": {"query": {"expr": QUERIES[index % 3], "fields": FIELDS[index % 3]}}} for index in range(queries)]
    return [{"id": f"rule-{index}", "title": f"Rule {index}", "severity": "low", **rule} for index, rule in enumerate([*EXPECTATIONS, *asked])]


def json_pieces(result: dict[str, Any]) -> Iterator[str]:
    """The JSON report, which needs no more of a finding than its line."""
    report = JsonReport(result)
    yield report.head()
    for line in result["findings"].lines():
        yield report.add({}, line)
    yield from report.tail()


BROKEN = {"id": "broken", "title": "What no secret fulfils", "severity": "low", "expect": {"name": {"size": {"le": 1}}}}


def owners(number: int) -> list[dict[str, Any]]:
    """Owners by patterns of names, each of a few secrets or of none."""
    return [{"select": {"name": {"glob": [f"app-{index:04}*", f"db-*{index:04}"]}}, "owner": f"team-{index}"} for index in range(number)]


def excuses(number: int) -> list[dict[str, Any]]:
    """Waivers with patterns, each of a few secrets or of none."""
    secrets = [f"*/prod/region-*/*-{index:06}?" if index % 2 else f"{TENCENT.provider}/pr*/*/app-{index:04}*7" for index in range(number)]
    return [{"rule": "broken", "secret": secret, "reason": "measured", "owner": "nobody", "expires": "2027-01-31"} for secret in secrets]


def judging_all(path: Path, dest: Path | None, waived: int, owned: int) -> dict[str, Any]:
    """Judge by one rule that every secret breaks."""
    content = {"rules": [BROKEN], **({"owners": owners(owned)} if owned else {})}
    as_of = int(parse_time(AS_OF))
    problems: list[Any] = []
    found = waivers.read([RuleSource("waivers", excuses(waived))], ["broken"], [ALIBABA.provider, TENCENT.provider], as_of, problems)
    if problems:
        raise SystemExit(str(problems[0]))
    return judging(path, dest, content, found)


def judging(path: Path, dest: Path | None, content: Any, excused: Sequence[waivers.Waiver] = ()) -> dict[str, Any]:
    """Everything that the module does, but for its start."""
    book = grammar.read([RuleSource("rules", content)], (ALIBABA, TENCENT), (), {}, [])
    question = AuditRequest(book, [], int(parse_time(AS_OF)), DAY, "low", False, excused)
    union = MergedInventories([str(path)], {schema.provider: schema for schema in (ALIBABA, TENCENT)})
    result = judge(question, union, (ALIBABA, TENCENT), lambda: files.Scratch(str(path), uuid.uuid4().hex))
    if dest:
        with files.written(str(dest), uuid.uuid4().hex) as handle:
            handle.writelines(piece.encode("utf-8") for piece in json_pieces(result))
    return result


def cpu(work: Callable[[], Any]) -> float:
    """Seconds of CPU that a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def best(work: Callable[[], Any]) -> float:
    """The least of some rounds."""
    return min(cpu(work) for _index in range(ROUNDS))


def alternately(*works: Callable[[], Any]) -> list[float]:
    """The least CPU time of each, in turn."""
    rounds = [[cpu(work) for work in works] for _index in range(ROUNDS)]
    return [min(taken) for taken in zip(*rounds)]


def parsed(lines: list[bytes]) -> None:
    """The yardstick."""
    for line in lines:
        json.loads(line)


def peak(path: Path, dest: Path | None, queries: int) -> float:
    """Mebibytes at the peak of a process that only judges: of its own image, not of the one that started it."""
    script = (
        "import sys, judge, pathlib; path, dest, queries = sys.argv[1:]; "
        "judge.judging(pathlib.Path(path), pathlib.Path(dest) if dest else None, judge.rules(int(queries))); "
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    command = [sys.executable, "-c", script, str(path), str(dest or ""), str(queries)]
    told = subprocess.run(command, cwd=Path(__file__).parent, check=True, capture_output=True, text=True)
    return int(told.stdout) / 1024


JINJA = {
    "status": "secrets | rejectattr('status', 'equalto', 'enabled') | list",
    "state": "secrets | selectattr('status', 'in', ['pending_delete', 'deleted']) | list",
    "rotation": "secrets | selectattr('kind', 'equalto', 'product') | rejectattr('rotation_enabled', 'equalto', true) | list",
    "period": "secrets | selectattr('rotation_days', 'number') | selectattr('rotation_days', 'gt', 90) | list",
    "age": "secrets | selectattr('created_at', 'lt', cutoff) | list",
    "references": "secrets | selectattr('reference_count', 'number') | selectattr('reference_count', 'lt', 1) | list",
    "key": "secrets | selectattr('kms_key_type', 'string') | rejectattr('kms_key_type', 'equalto', 'customer') | list",
    "described": "secrets | rejectattr('description') | list",
    "name": "secrets | rejectattr('name', 'match', '^(app|db)-') | list",
    "kind": "secrets | rejectattr('kind', 'in', ['ai', 'user', 'product']) | list",
}
"""Half of the rules, as people write them in plays: an assertion is that the list is empty. With a loop over secrets it would be slower by far."""


def playing(lines: list[bytes], folder: Path) -> float:
    """Seconds of CPU that ansible-playbook takes for the assertions of JINJA over these secrets, its start left out."""
    (folder / "secrets.json").write_bytes(b"[" + b",".join(line.strip() for line in lines) + b"]")
    read = "{{ lookup('ansible.builtin.file', '%s') | from_json }}" % (folder / "secrets.json")
    loaded = {"name": "Load", "ansible.builtin.set_fact": {"secrets": read, "cutoff": "2024-11-21T00:00:00Z"}}
    asserted = [{"name": name, "ansible.builtin.assert": {"that": f"({filters}) | length >= 0", "quiet": True}} for name, filters in JINJA.items()]
    return ansible(folder, [loaded, *asserted]) - ansible(folder, [{"name": "Nothing", "ansible.builtin.assert": {"that": "true"}}])


def ansible(folder: Path, tasks: list[dict[str, Any]]) -> float:
    """Seconds of CPU of a play, with all its processes."""
    play = folder / "play.json"
    play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = [str(Path(sys.executable).parent / "ansible-playbook"), str(play)]
    environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
    subprocess.run(program, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--secrets", type=int, default=100_000)
    parser.add_argument("--failing", type=float, default=0.0, help="share of secrets that break rules")
    parser.add_argument("--dest", action="store_true", help="write the whole result, too")
    parser.add_argument("--queries", type=int, default=0, help="so many query rules besides")
    parser.add_argument("--waivers", type=int, default=0, help="judge by one rule, with so many waivers")
    parser.add_argument("--owners", type=int, default=0, help="judge by one rule, with so many owners")
    parser.add_argument("--peak", action="store_true", help="measure memory, too")
    parser.add_argument("--jinja", action="store_true", help="compare with ansible.builtin.assert and filters")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, dest = Path(folder) / "inventory.jsonl", Path(folder) / "report.json" if options.dest else None
        lines = inventory(path, options.secrets, options.failing)
        if options.waivers or options.owners:
            bare, full = alternately(partial(judging_all, path, dest, 0, 0), partial(judging_all, path, dest, options.waivers, options.owners))
            print(f"without {bare:.2f} s, with {full:.2f} s, ratio {full / bare:.2f}")
            return
        yardstick = best(partial(parsed, lines))
        played = playing(lines, Path(folder)) if options.jinja else 0.0
        del lines
        taken = best(lambda: judging(path, dest, rules(options.queries)))
        result = judging(path, None, rules(options.queries))
        checks = ", ".join(f"{number} {verdict}" for verdict, number in result["summary"]["checks"].items() if number)
        print(f"{options.secrets} secrets x {len(rules(options.queries))} rules: {checks}")
        print(f"json.loads {yardstick:.2f} s, judging {taken:.2f} s, ratio {taken / yardstick:.2f}")
        if options.peak:
            print(f"peak memory of judging {peak(path, dest, options.queries):.0f} MiB")
        if options.jinja:
            times = played / len(JINJA) / (taken / len(rules(options.queries)))
            print(f"{len(JINJA)} assertions with filters {played:.1f} s; a rule costs {times:.0f} times less here")


if __name__ == "__main__":
    main()
