# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only door to the file system: what is read is a file, what is written is whole, private, and where it was meant to be."""

from __future__ import annotations

import errno
import os
import stat
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError

NONCE = "00ff" * 8
SOMEBODY = 65534


@pytest.fixture(name="umask", params=[0o000, 0o022, 0o077, 0o777], ids=lambda mask: f"umask {mask:03o}")
def _umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _write(path: Path | str, content: bytes = b"new", nonce: str = NONCE) -> None:
    with files.written(str(path), nonce) as handle:
        handle.write(content)


def _refused(act: Callable[[], Any], kind: str = "file") -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        act()
    assert caught.value.kind == kind and (kind == "file" or caught.value.hint)
    return caught.value


def _names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def _fail_with(number: int) -> Callable[..., NoReturn]:
    def fail(*arguments: Any, **named: Any) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


# Reading


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\x00\xff\n")
    assert files.read_bytes(str(tmp_path / "f")) == b"\x00\xff\n"


@pytest.mark.parametrize(("size", "fits"), [(0, True), (9, True), (10, True), (11, False), (100, False)])
def test_a_file_is_read_up_to_the_limit_and_refused_beyond(tmp_path: Path, size: int, fits: bool) -> None:
    (tmp_path / "f").write_bytes(b"x" * size)
    if fits:
        assert len(files.read_bytes(str(tmp_path / "f"), 10)) == size
    else:
        assert "larger than 10 bytes" in _refused(lambda: files.read_bytes(str(tmp_path / "f"), 10)).message


def test_the_limit_spares_the_memory(tmp_path: Path) -> None:
    with open(tmp_path / "f", "wb") as handle:
        handle.truncate(256 << 20)
    tracemalloc.start()
    try:
        assert "larger" in _refused(lambda: files.read_bytes(str(tmp_path / "f"), 1000)).message
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def _make_nothing(path: Path) -> None:
    pass


def _make_folder(path: Path) -> None:
    path.mkdir()


def _make_fifo(path: Path) -> None:
    os.mkfifo(path)


def _make_broken_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def _make_link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _make_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(_make_nothing, "No such file", id="a file that is not there"),
        pytest.param(_make_folder, "is not a regular file", id="a folder"),
        pytest.param(_make_fifo, "is not a regular file", id="a FIFO that nobody writes to"),
        pytest.param(_make_broken_link, "No such file", id="a broken link"),
        pytest.param(_make_link_to_device, "is not a regular file", id="a device without end"),
        pytest.param(_make_link_to_itself, "symbolic links", id="a link to itself"),
    ],
)
def test_what_is_no_file_is_refused_at_once_and_by_name(tmp_path: Path, make: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / "f"
    make(path)
    before = len(os.listdir("/proc/self/fd"))
    error = _refused(lambda: files.read_bytes(str(path)))
    assert str(path) in error.message and reason in error.message
    assert len(os.listdir("/proc/self/fd")) == before, "a descriptor is left open"


@pytest.mark.parametrize("path", ["/tmp/a\0b", "/tmp/\ud800", "x" * 5000], ids=["a zero byte", "a lone surrogate", "too long"])
def test_a_path_that_no_file_can_have_is_refused(path: str) -> None:
    _refused(lambda: files.read_bytes(path))
    _refused(lambda: files.check_target(path))
    _refused(lambda: _write(path))
    assert not files.exists(path)


def test_an_error_while_reading_is_told_as_one_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")

    def read() -> None:
        with files.opened(str(tmp_path / "f")):
            raise OSError(errno.EIO, "canary")

    assert _refused(read).message == f"{tmp_path / 'f'}: Input/output error"


def test_a_link_to_a_file_may_be_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "f")
    assert files.read_bytes(str(tmp_path / "link")) == b"x"


def test_what_is_there_exists_be_it_a_broken_link(tmp_path: Path) -> None:
    assert not files.exists(str(tmp_path / "f"))
    _make_broken_link(tmp_path / "f")
    assert files.exists(str(tmp_path / "f"))


# Writing


