# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels that people give to accounts, such as env: prod. Rules address them as labels.env."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import SecretsError
from .redaction import printable

PREFIX = "labels."
NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
LONGEST_LABEL = 128
MOST = 32


def read_labels(given: Any, where: str) -> dict[str, str]:
    """The labels as texts. Raises SecretsError that names the place and the way out."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or len(given) > MOST:
        raise SecretsError("argument", f"{where} is not a mapping of at most {MOST} names to texts", hint="Write it as {env: prod}.")
    return {_name(name, where): _value(value, f"{where}.{name}") for name, value in given.items()}


def _name(name: Any, where: str) -> str:
    if not (isinstance(name, str) and NAME.fullmatch(name)):
        hint = "It has at most 63 letters, digits, _ and -, and begins with a letter or digit."
        raise SecretsError("argument", f"{where}: {printable(str(name), 80)!r} cannot be the name of a label", hint=hint)
    return name


def _value(value: Any, where: str) -> str:
    """Numbers, true and false as people write them."""
    text = str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, (str, int, float)) else ""
    if not text.strip() or len(text) > LONGEST_LABEL or not text.isprintable():
        raise SecretsError("argument", f"{where} is not a text of 1 to {LONGEST_LABEL} characters", hint="Give one text in one line.")
    return text
