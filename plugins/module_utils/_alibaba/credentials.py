# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of credentials for Alibaba Cloud, in the order of its SDKs.

Sources: alibabacloud_credentials 1.0.12, provider/*.py and utils/auth_util.py; aliyun-cli, config/profile.go; the
collection alibaba.alicloud (ALICLOUD_REGION).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._auth.checks import answered_pair, check_role, checked_role, key_pair, service_answer, unexpired
from .._auth.context import AuxRequest, CredentialFlow, CredentialNames, Credentials, NotConfigured, Role, SourceContext, VariableSet
from .._auth.sources import CredentialSource, all_or_none, from_environment, given, with_role
from .._core.endpoints import check_region, check_service
from .._core.errors import NEARLY, NOT_TOLD, SecretsError, did_you_mean, names_told, nearest, told_name
from .._core.messages import Request
from .._core.redaction import LONGEST_NAME, printable
from .calls import ANSWER, assume_role, read_role, web_identity

NAMES = CredentialNames(
    key_id="access_key_id",
    key_secret="access_key_secret",
    token="security_token",
    sets=(
        VariableSet(("ALIBABA_CLOUD_ACCESS_KEY_ID",), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET",), ("ALIBABA_CLOUD_SECURITY_TOKEN",)),
        VariableSet(("ALIBABACLOUD_ACCESS_KEY_ID",), ("ALIBABACLOUD_ACCESS_KEY_SECRET",), ("ALIBABACLOUD_SECURITY_TOKEN",), ("ALIBABACLOUD_REGION_ID",)),
        VariableSet(
            ("ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY"),
            ("ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY"),
            ("ALICLOUD_SECURITY_TOKEN",),
            ("ALICLOUD_REGION_ID", "ALICLOUD_REGION"),
        ),
    ),
)
KEYS: Mapping[str, Mapping[str, Any]] = {name: {"type": "str", "no_log": True} for name in NAMES.options}
"""Options of all services for the parts of a key."""
REGION_VARIABLES = ("ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_VARIABLES = ("ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE")
FILE_VARIABLE = "ALIBABA_CLOUD_CREDENTIALS_FILE"
ROLE_VARIABLES = ("ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN")
SESSION_VARIABLES = ("ALIBABA_CLOUD_ROLE_SESSION_NAME",)
EXTERNAL_ID_VARIABLES = ("ALIBABA_CLOUD_EXTERNAL_ID", "ALIBABACLOUD_EXTERNAL_ID")
TOKEN_FILE_VARIABLES = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABACLOUD_OIDC_TOKEN_FILE")
PROVIDER_VARIABLES = ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABACLOUD_OIDC_PROVIDER_ARN")
MACHINE_VARIABLE = "ALIBABA_CLOUD_ECS_METADATA"
METADATA = "http://100.100.100.200"
METADATA_TOKEN = "/latest/api/token"
METADATA_ROLES = "/latest/meta-data/ram/security-credentials/"
METADATA_SECONDS = "21600"
KEY = ("access_key_id", "access_key_secret", "sts_token")
CONFIG = (".aliyun", "config.json")
SWITCHED_ON, SWITCHED_OFF = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
MODES = ("ak", "ststoken", "ramrolearn", "chainableramrolearn", "ecsramrole", "oidc", "credentialsuri", "cloudsso", "oauth")
TYPES = ("access_key", "ram_role_arn", "oidc_role_arn", "ecs_ram_role")
SIGN_IN = "Sign in again with 'aliyun configure'."
"""What helps where the vendor's own program keeps short-lived keys."""


def environment(context: SourceContext) -> CredentialFlow:
    """A key in variables, and the role to assume with it. Beside the file of a token the role is that of the service account."""
    key = yield from from_environment(context, NAMES)
    if context.variable(*TOKEN_FILE_VARIABLES) or not (variable := context.named_by(*ROLE_VARIABLES)):
        return key
    parts = {"name": ROLE_VARIABLES, "session": SESSION_VARIABLES, "external_id": EXTERNAL_ID_VARIABLES}
    role = checked_role(context, variable, **{part: context.variable(*names) for part, names in parts.items()})
    return (yield from _with_role(context, key, role, _sts_region(context, {}, variable)))


def platform(context: SourceContext) -> CredentialFlow:
    """The role that a Kubernetes service account stands for (RRSA)."""
    file, arn, provider = all_or_none(context, TOKEN_FILE_VARIABLES, ROLE_VARIABLES, PROVIDER_VARIABLES)
    role = checked_role(context, "service account", name=arn, session=context.variable(*SESSION_VARIABLES))
    return (yield from _federated(context, role, provider, file, "service account", "service account"))


def profile(context: SourceContext) -> CredentialFlow:
    """A profile of the vendor's command line, ~/.aliyun/config.json."""
    return (yield from _of_profile(context, _profiles(context), ()))


def shared_file(context: SourceContext) -> CredentialFlow:
    """A section of ~/.alibabacloud/credentials.ini; what stands behind a # is a comment."""
    path = context.variable(FILE_VARIABLE) or context.home(".alibabacloud", "credentials.ini")
    name = context.variable(*PROFILE_VARIABLES) or "default"
    try:
        section = _section(context, path, name)
    except NotConfigured as reason:
        variable = context.named_by(*PROFILE_VARIABLES, FILE_VARIABLE)
        if variable is None:
            raise
        also = f" {context.home(*CONFIG)} has no such profile either." if context.variable(*PROFILE_VARIABLES) else ""
        raise context.broken(f"{variable} is set, but {reason}", f"Correct the variable, or unset it.{also}") from None
    where = f"{path}, section {printable(name, LONGEST_NAME)}"
    source, kind = f"file {where}", section.get("type") or "access_key"
    if kind in ("access_key", "ram_role_arn"):
        key = _key(context, section, ("access_key_id", "access_key_secret", "security_token"), where, source)
        return key if kind == "access_key" else (yield from _with_role(context, key, _section_role(context, section, where), None))
    if kind == "oidc_role_arn":
        role, provider, file = _section_role(context, section, where), section.get("oidc_provider_arn"), section.get("oidc_token_file_path")
        return (yield from _federated(context, role, provider, file, where, source))
    if kind == "ecs_ram_role":
        return (yield from _of_machine(context, section.get("role_name"), source))
    raise context.broken(f"{where} is of the type {_shown(kind, TYPES)}, which is not supported")


def _section(context: SourceContext, path: str, name: str) -> Mapping[str, str]:
    """A section of the credentials file, unless it is switched off."""
    sections = context.sections(path)
    if not sections.has_section(name):
        raise NotConfigured(f"{path} has no section [{printable(name, LONGEST_NAME)}]")
    section = {option: value.partition("#")[0].strip() for option, value in sections.items(name)}
    enabled = (section.get("enable") or SWITCHED_ON[0]).lower()
    if enabled not in (*SWITCHED_ON, *SWITCHED_OFF):
        raise context.broken(f"{path}, section {printable(name, LONGEST_NAME)}: enable is neither true nor false")
    if enabled in SWITCHED_OFF:
        raise NotConfigured(f"{path}: the section [{printable(name, LONGEST_NAME)}] says enable = false")
    return section


def metadata(context: SourceContext) -> CredentialFlow:
    """The role of the machine (ECS)."""
    if context.switched_on("ALIBABA_CLOUD_ECS_METADATA_DISABLED"):
        raise NotConfigured("ALIBABA_CLOUD_ECS_METADATA_DISABLED is set")
    try:
        return (yield from _of_machine(context, context.variable(MACHINE_VARIABLE), "ECS role"))
    except SecretsError as error:
        if variable := context.named_by(MACHINE_VARIABLE):
            raise context.broken(f"{variable} names a role, but {error.message}", "Correct the variable, or unset it.") from None
        raise NotConfigured(error.message) from None


def service(context: SourceContext) -> CredentialFlow:
    """A service that hands out credentials, at ALIBABA_CLOUD_CREDENTIALS_URI."""
    url = context.variable("ALIBABA_CLOUD_CREDENTIALS_URI")
    if not url:
        raise NotConfigured("ALIBABA_CLOUD_CREDENTIALS_URI is not set")
    return (yield from _of_service(context, url, "ALIBABA_CLOUD_CREDENTIALS_URI", "credentials URI"))


PLATFORM = CredentialSource("the service account", platform)
PROFILE = CredentialSource("the profile", profile)
MACHINE = CredentialSource("the ECS role", metadata)
SOURCES = (
    CredentialSource("the environment", environment),
    PLATFORM,
    PROFILE,
    CredentialSource("the credentials file", shared_file),
    MACHINE,
    CredentialSource("the credentials URI", service),
)


def profile_region(context: SourceContext) -> str | None:
    """The region that the profile names."""
    try:
        profiles = _profiles(context)
    except NotConfigured:
        return None
    return context.word(profiles.rows[profiles.name].get("region_id"), f"{profiles.where()}: region_id")


@dataclass(frozen=True)
class Profiles:
    """The file of the vendor's command line, and which of its profiles is meant."""

    path: str
    rows: Mapping[str, Mapping[str, Any]]
    name: str

    def where(self) -> str:
        """The profile, for messages."""
        return f"{self.path}, profile {printable(self.name, LONGEST_NAME)}"


def _profiles(context: SourceContext) -> Profiles:
    """Of two profiles with one name the first counts, as it does for the vendor."""
    if context.profile is None and context.switched_on("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"):
        raise NotConfigured("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set")
    if context.profile is None and context.variable(FILE_VARIABLE) and not context.variable(*PROFILE_VARIABLES):
        raise NotConfigured(f"{FILE_VARIABLE} names another file")
    path = context.home(*CONFIG)
    document = context.document(path)
    rows = document.get("profiles")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise context.broken(f"{path} has no list of profiles")
    current = context.word(document.get("current"), f"{path}: current")
    name = context.profile or context.variable(*PROFILE_VARIABLES) or current or "default"
    profiles = {row["name"]: row for row in reversed(rows) if isinstance(row.get("name"), str)}
    if name not in profiles:
        there = names_told(printable(each, LONGEST_NAME) for each in profiles)
        raise NotConfigured(f"{path} has no profile {printable(name, LONGEST_NAME)!r}; it has {there}")
    return Profiles(path, profiles, name)


def _of_profile(context: SourceContext, profiles: Profiles, passed: tuple[str, ...]) -> CredentialFlow:
    """The credentials of a profile; those that were passed on the way to it build on it."""
    name, where, source = profiles.name, profiles.where(), f"profile {printable(profiles.name, LONGEST_NAME)}"
    if name in passed:
        circle = " -> ".join(printable(each, LONGEST_NAME) for each in (*passed, name))
        raise context.broken(f"{profiles.path}: the profiles {circle} build on each other in a circle")
    if name not in profiles.rows:
        last = printable(passed[-1], LONGEST_NAME)
        raise context.broken(f"{profiles.path}: the profile {last!r} builds on {printable(name, LONGEST_NAME)!r}, which does not exist")
    row = profiles.rows[name]
    mode = (context.word(row.get("mode"), f"{where}: mode") or "AK").lower()
    if mode == "ak":
        return _key(context, row, KEY[:2], where, source)
    if mode == "ststoken":
        return _with_token(context, row, where, source)
    if mode == "ramrolearn":
        return (yield from _with_role(context, _key(context, row, KEY, where, source), _profile_role(context, row, where), _sts_region(context, row, where)))
    if mode == "chainableramrolearn":
        base = context.word(row.get("source_profile"), f"{where}: source_profile")
        if base is None:
            raise context.broken(f"{where} names no source_profile")
        role = _profile_role(context, row, where)
        below = replace(profiles, name=base)
        key = yield from _of_profile(context, below, (*passed, name))
        return (yield from _with_role(context, replace(key, source=source), role, _sts_region(context, row, where)))
    if mode == "ecsramrole":
        return (yield from _of_machine(context, context.word(row.get("ram_role_name"), f"{where}: ram_role_name"), source))
    if mode == "oidc":
        role = _profile_role(context, row, where)
        return (yield from _federated(context, role, row.get("oidc_provider_arn"), row.get("oidc_token_file"), where, source))
    if mode == "credentialsuri":
        url = context.word(row.get("credentials_uri"), f"{where}: credentials_uri")
        return (yield from _of_service(context, url or "", f"{where}: credentials_uri", source))
    if mode in ("cloudsso", "oauth"):
        return unexpired(context, _with_token(context, row, where, source), row.get("sts_expiration"), SIGN_IN)
    if mode == "external":
        raise context.broken(f"{where} runs a program to get its key, which this collection never does", "Put the program's answer into the environment.")
    raise context.broken(f"{where} is of the mode {_shown(mode, MODES)}, which is not supported", "Use another profile.")


def _shown(word: str, known: Sequence[str]) -> str:
    """A mode or type that is not known, and the nearest one, unless it may be a key that was put in its place."""
    told = told_name(word, known)
    return told if told == NOT_TOLD else repr(told) + did_you_mean(nearest(word, known, NEARLY), inside=True)


def _key(context: SourceContext, row: Mapping[str, Any], names: tuple[str, ...], where: str, source: str) -> Credentials:
    names = (*names, "")[:3]
    found = key_pair(context, [f"{where}: {name}" for name in names], [row.get(name) if name else None for name in names], source)
    if found is None:
        raise context.broken(f"{where} has no {names[0]} and no {names[1]}")
    return found


def _with_token(context: SourceContext, row: Mapping[str, Any], where: str, source: str) -> Credentials:
    key = _key(context, row, KEY, where, source)
    if key.token is None:
        raise context.broken(f"{where} has no {KEY[2]}", SIGN_IN)
    return key


def _profile_role(context: SourceContext, row: Mapping[str, Any], where: str) -> Role:
    parts = {"session": "ram_session_name", "external_id": "external_id", "duration": "expired_seconds", "policy": "policy"}
    return checked_role(context, where, name=row.get("ram_role_arn"), **{part: row.get(name) for part, name in parts.items()})


def _section_role(context: SourceContext, section: Mapping[str, str], where: str) -> Role:
    return checked_role(context, where, name=section.get("role_arn"), session=section.get("role_session_name"), policy=section.get("policy"))


def _sts_region(context: SourceContext, row: Mapping[str, Any], where: str) -> str | None:
    region = context.word(row.get("sts_region"), f"{where}: sts_region") or context.variable("ALIBABA_CLOUD_STS_REGION")
    return check_region(region, f"{where}: sts_region") if region else None


def _with_role(context: SourceContext, key: Credentials, role: Role, sts_region: str | None) -> CredentialFlow:
    target = replace(context.target, place={**context.target.place, "sts_region": sts_region})
    return with_role(context, given(key), target, role, assume_role, read_role)


def _federated(context: SourceContext, role: Role, provider: Any, file: Any, where: str, source: str) -> CredentialFlow:
    provider, file = context.word(provider, f"{where}: the identity provider"), context.word(file, f"{where}: the file of the token")
    if not (provider and file):
        raise context.broken(f"{where} lacks its identity provider or the file of its token")
    token = context.web_token(file, where)
    payload = yield web_identity(context, context.target, role, provider, token)
    return read_role(context, payload, source)


def _of_machine(context: SourceContext, role: str | None, source: str) -> CredentialFlow:
    """Version 2 of the metadata service asks for a token first; where it does not work, version 1 is asked."""
    headers: dict[str, str] = {}
    try:
        asked = {"x-aliyun-ecs-metadata-token-ttl-seconds": METADATA_SECONDS}
        token = (yield _at_machine("PUT", METADATA_TOKEN, asked))["text"].strip()
        context.redactor.register(token)
        headers = {"x-aliyun-ecs-metadata-token": token}
    except SecretsError as error:
        if error.http_status is None or context.switched_on("ALIBABA_CLOUD_IMDSV1_DISABLED"):
            raise
    name = role or (yield _at_machine("GET", METADATA_ROLES, headers))["text"].strip()
    answer = service_answer(context, (yield _at_machine("GET", METADATA_ROLES + check_role(name, source), headers))["text"], source)
    return answered_pair(context, answer, ANSWER, answer.get("Expiration"), source)


def _at_machine(method: str, path: str, headers: Mapping[str, str]) -> AuxRequest:
    return AuxRequest(Request("metadata", "metadata", method, METADATA + path, headers, plain=True, direct=True))


def _of_service(context: SourceContext, url: str, where: str, source: str) -> CredentialFlow:
    request = Request("credentials", "credentials", "GET", check_service(url, f"{context.who}{where}"), plain=True, direct=url.startswith("http:"))
    answer = service_answer(context, (yield AuxRequest(request))["text"], source)
    return answered_pair(context, answer, ANSWER, answer.get("Expiration"), source)
