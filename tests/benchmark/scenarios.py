# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measurements and their bars. Each scenario is a function that returns a Section."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import churn
import detailed
import reporting
import thousand
from clients import PACKS, REPORTS, adhoc, inventories, ours, playbook, race, role, sdk, tccli
from measure import Cost, process
from section import Bar, Section, told
from server import REGIONS_OF_AN_ACCOUNT, ROLE, Server
from slices import sliced
from thousand import FREE


def one_store(quick: bool) -> Section:
    """One store of growing size, at growing distance."""
    section = Section(
        "One store",
        "One account, one region, one partition. 'listing' is the time of the listing itself, 'process' that of the whole program.",
    )
    sizes = {0: (100, 1_000, 10_000, 100_000), 30: (100, 1_000, 10_000), 100: (100, 1_000)}
    for delay in (30,) if quick else (0, 30, 100):
        for secrets in (1_000,) if quick else sizes[delay]:
            told(f"one store: {secrets} secrets at {delay} ms")
            with Server("tencent", 1, secrets, latency_ms=delay) as server, tempfile.TemporaryDirectory() as folder:
                contestants = [ours("this collection"), sdk("SDK, 100 a page", 100), sdk("SDK, 20 a page (its default)", 20)]
                contestants += [sdk("SDK, 100 a page, 16 threads", 100, 16)]
                if secrets > 2_500:
                    contestants.insert(1, ours("this collection, rate_limit 1000", rate_limit=FREE, max_pages=10_000))
                    contestants[0] = ours("this collection", max_pages=10_000)
                if secrets == 100_000:
                    contestants.append(ours("this collection, rate_limit 1000, the plain result", query=None, rate_limit=FREE, max_pages=10_000))
                    dest = str(Path(folder) / "inventory.jsonl")
                    contestants.append(ours("this collection, rate_limit 1000, into a file", query=None, dest=dest, rate_limit=FREE, max_pages=10_000))
                if secrets <= 1_000:
                    contestants.append(tccli("tccli in a shell loop, 100 a page", 100))
                outcomes = race(server, contestants, {(1_000, 30): 5, (100_000, 0): 3}.get((secrets, delay), 1))
            section.tables.append((f"Tencent Cloud, {secrets:,} secrets, {delay} ms a request", outcomes))
            if secrets == 100_000:
                for name, mine in (("100,000 secrets", outcomes[1]), ("100,000 secrets into a file", outcomes[-1])):
                    section.bars.append(Bar(f"{name}: CPU, times the SDK's loop at 100 a page", 1, mine.cost.cpu / outcomes[2].cost.cpu))
            if (secrets, delay) == (1_000, 30):
                mine, largest, default = outcomes[0], outcomes[1], outcomes[2]
                section.bars.append(Bar("1,000 secrets at 30 ms: share of the SDK's loop at 100 a page", 0.30, mine.listing / largest.listing))
                section.bars.append(Bar("1,000 secrets at 30 ms: share of the SDK's loop at its default page", 0.10, mine.listing / default.listing))
    for cloud, name in (("alibaba", "Alibaba Cloud APIG"), ("kms", "Alibaba Cloud KMS")):
        told(f"one store: {name}")
        with Server(cloud, 1, 1_000, latency_ms=30) as server:
            outcomes = race(
                server,
                [
                    ours("this collection, all read twice"),
                    ours("this collection, verify: false", verify=False),
                    sdk("SDK, 100 a page", 100),
                    sdk("SDK, 10 a page (its default)", 10),
                ],
                3,
            )
        section.tables.append((f"{name}, 1,000 secrets, 30 ms a request", outcomes))
        if cloud == "alibaba":
            share = outcomes[0].listing / outcomes[2].listing
            section.bars.append(Bar(f"{name}, 1,000 secrets at 30 ms, read twice: share of the SDK's loop at 100 a page", 0.40, share))
    return section


