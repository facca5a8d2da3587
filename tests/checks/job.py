# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session at work: a copy of the collection where ansible-test accepts it, programs without the user's settings, a verdict.

ansible-test stops outside of ansible_collections/, and in a folder that git ignores it says "All targets skipped" and succeeds. So
each session works on a copy below the folder for temporary files. Its path is short: ansible-core puts sockets there.
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import nox
from machine import ROOT, Stop, candidates, choose, find_pythons, project_files, search_path
from verdicts import Case, Verdict, plain, read_junit

NAMESPACE, NAME = "multicloud", "secrets"
DEV = ROOT / ".dev"
HOME = DEV / "home"
LIMIT = 45 * 60  # seconds; far above the slowest program, it only ends what hangs
CONSTRAINTS = "tests/requirements/constraints.txt"

# All that a test sees of the user's environment. Real credentials, ANSIBLE_* and PYTHON* settings stay outside.
KEPT = ("LANG", "TERM", "USER", "LOGNAME", "LD_LIBRARY_PATH")

# What a program needs to reach a package index, given only to those that install something.
NETWORK = re.compile(r"(PIP|UV)_\w+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?i:https?_proxy|all_proxy|no_proxy)")
NETWORK_TROUBLE = re.compile(r"(ReadTimeout|ConnectTimeout|NewConnection|ConnectionReset)Error|IncompleteRead|Temporary failure in name resolution")

OUTER = dict(os.environ)
PYTHONS = find_pythons(candidates(OUTER))
PYTHON = choose(PYTHONS, OUTER.get("CHECKS_PYTHON"))
"""The Python that runs the tools."""


def environment(network: bool = False) -> dict[str, str]:
    """What every program sees: a home of its own, and all real Pythons on PATH under their own names."""
    env = {name: value for name, value in OUTER.items() if name in KEPT or (network and NETWORK.fullmatch(name))}
    path = os.pathsep.join([str(DEV / "bin"), *search_path(OUTER)])
    return env | {"HOME": str(HOME), "PATH": path, "LC_ALL": "C.UTF-8"}


def settle() -> None:
    """Furnish .dev, and take the user's settings from nox, which hands its environment on."""
    links = DEV / "bin"
    links.mkdir(parents=True, exist_ok=True)
    for version, python in PYTHONS.items():
        link = links / f"python{version}"
        if not link.is_symlink() or os.readlink(link) != str(python.path):
            replace_with(link, partial(Path.symlink_to, target=python.path))
    user = Path(OUTER.get("HOME", "/"))
    configs = [Path(OUTER.get("PIP_CONFIG_FILE", "/dev/null")), user / ".config/pip/pip.conf", user / ".pip/pip.conf"]
    index = write_pip_config(HOME / ".config/pip/pip.conf", [path for path in configs if path.is_file()], OUTER)
    env = environment(network=True)
    os.environ.clear()
    os.environ.update(env, UV_PYTHON_DOWNLOADS="never", **({"UV_DEFAULT_INDEX": index} if index else {}))


def replace_with(target: Path, make: Callable[[Path], object]) -> None:
    """Make a file in one step, as another session may read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    make(new)
    new.replace(target)


def write_pip_config(target: Path, sources: list[Path], environ: Mapping[str, str]) -> str:
    """Join the user's pip configuration for ansible-test, which hands on only HOME and PATH. Return the address of the index, if one is set."""
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
            config.set("global", name[len("PIP_") :].lower().replace("_", "-"), value)

    def write(new: Path) -> None:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            config.write(file)

    replace_with(target, write)
    return config.get("global", "index-url", fallback="")


