# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine lacks is told as that, with what to change, and never as a fault of the collection."""

from __future__ import annotations

import errno
import hashlib
import os
import ssl
import threading

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import machine
from ansible_collections.multicloud.secrets.plugins.module_utils._core.machine import as_error, machine_fault


@pytest.mark.parametrize("number", machine.SYSTEM_ERRORS, ids=lambda number: errno.errorcode[number])
def test_errors_of_the_system_that_mean_a_lack(number: int) -> None:
    found = machine_fault(OSError(number, os.strerror(number), "/canary"))
    assert found and found.kind == "machine" and found.hint and "canary" not in found.sentence()


def test_each_of_them_has_a_hint() -> None:
    assert machine.SYSTEM_ERRORS.keys() == machine.SYSTEM_HINTS.keys()


def test_other_lacks() -> None:
    with pytest.raises(ValueError, match="unsupported hash type") as hash_error:
        hashlib.new("no-such-hash")
    lacks = [
        MemoryError(),
        SystemError("<built-in function loads> returned NULL without setting an exception"),
        RuntimeError("can't start new thread"),
        RuntimeError("can't allocate read lock"),
        hash_error.value,
        ValueError("[digital envelope routines] unsupported"),
    ]
    assert [getattr(machine_fault(error), "kind", None) for error in lacks] == ["machine"] * 6


@pytest.mark.parametrize(
    "error",
    [ValueError("canary"), RuntimeError("canary"), OSError(errno.ENOENT, "x"), OSError("canary"), ssl.SSLError(1, "x"), KeyError("canary")],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_lack_is_a_fault_of_ours_and_shows_only_its_class(error: Exception) -> None:
    assert machine_fault(error) is None
    told = as_error(error, " in a thread")
    assert told.kind == "internal" and told.message == f"Unexpected {type(error).__name__} in a thread" and "canary" not in told.sentence()


def test_a_thread_that_cannot_start_reads_so_in_this_python() -> None:
    """The words are those that Python has now."""
    stack = threading.stack_size()
    try:
        threading.stack_size(1 << 46)
        thread = threading.Thread(target=lambda: None)
        with pytest.raises(RuntimeError) as caught:
            thread.start()
    finally:
        threading.stack_size(stack)
    found = machine_fault(caught.value)
    assert found and found.kind == "machine"


@pytest.mark.parametrize(
    "number, hint",
    [
        (errno.ENOSPC, "Make room"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "mount"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENOMEM, "memory"),
        (errno.EACCES, "SELinux"),
    ],
    ids=lambda value: errno.errorcode.get(value, "") if isinstance(value, int) else "",
)
def test_the_hint_says_what_to_change(number: int, hint: str) -> None:
    assert hint in str(getattr(machine_fault(OSError(number, "x")), "hint", None))