def fleet(quick: bool) -> Section:
    """Many stores."""
    section = Section(
        "A fleet",
        "100 secrets in each store, 30 ms a request, at most 20 regions in an account. The SDK's loops keep to no rate limit; "
        "this collection sends each account's host at most 25 requests in a second, and then waits.",
    )
    for stores in (60,) if quick else (1, 60, 200):
        told(f"a fleet of {stores}")
        with Server("tencent", stores, 100, latency_ms=30) as server:
            contestants = [playbook("this collection, one task", False), playbook("this collection, a task for each store (loop)", True)]
            contestants += [sdk("SDK, 100 a page", 100), sdk("SDK, 20 a page (its default)", 20), sdk("SDK, 100 a page, 16 threads", 100, 16)]
            if stores <= 60:
                contestants.append(tccli("tccli in a shell loop, 100 a page", 100))
            outcomes = race(server, contestants)
        section.tables.append((f"{stores} store{'s' if stores > 1 else ''}", outcomes))
        if stores == 60:
            section.bars.append(Bar("60 stores: one task's share of the time of a loop", 1 / 15, outcomes[0].listing / outcomes[1].listing))
    return section


def whole_role(quick: bool) -> Section:
    """The role from its first task to its last, beside the listing that it is about."""
    stores = 60 if quick else 200
    told(f"role: {stores} stores")
    section = Section("The whole role", "One command each, start of Ansible included: the task that lists, and the role that lists, judges and reports.")
    with Server("tencent", stores, 100, latency_ms=30) as server:
        outcomes = race(server, [playbook("listing alone, one task", False), role("the role, all packs and reports")], 3)
    section.tables.append((f"{stores} stores of 100 secrets", outcomes))
    section.bars.append(Bar(f"the role over {stores} stores: times the listing alone", 3, outcomes[1].cost.wall / outcomes[0].cost.wall))
    return section


def assumed(quick: bool) -> Section:
    """A role in every account, assumed with the key of one."""
    number = 10 if quick else 50
    told(f"assumed: {number} accounts")
    section = Section(
        "Accounts by AssumeRole",
        "Each account by a key of its own, and by a role that the first account's key assumes; 10 regions of 20 secrets each, 30 ms a request. "
        "Every account is asked for its number, too.",
        columns=["accounts by", "seconds", "listing requests", "AssumeRole", "GetCallerIdentity", "lost"],
    )
    with Server("tencent", number * 10, 20, regions=10, latency_ms=30) as server:
        plain = [{"name": owner.name, "credentials_env": owner.prefix, "regions": list(owner.regions)} for owner in server.accounts]
        first = server.accounts[0].prefix
        by_role = [
            {**entry, "credentials_env": first, "assume_role_arn": f"qcs::cam::uin/{owner.number}:roleName/{ROLE}"}
            for entry, owner in zip(plain, server.accounts)
        ]
        seconds = []
        for name, entries, assumptions in (("a key each", plain, 0), ("a role each", by_role, number)):
            outcome = race(server, [ours(name, accounts=entries, endpoint=None, identify=True)], 3)[0]
            calls = server.calls("AssumeRole"), server.calls("GetCallerIdentity")
            seconds.append(outcome.listing)
            section.rows.append([name, f"{outcome.listing:.2f}", f"{outcome.requests}", f"{calls[0]}", f"{calls[1]}", f"{outcome.lost}"])
            section.bars.append(Bar(f"{number} accounts by {name}: calls of AssumeRole", assumptions, calls[0]))
            section.bars.append(Bar(f"{number} accounts by {name}: calls of GetCallerIdentity", number, calls[1]))
            section.bars.append(Bar(f"{number} accounts by {name}: secrets lost", 0, outcome.lost))
    section.bars.append(Bar(f"{number} accounts by a role each: times plain keys", 1.3, seconds[1] / seconds[0]))
    members = 60 if quick else 300
    told(f"assumed: {members} members")
    with Server("tencent", members, 1, regions=1) as server:
        first = server.accounts[0].prefix
        roles = {owner.name: f"qcs::cam::uin/{owner.number}:roleName/{ROLE}" for owner in server.accounts}
        entries = [
            {"name": owner.name, "credentials_env": first, "assume_role_arn": roles[owner.name], "regions": list(owner.regions)} for owner in server.accounts
        ]
        outcome = ours("members", accounts=entries, endpoint=None)(server)
        section.bars.append(Bar(f"{members} members by a role each: most calls of AssumeRole in a second", 25, server.busiest("AssumeRole")))
        section.bars.append(Bar(f"{members} members by a role each: secrets lost", 0, outcome.lost))
    return section


