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
      - Without the two, the places in the notes below are searched.
    type: str
  access_key_secret:
    description: The secret of the access key.
    type: str
  security_token:
    description: The token of a temporary access key.
    type: str
  profile:
    description:
      - The name of a profile of the vendor's command line, C(~/.aliyun/config.json). No other place is searched then.
      - Its modes C(AK), C(StsToken), C(RamRoleArn), C(ChainableRamRoleArn), C(EcsRamRole), C(OIDC) and C(CredentialsURI) are
        supported. Those of C(CloudSSO) and C(OAuth) are while the key lasts that C(aliyun configure) has stored.
      - Without any region, the region of the profile is listed.
      - Mutually exclusive with O(access_key_id), O(access_key_secret) and O(security_token).
    type: str
  assume_role_arn:
    description:
      - The ARN of a role to assume, such as V(acs:ram::1290000000000001:role/secrets-reader).
      - The role's temporary key is fetched with the credentials of the source, and signs all listings. It is renewed while it is needed.
      - The role may belong to another account. The records and the ledger then speak of that account.
    type: str
  assume_role_session_name:
    description:
      - The name of the session, under which the cloud's audit log shows the requests. It has 2 to 64 letters, digits and C(.@_-).
      - Without it, V(multicloud-secrets).
    type: str
  assume_role_external_id:
    description:
      - The external id that the role's trust policy asks for.
      - Whoever knows it may be able to use the role, so keep it with the keys. It is masked in results and logs.
    type: str
  assume_role_duration:
    description:
      - Seconds that the role's key is to live, from 900 to 43200. The role's own limit may be lower.
      - It need not be longer than the listing, because the key is renewed.
      - Without it, 3600.
    type: int
  network:
    description:
      - V(public) uses hosts such as C(apig.cn-hangzhou.aliyuncs.com).
      - V(vpc) uses hosts such as C(apig-vpc.cn-hangzhou.aliyuncs.com), which can be reached from inside a VPC of that region only.
      - Without it, V(public).
    type: str
    choices: [public, vpc]
  region:
    description:
      - The region to list, or V(all) for every region that the cloud names.
      - Mutually exclusive with O(regions).
      - Without any region the environment variables E(ALIBABA_CLOUD_REGION_ID), E(ALIBABACLOUD_REGION_ID),
        E(ALICLOUD_REGION_ID) and E(ALICLOUD_REGION) are read, in this order, and then the region of the profile.
        With O(profile) its region comes first.
    type: str
  accounts:
    description:
      - Several accounts to list in one task.
      - Each names exactly one source of credentials, its own keys, O(accounts[].profile), O(accounts[].credentials_env) or
        O(accounts[].source), and may assume a role on top of it.
      - Mutually exclusive with O(account), and with all options for the credentials of a single account.
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
          - V(service_account) takes those of the RAM role that the pod's service account stands for (RRSA).
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
        description: Seconds that the role's key is to live, as in O(assume_role_duration).
        type: int
      regions:
        description: The regions of this account, instead of O(region) or O(regions).
        type: list
        elements: str
      endpoint:
        description: For this account, instead of O(endpoint).
        type: str
      network:
        description: For this account, instead of O(network).
        type: str
        choices: [public, vpc]
notes:
  - If the task names no source of credentials, these places are searched in this order, which is that of the vendor's SDKs. The first that has
    something counts. If what it has cannot be used, the task fails and does not go on to the next.
  - 1. The options O(access_key_id), O(access_key_secret) and O(security_token).
  - 2. The environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and, for a temporary key,
    E(ALIBABA_CLOUD_SECURITY_TOKEN).
  - 3. A Kubernetes service account (RRSA), if E(ALIBABA_CLOUD_OIDC_TOKEN_FILE), E(ALIBABA_CLOUD_ROLE_ARN) and
    E(ALIBABA_CLOUD_OIDC_PROVIDER_ARN) are set. E(ALIBABA_CLOUD_ROLE_SESSION_NAME) may name the session.
  - 4. The profile E(ALIBABA_CLOUD_PROFILE), else the current one, of C(~/.aliyun/config.json), unless E(ALIBABA_CLOUD_CLI_PROFILE_DISABLED) is V(true).
  - 5. The section E(ALIBABA_CLOUD_PROFILE), else C(default), of C(~/.alibabacloud/credentials.ini), or of the file that
    E(ALIBABA_CLOUD_CREDENTIALS_FILE) names.
  - 6. The RAM role of the ECS instance, from its metadata service, unless E(ALIBABA_CLOUD_ECS_METADATA_DISABLED) is V(true).
    E(ALIBABA_CLOUD_ECS_METADATA) may name the role. With E(ALIBABA_CLOUD_IMDSV1_DISABLED=true) only version 2 of the service is used.
  - 7. A service that hands out credentials, at the URL in E(ALIBABA_CLOUD_CREDENTIALS_URI).
  - How to set these up, with policies and a table of errors, is told in
    U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md).
"""
