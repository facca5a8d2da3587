# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of the toy cloud's credentials: variables, a file, and a machine's box."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.checks import answered_pair, key_pair, service_answer
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import (
    AuxRequest,
    CredentialFlow,
    CredentialNames,
    NotConfigured,
    SourceContext,
    VariableSet,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import CredentialSource, from_environment, given
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request

NAMES = CredentialNames(
    key_id="toy_id",
    key_secret="toy_secret",
    token="toy_token",
    sets=(VariableSet(("TOY_ID",), ("TOY_SECRET",), ("TOY_TOKEN",)),),
)
REGION_VARIABLES = ("TOY_REGION",)


def environment(context: SourceContext) -> CredentialFlow:
    return from_environment(context, NAMES)


def profile(context: SourceContext) -> CredentialFlow:
    row = context.document(context.home(".toys", f"{context.profile or 'default'}.json"))
    found = key_pair(context, ("id", "secret", "token"), (row.get("id"), row.get("secret"), row.get("token")), "toy profile")
    if found is None:
        raise NotConfigured("the profile holds no key")
    return (yield from given(found))


def metadata(context: SourceContext) -> CredentialFlow:
    answer = service_answer(
        context, (yield AuxRequest(Request("box", "box", "GET", "http://box.toys.example/key", plain=True, direct=True)))["text"], "toy box"
    )
    return answered_pair(context, answer, ("id", "secret", "token"), answer.get("until"), "toy box")


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
