#!/usr/bin/python
# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alibaba_apig_secrets_info
short_description: List the secrets of Alibaba Cloud API Gateway (APIG)
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists secrets with C(ListSecrets) of the APIG API (2024-03-27), all pages, in any number of regions and accounts.
  - Returns metadata of each secret, in the same words for all clouds. Returns also a ledger, with the completeness of the
    listing of each account and region, and its proof.
  - Does not list secrets of KMS Secrets Manager. M(multicloud.secrets.alibaba_kms_secrets_info) does.
  - APIG promises no order of its pages, so a listing of more than one page is read twice, see O(verify).
  - Needs the permission C(apig:ListSecrets) on all resources. O(region=all) needs C(apig:DescribeRegions) too.
    O(details) names those of its words.
extends_documentation_fragment:
  - multicloud.secrets.alibaba
  - multicloud.secrets.listing
  - multicloud.secrets.transport
  - multicloud.secrets.attributes
  - multicloud.secrets.attributes.actiongroup_alibaba
attributes:
  check_mode:
    details: Lists everything, and does not write O(dest).
  idempotent:
    details: The answers of the cloud may change between two runs.
options:
  gateway_type:
    description: List only secrets for this type of gateway.
    type: str
    choices: [AI, API]
  details:
    description:
      - Ask also for what the listing does not tell, in these words. None of them asks for a value. The guide to details says what each costs.
      - V(references) asks for the references of each secret that has any, with C(apig:ListSecretReferences), and for the names of the
        gateways, with C(apig:ListGateways). It fills RV(secrets[].references).
      - V(keys) lists the KMS keys of the region by their state, with C(kms:ListKeys). It fills RV(secrets[].key_state). KMS is asked at its
        own host, whatever O(endpoint) says.
      - A secret that was deleted since it was listed is no failure.
    type: list
    elements: str
seealso:
  - module: multicloud.secrets.alibaba_kms_secrets_info
  - module: multicloud.secrets.tencent_ssm_secrets_info
  - name: The guide to credentials
    description: Sources of keys, permissions, and remedies for refusals.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md
  - name: The guide to completeness
    description: The meaning of the ledger, and its proofs.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/completeness.md
"""

EXAMPLES = r"""
# Keep keys out of playbooks and command lines. Put them into the environment or into Ansible Vault.

# Ad hoc, with ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment. The second one lists every region:
#   ansible localhost -m multicloud.secrets.alibaba_apig_secrets_info -a region=cn-hangzhou
#   ansible localhost -m multicloud.secrets.alibaba_apig_secrets_info -a "region=all query='[].[region, name]'"

- name: List all secrets of a region
  multicloud.secrets.alibaba_apig_secrets_info:
    region: cn-hangzhou
  register: listing

- name: Show the names of those that are not enabled
  ansible.builtin.debug:
    msg: "{{ listing.secrets | rejectattr('status', 'equalto', 'enabled') | map(attribute='name') }}"

- name: List every region that the cloud names, and go on where one is refused
  multicloud.secrets.alibaba_apig_secrets_info:
    region: all
    on_error: report
  register: everywhere

- name: Stop if anything could not be listed
  ansible.builtin.assert:
    that: everywhere.complete

- name: List two accounts, one with keys from the variables PROD_ALIBABA_CLOUD_ACCESS_KEY_ID and so on
  multicloud.secrets.alibaba_apig_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: prod
        credentials_env: PROD_
      - name: staging
        source: environment
        regions: [cn-hangzhou]

- name: List the region that a profile in ~/.aliyun/config.json names, with its key
  multicloud.secrets.alibaba_apig_secrets_info:
    profile: prod

- name: List several accounts with one key, by a role in each
  multicloud.secrets.alibaba_apig_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: prod
        source: environment
        assume_role_arn: acs:ram::1290000000000002:role/secrets-reader
        assume_role_external_id: "{{ vaulted_external_id }}"
      - name: staging
        source: environment
        assume_role_arn: acs:ram::1290000000000001:role/secrets-reader

- name: Find out which plugins, services and consumers use each secret
  multicloud.secrets.alibaba_apig_secrets_info:
    region: cn-hangzhou
    details: [references]
  register: used

- name: List every account of the organization but those of one folder, with a key of the management account
  multicloud.secrets.alibaba_apig_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: company
        source: environment
        organization:
          role: secrets-reader
          exclude: {folders: [fd-bVaRIGexam]}

