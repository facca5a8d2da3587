#!/usr/bin/python
# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tencent_ssm_secrets_info
short_description: List the secrets of Tencent Cloud Secrets Manager (SSM)
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists secrets with C(ListSecrets) of the SSM API (2019-09-23), all pages, in any number of regions and accounts.
  - Returns metadata of each secret, in the same words for all clouds. Returns also a ledger, with the completeness of the
    listing of each account and region, and its proof.
  - Without a type, SSM lists user-defined secrets only. This module lists every type with every kind of encryption, and
    returns their union.
  - Needs the permission C(ssm:ListSecrets) on all resources. O(region=all) needs C(ssm:GetRegions) too. O(details) names those of its words.
extends_documentation_fragment:
  - multicloud.secrets.tencent
  - multicloud.secrets.listing
  - multicloud.secrets.transport
  - multicloud.secrets.attributes
  - multicloud.secrets.attributes.actiongroup_tencent
attributes:
  check_mode:
    details: Lists everything, and does not write O(dest).
  idempotent:
    details: The answers of the cloud may change between two runs.
options:
  status:
    description: List only secrets with this status.
    type: str
    choices: [enabled, disabled, pending_delete, pending_create, create_failed]
  secret_types:
    description:
      - List only these types of secrets.
      - If it is not set, all types are listed, or V(product) if O(product_names) is given.
    type: list
    elements: str
    choices: [user, product, ssh_key, api_key, redis]
  encrypt_types:
    description:
      - List only secrets with this encryption.
      - If it is not set, both are listed. The international site has V(kms) only; V(software) counts as not offered there.
    type: list
    elements: str
    choices: [kms, software]
  product_names:
    description: List only secrets of these cloud products, such as V(Mysql). They are of the type V(product).
    type: list
    elements: str
  instance_id:
    description: List only secrets of this instance of a cloud product.
    type: str
  tags:
    description:
      - List only secrets with these tags, as a mapping of key to value.
      - A list of values matches any of them, V(null) matches any value.
      - Values are texts. V(true) and V(false) are sent as the texts V(true) and V(false).
      - The records have their tags only if O(details) asks for them.
    type: dict
  details:
    description:
      - Ask also for what the listing does not tell, in these words. None of them asks for a value. The guide to details says what each costs.
      - V(keys) lists the KMS keys of the region, with C(kms:ListKeyDetail). It fills RV(secrets[].key_state),
        RV(secrets[].key_rotation_enabled) and RV(secrets[].attributes.key_owner).
      - V(tags) asks for the tags of 50 secrets at a time, with C(tag:DescribeResourceTagsByResourceIds). It fills RV(secrets[].tags).
      - V(rotation) asks about each secret of a product or of Redis, with C(ssm:DescribeSecret). It fills RV(secrets[].last_rotated_at) and
        RV(secrets[].attributes.account_hosts).
      - V(history) asks about each secret of a product, with C(ssm:DescribeRotationHistory). It fills RV(secrets[].rotation_count).
      - V(versions) asks about each secret, with C(ssm:ListSecretVersionIds). It fills RV(secrets[].version_count) and
        RV(secrets[].newest_version_at).
      - V(service) asks about the service once a store, with C(ssm:GetServiceStatus). It fills RV(stores[].service).
      - A secret that was deleted since it was listed is no failure.
    type: list
    elements: str
seealso:
  - module: multicloud.secrets.alibaba_apig_secrets_info
  - module: multicloud.secrets.alibaba_kms_secrets_info
  - name: The guide to credentials
    description: Sources of keys, permissions, and remedies for refusals.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md
  - name: The guide to completeness
    description: The meaning of the ledger, and its proofs.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/completeness.md
"""

EXAMPLES = r"""
# Keep keys out of playbooks and command lines. Put them into the environment or into Ansible Vault.

# Ad hoc, with TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment. The second one lists every region:
#   ansible localhost -m multicloud.secrets.tencent_ssm_secrets_info -a region=ap-guangzhou
#   ansible localhost -m multicloud.secrets.tencent_ssm_secrets_info -a "region=all query='[].[region, name, status]'"

- name: List all secrets of a region, of every type
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
  register: listing

- name: Show the names of those that are not enabled
  ansible.builtin.debug:
    msg: "{{ listing.secrets | rejectattr('status', 'equalto', 'enabled') | map(attribute='name') }}"

- name: List every region that the cloud names, and go on where one is refused
  multicloud.secrets.tencent_ssm_secrets_info:
    region: all
    on_error: report
  register: everywhere

- name: Show the regions that could not be listed, with the reason
  ansible.builtin.debug:
    msg: "{{ item.region }}: {{ item.error.message }} {{ item.error.hint or '' }}"
  loop: "{{ everywhere.stores | selectattr('status', 'in', ['partial', 'failed']) }}"
  loop_control:
    label: "{{ item.region }}"

