# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release that was made twice, and a key that lives as long as the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "checks"))


@pytest.fixture(scope="session")
def first() -> Path:
    """The folder of one release."""
    return Path(os.environ["FIRST"])


@pytest.fixture(scope="session")
def second() -> Path:
    """The same release, made in another clone."""
    return Path(os.environ["SECOND"])


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of somebody who has a secret key, with the path of their public one as KEYRING. Its home folder holds nothing else."""
    home = tmp_path_factory.mktemp("h")
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "GNUPGHOME": str(home / "gnupg"), "KEYRING": str(home / "keyring.gpg")}
    (home / "gnupg").mkdir(mode=0o700)
    gpg = ["gpg", "--batch", "--quiet"]
    subprocess.run([*gpg, "--passphrase", "", "--quick-generate-key", "Release <release@example.com>", "ed25519", "sign", "1d"], env=environ, check=True)
    subprocess.run([*gpg, "--output", environ["KEYRING"], "--export"], env=environ, check=True)
    yield environ
    subprocess.run(["gpgconf", "--kill", "all"], env=environ, check=False)