def digest(files: Iterable[Path]) -> str:
    """The state of the project: what passed on these files need not run again."""
    state = hashlib.sha256(" ".join(PYTHONS).encode())
    for file in sorted(files):
        if (ROOT / file).is_file():
            state.update(f"{file.as_posix()}\0".encode() + (ROOT / file).read_bytes())
    return state.hexdigest()


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it said on both outputs."""

    status: int
    output: str


@dataclass
class Job:
    """A session at work: its virtual environment, its copy of the collection, its results."""

    session: nox.Session
    folder: Path
    files: list[str]
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The session's name."""
        return self.session.name

    @property
    def options(self) -> list[str]:
        """What the user gave after --."""
        return list(self.session.posargs)

    @property
    def collection(self) -> Path:
        """The copy."""
        return self.folder / "ansible_collections" / NAMESPACE / NAME

    @property
    def temp(self) -> Path:
        """TMPDIR of the programs."""
        return self.folder / "t"

    @property
    def results(self) -> Path:
        """Where the session's JUnit files are kept."""
        return DEV / "results" / self.name

    @property
    def venv(self) -> Path:
        """The session's virtual environment."""
        return Path(self.session.virtualenv.location)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"

    def environment(self, network: bool = False) -> dict[str, str]:
        """What a program of the session sees."""
        env = environment(network)
        return env | {"PATH": f"{self.venv / 'bin'}{os.pathsep}{env['PATH']}", "TMPDIR": str(self.temp)}

    def run(self, *command: str, cwd: Path | None = None, network: bool = False, limit: int = LIMIT, env: Mapping[str, str] | None = None) -> Ran:
        """Run a program in the copy. A status other than 0 is a problem, and so is a process that it left behind."""
        full = self.environment(network) | dict(env or {})
        ran, left = execute(command, cwd or self.collection, full, limit)
        if ran.status and network and NETWORK_TROUBLE.search(ran.output):
            ran, left = execute(command, cwd or self.collection, full, limit)
        if ran.status:
            self.problems += re.findall(r"^FATAL: .*", ran.output, re.MULTILINE)
            self.problems.append(f"exit status {ran.status}: {' '.join(command)}")
        elif left:
            self.problems.append(f"left a process running: {' '.join(command)}")
        return ran

    def pytest(self, *options: str, **env: str) -> Verdict:
        """Run tests that need no ansible-test, and that it could not run. What the user gave takes the place of paths."""
        file = self.results / "pytest.xml"
        ran = self.run(
            *("python", "-m", "pytest", "-p", "no:cacheprovider", "-ra", "--strict-markers", "-o", "xfail_strict=true", "--junit-xml", str(file)),
            *options,
            env={"PYTHONPATH": str(self.folder), "ANSIBLE_COLLECTIONS_PATH": str(self.folder), **env},
        )
        verdict = plain(read_junit(self.results), ran.output)
        verdict.output = ran.output
        return verdict

    def cases(self) -> list[Case]:
        """Keep the JUnit files that ansible-test wrote, and read them."""
        junit = self.collection / "tests" / "output" / "junit"
        if junit.is_dir():
            shutil.copytree(junit, self.results, dirs_exist_ok=True)
        return read_junit(self.results)

    def second_venv(self, name: str, python: Path, *requirements: str) -> Path:
        """Another virtual environment, which lasts as the session's own does."""
        folder = self.venv.with_name(f"{self.venv.name}-{name}")
        stamp, key = folder / "stamp", key_of(requirements, str(python))
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != key:
            uv("venv", "--clear", "--python", str(python), str(folder))
            uv("pip", "install", "--python", str(folder / "bin" / "python"), *options_of(requirements))
            stamp.write_text(key, encoding="utf-8")
        return folder

    def build(self, folder: Path) -> Path:
        """Build the artefact of the copy in an otherwise empty folder."""
        shutil.rmtree(folder, ignore_errors=True)
        self.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder))
        for artefact in folder.glob(f"{NAMESPACE}-{NAME}-*.tar.gz"):
            return artefact
        raise Stop("no artefact was built")


