# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutation testing by mutmut: python tests/mutants [--tests PATH...] [FILE...], in a copy below ansible_collections/ that may be spoilt."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

COLLECTION = Path(__file__).resolve().parents[2]
ROOT = COLLECTION.parents[2]  # where ansible_collections/ lies
PURE = "unordered ordered merge evidence retry rate_limit scheduler plan".split()
ROOMS = ("plugins/module_utils/_audit", *(f"plugins/module_utils/**/{room}.py" for room in PURE))
TESTS = ("tests/unit/plugins",)
BAR = 0.9
SETTINGS = """\
[mutmut]
also_copy=ansible_collections
track_dependencies=false
use_git_change_detection=false
pytest_add_cli_args=
    -opythonpath=.
    -pno:cacheprovider
    -pno:xdist
source_paths=
    {files}
pytest_add_cli_args_test_selection=
    {tests}
"""


def main() -> int:
    """Status 1 when less than nine of ten mutants are noticed."""
    parser = argparse.ArgumentParser(prog="python tests/mutants", description="Changes the code in small ways and counts which changes the unit tests notice.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="files, folders or globs; default: the judge, and the pure files of the listing")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help="which tests hunt")
    asked = parser.parse_args()
    if (COLLECTION / ".git").exists():
        parser.error("this spoils the files that it reads: 'nox -s mutants' makes a copy first")
    found = {pattern: list(COLLECTION.glob(pattern)) for pattern in asked.files or ROOMS}
    if lost := [pattern for pattern, paths in found.items() if not paths]:
        parser.error(f"there is no such file: {' '.join(lost)}")
    files = sorted({path for paths in found.values() for path in paths})
    named = {"files": files, "tests": [COLLECTION / test for test in asked.tests]}
    lists = {name: "\n    ".join(str(path.relative_to(ROOT)) for path in paths) for name, paths in named.items()}
    (ROOT / "setup.cfg").write_text(SETTINGS.format(**lists), encoding="utf-8")
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    subprocess.run([mutmut, "run"], cwd=ROOT, check=True)
    for command in ("results", "export-cicd-stats"):
        subprocess.run([mutmut, command], cwd=ROOT, check=True)
    counts = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    noticed = counts["killed"] + counts["timeout"]
    print(f"score: {noticed} of {counts['total']} mutants noticed")
    return 0 if noticed >= BAR * counts["total"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
