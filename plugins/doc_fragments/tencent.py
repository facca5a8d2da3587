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
      - Without the two, the places in the notes below are searched.
    type: str
  secret_key:
    description: The secret of the API key.
    type: str
  token:
    description: The token of a temporary API key.
    type: str
  profile:
    description:
      - The name of a profile of the vendor's command line, such as V(prod) for C(~/.tccli/prod.credential). No other place is searched then.
      - Keys, the role of the machine, and a role to assume are supported. A key that C(tccli auth login) has stored is used while it lasts.
      - Without any region, the region in C(~/.tccli/prod.configure) is listed.
      - Mutually exclusive with O(secret_id), O(secret_key) and O(token).
    type: str
  assume_role_arn:
    description:
      - The ARN of a role to assume, such as V(qcs::cam::uin/100000000001:roleName/secrets-reader).
      - The role's temporary key is fetched with the credentials of the source, and signs all listings. It is renewed while it is needed.
      - The role may belong to another account. The records and the ledger then speak of that account.
    type: str
  assume_role_session_name:
    description:
      - The name of the session, under which the cloud's audit log shows the requests. It has 2 to 64 letters, digits and C(_=,.@+-).
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
  site:
    description:
      - V(china) uses C(ssm.tencentcloudapi.com).
      - V(international) uses C(ssm.intl.tencentcloudapi.com).
      - Finance zones, whose names end in C(-fsi), always have hosts of their own, such as C(ssm.ap-shanghai-fsi.tencentcloudapi.com).
      - Without it, V(china).
    type: str
    choices: [china, international]
  network:
    description:
      - V(public) uses the hosts of O(site).
      - V(internal) uses C(ssm.internal.tencentcloudapi.com), which can be reached from inside Tencent Cloud only.
      - V(regional) uses a host for each region, such as C(ssm.ap-guangzhou.tencentcloudapi.com), on both sites. The cloud counts requests where the
        host name leads to, so each region then has a rate limit of its own, see O(rate_limit). It is the faster choice for many regions.
      - Without it, V(public).
    type: str
    choices: [public, internal, regional]
  region:
    description:
      - The region to list, or V(all) for every region that the cloud names.
      - Mutually exclusive with O(regions).
      - Without any region the environment variable E(TENCENTCLOUD_REGION) is read, and then the region of the profile.
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
          - V(service_account) takes those of the CAM role that the pod's service account stands for (TKE).
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
      site:
        description: For this account, instead of O(site).
        type: str
        choices: [china, international]
      network:
        description: For this account, instead of O(network).
        type: str
        choices: [public, internal, regional]
notes:
  - If the task names no source of credentials, these places are searched in this order, which follows the vendor's command line and SDKs. The first
    that has something counts. If what it has cannot be used, the task fails and does not go on to the next.
  - 1. The options O(secret_id), O(secret_key) and O(token).
  - 2. The environment variables E(TENCENTCLOUD_SECRET_ID), E(TENCENTCLOUD_SECRET_KEY) and, for a temporary key, E(TENCENTCLOUD_TOKEN) or
    E(TENCENTCLOUD_SECURITY_TOKEN).
  - 3. The profile E(TCCLI_PROFILE), else E(TENCENTCLOUD_PROFILE), else C(default), in C(~/.tccli).
  - 4. The section C(default) of C(~/.tencentcloud/credentials), or of the file that E(TENCENTCLOUD_CREDENTIALS_FILE) names, or of
    C(/etc/tencentcloud/credentials).
  - 5. The CAM role of the CVM instance, from its metadata service.
  - 6. A Kubernetes service account (TKE), if E(TKE_REGION), E(TKE_PROVIDER_ID), E(TKE_ROLE_ARN) and E(TKE_WEB_IDENTITY_TOKEN_FILE) are set.
  - How to set these up, with policies and a table of errors, is told in
    U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/credentials.md).
"""
