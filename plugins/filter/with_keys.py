# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: with_keys
short_description: Put credentials into the accounts of a call
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Adds to each account the credentials that stand under its name. Accounts without any are left as they are.
  - Use it only inside the O(ignore:accounts) argument of a listing module, where the credentials are masked.
    A variable, a fact, a registered result or a loop would show them.
options:
  _input:
    description: The accounts, as M(multicloud.secrets.tencent_ssm_secrets_info) takes them, without credentials.
    type: list
    elements: dict
    required: true
  credentials:
    description: The credential options of each account, by its name.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: List two accounts with keys from Ansible Vault
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
    accounts: "{{ [{'name': 'prod'}, {'name': 'staging'}] | multicloud.secrets.with_keys(vaulted_credentials) }}"
"""

RETURN = r"""
_value:
  description: The accounts with their credentials.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import with_keys


class FilterModule:
    """Ansible's way to find filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"with_keys": with_keys}
