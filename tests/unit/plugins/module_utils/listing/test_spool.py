# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both shelves give the same records in the same order, whatever was kept twice or replaced."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.records import sort_key
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import spool as spool_module
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.spool import DiskSpool, MemorySpool
from ansible_collections.multicloud.secrets.plugins.module_utils._paging.unordered import PageRow, joined


def record(name: str | None, key: str = "id", **more: Any) -> dict[str, Any]:
    return {"provider": "p", "account": "a", "region": "r", "id": key, "name": name, **more}


def keep(spool: Any, kept: dict[str, Any]) -> Any:
    """The token of a record."""
    return spool.keep([kept])[0]


def disk(folder: Path) -> DiskSpool:
    numbers = itertools.count()
    return DiskSpool(str(folder / "target"), lambda: f"{next(numbers):032x}")


NAMES = st.none() | st.text(st.sampled_from("ab\x00\x01\xff\u00e9\u4e2d\U0001f511\ue000"), max_size=4)
RECORDS = st.lists(st.builds(record, NAMES, st.sampled_from("xyz"), size=st.integers(0, 2)), max_size=40)


@settings(deadline=None, derandomize=True)
@given(records=RECORDS, run=st.integers(1, 7), wanted=st.data())
def test_both_shelves_give_the_same_lines(tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], run: int, wanted: st.DataObject) -> None:
    unique = list({json.dumps(each): each for each in records}.values())
    chosen = wanted.draw(st.lists(st.sampled_from(unique), unique_by=json.dumps)) if unique else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool_module, "RUN", run)
        spool = disk(tmp_path_factory.mktemp("shelf"))
        tokens = {json.dumps(each): keep(spool, each) for each in records}
        spool.choose(tokens[json.dumps(each)] for each in chosen)
        lines = list(spool.lines())
        memory = MemorySpool()
        memory.choose([{json.dumps(each): keep(memory, each) for each in records}[json.dumps(each)] for each in chosen])
    assert sorted(lines) == sorted(memory.lines())
    assert [sort_key(json.loads(line)) for line in lines] == [sort_key(each) for each in sorted(chosen, key=sort_key)]


def test_records_differ_by_what_they_say(tmp_path: Path) -> None:
    spool: Any
    for spool in (MemorySpool(), disk(tmp_path)):
        assert not spool.differ(keep(spool, record("n")), keep(spool, record("n")))
        assert spool.differ(keep(spool, record("n")), keep(spool, record("n", status="disabled")))
        assert spool.differ(keep(spool, record("n")), None) and spool.differ(None, keep(spool, record("n"))) and not spool.differ(None, None)


def test_a_record_that_comes_again_takes_no_memory() -> None:
    spool = MemorySpool()
    assert keep(spool, record("n")) is keep(spool, record("n"))
    assert keep(spool, record("n", status="disabled")) is not keep(spool, record("n"))


ROWS = st.lists(st.builds(PageRow, st.text(st.characters()), st.none() | st.integers(-(1 << 62), 1 << 62), st.booleans()), max_size=9)


@settings(deadline=None, derandomize=True)
@given(pages=st.lists(ROWS, max_size=9))
def test_pages_on_disk_say_what_pages_in_memory_say(tmp_path_factory: pytest.TempPathFactory, pages: list[list[PageRow]]) -> None:
    spool = disk(tmp_path_factory.mktemp("shelf"))
    rows = [[row._replace(content=token) for row, token in zip(page, spool.keep([record(None) if row.content else None for row in page]))] for page in pages]
    kept: list[Any] = [spool.page(page) for page in rows]
    names: dict[Any, Any] = {}
    for page, original in zip(kept, rows):
        assert len(page) == len(original)
        assert [row[1:] for row in page] == [row[1:] for row in original]
        assert all(names.setdefault(there.id, row.id) == row.id for row, there in zip(page, original)), "one id, one digest"
        places = range(len(page))
        assert list(page) == [page[place] for place in places] == [page[place - len(page)] for place in places]
        with pytest.raises(IndexError):
            page[len(page)]
        parts = [list(page.share(3, number)) for number in range(3)]
        assert sorted(sum(parts, []), key=repr) == sorted(page, key=repr), "every row is in one share"
        assert not {row.id for row in parts[0]} & {row.id for row in parts[1]}
    assert len(set(names.values())) == len(names), "and another for another"


@pytest.mark.parametrize("number", [2, 7, 255, 256])
def test_shares_on_disk_are_parts_of_like_size(tmp_path: Path, number: int) -> None:
    page: Any = disk(tmp_path).page([PageRow(str(name), None, None) for name in range(number * 100)])
    parts = [{row.id for row in page.share(number, share)} for share in range(number)]
    assert len(set().union(*parts)) == sum(map(len, parts)) == number * 100
    assert all(40 < len(part) < 260 for part in parts)


@pytest.mark.parametrize(
    ("order", "lengths"),
    [((0, 1, 2, 3), [8, 4]), ((3, 2, 1, 0), [4, 2, 2, 4]), ((0, 2, 3, 1), [4, 6, 2]), ((1, 1), [2, 2])],
)
def test_pages_that_lie_side_by_side_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...], lengths: list[int]) -> None:
    monkeypatch.setattr(spool_module, "BLOCK", 9)
    spool = disk(tmp_path)
    pages = [spool.page([PageRow(f"{page}-{row}", page, (row, 0)) for row in range(count)]) for page, count in enumerate((4, 2, 2, 4))]
    in_memory: list[Any] = [[PageRow("m", 0, None)]]
    blocks = joined([*in_memory, *(pages[place] for place in order), *in_memory])
    assert [len(block) for block in blocks] == [1, *lengths, 1]
    assert [row for block in blocks[1:-1] for row in block] == [row for place in order for row in pages[place]]


def test_what_was_replaced_does_not_come_back(tmp_path: Path) -> None:
    spool = disk(tmp_path)
    spool.keep([record("n", status="enabled")])
    spool.choose([keep(spool, record("n", status="disabled"))])
    assert [json.loads(line)["status"] for line in spool.lines()] == ["disabled"]


def test_runs_have_no_name_and_leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "RUN", 2)
    spool = disk(tmp_path)
    spool.choose([keep(spool, record(str(number))) for number in range(9)])
    assert len(spool.page([PageRow("a", 1, None)])) == 1
    assert os.listdir(tmp_path) == []
    assert len(list(spool.lines())) == 9 and os.listdir(tmp_path) == []


def test_a_full_disk_is_an_error_of_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "RUN", 1)
    fills: tuple[Callable[[DiskSpool], object], ...] = (lambda spool: spool.keep([record("n")]), lambda spool: spool.page([PageRow("a", 1, None)]))
    with open("/dev/full", "wb") as full:
        monkeypatch.setattr(files, "_create", lambda folder, name: os.dup(full.fileno()))
        monkeypatch.setattr(files.os, "open", _opening(os.open, full.fileno()))
        for fill in fills:
            with pytest.raises(SecretsError, match="No space left") as caught:
                fill(disk(tmp_path))
            assert caught.value.kind == "machine"


def _opening(really: Any, stand_in: int) -> Any:
    """os.open, but a file without a name is the stand-in."""
    return lambda path, *rest, **more: os.dup(stand_in) if str(path).endswith(".tmp") else really(path, *rest, **more)


def test_a_folder_that_is_not_safe_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "RUN", 1)
    tmp_path.chmod(0o777)
    with pytest.raises(SecretsError, match="can be written by everybody"):
        disk(tmp_path).keep([record("n")])