- name: List two accounts, one with keys from the variables PROD_TENCENTCLOUD_SECRET_ID and so on
  multicloud.secrets.tencent_ssm_secrets_info:
    regions: [ap-guangzhou, ap-shanghai]
    accounts:
      - name: prod
        credentials_env: PROD_
      - name: staging
        source: environment
        regions: [ap-guangzhou]

- name: List the region that the profile prod in ~/.tccli names, with its key
  multicloud.secrets.tencent_ssm_secrets_info:
    profile: prod

- name: List several accounts with one key, by a role in each
  multicloud.secrets.tencent_ssm_secrets_info:
    regions: [ap-guangzhou, ap-shanghai]
    accounts:
      - name: prod
        source: environment
        assume_role_arn: qcs::cam::uin/100000000002:roleName/secrets-reader
        assume_role_external_id: "{{ vaulted_external_id }}"
      - name: staging
        source: environment
        assume_role_arn: qcs::cam::uin/100000000001:roleName/secrets-reader

- name: List both clouds in one play, with keys from PAY_TENCENTCLOUD_SECRET_ID, SHOP_ALIBABA_CLOUD_ACCESS_KEY_ID and so on
  block:
    - name: List the accounts of Tencent Cloud
      multicloud.secrets.tencent_ssm_secrets_info:
        region: all
        accounts:
          - {name: pay, credentials_env: PAY_}
          - {name: games, credentials_env: GAMES_, regions: [ap-guangzhou]}
        query: "[].join('  ', [account, region, name, status])"
      register: tencent

    - name: List the accounts of Alibaba Cloud
      multicloud.secrets.alibaba_apig_secrets_info:
        region: all
        accounts:
          - {name: shop, credentials_env: SHOP_}
        query: "[].join('  ', [account, region, name, status])"
      register: alibaba

    - name: Show all secrets as a table, one line for each
      ansible.builtin.debug:
        msg: "{{ tencent.query_result + alibaba.query_result }}"

- name: List many regions, each with a host and a rate limit of its own
  multicloud.secrets.tencent_ssm_secrets_info:
    region: all
    network: regional
    concurrency: 64

- name: List every account of the organization but those of one folder, with a key of the management account
  multicloud.secrets.tencent_ssm_secrets_info:
    regions: [ap-guangzhou, ap-shanghai]
    accounts:
      - name: company
        source: environment
        organization:
          role: secrets-reader
          exclude: {folders: ["1002"]}

- name: List one of three slices that use the same account at the same time
  multicloud.secrets.tencent_ssm_secrets_info:
    regions: [ap-guangzhou, ap-shanghai]
    rate_limit: 8

- name: Find database accounts that are not rotated
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
    secret_types: [product]
    query: "[?!rotation_enabled].{name: name, instance: attributes.resource_id}"

- name: Find secrets whose key is about to be deleted, and those without an owner
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
    details: [keys, tags]
    query: "[?key_state != 'enabled' || !tags.owner].[name, key_state]"

- name: Write the inventory to a file, for multicloud.secrets.secrets_audit
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
    dest: "{{ inventory_folder | default('/tmp') }}/ssm.jsonl"

- name: List what will be deleted, by tag
  multicloud.secrets.tencent_ssm_secrets_info:
    region: ap-guangzhou
    status: pending_delete
    tags:
      env: [prod, staging]