- name: List one of three slices that use the same account at the same time
  multicloud.secrets.alibaba_apig_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    rate_limit: 8

- name: List many regions faster, and show the secrets as a table, one line for each
  multicloud.secrets.alibaba_apig_secrets_info:
    region: all
    concurrency: 64
    query: "[].join('  ', [region, name, status])"

- name: List from inside a VPC
  multicloud.secrets.alibaba_apig_secrets_info:
    region: cn-hangzhou
    network: vpc

- name: Find secrets that nothing refers to
  multicloud.secrets.alibaba_apig_secrets_info:
    region: cn-hangzhou
    query: "[?reference_count == `0`].name"

- name: Write the inventory to a file, for multicloud.secrets.secrets_audit
  multicloud.secrets.alibaba_apig_secrets_info:
    region: cn-hangzhou
    gateway_type: AI
    dest: "{{ inventory_folder | default('/tmp') }}/apig.jsonl"

- name: Give the keys once for several tasks
  module_defaults:
    group/multicloud.secrets.alibaba:
      access_key_id: "{{ vaulted_access_key_id }}"
      access_key_secret: "{{ vaulted_access_key_secret }}"
  block:
    - name: List secrets with these names exactly
      multicloud.secrets.alibaba_apig_secrets_info:
        region: cn-hangzhou
        names: [payment-key, session-key]
"""

RETURN = r"""
complete:
  description:
    - Whether every store (an account in a region) was listed completely or is not offered by the cloud, and at least one was listed.
    - Never true if a page, a kind of secret or a region was refused.
  type: bool
  returned: always
  sample: true
count:
  description: The number of records, before O(query).
  type: int
  returned: success
  sample: 2
query_result:
  description: The result of O(query) over the list of records.
  type: raw
  returned: when O(query) is given
  sample: [db-password, payment-key]
dest:
  description: The path of the inventory.
  type: str
  returned: when O(dest) is given
  sample: /var/lib/secrets/inventory.jsonl
changed:
  description:
    - Always V(false) without O(dest).
    - With it, V(true) if the file is new, or if its records, its filters or the status of a store have changed.
  type: bool
  returned: always
  sample: false
store_counts:
  description: The number of stores with each status.
  type: dict
  returned: always
  sample: {complete: 1, not_offered: 0, partial: 0, failed: 0}
organizations:
  description:
    - What the cloud told of each organization in O(accounts), with the accounts that are listed and those that are left out.
    - If not all members are known, RV(stores) has a row for the entry itself, with the region V(all) and the reason.
  type: list
  elements: dict
  returned: when O(accounts) has an organization
  contains:
    name:
      description: The name of its entry.
      type: str
      returned: always
      sample: company
    provider:
      description: The service.
      type: str
      returned: always
      sample: alibaba_apig
    id:
      description: The organization's own id.
      type: str
      returned: always
      sample: "77"
    management_account:
      description: The number of the account that manages it.
      type: str
      returned: always
      sample: "1290000000000001"
    caller:
      description: The number of the account of the credentials.
      type: str
      returned: always
      sample: "1290000000000001"
    regions:
      description: The regions in which its accounts are listed.
      type: list
      elements: str
      returned: always
      sample: [cn-hangzhou, cn-shanghai]
    total:
      description: The number of members that the cloud counts.
      type: int
      returned: always
      sample: 2
    proof:
      description: What proves that these are all members, as in RV(stores[].proof).
      type: str
      returned: always
      sample: total
    members:
      description: The accounts that are listed, each with C(id), C(label), C(name) and C(folder).
      type: list
      elements: dict
      returned: always
      sample: [{id: "1290000000000001", label: "1290000000000001", name: null, folder: null}]
    excluded:
      description: The accounts that are left out, each with C(id), C(name), C(folder) and C(reason).
      type: list
      elements: dict
      returned: always
      sample: []
    requests:
      description: The number of requests for all this.
      type: int
      returned: always
      sample: 3
names_missing:
  description:
    - The names in O(names) that an account does not have in any region, among the secrets that the other filters let through.
    - Each is told as a warning, too.
  type: list
  elements: dict
  returned: when O(names) is given
  contains:
    account: &account
      description: The account's label.
      type: str
      returned: always
      sample: default
    name:
      description: The name.
      type: str
      returned: always
      sample: payment_kye
    nearest:
      description: The nearest name that the account has, or V(null).
      type: str
      returned: always
      sample: payment_key
    certain:
      description: Whether all stores of the account were listed. If V(false), the secret may exist.
      type: bool
      returned: always
      sample: true
