# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Alibaba Cloud's credentials may be, in the order of its SDKs.

Sources: alibabacloud_credentials 1.0.12, provider/*.py and utils/auth_util.py; aliyun-cli, config/profile.go; the
collection alibaba.alicloud (ALICLOUD_REGION).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._credentials import Absent, Credentials, Errand, Look, Names, Role, Source, Steps, check_profile, from_environment, given, with_role
from .._endpoint import check_region, check_service
from .._errors import SecretsError
from .._http import Request
from .calls import assume_role, read_role, web_identity

NAMES = Names(
    key_id="access_key_id",
    key_secret="access_key_secret",
    token="security_token",
    key_id_variables=("ALIBABA_CLOUD_ACCESS_KEY_ID",),
    key_secret_variables=("ALIBABA_CLOUD_ACCESS_KEY_SECRET",),
    token_variables=("ALIBABA_CLOUD_SECURITY_TOKEN",),
)
REGION_VARIABLES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_VARIABLE = "ALIBABA_CLOUD_PROFILE"
METADATA = "http://100.100.100.200"
METADATA_TOKEN = "/latest/api/token"
METADATA_ROLES = "/latest/meta-data/ram/security-credentials/"
METADATA_SECONDS = "21600"
ANSWER = ("AccessKeyId", "AccessKeySecret", "SecurityToken")
KEY = ("access_key_id", "access_key_secret", "sts_token")
SIGN_IN = "Sign in again with 'aliyun configure'."
"""What helps where the vendor's own program keeps short-lived keys."""


def environment(look: Look) -> Steps:
    """A key in variables."""
    return from_environment(look, NAMES)


def platform(look: Look) -> Steps:
    """The role that a Kubernetes service account stands for (RRSA)."""
    names = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
    file, arn, provider = (look.variable(name) for name in names)
    if not (file and arn and provider):
        raise Absent(f"{names[0]}, {names[1]} and {names[2]} are not all set")
    role = Role(arn, look.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME") or Role.session)
    return (yield from _federated(look, role, provider, file, "service account"))


def profile(look: Look) -> Steps:
    """A profile of the vendor's command line, ~/.aliyun/config.json."""
    if look.profile is None and look.switched_on("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"):
        raise Absent("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set")
    profiles, name = _profiles(look)
    return (yield from _of_profile(look, profiles, name, ()))


def shared_file(look: Look) -> Steps:
    """A section of ~/.alibabacloud/credentials.ini."""
    path = look.variable("ALIBABA_CLOUD_CREDENTIALS_FILE") or look.home(".alibabacloud", "credentials.ini")
    name = look.profile or look.variable(PROFILE_VARIABLE) or "default"
    sections = look.sections(path)
    if not sections.has_section(name):
        raise Absent(f"{path} has no section [{name}]")
    section = dict(sections.items(name))
    source = f"file {path}, section {name}"
    kind = section.get("type", "access_key")
    key = _pair(look, section, ("access_key_id", "access_key_secret", "security_token"), source)
    if kind == "access_key" and key:
        return key
    if kind == "ram_role_arn" and key:
        return (yield from _with_role(look, key, _role(section, "role_arn", "role_session_name"), None))
    if kind == "oidc_role_arn":
        role = _role(section, "role_arn", "role_session_name")
        return (yield from _federated(look, role, section.get("oidc_provider_arn", ""), section.get("oidc_token_file_path", ""), source))
    if kind == "ecs_ram_role":
        return (yield from _of_machine(look, section.get("role_name"), source))
    raise look.broken(f"{path}: section {name} of type {kind} is not complete, or of a type that is not supported")


def metadata(look: Look) -> Steps:
    """The role of the machine (ECS)."""
    if look.switched_on("ALIBABA_CLOUD_ECS_METADATA_DISABLED"):
        raise Absent("ALIBABA_CLOUD_ECS_METADATA_DISABLED is set")
    try:
        return (yield from _of_machine(look, look.variable("ALIBABA_CLOUD_ECS_METADATA"), "ECS role"))
    except SecretsError as error:
        raise Absent(error.message) from None


def service(look: Look) -> Steps:
    """A service that hands out credentials, at ALIBABA_CLOUD_CREDENTIALS_URI."""
    url = look.variable("ALIBABA_CLOUD_CREDENTIALS_URI")
    if not url:
        raise Absent("ALIBABA_CLOUD_CREDENTIALS_URI is not set")
    return (yield from _of_service(look, url, "credentials URI"))


SOURCES = (
    Source("the environment", environment),
    Source("the service account", platform),
    Source("the profile", profile),
    Source("the credentials file", shared_file),
    Source("the ECS role", metadata),
    Source("the credentials URI", service),
)
PROFILE = Source("the profile", profile)
MACHINE = Source("the ECS role", metadata)


def profile_region(look: Look) -> str | None:
    """The region that the profile names."""
    try:
        profiles, name = _profiles(look)
    except Absent:
        return None
    region = profiles.get(name, {}).get("region_id")
    return str(region) if region else None


def _profiles(look: Look) -> tuple[Mapping[str, Mapping[str, Any]], str]:
    path = look.home(".aliyun", "config.json")
    document = look.document(path)
    rows = document.get("profiles")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise look.broken(f"{path} has no list of profiles")
    profiles = {str(row.get("name")): row for row in rows}
    name = look.profile or look.variable(PROFILE_VARIABLE) or document.get("current") or "default"
    if name not in profiles:
        raise Absent(f"{path} has no profile {name!r}")
    return profiles, check_profile(str(name), "profile")


def _of_profile(look: Look, profiles: Mapping[str, Mapping[str, Any]], name: str, path: tuple[str, ...]) -> Steps:
    if name in path:
        raise look.broken(f"the profiles {' -> '.join((*path, name))} build on each other in a circle")
    if name not in profiles:
        raise look.broken(f"the profile {path[-1]!r} builds on {name!r}, which does not exist")
    row, source = profiles[name], f"profile {name}"
    mode = str(row.get("mode") or "AK").lower()
    sts_region = row.get("sts_region") or look.variable("ALIBABA_CLOUD_STS_REGION")
    if mode in ("ak", "ststoken"):
        return _needed(look, _pair(look, row, KEY if mode == "ststoken" else (*KEY[:2], ""), source), source)
    if mode == "ramrolearn":
        key = _needed(look, _pair(look, row, KEY, source), source)
        return (yield from _with_role(look, key, _role(row, "ram_role_arn", "ram_session_name"), sts_region))
    if mode == "chainableramrolearn":
        key = yield from _of_profile(look, profiles, str(row.get("source_profile")), (*path, name))
        found = yield from _with_role(look, key, _role(row, "ram_role_arn", "ram_session_name"), sts_region)
        return replace(found, source=source)
    if mode == "ecsramrole":
        return (yield from _of_machine(look, row.get("ram_role_name"), source))
    if mode == "oidc":
        role = _role(row, "ram_role_arn", "ram_session_name")
        return (yield from _federated(look, role, str(row.get("oidc_provider_arn") or ""), str(row.get("oidc_token_file") or ""), source))
    if mode == "credentialsuri":
        return (yield from _of_service(look, str(row.get("credentials_uri") or ""), source))
    if mode in ("cloudsso", "oauth"):
        key = _needed(look, _pair(look, row, KEY, source), source)
        return look.lasting(key, row.get("sts_expiration"), SIGN_IN)
    if mode == "external":
        raise look.broken(f"{source} runs a program to get its key, which this collection never does", "Put the program's answer into the environment.")
    raise look.broken(f"{source} is of the mode {row.get('mode')!r}, which is not supported", "Use another profile.")


def _pair(look: Look, row: Mapping[str, Any], names: tuple[str, ...], source: str) -> Credentials | None:
    labels = [f"{source}: {name}" for name in names]
    return look.pair(labels, [row.get(name) for name in names], source)


def _needed(look: Look, found: Credentials | None, source: str) -> Credentials:
    if found is None:
        raise look.broken(f"{source} has no access_key_id and no access_key_secret")
    return found


def _role(row: Mapping[str, Any], arn: str, session: str) -> Role:
    duration = row.get("expired_seconds") or row.get("duration_seconds") or Role.duration
    return Role(
        name=str(row.get(arn) or ""),
        session=str(row.get(session) or Role.session),
        external_id=row.get("external_id") or None,
        duration=int(duration),
        policy=row.get("policy") or None,
    )


def _with_role(look: Look, key: Credentials, role: Role, sts_region: Any) -> Steps:
    if not role.name:
        raise look.broken(f"{key.source} names no role")
    place = {**look.target.place, **({"sts_region": check_region(str(sts_region), "sts_region")} if sts_region else {})}
    target = replace(look.target, place=place)
    return with_role(look, given(key), target, role, assume_role, read_role)


def _federated(look: Look, role: Role, provider: str, file: str, source: str) -> Steps:
    if not (role.name and provider and file):
        raise look.broken(f"{source} lacks its role, its identity provider or the file of its token")
    try:
        token = look.web_token(file)
    except Absent as reason:
        raise look.broken(str(reason)) from None
    payload = yield web_identity(look, look.target, role, provider, token)
    return read_role(look, payload, source)


def _of_machine(look: Look, role: Any, source: str) -> Steps:
    """Version 2 of the metadata service asks for a token first; where it does not work, version 1 is asked."""
    headers: dict[str, str] = {}
    try:
        asked = {"x-aliyun-ecs-metadata-token-ttl-seconds": METADATA_SECONDS}
        token = (yield _at_machine("PUT", METADATA_TOKEN, asked))["text"].strip()
        look.scrubber.register(token)
        headers = {"x-aliyun-ecs-metadata-token": token}
    except SecretsError as error:
        if error.http_status is None or look.switched_on("ALIBABA_CLOUD_IMDSV1_DISABLED"):
            raise
    name = str(role or "") or (yield _at_machine("GET", METADATA_ROLES, headers))["text"].strip()
    answer = look.handed_out((yield _at_machine("GET", METADATA_ROLES + check_profile(name, "role"), headers))["text"], source)
    return look.answer(answer, ANSWER, answer.get("Expiration"), source)


def _at_machine(method: str, path: str, headers: Mapping[str, str]) -> Errand:
    return Errand(Request("metadata", "metadata", method, METADATA + path, headers, plain=True, direct=True))


def _of_service(look: Look, url: str, source: str) -> Steps:
    request = Request("credentials", "credentials", "GET", check_service(url, source), plain=True, direct=url.startswith("http:"))
    answer = look.handed_out((yield Errand(request))["text"], source)
    return look.answer(answer, ANSWER, answer.get("Expiration"), source)
