# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands first on PYTHONPATH: takes away the hash algorithms that a Python under FIPS lacks.

SHA-1 is left to Ansible, which compares files by it, and taken from this collection.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

LACKING = ("md5", "blake2b", "blake2s")
OURS = "multicloud"

really_new, really_sha1 = hashlib.new, hashlib.sha1


def refuse(*_args: Any, **_more: Any) -> Any:
    """Answer as OpenSSL does."""
    raise ValueError("[digital envelope routines] unsupported")


def sha1(*args: Any, **more: Any) -> Any:
    """SHA-1, but not for a file of ours."""
    return refuse() if OURS in sys._getframe(1).f_code.co_filename else really_sha1(*args, **more)


def new(name: str, *args: Any, **more: Any) -> Any:
    """Make a hash by its name."""
    return refuse() if name.lower() in LACKING else really_new(name, *args, **more)


if "EMULATOR_URL" in os.environ:  # not in the emulator itself, which stands for the clouds
    for algorithm in LACKING:
        setattr(hashlib, algorithm, refuse)
    hashlib.sha1, hashlib.new = sha1, new
