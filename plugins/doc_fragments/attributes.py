# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes of the modules, and the groups for which module_defaults can be set."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status without writing a file.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in diff mode.
    support: none
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that what the module reads has not changed in a relevant way.
    support: full
  platform:
    description: Target OS or families that can be operated against.
    support: full
    platforms: posix
"""

    ACTIONGROUP_ALIBABA = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/multicloud.secrets.alibaba) in C(module_defaults) to set credentials for this module.
      - Use C(group/multicloud.secrets.all) to set the options that the modules for all clouds share.
    support: full
    membership:
      - multicloud.secrets.alibaba
      - multicloud.secrets.all
"""

    ACTIONGROUP_TENCENT = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/multicloud.secrets.tencent) in C(module_defaults) to set credentials for this module.
      - Use C(group/multicloud.secrets.all) to set the options that the modules for all clouds share.
    support: full
    membership:
      - multicloud.secrets.tencent
      - multicloud.secrets.all
"""

    ACTIONGROUP_COLLECT = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/multicloud.secrets.all) in C(module_defaults) to set the options that the modules for all clouds share.
    support: full
    membership:
      - multicloud.secrets.all
"""
