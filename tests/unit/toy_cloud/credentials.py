# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the toy cloud's credentials may be: variables, a file, and a machine's box."""

from __future__ import annotations

from ansible_collections.multicloud.secrets.plugins.module_utils._credentials import Absent, Errand, Look, Names, Source, Steps, from_environment
from ansible_collections.multicloud.secrets.plugins.module_utils._http import Request

NAMES = Names(
    key_id="toy_id",
    key_secret="toy_secret",
    token="toy_token",
    key_id_variables=("TOY_ID",),
    key_secret_variables=("TOY_SECRET",),
    token_variables=("TOY_TOKEN",),
)
REGION_VARIABLES = ("TOY_REGION",)


def environment(look: Look) -> Steps:
    return from_environment(look, NAMES)


def profile(look: Look) -> Steps:
    row = look.document(look.home(".toys", f"{look.profile or 'default'}.json"))
    found = look.pair(("id", "secret", "token"), (row.get("id"), row.get("secret"), row.get("token")), "toy profile")
    if found is None:
        raise Absent("the profile holds no key")
    return found
    yield  # pylint: disable=unreachable


def metadata(look: Look) -> Steps:
    answer = look.handed_out((yield Errand(Request("box", "box", "GET", "http://box.toys.example/key", plain=True, direct=True)))["text"], "toy box")
    return look.answer(answer, ("id", "secret", "token"), answer.get("until"), "toy box")


SOURCES = (Source("the environment", environment), Source("the profile", profile), Source("the toy box", metadata))
PROFILE = Source("the profile", profile)
MACHINE = Source("the toy box", metadata)
PLATFORM = Source("the environment", environment)


def profile_region(look: Look) -> str | None:
    try:
        region = look.document(look.home(".toys", f"{look.profile or 'default'}.json")).get("region")
    except Absent:
        return None
    return str(region) if region else None
