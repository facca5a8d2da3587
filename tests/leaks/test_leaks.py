# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No credential leaves: every place where one may stand, every way in which a task can end, every output of Ansible.

One play for each cloud runs all of it with the ansible-core of this Python; then each pair of a place and an end is a test.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import play
import pytest
from ansible.release import __version__ as ANSIBLE
from failures import NETWORK
from places import CLOUDS, Cloud, find, forms
from play import Cell, Ran, Way
from search import Leak, search

PARTS = ("secret", "id")
OUTPUTS = (
    "out/stdout",
    "out/stderr",
    "out/ansible.log",
    "out/results.json",
    "out/registered.json",
    "out/syslog",
    "out/junit/",
    "out/tree/",
    "out/role-",
    ".jsonl",
)
"""What has to be there to be searched."""
NOWHERE = Way(Path("/"), Path("/"), "/", dict.fromkeys(["main", "environment", *NETWORK.values()], "http://leaks@127.0.0.1:9"))
MATRIX = [(cloud, number, cell, place) for cloud in CLOUDS for number, cell in enumerate(play.cells(cloud, NOWHERE)) for place in cell.places]


@dataclass
class Plays:
    """Outputs of the plays, and their leaks by the number of the cell."""

    ran: dict[Cloud, Ran]
    leaks: dict[Cloud, dict[int, list[Leak]]]


@pytest.fixture(scope="session", name="plays")
def _plays() -> Iterator[Plays]:
    # Not pytest's own: the newest ansible-core puts a socket under TMPDIR, and the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        ran = play.run_all(Path(folder))
    leaks: dict[Cloud, dict[int, list[Leak]]] = {cloud: defaultdict(list) for cloud in ran}
    for cloud, ended in ran.items():
        for leak in search(cloud, ended.outputs):
            leaks[cloud][leak.cell].append(leak)
    yield Plays(ran, leaks)


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_the_play_came_to_its_end_and_left_all_its_outputs(plays: Plays, cloud: Cloud) -> None:
    ran = plays.ran[cloud]
    pairs = sum(len(cell.places) for cell in ran.cells)
    canaries = sum(len(place.parts) for cell in ran.cells for place in cell.places)
    size = f"{len(ran.cells)} ends, {pairs} pairs of a place and an end, {canaries} canaries x {len(OUTPUTS)} outputs = {canaries * len(OUTPUTS)} cells"
    print(f"ansible-core {ANSIBLE}, {cloud.name}: {size} in {ran.seconds:.0f} seconds")
    assert ran.status == 0 and "PLAY RECAP" in ran.outputs["out/stdout"], ran.outputs["out/stderr"][-2000:]
    for output in OUTPUTS:
        assert any(output in name and text for name, text in ran.outputs.items()), output
    for cell in ran.cells:
        assert f"TASK [{cell.name}" in ran.outputs["out/ansible.log"], cell.name
    assert not [name for name in ran.outputs if name.startswith("temp/")], "temporary files are left"


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_nothing_is_seen_outside_of_the_cells(plays: Plays, cloud: Cloud) -> None:
    assert not [str(leak) for leak in plays.leaks[cloud][-1]]


@pytest.mark.parametrize("cloud, number, cell, place", [pytest.param(*row, id=f"{row[3].label}-{row[2].name}") for row in MATRIX])
def test_no_canary_is_seen(plays: Plays, cloud: Cloud, number: int, cell: Cell, place: play.Place) -> None:
    ran = plays.ran[cloud]
    assert ran.cells[number].name == cell.name
    # A canary of a place that is not in reach of the cell would be stranger still: it counts for the first place.
    strangers = {other.name for other in cell.places} if place is cell.places[0] else set()
    seen = [leak for leak in plays.leaks[cloud][number] if leak.place == place.name or (strangers and leak.place not in strangers)]
    assert not [str(leak) for leak in seen]


def test_the_page_tells_how_large_the_matrix_is() -> None:
    cells = [cell for cloud in CLOUDS for cell in play.cells(cloud, NOWHERE, every=True)]
    reached = [place for cell in cells for place in cell.places]
    checks = sum(len(place.parts) for place in reached) * len(OUTPUTS)
    page = (play.HERE.parents[1] / "docs" / "security.md").read_text(encoding="utf-8")
    size = f"{len(cells)} scenarios, {len(reached)} pairs of scenario and credential source, and {checks} checks (each part of a key in each of ten outputs)"
    assert size in " ".join(page.split())


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
@pytest.mark.parametrize("part", PARTS)
def test_the_search_finds_what_it_is_to_find(cloud: Cloud, part: str) -> None:
    value = find(cloud, "options").canary(part)
    for form in forms(value):
        leaks = search(cloud, {"out/x": f"TASK [cell 007: x]\n...{form}..."})
        assert [(leak.cell, leak.place, leak.part) for leak in leaks] == [(7, "options", part)]
    assert not search(cloud, {"out/x": f"cell 007: {value[:-9]} {value[9:]}"})
