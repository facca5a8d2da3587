# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and hosts of Alibaba Cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  access_key_id:
    description:
      - The id of an access key. Give it together with O(access_key_secret).
      - Without both, the module searches the sources in the notes below.
    type: str
  access_key_secret:
    description: The secret of the access key.
    type: str
  security_token:
    description: The token of a temporary access key.
    type: str
  profile:
    description:
      - The name of a profile of the vendor's command line, C(~/.aliyun/config.json). The module then uses no other source.
      - Its modes C(AK), C(StsToken), C(RamRoleArn), C(ChainableRamRoleArn), C(EcsRamRole), C(OIDC) and C(CredentialsURI) are
        supported. C(CloudSSO) and C(OAuth) work until the key expires that C(aliyun configure) has stored.
      - If the task names no region, the region of the profile is listed.
      - Mutually exclusive with O(access_key_id), O(access_key_secret) and O(security_token).
    type: str
  assume_role_arn:
    description:
      - The ARN of a role to assume, such as V(acs:ram::1290000000000001:role/secrets-reader).
      - The module gets the role's temporary key with the credentials of the source, signs all listings with it, and renews it.
      - The role may belong to another account. Records and ledger are then those of that account.
    type: str
  assume_role_session_name:
    description:
      - The name of the session in the cloud's audit log. It has 2 to 64 letters, digits and C(.@_-).
      - If it is not set, V(multicloud-secrets) is used.
    type: str
  assume_role_external_id:
    description:
      - The external id that the role's trust policy asks for.
      - Keep it as secret as the keys. It is masked in results and logs.
    type: str
  assume_role_duration:
    description:
      - The lifetime of the role's key in seconds, from 900 to 43200. The role's own limit may be lower.
      - It may be shorter than the listing, because the key is renewed.
      - If it is not set, 3600 is used.
    type: int
  network:
    description:
      - V(public) uses hosts such as C(kms.cn-hangzhou.aliyuncs.com).
      - V(vpc) uses hosts such as C(kms-vpc.cn-hangzhou.aliyuncs.com), which can be reached from inside a VPC of that region only.
      - If it is not set, V(public) is used.
    type: str
    choices: [public, vpc]
  site:
    description:
      - The site on which the account was made. It decides which host of Resource Directory is asked for the members of an
        O(accounts[].organization). All other hosts are those of both sites.
      - If it is not set, V(china) is used.
    type: str
    choices: [china, international]
  region:
    description:
      - The region to list, or V(all) for every region that the cloud names.
      - Mutually exclusive with O(regions).
      - If the task names no region, the environment variables E(ALIBABA_CLOUD_REGION_ID), E(ALIBABACLOUD_REGION_ID),
        E(ALICLOUD_REGION_ID) and E(ALICLOUD_REGION) are read, in this order.
      - Then the region of the profile is read. With O(profile) it comes first.
    type: str
  accounts:
    description:
      - Several accounts to list in one task.
      - Each account has exactly one source of credentials (its own keys, O(accounts[].profile), O(accounts[].credentials_env) or
        O(accounts[].source)), and may assume a role with it.
      - An account with O(accounts[].assume_role_arn) and without a source assumes the role with the credentials of the task. They come
        from O(access_key_id) or O(profile), else from the sources in the notes.
      - Mutually exclusive with O(account), and with the credentials of the task unless an account uses them.
    type: list
    elements: dict
    suboptions:
      name:
        description: A label for the account, different from all others.
        type: str
        required: true
      access_key_id:
        description: The id of an access key of this account.
        type: str
      access_key_secret:
        description: The secret of that access key.
        type: str
      security_token:
        description: The token of a temporary access key.
        type: str
      profile:
        description: Take the credentials from this profile, as in O(profile).
        type: str
      credentials_env:
        description:
          - Take the credentials from environment variables that begin with this text.
          - With V(PROD_) they are E(PROD_ALIBABA_CLOUD_ACCESS_KEY_ID), E(PROD_ALIBABA_CLOUD_ACCESS_KEY_SECRET) and
            E(PROD_ALIBABA_CLOUD_SECURITY_TOKEN).
        type: str
      source:
        description:
          - V(environment) takes the credentials from E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and
            E(ALIBABA_CLOUD_SECURITY_TOKEN).
          - V(metadata) takes those of the RAM role of the ECS instance on which the module runs.
          - V(service_account) takes those of the RAM role of the pod's service account (RRSA).
        type: str
        choices: [environment, metadata, service_account]
      assume_role_arn:
        description: The ARN of a role to assume with this account's source of credentials, as in O(assume_role_arn).
        type: str
      assume_role_session_name:
        description: The name of the session, as in O(assume_role_session_name).
        type: str
      assume_role_external_id:
        description: The external id that the role's trust policy asks for, as in O(assume_role_external_id).
        type: str
      assume_role_duration:
        description: The lifetime of the role's key in seconds, as in O(assume_role_duration).
        type: int
      regions:
        description: The regions of this account, instead of O(region) or O(regions).
        type: list
        elements: str
      endpoint:
        description: For this account, instead of O(endpoint).
        type: str
      labels:
        description: For this account, instead of O(labels).
        type: dict
      network:
        description: For this account, instead of O(network).
        type: str
        choices: [public, vpc]
      site:
        description: For this account, instead of O(site).
        type: str
        choices: [china, international]
      organization:
        description:
          - All accounts of an organization, in place of this one account. The cloud names them; each is listed as an account of its own.
          - The credentials of the entry belong to the management account of a resource directory, or to a delegated administrator.
          - They list the members, and assume O(accounts[].organization.role) in each. Their own account is listed without it.
          - O(accounts[].assume_role_arn) is a first role, with which all this is done.
          - The management account belongs to the accounts.
        type: dict
        suboptions:
          role:
            description:
              - The name of a role that each member has and that trusts the account of the credentials.
              - Or its whole name with C({account_id}) where the number of the account stands, such as C(acs:ram::{account_id}:role/secrets-reader).
              - Each session may list secrets and regions, and nothing else, whatever the role may do.
              - It is required unless O(accounts[].organization.member) is the account of the credentials.
            type: str
          include:
            description: Only the accounts that fit any of this. Without it, all.
            type: dict
            suboptions: &filter
              accounts:
                description: Numbers of accounts.
                type: list
                elements: str
              folders:
                description: Ids of folders of the resource directory. All accounts below them fit.
                type: list
                elements: str
              tags:
                description: Tags of accounts. The value of a key is a text, a list of texts, or null for any.
                type: dict
          exclude:
            description: Without the accounts that fit any of this, though O(accounts[].organization.include) has them.
            type: dict
            suboptions: *filter
          label:
            description:
              - What an account is called in results, its number or its display name.
              - A display name may change; the account is then another one to rules and reports.
              - If it is not set, V(id) is used.
            type: str
            choices: [id, name]
          member:
            description:
              - Only this account, without a list of the members. Without O(accounts[].organization.role) it is the account of the credentials.
              - The inventory plugin writes it for each host.
            type: dict
            suboptions:
              id:
                description: The number of the account.
                type: str
              entry:
                description: The name of the organization's entry. Accounts with one name share its credentials.
                type: str
              stores:
                description: How many stores the entry has in all, so that whoever judges notices a lost one.
                type: int
              name:
                description: The display name of the account, for reports.
                type: str
              folder:
                description: The id of its folder, for reports.
                type: str
      organization_external_id:
        description: The external id that the trust policy of O(accounts[].organization.role) asks for.
        type: str