error:
  description: The reason of the failure; if stores could not be listed, the reason of the worst one.
  type: dict
  returned: failure
  contains:
    kind:
      description: The kind of the failure, in one word for programs, such as V(denied), V(auth), V(throttled), V(timeout) or V(argument).
      type: str
      returned: always
      sample: denied
    code:
      description: The cloud's own code.
      type: str
      returned: always
      sample: Forbidden.RAM
    message:
      description: The failure in a sentence for people.
      type: str
      returned: always
      sample: "ListSecrets at apig.cn-hangzhou.aliyuncs.com: User not authorized"
    http_status:
      description: The HTTP status of the answer.
      type: int
      returned: always
      sample: 403
    request_id:
      description: The cloud's id of the request.
      type: str
      returned: always
      sample: 6f8a9d0e-5a3d-4f43-9c3e-2a3c9b9c1a55
    hint:
      description: The next step.
      type: str
      returned: always
      sample: Grant the action apig:ListSecrets on all resources (*) in RAM.
stores:
  description:
    - The ledger, one row for each store, by account and region.
    - If the task failed, only its 20 worst rows.
  type: list
  elements: dict
  returned: always
  contains:
    provider: &provider
      description: The cloud's service.
      type: str
      returned: always
      sample: alibaba_apig
    account: *account
    account_id:
      description: The account's number, if O(identify) found it.
      type: str
      returned: always
      sample: "100000000001"
    labels:
      description: The labels that O(labels) or O(accounts[].labels) give to the account.
      type: dict
      returned: when there are any
      sample: {env: prod}
    credentials:
      description: The source of the credentials.
      type: str
      returned: always
      sample: environment
    region:
      description: The region; V(all) if the cloud did not return its regions.
      type: str
      returned: always
      sample: cn-hangzhou
    status:
      description:
        - V(complete) if all of it was listed; RV(stores[].proof) names the proof.
        - V(partial) if some of it was listed, V(failed) if nothing was.
        - V(not_offered) if the cloud itself says twice that it has no such service there, in a region that V(all) has found, or with
          O(allow_not_offered). A region that was named is V(failed) then, and so is one that the cloud's own list of regions has.
      type: str
      returned: always
      sample: complete
    total:
      description: The number of secrets that the cloud counts in the store, or V(null).
      type: int
      returned: always
      sample: 2
    count:
      description: The number of records of the store in this listing.
      type: int
      returned: always
      sample: 2
    proof:
      description:
        - The proof that nothing is missing.
        - V(total) if the pages join and the number of their rows equals the cloud's total.
        - V(union) if that holds for all partitions of the store together.
        - V(end) if the pages join up to the end, and the cloud's totals cannot be used.
        - V(twice) if two readings were the same. V(once) if there was one reading, with O(verify=false).
        - V(none) if there is no proof.
      type: str
      returned: always
      sample: total
    requests:
      description: Requests sent.
      type: int
      returned: always
      sample: 1
    retries:
      description: The number of repeats among them.
      type: int
      returned: always
      sample: 0
    throttled:
      description: The number of requests that were refused for their rate.
      type: int
      returned: always
      sample: 0
    restarts:
      description: The number of listings that were read again because their pages did not fit together.
      type: int
      returned: always
      sample: 0
    conflicts:
      description: The number of secrets that came twice with different content; the later one counts.
      type: int
      returned: always
      sample: 0
    seconds:
      description: Seconds from the first request to the last answer.
      type: float
      returned: always
      sample: 0.214
    unknown_fields:
      description: Names of fields that the cloud sent and this collection does not know. Their values are dropped.
      type: list
      elements: str
      returned: always
      sample: []
    error:
      description:
        - The reason if the store is not complete, with the keys of RV(error).
        - If the task failed, the words of each reason are there once. C(message) and C(hint) are V(null) if RV(error) or an earlier row has them.
      type: dict
      returned: always
    partitions:
      description:
        - The listings inside the store that are not complete, each with its partition, status, count, total and reason.
        - Not there if all of them failed for the reason in RV(stores[].error).
      type: list
      elements: dict
      returned: if there are any
    member:
      description:
        - The account as a member of an organization, with C(organization), the name of the entry, and C(name) and C(folder) as the cloud has them.
        - Names may change, so nothing but reports reads them.
      type: dict
      returned: if the account was found by O(accounts[].organization)
      sample: {organization: company, name: games, folder: fd-bVaRIGexam}
    details:
      description:
        - What became of each word in O(details), and of each that it implies.
        - C(status) is V(complete), V(partial) or V(failed). C(secrets) is how many secrets were asked about, C(failed) how many of them failed.
          C(error) is the first reason, with the keys of RV(error).
        - The status of the store speaks of its listing alone.
      type: dict
      returned: if O(details) is given and something was listed
      sample: {keys: {status: complete, secrets: 2, failed: 0, error: null}}
