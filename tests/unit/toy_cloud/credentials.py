# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the toy cloud's credentials may be: variables, a file, and a machine's box."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import (
    AuxRequest,
    CredentialFlow,
    CredentialNames,
    CredentialSource,
    NotConfigured,
    SourceContext,
    from_environment,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request

NAMES = CredentialNames(
    key_id="toy_id",
    key_secret="toy_secret",
    token="toy_token",
    key_id_variables=("TOY_ID",),
    key_secret_variables=("TOY_SECRET",),
    token_variables=("TOY_TOKEN",),
)
REGION_VARIABLES = ("TOY_REGION",)


def environment(context: SourceContext) -> CredentialFlow:
    return from_environment(context, NAMES)


def profile(context: SourceContext) -> CredentialFlow:
    row = context.document(context.home(".toys", f"{context.profile or 'default'}.json"))
    found = context.pair(("id", "secret", "token"), (row.get("id"), row.get("secret"), row.get("token")), "toy profile")
    if found is None:
        raise NotConfigured("the profile holds no key")
    return found
    yield  # pylint: disable=unreachable


def metadata(context: SourceContext) -> CredentialFlow:
    answer = context.handed_out((yield AuxRequest(Request("box", "box", "GET", "http://box.toys.example/key", plain=True, direct=True)))["text"], "toy box")
    return context.answer(answer, ("id", "secret", "token"), answer.get("until"), "toy box")


SOURCES = (CredentialSource("the environment", environment), CredentialSource("the profile", profile), CredentialSource("the toy box", metadata))
PROFILE = CredentialSource("the profile", profile)
MACHINE = CredentialSource("the toy box", metadata)
PLATFORM = CredentialSource("the environment", environment)


def profile_region(context: SourceContext) -> str | None:
    try:
        region = context.document(context.home(".toys", f"{context.profile or 'default'}.json")).get("region")
    except NotConfigured:
        return None
    return str(region) if region else None
