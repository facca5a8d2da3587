# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only door to the file system: guarded reads, and writes that are whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from .errors import SecretsError
from .machine import SYSTEM_HINTS, machine_fault

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
MEBIBYTE = 1 << 20
LOOSE = "can be written by everybody"
LEFTOVER = re.compile(r"\.[0-9a-f]{32}\.tmp")
"""How temporary files of ours are named."""
LEFTOVER_AGE = 86_400.0
"""Seconds. No run lasts longer than a day."""


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A regular file, open for reading bytes. A FIFO, device or directory is refused without being waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SecretsError("file", f"{path} is not a regular file")
    try:
        with os.fdopen(descriptor, "rb") as handle:
            yield handle
    except OSError as error:
        raise _file_error(path, error) from None


def read_bytes(path: str, limit: int = 16 * MEBIBYTE) -> bytes:
    """The whole file, if it has at most 'limit' bytes."""
    with opened(path) as handle:
        return _bounded(handle, path, limit)


@dataclass(frozen=True)
class Reader:
    """Who reads: the user, and all groups of this process."""

    user: int
    groups: frozenset[int]


def distrust(file: os.stat_result, folder: os.stat_result, reader: Reader, linked: bool) -> str | None:
    """Why a file of keys is not to be trusted, or None.

    It has to belong to the reader or to root, and nobody else may write it. A group of the reader's may read it, as in
    volumes of Kubernetes. Others may not, unless the folder keeps them out, as some vendors' programs leave it.
    linked: it stands behind a link out of the home, as home-manager makes them; who reads a file of root's is then root's affair.
    """
    if file.st_uid not in (reader.user, 0):
        return "belongs to another user"
    if file.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written by others"
    if linked and file.st_uid == 0:
        return None
    to_others = file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH
    to_group = file.st_mode & stat.S_IRGRP and folder.st_mode & stat.S_IXGRP and file.st_gid not in reader.groups
    return "can be read by others" if to_others or to_group else None


def remedy(path: str, reason: str, file: os.stat_result, reader: Reader, mounted: bool) -> str:
    """What helps against a distrust. mounted: the file system is read-only, as volumes of secrets are."""
    if reason == "belongs to another user":
        return f"Run: chown {reader.user} {path}"
    if mounted or reader.user not in (file.st_uid, 0):
        return "Its mode is set where it is mounted: for a Kubernetes secret give the volume a defaultMode of 0400, or 0440 with an fsGroup."
    return f"Run: chmod 600 {path}"


def read_private(path: str, home: str, limit: int) -> bytes:
    """The whole file, if distrust() has nothing against it.

    A link in the home may lead out of it. A link elsewhere may not lead out of its own folder.
    """
    at_home = _is_below(path, home)
    root, real = os.path.realpath(home if at_home else os.path.dirname(path)), os.path.realpath(path)
    linked = not real.startswith(os.path.join(root, ""))
    if linked and not at_home:
        raise SecretsError("file", f"{path} is a link that leads elsewhere", hint="Put the file itself there, or name the file that it leads to.")
    with opened(real) as handle:
        status, folder = os.fstat(handle.fileno()), os.stat(os.path.dirname(real))
        reader = Reader(os.geteuid(), frozenset((os.getegid(), *os.getgroups())))
        if reason := distrust(status, folder, reader, linked):
            mounted = bool(os.fstatvfs(handle.fileno()).f_flag & os.ST_RDONLY)
            raise SecretsError("file", f"{path} {reason}", hint=remedy(path, reason, status, reader, mounted))
        return _bounded(handle, path, limit)


def _bounded(handle: BinaryIO, path: str, limit: int) -> bytes:
    content = handle.read(limit + 1)
    if len(content) > limit:
        raise SecretsError("file", f"{path} is larger than {limit} bytes")
    return content


def _is_below(path: str, folder: str) -> bool:
    return os.path.abspath(path).startswith(os.path.abspath(folder) + os.sep)


def is_waited_for(path: str) -> bool:
    """Whether to open it could wait for somebody at its other end, without an end."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def descriptor_fault() -> SecretsError | None:
    """Why no file can be opened any more, if that is so. Neither OpenSSL nor the resolver says when this was their trouble."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return machine_fault(error)
    return None


