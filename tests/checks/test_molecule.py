# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What molecule lets pass, and that the clouds of its scenarios come, go, and belong to one run at a time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import verdicts

# What is found among the processes as 'molecule test'.
OTHER = """\
import subprocess, sys, time
subprocess.run([sys.executable, {clouds!r}, "start", sys.argv[2]], check=True)
time.sleep(60)
"""
CLOUDS = Path(__file__).resolve().parents[2] / "extensions" / "molecule" / "clouds.py"


def part(name: str, action: str, said: str, end: str = "Executed: Successful") -> str:
    """What molecule says of an action."""
    return f"INFO     [{name} > {action}] Executing\n{said}\nINFO     [{name} > {action}] {end}\n"


def log(end: str = "Executed: Successful", **changed: str) -> str:
    """What molecule says of a scenario that passes, but for what is changed."""
    actions = {"converge": "x : ok=3 changed=1", "idempotence": "x : ok=3 changed=0", "verify": "All assertions passed", "cleanup": "x : ok=1 changed=1"}
    return "".join(part("default", action, said, end) for action, said in (actions | changed).items())


def test_scenario_passes() -> None:
    """Three tests each; what is changed by cleaning up does not count."""
    verdict = verdicts.scenarios(log(), ["default"])
    assert (verdict.passed, verdict.problems) == (3, [])


@pytest.mark.parametrize(
    ("said", "names", "expected"),
    [
        (log(), [], "there is no scenario"),
        (log(), ["default", "other"], "scenario other: converge"),
        ("", ["default"], "scenario default: idempotence"),
        (log(end="Executed: Failed"), ["default"], "scenario default: converge"),
        (log(end="Executed: Missing playbook"), ["default"], "scenario default: verify"),
        (log(converge="skipping: no hosts matched"), ["default"], "scenario default: converge"),
        (log(idempotence=""), ["default"], "scenario default: idempotence"),
        (log(idempotence="x : ok=3 changed=1"), ["default"], "something changes again"),
        (log(verify="x : ok=1 changed=0"), ["default"], "scenario default: verify"),
    ],
)
def test_scenario_problems(said: str, names: list[str], expected: str) -> None:
    """molecule is content with plays that have no host, and with a verify.yml that asserts nothing."""
    assert any(expected in problem for problem in verdicts.scenarios(said, names).problems)


def clouds(action: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Call the script as the playbooks do."""
    return subprocess.run([sys.executable, str(CLOUDS), action, str(folder)], capture_output=True, text=True, check=False, timeout=60)


def listens(url: str) -> bool:
    """Whether anybody is there."""
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


@pytest.fixture(name="folder")
def folder_of_clouds(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing runs afterwards."""
    yield tmp_path / "clouds"
    if (tmp_path / "clouds" / "ready.json").exists():
        clouds("stop", tmp_path / "clouds")


def test_clouds_start_once_and_stop(folder: Path) -> None:
    """A second call finds those that run; to stop what does not run is no error."""
    first, second = (json.loads(clouds("start", folder).stdout) for _call in range(2))
    assert first == second
    assert clouds("check", folder).returncode == 0
    assert listens(first["url"]) and Path(first["ca_file"]).is_file()
    assert [clouds("stop", folder).returncode for _call in range(2)] == [0, 0]
    assert not listens(first["url"]) and not (folder / "ready.json").exists()


def test_what_dead_clouds_have_left_does_not_count(folder: Path) -> None:
    """Whoever holds no lock does not run, whatever the files say."""
    folder.mkdir(mode=0o700)
    (folder / "ready.json").write_text('{"owner": null, "holds": "", "url": "http://127.0.0.1:1", "ca_file": ""}', encoding="utf-8")
    assert listens(json.loads(clouds("start", folder).stdout)["url"])


@pytest.fixture(name="other_run")
def other_molecule(tmp_path: Path) -> Iterator[Any]:
    """Starts the clouds below a process that is called as 'molecule test' is, and lasts."""
    script = tmp_path / "molecule"
    script.write_text(OTHER.format(clouds=str(CLOUDS)), encoding="utf-8")
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, str(script), "test", str(folder)], stdout=subprocess.PIPE, text=True)  # pylint: disable=consider-using-with
        started.append(process)
        assert process.stdout and process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_another_run_is_refused_and_clouds_end_with_theirs(folder: Path, other_run: Any) -> None:
    """Neither may it use the clouds of a run at work, nor stop them, nor clean up; when that run is killed, they end."""
    process = other_run(folder)
    url = json.loads((folder / "ready.json").read_text(encoding="utf-8"))["url"]
    for action in ("start", "stop", "check"):
        refused = clouds(action, folder)
        assert refused.returncode == 1
        assert f"molecule is at work here already (process {process.pid})" in refused.stderr
        assert "MOLECULE_EPHEMERAL_DIRECTORY" in refused.stderr
    assert listens(url)
    process.kill()
    process.wait()
    until = time.monotonic() + 20
    while listens(url) and time.monotonic() < until:
        time.sleep(0.1)
    assert not listens(url)


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    """One that everybody can write, one that is somebody else's behind a link, and one that cannot be made."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    for name, expected in (("open", "others can write there"), ("link", "belongs to somebody else"), ("file", "File exists"), ("file/x", "Not a directory")):
        refused = clouds("start", tmp_path / name)
        assert (refused.returncode, expected in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    if os.getuid() == 0:
        (tmp_path / "theirs").mkdir(mode=0o700)
        os.chown(tmp_path / "theirs", 65534, 65534)
        assert "belongs to somebody else" in clouds("start", tmp_path / "theirs").stderr
