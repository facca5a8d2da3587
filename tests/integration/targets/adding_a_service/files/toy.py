# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and hosts of the toy cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  toy_id:
    description: The id of a key. Give it together with O(toy_secret).
    type: str
  toy_secret:
    description: The secret of the key.
    type: str
  toy_token:
    description: The token of a temporary key.
    type: str
  shelf:
    description: Which shelf of the cloud to ask.
    type: str
    choices: [top, bottom]
  profile:
    description: The name of a profile, such as V(prod) for C(~/.toys/prod.json).
    type: str
  assume_role_arn:
    description: A role to assume.
    type: str
  assume_role_session_name:
    description: The name of the session.
    type: str
  assume_role_external_id:
    description: The external id that the role asks for.
    type: str
  assume_role_duration:
    description: Seconds that the role's key is to live.
    type: int
  region:
    description: The region to list, or V(all).
    type: str
  accounts:
    description: Several accounts to list in one task.
    type: list
    elements: dict
    suboptions:
      name:
        description: A label for the account.
        type: str
        required: true
      toy_id:
        description: The id of a key of this account.
        type: str
      toy_secret:
        description: The secret of that key.
        type: str
      toy_token:
        description: The token of a temporary key.
        type: str
      shelf:
        description: For this account, instead of O(shelf).
        type: str
        choices: [top, bottom]
      profile:
        description: Take the credentials from this profile.
        type: str
      credentials_env:
        description: Take the credentials from environment variables that begin with this text.
        type: str
      source:
        description: Where the credentials come from.
        type: str
        choices: [environment, metadata, service_account]
      assume_role_arn:
        description: A role to assume.
        type: str
      assume_role_session_name:
        description: The name of the session.
        type: str
      assume_role_external_id:
        description: The external id that the role asks for.
        type: str
      assume_role_duration:
        description: Seconds that the role's key is to live.
        type: int
      regions:
        description: The regions of this account.
        type: list
        elements: str
      endpoint:
        description: For this account, instead of O(endpoint).
        type: str
      labels:
        description: For this account, instead of O(labels).
        type: dict
      organization:
        description: All accounts of an organization. This service has none, and refuses it.
        type: dict
        suboptions:
          role:
            description: A role in each account.
            type: str
          include:
            description: Only these accounts.
            type: dict
            suboptions:
              accounts:
                description: Numbers of accounts.
                type: list
                elements: str
              folders:
                description: Ids of folders.
                type: list
                elements: str
              tags:
                description: Tags of accounts.
                type: dict
          exclude:
            description: Without these accounts.
            type: dict
            suboptions:
              accounts:
                description: Numbers of accounts.
                type: list
                elements: str
              folders:
                description: Ids of folders.
                type: list
                elements: str
              tags:
                description: Tags of accounts.
                type: dict
          label:
            description: What an account is called.
            type: str
            choices: [id, name]
          member:
            description: One account alone.
            type: dict
            suboptions:
              id:
                description: Its number.
                type: str
              entry:
                description: The entry of the organization.
                type: str
              stores:
                description: How many stores that entry has.
                type: int
              name:
                description: Its display name.
                type: str
              folder:
                description: Its folder.
                type: str
      organization_external_id:
        description: The external id that the role asks for.
        type: str
"""