def test_a_new_file_has_what_was_written_and_is_private(tmp_path: Path, umask: int) -> None:
    _write(tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600
    assert _names(tmp_path) == ["f"]


def test_a_file_is_private_from_its_first_moment(tmp_path: Path, umask: int) -> None:
    with files.written(str(tmp_path / "f"), NONCE):
        (temporary,) = _names(tmp_path)
        assert temporary != "f"
        assert stat.S_IMODE((tmp_path / temporary).stat().st_mode) == 0o600


def test_a_file_is_private_before_its_mode_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        monkeypatch.setattr(files.os, "fchmod", lambda descriptor, mode: None)
        _write(tmp_path / "f")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600


def test_a_file_that_was_open_to_all_is_not_so_any_more(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "f").chmod(0o666)
    _write(tmp_path / "f")
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600


def test_until_the_block_ends_the_old_file_stands(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    with files.written(str(tmp_path / "f"), NONCE) as handle:
        handle.write(b"new")
        handle.flush()
        assert (tmp_path / "f").read_bytes() == b"old"
    assert (tmp_path / "f").read_bytes() == b"new"


def test_the_longest_name_that_a_file_may_have_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    files.check_target(str(path))
    _write(path)
    assert path.read_bytes() == b"new"


def test_a_path_without_a_folder_is_one_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files.check_target("f")
    _write("f")
    assert (tmp_path / "f").read_bytes() == b"new"


def _interrupted(path: Path, error: BaseException) -> None:
    with files.written(str(path), NONCE) as handle:
        handle.write(b"half")
        raise error


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(1), SecretsError("query", "x")], ids=lambda error: type(error).__name__)
def test_if_the_block_fails_the_old_file_is_intact_and_nothing_is_left(tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "f").write_bytes(b"old")
    with pytest.raises(type(error)) as caught:
        _interrupted(tmp_path / "f", error)
    assert caught.value is error
    assert (_names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"old")


@pytest.mark.parametrize(
    ("function", "number", "reason"),
    [
        pytest.param("fsync", errno.ENOSPC, "No space left", id="a full disk, noticed when it is flushed"),
        pytest.param("fsync", errno.EIO, "Input/output error", id="a broken disk"),
        pytest.param("rename", errno.EROFS, "Read-only file system", id="a file system that became read-only"),
        pytest.param("rename", errno.EPERM, "Operation not permitted", id="somebody else's file in a sticky folder"),
    ],
)
def test_if_the_system_fails_the_old_file_is_intact_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, reason: str
) -> None:
    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr(files.os, function, _fail_with(number))
    error = _refused(lambda: _write(tmp_path / "f"), "file" if number == errno.EIO else "machine")
    assert str(tmp_path / "f") in error.message and reason in error.message
    assert (_names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"old")


def test_a_disk_that_is_full_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")

    def write() -> None:
        with files.written(str(tmp_path / "f"), NONCE) as handle:
            handle.write(b"half")
            _fail_with(errno.ENOSPC)()

    assert "No space left" in _refused(write, "machine").message
    assert (_names(tmp_path), (tmp_path / "f").read_bytes()) == (["f"], b"old")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC], ids=lambda number: errno.errorcode[number])
def test_a_folder_in_which_nothing_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As root every folder can be written to, so the system's answer is played."""
    real = os.open

    def no_creation(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        return _fail_with(number)() if flags & os.O_CREAT else real(path, flags, *arguments, **named)

    monkeypatch.setattr(files.os, "open", no_creation)
    assert os.strerror(number) in _refused(lambda: _write(tmp_path / "f"), "machine").message
    assert _names(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, int]] = []

    def no_access(path: Any, mode: int, **named: Any) -> bool:
        asked.append((os.fstat(named["dir_fd"]).st_ino, mode))
        return False

    monkeypatch.setattr(files.os, "access", no_access)
    assert str(tmp_path / "f") in _refused(lambda: files.check_target(str(tmp_path / "f")), "machine").message
    assert asked == [(tmp_path.stat().st_ino, os.W_OK | os.X_OK)]


