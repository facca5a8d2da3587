# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and hosts of Tencent Cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  secret_id:
    description:
      - The id of an API key. Give it together with O(secret_key).
      - Without both, the module searches the sources in the notes below.
    type: str
  secret_key:
    description: The secret of the API key.
    type: str
  token:
    description: The token of a temporary API key.
    type: str
  profile:
    description:
      - The name of a profile of the vendor's command line, such as V(prod) for C(~/.tccli/prod.credential). The module then uses no other source.
      - Keys, the role of the machine, and a role to assume are supported. A key that C(tccli auth login) has stored works until it expires.
      - If the task names no region, the region in C(~/.tccli/prod.configure) is listed.
      - Mutually exclusive with O(secret_id), O(secret_key) and O(token).
    type: str
  assume_role_arn:
    description:
      - The ARN of a role to assume, such as V(qcs::cam::uin/100000000001:roleName/secrets-reader).
      - The module gets the role's temporary key with the credentials of the source, signs all listings with it, and renews it.
      - The role may belong to another account. Records and ledger are then those of that account.
    type: str
  assume_role_session_name:
    description:
      - The name of the session in the cloud's audit log. It has 2 to 64 letters, digits and C(_=,.@+-).
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
  site:
    description:
      - V(china) uses C(ssm.tencentcloudapi.com).
      - V(international) uses C(ssm.intl.tencentcloudapi.com).
      - Finance zones, whose names end in C(-fsi), always have hosts of their own, such as C(ssm.ap-shanghai-fsi.tencentcloudapi.com).
      - If it is not set, V(china) is used.
    type: str
    choices: [china, international]
  network:
    description:
      - V(public) uses the hosts of O(site).
      - V(internal) uses C(ssm.internal.tencentcloudapi.com), which can be reached from inside Tencent Cloud only.
      - V(regional) uses a host for each region, such as C(ssm.ap-guangzhou.tencentcloudapi.com), on both sites. Each of
        these hosts has its own rate limit, see O(rate_limit). It is the faster choice for many regions.
      - If it is not set, V(public) is used.
    type: str
    choices: [public, internal, regional]
  region:
    description:
      - The region to list, or V(all) for every region that the cloud names.
      - Mutually exclusive with O(regions).
      - If the task names no region, the environment variable E(TENCENTCLOUD_REGION) is read, and then the region of the profile.
        With O(profile) its region comes first.
    type: str
  accounts:
    description:
      - Several accounts to list in one task.
      - Each account has exactly one source of credentials (its own keys, O(accounts[].profile), O(accounts[].credentials_env) or
        O(accounts[].source)), and may assume a role with it.
      - An account with O(accounts[].assume_role_arn) and without a source assumes the role with the credentials of the task. They come
        from O(secret_id) or O(profile), else from the sources in the notes.
      - Mutually exclusive with O(account), and with the credentials of the task unless an account uses them.
    type: list
    elements: dict
    suboptions:
      name:
        description: A label for the account, different from all others.
        type: str
        required: true
      secret_id:
        description: The id of an API key of this account.
        type: str
      secret_key:
        description: The secret of that API key.
        type: str
      token:
        description: The token of a temporary API key.
        type: str
      profile:
        description: Take the credentials from this profile, as in O(profile).
        type: str
      credentials_env:
        description:
          - Take the credentials from environment variables that begin with this text.
          - With V(PROD_) they are E(PROD_TENCENTCLOUD_SECRET_ID), E(PROD_TENCENTCLOUD_SECRET_KEY) and E(PROD_TENCENTCLOUD_TOKEN)
            or E(PROD_TENCENTCLOUD_SECURITY_TOKEN).
        type: str
      source:
        description:
          - V(environment) takes the credentials from E(TENCENTCLOUD_SECRET_ID), E(TENCENTCLOUD_SECRET_KEY) and E(TENCENTCLOUD_TOKEN) or
            E(TENCENTCLOUD_SECURITY_TOKEN).
          - V(metadata) takes those of the CAM role of the CVM instance on which the module runs.
          - V(service_account) takes those of the CAM role of the pod's service account (TKE).
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
      site:
        description: For this account, instead of O(site).
        type: str
        choices: [china, international]
      network:
        description: For this account, instead of O(network).
        type: str
        choices: [public, internal, regional]
      organization:
        description:
          - All accounts of an organization, in place of this one account. The cloud names them; each is listed as an account of its own.
          - The credentials of the entry belong to the management account of an organization.
          - They list the members, and assume O(accounts[].organization.role) in each. Their own account is listed without it.
          - O(accounts[].assume_role_arn) is a first role, with which all this is done.
          - The management account belongs to the accounts.
        type: dict
        suboptions:
          role:
            description:
              - The name of a role that each member has and that trusts the account of the credentials.
              - Or its whole name with C({account_id}) where the number of the account stands, such as C(qcs::cam::uin/{account_id}:roleName/secrets-reader).
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
                description: Ids of departments. All accounts below them fit.
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
  - If the task names no source of credentials, the module searches these sources in the order of the vendor's command line and SDKs. The first
    one that is set up counts. If that source cannot be used, the task fails and does not try the next.
  - 1. The options O(secret_id), O(secret_key) and O(token).
  - 2. The environment variables E(TENCENTCLOUD_SECRET_ID), E(TENCENTCLOUD_SECRET_KEY) and, for a temporary key, E(TENCENTCLOUD_TOKEN) or
    E(TENCENTCLOUD_SECURITY_TOKEN). If E(TENCENTCLOUD_ROLE_ARN) or E(TENCENTCLOUD_ASSUME_ROLE_ARN) is set, that role is assumed with the
    key. E(TENCENTCLOUD_ROLE_SESSION_NAME) or E(TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME), and E(TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID)
    belong to it.
  - 3. The profile E(TCCLI_PROFILE), else E(TENCENTCLOUD_PROFILE), else C(default), in C(~/.tccli).
  - 4. The section C(default) of C(~/.tencentcloud/credentials), or of the file that E(TENCENTCLOUD_CREDENTIALS_FILE) names, or of
    C(/etc/tencentcloud/credentials).
  - 5. The CAM role of the CVM instance, from its metadata service.
  - 6. A Kubernetes service account (TKE), if E(TKE_REGION), E(TKE_PROVIDER_ID), E(TKE_ROLE_ARN) and E(TKE_WEB_IDENTITY_TOKEN_FILE) are set.
  - The guide to credentials shows how to set these up, with policies and a table of errors,
    U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md).
"""