notes:
  - If the task names no source of credentials, the module searches these sources in the order of the vendor's SDKs. The first one that is
    set up counts. If that source cannot be used, the task fails and does not try the next.
  - 1. The options O(access_key_id), O(access_key_secret) and O(security_token).
  - 2. The environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and, for a temporary key,
    E(ALIBABA_CLOUD_SECURITY_TOKEN). Or one of these sets, the parts of which are never joined with those of another.
    E(ALIBABACLOUD_ACCESS_KEY_ID), E(ALIBABACLOUD_ACCESS_KEY_SECRET) and E(ALIBABACLOUD_SECURITY_TOKEN).
    E(ALICLOUD_ACCESS_KEY_ID) or E(ALICLOUD_ACCESS_KEY), E(ALICLOUD_ACCESS_KEY_SECRET) or E(ALICLOUD_SECRET_KEY), and
    E(ALICLOUD_SECURITY_TOKEN). If E(ALIBABA_CLOUD_ROLE_ARN) or E(ALIBABACLOUD_ROLE_ARN) is set and no file of a token, that role is
    assumed with the key. E(ALIBABA_CLOUD_ROLE_SESSION_NAME), and E(ALIBABA_CLOUD_EXTERNAL_ID) or E(ALIBABACLOUD_EXTERNAL_ID)
    belong to it.
  - 3. A Kubernetes service account (RRSA), if E(ALIBABA_CLOUD_OIDC_TOKEN_FILE), E(ALIBABA_CLOUD_ROLE_ARN) and
    E(ALIBABA_CLOUD_OIDC_PROVIDER_ARN) are set. E(ALIBABA_CLOUD_ROLE_SESSION_NAME) may name the session.
    E(ALIBABACLOUD_OIDC_TOKEN_FILE) and E(ALIBABACLOUD_OIDC_PROVIDER_ARN) are other names of two of them.
  - 4. The profile E(ALIBABA_CLOUD_PROFILE), E(ALIBABACLOUD_PROFILE) or E(ALICLOUD_PROFILE), else the current one, of
    C(~/.aliyun/config.json), unless E(ALIBABA_CLOUD_CLI_PROFILE_DISABLED) is V(true).
  - 5. The section E(ALIBABA_CLOUD_PROFILE), else C(default), of C(~/.alibabacloud/credentials.ini), or of the file that
    E(ALIBABA_CLOUD_CREDENTIALS_FILE) names.
  - 6. The RAM role of the ECS instance, from its metadata service, unless E(ALIBABA_CLOUD_ECS_METADATA_DISABLED) is V(true).
    E(ALIBABA_CLOUD_ECS_METADATA) may name the role. With E(ALIBABA_CLOUD_IMDSV1_DISABLED=true) only version 2 of the service is used.
  - 7. A service that hands out credentials, at the URL in E(ALIBABA_CLOUD_CREDENTIALS_URI).
  - The guide to credentials shows how to set these up, with policies and a table of errors,
    U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md).
"""
