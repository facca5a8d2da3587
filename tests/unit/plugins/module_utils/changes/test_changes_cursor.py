# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._audit.values import NO_FIELD, WITHHELD
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.cursor import Cursor
from ansible_collections.multicloud.secrets.plugins.module_utils._changes.memory import Event, Known, Remembered, Secret
from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError

SECRETS = {"a": Secret("a", "user", ("enabled", None, ("x", "y"))), "\u4e2d\n{{": Secret(None, "unknown", (WITHHELD, NO_FIELD, 7))}
MEMORY = Remembered(
    "w",
    ("status", "delete_at", "attributes.x"),
    5,
    {
        ("c", "pay", "r1"): Known("[all]", "100", SECRETS),
        ("c", "pay", "r2"): Known("[all]", None, None, "2026-02-05T03:04:05Z"),
        ("c", "pay", "r3"): Known("", None, {}),
    },
)
EVENTS: list[Event] = [{"type": "t", "id": str(number), "meta": {"uuid": str(number)}} for number in range(3)]


@pytest.fixture(name="path")
def cursor_path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.cursor"


def refused(path: Path) -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        Cursor(str(path)).read()
    assert caught.value.kind == "file" and str(path) in caught.value.message
    return caught.value


def test_what_was_written_comes_back(path: Path) -> None:
    assert Cursor(str(path)).read() is None
    Cursor(str(path)).write(MEMORY, EVENTS, "0a")
    assert Cursor(str(path)).read() == (MEMORY, EVENTS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and os.listdir(path.parent) == [path.name]
    Cursor(str(path)).write(Remembered("w", ()), [], "0b")
    assert Cursor(str(path)).read() == (Remembered("w", ()), [])


def test_marks_say_what_was_handed_over(path: Path) -> None:
    cursor = Cursor(str(path))
    cursor.write(MEMORY, EVENTS, "0a")
    size = path.stat().st_size
    for left in (2, 1):
        cursor.mark(1)
        assert Cursor(str(path)).read() == (MEMORY, EVENTS[-left:])
    assert path.stat().st_size == size and path.read_bytes().endswith(b"}\n++-\n")
    with pytest.raises(SecretsError, match="not the file that was written"):
        cursor.mark(3)
    cursor.write(MEMORY, EVENTS[2:], "0b")
    cursor.mark(1)
    assert Cursor(str(path)).read() == (MEMORY, [])


def test_every_damage_is_noticed(path: Path) -> None:
    Cursor(str(path)).write(MEMORY, EVENTS, "0a")
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert "the source takes a new baseline" in str(refused(path).hint)
    for place in range(len(whole) - 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"my notes\n",
        b"[]\n\n",
        b"{}\n\n",
        b'{"format": "multicloud.secrets/1"}\n\n',
        b"\xff\n",
        b"[" * 100_000,
        b'{"format": "multicloud.secrets.cursor/2"}\n{"end":true}\n\n',
    ],
)
def test_what_is_no_cursor_is_refused_and_stays(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    refused(path)
    assert path.read_bytes() == content


def test_places_that_are_not_safe_are_refused(path: Path) -> None:
    Cursor(str(path)).write(MEMORY, EVENTS, "0a")
    path.chmod(0o666)
    assert "can be written by others" in refused(path).message
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))
    with pytest.raises(SecretsError, match="not a regular file"):
        Cursor(str(path)).write(MEMORY, EVENTS, "0a")
    path.unlink()
    path.mkdir()
    refused(path)
    path.parent.chmod(0o777)
    with pytest.raises(SecretsError, match="written by everybody"), files.locked(str(path)):
        pass


def test_a_mark_does_not_follow_links(path: Path) -> None:
    cursor = Cursor(str(path))
    cursor.write(MEMORY, EVENTS, "0a")
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))
    with pytest.raises(SecretsError):
        cursor.mark(1)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SecretsError):
        cursor.mark(1)


def test_one_process_at_a_time(path: Path) -> None:
    with files.locked(str(path)), pytest.raises(SecretsError, match="in use by another process"), files.locked(str(path)):
        pass
    with files.locked(str(path)):
        pass
    assert stat.S_IMODE(path.with_name("secrets.cursor.lock").stat().st_mode) == 0o600


def test_a_lock_is_no_link(path: Path) -> None:
    path.with_name("secrets.cursor.lock").symlink_to(path)
    with pytest.raises(SecretsError, match="not a regular file"), files.locked(str(path)):
        pass
    assert not path.exists()


CRAFTED: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "\ud800",
    [],
    {},
    [1],
    {"mark": "withheld"},
    "[[[]]]",
    '[{"mark":[]},1,2]',
    "[" * 2000,
    [[["a"]]],
]


@pytest.mark.parametrize("events", [EVENTS, []], ids=["with events", "without"])
def test_a_crafted_cursor_is_read_or_refused(path: Path, events: list[Event]) -> None:
    """Each value in it is replaced by others, and the digest fits."""
    Cursor(str(path)).write(MEMORY, events, "0a")
    lines = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-3]]
    taken = 0
    for place in places(lines):
        for value in CRAFTED:
            forged = copy.deepcopy(lines)
            holder: Any = forged
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = value
            body = b"".join(json.dumps(line).encode() + b"\n" for line in forged)
            path.write_bytes(body + json.dumps({"end": True, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n" + b"-" * len(events) + b"\n")
            try:
                memory, left = Cursor(str(path)).read() or (MEMORY, [])
            except SecretsError as error:
                assert error.kind == "file" and error.hint
            else:
                taken += 1
                hash((memory.watch, memory.fields, *(secret for known in memory.stores.values() for secret in (known.secrets or {}).values())))
                Cursor(str(path)).write(memory, left, "0b")
    assert taken > 10


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value stands in another."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*at, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*at, key))