def company(quick: bool) -> Section:
    """Every account of an organization, found by the cloud, beside the same accounts typed by hand."""
    number, regions = (40, 3) if quick else (1_201, 3)
    told(f"company: {number} accounts")
    section = Section(
        "An organization",
        f"{number} accounts with {regions} regions of one secret each, by one key: typed by hand with a role each, and as members that the cloud names. "
        "Both at 1,000 requests a second.",
        columns=["accounts", "seconds", "CPU s", "listing requests", "AssumeRole", "lost"],
    )
    with Server("tencent", number * regions, 1, regions=regions) as server:
        first, *others = server.accounts
        own = {"credentials_env": first.prefix, "regions": list(first.regions)}
        arns = {owner.name: f"qcs::cam::uin/{owner.number}:roleName/{ROLE}" for owner in others}
        by_hand = [{"name": first.name, **own}, *({"name": name, **own, "assume_role_arn": arn} for name, arn in arns.items())]
        members = [{"name": "company", **own, "organization": {"role": ROLE}}]
        cpu = []
        for name, entries in (("typed by hand", by_hand), ("of the organization", members)):
            outcome = race(server, [ours(name, accounts=entries, endpoint=None, rate_limit=1_000)], 3)[0]
            entered = server.calls("AssumeRole")
            cpu.append(outcome.cost.cpu)
            section.rows.append([name, f"{outcome.cost.wall:.2f}", f"{outcome.cost.cpu:.2f}", f"{outcome.requests}", f"{entered}", f"{outcome.lost}"])
            section.bars.append(Bar(f"{number} accounts {name}: calls of AssumeRole", number - 1, entered))
            section.bars.append(Bar(f"{number} accounts {name}: secrets lost", 0, outcome.lost))
    section.bars.append(Bar(f"{number} accounts of an organization: CPU, times the same accounts typed by hand", 1.3, cpu[1] / cpu[0]))
    return section


def wire(quick: bool) -> Section:
    """The delay where it really is: on the way, so that connections and TLS pay it too."""
    section = Section("Delay on the wire", "Under the real host names, with TLS. Each round trip takes 30 ms: of a connection, of TLS, of a request.")
    for stores, secrets in ((1, 1_000),) if quick else ((1, 1_000), (60, 100)):
        told(f"wire: {stores} stores")
        with Server("tencent", stores, secrets, wire_ms=30) as server:
            outcomes = race(
                server,
                [ours("this collection", endpoint=None), sdk("SDK, 100 a page", 100, proxied=True), sdk("SDK, 100 a page, 16 threads", 100, 16, proxied=True)],
                3,
            )
        section.tables.append((f"{stores} store{'s' if stores > 1 else ''} of {secrets:,} secrets", outcomes))
    return section


def rate(quick: bool) -> Section:
    """Servers that refuse what is too fast."""
    section = Section(
        "A server that limits the rate",
        "One store; what is above the limit is refused with the cloud's own error. 'refused' counts such answers.",
    )
    cases = ((30, "fixed", 300), (30, "sliding", 300), (5, "fixed", 60), (5, "sliding", 60))
    for allowed, window, pages in cases[:2] if quick else cases:
        told(f"rate: {allowed} a second, {window}")
        secrets = pages * 95
        with Server("tencent", 1, secrets, rate_limit={"per_second": allowed, "window": window}) as server:
            outcomes = race(server, [ours("this collection"), sdk("SDK, 100 a page", 100), sdk("SDK, 100 a page, 16 threads", 100, 16)])
        section.tables.append((f"{allowed} a second, {window} windows, {pages} pages", outcomes))
        mine, label = outcomes[0], f"{allowed} a second, {window} windows"
        section.bars.append(Bar(f"{label}: secrets lost", 0, mine.lost))
        if allowed == 30:
            served = (mine.requests - mine.refused) / mine.listing
            section.bars.append(Bar(f"{label}: share of the rate that is used", 0.80, served / allowed, at_least=True))
            section.bars.append(Bar(f"{label}: share of requests refused", 0.02, mine.refused / mine.requests))
    return section


