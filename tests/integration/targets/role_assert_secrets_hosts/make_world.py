# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a fleet for the emulator and an inventory for Ansible: one account for each host, with a region of its own.

python make_world.py FOLDER HOSTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

REGIONS = ("ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-singapore", "ap-hongkong")
# A test says in 'gone' at which command it loses a host.
CONNECTION = {
    "ansible_connection": "{{ 'vanishing' if inventory_hostname in gone | default({}) else 'ansible.builtin.local' }}",
    "ansible_vanish_at": "{{ (gone | default({}))[inventory_hostname] }}",
}


def main(folder: str, hosts: int) -> None:
    """Host number n has the account unit-n with n % 3 + 1 secrets."""
    accounts = []
    variables = {}
    for number in range(1, hosts + 1):
        name = f"unit-{number:02}"
        region = REGIONS[number % len(REGIONS)]
        secrets = [{"SecretName": f"{name}-{which}"} for which in range(number % 3 + 1)]
        accounts.append(
            {
                "name": name,
                "provider": "tencent",
                "account_id": f"1000000{number:05}",
                "keys": [{"id": f"AKIDintegrationUnit{number:05}", "secret": f"integrationUnitSecretKey{number:05}"}],
                "regions": [{"name": region, "secrets": secrets}],
            }
        )
        entry = {"name": name, "provider": "tencent_ssm", "regions": [region], "credentials_env": name.upper().replace("-", "_") + "_"}
        variables[name] = {"unit_fleet": [entry]}
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "world.json").write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    inventory = {"units": {"hosts": variables, "vars": {**CONNECTION, "ansible_python_interpreter": sys.executable}}}
    (target / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
