# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSM secrets as ListSecrets words them.

Source: SecretMetadata of the vendor's API definition (tccli 3.1.189.1, ssm 2019-09-23, 23 fields) and its example of 2026. The international site's
definition lacks the four fields of INTERNATIONAL_LACKS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..calls import iso_time
from ..generate import DAY, Draw, Mix, Plan, describe
from ..origin import BEYOND, Origin, finished
from ..schema import Reader, anything, choice, flag, listed, mapping, number, table, text, whole
from ..stores import Record

NAME = "SecretName"
IDENT = "SecretName"
KINDS = {"user": 0, "product": 1, "ssh_key": 2, "api_key": 3, "redis": 4}
STATES = {"enabled": "Enabled", "disabled": "Disabled", "pending_delete": "PendingDelete", "creating": "Creating", "failed": "Failed"}
INTERNATIONAL_LACKS = frozenset(("EncryptType", "EncryptSwitching", "CreateUinString", "TargetUinString"))
TIMES = ("CreateTime", "DeleteTime", "NextRotationTime")
ENTRY: dict[str, Reader] = {
    "SecretName": text,
    "Description": text,
    "KmsKeyId": text,
    "KmsKeyType": text,
    "CreateUin": whole(0),
    "TargetUin": whole(0),
    "Status": text,
    "CreateTime": anything,
    "DeleteTime": anything,
    "NextRotationTime": anything,
    "RotationStatus": whole(0, 1),
    "RotationFrequency": whole(0),
    "RotationBeginTime": text,
    "SecretType": whole(0),
    "ProductName": text,
    "ResourceID": text,
    "ResourceName": text,
    "ProjectID": whole(0),
    "AssociatedInstanceIDs": listed(text),
    "EncryptType": whole(0, 1),
    "EncryptSwitching": flag,
    "CreateUinString": text,
    "TargetUinString": text,
    "AdditionalConfig": text,
    "versions": listed(anything),
    "rotated": anything,
    "rotations": whole(0),
    "hosts": listed(text),
    "tags": table(text),
    "updated": anything,
    "extra": table(anything),
    "drop": listed(text),
}
UNLISTED = ("AdditionalConfig", "versions", "rotated", "rotations", "hosts")
"""What no row shows: the times of versions and of the password in force, how often it was rotated, from where its account may sign in."""
PLACE: dict[str, Reader] = {"keys": table(choice("Enabled", "Disabled", "PendingDelete", "PendingImport", "Archived", "Gone"))}
"""Of a region: its keys by id, beside those that secrets name, or in another state; 'Gone' is a key that secrets still name."""
MIX = Mix(
    kinds={"user": 58, "product": 20, "ssh_key": 8, "api_key": 8, "redis": 6},
    states={"enabled": 93, "disabled": 3, "pending_delete": 2, "creating": 1, "failed": 1},
    flaws={"old": 0.02, "undescribed": 0.06, "default_key": 0.25, "overdue": 0.03},
    particular={"software": number(0, 1)},
)
PURPOSES: dict[str, tuple[str, ...]] = {
    "user": ("api-token", "smtp-password", "jwt-key", "webhook-secret", "license", "s3-access"),
    "product": ("mysql-app", "mysql-readonly", "tdsql-app", "tdsqlc-app"),
    "ssh_key": ("bastion-key", "deploy-key", "worker-key"),
    "api_key": ("ci-key", "backup-key", "terraform-key"),
    "redis": ("redis-session", "redis-cache"),
}
PRODUCTS = (("Mysql", "cdb-"), ("Tdsql-mysql", "tdsqlshard-"), ("Tdsql_C_Mysql", "cynosdbmysql-"))


def blank(name: str, kind: int, software: bool, created: float, origin: Origin) -> dict[str, Any]:
    """All 23 fields with what an ordinary secret of this kind has."""
    uin = int(origin.account.account_id)
    fields = {
        "SecretName": name,
        "Description": "",
        "KmsKeyId": "" if software else origin.uuid("default key"),
        "CreateUin": uin,
        "Status": "Enabled",
        "DeleteTime": 0,
        "CreateTime": int(created),
        "KmsKeyType": "DEFAULT",
        "RotationStatus": 0,
        "NextRotationTime": 0,
        "SecretType": kind,
        "ProductName": "default",
        "ResourceName": "",
        "ProjectID": 0,
        "AssociatedInstanceIDs": [],
        "TargetUin": 0,
        "RotationFrequency": 0,
        "ResourceID": f"251237300_{uin}_customize_{int(created)}_{origin.tag(name)[:3]}",
        "RotationBeginTime": "",
        "EncryptType": int(software),
        "EncryptSwitching": False,
    }
    fields.update(KIND_FIELDS.get(kind, lambda tag, owner: {})(origin.tag(name), uin))
    return fields


def of_product(tag: str, uin: int) -> dict[str, Any]:
    """A database's account."""
    product, prefix = PRODUCTS[ord(tag[0]) % len(PRODUCTS)]
    return {"ProductName": product, "ResourceID": prefix + tag[:8]}


def of_ssh_key(tag: str, uin: int) -> dict[str, Any]:
    """A CVM key pair."""
    instances = ["ins-" + tag[:8], "ins-" + tag[4:]]
    return {"ProductName": "Cvm", "ResourceID": "skey-" + tag[:8], "ResourceName": "key_" + tag[:5], "AssociatedInstanceIDs": instances}


