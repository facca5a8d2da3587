# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to report of a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Evidence = Mapping[str, Any]


class SharedEvidence(tuple[Evidence, ...]):
    """Evidence of many findings. written: what was made of it for one of them, for the next."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.written: dict[tuple[bool, bool], tuple[str, str]] = {}


class Explanation(NamedTuple):
    """What there is to report of a record."""

    verdict: str
    evidence: tuple[Evidence, ...]
    message: str = ""
