# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control resource, the journal, and the command line."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from emulator import Emulator
from emulator_client import ALIBABA_KEY, TENCENT_KEY, Reply, alibaba, alibaba_fleet, ask, error_of, fleet, message, names_of, tencent, wait_until

FOLDER = Path(__file__).resolve().parents[1] / "emulator"


@pytest.fixture(name="emulator")
def fixture_emulator() -> Iterator[Emulator]:
    """Both clouds with a few secrets."""
    accounts = fleet([{"name": "ap-guangzhou", "secrets": ["a", "b"]}])["accounts"] + alibaba_fleet([{"name": "cn-hangzhou", "secrets": ["c"]}])["accounts"]
    with Emulator({"accounts": accounts}) as emulator:
        yield emulator


def control(port: int, method: str, name: str, body: Any = None) -> Reply:
    """A request to the control resource."""
    return ask(port, message(method, f"/_emulator/{name}", {"Host": f"127.0.0.1:{port}"}, b"" if body is None else json.dumps(body).encode()))


def test_journal(emulator: Emulator) -> None:
    """What was asked, by whom, and what came of it."""
    ask(emulator.port, tencent({"Offset": 1, "Limit": 5}, host="ssm.tencentcloudapi.com"))
    ask(emulator.port, alibaba({"pageNumber": 2, "pageSize": 3}, key=(ALIBABA_KEY[0], "wrong")))
    ask(emulator.port, alibaba({"pageNumber": 2, "pageSize": 3}))
    rows = control(emulator.port, "GET", "requests").json
    assert rows == emulator.requests() and [row["number"] for row in rows] == [1, 2, 3]
    first, second, third = rows
    assert {name: first[name] for name in ("provider", "host", "method", "action", "region", "account", "key_id", "status", "code", "fault")} == {
        "provider": "tencent",
        "host": "ssm.tencentcloudapi.com",
        "method": "POST",
        "action": "ListSecrets",
        "region": "ap-guangzhou",
        "account": "ten",
        "key_id": TENCENT_KEY[0],
        "status": 200,
        "code": "Ok",
        "fault": None,
    }
    assert first["parameters"] == {"Offset": 1, "Limit": 5} and third["parameters"] == {"pageNumber": 2, "pageSize": 3}
    assert (second["status"], second["code"], second["region"]) == (400, "SignatureDoesNotMatch", "cn-hangzhou")
    assert abs(first["time"] - time.time()) < 60 and len({row["connection"] for row in rows}) == 3
    assert control(emulator.port, "DELETE", "requests").json == {} and emulator.requests() == [] == emulator.connections()[1:]


def test_no_secret_is_kept(emulator: Emulator) -> None:
    """Neither key nor token nor signature, wherever one looks."""
    ask(emulator.port, tencent(token="token-canary"))
    ask(emulator.port, alibaba(key=(ALIBABA_KEY[0], "key-canary"), token="token-canary"))
    told = "".join(control(emulator.port, "GET", name).body.decode() for name in ("requests", "connections", "history"))
    for secret in (TENCENT_KEY[1], ALIBABA_KEY[1], "canary", "Signature="):
        assert secret not in told
    assert "ListSecrets" in told


def test_history(emulator: Emulator) -> None:
    """Which ids lived when, narrowed by store."""
    control(emulator.port, "POST", "behaviour", {"account": "ten", "changes": [{"insert": ["z"], "delete": ["a"]}]})
    ask(emulator.port, tencent())
    stories = control(emulator.port, "GET", "history").json
    assert stories == emulator.history() and [story["account"] for story in stories] == ["ten", "ali"]
    assert (stories[0]["now"], stories[0]["throughout"], stories[0]["ever"]) == (["b", "z"], ["b"], ["a", "b", "z"])
    assert control(emulator.port, "GET", "history?since=1&account=ten&region=ap-guangzhou").json[0]["ever"] == ["b", "z"]
    assert control(emulator.port, "GET", "history?account=nobody").json == []


def test_behaviour(emulator: Emulator) -> None:
    """Documents at run time, one or several; a mistake is named and changes nothing."""
    assert control(emulator.port, "POST", "behaviour", [{"page_cap": 1}, {"faults": [{"act": "error", "code": "X"}]}]).status == 200
    assert error_of(ask(emulator.port, tencent())) == "X" and len(names_of(ask(emulator.port, tencent()))) == 1
    refused = control(emulator.port, "POST", "behaviour", {"page_cap": 2, "latency": 1})
    assert refused.status == 400 and "unknown key 'latency' (did you mean 'latency_ms'?)" in refused.json["error"]
    assert len(names_of(ask(emulator.port, tencent()))) == 1
    assert control(emulator.port, "POST", "behaviour", "text").status == 400


def test_unknown_resource(emulator: Emulator) -> None:
    """The error says what there is."""
    reply = control(emulator.port, "GET", "nothing")
    assert reply.status == 404 and "GET /_emulator/requests" in reply.json["error"]


def test_control_is_no_api_request(emulator: Emulator) -> None:
    """It is not counted, and no fault touches it."""
    emulator.behave({"faults": [{"act": "reset", "times": "forever"}]})
    assert control(emulator.port, "GET", "requests").json == []


def test_stop(emulator: Emulator) -> None:
    """The answer comes out before the end."""
    assert control(emulator.port, "POST", "stop").json == {}
    assert emulator.wait(2)


