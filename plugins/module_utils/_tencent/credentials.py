# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of credentials for Tencent Cloud, in the order of its command line and SDKs.

Sources: tencentcloud-sdk-python-common 3.1.195, credential.py (which forgets the token); tccli 3.1.189
(TENCENTCLOUD_TOKEN, TENCENTCLOUD_REGION, ~/.tccli); the Terraform provider (TENCENTCLOUD_SECURITY_TOKEN).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._auth.checks import answered_pair, check_role, checked_role, key_pair, service_answer, unexpired
from .._auth.context import AuxRequest, CredentialFlow, CredentialNames, NotConfigured, SourceContext, VariableSet
from .._auth.sources import CredentialSource, all_or_none, from_environment, given, with_role
from .._core.endpoints import check_region
from .._core.errors import SecretsError, names_told, told_name
from .._core.messages import Request
from .._core.redaction import LONGEST_NAME, printable
from .calls import ANSWER, assume_role, read_role, web_identity

NAMES = CredentialNames(
    key_id="secret_id",
    key_secret="secret_key",
    token="token",
    sets=(VariableSet(("TENCENTCLOUD_SECRET_ID",), ("TENCENTCLOUD_SECRET_KEY",), ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN")),),
)
KEYS: Mapping[str, Mapping[str, Any]] = {name: {"type": "str", "no_log": True} for name in NAMES.options}
"""Options of all services for the parts of a key."""
REGION_VARIABLES = ("TENCENTCLOUD_REGION",)
PROFILE_VARIABLES = ("TCCLI_PROFILE", "TENCENTCLOUD_PROFILE")
FILE_VARIABLE = "TENCENTCLOUD_CREDENTIALS_FILE"
ROLE_VARIABLES = ("TENCENTCLOUD_ROLE_ARN", "TENCENTCLOUD_ASSUME_ROLE_ARN")
SESSION_VARIABLES = ("TENCENTCLOUD_ROLE_SESSION_NAME", "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME")
EXTERNAL_ID_VARIABLES = ("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID",)
METADATA = "http://metadata.tencentyun.com"
METADATA_ROLES = "/latest/meta-data/cam/security-credentials/"
KEY = ("secretId", "secretKey", "token")
CREDENTIAL = ".credential"
SYSTEM_FILE = "/etc/tencentcloud/credentials"
SECTION = "default"
TYPES = ("default", "cvm-role", "oauth", "sso")
"""What a profile may be."""
SIGN_IN = "Sign in again with 'tccli auth login'."
"""What helps where the vendor's own program keeps short-lived keys."""
PLATFORM_DURATION = 7200


def environment(context: SourceContext) -> CredentialFlow:
    """A key in variables, and the role to assume with it."""
    variable = context.named_by(*ROLE_VARIABLES)
    try:
        key = yield from from_environment(context, NAMES)
    except NotConfigured as reason:
        if variable is None:
            raise
        raise context.broken(f"{variable} is set, but {reason}", "Set the key too, or unset the variable and give assume_role_arn.") from None
    if variable is None:
        return key
    parts = {"name": ROLE_VARIABLES, "session": SESSION_VARIABLES, "external_id": EXTERNAL_ID_VARIABLES}
    role = checked_role(context, variable, **{part: context.variable(*names) for part, names in parts.items()})
    return (yield from with_role(context, given(key), context.target, role, assume_role, read_role))


def profile(context: SourceContext) -> CredentialFlow:
    """A profile of the vendor's command line, ~/.tccli/<profile>.credential."""
    path, name = _profile_file(context, "credential"), printable(_profile_name(context), LONGEST_NAME)
    try:
        row, source = context.document(path), f"profile {name}"
    except NotConfigured as reason:
        variable = None if context.profile else context.named_by(*PROFILE_VARIABLES)
        if variable is None:
            raise NotConfigured(f"{reason}{_others(context)}") from None
        raise context.broken(f"{variable} names the profile {name!r}, but {reason}{_others(context)}", "Correct the variable, or unset it.") from None
    kind = context.word(row.get("type"), f"{path}: type") or TYPES[0]
    if kind not in TYPES:
        raise context.broken(f"{path} is of the type {told_name(kind, TYPES)!r}, which is not supported", "Use another profile.")
    if kind == "cvm-role":
        return (yield from _of_machine(context, source))
    key = key_pair(context, [f"{path}: {part}" for part in KEY], [row.get(part) for part in KEY], source)
    if key is None:
        raise context.broken(f"{path} has no {KEY[0]} and no {KEY[1]}")
    if kind in ("oauth", "sso"):
        return unexpired(context, key, row.get("expiresAt"), SIGN_IN)
    if row.get("role-arn"):
        role = checked_role(context, path, name=row["role-arn"], session=row.get("role-session-name"))
        return (yield from with_role(context, given(key), context.target, role, assume_role, read_role))
    return key


def shared_file(context: SourceContext) -> CredentialFlow:
    """The section [default] of ~/.tencentcloud/credentials, or of the system's."""
    chosen, own = context.variable(FILE_VARIABLE), context.home(".tencentcloud", "credentials")
    path = chosen or (SYSTEM_FILE if context.has(SYSTEM_FILE) and not context.has(own) else own)
    try:
        sections = context.sections(path)
        if not sections.has_section(SECTION):
            raise NotConfigured(f"{path} has no section [{SECTION}]")
    except NotConfigured as reason:
        if not chosen:
            raise
        raise context.broken(f"{context.named_by(FILE_VARIABLE)} is set, but {reason}", "Correct the variable, or unset it.") from None
    section = dict(sections.items(SECTION))
    labels = ("secret_id", "secret_key", "token")
    found = key_pair(context, [f"{path}: {label}" for label in labels], [section.get(label, "").strip("\"'") for label in labels], f"file {path}")
    if found is None:
        raise context.broken(f"{path}: section {SECTION} has no {labels[0]} and no {labels[1]}")
    return (yield from given(found))


def metadata(context: SourceContext) -> CredentialFlow:
    """The role of the machine (CVM)."""
    try:
        return (yield from _of_machine(context, "CVM role"))
    except SecretsError as error:
        raise NotConfigured(error.message) from None


def platform(context: SourceContext) -> CredentialFlow:
    """The role that a Kubernetes service account stands for (TKE)."""
    names = ("TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION")
    provider, file, arn, region = all_or_none(context, *((name,) for name in names))
    token = context.web_token(file, "service account")
    target = replace(context.target, place={**context.target.place, "sts_region": check_region(region, f"{context.who}{names[3]}")})
    role = checked_role(context, "service account", name=arn, duration=PLATFORM_DURATION)
    payload = yield web_identity(target, role, provider, token)
    return read_role(context, payload, "service account")


PLATFORM = CredentialSource("the service account", platform)
PROFILE = CredentialSource("the profile", profile)
MACHINE = CredentialSource("the CVM role", metadata)
SOURCES = (
    CredentialSource("the environment", environment),
    PROFILE,
    CredentialSource("the credentials file", shared_file),
    MACHINE,
    PLATFORM,
)


def profile_region(context: SourceContext) -> str | None:
    """The region that the profile names."""
    try:
        path = _profile_file(context, "configure")
        document = context.document(path)
    except NotConfigured:
        return None
    settings = document.get("_sys_param")
    return context.word(settings.get("region"), f"{path}: region") if isinstance(settings, Mapping) else None


def _profile_name(context: SourceContext) -> str:
    return context.profile or context.variable(*PROFILE_VARIABLES) or "default"


def _profile_file(context: SourceContext, kind: str) -> str:
    """The path of a file of the profile. Its name is part of the path, which may not leave the folder."""
    if context.profile is None and context.variable(FILE_VARIABLE) and not context.variable(*PROFILE_VARIABLES):
        raise NotConfigured(f"{FILE_VARIABLE} names another file")
    folder, name = context.home(".tccli"), _profile_name(context)
    path = os.path.normpath(os.path.join(folder, f"{name}.{kind}"))
    if not path.startswith(os.path.normpath(folder) + os.sep) or "\0" in name:
        named = "profile" if context.profile else context.named_by(*PROFILE_VARIABLES)
        shown = printable(name, LONGEST_NAME)
        raise SecretsError("argument", f"{context.who}{named}: {shown!r} cannot be the name of a profile", hint=f"Its file would not stand in {folder}.")
    return path


def _of_machine(context: SourceContext, source: str) -> CredentialFlow:
    name = (yield _at_machine(METADATA_ROLES))["text"].strip()
    answer = service_answer(context, (yield _at_machine(METADATA_ROLES + check_role(name, source)))["text"], source)
    return answered_pair(context, answer, ANSWER, answer.get("ExpiredTime"), source)


def _at_machine(path: str) -> AuxRequest:
    return AuxRequest(Request("metadata", "metadata", "GET", METADATA + path, plain=True, direct=True))


def _others(context: SourceContext) -> str:
    """The profiles that exist, for people."""
    profiles = [file.removesuffix(CREDENTIAL) for file in context.files(context.home(".tccli")) if file.endswith(CREDENTIAL)]
    return f"; there is {names_told(printable(name, LONGEST_NAME) for name in profiles)}" if profiles else ""
