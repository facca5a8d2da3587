# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No credential leaves the inventory plugin, the event source or secrets_collect, whatever they are given and whatever they are answered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import fleets
import pytest
from fleets import PROGRAMS, Case, Ran, Way
from places import CLOUDS, Cloud
from search import OF_CORE, Leak, search

NOWHERE = Way(Path("/"), {}, {}, {answer: {} for answer in fleets.ANSWERS})
CASES = {"inventory": fleets.inventory_cases, "events": fleets.event_cases, "collect": fleets.collect_cases}
MATRIX = [(program, cloud, number, case) for program in PROGRAMS for cloud in CLOUDS for number, case in enumerate(CASES[program](cloud, NOWHERE))]
Key = tuple[str, Cloud]


@pytest.fixture(scope="session", name="ran")
def _ran() -> Iterator[dict[Key, Ran]]:
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        yield fleets.run_all(Path(folder))


@pytest.fixture(scope="session", name="leaks")
def _leaks(ran: dict[Key, Ran]) -> dict[Key, list[Leak]]:
    return {(program, cloud): search(cloud, {**ended.outputs, **unwrapped(ended.outputs["said"])}) for (program, cloud), ended in ran.items()}


def unwrapped(said: str) -> dict[str, str]:
    """What a program said, without what ansible-core shows by itself; also as one line, because a canary may have been cut in two."""
    own = OF_CORE.sub("", said)
    return {"said": own, "unwrapped": own.replace("\n", "")}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_the_program_came_to_its_end(ran: dict[Key, Ran], leaks: dict[Key, list[Leak]], program: str, cloud: Cloud) -> None:
    ended = ran[program, cloud]
    end = {"inventory": '"_meta"', "events": "THE END", "collect": "PLAY RECAP"}[program]
    assert end in ended.outputs["said"], ended.outputs["said"][-2000:]
    assert not [str(leak) for leak in leaks[program, cloud] if leak.cell == -1]


@pytest.mark.parametrize("program, cloud, number, case", [pytest.param(*row, id=f"{row[0]}-{row[1].name}-{row[3].name}") for row in MATRIX])
def test_no_canary_is_seen(ran: dict[Key, Ran], leaks: dict[Key, list[Leak]], program: str, cloud: Cloud, number: int, case: Case) -> None:
    ended = ran[program, cloud]
    assert ended.cases[number].name.endswith(case.name)
    said = ended.said(number)
    assert said and case.says in said, said[:4000]
    assert not [str(leak) for leak in leaks[program, cloud] if leak.cell == number]
