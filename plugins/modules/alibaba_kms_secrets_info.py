#!/usr/bin/python
# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alibaba_kms_secrets_info
short_description: List the secrets of Alibaba Cloud KMS Secrets Manager
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists secrets with C(ListSecrets) of the KMS API (2016-01-20), all pages, in any number of regions and accounts.
  - Returns metadata of each secret, in the same words for all clouds. Returns also a ledger, with the completeness of the
    listing of each account and region, and its proof.
  - Lists secrets of all types and of all KMS instances, with their tags. Default secrets, which belong to products such as AI
    Gateway, are listed too. RV(secrets[].attributes.owning_service) names the product.
  - Does not list secrets of API Gateway. M(multicloud.secrets.alibaba_apig_secrets_info) does.
  - A listing tells no description, key, KMS instance or rotation of a secret. O(details) asks for them. Without it these fields
    are V(null), and rules about them are unknown.
  - KMS takes 40 requests a second for an account in a region, from all programs together. O(rate_limit) leaves room for others.
    Requests for O(details) are counted with those of the listing.
  - KMS promises no order of its pages, so a listing of more than one page is read twice, see O(verify).
  - Needs the permission C(kms:ListSecrets) on all resources. O(region=all) needs no other one. O(details) names those of its words.
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
  name_like:
    description:
      - List only secrets with a name that contains this text. Case counts.
      - The module applies this filter, because the cloud does not document its own. Use O(names) for exact names.
    type: str
  secret_types:
    description:
      - List only these types of secrets.
      - The module applies this filter. A secret whose type could not be read is listed.
    type: list
    elements: str
    choices: [generic, rds, redis, polardb, ram_credentials, ecs]
  instance_id:
    description:
      - List only secrets in this KMS instance, such as V(kst-hzz65f1cb1example).
      - The cloud applies this filter. The records do not repeat the instance.
    type: str
  tags:
    description:
      - List only secrets with these tags, as a mapping of key to value.
      - A list of values matches any of them, V(null) matches any value.
      - Values are texts. V(true) and V(false) are compared as the texts V(true) and V(false).
      - The module applies this filter, because the cloud finds 4,000 secrets by a tag at most. A secret whose tags the cloud
        did not tell has none of them.
    type: dict
  details:
    description:
      - Ask also for what the listing does not tell, in these words. None of them asks for a value. The guide to details says what each costs.
      - V(describe) asks about each secret whose type may rotate, with C(kms:DescribeSecret). It fills RV(secrets[].rotation_enabled),
        RV(secrets[].rotation_days), RV(secrets[].next_rotation_at), RV(secrets[].last_rotated_at) and
        RV(secrets[].attributes.rotation_state).
      - V(describe_all) asks about every secret, with the same permission. It fills RV(secrets[].description), RV(secrets[].kms_key_id) and
        RV(secrets[].kms_instance_id), too.
      - V(instances) lists the secrets of each KMS instance, with C(kms:ListKmsInstances). It fills RV(secrets[].kms_instance_id), and takes
        fewer requests than V(describe_all).
      - V(keys) lists the keys of the region by their state, with C(kms:ListKeys). It fills RV(secrets[].key_state). It implies
        V(describe_all), which tells the key of each secret.
      - V(versions) lists the versions of each secret, with C(kms:ListSecretVersionIds). It fills RV(secrets[].version_count) and
        RV(secrets[].newest_version_at).
      - V(policy) asks for the policy of each secret that lies in a KMS instance, with C(kms:GetSecretPolicy). It fills
        RV(secrets[].attributes.foreign_accounts). It implies V(instances).
      - A secret that was deleted since it was listed is no failure.
    type: list
    elements: str
seealso:
  - module: multicloud.secrets.alibaba_apig_secrets_info
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
#   ansible localhost -m multicloud.secrets.alibaba_kms_secrets_info -a region=cn-hangzhou
#   ansible localhost -m multicloud.secrets.alibaba_kms_secrets_info -a "region=all query='[].[region, name]'"

- name: List all secrets of a region
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
  register: listing

- name: Show the names of those that are not enabled
  ansible.builtin.debug:
    msg: "{{ listing.secrets | rejectattr('status', 'equalto', 'enabled') | map(attribute='name') }}"

