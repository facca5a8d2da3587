# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options and notes about the listing and its result, shared by the modules for all clouds."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  regions:
    description:
      - The regions to list, in one task; V(all) alone for every region that the cloud names.
      - Mutually exclusive with O(region).
    type: list
    elements: str
  allow_not_offered:
    description:
      - Whether the cloud may not offer the service in a region that O(region), O(regions) or an entry of O(accounts) names.
      - If V(false), the store of such a region is V(failed), with the nearest region that exists as C(error.hint) of its row in RV(stores).
      - If V(true), it is V(not_offered), as it is for regions that V(all) finds and where the service is not enabled.
      - It also covers a region that the cloud's own list of regions has, and that the cloud then says not to support.
    type: bool
    default: false
  account:
    description:
      - A label for the account, if only one is listed. Every record and ledger row has it.
      - If it is not set, the name of O(profile) is used, else V(default).
      - Mutually exclusive with O(accounts).
    type: str
  labels:
    description:
      - "Labels of your own for the account, or for all O(accounts) that have none, such as C({env: prod})."
      - The ledger has them. Rules address them in their C(scopes), as C(labels.env).
    type: dict
  name_like:
    description:
      - List only secrets with a name similar to this text.
      - The cloud applies this filter and does not document it. Use O(names) for exact names.
    type: str
  names:
    description:
      - Return only secrets with exactly these names. An empty list is refused.
      - The module lists everything and compares the names itself.
      - A name that an account does not have gives a warning, and stands in RV(names_missing).
    type: list
    elements: str
  details:
    description:
      - Ask also for what the listing does not tell, in these words. Each costs further requests.
      - The page of this module says which words the service has, and which fields they fill.
      - A detail that could not be had leaves V(null) in its fields, names them in C(invalid), and never fails the listing.
        C(details) of the row in RV(stores) says why.
    type: list
    elements: str
  query:
    description:
      - A JMESPath expression over the list of records. The module returns its result as RV(query_result), and not the records.
      - Needs the Python library C(jmespath) on the machine where the module runs.
    type: str
  dest:
    description:
      - Write the inventory (ledger and records) to this file on the machine where the module runs, with mode V(0600).
      - The records are then not returned, which keeps large listings fast.
      - An older inventory is replaced atomically. A file that is no inventory is not replaced.
      - The module writes nothing else but O(progress).
    type: path
  progress:
    description:
      - Append a line for each store as it ends to this file on the machine where the module runs, made with mode V(0600).
        C(tail -f) then shows how far a long listing is.
      - A line has the time, how many of the known stores have ended, the store, its status and the number of its secrets.
    type: path
  on_error:
    description:
      - The reaction to a store that cannot be listed completely. Every store is tried in either case.
      - V(fail) fails the task at its end. The result then has the worst rows of the ledger, and O(dest) is not changed.
      - V(report) succeeds with RV(complete=false) and the whole ledger.
    type: str
    choices: [fail, report]
    default: fail
  verify:
    description:
      - Whether to read a listing again when one reading cannot prove that it is complete.
      - If V(false), such a listing counts as complete with V(once) as its RV(stores[].proof).
    type: bool
    default: true
  identify:
    description:
      - Whether to ask the cloud's STS once for the number of each account, for the ledger.
      - Two names in O(accounts) for one account are an error.
      - The key of a role or of a member of an organization has to be of that account; otherwise its stores are V(partial).
      - If the cloud refuses this request, the module warns, and the number is V(null).
    type: bool
    default: true
requirements:
  - python >= 3.10
  - requests >= 2.33.0
  - urllib3 >= 2.6.3
  - jmespath >= 1.0.1 (for O(query))
notes:
  - The module reads names and metadata only. No request of this collection can return the value of a secret.
  - The module reads environment variables, profiles and metadata services on the machine where it runs. That is the
    controller only with C(connection=local) or with a delegation to V(localhost).
  - Never type keys into C(ansible -a). Several versions of ansible-core print the arguments of a failed task. Use the
    environment, or Ansible Vault in a playbook.
  - Text from the cloud, such as a description, is data. Ansible does not evaluate it as a template, unless you load it
    with C(include_vars) or C(-e @file).
seealso:
  - module: multicloud.secrets.secrets_audit
  - name: The guide to details
    description: What a listing does not tell, what it costs, what to grant.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/details.md
"""