def execute(command: Sequence[str], cwd: Path, env: Mapping[str, str], limit: int) -> tuple[Ran, bool]:
    """Run a program in a process group of its own, so that what it started ends with it. Show and keep what it says."""
    said: list[bytes] = []
    with subprocess.Popen(
        command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:

        def listen() -> None:
            assert process.stdout
            while block := os.read(process.stdout.fileno(), 65536):
                said.append(block)
                with suppress(BlockingIOError):
                    os.write(1, block)

        print(f"$ {' '.join(command)}", flush=True)
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            status = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            said.append(f"\nended after {limit} s\n".encode())
            status = -signal.SIGKILL
        finally:
            left = end_group(process.pid)
            process.wait()
            listener.join(timeout=10)
    return Ran(status, b"".join(said).decode("utf-8", "replace")), left


def end_group(group: int, patience: float = 3.0) -> bool:
    """End what is left of a process group. True when something was still there after a moment of patience."""
    until = time.monotonic() + patience
    while alive(group):
        if time.monotonic() > until:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
            return True
        time.sleep(0.02)
    return False


def alive(group: int) -> bool:
    """Whether a process group has a member that has not ended. One that was not buried yet does not count."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    states = [stat.rpartition(")")[2].split() for stat in read_all(Path("/proc").glob("[0-9]*/stat"))]
    return not states or any(state[0] != "Z" for state in states if int(state[2]) == group)


def read_all(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of those files that can be read; a process may end while we look at it."""
    for path in paths:
        with suppress(OSError):
            yield path.read_text(encoding="utf-8", errors="replace")


UV = str(Path(sys.executable).with_name("uv")) if Path(sys.executable).with_name("uv").exists() else "uv"


def uv(*words: str) -> None:
    """Run uv, which stands beside nox."""
    if subprocess.run([UV, *words, "--quiet"], check=False).returncode:
        raise Stop(f"uv {words[0]} failed")


def options_of(requirements: Iterable[str]) -> list[str]:
    """Requirement files as options of an installer, with the pins."""
    return ["-c", str(ROOT / CONSTRAINTS), *(word for name in requirements for word in ("-r", str(ROOT / file_of(name))))]


def file_of(name: str) -> str:
    """The file of requirements that a name stands for."""
    return name if name.endswith(".txt") else f"tests/requirements/{name}.txt"


def key_of(requirements: Iterable[str], python: str) -> str:
    """What a virtual environment is made of."""
    made = hashlib.sha256(python.encode())
    for file in (CONSTRAINTS, *map(file_of, requirements)):
        made.update((ROOT / file).read_bytes())
    return made.hexdigest()


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One session at a time; the lock ends with the process."""
    with open(DEV / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(session: nox.Session, requirements: Sequence[str]) -> None:
    """Fill the session's virtual environment, unless it is what these files say already."""
    stamp, key = Path(session.virtualenv.location) / "stamp", key_of(requirements, str(session.python))
    if requirements and (not stamp.exists() or stamp.read_text(encoding="utf-8") != key):
        session.install("--exact", *options_of(requirements))
        stamp.write_text(key, encoding="utf-8")


Check = Callable[[Job], Verdict]
Register = Callable[[Check], Check]


def check(name: str, *requirements: str, python: str = PYTHON.version, lacks: Callable[[], str] = str, told: str = "") -> Register:
    """Make a session of a function that takes a job and returns a verdict. A session that lacks something fails and says what."""

    def register(function: Check) -> Check:
        def session_of(session: nox.Session) -> None:
            if reason := lacks():
                session.error(reason)
            install(session, requirements)
            perform(session, function)

        session_of.__doc__ = told or function.__doc__
        path = str(PYTHONS[python].path) if python in PYTHONS else None
        nox.session(name=name, python=path, default=False)(session_of)
        return function

    return register


def perform(session: nox.Session, function: Check) -> None:
    """Give a session its copy and its folder, and judge what it did. The verdict is kept for the table."""
    start = time.monotonic()
    files = project_files(ROOT)
    state = digest(files)  # before the copy is made: whoever edits meanwhile has proven nothing
    record = DEV / "results" / f"{session.name}.json"
    record.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="mcs-", ignore_cleanup_errors=True) as folder:
        job = Job(session, Path(folder).resolve(), [file.as_posix() for file in files])
        above = next((parent for parent in job.folder.parents if (parent / ".git").exists()), None)
        if above:
            session.error(f"{folder} lies in the git work tree {above}, where ansible-test tests nothing: set TMPDIR to a folder outside it")
        shutil.rmtree(job.results, ignore_errors=True)
        job.results.mkdir(parents=True)
        job.temp.mkdir()
        for file in files:
            target = job.collection / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, target, follow_symlinks=False)
        try:
            verdict = function(job)
        except Stop as stop:
            verdict = Verdict(problems=[str(stop)])
        verdict.problems = list(dict.fromkeys(problem.replace(f"{job.collection}/", "") for problem in verdict.problems + job.problems))
        if not verdict.problems and not verdict.passed:
            verdict.problems.append("nothing was counted")
        if not job.options:
            kept = asdict(verdict) | {"output": "", "seconds": time.monotonic() - start, "digest": state}
            replace_with(record, lambda new: new.write_text(json.dumps(kept), encoding="utf-8"))
    for line in (*verdict.problems, *(f"note: {note}" for note in verdict.notes)):
        print(line)
    if verdict.problems:
        session.error(f"{len(verdict.problems)} problems")
    session.log(f"{verdict.passed} passed")
