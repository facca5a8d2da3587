# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a listing module against the emulator: in this process for what it does, as a process for how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing import task
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import argument_spec
from ansible_collections.multicloud.secrets.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.secrets.plugins.modules import alibaba_apig_secrets_info, alibaba_kms_secrets_info, tencent_ssm_secrets_info
from ansible_collections.multicloud.secrets.tests.emulator import Emulator

WORKSPACE = Path(__file__).absolute().parents[7]
"""The folder that holds ansible_collections."""
TENCENT_KEY = {"id": "AKIDunitTestReader0001", "secret": "unitTestReaderSecretKey0001"}
ALIBABA_KEY = {"id": "LTAI5tUnitTestReader01", "secret": "unitTestReaderSecretKey0002"}
ENVIRONMENT = {
    "TENCENTCLOUD_SECRET_ID": TENCENT_KEY["id"],
    "TENCENTCLOUD_SECRET_KEY": TENCENT_KEY["secret"],
    "ALIBABA_CLOUD_ACCESS_KEY_ID": ALIBABA_KEY["id"],
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ALIBABA_KEY["secret"],
}


KMS = "kms"
"""The second service of Alibaba Cloud, as tests call it beside the clouds that have one."""
DENIED = {"alibaba": "Forbidden.RAM", KMS: "Forbidden.NoPermission", "tencent": "UnauthorizedOperation"}
"""How each service says that a key lacks a permission."""


PROVIDERS = {"alibaba": alibaba_apig_secrets_info.PROVIDER, KMS: alibaba_kms_secrets_info.PROVIDER, "tencent": tencent_ssm_secrets_info.PROVIDER}
REGIONS = {"alibaba": ("cn-hangzhou", "cn-shanghai"), KMS: ("cn-hangzhou", "cn-shanghai"), "tencent": ("ap-guangzhou", "ap-shanghai")}


def fleet(provider: str, *regions: Any, **more: Any) -> dict[str, Any]:
    """A fleet of one account for the emulator. provider: a cloud, or KMS."""
    key = TENCENT_KEY if provider == "tencent" else ALIBABA_KEY
    places = [{"service": KMS, **({"name": region} if isinstance(region, str) else region)} for region in regions] if provider == KMS else list(regions)
    cloud = "alibaba" if provider == KMS else provider
    account = {"name": "main", "provider": cloud, "account_id": "100000000001", "keys": [key], "regions": places}
    return {"accounts": [account], **more}


def names(result: Mapping[str, Any]) -> list[str]:
    """The names of all records of a result."""
    return [record["name"] for record in result["secrets"]]


def through(emulator: Emulator, **more: Any) -> dict[str, Any]:
    """Options that reach the emulator as a proxy, under the real host names."""
    return {"proxy": emulator.url, "ca_path": emulator.ca_file, **more}


class Listing:
    """One cloud's module: list() gives its result, or raises its error."""

    def __init__(self, provider: Provider, environment: Mapping[str, str] | None = None) -> None:
        self.provider = provider
        self.environment = {"HOME": "/nonexistent", **(ENVIRONMENT if environment is None else environment)}

    def options(self, **given: Any) -> dict[str, Any]:
        """All options as AnsibleModule would have them."""
        spec = argument_spec(self.provider.options)
        assert not set(given) - set(spec), "an option that the module does not have"
        entries = [{**dict.fromkeys(spec["accounts"]["options"]), **entry} for entry in given.get("accounts") or []]
        return {**{name: rule.get("default") for name, rule in spec.items()}, **given, "accounts": entries or None}

    def list(self, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        """The result of a task that succeeds, or what the task fails with, under 'failed'."""
        redactor, clock, options = Redactor(), Clock(), self.options(**{"identify": False, **given})
        plan = task.read_plan(self.provider, options, Runtime(self.environment, clock.now, redactor))
        answer = task.collect(plan, clock, redactor)
        if not answer.complete and options["on_error"] == "fail":
            return {"failed": True, "msg": task.failure(answer).sentence(), **task.failed_result(answer)}
        return {"warnings": answer.warnings, **task.module_result(plan, answer, clock, redactor, check_mode)}


def run_process(name: str, options: dict[str, Any], check_mode: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a module as Ansible does: a process of its own that reads its options and prints its result."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_CONF", "COVERAGE_FILE")}
    return subprocess.run(
        [sys.executable, "-m", f"ansible_collections.multicloud.secrets.plugins.modules.{name}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check_mode}}),
        env={**kept, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(WORKSPACE), *sys.path]), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_module(name: str, options: dict[str, Any], check_mode: bool = False, **environment: str) -> dict[str, Any]:
    """The result of a module that was run as a process, as Ansible has it once it has read it."""
    finished = run_process(name, options, check_mode, **environment)
    assert "Traceback" not in finished.stderr, finished.stderr
    result = json.loads(finished.stdout.splitlines()[-1])
    result.pop("_ansible_new_secrets", None)  # for ansible-core 2.22 and newer, to hide them wherever it prints
    return cast(dict[str, Any], result)