- name: Give the keys once for several tasks
  module_defaults:
    group/multicloud.secrets.tencent:
      secret_id: "{{ vaulted_secret_id }}"
      secret_key: "{{ vaulted_secret_key }}"
  block:
    - name: List secrets with these names exactly
      multicloud.secrets.tencent_ssm_secrets_info:
        region: ap-guangzhou
        names: [db-password, session-key]
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
      sample: tencent_ssm
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
      sample: [ap-guangzhou, ap-shanghai]
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
      sample: UnauthorizedOperation
    message:
      description: The failure in a sentence for people.
      type: str
      returned: always
      sample: "ListSecrets at ssm.tencentcloudapi.com: not authorized"
    http_status:
      description: The HTTP status of the answer.
      type: int
      returned: always
      sample: 200
    request_id:
      description: The cloud's id of the request.
      type: str
      returned: always
      sample: 6f8a9d0e-5a3d-4f43-9c3e-2a3c9b9c1a55
    hint:
      description: The next step.
      type: str
      returned: always
      sample: Grant the action ssm:ListSecrets on all resources (*) in CAM.
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
      sample: tencent_ssm
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
      sample: ap-guangzhou
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
      sample: union
    requests:
      description: Requests sent.
      type: int
      returned: always
      sample: 10
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
    service:
      description: The state of the service, C(enabled), C(expires_at), C(quota) and C(hosted) (secrets in it). Each is V(null) if the cloud does not tell it.
      type: dict
      returned: if O(details) has V(service)
      sample: {enabled: true, expires_at: "2027-11-30T15:59:59Z", quota: 5900, hosted: 5541}
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
      sample: ap-guangzhou
    id:
      description: The secret's name, which identifies it in its region.
      type: str
      returned: always
      sample: db-password
    name:
      description: The name.
      type: str
      returned: always
      sample: db-password
    description:
      description: The description.
      type: str
      returned: always
      sample: Signs payments
    status:
      description:
        - The status in the words of this collection, the same for all clouds.
        - One of V(enabled), V(disabled), V(pending_delete), V(pending_create), V(create_failed) and V(unknown).
        - An unknown status of the cloud is V(unknown), never V(enabled).
      type: str
      returned: always
      sample: enabled
    provider_status:
      description: The status in the cloud's own word.
      type: str
      returned: always
      sample: Enabled
    kind:
      description: The type of secret, V(user), V(product), V(ssh_key), V(api_key), V(redis) or V(unknown).
      type: str
      returned: always
      sample: user
    created_at:
      description: The time of its creation, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-02-05T03:04:05Z"
    updated_at: &not_offered
      description: Always V(null), the service does not offer it.
      type: str
      returned: always
    delete_at:
      description: The time of its planned deletion, or V(null).
      type: str
      returned: always
    kms_key_id:
      description: The id of the KMS key that encrypts it.
      type: str
      returned: always
      sample: 23e80852-1e38-11e9-b129-5cb9019b4b01
    kms_key_type:
      description: The owner of that key, V(default) (made by SSM) or V(customer).
      type: str
      returned: always
      sample: customer
    kms_instance_id: *not_offered
    key_state:
      description:
        - The state of the KMS key; V(missing) if no list of the region's keys has it; V(null) unless O(details) has V(keys).
        - One of V(enabled), V(disabled), V(pending_delete), V(pending_import), V(archived) and V(missing).
      type: str
      returned: always
    key_rotation_enabled:
      description: Whether the KMS key is rotated automatically; V(null) unless O(details) has V(keys).
      type: bool
      returned: always
    encryption:
      description: The kind of encryption, V(kms) or V(software).
      type: str
      returned: always
      sample: kms
    rotation_enabled:
      description: Whether it is rotated automatically.
      type: bool
      returned: always
      sample: true
    rotation_days:
      description: Days between two rotations.
      type: int
      returned: always
      sample: 30
    next_rotation_at:
      description: The time of its next rotation, or V(null).
      type: str
      returned: always
      sample: "2026-12-01T00:00:00Z"
    last_rotated_at:
      description: The time of the password in force, even if nothing was ever rotated; V(null) unless O(details) has V(rotation).
      type: str
      returned: always
    rotation_count:
      description: The number of its rotations; V(null) unless O(details) has V(history).
      type: int
      returned: always
    version_count:
      description: The number of its versions; V(null) unless O(details) has V(versions).
      type: int
      returned: always
    newest_version_at:
      description: The time of its newest version; V(null) unless O(details) has V(versions).
      type: str
      returned: always
    reference_count:
      description: Always V(null), the service does not offer it.
      type: int
      returned: always
    references:
      description: Always V(null), the service does not offer it.
      type: list
      elements: dict
      returned: always
    source: *not_offered
    tags:
      description: Its tags; V(null) unless O(details) has V(tags).
      type: dict
      returned: always
    attributes:
      description: Other fields of the service.
      type: dict
      returned: always
      contains:
        create_uin:
          description: The account number of its creator, as text.
          type: str
          returned: always
        target_uin:
          description: The account number of a cloud API key, as text.
          type: str
          returned: always
        product_name:
          description: The product to which its account belongs.
          type: str
          returned: always
        resource_id:
          description: The instance of that product.
          type: str
          returned: always
        resource_name:
          description: The name of an SSH key pair.
          type: str
          returned: always
        project_id:
          description: The project of an SSH key pair.
          type: int
          returned: always
        associated_instance_ids:
          description: The machines that an SSH key pair is bound to.
          type: list
          elements: str
          returned: always
        encrypt_switching:
          description: Whether its encryption is being changed.
          type: bool
          returned: always
        key_owner:
          description: The owner of the KMS key, V(user) or the product that made it; V(null) unless O(details) has V(keys).
          type: str
          returned: always
        account_hosts:
          description: The hosts from which the account of a product may sign in; V(null) unless O(details) has V(rotation).
          type: list
          elements: str
          returned: always
        rotation_begin_time:
          description: The time of day at which it is rotated, as the cloud writes it, without a time zone.
          type: str
          returned: always
    invalid:
      description: Fields whose value could not be read. They are V(null), and rules about them are unknown.
      type: list
      elements: str
      returned: always
      sample: []
"""

from ansible_collections.multicloud.secrets.plugins.module_utils._listing.task import run
from ansible_collections.multicloud.secrets.plugins.module_utils._tencent.ssm.provider import PROVIDER


def main() -> None:
    run(PROVIDER)


if __name__ == "__main__":
    main()
