# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of credentials, each with canaries of its own, so that a leak shows its source."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

ROLE = "reader"
PARTS = ("id", "secret", "token", "external", "member-external", "assumed-id", "assumed-secret", "assumed-token")
"""What a place may hold, of its own or handed out by AssumeRole."""
SHORTEST = 12
"""A shorter piece of a canary proves nothing."""


@dataclass(frozen=True)
class Cloud:
    """One cloud as its users name things. second: the module of its second service, if it has one."""

    name: str
    module: str
    provider: str
    options: tuple[str, str, str]
    variables: tuple[str, str, str]
    arn: str
    prefix: str
    denied: str
    refused: str
    expired: str
    second: str = ""


ALIBABA = Cloud(
    name="alibaba",
    module="alibaba_apig_secrets_info",
    provider="alibaba_apig",
    options=("access_key_id", "access_key_secret", "security_token"),
    variables=("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    arn="acs:ram::{number}:role/" + ROLE,
    prefix="LTAI5t",
    denied="NoPermission",
    refused="SignatureDoesNotMatch",
    expired="InvalidSecurityToken.Expired",
    second="alibaba_kms_secrets_info",
)
TENCENT = Cloud(
    name="tencent",
    module="tencent_ssm_secrets_info",
    provider="tencent_ssm",
    options=("secret_id", "secret_key", "token"),
    variables=("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"),
    arn="qcs::cam::uin/{number}:roleName/" + ROLE,
    prefix="AKIDz8",
    denied="UnauthorizedOperation",
    refused="AuthFailure.SignatureFailure",
    expired="AuthFailure.TokenFailure",
)
CLOUDS = (ALIBABA, TENCENT)


@dataclass(frozen=True)
class Place:
    """One place. since: from when on Ansible or a module knows what stands there.

    parts: what it holds. entry: its options in an entry of 'accounts', beside those that hold keys; None where it is no account.
    """

    cloud: Cloud
    name: str
    since: str
    parts: tuple[str, ...]
    entry: dict[str, Any] | None = field(default=None, hash=False)

    @property
    def label(self) -> str:
        """Label for a reader."""
        return f"{self.cloud.name}-{self.name}"

    def canary(self, part: str) -> str:
        """The value of a part: it has characters that URLs quote, and no word of which eight letters could be somewhere else, too."""
        digest = hashlib.sha256(f"{self.label} {part}".encode()).hexdigest()
        if part.endswith("id"):
            return f"{self.cloud.prefix}{digest[:20].upper()}"
        return f"{digest[:14]}/{digest[14:19]}+{digest[30:46]}.{digest[46:50]}~{digest[19:30]}="

    def canaries(self) -> dict[str, str]:
        """All of its values, by part."""
        return {part: self.canary(part) for part in self.parts}

    def options(self) -> dict[str, Any]:
        """The options that hold its key."""
        external = {"external": "assume_role_external_id", "member-external": "organization_external_id"}
        named = dict(zip(("id", "secret", "token"), self.cloud.options)) | external
        return {named[part]: self.canary(part) for part in self.parts if part in named}

    def account(self, number: str) -> dict[str, Any]:
        """Its entry of 'accounts'."""
        role = {"assume_role_arn": self.cloud.arn.format(number=number)} if "external" in self.parts and "profile" not in (self.entry or {}) else {}
        given = self.options() if self.since == "options" else {}
        return {"name": self.name, **(self.entry or {}), **role, **given}


OWN = ("id", "secret")
TEMPORARY = ("id", "secret", "token")
OF_MEMBERS = ("id", "secret", "member-external", "assumed-id", "assumed-secret", "assumed-token")
ASSUMED = ("id", "secret", "external", "assumed-id", "assumed-secret", "assumed-token")


@cache
def places(cloud: Cloud) -> tuple[Place, ...]:
    """Every place of a cloud. The names of accounts are those of places."""

    def place(name: str, since: str, parts: tuple[str, ...], **entry: Any) -> Place:
        return Place(cloud, name, since, parts, entry)

    shared = (
        place("options", "options", OWN),
        place("options-token", "options", TEMPORARY),
        place("options-role", "options", ASSUMED),
        place("options-role-refused", "options", ("id", "secret", "external")),
        place("organization", "options", OF_MEMBERS, organization={"role": ROLE}),
        place("organization-refused", "options", OF_MEMBERS[:3], organization={"role": ROLE}),
        place("environment", "environment", OWN, source="environment"),
        place("prefix", "environment", TEMPORARY, credentials_env="LEAKS_"),
        place("profile", "file", OWN, profile="plain"),
        place("profile-token", "file", TEMPORARY, profile="temporary"),
        place("service-account", "file", ("token",), source="service_account"),
    )
    alibaba = (
        place("profile-role", "file", ASSUMED, profile="role"),
        place("profile-uri", "answer", TEMPORARY, profile="uri"),
    )
    tencent = (place("profile-role", "file", tuple(part for part in ASSUMED if part != "external"), profile="role"),)
    alone = (
        Place(cloud, "top", "options", TEMPORARY),
        Place(cloud, "top-role", "options", ASSUMED),
        Place(cloud, "file", "file", TEMPORARY),
        Place(cloud, "proxy", "options", ("secret",)),
        Place(cloud, "environment-proxy", "environment", ("secret",)),
        Place(cloud, "half", "environment", ("secret",)),
        Place(cloud, "misplaced", "options", ("secret",)),
    )
    return (*shared, *(alibaba if cloud is ALIBABA else tencent), *alone)


def find(cloud: Cloud, name: str) -> Place:
    """A place by its name."""
    return next(place for place in places(cloud) if place.name == name)


def accounts(cloud: Cloud) -> list[Place]:
    """The places that are accounts of a task."""
    return [place for place in places(cloud) if place.entry is not None]


def number_of(place: Place) -> str:
    """The number of the emulated account of a place."""
    return str(100000000000 + [each.name for each in places(place.cloud)].index(place.name))


@cache
def forms(value: str) -> tuple[str, ...]:
    """All forms in which a canary may not be seen: raw, quoted, and in base64 wherever it stands in what was encoded."""
    raw = value.encode()
    quoted = {value, quote(value, safe=""), quote(value), quote_plus(value)}
    codes = (base64.b64encode, base64.urlsafe_b64encode)
    coded = {encode(b"?" * shift + raw).decode()[first:-4] for encode in codes for shift, first in enumerate((0, 2, 3))}
    return tuple(sorted(form for form in quoted | coded if len(form) >= SHORTEST))


def echo(place: Place) -> str:
    """Parts of a request that a careless server could repeat: the key in every form."""
    values = list(place.canaries().values())
    pair = ":".join(values[:2])
    coded = [base64.b64encode(text.encode()).decode() for text in (*values, pair, f"x{pair}", f"xy{pair}")]
    return " ".join([*values, *(quote(value, safe="") for value in values), *coded])


def environment(cloud: Cloud) -> dict[str, str]:
    """The variables that hold keys."""

    def named(name: str, prefix: str) -> dict[str, str]:
        place = find(cloud, name)
        return {prefix + variable: place.canary(part) for variable, part in zip(cloud.variables, place.parts)}

    return {**named("environment", ""), **named("prefix", "LEAKS_"), "BROKEN_" + cloud.variables[1]: find(cloud, "half").canary("secret")}


def service_account(cloud: Cloud, home: Path) -> dict[str, str]:
    """The variables of a Kubernetes service account."""
    file, arn = str(home / "web-token"), cloud.arn.format(number="100000000099")
    if cloud is ALIBABA:
        return {"ALIBABA_CLOUD_OIDC_TOKEN_FILE": file, "ALIBABA_CLOUD_ROLE_ARN": arn, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/ack"}
    return {"TKE_REGION": "ap-guangzhou", "TKE_PROVIDER_ID": "tke", "TKE_ROLE_ARN": arn, "TKE_WEB_IDENTITY_TOKEN_FILE": file}


def furnish(cloud: Cloud, home: Path, uri: str) -> None:
    """Write the files of the vendors' tools into a home folder. uri: a service that hands out the key of 'profile-uri'."""
    write(home / "web-token", find(cloud, "service-account").canary("token"))
    key = find(cloud, "file").canaries()
    if cloud is ALIBABA:
        write(home / ".aliyun" / "config.json", json.dumps({"current": "absent", "profiles": aliyun_profiles(uri)}))
        names = ("access_key_id", "access_key_secret", "security_token")
        write(home / ".alibabacloud" / "credentials.ini", section({"type": "access_key", **dict(zip(names, key.values()))}))
        return
    for name, place in (("plain", "profile"), ("temporary", "profile-token")):
        row = dict(zip(("secretId", "secretKey", "token"), find(cloud, place).canaries().values()))
        write(home / ".tccli" / f"{name}.credential", json.dumps(row))
    row = dict(zip(("secretId", "secretKey"), find(cloud, "profile-role").canaries().values()))
    write(home / ".tccli" / "role.credential", json.dumps({**row, "role-arn": cloud.arn.format(number=number_of(find(cloud, "profile-role")))}))
    write(home / ".tencentcloud" / "credentials", section(dict(zip(("secret_id", "secret_key", "token"), key.values()))))


def aliyun_profiles(uri: str) -> list[dict[str, Any]]:
    """The profiles of the vendor's command line."""

    def profile(name: str, mode: str, place: str, **more: Any) -> dict[str, Any]:
        key = find(ALIBABA, place).canaries()
        names = {"id": "access_key_id", "secret": "access_key_secret", "token": "sts_token", "external": "external_id"}
        return {"name": name, "mode": mode, **{names[part]: value for part, value in key.items() if part in names and mode != "CredentialsURI"}, **more}

    arn = ALIBABA.arn.format(number=number_of(find(ALIBABA, "profile-role")))
    return [
        profile("plain", "AK", "profile"),
        profile("temporary", "StsToken", "profile-token"),
        profile("role", "RamRoleArn", "profile-role", ram_role_arn=arn, ram_session_name="leaks"),
        profile("uri", "CredentialsURI", "profile-uri", credentials_uri=uri),
    ]


def handed_out() -> str:
    """The answer of the service at 'uri'."""
    names = ("AccessKeyId", "AccessKeySecret", "SecurityToken")
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    return json.dumps({"Code": "Success", "Expiration": later, **dict(zip(names, find(ALIBABA, "profile-uri").canaries().values()))})


def section(values: dict[str, str]) -> str:
    """An INI file with one section."""
    return "[default]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def write(path: Path, text: str) -> None:
    """A file for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
