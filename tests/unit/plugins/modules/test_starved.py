# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules on a machine that lacks something, each in a process of its own from which it was taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.emulator import Emulator
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.listing import ENVIRONMENT, WORKSPACE, fleet

MODULES = "ansible_collections.multicloud.secrets.plugins.modules"
SECRET = ENVIRONMENT["TENCENTCLOUD_SECRET_KEY"]
FIPS = """
import hashlib
def refuse(*args, **more):
    raise ValueError("[digital envelope routines] unsupported")
really = hashlib.new
for name in ("md5", "sha1", "blake2b", "blake2s"):
    setattr(hashlib, name, refuse)
hashlib.new = lambda name, *rest, **more: refuse() if name.lower() in ("md5", "sha1", "blake2b", "blake2s") else really(name, *rest, **more)
"""
NO_SHA256 = """
import hashlib
def refuse(*args, **more):
    raise ValueError("[digital envelope routines] unsupported")
hashlib.sha256 = refuse
"""
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Python does not notice where a small limit of file sizes cuts its bytecode, which other tests would load."""
NO_SSL = """
import sys
sys.modules["ssl"] = sys.modules["_ssl"] = None
"""
LIMIT = """
import resource
resource.setrlimit(resource.{name}, ({value}, {value}))
"""
NO_THREAD = """
import _thread
def refuse(*work):
    raise RuntimeError("can't start new thread")
_thread.start_new_thread = refuse
"""


@pytest.fixture(name="emulator")
def _emulator() -> Iterator[Emulator]:
    with Emulator(fleet("tencent", {"name": "ap-guangzhou", "generate": {"count": 300, "seed": 1}})) as emulator:
        yield emulator


def run(module: str, options: dict[str, Any], prelude: str, **environment: str) -> dict[str, Any]:
    """The result of a module before which the prelude ran."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_CONF", "COVERAGE_FILE")}
    finished = subprocess.run(
        [sys.executable, "-c", f"{prelude}\nimport runpy\nrunpy.run_module('{MODULES}.{module}', run_name='__main__')"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}),
        env={**kept, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(WORKSPACE), *sys.path]), **NO_BYTECODE, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode in (0, 1), finished.stderr[-2000:]
    told = json.loads(finished.stdout.splitlines()[-1])
    assert SECRET not in finished.stdout + finished.stderr
    return dict(told)


def lacking(prelude: str, options: dict[str, Any], **environment: str) -> dict[str, Any]:
    """The error of a listing that lacks something."""
    asked = {"region": "ap-guangzhou", "identify": False, "retries": 4, "deadline": 30.0, **options}
    begun = time.monotonic()
    told = run("tencent_ssm_secrets_info", asked, prelude, **environment)
    assert told["failed"] and "please report" not in told["msg"].lower() and time.monotonic() - begun < 45
    error = told["error"]
    assert error["hint"] and error["hint"] in told["msg"]
    assert all(row["retries"] == 0 for row in told.get("stores", ()))
    return dict(error)


def test_a_listing_and_its_judge_with_the_algorithms_of_fips_alone(emulator: Emulator, tmp_path: Path) -> None:
    dest = str(tmp_path / "inventory.jsonl")
    listed = run("tencent_ssm_secrets_info", {"region": "ap-guangzhou", "endpoint": emulator.url, "dest": dest}, FIPS)
    assert listed.get("complete") and listed["count"] == 300, listed
    reports = {name: str(tmp_path / f"report.{name}") for name in ("json", "csv", "junit", "sarif", "markdown", "html", "text", "prometheus")}
    rule = {"id": "fresh", "severity": "low", "title": "t", "expect": {"name": {"present": True}}}
    judged = run("secrets_audit", {"inventories": [dest], "rules": [rule], "reports": reports}, FIPS)
    assert judged.get("verdict") == "pass", judged


