# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_plan
short_description: Turn a fleet into the calls that list it
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Checks a fleet and groups its entries into calls of the listing modules, as few as possible.
  - The role P(multicloud.secrets.assert_secrets#role) uses it. No credential ever passes through it.
  - An entry that names no source of credentials, here or in O(with_credentials), takes them from the environment.
options:
  _input:
    description: The fleet, a list of entries, each with C(name), C(provider) and options of that provider's module.
    type: list
    elements: dict
    required: true
  offers:
    description: What an entry of each provider may hold, as lists of options named C(account), C(call) and C(credentials).
    type: dict
    required: true
  with_credentials:
    description: For each entry whose credentials are given elsewhere, by its name, the names of the options that are given there.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: See how a fleet would be listed
  ansible.builtin.debug:
    msg: "{{ fleet | multicloud.secrets.fleet_plan(offers) }}"
  vars:
    fleet:
      - {name: prod, provider: tencent_ssm, regions: [ap-guangzhou, ap-shanghai]}
      - {name: staging, provider: tencent_ssm, region: ap-guangzhou, profile: staging}
    offers:
      tencent_ssm: {account: [regions, profile], call: [status], credentials: [secret_id, secret_key, token]}
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    errors:
      description: Every error in the fleet. If there is one, nothing else is planned.
      type: list
      elements: str
    calls:
      description: The calls, each with a name, a provider, options and accounts.
      type: list
      elements: dict
    stores:
      description: The stores that must be there, each with a provider, an account and, where it is known, a region.
      type: list
      elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.plan import plan
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import FleetOptions


def fleet_plan(fleet: Any, offers: Mapping[str, Mapping[str, Any]], with_credentials: Mapping[str, Iterable[str]] | None = None) -> dict[str, Any]:
    return plan(fleet, {provider: FleetOptions(**offer) for provider, offer in offers.items()}, with_credentials or {})


class FilterModule:
    """Ansible's way to find filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"fleet_plan": fleet_plan}