def of_api_key(tag: str, uin: int) -> dict[str, Any]:
    """A cloud API key."""
    return {"ProductName": "Cam", "ResourceID": "", "TargetUin": uin + 1 + ord(tag[0])}


def of_redis(tag: str, uin: int) -> dict[str, Any]:
    """A Redis account."""
    return {"ProductName": "Redis", "ResourceID": "crs-" + tag[:8]}


KIND_FIELDS = {1: of_product, 2: of_ssh_key, 3: of_api_key, 4: of_redis}


def with_twins(fields: dict[str, Any]) -> dict[str, Any]:
    """Adds the String twins of both uins, which the vendor added against loss of precision."""
    return {
        **fields,
        "CreateUinString": fields.get("CreateUinString", str(fields["CreateUin"])),
        "TargetUinString": fields.get("TargetUinString", str(fields["TargetUin"])),
    }


def record(value: Any, origin: Origin) -> Record:
    """A secret that a fleet file or a change names."""
    given = origin.entry(value, ENTRY, NAME)
    created = origin.seconds(given.get("CreateTime"), origin.now)
    tags, updated, details = given.pop("tags", None), origin.seconds(given.pop("updated", None), created), unlisted(given, origin)
    odd = {name: given.pop(name) for name in BEYOND if name in given}
    fields = blank(given["SecretName"], given.get("SecretType", 0), given.get("EncryptType") == 1, created, origin)
    if given.get("Status") == "PendingDelete":
        fields["DeleteTime"] = int(origin.now + 7 * DAY)
    fields.update(given)
    for name in TIMES:
        fields[name] = int(origin.seconds(given.get(name), fields[name]))
    return Record(given["SecretName"], created, updated, finished(with_twins(fields), odd), tags, details)


def altered(old: Record, changes: dict[str, Any], origin: Origin) -> Record:
    """The same secret after an update; its update time moves unless the change sets it."""
    given = mapping(changes, origin.where, {name: reader for name, reader in ENTRY.items() if name != NAME})
    created = origin.seconds(given.get("CreateTime"), old.created)
    tags, updated = given.pop("tags", old.tags), origin.seconds(given.pop("updated", None), origin.now)
    details = {**old.details, **unlisted(given, origin)}
    odd = {name: given.pop(name) for name in BEYOND if name in given}
    times = {name: int(origin.seconds(given[name], 0)) for name in TIMES if name in given}
    return Record(old.ident, created, updated, finished({**old.fields, **given, **times}, odd), tags, details)


def unlisted(given: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """What an entry says of a secret beside its row."""
    told = {name: given.pop(name) for name in UNLISTED if name in given}
    if "versions" in told:
        told["versions"] = [origin.seconds(each, 0) for each in told["versions"]]
    if "rotated" in told:
        told["rotated"] = origin.seconds(told["rotated"], 0)
    return told


def generated(plan: Plan, origin: Origin) -> Iterator[Record]:
    """Secrets by count and seed."""
    draw = Draw(f"tencent/{plan.seed}/{origin.account.name}/{origin.region}")
    for kind, name, created in plan.sketches(draw, PURPOSES, "-", origin.now):
        yield generated_record(plan, origin, draw, KINDS[kind], name, created)


def generated_record(plan: Plan, origin: Origin, draw: Draw, kind: int, name: str, created: float) -> Record:
    """One secret of a plan."""
    software = draw.chance(plan.software)
    fields = blank(name, kind, software, created, origin)
    fields["Description"] = describe(draw, name, plan.flaws["undescribed"])
    if not software and not draw.chance(plan.flaws["default_key"]):
        fields.update(KmsKeyType="CUSTOMER", KmsKeyId=origin.uuid("key", name[:6]))
    state = plan.states.pick(draw)
    if state in ("creating", "failed") and kind != 1:
        state = "enabled"  # the vendor's text: these two states take effect for product secrets
    fields["Status"] = STATES[state]
    if state == "pending_delete":
        fields["DeleteTime"] = int(origin.now) + (1 + draw.below(30)) * DAY
    overdue = draw.chance(plan.flaws["overdue"])
    if kind in (1, 3, 4) or overdue:
        fields.update(rotation(draw, origin.now, overdue))
    updated = min(origin.now - 3600, created + draw.below(200) * DAY)
    tags = {"env": name.split("-")[0], "team": draw.pick(("core", "web", "data"))}
    return Record(name, created, max(created, updated), with_twins(fields), tags)


def rotation(draw: Draw, now: float, overdue: bool) -> dict[str, Any]:
    """Rotation switched on, next due soon, or long past due."""
    days = draw.pick((7, 30, 30, 90))
    due = int(now) - (2 + draw.below(60)) * DAY if overdue else int(now) + (1 + draw.below(days)) * DAY
    begin = iso_time(due - 3 * days * DAY).replace("T", " ").rstrip("Z")
    return {"RotationStatus": 1, "RotationFrequency": days, "NextRotationTime": due, "RotationBeginTime": begin}


def newcomer(name: str, like: Record | None, origin: Origin) -> Record:
    """A secret created during a listing, of the same kind as another one."""
    kind = {part: like.fields[part] for part in ("SecretType", "EncryptType")} if like else {}
    return record({"SecretName": name, **kind}, origin)