def start(quick: bool) -> Section:
    """Cost of a task with almost no work."""
    told("start")
    text = "A whole ad hoc command on the local connection, start of Ansible included: the median of ten."
    section = Section("One page", text, columns=["command", "seconds", "CPU s"])
    with Server("tencent", 1, 90) as server:
        arguments = {
            "accounts": [{"name": "bench", "credentials_env": server.accounts[0].prefix, "regions": list(server.accounts[0].regions)}],
            "endpoint": server.url,
            "secret_types": ["user"],
            "encrypt_types": ["kms"],
            "identify": False,
        }
        pings, lists = [], []
        for _round in range(3 if quick else 10):
            pings.append(adhoc("ansible.builtin.ping", {}, {}))
            lists.append(adhoc("multicloud.secrets.tencent_ssm_secrets_info", arguments, server.keys()))
    for name, costs in (("ansible.builtin.ping", pings), ("multicloud.secrets.tencent_ssm_secrets_info, 90 secrets", lists)):
        section.rows.append([f"`{name}`", f"{median(cost.wall for cost in costs):.2f}", f"{median(cost.cpu for cost in costs):.2f}"])
    section.bars.append(Bar("one page: in units of ansible.builtin.ping", 1.2, median(cost.wall for cost in lists) / median(cost.wall for cost in pings)))
    return section