def names(folder: str) -> list[str]:
    """The names of what is in a folder, in order; none where it cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def make_folders(folders: Iterable[str]) -> None:
    """Make folders that lie in one another, for their owner only. One that is there stays as it is, unless others could
    exchange files in it."""
    for folder in folders:
        try:
            os.makedirs(os.path.dirname(os.path.abspath(folder)), PRIVATE_FOLDER, exist_ok=True)
            try:
                os.mkdir(folder, PRIVATE_FOLDER)
            except FileExistsError:
                _check_folder(folder)
        except OSError as error:
            raise _file_error(folder, error) from None


def _check_folder(folder: str) -> None:
    """Refuse what is no folder, and a folder in which others could exchange files."""
    mode = os.stat(folder).st_mode
    if not stat.S_ISDIR(mode):
        raise SecretsError("file", f"{folder} is not a folder", hint="Choose another path.")
    if _is_loose(mode):
        raise SecretsError("file", f"{folder} {LOOSE}, so a file there could be exchanged", hint="Choose a folder of your own.")


def exists(path: str) -> bool:
    """Whether the path exists, even as a broken link."""
    return os.path.lexists(path)


def check_target(path: str) -> None:
    """Raise the error that written() would raise for this path, as far as it shows beforehand, and write nothing."""
    with _in_folder(path) as folder:
        _check_name(folder, path)
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder):
            raise SecretsError("machine", f"{path}: its folder cannot be written to", hint="Choose a folder of your own.")


@contextmanager
def written(path: str, random_name: str) -> Iterator[BinaryIO]:
    """A file that takes the place of 'path' at once when the block ends well, and leaves no trace when it does not.

    Mode 0600 under any umask. Its folder is opened once, must belong to the user or root, and must not be
    writable by others without the sticky bit; a link, folder or FIFO at the path is refused.
    random_name: hexadecimal digits that make the temporary name one that nobody guesses.
    """
    with _in_folder(path) as folder:
        name = _check_name(folder, path)
        temporary = f".{random_name}.tmp"
        descriptor = _create(folder, temporary)
        try:
            _remove_leftovers(folder, os.fstat(descriptor).st_mtime)
            with os.fdopen(descriptor, "wb") as handle:
                yield handle
                handle.flush()
                os.fsync(descriptor)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            _remove(folder, temporary)
            raise
        with suppress(OSError):  # some network file systems cannot sync a folder; the file is in its place by now
            os.fsync(folder)


def keep(path: str, other: str, random_name: str) -> None:
    """Give a file a second name in its folder, in place of what is there, so that the first one can be given to another file.

    What written() refuses is refused here. Where a file cannot have two names, it gets the other one at once. A file that is
    gone meanwhile is no error: another run was faster.
    """
    temporary = f".{random_name}.tmp"
    with _in_folder(path) as folder:
        name, kept = _check_name(folder, path), _check_name(folder, other)
        with suppress(FileNotFoundError):
            try:
                os.link(name, temporary, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                raise
            except OSError:
                os.rename(name, kept, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                os.rename(temporary, kept, src_dir_fd=folder, dst_dir_fd=folder)
                _remove(folder, temporary)  # it is still there where both names are the same file's already


def remove(path: str) -> None:
    """Remove a file that written() could have written; one that is gone is no error."""
    with _in_folder(path) as folder:
        _remove(folder, _check_name(folder, path))


def append(path: str, text: str) -> None:
    """Add to the end of a file of one's own, which is made with mode 0600 if it is not there. What several add at once stays whole."""
    with _writable(path, os.O_APPEND | os.O_CREAT) as descriptor:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise SecretsError("file", f"{path} is not a file of this user", hint="Remove it or choose another path.")
        os.fchmod(descriptor, PRIVATE)
        content = text.encode("utf-8")
        if os.write(descriptor, content) < len(content):  # the disk is full, and would have said so to the next write
            raise OSError(errno.ENOSPC, "")


def overwrite(path: str, offset: int, content: bytes) -> None:
    """Write over bytes in the middle of a file of one's own, for good. Its length stays, so that a full disk does no harm."""
    with _writable(path) as descriptor:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size < offset + len(content):
            raise SecretsError("file", f"{path} is not the file that was written there")
        if os.pwrite(descriptor, content, offset) < len(content):
            raise OSError(errno.ENOSPC, "")
        os.fsync(descriptor)


