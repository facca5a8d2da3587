# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder .dev: virtual environments, a home folder, logs and results. Made on demand, used again, safe to delete."""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import os
import re
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator, Mapping

from machine import CORES, RELEASES, TESTED, UNKNOWN_TO, Python, Stop, cores, search_path
from runner import run, say

# What tests import, whatever the ansible-core.
TESTED_BY_ALL = ("requirements.txt", "tests/requirements/ansible-test.txt", "tests/unit/requirements.txt", "tests/integration/requirements.txt")

# Which requirement files fill which virtual environment. The contract, lint and importer tools exclude each other.
VENVS = {
    "pip": (),
    "ansible": ("requirements.txt", "tests/requirements/ansible.txt", "tests/integration/requirements.txt"),
    "units": ("tests/requirements/units.txt", *TESTED_BY_ALL),
    "contract": ("requirements.txt", "tests/requirements/ansible.txt", "tests/requirements/contract.txt", "tests/unit/requirements.txt"),
    "mutants": ("requirements.txt", "tests/requirements/units.txt", "tests/unit/requirements.txt", "tests/requirements/mutants.txt"),
    "browser": ("requirements.txt", "tests/requirements/browser.txt"),
    "devtools": ("requirements.txt", "tests/requirements/devtools.txt"),
    "events": ("requirements.txt", "tests/requirements/events.txt", "tests/unit/requirements.txt"),
    "lint": ("tests/requirements/lint.txt",),
    "release": ("requirements.txt", "tests/requirements/ansible.txt", "tests/requirements/release.txt"),
    "importer": ("tests/requirements/importer.txt",),
    "site": ("tests/requirements/site.txt",),
    **{f"core{core}": (f"tests/requirements/core-{core}.txt", *TESTED_BY_ALL) for core in RELEASES},
}
UNUSED = r"/(tencentcloud|tccli/services)/(?!common/|ssm/|sts/|__init__)|/tests?/"
CONSTRAINTS = "tests/requirements/constraints.txt"

# All that a test sees of the user's environment. Real credentials, ANSIBLE_* and PYTHON* settings stay outside.
KEPT = ("LANG", "TERM", "USER", "LOGNAME", "LD_LIBRARY_PATH")

# What a program needs to reach a package index, given only to those that install something.
NETWORK = re.compile(r"PIP_\w+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?i:https?_proxy|all_proxy|no_proxy)")

# ansible-test makes virtual environments without pip and downloads a script that installs it, unless the script is in its
# cache. This one does the same with the pip that is here, from the package index that the user has configured.
BOOTSTRAP = """\
import subprocess
import sys

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([{pip!r}, "-m", "pip", "--python", sys.executable, "install", "--quiet", "pip=={version}"] + options))
"""


