# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine lacks: memory, room, file descriptors, threads, rights, parts of Python. It is no fault of a cloud or of this collection."""

from __future__ import annotations

import errno

from .errors import SecretsError

MEMORY = "Give this process more memory, or lower concurrency."
DESCRIPTORS = "Raise the limit of open files (ulimit -n), or lower concurrency."
PERMISSION = "Grant it to the user that runs the module, or choose another path. Containers, SELinux and AppArmor have rules of their own."
SYSTEM_HINTS = {
    errno.EMFILE: DESCRIPTORS,
    errno.ENFILE: DESCRIPTORS,
    errno.ENOMEM: MEMORY,
    errno.ENOSPC: "Make room on its file system, or choose another folder.",
    errno.EDQUOT: "Raise the quota on its file system, or choose another folder.",
    errno.EROFS: "Choose a folder that can be written to, or mount this one for writing.",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f).",
    errno.EACCES: PERMISSION,
    errno.EPERM: PERMISSION,
}
"""What helps against errors of the operating system that mean that the machine lacks something."""
SYSTEM_ERRORS = {
    errno.EMFILE: "this process may open no more files",
    errno.ENFILE: "this machine can open no more files",
    errno.ENOMEM: "this machine has no memory left",
    errno.ENOSPC: "no room is left on a file system",
    errno.EDQUOT: "the quota on a file system is used up",
    errno.EROFS: "a file system is read-only",
    errno.EFBIG: "a file is larger than this process may write",
    errno.EACCES: "a right is missing on this machine",
    errno.EPERM: "a right is missing on this machine",
}
NO_REASON = "without setting an exception"
"""How Python says that one of its functions failed and that there was no memory for the reason."""
NO_HASH = ("unsupported hash type", "digital envelope routines")
"""How Python and OpenSSL say that a hash algorithm is not to be had."""


def machine_fault(error: BaseException) -> SecretsError | None:
    """What the machine lacks, if an exception says that. Its own text is not told: it could hold anything."""
    if isinstance(error, MemoryError) or isinstance(error, SystemError) and NO_REASON in str(error):
        return no_memory()
    if isinstance(error, OSError) and error.errno in SYSTEM_ERRORS and not _is_of_tls(error):
        return SecretsError("machine", SYSTEM_ERRORS[error.errno], hint=SYSTEM_HINTS[error.errno])
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return no_thread()
    if isinstance(error, RuntimeError) and str(error).startswith("can't allocate"):
        return no_memory()
    if isinstance(error, ValueError) and any(words in str(error) for words in NO_HASH):
        return SecretsError("machine", "this Python lacks a hash algorithm, such as SHA-256", hint="Use a Python whose hashlib offers it.")
    return None


def no_memory() -> SecretsError:
    """There is no memory left."""
    return SecretsError("machine", "this machine has no memory left", hint=MEMORY)


def no_thread() -> SecretsError:
    """No thread can be started."""
    return SecretsError("machine", "the machine allows no thread", hint="Raise its limits of processes and memory.")


def no_ssl() -> SecretsError:
    """Python was built without TLS."""
    return SecretsError("machine", "this Python has no ssl module", hint="Set ansible_python_interpreter to a Python that was built with OpenSSL.")


def as_error(error: BaseException, where: str = "") -> SecretsError:
    """An error as it is. Of an exception that nobody foresaw, what the machine lacks, else its class: its text could hold a secret."""
    if isinstance(error, SecretsError):
        return error
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return SecretsError("argument", f"a text holds half of a character, a lone surrogate{where}", hint="Look for it in options, variables and files.")
    return machine_fault(error) or SecretsError(
        "internal", f"Unexpected {type(error).__name__}{where}", hint="This is a fault of the collection; please report it."
    )


def _is_of_tls(error: OSError) -> bool:
    """Errors of TLS count in another way: their number 1 is no missing right."""
    return any(kind.__name__ == "SSLError" for kind in type(error).__mro__)
