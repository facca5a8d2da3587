# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Place of a secret and the time there: the input of both clouds for a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .keys import Account
from .schema import FleetError, mapping, moment
from .stores import fingerprint

BEYOND = ["extra", "drop"]  # what an entry may do to a row beyond setting documented fields


@dataclass(frozen=True)
class Origin:
    """The store that rows are made for."""

    account: Account
    region: str
    now: float
    where: str = "secret"

    def seconds(self, value: Any, default: float) -> float:
        """A time of an entry as unix seconds; a number of 12 digits or more is taken as milliseconds."""
        if value is None:
            return default
        time = moment(value, self.where, self.now)
        return time / 1000 if time >= 10**11 else time

    def tag(self, *parts: str) -> str:
        """12 hexadecimal digits that depend on the store and the words."""
        return fingerprint("/".join((self.account.name, self.region, *parts)), 6)

    def uuid(self, *parts: str) -> str:
        """A UUID that depends on the store and the words."""
        digits = fingerprint("/".join((self.account.name, self.region, *parts)), 16)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def entry(self, value: Any, readers: dict[str, Any], name: str) -> dict[str, Any]:
        """A secret of a fleet file: a mapping of the vendor's field names, or just its name."""
        if isinstance(value, str):
            value = {name: value}
        given = mapping(value, self.where, readers, (name,))
        if not given[name]:
            raise FleetError(f"{self.where}.{name}: an empty name")
        return given


def finished(fields: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The row with what an entry adds, spoils or takes away."""
    return {name: value for name, value in {**fields, **given.get("extra", {})}.items() if name not in given.get("drop", ())}