- name: List every region that the cloud names, and go on where one is refused
  multicloud.secrets.alibaba_kms_secrets_info:
    region: all
    on_error: report
  register: everywhere

- name: Stop if anything could not be listed
  ansible.builtin.assert:
    that: everywhere.complete

- name: List two accounts, one with keys from the variables PROD_ALIBABA_CLOUD_ACCESS_KEY_ID and so on
  multicloud.secrets.alibaba_kms_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: prod
        credentials_env: PROD_
      - name: staging
        source: environment
        regions: [cn-hangzhou]

- name: List the region that a profile in ~/.aliyun/config.json names, with its key
  multicloud.secrets.alibaba_kms_secrets_info:
    profile: prod

- name: List several accounts with one key, by a role in each
  multicloud.secrets.alibaba_kms_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: prod
        source: environment
        assume_role_arn: acs:ram::1290000000000002:role/secrets-reader
        assume_role_external_id: "{{ vaulted_external_id }}"
      - name: staging
        source: environment
        assume_role_arn: acs:ram::1290000000000001:role/secrets-reader

- name: Find out what is rotated, and whether a key is about to be deleted
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
    details: [describe, keys]
  register: described

- name: Show secrets that will be unreadable
  ansible.builtin.debug:
    msg: "{{ described.secrets | rejectattr('key_state', 'in', [none, 'enabled']) | map(attribute='name') }}"

- name: List every account of the organization but those of one folder, with a key of the management account
  multicloud.secrets.alibaba_kms_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    accounts:
      - name: company
        source: environment
        organization:
          role: secrets-reader
          exclude: {folders: [fd-bVaRIGexam]}

- name: List one of three slices that use the same account at the same time
  multicloud.secrets.alibaba_kms_secrets_info:
    regions: [cn-hangzhou, cn-shanghai]
    rate_limit: 8

- name: List many regions faster, and show the secrets as a table, one line for each
  multicloud.secrets.alibaba_kms_secrets_info:
    region: all
    concurrency: 64
    query: "[].join('  ', [region, name, status])"

- name: List from inside a VPC
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
    network: vpc

- name: List a finance region, which region all may not name
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-shanghai-finance-1

- name: Find secrets of the stage prod without an owner
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
    tags: {env: prod}
    query: "[?!tags.owner].name"

- name: Show which products keep secrets here
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
    query: "[?attributes.owning_service].[attributes.owning_service, name]"

- name: Write the inventory to a file, for multicloud.secrets.secrets_audit
  multicloud.secrets.alibaba_kms_secrets_info:
    region: cn-hangzhou
    secret_types: [rds, redis, polardb]
    dest: "{{ inventory_folder | default('/tmp') }}/kms.jsonl"

