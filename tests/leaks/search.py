# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find canaries in what a play left behind, and the cell in which each was seen."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from places import Cloud, forms, places

CELL = re.compile(r"cell\s?(\d{3}):")  # older releases of ansible-core wrap their warnings

# What ansible-core itself prints where ANSIBLE_DEBUG is set: all arguments of a module. docs/security.md says so.
OF_CORE = re.compile(r"^.*(done with _execute_module \(|_low_level_execute_command\(\): ).*$", re.MULTILINE)


@dataclass(frozen=True)
class Leak:
    """A canary that was seen. cell: the number of the cell that was at work; -1 where that is not known."""

    output: str
    cell: int
    place: str
    part: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.place}.{self.part} in {self.output}: {self.excerpt}"


def search(cloud: Cloud, outputs: Mapping[str, str]) -> list[Leak]:
    """Every leak, once for each cell, output and canary."""
    found: dict[tuple[str, int, str, str], Leak] = {}
    for output, text in outputs.items():
        if output.endswith(("stdout", "ansible.log")):
            text = OF_CORE.sub("", text)
        marks = [(match.start(), int(match.group(1))) for match in CELL.finditer(text)]
        starts = [start for start, _number in marks]
        for place in places(cloud):
            for part, value in place.canaries().items():
                for position in positions(text, value):
                    before = bisect.bisect(starts, position) - 1
                    number = marks[before][1] if before >= 0 else -1
                    excerpt = " ".join(text[max(0, position - 60) : position].split())
                    found.setdefault((output, number, place.name, part), Leak(output, number, place.name, part, excerpt))
    return list(found.values())


def positions(text: str, value: str) -> Iterator[int]:
    """Place of a canary, in any form."""
    for form in forms(value):
        position = text.find(form)
        while position >= 0:
            yield position
            position = text.find(form, position + len(form))