secrets:
  description: The records, sorted by account, region, name and id.
  type: list
  elements: dict
  returned: success, unless O(query) or O(dest) is given
  contains:
    provider: *provider
    account: *account
    region:
      description: The region.
      type: str
      returned: always
      sample: cn-hangzhou
    id:
      description: The secret's id.
      type: str
      returned: always
      sample: sec-d5e6shmm1hko
    name:
      description: The name.
      type: str
      returned: always
      sample: payment-key
    description:
      description: The description; V(null) if the service did not send it.
      type: str
      returned: always
      sample: Signs payments
    status:
      description:
        - The status in the words of this collection, the same for all clouds.
        - One of V(enabled), V(disabled), V(deleted) and V(unknown).
        - An unknown status of the cloud is V(unknown), never V(enabled).
      type: str
      returned: always
      sample: enabled
    provider_status:
      description: The status in the cloud's own word.
      type: str
      returned: always
      sample: ENABLE
    kind:
      description: The kind of gateway that the secret is for, V(ai), V(api) or V(unknown).
      type: str
      returned: always
      sample: ai
    created_at:
      description: The time of its creation, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-02-05T03:04:05.678Z"
    updated_at:
      description: The time of its last update.
      type: str
      returned: always
      sample: "2026-02-05T03:04:05.678Z"
    delete_at: &not_offered
      description: Always V(null), the service does not offer it.
      type: str
      returned: always
    kms_key_id:
      description: The id of the KMS key that encrypts it.
      type: str
      returned: always
      sample: key-hzz65f1cb1example
    kms_key_type: *not_offered
    kms_instance_id:
      description: The KMS instance that holds the secret.
      type: str
      returned: always
      sample: kst-hzz65f1cb1example
    key_state:
      description:
        - The state of the KMS key, V(enabled), V(disabled), V(pending_delete), V(pending_import), or V(missing) if the region has
          no such key; V(null) unless O(details) has V(keys).
        - With it, V(null) means that nobody chose a key.
      type: str
      returned: always
    key_rotation_enabled:
      description: Always V(null), it is not asked for.
      type: bool
      returned: always
    encryption: *not_offered
    rotation_enabled:
      description: Always V(null), the service does not offer it.
      type: bool
      returned: always
    rotation_days: &not_offered_int
      description: Always V(null), the service does not offer it.
      type: int
      returned: always
    next_rotation_at: *not_offered
    last_rotated_at: *not_offered
    rotation_count: *not_offered_int
    version_count: *not_offered_int
    newest_version_at: *not_offered
    reference_count:
      description: The number of resources that refer to it.
      type: int
      returned: always
      sample: 5
    references:
      description:
        - What uses it, if O(details) has V(references). Each has a C(kind) (V(plugin), V(service), V(consumer), V(mcp_server) or V(unknown)),
          a C(name), and the name of its C(gateway).
        - With it, V(null) means that nothing uses it.
      type: list
      elements: dict
      returned: always
    source:
      description: The place of its value.
      type: str
      returned: always
      sample: KMS
    tags:
      description: Always V(null), the service does not tell them in a listing.
      type: dict
      returned: always
    attributes:
      description: Other fields of the service.
      type: dict
      returned: always
      contains:
        kms_secret_arn:
          description: The ARN of the secret in KMS.
          type: str
          returned: always
        version_id:
          description: The version of the secret in KMS.
          type: str
          returned: always
    invalid:
      description: Fields whose value could not be read. They are V(null), and rules about them are unknown.
      type: list
      elements: str
      returned: always
      sample: []
"""

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.apig.provider import PROVIDER
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.task import run


def main() -> None:
    run(PROVIDER)


if __name__ == "__main__":
    main()
