# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only door to the file system: guarded reads, and writes that are whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from .errors import SecretsError

PRIVATE = 0o600
MEBIBYTE = 1 << 20


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
        content = handle.read(limit + 1)
    if len(content) > limit:
        raise SecretsError("file", f"{path} is larger than {limit} bytes")
    return content


def read_private(path: str, home: str, limit: int) -> bytes:
    """The whole file, if nobody but its owner and root can have written it, and nobody else can read it.

    (Others may have the right to read it where its folder keeps them out, as some vendors' programs leave it.)
    A link may not lead out of the home folder, or of its own folder where that is elsewhere.
    """
    root = os.path.realpath(home if _is_below(path, home) else os.path.dirname(path))
    real = os.path.realpath(path)
    if not real.startswith(os.path.join(root, "")):
        raise SecretsError("file", f"{path} is a link that leads elsewhere", hint="Put the file itself there.")
    with opened(real) as handle:
        status, folder = os.fstat(handle.fileno()), os.stat(os.path.dirname(real))
        reason = None
        if status.st_uid not in (os.geteuid(), 0):
            reason = "belongs to another user"
        elif status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            reason = "can be written by others"
        elif status.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH or status.st_mode & stat.S_IRGRP and folder.st_mode & stat.S_IXGRP:
            reason = "can be read by others"
        if reason:
            raise SecretsError("file", f"{path} {reason}", hint=f"Run: chmod 600 {path}")
        content = handle.read(limit + 1)
    if len(content) > limit:
        raise SecretsError("file", f"{path} is larger than {limit} bytes")
    return content


def _is_below(path: str, folder: str) -> bool:
    return os.path.abspath(path).startswith(os.path.abspath(folder) + os.sep)


def exists(path: str) -> bool:
    """True if the path exists, even as a broken link."""
    return os.path.lexists(path)


def check_target(path: str) -> None:
    """Raise the error that written() would raise for this path, as far as it shows beforehand, and write nothing."""
    folder = _open_folder(path)
    try:
        _check_name(folder, path)
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder):
            raise SecretsError("file", f"{path}: its folder cannot be written to", hint="Choose a folder of your own.")
    finally:
        os.close(folder)


@contextmanager
def written(path: str, random_name: str) -> Iterator[BinaryIO]:
    """A file that takes the place of 'path' at once when the block ends well, and leaves no trace when it does not.

    Mode 0600 under any umask. Its folder is opened once, must belong to the user or root, and must not be
    writable by others without the sticky bit; a link, folder or FIFO at the path is refused.
    random_name: hexadecimal digits that make the temporary name one that nobody guesses.
    """
    folder = _open_folder(path)
    try:
        name = _check_name(folder, path)
        temporary = f".{random_name}.tmp"
        descriptor = _create(folder, temporary)
        try:
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
    except OSError as error:
        raise _file_error(path, error) from None
    finally:
        os.close(folder)


def keep(path: str, other: str, random_name: str) -> None:
    """Give a file a second name in its folder, in place of what is there, so that the first one can be given to another file.

    What written() refuses is refused here. Where a file cannot have two names, it gets the other one at once. A file that is
    gone meanwhile is no error: another run was faster.
    """
    folder = _open_folder(path)
    temporary = f".{random_name}.tmp"
    try:
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
    except OSError as error:
        raise _file_error(path, error) from None
    finally:
        os.close(folder)


def overwrite(path: str, offset: int, content: bytes) -> None:
    """Write over bytes in the middle of a file of one's own, for good. Its length stays, so that a full disk does no harm."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size < offset + len(content):
                raise SecretsError("file", f"{path} is not the file that was written there")
            os.pwrite(descriptor, content, offset)
            os.fsync(descriptor)
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
    folder = _open_folder(lock)
    try:
        name = _check_name(folder, lock)
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, PRIVATE, dir_fd=folder)
    except OSError as error:
        raise _file_error(lock, error) from None
    finally:
        os.close(folder)
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
        folder = _open_folder(beside)
        try:
            name = f".{random_name}.tmp"
            self._handle = os.fdopen(_create(folder, name), "wb")
            self._reader = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            _remove(folder, name)
        except OSError as error:
            raise _file_error(beside, error) from None
        finally:
            os.close(folder)

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


def _open_folder(path: str) -> int:
    parent = os.path.dirname(os.path.abspath(path))
    try:
        folder = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _file_error(parent, error) from None
    status = os.fstat(folder)
    loose = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    if status.st_uid not in (os.geteuid(), 0) or loose:
        os.close(folder)
        reason = "can be written by everybody" if loose else "belongs to another user"
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


def _remove(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        pass


def _file_error(path: str, error: OSError | ValueError) -> SecretsError:
    number = getattr(error, "errno", None)
    return SecretsError("file", f"{path}: {os.strerror(number) if number else 'cannot be used'}")
