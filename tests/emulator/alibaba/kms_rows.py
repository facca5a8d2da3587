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
from ..generate import DAY, Draw, Mix, Plan, describe
from ..origin import BEYOND, Origin, finished
from ..schema import Reader, anything, choice, either, listed, mapping, table, text
from ..stores import Record

NAME = "SecretName"
IDENT = "SecretName"
KINDS = {"generic": "Generic", "rds": "Rds", "redis": "Redis", "polardb": "PolarDB", "ram_credentials": "RAMCredentials", "ecs": "ECS"}
PREFIXES = {"ram_credentials": "acs/ram/user/", "ecs": "acs/ecs/"}
TIMES = ("CreateTime", "UpdateTime", "PlannedDeleteTime")
VERSION: dict[str, Reader] = {"VersionId": text, "CreateTime": anything, "VersionStages": listed(text)}
TOLD = ("Description", "EncryptionKeyId", "DKMSInstanceId", "AutomaticRotation", "RotationInterval", "NextRotationDate", "LastRotationDate", "ExtendedConfig")
"""What DescribeSecret tells beside a row."""
UNLISTED = (*TOLD, "Creator", "versions", "policy", "describes")
"""What no row shows."""
STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")
PLACE: dict[str, Reader] = {"keys": table(choice(*STATES, "Gone")), "instances": listed(text)}
"""Of a region: its keys by id, beside those that secrets name, or in another state; 'Gone' is a key that secrets still name."""
ENTRY: dict[str, Reader] = {
    "SecretName": text,
    "SecretType": text,
    "CreateTime": anything,
    "UpdateTime": anything,
    "PlannedDeleteTime": anything,
    "OwingService": text,
    "DKMSInstanceId": text,
    "Description": text,
    "Creator": text,
    "EncryptionKeyId": text,
    "AutomaticRotation": text,
    "RotationInterval": text,
    "NextRotationDate": anything,
    "LastRotationDate": anything,
    "ExtendedConfig": text,
    "versions": listed(lambda value, where: mapping(value, where, VERSION, ("VersionId",))),
    "policy": either(text, table(anything)),
    "describes": table(anything),
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
    tags, details = given.pop("tags", {}), {name: given.pop(name) for name in UNLISTED if name in given}
    created = origin.seconds(given.get("CreateTime"), created)
    updated = origin.seconds(given.get("UpdateTime"), max(created, updated) if before else created)
    fields = {"SecretType": "Generic", **before, **given, "CreateTime": iso_time(created), "UpdateTime": iso_time(updated), "Tags": tag_list(tags)}
    if "PlannedDeleteTime" in given:
        fields["PlannedDeleteTime"] = iso_time(origin.seconds(given["PlannedDeleteTime"], 0))
    return Record(given[NAME], created, updated, finished(fields, odd), tags, detailed(details, fields, origin))


def detailed(given: dict[str, Any], fields: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """What an entry says of a secret beside its row. A type that rotates says whether it does; the value it has now is its only version."""
    told = {"AutomaticRotation": "Disabled", **given} if fields["SecretType"] != KINDS["generic"] else dict(given)
    for name in ("NextRotationDate", "LastRotationDate"):
        if name in told:
            told[name] = iso_time(origin.seconds(told[name], 0))
    now = {"VersionId": "v1", "CreateTime": fields["CreateTime"], "VersionStages": ["ACSCurrent"]}
    told["versions"] = [version(each, origin) for each in given.get("versions", [now])]
    return told


def version(given: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """A version as the cloud words it; its stages are inside an object."""
    if isinstance(given.get("VersionStages"), dict):
        return given
    created = iso_time(origin.seconds(given.get("CreateTime"), origin.now))
    return {**given, "CreateTime": created, "VersionStages": {"VersionStage": given.get("VersionStages", [])}}


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
    details = lifelike(Draw(f"{origin.account.name}/{origin.region}/{fields[NAME]}"), kind, name, created, updated, origin)
    return Record(fields[NAME], created, updated, {**fields, "Tags": tag_list(tags)}, tags, details)


def lifelike(draw: Draw, kind: str, name: str, created: float, updated: float, origin: Origin) -> dict[str, Any]:
    """What no row shows, drawn from the name alone, so that rows stay as they are."""
    told: dict[str, Any] = {
        "DKMSInstanceId": "kst-" + origin.tag("kms"),
        "Description": describe(draw, name, 0.1),
        "EncryptionKeyId": "key-" + origin.tag("kms", name[:4]),
    }
    stages = {"ACSCurrent": updated, **({"ACSPrevious": created} if updated > created else {})}
    told["versions"] = [{"VersionId": f"v{moment:.0f}", "CreateTime": moment, "VersionStages": [stage]} for stage, moment in stages.items()]
    if kind != "generic":
        told["AutomaticRotation"] = "Invalid" if draw.chance(0.03) else "Enabled" if draw.chance(0.75) else "Disabled"
        told["ExtendedConfig"] = '{"SecretSubType":"SingleUser","AccountName":"app","CustomData":{}}'
        last = created if draw.chance(0.05) else max(created, origin.now - draw.below(30) * DAY)
        rotated = {"LastRotationDate": last} if last > created else {}
        on = {"RotationInterval": f"{30 * DAY}s", "NextRotationDate": last + 30 * DAY}
        told.update(rotated, **(on if told["AutomaticRotation"] != "Disabled" else {}))
    return detailed(told, {"SecretType": KINDS[kind], "CreateTime": iso_time(created)}, origin)


def newcomer(name: str, like: Record | None, origin: Origin) -> Record:
    """A secret created during a listing, of the same kind as another one."""
    return record({NAME: name, **({"SecretType": like.fields["SecretType"]} if like else {})}, origin)
