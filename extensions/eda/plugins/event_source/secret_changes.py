# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source for ansible-rulebook: changes of the secrets of a fleet of accounts and regions."""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Send an event for each change of the secrets of a fleet
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists the secrets of Alibaba Cloud APIG, Alibaba Cloud KMS and Tencent Cloud SSM at an interval, metadata only. Sends an event
    for each secret that appeared, vanished, or changed its state, and for each store (an account in a region) that can no longer
    be listed completely.
  - No secret of a store that is not complete is ever reported as vanished.
  - The first listing of a store is its baseline, see O(report_existing).
  - The file O(cursor) holds the last known state and the events that were handed over. After a restart, the source continues
    from there.
  - C(docs/events.md) of the collection describes each event and its delivery.
options:
  fleet:
    description:
      - The accounts and regions to list. A list of entries, or the path of a file with one, as for the role
        P(multicloud.secrets.assert_secrets#role).
      - Each entry has a C(name), a C(provider), and options of that provider's module, but no credentials.
    type: raw
    required: true
  cursor:
    description:
      - The path of the state file. It has names and metadata of secrets, and no credentials; its mode is V(0600).
      - Its folder must exist, belong to you or root, and not be writable by everybody. In a container it must be on a volume.
      - Each event source needs a cursor of its own. A second process is refused.
      - A damaged file, or one that is no cursor, is refused and not changed.
    type: path
    required: true
  credentials:
    description:
      - The secret options of entries, by the entry's name, such as C(secret_id) and C(secret_key).
      - Fill it from a variable. An entry without credentials here names its source itself, or uses the keys of the environment.
    type: dict
  interval:
    description:
      - Seconds from the end of one listing to the next one, from 1 to 604800.
      - While a cloud fails or refuses requests for their rate, this doubles each time, up to 15 minutes.
    type: float
    default: 300
  fields:
    description:
      - The fields of a record that form the state of a secret. If one of them changes, an event is sent.
      - Any field of a record can be named, attributes as C(attributes.product_name).
      - A new field is compared from the next listing on.
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
        neither lost nor repeated, even if the process is killed.
      - If V(false), an event counts as handed over when the engine has taken it. An engine that is killed before it acts loses it.
      - Needs ansible-rulebook 1.3 or newer, and a name for the source.
    type: bool
    default: false
  feedback_timeout:
    description: Seconds to wait for the engine's confirmation, from 1 to 3600. After them the source ends with an error.
    type: float
    default: 120
requirements:
  - requests >= 2.33.0
  - urllib3 >= 2.6.3
  - ansible-core, in the Python environment of ansible-rulebook
notes:
  - Text from a cloud is data. ansible-rulebook hands events to playbooks as extra variables, and Ansible evaluates those. So the
    source puts a space into each mark that would begin a template, and escapes characters that could forge lines.
"""

EXAMPLES = r"""
- name: Run a playbook for each secret that will be deleted
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

import ansible_collections

if str(COLLECTIONS) not in ansible_collections.__path__:
    ansible_collections.__path__.insert(0, str(COLLECTIONS))

from ansible_collections.multicloud.secrets.plugins.module_utils._changes.source import watch
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.plugin_utils._yaml_file import read


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Entry point of the event source."""
    await watch(queue, args, SERVICES, read)
