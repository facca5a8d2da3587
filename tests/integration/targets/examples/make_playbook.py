# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one play of all EXAMPLES in the documentation, a block for each plugin, with the variables that they speak of."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import yaml

VARIABLES = {
    "vaulted_access_key_id": "LTAI5tExampleProd000001",
    "vaulted_access_key_secret": "example-prod-secret-key",
    "vaulted_secret_id": "AKIDexampleProd00000001",
    "vaulted_secret_key": "exampleProdSecretKey000001",
    "vaulted_external_id": "example-external-id",
    "vaulted_credentials": {
        "prod": {"secret_id": "AKIDexampleProd00000001", "secret_key": "exampleProdSecretKey000001"},
        "staging": {"secret_id": "AKIDexampleStaging00001", "secret_key": "exampleStagingSecretKey0001"},
    },
    "inventory_folder": "{{ lookup('ansible.builtin.env', 'OUTPUT_DIR') }}",
}
INVENTORY: dict[str, Any] = {
    "name": "Collect what the examples judge",
    "multicloud.secrets.tencent_ssm_secrets_info": {
        "account": "prod",
        "regions": ["ap-guangzhou", "ap-shanghai"],
        "dest": "{{ item }}",
    },
    "loop": ["inventory/ssm.jsonl", "archive/2026-10-31/ssm.jsonl"],
}
PREPARED: dict[str, list[dict[str, Any]]] = {
    "secrets_collect": [
        {
            "name": "Write a fleet",
            "ansible.builtin.copy": {"dest": "prod.fleet.yml", "mode": "0600", "content": "{{ {'fleet': fleet} | to_json }}"},
            "vars": {"fleet": [{"name": name, "provider": "tencent_ssm", "region": "ap-guangzhou"} for name in ("prod", "staging")]},
        },
    ],
    "secrets_audit": [
        {
            "name": "Make folders",
            "ansible.builtin.file": {"path": "{{ item }}", "state": "directory", "mode": "0700"},
            "loop": ["inventory", "archive/2026-10-31"],
        },
        INVENTORY,
        {
            "name": "Let one be of last month",
            "ansible.builtin.command": "python age_inventory.py archive/2026-10-31/ssm.jsonl 2026-10-31T11:00:00Z",
        },
        {
            "name": "Write rule files",
            "ansible.builtin.copy": {"dest": "{{ item }}", "mode": "0600", "content": "{{ [rule] | to_json }}"},
            "loop": ["rules.yml", "rules.json"],
            "vars": {"rule": {"id": "named", "title": "Every secret has a name", "severity": "low", "expect": {"name": {"present": True}}}},
        },
    ],
}
"""What has to be there before the examples of a plugin can run."""


def examples(path: Path) -> list[dict[str, Any]]:
    """The tasks in the EXAMPLES of a plugin."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
            tasks: list[dict[str, Any]] = yaml.safe_load(ast.literal_eval(node.value))
            return tasks
    raise SystemExit(f"{path} has no EXAMPLES")


def main(collection: Path) -> None:
    plugins = sorted(collection.glob("plugins/modules/*.py"))
    blocks = [{"name": f"Examples of {path.stem}", "block": [*PREPARED.get(path.stem, []), *examples(path)]} for path in plugins]
    counted = {"name": "Every plugin has examples", "ansible.builtin.assert": {"that": [f"{len(plugins)} == 5"]}}
    play = {"name": "Every example", "hosts": "localhost", "gather_facts": False, "vars": VARIABLES, "tasks": [*blocks, counted]}
    yaml.safe_dump([play], sys.stdout, sort_keys=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
