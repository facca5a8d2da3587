# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of KMS Secrets Manager as ListSecrets words them.

Source: the vendor's page 'ListSecrets' (2016-01-20), the models of the official SDK 3.3.1, and the vendor's page about default secrets. A field that
says nothing of a secret is absent, as PlannedDeleteTime is of all that nobody deletes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..calls import iso_time
from ..generate import DAY, Draw, Mix, Plan
from ..origin import BEYOND, Origin, finished
from ..schema import Reader, anything, listed, mapping, table, text
from ..stores import Record

NAME = "SecretName"
IDENT = "SecretName"
KINDS = {"generic": "Generic", "rds": "Rds", "redis": "Redis", "polardb": "PolarDB", "ram_credentials": "RAMCredentials", "ecs": "ECS"}
PREFIXES = {"ram_credentials": "acs/ram/user/", "ecs": "acs/ecs/"}
TIMES = ("CreateTime", "UpdateTime", "PlannedDeleteTime")
ENTRY: dict[str, Reader] = {
    "SecretName": text,
    "SecretType": text,
    "CreateTime": anything,
    "UpdateTime": anything,
    "PlannedDeleteTime": anything,
    "OwingService": text,
    "DKMSInstanceId": text,
    "tags": table(text),
    "extra": table(anything),
    "drop": listed(text),
}
MIX = Mix(
    kinds={"generic": 62, "rds": 14, "redis": 6, "polardb": 4, "ram_credentials": 8, "ecs": 6},
    states={"enabled": 96, "pending_delete": 4},
    flaws={"old": 0.02, "untagged": 0.1, "owned": 0.05},
    particular={},
)
PURPOSES: dict[str, tuple[str, ...]] = {
    "generic": ("api-token", "smtp-password", "jwt-key", "webhook-secret", "license"),
    "rds": ("mysql-app", "mysql-readonly", "postgres-app"),
    "redis": ("redis-session", "redis-cache"),
    "polardb": ("polardb-app", "polardb-report"),
    "ram_credentials": ("ci-user", "backup-user"),
    "ecs": ("bastion-key", "worker-password"),
}
TEAMS = ("core", "web", "data")


def record(value: Any, origin: Origin) -> Record:
    """A secret that a fleet file or a change names."""
    return written(origin.entry(value, ENTRY, NAME), {}, origin.now, origin.now, origin)


def altered(old: Record, changes: dict[str, Any], origin: Origin) -> Record:
    """The same secret after an update; its update time moves unless the change sets it."""
    given = mapping(changes, origin.where, {name: reader for name, reader in ENTRY.items() if name != NAME})
    return written({"tags": old.tags or {}, **old.details, **given, NAME: old.ident}, old.fields, old.created, origin.now, origin)


def written(given: dict[str, Any], before: dict[str, Any], created: float, updated: float, origin: Origin) -> Record:
    """A row over what was before."""
    odd = {name: given.pop(name) for name in BEYOND if name in given}
    tags, details = given.pop("tags", {}), {name: given.pop(name) for name in ("DKMSInstanceId",) if name in given}
    created = origin.seconds(given.get("CreateTime"), created)
    updated = origin.seconds(given.get("UpdateTime"), max(created, updated) if before else created)
    fields = {"SecretType": "Generic", **before, **given, "CreateTime": iso_time(created), "UpdateTime": iso_time(updated), "Tags": tag_list(tags)}
    if "PlannedDeleteTime" in given:
        fields["PlannedDeleteTime"] = iso_time(origin.seconds(given["PlannedDeleteTime"], 0))
    return Record(given[NAME], created, updated, finished(fields, odd), tags, details)


def tag_list(tags: dict[str, str]) -> dict[str, Any]:
    """Tags as all lists of KMS are: inside an object."""
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def generated(plan: Plan, origin: Origin) -> Iterator[Record]:
    """Secrets by count and seed."""
    draw = Draw(f"kms/{plan.seed}/{origin.account.name}/{origin.region}")
    for kind, name, created in plan.sketches(draw, PURPOSES, "-", origin.now):
        yield generated_record(plan, origin, draw, kind, name, created)


def generated_record(plan: Plan, origin: Origin, draw: Draw, kind: str, name: str, created: float) -> Record:
    """One secret of a plan."""
    updated = max(created, min(origin.now - 3600, created + draw.below(200) * DAY))
    tags = {} if draw.chance(plan.flaws["untagged"]) else {"env": name.split("-")[0], "team": draw.pick(TEAMS)}
    fields: dict[str, Any] = {NAME: PREFIXES.get(kind, "") + name, "SecretType": KINDS[kind], "CreateTime": iso_time(created), "UpdateTime": iso_time(updated)}
    if plan.states.pick(draw) == "pending_delete":
        fields["PlannedDeleteTime"] = iso_time(int(origin.now) + (8 + draw.below(22)) * DAY)
    if kind == "generic" and draw.chance(plan.flaws["owned"]):
        fields.update(SecretName=f"aigw!{origin.tag(name)}", OwingService="aigw")
        tags = {}
    details = {"DKMSInstanceId": "kst-" + origin.tag("kms")}
    return Record(fields[NAME], created, updated, {**fields, "Tags": tag_list(tags)}, tags, details)


def newcomer(name: str, like: Record | None, origin: Origin) -> Record:
    """A secret created during a listing, of the same kind as another one."""
    return record({NAME: name, **({"SecretType": like.fields["SecretType"]} if like else {})}, origin)
