# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine: which Pythons really run here, and the one line that installs what is missing."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The Pythons that can run ansible-core and the tools, best first. 3.14 stands behind, because tools support it last.
CONTROLLERS = ("3.13", "3.12", "3.14", "3.11")

# Where the HTML report is tested, if one of them is installed: Debian's name, Ubuntu's, and Google's own.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# The oldest Java that runs ansible-rulebook, and where Debian and Ubuntu put theirs.
JAVA = 17
JAVA_HOMES = "/usr/lib/jvm/*"

# The releases of ansible-core that are supported, each with the Pythons that take it, the one on which it is tried first. Between
# them they have every Python. The Pythons of the releases in CORES come best first: they are in every run.
RELEASES = {
    "2.16": ("3.12", "3.11", "3.10"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.13", "3.12", "3.11"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.13", "3.12", "3.14"),
    "2.22": ("3.13", "3.14"),
}

# The Pythons on which the modules are tested where they are installed: those of all releases.
TESTED = tuple(sorted({version for versions in RELEASES.values() for version in versions}))

# The releases on which every run tries plays: the oldest that is supported, the one that changed templates and messages, the newest.
CORES = ("2.16", "2.19", "2.21")

# Prints what a Python is, seen from inside: a pyenv shim that is not active prints nothing and fails.
PROBE = """
import os, sys, venv
print("%d.%d" % sys.version_info[:2])
print(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))
try:
    import ensurepip
    print("yes" if ensurepip.version() else "no")
except Exception:
    print("no")
"""


class Stop(Exception):
    """Something is missing or wrong that only the user can mend; the text is the one line that says how."""


@dataclass(frozen=True)
class Python:
    """A Python interpreter that runs. Without ensurepip it cannot make a virtual environment that has pip."""

    version: str
    path: Path
    ensurepip: bool


def is_shims(folder: str) -> bool:
    """Whether a folder on PATH holds pyenv's shims: they exist for Pythons that they then refuse to run."""
    return os.path.basename(folder.rstrip("/")) == "shims" and os.path.isdir(os.path.join(folder, "..", "versions"))


def search_path(environ: Mapping[str, str]) -> list[str]:
    """The folders of PATH without pyenv's shims."""
    return [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if folder and not is_shims(folder)]


def candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Every place where a Python may be: PATH first, then the versions that pyenv has installed, newest first."""
    names = [f"python{version}" for version in TESTED] + ["python3"]
    yield from (Path(folder, name) for folder in search_path(environ) for name in names)
    pyenv = Path(environ.get("PYENV_ROOT") or os.path.join(environ.get("HOME", "/"), ".pyenv"))
    installed = [folder for folder in pyenv.glob("versions/3.*") if folder.name.replace(".", "").isdigit()]
    for folder in sorted(installed, key=lambda path: [int(part) for part in path.name.split(".")], reverse=True):
        yield folder / "bin" / "python3"
    yield Path(sys.executable)


def probe(path: Path) -> Python | None:
    """Run a candidate and let it say what it is; None when it does not run or lacks a part of the standard library."""
    try:
        answer = subprocess.run([str(path), "-I", "-c", PROBE], capture_output=True, text=True, timeout=30, check=True).stdout
        version, real, ensurepip = answer.splitlines()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Python(version, Path(real), ensurepip == "yes")


def find_pythons(paths: Iterable[Path]) -> dict[str, Python]:
    """The first Python of each tested version; one that has ensurepip wins over one that has not."""
    found: dict[str, Python] = {}
    for path in dict.fromkeys(path.resolve() for path in paths if os.access(path, os.X_OK) and path.is_file()):
        python = probe(path)
        if python and python.version in TESTED:
            known = found.get(python.version)
            if known is None or python.ensurepip > known.ensurepip:
                found[python.version] = python
    return found


def cores(pythons: Mapping[str, Python]) -> dict[str, str]:
    """The releases of ansible-core that can run here, each with the Python on which it is tried."""
    best = {core: next((version for version in versions if version in pythons), None) for core, versions in RELEASES.items()}
    return {core: version for core, version in best.items() if version}


def lacks_core(core: str, pythons: Iterable[str]) -> str:
    """Why a release of ansible-core cannot be tested here, or nothing."""
    here = any(version in pythons for version in RELEASES[core])
    return "" if here else f"needs one of Python {', '.join(RELEASES[core])}: none is installed"


def choose(pythons: Mapping[str, Python], wanted: str | None = None) -> Python:
    """The Python that runs the tools: the wanted version, else the best that can make virtual environments."""
    fit = [pythons[version] for version in CONTROLLERS if version in pythons and wanted in (None, version)]
    if not fit:
        version = wanted or "3.11"
        raise Stop(f"Python {version}{'' if wanted else ' or newer'} is missing; install it with: sudo apt-get install -y python{version} python{version}-venv")
    complete = [python for python in fit if python.ensurepip]
    if not complete:
        # The distribution's own python3 has a package without a number, which is there on every release.
        package = "python3-venv" if fit[0].path == Path("/usr/bin/python3").resolve() else f"python{fit[0].version}-venv"
        raise Stop(f"Python's venv is missing; install it with: sudo apt-get install -y {package}")
    return complete[0]


def find_browser(environ: Mapping[str, str]) -> str | None:
    """The path of a browser."""
    path = os.pathsep.join(search_path(environ))
    return next(filter(None, (shutil.which(name, path=path) for name in BROWSERS)), None)


def find_java(environ: Mapping[str, str], homes: str = JAVA_HOMES) -> str | None:
    """The home of a Java that is new enough: the user's, the one on PATH, or the first that is installed."""
    on_path = shutil.which("java", path=os.pathsep.join(search_path(environ)))
    places = [environ.get("JAVA_HOME"), on_path and str(Path(on_path).resolve().parents[1]), *sorted(glob.glob(homes))]
    return next((place for place in places if place and java_version(Path(place)) >= JAVA), None)


def lacks_browser(environ: Mapping[str, str]) -> str:
    """Why the HTML report cannot be tested here; empty if it can."""
    return "" if find_browser(environ) else "needs Chromium: sudo apt-get install -y chromium"


def lacks_java(environ: Mapping[str, str]) -> str:
    """Why rulebooks cannot be tested here; empty if they can."""
    return "" if find_java(environ) else "needs Java 17: sudo apt-get install -y openjdk-17-jre-headless"


def java_version(home: Path) -> int:
    """The first number of the version that a Java says it has; 0 if it does not run."""
    try:
        said = subprocess.run([str(home / "bin" / "java"), "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


# Left out where git cannot tell what belongs to the project, as in an unpacked release.
NOT_OURS = {".git", ".dev", ".ansible", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__", "secrets-report"}


def project_files(root: Path) -> list[Path]:
    """The files of the project, relative to its root: what git tracks and what it would, if added; never what it ignores."""
    if (root / ".git").exists():
        listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            names = subprocess.run(listing, capture_output=True, check=True).stdout.decode("utf-8", "surrogateescape")
        except (OSError, subprocess.CalledProcessError):
            names = ""
        # A deleted file stays in the index until that is committed.
        files = sorted({Path(name) for name in names.split("\0") if name and os.path.lexists(root / name)})
        if files:
            return files
    return sorted(walk(root))


def walk(root: Path) -> Iterator[Path]:
    """All files below a folder but those that are certainly not the project's."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS and Path(folder, name) != root / "tests" / "output"]
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from (Path(folder, name).relative_to(root) for name in names + links if not name.endswith((".pyc", ".tar.gz")))