def test_without_a_hash_that_signatures_need(emulator: Emulator) -> None:
    error = lacking(NO_SHA256, {"endpoint": emulator.url})
    assert error["kind"] == "machine" and "hash algorithm" in error["message"]


def test_a_python_without_ssl() -> None:
    error = lacking(NO_SSL, {"endpoint": "https://127.0.0.1:1"})
    assert (error["kind"], "no ssl module" in error["message"]) == ("machine", True) and "ansible_python_interpreter" in error["hint"]


def test_a_python_without_ssl_lists_where_no_tls_is_needed_or_says_why_not(emulator: Emulator) -> None:
    told = run("tencent_ssm_secrets_info", {"region": "ap-guangzhou", "endpoint": emulator.url, "identify": False}, NO_SSL)
    assert told.get("complete") or told["error"]["kind"] == "machine"


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", ""], ids=["tls", "plain"])
def test_too_few_file_descriptors(emulator: Emulator, url: str) -> None:
    """All libraries are loaded; then the limit falls to what is open now."""
    prelude = """
import resource, os
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import task
really = task.collect
def starved(*rest):
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return really(*rest)
task.collect = starved
"""
    error = lacking(prelude, {"endpoint": url or emulator.url})
    assert error["kind"] == "machine" and "open" in error["message"] and "ulimit -n" in error["hint"], error


def test_no_room_for_what_is_written(emulator: Emulator, tmp_path: Path) -> None:
    error = lacking(LIMIT.format(name="RLIMIT_FSIZE", value=4096), {"endpoint": emulator.url, "dest": str(tmp_path / "inventory.jsonl")})
    assert error["kind"] == "machine" and "File too large" in error["message"] and "ulimit -f" in error["hint"]
    assert not list(tmp_path.iterdir())


def test_no_thread(emulator: Emulator) -> None:
    error = lacking(NO_THREAD, {"endpoint": emulator.url})
    assert error["kind"] == "machine" and "no thread" in error["message"]


@pytest.mark.parametrize("path", ["/nonexistent/keys.log", "/"])
def test_a_key_log_that_cannot_be_written(emulator: Emulator, path: str) -> None:
    error = lacking("", {"endpoint": emulator.url.replace("http:", "https:")}, SSLKEYLOGFILE=path)
    assert error["kind"] == "machine" and "SSLKEYLOGFILE" in error["message"] and "unset" in error["hint"]


@pytest.mark.parametrize("variable", ["SSLKEYLOGFILE", "SSL_CERT_FILE", "RESOLV_HOST_CONF", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_library_waits_for_the_other_end_of_a_fifo(emulator: Emulator, tmp_path: Path, variable: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    error = lacking("", {"endpoint": emulator.url.replace("http:", "https:"), "deadline": 600.0}, **{variable: str(tmp_path / "fifo")})
    assert error["kind"] == "machine" and variable in error["message"] and "Correct" in error["hint"]


def test_a_bundle_of_certificates_that_has_vanished() -> None:
    error = lacking("", {"endpoint": "https://127.0.0.1:1"}, REQUESTS_CA_BUNDLE="/nonexistent/ca.pem")
    assert error["kind"] == "machine" and "REQUESTS_CA_BUNDLE" in error["message"]


@pytest.mark.parametrize("room", [8, 16, 24, 32, 48, 64])
def test_little_memory_ends_in_time_with_a_reason(emulator: Emulator, room: int) -> None:
    """So many MiB more than the module has once its libraries are loaded: it lists, or says what it lacks."""
    prelude = f"""
import resource
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import task
really = task.collect
def starved(*rest):
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ({room} << 20),) * 2)
    return really(*rest)
task.collect = starved
"""
    begun = time.monotonic()
    options = {"region": "ap-guangzhou", "identify": False, "endpoint": emulator.url, "deadline": 10.0}
    told = run("tencent_ssm_secrets_info", options, prelude)
    assert time.monotonic() - begun < 30
    assert told.get("complete") or told["error"]["kind"] in ("machine", "deadline"), told
