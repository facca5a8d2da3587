# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source for ansible-rulebook: what changes among the secrets of a fleet of accounts and regions."""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Tell what changes among the secrets of a fleet
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists the secrets of Alibaba Cloud APIG and Tencent Cloud SSM over and over, metadata only, and gives an event for each secret
    that appeared, vanished, or changed its state, and one when a store (an account in a region) can no longer be listed completely.
  - No secret of a store that is not complete is ever reported as vanished.
  - The first listing of a store is its baseline, see O(report_existing).
  - A file, the O(cursor), remembers what was seen and what was told. After an end of any kind, it goes on from there.
  - C(docs/events.md) of the collection describes each event, and what is delivered when.
options:
  fleet:
    description:
      - What to list. A list of entries, or the path of a file that holds one, as the role P(multicloud.secrets.assert_secrets#role) takes it.
      - Each entry has a C(name), a C(provider), and options of that provider's module, but no credentials.
    type: raw
    required: true
  cursor:
    description:
      - The path of the file that remembers. It holds names and metadata of secrets, and no credentials; its mode is V(0600).
      - Its folder must exist, belong to you or root, and not be writable by everybody. In a container it has to be on a volume.
      - Each event source needs a cursor of its own. A second process is refused.
      - A file that is no cursor, or is damaged, is refused and stays as it is.
    type: path
    required: true
  credentials:
    description:
      - For each entry that needs it, under its name, the options that are secret, such as C(secret_id) and C(secret_key).
      - Fill it from a variable. Without it an entry names its source itself, or uses the keys of the environment.
    type: dict
  interval:
    description:
      - Seconds from the end of one listing to the next one.
      - While a cloud is out of order or refuses requests for their rate, this doubles each time, up to 15 minutes.
    type: float
    default: 300
  fields:
    description:
      - The fields of a record that make up the state of a secret. If one of them changes, an event says so.
      - Any field of a record can be named, attributes as C(attributes.product_name).
      - What is new here is compared from the next listing on.
    type: list
    elements: str
    default: [status, provider_status, delete_at, encryption, kms_key_id, kms_key_type, kms_instance_id, rotation_enabled, rotation_days]
  report_existing:
    description: Whether the secrets that the first complete listing of a store finds are reported as appeared.
    type: bool
    default: false
  feedback:
    description:
      - Whether to let the engine confirm each event. With its persistence (C(--persistence-id) and a database), an event is then
        neither lost nor repeated, whenever the process is killed.
      - Without it an event counts as handed over when the engine has taken it. An engine that is killed before it has acted loses it.
      - Needs ansible-rulebook 1.3 or newer, and a name for the source.
    type: bool
    default: false
  feedback_timeout:
    description: Seconds to wait for the engine's confirmation, after which the source ends with an error.
    type: float
    default: 120
requirements:
  - requests >= 2.33.0
  - urllib3 >= 2.6.3
  - ansible-core, in the Python environment of ansible-rulebook
notes:
  - Text from a cloud is data. In events, a space stands in each mark that would begin a template, and characters that could forge
    lines are escaped, because ansible-rulebook hands events to playbooks as extra variables, which Ansible evaluates.
"""

EXAMPLES = r"""
- name: Tell a playbook which secrets will be deleted
  hosts: localhost
  sources:
    - name: secrets
      multicloud.secrets.secret_changes:
        fleet:
          - {name: shop, provider: alibaba_apig, regions: [cn-hangzhou, cn-shanghai], credentials_env: SHOP_}
          - {name: pay, provider: tencent_ssm, regions: [all]}
        credentials: "{{ vaulted_credentials }}"
        cursor: /var/lib/rulebook/secrets.cursor
        interval: 300
        feedback: true
  rules:
    - name: A secret waits for its deletion
      condition: event.type == "secret_changed" and event.after.status == "pending_delete"
      action:
        run_playbook:
          name: save_secret.yml

    - name: A store cannot be listed
      condition: event.type == "listing_incomplete"
      action:
        debug:
          msg: "{{ event.account }}/{{ event.region }}: {{ event.error.message }} {{ event.error.hint }}"
"""

import sys
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file by its path and knows nothing of collections. This makes that of the file importable, also
# where Python has collections of its own, as it has with the package 'ansible'.
COLLECTIONS = Path(__file__).absolute().parents[6]
if str(COLLECTIONS.parent) not in sys.path:
    sys.path.insert(0, str(COLLECTIONS.parent))

import ansible_collections  # noqa: E402

if str(COLLECTIONS) not in ansible_collections.__path__:
    ansible_collections.__path__.insert(0, str(COLLECTIONS))

from ansible_collections.multicloud.secrets.plugins.module_utils._changes.source import watch  # noqa: E402
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES  # noqa: E402


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Entry point of the event source."""
    await watch(queue, args, SERVICES)
