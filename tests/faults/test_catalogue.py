# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue itself: every fault has a test with each cloud, and a line in the README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NUMBERS = set(range(1, 88))
FILES = {
    "test_transport.py": range(1, 25),
    "test_answers.py": (*range(25, 49), 87),
    "test_paging.py": range(49, 65),
    "test_members.py": range(65, 77),
    "test_of_details.py": range(77, 87),
}
BOTH = ("tencent", "alibaba")
CLOUDS = {**dict.fromkeys(FILES, (*BOTH, "kms")), "test_members.py": BOTH}
"""An organization is one for all services of its cloud."""


def test_every_fault_has_a_test_with_each_cloud() -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", *(str(FOLDER / name) for name in FILES)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(test_\w+\.py)::\w+\[(\d\d)-\S+-(tencent|alibaba|kms)\]$", listed, re.MULTILINE)
    assert {(name, int(number), cloud) for name, number, cloud in found} == {
        (name, number, cloud) for name, numbers in FILES.items() for number in numbers for cloud in CLOUDS[name]
    }
    assert {int(number) for name, number, cloud in found} == NUMBERS


def test_every_fault_has_a_line_in_the_readme() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == sorted(NUMBERS)