def inventory(quick: bool) -> Section:
    """A fleet file as an inventory, beside the same hosts written down."""
    stores = 200 if quick else 1_000
    told(f"inventory: {stores} stores")
    section = Section(
        "A fleet as an inventory",
        f"`ansible-inventory --list` of {stores:,} stores, at most 20 regions in an account, start of Ansible included: the median of "
        f"{3 if quick else 5}. All print the same hosts, groups and variables.",
        columns=["inventory", "seconds", "CPU s", "peak MiB", "requests"],
    )
    with Server("tencent", stores, 0) as server:
        costs = inventories(server, 3 if quick else 5)
    for name, (cost, requests) in costs.items():
        section.rows.append([name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}", f"{requests:,}"])
    static = costs["the same hosts in YAML"][0].wall
    for name, limit in (("a fleet file", 3), ("a fleet file, regions: all, from the cache", 3)):
        section.bars.append(Bar(f"{stores:,} stores as an inventory, {name}: times the same hosts in YAML", limit, costs[name][0].wall / static))
    return section


def scale(quick: bool) -> Section:
    """A fleet of a thousand stores: in one task, by the role, and split over jobs."""
    stores, jobs = (100, 4) if quick else (1_000, 4)
    section = Section(
        "A thousand stores",
        f"{stores:,} stores of 100 secrets, at most {REGIONS_OF_AN_ACCOUNT} regions in an account, 30 ms a request. The role judges by {len(PACKS)} packs and "
        f"writes {len(REPORTS)} reports. Jobs are started by ansible-runner, all that collect at once, on this one machine; of those the seconds "
        "and the MiB are the largest, the CPU is the sum.",
        columns=["what", "seconds", "CPU s", "peak MiB", "secrets", "lost"],
    )
    with Server("tencent", stores, 100, latency_ms=30) as server, tempfile.TemporaryDirectory() as folder:
        told(f"scale: {stores} stores in one task")
        listed = ours("one task", query=None, dest=str(Path(folder) / "inventory.jsonl"))(server)
        server.forget()
        told("scale: the role")
        judged = role("the role")(server)
        told(f"scale: {jobs} jobs")
        split = sliced(server, jobs, Path(folder) / "jobs")
    for name, outcome in (("one task of the module, into a file", listed), ("the role, on one host", judged)):
        cost = outcome.cost
        section.rows.append([name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}", f"{outcome.listed:,}", f"{outcome.lost:,}"])
    costs = split.collecting
    section.rows.append(
        [
            f"{jobs} jobs that collect",
            f"{max(cost.wall for cost in costs):.1f}",
            f"{sum(cost.cpu for cost in costs):.1f}",
            f"{max(cost.peak for cost in costs):.0f}",
            "",
            "",
        ]
    )
    cost = split.judging
    section.rows.append(
        [
            "a job that judges their union",
            f"{cost.wall:.1f}",
            f"{cost.cpu:.1f}",
            f"{cost.peak:.0f}",
            f"{split.secrets:,}",
            f"{server.truth - split.secrets:,}",
        ]
    )
    section.bars.append(Bar(f"{stores:,} stores: secrets lost in one task", 0, listed.lost))
    section.bars.append(Bar(f"{stores:,} stores: secrets lost by the role", 0, judged.lost))
    section.bars.append(Bar(f"{stores:,} stores: secrets lost by {jobs} jobs", 0, server.truth - split.secrets))
    return section


def dead(_quick: bool) -> Section:
    """A service that is down."""
    told("dead")
    text = "200 stores of ten partitions each; every request is answered by 503."
    section = Section("A service that is down", text, columns=["stores", "seconds", "requests", "stores reported as failed"])
    with Server("tencent", 200, 0, faults=[{"act": "answer", "status": 503, "every": 1, "times": "forever"}]) as server:
        outcome = ours("dead", encrypt_types=None, secret_types=None)(server)
    failed = outcome.counts.get("failed", 0)
    section.rows.append(["200", f"{outcome.cost.wall:.1f}", f"{outcome.requests}", f"{failed}"])
    section.bars.append(Bar("200 stores, service down: requests", 300, outcome.requests))
    section.bars.append(Bar("200 stores, service down: stores reported as failed", 200, failed, at_least=True))
    return section


def changing(quick: bool) -> Section:
    """Stores that change while they are listed."""
    runs = 20 if quick else 300
    section = Section(
        "A store that changes while it is listed",
        f"1,000 secrets, {runs} runs for each row, secrets made, deleted and updated at random between pages. 'lost' counts runs that missed a secret "
        "which was there from beginning to end, and called the listing complete or said nothing.",
        columns=["changes", "client", "lost", "called complete", "requests"],
    )
    clients = (
        ("this collection, Tencent Cloud", churn.ssm),
        ("SDK, Tencent Cloud, until a page is short", churn.sdk),
        ("this collection, Alibaba Cloud APIG", churn.apig),
        ("this collection, Alibaba Cloud KMS", churn.kms),
    )
    for every in (1, 2, 4, 10, 40):
        label = f"one in {every} pages" if every > 1 else "one a page"
        told(f"changing: {label}")
        for name, client in clients:
            tally = churn.tally(client, every, runs)
            mine = client is not churn.sdk
            section.rows.append([label, name, f"{tally.lost} of {runs}", f"{tally.complete / runs:.1%}" if mine else "always", f"{tally.requests / runs:.1f}"])
            if mine:
                section.bars.append(Bar(f"changes, {label}: {name}: runs that lost a secret and were called complete", 0, tally.lost))
            if client is churn.ssm and every == 4:
                section.bars.append(Bar(f"changes, {label}: {name}: share of runs that are complete", 0.99, tally.complete / runs, at_least=True))
                section.bars.append(Bar(f"changes, {label}: {name}: requests in units of the fewest plus bridges", 1.07, tally.requests / tally.fewest))
    return section


def bulk(quick: bool) -> Section:
    """Many secrets into a file."""
    section = Section(
        "Into a file",
        "One store, one partition, no delay, `dest`, the median of 3 in turn. Sorted runs on the disk keep memory flat. What rows on the disk have in "
        "common is found for 20,000 ids at a time, each time by reading all rows.",
        columns=["secrets", "seconds", "CPU s", "peak MiB", "file MB", "listed", "complete"],
    )
    sizes = (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000)
    runs = [_into_a_file(secrets) for _round in range(3) for secrets in sizes]
    costs = {}
    for number, secrets in enumerate(sizes):
        cost, size, listed, complete = sorted(runs[number :: len(sizes)], key=lambda run: run[0].cpu)[1]
        costs[secrets] = cost
        section.rows.append([f"{secrets:,}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}", f"{size:.0f}", f"{listed:,}", complete])
    section.bars.append(Bar("100,000 secrets into a file: peak MiB", 150, costs[100_000].peak))
    section.bars.append(Bar("ten times the secrets: times the CPU", 11, costs[100_000].cpu / costs[10_000].cpu))
    if 1_000_000 in costs:
        section.bars.append(Bar("1,000,000 secrets: times the memory of 100,000", 1.2, costs[1_000_000].peak / costs[100_000].peak))
        section.bars.append(Bar("1,000,000 secrets: times the CPU of 100,000", 10.5, costs[1_000_000].cpu / costs[100_000].cpu))
    return section


def _into_a_file(secrets: int) -> tuple[Cost, float, int, str]:
    """Cost of listing so many secrets into a file, the size of the file in MB, how many were listed, and whether that is told to be all."""
    told(f"bulk: {secrets} secrets")
    with Server("tencent", 1, secrets) as server, tempfile.TemporaryDirectory() as folder:
        dest = Path(folder) / "inventory.jsonl"
        outcome = ours(f"{secrets}", query=None, dest=str(dest), rate_limit=FREE, max_pages=20_000)(server)
        complete = "yes" if outcome.lost == 0 and "proof" in outcome.remark else "no"
        return outcome.cost, dest.stat().st_size / 1e6, outcome.listed, complete


def judge(quick: bool) -> Section:
    """Judging, in units of reading JSON, beside assertions as people write them in plays."""
    secrets = 20_000 if quick else 100_000
    section = Section(
        "Judging",
        f"CPU time of 20 operator rules over an inventory of {secrets:,} secrets of 20 stores, in units of `json.loads` over the same lines, and the "
        "peak memory of a process that does nothing else. `ansible.builtin.assert` with Jinja filters is given 20,000 of them.",
        columns=["a quarter of the secrets fails", "query rules besides", "dest", "ratio", "peak MiB"],
    )
    plain = _judged(section, secrets, 0.0, 0, False)
    _judged(section, secrets, 0.0, 0, True)
    failing = _judged(section, secrets, 0.25, 0, True)
    asked = _judged(section, secrets, 0.0, 3, False)
    section.bars.append(Bar("20 operator rules: times json.loads", 1.82, plain["ratio"]))
    section.bars.append(Bar("the same with dest, a quarter failing: times json.loads", 3.35, failing["ratio"]))
    section.bars.append(Bar("the same: peak MiB", 250, failing["judging"]))
    section.bars.append(Bar("each query rule: times json.loads more", 1.5, (asked["ratio"] - plain["ratio"]) / 3))
    told("judge: jinja")
    times = _judge("--secrets", "20000", "--jinja", "--dest")["costs"]
    section.rows.append(["a rule as an assertion with filters", "", "", f"{times:.0f} times a rule here", ""])
    section.bars.append(Bar("a rule: of what an assertion with filters costs", 1 / 50, 1 / times))
    return section


def reports(quick: bool) -> Section:
    """The judge with all packs and all reports."""
    stores = 100 if quick else 1_000
    section = Section(
        "Reports",
        f"`secrets_audit` as a process of its own, with {len(PACKS)} packs and {len(REPORTS)} reports, over an inventory of {stores:,} stores of 100 secrets. "
        "Findings wait in a file, and are read once for all reports.",
        columns=["secrets", "findings", "CPU s", "peak MiB"],
    )
    for what, mixed, limit in (("of one kind", False, 150), ("of all kinds and states", True, 200)):
        told(f"reports: {what}")
        with tempfile.TemporaryDirectory() as folder:
            reporting.write(Path(folder) / "inventory.jsonl", stores, 100, mixed)
            cost, findings = reporting.judged(Path(folder) / "inventory.jsonl", Path(folder))
            table, _findings = reporting.judged(Path(folder) / "inventory.jsonl", Path(folder), ["secrets"])
        section.rows.append([f"{stores * 100:,} {what}", f"{findings:,}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"])
        section.rows.append([f"the same, the report secrets alone: {stores * 100:,} rows", "", f"{table.cpu:.1f}", f"{table.peak:.0f}"])
        section.bars.append(Bar(f"{stores * 100:,} secrets {what}, all packs and reports: peak MiB", limit, cost.peak))
        section.bars.append(Bar(f"{stores * 100:,} secrets {what}, all packs, every secret in secrets.csv: peak MiB", 150, table.peak))
    return section


def _judged(section: Section, secrets: int, failing: float, queries: int, dest: bool) -> dict[str, float]:
    told(f"judge: {failing}, {queries} queries, dest {dest}")
    options = ["--secrets", str(secrets), "--failing", str(failing), "--queries", str(queries), "--peak", *(["--dest"] if dest else [])]
    numbers = _judge(*options)
    section.rows.append(["yes" if failing else "no", str(queries), "yes" if dest else "no", f"{numbers['ratio']:.1f}", f"{numbers['judging']:.0f}"])
    return numbers


def _judge(*options: str) -> dict[str, float]:
    """Output of judge.py: the number behind each of its words."""
    cost = process([sys.executable, str(Path(__file__).resolve().parent / "judge.py"), *options], {})
    if cost.status:
        raise SystemExit(cost.errors[-500:])
    return {word: float(number) for word, number in re.findall(r"(ratio|judging|costs|without|with) ([0-9.]+)", cost.output)}


def products(quick: bool) -> Section:
    """Work that could grow with a product: of secrets and keys, of findings and waivers, of findings and owners."""
    stores = 100 if quick else 400
    section = Section(
        "Many keys, waivers and owners",
        f"{stores * 50:,} secrets of {stores} stores into a file, and 20,000 secrets that all break one rule, judged and written as JSON, rules and waivers "
        "read from memory. CPU time, beside the same with one key, or without any waiver or owner.",
        columns=["what", "CPU s", "beside", "CPU s", "ratio"],
    )
    told(f"products: {stores} keys")
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for regions in (1, stores):
            with Server("tencent", stores, 50, regions) as server:
                client = ours(f"{stores // regions} accounts", query=None, dest=str(Path(folder) / "inventory.jsonl"), rate_limit=FREE)
                costs[regions] = race(server, [client], 3)[0].cost.cpu
    what = f"{stores * 50:,} secrets in {stores} accounts with keys of their own"
    _compared(section, what, f"one account of {stores} regions", costs[1], costs[stores])
    for number, kind in ((1_000, "waivers"), (500, "owners")):
        told(f"products: {number} {kind}")
        measured = _judge("--secrets", "20000", "--dest", f"--{kind}", str(number))
        _compared(section, f"20,000 findings, {number:,} {kind} with patterns", f"no {kind}", measured["with"], measured["without"])
    return section


def _compared(section: Section, what: str, beside: str, full: float, bare: float) -> None:
    section.rows.append([what, f"{full:.2f}", beside, f"{bare:.2f}", f"{full / bare:.2f}"])
    section.bars.append(Bar(f"{what}: times the CPU of {beside}", 1.5, full / bare))


SCENARIOS: dict[str, Callable[[bool], Section]] = {
    "one_store": one_store,
    "fleet": fleet,
    "role": whole_role,
    "assumed": assumed,
    "company": company,
    "wire": wire,
    "rate": rate,
    "start": start,
    "modules": thousand.modules,
    "inventory": inventory,
    "stores": thousand.stores,
    "scale": scale,
    "dead": dead,
    "changing": changing,
    "bulk": bulk,
    "details": detailed.details,
    "judge": judge,
    "products": products,
    "reports": reports,
}