@contextmanager
def _writable(path: str, more: int = 0) -> Iterator[int]:
    """The descriptor of a file that is open for writing. Every error in the block is one of the file. more: flags of open()."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | more, PRIVATE)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from None


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold the file 'path' for this process alone, by a file beside it that ends with .lock and stays there, empty.

    Raises SecretsError where another one holds it, and for a folder in which written() would not write.
    """
    lock = f"{path}.lock"
    with _in_folder(lock) as folder:
        name = _check_name(folder, lock)
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, PRIVATE, dir_fd=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if not isinstance(error, BlockingIOError):
            raise _file_error(lock, error) from None
        raise SecretsError("file", f"{path} is in use by another process", hint="Give each process a file of its own, or end the other one.") from None
    try:
        yield
    finally:
        os.close(descriptor)


class Scratch:
    """A file without a name, in the folder of another one: nobody else can open it, and it is gone with this process."""

    def __init__(self, beside: str, random_name: str) -> None:
        self._beside = beside
        with _in_folder(beside) as folder:
            name = f".{random_name}.tmp"
            self._handle = os.fdopen(_create(folder, name), "wb")
            try:
                self._reader = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            finally:
                _remove(folder, name)

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write it, once."""
        try:
            with self._handle:
                self._handle.writelines(pieces)
        except OSError as error:
            raise _file_error(self._beside, error) from None

    def append(self, piece: bytes) -> int:
        """Write a piece behind the others, and say where it stands. For pieces that piece() reads while others come."""
        try:
            position = self._handle.tell()
            self._handle.write(piece)
            self._handle.flush()
        except OSError as error:
            raise _file_error(self._beside, error) from None
        return position

    def piece(self, position: int, size: int) -> bytes:
        """Content that append() wrote."""
        try:
            return os.pread(self._reader, size, position)
        except OSError as error:
            raise _file_error(self._beside, error) from None

    def close(self) -> None:
        """Give the disk space back."""
        os.close(self._reader)
        self._handle.close()

    def read(self, buffer: int = MEBIBYTE >> 2) -> BinaryIO:
        """Written content from its beginning. Closing it frees the disk space."""
        return os.fdopen(self._reader, "rb", buffer)


def _is_loose(mode: int) -> bool:
    """Whether everybody can exchange files in a folder of this mode: each may write, and no sticky bit protects what is another's."""
    return bool(mode & stat.S_IWOTH and not mode & stat.S_ISVTX)


@contextmanager
def _in_folder(path: str) -> Iterator[int]:
    """The descriptor of the folder of a path. Every error of the system in the block is one of the path."""
    folder = _open_folder(path)
    try:
        yield folder
    except OSError as error:
        raise _file_error(path, error) from None
    finally:
        os.close(folder)


def _open_folder(path: str) -> int:
    parent = os.path.dirname(os.path.abspath(path))
    try:
        folder = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _file_error(parent, error) from None
    status = os.fstat(folder)
    loose = _is_loose(status.st_mode)
    if status.st_uid not in (os.geteuid(), 0) or loose:
        os.close(folder)
        reason = LOOSE if loose else "belongs to another user"
        raise SecretsError("file", f"{parent} {reason}, so a file there could be exchanged", hint="Choose a folder of your own.")
    return folder


def _check_name(folder: int, path: str) -> str:
    if path.endswith("/"):
        raise SecretsError("file", f"{path} names a folder", hint="Name a file in it.")
    name = os.path.basename(os.path.abspath(path))
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return name
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from None
    if not stat.S_ISREG(mode):
        raise SecretsError("file", f"{path} exists and is not a regular file", hint="Remove it or choose another path.")
    return name


def _create(folder: int, name: str) -> int:
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE, dir_fd=folder)
    os.fchmod(descriptor, PRIVATE)
    return descriptor


def _remove_leftovers(folder: int, now: float) -> None:
    """Remove what killed runs of ours have left there: files of our names that are a day old. now: by the file system's own clock."""
    with suppress(OSError):  # whoever may not look or remove there can still write
        for name in os.listdir(folder):
            if LEFTOVER.fullmatch(name):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and now - status.st_mtime > LEFTOVER_AGE:
                    _remove(folder, name)


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _file_error(path: str, error: OSError | ValueError) -> SecretsError:
    number = getattr(error, "errno", None)
    told = f"{path}: {os.strerror(number) if number else 'cannot be used'}"
    return SecretsError("machine", told, hint=SYSTEM_HINTS[number]) if number in SYSTEM_HINTS else SecretsError("file", told)
