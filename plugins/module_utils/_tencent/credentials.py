# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Tencent Cloud's credentials may be, in the order of its command line and SDKs.

Sources: tencentcloud-sdk-python-common 3.1.195, credential.py (which forgets the token); tccli 3.1.189
(TENCENTCLOUD_TOKEN, TENCENTCLOUD_REGION, ~/.tccli); the Terraform provider (TENCENTCLOUD_SECURITY_TOKEN).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._credentials import LONGEST_NAME, Absent, Errand, Look, Names, Source, Steps, check_profile, check_role, from_environment, given, with_role
from .._endpoint import check_region
from .._errors import SecretsError
from .._http import Request
from .._scrub import printable
from .calls import assume_role, read_role, web_identity

NAMES = Names(
    key_id="secret_id",
    key_secret="secret_key",
    token="token",
    key_id_variables=("TENCENTCLOUD_SECRET_ID",),
    key_secret_variables=("TENCENTCLOUD_SECRET_KEY",),
    token_variables=("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"),
)
REGION_VARIABLES = ("TENCENTCLOUD_REGION",)
PROFILE_VARIABLES = ("TCCLI_PROFILE", "TENCENTCLOUD_PROFILE")
METADATA = "http://metadata.tencentyun.com"
METADATA_ROLES = "/latest/meta-data/cam/security-credentials/"
ANSWER = ("TmpSecretId", "TmpSecretKey", "Token")
KEY = ("secretId", "secretKey", "token")
SYSTEM_FILE = "/etc/tencentcloud/credentials"
SECTION = "default"
TYPES = ("default", "cvm-role", "oauth", "sso")
"""What a profile may be."""
SIGN_IN = "Sign in again with 'tccli auth login'."
"""What helps where the vendor's own program keeps short-lived keys."""
PLATFORM_DURATION = 7200


def environment(look: Look) -> Steps:
    """A key in variables."""
    return from_environment(look, NAMES)


def profile(look: Look) -> Steps:
    """A profile of the vendor's command line, ~/.tccli/<profile>.credential."""
    name = _profile_name(look)
    path = look.home(".tccli", f"{name}.credential")
    row, source = look.document(path), f"profile {name}"
    kind = look.word(row.get("type"), f"{path}: type") or TYPES[0]
    if kind not in TYPES:
        raise look.broken(f"{path} is of the type {printable(kind, LONGEST_NAME)!r}, which is not supported", "Use another profile.")
    if kind == "cvm-role":
        return (yield from _of_machine(look, source))
    key = look.pair([f"{path}: {part}" for part in KEY], [row.get(part) for part in KEY], source)
    if key is None:
        raise look.broken(f"{path} has no {KEY[0]} and no {KEY[1]}")
    if kind in ("oauth", "sso"):
        return look.lasting(key, row.get("expiresAt"), SIGN_IN)
    if row.get("role-arn"):
        role = look.role(path, name=row["role-arn"], session=row.get("role-session-name"))
        return (yield from with_role(look, given(key), look.target, role, assume_role, read_role))
    return key


def shared_file(look: Look) -> Steps:
    """The section [default] of ~/.tencentcloud/credentials, or of the system's."""
    chosen, own = look.variable("TENCENTCLOUD_CREDENTIALS_FILE"), look.home(".tencentcloud", "credentials")
    path = chosen or (SYSTEM_FILE if look.has(SYSTEM_FILE) and not look.has(own) else own)
    sections = look.sections(path)
    if not sections.has_section(SECTION):
        raise Absent(f"{path} has no section [{SECTION}]")
    section = dict(sections.items(SECTION))
    labels = ("secret_id", "secret_key", "token")
    found = look.pair([f"{path}: {label}" for label in labels], [section.get(label, "").strip("\"'") for label in labels], f"file {path}")
    if found is None:
        raise look.broken(f"{path}: section {SECTION} has no {labels[0]} and no {labels[1]}")
    return found
    yield  # pylint: disable=unreachable


def metadata(look: Look) -> Steps:
    """The role of the machine (CVM)."""
    try:
        return (yield from _of_machine(look, "CVM role"))
    except SecretsError as error:
        raise Absent(error.message) from None


def platform(look: Look) -> Steps:
    """The role that a Kubernetes service account stands for (TKE)."""
    names = ("TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN", "TKE_REGION")
    provider, file, arn, region = (look.variable(name) for name in names)
    if not (provider and file and arn and region):
        raise Absent(f"{', '.join(names[:-1])} and {names[-1]} are not all set")
    try:
        token = look.web_token(file)
    except Absent as reason:
        raise look.broken(f"service account: {reason}") from None
    target = replace(look.target, place={**look.target.place, "sts_region": check_region(region, f"{look.who}{names[3]}")})
    role = look.role("service account", name=arn, duration=PLATFORM_DURATION)
    payload = yield web_identity(look, target, role, provider, token)
    return read_role(look, payload, "service account")


PLATFORM = Source("the service account", platform)
SOURCES = (
    Source("the environment", environment),
    Source("the profile", profile),
    Source("the credentials file", shared_file),
    Source("the CVM role", metadata),
    PLATFORM,
)
PROFILE = Source("the profile", profile)
MACHINE = Source("the CVM role", metadata)


def profile_region(look: Look) -> str | None:
    """The region that the profile names."""
    path = look.home(".tccli", f"{_profile_name(look)}.configure")
    try:
        document = look.document(path)
    except Absent:
        return None
    settings = document.get("_sys_param")
    return look.word(settings.get("region"), f"{path}: region") if isinstance(settings, Mapping) else None


def _profile_name(look: Look) -> str:
    return check_profile(look.profile or look.variable(*PROFILE_VARIABLES) or "default", f"{look.who}profile")


def _of_machine(look: Look, source: str) -> Steps:
    name = (yield _at_machine(METADATA_ROLES))["text"].strip()
    answer = look.handed_out((yield _at_machine(METADATA_ROLES + check_role(name, source)))["text"], source)
    return look.answer(answer, ANSWER, answer.get("ExpiredTime"), source)


def _at_machine(path: str) -> Errand:
    return Errand(Request("metadata", "metadata", "GET", METADATA + path, plain=True, direct=True))