- name: Give the keys once for several tasks
  module_defaults:
    group/multicloud.secrets.alibaba:
      access_key_id: "{{ vaulted_access_key_id }}"
      access_key_secret: "{{ vaulted_access_key_secret }}"
  block:
    - name: List secrets with these names exactly
      multicloud.secrets.alibaba_kms_secrets_info:
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
      sample: alibaba_kms
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
      sample: Forbidden.NoPermission
    message:
      description: The failure in a sentence for people.
      type: str
      returned: always
      sample: "ListSecrets at kms.cn-hangzhou.aliyuncs.com: This operation is forbidden by permission system"
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
      sample: Grant the action kms:ListSecrets on all resources (*) in RAM.
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
      sample: alibaba_kms
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
        - V(not_offered) if the cloud itself says that it has no such service there, in a region that V(all) has found, or with
          O(allow_not_offered). A region that was named is V(failed) then.
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
      description: The secret's id, which is its name.
      type: str
      returned: always
      sample: payment-key
    name:
      description: The name.
      type: str
      returned: always
      sample: payment-key
    description:
      description: The description; V(null) unless O(details) has V(describe_all).
      type: str
      returned: always
    status:
      description:
        - The status in the words of this collection, the same for all clouds.
        - V(enabled), or V(pending_delete) if its deletion is scheduled. The service knows no others.
        - V(unknown) if the time of its deletion could not be read.
      type: str
      returned: always
      sample: enabled
    provider_status: &not_offered
      description: Always V(null), the service does not offer it.
      type: str
      returned: always
    kind:
      description: The type of the secret, V(generic), V(rds), V(redis), V(polardb), V(ram_credentials), V(ecs) or V(unknown).
      type: str
      returned: always
      sample: generic
    created_at:
      description: The time of its creation, ISO 8601 in UTC.
      type: str
      returned: always
      sample: "2026-02-05T03:04:05Z"
    updated_at:
      description: The time of its last update.
      type: str
      returned: always
      sample: "2026-02-05T03:04:05Z"
    delete_at:
      description: The time at which it will be deleted; V(null) if its deletion is not scheduled.
      type: str
      returned: always
    kms_key_id:
      description:
        - The KMS key that encrypts it; V(null) unless O(details) has V(describe_all).
        - With it, V(null) means that KMS made the key itself.
      type: str
      returned: always
    kms_key_type: *not_offered
    kms_instance_id:
      description:
        - The KMS instance that keeps it; V(null) unless O(details) has V(instances) or V(describe_all).
        - With one of them, V(null) means that it lies in no instance.
      type: str
      returned: always
    key_state:
      description:
        - The state of the KMS key, V(enabled), V(disabled), V(pending_delete), V(pending_import), or V(missing) if the region has
          no such key; V(null) unless O(details) has V(keys).
        - With it, V(null) means that the secret has no key of its own, or one of a product, which nobody else can see.
      type: str
      returned: always
    key_rotation_enabled:
      description: Always V(null), it is not asked for.
      type: bool
      returned: always
    encryption: *not_offered
    rotation_enabled:
      description:
        - Whether KMS rotates it; V(null) unless O(details) has V(describe) or V(describe_all).
        - Always V(null) for secrets of the type V(generic), which are never rotated.
      type: bool
      returned: always
    rotation_days:
      description: The days between two rotations, as RV(secrets[].rotation_enabled). Six hours are V(0.25).
      type: float
      returned: always
    next_rotation_at:
      description: The time of the next rotation, as RV(secrets[].rotation_enabled).
      type: str
      returned: always
    last_rotated_at:
      description: The time of its last rotation, as RV(secrets[].rotation_enabled). If it was asked for, V(null) means that there was none.
      type: str
      returned: always
    rotation_count: &not_offered_int
      description: Always V(null), the service does not offer it.
      type: int
      returned: always
    version_count:
      description: The number of its versions, those that no stage marks too; V(null) unless O(details) has V(versions).
      type: int
      returned: always
    newest_version_at:
      description: The time of its newest version; V(null) unless O(details) has V(versions).
      type: str
      returned: always
    reference_count: *not_offered_int
    references:
      description: Always V(null), the service does not offer it.
      type: list
      elements: dict
      returned: always
    source: *not_offered
    tags:
      description: The tags, as a mapping of key to value; V(null) if the cloud did not tell them.
      type: dict
      returned: always
      sample: {env: prod, owner: payments}
    attributes:
      description: Other fields of the service.
      type: dict
      returned: always
      contains:
        secret_type:
          description: The type of the secret in the cloud's own word.
          type: str
          returned: always
          sample: Generic
        owning_service:
          description: The product that owns the secret, such as C(aigw); V(null) if it is one of your own.
          type: str
          returned: always
        rotation_state:
          description:
            - Its rotation in the cloud's own word, as RV(secrets[].rotation_enabled). C(Invalid) means that KMS cannot rotate it.
          type: str
          returned: always
        foreign_accounts:
          description:
            - The numbers of other accounts that its policy lets in, V(*) if it lets everybody in; V(null) unless O(details) has V(policy).
            - With it, V(null) means that it has no policy, because it lies in no KMS instance.
          type: list
          elements: str
          returned: always
    invalid:
      description: Fields whose value could not be read. They are V(null), and rules about them are unknown.
      type: list
      elements: str
      returned: always
      sample: []
"""

from ansible_collections.multicloud.secrets.plugins.module_utils._alibaba.kms.provider import PROVIDER
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.task import run


def main() -> None:
    run(PROVIDER)


if __name__ == "__main__":
    main()
