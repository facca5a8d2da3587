#!/usr/bin/python
# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents secrets_collect. The work is done by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: secrets_collect
short_description: List the secrets of a fleet into inventory files on the controller
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Reads a fleet on the controller, and lists its accounts and regions on the task's host, with
    M(multicloud.secrets.alibaba_apig_secrets_info), M(multicloud.secrets.alibaba_kms_secrets_info) and
    M(multicloud.secrets.tencent_ssm_secrets_info), in as few calls as possible.
  - The inventories come to the controller, into a folder of this run.
  - Register its result, and hand the name of that variable to M(multicloud.secrets.secrets_audit), which judges what all hosts of
    the play have collected. The role P(multicloud.secrets.assert_secrets#role) does both.
  - A store that could not be listed does not fail this module. It stands in the inventory with its reason.
  - Results, warnings and errors never repeat an argument.
requirements:
  - python >= 3.10
extends_documentation_fragment:
  - multicloud.secrets.transport
  - multicloud.secrets.attributes
  - multicloud.secrets.attributes.actiongroup_collect
attributes:
  check_mode:
    details:
      - Lists as always. The inventories lie in a temporary folder that Ansible removes at its end.
  idempotent:
    details: The inventories of each run are new. This does not count as a change.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
options:
  fleet:
    description:
      - What to list, as a list of entries, or the path of a YAML or JSON file.
      - The file has such a list, bare or under the key B(fleet).
      - Each entry has a C(name), which is the account's label, and a C(provider), which is V(alibaba_apig), V(alibaba_kms) or V(tencent_ssm).
        It may have any option of that provider's module that says what to list or how to connect.
      - What all entries share may stand beside B(fleet), under B(defaults). An entry's own option counts.
      - A relative path begins in the folder from which Ansible was started, or beside the playbook. The file may be vaulted as a whole.
    type: raw
    required: true
  credentials:
    description:
      - The credential options of each entry, by its C(name), best from Ansible Vault.
      - They reach the listing modules in masked options only.
    type: dict
  report_dir:
    description:
      - A folder on the controller. The inventories lie in a folder of this run in C(inventory) in it.
      - It is made with mode 0700 if it is not there. One that everybody can write is refused.
    type: path
    default: secrets-report
  keep_runs:
    description:
      - How many runs keep their inventories under O(report_dir), at least 1. Older ones are removed, but none that is younger than a day.
      - Copy an inventory that is to be a baseline to another folder.
    type: int
    default: 30
  list:
    description: With V(false) the fleet is checked and its stores are returned, and nothing is listed.
    type: bool
    default: true
  progress:
    description:
      - A file on the task's host to which the listing modules append a line for each store as it ends. Follow it with C(tail -f).
      - Give an absolute path.
    type: path
  details:
    description:
      - What to ask for beside the listings, as a mapping from a service to a list of words. By default nothing.
      - Of one list of words each service takes those that it has.
      - The option O(ignore:details) of each listing module describes its words. An entry's own words come in addition.
      - Before it lists, one line names the words, and about how many requests they cost, as far as the last run in O(report_dir) knows it.
      - RV(multicloud.secrets.secrets_audit#module:details) tells what rules need.
    type: raw
  region:
    description: The region of entries that name none.
    type: str
  regions:
    description: The regions of entries that name none.
    type: list
    elements: str
  allow_not_offered:
    description: Whether a cloud may not offer its service in a region that was named, unless an entry says otherwise.
    type: bool
    default: false
  labels:
    description: The labels of accounts whose entries have none.
    type: dict
  name_like:
    description: List only secrets with this text in their names, unless an entry says otherwise.
    type: str
  names:
    description: List only secrets with these names, unless an entry says otherwise.
    type: list
    elements: str
  verify:
    description: Whether to read twice what one reading cannot prove, unless an entry says otherwise.
    type: bool
    default: true
  identify:
    description: Whether to ask each cloud for the id of each account, unless an entry says otherwise.
    type: bool
    default: true
notes:
  - An entry's own option comes before the option of the same name here.
  - C(module_defaults) of the group C(group/multicloud.secrets.all) count for this module. Those of a single listing module do not.
seealso:
  - module: multicloud.secrets.secrets_audit
  - module: multicloud.secrets.alibaba_apig_secrets_info
  - module: multicloud.secrets.alibaba_kms_secrets_info
  - module: multicloud.secrets.tencent_ssm_secrets_info
  - name: Operating the role
    description: Many hosts, remote hosts, separate jobs.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/operating.md
"""

EXAMPLES = r"""
- name: List the secrets of this host's fleet
  multicloud.secrets.secrets_collect:
    fleet: prod.fleet.yml
    credentials: "{{ vaulted_credentials }}"
    details:
      tencent_ssm: [tags, keys]
  register: collected

- name: Judge what all hosts have collected
  multicloud.secrets.secrets_audit:
    collected: collected
    packs: [baseline]
    report_dir: secrets-report
    report_formats: [json, html]
  run_once: true
  delegate_to: localhost
  register: audit

- name: Check a fleet without listing anything
  multicloud.secrets.secrets_collect:
    fleet:
      - {name: prod, provider: tencent_ssm, regions: [ap-guangzhou, ap-shanghai]}
      - {name: staging, provider: tencent_ssm, region: ap-guangzhou, profile: staging}
    list: false
"""

RETURN = r"""
state:
  description: V(collected), V(planned) with O(list=false), or V(failed).
  type: str
  returned: always
  sample: collected
fleet:
  description: The file of the fleet with the beginning of its digest, or null if the fleet is no file.
  type: str
  returned: always
  sample: fleet.yml (sha256 3f9c2b1e0a4d)
stores:
  description: The stores that this host answers for, as far as they are known beforehand.
  type: list
  elements: dict
  returned: always
  sample: [{provider: tencent_ssm, account: prod, region: ap-guangzhou}]
forecast:
  description:
    - The least numbers of C(stores), C(requests) and C(seconds), as far as they are known beforehand. They are also shown before the
      listing begins.
  type: dict
  returned: when the fleet is listed
  sample: {stores: 60, requests: 603, seconds: 8}
inventories:
  description: The inventories, as paths on the controller.
  type: list
  elements: str
  returned: always
  sample: [/srv/audit/secrets-report/inventory/20261122T060000Z-5d41402a/web1.tencent_ssm-1.jsonl]
calls:
  description: Each call of a listing module, with how many secrets it found and whether it saw all of them.
  type: list
  elements: dict
  returned: always
  sample:
    - {name: tencent_ssm-1, count: 312, complete: true, store_counts: {complete: 2, partial: 0, failed: 0, not_offered: 0}}
play:
  description: The play in which this was collected. Only results of one play are judged together.
  type: str
  returned: always
  sample: 0242ac11-0002-9d5b-2c0f-000000000006
at:
  description: When this was collected, in seconds since 1970.
  type: float
  returned: always
  sample: 1795327200.5
errors:
  description: Every error in the fleet and in the names of credentials.
  type: list
  elements: str
  returned: when the fleet has errors
  sample: ['entry ''prod'': unknown option ''regoins''; did you mean regions?']
error:
  description: What went wrong.
  type: dict
  returned: failure
  sample: {kind: argument, code: null, message: 'fleet: nowhere.yml is neither a file nor a list of entries', http_status: null, request_id: null, hint: null}
"""

from typing import Any

from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.module_exit import CarefulModule, fail
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.options import shared_spec

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "fleet": {"type": "raw", "required": True},
    "credentials": {"type": "dict", "no_log": True},
    "report_dir": {"type": "path", "default": "secrets-report"},
    "keep_runs": {"type": "int", "default": 30},
    "list": {"type": "bool", "default": True},
    "progress": {"type": "path"},
    **shared_spec(),
    "details": {"type": "raw"},
}


def main() -> None:
    """Ends with a plain sentence, because only the action plugin can do the work."""
    error = SecretsError("argument", "secrets_collect works through its action plugin only", hint="Call it as multicloud.secrets.secrets_collect in a task.")
    fail(CarefulModule(ARGUMENT_SPEC, supports_check_mode=True), Redactor(), error)


if __name__ == "__main__":
    main()
