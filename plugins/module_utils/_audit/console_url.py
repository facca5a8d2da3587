# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option 'console_url': where the console of a cloud shows a secret, as a template for each service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import SecretsError, unknown_name
from .._core.redaction import printable

FIELDS = ("account", "region", "name", "id")
FIELD = re.compile(r"\{([^{}]*)\}")
ADDRESS = re.compile(r"https://(?![^/]*@)[^\s{}\"'<>]+", re.ASCII)
LONGEST = 1_000
UNUSED = "console_url names no service that has a store, so that there are no links"


def read(given: Mapping[str, Any], providers: Iterable[str]) -> dict[str, str]:
    """The templates, checked. Raises SecretsError."""
    known = sorted(providers)
    for provider, template in given.items():
        if provider not in known:
            raise SecretsError("argument", f"console_url: {unknown_name('provider', str(provider), known)}")
        if not isinstance(template, str) or len(template) > LONGEST or not ADDRESS.fullmatch(FIELD.sub("x", template)) or FIELD.match(template, 8):
            hint = "Write https://, the host without a user, and the rest with {region}, {name}, {id} or {account} where they belong."
            raise SecretsError("argument", f"console_url: {printable(str(template), 80)!r} is no address of a console", hint=hint)
        for field in FIELD.findall(template):
            if field not in FIELDS:
                raise SecretsError("argument", f"console_url: {unknown_name('field', printable(field, 80), list(FIELDS))}")
        if not FIELD.search(template):
            told = f"console_url: {printable(template, 80)!r} has no field, so that every link would lead to the same page"
            raise SecretsError("argument", told, hint="Write {region}, {name}, {id} or {account} where they belong.")
    return {str(provider): str(template) for provider, template in given.items()}


def note(templates: Iterable[str], providers: Iterable[str]) -> str:
    """What is to be known if no template is of a service that has a store. templates, providers: names of services."""
    return UNUSED if set(templates) and not set(templates) & set(providers) else ""
