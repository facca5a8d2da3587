# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Makefile calls: put nox into a virtual environment of its own below .dev, and hand over to it.

python3 tests/checks test       everything that has to pass before a commit
python3 tests/checks test-all   the rest of what has to pass
python3 tests/checks demo       any session of noxfile.py by its name, with its options
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from machine import ROOT, Python, Stop, candidates, choose, find_pythons

FOLDER = ROOT / ".dev" / "tools"
PINS = ROOT / "tests" / "requirements" / "nox.txt"


def main(target: str, *options: str) -> int:
    """Status 2: it could not begin, and one line says why."""
    try:
        if len(str(ROOT).split()) > 1:
            raise Stop(f"ansible-test cannot work in a folder whose path holds a space: move {ROOT}")
        python = provide_nox(choose(find_pythons(candidates(os.environ)), os.environ.get("CHECKS_PYTHON")))
    except Stop as stop:
        print(stop)
        return 2
    if target in ("test", "test-all"):
        command = [str(python), "-B", str(ROOT / "tests" / "checks" / "tiers.py"), target, *options]
    else:
        command = [str(python), "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), "--session", target, *(["--", *options] if options else [])]
    sys.stdout.flush()
    os.execv(command[0], command)
    return 0


def provide_nox(python: Python) -> Path:
    """Make the virtual environment, unless it is there as its pins say."""
    key = hashlib.sha256(f"{python.path} {FOLDER}".encode() + PINS.read_bytes()).hexdigest()
    stamp = FOLDER / "stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != key:
        print(f"setting up nox on Python {python.version}", flush=True)
        pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", str(PINS)]
        for command in ([str(python.path), "-m", "venv", "--clear", str(FOLDER)], pip):
            ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if ran.returncode:
                raise Stop(f"{ran.stdout}\nthe set-up failed: {' '.join(command)}")
        stamp.write_text(key, encoding="utf-8")
    return FOLDER / "bin" / "python"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