@pytest.mark.parametrize(
    "make", [_make_folder, _make_fifo, _make_broken_link, _make_link_to_device, _make_link_to_itself], ids=lambda make: make.__name__.strip("_")
)
def test_what_is_no_file_is_neither_replaced_nor_followed(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "f"
    make(path)
    before = os.lstat(path)
    for act in (lambda: files.check_target(str(path)), lambda: _write(path)):
        assert "not a regular file" in _refused(act).message
    assert (_names(tmp_path), os.lstat(path).st_mode) == (["f"], before.st_mode)


def test_a_link_to_a_file_is_refused_and_the_file_untouched(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / "f").symlink_to(tmp_path / "victim")
    _refused(lambda: _write(tmp_path / "f"))
    assert (tmp_path / "victim").read_bytes() == b"precious"


def test_a_link_that_appears_meanwhile_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    with files.written(str(tmp_path / "f"), NONCE) as handle:
        handle.write(b"new")
        (tmp_path / "f").symlink_to(tmp_path / "victim")
    assert not (tmp_path / "f").is_symlink()
    assert ((tmp_path / "victim").read_bytes(), (tmp_path / "f").read_bytes()) == (b"precious", b"new")


@pytest.mark.parametrize("make", [_make_link_to_device, _make_folder], ids=["link", "folder"])
def test_a_temporary_name_that_is_taken_is_neither_used_nor_removed(tmp_path: Path, make: Callable[[Path], None]) -> None:
    with files.written(str(tmp_path / "f"), NONCE):
        (temporary,) = _names(tmp_path)
    (tmp_path / "f").unlink()
    make(tmp_path / temporary)
    assert "File exists" in _refused(lambda: _write(tmp_path / "f")).message
    assert _names(tmp_path) == [temporary]


def test_a_hard_link_to_the_old_file_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    os.link(tmp_path / "f", tmp_path / "other")
    _write(tmp_path / "f")
    assert ((tmp_path / "other").read_bytes(), (tmp_path / "f").read_bytes()) == (b"old", b"new")


def test_a_folder_that_is_moved_away_meanwhile_still_gets_its_file(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(mode=0o700)
    with files.written(str(tmp_path / "d" / "f"), NONCE) as handle:
        handle.write(b"new")
        (tmp_path / "d").rename(tmp_path / "moved")
        (tmp_path / "d").mkdir()
    assert (_names(tmp_path / "d"), _names(tmp_path / "moved")) == ([], ["f"])


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("nowhere/f", "No such file", id="a folder that is not there"),
        pytest.param("file/f", "Not a directory", id="a file in place of the folder"),
        pytest.param("loop/f", "symbolic links", id="a link to itself in place of the folder"),
        pytest.param("n" * 300, "too long", id="a name that is too long"),
    ],
)
def test_a_place_where_no_file_can_be(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    _make_link_to_itself(tmp_path / "loop")
    for act in (lambda: files.check_target(str(tmp_path / path)), lambda: _write(tmp_path / path)):
        assert reason in _refused(act).message


@pytest.mark.parametrize(
    ("mode", "allowed"),
    [
        pytest.param(0o700, True, id="private"),
        pytest.param(0o755, True, id="readable by all"),
        pytest.param(0o1777, True, id="writable by all, with the sticky bit"),
        pytest.param(0o777, False, id="writable by all"),
        pytest.param(0o2777, False, id="writable by all, with another bit"),
        pytest.param(0o702, False, id="writable by others but not readable"),
    ],
)
def test_the_folder_must_not_be_writable_by_everybody(tmp_path: Path, mode: int, allowed: bool) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    folder.chmod(mode)
    if allowed:
        files.check_target(str(folder / "f"))
        _write(folder / "f")
    else:
        for act in (lambda: files.check_target(str(folder / "f")), lambda: _write(folder / "f")):
            error = _refused(act)
            assert str(folder) in error.message and "written by everybody" in error.message and error.hint
    assert _names(folder) == (["f"] if allowed else [])


@pytest.mark.parametrize(
    ("owner", "user", "allowed"),
    [
        pytest.param(0, 0, True, id="root's, for root"),
        pytest.param(0, SOMEBODY, True, id="root's, for somebody"),
        pytest.param(SOMEBODY, SOMEBODY, True, id="somebody's, for somebody"),
        pytest.param(SOMEBODY, 0, False, id="somebody's, for root"),
        pytest.param(1000, SOMEBODY, False, id="somebody else's"),
    ],
)
def test_the_folder_must_belong_to_the_user_or_to_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, user: int, allowed: bool) -> None:
    """Only root can give a folder away, so its owner and the user are played."""
    real = os.fstat

    def owned(descriptor: int) -> os.stat_result:
        fields = list(real(descriptor))
        fields[stat.ST_UID] = owner
        return os.stat_result(fields)

    monkeypatch.setattr(files.os, "fstat", owned)
    monkeypatch.setattr(files.os, "geteuid", lambda: user)
    if allowed:
        files.check_target(str(tmp_path / "f"))
    else:
        assert "belongs to another user" in _refused(lambda: files.check_target(str(tmp_path / "f"))).message


def test_checking_a_target_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    before = len(os.listdir("/proc/self/fd"))
    files.check_target(str(tmp_path / "old"))
    files.check_target(str(tmp_path / "f"))
    _refused(lambda: files.check_target(str(tmp_path)))
    assert _names(tmp_path) == ["old"]
    assert len(os.listdir("/proc/self/fd")) == before, "a descriptor is left open"


