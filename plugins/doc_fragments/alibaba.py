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
      - The id of an access key.
      - If neither this nor O(access_key_secret) is given, the environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID),
        E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and, for temporary keys, E(ALIBABA_CLOUD_SECURITY_TOKEN) are read.
    type: str
  access_key_secret:
    description: The secret of the access key.
    type: str
  security_token:
    description: The token of a temporary access key.
    type: str
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
        E(ALICLOUD_REGION_ID) and E(ALICLOUD_REGION) are read, in this order.
    type: str
  accounts:
    description:
      - Several accounts to list in one task.
      - Each names exactly one source of credentials, its own keys, O(accounts[].credentials_env) or O(accounts[].source).
      - Mutually exclusive with O(account), O(access_key_id), O(access_key_secret) and O(security_token).
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
      credentials_env:
        description:
          - Take the credentials from environment variables that begin with this text.
          - With V(PROD_) they are E(PROD_ALIBABA_CLOUD_ACCESS_KEY_ID), E(PROD_ALIBABA_CLOUD_ACCESS_KEY_SECRET) and
            E(PROD_ALIBABA_CLOUD_SECURITY_TOKEN).
        type: str
      source:
        description: With V(environment) take the credentials from the usual environment variables.
        type: str
        choices: [environment]
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
"""
