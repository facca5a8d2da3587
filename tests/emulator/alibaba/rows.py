# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""APIG secrets as ListSecrets words them.

Source: the vendor's page 'ListSecrets' (2024-03-27) and the models of the official SDK 11.6.0. 'description', 'kmsSecretArn' and 'versionId' are
not documented, but the Terraform provider reads them from the raw answer; they are served when an entry names them or 'raw_fields' is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..generate import DAY, Draw, Mix, Plan, describe
from ..origin import BEYOND, Origin, finished
from ..schema import Reader, anything, choice, flag, listed, mapping, table, text, whole
from ..stores import Record
from .gateways import lifelike_references

NAME = "name"
IDENT = "secretId"
KINDS = {"ai": "AI", "api": "API"}
STATES = {"enabled": "ENABLE", "disabled": "DISABLE", "deleted": "DELETED"}
KMS_CONFIG: dict[str, Reader] = {"kmsInstanceId": text, "kmsKeyId": text, "kmsSecretArn": text, "versionId": text}
ENTRY: dict[str, Reader] = {
    "secretId": text,
    "name": text,
    "gatewayType": choice("AI", "API"),
    "secretSource": text,
    "status": text,
    "referenceCount": whole(0),
    "createTimestamp": anything,
    "updateTimestamp": anything,
    "description": text,
    "kmsConfig": lambda value, where: mapping(value, where, KMS_CONFIG),
    "references": listed(table(anything)),
    "extra": table(anything),
    "drop": listed(text),
}
PLACE: dict[str, Reader] = {"gateways": listed(table(anything))}
"""Of a region: its gateways, as ListGateways words them."""
MIX = Mix(
    kinds={"ai": 45, "api": 55},
    states={"enabled": 94, "disabled": 4, "deleted": 2},
    flaws={"old": 0.02, "undescribed": 0.06, "default_key": 0.2, "unreferenced": 0.15},
    particular={"raw_fields": flag},
)
PURPOSES: dict[str, tuple[str, ...]] = {
    "ai": ("openai_key", "qwen_key", "embedding_key", "rerank_key", "vision_key", "deepseek_key"),
    "api": ("jwt_secret", "hmac_key", "oauth_client", "basic_auth", "webhook_token", "upstream_key"),
}


def record(value: Any, origin: Origin) -> Record:
    """A secret that a fleet file or a change names."""
    given = origin.entry(value, ENTRY, NAME)
    name = given["name"]
    created = origin.seconds(given.get("createTimestamp"), origin.now)
    updated = origin.seconds(given.get("updateTimestamp"), created)
    kms = {"kmsInstanceId": "kst-" + origin.tag("kms"), "kmsKeyId": "key-" + origin.tag("kms", name[:4]), **given.get("kmsConfig", {})}
    fields = {
        "secretId": given.get("secretId") or "sec-" + origin.tag(name),
        "name": name,
        "gatewayType": given.get("gatewayType", "API"),
        "secretSource": given.get("secretSource", "KMS"),
        "status": given.get("status", "ENABLE"),
        "referenceCount": given.get("referenceCount", len(given.get("references", []))),
        "createTimestamp": int(created * 1000),
        "updateTimestamp": int(updated * 1000),
        "kmsConfig": kms,
    }
    if "description" in given:
        fields["description"] = given["description"]
    used = given.get("references", lifelike_references(origin, name, fields["referenceCount"]))
    return Record(fields["secretId"], created, updated, finished(fields, given), details={"references": used})


def altered(old: Record, changes: dict[str, Any], origin: Origin) -> Record:
    """The same secret after an update; its update time moves unless the change sets it."""
    given = mapping(changes, origin.where, {name: reader for name, reader in ENTRY.items() if name not in (IDENT, NAME)})
    created = origin.seconds(given.pop("createTimestamp", None), old.created)
    updated = origin.seconds(given.pop("updateTimestamp", None), origin.now)
    odd = {name: given.pop(name) for name in BEYOND if name in given}
    times: dict[str, Any] = {"createTimestamp": int(created * 1000), "updateTimestamp": int(updated * 1000)}
    used = given.pop("references", old.details["references"])
    return Record(old.ident, created, updated, finished({**old.fields, **given, **times}, odd), details={"references": used})


def generated(plan: Plan, origin: Origin) -> Iterator[Record]:
    """Secrets by count and seed."""
    draw = Draw(f"alibaba/{plan.seed}/{origin.account.name}/{origin.region}")
    for kind, name, created in plan.sketches(draw, PURPOSES, "_", origin.now):
        yield generated_record(plan, origin, draw, kind, name, created)


def generated_record(plan: Plan, origin: Origin, draw: Draw, kind: str, name: str, created: float) -> Record:
    """One secret of a plan."""
    millis = int(created * 1000) + draw.below(1000)
    updated = min(origin.now * 1000 - 3600000, millis + draw.below(200) * DAY * 1000)
    ident = "sec-" + origin.tag(name)
    kms = {"kmsInstanceId": "kst-" + origin.tag("kms"), "kmsKeyId": "" if draw.chance(plan.flaws["default_key"]) else "key-" + origin.tag("kms", name[:4])}
    fields: dict[str, Any] = {
        "secretId": ident,
        "name": name,
        "gatewayType": KINDS[kind],
        "secretSource": "KMS",
        "status": STATES[plan.states.pick(draw)],
        "referenceCount": 0 if draw.chance(plan.flaws["unreferenced"]) else 1 + draw.below(6),
        "createTimestamp": millis,
        "updateTimestamp": max(millis, int(updated)),
        "kmsConfig": kms,
    }
    text_of = describe(draw, name, plan.flaws["undescribed"])
    if plan.raw_fields:
        kms["kmsSecretArn"] = f"acs:kms:{origin.region}:{origin.account.account_id}:secret/{name}"
        kms["versionId"] = f"v{1 + draw.below(9)}"
        fields["description"] = text_of
    used = lifelike_references(origin, name, fields["referenceCount"])
    return Record(ident, millis / 1000, fields["updateTimestamp"] / 1000, fields, details={"references": used})


def newcomer(name: str, like: Record | None, origin: Origin) -> Record:
    """A secret created during a listing, of the same kind as another one."""
    return record({"name": name.replace("-", "_"), "gatewayType": like.fields["gatewayType"] if like else "API"}, origin)