def test_no_descriptor_is_left_open_when_writing_fails(tmp_path: Path) -> None:
    _make_fifo(tmp_path / "fifo")
    before = len(os.listdir("/proc/self/fd"))
    _refused(lambda: _write(tmp_path / "fifo"))
    with pytest.raises(ValueError):
        _interrupted(tmp_path / "f", ValueError("x"))
    assert len(os.listdir("/proc/self/fd")) == before


def test_of_two_writers_the_one_who_ends_last_wins_whole(tmp_path: Path) -> None:
    path = str(tmp_path / "f")
    with files.written(path, "01") as first:
        with files.written(path, "02") as second:
            first.write(b"first" * 1000)
            second.write(b"second" * 1000)
        assert (tmp_path / "f").read_bytes() == b"second" * 1000
    assert (tmp_path / "f").read_bytes() == b"first" * 1000
    assert _names(tmp_path) == ["f"]


def test_many_writers_at_once_never_mix(tmp_path: Path) -> None:
    contents = [str(number).encode() * 20_000 for number in range(8)]
    start = threading.Barrier(len(contents))
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            start.wait(5)
            for turn in range(5):
                _write(tmp_path / "f", contents[number], f"{number:02x}{turn:02x}")
                assert files.read_bytes(str(tmp_path / "f")) in contents
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(contents))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not failures
    assert (_names(tmp_path), (tmp_path / "f").read_bytes() in contents) == (["f"], True)


# What killed runs have left


def test_leftovers_of_a_day_ago_are_removed_and_nothing_else(tmp_path: Path) -> None:
    old, young, other, folder = (f".{digit * 32}.tmp" for digit in "abcd")
    strangers = [".0123.tmp", f"{'e' * 32}.tmp", f".{'f' * 32}.tmp.bak", "report.json"]
    for name in (old, young, *strangers):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / other).symlink_to(tmp_path / "report.json")
    (tmp_path / folder).mkdir()
    for name in (old, folder, *strangers):
        os.utime(tmp_path / name, (1, 1))
    os.utime(tmp_path / other, (1, 1), follow_symlinks=False)
    _write(tmp_path / "f")
    assert set(_names(tmp_path)) == {"f", young, other, folder, *strangers}


def test_leftovers_that_cannot_be_removed_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.os, "listdir", _fail_with(errno.EACCES))
    _write(tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"new"


# --- append ---


@pytest.mark.parametrize("add", [lambda path: files.append(path, "line\n"), lambda path: files.overwrite(path, 0, b"line")], ids=["append", "overwrite"])
def test_a_disk_that_takes_a_part_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add: Callable[[str], None]) -> None:
    """A write that ends early raises nothing by itself."""
    (tmp_path / "file").write_text("12345")
    monkeypatch.setattr(os, "write", lambda descriptor, content: len(content) - 1)
    monkeypatch.setattr(os, "pwrite", lambda descriptor, content, offset: len(content) - 1)
    assert "No space left" in _refused(lambda: add(str(tmp_path / "file")), "machine").message


def test_what_is_appended_stands_at_the_end_of_a_private_file(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "f"
    for text in ("a\n", "", "名\n"):
        files.append(str(path), text)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == "a\n名\n"


def test_nothing_is_appended_to_a_link_a_folder_or_another_users_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "victim").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "link", tmp_path, tmp_path / "none" / "f", tmp_path / "fifo"):
        with pytest.raises(SecretsError):
            files.append(str(path), "x")
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    assert "is not a file of this user" in _refused(lambda: files.append(str(tmp_path / "victim"), "x")).message
    assert (tmp_path / "victim").read_text() == "old"


def test_folders_are_private_and_a_shared_one_is_refused_unless_it_is_sticky(tmp_path: Path) -> None:
    files.make_folders([str(tmp_path / "a" / "b"), str(tmp_path / "a" / "b" / "c")])
    assert [(tmp_path / path).stat().st_mode & 0o777 for path in ("a", "a/b", "a/b/c")] == [0o700] * 3
    shared, file = tmp_path / "shared", tmp_path / "file"
    shared.mkdir()
    file.touch()
    shared.chmod(0o1777)
    files.make_folders([str(shared)])
    shared.chmod(0o777)
    for path, reason in ((shared, "can be written by everybody"), (file, "is not a folder"), (file / "below", os.strerror(errno.EEXIST))):
        with pytest.raises(SecretsError, match=reason):
            files.make_folders([str(path)])