def test_secrets_are_the_truth(emulator: Emulator) -> None:
    """The rows as the cloud words them."""
    assert [row["SecretName"] for row in emulator.secrets("ten", "ap-guangzhou")] == ["a", "b"]
    assert emulator.secrets("ali", "cn-hangzhou")[0]["name"] == "c"


def test_environment(emulator: Emulator) -> None:
    """What leads a client through the proxy."""
    environment = emulator.environment()
    assert environment["HTTPS_PROXY"] == emulator.url and Path(environment["REQUESTS_CA_BUNDLE"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_clouds_are_siblings() -> None:
    """Same files, and the same functions in the files that the rest of the emulator calls."""
    files = {cloud: {path.name for path in (FOLDER / cloud).glob("*.py")} for cloud in ("alibaba", "tencent")}
    assert files["alibaba"] - files["tencent"] == {"gateways.py", "kms_details.py", "kms_listing.py", "kms_rows.py", "references.py", "regions.py"}
    assert files["tencent"] - files["alibaba"] == {"details.py", "parameters.py"}
    for name, words in (
        ("api", "speaks peek answer refuse VERSIONS OPERATIONS"),
        ("rows", "record altered generated newcomer NAME MIX"),
        ("listing", "list_secrets list_regions throttle page partition_filter counted success"),
        ("sts", "assume_role caller_identity find_role"),
        ("signature", "parse canonical_request string_to_sign sign"),
        ("auth", "authenticate check_time check_signature check_token"),
    ):
        services = ["alibaba.kms_" + name] if name in ("rows", "listing") else []
        for place in [*(f"{cloud}.{name}" for cloud in files), *services]:
            module = importlib.import_module(f"emulator.{place}")
            assert [word for word in words.split() if not hasattr(module, word)] == [], module


def test_emulator_imports_nothing_of_the_collection() -> None:
    """It is an independent check only as long as it shares no code with what it checks."""
    sources = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py")]
    assert len(sources) > 20
    assert not [source for source in sources if "plugins" in source or "ansible_collections" in source or "module_utils" in source]


class Program:
    """The command line in a process of its own."""

    def __init__(self, folder: Path, *options: str, document: Any = None, prefix: tuple[str, ...] = ()) -> None:
        (folder / "fleet.json").write_text(json.dumps(document or fleet([{"name": "ap-guangzhou", "secrets": ["a"]}])))
        self.ready_file = folder / "ready.json"
        command = [*prefix, sys.executable, str(FOLDER), "--fleet", str(folder / "fleet.json"), "--ready-file", str(self.ready_file), *options]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ready(self) -> dict[str, Any]:
        """The ready file, once it is there."""
        wait_until(lambda: self.ready_file.exists() or self.process.poll() is not None)
        found: dict[str, Any] = json.loads(self.ready_file.read_text())
        return found

    def end(self) -> tuple[int, str, str]:
        """(exit code, output, errors)."""
        output, errors = self.process.communicate(timeout=10)
        return self.process.returncode, output, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_program(tmp_path: Path, number: int) -> None:
    """Ready file, one line, an answer, a clean end."""
    program = Program(tmp_path, "--ca-file", str(tmp_path / "ca.pem"))
    ready = program.ready()
    port = int(ready["url"].rpartition(":")[2])
    assert ready == {"url": f"http://127.0.0.1:{port}", "ca_file": str(tmp_path / "ca.pem"), "pid": program.process.pid}
    assert (tmp_path / "ca.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert names_of(ask(port, tencent())) == ["a"]
    os.kill(ready["pid"], number)
    code, output, errors = program.end()
    assert (code, errors) == (0, "") and output == f"emulator ready on {ready['url']}: 1 cloud, 1 account, 1 store, 1 secret\n"
    assert not program.ready_file.exists() and [path.name for path in sorted(tmp_path.iterdir())] == ["ca.pem", "fleet.json"]


def test_program_stops_on_request_and_is_quiet(tmp_path: Path) -> None:
    """POST /_emulator/stop ends it."""
    program = Program(tmp_path, "--quiet")
    ready = program.ready()
    assert control(int(ready["url"].rpartition(":")[2]), "POST", "stop").status == 200
    assert program.end() == (0, "", "")
    assert not os.path.exists(ready["ca_file"])


def test_program_ends_with_its_parent(tmp_path: Path) -> None:
    """Killed or not, the parent takes it along."""
    script = "import subprocess, sys; subprocess.Popen(sys.argv[1:] + ['--with-parent']); sys.stdin.read()"
    (tmp_path / "fleet.json").write_text(json.dumps(fleet()))
    ready_file = tmp_path / "ready.json"
    command = [sys.executable, str(FOLDER), "--quiet", "--fleet", str(tmp_path / "fleet.json"), "--ready-file", str(ready_file)]
    with subprocess.Popen([sys.executable, "-c", script, *command], stdin=subprocess.PIPE) as parent:
        wait_until(ready_file.exists)
        pid = json.loads(ready_file.read_text())["pid"]
        parent.kill()
    wait_until(lambda: not ready_file.exists())
    wait_until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_program_names_mistakes(tmp_path: Path) -> None:
    """A bad fleet file and a port in use: one line, exit code 2, no ready file."""
    program = Program(tmp_path, document={"acounts": []})
    code, output, errors = program.end()
    assert (code, output) == (2, "") and errors == "emulator: fleet: unknown key 'acounts' (did you mean 'accounts'?)\n"
    with Emulator(fleet()) as emulator:
        code, output, errors = Program(tmp_path, "--port", str(emulator.port)).end()
        assert code == 2 and "in use" in errors and "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == ["fleet.json"]
