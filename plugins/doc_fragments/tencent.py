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
      - The id of an API key.
      - If neither this nor O(secret_key) is given, the environment variables E(TENCENTCLOUD_SECRET_ID), E(TENCENTCLOUD_SECRET_KEY)
        and, for temporary keys, E(TENCENTCLOUD_TOKEN) or E(TENCENTCLOUD_SECURITY_TOKEN) are read.
    type: str
  secret_key:
    description: The secret of the API key.
    type: str
  token:
    description: The token of a temporary API key.
    type: str
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
      - Without it, V(public).
    type: str
    choices: [public, internal]
  region:
    description:
      - The region to list, or V(all) for every region that the cloud names.
      - Mutually exclusive with O(regions).
      - Without any region the environment variable E(TENCENTCLOUD_REGION) is read.
    type: str
  accounts:
    description:
      - Several accounts to list in one task.
      - Each names exactly one source of credentials, its own keys, O(accounts[].credentials_env) or O(accounts[].source).
      - Mutually exclusive with O(account), O(secret_id), O(secret_key) and O(token).
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
      credentials_env:
        description:
          - Take the credentials from environment variables that begin with this text.
          - With V(PROD_) they are E(PROD_TENCENTCLOUD_SECRET_ID), E(PROD_TENCENTCLOUD_SECRET_KEY) and E(PROD_TENCENTCLOUD_TOKEN)
            or E(PROD_TENCENTCLOUD_SECURITY_TOKEN).
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
      site:
        description: For this account, instead of O(site).
        type: str
        choices: [china, international]
      network:
        description: For this account, instead of O(network).
        type: str
        choices: [public, internal]
"""
