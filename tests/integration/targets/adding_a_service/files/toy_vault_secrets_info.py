# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: toy_vault_secrets_info
short_description: List the secrets of the toy cloud's vault
version_added: 1.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Lists secrets with C(List), all pages, in any number of regions and accounts.
extends_documentation_fragment:
  - multicloud.secrets.toy
  - multicloud.secrets.listing
  - multicloud.secrets.transport
  - multicloud.secrets.attributes
  - multicloud.secrets.attributes.actiongroup_toy
options:
  kinds:
    description: List only secrets of these kinds.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: List all secrets of a region
  multicloud.secrets.toy_vault_secrets_info:
    region: toyland
  register: listing
"""

RETURN = r"""
secrets:
  description: The records, sorted by account, region, name and id.
  type: list
  elements: dict
  returned: success, unless O(query) or O(dest) is given
"""

from ansible_collections.multicloud.secrets.plugins.module_utils._listing.task import run
from ansible_collections.multicloud.secrets.plugins.module_utils._toy.vault.provider import PROVIDER


def main() -> None:
    run(PROVIDER)


if __name__ == "__main__":
    main()
