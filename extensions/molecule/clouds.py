# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulated clouds of the scenarios.

    python clouds.py start FOLDER    start them, or find them running; prints how to reach them, as JSON
    python clouds.py stop FOLDER     stop them, if they run
    python clouds.py check FOLDER    only see whose they are

They belong to the run of molecule that started them: another one that is at work at the same time is refused. If that was
'molecule test', they end with it, however it ends. Else they last until 'molecule destroy', but no longer than an hour. When
their file has changed, or is another one, they are started anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TextIO
from urllib.request import ProxyHandler, Request, build_opener

HERE = Path(__file__).resolve().parent
FLEET = HERE / "clouds.yml"
TESTS = HERE.parents[1] / "tests"
LIFE = 3600.0  # seconds that they last when nobody stops them
PATIENCE = 20.0  # seconds in which they have to start, or to stop


class Refused(Exception):
    """Why it cannot be done, and what to do instead."""


def main(action: str, folder: str, owner: str = "null") -> None:
    """Do it, and print what came of it."""
    place = private_folder(Path(folder))
    if action == "serve":
        serve(place, json.loads(owner))
        return
    running = state(place)
    if running and of_another_run(running["owner"]):
        raise Refused(
            f"molecule is at work here already (process {running['owner']['pid']}). Wait for it, or let this run work elsewhere: "
            "MOLECULE_EPHEMERAL_DIRECTORY=$(mktemp -d) molecule ..."
        )
    if running and (action == "stop" or running["holds"] != digest()):
        stop(place, running)
        running = None
    if action == "start":
        print(json.dumps(running or start(place)))


def private_folder(folder: Path) -> Path:
    """The folder, made if it is missing. One that others own or can write is refused: what lies there could be theirs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise Refused(f"{folder} belongs to somebody else, or others can write there. Remove it, or set MOLECULE_EPHEMERAL_DIRECTORY to a folder of your own.")
    return folder


def digest() -> str:
    """What tells one fleet from another."""
    return hashlib.sha256(FLEET.read_bytes()).hexdigest()


def lock(folder: Path, patience: float = 0.0) -> TextIO | None:
    """The lock that the clouds hold as long as they run; None while they hold it."""
    file = open(os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w", encoding="utf-8")  # noqa: SIM115  its owner closes it
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() >= until:
                file.close()
                return None
            time.sleep(0.05)


def state(folder: Path) -> dict[str, Any] | None:
    """What the running clouds have said of themselves; None when none run. What dead ones have left does not count."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        free = lock(folder)
        if free:
            free.close()
            return None
        try:
            found: dict[str, Any] = json.loads((folder / "ready.json").read_text(encoding="utf-8"))
            return found
        except (OSError, ValueError):  # they are about to start, or to end
            time.sleep(0.05)
    raise Refused(f"The clouds in {folder} run, but do not say where. Their log is {folder / 'log'}.")


def start(folder: Path) -> dict[str, Any]:
    """Start them in a session of their own and wait until they can be reached."""
    (folder / "ready.json").unlink(missing_ok=True)
    with open(folder / "log", "wb") as log:
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(
            [sys.executable, __file__, "serve", str(folder), json.dumps(molecule())], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        if (folder / "ready.json").exists():
            found: dict[str, Any] = json.loads((folder / "ready.json").read_text(encoding="utf-8"))
            return found
        time.sleep(0.05)
    process.kill()
    raise Refused(f"The clouds did not start: {(folder / 'log').read_text(encoding='utf-8', errors='replace').strip()[-500:]}")


def serve(folder: Path, owner: dict[str, Any] | None) -> None:
    """Be the clouds, until somebody stops them, their time is over, or the test is that they were made for."""
    sys.path.insert(0, str(TESTS))
    from emulator import Emulator  # pylint: disable=import-outside-toplevel

    held = lock(folder, patience=1.0)
    if not held:
        raise Refused("They run already.")
    until = time.monotonic() + LIFE
    with held, Emulator(FLEET, ca_file=folder / "ca.pem") as emulator:
        draft = folder / "ready.json.draft"
        draft.write_text(json.dumps({"owner": owner, "holds": digest(), "url": emulator.url, "ca_file": emulator.ca_file}), encoding="utf-8")
        draft.replace(folder / "ready.json")
        while not emulator.wait(0.25) and time.monotonic() < until:
            if owner and owner["tests"] and not alive(owner):
                break
        (folder / "ready.json").unlink(missing_ok=True)


def stop(folder: Path, running: dict[str, Any]) -> None:
    """Ask them to end, and wait until they have."""
    build_opener(ProxyHandler({})).open(Request(f"{running['url']}/_emulator/stop", method="POST"), timeout=PATIENCE).close()
    free = lock(folder, PATIENCE)
    if not free:
        raise Refused(f"The clouds in {folder} do not end. Their log is {folder / 'log'}.")
    free.close()


def molecule() -> dict[str, Any] | None:
    """The molecule that this process works for: the topmost process above that is one, for others are its workers.

    None where there is none, or where processes cannot be seen.
    """
    found = None
    pid = os.getppid()
    while pid > 1:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            break
        script = words[2:3] if words[1:2] == ["-m"] else words[1:2]
        if [Path(word).name for word in script] == ["molecule"]:
            found = {"pid": pid, "since": fields[19], "tests": "test" in words}
        pid = int(fields[1])
    return found


def alive(owner: dict[str, Any]) -> bool:
    """Whether a process still runs, and is no later one that has got its number."""
    try:
        fields = Path(f"/proc/{owner['pid']}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == owner["since"] and fields[0] != "Z"


def of_another_run(owner: dict[str, Any] | None) -> bool:
    """Whether clouds belong to a molecule that is at work and is not the one that asks."""
    return owner is not None and alive(owner) and owner != molecule()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Refused, OSError) as problem:
        sys.exit(str(problem))