class Dev:
    """Where everything is that the checks make."""

    def __init__(self, root: Path, python: Python, pythons: Mapping[str, Python], environ: Mapping[str, str]) -> None:
        self.root = root
        self.python = python
        self.pythons = {version: pythons[version] for version in TESTED if version in pythons and version not in UNKNOWN_TO.get(python.version, ())}
        self.releases = {core: f"core{core}-{version}" for core, version in cores(pythons).items()}
        self.cores = {core: venv for core, venv in self.releases.items() if core in CORES}
        # The virtual environments of a release: on the Python that runs its tools, and on every Python that can.
        self.of_release = {f"core{core}": [venv] for core, venv in self.releases.items()} | {
            f"core{core}-every": [f"core{core}-{version}" for version in RELEASES[core] if version in self.pythons] for core in self.releases
        }
        self.environ = environ
        self.folder = root / ".dev"
        self.home = self.folder / "home"
        self.bin = self.folder / "bin"
        self.logs = self.folder / "logs"
        self.results = self.folder / "results"
        self.artefacts = self.folder / "artefacts"
        self.temp = self.folder  # until a workspace brings a folder of its own

    def python_of(self, venv: str) -> Path:
        """The interpreter of a virtual environment; 'units' exists once for each Python and means the one of the tools."""
        return self.venv_folder(venv) / "bin" / "python"

    def venv_folder(self, venv: str) -> Path:
        """The folder of a virtual environment, named by its Python."""
        return self.folder / "venv" / (venv if "-" in venv else f"{venv}-{self.python.version}")

    def environment(self, venv: str, network: bool = False) -> dict[str, str]:
        """What a program sees: a home of its own, the virtual environment and all real Pythons first on PATH."""
        env = {name: value for name, value in self.environ.items() if name in KEPT or (network and NETWORK.fullmatch(name))}
        path = [str(self.python_of(venv).parent), str(self.bin), *search_path(self.environ)]
        return env | {"HOME": str(self.home), "PATH": os.pathsep.join(path), "LC_ALL": "C.UTF-8", "TMPDIR": str(self.temp)}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One run at a time in one checkout; the lock ends with the process."""
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / "lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("another run is at work in this checkout; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def link_pythons(self) -> None:
        """Fill the folder that stands first on PATH, where ansible-test finds each Python under its own name."""
        shutil.rmtree(self.bin, ignore_errors=True)
        self.bin.mkdir(parents=True)
        for version, python in self.pythons.items():
            (self.bin / f"python{version}").symlink_to(python.path)

    def make_venv(self, venv: str) -> None:
        """Make a virtual environment, or use it again when nothing that went into it has changed."""
        name, version = (*venv.split("-"), "")[:2]
        python = self.pythons[version or self.python.version]
        folder = self.venv_folder(venv)
        stamp, key = folder / "stamp", self.key(name, python)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == key and self.python_of(venv).exists():
            return
        start = time.monotonic()
        shutil.rmtree(folder, ignore_errors=True)
        log = self.logs / f"set-up-{folder.name}.log"
        log.unlink(missing_ok=True)
        self.command([str(python.path), "-m", "venv", *([] if name == "pip" else ["--without-pip"]), str(folder)], log)
        if name != "pip":
            self.install(venv, VENVS[name], log)
        stamp.write_text(key, encoding="utf-8")
        say(f"set up {folder.name} in {time.monotonic() - start:.0f} s")

    def install(self, venv: str, files: tuple[str, ...], log: Path) -> None:
        """Install requirement files and compile what is imported: most of the SDKs' services never are, and take a minute."""
        command = [str(self.python_of("pip")), "-m", "pip", "--python", str(self.python_of(venv)), "install", "--no-compile"]
        command += ["-c", str(self.root / CONSTRAINTS)]
        for file in files:
            command += ["-r", str(self.root / file)]
        self.command(command, log, tries=2)
        # Its status does not count: some packages bring files for other versions of Python, which do not compile.
        python = str(self.python_of(venv))
        run([python, "-m", "compileall", "-q", "-x", UNUSED, str(self.venv_folder(venv) / "lib")], self.root, self.environment(venv), log)

    def command(self, command: list[str], log: Path, tries: int = 1) -> None:
        """Run a step of the set-up. Package indexes have hiccups, hence a second try where one is asked."""
        env = self.environment("pip", network=True) | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        for _attempt in range(tries):
            if run(command, self.root, env, log).status == 0:
                return
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise Stop("\n".join([*tail, f"the set-up failed; its log is {log.relative_to(self.root)}"]))

    def key(self, name: str, python: Python) -> str:
        """What a virtual environment was made of."""
        digest = hashlib.sha256(f"{python.version} {python.path} {self.root}".encode())
        for file in (CONSTRAINTS, *VENVS[name]):
            digest.update((self.root / file).read_bytes())
        return digest.hexdigest()

    def furnish_home(self, venvs: Iterable[str]) -> None:
        """Give ansible-test, which passes only HOME and PATH on, the user's pip settings and its bootstrap script."""
        user = Path(self.environ.get("HOME", "/"))
        configs = [Path(self.environ.get("PIP_CONFIG_FILE", "/dev/null")), user / ".config/pip/pip.conf", user / ".pip/pip.conf"]
        write_pip_config(self.home / ".config/pip/pip.conf", [path for path in configs if path.is_file()], self.environ)
        sources = [file for venv in venvs for file in self.venv_folder(venv).glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")]
        for version in {version for file in sources for version in re.findall(r"\bpip='([0-9.]+)'", file.read_text(encoding="utf-8"))}:
            script = self.home / ".ansible/test/cache" / f"get_pip_{version.replace('.', '_')}.py"
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text(BOOTSTRAP.format(pip=str(self.python_of("pip")), version=version), encoding="utf-8")


def write_pip_config(target: Path, sources: list[Path], environ: Mapping[str, str]) -> None:
    """Join the user's pip configuration: files, the PIP_* variables that override them, proxy and certificates."""
    config = configparser.RawConfigParser()
    config.read(reversed(sources), encoding="utf-8")
    if not config.has_section("global"):
        config.add_section("global")
    for option, names in {"proxy": ("https_proxy", "HTTPS_PROXY"), "cert": ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")}.items():
        for name in names:
            if environ.get(name) and not config.has_option("global", option):
                config.set("global", option, environ[name])
    for name, value in environ.items():
        if name.startswith("PIP_") and name not in ("PIP_CONFIG_FILE", "PIP_USER", "PIP_CACHE_DIR"):
            config.set("global", name[len("PIP_"):].lower().replace("_", "-"), value)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        config.write(file)
